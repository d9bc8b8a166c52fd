//! What a project says about itself: its configuration, the versions of its libraries, its vendor profiles, its own rows.
//! Values only; `workspace/` reads the files.

mod config;
mod versions;

pub use config::{Config, Level, LevelSetting, Profile, RuleSetting};
pub use versions::{Version, Versions};

use crate::languages::{Language, Vocabulary};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One project: a folder with one configuration.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The configuration.
    pub config: Config,
    /// Which versions of which packages it uses.
    pub versions: Versions,
}

impl Project {
    /// The rows that hold for a language: the built-in ones and the project's own.
    pub fn vocabulary(&self, language: &Language) -> Arc<Vocabulary> {
        Vocabulary::builtin(&language.ecosystem)
    }
    /// What the configuration says for one file. `path` is relative to the project, with forward slashes.
    pub fn settings(&self, _path: &str) -> Settings {
        Settings::default()
    }
}

/// The configuration as it holds for one file, overrides applied.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The level of each rule that the configuration names; other rules keep theirs.
    pub levels: BTreeMap<String, LevelSetting>,
    /// Options of rules, by rule id.
    pub options: BTreeMap<String, BTreeMap<String, toml::Value>>,
    /// Vendor profiles switched on by configuration.
    pub vendors: Vec<String>,
    /// `vendor` holds `auto`: profiles are also switched on by what a file is.
    pub automatic_vendors: bool,
    /// Suppressions must say why.
    pub require_reason: bool,
    /// Which rules are on when nothing is said about them.
    pub profile: Profile,
}
