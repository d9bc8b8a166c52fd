//! What an editor shows beside a code: at most fourteen lines, in an order the eye learns.

use super::entry::{Entry, State, Vendor};
use super::{Codes, Registry, wording};
use std::fmt::Write as _;

/// Lines a hover may have.
pub const MOST_LINES: usize = 14;
/// Visible characters a hover may have: Markdown signs and addresses of links do not count.
pub const MOST_CHARACTERS: usize = 900;

/// How the hovered code is meant, as far as that changes what comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lead {
    /// The program sends it: what it must carry comes first.
    Sent,
    /// The program got it from a server: what the server says and whether to retry come first.
    Observed,
    /// A directive names it: what the directive does comes first.
    Configured,
    /// Anything else.
    #[default]
    Other,
}

/// What the place adds to what the registry knows.
#[derive(Clone, Debug, Default)]
pub struct HoverContext {
    /// How the code is meant here.
    pub lead: Lead,
    /// Constants of this language for the code, each with its library: `http.StatusNotFound`, `net/http`.
    pub constants: Vec<(String, String)>,
    /// The constant under the cursor has been renamed from, or to, this: a sentence such as "renamed from `X` in 3.1".
    pub renamed_from: Option<String>,
    /// What the directive under the cursor does with the code.
    pub directive: Option<String>,
    /// Vendor profiles that are on here: their meaning of the number comes first.
    pub profiles: Vec<String>,
    /// Further links, label and address, such as the page of a rule.
    pub links: Vec<(String, String)>,
}

/// One line and how soon it may go when there are too many; 0 stays.
struct Line {
    text: String,
    weight: u8,
}

/// The hover of one code, as Markdown. Never empty. What the place adds is kept to the budget by leaving out the lines
/// that matter least; only a project's own long description can exceed it.
pub fn hover(registry: &Registry, code: u16, context: &HoverContext) -> String {
    match registry.get(code) {
        Some(entry) => entry_hover(registry, entry, context),
        None => unknown_hover(registry, code, context),
    }
}

fn entry_hover(registry: &Registry, entry: &Entry, context: &HoverContext) -> String {
    let says = says_line(entry, context);
    let send = send_line(entry);
    let not = not_line(entry);
    let carry = carry_line(entry);
    let treatment = treatment_line(entry, context.lead);
    let is_redirect = entry.redirect.is_some() && entry.code != 300;

    let mut lines = vec![Line { text: title_line(registry, entry), weight: 0 }];
    let mut add = |weight, text: Option<String>| lines.extend(text.map(|text| Line { text, weight }));
    if context.lead == Lead::Configured {
        add(0, context.directive.clone());
    }
    add(0, Some(says));
    match context.lead {
        Lead::Sent => {
            add(1, carry);
            add(2, Some(send));
            add(3, not.filter(|_| !is_redirect));
            add(1, treatment);
        }
        Lead::Observed => {
            add(0, treatment);
            add(4, carry);
            add(5, Some(send));
            add(3, not.filter(|_| !is_redirect));
        }
        Lead::Configured | Lead::Other => {
            add(2, Some(send));
            add(3, not.filter(|_| !is_redirect));
            add(1, carry);
            add(1, treatment);
        }
    }
    add(2, versions_line(entry));
    add(1, here_line(context));
    add(2, logs_line(registry, entry, context));
    let links = links_line(registry, entry.code, context);

    let table = if is_redirect { REDIRECTS.as_slice() } else { &[] };
    assemble(lines, table, &links)
}

/// Puts the lines together; those of the greatest weight go first when they are too many or too long.
fn assemble(mut lines: Vec<Line>, table: &[&str], links: &str) -> String {
    let around = if table.is_empty() { 1 } else { table.len() + 3 };
    loop {
        let characters: usize = lines.iter().map(|line| visible(&line.text)).sum::<usize>()
            + visible(links)
            + table.iter().map(|row| visible(row)).sum::<usize>();
        let fits = lines.len() + around <= MOST_LINES && characters <= MOST_CHARACTERS;
        let heaviest = lines
            .iter()
            .rposition(|line| line.weight == lines.iter().map(|line| line.weight).max().unwrap_or(0));
        match heaviest {
            Some(at) if !fits && lines[at].weight > 0 => {
                lines.remove(at);
            }
            _ => break,
        }
    }
    let mut text = lines.into_iter().map(|line| line.text).collect::<Vec<_>>().join("  \n");
    if table.is_empty() {
        text.push_str("  \n");
    } else {
        let _ = write!(text, "\n\n{}\n\n", table.join("\n"));
    }
    text.push_str(links);
    text
}

