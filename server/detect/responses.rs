//! Answers being built: the ordered acts of one function on one receiver, and response literals.

use super::file::{Call, File, span, unquote};
use super::scan::word_start;
use super::uses::Use;
use crate::facts::{Act, Block, BlockKind, Body, Certainty, Event, Facts, Response, Route};
use crate::languages::Kind;
use crate::languages::rows::{BodyPlace, Bodyless, Deed, RouteRow};
use crate::languages::shapes::{Construct, Part};
use crate::status::Codes;
use crate::text::Span;
use std::collections::BTreeMap;
use tree_sitter::Node;

/// Words in the name of a call that makes content.
const CONTENT: &[&str] = &[
    "json",
    "jsonify",
    "stringify",
    "dumps",
    "html",
    "xml",
    "format",
    "sprintf",
    "render",
    "template",
    "string",
];

/// What one walk over a function collects.
#[derive(Default)]
struct Collected {
    events: BTreeMap<String, Vec<Event>>,
    literals: Vec<Event>,
}

impl<'t> File<'t> {
    /// Walks one function once, its nested functions left out (each has its own turn), and collects events by receiver.
    pub fn responses(&self, function: Node<'t>, scope: Option<usize>, facts: &mut Facts) {
        let mut collected = Collected::default();
        self.walk(function, None, self.reach(function), facts, &mut collected, 0);
        let in_test = self.in_test(function);
        let route = self.route(function);
        for (receiver, mut events) in collected.events {
            events.sort_by_key(|e| (e.statement.start, e.span.end));
            let mut link = 0;
            for i in 0..events.len() {
                link = if i > 0 && events[i].statement == events[i - 1].statement { link + 1 } else { 0 };
                events[i].link = link;
            }
            facts.responses.push(Response { receiver, events, route: route.clone(), in_test, scope });
        }
        for event in collected.literals {
            facts.responses.push(Response {
                receiver: String::new(),
                events: vec![event],
                route: route.clone(),
                in_test,
                scope,
            });
        }
    }
    fn walk(
        &self,
        node: Node<'t>,
        block: Option<usize>,
        statement: Span,
        facts: &mut Facts,
        into: &mut Collected,
        depth: usize,
    ) {
        if depth > 0 && self.ask.is(node, Construct::Function) || depth > 400 {
            return;
        }
        let mut block = block;
        let children = match node.id() == self.root.id() {
            true => self.at_top_with(|text| self.may_act(text)),
            false => self.children(node),
        };
        let in_block = self.is(node, Kind::Block);
        if in_block && !children.is_empty() {
            // A grammar may wrap the statements once more (`block` > `statement_list`): one block, not two.
            if !(children.len() == 1 && self.is(children[0], Kind::Block)) {
                block = Some(self.block(node, &children, block, facts));
            }
        }
        let branch = self.is(node, Kind::Branch) || self.is(node, Kind::Loop);
        if self.ask.is(node, Construct::Call) {
            if let Some(call) = self.call(node) {
                // A file's top level or an arrow function without a block still has events.
                let at = block.unwrap_or_else(|| self.block(node, &[node], None, facts));
                if let Some((receiver, event)) = self.event(&call, statement, at) {
                    match receiver {
                        Some(name) => into.events.entry(name).or_default().push(event),
                        None => into.literals.push(event),
                    }
                }
            }
        }
        if self.is(node, Kind::Return) {
            let at = block.unwrap_or(0);
            if let Some(first) = children.first() {
                into.literals.extend(self.returned(node, *first, statement, at));
            }
        }
        for &child in &*children {
            // `if (x) return f()` has no block: its one statement is one.
            let alone =
                branch && !in_block && (self.is(child, Kind::Statement) || self.is(child, Kind::Exit));
            let within = if alone { Some(self.block(child, &[child], block, facts)) } else { block };
            let statement = if in_block || alone { span(child) } else { statement };
            // Most nodes are leaves, and none of them is an act.
            if child.named_child_count() == 0 {
                self.parts.look_into(child.start_byte() as u32);
                continue;
            }
            self.walk(child, within, statement, facts, into, depth + 1);
        }
        if self.language.traits.tail_expressions && in_block {
            let function = self.function(node);
            let body = self.ask.one(function, Construct::Function).and_then(|f| f.part(Part::Body));
            if body.is_some_and(|b| b.id() == node.id()) {
                if let Some(last) = self.children(node).last().filter(|l| !self.is(**l, Kind::Statement)) {
                    into.literals.extend(self.returned(*last, *last, span(*last), block.unwrap_or(0)));
                }
            }
        }
    }
    /// A call of a text has a name under which some row acts on an answer.
    fn may_act(&self, text: &str) -> bool {
        memchr::memchr_iter(b'(', text.as_bytes()).any(|open| {
            let rows = self.vocabulary.helpers.get(&text[word_start(text.as_bytes(), open)..open]);
            // Types may stand before the bracket.
            text[..open].ends_with('>') || rows.into_iter().flatten().any(|(_, row)| row.act != Deed::None)
        })
    }
    fn block(
        &self,
        node: Node<'t>,
        children: &[Node<'t>],
        parent: Option<usize>,
        facts: &mut Facts,
    ) -> usize {
        let mut kind = BlockKind::Body;
        for &above in self.above(node).iter() {
            if self.ask.is(above, Construct::Function) {
                break;
            }
            if self.is(above, Kind::Loop) {
                kind = BlockKind::Loop;
                break;
            }
            if self.is(above, Kind::Branch) {
                kind = BlockKind::Branch;
                break;
            }
            if !self.is(above, Kind::Block) {
                kind = BlockKind::Other;
                break;
            }
        }
        if self.is(node, Kind::Branch) {
            kind = BlockKind::Branch;
        }
        let last = children.last().copied().unwrap_or(node);
        let exit_spans: Vec<Span> =
            children.iter().filter(|c| self.exits(**c, 0)).map(|c| span(*c)).collect();
        let line = self.text[..last.start_byte()].rfind('\n').map_or(0, |i| i + 1);
        let indent = self.text[line..].bytes().take_while(|b| matches!(b, b' ' | b'\t')).count();
        facts.blocks.push(Block {
            parent,
            kind,
            last: span(last),
            exits: self.exits(last, 0),
            exit_spans,
            span: self.reach(node),
            indent: indent as u32,
        });
        facts.blocks.len() - 1
    }
    /// A statement after which the block does not go on: an exit, a call that never returns, an `if` all of whose branches exit.
    fn exits(&self, node: Node<'t>, depth: usize) -> bool {
        if self.is(node, Kind::Exit) {
            return true;
        }
        let text = self.text_of(node);
        if self
            .language
            .traits
            .never_returns
            .iter()
            .any(|n| text.strip_prefix(n.as_str()).is_some_and(|rest| rest.starts_with(['(', '!'])))
        {
            return true;
        }
        if depth > 6 {
            return false;
        }
        let inner = self.children(node);
        if self.is(node, Kind::Statement) && inner.len() == 1 {
            return self.exits(inner[0], depth + 1);
        }
        let Some(test) = self.ask.one(node, Construct::Test) else { return false };
        let (Some(then), Some(other)) = (test.part(Part::Consequence), test.part(Part::Alternative)) else {
            return false;
        };
        self.leaves(then, depth + 1) && self.leaves(other, depth + 1)
    }
    fn leaves(&self, node: Node<'t>, depth: usize) -> bool {
        if self.exits(node, depth) {
            return true;
        }
        let inner = self.children(node);
        (self.is(node, Kind::Block) || self.is(node, Kind::Branch))
            && inner.last().is_some_and(|last| {
                self.exits(*last, depth) || self.is(*last, Kind::Block) && self.leaves(*last, depth + 1)
            })
    }
    fn body_of(&self, node: Option<Node<'t>>) -> Body {
        let Some(node) = node.map(|n| self.bare(n)) else { return Body::Absent };
        let text = self.text_of(node);
        let traits = &self.language.traits;
        if traits.null.iter().any(|n| n == text) {
            Body::Null
        } else if traits.empty.iter().any(|e| e == text) {
            Body::Empty
        } else if self.is(node, Kind::String)
            || self.is(node, Kind::Number)
            || self.is(node, Kind::Map)
            || self.is(node, Kind::List)
        {
            Body::Present
        } else if let Some(call) = self.call(node) {
            match self.is_literal_call(&call) {
                true => Body::Present,
                // `Json(x)`, `jsonify(..)`, `JSON.stringify(..)`: a call that makes content.
                false => {
                    let makes_content =
                        super::words::words(call.name).iter().any(|w| CONTENT.contains(&w.as_str()));
                    if makes_content { Body::Present } else { Body::Unknown }
                }
            }
        } else {
            Body::Unknown
        }
    }
    /// A struct literal, which the patterns see as a call.
    fn is_literal_call(&self, call: &Call<'t>) -> bool {
        self.is(call.arguments, Kind::List) && !self.text_of(call.arguments).starts_with('(')
    }
    fn body_node(&self, call: &Call<'t>, place: Option<&BodyPlace>) -> Option<Node<'t>> {
        match place {
            Some(BodyPlace::At(place)) => self.value_at(call, place).map(|a| a.value),
            _ => None,
        }
    }
    /// Header names written out at the row's place; `None` when they cannot be read.
    fn header_names(
        &self,
        call: &Call<'t>,
        place: Option<&crate::languages::rows::Place>,
    ) -> Option<Vec<String>> {
        let place = place?;
        let Some(value) = self.value_at(call, place).map(|a| a.value) else { return Some(vec![]) };
        if !self.is(value, Kind::Map) {
            return None;
        }
        self.children(value)
            .iter()
            .copied()
            .map(|item| self.pair(item).map(|(key, _)| unquote(self.text_of(key)).to_ascii_lowercase()))
            .collect()
    }
    /// The event a call is, and the receiver it acts on; `None` for a response literal.
    fn event(&self, call: &Call<'t>, statement: Span, block: usize) -> Option<(Option<String>, Event)> {
        let known = self.known(call)?;
        let row = known.row;
        let act = match row.act {
            Deed::Set => Act::Set,
            Deed::Send => Act::Send,
            Deed::Write => Act::Write,
            Deed::Redirect => Act::Redirect,
            Deed::Build => Act::Build,
            Deed::Raise => Act::Raise,
            // A declaration that names the content of the answer (`status_code=204, response_model=Item`).
            Deed::Declare if row.body.is_some() => Act::Build,
            _ => return None,
        };
        let taken = self.status_argument(call, row);
        let codes = match &taken {
            Some((_, argument)) => self.codes_of(argument.value).map(|c| c.0),
            None => self.implied_code(call, row).map(Codes::one),
        };
        let code_span = taken.as_ref().filter(|_| codes.is_some()).map(|(_, a)| span(a.value));
        let body_node = self.body_node(call, row.body.as_ref());
        let body = match (&row.body, body_node) {
            (Some(BodyPlace::Word(word)), _) if word == "always" => Body::Present,
            (_, node) => self.body_of(node),
        };
        let receiver = match (&row.target, act) {
            (Some(place), _) => match (place.arg, place.receiver) {
                (Some(i), _) => self.arguments(call).get(i).map(|a| self.text_of(a.value).to_string()),
                (_, Some(i)) => {
                    let inner = call.chain.last().and_then(|n| self.call(*n))?;
                    self.arguments(&inner).get(i).map(|a| self.text_of(a.value).to_string())
                }
                _ => None,
            },
            (None, Act::Build) if call.chain.is_empty() || row.act == Deed::Declare => None,
            (None, Act::Redirect | Act::Raise) if call.receiver.is_none() => None,
            _ => call.root.map(|r| self.text_of(r).to_string()),
        };
        if receiver.is_none() && row.target.is_some() {
            return None;
        }
        let event = Event {
            act,
            span: span(call.node),
            callee: span(call.callee),
            statement,
            block,
            link: 0,
            codes,
            code_span,
            computed: taken.is_some() && codes.is_none(),
            sends: row.sends,
            commits: row.commits,
            body,
            body_span: body_node.map(span),
            refuses_body: row.bodyless == Some(Bodyless::Refused),
            encodes: row.encodes,
            overwrites: row.overwrites,
            headers: self.header_names(call, row.headers.as_ref()),
            name: call.name.to_string(),
            library: known.library.to_string(),
            certainty: known.certainty,
        };
        Some((receiver, event))
    }
    /// `return body, 404` in a route, `(StatusCode::NO_CONTENT, Json(x))`, `return { statusCode: 204, body }`.
    fn returned(&self, statement: Node<'t>, value: Node<'t>, place: Span, block: usize) -> Option<Event> {
        let value = self.bare(value);
        let rows = self.vocabulary.helpers.get("return")?;
        let (id, row, code_node, body) = rows.iter().find_map(|(id, row)| {
            if !self.used[*id] || row.needs.is_some() && !self.answers(self.function(statement)) {
                return None;
            }
            let place = row.status.iter().find_map(|p| {
                if let Some(key) = p.key.as_deref() {
                    let entry = self
                        .children(value)
                        .iter()
                        .copied()
                        .filter_map(|item| self.pair(item))
                        .find(|(k, _)| unquote(self.text_of(*k)) == key);
                    return entry.filter(|_| self.is(value, Kind::Map)).map(|(_, v)| v);
                }
                let values = if self.is(value, Kind::List) { self.children(value) } else { return None };
                values.get(p.arg?).copied().filter(|_| values.len() > 1)
            })?;
            let body = match &row.body {
                Some(BodyPlace::At(p)) => match p.key.as_deref() {
                    Some(key) => self
                        .children(value)
                        .iter()
                        .copied()
                        .filter_map(|item| self.pair(item))
                        .find(|(k, _)| unquote(self.text_of(*k)) == key)
                        .map(|(_, v)| v),
                    None => self.children(value).get(p.arg?).copied(),
                },
                _ => None,
            };
            Some((*id, row, self.bare(place), body))
        })?;
        let codes = self.codes_of(code_node)?.0;
        let library = &self.vocabulary.libraries[id];
        Some(Event {
            act: Act::Build,
            span: span(value),
            callee: span(value),
            statement: place,
            block,
            link: 0,
            codes: Some(codes),
            code_span: Some(span(code_node)),
            computed: false,
            sends: false,
            commits: false,
            body: self.body_of(body),
            body_span: body.map(span),
            refuses_body: row.bodyless == Some(Bodyless::Refused),
            encodes: row.encodes,
            overwrites: false,
            headers: None,
            name: "return".into(),
            library: library.name.clone(),
            certainty: if library.ambient { Certainty::Named } else { Certainty::Proven },
        })
    }

    /// The function answers requests: it is a route, or its declared return type says so.
    pub fn answers(&self, function: Node<'t>) -> bool {
        let declared = self
            .ask
            .one(function, Construct::Function)
            .and_then(|f| f.part(Part::Type))
            .map(|t| self.text_of(t));
        let says = declared.is_some_and(|t| {
            t.split(|c: char| !c.is_alphanumeric())
                .any(|w| self.language.traits.response_types.iter().any(|r| r == w))
        });
        says || self.is_route(function)
    }
    /// The function is registered as a route: by a decorator, or by being an argument of a router's method.
    pub fn is_route(&self, function: Node<'t>) -> bool {
        self.route(function).is_some()
    }
    /// Methods and path, where they are written next to the function.
    pub fn route(&self, function: Node<'t>) -> Option<Route> {
        if let Some(known) = self.routes.borrow().get(&function.id()) {
            return known.clone();
        }
        self.routes.borrow_mut().insert(function.id(), None); // a loop finds nothing new
        let found = self.find_route(function);
        self.routes.borrow_mut().insert(function.id(), found.clone());
        found
    }
    fn find_route(&self, function: Node<'t>) -> Option<Route> {
        if function.id() == self.root.id() {
            return None;
        }
        let parent = self.parent(function)?;
        for annotation in self.ask.at(parent).iter().filter(|s| s.construct == Construct::Annotation) {
            for mark in annotation.all(Part::Mark) {
                if let Some(route) = self.call(self.bare(mark)).and_then(|c| self.registered_by(&c)) {
                    return Some(route);
                }
            }
        }
        // `app.get("/x", (req, res) => ..)`
        if let Some(call) = self.above(function).iter().take(2).find_map(|n| self.call(*n)) {
            if let Some(route) = self.registered_by(&call) {
                return Some(route);
            }
        }
        // `r.GET("/x", handler)` elsewhere in the file.
        if !self.registers_routes() {
            return None;
        }
        let name = self.function_name(function)?;
        self.used_as(Use::Argument, name, self.all()).find_map(|used| {
            let call = self.above(used).iter().take(3).find_map(|n| self.call(*n))?;
            self.arguments(&call)
                .iter()
                .any(|a| a.value.id() == used.id())
                .then(|| self.registered_by(&call))
                .flatten()
        })
    }
    /// A library is used whose calls register routes.
    fn registers_routes(&self) -> bool {
        *self.with_routes.get_or_init(|| {
            let mut rows = self.vocabulary.routes.values().flatten();
            rows.any(|(library, _)| self.used[*library])
        })
    }
    fn registered_by(&self, call: &Call<'t>) -> Option<Route> {
        let (_, row) = self.vocabulary.routes.get(call.name)?.iter().find(|(id, _)| self.used[*id])?;
        Some(self.read_route(call, row))
    }
    fn read_route(&self, call: &Call<'t>, row: &RouteRow) -> Route {
        let text_at = |place: &crate::languages::rows::Place| {
            self.value_at(call, place).map(|a| a.value).filter(|v| self.is(*v, Kind::String))
        };
        let path = row.path.as_ref().and_then(text_at).map(|v| unquote(self.text_of(v)).to_string());
        let listed = row.methods.as_ref().and_then(|p| self.value_at(call, p)).map(|a| a.value);
        let methods = match listed {
            Some(list) if self.is(list, Kind::List) => self
                .children(list)
                .iter()
                .copied()
                .map(|m| unquote(self.text_of(m)).to_ascii_uppercase())
                .collect(),
            Some(one) if self.is(one, Kind::String) => vec![unquote(self.text_of(one)).to_ascii_uppercase()],
            _ => match &row.method {
                Some(method) => vec![method.to_ascii_uppercase()],
                None if !row.default_methods.is_empty() => row.default_methods.clone(),
                None => {
                    let upper = call.name.to_ascii_uppercase();
                    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
                        .contains(&upper.as_str());
                    if known { vec![upper] } else { vec![] }
                }
            },
        };
        Route { methods, path }
    }
}
