//! What several commands are asked: which files, which configuration.

use super::Fault;
use crate::lint;
use crate::project::{LevelSetting, Profile, Project, Settings, nearest};
use crate::workspace::{Choice, Workspace, names_in};
use clap::Args;
use std::path::{Path, PathBuf};

/// Where the configuration comes from.
#[derive(Args, Default)]
pub struct Configured {
    /// Use this configuration file and no other
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// Use no configuration file
    #[arg(long)]
    no_config: bool,
}

impl Configured {
    /// The workspace of the working directory.
    pub fn workspace(&self) -> Result<Workspace, Fault> {
        let choice = match (&self.config, self.no_config) {
            (Some(file), _) if !file.is_file() => return Err(missing(file)),
            (Some(file), _) => Choice::File(file.clone()),
            (None, true) => Choice::Nothing,
            (None, false) => Choice::Search,
        };
        Ok(Workspace::open(&std::env::current_dir()?, choice, toml::Table::new())?)
    }
}

/// What to read.
#[derive(Args, Default)]
pub struct Asked {
    /// Files and folders; `-` reads standard input [default: the working directory]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub configured: Configured,
    /// The path that standard input is read as
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<PathBuf>,
    /// Also list the files that could not be read
    #[arg(long, short)]
    pub verbose: bool,
    /// Fail when a file could not be read
    #[arg(long)]
    pub strict_files: bool,
    /// Print where the time went
    #[arg(long)]
    pub stats: bool,
}

impl Asked {
    /// Standard input is asked for. Then nothing else may be.
    pub fn wants_stdin(&self) -> Result<bool, Fault> {
        let dashes = self.paths.iter().filter(|path| *path == Path::new("-")).count();
        match (dashes, self.paths.len(), &self.stdin_filename) {
            (0, _, None) => Ok(false),
            (0, _, Some(_)) => Err(Fault::Message("`--stdin-filename` goes with the path `-`".into())),
            (_, 1, Some(_)) => Ok(true),
            (_, 1, None) => Err(Fault::Message(
                "standard input has no name to tell its language by\n  help: add `--stdin-filename PATH`"
                    .into(),
            )),
            _ => Err(Fault::Message("`-` cannot be combined with other paths".into())),
        }
    }
    /// Every path is there.
    pub fn check_paths(&self) -> Result<(), Fault> {
        match self.paths.iter().find(|path| *path != Path::new("-") && !path.exists()) {
            Some(path) => Err(missing(path)),
            None => Ok(()),
        }
    }
}

/// A path that is not there, with the nearest one that is, or the command that was meant.
pub fn missing(path: &Path) -> Fault {
    let shown = path.display();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let siblings = names_in(folder);
    let commands = super::command();
    let commands: Vec<&str> = commands.get_subcommands().map(clap::Command::get_name).collect();
    let bare = path.components().count() == 1;
    let help = match (
        nearest(&name, commands).filter(|_| bare),
        nearest(&name, siblings.iter().map(String::as_str)),
    ) {
        (_, Some(near)) => {
            format!("\n  help: did you mean `{}`?", folder.join(near).display()).replace("`./", "`")
        }
        (Some(command), None) => format!("\n  help: did you mean the command `{command}`?"),
        (None, None) => String::new(),
    };
    Fault::Message(format!("no file or folder `{shown}`{help}"))
}

/// Options that beat the configuration.
#[derive(Args, Default)]
pub struct Adjusted {
    /// Use this profile instead of the configured one
    #[arg(long, value_enum, value_name = "PROFILE")]
    profile: Option<ProfileName>,
    /// Ask only this rule; may be repeated
    #[arg(long = "rule", value_name = "RULE")]
    rules: Vec<String>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum ProfileName {
    Minimal,
    Recommended,
    Strict,
    All,
}

impl Adjusted {
    /// Every rule that is named exists.
    pub fn check(&self) -> Result<(), Fault> {
        match self.rules.iter().find(|rule| lint::rule_by_id(rule).is_none()) {
            None => Ok(()),
            Some(rule) => {
                let help = match lint::nearest_rule(rule) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`lsp-lint rules` lists the rules".into(),
                };
                Err(Fault::Message(format!("unknown rule `{rule}`\n  help: {help}")))
            }
        }
    }
    /// The settings of a file with these options on top.
    pub fn settings(&self, project: &Project, path: &str) -> Settings {
        let mut settings = project.settings(path);
        if let Some(profile) = self.profile {
            settings.profile = match profile {
                ProfileName::Minimal => Profile::Minimal,
                ProfileName::Recommended => Profile::Recommended,
                ProfileName::Strict => Profile::Strict,
                ProfileName::All => Profile::All,
            };
        }
        if self.rules.is_empty() {
            return settings;
        }
        for rule in lint::all_rules() {
            if !self.rules.iter().any(|asked| asked == rule.id) {
                settings.levels.insert(rule.id.into(), LevelSetting::Off);
            } else if !lint::is_on(rule, &settings) {
                settings.levels.insert(rule.id.into(), rule.level.into());
            }
        }
        settings
    }
}