/// How many characters of a line of Markdown are seen.
fn visible(line: &str) -> usize {
    let mut count = 0;
    let mut rest = line;
    while let Some(at) = rest.find("](") {
        count += shown(&rest[..at]);
        rest = rest[at..].find(')').map_or("", |end| &rest[at + end + 1..]);
    }
    count + shown(rest)
}

fn shown(text: &str) -> usize {
    text.chars().filter(|character| !"*`[]|".contains(*character)).count()
}

const REDIRECTS: [&str; 5] = [
    "| | keeps method & body | may become GET |",
    "|---|---|---|",
    "| permanent (cached) | 308 | 301 (POST only, by browsers) |",
    "| temporary | 307 | 302 (POST only, by browsers) |",
    "| \"look over there\" | – | 303 (always GET/HEAD) |",
];

fn title_line(registry: &Registry, entry: &Entry) -> String {
    let mut line = format!(
        "**{}** · {} · {}",
        registry.label(entry.code),
        registry.class_name(entry.code),
        wording::owner(entry)
    );
    if entry.is_discouraged() || entry.state == State::Temporary {
        let _ = write!(line, " · {}", entry.standing());
    }
    line
}

fn says_line(entry: &Entry, context: &HoverContext) -> String {
    let preferred = preferred_vendor(entry, context);
    let sentence = preferred.map_or(entry.says.as_str(), |vendor| vendor.says.as_str());
    if context.lead == Lead::Observed { wording::server_says(sentence) } else { sentence.to_owned() }
}

/// For a code that only vendors use, the vendor whose profile is on here.
fn preferred_vendor<'a>(entry: &'a Entry, context: &HoverContext) -> Option<&'a Vendor> {
    if entry.state != State::Unassigned || entry.vendors.len() < 2 {
        return None;
    }
    entry
        .vendors
        .iter()
        .find(|vendor| vendor.profile.as_ref().is_some_and(|profile| context.profiles.contains(profile)))
}

fn send_line(entry: &Entry) -> String {
    let (label, condition) = wording::send_when(entry);
    format!("**{label}** {condition}.")
}

fn not_line(entry: &Entry) -> Option<String> {
    let confusions: Vec<String> = wording::not_when(entry).take(3).collect();
    (!confusions.is_empty()).then(|| format!("**Not** {}", confusions.join(" · ")))
}

