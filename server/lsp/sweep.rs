//! One pass over folders: the files that a run of the command line reads there, with the unsaved text of open documents.

use super::paths::{path_of, uri_of};
use super::projects::{self, EditorSettings, surround};
use super::reading::Surroundings;
use super::transport::Door;
use crate::detect::STACK;
use crate::languages::{self, Language};
use crate::workspace::{Skip, Walk, Workspace, read, slashed};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tower_lsp::gen_lsp_types::{ProgressParams, ProgressToken, Uri};

/// What a sweep covers.
#[derive(Clone, Debug, PartialEq)]
pub enum Scope {
    /// Every workspace folder; without one, the documents that are open.
    Everything,
    /// This folder, file or open document.
    One(Uri),
}

/// A document that is open when a sweep begins.
pub struct Text {
    /// Its address, as the client writes it.
    pub uri: Uri,
    /// Its version.
    pub version: i32,
    /// What stands in it, saved or not.
    pub text: Arc<str>,
    /// Its language, if it is served.
    pub language: Option<&'static Language>,
    /// Its path, if it has one.
    pub path: Option<PathBuf>,
}

/// What the server knows when a sweep begins.
pub struct Snapshot {
    /// The folders that are open.
    pub roots: Vec<PathBuf>,
    /// The documents that are open and that people can edit.
    pub texts: Vec<Text>,
    /// The projects that are loaded.
    pub projects: HashMap<Option<PathBuf>, Arc<Workspace>>,
    /// What the editor's settings say.
    pub settings: EditorSettings,
}

/// One text that a sweep comes by.
pub struct Piece {
    /// Its address.
    pub uri: Uri,
    /// Its version; `None`: it is not open, and the file is meant.
    pub version: Option<i32>,
    /// Its path as reports name it: relative to the workspace folder, with forward slashes.
    pub shown: String,
    /// What stands in it.
    pub text: Arc<str>,
    /// What it is read with.
    pub surroundings: Arc<Surroundings>,
}

/// Why a sweep brought nothing.
#[derive(Debug, PartialEq)]
pub enum Failure {
    /// It was called off.
    Stopped,
    /// There is nothing at this address.
    Nowhere(String),
}

/// What a sweep brought.
pub struct Haul<T> {
    /// In the order of the folders, then of the paths.
    pub found: Vec<T>,
    /// Files that could not be read, and why.
    pub skipped: Vec<(String, Skip)>,
}

/// A text before it is read.
struct Target {
    path: Option<PathBuf>,
    /// The open document, by its place in the snapshot.
    open: Option<usize>,
    shown: String,
    language: &'static Language,
    home: Option<PathBuf>,
}

impl Snapshot {
    /// Does `work` on every text of the scope, on threads of its own; one processor is left to the documents that are
    /// edited meanwhile.
    ///
    /// # Errors
    /// It was stopped, or there is nothing at the address that the scope names.
    pub fn sweep<T: Send>(
        mut self,
        scope: &Scope,
        stop: &AtomicBool,
        progress: &Progress,
        work: impl Fn(Piece) -> Option<T> + Sync,
    ) -> Result<Haul<T>, Failure> {
        let targets = self.targets(scope, stop)?;
        let homes: HashSet<&Option<PathBuf>> = targets.iter().map(|target| &target.home).collect();
        for home in homes {
            if !self.projects.contains_key(home)
                && let Some(loaded) = projects::load(home.as_deref(), &self.settings)
            {
                self.projects.insert(home.clone(), Arc::new(loaded.workspace));
            }
        }
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let (found, skipped) = (Mutex::new(vec![]), Mutex::new(vec![]));
        let each = || {
            while !stop.load(Ordering::Relaxed) {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(target) = targets.get(index) else { break };
                let made = std::panic::catch_unwind(AssertUnwindSafe(|| self.piece(target).map(&work)));
                match made.unwrap_or(Err(Skip::Failed)) {
                    Ok(Some(made)) => lock(&found).push((index, made)),
                    Ok(None) => {}
                    Err(skip) => lock(&skipped).push((target.shown.clone(), skip)),
                }
                progress.step(done.fetch_add(1, Ordering::Relaxed) + 1, targets.len());
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, |n| (n.get() - 1).max(1));
        std::thread::scope(|scope| {
            for _ in 0..threads.min(targets.len()) {
                // A thread that cannot be started leaves its work to the others.
                drop(std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, each));
            }
        });
        if stop.load(Ordering::Relaxed) || done.into_inner() < targets.len() {
            return Err(Failure::Stopped);
        }
        let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.sort_by_key(|(index, _)| *index);
        let mut skipped = skipped.into_inner().unwrap_or_else(PoisonError::into_inner);
        skipped.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(Haul { found: found.into_iter().map(|(_, made)| made).collect(), skipped })
    }

    fn piece(&self, target: &Target) -> Result<Piece, Skip> {
        let open = target.open.map(|at| &self.texts[at]);
        let text = match (open, &target.path) {
            (Some(open), _) => open.text.clone(),
            (None, Some(path)) => read(path)?,
            (None, None) => return Err(Skip::Failed),
        };
        let workspace = self.projects.get(&target.home).ok_or(Skip::Failed)?;
        let in_root = target.home.as_ref().is_some_and(|home| self.roots.contains(home));
        let path = target.path.as_deref();
        let around = surround(path, target.shown.clone(), target.language, workspace, in_root);
        Ok(Piece {
            uri: match (open, path) {
                (Some(open), _) => open.uri.clone(),
                (None, path) => uri_of(path.unwrap_or(Path::new(""))),
            },
            version: open.map(|open| open.version),
            shown: target.shown.clone(),
            text,
            surroundings: Arc::new(around),
        })
    }

