//! Shows on a folder of real code that reading a file item by item finds what a whole parse finds.

use lsp_lint::detect::{STACK, Source, detect, detect_by_items, detect_once};
use lsp_lint::project::Project;
use lsp_lint::workspace::{File, read, walk};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What was seen so far.
#[derive(Default)]
struct Seen {
    files: usize,
    parsed: usize,
    bytes: [usize; 2],
    spent: [Duration; 4],
    different: Vec<String>,
}

pub fn laws(folder: &str) -> Result<(), String> {
    let project = Project::default();
    let files = walk(&[PathBuf::from(folder)]).files;
    let (next, seen) = (AtomicUsize::new(0), Mutex::new(Seen::default()));
    let work = || {
        let mut own = Seen::default();
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            own.look(file, &project);
        }
        seen.lock().expect("no thread has failed").add(own);
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        let started =
            (0..threads).map(|_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work));
        started.collect::<Result<Vec<_>, _>>().map(|_| ())
    })
    .map_err(|fault| fault.to_string())?;
    let mut seen = seen.into_inner().expect("no thread has failed");
    let milliseconds = seen.spent.map(|spent| spent.as_millis());
    println!(
        "{} files, {} parsed; whole: {} KB parsed, parse {} ms, meaning {} ms; by items: {} KB parsed, parse {} ms, meaning {} ms",
        seen.files,
        seen.parsed,
        seen.bytes[0] >> 10,
        milliseconds[0],
        milliseconds[1],
        seen.bytes[1] >> 10,
        milliseconds[2],
        milliseconds[3],
    );
    seen.different.sort();
    match seen.different.len() {
        0 => Ok(()),
        many => Err(format!("{}\n{many} files differ", seen.different.join("\n"))),
    }
}

impl Seen {
    fn look(&mut self, file: &File, project: &Project) {
        self.files += 1;
        let Ok(text) = read(&file.path) else { return };
        let vocabulary = project.vocabulary(file.language);
        let (path, language, registry) = (&*file.shown(), file.language, project.registry());
        let source = Source { path, text, language, vocabulary: &vocabulary, registry };
        let whole = detect(&source, None);
        if !whole.facts.parsed {
            return;
        }
        self.parsed += 1;
        let once = detect_once(&source);
        for (i, detection) in [&whole, &once].into_iter().enumerate() {
            self.bytes[i] += detection.parsed;
            self.spent[2 * i] += detection.timing.parse;
            self.spent[2 * i + 1] += detection.timing.meaning;
        }
        let expected = format!("{:#?}", whole.facts);
        for other in [once, detect_by_items(&source)] {
            let found = format!("{:#?}", other.facts);
            if found != expected {
                self.different.push(format!("{path}:\n{}", first_difference(&expected, &found)));
                break;
            }
        }
    }

    fn add(&mut self, other: Seen) {
        self.files += other.files;
        self.parsed += other.parsed;
        (0..2).for_each(|i| self.bytes[i] += other.bytes[i]);
        (0..4).for_each(|i| self.spent[i] += other.spent[i]);
        self.different.extend(other.different);
    }
}

/// The first lines that are not the same, with a little of what stands around them.
fn first_difference(expected: &str, found: &str) -> String {
    let (expected, found): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    let at = expected.iter().zip(&found).position(|(a, b)| a != b).unwrap_or(expected.len().min(found.len()));
    let around = |lines: &[&str], mark: &str| -> String {
        let part = lines.iter().enumerate().skip(at.saturating_sub(6)).take(12);
        part.map(|(i, line)| format!("  {} {line}\n", if i == at { mark } else { " " })).collect()
    };
    format!("{}  by items:\n{}", around(&expected, "-"), around(&found, "+"))
}
