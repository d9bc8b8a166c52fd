//! Where the items at the top of a file begin, told from the text alone: from one line in column 0 that begins an item to the next.
//! And where the bodies of functions stand within items.
//!
//! A boundary that is missed costs time only. One too many would cut an item in two, so every doubt is decided against it: brackets
//! have to be closed, the line before may not end in an operator, and what goes on (`else`, `where`) begins nothing.

use crate::languages::{Items, Language};
use crate::text::Span;

/// Items smaller than this share a part with their neighbours: each parse has its own price. In bytes.
const SMALLEST: usize = 400;

/// Larger items share a part with none, in bytes.
const LARGEST_TO_SHARE: usize = 4 * SMALLEST;

/// Shorter bodies are not worth leaving out, in bytes.
const SHORTEST_BODY: usize = 60;

/// How a text can be cut.
pub struct Cut {
    /// Runs of whole items, in order and without gaps. One run: the text cannot be cut.
    pub runs: Vec<Span>,
    /// What stands in the braces, or in the indented lines, of functions that are no items. Each begins after those before it, and may
    /// hold some of those that follow.
    pub bodies: Vec<Span>,
    /// Of each body, which one holds it.
    around: Vec<Option<usize>>,
}

impl Cut {
    /// The innermost function around a place, as far as its body is known; or else the run.
    pub fn function_at(&self, place: usize) -> Span {
        let mut at = self.bodies.partition_point(|body| body.start as usize <= place).checked_sub(1);
        while let Some(i) = at.filter(|i| place >= self.bodies[*i].end as usize) {
            at = self.around[i];
        }
        let run = || self.runs.partition_point(|run| run.start as usize <= place).saturating_sub(1);
        at.map_or_else(|| self.runs[run()], |i| self.bodies[i])
    }
}

/// Of each body, which one holds it.
fn around(bodies: &[Span]) -> Vec<Option<usize>> {
    let mut open: Vec<usize> = vec![];
    let innermost = |(i, body): (usize, &Span)| {
        while open.pop_if(|last| bodies[*last].end <= body.start).is_some() {}
        let found = open.last().copied();
        open.push(i);
        found
    };
    bodies.iter().enumerate().map(innermost).collect()
}

/// Cuts a text.
pub fn cut(text: &str, language: &Language) -> Cut {
    let Read { starts, mut bodies } = read(text, language, false);
    let mut runs: Vec<Span> = vec![];
    for item in between(&starts, text) {
        match runs.last_mut() {
            Some(last) if last.len() < SMALLEST && item.len() < LARGEST_TO_SHARE => last.end = item.end,
            _ => runs.push(item),
        }
    }
    bodies.sort_by_key(|body| body.start);
    // Brackets that do not match may open in one item and close in another.
    bodies.retain(|body| {
        let next = runs.partition_point(|run| run.start <= body.start);
        runs[next - 1].contains(*body)
    });
    let around = around(&bodies);
    Cut { runs, bodies, around }
}

/// Each item of a text in which brackets may be left open: what certainly begins an item closes them. All before the first such
/// item is one run.
pub fn of_broken(text: &str, language: &Language) -> Vec<Span> {
    let mut starts = read(text, language, true).starts;
    // A broken file may begin with what certainly begins an item.
    starts.dedup();
    between(&starts, text)
}

/// What one reading of a text brings.
#[derive(Default)]
struct Read {
    starts: Vec<usize>,
    bodies: Vec<Span>,
}

fn read(text: &str, language: &Language, broken: bool) -> Read {
    let mut read = Read { starts: vec![0], bodies: vec![] };
    if let Some(items) = language.items.as_ref().filter(|items| !broken || !items.certain.is_empty()) {
        let marks =
            Marks { line: language.line_comment.as_deref(), block: language.block_comment.as_ref(), items };
        Reader {
            bytes: text.as_bytes(),
            marks,
            broken,
            headed: !broken,
            depth: 0,
            last: 0,
            behind: 0,
            leading: !broken,
            begun: None,
            holds: false,
            head: None,
            braces: vec![],
            indented: vec![],
        }
        .read(&mut read);
    }
    read
}

fn between(starts: &[usize], text: &str) -> Vec<Span> {
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
    /// The place behind it.
    behind: usize,
    /// What was read since the last boundary belongs to the item that follows: decorators, attributes.
    leading: bool,
    /// Where the comments began that stand before what comes next, in column 0.
    begun: Option<usize>,
    /// A line has begun with what holds functions, and the brace of that has not come yet.
    holds: bool,
    /// A word has begun a function, within so many open brackets, and the brace of that has not come yet.
    head: Option<i32>,
    /// The open braces.
    braces: Vec<Brace>,
    /// The functions around a line, where indentation says what belongs to one.
    indented: Vec<Indented>,
}

