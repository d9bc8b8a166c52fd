//! What a document of keys and values holds: one flat outline for YAML, JSON and TOML, read in one pass.
//!
//! These are readers of our own, and tolerant ones. The YAML grammar aborts the process at 254 nested blocks, makes one error
//! of every file over 32,768 lines, and loses its way at the first brace of a template; all three are daily bread here
//! (published API descriptions, Helm charts). A reader that only wants keys, scalars and where they stand needs no tree.

use crate::facts::Comment;
use crate::languages::Notation;
use crate::text::Span;
use std::collections::HashMap;

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In quotes, where a backslash may escape.
    Quoted,
    /// A block of several lines.
    Block,
}

/// A scalar or a key.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// Without quotes.
    pub span: Span,
    /// With quotes.
    pub outer: Span,
    /// How it is written.
    pub style: Style,
}

/// What an entry holds.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// Nothing, or nothing that is read (an alias).
    Nothing,
    /// A text.
    Scalar(Text),
    /// Items.
    List,
    /// Keys and values.
    Map,
}

/// A key with its value, an item of a list, or the root of a document.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The map or list it stands in; a root is its own parent.
    pub parent: u32,
    /// Its key; none for items and roots.
    pub key: Option<Text>,
    /// What it holds.
    pub value: Value,
    /// From its key to the end of its value.
    pub span: Span,
    first: u32,
    last: u32,
    next: u32,
    depth: u16,
}

const NONE: u32 = u32::MAX;

/// How many bytes of text an entry has, about: a guess that saves most of the growing.
const BYTES_OF_ENTRY: usize = 24;

/// How deep maps and lists may nest; what lies deeper is passed over.
const DEEPEST: u16 = 200;

/// Everything in a document, in the order of the text: an entry stands before what it holds.
#[derive(Default)]
pub struct Outline {
    /// The entries.
    pub entries: Vec<Entry>,
    /// The comments.
    pub comments: Vec<Comment>,
    /// Something was nested too deep to be read.
    pub too_deep: bool,
}

