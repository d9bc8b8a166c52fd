//! What a project says about itself: its configuration, the versions of its libraries, its vendor profiles, its own rows.
//! Values only; `workspace/` reads the files.

mod config;
mod fault;
mod reading;
mod schema;
mod vendors;
mod versions;

pub use config::{
    Config, FailOn, Home, Level, LevelSetting, Override, OwnAccessor, OwnConstants, OwnHelper, PreferredForm,
    Profile, RuleOptions, RuleSetting, Suppressions,
};
pub use fault::{ConfigFault, nearest};
pub use schema::schema;
pub use vendors::{vendor_beside, vendors, vendors_of_format, vendors_of_packages, vendors_of_path};
pub use versions::{Version, Versions};

use crate::languages::{self, Language, Vocabulary};
use crate::status::Registry;
use globset::{Glob, GlobSet, GlobSetBuilder};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// One project: a folder with one configuration. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The configuration.
    pub config: Arc<Config>,
    /// Which versions of which packages it uses.
    pub versions: Arc<Versions>,
    /// Vendor profiles that its files and dependencies switch on for all of it.
    pub vendors: Vec<String>,
    own: Arc<Own>,
}

/// What follows from the configuration, worked out once.
#[derive(Debug, Default)]
struct Own {
    /// The paths of each override.
    overrides: Vec<GlobSet>,
    registry: Registry,
    vocabularies: Mutex<HashMap<String, Arc<Vocabulary>>>,
}

impl Project {
    /// Reads a configuration. `file` is how faults name it; `rules` are the ids that it may name; `defaults` are keys
    /// that hold where the text does not set them: the settings of an editor, or options of the command line.
    ///
    /// # Errors
    /// The first fault in the text, with its place and a remedy; then the first one in the defaults.
    pub fn read(
        text: &str,
        file: &str,
        rules: &[&str],
        defaults: &toml::Table,
    ) -> Result<Project, ConfigFault> {
        let config = reading::read(text, file, rules)?;
        if defaults.is_empty() {
            return Ok(Project::new(config));
        }
        let mut whole: toml::Table = toml::from_str(text).unwrap_or_default();
        for (key, value) in defaults {
            whole.entry(key.clone()).or_insert_with(|| value.clone());
        }
        Ok(Project::new(reading::read(&whole.to_string(), "settings", rules)?))
    }

    /// A project with a configuration that [`Project::read`] has accepted, or one that was put together by hand.
    /// Globs and codes that make no sense are passed over.
    pub fn new(config: Config) -> Project {
        let overrides = config.overrides.iter().map(|part| globs(&part.paths)).collect();
        let registry = Registry::builtin().with_custom(config.codes.clone()).unwrap_or_default();
        Project {
            config: Arc::new(config),
            own: Arc::new(Own { overrides, registry, vocabularies: Mutex::default() }),
            ..Project::default()
        }
    }

    /// The same project in a folder with these versions, and with vendor profiles that its files switch on.
    pub fn within(&self, versions: Arc<Versions>, mut vendors: Vec<String>) -> Project {
        vendors.extend(vendors_of_packages(&versions).map(String::from));
        Project { versions, vendors, ..self.clone() }
    }

    /// The codes in force: the built-in ones and the project's own.
    pub fn registry(&self) -> &Registry {
        &self.own.registry
    }

    /// The rows that hold for a language: the built-in ones and the project's own.
    pub fn vocabulary(&self, language: &Language) -> Arc<Vocabulary> {
        let mut known = self.own.vocabularies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(vocabulary) = known.get(&language.ecosystem) {
            return vocabulary.clone();
        }
        let builtin = Vocabulary::builtin(&language.ecosystem);
        let names: Vec<String> = languages::all()
            .filter(|other| other.ecosystem == language.ecosystem)
            .map(|other| other.name.clone())
            .collect();
        let rows = self.config.rows(&names);
        let vocabulary = if rows.is_empty() { builtin } else { Arc::new(builtin.with(rows)) };
        known.insert(language.ecosystem.clone(), vocabulary.clone());
        vocabulary
    }

    /// What the configuration says for one file. `path` is relative to the folder of the configuration, with forward slashes.
    pub fn settings(&self, path: &str) -> Settings {
        let config = &*self.config;
        let mut settings = Settings {
            require_reason: config.suppressions.require_reason,
            profile: config.profile,
            ..Settings::default()
        };
        settings.vendor(&config.vendor);
        settings.rules(&config.rules);
        for (part, _) in
            config.overrides.iter().zip(&self.own.overrides).filter(|(_, globs)| globs.is_match(path))
        {
            if let Some(vendor) = &part.vendor {
                settings.vendor(vendor);
            }
            settings.profile = part.profile.unwrap_or(settings.profile);
            settings.rules(&part.rules);
        }
        if settings.automatic_vendors {
            settings.vendors.extend(vendors_of_path(path).map(String::from));
            settings.vendors.extend(self.vendors.iter().cloned());
        }
        settings
    }
}

