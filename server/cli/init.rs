//! `lsp-lint init`: a commented configuration to start from.

use super::{Fault, Outcome};
use crate::lint;
use crate::report::word;
use crate::workspace::{CONFIGURATION, write_new};
use clap::Args;
use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

/// What `init` takes.
#[derive(Args)]
pub struct Options {}

/// Writes the file, unless there is one.
pub fn run(_: &Options) -> Result<Outcome, Fault> {
    if let Some(name) = CONFIGURATION.iter().find(|name| Path::new(name).exists()) {
        return Err(Fault::Message(format!(
            "`{name}` is there already\n  help: edit it, or remove it first"
        )));
    }
    let name = CONFIGURATION[0];
    write_new(Path::new(name), &template())
        .map_err(|fault| Fault::Message(format!("cannot write `{name}`: {fault}")))?;
    writeln!(anstream::stdout(), "wrote {name}")?;
    Ok(Outcome::Clean)
}

const HEAD: &str = r##"# Configuration of lsp-lint. Every line that is commented out shows a default or an example.

# Which rules are on when [rules] does not name them: minimal, recommended, strict or all.
profile = "recommended"

# From which level on findings fail a run: error, warning, info, hint or never.
fail-on = "warning"

# Whose codes may be sent. "auto" switches profiles on by what a file is (an nginx configuration may answer 499).
vendor = ["auto"]

# Files of this name in deeper folders count too.
# nested = true

[suppressions]
# Comments such as `lsp-lint: ignore[rule] -- reason` must give the reason.
# require-reason = true

# Levels of single rules: off, hint, info, warning or error. `lsp-lint explain RULE` prints the page of a rule.
[rules]
"##;

const TAIL: &str = r##"
# Other settings for some of the files. Later ones beat earlier ones.
# [[overrides]]
# paths = ["deploy/nginx/**"]
# vendor = ["nginx"]
# rules = { nonstandard-status = "off" }

# Codes of your own: they get hover, completion and checks like any other.
# [[codes]]
# code = 460
# name = "Checkout Expired"
# constants = ["CHECKOUT_EXPIRED"]
# description = "The lock on the cart has lapsed; start a new checkout."
# retry = "no"
# docs = "https://example.org/http/460"
# roles = ["sent", "declared"]

# Functions of your own that take a status, by the last part of their name.
# [[helpers]]
# call = "fail"
# language = "python"
# status = [{ arg = 0 }, { keyword = "status" }]
# act = "raise"

# Constants of your own.
# [[constants]]
# holder = "Status"
# number = true
# symbols = [{ s = "GONE", c = 410 }]

# Members of your own that read a status.
# [[accessors]]
# name = "httpCode"
# on = ["reply"]
"##;

/// The file as it is written.
fn template() -> String {
    let mut text = HEAD.to_string();
    for rule in lint::all_rules() {
        let level = rule.profile.map_or_else(|| "off".to_string(), |_| word(&rule.level));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# {} = \"{level}\"", rule.id);
    }
    text + TAIL
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;

    fn read(text: &str) -> Project {
        let rules: Vec<&str> = lint::all_rules().iter().map(|rule| rule.id).collect();
        Project::read(text, "lsp-lint.toml", &rules, &toml::Table::new()).expect("the template is sound")
    }

    #[test]
    fn the_template_says_the_defaults_and_its_examples_are_sound() {
        assert_eq!(*read(&template()).config, crate::project::Config::default());
        let uncommented: Vec<&str> = template_lines().into_iter().collect();
        let config = read(&uncommented.join("\n")).config;
        assert!(config.nested && config.suppressions.require_reason);
        assert_eq!(config.rules.len(), lint::all_rules().len());
        assert_eq!((config.codes.len(), config.helpers.len(), config.accessors.len()), (1, 1, 1));
    }

    /// The template with its examples switched on: lines after `# ` that are TOML.
    fn template_lines() -> Vec<&'static str> {
        let text: &'static str = Box::leak(template().into_boxed_str());
        text.lines()
            .map(|line| line.strip_prefix("# ").unwrap_or(line))
            .filter(|line| line.is_empty() || line.starts_with('[') || line.contains(" = "))
            .collect()
    }
}
