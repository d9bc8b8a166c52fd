//! Fixes put to work, and the edit that suppresses a finding where it stands.

use super::suppressions::{Spoken, Statements, is_within};
use crate::facts::{Facts, Form};
use crate::rules::{Edit, Env, Finding, Fix, Safety};
use crate::text::{LineIndex, Span};
use std::sync::Arc;

/// A fix may make room for another; a dozen rounds are more than any file needs.
const ROUNDS: usize = 12;

/// The edits of as many fixes as go together, ascending: a fix is taken whole or not at all, and one that touches what an
/// earlier one changes waits for the next round. Two fixes may share an edit (the import that both need).
pub fn together<'f>(fixes: impl IntoIterator<Item = &'f Fix>) -> Vec<Edit> {
    let mut taken: Vec<Edit> = vec![];
    for fix in fixes {
        let clashes = |edit: &Edit| {
            taken.iter().any(|other| {
                let touches = edit.span.overlaps(other.span) || edit.span.start == other.span.start;
                touches && edit != other
            })
        };
        if !fix.edits.iter().any(clashes) {
            let fresh: Vec<&Edit> = fix.edits.iter().filter(|edit| !taken.contains(edit)).collect();
            taken.extend(fresh.into_iter().cloned());
        }
    }
    taken.sort_by_key(|edit| edit.span);
    taken
}

/// The fix that may be applied without asking: the preferred one. Where none is preferred they differ in what was meant,
/// and only a person can choose.
pub fn automatic(finding: &Finding, unsafe_too: bool) -> Option<&Fix> {
    finding.fixes.iter().find(|fix| fix.preferred && (fix.safety == Safety::Safe || unsafe_too))
}

/// The text with as many of the fixes as go together. Lint again and repeat until nothing changes.
pub fn apply<'f>(text: &str, fixes: impl IntoIterator<Item = &'f Fix>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for edit in together(fixes) {
        out.push_str(&text[from..edit.span.start as usize]);
        out.push_str(&edit.text);
        from = edit.span.end as usize;
    }
    out.push_str(&text[from..]);
    out
}

/// A text that was fixed until nothing changed any more.
pub struct Settled {
    /// The text as it is then.
    pub text: Arc<str>,
    /// What leads there from the text as it was: ascending, not overlapping.
    pub edits: Vec<Edit>,
    /// What is left to find.
    pub findings: Vec<Finding>,
    /// How many findings were fixed.
    pub count: usize,
}

/// Applies automatic fixes, looks again, and repeats until nothing changes. `findings` are those of the text as it is,
/// `judge` says what is wrong with a later one.
///
/// # Errors
/// The first failure of `judge`.
pub fn settle<Fault>(
    text: Arc<str>,
    findings: Vec<Finding>,
    unsafe_too: bool,
    mut judge: impl FnMut(&Arc<str>) -> Result<Vec<Finding>, Fault>,
) -> Result<Settled, Fault> {
    let mut settled = Settled { text, edits: vec![], findings, count: 0 };
    for _ in 0..ROUNDS {
        let fixes: Vec<&Fix> =
            settled.findings.iter().filter_map(|finding| automatic(finding, unsafe_too)).collect();
        let edits = together(fixes.iter().copied());
        let text: Arc<str> = apply(&settled.text, fixes).into();
        if text == settled.text {
            break;
        }
        settled.edits = composed(&settled.edits, &settled.text, &edits);
        let found = settled.findings.len();
        settled.findings = judge(&text)?;
        settled.count += found.saturating_sub(settled.findings.len());
        settled.text = text;
    }
    Ok(settled)
}

