//! Names of constants that their library has renamed or taken out.

use super::{Edit, Env, Finding, Findings, Fix, Level, Profile, Rule, Safety, Tag};
use crate::detect::Spot;
use crate::facts::{Certainty, Facts, Form, Mention, NearKind, Rename};
use crate::languages::Library;
use crate::project::Version;
use crate::status::PhraseKind;
use crate::text::Span;
use std::cmp::Ordering;

/// See the page.
pub const RULE: Rule = Rule {
    id: "deprecated-status-name",
    group: "names",
    level: Level::Warning,
    profile: Some(Profile::Recommended),
    since: "0.1.0",
    fix: Some(Safety::Safe),
    page: include_str!("deprecated_status_name.md"),
    help_url: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15",
    concerns,
    check,
};

/// The name of a constant that some library has renamed.
fn concerns(spot: &Spot, env: &Env) -> bool {
    let renamed = || {
        env.vocabulary.constants.get(spot.written()).into_iter().flatten().any(|row| row.rename().is_some())
    };
    spot.is_constant() && renamed() || asks_for_phrases(env)
}

/// Former phrases are to be found, too.
fn asks_for_phrases(env: &Env) -> bool {
    let options = env.settings.options.get(RULE.id);
    options.and_then(|options| options.get("phrases")?.as_bool()).unwrap_or(false)
}

fn check(facts: &Facts, env: &Env, findings: &mut Findings) {
    let phrases = asks_for_phrases(env);
    for mention in facts.mentions.iter().filter(|mention| mention.certainty >= Certainty::Named) {
        if let (Some(rename), Form::Constant | Form::Symbol) = (&mention.rename, mention.form) {
            name(facts, env, mention, rename, findings);
        }
        if phrases {
            phrase(env, mention, findings);
        }
    }
}

fn name(facts: &Facts, env: &Env, mention: &Mention, rename: &Rename, findings: &mut Findings) {
    let Some(library) = origin(facts, env, mention, rename) else {
        return findings.silent(&RULE, mention.span, || "no row of a library renames the constant".into());
    };
    if !library.standard && !is_imported(facts, library) && !is_bound_by_an_import(facts, mention) {
        return findings.silent(&RULE, mention.span, || {
            format!("the file imports no library that has it; {} is only one that could", library.name)
        });
    }
    let version = version(env, library);
    let (level, state) = match verdict(library, rename, version) {
        Ok(verdict) => verdict,
        Err(why) => return findings.silent(&RULE, mention.span, || why),
    };
    let old = symbol(facts, mention);
    if let Some(new) = rename.replacement.as_deref().filter(|new| has_shim(facts, new)) {
        return findings.silent(&RULE, mention.span, || {
            format!("the file also tries `{new}`, for versions that have it")
        });
    }
    let successor = match rename.replacement.clone().or_else(|| kept(env, mention, library)) {
        Some(new) => format!("; use `{new}`"),
        None => "; it has no successor".to_string(),
    };
    findings.push(Finding {
        level,
        codes: mention.code().map(u32::from).into_iter().collect(),
        tags: vec![Tag::Deprecated],
        fixes: replacement(facts, env, mention, rename, library, version).into_iter().collect(),
        ..RULE.at(mention.span, format!("{} {state} `{old}`{successor}", library.name))
    });
}

/// The same library's current name for the code, where the row of the old one names none.
fn kept(env: &Env, mention: &Mention, library: &Library) -> Option<String> {
    let spellings = env.vocabulary.spellings(mention.code()?, &env.language.traits.separator);
    spellings.into_iter().find(|spelling| spelling.library == library.name).map(|s| s.text)
}

/// The library whose row renames the constant; a mention's own library is that of the call it stands in.
fn origin<'e>(facts: &Facts, env: &Env<'e>, mention: &Mention, rename: &Rename) -> Option<&'e Library> {
    let rows = env.vocabulary.constants.get(symbol(facts, mention))?;
    let fitting = rows.iter().filter(|row| {
        row.rename().is_some_and(|own| own.since == rename.since && own.replacement == rename.replacement)
    });
    let mut libraries: Vec<&Library> = fitting.map(|row| &env.vocabulary.libraries[row.library]).collect();
    libraries.sort_by_key(|library| !is_imported(facts, library));
    libraries.first().copied()
}

