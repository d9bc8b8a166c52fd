//! What a node writes out: a number, a quoted number, a wildcard, a named constant.

use super::file::{File, unquote, written};
use super::words::says_http_status;
use crate::facts::{Certainty, Form, Rename};
use crate::languages::shapes::{Construct, Part};
use crate::languages::{Constant, Kind};
use crate::status::Codes;
use tree_sitter::Node;

/// A code as it is written.
#[derive(Clone)]
pub struct Written<'t> {
    pub codes: Codes,
    pub form: Form,
    /// A literal that does not fit into `codes`.
    pub number: Option<u32>,
    /// The constant it names, and how sure we are that it is that one.
    pub constant: Option<(&'t Constant, Certainty)>,
}

impl<'t> Written<'t> {
    fn plain(codes: Codes, form: Form) -> Self {
        Written { codes, form, number: None, constant: None }
    }
}

/// The value of an integer literal with separators and a type suffix: `404`, `404u16`, `200_u32`, `1_000`.
pub fn integer(text: &str) -> Option<u32> {
    let digits: String =
        text.chars().take_while(|c| c.is_ascii_digit() || *c == '_').filter(|c| *c != '_').collect();
    let suffix = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    let plain = suffix.is_empty()
        || matches!(suffix, "n" | "L" | "l")
        || (suffix.starts_with(['u', 'i'])
            && suffix[1..].bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()));
    (plain && !digits.is_empty() && (digits.len() == 1 || !digits.starts_with('0')))
        .then(|| digits.parse().ok())
        .flatten()
}

impl<'t> File<'t> {
    pub fn written_at(&self, node: Node<'t>) -> Option<Written<'t>> {
        let node = self.bare(node);
        if self.is(node, Kind::Number) {
            let value = integer(self.text_of(node))?;
            return Some(match u16::try_from(value).ok().filter(|v| *v < 1000) {
                Some(code) => Written::plain(Codes::one(code), Form::Number),
                None => Written { number: Some(value), ..Written::plain(Codes::EMPTY, Form::Number) },
            });
        }
        if self.is(node, Kind::String) {
            let inner = unquote(self.text_of(node));
            let form = if inner.ends_with(['x', 'X']) { Form::Wildcard } else { Form::Quoted };
            return written(inner).map(|codes| Written::plain(codes, form));
        }
        if let Some(call) = self.call(node) {
            let empty = self.children(call.arguments).is_empty();
            if empty && self.language.traits.unwrapping.iter().any(|u| u == call.name) {
                return self.written_at(call.receiver?);
            }
            return None;
        }
        self.constant(node)
    }
    /// `http.StatusNotFound`, `HTTPStatus.NOT_FOUND.value`, `NOT_FOUND` after `from http.client import NOT_FOUND`.
    fn constant(&self, node: Node<'t>) -> Option<Written<'t>> {
        let Some(member) = self.ask.one(node, Construct::Member) else {
            return self.bare_constant(node);
        };
        let (receiver, name) = (member.part(Part::Receiver)?, self.text_of(member.part(Part::Name)?));
        let holder = self.text_of(receiver);
        let last = holder.rsplit(['.', ':', '?']).find(|part| !part.is_empty())?;
        let mut best: Option<(&'t Constant, Certainty)> = None;
        for constant in self.vocabulary.constants.get(name).into_iter().flatten() {
            let Some(certainty) = self.holds(constant, last, holder) else { continue };
            if best.is_none_or(|b| b.1 < certainty) {
                best = Some((constant, certainty));
            }
        }
        if let Some((constant, certainty)) = best {
            return Some(Written {
                codes: Codes::one(constant.symbol.c),
                form: Form::Constant,
                number: None,
                constant: Some((constant, certainty)),
            });
        }
        let unwraps = self.language.traits.unwrapping.iter().any(|u| u == name);
        unwraps.then(|| self.written_at(receiver)).flatten()
    }
    /// Does this holder, as written, hold the constants of that group?
    fn holds(&self, constant: &Constant, last: &str, whole: &str) -> Option<Certainty> {
        let (_, group) = &self.vocabulary.groups[constant.group];
        let library = &self.vocabulary.libraries[constant.library];
        let used = self.used[constant.library] && !library.ambient;
        let local = self.imports.known.iter().filter(|i| i.library == library.name);
        for import in local {
            let is_module = import.alias.as_deref() == Some(last)
                || import.alias.is_none()
                    && import.names.is_empty()
                    && import.module.rsplit(['/', '.']).next() == Some(last);
            let named = import.names.iter().find(|(name, _)| name == last);
            if is_module
                && (group.holder.is_empty()
                    || group.holder == last
                    || import.alias.is_some()
                    || import.module.ends_with(&group.holder))
                || named.is_some_and(|(_, original)| *original == group.holder || *original == "default")
                || group.holder == last
                    && import.names.iter().any(|(name, _)| whole.starts_with(name.as_str()) || name == "*")
            {
                return Some(Certainty::Proven);
            }
        }
        if group.holder == last && !group.holder.is_empty() {
            if used {
                return Some(Certainty::Proven);
            }
            return says_http_status(last).then_some(Certainty::Named);
        }
        None
    }
    /// A symbol that stands alone because it was imported by its name.
    fn bare_constant(&self, node: Node<'t>) -> Option<Written<'t>> {
        if !self.is(node, Kind::Name) {
            return None;
        }
        let name = self.text_of(node);
        let original = self
            .imports
            .known
            .iter()
            .flat_map(|i| i.names.iter().map(move |n| (i, n)))
            .find(|(_, n)| n.0 == name);
        let (import, original) = match original {
            Some((import, (_, original))) => (import, original.as_str()),
            None => (
                self.imports
                    .known
                    .iter()
                    .find(|i| i.names.iter().any(|n| n.0 == "*") && self.has_bare(&i.library, name))?,
                name,
            ),
        };
        let constant = self
            .vocabulary
            .constants
            .get(original)?
            .iter()
            .find(|c| self.vocabulary.libraries[c.library].name == import.library)?;
        Some(Written {
            codes: Codes::one(constant.symbol.c),
            form: Form::Constant,
            number: None,
            constant: Some((constant, Certainty::Proven)),
        })
    }
    fn has_bare(&self, library: &str, name: &str) -> bool {
        self.vocabulary
            .constants
            .get(name)
            .is_some_and(|all| all.iter().any(|c| self.vocabulary.libraries[c.library].name == library))
    }
    /// What became of the name of a constant, with the version that brought its replacement.
    pub fn rename_of(&self, constant: &Constant) -> Option<Rename> {
        let mut rename = constant.rename()?;
        if let Some(replacement) = &rename.replacement {
            let successor = self
                .vocabulary
                .constants
                .get(replacement)
                .into_iter()
                .flatten()
                .find(|c| c.library == constant.library);
            rename.added = successor.and_then(|c| c.symbol.added.clone());
        }
        Some(rename)
    }
}

#[cfg(test)]
mod tests {
    use super::integer;

    #[test]
    fn integers_may_carry_separators_and_suffixes() {
        assert_eq!(integer("404"), Some(404));
        assert_eq!(integer("404u16"), Some(404));
        assert_eq!(integer("401_013"), Some(401_013));
        assert_eq!(integer("0"), Some(0));
        assert_eq!(integer("0404"), None);
        assert_eq!(integer("0x194"), None);
        assert_eq!(integer("404.0"), None);
        assert_eq!(integer("4e2"), None);
    }
}
