//! Functions that may answer a request twice, as far as the bytes of a text tell before anything is parsed.
//!
//! What may be, is: see [`super::spot`].

use super::brackets::closing;
use super::gate::Gate;
use super::items::{Cut, is_word_at};
use super::operand::is_part;
use crate::languages::rows::{Deed, Helper};
use crate::languages::{Language, Vocabulary};
use crate::text::{Span, floor_boundary};
use std::collections::BTreeSet;

/// A call that does something to an answer, by the rows that may apply to it.
struct Act {
    at: usize,
    /// Something may come after it that answers again.
    goes_on: bool,
    sends: bool,
    commits: bool,
    writes: bool,
    sets: bool,
}

/// How far a call and the chain before it reach, in bytes.
const LONGEST_CALL: usize = 4000;

/// Words that leave a block.
const LEAVING: [&str; 5] = ["return", "throw", "raise", "break", "continue"];

/// The functions in which something answers and something behind it may answer again. `calls`: the places and names of all calls,
/// ascending; `cut`: how the text can be cut, asked for only where there is more than one such call.
pub fn twice<'a, 'c>(
    text: &str,
    language: &Language,
    vocabulary: &Vocabulary,
    gate: &Gate,
    cut: impl FnOnce() -> &'c Cut,
    calls: impl Iterator<Item = (usize, &'a str)>,
) -> BTreeSet<Span> {
    // Each call is held against the rows once: a file of handlers has many, and all of one function are compared.
    let acts: Vec<Act> = calls
        .filter(|(at, name)| gate.may_call(*at, name, |row| row.act != Deed::None))
        .map(|(at, name)| {
            let does = |what: fn(&Helper) -> bool| gate.may_call(at, name, what);
            let (sends, commits) = (does(|row| row.sends), does(|row| row.commits));
            Act {
                at,
                goes_on: (sends || commits) && goes_on(text, language, at, name),
                sends,
                commits,
                writes: does(|row| row.act == Deed::Write),
                sets: does(|row| row.act == Deed::Set),
            }
        })
        .collect();
    let mut found = BTreeSet::new();
    if !acts.iter().any(|act| act.goes_on) {
        return found;
    }
    let cut = cut();
    let functions: Vec<Span> = acts.iter().map(|act| cut.function_at(act.at)).collect();
    for (i, Act { sends, commits, .. }) in acts.iter().enumerate().filter(|(_, act)| act.goes_on) {
        let function = functions[i];
        let again = |act: &Act| act.sends || act.commits || *sends && act.writes || *commits && act.sets;
        let within = || &text[function.range()];
        let mut later = (i + 1..acts.len()).take_while(|next| acts[*next].at < function.end as usize);
        if !found.contains(&function)
            && (later.any(|next| functions[next] == function && again(&acts[next]))
                || *commits && vocabulary.setters.keys().any(|name| within().contains(&**name)))
        {
            found.insert(function);
        }
    }
    found
}

/// What stands behind a call may be reached from it: another call in its chain, or what follows its statement.
fn goes_on(text: &str, language: &Language, at: usize, name: &str) -> bool {
    let end = floor_boundary(text, at + LONGEST_CALL);
    let inside = text[at + name.len()..end].find('(').map(|open| at + name.len() + open + 1);
    let Some(close) = inside.and_then(|inside| closing(text, inside, end)) else { return true };
    let behind = without_comments(&text[close + 1..end], language);
    if behind.trim_start().starts_with(['.', '?', '!']) {
        return true;
    }
    let next = without_comments(behind.trim_start_matches(|c: char| c.is_whitespace() || c == ';'), language);
    !(leaves(next, language)
        || is_left_with(&text[floor_boundary(text, at.saturating_sub(LONGEST_CALL))..at], language))
}

/// What follows a call, from the first code on.
fn without_comments<'t>(behind: &'t str, language: &Language) -> &'t str {
    let mut rest = behind;
    while let Some(comment) =
        language.line_comment.as_deref().filter(|mark| rest.trim_start().starts_with(mark))
    {
        let from = rest.find(comment).unwrap_or(0);
        rest = rest[from..].find('\n').map_or("", |end| &rest[from + end..]);
    }
    rest
}

/// A statement that leaves its block begins here.
fn leaves(code: &str, language: &Language) -> bool {
    let never_returns = &language.traits.never_returns;
    LEAVING.iter().any(|word| is_word_at(code.as_bytes(), word))
        || never_returns
            .iter()
            .any(|call| code.strip_prefix(&**call).is_some_and(|rest| rest.starts_with(['(', '!'])))
}

/// The statement around a call is left with it: `return res.send(..)`, or it is all that a function gives, `() => res.send(..)`.
fn is_left_with(before: &str, language: &Language) -> bool {
    let mut start = before.len();
    let line = loop {
        start = before[..start].rfind('\n').map_or(0, |end| end + 1);
        let line = before[start..].trim_start();
        // A chain may go on over many lines.
        if start == 0 || !(line.is_empty() || line.starts_with(['.', '?', ')'])) {
            break line;
        }
        start -= 1;
    };
    let opens_a_block = |code: &str| code.contains('{') || code.contains("func") || code.contains(';');
    let is_given = language.items.as_ref().is_some_and(|items| items.arrows)
        && line.rsplit_once("=>").is_some_and(|(_, value)| !opens_a_block(value));
    let is_left = |(at, word): (usize, &str)| {
        let (before, behind) = (&line[..at], &line[at + word.len()..]);
        !before.ends_with(is_part)
            && !behind.starts_with(is_part)
            && !opens_a_block(behind)
            && !behind.contains("=>")
    };
    is_given || LEAVING.iter().any(|word| line.rmatch_indices(word).next().is_some_and(is_left))
}
