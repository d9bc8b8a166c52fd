//! Findings and mentions as others read them. The names of the fields are a contract.

use crate::facts::{Certainty, Facts, Form, Mention, Role, Site};
use crate::project::Level;
use crate::rules::{self, Finding, Safety};
use crate::status::Codes;
use crate::text::{LineIndex, Span, Unit};
use serde::Serialize;

/// Where a span stands.
#[derive(Serialize, Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// 1-based.
    pub line: u32,
    /// 1-based, in Unicode scalar values.
    pub column: u32,
    /// The line of the first position after it, 1-based.
    pub end_line: u32,
    /// The first column after it, 1-based, in Unicode scalar values.
    pub end_column: u32,
}

impl Place {
    /// The place of a span. A byte order mark is no column: no editor shows it.
    pub fn of(span: Span, text: &str, lines: &LineIndex) -> Place {
        let position = |byte| {
            let (line, column) = lines.position(text, byte, Unit::Scalar);
            let mark = u32::from(line == 0 && column > 0 && text.starts_with('\u{feff}'));
            (line + 1, column + 1 - mark)
        };
        let ((line, column), (end_line, end_column)) = (position(span.start), position(span.end));
        Place { line, column, end_line, end_column }
    }
}

/// One finding.
#[derive(Serialize, Clone, Debug)]
pub struct FindingRecord {
    /// The rule's id.
    pub rule: &'static str,
    /// Its level, configuration applied.
    pub severity: Level,
    /// What is wrong and what to do.
    pub message: String,
    /// As given, joined with the relative path; forward slashes.
    pub path: String,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// The first byte, 0-based.
    pub byte_start: u32,
    /// The byte after the last one.
    pub byte_end: u32,
    /// The codes it is about.
    pub codes: Vec<u32>,
    /// The language of the file.
    pub language: String,
    /// A public text that it rests on.
    pub help_url: &'static str,
    /// Stays the same when lines move.
    pub fingerprint: String,
    /// The other ends.
    pub related: Vec<RelatedRecord>,
    /// What can be done about it.
    pub fixes: Vec<FixRecord>,
}

/// Another place that belongs to a finding.
#[derive(Serialize, Clone, Debug)]
pub struct RelatedRecord {
    /// The file.
    pub path: String,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What it has to do with it.
    pub message: String,
}

/// An offered change.
#[derive(Serialize, Clone, Debug)]
pub struct FixRecord {
    /// What it does, in the imperative.
    pub title: String,
    /// Whether the program behaves the same afterwards.
    pub safety: Safety,
    /// The one to take.
    pub preferred: bool,
    /// The replacements.
    pub edits: Vec<EditRecord>,
}

/// A replacement of bytes.
#[derive(Serialize, Clone, Debug)]
pub struct EditRecord {
    /// The file.
    pub path: String,
    /// The first byte that goes.
    pub byte_start: u32,
    /// The byte after the last one that goes.
    pub byte_end: u32,
    /// What comes.
    pub text: String,
}

impl FindingRecord {
    /// Reads everything from the facts, so that the text may be let go.
    pub fn new(
        finding: &Finding,
        path: &str,
        language: &str,
        facts: &Facts,
        lines: &LineIndex,
    ) -> FindingRecord {
        let edit = |edit: &rules::Edit| EditRecord {
            path: path.to_string(),
            byte_start: edit.span.start,
            byte_end: edit.span.end,
            text: edit.text.clone(),
        };
        FindingRecord {
            rule: finding.rule,
            severity: finding.level,
            message: finding.message.clone(),
            path: path.to_string(),
            place: Place::of(finding.span, &facts.text, lines),
            byte_start: finding.span.start,
            byte_end: finding.span.end,
            codes: finding.codes.clone(),
            language: language.to_string(),
            help_url: rules::by_id(finding.rule).map_or(SECTION_15, |rule| rule.help_url),
            fingerprint: finding.fingerprint.clone(),
            related: finding
                .related
                .iter()
                .map(|other| RelatedRecord {
                    path: path.to_string(),
                    place: Place::of(other.span, &facts.text, lines),
                    message: other.message.clone(),
                })
                .collect(),
            fixes: finding
                .fixes
                .iter()
                .map(|fix| FixRecord {
                    title: fix.title.clone(),
                    safety: fix.safety,
                    preferred: fix.preferred,
                    edits: fix.edits.iter().map(edit).collect(),
                })
                .collect(),
        }
    }
}

/// Where a finding without a section of its own points to.
const SECTION_15: &str = "https://www.rfc-editor.org/rfc/rfc9110.html#section-15";

