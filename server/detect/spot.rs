//! What the bytes around a candidate say before anything is parsed: enough for a rule to tell that it has nothing to say about it.
//!
//! Each answer errs on one side: what may be, is. A rule that asks for too much costs a parse; one that asks for too little is found
//! out by `tests/laws.rs` and `cargo dev laws`.

use super::Source;
use super::answers;
use super::brackets::opening;
use super::gate::Gate;
use super::items::{self, Cut};
use super::operand::{Operand, is_part};
use super::scan::{Candidate, What, word_start};
use crate::facts::Operator;
use crate::languages::rows::Helper;
use crate::languages::{Language, Vocabulary};
use crate::status::Codes;
use crate::text::{Span, floor_boundary};
use rustc_hash::FxHashMap as HashMap;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;

/// The candidates of one file, as its bytes show them.
pub struct Spots<'a> {
    pub(super) text: &'a str,
    pub(super) language: &'a Language,
    vocabulary: &'a Vocabulary,
    pub(super) candidates: &'a [Candidate],
    pub(super) gate: &'a Gate<'a>,
    /// The path is one of a test.
    is_test: bool,
    answering_twice: OnceCell<BTreeSet<Span>>,
    cut: &'a OnceCell<Cut>,
    /// Names that were looked for: a function of the file that speaks of status, and one whose use does.
    pub(super) functions: RefCell<HashMap<&'a str, bool>>,
    pub(super) used: RefCell<HashMap<&'a str, bool>>,
    docstrings: OnceCell<Vec<Span>>,
    test_modules: OnceCell<Vec<Span>>,
}

/// One candidate in its surroundings.
#[derive(Clone, Copy)]
pub struct Spot<'a> {
    pub(super) file: &'a Spots<'a>,
    pub(super) index: usize,
}

/// What a text stands in.
pub const QUOTES: [char; 3] = ['"', '\'', '`'];

/// How far a word may stand from a value that it speaks of, in bytes.
pub const REACH: usize = 200;

impl<'a> Spots<'a> {
    /// The candidates of this file. `cut` is filled in when something asks how the text can be cut.
    pub fn new(
        source: &'a Source,
        candidates: &'a [Candidate],
        gate: &'a Gate<'a>,
        cut: &'a OnceCell<Cut>,
    ) -> Spots<'a> {
        let Source { path, language, vocabulary, .. } = *source;
        let is_test = language.is_test_path(path);
        Spots {
            text: &source.text,
            language,
            vocabulary,
            candidates,
            gate,
            is_test,
            answering_twice: OnceCell::new(),
            cut,
            functions: RefCell::default(),
            used: RefCell::default(),
            docstrings: OnceCell::new(),
            test_modules: OnceCell::new(),
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
        holds(self.docstrings.get_or_init(|| self.docstrings()), span)
    }

    /// The modules at the top of the file that are marked as tests: each to the brace that closes it in column 0.
    fn test_modules(&self) -> &[Span] {
        self.test_modules.get_or_init(|| {
            let begins = |mark| {
                let lines = memchr::memmem::find_iter(self.text.as_bytes(), mark).filter_map(|at| {
                    let end = memchr::memchr(b'\n', &self.text.as_bytes()[at..])?;
                    self.text[at + end + 1..].starts_with("mod ").then_some(at)
                });
                lines.collect::<Vec<usize>>()
            };
            let mut starts: Vec<usize> =
                self.language.traits.test_marks.iter().flat_map(|mark| begins(mark.as_bytes())).collect();
            starts.sort_unstable();
            let end = |at: usize| {
                memchr::memmem::find(&self.text.as_bytes()[at..], b"\n}")
                    .map_or(self.text.len(), |end| at + end)
            };
            starts.into_iter().map(|at| Span::new(at, end(at))).collect()
        })
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

    /// The functions that may answer twice.
    fn answering_twice(&self) -> &BTreeSet<Span> {
        let Spots { text, language, vocabulary, gate, .. } = *self;
        self.answering_twice
            .get_or_init(|| answers::twice(text, language, vocabulary, gate, || self.cut(), self.calls()))
    }

    fn cut(&self) -> &Cut {
        self.cut.get_or_init(|| items::cut(self.text, self.language))
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

/// One of these spans, ascending, holds the start of another.
fn holds(spans: &[Span], span: Span) -> bool {
    let next = spans.partition_point(|around| around.end <= span.start);
    spans.get(next).is_some_and(|around| around.start < span.start)
}

impl<'a> Spot<'a> {
    fn candidate(&self) -> Candidate {
        self.file.candidates[self.index]
    }
    pub(super) fn start(&self) -> usize {
        self.candidate().span.start as usize
    }
    pub(super) fn end(&self) -> usize {
        self.candidate().span.end as usize
    }
    /// As it is written: the digits, or the name of the constant or the helper.
    pub fn written(&self) -> &'a str {
        &self.file.text[self.candidate().span.range()]
    }
    /// It stands in a file of tests, by its path, or in a module that is marked as one.
    pub fn is_test(&self) -> bool {
        self.file.is_test || holds(self.file.test_modules(), self.candidate().span)
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
    pub(super) fn before(&self) -> &'a str {
        let text = self.file.text;
        &text[floor_boundary(text, self.start().saturating_sub(REACH))..self.start()]
    }
    pub(super) fn behind(&self) -> &'a str {
        let text = self.file.text;
        &text[self.end()..floor_boundary(text, self.end() + REACH)]
    }
    pub(super) fn neighbour(&self, index: Option<usize>) -> Option<Spot<'a>> {
        index.filter(|index| *index < self.file.candidates.len()).map(|index| Spot { file: self.file, index })
    }
    pub(super) fn previous(&self) -> Option<Spot<'a>> {
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

