//! The program as others run it: a release build of this tree, or the one that `$LSP_LINT` names.

use super::printed::Printed;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub struct Program {
    path: PathBuf,
}

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

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it prints as JSON lines about folders below `root`: without configuration, and with nothing of the user's own
    /// environment.
    ///
    /// # Errors
    /// It cannot be started, or says itself that it could not run.
    pub fn printed(&self, arguments: &[&str], root: &Path, folders: &[&str]) -> Result<Printed, String> {
        Printed::patiently(folders, |open| {
            let every = ["--no-config", "--verbose", "--format", "jsonl"];
            let output = self.run(&[arguments, &every, open].concat(), root)?;
            let text =
                |bytes| String::from_utf8(bytes).map_err(|fault| format!("the program prints: {fault}"));
            Ok(Printed::read(&text(output.stdout)?, &text(output.stderr)?))
        })
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
