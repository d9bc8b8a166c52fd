//! Vocabulary at a call: which row is it, and where does the row say that things stand?

use super::file::{Argument, Call, File, span, unquote};
use crate::facts::{Certainty, Role};
use crate::languages::Kind;
use crate::languages::rows::{Deed, Helper, Kindred, Place, Side, Words};
use crate::languages::shapes::{Construct, Part};
use std::rc::Rc;
use tree_sitter::Node;

/// A helper row found for a call, and how sure we are that it is this helper.
#[derive(Clone)]
pub struct Known<'t> {
    pub row: &'t Helper,
    pub library: &'t str,
    pub ambient: bool,
    pub certainty: Certainty,
    pub proof: Rc<str>,
}

/// What a code means where a helper of this act takes it.
pub fn role_of(act: Deed) -> Option<Role> {
    Some(match act {
        Deed::Set | Deed::Send | Deed::Build | Deed::Write => Role::Sent,
        Deed::Redirect => Role::Redirected,
        Deed::Raise => Role::Raised,
        Deed::Expect => Role::Expected,
        Deed::Stub => Role::Stubbed,
        Deed::Declare => Role::Declared,
        Deed::Configure => Role::Configured,
        Deed::Read | Deed::Handle => Role::Observed,
        Deed::Log => Role::Logged,
        Deed::Convert | Deed::None => return None,
    })
}

