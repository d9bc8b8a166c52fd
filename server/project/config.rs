//! `lsp-lint.toml` as a value.

use serde::{Deserialize, Serialize};

/// How serious a finding is.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, schemars::JsonSchema, Hash,
)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// An editor's nudge.
    Hint,
    /// Correct but surprising, or a matter of intent.
    Info,
    /// Very likely a bug that somebody will notice.
    Warning,
    /// Certain.
    Error,
}

/// A level, or off.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // the names are the documentation
pub enum LevelSetting {
    Off,
    Hint,
    Info,
    Warning,
    Error,
}

/// Which rules are on.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Errors only.
    Minimal,
    /// The default.
    #[default]
    Recommended,
    /// Also headers, contracts and pedantic conditions.
    Strict,
    /// Everything that is not in preview.
    All,
}

/// What `[rules]` says about one rule.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum RuleSetting {
    /// `nonstandard-status = "warning"`
    Level(LevelSetting),
}

/// The whole file.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Config {
    /// Which rules are on when `rules` does not name them.
    pub profile: Profile,
}
