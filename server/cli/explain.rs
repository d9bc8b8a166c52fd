//! `lsp-lint explain`: what a code, class, phrase, constant or rule is, or what stands at a place of a file.

use super::asking::Configured;
use super::{Fault, Outcome, place, rules};
use crate::languages::{self, Constant, Language, Vocabulary};
use crate::lint;
use crate::project::{Project, nearest};
use crate::report::json_line;
use crate::rules::Rule;
use crate::status::explain::{self, Subject, Surroundings};
use crate::status::{Codes, Registry};
use clap::Args;
use std::io::{IsTerminal, Write};
use std::sync::Arc;

/// What `explain` takes.
#[derive(Args)]
pub struct Options {
    /// A code, several codes, a class (5xx), a phrase, a constant, a rule, or FILE:LINE:COL
    #[arg(required = true, value_name = "WHAT")]
    what: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    configured: Configured,
}

/// Explains.
pub fn run(options: &Options) -> Result<Outcome, Fault> {
    let asked = options.what.join(" ");
    if let Some(position) = place::Position::read(&asked) {
        return place::run(&position, &options.configured, options.json);
    }
    let project = options.configured.workspace()?.project();
    let registry = project.registry();
    let libraries = Libraries::of(&project);
    let mut out = anstream::stdout();
    if let Some(rule) = lint::rule_by_id(&asked) {
        return rule_page(rule, options.json, &mut out);
    }
    let constant = libraries.constant(&asked);
    let subject = match &constant {
        Some(known) => Some(Subject::Codes(vec![known.constant.symbol.c])),
        None => Subject::parse(registry, &asked),
    };
    let Some(subject) = subject else { return Err(unknown(&asked, registry)) };
    if options.json {
        let mut record = explain::record(registry, &subject, &libraries);
        if let (Some(fields), Some(known)) = (record.as_object_mut(), &constant) {
            fields.insert("constant".into(), known.record());
        }
        out.write_all(json_line(&record).as_bytes())?;
        return Ok(Outcome::Clean);
    }
    if let Some(known) = &constant {
        writeln!(out, "{}\n", known.in_words())?;
    }
    out.write_all(explain::page(registry, &subject, &libraries, width()).as_bytes())?;
    Ok(Outcome::Clean)
}

/// The columns of the terminal; in a pipe every sentence keeps to its line.
pub fn width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size().filter(|_| std::io::stdout().is_terminal())?;
    Some(usize::from(width.0).min(110))
}

fn rule_page(rule: &Rule, json: bool, out: &mut impl Write) -> Result<Outcome, Fault> {
    if !json {
        out.write_all(rule.page.trim_end().as_bytes())?;
        out.write_all(b"\n")?;
        return Ok(Outcome::Clean);
    }
    let mut record = rules::record(rule);
    if let Some(fields) = record.as_object_mut() {
        fields.insert("schema".into(), 1.into());
        fields.insert("kind".into(), "rule".into());
        fields.insert("page".into(), rule.page.into());
    }
    out.write_all(json_line(&record).as_bytes())?;
    Ok(Outcome::Clean)
}

/// Nothing is called like this: what is nearest?
fn unknown(asked: &str, registry: &Registry) -> Fault {
    let rules = lint::all_rules();
    let names = rules.iter().map(|rule| rule.id);
    let phrases = registry.entries().iter().map(|entry| entry.name.as_str());
    let topics = registry.topics().iter().map(|topic| topic.name.as_str());
    let file = asked.split(':').next().unwrap_or(asked);
    if std::path::Path::new(file).is_file() {
        return Fault::Message(format!(
            "`{asked}` is a file, not a place in one\n  help: write `{file}:LINE:COL`"
        ));
    }
    let help = match (asked.parse::<i64>(), nearest(asked, names.chain(phrases).chain(topics))) {
        (Ok(_), _) => "a status code has three digits, 100 to 999".to_string(),
        (Err(_), Some(near)) => format!("did you mean `{near}`?"),
        (Err(_), None) => {
            "ask for `404`, `5xx`, \"Not Found\", `http.StatusNotFound`, a rule, or FILE:LINE:COL".into()
        }
    };
    Fault::Message(format!("`{asked}` is no code, class, phrase, constant or rule\n  help: {help}"))
}

/// What the libraries of every ecosystem call the codes.
pub struct Libraries {
    ecosystems: Vec<(&'static Language, Arc<Vocabulary>)>,
}

/// A constant that a library knows.
struct Known<'v> {
    language: &'static Language,
    vocabulary: &'v Vocabulary,
    constant: &'v Constant,
}

