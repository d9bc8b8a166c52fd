//! The program as others run it: a release build of this tree, or the one that `$LSP_LINT` names.

use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub struct Program {
    path: PathBuf,
}

/// What it printed: records, and the files that it left out, with the reason.
#[derive(Default)]
pub struct Printed {
    records: Vec<String>,
    skipped: Vec<String>,
}

/// How often a folder is looked at in which a file is given up: on a busy machine one may take too long that does not on a
/// quiet one.
const TRIES: usize = 8;

impl Program {
    /// Builds it if need be.
    ///
    /// # Errors
    /// It does not compile, or is not where `$LSP_LINT` says.
    pub fn ready() -> Result<Program, String> {
        if let Some(path) = std::env::var_os("LSP_LINT").filter(|path| !path.is_empty()) {
            let path = PathBuf::from(path);
            let path =
                path.canonicalize().map_err(|fault| format!("LSP_LINT, {}: {fault}", path.display()))?;
            return Ok(Program { path });
        }
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args([
            "build",
            "--quiet",
            "--release",
            "--bin",
            "lsp-lint",
            "--message-format",
            "json-render-diagnostics",
        ]);
        let built = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).stderr(Stdio::inherit()).output();
        let built = built.map_err(|fault| format!("cargo: {fault}"))?;
        let messages = String::from_utf8_lossy(&built.stdout);
        let messages =
            messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let mut paths = messages.filter_map(|message| Some(PathBuf::from(message["executable"].as_str()?)));
        match paths.next_back().filter(|_| built.status.success()) {
            Some(path) => Ok(Program { path }),
            None => Err("the program does not compile: what cargo says is above".into()),
        }
    }

    /// What it prints as JSON lines about folders below `root`: without configuration, and with nothing of the user's own
    /// environment.
    ///
    /// # Errors
    /// It cannot be started, or says itself that it could not run.
    pub fn printed(&self, arguments: &[&str], root: &Path, folders: &[&str]) -> Result<Printed, String> {
        let mut printed = Printed::default();
        let mut open = folders.to_vec();
        for tries in 1.. {
            let every = ["--no-config", "--verbose", "--format", "jsonl"];
            let output = self.run(&[arguments, &every, &open].concat(), root)?;
            let now = Printed::read(&output)?;
            let gives_up = |folder: &&str| now.given_up().any(|note| is_below(note, folder));
            let again: Vec<&str> =
                open.iter().filter(|folder| tries < TRIES && gives_up(folder)).copied().collect();
            let settled = |text: &String| !again.iter().any(|folder| is_below(text, folder));
            printed.skipped.extend(now.skipped.iter().filter(|note| settled(note)).cloned());
            for record in now.records {
                if again.is_empty() || settled(&path_of(&record)?) {
                    printed.records.push(record);
                }
            }
            if again.is_empty() {
                break;
            }
            open = again;
        }
        Ok(printed)
    }

    fn run(&self, arguments: &[&str], folder: &Path) -> Result<Output, String> {
        let command = || format!("{} {} in {}", self.path.display(), arguments.join(" "), folder.display());
        let run = Command::new(&self.path).args(arguments).current_dir(folder).env_clear().output();
        let output = run.map_err(|fault| format!("{}: {fault}", command()))?;
        match output.status.success() {
            true => Ok(output),
            false => Err(format!("{} failed:\n{}", command(), String::from_utf8_lossy(&output.stderr))),
        }
    }
}

impl Printed {
    fn read(output: &Output) -> Result<Printed, String> {
        let text = |bytes: &[u8]| {
            String::from_utf8(bytes.to_vec()).map_err(|fault| format!("the program prints: {fault}"))
        };
        let notes = text(&output.stderr)?;
        let skipped =
            notes.lines().filter_map(|note| note.strip_prefix("skipped ")).map(String::from).collect();
        Ok(Printed { records: text(&output.stdout)?.lines().map(String::from).collect(), skipped })
    }

    /// Each record, of the fields that matter.
    ///
    /// # Errors
    /// One is no record, or lacks a field.
    pub fn records<T: for<'a> Deserialize<'a>>(&self) -> Result<Vec<T>, String> {
        self.records.iter().map(|record| parsed(record)).collect()
    }

    /// Files that were given up; what is no text, or larger than any source, is left out rightly.
    pub fn given_up(&self) -> impl Iterator<Item = &str> {
        let rightly = [": binary file", ": not UTF-8", ": larger than 16 MiB"];
        let given_up = move |note: &&String| !rightly.iter().any(|reason| note.ends_with(reason));
        self.skipped.iter().filter(given_up).map(String::as_str)
    }
}

fn parsed<'a, T: Deserialize<'a>>(record: &'a str) -> Result<T, String> {
    serde_json::from_str(record)
        .map_err(|fault| format!("the program prints what is no record: {fault}: {record}"))
}

fn path_of(record: &str) -> Result<String, String> {
    #[derive(Deserialize)]
    struct Pathed {
        path: String,
    }
    parsed::<Pathed>(record).map(|record| record.path)
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
