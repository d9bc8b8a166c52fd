//! What a place makes of the value that stands there.

use super::file::{File, span, unquote};
use super::known::role_of;
use super::sinks::Sink;
use super::slots::Slot;
use super::words::{keyed_by_status, role_said, says_status};
use crate::facts::{Certainty, Evidence, Form, Handles, Near, NearKind, Role, Site};
use crate::languages::Kind;
use crate::languages::shapes::{Construct, Part, Shape};
use tree_sitter::Node;

use super::meaning::{Meaning, meaning, word};

impl<'t> File<'t> {
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
                for &field in &*self.children(columns) {
                    names.extend(
                        self.children(field)
                            .iter()
                            .copied()
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
                let registered = self
                    .codes_of(node)
                    .and_then(|(codes, _)| codes.single())
                    .is_some_and(|code| self.registry.is_registered(code));
                (registered && (says_status(name) || keyed_by_status(name)))
                    .then(|| word(Site::Lookup, Role::Observed, name))
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
    pub(super) fn comparison_beside(&self, shape: &Shape<'t>) -> Option<Shape<'t>> {
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
    pub(super) fn in_pair(&self, key: Node<'t>, map: Node<'t>, item: Node<'t>) -> Option<Meaning> {
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
            if let Some(meaning) = self.flow(self.column(*table, name), Certainty::Proven, Site::Column) {
                return Some(meaning);
            }
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
        let handles = Handles { item: Some(span(item)), ..Handles::default() };
        if says_status(name) || defines {
            let role = if defines { Role::Defined } else { role };
            return Some(Meaning { handles, ..word(Site::Field, role, name) });
        }
        // `ERROR_TO_HTTP_STATUS = { notThere: 404, .. }`: the map says what its values are.
        let Sink::Binding { target } = outer else { return None };
        let map_name = self.last_name(target).filter(|name| says_status(name))?;
        (code.is_some() && self.values_are_codes(map))
            .then(|| Meaning { handles, ..word(Site::Field, Role::Defined, map_name) })
    }
    /// Two entries at least, and every value is a registered code.
    fn values_are_codes(&self, map: Node<'t>) -> bool {
        let items = self.children(map);
        let mut values = items.iter().filter_map(|item| self.pair(*item)).map(|(_, value)| value);
        let is_code = |value: Node<'t>| {
            self.codes_of(value)
                .and_then(|(codes, _)| codes.single())
                .is_some_and(|code| self.registry.is_registered(code))
        };
        values.by_ref().next().is_some_and(is_code)
            && values.next().is_some_and(is_code)
            && values.all(is_code)
    }
    /// The code is itself the key of a mapping.
    pub(super) fn as_key(
        &self,
        value: Node<'t>,
        map: Node<'t>,
        item: Node<'t>,
        node: Node<'t>,
    ) -> Option<Meaning> {
        // A literal with a type is read as a call; the map is what that literal makes.
        let literal = self.parent(map).filter(|p| {
            self.ask.is(*p, Construct::Sequence)
                || self.call(*p).is_some_and(|c| c.arguments.id() == map.id())
        });
        let outer = self.sink(literal.unwrap_or(map));
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
            // `assert responses == {200: ..}`
            Sink::Compared { shape } => self
                .operands(&shape)
                .into_iter()
                .find(|other| !span(*other).contains(span(map)))
                .and_then(|other| self.last_name(other)),
            _ => None,
        };
        // `response: { 200: schema, '4xx': schema }` documents answers when nothing else stands among the keys.
        let named = name
            .filter(|n| says_status(n) || keyed_by_status(n) || *n == "response" && self.keys_are_codes(map));
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
    pub(super) fn keys_are_statuses(&self, map: Node<'t>) -> bool {
        let items = self.children(map);
        let wildcards = items.iter().take(80).filter(|item| {
            self.pair(**item)
                .is_some_and(|(key, _)| self.codes_of(key).is_some_and(|(_, form)| form == Form::Wildcard))
        });
        if wildcards.take(2).count() == 2 {
            return true;
        }
        let fitting = items.iter().take(80).filter(|item| {
            self.pair(**item).is_some_and(|(key, value)| {
                let code = self.codes_of(key).and_then(|c| c.0.single());
                code.is_some_and(|c| self.says_code(value, c))
            })
        });
        fitting.take(2).count() == 2
    }
    /// The phrase of a code, the name of its constant or error (`{404: NotFound}`), or a list that begins with one.
    fn says_code(&self, value: Node<'t>, code: u16) -> bool {
        let first = match self.is(value, Kind::List) {
            true => self.children(value).first().map(|first| self.bare(*first)),
            false => Some(value),
        };
        first.is_some_and(|first| {
            let text = unquote(self.text_of(first));
            self.is(first, Kind::String)
                && (self.registry.is_phrase_of(text, code)
                    || self.registry.by_constant_name(text) == Some(code))
                || self.is(first, Kind::Name) && self.registry.by_constant_name(text) == Some(code)
        })
    }
    /// Every key is a registered code, a class, or the word for all others.
    fn keys_are_codes(&self, map: Node<'t>) -> bool {
        self.children(map).iter().copied().all(|item| {
            self.pair(item).is_some_and(|(key, _)| match self.codes_of(key) {
                Some((codes, _)) => codes.single().is_none_or(|code| self.registry.is_registered(code)),
                None => unquote(self.text_of(key)) == "default",
            })
        })
    }
    /// `{"description": "Not found"}` in the value of a documented answer.
    pub(super) fn description_in(&self, value: Node<'t>) -> Vec<Near> {
        let value = self.bare(value);
        self.children(value)
            .iter()
            .copied()
            .filter_map(|item| self.pair(item))
            .filter(|(key, value)| {
                unquote(self.text_of(*key)) == "description" && self.is(*value, Kind::String)
            })
            .map(|(_, value)| self.near(NearKind::Description, value))
            .collect()
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
    pub(super) fn is_constant_place(&self, map: Node<'t>) -> bool {
        self.function(map).id() == self.root.id()
    }
    pub fn operands(&self, shape: &Shape<'t>) -> Vec<Node<'t>> {
        match (shape.part(Part::Left), shape.part(Part::Right)) {
            (Some(l), Some(r)) => vec![l, r],
            _ => self.children(shape.node).to_vec(),
        }
    }
}