/// One mention.
#[derive(Serialize, Clone, Debug)]
pub struct MentionRecord {
    /// As given, joined with the relative path; forward slashes.
    pub path: String,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// The first byte, 0-based.
    pub byte_start: u32,
    /// The byte after the last one.
    pub byte_end: u32,
    /// As written.
    pub text: String,
    /// Every number, when there are at most 16; a literal outside 0..=999 stands here alone.
    pub codes: Vec<u32>,
    /// The same as intervals, both ends included.
    pub ranges: Vec<(u16, u16)>,
    /// How it is written.
    pub form: Form,
    /// Where in the syntax.
    pub site: Site,
    /// What it means there.
    pub role: Role,
    /// How sure we are.
    pub certainty: Certainty,
    /// The language of the file.
    pub language: String,
    /// The library or format whose row took it.
    pub library: Option<String>,
    /// The callee, key or directive of that row.
    pub helper: Option<String>,
}

/// More numbers than this are only told as intervals.
const MOST_CODES: usize = 16;

impl MentionRecord {
    /// Reads everything from the facts, so that the text may be let go.
    pub fn new(
        mention: &Mention,
        path: &str,
        language: &str,
        facts: &Facts,
        lines: &LineIndex,
    ) -> MentionRecord {
        MentionRecord {
            path: path.to_string(),
            place: Place::of(mention.span, &facts.text, lines),
            byte_start: mention.span.start,
            byte_end: mention.span.end,
            text: facts.at(mention.span).to_string(),
            codes: numbers(mention.codes, mention.number),
            ranges: mention.codes.ranges(),
            form: mention.form,
            site: mention.site,
            role: mention.role,
            certainty: mention.certainty,
            language: language.to_string(),
            library: mention.library.clone(),
            helper: mention.helper.clone(),
        }
    }
}

fn numbers(codes: Codes, beyond: Option<u32>) -> Vec<u32> {
    match beyond {
        Some(number) => vec![number],
        None if codes.len() <= MOST_CODES => codes.iter().map(u32::from).collect(),
        None => vec![],
    }
}

/// What a run looked at and found.
#[derive(Serialize, Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// Files that were looked at.
    pub files: usize,
    /// Findings of this level.
    pub error: usize,
    /// Findings of this level.
    pub warning: usize,
    /// Findings of this level, printed or not.
    pub info: usize,
    /// Findings of this level, printed or not.
    pub hint: usize,
    /// Files that could not be read or were too much to read.
    pub skipped: usize,
}

/// A number of things: `1 error`, `2 errors`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

impl Summary {
    /// How many findings of this level.
    pub fn of(&self, level: Level) -> usize {
        match level {
            Level::Error => self.error,
            Level::Warning => self.warning,
            Level::Info => self.info,
            Level::Hint => self.hint,
        }
    }
    /// The last line of a run, for people: what was found, and what is there besides what was printed.
    pub fn in_words(&self, printed: Level) -> String {
        let said = |level: Level| match level {
            Level::Error => counted(self.error, "error", "errors"),
            Level::Warning => counted(self.warning, "warning", "warnings"),
            Level::Info => format!("{} info", self.info),
            Level::Hint => counted(self.hint, "hint", "hints"),
        };
        let all = [Level::Error, Level::Warning, Level::Info, Level::Hint];
        let shown: Vec<String> = all.into_iter().filter(|level| *level >= printed).map(said).collect();
        let hidden = all.into_iter().filter(|level| *level < printed && self.of(*level) > 0);
        let hidden: Vec<String> = hidden.map(said).collect();
        let mut line = format!("{}: {}", counted(self.files, "file", "files"), shown.join(", "));
        if !hidden.is_empty() {
            line.push_str(&format!("; not printed: {}", hidden.join(", ")));
        }
        if self.skipped > 0 {
            line.push_str(&format!("; {} skipped", counted(self.skipped, "file", "files")));
        }
        line
    }
    /// The findings of one more file.
    pub fn add(&mut self, other: &Summary) {
        self.error += other.error;
        self.warning += other.warning;
        self.info += other.info;
        self.hint += other.hint;
    }
    /// One more finding.
    pub fn count(&mut self, level: Level) {
        *match level {
            Level::Error => &mut self.error,
            Level::Warning => &mut self.warning,
            Level::Info => &mut self.info,
            Level::Hint => &mut self.hint,
        } += 1;
    }
}

impl MentionRecord {
    /// `404`, `400–499`, `200, 204 or 206`, `1200`.
    pub fn codes_in_words(&self) -> String {
        match (self.ranges.is_empty(), self.codes.first()) {
            (true, Some(number)) => number.to_string(),
            _ => self
                .ranges
                .iter()
                .fold(Codes::EMPTY, |set, (low, high)| set.union(Codes::range(*low, *high)))
                .to_string(),
        }
    }
}