/// What `first` and then `second` do, as edits of the text before `first`. `middle` is the text between the two.
fn composed(first: &[Edit], middle: &str, second: &[Edit]) -> Vec<Edit> {
    // Every edit by its bytes in the middle text: what the first ones made there, what the second ones replace.
    let mut pieces: Vec<(Span, Result<Span, &str>)> = vec![];
    let mut grown = 0i64;
    for edit in first {
        let start = (i64::from(edit.span.start) + grown) as usize;
        pieces.push((Span::new(start, start + edit.text.len()), Ok(edit.span)));
        grown += edit.text.len() as i64 - edit.span.len() as i64;
    }
    pieces.extend(second.iter().map(|edit| (edit.span, Err(&*edit.text))));
    pieces.sort_by_key(|(span, _)| *span);
    let mut out = vec![];
    let (mut rest, mut shrunk) = (&pieces[..], 0i64);
    while let Some((head, _)) = rest.first() {
        let (mut whole, mut taken) = (*head, 1);
        while let Some((span, _)) = rest.get(taken).filter(|(span, _)| span.start <= whole.end) {
            whole.end = whole.end.max(span.end);
            taken += 1;
        }
        let before = |byte: u32, shrunk: i64| (i64::from(byte) + shrunk) as u32;
        let (start, mut text, mut from) = (before(whole.start, shrunk), String::new(), whole.start);
        for (span, piece) in &rest[..taken] {
            match piece {
                Ok(old) => shrunk += old.len() as i64 - span.len() as i64,
                Err(new) => {
                    text.push_str(&middle[from as usize..span.start as usize]);
                    text.push_str(new);
                    from = span.end;
                }
            }
        }
        text.push_str(&middle[from as usize..whole.end as usize]);
        out.push(Edit { span: Span { start, end: before(whole.end, shrunk) }, text });
        rest = &rest[taken..];
    }
    out
}

/// The edit that silences a finding: a comment above its statement, its name in the comment that is there already, or in
/// an OpenAPI document without comments the extension `x-lsp-lint-ignore`. `None`: the file has no way to say it.
pub fn suppress_here(facts: &Facts, env: &Env, finding: &Finding) -> Option<Fix> {
    if super::META_RULES.iter().any(|rule| rule.id == finding.rule) {
        return None;
    }
    let edit = match Spoken::read(facts).list_at(finding.span) {
        Some(list) => {
            let separator = if facts.at(list).trim().is_empty() { "" } else { ", " };
            Edit {
                span: Span { start: list.end, end: list.end },
                text: format!("{separator}{}", finding.rule),
            }
        }
        None if env.language.comment("").is_some() => comment_above(facts, env, finding)?,
        None => extension(facts, finding)?,
    };
    let title = format!("Suppress {} here", finding.rule);
    Some(Fix { title, safety: Safety::Safe, preferred: false, edits: vec![edit] })
}

fn comment_above(facts: &Facts, env: &Env, finding: &Finding) -> Option<Edit> {
    let statement = Statements::of(facts).around(finding.span);
    let embedded = facts
        .mentions
        .iter()
        .any(|mention| mention.form == Form::Embedded && mention.span.overlaps(finding.span));
    if embedded && statement.is_none() {
        return None; // the line above may be text, where a comment would change it
    }
    let text = &*facts.text;
    let lines = LineIndex::new(text);
    let line = lines.line_span(text, lines.line_of(statement.unwrap_or(finding.span).start));
    let content = &text[line.range()];
    let indent = &content[..content.len() - content.trim_start().len()];
    let reason = if env.settings.require_reason { " -- TODO: say why" } else { "" };
    let comment = env.language.comment(&format!("lsp-lint: ignore[{}]{reason}", finding.rule))?;
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let span = Span { start: line.start, end: line.start };
    Some(Edit { span, text: format!("{indent}{comment}{end}") })
}

