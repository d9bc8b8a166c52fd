//! The files that servers are asked about: assembled from a head, a part that is repeated under other names, and a tail.

use lsp_lint::languages::{self, Language};
use std::fs;
use std::ops::Range;
use std::path::Path;

/// How long they are.
pub const LINES: usize = 10_000;

/// Parts the three parts.
const EDGE: &str = "----\n";

/// Stands where each repetition has its number.
const NUMBER: &str = "N";

/// What stands in the middle of a broken file: a call that somebody began to write.
const BROKEN: &str = "half = call(\n";

/// One file.
pub struct Text {
    pub name: String,
    pub language: &'static Language,
    pub text: String,
}

/// The files that are assembled from the parts in a folder, by their languages' folders, and the served languages without one.
///
/// # Errors
/// One cannot be read, is in no served language, or has not three parts.
pub fn all(folder: &Path) -> Result<(Vec<Text>, Vec<&'static str>), String> {
    let named = |fault: &dyn std::fmt::Display| format!("{}: {fault}", folder.display());
    let mut texts = vec![];
    for entry in fs::read_dir(folder).map_err(|fault| named(&fault))? {
        let entry = entry.map_err(|fault| named(&fault))?;
        let name = entry.file_name().to_string_lossy().trim_end_matches(".txt").to_string();
        let language =
            languages::by_path(&name).ok_or_else(|| named(&format!("{name} is in no served language")))?;
        let parts = fs::read_to_string(entry.path()).map_err(|fault| named(&fault))?;
        let text = assembled(&parts, LINES).ok_or_else(|| named(&format!("{name} has no three parts")))?;
        texts.push(Text { name, language, text });
    }
    texts.sort_by_key(|text| text.language.id);
    let missing = languages::all().map(|language| language.id);
    let missing = missing.filter(|id| texts.iter().all(|text| text.language.id != *id)).collect();
    Ok((texts, missing))
}

/// At least so many lines.
fn assembled(parts: &str, lines: usize) -> Option<String> {
    let (head, rest) = parts.split_once(EDGE)?;
    let (part, tail) = rest.split_once(EDGE)?;
    let count = |text: &str| text.lines().count();
    let times = lines.saturating_sub(count(head) + count(tail)).div_ceil(count(part).max(1));
    let middle: String = (1..=times).map(|i| numbered(part, i)).collect();
    Some(format!("{head}{middle}{tail}"))
}

/// The part with its number wherever one word ends or stands alone in an `N`.
fn numbered(part: &str, number: usize) -> String {
    let mut text = String::with_capacity(part.len() + 64);
    let mut rest = part;
    while let Some(at) = rest.find(NUMBER) {
        let (before, after) = (&rest[..at], &rest[at + NUMBER.len()..]);
        let ends = !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let begins = before.ends_with(|c: char| c.is_lowercase() || matches!(c, '_' | '-'));
        text.push_str(before);
        text.push_str(&if ends && begins { number.to_string() } else { NUMBER.into() });
        rest = after;
    }
    text + rest
}

impl Text {
    /// The same with a syntax error in the middle.
    pub fn broken(&self) -> Text {
        let starts: Vec<usize> = self.text.match_indices('\n').map(|(at, _)| at + 1).collect();
        let (before, after) = self.text.split_at(starts[starts.len() / 2]);
        Text { name: self.name.clone(), language: self.language, text: format!("{before}{BROKEN}{after}") }
    }

    /// Places after words, so many, spread over the file: line and column, from 0.
    pub fn words(&self, count: usize) -> Vec<(usize, usize)> {
        let ends: Vec<(usize, usize)> =
            self.lines().filter_map(|(line, text)| Some((line, last_word(text)?.end))).collect();
        spread(&ends, count)
    }

    /// Places after numbers of three digits, so many, spread over the file.
    pub fn numbers(&self, count: usize) -> Vec<(usize, usize)> {
        let ends: Vec<(usize, usize)> =
            self.lines().filter_map(|(line, text)| Some((line, number(text)?.end))).collect();
        spread(&ends, count)
    }

    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate()
    }
}

/// The last run of letters on a line.
fn last_word(line: &str) -> Option<Range<usize>> {
    let end = line.rfind(|c: char| c.is_ascii_alphabetic())? + 1;
    let start = line[..end].rfind(|c: char| !c.is_ascii_alphabetic()).map_or(0, |at| at + 1);
    Some(start..end)
}

/// The first number of three digits on a line that could be a status.
fn number(line: &str) -> Option<Range<usize>> {
    let bytes = line.as_bytes();
    let alone =
        |at: usize| !bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let starts = (0..bytes.len().saturating_sub(2)).find(|&at| {
        (b'1'..=b'5').contains(&bytes[at])
            && bytes[at..at + 3].iter().all(u8::is_ascii_digit)
            && (at == 0 || alone(at - 1))
            && alone(at + 3)
    })?;
    Some(starts..starts + 3)
}

/// So many of them at equal distances; all of them again when there are fewer.
fn spread(places: &[(usize, usize)], count: usize) -> Vec<(usize, usize)> {
    (0..count).filter_map(|i| places.get(i * places.len() / count)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text {
        let language = languages::by_path("a.py").expect("Python is served");
        Text { name: "a.py".into(), language, text: text.into() }
    }

    #[test]
    fn a_text_has_its_parts_and_so_many_lines() {
        let parts = "head\n----\ngetN(No, NONE)\n/orders-N\n----\ntail\n";
        assert_eq!(
            assembled(parts, 6).as_deref(),
            Some("head\nget1(No, NONE)\n/orders-1\nget2(No, NONE)\n/orders-2\ntail\n")
        );
        assert_eq!(assembled("no parts", 6), None);
    }

    #[test]
    fn the_files_of_the_bench_are_as_long_as_they_should_be() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/texts");
        let (texts, _) = all(&folder).expect("they are well formed");
        for text in texts {
            let lines = text.text.lines().count();
            assert!((LINES..LINES + 100).contains(&lines), "{} has {lines} lines", text.name);
            assert!(text.numbers(100).len() == 100 && text.words(12).len() == 12, "{}", text.name);
        }
    }

    #[test]
    fn a_file_is_broken_in_the_middle_only() {
        assert_eq!(text("a\nb\nc\nd\n").broken().text, format!("a\nb\nc\n{BROKEN}d\n"));
    }

    #[test]
    fn places_are_spread_and_stand_behind_words_and_numbers() {
        let text = text("if x == 404:\n    go(1404)\n\n    stop(200, 5)\n");
        assert_eq!(text.numbers(2), [(0, 11), (3, 12)]);
        assert_eq!(text.words(3), [(0, 4), (1, 6), (3, 8)]);
        assert_eq!(text.numbers(4).len(), 4);
    }
}
