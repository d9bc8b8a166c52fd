//! `lsp-lint.toml` as a value.

use crate::languages::rows::{Accessor, Constants, Helper, LibraryFile, Symbol, Words};
use crate::status::CustomCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

/// From which level on findings fail a run.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    /// Any finding.
    Hint,
    /// Info, warnings and errors.
    Info,
    /// Warnings and errors: the default.
    #[default]
    Warning,
    /// Errors only.
    Error,
    /// Findings never fail a run.
    Never,
}

impl FailOn {
    /// A finding of this level fails the run.
    pub fn fails(self, level: Level) -> bool {
        match self {
            FailOn::Never => false,
            FailOn::Error => level >= Level::Error,
            FailOn::Warning => level >= Level::Warning,
            FailOn::Info => level >= Level::Info,
            FailOn::Hint => true,
        }
    }
}

/// What `[rules]` says about one rule: a level, or a table with a level and options.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum RuleSetting {
    /// `nonstandard-status = "warning"`
    Level(LevelSetting),
    /// `status-form = { level = "hint", form = "constant" }`
    Table(RuleOptions),
}

/// A rule's level and options.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RuleOptions {
    /// The level of all its findings; unset, each keeps its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<LevelSetting>,
    /// Only findings about these codes are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codes: Option<Vec<u16>>,
    /// `status-form`: how codes should be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<PreferredForm>,
    /// `status-form`: codes that may be written in any form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore: Option<Vec<u16>>,
    /// `deprecated-status-name`: also report old reason phrases in strings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phrases: Option<bool>,
}

/// How `status-form` wants codes to be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PreferredForm {
    /// By name, where the standard library or a library in use has one.
    Constant,
    /// As a number.
    Number,
    /// As the rest of the file does.
    Consistent,
}

/// How comments that suppress findings must be written.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Suppressions {
    /// They must say why: `lsp-lint: ignore[rule] -- reason`.
    pub require_reason: bool,
}

/// Other settings for some of the files. Later ones beat earlier ones.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Override {
    /// Globs of the files, relative to the folder of this file, with forward slashes.
    pub paths: Vec<String>,
    /// The vendor profiles for them; replaces those above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<Vec<String>>,
    /// The profile for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// Levels and options of rules for them.
    #[serde(default)]
    pub rules: BTreeMap<String, RuleSetting>,
}

/// Where rows of the project's own hold.
#[derive(Clone, PartialEq, Debug, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Home {
    /// The languages in which the row holds (`python`, `typescript`); all when it does not say.
    pub language: Option<Words>,
    /// The name of the library that it is said to belong to.
    #[serde(default = "own_library")]
    pub library: String,
    /// The modules by whose import a file is known to use it; `["*"]`: it holds in every file.
    #[serde(default = "everywhere")]
    pub imports: Vec<String>,
}

fn own_library() -> String {
    "project".into()
}

fn everywhere() -> Vec<String> {
    vec!["*".into()]
}

/// A function, method or decorator of the project's own that takes, implies or compares a status.
#[derive(Clone, PartialEq, Debug, Deserialize, schemars::JsonSchema)]
pub struct OwnHelper {
    /// Where it holds.
    #[serde(flatten)]
    pub home: Home,
    /// The row, as a library would write it.
    #[serde(flatten)]
    pub row: Helper,
}

/// Constants of the project's own.
#[derive(Clone, PartialEq, Debug, Deserialize, schemars::JsonSchema)]
pub struct OwnConstants {
    /// Where they hold.
    #[serde(flatten)]
    pub home: Home,
    /// The row, as a library would write it.
    #[serde(flatten)]
    pub row: Constants,
}

/// A member or method of the project's own that reads a status.
#[derive(Clone, PartialEq, Debug, Deserialize, schemars::JsonSchema)]
pub struct OwnAccessor {
    /// Where it holds.
    #[serde(flatten)]
    pub home: Home,
    /// The row, as a library would write it.
    #[serde(flatten)]
    pub row: Accessor,
}

