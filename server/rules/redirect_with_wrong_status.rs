//! A redirect with a code that no client follows.

use super::status_form::in_the_same_form;
use super::{Edit, Env, Finding, Findings, Fix, Level, Profile, Related, Rule, Safety};
use crate::detect::Spot;
use crate::facts::{Act, Certainty, Event, Facts, Form, Mention, Response, Role};
use crate::status::Codes;
use crate::text::Span;

/// See the page.
pub const RULE: Rule = Rule {
    id: "redirect-with-wrong-status",
    group: "responses",
    level: Level::Error,
    profile: Some(Profile::Minimal),
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    page: include_str!("redirect_with_wrong_status.md"),
    help_url: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.4",
    concerns,
    check,
};

/// No code of a redirect, in a function that speaks of one.
fn concerns(spot: &Spot, _: &Env) -> bool {
    let right = FOLLOWED.into_iter().chain(LOCATING).map(Codes::one).fold(Codes::EMPTY, Codes::union);
    !spot.is_test()
        && !spot.codes().is_subset(right)
        && !spot.is_key()
        && spot.may_be_sent()
        && speaks_of_one(spot.near(REACH, REACH))
        && spot.is_evident()
        && speaks_of_one(spot.near_in_function(REACH, REACH))
}

/// How far what speaks of a redirect may stand from its code, in bytes.
const REACH: usize = 800;

/// Calls what redirects, or names the field of a header: neither an allocation nor many locations.
fn speaks_of_one(text: &str) -> bool {
    let is_called = |(at, word): (usize, &str)| {
        let behind = text[at + word.len()..].trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
        behind.trim_start().starts_with(['(', '.', '<', '!', '{']) || behind.starts_with("::")
    };
    let is_field = |(at, word): (usize, &str)| {
        let (before, behind) = (text[..at].chars().next_back(), text[at + word.len()..].chars().next());
        !behind.is_some_and(|c| c.is_alphabetic() || c == '.')
            && !(word.starts_with('l') && before.is_some_and(char::is_alphabetic))
    };
    ["edirect", "EDIRECT"].iter().any(|word| text.match_indices(word).any(is_called))
        || ["location", "Location", "LOCATION"].iter().any(|word| text.match_indices(word).any(is_field))
}

const FOLLOWED: [u16; 5] = [301, 302, 303, 307, 308];
/// A Location with these names what was made or where to look for it.
const LOCATING: [u16; 2] = [201, 202];

fn is_followed(code: u16) -> bool {
    FOLLOWED.contains(&code)
}

fn check(facts: &Facts, env: &Env, findings: &mut Findings) {
    let redirected = facts.mentions.iter().filter(|mention| mention.role == Role::Redirected);
    for mention in redirected {
        let Some(code) = mention.code() else {
            if mention.number.is_none() {
                findings.silent(&RULE, mention.span, || "more than one code may stand here".into());
            }
            continue;
        };
        if is_followed(code) {
            continue;
        }
        match guard(facts, mention, code) {
            Some(why) => findings.silent(&RULE, mention.span, || why.into()),
            None => {
                let helper = mention.helper.as_deref().unwrap_or("redirect");
                let message = format!(
                    "clients do not follow a redirect with {}: `{helper}` needs 301, 302, 303, 307 or 308",
                    env.registry.label(code)
                );
                let fixes = fixes(facts, env, mention);
                let codes = vec![u32::from(code)];
                findings.push(Finding { codes, fixes, ..RULE.at(mention.span, message) });
            }
        }
    }
    for response in &facts.responses {
        check_response(facts, env, response, findings);
    }
}

fn guard(facts: &Facts, mention: &Mention, code: u16) -> Option<&'static str> {
    if LOCATING.contains(&code) {
        Some("a Location may come with 201 and 202")
    } else if (300..400).contains(&code) && mention.terms.legal.is_none_or(|legal| legal.contains(code)) {
        Some("the call takes the whole class: 304 and its like are sent on purpose")
    } else if mention.in_test || facts.is_test {
        Some("tests and mocks may answer anything")
    } else if mention.certainty < Certainty::Named {
        Some("nothing says that the number is a status")
    } else if mention.library.is_none() {
        Some("only a name speaks of a redirect, and no call that we know makes one")
    } else if matches!(mention.form, Form::Helper | Form::Embedded) {
        Some("the code is not written here")
    } else {
        None
    }
}

