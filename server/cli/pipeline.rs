//! Many files, read on threads with deep stacks, answered in order. What came of a file is all that is kept of it.

use super::Fault;
use super::asking::{Adjusted, Asked};
use super::progress::Progress;
use super::spent::{Accounts, Spent, Work};
use super::turns::Turns;
use crate::detect::{self, STACK, Source};
use crate::facts::{Facts, Note};
use crate::languages;
use crate::lint::concerns;
use crate::report::counted;
use crate::rules::Env;
use crate::text::LineIndex;
use crate::workspace::{File, Skip, Surroundings, Walked, Workspace, read, read_bytes, slashed, walk};
use cpu_time::ProcessTime;
use std::cell::{LazyCell, OnceCell};
use std::collections::{BTreeMap, HashSet};
use std::io::{Read, Write};
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Larger files take turns, in bytes: a tree takes some twenty times the room of its text.
const LARGE: usize = 512 << 10;

/// What the facts of a run are for.
#[derive(Clone, Copy)]
pub enum Purpose<'a> {
    /// To list every mention.
    Listing,
    /// To judge, with these changes of the settings: what is not judged, and what concerns no rule, needs no facts.
    Judging(&'a Adjusted),
}

/// The files of one run.
pub struct Run<'a> {
    asked: &'a Asked,
    purpose: Purpose<'a>,
    /// What surrounds them.
    pub workspace: Workspace,
    walked: Walked,
    /// The text of standard input, when that is what is read.
    pub stdin: Option<Arc<str>>,
    began: Instant,
    /// What the walk took of the processor.
    walk: Duration,
    /// What the rules took by the clock, in nanoseconds.
    rules: AtomicU64,
}

/// One file as it was understood.
pub struct Reading {
    /// What is known about it.
    pub facts: Facts,
    lines: OnceCell<LineIndex>,
    /// What surrounds it.
    pub around: Surroundings,
    /// What it cost.
    pub cost: Cost,
}

impl Reading {
    /// Where its lines start; looked for when something is to be printed.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.facts.text))
    }
}

/// What reading cost.
#[derive(Clone, Copy, Default)]
pub struct Cost {
    bytes: usize,
    parsed: usize,
    accounts: Accounts,
}

/// How many files there were, and which ones could not be read.
#[derive(Default)]
pub struct Tally {
    /// Files that were looked at.
    pub files: usize,
    /// Files that were not, and those that were given up.
    pub skipped: Vec<(String, Skip)>,
    cost: Cost,
}

