//! Which libraries a file uses: guessed from its import lines before a parse, confirmed in the tree after it.

use super::file::{File, span, unquote};
use super::items;
use crate::facts::{Import, Imports};
use crate::languages::shapes::{Construct, Part};
use crate::languages::{Language, Vocabulary};
use crate::text::Span;
use rustc_hash::FxHashSet as HashSet;
use std::cell::LazyCell;
use std::ops::Range;
use tree_sitter::Node;

/// What the text says about imports, without a tree.
#[derive(Default)]
pub struct Guess<'t> {
    /// For each library of the vocabulary: some import line names one of its modules, or it is ambient.
    pub used: Vec<bool>,
    /// Where a module of a known library is named.
    pub places: Vec<Place>,
    /// Identifiers on import lines that name a known library: local names, perhaps.
    pub names: Vec<&'t str>,
    /// The end of the last import line.
    pub end: u32,
}

/// A place in an import statement.
#[derive(Clone, Copy)]
pub struct Place {
    /// In bytes.
    pub at: u32,
    /// The statement stands in a function or a class, which have it for themselves.
    pub local: bool,
}

impl<'t> Guess<'t> {
    /// The same as seen from a part of the text, whose bytes are counted from its start.
    pub fn before(&self, part: Span) -> Guess<'t> {
        Guess {
            used: self.used.clone(),
            places: vec![],
            names: self.names.clone(),
            end: self.end.saturating_sub(part.start),
        }
    }
}

/// The longest import statement that is looked at, in bytes.
const LONGEST: usize = 4096;

/// Reads the lines that import.
pub fn guess<'t>(text: &'t str, language: &Language, vocabulary: &Vocabulary) -> Guess<'t> {
    let mut guess =
        Guess { used: vocabulary.libraries.iter().map(|l| l.ambient).collect(), ..Guess::default() };
    // `import a from "b"`: more than one word may lead to a statement.
    let mut seen: HashSet<Range<usize>> = HashSet::default();
    for word in &language.traits.import_words {
        let (finder, mut from) = (memchr::memmem::Finder::new(word), 0);
        while let Some(at) = finder.find(&text.as_bytes()[from..]).map(|i| i + from) {
            from = at + word.len();
            if let Some(region) = region(text, at, word) {
                from = from.max(region.end);
                if seen.insert(region.clone()) {
                    read(text, region, language, vocabulary, &mut guess);
                }
            }
        }
    }
    if language.traits.paths_import {
        paths(text, language, vocabulary, &mut guess);
    }
    guess
}

/// The statement that an import word begins (or, for `require` and `from`, ends): from its line's start to its line's end, or to the bracket that closes.
fn region(text: &str, at: usize, word: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let edge = |i: Option<&u8>| !i.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    if !edge(at.checked_sub(1).map(|i| &bytes[i])) || !edge(bytes.get(at + word.len())) {
        return None;
    }
    let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |i| i + 1);
    let before = text[start..at].trim_start();
    let calls = bytes.get(at + word.len()) == Some(&b'(');
    let leads = before.is_empty() || matches!(before, "pub " | "export " | "pub(crate) " | "} " | "async ");
    if !leads
        && !calls
        && !before.ends_with("} ")
        && !before.starts_with("import")
        && !before.starts_with("export")
    {
        return None;
    }
    let line_end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |i| i + at);
    let line = &text[at..line_end];
    let count = |mark: u8| memchr::memchr_iter(mark, line.as_bytes()).count();
    let open = [b'(', b'{'].into_iter().find(|open| count(*open) > count(closing(*open)));
    let end = match open {
        Some(open) if !calls => {
            let limit = (line_end + LONGEST).min(bytes.len());
            memchr::memchr(closing(open), &bytes[line_end..limit]).map_or(line_end, |i| {
                let close = i + line_end;
                memchr::memchr(b'\n', &bytes[close..]).map_or(bytes.len(), |i| i + close)
            })
        }
        _ => line_end,
    };
    Some(start..end.max(at))
}

fn closing(open: u8) -> u8 {
    if open == b'(' { b')' } else { b'}' }
}

