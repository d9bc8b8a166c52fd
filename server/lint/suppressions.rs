//! `lsp-lint: ignore[rule] -- reason`: comments that silence a rule, the OpenAPI extension that does it where there are no
//! comments, and the two rules about them.
//!
//! A suppression that silences nothing is a finding itself: otherwise it outlives its reason and hides the next mistake.

use super::{all_rules, is_on, levels, nearest_rule, rule_by_id};
use crate::detect::Spot;
use crate::facts::{Comment, Contract, Entry, Facts};
use crate::project::{Level, Profile};
use crate::rules::{Edit, Env, Finding, Findings, Fix, Rule, Safety, Silence};
use crate::text::{LineIndex, Span};

/// A suppression that silences nothing, names an unknown rule, or cannot be read.
pub const UNUSED_SUPPRESSION: Rule = Rule {
    id: "unused-suppression",
    group: "meta",
    level: Level::Warning,
    profile: Some(Profile::Recommended),
    since: "0.1.0",
    fix: Some(Safety::Safe),
    page: include_str!("unused-suppression.md"),
    help_url: "https://www.rfc-editor.org/rfc/rfc9110#section-15",
    concerns: no_candidate,
    check: raised_while_settling,
};

/// A suppression without ` -- reason` in a project that demands one.
pub const SUPPRESSION_WITHOUT_REASON: Rule = Rule {
    id: "suppression-without-reason",
    group: "meta",
    level: Level::Warning,
    profile: Some(Profile::Recommended),
    since: "0.1.0",
    fix: None,
    page: include_str!("suppression-without-reason.md"),
    help_url: "https://www.rfc-editor.org/rfc/rfc9110#section-15",
    concerns: no_candidate,
    check: raised_while_settling,
};

/// Comments are what these rules are about; a file with one for us is read whole.
fn no_candidate(_: &Spot, _: &Env) -> bool {
    false
}

/// Whether a suppression is used shows only when the other rules have spoken: facts alone say nothing.
fn raised_while_settling(_: &Facts, _: &Env, _: &mut Findings) {}

const MARK: &str = "lsp-lint:";
/// `ignore-file` must be easy to see.
const FILE_LINES: usize = 30;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Ignore,
    IgnoreFile,
    Off,
    On,
}

const VERBS: &[(&str, Verb)] =
    &[("ignore", Verb::Ignore), ("ignore-file", Verb::IgnoreFile), ("off", Verb::Off), ("on", Verb::On)];

/// One directive in a comment, as written.
pub(super) struct Directive {
    comment: Comment,
    /// From the mark to the end of the reason.
    span: Span,
    word: Span,
    verb: Option<Verb>,
    /// What stands between the brackets; none: there are no brackets.
    list: Option<Span>,
    names: Vec<(String, Span)>,
    reasoned: bool,
}

/// Where the claim that a rule is silenced holds.
#[derive(Clone, Copy)]
enum Reach {
    Nowhere,
    /// The comment's own line, 0-based.
    Line(usize),
    /// The line below it, and the statement that begins there.
    Below(usize),
    Region(Span),
    File,
}

/// Where a finding stands, as suppressions see it; lines are 0-based.
#[derive(Clone, Copy)]
struct Place {
    start: u32,
    first_line: usize,
    last_line: usize,
    /// The line on which its statement begins.
    statement_line: Option<usize>,
}

/// The comments of a file that speak to this tool, with the index of its lines.
pub(super) struct Spoken<'f> {
    facts: &'f Facts,
    lines: LineIndex,
    statements: Statements,
    pub(super) directives: Vec<Directive>,
}

/// The statements that mentions and events stand in, ascending.
pub(super) struct Statements(Vec<Span>);

impl Statements {
    pub(super) fn of(facts: &Facts) -> Statements {
        let mentions = facts.mentions.iter().filter_map(|mention| mention.statement);
        let events =
            facts.responses.iter().flat_map(|response| &response.events).map(|event| event.statement);
        let mut all: Vec<Span> = mentions.chain(events).collect();
        all.sort_by_key(|statement| (statement.start, std::cmp::Reverse(statement.end)));
        all.dedup();
        Statements(all)
    }
    /// The innermost statement around a place, as far as a mention or an event tells.
    pub(super) fn around(&self, place: Span) -> Option<Span> {
        /// Statements nest: the innermost one is among the last to begin before the place.
        const NEAREST: usize = 200;
        let before = self.0.partition_point(|statement| statement.start <= place.start);
        self.0[..before].iter().rev().take(NEAREST).find(|statement| statement.contains(place)).copied()
    }
}

