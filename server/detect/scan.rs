//! Candidates: where in the bytes a code could stand, and what is too dangerous to parse.

use super::brackets::opening;
use super::gate::Gate;
use super::imports::Guess;
use super::words::says_http_status;
use crate::facts::Note;
use crate::languages::{Language, Vocabulary, last_word};
use crate::text::{Span, floor_boundary};
use rustc_hash::FxHashMap as HashMap;

/// What a candidate is, by its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// Three digits from 100 to 599.
    Number,
    /// `4xx`
    Wildcard,
    /// The symbol of a named constant.
    Constant,
    /// The name of a helper that implies a code.
    Helper,
    /// Any other number, in the argument list of a callee that takes a status.
    Odd,
}

/// A place to look at in the tree.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// The digits, the wildcard or the name.
    pub span: Span,
    /// What it looks like.
    pub what: What,
}

fn is_word(bytes: &[u8], i: usize) -> bool {
    bytes.get(i).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

/// Ascending, and one candidate a place.
pub fn put_in_order(candidates: &mut Vec<Candidate>) {
    candidates.sort_by_key(|c| (c.span.start, c.span.end));
    candidates.dedup_by_key(|c| c.span.start);
}

/// Runs of three digits of which the first is that of a class, ascending: where each begins.
fn of_three_digits(bytes: &[u8]) -> impl Iterator<Item = usize> {
    // Every run of three digits covers a byte whose index is 2 modulo 3: look only there.
    let (mut i, mut end) = (2, 0);
    std::iter::from_fn(move || {
        loop {
            let mut at = i;
            while at < bytes.len() && !bytes[at].is_ascii_digit() {
                at += 3;
            }
            i = at + 3;
            if at >= bytes.len() {
                return None;
            }
            if at < end {
                continue;
            }
            let mut from = at;
            while from > 0 && bytes[from - 1].is_ascii_digit() {
                from -= 1;
            }
            end = at;
            while end < bytes.len() && bytes[end].is_ascii_digit() {
                end += 1;
            }
            if end - from == 3 && (b'1'..=b'5').contains(&bytes[from]) {
                return Some(from);
            }
        }
    })
}

/// Where `xx` or `XX` stands behind the digit of a class, at that digit; the lower case first.
fn of_classes(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let all = ["xx", "XX"].into_iter().flat_map(|needle| memchr::memmem::find_iter(bytes, needle));
    all.filter_map(|at| at.checked_sub(1)).filter(|from| (b'1'..=b'5').contains(&bytes[*from]))
}

/// A number of three digits or a wildcard stands somewhere, if only as a part of a word.
pub fn has_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    of_three_digits(bytes).next().is_some() || of_classes(bytes).next().is_some()
}

/// Three-digit numbers and wildcards, ascending.
pub fn numbers(text: &str) -> Vec<Candidate> {
    let bytes = text.as_bytes();
    let number = |from: usize| Candidate { span: Span::new(from, from + 3), what: What::Number };
    let mut found: Vec<Candidate> =
        of_three_digits(bytes).filter(|from| stands_alone(bytes, *from, from + 3)).map(number).collect();
    let stands = |from: &usize| {
        let is_part = *from > 0 && (is_word(bytes, from - 1) || matches!(bytes[from - 1], b'.' | b'-'));
        !is_part && !is_word(bytes, from + 3)
    };
    found.extend(
        of_classes(bytes).filter(stands).map(|from| Candidate { what: What::Wildcard, ..number(from) }),
    );
    found.sort_by_key(|c| c.span.start);
    found
}

/// No part of a longer word or of a fraction; an integer's type suffix is not a word.
fn stands_alone(bytes: &[u8], from: usize, end: usize) -> bool {
    let before = from.checked_sub(1);
    let suffix = matches!(bytes.get(end), Some(b'u' | b'i'))
        && bytes.get(end + 1).is_some_and(u8::is_ascii_digit)
        || bytes.get(end) == Some(&b'_') && matches!(bytes.get(end + 1), Some(b'u' | b'i'));
    !before.is_some_and(|i| is_word(bytes, i))
        && (!is_word(bytes, end) || suffix)
        && !(before.map(|b| bytes[b]) == Some(b'.') && from >= 2 && bytes[from - 2] != b'.')
        && !(bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit))
}

