//! `check` beside ripgrep and ast-grep, on the same files: what each costs, where our time goes, and how cost grows.

use super::figures::{median, megabytes, number, table};
use super::machine::{load, machine};
use super::measured::{Measured, measured};
use super::tools::{Tool, tool};
use super::{Options, past, root};
use crate::corpus;
use crate::program::Program;
use std::fs;
use std::path::{Path, PathBuf};

/// What `--stats` tells apart.
const PARTS: [&str; 9] = ["walk", "read", "scan", "parse", "shapes", "meaning", "rules", "report", "other"];

/// How often the corpus is read at once.
const TIMES: [usize; 3] = [1, 2, 4];

/// A program that takes so many times the time of ours, by the clock, is ended.
const TOO_LONG: f64 = 12.0;

/// The goals: times ripgrep's time at most, less than ast-grep at least, bytes at most.
const SLOWER_THAN_RIPGREP: f64 = 5.0;
const FASTER_THAN_AST_GREP: f64 = 10.0;
const MEMORY: u64 = 150_000_000;

/// One program at work on the corpus.
struct Runner {
    name: String,
    path: PathBuf,
    arguments: Vec<String>,
}

impl Runner {
    fn of(name: &str, path: &Path, arguments: &[&str], folders: &[String]) -> Runner {
        let arguments = arguments.iter().map(ToString::to_string).chain(folders.iter().cloned()).collect();
        Runner { name: name.into(), path: path.into(), arguments }
    }
    fn run(&self, longest: f64) -> Result<Measured, String> {
        measured(&self.path, &self.arguments, Path::new("/"), longest)
    }
}

/// Each in its turn. The first is ours; what takes many times longer than that is not waited for.
fn round(runners: &[Runner]) -> Result<Vec<Measured>, String> {
    let mut all: Vec<Measured> = vec![];
    for runner in runners {
        all.push(runner.run(all.first().map_or(f64::INFINITY, |ours| TOO_LONG * ours.wall))?);
    }
    Ok(all)
}

/// Runs everything and returns the part of the page, and how many programs gave a result.
pub fn bench(options: &Options) -> Result<(String, usize), String> {
    let program = Program::ready()?;
    let folders = match options.folders.is_empty() {
        true => corpus::unpacked(options.short)?,
        false => options.folders.iter().map(|folder| absolute(folder)).collect::<Result<_, _>>()?,
    };
    let size = Size::of(&folders)?;
    let before = load();
    let ours: &[&str] = &["check", "--no-config", "--fail-on", "never"];
    let (ripgrep, ast_grep) = (tool("rg")?, tool("ast-grep")?);
    let rules = root().join("tests/bench/sgconfig.yml");
    let rules = rules.to_str().ok_or("the path of the rules is no UTF-8")?;
    let titled = |tool: &Tool, name: &str| format!("{name} {}", tool.version);
    let mut runners = vec![
        Runner::of("lsp-lint check", program.path(), ours, &folders),
        Runner::of(
            &titled(&ripgrep, "ripgrep"),
            &ripgrep.path,
            &["--no-config", "-uuu", "-w", "[1-5][0-9]{2}"],
            &folders,
        ),
        // Hidden files and those that only an `.ignore` leaves out: the files that ours looks at.
        Runner::of(
            &titled(&ast_grep, "ast-grep"),
            &ast_grep.path,
            &[
                "scan",
                "--config",
                rules,
                "--report-style",
                "short",
                "--no-ignore",
                "hidden",
                "--no-ignore",
                "dot",
            ],
            &folders,
        ),
    ];
    if let Some(revision) = &options.against {
        let (name, path) = past::program(revision)?;
        runners.push(Runner::of(&format!("lsp-lint check at {name}"), &path, ours, &folders));
    }
    let stats = Runner::of("--stats", program.path(), &[ours, &["--stats"]].concat(), &folders);
    let copies = Copies::of(&folders)?;
    let grown: Vec<Runner> =
        TIMES.iter().map(|times| Runner::of("", program.path(), ours, &copies.first(*times))).collect();
    let (mut rounds, mut growth, mut accounts) = (vec![], vec![], vec![]);
    for round in 0..options.rounds() {
        eprintln!("round {} of {}", round + 1, options.rounds());
        rounds.push(self::round(&runners)?);
        accounts.push(Accounts::read(&stats.run(f64::INFINITY)?.said)?);
        growth.push(self::round(&grown)?);
    }
    let mut page = format!(
        "{}. Load {before} before, {} after. {} rounds, interleaved; medians, and ratios as medians of each round's. \
         {} in {}: {} files, {:.1} MB, {:.2} million lines.\n\n",
        machine(),
        load(),
        rounds.len(),
        "Packages",
        folders.len(),
        size.files,
        megabytes(size.bytes),
        size.lines as f64 / 1e6,
    );
    page.push_str(&compared(&runners, &rounds));
    page.push_str(&verdicts(&rounds));
    page.push_str(&spent(&accounts));
    page.push_str(&growing(&growth, &accounts));
    Ok((page, runners.len()))
}