/// One rule name in one suppression.
struct Claim {
    name: String,
    /// The directive and the place of the name in it; none for the OpenAPI extension.
    directive: Option<(usize, usize)>,
    reach: Reach,
    /// The name as it stands in the extension.
    span: Span,
    used: bool,
    /// The `on` and the place of the name in it that ends this `off`.
    ended_by: Option<(usize, usize)>,
}

/// Takes out what is suppressed, and adds what is wrong with the suppressions.
pub(super) fn settle(facts: &Facts, env: &Env, findings: &mut Findings) {
    let spoken = Spoken::read(facts);
    let mut claims = spoken.claims();
    claims.extend(extension_claims(facts));
    if claims.is_empty() && spoken.directives.is_empty() {
        return;
    }
    let all = std::mem::take(&mut findings.found);
    for finding in &all {
        keep_unless_suppressed(&spoken, &mut claims, finding.clone(), findings);
    }
    let mut meta = Findings::new(findings.silences.is_some());
    for index in 0..spoken.directives.len() {
        spoken.judge(index, &claims, &all, env, &mut meta);
    }
    judge_extensions(facts, &claims, &mut meta);
    levels::settle(&mut meta, env.settings);
    for finding in std::mem::take(&mut meta.found) {
        keep_unless_suppressed(&spoken, &mut claims, finding, findings);
    }
    if let (Some(all), Some(more)) = (&mut findings.silences, meta.silences) {
        all.extend(more);
    }
}

fn keep_unless_suppressed(spoken: &Spoken, claims: &mut [Claim], finding: Finding, findings: &mut Findings) {
    let mut by = None;
    let place = spoken.place(finding.span);
    for claim in claims.iter_mut() {
        if reaches(claim.reach, place) && claim.name == finding.rule {
            claim.used = true;
            by = Some(claim.directive.map_or(claim.span, |(index, _)| spoken.directives[index].span));
        }
    }
    match by {
        None => findings.found.push(finding),
        Some(by) => {
            if let Some(silences) = &mut findings.silences {
                let why = format!("suppressed on line {}", spoken.lines.line_of(by.start) + 1);
                silences.push(Silence { rule: finding.rule, span: finding.span, why });
            }
        }
    }
}

