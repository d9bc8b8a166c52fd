//! Everything the server knows, owned by the loop's thread. Other threads read documents and load projects, and post what
//! came of it back through the [`Door`].

use super::answers::{SOURCE, View};
use super::client::Client;
use super::document::Document;
use super::paths::{is_editable, name_of, path_of, uri_of};
use super::projects::{self, EditorSettings, Loaded, Problem};
use super::reading::{Job, Reading, Surroundings, read};
use super::transport::Door;
use crate::languages::{self, Language};
use crate::project::Project;
use crate::text::LineIndex;
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};
use tower_lsp::gen_lsp_types::{
    ClientCapabilities, Diagnostic, DiagnosticSeverity, LogMessageParams, MessageType, Position,
    PublishDiagnosticsParams, Range, ShowMessageParams, TextDocumentContentChangeEvent, Uri,
};

/// A reading that takes longer than this moves to another thread, where the next one of that document begins.
const SLOW: Duration = Duration::from_millis(8);
/// One that is faster than this comes back.
const FAST: Duration = Duration::from_millis(4);

/// How long the client may take to answer us.
const PATIENCE: Duration = Duration::from_secs(10);

/// A question that waits until a document is read.
type Question = Box<dyn FnOnce(&View) + Send>;

/// One open document.
struct Open {
    document: Document,
    /// What the client calls this state of the text.
    version: i32,
    /// What we call it: grows with every change of the text or of what it is read with.
    revision: u64,
    language: Option<&'static Language>,
    surroundings: Option<Arc<Surroundings>>,
    reading: Option<Reading>,
    /// The revision that `reading` is of.
    read: u64,
    running: bool,
    slow: bool,
    diagnostics: Vec<Diagnostic>,
    /// The name of this set of diagnostics, for clients that pull.
    result: u64,
    /// The revision whose diagnostics were published.
    published: u64,
    waiting: Vec<Question>,
}

impl Open {
    fn is_read(&self) -> bool {
        self.language.is_none() || (self.reading.is_some() && self.read == self.revision)
    }
    /// What it was read with no longer holds.
    fn unsettle(&mut self) {
        self.surroundings = None;
        self.revision += 1;
    }
}

/// A project, once it is loaded.
enum State {
    Loading,
    Loaded(Arc<Project>),
}

/// How a project is loaded: looks around from a folder and mixes in the editor's settings. Runs on any thread.
pub type Load = fn(&Path, &EditorSettings) -> Loaded;

/// The server's whole state.
pub struct World {
    me: Weak<Mutex<World>>,
    door: Door,
    workers: tokio::runtime::Handle,
    load: Load,
    /// The way to ask the client something.
    peer: Option<tower_lsp::Client>,
    /// What the client can.
    pub client: Client,
    /// What the editor's settings say.
    pub settings: EditorSettings,
    documents: HashMap<Uri, Open>,
    roots: Vec<PathBuf>,
    projects: HashMap<PathBuf, State>,
    /// Files with a configuration problem on display, by the project's folder.
    accused: HashMap<PathBuf, Vec<Uri>>,
    results: u64,
}

/// The state behind its lock, which only the loop's thread takes.
pub type Shared = Arc<Mutex<World>>;

