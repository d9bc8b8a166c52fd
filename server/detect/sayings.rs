//! What a line of text says about the numbers in it: shell, queries, scripts and messages that stand inside configuration.

use super::words::{says_http_status, says_status, words};
use super::written::{Written, inside, one, pattern};
use crate::facts::{Certainty, Form, Role};
use crate::status::{Codes, Registry};
use crate::text::Span;

/// A number in a text, and what the words around it say of it.
#[derive(Clone, Debug)]
pub struct Said {
    /// What is written where.
    pub written: Written,
    /// What it means.
    pub role: Role,
    /// How sure.
    pub certainty: Certainty,
    /// The word that says so.
    pub word: String,
    /// The reason phrase of a status line.
    pub phrase: Option<Span>,
}

/// Every code in a text about which a word near it says something. Spans are bytes of `text`.
pub fn read(text: &str, registry: &Registry) -> Vec<Said> {
    of(text, inside(text), registry)
}

/// The same of these numbers only, which [`inside`] found.
pub fn of(text: &str, numbers: Vec<Written>, registry: &Registry) -> Vec<Said> {
    let mut found = matchers(text);
    let variables = if numbers.is_empty() { vec![] } else { filled_by_status(text) };
    let taken = found.len();
    for written in numbers {
        if found[..taken].iter().any(|said| said.written.span.overlaps(written.span)) {
            continue;
        }
        let line = line_around(text, written.span);
        let at = written.span.start as usize - line.start as usize;
        let (before, after) = text[line.range()].split_at(at);
        let after = &after[written.span.len()..];
        if let Some((role, word)) = saying(before, after, &written, &variables, registry) {
            let phrase =
                (word.starts_with("HTTP/")).then(|| phrase_behind(after)).flatten().map(|(from, length)| {
                    let start = written.span.end as usize + from;
                    Span::new(start, start + length)
                });
            let form = match (role, phrase) {
                (_, Some(_)) => Form::Phrase,
                (Role::Prose, _) => written.form,
                _ => embedded(written.form),
            };
            let written = Written { form, ..written };
            found.push(Said { written, role, certainty: Certainty::Named, word: word.to_string(), phrase });
        }
    }
    found.sort_by_key(|said| said.written.span.start);
    found
}

fn embedded(form: Form) -> Form {
    if form == Form::Number { Form::Embedded } else { form }
}

/// The line around a place; `\n` written out ends one too.
fn line_around(text: &str, span: Span) -> Span {
    let start = text[..span.start as usize].rfind('\n').map_or(0, |i| i + 1);
    let start = text[start..span.start as usize].rfind("\\n").map_or(start, |i| start + i + 2);
    let end = text[span.end as usize..].find('\n').map_or(text.len(), |i| span.end as usize + i);
    let end = text[span.end as usize..end].find("\\n").map_or(end, |i| span.end as usize + i);
    Span::new(start, end)
}

/// The identifier that ends here.
fn last_word(text: &str) -> &str {
    let start = text
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        .last()
        .map_or(text.len(), |(i, _)| i);
    &text[start..]
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    &text[..end]
}

/// The words behind a status of a status line, as an offset and a length.
fn phrase_behind(after: &str) -> Option<(usize, usize)> {
    let words = after.strip_prefix(' ')?;
    let end = words
        .find(|c: char| !(c.is_ascii_alphabetic() || matches!(c, ' ' | '-' | '\'')))
        .unwrap_or(words.len());
    let phrase = words[..end].trim_end();
    (!phrase.is_empty()).then_some((1, phrase.len()))
}

/// Some identifier in the text says status.
fn speaks(text: &str) -> Option<&str> {
    let by_name = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .find(|word| says_status(word) && word.len() >= 6);
    // `pm.response.code`
    by_name.or_else(|| {
        text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))).find(|chain| {
            ["response.code", "res.code", "resp.code", "responseCode.code"]
                .iter()
                .any(|end| chain.ends_with(end))
        })
    })
}

