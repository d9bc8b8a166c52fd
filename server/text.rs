//! Byte spans, the line index, and the columns that people and protocols count in. Knows nobody.
//!
//! A line ends at LF, CRLF or a lone CR, as the Language Server Protocol says (3.17, "Text Documents").

use serde::Serialize;
use std::ops::Range;

/// Bytes of the host file, 0-based, end-exclusive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Serialize)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    /// A span from two byte offsets.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end as u32 }
    }
    /// For slicing a text.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
    /// `inner` lies wholly within this span.
    pub fn contains(self, inner: Span) -> bool {
        self.start <= inner.start && inner.end <= self.end
    }
    /// The byte lies within, or touches the end: where a cursor may stand.
    pub fn touches(self, byte: u32) -> bool {
        self.start <= byte && byte <= self.end
    }
    /// The two spans share at least one byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }
    /// How many bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }
    /// No byte at all: a place to insert.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// What one column is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// A byte of UTF-8.
    Utf8,
    /// A code unit of UTF-16.
    Utf16,
    /// A Unicode scalar value (UTF-32).
    Scalar,
}

/// Where the lines of a text start. Lines and columns here are 0-based; doors that count from 1 add it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

/// Every line start `p` with `from < p <= to`.
fn line_starts(bytes: &[u8], from: usize, to: usize, out: &mut Vec<u32>) {
    let end = to.min(bytes.len());
    for i in memchr::memchr2_iter(b'\n', b'\r', &bytes[from.min(end)..end]) {
        let i = from + i;
        if bytes[i] == b'\n' || bytes.get(i + 1) != Some(&b'\n') {
            out.push(i as u32 + 1);
        }
    }
}

impl LineIndex {
    /// Reads a text once.
    pub fn new(text: &str) -> LineIndex {
        let mut starts = vec![0];
        line_starts(text.as_bytes(), 0, text.len(), &mut starts);
        LineIndex { starts }
    }
    /// How many lines; a text has at least one.
    pub fn lines(&self) -> usize {
        self.starts.len()
    }
    /// The 0-based line of a byte.
    pub fn line_of(&self, byte: u32) -> usize {
        self.starts.partition_point(|&start| start <= byte) - 1
    }
    /// The bytes of a 0-based line without its line end; an empty span past the last line.
    pub fn line_span(&self, text: &str, line: usize) -> Span {
        let Some(&start) = self.starts.get(line) else { return Span::new(text.len(), text.len()) };
        let mut end = self.starts.get(line + 1).map_or(text.len(), |&next| next as usize);
        let bytes = text.as_bytes();
        if line + 1 < self.starts.len() {
            end -= 1;
            if bytes[end] == b'\n' && end > start as usize && bytes[end - 1] == b'\r' {
                end -= 1;
            }
        }
        Span::new(start as usize, end)
    }
    /// The 0-based line and column of a byte. A byte past the end counts as the end.
    pub fn position(&self, text: &str, byte: u32, unit: Unit) -> (u32, u32) {
        let byte = (byte as usize).min(text.len());
        let line = self.line_of(byte as u32);
        let before = &text[self.starts[line] as usize..floor_boundary(text, byte)];
        let column = match unit {
            Unit::Utf8 => before.len(),
            _ if before.is_ascii() => before.len(),
            Unit::Utf16 => before.encode_utf16().count(),
            Unit::Scalar => before.chars().count(),
        };
        (line as u32, column as u32)
    }
    /// The byte of a 0-based line and column: always a character boundary, always within the text.
    /// A column past the end of its line is the end of that line; a line past the end is the end of the text.
    pub fn byte(&self, text: &str, line: u32, column: u32, unit: Unit) -> u32 {
        if line as usize >= self.starts.len() {
            return text.len() as u32;
        }
        let span = self.line_span(text, line as usize);
        let (body, column) = (&text[span.range()], column as usize);
        if body.is_ascii() {
            return span.start + column.min(body.len()) as u32;
        }
        if unit == Unit::Utf8 {
            return span.start + floor_boundary(body, column.min(body.len())) as u32;
        }
        let mut counted = 0;
        for (i, c) in body.char_indices() {
            let width = if unit == Unit::Utf16 { c.len_utf16() } else { 1 };
            if counted + width > column {
                return span.start + i as u32; // within a surrogate pair: its start
            }
            counted += width;
        }
        span.end
    }
    /// Follows the replacement of `old` by `new_len` bytes; `text` is the text after it.
    pub fn edit(&mut self, text: &str, old: Span, new_len: usize) {
        let (start, end) = (old.start as usize, old.end as usize);
        let low = self.starts.partition_point(|&x| (x as usize) <= start.saturating_sub(1)).max(1) - 1;
        let window = self.starts[low] as usize;
        let high = self.starts.partition_point(|&x| (x as usize) <= end + 1);
        let delta = new_len as i64 - (end - start) as i64;
        let mut fresh = vec![];
        line_starts(text.as_bytes(), window, start + new_len + 1, &mut fresh);
        if delta != 0 {
            for x in &mut self.starts[high..] {
                *x = (i64::from(*x) + delta) as u32;
            }
        }
        self.starts.splice(low + 1..high, fresh);
    }
}

