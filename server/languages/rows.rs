//! The schema of `grammar-queries/libraries/<ecosystem>/<library>.toml`: what a library says about status codes.
//!
//! Rows hold names and positions, never prose. The same rows may stand in `lsp-lint.toml` (`[[helpers]]`, `[[constants]]`,
//! `[[accessors]]`), where they work like built-in ones.

use crate::facts::Wants;
use crate::status::Codes;
use serde::Deserialize;

/// One name or several.
#[derive(Deserialize, Clone, Debug, PartialEq, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Words {
    /// `call = "status"`
    One(String),
    /// `call = ["get", "post"]`
    Many(Vec<String>),
}

impl Words {
    /// The names.
    pub fn iter(&self) -> std::slice::Iter<'_, String> {
        match self {
            Words::One(word) => std::slice::from_ref(word).iter(),
            Words::Many(words) => words.iter(),
        }
    }
}

/// What a callee does with a status.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug, Default, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// Sets the status of an answer that is sent later.
    Set,
    /// Answers.
    Send,
    /// Writes content; the status was fixed before, or is 200 now.
    Write,
    /// Answers with a redirect.
    Redirect,
    /// Makes an answer that is returned or sent later.
    Build,
    /// Makes or throws an error that becomes the answer.
    Raise,
    /// Reads a status: looks up its phrase, tests its class.
    Read,
    /// Asserts in a test.
    Expect,
    /// Sets up a mock.
    Stub,
    /// Documents.
    Declare,
    /// Configures a client, a retry, a cache.
    Configure,
    /// Registers a handler for a status.
    Handle,
    /// Passes a number on as a status (`HTTPStatus(404)`, `StatusCode::from_u16(404)`).
    Convert,
    /// Writes it to a log.
    Log,
    /// Nothing with a status of its own: the row is there for what it `makes` or for its `table`.
    #[default]
    None,
}

/// A place in a call that may hold a status (or a body, a phrase, a target).
#[derive(Deserialize, Clone, Debug, Default, PartialEq, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Place {
    /// A positional argument, 0-based.
    pub arg: Option<usize>,
    /// A keyword argument by name. With `arg`: either of the two.
    pub keyword: Option<String>,
    /// A key of the options literal at `arg`, or (without `arg`) a field of a struct literal or a key of the only object.
    pub key: Option<String>,
    /// The keys of the mapping at `arg` or `keyword` are the codes (`responses={404: ...}`).
    pub keys: bool,
    /// The place counts only if a number or a status constant stands there.
    #[serde(rename = "if")]
    pub only_if: Option<Kindred>,
    /// Taken when none of the places before it is.
    #[serde(rename = "else")]
    pub otherwise: Option<u16>,
    /// The name of the callee fixes the code.
    pub implied: Option<u16>,
    /// An argument of the call that is the receiver (`json.NewEncoder(w).Encode(x)`).
    pub receiver: Option<usize>,
    /// The first element of the tuple at `arg`, by position (`(StatusCode, Json)`).
    pub element: Option<usize>,
    /// The place counts only if a call of one of these stands there (`Json(x)`, where headers may stand in the same place).
    pub of: Vec<String>,
}

/// What must stand at a place for it to count.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kindred {
    /// A number, a status constant, or (with more arguments behind it) a name.
    Int,
    /// A number or list of numbers.
    Ints,
}

/// Where content stands, or `"none"`.
#[derive(Deserialize, Clone, Debug, PartialEq, schemars::JsonSchema)]
#[serde(untagged)]
pub enum BodyPlace {
    /// `"none"`: the helper never sends content. `"always"`: it always does (a rendered page, a phrase).
    Word(String),
    /// Where it stands.
    At(Place),
}

/// A table of test rows: which argument names the columns, which holds the rows.
#[derive(Deserialize, Clone, Debug, PartialEq, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableArguments {
    /// The argument that names the columns (`"path,status"`). Without it they are the parameters of the function that the
    /// value of the call is called with (`it.each(rows)("title", (path, status) => ..)`).
    pub columns: Option<usize>,
    /// The argument with the rows.
    pub rows: usize,
}

/// One side of an assertion call.
#[derive(Deserialize, Clone, Debug, PartialEq, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Side {
    /// A positional argument.
    Argument(usize),
    /// `"receiver.0"`: the first argument of the free call at the root of the chain (`expect(x).toBe(404)`).
    Chain(String),
}

/// What a bodyless status does to content given here.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Bodyless {
    /// It vanishes without a word.
    Dropped,
    /// The runtime throws.
    Refused,
}

