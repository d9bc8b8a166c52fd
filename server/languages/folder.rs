//! One language: its names, kind sets, operators and traits, read from `grammar-queries/<language>/language.toml`.

use super::shapes::{Construct, Shapes};
use crate::facts::Operator;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::OnceLock;

/// `language.toml` as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct LanguageFile {
    name: String,
    /// Says to a reader what the line in `languages/mod.rs` says to the compiler.
    #[serde(default, rename = "inherits")]
    _inherits: Option<String>,
    suffixes: Vec<String>,
    #[serde(default)]
    file_names: Vec<String>,
    editor_ids: Vec<String>,
    #[serde(default)]
    ecosystem: String,
    #[serde(default)]
    test_files: Vec<String>,
    #[serde(default)]
    test_functions: Vec<String>,
    line_comment: Option<String>,
    block_comment: Option<(String, String)>,
    #[serde(default)]
    largest: Option<u32>,
    kinds: HashMap<String, Vec<String>>,
    #[serde(default)]
    operators: HashMap<String, String>,
    #[serde(default)]
    traits: Traits,
    items: Option<Items>,
}

/// How the items at the top of a file are told apart without a parse.
#[derive(Deserialize, Clone, Debug, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Items {
    /// Words that an item begins with. Empty: any word.
    pub beginning: Vec<String>,
    /// Words in column 0 that begin none, but go on with the item before (`else`).
    pub continuing: Vec<String>,
    /// What begins a line that belongs to the item after it (`@`, `#[`).
    pub leading: Vec<String>,
    /// Words in column 0 that begin an item even where brackets before them are not closed. Empty: there are none.
    pub certain: Vec<String>,
    /// The marks that an item may end with. Empty: all but operators and open brackets.
    pub ending: String,
    /// Quotes of strings that may span lines, the longest first.
    pub long_quotes: Vec<String>,
    /// Quotes of strings without escapes.
    pub raw_quotes: Vec<String>,
    /// `r"..."` and `r#"..."#` are strings without escapes.
    pub raw_strings: bool,
    /// A single quote may also begin a name (`'a`).
    pub lifetimes: bool,
    /// `/.../` may be a literal.
    pub patterns: bool,
    /// Words at the start of a line behind which functions stand in braces (`class`). Bodies of functions that hold nothing to look at
    /// are not parsed.
    pub holding: Vec<String>,
    /// Words that a function begins with, wherever it stands.
    pub functions: Vec<String>,
    /// The braces behind `=>` are a function's.
    pub arrows: bool,
    /// What stands for a body that is left out, where indentation says what belongs to a function; its space is as long as it has to
    /// be. Empty: braces do.
    pub empty_body: String,
}

