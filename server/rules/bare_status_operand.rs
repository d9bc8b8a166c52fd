//! `status == 200 or 201`: the second number is compared with nothing, it is simply true.

use super::{Edit, Env, Findings, Fix, Level, Profile, Related, Rule, Safety};
use crate::detect::Spot;
use crate::facts::{Atom, Certainty, Condition, Facts, Operator, Predicate};
use crate::languages::ArmLists;
use crate::status::Codes;
use crate::text::Span;

/// See the page.
pub const RULE: Rule = Rule {
    id: "bare-status-operand",
    group: "conditions",
    level: Level::Error,
    profile: Some(Profile::Minimal),
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    page: include_str!("bare_status_operand.md"),
    help_url: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15",
    concerns,
    check,
};

/// It may be an operand of its own.
fn concerns(spot: &Spot, _: &Env) -> bool {
    spot.is_bare_operand()
}

fn check(facts: &Facts, env: &Env, findings: &mut Findings) {
    for predicate in &facts.predicates {
        if predicate.arm {
            arm(facts, env, predicate, findings);
        }
        visit(facts, env, &predicate.condition, findings);
    }
}

/// `case 401 || 403:` is the value of the expression, which is its first number.
fn arm(facts: &Facts, env: &Env, predicate: &Predicate, findings: &mut Findings) {
    let Condition::Joined { any: true, parts, whole, .. } = &predicate.condition else { return };
    let bare: Option<Vec<(Codes, Span)>> = parts
        .iter()
        .map(|part| match part {
            Condition::Bare { codes, span } => Some((*codes, *span)),
            _ => None,
        })
        .collect();
    let Some(bare) = bare else { return };
    if env.language.traits.arm_lists == ArmLists::Alternatives {
        return findings
            .silent(&RULE, *whole, || "the arm lists alternatives: every code is compared".into());
    }
    let codes: Vec<u16> = bare.iter().filter_map(|(codes, _)| codes.single()).collect();
    if codes.len() != bare.len() || !codes.iter().all(|code| env.registry.is_registered(*code)) {
        return findings.silent(&RULE, *whole, || "not every number of the arm is a status".into());
    }
    let spellings: Vec<&str> = bare.iter().map(|(_, span)| facts.at(*span)).collect();
    findings.push(super::Finding {
        codes: codes.iter().map(|code| u32::from(*code)).collect(),
        fixes: labels(facts, env, *whole, &spellings).into_iter().collect(),
        ..RULE.at(
            *whole,
            format!(
                "this arm is taken for {} only: `{}` is {}, so {} is never compared",
                spellings[0],
                facts.at(*whole),
                spellings[0],
                spellings[1..].join(" and ")
            ),
        )
    });
}

/// One label for each code, as the language writes them.
fn labels(facts: &Facts, env: &Env, whole: Span, spellings: &[&str]) -> Option<Fix> {
    let (_, after_first) = env.language.traits.arm_alternatives.split_once("{first}")?;
    let (between, _) = after_first.split_once("{second}")?;
    let between = between.replace("{indent}", indent(facts, whole));
    Some(Fix {
        title: format!("Write one label each for {}", spellings.join(" and ")),
        safety: Safety::Unsafe,
        preferred: true,
        edits: vec![Edit { span: whole, text: spellings.join(&between) }],
    })
}

/// The white space that the line of a span begins with.
fn indent(facts: &Facts, span: Span) -> &str {
    let before = &facts.text[..span.start as usize];
    let line = &before[before.rfind(['\n', '\r']).map_or(0, |i| i + 1)..];
    &line[..line.len() - line.trim_start().len()]
}

fn visit(facts: &Facts, env: &Env, condition: &Condition, findings: &mut Findings) {
    match condition {
        Condition::Not(inner) => visit(facts, env, inner, findings),
        Condition::Joined { any, parts, whole, .. } => {
            let mut at = 0;
            while *any && at + 1 < parts.len() {
                let bare: Vec<(Codes, Span)> = parts[at + 1..]
                    .iter()
                    .map_while(|part| match part {
                        Condition::Bare { codes, span } => Some((*codes, *span)),
                        _ => None,
                    })
                    .collect();
                if let (Some((atom, negated)), false) = (equality(&parts[at]), bare.is_empty()) {
                    judge(facts, env, atom, negated, &bare, *whole, findings);
                }
                at += 1 + bare.len();
            }
            parts.iter().for_each(|part| visit(facts, env, part, findings));
        }
        Condition::Atom(_) | Condition::Bare { .. } | Condition::Opaque => {}
    }
}

