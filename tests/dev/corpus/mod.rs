//! `cargo dev corpus`: what the program finds in pinned real packages, held against what was found and judged before.

mod crew;
mod get;
mod probe;
mod reviewed;
mod show;

use super::page;
use super::program::Program;
use super::screen::say;
use clap::Parser;
use get::Cache;
use probe::Seen;
use reviewed::counts::Counts;
use reviewed::entries::{Finding, Mention};
use reviewed::ledger::Ledger;
use reviewed::packages::{Package, read_packages, written_packages};
use reviewed::summary::{Sizes, Standing};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, thread};

/// Lints the packages of tests/corpus/packages.tsv and compares with the reviewed outcome beside it
///
/// Packages are unpacked into a cache outside the tree: $LSP_LINT_CORPUS, else lsp-lint-corpus in the user's cache folder.
/// No code of theirs is run. The program is a release build of this tree, or $LSP_LINT. Exit status 1: something differs.
#[derive(Parser)]
#[command(name = "cargo dev corpus")]
struct Options {
    /// Only this package, by its name or its folder
    #[arg(long, value_name = "PACKAGE")]
    only: Option<String>,
    /// Only unpack, and print the folder
    #[arg(long, conflicts_with_all = ["draft", "bless"])]
    unpack: bool,
    /// First write the sums of packages that have none yet into packages.tsv
    #[arg(long)]
    pin: bool,
    /// Add what is new to the ledgers, with an empty verdict
    #[arg(long, conflicts_with = "bless")]
    draft: bool,
    /// Record this outcome; refused while anything has no verdict or no reason
    #[arg(long, conflicts_with = "only")]
    bless: bool,
}

/// Where the record is kept, from the root of the repository.
const HOME: &str = "tests/corpus";

pub fn run(words: &[&str]) -> Result<ExitCode, String> {
    let options = match Options::try_parse_from([&["cargo dev corpus"], words].concat()) {
        Ok(options) => options,
        Err(said) if !said.use_stderr() => {
            print!("{said}");
            return Ok(ExitCode::SUCCESS);
        }
        Err(fault) => return Err(fault.to_string()),
    };
    let all = read_packages(&read("packages.tsv")?).map_err(|fault| format!("{HOME}/{fault}"))?;
    let packages = wanted(&all, options.only.as_deref())?;
    let cache = Cache::open()?;
    let sums = cache.unpack(&packages)?;
    if options.pin {
        write("packages.tsv", &written_packages(&pinned(&all, &packages, &sums)))?;
    } else {
        all_pinned(&packages, &sums)?;
    }
    if options.unpack {
        say!("{}", cache.root.display());
        return Ok(ExitCode::SUCCESS);
    }
    let found = Found::look(&cache, &packages)?;
    let mut known = Outcome::recorded()?;
    if options.draft {
        known.of(&packages).compare(&found, &cache);
        return known.draft(&found).map(|()| ExitCode::SUCCESS);
    }
    if options.bless {
        known = known.blessed(&found, &cache)?;
        known.keep(&found)?;
    }
    let (mut passed, mut failed) = match options.only {
        Some(_) => known.of(&packages).compare(&found, &cache),
        None => known.compare(&found, &cache),
    };
    if options.only.is_none() {
        let (held, broken) = known.stand(&found)?;
        (passed, failed) = (passed + held, failed + broken);
    }
    say!("{passed} passed, {failed} failed");
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The folders of all packages, or of a few small ones, unpacked.
///
/// # Errors
/// The list cannot be read, or a package cannot be got.
pub fn unpacked(few: bool) -> Result<Vec<String>, String> {
    const SMALL: [&str; 4] = ["axum", "express", "flask", "golang-github-gin-gonic-gin-dev"];
    let all = read_packages(&read("packages.tsv")?).map_err(|fault| format!("{HOME}/{fault}"))?;
    let wanted: Vec<&Package> =
        all.iter().filter(|package| !few || SMALL.contains(&package.name.as_str())).collect();
    let cache = Cache::open()?;
    cache.unpack(&wanted)?;
    Ok(wanted.iter().map(|package| cache.folder(package).display().to_string()).collect())
}

/// The packages that are asked for.
fn wanted<'a>(all: &'a [Package], only: Option<&str>) -> Result<Vec<&'a Package>, String> {
    let Some(only) = only else { return Ok(all.iter().collect()) };
    let wanted: Vec<&Package> = all.iter().filter(|one| one.name == only || one.folder() == only).collect();
    match wanted.len() {
        1 => Ok(wanted),
        0 => Err(format!("{HOME}/packages.tsv has no package `{only}`")),
        _ => Err(format!(
            "several packages are called `{only}`: name one by its folder, {}",
            wanted[0].folder()
        )),
    }
}

/// The list with the sums of what was unpacked.
fn pinned(all: &[Package], packages: &[&Package], sums: &[String]) -> Vec<Package> {
    let sum = |package: &Package| {
        let at = packages.iter().position(|one| *one == package);
        at.map_or(package.sha256.clone(), |at| sums[at].clone())
    };
    all.iter().map(|package| Package { sha256: sum(package), ..package.clone() }).collect()
}

/// Every package is pinned to a sum.
fn all_pinned(packages: &[&Package], sums: &[String]) -> Result<(), String> {
    let open = packages.iter().zip(sums).filter(|(package, _)| package.sha256.is_empty());
    let open: Vec<String> = open.map(|(package, sum)| format!("  {} {sum}", package.folder())).collect();
    match open.is_empty() {
        true => Ok(()),
        false => Err(format!("packages without a sum, which --pin writes down:\n{}", open.join("\n"))),
    }
}

