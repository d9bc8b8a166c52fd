//! Codes that get a name: bindings, constants, lookup tables.

use super::file::{File, Members, unquote};
use super::words::{role_said, says_status, words};
use crate::facts::{Certainty, Evidence, Role, Site, Terms};
use crate::languages::Kind;
use crate::languages::shapes::{Construct, Part};
use crate::status::Codes;
use tree_sitter::Node;

use super::meaning::{Meaning, meaning, word};

impl<'t> File<'t> {
    pub(super) fn binding_meaning(&self, target: Node<'t>, node: Node<'t>) -> Option<Meaning> {
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
            let code = self.codes_of(node).and_then(|c| c.0.single());
            // `HttpStatus["FOUND"] = 302`
            let defines = code.is_some() && self.registry.by_constant_name(index) == code;
            let role = if defines { Role::Defined } else { Role::Carried };
            return (defines || says_status(index)).then(|| word(Site::Binding, role, index));
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
    pub(super) fn is_status_by_prefix(&self, name: &str) -> bool {
        words(name)
            .iter()
            .any(|w| matches!(w.as_str(), "http" | "status" | "statuscode" | "httpstatus" | "sc"))
    }
    /// Two neighbours of a constant have the value that their name says.
    pub(super) fn stands_among_statuses(&self, target: Node<'t>) -> bool {
        let container = self
            .above(target)
            .iter()
            .take(5)
            .copied()
            .find(|n| self.is(*n, Kind::Container))
            .unwrap_or(self.root);
        self.neighbours_are_statuses(container)
    }
    pub(super) fn neighbours_are_statuses(&self, container: Node<'t>) -> bool {
        if let Some(known) = self.of_statuses.borrow().get(&container.id()) {
            return *known;
        }
        let members = self.members_of(container);
        let fitting = members.iter().filter(|(name, value)| {
            let code = self.codes_of(*value).and_then(|c| c.0.single());
            code.is_some() && self.registry.by_constant_name(name) == code
        });
        let found = fitting.take(2).count() == 2;
        self.of_statuses.borrow_mut().insert(container.id(), found);
        found
    }
    /// `REDIRECTS = [301, 302, 303]`: a list of nothing but registered codes under a name that says what they do.
    pub(super) fn named_list(&self, name: &'t str, node: Node<'t>) -> Option<Meaning> {
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
    pub(super) fn member_of_statuses(&self, target: Node<'t>, _: Node<'t>) -> Option<Meaning> {
        let container = *self.above(target).iter().take(4).find(|n| self.is(**n, Kind::Container))?;
        let name = self.container_name(container);
        if let Some(name) = name.filter(|n| says_status(n)) {
            return Some(word(Site::Binding, Role::Defined, name));
        }
        self.neighbours_are_statuses(container)
            .then(|| word(Site::Binding, Role::Defined, name.unwrap_or("the constants beside it")))
    }
    /// Names and values of the constants of a container, as far as they are bindings.
    pub fn members_of(&self, container: Node<'t>) -> Members<'t> {
        if let Some(known) = self.members.borrow().get(&container.id()) {
            return known.clone();
        }
        let found: Members = self.find_members(container).into();
        self.members.borrow_mut().insert(container.id(), found.clone());
        found
    }
    fn find_members(&self, container: Node<'t>) -> Vec<(&'t str, Node<'t>)> {
        let mut found = vec![];
        let mut queue: Vec<(Node<'t>, usize)> =
            self.children(container).iter().copied().map(|c| (c, 0)).collect();
        queue.reverse();
        while let Some((node, depth)) = queue.pop() {
            if let Some(binding) = self.ask.one(node, Construct::Binding) {
                if let (Some(target), Some(value)) = (binding.part(Part::Target), binding.part(Part::Value)) {
                    found.push((self.text_of(target), self.bare(value)));
                }
            } else if let Some((key, value)) = self.pair(node) {
                found.push((unquote(self.text_of(key)), value));
            } else if depth < 3 && found.len() < 400 && !self.ask.is(node, Construct::Function) {
                queue.extend(self.children(node).iter().copied().rev().map(|c| (c, depth + 1)));
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
}