/// A function, method, constructor, macro, decorator or annotation that takes, implies, compares or documents a status.
#[derive(Deserialize, Clone, Debug, PartialEq, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Helper {
    /// The last segment of the callee. The pseudo-callee `return` stands for a returned tuple of a route function.
    pub call: Words,
    /// Receivers by name. Empty (with no `types` and no `on-call`): a free function, also as a member of its module.
    #[serde(default)]
    pub on: Vec<String>,
    /// Receivers by declared type.
    #[serde(default)]
    pub types: Vec<String>,
    /// The chain before it holds this call (`expect(x).toBe(404)`).
    pub on_call: Option<Words>,
    /// Where the status is; the first place that is taken wins.
    #[serde(default)]
    pub status: Vec<Place>,
    /// Two sides that this call compares: assertion calls are comparisons.
    pub compared: Option<(Side, Side)>,
    /// It makes a table of test rows.
    pub table: Option<TableArguments>,
    /// What it does.
    #[serde(default)]
    pub act: Deed,
    /// Where the answer is when it is not the receiver (`http.Error(w, ..)`).
    pub target: Option<Place>,
    /// It answers at once.
    #[serde(default)]
    pub sends: bool,
    /// The status line is final from here on, a body may follow.
    #[serde(default)]
    pub commits: bool,
    /// A redirect that drops an earlier status.
    #[serde(default)]
    pub overwrites: bool,
    /// It signals an error: a code below 400 is odd.
    #[serde(default)]
    pub error: bool,
    /// Its answer is final: not for 1xx.
    #[serde(default, rename = "final")]
    pub is_final: bool,
    /// Where the content stands.
    pub body: Option<BodyPlace>,
    /// It encodes whatever it gets: a name at `body` is content too.
    #[serde(default)]
    pub encodes: bool,
    /// What content on a bodyless status does here.
    pub bodyless: Option<Bodyless>,
    /// Where the reason phrase stands.
    pub phrase: Option<Place>,
    /// Where the headers stand.
    pub headers: Option<Place>,
    /// Accepted codes: `"200-599"`, `"301,302,303,307,308"`.
    pub legal: Option<String>,
    /// Codes outside `legal` are refused (an exception, a start-up error).
    #[serde(default)]
    pub closed: bool,
    /// What the value of the call is: `response`, `client`, `recorder`, `request`, `content` (a body), `status`.
    pub makes: Option<String>,
    /// The row counts only in this surrounding: `route` (a function that a `[[route]]` row registers).
    pub needs: Option<String>,
    /// The type of the status: a number or a text.
    pub wants: Option<Wants>,
    /// First version that has it.
    pub since: Option<String>,
    /// First version that deprecates it.
    pub deprecated: Option<String>,
    /// First version without it.
    pub removed: Option<String>,
    /// What to call instead.
    pub replacement: Option<String>,
    /// Vendor profiles that are at home where this is called.
    #[serde(default)]
    pub vendors: Vec<String>,
    /// Where the fact was read.
    pub source: Option<String>,
}

impl Helper {
    /// The accepted codes as a set.
    pub fn legal_codes(&self) -> Option<Codes> {
        self.legal.as_deref().and_then(Codes::parse)
    }
}

/// A member, property or method that reads a status (`response.status_code`, `resp.status()`), or, under `[[set]]`, one that sets it.
#[derive(Deserialize, Clone, Debug, PartialEq, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Accessor {
    /// The member.
    pub name: Words,
    /// Receivers by name.
    #[serde(default)]
    pub on: Vec<String>,
    /// Receivers by declared type.
    #[serde(default)]
    pub types: Vec<String>,
    /// Receivers by what made them (`makes` of a helper); `response` when nothing is said.
    #[serde(default)]
    pub makers: Vec<String>,
    /// The member is a class test (`is_success`, `ok`): the codes for which it holds.
    pub holds: Option<String>,
    /// The type of the value.
    pub wants: Option<Wants>,
    /// Accepted codes, for `[[set]]`.
    pub legal: Option<String>,
    /// Where the fact was read.
    pub source: Option<String>,
}

/// One named constant.
#[derive(Deserialize, Clone, Debug, PartialEq, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Symbol {
    /// The symbol, as the last segment of the name.
    pub s: String,
    /// The code.
    pub c: u16,
    /// `true`: the library marks it; `"soft"`, `"alias"`, `"legacy"`: a documented alias without a warning.
    pub deprecated: Option<DeprecatedMark>,
    /// First version that deprecates it.
    pub since: Option<String>,
    /// The symbol to use instead.
    pub replacement: Option<String>,
    /// First version that has it.
    pub added: Option<String>,
    /// First version without it.
    pub removed: Option<String>,
}