/// An open brace.
struct Brace {
    /// Where its inside begins.
    inside: usize,
    /// Functions stand there.
    holds: bool,
    /// It is a function's.
    of_function: bool,
}

/// A function whose body is told by indentation.
struct Indented {
    /// Of the line that begins it, in bytes.
    indent: usize,
    /// Where its body begins.
    body: Option<usize>,
}

impl Reader<'_> {
    fn read(mut self, read: &mut Read) {
        let mut i = self.line(0, read);
        while i < self.bytes.len() {
            let byte = self.bytes[i];
            if byte == b'\n' {
                i = self.line(i + 1, read);
                continue;
            }
            if let Some(end) = self.comment_end(i) {
                i = end;
                continue;
            }
            let end = self.word_end(i).unwrap_or_else(|| self.literal_end(i));
            match byte {
                b'(' | b'[' => self.depth += 1,
                b'{' => self.open_brace(i),
                b')' | b']' => self.depth = (self.depth - 1).max(0),
                b'}' => self.close_brace(i, &mut read.bodies),
                b';' => (self.holds, self.head) = (false, None),
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                self.last = byte;
                self.behind = end;
                self.begun = None;
            }
            i = end;
        }
        self.end_indented(0, &mut read.bodies);
    }

    /// The end of the word that begins here, unless a string belongs to it. A word that begins a function is remembered.
    fn word_end(&mut self, at: usize) -> Option<usize> {
        let is_part = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
        let end = at + self.bytes[at..].iter().position(|b| !is_part(b)).unwrap_or(self.bytes.len() - at);
        if end == at || matches!(self.bytes.get(end), Some(b'"' | b'#' | b'\'')) {
            return None;
        }
        let items = self.marks.items;
        let word = &self.bytes[at..end];
        if items.empty_body.is_empty() && items.functions.iter().any(|function| function.as_bytes() == word) {
            self.head = Some(self.depth);
        }
        Some(end)
    }

    fn open_brace(&mut self, at: usize) {
        let behind_arrow = self.marks.items.arrows && self.bytes[..self.behind].ends_with(b"=>");
        let of_function = behind_arrow || self.head == Some(self.depth);
        if of_function {
            self.head = None;
        }
        self.braces.push(Brace { inside: at + 1, holds: std::mem::take(&mut self.holds), of_function });
        self.depth += 1;
    }

    fn close_brace(&mut self, at: usize, bodies: &mut Vec<Span>) {
        self.depth = (self.depth - 1).max(0);
        self.holds = false;
        let Some(brace) = self.braces.pop() else { return };
        if brace.of_function || self.braces.last().is_some_and(|around| around.holds) {
            note(bodies, brace.inside, at);
        }
    }

    /// Looks at the start of a line, and notes a boundary. Returns where reading goes on: the start itself.
    fn line(&mut self, at: usize, read: &mut Read) -> usize {
        let rest = &self.bytes[at.min(self.bytes.len())..];
        let Some(&first) = rest.first() else { return at };
        if self.comment_end(at).is_some() {
            self.begun = self.begun.or(Some(at));
            return at;
        }
        self.look_for_functions(at, &mut read.bodies);
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
            read.starts.push(self.begun.unwrap_or(at));
        }
        self.leading = leads;
        at
    }

    /// Looks at the start of a line for what holds functions, or for functions that are told by indentation.
    fn look_for_functions(&mut self, at: usize, bodies: &mut Vec<Span>) {
        let items = self.marks.items;
        // A type of functions has no brace (`type f func(int)`): that of a function stands on the line where its brackets close.
        self.head = self.head.filter(|head| self.depth > *head);
        let indent = self.bytes[at..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let code = &self.bytes[at + indent..];
        if items.empty_body.is_empty() {
            self.holds |= matches!(self.last, 0 | b';' | b'{' | b'}' | b')' | b']')
                && items.holding.iter().any(|words| begins_with(code, words));
            return;
        }
        let is_blank = matches!(code.first(), None | Some(b'\n' | b'\r'));
        if self.depth > 0 || is_blank || self.comment_end(at + indent).is_some() {
            return;
        }
        self.end_indented(indent, bodies);
        if let Some(around) = self.indented.last_mut() {
            around.body.get_or_insert(at + indent);
        }
        // What stands in column 0 is an item.
        if indent > 0 && items.functions.iter().any(|word| is_word_at(code, word)) {
            self.indented.push(Indented { indent, body: None });
        }
    }

    /// The functions around a line with this indentation go on; the bodies of all others end with the last byte of code.
    fn end_indented(&mut self, indent: usize, bodies: &mut Vec<Span>) {
        while let Some(function) = self.indented.pop_if(|function| function.indent >= indent) {
            if let Some(start) = function.body {
                note(bodies, start, self.behind);
            }
        }
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

fn note(bodies: &mut Vec<Span>, start: usize, end: usize) {
    if start + SHORTEST_BODY <= end {
        bodies.push(Span::new(start, end));
    }
}

/// These words stand here, and behind them a name or an open bracket: `class:` is a key.
fn begins_with(rest: &[u8], words: &str) -> bool {
    let behind = || rest[words.len()..].iter().find(|b| **b != b' ');
    is_word_at(rest, words)
        && behind().is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'$' | b'<' | b'{'))
}

