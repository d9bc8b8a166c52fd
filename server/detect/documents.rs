//! Documents of keys and values: what a key path says of the codes at its end.
//!
//! Rows of a recognised format prove a code. Elsewhere names decide, as in programs: a word `status`, or `code` with a word
//! that makes it one of HTTP; and what stands beside it (`lhs: res.status`, `label: 404 - Not Found`).

use super::Source;
use super::contracts;
use super::outline::{Outline, Style, Text, Value};
use super::sayings;
use super::scan;
use super::words::{PHRASE_KEYS, keyed_by_status, role_said, says_http_status, says_status, words};
use super::written::{Whole, Written, one, pattern, whole};
use crate::facts::{
    Certainty, Evidence, Facts, Form, Handles, Mention, Near, NearKind, Note, Role, Site, Table,
};
use crate::languages::Notation;
use crate::languages::formats::{self, Format, KeyRow};
use crate::status::Codes;
use crate::text::Span;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

/// Files that hold no configuration of anybody's making: locks, maps, notebooks.
const SILENT: &[&str] = &[
    "package-lock.json",
    "npm-shrinkwrap.json",
    "composer.lock",
    "pnpm-lock.yaml",
    "yarn.lock",
    "Cargo.lock",
    "poetry.lock",
    "uv.lock",
    "Pipfile.lock",
    "pdm.lock",
    "packages.lock.json",
    "Package.resolved",
    "pubspec.lock",
];

/// How many siblings are asked about a value: enough for anything people write, and no trap.
const MANY: usize = 100;

/// What is known of a document before any of its values is read.
pub(super) struct Reading<'a> {
    pub source: &'a Source<'a>,
    pub text: &'a str,
    pub outline: &'a Outline,
    pub formats: Vec<&'static Format>,
    /// The keys whose values rows of these formats speak of; `None` stands for any key.
    spoken: HashSet<Option<&'static str>>,
    /// Entries that were read already.
    pub done: HashSet<u32>,
    pub in_test: bool,
}

/// Whether a file of this name is worth reading at all.
pub fn is_silent(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    SILENT.contains(&name) || name.ends_with(".lock") || name.ends_with(".map") || name.ends_with(".ipynb")
}

/// Whether a document may speak of codes: it has a word that could make a number one, and a number of three digits, a class, or any
/// number right behind such a word; or it describes an interface, or switches rules on and off.
pub fn may_speak(text: &str) -> bool {
    let bytes = text.as_bytes();
    let all = |word: &'static str| memchr::memmem::find_iter(bytes, word);
    let has = |word| all(word).next().is_some();
    let is_numbered =
        |word: &&'static str| all(word).any(|at| bytes[at..].iter().take(BESIDE).any(u8::is_ascii_digit));
    has("lsp-lint:")
        || EVIDENT.iter().any(|word| has(word))
            && (scan::has_number(text)
                || EVIDENT.iter().any(is_numbered)
                || ["openapi", "swagger"].iter().any(|word| has(word)))
}

/// Parts of the words without which nothing is a code.
const EVIDENT: [&str; 10] =
    ["tatus", "TATUS", "ttp", "TTP", "esponse", "edirect", "ode", "ODE", "rror_page", "eturn "];

/// How far behind such a word its number may begin, in bytes.
const BESIDE: usize = 40;

/// Reads a document of keys and values into `facts`: mentions, contracts, comments, its format.
pub fn read(source: &Source, notation: Notation, facts: &mut Facts) {
    let text: &str = &source.text;
    facts.is_test |= source.language.is_test_path(source.path);
    let outline = Outline::read(text, notation);
    if outline.too_deep {
        facts.note = Some(Note::TooDeep);
    }
    let roots: Vec<u32> = outline.roots().collect();
    for (i, root) in roots.iter().enumerate() {
        let end = roots.get(i + 1).copied().unwrap_or(outline.entries.len() as u32);
        let keys: Vec<&str> = outline
            .children(*root)
            .filter_map(|id| outline.at(id).key)
            .map(|key| &text[key.span.range()])
            .collect();
        let formats: Vec<&'static Format> =
            formats::of(source.language.id, source.path, &keys, text).collect();
        for format in &formats {
            facts.format.get_or_insert_with(|| format.name.clone());
            for vendor in &format.vendors {
                if !facts.vendors.contains(vendor) {
                    facts.vendors.push(vendor.clone());
                }
            }
        }
        let in_test = facts.is_test || formats.iter().any(|format| format.stub);
        let rows = formats.iter().flat_map(|format| &format.keys).filter(|row| !row.keys);
        let spoken = rows.flat_map(KeyRow::last_keys).collect();
        let mut reading =
            Reading { source, text, outline: &outline, formats, spoken, done: HashSet::default(), in_test };
        if reading.formats.iter().any(|format| format.contract) {
            contracts::read(&mut reading, *root..end, facts);
        }
        let mut tables = HashMap::default();
        for id in *root..end {
            if !reading.done.contains(&id) {
                reading.key(id, &mut tables, facts);
                reading.value(id, &mut tables, facts);
            }
        }
    }
    facts.comments = outline.comments;
    facts.mentions.sort_by_key(|mention| (mention.span.start, mention.span.end));
}

