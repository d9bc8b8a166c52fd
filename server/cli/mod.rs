//! The command line: arguments here, then one file per command.

mod check;
mod inventory;
mod pipeline;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Understands HTTP status codes: finds, explains and checks them in source and configuration files.
#[derive(Parser)]
#[command(name = "lsp-lint", version, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: check::Options,
}

#[derive(Subcommand)]
enum Command {
    /// Report what is wrong with status codes (the default command)
    Check(Box<check::Options>),
    /// List every status code that is found
    Inventory(inventory::Options),
}

/// How a run ended, besides faults.
pub enum Outcome {
    /// Nothing at or above `--fail-on`.
    Clean,
    /// Something.
    Findings,
}

/// Why a run could not go on.
pub enum Fault {
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

/// Runs the command line of this process. 0: clean, 1: findings, 2: could not run.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        None => check::run(&arguments.check),
        Some(Command::Check(options)) => check::run(&options),
        Some(Command::Inventory(options)) => inventory::run(&options),
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
    eprintln!("error: {message}");
    ExitCode::from(2)
}
