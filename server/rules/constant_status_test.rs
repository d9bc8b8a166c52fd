//! Tests of one status that no status, or every status, passes.

use super::{Edit, Env, Findings, Fix, Level, Profile, Rule, Safety};
use crate::detect::Spot;
use crate::facts::{Atom, Certainty, Condition, Facts};
use crate::status::Codes;
use crate::text::Span;

/// See the page.
pub const RULE: Rule = Rule {
    id: "constant-status-test",
    group: "conditions",
    level: Level::Error,
    profile: Some(Profile::Minimal),
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    page: include_str!("constant_status_test.md"),
    help_url: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15",
    concerns,
    check,
};

/// It is one of several tests of a subject.
fn concerns(spot: &Spot, _: &Env) -> bool {
    spot.is_joined_oddly()
}

fn check(facts: &Facts, env: &Env, findings: &mut Findings) {
    for predicate in &facts.predicates {
        visit(facts, env, &predicate.condition, findings);
    }
}

/// Outermost first; below a constant part nothing is left to say.
fn visit(facts: &Facts, env: &Env, condition: &Condition, findings: &mut Findings) {
    match condition {
        Condition::Not(inner) => visit(facts, env, inner, findings),
        Condition::Joined { parts, whole, .. } => {
            let mut atoms = vec![];
            collect(condition, &mut atoms);
            let mut keys: Vec<&str> = atoms.iter().map(|atom| atom.key.as_str()).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                let same: Vec<&Atom> = atoms.iter().filter(|atom| atom.key == key).copied().collect();
                let Some(holds) = constant(condition, key).filter(|_| same.len() >= 2) else { continue };
                match guard(facts, &same) {
                    Some(why) => findings.silent(&RULE, *whole, || why),
                    None => return findings.push(finding(facts, env, condition, &same, holds)),
                }
            }
            parts.iter().for_each(|part| visit(facts, env, part, findings));
        }
        Condition::Atom(_) | Condition::Bare { .. } | Condition::Opaque => {}
    }
}

fn collect<'c>(condition: &'c Condition, atoms: &mut Vec<&'c Atom>) {
    match condition {
        Condition::Atom(atom) => atoms.push(atom),
        Condition::Joined { parts, .. } => parts.iter().for_each(|part| collect(part, atoms)),
        Condition::Not(inner) => collect(inner, atoms),
        Condition::Bare { .. } | Condition::Opaque => {}
    }
}

/// `Some(true)`: holds for every status; `Some(false)`: for none; whatever the other parts are.
fn constant(condition: &Condition, key: &str) -> Option<bool> {
    let (surely, perhaps) = bounds(condition, key);
    if perhaps.intersection(Codes::valid()).is_empty() {
        Some(false)
    } else if Codes::valid().is_subset(surely) {
        Some(true)
    } else {
        None
    }
}

/// For which codes of this subject the condition holds whatever the rest is, and for which it may hold.
fn bounds(condition: &Condition, key: &str) -> (Codes, Codes) {
    match condition {
        Condition::Atom(atom) if atom.key == key => (atom.set, atom.set),
        Condition::Atom(_) | Condition::Bare { .. } | Condition::Opaque => (Codes::EMPTY, Codes::all()),
        Condition::Not(inner) => {
            let (surely, perhaps) = bounds(inner, key);
            (perhaps.complement(), surely.complement())
        }
        Condition::Joined { any, parts, .. } => parts
            .iter()
            .map(|part| bounds(part, key))
            .reduce(|(surely, perhaps), (s, p)| {
                if *any {
                    (surely.union(s), perhaps.union(p))
                } else {
                    (surely.intersection(s), perhaps.intersection(p))
                }
            })
            .unwrap_or((Codes::EMPTY, Codes::all())),
    }
}

