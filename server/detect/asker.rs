//! The seam to tree-sitter's query engine: which constructs does this very node form, and what are their parts?

use crate::languages::shapes::{Construct, Part, Shape, Shapes};
use rustc_hash::FxHashMap as HashMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};
use streaming_iterator::StreamingIterator;
use tree_sitter::{Node, QueryCursor};

/// Asks, and remembers the answer: many candidates share their enclosing constructs.
pub struct Asker<'t> {
    shapes: &'t Shapes,
    text: &'t str,
    cursor: RefCell<QueryCursor>,
    seen: RefCell<HashMap<usize, Rc<[Shape<'t>]>>>,
    nothing: Rc<[Shape<'t>]>,
    spent: Cell<Duration>,
}

impl<'t> Asker<'t> {
    pub fn new(shapes: &'t Shapes, text: &'t str) -> Self {
        let mut cursor = QueryCursor::new();
        cursor.set_max_start_depth(Some(0));
        Asker {
            shapes,
            text,
            cursor: RefCell::new(cursor),
            seen: RefCell::default(),
            nothing: Rc::new([]),
            spent: Cell::default(),
        }
    }
    /// Every construct that the node forms. A node whose kind begins no pattern costs a look-up.
    pub fn at(&self, node: Node<'t>) -> Rc<[Shape<'t>]> {
        if !self.shapes.may_be_any(node) {
            return self.nothing.clone();
        }
        if let Some(known) = self.seen.borrow().get(&node.id()) {
            return known.clone();
        }
        let began = Instant::now();
        let mut found: Vec<Shape<'t>> = vec![];
        let mut cursor = self.cursor.borrow_mut();
        let mut matches = cursor.matches(&self.shapes.query, node, self.text.as_bytes());
        while let Some(m) = matches.next() {
            let construct = self.shapes.constructs[m.pattern_index];
            let mut shape = Shape { construct, node, parts: vec![] };
            let mut here = false;
            for capture in m.captures() {
                match self.shapes.parts[capture.index as usize] {
                    Ok(part) => shape.parts.push((part, capture.node)),
                    Err(_) if capture.node.id() == node.id() => here = true,
                    Err(Construct::Function) => shape.parts.push((Part::Inner, capture.node)),
                    Err(_) => {}
                }
            }
            if construct == Construct::Binary {
                let operator = shape.part(Part::Operator).map_or("", |o| &self.text[o.byte_range()]);
                match self.shapes.operators.get(operator) {
                    Some(meant) => shape.construct = *meant,
                    None => continue,
                }
            }
            if here {
                found.push(shape);
            }
        }
        let found: Rc<[Shape<'t>]> = found.into();
        self.seen.borrow_mut().insert(node.id(), found.clone());
        self.spent.set(self.spent.get() + began.elapsed());
        found
    }
    /// How long answers took that were not remembered.
    pub fn spent(&self) -> Duration {
        self.spent.get()
    }
    /// The node as this construct, if it is one.
    pub fn one(&self, node: Node<'t>, construct: Construct) -> Option<Shape<'t>> {
        if !self.shapes.may_be(node, construct) {
            return None;
        }
        self.at(node).iter().find(|s| s.construct == construct).cloned()
    }
    /// The node is this construct.
    pub fn is(&self, node: Node<'t>, construct: Construct) -> bool {
        self.shapes.may_be(node, construct) && self.at(node).iter().any(|s| s.construct == construct)
    }
}
