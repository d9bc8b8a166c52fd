//! Our types in the protocol's words: the only place where spans become ranges.

use super::client::{Client, Documented};
use super::document::Document;
use super::reading::{Job, Reading, Surroundings, read};
use crate::facts::{Certainty, Facts, Note};
use crate::ide::{self, ActionKind, Completion};
use crate::lint::{self, Settled};
use crate::project::Level;
use crate::report::MentionRecord;
use crate::rules::{Edit, Finding, Tag};
use crate::text::{Span, Unit};
use serde_json::{Value, json};
use std::sync::Arc;
use tower_lsp::gen_lsp_types::{
    AnnotatedTextEdit, ChangeAnnotation, CodeAction, CodeActionContext, CodeActionKind, CodeDescription,
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionItemTag, CompletionList,
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Documentation, Hover,
    InlayHint, InsertReplaceEdit, Location, MarkupContent, MarkupKind,
    OptionalVersionedTextDocumentIdentifier, Position, Range, TextDocumentEdit, TextDocumentIdentifier,
    TextEdit, Uri, WorkspaceEdit,
};

/// What our diagnostics name as their source.
pub const SOURCE: &str = "lsp-lint";

/// The kind of the action that applies every safe fix.
pub const FIX_ALL: &str = "source.fixAll.lsp-lint";

/// What a person reads where the edits are shown before they are made.
const ANNOTATION: &str = "Safe fixes of lsp-lint";

/// A document as one request sees it.
pub struct View<'a> {
    /// Its address.
    pub uri: &'a Uri,
    /// The version that the client gave it.
    pub version: i32,
    /// Its text.
    pub document: &'a Document,
    /// What is known about it; `None` when its language is not served.
    pub reading: Option<&'a Reading>,
    /// What the client can.
    pub client: &'a Client,
    /// Inlay hints are switched on.
    pub hints: bool,
    /// Nobody can edit it: no findings, no hints.
    pub quiet: bool,
    /// The name of the set of diagnostics, for clients that pull.
    pub result: u64,
    /// The diagnostics of this state of the document.
    pub diagnostics: &'a [Diagnostic],
}

