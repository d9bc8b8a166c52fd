//! What the bytes around a candidate say before anything is parsed: enough for a rule to tell that it has nothing to say about it.
//!
//! Each answer errs on one side: what may be, is. A rule that asks for too much costs a parse; one that asks for too little is found
//! out by `tests/laws.rs` and `cargo dev laws`.

use super::Source;
use super::gate::Gate;
use super::operand::{Operand, is_part};
use super::scan::{Candidate, What, word_start};
use crate::facts::Operator;
use crate::languages::rows::{Deed, Helper};
use crate::languages::{Language, Vocabulary};
use crate::status::Codes;
use crate::text::{Span, floor_boundary};
use rustc_hash::FxHashSet as HashSet;
use std::cell::OnceCell;

/// The candidates of one file, as its bytes show them.
pub struct Spots<'a> {
    text: &'a str,
    language: &'a Language,
    vocabulary: &'a Vocabulary,
    candidates: &'a [Candidate],
    gate: &'a Gate<'a>,
    /// The path is one of a test.
    is_test: bool,
    answered: OnceCell<Vec<Span>>,
    functions: OnceCell<HashSet<&'a str>>,
    docstrings: OnceCell<Vec<Span>>,
}

/// One candidate in its surroundings.
#[derive(Clone, Copy)]
pub struct Spot<'a> {
    file: &'a Spots<'a>,
    index: usize,
}

/// A call that does something to an answer, by the rows that may apply to it.
struct Act {
    /// Where its name begins, in bytes.
    at: usize,
    sends: bool,
    commits: bool,
    writes: bool,
    sets: bool,
}

/// How far a word may stand from a value that it speaks of, in bytes.
const REACH: usize = 200;

/// How far two answers may be from each other in one function, and a code from them, in bytes.
const FUNCTION: usize = 4000;