    fn targets(&self, scope: &Scope, stop: &AtomicBool) -> Result<Vec<Target>, Failure> {
        let uri = match scope {
            Scope::Everything => return Ok(self.everything(stop)),
            Scope::One(uri) => uri,
        };
        let nowhere = || Failure::Nowhere(format!("{uri} is not open, and no file or folder is there"));
        let path = path_of(uri);
        // The same file may be written as another address.
        let is_meant = |text: &Text| text.uri == *uri || path.is_some() && text.path == path;
        if let Some(at) = self.texts.iter().position(is_meant) {
            return Ok(self.open_text(at).into_iter().collect());
        }
        let path = path.ok_or_else(nowhere)?;
        if path.is_dir() {
            let home = match projects::home(Some(&path), &self.roots) {
                Some(home) if self.roots.contains(&home) => home,
                _ => path.clone(),
            };
            return Ok(self.below(&path, &home, stop));
        }
        if !path.is_file() {
            return Err(nowhere());
        }
        let shown = shown(&path, &self.roots).unwrap_or_else(|| slashed(&path));
        let language = languages::by_path(&shown);
        let home = projects::home(Some(&path), &self.roots);
        let target = |language| Target { path: Some(path), open: None, shown, language, home };
        Ok(language.map(target).into_iter().collect())
    }

    fn everything(&self, stop: &AtomicBool) -> Vec<Target> {
        let mut all: Vec<Target> = vec![];
        for root in &self.roots {
            // A folder inside another one is walked as itself.
            let own =
                |target: &Target| projects::home(target.path.as_deref(), &self.roots).as_ref() == Some(root);
            all.extend(self.below(root, root, stop).into_iter().filter(own));
        }
        // What was never saved is on no disk.
        let unsaved = |at: &usize| {
            let path = &self.texts[*at].path;
            self.roots.is_empty()
                || path.as_ref().is_none_or(|path| shown(path, &self.roots).is_some() && !path.exists())
        };
        all.extend((0..self.texts.len()).filter(unsaved).filter_map(|at| self.open_text(at)));
        let mut seen = HashSet::new();
        all.retain(|target| target.path.as_ref().is_none_or(|path| seen.insert(path.clone())));
        all
    }

    fn open_text(&self, at: usize) -> Option<Target> {
        let text = &self.texts[at];
        let shown = match &text.path {
            Some(path) => shown(path, &self.roots).unwrap_or_else(|| slashed(path)),
            None => super::paths::name_of(&text.uri),
        };
        let home = projects::home(text.path.as_deref(), &self.roots);
        Some(Target { path: text.path.clone(), open: Some(at), shown, language: text.language?, home })
    }

    /// What a run in `home` that names `folder` would read. The language that the editor names beats the suffix.
    fn below(&self, folder: &Path, home: &Path, stop: &AtomicBool) -> Vec<Target> {
        let open: HashMap<&Path, usize> = self
            .texts
            .iter()
            .enumerate()
            .filter_map(|(at, text)| Some((text.path.as_deref()?, at)))
            .collect();
        let language = |path: &Path, shown: &str| match open.get(path) {
            Some(at) => self.texts[*at].language,
            None => languages::by_path(shown),
        };
        let walk = Walk { language: &language, go_on: &|| !stop.load(Ordering::Relaxed) };
        let target = |file: crate::workspace::File| Target {
            open: open.get(&*file.path).copied(),
            shown: slashed(file.path.strip_prefix(home).unwrap_or(&file.path)),
            path: Some(file.path),
            language: file.language,
            home: Some(home.to_path_buf()),
        };
        walk.below(folder).files.into_iter().map(target).collect()
    }
}

/// The path relative to the innermost workspace folder around it, with forward slashes; `None` outside all of them.
pub fn shown(path: &Path, roots: &[PathBuf]) -> Option<String> {
    let home = projects::home(Some(path), roots).filter(|home| roots.contains(home))?;
    path.strip_prefix(home).ok().map(slashed)
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How often progress is told at most.
const TOLD: Duration = Duration::from_millis(100);

/// How far a sweep is, told to the client.
pub struct Progress {
    door: Door,
    token: ProgressToken,
    title: &'static str,
    told: Mutex<Instant>,
    /// Nobody listens.
    mute: bool,
}

impl Progress {
    /// Progress under a token that the client knows.
    pub fn new(door: Door, token: ProgressToken, title: &'static str) -> Progress {
        Progress { door, token, title, told: Mutex::new(Instant::now()), mute: false }
    }
    /// Progress that nobody wants to know of.
    pub fn untold(door: Door) -> Progress {
        Progress { mute: true, ..Progress::new(door, 0.into(), "") }
    }
    /// It begins.
    pub fn begin(&self) {
        self.tell(json!({ "kind": "begin", "title": self.title, "cancellable": true, "percentage": 0 }));
    }
    /// So many of so many files are done.
    pub fn step(&self, done: usize, all: usize) {
        let mut told = lock(&self.told);
        if told.elapsed() >= TOLD {
            *told = Instant::now();
            let message = format!("{done} of {all} files");
            self.tell(json!({ "kind": "report", "message": message, "percentage": done * 100 / all.max(1) }));
        }
    }
    /// It ended, well or not.
    pub fn end(&self) {
        self.tell(json!({ "kind": "end" }));
    }
    fn tell(&self, value: Value) {
        if !self.mute {
            self.door.notify("$/progress", &ProgressParams { token: self.token.clone(), value });
        }
    }
}