fn globs(patterns: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    patterns.iter().filter_map(|pattern| Glob::new(pattern).ok()).for_each(|glob| {
        set.add(glob);
    });
    set.build().unwrap_or_default()
}

/// The configuration as it holds for one file, overrides applied.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The level of each rule that the configuration names; other rules keep theirs.
    pub levels: BTreeMap<String, LevelSetting>,
    /// Options of rules, by rule id.
    pub options: BTreeMap<String, BTreeMap<String, toml::Value>>,
    /// Vendor profiles switched on by configuration, and (where `auto` is among them) by the file's name and its project.
    pub vendors: Vec<String>,
    /// `vendor` holds `auto`: profiles are also switched on by what a file is.
    pub automatic_vendors: bool,
    /// Suppressions must say why.
    pub require_reason: bool,
    /// Which rules are on when nothing is said about them.
    pub profile: Profile,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            levels: BTreeMap::new(),
            options: BTreeMap::new(),
            vendors: vec![],
            automatic_vendors: true,
            require_reason: false,
            profile: Profile::default(),
        }
    }
}

impl Settings {
    fn vendor(&mut self, names: &[String]) {
        self.automatic_vendors = names.iter().any(|name| name == "auto");
        self.vendors = names.iter().filter(|name| *name != "auto").cloned().collect();
    }
    fn rules(&mut self, rules: &BTreeMap<String, RuleSetting>) {
        for (rule, setting) in rules {
            let level = match setting {
                RuleSetting::Level(level) => Some(*level),
                RuleSetting::Table(options) => {
                    self.options.entry(rule.clone()).or_default().extend(options.values());
                    options.level
                }
            };
            if let Some(level) = level {
                self.levels.insert(rule.clone(), level);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(text: &str) -> Project {
        Project::read(text, "lsp-lint.toml", &["obsolete-status", "status-form"], &toml::Table::new())
            .expect(text)
    }

    #[test]
    fn later_overrides_beat_earlier_ones_for_the_files_they_name() {
        let project = project(
            "vendor = ['nginx']\n[rules]\nobsolete-status = 'error'\n\
             [[overrides]]\npaths = ['deploy/**']\nvendor = ['aws']\nrules = { obsolete-status = 'info' }\n\
             [[overrides]]\npaths = ['**/*.conf']\nprofile = 'all'\nrules = { obsolete-status = 'off' }",
        );
        let level = |path: &str| project.settings(path).levels["obsolete-status"];
        assert_eq!(level("src/app.py"), LevelSetting::Error);
        assert_eq!(level("deploy/app.py"), LevelSetting::Info);
        assert_eq!(level("deploy/a/b.conf"), LevelSetting::Off);
        assert_eq!(project.settings("deploy/app.py").vendors, ["aws"]);
        assert_eq!(project.settings("a.conf").profile, Profile::All);
        assert_eq!(project.settings("a.conf").vendors, ["nginx"], "this override says nothing about vendors");
    }

    #[test]
    fn vendors_come_by_themselves_only_where_auto_is_named() {
        assert_eq!(Project::default().settings("etc/nginx.conf").vendors, ["nginx"]);
        assert_eq!(project("vendor = ['aws']").settings("etc/nginx.conf").vendors, ["aws"]);
        let within = Project::default().within(Arc::default(), vec!["cloudflare".into()]);
        assert_eq!(within.settings("src/worker.ts").vendors, ["cloudflare"]);
    }

    #[test]
    fn rows_of_the_project_stand_beside_the_built_in_ones() {
        let project = project(
            "[[codes]]\ncode = 460\nname = 'Checkout Expired'\nconstants = ['CHECKOUT_EXPIRED']\n\
             [[helpers]]\ncall = 'refuse'\nlanguage = 'python'\nstatus = [{ arg = 0 }]",
        );
        let python = languages::by_path("a.py").expect("python is served");
        let go = languages::by_path("a.go").expect("go is served");
        assert_eq!(project.registry().phrase(460), Some("Checkout Expired"));
        assert!(project.vocabulary(python).constants.contains_key("CHECKOUT_EXPIRED"));
        assert!(project.vocabulary(python).helpers.contains_key("refuse"));
        assert!(!project.vocabulary(go).helpers.contains_key("refuse"));
    }

    #[test]
    fn options_of_a_rule_are_handed_over_without_its_level() {
        let settings = project("[rules]\nstatus-form = { form = 'number', ignore = [200] }").settings("a.py");
        assert!(settings.levels.is_empty(), "no level is named, so each finding keeps its own");
        assert_eq!(settings.options["status-form"]["form"].as_str(), Some("number"));
        assert_eq!(settings.options["status-form"].len(), 2);
    }
}
