//! Where a value goes: from an expression up to the construct that gives it a meaning.

use super::file::{Call, File, unquote};
use crate::languages::shapes::{Construct, Part, Shape};
use crate::languages::{Kind, Sign};
use std::rc::Rc;
use tree_sitter::Node;

/// The construct that a value ends in.
#[derive(Clone, Debug)]
pub enum Sink<'t> {
    /// `index` counts positional arguments; `keyword` is the name where there is one.
    Argument {
        call: Rc<Call<'t>>,
        index: usize,
        keyword: Option<&'t str>,
        item: Node<'t>,
    },
    Pair {
        key: Node<'t>,
        map: Node<'t>,
        item: Node<'t>,
    },
    /// The value is itself the key of a pair.
    Key {
        value: Node<'t>,
        map: Node<'t>,
        item: Node<'t>,
    },
    Element {
        list: Node<'t>,
        index: usize,
    },
    Binding {
        target: Node<'t>,
    },
    Compared {
        shape: Shape<'t>,
    },
    /// A value that stands alone beside a comparison.
    Operand {
        shape: Shape<'t>,
    },
    Arm {
        subject: Option<Node<'t>>,
    },
    Return {
        statement: Node<'t>,
        index: usize,
    },
    Raise,
    Lookup {
        receiver: Node<'t>,
    },
    /// An end of a range literal.
    Range {
        range: Node<'t>,
    },
    /// A positional cell of a table of structs.
    Cell {
        table: Shape<'t>,
        index: usize,
    },
    Annotation,
    Other,
}

