//! Which rules are on, and how serious their findings are.

use crate::project::{Level, LevelSetting, Profile, Settings};
use crate::rules::{Findings, Rule};

/// The rule looks at files under these settings: the configuration names it, or its profile is on.
pub fn is_on(rule: &Rule, settings: &Settings) -> bool {
    match settings.levels.get(rule.id) {
        Some(setting) => *setting != LevelSetting::Off,
        None => rule.profile.is_some_and(|profile| profile <= reach(settings.profile)),
    }
}

/// The level that the configuration gives every finding of a rule. `None`: each finding keeps its own.
pub fn level_of(rule: &str, settings: &Settings) -> Option<Level> {
    match settings.levels.get(rule)? {
        LevelSetting::Off => None,
        LevelSetting::Hint => Some(Level::Hint),
        LevelSetting::Info => Some(Level::Info),
        LevelSetting::Warning => Some(Level::Warning),
        LevelSetting::Error => Some(Level::Error),
    }
}

/// The `minimal` profile asks the same rules as `recommended` and keeps their errors: a rule may have an error and a
/// warning shape.
fn reach(profile: Profile) -> Profile {
    profile.max(Profile::Recommended)
}

/// The option `codes` of the rule, where it is set, names one of these.
fn is_about(codes: &[u32], rule: &str, settings: &Settings) -> bool {
    let wanted =
        settings.options.get(rule).and_then(|options| options.get("codes")).and_then(toml::Value::as_array);
    wanted.is_none_or(|wanted| {
        wanted
            .iter()
            .filter_map(toml::Value::as_integer)
            .any(|one| codes.iter().any(|code| i64::from(*code) == one))
    })
}

/// Gives every finding the level it has here, and lets those go whose rule is off.
pub(super) fn settle(findings: &mut Findings, settings: &Settings) {
    let all = std::mem::take(&mut findings.found);
    for mut finding in all {
        let Some(rule) = super::rule_by_id(finding.rule) else { continue };
        if !is_on(rule, settings) {
            findings.silent(rule, finding.span, || "the rule is off".into());
            continue;
        }
        if !is_about(&finding.codes, rule.id, settings) {
            findings
                .silent(rule, finding.span, || "the configuration names other codes for this rule".into());
            continue;
        }
        match level_of(rule.id, settings) {
            Some(level) => finding.level = level,
            None if settings.profile == Profile::Minimal && finding.level < Level::Error => {
                findings.silent(rule, finding.span, || "the profile `minimal` keeps errors only".into());
                continue;
            }
            None => {}
        }
        findings.found.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::UNUSED_SUPPRESSION as RULE;
    use crate::text::Span;

    fn settled(settings: &Settings) -> Vec<Level> {
        let mut findings = Findings::new(false);
        for level in [Level::Warning, Level::Error] {
            findings.push(crate::rules::Finding { level, ..RULE.at(Span::new(0, 1), "x") });
        }
        settle(&mut findings, settings);
        findings.found.iter().map(|finding| finding.level).collect()
    }

    #[test]
    fn without_configuration_each_finding_keeps_its_own_level() {
        assert_eq!(settled(&Settings::default()), [Level::Warning, Level::Error]);
    }

    #[test]
    fn a_configured_level_replaces_every_level_of_the_rule() {
        let mut settings = Settings::default();
        settings.levels.insert(RULE.id.into(), LevelSetting::Info);
        assert_eq!(settled(&settings), [Level::Info, Level::Info]);
        settings.levels.insert(RULE.id.into(), LevelSetting::Off);
        assert_eq!(settled(&settings), []);
        assert!(!is_on(&RULE, &settings));
    }

    #[test]
    fn a_rule_may_be_kept_to_some_codes() {
        let mut settings = Settings::default();
        let wanted = toml::Value::Array(vec![toml::Value::Integer(405), toml::Value::Integer(416)]);
        settings.options.entry(RULE.id.into()).or_default().insert("codes".into(), wanted);
        assert!(is_about(&[404, 416], RULE.id, &settings));
        assert!(!is_about(&[404], RULE.id, &settings));
        assert!(is_about(&[404], "another-rule", &settings));
    }

    #[test]
    fn the_minimal_profile_keeps_errors_only_unless_the_rule_is_named() {
        let mut settings = Settings { profile: Profile::Minimal, ..Settings::default() };
        assert_eq!(settled(&settings), [Level::Error]);
        settings.levels.insert(RULE.id.into(), LevelSetting::Warning);
        assert_eq!(settled(&settings), [Level::Warning, Level::Warning]);
    }
}