/// Shell variables that take a status: `code=$(curl -w '%{http_code}' ..)`.
fn filled_by_status(text: &str) -> Vec<&str> {
    let asks =
        |line: &str| line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).any(says_http_status);
    let assigned =
        text.lines().filter(|line| line.contains("=$(") || line.contains("=`") || line.contains("=\"$("));
    let mut names: Vec<&str> =
        assigned.filter(|line| asks(line)).filter_map(|line| line.split('=').next()).map(last_word).collect();
    // The command may go on in the lines below it.
    let lines: Vec<&str> = text.lines().collect();
    for pair in
        lines.windows(2).filter(|pair| pair[0].ends_with('\\') && pair[0].contains("=$(") && asks(pair[1]))
    {
        names.extend(pair[0].split('=').next().map(last_word));
    }
    names.retain(|name| !name.is_empty());
    names
}

fn saying<'t>(
    before: &'t str,
    after: &'t str,
    written: &Written,
    variables: &[&str],
    registry: &Registry,
) -> Option<(Role, &'t str)> {
    let bare = before.trim_end_matches(['"', '\'', '\\', '`']);
    let gap = bare.trim_end_matches([' ', '=', '!', '<', '>', '(', '[', ':', '~', '"', '\'', '\\']);
    let tie = &before[gap.len()..];
    let word = last_word(gap);
    let code = written.codes.single();
    let registered = code.is_none_or(|code| registry.is_registered(code) || registry.get(code).is_some());
    // `$status = 404`, `.status_code == 200`, `getStatus() >= 300`, `http_code: 500`
    let called = last_word(gap.trim_end_matches("()"));
    let tied = tie.contains(['=', '<', '>', ':', '(', '[']) && tie.len() <= 8;
    if tied && (registered || tie.contains(['<', '>'])) {
        // `responseCode.code === 200`: a member called `code` says what its owner says.
        let member = gap.strip_suffix(".code").map_or("", last_word);
        for word in [word, called, member] {
            if says_status(word) && word.len() < 40 {
                let compared = tie.contains(['<', '>', '!'])
                    || tie.contains("==")
                    || tie.contains("= ")
                    || tie.starts_with('=');
                let asserted = before.contains(".to.have.") || before.contains("expect");
                let role = if asserted {
                    Role::Expected
                } else if compared {
                    Role::Observed
                } else {
                    Role::Carried
                };
                return Some((role, word));
            }
        }
    }
    // `HTTP/1.1 404 Not Found`, as recorded and sent.
    let spaced = before.trim_end();
    if spaced.len() < before.len() && written.form == Form::Number {
        let head = spaced.rsplit([' ', '"', '\'']).next().unwrap_or("");
        if head.starts_with("HTTP/") && head.len() <= 8 {
            return Some((Role::Carried, head));
        }
    }
    // `expect(res.status).to.equal(200)`, `assert resp.status == 200`
    if before.ends_with(['(', ' ', '"', '\'', '[']) || before.ends_with("==") {
        let statement = before.rsplit([';', '{']).next().unwrap_or(before);
        let asserted =
            ["expect(", "assert", "should", ".toBe(", ".to."].iter().any(|mark| statement.contains(mark));
        if asserted
            && registered
            && before.trim_end_matches(['"', '\'']).ends_with(['(', '=', ',', ' ', '['])
            && let Some(word) = speaks(statement).filter(|_| !statement.trim_start().starts_with("test("))
        {
            let title = statement.matches(['"', '\'']).count() % 2 == 1 && before.ends_with(' ');
            if !title {
                return Some((Role::Expected, word));
            }
        }
    }
    if let Some(said) = in_list(before, after, registry) {
        return Some(said);
    }
    // `... -w '%{http_code}' ... | grep 200`, `[ "$CODE" -eq 200 ]` behind a word in the same line.
    let asked = [
        "grep",
        "-eq",
        "-ne",
        "-q",
        "-ge",
        "-gt",
        "-lt",
        "-le",
        "=",
        "==",
        "!=",
        "!==",
        "ShouldEqual",
        "ShouldNotEqual",
    ];
    let operator = spaced.trim_end_matches(['"', '\'', '^']).trim_end().rsplit(' ').next().unwrap_or("");
    if asked.contains(&operator) && registered {
        let whole_line = before.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let says = |word: &&str| {
            says_http_status(word)
                || says_status(word) && word.len() > 5
                || variables.contains(word) && before.contains(&format!("${word}"))
        };
        if let Some(word) = whole_line.into_iter().find(says) {
            return Some((Role::Observed, word));
        }
    }
    if let Some(said) = directive_line(before, after, code) {
        return Some(said);
    }
    // A template that falls back: `{{ X_STATUS_CODE if .. else "301" }}`
    if gap.ends_with("else")
        && registered
        && let Some(word) = speaks(before)
    {
        return Some((Role::Carried, word));
    }
    if let "exit" | "redirect" | "HTTPException" | "sendStatus" | "writeHead" | "abort" = called {
        let called_http = gap.ends_with("ngx.exit") || called != "exit" && called != "redirect";
        if tie.contains('(') && called_http && registered {
            return Some((Role::Sent, called));
        }
    }
    prose(before, after, written, registry)
}

