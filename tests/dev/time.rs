//! What one file costs: read whole, after a keystroke, and under the cursor.

use super::look::{Opened, open};
use lsp_lint::detect::{Detection, Source, detect};
use lsp_lint::ide;
use lsp_lint::lint::lint;
use lsp_lint::rules::{Env, Finding};
use lsp_lint::text::{LineIndex, Unit};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tree_sitter::{InputEdit, Point, Tree};

const READINGS: usize = 50;
const KEYSTROKES: usize = 500;
const HOVERS: usize = 500;

/// One reading, piece by piece.
struct Cost {
    scan: Duration,
    parse: Duration,
    shapes: Duration,
    meaning: Duration,
    rules: Duration,
    whole: Duration,
}

pub fn time(path: &str) -> Result<(), String> {
    let file = open(path)?;
    let began = Instant::now();
    let vocabulary = file.project.vocabulary(file.language);
    let rows = began.elapsed();
    let settings = file.project.settings(&file.path);
    let env = Env {
        registry: file.project.registry(),
        vocabulary: &vocabulary,
        language: file.language,
        project: &file.project,
        settings: &settings,
    };
    let build = if cfg!(debug_assertions) { "a dev build: no figures to quote" } else { "a release build" };
    println!("{path}: {} bytes, {} lines, {build}", file.text.len(), file.text.lines().count());
    println!(
        "{:12}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}",
        "ms", "scan", "parse", "shapes", "meaning", "rules", "whole"
    );
    let (cold, _, _) = reading(&file, &env, file.text.clone(), None);
    line("cold", &[cold], |costs| costs[0]);
    println!("{:12}{:>10}", "  its rows", milliseconds(rows));
    let warm: Vec<Cost> = (0..READINGS).map(|_| reading(&file, &env, file.text.clone(), None).0).collect();
    line("warm p50", &warm, median);
    line("warm p99", &warm, slowest);
    let typed = keystrokes(&file, &env);
    line("typing p50", &typed, median);
    line("typing p99", &typed, slowest);
    hovers(&file, &env);
    Ok(())
}

/// Detects and lints.
fn reading(file: &Opened, env: &Env, text: Arc<str>, old: Option<&Tree>) -> (Cost, Detection, Vec<Finding>) {
    let source = Source {
        path: &file.path,
        text,
        language: file.language,
        vocabulary: env.vocabulary,
        registry: env.registry,
    };
    let began = Instant::now();
    let detection = detect(&source, old);
    let detected = began.elapsed();
    let findings = lint(&detection.facts, env);
    let whole = began.elapsed();
    let timing = detection.timing;
    let cost = Cost {
        scan: timing.scan,
        parse: timing.parse,
        shapes: timing.shapes,
        meaning: timing.meaning,
        rules: whole - detected,
        whole,
    };
    (cost, detection, findings)
}

/// A letter typed at the end of a line, and taken back, all over the file; the tree is edited by whole lines as the server does.
fn keystrokes(file: &Opened, env: &Env) -> Vec<Cost> {
    let mut text = file.text.to_string();
    let (_, detection, _) = reading(file, env, text.as_str().into(), None);
    let mut tree = detection.tree;
    let count = text.lines().count().max(1);
    let mut costs = vec![];
    for i in 0..KEYSTROKES / 2 {
        let lines = LineIndex::new(&text);
        let line = i * 7919 % count;
        let (start, end) =
            (lines.line_span(&text, line).start as usize, lines.line_span(&text, line).end as usize);
        let point = |lines: &LineIndex, text: &str, byte: usize| {
            let (row, column) = lines.position(text, byte as u32, Unit::Utf8);
            Point::new(row as usize, column as usize)
        };
        for letter in [Some('x'), None] {
            let before = LineIndex::new(&text);
            let old_end = if letter.is_some() { end } else { end + 1 };
            let (start_position, old_end_position) =
                (point(&before, &text, start), point(&before, &text, old_end));
            let began = Instant::now();
            match letter {
                Some(letter) => text.insert(end, letter),
                None => _ = text.remove(end),
            }
            let new_end = if letter.is_some() { end + 1 } else { end };
            if let Some(tree) = &mut tree {
                tree.edit(&InputEdit {
                    start_byte: start,
                    old_end_byte: old_end,
                    new_end_byte: new_end,
                    start_position,
                    old_end_position,
                    new_end_position: Point::new(start_position.row, new_end - start),
                });
            }
            let (mut cost, detection, _) = reading(file, env, text.as_str().into(), tree.as_ref());
            cost.whole = began.elapsed();
            tree = detection.tree;
            costs.push(cost);
        }
    }
    costs
}

fn hovers(file: &Opened, env: &Env) {
    let (_, detection, findings) = reading(file, env, file.text.clone(), None);
    let mentions = detection.facts.mentions.iter().cycle().take(HOVERS);
    let mut costs: Vec<Duration> = mentions
        .map(|mention| {
            let began = Instant::now();
            std::hint::black_box(ide::hover(&detection.facts, env, &findings, mention.span.start));
            began.elapsed()
        })
        .collect();
    costs.sort_unstable();
    if costs.is_empty() {
        println!("hover: nothing to hover over");
    } else {
        println!("{:12}{:>60}", "hover p50", milliseconds(median(&costs)));
        println!("{:12}{:>60}", "hover p99", milliseconds(slowest(&costs)));
    }
}

fn line(name: &str, costs: &[Cost], choice: fn(&[Duration]) -> Duration) {
    let columns: [fn(&Cost) -> Duration; 6] = [
        |cost| cost.scan,
        |cost| cost.parse,
        |cost| cost.shapes,
        |cost| cost.meaning,
        |cost| cost.rules,
        |cost| cost.whole,
    ];
    print!("{name:12}");
    for column in columns {
        let mut all: Vec<Duration> = costs.iter().map(column).collect();
        all.sort_unstable();
        print!("{:>10}", milliseconds(choice(&all)));
    }
    println!();
}

fn median(sorted: &[Duration]) -> Duration {
    sorted[sorted.len() / 2]
}

/// The slowest but for one in a hundred.
fn slowest(sorted: &[Duration]) -> Duration {
    sorted[(sorted.len() * 99 / 100).min(sorted.len() - 1)]
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.3}", duration.as_secs_f64() * 1e3)
}
