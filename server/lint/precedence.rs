//! One mention gets one finding of the rules that judge which code it is: the first of these that applies.

use crate::rules::{Findings, Silence};

/// The most telling first: a directive that refuses the code says more than "nobody registered it".
const ORDER: &[&str] = &[
    "config-status-not-allowed",
    "status-out-of-range",
    "redirect-with-wrong-status",
    "final-informational-status",
    "obsolete-status",
    "nonstandard-status",
];

fn rank(rule: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == rule)
}

/// Lets every finding go whose place an earlier rule of [`ORDER`] has taken.
pub(super) fn settle(findings: &mut Findings) {
    let all = std::mem::take(&mut findings.found);
    for finding in &all {
        let winner = rank(finding.rule).and_then(|own| {
            let ahead = all.iter().filter(|other| {
                rank(other.rule).is_some_and(|rank| rank < own) && other.span.overlaps(finding.span)
            });
            ahead.min_by_key(|other| rank(other.rule))
        });
        match winner {
            None => findings.found.push(finding.clone()),
            Some(winner) => {
                if let Some(silences) = &mut findings.silences {
                    let why = format!("`{}` speaks about this code already", winner.rule);
                    silences.push(Silence { rule: finding.rule, span: finding.span, why });
                }
            }
        }
    }
}
