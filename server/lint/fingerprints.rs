//! A name for a finding that stays the same when lines move: what a baseline and SARIF recognise it by.

use crate::facts::Facts;
use crate::rules::Finding;
use crate::text::Span;
use std::collections::HashMap;

/// Fills in the fingerprints of findings that are sorted by place: rule, normalised text, name of the enclosing scope, and
/// the ordinal among equals in that scope. No line number, so that moved code does not look new.
pub(super) fn fill_in(facts: &Facts, found: &mut [Finding]) {
    let mut seen: HashMap<[String; 3], u32> = HashMap::new();
    for finding in found {
        let key =
            [finding.rule.to_string(), normalised(facts.at(finding.span)), scope_name(facts, finding.span)];
        let ordinal = seen.entry(key.clone()).or_default();
        let [rule, text, scope] = &key;
        finding.fingerprint = format!("{:016x}", fnv1a(&[rule, text, scope, &ordinal.to_string()]));
        *ordinal += 1;
    }
}

fn normalised(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The name of the innermost named function or class around a place; empty at the top of a file.
fn scope_name(facts: &Facts, span: Span) -> String {
    facts
        .scopes
        .iter()
        .filter(|scope| scope.span.contains(span) && scope.name.is_some())
        .min_by_key(|scope| scope.span.len())
        .and_then(|scope| scope.name.clone())
        .unwrap_or_default()
}

/// The 64-bit Fowler-Noll-Vo hash, variant 1a. Written out because a fingerprint outlives this program's version, and the
/// standard library promises no stable hash. A byte that no text holds ends each part.
fn fnv1a(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0xff]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Scope;
    use crate::lint::UNUSED_SUPPRESSION as RULE;

    fn fingerprints(text: &str, spans: &[(usize, usize)], scopes: &[(&str, usize, usize)]) -> Vec<String> {
        let scopes = scopes
            .iter()
            .map(|(name, start, end)| Scope { name: Some((*name).into()), span: Span::new(*start, *end) });
        let facts = Facts { text: text.into(), scopes: scopes.collect(), ..Facts::default() };
        let mut found: Vec<Finding> =
            spans.iter().map(|(start, end)| RULE.at(Span::new(*start, *end), "x")).collect();
        fill_in(&facts, &mut found);
        found.into_iter().map(|finding| finding.fingerprint).collect()
    }

    #[test]
    fn a_fingerprint_outlives_moved_lines_and_changed_white_space() {
        let before = fingerprints("f(1, 2)", &[(2, 6)], &[("f", 0, 7)]);
        let after = fingerprints("\n\n  f(1,\n    2)", &[(6, 14)], &[("f", 4, 15)]);
        assert_eq!(before, after);
    }

    #[test]
    fn equals_in_one_scope_differ_and_so_do_scopes() {
        let two = fingerprints("420 420", &[(0, 3), (4, 7)], &[]);
        assert_ne!(two[0], two[1]);
        assert_ne!(two[0], fingerprints("420", &[(0, 3)], &[("f", 0, 3)])[0]);
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(&[]), 0xcbf2_9ce4_8422_2325);
        assert_ne!(fnv1a(&["ab", "c"]), fnv1a(&["a", "bc"]));
    }
}
