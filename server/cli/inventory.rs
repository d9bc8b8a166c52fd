//! `lsp-lint inventory`: every mention of a status code.

use super::asking::Asked;
use super::pipeline::{Purpose, Run};
use super::{Fault, Outcome};
use crate::facts::Certainty;
use crate::project::Level;
use crate::report::{Look, MENTIONS, MentionRecord};
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::io::Write;

/// What `inventory` takes.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    asked: Asked,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = MENTIONS[0].name, value_parser = PossibleValuesParser::new(MENTIONS.iter().map(|format| format.name)))]
    format: String,
    /// Also numbers that only look like status codes
    #[arg(long)]
    all: bool,
}

/// Prints the inventory.
pub fn run(options: &Options) -> Result<Outcome, Fault> {
    let run = Run::begin(&options.asked, Purpose::Listing)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let format = MENTIONS.iter().find(|format| format.name == options.format).unwrap_or(&MENTIONS[0]);
    let mut printer = (format.printer)(Look { links: false, level: Level::Hint, width: None });
    printer.begin(&mut out)?;
    let tally = run.each(
        |file, reading| -> Vec<MentionRecord> {
            let (facts, shown) = (&reading.facts, file.shown());
            let wanted =
                facts.mentions.iter().filter(|mention| options.all || mention.certainty > Certainty::Shaped);
            wanted
                .map(|mention| {
                    MentionRecord::new(mention, &shown, &file.language.name, facts, reading.lines())
                })
                .collect()
        },
        |_, records| {
            for record in &records {
                printer.mention(&mut out, record)?;
            }
            Ok(())
        },
    )?;
    printer.end(&mut out, tally.files, tally.skipped.len())?;
    out.flush()?;
    run.end(&tally)?;
    Ok(Outcome::Clean)
}