impl Libraries {
    /// Those of a project.
    pub fn of(project: &Project) -> Libraries {
        let mut ecosystems: Vec<(&'static Language, Arc<Vocabulary>)> = vec![];
        for language in languages::all().filter(|language| !language.ecosystem.is_empty()) {
            if !ecosystems.iter().any(|(known, _)| known.ecosystem == language.ecosystem) {
                ecosystems.push((language, project.vocabulary(language)));
            }
        }
        Libraries { ecosystems }
    }

    /// A constant by its name as it stands in source: the symbol, with what holds it (`http.StatusNotFound`) or alone.
    fn constant(&self, asked: &str) -> Option<Known<'_>> {
        let parts: Vec<&str> = asked.split(['.', ':']).filter(|part| !part.is_empty()).collect();
        let (symbol, before) = parts.split_last()?;
        if !symbol.starts_with(|c: char| c.is_alphabetic()) || symbol.contains(char::is_whitespace) {
            return None;
        }
        let all = self.ecosystems.iter().flat_map(|(language, vocabulary)| {
            let constants = vocabulary.constants.get(*symbol).into_iter().flatten();
            constants.map(move |constant| Known { language, vocabulary, constant })
        });
        let held = |known: &Known| match before.last() {
            Some(holder) => {
                let group = &known.vocabulary.groups[known.constant.group].1;
                let module = group.from.as_deref().unwrap_or_default();
                group.holder == *holder || module.rsplit(['.', '/', ':']).next() == Some(*holder)
            }
            // A symbol alone is unmistakable when it says status or holds its number; `OK` is not.
            None => symbol.len() > 4,
        };
        all.filter(held).min_by_key(|known| known.constant.rename().is_some())
    }
}

impl Known<'_> {
    fn library(&self) -> &str {
        &self.vocabulary.libraries[self.constant.library].name
    }
    fn text(&self) -> String {
        let group = &self.vocabulary.groups[self.constant.group].1;
        match group.holder.as_str() {
            "" => self.constant.symbol.s.clone(),
            holder => format!("{holder}{}{}", self.language.traits.separator, self.constant.symbol.s),
        }
    }
    fn in_words(&self) -> String {
        let old = match self.constant.rename() {
            None => String::new(),
            Some(rename) => {
                let state = match (&rename.removed, &rename.since) {
                    (Some(version), _) => format!("removed in {version}"),
                    (None, Some(version)) => format!("deprecated since {version}"),
                    (None, None) => "an old name".into(),
                };
                let instead = rename.replacement.map_or(String::new(), |name| format!("; now `{name}`"));
                format!(" ({state}{instead})")
            }
        };
        format!("`{}` of {} stands for {}{old}.", self.text(), self.library(), self.constant.symbol.c)
    }
    fn record(&self) -> serde_json::Value {
        serde_json::json!({
            "language": self.language.name,
            "library": self.library(),
            "symbol": self.text(),
            "rename": self.constant.rename(),
        })
    }
}

impl Surroundings for Libraries {
    fn constants(&self, code: u16) -> Vec<explain::Constant> {
        let mut all = vec![];
        for (language, vocabulary) in &self.ecosystems {
            for spelling in vocabulary.spellings(code, &language.traits.separator) {
                let constant = explain::Constant {
                    language: language.name.clone(),
                    library: spelling.library,
                    symbol: spelling.text,
                };
                if !all.contains(&constant) {
                    all.push(constant);
                }
            }
        }
        all
    }
    fn rules(&self, code: u16) -> Vec<String> {
        let speaks = |rule: &&&Rule| related_codes(rule.page).contains(code);
        lint::all_rules().iter().filter(speaks).map(|rule| rule.id.to_string()).collect()
    }
}

/// The codes that a page names among what is related to its rule.
fn related_codes(page: &str) -> Codes {
    let related = page.split_once("\n## Related").map_or("", |(_, related)| related);
    let words = related.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    let numbers = words.map(|word| word.trim_end_matches('.')).filter(|word| word.len() == 3);
    numbers
        .filter_map(|word| word.parse().ok())
        .fold(Codes::EMPTY, |codes, code| codes.union(Codes::one(code)))
        .intersection(Codes::valid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_lends_its_related_codes() {
        let page = "# x\nOf 404.\n## Related\nCodes 204, 304. RFC 9110 sections 6.4.1 and 15.3.5. ST1013.\n";
        assert_eq!(related_codes(page), Codes::one(204).union(Codes::one(304)));
    }

    #[test]
    fn constants_are_found_with_their_holder_or_alone() {
        let libraries = Libraries::of(&Project::default());
        let code = |text: &str| libraries.constant(text).map(|known| known.constant.symbol.c);
        assert_eq!(code("http.StatusNotFound"), Some(404));
        assert_eq!(code("status.HTTP_404_NOT_FOUND"), Some(404));
        assert_eq!(code("HTTP_404_NOT_FOUND"), Some(404));
        assert_eq!(code("StatusCode::NOT_FOUND"), Some(404));
        assert_eq!(code("nobody.StatusNotFound"), None);
        assert_eq!(code("OK"), None);
    }
}
