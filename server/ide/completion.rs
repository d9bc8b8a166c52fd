//! Codes by name where a code is wanted, and nowhere else.
//!
//! Whether a place wants a code is asked of detection itself: it reads the text as it would be with a number at the cursor.
//! A place that then holds a status code by name or proof is one.

use crate::detect::{Source, detect, glance};
use crate::facts::{Certainty, Facts, Form, Mention, Role, Wants};
use crate::languages::Constant;
use crate::rules::{Edit, Env, names_at_hand};
use crate::status::{Codes, Entry, Registry, State};
use crate::text::Span;
use std::ops::Range;
use tree_sitter::{InputEdit, Point, Tree};

/// One code that can be written at the cursor.
#[derive(Clone, PartialEq, Debug)]
pub struct Completion {
    /// What is shown, and inserted.
    pub text: String,
    /// The code.
    pub code: u16,
    /// Its phrase.
    pub phrase: String,
    /// The library that gives the name; `None` for a number.
    pub library: Option<String>,
    /// What the typed text is compared with.
    pub filter: String,
    /// The order: by code, and below what the language's own server offers where that knows the name too.
    pub sort: String,
    /// What has been typed: goes when the completion is inserted.
    pub typed: Span,
    /// What has been typed and the rest of the word behind the cursor: goes when it replaces.
    pub word: Span,
    /// What else must change: the import of the name.
    pub edits: Vec<Edit>,
    /// The name or the code should not be used any more.
    pub deprecated: bool,
}

/// The file at hand, and where the cursor stands in it.
pub struct Cursor<'a> {
    /// The file as it is read.
    pub source: &'a Source<'a>,
    /// What is known about it.
    pub facts: &'a Facts,
    /// Its tree, so that asking about the place costs no whole parse.
    pub tree: Option<&'a Tree>,
    /// Where rules and rows are looked up.
    pub env: &'a Env<'a>,
    /// The byte of the cursor.
    pub byte: u32,
}

/// What can be written at the cursor; nothing unless a status code is wanted there.
pub fn completion(cursor: &Cursor) -> Vec<Completion> {
    let Some(typed) = Typed::read(cursor) else { return vec![] };
    match &typed.holder {
        Some(holder) => of_holder(cursor, &typed, &cursor.facts.text[holder.clone()]),
        None => place(cursor, &typed).map(|place| of_place(cursor, &typed, &place)).unwrap_or_default(),
    }
}

/// What stands before the cursor.
struct Typed {
    /// The word up to the cursor.
    word: Range<usize>,
    /// Where the word ends behind the cursor.
    end: usize,
    /// The name and separator before it (`http.`), the separator left out.
    holder: Option<Range<usize>>,
}

impl Typed {
    fn read(cursor: &Cursor) -> Option<Typed> {
        let text = &*cursor.facts.text;
        let at = cursor.byte as usize;
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let start_of_word = |end: usize| {
            end - text[..end].chars().rev().take_while(|c| is_word(*c)).map(char::len_utf8).sum::<usize>()
        };
        let word = start_of_word(at)..at;
        let end = at + text[at..].chars().take_while(|c| is_word(*c)).map(char::len_utf8).sum::<usize>();
        let separator = &*cursor.env.language.traits.separator;
        let before = Some(&text[..word.start]).filter(|_| !separator.is_empty());
        let holder = before.and_then(|before| before.strip_suffix(separator)).map(|before| {
            let end = before.len();
            start_of_word(end)..end
        });
        let starts_with_digit =
            |range: &Range<usize>| text[range.clone()].starts_with(|c: char| c.is_ascii_digit());
        match &holder {
            // `1.4` is a number, and `).404` is nothing.
            Some(holder) if holder.is_empty() || starts_with_digit(holder) || starts_with_digit(&word) => {
                None
            }
            _ if word.len() > 40 => None,
            _ => Some(Typed { word, end, holder }),
        }
    }
    fn text<'t>(&self, cursor: &'t Cursor) -> &'t str {
        &cursor.facts.text[self.word.clone()]
    }
    fn spans(&self) -> (Span, Span) {
        (Span::new(self.word.start, self.word.end), Span::new(self.word.start, self.end))
    }
}