/// Named constants, and helpers whose name implies a code, of the libraries in use.
pub fn names(text: &str, language: &Language, vocabulary: &Vocabulary, guess: &Guess) -> Vec<Candidate> {
    let mut found = vec![];
    held_constants(text, &language.traits.separator, vocabulary, guess, &mut found);
    let mut bare: Vec<&str> = vec![];
    for (library, group) in &vocabulary.groups {
        if group.holder.is_empty() && guess.used[*library] {
            bare.extend(guess.names.iter().filter(|name| vocabulary.constants.contains_key(**name)));
        }
    }
    bare.sort_unstable();
    bare.dedup();
    for name in bare {
        found.extend(
            whole_words(text, name)
                .filter(|at| *at as u32 > guess.end)
                .map(|at| Candidate { span: Span::new(at, at + name.len()), what: What::Constant }),
        );
    }
    let edges = &vocabulary.edges;
    if edges.implying_libraries.iter().any(|library| guess.used[*library]) {
        let bytes = text.as_bytes();
        for at in
            memchr::memchr3_iter(b'(', b'{', b'!', bytes).filter(|at| edges.implying.may_end(&bytes[..*at]))
        {
            let from = word_start(bytes, at);
            let implies = |name| {
                vocabulary.implying.get(name).into_iter().flatten().any(|library| guess.used[*library])
            };
            if from < at && implies(&text[from..at]) {
                found.push(Candidate { span: Span::new(from, at), what: What::Helper });
            }
        }
    }
    found
}

/// Constants behind their holder: of a library in use, of a name that was imported from one, or of one that itself says
/// what it holds.
fn held_constants(
    text: &str,
    separator: &str,
    vocabulary: &Vocabulary,
    guess: &Guess,
    found: &mut Vec<Candidate>,
) {
    let bytes = text.as_bytes();
    let mut local: HashMap<&str, Vec<&str>> = HashMap::default();
    if vocabulary.groups.iter().any(|(library, _)| guess.used[*library]) {
        for name in guess.names.iter().filter(|name| !name.is_empty()) {
            local.entry(last_word(name)).or_default().push(name);
        }
    }
    for at in memchr::memmem::find_iter(bytes, separator) {
        let from = at + separator.len();
        // Most are the ends of sentences, members of what a call or an index gives, and of what holds no constants.
        if at == 0 || !is_word(bytes, at - 1) || !is_word(bytes, from) {
            continue;
        }
        if local.is_empty() && !vocabulary.edges.joints.contains(bytes[at - 1], bytes[from]) {
            continue;
        }
        let word = &text[word_start(bytes, at)..at];
        let (groups, names) = (vocabulary.holders.get(word), local.get(word));
        if groups.is_none() && names.is_none() {
            continue;
        }
        let end = word_end(bytes, from);
        if end == from || !vocabulary.constants.contains_key(&text[from..end]) {
            continue;
        }
        let stands = |holder: &str| {
            text[..at].ends_with(holder) && !(at > holder.len() && is_word(bytes, at - holder.len() - 1))
        };
        let held = groups.into_iter().flatten().any(|group| {
            let (library, group) = &vocabulary.groups[*group];
            stands(&group.holder) && (guess.used[*library] || says_http_status(&group.holder))
        });
        if held || names.into_iter().flatten().any(|name| stands(name)) {
            found.push(Candidate { span: Span::new(from, end), what: What::Constant });
        }
    }
}

/// Where the word begins that ends at a byte.
pub fn word_start(bytes: &[u8], end: usize) -> usize {
    (0..end).rposition(|i| !is_word(bytes, i)).map_or(0, |last| last + 1)
}

/// Where the word ends that begins at a byte.
pub fn word_end(bytes: &[u8], from: usize) -> usize {
    (from..bytes.len()).find(|i| !is_word(bytes, *i)).unwrap_or(bytes.len())
}

/// Where this word stands in a text.
pub fn whole_words<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = usize> + 't {
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, name.as_bytes())
        .filter(move |at| !(*at > 0 && is_word(bytes, at - 1)) && !is_word(bytes, at + name.len()))
}

/// Numbers that are no codes by their look, in the argument list or behind the keyword of a callee that takes a status.
pub fn odd_numbers(text: &str, vocabulary: &Vocabulary, gate: &Gate) -> Vec<Candidate> {
    let bytes = text.as_bytes();
    let mut found = vec![];
    let mut i = 0;
    while i < bytes.len() {
        if !bytes[i].is_ascii_digit() {
            i += 1;
            continue;
        }
        let end = (i..bytes.len()).find(|k| !bytes[*k].is_ascii_digit()).unwrap_or(bytes.len());
        let (from, length) = (i, end - i);
        i = end;
        let plain = length <= 7
            && stands_alone(bytes, from, end)
            && !(length == 3 && (b'1'..=b'5').contains(&bytes[from]));
        if plain && is_taken(text, from, vocabulary, gate) {
            found.push(Candidate { span: Span::new(from, end), what: What::Odd });
        }
    }
    found
}

