//! A code beside the phrase of another one.

use super::{Edit, Env, Finding, Findings, Fix, Level, Profile, Related, Rule, Safety};
use crate::detect::Spot;
use crate::facts::{Certainty, Facts, Form, Mention, Near, NearKind, Role};
use crate::status::PhraseKind;
use crate::text::Span;

/// See the page.
pub const RULE: Rule = Rule {
    id: "reason-phrase-mismatch",
    group: "names",
    level: Level::Warning,
    profile: Some(Profile::Recommended),
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    page: include_str!("reason_phrase_mismatch.md"),
    help_url: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.1",
    concerns,
    check,
};

/// What a comment may begin with.
const COMMENT_MARKS: [char; 9] = ['/', '#', '*', '-', ';', '!', '<', ' ', '\t'];

/// A text near it is the phrase, or begins with the number, of another status.
fn concerns(spot: &Spot, env: &Env) -> bool {
    let other = |text: &str| {
        let (text, _) = without_code(text.trim_start_matches(COMMENT_MARKS));
        let said = env.registry.by_phrase(text).filter(|(_, kind)| *kind != PhraseKind::Everyday);
        said.is_some_and(|(code, _)| !spot.codes().contains(code))
    };
    let numbered = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        digits == 3
            && text[..3]
                .parse()
                .is_ok_and(|code| env.registry.is_registered(code) && !spot.codes().contains(code))
    };
    !spot.is_implied()
        && spot.phrases().iter().any(|text| other(text) || other(first_clause(text)) || numbered(text))
}

fn check(facts: &Facts, env: &Env, findings: &mut Findings) {
    for mention in &facts.mentions {
        let Some(code) = mention.code() else { continue };
        for near in &mention.near {
            let Some(said) = said(env, near) else { continue };
            if said.other_than(env, code) {
                match guard(facts, env, mention, near, &said) {
                    Some(why) => findings.silent(&RULE, mention.span, || why),
                    None => {
                        findings.push(finding(facts, env, mention, code, near, &said));
                        break; // one finding a mention
                    }
                }
            }
        }
    }
}

/// The phrase or number that a text near a code speaks of.
struct Said<'f> {
    code: u16,
    /// The part of the text that says it.
    text: &'f str,
    span: Span,
}

impl Said<'_> {
    /// It speaks of a status, and not of this one under any of its names.
    fn other_than(&self, env: &Env, code: u16) -> bool {
        self.code != code && !env.registry.is_phrase_of(self.text, code)
    }
}

fn said<'f>(env: &Env, near: &'f Near) -> Option<Said<'f>> {
    match near.kind {
        NearKind::Phrase | NearKind::Entry | NearKind::Body => {
            let (text, at) = without_code(&near.text);
            phrase(env, near, text, at)
        }
        NearKind::Comment => in_comment(env, near),
        NearKind::Name | NearKind::Description => None,
    }
}

/// `404 Not Found` gives `Not Found` and where it begins.
fn without_code(text: &str) -> (&str, usize) {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text[digits..].trim_start_matches([' ', '-', ':', '.']);
    if digits == 3 && !rest.is_empty() { (rest, text.len() - rest.len()) } else { (text, 0) }
}

fn phrase<'f>(env: &Env, near: &'f Near, text: &'f str, at: usize) -> Option<Said<'f>> {
    let (code, _) = env.registry.by_phrase(text).filter(|(_, kind)| *kind != PhraseKind::Everyday)?;
    let start = near.span.start + at as u32;
    Some(Said { code, text, span: Span { start, end: start + text.len() as u32 } })
}

/// A comment that begins with a code, or whose first clause is a phrase.
fn in_comment<'f>(env: &Env, near: &'f Near) -> Option<Said<'f>> {
    let text = near.text.trim_start_matches(COMMENT_MARKS);
    let at = near.text.len() - text.len();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 3 {
        let code: u16 = text[..3].parse().ok()?;
        let rest = text[3..].trim();
        let named = rest.is_empty()
            || rest.starts_with([':', '–', '—'])
            || rest.starts_with("- ")
            || env.registry.is_phrase_of(first_clause(rest), code);
        let start = near.span.start + at as u32;
        return (named && env.registry.is_registered(code)).then_some(Said {
            code,
            text: &text[..3],
            span: Span { start, end: start + 3 },
        });
    }
    phrase(env, near, first_clause(text), at)
}