/// A place that wants a code.
struct Place {
    /// What a number there is.
    mention: Mention,
    /// Quotes stand around the cursor already.
    quoted: bool,
}

/// What a number at the cursor would be. Some formats need more than the number before they read on.
fn place(cursor: &Cursor, typed: &Typed) -> Option<Place> {
    let text = &*cursor.facts.text;
    if let Some(mention) = status_at(cursor.facts, cursor.byte).filter(|mention| mention.code().is_some()) {
        return Some(Place { quoted: is_quoted(text, typed), mention: mention.clone() });
    }
    let data = cursor.env.language.ecosystem.is_empty();
    let rest_is_empty = text[typed.end..].lines().next().is_none_or(|rest| rest.trim().is_empty());
    let candidates: &[&str] = if data && rest_is_empty { &["200", "200:", "200;"] } else { &["200"] };
    candidates.iter().find_map(|number| {
        let facts = with(cursor, typed.word.start..typed.end, number);
        let mention = status_at(&facts, typed.word.start as u32)?;
        let plain = mention.codes.contains(200) && !matches!(mention.form, Form::Phrase | Form::Embedded);
        let place = Place { quoted: is_quoted(text, typed), mention: mention.clone() };
        (plain && !matches!(mention.role, Role::Prose | Role::Logged)).then_some(place)
    })
}

fn status_at(facts: &Facts, byte: u32) -> Option<&Mention> {
    facts
        .mentions_at(byte)
        .find(|mention| mention.certainty >= Certainty::Named && mention.form != Form::Helper)
}

fn is_quoted(text: &str, typed: &Typed) -> bool {
    let quote = |c: Option<char>| c.is_some_and(|c| matches!(c, '"' | '\'' | '`'));
    quote(text[..typed.word.start].chars().next_back()) && quote(text[typed.end..].chars().next())
}

/// The facts of the text with something else in a place.
fn with(cursor: &Cursor, place: Range<usize>, new: &str) -> Facts {
    let text = &*cursor.facts.text;
    let changed = [&text[..place.start], new, &text[place.end..]].concat();
    let point = |text: &str, byte: usize| {
        let before = &text.as_bytes()[..byte];
        let row = memchr::memchr_iter(b'\n', before).count();
        Point::new(row, byte - memchr::memrchr(b'\n', before).map_or(0, |at| at + 1))
    };
    let tree = cursor.tree.cloned().map(|mut tree| {
        let new_end = place.start + new.len();
        tree.edit(&InputEdit {
            start_byte: place.start,
            old_end_byte: place.end,
            new_end_byte: new_end,
            start_position: point(text, place.start),
            old_end_position: point(text, place.end),
            new_end_position: point(&changed, new_end),
        });
        tree
    });
    let source = Source { text: changed.into(), ..cursor.source.clone() };
    // What the place is, its own item tells.
    let spot = Span::new(place.start, place.start + new.len());
    let glanced = tree.as_ref().and_then(|tree| glance(&source, tree, spot));
    glanced.map_or_else(|| detect(&source, tree.as_ref()).facts, |glance| glance.facts)
}

/// The codes for a place, each as the file would write it: by the name of a library in use, and as a number.
fn of_place(cursor: &Cursor, typed: &Typed, place: &Place) -> Vec<Completion> {
    let (env, word) = (cursor.env, typed.text(cursor));
    let (typed_span, word_span) = typed.spans();
    let terms = &place.mention.terms;
    let mut all = vec![];
    for entry in offered(env, cursor.facts, &place.mention, word) {
        let code = entry.code;
        let item = |text: String, library: Option<String>, edits: Vec<Edit>, rank: &str| {
            let filter = matched(word, code, &entry.name, &text)?;
            Some(Completion {
                text,
                code,
                phrase: entry.name.clone(),
                library,
                filter,
                sort: format!("{code}{rank}"),
                typed: typed_span,
                word: word_span,
                edits,
                deprecated: is_outdated(entry),
            })
        };
        let takes_names = !place.quoted
            && terms.wants != Some(Wants::String)
            && matches!(place.mention.form, Form::Number | Form::Constant)
            && cursor.facts.format.is_none();
        if takes_names {
            let name = names_at_hand(cursor.facts, env, code, typed_span).into_iter().next();
            all.extend(name.and_then(|name| {
                item(name.text, Some(name.library), name.import.into_iter().collect(), "a")
            }));
        }
        let quote = env
            .language
            .traits
            .quotes
            .first()
            .filter(|_| terms.wants == Some(Wants::String) && !place.quoted);
        let number = match quote {
            Some(quote) => format!("{quote}{code}{quote}"),
            None => code.to_string(),
        };
        all.extend(item(number, None, vec![], "b"));
    }
    all
}