fn is_imported(facts: &Facts, library: &Library) -> bool {
    facts.imports.known.iter().any(|import| import.library == library.name)
}

/// The first word of the constant comes from a library that we know, which may pass on the names of another
/// (`from fastapi import status`).
fn is_bound_by_an_import(facts: &Facts, mention: &Mention) -> bool {
    let text = facts.at(mention.span);
    let first = text.split(|c: char| !is_word(c)).next().unwrap_or(text);
    facts.imports.known.iter().any(|import| {
        import.alias.as_deref() == Some(first)
            || import.names.iter().any(|(local, _)| local == first)
            || import.module.split(|c: char| !is_word(c)).next() == Some(first)
    })
}

/// What the project says about the version of a library.
fn version<'e>(env: &Env<'e>, library: &Library) -> Option<&'e Version> {
    library.packages.iter().find_map(|package| env.project.versions.of(&env.language.ecosystem, package))
}

/// The level and what the library has done with the name, or why there is nothing to say.
fn verdict(library: &Library, rename: &Rename, version: Option<&Version>) -> Result<(Level, String), String> {
    // The lowest version that is allowed is what every installation has at least.
    let known = version.and_then(|version| version.resolved.as_deref().or(version.lowest.as_deref()));
    let pinned = version.is_some_and(|version| version.resolved.is_some());
    let reached = |since: &str| known.map(|known| order(known, since) != Ordering::Less);
    if let Some(removed) = &rename.removed {
        match reached(removed) {
            Some(true) => return Ok((Level::Warning, format!("has removed (in {removed})"))),
            None if rename.since.is_none() => {
                return Ok((Level::Info, format!("has removed (in {removed})")));
            }
            _ => {}
        }
    }
    let how = if rename.warns { "deprecates" } else { "keeps only as an older name" };
    match (&rename.since, rename.since.as_deref().and_then(reached)) {
        (Some(since), Some(false)) if pinned => {
            Err(format!("the version in use is older than {since}, which renamed it"))
        }
        (Some(since), Some(true)) if rename.warns => Ok((Level::Warning, format!("{how} (since {since})"))),
        (Some(since), _) => Ok((quiet_level(library, rename), format!("{how} (since {since})"))),
        (None, _) => Ok((quiet_level(library, rename), how.to_string())),
    }
}

/// Without a version that warns there is nothing anybody would notice; least of all for names that a language's own
/// library keeps for good.
fn quiet_level(library: &Library, rename: &Rename) -> Level {
    if library.standard && !rename.warns { Level::Hint } else { Level::Info }
}

/// Orders versions by their numbers; a pre-release comes before its release. Parts that are no numbers end the comparison.
fn order(left: &str, right: &str) -> Ordering {
    match (semver::Version::parse(left), semver::Version::parse(right)) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        _ => numbers(left).cmp(&numbers(right)),
    }
}

/// `v1.20` gives 1, 20, 0.
fn numbers(version: &str) -> [u64; 4] {
    let mut out = [0; 4];
    let start = version.find(|c: char| c.is_ascii_digit()).unwrap_or(version.len());
    for (slot, part) in out.iter_mut().zip(version[start..].split('.')) {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        *slot = part[..digits].parse().unwrap_or(0);
        if digits < part.len() {
            break;
        }
    }
    out
}

/// The last segment of the constant as written.
fn symbol<'f>(facts: &'f Facts, mention: &Mention) -> &'f str {
    let text = facts.at(mention.span);
    let start = text
        .rfind(|c: char| !is_word(c))
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    if start < text.len() { &text[start..] } else { text }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

/// Where a word stands on its own.
fn occurrences<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    text.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |at| !text[..*at].ends_with(is_word) && !text[at + word.len()..].starts_with(is_word))
}

