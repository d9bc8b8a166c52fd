//! Candidates: where in the bytes a code could stand, and whether the file is worth a parse.

use super::imports::Guess;
use super::words::{says_http_status, says_status};
use crate::facts::Note;
use crate::languages::{Language, Vocabulary};
use crate::text::{Span, floor_boundary};

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

/// Three-digit numbers and wildcards, ascending.
pub fn numbers(text: &str) -> Vec<Candidate> {
    let bytes = text.as_bytes();
    let mut found = vec![];
    // Every run of three digits covers a byte whose index is 2 modulo 3: look only there.
    let (mut i, mut end) = (2, 0);
    while i < bytes.len() {
        if bytes[i].is_ascii_digit() && i >= end {
            let mut from = i;
            while from > 0 && bytes[from - 1].is_ascii_digit() {
                from -= 1;
            }
            end = i;
            while end < bytes.len() && bytes[end].is_ascii_digit() {
                end += 1;
            }
            if end - from == 3 && (b'1'..=b'5').contains(&bytes[from]) && stands_alone(bytes, from, end) {
                found.push(Candidate { span: Span::new(from, end), what: What::Number });
            }
        }
        i += 3;
    }
    for needle in ["xx", "XX"] {
        for at in memchr::memmem::find_iter(bytes, needle).filter(|at| *at > 0) {
            let from = at - 1;
            let alone = !(from > 0 && (is_word(bytes, from - 1) || matches!(bytes[from - 1], b'.' | b'-')))
                && !is_word(bytes, at + 2);
            if (b'1'..=b'5').contains(&bytes[from]) && alone {
                found.push(Candidate { span: Span::new(from, at + 2), what: What::Wildcard });
            }
        }
    }
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
    let bytes = text.as_bytes();
    let mut found = vec![];
    let separator = language.traits.separator.as_str();
    let mut holders: Vec<&str> = vec![];
    let mut bare: Vec<&str> = vec![];
    let mut constants = false;
    for (library, group) in &vocabulary.groups {
        let used = guess.used[*library];
        if group.holder.is_empty() {
            bare.extend(
                guess.names.iter().filter(|_| used).filter(|n| vocabulary.constants.contains_key(**n)),
            );
        }
        if used || says_http_status(&group.holder) {
            holders.push(&group.holder);
        }
        constants |= used;
    }
    if constants {
        holders.extend(&guess.names);
    }
    holders.sort_unstable();
    holders.dedup();
    for holder in holders.into_iter().filter(|h| !h.is_empty()) {
        let needle = format!("{holder}{separator}");
        for at in memchr::memmem::find_iter(bytes, needle.as_bytes())
            .filter(|at| !(*at > 0 && is_word(bytes, at - 1)))
        {
            let from = at + needle.len();
            let end = word_end(bytes, from);
            if end > from && vocabulary.constants.contains_key(&text[from..end]) {
                found.push(Candidate { span: Span::new(from, end), what: What::Constant });
            }
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
    for (name, rows) in &vocabulary.helpers {
        let implies = rows.iter().any(|(library, helper)| {
            guess.used[*library] && helper.status.iter().any(|p| p.implied.is_some() || p.otherwise.is_some())
        });
        if implies {
            found.extend(
                whole_words(text, name)
                    .filter(|at| matches!(bytes.get(at + name.len()), Some(b'(' | b'{' | b'!')))
                    .map(|at| Candidate { span: Span::new(at, at + name.len()), what: What::Helper }),
            );
        }
    }
    found
}

fn word_end(bytes: &[u8], from: usize) -> usize {
    (from..bytes.len()).find(|i| !is_word(bytes, *i)).unwrap_or(bytes.len())
}

fn whole_words<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = usize> + 't {
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, name.as_bytes())
        .filter(move |at| !(*at > 0 && is_word(bytes, at - 1)) && !is_word(bytes, at + name.len()))
}

/// Numbers that are no codes by their look, in the argument list or behind the keyword of a callee that takes a status.
pub fn odd_numbers(text: &str, vocabulary: &Vocabulary) -> Vec<Candidate> {
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
        if plain && taken_by_a_helper(text, from, vocabulary) {
            found.push(Candidate { span: Span::new(from, end), what: What::Odd });
        }
    }
    found
}

