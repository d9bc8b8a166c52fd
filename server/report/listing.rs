//! The inventory for people: one line a mention.

use super::{Format, MentionRecord, Mentions, counted, harmless, word};
use crate::facts::Evidence;
use std::io::{Result, Write};

pub(super) const MENTIONS: Format<dyn Mentions> = Format {
    name: "human",
    about: "one line a mention",
    excerpts: false,
    printer: |_| Box::new(Listing::default()),
};

#[derive(Default)]
struct Listing {
    mentions: usize,
}

impl Mentions for Listing {
    fn begin(&mut self, _: &mut dyn Write) -> Result<()> {
        Ok(())
    }
    fn mention(&mut self, out: &mut dyn Write, mention: &MentionRecord) -> Result<()> {
        self.mentions += 1;
        let place = format!("{}:{}:{}", mention.path, mention.place.line, mention.place.column);
        let library = match (&mention.library, &mention.helper) {
            (Some(library), Some(helper)) => format!(", {library} {helper}"),
            (Some(library), None) => format!(", {library}"),
            _ => String::new(),
        };
        writeln!(
            out,
            "{}  {}  {} {} ({}{})",
            harmless(&place),
            harmless(&mention.text),
            mention.codes_in_words(),
            word(&mention.role),
            word(&mention.certainty),
            harmless(&library),
        )
    }
    fn end(&mut self, out: &mut dyn Write, files: usize, skipped: usize) -> Result<()> {
        let mentions = counted(self.mentions, "mention", "mentions");
        let skipped = match skipped {
            0 => String::new(),
            _ => format!("; {} skipped", counted(skipped, "file", "files")),
        };
        writeln!(out, "{}: {mentions}{skipped}", counted(files, "file", "files"))
    }
}

/// Why a mention is believed, one sentence a step.
pub fn evidence_in_words(evidence: &Evidence) -> Vec<String> {
    match evidence {
        Evidence::Row { library, name, proof } if proof.is_empty() => {
            vec![format!("{library} knows `{name}`")]
        }
        Evidence::Row { library, name, proof } => vec![format!("{library} knows `{name}`: {proof}")],
        Evidence::Word(word) => vec![format!("the name `{word}` says status")],
        Evidence::Flow { slot, because } => {
            let mut steps = vec![format!("it flows through `{slot}`")];
            steps.extend(evidence_in_words(because));
            steps
        }
        Evidence::Nothing => vec!["only its shape: nothing near it says status".into()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_told_step_by_step() {
        let row = Evidence::Row {
            library: "net/http".into(),
            name: "WriteHeader".into(),
            proof: "imported".into(),
        };
        let flow = Evidence::Flow { slot: "code".into(), because: Box::new(row) };
        assert_eq!(
            evidence_in_words(&flow),
            ["it flows through `code`", "net/http knows `WriteHeader`: imported"]
        );
    }
}