impl<'t> File<'t> {
    /// The best helper row for a call; looked for once.
    pub fn known(&self, call: &Call<'t>) -> Option<Known<'t>> {
        if let Some(known) = self.rows.borrow().get(&call.node.id()) {
            return known.clone();
        }
        let found = self.best_row(call);
        self.rows.borrow_mut().insert(call.node.id(), found.clone());
        found
    }
    fn best_row(&self, call: &Call<'t>) -> Option<Known<'t>> {
        let rows = self.vocabulary.helpers.get(call.name)?;
        let mut best: Option<Known<'t>> = None;
        let free = call.root_name.is_none();
        let imported = free && rows.iter().any(|(id, _)| self.imports_from(*id, call.name));
        for (id, row) in rows {
            let library = &self.vocabulary.libraries[*id];
            let used = self.used[*id];
            // Several libraries have a `Response`: the one that the name was imported from is meant.
            if imported && !self.imports_from(*id, call.name) {
                continue;
            }
            let Some((certainty, proof)) = self.applies(call, *id, row) else { continue };
            let better = best.as_ref().is_none_or(|b| {
                b.certainty < certainty || b.certainty == certainty && b.ambient && used && !library.ambient
            });
            if better {
                best = Some(Known {
                    row,
                    library: &library.name,
                    ambient: library.ambient,
                    certainty,
                    proof: proof.into(),
                });
            }
        }
        best
    }
    /// The row of a free function under its local name, when it was imported under another one.
    fn applies(&self, call: &Call<'t>, id: usize, row: &Helper) -> Option<(Certainty, String)> {
        let library = &self.vocabulary.libraries[id];
        let used = self.used[id];
        let import = || {
            if library.ambient { "ambient".to_string() } else { format!("import of {}", library.imports[0]) }
        };
        let lift = |on: bool| if on { Certainty::Proven } else { Certainty::Named };
        if row.needs.as_deref() == Some("route") && !self.answers(self.function(call.node)) {
            return None;
        }
        // An assertion without one of its sides is another function of the same name.
        if let Some((a, b)) = &row.compared
            && (self.compared_side(call, a).is_none() || self.compared_side(call, b).is_none())
        {
            return None;
        }
        if let Some(wanted) = &row.on_call {
            let inner = self.chain_names(call).any(|name| wanted.iter().any(|w| w == name));
            return (inner && used).then(|| (Certainty::Proven, format!("on {}(..)", first(wanted))));
        }
        if row.on.is_empty() && row.types.is_empty() {
            let free = match call.root_name {
                None => true,
                Some(root) => {
                    call.chain.is_empty()
                        && (library.imports.iter().any(|i| i.rsplit(['/', '.', ':']).next() == Some(root))
                            || self.is_module_alias(&library.name, root))
                }
            };
            if !(free && used) {
                return None;
            }
            // A function of the same name that the file defines itself is not the library's.
            if call.root_name.is_none()
                && !self.functions_named(call.name).is_empty()
                && !self.imports_name(&library.name, call.name)
            {
                return None;
            }
            return Some((lift(!library.ambient || row.compared.is_some() || is_platform(row)), import()));
        }
        let typed = !row.types.is_empty()
            && call.root.and_then(|r| self.type_of(r)).is_some_and(|t| {
                let last = t.rsplit(['.', '*', ':', '&']).next().unwrap_or("").trim_end_matches(['>', '?']);
                row.types.iter().any(|x| x == last)
            });
        if typed && used {
            return Some((Certainty::Proven, "declared type".to_string()));
        }
        // `from requests import get`: a function of the module, called by its bare name.
        if call.receiver.is_none()
            && used
            && !library.ambient
            && self.local_is(&library.name, call.name, call.name)
        {
            return Some((Certainty::Proven, import()));
        }
        let named = call
            .root_name
            .is_some_and(|r| row.on.iter().any(|o| o == r || self.local_is(&library.name, r, o)))
            || call
                .receiver
                .is_some_and(|r| self.last_name(r).is_some_and(|n| row.on.iter().any(|o| o == n)));
        if named {
            let proof = if used { import() } else { "receiver's name".to_string() };
            return Some((lift(used && (!library.ambient || row.compared.is_some())), proof));
        }
        let made = call.root.filter(|_| call.chain.is_empty()).and_then(|r| self.made(r));
        made.filter(|m| m.kind == "client" && row.makes.is_some() && used)
            .map(|_| (Certainty::Proven, "bound from a client".to_string()))
    }
    fn chain_names<'c>(&'c self, call: &'c Call<'t>) -> impl Iterator<Item = &'t str> + 'c {
        call.chain
            .iter()
            .filter_map(|n| self.ask.one(*n, Construct::Call)?.part(Part::Callee))
            .map(|n| self.text_of(n))
    }
    /// The last segment of a receiver: `self.client` is `client`.
    pub fn last_name(&self, node: Node<'t>) -> Option<&'t str> {
        let node = self.bare(node);
        match self.ask.one(node, Construct::Member) {
            Some(member) => member.part(Part::Name).map(|n| self.text_of(n)),
            None => (!self.ask.is(node, Construct::Call)).then(|| self.text_of(node)),
        }
    }
    /// The name was imported from this library, by name.
    fn imports_from(&self, library: usize, name: &str) -> bool {
        let library = &self.vocabulary.libraries[library].name;
        let names = self.imports.known.iter().filter(|i| i.library == *library).flat_map(|i| &i.names);
        names.into_iter().any(|(local, _)| local == name)
    }
    fn is_module_alias(&self, library: &str, name: &str) -> bool {
        self.imports.known.iter().any(|i| i.library == library && i.alias.as_deref() == Some(name))
    }
    fn imports_name(&self, library: &str, name: &str) -> bool {
        self.imports
            .known
            .iter()
            .any(|i| i.library == library && i.names.iter().any(|(local, _)| local == name || local == "*"))
    }
    /// `local` was imported from the library under that name, whatever it is called there.
    fn local_is(&self, library: &str, local: &str, original: &str) -> bool {
        self.imports
            .known
            .iter()
            .any(|i| i.library == library && i.names.iter().any(|(l, o)| l == local && o == original))
    }
    /// The value at a place of a helper row: an argument, a keyword, a key of an options literal.
    pub fn value_at(&self, call: &Call<'t>, place: &Place) -> Option<Argument<'t>> {
        let arguments = self.arguments(call);
        if let Some(word) = place.keyword.as_deref().or(place.key.as_deref().filter(|_| place.arg.is_none()))
        {
            if let Some(found) = arguments.iter().find(|a| a.keyword == Some(word)) {
                return Some(*found);
            }
            // An options literal as the only argument: `respond({ status: 404 })`.
            if place.arg.is_none() && place.key.is_some() {
                let only = arguments.iter().find(|a| self.is(a.value, Kind::Map))?;
                return self.entry(only.value, word);
            }
        }
        let plain = *arguments.iter().filter(|a| a.keyword.is_none()).nth(place.arg?)?;
        if let Some(element) = place.element {
            let value =
                *self.children(plain.value).get(element).filter(|_| self.is(plain.value, Kind::List))?;
            return Some(Argument { keyword: None, value: self.bare(value), item: value });
        }
        match place.key.as_deref() {
            None => Some(plain),
            Some(key) => self.entry(plain.value, key),
        }
    }
    fn entry(&self, map: Node<'t>, key: &str) -> Option<Argument<'t>> {
        self.children(map).iter().copied().find_map(|item| {
            let (name, value) = self.pair(item)?;
            let name = unquote(self.text_of(name));
            (name == key).then_some(Argument { keyword: Some(name), value, item })
        })
    }
    /// The argument at a place of a row, if the place is taken in this call.
    pub fn at_place(&self, call: &Call<'t>, place: &Place) -> Option<Argument<'t>> {
        let found = self.value_at(call, place)?;
        if self.is(found.item, Kind::Spread) {
            return None;
        }
        let kin = place.of.is_empty()
            || self.call(found.value).is_some_and(|c| place.of.iter().any(|name| name == c.name));
        if !kin {
            return None;
        }
        let counts = match place.only_if {
            None => true,
            Some(Kindred::Int) => self.is_whole(found.value, self.arguments(call).len() > 1),
            Some(Kindred::Ints) => {
                self.is_whole(found.value, false)
                    || self.is(found.value, Kind::List)
                        && self.children(found.value).first().is_some_and(|c| self.is_whole(*c, false))
            }
        };
        counts.then_some(found)
    }
    /// A number or a constant; with more arguments behind it, also a name.
    fn is_whole(&self, value: Node<'t>, more: bool) -> bool {
        self.is(value, Kind::Number)
            || self.codes_of(value).is_some() && !self.is(value, Kind::String)
            || self.is(value, Kind::Name) && more
    }
    /// Every place of the row, taken or not, with what stands there; the first that is taken wins.
    pub fn status_argument(&self, call: &Call<'t>, row: &'t Helper) -> Option<(&'t Place, Argument<'t>)> {
        row.status.iter().filter(|p| !p.keys).find_map(|place| Some((place, self.at_place(call, place)?)))
    }
    /// The code that the callee's name or a left-out argument stands for.
    pub fn implied_code(&self, call: &Call<'t>, row: &Helper) -> Option<u16> {
        let mut places = row.status.iter();
        let place = places
            .find(|p| p.implied.is_some() || p.otherwise.is_some() || self.at_place(call, p).is_some())?;
        // A redirect that leads nowhere is another function of the same name.
        let nowhere = row.act == Deed::Redirect && place.implied.is_none() && self.arguments(call).is_empty();
        place.implied.or(place.otherwise.filter(|_| !nowhere))
    }
    pub fn compared_side(&self, call: &Call<'t>, side: &Side) -> Option<Node<'t>> {
        match side {
            Side::Argument(i) => self.arguments(call).get(*i).map(|a| a.value),
            Side::Chain(_) => {
                let inner = call.chain.iter().rev().find_map(|n| self.call(*n))?;
                self.arguments(&inner).first().map(|a| a.value)
            }
        }
    }
    /// The node is written inside an argument's item.
    pub fn holds_node(&self, argument: &Argument<'t>, node: Node<'t>) -> bool {
        span(argument.item).contains(span(node))
    }
}

/// Vocabulary of the platform itself (`new Response(..)`, `fetch(..)`): nobody imports it, and it is what it says.
fn is_platform(row: &Helper) -> bool {
    row.makes.is_some() || row.bodyless.is_some()
}

fn first(words: &Words) -> &str {
    words.iter().next().map_or("", String::as_str)
}
