//! Whether a candidate may go out to a client, and whether anything speaks of status where it stands, by the bytes around it.
//!
//! What may be, is: see [`super::spot`].

use super::brackets::opening;
use super::operand::is_part;
use super::scan::{Slot, slot, whole_words, word_start};
use super::spot::{QUOTES, REACH, Spot, Spots};
use crate::text::floor_boundary;
use std::ops::Range;

/// How far back a function tells what its conditions are about, in bytes.
const CONDITION: usize = 2000;

/// How long the head of a function may be that speaks of what it is given, in bytes.
const HEAD: usize = 400;

/// How far into a function it tells that it is about status, in bytes.
const DEFINITION: usize = 1000;

/// How near a word stands to what it speaks of on a line, in bytes.
const BESIDE: usize = 80;

impl<'a> Spots<'a> {
    /// A word of status stands near a place on its line.
    fn speaks_beside(&self, at: usize) -> bool {
        let (line, near) = (self.line_around(at), floor_boundary(self.text, at.saturating_sub(BESIDE)));
        self.gate.speaks(line.start.max(near), line.end)
    }

    /// What stands here is an argument of a call that takes a status.
    fn is_given_evidently(&self, at: usize) -> bool {
        let Some(open) = opening(self.text, floor_boundary(self.text, at.saturating_sub(REACH)), at) else {
            return false;
        };
        let name = word_start(self.text.as_bytes(), open);
        self.text[open..].starts_with('(')
            && self.gate.takes_a_number(name, &self.text[name..open], slot(&self.text[..at]))
    }

    /// A line on which a name is used speaks of status right before it, or it is given to a call that takes one. Looked for once a name.
    fn is_used_evidently(&self, name: &'a str) -> bool {
        if let Some(known) = self.used.borrow().get(name) {
            return *known;
        }
        let found = whole_words(self.text, name).any(|at| {
            let near = floor_boundary(self.text, at.saturating_sub(BESIDE / 2));
            self.gate.speaks(self.line_around(at).start.max(near), at + name.len())
                || self.is_given_evidently(at)
        });
        self.used.borrow_mut().insert(name, found);
        found
    }

    fn has_lifetimes(&self) -> bool {
        self.language.items.as_ref().is_some_and(|items| items.lifetimes)
    }

    /// This file defines a function of this name with a word of status in it, as far as its words tell; or it calls one where it speaks
    /// of status.
    fn has_a_function(&self, name: &'a str) -> bool {
        if let Some(known) = self.functions.borrow().get(name) {
            return *known;
        }
        let speaks = |at: usize| self.gate.speaks(at, floor_boundary(self.text, at + DEFINITION));
        let found = !name.is_empty()
            && whole_words(self.text, name).any(|at| self.may_define(at, name) && speaks(at));
        self.functions.borrow_mut().insert(name, found);
        found
    }

    /// What stands here may be the name of a function where it is defined.
    fn may_define(&self, at: usize, name: &str) -> bool {
        let behind = self.text[at + name.len()..].trim_start();
        // `const fail = (code) => {`
        if behind.starts_with('=') {
            return !behind.starts_with("==");
        }
        let near = &self.text[floor_boundary(self.text, at.saturating_sub(REACH))..at];
        let head = near[memchr::memrchr(b'\n', near.as_bytes()).map_or(0, |i| i + 1)..].trim_end();
        let leaves = ["return", "await", "new", "throw", "else"].iter().any(|word| head.ends_with(word));
        let follows_a_word = head.ends_with(|c: char| is_part(c) || matches!(c, ')' | '*')) && !leaves;
        behind.starts_with(['(', '<', '[']) && (follows_a_word || head.trim_start().is_empty())
    }

    /// The line around a place, as far as it reaches.
    fn line_around(&self, at: usize) -> Range<usize> {
        let (text, bytes) = (self.text, self.text.as_bytes());
        let from = floor_boundary(text, at.saturating_sub(REACH));
        let to = floor_boundary(text, at + REACH / 4);
        let start = memchr::memrchr(b'\n', &bytes[from..at]).map_or(from, |end| from + end + 1);
        start..memchr::memchr(b'\n', &bytes[at..to]).map_or(to, |end| at + end)
    }