/// The codes that a place takes.
fn offered<'e>(
    env: &'e Env,
    facts: &'e Facts,
    mention: &'e Mention,
    word: &'e str,
) -> impl Iterator<Item = &'e Entry> {
    let legal = mention.terms.legal.unwrap_or_else(Codes::valid);
    let legal = match mention.role {
        Role::Redirected if mention.terms.legal.is_none() => Codes::class(3),
        _ => legal,
    };
    let refused = if mention.terms.is_final { Codes::class(1) } else { Codes::EMPTY };
    let digits = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let profiles = env.settings.vendors.iter().chain(&facts.vendors).chain(&mention.terms.vendors);
    let vendors = profiles.filter_map(|name| env.registry.profile(name)).fold(Codes::EMPTY, Codes::union);
    env.registry.entries().iter().filter(move |entry| {
        let current = match entry.state {
            State::Assigned | State::Temporary => !is_outdated(entry) || digits,
            State::Custom => true,
            State::Obsoleted => digits,
            State::Unused | State::Unassigned => vendors.contains(entry.code),
        };
        let takes = legal.contains(entry.code) || entry.state == State::Custom;
        current && takes && !refused.contains(entry.code)
    })
}

fn is_outdated(entry: &Entry) -> bool {
    entry.state == State::Obsoleted || entry.lifecycle.is_some()
}

/// How many sets of constants are tried for a holder.
const MOST_SETS: usize = 4;

/// The names of a set of constants whose holder has been typed (`http.Sta`). Detection says which set the holder stands
/// for: it reads the text with one of the set's names in place of what has been typed.
fn of_holder(cursor: &Cursor, typed: &Typed, holder: &str) -> Vec<Completion> {
    let (env, word) = (cursor.env, typed.text(cursor).to_ascii_lowercase());
    let starts = |symbol: &str| symbol.to_ascii_lowercase().starts_with(&word);
    let mut sets: Vec<(usize, Vec<&Constant>)> =
        (0..env.vocabulary.groups.len()).map(|group| (group, vec![])).collect();
    for constant in env.vocabulary.by_code.values().flatten() {
        if constant.rename().is_none() && starts(&constant.symbol.s) {
            sets[constant.group].1.push(constant);
        }
    }
    let library_of = |group: usize| &env.vocabulary.libraries[env.vocabulary.groups[group].0];
    let is_named = |group: usize| env.vocabulary.groups[group].1.holder == holder;
    // A module has more to offer than constants: without a letter of theirs, the language's own server has the word.
    sets.retain(|(group, set)| {
        !set.is_empty() && (!word.is_empty() || is_named(*group) && is_container(set))
    });
    sets.iter_mut().for_each(|(_, set)| set.sort_by_key(|constant| constant.symbol.c));
    sets.sort_by_key(|(group, _)| (!is_named(*group), *group));
    let mut tried: Vec<&str> = vec![];
    let mut guess = None;
    for (_, set) in &sets {
        let symbol = set[0].symbol.s.as_str();
        if tried.contains(&symbol) || tried.len() == MOST_SETS {
            continue;
        }
        tried.push(symbol);
        let facts = with(cursor, typed.word.start..typed.end, symbol);
        let is_it = |it: &&Mention| it.form == Form::Constant && it.code() == Some(set[0].symbol.c);
        let Some(mention) = status_at(&facts, typed.word.start as u32).filter(is_it) else { continue };
        let imported = |name: &String| facts.imports.known.iter().any(|import| import.library == *name);
        let own = sets.iter().filter(|(_, set)| set[0].symbol.s == symbol);
        let own = own.min_by_key(|(group, _)| {
            let library = library_of(*group);
            (mention.library.as_ref() != Some(&library.name), !imported(&library.name), !is_named(*group))
        });
        match own {
            Some(found) if mention.certainty == Certainty::Proven => {
                guess = Some(found);
                break;
            }
            // Without its import the name may still be meant: what ships with the language is at hand.
            Some(found) if guess.is_none() && is_named(found.0) && library_of(found.0).standard => {
                guess = Some(found);
            }
            _ => {}
        }
    }
    guess.map(|(group, set)| names_of(cursor, typed, &library_of(*group).name, set)).unwrap_or_default()
}

