//! A documented answer whose description is the phrase, or begins with the number, of another status.

use super::status_form::in_the_same_form;
use super::{Edit, Env, Finding, Findings, Fix, Level, Profile, Related, Rule, Safety};
use crate::detect::Spot;
use crate::facts::{Certainty, Facts, NearKind, Role};
use crate::status::{Codes, PhraseKind};
use crate::text::Span;

/// See the page.
pub const RULE: Rule = Rule {
    id: "description-status-mismatch",
    group: "contract",
    level: Level::Warning,
    profile: Some(Profile::Recommended),
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    page: include_str!("description_status_mismatch.md"),
    help_url: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15",
    concerns,
    check,
};

/// A description stands near it, and a text that speaks of another status.
fn concerns(spot: &Spot, env: &Env) -> bool {
    let speaks =
        |text| claim(env, text).is_some_and(|claim| claim.codes.intersection(spot.codes()).is_empty());
    !spot.is_implied() && spot.near(400, 800).contains("description") && spot.texts().any(speaks)
}

/// One documented answer: where its code stands, and its description.
struct Documented<'f> {
    codes: Codes,
    span: Span,
    text: &'f str,
    text_span: Span,
    /// The codes of the answers beside it, which a fix must not write a second time.
    taken: Codes,
}

fn check(facts: &Facts, env: &Env, findings: &mut Findings) {
    let mut seen: Vec<Span> = vec![];
    for contract in &facts.contracts {
        let all = contract.entries.iter().filter_map(|entry| entry.codes);
        let taken = all.fold(Codes::EMPTY, Codes::union);
        for entry in &contract.entries {
            let (Some(codes), Some((text, text_span))) = (entry.codes, &entry.description) else { continue };
            seen.push(*text_span);
            let documented = Documented { codes, span: entry.span, text, text_span: *text_span, taken };
            judge(facts, env, &documented, findings);
        }
    }
    for mention in &facts.mentions {
        let declared = mention.role == Role::Declared && mention.certainty >= Certainty::Named;
        for near in mention.near.iter().filter(|near| near.kind == NearKind::Description && declared) {
            if seen.contains(&near.span) {
                continue;
            }
            let documented = Documented {
                codes: mention.codes,
                span: mention.span,
                text: &near.text,
                text_span: near.span,
                taken: Codes::EMPTY,
            };
            judge(facts, env, &documented, findings);
        }
    }
}

/// What the description says the status is.
struct Claim {
    /// The codes it may mean.
    codes: Codes,
    /// The one to offer.
    code: u16,
    /// The part of the description that says so, in bytes of it.
    part: std::ops::Range<usize>,
    /// It says the number, with or without the phrase.
    by_number: bool,
}

fn judge(facts: &Facts, env: &Env, documented: &Documented, findings: &mut Findings) {
    if documented.codes.is_empty() {
        return;
    }
    let Some(claim) = claim(env, documented.text) else { return };
    if !claim.codes.intersection(documented.codes).is_empty() {
        return;
    }
    if let Some(code) = documented.codes.single()
        && documented.text.split(|c: char| !c.is_ascii_digit()).any(|word| word == code.to_string())
    {
        findings.silent(&RULE, documented.span, || "the description names this code too".into());
        return;
    }
    let own = match documented.codes.single() {
        Some(code) => env.registry.label(code),
        None => facts.at(documented.span).to_string(),
    };
    let said = documented.text[claim.part.clone()].trim();
    let message = format!("the answer is {own}, and its description says {}", named(env, &claim, said));
    // People have called 403 "unauthorized" for so long that many mean it.
    let meant = claim.code == 401 && documented.codes.single() == Some(403) && !claim.by_number;
    findings.push(Finding {
        level: if meant { Level::Hint } else { RULE.level },
        codes: documented.codes.single().into_iter().chain([claim.code]).map(u32::from).collect(),
        related: vec![Related { span: documented.text_span, message: "the description".into() }],
        fixes: fixes(facts, env, documented, &claim),
        ..RULE.at(documented.span, message)
    });
}

