//! Findings for people: the source with carets under it, and what to do.

use super::{FindingRecord, Findings, Format, Look, Printed, Summary, harmless};
use crate::project::Level;
use crate::rules::Safety;
use crate::text::{LineIndex, Span};
use annotate_snippets::{AnnotationKind, Group, Level as Drawn, Renderer, Snippet};
use std::io::{Result, Write};

pub(super) const FINDINGS: Format<dyn Findings> = Format {
    name: "human",
    about: "the source with carets under it",
    excerpts: true,
    printer: |look| Box::new(Excerpts { look }),
};

struct Excerpts {
    look: Look,
}

impl Findings for Excerpts {
    fn begin(&mut self, _: &mut dyn Write) -> Result<()> {
        Ok(())
    }
    fn finding(&mut self, out: &mut dyn Write, finding: Printed) -> Result<()> {
        writeln!(out, "{}\n", finding.excerpt.as_deref().unwrap_or(&finding.record.message))
    }
    fn end(&mut self, out: &mut dyn Write, summary: &Summary) -> Result<()> {
        writeln!(out, "{}", summary.in_words(self.look.level))
    }
}

/// Other places up to this many lines away are drawn in one excerpt.
const NEAR: usize = 12;

/// Draws the source around a finding, with colours; whoever prints it to something without colours takes them out.
pub fn excerpt(
    finding: &FindingRecord,
    related: &[Span],
    text: &str,
    lines: &LineIndex,
    look: Look,
) -> String {
    let level = match finding.severity {
        Level::Error => Drawn::ERROR,
        Level::Warning => Drawn::WARNING,
        Level::Info => Drawn::INFO,
        Level::Hint => Drawn::HELP.with_name("hint"),
    };
    let here = Span { start: finding.byte_start, end: finding.byte_end };
    let line = |span: Span| lines.line_of(span.start);
    let (close, far): (Vec<_>, Vec<_>) =
        related.iter().zip(&finding.related).partition(|(span, _)| line(**span).abs_diff(line(here)) <= NEAR);
    let path = harmless(&finding.path);
    let mut window =
        Window::around(text, lines, close.iter().map(|(span, _)| **span).chain([here]), path.clone());
    window.annotate(here, AnnotationKind::Primary, None);
    for (span, other) in close {
        window.annotate(*span, AnnotationKind::Context, Some(harmless(&other.message)));
    }
    let mut title = level.primary_title(harmless(&finding.message)).id(finding.rule);
    if look.links {
        title = title.id_url(finding.help_url);
    }
    let mut group = Group::with_title(title).element(window.snippet());
    for (span, other) in far {
        let mut window = Window::around(text, lines, [*span].into_iter(), path.clone());
        window.annotate(*span, AnnotationKind::Context, Some(harmless(&other.message)));
        group = group.element(window.snippet());
    }
    for fix in &finding.fixes {
        let how = match fix.safety {
            Safety::Safe => "",
            Safety::Unsafe => " (unsafe)",
        };
        group = group.element(Drawn::HELP.with_name("fix").message(format!("{}{how}", harmless(&fix.title))));
    }
    let renderer = Renderer::styled().hyperlink(look.links);
    let renderer = match look.width {
        Some(width) => renderer.term_width(width),
        None => renderer,
    };
    renderer.render(&[group])
}

/// Some lines of a text: a large file is not drawn whole to show one line of it.
struct Window<'t> {
    text: &'t str,
    start: usize,
    first_line: usize,
    path: String,
    annotations: Vec<(std::ops::Range<usize>, AnnotationKind, Option<String>)>,
}

impl<'t> Window<'t> {
    /// The lines from the first span to the last.
    fn around(
        text: &'t str,
        lines: &LineIndex,
        spans: impl Iterator<Item = Span>,
        path: String,
    ) -> Window<'t> {
        let (mut first, mut last) = (usize::MAX, 0);
        for span in spans {
            first = first.min(lines.line_of(span.start));
            last = last.max(lines.line_of(span.end));
        }
        let start = lines.line_span(text, first).start as usize;
        let end = lines.line_span(text, last).end as usize;
        let text = &text[start..end.max(start)];
        // A byte order mark is no column.
        let mark = if start == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Window { text: &text[mark..], start: start + mark, first_line: first + 1, path, annotations: vec![] }
    }

    fn annotate(&mut self, span: Span, kind: AnnotationKind, label: Option<String>) {
        let within = |byte: u32| (byte as usize).saturating_sub(self.start).min(self.text.len());
        self.annotations.push((within(span.start)..within(span.end), kind, label));
    }

    fn snippet(self) -> Snippet<'t, annotate_snippets::Annotation<'t>> {
        Snippet::source(self.text).line_start(self.first_line).path(self.path).fold(true).annotations(
            self.annotations.into_iter().map(|(range, kind, label)| kind.span(range).label(label)),
        )
    }
}