impl View<'_> {
    /// The range of a span.
    pub fn range(&self, span: Span) -> Range {
        self.document.range(span, self.client.unit)
    }
    /// What stands at a position, explained.
    pub fn hover(&self, at: Position) -> Option<Hover> {
        let reading = self.reading?;
        let byte = self.document.byte(at, self.client.unit);
        let hover = ide::hover(&reading.facts, &reading.surroundings.env(), &reading.findings, byte)?;
        Some(Hover {
            contents: markup(self.client.markdown, hover.markdown).into(),
            range: Some(self.range(hover.span)),
        })
    }
    /// What can be written at a position. The list is never complete: another letter may mean another way to say a code.
    pub fn completion(&self, at: Position) -> CompletionList {
        let items = self.reading.filter(|_| !self.quiet).map(|reading| self.completions(reading, at));
        CompletionList { is_incomplete: true, items: items.unwrap_or_default(), ..CompletionList::default() }
    }
    fn completions(&self, reading: &Reading, at: Position) -> Vec<CompletionItem> {
        let surroundings = &*reading.surroundings;
        let found = ide::completion(&ide::Cursor {
            source: &surroundings.source(reading.facts.text.clone()),
            facts: &reading.facts,
            tree: self.document.tree(),
            env: &surroundings.env(),
            byte: self.document.byte(at, self.client.unit),
        });
        found.into_iter().map(|completion| self.item(completion)).collect()
    }
    fn item(&self, completion: Completion) -> CompletionItem {
        let Completion { text, code, phrase, library, .. } = completion;
        let (insert, replace) = (self.range(completion.typed), self.range(completion.word));
        let edit = if self.client.insert_replace {
            InsertReplaceEdit { new_text: text.clone(), insert, replace }.into()
        } else {
            // One range for both: a number is typed over, a name that goes on behind the cursor stays.
            let rest = &self.text_of(completion.word)[completion.typed.len()..];
            let over = rest.bytes().all(|byte| byte.is_ascii_digit());
            TextEdit { new_text: text.clone(), range: if over { replace } else { insert } }.into()
        };
        let (details, detail) = match &library {
            Some(library) => (
                CompletionItemLabelDetails { detail: None, description: Some(format!("{code} {phrase}")) },
                format!("{code} {phrase} · {library}"),
            ),
            None => (
                CompletionItemLabelDetails { detail: Some(format!(" {phrase}")), description: None },
                phrase.clone(),
            ),
        };
        let edits: Vec<TextEdit> = completion.edits.iter().map(|edit| self.edit(edit)).collect();
        CompletionItem {
            label: text,
            label_details: self.client.label_details.then_some(details),
            detail: Some(detail),
            kind: Some(match library {
                Some(_) => CompletionItemKind::Constant,
                None => CompletionItemKind::Value,
            }),
            tags: (completion.deprecated && self.client.completion_tags)
                .then(|| vec![CompletionItemTag::Deprecated]),
            filter_text: Some(completion.filter),
            sort_text: Some(completion.sort),
            text_edit: Some(edit),
            additional_text_edits: Some(edits).filter(|edits| !edits.is_empty()),
            data: Some(json!({ "code": code, "uri": self.uri })),
            ..CompletionItem::default()
        }
    }
    fn text_of(&self, span: Span) -> &str {
        self.reading.map_or("", |reading| reading.facts.at(span))
    }
    /// The page of the item that is looked at.
    pub fn documentation(&self, code: u16) -> Option<Documentation> {
        let page = ide::documentation(&self.reading?.surroundings.registry, code);
        Some(match self.client.documentation {
            Documented::Text => ide::plain(&page).into(),
            shown => markup(shown == Documented::Markdown, page).into(),
        })
    }
    /// What can be done in a range, as far as it is asked for.
    pub fn actions(&self, range: Range, context: &CodeActionContext) -> Vec<CodeAction> {
        let Some(reading) = self.reading.filter(|_| !self.quiet && self.client.action_literals) else {
            return vec![];
        };
        let span = self.document.span(range, self.client.unit);
        let all = ide::actions(&reading.facts, &reading.surroundings.env(), &reading.findings, span);
        all.into_iter()
            .filter(|action| is_wanted(&kind_of(action.kind), context.only.as_deref()))
            .map(|action| CodeAction {
                title: action.title,
                kind: Some(kind_of(action.kind)),
                diagnostics: action.finding.map(|finding| vec![self.diagnostic(finding)]),
                is_preferred: action.preferred.then_some(true),
                edit: Some(self.workspace_edit(&action.edits)),
                ..CodeAction::default()
            })
            .collect()
    }
    /// What it takes to apply every safe fix; `None` when there is nothing to do.
    pub fn fixing(&self) -> Option<Fixing> {
        let reading = self.reading?;
        let fixable = reading.findings.iter().any(|finding| lint::automatic(finding, false).is_some());
        fixable.then(|| Fixing {
            uri: self.uri.clone(),
            version: Some(self.version),
            text: reading.facts.text.clone(),
            surroundings: reading.surroundings.clone(),
            findings: reading.findings.clone(),
        })
    }
    /// The same, where a code action of this kind is wanted.
    pub fn fixing_as_action(&self, context: &CodeActionContext) -> Option<Fixing> {
        let kind = CodeActionKind::Custom(FIX_ALL.into());
        let wanted = self.client.action_literals && is_wanted(&kind, context.only.as_deref());
        if wanted { self.fixing() } else { None }
    }
    fn workspace_edit(&self, edits: &[Edit]) -> WorkspaceEdit {
        let edits = edits.iter().map(|edit| self.edit(edit)).collect();
        let edited = Edited { uri: self.uri.clone(), version: Some(self.version), edits, count: 1 };
        workspace_edit(self.client, vec![edited], false)
    }
    fn edit(&self, edit: &Edit) -> TextEdit {
        TextEdit { range: self.range(edit.span), new_text: edit.text.clone() }
    }
    /// The phrases behind bare numbers.
    pub fn hints(&self, range: Range) -> Vec<InlayHint> {
        let Some(reading) = self.reading.filter(|_| self.hints && !self.quiet) else { return vec![] };
        let span = self.document.span(range, self.client.unit);
        ide::hints(&reading.facts, &reading.surroundings.env(), span)
            .into_iter()
            .map(|hint| InlayHint {
                position: self.document.position(hint.at, self.client.unit),
                label: hint.label.into(),
                kind: None,
                text_edits: None,
                tooltip: None,
                padding_left: Some(true),
                padding_right: None,
                data: None,
            })
            .collect()
    }
    /// Every mention that anything but its digits speaks for, as `inventory` lists it. `shown` is the path to name; the
    /// path within the project where it is not known.
    pub fn inventory(&self, shown: Option<&str>) -> Vec<Value> {
        let Some(reading) = self.reading else { return vec![] };
        let surroundings = &reading.surroundings;
        let path = shown.unwrap_or(&surroundings.path);
        mentions(self.uri, path, &surroundings.language.name, &reading.facts, self.client.unit)
    }
    /// What is to be explained at a position, and what to look things up in.
    pub fn standing(&self, at: Position) -> Option<(ide::Standing, Arc<Surroundings>)> {
        let reading = self.reading?;
        let byte = self.document.byte(at, self.client.unit);
        let standing = ide::standing(&reading.facts, &reading.findings, byte)?;
        Some((standing, reading.surroundings.clone()))
    }
    /// Findings as diagnostics, and the note of a document that could not be read. What a code has to do with that is still
    /// being typed is left out: whoever is on the way to `404` need not read that 40 is no code.
    pub fn to_diagnostics(&self, findings: &[Finding]) -> Vec<Diagnostic> {
        let Some(reading) = self.reading else { return vec![] };
        let half_typed = self.document.half_typed();
        let about = |finding: &Finding, code: Span| {
            let related = finding.related.iter().map(|related| related.span);
            related.chain([finding.span]).any(|span| span.overlaps(code))
        };
        let shown = findings.iter().filter(|finding| half_typed.is_none_or(|code| !about(finding, code)));
        let note = reading.facts.note.and_then(words).map(|message| Diagnostic {
            severity: Some(DiagnosticSeverity::Information),
            source: Some(SOURCE.into()),
            message: message.into(),
            ..Diagnostic::default()
        });
        note.into_iter().chain(shown.map(|finding| self.diagnostic(finding))).collect()
    }
    /// One finding.
    pub fn diagnostic(&self, finding: &Finding) -> Diagnostic {
        let related = finding
            .related
            .iter()
            .map(|related| DiagnosticRelatedInformation {
                location: Location { uri: self.uri.clone(), range: self.range(related.span) },
                message: related.message.clone(),
            })
            .collect::<Vec<_>>();
        let (deprecated, unnecessary) = self.client.tags;
        let tags = finding
            .tags
            .iter()
            .filter_map(|tag| match tag {
                Tag::Deprecated => deprecated.then_some(DiagnosticTag::Deprecated),
                Tag::Unnecessary => unnecessary.then_some(DiagnosticTag::Unnecessary),
            })
            .collect::<Vec<_>>();
        let page = lint::rule_by_id(finding.rule).filter(|_| self.client.links).map(|rule| rule.help_url);
        Diagnostic {
            range: self.range(finding.span),
            severity: Some(severity(finding.level)),
            code: Some(finding.rule.to_string().into()),
            code_description: page.map(|page| CodeDescription { href: page.into() }),
            source: Some(SOURCE.into()),
            message: finding.message.clone().into(),
            tags: Some(tags).filter(|tags| !tags.is_empty()),
            related_information: Some(related).filter(|related| self.client.related && !related.is_empty()),
            data: Some(json!({ "rule": finding.rule })),
        }
    }
}

