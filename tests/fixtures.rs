//! Caret fixtures: source files of `grammar-queries/<language>/fixtures/` with a line under each mention that says what it is.
//!
//! ```text
//! return 404;
//!        ^^^ sent proven number nginx
//! ```
//!
//! The words are role, certainty, form and, where a row took the code, its library or format. Lines with carets are taken out
//! before the file is read, so that they may stand anywhere; a comment mark before the carets is for the eye. A file is read
//! as if its path began below `fixtures/`. What is found without a caret is a failure, and so is a caret with nothing above it.
//! `BLESS=1 cargo test` writes what is found into the files: read the difference before you commit it.

use lsp_lint::detect::{Source, detect};
use lsp_lint::facts::Certainty;
use lsp_lint::languages::{self, Language, Vocabulary};
use lsp_lint::status::Registry;
use lsp_lint::text::{LineIndex, Span, Unit};
use std::path::{Path, PathBuf};

/// The file with a caret line under everything that is found in it.
fn annotated(path: &str, text: &str, language: &Language) -> String {
    let source: String = text.split_inclusive('\n').filter(|line| !is_caret_line(line)).collect();
    let vocabulary = Vocabulary::builtin(&language.ecosystem);
    let registry = Registry::builtin();
    let facts = detect(
        &Source {
            path,
            text: source.as_str().into(),
            language,
            vocabulary: &vocabulary,
            registry: &registry,
        },
        None,
    )
    .facts;
    let lines = LineIndex::new(&source);
    let mark = language.line_comment.as_deref().unwrap_or("//");
    let mut out = String::new();
    for (number, line) in source.split_inclusive('\n').enumerate() {
        out.push_str(line.trim_end_matches('\n'));
        out.push('\n');
        for mention in facts.mentions.iter().filter(|mention| mention.certainty > Certainty::Shaped) {
            let (row, column) = lines.position(&source, mention.span.start, Unit::Scalar);
            if row as usize != number {
                continue;
            }
            let end = mention.span.end.min(lines.line_span(&source, number).end);
            let width = source[Span { start: mention.span.start, end }.range()].chars().count();
            let column = column as usize;
            let lead = if column > mark.len() { mark } else { "" };
            let words: Vec<String> = [
                serde_json::to_string(&mention.role),
                serde_json::to_string(&mention.certainty),
                serde_json::to_string(&mention.form),
            ]
            .into_iter()
            .map(|word| word.expect("a plain word").trim_matches('"').to_string())
            .chain(mention.library.clone())
            .collect();
            out.push_str(&format!("{lead:column$}{} {}\n", "^".repeat(width), words.join(" ")));
        }
    }
    out
}

fn is_caret_line(line: &str) -> bool {
    let bare = line.trim_start().trim_start_matches(['#', '/', '-', ';']).trim_start();
    bare.starts_with('^') && bare.trim_start_matches('^').starts_with(' ')
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return vec![] };
    let mut files: Vec<PathBuf> = entries
        .flat_map(|entry| {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() { files_below(&path) } else { vec![path] }
        })
        .collect();
    files.sort();
    files
}

#[test]
fn every_caret_stands_under_a_mention_and_every_mention_has_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar-queries");
    let bless = std::env::var_os("BLESS").is_some();
    let mut stale = vec![];
    let mut read = 0;
    for language in languages::all() {
        let folder = root.join(language.id).join("fixtures");
        for file in files_below(&folder) {
            let path = file.strip_prefix(&folder).expect("below it").to_string_lossy().replace('\\', "/");
            let text = std::fs::read_to_string(&file).expect("a readable fixture");
            let fresh = annotated(&path, &text, language);
            read += 1;
            if fresh == text {
                continue;
            }
            if bless {
                std::fs::write(&file, &fresh).expect("a writable fixture");
            }
            let line = text.lines().zip(fresh.lines()).position(|(a, b)| a != b).unwrap_or(0);
            let (was, is) = (text.lines().nth(line).unwrap_or(""), fresh.lines().nth(line).unwrap_or(""));
            stale.push(format!("{}/fixtures/{path}:{}\n  was: {was}\n  now: {is}", language.id, line + 1));
        }
    }
    assert!(read > 0, "no fixture was found");
    assert!(stale.is_empty(), "stale fixtures (BLESS=1 rewrites them):\n{}", stale.join("\n"));
}

#[test]
fn caret_lines_are_told_from_source() {
    for line in ["   ^^^ sent proven number", "# ^ prose named phrase", "//    ^^^^^ x y z"] {
        assert!(is_caret_line(line), "{line}");
    }
    for line in ["^foo$", "a ^^^ b", "# note", "^"] {
        assert!(!is_caret_line(line), "{line}");
    }
}
