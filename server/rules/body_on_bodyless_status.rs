//! Content given to an answer that cannot have any.

use super::status_form::in_the_same_form;
use super::{Edit, Env, Finding, Findings, Fix, Level, Profile, Related, Rule, Safety};
use crate::detect::Spot;
use crate::facts::{Act, Body, Certainty, Contract, Entry, Event, Facts, Response};
use crate::status::Codes;
use crate::text::Span;

/// See the page.
pub const RULE: Rule = Rule {
    id: "body-on-bodyless-status",
    group: "responses",
    level: Level::Warning,
    profile: Some(Profile::Recommended),
    since: "0.1.0",
    fix: Some(Safety::Safe),
    page: include_str!("body_on_bodyless_status.md"),
    help_url: "https://www.rfc-editor.org/rfc/rfc9110.html#section-6.4.1",
    concerns,
    check,
};

/// A code without a body that may be sent, or is documented with content.
fn concerns(spot: &Spot, _: &Env) -> bool {
    let concerned = || match spot.is_key() {
        true => spot.near(0, 800).contains("content"),
        false => spot.may_be_sent() && spot.is_evident(),
    };
    !spot.codes().intersection(bodyless()).is_empty() && !spot.is_test() && concerned()
}

/// 1xx, 204 No Content, 205 Reset Content, 304 Not Modified.
fn bodyless() -> Codes {
    [204, 205, 304].into_iter().map(Codes::one).fold(Codes::class(1), Codes::union)
}

fn check(facts: &Facts, env: &Env, findings: &mut Findings) {
    for response in &facts.responses {
        check_response(facts, env, response, findings);
    }
    for contract in &facts.contracts {
        contract.entries.iter().for_each(|entry| check_entry(contract, entry, findings));
    }
}

fn check_response(facts: &Facts, env: &Env, response: &Response, findings: &mut Findings) {
    let mut in_force: Option<(u16, &Event)> = None;
    for event in &response.events {
        if event.codes.is_some() || event.computed {
            in_force =
                event.codes.filter(|_| !event.computed).and_then(Codes::single).map(|code| (code, event));
        }
        if let Some((code, set)) = in_force.filter(|(code, _)| bodyless().contains(*code)) {
            match guard(facts, response, set, event) {
                None => findings.push(finding(facts, env, code, set, event)),
                Some(why) if event.body_span.is_some() => {
                    findings.silent(&RULE, place(set), || why.into());
                }
                Some(_) => {}
            }
        }
        if event.sends {
            in_force = None;
        }
    }
}

/// Where a finding stands: on the code, or on the call whose name says it.
fn place(set: &Event) -> Span {
    set.code_span.unwrap_or(set.callee)
}

fn guard(facts: &Facts, response: &Response, set: &Event, event: &Event) -> Option<&'static str> {
    match event.body {
        Body::Absent => return Some("the answer has no body"),
        Body::Null => return Some("the body is nothing"),
        Body::Empty if !event.refuses_body => return Some("the body is empty"),
        Body::Unknown if !event.encodes && event.act != Act::Write => {
            return Some("nobody can see whether the body is empty");
        }
        _ => {}
    }
    if response.in_test || facts.is_test {
        Some("tests and mocks may answer anything")
    } else if event.certainty.min(set.certainty) < Certainty::Named {
        Some("nothing says that this is an answer")
    } else if !reaches(facts, set, event) {
        Some("another path may set another code before the body is written")
    } else {
        None
    }
}

/// The code that one event sets is in force at the other: same block or one inside it, and no exit between.
fn reaches(facts: &Facts, set: &Event, event: &Event) -> bool {
    let mut block = event.block;
    while block != set.block {
        match facts.blocks.get(block).and_then(|block| block.parent) {
            Some(parent) => block = parent,
            None => return false,
        }
    }
    !exit_between(facts, set, event)
}

/// An exit statement stands between two events, directly in the block of the first.
pub(super) fn exit_between(facts: &Facts, first: &Event, second: &Event) -> bool {
    facts.blocks.get(first.block).is_some_and(|block| {
        let next = block.exit_spans.partition_point(|exit| exit.start < first.statement.start);
        block.exit_spans.get(next).is_some_and(|exit| exit.end <= second.statement.start)
    })
}

