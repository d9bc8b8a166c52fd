//! Configuration of directives (nginx): what a directive's row says of the codes among its arguments.

use super::Source;
use super::sayings;
use super::words::says_status;
use super::written::{Written, inside, one, pattern};
use crate::facts::{
    Act, Body, Certainty, Comment, Event, Evidence, Facts, Form, Handles, Mention, Response, Role, Site,
};
use crate::languages::Kind;
use crate::languages::formats::{self, Argument, DirectiveRow, Format};
use crate::status::Codes;
use crate::text::Span;
use std::collections::HashSet;
use tree_sitter::Node;

/// A directive with all its arguments, also those on further lines.
struct Directive<'t> {
    name: &'t str,
    /// The words behind the name, with their places. A word in a group stands by itself.
    arguments: Vec<Span>,
    /// The directive around it, and that one's first two arguments.
    within: Option<Around<'t>>,
    whole: Span,
}

/// The head of a block.
#[derive(Clone, Copy)]
struct Around<'t> {
    name: &'t str,
    first: &'t str,
    second: &'t str,
}

struct Reading<'a> {
    source: &'a Source<'a>,
    text: &'a str,
    formats: Vec<&'static Format>,
    in_test: bool,
    /// Where a directive has spoken already.
    taken: HashSet<u32>,
}

/// Reads a file of directives into `facts`.
pub fn read(source: &Source, root: Node, facts: &mut Facts) {
    let text: &str = &source.text;
    facts.is_test |= source.language.is_test_path(source.path);
    let formats: Vec<&'static Format> = formats::of(source.language.id, source.path, &[], text).collect();
    facts.format = formats.first().map(|format| format.name.clone());
    facts.vendors.extend(formats.iter().flat_map(|format| format.vendors.iter().cloned()));
    let mut reading = Reading { source, text, formats, in_test: facts.is_test, taken: HashSet::new() };
    let mut directives = vec![];
    collect(source, root, facts, &mut directives);
    directives.sort_by_key(|directive| directive.whole.start);
    for directive in &directives {
        reading.directive(directive, facts);
    }
    reading.rest(facts, &directives);
    facts.mentions.sort_by_key(|mention| (mention.span.start, mention.span.end));
    facts.mentions.dedup_by_key(|mention| mention.span);
}

/// Every directive, outer ones first, and every comment. Walks without recursion: blocks may nest deep.
fn collect<'t>(source: &'t Source, root: Node<'t>, facts: &mut Facts, found: &mut Vec<Directive<'t>>) {
    let text: &str = &source.text;
    let is = |node: Node, kind| source.language.is(node, kind);
    let mut waiting: Vec<(Node, Option<Around>)> = vec![(root, None)];
    while let Some((node, within)) = waiting.pop() {
        let mut cursor = node.walk();
        let mut open: Option<Directive> = None;
        let mut inner = vec![];
        for child in node.children(&mut cursor) {
            if is(child, Kind::Comment) {
                comment(text, child, facts);
                continue;
            }
            if !is(child, Kind::Statement) {
                found.extend(open.take());
                inner.push((child, within));
                continue;
            }
            // A line without a semicolon goes on in the next.
            let mut parts = words(child, source, facts).into_iter();
            let mut directive = match open.take() {
                Some(mut directive) => {
                    directive.arguments.extend(parts);
                    directive.whole.end = child.end_byte() as u32;
                    directive
                }
                None => {
                    let Some(name) = parts.next() else { continue };
                    let whole = Span::new(child.start_byte(), child.end_byte());
                    Directive { name: &text[name.range()], arguments: parts.collect(), within, whole }
                }
            };
            let last = child.child(child.child_count().saturating_sub(1));
            let body = last.filter(|last| is(*last, Kind::Block));
            if let Some(body) = body {
                let word = |i: usize| directive.arguments.get(i).map_or("", |span| &text[span.range()]);
                inner.push((body, Some(Around { name: directive.name, first: word(0), second: word(1) })));
                directive.whole.end = body.start_byte() as u32;
            }
            let goes_on = body.is_none()
                && last.is_some_and(|last| last.kind() == "\n")
                && directive.arguments.len() < 500;
            if goes_on {
                open = Some(directive);
            } else {
                found.push(directive);
            }
        }
        found.extend(open.take());
        waiting.extend(inner.into_iter().rev());
    }
    facts.comments.sort_by_key(|comment| comment.span.start);
}

fn comment(text: &str, node: Node, facts: &mut Facts) {
    let start = node.start_byte();
    let line = text[..start].rfind('\n').map_or(0, |i| i + 1);
    let own_line = text[line..start].trim().is_empty();
    facts.comments.push(Comment { span: Span::new(start, node.end_byte()), own_line });
}