/// How a library marks a name as old.
#[derive(Deserialize, Clone, Debug, PartialEq, schemars::JsonSchema)]
#[serde(untagged)]
pub enum DeprecatedMark {
    /// Marked with a warning.
    Marked(bool),
    /// Only documented.
    Silent(String),
}

/// A set of named constants that share a holder.
#[derive(Deserialize, Clone, Debug, PartialEq, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Constants {
    /// What stands before the symbol: the last segment of the module, class or enum (`http`, `HTTPStatus`, `StatusCode`).
    /// Empty: the symbol stands alone after its import (`HTTP_404_NOT_FOUND`).
    pub holder: String,
    /// The module that the holder (or, without one, the symbol) is imported from; the library's first import when absent.
    pub from: Option<String>,
    /// How the holder comes into a file, for a fix that adds it: one line, as the language writes it
    /// (`from http import HTTPStatus`, `import { StatusCodes } from "http-status-codes"`, `use axum::http::StatusCode;`, `"net/http"`).
    pub import: Option<String>,
    /// The value is a number or converts to one where a number is wanted (`http.StatusNotFound`, `HTTPStatus.NOT_FOUND`).
    #[serde(default)]
    pub number: bool,
    /// What turns it into a number where one is wanted (`.value`, `.as_u16()`).
    pub to_number: Option<String>,
    /// The first choice of this library when a number is rewritten.
    #[serde(default)]
    pub preferred: bool,
    /// The constants.
    pub symbols: Vec<Symbol>,
}

/// What registers a function as a route.
#[derive(Deserialize, Clone, Debug, PartialEq, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RouteRow {
    /// The decorator or router method.
    pub call: Words,
    /// The method that the callee's name says, when it is not the name itself.
    pub method: Option<String>,
    /// Where the path is.
    pub path: Option<Place>,
    /// Where a list of methods is.
    pub methods: Option<Place>,
    /// The methods when none are given (`["GET"]`).
    #[serde(default)]
    pub default_methods: Vec<String>,
}

