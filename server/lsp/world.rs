//! Everything the server knows, owned by the loop's thread. Other threads read documents and load projects, and post what
//! came of it back through the [`Door`].

use super::answers::{SOURCE, View};
use super::client::Client;
use super::document::{Document, Replacement};
use super::paths::{is_editable, name_of, path_of, uri_of};
use super::projects::{self, EditorSettings, Loaded, Problem, surround};
use super::reading::{Job, Reading, Surroundings, glance, read, spot};
use super::sweep::{self, Failure, Haul, Piece, Progress, Scope, Snapshot, Text};
use super::transport::Door;
use crate::languages::{self, Language};
use crate::project::Project;
use crate::rules::Finding;
use crate::text::{LineIndex, Span};
use crate::workspace::Workspace;
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak, mpsc};
use std::time::{Duration, Instant};
use tower_lsp::gen_lsp_types::{
    ClientCapabilities, Diagnostic, DiagnosticSeverity, LogMessageParams, MessageType, Position,
    ProgressToken, PublishDiagnosticsParams, Range, ShowMessageParams, TextDocumentContentChangeEvent, Uri,
};

/// A reading that takes longer than this moves to another thread, where the next one of that document begins.
const SLOW: Duration = Duration::from_millis(8);
/// One that is faster than this comes back.
const FAST: Duration = Duration::from_millis(4);

/// What was known of a text of more bytes than this is given back on a worker.
const LARGE: usize = 64 << 10;

/// The whole reading of a document whose edited part was read waits this long for the next key.
const REST: Duration = Duration::from_millis(120);

/// How long the client may take to answer us.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a sweep waits for the client to agree that progress is shown.
const POLITENESS: Duration = Duration::from_secs(1);

/// The most text (in bytes) of states that are gone but still asked about, for each document.
const MOST_EARLIER: usize = 16 << 20;

/// A question that waits until a document is read.
struct Waiting {
    question: Question,
    /// It names a place, which an edit may move: it is answered for the text that it was asked about.
    about_a_place: bool,
}

/// What a question is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A place, which edits may move.
    Place,
    /// What stands at a place: of a large document that is edited, the item around it is enough.
    Item(Position),
    /// The document as it is now.
    Document,
    /// Its diagnostics, of which the edited part of a large document is enough: more may follow.
    Diagnostics,
}

type Question = Box<dyn FnOnce(&View) + Send>;

/// A state of a document that is gone, and what was asked about places in it.
struct Earlier {
    text: Arc<str>,
    version: i32,
    revision: u64,
    questions: Vec<Question>,
}

/// A change of the state that another thread wants.
pub type Work = Box<dyn FnOnce(&mut World) + Send>;

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
    /// The findings that `diagnostics` are made of.
    shown: Vec<Finding>,
    /// The revision that was last looked at in part only.
    glanced: u64,
    /// When that was, if it was enough to show something.
    glanced_at: Option<Instant>,
    waiting: Vec<Waiting>,
    earlier: VecDeque<Earlier>,
}

impl Open {
    fn is_read(&self) -> bool {
        self.language.is_none() || (self.reading.is_some() && self.read == self.revision)
    }
    /// Its edited part is shown, and the next key may be on its way.
    fn rests(&self) -> bool {
        self.glanced == self.revision
            && self.waiting.is_empty()
            && self.glanced_at.is_some_and(|at| at.elapsed() < REST)
    }
    /// What it was read with no longer holds.
    fn unsettle(&mut self, revision: u64) {
        self.surroundings = None;
        self.revision = revision;
    }
    /// Keeps the text for the questions that were asked about places in it.
    fn remember(&mut self) {
        let (about_places, others) =
            std::mem::take(&mut self.waiting).into_iter().partition(|w| w.about_a_place);
        self.waiting = others;
        let questions: Vec<Question> =
            about_places.into_iter().map(|waiting: Waiting| waiting.question).collect();
        if questions.is_empty() {
            return;
        }
        let (text, version, revision) = (self.document.shared(), self.version, self.revision);
        self.earlier.push_back(Earlier { text, version, revision, questions });
        // A client that asks at every key of a huge document takes the answers back itself.
        while self.earlier.iter().map(|earlier| earlier.text.len()).sum::<usize>() > MOST_EARLIER {
            self.earlier.pop_front();
        }
    }
}

