//! Vocabulary turns places into mentions with a role, a certainty and the reason for both.

use super::file::{Argument, Call, File, span, unquote};
use super::known::{Known, role_of};
use super::scan::{Candidate, What};
use super::sinks::Sink;
use super::slots::Slot;
use super::strings::{self, Read};
use super::words::{keyed_by_status, role_said, says_status, words};
use crate::facts::{Certainty, Evidence, Form, Handles, Mention, Near, NearKind, Role, Site, Terms};
use crate::languages::rows::{Accessor, Deed, TableArguments};
use crate::languages::shapes::{Construct, Part, Shape};
use crate::languages::{Kind, Sign};
use crate::status::Codes;
use crate::text::Span;
use tree_sitter::Node;

/// What a place makes of the value that stands there.
#[derive(Clone, Debug)]
pub struct Meaning {
    pub site: Site,
    pub role: Role,
    pub certainty: Certainty,
    pub because: Evidence,
    pub library: Option<String>,
    pub helper: Option<String>,
    pub handles: Handles,
    pub terms: Terms,
    pub slot: Option<String>,
    pub near: Vec<Near>,
}

fn meaning(site: Site, role: Role, certainty: Certainty, because: Evidence) -> Meaning {
    Meaning {
        site,
        role,
        certainty,
        because,
        library: None,
        helper: None,
        handles: Handles::default(),
        terms: Terms::default(),
        slot: None,
        near: vec![],
    }
}

fn word(site: Site, role: Role, name: &str) -> Meaning {
    meaning(site, role, Certainty::Named, Evidence::Word(name.to_string()))
}

impl<'t> File<'t> {
    /// The role of a comparison at this place.
    pub fn observed(&self, node: Node<'t>) -> Role {
        if self.in_test(node) { Role::Expected } else { Role::Observed }
    }