/// What differs between languages and is neither a kind of node nor an operator.
#[derive(Deserialize, Clone, Debug, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Traits {
    /// Spellings of nothing.
    pub null: Vec<String>,
    /// Spellings of empty content.
    pub empty: Vec<String>,
    /// Calls that pass a number on: casts, truncation.
    pub converting: Vec<String>,
    /// Members and methods that do (`HTTPStatus.OK.value`, `StatusCode::OK.as_u16()`).
    pub unwrapping: Vec<String>,
    /// Calls that wrap a value and mean nothing by themselves (`Some`, `Ok`).
    pub wrapping: Vec<String>,
    /// Calls that import a module (`require`).
    pub import_calls: Vec<String>,
    /// First parameters that no argument fills (`self`).
    pub receivers: Vec<String>,
    /// `a, b int` is one parameter node with two names.
    pub shared_types: bool,
    /// Calls after which the block does not go on.
    pub never_returns: Vec<String>,
    /// Calls that make a range (`range(200, 300)`).
    pub ranges: Vec<RangeCall>,
    /// `x == 200 or 201` compiles here.
    pub bare_operand: bool,
    /// What `a or b` means in an arm.
    pub arm_lists: ArmLists,
    /// How several equalities are written: `{subject} in ({values})`, `{subject} {equal} {first} || {subject} {equal} {second}`.
    pub membership: String,
    /// The negation of it.
    pub non_membership: String,
    /// Calls that test membership.
    pub tests: Vec<MembershipCall>,
    /// `name!(..)` is read as a call; its body is parsed as arguments.
    pub call_macros: bool,
    /// The last expression of a block is its value.
    pub tail_expressions: bool,
    /// The quotes that a string may have, first the usual one; for fixes that write one.
    pub quotes: Vec<String>,
    /// Strings that stand alone as a statement are documentation.
    pub docstrings: bool,
    /// How `or` and `and` are spelled, for a fix that swaps them: pairs of (and, or).
    pub joins: Vec<(String, String)>,
    /// How an arm of several values is written: `case {first}:\n{indent}case {second}:`.
    pub arm_alternatives: String,
    /// The word that separates a holder from its symbol: `.` or `::`.
    pub separator: String,
    /// A document of keys or directives, read without shapes: how it is written.
    pub data: Option<Notation>,
    /// Declared return types of functions that answer requests (`impl IntoResponse`).
    pub response_types: Vec<String>,
    /// A method is defined by its name alone (`respond(status) { .. }`); elsewhere a word or a bracket stands before it.
    pub bare_methods: bool,
    /// Words that begin an import (`import`, `from`, `use`).
    pub import_words: Vec<String>,
    /// What stands right before a test function or module (`#[test]`, `#[cfg(test)]`).
    pub test_marks: Vec<String>,
    /// A path may name a library without importing it (`http::StatusCode::OK`).
    pub paths_import: bool,
    /// How a statement leaves the function early: `return`, `return;`.
    pub early_return: String,
    /// How an import stands alone where rows write it as it stands in a group (`import {import}`). Empty: rows write it whole.
    pub import_alone: String,
}

/// How a document of keys or directives is written.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Notation {
    /// Blocks by indentation, with braces inside them (YAML).
    Indented,
    /// Braces and brackets (JSON, with comments where people write them).
    Braces,
    /// Tables of assignments (TOML).
    Tables,
    /// Directives with arguments and blocks (nginx).
    Directives,
}

/// What `a or b` means where an arm has a pattern.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug, Default)]
#[serde(rename_all = "kebab-case")]
pub enum ArmLists {
    /// Either of the two.
    #[default]
    Alternatives,
    /// The value of the expression: the first number.
    Value,
}

/// A call that makes a range.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct RangeCall {
    /// The callee.
    pub call: String,
    /// The upper end belongs to it.
    pub inclusive: bool,
}

/// A call that tests membership: where its list and its subject stand.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct MembershipCall {
    /// The callee.
    pub call: String,
    /// The argument that is the list; the receiver when absent.
    pub list: Option<usize>,
    /// The argument that is the subject; the receiver when absent.
    pub subject: Option<usize>,
}