/// A comparison with a code, and whether a `not` stands before it.
fn equality(condition: &Condition) -> Option<(&Atom, bool)> {
    match condition {
        Condition::Atom(atom) => matches!(
            atom.operator,
            Operator::Equal | Operator::Unequal | Operator::Within | Operator::Without
        )
        .then_some((atom, false)),
        Condition::Not(inner) => equality(inner).map(|(atom, _)| (atom, true)),
        _ => None,
    }
}

fn judge(
    facts: &Facts,
    env: &Env,
    atom: &Atom,
    negated: bool,
    bare: &[(Codes, Span)],
    whole: Span,
    findings: &mut Findings,
) {
    let codes: Vec<u16> = bare.iter().filter_map(|(codes, _)| codes.single()).collect();
    if codes.len() < bare.len() || !codes.iter().all(|code| Codes::valid().contains(*code)) {
        return findings.silent(&RULE, whole, || "the number that stands alone is no status".into());
    }
    if !env.language.traits.bare_operand {
        return findings.silent(&RULE, whole, || "the compiler refuses a number as a truth value".into());
    }
    if atom.certainty < Certainty::Named {
        return findings
            .silent(&RULE, whole, || format!("nothing says that `{}` is a status", facts.at(atom.subject)));
    }
    let spellings: Vec<&str> = bare.iter().map(|(_, span)| facts.at(*span)).collect();
    let list = spellings.join(" and ");
    let verb = if spellings.len() == 1 { "is" } else { "are" };
    let last = bare[bare.len() - 1].1;
    let fix = if negated { None } else { comparison(facts, env, atom, &spellings, last) };
    findings.push(super::Finding {
        codes: atom.set_of_operand().chain(codes.iter().copied()).map(u32::from).collect(),
        related: vec![Related {
            span: bare[0].1,
            message: format!("not compared with `{}`", facts.at(atom.subject)),
        }],
        fixes: fix.into_iter().collect(),
        ..RULE.at(
            whole,
            format!(
                "{list} {verb} compared with nothing and always true, so this condition always holds; compare `{}` with each code",
                facts.at(atom.subject)
            ),
        )
    });
}

impl Atom {
    /// The code of an equality, for reports.
    fn set_of_operand(&self) -> impl Iterator<Item = u16> {
        let named = match self.operator {
            Operator::Unequal | Operator::Without => self.set.complement(),
            _ => self.set,
        };
        named.iter().take(16)
    }
}

/// The comparison with all codes, as the language writes it.
fn comparison(facts: &Facts, env: &Env, atom: &Atom, spellings: &[&str], last: Span) -> Option<Fix> {
    let traits = &env.language.traits;
    let template = match atom.operator {
        Operator::Equal => &traits.membership,
        Operator::Unequal => &traits.non_membership,
        _ => return None,
    };
    if template.is_empty() || atom.mirrored {
        return None;
    }
    let first = facts.at(atom.operand);
    let values: Vec<&str> = std::iter::once(first).chain(spellings.iter().copied()).collect();
    let operator = facts.at(atom.operator_span);
    let mut text = template.replace("{first}", first).replace("{second}", spellings[0]);
    if let Some((_, repeated)) = template.split_once("{first}") {
        spellings[1..].iter().for_each(|code| text.push_str(&repeated.replace("{second}", code)));
    }
    let text = text
        .replace("{values}", &values.join(", "))
        .replace("{equal}", operator)
        .replace("{unequal}", operator)
        .replace("{subject}", facts.at(atom.subject));
    Some(Fix {
        title: format!("Compare with {}", values.join(", ")),
        safety: Safety::Unsafe,
        preferred: true,
        edits: vec![Edit { span: balanced(facts, Span { start: atom.whole.start, end: last.end })?, text }],
    })
}

/// The span, widened by the one bracket without which it would leave a pair torn: `(status == 200) or 201`.
fn balanced(facts: &Facts, span: Span) -> Option<Span> {
    let text = facts.at(span);
    let open = text.matches('(').count() as i64 - text.matches(')').count() as i64;
    let before = facts.text[..span.start as usize].trim_end();
    let after = facts.text[span.end as usize..].trim_start();
    match open {
        0 => Some(span),
        -1 if before.ends_with('(') => Some(Span { start: before.len() as u32 - 1, end: span.end }),
        1 if after.starts_with(')') => {
            Some(Span { start: span.start, end: (facts.text.len() - after.len()) as u32 + 1 })
        }
        _ => None,
    }
}
