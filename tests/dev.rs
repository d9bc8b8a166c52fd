//! `cargo dev`: what people who change lsp-lint look at, and what they start from.

#[path = "dev/bench/mod.rs"]
mod bench;
#[path = "dev/corpus/mod.rs"]
mod corpus;
#[path = "dev/laws.rs"]
mod laws;
#[path = "dev/look.rs"]
mod look;
#[path = "dev/page.rs"]
mod page;
#[path = "dev/printed.rs"]
mod printed;
#[path = "dev/program.rs"]
mod program;
#[path = "dev/score/mod.rs"]
mod score;
#[path = "dev/screen.rs"]
mod screen;
#[path = "dev/start.rs"]
mod start;
#[path = "dev/time.rs"]
mod time;

use std::process::{Command, ExitCode};

const USAGE: &str = "\
cargo dev tree FILE                      the syntax tree, with lines and columns (1-based, in bytes)
cargo dev shapes FILE[:LINE[:COL]]       the constructs of shapes.scm in it, or those around one place
cargo dev mentions FILE                  what is found, what it is taken for, and why
cargo dev time FILE                      what reading, a keystroke and a hover cost; for figures to quote:
                                         cargo run --release --example dev -- time FILE
cargo dev laws DIR                       reading by items, and only what concerns a rule, finds the same in every file of it
cargo dev new rule ID                    a rule, its page with a failing example, and its word in the list
cargo dev new language NAME              a folder with facts, patterns and a fixture, and its line
cargo dev new library ECOSYSTEM NAME     a file of rows
cargo dev corpus                         what is found in pinned real packages, against what was judged; --help
cargo dev score LABELS.jsonl --root DIR  precision and recall of what is found at labelled places; --help
cargo dev bench                          what check costs beside other programs, on the corpus; --help
cargo dev bench server                   what an editor waits for, beside other servers; --help
cargo dev bless                          rewrites every expectation: transcripts, fixtures, generated files
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["bench", ref rest @ ..] => bench::run(rest),
        ["corpus", ref rest @ ..] => corpus::run(rest),
        ["score", ref rest @ ..] => score::run(rest),
        _ => small(&words).map(|()| ExitCode::SUCCESS),
    };
    match done {
        Ok(status) => status,
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::from(2)
        }
    }
}

/// The commands that end well or with a message.
fn small(words: &[&str]) -> Result<(), String> {
    match *words {
        ["tree", file] => look::tree(file),
        ["shapes", place] => look::shapes(place),
        ["mentions", file] => look::mentions(file),
        ["time", file] => time::time(file),
        ["laws", folder] => laws::laws(folder),
        ["new", "rule", id] => start::rule(id),
        ["new", "language", name] => start::language(name),
        ["new", "library", ecosystem, name] => start::library(ecosystem, name),
        ["bless"] => bless(),
        [bench::WORD, ref rest @ ..] => bench::measure(rest),
        _ => Err(USAGE.to_string()),
    }
}

/// Runs all tests with everything set that lets them rewrite what they expect, then once more to see that it holds.
fn bless() -> Result<(), String> {
    let test = |rewriting: bool| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["test", "--quiet", "--no-fail-fast"]).current_dir(env!("CARGO_MANIFEST_DIR"));
        if rewriting {
            cargo.env("BLESS", "1").env("SNAPSHOTS", "overwrite");
        }
        cargo.status().map_err(|fault| format!("cargo: {fault}"))
    };
    test(true)?;
    let held = test(false)?.success();
    let shown =
        Command::new("git").args(["status", "--short"]).current_dir(env!("CARGO_MANIFEST_DIR")).status();
    shown.map_err(|fault| format!("git: {fault}"))?;
    if held { Ok(()) } else { Err("some tests fail still: what they say is above".into()) }
}