/// One line a program, beside ours.
fn compared(runners: &[Runner], rounds: &[Vec<Measured>]) -> String {
    let of =
        |at: usize, value: fn(&Measured) -> f64| number(median(rounds.iter().map(|round| value(&round[at]))));
    let beside = |at: usize, value: fn(&Measured) -> f64| match at {
        0 => String::new(),
        at => number(median(rounds.iter().map(|round| value(&round[at]) / value(&round[0])))),
    };
    let rows: Vec<Vec<String>> = runners
        .iter()
        .enumerate()
        .map(|(at, runner)| {
            let memory = |one: &Measured| megabytes(one.memory);
            let stopped = rounds.iter().any(|round| round[at].stopped);
            vec![
                format!("{}{}", runner.name, if stopped { ", stopped" } else { "" }),
                of(at, |one| one.time),
                beside(at, |one| one.time),
                of(at, |one| one.wall),
                beside(at, |one| one.wall),
                of(at, memory),
                beside(at, memory),
            ]
        })
        .collect();
    let head = ["", "user + system, s", "of ours", "wall, s", "of ours", "peak memory, MB", "of ours"];
    table(&head, &rows)
}

/// The goals, each with the figure that meets it or does not.
fn verdicts(rounds: &[Vec<Measured>]) -> String {
    let ratio = |a: usize, b: usize| median(rounds.iter().map(|round| round[a].time / round[b].time));
    let memory = median(rounds.iter().map(|round| round[0].memory as f64));
    let said = |holds: bool| if holds { "holds" } else { "does not hold" };
    let (slower, faster) = (ratio(0, 1), ratio(2, 0));
    format!(
        "\n- At most {SLOWER_THAN_RIPGREP} times ripgrep's time: {} times, {}.\n\
         - At least {FASTER_THAN_AST_GREP} times less than ast-grep: {} times, {}.\n\
         - Peak memory under {:.0} MB: {} MB, {}.\n",
        number(slower),
        said(slower <= SLOWER_THAN_RIPGREP),
        number(faster),
        said(faster >= FASTER_THAN_AST_GREP),
        megabytes(MEMORY),
        number(memory / 1e6),
        said(memory < MEMORY as f64),
    )
}

/// Where our time goes.
fn spent(accounts: &[Accounts]) -> String {
    let part = |at: usize| median(accounts.iter().map(|one| one.parts[at]));
    let share =
        |at: usize| 100.0 * median(accounts.iter().map(|one| one.parts[at] / one.parts.iter().sum::<f64>()));
    let head: Vec<&str> = std::iter::once("").chain(PARTS).collect();
    let row = |name: &str, of: &dyn Fn(usize) -> String| -> Vec<String> {
        std::iter::once(name.to_string()).chain((0..PARTS.len()).map(of)).collect()
    };
    let rows = [row("s", &|at| number(part(at))), row("%", &|at| format!("{:.0}", share(at)))];
    format!("\n{}", table(&head, &rows))
}

