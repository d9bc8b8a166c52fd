//! Many files, read on threads with deep stacks, answered in order. What came of a file is all that is kept of it.

use super::Fault;
use crate::detect::{self, Source};
use crate::facts::{Facts, Note};
use crate::project::Project;
use crate::status::Registry;
use crate::workspace::{File, Skip, read};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

/// Parsers recurse; 150 KB of opening brackets overflow a stack of 2 MiB.
const STACK: usize = 64 << 20;

/// Does `work` on every file, in parallel, and hands each result to `each` in the order of the files.
/// Ends early when `each` fails.
pub fn in_order<T: Send>(
    files: &[File],
    work: impl Fn(&File) -> T + Sync,
    mut each: impl FnMut(&File, T) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(files.len());
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (done, results) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (done, work, next, stop) = (done.clone(), &work, &next, &stop);
            let worker = move || {
                while !stop.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(file) = files.get(index) else { break };
                    if done.send((index, work(file))).is_err() {
                        break;
                    }
                }
            };
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker)?;
        }
        drop(done);
        let (mut waiting, mut turn) = (BTreeMap::new(), 0);
        for (index, result) in results {
            waiting.insert(index, result);
            while let Some(result) = waiting.remove(&turn) {
                if let Err(fault) = each(&files[turn], result) {
                    stop.store(true, Ordering::Relaxed);
                    return Err(fault);
                }
                turn += 1;
            }
        }
        Ok(())
    })
}

/// The facts of one file, or why there are none.
pub fn facts_of(file: &File, project: &Project, registry: &Registry) -> Result<Facts, Skip> {
    let text = read(&file.path)?;
    facts_of_text(file, text, project, registry)
}

/// The facts of a text that is read as this file.
pub fn facts_of_text(
    file: &File,
    text: Arc<str>,
    project: &Project,
    registry: &Registry,
) -> Result<Facts, Skip> {
    let vocabulary = project.vocabulary(file.language);
    let source =
        Source { path: &file.shown, text, language: file.language, vocabulary: &vocabulary, registry };
    let mut facts = detect::detect(&source, None).facts;
    facts.unjudged |= file.vendored;
    Ok(facts)
}

/// The note of a file counts as one that was left out.
pub fn skip_of(note: Option<Note>) -> Option<Skip> {
    match note? {
        Note::NothingFound | Note::Minified => None,
        Note::TooLarge | Note::TooDeep | Note::OverBudget => Some(Skip::OverBudget),
        Note::Binary => Some(Skip::Binary),
        Note::Failed => Some(Skip::Failed),
    }
}
