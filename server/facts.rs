//! What detection knows about one file: the only thing a rule, a report or an editor may see. No syntax node, no IO.
//!
//! The words are those of the glossary in `server/README.md`. Spans are bytes of the host file.

use crate::status::Codes;
use crate::text::Span;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How a code is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// `404`
    Number,
    /// `"404"`
    Quoted,
    /// `http.StatusNotFound`
    Constant,
    /// `:not_found`
    Symbol,
    /// `4xx`, `4XX`
    Wildcard,
    /// `5..`, `[45]..`
    Regex,
    /// `"404 Not Found"`, `HTTP/1.1 404 Not Found`
    Phrase,
    /// `"500 502 503"`
    List,
    /// `NotFound()`: the name says the code.
    Helper,
    /// Inside a longer text of another language or format.
    Embedded,
}

/// Where in the syntax a code stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Hash)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // the names are the documentation
pub enum Site {
    Argument,
    Keyword,
    Field,
    Key,
    Binding,
    Parameter,
    Comparison,
    Operand,
    Arm,
    Element,
    Column,
    Return,
    Raise,
    Call,
    Lookup,
    Annotation,
    Directive,
    Text,
}

/// What a code means where it stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, Hash, PartialOrd, Ord, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Answered by this program.
    Sent,
    /// Answered by a redirect.
    Redirected,
    /// Carried by an error that becomes the answer.
    Raised,
    /// Compared with what somebody else answered.
    Observed,
    /// Asserted in a test.
    Expected,
    /// Answered by a mock.
    Stubbed,
    /// Documented.
    Declared,
    /// A constant, or an entry of a lookup table.
    Defined,
    /// Set in a configuration.
    Configured,
    /// Stored or passed on; what for cannot be seen.
    Carried,
    /// Written to a log.
    Logged,
    /// Said in a sentence.
    Prose,
}

/// How sure we are that a number is a status code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// Only the numbers look right.
    Shaped,
    /// A name says status.
    Named,
    /// A known library call, accessor or constant, or a binding from one.
    Proven,
}

/// Why a mention is believed; `explain FILE:LINE:COL` prints it.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// A row of a library or format: its name, the callee, member or key, and what lifted it (an import, a type, a binding).
    Row {
        /// The library or format.
        library: String,
        /// What stands in the text.
        name: String,
        /// Why the row applies here.
        proof: String,
    },
    /// A name in the text that says status.
    Word(String),
    /// The slot that the code flows through, and why that slot is one.
    Flow {
        /// The variable, parameter, field or column.
        slot: String,
        /// Why it carries a status.
        because: Box<Evidence>,
    },
    /// Nothing but its shape.
    Nothing,
}

/// The parts of the text that a fix may touch.
#[derive(Clone, Copy, Debug, Default, Serialize, PartialEq)]
pub struct Handles {
    /// The number, string or constant, with its quotes or its holder.
    pub literal: Span,
    /// The argument, pair or keyword around the literal, without its comma.
    pub item: Option<Span>,
    /// The call around it.
    pub call: Option<Span>,
    /// The last segment of the callee: what a rename edits.
    pub callee: Option<Span>,
}

/// What kind of text stands near a mention.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NearKind {
    /// A reason phrase in the place where the protocol has one: a status line, the phrase argument of a helper.
    Phrase,
    /// The value that a lookup table gives this code (`404: "Not Found"`).
    Entry,
    /// The name of the constant that holds it (`FORBIDDEN = 403`).
    Name,
    /// The description in a contract.
    Description,
    /// The whole literal body of the same answer.
    Body,
    /// A comment behind it on its line.
    Comment,
}

/// A text beside a mention that says what the code should be.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Near {
    /// What it is.
    pub kind: NearKind,
    /// Its text, without quotes.
    pub text: String,
    /// Where the text stands, without quotes.
    pub span: Span,
}

/// What type of value a sink takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Wants {
    /// A number.
    Int,
    /// A text.
    String,
}

/// What the row that takes a code demands of it.
#[derive(Clone, Debug, Default, Serialize, PartialEq)]
pub struct Terms {
    /// The codes that the callee, key or directive accepts.
    pub legal: Option<Codes>,
    /// Codes outside `legal` are refused by the product itself (a closed set), not only meaningless.
    pub closed: bool,
    /// The code taken when the argument is left out.
    pub default: Option<u16>,
    /// The call signals an error.
    pub error: bool,
    /// The answer is final: a 1xx code cannot stand here.
    pub is_final: bool,
    /// The value's type.
    pub wants: Option<Wants>,
    /// The vendor profiles that this place switches on.
    pub vendors: Vec<String>,
    /// The first version of the product for which the row is true.
    pub since: Option<String>,
}