/// The configuration of lsp-lint: `lsp-lint.toml` or `.lsp-lint.toml`.
#[derive(Clone, PartialEq, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Config {
    /// Which rules are on when `rules` does not name them.
    pub profile: Profile,
    /// From which level on findings fail a run.
    pub fail_on: FailOn,
    /// The vendor profiles whose codes may be sent; `auto` adds those that a file switches on by what it is.
    pub vendor: Vec<String>,
    /// Files of this name in deeper folders count too, for what lies below them.
    pub nested: bool,
    /// How comments that suppress findings must be written.
    pub suppressions: Suppressions,
    /// Levels and options of rules. A level replaces every level that the rule gives by itself.
    pub rules: BTreeMap<String, RuleSetting>,
    /// Other settings for some of the files. Later ones beat earlier ones.
    pub overrides: Vec<Override>,
    /// Status codes of the project's own.
    pub codes: Vec<CustomCode>,
    /// Functions of the project's own that take, imply or compare a status.
    pub helpers: Vec<OwnHelper>,
    /// Constants of the project's own.
    pub constants: Vec<OwnConstants>,
    /// Members of the project's own that read a status.
    pub accessors: Vec<OwnAccessor>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            profile: Profile::default(),
            fail_on: FailOn::default(),
            vendor: vec!["auto".into()],
            nested: false,
            suppressions: Suppressions::default(),
            rules: BTreeMap::new(),
            overrides: vec![],
            codes: vec![],
            helpers: vec![],
            constants: vec![],
            accessors: vec![],
        }
    }
}

impl Config {
    /// The project's own rows that hold in an ecosystem whose languages have these names, one library a row.
    pub fn rows(&self, languages: &[String]) -> Vec<LibraryFile> {
        let here = |home: &&Home| {
            home.language.as_ref().is_none_or(|names| names.iter().any(|name| languages.contains(name)))
        };
        let file = |home: &Home| LibraryFile {
            library: home.library.clone(),
            packages: vec![],
            imports: home.imports.clone(),
            standard: false,
            helper: vec![],
            accessor: vec![],
            set: vec![],
            route: vec![],
            constants: vec![],
        };
        let mut files: Vec<LibraryFile> = vec![];
        for own in self.helpers.iter().filter(|own| here(&&own.home)) {
            files.push(LibraryFile { helper: vec![own.row.clone()], ..file(&own.home) });
        }
        for own in self.accessors.iter().filter(|own| here(&&own.home)) {
            files.push(LibraryFile { accessor: vec![own.row.clone()], ..file(&own.home) });
        }
        for own in self.constants.iter().filter(|own| here(&&own.home)) {
            files.push(LibraryFile { constants: vec![own.row.clone()], ..file(&own.home) });
        }
        let symbols: Vec<Symbol> = self.codes.iter().flat_map(symbols_of).collect();
        if !symbols.is_empty() {
            let home = Home { language: None, library: own_library(), imports: everywhere() };
            let row = Constants {
                holder: String::new(),
                from: None,
                import: None,
                number: true,
                to_number: None,
                preferred: false,
                symbols,
            };
            files.push(LibraryFile { constants: vec![row], ..file(&home) });
        }
        files
    }
}

fn symbols_of(code: &CustomCode) -> impl Iterator<Item = Symbol> {
    code.constants.iter().map(|name| Symbol {
        s: name.clone(),
        c: code.code,
        deprecated: None,
        since: None,
        replacement: None,
        added: None,
        removed: None,
    })
}

impl RuleOptions {
    /// The options besides the level, by key, as they stand in the file.
    pub(super) fn values(&self) -> BTreeMap<String, toml::Value> {
        let table = toml::Table::try_from(self).unwrap_or_default();
        table.into_iter().filter(|(key, _)| key != "level").collect()
    }
}

impl From<Level> for LevelSetting {
    fn from(level: Level) -> LevelSetting {
        match level {
            Level::Hint => LevelSetting::Hint,
            Level::Info => LevelSetting::Info,
            Level::Warning => LevelSetting::Warning,
            Level::Error => LevelSetting::Error,
        }
    }
}
