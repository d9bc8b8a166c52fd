//! A directive that takes a closed set of codes, and one that is outside it.

use super::{Env, Finding, Findings, Level, Profile, Rule};
use crate::detect::Spot;
use crate::facts::{Certainty, Facts, Form, Mention, Role};
use crate::languages::rows::Deed;

/// See the page.
pub const RULE: Rule = Rule {
    id: "config-status-not-allowed",
    group: "config",
    level: Level::Error,
    profile: Some(Profile::Minimal),
    since: "0.1.0",
    fix: None,
    page: include_str!("config_status_not_allowed.md"),
    help_url: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15",
    concerns,
    check,
};

/// In code only a call configures.
fn concerns(spot: &Spot, _: &Env) -> bool {
    spot.is_given_to(|row| row.act == Deed::Configure && row.legal.is_some())
}

fn check(facts: &Facts, env: &Env, findings: &mut Findings) {
    for mention in facts.mentions.iter().filter(|mention| is_configured(facts, mention)) {
        let Some(number) = mention.number.or(mention.code().map(u32::from)) else { continue };
        let directive = mention.helper.as_deref().unwrap_or("this setting");
        let finding = if !is_taken(mention, number) {
            not_taken(mention, directive, number)
        } else if directive.ends_with("permanent-redirect-code") && matches!(number, 302 | 303 | 307) {
            let message = format!(
                "{} is a temporary redirect, and `{directive}` promises a permanent one: write 301 or 308",
                env.registry.label(number as u16)
            );
            Finding { level: Level::Warning, ..RULE.at(mention.span, message) }
        } else {
            continue;
        };
        match guard(facts, mention, number) {
            Some(why) => findings.silent(&RULE, mention.span, || why.into()),
            None => findings.push(Finding { codes: vec![number], ..finding }),
        }
    }
}

fn is_taken(mention: &Mention, number: u32) -> bool {
    mention.terms.legal.is_none_or(|legal| u16::try_from(number).is_ok_and(|code| legal.contains(code)))
}

/// Set in a configuration, whatever the directive then does with it.
fn is_configured(facts: &Facts, mention: &Mention) -> bool {
    mention.role == Role::Configured
        || facts.format.is_some() && matches!(mention.role, Role::Sent | Role::Redirected | Role::Raised)
}

fn not_taken(mention: &Mention, directive: &str, number: u32) -> Finding {
    let legal = mention.terms.legal.map(|legal| legal.to_string()).unwrap_or_default();
    let since = match &mention.terms.since {
        Some(version) => format!(" (since version {version})"),
        None => String::new(),
    };
    RULE.at(mention.span, format!("`{directive}` does not take {number}: it takes {legal}{since}"))
}

fn guard(facts: &Facts, mention: &Mention, number: u32) -> Option<&'static str> {
    if !is_taken(mention, number) && !mention.terms.closed {
        Some("the product does not refuse other codes")
    } else if mention.certainty < Certainty::Named {
        Some("nothing says that the number is a status")
    } else if matches!(mention.form, Form::Embedded | Form::Helper) {
        Some("the code is not written here")
    } else if mention.in_test || facts.is_test {
        Some("tests and fixtures may be wrong on purpose")
    } else if is_templated(facts, mention) {
        Some("a template fills this in")
    } else {
        None
    }
}

/// The value is part of a template expression, or touches one.
fn is_templated(facts: &Facts, mention: &Mention) -> bool {
    let text = &*facts.text;
    let before = text[..mention.span.start as usize].rsplit(['\n', '\r']).next().unwrap_or_default();
    let after = text[mention.span.end as usize..].split(['\n', '\r']).next().unwrap_or_default();
    let opens = ["{{", "{%", "<%"].iter().any(|mark| before.contains(mark));
    opens && ["}}", "%}", "%>"].iter().any(|mark| after.contains(mark))
}