/// A project, once it is loaded.
enum State {
    /// For the first time, or again: then answers were given that may be others now.
    Loading {
        again: bool,
        /// What is found under another number was looked for before something changed once more.
        ticket: u64,
    },
    Loaded(Arc<Workspace>),
}

/// The server's whole state.
pub struct World {
    me: Weak<Mutex<World>>,
    door: Door,
    workers: tokio::runtime::Handle,
    /// The way to ask the client something.
    peer: Option<tower_lsp::Client>,
    /// What the client can.
    pub client: Client,
    /// The client has agreed to watch files. Until it does they are looked at when they are saved, and always if it refuses.
    pub watched: bool,
    /// What the editor's settings say.
    pub settings: EditorSettings,
    documents: HashMap<Uri, Open>,
    roots: Vec<PathBuf>,
    projects: HashMap<Option<PathBuf>, State>,
    /// Projects were loaded again, and the client is told so when all of them are.
    outdated: bool,
    /// Files with a configuration problem on display, by the project's folder.
    accused: HashMap<Option<PathBuf>, Vec<Uri>>,
    /// Sweeps that run, by the tokens that call them off.
    sweeps: Vec<(ProgressToken, Weak<AtomicBool>)>,
    /// Held by the sweep whose turn it is: two at once would only take the processors from each other.
    turn: Arc<Mutex<()>>,
    ticks: u64,
}

/// The state behind its lock, which only the loop's thread takes.
pub type Shared = Arc<Mutex<World>>;

