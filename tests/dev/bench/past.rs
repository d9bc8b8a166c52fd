//! The program as it was at another commit: a release build of a work tree in the target folder.

use super::root;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The short name of a revision, and its program; built only once.
///
/// # Errors
/// There is no such revision, or it does not build.
pub fn program(revision: &str) -> Result<(String, PathBuf), String> {
    let commit = git(&["rev-parse", "--verify", &format!("{revision}^{{commit}}")])?;
    let short = git(&["rev-parse", "--short", &commit])?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let folder = target.join("bench");
    let program = folder.join(format!("lsp-lint-{commit}{}", std::env::consts::EXE_SUFFIX));
    if program.is_file() {
        return Ok((short, program));
    }
    let tree = folder.join("tree");
    let shown = tree.to_str().ok_or("the path of the target folder is no UTF-8")?;
    // One left by a run that was interrupted.
    let _ = git(&["worktree", "remove", "--force", shown]);
    git(&["worktree", "add", "--detach", "--force", shown, &commit])?;
    let mut cargo = Command::new(env!("CARGO"));
    // The same target folder: the libraries are built already.
    cargo.args(["build", "--quiet", "--release", "--bin", "lsp-lint", "--target-dir"]).arg(&target);
    let built = cargo.current_dir(&tree).status().map_err(|fault| format!("cargo: {fault}"));
    let made = target.join("release/lsp-lint").with_extension(std::env::consts::EXE_EXTENSION);
    let kept = match built?.success() {
        true => fs::copy(&made, &program).map_err(|fault| format!("{}: {fault}", made.display())),
        false => Err(format!("{short} does not build: what cargo says is above")),
    };
    git(&["worktree", "remove", "--force", shown])?;
    kept.map(|_| (short, program))
}

fn git(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git").args(arguments).current_dir(root()).output();
    let output = output.map_err(|fault| format!("git: {fault}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_string()),
        false => Err(format!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr))),
    }
}
