//! What can be done at a place with one key press: fixes of findings, a suppression, another spelling.

use crate::facts::Facts;
use crate::lint;
use crate::rules::{Edit, Env, Finding, Fix, rewrites};
use crate::text::Span;

/// What sort of change an action is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActionKind {
    /// It settles a finding.
    Fix,
    /// It silences one.
    Suppress,
    /// It writes the same thing in another way.
    Rewrite,
}

/// One offered change.
#[derive(Clone, PartialEq, Debug)]
pub struct Action<'f> {
    /// In the imperative.
    pub title: String,
    /// What sort of change it is.
    pub kind: ActionKind,
    /// The one to take when the editor is told to just fix it.
    pub preferred: bool,
    /// Not overlapping, ascending.
    pub edits: Vec<Edit>,
    /// The finding it is about.
    pub finding: Option<&'f Finding>,
}

/// The actions at a stretch of the file, best first: fixes, preferred ones before others; other spellings; suppressions.
pub fn actions<'f>(facts: &Facts, env: &Env, findings: &'f [Finding], at: Span) -> Vec<Action<'f>> {
    let near = |span: Span| span.touches(at.start) || span.touches(at.end) || at.contains(span);
    let here: Vec<&Finding> = findings.iter().filter(|finding| near(finding.span)).collect();
    let mut all = vec![];
    for finding in &here {
        let mut fixes: Vec<&Fix> = finding.fixes.iter().collect();
        fixes.sort_by_key(|fix| !fix.preferred);
        for fix in fixes {
            all.push(action(fix, ActionKind::Fix, fix.preferred, Some(finding)));
        }
    }
    for mention in facts.mentions.iter().filter(|mention| near(mention.span)) {
        for fix in rewrites(facts, env, mention) {
            let known = all.iter().any(|other: &Action| other.edits == fix.edits);
            if !known {
                all.push(action(&fix, ActionKind::Rewrite, false, None));
            }
        }
    }
    for finding in &here {
        if let Some(fix) = lint::suppress_here(facts, env, finding) {
            all.push(action(&fix, ActionKind::Suppress, false, Some(finding)));
        }
    }
    all
}

fn action<'f>(fix: &Fix, kind: ActionKind, preferred: bool, finding: Option<&'f Finding>) -> Action<'f> {
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|edit| edit.span);
    Action { title: fix.title.clone(), kind, preferred, edits, finding }
}