/// What twice and four times the corpus cost.
fn growing(growth: &[Vec<Measured>], accounts: &[Accounts]) -> String {
    let megabytes_once = median(accounts.iter().map(|one| one.megabytes));
    let rows: Vec<Vec<String>> = TIMES
        .iter()
        .enumerate()
        .map(|(at, times)| {
            let of = |value: &dyn Fn(&Measured) -> f64| median(growth.iter().map(|round| value(&round[at])));
            let beside = median(growth.iter().map(|round| round[at].time / round[0].time));
            let read = megabytes_once * *times as f64;
            vec![
                format!("{times} ×"),
                number(read),
                number(of(&|one| one.time)),
                number(beside),
                number(1e3 * of(&|one| one.time) / read),
                number(of(&|one| one.wall)),
                number(of(&|one| megabytes(one.memory))),
            ]
        })
        .collect();
    let head = ["corpus", "read, MB", "user + system, s", "of once", "ms a MB", "wall, s", "peak memory, MB"];
    format!("\n{}", table(&head, &rows))
}

/// What `--stats` printed.
struct Accounts {
    megabytes: f64,
    parts: [f64; PARTS.len()],
}

impl Accounts {
    fn read(said: &str) -> Result<Accounts, String> {
        let words: Vec<&str> = said.split_whitespace().collect();
        let after = |word: &str| {
            let at = words.iter().rposition(|one| one.trim_start_matches('(') == word)?;
            words.get(at + 1)?.parse().ok()
        };
        let megabytes =
            words.iter().position(|word| *word == "MB)").and_then(|at| words.get(at.checked_sub(1)?));
        let megabytes = megabytes.and_then(|figure| figure.trim_start_matches('(').parse().ok());
        let missing = |what: &str| format!("--stats does not tell {what}:\n{said}");
        let mut parts = [0.0; PARTS.len()];
        for (part, name) in parts.iter_mut().zip(PARTS) {
            *part = after(name).ok_or_else(|| missing(name))?;
        }
        Ok(Accounts { megabytes: megabytes.ok_or_else(|| missing("how much was read"))?, parts })
    }
}

/// How much lies in the folders.
#[derive(Default)]
struct Size {
    files: usize,
    bytes: u64,
    lines: usize,
}

impl Size {
    fn of(folders: &[String]) -> Result<Size, String> {
        let mut size = Size::default();
        for folder in folders {
            each_file(Path::new(folder), &mut |path| {
                let bytes = fs::read(path)?;
                size.files += 1;
                size.bytes += bytes.len() as u64;
                size.lines += memchr::memchr_iter(b'\n', &bytes).count();
                Ok(())
            })
            .map_err(|fault| format!("{folder}: {fault}"))?;
        }
        Ok(size)
    }
}

/// Every ordinary file below a folder.
fn each_file(folder: &Path, work: &mut impl FnMut(&Path) -> std::io::Result<()>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type()? {
            kind if kind.is_dir() => each_file(&entry.path(), work)?,
            kind if kind.is_file() => work(&entry.path())?,
            _ => {}
        }
    }
    Ok(())
}

/// The corpus several times over, as hard links beside it: nothing is written but names.
struct Copies {
    folder: tempfile::TempDir,
}

impl Copies {
    fn of(folders: &[String]) -> Result<Copies, String> {
        let beside = folders
            .first()
            .and_then(|folder| Path::new(folder).parent())
            .ok_or("there is nothing to read")?;
        let folder = tempfile::Builder::new().prefix(".bench-").tempdir_in(beside);
        let folder = folder.map_err(|fault| format!("{}: {fault}", beside.display()))?;
        for (at, from) in folders.iter().enumerate() {
            for copy in 0..TIMES[TIMES.len() - 1] {
                let to = folder.path().join(format!("{copy}/{at}"));
                linked(Path::new(from), &to).map_err(|fault| format!("{from}: {fault}"))?;
            }
        }
        Ok(Copies { folder })
    }
    /// The first of them.
    fn first(&self, count: usize) -> Vec<String> {
        (0..count).map(|copy| self.folder.path().join(copy.to_string()).display().to_string()).collect()
    }
}

/// The same folder with the same files under other names.
fn linked(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()? {
            kind if kind.is_dir() => linked(&entry.path(), &target)?,
            kind if kind.is_file() => fs::hard_link(entry.path(), target)?,
            _ => {}
        }
    }
    Ok(())
}

fn absolute(folder: &Path) -> Result<String, String> {
    let named = |fault: &dyn std::fmt::Display| format!("{}: {fault}", folder.display());
    let path = folder.canonicalize().map_err(|fault| named(&fault))?;
    path.to_str().map(String::from).ok_or_else(|| named(&"the path is no UTF-8"))
}
