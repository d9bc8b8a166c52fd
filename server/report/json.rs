//! JSON: one object with everything, or one object a line.

use super::{Findings, Format, MentionRecord, Mentions, Printed, Summary, json_line};
use std::io::{Result, Write};

pub(super) const FINDINGS: Format<dyn Findings> = Format {
    name: "json",
    about: "one object with all findings and a summary",
    excerpts: false,
    printer: |_| Box::new(Whole::default()),
};

pub(super) const FINDINGS_BY_LINE: Format<dyn Findings> =
    Format { name: "jsonl", about: "one object a line", excerpts: false, printer: |_| Box::new(Lines) };

pub(super) const MENTIONS: Format<dyn Mentions> = Format {
    name: "json",
    about: "one object with all mentions and a summary",
    excerpts: false,
    printer: |_| Box::new(Whole::default()),
};

pub(super) const MENTIONS_BY_LINE: Format<dyn Mentions> =
    Format { name: "jsonl", about: "one object a line", excerpts: false, printer: |_| Box::new(Lines) };

struct Lines;

impl Findings for Lines {
    fn begin(&mut self, _: &mut dyn Write) -> Result<()> {
        Ok(())
    }
    fn finding(&mut self, out: &mut dyn Write, finding: Printed) -> Result<()> {
        out.write_all(json_line(&finding.record).as_bytes())
    }
    fn end(&mut self, _: &mut dyn Write, _: &Summary) -> Result<()> {
        Ok(())
    }
}

impl Mentions for Lines {
    fn begin(&mut self, _: &mut dyn Write) -> Result<()> {
        Ok(())
    }
    fn mention(&mut self, out: &mut dyn Write, mention: &MentionRecord) -> Result<()> {
        out.write_all(json_line(mention).as_bytes())
    }
    fn end(&mut self, _: &mut dyn Write, _: usize, _: usize) -> Result<()> {
        Ok(())
    }
}

/// Written as it comes, so that a long list is never held whole.
#[derive(Default)]
struct Whole {
    records: usize,
}

impl Whole {
    fn record(&mut self, out: &mut dyn Write, line: &str) -> Result<()> {
        let before: &[u8] = if self.records == 0 { b"\n" } else { b",\n" };
        self.records += 1;
        out.write_all(before)?;
        out.write_all(line.trim_end().as_bytes())
    }
}

impl Findings for Whole {
    fn begin(&mut self, out: &mut dyn Write) -> Result<()> {
        out.write_all(b"{\"schema\":1,\"findings\":[")
    }
    fn finding(&mut self, out: &mut dyn Write, finding: Printed) -> Result<()> {
        self.record(out, &json_line(&finding.record))
    }
    fn end(&mut self, out: &mut dyn Write, summary: &Summary) -> Result<()> {
        writeln!(out, "],\"summary\":{}}}", json_line(summary).trim_end())
    }
}

impl Mentions for Whole {
    fn begin(&mut self, out: &mut dyn Write) -> Result<()> {
        out.write_all(b"{\"schema\":1,\"mentions\":[")
    }
    fn mention(&mut self, out: &mut dyn Write, mention: &MentionRecord) -> Result<()> {
        self.record(out, &json_line(mention))
    }
    fn end(&mut self, out: &mut dyn Write, files: usize, skipped: usize) -> Result<()> {
        let records = self.records;
        writeln!(out, "],\"summary\":{{\"files\":{files},\"mentions\":{records},\"skipped\":{skipped}}}}}")
    }
}