macro_rules! kinds { ($($(#[$doc:meta])* $name:ident = $word:literal),* $(,)?) => {
    /// Sets of node kinds that need no query.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub enum Kind { $($(#[$doc])* $name),* }
    /// The words of `[kinds]` in `language.toml`.
    pub const KINDS: &[(&str, Kind)] = &[$(($word, Kind::$name)),*];
} }
kinds! {
    /// A number.
    Number = "number",
    /// A string with its quotes.
    String = "string",
    /// A comment.
    Comment = "comment",
    /// An identifier.
    Name = "name",
    /// What wraps one value and changes nothing: parentheses, `await`, `?`, a reference.
    Group = "group",
    /// Several values in a row.
    List = "list",
    /// Lists without brackets: with one element they are that element.
    Values = "values",
    /// A mapping literal.
    Map = "map",
    /// A statement.
    Statement = "statement",
    /// A sequence of statements.
    Block = "block",
    /// A statement that leaves its block.
    Exit = "exit",
    /// A return.
    Return = "return",
    /// A raise or throw.
    Raise = "raise",
    /// A loop.
    Loop = "loop",
    /// A branch of a condition.
    Branch = "branch",
    /// A parameter.
    Parameter = "parameter",
    /// `...rest`
    Spread = "spread",
    /// What imports may stand in.
    Outer = "outer",
    /// A cast (`x as u16`): its first child passes on.
    Cast = "cast",
    /// Text that belongs to no value: attributes and macro bodies that stay flat.
    Flat = "flat",
    /// A range literal whose upper end is excluded.
    RangeExclusive = "range-exclusive",
    /// A range literal whose upper end is included.
    RangeInclusive = "range-inclusive",
    /// Alternatives of a pattern (`200 | 204`).
    Alternatives = "alternatives",
    /// A class, enum, struct or other container of members.
    Container = "container",
    /// A member of a container without a `binding` shape.
    Member = "member",
}

/// What an operator does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // the names are the documentation
pub enum Sign {
    Test(Operator),
    And,
    Or,
    /// A default (`a ?? b`): never a condition.
    Default,
    Divide,
    Truncate,
    Remainder,
    Plus,
    /// A range whose upper end is excluded.
    Until,
    /// A range whose upper end is included.
    Through,
}

fn sign(word: &str) -> Option<Sign> {
    use Operator::*;
    Some(match word {
        "equal" => Sign::Test(Equal),
        "unequal" => Sign::Test(Unequal),
        "less" => Sign::Test(Less),
        "at-most" => Sign::Test(AtMost),
        "greater" => Sign::Test(Greater),
        "at-least" => Sign::Test(AtLeast),
        "within" => Sign::Test(Within),
        "without" => Sign::Test(Without),
        "and" => Sign::And,
        "or" => Sign::Or,
        "default" => Sign::Default,
        "divide" => Sign::Divide,
        "truncate" => Sign::Truncate,
        "remainder" => Sign::Remainder,
        "plus" => Sign::Plus,
        "until" => Sign::Until,
        "through" => Sign::Through,
        _ => return None,
    })
}

/// One language that is served.
pub struct Language {
    /// Its folder: `tsx`.
    pub id: &'static str,
    /// What reports call it: `typescript`.
    pub name: String,
    /// File suffixes, without the dot.
    pub suffixes: Vec<String>,
    /// Whole file names (`nginx.conf`), or patterns with `*`.
    pub file_names: Vec<String>,
    /// What editors call it.
    pub editor_ids: Vec<String>,
    /// Which folder of `grammar-queries/libraries/` it draws from; empty: none.
    pub ecosystem: String,
    /// How a comment to the end of the line begins.
    pub line_comment: Option<String>,
    /// How other comments begin and end.
    pub block_comment: Option<(String, String)>,
    /// The most bytes that are parsed.
    pub largest: u32,
    /// Everything else that differs.
    pub traits: Traits,
    /// How items are told apart without a parse. `None`: they are not.
    pub items: Option<Items>,
    /// The parser's tables.
    pub grammar: tree_sitter::Language,
    /// What each operator does.
    pub operators: HashMap<String, Sign>,
    kinds: Vec<Vec<Kind>>,
    test_files: Vec<String>,
    test_functions: Vec<String>,
    patterns: &'static str,
    compiled: OnceLock<Shapes>,
}

impl Language {
    /// Reads `language.toml`; the patterns are compiled when they are first asked for.
    /// Fails with the file and what is wrong in it.
    pub(super) fn load(
        id: &'static str,
        facts: &str,
        base: Option<&str>,
        patterns: &'static str,
        grammar: fn() -> tree_sitter::Language,
    ) -> Result<Language, String> {
        let fault = |what: String| format!("grammar-queries/{id}/language.toml: {what}");
        let parse = |text: &str| text.parse::<toml::Table>().map_err(|e| fault(e.to_string()));
        let mut table = base.map_or(Ok(toml::Table::new()), parse)?;
        table.extend(parse(facts)?);
        let file: LanguageFile = table.try_into().map_err(|e: toml::de::Error| fault(e.to_string()))?;
        let grammar = grammar();
        let mut operators = HashMap::new();
        for (spelling, word) in file.operators {
            let meaning = sign(&word).ok_or_else(|| fault(format!("unknown operator meaning `{word}`")))?;
            operators.insert(spelling, meaning);
        }
        let mut kinds: Vec<Vec<Kind>> = vec![vec![]; grammar.node_kind_count()];
        for (word, nodes) in &file.kinds {
            let kind = KINDS
                .iter()
                .find(|k| k.0 == word)
                .ok_or_else(|| fault(format!("unknown kind set `{word}`")))?
                .1;
            for node in nodes {
                let same_name: Vec<usize> = (0..grammar.node_kind_count())
                    .filter(|i| {
                        grammar.node_kind_is_named(*i as u16)
                            && grammar.node_kind_for_id(*i as u16) == Some(node)
                    })
                    .collect();
                if same_name.is_empty() {
                    return Err(fault(format!("the grammar has no node kind `{node}`")));
                }
                for i in same_name {
                    kinds[i].push(kind);
                }
            }
        }
        Ok(Language {
            id,
            name: file.name,
            suffixes: file.suffixes,
            file_names: file.file_names,
            editor_ids: file.editor_ids,
            ecosystem: file.ecosystem,
            line_comment: file.line_comment,
            block_comment: file.block_comment,
            largest: file.largest.unwrap_or(4 << 20),
            traits: file.traits,
            items: file.items,
            grammar,
            operators,
            kinds,
            test_files: file.test_files,
            test_functions: file.test_functions,
            patterns,
            compiled: OnceLock::new(),
        })
    }
    /// The structural patterns, compiled once, on first use.
    pub fn shapes(&self) -> &Shapes {
        self.compiled.get_or_init(|| {
            let meanings = self
                .operators
                .iter()
                .map(|(spelling, sign)| {
                    let construct = match sign {
                        Sign::Test(_) => Construct::Comparison,
                        Sign::And | Sign::Or | Sign::Default => Construct::Boolean,
                        Sign::Divide | Sign::Truncate | Sign::Remainder | Sign::Plus => Construct::Arithmetic,
                        Sign::Until | Sign::Through => Construct::Range,
                    };
                    (spelling.clone(), construct)
                })
                .collect();
            Shapes::compile(&self.grammar, self.patterns, meanings)
                .unwrap_or_else(|fault| panic!("grammar-queries/{}/shapes.scm: {fault}", self.id))
        })
    }
    /// The node's kind is in this set.
    pub fn is(&self, node: tree_sitter::Node, kind: Kind) -> bool {
        self.kinds.get(node.kind_id() as usize).is_some_and(|sets| sets.contains(&kind))
    }
    /// The path belongs to this language, by file name or suffix.
    pub fn claims(&self, path: &str) -> bool {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        self.file_names.iter().any(|known| matches_name(known, path, name))
            || name.rsplit_once('.').is_some_and(|(stem, suffix)| {
                !stem.is_empty() && self.suffixes.iter().any(|known| known.eq_ignore_ascii_case(suffix))
            })
    }
    /// The path is that of a test, a fixture or a mock.
    pub fn is_test_path(&self, path: &str) -> bool {
        let path = format!("/{}", path.replace('\\', "/"));
        let name = path.rsplit('/').next().unwrap_or("");
        self.test_files.iter().any(|part| match part.strip_suffix('_') {
            Some(_) => name.starts_with(part.as_str()),
            None => path.contains(part.as_str()),
        })
    }
    /// A function of this name is a test.
    pub fn is_test_function(&self, name: &str) -> bool {
        self.test_functions.iter().any(|start| name.starts_with(start.as_str()))
    }
    /// How this language writes a comment with this text, alone on a line.
    pub fn comment(&self, text: &str) -> Option<String> {
        match (&self.line_comment, &self.block_comment) {
            (Some(mark), _) => Some(format!("{mark} {text}")),
            (None, Some((open, close))) => Some(format!("{open} {text} {close}")),
            _ => None,
        }
    }
}

/// `nginx.conf`, `*.conf.d/*`: a name, or with a slash the end of a path; `*` stands for anything but a slash.
fn matches_name(pattern: &str, path: &str, name: &str) -> bool {
    fn glob(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), _) => {
                glob(rest, text)
                    || text.split_first().is_some_and(|(c, after)| *c != b'/' && glob(pattern, after))
            }
            (Some((a, rest)), Some((b, after))) => a == b && glob(rest, after),
            _ => false,
        }
    }
    if !pattern.contains('/') {
        return glob(pattern.as_bytes(), name.as_bytes());
    }
    let path = format!("/{}", path.replace('\\', "/"));
    path.char_indices()
        .filter(|(_, c)| *c == '/')
        .any(|(i, _)| glob(pattern.as_bytes(), &path.as_bytes()[i + 1..]))
}