/// How a value stands among others.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Slot<'t> {
    /// `name=404`, `{ "name": 404 }`
    Named(&'t str),
    /// `f(404)`, `f(x, 404)`
    Positional,
    /// Something else stands between it and where its place begins.
    Within,
}

/// How what follows a text stands there.
pub fn slot(before: &str) -> Slot<'_> {
    let before = before.trim_end();
    let Some(key) = before.strip_suffix(['=', ':']) else {
        return if before.ends_with(['(', ',']) { Slot::Positional } else { Slot::Within };
    };
    let name = key.trim_end().trim_end_matches(['"', '\'', '`']);
    let start = word_start(name.as_bytes(), name.len());
    let around = name[..start].trim_end_matches(['"', '\'', '`']).trim_end();
    // `a, b = 404, 500` names nothing.
    let is_in_brackets = || {
        let from = floor_boundary(around, around.len().saturating_sub(LONGEST_ARGUMENTS));
        let open = opening(around, from, around.len()).map(|open| around.as_bytes()[open]);
        open == Some(b'(') || open == Some(b'{') && before.ends_with(':')
    };
    match around.ends_with(['(', '{', ',']) && start < name.len() && is_in_brackets() {
        true => Slot::Named(&name[start..]),
        false => Slot::Within,
    }
}

/// How far back the bracket is looked for that opens arguments, in bytes.
const LONGEST_ARGUMENTS: usize = 1000;

/// The nearest open bracket before it on its line belongs to a callee that takes a status, or it is assigned to a member that sets one.
fn is_taken(text: &str, at: usize, vocabulary: &Vocabulary, gate: &Gate) -> bool {
    let bytes = text.as_bytes();
    let near = at.saturating_sub(200);
    let start = memchr::memrchr(b'\n', &bytes[near..at]).map_or(near, |i| near + i + 1);
    let line = &text[floor_boundary(text, start)..at];
    let mut depth = 0;
    for (i, c) in line.char_indices().rev() {
        match c {
            ')' | ']' | '}' => depth += 1,
            '(' | '{' if depth == 0 => {
                let name = callee_before(&line[..i]);
                let place = name.as_ptr() as usize - text.as_ptr() as usize;
                if gate.takes_a_number(place, name, slot(line)) {
                    return true;
                }
                if c == '(' {
                    return false;
                }
            }
            '(' | '[' | '{' => depth -= 1,
            _ => {}
        }
    }
    let before = line.trim_end().strip_suffix('=').map(str::trim_end);
    before.is_some_and(|b| vocabulary.setters.contains_key(callee_before(b)))
        || line.trim_start().starts_with("return ") && gate.takes_a_number(at, "return", Slot::Within)
}

fn callee_before(text: &str) -> &str {
    let text = text.trim_end_matches(['!', ' ']);
    let start = text
        .rfind(|c: char| !(c.is_alphanumeric() || c == '_'))
        .map_or(0, |i| i + text[i..].chars().next().map_or(1, char::len_utf8));
    &text[start..]
}

/// Why not to look further, decided before anything is parsed: see also [`is_too_deep`], as a C parser in trouble cannot be stopped.
pub fn refuses(text: &str, language: &Language) -> Option<Note> {
    let bytes = text.as_bytes();
    if memchr::memchr(0, bytes).is_some() {
        return Some(Note::Binary);
    }
    if bytes.len() > language.largest as usize {
        return Some(Note::TooLarge);
    }
    is_minified(bytes).then_some(Note::Minified)
}

/// Lines longer than people write.
const LONGEST_LINE: usize = 2000;

/// A line over the limit, unless it is one of few in a file of ordinary lines (an embedded image, a long string).
fn is_minified(bytes: &[u8]) -> bool {
    let mut last = 0;
    let mut long = 0;
    for at in memchr::memchr_iter(b'\n', bytes).chain(std::iter::once(bytes.len())) {
        if at - last > LONGEST_LINE {
            long += at - last;
        }
        last = at + 1;
    }
    long * 2 > bytes.len()
}

/// How deep brackets may nest before a parser's stack or time is at risk.
const DEEPEST: i32 = 1000;

/// How long a run of the same mark may be; a longer one is no source that people write.
const LONGEST_RUN: u32 = 4000;

