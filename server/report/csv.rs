//! Comma-separated values (RFC 4180), for spreadsheets.

use super::{Format, MentionRecord, Mentions, word};
use std::io::{Result, Write};

pub(super) const MENTIONS: Format<dyn Mentions> =
    Format { name: "csv", about: "a table for spreadsheets", excerpts: false, printer: |_| Box::new(Table) };

struct Table;

const HEAD: &str = "path,line,column,end_line,end_column,byte_start,byte_end,text,codes,ranges,form,site,role,certainty,language,library,helper\r\n";

impl Mentions for Table {
    fn begin(&mut self, out: &mut dyn Write) -> Result<()> {
        out.write_all(HEAD.as_bytes())
    }
    fn mention(&mut self, out: &mut dyn Write, mention: &MentionRecord) -> Result<()> {
        let place = mention.place;
        let codes: Vec<String> = mention.codes.iter().map(u32::to_string).collect();
        let ranges: Vec<String> = mention.ranges.iter().map(|(low, high)| format!("{low}-{high}")).collect();
        let fields = [
            mention.path.clone(),
            place.line.to_string(),
            place.column.to_string(),
            place.end_line.to_string(),
            place.end_column.to_string(),
            mention.byte_start.to_string(),
            mention.byte_end.to_string(),
            mention.text.clone(),
            codes.join(" "),
            ranges.join(" "),
            word(&mention.form),
            word(&mention.site),
            word(&mention.role),
            word(&mention.certainty),
            mention.language.clone(),
            mention.library.clone().unwrap_or_default(),
            mention.helper.clone().unwrap_or_default(),
        ];
        let line: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
        write!(out, "{}\r\n", line.join(","))
    }
    fn end(&mut self, _: &mut dyn Write, _: usize, _: usize) -> Result<()> {
        Ok(())
    }
}

fn quoted(field: &str) -> String {
    // A spreadsheet would take the first four for the beginning of a formula.
    let formula = field.starts_with(['=', '+', '-', '@']);
    let field = if formula { format!("'{field}") } else { field.to_string() };
    if field.contains([',', '"', '\r', '\n']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be_and_never_formulas() {
        assert_eq!(quoted("404"), "404");
        assert_eq!(quoted("\"404, gone\""), "\"\"\"404, gone\"\"\"");
        assert_eq!(quoted("=1+1"), "'=1+1");
    }
}