/// `[403, 429, 500].includes(error.status)`, `RETRIABLE = {502, 503}`, `for code in "400 401 403"`.
fn in_list<'t>(before: &'t str, after: &'t str, registry: &Registry) -> Option<(Role, &'t str)> {
    let head = before.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ',' | ' '));
    let tail = after.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ',' | ' '));
    let (open, close) = (head.chars().next_back()?, tail.chars().next()?);
    if !matches!((open, close), ('[', ']') | ('(', ')') | ('{', '}') | ('"', '"') | ('\'', '\'')) {
        return None;
    }
    let items = format!("{},{}", &before[head.len()..], &after[..after.len() - tail.len()]);
    let numbers = items.split([',', ' ']).filter(|item| !item.is_empty()).count() + 1;
    let others = items.split([',', ' ']).filter(|item| !item.is_empty());
    if numbers < 2
        || !others.clone().all(|item| {
            one(item).and_then(|read| read.0.single()).is_some_and(|code| registry.is_registered(code))
        })
    {
        return None;
    }
    let name = head[..head.len() - open.len_utf8()].trim_end_matches([' ', '=', ':', '(', '[', '{', '\\']);
    let name = name
        .strip_suffix("new Set")
        .or_else(|| name.strip_suffix("Set"))
        .unwrap_or(name)
        .trim_end_matches([' ', '=', '(']);
    let name = name.strip_suffix(" not in").or_else(|| name.strip_suffix(" in")).unwrap_or(name);
    let word = last_word(name);
    let retries = words(word)
        .iter()
        .any(|word| matches!(word.as_str(), "retry" | "retriable" | "retryable" | "retries"));
    if says_status(word) || retries && numbers >= 3 {
        return Some((Role::Observed, word));
    }
    let behind = &tail[close.len_utf8()..];
    let asked = [".includes(", ".contains(", ".include?(", ".has("]
        .iter()
        .find_map(|call| behind.strip_prefix(call))?;
    let argument = asked.split(')').next()?;
    speaks(argument).map(|word| (Role::Observed, word))
}

