//! `lsp-lint completions SHELL`.

use super::{Fault, Outcome};
use clap::Args;
use clap_complete::Shell;
use std::io::Write;

/// What `completions` takes.
#[derive(Args)]
pub struct Options {
    /// The shell
    shell: Shell,
}

/// Prints the script.
pub fn run(options: &Options) -> Result<Outcome, Fault> {
    let mut script = vec![];
    clap_complete::generate(options.shell, &mut super::command(), "lsp-lint", &mut script);
    std::io::stdout().write_all(&script)?;
    Ok(Outcome::Clean)
}
