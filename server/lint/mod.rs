//! Runs rules over facts: levels, suppressions, fixes. No IO.

use crate::facts::Facts;
use crate::rules::{Env, Finding, Findings, RULES};

/// The findings of one file, ascending by place, after levels and suppressions.
pub fn lint(facts: &Facts, env: &Env) -> Vec<Finding> {
    let mut findings = Findings::new(false);
    if !facts.unjudged {
        RULES.iter().for_each(|rule| (rule.check)(facts, env, &mut findings));
    }
    let mut found = findings.found;
    found.sort_by_key(|f| (f.span.start, f.span.end, f.rule));
    found
}
