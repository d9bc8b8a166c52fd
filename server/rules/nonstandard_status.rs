//! Codes that nobody registered, sent to clients who cannot know them.

use super::{Env, Finding, Findings, Level, Profile, Rule};
use crate::detect::Spot;
use crate::facts::{Certainty, Facts, Form, Mention, Role};
use crate::status::{Codes, State};

/// See the page.
pub const RULE: Rule = Rule {
    id: "nonstandard-status",
    group: "names",
    level: Level::Warning,
    profile: Some(Profile::Recommended),
    since: "0.1.0",
    fix: None,
    page: include_str!("nonstandard_status.md"),
    help_url: "https://www.iana.org/assignments/http-status-codes/http-status-codes.xhtml",
    concerns,
    check,
};

/// A number that is not registered, where something speaks of a status.
fn concerns(spot: &Spot, env: &Env) -> bool {
    let known = |code| env.registry.is_registered(code);
    !spot.is_test() && !spot.codes().iter().all(known) && spot.may_be_sent() && spot.is_evident()
}

fn check(facts: &Facts, env: &Env, findings: &mut Findings) {
    for mention in &facts.mentions {
        let Some(code) = mention.code().filter(|code| Codes::valid().contains(*code)) else { continue };
        let Some(role) = role_of_sending(facts, mention) else { continue };
        if env.registry.is_registered(code) {
            continue;
        }
        let roles =
            env.registry.get(code).filter(|entry| entry.state == State::Custom).map(|entry| &entry.roles);
        if let Some(why) = guard(facts, env, mention, code, role, roles) {
            findings.silent(&RULE, mention.span, || why);
            continue;
        }
        let message = match roles {
            Some(roles) => format!(
                "{code} is declared in the configuration for {} only, and is {role} here",
                list(roles)
            ),
            None => message(env, code),
        };
        let level = match (code, mention.role) {
            (_, Role::Declared) => Level::Hint,
            (499, _) => Level::Info,
            _ => RULE.level,
        };
        findings.push(Finding { level, codes: vec![u32::from(code)], ..RULE.at(mention.span, message) });
    }
}

/// The role as configuration spells it, when the code goes out to clients.
fn role_of_sending(facts: &Facts, mention: &Mention) -> Option<&'static str> {
    Some(match mention.role {
        Role::Sent => "sent",
        Role::Redirected => "redirected",
        Role::Raised => "raised",
        Role::Configured if super::vendors::is_set_by_a_server(facts, mention) => "configured",
        Role::Declared => "declared",
        _ => return None,
    })
}

fn guard(
    facts: &Facts,
    env: &Env,
    mention: &Mention,
    code: u16,
    role: &str,
    roles: Option<&Vec<String>>,
) -> Option<String> {
    let at_home = |profile: &str| env.registry.profile(profile).is_some_and(|codes| codes.contains(code));
    if mention.certainty < Certainty::Named {
        Some("nothing says that the number is a status".into())
    } else if mention.in_test || facts.is_test {
        Some("tests may send anything".into())
    } else if roles.is_some_and(|roles| roles.is_empty() || roles.iter().any(|known| known == role)) {
        Some("the configuration declares the code".into())
    } else if let Some(profile) = super::vendors::active(facts, env, Some(mention)).find(|p| at_home(p)) {
        Some(format!("the vendor profile {profile} knows the code"))
    } else if mention.form == Form::Constant && mention.role == Role::Declared {
        Some("a library names the code".into())
    } else {
        None
    }
}

/// Whose code it is, and the registered one to send in its place.
fn message(env: &Env, code: u16) -> String {
    let entry = env.registry.get(code);
    let owner = entry.and_then(|entry| entry.vendors.first());
    let mut message = match owner {
        Some(vendor) => {
            let never_sent = vendor.on_wire.as_deref().is_some_and(|seen| seen.starts_with("nothing"));
            let here = if never_sent {
                format!(", never sent by it; from here it goes out as an unknown {}xx", code / 100)
            } else {
                String::new()
            };
            format!("{code} is not registered: it is {}'s \"{}\"{here}", vendor.vendor, vendor.name)
        }
        None => {
            let class = env.registry.class_name(code);
            format!("{code} is not registered: clients treat it as {} ({class})", code / 100 * 100)
        }
    };
    let instead: Vec<String> = entry
        .map(|entry| entry.instead.iter().map(|other| env.registry.label(*other)).collect())
        .unwrap_or_default();
    if !instead.is_empty() {
        message.push_str("; send ");
        message.push_str(&instead.join(" or "));
    }
    message
}

fn list(words: &[String]) -> String {
    words.join(", ")
}
