//! `lsp-lint explain FILE:LINE:COL`: what stands here, why we believe it, which rules looked and what they made of it.

use super::asking::{Configured, missing};
use super::{Fault, Outcome};
use crate::detect::{Source, detect};
use crate::facts::{Facts, Mention};
use crate::languages;
use crate::lint::{lint_traced, rule_by_id};
use crate::report::{MentionRecord, evidence_in_words, harmless, json_line, word};
use crate::rules::Env;
use crate::text::{LineIndex, Span, Unit};
use crate::workspace::{read, slashed};
use serde::Serialize;
use std::io::Write;
use std::path::PathBuf;

/// A place in a file.
pub struct Position {
    path: PathBuf,
    /// 1-based.
    line: u32,
    /// 1-based, in Unicode scalar values.
    column: u32,
}

impl Position {
    /// Reads `FILE:LINE:COL`. `None`: it is something else.
    pub fn read(text: &str) -> Option<Position> {
        let mut parts = text.rsplitn(3, ':');
        let (column, line, path) = (parts.next()?, parts.next()?, parts.next()?);
        let number = |text: &str| text.parse::<u32>().ok();
        Some(Position { path: path.into(), line: number(line)?, column: number(column)? })
            .filter(|position| !position.path.as_os_str().is_empty())
    }
}

/// What a rule made of the place.
#[derive(Serialize)]
struct Verdict {
    rule: &'static str,
    spoke: bool,
    why: String,
}

/// Explains a place.
pub fn run(position: &Position, configured: &Configured, json: bool) -> Result<Outcome, Fault> {
    let path = &position.path;
    if !path.is_file() {
        return Err(missing(path));
    }
    let shown = slashed(path);
    let unreadable = |what: &dyn std::fmt::Display| Fault::Message(format!("cannot read `{shown}`: {what}"));
    let language = languages::by_path(&shown).ok_or_else(|| unreadable(&"its language is not served"))?;
    let text = read(path).map_err(|skip| unreadable(&skip))?;
    let mut workspace = configured.workspace()?;
    workspace.name(path);
    let around = workspace.around(path)?;
    let project = around.project();
    let vocabulary = project.vocabulary(language);
    let settings = project.settings(&around.relative);
    let lines = LineIndex::new(&text);
    let byte = byte_of(position, &text, &lines)?;
    let source = Source {
        path: &around.relative,
        text,
        language,
        vocabulary: &vocabulary,
        registry: project.registry(),
    };
    let mut facts = on_deep_stack(|| detect(&source, None).facts);
    // Vendored folders are judged when they are named, and a place names its file.
    facts.unjudged |= around.foreign.unwrap_or(false);
    let env = Env {
        registry: project.registry(),
        vocabulary: &vocabulary,
        language,
        project: &project,
        settings: &settings,
    };
    let mention = facts.mentions_at(byte).min_by_key(|mention| mention.span.len());
    let verdicts =
        verdicts(&facts, &env, mention.map_or(Span { start: byte, end: byte }, |found| found.span));
    let record = mention.map(|found| MentionRecord::new(found, &shown, &language.name, &facts, &lines));
    let mut evidence = mention.map(|found| evidence_in_words(&found.because)).unwrap_or_default();
    if mention.is_none() {
        evidence.push(nothing(&facts, byte, &lines));
    }
    if facts.unjudged {
        evidence.push("the file is generated, minified or vendored: found, but not judged".into());
    }
    let mut out = anstream::stdout();
    if json {
        let whole = serde_json::json!({
            "schema": 1, "kind": "place", "mention": record, "evidence": evidence, "rules": verdicts,
        });
        out.write_all(json_line(&whole).as_bytes())?;
        return Ok(Outcome::Clean);
    }
    if let (Some(record), Some(mention)) = (&record, mention) {
        let place = record.place;
        let label = match mention.code() {
            Some(code) => project.registry().label(code),
            None => record.codes_in_words(),
        };
        writeln!(out, "{}:{}:{}  {}  {label}", shown, place.line, place.column, harmless(&record.text))?;
        writeln!(
            out,
            "  {}, written as {} ({}); {}",
            word(&record.role),
            word(&record.form),
            word(&record.site),
            word(&record.certainty),
        )?;
    } else {
        writeln!(out, "{shown}:{}:{}", position.line, position.column)?;
    }
    for step in &evidence {
        writeln!(out, "  because {}", harmless(step))?;
    }
    for verdict in &verdicts {
        let spoke = if verdict.spoke { "speaks" } else { "is silent" };
        writeln!(out, "  {} {spoke}: {}", verdict.rule, harmless(&verdict.why))?;
    }
    if verdicts.is_empty() {
        writeln!(out, "  no rule had anything to look at here")?;
    }
    if let Some(code) = mention.and_then(Mention::code) {
        writeln!(out, "\n`lsp-lint explain {code}` tells more about the code.")?;
    }
    Ok(Outcome::Clean)
}

fn byte_of(position: &Position, text: &str, lines: &LineIndex) -> Result<u32, Fault> {
    let path = position.path.display();
    if position.line == 0 || position.column == 0 {
        return Err(Fault::Message("lines and columns are counted from 1".into()));
    }
    if position.line as usize > lines.lines() {
        return Err(Fault::Message(format!("`{path}` has {} lines", lines.lines())));
    }
    let mark = u32::from(position.line == 1 && text.starts_with('\u{feff}'));
    Ok(lines.byte(text, position.line - 1, position.column - 1 + mark, Unit::Scalar))
}

/// What the rules made of a place, those that spoke first.
fn verdicts(facts: &Facts, env: &Env, span: Span) -> Vec<Verdict> {
    let (findings, silences) = lint_traced(facts, env);
    let near = |other: Span| other.overlaps(span) || other.touches(span.start);
    let mut verdicts: Vec<Verdict> = findings
        .into_iter()
        .filter(|finding| near(finding.span))
        .map(|finding| Verdict { rule: finding.rule, spoke: true, why: finding.message })
        .collect();
    for silence in silences.into_iter().filter(|silence| near(silence.span)) {
        let said = verdicts
            .iter()
            .any(|known| known.rule == silence.rule && (known.spoke || known.why == silence.why));
        if !said && rule_by_id(silence.rule).is_some() {
            verdicts.push(Verdict { rule: silence.rule, spoke: false, why: silence.why });
        }
    }
    verdicts
}

/// Nothing stands here; the nearest mention of the line may be what is meant.
fn nothing(facts: &Facts, byte: u32, lines: &LineIndex) -> String {
    let line = lines.line_of(byte);
    let on_line = facts.mentions.iter().filter(|mention| lines.line_of(mention.span.start) == line);
    match on_line.min_by_key(|mention| mention.span.start.abs_diff(byte)) {
        Some(near) => {
            let (_, column) = lines.position(&facts.text, near.span.start, Unit::Scalar);
            format!(
                "nothing here is taken for a status code; `{}` in column {} is",
                facts.at(near.span),
                column + 1
            )
        }
        None => "nothing here is taken for a status code".into(),
    }
}

/// Parsers recurse; see [`crate::detect::STACK`].
fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(crate::detect::STACK);
        match builder.spawn_scoped(scope, work).map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(fault) => panic!("no thread can be started: {fault}"),
        }
    })
}