fn named(env: &Env, claim: &Claim, said: &str) -> String {
    if claim.by_number {
        env.registry.label(claim.code)
    } else {
        format!("\"{said}\", which is {}", claim.code)
    }
}

/// Words that are everyday language too: they speak of a status only when they are all of the text.
const EVERYDAY: [&str; 12] = [
    "ok",
    "created",
    "accepted",
    "found",
    "conflict",
    "gone",
    "continue",
    "processing",
    "locked",
    "forbidden",
    "unauthorized",
    "unused",
];

/// Reads a description: a phrase, a number, or a number with its phrase, as the whole text or up to its first punctuation.
fn claim(env: &Env, text: &str) -> Option<Claim> {
    let start = text.len() - text.trim_start().len();
    let body = text[start..].trim_end().trim_end_matches('.');
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 3 {
        let code: u16 = body[..3].parse().ok()?;
        let rest = &body[3..];
        let after = rest.trim_start_matches([' ', '-', ':', '\u{2013}', '\u{2014}']);
        let phrase = head(after);
        let whole_phrase = !phrase.is_empty() && env.registry.is_phrase_of(phrase, code);
        let ends =
            rest.is_empty() || rest.trim_start().starts_with([':', '-', '\u{2013}', '\u{2014}', '.', ';']);
        if !Codes::valid().contains(code) || !env.registry.is_registered(code) || !(ends || whole_phrase) {
            return None;
        }
        let end = if whole_phrase { body.len() - after.len() + phrase.len() } else { 3 };
        return Some(Claim { codes: Codes::one(code), code, part: start..start + end, by_number: true });
    }
    for part in [body, head(body)] {
        let everyday = EVERYDAY.iter().any(|word| part.eq_ignore_ascii_case(word)) && part != body;
        let readings = env.registry.readings(part);
        // What a vendor calls a status in everyday words ("Redirect") says nothing about other people's answers.
        let first = readings.first().filter(|(_, kind)| *kind != PhraseKind::Everyday);
        if let (Some(first), false) = (first, everyday) {
            let codes = readings.iter().fold(Codes::EMPTY, |set, reading| set.union(Codes::one(reading.0)));
            return Some(Claim { codes, code: first.0, part: start..start + part.len(), by_number: false });
        }
    }
    None
}

/// The text up to its first punctuation.
fn head(text: &str) -> &str {
    let end =
        text.find(['.', ',', ':', ';', '(', '!', '\n', '\r', '\u{2013}', '\u{2014}']).unwrap_or(text.len());
    let end = text.find(" - ").map_or(end, |dash| dash.min(end));
    text[..end].trim_end()
}

/// Two actions: which of the two was meant, only a person knows.
fn fixes(facts: &Facts, env: &Env, documented: &Documented, claim: &Claim) -> Vec<Fix> {
    let mut fixes = vec![];
    let Some(code) = documented.codes.single() else { return fixes };
    let offer = |title: String, edit: Edit| Fix {
        title,
        safety: Safety::Unsafe,
        preferred: false,
        edits: vec![edit],
    };
    let said = &documented.text[claim.part.clone()];
    let phrase = env.registry.phrase(code);
    let own = match (claim.by_number, phrase) {
        (true, _) if said.len() == 3 => Some(code.to_string()),
        (true, Some(phrase)) => Some(format!("{code} {phrase}")),
        (false, Some(phrase)) => Some(phrase.to_string()),
        (_, None) => None,
    };
    let in_text = facts.at(documented.text_span) == documented.text;
    if let Some(own) = own.filter(|own| in_text && !own.contains(['\'', '"'])) {
        let start = documented.text_span.start + claim.part.start as u32;
        let span = Span { start, end: start + said.len() as u32 };
        fixes.push(offer(format!("Describe it as {own}"), Edit { span, text: own }));
    }
    if !documented.taken.contains(claim.code)
        && let Some(text) = in_the_same_form(facts, env, documented.span, claim.code)
    {
        let title = format!("Change the status to {}", claim.code);
        fixes.push(offer(title, Edit { span: documented.span, text }));
    }
    fixes
}