/// The last line in column 0 begins what certainly is an item. `try:` and `if TYPE_CHECKING:` do not.
fn is_in_an_item(before: &str, language: &Language) -> bool {
    let mut lines = before.lines().rev();
    let line = lines.find(|line| !line.is_empty() && !line.starts_with([' ', '\t', ')', ']', '}', '#']));
    let words = language.items.as_ref().map_or(&[][..], |items| &items.certain);
    let begins = |line: &str| words.iter().any(|word| items::is_word_at(line.as_bytes(), word));
    line.is_some_and(begins)
}

fn read<'t>(
    text: &'t str,
    region: Range<usize>,
    language: &Language,
    vocabulary: &Vocabulary,
    guess: &mut Guess<'t>,
) {
    let mut names = vec![];
    let mut known = false;
    let body = &text[region.clone()];
    // Asked only for libraries that are known: a bundle may import thousands of times in one function.
    let local =
        LazyCell::new(|| body.starts_with([' ', '\t']) && is_in_an_item(&text[..region.start], language));
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '@' | ':' | '-' | '$');
    let mut rest = body;
    while let Some(from) = rest.find(part) {
        let word = &rest[from..];
        let word = &word[..word.find(|c| !part(c)).unwrap_or(word.len())];
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        for library in vocabulary.libraries_of(word.trim_end_matches(':')) {
            guess.used[library] = true;
            guess.places.push(Place { at: at as u32, local: *local });
            known = true;
        }
        let name = word.rsplit([':', '.', '/']).next().unwrap_or(word);
        if name.len() > 1 && name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            names.push(&text[at + word.len() - name.len()..at + word.len()]);
        }
        rest = &rest[from + word.len()..];
    }
    guess.end = guess.end.max(region.end as u32);
    if known {
        guess.names.extend(names);
    }
}

/// `http::StatusCode::OK` uses the library without an import.
fn paths(text: &str, language: &Language, vocabulary: &Vocabulary, guess: &mut Guess) {
    let bytes = text.as_bytes();
    for at in memchr::memmem::find_iter(bytes, &language.traits.separator) {
        let part = |i: &usize| bytes[*i].is_ascii_alphanumeric() || matches!(bytes[*i], b'_' | b':');
        let from = (0..at).rev().take_while(part).last().unwrap_or(at);
        for library in vocabulary.modules.get(&text[from..at]).into_iter().flatten() {
            guess.used[*library] = true;
        }
    }
}

