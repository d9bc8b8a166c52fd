//! Codes in calls and returned values: what a row says, or else a keyword or callee.

use super::file::{Argument, Call, File, span, unquote};
use super::known::{Known, role_of};
use super::sinks::Sink;
use super::words::{makes_a_response, role_said, says_http_status, says_measure, says_status, words};
use crate::facts::{Certainty, Evidence, Form, Handles, Role, Site, Terms};
use crate::languages::Kind;
use crate::languages::rows::Deed;
use crate::languages::shapes::Construct;
use crate::text::Span;
use tree_sitter::Node;

use super::meaning::{Meaning, meaning, terms, word};

impl<'t> File<'t> {
    pub(super) fn in_argument(
        &self,
        call: &Call<'t>,
        index: usize,
        keyword: Option<&'t str>,
        item: Node<'t>,
        node: Node<'t>,
    ) -> Option<Meaning> {
        if let Some(m) = self.argument_meaning(call, index, keyword, node) {
            return Some(m);
        }
        // Conversions pass the value on: `HTTPStatus(404)`, `int("404")`.
        if let Some(known) = self.known(call).filter(|k| k.row.act == Deed::Convert) {
            let outer = self.place_meaning(&self.sink(call.node), call.node);
            let because = Evidence::Row {
                library: known.library.into(),
                name: call.name.into(),
                proof: known.proof.to_string(),
            };
            let mut m = match outer {
                Some(m) if m.certainty == Certainty::Proven => m,
                outer => Meaning {
                    certainty: Certainty::Proven,
                    because: because.clone(),
                    ..outer.unwrap_or(meaning(Site::Argument, Role::Carried, Certainty::Proven, because))
                },
            };
            let own = terms(&known);
            m.terms.legal = m.terms.legal.or(own.legal);
            m.terms.closed |= own.closed;
            return Some(m);
        }
        if self.language.traits.converting.iter().any(|t| t == call.name) {
            return self.place_meaning(&self.sink(call.node), call.node);
        }
        // `StatusCode::new(401)`, `HttpStatus.valueOf(401)`: a type of this name makes a status of it.
        let maker = call.receiver.and_then(|receiver| self.last_name(receiver));
        if let Some(maker) = maker.filter(|name| index == 0 && is_type(name) && says_http_status(name)) {
            let outer = self.place_meaning(&self.sink(call.node), call.node);
            return Some(outer.unwrap_or_else(|| word(Site::Argument, Role::Carried, maker)));
        }
        // `status in range(200, 300)`
        if self.language.traits.ranges.iter().any(|r| r.call == call.name) {
            let outer = self.sink(call.node);
            return match outer {
                Sink::Compared { .. } => self.place_meaning(&outer, call.node),
                _ => None,
            };
        }
        // `Some(404)`, `Ok(404)`: a wrapper without a meaning of its own.
        if self.language.traits.wrapping.iter().any(|t| t == call.name) {
            return self.place_meaning(&self.sink(call.node), call.node);
        }
        let (edge, slot) =
            self.parameter_of(call, index, keyword).filter(|(_, slot)| !says_measure(slot.name))?;
        let mut m = self.flow(slot, edge, Site::Argument)?;
        m.handles = self.handles(call, item);
        Some(m)
    }
    /// `return { statusCode: 404, body }` in a function that a row says answers so.
    pub(super) fn returned_object(
        &self,
        name: &str,
        map: Node<'t>,
        item: Node<'t>,
        outer: &Sink<'t>,
    ) -> Option<Meaning> {
        let Sink::Return { .. } = outer else { return None };
        let (id, row) = self.vocabulary.helpers.get("return")?.iter().find(|(id, row)| {
            (self.used[*id])
                && row.status.iter().any(|p| p.key.as_deref() == Some(name))
                && (row.needs.is_none() || self.answers(self.function(map)))
        })?;
        let library = &self.vocabulary.libraries[*id];
        let certainty = if library.ambient { Certainty::Named } else { Certainty::Proven };
        let because = Evidence::Row {
            library: library.name.clone(),
            name: "return".into(),
            proof: "returned object".into(),
        };
        Some(Meaning {
            library: Some(library.name.clone()),
            helper: Some("return".into()),
            handles: Handles { item: Some(span(item)), ..Handles::default() },
            terms: Terms { legal: row.legal_codes(), closed: row.closed, ..Terms::default() },
            ..meaning(Site::Return, role_of(row.act).unwrap_or(Role::Sent), certainty, because)
        })
    }
    pub(super) fn returned_meaning(
        &self,
        statement: Node<'t>,
        index: usize,
        node: Node<'t>,
    ) -> Option<Meaning> {
        let function = self.function(statement);
        if let Some((id, row)) = self.vocabulary.helpers.get("return").and_then(|rows| {
            rows.iter().find(|(id, row)| {
                let tuple = row.status.iter().any(|p| p.arg == Some(index));
                let in_tuple = self.parent(node).is_some_and(|p| self.is(p, Kind::List)) || index > 0;
                tuple
                    && in_tuple
                    && (self.used[*id] && !self.vocabulary.libraries[*id].ambient)
                    && (row.needs.is_none() || self.answers(function))
            })
        }) {
            let number = self.is(node, Kind::Number)
                || self.written_at(node).is_some_and(|w| w.form == Form::Constant);
            if number {
                let library = &self.vocabulary.libraries[*id].name;
                let because =
                    Evidence::Row { library: library.clone(), name: "return".into(), proof: "route".into() };
                return Some(Meaning {
                    library: Some(library.clone()),
                    helper: Some("return".into()),
                    terms: Terms { legal: row.legal_codes(), closed: row.closed, ..Terms::default() },
                    ..meaning(
                        Site::Return,
                        role_of(row.act).unwrap_or(Role::Sent),
                        Certainty::Proven,
                        because,
                    )
                });
            }
        }
        if let Some((constant, certainty)) =
            self.written_at(node).and_then(|w| w.constant).filter(|_| index == 0 && self.answers(function))
        {
            let library = self.vocabulary.libraries[constant.library].name.clone();
            let because = Evidence::Row {
                library: library.clone(),
                name: "return".into(),
                proof: "the function's type".into(),
            };
            return Some(Meaning {
                library: Some(library),
                helper: Some("return".into()),
                terms: Terms { is_final: true, ..Terms::default() },
                ..meaning(Site::Return, Role::Sent, certainty, because)
            });
        }
        let name = self.function_name(function)?;
        (index == 0 && says_status(name)).then(|| word(Site::Return, Role::Carried, name))
    }
    /// An argument of a catalogued helper; or a keyword or callee that says status.
    pub fn argument_meaning(
        &self,
        call: &Call<'t>,
        index: usize,
        keyword: Option<&'t str>,
        node: Node<'t>,
    ) -> Option<Meaning> {
        if let Some(known) = self.known(call) {
            let found = known
                .row
                .status
                .iter()
                .filter(|p| !p.keys)
                .filter_map(|p| Some((p, self.at_place(call, p)?)))
                .find(|(_, a)| self.holds_node(a, node));
            if let Some((_, argument)) = found {
                if known.row.act == Deed::Convert {
                    return None;
                }
                if self.is_status_argument(&argument, node) {
                    let role = role_of(known.row.act)?;
                    let site = if keyword.is_some() { Site::Keyword } else { Site::Argument };
                    return Some(self.row_meaning(&known, call, role, site, argument.item));
                }
            }
            if let Some((a, b)) = &known.row.compared {
                let sides = [self.compared_side(call, a), self.compared_side(call, b)];
                let inside = |s: &Node<'t>| span(*s).contains(span(node));
                let mine = sides.iter().flatten().any(inside);
                if mine {
                    let other = sides.iter().flatten().find(|s| !inside(s))?;
                    let (certainty, because) = self.reads_status(self.bare(*other), 0)?;
                    return Some(Meaning {
                        library: Some(known.library.into()),
                        helper: Some(call.name.into()),
                        handles: self.handles(call, node),
                        ..meaning(Site::Argument, Role::Expected, certainty, because)
                    });
                }
            }
            if known.row.act == Deed::Convert {
                return None;
            }
        }
        // `matches!(status, 204 | 304)`
        if let Some(test) =
            self.language.traits.tests.iter().find(|t| t.call == call.name && t.list == Some(index))
            && let Some(subject) = test.subject
        {
            let subject = self.arguments(call).get(subject).map(|a| a.value)?;
            let (certainty, because) = self.reads_status(subject, 0)?;
            return Some(meaning(Site::Element, self.observed(node), certainty, because));
        }
        let said = |role: Role, site: Site, name: &str| Meaning {
            handles: self.handles(call, node),
            ..word(site, role, name)
        };
        if let Some(name) = keyword {
            let role = role_said(name).or(role_said(call.name)).unwrap_or(if self.in_test(node) {
                Role::Expected
            } else {
                Role::Sent
            });
            return says_status(name).then(|| said(role, Site::Keyword, name));
        }
        if index == 0
            && says_status(call.name)
            && !call.name.ends_with("Text")
            && !self.parameter_of(call, index, None).is_some_and(|(_, slot)| says_measure(slot.name))
        {
            return Some(said(
                role_said(call.name).filter(|r| *r == Role::Expected).unwrap_or(Role::Sent),
                Site::Argument,
                call.name,
            ));
        }
        if let Some(name) = self.said_before(call, index) {
            let role = if self.in_test(node) { Role::Expected } else { Role::Configured };
            return Some(said(role, Site::Argument, name));
        }
        let code = self.codes_of(node)?.0.single().filter(|c| self.registry.is_registered(*c))?;
        let words = words(call.name);
        if words.iter().any(|w| w == "code") && code >= 400 && self.is_built_on_an_error(call) {
            return Some(said(Role::Raised, Site::Argument, call.name));
        }
        let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        // `is_status(error, 404)`: what has the status comes first.
        if index == 1 && says_status(call.name) && self.begins_with_an_answer(call) {
            let asks = has(&["is", "has"]) || code >= 400 && has(&["error"]);
            let role = if asks { self.observed(node) } else { role_said(call.name).unwrap_or(Role::Sent) };
            return Some(said(role, Site::Argument, call.name));
        }
        if has(&["redirect"]) && matches!(code, 301 | 302 | 303 | 307 | 308) && self.is(node, Kind::Number) {
            return Some(said(Role::Redirected, Site::Argument, call.name));
        }
        if has(&["assert", "expect", "check"])
            && has(&["response", "get", "post", "status", "redirect", "http"])
        {
            return Some(said(Role::Expected, Site::Argument, call.name));
        }
        // `writeResponse(w, 404, body)`
        if index < 2
            && !matches!(code, 100 | 300)
            && makes_a_response(call.name)
            && self.is(node, Kind::Number)
        {
            return Some(said(Role::Sent, Site::Argument, call.name));
        }
        let raised = has(&["error", "exception"])
            && code >= 400
            && has(&["http", "api", "app", "response", "request"]);
        raised.then(|| said(Role::Raised, Site::Argument, call.name))
    }
    /// The first argument is called like an answer, or like the error that carries one.
    fn begins_with_an_answer(&self, call: &Call<'t>) -> bool {
        let first = self.arguments(call).first().and_then(|first| self.last_name(first.value));
        first.is_some_and(|name| {
            let name = name.trim_start_matches('_').to_ascii_lowercase();
            matches!(
                name.as_str(),
                "w" | "e"
                    | "err"
                    | "error"
                    | "exc"
                    | "exception"
                    | "r"
                    | "res"
                    | "resp"
                    | "response"
                    | "reply"
                    | "ctx"
            )
        })
    }
    /// `Error::empty().with_code(404)`, `HttpError.new(..).code(404)`.
    pub(super) fn is_built_on_an_error(&self, call: &Call<'t>) -> bool {
        let Some(receiver) = call.receiver else { return false };
        let text = self.text_of(receiver);
        let text = &text[..crate::text::floor_boundary(text, 80)];
        text.split(|c: char| !c.is_alphanumeric())
            .any(|w| w.ends_with("Error") || w.ends_with("Response") || w == "Response")
    }
    /// The node is the status itself, or part of a list of statuses, and not merely somewhere inside the argument.
    pub(super) fn is_status_argument(&self, argument: &Argument<'t>, node: Node<'t>) -> bool {
        let whole = argument.value;
        if self.bare(whole).id() == self.bare(node).id() || span(whole) == span(node) {
            return true;
        }
        // Between the argument and the number there may be choices, lists, ranges; no other call.
        !self
            .above(node)
            .iter()
            .take_while(|n| n.id() != whole.id() && span(whole).contains(span(**n)))
            .any(|n| self.ask.is(*n, Construct::Call) && self.call(*n).is_some_and(|c| !self.passes(c.name)))
            && (whole.id() == node.id()
                || !self.ask.is(whole, Construct::Call)
                || self.call(whole).is_some_and(|c| self.passes(c.name)))
    }
    pub(super) fn passes(&self, name: &str) -> bool {
        let traits = &self.language.traits;
        traits.converting.iter().chain(&traits.unwrapping).chain(&traits.wrapping).any(|t| t == name)
            || self
                .vocabulary
                .helpers
                .get(name)
                .is_some_and(|rows| rows.iter().any(|(_, r)| r.act == Deed::Convert))
    }
    /// `headers.get("status")`, `getattr(error, "status", ..)`: one of the first two arguments is a string that says status.
    pub(super) fn said_in(&self, call: &Call<'t>) -> Option<&'t str> {
        self.said_before(call, usize::MAX)
    }
    /// The same, before the argument of this index.
    fn said_before(&self, call: &Call<'t>, index: usize) -> Option<&'t str> {
        self.arguments(call).iter().take(index.min(2)).find_map(|argument| {
            let word = unquote(self.text_of(argument.value));
            let says = self.is(argument.value, Kind::String) && word.len() < 40 && !word.contains(' ');
            (says && says_status(word)).then_some(word)
        })
    }
    pub(super) fn handles(&self, call: &Call<'t>, item: Node<'t>) -> Handles {
        Handles {
            literal: Span::default(),
            item: Some(span(item)),
            call: Some(span(call.node)),
            callee: Some(span(call.callee)),
        }
    }
    pub(super) fn row_meaning(
        &self,
        known: &Known<'t>,
        call: &Call<'t>,
        role: Role,
        site: Site,
        item: Node<'t>,
    ) -> Meaning {
        let because = Evidence::Row {
            library: known.library.into(),
            name: call.name.into(),
            proof: known.proof.to_string(),
        };
        Meaning {
            library: Some(known.library.into()),
            helper: Some(call.name.into()),
            handles: self.handles(call, item),
            terms: terms(known),
            ..meaning(site, role, known.certainty, because)
        }
    }
}

fn is_type(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
}
