//! `cargo dev bench`: what the program costs, beside others on the same files. Figures are printed and written down, never
//! judged by an exit status: a busy machine is no fault of the program.

mod check;
mod figures;
mod machine;
mod measured;
mod past;
mod peer;
mod server;
mod texts;
mod tools;

use super::page;
use clap::Parser;
pub use measured::{WORD, measure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Measures `check` beside ripgrep and ast-grep on the same files, and writes tests/bench/README.md
///
/// The files are the unpacked packages of the corpus, or the folders given. The program is a release build of this tree, or
/// $LSP_LINT. The other programs are pinned in tests/bench/tools.tsv and installed into a cache outside the tree.
#[derive(Parser)]
#[command(name = "cargo dev bench")]
pub struct Options {
    /// Folders to read instead of the corpus
    folders: Vec<PathBuf>,
    /// How often everything is measured
    #[arg(long, value_name = "COUNT")]
    rounds: Option<usize>,
    /// Also the program at this revision, built in the target folder [without one: HEAD]
    #[arg(long, value_name = "REVISION", num_args = 0..=1, default_missing_value = "HEAD")]
    against: Option<String>,
    /// One round on a small part of the corpus; only printed
    #[arg(long)]
    short: bool,
}

impl Options {
    fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.short { 1 } else { 3 }).max(1)
    }
}

/// Measures the server beside ruff's, ast-grep's and typos-lsp on the same files, and writes tests/bench/README.md
///
/// The files are those of tests/bench/texts, 10,000 lines long, as they are and with a syntax error in the middle.
#[derive(Parser)]
#[command(name = "cargo dev bench server")]
pub struct ServerOptions {
    /// Only files whose name has this part; only printed
    #[arg(long, value_name = "PART")]
    only: Option<String>,
    /// A few keys for each server; only printed
    #[arg(long)]
    short: bool,
}

pub fn run(words: &[&str]) -> Result<ExitCode, String> {
    match words {
        ["server", rest @ ..] => run_server(rest),
        _ => run_check(words),
    }
}

fn run_server(words: &[&str]) -> Result<ExitCode, String> {
    let Some(options) = asked::<ServerOptions>("cargo dev bench server", words)? else {
        return Ok(ExitCode::SUCCESS);
    };
    let (part, passed, faults) = server::bench(&options)?;
    print!("{part}");
    faults.iter().for_each(|fault| println!("{fault}"));
    if !options.short && options.only.is_none() && faults.is_empty() {
        keep("server", &part)?;
    }
    println!("\n{passed} passed, {} failed", faults.len());
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_check(words: &[&str]) -> Result<ExitCode, String> {
    let Some(options) = asked::<Options>("cargo dev bench", words)? else { return Ok(ExitCode::SUCCESS) };
    let (part, passed) = check::bench(&options)?;
    print!("{part}");
    if !options.short {
        keep("check", &part)?;
    }
    println!("\n{passed} passed, 0 failed");
    Ok(ExitCode::SUCCESS)
}

/// What the words ask for. `None`: help, which is printed then.
fn asked<T: Parser>(name: &str, words: &[&str]) -> Result<Option<T>, String> {
    match T::try_parse_from([&[name], words].concat()) {
        Ok(options) => Ok(Some(options)),
        Err(said) if !said.use_stderr() => {
            print!("{said}");
            Ok(None)
        }
        Err(fault) => Err(fault.to_string()),
    }
}

/// Writes a part of the page.
fn keep(mark: &str, part: &str) -> Result<(), String> {
    let path = root().join(PAGE);
    let named = |fault: std::io::Error| format!("{PAGE}: {fault}");
    let page = fs::read_to_string(&path).map_err(named)?;
    fs::write(&path, page::renewed(&page, PAGE, mark, part)?).map_err(named)
}

const PAGE: &str = "tests/bench/README.md";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
