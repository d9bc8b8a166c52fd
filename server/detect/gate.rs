//! Whether a file is worth a parse: a word of evidence near a number. The gate, not detection, decides the speed.

use super::imports::Guess;
use super::scan::{Candidate, Slot, What, word_end, word_start};
use super::words::says_status;
use crate::languages::Vocabulary;
use crate::languages::rows::{Helper, Place};
use crate::status::Registry;
use crate::text::floor_boundary;
use std::cell::OnceCell;

/// How far evidence may stand from a number, in bytes.
const BEFORE: usize = 250;
const AFTER: usize = 100;

/// How far from a number its own name may stand, in bytes.
const BESIDE: usize = 80;

/// How far a receiver may stand before the callee at the end of its chain, in bytes.
const CHAIN: usize = 1000;

/// What decides for one file.
pub struct Gate<'a> {
    text: &'a str,
    vocabulary: &'a Vocabulary,
    registry: &'a Registry,
    used: &'a [bool],
    names: &'a [&'a str],
    compares: OnceCell<bool>,
}

impl<'a> Gate<'a> {
    /// The gate of a file that imports these libraries.
    pub fn new(
        text: &'a str,
        vocabulary: &'a Vocabulary,
        registry: &'a Registry,
        guess: &'a Guess<'a>,
    ) -> Gate<'a> {
        Gate { text, vocabulary, registry, used: &guess.used, names: &guess.names, compares: OnceCell::new() }
    }

    /// A word that speaks of status stands near a candidate: numbers without one cost no parse.
    pub fn opens_for(&self, candidates: &[Candidate]) -> bool {
        let mut read = 0;
        for (i, candidate) in candidates.iter().enumerate() {
            if candidate.what != What::Number || self.is_raised(candidate) || self.is_list(&candidates[i..]) {
                return true;
            }
            let (start, end) = (candidate.span.start as usize, candidate.span.end as usize);
            let from = floor_boundary(self.text, start.saturating_sub(BEFORE));
            let to = floor_boundary(self.text, end + AFTER);
            // What was read for the number before is not read again, but for words that were cut.
            let unread = floor_boundary(self.text, from.max(read));
            if unread < to && self.speaks(unread, to) || self.is_named(candidate) {
                return true;
            }
            read = read.max(to.saturating_sub(40));
        }
        false
    }

    /// A word of these bytes speaks of status.
    pub fn speaks(&self, from: usize, to: usize) -> bool {
        words(self.text, from, to).any(|(at, word)| {
            // `http://` says nothing: every licence has one.
            let http = word.eq_ignore_ascii_case("http")
                && self.text.as_bytes().get(at + word.len()) != Some(&b':');
            let fragment = may_say_status(word);
            http || matches!(word, "response" | "reply" | "abort" | "responses")
                // Results of any kind are called so: of an answer something is asked that rows know.
                || matches!(word, "res" | "resp" | "rsp") && self.is_asked(at + word.len())
                || fragment
                    && (says_status(word)
                        || word.contains("redirect")
                        || word.contains("Redirect")
                        || word.contains("Response")
                        || word.contains("Http") && word.len() > 4
                        || word.contains("HTTP") && word.len() > 4)
                // Short names are everyday words, except in capitals: gin's `JSON`, `HTML`, `XML`.
                || (word.len() >= 5 || word.bytes().all(|b| b.is_ascii_uppercase())) && self.explains(at, word)
        })
    }

    /// A row that may apply to a callee of this name here says that it takes a status in such a slot.
    pub fn takes_a_number(&self, at: usize, callee: &str, slot: Slot) -> bool {
        let reaches = |place: &Place| match slot {
            Slot::Named(name) => {
                let is_name = |word: &Option<String>| word.as_deref() == Some(name);
                is_name(&place.keyword) || is_name(&place.key) || place.keys
            }
            Slot::Positional => {
                let only_by_name = place.arg.is_none() && place.keyword.is_some() || place.key.is_some();
                !only_by_name || place.keys
            }
            Slot::Within => true,
        };
        self.may_call(at, callee, |row| row.status.iter().any(reaches))
    }

    /// A row that may apply to a callee of this name here says this.
    pub fn may_call(&self, at: usize, callee: &str, says: impl Fn(&Helper) -> bool) -> bool {
        let mut rows = self.vocabulary.helpers.get(callee).into_iter().flatten();
        rows.any(|(library, row)| {
            says(row) && self.may_apply(*library, row, at) && self.fits_the_receiver(*library, row, at)
        })
    }

    /// Nothing speaks against it that a callee belongs to a row: a name right before it is one that the row speaks of, that was
    /// imported, or that may be declared as one of its types.
    fn fits_the_receiver(&self, library: usize, row: &Helper, at: usize) -> bool {
        let before = &self.text[..at];
        let Some(holder) = before.strip_suffix("::").or_else(|| before.strip_suffix('.')) else {
            return true;
        };
        let name = &holder[word_start(holder.as_bytes(), holder.len())..];
        // What a call, an index or a bracket gives has no name.
        let path = holder.trim_end_matches(|c: char| {
            c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | ':' | '?' | '!')
        });
        let is_plain = !name.is_empty() && !path.ends_with([')', ']', '}', '>']);
        let is_module = || {
            let mut modules = self.vocabulary.libraries[library].imports.iter();
            row.on.is_empty() && modules.any(|module| module.rsplit(['/', '.', ':']).next() == Some(name))
        };
        !is_plain
            || !row.types.is_empty() && self.used[library]
            || row.makes.is_some() && self.used[library]
            || row.on_call.is_some() && self.used[library]
            || row.on.iter().any(|on| on == name)
            || is_module()
            || self.names.contains(&name)
    }

    /// A row that may apply to a callee of this name here makes a number beside it a status, or compares it with one.
    fn explains(&self, at: usize, callee: &str) -> bool {
        let speaks = |row: &Helper| {
            row.status.iter().any(needs_the_callee)
                || row.compared.is_some() && *self.compares.get_or_init(|| speaks_somewhere(self.text))
        };
        let mut rows = self.vocabulary.helpers.get(callee).into_iter().flatten();
        rows.any(|(library, row)| speaks(row) && self.may_apply(*library, row, at))
    }

    /// The row's library is in use, or its receiver stands before the callee.
    fn may_apply(&self, library: usize, row: &Helper, at: usize) -> bool {
        if row.on_call.is_some() && !self.is_member(at) {
            return false;
        }
        let by_name = !row.on.is_empty() && row.on_call.is_none();
        match (self.used[library], self.vocabulary.libraries[library].ambient) {
            (true, false) => true,
            (true, true) => !by_name || !row.types.is_empty() || self.has_receiver(row, at),
            (false, _) => by_name && self.has_receiver(row, at),
        }
    }

    /// What ends here has a member that a row of some library speaks of: a call, or one that reads or sets a status.
    fn is_asked(&self, end: usize) -> bool {
        let rest = self.text[end..].trim_start_matches(['?', '!', ')', '.']);
        let member = &rest[..word_end(rest.as_bytes(), 0)];
        let Vocabulary { helpers, accessors, setters, .. } = self.vocabulary;
        helpers.contains_key(member) || accessors.contains_key(member) || setters.contains_key(member)
    }

    /// What begins here is a member of something.
    fn is_member(&self, at: usize) -> bool {
        self.text[..at].trim_end().ends_with(['.', ':', '>'])
    }

    /// The callee is a member, and before it stands a receiver that the row names.
    fn has_receiver(&self, row: &Helper, at: usize) -> bool {
        if !self.is_member(at) {
            return false;
        }
        let before = &self.text[..at];
        let chain = &before[floor_boundary(before, before.len().saturating_sub(CHAIN))..];
        let part = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
        row.on.iter().any(|name| {
            memchr::memmem::find_iter(chain.as_bytes(), name.as_bytes()).any(|i| {
                !part(i.checked_sub(1).map(|i| chain.as_bytes()[i]))
                    && !part(chain.as_bytes().get(i + name.len()).copied())
            })
        })
    }

    /// `error(403, ..)`: a code that anything is known about, where an error is made.
    fn is_raised(&self, candidate: &Candidate) -> bool {
        let Some(before) = self.text[..candidate.span.start as usize].strip_suffix('(') else { return false };
        let callee = &before[word_start(before.as_bytes(), before.len())..];
        callee.contains("rror") && self.known(candidate).is_some()
    }

    /// `[408, 429, 500]`: three registered codes in a row, not all of them round.
    fn is_list(&self, candidates: &[Candidate]) -> bool {
        let Some(row @ [a, b, c]) = candidates.get(..3) else { return false };
        let close = |left: &Candidate, right: &Candidate| {
            let between = self.text.get(left.span.end as usize..right.span.start as usize);
            between.is_some_and(|between| between.len() < 6 && between.contains(','))
        };
        let codes = row.iter().filter_map(|candidate| self.known(candidate));
        close(a, b)
            && close(b, c)
            && codes.clone().count() == 3
            && codes.clone().all(|code| self.registry.is_registered(code))
            && codes.into_iter().any(|code| code % 100 != 0)
    }

    /// The code that a candidate is, if anything is known about it.
    fn known(&self, candidate: &Candidate) -> Option<u16> {
        let code = self.text[candidate.span.range()].parse().ok()?;
        self.registry.get(code).map(|_| code)
    }

    /// The name of the very code stands near it: `404: "Not Found"`, `NOT_FOUND = 404`, `"200 OK"`.
    fn is_named(&self, candidate: &Candidate) -> bool {
        let from = floor_boundary(self.text, (candidate.span.start as usize).saturating_sub(BESIDE));
        let to = floor_boundary(self.text, candidate.span.end as usize + BESIDE);
        let Some(entry) = self.known(candidate).and_then(|code| self.registry.get(code)) else {
            return false;
        };
        let letters =
            |text: &'a str| text.bytes().filter(u8::is_ascii_alphabetic).map(|b| b.to_ascii_lowercase());
        let length = letters(&entry.name).count();
        let says =
            |at: usize| length > 0 && letters(&self.text[at..to]).take(length).eq(letters(&entry.name));
        // A short name is an everyday word unless it stands right behind the number.
        if length < 7 {
            let end = candidate.span.end as usize;
            let rest = &self.text[end..to];
            let gap =
                rest.len() - rest.trim_start_matches([' ', ':', '-', '"', '\'', ',', '=', '>', '(']).len();
            return gap < 8 && says(end + gap);
        }
        words(self.text, from, to).any(|(at, _)| says(at))
    }
}