impl<'f> Spoken<'f> {
    pub(super) fn read(facts: &'f Facts) -> Spoken<'f> {
        let mut directives = vec![];
        for comment in &facts.comments {
            let text = facts.at(comment.span);
            for (at, _) in text.match_indices(MARK) {
                let own_line = comment.own_line || stands_in_braces(&facts.text, comment.span);
                directives.extend(Directive::read(text, at, Comment { own_line, ..*comment }));
            }
        }
        let needed = !directives.is_empty() || !facts.contracts.is_empty();
        let lines = LineIndex::new(if needed { &facts.text } else { "" });
        let statements = if needed { Statements::of(facts) } else { Statements(vec![]) };
        Spoken { facts, lines, statements, directives }
    }

    fn place(&self, span: Span) -> Place {
        let line = |byte: u32| self.lines.line_of(byte);
        Place {
            start: span.start,
            first_line: line(span.start),
            last_line: line(span.end),
            statement_line: self.statements.around(span).map(|statement| line(statement.start)),
        }
    }

    fn claims(&self) -> Vec<Claim> {
        let mut claims: Vec<Claim> = vec![];
        for (index, directive) in self.directives.iter().enumerate() {
            for (position, (name, span)) in directive.names.iter().enumerate() {
                let at = Some((index, position));
                if directive.verb == Some(Verb::On) {
                    let open = claims.iter_mut().rev().find(|claim| {
                        claim.name == *name
                            && claim.ended_by.is_none()
                            && matches!(claim.reach, Reach::Region(_))
                    });
                    if let Some(open) = open
                        && let Reach::Region(region) = &mut open.reach
                    {
                        region.end = directive.comment.span.start;
                        open.ended_by = at;
                    }
                    continue;
                }
                let reach = self.reach(directive);
                claims.push(Claim {
                    name: name.clone(),
                    directive: at,
                    reach,
                    span: *span,
                    used: false,
                    ended_by: None,
                });
            }
        }
        claims
    }

    fn reach(&self, directive: &Directive) -> Reach {
        let comment = directive.comment.span;
        match directive.verb {
            Some(Verb::Ignore) if !directive.comment.own_line => {
                Reach::Line(self.lines.line_of(comment.start))
            }
            Some(Verb::Ignore) => Reach::Below(self.line_below(comment)),
            Some(Verb::IgnoreFile) if self.lines.line_of(directive.span.start) < FILE_LINES => Reach::File,
            Some(Verb::Off) => Reach::Region(Span::new(comment.end as usize, self.facts.text.len())),
            _ => Reach::Nowhere,
        }
    }

    /// The line that a comment on a line of its own stands above: the next one with something else than comments on it.
    fn line_below(&self, comment: Span) -> usize {
        let text = &*self.facts.text;
        let mut from = comment.end;
        loop {
            let line = self.lines.line_of(from);
            let rest = Span { start: from, end: self.lines.line_span(text, line).end.max(from) };
            let blank = rest.len() - text[rest.range()].trim_start().len();
            let start = rest.start + blank as u32;
            if start < rest.end {
                let comments = &self.facts.comments;
                match comments.binary_search_by_key(&start, |other| other.span.start).map(|at| &comments[at])
                {
                    Ok(other) if other.span.end > from => {
                        from = other.span.end;
                        continue;
                    }
                    _ => return line,
                }
            }
            if line + 1 >= self.lines.lines() {
                return line;
            }
            from = self.lines.line_span(text, line + 1).start;
        }
    }

    /// The `ignore[..]` that already speaks about this place.
    pub(super) fn list_at(&self, place: Span) -> Option<Span> {
        let place = self.place(place);
        let here = |directive: &&Directive| {
            directive.verb == Some(Verb::Ignore) && reaches(self.reach(directive), place)
        };
        self.directives.iter().find(here)?.list
    }

    /// Says what is wrong with one directive.
    fn judge(&self, index: usize, claims: &[Claim], all: &[Finding], env: &Env, meta: &mut Findings) {
        let directive = &self.directives[index];
        let word = self.facts.at(directive.word);
        let place = directive.place(self.facts);
        let Some(verb) = directive.verb else {
            let near = VERBS.iter().min_by_key(|known| strsim::damerau_levenshtein(known.0, word));
            let meant = near.map_or("ignore", |known| known.0);
            meta.push(UNUSED_SUPPRESSION.at(
                place,
                format!(
                    "`{word}` is no word of a suppression and silences nothing: did you mean `{meant}[rule]`?"
                ),
            ));
            return;
        };
        if directive.names.is_empty() {
            meta.push(self.without_rules(directive, verb, all, env));
            return;
        }
        let needed =
            env.settings.require_reason || env.settings.levels.contains_key(SUPPRESSION_WITHOUT_REASON.id);
        if needed && !directive.reasoned && verb != Verb::On {
            meta.push(
                SUPPRESSION_WITHOUT_REASON
                    .at(place, format!("this suppression does not say why: write `{word}[..] -- reason`")),
            );
        }
        if verb == Verb::IgnoreFile && matches!(self.reach(directive), Reach::Nowhere) {
            let message = format!("`ignore-file` counts in the first {FILE_LINES} lines only: move it up");
            let fixes = vec![self.removal(&[(index, (0..directive.names.len()).collect())])];
            meta.push(Finding { fixes, ..UNUSED_SUPPRESSION.at(place, message) });
            return;
        }
        let idle: Vec<usize> =
            (0..directive.names.len()).filter(|name| self.is_idle(index, *name, claims)).collect();
        if !idle.is_empty() {
            meta.push(self.idle(index, &idle, claims, all));
        }
    }

    /// The name silences nothing. Names of the meta rules are let be: they hold back what is found here.
    fn is_idle(&self, index: usize, name: usize, claims: &[Claim]) -> bool {
        let directive = &self.directives[index];
        if directive.verb == Some(Verb::On) {
            return !claims.iter().any(|claim| claim.ended_by == Some((index, name)));
        }
        let meta = super::META_RULES.iter().any(|rule| rule.id == directive.names[name].0);
        !meta && claims.iter().any(|claim| claim.directive == Some((index, name)) && !claim.used)
    }

    fn idle(&self, index: usize, idle: &[usize], claims: &[Claim], all: &[Finding]) -> Finding {
        let directive = &self.directives[index];
        let mut parts = vec![];
        let mut fixes = vec![];
        for (name, span) in idle.iter().map(|i| &directive.names[*i]) {
            if rule_by_id(name).is_some() {
                parts.push(match directive.verb {
                    Some(Verb::On) => format!("`{name}` is not off here"),
                    _ => format!("`{name}` finds nothing here"),
                });
                continue;
            }
            let near = nearest_rule(name);
            parts.push(match near {
                Some(near) => format!("there is no rule `{name}`: did you mean `{near}`?"),
                None => format!("there is no rule `{name}`"),
            });
            let spoke = |finding: &&Finding| {
                Some(finding.rule) == near && reaches(self.reach(directive), self.place(finding.span))
            };
            if let (Some(near), Some(_)) = (near, all.iter().find(spoke)) {
                let edits = vec![Edit { span: *span, text: near.into() }];
                let title = format!("Replace `{name}` with `{near}`");
                fixes.push(Fix { title, safety: Safety::Unsafe, preferred: false, edits });
            }
        }
        let mut gone = vec![(index, idle.to_vec())];
        let is_idle =
            |claim: &&Claim| claim.directive.is_some_and(|at| at.0 == index && idle.contains(&at.1));
        for (on, name) in claims.iter().filter(is_idle).filter_map(|claim| claim.ended_by) {
            match gone.iter_mut().find(|known| known.0 == on) {
                Some(known) => known.1.push(name),
                None => gone.push((on, vec![name])),
            }
        }
        fixes.insert(0, self.removal(&gone));
        let message = format!("this suppression silences nothing: {}", parts.join(", "));
        Finding { fixes, ..UNUSED_SUPPRESSION.at(directive.place(self.facts), message) }
    }

    /// A directive without brackets would silence rules that nobody has thought of yet: it is refused.
    fn without_rules(&self, directive: &Directive, verb: Verb, all: &[Finding], env: &Env) -> Finding {
        let word = self.facts.at(directive.word);
        let reach = self.reach(directive);
        let mut here: Vec<&str> = all
            .iter()
            .filter(|finding| reaches(reach, self.place(finding.span)))
            .map(|finding| finding.rule)
            .collect();
        here.sort_unstable();
        here.dedup();
        let active: Vec<&str> =
            all_rules().into_iter().filter(|rule| is_on(rule, env.settings)).map(|rule| rule.id).collect();
        let hint = match here.as_slice() {
            [] => format!("write `{word}[rule]` with one of {}", active.join(", ")),
            here => format!("write `{word}[{}]` (active rules: {})", here.join(", "), active.join(", ")),
        };
        let mut fixes = vec![];
        if !here.is_empty() && verb != Verb::On {
            let span =
                directive.list.map_or(Span { start: directive.word.end, end: directive.word.end }, |list| {
                    Span { start: list.start - 1, end: list.end + 1 }
                });
            let edits = vec![Edit { span, text: format!("[{}]", here.join(", ")) }];
            let title = format!("Name what it silences: {}", here.join(", "));
            fixes.push(Fix { title, safety: Safety::Unsafe, preferred: true, edits });
        }
        let message = format!("`{word}` without a rule silences nothing: {hint}");
        Finding { fixes, ..UNUSED_SUPPRESSION.at(directive.place(self.facts), message) }
    }

    /// Takes names out of directives, and directives that name nothing any more out of the file.
    fn removal(&self, gone: &[(usize, Vec<usize>)]) -> Fix {
        let mut edits: Vec<Edit> = vec![];
        let mut whole = true;
        for (index, names) in gone {
            let directive = &self.directives[*index];
            let left: Vec<&str> = (0..directive.names.len())
                .filter(|name| !names.contains(name))
                .map(|name| directive.names[name].0.as_str())
                .collect();
            match (left.is_empty(), directive.list) {
                (false, Some(list)) => {
                    whole = false;
                    edits.push(Edit { span: list, text: left.join(", ") });
                }
                _ => edits.push(Edit { span: self.extent(directive), text: String::new() }),
            }
        }
        let title = if whole { "Remove the suppression" } else { "Remove the unused names" };
        Fix { title: title.into(), safety: Safety::Safe, preferred: true, edits }
    }

    /// What goes when a directive goes: its line, the comment with the space before it, or its part of a longer comment.
    fn extent(&self, directive: &Directive) -> Span {
        let text = &*self.facts.text;
        let comment = directive.comment.span;
        let before = &text[comment.start as usize..directive.span.start as usize];
        let alone = before.chars().all(|c| c.is_whitespace() || is_comment_mark(c))
            && is_close(&text[directive.span.end as usize..comment.end as usize]);
        if !alone {
            let kept = before.trim_end_matches(|c: char| c.is_whitespace() || is_comment_mark(c));
            return Span { start: comment.start + kept.len() as u32, end: directive.span.end };
        }
        let line = self.lines.line_of(comment.start);
        let start = self.lines.line_span(text, line).start;
        let last = self.lines.line_of(comment.end.saturating_sub(1).max(comment.start));
        let rest_is_blank = text[comment.end as usize..]
            .split(['\n', '\r'])
            .next()
            .is_some_and(|rest| rest.trim().is_empty());
        if directive.comment.own_line && rest_is_blank {
            let next = self.lines.line_span(text, last + 1).start;
            return Span { start, end: next.max(comment.end) };
        }
        if directive.comment.own_line {
            let after = text[comment.end as usize..].len() - text[comment.end as usize..].trim_start().len();
            return Span { start: comment.start, end: comment.end + after as u32 };
        }
        let code = text[start as usize..comment.start as usize].trim_end().len();
        Span { start: start + code as u32, end: comment.end }
    }
}

fn reaches(reach: Reach, place: Place) -> bool {
    match reach {
        Reach::Nowhere => false,
        Reach::File => true,
        Reach::Region(region) => region.start <= place.start && place.start < region.end,
        Reach::Line(line) => (place.first_line..=place.last_line).contains(&line),
        Reach::Below(line) => place.first_line == line || place.statement_line == Some(line),
    }
}

impl Directive {
    /// Reads the directive whose mark stands at this byte of a comment. `None`: somebody only talks about it.
    fn read(text: &str, at: usize, comment: Comment) -> Option<Directive> {
        let before = text[..at].rsplit(['\n', '\r']).next().unwrap_or("").trim_end();
        if !before.is_empty() && !before.ends_with(is_comment_mark) {
            return None;
        }
        let offset = |byte: usize| comment.span.start + byte as u32;
        let line = text[at..].split(['\n', '\r']).next().unwrap_or("");
        let line = line.trim_end();
        let line = ["*/", "-->", "--}}", "#}"]
            .iter()
            .fold(line, |line, close| line.strip_suffix(close).unwrap_or(line));
        let line = line.trim_end();
        let word_at = line.len() - line[MARK.len()..].trim_start().len();
        let word_len =
            line[word_at..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'-').count();
        let word = &line[word_at..word_at + word_len];
        let mut rest_at = word_at + word_len;
        let mut list = None;
        let mut names = vec![];
        if let Some(open) = line[rest_at..].strip_prefix('[')
            && let Some(close) = open.find(']')
        {
            let start = rest_at + 1;
            list = Some(Span { start: offset(at + start), end: offset(at + start + close) });
            let mut part_at = start;
            for part in open[..close].split(',') {
                let name = part.trim();
                let name_at = part_at + (part.len() - part.trim_start().len());
                part_at += part.len() + 1;
                if !name.is_empty() {
                    let span = Span { start: offset(at + name_at), end: offset(at + name_at + name.len()) };
                    names.push((name.to_string(), span));
                }
            }
            rest_at = start + close + 1;
        }
        let reason = line[rest_at..].trim_start().strip_prefix("--").map(str::trim);
        Some(Directive {
            comment,
            span: Span { start: offset(at), end: offset(at + line.len()) },
            word: Span { start: offset(at + word_at), end: offset(at + word_at + word_len) },
            verb: VERBS.iter().find(|known| known.0 == word).map(|known| known.1),
            list,
            names,
            reasoned: reason.is_some_and(|reason| !reason.is_empty()),
        })
    }

