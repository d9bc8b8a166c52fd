//! Gets pinned packages by the ordinary clients of their registries and unpacks them. No code of theirs is run.

use super::crew;
use super::reviewed::packages::{Package, Registry};
use globset::GlobBuilder;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder that packages are unpacked into, one folder each.
pub struct Cache {
    pub root: PathBuf,
}

/// Downloads wait for the network, not for a processor.
const AT_ONCE: usize = 4;

/// Begins the names of folders that are not complete.
const UNFINISHED: &str = ".unfinished-";

/// Inside a package: which archive it came out of. It lies in a `.git` of its own, so that neither the ignore files nor the
/// configuration of folders around the cache count.
const MARK: &str = ".git/lsp-lint-corpus";

impl Cache {
    /// The cache, made if it is not there.
    ///
    /// # Errors
    /// It cannot be made, or nobody says where.
    pub fn open() -> Result<Cache, String> {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let folder = set("LSP_LINT_CORPUS")
            .or_else(|| Some(set("XDG_CACHE_HOME")?.join("lsp-lint-corpus")))
            .or_else(|| Some(std::env::home_dir()?.join(".cache/lsp-lint-corpus")))
            .ok_or("there is no home folder: say with LSP_LINT_CORPUS where packages are unpacked")?;
        let root = fs::create_dir_all(&folder).and_then(|()| folder.canonicalize());
        Ok(Cache { root: root.map_err(|fault| format!("{}: {fault}", folder.display()))? })
    }

    pub fn folder(&self, package: &Package) -> PathBuf {
        self.root.join(package.folder())
    }

    /// Unpacks what is missing. Returns the sums of the archives, in the order of the packages.
    ///
    /// # Errors
    /// Everything that could not be got, and why.
    pub fn unpack(&self, packages: &[&Package]) -> Result<Vec<String>, String> {
        if packages.iter().all(|package| self.unpacked(package).is_some()) {
            return Ok(packages.iter().filter_map(|package| self.unpacked(package)).collect());
        }
        let lock = self.root.join(".lock");
        let lock = File::create(&lock).and_then(|file| file.lock().map(|()| file));
        let _held = lock.map_err(|fault| format!("{}: {fault}", self.root.display()))?;
        self.sweep()?;
        let sums = crew::each(packages, AT_ONCE, |package| match self.unpacked(package) {
            Some(sum) => Ok(sum),
            None => {
                let got = self
                    .get(package)
                    .map_err(|fault| format!("{} {}: {fault}", package.name, package.version));
                eprintln!("{} {}", if got.is_ok() { "unpacked" } else { "failed" }, package.folder());
                got
            }
        });
        let faults: Vec<String> = sums.iter().filter_map(|sum| sum.clone().err()).collect();
        if faults.is_empty() { Ok(sums.into_iter().flatten().collect()) } else { Err(faults.join("\n")) }
    }

    /// The sum of the archive that a package was unpacked from, if that is the pinned one and the same is left out.
    fn unpacked(&self, package: &Package) -> Option<String> {
        let mark = fs::read_to_string(self.folder(package).join(MARK)).ok()?;
        let (sum, leave) = mark.split_once('\n')?;
        let pinned = package.sha256.is_empty() || package.sha256 == sum;
        (pinned && leave == package.leave.join(",")).then(|| sum.to_string())
    }

    /// Takes away what an interrupted run left. Whoever calls this holds the lock.
    fn sweep(&self) -> Result<(), String> {
        let entries =
            fs::read_dir(&self.root).map_err(|fault| format!("{}: {fault}", self.root.display()))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with(UNFINISHED) {
                fs::remove_dir_all(&path).map_err(|fault| format!("{}: {fault}", path.display()))?;
            }
        }
        Ok(())
    }

    /// Gets one package; its folder appears when it is complete.
    fn get(&self, package: &Package) -> Result<String, String> {
        let said = |fault: std::io::Error| fault.to_string();
        let work = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(&self.root).map_err(said)?;
        let (download, fresh) = (work.path().join("download"), work.path().join("fresh"));
        fs::create_dir(&download).map_err(said)?;
        fs::create_dir(&fresh).map_err(said)?;
        let archive = downloaded(package, &download)?;
        let sum = sum_of(&archive).map_err(said)?;
        if !package.sha256.is_empty() && package.sha256 != sum {
            return Err(format!(
                "the archive's sha256 is {sum}, but tests/corpus/packages.tsv has {}: the registry gives something else \
                 than what was reviewed; if that is meant, clear the sum there, run `cargo dev corpus --pin` and review",
                package.sha256
            ));
        }
        extract(package.registry, &archive, &fresh)?;
        for pattern in &package.leave {
            leave_out(&fresh, pattern)?;
        }
        fs::create_dir(fresh.join(".git")).map_err(said)?;
        fs::write(fresh.join(MARK), format!("{sum}\n{}", package.leave.join(","))).map_err(said)?;
        let folder = self.folder(package);
        if folder.exists() {
            fs::rename(&folder, work.path().join("before")).map_err(said)?;
        }
        fs::rename(&fresh, &folder).map_err(said)?;
        Ok(sum)
    }
}

