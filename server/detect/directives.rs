//! Configuration of directives (nginx): what a directive's row says of the codes among its arguments.

use super::Source;
use super::blocks::{Blocks, Directive};
use super::sayings;
use super::words::says_status;
use super::written::{Written, inside, one, pattern};
use crate::facts::{
    Act, Body, Certainty, Event, Evidence, Facts, Form, Handles, Mention, Response, Role, Site,
};
use crate::languages::formats::{self, Argument, DirectiveRow, Format};
use crate::status::Codes;
use crate::text::Span;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

struct Reading<'a> {
    source: &'a Source<'a>,
    text: &'a str,
    formats: Vec<&'static Format>,
    /// The rows of these formats, by the name of the directive.
    rows: HashMap<&'static str, Vec<(&'static Format, &'static DirectiveRow)>>,
    in_test: bool,
    /// Where a directive has spoken already.
    taken: HashSet<u32>,
}

/// Reads a file of directives into `facts`.
pub fn read(source: &Source, facts: &mut Facts) {
    let text: &str = &source.text;
    facts.is_test |= source.language.is_test_path(source.path);
    let formats: Vec<&'static Format> = formats::of(source.language.id, source.path, &[], text).collect();
    facts.format = formats.first().map(|format| format.name.clone());
    facts.vendors.extend(formats.iter().flat_map(|format| format.vendors.iter().cloned()));
    let mut rows: HashMap<&str, Vec<(&Format, &DirectiveRow)>> = HashMap::default();
    for format in &formats {
        for row in &format.directives {
            row.name.iter().for_each(|name| rows.entry(name.as_str()).or_default().push((format, row)));
        }
    }
    let mut reading =
        Reading { source, text, formats, rows, in_test: facts.is_test, taken: HashSet::default() };
    let Blocks { directives, comments } = Blocks::read(text);
    facts.comments = comments;
    for directive in &directives {
        reading.directive(directive, facts);
    }
    reading.rest(facts, &directives);
    facts.mentions.sort_by_key(|mention| (mention.span.start, mention.span.end));
    facts.mentions.dedup_by_key(|mention| mention.span);
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
        let rows = self.rows.get(directive.name).cloned().unwrap_or_default();
        for (format, row) in rows {
            let around = row.within.as_deref();
            if around.is_none_or(|name| directive.within.is_some_and(|head| head.name == name)) {
                self.by_row(directive, format, row, facts);
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
        let mut numbers = inside(self.text);
        if numbers.is_empty() {
            return;
        }
        let comments = &facts.comments;
        let is_free = |span: Span| {
            let commented = comments.partition_point(|comment| comment.span.end <= span.start);
            !comments.get(commented).is_some_and(|comment| comment.span.overlaps(span))
                && !self.taken.contains(&span.start)
        };
        numbers.retain(|number| is_free(number.span));
        for said in sayings::of(self.text, numbers, self.source.registry) {
            let span = said.written.span;
            if said.role == Role::Prose || !is_free(span) {
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