    /// The mentions that a candidate turns out to be.
    pub fn mentions(&self, candidate: &Candidate, node: Node<'t>) -> Vec<Mention> {
        if candidate.what == What::Helper {
            return self.implied(candidate, node).into_iter().collect();
        }
        if node.is_extra() || self.is(node, Kind::Comment) {
            return vec![];
        }
        let node = self.whole_literal(node, candidate);
        let node = if self.is(node, Kind::Number) { node } else { self.string_around(node).unwrap_or(node) };
        let bare = strings::bare_mention(self.text, candidate, self.in_test(node));
        let Some(read) = self.written_at(node) else {
            if self.above(node).first().is_some_and(|p| self.is(*p, Kind::Flat)) || self.is(node, Kind::Flat)
            {
                return self.in_flat(candidate, bare);
            }
            return if self.is(node, Kind::String) { self.in_string(candidate, node, bare) } else { vec![] };
        };
        if candidate.what == What::Odd && read.number.is_none() && !matches!(read.form, Form::Number) {
            return vec![];
        }
        if self.above(node).iter().take(3).any(|p| self.is(*p, Kind::Flat)) {
            return self.in_flat(candidate, bare);
        }
        let found = self.place_meaning(&self.sink(node), node);
        let mut mention =
            Mention { codes: read.codes, number: read.number, form: read.form, site: Site::Text, ..bare };
        if read.form == Form::Constant {
            mention.span = span(node);
        }
        mention.handles.literal = span(node);
        if let Some(m) = found {
            mention = Mention {
                site: m.site,
                role: m.role,
                certainty: m.certainty,
                because: m.because,
                library: m.library,
                helper: m.helper,
                handles: Handles { literal: mention.handles.literal, ..m.handles },
                terms: m.terms,
                slot: m.slot,
                near: m.near,
                ..mention
            };
        }
        if let Some((constant, certainty)) = read.constant {
            mention.rename = self.rename_of(constant);
            if mention.certainty < certainty {
                // The constant proves that this is a code; what it means here is only as sure as its place.
                let library = self.vocabulary.libraries[constant.library].name.clone();
                mention.certainty = certainty;
                mention.because = Evidence::Row {
                    library,
                    name: self.text_of(node).into(),
                    proof: if certainty == Certainty::Proven { "import" } else { "the holder's name" }.into(),
                };
            }
            if mention.library.is_none() {
                mention.library = Some(self.vocabulary.libraries[constant.library].name.clone());
            }
        } else if mention.certainty == Certainty::Named && !self.is_believable(&mention) {
            mention.certainty = Certainty::Shaped;
        }
        if candidate.what == What::Odd && mention.certainty < Certainty::Named {
            return vec![];
        }
        mention.near.extend(self.near_of(node, &mention));
        vec![mention]
    }
    /// A name alone is enough only for codes that somebody uses, and for edges of classes.
    fn is_believable(&self, mention: &Mention) -> bool {
        let by_name = matches!(&mention.because, Evidence::Word(_))
            || matches!(&mention.because, Evidence::Flow { because, .. } if matches!(**because, Evidence::Word(_)));
        match mention.codes.single() {
            Some(code) if by_name => {
                self.registry.get(code).is_some()
                    || matches!(code % 100, 0 | 1 | 99) && (100..=600).contains(&code)
                    || mention.site == Site::Comparison
            }
            None if by_name && mention.number.is_some() => false,
            _ => true,
        }
    }
    /// A constant's candidate is its symbol; the literal is the whole path.
    fn whole_literal(&self, node: Node<'t>, candidate: &Candidate) -> Node<'t> {
        if candidate.what != What::Constant {
            return node;
        }
        match self.parent(node).filter(|p| self.ask.is(*p, Construct::Member)) {
            Some(member)
                if self
                    .ask
                    .one(member, Construct::Member)
                    .and_then(|m| m.part(Part::Name))
                    .is_some_and(|n| n.id() == node.id()) =>
            {
                member
            }
            _ => node,
        }
    }
    fn string_around(&self, node: Node<'t>) -> Option<Node<'t>> {
        std::iter::once(node)
            .chain(self.above(node).iter().copied())
            .take(3)
            .find(|n| self.is(*n, Kind::String))
    }
    /// A flat token tree (a macro body, an attribute): only words and callees before a number can speak.
    fn in_flat(&self, candidate: &Candidate, bare: Mention) -> Vec<Mention> {
        let before = &self.text[..candidate.span.start as usize];
        let called = before
            .strip_suffix('(')
            .map(|b| &b[b.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |i| i + 1)..]);
        if let Some((id, row)) =
            called.and_then(|name| self.vocabulary.helpers.get(name)).into_iter().flatten().find(
                |(id, row)| {
                    self.used[*id] && row.on.is_empty() && row.status.iter().any(|p| p.arg == Some(0))
                },
            )
        {
            let library = self.vocabulary.libraries[*id].name.clone();
            let because = Evidence::Row {
                library: library.clone(),
                name: called.unwrap_or("").into(),
                proof: "attribute".into(),
            };
            return vec![Mention {
                site: Site::Annotation,
                role: role_of(row.act).unwrap_or(Role::Declared),
                certainty: Certainty::Proven,
                because,
                library: Some(library),
                helper: called.map(str::to_string),
                ..bare
            }];
        }
        match strings::said_before(self.text, candidate.span.start) {
            Some(said) if self.known_code(bare.codes) => {
                let role = role_said(said).unwrap_or(
                    if before.trim_end().ends_with('=') && !before.trim_end().ends_with("==") {
                        Role::Declared
                    } else {
                        Role::Carried
                    },
                );
                vec![Mention {
                    site: Site::Annotation,
                    role,
                    certainty: Certainty::Named,
                    because: Evidence::Word(said.to_string()),
                    ..bare
                }]
            }
            _ => vec![],
        }
    }
    fn known_code(&self, codes: Codes) -> bool {
        codes.single().is_none_or(|code| self.registry.get(code).is_some())
    }
    /// `"404 Not Found"` is a phrase; other digits in strings are prose unless a word before them says status.
    fn in_string(&self, candidate: &Candidate, string: Node<'t>, mut mention: Mention) -> Vec<Mention> {
        if self.is_docstring(string) {
            return vec![Mention { role: Role::Prose, ..mention }];
        }
        let whole = span(string);
        let text = self.text_of(string);
        let inner = unquote(text);
        let start = whole.start + (inner.as_ptr() as usize - text.as_ptr() as usize) as u32;
        let inner_span = Span { start, end: start + inner.len() as u32 };
        if !inner_span.contains(candidate.span) {
            return vec![];
        }
        mention.handles.literal = candidate.span;
        match strings::read(self.text, inner_span, candidate.span, self.registry) {
            Read::StatusLine { phrase } => {
                mention.form = Form::Phrase;
                mention.role = Role::Carried;
                mention.certainty = Certainty::Named;
                mention.because = Evidence::Word(inner.chars().take(40).collect());
                if let Some(m) = self.place_meaning(&self.sink(string), string) {
                    mention = Mention {
                        role: m.role,
                        site: m.site,
                        certainty: m.certainty,
                        because: m.because,
                        library: m.library,
                        helper: m.helper,
                        terms: m.terms,
                        handles: m.handles,
                        ..mention
                    };
                    mention.handles.literal = candidate.span;
                }
                if let Some((phrase, at)) = phrase {
                    mention.near.push(Near { kind: NearKind::Phrase, text: phrase.to_string(), span: at });
                }
            }
            Read::Said(said) => {
                mention.form = Form::Embedded;
                mention.role = Role::Carried;
                if self.known_code(mention.codes) {
                    mention.certainty = Certainty::Named;
                    mention.because = Evidence::Word(said.to_string());
                }
            }
            Read::Codes { evident } => {
                mention.form = Form::List;
                mention.role = if evident { Role::Carried } else { Role::Prose };
                if evident {
                    mention.certainty = Certainty::Named;
                    mention.because = Evidence::Word(inner.chars().take(40).collect());
                }
                if let Some(m) = self.place_meaning(&self.sink(string), string) {
                    mention = Mention {
                        site: m.site,
                        role: m.role,
                        certainty: m.certainty,
                        because: m.because,
                        library: m.library,
                        helper: m.helper,
                        ..mention
                    };
                }
            }
            Read::Prose => mention.role = Role::Prose,
        }
        vec![mention]
    }
    fn is_docstring(&self, string: Node<'t>) -> bool {
        self.language.traits.docstrings
            && self.parent(string).is_some_and(|p| self.is(p, Kind::Statement) && self.children(p).len() == 1)
    }
    /// A helper whose name or default fixes the code.
    fn implied(&self, candidate: &Candidate, node: Node<'t>) -> Option<Mention> {
        let call = self
            .above(node)
            .iter()
            .take(3)
            .find_map(|n| self.call(*n))
            .filter(|c| span(c.callee) == candidate.span)?;
        let known = self.known(&call)?;
        let code = self.implied_code(&call, known.row)?;
        let role = role_of(known.row.act)?;
        let mut mention = strings::bare_mention(self.text, candidate, self.in_test(node));
        mention.codes = Codes::one(code);
        mention.form = Form::Helper;
        mention.site = Site::Call;
        mention.role = role;
        mention.certainty = known.certainty;
        mention.terms = terms(&known);
        mention.because =
            Evidence::Row { library: known.library.into(), name: call.name.into(), proof: known.proof };
        mention.handles = Handles {
            literal: candidate.span,
            item: None,
            call: Some(span(call.node)),
            callee: Some(candidate.span),
        };
        mention.library = Some(known.library.into());
        mention.helper = Some(call.name.into());
        Some(mention)
    }

    /// What a place makes of the value that stands there.
    pub fn place_meaning(&self, sink: &Sink<'t>, node: Node<'t>) -> Option<Meaning> {
        match sink {
            Sink::Argument { call, index, keyword, item } => {
                self.in_argument(call, *index, *keyword, *item, node)
            }
            Sink::Pair { key, map, item } => self.in_pair(*key, *map, *item),
            Sink::Key { value, map, item } => self.as_key(*value, *map, *item, node),
            Sink::Element { list, index } => self.element_meaning(*list, *index, node),
            Sink::Cell { table, index } => {
                let columns = table.part(Part::Columns)?;
                let mut names = vec![];
                for field in self.children(columns) {
                    names.extend(
                        self.children(field)
                            .into_iter()
                            .filter(|c| self.is(*c, Kind::Name))
                            .map(|n| self.text_of(n)),
                    );
                }
                self.flow(self.column(table.node, names.get(*index)?), Certainty::Proven, Site::Column)
            }
            Sink::Binding { target } => self.binding_meaning(*target, node),
            Sink::Compared { shape } => {
                let mut best: Option<Meaning> = None;
                for other in self.operands(shape).into_iter().filter(|o| !span(*o).contains(span(node))) {
                    if let Some((certainty, because)) = self.reads_status(self.bare(other), 0) {
                        if best.as_ref().is_none_or(|b| b.certainty < certainty) {
                            best = Some(meaning(Site::Comparison, self.observed(node), certainty, because));
                        }
                    }
                }
                best
            }
            Sink::Operand { shape } => {
                // A lone code beside a comparison of a status: believed because of its neighbour.
                let comparison = self.comparison_beside(shape)?;
                let (certainty, because) = self
                    .operands(&comparison)
                    .into_iter()
                    .find_map(|o| self.reads_status(self.bare(o), 0))?;
                Some(meaning(Site::Operand, self.observed(node), certainty, because))
            }
            Sink::Arm { subject } => {
                let (certainty, because) = self.reads_status(self.bare((*subject)?), 0)?;
                Some(meaning(Site::Arm, self.observed(node), certainty, because))
            }
            Sink::Return { statement, index } => self.returned_meaning(*statement, *index, node),
            Sink::Lookup { receiver } => {
                let name = self.last_name(*receiver)?;
                (says_status(name) || keyed_by_status(name)).then(|| word(Site::Lookup, Role::Observed, name))
            }
            Sink::Range { range } => {
                let outer = self.sink(*range);
                if let Sink::Compared { .. } | Sink::Argument { .. } | Sink::Binding { .. } = outer {
                    return self.place_meaning(&outer, *range);
                }
                // `(200..300).contains(&status)`
                let call = self.above(*range).iter().take(3).find_map(|n| self.call(*n))?;
                let test =
                    self.language.traits.tests.iter().find(|t| t.call == call.name && t.list.is_none())?;
                let subject = self.arguments(&call).get(test.subject?).map(|a| a.value)?;
                let (certainty, because) = self.reads_status(subject, 0)?;
                Some(meaning(Site::Comparison, self.observed(node), certainty, because))
            }
            Sink::Raise | Sink::Annotation | Sink::Other => None,
        }
    }
    /// The comparison at the near end of the other side of a boolean.
    fn comparison_beside(&self, shape: &Shape<'t>) -> Option<Shape<'t>> {
        let mut at = self.bare(shape.part(Part::Left)?);
        loop {
            if let Some(comparison) = self.ask.one(at, Construct::Comparison) {
                return Some(comparison);
            }
            let boolean = self.ask.one(at, Construct::Boolean)?;
            let right = self.bare(boolean.part(Part::Right)?);
            at = if self.ask.is(right, Construct::Comparison) {
                right
            } else {
                self.bare(boolean.part(Part::Left)?)
            };
        }
    }
    fn in_argument(
        &self,
        call: &Call<'t>,
        index: usize,
        keyword: Option<&'t str>,
        item: Node<'t>,
        node: Node<'t>,
    ) -> Option<Meaning> {
        if let Some(m) = self.argument_meaning(call, index, keyword, node) {
            return Some(m);
        }
        // Conversions pass the value on: `HTTPStatus(404)`, `int("404")`.
        if let Some(known) = self.known(call).filter(|k| k.row.act == Deed::Convert) {
            let outer = self.place_meaning(&self.sink(call.node), call.node);
            let because = Evidence::Row {
                library: known.library.into(),
                name: call.name.into(),
                proof: known.proof.clone(),
            };
            let mut m = match outer {
                Some(m) if m.certainty == Certainty::Proven => m,
                outer => Meaning {
                    certainty: Certainty::Proven,
                    because: because.clone(),
                    ..outer.unwrap_or(meaning(Site::Argument, Role::Carried, Certainty::Proven, because))
                },
            };
            let own = terms(&known);
            m.terms.legal = m.terms.legal.or(own.legal);
            m.terms.closed |= own.closed;
            return Some(m);
        }
        if self.language.traits.converting.iter().any(|t| t == call.name) {
            return self.place_meaning(&self.sink(call.node), call.node);
        }
        // `status in range(200, 300)`
        if self.language.traits.ranges.iter().any(|r| r.call == call.name) {
            let outer = self.sink(call.node);
            return match outer {
                Sink::Compared { .. } => self.place_meaning(&outer, call.node),
                _ => None,
            };
        }
        // `Some(404)`, `Ok(404)`: a wrapper without a meaning of its own.
        if self.language.traits.wrapping.iter().any(|t| t == call.name) {
            return self.place_meaning(&self.sink(call.node), call.node);
        }
        let (edge, slot) = self.parameter_of(call, index, keyword)?;
        let mut m = self.flow(slot, edge, Site::Argument)?;
        m.handles = self.handles(call, item);
        Some(m)
    }
    fn in_pair(&self, key: Node<'t>, map: Node<'t>, item: Node<'t>) -> Option<Meaning> {
        let name = unquote(self.text_of(key));
        let outer = self.sink(map);
        if let Sink::Argument { call, index, .. } = &outer {
            if let Some(known) = self.known(call) {
                let hit = known
                    .row
                    .status
                    .iter()
                    .any(|p| p.key.as_deref() == Some(name) && p.arg.is_none_or(|a| a == *index));
                if let Some(role) = role_of(known.row.act).filter(|_| hit) {
                    return Some(self.row_meaning(&known, call, role, Site::Field, item));
                }
            }
        }
        if let Some(meaning) = self.returned_object(name, map, item, &outer) {
            return Some(meaning);
        }
        // A field of a row in a table of structs.
        if let Some(table) = self.above(map).iter().take(4).find(|n| self.ask.is(**n, Construct::Table)) {
            return self.flow(self.column(*table, name), Certainty::Proven, Site::Column);
        }
        let role = match &outer {
            _ if self.in_test(map) => Role::Expected,
            Sink::Argument { call, .. } => role_said(call.name).or(role_said(name)).unwrap_or(Role::Carried),
            Sink::Return { .. } => Role::Sent,
            Sink::Raise => Role::Raised,
            _ if self.is_constant_place(map) => Role::Defined,
            _ => role_said(name).unwrap_or(Role::Carried),
        };
        let code = self.pair(item).and_then(|(_, value)| self.codes_of(value)).and_then(|c| c.0.single());
        let named = self
            .registry
            .by_constant_name(name)
            .filter(|_| code.is_some_and(|c| self.registry.is_registered(c)));
        let defines = named.is_some() && (named == code || self.neighbours_are_statuses(map));
        (says_status(name) || defines).then(|| Meaning {
            handles: Handles { item: Some(span(item)), ..Handles::default() },
            ..word(Site::Field, if defines { Role::Defined } else { role }, name)
        })
    }
    /// `return { statusCode: 404, body }` in a function that a row says answers so.
    fn returned_object(
        &self,
        name: &str,
        map: Node<'t>,
        item: Node<'t>,
        outer: &Sink<'t>,
    ) -> Option<Meaning> {
        let Sink::Return { .. } = outer else { return None };
        let (id, row) = self.vocabulary.helpers.get("return")?.iter().find(|(id, row)| {
            (self.used[*id])
                && row.status.iter().any(|p| p.key.as_deref() == Some(name))
                && (row.needs.is_none() || self.answers(self.function(map)))
        })?;
        let library = &self.vocabulary.libraries[*id];
        let certainty = if library.ambient { Certainty::Named } else { Certainty::Proven };
        let because = Evidence::Row {
            library: library.name.clone(),
            name: "return".into(),
            proof: "returned object".into(),
        };
        Some(Meaning {
            library: Some(library.name.clone()),
            helper: Some("return".into()),
            handles: Handles { item: Some(span(item)), ..Handles::default() },
            terms: Terms { legal: row.legal_codes(), closed: row.closed, ..Terms::default() },
            ..meaning(Site::Return, role_of(row.act).unwrap_or(Role::Sent), certainty, because)
        })
    }
    /// The code is itself the key of a mapping.
    fn as_key(&self, value: Node<'t>, map: Node<'t>, item: Node<'t>, node: Node<'t>) -> Option<Meaning> {
        let outer = self.sink(map);
        let handles = Handles { item: Some(span(item)), ..Handles::default() };
        if let Sink::Argument { call, index, keyword, .. } = &outer {
            let known = self.known(call).filter(|k| {
                k.row.status.iter().any(|p| {
                    p.keys
                        && (p.arg == Some(*index) && keyword.is_none()
                            || p.keyword.is_some() && p.keyword.as_deref() == *keyword)
                })
            });
            if let Some(known) = known {
                let role = role_of(known.row.act).unwrap_or(Role::Declared);
                return Some(Meaning {
                    site: Site::Key,
                    handles,
                    near: self.description_in(value),
                    ..self.row_meaning(&known, call, role, Site::Key, item)
                });
            }
        }
        let name = match outer {
            Sink::Binding { target } => self.last_name(target),
            Sink::Pair { key, .. } => Some(unquote(self.text_of(key))),
            Sink::Argument { keyword, .. } => keyword,
            Sink::Return { .. } => self.function_name(self.function(map)),
            _ => None,
        };
        let named = name.filter(|n| says_status(n) || keyed_by_status(n));
        let code = self.codes_of(node)?.0.single();
        let is_phrase = |n: Node<'t>| {
            self.is(n, Kind::String)
                && code.is_some_and(|c| self.registry.is_phrase_of(unquote(self.text_of(n)), c))
        };
        let phrase = is_phrase(self.bare(value)) || self.keys_are_statuses(map);
        let declared = name.is_some_and(|n| n == "responses" || n == "response");
        (named.is_some() || phrase).then(|| Meaning {
            handles,
            near: if declared { self.description_in(value) } else { vec![] },
            ..word(
                Site::Key,
                if declared { Role::Declared } else { Role::Defined },
                named.unwrap_or("a reason phrase"),
            )
        })
    }
    /// At least two keys are wildcards (`4xx`), or two entries pair a code with its own phrase: the others are codes too.
    fn keys_are_statuses(&self, map: Node<'t>) -> bool {
        let wildcards = self.children(map).into_iter().take(80).filter(|item| {
            self.pair(*item)
                .is_some_and(|(key, _)| self.codes_of(key).is_some_and(|(_, form)| form == Form::Wildcard))
        });
        if wildcards.take(2).count() == 2 {
            return true;
        }
        let fitting = self.children(map).into_iter().take(80).filter(|item| {
            self.pair(*item).is_some_and(|(key, value)| {
                let code = self.codes_of(key).and_then(|c| c.0.single());
                code.is_some_and(|c| {
                    self.is(value, Kind::String)
                        && self.registry.is_phrase_of(unquote(self.text_of(value)), c)
                })
            })
        });
        fitting.take(2).count() == 2
    }
    /// `{"description": "Not found"}` in the value of a documented answer.
    fn description_in(&self, value: Node<'t>) -> Vec<Near> {
        let value = self.bare(value);
        self.children(value)
            .into_iter()
            .filter_map(|item| self.pair(item))
            .filter(|(key, value)| {
                unquote(self.text_of(*key)) == "description" && self.is(*value, Kind::String)
            })
            .map(|(_, value)| self.near(NearKind::Description, value))
            .collect()
    }
    fn near(&self, kind: NearKind, string: Node<'t>) -> Near {
        let text = self.text_of(string);
        let inner = unquote(text);
        let start = string.start_byte() + (inner.as_ptr() as usize - text.as_ptr() as usize);
        Near { kind, text: inner.to_string(), span: Span::new(start, start + inner.len()) }
    }
    /// Texts beside a mention that say what its code should be.
    fn near_of(&self, node: Node<'t>, mention: &Mention) -> Vec<Near> {
        let mut near = vec![];
        match self.sink(node) {
            Sink::Key { value, .. } if mention.role == Role::Defined => {
                let value = self.bare(value);
                if self.is(value, Kind::String) {
                    near.push(self.near(NearKind::Entry, value));
                }
            }
            Sink::Binding { target } if self.is(target, Kind::Name) || self.is(target, Kind::String) => {
                near.push(Near {
                    kind: NearKind::Name,
                    text: self.text_of(target).to_string(),
                    span: span(target),
                });
            }
            Sink::Pair { key, .. } => {
                near.push(Near {
                    kind: NearKind::Name,
                    text: unquote(self.text_of(key)).to_string(),
                    span: span(key),
                });
            }
            Sink::Argument { call, .. } => {
                if let Some(known) = self.known(&call) {
                    if let Some(phrase) = known
                        .row
                        .phrase
                        .as_ref()
                        .and_then(|p| self.value_at(&call, p))
                        .filter(|a| self.is(a.value, Kind::String))
                    {
                        near.push(self.near(NearKind::Phrase, phrase.value));
                    }
                    if let Some(body) = self.literal_body(&call, &known) {
                        near.push(self.near(NearKind::Body, body));
                    }
                }
            }
            _ => {}
        }
        near
    }
    /// The body of the same answer when it is one literal: of this call, or of the next one in its chain.
    fn literal_body(&self, call: &Call<'t>, known: &Known<'t>) -> Option<Node<'t>> {
        use crate::languages::rows::BodyPlace;
        let of = |call: &Call<'t>, known: &Known<'t>| match &known.row.body {
            Some(BodyPlace::At(place)) => {
                self.value_at(call, place).map(|a| a.value).filter(|v| self.is(*v, Kind::String))
            }
            _ => None,
        };
        if let Some(body) = of(call, known) {
            return Some(body);
        }
        let next = self
            .above(call.node)
            .iter()
            .take(3)
            .find_map(|n| self.call(*n))
            .filter(|next| next.receiver.is_some_and(|r| self.bare(r).id() == call.node.id()))?;
        of(&next, &self.known(&next)?)
    }
    /// A local list, a membership test, a row of a parametrised test, or a list that is itself an argument.
    fn element_meaning(&self, list: Node<'t>, index: usize, node: Node<'t>) -> Option<Meaning> {
        let wrapped = self.parent(list).filter(|p| self.ask.is(*p, Construct::Sequence));
        let expression = wrapped.unwrap_or(list);
        // `[200, 204].includes(status)`
        for parent in self.above(expression).iter().take(3) {
            let Some(call) = self
                .call(*parent)
                .filter(|c| c.receiver.is_some_and(|r| self.bare(r).id() == expression.id()))
            else {
                continue;
            };
            let test = self.language.traits.tests.iter().find(|t| t.call == call.name && t.list.is_none())?;
            let subject = self.arguments(&call).get(test.subject?).map(|a| a.value)?;
            let (certainty, because) = self.reads_status(subject, 0)?;
            return Some(meaning(Site::Element, self.observed(node), certainty, because));
        }
        let outer = self.sink(expression);
        if let Sink::Argument { call, index: at, .. } = &outer {
            if let Some(test) =
                self.language.traits.tests.iter().find(|t| t.call == call.name && t.list == Some(*at))
            {
                let subject = match test.subject {
                    Some(i) => self.arguments(call).get(i).map(|a| a.value)?,
                    None => call.receiver?,
                };
                let (certainty, because) = self.reads_status(subject, 0)?;
                return Some(meaning(Site::Element, self.observed(node), certainty, because));
            }
        }
        // A row of `parametrize("path,status", [("/", 200)])`: rows may be bare values when there is one column.
        if let Some((call, table)) = self.table_call(list) {
            return self.table_cell(&call, table, list, index);
        }
        // `[200, "OK"]` as an element of a list of pairs, or a tuple that a helper takes.
        if let Sink::Argument { call, index: at, .. } = &outer {
            if let Some(known) = self.known(call) {
                let place = known.row.status.iter().find(|p| p.arg == Some(*at) && p.element == Some(index));
                if let (Some(_), Some(role)) = (place, role_of(known.row.act)) {
                    return Some(self.row_meaning(&known, call, role, Site::Element, node));
                }
            }
        }
        let holds_only_codes =
            self.children(expression).iter().all(|c| self.is_code_like(*c)) || wrapped.is_some();
        match &outer {
            Sink::Return { .. } if !holds_only_codes => None,
            _ => self.place_meaning(&outer, node).map(|m| Meaning { site: Site::Element, ..m }),
        }
    }
    fn is_code_like(&self, node: Node<'t>) -> bool {
        let node = self.bare(node);
        self.codes_of(node).is_some()
            || self.is(node, Kind::Spread)
            || self.ask.is(node, Construct::Range)
            || self.is(node, Kind::Name)
    }
    fn table_cell(
        &self,
        call: &Call<'t>,
        table: &TableArguments,
        list: Node<'t>,
        index: usize,
    ) -> Option<Meaning> {
        let arguments = self.arguments(call);
        let at_row = arguments.get(table.rows)?.value.id() == list.id();
        let Some(columns) = table.columns else {
            let function = self.function_called_with(call)?;
            let slot = self.parameter_slot(function, if at_row { 0 } else { index })?;
            return self.flow(slot, Certainty::Proven, Site::Column);
        };
        let columns = arguments.get(columns)?.value;
        let names: Vec<&str> = self
            .text_of(columns)
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|n| !n.is_empty())
            .collect();
        let name = if at_row { names.first().filter(|_| names.len() == 1)? } else { names.get(index)? };
        let definition = self
            .above(call.node)
            .iter()
            .find_map(|n| self.ask.one(*n, Construct::Annotation))?
            .part(Part::Inner)?;
        let parameter = self.ask.one(definition, Construct::Function)?.part(Part::Parameters)?;
        let slot = self.occurrences(name, span(parameter)).first().and_then(|n| self.slot(*n))?;
        self.flow(slot, Certainty::Proven, Site::Column)
    }
    /// `it.each(rows)("title", (a, b) => ..)`: the function whose parameters the rows fill.
    fn function_called_with(&self, call: &Call<'t>) -> Option<Node<'t>> {
        let outer = self.parent(call.node)?;
        let arguments = outer.child_by_field_name("arguments")?;
        self.children(arguments).into_iter().find(|n| self.ask.is(*n, Construct::Function))
    }
    fn table_call(&self, list: Node<'t>) -> Option<(std::rc::Rc<Call<'t>>, &'t TableArguments)> {
        self.above(list).iter().take(6).find_map(|n| {
            let call = self.call(*n)?;
            let table = self.known(&call)?.row.table.as_ref()?;
            Some((call, table))
        })
    }
    fn binding_meaning(&self, target: Node<'t>, node: Node<'t>) -> Option<Meaning> {
        if let Some(member) = self.ask.one(target, Construct::Member) {
            let (receiver, name) = (member.part(Part::Receiver)?, self.text_of(member.part(Part::Name)?));
            let on = self.last_name(receiver)?;
            let mut best: Option<Meaning> = None;
            for (id, row) in self.vocabulary.setters.get(name).into_iter().flatten() {
                let library = &self.vocabulary.libraries[*id];
                let typed = !row.types.is_empty()
                    && self.used[*id]
                    && self
                        .type_of(receiver)
                        .is_some_and(|t| row.types.iter().any(|x| t.ends_with(x.as_str())));
                if typed || row.on.iter().any(|o| o == on) {
                    let certainty = if self.used[*id] && !library.ambient || typed {
                        Certainty::Proven
                    } else {
                        Certainty::Named
                    };
                    let because = Evidence::Row {
                        library: library.name.clone(),
                        name: name.into(),
                        proof: "receiver's name".into(),
                    };
                    if best.as_ref().is_some_and(|b| b.certainty >= certainty) {
                        continue;
                    }
                    best = Some(Meaning {
                        library: Some(library.name.clone()),
                        helper: Some(name.into()),
                        terms: Terms {
                            legal: row.legal.as_deref().and_then(Codes::parse),
                            wants: row.wants,
                            ..Terms::default()
                        },
                        ..meaning(Site::Binding, Role::Sent, certainty, because)
                    });
                }
            }
            if best.is_some() {
                return best;
            }
            return says_status(name)
                .then(|| word(Site::Binding, role_said(name).unwrap_or(Role::Carried), name));
        }
        if let Some(lookup) = self.ask.one(target, Construct::Lookup) {
            let index = unquote(self.text_of(lookup.part(Part::Index)?));
            return says_status(index).then(|| word(Site::Binding, Role::Carried, index));
        }
        let name = self.text_of(target);
        let code = self.codes_of(node).and_then(|c| c.0.single());
        let named = self
            .registry
            .by_constant_name(name)
            .filter(|_| code.is_some_and(|c| self.registry.is_registered(c)));
        if named.is_some()
            && (named == code || self.is_status_by_prefix(name) || self.stands_among_statuses(target))
        {
            return Some(Meaning {
                slot: Some(name.to_string()),
                ..word(Site::Binding, Role::Defined, name)
            });
        }
        if let Some(said) = self.named_list(name, node) {
            return Some(said);
        }
        let slot = self.slot(target).unwrap_or_else(|| self.slot_in(self.root, name));
        let found = self.flow(slot, Certainty::Proven, Site::Binding);
        let constant = slot.scope == self.root.id()
            || self.above(target).iter().take(4).any(|n| self.is(*n, Kind::Container));
        let found = found.map(|m| {
            if constant && m.role == Role::Carried { Meaning { role: Role::Defined, ..m } } else { m }
        });
        found.or_else(|| self.member_of_statuses(target, node))
    }
    /// `HTTP_FORBIDDEN`, `STATUS_GONE`: the name says what it is, whatever its value.
    fn is_status_by_prefix(&self, name: &str) -> bool {
        words(name)
            .iter()
            .any(|w| matches!(w.as_str(), "http" | "status" | "statuscode" | "httpstatus" | "sc"))
    }
    /// Two neighbours of a constant have the value that their name says.
    fn stands_among_statuses(&self, target: Node<'t>) -> bool {
        let container = self
            .above(target)
            .iter()
            .take(5)
            .copied()
            .find(|n| self.is(*n, Kind::Container))
            .unwrap_or(self.root);
        self.neighbours_are_statuses(container)
    }
    fn neighbours_are_statuses(&self, container: Node<'t>) -> bool {
        let fitting = self.members_of(container).into_iter().filter(|(name, value)| {
            let code = self.codes_of(*value).and_then(|c| c.0.single());
            code.is_some() && self.registry.by_constant_name(name) == code
        });
        fitting.take(2).count() == 2
    }
    /// `REDIRECTS = [301, 302, 303]`: a list of nothing but registered codes under a name that says what they do.
    fn named_list(&self, name: &'t str, node: Node<'t>) -> Option<Meaning> {
        let list = self.parent(node).filter(|p| self.is(*p, Kind::List))?;
        let said = words(name).iter().any(|w| {
            matches!(
                w.as_str(),
                "redirect" | "redirects" | "retry" | "retryable" | "retriable" | "http" | "cacheable"
            )
        });
        let elements = self.children(list);
        let all = elements.len() > 1
            && elements.iter().all(|e| {
                self.codes_of(*e)
                    .and_then(|(codes, _)| codes.single())
                    .is_some_and(|c| self.registry.is_registered(c))
            });
        (said && all).then(|| word(Site::Element, role_said(name).unwrap_or(Role::Configured), name))
    }
    /// A constant beside others that are statuses by name: `enum Code { NotFound = 404, Strange = 499 }`.
    fn member_of_statuses(&self, target: Node<'t>, _: Node<'t>) -> Option<Meaning> {
        let container = *self.above(target).iter().take(4).find(|n| self.is(**n, Kind::Container))?;
        let name = self.container_name(container);
        if let Some(name) = name.filter(|n| says_status(n)) {
            return Some(word(Site::Binding, Role::Defined, name));
        }
        self.neighbours_are_statuses(container)
            .then(|| word(Site::Binding, Role::Defined, name.unwrap_or("the constants beside it")))
    }
    /// Names and values of the constants of a container, as far as they are bindings.
    pub fn members_of(&self, container: Node<'t>) -> Vec<(&'t str, Node<'t>)> {
        let mut found = vec![];
        let mut queue: Vec<(Node<'t>, usize)> =
            self.children(container).into_iter().map(|c| (c, 0)).collect();
        queue.reverse();
        while let Some((node, depth)) = queue.pop() {
            if let Some(binding) = self.ask.one(node, Construct::Binding) {
                if let (Some(target), Some(value)) = (binding.part(Part::Target), binding.part(Part::Value)) {
                    found.push((self.text_of(target), self.bare(value)));
                }
            } else if let Some((key, value)) = self.pair(node) {
                found.push((unquote(self.text_of(key)), value));
            } else if depth < 3 && found.len() < 400 && !self.ask.is(node, Construct::Function) {
                queue.extend(self.children(node).into_iter().rev().map(|c| (c, depth + 1)));
            }
        }
        found
    }
    pub fn container_name(&self, container: Node<'t>) -> Option<&'t str> {
        container.child_by_field_name("name").map(|n| self.text_of(n)).or_else(|| {
            self.ask
                .one(self.parent(container)?, Construct::Binding)?
                .part(Part::Target)
                .map(|t| self.text_of(t))
        })
    }
    fn returned_meaning(&self, statement: Node<'t>, index: usize, node: Node<'t>) -> Option<Meaning> {
        let function = self.function(statement);
        if let Some((id, row)) = self.vocabulary.helpers.get("return").and_then(|rows| {
            rows.iter().find(|(id, row)| {
                let tuple = row.status.iter().any(|p| p.arg == Some(index));
                let in_tuple = self.parent(node).is_some_and(|p| self.is(p, Kind::List)) || index > 0;
                tuple
                    && in_tuple
                    && (self.used[*id] && !self.vocabulary.libraries[*id].ambient)
                    && (row.needs.is_none() || self.answers(function))
            })
        }) {
            let number = self.is(node, Kind::Number)
                || self.written_at(node).is_some_and(|w| w.form == Form::Constant);
            if number {
                let library = &self.vocabulary.libraries[*id].name;
                let because =
                    Evidence::Row { library: library.clone(), name: "return".into(), proof: "route".into() };
                return Some(Meaning {
                    library: Some(library.clone()),
                    helper: Some("return".into()),
                    terms: Terms { legal: row.legal_codes(), closed: row.closed, ..Terms::default() },
                    ..meaning(
                        Site::Return,
                        role_of(row.act).unwrap_or(Role::Sent),
                        Certainty::Proven,
                        because,
                    )
                });
            }
        }
        if let Some((constant, certainty)) =
            self.written_at(node).and_then(|w| w.constant).filter(|_| index == 0 && self.answers(function))
        {
            let library = self.vocabulary.libraries[constant.library].name.clone();
            let because = Evidence::Row {
                library: library.clone(),
                name: "return".into(),
                proof: "the function's type".into(),
            };
            return Some(Meaning {
                library: Some(library),
                helper: Some("return".into()),
                terms: Terms { is_final: true, ..Terms::default() },
                ..meaning(Site::Return, Role::Sent, certainty, because)
            });
        }
        let name = self.function_name(function)?;
        (index == 0 && says_status(name)).then(|| word(Site::Return, Role::Carried, name))
    }
    pub fn flow(&self, slot: Slot<'t>, edge: Certainty, site: Site) -> Option<Meaning> {
        let stream = self.stream(slot);
        let (certainty, because, role) = stream.best?;
        let because = Evidence::Flow { slot: slot.name.to_string(), because: Box::new(because) };
        let mut m = meaning(site, role.unwrap_or(Role::Carried), certainty.min(edge), because);
        if let Some((library, helper, terms)) = stream.helper {
            (m.library, m.helper) = (Some(library), Some(helper));
            m.terms = terms;
        }
        m.slot = Some(slot.name.to_string());
        Some(m)
    }
    fn is_constant_place(&self, map: Node<'t>) -> bool {
        self.function(map).id() == self.root.id()
    }

    /// An argument of a catalogued helper; or a keyword or callee that says status.
    pub fn argument_meaning(
        &self,
        call: &Call<'t>,
        index: usize,
        keyword: Option<&'t str>,
        node: Node<'t>,
    ) -> Option<Meaning> {
        if let Some(known) = self.known(call) {
            let found = known
                .row
                .status
                .iter()
                .filter(|p| !p.keys)
                .filter_map(|p| Some((p, self.at_place(call, p)?)))
                .find(|(_, a)| self.holds_node(a, node));
            if let Some((_, argument)) = found {
                if known.row.act == Deed::Convert {
                    return None;
                }
                if self.is_status_argument(&argument, node) {
                    let role = role_of(known.row.act)?;
                    let site = if keyword.is_some() { Site::Keyword } else { Site::Argument };
                    return Some(self.row_meaning(&known, call, role, site, argument.item));
                }
            }
            if let Some((a, b)) = &known.row.compared {
                let sides = [self.compared_side(call, a), self.compared_side(call, b)];
                let inside = |s: &Node<'t>| span(*s).contains(span(node));
                let mine = sides.iter().flatten().any(inside);
                if mine {
                    let other = sides.iter().flatten().find(|s| !inside(s))?;
                    let (certainty, because) = self.reads_status(self.bare(*other), 0)?;
                    return Some(Meaning {
                        library: Some(known.library.into()),
                        helper: Some(call.name.into()),
                        handles: self.handles(call, node),
                        ..meaning(Site::Argument, Role::Expected, certainty, because)
                    });
                }
            }
            if known.row.act == Deed::Convert {
                return None;
            }
        }
        let said = |role: Role, site: Site, name: &str| Meaning {
            handles: self.handles(call, node),
            ..word(site, role, name)
        };
        if let Some(name) = keyword {
            let role = role_said(name).or(role_said(call.name)).unwrap_or(if self.in_test(node) {
                Role::Expected
            } else {
                Role::Sent
            });
            return says_status(name).then(|| said(role, Site::Keyword, name));
        }
        if index == 0 && says_status(call.name) && !call.name.ends_with("Text") {
            return Some(said(
                role_said(call.name).filter(|r| *r == Role::Expected).unwrap_or(Role::Sent),
                Site::Argument,
                call.name,
            ));
        }
        if let Some(name) = self.said_in(call).filter(|_| index > 0) {
            let role = if self.in_test(node) { Role::Expected } else { Role::Configured };
            return Some(said(role, Site::Argument, name));
        }
        let code = self.codes_of(node)?.0.single().filter(|c| self.registry.is_registered(*c))?;
        let words = words(call.name);
        if words.iter().any(|w| w == "code") && code >= 400 && self.is_built_on_an_error(call) {
            return Some(said(Role::Raised, Site::Argument, call.name));
        }
        let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        if has(&["assert", "expect", "check"])
            && has(&["response", "get", "post", "status", "redirect", "http"])
        {
            return Some(said(Role::Expected, Site::Argument, call.name));
        }
        let raised = has(&["error", "exception"])
            && code >= 400
            && has(&["http", "api", "app", "response", "request"]);
        raised.then(|| said(Role::Raised, Site::Argument, call.name))
    }
    /// `Error::empty().with_code(404)`, `HttpError.new(..).code(404)`.
    fn is_built_on_an_error(&self, call: &Call<'t>) -> bool {
        let Some(receiver) = call.receiver else { return false };
        let text = self.text_of(receiver);
        let text = &text[..crate::text::floor_boundary(text, 80)];
        text.split(|c: char| !c.is_alphanumeric())
            .any(|w| w.ends_with("Error") || w.ends_with("Response") || w == "Response")
    }
    /// The node is the status itself, or part of a list of statuses, and not merely somewhere inside the argument.
    fn is_status_argument(&self, argument: &Argument<'t>, node: Node<'t>) -> bool {
        let whole = argument.value;
        if self.bare(whole).id() == self.bare(node).id() || span(whole) == span(node) {
            return true;
        }
        // Between the argument and the number there may be choices, lists, ranges; no other call.
        !self
            .above(node)
            .iter()
            .take_while(|n| n.id() != whole.id() && span(whole).contains(span(**n)))
            .any(|n| self.ask.is(*n, Construct::Call) && self.call(*n).is_some_and(|c| !self.passes(c.name)))
            && (whole.id() == node.id()
                || !self.ask.is(whole, Construct::Call)
                || self.call(whole).is_some_and(|c| self.passes(c.name)))
    }
    fn passes(&self, name: &str) -> bool {
        let traits = &self.language.traits;
        traits.converting.iter().chain(&traits.unwrapping).chain(&traits.wrapping).any(|t| t == name)
            || self
                .vocabulary
                .helpers
                .get(name)
                .is_some_and(|rows| rows.iter().any(|(_, r)| r.act == Deed::Convert))
    }
    /// `headers.get("status")`, `getenv("ERROR_CODES", ..)`: the first argument is a string that says status.
    fn said_in(&self, call: &Call<'t>) -> Option<&'t str> {
        let first = self.arguments(call).first()?.value;
        let word = unquote(self.text_of(first));
        (self.is(first, Kind::String) && word.len() < 40 && !word.contains(' ') && says_status(word))
            .then_some(word)
    }
    fn handles(&self, call: &Call<'t>, item: Node<'t>) -> Handles {
        Handles {
            literal: Span::default(),
            item: Some(span(item)),
            call: Some(span(call.node)),
            callee: Some(span(call.callee)),
        }
    }
    fn row_meaning(
        &self,
        known: &Known<'t>,
        call: &Call<'t>,
        role: Role,
        site: Site,
        item: Node<'t>,
    ) -> Meaning {
        let because = Evidence::Row {
            library: known.library.into(),
            name: call.name.into(),
            proof: known.proof.clone(),
        };
        Meaning {
            library: Some(known.library.into()),
            helper: Some(call.name.into()),
            handles: self.handles(call, item),
            terms: terms(known),
            ..meaning(site, role, known.certainty, because)
        }
    }
    pub fn operands(&self, shape: &Shape<'t>) -> Vec<Node<'t>> {
        match (shape.part(Part::Left), shape.part(Part::Right)) {
            (Some(l), Some(r)) => vec![l, r],
            _ => self.children(shape.node),
        }
    }

    /// Does this expression read a status? `depth` keeps slots from asking each other for ever.
    pub fn reads_status(&self, node: Node<'t>, depth: usize) -> Option<(Certainty, Evidence)> {
        let node = self.bare(node);
        if let Some(call) = self.call(node) {
            let arguments = self.arguments(&call);
            let traits = &self.language.traits;
            if traits.converting.iter().any(|t| t == call.name) && !arguments.is_empty() {
                return self.reads_status(arguments.first()?.value, depth);
            }
            if traits.unwrapping.iter().any(|t| t == call.name) && arguments.is_empty() {
                if let Some(receiver) = call.receiver {
                    return self.reads_status(receiver, depth);
                }
            }
            if let Some(receiver) = call.receiver.filter(|_| arguments.is_empty()) {
                if let Some(found) = self.member_reads(self.bare(receiver), call.name) {
                    return Some(found);
                }
            }
            if let Some(known) = self.known(&call).filter(|k| k.row.makes.as_deref() == Some("status")) {
                let because = Evidence::Row {
                    library: known.library.into(),
                    name: call.name.into(),
                    proof: known.proof,
                };
                return Some((known.certainty, because));
            }
            let said = if arguments.is_empty() {
                says_status(call.name).then_some(call.name)
            } else {
                self.said_in(&call).or(says_status(call.name)
                    .then_some(call.name)
                    .filter(|n| n.starts_with("get") || n.starts_with("parse")))
            };
            return said.map(|s| (Certainty::Named, Evidence::Word(s.to_string())));
        }
        if let Some(member) = self.ask.one(node, Construct::Member) {
            let (receiver, name) =
                (self.bare(member.part(Part::Receiver)?), self.text_of(member.part(Part::Name)?));
            if self.language.traits.unwrapping.iter().any(|u| u == name) {
                return self.reads_status(receiver, depth);
            }
            return self.member_reads(receiver, name);
        }
        if let Some(arithmetic) = self.ask.one(node, Construct::Arithmetic) {
            let hundred = self.text_of(arithmetic.part(Part::Right)?) == "100";
            return (self.sign(&arithmetic) == Some(Sign::Divide) && hundred)
                .then(|| self.reads_status(arithmetic.part(Part::Left)?, depth))
                .flatten();
        }
        if let Some(lookup) = self.ask.one(node, Construct::Lookup) {
            let index = unquote(self.text_of(lookup.part(Part::Index)?));
            return says_status(index).then(|| (Certainty::Named, Evidence::Word(index.to_string())));
        }
        let slot = self.slot(node)?;
        if depth > 0 {
            return says_status(slot.name).then(|| (Certainty::Named, Evidence::Word(slot.name.to_string())));
        }
        let (certainty, because, _) = self.stream(slot).best?;
        Some((certainty, Evidence::Flow { slot: slot.name.to_string(), because: Box::new(because) }))
    }
    /// A member or a method without arguments that reads a status.
    fn member_reads(&self, receiver: Node<'t>, name: &'t str) -> Option<(Certainty, Evidence)> {
        let mut best = says_status(name).then(|| (Certainty::Named, Evidence::Word(name.to_string())));
        if best.is_some()
            && self.last_name(receiver).is_some_and(|r| {
                words(r).iter().any(|w| {
                    matches!(
                        w.as_str(),
                        "exit" | "process" | "order" | "grpc" | "job" | "payment" | "cmd" | "command"
                    )
                })
            })
        {
            best = None;
        }
        for (id, row) in self.vocabulary.accessors.get(name).into_iter().flatten() {
            if row.holds.is_some() {
                continue;
            }
            if let Some(found) = self.accessor(receiver, name, *id, row) {
                if best.as_ref().is_none_or(|b| b.0 < found.0) {
                    best = Some(found);
                }
            }
        }
        best
    }
    fn accessor(
        &self,
        receiver: Node<'t>,
        name: &str,
        id: usize,
        row: &Accessor,
    ) -> Option<(Certainty, Evidence)> {
        let library = &self.vocabulary.libraries[id];
        let made = self.made(receiver);
        let wanted = if row.makers.is_empty() {
            made.as_deref() == Some("response")
        } else {
            made.as_ref().is_some_and(|m| row.makers.contains(m))
        };
        let row_of = |proof: &str| Evidence::Row {
            library: library.name.clone(),
            name: name.to_string(),
            proof: proof.to_string(),
        };
        if wanted {
            return Some((Certainty::Proven, row_of("bound from a call")));
        }
        let used = self.used[id] && !library.ambient;
        let typed = !row.types.is_empty()
            && self.used[id]
            && self
                .type_of(receiver)
                .is_some_and(|t| row.types.iter().any(|x| t.rsplit(['.', ':', '*']).next() == Some(x)));
        if typed {
            return Some((Certainty::Proven, row_of("declared type")));
        }
        let on = self.last_name(receiver)?;
        let named = row.on.iter().any(|o| o == on);
        named.then(|| {
            (
                if used { Certainty::Proven } else { Certainty::Named },
                row_of(if used { "import and receiver's name" } else { "receiver's name" }),
            )
        })
    }
    /// Accessors that test a class (`res.ok`): the codes for which they hold.
    pub fn class_test(&self, node: Node<'t>) -> Option<(Node<'t>, Codes)> {
        let node = self.bare(node);
        let (receiver, name) = match self.call(node) {
            Some(call) if self.children(call.arguments).is_empty() => (call.receiver?, call.name),
            _ => {
                let member = self.ask.one(node, Construct::Member)?;
                (member.part(Part::Receiver)?, self.text_of(member.part(Part::Name)?))
            }
        };
        let mut best: Option<(Certainty, Codes)> = None;
        for (id, row) in self.vocabulary.accessors.get(name)? {
            let Some(codes) = row.holds.as_deref().and_then(Codes::parse) else { continue };
            if let Some((certainty, _)) = self.accessor(self.bare(receiver), name, *id, row)
                && best.is_none_or(|(known, _)| known < certainty)
            {
                best = Some((certainty, codes));
            }
        }
        best.map(|(_, codes)| (receiver, codes))
    }
}

/// What a row demands of the code it takes.
pub fn terms(known: &Known) -> Terms {
    let row = known.row;
    Terms {
        legal: row.legal_codes(),
        closed: row.closed,
        default: row.status.iter().find_map(|p| p.otherwise),
        error: row.error,
        is_final: row.is_final,
        wants: row.wants,
        vendors: row.vendors.clone(),
        since: row.since.clone(),
    }
}
