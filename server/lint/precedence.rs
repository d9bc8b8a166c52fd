//! One mention gets one finding of the rules that judge which code it is: the first of these that applies.

use crate::rules::{Findings, Silence};
use crate::text::Span;

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
    let mut taken: Vec<(Span, usize)> =
        all.iter().filter_map(|finding| Some((finding.span, rank(finding.rule)?))).collect();
    taken.sort_unstable();
    for finding in all {
        match rank(finding.rule).and_then(|own| winner(&taken, finding.span, own)) {
            None => findings.found.push(finding),
            Some(winner) => {
                if let Some(silences) = &mut findings.silences {
                    let why = format!("`{}` speaks about this code already", ORDER[winner]);
                    silences.push(Silence { rule: finding.rule, span: finding.span, why });
                }
            }
        }
    }
}

/// The best rank before a finding's own on the same code. Codes do not nest: who overlaps stands next to it.
fn winner(taken: &[(Span, usize)], span: Span, own: usize) -> Option<usize> {
    let at = taken.partition_point(|(other, _)| *other < span);
    let near = &taken[at.saturating_sub(ORDER.len())..taken.len().min(at + 2 * ORDER.len())];
    near.iter().filter(|(other, rank)| *rank < own && other.overlaps(span)).map(|(_, rank)| *rank).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::UNUSED_SUPPRESSION;
    use crate::rules::Finding;

    #[test]
    fn the_most_telling_rule_speaks_and_the_others_say_that_it_did() {
        let mut findings = Findings::new(true);
        for (rule, start) in [
            ("nonstandard-status", 4),
            ("status-out-of-range", 4),
            ("status-sent-twice", 4),
            ("nonstandard-status", 9),
        ] {
            findings.push(Finding { rule, ..UNUSED_SUPPRESSION.at(Span::new(start, start + 3), "x") });
        }
        settle(&mut findings);
        let left: Vec<&str> = findings.found.iter().map(|finding| finding.rule).collect();
        assert_eq!(left, ["status-out-of-range", "status-sent-twice", "nonstandard-status"]);
        assert_eq!(findings.silences.unwrap()[0].why, "`status-out-of-range` speaks about this code already");
    }
}
