//! How codes are written in a value: alone, in a list, as a range, a class, a pattern, with their phrase.

use crate::facts::{Certainty, Evidence, Form, Handles, Mention, Role, Site, Terms};
use crate::status::{Codes, Registry};
use crate::text::Span;

/// A code, or a set of them, in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Written {
    /// Where, in bytes of the text that was read.
    pub span: Span,
    /// What it stands for.
    pub codes: Codes,
    /// The number, when it is one that no set of codes can hold.
    pub number: Option<u32>,
    /// How it is written.
    pub form: Form,
}

impl Written {
    /// The same in a text that this one begins `by` bytes into.
    pub fn moved(self, by: u32) -> Written {
        Written { span: Span { start: self.span.start + by, end: self.span.end + by }, ..self }
    }
    /// A mention of it with nothing said of it yet: carried, and only shaped like a code.
    pub fn mention(self, in_test: bool) -> Mention {
        Mention {
            span: self.span,
            codes: self.codes,
            number: self.number,
            form: self.form,
            site: Site::Text,
            role: Role::Carried,
            certainty: Certainty::Shaped,
            because: Evidence::Nothing,
            handles: Handles { literal: self.span, ..Handles::default() },
            near: vec![],
            slot: None,
            table: None,
            statement: None,
            scope: None,
            library: None,
            helper: None,
            terms: Terms::default(),
            rename: None,
            in_test,
        }
    }
}

/// A value that is nothing but codes.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// The codes, in order.
    pub parts: Vec<Written>,
    /// The words behind a single code, with their place.
    pub phrase: Option<Span>,
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

/// Three digits, `4xx` or `200-299`, and nothing else.
pub fn one(text: &str) -> Option<(Codes, Form)> {
    let bytes = text.as_bytes();
    if let [a @ b'1'..=b'5', b'x' | b'X', b'x' | b'X'] = bytes {
        return Some((Codes::class(u16::from(a - b'0')), Form::Wildcard));
    }
    if let [b'1'..=b'9', b, c] = bytes {
        return (b.is_ascii_digit() && c.is_ascii_digit())
            .then(|| (Codes::one(text.parse().expect("three digits")), Form::Number));
    }
    let (low, high) = text.split_once("..").or_else(|| text.split_once('-'))?;
    let (low, high) = (one(low)?.0.single()?, one(high)?.0.single()?);
    (low < high && low >= 100 && high < 1000).then(|| (Codes::range(low, high), Form::List))
}

/// Three-digit numbers and classes in a text, where they are no part of a longer word.
pub fn inside(text: &str) -> Vec<Written> {
    let bytes = text.as_bytes();
    let mut found = vec![];
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let mut end = at;
        while end < bytes.len() && is_word(bytes[end]) {
            end += 1;
        }
        let before = at.checked_sub(1).map(|i| bytes[i]);
        let fraction = before == Some(b'.') && at >= 2 && bytes[at - 2].is_ascii_digit()
            || bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        let escaped =
            before.is_some_and(|b| matches!(b, b'n' | b't' | b'r')) && at >= 2 && bytes[at - 2] == b'\\';
        if end - at == 3
            && !fraction
            && (escaped || !before.is_some_and(is_word))
            && (b'1'..=b'5').contains(&bytes[at])
            && let Some((codes, form)) = one(&text[at..end])
        {
            found.push(Written { span: Span::new(at, end), codes, number: None, form });
        }
        at = end;
    }
    found
}

fn is_duration(text: &str) -> bool {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && digits.len() < text.len()
        && text.len() - digits.len() <= 2
}