fn names_of(cursor: &Cursor, typed: &Typed, library: &str, set: &[&Constant]) -> Vec<Completion> {
    let (typed, word) = typed.spans();
    let mut all: Vec<Completion> = cursor
        .env
        .registry
        .entries()
        .iter()
        .filter_map(|entry| telling(cursor.env.registry, entry.code, set))
        .filter_map(|constant| {
            let entry = cursor.env.registry.get(constant.symbol.c)?;
            Some(Completion {
                text: constant.symbol.s.clone(),
                code: entry.code,
                phrase: entry.name.clone(),
                library: Some(library.to_string()),
                filter: constant.symbol.s.clone(),
                sort: format!("~{}", entry.code),
                typed,
                word,
                edits: vec![],
                deprecated: is_outdated(entry),
            })
        })
        .collect();
    all.sort_by(|a, b| a.sort.cmp(&b.sort));
    all
}

/// The name to offer for a code: some libraries have many, and jokes among them.
fn telling<'s>(registry: &Registry, code: u16, set: &[&'s Constant]) -> Option<&'s Constant> {
    let own = set.iter().filter(|constant| constant.symbol.c == code);
    own.min_by_key(|constant| registry.by_constant_name(&constant.symbol.s) != Some(code)).copied()
}

/// The names have nothing in common: their holder is there for them alone (`StatusCode`, `HTTPStatus`).
fn is_container(set: &[&Constant]) -> bool {
    let mut names = set.iter().map(|constant| constant.symbol.s.as_str());
    let Some(first) = names.next() else { return false };
    let shared = names.fold(first.len(), |shared, name| {
        first.bytes().zip(name.bytes()).take(shared).take_while(|(a, b)| a == b).count()
    });
    shared < 2
}

/// What a client compares with the typed text, when a code fits it: its number, a name that starts so, or its phrase, from
/// the start of any word of it on.
fn matched(word: &str, code: u16, phrase: &str, text: &str) -> Option<String> {
    if word.is_empty() {
        return Some(format!("{code} {phrase}"));
    }
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return code.to_string().starts_with(word).then(|| code.to_string());
    }
    let letters = |text: &str| {
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    let wanted = letters(word);
    if wanted.is_empty() {
        return None;
    }
    let words: Vec<&str> = phrase.split([' ', '-']).collect();
    let of_phrase = (0..words.len()).map(|from| words[from..].concat());
    // The last part of a name, with and without what its set has in common (`StatusNotFound`).
    let symbol = text.rsplit(['.', ':']).next().unwrap_or(text);
    let candidates = std::iter::once(text.to_string()).chain([symbol.to_string()]).chain(of_phrase);
    candidates.into_iter().find(|candidate| letters(candidate).starts_with(&wanted)).map(|candidate| {
        // The typed letters come first as they were typed: clients may compare cases, and skip no character.
        let rest: String = candidate.chars().filter(char::is_ascii_alphanumeric).skip(wanted.len()).collect();
        format!("{word}{rest}")
    })
}

/// The page of a code, for the item that is looked at.
pub fn documentation(registry: &Registry, code: u16) -> String {
    crate::status::hover::hover(registry, code, &crate::status::hover::HoverContext::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_by_number_by_phrase_and_by_name() {
        let matched = |word: &str| matched(word, 404, "Not Found", "http.StatusNotFound");
        assert_eq!(matched(""), Some("404 Not Found".into()));
        assert_eq!(matched("40"), Some("404".into()));
        assert_eq!(matched("41"), None);
        assert_eq!(matched("not"), Some("notFound".into()));
        assert_eq!(matched("found"), Some("found".into()));
        assert_eq!(matched("StatusNot"), Some("StatusNotFound".into()));
        assert_eq!(matched("http"), Some("httpStatusNotFound".into()));
        assert_eq!(matched("gone"), None);
    }
}
