//! What `explain` prints: a page for a code, several side by side, a class or a topic.

use super::entry::{Cache, Content, Entry, Note, State, Topic, Trouble};
use super::hover::unregistered;
use super::registry::{IANA_URL, PhraseKind};
use super::{Codes, Registry, wording};
use serde::Serialize;

/// Lines the page of one code may have, before any line is broken to fit a terminal.
pub const MOST_LINES: usize = 60;

/// What is asked about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// One code, or several side by side, in the order asked for.
    Codes(Vec<u16>),
    /// A class, by its digit 1 to 5.
    Class(u16),
    /// A topic, by its title.
    Topic(String),
}

impl Subject {
    /// Reads what a person typed: `404`, `422 400`, `5xx`, `404 Not Found`, a phrase, a constant such as
    /// `http.StatusNotFound`, or a word of a topic such as `GOAWAY`. `None` when it is none of these.
    pub fn parse(registry: &Registry, text: &str) -> Option<Subject> {
        let text = text.trim();
        by_number(registry, text).or_else(|| by_words(registry, text))
    }
}

fn by_number(registry: &Registry, text: &str) -> Option<Subject> {
    let mut parts = text.split([' ', ',', '/', '\t']).filter(|part| !part.is_empty());
    let first = parts.next()?;
    let rest: Vec<&str> = parts.collect();
    if let (Some(digit), true) = (class_digit(first), rest.is_empty()) {
        return Some(Subject::Class(digit));
    }
    let mut codes = numbers_of(registry, first)?;
    let others: Option<Vec<Vec<u16>>> = rest.iter().map(|part| numbers_of(registry, part)).collect();
    match others {
        Some(others) => codes.extend(others.into_iter().flatten()),
        // A number and a phrase, as a status line has them: both are meant when they disagree.
        None => codes.push(registry.by_phrase(text.trim_start_matches(first))?.0),
    }
    let mut seen = Codes::EMPTY;
    codes.retain(|&code| {
        let is_new = !seen.contains(code);
        seen = seen.union(Codes::one(code));
        is_new
    });
    Some(Subject::Codes(codes))
}

/// The digit of `5xx`.
fn class_digit(word: &str) -> Option<u16> {
    let digit = word.strip_suffix("xx").or_else(|| word.strip_suffix("XX"))?;
    digit.parse().ok().filter(|digit| (1..=5).contains(digit))
}

/// The numbers that one word stands for: itself, or the members of a class that is asked for beside others.
fn numbers_of(registry: &Registry, word: &str) -> Option<Vec<u16>> {
    if let Some(digit) = class_digit(word) {
        return Some(registry.members(digit).to_vec());
    }
    let is_three_digits = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    match word.parse::<u16>() {
        // Tools write 0 and 000 where no answer came: there is a page for that.
        Ok(0) => Some(vec![0]),
        Ok(code) if is_three_digits && code >= 100 => Some(vec![code]),
        _ => None,
    }
}

fn by_words(registry: &Registry, text: &str) -> Option<Subject> {
    let readings = registry.readings(text);
    if let Some((_, best)) = readings.first() {
        // A current name is unmistakable; a former or a vendor's name may belong to several codes.
        let wanted = readings.iter().filter(|(_, kind)| *best != PhraseKind::Current || kind == best);
        return Some(Subject::Codes(wanted.map(|(code, _)| *code).collect()));
    }
    let is_asked =
        |topic: &&Topic| topic.words.iter().chain([&topic.name]).any(|word| same_words(word, text));
    if let Some(topic) = registry.topics().iter().find(is_asked) {
        return Some(Subject::Topic(topic.name.clone()));
    }
    let constant = text.rsplit(['.', ':']).next().unwrap_or(text);
    let code =
        if constant.contains(char::is_whitespace) { None } else { registry.by_constant_name(constant) };
    code.map(|code| Subject::Codes(vec![code]))
}

fn same_words(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> Vec<char> {
        text.chars()
            .filter(|character| character.is_alphanumeric())
            .map(|character| character.to_ascii_lowercase())
            .collect()
    };
    letters(one) == letters(other)
}

/// A name that a library gives to a code.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Constant {
    /// The language or ecosystem: `go`.
    pub language: String,
    /// The library: `net/http`.
    pub library: String,
    /// As it is written: `http.StatusNotFound`.
    pub symbol: String,
}

