//! Shows on a folder of real code that reading a file item by item finds what a whole parse finds, and that rules find in the items
//! that concern them what they find in all.

use lsp_lint::detect::{Detection, STACK, Source, detect, detect_by_items, detect_once, detect_to_judge};
use lsp_lint::facts::Note;
use lsp_lint::lint::{concerns, lint};
use lsp_lint::project::Project;
use lsp_lint::rules::Env;
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
    findings: usize,
    bytes: [usize; 3],
    spent: [Duration; 6],
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
        "{} files, {} parsed, {} findings; whole: {} KB parsed, parse {} ms, meaning {} ms; by items: {} KB parsed, parse {} ms, meaning {} ms; to judge: {} KB parsed, parse {} ms, meaning {} ms",
        seen.files,
        seen.parsed,
        seen.findings,
        seen.bytes[0] >> 10,
        milliseconds[0],
        milliseconds[1],
        seen.bytes[1] >> 10,
        milliseconds[2],
        milliseconds[3],
        seen.bytes[2] >> 10,
        milliseconds[4],
        milliseconds[5],
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
        let settings = project.settings(path);
        let env = Env { registry, vocabulary: &vocabulary, language, project, settings: &settings };
        let judged = detect_to_judge(&source, false, &|spot| concerns(spot, &env));
        self.compare(&whole, &judged, &env, path);
        // People write few mistakes; so some are made up.
        for way in 0..WAYS {
            let slipped = Source { text: with_slips(&source.text, way).into(), ..source.clone() };
            let slips = detect(&slipped, None);
            if slips.facts.parsed {
                let concerned = detect_to_judge(&slipped, false, &|spot| concerns(spot, &env));
                self.compare(&slips, &concerned, &env, &format!("{path}, with slips of way {way}"));
            }
        }
        for (i, detection) in [&whole, &once, &judged].into_iter().enumerate() {
            self.bytes[i] += detection.parsed;
            self.spent[2 * i] += detection.timing.parse;
            self.spent[2 * i + 1] += detection.timing.meaning;
        }
        let expected = format!("{:#?}", whole.facts);
        for other in [once, detect_by_items(&source)] {
            let found = format!("{:#?}", other.facts);
            if found != expected && are_understood([&whole, &other]) {
                self.different.push(format!("{path}:\n{}", first_difference(&expected, &found)));
                break;
            }
        }
    }

    /// The rules find in what concerns them what they find in all.
    fn compare(&mut self, whole: &Detection, judged: &Detection, env: &Env, shown: &str) {
        // An error takes more of what stands around it from a whole parse than from that of an item.
        if whole.tree.as_ref().is_some_and(|tree| tree.root_node().has_error()) {
            return;
        }
        let all = if judged.facts.unjudged { vec![] } else { lint(&whole.facts, env) };
        let concerned = lint(&judged.facts, env);
        self.findings += all.len();
        let [all, concerned] = [all, concerned].map(|findings| format!("{findings:#?}"));
        if all != concerned && are_understood([whole, judged]) {
            self.different.push(format!("{shown}:\n{}", first_difference(&all, &concerned)));
        }
    }

    fn add(&mut self, other: Seen) {
        self.findings += other.findings;
        self.files += other.files;
        self.parsed += other.parsed;
        (0..3).for_each(|i| self.bytes[i] += other.bytes[i]);
        (0..6).for_each(|i| self.spent[i] += other.spent[i]);
        self.different.extend(other.different);
    }
}

/// Nothing is known of a file that was too large or took too long.
fn are_understood(both: [&Detection; 2]) -> bool {
    both.iter().all(|it| !matches!(it.facts.note, Some(Note::OverBudget)))
}

/// The first lines that are not the same, with a little of what stands around them.
fn first_difference(expected: &str, found: &str) -> String {
    let (expected, found): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    let at = expected.iter().zip(&found).position(|(a, b)| a != b).unwrap_or(expected.len().min(found.len()));
    let around = |lines: &[&str], mark: &str| -> String {
        let part = lines.iter().enumerate().skip(at.saturating_sub(6)).take(12);
        part.map(|(i, line)| format!("  {} {line}\n", if i == at { mark } else { " " })).collect()
    };
    format!("{}  in part:\n{}", around(&expected, "-"), around(&found, "+"))
}

/// What a slip puts in the place of a number.
const NUMBERS: [&str; 16] = [
    "100", "103", "200", "201", "204", "205", "299", "302", "304", "306", "404", "418", "499", "500", "600",
    "700",
];

/// What a slip puts in the place of a word or an operator.
const WORDS: [(&str, &str); 13] = [
    ("&&", "||"),
    ("||", "&&"),
    (" and ", " or "),
    (" or ", " and "),
    ("==", "!="),
    (">=", ">"),
    (" < ", " <= "),
    ("NOT_FOUND", "NO_CONTENT"),
    ("StatusOK", "StatusNoContent"),
    ("StatusNotFound", "StatusNoContent"),
    ("Not Found", "Forbidden"),
    ("return;", "       "),
    ("return\n", "      \n"),
];

/// How many ways there are to make slips into a text.
const WAYS: usize = 4;

/// The text with every other number that could be a code, and every fourth operator, exchanged for another one; which ones, the way says.
fn with_slips(text: &str, way: usize) -> String {
    let (bytes, mut slipped, mut at, mut count) = (text.as_bytes(), String::with_capacity(text.len()), 0, 0);
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let is_digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
        let number = matches!(c, '1'..='5') && (1..3).all(|i| is_digit(at + i)) && !is_digit(at + 3);
        let alone = at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
        let word = WORDS.iter().find(|(word, _)| rest.starts_with(word));
        count += usize::from(number || word.is_some());
        let (old, new) = match word {
            _ if number && alone && count % 2 == way % 2 => {
                (3, NUMBERS[(count / 2 + 5 * way) % NUMBERS.len()])
            }
            Some((word, slip)) if count % 4 == way => (word.len(), *slip),
            _ => (c.len_utf8(), &rest[..c.len_utf8()]),
        };
        slipped.push_str(new);
        at += old;
    }
    slipped
}
