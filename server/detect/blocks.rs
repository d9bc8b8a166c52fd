//! What a configuration of directives holds: every directive with its words and the block around it, read in one pass.
//!
//! A tolerant reader of our own, as for documents of keys: it is asked at every key, about files that are half-typed or templates
//! of something else, and nobody asks more of a file than its directives, their words and its comments.

use crate::facts::Comment;
use crate::text::Span;

/// A directive with all its arguments, also those on further lines.
pub struct Directive<'t> {
    /// Its first word.
    pub name: &'t str,
    /// The words behind the name, with their places. A word in a group stands by itself.
    pub arguments: Vec<Span>,
    /// The head of the block it stands in.
    pub within: Option<Head<'t>>,
    /// From its name to the block it opens, else to the mark or the line end behind it.
    pub whole: Span,
}

/// The directive that a block belongs to: its name and its first two arguments.
#[derive(Clone, Copy)]
pub struct Head<'t> {
    /// The name.
    pub name: &'t str,
    /// The first argument; empty when there is none.
    pub first: &'t str,
    /// The second.
    pub second: &'t str,
}

/// What stands in a text, in its order.
#[derive(Default)]
pub struct Blocks<'t> {
    /// The directives; one stands before those in its block.
    pub directives: Vec<Directive<'t>>,
    /// The comments.
    pub comments: Vec<Comment>,
}

impl<'t> Blocks<'t> {
    /// Reads a text; never fails.
    pub fn read(text: &'t str) -> Blocks<'t> {
        let mut reader = Reader {
            text,
            bytes: text.as_bytes(),
            at: 0,
            blocks: Blocks::default(),
            open: None,
            around: vec![],
            unclosed: vec![],
        };
        reader.items();
        reader.blocks
    }
}

/// A directive over more lines than this many words is none: a list of something else, without a mark at its end.
const MOST_WORDS: usize = 500;

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    blocks: Blocks<'t>,
    /// The directive of the line before, which no mark has ended yet.
    open: Option<Directive<'t>>,
    /// The heads of the blocks that are open. One without a head of its own has that of the block around it.
    around: Vec<Option<Head<'t>>>,
    /// Quotes that nothing closes any more.
    unclosed: Vec<u8>,
}

/// What ended a directive.
#[derive(PartialEq)]
enum End {
    Mark,
    Line,
    Block,
}

impl<'t> Reader<'t> {
    fn items(&mut self) {
        loop {
            self.pass_blanks();
            let Some(&byte) = self.bytes.get(self.at) else { break };
            match byte {
                // A mark by itself, or an empty line, ends what the line before began.
                b'\n' | b';' | b'(' | b')' | b'=' | b'>' => self.close(1),
                b'{' => {
                    self.around.push(self.head());
                    self.close(1);
                }
                b'}' => {
                    self.around.pop();
                    self.close(1);
                }
                // `<Location "/x">`: a section of Apache, whose head is no directive.
                b'<' => self.close(self.end_of_line() - self.at),
                _ => self.directive(),
            }
        }
        self.close(0);
    }

    /// The directive of the line before is complete; reading goes on so many bytes further.
    fn close(&mut self, by: usize) {
        self.blocks.directives.extend(self.open.take());
        self.at += by;
    }

