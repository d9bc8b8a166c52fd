//! Slots carry codes: locals, file constants, parameters of functions in this file, columns of table tests.
//!
//! A slot is explored only when a candidate touches it, best first over the edges between slots, with the certainty capped along
//! the path. Two questions are kept apart: *where does this flow* may cross functions of the file, *what made it* never leaves its
//! function; mixed they are quadratic on hostile input.

use super::file::{Call, File, span};
use super::sinks::Sink;
use super::uses::Use;
use super::words::says_status;
use crate::facts::{Certainty, Evidence, Role, Terms};
use crate::languages::Kind;
use crate::languages::shapes::{Construct, Part};
use crate::text::Span;
use rustc_hash::FxHashSet as HashSet;
use std::rc::Rc;
use tree_sitter::Node;

/// What a call makes, and whose call it is.
#[derive(Clone, Copy, Debug)]
pub struct Made<'t> {
    /// `response`, `client`, `recorder`.
    pub kind: &'t str,
    /// The library whose row says so.
    pub library: &'t str,
}

/// Where the value of a name comes from, as its own function tells.
#[derive(Clone, Debug, Default)]
pub struct Origin<'t> {
    /// What made the value.
    pub made: Option<Made<'t>>,
    /// Its declared type.
    pub declared: Option<String>,
}

/// A name and who owns it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Slot<'t> {
    /// The function (or root, or table) that owns the name.
    pub scope: usize,
    pub from: u32,
    pub to: u32,
    pub name: &'t str,
    /// A column or field: its uses are members of that name.
    pub field: bool,
}

/// Methods of these names belong to anybody: a call reaches one only through its type.
const EVERYDAY: &[&str] = &[
    "new", "from", "default", "build", "create", "get", "set", "with", "into", "add", "push", "of", "call",
    "apply", "init",
];

/// A code flows through a few names; beyond that it is a loop of wrappers, or generated.
const MOST_SLOTS: usize = 12;

/// What is known about the slots connected to one slot.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    /// The best reason to believe that a status flows here, and what is done with it.
    pub best: Option<(Certainty, Evidence, Option<Role>)>,
    /// A library and helper it reaches, and what they demand.
    pub helper: Option<(String, String, Terms)>,
}

