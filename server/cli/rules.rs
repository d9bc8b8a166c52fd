//! `lsp-lint rules`: every rule in one line.

use super::{Fault, Outcome};
use crate::lint;
use crate::report::{json_line, word};
use crate::rules::Rule;
use clap::Args;
use std::io::Write;

/// What `rules` takes.
#[derive(Args)]
pub struct Options {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints the rules.
pub fn run(options: &Options) -> Result<Outcome, Fault> {
    let rules = lint::all_rules();
    let mut out = anstream::stdout();
    if options.json {
        let records: Vec<serde_json::Value> = rules.iter().map(|rule| record(rule)).collect();
        out.write_all(json_line(&serde_json::json!({"schema": 1, "rules": records})).as_bytes())?;
        return Ok(Outcome::Clean);
    }
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in &rules {
        let level = match rule.profile {
            Some(_) => word(&rule.level),
            None => "off".into(),
        };
        writeln!(out, "{:width$}  {level:7}  {}", rule.id, rule.summary())?;
    }
    writeln!(out, "\n`lsp-lint explain RULE` prints the page of a rule.")?;
    Ok(Outcome::Clean)
}

/// What JSON says about a rule.
pub fn record(rule: &Rule) -> serde_json::Value {
    serde_json::json!({
        "rule": rule.id,
        "group": rule.group,
        "level": rule.level,
        "profile": rule.profile,
        "fix": rule.fix,
        "since": rule.since,
        "summary": rule.summary(),
        "help_url": rule.help_url,
    })
}