/// The words before the first punctuation mark.
fn first_clause(text: &str) -> &str {
    let clause = text.split(['.', ',', ':', ';', '(', '*', '–', '—']).next().unwrap_or("").trim_end();
    clause.split(" - ").next().unwrap_or("").trim_end_matches([' ', '-'])
}

fn guard(facts: &Facts, env: &Env, mention: &Mention, near: &Near, said: &Said) -> Option<String> {
    let code = mention.code()?;
    if mention.certainty < Certainty::Named {
        Some("nothing says that the number is a status".into())
    } else if mention.role == Role::Stubbed {
        Some("a mock may answer anything".into())
    } else if env.registry.get(code).is_none() {
        Some("the number has no phrase of its own that could be compared".into())
    } else if mention.in_test && said.code == 200 {
        Some("tests write OK behind any code".into())
    } else if let Some(protocol) = other_protocol(facts, mention.span) {
        Some(format!("the text speaks {protocol}, which has phrases of its own"))
    } else if near.kind == NearKind::Entry && !is_status_table(facts, mention) {
        Some("the table has fewer than three entries that are keyed by statuses".into())
    } else if near.kind == NearKind::Comment && near.text.contains(&code.to_string()) {
        Some("the comment names this code too".into())
    } else if said.code == 200 && code >= 400 && near.kind != NearKind::Phrase {
        Some("OK beside an error is no reason phrase outside a status line".into())
    } else if near.kind != NearKind::Phrase
        && env.registry.by_phrase(said.text).is_some_and(|p| p.1 == PhraseKind::Vendor)
    {
        Some("the phrase is a vendor's, and common words besides".into())
    } else {
        None
    }
}

/// Protocols whose answers look like those of HTTP, named on the line, or more often in the file than HTTP is.
fn other_protocol(facts: &Facts, span: Span) -> Option<&'static str> {
    let start = facts.text[..span.start as usize].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let end = facts.text[span.end as usize..]
        .find(['\n', '\r'])
        .map_or(facts.text.len(), |at| at + span.end as usize);
    let (line, all) = (facts.text[start..end].to_ascii_uppercase(), facts.text.to_ascii_uppercase());
    let http = all.matches("HTTP").count();
    ["SIP", "RTSP", "FTP", "SMTP"].into_iter().find(|protocol| {
        words(&line, protocol) > 0 || all.contains(&format!("{protocol}/")) || words(&all, protocol) > http
    })
}

/// How often a word stands in a text by itself or as part of a name with underscores.
fn words(text: &str, word: &str) -> usize {
    text.match_indices(word)
        .filter(|(at, _)| {
            !text[..*at].ends_with(|c: char| c.is_alphanumeric())
                && !text[at + word.len()..].starts_with(|c: char| c.is_alphanumeric())
        })
        .count()
}

/// Three or more entries, and three or more of them codes.
fn is_status_table(facts: &Facts, mention: &Mention) -> bool {
    let Some(table) = mention.table else { return false };
    facts.tables[table].entries >= 3
        && facts.mentions.iter().filter(|other| other.table == Some(table)).count() >= 3
}

fn finding(facts: &Facts, env: &Env, mention: &Mention, code: u16, near: &Near, said: &Said) -> Finding {
    let level = match near.kind {
        NearKind::Body | NearKind::Comment => Level::Hint,
        _ => RULE.level,
    };
    let where_it_stands = match near.kind {
        NearKind::Body => "the body",
        NearKind::Comment => "the comment",
        NearKind::Entry => "the table",
        _ => "the phrase",
    };
    let other = env.registry.label(said.code);
    Finding {
        level,
        codes: vec![u32::from(code), u32::from(said.code)],
        related: vec![Related { span: said.span, message: format!("this is {other}") }],
        fixes: alternatives(facts, env, mention, code, said),
        ..RULE.at(
            mention.span,
            format!("{} stands here, but {where_it_stands} says {other}", env.registry.label(code)),
        )
    }
}