/// What a byte is to the nesting of a text. Most are nothing.
#[derive(Clone, Copy)]
enum Mark {
    None,
    Opens,
    Closes,
    Repeats,
}

/// Looked up, because every byte of every text is asked, at every key too.
static MARKS: [Mark; 256] = {
    let mut marks = [Mark::None; 256];
    let mut byte = 0;
    while byte < marks.len() {
        marks[byte] = match byte as u8 {
            b'(' | b'[' | b'{' => Mark::Opens,
            b')' | b']' | b'}' => Mark::Closes,
            b'`' | b'<' | b'>' | b'=' | b'!' | b'-' | b'&' | b'|' | b'*' | b'~' | b'"' | b'\'' | b'\\'
            | b'?' => Mark::Repeats,
            _ => Mark::None,
        };
        byte += 1;
    }
    marks
};

/// Nests deeper than a parser can follow, or repeats a mark more often than people do.
pub fn is_too_deep(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut depth, mut run) = (0i32, 0u32);
    for (i, &b) in bytes.iter().enumerate() {
        match MARKS[usize::from(b)] {
            Mark::None => {}
            Mark::Opens => {
                depth += 1;
                if depth > DEEPEST {
                    return true;
                }
            }
            Mark::Closes => depth = (depth - 1).max(0),
            Mark::Repeats => {
                run = if i > 0 && bytes[i - 1] == b { run + 1 } else { 0 };
                if run > LONGEST_RUN {
                    return true;
                }
            }
        }
    }
    false
}

/// Says in its first lines that a program wrote it: `@generated`, or that it is generated and not to be edited, on one line or in
/// one heading.
pub fn is_generated(text: &str) -> bool {
    let head = &text[..floor_boundary(text, 2000)];
    // Asked of every file.
    if !["enerated", "ENERATED"]
        .iter()
        .any(|word| memchr::memmem::find(head.as_bytes(), word.as_bytes()).is_some())
    {
        return false;
    }
    let head = head.to_ascii_lowercase();
    let forbids = ["do not edit", "do not modify", "lost if the code is regenerated"];
    let heading = || head.lines().take(30);
    head.contains("@generated")
        || heading().any(|line| line.contains("generated"))
            && heading().any(|line| forbids.iter().any(|words| line.contains(words)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        numbers(text).iter().map(|c| &text[c.span.range()]).collect()
    }

    #[test]
    fn three_digits_alone_are_candidates() {
        assert_eq!(
            texts("a 404 b(500) x=\"201\" 4xx '5XX' 1999 600 v200 3.200 200.5 200..300 404u16"),
            ["404", "500", "201", "4xx", "5XX", "200", "300", "404"]
        );
    }

    #[test]
    fn a_value_stands_under_a_name_by_its_place_or_within_something() {
        for (before, expected) in [
            ("f(", Slot::Positional),
            ("f(a, \n  ", Slot::Positional),
            ("f(a, status=", Slot::Named("status")),
            ("x = { \"code\": ", Slot::Named("code")),
            ("x = {\n  a: 1,\n  code: ", Slot::Named("code")),
            ("f(ok ? 1 : ", Slot::Within),
            ("a, status = ", Slot::Within),
            ("{ a, status = ", Slot::Within),
            ("status == ", Slot::Within),
            ("return ", Slot::Within),
        ] {
            assert_eq!(slot(before), expected, "{before}");
        }
    }

    #[test]
    fn deep_nesting_and_long_runs_are_refused() {
        assert!(is_too_deep(&"(".repeat(2000)));
        assert!(is_too_deep(&"`".repeat(9000)));
        assert!(!is_too_deep("fn f() { g((1)) }"));
    }

    #[test]
    fn a_heading_that_forbids_edits_of_what_is_generated_tells_of_a_program() {
        for heading in [
            "// @generated by protoc",
            "// Code generated by statusgen. DO NOT EDIT.",
            "\"\"\"\n    Generated by OpenAPI Generator (https://openapi-generator.tech)\n\n    Do not edit the class manually.\n\"\"\"",
            "/*\n * Code generated by Microsoft (R) AutoRest Code Generator.\n * Changes may cause incorrect behavior and will be lost if the code is regenerated.\n */",
        ] {
            assert!(is_generated(heading), "{heading}");
        }
        for heading in [
            "# Generated pages are kept for a day.",
            "# Do not edit the order of these codes.",
            &format!("# DO NOT EDIT\n{}# generated", "\n".repeat(40)),
        ] {
            assert!(!is_generated(heading), "{heading}");
        }
    }
}
