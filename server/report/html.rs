//! One page that needs nothing else: to hand the inventory to somebody without the tool.

use super::{Format, MentionRecord, Mentions, counted, word};
use std::io::{Result, Write};

pub(super) const MENTIONS: Format<dyn Mentions> = Format {
    name: "html",
    about: "a page to look at or hand on",
    excerpts: false,
    printer: |_| Box::new(Page::default()),
};

#[derive(Default)]
struct Page {
    mentions: usize,
}

const HEAD: &str = "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<title>HTTP status codes</title>
<style>
body { font: 15px/1.4 system-ui, sans-serif; margin: 2rem; color: #222; background: #fff; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .2rem .8rem; border-bottom: 1px solid #ddd; vertical-align: top; }
th { position: sticky; top: 0; background: #fff; }
code { font-family: ui-monospace, monospace; }
@media (prefers-color-scheme: dark) {
  body, th { color: #ddd; background: #181818; }
  th, td { border-color: #444; }
}
</style>
</head>
<body>
<h1>HTTP status codes</h1>
<table>
<thead><tr><th>Place</th><th>Text</th><th>Codes</th><th>Role</th><th>Form</th><th>Certainty</th><th>Language</th><th>Library</th></tr></thead>
<tbody>
";

impl Mentions for Page {
    fn begin(&mut self, out: &mut dyn Write) -> Result<()> {
        out.write_all(HEAD.as_bytes())
    }
    fn mention(&mut self, out: &mut dyn Write, mention: &MentionRecord) -> Result<()> {
        self.mentions += 1;
        let place = format!("{}:{}:{}", mention.path, mention.place.line, mention.place.column);
        let library = match (&mention.library, &mention.helper) {
            (Some(library), Some(helper)) => format!("{library}: {helper}"),
            (Some(library), None) => library.clone(),
            _ => String::new(),
        };
        writeln!(
            out,
            "<tr><td>{}</td><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(&place),
            escaped(&mention.text),
            escaped(&mention.codes_in_words()),
            word(&mention.role),
            word(&mention.form),
            word(&mention.certainty),
            escaped(&mention.language),
            escaped(&library),
        )
    }
    fn end(&mut self, out: &mut dyn Write, files: usize, skipped: usize) -> Result<()> {
        let skipped = match skipped {
            0 => String::new(),
            _ => format!("; {} skipped", counted(skipped, "file", "files")),
        };
        writeln!(
            out,
            "</tbody>\n</table>\n<p>{} in {}{skipped}.</p>\n</body>\n</html>",
            counted(self.mentions, "mention", "mentions"),
            counted(files, "file", "files"),
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_of_a_source_stays_text() {
        assert_eq!(escaped("<b a=\"1\">&"), "&lt;b a=&quot;1&quot;&gt;&amp;");
    }
}