/// What the rest of the program knows about a code and this room does not.
pub trait Surroundings {
    /// Names of constants, the most useful ones first.
    fn constants(&self, code: u16) -> Vec<Constant>;
    /// Rules that speak of the code.
    fn rules(&self, code: u16) -> Vec<String>;
}

impl Surroundings for () {
    fn constants(&self, _: u16) -> Vec<Constant> {
        vec![]
    }
    fn rules(&self, _: u16) -> Vec<String> {
        vec![]
    }
}

/// The page as plain text, ending with a line feed. With a `width` in characters, lines are broken between words to
/// fit; without, every sentence keeps to its line.
pub fn page(
    registry: &Registry,
    subject: &Subject,
    surroundings: &dyn Surroundings,
    width: Option<usize>,
) -> String {
    drawn(registry, subject, surroundings, Look::Plain { width })
}

/// The same page in Markdown: a heading, paragraphs, a list of what is labelled.
pub fn markdown(registry: &Registry, subject: &Subject, surroundings: &dyn Surroundings) -> String {
    drawn(registry, subject, surroundings, Look::Markdown)
}

fn drawn(registry: &Registry, subject: &Subject, surroundings: &dyn Surroundings, look: Look) -> String {
    let mut page = Page { text: String::new(), look };
    match subject {
        Subject::Codes(codes) => match codes.as_slice() {
            [code] => code_page(&mut page, registry, *code, surroundings),
            codes => side_by_side(&mut page, registry, codes),
        },
        Subject::Class(digit) => class_page(&mut page, registry, *digit),
        Subject::Topic(name) => topic_page(&mut page, registry, name),
    }
    page.text
}

/// How a page is drawn.
#[derive(Clone, Copy)]
enum Look {
    /// Columns of text; the width in characters, if lines are to be broken.
    Plain { width: Option<usize> },
    /// For an editor.
    Markdown,
}

/// A page in the making: lines, then labelled rows.
struct Page {
    text: String,
    look: Look,
}

/// Where the text of labelled rows begins.
const INDENT: usize = 15;

impl Page {
    /// The first line.
    fn title(&mut self, text: &str) {
        match self.look {
            Look::Plain { .. } => self.line(text),
            Look::Markdown => self.text.push_str(&format!("# {}\n\n", escaped(text))),
        }
    }

    fn line(&mut self, text: &str) {
        match self.look {
            Look::Plain { width } => self.broken("", text, 0, width),
            // Two blanks at its end keep a line apart from the next one.
            Look::Markdown => self.text.push_str(&format!("{}  \n", escaped(text))),
        }
    }

    fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A label and its rows, which stand below each other. Nothing at all when there are no rows.
    fn rows<Row: AsRef<str>>(&mut self, label: &str, rows: impl IntoIterator<Item = Row>) {
        match self.look {
            Look::Plain { width } => {
                let mut label = label;
                for row in rows {
                    self.broken(label, row.as_ref(), INDENT, width);
                    label = "";
                }
            }
            Look::Markdown => self.list(label, rows),
        }
    }

    /// One row stands beside its label, several are a list below it.
    fn list<Row: AsRef<str>>(&mut self, label: &str, rows: impl IntoIterator<Item = Row>) {
        let rows: Vec<String> = rows.into_iter().map(|row| escaped(row.as_ref())).collect();
        match rows.as_slice() {
            [] => {}
            [row] if label.is_empty() => self.text.push_str(&format!("- {row}\n")),
            [row] => self.text.push_str(&format!("- **{label}:** {row}\n")),
            rows => {
                self.text.push_str(&format!("- **{label}:**\n"));
                rows.iter().for_each(|row| self.text.push_str(&format!("  - {row}\n")));
            }
        }
    }

    fn row(&mut self, label: &str, text: impl AsRef<str>) {
        self.rows(label, [text]);
    }

