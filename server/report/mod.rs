//! What a reader of findings and mentions gets: records with lines and columns, one file per output format.
//!
//! Lines and columns are 1-based and count Unicode scalar values; bytes are 0-based and end-exclusive.

mod csv;
mod github;
mod html;
mod human;
mod json;
mod listing;
mod records;
mod sarif;

pub use human::excerpt;
pub use listing::evidence_in_words;
pub use records::{
    EditRecord, FindingRecord, FixRecord, MentionRecord, Place, RelatedRecord, Summary, counted,
};

use crate::project::Level;
use serde::Serialize;
use std::io::{Result, Write};

/// What a printer must know besides the findings.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// The terminal makes links of OSC 8 sequences.
    pub links: bool,
    /// Findings below this level are only counted.
    pub level: Level,
    /// Columns of the terminal, if it is one.
    pub width: Option<usize>,
}

/// A finding on its way out.
pub struct Printed {
    /// What was found.
    pub record: FindingRecord,
    /// The lines of source around it, drawn while the text was at hand; for formats that show them.
    pub excerpt: Option<String>,
}

/// Prints findings in one format, as they come.
pub trait Findings {
    /// Before the first one.
    fn begin(&mut self, out: &mut dyn Write) -> Result<()>;
    /// One finding.
    fn finding(&mut self, out: &mut dyn Write, finding: Printed) -> Result<()>;
    /// After the last one.
    fn end(&mut self, out: &mut dyn Write, summary: &Summary) -> Result<()>;
}

/// Prints mentions in one format, as they come.
pub trait Mentions {
    /// Before the first one.
    fn begin(&mut self, out: &mut dyn Write) -> Result<()>;
    /// One mention.
    fn mention(&mut self, out: &mut dyn Write, mention: &MentionRecord) -> Result<()>;
    /// After the last one; `files` were looked at, `skipped` could not be.
    fn end(&mut self, out: &mut dyn Write, files: usize, skipped: usize) -> Result<()>;
}

/// One output format.
pub struct Format<P: ?Sized> {
    /// The word after `--format`.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// It draws the source around a finding.
    pub excerpts: bool,
    /// Makes a printer.
    pub printer: fn(Look) -> Box<P>,
}

/// The formats of `check`; the first one is the default.
pub const FINDINGS: &[Format<dyn Findings>] =
    &[human::FINDINGS, json::FINDINGS, json::FINDINGS_BY_LINE, sarif::FINDINGS, github::FINDINGS];

/// The formats of `inventory`; the first one is the default.
pub const MENTIONS: &[Format<dyn Mentions>] =
    &[listing::MENTIONS, json::MENTIONS, json::MENTIONS_BY_LINE, csv::MENTIONS, html::MENTIONS];

/// One object as one line of JSON, with its line end.
pub fn json_line(record: &impl Serialize) -> String {
    let mut line = serde_json::to_string(record).expect("records hold nothing that JSON cannot say");
    line.push('\n');
    line
}

/// The word that JSON writes for a value without fields.
pub fn word(of: &impl Serialize) -> String {
    serde_json::to_value(of).ok().and_then(|value| value.as_str().map(String::from)).unwrap_or_default()
}

/// Text from a file that a terminal may be shown: control characters, which could steer it, are replaced.
pub fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect()
}

/// The same for a text of several lines.
pub fn harmless_lines(text: &str) -> String {
    text.lines().map(harmless).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_what_was_not_printed() {
        let mut summary = Summary { files: 3, warning: 1, info: 2, hint: 1, ..Summary::default() };
        assert_eq!(
            summary.in_words(Level::Warning),
            "3 files: 0 errors, 1 warning; not printed: 2 info, 1 hint"
        );
        summary.skipped = 1;
        assert_eq!(
            summary.in_words(Level::Hint),
            "3 files: 0 errors, 1 warning, 2 info, 1 hint; 1 file skipped"
        );
    }

    #[test]
    fn a_source_cannot_steer_the_terminal() {
        assert_eq!(harmless("a\u{1b}[2Jb\r\n\tc"), "a\u{fffd}[2Jb\u{fffd}\u{fffd}\tc");
    }
}