impl<'a> Spots<'a> {
    /// The candidates of this file.
    pub fn new(source: &'a Source, candidates: &'a [Candidate], gate: &'a Gate<'a>) -> Spots<'a> {
        let Source { path, language, vocabulary, .. } = *source;
        let is_test = language.is_test_path(path);
        Spots {
            text: &source.text,
            language,
            vocabulary,
            candidates,
            gate,
            is_test,
            answered: OnceCell::new(),
            functions: OnceCell::new(),
            docstrings: OnceCell::new(),
        }
    }

    /// All that may stand in code, in order.
    fn iter(&'a self) -> impl Iterator<Item = Spot<'a>> {
        let all = (0..self.candidates.len()).map(|index| Spot { file: self, index });
        all.filter(|spot| !spot.is_in_a_comment() && !self.is_in_a_docstring(spot.candidate().span))
    }

    /// Where the candidates stand that concern somebody, ascending.
    pub fn places(&'a self, concerns: &dyn Fn(&Spot) -> bool) -> Vec<u32> {
        self.iter().filter(|spot| concerns(spot)).map(|spot| spot.candidate().span.start).collect()
    }

    fn is_in_a_docstring(&self, span: Span) -> bool {
        let docstrings = self.docstrings.get_or_init(|| self.docstrings());
        let next = docstrings.partition_point(|text| text.end <= span.start);
        docstrings.get(next).is_some_and(|text| text.start < span.start)
    }

    /// Long texts that are statements of their own.
    fn docstrings(&self) -> Vec<Span> {
        let quotes = self.language.items.as_ref().map_or(&[][..], |items| &items.long_quotes);
        let (bytes, mut found, mut at) = (self.text.as_bytes(), vec![], 0);
        if !self.language.traits.docstrings {
            return found;
        }
        let find = |from: usize, quote: &str| {
            memchr::memmem::find(&bytes[from..], quote.as_bytes()).map_or(bytes.len(), |i| from + i)
        };
        // Where each kind of quotes stands next, looked for once: a file may have many of one kind and none of the other.
        let mut next: Vec<(usize, &String)> = quotes.iter().map(|quote| (find(0, quote), quote)).collect();
        loop {
            for (place, quote) in next.iter_mut().filter(|(place, _)| *place < at) {
                *place = find(at, quote);
            }
            let Some(&(start, quote)) = next.iter().min().filter(|(place, _)| *place < bytes.len()) else {
                break;
            };
            let inside = start + quote.len();
            let Some(length) = memchr::memmem::find(&bytes[inside..], quote.as_bytes()) else { break };
            at = inside + length + quote.len();
            let before = self.text[..start].trim_end_matches(is_part);
            let begins_its_line =
                before.trim_end_matches([' ', '\t']).ends_with(['\n', '\r']) || before.is_empty();
            let goes_on = before.trim_end().ends_with(['(', '[', '{', ',', '=', '+', '%', '\\']);
            if begins_its_line && !goes_on {
                found.push(Span::new(start, at));
            }
        }
        found
    }

    /// The places near a call that sends or fixes an answer and something behind it that answers again, by rows that may apply there;
    /// in order.
    fn answered(&self) -> &[Span] {
        self.answered.get_or_init(|| {
            // Each call is held against the rows once: a file of handlers has many, and all near ones are compared.
            let acts: Vec<Act> = self
                .calls()
                .filter(|(at, name)| self.gate.may_call(*at, name, |row| row.act != Deed::None))
                .map(|(at, name)| {
                    let does = |what: fn(&Helper) -> bool| self.gate.may_call(at, name, what);
                    Act {
                        at,
                        sends: does(|row| row.sends),
                        commits: does(|row| row.commits),
                        writes: does(|row| row.act == Deed::Write),
                        sets: does(|row| row.act == Deed::Set),
                    }
                })
                .collect();
            let mut near: Vec<Span> = vec![];
            for (i, &Act { at, sends, commits, .. }) in acts.iter().enumerate() {
                if !(sends || commits) {
                    continue;
                }
                let within = floor_boundary(self.text, at + FUNCTION);
                let again =
                    |act: &Act| act.sends || act.commits || sends && act.writes || commits && act.sets;
                let later = acts[i + 1..].iter().take_while(|act| act.at < within);
                let set =
                    || self.vocabulary.setters.keys().any(|name| self.text[at..within].contains(&**name));
                let second = later.filter(|act| again(act)).last().map(|act| act.at);
                let Some(second) = second.or_else(|| (commits && set()).then_some(within)) else { continue };
                let zone = Span::new(at.saturating_sub(FUNCTION), second + FUNCTION);
                match near.last_mut() {
                    Some(last) if zone.start <= last.end => last.end = last.end.max(zone.end),
                    _ => near.push(zone),
                }
            }
            near
        })
    }

    /// The names of functions that this file defines, as far as its words tell, and of some that it only calls.
    fn functions(&self) -> &HashSet<&'a str> {
        self.functions.get_or_init(|| {
            let defined = self.calls().filter_map(|(at, name)| {
                let near = &self.text[floor_boundary(self.text, at.saturating_sub(REACH))..at];
                let head = near[memchr::memrchr(b'\n', near.as_bytes()).map_or(0, |i| i + 1)..].trim_end();
                // `const fail = (code) => {`
                if let Some(bound) = head.strip_suffix("async").unwrap_or(head).trim_end().strip_suffix('=') {
                    let bound = bound.trim_end();
                    return Some(&bound[word_start(bound.as_bytes(), bound.len())..]);
                }
                let leaves =
                    ["return", "await", "new", "throw", "else"].iter().any(|word| head.ends_with(word));
                let follows_a_word =
                    head.ends_with(|c: char| is_part(c) || matches!(c, ')' | '*')) && !leaves;
                (follows_a_word || head.trim_start().is_empty()).then_some(name)
            });
            defined.filter(|name| !name.is_empty()).collect()
        })
    }

    /// The word before each open bracket, with its place; empty where none stands there.
    fn calls(&self) -> impl Iterator<Item = (usize, &'a str)> {
        let (text, bytes) = (self.text, self.text.as_bytes());
        memchr::memchr_iter(b'(', bytes).map(move |at| {
            let end = match at.checked_sub(1).map(|before| bytes[before]) {
                Some(b'>') => memchr::memrchr(b'<', &bytes[at.saturating_sub(REACH)..at])
                    .map_or(at, |i| at.saturating_sub(REACH) + i),
                _ => at,
            };
            let from = word_start(bytes, end);
            (from, &text[from..end])
        })
    }
}

