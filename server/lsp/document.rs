//! One open document: its text, its lines, its tree. Columns become bytes here and nowhere further in.

use crate::text::{LineIndex, Span, Unit};
use std::sync::Arc;
use tower_lsp::gen_lsp_types::{Position, Range, TextDocumentContentChangeEvent as Change};
use tree_sitter::{InputEdit, Point, Tree};

/// The text of a document as the client last told it, and the tree that belongs to it.
pub struct Document {
    text: String,
    /// The same text as the readers of facts hold it; made anew when it is first asked for after an edit.
    shared: Option<Arc<str>>,
    lines: LineIndex,
    /// A CR was seen: lines of the protocol and rows of a tree may differ.
    has_cr: bool,
    tree: Option<Tree>,
    /// What was edited since a reading was started elsewhere: its tree must follow.
    since: Vec<InputEdit>,
    /// The next reading parses everything: the tree of one that was started before is of no use.
    afresh: bool,
    /// A mark is read by what stands beside it on its line: edits are told to a tree as whole lines.
    by_lines: bool,
    /// What was edited since findings were last shown; `None`: the whole text is another one.
    unseen: Option<Vec<Replacement>>,
    /// Where somebody types, in bytes: behind the last edit, if that was one key which may be part of a code.
    typing: Option<u32>,
}

/// Bytes of the text before, and how many stand in their place.
#[derive(Clone, Copy)]
pub struct Replacement {
    old: Span,
    new_len: u32,
}

impl Replacement {
    /// Where a span lies after it; `None` when it was edited itself.
    pub fn moved(self, span: Span) -> Option<Span> {
        let shift = |byte: u32| byte - self.old.end + self.old.start + self.new_len;
        if self.old.end <= span.start {
            Some(Span { start: shift(span.start), end: shift(span.end) })
        } else {
            (span.end <= self.old.start).then_some(span)
        }
    }
    /// The bytes that are new, and those that were new before.
    fn extended(self, earlier: Option<Span>) -> Span {
        let fresh = Span { start: self.old.start, end: self.old.start + self.new_len };
        let Some(earlier) = earlier else { return fresh };
        let end = match earlier.end.checked_sub(self.old.end) {
            Some(behind) => fresh.end + behind,
            None => fresh.end.max(earlier.end.min(self.old.start)),
        };
        let start = match self.moved(earlier) {
            Some(moved) => moved.start,
            None => earlier.start.min(fresh.start),
        };
        Span { start: start.min(fresh.start), end: end.max(fresh.end) }
    }
}