/// The nearest open bracket before it on its line belongs to a callee that takes a status, or it is assigned to a member that sets one.
fn taken_by_a_helper(text: &str, at: usize, vocabulary: &Vocabulary) -> bool {
    let bytes = text.as_bytes();
    let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |i| i + 1);
    let line = &text[floor_boundary(text, start.max(at.saturating_sub(200)))..at];
    let mut depth = 0;
    for (i, c) in line.char_indices().rev() {
        match c {
            ')' | ']' | '}' => depth += 1,
            '(' | '{' if depth == 0 => {
                let name = last_word(&line[..i]);
                if vocabulary
                    .helpers
                    .get(name)
                    .is_some_and(|rows| rows.iter().any(|(_, h)| !h.status.is_empty()))
                {
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
    before.is_some_and(|b| vocabulary.setters.contains_key(last_word(b)))
        || line.trim_start().starts_with("return ")
}

fn last_word(text: &str) -> &str {
    let text = text.trim_end_matches(['!', ' ']);
    let start = text
        .rfind(|c: char| !(c.is_alphanumeric() || c == '_'))
        .map_or(0, |i| i + text[i..].chars().next().map_or(1, char::len_utf8));
    &text[start..]
}

/// Why not to parse, decided before anything is parsed: a C parser in trouble cannot be stopped.
pub fn refuses(text: &str, language: &Language) -> Option<Note> {
    let bytes = text.as_bytes();
    if memchr::memchr(0, bytes).is_some() {
        return Some(Note::Binary);
    }
    if bytes.len() > language.largest as usize {
        return Some(Note::TooLarge);
    }
    if is_minified(bytes) && language.traits.data.is_none() {
        return Some(Note::Minified);
    }
    if too_deep(bytes) {
        return Some(Note::TooDeep);
    }
    None
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

/// How deep brackets may nest, and how often one byte may repeat its kind, before a parser's stack or time is at risk.
const DEEPEST: i32 = 1000;

fn too_deep(bytes: &[u8]) -> bool {
    let (mut depth, mut deepest, mut run, mut previous) = (0i32, 0, 0u32, 0u8);
    for &b in bytes {
        match b {
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' | b'}' => depth = (depth - 1).max(0),
            _ => {}
        }
        // A long run of the same mark is no source that people write.
        if b == previous
            && matches!(
                b,
                b'`' | b'<'
                    | b'>'
                    | b'='
                    | b'!'
                    | b'-'
                    | b'&'
                    | b'|'
                    | b'*'
                    | b'~'
                    | b'"'
                    | b'\''
                    | b'\\'
                    | b'?'
            )
        {
            run += 1;
            if run > 4000 {
                return true;
            }
        } else {
            run = 0;
            previous = b;
        }
        if deepest > DEEPEST {
            return true;
        }
    }
    false
}

/// How far evidence may stand from a number, in bytes.
const BEFORE: usize = 250;
const AFTER: usize = 100;

/// A word of the vocabulary near a candidate: numbers without one cost no parse.
pub fn has_evidence(text: &str, candidates: &[Candidate], vocabulary: &Vocabulary) -> bool {
    let mut read = 0;
    for candidate in candidates {
        if candidate.what != What::Number {
            return true;
        }
        let from = floor_boundary(text, (candidate.span.start as usize).saturating_sub(BEFORE).max(read));
        let to = floor_boundary(text, candidate.span.end as usize + AFTER);
        if from < to && speaks_of_status(text, from, to, vocabulary) {
            return true;
        }
        read = read.max(to.saturating_sub(40));
    }
    false
}

/// A test may keep its expectations far from what they are compared with: in one that uses a library, any read of a status
/// anywhere is evidence for the numbers.
pub fn reads_a_status(text: &str) -> bool {
    [".StatusCode", ".Code", "status_code", ".statusCode", ".status"]
        .iter()
        .any(|read| memchr::memmem::find(text.as_bytes(), read.as_bytes()).is_some())
}

fn speaks_of_status(text: &str, from: usize, to: usize, vocabulary: &Vocabulary) -> bool {
    let bytes = text.as_bytes();
    let mut i = from;
    while i < to {
        if !(bytes[i].is_ascii_alphabetic() || bytes[i] == b'_') {
            i += 1;
            continue;
        }
        let end = word_end(bytes, i).min(to);
        let word = &text[i..end];
        i = end.max(i + 1);
        if word.len() < 3 {
            continue;
        }
        // `http://` says nothing: every licence has one.
        let http = word.eq_ignore_ascii_case("http") && bytes.get(end) != Some(&b':');
        let fragment =
            ["tatus", "TATUS", "ode", "ODE", "espon", "ESPON", "edirect", "EDIRECT", "HTTP", "ttp"]
                .iter()
                .any(|f| word.contains(f));
        if http
            || matches!(word, "res" | "resp" | "rsp" | "response" | "reply" | "abort" | "responses")
            || fragment
                && (says_status(word)
                    || word.contains("redirect")
                    || word.contains("Redirect")
                    || word.contains("Response")
                    || word.contains("Http") && word.len() > 4
                    || word.contains("HTTP") && word.len() > 4)
            // Short names are everyday words, except in capitals: gin's `JSON`, `HTML`, `XML`.
            || (word.len() >= 5 || word.bytes().all(|b| b.is_ascii_uppercase()))
                && vocabulary.speaks_of_status(word)
        {
            return true;
        }
    }
    false
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
    fn deep_nesting_and_long_runs_are_refused() {
        assert!(too_deep("(".repeat(2000).as_bytes()));
        assert!(too_deep("`".repeat(9000).as_bytes()));
        assert!(!too_deep("fn f() { g((1)) }".as_bytes()));
    }
}