/// Takes the lock. A handler that panicked has left a state that is whole: every change is one assignment.
pub fn lock(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    /// A server that nobody has spoken to yet. Nothing is parsed here, nor before `initialize` is answered.
    pub fn new(door: Door, workers: tokio::runtime::Handle, load: Load) -> Shared {
        Arc::new_cyclic(|me| {
            Mutex::new(World {
                me: me.clone(),
                door,
                workers,
                load,
                peer: None,
                client: Client::new(&ClientCapabilities::default()),
                settings: EditorSettings::default(),
                documents: HashMap::new(),
                roots: vec![],
                projects: HashMap::new(),
                accused: HashMap::new(),
                results: 0,
            })
        })
    }

    // ---- documents

    /// A document was opened, or opened again.
    pub fn open(&mut self, uri: Uri, language: &str, version: i32, text: String) {
        let path = path_of(&uri).map_or_else(|| name_of(&uri), |path| path.to_string_lossy().into_owned());
        let language = languages::by_editor_id(language).or_else(|| languages::by_path(&path));
        self.results += 1;
        let open = Open {
            document: Document::new(text),
            version,
            revision: 1,
            language,
            surroundings: None,
            reading: None,
            read: 0,
            running: false,
            slow: true,
            diagnostics: vec![],
            result: self.results,
            published: 0,
            waiting: vec![],
        };
        self.documents.insert(uri, open);
    }
    /// The text changed. Only the text is touched: reading waits until somebody asks, or no message waits.
    pub fn change(&mut self, uri: &Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let unit = self.client.unit;
        let Some(open) = self.documents.get_mut(uri) else {
            return self.log(MessageType::Warning, &format!("a change of {uri}, which is not open"));
        };
        open.document.apply(changes, unit);
        open.version = version;
        open.revision += 1;
    }
    /// The document was saved: the moment to parse it whole.
    pub fn save(&mut self, uri: &Uri) {
        if let Some(open) = self.documents.get_mut(uri) {
            open.document.forget_tree();
            open.revision += 1;
        }
        if !self.client.register_watchers
            && let Some(path) = path_of(uri).filter(|path| projects::is_telling(path))
        {
            self.file_changed(&path);
        }
    }
    /// The document was closed; what is shown for it goes.
    pub fn close(&mut self, uri: &Uri) {
        if self.documents.remove(uri).is_some() && !self.client.pulls {
            self.publish(uri.clone(), None, &[]);
        }
    }
    /// Asks something about a document once it is read as it is now: at once when it is, or when it can be read quickly.
    /// `None`: no such document is open.
    pub fn ask(&mut self, uri: &Uri, question: impl FnOnce(&View) + Send + 'static) -> Option<()> {
        self.documents.get(uri)?;
        if self.refresh(uri) {
            question(&self.view(uri)?);
        } else if let Some(open) = self.documents.get_mut(uri) {
            open.waiting.push(Box::new(question));
        }
        Some(())
    }
    fn view<'a>(&'a self, uri: &'a Uri) -> Option<View<'a>> {
        let open = self.documents.get(uri)?;
        Some(View {
            uri,
            version: open.version,
            document: &open.document,
            reading: open.reading.as_ref(),
            client: &self.client,
            hints: self.settings.hints,
            quiet: !is_editable(uri),
            result: open.result,
            diagnostics: &open.diagnostics,
        })
    }

    // ---- reading

    /// Reads one document that needs it, or has it read; `false` when none needs it or all wait for something.
    /// Called when no message waits.
    pub fn idle(&mut self) -> bool {
        let due = self.documents.iter().filter(|(_, open)| !open.is_read() && !open.running);
        let due: Vec<Uri> = due.map(|(uri, _)| uri.clone()).collect();
        due.iter().any(|uri| self.refresh(uri) || self.documents[uri].running)
    }
    /// Brings a document up to date, here when that is quick, else on a worker. `true` when it is up to date now.
    fn refresh(&mut self, uri: &Uri) -> bool {
        let Some(open) = self.documents.get(uri) else { return false };
        if open.is_read() {
            return true;
        }
        if open.running {
            return false;
        }
        let Some(language) = open.language else { return true };
        let path = path_of(uri);
        let (known, slow) = (open.surroundings.clone(), open.slow);
        let prepare: Box<dyn FnOnce() -> Arc<Surroundings> + Send> = match known {
            Some(surroundings) => Box::new(move || surroundings),
            None => {
                let home = projects::home(path.as_deref(), &self.roots).unwrap_or_default();
                let Some(project) = self.project(&home) else { return false };
                let name = relative(uri, path.as_deref(), &home);
                Box::new(move || Arc::new(surround(name, language, project)))
            }
        };
        let Some(open) = self.documents.get_mut(uri) else { return false };
        let (text, old, quiet) = (open.document.shared(), open.document.start_reading(), !is_editable(uri));
        let revision = open.revision;
        let work = move || {
            let begun = Instant::now();
            let (reading, tree) = read(Job { text, surroundings: prepare(), old, quiet });
            (reading, tree, begun.elapsed())
        };
        if slow {
            open.running = true;
            let (me, door, uri) = (self.me.clone(), self.door.clone(), uri.clone());
            self.workers.spawn_blocking(move || {
                let (reading, tree, took) = work();
                door.post(move || {
                    if let Some(world) = me.upgrade() {
                        lock(&world).land(&uri, revision, reading, tree, took);
                    }
                });
            });
            return false;
        }
        let (reading, tree, took) = work();
        self.land(uri, revision, reading, tree, took);
        true
    }
    /// A reading is there. One of an older text only gives its tree to the next, which `idle` or a question starts.
    fn land(
        &mut self,
        uri: &Uri,
        revision: u64,
        reading: Reading,
        tree: Option<tree_sitter::Tree>,
        took: Duration,
    ) {
        let Some(open) = self.documents.get_mut(uri) else { return };
        open.running = false;
        open.slow = if open.slow { took > FAST } else { took > SLOW };
        open.document.keep_tree(tree);
        if revision != open.revision {
            return;
        }
        open.surroundings = Some(reading.surroundings.clone());
        open.reading = Some(reading);
        open.read = revision;
        self.settle(uri);
    }
    /// A document is up to date: publish, and answer who waited.
    fn settle(&mut self, uri: &Uri) {
        let Some(diagnostics) = self.view(uri).map(|view| view.to_diagnostics()) else { return };
        self.results += 1;
        let next = self.results;
        let Some(open) = self.documents.get_mut(uri) else { return };
        if open.diagnostics != diagnostics {
            open.diagnostics = diagnostics;
            open.result = next;
        }
        let waiting = std::mem::take(&mut open.waiting);
        let newer = open.published < open.revision;
        open.published = open.revision;
        if newer && !self.client.pulls {
            let open = &self.documents[uri];
            self.publish(uri.clone(), Some(open.version), &open.diagnostics);
        }
        if let Some(view) = self.view(uri) {
            waiting.into_iter().for_each(|question| question(&view));
        }
    }
    fn publish(&self, uri: Uri, version: Option<i32>, diagnostics: &[Diagnostic]) {
        let version = version.filter(|_| self.client.versions);
        let params = PublishDiagnosticsParams { uri, version, diagnostics: diagnostics.to_vec() };
        self.door.notify("textDocument/publishDiagnostics", &params);
    }

    // ---- projects and settings

    /// The folders that are open.
    pub fn set_roots(&mut self, roots: Vec<PathBuf>) {
        self.roots = roots;
        self.documents.values_mut().for_each(Open::unsettle);
    }
    /// Folders came and went.
    pub fn change_roots(&mut self, added: Vec<PathBuf>, removed: &[PathBuf]) {
        let mut roots = std::mem::take(&mut self.roots);
        roots.retain(|root| !removed.contains(root));
        roots.extend(added);
        self.set_roots(roots);
    }
    /// New settings from the editor; the same ones as before change nothing. `true` when something changed.
    pub fn configure(&mut self, value: &Value) -> bool {
        let Some(settings) = EditorSettings::read(value).filter(|settings| *settings != self.settings) else {
            return false;
        };
        let reload = settings.configuration != self.settings.configuration;
        self.settings = settings;
        if reload {
            let homes: Vec<PathBuf> = self.projects.keys().cloned().collect();
            homes.into_iter().for_each(|home| self.start_loading(home));
        }
        true
    }
    /// A file that tells what projects are has changed, come or gone.
    pub fn file_changed(&mut self, path: &Path) {
        // A project may be told by a file above its folder, as well as by one inside.
        let homes: Vec<PathBuf> = self
            .projects
            .keys()
            .filter(|home| {
                path.starts_with(home) || path.parent().is_some_and(|folder| home.starts_with(folder))
            })
            .cloned()
            .collect();
        homes.into_iter().for_each(|home| self.start_loading(home));
    }
    /// The project of a folder, if it is loaded; else it is being loaded from now on.
    fn project(&mut self, home: &Path) -> Option<Arc<Project>> {
        match self.projects.get(home) {
            Some(State::Loaded(project)) => Some(project.clone()),
            Some(State::Loading) => None,
            None => {
                self.start_loading(home.to_path_buf());
                None
            }
        }
    }
    fn start_loading(&mut self, home: PathBuf) {
        self.projects.insert(home.clone(), State::Loading);
        let (me, door, load, settings) =
            (self.me.clone(), self.door.clone(), self.load, self.settings.clone());
        self.workers.spawn_blocking(move || {
            let loaded = std::panic::catch_unwind(|| load(&home, &settings)).unwrap_or_default();
            door.post(move || {
                if let Some(world) = me.upgrade() {
                    lock(&world).project_loaded(home, settings, loaded);
                }
            });
        });
    }
    fn project_loaded(&mut self, home: PathBuf, settings: EditorSettings, loaded: Loaded) {
        if settings.configuration != self.settings.configuration {
            return self.start_loading(home);
        }
        self.accuse(&home, loaded.problems);
        self.projects.insert(home.clone(), State::Loaded(Arc::new(loaded.project)));
        let roots = self.roots.clone();
        for (uri, open) in &mut self.documents {
            if projects::home(path_of(uri).as_deref(), &roots).unwrap_or_default() == home {
                open.unsettle();
            }
        }
        self.refresh_client();
    }
    /// Shows what is wrong in configurations, where it is wrong.
    fn accuse(&mut self, home: &Path, problems: Vec<Problem>) {
        let mut by_file: HashMap<Uri, Vec<Diagnostic>> =
            self.accused.remove(home).unwrap_or_default().into_iter().map(|uri| (uri, vec![])).collect();
        for problem in problems {
            self.door.notify(
                "window/showMessage",
                &ShowMessageParams {
                    kind: MessageType::Warning,
                    message: format!("lsp-lint: {}", problem.message),
                },
            );
            let Some(path) = problem.path else { continue };
            let uri = uri_of(&path);
            by_file.entry(uri.clone()).or_default().push(Diagnostic {
                range: self.range_in_file(&path, problem.span),
                severity: Some(DiagnosticSeverity::Error),
                source: Some(SOURCE.into()),
                message: problem.message.into(),
                ..Diagnostic::default()
            });
            self.accused.entry(home.to_path_buf()).or_default().push(uri);
        }
        for (uri, diagnostics) in by_file {
            self.publish(uri, None, &diagnostics);
        }
    }
    fn range_in_file(&self, path: &Path, span: Option<std::ops::Range<usize>>) -> Range {
        let (Some(span), Ok(text)) = (span, std::fs::read_to_string(path)) else { return Range::default() };
        let lines = LineIndex::new(&text);
        let at = |byte: usize| {
            let (line, character) = lines.position(&text, byte as u32, self.client.unit);
            Position { line, character }
        };
        Range { start: at(span.start), end: at(span.end) }
    }
    /// Tells a client that asks for things itself that the answers may be others now.
    pub fn refresh_client(&self) {
        let (diagnostics, hints) =
            (self.client.pulls && self.client.refresh_diagnostics, self.client.refresh_hints);
        self.request(move |peer| async move {
            if diagnostics {
                let _ = peer.workspace_diagnostic_refresh().await;
            }
            if hints {
                let _ = peer.inlay_hint_refresh().await;
            }
        });
    }
    /// The way to ask the client something, once there is one.
    pub fn set_peer(&mut self, peer: tower_lsp::Client) {
        self.peer = Some(peer);
    }
    /// Asks the client something, elsewhere and with a time limit: a handler that waited for the client while a burst of
    /// messages arrives would wait for good.
    pub fn request<F: Future<Output = ()> + Send + 'static>(&self, ask: impl FnOnce(tower_lsp::Client) -> F) {
        if let Some(peer) = self.peer.clone() {
            self.workers.spawn(tokio::time::timeout(PATIENCE, ask(peer)));
        }
    }
    /// Runs something on the loop's thread later, with the state.
    pub fn later(&self) -> impl FnOnce(Box<dyn FnOnce(&mut World) + Send>) + Send + 'static {
        let (me, door) = (self.me.clone(), self.door.clone());
        move |work| {
            door.post(move || {
                if let Some(world) = me.upgrade() {
                    work(&mut lock(&world));
                }
            });
        }
    }
    /// A line in the client's log.
    pub fn log(&self, kind: MessageType, message: &str) {
        self.door.notify("window/logMessage", &LogMessageParams { kind, message: message.to_string() });
    }
}

/// Everything a document is read with; what its language and libraries say is loaded here, on the thread that reads.
fn surround(path: String, language: &'static Language, project: Arc<Project>) -> Surroundings {
    let (settings, registry) = (project.settings(&path), Arc::default());
    Surroundings { vocabulary: project.vocabulary(language), path, language, registry, project, settings }
}

/// The path that overrides and detection see.
fn relative(uri: &Uri, path: Option<&Path>, home: &Path) -> String {
    let Some(path) = path else { return name_of(uri) };
    path.strip_prefix(home).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