/// Why a constant test is let go.
fn guard(facts: &Facts, atoms: &[&Atom]) -> Option<String> {
    let subject = facts.at(atoms[0].subject);
    if atoms.iter().any(|atom| atom.certainty < Certainty::Named) {
        Some(format!("nothing says that `{subject}` is a status"))
    } else if !atoms.iter().all(|atom| atom.literal) {
        Some("not every number of the condition is written out".into())
    } else if atoms.iter().any(|atom| !atom.pure) || changes_between(facts, atoms) {
        Some(format!("`{subject}` may change between the tests"))
    } else if atoms.iter().all(|atom| is_validity_edge(atom.set)) {
        Some("it asks whether the number is a status at all".into())
    } else {
        None
    }
}

/// A call or an assignment stands between the tests: the subject need not be the same any more.
fn changes_between(facts: &Facts, atoms: &[&Atom]) -> bool {
    atoms.windows(2).any(|pair| {
        let (from, to) = (pair[0].whole.end, pair[1].whole.start);
        if from >= to {
            return false;
        }
        let text = facts.at(Span { start: from, end: to });
        let called = text.match_indices('(').any(|(at, _)| {
            text[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ')' | ']' | '!' | '.'))
        });
        let assigned = text.match_indices('=').any(|(at, _)| {
            !text[..at].ends_with(['=', '!', '<', '>', '~']) && !text[at + 1..].starts_with(['=', '>', '~'])
        });
        called || assigned || text.contains("++") || text.contains("--")
    })
}

/// Every end of the set lies where status codes begin or end (100 and 599, give or take one): the test is not about a class.
fn is_validity_edge(set: Codes) -> bool {
    let edge = |n: u16| matches!(n, 99..=101 | 599..=601);
    set.ranges().iter().all(|&(low, high)| (low == 0 || edge(low)) && (high == 999 || edge(high + 1)))
}

fn finding(facts: &Facts, env: &Env, condition: &Condition, atoms: &[&Atom], holds: bool) -> super::Finding {
    let Condition::Joined { parts, joins, whole, .. } = condition else {
        unreachable!("only joined conditions are judged")
    };
    let fix = match (parts.as_slice(), joins.as_slice()) {
        ([Condition::Atom(_), Condition::Atom(_)], [join]) => {
            swap(facts, env, condition, &atoms[0].key, *join)
        }
        _ => None,
    };
    let remedy = match &fix {
        Some(fix) => format!("; `{}` was probably meant", fix.edits[0].text),
        None => String::new(),
    };
    super::Finding {
        codes: atoms.iter().filter_map(|atom| edge_code(atom.set)).map(u32::from).collect(),
        fixes: fix.into_iter().collect(),
        ..RULE.at(
            *whole,
            format!(
                "this test of `{}` is always {holds}, whatever the status is{remedy}",
                facts.at(atoms[0].subject)
            ),
        )
    }
}

/// The number that an atom was written with, near enough for a report: its single code, or the end that is not 0 or 999.
fn edge_code(set: Codes) -> Option<u16> {
    match set.ranges().as_slice() {
        [(0, high)] if *high < 999 => Some(high + 1),
        [(low, 999)] if *low > 0 => Some(*low),
        [(low, _)] => Some(*low),
        [(0, high), (low, 999)] if low - high == 2 => Some(high + 1),
        _ => None,
    }
}

/// The other joining operator, where it gives a test that somebody may have meant.
fn swap(facts: &Facts, env: &Env, condition: &Condition, key: &str, join: Span) -> Option<Fix> {
    let Condition::Joined { any, parts, .. } = condition else { return None };
    let swapped = Condition::Joined { any: !any, parts: parts.clone(), joins: vec![], whole: join };
    let (set, _) = bounds(&swapped, key);
    let constant = set.intersection(Codes::valid()).is_empty() || Codes::valid().is_subset(set);
    if constant || !(set.is_intended() || set.complement().is_intended()) {
        return None;
    }
    let old = facts.at(join);
    let new = env.language.traits.joins.iter().find_map(|(and, or)| match old {
        _ if old == and => Some(or),
        _ if old == or => Some(and),
        _ => None,
    })?;
    Some(Fix {
        title: format!("Join the tests with {new}"),
        safety: Safety::Unsafe,
        preferred: true,
        edits: vec![Edit { span: join, text: new.clone() }],
    })
}