impl Serialize for Codes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.ranges().serialize(serializer)
    }
}

/// What happened to the name of a constant.
#[derive(Clone, Debug, Default, Serialize, PartialEq)]
pub struct Rename {
    /// The version that deprecated it.
    pub since: Option<String>,
    /// The first version without it.
    pub removed: Option<String>,
    /// The name that the library gives instead, as the symbol alone.
    pub replacement: Option<String>,
    /// The first version that has the replacement.
    pub added: Option<String>,
    /// The library warns at run time, or the compiler or editor shows the mark; a silent alias does not.
    pub warns: bool,
}

/// One place where a text speaks of codes.
#[derive(Clone, Debug, Serialize)]
pub struct Mention {
    /// The number, constant or phrase.
    pub span: Span,
    /// What it stands for.
    pub codes: Codes,
    /// A literal outside 0..=999, which `codes` cannot hold.
    pub number: Option<u32>,
    /// How it is written.
    pub form: Form,
    /// Where it stands.
    pub site: Site,
    /// What it means there.
    pub role: Role,
    /// How sure we are.
    pub certainty: Certainty,
    /// Why.
    pub because: Evidence,
    /// What a fix may touch.
    pub handles: Handles,
    /// Texts beside it.
    pub near: Vec<Near>,
    /// The name it flows through, if it does.
    pub slot: Option<String>,
    /// The lookup table or constant container it is an entry of: an index into [`Facts::tables`].
    pub table: Option<usize>,
    /// The innermost function or object around it: an index into [`Facts::scopes`].
    pub scope: Option<usize>,
    /// The innermost statement around it: the node whose parent is a block, whatever its kind (an `if` too). None in formats
    /// without statements. A suppression comment stands above it.
    pub statement: Option<Span>,
    /// The library or format whose row took it.
    pub library: Option<String>,
    /// The callee, key or directive of that row.
    pub helper: Option<String>,
    /// What that row demands.
    pub terms: Terms,
    /// For a constant: what became of its name.
    pub rename: Option<Rename>,
    /// It stands in a test file or a test function.
    pub in_test: bool,
}

impl Mention {
    /// The one code it stands for, if it is one.
    pub fn code(&self) -> Option<u16> {
        self.codes.single()
    }
}

/// How an atom compares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // the names are the documentation
pub enum Operator {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Within,
    Without,
}

impl Operator {
    /// What it means with its sides exchanged: `200 <= status` is `status >= 200`.
    pub fn mirrored(self) -> Operator {
        match self {
            Operator::Less => Operator::Greater,
            Operator::Greater => Operator::Less,
            Operator::AtMost => Operator::AtLeast,
            Operator::AtLeast => Operator::AtMost,
            same => same,
        }
    }
}

/// One test of one subject.
#[derive(Clone, Debug)]
pub struct Atom {
    /// What is tested.
    pub subject: Span,
    /// The subject with white space and optional chaining taken out: equal text, equal subject.
    pub key: String,
    /// How sure we are that the subject is a status.
    pub certainty: Certainty,
    /// The meaning of the operator, with the subject on its left.
    pub operator: Operator,
    /// The operator as written.
    pub operator_span: Span,
    /// What it is compared with.
    pub operand: Span,
    /// The ends of a range operand as written (`200..300`: both numbers and the operator or comma between), when it is one.
    pub range: Option<RangeParts>,
    /// The codes that pass.
    pub set: Codes,
    /// Subject, operator and operand.
    pub whole: Span,
    /// The subject reads without side effects: two atoms about it may be joined.
    pub pure: bool,
    /// The subject stands on the right (`200 == status`).
    pub mirrored: bool,
    /// Every number in it is written out (a literal or a catalogued constant).
    pub literal: bool,
}

/// A range as it is written, for fixes that move an end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RangeParts {
    /// The lower end.
    pub low: Span,
    /// The upper end.
    pub high: Span,
    /// The upper end belongs to the range.
    pub inclusive: bool,
    /// The range operator, where the language has one.
    pub operator: Option<Span>,
}