/// Reads a value that is nothing but codes: `404`, `4xx`, `500 502,503`, `200-299`, `200=24h 301=1h`, `404 Not Found`.
pub fn whole(text: &str, registry: &Registry) -> Option<Whole> {
    if text.len() < 3 || text.len() > 800 || !text.as_bytes().iter().any(u8::is_ascii_digit) {
        return None;
    }
    let trimmed = text.trim();
    let start = text.len() - text.trim_start().len();
    let part = |from: usize, token: &str, (codes, form): (Codes, Form)| Written {
        span: Span::new(from, from + token.len()),
        codes,
        number: None,
        form,
    };
    if let Some(read) = one(trimmed) {
        return Some(Whole { parts: vec![part(start, trimmed, read)], phrase: None });
    }
    let mut parts = vec![];
    let mut at = 0;
    for token in text.split([' ', ',', ';', '|', '\n', '\t']) {
        let from = at;
        at += token.len() + 1;
        let (code, spent) = token.split_once('=').unwrap_or((token, ""));
        match one(code) {
            _ if token.is_empty() => {}
            Some(read) if spent.is_empty() && code.len() == token.len() || is_duration(spent) => {
                let form = if read.1 == Form::Number { Form::List } else { read.1 };
                parts.push(part(from, code, (read.0, form)));
            }
            None if is_duration(token) && !parts.is_empty() => {}
            _ => return with_phrase(text, start, registry),
        }
    }
    (!parts.is_empty()).then_some(Whole { parts, phrase: None })
}

/// `404 Not Found`, `404 - Not Found`, `404: Not Found`: the phrase need not be the right one, but one it must be.
fn with_phrase(text: &str, start: usize, registry: &Registry) -> Option<Whole> {
    let code = text.get(start..start + 3)?;
    let (codes, Form::Number) = one(code)? else { return None };
    let rest = &text[start + 3..];
    let words = rest.trim_start_matches([' ', ':', '-', '–', '_']).trim_end();
    if words.is_empty() || words.len() == rest.len() || registry.by_phrase(words).is_none() {
        return None;
    }
    let from = start + 3 + rest.find(words)?;
    let written = Written { span: Span::new(start, start + 3), codes, number: None, form: Form::Phrase };
    Some(Whole { parts: vec![written], phrase: Some(Span::new(from, from + words.len())) })
}

/// The codes of 100..=599 that a pattern of three characters matches: `5..`, `[45]..`, `2\d\d`, `(4|5)[0-9]{2}`, `5.*`, `50[234]`.
/// With `open_ended` the pattern need not reach the end (`^5`). `None`: not such a pattern, or one that matches everything or nothing.
pub fn pattern(text: &str, open_ended: bool) -> Option<(Codes, Form)> {
    if let Some(read) = one(text) {
        return Some(read);
    }
    let stripped = text.strip_prefix('^').unwrap_or(text);
    let (body, ended) = stripped.strip_suffix('$').map_or((stripped, !open_ended), |body| (body, true));
    let bytes = body.as_bytes();
    // One set of digits for every place; the last may repeat.
    let mut places: Vec<[bool; 10]> = vec![];
    let mut rest = false;
    let mut at = 0;
    while at < bytes.len() {
        let (set, next) = match bytes[at] {
            b @ b'0'..=b'9' => (digits(&[b]), at + 1),
            b'.' => ([true; 10], at + 1),
            b'\\' => match &bytes[at + 1..] {
                [b'd', ..] => ([true; 10], at + 2),
                [b'\\', b'd', ..] => ([true; 10], at + 3),
                _ => return None,
            },
            b'[' => {
                let close = at + bytes[at..].iter().position(|b| *b == b']')?;
                (class(&bytes[at + 1..close])?, close + 1)
            }
            b'(' => {
                let close = at + bytes[at..].iter().position(|b| *b == b')')?;
                let inner = &bytes[at + 1..close];
                let inner = inner.strip_prefix(b"?:").unwrap_or(inner);
                if !inner.split(|b| *b == b'|').all(|alternative| matches!(alternative, [b'0'..=b'9'])) {
                    return None;
                }
                (digits(inner), close + 1)
            }
            _ => return None,
        };
        at = next;
        match &bytes[at..] {
            [b'{', count @ b'1'..=b'3', b'}', ..] => {
                places.extend(std::iter::repeat_n(set, usize::from(count - b'0')));
                at += 3;
            }
            [b'*' | b'+', ..] => {
                if !set.iter().all(|any| *any) {
                    return None;
                }
                rest = true;
                at += 1;
            }
            _ => places.push(set),
        }
    }
    let open = rest || !ended;
    if places.is_empty() || places.len() > 3 || places.len() < 3 && !open {
        return None;
    }
    let fits = |code: u16| {
        let digits = [code / 100, code / 10 % 10, code % 10];
        places.iter().zip(digits).all(|(set, digit)| set[usize::from(digit)])
    };
    let codes =
        (100..=599).filter(|code| fits(*code)).fold(Codes::EMPTY, |set, code| set.union(Codes::one(code)));
    (!codes.is_empty() && codes != Codes::valid()).then_some((codes, Form::Regex))
}