    fn broken(&mut self, label: &str, text: &str, indent: usize, width: Option<usize>) {
        let mut line = format!("{label:indent$}");
        let mut used = indent;
        let room = width.map_or(usize::MAX, |width| width.max(indent + 20));
        for (at, word) in text.split(' ').enumerate() {
            let length = word.chars().count();
            if at > 0 {
                if used + 1 + length > room {
                    self.text.push_str(line.trim_end());
                    self.text.push('\n');
                    line = " ".repeat(indent);
                    used = indent;
                } else {
                    line.push(' ');
                    used += 1;
                }
            }
            line.push_str(word);
            used += length;
        }
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}

/// Text whose signs Markdown would take for marks. Addresses become links; a `_` within a word means nothing.
fn escaped(text: &str) -> String {
    if text.starts_with("https://") && !text.contains(' ') {
        return format!("<{text}>");
    }
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let inner = before.is_alphanumeric() && signs.peek().is_some_and(|next| next.is_alphanumeric());
        if matches!(sign, '\\' | '*' | '<' | '[' | '`') || sign == '_' && !inner {
            out.push('\\');
        }
        out.push(sign);
        before = sign;
    }
    out
}

fn sentences(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split(". ").collect();
    let last = parts.len() - 1;
    parts
        .iter()
        .enumerate()
        .map(|(at, part)| if at < last { format!("{part}.") } else { (*part).to_owned() })
        .collect()
}

fn header_line(registry: &Registry, entry: &Entry) -> String {
    let mut parts = vec![registry.class_name(entry.code).to_owned(), entry.standing().to_owned()];
    match entry.state {
        State::Unassigned => parts.push(entry.owners()),
        State::Custom => {}
        _ => parts.extend(entry.specification()),
    }
    if let Some(registration) = &entry.registration {
        parts.push(registration.clone());
    }
    parts.join(" · ")
}

fn code_page(page: &mut Page, registry: &Registry, code: u16, surroundings: &dyn Surroundings) {
    let Some(entry) = registry.get(code) else { return unregistered_page(page, registry, code) };
    page.title(&registry.label(code));
    page.line(&header_line(registry, entry));
    page.blank();
    page.line(&entry.says);
    for sentence in sentences(&entry.meaning) {
        page.line(&sentence);
    }
    page.blank();

    let (label, condition) = wording::send_when(entry);
    page.row(label, condition);
    page.rows("Rather", wording::not_when(entry));
    page.rows("Send instead", (!entry.instead.is_empty()).then(|| labels(registry, &entry.instead)));
    page.rows("In practice", entry.uses.iter());
    page.rows("Told apart", registry.comparisons(code).map(|comparison| comparison.test.as_str()));

    page.rows("Headers", header_rows(entry));
    page.rows("Minimal answer", minimal_response(entry));
    page.rows("Belongs with", request_row(entry));
    if entry.state != State::Unassigned {
        page.row("Body", body_row(entry));
        page.row("Cache", cache_row(entry));
    }
    page.rows("Retry", retry_row(entry));
    page.rows("Redirect", redirect_row(entry));
    page.rows("Clients", entry.clients.iter());
    page.rows("HTTP/2-3", entry.http_versions.iter().chain(registry.notes(code).map(|note| &note.says)));
    page.rows("Vendors", entry.vendors.iter().map(vendor_row));
    page.rows("Where to look", registry.troubleshooting(code).map(trouble_row));
    page.rows("Constants", constant_rows(&surroundings.constants(code)));
    page.rows("Earlier names", name_rows(entry));
    page.rows("Rules", (!surroundings.rules(code).is_empty()).then(|| surroundings.rules(code).join(", ")));
    page.rows("Links", links(registry, entry));
}

fn labels(registry: &Registry, codes: &[u16]) -> String {
    let labels: Vec<String> = codes.iter().map(|&code| registry.label(code)).collect();
    match labels.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => labels.concat(),
    }
}

/// One row for each level and condition, with the sections that say so.
fn header_rows(entry: &Entry) -> Vec<String> {
    let mut rows: Vec<(&str, Option<&str>, &str, Vec<&str>)> = vec![];
    for header in &entry.headers {
        let when = header.when.as_deref();
        match rows.iter_mut().find(|row| row.0 == header.level && row.1 == when && row.2 == header.source) {
            Some(row) => row.3.push(&header.name),
            None => rows.push((&header.level, when, &header.source, vec![&header.name])),
        }
    }
    rows.into_iter()
        .map(|(level, when, source, names)| match when {
            Some(when) => format!("{level} {} ({when}; {source})", names.join(", ")),
            None => format!("{level} {} ({source})", names.join(", ")),
        })
        .collect()
}