/// A condition as a tree: a flat set cannot say "`a == 200 or 201`", nor which operator joins what.
#[derive(Clone, Debug)]
pub enum Condition {
    /// One test.
    Atom(Atom),
    /// A code standing alone as a truth value.
    Bare {
        /// The codes.
        codes: Codes,
        /// Where.
        span: Span,
    },
    /// Parts joined by the same operator.
    Joined {
        /// `or`; otherwise `and`.
        any: bool,
        /// The operands, left to right.
        parts: Vec<Condition>,
        /// The operators between them; none for a chained comparison.
        joins: Vec<Span>,
        /// All of it.
        whole: Span,
    },
    /// A negation.
    Not(Box<Condition>),
    /// Anything else.
    Opaque,
}

/// A condition where it stands.
#[derive(Clone, Debug)]
pub struct Predicate {
    /// The tree.
    pub condition: Condition,
    /// The outermost expression.
    pub whole: Span,
    /// In a test file or function.
    pub in_test: bool,
    /// It is the test of an `if`, a `while`, an assertion.
    pub tested: bool,
    /// It is the value of an arm (`case 401 || 403:`).
    pub arm: bool,
    /// The innermost function around it: an index into [`Facts::scopes`].
    pub scope: Option<usize>,
    /// What runs when it holds.
    pub then: Option<Span>,
}

/// What an event does to its answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // the names are the documentation
pub enum Act {
    Set,
    Send,
    Write,
    Redirect,
    Build,
    Raise,
}

/// The content given with an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// None is given.
    #[default]
    Absent,
    /// `null`, `None`, `nil`.
    Null,
    /// `""`
    Empty,
    /// A literal, or the result of a call: certainly something.
    Present,
    /// A name whose value we do not know.
    Unknown,
}

/// An ordered act on an answer.
#[derive(Clone, Debug)]
pub struct Event {
    /// What it does.
    pub act: Act,
    /// The call.
    pub span: Span,
    /// The last segment of its callee.
    pub callee: Span,
    /// The statement it stands in.
    pub statement: Span,
    /// The block it stands in: an index into [`Facts::blocks`].
    pub block: usize,
    /// Its place in a call chain of one statement (`res.status(404).json(x)`): 0, 1.
    pub link: usize,
    /// The codes it sets, if it sets any that we can read.
    pub codes: Option<Codes>,
    /// Where the code is written.
    pub code_span: Option<Span>,
    /// It has a place for a status, and the status there cannot be read.
    pub computed: bool,
    /// It answers at once.
    pub sends: bool,
    /// The status line is final from here on; a body may follow.
    pub commits: bool,
    /// The content it gives.
    pub body: Body,
    /// Where the content is written.
    pub body_span: Option<Span>,
    /// The runtime throws when a bodyless status gets content (`new Response("", {status: 204})`).
    pub refuses_body: bool,
    /// The call encodes whatever it is given, so that a name is content too (`.json(x)`, `Encode(x)`).
    pub encodes: bool,
    /// A redirect drops an earlier status.
    pub overwrites: bool,
    /// The names of the headers that the call writes out, lower-cased; `None` when they cannot be read.
    pub headers: Option<Vec<String>>,
    /// The callee.
    pub name: String,
    /// The library whose row it is.
    pub library: String,
    /// How sure we are that it is this helper.
    pub certainty: Certainty,
}

/// What a block belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // the names are the documentation
pub enum BlockKind {
    Body,
    Branch,
    Loop,
    Other,
}

/// The statements that an event stands among.
#[derive(Clone, Debug)]
pub struct Block {
    /// The block around it, in the same function.
    pub parent: Option<usize>,
    /// What it belongs to.
    pub kind: BlockKind,
    /// Its last statement.
    pub last: Span,
    /// The last statement leaves the block.
    pub exits: bool,
    /// Exit statements that stand directly in the block.
    pub exit_spans: Vec<Span>,
    /// All of it.
    pub span: Span,
    /// The indentation of its last statement, for fixes that add one.
    pub indent: u32,
}

/// One answer being built in one function. A literal (`Response(body, status=204)`) is a response of one `Build` event.
#[derive(Clone, Debug)]
pub struct Response {
    /// The text of the chain's root; empty for a literal.
    pub receiver: String,
    /// The acts, in order.
    pub events: Vec<Event>,
    /// The route that the function answers, where it stands next to it.
    pub route: Option<Route>,
    /// In a test file or function.
    pub in_test: bool,
    /// The innermost function around it: an index into [`Facts::scopes`].
    pub scope: Option<usize>,
}

/// Which requests a handler answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Route {
    /// Upper-cased methods; empty when they are not said.
    pub methods: Vec<String>,
    /// The path as written.
    pub path: Option<String>,
}