/// Why a value is believed, and what it means.
struct Belief {
    certainty: Certainty,
    because: Evidence,
    role: Role,
    row: Option<(&'static Format, &'static KeyRow)>,
}

impl Belief {
    fn word(role: Role, word: &str) -> Option<Belief> {
        Some(Belief {
            certainty: Certainty::Named,
            because: Evidence::Word(word.to_string()),
            role,
            row: None,
        })
    }
}

/// Keys that say how a value is written or bounded, not what it is: their parent does.
const THROUGH: &[&str] = &[
    "default",
    "defaults",
    "defaultValue",
    "default_value",
    "value",
    "values",
    "Value",
    "enum",
    "const",
    "example",
    "examples",
    "minimum",
    "maximum",
    "select",
    "options",
    "items",
    "eq",
    "equals",
    "equal",
    "equalTo",
    "is",
    "in",
    "not",
    "in_",
    "one_of",
    "oneOf",
    "anyOf",
    "schema",
    "min",
    "max",
    "gte",
    "lte",
    "gt",
    "lt",
    "ge",
    "le",
    "start",
    "end",
    "from",
    "to",
    "exact",
    "list",
    "allowed",
    "accepted",
    "match",
    "matches",
    "Equals",
    "Ref",
    "anyof",
    "ok",
    "success",
    "expected",
    "actual",
    "healthy",
    "unhealthy",
    "include",
    "exclude",
    "add",
    "codes",
    "code",
    "number",
    "numeric",
    "int",
    "integer",
    "Code",
    "Codes",
    "ranges",
    "range",
];

/// Keys whose value is compared with what a key beside them names.
const COMPARED: &[&str] = &[
    "value",
    "target",
    "expected",
    "rhs",
    "rhsExpr",
    "rhsOperand",
    "right",
    "equals",
    "eq",
    "operand",
    "expectedValue",
    "is",
];

/// Keys of a number that a key beside them puts into words.
const LABELLED: &[&str] =
    &["value", "id", "code", "key", "error", "errorCode", "error_code", "number", "http", "type", "status"];

/// Keys of the address that a request goes to.
const ADDRESSES: &[&str] = &["url", "uri", "endpoint", "path", "route", "request", "href"];

/// Words that make the plain word `code` one of a proxy, a check or a filter: `success_codes`, `deny-code`.
const CODED: &[&str] = &[
    "success",
    "successful",
    "healthy",
    "unhealthy",
    "accept",
    "accepted",
    "acceptable",
    "valid",
    "allowed",
    "reject",
    "rejected",
    "deny",
    "denied",
    "block",
    "blocked",
    "abort",
    "intercept",
    "intercepted",
    "cacheable",
];

/// Keys that such a phrase belongs to.
const STATUSES: &[&str] =
    &["status", "statusCode", "status_code", "code", "httpStatus", "Status", "StatusCode"];