impl<'t> File<'t> {
    /// Looks the guessed places up in the tree, and notes modules, aliases and names.
    pub fn confirm_imports(&mut self, guess: &Guess<'t>) {
        let mut imports = Imports::default();
        let mut seen: Vec<usize> = vec![];
        for place in
            guess.places.iter().filter(|place| self.parts.may_import_at(**place)).map(|place| place.at)
        {
            let Some(leaf) = self.leaf_at(Span { start: place, end: place + 1 }) else { continue };
            let above = self.above(leaf);
            let Some(statement) = std::iter::once(leaf)
                .chain(above.iter().copied())
                .take(8)
                .find(|n| self.ask.is(*n, Construct::Import) || self.is_import_call(*n))
            else {
                continue;
            };
            if seen.contains(&statement.id()) {
                continue;
            }
            seen.push(statement.id());
            let outer = self.statement_of(statement);
            imports.last = imports.last.max(Some(outer));
            for found in self.read_import(statement) {
                for library in self.vocabulary.libraries_of(found.0) {
                    let (module, alias, names) = found.clone();
                    imports.known.push(Import {
                        library: self.vocabulary.libraries[library].name.clone(),
                        module: module.to_string(),
                        alias: alias.map(str::to_string),
                        names: names.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect(),
                        span: span(statement),
                    });
                    self.used[library] = true;
                }
            }
        }
        for (i, library) in self.vocabulary.libraries.iter().enumerate() {
            self.used[i] |= library.ambient || self.language.traits.paths_import && guess.used[i];
        }
        imports.insert_at = self.after_heading(imports.last);
        self.imports = imports;
    }
    fn is_import_call(&self, node: Node<'t>) -> bool {
        self.call(node).is_some_and(|c| {
            c.receiver.is_none() && self.language.traits.import_calls.iter().any(|i| i == c.name)
        })
    }
    /// The outermost node around an import that is not the file itself.
    fn statement_of(&self, node: Node<'t>) -> Span {
        let above = self.above(node);
        let top = above.len().checked_sub(2).and_then(|i| above.get(i)).copied();
        span(top.unwrap_or(node))
    }
    /// Module, alias, and (local, original) names of an import statement.
    #[allow(clippy::type_complexity)]
    fn read_import(&self, statement: Node<'t>) -> Vec<(&'t str, Option<&'t str>, Vec<(&'t str, &'t str)>)> {
        if let Some(call) = self.call(statement) {
            let Some(module) = self.arguments(&call).first().map(|a| unquote(self.text_of(a.value))) else {
                return vec![];
            };
            let target = self
                .above(statement)
                .iter()
                .take(3)
                .find_map(|n| self.ask.one(*n, Construct::Binding))
                .and_then(|b| b.part(Part::Target));
            return vec![match target {
                Some(name) if self.is(name, crate::languages::Kind::Name) => {
                    (module, Some(self.text_of(name)), vec![])
                }
                Some(pattern) => (module, None, self.pattern_names(pattern)),
                None => (module, None, vec![]),
            }];
        }
        let mut found = vec![];
        for shape in self.ask.at(statement).iter().filter(|s| s.construct == Construct::Import) {
            if let Some(tree) = shape.part(Part::Tree) {
                expand(self.text_of(tree), &self.language.traits.separator, &mut found);
                continue;
            }
            let Some(module) = shape.part(Part::Module).map(|m| unquote(self.text_of(m))) else { continue };
            let alias = shape.part(Part::Alias).map(|a| self.text_of(a));
            match shape.part(Part::Name).map(|n| self.text_of(n)) {
                Some(name) => found.push((module, None, vec![(alias.unwrap_or(name), name)])),
                None => found.push((module, alias, vec![])),
            }
        }
        found
    }
    /// `{ a, b: c }` binds `a` and `c`.
    fn pattern_names(&self, pattern: Node<'t>) -> Vec<(&'t str, &'t str)> {
        let text = self.text_of(pattern);
        text.trim_matches(['{', '}', ' ', '\n'])
            .split(',')
            .filter_map(|item| {
                let (original, local) = item.split_once(':').unwrap_or((item, item));
                let (original, local) = (original.trim(), local.split('=').next()?.trim());
                (!local.is_empty()).then_some((local, original))
            })
            .collect()
    }
    /// Where a new import line may start: after the imports, or after the comments and pragmas that open the file.
    fn after_heading(&self, last: Option<Span>) -> u32 {
        let line_after = |byte: usize| {
            memchr::memchr(b'\n', &self.text.as_bytes()[byte..]).map_or(self.text.len(), |i| i + byte + 1)
        };
        if let Some(last) = last {
            return line_after(last.end as usize) as u32;
        }
        let mut at = 0;
        for child in self.at_top().filter(Node::is_named) {
            let text = self.text_of(child);
            let heading = child.is_extra()
                || text.starts_with("#!")
                || text.starts_with("package ")
                || matches!(text.as_bytes().first(), Some(b'"' | b'\''))
                || text.starts_with("from __future__");
            if !heading {
                break;
            }
            at = line_after(child.end_byte());
        }
        at as u32
    }
}

/// `a::b::{c as d, e::f}` as the paths it stands for.
#[allow(clippy::type_complexity)]
fn expand<'t>(
    tree: &'t str,
    separator: &str,
    found: &mut Vec<(&'t str, Option<&'t str>, Vec<(&'t str, &'t str)>)>,
) {
    let module_end = tree.find('{').unwrap_or(tree.len());
    let module = tree[..module_end].trim().trim_end_matches(separator);
    if module_end == tree.len() {
        let (path, alias) = match module.split_once(" as ") {
            Some((path, alias)) => (path.trim(), Some(alias.trim())),
            None => (module, None),
        };
        let (before, last) = path.rsplit_once(separator).unwrap_or((path, path));
        found.push((before, None, vec![(alias.unwrap_or(last), last)]));
        return;
    }
    let inner = tree[module_end..].trim_matches(['{', '}', ' ', '\n']);
    let names = inner
        .split([',', '{', '}'])
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(|item| {
            let (path, alias) = item.split_once(" as ").unwrap_or((item, item));
            let last = path.rsplit(separator).next().unwrap_or(path).trim();
            (if alias == item { last } else { alias.trim() }, last)
        })
        .collect();
    found.push((module, None, names));
}
