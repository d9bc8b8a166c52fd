//! How a name may be used by the bytes around it: what certainly is used otherwise need not be parsed.

use crate::text::Span;

/// A way to use a name.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Use {
    /// By itself, not as a member of something.
    Alone,
    /// As a member of something.
    Member,
    /// A value is bound to it: as a target, a parameter, or in a loop.
    Bound,
    /// An argument that is nothing else.
    Argument,
    /// It is called.
    Called,
}

impl Use {
    /// The name at this place of a text may be used so.
    pub fn may_be_at(self, text: &str, name: Span) -> bool {
        let before = text[..name.start as usize].trim_end();
        let rest = &text[name.end as usize..];
        let next = rest.trim_start();
        // Two points before it make a range, three spread it.
        let alone = || !before.ends_with('.') || before.ends_with("..");
        match self {
            Use::Alone => alone(),
            Use::Member => before.ends_with(['.', ':', '>']),
            Use::Bound => alone() && !rest.starts_with(['.', '(', '[', ';']) && !operates(next),
            Use::Argument => alone() && next.starts_with([',', ')']),
            Use::Called => !next.starts_with([',', ')', ']', '}', '=', ';', '.', '"', '\'']),
        }
    }
}

/// An operator begins here that binds nothing: `x += 1` and `x ||= 1` bind, `|x| ..` and `x?: T` are parameters.
fn operates(text: &str) -> bool {
    let bare = text.trim_start_matches(['+', '-', '*', '%', '&', '|', '^', '?', '!']);
    match text.len() - bare.len() {
        0 => ["==", "<", ">"].iter().any(|sign| text.starts_with(sign)),
        _ if text.starts_with("!=") => true,
        1 => !(text.starts_with(['|', '?']) || bare.starts_with(['=', ':'])),
        _ => !bare.starts_with('='),
    }
}

/// Longer lists of parameters are not read to their end, in bytes.
const LONGEST_PARAMETERS: usize = 600;

/// Behind the brackets that open here a body may follow, or a type and then a body.
pub fn precedes_a_body(text: &str, open: usize) -> bool {
    let mut depth = 0;
    let close = text.as_bytes()[open..].iter().take(LONGEST_PARAMETERS).position(|b| {
        match b {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    close.is_none_or(|close| text[open + close + 1..].trim_start().starts_with(['{', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_be(used: Use, text: &str) -> bool {
        let at = text.find("name").expect("it is there");
        used.may_be_at(text, Span::new(at, at + 4))
    }

    #[test]
    fn what_follows_a_name_tells_what_it_may_be() {
        for text in [
            "name = 1",
            "name += 1",
            "name ||= 1",
            "let name: T = 1",
            "name := 1",
            "|name| 1",
            "name?: T",
            "name => 1",
            "for name in x",
            "[name, b] = c",
            "var name int = 1",
        ] {
            assert!(may_be(Use::Bound, text), "{text}");
        }
        for text in [
            "name.status",
            "name(1)",
            "name[0]",
            "name == 1",
            "name != 1",
            "name < 1",
            "name + 1",
            "name && 1",
            "a.name = 1",
            "name;",
        ] {
            assert!(!may_be(Use::Bound, text), "{text}");
        }
        for text in ["f(name)", "f(a, name, b)", "f(...name)"] {
            assert!(may_be(Use::Argument, text), "{text}");
        }
        for text in ["f(a.name)", "name(a)", "f(name + 1)"] {
            assert!(!may_be(Use::Argument, text), "{text}");
        }
        for text in ["name(1)", "name::<T>(1)", "name?.(1)", "a.name (1)", "name!(1)"] {
            assert!(may_be(Use::Called, text), "{text}");
        }
        assert!(!may_be(Use::Called, "f(name, 1)") && !may_be(Use::Called, "f(name=1)"));
        assert!(
            may_be(Use::Member, "a.name") && may_be(Use::Member, "a::name") && !may_be(Use::Member, "(name)")
        );
        assert!(may_be(Use::Alone, "0..name") && !may_be(Use::Alone, "a.name"));
    }

    #[test]
    fn a_method_is_told_from_a_call_by_its_body() {
        for (text, expected) in
            [("f(a, g(b)) {", true), ("f(): T {", true), ("f(a);", false), ("f(a).b {", false)]
        {
            assert_eq!(precedes_a_body(text, 1), expected, "{text}");
        }
    }
}