/// The smallest answer that keeps to the specification, on one line.
fn minimal_response(entry: &Entry) -> Option<String> {
    if entry.state != State::Assigned || entry.lifecycle.is_some() {
        return None;
    }
    let mut parts = vec![format!("HTTP/1.1 {} {}", entry.code, entry.name)];
    parts.extend(entry.example.iter().cloned());
    let may_be_empty = match entry.content {
        Content::Allowed | Content::Expected => true,
        // 205 is framed like any answer; only its body must be empty.
        Content::Forbidden => entry.code == 205,
        Content::Required => false,
    };
    let has_length = entry.example.iter().any(|header| header.starts_with("Content-Length"));
    if may_be_empty && !has_length {
        parts.push("Content-Length: 0".to_owned());
    }
    Some(parts.join(" | "))
}

fn request_row(entry: &Entry) -> Option<String> {
    let mut parts = vec![];
    if !entry.methods.is_empty() {
        parts.push(entry.methods.join(", "));
    }
    if !entry.request_headers.is_empty() {
        parts.push(format!("request header {}", entry.request_headers.join(" or ")));
    }
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn body_row(entry: &Entry) -> &'static str {
    match entry.content {
        Content::Allowed => "allowed",
        Content::Expected => "should explain the error, except in the answer to HEAD",
        Content::Required => "required: the meaning stands there",
        Content::Forbidden if entry.code == 205 => "forbidden; say Content-Length: 0",
        Content::Forbidden if entry.code == 304 => "forbidden; Content-Length may tell that of the 200",
        Content::Forbidden => "forbidden, and with it Content-Length and Transfer-Encoding",
    }
}

fn cache_row(entry: &Entry) -> &'static str {
    match entry.cache {
        Cache::WhenTold => "by default no: only where Cache-Control or Expires allow it",
        Cache::Heuristic => {
            "by default yes: a cache may keep it for a time of its own choice (heuristically cacheable)"
        }
        Cache::Forbidden => "must not be stored",
        Cache::Freshens => "not stored itself: it makes the stored copy fresh again",
    }
}

fn retry_row(entry: &Entry) -> Option<String> {
    let rule = wording::retry(entry);
    let by = (!entry.retried_by.is_empty()).then(|| format!("repeated by {}", entry.retried_by.join(", ")));
    match (rule, by) {
        (Some(rule), Some(by)) => Some(format!("{rule}; {by}")),
        (rule, by) => rule.or(by),
    }
}

fn redirect_row(entry: &Entry) -> Option<String> {
    let redirect = entry.redirect.as_ref()?;
    let lasting = if redirect.permanent { "permanent" } else { "temporary" };
    Some(format!("{lasting}; method: {}", redirect.method))
}

fn vendor_row(vendor: &super::Vendor) -> String {
    let mut text = format!("{} ({}): {}", vendor.vendor, vendor.name, vendor.says);
    if let Some(on_wire) = &vendor.on_wire {
        text.push_str(&format!(" On the wire: {on_wire}."));
    }
    if let Some(state) = &vendor.state {
        text.push_str(&format!(" [{state}]"));
    }
    text
}

fn trouble_row(trouble: &Trouble) -> String {
    let place = if trouble.server == "any" { "anywhere" } else { &trouble.server };
    match (&trouble.symptom, &trouble.cause) {
        (Some(symptom), Some(cause)) => format!("{symptom}: {cause}; {}", trouble.look),
        _ => format!("{place}: {}", trouble.look),
    }
}

/// At most eight rows, one for each language.
fn constant_rows(constants: &[Constant]) -> Vec<String> {
    const MOST_ROWS: usize = 8;
    const MOST_NAMES: usize = 3;
    let mut by_language: Vec<(&str, Vec<String>)> = vec![];
    for constant in constants {
        let name = format!("{} ({})", constant.symbol, constant.library);
        match by_language.iter_mut().find(|(language, _)| *language == constant.language) {
            Some((_, names)) => names.push(name),
            None => by_language.push((&constant.language, vec![name])),
        }
    }
    let rest = by_language.len().saturating_sub(MOST_ROWS);
    let mut rows: Vec<String> = by_language
        .iter()
        .take(MOST_ROWS)
        .map(|(language, names)| {
            let shown = names.iter().take(MOST_NAMES).cloned().collect::<Vec<_>>().join(", ");
            match names.len().saturating_sub(MOST_NAMES) {
                0 => format!("{language}: {shown}"),
                more => format!("{language}: {shown}, and {more} more"),
            }
        })
        .collect();
    if rest > 0 {
        rows.push(format!("and in {rest} more languages"));
    }
    rows
}

