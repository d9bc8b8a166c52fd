//! The rows of one ecosystem, by the name that stands in the text.

use super::rows::{Accessor, Constants, DeprecatedMark, Helper, LibraryFile, RouteRow, Symbol};
use crate::facts::Rename;
use crate::status::Registry;
use rustc_hash::FxHashMap as HashMap;
use std::sync::{Arc, Mutex, OnceLock};

// `LIBRARIES: &[(ecosystem, file, text)]`, listed by the build script from `grammar-queries/libraries/`.
include!(concat!(env!("OUT_DIR"), "/libraries.rs"));

/// A library of the vocabulary.
#[derive(Debug, Clone)]
pub struct Library {
    /// Its name.
    pub name: String,
    /// What manifests call it.
    pub packages: Vec<String>,
    /// Modules by which a file uses it.
    pub imports: Vec<String>,
    /// In force in every file, and never proof by itself.
    pub ambient: bool,
    /// It ships with the language.
    pub standard: bool,
}

/// A named constant of a library.
#[derive(Debug, Clone)]
pub struct Constant {
    /// An index into [`Vocabulary::libraries`].
    pub library: usize,
    /// An index into [`Vocabulary::groups`].
    pub group: usize,
    /// The row.
    pub symbol: Symbol,
}

impl Constant {
    /// What became of its name, if it is old.
    pub fn rename(&self) -> Option<Rename> {
        let symbol = &self.symbol;
        let warns = match &symbol.deprecated {
            None if symbol.removed.is_none() => return None,
            None => true,
            Some(DeprecatedMark::Marked(marked)) => *marked,
            Some(DeprecatedMark::Silent(_)) => false,
        };
        Some(Rename {
            since: symbol.since.clone(),
            removed: symbol.removed.clone(),
            replacement: symbol.replacement.clone(),
            added: None,
            warns,
        })
    }
}

/// One way to write a code by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Spelling {
    /// The library.
    pub library: String,
    /// As it stands in source: `http.StatusNotFound`.
    pub text: String,
    /// The symbol alone.
    pub symbol: String,
    /// The holder alone; empty when the symbol stands alone.
    pub holder: String,
    /// The module it comes from.
    pub module: String,
    /// The import that brings it, as one line.
    pub import: Option<String>,
    /// It may stand where a number is wanted.
    pub number: bool,
    /// What makes a number of it.
    pub to_number: Option<String>,
    /// The first choice of its library.
    pub preferred: bool,
    /// It ships with the language.
    pub standard: bool,
    /// Only newer versions of the library have it.
    pub recent: bool,
    /// A second name that the library keeps for old code.
    pub alias: bool,
}

/// Everything the libraries of one ecosystem say. A value: rows of a project's own are added with [`Vocabulary::with`].
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// All libraries.
    pub libraries: Vec<Library>,
    /// Their sets of constants, without the symbols.
    pub groups: Vec<(usize, Constants)>,
    /// Calls by the last segment of the callee, each with its library.
    pub helpers: HashMap<String, Vec<(usize, Helper)>>,
    /// Members that read a status, by name.
    pub accessors: HashMap<String, Vec<(usize, Accessor)>>,
    /// Members that set one, by name.
    pub setters: HashMap<String, Vec<(usize, Accessor)>>,
    /// Constants by symbol.
    pub constants: HashMap<String, Vec<Constant>>,
    /// Constants by code, in the order of their files.
    pub by_code: HashMap<u16, Vec<Constant>>,
    /// Libraries by the modules that stand for them.
    pub modules: HashMap<String, Vec<usize>>,
    /// What registers routes, by callee.
    pub routes: HashMap<String, Vec<(usize, RouteRow)>>,
    /// Libraries by the callees of theirs that imply a code.
    pub implying: HashMap<String, Vec<usize>>,
    /// Groups of constants by the last word of their holder.
    pub holders: HashMap<String, Vec<usize>>,
    /// What most places of a text are told from without looking a word up.
    pub edges: Edges,
}

/// Bytes at which names of a vocabulary begin and end.
#[derive(Debug, Clone, Default)]
pub struct Edges {
    /// Where a holder ends and one of its constants begins.
    pub joints: BytePairs,
    /// Where a module begins.
    pub modules: BytePairs,
    /// Where a callee ends that implies a code.
    pub implying: BytePairs,
    /// The libraries with such a callee.
    pub implying_libraries: Vec<usize>,
}