    /// Where a finding about it stands: the comment, or its own line of a longer one.
    fn place(&self, facts: &Facts) -> Span {
        if facts.at(self.comment.span).contains(['\n', '\r']) { self.span } else { self.comment.span }
    }
}

/// `{/* .. */}`, alone on its line: how a comment stands among elements.
fn stands_in_braces(text: &str, comment: Span) -> bool {
    let before = text[..comment.start as usize].rsplit(['\n', '\r']).next().unwrap_or_default();
    let after = text[comment.end as usize..].split(['\n', '\r']).next().unwrap_or_default();
    before.trim() == "{" && after.trim() == "}"
}

fn is_comment_mark(c: char) -> bool {
    matches!(c, '#' | '/' | '*' | '-' | ';' | '!' | '%' | '{' | '<')
}

fn is_close(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || matches!(c, '*' | '/' | '-' | '>' | '#' | '}'))
}

/// The place belongs to a documented answer: its key, its description or its content.
pub(super) fn is_within(entry: &Entry, place: Span) -> bool {
    [Some(entry.span), entry.description.as_ref().map(|text| text.1), entry.content]
        .into_iter()
        .flatten()
        .any(|part| part.contains(place) || place.contains(part) || part.overlaps(place))
}

/// What `x-lsp-lint-ignore` says. A name on the document is said once and reaches every operation.
fn extension_claims(facts: &Facts) -> Vec<Claim> {
    let mut claims = vec![];
    let mut claim = |name: &String, span: Span, entry: &Entry| {
        let parts = [Some(entry.span), entry.description.as_ref().map(|text| text.1), entry.content];
        claims.extend(parts.into_iter().flatten().map(|part| Claim {
            name: name.clone(),
            directive: None,
            reach: Reach::Region(Span { start: part.start.saturating_sub(1), end: part.end }),
            span,
            used: false,
            ended_by: None,
        }));
    };
    for Contract { entries, ignored, .. } in &facts.contracts {
        for entry in entries {
            ignored.iter().chain(&entry.ignored).for_each(|(name, span)| claim(name, *span, entry));
        }
    }
    claims
}

