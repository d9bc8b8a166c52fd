//! Codes inside strings: `"404 Not Found"`, `"200 202 401"`, JSON and metrics text in other languages; and the lexical fallback,
//! which is the same reading without a tree.

use super::file::written;
use super::scan::{Candidate, What};
use super::words::says_status;
use super::written::Written;
use crate::facts::{Certainty, Evidence, Form, Mention};
use crate::status::{Codes, Registry};
use crate::text::{Span, floor_boundary};

/// The word just before a number that says it is a status (`code="429"`, `.status != 200`, `getStatus() >= 300`).
pub fn said_before(text: &str, at: u32) -> Option<&str> {
    let near = floor_boundary(text, (at as usize).saturating_sub(80));
    let before = &text[near..at as usize];
    let bare =
        before.trim_end_matches([' ', '=', '!', '<', '>', '"', '\'', '(', ')', '[', ':', '\\', '~', '`']);
    let gap = &before[bare.len()..];
    let start = bare
        .rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')))
        .map_or(0, |i| i + bare[i..].chars().next().map_or(1, char::len_utf8));
    let word = &bare[start..];
    let tied = gap.contains(['=', '<', '>', ':', '(']);
    let label = word == "code" && (gap.starts_with("=\"") || gap.starts_with("=\\\"") || gap == "=")
        || word == "HTTP" && gap == " ";
    (gap.len() <= 8 && word.len() < 40 && (tied && says_status(word) || label)).then_some(word)
}

/// What a string with a code inside is.
pub enum Read<'t> {
    /// `"404 Not Found"`, `HTTP/1.1 404`: the phrase, if it has one, with its place.
    StatusLine { phrase: Option<(&'t str, Span)> },
    /// A word before the number says status.
    Said(&'t str),
    /// Nothing but codes. `evident`: nobody would write these numbers for anything else.
    Codes { evident: bool },
    /// A sentence.
    Prose,
}

/// Reads the string around a candidate. `inner` is the string without its quotes, `span` the candidate.
pub fn read<'t>(text: &'t str, inner: Span, span: Span, registry: &Registry) -> Read<'t> {
    let body = &text[inner.range()];
    let at = (span.start - inner.start) as usize;
    let line_start = body[..at].rfind('\n').map_or(0, |i| i + 1);
    let before = body[line_start..at].trim_start_matches(['\\', 'r', 'n', ' ']);
    let after = &body[at + span.len()..];
    let rest = after.split(['\r', '\n', '\\']).next().unwrap_or("");
    let phrase = phrase_in(rest).map(|p| {
        (
            p,
            Span::new(
                inner.start as usize + at + span.len() + (p.as_ptr() as usize - rest.as_ptr() as usize),
                inner.start as usize
                    + at
                    + span.len()
                    + (p.as_ptr() as usize - rest.as_ptr() as usize)
                    + p.len(),
            ),
        )
    });
    let spaced = ["HTTP 1.0 ", "HTTP 1.1 ", "HTTP 2 "].iter().any(|version| before.ends_with(version));
    let status_line = spaced
        || before
            .rsplit([' ', '"', '\''])
            .find(|w| !w.is_empty())
            .is_some_and(|w| w.starts_with("HTTP/") && w.len() <= 8)
            && before.ends_with(' ');
    if status_line {
        return Read::StatusLine { phrase };
    }
    // `"404 Not Found"`: a code and a known phrase, and nothing else.
    let whole = before.is_empty()
        && body[..line_start].trim().is_empty()
        && rest.len() == after.trim_end_matches(['\r', '\n', '\\', 'n', 'r']).len().max(rest.len());
    let exists =
        written(&text[span.range()]).and_then(Codes::single).is_some_and(|c| registry.get(c).is_some());
    if whole
        && exists
        && (rest.starts_with(' ') || rest.starts_with(": "))
        && phrase.is_some_and(|(p, _)| {
            p.len() == rest.trim().trim_start_matches(": ").len() && registry.by_phrase(p).is_some()
        })
    {
        return Read::StatusLine { phrase };
    }
    if let Some(said) = said_before(&text[inner.start as usize..inner.end as usize], span.start - inner.start)
    {
        return Read::Said(said);
    }
    match list(body, registry) {
        Some(evident) => Read::Codes { evident },
        None => Read::Prose,
    }
}