/// What the program finds now.
struct Found<'a> {
    packages: Vec<(&'a Package, Sizes)>,
    outcome: Outcome,
    /// Files that the program gave up.
    given_up: Vec<String>,
}

impl<'a> Found<'a> {
    fn look(cache: &Cache, packages: &[&'a Package]) -> Result<Found<'a>, String> {
        let Seen { findings, quiet, counts, given_up } =
            probe::look(&Program::ready()?, &cache.root, packages)?;
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let sizes = crew::each(packages, threads, |package| probe::sizes(&cache.folder(package)));
        let outcome = Outcome { findings: Ledger::of(findings), quiet: Ledger::of(quiet), counts };
        Ok(Found { packages: packages.iter().copied().zip(sizes).collect(), outcome, given_up })
    }
}

/// Findings, mentions where silence is the goal, and counts: as they are recorded, or as they are now.
struct Outcome {
    findings: Ledger<Finding>,
    quiet: Ledger<Mention>,
    counts: Counts,
}

impl Outcome {
    fn recorded() -> Result<Outcome, String> {
        let at_home = |fault| format!("{HOME}/{fault}");
        Ok(Outcome {
            findings: Ledger::read(&read("ledger.jsonl")?, "ledger.jsonl").map_err(at_home)?,
            quiet: Ledger::read(&read("quiet.jsonl")?, "quiet.jsonl").map_err(at_home)?,
            counts: Counts::read(&read("counts.tsv")?).map_err(at_home)?,
        })
    }

    /// What is recorded of these packages.
    fn of(&self, packages: &[&Package]) -> Outcome {
        let folders: Vec<String> = packages.iter().map(|package| package.folder()).collect();
        let asked = |package: &str| folders.iter().any(|folder| folder == package);
        Outcome {
            findings: self.findings.of_packages(asked),
            quiet: self.quiet.of_packages(asked),
            counts: self.counts.of_packages(asked),
        }
    }

    /// Prints what differs now. Returns how much is as it was, and how much is not.
    fn compare(&self, found: &Found, cache: &Cache) -> (usize, usize) {
        found.given_up.iter().for_each(|note| say!("given up: {note}"));
        let outcomes = [
            show::entries(&cache.root, &self.findings, &found.outcome.findings),
            show::entries(&cache.root, &self.quiet, &found.outcome.quiet),
            show::counts(&self.counts, &found.outcome.counts),
            (0, found.given_up.len()),
        ];
        outcomes.into_iter().fold((0, 0), |(held, broken), (as_before, not)| (held + as_before, broken + not))
    }

    /// Adds what is new to the ledgers, without a verdict.
    fn draft(&self, found: &Found) -> Result<(), String> {
        write("ledger.jsonl", &self.findings.drafted(&found.outcome.findings).written())?;
        write("quiet.jsonl", &self.quiet.drafted(&found.outcome.quiet).written())?;
        say!("What is new stands in {HOME}/ledger.jsonl and quiet.jsonl: give it verdicts, then --bless.");
        Ok(())
    }

    /// What is found, with the verdicts recorded here.
    fn blessed(&self, found: &Found, cache: &Cache) -> Result<Outcome, String> {
        let findings = self.findings.blessed(&found.outcome.findings);
        let quiet = self.quiet.blessed(&found.outcome.quiet);
        match (findings, quiet) {
            (Ok(findings), Ok(quiet)) => {
                Ok(Outcome { findings, quiet, counts: found.outcome.counts.clone() })
            }
            (findings, quiet) => {
                let count = show::open(&cache.root, findings) + show::open(&cache.root, quiet);
                Err(format!(
                    "not recorded: {count} without a verdict or a reason, above; --draft adds their lines"
                ))
            }
        }
    }

    /// Writes all of it, and what it amounts to.
    fn keep(&self, found: &Found) -> Result<(), String> {
        write("ledger.jsonl", &self.findings.written())?;
        write("quiet.jsonl", &self.quiet.written())?;
        write("counts.tsv", &self.counts.written())?;
        write("README.md", &self.page(&self.standing(found))?)
    }

    /// Holds the verdicts against the limits, and the page against the verdicts. Returns what holds, and what does not.
    fn stand(&self, found: &Found) -> Result<(usize, usize), String> {
        let standing = self.standing(found);
        let mut checks = standing.limits();
        if self.page(&standing)? != read("README.md")? {
            checks.push(Err(format!(
                "{HOME}/README.md does not say what the ledgers amount to: --bless writes it"
            )));
        }
        checks.iter().filter_map(|check| check.as_ref().err()).for_each(|fault| say!("{fault}"));
        let held = checks.iter().filter(|check| check.is_ok()).count();
        Ok((held, checks.len() - held))
    }

    fn standing<'a>(&'a self, found: &'a Found) -> Standing<'a> {
        Standing {
            packages: &found.packages,
            findings: &self.findings,
            quiet: &self.quiet,
            counts: &self.counts,
        }
    }

    /// The page of the corpus with its generated part renewed.
    fn page(&self, standing: &Standing) -> Result<String, String> {
        page::renewed(&read("README.md")?, &format!("{HOME}/README.md"), "corpus", &standing.page())
    }
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(HOME).join(name)
}

fn read(name: &str) -> Result<String, String> {
    fs::read_to_string(path(name)).map_err(|fault| format!("{HOME}/{name}: {fault}"))
}

fn write(name: &str, text: &str) -> Result<(), String> {
    fs::write(path(name), text).map_err(|fault| format!("{HOME}/{name}: {fault}"))
}