/// A directive of nginx in a snippet: `return 301 https://..;`, `error_page 404 /404.html;`.
fn directive_line<'t>(before: &'t str, after: &'t str, code: Option<u16>) -> Option<(Role, &'t str)> {
    let statement = before.rsplit([';', '{', '}']).next().unwrap_or(before).trim_start();
    let name = first_word(statement);
    let arguments = statement.get(name.len()..)?.strip_prefix(' ')?;
    let ends = after.contains(';');
    match name {
        "return" if ends && arguments.trim().is_empty() => {
            let redirect = matches!(code, Some(301 | 302 | 303 | 307 | 308));
            let target = after.trim_start().starts_with(['$', 'h', '/', '"', '\'']);
            (after.starts_with([' ', ';'])
                && (redirect && target || after.starts_with(';') && code.is_some_and(|code| code >= 400)))
            .then_some((if redirect { Role::Redirected } else { Role::Sent }, name))
        }
        "set" if ends && says_status(arguments.trim().trim_start_matches('$')) => {
            Some((Role::Configured, name))
        }
        "fastcgi_param" if ends && arguments.trim() == "REDIRECT_STATUS" => Some((Role::Configured, name)),
        "error_page" | "proxy_cache_valid" | "limit_req_status" | "limit_conn_status" if ends => arguments
            .split(' ')
            .all(|word| word.is_empty() || word == "=" || one(word.trim_start_matches('=')).is_some())
            .then_some((Role::Configured, name)),
        _ => None,
    }
}

/// A sentence about a status: kept apart, because no rule judges what people tell each other.
fn prose<'t>(
    before: &'t str,
    after: &'t str,
    written: &Written,
    registry: &Registry,
) -> Option<(Role, &'t str)> {
    let previous = last_word(before.trim_end_matches([' ', ':', '(', '`', '"', '\'', '*']));
    let next = first_word(after.trim_start_matches([' ', ')', '`', '"', '\'', '*', ':', '-']));
    let about = |word: &str| {
        let word = word.to_ascii_lowercase();
        matches!(
            word.as_str(),
            "http"
                | "status"
                | "code"
                | "codes"
                | "error"
                | "errors"
                | "response"
                | "responses"
                | "returns"
                | "return"
                | "responds"
        )
    };
    let near = after.len() > 1 && after.starts_with([' ', ')', '`', '"', '*', ':', '-']) || after.is_empty();
    if near
        && about(previous)
        && !matches!(previous, "return" | "returns" | "error" | "code" | "Error" | "Code")
        || written.form == Form::Wildcard
    {
        return Some((Role::Prose, if previous.is_empty() { next } else { previous }));
    }
    let code = written.codes.single()?;
    let phrase = registry.phrase(code).is_some_and(|phrase| {
        let rest = after.trim_start_matches([' ', '-', ':', '(', '"']);
        rest.get(..phrase.len()).is_some_and(|start| start.eq_ignore_ascii_case(phrase))
    });
    if phrase
        || about(next)
            && registry.is_registered(code)
            && matches!(next, "response" | "responses" | "error" | "errors" | "status")
    {
        return Some((Role::Prose, next));
    }
    None
}