/// The phrase of this code, or the code of this phrase: which one was meant only a reader can tell.
fn alternatives(facts: &Facts, env: &Env, mention: &Mention, code: u16, said: &Said) -> Vec<Fix> {
    let mut fixes = vec![];
    let is_number = said.text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(phrase) = env.registry.phrase(code).filter(|_| env.registry.is_registered(code)) {
        let text = if is_number { code.to_string() } else { in_the_case_of(said.text, phrase) };
        fixes.push(Fix {
            title: format!("Replace \"{}\" with \"{text}\"", said.text),
            safety: Safety::Unsafe,
            preferred: false,
            edits: vec![Edit { span: said.span, text }],
        });
    }
    let digits = code.to_string();
    let written = match mention.form {
        Form::Number | Form::Quoted | Form::Phrase | Form::Embedded => facts.at(mention.span).find(&digits),
        _ => None,
    };
    if let Some(at) = written {
        let start = mention.span.start + at as u32;
        fixes.push(Fix {
            title: format!("Replace {code} with {}", said.code),
            safety: Safety::Unsafe,
            preferred: false,
            edits: vec![Edit { span: Span { start, end: start + 3 }, text: said.code.to_string() }],
        });
    }
    fixes
}

/// The phrase in the capitals of the text it replaces: `not found`, `Not found`, `NOT FOUND`.
fn in_the_case_of(model: &str, phrase: &str) -> String {
    let letters = || model.chars().filter(|c| c.is_alphabetic());
    if letters().all(char::is_lowercase) {
        phrase.to_lowercase()
    } else if letters().all(char::is_uppercase) && letters().count() > 2 {
        phrase.to_uppercase()
    } else if model.contains(' ') && letters().skip(1).all(char::is_lowercase) {
        let mut letters = phrase.chars();
        letters.next().into_iter().chain(letters.flat_map(char::to_lowercase)).collect()
    } else {
        phrase.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(text: &str) -> Option<(u16, String)> {
        let near = Near { kind: NearKind::Comment, text: text.into(), span: Span::new(0, text.len()) };
        let (project, settings) = Default::default();
        let env = Env {
            registry: &crate::status::Registry::builtin(),
            vocabulary: &Default::default(),
            language: crate::languages::all().next().expect("a language is served"),
            project: &project,
            settings: &settings,
        };
        in_comment(&env, &near).map(|said| (said.code, said.text.to_string()))
    }

    #[test]
    fn a_comment_speaks_when_it_begins_with_a_code_or_a_whole_phrase() {
        assert_eq!(comment("// 404 Not Found"), Some((404, "404".into())));
        assert_eq!(comment("# Not Found, as the client expects"), Some((404, "Not Found".into())));
        assert_eq!(comment("/* Bad Request */"), Some((400, "Bad Request".into())));
        assert_eq!(comment("// found it"), None);
        assert_eq!(comment("// 404ms later"), None);
        assert_eq!(comment("# 300 seconds"), None);
        assert_eq!(comment("// 404 or 410"), None);
        assert_eq!(comment("// 404: nothing there"), Some((404, "404".into())));
    }

    #[test]
    fn a_phrase_takes_the_capitals_of_the_one_it_replaces() {
        assert_eq!(in_the_case_of("bad request", "Not Found"), "not found");
        assert_eq!(in_the_case_of("Bad request", "Not Found"), "Not found");
        assert_eq!(in_the_case_of("BAD REQUEST", "Not Found"), "NOT FOUND");
        assert_eq!(in_the_case_of("Bad Request", "Not Found"), "Not Found");
        assert_eq!(in_the_case_of("OK", "Not Found"), "Not Found");
        assert_eq!(in_the_case_of("Unauthorized", "Forbidden"), "Forbidden");
    }
}
