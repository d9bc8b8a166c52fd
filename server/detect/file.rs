//! One parsed file, and the questions about its syntax that every other part of this room asks.

use super::asker::Asker;
use super::known::Known;
use super::parts::Parts;
use super::scan::word_start;
use super::sinks::Sink;
use super::slots::{Origin, Slot, Stream};
use super::uses::{self, Use};
use crate::facts::Imports;
use crate::languages::shapes::{Construct, Part, Shape};
use crate::languages::{Kind, Language, Sign, Vocabulary};
use crate::status::{Codes, Registry};
use crate::text::Span;
use rustc_hash::FxHashMap as HashMap;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use tree_sitter::{Node, TreeCursor};

/// Everything that can be asked about one file.
pub struct File<'t> {
    /// The text as it stands; names and literals are read from it.
    pub text: &'t str,
    pub language: &'t Language,
    pub vocabulary: &'t Vocabulary,
    pub registry: &'t Registry,
    /// Where the trees are.
    pub parts: &'t Parts<'t>,
    /// Stands for the file: what is at its top has this parent.
    pub root: Node<'t>,
    pub ask: Asker<'t>,
    /// What the file imports, as the tree confirms it.
    pub imports: Imports,
    /// For each library of the vocabulary: the file uses it.
    pub used: Vec<bool>,
    pub is_test: bool,
    pub(super) bound: RefCell<HashMap<(usize, &'t str), bool>>,
    pub(super) streams: RefCell<HashMap<Slot<'t>, Stream>>,
    pub(super) origins: RefCell<HashMap<Slot<'t>, Origin<'t>>>,
    pub(super) routes: RefCell<HashMap<usize, Option<crate::facts::Route>>>,
    pub(super) rows: RefCell<HashMap<usize, Option<Known<'t>>>>,
    pub(super) sinks: RefCell<HashMap<usize, Sink<'t>>>,
    pub(super) scopes: RefCell<HashMap<usize, usize>>,
    pub(super) tables: RefCell<HashMap<usize, usize>>,
    tests: RefCell<HashMap<usize, bool>>,
    /// What stands at the top of each part, ascending: a tree's own search is linear there.
    tops: Vec<OnceCell<Vec<Node<'t>>>>,
    /// Walks among siblings; one for all, because a new one costs more than a short walk.
    cursor: RefCell<TreeCursor<'t>>,
    children: RefCell<HashMap<usize, Rc<[Node<'t>]>>>,
    pub(super) members: RefCell<HashMap<usize, Members<'t>>>,
    pub(super) of_statuses: RefCell<HashMap<usize, bool>>,
    pub(super) of_codes: RefCell<HashMap<usize, bool>>,
    pub(super) with_routes: OnceCell<bool>,
    parents: RefCell<HashMap<usize, Node<'t>>>,
    paths: RefCell<HashMap<usize, Rc<[Node<'t>]>>>,
    names: RefCell<HashMap<&'t str, Rc<[u32]>>>,
    pub(super) defined: RefCell<HashMap<&'t str, Rc<[Node<'t>]>>>,
    functions: RefCell<HashMap<usize, Node<'t>>>,
    calls: RefCell<HashMap<usize, Option<Rc<Call<'t>>>>>,
}

/// A call with its receiver unrolled: `request(app).get("/").expect(404)` has the root `request` and the chain `[get, request]`.
#[derive(Clone, Debug)]
pub struct Call<'t> {
    pub node: Node<'t>,
    pub callee: Node<'t>,
    pub name: &'t str,
    pub receiver: Option<Node<'t>>,
    pub arguments: Node<'t>,
    pub root: Option<Node<'t>>,
    pub root_name: Option<&'t str>,
    /// The calls before it, nearest first.
    pub chain: Vec<Node<'t>>,
}

/// Names and values of what a container holds.
pub(super) type Members<'t> = Rc<[(&'t str, Node<'t>)]>;

/// One argument, keyword or field.
#[derive(Clone, Copy, Debug)]
pub struct Argument<'t> {
    pub keyword: Option<&'t str>,
    pub value: Node<'t>,
    pub item: Node<'t>,
}

/// The span of a node.
pub fn span(node: Node) -> Span {
    Span::new(node.start_byte(), node.end_byte())
}