impl<'a> Run<'a> {
    /// Finds configuration and files.
    ///
    /// # Errors
    /// What is wrong with paths or configuration: all that can be known before the first line is printed.
    pub fn begin(asked: &'a Asked, purpose: Purpose<'a>) -> Result<Run<'a>, Fault> {
        let began = Instant::now();
        let from_stdin = asked.wants_stdin()?;
        asked.check_paths()?;
        let mut workspace = asked.configured.workspace()?;
        asked.paths.iter().for_each(|path| workspace.name(path));
        let walking = ProcessTime::now();
        let (walked, stdin) = match &asked.stdin_filename {
            Some(name) if from_stdin => {
                let mut bytes = vec![];
                std::io::stdin().lock().read_to_end(&mut bytes)?;
                let text =
                    read_bytes(&bytes).map_err(|skip| Fault::Message(format!("standard input: {skip}")))?;
                (pretended(name), Some(text))
            }
            _ => (walk(&asked.paths), None),
        };
        let walk = walking.elapsed();
        if workspace.project().config.nested {
            let folders: HashSet<_> = walked.files.iter().filter_map(|file| file.path.parent()).collect();
            for folder in folders {
                workspace.around(&folder.join("x"))?;
            }
        }
        Ok(Run { asked, purpose, workspace, walked, stdin, began, walk, rules: AtomicU64::default() })
    }

    /// Does `work` on every file, in parallel, and hands each result to `each` in the order of the files.
    ///
    /// # Errors
    /// The first failure of `each`; then a file that was named and cannot be read, and with `--strict-files` any other.
    pub fn each<'r, T: Send>(
        &'r self,
        work: impl Fn(&File, Reading) -> T + Sync,
        mut each: impl FnMut(&File, T) -> Result<(), Fault>,
    ) -> Result<Tally, Fault> {
        let mut tally = Tally::default();
        for (path, fault) in &self.walked.faults {
            tally.skipped.push((path.clone(), Skip::Unreadable(fault.clone())));
        }
        let progress = Progress::new(self.walked.files.len());
        let read = |turns: &Turns<'r>, file: &'r File| -> Result<(T, Cost, Option<Skip>), Skip> {
            let reading = self.read(turns, file)?;
            let (mut cost, skip) = (reading.cost, skip_of(reading.facts.note));
            let judging = self.watch();
            let result = guarded(|| work(file, reading))?;
            cost.accounts.judge = spent(judging);
            Ok((result, cost, skip))
        };
        let printing = self.watch();
        let hand_over = |file: &File, result: Result<(T, Cost, Option<Skip>), Skip>| {
            progress.step();
            match result {
                Ok((result, cost, skip)) => {
                    tally.files += 1;
                    tally.cost.add(&cost);
                    tally.skipped.extend(skip.map(|skip| (file.shown(), skip)));
                    progress.aside(|| each(file, result))
                }
                Err(skip) => {
                    tally.skipped.push((file.shown(), skip));
                    Ok(())
                }
            }
        };
        Turns::within(threads(), |turns| in_order(&self.walked.files, |file| read(turns, file), hand_over))?;
        progress.end();
        tally.cost.accounts.print = spent(printing);
        Ok(tally)
    }

    /// Lets the rules speak, and takes their time.
    pub fn rule<T>(&self, speak: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let said = speak();
        self.rules.fetch_add(began.elapsed().as_nanos() as u64, Ordering::Relaxed);
        said
    }

    /// Work whose time is asked for.
    fn watch(&self) -> Option<Work> {
        self.asked.stats.then(Work::begin)
    }

    /// What follows from the files that could not be read, after everything is printed.
    ///
    /// # Errors
    /// A file that was named and cannot be read, and with `--strict-files` any other.
    pub fn end(&self, tally: &Tally) -> Result<(), Fault> {
        let mut notes = anstream::stderr();
        if self.asked.verbose {
            for (path, skip) in &tally.skipped {
                writeln!(notes, "skipped {}: {skip}", crate::report::harmless(path))?;
            }
        }
        if self.asked.stats {
            let rules = Duration::from_nanos(self.rules.load(Ordering::Relaxed));
            let accounts = Accounts { walk: self.walk, rules, ..tally.cost.accounts };
            writeln!(notes, "{}", tally.in_words(self.began.elapsed(), &accounts))?;
        }
        let named = |path: &str| self.asked.paths.iter().any(|named| slashed(named) == path);
        let fatal = |skip: &Skip| !matches!(skip, Skip::OverBudget);
        let mut unread = tally.skipped.iter();
        match unread.find(|(path, skip)| self.asked.strict_files || (named(path) && fatal(skip))) {
            Some((path, skip)) => Err(Fault::Message(format!("cannot read `{path}`: {skip}"))),
            None => Ok(()),
        }
    }

    fn read<'r>(&'r self, turns: &Turns<'r>, file: &'r File) -> Result<Reading, Skip> {
        let reading = self.watch();
        let text = match &self.stdin {
            Some(text) => text.clone(),
            None => read(&file.path)?,
        };
        let reading = spent(reading);
        let large = text.len() > LARGE;
        let understand = move || guarded(|| self.understand(file, text));
        let mut understood = if large { turns.take(understand) } else { understand() }??;
        understood.cost.accounts.read = reading;
        Ok(understood)
    }

    /// Reads a text as if it were the file's.
    pub fn understand(&self, file: &File, text: Arc<str>) -> Result<Reading, Skip> {
        let understanding = self.watch();
        let around =
            self.workspace.around(&file.path).map_err(|fault| Skip::Unreadable(fault.to_string()))?;
        let rows = around.rows();
        let vocabulary = rows.vocabulary(file.language);
        let source = Source {
            path: &around.relative,
            text,
            language: file.language,
            vocabulary: &vocabulary,
            registry: rows.registry(),
        };
        let foreign = around.foreign.unwrap_or(file.vendored);
        let detect::Detection { mut facts, mut timing, tree, .. } = match self.purpose {
            Purpose::Listing => detect::detect_once(&source),
            Purpose::Judging(adjusted) => {
                let settings = LazyCell::new(|| adjusted.settings(rows, &around.relative));
                detect::detect_to_judge(&source, foreign, &|spot| {
                    let Source { language, vocabulary, registry, .. } = source;
                    concerns(
                        spot,
                        &Env { registry, vocabulary, language, project: rows, settings: &settings },
                    )
                })
            }
        };
        let releasing = Instant::now();
        drop(tree);
        timing.parse += releasing.elapsed();
        facts.unjudged |= foreign;
        let accounts = Accounts { understand: spent(understanding), timing, ..Accounts::default() };
        let cost = Cost { bytes: facts.text.len(), parsed: usize::from(facts.parsed), accounts };
        Ok(Reading { lines: OnceCell::new(), facts, around, cost })
    }
}

