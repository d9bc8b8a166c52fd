//! From a candidate to a mention: what it is written as, what its place makes of it, what stands beside it.

use super::file::{Call, File, span, unquote};
use super::known::{Known, role_of};
use super::scan::{Candidate, What};
use super::sinks::Sink;
use super::strings::{self};
use super::words::{PHRASE_KEYS, says_error_only};
use crate::facts::{Certainty, Evidence, Form, Handles, Mention, Near, NearKind, Role, Site, Terms};
use crate::languages::Kind;
use crate::languages::shapes::{Construct, Part};
use crate::status::Codes;
use crate::text::Span;
use tree_sitter::Node;

/// What a place makes of the value that stands there.
#[derive(Clone, Debug)]
pub struct Meaning {
    pub site: Site,
    pub role: Role,
    pub certainty: Certainty,
    pub because: Evidence,
    pub library: Option<String>,
    pub helper: Option<String>,
    pub handles: Handles,
    pub terms: Terms,
    pub slot: Option<String>,
    pub near: Vec<Near>,
}

pub(super) fn meaning(site: Site, role: Role, certainty: Certainty, because: Evidence) -> Meaning {
    Meaning {
        site,
        role,
        certainty,
        because,
        library: None,
        helper: None,
        handles: Handles::default(),
        terms: Terms::default(),
        slot: None,
        near: vec![],
    }
}

pub(super) fn word(site: Site, role: Role, name: &str) -> Meaning {
    meaning(site, role, Certainty::Named, Evidence::Word(name.to_string()))
}

