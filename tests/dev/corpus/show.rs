//! Prints how an outcome differs from the recorded one, with the source lines of every place.

use super::super::screen::say;
use super::reviewed::counts::Counts;
use super::reviewed::entries::Entry;
use super::reviewed::ledger::{Difference, Ledger};
use std::path::Path;

/// Lines that are shown before and after a place.
const AROUND: usize = 3;
/// Minified lines are cut.
const LONGEST: usize = 200;

/// Prints what differs between two ledgers; `root` is where the packages are. Returns how many entries are as they were, and
/// how many need a look.
pub fn entries<E: Entry>(root: &Path, known: &Ledger<E>, found: &Ledger<E>) -> (usize, usize) {
    let difference = known.difference(found);
    let Difference { added, gone, changed, unjudged, kept } = &difference;
    for entry in added {
        place(root, "new", entry);
    }
    for entry in gone {
        place(root, "gone", entry);
    }
    for (before, now) in changed {
        let (words, sentence) = before.said();
        place(root, "changed", now);
        say!("  before: {words} {sentence}\n");
    }
    for entry in unjudged {
        place(root, "without a verdict or a reason", entry);
    }
    (*kept, difference.count())
}

/// Prints the counts that differ. Returns how many are the same, and how many are not.
pub fn counts(known: &Counts, found: &Counts) -> (usize, usize) {
    let (changed, same) = known.difference(found);
    if !changed.is_empty() {
        say!(
            "{:50} {:8} {:11} {:28} {:>7} {:>7}",
            "counts of package",
            "kind",
            "language",
            "of",
            "before",
            "now"
        );
    }
    for (of, before, now) in &changed {
        say!("{:50} {:8} {:11} {:28} {before:>7} {now:>7}", of.package, of.kind, of.language, of.of);
    }
    (same, changed.len())
}

/// Prints the entries that could not be recorded, and returns how many they are.
pub fn open<E: Entry>(root: &Path, outcome: Result<Ledger<E>, Vec<E>>) -> usize {
    let open = outcome.err().unwrap_or_default();
    open.iter().for_each(|entry| place(root, "without a verdict or a reason", entry));
    open.len()
}

/// Prints an entry with the lines around it.
fn place<E: Entry>(root: &Path, what: &str, entry: &E) {
    let (package, path, line) = entry.place();
    let (words, sentence) = entry.said();
    say!("{what}: {package}/{path}:{line}: {words}");
    if !sentence.is_empty() {
        say!("  {sentence}");
    }
    let text = std::fs::read(root.join(package).join(path)).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let line = line as usize;
    for (number, source) in (1..).zip(text.lines()).skip(line.saturating_sub(AROUND + 1)).take(2 * AROUND + 1)
    {
        let mark = if number == line { '>' } else { ' ' };
        if number <= line + AROUND {
            say!("{mark} {number:6} | {}", source.chars().take(LONGEST).collect::<String>().trim_end());
        }
    }
    say!("");
}
