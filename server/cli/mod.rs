//! The command line: arguments here, then one file per command.

mod asking;
mod check;
mod completions;
mod explain;
mod fixing;
mod init;
mod inventory;
mod man;
mod pipeline;
mod place;
mod progress;
mod rules;
mod server;
mod spent;
mod turns;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::process::ExitCode;

/// Understands HTTP status codes: finds, explains and checks them in source and configuration files.
#[derive(Parser)]
#[command(
    name = "lsp-lint",
    version,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = "Exit status: 0 clean, 1 findings at or above --fail-on, 2 could not run.\nA folder that is called like a command is written ./server."
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: check::Options,
    /// When to use colours and links
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
}

#[derive(Subcommand)]
enum Command {
    /// Report what is wrong with status codes (the default command)
    Check(Box<check::Options>),
    /// List every status code that is found
    Inventory(inventory::Options),
    /// Say what a code, class, phrase, constant or rule is, or what stands at FILE:LINE:COL
    Explain(explain::Options),
    /// List the rules
    Rules(rules::Options),
    /// Serve an editor over standard input and output
    Server(server::Options),
    /// Write a commented lsp-lint.toml into this folder
    Init(init::Options),
    /// Print completions for a shell
    Completions(completions::Options),
    /// Print the manual page
    Man(man::Options),
}

/// `auto`: where the output is a terminal that has them.
#[derive(Clone, Copy, Default, clap::ValueEnum)]
enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// How a run ended, besides faults.
enum Outcome {
    /// Nothing at or above `--fail-on`.
    Clean,
    /// Something.
    Findings,
}

/// Why a run could not go on.
enum Fault {
    /// Bad usage, bad configuration, a named path that cannot be read: what to print.
    Message(String),
    /// Writing failed.
    Io(std::io::Error),
}

impl From<std::io::Error> for Fault {
    fn from(fault: std::io::Error) -> Fault {
        Fault::Io(fault)
    }
}

impl From<crate::project::ConfigFault> for Fault {
    fn from(fault: crate::project::ConfigFault) -> Fault {
        Fault::Message(fault.to_string())
    }
}

/// The command line, from which help, completions and the manual page are made.
fn command() -> clap::Command {
    Arguments::command()
}

/// Runs the command line of this process. 0: clean, 1: findings, 2: could not run.
pub fn run() -> ExitCode {
    let arguments =
        Arguments::from_arg_matches(&command().get_matches()).unwrap_or_else(|fault| fault.exit());
    match arguments.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    let outcome = match arguments.command {
        None => check::run(&arguments.check),
        Some(Command::Check(options)) => check::run(&options),
        Some(Command::Inventory(options)) => inventory::run(&options),
        Some(Command::Explain(options)) => explain::run(&options),
        Some(Command::Rules(options)) => rules::run(&options),
        Some(Command::Server(options)) => server::run(&options),
        Some(Command::Init(options)) => init::run(&options),
        Some(Command::Completions(options)) => completions::run(&options),
        Some(Command::Man(options)) => man::run(&options),
    };
    match outcome {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        // Whoever reads us has read enough.
        Err(Fault::Io(fault)) if fault.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Fault::Io(fault)) => complain(&fault.to_string()),
        Err(Fault::Message(message)) => complain(&message),
    }
}

fn complain(message: &str) -> ExitCode {
    use std::io::Write;
    // A closed standard error is no reason to fail differently.
    let _ = writeln!(anstream::stderr(), "error: {}", crate::report::harmless_lines(message));
    ExitCode::from(2)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_arguments_make_sense() {
        super::command().debug_assert();
    }
}