fn judge_extensions(facts: &Facts, claims: &[Claim], meta: &mut Findings) {
    let said = facts.contracts.iter().flat_map(|contract| {
        contract.ignored.iter().chain(contract.entries.iter().flat_map(|entry| &entry.ignored))
    });
    let mut seen: Vec<Span> = vec![];
    for (name, span) in said {
        let used = claims.iter().any(|claim| claim.directive.is_none() && claim.span == *span && claim.used);
        if used || seen.contains(span) || super::META_RULES.iter().any(|rule| rule.id == name) {
            continue;
        }
        seen.push(*span);
        let why = match (rule_by_id(name), nearest_rule(name)) {
            (Some(_), _) => format!("`{name}` finds nothing here"),
            (None, Some(near)) => format!("there is no rule `{name}`: did you mean `{near}`?"),
            (None, None) => format!("there is no rule `{name}`"),
        };
        meta.push(UNUSED_SUPPRESSION.at(*span, format!("this suppression silences nothing: {why}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::{apply, suppress_here};
    use crate::project::{Project, Settings};
    use crate::status::Registry;

    /// A finding of a rule on every `@` of the text, which is Python as far as comments go.
    fn linted(text: &str, settings: &Settings) -> (Facts, Vec<Finding>) {
        let mut facts = Facts { text: text.into(), ..Facts::default() };
        for (line, start) in text.split_inclusive('\n').scan(0, |at, line| {
            *at += line.len();
            Some((line, *at - line.len()))
        }) {
            if let Some(at) = line.find('#') {
                let end = start + line.trim_end().len();
                let own_line = line[..at].trim().is_empty();
                facts.comments.push(Comment { span: Span::new(start + at, end), own_line });
            }
        }
        let mut findings = Findings::new(false);
        for (at, _) in text.match_indices('@') {
            findings.push(Finding {
                rule: "status-sent-twice",
                ..UNUSED_SUPPRESSION.at(Span::new(at, at + 1), "twice")
            });
        }
        with_env(settings, |env| settle(&facts, env, &mut findings));
        (facts, findings.found)
    }

    fn with_env<T>(settings: &Settings, then: impl FnOnce(&Env) -> T) -> T {
        let language = crate::languages::by_path("a.py").expect("Python is served");
        let project = Project::default();
        let vocabulary = project.vocabulary(language);
        let registry = Registry::default();
        then(&Env { registry: &registry, vocabulary: &vocabulary, language, project: &project, settings })
    }

    fn rules(text: &str) -> Vec<&'static str> {
        linted(text, &Settings::default()).1.iter().map(|finding| finding.rule).collect()
    }

    /// The text after the first fix of its only finding, and what is found then.
    fn fixed(text: &str) -> (String, Vec<&'static str>) {
        let (_, found) = linted(text, &Settings::default());
        assert_eq!(found.len(), 1, "{found:?}");
        let after = apply(text, &found[0].fixes[..1]);
        let rules = rules(&after);
        (after, rules)
    }

    #[test]
    fn a_comment_silences_its_own_line_or_the_line_below_it() {
        assert_eq!(rules("f(@)\n"), ["status-sent-twice"]);
        assert_eq!(rules("f(@) # lsp-lint: ignore[status-sent-twice] -- known\n"), [""; 0]);
        assert_eq!(rules("# lsp-lint: ignore[status-sent-twice]\n# and more\n\nf(@)\n"), [""; 0]);
        assert_eq!(rules("# noqa # lsp-lint:ignore[ other , status-sent-twice ]\nf(@)\n").len(), 1);
    }

    #[test]
    fn a_comment_above_a_statement_silences_all_of_its_lines() {
        let text = "# lsp-lint: ignore[status-sent-twice]\nf(\n  @)\n";
        let (mut facts, found) = linted(text, &Settings::default());
        assert_eq!(found.len(), 2, "the finding, and the comment that missed it");
        let start = text.find("f(").unwrap();
        let event = crate::facts::Event {
            act: crate::facts::Act::Send,
            span: Span::new(start, start + 6),
            callee: Span::new(start, start + 1),
            statement: Span::new(start, start + 6),
            block: 0,
            link: 0,
            codes: None,
            code_span: None,
            computed: false,
            sends: true,
            commits: false,
            body: crate::facts::Body::Absent,
            body_span: None,
            refuses_body: false,
            encodes: false,
            overwrites: false,
            headers: None,
            name: "f".into(),
            library: String::new(),
            certainty: crate::facts::Certainty::Proven,
        };
        facts.responses.push(crate::facts::Response {
            receiver: String::new(),
            events: vec![event],
            route: None,
            in_test: false,
            scope: None,
        });
        let mut findings = Findings::new(true);
        findings.push(found[0].clone());
        with_env(&Settings::default(), |env| settle(&facts, env, &mut findings));
        assert_eq!(findings.found, []);
        assert_eq!(findings.silences.unwrap()[0].why, "suppressed on line 1");
    }

    #[test]
    fn a_region_and_a_file_are_silenced_as_far_as_they_reach() {
        let region =
            "f(@)\n# lsp-lint: off[status-sent-twice]\nf(@)\n# lsp-lint: on[status-sent-twice]\nf(@)\n";
        assert_eq!(rules(region), ["status-sent-twice"; 2]);
        assert_eq!(rules("# lsp-lint: ignore-file[status-sent-twice]\n\n\nf(@)\nf(@)\n"), [""; 0]);
        let late = format!("{}# lsp-lint: ignore-file[status-sent-twice]\nf(@)\n", "\n".repeat(30));
        assert_eq!(rules(&late).len(), 2);
    }

    #[test]
    fn what_silences_nothing_is_reported_and_removed() {
        let (text, after) = fixed("a\n  # lsp-lint: ignore[status-sent-twice] -- old\nf()\n");
        assert_eq!((text.as_str(), after), ("a\nf()\n", vec![]));
        let (text, after) = fixed("f()  # lsp-lint: ignore[status-sent-twice]\n");
        assert_eq!((text.as_str(), after), ("f()\n", vec![]));
        let (text, after) = fixed("f()  # noqa # lsp-lint: ignore[status-sent-twice]\n");
        assert_eq!((text.as_str(), after), ("f()  # noqa\n", vec![]));
        let (text, after) = fixed("f(@) # lsp-lint: ignore[status-sent-twice, nonstandard-status]\n");
        assert_eq!((text.as_str(), after), ("f(@) # lsp-lint: ignore[status-sent-twice]\n", vec![]));
        let (text, after) =
            fixed("# lsp-lint: off[status-sent-twice]\nf()\n# lsp-lint: on[status-sent-twice]\n");
        assert_eq!((text.as_str(), after), ("f()\n", vec![]));
    }

    #[test]
    fn brackets_are_required_and_the_hint_names_what_stands_there() {
        let (_, found) = linted("f(@) # lsp-lint: ignore -- all of it\n", &Settings::default());
        assert_eq!(found.len(), 2);
        let refused = &found[1];
        assert!(refused.message.contains("ignore[status-sent-twice]"), "{}", refused.message);
        assert!(refused.message.contains("unused-suppression"), "the active rules: {}", refused.message);
        let after = apply("f(@) # lsp-lint: ignore -- all of it\n", &refused.fixes);
        assert_eq!(after, "f(@) # lsp-lint: ignore[status-sent-twice] -- all of it\n");
        assert_eq!(rules(&after), [""; 0]);
    }

    #[test]
    fn an_unknown_word_and_an_unknown_rule_are_named_with_their_neighbour() {
        let (_, found) = linted("# lsp-lint: ignored[status-sent-twice]\n", &Settings::default());
        assert!(found[0].message.contains("did you mean `ignore[rule]`"), "{}", found[0].message);
        let (_, found) = linted("# lsp-lint: ignore[unused-supression]\n", &Settings::default());
        assert!(found[0].message.contains("did you mean `unused-suppression`"), "{}", found[0].message);
    }

    #[test]
    fn a_comment_that_only_talks_about_suppressions_is_none() {
        assert_eq!(rules("# write `lsp-lint: ignore[x]` to silence a rule\n"), [""; 0]);
    }

    #[test]
    fn a_reason_is_demanded_only_where_the_project_says_so() {
        let text = "f(@) # lsp-lint: ignore[status-sent-twice]\n";
        let strict = Settings { require_reason: true, ..Settings::default() };
        let found = linted(text, &strict).1;
        assert_eq!(found.iter().map(|f| f.rule).collect::<Vec<_>>(), ["suppression-without-reason"]);
        assert_eq!(linted("f(@) # lsp-lint: ignore[status-sent-twice] -- why\n", &strict).1, []);
        assert_eq!(rules(text), [""; 0]);
    }

    #[test]
    fn suppressing_here_writes_a_comment_or_extends_the_one_that_is_there() {
        let here = |text: &str, rule: &'static str| {
            let (facts, found) = linted(text, &Settings::default());
            let finding = Finding { rule, ..found[0].clone() };
            let fix = with_env(&Settings::default(), |env| suppress_here(&facts, env, &finding));
            apply(text, &fix)
        };
        let once = here("def g():\r\n    f(@)\r\n", "status-sent-twice");
        assert_eq!(once, "def g():\r\n    # lsp-lint: ignore[status-sent-twice]\r\n    f(@)\r\n");
        assert_eq!(rules(&once), [""; 0]);
        let twice = here("f(@) # lsp-lint: ignore[nonstandard-status] -- x\n", "status-sent-twice");
        assert_eq!(twice, "f(@) # lsp-lint: ignore[nonstandard-status, status-sent-twice] -- x\n");
    }
}