    fn head(&self) -> Option<Head<'t>> {
        self.around.last().copied().flatten()
    }

    /// A directive, or another line of the one before.
    fn directive(&mut self) {
        let start = self.at;
        let mut words = vec![];
        let end = self.words(&mut words);
        let to = self.at as u32;
        let mut directive = match self.open.take() {
            Some(mut begun) => {
                begun.arguments.append(&mut words);
                begun.whole.end = to;
                begun
            }
            None => {
                let name = &self.text[words.remove(0).range()];
                Directive {
                    name,
                    arguments: words,
                    within: self.head(),
                    whole: Span { start: start as u32, end: to },
                }
            }
        };
        if end == End::Block {
            directive.whole.end -= 1;
            let word = |i: usize| directive.arguments.get(i).map_or("", |span| &self.text[span.range()]);
            self.around.push(Some(Head { name: directive.name, first: word(0), second: word(1) }));
        }
        // A line without a mark at its end goes on in the next.
        if end == End::Line && directive.arguments.len() < MOST_WORDS {
            self.open = Some(directive);
        } else {
            self.blocks.directives.push(directive);
        }
    }

    /// The words of a directive, to behind what ends it; at least one, because the reader stands on it.
    fn words(&mut self, words: &mut Vec<Span>) -> End {
        let mut depth = 0usize;
        loop {
            self.pass_blanks();
            let Some(&byte) = self.bytes.get(self.at) else { return End::Mark };
            match byte {
                b'}' => return End::Mark,
                b'{' => {
                    self.at += 1;
                    return End::Block;
                }
                b'\n' | b';' if depth == 0 => {
                    self.at += 1;
                    return if byte == b'\n' { End::Line } else { End::Mark };
                }
                b'\n' | b';' => self.at += 1,
                b'(' => {
                    depth += 1;
                    self.at += 1;
                }
                b')' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                _ => {
                    let start = self.at;
                    self.pass_word();
                    words.push(Span::new(start, self.at));
                }
            }
        }
    }

    /// To the next byte that is no blank, no comment and no line end that a backslash takes away.
    fn pass_blanks(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\x0b' | b'\x0c' => self.at += 1,
                b'#' => self.comment(),
                b'\\' if self.continues() > 0 => self.at += self.continues(),
                _ => break,
            }
        }
    }

    /// How many bytes a backslash and the line end behind it are.
    fn continues(&self) -> usize {
        let rest = &self.bytes[self.at..];
        [&b"\\\n"[..], b"\\\r\n"].iter().find(|mark| rest.starts_with(mark)).map_or(0, |mark| mark.len())
    }

    fn end_of_line(&self) -> usize {
        memchr::memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |i| self.at + i)
    }

    fn comment(&mut self) {
        let line = memchr::memrchr(b'\n', &self.bytes[..self.at]).map_or(0, |i| i + 1);
        let own_line = self.bytes[line..self.at].iter().all(u8::is_ascii_whitespace);
        let end = self.end_of_line();
        self.blocks.comments.push(Comment { span: Span::new(self.at, end), own_line });
        self.at = end;
    }

    /// What is written without a blank is one word: `~^2`, `=404`, `key="a value"`.
    fn pass_word(&mut self) {
        // Behind a string or a sign a comment may begin.
        let mut afresh = false;
        while let Some(&byte) = self.bytes.get(self.at) {
            let ends = matches!(byte, b';' | b'{' | b'}' | b'(' | b')' | b'\x0b')
                || byte.is_ascii_whitespace()
                || afresh && (byte == b'#' || self.continues() > 0);
            if ends {
                break;
            }
            afresh = matches!(byte, b'"' | b'\'' | b'`' | b'=' | b'<' | b'>');
            match byte {
                b'"' | b'\'' | b'`' => self.pass_string(byte),
                b'$' | b'%' => self.pass_variable(),
                _ => self.at += 1,
            }
        }
    }

    /// A string, over lines too. A quote that nothing closes is a mark like any other.
    fn pass_string(&mut self, quote: u8) {
        self.at += 1;
        if self.unclosed.contains(&quote) {
            return;
        }
        let mut at = self.at;
        while let Some(i) = memchr::memchr2(quote, b'\\', &self.bytes[at..]) {
            at += i + 1;
            if self.bytes[at - 1] == quote {
                self.at = at;
                return;
            }
            // In the third kind of string a backslash is only itself. No character is cut: what is passed over is one byte of it,
            // and the others are no quotes.
            at = if quote == b'`' { at } else { (at + 1).min(self.bytes.len()) };
        }
        self.unclosed.push(quote);
    }

    /// `${name}` and `%{NAME:part}` hold braces, which are no block then.
    fn pass_variable(&mut self) {
        self.at += 1;
        if self.bytes.get(self.at) != Some(&b'{') {
            return;
        }
        let inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.:>!-[]$".contains(byte);
        let length = self.bytes[self.at + 1..].iter().take_while(|byte| inner(byte)).count();
        if self.bytes.get(self.at + 1 + length) == Some(&b'}') {
            self.at += length + 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each directive as `head > name [words]`.
    fn lines(text: &str) -> Vec<String> {
        let show = |directive: &Directive| {
            let words = directive.arguments.iter().map(|span| &text[span.range()]).collect::<Vec<_>>();
            let head =
                directive.within.map_or(String::new(), |head| format!("{} {} > ", head.name, head.first));
            format!("{head}{} {words:?}", directive.name)
        };
        Blocks::read(text).directives.iter().map(show).collect()
    }

    #[test]
    fn directives_have_words_and_stand_in_blocks() {
        let text = "user www; # c\nhttp {\n  server {\n    listen 80\n      default_server;\n    try_files $uri =404;\n  }\n  map $status $log { ~^[23] 0; default 1; }\n}\n";
        assert_eq!(
            lines(text),
            [
                r#"user ["www"]"#,
                r#"http []"#,
                r#"http  > server []"#,
                r#"server  > listen ["80", "default_server"]"#,
                r#"server  > try_files ["$uri", "=404"]"#,
                r#"http  > map ["$status", "$log"]"#,
                r#"map $status > ~^[23] ["0"]"#,
                r#"map $status > default ["1"]"#,
            ]
        );
        let whole: Vec<&str> =
            Blocks::read(text).directives.iter().map(|directive| &text[directive.whole.range()]).collect();
        assert_eq!(whole[0..4], ["user www;", "http ", "server ", "listen 80\n      default_server;"]);
    }

    #[test]
    fn words_may_hold_what_ends_a_directive_elsewhere() {
        assert_eq!(
            lines(
                "a \"x; y\" k='v }' `{`;\nb https://$host${uri}/x %{TIME:y} a#b \\\n  c;\nif ($s = 404) { d \"\\\"{\" ; }\n"
            ),
            [
                r#"a ["\"x; y\"", "k='v }'", "`{`"]"#,
                r#"b ["https://$host${uri}/x", "%{TIME:y}", "a#b", "c"]"#,
                r#"if ["$s", "=", "404"]"#,
                r#"if $s > d ["\"\\\"{\""]"#,
            ]
        );
        assert_eq!(lines("location ~ \\.(png|jpg)$ { e; }")[0], r#"location ["~", "\\.", "png|jpg", "$"]"#);
    }

    #[test]
    fn a_half_typed_file_does_not_lose_the_rest() {
        assert_eq!(
            lines("a {\n  return 404\n}\nb 1;\n"),
            [r#"a []"#, r#"a  > return ["404"]"#, r#"b ["1"]"#]
        );
        assert_eq!(
            lines("half = call(\nserver {\n  return 404;\n}\n}\nb don't;\nc 1;\n"),
            [r#"half ["=", "call", "server"]"#, r#"half = > return ["404"]"#, r#"b ["don't"]"#, r#"c ["1"]"#,]
        );
        assert_eq!(lines("a 1\n\nb 2"), [r#"a ["1"]"#, r#"b ["2"]"#]);
        assert_eq!(lines("<Location \"/x\">\nSet 1\n</Location>\n"), [r#"Set ["1"]"#]);
    }

    #[test]
    fn comments_are_told_from_words() {
        let text = "# a\nb c; # d\n\t#e\r\nf#g;\n";
        let comments = Blocks::read(text).comments;
        let shown: Vec<(&str, bool)> =
            comments.iter().map(|comment| (&text[comment.span.range()], comment.own_line)).collect();
        assert_eq!(shown, [("# a", true), ("# d", false), ("#e\r", true)]);
    }

    #[test]
    fn hostile_input_ends_and_no_character_is_cut() {
        for unit in [
            "{", "}", "(", ")", "\"", "'", "\\", "\\\"", "${", "%{a", "a\n", "<", "=", "#", ";", "\u{fffd}",
            "\u{0}",
        ] {
            let text = format!("a {}\u{e9} b\\\u{e9}\"\\\u{e9}", unit.repeat(3000));
            let blocks = Blocks::read(&text);
            for directive in &blocks.directives {
                for span in directive.arguments.iter().chain([&directive.whole]) {
                    assert!(text.get(span.range()).is_some(), "{span:?} with {unit:?}");
                }
            }
        }
    }
}