/// Holds a piece of one of the words that may say status: asked of every word, so it has to be quick.
fn may_say_status(word: &str) -> bool {
    word.as_bytes().windows(3).any(|piece| {
        matches!(
            piece,
            b"tat" | b"TAT" | b"ode" | b"ODE" | b"spo" | b"SPO" | b"dir" | b"DIR" | b"ttp" | b"TTP"
        )
    })
}

/// A place whose number only a callee of this name explains: one behind a key that says status explains itself, and a code
/// that is left out is no number.
fn needs_the_callee(place: &Place) -> bool {
    let written = place.implied.is_none() && place.otherwise.is_none();
    match place.key.as_deref().or(place.keyword.as_deref()) {
        Some(key) => !says_status(key),
        None => written,
    }
}

/// A test may keep its expectations far from what they are compared with: in one that uses a library, any read of a status
/// anywhere is evidence for the numbers.
pub fn reads_a_status(text: &str) -> bool {
    holds_one(text, &[".StatusCode", ".Code", "status_code", ".statusCode", ".status"])
}

/// What an assertion about a status is compared with is read somewhere.
fn speaks_somewhere(text: &str) -> bool {
    reads_a_status(text) || holds_one(text, &[".code", "getcode"])
}

fn holds_one(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

/// The words of these bytes that are long enough to say something, with their places.
fn words(text: &str, from: usize, to: usize) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let mut i = from;
    std::iter::from_fn(move || {
        while i < to {
            if !(bytes[i].is_ascii_alphabetic() || bytes[i] == b'_') {
                i += 1;
                continue;
            }
            let (at, end) = (i, word_end(bytes, i).min(to));
            i = end;
            if end - at >= 3 {
                return Some((at, &text[at..end]));
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{imports, scan};
    use crate::languages;
    use crate::project::Project;

    fn opens(path: &str, text: &str) -> bool {
        let project = Project::default();
        let language = languages::by_path(path).expect("it is served");
        let vocabulary = project.vocabulary(language);
        let guess = imports::guess(text, language, &vocabulary);
        Gate::new(text, &vocabulary, project.registry(), &guess).opens_for(&scan::numbers(text))
    }

    #[test]
    fn a_word_near_a_number_opens_the_gate() {
        for (path, text) in [
            ("a.py", "if status == 404: pass"),
            ("a.py", "CODES = {404: 'Not Found'}"),
            ("a.py", "NOT_FOUND = 404"),
            ("a.py", "x = '302 Found'"),
            ("a.py", "from flask import Flask\ndef f():\n    return '', 204"),
            ("a.py", "return self._error(403, 'Cancel')"),
            ("a.js", "if ([408, 429, 500].includes(failure.code)) again()"),
            ("a.js", "ctx.throw(404)"),
            ("a.js", "assert.equal(answer.code, 404)"),
            ("a.js", "res.send(404)"),
            ("a.py", "code = answer.getcode()\nself.assertEqual(code, 404)"),
        ] {
            assert!(opens(path, text), "{text}");
        }
    }

    #[test]
    fn everyday_words_and_callees_of_libraries_that_are_not_used_leave_it_shut() {
        for (path, text) in [
            ("a.py", "def f():\n    return 500"),
            ("a.py", "from flask import Flask\nwidth = 500  # found"),
            ("a.js", "function f() { throw 404 }"),
            ("a.js", "return x.replace(1, 300)"),
            ("a.js", "widths = [100, 200, 300]"),
            ("a.js", "expect(width).toBe(300)"),
            ("a.js", "res.width = 300"),
            ("a.py", "# the code of a town\nself.assertEqual(towns, 300)"),
        ] {
            assert!(!opens(path, text), "{text}");
        }
    }
}
