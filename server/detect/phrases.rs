//! The texts near a candidate where a phrase may stand that belongs to it, by the bytes around it.
//!
//! What may be, is: see [`super::spot`].

use super::brackets::{closing, opening};
use super::scan::word_start;
use super::spot::{QUOTES, REACH, Spot};
use crate::text::floor_boundary;
use std::ops::Range;

impl<'a> Spot<'a> {
    /// The texts in quotes and the comments around it, and what follows it in its own: where a text may stand that belongs to it.
    pub fn texts(&self) -> impl Iterator<Item = &'a str> {
        let Range { start, end } = self.surroundings();
        let around = self.file.text.get(start..end).unwrap_or("");
        let opens = |(at, c): &(usize, char)| QUOTES.contains(c) || begins_a_comment(around, *at, *c);
        let opened = around.char_indices().filter(opens).map(|(at, _)| &around[at + 1..]);
        std::iter::once(self.behind()).chain(opened).map(until_it_ends)
    }

    /// The texts in quotes that stand beside it where a phrase may that belongs to it, what follows it in its own, and the comment
    /// behind it on its line.
    pub fn phrases(&self) -> Vec<&'a str> {
        let (text, own) = (self.file.text, self.behind());
        let line = own.lines().next().unwrap_or("");
        let comments = line.char_indices().filter(|(at, c)| begins_a_comment(line, *at, *c));
        let mut found = vec![until_it_ends(own)];
        found.extend(comments.map(|(at, _)| until_it_ends(&line[at + 1..])));
        for beside in self.beside() {
            let around = &text[beside];
            let quotes = around.char_indices().filter(|(_, c)| QUOTES.contains(c));
            found.extend(quotes.map(|(at, _)| until_it_ends(&around[at + 1..])));
        }
        found
    }

    /// As far as a text may stand that belongs to it: to the second candidate before it and the fourth behind, or some hundred bytes.
    fn surroundings(&self) -> Range<usize> {
        let text = self.file.text;
        let (back, on) = (self.neighbour(self.index.checked_sub(2)), self.neighbour(Some(self.index + 4)));
        let from = back.map_or(0, |spot| spot.end()).max(self.start().saturating_sub(2 * REACH));
        let to = on.map_or(text.len(), |spot| spot.start()).min(self.end() + 4 * REACH);
        floor_boundary(text, from)..floor_boundary(text, to)
    }

    /// What stands beside it in the brackets around it, and in those of calls that are chained to them; of a key, what it leads to.
    fn beside(&self) -> [Range<usize>; 2] {
        let text = self.file.text;
        let Range { start: first, end: last } = self.surroundings();
        let last = last.max(self.whole_end());
        let (mut from, mut to) = (self.whole_start(), self.whole_end());
        let first = first.min(from);
        let (mut open, mut close) = (opening(text, first, from), closing(text, to, last));
        // `Status(404)`, `(404)`, `int(404)`: what the brackets hold is the code alone.
        while let (Some(o), Some(c)) = (open, close)
            && text[o + 1..from].trim().is_empty()
            && text[to..c].trim_matches(|c: char| c.is_whitespace() || c == ',').is_empty()
        {
            (from, to) = (word_start(text.as_bytes(), o), c + 1);
            (open, close) = (opening(text, first.min(from), from), closing(text, to, last.max(to)));
        }
        let end = close.map_or(last.max(to), |close| self.end_of_chain(close, last));
        let is_key = self.is_key();
        let next_key = (self.index + 1..self.file.candidates.len())
            .map(|index| Spot { file: self.file, index })
            .take_while(|spot| spot.start() < end)
            .find(|spot| {
                spot.is_key() && text[to.min(spot.start())..spot.start()].contains(['\n', '"', '\'', '`'])
            });
        let end = next_key.filter(|_| is_key).map_or(end, |next| next.start());
        let start = match open {
            Some(open) if !is_key => open + 1,
            _ => from,
        };
        [start..from, to..end.max(to)]
    }

    /// The last bracket of the calls that are chained to what this one closes.
    fn end_of_chain(&self, close: usize, last: usize) -> usize {
        let (text, mut end) = (self.file.text, close);
        while end < last && text[end + 1..last].trim_start().starts_with(['.', '?', '!']) {
            let Some(open) = text[end + 1..last].find('(').map(|at| end + 1 + at) else { return last };
            let Some(close) = closing(text, open + 1, last) else { return last };
            end = close;
        }
        end
    }
}

/// A comment may begin behind this mark, which stands at a byte of a text.
fn begins_a_comment(text: &str, at: usize, mark: char) -> bool {
    matches!(mark, '#' | '*') || mark == '/' && text[..at].ends_with('/')
}

/// A text or a comment from its inside on.
fn until_it_ends(text: &str) -> &str {
    let end = text.find(['"', '\'', '`', '\n', '\r', '<', '\\']).unwrap_or(text.len());
    text[..end].trim()
}
