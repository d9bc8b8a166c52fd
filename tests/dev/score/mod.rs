//! `cargo dev score`: what the program finds at labelled places, held against the labels.

mod scoring;

use super::page;
use super::program::Program;
use super::screen::say;
use clap::Parser;
use lsp_lint::languages;
use scoring::labels::{Label, Placed, read_labels};
use scoring::tables::Score;
use scoring::tally::{Judged, Mention, judged};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Runs `inventory` over labelled files and prints precision and recall, by language and by kind of place
///
/// The file of a label is DIR/<owner>+<name>/<path>. A mention hits a label where they overlap; mentions in prose are left
/// aside, and labels of prose count neither way. The program is a release build of this tree, or $LSP_LINT.
#[derive(Parser)]
#[command(name = "cargo dev score")]
struct Options {
    /// Labels, one JSON object a line
    #[arg(required = true)]
    labels: Vec<PathBuf>,
    /// The folder that the labelled files are below
    #[arg(long, value_name = "DIR")]
    root: PathBuf,
    /// Only labels of this language, served or not; may be repeated [default: the languages that are served]
    #[arg(long)]
    lang: Vec<String>,
    /// No labels of this language; may be repeated
    #[arg(long)]
    exclude_lang: Vec<String>,
    /// Labels of every language, served or not
    #[arg(long, conflicts_with = "lang")]
    all: bool,
    /// No label weighs more than this
    #[arg(long, value_name = "N")]
    cap_weight: Option<f64>,
    /// Where every miss and false alarm is written, one JSON object a line [default: in the target folder]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the tables into tests/corpus/README.md
    #[arg(long)]
    record: bool,
}

/// The fields of a mention, as the program prints it, that matter here.
#[derive(Deserialize)]
struct Found {
    path: String,
    line: usize,
    byte_start: usize,
    byte_end: usize,
    text: String,
    role: String,
}

/// A line of what is written about misses and false alarms.
#[derive(Serialize)]
struct Slip<'a> {
    slip: &'static str,
    #[serde(flatten)]
    label: &'a Label,
    found: &'a Option<String>,
    source: &'a str,
}