/// This word stands at the start of the bytes, and no longer one.
pub fn is_word_at(rest: &[u8], word: &str) -> bool {
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
        super::cut(&text, language).runs.iter().map(|run| text[run.range()].replace(&comment, "~")).collect()
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

    /// The bodies of a text in which `~` makes one long enough.
    fn bodies(path: &str, text: &str) -> Vec<String> {
        let language = languages::by_path(path).expect("it is served");
        let filler = format!("x{}", "x".repeat(SHORTEST_BODY));
        let text = text.replace('~', &filler);
        let bodies = super::cut(&text, language).bodies;
        bodies.iter().map(|body| text[body.range()].replace(&filler, "~")).collect()
    }

    #[test]
    fn functions_within_items_have_bodies() {
        let text = "class A:\n    '''A\n  def no(): pass\n    '''\n\n    x = f(\n~)\n    @d\n    def f(\n        self,\n    ) -> B:\n        '''F\n\n  ~\n        '''\n        if b:\n            pass\n        # end\n\n    async def g(self):\n\n        return ~  # end\n\n\ndef h():\n    def i():\n        ~\n    ~\n";
        assert_eq!(
            bodies("a.py", text),
            ["'''F\n\n  ~\n        '''\n        if b:\n            pass", "return ~", "~"]
        );
        let text = "@c({ a })\nexport class A extends f(B) {\n  x = { ~ };\n  f(a) { if (b) { ~ } }\n  g() {}\n}\nfunction f(a = { ~ }) { ~1 }\nh({\n  class: { a() { ~ } } }, async () => { ~2 });\nif (function_(a)) { ~ }\n";
        assert_eq!(bodies("a.js", text), [" ~ ", " if (b) { ~ } ", " ~1 ", " ~2 "]);
        let text = "#[cfg(test)]\nmod a {\n    impl<T> B for C<T>\n    where T: D\n    {\n        fn f() -> E { r#\"}\"#; ~ }\n    }\n    fn g() -> \n    impl F { { ~ } }\n}\nfn h() { { ~ } }\nmod i;\nstruct J { j: ~ }\n";
        let inner = "\n        fn f() -> E { r#\"}\"#; ~ }\n    ";
        assert_eq!(bodies("a.rs", text), [inner, " r#\"}\"#; ~ ", " { ~ } "]);
        let text = "type (\n\tg func(h) error\n)\n\nvar (\n\ti = J{ ~ }\n)\n\nfunc a(b interface{}) {\n\tc := func(\n\t\td map[e]struct{},\n\t) error { if f { ~ } }\n}\n";
        assert_eq!(bodies("a.go", text)[1..], [" if f { ~ } "]);
    }

    #[test]
    fn a_place_stands_in_the_innermost_function_or_its_item() {
        let filler = "x".repeat(SHORTEST_BODY);
        let text = format!("function f() {{ a; g(() => {{ {filler} b; }}); c; }}\n").repeat(20) + "d;\n";
        let cut = super::cut(&text, languages::by_path("a.js").expect("it is served"));
        let around = |word: &str| {
            let at = text.rfind(word).expect("it is there");
            &text[cut.function_at(at).range()]
        };
        assert_eq!(around(" b;"), format!(" {filler} b; "));
        assert!(around(" a;").starts_with(" a; g("), "{}", around(" a;"));
        assert_eq!(around(" c;"), around(" a;"));
        assert!(around("d;\n").ends_with("d;\n"));
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