impl Outline {
    /// Reads a text; never fails.
    pub fn read(text: &str, notation: Notation) -> Outline {
        let mut reader = Reader {
            text,
            bytes: text.as_bytes(),
            at: 0,
            outline: Outline {
                entries: Vec::with_capacity(text.len() / BYTES_OF_ENTRY),
                ..Outline::default()
            },
            notation,
            tables: HashMap::new(),
        };
        match notation {
            Notation::Braces => {
                let root = reader.open(NONE, None, 0);
                reader.flow(root, text.len());
            }
            Notation::Indented => reader.blocks(),
            Notation::Tables => reader.tables(),
            Notation::Directives => {}
        }
        reader.outline
    }
    /// What a map or a list holds.
    pub fn children(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        let mut at = self.entries[id as usize].first;
        std::iter::from_fn(move || {
            let here = at;
            at = self.entries.get(here as usize)?.next;
            Some(here)
        })
    }
    /// An entry.
    pub fn at(&self, id: u32) -> &Entry {
        &self.entries[id as usize]
    }
    /// The entries around one, from the inside out, without itself.
    pub fn above(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        let mut at = id;
        std::iter::from_fn(move || {
            let parent = self.entries[at as usize].parent;
            (parent != at).then(|| {
                at = parent;
                at
            })
        })
    }
    /// The roots of all documents.
    pub fn roots(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.entries.len() as u32).filter(|id| self.at(*id).parent == *id)
    }
    /// The value of a key in a map.
    pub fn child(&self, text: &str, map: u32, key: &str) -> Option<u32> {
        self.children(map).find(|id| self.at(*id).key.is_some_and(|k| &text[k.span.range()] == key))
    }
    /// The text that an entry holds.
    pub fn scalar(&self, id: u32) -> Option<Text> {
        match self.at(id).value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    outline: Outline,
    notation: Notation,
    /// The tables made so far, by the one around them and their key: siblings may be many.
    tables: HashMap<(u32, &'t str), u32>,
}

/// A map or list whose entries begin in one column.
struct Level {
    /// The column; -1 for the root.
    indent: i64,
    /// The entry that holds it.
    id: u32,
    list: bool,
    /// Its last entry, which may still wait for a value.
    last: u32,
}

impl<'t> Reader<'t> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }
    fn starts(&self, at: usize, what: &str) -> bool {
        self.bytes[at.min(self.bytes.len())..].starts_with(what.as_bytes())
    }
    fn end_of_line(&self, at: usize) -> usize {
        memchr::memchr2(b'\n', b'\r', &self.bytes[at..]).map_or(self.bytes.len(), |i| at + i)
    }
    fn open(&mut self, parent: u32, key: Option<Text>, start: usize) -> u32 {
        let id = self.outline.entries.len() as u32;
        let start = key.map_or(start, |key| key.outer.start as usize);
        let end = key.map_or(start, |key| key.outer.end as usize);
        let (parent, depth) = match parent {
            NONE => (id, 0),
            _ => (parent, self.outline.at(parent).depth + 1),
        };
        if parent != id {
            let above = &mut self.outline.entries[parent as usize];
            match above.last {
                NONE => above.first = id,
                last => self.outline.entries[last as usize].next = id,
            }
            self.outline.entries[parent as usize].last = id;
        }
        let span = Span::new(start, end);
        let entry =
            Entry { parent, key, value: Value::Nothing, span, first: NONE, last: NONE, next: NONE, depth };
        self.outline.entries.push(entry);
        id
    }
    fn set(&mut self, id: u32, value: Value, end: usize) {
        let entry = &mut self.outline.entries[id as usize];
        entry.value = value;
        entry.span.end = entry.span.end.max(end as u32);
    }
    fn waits(&self, id: u32) -> bool {
        matches!(self.outline.at(id).value, Value::Nothing)
    }
    /// A comment from here to the end of the line.
    fn comment(&mut self, to: usize) {
        let line = memchr::memrchr2(b'\n', b'\r', &self.bytes[..self.at]).map_or(0, |i| i + 1);
        let own_line = self.bytes[line..self.at].iter().all(|b| matches!(b, b' ' | b'\t'));
        self.outline.comments.push(Comment { span: Span::new(self.at, to), own_line });
        self.at = to;
    }

    // Values in brackets: JSON, and the same inside YAML.

    fn blanks(&mut self, end: usize) {
        while self.at < end {
            match self.bytes[self.at] {
                b' ' | b'\t' | b'\n' | b'\r' | b',' => self.at += 1,
                b'#' => self.comment(self.end_of_line(self.at).min(end)),
                b'/' if self.byte(self.at + 1) == b'/' => self.comment(self.end_of_line(self.at).min(end)),
                b'/' if self.byte(self.at + 1) == b'*' => {
                    let rest = &self.bytes[self.at..end];
                    let to = memchr::memmem::find(rest, b"*/").map_or(end, |i| self.at + i + 2);
                    self.comment(to);
                }
                0xEF if self.at == 0 && self.starts(0, "\u{feff}") => self.at += 3,
                _ => break,
            }
        }
    }
    /// A quoted text; the reader stands on the quote. In JSON it ends at the latest with its line.
    fn quoted(&mut self, end: usize) -> Text {
        let (start, quote) = (self.at, self.bytes[self.at]);
        let doubled = quote == b'\'' && self.notation != Notation::Braces;
        let mut at = start + 1;
        while at < end {
            match self.bytes[at] {
                b'\\' if !doubled => at += 1,
                b'\'' if doubled && self.byte(at + 1) == b'\'' && self.notation == Notation::Indented => {
                    at += 1;
                }
                b if b == quote => break,
                b'\n' if self.notation == Notation::Braces => break,
                _ => {}
            }
            at += 1;
        }
        let inner = at.min(end);
        self.at = (inner + usize::from(self.byte(inner) == quote)).min(end);
        Text {
            span: Span::new(start + 1, inner.max(start + 1)),
            outer: Span::new(start, self.at),
            style: Style::Quoted,
        }
    }
    fn bare(&mut self, end: usize, stop: impl Fn(u8, u8, u8) -> bool) -> Text {
        let start = self.at;
        while self.at < end {
            let before = if self.at == start { 0 } else { self.bytes[self.at - 1] };
            if stop(before, self.bytes[self.at], self.byte(self.at + 1)) {
                break;
            }
            self.at += 1;
        }
        let mut last = self.at;
        while last > start && matches!(self.bytes[last - 1], b' ' | b'\t' | b'\r') {
            last -= 1;
        }
        let span = Span::new(start, last);
        Text { span, outer: span, style: Style::Plain }
    }
    /// A value in flow style for this entry, from here on.
    fn flow(&mut self, id: u32, end: usize) {
        self.blanks(end);
        if self.at >= end {
            return;
        }
        match self.bytes[self.at] {
            b'{' | b'[' if self.outline.at(id).depth >= DEEPEST => self.pass_over(end),
            b'{' => {
                self.outline.entries[id as usize].value = Value::Map;
                self.at += 1;
                loop {
                    self.blanks(end);
                    match self.byte(self.at) {
                        _ if self.at >= end => break,
                        b'}' => {
                            self.at += 1;
                            break;
                        }
                        b']' => break,
                        b'"' | b'\'' => {
                            let key = self.quoted(end);
                            self.flow_pair(id, key, end);
                        }
                        _ => {
                            let from = self.at;
                            let key = self.bare(end, |_, b, after| {
                                matches!(b, b',' | b'}' | b']' | b'\n')
                                    || b == b':'
                                        && matches!(after, b' ' | b'\n' | b'\r' | b'"' | b'{' | b'[' | 0)
                            });
                            if self.at == from {
                                self.at += 1; // a stray colon or brace: never stand still
                                continue;
                            }
                            self.flow_pair(id, key, end);
                        }
                    }
                }
                let to = self.at;
                self.set(id, Value::Map, to);
            }
            b'[' => {
                self.outline.entries[id as usize].value = Value::List;
                self.at += 1;
                loop {
                    self.blanks(end);
                    match self.byte(self.at) {
                        _ if self.at >= end => break,
                        b']' => {
                            self.at += 1;
                            break;
                        }
                        b'}' => break,
                        _ => {
                            let from = self.at;
                            let item = self.open(id, None, self.at);
                            self.flow(item, end);
                            if self.at == from {
                                self.at += 1;
                            }
                        }
                    }
                }
                let to = self.at;
                self.set(id, Value::List, to);
            }
            b'"' | b'\'' => {
                let text = self.quoted(end);
                self.set(id, Value::Scalar(text), text.outer.end as usize);
            }
            b'}' | b']' => {}
            _ => {
                let indented = self.notation == Notation::Indented;
                let text = self.bare(end, |before, b, _| {
                    matches!(b, b',' | b'}' | b']' | b'\n')
                        || b == b'#' && matches!(before, b' ' | b'\t')
                        || !indented && b == b'/'
                });
                self.set(id, Value::Scalar(text), text.span.end as usize);
            }
        }
    }
    fn flow_pair(&mut self, map: u32, key: Text, end: usize) {
        let entry = self.open(map, Some(key), 0);
        self.blanks(end);
        if self.byte(self.at) == b':' && self.at < end {
            self.at += 1;
            self.flow(entry, end);
        }
    }
    /// Brackets that are nested too deep: to the one that closes them.
    fn pass_over(&mut self, end: usize) {
        self.outline.too_deep = true;
        let mut open = 0usize;
        while self.at < end {
            match self.bytes[self.at] {
                b'"' => {
                    self.quoted(end);
                    continue;
                }
                b'{' | b'[' => open += 1,
                b'}' | b']' => {
                    open -= 1;
                    if open == 0 {
                        self.at += 1;
                        return;
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    // Blocks by indentation: YAML.

    fn blocks(&mut self) {
        let mut levels: Vec<Level> = vec![];
        let end = self.bytes.len();
        if self.starts(0, "\u{feff}") {
            self.at = 3;
        }
        while self.at < end {
            let line = self.at;
            while matches!(self.byte(self.at), b' ' | b'\t') && self.at < end {
                self.at += 1;
            }
            let column = self.at - line;
            match self.byte(self.at) {
                b'\n' | b'\r' | 0 => {}
                b'#' => self.comment(self.end_of_line(self.at)),
                b'%' if column == 0 => {}
                b'-' | b'.' if column == 0 && (self.starts(line, "---") || self.starts(line, "...")) => {
                    levels.clear();
                    self.at += 3;
                    while self.byte(self.at) == b' ' {
                        self.at += 1;
                    }
                    if !matches!(self.byte(self.at), b'\n' | b'\r' | b'#' | 0) && self.at < end {
                        self.begin(&mut levels);
                        self.line(&mut levels, line);
                    }
                }
                // A line that only steers a template. One that writes a key has its colon behind the braces.
                b'{' if self.starts(self.at, "{%") || self.starts(self.at, "{{") && !self.template_key() => {}
                _ => {
                    self.begin(&mut levels);
                    self.line(&mut levels, line);
                }
            }
            self.at = self.end_of_line(self.at.min(end));
            while matches!(self.byte(self.at), b'\n' | b'\r') && self.at < end {
                self.at += 1;
            }
        }
    }
    fn begin(&mut self, levels: &mut Vec<Level>) {
        if levels.is_empty() {
            let root = self.open(NONE, None, self.at);
            levels.push(Level { indent: -1, id: root, list: false, last: root });
        }
    }
    fn template_key(&self) -> bool {
        let line = &self.text[self.at..self.end_of_line(self.at)];
        line.find("}}").is_some_and(|close| {
            line[close + 2..]
                .trim_start_matches(|c: char| c.is_alphanumeric() || "-_./".contains(c))
                .starts_with(':')
        })
    }
    /// One line of block style; the reader stands on its first character.
    fn line(&mut self, levels: &mut Vec<Level>, line: usize) {
        loop {
            let column = (self.at - line) as i64;
            if self.byte(self.at) == b'-'
                && matches!(self.byte(self.at + 1), b' ' | b'\n' | b'\r' | b'\t' | 0)
            {
                if !self.enter(levels, column, true) {
                    return;
                }
                let level = levels.last_mut().expect("entered");
                let id = level.id;
                let item = self.open(id, None, self.at);
                levels.last_mut().expect("entered").last = item;
                self.at += 1;
                self.spaces();
                if self.at_end() {
                    return;
                }
                continue;
            }
            let tagged = self.at;
            self.properties();
            if let Some(key) = self.key() {
                if !self.enter(levels, (tagged - line) as i64, false) {
                    return;
                }
                let level = levels.last().expect("entered");
                let (id, indent) = (level.id, level.indent);
                let entry = self.open(id, Some(key), 0);
                levels.last_mut().expect("entered").last = entry;
                self.spaces();
                self.value(entry, indent);
                return;
            }
            while levels.len() > 1 && levels.last().is_some_and(|level| level.indent >= column) {
                levels.pop();
            }
            let level = levels.last().expect("the root stays");
            let (last, indent) = (level.last, level.indent);
            if self.waits(last) {
                self.value(last, indent);
            } else if let Value::Scalar(mut text) = self.outline.at(last).value
                && text.style == Style::Plain
            {
                // A plain text goes on in the next line.
                let more = self.plain();
                text.span.end = more.span.end;
                text.outer.end = more.span.end;
                self.set(last, Value::Scalar(text), more.span.end as usize);
            }
            return;
        }
    }
    /// Makes the map or list that begins in this column the innermost one. `false`: there is no place for it.
    fn enter(&mut self, levels: &mut Vec<Level>, column: i64, list: bool) -> bool {
        loop {
            let depth = levels.len();
            let level = levels.last().expect("the root stays");
            if level.indent > column {
                levels.pop();
                continue;
            }
            if level.indent == column {
                if level.list == list {
                    return true;
                }
                if !list {
                    levels.pop(); // the list stood in the column of its key
                    continue;
                }
            }
            let last = level.last;
            let holds = match self.outline.at(last).value {
                Value::Nothing => true,
                Value::List => list && last != level.id,
                Value::Map => !list && last != level.id,
                Value::Scalar(_) => false,
            };
            // A root that was read before begins anew only in a broken file.
            let root = depth == 1 && level.indent < 0;
            if !holds && !root || depth > DEEPEST as usize {
                self.outline.too_deep |= depth > DEEPEST as usize;
                return false;
            }
            self.set(last, if list { Value::List } else { Value::Map }, 0);
            levels.push(Level { indent: column, id: last, list, last });
            return true;
        }
    }
    fn spaces(&mut self) {
        while matches!(self.byte(self.at), b' ' | b'\t') {
            self.at += 1;
        }
    }
    fn at_end(&mut self) -> bool {
        if self.byte(self.at) == b'#' && matches!(self.bytes[self.at - 1], b' ' | b'\t') {
            self.comment(self.end_of_line(self.at));
        }
        self.at >= self.bytes.len() || matches!(self.byte(self.at), b'\n' | b'\r')
    }
    /// Tags and anchors before a value.
    fn properties(&mut self) {
        while matches!(self.byte(self.at), b'!' | b'&') {
            while !matches!(self.byte(self.at), b' ' | b'\n' | b'\r' | b'\t' | 0) {
                self.at += 1;
            }
            self.spaces();
        }
    }
    /// The key that begins here, with the reader behind its colon; otherwise the reader stays.
    fn key(&mut self) -> Option<Text> {
        let start = self.at;
        let end = self.end_of_line(start);
        let ends_key = |reader: &Self, at: usize| {
            reader.byte(at) == b':' && (at + 1 >= end || matches!(reader.byte(at + 1), b' ' | b'\t'))
        };
        let key = match self.byte(start) {
            b'"' | b'\'' => {
                let key = self.quoted(end);
                self.spaces();
                key
            }
            b'[' | b'|' | b'>' | b'#' | b'@' | b'`' => return None,
            b'{' if !self.starts(start, "{{") => return None,
            _ => {
                let mut at = start;
                let mut braces = 0;
                while at < end {
                    if self.starts(at, "{{") {
                        braces += 1;
                    } else if self.starts(at, "}}") {
                        braces -= 1;
                    } else if braces <= 0 && ends_key(self, at) {
                        break;
                    } else if self.bytes[at] == b'#' && at > start && self.bytes[at - 1] == b' ' {
                        return None;
                    }
                    at += 1;
                }
                self.at = at;
                let mut last = at;
                while last > start && self.bytes[last - 1] == b' ' {
                    last -= 1;
                }
                let span = Span::new(start, last);
                Text { span, outer: span, style: Style::Plain }
            }
        };
        if self.at < end && ends_key(self, self.at) {
            self.at += 1;
            return Some(key);
        }
        self.at = start;
        None
    }
    fn plain(&mut self) -> Text {
        let end = self.end_of_line(self.at);
        let text = self.bare(end, |before, b, _| b == b'#' && matches!(before, b' ' | b'\t'));
        self.at_end();
        text
    }
    /// The value of an entry in block style; `indent` is the column that its lines must pass.
    fn value(&mut self, id: u32, indent: i64) {
        self.properties();
        if self.at_end() {
            return;
        }
        let end = self.bytes.len();
        match self.byte(self.at) {
            b'|' | b'>' => self.block_text(id, indent),
            b'"' | b'\'' => {
                let text = self.quoted(end);
                self.set(id, Value::Scalar(text), text.outer.end as usize);
                self.spaces();
                self.at_end();
            }
            b'[' | b'{' if !self.starts(self.at, "{{") && !self.starts(self.at, "{%") => {
                let to = self.flow_end(indent);
                self.flow(id, to);
                self.spaces();
                self.at_end();
            }
            _ => {
                let text = self.plain();
                self.set(id, Value::Scalar(text), text.span.end as usize);
            }
        }
    }
    /// Where a value in brackets ends at the latest: an unclosed one must not swallow the file. Its lines are indented,
    /// or begin with the bracket that closes it.
    fn flow_end(&self, indent: i64) -> usize {
        let mut at = self.end_of_line(self.at);
        while at < self.bytes.len() {
            let mut from = at;
            while matches!(self.byte(from), b'\n' | b'\r') && from < self.bytes.len() {
                from += 1;
            }
            let mut first = from;
            while matches!(self.byte(first), b' ' | b'\t') {
                first += 1;
            }
            let closes = matches!(self.byte(first), b']' | b'}');
            if ((first - from) as i64) <= indent.max(0) && !closes && indent >= 0 {
                break;
            }
            let next = self.end_of_line(first);
            if next == at {
                break;
            }
            at = next;
        }
        at
    }
    fn block_text(&mut self, id: u32, indent: i64) {
        let head = self.at;
        self.at = self.end_of_line(self.at);
        let (mut first, mut last) = (None, self.at);
        while self.at < self.bytes.len() {
            let mut from = self.at;
            while matches!(self.byte(from), b'\n' | b'\r') && from < self.bytes.len() {
                from += 1;
            }
            let mut text = from;
            while matches!(self.byte(text), b' ' | b'\t') {
                text += 1;
            }
            if text >= self.bytes.len()
                || !matches!(self.byte(text), b'\n' | b'\r') && (text - from) as i64 <= indent
            {
                break;
            }
            let to = self.end_of_line(text);
            if to > text {
                first.get_or_insert(text);
                last = to;
            }
            self.at = to;
        }
        let span = Span::new(first.unwrap_or(last), last);
        let text = Text { span, outer: Span::new(head, last), style: Style::Block };
        self.set(id, Value::Scalar(text), last);
        self.at = last;
    }

    // Tables: TOML.

    fn tables(&mut self) {
        let end = self.bytes.len();
        let root = self.open(NONE, None, 0);
        self.set(root, Value::Map, 0);
        let mut table = root;
        while self.at < end {
            match self.bytes[self.at] {
                b'#' => self.comment(self.end_of_line(self.at)),
                b'[' => {
                    let many = self.byte(self.at + 1) == b'[';
                    self.at += 1 + usize::from(many);
                    let keys = self.dotted(b']');
                    table = self.reach(root, &keys, many);
                    self.at += usize::from(self.byte(self.at) == b']');
                }
                b' ' | b'\t' | b'\n' | b'\r' | b']' | b'}' | b',' => self.at += 1,
                _ => {
                    let keys = self.dotted(b'=');
                    if self.byte(self.at) != b'=' {
                        self.at = self.end_of_line(self.at);
                        continue;
                    }
                    self.at += 1;
                    self.assigned(table, &keys, end);
                }
            }
        }
    }
    /// `a.b."c d"` up to a closing character, with the reader on it or at the end of the line.
    fn dotted(&mut self, close: u8) -> Vec<Text> {
        let end = self.end_of_line(self.at);
        let mut keys = vec![];
        while self.at < end && self.bytes[self.at] != close {
            match self.bytes[self.at] {
                b' ' | b'\t' | b'.' => self.at += 1,
                b'"' | b'\'' => keys.push(self.quoted(end)),
                _ => {
                    let from = self.at;
                    keys.push(
                        self.bare(end, |_, b, _| {
                            b == close || matches!(b, b'.' | b' ' | b'\t' | b'=' | b'#')
                        }),
                    );
                    if self.at == from {
                        self.at = end;
                    }
                }
            }
        }
        keys
    }
    /// The table at a path of keys, made where it is missing; `many` adds an item to a list of tables.
    fn reach(&mut self, from: u32, keys: &[Text], many: bool) -> u32 {
        let mut at = from;
        for (i, key) in keys.iter().enumerate() {
            let text: &'t str = self.text;
            let entry = match self.tables.get(&(at, &text[key.span.range()])) {
                Some(entry) => *entry,
                None => {
                    let entry = self.open(at, Some(*key), 0);
                    self.tables.insert((at, &text[key.span.range()]), entry);
                    entry
                }
            };
            let adds = many && i + 1 == keys.len();
            if self.waits(entry) {
                self.set(entry, if adds { Value::List } else { Value::Map }, 0);
            }
            at = match self.outline.at(entry).value {
                Value::List if adds => self.open(entry, None, key.outer.start as usize),
                Value::List => match self.outline.at(entry).last {
                    NONE => self.open(entry, None, key.outer.start as usize),
                    last => last,
                },
                _ => entry,
            };
            if self.waits(at) {
                self.set(at, Value::Map, 0);
            }
        }
        at
    }
    fn assigned(&mut self, table: u32, keys: &[Text], end: usize) {
        let Some((last, before)) = keys.split_last() else { return };
        let holder = self.reach(table, before, false);
        let entry = self.open(holder, Some(*last), 0);
        self.spaces();
        self.table_value(entry, end);
    }
    fn table_value(&mut self, id: u32, end: usize) {
        match self.byte(self.at) {
            b'"' | b'\'' => {
                let mark = &self.bytes[self.at..(self.at + 3).min(end)];
                let text = if mark == b"\"\"\"" || mark == b"'''" {
                    let (start, body) = (self.at, self.at + 3);
                    let close = memchr::memmem::find(&self.bytes[body..], mark).map_or(end, |i| body + i);
                    self.at = (close + 3).min(end);
                    Text {
                        span: Span::new(body, close),
                        outer: Span::new(start, self.at),
                        style: Style::Block,
                    }
                } else {
                    let line = self.end_of_line(self.at);
                    self.quoted(line)
                };
                self.set(id, Value::Scalar(text), self.at);
            }
            b'[' | b'{' if self.outline.at(id).depth >= DEEPEST => self.pass_over(end),
            b'[' => {
                self.set(id, Value::List, self.at);
                self.at += 1;
                loop {
                    self.blanks(end);
                    if self.at >= end || matches!(self.bytes[self.at], b']' | b'}') {
                        break;
                    }
                    let from = self.at;
                    let item = self.open(id, None, self.at);
                    self.table_value(item, end);
                    if self.at == from {
                        self.at += 1;
                    }
                }
                self.at = (self.at + 1).min(end);
                let to = self.at;
                self.set(id, Value::List, to);
            }
            b'{' => {
                self.set(id, Value::Map, self.at);
                self.at += 1;
                loop {
                    self.blanks(end);
                    if self.at >= end || matches!(self.bytes[self.at], b']' | b'}') {
                        break;
                    }
                    let keys = self.dotted(b'=');
                    if self.byte(self.at) != b'=' {
                        break;
                    }
                    self.at += 1;
                    self.assigned(id, &keys, end);
                }
                self.at = (self.at + 1).min(end);
                let to = self.at;
                self.set(id, Value::Map, to);
            }
            _ => {
                let text = self.bare(end, |_, b, _| matches!(b, b',' | b']' | b'}' | b'\n' | b'#'));
                self.set(id, Value::Scalar(text), text.span.end as usize);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a.b[] = value` for every scalar.
    fn lines(text: &str, notation: Notation) -> Vec<String> {
        let outline = Outline::read(text, notation);
        (0..outline.entries.len() as u32)
            .filter_map(|id| {
                let scalar = outline.scalar(id)?;
                let mut path: Vec<&str> = std::iter::once(id)
                    .chain(outline.above(id))
                    .filter(|at| outline.at(*at).parent != *at)
                    .map(|at| outline.at(at).key.map_or("[]", |key| &text[key.span.range()]))
                    .collect();
                path.reverse();
                Some(format!("{} = {}", path.join("."), &text[scalar.span.range()]))
            })
            .collect()
    }

    #[test]
    fn block_style_is_read_by_its_columns() {
        let text = "a:\n  b: 1 # one\n  'c d': \"x: y\"\nlist:\n- 1\n- k: v\n  l: w\n-\n  - 2\n  - [3, {m: 4}]\ntext: |\n  first\n\n  second\nlong: one\n  two\nurl: http://x:80/y\nlast: !tag &a 5\n---\nz: 6\n";
        assert_eq!(
            lines(text, Notation::Indented),
            [
                "a.b = 1",
                "a.c d = x: y",
                "list.[] = 1",
                "list.[].k = v",
                "list.[].l = w",
                "list.[].[] = 2",
                "list.[].[].[] = 3",
                "list.[].[].[].m = 4",
                "text = first\n\n  second",
                "long = one\n  two",
                "url = http://x:80/y",
                "last = 5",
                "z = 6"
            ]
        );
    }

    #[test]
    fn templates_and_broken_lines_do_not_lose_the_rest() {
        let text =
            "a:\n{{- if .x }}\n  b: {{ .y }}\n  {{ .key }}: 1\n{% endif %}\nc: [1, 2\nd: 3\n    e: 4\nf: 5\n";
        assert_eq!(
            lines(text, Notation::Indented),
            ["a.b = {{ .y }}", "a.{{ .key }} = 1", "c.[] = 1", "c.[] = 2", "d = 3", "f = 5"]
        );
    }

    #[test]
    fn braces_may_hold_comments_and_mistakes() {
        let text = "{\"a\": [1, 2,], // c\n /* d */ b: {'x': \"y\\\"z\"}, \"e\" \"f\": 3, }";
        assert_eq!(lines(text, Notation::Braces), ["a.[] = 1", "a.[] = 2", "b.x = y\\\"z", "f = 3"]);
        assert_eq!(Outline::read(text, Notation::Braces).comments.len(), 2);
    }

    #[test]
    fn tables_collect_their_keys() {
        let text = "a = 1\n[x.y]\nb.c = \"t\" # c\n[[r]]\ns = [1,\n 2, # d\n]\n[[r]]\nt = { u = 3, v.w = '4' }\nm = '''\nlong\n'''\n";
        assert_eq!(
            lines(text, Notation::Tables),
            [
                "a = 1",
                "x.y.b.c = t",
                "r.[].s.[] = 1",
                "r.[].s.[] = 2",
                "r.[].t.u = 3",
                "r.[].t.v.w = 4",
                "r.[].m = \nlong\n"
            ]
        );
    }

    #[test]
    fn no_text_is_cut_inside_a_character() {
        let sample = "[a.b]\n[[c]] # x\nd = { e = \"f\", g = [1, 2] }\n- h: 'i' # j\n  k: |\n    l\n? m\n{\"n\": [o, {p: 1}], // q\n\"r\\";
        for at in 0..=sample.len() {
            let text = format!("{}\u{fffd}{}", &sample[..at], &sample[at..]);
            for notation in [Notation::Braces, Notation::Indented, Notation::Tables] {
                let outline = Outline::read(&text, notation);
                let scalars = (0..outline.entries.len() as u32).filter_map(|id| outline.scalar(id));
                let keys = outline.entries.iter().filter_map(|entry| entry.key);
                for part in keys.chain(scalars).flat_map(|part| [part.span, part.outer]) {
                    assert!(text.get(part.range()).is_some(), "{part:?} of {text:?} in {notation:?}");
                }
                for part in outline.entries.iter().map(|entry| entry.span) {
                    assert!(text.get(part.range()).is_some(), "{part:?} of {text:?} in {notation:?}");
                }
                for part in outline.comments.iter().map(|comment| comment.span) {
                    assert!(text.get(part.range()).is_some(), "{part:?} of {text:?} in {notation:?}");
                }
            }
        }
    }

    #[test]
    fn hostile_input_ends() {
        for unit in [
            "[", "{", "{-", "- ", "a:\n ", "\"", "'", "{{", "? ", "a: [", "[[a", "=\n", "|", "\u{0}", "}",
            "]", "/*", "#",
        ] {
            for notation in [Notation::Braces, Notation::Indented, Notation::Tables] {
                let outline = Outline::read(&unit.repeat(3000), notation);
                assert!(outline.entries.iter().all(|entry| entry.depth <= DEEPEST + 1), "{unit:?}");
            }
        }
    }
}
