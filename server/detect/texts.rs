//! Candidates inside strings and in token trees that stay flat.

use super::file::{File, span, unquote};
use super::known::role_of;
use super::scan::{Candidate, What};
use super::strings::{self, Read};
use super::words::{role_said, says_error_only, says_http_status};
use crate::facts::{Certainty, Evidence, Form, Mention, Near, NearKind, Role, Site};
use crate::languages::Kind;
use crate::status::Codes;
use crate::text::{Span, floor_boundary};
use tree_sitter::Node;

impl<'t> File<'t> {
    pub(super) fn string_around(&self, node: Node<'t>) -> Option<Node<'t>> {
        std::iter::once(node)
            .chain(self.above(node).iter().copied())
            .take(2)
            .find(|n| self.is(*n, Kind::String))
    }
    /// A flat token tree (a macro body, an attribute): only words and callees before a number can speak.
    pub(super) fn in_flat(&self, candidate: &Candidate, bare: Mention) -> Vec<Mention> {
        if candidate.what == What::Constant {
            return self.constant_in_flat(candidate, bare).into_iter().collect();
        }
        let before = &self.text[..candidate.span.start as usize];
        let called = before
            .strip_suffix('(')
            .map(|b| &b[b.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |i| i + 1)..]);
        if let Some((id, row)) =
            called.and_then(|name| self.vocabulary.helpers.get(name)).into_iter().flatten().find(
                |(id, row)| {
                    self.used[*id] && row.on.is_empty() && row.status.iter().any(|p| p.arg == Some(0))
                },
            )
        {
            let library = self.vocabulary.libraries[*id].name.clone();
            let because = Evidence::Row {
                library: library.clone(),
                name: called.unwrap_or("").into(),
                proof: "attribute".into(),
            };
            return vec![Mention {
                site: Site::Annotation,
                role: role_of(row.act).unwrap_or(Role::Declared),
                certainty: Certainty::Proven,
                because,
                library: Some(library),
                helper: called.map(str::to_string),
                ..bare
            }];
        }
        match strings::said_before(self.text, candidate.span.start) {
            Some(said) if self.word_fits(said, bare.codes) => {
                let role = role_said(said).unwrap_or(
                    if before.trim_end().ends_with('=') && !before.trim_end().ends_with("==") {
                        Role::Declared
                    } else {
                        Role::Carried
                    },
                );
                vec![Mention {
                    site: Site::Annotation,
                    role,
                    certainty: Certainty::Named,
                    because: Evidence::Word(said.to_string()),
                    ..bare
                }]
            }
            _ if is_held_against_the_code_of_a_response(before) => vec![Mention {
                site: Site::Annotation,
                role: Role::Expected,
                certainty: Certainty::Named,
                because: Evidence::Word("code beside response".into()),
                ..bare
            }],
            _ => vec![],
        }
    }
    /// `StatusCode::OK` in a token tree: no node names its holder, but the text does.
    fn constant_in_flat(&self, candidate: &Candidate, bare: Mention) -> Option<Mention> {
        let symbol = &self.text[candidate.span.range()];
        let before = &self.text[..candidate.span.start as usize];
        let separator = self.language.traits.separator.as_str();
        let holder = before.strip_suffix(separator)?;
        let holder =
            &holder[holder.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |i| i + 1)..];
        let constants = self.vocabulary.constants.get(symbol)?;
        let is_used = |library: usize| self.used[library] && !self.vocabulary.libraries[library].ambient;
        let constant = constants
            .iter()
            .filter(|constant| self.vocabulary.groups[constant.group].1.holder == holder)
            .max_by_key(|constant| is_used(constant.library))?;
        let used = is_used(constant.library);
        if !used && !says_http_status(holder) {
            return None;
        }
        let start = before
            .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':' | '.')))
            .map_or(0, |i| i + 1);
        let path = before[start..].trim_start_matches([':', '.']);
        let span = Span::new(before.len() - path.len(), candidate.span.end as usize);
        let library = self.vocabulary.libraries[constant.library].name.clone();
        Some(Mention {
            span,
            codes: Codes::one(constant.symbol.c),
            form: Form::Constant,
            site: Site::Annotation,
            certainty: if used { Certainty::Proven } else { Certainty::Named },
            because: Evidence::Row {
                library: library.clone(),
                name: self.text[span.range()].into(),
                proof: "the holder's name".into(),
            },
            library: Some(library),
            ..bare
        })
    }
    pub(super) fn known_code(&self, codes: Codes) -> bool {
        !codes.is_empty() && codes.single().is_none_or(|code| self.registry.get(code).is_some())
    }
    /// What a word says of a code, where the word alone has to do.
    pub(super) fn word_fits(&self, word: &str, codes: Codes) -> bool {
        self.known_code(codes)
            && (!says_error_only(word) || codes.iter().next().is_some_and(|code| code >= 400))
    }
    /// `"404 Not Found"` is a phrase; other digits in strings are prose unless a word before them says status.
    pub(super) fn in_string(
        &self,
        candidate: &Candidate,
        string: Node<'t>,
        mut mention: Mention,
    ) -> Vec<Mention> {
        if self.is_docstring(string) {
            return vec![Mention { role: Role::Prose, ..mention }];
        }
        let whole = span(string);
        let text = self.text_of(string);
        let inner = unquote(text);
        let start = whole.start + (inner.as_ptr() as usize - text.as_ptr() as usize) as u32;
        let inner_span = Span { start, end: start + inner.len() as u32 };
        if !inner_span.contains(candidate.span) {
            return vec![];
        }
        mention.handles.literal = candidate.span;
        match strings::read(self.text, inner_span, candidate.span, self.registry) {
            Read::StatusLine { phrase } => {
                mention.form = Form::Phrase;
                mention.role = Role::Carried;
                mention.certainty = Certainty::Named;
                mention.because = Evidence::Word(inner.chars().take(40).collect());
                if let Some(m) = self.place_meaning(&self.sink(string), string) {
                    mention = Mention {
                        role: m.role,
                        site: m.site,
                        certainty: m.certainty,
                        because: m.because,
                        library: m.library,
                        helper: m.helper,
                        terms: m.terms,
                        handles: m.handles,
                        ..mention
                    };
                    mention.handles.literal = candidate.span;
                }
                if let Some((phrase, at)) = phrase {
                    mention.near.push(Near { kind: NearKind::Phrase, text: phrase.to_string(), span: at });
                }
            }
            Read::Said(said) => {
                mention.form = Form::Embedded;
                mention.role = Role::Carried;
                if self.word_fits(said, mention.codes) {
                    mention.certainty = Certainty::Named;
                    mention.because = Evidence::Word(said.to_string());
                }
            }
            Read::Codes { evident } => {
                mention.form = Form::List;
                mention.role = if evident { Role::Carried } else { Role::Prose };
                if evident {
                    mention.certainty = Certainty::Named;
                    mention.because = Evidence::Word(inner.chars().take(40).collect());
                }
                if let Some(m) = self.place_meaning(&self.sink(string), string) {
                    mention = Mention {
                        site: m.site,
                        role: m.role,
                        certainty: m.certainty,
                        because: m.because,
                        library: m.library,
                        helper: m.helper,
                        ..mention
                    };
                }
            }
            Read::Prose => mention.role = Role::Prose,
        }
        vec![mention]
    }
    pub(super) fn is_docstring(&self, string: Node<'t>) -> bool {
        self.language.traits.docstrings
            && self.parent(string).is_some_and(|p| self.is(p, Kind::Statement) && self.children(p).len() == 1)
    }
}

/// `assert_eq!(code, 201)` behind `let (response, code) = ..`, both in the body of a macro.
fn is_held_against_the_code_of_a_response(before: &str) -> bool {
    let near = &before[floor_boundary(before, before.len().saturating_sub(600))..];
    let Some(call) = near.trim_end().strip_suffix("code,").map(str::trim_end) else { return false };
    call.ends_with("assert_eq!(") && call.contains("(response, code)")
}
