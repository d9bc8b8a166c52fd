//! Macro calls as plain calls, for grammars that leave the body of a macro flat: `assert_eq!(a, 404)` is read as `assert_eq (a, 404)`,
//! `vec![200, 404]` as `     [200, 404]`. Every byte keeps its place.
//!
//! Only where expressions stand: a macro among the items of a file or of an `impl` would be no call but a syntax error.

use std::borrow::Cow;

/// What a pair of braces holds.
#[derive(Clone, Copy, PartialEq)]
enum Holds {
    Items,
    Statements,
}

/// The text with the marks of macro calls taken out; the text itself where there are none.
pub fn as_calls(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if memchr::memchr(b'!', bytes).is_none() {
        return Cow::Borrowed(text);
    }
    let mut read = bytes.to_vec();
    let mut braces: Vec<Holds> = vec![];
    let mut header = 0; // where the text since the last `;`, `{` or `}` begins
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'/' | b'"' | b'\'' | b'r' | b'b' if literal_end(bytes, i) > i => {
                i = literal_end(bytes, i);
                continue;
            }
            b'{' => {
                let inner = if holds_items(&text[header..i]) { Holds::Items } else { Holds::Statements };
                braces.push(inner);
                header = i + 1;
            }
            b'}' => {
                braces.pop();
                header = i + 1;
            }
            b';' => header = i + 1,
            b'!' if braces.last() == Some(&Holds::Statements) => open(bytes, i, &mut read),
            _ => {}
        }
        i += 1;
    }
    String::from_utf8(read).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Takes one mark out, if it stands between a name and a bracket.
fn open(bytes: &[u8], at: usize, read: &mut [u8]) {
    let word = |i: usize| bytes[i].is_ascii_alphanumeric() || bytes[i] == b'_';
    if at == 0 || !word(at - 1) || bytes[..at].ends_with(b"macro_rules") {
        return;
    }
    let Some(next) = (at + 1..bytes.len()).find(|i| bytes[*i] != b' ') else { return };
    match bytes[next] {
        b'(' if !begins_a_document(&bytes[next + 1..]) && !holds_a_snapshot(&bytes[next + 1..]) => {
            read[at] = b' ';
        }
        b'[' => {
            let start = (0..at).rev().find(|i| !(word(*i) || bytes[*i] == b':')).map_or(0, |i| i + 1);
            read[start..=at].fill(b' ');
        }
        _ => {}
    }
}

/// `json!({ "a": 1 })`, `json!([{ "a": 1 }])`: keys and values are no expressions, and would be one large syntax error.
fn begins_a_document(inside: &[u8]) -> bool {
    let mut marks = inside.iter().filter(|b| !b.is_ascii_whitespace());
    marks.by_ref().find(|b| **b != b'[') == Some(&b'{') && marks.next() == Some(&b'"')
}

/// `snapshot!(body, @r#"{}"#)`: an expected text that the macro itself keeps up to date.
fn holds_a_snapshot(inside: &[u8]) -> bool {
    let statement = &inside[..memchr::memchr(b';', inside).unwrap_or(inside.len())];
    memchr::memchr_iter(b'@', statement).any(|i| {
        statement[..i].last().is_none_or(|b| b.is_ascii_whitespace() || *b == b',')
            && matches!(statement.get(i + 1), Some(b'r' | b'"'))
    })
}

/// The words before a brace open a container of items.
fn holds_items(header: &str) -> bool {
    let mut words = header
        .lines()
        .filter(|line| !line.trim_start().starts_with(['#', '/']))
        .flat_map(str::split_whitespace);
    let first = words.find(|word| !matches!(*word, "unsafe" | "default") && !word.starts_with("pub"));
    first.is_some_and(|word| {
        let word = word.split(['<', '(']).next().unwrap_or(word);
        matches!(word, "impl" | "mod" | "trait" | "extern")
    })
}

/// The end of the comment, string or character that begins at a byte; the byte itself when none does.
fn literal_end(bytes: &[u8], at: usize) -> usize {
    let after = |from: usize, needle: &[u8]| {
        memchr::memmem::find(&bytes[from.min(bytes.len())..], needle)
            .map_or(bytes.len(), |i| from + i + needle.len())
    };
    let word_before = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    match (bytes[at], bytes.get(at + 1)) {
        (b'/', Some(b'/')) => after(at, b"\n"),
        (b'/', Some(b'*')) => after(at + 2, b"*/"),
        (b'"', _) => {
            let mut i = at + 1;
            while i < bytes.len() && bytes[i] != b'"' {
                i += if bytes[i] == b'\\' { 2 } else { 1 };
            }
            (i + 1).min(bytes.len())
        }
        // `r"..."`, `r#"..."#`
        (b'r', Some(b'"' | b'#')) if !word_before => {
            let hashes = bytes[at + 1..].iter().take_while(|b| **b == b'#').count();
            if bytes.get(at + 1 + hashes) != Some(&b'"') {
                return at;
            }
            let close = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
            after(at + 2 + hashes, &close)
        }
        // A character, not a lifetime.
        (b'\'', Some(b'\\')) => after(at + 3, b"'"),
        (b'\'', Some(_)) if bytes.get(at + 2) == Some(&b'\'') => at + 3,
        _ => at,
    }
}

#[cfg(test)]
mod tests {
    use super::as_calls;

    #[test]
    fn macros_among_statements_become_calls_of_the_same_length() {
        let text = "fn f() {\n    assert_eq!(r.status(), 404);\n    let a = vec![200, 404];\n}\n";
        assert_eq!(
            as_calls(text),
            "fn f() {\n    assert_eq (r.status(), 404);\n    let a =     [200, 404];\n}\n"
        );
    }

    #[test]
    fn macros_among_items_and_marks_in_strings_stay() {
        for text in [
            "route!(get, \"GET\");\n",
            "impl Resource {\n    route_shortcut!(get, \"GET\");\n}\n",
            "mod a {\n    x!(1);\n}\n",
            "fn f() { g(\"no!(x)\") } // no!(y)\n",
            "macro_rules! m { () => {} }\n",
            "fn f() { g(json!({ \"a\": 1 })) }\n",
            "fn f() { g(json!([\n{\n\"a\": 1 }])) }\n",
            "fn f() { snapshot!(code, @\"200 OK\"); }\n",
            "fn f() {\n    snapshot!(body,\n    @r#\"{}\"#);\n}\n",
        ] {
            assert_eq!(as_calls(text), text);
        }
        assert_eq!(
            as_calls("impl A {\n    fn f(&self) { check!(1) }\n}\n"),
            "impl A {\n    fn f(&self) { check (1) }\n}\n"
        );
    }
}
