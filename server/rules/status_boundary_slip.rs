//! Ranges of statuses that miss or swallow the edge of a class by one.

use super::{Edit, Env, Finding, Findings, Fix, Level, Profile, Rule, Safety};
use crate::detect::Spot;
use crate::facts::{Atom, Certainty, Condition, Facts, Mention, Operator, Predicate, RangeParts, Role, Site};
use crate::text::Span;

/// See the page.
pub const RULE: Rule = Rule {
    id: "status-boundary-slip",
    group: "conditions",
    level: Level::Warning,
    profile: Some(Profile::Recommended),
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    page: include_str!("status_boundary_slip.md"),
    help_url: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15",
    concerns,
    check,
};

/// It is an end of a range that is not written as a class is.
fn concerns(spot: &Spot, _: &Env) -> bool {
    spot.is_joined_oddly() || spot.is_end_of_an_odd_range() || spot.leaves_out_an_edge()
}

fn check(facts: &Facts, env: &Env, findings: &mut Findings) {
    for predicate in &facts.predicates {
        visit(facts, env, predicate, &predicate.condition, findings);
        open_end(facts, env, predicate, findings);
    }
}

fn visit(facts: &Facts, env: &Env, predicate: &Predicate, condition: &Condition, findings: &mut Findings) {
    match condition {
        Condition::Not(inner) => visit(facts, env, predicate, inner, findings),
        Condition::Joined { any, parts, joins, .. } => {
            if let Some(interval) = Interval::joined(*any, parts, joins.is_empty()) {
                judge(facts, env, predicate, &interval, findings);
            }
            parts.iter().for_each(|part| visit(facts, env, predicate, part, findings));
        }
        Condition::Atom(atom) => {
            if let Some(interval) = Interval::written(atom) {
                judge(facts, env, predicate, &interval, findings);
            }
        }
        Condition::Bare { .. } | Condition::Opaque => {}
    }
}

/// One run of codes that a condition tells from the rest, and how its ends are written.
struct Interval<'f> {
    low: u16,
    high: u16,
    /// The lower end is written as the code before it: `> 200`, or `<= 200` for what lies outside.
    after: bool,
    lower: End,
    upper: End,
    subject: &'f Atom,
    span: Span,
}

/// How an end is written, which is what a fix changes.
#[derive(Clone, Copy)]
enum End {
    Comparison(Span),
    Number { span: Span, inclusive: bool },
}