impl<'t> File<'t> {
    #[allow(clippy::too_many_arguments)]
    pub fn new(
        text: &'t str,
        language: &'t Language,
        vocabulary: &'t Vocabulary,
        registry: &'t Registry,
        parts: &'t Parts<'t>,
        is_test: bool,
    ) -> Self {
        File {
            text,
            language,
            vocabulary,
            registry,
            parts,
            root: parts.root(),
            ask: Asker::new(language.shapes(), text),
            imports: Imports::default(),
            used: vec![false; vocabulary.libraries.len()],
            is_test,
            bound: RefCell::default(),
            streams: RefCell::default(),
            origins: RefCell::default(),
            routes: RefCell::default(),
            rows: RefCell::default(),
            sinks: RefCell::default(),
            scopes: RefCell::default(),
            tables: RefCell::default(),
            tests: RefCell::default(),
            tops: (0..parts.count()).map(|_| OnceCell::new()).collect(),
            cursor: RefCell::new(parts.root().walk()),
            children: RefCell::default(),
            members: RefCell::default(),
            of_statuses: RefCell::default(),
            of_codes: RefCell::default(),
            with_routes: OnceCell::new(),
            parents: RefCell::default(),
            paths: RefCell::default(),
            names: RefCell::default(),
            defined: RefCell::default(),
            functions: RefCell::default(),
            calls: RefCell::default(),
        }
    }
    pub fn text_of(&self, node: Node) -> &'t str {
        &self.text[node.byte_range()]
    }
    pub fn is(&self, node: Node, kind: Kind) -> bool {
        self.language.is(node, kind)
    }
    /// The ancestors of a node, innermost first, without the node. Walked down once; parents met on the way are remembered.
    pub fn above(&self, node: Node<'t>) -> Rc<[Node<'t>]> {
        if let Some(known) = self.paths.borrow().get(&node.id()) {
            return known.clone();
        }
        let mut parents = self.parents.borrow_mut();
        if !parents.contains_key(&node.id()) {
            let mut at = match self.top_around(node.start_byte(), node.end_byte()) {
                Some(top) if node.id() != self.root.id() => {
                    parents.insert(top.id(), self.root);
                    top
                }
                _ => self.root,
            };
            while at.id() != node.id() {
                let Some(next) = at.child_with_descendant(node) else { break };
                parents.insert(next.id(), at);
                at = next;
            }
        }
        let mut path = vec![];
        let mut at = node;
        while at.id() != self.root.id() {
            let Some(parent) = parents.get(&at.id()) else { break };
            path.push(*parent);
            at = *parent;
        }
        let path: Rc<[Node<'t>]> = path.into();
        self.paths.borrow_mut().insert(node.id(), path.clone());
        path
    }
    pub fn parent(&self, node: Node<'t>) -> Option<Node<'t>> {
        self.above(node).first().copied()
    }
    pub fn leaf_at(&self, span: Span) -> Option<Node<'t>> {
        self.parts.look_at(span.start);
        let Some(from) = self.top_around(span.start as usize, span.end as usize) else {
            return Some(self.root);
        };
        from.descendant_for_byte_range(span.start as usize, span.end as usize)
    }
    /// What stands at the top of the file and holds these bytes.
    fn top_around(&self, start: usize, end: usize) -> Option<Node<'t>> {
        let tops = self.tops_of(self.parts.part_of(start as u32));
        let at = tops.partition_point(|n| n.start_byte() <= start).checked_sub(1)?;
        Some(tops[at]).filter(|n| end <= n.end_byte() && start < n.end_byte())
    }
    fn tops_of(&self, part: usize) -> &[Node<'t>] {
        self.tops[part].get_or_init(|| self.parts.tops(part))
    }
    /// Everything that stands at the top of the file, in order. Each part is parsed when its turn comes.
    pub fn at_top(&self) -> impl Iterator<Item = Node<'t>> {
        (0..self.tops.len()).flat_map(|part| self.tops_of(part).iter().copied())
    }
    /// What stands at the top of the file as children of it, without parts that are spared and have nothing of this kind.
    pub fn at_top_with(&self, has: impl Fn(&str) -> bool) -> Rc<[Node<'t>]> {
        let looked_at = (0..self.tops.len())
            .filter(|part| !self.parts.is_spared(*part) || self.parts.visible(*part).any(&has));
        let nodes = looked_at.flat_map(|part| self.tops_of(part).iter().copied());
        nodes.filter(|node| node.is_named() && !node.is_extra()).collect()
    }
    /// The bytes of the file from its first mark on.
    pub fn all(&self) -> Span {
        Span::new(self.text.len() - self.text.trim_start().len(), self.text.len())
    }
    /// Like [`span`], of the file too.
    pub fn reach(&self, node: Node<'t>) -> Span {
        if node.id() == self.root.id() { self.all() } else { span(node) }
    }
    /// The named children of a node but comments. Listed once: each element of a long list asks for all of them.
    pub fn children(&self, node: Node<'t>) -> Rc<[Node<'t>]> {
        if let Some(known) = self.children.borrow().get(&node.id()) {
            return known.clone();
        }
        self.parts.look_into(node.start_byte() as u32);
        let found: Rc<[Node<'t>]> = if node.id() == self.root.id() {
            self.at_top().filter(|c| c.is_named() && !c.is_extra()).collect()
        } else {
            node.named_children(&mut self.cursor.borrow_mut()).filter(|c| !c.is_extra()).collect()
        };
        self.children.borrow_mut().insert(node.id(), found.clone());
        found
    }
    /// Takes parentheses, `await`, casts and the like off.
    pub fn bare(&self, mut node: Node<'t>) -> Node<'t> {
        while self.is(node, Kind::Group)
            || self.is(node, Kind::Cast)
            || self.is(node, Kind::Values) && node.named_child_count() == 1
        {
            match self.children(node).first() {
                Some(inner) => node = *inner,
                None => break,
            }
        }
        node
    }
    pub fn sign(&self, shape: &Shape<'t>) -> Option<Sign> {
        self.language.operators.get(self.text_of(shape.part(Part::Operator)?)).copied()
    }
    pub fn call(&self, node: Node<'t>) -> Option<Rc<Call<'t>>> {
        if let Some(known) = self.calls.borrow().get(&node.id()) {
            return known.clone();
        }
        let call = self.unrolled(node).map(Rc::new);
        self.calls.borrow_mut().insert(node.id(), call.clone());
        call
    }
    fn unrolled(&self, node: Node<'t>) -> Option<Call<'t>> {
        let shape = self.ask.one(node, Construct::Call)?;
        let callee = shape.part(Part::Callee)?;
        let mut call = Call {
            node,
            callee,
            name: self.text_of(callee),
            receiver: shape.part(Part::Receiver),
            arguments: shape.part(Part::Arguments)?,
            root: None,
            root_name: None,
            chain: vec![],
        };
        let mut at = call.receiver;
        while let Some(node) = at.map(|n| self.bare(n)) {
            call.root = Some(node);
            if let Some(inner) = self.ask.one(node, Construct::Call) {
                call.chain.push(node);
                call.root_name = inner.part(Part::Callee).map(|c| self.text_of(c));
                at = inner.part(Part::Receiver);
            } else if let Some(member) = self.ask.one(node, Construct::Member) {
                call.root_name = member.part(Part::Name).map(|c| self.text_of(c));
                // `expect(x).to.be.equal(..)`: words between calls say nothing.
                let inner = member.part(Part::Receiver).map(|r| self.innermost_call(r));
                match inner.flatten() {
                    Some(before) => at = Some(before),
                    None => break,
                }
            } else if let Some(lookup) = self.ask.one(node, Construct::Lookup) {
                at = lookup.part(Part::Receiver);
            } else {
                call.root_name = Some(self.text_of(node));
                break;
            }
        }
        Some(call)
    }
    /// The call at the bottom of a run of members (`expect(x).to.have` -> `expect(x)`).
    fn innermost_call(&self, node: Node<'t>) -> Option<Node<'t>> {
        let node = self.bare(node);
        if self.ask.is(node, Construct::Call) {
            return Some(node);
        }
        self.innermost_call(self.ask.one(node, Construct::Member)?.part(Part::Receiver)?)
    }
    pub fn arguments(&self, call: &Call<'t>) -> Vec<Argument<'t>> {
        self.children(call.arguments).iter().copied().map(|item| self.argument(item)).collect()
    }
    pub fn argument(&self, item: Node<'t>) -> Argument<'t> {
        let inner = if self.is(item, Kind::Group) {
            self.children(item).first().copied().unwrap_or(item)
        } else {
            item
        };
        let named = self.keyword_or_pair(inner);
        match named {
            Some(shape) => Argument {
                keyword: shape.part(Part::Key).map(|k| unquote(self.text_of(k))),
                value: self.bare(shape.part(Part::Value).unwrap_or(item)),
                item,
            },
            None => Argument { keyword: None, value: self.bare(item), item },
        }
    }
    fn keyword_or_pair(&self, item: Node<'t>) -> Option<Shape<'t>> {
        self.ask
            .one(item, Construct::Keyword)
            .or_else(|| self.ask.one(item, Construct::Pair).filter(|_| !self.is(item, Kind::Map)))
    }
    /// The key and value of an item of a mapping literal.
    pub fn pair(&self, item: Node<'t>) -> Option<(Node<'t>, Node<'t>)> {
        let shape = self.ask.one(item, Construct::Pair)?;
        Some((shape.part(Part::Key)?, self.bare(shape.part(Part::Value)?)))
    }
    /// The function around a node, or the whole file.
    pub fn function(&self, node: Node<'t>) -> Node<'t> {
        if let Some(known) = self.functions.borrow().get(&node.id()) {
            return *known;
        }
        let found = self
            .above(node)
            .iter()
            .copied()
            .find(|n| self.ask.is(*n, Construct::Function))
            .unwrap_or(self.root);
        self.functions.borrow_mut().insert(node.id(), found);
        found
    }
    pub fn function_name(&self, function: Node<'t>) -> Option<&'t str> {
        let shape = self.ask.one(function, Construct::Function)?;
        if let Some(name) = shape.part(Part::Name) {
            return Some(self.text_of(name));
        }
        // `const f = () => ..`, `f: () => ..`
        let parent = self.parent(function)?;
        if let Some(binding) = self.ask.one(parent, Construct::Binding) {
            return binding.part(Part::Target).map(|t| self.text_of(t));
        }
        self.pair(parent).map(|(key, _)| unquote(self.text_of(key)))
    }
    pub fn in_test(&self, node: Node<'t>) -> bool {
        if self.is_test {
            return true;
        }
        let function = self.function(node);
        if let Some(known) = self.tests.borrow().get(&function.id()) {
            return *known;
        }
        let is_test = |n: Node<'t>| {
            self.function_name(n).is_some_and(|f| self.language.is_test_function(f)) || self.is_test_module(n)
        };
        let found = is_test(function) || self.above(function).iter().any(|n| is_test(*n));
        self.tests.borrow_mut().insert(function.id(), found);
        found
    }
    /// A module or function marked as a test by what stands right before it (`#[cfg(test)]`, `#[test]`).
    fn is_test_module(&self, node: Node<'t>) -> bool {
        let marks = &self.language.traits.test_marks;
        if marks.is_empty() || !(self.is(node, Kind::Container) || self.ask.is(node, Construct::Function)) {
            return false;
        }
        let mut before = node.prev_named_sibling();
        while let Some(sibling) = before.filter(|s| self.is(*s, Kind::Flat) || s.is_extra()) {
            if marks.iter().any(|mark| self.text_of(sibling).contains(mark.as_str())) {
                return true;
            }
            before = sibling.prev_named_sibling();
        }
        false
    }
    /// Every identifier with this text within a span, in order, whose place in the text is such that it may be one of these: what
    /// is looked at has to be parsed.
    pub fn occurrences(
        &self,
        name: &'t str,
        within: Span,
        may_be: impl Fn(Span) -> bool,
    ) -> impl Iterator<Item = Node<'t>> {
        let all = self.places(name);
        let from = all.partition_point(|at| *at < within.start);
        (from..all.len())
            .map(move |i| Span::new(all[i] as usize, all[i] as usize + name.len()))
            .take_while(move |place| place.end <= within.end)
            .filter(move |place| may_be(*place))
            .filter_map(move |place| self.identifier_at(place.start as usize, name))
    }
    /// The same, of those that may be used in this way.
    pub fn used_as(&self, used: Use, name: &'t str, within: Span) -> impl Iterator<Item = Node<'t>> {
        self.occurrences(name, within, move |place| used.may_be_at(self.text, place))
    }
    /// Every identifier of the file with this text that may be the name of a definition: no member of something, and no call
    /// where a word has to stand before a definition.
    pub fn definitions(&self, name: &'t str) -> impl Iterator<Item = Node<'t>> {
        let places = self.places(name);
        (0..places.len())
            .map(move |i| places[i] as usize)
            .filter(move |at| self.may_define(*at, name))
            .filter_map(move |at| self.identifier_at(at, name))
    }
    fn may_define(&self, at: usize, name: &str) -> bool {
        let bytes = self.text.as_bytes();
        let next = self.text[at + name.len()..].trim_start();
        let is_bound = next.starts_with(['=', ':']) && !next.starts_with("==");
        if at > 0 && matches!(bytes[at - 1], b'.' | b':') || !is_bound && !next.starts_with(['(', '<', '[']) {
            return false;
        }
        if bytes.get(at + name.len()) != Some(&b'(') {
            return true;
        }
        if self.language.traits.bare_methods {
            return uses::precedes_a_body(self.text, at + name.len());
        }
        let end = bytes[..at].iter().rposition(|b| *b != b' ').map_or(0, |last| last + 1);
        let word = &self.text[word_start(bytes, end)..end];
        bytes[..end].ends_with(b")") || !word.is_empty() && !BEFORE_A_VALUE.contains(&word)
    }
    fn identifier_at(&self, at: usize, name: &str) -> Option<Node<'t>> {
        let node = self.leaf_at(Span::new(at, at + name.len()))?;
        (self.is(node, Kind::Name) && node.end_byte() - node.start_byte() == name.len()).then_some(node)
    }
    /// Where this word stands in the text, found once a name.
    fn places(&self, name: &'t str) -> Rc<[u32]> {
        if let Some(known) = self.names.borrow().get(name) {
            return known.clone();
        }
        let bytes = self.text.as_bytes();
        let word =
            |i: usize| bytes.get(i).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_' || *b == b'$');
        let found: Rc<[u32]> = memchr::memmem::find_iter(bytes, name.as_bytes())
            .filter(|&at| !(at > 0 && word(at - 1)) && !word(at + name.len()))
            .take(MOST_OCCURRENCES)
            .map(|at| at as u32)
            .collect();
        self.names.borrow_mut().insert(name, found.clone());
        found
    }
    /// How many codes are written out at a node: a literal, a quoted literal, a constant, a range.
    pub fn codes_of(&self, node: Node<'t>) -> Option<(Codes, crate::facts::Form)> {
        self.written_at(node).map(|w| (w.codes, w.form))
    }
}

/// Words behind which a call stands and no definition, in any language.
const BEFORE_A_VALUE: &[&str] = &[
    "and", "assert", "await", "else", "if", "in", "not", "or", "raise", "return", "throw", "while", "yield",
];

/// A name that occurs more often than this is no slot of a few uses.
const MOST_OCCURRENCES: usize = 4000;

/// `404` or `4xx`, and nothing else.
pub fn written(text: &str) -> Option<Codes> {
    let class = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX"));
    match class {
        Some(digit) => digit.parse::<u16>().ok().filter(|d| (1..=5).contains(d)).map(Codes::class),
        None => (text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse().ok())
            .flatten()
            .map(Codes::one),
    }
}

/// The text between the quotes of a literal, prefixes and triple quotes included.
pub fn unquote(text: &str) -> &str {
    let inner = text.trim_start_matches(['b', 'r', 'u', 'f', 'B', 'R', 'U', 'F', '#']).trim_end_matches('#');
    for triple in ["\"\"\"", "'''"] {
        if let Some(body) = inner.strip_prefix(triple).and_then(|rest| rest.strip_suffix(triple)) {
            return body;
        }
    }
    match inner.chars().next() {
        Some(quote @ ('"' | '\'' | '`')) if inner.len() >= 2 && inner.ends_with(quote) => {
            &inner[1..inner.len() - 1]
        }
        _ => text,
    }
}