fn name_rows(entry: &Entry) -> Vec<String> {
    let former = entry.former.iter().map(|former| format!("{} ({})", former.phrase, former.spec));
    let variants = (!entry.variants.is_empty()).then(|| format!("also sent: {}", entry.variants.join(", ")));
    let specs = (!entry.earlier.is_empty()).then(|| format!("earlier in {}", entry.earlier.join(", ")));
    former.chain(variants).chain(specs).collect()
}

fn links(registry: &Registry, entry: &Entry) -> Vec<String> {
    let mut links = vec![registry.help_url(entry.code).to_owned()];
    // Mozilla's reference has a page for every registered code but these.
    let has_reference = entry.state.is_registered() && !matches!(entry.code, 104 | 305 | 306);
    if has_reference {
        links.push(format!(
            "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Status/{}",
            entry.code
        ));
    }
    for url in entry.vendors.iter().filter_map(|vendor| vendor.url.as_ref()) {
        if !links.contains(url) {
            links.push(url.clone());
        }
    }
    links
}

fn unregistered_page(page: &mut Page, registry: &Registry, code: u16) {
    page.title(&code.to_string());
    page.line(&format!(
        "{} · not registered (registry as of {})",
        registry.class_name(code),
        registry.updated()
    ));
    page.blank();
    page.line(&unregistered(code));
    page.blank();
    page.rows("Nearest", registry.nearest(code).map(|nearest| registry.label(nearest)));
    page.rows(
        "Vendor code",
        registry.nearest_of_a_vendor(code).map(|nearest| vendor_label(registry, nearest)),
    );
    page.rows("Links", [registry.help_url(code), IANA_URL]);
}

fn vendor_label(registry: &Registry, code: u16) -> String {
    let owners = registry.get(code).map(Entry::owners).unwrap_or_default();
    format!("{} ({owners})", registry.label(code))
}

fn side_by_side(page: &mut Page, registry: &Registry, codes: &[u16]) {
    for &code in codes {
        match registry.get(code) {
            Some(entry) => page.line(&format!("{} · {}", registry.label(code), header_line(registry, entry))),
            None => page.line(&format!("{code} · {} · not registered", registry.class_name(code))),
        }
    }
    page.blank();
    page.rows("Told apart", shared_comparisons(registry, codes));
    let entries: Vec<&Entry> = codes.iter().filter_map(|&code| registry.get(code)).collect();
    let unknown = codes.iter().filter(|&&code| registry.get(code).is_none());
    let says = entries.iter().map(|entry| format!("{} {}", entry.code, entry.says));
    page.rows("Says", says.chain(unknown.map(|&code| unregistered(code))));
    page.rows("Meaning", entries.iter().map(|entry| format!("{} {}", entry.code, entry.meaning)));
    page.rows("Send when", entries.iter().map(|entry| format!("{} {}", entry.code, entry.send_when)));
    page.rows(
        "Rather",
        entries.iter().map(|entry| {
            format!("{}: {}", entry.code, wording::not_when(entry).collect::<Vec<_>>().join(" · "))
        }),
    );
    page.rows(
        "Headers",
        entries
            .iter()
            .filter(|entry| !entry.headers.is_empty())
            .map(|entry| format!("{}: {}", entry.code, header_rows(entry).join(" · "))),
    );
    page.rows("Body", entries.iter().map(|entry| format!("{} {}", entry.code, body_row(entry))));
    page.rows("Cache", entries.iter().map(|entry| format!("{} {}", entry.code, cache_row(entry))));
    page.rows(
        "Retry",
        entries.iter().filter_map(|entry| retry_row(entry).map(|retry| format!("{} {retry}", entry.code))),
    );
    page.rows(
        "Redirect",
        entries
            .iter()
            .filter_map(|entry| redirect_row(entry).map(|redirect| format!("{} {redirect}", entry.code))),
    );
    page.rows("Notes", shared_notes(registry, codes));
    page.rows("Links", codes.iter().map(|&code| registry.help_url(code)));
}

/// The tests that tell at least two of the codes apart.
fn shared_comparisons(registry: &Registry, codes: &[u16]) -> Vec<String> {
    let Some((first, rest)) = codes.split_first() else { return vec![] };
    let mut tests: Vec<String> = vec![];
    for code in [first].into_iter().chain(rest) {
        for comparison in registry.comparisons(*code) {
            let shared = codes.iter().filter(|code| comparison.codes.contains(code)).count();
            if shared > 1 && !tests.contains(&comparison.test) {
                tests.push(comparison.test.clone());
            }
        }
    }
    tests
}