/// The leaves of a directive outside its block.
fn words(node: Node, source: &Source, facts: &mut Facts) -> Vec<Span> {
    let mut found: Vec<Span> = vec![];
    let mut cursor = node.walk();
    loop {
        if has_words(cursor.node(), source, facts, &mut found) && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

/// Takes a word, or says that there are some inside.
fn has_words(node: Node, source: &Source, facts: &mut Facts, found: &mut Vec<Span>) -> bool {
    if source.language.is(node, Kind::Block) {
        return false;
    }
    if source.language.is(node, Kind::Comment) {
        comment(&source.text, node, facts);
        return false;
    }
    if node.child_count() > 0 && !source.language.is(node, Kind::String) {
        return true;
    }
    let span = Span::new(node.start_byte(), node.end_byte());
    if node.is_named() || &source.text[span.range()] == "=" {
        // `~^2`, `=404`: what is written without a space is one word.
        match found.last_mut() {
            Some(last) if last.end == span.start => last.end = span.end,
            _ => found.push(span),
        }
    }
    false
}

impl Reading<'_> {
    fn mention(
        &self,
        written: Written,
        literal: Span,
        site: Site,
        role: Role,
        certainty: Certainty,
        because: Evidence,
    ) -> Mention {
        Mention {
            site,
            role,
            certainty,
            because,
            handles: Handles { literal, ..Handles::default() },
            ..written.mention(self.in_test)
        }
    }
    fn directive(&mut self, directive: &Directive, facts: &mut Facts) {
        if let Some(around) = directive.within.filter(|around| around.name == "map") {
            // `map $status $loggable { ~^[23] 0; }`: the names of the directives inside are what is compared.
            if says_status(around.first.trim_start_matches('$')) {
                self.compared(directive, facts);
            }
            // `map $uri $redirect_code { /old 301; }`: their arguments are codes.
            if says_status(around.second.trim_start_matches('$')) {
                self.mapped(directive, around.second, facts);
            }
        }
        for format in self.formats.clone() {
            for row in
                format.directives.iter().filter(|row| row.name.iter().any(|name| name == directive.name))
            {
                if row
                    .within
                    .as_deref()
                    .is_none_or(|within| directive.within.is_some_and(|around| around.name == within))
                {
                    self.by_row(directive, format, row, facts);
                }
            }
        }
    }
    fn compared(&mut self, directive: &Directive, facts: &mut Facts) {
        let span =
            Span { start: directive.whole.start, end: directive.whole.start + directive.name.len() as u32 };
        let bare = directive.name.trim_matches(['"', '\'']);
        let open = bare.trim_start_matches(['~', '*']);
        let read = if open.len() < bare.len() { pattern(open, true) } else { one(bare) };
        let Some((codes, form)) = read else { return };
        let from = span.start + directive.name.find(open).unwrap_or(0) as u32;
        let written =
            Written { span: Span { start: from, end: from + open.len() as u32 }, codes, number: None, form };
        let because = Evidence::Row {
            library: self.library(),
            name: "map".to_string(),
            proof: "a map over a status variable".to_string(),
        };
        let mut mention =
            self.mention(written, span, Site::Directive, Role::Observed, Certainty::Proven, because);
        mention.library = Some(self.library());
        mention.helper = Some("map".to_string());
        mention.statement = Some(directive.whole);
        self.taken.insert(written.span.start);
        facts.mentions.push(mention);
    }
    fn mapped(&mut self, directive: &Directive, variable: &str, facts: &mut Facts) {
        let Some(span) = directive.arguments.first().copied() else { return };
        let Some((codes, form)) = one(&self.text[span.range()]) else { return };
        let written = Written { span, codes, number: None, form };
        let because = Evidence::Word(variable.to_string());
        let mut mention =
            self.mention(written, span, Site::Directive, Role::Configured, Certainty::Named, because);
        mention.statement = Some(directive.whole);
        self.taken.insert(span.start);
        facts.mentions.push(mention);
    }
    fn library(&self) -> String {
        self.formats.first().map_or_else(|| self.source.language.name.clone(), |format| format.name.clone())
    }
    fn by_row(
        &mut self,
        directive: &Directive,
        format: &'static Format,
        row: &'static DirectiveRow,
        facts: &mut Facts,
    ) {
        let last = directive.arguments.len().saturating_sub(1);
        for (i, span) in directive.arguments.iter().enumerate() {
            let word = &self.text[span.range()];
            let (skip, bare) = match row.place {
                Argument::First if i == 0 => (0, word),
                Argument::Leading if i < last => (0, word),
                Argument::All => (0, word),
                Argument::Assigned => match word.strip_prefix('=') {
                    Some(rest) => (1, rest),
                    None => continue,
                },
                Argument::Prefixed => match word.strip_prefix("http_") {
                    Some(rest) => (5, rest),
                    None => continue,
                },
                _ => continue,
            };
            let Some(written) = number(bare, Span { start: span.start + skip, end: span.end }) else {
                continue;
            };
            let redirect =
                row.redirects && matches!(written.codes.single(), Some(301 | 302 | 303 | 307 | 308));
            let role = if redirect { Role::Redirected } else { row.role };
            let because = Evidence::Row {
                library: format.name.clone(),
                name: directive.name.to_string(),
                proof: "a directive of this format".to_string(),
            };
            let mut mention =
                self.mention(written, written.span, Site::Directive, role, Certainty::Proven, because);
            mention.library = Some(format.name.clone());
            mention.helper = Some(directive.name.to_string());
            mention.terms = row.terms(&format.vendors);
            mention.handles.item = Some(*span);
            mention.handles.call = Some(directive.whole);
            mention.statement = Some(directive.whole);
            self.taken.insert(written.span.start);
            if role == Role::Sent && row.place == Argument::First {
                facts.responses.push(self.answer(directive, format, &mention));
            }
            facts.mentions.push(mention);
        }
    }
    /// `return 404 "no such page";` is an answer with what follows the code as its content.
    fn answer(&self, directive: &Directive, format: &Format, code: &Mention) -> Response {
        let content = directive.arguments.get(1).copied();
        let body = match content.map(|span| &self.text[span.range()]) {
            None => Body::Absent,
            Some("\"\"" | "''") => Body::Empty,
            Some(text) if text.starts_with('$') => Body::Unknown,
            Some(_) => Body::Present,
        };
        let event = Event {
            act: Act::Build,
            span: directive.whole,
            callee: Span {
                start: directive.whole.start,
                end: directive.whole.start + directive.name.len() as u32,
            },
            statement: directive.whole,
            block: 0,
            link: 0,
            codes: (!code.codes.is_empty()).then_some(code.codes),
            code_span: Some(code.span),
            computed: false,
            sends: true,
            commits: true,
            body,
            body_span: content,
            refuses_body: false,
            encodes: false,
            overwrites: false,
            headers: None,
            name: directive.name.to_string(),
            library: format.name.clone(),
            certainty: Certainty::Proven,
        };
        Response {
            receiver: String::new(),
            events: vec![event],
            route: None,
            in_test: self.in_test,
            scope: None,
        }
    }
    /// Numbers that no row has taken: conditions, templates, scripts inside blocks.
    fn rest(&self, facts: &mut Facts, directives: &[Directive]) {
        if inside(self.text).is_empty() {
            return;
        }
        for said in sayings::read(self.text, self.source.registry) {
            let span = said.written.span;
            let commented = facts.comments.partition_point(|comment| comment.span.end <= span.start);
            let in_comment = facts.comments.get(commented).is_some_and(|comment| comment.span.overlaps(span));
            if in_comment || said.role == Role::Prose || self.taken.contains(&span.start) {
                continue;
            }
            let after = directives.partition_point(|directive| directive.whole.start <= span.start);
            let statement =
                directives[..after].iter().rev().take(8).find(|directive| directive.whole.contains(span));
            let mut mention = self.mention(
                said.written,
                span,
                Site::Text,
                said.role,
                said.certainty,
                Evidence::Word(said.word),
            );
            // A condition on a variable of the server itself: `if ($status = 404)`.
            if statement.is_some_and(|directive| {
                directive.name == "if" && self.text[directive.whole.range()].contains("($")
            }) && mention.form == Form::Embedded
            {
                mention.form = Form::Number;
                mention.site = Site::Comparison;
            }
            mention.statement = statement.map(|directive| directive.whole);
            facts.mentions.push(mention);
        }
    }
}

/// A number of any size, a class or a range, as an argument.
fn number(text: &str, span: Span) -> Option<Written> {
    if let Some((codes, form)) = one(text) {
        return Some(Written { span, codes, number: None, form });
    }
    (!text.is_empty() && text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit())).then(|| {
        let number: u32 = text.parse().expect("at most six digits");
        let codes = u16::try_from(number).map_or(Codes::EMPTY, Codes::one);
        Written { span, codes, number: (number > 999).then_some(number), form: Form::Number }
    })
}