/// A set of pairs of bytes.
#[derive(Debug, Clone, Default)]
pub struct BytePairs(Vec<u64>);

impl BytePairs {
    fn insert(&mut self, first: u8, second: u8) {
        self.0.resize(1024, 0);
        let pair = usize::from(first) << 8 | usize::from(second);
        self.0[pair / 64] |= 1 << (pair % 64);
    }
    /// These two are one of the pairs.
    pub fn contains(&self, first: u8, second: u8) -> bool {
        let pair = usize::from(first) << 8 | usize::from(second);
        self.0.get(pair / 64).is_some_and(|bits| bits >> (pair % 64) & 1 == 1)
    }
    /// Adds the end of a name. Anything may stand before a name of one byte.
    fn insert_end(&mut self, name: &[u8]) {
        match name {
            [.., first, second] => self.insert(*first, *second),
            [only] => (0..=u8::MAX).for_each(|first| self.insert(first, *only)),
            [] => {}
        }
    }
    /// Adds the start of a name. Anything may stand behind a name of one byte.
    fn insert_start(&mut self, name: &[u8]) {
        match name {
            [first, second, ..] => self.insert(*first, *second),
            [only] => (0..=u8::MAX).for_each(|second| self.insert(*only, second)),
            [] => {}
        }
    }
    /// A name may end where these bytes do: it always may where there is but one.
    pub fn may_end(&self, text: &[u8]) -> bool {
        text.last_chunk().is_none_or(|[first, second]| self.contains(*first, *second))
    }
    /// A name may begin where these bytes do.
    pub fn may_begin(&self, text: &[u8]) -> bool {
        text.first_chunk().is_none_or(|[first, second]| self.contains(*first, *second))
    }
}

/// `HTTPStatus` of `http.HTTPStatus`.
pub fn last_word(path: &str) -> &str {
    path.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or(path)
}