    /// Where the lines begin that go on in the line that begins at a byte.
    fn continued_from(&self, line: usize) -> usize {
        let (bytes, limit) = (self.text.as_bytes(), line.saturating_sub(REACH));
        let mut start = line;
        while start > limit {
            let before =
                memchr::memrchr(b'\n', &bytes[limit..start - 1]).map_or(limit, |end| limit + end + 1);
            let end = self.text.get(before..start).map_or("", str::trim_end);
            if end.is_empty() || end.ends_with([',', ';', '{', '}', '(', '[']) {
                break;
            }
            start = before;
        }
        floor_boundary(self.text, start)
    }
}

impl<'a> Spot<'a> {
    /// It may go out to a client: it is not held against anything, no part of a sum, an index or a sentence, and it leads to nothing.
    pub fn may_be_sent(&self) -> bool {
        !(self.is_compared()
            || self.is_part_of_a_sum()
            || self.is_case()
            || self.is_an_index()
            || self.is_in_a_sentence())
    }

    fn is_compared(&self) -> bool {
        let text = self.file.text;
        self.operand().is_compared(&text[..self.whole_start()], &text[self.whole_end()..])
    }

    fn is_part_of_a_sum(&self) -> bool {
        let text = self.file.text;
        let (before, next) = (text[..self.whole_start()].trim_end(), text[self.whole_end()..].trim_start());
        before.ends_with(['+', '-', '*', '/', '%']) && !before.ends_with("*/")
            || before.ends_with("<<")
            || ["+ ", "- ", "* ", "/ ", "<<"].iter().any(|sign| next.starts_with(sign))
    }

