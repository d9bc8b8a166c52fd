//! Our types in the protocol's words: the only place where spans become ranges.

use super::client::Client;
use super::document::Document;
use super::reading::Reading;
use crate::facts::Note;
use crate::project::Level;
use crate::lint;
use crate::rules::{Finding, Tag};
use crate::text::Span;
use serde_json::json;
use tower_lsp::gen_lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    Range, Uri,
};

/// What our diagnostics name as their source.
pub const SOURCE: &str = "lsp-lint";

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
    /// The findings as diagnostics, and the note of a document that could not be read.
    pub fn to_diagnostics(&self) -> Vec<Diagnostic> {
        let Some(reading) = self.reading else { return vec![] };
        let note = reading.facts.note.and_then(words).map(|message| Diagnostic {
            severity: Some(DiagnosticSeverity::Information),
            source: Some(SOURCE.into()),
            message: message.into(),
            ..Diagnostic::default()
        });
        note.into_iter().chain(reading.findings.iter().map(|finding| self.diagnostic(finding))).collect()
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
