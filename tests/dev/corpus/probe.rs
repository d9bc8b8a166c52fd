//! What the program finds in a package, and how large the package is.

use super::super::program::Program;
use super::reviewed::counts::{Counted, Counts};
use super::reviewed::entries::{Finding, Mention};
use super::reviewed::packages::Package;
use super::reviewed::summary::Sizes;
use ignore::WalkBuilder;
use lsp_lint::workspace::walk;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

/// What was found.
#[derive(Default)]
pub struct Seen {
    pub findings: Vec<Finding>,
    /// Mentions one by one, in packages that have nothing to do with HTTP.
    pub quiet: Vec<Mention>,
    pub counts: Counts,
    /// Files that the program gave up, as it says it.
    pub given_up: Vec<String>,
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

/// Looks at packages, which are folders below the root.
///
/// # Errors
/// The program cannot run on them.
pub fn look(program: &Program, root: &Path, packages: &[&Package]) -> Result<Seen, String> {
    let folders: Vec<String> = packages.iter().map(|package| package.folder()).collect();
    let paths: Vec<&str> = folders.iter().map(String::as_str).collect();
    let mut seen = Seen::default();
    let checked = program.printed(&["check", "--level", "hint", "--fail-on", "never"], root, &paths)?;
    for found in checked.records::<FoundFinding>()? {
        let FoundFinding { rule, severity, message, path, line, language, fingerprint } = found;
        let (package, path) = parted(&path);
        if matches!(severity.as_str(), "error" | "warning") {
            let (verdict, why) = (String::new(), String::new());
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
            seen.counts.add(Counted { package, kind: "finding".into(), language, of: rule }, 1);
        }
    }
    let inventory = program.printed(&["inventory"], root, &paths)?;
    let silent: Vec<String> = packages.iter().filter(|one| !one.business).map(|one| one.folder()).collect();
    for found in inventory.records::<FoundMention>()? {
        let FoundMention { path, line, column, text, role, language } = found;
        let (package, path) = parted(&path);
        if silent.contains(&package) && role != "prose" {
            let (package, role, verdict, why) = (package.clone(), role.clone(), String::new(), String::new());
            seen.quiet.push(Mention { package, path, line, column, text, role, verdict, why });
        }
        seen.counts.add(Counted { package, kind: "mention".into(), language, of: role }, 1);
    }
    let given_up: BTreeSet<&str> = checked.given_up().chain(inventory.given_up()).collect();
    seen.given_up.extend(given_up.into_iter().map(String::from));
    Ok(seen)
}

/// Package and path within it.
fn parted(path: &str) -> (String, String) {
    let (package, path) = path.split_once('/').unwrap_or((path, ""));
    (package.into(), path.into())
}

/// Files and lines: of all text, and of what the program reads.
pub fn sizes(folder: &Path) -> Sizes {
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