pub fn run(words: &[&str]) -> Result<ExitCode, String> {
    let options = match Options::try_parse_from([&["cargo dev score"], words].concat()) {
        Ok(options) => options,
        Err(said) if !said.use_stderr() => {
            print!("{said}");
            return Ok(ExitCode::SUCCESS);
        }
        Err(fault) => return Err(fault.to_string()),
    };
    let root =
        options.root.canonicalize().map_err(|fault| format!("--root {}: {fault}", options.root.display()))?;
    let all = options.read()?;
    let count = all.len();
    let labels: Vec<Placed> = all.into_iter().filter(|placed| options.wants(&placed.label)).collect();
    let texts = Texts::read(&root, &labels)?;
    let labels = texts.found(labels)?;
    say!("{} of {count} labels, in {} files below {}\n", labels.len(), texts.0.len(), root.display());
    let (judged, outside) = judged(labels, mentions(&root, &texts)?);
    let quiet: HashSet<String> = judged
        .iter()
        .filter(|one| one.label.category == "nohttp")
        .map(|one| repository(&one.label.file()))
        .collect();
    let loud = outside.iter().filter(|mention| quiet.contains(&repository(&mention.path))).count();
    let score = Score { judged: &judged, cap: options.cap_weight, outside: (outside.len(), loud) };
    say!("{}", score.printed());
    let out = options.out.clone().unwrap_or_else(slips_file);
    let slips = texts.slips(&judged);
    fs::write(&out, &slips).map_err(|fault| format!("--out {}: {fault}", out.display()))?;
    say!("{} misses and false alarms are in {}", slips.lines().count(), out.display());
    if options.record {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/README.md");
        let before = fs::read_to_string(&path).map_err(|fault| format!("{}: {fault}", path.display()))?;
        let after = page::renewed(&before, "tests/corpus/README.md", "score", &score.page())?;
        fs::write(&path, after).map_err(|fault| format!("{}: {fault}", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Options {
    fn read(&self) -> Result<Vec<Placed>, String> {
        let mut labels = vec![];
        for path in &self.labels {
            let name = path.display().to_string();
            let text = fs::read_to_string(path).map_err(|fault| format!("{name}: {fault}"))?;
            labels.extend(read_labels(&text, &name)?);
        }
        Ok(labels)
    }

    fn wants(&self, label: &Label) -> bool {
        let names: Vec<&str> = languages::all().map(|language| language.name.as_ref()).collect();
        let asked = match self.lang.as_slice() {
            [] => self.all || (label.is_in(&names) && languages::by_path(&label.path).is_some()),
            some => some.contains(&label.lang),
        };
        asked && !self.exclude_lang.contains(&label.lang)
    }
}

/// The labelled files, by their paths below the root.
struct Texts(BTreeMap<String, Vec<u8>>);

impl Texts {
    fn read(root: &Path, labels: &[Placed]) -> Result<Texts, String> {
        let mut texts = BTreeMap::new();
        let mut faults = vec![];
        for Placed { label, from } in labels {
            let file = label.file();
            if texts.contains_key(&file) {
                continue;
            }
            let text = fs::read(root.join(&file)).unwrap_or_else(|fault| {
                faults.push(format!("{from}: {}: {fault}", root.join(&file).display()));
                vec![]
            });
            texts.insert(file, text);
        }
        let help = "lay every labelled file out below --root as <owner>+<name>/<path>, at the commit of its label, or leave \
                    languages out with --exclude-lang";
        told(&faults, help).map(|()| Texts(texts))
    }

    /// The labels, each with its first byte.
    fn found(&self, labels: Vec<Placed>) -> Result<Vec<(Label, usize)>, String> {
        let mut faults = vec![];
        let mut found = vec![];
        for Placed { label, from } in labels {
            match label.byte(&self.0[&label.file()]) {
                Ok(byte) => found.push((label, byte)),
                Err(fault) => faults.push(format!("{from}: {fault}")),
            }
        }
        let help = "check the file out at the commit of its label, without converting line ends";
        told(&faults, help).map(|()| found)
    }

    /// Every miss and every false alarm with its source line, one JSON object a line.
    fn slips(&self, judged: &[Judged]) -> String {
        let mut slips: Vec<&Judged> = judged
            .iter()
            .filter(|one| one.label.wanted().is_some_and(|wanted| wanted != one.found.is_some()))
            .collect();
        slips.sort_by_key(|one| (&one.label.lang, one.label.file(), one.byte));
        let line = |one: &Judged| {
            let text = String::from_utf8_lossy(&self.0[&one.label.file()]);
            let source = text.split('\n').nth(one.label.line - 1).unwrap_or_default().trim();
            let slip = if one.found.is_some() { "false alarm" } else { "miss" };
            let slip = Slip { slip, label: &one.label, found: &one.found, source };
            serde_json::to_string(&slip).expect("plain fields") + "\n"
        };
        slips.into_iter().map(line).collect()
    }
}

/// No fault, or the first few with what to do.
fn told(faults: &[String], help: &str) -> Result<(), String> {
    const SHOWN: usize = 10;
    if faults.is_empty() {
        return Ok(());
    }
    let more = faults.len().saturating_sub(SHOWN);
    let shown = faults[..faults.len() - more].join("\n");
    let more = if more > 0 { format!("\nand {more} more") } else { String::new() };
    Err(format!("{shown}{more}\n  help: {help}"))
}

/// What the program finds in the labelled repositories, prose aside.
fn mentions(root: &Path, texts: &Texts) -> Result<Vec<Mention>, String> {
    let repositories: BTreeSet<String> = texts.0.keys().map(|file| repository(file)).collect();
    let repositories: Vec<&str> = repositories.iter().map(String::as_str).collect();
    let printed = Program::ready()?.printed(&["inventory"], root, &repositories)?;
    printed.given_up().for_each(|note| say!("given up: {note}"));
    let found = printed.records::<Found>()?;
    let found = found.into_iter().filter(|found| found.role != "prose");
    let mention = |Found { path, line, byte_start, byte_end, text, .. }| Mention {
        path,
        line,
        bytes: (byte_start, byte_end),
        text,
    };
    Ok(found.map(mention).collect())
}

fn repository(file: &str) -> String {
    file.split('/').next().unwrap_or_default().to_string()
}

/// Beside what is built: the example is `target/debug/examples/dev`.
fn slips_file() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    program.ancestors().nth(3).unwrap_or(Path::new(".")).join("score.jsonl")
}
