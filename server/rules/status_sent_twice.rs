//! A second answer after the first has gone.

use super::body_on_bodyless_status::exit_between;
use super::{Edit, Env, Finding, Findings, Fix, Level, Profile, Related, Rule, Safety};
use crate::detect::Spot;
use crate::facts::{Act, BlockKind, Body, Certainty, Event, Facts, Response};
use crate::languages::rows::{Deed, Helper};
use crate::status::Codes;
use crate::text::Span;

/// See the page.
pub const RULE: Rule = Rule {
    id: "status-sent-twice",
    group: "responses",
    level: Level::Warning,
    profile: Some(Profile::Recommended),
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    page: include_str!("status_sent_twice.md"),
    help_url: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.2",
    concerns,
    check,
};

/// Two answers stand near each other.
fn concerns(spot: &Spot, _: &Env) -> bool {
    !spot.is_test() && spot.is_among_answers()
}

/// How a second event comes after the first.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// In one chain: `res.sendStatus(404).json(..)`.
    Chained,
    /// Further down in the same block.
    Straight,
    /// Behind a branch that ends with the first and does not leave.
    FallsThrough,
}

fn check(facts: &Facts, env: &Env, findings: &mut Findings) {
    for response in facts.responses.iter().filter(|response| !response.receiver.is_empty()) {
        let mut reported = vec![false; response.events.len()];
        for first in 0..response.events.len() {
            if reported[first] {
                continue; // a run of answers is one finding
            }
            let Some((second, way)) = next_answer(facts, &response.events, first, findings) else { continue };
            let mut run = vec![first, second];
            while let Some((next, _)) = next_answer(facts, &response.events, run[run.len() - 1], findings) {
                run.push(next);
            }
            run.iter().for_each(|event| reported[*event] = true);
            let (one, two) = (&response.events[first], &response.events[second]);
            if response.in_test || facts.is_test {
                findings.silent(&RULE, two.callee, || "tests and mocks may answer twice".into());
                continue;
            }
            let mut finding = finding(facts, env, response, one, two, way);
            finding.related.extend(run[2..].iter().map(|event| Related {
                span: response.events[*event].callee,
                message: "and answered again here".into(),
            }));
            findings.push(finding);
        }
    }
}

/// The first event after one that has answered which answers again, and how it gets there.
fn next_answer(
    facts: &Facts,
    events: &[Event],
    first: usize,
    findings: &mut Findings,
) -> Option<(usize, Way)> {
    let one = &events[first];
    if !(one.sends || one.commits) {
        return None;
    }
    let chained = events.iter().enumerate().skip(first + 1).find(|(_, two)| {
        two.statement == one.statement
            && two.link > one.link
            && two.span.start == one.span.start
            && two.span.end > one.span.end
    });
    if let Some((second, two)) = chained.filter(|_| one.sends) {
        let harmless = is_idle(two) && one.code_span.is_none();
        if harmless {
            findings.silent(&RULE, two.callee, || "an empty end behind an answer does nothing".into());
        }
        let named = one.certainty.min(two.certainty) >= Certainty::Named;
        return (named && !harmless).then_some((second, Way::Chained));
    }
    let later = events.iter().enumerate().skip(first + 1).filter(|(_, two)| two.statement != one.statement);
    for (second, two) in later {
        let Some(way) = way_between(facts, one, two) else { continue };
        if !answers_again(one, two, way) || one.certainty.min(two.certainty) < Certainty::Named {
            continue;
        }
        if one.codes.and_then(Codes::single).is_some_and(|code| code < 200) {
            findings.silent(&RULE, two.callee, || "the first answer is informational".into());
            return None;
        }
        return Some((second, way));
    }
    None
}

/// The second event fixes a status once more, or sends content once more. Content alone is a second answer only where the
/// first was meant to be the end, and an empty `end()` behind an answer does nothing.
fn answers_again(one: &Event, two: &Event, way: Way) -> bool {
    let says_a_status = two.codes.is_some() || two.computed;
    let sent_again = one.sends && two.sends && !is_idle(two);
    let fixed_again = (two.commits || one.commits && two.act == Act::Set) && says_a_status;
    let written_again = one.sends && two.act == Act::Write && way == Way::FallsThrough;
    sent_again || fixed_again || written_again
}

/// It gives neither a status nor content: `end()`.
fn is_idle(event: &Event) -> bool {
    event.codes.is_none() && !event.computed && event.body == Body::Absent
}

