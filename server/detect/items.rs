//! Where the items at the top of a file begin, told from the text alone: from one line in column 0 that begins an item to the next.
//!
//! A boundary that is missed costs time only. One too many would cut an item in two, so every doubt is decided against it: brackets
//! have to be closed, the line before may not end in an operator, and what goes on (`else`, `where`) begins nothing.

use crate::languages::{Items, Language};
use crate::text::Span;

/// Items smaller than this share a part with their neighbours: each parse has its own price.
const SMALLEST: usize = 400;

/// Cuts a text into runs of whole items, in order and without gaps. One run: the text cannot be cut.
pub fn runs(text: &str, language: &Language) -> Vec<Span> {
    let mut runs: Vec<Span> = vec![];
    for item in cut(text, language, false) {
        match runs.last_mut() {
            Some(last) if last.len() < SMALLEST => last.end = item.end,
            _ => runs.push(item),
        }
    }
    runs
}

/// Each item of a text in which brackets may be left open: what certainly begins an item closes them. All before the first such
/// item is one run.
pub fn of_broken(text: &str, language: &Language) -> Vec<Span> {
    cut(text, language, true)
}

fn cut(text: &str, language: &Language, broken: bool) -> Vec<Span> {
    let mut starts = vec![0];
    if let Some(items) = language.items.as_ref().filter(|items| !broken || !items.certain.is_empty()) {
        let marks =
            Marks { line: language.line_comment.as_deref(), block: language.block_comment.as_ref(), items };
        let bytes = text.as_bytes();
        Reader { bytes, marks, broken, headed: !broken, depth: 0, last: 0, leading: !broken, begun: None }
            .read(&mut starts);
    }
    // A broken file may begin with what certainly begins an item.
    starts.dedup();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(start, end)| Span::new(*start, end)).collect()
}

struct Marks<'l> {
    line: Option<&'l str>,
    block: Option<&'l (String, String)>,
    items: &'l Items,
}

impl Marks<'_> {
    /// A comment may begin with this byte.
    fn opens_comment(&self, byte: u8) -> bool {
        let begins = |mark: &str| mark.as_bytes().first() == Some(&byte);
        self.line.is_some_and(begins) || self.block.is_some_and(|block| begins(&block.0))
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    marks: Marks<'a>,
    /// Brackets may be left open.
    broken: bool,
    /// Boundaries count: not before the first item of a broken file.
    headed: bool,
    /// Open brackets.
    depth: i32,
    /// The last byte of code.
    last: u8,
    /// What was read since the last boundary belongs to the item that follows: decorators, attributes.
    leading: bool,
    /// Where the comments began that stand before what comes next, in column 0.
    begun: Option<usize>,
}

impl Reader<'_> {
    fn read(mut self, starts: &mut Vec<usize>) {
        let mut i = self.line(0, starts);
        while i < self.bytes.len() {
            let byte = self.bytes[i];
            if byte == b'\n' {
                i = self.line(i + 1, starts);
                continue;
            }
            if let Some(end) = self.comment_end(i) {
                i = end;
                continue;
            }
            let end = self.literal_end(i);
            match byte {
                b'(' | b'[' | b'{' => self.depth += 1,
                b')' | b']' | b'}' => self.depth = (self.depth - 1).max(0),
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                self.last = byte;
                self.begun = None;
            }
            i = end;
        }
    }

    /// Looks at the start of a line, and notes a boundary. Returns where reading goes on: the start itself.
    fn line(&mut self, at: usize, starts: &mut Vec<usize>) -> usize {
        let rest = &self.bytes[at.min(self.bytes.len())..];
        let Some(&first) = rest.first() else { return at };
        if self.comment_end(at).is_some() {
            self.begun = self.begun.or(Some(at));
            return at;
        }
        let items = self.marks.items;
        let leads = items.leading.iter().any(|mark| rest.starts_with(mark.as_bytes()));
        let named = first.is_ascii_alphabetic() || matches!(first, b'_' | b'$') || !first.is_ascii();
        let begins = leads
            || named
                && !items.continuing.iter().any(|word| is_word_at(rest, word))
                && (items.beginning.is_empty() || items.beginning.iter().any(|word| is_word_at(rest, word)));
        let certain = self.broken && (leads || items.certain.iter().any(|word| is_word_at(rest, word)));
        if !certain && (!begins || self.depth > 0) {
            return at;
        }
        if certain {
            self.depth = 0;
        }
        self.headed |= certain;
        if self.headed && !self.leading && (certain || self.is_complete()) {
            starts.push(self.begun.unwrap_or(at));
        }
        self.leading = leads;
        at
    }

    /// The code before may be the end of an item.
    fn is_complete(&self) -> bool {
        let ending = &self.marks.items.ending;
        match ending.is_empty() {
            true => !b"=+-*/,.&|?:<>([{\\!~^%".contains(&self.last),
            false => ending.as_bytes().contains(&self.last),
        }
    }

    fn comment_end(&self, at: usize) -> Option<usize> {
        // Asked of every byte.
        if !self.marks.opens_comment(self.bytes[at]) {
            return None;
        }
        let rest = &self.bytes[at..];
        if self.marks.line.is_some_and(|mark| rest.starts_with(mark.as_bytes())) {
            return Some(memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |i| at + i));
        }
        let (open, close) = self.marks.block.filter(|block| rest.starts_with(block.0.as_bytes()))?;
        let inner = at + open.len();
        let end = memchr::memmem::find(&self.bytes[inner..], close.as_bytes());
        Some(end.map_or(self.bytes.len(), |i| inner + i + close.len()))
    }

    /// The end of the string, the character or the pattern that begins here; of the byte itself when none does.
    fn literal_end(&self, at: usize) -> usize {
        let (bytes, items) = (self.bytes, self.marks.items);
        let rest = &bytes[at..];
        match rest[0] {
            b'"' | b'\'' | b'`' => {}
            b'/' if items.patterns => return self.pattern_end(at).unwrap_or(at + 1),
            b'r' if items.raw_strings => return self.raw_end(at).unwrap_or(at + 1),
            _ => return at + 1,
        }
        if let Some(quote) = items.long_quotes.iter().find(|quote| rest.starts_with(quote.as_bytes())) {
            return self.closed(at + quote.len(), quote.as_bytes(), true);
        }
        if items.raw_quotes.iter().any(|quote| rest.starts_with(quote.as_bytes())) {
            return memchr::memchr(rest[0], &rest[1..]).map_or(bytes.len(), |i| at + i + 2);
        }
        if items.lifetimes && rest[0] == b'\'' {
            let closes = rest.get(1) == Some(&b'\\') || rest.iter().skip(2).take(4).any(|b| *b == b'\'');
            let name = rest.get(1).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
            if !closes || name && rest.get(2) != Some(&b'\'') {
                return at + 1;
            }
        }
        self.closed(at + 1, &rest[..1], false)
    }

    /// The end of a string whose inside begins here. A short one ends with its line.
    fn closed(&self, mut at: usize, quote: &[u8], long: bool) -> usize {
        while at < self.bytes.len() {
            match self.bytes[at] {
                b'\\' => at += 1,
                b'\n' if !long => return at,
                byte if byte == quote[0] && self.bytes[at..].starts_with(quote) => return at + quote.len(),
                _ => {}
            }
            at += 1;
        }
        self.bytes.len()
    }

    /// A pattern between slashes, where a value may stand.
    fn pattern_end(&self, at: usize) -> Option<usize> {
        if !b"(,=:[!&|?{};+\0".contains(&self.last) {
            return None;
        }
        let (mut i, mut in_class) = (at + 1, false);
        loop {
            match self.bytes.get(i)? {
                b'\n' => return None,
                b'\\' => i += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => return Some(i + 1),
                _ => {}
            }
            i += 1;
        }
    }

    /// `r"..."`, `r#"..."#`
    fn raw_end(&self, at: usize) -> Option<usize> {
        let before = at.checked_sub(1).map(|i| self.bytes[i]);
        if before.is_some_and(|b| b != b'b' && (b.is_ascii_alphanumeric() || b == b'_')) {
            return None;
        }
        let hashes = self.bytes[at + 1..].iter().take_while(|b| **b == b'#').count();
        let inner = at + 2 + hashes;
        if self.bytes.get(inner - 1) != Some(&b'"') {
            return None;
        }
        let close = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
        memchr::memmem::find(&self.bytes[inner..], &close).map(|i| inner + i + close.len())
    }
}

