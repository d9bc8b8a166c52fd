//! Workflow commands of GitHub Actions: findings appear on the lines of a pull request.

use super::{Findings, Format, Look, Printed, Summary};
use crate::project::Level;
use std::io::{Result, Write};

pub(super) const FINDINGS: Format<dyn Findings> = Format {
    name: "github",
    about: "workflow commands of GitHub Actions",
    excerpts: false,
    printer: |look| Box::new(Commands { look }),
};

struct Commands {
    look: Look,
}

impl Findings for Commands {
    fn begin(&mut self, _: &mut dyn Write) -> Result<()> {
        Ok(())
    }
    fn finding(&mut self, out: &mut dyn Write, finding: Printed) -> Result<()> {
        let found = finding.record;
        let command = match found.severity {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Info | Level::Hint => "notice",
        };
        let place = found.place;
        let path = found.path.strip_prefix("./").unwrap_or(&found.path);
        write!(out, "::{command} file={},line={},col={}", property(path), place.line, place.column)?;
        write!(out, ",endLine={}", place.end_line)?;
        // The columns of a finding over several lines would be read as columns of one.
        if place.line == place.end_line {
            write!(out, ",endColumn={}", place.end_column)?;
        }
        writeln!(out, ",title={}::{}", property(found.rule), data(&found.message))
    }
    fn end(&mut self, out: &mut dyn Write, summary: &Summary) -> Result<()> {
        writeln!(out, "{}", summary.in_words(self.look.level))
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_written_in_percent() {
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
        assert_eq!(data("100 %: a, b"), "100 %25: a, b");
    }
}