/// The nearest character boundary at or before a byte.
pub fn floor_boundary(text: &str, mut byte: usize) -> usize {
    byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIXED: &str = "a\u{1F600}b\r\nsecond\rthird \u{65}\u{301}\n\nlast";

    #[test]
    fn a_line_ends_at_lf_crlf_and_a_lone_cr() {
        let index = LineIndex::new(MIXED);
        let lines: Vec<&str> =
            (0..index.lines()).map(|l| &MIXED[index.line_span(MIXED, l).range()]).collect();
        assert_eq!(lines, ["a\u{1F600}b", "second", "third e\u{301}", "", "last"]);
    }

    #[test]
    fn every_byte_survives_the_way_to_a_column_and_back() {
        let index = LineIndex::new(MIXED);
        for unit in [Unit::Utf8, Unit::Utf16, Unit::Scalar] {
            for (i, c) in MIXED.char_indices().filter(|(_, c)| *c != '\n' && *c != '\r') {
                let (line, column) = index.position(MIXED, i as u32, unit);
                assert_eq!(index.byte(MIXED, line, column, unit), i as u32, "{c:?} at {i} in {unit:?}");
            }
        }
    }

    #[test]
    fn positions_past_the_end_are_clamped() {
        let index = LineIndex::new(MIXED);
        assert_eq!(index.byte(MIXED, 99, 0, Unit::Utf16) as usize, MIXED.len());
        assert_eq!(index.byte(MIXED, 0, 99, Unit::Utf16), 6);
        assert_eq!(index.byte(MIXED, 0, 2, Unit::Utf16), 1, "inside a surrogate pair");
    }

    #[test]
    fn an_edited_index_equals_a_fresh_one() {
        let mut text = MIXED.to_string();
        let mut index = LineIndex::new(&text);
        let mut seed = 7u64;
        for _ in 0..3000 {
            let mut next = |n: usize| {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (seed >> 33) as usize % n.max(1)
            };
            let a = floor_boundary(&text, next(text.len() + 1));
            let b = floor_boundary(&text, (a + next(6)).min(text.len())).max(a);
            let new = ["", "\n", "\r", "\r\n", "xy", "\u{1F600}", "1\n2\r3"][next(7)];
            text.replace_range(a..b, new);
            index.edit(&text, Span::new(a, b), new.len());
            assert_eq!(index, LineIndex::new(&text), "after {a}..{b} -> {new:?} in {text:?}");
            if text.len() > 200 {
                text.truncate(floor_boundary(&text, 40));
                index = LineIndex::new(&text);
            }
        }
    }
}
