//! The files of the repository as texts, so that a guard can be run on the real house and on one with a seeded fault.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Every file by its path from the root, with forward slashes. Files that are no text are there with an empty one.
#[derive(Clone, Default)]
pub struct House {
    pub files: BTreeMap<String, String>,
}

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

impl House {
    /// What stands in the work tree: everything that git would not ignore.
    pub fn real() -> House {
        static REAL: std::sync::OnceLock<House> = std::sync::OnceLock::new();
        REAL.get_or_init(House::read).clone()
    }
    fn read() -> House {
        let mut walk = ignore::WalkBuilder::new(root());
        walk.hidden(false)
            .parents(false)
            .git_exclude(false)
            .git_global(false)
            .filter_entry(|entry| entry.file_name() != ".git");
        let files = walk.build().filter_map(Result::ok).filter(|entry| entry.path().is_file());
        let files = files.map(|entry| {
            let path = entry.path().strip_prefix(root()).expect("below the root");
            (slashed(path), std::fs::read_to_string(entry.path()).unwrap_or_default())
        });
        House { files: files.collect() }
    }
    /// A house of these files alone.
    pub fn of(files: &[(&str, &str)]) -> House {
        House { files: files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect() }
    }
    /// The same house with another file in it, or with another text in this one.
    pub fn with(&self, path: &str, text: &str) -> House {
        let mut house = self.clone();
        house.files.insert(path.into(), text.into());
        house
    }
    /// The same house without this file.
    pub fn without(&self, path: &str) -> House {
        let mut house = self.clone();
        assert!(house.files.remove(path).is_some(), "there is no {path} to take away");
        house
    }
    /// The text of a file, empty when there is none.
    pub fn text(&self, path: &str) -> &str {
        self.files.get(path).map_or("", String::as_str)
    }
    /// Paths and texts below a folder, whose name ends with a slash.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files
            .range(folder.to_string()..)
            .take_while(move |(path, _)| path.starts_with(folder))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }
    /// The Rust files below a folder.
    pub fn rust<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.below(folder).filter(|(path, _)| path.ends_with(".rs"))
    }
    /// The names of the folders right below a folder.
    pub fn folders<'a>(&'a self, folder: &'a str) -> Vec<&'a str> {
        let mut names: Vec<&str> = self
            .below(folder)
            .filter_map(|(path, _)| path[folder.len()..].split_once('/'))
            .map(|p| p.0)
            .collect();
        names.dedup();
        names
    }
    /// There is a file of this path, or a folder.
    pub fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.files.contains_key(path) || self.below(&format!("{path}/")).next().is_some()
    }
}

/// The lines of code of a Rust file with their numbers, 1-based: no comments, and nothing from the tests at its end.
pub fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    uncommented(&text[..end])
}

/// The lines of a Rust file without comments, its tests included.
pub fn uncommented(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    lines.map(|(i, line)| (i + 1, line.split(" // ").next().unwrap_or(line)))
}

fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// Fails with every fault on a line of its own.
#[track_caller]
pub fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// The seeded fault is found, and named by what it is about.
#[track_caller]
pub fn assert_found(faults: &[String], about: &str) {
    assert!(faults.iter().any(|fault| fault.contains(about)), "`{about}` was not found among {faults:?}");
}
