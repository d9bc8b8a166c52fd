//! The programs that ours is held against: pinned in `tests/bench/tools.tsv`, installed by the clients of their registries
//! into a cache outside the tree.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Registry, package, version, program, the languages that its server serves, and how that is started: parted by tabs, below a
/// line that says so.
const LIST: &str = include_str!("../../bench/tools.tsv");

/// One program, installed.
pub struct Tool {
    pub program: &'static str,
    pub version: &'static str,
    pub path: PathBuf,
    /// Folders of languages, parted by blanks; `*` is every one.
    pub serves: &'static str,
    /// The arguments that start its server; `RULES` stands for ast-grep's.
    pub server: &'static str,
}

/// The tool with this program, installed if it is not there yet.
///
/// # Errors
/// It is not listed, or its registry's client fails.
pub fn tool(program: &str) -> Result<Tool, String> {
    let line = listed().find(|columns| columns[3] == program);
    installed(line.ok_or_else(|| format!("tests/bench/tools.tsv has no program `{program}`"))?)
}

/// Every tool that is a language server, too.
///
/// # Errors
/// As for [`tool`].
pub fn servers() -> Result<Vec<Tool>, String> {
    listed().filter(|columns| !columns[4].is_empty()).map(installed).collect()
}

fn listed() -> impl Iterator<Item = [&'static str; 6]> {
    LIST.lines().skip(1).map(|line| {
        let mut columns = line.split('\t');
        std::array::from_fn(|_| columns.next().unwrap_or(""))
    })
}

fn installed(
    [registry, package, version, program, serves, server]: [&'static str; 6],
) -> Result<Tool, String> {
    let folder = cache()?.join(format!("{package}-{version}"));
    let path = folder.join("bin").join(program);
    if !path.is_file() {
        eprintln!("installing {package} {version}");
        install(registry, package, version, &folder)?;
    }
    Ok(Tool { program, version, path, serves, server })
}

/// Where the tests keep what they install.
fn cache() -> Result<PathBuf, String> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set("XDG_CACHE_HOME").or_else(|| Some(std::env::home_dir()?.join(".cache")));
    let folder = folder.ok_or("there is no home folder to keep tools in: set XDG_CACHE_HOME")?;
    Ok(folder.join("lsp-lint-tests/bench"))
}

/// Installs beside the folder first: what is there is whole.
fn install(registry: &str, package: &str, version: &str, folder: &PathBuf) -> Result<(), String> {
    let named = |fault: std::io::Error| format!("{}: {fault}", folder.display());
    let fresh = folder.with_file_name(format!(".unfinished-{package}-{}", std::process::id()));
    fs::create_dir_all(&fresh).map_err(named)?;
    let mut client = match registry {
        "pypi" => {
            let mut pip = Command::new("python3");
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]);
            pip.args(["--only-binary", ":all:", "--root-user-action", "ignore", "--target"]);
            pip.arg(&fresh).arg(format!("{package}=={version}"));
            pip
        }
        "crates" => {
            let mut cargo = Command::new(env!("CARGO"));
            cargo
                .args(["install", "--quiet", "--locked", "--version", version, package, "--root"])
                .arg(&fresh);
            // It is none of this package's builds: neither its target folder nor its settings.
            cargo.current_dir(std::env::temp_dir()).env_remove("CARGO_TARGET_DIR");
            cargo
        }
        other => return Err(format!("tests/bench/tools.tsv: `{other}` is no registry: take pypi or crates")),
    };
    let status = client.status().map_err(|fault| format!("{}: {fault}", client.get_program().display()))?;
    if !status.success() {
        // What is left of it is in nobody's way; a message about it would hide the client's own.
        let _ = fs::remove_dir_all(&fresh);
        return Err(format!("{package} {version} cannot be installed: what its client says is above"));
    }
    fs::rename(&fresh, folder).map_err(named)
}