impl Document {
    /// A document as it was opened.
    pub fn new(text: String) -> Document {
        let lines = LineIndex::new(&text);
        let has_cr = memchr::memchr(b'\r', text.as_bytes()).is_some();
        Document {
            text,
            shared: None,
            lines,
            has_cr,
            tree: None,
            since: vec![],
            afresh: true,
            by_lines: true,
            unseen: Some(vec![]),
            typing: None,
        }
    }
    /// A document in a language whose marks stand for themselves: its tree is told of the edited bytes alone.
    pub fn exact(self) -> Document {
        Document { by_lines: false, ..self }
    }
    /// The tree of the text, when the text is read as it is now and was parsed for that.
    pub fn tree(&self) -> Option<&Tree> {
        self.tree.as_ref()
    }
    /// The text to hand to a reader, copied once per version.
    pub fn shared(&mut self) -> Arc<str> {
        self.shared.get_or_insert_with(|| Arc::from(self.text.as_str())).clone()
    }
    /// The byte of a position; past the end of a line is its end, past the last line is the end of the text.
    pub fn byte(&self, position: Position, unit: Unit) -> u32 {
        self.lines.byte(&self.text, position.line, position.character, unit)
    }
    /// Where its lines start.
    pub fn lines(&self) -> &LineIndex {
        &self.lines
    }
    /// The position of a byte.
    pub fn position(&self, byte: u32, unit: Unit) -> Position {
        let (line, character) = self.lines.position(&self.text, byte, unit);
        Position { line, character }
    }
    /// The range of a span.
    pub fn range(&self, span: Span, unit: Unit) -> Range {
        Range { start: self.position(span.start, unit), end: self.position(span.end, unit) }
    }
    /// The span of a range; ends in the wrong order are put right.
    pub fn span(&self, range: Range, unit: Unit) -> Span {
        let (a, b) = (self.byte(range.start, unit), self.byte(range.end, unit));
        Span { start: a.min(b), end: a.max(b) }
    }
    /// Applies what one notification brings, in order.
    pub fn apply(&mut self, changes: Vec<Change>, unit: Unit) {
        for change in changes {
            match change {
                Change::TextDocumentContentChangePartial(change) => {
                    let span = self.span(change.range, unit);
                    self.replace(span, &change.text);
                    let end = span.start + change.text.len() as u32;
                    self.typing = is_key(span, &change.text).then_some(end);
                }
                Change::TextDocumentContentChangeWholeDocument(change) => self.reset(change.text),
            }
        }
    }
    /// The code that is being typed: of one or two places yet, and the last key went to its end. Nobody knows what it
    /// will be, so it is not judged until something else is typed, or the document is saved.
    pub fn half_typed(&self) -> Option<Span> {
        let end = self.typing? as usize;
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii();
        let (before, after) = self.text.as_bytes().split_at(end);
        let word = before.iter().rev().take_while(|byte| is_word(byte)).count();
        let start = end - word;
        let is_begun = before[start..].first().is_some_and(u8::is_ascii_digit)
            && before[start..].iter().all(|byte| is_of_a_code(*byte));
        (is_begun && word < 3 && !after.first().is_some_and(is_word)).then(|| Span::new(start, end))
    }
    /// What was typed last is meant as it stands. `true` when a code was being typed.
    pub fn finish_typing(&mut self) -> bool {
        let was_typing = self.half_typed().is_some();
        self.typing = None;
        was_typing
    }
    /// Takes a whole new text.
    pub fn reset(&mut self, text: String) {
        *self = Document { unseen: None, by_lines: self.by_lines, ..Document::new(text) };
    }
    fn replace(&mut self, old: Span, new: &str) {
        let (start, old_end) = match self.by_lines {
            true => (self.line_start(old.start as usize), self.line_end(old.end as usize)),
            false => (old.start as usize, old.end as usize),
        };
        let (start_position, old_end_position) = (self.point(start), self.point(old_end));
        self.text.replace_range(old.range(), new);
        self.lines.edit(&self.text, old, new.len());
        self.has_cr |= memchr::memchr(b'\r', new.as_bytes()).is_some();
        self.shared = None;
        let new_end = old_end + new.len() - old.len();
        let edit = InputEdit {
            start_byte: start,
            old_end_byte: old_end,
            new_end_byte: new_end,
            start_position,
            old_end_position,
            new_end_position: self.point(new_end),
        };
        if let Some(unseen) = &mut self.unseen {
            unseen.push(Replacement { old, new_len: new.len() as u32 });
        }
        if let Some(tree) = &mut self.tree {
            tree.edit(&edit);
        }
        self.since.push(edit);
    }
    fn line_start(&self, byte: usize) -> usize {
        memchr::memrchr(b'\n', &self.text.as_bytes()[..byte]).map_or(0, |at| at + 1)
    }
    fn line_end(&self, byte: usize) -> usize {
        memchr::memchr(b'\n', &self.text.as_bytes()[byte..]).map_or(self.text.len(), |at| at + byte)
    }
    /// Row and column in bytes as a parser counts them: only LF ends a row.
    fn point(&self, byte: usize) -> Point {
        if !self.has_cr {
            let (row, column) = self.lines.position(&self.text, byte as u32, Unit::Utf8);
            return Point::new(row as usize, column as usize);
        }
        let before = &self.text.as_bytes()[..byte];
        let row = memchr::memchr_iter(b'\n', before).count();
        Point::new(row, byte - memchr::memrchr(b'\n', before).map_or(0, |at| at + 1))
    }
    /// The tree from which the next reading may start. From here on, edits are kept for the tree that the reading brings.
    pub fn start_reading(&mut self) -> Option<Tree> {
        self.since.clear();
        self.afresh = false;
        self.tree.clone()
    }
    /// Keeps the tree that a reading brought, edited to match the text of now.
    pub fn keep_tree(&mut self, tree: Option<Tree>) {
        self.tree = tree.filter(|_| !self.afresh);
        if let Some(tree) = &mut self.tree {
            self.since.iter().for_each(|edit| tree.edit(edit));
        }
        self.since.clear();
    }
    /// What was edited since findings were last shown, and the bytes of now that it touched. `None`: nothing, or everything.
    pub fn unseen(&self) -> Option<(Vec<Replacement>, Span)> {
        let edits = self.unseen.as_ref()?;
        let touched = edits.iter().fold(None, |earlier, edit| Some(edit.extended(earlier)))?;
        Some((edits.clone(), touched))
    }
    /// Findings for the text of now are shown.
    pub fn shown(&mut self) {
        self.unseen = Some(vec![]);
    }
    /// Keeps the tree of the text of now, if a glance brought one.
    pub fn step(&mut self, tree: Option<Tree>) {
        self.tree = tree.or(self.tree.take());
    }
    /// The next reading parses everything afresh.
    pub fn forget_tree(&mut self) {
        self.tree = None;
        self.afresh = true;
    }
}