impl<'a> Reading<'a> {
    fn str(&self, text: Text) -> &'a str {
        &self.text[text.span.range()]
    }
    pub(super) fn key_of(&self, id: u32) -> Option<&'a str> {
        self.outline.at(id).key.map(|key| self.str(key))
    }
    /// The keys from the root to an entry; items of lists are no part of it.
    pub(super) fn path(&self, id: u32) -> Vec<&'a str> {
        let mut path: Vec<&str> =
            std::iter::once(id).chain(self.outline.above(id)).filter_map(|at| self.key_of(at)).collect();
        path.reverse();
        path
    }
    /// A mention in this document, with nothing said of it yet.
    pub(super) fn mention(
        &self,
        written: Written,
        literal: Span,
        site: Site,
        role: Role,
        certainty: Certainty,
        because: Evidence,
    ) -> Mention {
        Mention {
            site,
            role,
            certainty,
            because,
            handles: Handles { literal, ..Handles::default() },
            near: self.comment_behind(written.span).into_iter().collect(),
            ..written.mention(self.in_test)
        }
    }
    fn comment_behind(&self, span: Span) -> Option<Near> {
        let next = self.outline.comments.partition_point(|comment| comment.span.start < span.end);
        let comment = self.outline.comments.get(next).filter(|comment| !comment.own_line)?;
        let between = self.text.get(span.end as usize..comment.span.start as usize)?;
        (!between.contains('\n')).then(|| {
            let whole = &self.text[comment.span.range()];
            let text = whole.trim_start_matches(['#', '/', '*', ' ']).trim_end_matches(['*', '/', ' ']);
            let start = comment.span.start as usize + whole.find(text).unwrap_or(0);
            Near {
                kind: NearKind::Comment,
                text: text.to_string(),
                span: Span::new(start, start + text.len()),
            }
        })
    }
    fn by_row(format: &'static Format, row: &'static KeyRow, name: &str) -> Belief {
        let because = Evidence::Row {
            library: format.name.clone(),
            name: name.to_string(),
            proof: "the format of the document".to_string(),
        };
        Belief { certainty: Certainty::Proven, because, role: row.role, row: Some((format, row)) }
    }
    fn row(&self, path: &[&str], keys: bool) -> Option<(&'static Format, &'static KeyRow)> {
        self.formats.iter().find_map(|format| {
            let row = format.keys.iter().find(|row| row.keys == keys && row.takes(path))?;
            Some((*format, row))
        })
    }

    // Keys that are codes.

    fn key(&self, id: u32, tables: &mut HashMap<u32, usize>, facts: &mut Facts) {
        let Some(key) = self.outline.at(id).key else { return };
        let text = self.str(key);
        if text.len() < 3 || text.len() > 40 || !text.as_bytes()[0].is_ascii_digit() {
            return;
        }
        let Some(Whole { parts, phrase }) = self.codes_of_key(text) else { return };
        let parent = self.outline.at(id).parent;
        let path = self.path(parent);
        let belief = match self.row(&path, true) {
            Some((format, row)) => Some(Self::by_row(format, row, path.last().unwrap_or(&""))),
            None => self.key_by_name(id, &parts, &path),
        };
        let Some(belief) = belief else { return };
        let entry = self.outline.scalar(id).map(|value| (self.str(value), value.span));
        for part in parts {
            let mut written = part.moved(key.span.start);
            if written.form == Form::Number && key.style == Style::Quoted && parts_is_one(text) {
                written.form = Form::Quoted;
            }
            let mut mention = self.believed(written, key.outer, Site::Key, &belief);
            if let Some(phrase) = phrase {
                let span = Span { start: phrase.start + key.span.start, end: phrase.end + key.span.start };
                mention.near.push(Near {
                    kind: NearKind::Phrase,
                    text: self.text[span.range()].to_string(),
                    span,
                });
            }
            if let Some((text, span)) = entry
                .filter(|entry| !entry.0.is_empty() && mention.role == Role::Defined && entry.0.len() < 80)
            {
                mention.near.push(Near { kind: NearKind::Entry, text: text.to_string(), span });
                mention.table = Some(self.table(parent, tables, facts));
            }
            facts.mentions.push(mention);
        }
    }
    fn codes_of_key(&self, text: &str) -> Option<Whole> {
        whole(text, self.source.registry).or_else(|| {
            // `200 OK`, `204 NO_CONTENT`: a code with words behind it.
            let (codes, form) = one(text.get(..3)?)?;
            let spaced = text[3..].starts_with([' ', '_', '-'])
                && self.source.registry.by_constant_name(&text[4..]).is_some();
            (spaced && form == Form::Number).then(|| Whole {
                parts: vec![Written { span: Span::new(0, 3), codes, number: None, form: Form::Phrase }],
                phrase: None,
            })
        })
    }
    fn key_by_name(&self, id: u32, parts: &[Written], path: &[&'a str]) -> Option<Belief> {
        let registry = self.source.registry;
        let known = |codes: Codes| codes.single().is_none_or(|code| registry.get(code).is_some());
        if !parts.iter().all(|part| known(part.codes)) {
            return None;
        }
        let parent = path.last().copied().unwrap_or("");
        let parent_words = words(parent);
        let value = self.outline.scalar(id).map(|value| self.str(value));
        let code = parts.first()?.codes.single();
        if let (Some(code), Some(value)) = (code, value)
            && registry.is_phrase_of(value, code)
        {
            return Belief::word(Role::Defined, value);
        }
        let parent_id = self.outline.at(id).parent;
        // A table of phrases may have a wrong one in it, which is what somebody wants to hear of.
        if let Some(value) = value.filter(|value| registry.by_phrase(value).is_some()) {
            let fits = |id: &u32| {
                let code = self.key_of(*id).and_then(|key| one(key)?.0.single());
                let text = self.outline.scalar(*id).map(|text| self.str(text));
                code.zip(text).is_some_and(|(code, text)| registry.is_phrase_of(text, code))
            };
            if self.outline.children(parent_id).take(MANY).filter(fits).take(2).count() == 2 {
                return Belief::word(Role::Defined, value);
            }
        }
        // `404: {name: Not Found, ..}`
        let inner = self
            .outline
            .children(id)
            .take(8)
            .filter_map(|id| self.outline.scalar(id))
            .map(|text| self.str(text));
        if let Some(phrase) =
            code.and_then(|code| inner.into_iter().find(|text| registry.is_phrase_of(text, code)))
        {
            return Belief::word(Role::Defined, phrase);
        }
        let siblings = || {
            self.outline.children(parent_id).take(MANY).filter_map(|id| self.key_of(id)).all(|key| {
                one(key).is_some_and(|read| known(read.0))
                    || matches!(key, "default" | "Default" | "*" | "_" | "others")
                    || key.starts_with("x-")
            })
        };
        if matches!(parent, "responses" | "response")
            && (matches!(self.outline.at(id).value, Value::Map) || siblings())
        {
            return Belief::word(Role::Declared, parent);
        }
        let errors = parent_words
            .iter()
            .any(|word| matches!(word.as_str(), "error" | "errors" | "redirect" | "redirects"))
            && code.is_none_or(|code| code >= 300);
        if (says_status(parent) || keyed_by_status(parent) || errors) && siblings() {
            let role = if value.is_some_and(|value| value.starts_with(|c: char| c.is_ascii_uppercase())) {
                Role::Defined
            } else {
                Role::Configured
            };
            return Belief::word(role, parent);
        }
        None
    }

    // Values.

    fn value(&self, id: u32, tables: &mut HashMap<u32, usize>, facts: &mut Facts) {
        let Some(value) = self.outline.scalar(id) else { return };
        let text = self.str(value);
        let key = || self.key_of(id).or_else(|| self.outline.above(id).find_map(|at| self.key_of(at)));
        if !self.spoken.is_empty() && (self.spoken.contains(&None) || self.spoken.contains(&key())) {
            let path = self.path(id);
            if let Some((format, row)) = self.row(&path, false) {
                self.by_key_row(id, value, format, row, path.last().unwrap_or(&""), facts);
                return;
            }
        }
        // Everything below speaks of digits only.
        if text.len() < 2 || !text.as_bytes().iter().any(|b| (b'1'..=b'9').contains(b)) {
            return;
        }
        // A number that has not three digits is none: a table of words and their places has a hundred thousand.
        if text.len() != 3 && text.bytes().all(|b| b.is_ascii_digit()) {
            return;
        }
        let mut read = whole(text, self.source.registry);
        if read.is_none() && value.style != Style::Block && text.len() < 24 && !text.contains(' ') {
            let by_name = self.owner(id).is_some_and(|(_, name)| says_http_status(name) || says_status(name));
            read = pattern(text, false).filter(|_| by_name).map(|(codes, form)| Whole {
                parts: vec![Written { span: Span::new(0, text.len()), codes, number: None, form }],
                phrase: None,
            });
        }
        match read {
            Some(read) => {
                if let Some(belief) = self.by_name(id, &read) {
                    self.emit(id, value, read, &belief, tables, facts);
                }
            }
            None => self.inside(id, value, facts),
        }
    }
    fn emit(
        &self,
        id: u32,
        value: Text,
        read: Whole,
        belief: &Belief,
        tables: &mut HashMap<u32, usize>,
        facts: &mut Facts,
    ) {
        let single = read.parts.len() == 1;
        for part in read.parts {
            let mut written = part.moved(value.span.start);
            if written.form == Form::Number && value.style == Style::Quoted {
                written.form = Form::Quoted;
            }
            let site = if self.outline.at(id).key.is_some() { Site::Field } else { Site::Element };
            let mut mention = self.believed(written, value.outer, site, belief);
            if let Some(phrase) = read.phrase {
                let span =
                    Span { start: phrase.start + value.span.start, end: phrase.end + value.span.start };
                mention.near.push(Near {
                    kind: NearKind::Phrase,
                    text: self.text[span.range()].to_string(),
                    span,
                });
            }
            if single {
                self.texts_beside(id, belief, &mut mention, tables, facts);
            }
            facts.mentions.push(mention);
        }
    }
    /// A mention with what its row demands.
    fn believed(&self, written: Written, literal: Span, site: Site, belief: &Belief) -> Mention {
        let mut mention =
            self.mention(written, literal, site, belief.role, belief.certainty, belief.because.clone());
        if let Some((format, row)) = belief.row {
            mention.library = Some(format.name.clone());
            mention.terms = row.terms(&format.vendors);
            // A redirect table may answer with other codes too (Netlify's 200 and 404): those redirect nowhere.
            let elsewhere = mention.codes.intersection(Codes::class(3)).is_empty();
            let accepted = mention.terms.legal.is_some_and(|legal| mention.codes.is_subset(legal));
            if mention.role == Role::Redirected && elsewhere && accepted {
                mention.role = Role::Sent;
            }
        }
        if let Evidence::Row { name, .. } = &belief.because {
            mention.helper = Some(name.clone());
        }
        mention
    }
    fn texts_beside(
        &self,
        id: u32,
        belief: &Belief,
        mention: &mut Mention,
        tables: &mut HashMap<u32, usize>,
        facts: &mut Facts,
    ) {
        let Some(key) = self.outline.at(id).key.filter(|_| mention.codes.single().is_some()) else { return };
        let parent = self.outline.at(id).parent;
        for beside in self.outline.children(parent).take(MANY).filter(|other| *other != id) {
            let (Some(name), Some(text)) = (self.key_of(beside), self.outline.scalar(beside)) else {
                continue;
            };
            let by_row = belief.row.and_then(|(_, row)| row.phrase.as_deref()) == Some(name);
            // `expectedStatus` beside `statusText` is another matter than `status`.
            let own = STATUSES.contains(&self.str(key));
            if (by_row || own && PHRASE_KEYS.contains(&name)) && !text.span.is_empty() && text.span.len() < 60
            {
                mention.near.push(Near {
                    kind: NearKind::Phrase,
                    text: self.str(text).to_string(),
                    span: text.span,
                });
            }
        }
        if mention.role == Role::Defined && self.source.registry.by_constant_name(self.str(key)).is_some() {
            mention.near.push(Near { kind: NearKind::Name, text: self.str(key).to_string(), span: key.span });
            mention.table = Some(self.table(parent, tables, facts));
        }
    }
    fn table(&self, map: u32, tables: &mut HashMap<u32, usize>, facts: &mut Facts) -> usize {
        *tables.entry(map).or_insert_with(|| {
            let members: Vec<(String, u32)> = self
                .outline
                .children(map)
                .filter_map(|id| {
                    let number = self.str(self.outline.scalar(id)?).parse().ok()?;
                    Some((self.key_of(id)?.to_string(), number))
                })
                .collect();
            let entries = self.outline.children(map).count();
            facts.tables.push(Table {
                name: self.key_of(map).map(str::to_string),
                span: self.outline.at(map).span,
                entries,
                members,
            });
            facts.tables.len() - 1
        })
    }
    /// A value that a row takes: also a number that no status can be, which is what a rule wants to hear of.
    fn by_key_row(
        &self,
        id: u32,
        value: Text,
        format: &'static Format,
        row: &'static KeyRow,
        name: &str,
        facts: &mut Facts,
    ) {
        let text = self.str(value);
        let mut belief = Self::by_row(format, row, name);
        if self.outline.above(id).any(|at| matches!(self.key_of(at), Some("example" | "examples"))) {
            belief.certainty = Certainty::Named;
            belief.role = Role::Carried;
        }
        let quoted = value.style != Style::Plain;
        let range = text.trim().replace("..=", "-");
        if let Some((codes, form)) = one(&range).filter(|read| read.1 == Form::List) {
            let parts = vec![Written { span: Span::new(0, text.len()), codes, number: None, form }];
            self.emit(id, value, Whole { parts, phrase: None }, &belief, &mut HashMap::default(), facts);
            return;
        }
        let mut parts = vec![];
        let mut at = 0;
        for token in text.split([' ', ',', ';', '|', '\n', '\t', '=']) {
            let from = at + token.len() - token.trim_start_matches(['!', '^', '~', '"']).len();
            let bare = token.trim_start_matches(['!', '^', '~', '"']).trim_end_matches(['"', '$', '!']);
            at += token.len() + 1;
            let alone = bare.len() == text.trim().len();
            let digits = row.prefix.as_deref().and_then(|prefix| bare.strip_prefix(prefix));
            let written = |from: usize, length: usize, codes, number, form| Written {
                span: Span::new(from, from + length),
                codes,
                number,
                form,
            };
            if let Some(code) = row.names.get(bare) {
                parts.push(written(from, bare.len(), Codes::one(*code), None, Form::Constant));
            } else if let Some((codes, form)) = one(digits.unwrap_or(bare)) {
                let form = match form {
                    Form::Number if !alone || digits.is_some() => Form::List,
                    Form::Number if quoted => Form::Quoted,
                    form => form,
                };
                // `HTTP_301` is a name by itself, `http_502` a word in a list.
                let (skip, form) = match digits {
                    Some(_) if alone => (0, Form::Constant),
                    digits => (bare.len() - digits.unwrap_or(bare).len(), form),
                };
                parts.push(written(from + skip, bare.len() - skip, codes, None, form));
            } else if alone && !bare.is_empty() && bare.len() <= 6 && bare.bytes().all(|b| b.is_ascii_digit())
            {
                let number: u32 = bare.parse().expect("at most six digits");
                let codes = u16::try_from(number).map_or(Codes::EMPTY, Codes::one);
                let form = if quoted { Form::Quoted } else { Form::Number };
                parts.push(written(from, bare.len(), codes, (number > 999).then_some(number), form));
            } else if let Some((codes, form)) = pattern(bare, false).filter(|_| alone) {
                parts.push(written(from, bare.len(), codes, None, form));
            }
        }
        if parts.is_empty() {
            if let Some(read) = whole(text, self.source.registry) {
                self.emit(id, value, read, &belief, &mut HashMap::default(), facts);
            }
            return;
        }
        self.emit(id, value, Whole { parts, phrase: None }, &belief, &mut HashMap::default(), facts);
    }
    /// The key that says what a value is: its own, or that of the list or schema around it. The first of the pair tells
    /// whether some other key was passed on the way.
    fn owner(&self, id: u32) -> Option<(bool, &'a str)> {
        let mut passed = false;
        let mut steps = 0;
        for at in std::iter::once(id).chain(self.outline.above(id)) {
            let Some(key) = self.key_of(at) else { continue };
            if !THROUGH.contains(&key) {
                return Some((passed, key));
            }
            passed = true;
            steps += 1;
            if steps > 4 {
                return None;
            }
        }
        None
    }
    /// What the names around a value of nothing but codes say.
    fn by_name(&self, id: u32, read: &Whole) -> Option<Belief> {
        let registry = self.source.registry;
        let codes: Vec<u16> = read.parts.iter().filter_map(|part| part.codes.single()).collect();
        let exact = codes.len() == read.parts.len();
        let known = codes.iter().all(|code| registry.get(*code).is_some());
        // `status: 100` is a share of something done.
        let final_answers = codes.iter().all(|code| *code >= 200);
        let own = self.key_of(id);
        let nearest = own.or_else(|| self.outline.above(id).find_map(|at| self.key_of(at)))?;
        let in_example =
            self.outline.above(id).any(|at| matches!(self.key_of(at), Some("example" | "examples")));
        let role = |name: &str| {
            if in_example {
                return Role::Carried;
            }
            let redirect = words(name).iter().any(|word| word.starts_with("redirect"));
            match role_said(name) {
                Some(role @ (Role::Expected | Role::Configured | Role::Stubbed | Role::Logged)) => role,
                _ if redirect => Role::Redirected,
                _ if read.parts.len() > 1 || own.is_none() => Role::Configured,
                _ if self.in_test && self.stubs(id) => Role::Stubbed,
                _ if name.chars().any(|c| c.is_ascii_uppercase()) && name.to_ascii_uppercase() == *name => {
                    Role::Configured
                }
                _ => Role::Carried,
            }
        };
        // A value whose nearest key says it.
        if says_http_status(nearest)
            || says_status(nearest)
                && (known && (words(nearest).len() > 1 || final_answers)
                    || words(nearest).len() > 1 && exact_or_class(read))
        {
            return self.not_of_others(id).then(|| Belief::word(role(nearest), nearest)).flatten();
        }
        let owner = self.owner(id).map(|(_, name)| name);
        if let Some(name) = owner.filter(|name| *name != nearest) {
            let through = says_status(name)
                && !(nearest == "value" && words(name).len() == 1 && self.is_resource(id))
                && (known && final_answers
                    || matches!(
                        nearest,
                        "minimum" | "maximum" | "min" | "max" | "start" | "end" | "from" | "to"
                    ));
            let http = matches!(nearest, "code" | "codes" | "Code" | "Codes")
                && words(name).iter().any(|word| {
                    matches!(
                        word.as_str(),
                        "http" | "response" | "responses" | "status" | "redirect" | "redirects"
                    )
                });
            if (through || http && known && final_answers) && self.not_of_others(id) {
                return Belief::word(role(name), name);
            }
        }
        if !known {
            return self.status_bounds(id, nearest).or_else(|| self.described(id, nearest));
        }
        let owned = words(owner.unwrap_or(nearest));
        let coded = owned.iter().any(|word| matches!(word.as_str(), "code" | "codes"))
            && owned.iter().any(|word| CODED.contains(&word.as_str()));
        if coded && codes.iter().all(|code| *code >= 200) {
            return Belief::word(role(owner.unwrap_or(nearest)), owner.unwrap_or(nearest));
        }
        // `redirect: 302`, and under a key that says redirect: `kind`, `type`, `code`.
        let redirects = exact
            && !codes.is_empty()
            && codes.iter().all(|code| matches!(code, 301 | 302 | 303 | 307 | 308));
        if redirects {
            let says = |name: &str| {
                words(name).iter().any(|word| {
                    matches!(word.as_str(), "redirect" | "redirects" | "redirection" | "redirections")
                })
            };
            let above = self.outline.above(id).filter_map(|at| self.key_of(at)).next();
            if says(nearest) {
                return Belief::word(Role::Redirected, nearest);
            }
            if let Some(name) = above.filter(|name| {
                says(name)
                    && matches!(nearest, "kind" | "type" | "code" | "status" | "permanent" | "statusCode")
            }) {
                return Belief::word(Role::Redirected, name);
            }
        }
        // `200=24h 301=1h`: how long answers are kept. Nothing else is written so.
        let kept = self.outline.scalar(id).is_some_and(|text| {
            self.str(text).split_whitespace().all(|token| token.contains('=')) && read.parts.len() > 1
        });
        if kept {
            return Belief::word(Role::Configured, nearest);
        }
        self.status_bounds(id, nearest)
            .or_else(|| self.described(id, nearest))
            .or_else(|| self.by_siblings(id, read))
    }
    /// A resource of an orchestrator: its `status` is a map of what was observed.
    fn is_resource(&self, id: u32) -> bool {
        let root = self.outline.above(id).last();
        root.is_some_and(|root| self.outline.child(self.text, root, "apiVersion").is_some())
    }
    /// Somewhere above it stands a name of another protocol or of a process.
    fn not_of_others(&self, id: u32) -> bool {
        !self.outline.above(id).filter_map(|at| self.key_of(at)).take(3).any(|name| {
            words(name).iter().any(|word| {
                matches!(
                    word.as_str(),
                    "grpc"
                        | "exit"
                        | "order"
                        | "orders"
                        | "payment"
                        | "payments"
                        | "websocket"
                        | "smtp"
                        | "ftp"
                        | "sip"
                        | "process"
                )
            })
        })
    }
    fn stubs(&self, id: u32) -> bool {
        self.outline
            .above(id)
            .filter_map(|at| self.key_of(at))
            .take(2)
            .any(|name| matches!(name, "response" | "Response" | "reply" | "then"))
    }
    /// `minimum: 100` beside `maximum: 599`: nothing else has these bounds.
    fn status_bounds(&self, id: u32, nearest: &str) -> Option<Belief> {
        if !matches!(nearest, "minimum" | "maximum") {
            return None;
        }
        let parent = self.outline.at(id).parent;
        let value = |key: &str| {
            self.outline
                .child(self.text, parent, key)
                .and_then(|id| self.outline.scalar(id))
                .map(|text| self.str(text))
        };
        let (low, high) = (value("minimum")?, value("maximum")?);
        let exclusive = value("exclusiveMaximum") == Some("true");
        (low == "100" && (high == "599" || high == "600" && exclusive))
            .then(|| Belief::word(Role::Configured, "100 to 599"))
            .flatten()
    }
    /// `{url: .., method: GET, expected: 200}`: a row of a table of requests.
    fn is_answer_to_request(&self, id: u32, own: &str) -> bool {
        let expects =
            words(own).iter().any(|word| matches!(word.as_str(), "expected" | "expect" | "expects" | "want"));
        let answers = matches!(own, "code" | "response" | "result" | "returns" | "return" | "respond");
        if !expects && !answers {
            return false;
        }
        let parent = self.outline.at(id).parent;
        let beside = |names: &[&str]| {
            self.outline
                .children(parent)
                .take(20)
                .filter_map(|id| self.key_of(id))
                .any(|key| names.contains(&key))
        };
        beside(ADDRESSES) && (expects || beside(&["method", "verb", "methods"]))
            || answers && beside(&["url", "uri", "endpoint"])
    }
    /// What a schema says of the value it bounds or shows by example: `description: HTTP status code`.
    fn described(&self, id: u32, nearest: &str) -> Option<Belief> {
        let schema =
            ["minimum", "maximum", "example", "examples", "default", "enum", "const"].contains(&nearest);
        schema
            .then(|| std::iter::once(id).chain(self.outline.above(id)).skip(1).take(4))
            .into_iter()
            .flatten()
            .find_map(|at| {
                let text = ["description", "title", "summary"].iter().find_map(|key| {
                    let beside = self.outline.child(self.text, at, key)?;
                    self.outline.scalar(beside).map(|text| self.str(text))
                })?;
                let said = text.get(..text.len().min(200)).unwrap_or("").to_ascii_lowercase();
                let about =
                    ["http status", "status code", "http code", "http response code", "http error code"];
                about
                    .iter()
                    .any(|words| said.contains(words))
                    .then(|| Belief::word(Role::Carried, text))
                    .flatten()
            })
    }
    /// What stands beside a value in its map: an accessor (`lhs: res.status`), a phrase (`message: Not Found`), its own label
    /// (`404 - Not Found`); or other constants with the names of codes.
    fn by_siblings(&self, id: u32, read: &Whole) -> Option<Belief> {
        let registry = self.source.registry;
        let code = read.parts.first().filter(|_| read.parts.len() == 1)?.codes.single()?;
        let own = self.key_of(id)?;
        let parent = self.outline.at(id).parent;
        if registry.by_constant_name(own).is_some() {
            let fitting = self
                .outline
                .children(parent)
                .take(MANY)
                .filter(|id| {
                    let number = self.outline.scalar(*id).and_then(|text| self.str(text).parse().ok());
                    number.is_some()
                        && self.key_of(*id).and_then(|name| registry.by_constant_name(name)) == number
                })
                .take(2)
                .count();
            if fitting == 2
                || fitting == 1 && registry.by_constant_name(own) == Some(code) && words(own).len() > 1
            {
                return Belief::word(Role::Defined, own);
            }
        }
        let compared = COMPARED.contains(&own);
        let labelled = LABELLED.contains(&own);
        if self.is_answer_to_request(id, own) {
            return Belief::word(Role::Expected, own);
        }
        for beside in self.outline.children(parent).filter(|other| *other != id).take(40) {
            let Some(text) =
                self.outline.scalar(beside).map(|text| self.str(text)).filter(|text| text.len() < 80)
            else {
                continue;
            };
            if compared && !text.contains(' ') {
                let last = text.rsplit(['.', '/', '$']).next().unwrap_or(text).trim_end_matches("()");
                if says_status(last) {
                    return Belief::word(Role::Expected, text);
                }
            }
            if !labelled {
                continue;
            }
            if registry.is_phrase_of(text, code) {
                return Belief::word(Role::Carried, text);
            }
            let label = whole(text, registry)
                .filter(|label| label.phrase.is_some() && label.parts[0].codes.single() == Some(code));
            if label.is_some() {
                return Belief::word(Role::Configured, text);
            }
        }
        None
    }
    /// Codes inside a longer text.
    fn inside(&self, id: u32, value: Text, facts: &mut Facts) {
        let text = self.str(value);
        if text.len() < 6 || text.len() > 1 << 20 {
            return;
        }
        // `BAD_STATUS_CODES=400 401 403` in a list of variables; `name: 404` in a text.
        if let Some((name, rest)) =
            text.split_once('=').filter(|(name, _)| name.len() < 80 && !name.contains([' ', '\n', '"', '{']))
        {
            let last = name.rsplit('.').next().unwrap_or(name);
            let bare = rest.trim_matches(['"', '\'']);
            let from = name.len() + 1 + rest.find(bare).unwrap_or(0);
            if let Some(read) = whole(bare, self.source.registry).filter(|_| says_status(last))
                && let Some(belief) = Belief::word(role_said(last).unwrap_or(Role::Configured), last)
            {
                for part in read.parts {
                    let form = if part.form == Form::Number { Form::Embedded } else { part.form };
                    let written = Written { form, ..part }.moved(value.span.start + from as u32);
                    facts.mentions.push(self.believed(written, written.span, Site::Text, &belief));
                }
                return;
            }
        }
        let described = matches!(
            self.key_of(id),
            Some(
                "description"
                    | "summary"
                    | "title"
                    | "help"
                    | "label"
                    | "message"
                    | "name"
                    | "comment"
                    | "notes"
                    | "doc"
                    | "documentation"
            )
        );
        for said in sayings::read(text, self.source.registry) {
            let written = said.written.moved(value.span.start);
            let role = if described { Role::Prose } else { said.role };
            let because = Evidence::Word(said.word);
            let mut mention = self.mention(written, written.span, Site::Text, role, said.certainty, because);
            if let Some(phrase) = said.phrase {
                let span =
                    Span { start: phrase.start + value.span.start, end: phrase.end + value.span.start };
                let text = self.text[span.range()].to_string();
                mention.near.push(Near { kind: NearKind::Phrase, text, span });
            }
            facts.mentions.push(mention);
        }
    }
}

fn parts_is_one(text: &str) -> bool {
    text.trim().len() == 3
}

/// A list or class of codes may hold unregistered ones where its key says `status code` in several words.
fn exact_or_class(read: &Whole) -> bool {
    read.parts.iter().all(|part| part.codes.iter().all(|code| (100..600).contains(&code)))
}