impl Vocabulary {
    /// The built-in rows of an ecosystem, read once.
    pub fn builtin(ecosystem: &str) -> Arc<Vocabulary> {
        static LOADED: OnceLock<Mutex<HashMap<String, Arc<Vocabulary>>>> = OnceLock::new();
        let mut loaded =
            LOADED.get_or_init(Mutex::default).lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        loaded
            .entry(ecosystem.to_string())
            .or_insert_with(|| {
                let mut all = Vocabulary::default();
                for (_, file, text) in LIBRARIES.iter().filter(|l| l.0 == ecosystem) {
                    let rows = toml::from_str(text).unwrap_or_else(|fault| {
                        panic!("grammar-queries/libraries/{ecosystem}/{file}: {fault}")
                    });
                    all.add(rows);
                }
                Arc::new(all)
            })
            .clone()
    }
    /// The same vocabulary with more rows.
    pub fn with(&self, rows: impl IntoIterator<Item = LibraryFile>) -> Vocabulary {
        let mut all = self.clone();
        rows.into_iter().for_each(|file| all.add(file));
        all
    }
    fn add(&mut self, file: LibraryFile) {
        let library = self.libraries.len();
        for row in file.helper {
            let implies = row.status.iter().any(|place| place.implied.is_some() || place.otherwise.is_some());
            for call in row.call.iter() {
                if implies {
                    self.implying.entry(call.clone()).or_default().push(library);
                    self.edges.implying_libraries.push(library);
                    self.edges.implying.insert_end(call.as_bytes());
                }
                self.helpers.entry(call.clone()).or_default().push((library, row.clone()));
            }
        }
        for (rows, into) in [(file.accessor, &mut self.accessors), (file.set, &mut self.setters)] {
            for row in rows {
                for name in row.name.iter() {
                    into.entry(name.clone()).or_default().push((library, row.clone()));
                }
            }
        }
        for row in file.route {
            for call in row.call.iter() {
                self.routes.entry(call.clone()).or_default().push((library, row.clone()));
            }
        }
        for mut constants in file.constants {
            let group = self.groups.len();
            for symbol in std::mem::take(&mut constants.symbols) {
                if let (Some(last), Some(first)) = (constants.holder.bytes().last(), symbol.s.bytes().next())
                {
                    self.edges.joints.insert(last, first);
                }
                let constant = Constant { library, group, symbol };
                self.by_code.entry(constant.symbol.c).or_default().push(constant.clone());
                self.constants.entry(constant.symbol.s.clone()).or_default().push(constant);
            }
            if !constants.holder.is_empty() {
                self.holders.entry(last_word(&constants.holder).to_string()).or_default().push(group);
            }
            self.groups.push((library, constants));
        }
        self.edges.implying_libraries.dedup();
        for module in &file.imports {
            self.edges.modules.insert_start(module.as_bytes());
            self.modules.entry(module.clone()).or_default().push(library);
        }
        self.libraries.push(Library {
            packages: if file.packages.is_empty() { vec![file.library.clone()] } else { file.packages },
            name: file.library,
            ambient: file.imports.iter().any(|i| i == "*"),
            imports: file.imports,
            standard: file.standard,
        });
    }
    /// The libraries that a module path belongs to: the path itself, or a part of it that ends at a separator.
    pub fn libraries_of<'v>(&'v self, path: &'v str) -> impl Iterator<Item = usize> + 'v {
        let begins = self.edges.modules.may_begin(path.as_bytes());
        let path = if begins { path } else { "" };
        let cuts = path.char_indices().filter(|(_, c)| matches!(c, '/' | '.' | ':')).map(|(i, _)| i);
        cuts.chain(std::iter::once(path.len()))
            .filter_map(|cut| self.modules.get(&path[..cut]))
            .flatten()
            .copied()
    }
    /// Every way to write a code by name that does not warn: preferred sets first, and within a library the names that every
    /// version has before those that came later (`UNPROCESSABLE_ENTITY` before Python 3.13's `UNPROCESSABLE_CONTENT`).
    /// A name that does not speak of the code (`all_good` for 200) is left out where its library has one that does.
    /// `separator` stands between holder and symbol.
    pub fn spellings(&self, code: u16, separator: &str) -> Vec<Spelling> {
        let all: Vec<Spelling> = self
            .by_code
            .get(&code)
            .into_iter()
            .flatten()
            .filter(|constant| {
                constant.rename().is_none_or(|rename| !rename.warns && rename.removed.is_none())
            })
            .map(|constant| {
                let (_, group) = &self.groups[constant.group];
                let library = &self.libraries[constant.library];
                let text = match group.holder.as_str() {
                    "" => constant.symbol.s.clone(),
                    holder => format!("{holder}{separator}{}", constant.symbol.s),
                };
                Spelling {
                    library: library.name.clone(),
                    text,
                    symbol: constant.symbol.s.clone(),
                    holder: group.holder.clone(),
                    module: group
                        .from
                        .clone()
                        .or_else(|| library.imports.first().cloned())
                        .unwrap_or_default(),
                    import: group.import.clone(),
                    number: group.number,
                    to_number: group.to_number.clone(),
                    preferred: group.preferred,
                    standard: library.standard,
                    recent: constant.symbol.added.is_some(),
                    alias: constant.symbol.deprecated.is_some(),
                }
            })
            .collect();
        let registry = Registry::builtin();
        let (telling, others): (Vec<Spelling>, Vec<Spelling>) =
            all.into_iter().partition(|spelling| registry.by_constant_name(&spelling.symbol) == Some(code));
        let told = |other: &Spelling| telling.iter().any(|spelling| spelling.library == other.library);
        let others: Vec<Spelling> = others.into_iter().filter(|other| !told(other)).collect();
        let mut all: Vec<Spelling> = telling.into_iter().chain(others).collect();
        all.sort_by_key(|spelling| (!spelling.preferred, spelling.recent, spelling.alias));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edges_of_names_are_told_from_two_bytes_and_of_short_names_from_one() {
        let mut pairs = BytePairs::default();
        pairs.insert_end(b"abort");
        pairs.insert_end(b"r");
        assert!(pairs.may_end(b"x.abort") && pairs.may_end(b" r") && pairs.may_end(b"x"));
        assert!(!pairs.may_end(b"about ") && !pairs.may_end(b"abo"));
        let mut pairs = BytePairs::default();
        pairs.insert_start(b"http");
        pairs.insert_start(b"q");
        assert!(pairs.may_begin(b"http/x") && pairs.may_begin(b"q/x") && pairs.may_begin(b"q"));
        assert!(!pairs.may_begin(b"hapi"));
    }
}
