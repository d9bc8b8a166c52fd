//! Reading one document: detection and rules, as one piece of work that any thread can do.

use crate::detect::{Source, detect};
use crate::facts::{Facts, Note};
use crate::languages::{Language, Vocabulary};
use crate::lint::lint;
use crate::project::{Project, Settings};
use crate::rules::{Env, Finding};
use crate::status::Registry;
use crate::text::Span;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tree_sitter::Tree;

/// What a document is read with: its language, and what its project says.
pub struct Surroundings {
    /// The path that detection and overrides see: relative to the project, with forward slashes.
    pub path: String,
    /// Its language.
    pub language: &'static Language,
    /// The rows in force.
    pub vocabulary: Arc<Vocabulary>,
    /// The codes in force.
    pub registry: Registry,
    /// Versions and configuration.
    pub project: Arc<Project>,
    /// The configuration as it holds for this document.
    pub settings: Settings,
    /// It is generated, or other people's: understood, not judged.
    pub foreign: bool,
}

impl Surroundings {
    /// A text as it is read with all this.
    pub fn source(&self, text: Arc<str>) -> Source<'_> {
        Source {
            path: &self.path,
            text,
            language: self.language,
            vocabulary: &self.vocabulary,
            registry: &self.registry,
        }
    }
    /// What rules and the editor's questions look things up in.
    pub fn env(&self) -> Env<'_> {
        Env {
            registry: &self.registry,
            vocabulary: &self.vocabulary,
            language: self.language,
            project: &self.project,
            settings: &self.settings,
        }
    }
}

/// What is known about one version of a document.
pub struct Reading {
    /// The facts.
    pub facts: Facts,
    /// What the rules say.
    pub findings: Vec<Finding>,
    /// What it was read with.
    pub surroundings: Arc<Surroundings>,
}

/// One document to read.
pub struct Job {
    /// Its whole text.
    pub text: Arc<str>,
    /// What to read it with.
    pub surroundings: Arc<Surroundings>,
    /// The tree of the text before, edited to match.
    pub old: Option<Tree>,
    /// Nobody can edit it: it is understood, not judged.
    pub quiet: bool,
}

/// Reads a document. A panic inside becomes a note on the document: other documents, and the server, are not concerned.
pub fn read(job: Job) -> (Reading, Option<Tree>) {
    let Job { text, surroundings, old, quiet } = job;
    let env = surroundings.env();
    let source = surroundings.source(text.clone());
    let (facts, findings, tree) = guarded(text, || {
        let mut detection = detect(&source, old.as_ref());
        detection.facts.unjudged |= quiet || surroundings.foreign;
        let findings = lint(&detection.facts, &env);
        (detection.facts, findings, detection.tree)
    });
    (Reading { facts, findings, surroundings }, tree)
}

/// What the rules say about the edited part of a document.
pub struct Look {
    /// Findings within the part.
    pub findings: Vec<Finding>,
    /// The part, in bytes.
    pub part: Span,
    /// The tree of the whole text, where it was parsed.
    pub tree: Option<Tree>,
}

/// Reads the edited part of a document: see [`crate::detect::glance`]. `None` also when something panicked: the whole reading
/// that follows makes that a note.
pub fn glance(text: Arc<str>, surroundings: &Surroundings, old: &Tree, edited: Span) -> Option<Look> {
    std::panic::catch_unwind(AssertUnwindSafe(|| {
        let glance = crate::detect::glance(&surroundings.source(text), old, edited)?;
        let mut findings = lint(&glance.facts, &surroundings.env());
        findings.retain(|finding| glance.part.contains(finding.span));
        Some(Look { findings, part: glance.part, tree: glance.tree })
    }))
    .ok()
    .flatten()
}

/// What is known about the item around a place, before the whole document is read; with what is shown of it.
pub fn spot(
    text: Arc<str>,
    surroundings: &Arc<Surroundings>,
    old: &Tree,
    place: Span,
    findings: Vec<Finding>,
) -> Option<Reading> {
    std::panic::catch_unwind(AssertUnwindSafe(|| {
        let facts = crate::detect::glance(&surroundings.source(text), old, place)?.facts;
        Some(Reading { facts, findings, surroundings: surroundings.clone() })
    }))
    .ok()
    .flatten()
}

type Understood = (Facts, Vec<Finding>, Option<Tree>);

fn guarded(text: Arc<str>, understand: impl FnOnce() -> Understood) -> Understood {
    std::panic::catch_unwind(AssertUnwindSafe(understand))
        .unwrap_or_else(|_| (Facts { text, note: Some(Note::Failed), ..Facts::default() }, vec![], None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_in_one_file_is_a_note_on_that_file() {
        let (facts, findings, tree) = guarded("text".into(), || panic!("a fault of ours"));
        assert_eq!((facts.note, &*facts.text), (Some(Note::Failed), "text"));
        assert!(findings.is_empty() && tree.is_none());
    }
}