fn digits(bytes: &[u8]) -> [bool; 10] {
    std::array::from_fn(|i| bytes.contains(&(b'0' + i as u8)))
}

/// The inside of `[...]`.
fn class(bytes: &[u8]) -> Option<[bool; 10]> {
    let (negated, bytes) = bytes.strip_prefix(b"^").map_or((false, bytes), |rest| (true, rest));
    let mut set = [false; 10];
    let mut at = 0;
    while at < bytes.len() {
        match &bytes[at..] {
            [low @ b'0'..=b'9', b'-', high @ b'0'..=b'9', ..] => {
                (*low..=*high).for_each(|b| set[usize::from(b - b'0')] = true);
                at += 3;
            }
            [b @ b'0'..=b'9', ..] => {
                set[usize::from(b - b'0')] = true;
                at += 1;
            }
            _ => return None,
        }
    }
    Some(set.map(|in_set| in_set != negated))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<String> {
        let registry = Registry::builtin();
        whole(text, &registry).map_or(vec![], |whole| {
            whole.parts.iter().map(|part| text[part.span.range()].to_string()).collect()
        })
    }

    #[test]
    fn a_value_is_codes_or_it_is_not() {
        assert_eq!(parts("404"), ["404"]);
        assert_eq!(parts(" 5XX "), ["5XX"]);
        assert_eq!(parts("400 401,503"), ["400", "401", "503"]);
        assert_eq!(parts("200-299,304"), ["200-299", "304"]);
        assert_eq!(parts("200=24h 301=1h"), ["200", "301"]);
        assert_eq!(parts("200 202 401 5m"), ["200", "202", "401"]);
        assert_eq!(parts("404 - Not Found"), ["404"]);
        for text in ["404 things", "10.0.0.100", "100 MB", "200/s", "2023-404", "404.html"] {
            assert!(parts(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn patterns_are_sets() {
        let set = |text: &str, open: bool| pattern(text, open).map(|read| read.0.ranges());
        assert_eq!(set("5..", false), Some(vec![(500, 599)]));
        assert_eq!(set("[45]..", false), Some(vec![(400, 599)]));
        assert_eq!(set("(2|3)[0-9]{2}", false), Some(vec![(200, 399)]));
        assert_eq!(set("5.*", false), Some(vec![(500, 599)]));
        assert_eq!(set("50[234]", false), Some(vec![(502, 504)]));
        assert_eq!(set("^[23]", true), Some(vec![(200, 399)]));
        assert_eq!(set("^2\\d\\d$", true), Some(vec![(200, 299)]));
        for text in [".*", "...", "a..", "5", "", "1000", "(", "["] {
            assert_eq!(set(text, false), None, "{text}");
        }
    }

    #[test]
    fn numbers_inside_a_text_are_whole_words() {
        let found: Vec<String> = {
            let text = "a 404, x200 1.200 200.5 4xx 500ms 123456 (503)";
            inside(text).iter().map(|w| text[w.span.range()].to_string()).collect()
        };
        assert_eq!(found, ["404", "4xx", "503"]);
    }
}
