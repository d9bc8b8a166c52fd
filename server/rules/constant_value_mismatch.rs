//! A constant named after one status that holds another.

use super::{Edit, Env, Finding, Findings, Fix, Level, Profile, Related, Rule, Safety};
use crate::detect::Spot;
use crate::facts::{Facts, Form, Mention, Near, NearKind, Role, Table};
use crate::status::Codes;
use crate::text::Span;

/// See the page.
pub const RULE: Rule = Rule {
    id: "constant-value-mismatch",
    group: "names",
    level: Level::Warning,
    profile: Some(Profile::Recommended),
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    page: include_str!("constant_value_mismatch.md"),
    help_url: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.1",
    concerns,
    check,
};

/// A name that it is set to speaks of another status.
fn concerns(spot: &Spot, env: &Env) -> bool {
    let codes = spot.codes();
    codes.single().is_some_and(|code| spot.names().any(|name| meant(env, name, code).is_some()))
}

fn check(facts: &Facts, env: &Env, findings: &mut Findings) {
    for mention in facts.mentions.iter().filter(|mention| mention.role == Role::Defined) {
        let Some(name) = mention.near.iter().find(|near| near.kind == NearKind::Name) else { continue };
        let Some(value) = mention.code().filter(|value| (100..=999).contains(value)) else { continue };
        let Some(meant) = meant(env, &name.text, value) else { continue };
        match guard(facts, env, mention, &name.text, value, meant) {
            Some(why) => findings.silent(&RULE, mention.span, || why.into()),
            None => findings.push(finding(facts, env, mention, name, value, meant)),
        }
    }
}

/// The status that the name speaks of, where that is another one than the value.
fn meant(env: &Env, name: &str, value: u16) -> Option<u16> {
    let words: String = name.chars().map(|c| if c.is_ascii_digit() { '_' } else { c }).collect();
    if env.registry.is_phrase_of(bare_name(&words).as_str(), value) {
        return digits(name).filter(|digits| *digits != value && env.registry.is_registered(*digits));
    }
    digits(name)
        .filter(|digits| Codes::valid().contains(*digits) && says_status(name))
        .or_else(|| env.registry.by_constant_name(&words))
        .filter(|meant| *meant != value)
}

/// The number of exactly three digits in a name.
fn digits(name: &str) -> Option<u16> {
    let mut numbers = name.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    let number = numbers.next().filter(|number| number.len() == 3)?;
    numbers.next().is_none().then(|| number.parse().ok())?
}

/// The letters of a name, lower-cased, without the words around it: `SC_NOT_FOUND` and `statusNotFound` give `notfound`.
fn bare_name(name: &str) -> String {
    const LEADING: [&str; 5] = ["http", "status", "sc", "code", "response"];
    const TRAILING: [&str; 2] = ["status", "code"];
    let letters: String =
        name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    let mut bare = letters.as_str();
    while let Some(rest) =
        LEADING.iter().find_map(|word| bare.strip_prefix(word)).filter(|rest| !rest.is_empty())
    {
        bare = rest;
    }
    while let Some(rest) =
        TRAILING.iter().find_map(|word| bare.strip_suffix(word)).filter(|rest| !rest.is_empty())
    {
        bare = rest;
    }
    bare.to_string()
}

fn says_status(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("http") || name.contains("status")
}

/// Words that name many other things: only the company of other statuses makes one of them a status.
fn is_common(name: &str) -> bool {
    let bare = bare_name(name);
    bare.ends_with("timeout")
        || matches!(
            bare.as_str(),
            "error"
                | "success"
                | "ok"
                | "found"
                | "conflict"
                | "gone"
                | "created"
                | "accepted"
                | "locked"
                | "continue"
                | "processing"
        )
}

fn guard(
    facts: &Facts,
    env: &Env,
    mention: &Mention,
    name: &str,
    value: u16,
    meant: u16,
) -> Option<&'static str> {
    let table = mention.table.map(|table| &facts.tables[table]);
    let among_statuses = table.is_some_and(|table| names_statuses(env, table));
    let named = says_status(name) || table.and_then(|table| table.name.as_deref()).is_some_and(says_status);
    if !among_statuses && is_common(name) {
        Some("the name is a common word, and no two constants beside it are named after statuses they hold")
    } else if !among_statuses && !named {
        Some("neither the name nor its neighbours say that it is about a status")
    } else if meant == 401 && value == 403 && table.is_some_and(tells_unauthenticated_apart) {
        Some("the same container calls 401 unauthenticated, so the name is meant")
    } else {
        None
    }
}

/// Two or more members hold what they are named after.
fn names_statuses(env: &Env, table: &Table) -> bool {
    let right = |(name, value): &&(String, u32)| {
        env.registry.by_constant_name(name).is_some_and(|code| u32::from(code) == *value)
    };
    table.members.iter().filter(right).count() >= 2
}

fn tells_unauthenticated_apart(table: &Table) -> bool {
    table.members.iter().any(|(name, value)| {
        *value == 401
            && matches!(
                bare_name(name).as_str(),
                "unauthenticated"
                    | "notauthenticated"
                    | "notloggedin"
                    | "notlogin"
                    | "notlogged"
                    | "nologin"
                    | "loginrequired"
            )
    })
}

fn finding(facts: &Facts, env: &Env, mention: &Mention, name: &Near, value: u16, meant: u16) -> Finding {
    let digits = value.to_string();
    let written = match mention.form {
        Form::Number | Form::Quoted => facts.at(mention.span).find(&digits),
        _ => None,
    };
    let fix = written.map(|at| {
        let start = mention.span.start + at as u32;
        Fix {
            title: format!("Set `{}` to {meant}", name.text),
            safety: Safety::Unsafe,
            preferred: false,
            edits: vec![Edit { span: Span { start, end: start + 3 }, text: meant.to_string() }],
        }
    });
    Finding {
        codes: vec![u32::from(value), u32::from(meant)],
        related: vec![Related {
            span: name.span,
            message: format!("the name says {}", env.registry.label(meant)),
        }],
        fixes: fix.into_iter().collect(),
        ..RULE.at(
            mention.span,
            format!(
                "`{}` is named after {} but holds {}; correct the value or the name",
                name.text,
                env.registry.label(meant),
                env.registry.label(value)
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_stripped_of_what_stands_around_the_status() {
        assert_eq!(bare_name("HTTP_STATUS_NOT_FOUND"), "notfound");
        assert_eq!(bare_name("SC_GONE"), "gone");
        assert_eq!(bare_name("conflictStatusCode"), "conflict");
        assert_eq!(bare_name("STATUS"), "status");
        assert!(is_common("HTTP_FOUND") && is_common("GATEWAY_TIMEOUT") && !is_common("NOT_FOUND"));
    }

    #[test]
    fn only_one_number_of_three_digits_names_a_code() {
        assert_eq!(digits("HTTP_404_NOT_FOUND"), Some(404));
        assert_eq!(digits("ERR_40401"), None);
        assert_eq!(digits("HTTP_2_404"), None);
        assert_eq!(digits("FORBIDDEN"), None);
    }
}