/// The notes of topics that hold for every code or for any of these, each once.
fn shared_notes(registry: &Registry, codes: &[u16]) -> Vec<String> {
    let holds = |note: &&Note| note.codes.is_empty() || note.codes.iter().any(|code| codes.contains(code));
    let notes = registry.topics().iter().flat_map(|topic| &topic.notes);
    notes.filter(holds).map(|note| note.says.clone()).collect()
}

fn class_page(page: &mut Page, registry: &Registry, digit: u16) {
    let Some(class) = registry.class(digit * 100) else { return };
    page.title(&format!("{digit}xx {}", class.title));
    page.line(&class.says);
    page.blank();
    for &code in registry.members(digit) {
        if let Some(entry) = registry.get(code) {
            page.row(&code.to_string(), format!("{}: {}", entry.name, entry.says));
        }
    }
    let others: Vec<&Entry> = registry
        .entries()
        .iter()
        .filter(|entry| entry.code / 100 == digit && !entry.state.is_registered())
        .collect();
    if !others.is_empty() {
        page.blank();
        page.line("Not registered, but in use:");
        for entry in others {
            let owner = if entry.state == State::Custom { "this project".to_owned() } else { entry.owners() };
            page.row(&entry.code.to_string(), format!("{} ({owner}): {}", entry.name, entry.says));
        }
    }
    page.blank();
    page.rows("Notes", shared_notes(registry, registry.members(digit)));
    page.rows("Links", [registry.class_url(digit), IANA_URL]);
}

fn topic_page(page: &mut Page, registry: &Registry, name: &str) {
    let Some(topic) = registry.topics().iter().find(|topic| topic.name == name) else { return };
    page.title(&topic.name);
    page.blank();
    for note in topic_notes(registry, topic) {
        page.line(&note);
    }
}

/// What a topic says itself, and what codes say that belongs to it.
fn topic_notes(registry: &Registry, topic: &Topic) -> Vec<String> {
    let mut notes: Vec<String> = topic.notes.iter().map(|note| note.says.clone()).collect();
    if topic.name.starts_with("HTTP/") {
        for entry in registry.entries() {
            notes.extend(
                entry.http_versions.iter().map(|note| format!("{} {}: {note}", entry.code, entry.name)),
            );
        }
    } else {
        for entry in registry.entries() {
            notes.extend(
                redirect_row(entry).map(|redirect| format!("{} {}: {redirect}", entry.code, entry.name)),
            );
        }
    }
    notes
}

/// The page as the JSON that `explain --json` prints.
pub fn record(registry: &Registry, subject: &Subject, surroundings: &dyn Surroundings) -> serde_json::Value {
    use serde_json::json;
    match subject {
        Subject::Codes(codes) => match codes.as_slice() {
            [code] => {
                let mut record = json!({ "schema": 1, "kind": "code" });
                if let (Some(fields), serde_json::Value::Object(own)) =
                    (record.as_object_mut(), code_record(registry, *code, surroundings))
                {
                    fields.extend(own);
                }
                record
            }
            codes => json!({
                "schema": 1,
                "kind": "codes",
                "confused": shared_comparisons(registry, codes),
                "notes": shared_notes(registry, codes),
                "codes": code_records(registry, codes.iter().copied(), surroundings),
            }),
        },
        Subject::Class(digit) => {
            let class = registry.class(digit * 100);
            let members =
                registry.entries().iter().map(|entry| entry.code).filter(|code| code / 100 == *digit);
            json!({
                "schema": 1,
                "kind": "class",
                "class": class.map(|class| &class.name),
                "name": format!("{digit}xx"),
                "says": class.map(|class| &class.says),
                "ranges": [[digit * 100, digit * 100 + 99]],
                "notes": shared_notes(registry, registry.members(*digit)),
                "codes": code_records(registry, members, surroundings),
            })
        }
        Subject::Topic(name) => {
            let topic = registry.topics().iter().find(|topic| topic.name == *name);
            json!({
                "schema": 1,
                "kind": "topic",
                "name": name,
                "notes": topic.map(|topic| topic_notes(registry, topic)),
            })
        }
    }
}

