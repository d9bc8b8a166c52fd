//! `cargo dev bench`: what the program costs, beside others on the same files. Figures are printed and written down, never
//! judged by an exit status: a busy machine is no fault of the program.

mod check;
mod figures;
mod machine;
mod measured;
mod past;
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
        self.rounds.unwrap_or(if self.short { 1 } else { 5 }).max(1)
    }
}

pub fn run(words: &[&str]) -> Result<ExitCode, String> {
    let options = match Options::try_parse_from([&["cargo dev bench"], words].concat()) {
        Ok(options) => options,
        Err(said) if !said.use_stderr() => {
            print!("{said}");
            return Ok(ExitCode::SUCCESS);
        }
        Err(fault) => return Err(fault.to_string()),
    };
    let (part, passed) = check::bench(&options)?;
    print!("{part}");
    if !options.short {
        keep("check", &part)?;
    }
    println!("\n{passed} passed, 0 failed");
    Ok(ExitCode::SUCCESS)
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
