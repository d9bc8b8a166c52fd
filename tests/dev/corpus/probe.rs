//! What the program finds in a package, and how large the package is.

use super::super::program::Program;
use super::reviewed::counts::{Counted, Counts};
use super::reviewed::entries::{Finding, Mention};
use super::reviewed::packages::Package;
use super::reviewed::summary::Sizes;
use ignore::WalkBuilder;
use lsp_lint::workspace::walk;
use serde::Deserialize;
use std::path::Path;

/// What was found in a package.
#[derive(Default)]
pub struct Seen {
    pub findings: Vec<Finding>,
    /// Mentions one by one, where the package has nothing to do with HTTP.
    pub quiet: Vec<Mention>,
    pub counts: Counts,
    /// Files that the program gave up, as it says it.
    pub given_up: Vec<String>,
    pub sizes: Sizes,
}

/// The fields of a finding, as the program prints it, that matter here.
#[derive(Deserialize)]
struct FoundFinding {
    rule: String,
    severity: String,
    message: String,
    path: String,
    line: u32,
    language: String,
    fingerprint: String,
}

/// The same of a mention.
#[derive(Deserialize)]
struct FoundMention {
    path: String,
    line: u32,
    column: u32,
    text: String,
    role: String,
    language: String,
}

/// Looks at a package in its folder.
///
/// # Errors
/// The program cannot run on it.
pub fn seen(program: &Program, package: &Package, folder: &Path) -> Result<Seen, String> {
    let mut seen = Seen { sizes: sizes(folder), ..Seen::default() };
    let name = package.folder();
    let every = ["--no-config", "--verbose", "--format", "jsonl"];
    let check = [&["check", "--level", "hint", "--fail-on", "never"], &every[..]].concat();
    let checked = program.run(&check, folder)?;
    for found in records::<FoundFinding>(&checked.stdout)? {
        let FoundFinding { rule, severity, message, path, line, language, fingerprint } = found;
        if matches!(severity.as_str(), "error" | "warning") {
            let (package, verdict, why) = (name.clone(), String::new(), String::new());
            seen.findings.push(Finding {
                package,
                path,
                line,
                rule,
                severity,
                message,
                fingerprint,
                verdict,
                why,
            });
        } else {
            seen.counts.add(Counted { package: name.clone(), kind: "finding".into(), language, of: rule }, 1);
        }
    }
    let inventory = program.run(&[&["inventory"], &every[..]].concat(), folder)?;
    for found in records::<FoundMention>(&inventory.stdout)? {
        let FoundMention { path, line, column, text, role, language } = found;
        seen.counts
            .add(Counted { package: name.clone(), kind: "mention".into(), language, of: role.clone() }, 1);
        if !package.business && role != "prose" {
            let (package, verdict, why) = (name.clone(), String::new(), String::new());
            seen.quiet.push(Mention { package, path, line, column, text, role, verdict, why });
        }
    }
    let notes = String::from_utf8_lossy(&checked.stderr).into_owned();
    let given_up =
        notes.lines().filter_map(|note| note.strip_prefix("skipped ")).filter(|note| is_fault(note));
    seen.given_up.extend(given_up.map(|note| format!("{name}/{note}")));
    Ok(seen)
}

/// What is no text, or larger than any source, is left out rightly; any other reason is worth a look.
fn is_fault(note: &str) -> bool {
    ![": binary file", ": not UTF-8", ": larger than 16 MiB"].iter().any(|reason| note.ends_with(reason))
}

fn records<T: for<'a> Deserialize<'a>>(lines: &[u8]) -> Result<Vec<T>, String> {
    let records = serde_json::Deserializer::from_slice(lines).into_iter();
    records
        .collect::<Result<_, _>>()
        .map_err(|fault| format!("the program prints what is no record: {fault}"))
}

/// Files and lines: of all text, and of what the program reads.
fn sizes(folder: &Path) -> Sizes {
    let mut sizes = Sizes::default();
    let every = WalkBuilder::new(folder)
        .standard_filters(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build();
    for entry in
        every.filter_map(Result::ok).filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
    {
        sizes.all.add(lines_of(entry.path()));
    }
    for file in walk(&[folder.to_path_buf()]).files {
        sizes.served.entry(file.language.name.to_string()).or_default().add(lines_of(&file.path));
    }
    sizes
}

/// The lines of a file; none when it is no text.
fn lines_of(path: &Path) -> Option<usize> {
    let bytes = std::fs::read(path).ok().filter(|bytes| memchr::memchr(0, bytes).is_none())?;
    let unended = usize::from(bytes.last().is_some_and(|last| *last != b'\n'));
    Some(memchr::memchr_iter(b'\n', &bytes).count() + unended)
}
