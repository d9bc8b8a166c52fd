//! `lsp-lint explain`: what a code, class, phrase, constant or rule is, or what stands at a place of a file.

use super::asking::Configured;
use super::{Fault, Outcome, place, rules};
use crate::ide::Libraries;
use crate::lint;
use crate::project::nearest;
use crate::report::json_line;
use crate::rules::Rule;
use crate::status::Registry;
use crate::status::explain::{self, Subject};
use clap::Args;
use std::io::{IsTerminal, Write};

/// What `explain` takes.
#[derive(Args)]
pub struct Options {
    /// A code, several codes, a class (5xx), a phrase, a constant, a rule, or FILE:LINE:COL
    #[arg(required = true, value_name = "WHAT")]
    what: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    configured: Configured,
}

/// Explains.
pub fn run(options: &Options) -> Result<Outcome, Fault> {
    let asked = options.what.join(" ");
    if let Some(position) = place::Position::read(&asked) {
        return place::run(&position, &options.configured, options.json);
    }
    let project = options.configured.workspace()?.project();
    let registry = project.registry();
    let libraries = Libraries::of(&project);
    let mut out = anstream::stdout();
    if let Some(rule) = lint::rule_by_id(&asked) {
        return rule_page(rule, options.json, &mut out);
    }
    let constant = libraries.constant(&asked);
    let subject = match &constant {
        Some(known) => Some(Subject::Codes(vec![known.code()])),
        None => Subject::parse(registry, &asked),
    };
    let Some(subject) = subject else { return Err(unknown(&asked, registry)) };
    if options.json {
        let mut record = explain::record(registry, &subject, &libraries);
        if let (Some(fields), Some(known)) = (record.as_object_mut(), &constant) {
            fields.insert("constant".into(), known.record());
        }
        out.write_all(json_line(&record).as_bytes())?;
        return Ok(Outcome::Clean);
    }
    if let Some(known) = &constant {
        writeln!(out, "{}\n", known.in_words())?;
    }
    out.write_all(explain::page(registry, &subject, &libraries, width()).as_bytes())?;
    Ok(Outcome::Clean)
}

/// The columns of the terminal; in a pipe every sentence keeps to its line.
pub fn width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size().filter(|_| std::io::stdout().is_terminal())?;
    Some(usize::from(width.0).min(110))
}

fn rule_page(rule: &Rule, json: bool, out: &mut impl Write) -> Result<Outcome, Fault> {
    if !json {
        out.write_all(rule.page.trim_end().as_bytes())?;
        out.write_all(b"\n")?;
        return Ok(Outcome::Clean);
    }
    let mut record = rules::record(rule);
    if let Some(fields) = record.as_object_mut() {
        fields.insert("schema".into(), 1.into());
        fields.insert("kind".into(), "rule".into());
        fields.insert("page".into(), rule.page.into());
    }
    out.write_all(json_line(&record).as_bytes())?;
    Ok(Outcome::Clean)
}

/// Nothing is called like this: what is nearest?
fn unknown(asked: &str, registry: &Registry) -> Fault {
    let rules = lint::all_rules();
    let names = rules.iter().map(|rule| rule.id);
    let phrases = registry.entries().iter().map(|entry| entry.name.as_str());
    let topics = registry.topics().iter().map(|topic| topic.name.as_str());
    let file = asked.split(':').next().unwrap_or(asked);
    if std::path::Path::new(file).is_file() {
        return Fault::Message(format!(
            "`{asked}` is a file, not a place in one\n  help: write `{file}:LINE:COL`"
        ));
    }
    let help = match (asked.parse::<i64>(), nearest(asked, names.chain(phrases).chain(topics))) {
        (Ok(_), _) => "a status code has three digits, 100 to 999".to_string(),
        (Err(_), Some(near)) => format!("did you mean `{near}`?"),
        (Err(_), None) => {
            "ask for `404`, `5xx`, \"Not Found\", `http.StatusNotFound`, a rule, or FILE:LINE:COL".into()
        }
    };
    Fault::Message(format!("`{asked}` is no code, class, phrase, constant or rule\n  help: {help}"))
}
