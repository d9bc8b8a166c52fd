//! What stands under the cursor, explained: a code as it is meant there, a set of codes, a condition, a directive.

use crate::facts::{Atom, Certainty, Condition, Facts, Form, Mention, Operator, Predicate, Rename, Role};
use crate::lint;
use crate::rules::{Env, Finding};
use crate::status::hover::{HoverContext, Lead, hover as page, hover_set, interval_in_words};
use crate::text::Span;
use std::fmt::Write;

/// An explanation, and what it explains.
#[derive(Clone, PartialEq, Debug)]
pub struct Hover {
    /// Markdown; see [`plain`] for editors that do not draw it.
    pub markdown: String,
    /// The bytes it is about.
    pub span: Span,
}

/// How many constants of the language a hover names.
const MOST_CONSTANTS: usize = 2;

/// The explanation of what stands at a byte. `None` where nothing speaks of status codes: other servers have the word.
pub fn hover(facts: &Facts, env: &Env, findings: &[Finding], byte: u32) -> Option<Hover> {
    let (markdown, span) = match mention_at(facts, byte) {
        Some(mention) => (of_mention(facts, env, findings, mention), mention.span),
        None => of_condition(facts, env, byte)?,
    };
    Some(Hover { markdown, span })
}

/// The narrowest mention at a byte that anything but its digits speaks for.
fn mention_at(facts: &Facts, byte: u32) -> Option<&Mention> {
    facts
        .mentions_at(byte)
        .filter(|mention| mention.certainty >= Certainty::Named)
        .min_by_key(|mention| mention.span.len())
}

fn of_mention(facts: &Facts, env: &Env, findings: &[Finding], mention: &Mention) -> String {
    let written = facts.at(mention.span);
    let Some(code) = mention.code() else {
        return match mention.number {
            Some(number) => format!(
                "**{number}** is no HTTP status code: they lie between 100 and 599, and clients treat others as an error."
            ),
            None => hover_set(env.registry, mention.codes, Some(written)),
        };
    };
    let context = HoverContext {
        lead: lead(mention.role),
        constants: constants(facts, env, mention, code),
        renamed_from: rename_of(facts, env, mention).map(|rename| renamed(written, &rename)),
        directive: directive(mention, code),
        profiles: env
            .settings
            .vendors
            .iter()
            .chain(&facts.vendors)
            .chain(&mention.terms.vendors)
            .cloned()
            .collect(),
        links: links(findings, mention.span),
    };
    let mut text = page(env.registry, code, &context);
    if let Some(matched) = interval_around(facts, env, mention) {
        let _ = write!(text, "  \n{matched}");
    }
    text
}

fn lead(role: Role) -> Lead {
    match role {
        Role::Sent | Role::Redirected | Role::Raised | Role::Stubbed | Role::Declared => Lead::Sent,
        Role::Observed | Role::Expected | Role::Logged => Lead::Observed,
        Role::Configured => Lead::Configured,
        Role::Defined | Role::Carried | Role::Prose => Lead::Other,
    }
}

/// This language's names for a code: of the libraries that the file imports, else of the standard library; not the one
/// that stands there already.
fn constants(facts: &Facts, env: &Env, mention: &Mention, code: u16) -> Vec<(String, String)> {
    let written = facts.at(mention.span);
    let mut all = env.vocabulary.spellings(code, &env.language.traits.separator);
    let imported = |library: &str| facts.imports.known.iter().any(|import| import.library == library);
    all.retain(|spelling| {
        (imported(&spelling.library) || spelling.standard) && !written.ends_with(&spelling.symbol)
    });
    // Some libraries have many names for a code, and jokes among them.
    let telling = |symbol: &str| env.registry.by_constant_name(symbol) == Some(code);
    all.sort_by_key(|spelling| (!imported(&spelling.library), !telling(&spelling.symbol)));
    // Nor does one library name it twice, or one name stand for two libraries that pass it on.
    let mut named: Vec<String> = vec![];
    all.retain(|spelling| {
        let words = [spelling.library.clone(), spelling.text.clone()];
        let first = words.iter().all(|word| !named.contains(word));
        named.extend(words);
        first
    });
    all.into_iter().map(|spelling| (spelling.text, spelling.library)).take(MOST_CONSTANTS).collect()
}

/// What became of the name that stands there.
fn rename_of(facts: &Facts, env: &Env, mention: &Mention) -> Option<Rename> {
    if mention.form != Form::Constant {
        return None;
    }
    mention.rename.clone().or_else(|| {
        let written = facts.at(mention.span);
        let symbol = written.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next()?;
        let rows = env.vocabulary.constants.get(symbol)?;
        let own = |library: &str| mention.library.as_deref() == Some(library);
        rows.iter().find(|row| own(&env.vocabulary.libraries[row.library].name))?.rename()
    })
}

/// "`X` is now `Y` (since 1.2)": what to type, and since when.
fn renamed(written: &str, rename: &Rename) -> String {
    let mut text = match &rename.replacement {
        Some(replacement) => format!("`{written}` is the old name of `{replacement}`"),
        None => format!("`{written}` is an old name"),
    };
    if let Some(since) = &rename.since {
        let _ = write!(text, ", deprecated since {since}");
    }
    if let Some(removed) = &rename.removed {
        let _ = write!(text, ", gone from {removed} on");
    }
    text
}