/// Every mention of a text that anything but its digits speaks for: the records of `inventory --format jsonl`, each with
/// its `uri` and its `range`.
pub fn mentions(uri: &Uri, path: &str, language: &str, facts: &Facts, unit: Unit) -> Vec<Value> {
    let document = Document::new(facts.text.to_string());
    let mentions = facts.mentions.iter().filter(|mention| mention.certainty >= Certainty::Named);
    mentions
        .map(|mention| {
            let mut record = json!(MentionRecord::new(mention, path, language, facts, document.lines()));
            record["uri"] = json!(uri);
            record["range"] = json!(document.range(mention.span, unit));
            record
        })
        .collect()
}

/// A text that all safe fixes are to be applied to.
pub struct Fixing {
    /// Its address.
    pub uri: Uri,
    /// The version of the document; `None`: it is not open, and the file is meant.
    pub version: Option<i32>,
    /// The text as it is.
    pub text: Arc<str>,
    /// What it is read with.
    pub surroundings: Arc<Surroundings>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

impl Fixing {
    /// Fixes until nothing changes any more; `None` when nothing did. Reads the text several times: not for the loop's thread.
    pub fn run(self, unit: Unit) -> Option<Edited> {
        let judge = |text: &Arc<str>| {
            let surroundings = self.surroundings.clone();
            let (reading, _) = read(Job { text: text.clone(), surroundings, old: None, quiet: false });
            Ok::<_, std::convert::Infallible>(reading.findings)
        };
        let Ok(Settled { edits, count, .. }) = lint::settle(self.text.clone(), self.findings, false, judge);
        let document = Document::new(self.text.to_string());
        let edit =
            |edit: &Edit| TextEdit { range: document.range(edit.span, unit), new_text: edit.text.clone() };
        let edits: Vec<TextEdit> = edits.iter().map(edit).collect();
        (!edits.is_empty()).then_some(Edited { uri: self.uri, version: self.version, edits, count })
    }
}

/// The edits of one document.
pub struct Edited {
    /// Its address.
    pub uri: Uri,
    /// Its version, if it is open.
    pub version: Option<i32>,
    /// Not overlapping.
    pub edits: Vec<TextEdit>,
    /// How many findings they settle.
    pub count: usize,
}

/// The code action that applies every safe fix of a document.
pub fn fix_all_action(client: &Client, edited: Edited) -> CodeAction {
    CodeAction {
        title: "Apply all safe fixes of lsp-lint".into(),
        kind: Some(CodeActionKind::Custom(FIX_ALL.into())),
        edit: Some(workspace_edit(client, vec![edited], false)),
        ..CodeAction::default()
    }
}

/// Edits of documents in the form that the client can take: with versions, or without. `confirmed`: a client that can
/// shows them to a person first.
pub fn workspace_edit(client: &Client, all: Vec<Edited>, confirmed: bool) -> WorkspaceEdit {
    if !client.document_changes {
        let changes = all.into_iter().map(|edited| (edited.uri, edited.edits)).collect();
        return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    }
    let annotated = confirmed && client.annotations;
    let edit = |edit: TextEdit| match annotated {
        true => AnnotatedTextEdit { annotation_id: FIX_ALL.into(), text_edit: edit }.into(),
        false => edit.into(),
    };
    let changes = all.into_iter().map(|edited| {
        let text_document = OptionalVersionedTextDocumentIdentifier {
            version: edited.version,
            text_document_identifier: TextDocumentIdentifier { uri: edited.uri },
        };
        TextDocumentEdit { text_document, edits: edited.edits.into_iter().map(edit).collect() }.into()
    });
    let annotation = ChangeAnnotation {
        label: ANNOTATION.into(),
        needs_confirmation: Some(true),
        description: Some("The program behaves the same afterwards.".into()),
    };
    WorkspaceEdit {
        document_changes: Some(changes.collect()),
        change_annotations: annotated.then(|| [(FIX_ALL.to_string(), annotation)].into()),
        ..WorkspaceEdit::default()
    }
}

fn markup(markdown: bool, text: String) -> MarkupContent {
    if markdown {
        return MarkupContent { kind: MarkupKind::Markdown, value: text };
    }
    MarkupContent { kind: MarkupKind::PlainText, value: ide::plain(&text) }
}

/// One action in the words of the protocol.
fn kind_of(kind: ActionKind) -> CodeActionKind {
    match kind {
        ActionKind::Fix | ActionKind::Suppress => CodeActionKind::QuickFix,
        ActionKind::Rewrite => CodeActionKind::RefactorRewrite,
    }
}

/// The kind is one of those that are asked for, or a kind below one (`source.fixAll.lsp-lint` below `source.fixAll`).
fn is_wanted(kind: &CodeActionKind, only: Option<&[CodeActionKind]>) -> bool {
    let name = String::from(kind.clone());
    only.is_none_or(|only| {
        only.iter().any(|wanted| {
            let wanted = String::from(wanted.clone());
            let below = name.strip_prefix(&wanted);
            wanted.is_empty() || below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    })
}

fn severity(level: Level) -> DiagnosticSeverity {
    match level {
        Level::Error => DiagnosticSeverity::Error,
        Level::Warning => DiagnosticSeverity::Warning,
        Level::Info => DiagnosticSeverity::Information,
        Level::Hint => DiagnosticSeverity::Hint,
    }
}

/// What a person should know about a document that yields less than it could. What was left out on purpose (minified or
/// huge files) needs no words.
fn words(note: Note) -> Option<&'static str> {
    match note {
        Note::Failed => Some("lsp-lint failed on this file (a fault of ours): nothing in it is checked"),
        Note::OverBudget => Some("lsp-lint ran out of time in this file: not everything in it is checked"),
        _ => None,
    }
}