fn finding(facts: &Facts, env: &Env, code: u16, set: &Event, event: &Event) -> Finding {
    let label = env.registry.label(code);
    let (level, message) = match event.refuses_body {
        true => (Level::Error, format!("{label} has no body, and `{}` throws when it gets one", event.name)),
        false => (RULE.level, format!("{label} has no body: what is given here never arrives")),
    };
    let related = event.body_span.map(|span| Related { span, message: "the body".into() });
    Finding {
        level,
        codes: vec![u32::from(code)],
        related: related.into_iter().collect(),
        fixes: fixes(facts, env, set, event),
        ..RULE.at(place(set), message)
    }
}

fn fixes(facts: &Facts, env: &Env, set: &Event, event: &Event) -> Vec<Fix> {
    let null = env.language.traits.null.first();
    if let (true, false, Body::Empty, Some(body), Some(null)) =
        (event.refuses_body, event.encodes, event.body, event.body_span, null)
    {
        let edits = vec![Edit { span: body, text: null.clone() }];
        let title = format!("Replace the empty body with {null}");
        return vec![Fix { title, safety: Safety::Safe, preferred: true, edits }];
    }
    let mut fixes = vec![];
    if let Some(edit) = without_body(facts, env, set, event) {
        let title = "Drop the body".into();
        fixes.push(Fix { title, safety: Safety::Unsafe, preferred: false, edits: vec![edit] });
    }
    if let Some(span) = set.code_span
        && let Some(text) = in_the_same_form(facts, env, span, 200)
    {
        let title = "Answer 200 OK instead".into();
        let edits = vec![Edit { span, text }];
        fixes.push(Fix { title, safety: Safety::Unsafe, preferred: false, edits });
    }
    fixes
}

/// The edit that takes the body away, where it can be taken without breaking the call.
fn without_body(facts: &Facts, env: &Env, set: &Event, event: &Event) -> Option<Edit> {
    let body = event.body_span?;
    let around = |from: u32, to: u32| facts.text.get(from as usize..to as usize).unwrap_or_default().trim();
    let is_only_argument =
        around(event.callee.end, body.start) == "(" && around(body.end, event.span.end) == ")";
    if event.act == Act::Write && event.statement != set.statement {
        // A write of its own: the whole statement goes, when it is nothing but the call.
        let rest = around(event.span.end, event.statement.end);
        let bare = event.statement.start == event.span.start && rest.trim_matches(';').is_empty();
        return bare.then(|| Edit { span: line_of(facts, event.statement), text: String::new() });
    }
    if event.link > 0 && is_only_argument {
        return Some(Edit { span: body, text: String::new() });
    }
    if event.encodes || event.act != Act::Build {
        return None;
    }
    let nothing = if event.refuses_body { &env.language.traits.null } else { &env.language.traits.empty };
    Some(Edit { span: body, text: nothing.first()?.clone() })
}

/// The lines of a statement, when nothing else stands on them; else the statement.
fn line_of(facts: &Facts, statement: Span) -> Span {
    let text = &*facts.text;
    let before = &text[..statement.start as usize];
    let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let after = &text[statement.end as usize..];
    let rest = after.find(['\n', '\r']).unwrap_or(after.len());
    if !before[line..].trim().is_empty() || !after[..rest].trim().is_empty() {
        return statement;
    }
    let end = &after[rest..];
    let end = if end.starts_with("\r\n") { 2 } else { end.len().min(1) };
    Span { start: line as u32, end: statement.end + (rest + end) as u32 }
}

fn check_entry(contract: &Contract, entry: &Entry, findings: &mut Findings) {
    let (Some(content), Some(codes)) = (entry.content, entry.codes) else { return };
    if codes.is_empty() || !codes.is_subset(bodyless()) {
        return;
    }
    if !(contract.version.starts_with("openapi") || contract.version.starts_with("swagger")) {
        return;
    }
    let message = format!("a {} answer has no body: the documented content never arrives", entry.key);
    findings.push(Finding {
        codes: codes.single().map(u32::from).into_iter().collect(),
        related: vec![Related { span: content, message: "the documented content".into() }],
        ..RULE.at(entry.span, message)
    });
}
