//! What is seen in one file.

use lsp_lint::detect::{self, Source};
use lsp_lint::facts::Facts;
use lsp_lint::languages::{self, Language};
use lsp_lint::project::Project;
use lsp_lint::text::{LineIndex, Span, Unit};
use std::sync::Arc;

/// A file to look at, read as one of a project without configuration.
pub struct Opened {
    pub path: String,
    pub text: Arc<str>,
    pub language: &'static Language,
    pub project: Project,
}

/// Reads a file.
///
/// # Errors
/// It cannot be read, or no language claims it.
pub fn open(path: &str) -> Result<Opened, String> {
    let text = std::fs::read_to_string(path).map_err(|fault| format!("{path}: {fault}"))?;
    let language = languages::by_path(path).ok_or_else(|| format!("{path}: no language claims it"))?;
    Ok(Opened { path: path.into(), text: text.into(), language, project: Project::default() })
}

pub fn tree(path: &str) -> Result<(), String> {
    let file = open(path)?;
    let tree = detect::tree_of(&file.text, file.language).ok_or("parsing took too long")?;
    print!("{tree}");
    Ok(())
}

pub fn shapes(place: &str) -> Result<(), String> {
    let (path, line, column) = parted(place);
    let file = open(path)?;
    let lines = LineIndex::new(&file.text);
    let seen = detect::shapes_of(&file.text, file.language).ok_or("parsing took too long")?;
    let wanted = |span: Span| match (line, column) {
        (None, _) => true,
        (Some(line), None) => lines.line_of(span.start) == line as usize,
        (Some(line), Some(column)) => span.touches(lines.byte(&file.text, line, column, Unit::Scalar)),
    };
    for shape in seen.iter().filter(|shape| wanted(shape.span)) {
        println!(
            "{}  @{} ({})  {}",
            at(&file, &lines, shape.span),
            shape.construct,
            shape.kind,
            start_of(&file, shape.span)
        );
        for (part, span) in &shape.parts {
            println!("{:10}@{part}  {}", "", start_of(&file, *span));
        }
    }
    Ok(())
}

/// `FILE`, `FILE:LINE` or `FILE:LINE:COL`; the numbers 0-based.
fn parted(place: &str) -> (&str, Option<u32>, Option<u32>) {
    let number = |text: &str| text.parse::<u32>().ok().map(|n| n.saturating_sub(1));
    let Some((rest, last)) = place.rsplit_once(':') else { return (place, None, None) };
    let Some(last) = number(last) else { return (place, None, None) };
    match rest.rsplit_once(':').and_then(|(path, line)| Some((path, number(line)?))) {
        Some((path, line)) => (path, Some(line), Some(last)),
        None => (rest, Some(last), None),
    }
}

pub fn mentions(path: &str) -> Result<(), String> {
    let file = open(path)?;
    let lines = LineIndex::new(&file.text);
    let facts = facts(&file);
    for mention in &facts.mentions {
        println!(
            "{}  {}  {:?} {:?} {:?} {:?}  {}",
            at(&file, &lines, mention.span),
            start_of(&file, mention.span),
            mention.role,
            mention.certainty,
            mention.form,
            mention.site,
            mention.library.as_deref().unwrap_or("-"),
        );
        println!("{:10}because {:?}", "", mention.because);
    }
    let Facts { predicates, responses, contracts, .. } = &facts;
    println!(
        "{} mentions, {} conditions, {} answers, {} contracts{}{}",
        facts.mentions.len(),
        predicates.len(),
        responses.len(),
        contracts.len(),
        facts.format.as_ref().map_or(String::new(), |format| format!(", format {format}")),
        facts.note.map_or(String::new(), |note| format!(", note {note:?}")),
    );
    Ok(())
}

fn facts(file: &Opened) -> Facts {
    let vocabulary = file.project.vocabulary(file.language);
    let source = Source {
        path: &file.path,
        text: file.text.clone(),
        language: file.language,
        vocabulary: &vocabulary,
        registry: file.project.registry(),
    };
    detect::detect(&source, None).facts
}

fn at(file: &Opened, lines: &LineIndex, span: Span) -> String {
    let (line, column) = lines.position(&file.text, span.start, Unit::Scalar);
    format!("{:>8}", format!("{}:{}", line + 1, column + 1))
}

/// The first line of a span, cut at fifty characters.
fn start_of(file: &Opened, span: Span) -> String {
    let line = file.text[span.range()].lines().next().unwrap_or("");
    let cut: String = line.chars().take(50).collect();
    if cut.len() < span.len() { format!("{cut} ..") } else { cut }
}