impl<'t> File<'t> {
    /// Climbs through groups, awaits, casts, choices, defaults, blocks with a value.
    pub fn sink(&self, node: Node<'t>) -> Sink<'t> {
        if let Some(known) = self.sinks.borrow().get(&node.id()) {
            return known.clone();
        }
        let found = self.climb(node);
        self.sinks.borrow_mut().insert(node.id(), found.clone());
        found
    }
    fn climb(&self, node: Node<'t>) -> Sink<'t> {
        let above = self.above(node);
        let mut at = node;
        let mut i = 0;
        while let Some(&parent) = above.get(i) {
            let outer = above.get(i + 1).copied();
            i += 1;
            if self.is(parent, Kind::Return) {
                return Sink::Return { statement: parent, index: 0 };
            }
            if self.is(parent, Kind::Raise) {
                return Sink::Raise;
            }
            let shapes = self.ask.at(parent);
            let Some(shape) =
                shapes.iter().find(|s| s.part_around(at).is_some() || s.construct == Construct::Comparison)
            else {
                // Containers without a shape of their own: argument lists, literal bodies, rows.
                if let Some(outer) = outer {
                    if self.is(parent, Kind::List) && !self.is_arguments(parent, outer) {
                        return self.element(parent, at, outer, &above[i..]);
                    }
                    let call = self.call(outer).filter(|c| c.arguments.id() == parent.id());
                    if let Some(call) = call {
                        let index = self
                            .children(parent)
                            .iter()
                            .filter(|c| !self.is_keyword(**c))
                            .position(|c| c.id() == at.id())
                            .unwrap_or(0);
                        return Sink::Argument { call, index, keyword: None, item: at };
                    }
                }
                let passes = self.is(parent, Kind::Group)
                    || self.is(parent, Kind::Spread)
                    || self.is(parent, Kind::Cast)
                    || self.is(parent, Kind::Alternatives)
                    || self.is_alternation(parent);
                // `from_u16(404).unwrap()`: the value is the receiver of a call that passes it on.
                let unwraps = self.call(parent).is_some_and(|c| {
                    at.byte_range().contains(&c.callee.start_byte())
                        && self.language.traits.unwrapping.iter().any(|u| u == c.name)
                });
                if passes || unwraps || self.is_tail(parent, at) {
                    if self.is_tail(parent, at) && outer.is_some_and(|o| self.ask.is(o, Construct::Function))
                    {
                        return Sink::Return { statement: at, index: 0 };
                    }
                    at = parent;
                    continue;
                }
                return Sink::Other;
            };
            let part = shape.part_around(at).unwrap_or(Part::Operand);
            match (shape.construct, part) {
                (Construct::Keyword, Part::Value) => {
                    let call = above.get(i..).into_iter().flatten().take(2).find_map(|n| self.call(*n));
                    let key = shape.part(Part::Key).map(|k| self.text_of(k));
                    return match call {
                        Some(call) => Sink::Argument { call, index: 0, keyword: key, item: parent },
                        None => Sink::Other,
                    };
                }
                (Construct::Pair, Part::Value | Part::Key) => {
                    let Some(map) = outer else { return Sink::Other };
                    // A struct literal is a call whose arguments are pairs.
                    if let Some(call) =
                        above.get(i + 1).and_then(|n| self.call(*n)).filter(|c| c.arguments.id() == map.id())
                    {
                        if part == Part::Value {
                            return Sink::Argument {
                                call,
                                index: 0,
                                keyword: shape.part(Part::Key).map(|k| unquote(self.text_of(k))),
                                item: parent,
                            };
                        }
                    }
                    let (Some(key), Some(value)) = (shape.part(Part::Key), shape.part(Part::Value)) else {
                        return Sink::Other;
                    };
                    return match part {
                        Part::Value => Sink::Pair { key, map, item: parent },
                        _ => Sink::Key { value, map, item: parent },
                    };
                }
                (Construct::Binding, Part::Value) => match shape.part(Part::Target) {
                    Some(target) => return Sink::Binding { target: self.bare(target) },
                    None => return Sink::Other,
                },
                (Construct::Comparison, _) => return Sink::Compared { shape: shape.clone() },
                (Construct::Boolean, _) => {
                    let Some(other) = shape.part(if part == Part::Right { Part::Left } else { Part::Right })
                    else {
                        return Sink::Other;
                    };
                    let tested = self.is_tested(other);
                    let sign = self.sign(shape);
                    if sign == Some(Sign::Default)
                        || sign == Some(Sign::Or) && !tested
                        || sign == Some(Sign::And) && part == Part::Right && !tested
                    {
                        at = parent; // a default: `code || 500`
                        continue;
                    }
                    return Sink::Operand { shape: shape.clone() };
                }
                (Construct::Choice, Part::Consequence | Part::Alternative) => at = parent,
                (Construct::Lookup, Part::Index) => match shape.part(Part::Receiver) {
                    Some(receiver) => return Sink::Lookup { receiver },
                    None => return Sink::Other,
                },
                (Construct::Member, Part::Receiver)
                    if shape.part(Part::Name).is_some_and(|n| {
                        self.language.traits.unwrapping.iter().any(|u| u == self.text_of(n))
                    }) =>
                {
                    at = parent;
                }
                (Construct::Call, Part::Receiver)
                    if shape.part(Part::Callee).is_some_and(|n| {
                        self.language.traits.unwrapping.iter().any(|u| u == self.text_of(n))
                    }) =>
                {
                    at = parent;
                }
                (Construct::Range, _) => {
                    return self.range_sink(parent, &above[i..]);
                }
                (Construct::Arm, Part::Pattern) => {
                    let subject = above[i..]
                        .iter()
                        .take(3)
                        .find_map(|n| self.ask.one(*n, Construct::Switch))
                        .and_then(|s| s.part(Part::Subject));
                    return Sink::Arm { subject };
                }
                // The value of an arm is the value of its switch.
                (Construct::Arm, Part::Value) => at = parent,
                (Construct::Switch, _) => at = parent,
                (Construct::Function, Part::Body) if !self.is(at, Kind::Block) => {
                    return Sink::Return { statement: at, index: 0 };
                }
                (Construct::Function, Part::Body) if self.language.traits.tail_expressions => {
                    return Sink::Return { statement: at, index: 0 };
                }
                (Construct::Annotation, Part::Mark) => return Sink::Annotation,
                (Construct::Test, Part::Consequence | Part::Alternative)
                    if self.language.traits.tail_expressions =>
                {
                    at = parent;
                }
                _ => return Sink::Other,
            }
        }
        Sink::Other
    }
    /// Codes joined by `|` and nothing else, as in a pattern; a mask has a name.
    fn is_alternation(&self, node: Node<'t>) -> bool {
        node.child_by_field_name("operator").is_some_and(|sign| self.text_of(sign) == "|")
            && self
                .children(node)
                .iter()
                .copied()
                .all(|part| self.codes_of(part).is_some() || self.is_alternation(part))
    }
    /// A condition, or a chain of them: `a && b > 1`, `x == 1 || 2`. `a && b.status` ends in a value, and is one.
    fn is_tested(&self, node: Node<'t>) -> bool {
        let node = self.bare(node);
        let Some(boolean) = self.ask.one(node, Construct::Boolean) else {
            return self.ask.is(node, Construct::Comparison);
        };
        let tests = |part: Part| boolean.part(part).is_none_or(|side| self.is_tested(side));
        tests(Part::Right) || self.sign(&boolean) != Some(Sign::And) && tests(Part::Left)
    }
    /// A range literal goes where a list would: into a membership test, an arm, a binding. In a loop it is no status.
    fn range_sink(&self, range: Node<'t>, above: &[Node<'t>]) -> Sink<'t> {
        for (k, parent) in above.iter().enumerate() {
            if self.is(*parent, Kind::Group) || self.is(*parent, Kind::Alternatives) {
                continue;
            }
            if self.ask.is(*parent, Construct::Arm) {
                let subject = above[k..]
                    .iter()
                    .take(4)
                    .find_map(|n| self.ask.one(*n, Construct::Switch))
                    .and_then(|s| s.part(Part::Subject));
                return Sink::Arm { subject };
            }
            break;
        }
        Sink::Range { range }
    }
    /// The last expression of a block whose value is the block's.
    fn is_tail(&self, parent: Node<'t>, at: Node<'t>) -> bool {
        if !self.language.traits.tail_expressions {
            return false;
        }
        (self.is(parent, Kind::Block)
            && !self.is(at, Kind::Statement)
            && self.children(parent).last().is_some_and(|l| l.id() == at.id()))
            || self.is(parent, Kind::Branch)
            || self.is(parent, Kind::Statement)
                && self.is(at, Kind::Branch)
                && self.parent(parent).is_some_and(|p| {
                    self.is(p, Kind::Block) && self.children(p).last().is_some_and(|l| l.id() == parent.id())
                })
    }
    fn is_arguments(&self, list: Node<'t>, outer: Node<'t>) -> bool {
        self.call(outer).is_some_and(|c| c.arguments.id() == list.id())
    }
    pub fn is_keyword(&self, node: Node<'t>) -> bool {
        self.ask.is(node, Construct::Keyword)
    }
    fn element(&self, list: Node<'t>, at: Node<'t>, outer: Node<'t>, above: &[Node<'t>]) -> Sink<'t> {
        let index = self.children(list).iter().position(|c| c.id() == at.id()).unwrap_or(0);
        if self.is(outer, Kind::Return) {
            return Sink::Return { statement: outer, index };
        }
        if let Some(binding) = self.ask.one(outer, Construct::Binding) {
            let Some(target) = binding.part(Part::Target) else { return Sink::Other };
            let targets =
                if self.is(target, Kind::List) { self.children(target) } else { Rc::from([target]) };
            let values = self.children(list).len();
            // `a, b = 404, "x"` pairs up; `codes = [404, 500]` does not. One value for one name is the value itself.
            if targets.len() == values && (targets.len() > 1 || self.is(list, Kind::Values)) {
                return Sink::Binding { target: targets[index] };
            }
            return Sink::Element { list, index };
        }
        if self.ask.is(outer, Construct::Arm) {
            let subject = above
                .iter()
                .take(3)
                .find_map(|n| self.ask.one(*n, Construct::Switch))
                .and_then(|s| s.part(Part::Subject));
            return Sink::Arm { subject };
        }
        // A row of a table of structs: list < [literal element] < rows < table.
        for (k, n) in above.iter().enumerate().take(4) {
            if let Some(table) = self.ask.one(*n, Construct::Table) {
                if k >= 1 && table.part(Part::Rows).is_some_and(|r| r.id() != list.id()) {
                    return Sink::Cell { table, index };
                }
            }
        }
        // The tail of a block is a value: `(StatusCode::OK, body)` at the end of a function.
        if self.language.traits.tail_expressions && self.is_tail(outer, list) {
            let function = self.function(list);
            if self
                .ask
                .one(function, Construct::Function)
                .and_then(|f| f.part(Part::Body))
                .is_some_and(|b| b.id() == outer.id())
            {
                return Sink::Return { statement: list, index };
            }
        }
        Sink::Element { list, index }
    }
}