    /// `line[:100]`, `[512]byte`
    fn is_an_index(&self) -> bool {
        let text = self.file.text;
        let (before, behind) = (text[..self.whole_start()].trim_end(), &text[self.whole_end()..]);
        let is_of_something = |before: &str| before.ends_with(|c: char| is_part(c) || matches!(c, ')' | ']'));
        let is_length =
            || behind.strip_prefix(']').is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic()));
        match before.strip_suffix(':').unwrap_or(before).strip_suffix('[') {
            Some(indexed) => is_of_something(indexed) && !behind.starts_with(',') || is_length(),
            None => false,
        }
    }

    /// Words of the same text stand right before it: `"between 100 and 255"`, not `"404 Not Found"` nor `"HTTP/1.1 404"`.
    fn is_in_a_sentence(&self) -> bool {
        let (line, lifetimes) = (self.file.line_around(self.start()).start, self.file.has_lifetimes());
        let mut open: Option<(usize, char)> = None;
        let mut escaped = false;
        for (at, c) in self.file.text[line..self.start()].char_indices() {
            match open {
                _ if escaped => escaped = false,
                Some(_) if c == '\\' => escaped = true,
                Some((_, quote)) if c == quote => open = None,
                None if c == '\'' && lifetimes => {}
                None if QUOTES.contains(&c) => open = Some((line + at, c)),
                _ => {}
            }
        }
        let Some((quote, _)) = open else { return false };
        let said = self.file.text[quote + 1..self.start()].trim_end();
        let version = said.rsplit(' ').next().unwrap_or("");
        said.ends_with(|c: char| c.is_alphabetic() || c == ',') && !version.contains("HTTP")
    }

    /// `case 404:`, `404 => ..`
    fn is_case(&self) -> bool {
        let before = self.before();
        let line = before[memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1)..].trim_start();
        line.starts_with("case ") && !line.contains(':')
            || self.file.text[self.whole_end()..].trim_start().starts_with("=>")
    }

    /// `404: ..`, `case 404: ..`, `404 => ..`: what follows belongs to it.
    pub fn is_key(&self) -> bool {
        let text = self.file.text;
        let next = text[self.whole_end()..].trim_start();
        let chosen = || text[..self.whole_start()].trim_end().ends_with('?');
        self.is_case() || next.starts_with(':') && !next.starts_with("::") && !chosen()
    }

    /// Something speaks of status where it stands: a word in its lines or where a bracket around it opens, a call that it is given to,
    /// or a line on which the name is used that it is bound to. A constant speaks for itself.
    pub fn is_evident(&self) -> bool {
        self.is_constant()
            || self.is_implied()
            || match slot(&self.file.text[..self.whole_start()]) {
                slot if self.is_key() => self.is_in_evident_brackets(slot),
                Slot::Named(name) => self.is_evident_as(name),
                slot => {
                    self.is_in_evident_lines()
                        || self.is_in_evident_brackets(slot)
                        || self.bound_name().is_some_and(|name| self.file.is_used_evidently(name))
                }
            }
    }

    /// `status=404`, `{ code: 404 }`: under a name, which has to say so itself, unless the call takes a status under any.
    fn is_evident_as(&self, name: &'a str) -> bool {
        let (text, gate) = (self.file.text, self.file.gate);
        let at = name.as_ptr() as usize - text.as_ptr() as usize;
        let sounds = ["ode", "ODE", "tat", "TAT", "ttp", "TTP"].iter().any(|part| name.contains(part));
        sounds
            || gate.speaks(at, self.start())
            || self.callees().take(2).any(|(at, callee)| gate.takes_a_number(at, callee, Slot::Named(name)))
    }

    fn is_in_evident_lines(&self) -> bool {
        let line = self.file.line_around(self.start());
        self.file.gate.speaks(self.file.continued_from(line.start), line.end)
    }

    /// A bracket around it opens where something speaks of status, or behind a callee that takes one. Blocks of statements are no
    /// such brackets.
    fn is_in_evident_brackets(&self, slot: Slot) -> bool {
        let (text, gate, is_key) = (self.file.text, self.file.gate, self.is_key());
        let takes = |at: usize, name: &'a str| {
            self.file.has_a_function(name)
                || gate.takes_a_number(at, name, slot)
                || ["rror", "xception"].iter().any(|raised| name.contains(raised))
        };
        let mut inner = self.start();
        for (depth, open) in self.brackets().take(4).enumerate() {
            let name = word_start(text.as_bytes(), open);
            let (is_call, callee) = (text[open..].starts_with('('), &text[name..open]);
            let within = &text[open + 1..inner];
            if text[open..].starts_with('{') && depth > 0 && is_a_block(within) {
                return false;
            }
            if is_key && depth == 0 {
                // The keys of answers, not those of any table.
                let line = self.file.line_around(open);
                return text[line.start..open].contains("esponse") || is_call && takes(name, callee);
            }
            if self.file.speaks_beside(open) || is_call && takes(name, callee) {
                return true;
            }
            inner = open;
        }
        false
    }

    /// Something in the function speaks of status, not long before it.
    pub(super) fn is_in_an_evident_function(&self) -> bool {
        let (text, function) = (self.file.text, self.function());
        let from = self.start().saturating_sub(CONDITION).max((function.start as usize).saturating_sub(HEAD));
        self.file.gate.speaks(floor_boundary(text, from), floor_boundary(text, self.end() + REACH))
    }

    /// `code := 404`, `const NOT_HERE: u16 = 404`: the name, unless it is that of an argument.
    fn bound_name(&self) -> Option<&'a str> {
        let text = self.file.text;
        let head = text[self.file.line_around(self.start()).start..self.whole_start()]
            .trim_end()
            .strip_suffix('=')?;
        let name = head.split(':').next().unwrap_or(head).trim_end();
        let start = word_start(name.as_bytes(), name.len());
        let is_argument = || self.callees().next().is_some();
        (start < name.len() && !is_argument()).then(|| &name[start..])
    }
}

/// What stands behind an open brace is a statement, not the pairs of a literal.
fn is_a_block(within: &str) -> bool {
    within.contains(';') || !within.replace("::", "").contains([':', '=', ','])
}