/// What documents a handler.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The name of the operation, if it has one.
    pub operation: Option<String>,
    /// The method and path it documents.
    pub route: Option<Route>,
    /// The documented answers.
    pub entries: Vec<Entry>,
    /// The dialect: `openapi 3.1`, `swagger 2.0`.
    pub version: String,
    /// Range keys (`4XX`) are allowed.
    pub ranges: bool,
    /// Rules switched off for this contract by `x-lsp-lint-ignore`, with where that is said.
    pub ignored: Vec<(String, Span)>,
}

/// One documented answer.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key, without quotes.
    pub key: String,
    /// Where the key stands, without quotes.
    pub span: Span,
    /// The codes it stands for; none when the key is no status.
    pub codes: Option<Codes>,
    /// Its description.
    pub description: Option<(String, Span)>,
    /// It declares content, and where.
    pub content: Option<Span>,
    /// The names of the headers it declares, lower-cased, when it has a `headers` block.
    pub headers: Option<Vec<String>>,
    /// Rules switched off for this answer.
    pub ignored: Vec<(String, Span)>,
}

/// A lookup table or a container of constants.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// All of it.
    pub span: Span,
    /// How many entries it has, also those that are no mentions.
    pub entries: usize,
    /// Name and number of every entry that has both (`UNAUTHENTICATED = 401`).
    pub members: Vec<(String, u32)>,
}

/// A function, class or object.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// All of it.
    pub span: Span,
}

/// A library that the file imports.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The library row it belongs to.
    pub library: String,
    /// The module as written.
    pub module: String,
    /// The local name of the module, where it has one (`import http`, `import * as s from`, `import h "net/http"`).
    pub alias: Option<String>,
    /// Local name and original name of what is imported from it.
    pub names: Vec<(String, String)>,
    /// The statement.
    pub span: Span,
}

/// The imports of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imports {
    /// Those of libraries we know.
    pub known: Vec<Import>,
    /// Where one can be inserted: the byte at which a new line with an import may start.
    pub insert_at: u32,
    /// The block or statement after which it would go, if the file has imports.
    pub last: Option<Span>,
}

/// A comment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comment {
    /// With its marks.
    pub span: Span,
    /// Nothing but white space stands before it on its line.
    pub own_line: bool,
}

/// Why a file yields less than it could.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Note {
    /// It has no candidate, or none with evidence near it: it was not parsed.
    NothingFound,
    /// Its lines are too long for source that people write.
    Minified,
    /// It is larger than the language's limit.
    TooLarge,
    /// It nests deeper than its parser can bear.
    TooDeep,
    /// It holds NUL bytes.
    Binary,
    /// The parser or the reading ran out of time.
    OverBudget,
    /// Detection failed inside; the file yields nothing.
    Failed,
}

/// Everything known about one file.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The text itself, which fixes and messages quote.
    pub text: Arc<str>,
    /// Ascending by start.
    pub mentions: Vec<Mention>,
    /// Conditions about codes.
    pub predicates: Vec<Predicate>,
    /// Answers being built.
    pub responses: Vec<Response>,
    /// Blocks that events refer to.
    pub blocks: Vec<Block>,
    /// Documented operations.
    pub contracts: Vec<Contract>,
    /// All comments, ascending: suppressions live there.
    pub comments: Vec<Comment>,
    /// What the file imports.
    pub imports: Imports,
    /// Lookup tables and constant containers.
    pub tables: Vec<Table>,
    /// Functions and classes around mentions.
    pub scopes: Vec<Scope>,
    /// The name of the recognised format (`openapi`, `nginx`, `package manifest`), if any.
    pub format: Option<String>,
    /// Vendor profiles that the file switches on by what it is.
    pub vendors: Vec<String>,
    /// It is a test, fixture or mock.
    pub is_test: bool,
    /// It is generated, vendored or minified: found, but not judged.
    pub unjudged: bool,
    /// A tree was made.
    pub parsed: bool,
    /// Why it yields less than it could.
    pub note: Option<Note>,
}

impl Facts {
    /// The text of a span.
    pub fn at(&self, span: Span) -> &str {
        &self.text[span.range()]
    }
    /// The mentions that a cursor at this byte stands on.
    pub fn mentions_at(&self, byte: u32) -> impl Iterator<Item = &Mention> {
        self.mentions.iter().filter(move |m| m.span.touches(byte))
    }
}
