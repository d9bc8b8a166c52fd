//! `lsp-lint [check]`: what is wrong with status codes.

use super::asking::{Adjusted, Asked};
use super::pipeline::{Purpose, Reading, Run};
use super::{Fault, Outcome, fixing};
use crate::facts::Certainty;
use crate::lint::lint;
use crate::project::{FailOn, Level};
use crate::report::{FINDINGS, FindingRecord, Look, Printed, Summary, counted, excerpt};
use crate::rules::{Env, Finding};
use crate::workspace::{File, write};
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use std::io::{IsTerminal, Write};

/// What `check` takes.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    asked: Asked,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = FINDINGS[0].name, value_parser = PossibleValuesParser::new(FINDINGS.iter().map(|format| format.name)))]
    format: String,
    /// Print findings from this level on; others are counted
    #[arg(long, value_enum, default_value_t, value_name = "LEVEL")]
    level: Printable,
    /// Fail from this level on [default: warning, or what the configuration says]
    #[arg(long, value_enum, value_name = "LEVEL")]
    fail_on: Option<Failing>,
    #[command(flatten)]
    adjusted: Adjusted,
    /// Apply fixes after which the program behaves the same
    #[arg(long)]
    fix: bool,
    /// Apply fixes that change what the program does, too
    #[arg(long)]
    unsafe_fixes: bool,
    /// Print what --fix would change, and change nothing
    #[arg(long)]
    diff: bool,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Printable {
    Error,
    #[default]
    Warning,
    Info,
    Hint,
}

#[derive(Clone, Copy, ValueEnum)]
enum Failing {
    Error,
    Warning,
    Info,
    Hint,
    Never,
}

/// What came of one file.
struct Judged {
    printed: Vec<Printed>,
    summary: Summary,
    failing: bool,
    fixed: usize,
    /// The text after fixes, for standard input.
    text: Option<String>,
    diff: String,
    /// Fixing it failed.
    fault: Option<String>,
}

/// Prints the findings.
pub fn run(options: &Options) -> Result<Outcome, Fault> {
    options.adjusted.check()?;
    if options.unsafe_fixes && !options.fix && !options.diff {
        return Err(Fault::Message("`--unsafe-fixes` goes with `--fix` or `--diff`".into()));
    }
    let run = Run::begin(&options.asked, Purpose::Judging(&options.adjusted))?;
    let fail_on = options.fail_on.map_or(run.workspace.project().config.fail_on, Failing::into);
    let format = FINDINGS.iter().find(|format| format.name == options.format).unwrap_or(&FINDINGS[0]);
    // The text itself, or the diff, is then what standard output is for.
    let aside = options.diff || (options.fix && run.stdin.is_some());
    let look = Look {
        links: !aside
            && std::io::stdout().is_terminal()
            && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
        level: options.level.into(),
        width: terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)),
    };
    let mut report: Box<dyn Write> = match aside {
        true => Box::new(anstream::stderr()),
        false => Box::new(anstream::AutoStream::auto(std::io::stdout().lock())),
    };
    let mut report = std::io::BufWriter::new(&mut report);
    let mut printer = (format.printer)(look);
    let print = !options.diff;
    if print {
        printer.begin(&mut report)?;
    }
    let (mut summary, mut failing, mut fixed, mut fault) = (Summary::default(), false, 0, None);
    let tally = run.each(
        |file, reading| options.judge(&run, file, reading, look, format.excerpts, fail_on),
        |_, judged| {
            summary.add(&judged.summary);
            failing |= judged.failing;
            fixed += judged.fixed;
            fault = fault.take().or(judged.fault);
            if !judged.diff.is_empty() {
                write!(anstream::stdout(), "{}", judged.diff)?;
            }
            if let Some(text) = judged.text {
                std::io::stdout().write_all(text.as_bytes())?;
            }
            for finding in judged.printed.into_iter().filter(|_| print) {
                printer.finding(&mut report, finding)?;
            }
            Ok(())
        },
    )?;
    (summary.files, summary.skipped) = (tally.files, tally.skipped.len());
    if print {
        printer.end(&mut report, &summary)?;
    }
    report.flush()?;
    drop(report);
    if fixed > 0 {
        writeln!(anstream::stderr(), "{} fixed", counted(fixed, "finding", "findings"))?;
    }
    run.end(&tally)?;
    match fault {
        Some(fault) => Err(Fault::Message(fault)),
        None => Ok(if failing { Outcome::Findings } else { Outcome::Clean }),
    }
}

