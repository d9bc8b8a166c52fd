//! `lsp-lint [check]`: what is wrong with status codes.

use super::pipeline::{facts_of, in_order, skip_of};
use super::{Fault, Outcome};
use crate::lint::lint;
use crate::project::{Level, Project};
use crate::report::{FindingRecord, Summary, json_line};
use crate::rules::Env;
use crate::status::Registry;
use crate::text::LineIndex;
use crate::workspace::{File, Skip, walk};
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::PathBuf;

/// What `check` takes.
#[derive(Args)]
pub struct Options {
    /// Files and folders
    paths: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Json,
    Jsonl,
}

/// Prints the findings.
pub fn run(options: &Options) -> Result<Outcome, Fault> {
    let (project, registry) = (Project::default(), Registry::default());
    let walked = walk(&options.paths);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let findings = |file: &File| -> Result<(Vec<FindingRecord>, Option<Skip>), Skip> {
        let facts = facts_of(file, &project, &registry)?;
        let lines = LineIndex::new(&facts.text);
        let vocabulary = project.vocabulary(file.language);
        let settings = project.settings(&file.shown);
        let env = Env {
            registry: &registry,
            vocabulary: &vocabulary,
            language: file.language,
            project: &project,
            settings: &settings,
        };
        let records = lint(&facts, &env)
            .iter()
            .map(|finding| FindingRecord::new(finding, &file.shown, &file.language.name, &facts, &lines))
            .collect();
        Ok((records, skip_of(facts.note)))
    };
    let mut summary = Summary::default();
    let mut all = vec![];
    in_order(&walked.files, findings, |_, found| {
        let records = match found {
            Ok((records, skip)) => {
                summary.files += 1;
                summary.skipped += usize::from(skip.is_some());
                records
            }
            Err(_) => {
                summary.skipped += 1;
                vec![]
            }
        };
        for record in records {
            summary.count(record.severity);
            if record.severity < Level::Warning {
                continue;
            }
            match options.format {
                Format::Jsonl => out.write_all(json_line(&record).as_bytes())?,
                Format::Json => all.push(record),
            }
        }
        Ok(())
    })?;
    if matches!(options.format, Format::Json) {
        let whole = serde_json::json!({"schema": 1, "findings": all, "summary": summary});
        out.write_all(json_line(&whole).as_bytes())?;
    }
    out.flush()?;
    Ok(if summary.error + summary.warning > 0 { Outcome::Findings } else { Outcome::Clean })
}