impl<'f> Interval<'f> {
    /// `status >= 200 && status < 300`, or with `or` the codes between `status < 200` and `status >= 300`.
    /// A chained comparison reads its subject once, so it may be anything.
    fn joined(any: bool, parts: &'f [Condition], chained: bool) -> Option<Interval<'f>> {
        let atoms = || {
            parts.iter().filter_map(|part| match part {
                Condition::Atom(atom) if atom.literal && (atom.pure || chained) => Some(atom),
                _ => None,
            })
        };
        // The only comparison of this direction that looks at this subject.
        let only = |operators: [Operator; 2], key: &str| {
            let mut fitting = atoms().filter(|atom| atom.key == key && operators.contains(&atom.operator));
            fitting.next().filter(|_| fitting.next().is_none())
        };
        const ABOVE: [Operator; 2] = [Operator::Greater, Operator::AtLeast];
        const BELOW: [Operator; 2] = [Operator::Less, Operator::AtMost];
        let (lower, upper) = if any { (BELOW, ABOVE) } else { (ABOVE, BELOW) };
        let (first, second) =
            atoms().find_map(|atom| Some((only(lower, &atom.key)?, only(upper, &atom.key)?)))?;
        let (low, high) = match any {
            false => (first.set.ranges().first()?.0, second.set.ranges().last()?.1),
            true => (first.set.ranges().last()?.1 + 1, second.set.ranges().first()?.0.checked_sub(1)?),
        };
        let after = matches!(first.operator, Operator::Greater | Operator::AtMost);
        let (start, end) = (first.whole.start.min(second.whole.start), first.whole.end.max(second.whole.end));
        (low <= high).then_some(Interval {
            low,
            high,
            after,
            lower: End::Comparison(first.operator_span),
            upper: End::Comparison(second.operator_span),
            subject: first,
            span: Span { start, end },
        })
    }

    /// `status in range(200, 299)`, `matches!(status, 200..=300)`.
    fn written(atom: &'f Atom) -> Option<Interval<'f>> {
        let RangeParts { low: lower, high: upper, inclusive, .. } = atom.range?;
        let set = match atom.operator {
            Operator::Within => atom.set,
            Operator::Without => atom.set.complement(),
            _ => return None,
        };
        let [(low, high)] = *set.ranges().as_slice() else { return None };
        Some(Interval {
            low,
            high,
            after: false,
            lower: End::Number { span: lower, inclusive: true },
            upper: End::Number { span: upper, inclusive },
            subject: atom,
            span: atom.whole,
        })
    }
}

/// An end that is off by one.
#[derive(Debug, PartialEq, Clone, Copy)]
struct Slip {
    /// The code that is missed or swallowed.
    code: u16,
    missed: bool,
    lower: bool,
}

/// One end lies one beside the edge of a class and the other end on an edge.
fn slip(low: u16, high: u16, after: bool) -> Option<Slip> {
    if !(100..=599).contains(&low) || high > 599 {
        return None; // 600 is no status: a range that ends there swallows nothing
    }
    match (low % 100, high % 100) {
        (0, 0) if high > low => Some(Slip { code: high, missed: false, lower: false }),
        (1, 99) if after => Some(Slip { code: low - 1, missed: true, lower: true }),
        (0, 98) => Some(Slip { code: high + 1, missed: true, lower: false }),
        (99, 99) if high > low => Some(Slip { code: low, missed: false, lower: true }),
        _ => None,
    }
}

/// Both ends lie where status codes begin and end: the test asks whether the number is a status at all.
fn is_validity(low: u16, high: u16) -> bool {
    matches!(low, 99..=101) && matches!(high, 598..=600)
}

fn judge(facts: &Facts, env: &Env, predicate: &Predicate, interval: &Interval, findings: &mut Findings) {
    let Interval { low, high, span, subject, .. } = *interval;
    let Some(slip) = slip(low, high, interval.after) else { return };
    if is_validity(low, high) {
        return findings.silent(&RULE, span, || "it asks whether the number is a status at all".into());
    }
    if subject.certainty < Certainty::Named {
        return findings.silent(&RULE, span, || {
            format!("nothing says that `{}` is a status", facts.at(subject.subject))
        });
    }
    if slip.missed && becomes(facts, predicate, slip.code) {
        return findings.silent(&RULE, span, || {
            format!("what passes becomes {}, so leaving it out changes nothing", slip.code)
        });
    }
    if let Some(other) = handled_elsewhere(facts, predicate, slip.code, span) {
        return findings.silent(&RULE, span, || {
            format!("the same function handles {} on its own: `{}`", slip.code, facts.at(other.span))
        });
    }
    if slip.missed && !slip.lower && is_left_out_on_purpose(facts, env, slip.code, span) {
        return findings.silent(&RULE, span, || {
            format!("{} is left out on purpose, as the comment or the vendor profile says", slip.code)
        });
    }
    let label = env.registry.label(slip.code);
    let subject = facts.at(subject.subject);
    let message = if slip.missed {
        format!("this test of `{subject}` covers {low} to {high}: it misses {label}")
    } else {
        format!("this test of `{subject}` covers {low} to {high}: it also takes in {label}")
    };
    findings.push(Finding {
        codes: vec![u32::from(slip.code)],
        fixes: move_end(facts, env, interval, slip).into_iter().collect(),
        ..RULE.at(span, message)
    });
}

/// The branch that the test guards sets the very code that the test misses (`if 200 < s && s < 300 { s = 200 }`).
fn becomes(facts: &Facts, predicate: &Predicate, code: u16) -> bool {
    let Some(then) = predicate.then else { return false };
    let set = |m: &&Mention| m.site == Site::Binding && m.code() == Some(code);
    facts.mentions.iter().filter(set).any(|m| then.contains(m.span))
}

/// Another place of the same function looks at the code, and not by the same slip.
fn handled_elsewhere<'f>(
    facts: &'f Facts,
    predicate: &Predicate,
    code: u16,
    span: Span,
) -> Option<&'f Mention> {
    let mut tests = vec![];
    for other in facts.predicates.iter().filter(|other| other.scope == predicate.scope) {
        collect(&other.condition, &mut tests);
    }
    facts.mentions.iter().find(|mention| {
        let test = tests.iter().find(|atom| atom.operand.contains(mention.span));
        mention.code() == Some(code)
            && mention.scope == predicate.scope
            && !span.overlaps(mention.span)
            && matches!(mention.role, Role::Observed | Role::Expected)
            && test.is_none_or(|atom| {
                let apart = [
                    Operator::Equal,
                    Operator::Unequal,
                    Operator::Within,
                    Operator::Without,
                    Operator::AtLeast,
                ];
                atom.range.is_none() && apart.contains(&atom.operator)
            })
    })
}

/// 499 where nginx is at home, or an end that a comment on its line names.
fn is_left_out_on_purpose(facts: &Facts, env: &Env, code: u16, span: Span) -> bool {
    let nginx = super::vendors::active(facts, env, None).any(|profile| profile == "nginx");
    let named = line_comments(facts, span)
        .any(|comment| comment.split(|c: char| !c.is_ascii_digit()).any(|word| word.parse() == Ok(code)));
    code == 499 && nginx || named
}

/// The comments on the lines of a span.
fn line_comments(facts: &Facts, span: Span) -> impl Iterator<Item = &str> {
    let start = facts.text[..span.start as usize].rfind(['\n', '\r']).map_or(0, |at| at + 1) as u32;
    let end = facts.text[span.end as usize..]
        .find(['\n', '\r'])
        .map_or(facts.text.len(), |at| at + span.end as usize) as u32;
    let lines = Span { start, end };
    facts
        .comments
        .iter()
        .filter(move |comment| comment.span.overlaps(lines))
        .map(|comment| facts.at(comment.span))
}

