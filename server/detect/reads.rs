//! Does an expression read a status?

use super::file::{File, unquote};
use super::words::{says_status, words};
use crate::facts::{Certainty, Evidence};
use crate::languages::rows::Accessor;
use crate::languages::shapes::{Construct, Part};
use crate::languages::{Kind, Sign};
use tree_sitter::Node;

impl<'t> File<'t> {
    /// Does this expression read a status? `depth` keeps slots from asking each other for ever.
    pub fn reads_status(&self, node: Node<'t>, depth: usize) -> Option<(Certainty, Evidence)> {
        let node = self.bare(node);
        if let Some(call) = self.call(node) {
            let arguments = self.arguments(&call);
            let traits = &self.language.traits;
            if traits.converting.iter().any(|t| t == call.name) && !arguments.is_empty() {
                return self.reads_status(arguments.first()?.value, depth);
            }
            if traits.unwrapping.iter().any(|t| t == call.name) && arguments.is_empty() {
                if let Some(receiver) = call.receiver {
                    return self.reads_status(receiver, depth);
                }
            }
            if let Some(receiver) = call.receiver.filter(|_| arguments.is_empty()) {
                if let Some(found) = self.member_reads(self.bare(receiver), call.name) {
                    return Some(found);
                }
            }
            if let Some(known) = self.known(&call).filter(|k| k.row.makes.as_deref() == Some("status")) {
                let because = Evidence::Row {
                    library: known.library.into(),
                    name: call.name.into(),
                    proof: known.proof.to_string(),
                };
                return Some((known.certainty, because));
            }
            // `fetch(url).then(r => r.status)`
            if call.name == "then" {
                let function = self.ask.one(arguments.first()?.value, Construct::Function)?;
                let body = function.part(Part::Body).filter(|body| !self.is(*body, Kind::Block))?;
                return self.reads_status(body, depth);
            }
            let said = if arguments.is_empty() {
                says_status(call.name).then_some(call.name)
            } else {
                self.said_in(&call).or(says_status(call.name)
                    .then_some(call.name)
                    .filter(|n| n.starts_with("get") || n.starts_with("parse")))
            };
            return said.map(|s| (Certainty::Named, Evidence::Word(s.to_string())));
        }
        if let Some(member) = self.ask.one(node, Construct::Member) {
            let (receiver, name) =
                (self.bare(member.part(Part::Receiver)?), self.text_of(member.part(Part::Name)?));
            if self.language.traits.unwrapping.iter().any(|u| u == name) {
                return self.reads_status(receiver, depth);
            }
            return self.member_reads(receiver, name);
        }
        if let Some(arithmetic) = self.ask.one(node, Construct::Arithmetic) {
            let hundred = self.text_of(arithmetic.part(Part::Right)?) == "100";
            return (self.sign(&arithmetic) == Some(Sign::Divide) && hundred)
                .then(|| self.reads_status(arithmetic.part(Part::Left)?, depth))
                .flatten();
        }
        if let Some(lookup) = self.ask.one(node, Construct::Lookup) {
            let index = unquote(self.text_of(lookup.part(Part::Index)?));
            // `response["status"]`, `statuses[0]`
            let several = self.last_name(lookup.part(Part::Receiver)?).filter(|name| {
                let words = words(name);
                words.iter().any(|w| matches!(w.as_str(), "statuses" | "codes" | "statuscodes"))
            });
            let said = [Some(index), several].into_iter().flatten().find(|name| says_status(name))?;
            return Some((Certainty::Named, Evidence::Word(said.to_string())));
        }
        let slot = self.slot(node)?;
        if depth > 0 {
            return says_status(slot.name).then(|| (Certainty::Named, Evidence::Word(slot.name.to_string())));
        }
        let (certainty, because, _) = self.stream(slot).best?;
        Some((certainty, Evidence::Flow { slot: slot.name.to_string(), because: Box::new(because) }))
    }
    /// A member or a method without arguments that reads a status.
    pub(super) fn member_reads(&self, receiver: Node<'t>, name: &'t str) -> Option<(Certainty, Evidence)> {
        let mut best = says_status(name).then(|| (Certainty::Named, Evidence::Word(name.to_string())));
        if best.is_some()
            && self.last_name(receiver).is_some_and(|r| {
                words(r).iter().any(|w| {
                    matches!(
                        w.as_str(),
                        "exit" | "process" | "order" | "grpc" | "job" | "payment" | "cmd" | "command"
                    )
                })
            })
        {
            best = None;
        }
        // Among equals the library that made the value is named as the reason, then one in use.
        let rows = self.vocabulary.accessors.get(name).map_or(&[][..], |rows| rows);
        let maker = self.made(receiver).map(|made| made.library);
        let distance = |(id, _): &&(usize, Accessor)| {
            let library = &self.vocabulary.libraries[*id];
            match library {
                library if maker == Some(library.name.as_str()) => 0,
                library if self.used[*id] && !library.ambient => 1,
                _ => 2,
            }
        };
        let nearest_first = (0..3).flat_map(|rank| rows.iter().filter(move |row| distance(row) == rank));
        for (id, row) in nearest_first {
            if row.holds.is_some() {
                continue;
            }
            if let Some(found) = self.accessor(receiver, name, *id, row) {
                if best.as_ref().is_none_or(|b| b.0 < found.0) {
                    best = Some(found);
                }
            }
        }
        best
    }
    pub(super) fn accessor(
        &self,
        receiver: Node<'t>,
        name: &str,
        id: usize,
        row: &Accessor,
    ) -> Option<(Certainty, Evidence)> {
        let library = &self.vocabulary.libraries[id];
        let made = self.made(receiver);
        let wanted = if row.makers.is_empty() {
            made.is_some_and(|m| m.kind == "response")
        } else {
            made.is_some_and(|m| row.makers.iter().any(|maker| maker == m.kind))
        };
        let row_of = |proof: &str| Evidence::Row {
            library: library.name.clone(),
            name: name.to_string(),
            proof: proof.to_string(),
        };
        if wanted {
            return Some((Certainty::Proven, row_of("bound from a call")));
        }
        let used = self.used[id] && !library.ambient;
        let typed = !row.types.is_empty()
            && self.used[id]
            && self
                .type_of(receiver)
                .is_some_and(|t| row.types.iter().any(|x| t.rsplit(['.', ':', '*']).next() == Some(x)));
        if typed {
            return Some((Certainty::Proven, row_of("declared type")));
        }
        let on = self.last_name(receiver)?;
        let named = row.on.iter().any(|o| o == on);
        named.then(|| {
            (
                if used { Certainty::Proven } else { Certainty::Named },
                row_of(if used { "import and receiver's name" } else { "receiver's name" }),
            )
        })
    }
}
