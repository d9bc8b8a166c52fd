//! Codes in lists: membership tests, rows of tables, tuples that a helper takes.

use super::file::{Call, File, span};
use super::known::role_of;
use super::sinks::Sink;
use super::uses::Use;
use crate::facts::{Certainty, Site};
use crate::languages::Kind;
use crate::languages::rows::TableArguments;
use crate::languages::shapes::{Construct, Part};
use tree_sitter::Node;

use super::meaning::{Meaning, meaning};

impl<'t> File<'t> {
    /// A local list, a membership test, a row of a parametrised test, or a list that is itself an argument.
    pub(super) fn element_meaning(&self, list: Node<'t>, index: usize, node: Node<'t>) -> Option<Meaning> {
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
        if let Some(meaning) = self.looped_meaning(expression, &outer, index) {
            return Some(meaning);
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
        let holds_only_codes = wrapped.is_some() || self.holds_only_codes(expression);
        match &outer {
            Sink::Return { .. } if !holds_only_codes => None,
            _ => self.place_meaning(&outer, node).map(|m| Meaning { site: Site::Element, ..m }),
        }
    }
    /// `for status in (200, 404)`, `for path, status in [("/", 200)]`: what the loop calls the element.
    fn looped_meaning(&self, list: Node<'t>, outer: &Sink<'t>, index: usize) -> Option<Meaning> {
        let target = match self.loop_target(list) {
            Some(target) => self.last_of(target),
            None => {
                let Sink::Element { list: rows, .. } = outer else { return None };
                let targets = self.loop_target(*rows)?;
                *self.children(targets).get(index).filter(|_| self.is(targets, Kind::List))?
            }
        };
        let slot = self.slot(target)?;
        self.flow(slot, Certainty::Proven, Site::Element)
    }
    /// The name behind an index: `for _, status := range codes`.
    fn last_of(&self, target: Node<'t>) -> Node<'t> {
        match self.is(target, Kind::List) {
            true => self.children(target).last().copied().unwrap_or(target),
            false => target,
        }
    }
    /// The names that a loop gives to the elements of this list.
    pub(super) fn loop_target(&self, list: Node<'t>) -> Option<Node<'t>> {
        let holder = *self.above(list).iter().take(3).find(|n| {
            ["right", "value"].iter().any(|field| {
                n.child_by_field_name(field).is_some_and(|value| span(value).contains(span(list)))
            })
        })?;
        let looped =
            self.is(holder, Kind::Loop) || self.parent(holder).is_some_and(|p| self.is(p, Kind::Loop));
        let bound = holder.child_by_field_name("left").or_else(|| holder.child_by_field_name("pattern"));
        let value = holder.child_by_field_name("right").or_else(|| holder.child_by_field_name("value"))?;
        bound.filter(|_| looped && self.bare(value).id() == list.id())
    }
    fn holds_only_codes(&self, list: Node<'t>) -> bool {
        if let Some(known) = self.of_codes.borrow().get(&list.id()) {
            return *known;
        }
        let found = self.children(list).iter().all(|element| self.is_code_like(*element));
        self.of_codes.borrow_mut().insert(list.id(), found);
        found
    }
    pub(super) fn is_code_like(&self, node: Node<'t>) -> bool {
        let node = self.bare(node);
        self.codes_of(node).is_some()
            || self.is(node, Kind::Spread)
            || self.ask.is(node, Construct::Range)
            || self.is(node, Kind::Name)
    }
    pub(super) fn table_cell(
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
        let slot = self.used_as(Use::Alone, name, span(parameter)).next().and_then(|n| self.slot(n))?;
        self.flow(slot, Certainty::Proven, Site::Column)
    }
    /// `it.each(rows)("title", (a, b) => ..)`: the function whose parameters the rows fill.
    pub(super) fn function_called_with(&self, call: &Call<'t>) -> Option<Node<'t>> {
        let outer = self.parent(call.node)?;
        let arguments = outer.child_by_field_name("arguments")?;
        self.children(arguments).iter().copied().find(|n| self.ask.is(*n, Construct::Function))
    }
    pub(super) fn table_call(&self, list: Node<'t>) -> Option<(std::rc::Rc<Call<'t>>, &'t TableArguments)> {
        // A list in a mapping is one cell of a row, not the row.
        self.above(list).iter().take(6).take_while(|n| self.pair(**n).is_none()).find_map(|n| {
            let call = self.call(*n)?;
            let table = self.known(&call)?.row.table.as_ref()?;
            Some((call, table))
        })
    }
}