fn extension(facts: &Facts, finding: &Finding) -> Option<Edit> {
    let entry = facts
        .contracts
        .iter()
        .flat_map(|contract| &contract.entries)
        .find(|entry| is_within(entry, finding.span))?;
    let text = &*facts.text;
    if let Some((_, last)) = entry.ignored.last() {
        let quoted = text[last.end as usize..].starts_with('"');
        let at = last.end + u32::from(quoted);
        return Some(Edit { span: Span { start: at, end: at }, text: format!(", \"{}\"", finding.rule) });
    }
    let after = &text[entry.span.end as usize..];
    let value = after.strip_prefix('"')?.trim_start().strip_prefix(':')?.trim_start();
    let inside = value.strip_prefix('{')?;
    let at = (text.len() - inside.len()) as u32;
    let comma = if inside.trim_start().starts_with('}') { "" } else { "," };
    // What stands before the first pair now stands before the new one too.
    let gap = &inside[..inside.len() - inside.trim_start().len()];
    let gap = if comma.is_empty() { "" } else { gap };
    let text = format!("{gap}\"x-lsp-lint-ignore\": [\"{}\"]{comma}", finding.rule);
    Some(Edit { span: Span { start: at, end: at }, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(edits: &[(usize, usize, &str)]) -> Fix {
        let edits = edits
            .iter()
            .map(|(start, end, text)| Edit { span: Span::new(*start, *end), text: (*text).into() })
            .collect();
        Fix { title: String::new(), safety: Safety::Safe, preferred: true, edits }
    }

    #[test]
    fn fixes_that_overlap_wait_and_a_fix_is_never_half_applied() {
        let (a, b, c) = (fix(&[(0, 3, "one")]), fix(&[(2, 5, "x"), (8, 9, "!")]), fix(&[(4, 7, "two")]));
        assert_eq!(apply("abc def ghi", [&a, &b, &c]), "one two ghi");
    }

    #[test]
    fn fixing_goes_on_until_nothing_is_left_to_fix() {
        // Every `ab` wants to be `b`, which makes another one where more letters stand before it.
        let judge = |text: &Arc<str>| -> Result<Vec<Finding>, ()> {
            let found = text.match_indices("ab").map(|(at, _)| Finding {
                rule: "x",
                level: crate::project::Level::Warning,
                span: Span::new(at, at + 2),
                message: String::new(),
                codes: vec![],
                related: vec![],
                fixes: vec![fix(&[(at, at + 2, "b")])],
                tags: vec![],
                fingerprint: String::new(),
            });
            Ok(found.collect())
        };
        let text: Arc<str> = "aaab-ab".into();
        let settled = settle(text.clone(), judge(&text).expect("judged"), false, judge).expect("judged");
        assert_eq!((&*settled.text, settled.findings.len()), ("b-b", 0));
        let whole = Fix { edits: settled.edits, ..fix(&[]) };
        assert_eq!(apply(&text, [&whole]), "b-b");
    }

    #[test]
    fn rounds_of_edits_add_up_to_edits_of_the_first_text() {
        let mut seed = 5u64;
        let mut below = |n: usize| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) as usize % n.max(1)
        };
        for _ in 0..2_000 {
            let start: String = (0..20).map(|i| char::from(b'a' + i)).collect();
            let (mut text, mut all) = (start.clone(), vec![]);
            for _ in 0..3 {
                let fixes: Vec<Fix> = (0..3)
                    .map(|_| {
                        let from = below(text.len() + 1);
                        let to = (from + below(4)).min(text.len());
                        fix(&[(from, to, ["", "X", "YZ", "....."][below(4)])])
                    })
                    .collect();
                all = composed(&all, &text, &together(&fixes));
                text = apply(&text, &fixes);
                let whole = Fix { edits: all.clone(), ..fix(&[]) };
                assert_eq!(apply(&start, [&whole]), text, "{all:?}");
            }
        }
    }

    #[test]
    fn an_import_that_two_fixes_need_is_added_once() {
        let (a, b) = (fix(&[(0, 0, "use x;\n"), (0, 3, "X")]), fix(&[(0, 0, "use x;\n"), (4, 7, "Y")]));
        assert_eq!(apply("abc def", [&b]), "use x;\nabc Y");
        let (c, d) = (fix(&[(0, 0, "use x;\n"), (4, 7, "Y")]), fix(&[(0, 0, "use x;\n"), (8, 9, "Z")]));
        assert_eq!(apply("abc def g", [&c, &d]), "use x;\nabc Y Z");
        assert_eq!(together([&a]).len(), 2);
    }
}