/// The archive of a package, got by the registry's own client.
fn downloaded(package: &Package, into: &Path) -> Result<PathBuf, String> {
    let Package { name, version, .. } = package;
    match package.registry {
        Registry::Crates => {
            // The one command of cargo that gets a package without what it depends on.
            ask(Command::new(env!("CARGO")).args(["info", "--quiet", &format!("{name}@{version}")]), into)?;
            let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
            let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).unwrap_or_default();
            let caches = fs::read_dir(home.join("registry/cache")).into_iter().flatten().flatten();
            let archives = caches.map(|cache| cache.path().join(format!("{name}-{version}.crate")));
            archives.filter(|archive| archive.is_file()).last().ok_or("cargo has no such version".into())
        }
        Registry::Pypi => {
            // One platform, whatever this machine is, or the sum of the archive would be another one.
            let platforms = [
                "manylinux_2_28_x86_64",
                "manylinux_2_27_x86_64",
                "manylinux_2_17_x86_64",
                "manylinux2014_x86_64",
            ];
            let mut pip = Command::new("python3");
            pip.args(["-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "--dest", "."]);
            pip.args(["--python-version", "3.13", "--implementation", "cp"]);
            pip.args(["cp313", "abi3", "none"].iter().flat_map(|abi| ["--abi", abi]));
            pip.args(platforms.iter().flat_map(|platform| ["--platform", platform]));
            ask(pip.arg(format!("{name}=={version}")).env_remove("PIP_FIND_LINKS"), into)?;
            only_file(into)
        }
        Registry::Npm => {
            let which = format!("{name}@{version}");
            ask(Command::new("npm").args(["pack", "--loglevel=error", "--ignore-scripts", &which]), into)?;
            only_file(into)
        }
        Registry::Debian => {
            let got =
                ask(Command::new("apt-get").args(["download", "-qq", &format!("{name}={version}")]), into);
            got.map_err(|fault| format!("{fault}\n{}", offered_instead(name)))?;
            only_file(into)
        }
    }
}

/// What to do when Debian has dropped a version.
fn offered_instead(name: &str) -> String {
    let policy = Command::new("apt-cache").args(["policy", name]).output();
    let policy =
        policy.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let candidate = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate: "));
    match candidate.filter(|version| *version != "(none)") {
        Some(version) => format!(
            "apt offers {version}: pin that version in tests/corpus/packages.tsv without a sum, run \
             `cargo dev corpus --pin --draft`, and review what is new"
        ),
        None => "apt knows no version of it: run `apt-get update`, on Debian 12; if it is gone there too, take its line \
                 out of tests/corpus/packages.tsv"
            .into(),
    }
}

fn extract(registry: Registry, archive: &Path, into: &Path) -> Result<(), String> {
    match registry {
        Registry::Crates | Registry::Npm => {
            let options = ["--strip-components=1", "--no-same-owner", "-xzf"];
            ask(Command::new("tar").args(options).arg(archive), into)
        }
        Registry::Pypi => {
            ask(Command::new("python3").args(["-m", "zipfile", "-e"]).args([archive, into]), into)
        }
        Registry::Debian => ask(Command::new("dpkg-deb").arg("-x").args([archive, into]), into),
    }
}

/// Runs a command in a folder.
fn ask(command: &mut Command, folder: &Path) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.current_dir(folder).output().map_err(|fault| format!("{name}: {fault}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said =
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    let last: Vec<&str> = said.lines().rev().take(5).collect();
    Err(format!("{name} failed: {}", last.into_iter().rev().collect::<Vec<_>>().join("\n")))
}

fn only_file(folder: &Path) -> Result<PathBuf, String> {
    let mut files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    files.next().ok_or("the registry's client brought no file".into())
}

fn sum_of(archive: &Path) -> std::io::Result<String> {
    Ok(Sha256::digest(fs::read(archive)?).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Removes what a glob matches, relative to the package.
fn leave_out(package: &Path, pattern: &str) -> Result<(), String> {
    let glob =
        GlobBuilder::new(pattern).literal_separator(true).build().map_err(|fault| fault.to_string())?;
    let glob = glob.compile_matcher();
    let mut folders = vec![package.to_path_buf()];
    let mut matched = false;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let (path, kind) = (entry.path(), entry.file_type());
            let is_folder = kind.is_ok_and(|kind| kind.is_dir());
            if glob.is_match(path.strip_prefix(package).unwrap_or(&path)) {
                let gone = if is_folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
                gone.map_err(|fault| format!("{}: {fault}", path.display()))?;
                matched = true;
            } else if is_folder {
                folders.push(path);
            }
        }
    }
    if matched {
        Ok(())
    } else {
        Err(format!("nothing in it is called `{pattern}`, which is to be left out"))
    }
}