impl<'t> File<'t> {
    /// The role of a comparison at this place.
    pub fn observed(&self, node: Node<'t>) -> Role {
        if self.in_test(node) { Role::Expected } else { Role::Observed }
    }
    /// The mentions that a candidate turns out to be.
    pub fn mentions(&self, candidate: &Candidate, node: Node<'t>) -> Vec<Mention> {
        if candidate.what == What::Helper {
            return self.implied(candidate, node).into_iter().collect();
        }
        if node.is_extra() || self.is(node, Kind::Comment) {
            return vec![];
        }
        let node = self.whole_literal(node, candidate);
        let bare = strings::bare_mention(self.text, candidate, self.in_test(node));
        let Some(read) = self.written_at(node) else {
            if self.above(node).first().is_some_and(|p| self.is(*p, Kind::Flat)) || self.is(node, Kind::Flat)
            {
                let flat = self.in_flat(candidate, bare.clone());
                // `snapshot!(code, @"202 Accepted")`: a string says what it says in a macro too.
                if flat.is_empty() && self.is(node, Kind::String) {
                    return self.in_string(candidate, node, bare);
                }
                return flat;
            }
            return if self.is(node, Kind::String) { self.in_string(candidate, node, bare) } else { vec![] };
        };
        if candidate.what == What::Odd && read.number.is_none() && !matches!(read.form, Form::Number) {
            return vec![];
        }
        if self.above(node).iter().take(3).any(|p| self.is(*p, Kind::Flat)) {
            return self.in_flat(candidate, bare);
        }
        let found = self.place_meaning(&self.sink(node), node);
        let mut mention =
            Mention { codes: read.codes, number: read.number, form: read.form, site: Site::Text, ..bare };
        if read.form == Form::Constant {
            mention.span = span(node);
        }
        mention.handles.literal = span(node);
        if let Some(m) = found {
            mention = Mention {
                site: m.site,
                role: m.role,
                certainty: m.certainty,
                because: m.because,
                library: m.library,
                helper: m.helper,
                handles: Handles { literal: mention.handles.literal, ..m.handles },
                terms: m.terms,
                slot: m.slot,
                near: m.near,
                ..mention
            };
        }
        if let Some((constant, certainty)) = read.constant {
            mention.rename = self.rename_of(constant);
            if mention.certainty < certainty {
                // The constant proves that this is a code; what it means here is only as sure as its place.
                let library = self.vocabulary.libraries[constant.library].name.clone();
                mention.certainty = certainty;
                mention.because = Evidence::Row {
                    library,
                    name: self.text_of(node).into(),
                    proof: if certainty == Certainty::Proven { "import" } else { "the holder's name" }.into(),
                };
            }
            if mention.library.is_none() {
                mention.library = Some(self.vocabulary.libraries[constant.library].name.clone());
            }
        } else if mention.certainty == Certainty::Named && !self.is_believable(&mention) {
            mention.certainty = Certainty::Shaped;
        }
        if candidate.what == What::Odd && !takes_odd_numbers(&mention) {
            return vec![];
        }
        mention.near.extend(self.near_of(node, &mention));
        vec![mention]
    }
    /// A name alone is enough only for codes that somebody uses, and for edges of classes.
    pub(super) fn is_believable(&self, mention: &Mention) -> bool {
        let word = match &mention.because {
            Evidence::Word(word) => Some(word),
            Evidence::Flow { because, .. } => match &**because {
                Evidence::Word(word) => Some(word),
                _ => None,
            },
            _ => None,
        };
        let by_name = word.is_some();
        match mention.codes.single() {
            Some(code) if by_name => {
                // A test program that panics ends with 101, and what runs it asks for that "status".
                let panicked = code == 101 && mention.site == Site::Argument;
                let counts_errors = code < 400 && word.is_some_and(|word| says_error_only(word));
                // Processes end with 128 and a signal, or 255.
                let ends_a_process = (126..=165).contains(&code) || code == 255;
                !counts_errors
                    && !panicked
                    && (self.registry.get(code).is_some()
                        || matches!(code % 100, 0 | 1 | 99) && (100..=600).contains(&code)
                        || mention.site == Site::Comparison && !ends_a_process)
            }
            None if by_name && mention.number.is_some() => false,
            _ => true,
        }
    }
    /// A constant's candidate is its symbol; the literal is the whole path.
    pub(super) fn whole_literal(&self, node: Node<'t>, candidate: &Candidate) -> Node<'t> {
        if candidate.what != What::Constant {
            return node;
        }
        match self.parent(node).filter(|p| self.ask.is(*p, Construct::Member)) {
            Some(member)
                if self
                    .ask
                    .one(member, Construct::Member)
                    .and_then(|m| m.part(Part::Name))
                    .is_some_and(|n| n.id() == node.id()) =>
            {
                member
            }
            _ => node,
        }
    }
    /// A helper whose name or default fixes the code.
    pub(super) fn implied(&self, candidate: &Candidate, node: Node<'t>) -> Option<Mention> {
        let call = self
            .above(node)
            .iter()
            .take(3)
            .find_map(|n| self.call(*n))
            .filter(|c| span(c.callee) == candidate.span)?;
        let known = self.known(&call)?;
        let code = self.implied_code(&call, known.row)?;
        let role = role_of(known.row.act)?;
        let mut mention = strings::bare_mention(self.text, candidate, self.in_test(node));
        mention.codes = Codes::one(code);
        mention.form = Form::Helper;
        mention.site = Site::Call;
        mention.role = role;
        mention.certainty = known.certainty;
        mention.terms = terms(&known);
        mention.because = Evidence::Row {
            library: known.library.into(),
            name: call.name.into(),
            proof: known.proof.to_string(),
        };
        mention.handles = Handles {
            literal: candidate.span,
            item: None,
            call: Some(span(call.node)),
            callee: Some(candidate.span),
        };
        mention.library = Some(known.library.into());
        mention.helper = Some(call.name.into());
        Some(mention)
    }
    pub(super) fn near(&self, kind: NearKind, string: Node<'t>) -> Near {
        let text = self.text_of(string);
        let inner = unquote(text);
        let start = string.start_byte() + (inner.as_ptr() as usize - text.as_ptr() as usize);
        Near { kind, text: inner.to_string(), span: Span::new(start, start + inner.len()) }
    }
    /// Texts beside a mention that say what its code should be.
    pub(super) fn near_of(&self, node: Node<'t>, mention: &Mention) -> Vec<Near> {
        let mut near = vec![];
        match self.sink(node) {
            Sink::Key { value, .. } if mention.role == Role::Defined => {
                let value = self.bare(value);
                if self.is(value, Kind::String) {
                    near.push(self.near(NearKind::Entry, value));
                }
            }
            Sink::Binding { target } if self.is(target, Kind::Name) || self.is(target, Kind::String) => {
                near.push(Near {
                    kind: NearKind::Name,
                    text: self.text_of(target).to_string(),
                    span: span(target),
                });
            }
            Sink::Pair { key, map, .. } => {
                near.push(Near {
                    kind: NearKind::Name,
                    text: unquote(self.text_of(key)).to_string(),
                    span: span(key),
                });
                let items = self.children(map);
                let beside = items.iter().filter_map(|item| self.pair(*item));
                near.extend(beside.filter_map(|(key, value)| self.phrase_at(self.text_of(key), value)));
            }
            Sink::Arm { .. } => near.extend(self.answer_of_arm(node)),
            Sink::Argument { call, .. } => {
                for argument in &self.arguments(&call) {
                    near.extend(argument.keyword.and_then(|key| self.phrase_at(key, argument.value)));
                }
                if let Some(known) = self.known(&call) {
                    if let Some(phrase) = known
                        .row
                        .phrase
                        .as_ref()
                        .and_then(|p| self.value_at(&call, p))
                        .filter(|a| self.is(a.value, Kind::String))
                    {
                        near.push(self.near(NearKind::Phrase, phrase.value));
                    }
                    if let Some(body) = self.literal_body(&call, &known) {
                        near.push(self.near(NearKind::Body, body));
                    }
                }
            }
            _ => {}
        }
        near
    }
    /// A text under a key that holds reason phrases.
    fn phrase_at(&self, key: &str, value: Node<'t>) -> Option<Near> {
        (PHRASE_KEYS.contains(&unquote(key)) && self.is(value, Kind::String))
            .then(|| self.near(NearKind::Phrase, value))
    }
    /// What the arm of a code gives: its value, or what it returns.
    fn answer_of_arm(&self, node: Node<'t>) -> Option<Near> {
        let arm = self.above(node).iter().take(4).copied().find(|n| self.ask.is(*n, Construct::Arm))?;
        let value = self.ask.one(arm, Construct::Arm)?.part(Part::Value);
        let answer = value.map(|value| self.bare(value)).or_else(|| {
            let parts = self.children(arm);
            let mut returned = parts.iter().flat_map(|child| {
                let inner = self.is(*child, Kind::Block).then(|| self.children(*child).to_vec());
                std::iter::once(*child).chain(inner.into_iter().flatten())
            });
            let returned = returned.find(|n| self.is(*n, Kind::Return))?;
            self.children(returned).first().map(|value| self.bare(*value))
        })?;
        self.is(answer, Kind::String).then(|| self.near(NearKind::Entry, answer))
    }
    /// The body of the same answer when it is one literal: of this call, or of the next one in its chain.
    pub(super) fn literal_body(&self, call: &Call<'t>, known: &Known<'t>) -> Option<Node<'t>> {
        use crate::languages::rows::BodyPlace;
        let of = |call: &Call<'t>, known: &Known<'t>| match &known.row.body {
            Some(BodyPlace::At(place)) => {
                self.value_at(call, place).map(|a| a.value).filter(|v| self.is(*v, Kind::String))
            }
            _ => None,
        };
        if let Some(body) = of(call, known) {
            return Some(body);
        }
        let next = self
            .above(call.node)
            .iter()
            .take(3)
            .find_map(|n| self.call(*n))
            .filter(|next| next.receiver.is_some_and(|r| self.bare(r).id() == call.node.id()))?;
        of(&next, &self.known(&next)?)
    }
}

/// What a row demands of the code it takes.
pub fn terms(known: &Known) -> Terms {
    let row = known.row;
    Terms {
        legal: row.legal_codes(),
        closed: row.closed,
        default: row.status.iter().find_map(|p| p.otherwise),
        error: row.error,
        is_final: row.is_final,
        wants: row.wants,
        vendors: row.vendors.clone(),
        since: row.since.clone(),
    }
}

/// A number that looks like no code is one only where a row takes it, and where more than a guess led to that row: errors and
/// results of every kind have a `code` or a `status`, and many functions are called `new`.
fn takes_odd_numbers(mention: &Mention) -> bool {
    let guessed = matches!(mention.because, Evidence::Flow { .. })
        || matches!(mention.role, Role::Expected | Role::Observed)
        || mention.site == Site::Binding && mention.helper.as_deref() == Some("status");
    match mention.certainty {
        Certainty::Proven => mention.library.is_some(),
        Certainty::Named => mention.library.is_some() && !guessed,
        _ => false,
    }
}