impl<'t> File<'t> {
    /// The slot of a name used at a node: the innermost function that binds it, or the file.
    pub fn slot(&self, node: Node<'t>) -> Option<Slot<'t>> {
        if !self.is(node, Kind::Name) {
            return None;
        }
        let name = self.text_of(node);
        for scope in self.above(node).iter() {
            if self.ask.is(*scope, Construct::Function) && self.binds(*scope, name) {
                return Some(self.slot_in(*scope, name));
            }
        }
        Some(self.slot_in(self.root, name))
    }
    pub fn slot_in(&self, scope: Node<'t>, name: &'t str) -> Slot<'t> {
        let Span { start: from, end: to } = self.reach(scope);
        Slot { scope: scope.id(), from, to, name, field: false }
    }
    fn binds(&self, scope: Node<'t>, name: &'t str) -> bool {
        if let Some(known) = self.bound.borrow().get(&(scope.id(), name)) {
            return *known;
        }
        // What stands in another function within this one is not bound by this one.
        let own = self.ask.one(scope, Construct::Function).and_then(|function| function.part(Part::Body));
        let is_own = |body: Span| {
            own.is_some_and(|own| Span::new(own.start_byte(), own.start_byte() + 1).touches(body.start))
        };
        let may_be = |name: Span| {
            Use::Bound.may_be_at(self.text, name) && self.parts.is_left_out(name.start).is_none_or(is_own)
        };
        let found = self.occurrences(name, span(scope), may_be).any(|n| {
            self.function(n).id() == scope.id()
                && (self.parameter_index(n).is_some() || self.bound_value(n).is_some() || self.is_looped(n))
        });
        self.bound.borrow_mut().insert((scope.id(), name), found);
        found
    }
    /// A loop gives this name to elements.
    fn is_looped(&self, name: Node<'t>) -> bool {
        self.above(name).iter().take(3).any(|at| {
            (self.is(*at, Kind::Loop) || self.parent(*at).is_some_and(|p| self.is(p, Kind::Loop)))
                && ["left", "pattern"].iter().any(|field| {
                    at.child_by_field_name(field).is_some_and(|bound| span(bound).contains(span(name)))
                })
        })
    }
    /// Is this name a parameter of its function, and which?
    pub fn parameter_index(&self, name: Node<'t>) -> Option<(Node<'t>, usize)> {
        let above = self.above(name);
        let at = above.iter().position(|n| self.ask.is(*n, Construct::Function))?;
        let parameters = self.ask.one(above[at], Construct::Function)?.part(Part::Parameters)?;
        if parameters.id() == name.id() {
            return Some((above[at], 0)); // `x => ...`
        }
        if at == 0 || above[at - 1].id() != parameters.id() {
            return None;
        }
        let item = if at == 1 { name } else { above[at - 2] };
        // A default value or a type is not the parameter.
        let children = self.children(item);
        let is_name = item.id() == name.id()
            || children.first().is_some_and(|c| c.id() == name.id())
            || children.iter().any(|c| c.id() == name.id())
                && self.is(item, Kind::Parameter)
                && !self.ask.is(item, Construct::Binding);
        let index = self.children(parameters).iter().position(|c| c.id() == item.id())?;
        let skip = self.children(parameters).first().is_some_and(|f| self.is_receiver(*f));
        is_name.then_some((above[at], index.saturating_sub(usize::from(skip))))
    }
    fn is_receiver(&self, parameter: Node<'t>) -> bool {
        let text = self.text_of(parameter);
        self.language.traits.receivers.iter().any(|r| r == text)
    }
    /// The value bound to this name right here.
    pub fn bound_value(&self, name: Node<'t>) -> Option<Node<'t>> {
        for (depth, parent) in self.above(name).iter().take(3).enumerate() {
            if let Some(binding) = self.ask.one(*parent, Construct::Binding) {
                let (target, value) = (binding.part(Part::Target)?, binding.part(Part::Value)?);
                if !span(target).contains(span(name)) {
                    return None;
                }
                if self.is(target, Kind::List) && self.is(value, Kind::List) {
                    let i = self.children(target).iter().position(|c| c.id() == name.id())?;
                    let values = self.children(value);
                    return if values.len() == self.children(target).len() {
                        Some(values[i])
                    } else {
                        (i == 0).then(|| values.first().copied()).flatten()
                    };
                }
                let first_of_list = self.is(target, Kind::List)
                    && self.children(target).first().is_some_and(|c| c.id() == name.id());
                return (self.bare(target).id() == name.id() || first_of_list).then(|| self.bare(value));
            }
            if depth > 0 && !self.is(*parent, Kind::List) {
                return None;
            }
        }
        None
    }
    /// What made the value of a name: the `makes` of the call it is bound to.
    pub fn made(&self, node: Node<'t>) -> Option<Made<'t>> {
        let node = self.bare(node);
        if let Some(call) = self.call(node) {
            return self.makes(&call);
        }
        self.origin(self.slot(node)?).made
    }
    /// A row says what a call makes; a chain that begins with such a call and goes on makes it too (`client.get(u).send().await`).
    fn makes(&self, call: &Call<'t>) -> Option<Made<'t>> {
        if let Some(known) = self.known(call)
            && let Some(kind) = known.row.makes.as_deref()
        {
            return Some(Made { kind, library: known.library });
        }
        let passing =
            ["unwrap", "expect", "json", "then", "catch", "send", "await", "error_for_status", "map_err"];
        if passing.contains(&call.name) {
            let inner = self.call(self.bare(call.receiver?))?;
            return self.makes(&inner);
        }
        None
    }
    pub fn type_of(&self, node: Node<'t>) -> Option<String> {
        self.origin(self.slot(self.bare(node))?).declared
    }
    fn origin(&self, slot: Slot<'t>) -> Origin<'t> {
        if let Some(known) = self.origins.borrow().get(&slot) {
            return known.clone();
        }
        self.origins.borrow_mut().insert(slot, Origin::default()); // a loop finds nothing new
        let mut origin = Origin::default();
        for name in self.used_as(Use::Bound, slot.name, Span { start: slot.from, end: slot.to }) {
            if self.parameter_index(name).is_some() {
                let parameter = self
                    .parent(name)
                    .filter(|p| self.is(*p, Kind::Parameter) && self.slot(name) == Some(slot));
                if let Some(parameter) = parameter {
                    origin.declared = self.declared_type(parameter, name).or(origin.declared);
                }
            } else if let Some(value) = self.bound_value(name).filter(|_| self.slot(name) == Some(slot)) {
                if let Some(call) = self.call(value) {
                    origin.made = self.makes(&call).or(origin.made);
                }
            }
        }
        self.origins.borrow_mut().insert(slot, origin.clone());
        origin
    }
    pub fn column(&self, table: Node<'t>, name: &'t str) -> Slot<'t> {
        let scope = self.function(table);
        Slot {
            scope: table.id(),
            from: table.end_byte() as u32,
            to: self.reach(scope).end,
            name,
            field: true,
        }
    }

    /// Everything that the slots connected with this one prove.
    pub fn stream(&self, slot: Slot<'t>) -> Stream {
        if let Some(known) = self.streams.borrow().get(&slot) {
            return known.clone();
        }
        self.streams.borrow_mut().insert(slot, Stream::default()); // a loop finds nothing new
        let mut stream = Stream::default();
        let mut seen = HashSet::from_iter([slot]);
        let mut queue = vec![(Certainty::Proven, slot)];
        while let Some(at) = (0..queue.len()).max_by_key(|i| queue[*i].0) {
            let (cap, at) = queue.swap_remove(at);
            if seen.len() > MOST_SLOTS {
                break;
            }
            for (edge, next) in self.explore(at, cap, &mut stream) {
                if seen.insert(next) {
                    queue.push((cap.min(edge), next));
                }
            }
        }
        self.streams.borrow_mut().insert(slot, stream.clone());
        stream
    }
    /// Adds what the uses of one slot prove; returns the slots it is connected with.
    fn explore(&self, slot: Slot<'t>, cap: Certainty, stream: &mut Stream) -> Vec<(Certainty, Slot<'t>)> {
        let mut edges = vec![];
        let mut offer = |certainty: Certainty,
                         because: Evidence,
                         role: Option<Role>,
                         helper: Option<(String, String, Terms)>| {
            let certainty = certainty.min(cap);
            let better = stream.best.as_ref().is_none_or(|b| {
                certainty > b.0
                    || certainty == b.0 && (b.2.is_none() || b.2 == Some(Role::Carried)) && role.is_some()
            });
            if better {
                stream.best = Some((certainty, because, role));
                stream.helper = helper;
            }
        };
        if says_status(slot.name) {
            offer(Certainty::Named, Evidence::Word(slot.name.to_string()), None, None);
        } else if let Some(beside) = self.bound_beside_a_response(slot) {
            offer(Certainty::Named, Evidence::Word(format!("{} beside {beside}", slot.name)), None, None);
        }
        let within = Span { start: slot.from, end: slot.to };
        let used = if slot.field { Use::Member } else { Use::Alone };
        for name in self.used_as(used, slot.name, within) {
            let member = self
                .parent(name)
                .and_then(|p| self.ask.one(p, Construct::Member))
                .filter(|m| m.part(Part::Name).is_some_and(|n| n.id() == name.id()));
            let place = match (slot.field, member) {
                (true, Some(m)) => m.node,
                (false, None) if self.slot(name) == Some(slot) => name,
                _ => continue,
            };
            if !slot.field {
                if let Some((function, index)) = self.parameter_index(name) {
                    edges.extend(self.callers(function, index));
                    continue;
                }
                if let Some(value) = self.bound_value(name) {
                    let value = self.bare(value);
                    if let Some((certainty, because)) = self.reads_status(value, 1) {
                        offer(certainty, because, None, None);
                    } else if let Some(other) = self.slot(value) {
                        edges.push((Certainty::Proven, other));
                    }
                    continue;
                }
            }
            match self.sink(place) {
                Sink::Binding { target } => match self.slot(target) {
                    Some(other) => edges.push((Certainty::Proven, other)),
                    None => {
                        if let Some(m) = self.place_meaning(&Sink::Binding { target }, place) {
                            offer(
                                m.certainty,
                                m.because,
                                Some(m.role),
                                m.library.zip(m.helper).map(|(l, h)| (l, h, m.terms)),
                            );
                        }
                    }
                },
                Sink::Argument { call, index, keyword, .. } => {
                    if let Some(m) = self.argument_meaning(&call, index, keyword, place) {
                        offer(
                            m.certainty,
                            m.because,
                            Some(m.role),
                            m.library.zip(m.helper).map(|(l, h)| (l, h, m.terms)),
                        );
                    } else if let Some(parameter) = self.parameter_of(&call, index, keyword) {
                        edges.push(parameter);
                    }
                }
                sink @ (Sink::Pair { .. } | Sink::Return { .. } | Sink::Lookup { .. } | Sink::Key { .. }) => {
                    if let Some(m) = self.place_meaning(&sink, place) {
                        offer(
                            m.certainty,
                            m.because,
                            Some(m.role),
                            m.library.zip(m.helper).map(|(l, h)| (l, h, m.terms)),
                        );
                    }
                }
                Sink::Compared { shape } => {
                    for other in self.operands(&shape).into_iter().filter(|o| !span(*o).contains(span(place)))
                    {
                        if let Some((certainty, because)) = self.reads_status(self.bare(other), 1) {
                            offer(certainty, because, Some(self.observed(place)), None);
                        }
                    }
                }
                _ => {}
            }
        }
        edges
    }
    fn declared_type(&self, parameter: Node<'t>, name: Node<'t>) -> Option<String> {
        let typed = self
            .ask
            .one(parameter, Construct::Parameter)
            .and_then(|p| p.part(Part::Type))
            .map(|t| self.text_of(t));
        let rest =
            typed.unwrap_or(&self.text[name.end_byte().min(parameter.end_byte())..parameter.end_byte()]);
        let word = rest
            .trim_start_matches([' ', ':', '*', ',', '&', '?'])
            .split(['=', ' ', '[', ',', '<'])
            .next()?
            .trim();
        (!word.is_empty()).then(|| word.to_string())
    }
    /// The parameter that an argument fills, when the callee is defined in this file. A method found by its name alone is a weak edge.
    pub fn parameter_of(
        &self,
        call: &Call<'t>,
        index: usize,
        keyword: Option<&'t str>,
    ) -> Option<(Certainty, Slot<'t>)> {
        let edge = if call.receiver.is_none() { Certainty::Proven } else { Certainty::Named };
        if call.receiver.is_some_and(|r| !self.is_qualifier(r)) && EVERYDAY.contains(&call.name) {
            return None;
        }
        for &function in self.functions_named(call.name).iter() {
            if !self.may_reach(call, function) {
                continue;
            }
            let Some(parameters) =
                self.ask.one(function, Construct::Function).and_then(|f| f.part(Part::Parameters))
            else {
                continue;
            };
            let names = self.parameter_names(parameters);
            let name = match keyword {
                Some(word) => names.into_iter().find(|n| *n == word),
                None => names.get(index).copied(),
            }?;
            return Some((edge, self.slot_in(function, name)));
        }
        None
    }
    /// A call on a type reaches only the functions of that type.
    fn may_reach(&self, call: &Call<'t>, function: Node<'t>) -> bool {
        let on = call.receiver.and_then(|receiver| self.last_name(receiver)).unwrap_or("");
        if on == "Self" || !on.starts_with(|c: char| c.is_ascii_uppercase()) {
            return true;
        }
        // The braces around the functions of a type have no name: the type does.
        let owner = self
            .above(function)
            .iter()
            .filter(|n| self.is(**n, Kind::Container))
            .find_map(|n| n.child_by_field_name("type").or_else(|| n.child_by_field_name("name")));
        owner.is_none_or(|owner| self.text_of(owner).split('<').next() == Some(on))
    }
    /// A receiver that names a type, or the object that the method itself belongs to.
    fn is_qualifier(&self, receiver: Node<'t>) -> bool {
        let name = self.last_name(receiver).unwrap_or("");
        name.starts_with(|c: char| c.is_ascii_uppercase())
            || name == "this"
            || self.language.traits.receivers.iter().any(|r| r.trim_start_matches('&') == name)
    }
    fn parameter_names(&self, parameters: Node<'t>) -> Vec<&'t str> {
        if self.is(parameters, Kind::Name) {
            return vec![self.text_of(parameters)];
        }
        let mut names: Vec<&'t str> = vec![];
        for &item in &*self.children(parameters) {
            let all: Vec<Node> = if self.is(item, Kind::Name) {
                vec![item]
            } else {
                self.children(item).iter().copied().filter(|c| self.is(*c, Kind::Name)).collect()
            };
            let most = if self.language.traits.shared_types { usize::MAX } else { 1 };
            names.extend(all.iter().take(most).map(|n| self.text_of(*n)));
        }
        names.retain(|n| !self.language.traits.receivers.iter().any(|r| r == n));
        names
    }
    /// `let (response, code) = ..`: a bare `code` is one where the same pattern binds the response.
    fn bound_beside_a_response(&self, slot: Slot<'t>) -> Option<&'t str> {
        if slot.name != "code" {
            return None;
        }
        let names = self.used_as(Use::Alone, slot.name, Span { start: slot.from, end: slot.to });
        let pattern = names.take(40).filter_map(|n| self.parent(n)).find(|p| self.is(*p, Kind::List))?;
        let binds = self
            .parent(pattern)
            .and_then(|p| self.ask.one(p, Construct::Binding))
            .and_then(|b| b.part(Part::Target))?;
        if binds.id() != pattern.id() {
            return None;
        }
        let names: Vec<&str> = self.children(pattern).iter().copied().map(|c| self.text_of(c)).collect();
        // `code, _, _, err := UnquoteChar(..)`: what is thrown away says something only where there is nothing else.
        let pair = names.len() == 2;
        names.into_iter().find(|name| match *name {
            "response" | "resp" | "res" | "_response" | "body" | "_body" => true,
            "value" | "_" => pair,
            _ => false,
        })
    }
    /// The slot of a function's parameter, by position.
    pub fn parameter_slot(&self, function: Node<'t>, index: usize) -> Option<Slot<'t>> {
        let parameters = self.ask.one(function, Construct::Function)?.part(Part::Parameters)?;
        let name = *self.parameter_names(parameters).get(index)?;
        Some(self.slot_in(function, name))
    }
    /// The functions that the file defines under this name, in order. Looked for once a name: a file of handlers calls the same
    /// helper in each of them.
    pub fn functions_named(&self, name: &'t str) -> Rc<[Node<'t>]> {
        if let Some(known) = self.defined.borrow().get(name) {
            return known.clone();
        }
        let found: Rc<[Node<'t>]> = self.definitions(name).filter_map(|n| self.defined_here(n)).collect();
        self.defined.borrow_mut().insert(name, found.clone());
        found
    }
    /// The function that this very name defines: `def f`, `function f`, `const f = (..) => ..`.
    fn defined_here(&self, name: Node<'t>) -> Option<Node<'t>> {
        let parent = self.parent(name)?;
        if let Some(f) = self.ask.one(parent, Construct::Function) {
            return f.part(Part::Name).filter(|n| n.id() == name.id()).map(|_| parent);
        }
        let binding = self.ask.one(parent, Construct::Binding)?;
        let value = self
            .bare(binding.part(Part::Target).filter(|t| t.id() == name.id()).and(binding.part(Part::Value))?);
        self.ask.is(value, Construct::Function).then_some(value)
    }
    /// Slots that are passed to a parameter, and the column a parametrised test fills it from.
    fn callers(&self, function: Node<'t>, index: usize) -> Vec<(Certainty, Slot<'t>)> {
        let Some(name) = self.function_name(function) else { return vec![] };
        let mut edges = vec![];
        for used in self.used_as(Use::Called, name, self.all()) {
            let Some(call) = self
                .above(used)
                .iter()
                .take(2)
                .find_map(|n| self.call(*n))
                .filter(|c| c.callee.id() == used.id() && self.may_reach(c, function))
            else {
                continue;
            };
            let argument = self.arguments(&call).into_iter().filter(|a| a.keyword.is_none()).nth(index);
            if let Some(slot) = argument.and_then(|a| self.slot(a.value)) {
                edges
                    .push((if call.receiver.is_none() { Certainty::Proven } else { Certainty::Named }, slot));
            }
        }
        edges
    }
}