/// One file of rows.
#[derive(Deserialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LibraryFile {
    /// Its name, as people say it and as manifests write it where that differs not.
    pub library: String,
    /// Its names in manifests and lock files, when they differ (`package = ["fastapi"]`).
    #[serde(default)]
    pub packages: Vec<String>,
    /// Modules by whose import a file is known to use it; `["*"]`: ambient vocabulary, in force everywhere, which never lifts named to proven by itself.
    pub imports: Vec<String>,
    /// It ships with the language: its constants are at hand in every file.
    #[serde(default)]
    pub standard: bool,
    /// Calls.
    #[serde(default)]
    pub helper: Vec<Helper>,
    /// Members that read a status.
    #[serde(default)]
    pub accessor: Vec<Accessor>,
    /// Members that set one.
    #[serde(default)]
    pub set: Vec<Accessor>,
    /// What makes a function a route.
    #[serde(default)]
    pub route: Vec<RouteRow>,
    /// Named constants.
    #[serde(default)]
    pub constants: Vec<Constants>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::path::{Path, PathBuf};

    /// Every file of rows with its path, parsed.
    fn files() -> Vec<(String, LibraryFile)> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar-queries/libraries");
        let mut found: Vec<PathBuf> =
            entries(&root).iter().flat_map(|ecosystem| entries(ecosystem)).collect();
        found.retain(|path| path.extension().is_some_and(|suffix| suffix == "toml"));
        found.sort();
        found
            .iter()
            .map(|path| {
                let shown = path.strip_prefix(&root).expect("below the root").display().to_string();
                let text = std::fs::read_to_string(path).expect("a readable file");
                let file = toml::from_str(&text).unwrap_or_else(|fault| panic!("{shown}: {fault}"));
                (shown, file)
            })
            .collect()
    }

    fn entries(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.expect("a readable entry").path()).collect()
    }

    /// The names in a row that must be single words: prose belongs nowhere in these files.
    fn names(helper: &Helper) -> impl Iterator<Item = &String> {
        let chained = helper.on_call.iter().flat_map(Words::iter);
        helper.call.iter().chain(&helper.on).chain(&helper.types).chain(chained)
    }

    fn places(helper: &Helper) -> impl Iterator<Item = &Place> {
        let body = match &helper.body {
            Some(BodyPlace::At(place)) => Some(place),
            _ => None,
        };
        helper.status.iter().chain(body).chain(&helper.target).chain(&helper.phrase).chain(&helper.headers)
    }

    #[test]
    fn every_file_of_rows_parses_and_no_two_share_a_name() {
        let files = files();
        assert!(files.len() > 20, "only {} files found", files.len());
        let mut seen = HashSet::new();
        for (path, file) in &files {
            assert!(!file.imports.is_empty(), "{path}: no import tells that it is used");
            let ecosystem = path.split(['/', '\\']).next();
            assert!(seen.insert((ecosystem, &file.library)), "{path}: {} has a file already", file.library);
        }
    }

    #[test]
    fn every_call_has_a_name_and_something_to_say() {
        for (path, file) in files() {
            for helper in &file.helper {
                let name =
                    helper.call.iter().next().unwrap_or_else(|| panic!("{path}: a row without a call"));
                let speaks = !helper.status.is_empty()
                    || helper.compared.is_some()
                    || helper.table.is_some()
                    || helper.makes.is_some()
                    || helper.body.is_some()
                    || helper.act != Deed::None;
                assert!(speaks, "{path}: {name} says nothing");
                let empty = Place::default();
                assert!(
                    places(helper).all(|place| *place != empty),
                    "{path}: {name} has a place that is nowhere"
                );
                let last = helper.status.len().saturating_sub(1);
                let hidden = helper.status.iter().position(|p| p.otherwise.or(p.implied).is_some());
                assert!(hidden.is_none_or(|at| at == last), "{path}: {name} hides places behind a sure one");
            }
        }
    }

    #[test]
    fn every_set_of_legal_codes_can_be_read() {
        for (path, file) in files() {
            let legal = file.helper.iter().filter_map(|row| row.legal.as_ref());
            let set = file.set.iter().filter_map(|row| row.legal.as_ref());
            let holds = file.accessor.iter().filter_map(|row| row.holds.as_ref());
            for text in legal.chain(set).chain(holds) {
                let codes = Codes::parse(text).unwrap_or_else(|| panic!("{path}: {text} is no set of codes"));
                assert!(codes != Codes::EMPTY, "{path}: {text} holds no code");
            }
            for helper in file.helper.iter().filter(|helper| helper.closed) {
                assert!(helper.legal.is_some(), "{path}: {:?} is closed to everything", helper.call);
            }
        }
    }

    #[test]
    fn every_sure_code_is_one_of_the_accepted_codes() {
        for (path, file) in files() {
            for helper in &file.helper {
                let Some(legal) = helper.legal_codes() else { continue };
                for code in helper.status.iter().filter_map(|place| place.otherwise.or(place.implied)) {
                    assert!(
                        legal.contains(code),
                        "{path}: {:?} takes {code} against its own set",
                        helper.call
                    );
                }
            }
        }
    }

    #[test]
    fn every_constant_is_a_code_and_every_replacement_stands_beside_it() {
        for (path, file) in files() {
            for group in &file.constants {
                let names: HashSet<&str> = group.symbols.iter().map(|symbol| symbol.s.as_str()).collect();
                assert_eq!(
                    names.len(),
                    group.symbols.len(),
                    "{path}: a symbol of {:?} stands twice",
                    group.holder
                );
                for symbol in &group.symbols {
                    assert!((100..=999).contains(&symbol.c), "{path}: {} is {}", symbol.s, symbol.c);
                    if let Some(replacement) =
                        symbol.replacement.as_deref().filter(|name| !name.contains('.'))
                    {
                        assert!(names.contains(replacement), "{path}: {} leads to nothing", symbol.s);
                    }
                }
            }
        }
    }

    #[test]
    fn rows_hold_names_and_no_prose() {
        for (path, file) in files() {
            for helper in &file.helper {
                for name in names(helper) {
                    assert!(!name.is_empty() && !name.contains(char::is_whitespace), "{path}: {name:?}");
                }
                if let Some(makes) = &helper.makes {
                    let known = ["response", "client", "recorder", "request", "content", "status"];
                    assert!(known.contains(&makes.as_str()), "{path}: nothing is called {makes}");
                }
                if let Some(BodyPlace::Word(word)) = &helper.body {
                    assert!(["none", "always"].contains(&word.as_str()), "{path}: a body is not {word}");
                }
                let source = helper.source.as_deref().unwrap_or_default();
                assert!(
                    source.len() <= 120 && !source.ends_with('.'),
                    "{path}: a source is a place: {source}"
                );
            }
            for accessor in file.accessor.iter().chain(&file.set) {
                for name in accessor.name.iter().chain(&accessor.on).chain(&accessor.types) {
                    assert!(!name.is_empty() && !name.contains(char::is_whitespace), "{path}: {name:?}");
                }
            }
            for group in &file.constants {
                let one_line = group.import.as_deref().is_none_or(|line| !line.contains('\n'));
                assert!(
                    one_line && !group.holder.contains(char::is_whitespace),
                    "{path}: {:?}",
                    group.holder
                );
            }
        }
    }
}