/// The edit that makes the interval end on the edge of its class.
fn move_end(facts: &Facts, env: &Env, interval: &Interval, slip: Slip) -> Option<Fix> {
    let end = if slip.lower { interval.lower } else { interval.upper };
    let edit = match end {
        End::Comparison(span) => Edit { span, text: with_or_without_equality(env, facts.at(span))? },
        End::Number { span, inclusive } => {
            facts.at(span).parse::<u16>().ok()?;
            let last = match (slip.lower, slip.missed) {
                (true, true) => slip.code,
                (true, false) => slip.code + 1,
                (false, true) => slip.code,
                (false, false) => slip.code - 1,
            };
            let written = if slip.lower || inclusive { last } else { last + 1 };
            Edit { span, text: written.to_string() }
        }
    };
    let verb = if slip.missed { "Take in" } else { "Leave out" };
    Some(Fix {
        title: format!("{verb} {}: `{}`", slip.code, edit.text),
        safety: Safety::Unsafe,
        preferred: true,
        edits: vec![edit],
    })
}

/// `<` for `<=` and the other way round, where the language spells them so.
fn with_or_without_equality(env: &Env, operator: &str) -> Option<String> {
    let other = match operator.strip_suffix('=') {
        Some(strict) => strict.to_string(),
        None => format!("{operator}="),
    };
    env.language.operators.contains_key(&other).then_some(other)
}

/// `status > 400` alone, before an error: 400 itself slips through.
fn open_end(facts: &Facts, env: &Env, predicate: &Predicate, findings: &mut Findings) {
    let mut atoms = vec![];
    collect(&predicate.condition, &mut atoms);
    for atom in &atoms {
        let code = match (atom.operator, atom.set.ranges().first()) {
            (Operator::Greater, Some((low @ (401 | 501), 999))) if atom.literal => low - 1,
            _ => continue,
        };
        let bounded = atoms.iter().filter(|other| other.key == atom.key).any(|other| {
            !std::ptr::eq(*other, *atom)
                && (other.range.is_some()
                    || !matches!(
                        other.operator,
                        Operator::Equal | Operator::Unequal | Operator::Within | Operator::Without
                    ))
        });
        if bounded || !predicate.tested || matches!(predicate.condition, Condition::Not(_)) {
            continue; // under a negation the branch runs for the other codes
        }
        let then = predicate.then.map_or("", |span| facts.at(span)).to_lowercase();
        let mentions = |words: &[&str]| words.iter().any(|word| then.contains(word));
        let silence = if atom.certainty < Certainty::Proven {
            Some("a single-ended test needs a subject that is proven to be a status")
        } else if handled_elsewhere(facts, predicate, code, atom.whole).is_some() {
            Some("the same function handles the code on its own")
        } else if mentions(&["retry", "retries", "attempt", "backoff"]) {
            Some("the branch repeats the request")
        } else if !mentions(&[
            "err",
            "fail",
            "throw",
            "raise",
            "panic",
            "exception",
            "reject",
            "fatal",
            "bail!",
        ]) {
            Some("the branch reports no error")
        } else {
            None
        };
        if let Some(why) = silence {
            findings.silent(&RULE, atom.whole, || why.into());
            continue;
        }
        let fix = with_or_without_equality(env, facts.at(atom.operator_span)).map(|text| Fix {
            title: format!("Take in {code}: `{text}`"),
            safety: Safety::Unsafe,
            preferred: true,
            edits: vec![Edit { span: atom.operator_span, text }],
        });
        findings.push(Finding {
            codes: vec![u32::from(code)],
            fixes: fix.into_iter().collect(),
            ..RULE.at(
                atom.whole,
                format!(
                    "`{}` lets {} pass as a success: nothing else here looks at it",
                    facts.at(atom.whole),
                    env.registry.label(code)
                ),
            )
        });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_one_beside_a_class_edge_is_a_slip() {
        let slips = |low, high, after| slip(low, high, after).map(|slip| (slip.code, slip.missed));
        assert_eq!(slips(200, 300, false), Some((300, false)), "200..=300");
        assert_eq!(slips(400, 500, false), Some((500, false)), "400..=500");
        assert_eq!(slips(201, 299, true), Some((200, true)), "> 200 && < 300");
        assert_eq!(slips(201, 299, false), None, ">= 201: meant");
        assert_eq!(slips(200, 298, false), Some((299, true)), "range(200, 299)");
        assert_eq!(slips(499, 599, false), Some((499, false)), "499..=599");
        assert_eq!(slips(200, 299, false), None);
        assert_eq!(slips(200, 399, false), None);
        assert_eq!(slips(400, 600, false), None, "600 is no status");
        assert_eq!(slips(200, 250, false), None);
        assert_eq!(slips(404, 500, false), None);
        assert_eq!(slips(200, 200, false), None);
    }
}