impl Options {
    fn judge(
        &self,
        run: &Run,
        file: &File,
        reading: Reading,
        look: Look,
        excerpts: bool,
        fail_on: FailOn,
    ) -> Judged {
        let original = reading.facts.text.clone();
        let mut judged = Judged {
            printed: vec![],
            summary: Summary::default(),
            failing: false,
            fixed: 0,
            text: None,
            diff: String::new(),
            fault: None,
        };
        let mut findings = self.findings(run, file, &reading);
        let mut reading = reading;
        if self.fix || self.diff {
            let before = findings.clone();
            match fixing::fixed(run, file, reading, findings, self.unsafe_fixes, |it| {
                self.findings(run, file, it)
            }) {
                Ok((after, left, count)) => {
                    self.put(run, file, &original, &after, count, &mut judged);
                    // A diff changes nothing: what was found is still there.
                    (reading, findings) = (after, if self.diff { before } else { left });
                }
                Err(skip) => {
                    judged.fault = Some(unfixed(file, &skip));
                    return judged;
                }
            }
        }
        for finding in &findings {
            judged.summary.count(finding.level);
            judged.failing |= fail_on.fails(finding.level);
            if finding.level < look.level || self.diff {
                continue;
            }
            let record = FindingRecord::new(
                finding,
                &file.shown(),
                &file.language.name,
                &reading.facts,
                reading.lines(),
            );
            let related: Vec<_> = finding.related.iter().map(|other| other.span).collect();
            let excerpt =
                excerpts.then(|| excerpt(&record, &related, &reading.facts.text, reading.lines(), look));
            judged.printed.push(Printed { record, excerpt });
        }
        judged
    }

    /// Writes the text after fixes to where it belongs.
    fn put(&self, run: &Run, file: &File, before: &str, after: &Reading, count: usize, judged: &mut Judged) {
        let text = &*after.facts.text;
        if self.diff {
            judged.diff =
                if text == before { String::new() } else { fixing::diff(&file.shown(), before, text) };
        } else if run.stdin.is_some() {
            (judged.text, judged.fixed) = (Some(text.to_string()), count);
        } else if text != before {
            match write(&file.path, text) {
                Ok(()) => judged.fixed = count,
                Err(fault) => judged.fault = Some(unfixed(file, &fault)),
            }
        }
    }

    fn findings(&self, run: &Run, file: &File, reading: &Reading) -> Vec<Finding> {
        let facts = &reading.facts;
        // Most files have nothing to judge; the versions of their libraries need not be known.
        let empty = facts.mentions.iter().all(|mention| mention.certainty == Certainty::Shaped)
            && facts.predicates.is_empty()
            && facts.responses.is_empty()
            && facts.contracts.is_empty();
        if facts.unjudged || (empty && memchr::memmem::find(facts.text.as_bytes(), b"lsp-lint").is_none()) {
            return vec![];
        }
        run.rule(|| {
            let project = reading.around.project();
            let vocabulary = project.vocabulary(file.language);
            let settings = self.adjusted.settings(&project, &reading.around.relative);
            let env = Env {
                registry: project.registry(),
                vocabulary: &vocabulary,
                language: file.language,
                project: &project,
                settings: &settings,
            };
            lint(facts, &env)
        })
    }
}

fn unfixed(file: &File, fault: &dyn std::fmt::Display) -> String {
    format!("cannot fix `{}`: {fault}", file.shown())
}

impl From<Printable> for Level {
    fn from(level: Printable) -> Level {
        match level {
            Printable::Error => Level::Error,
            Printable::Warning => Level::Warning,
            Printable::Info => Level::Info,
            Printable::Hint => Level::Hint,
        }
    }
}

impl From<Failing> for FailOn {
    fn from(level: Failing) -> FailOn {
        match level {
            Failing::Error => FailOn::Error,
            Failing::Warning => FailOn::Warning,
            Failing::Info => FailOn::Info,
            Failing::Hint => FailOn::Hint,
            Failing::Never => FailOn::Never,
        }
    }
}