fn code_records(
    registry: &Registry,
    codes: impl Iterator<Item = u16>,
    surroundings: &dyn Surroundings,
) -> Vec<serde_json::Value> {
    codes.map(|code| code_record(registry, code, surroundings)).collect()
}

fn code_record(registry: &Registry, code: u16, surroundings: &dyn Surroundings) -> serde_json::Value {
    use serde_json::json;
    let class = registry.class(code).map_or("invalid", |class| class.name.as_str());
    let Some(entry) = registry.get(code) else {
        let nearest = [
            registry
                .nearest(code)
                .map(|nearest| format!("Nearest registered code: {}.", registry.label(nearest))),
            registry
                .nearest_of_a_vendor(code)
                .map(|nearest| format!("Nearest code of a vendor: {}.", vendor_label(registry, nearest))),
        ];
        return json!({
            "code": code, "name": "Unassigned", "class": class, "state": State::Unassigned, "spec": null,
            "says": unregistered(code), "send_when": "never: nobody has given it a meaning",
            "not_when": "a registered code fits", "confused": [], "headers": [], "vendors": [], "constants": [],
            "troubleshooting": [], "notes": nearest.into_iter().flatten().collect::<Vec<_>>(),
            "nearest": registry.nearest(code), "help_url": registry.help_url(code),
        });
    };
    json!({
        "code": code,
        "name": entry.name,
        "class": class,
        "state": entry.state,
        "standing": entry.standing(),
        "spec": entry.specification(),
        "says": entry.says,
        "meaning": entry.meaning,
        "send_when": entry.send_when,
        "not_when": wording::not_when(entry).collect::<Vec<_>>().join("; "),
        "instead": entry.instead,
        "uses": entry.uses,
        "confused": registry.comparisons(code).collect::<Vec<_>>(),
        "headers": entry.headers,
        "body": entry.content,
        "cache": entry.cache,
        "retry": entry.retry,
        "vendors": entry.vendors,
        "constants": surroundings.constants(code),
        "rules": surroundings.rules(code),
        "former_names": entry.former.iter().map(|former| &former.phrase).collect::<Vec<_>>(),
        "troubleshooting": registry.troubleshooting(code).collect::<Vec<_>>(),
        "notes": notes_of(registry, entry),
        "help_url": registry.help_url(code),
    })
}