/// `"500 502 503"`, `"200-299,404"`, `"200 202 401 5m, 418 30m"`: codes, and the times that nginx sets behind them.
/// `Some(true)`: registered codes only, more than one, and not all of them round numbers.
fn list(body: &str, registry: &Registry) -> Option<bool> {
    let tokens: Vec<&str> = body.split([' ', ',', ';', '|']).filter(|t| !t.is_empty()).collect();
    if tokens.is_empty() || tokens.len() > 60 {
        return None;
    }
    let is_time = |t: &&str| {
        t.len() > 1
            && t.len() < 5
            && t.ends_with(['s', 'm', 'h', 'd'])
            && t[..t.len() - 1].bytes().all(|b| b.is_ascii_digit())
    };
    let code = |t: &&str| written(t).filter(|c| !c.intersection(Codes::valid()).is_empty());
    let (times, others): (Vec<&str>, Vec<&str>) = tokens.iter().partition(|t| is_time(t));
    if !others.iter().all(|t| code(t).is_some() || range(t).is_some())
        || others.len() + times.len() < 2 && range(body).is_none()
    {
        return None;
    }
    let singles: Vec<u16> = others.iter().filter_map(|t| code(t)?.single()).collect();
    let evident = others.len() > 1
        && singles.iter().all(|c| registry.is_registered(*c))
        && singles.iter().any(|c| c % 100 != 0);
    (others.len() > 1 || range(body).is_some()).then_some(evident)
}

/// `200-299`
pub fn range(text: &str) -> Option<Codes> {
    let (low, high) = text.split_once('-')?;
    let (low, high) = (written(low)?.single()?, written(high)?.single()?);
    (low < high && low >= 100 && high < 600).then(|| Codes::range(low, high))
}

/// The words behind a code up to something that is no part of a phrase.
fn phrase_in(rest: &str) -> Option<&str> {
    let trimmed = rest.trim_start_matches([' ', ':', '-']);
    let end = trimmed
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, ' ' | '-' | '\'')))
        .unwrap_or(trimmed.len());
    let phrase = trimmed[..end].trim();
    (!phrase.is_empty()).then_some(phrase)
}

/// A mention of a candidate, as bare as it can be.
pub fn bare_mention(text: &str, candidate: &Candidate, in_test: bool) -> Mention {
    let form = if candidate.what == What::Wildcard { Form::Wildcard } else { Form::Number };
    let codes = written(&text[candidate.span.range()]).unwrap_or_default();
    Written { span: candidate.span, codes, number: None, form }.mention(in_test)
}

/// What can be said without a tree: a number with a word before it.
pub fn lexical(text: &str, candidates: &[Candidate], in_test: bool) -> Vec<Mention> {
    candidates
        .iter()
        .filter(|c| matches!(c.what, What::Number | What::Wildcard))
        .filter_map(|c| {
            let said = said_before(text, c.span.start)?;
            Some(Mention {
                certainty: Certainty::Named,
                because: Evidence::Word(said.to_string()),
                ..bare_mention(text, c, in_test)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_before_says_status() {
        for (text, word) in [
            ("code=\"429\"", "code"),
            ("x.status != 200", "status"),
            ("getStatus() >= 300", "getStatus"),
            ("HTTP 404", "HTTP"),
        ] {
            let at = text.find(|c: char| c.is_ascii_digit()).unwrap();
            assert_eq!(said_before(text, at as u32), Some(word), "{text}");
        }
        for text in ["the code 404", "exit_code = 200", "size: 404", "status of the 200"] {
            let at = text.find(|c: char| c.is_ascii_digit()).unwrap();
            assert_eq!(said_before(text, at as u32), None, "{text}");
        }
    }
}
