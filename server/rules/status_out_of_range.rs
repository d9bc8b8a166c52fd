//! A number that no HTTP stack takes for a status.

use super::{Env, Finding, Findings, Level, Profile, Rule};
use crate::detect::Spot;
use crate::facts::{Certainty, Evidence, Facts, Form, Mention, Role};
use crate::status::Codes;
use crate::text::floor_boundary;

/// See the page.
pub const RULE: Rule = Rule {
    id: "status-out-of-range",
    group: "responses",
    level: Level::Error,
    profile: Some(Profile::Minimal),
    since: "0.1.0",
    fix: None,
    page: include_str!("status_out_of_range.md"),
    help_url: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15",
    concerns,
    check,
};

/// A number that is no status, or a code that is no final answer.
fn concerns(spot: &Spot, _: &Env) -> bool {
    let informational = !spot.codes().intersection(Codes::class(1)).is_empty();
    !spot.is_test() && (spot.is_odd() || informational) && spot.may_be_sent() && spot.is_evident()
}

fn check(facts: &Facts, env: &Env, findings: &mut Findings) {
    for mention in &facts.mentions {
        let Some(number) = mention.number.or(mention.code().map(u32::from)) else { continue };
        let answered =
            matches!(mention.role, Role::Sent | Role::Raised | Role::Redirected | Role::Configured);
        if !answered || !is_outside(mention, number) {
            continue;
        }
        match guard(facts, mention, number) {
            Some(why) => findings.silent(&RULE, mention.span, || why.into()),
            None => {
                let level = if is_refused(mention, number) { RULE.level } else { Level::Warning };
                let message = message(env, mention, number);
                findings.push(Finding { level, codes: vec![number], ..RULE.at(mention.span, message) });
            }
        }
    }
}

fn holds(codes: Codes, number: u32) -> bool {
    u16::try_from(number).is_ok_and(|code| codes.contains(code))
}

/// Outside the classes of HTTP; or an informational code where the call takes final ones only.
fn is_outside(mention: &Mention, number: u32) -> bool {
    let finals_only = mention.terms.legal.is_some_and(|legal| Codes::range(200, 599).is_subset(legal));
    !holds(Codes::valid(), number)
        || finals_only && (100..200).contains(&number) && is_refused(mention, number)
}

/// The call, directive or protocol stack does not take the number at all. Numbers from 600 on do get through most stacks.
fn is_refused(mention: &Mention, number: u32) -> bool {
    match mention.terms.legal {
        Some(legal) => !holds(legal, number),
        None => !(100..=999).contains(&number),
    }
}

fn guard(facts: &Facts, mention: &Mention, number: u32) -> Option<&'static str> {
    if mention.in_test || facts.is_test {
        Some("tests and mocks may answer anything")
    } else if mention.certainty < Certainty::Named {
        Some("nothing says that the number is a status")
    } else if !matches!(mention.form, Form::Number | Form::Quoted | Form::List) {
        Some("the number is not written here")
    } else if mention.certainty < Certainty::Proven && matches!(mention.because, Evidence::Flow { .. }) {
        Some("the number only seems to reach a call that takes statuses")
    } else if mention.library.is_none() {
        Some("no call or directive that we know takes the number")
    } else if number == 0 && makes_a_network_error(facts, mention) {
        Some("this makes the network error of the fetch API, whose status is 0")
    } else if number == 101 {
        Some("some runtimes switch protocols with 101")
    } else if mention.role == Role::Configured && mention.terms.legal.is_none() {
        Some("the setting may name what others answer, or switch something off")
    } else if number == 42 && facts.text.contains("foobar") {
        Some("the file is filled with placeholders")
    } else {
        None
    }
}

/// What implements the fetch API has to make an answer of type `error` with the status 0.
fn makes_a_network_error(facts: &Facts, mention: &Mention) -> bool {
    let near = floor_boundary(&facts.text, (mention.span.start as usize).saturating_sub(200))
        ..floor_boundary(&facts.text, mention.span.end as usize + 200);
    let text = &facts.text[near];
    text.contains("type") && ["'error'", "\"error\"", "`error`"].iter().any(|word| text.contains(word))
}

const GRPC: [&str; 16] = [
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

fn message(env: &Env, mention: &Mention, number: u32) -> String {
    let written = number.to_string();
    let leading: u16 = written.get(..3).and_then(|digits| digits.parse().ok()).unwrap_or(0);
    match number {
        0 => "0 is how a client shows that the network failed: no status to answer with".into(),
        1..=16 => {
            format!("{number} is no HTTP status: it looks like the gRPC code {}", GRPC[number as usize - 1])
        }
        100..=199 => {
            format!(
                "{} is no final answer, and `{}` takes only those",
                env.registry.label(number as u16),
                helper(mention)
            )
        }
        600..=999 if !is_refused(mention, number) => {
            format!(
                "{number} is outside the classes of HTTP (100 to 599): clients treat it as a server error"
            )
        }
        4000..=4999 => format!("{number} is no HTTP status: it looks like the close code of a WebSocket"),
        10_000..=999_999 if env.registry.is_registered(leading) => format!(
            "{number} is no HTTP status but a code of the application: answer {leading} and put {number} in the body"
        ),
        _ => match mention.terms.legal {
            Some(legal) => format!("{number} is no HTTP status: `{}` takes {legal}", helper(mention)),
            None => format!("{number} is no HTTP status: those lie between 100 and 599"),
        },
    }
}

fn helper(mention: &Mention) -> &str {
    mention.helper.as_deref().unwrap_or("this")
}
