//! Our types in the protocol's words: the only place where spans become ranges.

use super::client::Client;
use super::document::Document;
use super::reading::Reading;
use crate::facts::{Certainty, Note};
use crate::ide::{self, ActionKind, Completion};
use crate::lint;
use crate::project::Level;
use crate::report::MentionRecord;
use crate::rules::{Edit, Finding, Tag};
use crate::text::{LineIndex, Span};
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types::{
    CodeAction, CodeActionContext, CodeActionKind, CodeDescription, CompletionItem, CompletionItemKind,
    CompletionItemLabelDetails, CompletionItemTag, CompletionList, Diagnostic, DiagnosticRelatedInformation,
    DiagnosticSeverity, DiagnosticTag, Documentation, Hover, InlayHint, InsertReplaceEdit, Location,
    MarkupContent, MarkupKind, OptionalVersionedTextDocumentIdentifier, Position, Range, TextDocumentEdit,
    TextDocumentIdentifier, TextEdit, Uri, WorkspaceEdit,
};

/// What our diagnostics name as their source.
pub const SOURCE: &str = "lsp-lint";

/// The kind of the action that applies every safe fix.
pub const FIX_ALL: &str = "source.fixAll.lsp-lint";

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
        Some(markup(self.client.documentation_markdown, page).into())
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
    /// The edit of every safe fix; `None` when there is nothing to do.
    pub fn fix_all(&self) -> Option<WorkspaceEdit> {
        let edits = ide::fix_all(&self.reading.filter(|_| !self.quiet)?.findings);
        (!edits.is_empty()).then(|| self.workspace_edit(&edits))
    }
    /// Edits of this document, with its version where the client can take it.
    pub fn workspace_edit(&self, edits: &[Edit]) -> WorkspaceEdit {
        let edits = edits.iter().map(|edit| self.edit(edit));
        if !self.client.document_changes {
            let changes = [(self.uri.clone(), edits.collect())].into();
            return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
        }
        let change = TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier {
                version: Some(self.version),
                text_document_identifier: TextDocumentIdentifier { uri: self.uri.clone() },
            },
            edits: edits.map(Into::into).collect(),
        };
        WorkspaceEdit { document_changes: Some(vec![change.into()]), ..WorkspaceEdit::default() }
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
    /// Every mention that anything but its digits speaks for, as `inventory` lists it.
    pub fn inventory(&self) -> Vec<Value> {
        let Some(reading) = self.reading else { return vec![] };
        let lines = LineIndex::new(&reading.facts.text);
        let surroundings = &reading.surroundings;
        let mentions = reading.facts.mentions.iter().filter(|mention| mention.certainty >= Certainty::Named);
        mentions
            .map(|mention| {
                let (path, language) = (&surroundings.path, &surroundings.language.name);
                json!(MentionRecord::new(mention, path, language, &reading.facts, &lines))
            })
            .collect()
    }
    /// Findings as diagnostics, and the note of a document that could not be read.
    pub fn to_diagnostics(&self, findings: &[Finding]) -> Vec<Diagnostic> {
        let Some(reading) = self.reading else { return vec![] };
        let note = reading.facts.note.and_then(words).map(|message| Diagnostic {
            severity: Some(DiagnosticSeverity::Information),
            source: Some(SOURCE.into()),
            message: message.into(),
            ..Diagnostic::default()
        });
        note.into_iter().chain(findings.iter().map(|finding| self.diagnostic(finding))).collect()
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
        ActionKind::FixAll => CodeActionKind::Custom(FIX_ALL.into()),
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
