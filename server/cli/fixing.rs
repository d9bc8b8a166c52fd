//! Fixes put to work in files: `--fix` and `--diff`.

use super::pipeline::{Reading, Run};
use crate::lint::settle;
use crate::rules::Finding;
use crate::workspace::{File, Skip};

/// Applies fixes until nothing changes any more. Returns the file as it is then, and how many findings were fixed.
/// `findings` are those of the text as it is, `judge` says what is wrong with a later one.
pub fn fixed(
    run: &Run,
    file: &File,
    mut reading: Reading,
    findings: Vec<Finding>,
    unsafe_too: bool,
    judge: impl Fn(&Reading) -> Vec<Finding>,
) -> Result<(Reading, Vec<Finding>, usize), Skip> {
    let settled = settle(reading.facts.text.clone(), findings, unsafe_too, |text| {
        reading = run.understand(file, text.clone())?;
        Ok(judge(&reading))
    })?;
    Ok((reading, settled.findings, settled.count))
}

/// The change as a unified diff; empty when there is none.
pub fn diff(path: &str, before: &str, after: &str) -> String {
    similar::TextDiff::from_lines(before, after)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string()
}
