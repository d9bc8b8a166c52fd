//! `lsp-lint inventory`: every mention of a status code.

use super::pipeline::{facts_of, in_order};
use super::{Fault, Outcome};
use crate::facts::Certainty;
use crate::project::Project;
use crate::report::{MentionRecord, json_line};
use crate::status::Registry;
use crate::text::LineIndex;
use crate::workspace::{File, walk};
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::PathBuf;

/// What `inventory` takes.
#[derive(Args)]
pub struct Options {
    /// Files and folders
    paths: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Also numbers that only look like status codes
    #[arg(long)]
    all: bool,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Json,
    Jsonl,
}

/// Prints the inventory.
pub fn run(options: &Options) -> Result<Outcome, Fault> {
    let (project, registry) = (Project::default(), Registry::default());
    let walked = walk(&options.paths);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut first = true;
    let mentions = |file: &File| -> Vec<MentionRecord> {
        let Ok(facts) = facts_of(file, &project, &registry) else { return vec![] };
        let lines = LineIndex::new(&facts.text);
        facts
            .mentions
            .iter()
            .filter(|mention| options.all || mention.certainty > Certainty::Shaped)
            .map(|mention| MentionRecord::new(mention, &file.shown, &file.language.name, &facts, &lines))
            .collect()
    };
    if matches!(options.format, Format::Json) {
        out.write_all(b"{\"schema\":1,\"mentions\":[\n")?;
    }
    in_order(&walked.files, mentions, |_, records| {
        for record in records {
            let line = json_line(&record);
            match options.format {
                Format::Jsonl => out.write_all(line.as_bytes())?,
                Format::Json => {
                    out.write_all(if first { b"" } else { b"," })?;
                    out.write_all(line.as_bytes())?;
                }
            }
            first = false;
        }
        Ok(())
    })?;
    if matches!(options.format, Format::Json) {
        out.write_all(b"]}\n")?;
    }
    out.flush()?;
    Ok(Outcome::Clean)
}