/// Everything that has no field of its own: what becomes of the method, what clients do, HTTP/2 and HTTP/3.
fn notes_of(registry: &Registry, entry: &Entry) -> Vec<String> {
    let registration = entry.registration.as_ref().map(|dates| format!("Temporary registration: {dates}."));
    let redirect = redirect_row(entry).map(|redirect| format!("Redirect: {redirect}."));
    let notes = registry.notes(entry.code).map(|note| note.says.clone());
    registration
        .into_iter()
        .chain(redirect)
        .chain(entry.clients.iter().cloned())
        .chain(entry.http_versions.iter().cloned())
        .chain(notes)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More constants than any code has.
    struct Many;

    impl Surroundings for Many {
        fn constants(&self, code: u16) -> Vec<Constant> {
            (0..99)
                .map(|at| Constant {
                    language: format!("language{}", at % 25),
                    library: format!("library{at}"),
                    symbol: format!("HTTP_{code}"),
                })
                .collect()
        }
        fn rules(&self, _: u16) -> Vec<String> {
            vec!["nonstandard-status".to_owned(), "obsolete-status".to_owned()]
        }
    }

    #[test]
    fn every_page_keeps_to_sixty_lines() {
        let registry = Registry::builtin();
        for code in 0..=999 {
            let text = page(&registry, &Subject::Codes(vec![code]), &Many, None);
            let lines = text.lines().count();
            assert!(lines <= MOST_LINES, "{code} has {lines} lines:\n{text}");
            assert!(text.ends_with('\n') && text.lines().all(|line| line == line.trim_end()), "{text}");
        }
    }

    #[test]
    fn markdown_has_a_heading_lists_and_links() {
        let registry = Registry::builtin();
        let text = markdown(&registry, &Subject::Codes(vec![404]), &Many);
        assert!(text.starts_with("# 404 Not Found\n\nclient error"), "{text}");
        assert!(text.contains("\n- **Rather:**\n  - 410 if"), "{text}");
        assert!(
            text.contains("\n  - <https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.5>\n"),
            "{text}"
        );
        assert_eq!(escaped("HTTP_404 _x_ a*b <c> `d`"), "HTTP_404 \\_x\\_ a\\*b \\<c> \\`d\\`");
        for subject in [Subject::Class(4), Subject::Codes(vec![200, 299]), Subject::Codes(vec![299])] {
            let text = markdown(&registry, &subject, &());
            assert!(text.contains("\n- **Links:**\n  - <https://"), "{text}");
        }
    }

    #[test]
    fn lines_are_broken_to_the_width_and_only_there() {
        let registry = Registry::builtin();
        let narrow = page(&registry, &Subject::Codes(vec![401]), &(), Some(72));
        let wide = page(&registry, &Subject::Codes(vec![401]), &(), None);
        assert!(
            narrow.lines().all(|line| line.chars().count() <= 72 || line.contains("https://")),
            "{narrow}"
        );
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&narrow), words(&wide));
    }

    #[test]
    fn what_people_type_is_understood() {
        let registry = Registry::builtin();
        let codes = |codes: &[u16]| Some(Subject::Codes(codes.to_vec()));
        for (text, subject) in [
            ("404", codes(&[404])),
            ("422 400", codes(&[422, 400])),
            ("502, 503,504", codes(&[502, 503, 504])),
            ("404 404", codes(&[404])),
            ("000", codes(&[0])),
            ("432", codes(&[432])),
            ("5xx", Some(Subject::Class(5))),
            ("4XX", Some(Subject::Class(4))),
            ("404 Not Found", codes(&[404])),
            ("404 Bad Request", codes(&[404, 400])),
            ("not found", codes(&[404])),
            ("Method Failure", codes(&[424, 420])),
            ("http.StatusNotFound", codes(&[404])),
            ("StatusCode::NOT_FOUND", codes(&[404])),
            (":unprocessable_entity", codes(&[422])),
            ("goaway", Some(Subject::Topic("HTTP/2 and HTTP/3".to_owned()))),
            ("redirects", Some(Subject::Topic("Redirects".to_owned()))),
            ("6xx", None),
            ("99", None),
            ("1000", None),
            ("404 nonsense", None),
            ("nonsense", None),
            ("", None),
        ] {
            assert_eq!(Subject::parse(&registry, text), subject, "{text}");
        }
    }

    #[test]
    fn records_have_every_field_of_the_schema() {
        let registry = Registry::builtin();
        for code in 0..=999 {
            let record = record(&registry, &Subject::Codes(vec![code]), &Many);
            assert_eq!(record["schema"], 1);
            assert_eq!(record["kind"], "code");
            assert_eq!(record["code"], code);
            for text in ["name", "class", "state", "says", "send_when", "not_when"] {
                assert!(record[text].as_str().is_some_and(|text| !text.is_empty()), "{code} {text}");
            }
            for list in ["confused", "headers", "vendors", "constants", "troubleshooting", "notes"] {
                assert!(record[list].is_array(), "{code} {list}");
            }
        }
        let not_found = record(&registry, &Subject::Codes(vec![404]), &());
        assert_eq!(not_found["spec"], "RFC 9110 §15.5.5");
        assert_eq!(not_found["class"], "client-error");
        assert_eq!(not_found["state"], "assigned");
        assert_eq!(not_found["confused"][0]["codes"], serde_json::json!([401, 403, 404, 407]));
    }

    #[test]
    fn several_codes_and_classes_hold_records() {
        let registry = Registry::builtin();
        let pair = record(&registry, &Subject::Codes(vec![422, 400]), &());
        assert_eq!(pair["kind"], "codes");
        assert_eq!(pair["codes"][1]["name"], "Bad Request");
        let class = record(&registry, &Subject::Class(5), &());
        assert_eq!(class["kind"], "class");
        assert_eq!(class["class"], "server-error");
        assert_eq!(class["codes"][0]["code"], 500);
    }

    #[test]
    fn side_by_side_begins_with_what_tells_the_codes_apart() {
        let registry = Registry::builtin();
        let text = page(&registry, &Subject::Codes(vec![422, 400]), &(), None);
        assert!(text.contains("Told apart     Cannot parse: 400. Parsed, but rules broken: 422"), "{text}");
        let all_rows = page(&registry, &Subject::Codes(vec![404, 432]), &(), None);
        assert!(all_rows.contains("Nobody has registered 432"), "{all_rows}");
    }
}
