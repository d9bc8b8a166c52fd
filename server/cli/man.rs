//! `lsp-lint man`: the manual page, as roff.

use super::{Fault, Outcome};
use clap::Args;
use clap_mangen::Man;
use std::io::Write;

/// What `man` takes.
#[derive(Args)]
pub struct Options {}

/// Prints the page: the program, then a section for each command.
pub fn run(_: &Options) -> Result<Outcome, Fault> {
    let mut command = super::command();
    command.build();
    let mut page = vec![];
    Man::new(command.clone()).render(&mut page)?;
    for inner in command.get_subcommands() {
        writeln!(page, ".SH COMMAND {}", inner.get_name().to_uppercase())?;
        let man = Man::new(inner.clone());
        man.render_description_section(&mut page)?;
        man.render_synopsis_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    std::io::stdout().write_all(&page)?;
    Ok(Outcome::Clean)
}