/// Label matchers of PromQL and LogQL: `status=~"5..|429"`, `{code="500"}`.
fn matchers(text: &str) -> Vec<Said> {
    let mut found = vec![];
    for equals in memchr::memchr2_iter(b'=', b'~', text.as_bytes()) {
        // `=`, `=~`, `!=`, `!~`
        let tilde = text.as_bytes()[equals] == b'~';
        if tilde && !text[..equals].ends_with('!') {
            continue;
        }
        let mut at = equals + 1;
        at += usize::from(!tilde && text[at..].starts_with('~'));
        let escape = text[at..].starts_with("\\\"");
        let Some(quote @ ('"' | '\'')) = text[at + usize::from(escape)..].chars().next() else { continue };
        let start = at + usize::from(escape) + 1;
        let Some(length) = text[start..].find(quote) else { continue };
        let value = text[start..start + length].trim_end_matches('\\');
        if value.is_empty()
            || value.len() > 60
            || !value.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '[' | '(' | '^'))
        {
            continue;
        }
        let head = text[..equals].trim_end_matches(['!', ' ']);
        let label = last_word(head);
        let Some(selector) = head[..head.len() - label.len()].trim_end().strip_suffix(['{', ',']) else {
            continue;
        };
        let metric = selector.rfind('{').map_or(selector, |i| &selector[..i]);
        let metric = if head[..head.len() - label.len()].trim_end().ends_with('{') {
            last_word(selector.trim_end())
        } else {
            last_word(metric.trim_end())
        };
        let by_label =
            says_status(label) || matches!(label, "code" | "status" | "rc" | "response_code" | "http_code");
        let by_metric = says_status(metric) || metric.contains("http") && metric.contains("response");
        if !(by_label || by_metric && matches!(label, "type" | "class" | "code" | "group" | "family")) {
            continue;
        }
        let (mut from, bare) = unwrapped(value).map_or((start, value), |(skip, bare)| (start + skip, bare));
        for alternative in alternatives(bare) {
            if let Some((codes, form)) =
                pattern(alternative, false).filter(|read| !read.0.intersection(Codes::valid()).is_empty())
            {
                let written = Written {
                    span: Span::new(from, from + alternative.len()),
                    codes,
                    number: None,
                    form: embedded(form),
                };
                let word = if by_label { label } else { metric };
                found.push(Said {
                    written,
                    role: Role::Observed,
                    certainty: Certainty::Named,
                    word: word.to_string(),
                    phrase: None,
                });
            }
            from += alternative.len() + 1;
        }
    }
    found
}

/// The inside of a group that is all of the pattern, with the bytes before it: `(5..|4..)`, `(?:5..)`.
fn unwrapped(value: &str) -> Option<(usize, &str)> {
    let inner = value.strip_prefix('(')?.strip_suffix(')')?;
    let bare = inner.strip_prefix("?:").unwrap_or(inner);
    (!bare.contains(['(', ')'])).then_some((1 + inner.len() - bare.len(), bare))
}

/// Splits at `|` outside of brackets.
fn alternatives(value: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    value.split(move |c| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        c == '|' && depth == 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        let registry = Registry::builtin();
        read(text, &registry)
            .iter()
            .filter(|said| said.role != Role::Prose)
            .map(|said| text[said.written.span.range()].to_string())
            .collect()
    }

    #[test]
    fn code_in_a_text_says_what_it_compares() {
        assert_eq!(said("if [[ $MC_STATUS == \"200\" ]]; then"), ["200"]);
        assert_eq!(said("expect(res.getStatus()).to.equal(200);"), ["200"]);
        assert_eq!(said("const retriable = new Set([403, 429, 500]);"), ["403", "429", "500"]);
        assert_eq!(said("if ([404, 410].includes(error.status)) return null;"), ["404", "410"]);
        assert_eq!(said("return 308 https://$host$request_uri;"), ["308"]);
        assert_eq!(said("curl -s -w '%{http_code}' x | grep 200"), ["200"]);
        assert_eq!(said("probe_http_status_code <= 199 OR probe_http_status_code >= 400"), ["199", "400"]);
        for text in [
            "expect(json.num).to.equal(200);",
            "chmod 600 x",
            "head -c 300 x",
            "exit_code = 200",
            "return 100;",
            "status miss * 100",
        ] {
            assert!(said(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn label_matchers_are_read_as_patterns() {
        assert_eq!(said("sum(rate(x_total{app=~\"$app\", status=~\"5..|429\"}[5m]))"), ["5..", "429"]);
        assert_eq!(said("rate(x{code=~\\\"(4|5)..\\\"}[1m]) * 100"), ["(4|5).."]);
        assert_eq!(said("vault_core_response_status_code{type=\"5xx\"}"), ["5xx"]);
        assert_eq!(said("x{code=~\"(?:5..)\", status!~\"2..\"}"), ["5..", "2.."]);
        assert!(said("x{version=\"500\", port=~\"5..\"}").is_empty());
    }

    #[test]
    fn sentences_are_prose() {
        let registry = Registry::builtin();
        let found = read("Returned when HTTP 404 or a 503 response came", &registry);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|said| said.role == Role::Prose));
    }
}