/// Standard input in place of a file of this name.
fn pretended(name: &std::path::Path) -> Walked {
    let shown = slashed(name);
    let files = languages::by_path(&shown).map(|language| File {
        // A file that is named is judged wherever it lies.
        vendored: false,
        implied: 0,
        language,
        path: PathBuf::from(name),
    });
    Walked { files: files.into_iter().collect(), faults: vec![] }
}

fn spent(work: Option<Work>) -> Spent {
    work.map(Work::end).unwrap_or_default()
}

/// A panic in one file is a note on that file.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Skip> {
    std::panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| Skip::Failed)
}

/// The note of a file counts as one that was left out.
fn skip_of(note: Option<Note>) -> Option<Skip> {
    match note? {
        Note::NothingFound | Note::Minified => None,
        Note::TooLarge | Note::TooDeep | Note::OverBudget => Some(Skip::OverBudget),
        Note::Binary => Some(Skip::Binary),
        Note::Failed => Some(Skip::Failed),
    }
}

/// How many threads this machine runs at once.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// As many files as one thread takes at a time: each hand-over may wake another thread, which costs more than reading many a
/// file. Few enough that no thread is left without work at the end.
fn share_of(files: usize, threads: usize) -> usize {
    (files / (threads * 16).max(1)).clamp(1, 64)
}

/// Hands each result to `each` in the order of the files. Ends early when `each` fails.
fn in_order<'f, T: Send>(
    files: &'f [File],
    work: impl Fn(&'f File) -> T + Sync,
    mut each: impl FnMut(&File, T) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let threads = threads().min(files.len());
    let shares: Vec<&'f [File]> = files.chunks(share_of(files.len(), threads)).collect();
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (done, results) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (done, work, next, stop, shares) = (done.clone(), &work, &next, &stop, &shares);
            let worker = move || {
                while !stop.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(share) = shares.get(index) else { break };
                    let results: Vec<T> = share.iter().map(work).collect();
                    if done.send((index, results)).is_err() {
                        break;
                    }
                }
            };
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker)?;
        }
        drop(done);
        let (mut waiting, mut turn) = (BTreeMap::new(), 0);
        for (index, results) in results {
            waiting.insert(index, results);
            while let Some(results) = waiting.remove(&turn) {
                for (file, result) in shares[turn].iter().zip(results) {
                    if let Err(fault) = each(file, result) {
                        stop.store(true, Ordering::Relaxed);
                        return Err(fault);
                    }
                }
                turn += 1;
            }
        }
        Ok(())
    })
}

impl Cost {
    fn add(&mut self, other: &Cost) {
        self.bytes += other.bytes;
        self.parsed += other.parsed;
        self.accounts.add(&other.accounts);
    }
}

impl Tally {
    fn in_words(&self, whole: Duration, accounts: &Accounts) -> String {
        let (processor, parts) = accounts.parts();
        let parts: Vec<String> =
            parts.iter().map(|(name, seconds)| format!("{name} {seconds:.2} s")).collect();
        format!(
            "{} ({:.1} MB) in {:.2} s, {} parsed; {processor:.2} s of processor time: {}",
            counted(self.files, "file", "files"),
            self.cost.bytes as f64 / 1e6,
            whole.as_secs_f64(),
            self.cost.parsed,
            parts.join(", "),
        )
    }
}