impl<'a> Spot<'a> {
    fn candidate(&self) -> Candidate {
        self.file.candidates[self.index]
    }
    fn start(&self) -> usize {
        self.candidate().span.start as usize
    }
    fn end(&self) -> usize {
        self.candidate().span.end as usize
    }
    /// As it is written: the digits, or the name of the constant or the helper.
    pub fn written(&self) -> &'a str {
        &self.file.text[self.candidate().span.range()]
    }
    /// The file is one of tests, by its path.
    pub fn is_test(&self) -> bool {
        self.file.is_test
    }
    /// A number that is no code by its look.
    pub fn is_odd(&self) -> bool {
        self.candidate().what == What::Odd
    }
    /// The name of a helper that implies a code, which nothing beside it speaks of.
    pub fn is_implied(&self) -> bool {
        self.candidate().what == What::Helper
    }
    /// The name of a constant.
    pub fn is_constant(&self) -> bool {
        self.candidate().what == What::Constant
    }
    /// The codes that it may stand for.
    pub fn codes(&self) -> Codes {
        let (written, vocabulary) = (self.written(), self.file.vocabulary);
        let union = |all: &mut dyn Iterator<Item = u16>| all.map(Codes::one).fold(Codes::EMPTY, Codes::union);
        match self.candidate().what {
            What::Number => written.parse().map_or(Codes::EMPTY, Codes::one),
            What::Wildcard => Codes::class(u16::from(written.as_bytes()[0] - b'0')),
            What::Constant => union(
                &mut vocabulary
                    .constants
                    .get(written)
                    .into_iter()
                    .flatten()
                    .map(|constant| constant.symbol.c),
            ),
            What::Helper => {
                let rows = vocabulary.helpers.get(written).into_iter().flatten();
                union(
                    &mut rows
                        .flat_map(|(_, row)| &row.status)
                        .filter_map(|place| place.implied.or(place.otherwise)),
                )
            }
            What::Odd => Codes::EMPTY,
        }
    }
    /// At most so many bytes before and behind it.
    pub fn near(&self, before: usize, behind: usize) -> &'a str {
        let text = self.file.text;
        &text[floor_boundary(text, self.start().saturating_sub(before))
            ..floor_boundary(text, self.end() + behind)]
    }
    fn before(&self) -> &'a str {
        let text = self.file.text;
        &text[floor_boundary(text, self.start().saturating_sub(REACH))..self.start()]
    }
    fn behind(&self) -> &'a str {
        let text = self.file.text;
        &text[self.end()..floor_boundary(text, self.end() + REACH)]
    }
    fn neighbour(&self, index: Option<usize>) -> Option<Spot<'a>> {
        index.filter(|index| *index < self.file.candidates.len()).map(|index| Spot { file: self.file, index })
    }
    fn previous(&self) -> Option<Spot<'a>> {
        self.neighbour(self.index.checked_sub(1))
    }
    fn next(&self) -> Option<Spot<'a>> {
        self.neighbour(Some(self.index + 1))
    }

    /// A comment begins before it on its line; a mark behind a quote may be part of a text.
    fn is_in_a_comment(&self) -> bool {
        let before = self.before();
        let line = match memchr::memrchr(b'\n', before.as_bytes()) {
            Some(end) => &before[end + 1..],
            None if before.len() == self.start() => before,
            None => return false,
        };
        let line = line.trim_start();
        let Language { line_comment, block_comment, .. } = self.file.language;
        let is_continued = block_comment.is_some() && line.starts_with("* ");
        let begins = line_comment.as_deref().is_some_and(|mark| {
            let quoted = |at: usize| line[..at].contains(['"', '\'', '`', '/']);
            line.find(mark).is_some_and(|at| !quoted(at))
        });
        is_continued || begins
    }

    /// A word near it speaks of status, or it is given to a function of this file, which may do so for it.
    pub fn is_evident(&self) -> bool {
        let text = self.file.text;
        let from = floor_boundary(text, self.start().saturating_sub(REACH));
        let to = floor_boundary(text, self.end() + REACH / 4);
        self.file.gate.speaks(from, to) || self.is_given_to_own_function() || self.is_at_the_top()
    }
    /// It stands on a line in column 0, as a constant does that is used elsewhere.
    fn is_at_the_top(&self) -> bool {
        let before = self.before();
        let line = &before[memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1)..];
        line.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
    /// The names of the calls that it is an argument of, the innermost first.
    fn callees(&self) -> impl Iterator<Item = (usize, &'a str)> {
        let (text, bytes) = (self.file.text, self.file.text.as_bytes());
        let (mut depth, from) = (0, self.start().saturating_sub(2 * REACH));
        (from..self.start()).rev().filter_map(move |at| match bytes[at] {
            b')' | b']' | b'}' => {
                depth += 1;
                None
            }
            b'(' | b'[' | b'{' if depth > 0 => {
                depth -= 1;
                None
            }
            b'(' => {
                let start = word_start(bytes, at);
                (start < at).then(|| (start, &text[start..at]))
            }
            _ => None,
        })
    }
    /// An argument of a call of which a row that may apply there says this.
    pub fn is_given_to(&self, says: impl Fn(&Helper) -> bool) -> bool {
        self.callees().any(|(at, name)| self.file.gate.may_call(at, name, &says))
    }
    fn is_given_to_own_function(&self) -> bool {
        self.callees().take(3).any(|(_, name)| self.file.functions().contains(name))
    }

    fn operand(&self) -> Operand<'a> {
        let (text, language) = (self.file.text, self.file.language);
        let number = self.codes().single();
        Operand {
            text,
            language,
            start: self.start(),
            end: self.end(),
            number,
            is_constant: self.is_constant(),
        }
    }

    /// `status == 200 or 201`, `case 401 || 403`: it may be an operand of its own.
    pub fn is_bare_operand(&self) -> bool {
        self.previous().is_some_and(|previous| self.operand().is_bare_behind(&previous.operand()))
    }

    /// A condition holds it and another number against a subject in a way that may leave nothing, everything, or the edge of a class.
    pub fn is_joined_oddly(&self) -> bool {
        let operand = self.operand();
        self.previous().is_some_and(|spot| operand.is_joined_oddly_to(&spot.operand()))
            || self.next().is_some_and(|spot| spot.operand().is_joined_oddly_to(&operand))
            || operand.is_joined_oddly_to_a_number()
    }

    /// `200..299`, `range(200, 299)`: it is an end of a range that is not a class.
    pub fn is_end_of_an_odd_range(&self) -> bool {
        let operand = self.operand();
        let callee = |spot: &Spot<'a>| spot.callees().next().map_or("", |callee| callee.1);
        self.previous().is_some_and(|spot| operand.ends_an_odd_range_of(&spot.operand(), callee(&spot)))
            || self.next().is_some_and(|spot| spot.operand().ends_an_odd_range_of(&operand, callee(self)))
    }

    /// `status > 400`: the first code of the errors, or of those of the server, is left out.
    pub fn leaves_out_an_edge(&self) -> bool {
        let codes = self.codes();
        match self.operand().comparison() {
            Some(Operator::Greater) => codes.contains(400) || codes.contains(500),
            Some(Operator::AtLeast) => codes.contains(401) || codes.contains(501),
            _ => false,
        }
    }

    /// The names that are set to it: `NOT_FOUND = 404`, `"not_found": 404`.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        let before = self.before();
        let before = match self.previous() {
            Some(previous) if self.start() - previous.end() < before.len() => {
                &before[before.len() - (self.start() - previous.end())..]
            }
            _ => before,
        };
        before.char_indices().filter(|(_, c)| matches!(c, '=' | ':')).filter_map(move |(at, _)| {
            let named = before[..at].trim_end_matches(|c: char| {
                c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '?' | '=' | '>' | ']' | '[')
            });
            let start = word_start(named.as_bytes(), named.len());
            (start < named.len()).then(|| &named[start..])
        })
    }

    /// The texts in quotes and the comments around it, and what follows it in its own: where a phrase may stand that belongs to it.
    pub fn texts(&self) -> impl Iterator<Item = &'a str> {
        let text = self.file.text;
        let (back, on) = (self.neighbour(self.index.checked_sub(2)), self.neighbour(Some(self.index + 4)));
        let from = back.map_or(0, |spot| spot.end()).max(self.start().saturating_sub(2 * REACH));
        let to = on.map_or(text.len(), |spot| spot.start()).min(self.end() + 4 * REACH);
        let (from, to) = (floor_boundary(text, from), floor_boundary(text, to));
        let around = text.get(from..to).unwrap_or("");
        let opens = |(at, c): &(usize, char)| match c {
            '"' | '\'' | '`' | '#' | '*' => true,
            '/' => around[..*at].ends_with('/'),
            _ => false,
        };
        let opened = around.char_indices().filter(opens).map(|(at, _)| &around[at + 1..]);
        let own = self.behind();
        std::iter::once(own).chain(opened).map(|text| {
            let end = text.find(['"', '\'', '`', '\n', '\r', '<', '\\']).unwrap_or(text.len());
            text[..end].trim()
        })
    }

    /// What may answer a request twice stands near it.
    pub fn is_among_answers(&self) -> bool {
        let zones = self.file.answered();
        let next = zones.partition_point(|zone| zone.end <= self.candidate().span.start);
        zones.get(next).is_some_and(|zone| zone.start <= self.candidate().span.start)
    }
}
