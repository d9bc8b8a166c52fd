//! The pages that a person asks for: of a word, or of what stands at a place. In Markdown.

use crate::facts::{Facts, Mention};
use crate::languages::{self, Constant, Language, Vocabulary};
use crate::lint;
use crate::project::Project;
use crate::rules::{Env, Finding, Rule};
use crate::status::Codes;
use crate::status::explain::{self, Subject, Surroundings, markdown};
use std::sync::Arc;

/// What stands between two pages.
const BETWEEN: &str = "\n---\n\n";

/// The page of a code, several codes, a class, a phrase, a constant or a rule. `None`: it is none of these.
pub fn explain(project: &Project, asked: &str) -> Option<String> {
    if let Some(rule) = lint::rule_by_id(asked) {
        return Some(rule.page.to_string());
    }
    let libraries = Libraries::of(project);
    let page = |subject: &Subject| markdown(project.registry(), subject, &libraries);
    if let Some(known) = libraries.constant(asked) {
        return Some(format!("{}\n\n{}", known.in_words(), page(&Subject::Codes(vec![known.code()]))));
    }
    Some(page(&Subject::parse(project.registry(), asked)?))
}

/// What is to be explained at a place: codes first, then the rules that found something there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    codes: Option<Subject>,
    rules: Vec<&'static str>,
}

/// What stands at a byte. `None`: neither a code nor a finding. A number that only looks like a code counts too: who asks
/// about it wants to know.
pub fn standing(facts: &Facts, findings: &[Finding], byte: u32) -> Option<Standing> {
    let narrowest = facts.mentions_at(byte).min_by_key(|mention| mention.span.len());
    let mut rules: Vec<&'static str> = vec![];
    for finding in findings.iter().filter(|finding| finding.span.touches(byte)) {
        if !rules.contains(&finding.rule) {
            rules.push(finding.rule);
        }
    }
    let codes = narrowest.and_then(subject);
    (codes.is_some() || !rules.is_empty()).then_some(Standing { codes, rules })
}

/// More codes than these are shown as their class.
const MOST_CODES: usize = 8;

fn subject(mention: &Mention) -> Option<Subject> {
    let codes: Vec<u16> = mention.codes.iter().take(MOST_CODES + 1).collect();
    match codes.as_slice() {
        [] => None,
        codes if codes.len() <= MOST_CODES => Some(Subject::Codes(codes.to_vec())),
        codes => Some(Subject::Class(codes[0] / 100)).filter(|_| (100..600).contains(&codes[0])),
    }
}

impl Standing {
    /// The pages, one below the other.
    pub fn pages(&self, env: &Env) -> String {
        let codes =
            self.codes.as_ref().map(|subject| markdown(env.registry, subject, &Libraries::of(env.project)));
        let rules = self.rules.iter().filter_map(|rule| Some(lint::rule_by_id(rule)?.page.to_string()));
        codes.into_iter().chain(rules).collect::<Vec<_>>().join(BETWEEN)
    }
}

/// What the libraries of every ecosystem call the codes.
pub struct Libraries {
    ecosystems: Vec<(&'static Language, Arc<Vocabulary>)>,
}

/// A constant that a library knows.
pub struct Known<'v> {
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
    pub fn constant(&self, asked: &str) -> Option<Known<'_>> {
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
    /// The code that it stands for.
    pub fn code(&self) -> u16 {
        self.constant.symbol.c
    }
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
    /// One sentence: whose it is, what it stands for, what became of it.
    pub fn in_words(&self) -> String {
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
    /// The same as JSON.
    pub fn record(&self) -> serde_json::Value {
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
