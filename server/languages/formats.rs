//! The schema of `grammar-queries/formats/<format>.toml`: how a kind of document is recognised, and which of its keys and
//! directives hold status codes. Rows hold names and sets, never prose.

use crate::facts::{Role, Terms, Wants};
use crate::languages::rows::Words;
use crate::status::Codes;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::OnceLock;

// `FORMATS: &[(file, text)]`, listed by the build script from `grammar-queries/formats/`.
include!(concat!(env!("OUT_DIR"), "/formats.rs"));

/// One file of rows.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FormatFile {
    format: String,
    #[serde(default)]
    languages: Vec<String>,
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    root: Vec<String>,
    #[serde(default)]
    root_all: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    without: Vec<String>,
    #[serde(default)]
    vendors: Vec<String>,
    #[serde(default)]
    stub: bool,
    #[serde(default)]
    contract: bool,
    #[serde(default)]
    key: Vec<KeyRow>,
    #[serde(default)]
    directive: Vec<DirectiveRow>,
    source: Option<String>,
}

/// A set of codes, read once; `None`: it cannot be read.
#[derive(Deserialize, Clone, Copy, Debug)]
#[serde(from = "String")]
pub struct Legal(Option<Codes>);

impl From<String> for Legal {
    fn from(written: String) -> Legal {
        Legal(Codes::parse(&written))
    }
}

/// A key that holds codes.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyRow {
    /// The end of its path: keys joined by `.`, list items left out, `*` for any one key. With `/` in front: the whole path.
    pub path: Words,
    /// The keys of the mapping there are the codes, not its values.
    #[serde(default)]
    pub keys: bool,
    /// What the code means there.
    pub role: Role,
    /// Accepted codes.
    pub legal: Option<Legal>,
    /// Codes outside `legal` are refused.
    #[serde(default)]
    pub closed: bool,
    /// Taken when the key is left out.
    pub default: Option<u16>,
    /// Names that stand for codes (`MOVED_PERMANENTLY`).
    #[serde(default)]
    pub names: HashMap<String, u16>,
    /// What stands before the digits of a code (`HTTP_301`).
    pub prefix: Option<String>,
    /// The type of the value.
    pub wants: Option<Wants>,
    /// A key beside it whose text is the reason phrase.
    pub phrase: Option<String>,
    /// The answer is final: not for 1xx.
    #[serde(default, rename = "final")]
    pub is_final: bool,
    /// The first version of the product that has it.
    pub since: Option<String>,
}

/// A directive that holds codes.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DirectiveRow {
    /// Its name, or several.
    pub name: Words,
    /// It counts only inside this block.
    pub within: Option<String>,
    /// Which of its arguments hold the code.
    pub place: Argument,
    /// What the code means there.
    pub role: Role,
    /// Accepted codes.
    pub legal: Option<Legal>,
    /// Codes outside `legal` are refused.
    #[serde(default)]
    pub closed: bool,
    /// Taken when the directive is left out.
    pub default: Option<u16>,
    /// The answer is final: not for 1xx.
    #[serde(default, rename = "final")]
    pub is_final: bool,
    /// An argument behind the code makes it the target of a redirect.
    #[serde(default)]
    pub redirects: bool,
    /// The first version of the product that has it.
    pub since: Option<String>,
}

/// Which arguments of a directive hold codes.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Argument {
    /// The first.
    First,
    /// Every number before the last argument (`error_page 500 502 /50x.html`).
    Leading,
    /// A number after `=` (`error_page 404 =200 /x`, `try_files $uri =404`).
    Assigned,
    /// Words such as `http_502`.
    Prefixed,
    /// Every number, range or class.
    All,
}

macro_rules! terms {
    ($row:ident, $wants:expr, $vendors:ident) => {
        Terms {
            legal: $row.legal.and_then(|legal| legal.0),
            closed: $row.closed,
            default: $row.default,
            is_final: $row.is_final,
            wants: $wants,
            vendors: $vendors.to_vec(),
            since: $row.since.clone(),
            ..Terms::default()
        }
    };
}

impl KeyRow {
    /// What the row demands of the code.
    pub fn terms(&self, vendors: &[String]) -> Terms {
        terms!(self, self.wants, vendors)
    }
    /// The last keys of the paths that the row speaks of; `None`: any key.
    pub fn last_keys(&self) -> impl Iterator<Item = Option<&str>> {
        self.path.iter().map(|row| {
            let row = row.strip_prefix('/').unwrap_or(row);
            let quoted = row.strip_prefix('\'').and_then(|row| row.strip_suffix('\''));
            let last = quoted.unwrap_or_else(|| row.rsplit('.').next().unwrap_or(row));
            (last != "*").then_some(last)
        })
    }
    /// The row speaks of the key at the end of this path. List items are no part of a path.
    pub fn takes(&self, path: &[&str]) -> bool {
        self.path.iter().any(|row| {
            let (row, whole) = match row.strip_prefix('/') {
                Some(row) => (row, true),
                None => (row.as_str(), false),
            };
            // A key may hold dots itself (`nginx.ingress.kubernetes.io/custom-http-errors`): then the row quotes it whole.
            if let Some(key) = row.strip_prefix('\'').and_then(|row| row.strip_suffix('\'')) {
                return path.last() == Some(&key);
            }
            let count = row.split('.').count();
            path.len() >= count
                && (!whole || path.len() == count)
                && row
                    .split('.')
                    .zip(&path[path.len() - count..])
                    .all(|(want, key)| want == "*" || want == *key)
        })
    }
}