fn is_word_at(rest: &[u8], word: &str) -> bool {
    rest.starts_with(word.as_bytes())
        && !rest.get(word.len()).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::languages;

    /// The runs of a text in which `~` makes an item large enough for a part of its own.
    fn cut(path: &str, text: &str) -> Vec<String> {
        let language = languages::by_path(path).expect("it is served");
        let comment = language.comment(&"x".repeat(SMALLEST)).expect("it has comments");
        let text = text.replace('~', &comment);
        runs(&text, language).iter().map(|run| text[run.range()].replace(&comment, "~")).collect()
    }

    #[test]
    fn an_item_begins_in_column_0_and_takes_its_comments_and_decorators_along() {
        let items = [
            "import a\n# inside\n~\n",
            "# of f\n@b\n@c\ndef f():\n    pass\n~\n# inside\n    if x: pass\n",
            "~\nclass C:\n    \"\"\"\nnot here\n~\n\"\"\"\n",
            "Y = (\n1)\n",
        ];
        assert_eq!(
            cut("a.py", &items.concat()),
            [items[0].to_string() + items[1], items[2].into(), items[3].into()]
        );
        let items = [
            "use a;\n~\n#[test]\n#[b]\nfn f<'a>()\nwhere A: B\n{ '\"'; \"\nfn no\" }\n",
            "~\nfn g() { r#\"\n}}\"\nfn no\"#; }\n",
            "fn h() {}\n",
        ];
        assert_eq!(cut("a.rs", &items.concat()), items);
    }

    #[test]
    fn what_certainly_begins_an_item_closes_what_was_left_open() {
        let items = [
            "import a\nb = [\n1]\n",
            "@c\ndef f():\n  g(\n",
            "# of h\ndef h():\n  \"\"\"\ndef no\n\"\"\"\n",
            "x = (\ny\n",
            "class C:\n",
        ];
        let text = items.concat();
        let cut = |path: &str, text: &str| -> Vec<String> {
            let language = languages::by_path(path).expect("it is served");
            of_broken(text, language).iter().map(|run| text[run.range()].to_string()).collect()
        };
        assert_eq!(cut("a.py", &text), items);
        assert_eq!(cut("a.py", items[1]), [items[1]]);
        let items = ["x;\n", "function f() {\n", "export const a = 1;\n"];
        assert_eq!(cut("a.js", &items.concat()), items);
    }

    #[test]
    fn what_goes_on_begins_nothing() {
        let items = [
            "if (a) {\n}\n~\nelse {\n}\n",
            "~\nconst b =\n~\nc;\n",
            "d(`\n~\ne`, /[`/]\"/);\n",
            "function f() {}\n",
        ];
        assert_eq!(cut("a.js", &items.concat()), items);
    }
}