/// Answers that say where to go by a header, and redirects that keep a code set before them.
fn check_response(facts: &Facts, env: &Env, response: &Response, findings: &mut Findings) {
    for (index, event) in response.events.iter().enumerate() {
        let locates = event.headers.as_ref().is_some_and(|names| names.iter().any(|name| name == "location"));
        let (wrong, message) = if locates && matches!(event.act, Act::Build | Act::Send) {
            (event, "clients do not go to a Location")
        } else if let Some(set) = kept_by(&response.events, index) {
            (set, "the redirect keeps this code, and clients do not follow it")
        } else {
            continue;
        };
        let Some((code, span)) = wrong.codes.and_then(Codes::single).zip(wrong.code_span) else { continue };
        let followed = is_followed(code) || LOCATING.contains(&code) || (300..400).contains(&code) && locates;
        if followed || findings.found.iter().any(|known| known.rule == RULE.id && known.span == span) {
            continue;
        }
        if response.in_test || facts.is_test || event.certainty < Certainty::Named {
            findings.silent(&RULE, span, || "tests and mocks may answer anything".into());
            continue;
        }
        let message = format!("{message} with {}", env.registry.label(code));
        let fixes =
            by_other_codes(facts, env, span, response.route.as_ref().is_some_and(|r| writes(&r.methods)));
        let related = vec![Related { span: event.callee, message: "the redirect".into() }];
        findings.push(Finding { codes: vec![u32::from(code)], fixes, related, ..RULE.at(span, message) });
    }
}

/// The code that a redirect without its own keeps: set before it in the same chain, by a library that does not overwrite it.
fn kept_by(events: &[Event], index: usize) -> Option<&Event> {
    let redirect = &events[index];
    if redirect.act != Act::Redirect
        || redirect.overwrites
        || redirect.code_span.is_some()
        || redirect.computed
    {
        return None;
    }
    events[..index].iter().rev().find(|set| {
        set.statement == redirect.statement && set.act == Act::Set && !set.sends && set.link < redirect.link
    })
}

fn fixes(facts: &Facts, env: &Env, mention: &Mention) -> Vec<Fix> {
    let after_write = facts
        .responses
        .iter()
        .filter(|response| response.events.iter().any(|event| event.span.contains(mention.span)))
        .filter_map(|response| response.route.as_ref())
        .any(|route| writes(&route.methods));
    let mut fixes = by_other_codes(facts, env, mention.span, after_write);
    if let (Some(default), Some(item), false) = (mention.terms.default, mention.handles.item, after_write)
        && is_followed(default)
    {
        let edits = vec![Edit { span: with_its_comma(facts, item), text: String::new() }];
        let title = format!("Drop the argument: {default} is the default");
        fixes.iter_mut().for_each(|fix| fix.preferred = false);
        fixes.insert(0, Fix { title, safety: Safety::Unsafe, preferred: true, edits });
    }
    fixes
}

/// The route answers writes and nothing else: 303 leads on to a page that is read.
fn writes(methods: &[String]) -> bool {
    !methods.is_empty()
        && methods.iter().all(|method| matches!(method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE"))
}

fn by_other_codes(facts: &Facts, env: &Env, span: Span, after_write: bool) -> Vec<Fix> {
    let codes: &[u16] = if after_write { &[303, 302] } else { &[302] };
    let with = |code: &u16| {
        let edits = vec![Edit { span, text: in_the_same_form(facts, env, span, *code)? }];
        let title = format!("Redirect with {}", env.registry.label(*code));
        Some(Fix { title, safety: Safety::Unsafe, preferred: *code == codes[0], edits })
    };
    codes.iter().filter_map(with).collect()
}

/// An argument with the comma that goes with it.
fn with_its_comma(facts: &Facts, item: Span) -> Span {
    let text = &*facts.text;
    let after = &text[item.end as usize..];
    let gap = after.len() - after.trim_start().len();
    if let Some(rest) = after[gap..].strip_prefix(',') {
        let space = rest.len() - rest.trim_start().len();
        return Span { start: item.start, end: item.end + (gap + 1 + space) as u32 };
    }
    let before = text[..item.start as usize].trim_end();
    match before.strip_suffix(',') {
        Some(rest) => Span { start: rest.len() as u32, end: item.end },
        None => item,
    }
}
