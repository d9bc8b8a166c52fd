//! Codes that are registered and should not be sent any more.

use super::{Env, Finding, Findings, Level, Profile, Rule, Tag};
use crate::detect::Spot;
use crate::facts::{Certainty, Facts, Mention, Role};
use crate::status::State;

/// See the page.
pub const RULE: Rule = Rule {
    id: "obsolete-status",
    group: "names",
    level: Level::Warning,
    profile: Some(Profile::Recommended),
    since: "0.1.0",
    fix: None,
    page: include_str!("obsolete_status.md"),
    help_url: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15",
    concerns,
    check,
};

/// One of the codes that are not to be sent.
fn concerns(spot: &Spot, _: &Env) -> bool {
    !spot.is_test()
        && spot.codes().single().is_some_and(|code| verdict(code).is_some())
        && spot.may_be_sent()
        && spot.is_evident()
}

/// What is wrong with a code, and what to send instead.
fn verdict(code: u16) -> Option<(Level, &'static str)> {
    Some(match code {
        305 => (
            Level::Warning,
            "305 Use Proxy is deprecated and clients ignore it; refuse with 403, or redirect with 307",
        ),
        306 => (Level::Warning, "306 is reserved and has no meaning any more; redirect with 307 or 308"),
        510 => (
            Level::Info,
            "510 Not Extended is obsolete: its specification is historic; say 500 or 501, or 400 when the request lacks something",
        ),
        102 => (
            Level::Info,
            "102 Processing has left WebDAV and clients do not wait for it; answer 202, or send 103 for early hints",
        ),
        418 => (
            Level::Hint,
            "418 is reserved for a joke and means nothing to a client; refuse with 400 or 403, or say 503 when the service is not well",
        ),
        _ => return None,
    })
}

fn check(facts: &Facts, env: &Env, findings: &mut Findings) {
    for mention in facts.mentions.iter().filter(|mention| is_ours_to_send(facts, mention)) {
        let Some((level, message)) = mention.code().and_then(verdict) else { continue };
        let code = mention.code().unwrap_or_default();
        match guard(facts, env, mention, code) {
            Some(why) => findings.silent(&RULE, mention.span, || why.into()),
            None => findings.push(Finding {
                level,
                codes: vec![u32::from(code)],
                tags: vec![Tag::Deprecated],
                ..RULE.at(mention.span, message)
            }),
        }
    }
}

fn is_ours_to_send(facts: &Facts, mention: &Mention) -> bool {
    match mention.role {
        Role::Sent | Role::Redirected | Role::Raised | Role::Declared => true,
        Role::Configured => super::vendors::is_set_by_a_server(facts, mention),
        _ => false,
    }
}

fn guard(facts: &Facts, env: &Env, mention: &Mention, code: u16) -> Option<&'static str> {
    if mention.certainty < Certainty::Named {
        Some("nothing says that the number is a status")
    } else if mention.in_test || facts.is_test {
        Some("tests may send anything")
    } else if env.registry.state(code) == State::Custom {
        Some("the configuration gives the code a meaning of its own")
    } else if code == 102 && speaks_of(facts, &["webdav", "propfind", "mkcol"]) {
        Some("the code speaks WebDAV, where 102 comes from")
    } else if code == 418 && is_for_robots(facts, mention) {
        Some("the answer is for robots, not for clients")
    } else {
        None
    }
}

fn speaks_of(facts: &Facts, words: &[&str]) -> bool {
    let text = facts.text.to_ascii_lowercase();
    words.iter().any(|word| text.contains(word))
}

/// Honeypots answer what they like: the route or the function speaks of bots, or the file of paths that only scanners ask for.
fn is_for_robots(facts: &Facts, mention: &Mention) -> bool {
    let bot = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.contains("bot") && !name.contains("both") && !name.contains("bottom") || name.contains("/wp-")
    };
    let around = mention.scope.and_then(|scope| facts.scopes[scope].name.as_deref());
    let routes = facts.responses.iter().filter(|response| response.scope == mention.scope);
    around.is_some_and(bot)
        || routes.filter_map(|response| response.route.as_ref()?.path.as_deref()).any(bot)
        || speaks_of(facts, &["/wp-", "honeypot"])
}