/// What the configuration does with the code, as far as its row says it.
fn directive(mention: &Mention, code: u16) -> Option<String> {
    let name = mention.helper.as_deref()?;
    let mut text = match mention.library.as_deref() {
        Some(format) => format!("**Configured** `{name}` · {format}"),
        None => format!("**Configured** `{name}`"),
    };
    if mention.terms.legal.is_some_and(|legal| !legal.contains(code)) {
        let _ = write!(text, " · does not take {code}");
    }
    Some(text)
}

/// A link for every rule that has something to say about this place.
fn links(findings: &[Finding], span: Span) -> Vec<(String, String)> {
    let mut links: Vec<(String, String)> = vec![];
    for finding in findings.iter().filter(|finding| finding.span.overlaps(span)) {
        let page = lint::rule_by_id(finding.rule).map(|rule| rule.help_url.to_string());
        if let Some(page) = page.filter(|_| links.iter().all(|(label, _)| label != finding.rule)) {
            links.push((finding.rule.to_string(), page));
        }
    }
    links
}

/// For a number at the edge of a range: what the whole condition lets through.
fn interval_around(facts: &Facts, env: &Env, mention: &Mention) -> Option<String> {
    let (condition, _) = innermost(facts, mention.span.start)?;
    let edge = |atom: &Atom| !matches!(atom.operator, Operator::Equal | Operator::Unequal);
    let mut atoms = vec![];
    collect(condition, &mut atoms);
    if !atoms.iter().any(|atom| edge(atom) && atom.operand.contains(mention.span)) {
        return None;
    }
    let set = passing(condition)?;
    Some(format!("This condition matches {}.", interval_in_words(env.registry, set)))
}

fn of_condition(facts: &Facts, env: &Env, byte: u32) -> Option<(String, Span)> {
    let (condition, span) = innermost(facts, byte)?;
    Some((hover_set(env.registry, passing(condition)?, None), span))
}

/// The innermost part of a condition at a byte that tests one subject against codes and is sure of it.
fn innermost(facts: &Facts, byte: u32) -> Option<(&Condition, Span)> {
    fn within(condition: &Condition, byte: u32) -> Option<(&Condition, Span)> {
        match condition {
            Condition::Atom(atom) if atom.whole.touches(byte) => Some((condition, atom.whole)),
            Condition::Joined { parts, whole, .. } if whole.touches(byte) => {
                // A range is one thing although it is written as two tests: the whole where it is about one subject.
                if subject(condition).is_some() {
                    return Some((condition, *whole));
                }
                parts.iter().find_map(|part| within(part, byte))
            }
            Condition::Not(inner) => within(inner, byte),
            _ => None,
        }
    }
    let at = |predicate: &&Predicate| predicate.whole.touches(byte);
    let narrowest = facts.predicates.iter().filter(at).min_by_key(|predicate| predicate.whole.len())?;
    let found = within(&narrowest.condition, byte)?;
    let mut atoms = vec![];
    collect(found.0, &mut atoms);
    atoms.iter().all(|atom| atom.certainty >= Certainty::Named).then_some(found)
}

fn collect<'f>(condition: &'f Condition, into: &mut Vec<&'f Atom>) {
    match condition {
        Condition::Atom(atom) => into.push(atom),
        Condition::Joined { parts, .. } => parts.iter().for_each(|part| collect(part, into)),
        Condition::Not(inner) => collect(inner, into),
        Condition::Bare { .. } | Condition::Opaque => {}
    }
}

/// The one subject that every part of a condition tests.
fn subject(condition: &Condition) -> Option<&str> {
    match condition {
        Condition::Atom(atom) => Some(&atom.key),
        Condition::Not(inner) => subject(inner),
        Condition::Joined { parts, .. } => {
            let first = subject(parts.first()?)?;
            parts.iter().all(|part| subject(part) == Some(first)).then_some(first)
        }
        Condition::Bare { .. } | Condition::Opaque => None,
    }
}

/// The codes for which a condition about one subject holds.
fn passing(condition: &Condition) -> Option<crate::status::Codes> {
    match condition {
        Condition::Atom(atom) => Some(atom.set),
        Condition::Not(inner) => Some(passing(inner)?.complement()),
        Condition::Joined { any, parts, .. } => {
            let mut sets = parts.iter().map(passing);
            let first = sets.next()??;
            sets.try_fold(first, |all, set| Some(if *any { all.union(set?) } else { all.intersection(set?) }))
        }
        Condition::Bare { .. } | Condition::Opaque => None,
    }
}

/// Markdown as a person writes it without Markdown: marks go, a link keeps its label and its address.
pub fn plain(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    for line in markdown.lines() {
        if line.starts_with("|---") {
            continue;
        }
        let mut rest = line.trim_end();
        while let Some(open) = rest.find('[') {
            let Some(middle) = rest[open..].find("](").map(|at| open + at) else { break };
            let Some(close) = rest[middle..].find(')').map(|at| middle + at) else { break };
            let _ =
                write!(out, "{}{} <{}>", &rest[..open], &rest[open + 1..middle], &rest[middle + 2..close]);
            rest = &rest[close + 1..];
        }
        out.push_str(rest);
        out.push('\n');
    }
    let out = out.replace("**", "").replace('`', "");
    out.trim_end().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_has_no_marks_and_keeps_addresses() {
        assert_eq!(
            plain("**404** `x`  \n|---|---|\n[Spec](https://e.org/a) · [Explain](https://e.org/b)\n"),
            "404 x\nSpec <https://e.org/a> · Explain <https://e.org/b>"
        );
        assert_eq!(plain("a [b] c"), "a [b] c");
    }
}