fn carry_line(entry: &Entry) -> Option<String> {
    let parts: Vec<String> = [
        ("MUST", "Must carry"),
        ("SHOULD", "Should carry"),
        ("MAY", "May carry"),
        ("typical", "Usually carries"),
    ]
    .iter()
    .filter_map(|(level, label)| {
        let headers = wording::headers_of(entry, level);
        let names: Vec<String> = headers
            .iter()
            .filter(|header| header.when.as_deref() != Some(wording::AS_IN_THE_200))
            .map(|header| match &header.when {
                Some(when) => format!("`{}` ({when})", header.name),
                None => format!("`{}`", header.name),
            })
            .chain(
                headers
                    .iter()
                    .any(|header| header.when.as_deref() == Some(wording::AS_IN_THE_200))
                    .then(|| "the caching headers of the 200".to_owned()),
            )
            .collect();
        (!names.is_empty()).then(|| format!("**{label}** {}", names.join(", ")))
    })
    .take(2)
    .collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn treatment_line(entry: &Entry, lead: Lead) -> Option<String> {
    if entry.state == State::Unassigned && entry.retry.is_none() {
        let instead: Vec<String> = entry.instead.iter().map(u16::to_string).collect();
        return (!instead.is_empty()).then(|| format!("**Standard code** {}", instead.join(" or ")));
    }
    let mut parts = vec![
        format!("**Body** {}", wording::content(entry.content)),
        format!("**Cache** {}", wording::cache(entry.cache)),
    ];
    if let Some(retry) = wording::retry(entry) {
        let retry = format!("**Retry** {retry}");
        if lead == Lead::Observed { parts.insert(0, retry) } else { parts.push(retry) }
    }
    Some(parts.join(" · "))
}

fn versions_line(entry: &Entry) -> Option<String> {
    entry.http_versions.first().map(|note| format!("**HTTP/2-3** {note}"))
}

fn here_line(context: &HoverContext) -> Option<String> {
    let names: Vec<String> = context
        .constants
        .iter()
        .take(3)
        .map(|(constant, library)| format!("`{constant}` · `{library}`"))
        .collect();
    match (names.is_empty(), &context.renamed_from) {
        (true, None) => None,
        (true, Some(renamed)) => Some(format!("**Here** {renamed}")),
        (false, None) => Some(format!("**Here** {}", names.join(" · "))),
        (false, Some(renamed)) => Some(format!("**Here** {} · {renamed}", names.join(" · "))),
    }
}

/// What stands behind the number in a log: meanings of vendors, and for the codes of gateways where to look.
fn logs_line(registry: &Registry, entry: &Entry, context: &HoverContext) -> Option<String> {
    if !entry.vendors.is_empty() && entry.state != State::Assigned {
        let mut vendors: Vec<&Vendor> = entry.vendors.iter().collect();
        vendors.sort_by_key(|vendor| {
            !vendor.profile.as_ref().is_some_and(|profile| context.profiles.contains(profile))
        });
        let meanings: Vec<String> = vendors.iter().take(3).map(|vendor| vendor_meaning(vendor)).collect();
        return Some(format!("**Seen in logs** {}", meanings.join(" · ")));
    }
    if !matches!(entry.code, 502..=504) {
        return None;
    }
    let trouble = registry
        .troubleshooting(entry.code)
        .find(|trouble| trouble.server == "any")
        .or_else(|| registry.troubleshooting(entry.code).next())?;
    Some(match &trouble.cause {
        Some(cause) => format!("**Seen in logs** {cause}: {}", trouble.look),
        None => format!("**Seen in logs** {}: {}", trouble.server, trouble.look),
    })
}

fn vendor_meaning(vendor: &Vendor) -> String {
    let mut text = format!("{}: {}", vendor.vendor, vendor.says.trim_end_matches('.'));
    match (&vendor.on_wire, &vendor.state) {
        (Some(on_wire), _) => {
            let _ = write!(text, " (on the wire: {on_wire})");
        }
        (None, Some(state)) => {
            let _ = write!(text, " ({state})");
        }
        (None, None) => {}
    }
    text
}

fn links_line(registry: &Registry, code: u16, context: &HoverContext) -> String {
    let label = match registry.get(code) {
        Some(entry) if entry.docs.is_some() => "Documentation",
        Some(entry) if entry.spec.is_some() => "Spec",
        Some(_) => "Reference",
        None => "Spec",
    };
    let own = format!("[{label}]({})", registry.help_url(code));
    std::iter::once(own)
        .chain(context.links.iter().map(|(label, address)| format!("[{label}]({address})")))
        .collect::<Vec<_>>()
        .join(" · ")
}

fn unknown_hover(registry: &Registry, code: u16, context: &HoverContext) -> String {
    let mut lines = vec![format!("**{code}** · {} · not registered", registry.class_name(code))];
    lines.push(unregistered(code));
    if let Some(nearest) = registry.nearest(code) {
        lines.push(format!("**Nearest** {}", registry.label(nearest)));
    }
    lines.extend(context.directive.clone());
    lines.extend(here_line(context));
    lines.push(links_line(registry, code, context));
    lines.join("  \n")
}

/// What clients make of a number that nobody has given a meaning.
pub(super) fn unregistered(code: u16) -> String {
    match code / 100 {
        digit @ 1..=5 => {
            format!(
                "Nobody has registered {code}; clients treat it as {digit}00, the general code of its class."
            )
        }
        _ => format!(
            "{code} is no HTTP status code: they lie between 100 and 599, and clients treat others as an error."
        ),
    }
}

/// The hover of a set: a wildcard, a range, or what a condition matches. `written` is what stands in the text, such
/// as `4xx`; `None` for a condition.
pub fn hover_set(registry: &Registry, codes: Codes, written: Option<&str>) -> String {
    if let (Some(code), None) = (codes.single(), written) {
        return hover(registry, code, &HoverContext::default());
    }
    let interval = interval_in_words(registry, codes);
    let class = whole_class(codes).and_then(|digit| registry.class(digit * 100));
    let mut lines = vec![match (written, class) {
        (Some(written), Some(class)) => format!("**{written}** · {} · matches {interval}", class.title),
        (Some(written), None) => format!("**{written}** · matches {interval}"),
        (None, _) => format!("**Matches** {interval}"),
    }];
    lines.extend(class.map(|class| class.says.clone()));
    let members: Vec<u16> = codes.iter().filter(|&code| registry.is_registered(code)).collect();
    let named = members.iter().map(|&code| registry.label(code)).collect::<Vec<_>>().join(" · ");
    lines.push(if members.is_empty() {
        "**Registered** none of them".to_owned()
    } else if named.chars().count() <= MOST_CHARACTERS - 200 {
        format!("**Registered** {named}")
    } else {
        format!("**Registered** {} codes: {}", members.len(), numbers_in_words(&members))
    });
    lines.push(format!("[Spec]({})", registry.class_url(class.map_or(0, |class| class.digit))));
    lines.join("  \n")
}

/// The digit of the class that the set is, when it is exactly one.
fn whole_class(codes: Codes) -> Option<u16> {
    (1..=5).find(|&digit| codes == Codes::class(digit))
}

/// `400–499`, `400 and above`, `200–300 (includes 300 Multiple Choices)`: the exact interval, and where its edges
/// miss or swallow a registered code of a class by a little.
pub fn interval_in_words(registry: &Registry, codes: Codes) -> String {
    let ranges: Vec<String> = codes
        .ranges()
        .iter()
        .map(|&(low, high)| match (low, high) {
            (0, 999) => "everything".to_owned(),
            (0, high) if high > 0 => format!("everything up to {high}"),
            (low, 999) if low < 999 => format!("{low} and above"),
            (low, high) if low == high => registry.label(low),
            (low, high) => format!("{low}–{high}"),
        })
        .collect();
    let interval = match ranges.split_last() {
        None => return "nothing".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    };
    let remarks = edges_in_words(registry, codes);
    if remarks.is_empty() { interval } else { format!("{interval} ({})", remarks.join("; ")) }
}

/// A class counts as meant when most of its registered codes are in; what is then missing, or comes from a
/// neighbouring class, is worth a word when it is little.
fn edges_in_words(registry: &Registry, codes: Codes) -> Vec<String> {
    const LITTLE: usize = 3;
    if codes.len() <= LITTLE {
        return vec![];
    }
    let mut included = vec![];
    let mut left_out = vec![];
    let mut has_whole_class = false;
    for digit in 1..=5 {
        let (inside, outside): (Vec<u16>, Vec<u16>) =
            registry.members(digit).iter().partition(|&&code| codes.contains(code));
        if inside.len() > outside.len() {
            has_whole_class = true;
            if outside.len() <= LITTLE {
                left_out.extend(outside);
            }
        } else if inside.len() <= LITTLE {
            included.extend(inside);
        }
    }
    let labels =
        |codes: &[u16]| codes.iter().map(|&code| registry.label(code)).collect::<Vec<_>>().join(", ");
    let mut remarks = vec![];
    if has_whole_class && !included.is_empty() {
        remarks.push(format!("includes {}", labels(&included)));
    }
    if !left_out.is_empty() {
        remarks.push(format!("leaves out {}", labels(&left_out)));
    }
    remarks
}

/// `400–418, 421`: runs of neighbours in the list are drawn together.
fn numbers_in_words(codes: &[u16]) -> String {
    let set = codes.iter().fold(Codes::EMPTY, |set, &code| set.union(Codes::one(code)));
    let runs: Vec<String> = set
        .ranges()
        .iter()
        .map(|&(low, high)| if low == high { low.to_string() } else { format!("{low}–{high}") })
        .collect();
    runs.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_within_budget(text: &str, what: &str) {
        assert!(text.lines().count() <= MOST_LINES, "{what} has {} lines:\n{text}", text.lines().count());
        let characters: usize = text.lines().map(visible).sum();
        assert!(characters <= MOST_CHARACTERS, "{what} has {characters} characters:\n{text}");
    }

    fn full_context(lead: Lead) -> HoverContext {
        HoverContext {
            lead,
            constants: vec![("status.HTTP_413_CONTENT_TOO_LARGE".to_owned(), "starlette".to_owned())],
            renamed_from: Some("renamed from `HTTP_413_REQUEST_ENTITY_TOO_LARGE` in 0.48".to_owned()),
            directive: Some("`return` ends the request here and sends this code.".to_owned()),
            profiles: vec!["nginx".to_owned()],
            links: vec![(
                "Rule".to_owned(),
                "https://www.rfc-editor.org/rfc/rfc9110.html#section-15".to_owned(),
            )],
        }
    }

    #[test]
    fn every_hover_keeps_to_the_budget() {
        let registry = Registry::builtin();
        for code in 0..=999 {
            for lead in [Lead::Sent, Lead::Observed, Lead::Configured, Lead::Other] {
                assert_within_budget(
                    &hover(&registry, code, &full_context(lead)),
                    &format!("{code} {lead:?}"),
                );
            }
            assert_within_budget(&hover(&registry, code, &HoverContext::default()), &code.to_string());
        }
    }

    #[test]
    fn nothing_is_dropped_where_the_place_adds_nothing() {
        let registry = Registry::builtin();
        for entry in registry.entries() {
            let text = hover(&registry, entry.code, &HoverContext::default());
            let lines = [Some(send_line(entry)), carry_line(entry), treatment_line(entry, Lead::Other)];
            for line in lines.iter().flatten() {
                assert!(text.contains(line), "{} lost {line}", entry.code);
            }
        }
    }

    #[test]
    fn lines_stand_in_the_order_the_eye_learns() {
        let context = HoverContext {
            constants: vec![("http.StatusNotFound".to_owned(), "net/http".to_owned())],
            ..HoverContext::default()
        };
        assert_eq!(
            hover(&Registry::builtin(), 404, &context),
            "**404 Not Found** · client error · RFC 9110 §15.5.5  \n\
             Nothing is at this address, or the server will not say that something is.  \n\
             **Send when** nothing is there, or you hide it.  \n\
             **Not** 410 if it is gone for good and you know it · 403 if it exists, and that is no secret · 405 if the address exists for other methods  \n\
             **Body** should explain the error · **Cache** by default yes · **Retry** no  \n\
             **Here** `http.StatusNotFound` · `net/http`  \n\
             [Spec](https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.5)"
        );
    }

    #[test]
    fn what_comes_first_follows_from_the_role() {
        let registry = Registry::builtin();
        let lead = |code, lead| {
            let context = HoverContext {
                directive: Some("`return` sends it.".to_owned()),
                lead,
                ..HoverContext::default()
            };
            hover(&registry, code, &context)
        };
        let line = |text: &str, at: usize| text.lines().nth(at).unwrap_or_default().trim_end().to_owned();
        assert!(line(&lead(401, Lead::Sent), 2).starts_with("**Must carry** `WWW-Authenticate`"));
        let observed = lead(503, Lead::Observed);
        assert!(line(&observed, 1).starts_with("Server says: the server is temporarily"), "{observed}");
        assert!(line(&observed, 2).starts_with("**Retry** after Retry-After"), "{observed}");
        assert_eq!(line(&lead(404, Lead::Configured), 1), "`return` sends it.");
        assert!(lead(521, Lead::Observed).contains("Server says: the origin server refused"));
    }

    #[test]
    fn the_five_redirects_show_the_table() {
        let registry = Registry::builtin();
        for code in [301, 302, 303, 307, 308] {
            let text = hover(&registry, code, &HoverContext::default());
            assert!(text.contains("| temporary | 307 |"), "{text}");
        }
        assert!(!hover(&registry, 304, &HoverContext::default()).contains("|---"));
    }

    #[test]
    fn the_meaning_of_the_vendor_in_use_comes_first() {
        let registry = Registry::builtin();
        let context = HoverContext { profiles: vec!["google-rpc".to_owned()], ..HoverContext::default() };
        let text = hover(&registry, 499, &context);
        assert!(text.contains("**Seen in logs** Google RPC:"), "{text}");
        assert!(text.lines().nth(1).unwrap().contains("gRPC code CANCELLED"), "{text}");
    }

    #[test]
    fn sets_name_their_interval_and_its_slips() {
        let registry = Registry::builtin();
        let words = |low, high| interval_in_words(&registry, Codes::range(low, high));
        assert_eq!(words(200, 300), "200–300 (includes 300 Multiple Choices)");
        assert_eq!(words(200, 299), "200–299");
        assert_eq!(words(201, 299), "201–299 (leaves out 200 OK)");
        assert_eq!(words(400, 999), "400 and above");
        assert_eq!(words(0, 299), "everything up to 299");
        assert_eq!(words(404, 404), "404 Not Found");
        assert_eq!(
            interval_in_words(&registry, Codes::parse("200,204").unwrap()),
            "200 OK and 204 No Content"
        );
        for digit in 1..=5 {
            let text = hover_set(&registry, Codes::class(digit), Some(&format!("{digit}xx")));
            assert_within_budget(&text, &text);
            assert!(text.contains(&format!("matches {digit}00–{digit}99")), "{text}");
        }
        let all = hover_set(&registry, Codes::all(), None);
        assert_within_budget(&all, &all);
        let fives = hover_set(&registry, Codes::class(5), Some("5xx"));
        assert!(fives.contains("503 Service Unavailable") && !fives.contains("520"), "{fives}");
    }

    #[test]
    fn a_number_nobody_uses_says_so() {
        let text = hover(&Registry::builtin(), 432, &HoverContext::default());
        assert!(text.contains("not registered") && text.contains("treat it as 400"), "{text}");
        assert!(text.contains("**Nearest** 431 Request Header Fields Too Large"), "{text}");
    }
}