/// What codes and their wildcards (`404`, `4xx`) are written with.
fn is_of_a_code(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'x' | b'X')
}

/// An edit is one key at the end of a code: a digit, or a step back.
fn is_key(old: Span, new: &str) -> bool {
    match new.as_bytes() {
        [] => old.len() == 1,
        [key] => is_of_a_code(*key),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tower_lsp::gen_lsp_types::TextDocumentContentChangePartial;

    fn change(start: (u32, u32), end: (u32, u32), text: &str) -> Change {
        let position = |(line, character)| Position { line, character };
        Change::TextDocumentContentChangePartial(TextDocumentContentChangePartial {
            range: Range { start: position(start), end: position(end) },
            text: text.to_string(),
            ..TextDocumentContentChangePartial::default()
        })
    }

    #[test]
    fn columns_are_counted_as_the_client_counts() {
        for (unit, column) in [(Unit::Utf8, 4), (Unit::Utf16, 2), (Unit::Scalar, 1)] {
            let mut document = Document::new("\u{1F600}x\n".to_string());
            document.apply(vec![change((0, column), (0, column + 1), "404")], unit);
            assert_eq!(document.text, "\u{1F600}404\n", "{unit:?}");
        }
    }

    #[test]
    fn changes_of_one_notification_follow_each_other() {
        let mut document = Document::new("a\r\nb\rc".to_string());
        document.apply(vec![change((1, 0), (1, 1), "xy\n"), change((3, 0), (2, 0), "z")], Unit::Utf16);
        assert_eq!(document.text, "a\r\nxy\nzc");
    }

    /// The text of a line behind which something is typed, and what is half typed then.
    fn half_typed(line: &str, keys: &[&str], rest: &str) -> Option<String> {
        let mut document = Document::new(format!("{line}{rest}\n"));
        let mut column = line.len() as u32;
        for key in keys {
            let from = if key.is_empty() { column - 1 } else { column };
            document.apply(vec![change((0, from), (0, column), key)], Unit::Utf8);
            column = from + key.len() as u32;
        }
        document.half_typed().map(|span| document.text[span.range()].to_string())
    }

    #[test]
    fn a_code_is_half_typed_until_it_has_three_places_or_something_else_is_typed() {
        let after = |keys: &[&str]| half_typed("status == ", keys, ":");
        assert_eq!(after(&["4"]).as_deref(), Some("4"));
        assert_eq!(after(&["4", "0"]).as_deref(), Some("40"));
        assert_eq!(after(&["4", "0", "4"]), None);
        assert_eq!(after(&["4", "0", "4", ""]).as_deref(), Some("40"), "a step back");
        assert_eq!(after(&["4", "X"]).as_deref(), Some("4X"));
        assert_eq!(after(&["4", "0", " "]), None);
        assert_eq!(after(&["x"]), None, "a name");
        assert_eq!(after(&["40"]), None, "pasted, or written by a program");
        assert_eq!(half_typed("a", &["4"], ""), None, "the end of a name");
        assert_eq!(half_typed("status == ", &["4"], "04"), None, "more of it stands behind");
        assert_eq!(half_typed("status(\u{1F389}, ", &["4", "0"], ")").as_deref(), Some("40"));
        assert_eq!(half_typed("é", &["4"], ""), None, "the end of a name in another script");
    }

    #[test]
    fn a_code_is_not_half_typed_in_a_text_that_was_opened_reset_or_saved() {
        let mut document = Document::new("a 40".to_string());
        assert_eq!(document.half_typed(), None);
        document.apply(vec![change((0, 3), (0, 4), "1")], Unit::Utf16);
        assert_eq!(document.half_typed(), Some(Span::new(2, 4)));
        assert!(document.finish_typing() && !document.finish_typing());
        assert_eq!(document.half_typed(), None);
        document.apply(vec![change((0, 3), (0, 4), "2"), change((0, 0), (0, 1), "b")], Unit::Utf16);
        assert_eq!(document.half_typed(), None, "something else was edited since");
        document.apply(vec![change((0, 3), (0, 4), "3")], Unit::Utf16);
        document.reset("a 43".to_string());
        assert_eq!(document.half_typed(), None);
    }

    #[test]
    fn spans_follow_edits_and_edits_add_up() {
        let mut document = Document::new("0123456789".to_string());
        document.replace(Span::new(2, 4), "abc"); // 01abc456789
        document.replace(Span::new(8, 8), "!"); // 01abc456!789
        let (edits, touched) = document.unseen().expect("edited");
        assert_eq!((document.text.as_str(), touched), ("01abc456!789", Span::new(2, 9)));
        let follow = |span: Span| edits.iter().try_fold(span, |span, edit| edit.moved(span));
        assert_eq!(follow(Span::new(0, 2)), Some(Span::new(0, 2)));
        assert_eq!(follow(Span::new(8, 10)), Some(Span::new(10, 12)));
        assert_eq!(follow(Span::new(3, 5)), None);
        document.shown();
        assert!(document.unseen().is_none());
    }

    #[test]
    fn rows_of_a_tree_end_at_lf_alone() {
        let document = Document::new("a\rb\r\nc".to_string());
        assert_eq!(document.point(2), Point::new(0, 2));
        assert_eq!(document.point(5), Point::new(1, 0));
    }

    #[test]
    fn an_edited_tree_parses_to_what_a_fresh_one_is() {
        let mut parser = tree_sitter::Parser::new();
        parser.set_language(&tree_sitter_go::LANGUAGE.into()).expect("the grammar fits");
        let mut document = Document::new("package a\n\nfunc f() { g(404) }\n".to_string());
        let first = parser.parse(&document.text, None);
        document.start_reading();
        document.keep_tree(first);
        document.apply(vec![change((2, 13), (2, 16), "500"), change((0, 8), (0, 9), "\u{e9}")], Unit::Utf16);
        let old = document.start_reading();
        let again = parser.parse(&document.text, old.as_ref()).expect("no time limit");
        let fresh = parser.parse(&document.text, None).expect("no time limit");
        assert_eq!(again.root_node().to_sexp(), fresh.root_node().to_sexp());
        assert_eq!(again.root_node().end_position(), fresh.root_node().end_position());
    }

    /// Programs in which edits are made; Rust has macros, whose reading depends on what stands beside them.
    const PROGRAMS: &[(&str, &str)] = &[
        (
            "a.rs",
            "use axum::http::StatusCode;\nfn f(r: R) {\n    assert_eq!(r.status(), 404);\n    let ok = vec![200, 204];\n    if r.status() == StatusCode::OK {}\n}\n",
        ),
        (
            "a.py",
            "import requests\nr = requests.get(u)\nif r.status_code == 404 or 500:\n    raise HTTPError(status=503)\nCODES = [200, 204]\n",
        ),
        (
            "a.ts",
            "const r = await fetch(u);\nif (r.status >= 200 && r.status < 300) { res.status(404).json({ status: 404 }) }\n",
        ),
        (
            "a.go",
            "package p\nimport \"net/http\"\nfunc f(w http.ResponseWriter) {\n\tw.WriteHeader(404)\n\thttp.Error(w, \"x\", http.StatusBadRequest)\n}\n",
        ),
    ];

    #[test]
    fn an_incremental_reading_equals_a_fresh_one_where_the_text_parses() {
        let mut seed = 11u64;
        let mut next = |n: usize| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) as usize % n.max(1)
        };
        let mut compared = 0;
        for (path, program) in PROGRAMS {
            let language = crate::languages::by_path(path).expect("served");
            let vocabulary = crate::languages::Vocabulary::builtin(&language.ecosystem);
            let registry = crate::status::Registry::builtin();
            let whole = Document::new((*program).to_string());
            let mut document = if language.traits.call_macros { whole } else { whole.exact() };
            for _ in 0..150 {
                let a = crate::text::floor_boundary(&document.text, next(document.text.len() + 1));
                let b = crate::text::floor_boundary(&document.text, a + next(3)).max(a);
                let new = ["", "!", "(", ")", "4", "\n", " ", "[", "x", "404", "\"", "// c\n"][next(12)];
                document.replace(Span::new(a, b), new);
                let text = document.shared();
                let source = crate::detect::Source {
                    path,
                    text,
                    language,
                    vocabulary: &vocabulary,
                    registry: &registry,
                };
                let old = document.start_reading();
                let step = crate::detect::detect(&source, old.as_ref());
                let fresh = crate::detect::detect(&source, None);
                if fresh.tree.as_ref().is_some_and(|tree| !tree.root_node().has_error()) {
                    let facts = |d: &crate::detect::Detection| {
                        serde_json::to_string(&d.facts.mentions).expect("mentions are plain")
                    };
                    assert_eq!(facts(&step), facts(&fresh), "{path}: {:?}", document.text);
                    compared += 1;
                }
                document.keep_tree(step.tree);
                if document.text.len() > 600
                    || fresh.tree.is_none_or(|tree| tree.root_node().has_error()) && next(4) == 0
                {
                    document.reset((*program).to_string());
                }
            }
        }
        assert!(compared > 60, "only {compared} texts could be compared");
    }
}
