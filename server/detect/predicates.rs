//! Conditions about one subject, lowered to sets of codes with the operators that join them.

use super::file::{Call, File, span};
use super::sinks::Sink;
use crate::facts::{Atom, Certainty, Condition, Operator, Predicate, RangeParts};
use crate::languages::shapes::{Construct, Part, Shape};
use crate::languages::{Kind, Sign};
use crate::status::Codes;
use crate::text::Span;
use std::rc::Rc;
use tree_sitter::Node;

/// The codes that pass `subject operator codes`.
fn passing(operator: Operator, codes: Codes) -> Option<Codes> {
    use Operator::*;
    let one = codes.single();
    Some(match operator {
        Equal | Within => codes,
        Unequal | Without => codes.complement(),
        Less => one.filter(|c| *c > 0).map(|c| Codes::range(0, c - 1))?,
        AtMost => Codes::range(0, one?),
        Greater => one.filter(|c| *c < 999).map(|c| Codes::range(c + 1, 999))?,
        AtLeast => Codes::range(one?, 999),
    })
}

/// What a membership operand holds.
struct Many {
    codes: Codes,
    range: Option<RangeParts>,
}

impl<'t> File<'t> {
    /// The outermost condition around a mention, if it stands in one.
    pub fn condition_around(&self, node: Node<'t>) -> Option<Node<'t>> {
        let mut inside = None;
        for &parent in self.above(node).iter() {
            let shapes = self.ask.at(parent);
            let logical = shapes.iter().any(|s| {
                matches!(s.construct, Construct::Comparison | Construct::Boolean | Construct::Negation)
            }) || self.membership_call(parent).is_some();
            if logical {
                inside = Some(parent);
                continue;
            }
            let passes = match inside {
                Some(_) => self.is(parent, Kind::Group),
                None => self.passes_to_condition(parent, &shapes),
            };
            if !passes {
                break;
            }
        }
        inside
    }
    fn passes_to_condition(&self, node: Node<'t>, shapes: &[Shape<'t>]) -> bool {
        self.is(node, Kind::List)
            || self.is(node, Kind::Group)
            || self.is(node, Kind::Cast)
            || shapes.iter().any(|s| {
                matches!(
                    s.construct,
                    Construct::Member | Construct::Call | Construct::Range | Construct::Sequence
                )
            })
            || self.parent(node).is_some_and(|parent| self.range_call(parent).is_some())
    }
    /// `range(200, 300)`, and whether its upper end belongs to it.
    fn range_call(&self, node: Node<'t>) -> Option<(Rc<Call<'t>>, bool)> {
        let call = self.call(node)?;
        let row = self.language.traits.ranges.iter().find(|row| row.call == call.name)?;
        Some((call, row.inclusive))
    }
    /// `200..=299 =>`: an arm that takes a range is a test of its switch's subject.
    pub fn range_arm(&self, node: Node<'t>) -> Option<Predicate> {
        let range = *self.above(node).iter().take(2).find(|above| self.ask.is(**above, Construct::Range))?;
        let Sink::Arm { subject: Some(subject) } = self.sink(node) else { return None };
        let many = self.range(range)?;
        let atom = Atom {
            operator_span: many.range.and_then(|range| range.operator).unwrap_or_default(),
            operand: span(range),
            range: many.range,
            set: many.codes,
            whole: span(range),
            ..self.about(self.bare(subject))
        };
        Some(Predicate {
            condition: Condition::Atom(atom),
            whole: span(range),
            in_test: self.in_test(range),
            tested: false,
            arm: true,
            scope: None,
            then: None,
        })
    }
    pub fn predicate(&self, whole: Node<'t>) -> Predicate {
        let above = self.above(whole);
        let arm = above.first().is_some_and(|n| self.ask.is(*n, Construct::Arm));
        let test = above.iter().take(3).find_map(|n| {
            self.ask.one(*n, Construct::Test).filter(|t| t.part_around(whole) == Some(Part::Condition))
        });
        Predicate {
            condition: self.lower(whole, 0),
            whole: span(whole),
            in_test: self.in_test(whole),
            tested: test.is_some(),
            arm,
            scope: None,
            then: test.and_then(|test| test.part(Part::Consequence)).map(span),
        }
    }
    fn lower(&self, node: Node<'t>, depth: usize) -> Condition {
        let node = self.bare(node);
        if depth > 60 {
            return Condition::Opaque;
        }
        let shapes = self.ask.at(node);
        if let Some(shape) = shapes.iter().find(|s| s.construct == Construct::Boolean) {
            return self.joined(node, shape, depth);
        }
        if let Some(shape) = shapes.iter().find(|s| s.construct == Construct::Negation) {
            return shape
                .part(Part::Operand)
                .map_or(Condition::Opaque, |n| Condition::Not(Box::new(self.lower(n, depth + 1))));
        }
        if let Some(shape) = shapes.iter().find(|s| s.construct == Construct::Comparison) {
            return self.comparison(shape);
        }
        if let Some(atom) = self.membership_call(node) {
            return Condition::Atom(atom);
        }
        match self.codes_of(node) {
            Some((codes, _)) => Condition::Bare { codes, span: span(node) },
            None => Condition::Opaque,
        }
    }
    fn joined(&self, node: Node<'t>, shape: &Shape<'t>, depth: usize) -> Condition {
        let (Some(left), Some(right), Some(operator)) =
            (shape.part(Part::Left), shape.part(Part::Right), shape.part(Part::Operator))
        else {
            return Condition::Opaque;
        };
        let any = match self.sign(shape) {
            Some(Sign::Or) => true,
            Some(Sign::And) => false,
            _ => return Condition::Opaque,
        };
        let (left, right) = (self.lower(left, depth + 1), self.lower(right, depth + 1));
        let (mut parts, mut joins) = (vec![], vec![]);
        match left {
            Condition::Joined { any: same, parts: inner, joins: between, .. }
                if same == any && !between.is_empty() =>
            {
                (parts, joins) = (inner, between);
            }
            other => parts.push(other),
        }
        joins.push(span(operator));
        parts.push(right);
        Condition::Joined { any, parts, joins, whole: span(node) }
    }
    /// `a < x < b` is two atoms joined by an `and` that nobody wrote.
    fn comparison(&self, shape: &Shape<'t>) -> Condition {
        let mut atoms = vec![];
        if let (Some(left), Some(operator), Some(right)) =
            (shape.part(Part::Left), shape.part(Part::Operator), shape.part(Part::Right))
        {
            atoms.push(self.atom(left, operator, right));
        } else {
            let mut cursor = shape.node.walk();
            let all: Vec<Node> = shape.node.children(&mut cursor).filter(|c| !c.is_extra()).collect();
            for i in (1..all.len().saturating_sub(1)).step_by(2) {
                atoms.push(self.atom(all[i - 1], all[i], all[i + 1]));
            }
        }
        match atoms.len() {
            0 => Condition::Opaque,
            1 => atoms.remove(0),
            _ => Condition::Joined { any: false, parts: atoms, joins: vec![], whole: span(shape.node) },
        }
    }
    fn atom(&self, left: Node<'t>, operator: Node<'t>, right: Node<'t>) -> Condition {
        let Some(Sign::Test(sign)) = self.language.operators.get(self.text_of(operator)) else {
            return Condition::Opaque;
        };
        let (subject, operand, many, sign, mirrored) = match (self.many(left, *sign), self.many(right, *sign))
        {
            (None, Some(many)) => (left, right, many, *sign, false),
            (Some(many), None) => (right, left, many, sign.mirrored(), true),
            _ => return Condition::Opaque,
        };
        let Some(set) = passing(sign, many.codes) else { return Condition::Opaque };
        let bare = self.bare(subject);
        // `status / 100 == 2`: a class, where division truncates; nothing we can say elsewhere.
        if self.ask.is(bare, Construct::Arithmetic) {
            return Condition::Opaque;
        }
        Condition::Atom(Atom {
            operator: sign,
            operator_span: span(operator),
            operand: span(operand),
            range: many.range,
            set,
            whole: Span::new(left.start_byte(), right.end_byte()),
            mirrored,
            ..self.about(bare)
        })
    }
    /// The subject's part of an atom.
    fn about(&self, subject: Node<'t>) -> Atom {
        let certainty = self.reads_status(subject, 0).map_or(Certainty::Shaped, |r| r.0);
        let key: String =
            self.text_of(subject).replace("?.", ".").replace('&', "").split_whitespace().collect();
        let pure = !key.contains('(')
            || key.matches('(').count() == key.matches("()").count() && certainty >= Certainty::Named;
        Atom {
            subject: span(subject),
            key,
            certainty,
            operator: Operator::Within,
            operator_span: Span::default(),
            operand: Span::default(),
            range: None,
            set: Codes::EMPTY,
            whole: Span::default(),
            pure,
            mirrored: false,
            literal: true,
        }
    }
    /// `[200, 204].includes(status)`, `(200..300).contains(&status)`, `slices.Contains(list, status)`, `res.ok`.
    fn membership_call(&self, node: Node<'t>) -> Option<Atom> {
        let call = self.call(node)?;
        let test = self.language.traits.tests.iter().find(|t| t.call == call.name)?;
        let arguments = self.arguments(&call);
        let list = match test.list {
            Some(i) => arguments.get(i)?.value,
            None => call.receiver?,
        };
        let subject = match test.subject {
            Some(i) => arguments.get(i)?.value,
            None => call.receiver?,
        };
        let many = self.many(list, Operator::Within)?;
        Some(Atom {
            operator_span: span(call.callee),
            operand: span(list),
            range: many.range,
            set: many.codes,
            whole: span(node),
            ..self.about(self.bare(subject))
        })
    }
    /// A literal, or for membership a list of literals or a range.
    fn many(&self, node: Node<'t>, operator: Operator) -> Option<Many> {
        let node = self.bare(node);
        if !matches!(operator, Operator::Within | Operator::Without) {
            return self.codes_of(node).map(|(codes, _)| Many { codes, range: None });
        }
        if let Some(range) = self.range(node) {
            return Some(range);
        }
        let list = match self.ask.one(node, Construct::Sequence) {
            Some(sequence) => sequence.part(Part::Elements)?,
            None => node,
        };
        if self.is(list, Kind::List) {
            let codes = self
                .children(list)
                .iter()
                .copied()
                .try_fold(Codes::EMPTY, |all, c| self.codes_of(c).map(|(codes, _)| all.union(codes)))?;
            return Some(Many { codes, range: None });
        }
        None
    }
    /// `200..300`, `200..=299`, `range(200, 300)`.
    fn range(&self, node: Node<'t>) -> Option<Many> {
        let one = |n: Node<'t>| self.codes_of(n).and_then(|(codes, _)| codes.single());
        let (low, high, inclusive, operator) = if let Some(shape) = self.ask.one(node, Construct::Range) {
            let inclusive = self.sign(&shape) == Some(Sign::Through);
            (shape.part(Part::Low)?, shape.part(Part::High)?, inclusive, shape.part(Part::Operator))
        } else {
            let (call, inclusive) = self.range_call(node)?;
            let arguments = self.arguments(&call);
            if arguments.len() != 2 {
                return None;
            }
            (arguments[0].value, arguments[1].value, inclusive, None)
        };
        let (from, to) = (one(low)?, one(high)?);
        if from > to {
            return None;
        }
        let codes = if inclusive {
            Codes::range(from, to)
        } else if to == from {
            Codes::EMPTY
        } else {
            Codes::range(from, to - 1)
        };
        Some(Many {
            codes,
            range: Some(RangeParts {
                low: span(low),
                high: span(high),
                inclusive,
                operator: operator.map(span),
            }),
        })
    }
}
