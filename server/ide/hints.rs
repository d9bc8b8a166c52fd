//! What stands behind a bare number without being written there: its phrase.

use crate::facts::{Certainty, Facts, Form, NearKind, Role};
use crate::rules::Env;
use crate::text::Span;

/// A word shown behind a number.
#[derive(Clone, PartialEq, Debug)]
pub struct Hint {
    /// The byte behind which it stands.
    pub at: u32,
    /// The phrase.
    pub label: String,
    /// The code it belongs to.
    pub code: u16,
}

/// The hints of a stretch of the file: the phrase of every number that certainly is a status code. None where the phrase,
/// or a name that says it, stands beside the number already.
pub fn hints(facts: &Facts, env: &Env, within: Span) -> Vec<Hint> {
    if facts.unjudged {
        return vec![];
    }
    facts
        .mentions
        .iter()
        .filter(|mention| mention.span.overlaps(within))
        .filter(|mention| matches!(mention.form, Form::Number | Form::Quoted))
        .filter(|mention| mention.certainty >= Certainty::Named && mention.role != Role::Prose)
        .filter_map(|mention| {
            let code = mention.code()?;
            let label = env.registry.phrase(code)?;
            let said = mention.near.iter().any(|near| match near.kind {
                NearKind::Name => env.registry.by_constant_name(&near.text) == Some(code),
                _ => contains_phrase(&near.text, label) || env.registry.is_phrase_of(&near.text, code),
            });
            let at = mention.handles.literal.end.max(mention.span.end);
            (!said).then(|| Hint { at, label: label.to_string(), code })
        })
        .collect()
}

fn contains_phrase(text: &str, phrase: &str) -> bool {
    text.to_ascii_lowercase().contains(&phrase.to_ascii_lowercase())
}
