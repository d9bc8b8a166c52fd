//! Which files a run looks at.

use super::folders::plain;
use crate::languages::{self, Language};
use ignore::{WalkBuilder, WalkState};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// One file to look at.
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// How many bytes of the path reports leave out: those of a folder that nobody named.
    pub implied: usize,
    /// Its language.
    pub language: &'static Language,
    /// It lies in a folder of other people's code below what was named.
    pub vendored: bool,
}

impl File {
    /// As given, joined with the relative path, with forward slashes: what reports print. Put together when it is asked for:
    /// a walk may find a hundred thousand files.
    pub fn shown(&self) -> String {
        slashed(&self.path).split_off(self.implied)
    }
}

/// What a walk found.
#[derive(Default)]
pub struct Walked {
    /// Files of served languages: in the order of the paths given, then by path.
    pub files: Vec<File>,
    /// What could not be read on the way, and why.
    pub faults: Vec<(String, String)>,
}

/// Folders of other people's code.
const VENDORED: &[&str] = &["node_modules", "vendor", "third_party", "bower_components", "site-packages"];

/// The path, relative to a project, lies in a folder of other people's code.
pub fn is_vendored(relative: &str) -> bool {
    let mut folders = relative.split('/');
    folders.next_back();
    folders.any(|folder| VENDORED.contains(&folder))
}

/// All files of served languages under the paths. Hidden files are read, `.git` is not; what `.gitignore` leaves out is left out,
/// in a repository or not. A file that is named itself is never left out for that.
pub fn walk(paths: &[PathBuf]) -> Walked {
    let mut all = Walked::default();
    let by_path = Walk { language: &|_, shown| languages::by_path(shown), go_on: &|| true };
    if paths.is_empty() {
        by_path.one(Path::new("."), true, &mut all);
    }
    for path in paths {
        by_path.one(path, false, &mut all);
    }
    if overlap(paths) {
        let mut seen = HashSet::new();
        all.files.retain(|file| seen.insert(plain(&file.path)));
    }
    all
}

/// One of the paths is, or lies below, another, however they are written: what is found may be found twice. In order, a path
/// comes right before those below it.
fn overlap(paths: &[PathBuf]) -> bool {
    let mut sorted: Vec<PathBuf> = paths.iter().map(|path| plain(path)).collect();
    sorted.sort();
    sorted.windows(2).any(|pair| pair[1].starts_with(&pair[0]))
}

/// How a walk goes.
#[derive(Clone, Copy)]
pub struct Walk<'a> {
    /// The language of a file, by its path and by the path as shown. `None`: it is left out.
    pub language: &'a (dyn Fn(&Path, &str) -> Option<&'static Language> + Sync),
    /// Asked at every file; the walk ends early when it says no.
    pub go_on: &'a (dyn Fn() -> bool + Sync),
}

impl Walk<'_> {
    /// The files that a run in this folder would look at; paths are shown relative to it.
    pub fn below(self, folder: &Path) -> Walked {
        let mut all = Walked::default();
        self.one(folder, true, &mut all);
        all
    }
    fn one(self, root: &Path, implied: bool, all: &mut Walked) {
        let found = Mutex::new(Walked::default());
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(8));
        let walker = WalkBuilder::new(root)
            .hidden(false)
            .ignore(false)
            .require_git(false)
            .threads(threads)
            .filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git")
            .build_parallel();
        walker.run(|| {
            Box::new(|entry| {
                match entry {
                    Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                        if let Some(file) = self.served(entry.path(), root, implied) {
                            lock(&found).files.push(file);
                        }
                    }
                    Ok(_) => {}
                    Err(fault) => {
                        let message = fault.io_error().map_or_else(|| fault.to_string(), ToString::to_string);
                        lock(&found).faults.push((place_of(&fault, root), message));
                    }
                }
                if (self.go_on)() { WalkState::Continue } else { WalkState::Quit }
            })
        });
        let mut found = found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        found.files.sort_by(|a, b| a.path.cmp(&b.path));
        found.faults.sort();
        all.files.append(&mut found.files);
        all.faults.append(&mut found.faults);
    }
    fn served(self, path: &Path, root: &Path, implied: bool) -> Option<File> {
        let below = path.strip_prefix(root).unwrap_or(path);
        let relative = slashed(below);
        let whole = slashed(path);
        let implied = if implied { whole.len() - relative.len() } else { 0 };
        let language = (self.language)(path, &whole[implied..])?;
        Some(File { vendored: is_vendored(&relative), implied, language, path: path.to_path_buf() })
    }
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The names in a folder, sorted; none when it cannot be read.
pub fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A path with forward slashes.
pub fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace('\\', "/") }
}

fn place_of(fault: &ignore::Error, root: &Path) -> String {
    match fault {
        ignore::Error::WithPath { path, .. } => slashed(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            place_of(err, root)
        }
        _ => slashed(root),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_overlap_where_one_lies_below_another() {
        let overlap = |paths: &[&str]| super::overlap(&paths.iter().map(PathBuf::from).collect::<Vec<_>>());
        assert!(overlap(&["b", "a/c", "a"]));
        assert!(overlap(&["a/b.py", "a/b.py"]));
        assert!(overlap(&["a", "a-b", "a/c"]));
        assert!(overlap(&[".", "a"]));
        assert!(overlap(&["a", "b/../a/c"]));
        assert!(!overlap(&["a", "a-b", "ab"]));
        assert!(!overlap(&["a"]));
    }

    #[test]
    fn a_file_that_is_named_twice_is_found_once() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.py"), "").expect("it is written");
        std::fs::write(folder.path().join("b.py"), "").expect("it is written");
        let (all, one) = (folder.path().to_path_buf(), folder.path().join("b.py"));
        let again = all.join("../").join(all.file_name().expect("it has a name"));
        let found = walk(&[one.clone(), all, again]).files;
        assert_eq!(found.iter().filter(|file| file.path == one).count(), 1);
        assert_eq!(found.len(), 2);
    }
}
