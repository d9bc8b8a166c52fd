//! A key among the documented answers that is neither a status, nor a range, nor `default`.

use super::{Edit, Env, Finding, Findings, Fix, Level, Profile, Rule, Safety};
use crate::detect::Spot;
use crate::facts::{Contract, Entry, Facts};

/// See the page.
pub const RULE: Rule = Rule {
    id: "openapi-response-key",
    group: "contract",
    level: Level::Error,
    profile: Some(Profile::Minimal),
    since: "0.1.0",
    fix: Some(Safety::Safe),
    page: include_str!("openapi_response_key.md"),
    help_url: "https://spec.openapis.org/oas/v3.1.1.html#responses-object",
    concerns,
    check,
};

/// Contracts stand in documents, which are read without a parse.
fn concerns(_: &Spot, _: &Env) -> bool {
    false
}

fn check(facts: &Facts, _: &Env, findings: &mut Findings) {
    for contract in &facts.contracts {
        if !(contract.version.starts_with("openapi") || contract.version.starts_with("swagger")) {
            for entry in &contract.entries {
                findings.silent(&RULE, entry.span, || "this is no OpenAPI document".into());
            }
            continue;
        }
        for entry in &contract.entries {
            if is_allowed(contract, &entry.key) {
                continue;
            }
            match guard(&entry.key) {
                Some(why) => findings.silent(&RULE, entry.span, || why.into()),
                None => findings.push(finding(contract, entry)),
            }
        }
    }
}

fn is_allowed(contract: &Contract, key: &str) -> bool {
    let bytes = key.as_bytes();
    let class = matches!(bytes.first(), Some(b'1'..=b'5')) && bytes.len() == 3;
    key == "default"
        || key.starts_with("x-")
        || class && bytes[1..].iter().all(u8::is_ascii_digit)
        || class && contract.ranges && &bytes[1..] == b"XX"
}

fn guard(key: &str) -> Option<&'static str> {
    if key.starts_with('$') || key == "<<" {
        Some("the answers stand elsewhere")
    } else if ["{{", "{%", "<%", "${"].iter().any(|mark| key.contains(mark)) {
        Some("a template fills this in")
    } else {
        None
    }
}

fn finding(contract: &Contract, entry: &Entry) -> Finding {
    let key = &entry.key;
    let upper = key.to_ascii_uppercase();
    let is_range = key.len() == 3 && matches!(key.as_bytes()[0], b'1'..=b'5') && upper.ends_with("XX");
    let mut fixes = vec![];
    let message = if is_range && contract.ranges {
        let edits = vec![Edit { span: entry.span, text: upper.clone() }];
        let title = format!("Write {upper}");
        fixes.push(Fix { title, safety: Safety::Safe, preferred: true, edits });
        format!("`{key}` is read by no tool: ranges are written with capitals, {upper}")
    } else if is_range {
        format!("`{key}`: OpenAPI 2.0 knows no ranges; write the codes one by one, or `default`")
    } else if let Some(code) = leading_code(key) {
        format!("`{key}` is no response key: write {code} and put the rest into the description")
    } else if key.len() == 3 && key.bytes().all(|b| b.is_ascii_digit()) {
        format!("`{key}` is no HTTP status: those lie between 100 and 599")
    } else {
        let ranges = if contract.ranges { ", a range such as 4XX" } else { "" };
        format!("`{key}` is no response key: it must be a status{ranges} or `default`")
    };
    Finding { fixes, ..RULE.at(entry.span, message) }
}

/// The code that the key begins with: `200 OK`.
fn leading_code(key: &str) -> Option<&str> {
    let code = key.get(..3).filter(|code| code.bytes().all(|b| b.is_ascii_digit()))?;
    let is_class = matches!(code.as_bytes()[0], b'1'..=b'5');
    (is_class && key[3..].starts_with(' ') && key[3..].contains(|c: char| c.is_alphabetic())).then_some(code)
}