impl DirectiveRow {
    /// What the row demands of the code.
    pub fn terms(&self, vendors: &[String]) -> Terms {
        terms!(self, None, vendors)
    }
}

/// A kind of document.
pub struct Format {
    /// Its name.
    pub name: String,
    /// Vendor profiles that its files switch on.
    pub vendors: Vec<String>,
    /// It is a mock, a recording or a test by itself.
    pub stub: bool,
    /// It documents answers by its own syntax: see `detect/contracts.rs`.
    pub contract: bool,
    /// Keys.
    pub keys: Vec<KeyRow>,
    /// Directives.
    pub directives: Vec<DirectiveRow>,
    languages: Vec<String>,
    files: Option<GlobSet>,
    root: Vec<String>,
    root_all: Vec<String>,
    words: Vec<String>,
    without: Vec<String>,
}

impl Format {
    fn read(file: &str, text: &str) -> Format {
        let rows: FormatFile =
            toml::from_str(text).unwrap_or_else(|fault| panic!("grammar-queries/formats/{file}: {fault}"));
        let _ = &rows.source;
        let mut globs = GlobSetBuilder::new();
        for pattern in &rows.files {
            let pattern = if pattern.contains('/') { pattern.clone() } else { format!("**/{pattern}") };
            let glob = GlobBuilder::new(&pattern).literal_separator(true).build();
            globs.add(glob.unwrap_or_else(|fault| panic!("grammar-queries/formats/{file}: {fault}")));
        }
        Format {
            name: rows.format,
            vendors: rows.vendors,
            stub: rows.stub,
            contract: rows.contract,
            keys: rows.key,
            directives: rows.directive,
            languages: rows.languages,
            files: (!rows.files.is_empty()).then(|| globs.build().expect("globs that were built one by one")),
            root: rows.root,
            root_all: rows.root_all,
            words: rows.words,
            without: rows.without,
        }
    }
    /// The document is of this kind. `keys` are those of its root.
    ///
    /// What a row names must hold: one of `files`, or one of `root`; in each case every one of `root-all`, one of `words`
    /// and none of `without`.
    fn fits(&self, language: &str, path: &str, keys: &[&str], text: &str) -> bool {
        (self.languages.is_empty() || self.languages.iter().any(|known| known == language))
            && (self.files.is_none() && self.root.is_empty()
                || self.files.as_ref().is_some_and(|files| files.is_match(path))
                || self.root.iter().any(|key| keys.contains(&key.as_str())))
            && self.root_all.iter().all(|key| keys.contains(&key.as_str()))
            && (self.words.is_empty() || self.words.iter().any(|word| holds(text, word)))
            && !self.without.iter().any(|word| holds(text, word))
    }
}

/// `str::contains`, several times as fast.
fn holds(text: &str, word: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

/// All formats, read once.
pub fn all() -> &'static [Format] {
    static LOADED: OnceLock<Vec<Format>> = OnceLock::new();
    LOADED.get_or_init(|| FORMATS.iter().map(|(file, text)| Format::read(file, text)).collect())
}

/// The formats of a document, most of them none or one. `keys` are those of its root.
pub fn of<'a>(
    language: &'a str,
    path: &'a str,
    keys: &'a [&'a str],
    text: &'a str,
) -> impl Iterator<Item = &'static Format> + 'a {
    all().iter().filter(move |format| format.fits(language, path, keys, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_of_every_row_can_be_read() {
        for format in all() {
            let sets = format
                .keys
                .iter()
                .map(|row| &row.legal)
                .chain(format.directives.iter().map(|row| &row.legal));
            assert!(sets.flatten().all(|legal| legal.0.is_some()), "{}", format.name);
        }
    }

    #[test]
    fn a_path_is_matched_from_its_end() {
        let row: KeyRow = toml::from_str("path = 'redirects.*.status'\nrole = 'redirected'").unwrap();
        assert!(row.takes(&["hosting", "redirects", "old", "status"]));
        assert!(!row.takes(&["redirects", "status"]));
        assert_eq!(row.last_keys().collect::<Vec<_>>(), [Some("status")]);
        let whole: KeyRow = toml::from_str("path = '/status'\nrole = 'sent'").unwrap();
        assert!(whole.takes(&["status"]) && !whole.takes(&["a", "status"]));
        let dotted: KeyRow = toml::from_str("path = \"'a.b/c'\"\nrole = 'sent'").unwrap();
        assert!(dotted.takes(&["metadata", "a.b/c"]));
        assert_eq!(dotted.last_keys().collect::<Vec<_>>(), [Some("a.b/c")]);
    }
}