/// Takes the lock. A handler that panicked has left a state that is whole: every change is one assignment.
pub fn lock(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    /// A server that nobody has spoken to yet. Nothing is parsed here, nor before `initialize` is answered.
    pub fn new(door: Door, workers: tokio::runtime::Handle) -> Shared {
        Arc::new_cyclic(|me| {
            Mutex::new(World {
                me: me.clone(),
                door,
                workers,
                peer: None,
                client: Client::new(&ClientCapabilities::default(), None),
                watched: false,
                settings: EditorSettings::default(),
                documents: HashMap::new(),
                roots: vec![],
                projects: HashMap::new(),
                outdated: false,
                accused: HashMap::new(),
                sweeps: vec![],
                turn: Arc::default(),
                ticks: 0,
            })
        })
    }

    /// Numbers that grow and are never used twice.
    fn next(&mut self) -> u64 {
        self.ticks += 1;
        self.ticks
    }

    // ---- documents

    /// A document was opened, or opened again.
    pub fn open(&mut self, uri: Uri, language: &str, version: i32, text: String) {
        let path = path_of(&uri).map_or_else(|| name_of(&uri), |path| path.to_string_lossy().into_owned());
        let language = languages::by_editor_id(language).or_else(|| languages::by_path(&path));
        let revision = self.next();
        let by_lines = language.is_some_and(|language| language.traits.call_macros);
        let document = Document::new(text);
        let open = Open {
            document: if by_lines { document } else { document.exact() },
            version,
            revision,
            language,
            surroundings: None,
            reading: None,
            read: 0,
            running: false,
            slow: true,
            diagnostics: vec![],
            result: revision,
            published: 0,
            shown: vec![],
            glanced: 0,
            glanced_at: None,
            waiting: vec![],
            earlier: VecDeque::new(),
        };
        self.documents.insert(uri, open);
    }
    /// The text changed. Only the text is touched: reading waits until somebody asks, or no message waits.
    pub fn change(&mut self, uri: &Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let (unit, revision) = (self.client.unit, self.next());
        let Some(open) = self.documents.get_mut(uri) else {
            return self.log(MessageType::Warning, &format!("a change of {uri}, which is not open"));
        };
        open.remember();
        open.document.apply(changes, unit);
        open.version = version;
        open.revision = revision;
    }
    /// The document was saved: the moment to parse it whole, and to take its codes for typed.
    pub fn save(&mut self, uri: &Uri) {
        let revision = self.next();
        if let Some(open) = self.documents.get_mut(uri) {
            open.document.forget_tree();
            open.revision = revision;
            if open.document.finish_typing() {
                self.refresh_diagnostics();
            }
        }
        if !self.watched
            && let Some(path) = path_of(uri).filter(|path| projects::is_telling(path))
        {
            self.files_changed(&[path]);
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
    pub fn ask(
        &mut self,
        uri: &Uri,
        about: About,
        question: impl FnOnce(&View) + Send + 'static,
    ) -> Option<()> {
        self.documents.get(uri)?;
        if let Some(reading) = self.spot(uri, about) {
            question(&View { reading: Some(&reading), ..self.view(uri)? });
        } else if about == About::Diagnostics && self.is_glanced(uri) || self.refresh(uri) {
            question(&self.view(uri)?);
        } else if let Some(open) = self.documents.get_mut(uri) {
            let about_a_place = matches!(about, About::Place | About::Item(_));
            open.waiting.push(Waiting { question: Box::new(question), about_a_place });
        }
        Some(())
    }
    /// The item around the place that is asked about, in a large document that is edited.
    fn spot(&mut self, uri: &Uri, about: About) -> Option<Reading> {
        let About::Item(position) = about else { return None };
        if !self.is_glanced(uri) {
            return None;
        }
        let unit = self.client.unit;
        let open = self.documents.get_mut(uri)?;
        let (surroundings, tree) = (open.surroundings.clone()?, open.document.tree()?.clone());
        let byte = open.document.byte(position, unit);
        spot(
            open.document.shared(),
            &surroundings,
            &tree,
            Span { start: byte, end: byte },
            open.shown.clone(),
        )
    }
    /// A large document was edited: its diagnostics are those of the edited part, and of the rest as it was. `true` when they are.
    fn is_glanced(&mut self, uri: &Uri) -> bool {
        let due = |open: &Open| open.slow && !open.is_read() && open.glanced != open.revision;
        if self.documents.get(uri).is_some_and(due) {
            self.glance(uri);
        }
        self.documents.get(uri).is_some_and(|open| !open.is_read() && open.published == open.revision)
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
        let edited = self
            .documents
            .iter()
            .filter(|(_, open)| open.slow && !open.is_read() && open.glanced != open.revision);
        let edited: Vec<Uri> = edited.map(|(uri, _)| uri.clone()).collect();
        edited.iter().for_each(|uri| self.glance(uri));
        let due = self.documents.iter().filter(|(_, open)| {
            !open.running && (!open.is_read() && !open.rests() || !open.earlier.is_empty())
        });
        let due: Vec<Uri> = due.map(|(uri, _)| uri.clone()).collect();
        due.iter().any(|uri| self.look_back(uri) || self.refresh(uri) || self.documents[uri].running)
    }
    /// Shows what the edited part of a large document says now; the whole reading follows and has the last word.
    fn glance(&mut self, uri: &Uri) {
        let next = self.next();
        let Some(open) = self.documents.get_mut(uri) else { return };
        open.glanced = open.revision;
        open.glanced_at = None;
        let (Some(surroundings), Some(tree)) = (open.surroundings.clone(), open.document.tree().cloned())
        else {
            return;
        };
        let Some((edits, touched)) =
            open.document.unseen().filter(|_| is_editable(uri) && !surroundings.foreign)
        else {
            return;
        };
        let text = open.document.shared();
        let Some(look) = glance(text, &surroundings, &tree, touched) else { return };
        let kept = std::mem::take(&mut open.shown).into_iter().filter_map(|finding| moved(finding, &edits));
        open.shown = kept.filter(|finding| !look.part.overlaps(finding.span)).chain(look.findings).collect();
        open.shown.sort_by_key(|finding| (finding.span.start, finding.span.end, finding.rule));
        open.document.step(look.tree);
        open.document.shown();
        open.glanced_at = Some(Instant::now());
        self.show(uri, next);
        let later = self.later();
        self.workers.spawn(async move {
            tokio::time::sleep(REST).await;
            later(Box::new(|world: &mut World| {
                world.idle();
            }));
        });
    }
    /// Makes diagnostics of the findings to show, and publishes them. `true` when they are others than before.
    fn show(&mut self, uri: &Uri, next: u64) -> bool {
        let Some(open) = self.documents.get(uri) else { return false };
        let Some(diagnostics) = self.view(uri).map(|view| view.to_diagnostics(&open.shown)) else {
            return false;
        };
        let Some(open) = self.documents.get_mut(uri) else { return false };
        let changed = open.diagnostics != diagnostics;
        if changed {
            open.diagnostics = diagnostics;
            open.result = next;
        }
        let newer = open.published < open.revision;
        open.published = open.revision;
        if (newer || changed) && !self.client.pulls {
            let open = &self.documents[uri];
            self.publish(uri.clone(), Some(open.version), &open.diagnostics);
        }
        changed
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
        let Some(prepare) = self.prepare(uri) else { return false };
        let Some(open) = self.documents.get_mut(uri) else { return false };
        let (text, old, quiet) = (open.document.shared(), open.document.start_reading(), !is_editable(uri));
        let (revision, slow, named) = (open.revision, open.slow, uri.clone());
        let work = move || {
            let begun = Instant::now();
            let (reading, tree) = read(Job { text, surroundings: prepare(), old, quiet });
            let took = begun.elapsed();
            move |world: &mut World| world.land(&named, revision, reading, tree, took)
        };
        self.run(uri, slow, work);
        !slow
    }
    /// Reads the oldest state that is gone and still asked about. `true` when there was one.
    fn look_back(&mut self, uri: &Uri) -> bool {
        if self.documents.get(uri).is_none_or(|open| open.earlier.is_empty()) {
            return false;
        }
        let Some(prepare) = self.prepare(uri) else { return false };
        let Some(open) = self.documents.get_mut(uri) else { return false };
        let Some(earlier) = open.earlier.pop_front() else { return false };
        let (text, slow, quiet, named) = (earlier.text.clone(), open.slow, !is_editable(uri), uri.clone());
        let work = move || {
            let (reading, _) = read(Job { text, surroundings: prepare(), old: None, quiet });
            move |world: &mut World| {
                if let Some(open) = world.documents.get_mut(&named) {
                    open.running = false;
                }
                world.answer(&named, earlier, &reading);
            }
        };
        self.run(uri, slow, work);
        true
    }
    /// Does the work here, or on a worker with what comes after it back here.
    fn run<After: FnOnce(&mut World) + Send + 'static>(
        &mut self,
        uri: &Uri,
        elsewhere: bool,
        work: impl FnOnce() -> After + Send + 'static,
    ) {
        if let Some(open) = self.documents.get_mut(uri) {
            open.running = true;
        }
        if !elsewhere {
            return work()(self);
        }
        let later = self.later();
        self.workers.spawn_blocking(move || {
            let after = work();
            later(Box::new(after));
        });
    }
    /// What a document is read with; loading it is left to the thread that reads. `None`: its project is not there yet,
    /// or its language is not served.
    fn prepare(&mut self, uri: &Uri) -> Option<Box<dyn FnOnce() -> Arc<Surroundings> + Send>> {
        let open = self.documents.get(uri)?;
        let language = open.language?;
        if let Some(surroundings) = open.surroundings.clone() {
            return Some(Box::new(move || surroundings));
        }
        let path = path_of(uri);
        let home = projects::home(path.as_deref(), &self.roots);
        let workspace = self.workspace(&home)?;
        let name = name_of(uri);
        // Below a folder that was opened only what is deeper counts: people open their dependencies on purpose.
        let in_root = home.is_some_and(|home| self.roots.contains(&home));
        Some(Box::new(move || Arc::new(surround(path.as_deref(), name, language, &workspace, in_root))))
    }
    /// A reading is there. One of a state that is gone answers who asked about it, and gives its tree to the next.
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
            let asked = open.earlier.iter().position(|earlier| earlier.revision == revision);
            if let Some(earlier) = asked.and_then(|at| open.earlier.remove(at)) {
                self.answer(uri, earlier, &reading);
            }
            return;
        }
        open.surroundings = Some(reading.surroundings.clone());
        let before = open.reading.replace(reading);
        open.read = revision;
        // To take a large one apart costs time that nobody has to wait for.
        if before.as_ref().is_some_and(|before| before.facts.text.len() > LARGE) {
            self.workers.spawn_blocking(move || drop(before));
        }
        self.settle(uri);
    }
    /// Answers what was asked about a state that is gone.
    fn answer(&self, uri: &Uri, earlier: Earlier, reading: &Reading) {
        let document = Document::new(earlier.text.to_string());
        let view = View {
            uri,
            version: earlier.version,
            document: &document,
            reading: Some(reading),
            client: &self.client,
            hints: self.settings.hints,
            quiet: !is_editable(uri),
            result: 0,
            diagnostics: &[],
        };
        earlier.questions.into_iter().for_each(|question| question(&view));
    }
    /// A document is up to date: publish, and answer who waited.
    fn settle(&mut self, uri: &Uri) {
        let next = self.next();
        let Some(open) = self.documents.get_mut(uri) else { return };
        open.shown = open.reading.as_ref().map(|reading| reading.findings.clone()).unwrap_or_default();
        open.document.shown();
        let after_a_glance = open.glanced == open.revision && open.glanced_at.is_some();
        let waiting = std::mem::take(&mut open.waiting);
        if self.show(uri, next) && after_a_glance {
            self.refresh_diagnostics();
        }
        if let Some(view) = self.view(uri) {
            waiting.into_iter().for_each(|waiting| (waiting.question)(&view));
        }
    }
    fn publish(&self, uri: Uri, version: Option<i32>, diagnostics: &[Diagnostic]) {
        let params = PublishDiagnosticsParams { uri, version, diagnostics: diagnostics.to_vec() };
        self.door.notify("textDocument/publishDiagnostics", &params);
    }

    // ---- sweeps

    /// A document of this address is open.
    pub fn is_open(&self, uri: &Uri) -> bool {
        self.documents.contains_key(uri)
    }
    /// The path of a document relative to its workspace folder; `None` outside all of them.
    pub fn shown(&self, uri: &Uri) -> Option<String> {
        sweep::shown(&path_of(uri)?, &self.roots)
    }
    /// Sweeps as things are now, and answers from another thread. Returns the flag that calls it off.
    pub fn sweep<T: Send + 'static>(
        &mut self,
        scope: Scope,
        token: Option<ProgressToken>,
        title: &'static str,
        work: impl Fn(Piece) -> Option<T> + Send + Sync + 'static,
        answer: impl FnOnce(Result<Haul<T>, Failure>) + Send + 'static,
    ) -> Arc<AtomicBool> {
        let (stop, turn, snapshot) = (Arc::<AtomicBool>::default(), self.turn.clone(), self.snapshot());
        let progress = self.progress(token, title, &stop);
        let stopped = stop.clone();
        let sweep = move || {
            let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
            let progress = progress();
            progress.begin();
            let haul = snapshot.sweep(&scope, &stopped, &progress, work);
            progress.end();
            answer(haul);
        };
        // Without a thread the answer is dropped, and who waits for it is told.
        drop(std::thread::Builder::new().name("sweep".into()).spawn(sweep));
        stop
    }
    /// Calls the sweep of this token off.
    pub fn call_off(&self, token: &ProgressToken) {
        let called = self.sweeps.iter().filter(|(known, _)| known == token);
        called.filter_map(|(_, stop)| stop.upgrade()).for_each(|stop| stop.store(true, Ordering::Relaxed));
    }
    fn snapshot(&mut self) -> Snapshot {
        let open = self.documents.iter_mut().filter(|(uri, _)| is_editable(uri));
        let mut texts: Vec<Text> = open
            .map(|(uri, open)| Text {
                uri: uri.clone(),
                version: open.version,
                text: open.document.shared(),
                language: open.language,
                path: path_of(uri),
            })
            .collect();
        texts.sort_by(|a, b| a.uri.as_ref().cmp(b.uri.as_ref()));
        let loaded = self.projects.iter().filter_map(|(home, state)| match state {
            State::Loaded(workspace) => Some((home.clone(), workspace.clone())),
            State::Loading { .. } => None,
        });
        Snapshot {
            roots: self.roots.clone(),
            texts,
            projects: loaded.collect(),
            settings: self.settings.clone(),
        }
    }
    /// Progress under the client's token, or under one of ours, which the client is asked to show first; not on this thread.
    fn progress(
        &mut self,
        token: Option<ProgressToken>,
        title: &'static str,
        stop: &Arc<AtomicBool>,
    ) -> impl FnOnce() -> Progress + Send + 'static {
        let ours = token.is_none();
        let token = token.unwrap_or_else(|| format!("lsp-lint {}", self.next()).into());
        self.sweeps.retain(|(_, stop)| stop.strong_count() > 0);
        self.sweeps.push((token.clone(), Arc::downgrade(stop)));
        let peer = self.peer.clone().filter(|_| self.client.progress);
        let (door, workers) = (self.door.clone(), self.workers.clone());
        move || {
            let wanted = !ours
                || peer.is_some_and(|peer| {
                    let (sender, agreed) = mpsc::channel();
                    let token = token.clone();
                    workers.spawn(async move {
                        let agreed =
                            tokio::time::timeout(POLITENESS, peer.create_work_done_progress(token)).await;
                        let _ = sender.send(matches!(agreed, Ok(Ok(()))));
                    });
                    agreed.recv().unwrap_or(false)
                });
            if wanted { Progress::new(door, token, title) } else { Progress::untold(door) }
        }
    }

    // ---- projects and settings

    /// The project of the first folder, else what the editor's settings say; loading it is left to the thread that asks.
    pub fn first_project(&self) -> impl FnOnce() -> Project + Send + 'static {
        let home = projects::home(None, &self.roots);
        let loaded = match self.projects.get(&home) {
            Some(State::Loaded(workspace)) => Some(workspace.clone()),
            _ => None,
        };
        let settings = self.settings.clone();
        move || match loaded {
            Some(workspace) => workspace.project(),
            None => projects::load(home.as_deref(), &settings)
                .map_or_else(Project::default, |loaded| loaded.workspace.project()),
        }
    }

    /// The folders that are open.
    pub fn set_roots(&mut self, roots: Vec<PathBuf>) {
        self.roots = roots;
        let revision = self.next();
        self.documents.values_mut().for_each(|open| open.unsettle(revision));
    }
    /// Folders came and went.
    pub fn change_roots(&mut self, added: Vec<PathBuf>, removed: &[PathBuf]) {
        let mut roots = std::mem::take(&mut self.roots);
        roots.retain(|root| !removed.contains(root));
        roots.extend(added);
        self.set_roots(roots);
        self.refresh_client();
    }
    /// New settings from the editor; the same ones as before change nothing.
    pub fn configure(&mut self, value: &Value) {
        let Some(settings) = EditorSettings::read(value) else { return };
        let before = std::mem::replace(&mut self.settings, settings);
        if self.settings.configuration != before.configuration {
            // The client is told when the projects are read again.
            let homes: Vec<Option<PathBuf>> = self.projects.keys().cloned().collect();
            homes.into_iter().for_each(|home| self.start_loading(home));
        } else if self.settings.hints != before.hints {
            self.refresh_hints();
        }
    }
    /// Files that tell what projects are have changed, come or gone.
    pub fn files_changed(&mut self, paths: &[PathBuf]) {
        // A project may be told by a file above its folder, as well as by one inside.
        let tells = |path: &PathBuf, home: &Path| {
            path.starts_with(home) || path.parent().is_some_and(|folder| home.starts_with(folder))
        };
        let concerned = |home: &&Option<PathBuf>| {
            home.as_ref().is_some_and(|home| paths.iter().any(|path| tells(path, home)))
        };
        let homes: Vec<Option<PathBuf>> = self.projects.keys().filter(concerned).cloned().collect();
        homes.into_iter().for_each(|home| self.start_loading(home));
    }
    /// What holds in a folder, if it is loaded; else it is being loaded from now on.
    fn workspace(&mut self, home: &Option<PathBuf>) -> Option<Arc<Workspace>> {
        match self.projects.get(home) {
            Some(State::Loaded(workspace)) => Some(workspace.clone()),
            Some(State::Loading { .. }) => None,
            None => {
                self.start_loading(home.clone());
                None
            }
        }
    }
    fn start_loading(&mut self, home: Option<PathBuf>) {
        let again = match self.projects.get(&home) {
            Some(State::Loaded(_)) => true,
            Some(State::Loading { again, .. }) => *again,
            None => false,
        };
        let ticket = self.next();
        self.projects.insert(home.clone(), State::Loading { again, ticket });
        let (me, door, settings) = (self.me.clone(), self.door.clone(), self.settings.clone());
        self.workers.spawn_blocking(move || {
            let loaded =
                std::panic::catch_unwind(|| projects::load(home.as_deref(), &settings)).ok().flatten();
            door.post(move || {
                if let Some(world) = me.upgrade() {
                    lock(&world).loaded(home, ticket, loaded);
                }
            });
        });
    }
    fn loaded(&mut self, home: Option<PathBuf>, ticket: u64, loaded: Option<Loaded>) {
        let again = match self.projects.get(&home) {
            Some(State::Loading { again, ticket: newest }) if *newest == ticket => *again,
            _ => return,
        };
        let Some(Loaded { workspace, problems }) = loaded else { return };
        self.accuse(&home, problems);
        let revision = self.next();
        for (uri, open) in &mut self.documents {
            if projects::home(path_of(uri).as_deref(), &self.roots) == home {
                open.unsettle(revision);
            }
        }
        self.projects.insert(home, State::Loaded(Arc::new(workspace)));
        // One change of the settings is one reason to ask anew, however many projects it concerns.
        self.outdated |= again;
        if self.outdated
            && !self.projects.values().any(|state| matches!(state, State::Loading { again: true, .. }))
        {
            self.outdated = false;
            self.refresh_client();
        }
    }
    /// Shows what is wrong in configurations, where it is wrong.
    fn accuse(&mut self, home: &Option<PathBuf>, problems: Vec<Problem>) {
        let mut by_file: HashMap<Uri, Vec<Diagnostic>> =
            self.accused.remove(home).unwrap_or_default().into_iter().map(|uri| (uri, vec![])).collect();
        for problem in problems {
            let message = format!("lsp-lint: {}", problem.message);
            self.say(MessageType::Warning, message);
            let Some((path, text)) = problem.file else { continue };
            let (uri, lines) = (uri_of(&path), LineIndex::new(&text));
            let at = |byte: u32| {
                let (line, character) = lines.position(&text, byte, self.client.unit);
                Position { line, character }
            };
            by_file.entry(uri.clone()).or_default().push(Diagnostic {
                range: Range { start: at(problem.span.start), end: at(problem.span.end) },
                severity: Some(DiagnosticSeverity::Error),
                source: Some(SOURCE.into()),
                message: problem.message.into(),
                ..Diagnostic::default()
            });
            self.accused.entry(home.clone()).or_default().push(uri);
        }
        for (uri, diagnostics) in by_file {
            self.publish(uri, None, &diagnostics);
        }
    }
    /// Tells a client that asks for things itself that the answers may be others now.
    fn refresh_client(&self) {
        self.refresh_diagnostics();
        self.refresh_hints();
    }
    fn refresh_diagnostics(&self) {
        if self.client.pulls && self.client.refresh_diagnostics && self.has_answered() {
            self.request(|peer| async move { drop(peer.workspace_diagnostic_refresh().await) });
        }
    }
    fn refresh_hints(&self) {
        if self.client.refresh_hints && self.has_answered() {
            self.request(|peer| async move { drop(peer.inlay_hint_refresh().await) });
        }
    }
    /// Something was read, so that answers may have been given. What is asked before is answered as things are by then.
    fn has_answered(&self) -> bool {
        self.documents.values().any(|open| open.reading.is_some())
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
    pub fn later(&self) -> impl FnOnce(Work) + Send + 'static {
        let (me, door) = (self.me.clone(), self.door.clone());
        move |work: Work| {
            door.post(move || {
                if let Some(world) = me.upgrade() {
                    work(&mut lock(&world));
                }
            });
        }
    }
    /// The same without a limit: a person has to look before the client can answer.
    pub fn request_of_a_person<F: Future<Output = ()> + Send + 'static>(
        &self,
        ask: impl FnOnce(tower_lsp::Client) -> F,
    ) {
        if let Some(peer) = self.peer.clone() {
            self.workers.spawn(ask(peer));
        }
    }
    /// Does something on a worker.
    pub fn on_a_worker<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> tokio::task::JoinHandle<T> {
        self.workers.spawn_blocking(work)
    }
    /// A message that a person sees.
    pub fn say(&self, kind: MessageType, message: String) {
        self.door.notify("window/showMessage", &ShowMessageParams { kind, message });
    }
    /// A line in the client's log.
    pub fn log(&self, kind: MessageType, message: &str) {
        self.door.notify("window/logMessage", &LogMessageParams { kind, message: message.to_string() });
    }
}

/// A finding where its text stands after some edits; `None` when its own text was edited. Fixes that reach into edited text go.
fn moved(mut finding: Finding, edits: &[Replacement]) -> Option<Finding> {
    let follow = |span: Span| edits.iter().try_fold(span, |span, edit| edit.moved(span));
    finding.span = follow(finding.span)?;
    finding.related.retain_mut(|related| follow(related.span).map(|span| related.span = span).is_some());
    finding.fixes.retain_mut(|fix| {
        fix.edits.iter_mut().all(|edit| follow(edit.span).map(|span| edit.span = span).is_some())
    });
    Some(finding)
}