/// Straight-line dominance only: never across loops, and never out of a branch that leaves.
fn way_between(facts: &Facts, one: &Event, two: &Event) -> Option<Way> {
    if one.block == two.block {
        let straight = !exit_between(facts, one, two) && two.statement.start >= one.statement.end;
        return straight.then_some(Way::Straight);
    }
    let branch = facts.blocks.get(one.block)?;
    let around = facts.blocks.get(two.block)?;
    let falls_through = branch.parent == Some(two.block)
        && branch.kind == BlockKind::Branch
        && !branch.exits
        && branch.last == one.statement
        && two.statement.start >= branch.span.end
        && !around
            .exit_spans
            .iter()
            .any(|exit| exit.start >= branch.span.end && exit.end <= two.statement.start);
    falls_through.then_some(Way::FallsThrough)
}

fn finding(facts: &Facts, env: &Env, response: &Response, one: &Event, two: &Event, way: Way) -> Finding {
    let (level, message) = match way {
        Way::Chained if is_idle(two) => {
            (RULE.level, format!("`{}` has answered already: `{}` does nothing more", one.name, two.name))
        }
        Way::Chained => (
            Level::Error,
            format!("`{}` has answered already: `{}` comes too late and throws", one.name, two.name),
        ),
        Way::Straight => {
            (RULE.level, format!("`{}` has answered already: this second answer is lost", one.name))
        }
        Way::FallsThrough => (
            RULE.level,
            format!("`{}` above does not leave the function: this answers a second time", one.name),
        ),
    };
    let codes = two.codes.or(one.codes).map(|codes| codes.iter().map(u32::from).collect());
    let fix = match way {
        Way::Chained => set_instead_of_send(env, one),
        Way::Straight => None,
        Way::FallsThrough => leave_after(facts, env, response, one),
    };
    Finding {
        level,
        codes: codes.unwrap_or_default(),
        related: vec![Related { span: one.callee, message: "answered here".into() }],
        fixes: fix.into_iter().collect(),
        ..RULE.at(two.callee, message)
    }
}

/// `sendStatus(404).json(..)` was meant as `status(404).json(..)`: the call of the same library that only sets.
fn set_instead_of_send(env: &Env, one: &Event) -> Option<Fix> {
    one.code_span.filter(|_| one.body_span.is_none())?;
    let library = env.vocabulary.libraries.iter().position(|known| known.name == one.library)?;
    let rows = env.vocabulary.helpers.get(&one.name)?;
    let (_, sending) = rows.iter().find(|(of, row)| *of == library && row.sends)?;
    let only_sets = |row: &Helper| {
        row.act == Deed::Set
            && !row.sends
            && !row.commits
            && row.status == sending.status
            && row.on == sending.on
            && row.types == sending.types
    };
    let setter = env
        .vocabulary
        .helpers
        .iter()
        .filter(|(_, rows)| rows.iter().any(|(of, row)| *of == library && only_sets(row)))
        .map(|(name, _)| name)
        .min()?;
    let title = format!("Set the status with {setter}");
    let edits = vec![Edit { span: one.callee, text: setter.clone() }];
    Some(Fix { title, safety: Safety::Unsafe, preferred: true, edits })
}

/// Leaves the function behind the first answer, as the function does elsewhere: by returning the answer, or with a bare
/// return. None where the function returns something else, which we cannot make up.
fn leave_after(facts: &Facts, env: &Env, response: &Response, one: &Event) -> Option<Fix> {
    let leave = env.language.traits.early_return.as_str();
    let word = leave.trim_end_matches(';');
    let root = |mut block: usize| {
        while let Some(parent) = facts.blocks.get(block).and_then(|block| block.parent) {
            block = parent;
        }
        block
    };
    let function = root(one.block);
    let values: Vec<&str> = (0..facts.blocks.len())
        .filter(|block| root(*block) == function)
        .flat_map(|block| &facts.blocks[block].exit_spans)
        .filter_map(|exit| facts.at(*exit).strip_prefix(word))
        .map(|value| value.trim().trim_end_matches(';').trim())
        .filter(|value| !value.is_empty())
        .collect();
    let answers = |value: &&str| {
        value.strip_prefix(response.receiver.as_str()).is_some_and(|rest| rest.starts_with('.'))
    };
    let edit = if values.is_empty() {
        let at = Span { start: one.statement.end, end: one.statement.end };
        let before = &facts.text[..one.statement.start as usize];
        let line = &before[before.rfind(['\n', '\r']).map_or(0, |at| at + 1)..];
        if !line.trim().is_empty() {
            return None; // a branch without braces has no room for a second statement
        }
        let end = if facts.text.contains("\r\n") { "\r\n" } else { "\n" };
        Edit { span: at, text: format!("{end}{line}{leave}") }
    } else if values.iter().any(answers) && one.statement.start == one.span.start {
        let at = Span { start: one.statement.start, end: one.statement.start };
        Edit { span: at, text: format!("{word} ") }
    } else {
        return None;
    };
    let title = format!("Add `{word}` after the first answer");
    Some(Fix { title, safety: Safety::Unsafe, preferred: true, edits: vec![edit] })
}
