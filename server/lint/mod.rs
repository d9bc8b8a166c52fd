//! Runs rules over facts: levels, precedence, suppressions, fingerprints, fixes. No IO.

mod fingerprints;
mod fixes;
mod levels;
mod precedence;
mod suppressions;

pub use fixes::{Settled, apply, automatic, settle, suppress_here, together};
pub use levels::{is_on, level_of};
pub use suppressions::{SUPPRESSION_WITHOUT_REASON, UNUSED_SUPPRESSION};

use crate::detect::Spot;
use crate::facts::Facts;
use crate::rules::{Env, Finding, Findings, RULES, Rule, Silence};

/// The rules about this tool's own comments, which the suppressions raise and no rule of [`RULES`] can.
pub const META_RULES: &[&Rule] = &[&SUPPRESSION_WITHOUT_REASON, &UNUSED_SUPPRESSION];

/// Every rule that can raise a finding, by id: what configuration, `rules` and SARIF accept and list.
pub fn all_rules() -> Vec<&'static Rule> {
    let mut all: Vec<&Rule> = RULES.iter().chain(META_RULES).copied().collect();
    all.sort_by_key(|rule| rule.id);
    all
}

/// The rule of this id, a meta rule too.
pub fn rule_by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().chain(META_RULES).find(|rule| rule.id == id).copied()
}

/// The id of a rule that is spelled almost like this.
pub fn nearest_rule(id: &str) -> Option<&'static str> {
    all_rules()
        .into_iter()
        .map(|rule| (strsim::damerau_levenshtein(&id.to_ascii_lowercase(), rule.id), rule.id))
        .filter(|(distance, known)| *distance <= known.len().div_ceil(4))
        .min()
        .map(|(_, known)| known)
}

/// The findings of one file, ascending by place, after levels, precedence and suppressions.
pub fn lint(facts: &Facts, env: &Env) -> Vec<Finding> {
    run(facts, env, false).found
}

/// A rule that is on could have a say about a candidate, as far as the bytes around it tell.
pub fn concerns(spot: &Spot, env: &Env) -> bool {
    RULES.iter().any(|rule| is_on(rule, env.settings) && (rule.concerns)(spot, env))
}

/// The same with everything that was looked at and let go: guards, rules that are off, findings that gave way to another
/// or were suppressed. For `explain FILE:LINE:COL`.
pub fn lint_traced(facts: &Facts, env: &Env) -> (Vec<Finding>, Vec<Silence>) {
    let findings = run(facts, env, true);
    (findings.found, findings.silences.unwrap_or_default())
}

fn run(facts: &Facts, env: &Env, traced: bool) -> Findings {
    let mut findings = Findings::new(traced);
    if facts.unjudged {
        return findings;
    }
    for rule in RULES.iter().filter(|rule| traced || is_on(rule, env.settings)) {
        (rule.check)(facts, env, &mut findings);
    }
    levels::settle(&mut findings, env.settings);
    precedence::settle(&mut findings);
    suppressions::settle(facts, env, &mut findings);
    findings.found.sort_by_key(|finding| (finding.span.start, finding.span.end, finding.rule));
    fingerprints::fill_in(facts, &mut findings.found);
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_found_by_its_id_and_a_slip_by_its_neighbour() {
        assert_eq!(rule_by_id("unused-suppression").map(|rule| rule.id), Some("unused-suppression"));
        assert!(rule_by_id("unused").is_none());
        assert_eq!(nearest_rule("unused-supression"), Some("unused-suppression"));
        assert_eq!(nearest_rule("line-too-long"), None);
    }
}
