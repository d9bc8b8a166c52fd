//! Fixes put to work in files: `--fix` and `--diff`.

use super::pipeline::{Reading, Run};
use crate::lint::{apply, automatic};
use crate::rules::Finding;
use crate::workspace::{File, Skip};
use std::sync::Arc;

/// A fix may make room for another; a dozen rounds are more than any file needs.
const ROUNDS: usize = 12;

/// Applies fixes until nothing changes any more. Returns the file as it is then, and how many findings were fixed.
/// `findings` are those of the text as it is, `judge` says what is wrong with a later one.
pub fn fixed(
    run: &Run,
    file: &File,
    mut reading: Reading,
    mut findings: Vec<Finding>,
    unsafe_too: bool,
    judge: impl Fn(&Reading) -> Vec<Finding>,
) -> Result<(Reading, Vec<Finding>, usize), Skip> {
    let mut count = 0;
    for _ in 0..ROUNDS {
        let fixes: Vec<_> = findings.iter().filter_map(|finding| automatic(finding, unsafe_too)).collect();
        if fixes.is_empty() {
            break;
        }
        let text: Arc<str> = apply(&reading.facts.text, fixes).into();
        if text == reading.facts.text {
            break;
        }
        let before = findings.len();
        reading = run.understand(file, text)?;
        findings = judge(&reading);
        count += before.saturating_sub(findings.len());
    }
    Ok((reading, findings, count))
}

/// The change as a unified diff; empty when there is none.
pub fn diff(path: &str, before: &str, after: &str) -> String {
    similar::TextDiff::from_lines(before, after)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string()
}