    /// The brackets around it, the innermost first.
    pub(super) fn brackets(&self) -> impl Iterator<Item = usize> {
        let (text, from) = (self.file.text, self.start().saturating_sub(2 * REACH));
        std::iter::successors(opening(text, from, self.start()), move |open| opening(text, from, *open))
    }
    /// The names of the calls that it is an argument of, the innermost first.
    pub(super) fn callees(&self) -> impl Iterator<Item = (usize, &'a str)> {
        let (text, bytes) = (self.file.text, self.file.text.as_bytes());
        self.brackets().filter(move |open| bytes[*open] == b'(').filter_map(move |open| {
            let start = word_start(bytes, open);
            (start < open).then(|| (start, &text[start..open]))
        })
    }
    /// An argument of a call of which a row that may apply there says this.
    pub fn is_given_to(&self, says: impl Fn(&Helper) -> bool) -> bool {
        self.callees().any(|(at, name)| self.file.gate.may_call(at, name, &says))
    }
    pub(super) fn operand(&self) -> Operand<'a> {
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
        let at = |index: Option<usize>| self.neighbour(index).map(|spot| spot.operand());
        // The two before it, itself, and the two behind it.
        let [first, previous, own, next, last] =
            [-2, -1, 0, 1, 2].map(|away| at(self.index.checked_add_signed(away)));
        let are_joined = |one: &Option<Operand>, two: &Option<Operand>, beyond: [&Option<Operand>; 2]| {
            let beyond = beyond.map(Option::as_ref);
            one.as_ref().zip(two.as_ref()).is_some_and(|(one, two)| two.is_joined_oddly_to(one, beyond))
        };
        let is_joined = are_joined(&previous, &own, [&first, &next])
            || are_joined(&own, &next, [&previous, &last])
            || self.operand().is_joined_oddly_to_a_number();
        is_joined && self.is_in_an_evident_function()
    }

    /// `200..299`, `range(200, 299)`: it is an end of a range that is not a class.
    pub fn is_end_of_an_odd_range(&self) -> bool {
        let operand = self.operand();
        let callee = |spot: &Spot<'a>| spot.callees().next().map_or("", |callee| callee.1);
        let is_end = self
            .previous()
            .is_some_and(|spot| operand.ends_an_odd_range_of(&spot.operand(), callee(&spot)))
            || self.next().is_some_and(|spot| spot.operand().ends_an_odd_range_of(&operand, callee(self)));
        is_end && self.is_in_an_evident_function()
    }

    /// `status > 400`: the first code of the errors, or of those of the server, is left out.
    pub fn leaves_out_an_edge(&self) -> bool {
        let codes = self.codes();
        let leaves_out = match self.operand().comparison() {
            Some(Operator::Greater) => codes.contains(400) || codes.contains(500),
            Some(Operator::AtLeast) => codes.contains(401) || codes.contains(501),
            _ => false,
        };
        leaves_out && self.is_in_an_evident_function()
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

    /// It stands in a function that may answer a request twice.
    pub fn is_among_answers(&self) -> bool {
        let functions = self.file.answering_twice();
        !functions.is_empty() && functions.contains(&self.function())
    }

    /// The innermost function around it, as far as its body is known, or else the items at the top of the file.
    pub(super) fn function(&self) -> Span {
        self.file.cut().function_at(self.start())
    }

    /// At most so many bytes before and behind it, in the same function.
    pub fn near_in_function(&self, before: usize, behind: usize) -> &'a str {
        let (text, function) = (self.file.text, self.function());
        let from = self.start().saturating_sub(before).max(function.start as usize);
        let to = (self.end() + behind).min(function.end as usize);
        &text[floor_boundary(text, from)..floor_boundary(text, to)]
    }

    /// Where it begins with what belongs to it: the path to a constant, a quote.
    pub(super) fn whole_start(&self) -> usize {
        let before = self.before();
        let path = |c: char| is_part(c) || matches!(c, '.' | ':');
        let before = if self.is_constant() { before.trim_end_matches(path) } else { before };
        self.start() - (self.before().len() - before.trim_end_matches(QUOTES).len())
    }

    /// Where it ends with the type of a number and a quote.
    pub(super) fn whole_end(&self) -> usize {
        let behind = self.behind();
        self.end() + behind.len() - behind.trim_start_matches(is_part).trim_start_matches(QUOTES).len()
    }
}