/// The file looks whether the new name is there: it serves several versions of the library.
fn has_shim(facts: &Facts, new: &str) -> bool {
    const LOOKS: [&str; 8] =
        ["getattr(", "hasattr(", "respond_to?", "AttributeError", "ImportError", "catch", "??", "||"];
    let lines: Vec<&str> = facts.text.lines().collect();
    lines.iter().enumerate().any(|(at, line)| {
        occurrences(line, new).next().is_some()
            && lines[at.saturating_sub(3)..(at + 4).min(lines.len())]
                .iter()
                .any(|near| LOOKS.iter().any(|look| near.contains(look)))
    })
}

/// The new name in place of the old one; safe where every version that the project allows has it.
fn replacement(
    facts: &Facts,
    env: &Env,
    mention: &Mention,
    rename: &Rename,
    library: &Library,
    version: Option<&Version>,
) -> Option<Fix> {
    let new = rename.replacement.as_deref().filter(|new| new.chars().all(is_word))?;
    let old = symbol(facts, mention);
    let added = rename.added.clone().or_else(|| added(env, library, new)).or_else(|| rename.since.clone());
    let lowest = version.and_then(|version| version.lowest.as_deref().or(version.resolved.as_deref()));
    let everywhere = match (lowest, added) {
        (Some(lowest), Some(added)) => order(lowest, &added) != Ordering::Less,
        _ => false,
    };
    let tail = |span: Span| Edit {
        span: Span { start: span.end - old.len() as u32, end: span.end },
        text: new.to_string(),
    };
    let mut edits = vec![tail(mention.span)];
    // A name that was imported by itself changes in the import too, and then everywhere.
    if facts.at(mention.span) == old
        && let Some(import) = facts
            .imports
            .known
            .iter()
            .find(|import| import.names.iter().any(|(local, original)| local == old && original == old))
    {
        edits = occurrences(&facts.text, old)
            .map(|at| Span::new(at, at + old.len()))
            .filter(|span| {
                import.span.contains(*span) || facts.mentions.iter().any(|other| other.span == *span)
            })
            .map(tail)
            .collect();
    }
    Some(Fix {
        title: format!("Replace `{old}` with `{new}`"),
        safety: if everywhere { Safety::Safe } else { Safety::Unsafe },
        preferred: true,
        edits,
    })
}

/// The first version that has a constant, where the rows say it.
fn added(env: &Env, library: &Library, symbol: &str) -> Option<String> {
    env.vocabulary.constants.get(symbol)?.iter().find_map(|constant| {
        let same = env.vocabulary.libraries[constant.library].name == library.name;
        constant.symbol.added.clone().filter(|_| same)
    })
}

/// A phrase that an earlier specification gave to the code.
fn phrase(env: &Env, mention: &Mention, findings: &mut Findings) {
    let Some(code) = mention.code() else { return };
    for near in mention.near.iter().filter(|near| matches!(near.kind, NearKind::Phrase | NearKind::Entry)) {
        let former = env.registry.readings(&near.text).contains(&(code, PhraseKind::Former));
        let Some(current) = env.registry.phrase(code).filter(|_| former) else { continue };
        findings.push(Finding {
            level: Level::Info,
            codes: vec![u32::from(code)],
            tags: vec![Tag::Deprecated],
            fixes: vec![Fix {
                title: format!("Replace \"{}\" with \"{current}\"", near.text),
                safety: Safety::Unsafe,
                preferred: true,
                edits: vec![Edit { span: near.span, text: current.to_string() }],
            }],
            ..RULE.at(
                near.span,
                format!("{code} is called \"{current}\" now; \"{}\" is its earlier phrase", near.text),
            )
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_their_numbers() {
        assert_eq!(order("0.48.0", "0.5.0"), Ordering::Greater);
        assert_eq!(order("v1.20", "1.20.0"), Ordering::Equal);
        assert_eq!(order("3.1", "3.1.0"), Ordering::Equal);
        assert_eq!(order("7.0.0-M1", "7.0.0"), Ordering::Less);
        assert_eq!(order("2.0", "10.0"), Ordering::Less);
        assert_eq!(order("0.48.0.post1", "0.48.0"), Ordering::Equal);
    }

    #[test]
    fn words_are_found_whole() {
        assert_eq!(occurrences("A_B A_BC A_B", "A_B").collect::<Vec<_>>(), [0, 9]);
    }
}
