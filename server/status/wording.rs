//! Sentences and short phrases that hover and page share.

use super::entry::{Cache, Content, Entry, Header, Retry, State};

/// `is`, said in one or two words.
pub(super) fn content(content: Content) -> &'static str {
    match content {
        Content::Allowed => "allowed",
        Content::Expected => "should explain the error",
        Content::Required => "required",
        Content::Forbidden => "forbidden",
    }
}

/// What a cache may do without being told.
pub(super) fn cache(cache: Cache) -> &'static str {
    match cache {
        Cache::WhenTold => "by default no",
        Cache::Heuristic => "by default yes",
        Cache::Forbidden => "must not store",
        Cache::Freshens => "freshens the stored copy",
    }
}

/// When the request may be repeated; `None` when there is nothing to say.
pub(super) fn retry(entry: &Entry) -> Option<String> {
    Some(match entry.retry? {
        Retry::No => "no".to_owned(),
        Retry::Repeat => "yes".to_owned(),
        Retry::Idempotent => "yes, idempotent requests".to_owned(),
        Retry::AfterDelay => "after Retry-After".to_owned(),
        Retry::AfterChange => match &entry.change {
            Some(change) => format!("after a change: {change}"),
            None => "after a change".to_owned(),
        },
        Retry::NewConnection => "yes, on a new connection".to_owned(),
        Retry::AfterHandshake => "yes, after the TLS handshake".to_owned(),
    })
}

/// "Send when it is gone", or for a code nobody should send "Send never; ...".
pub(super) fn send_when(entry: &Entry) -> (&'static str, &str) {
    if entry.send_when.starts_with("never") {
        ("Send", &entry.send_when)
    } else {
        ("Send when", &entry.send_when)
    }
}

/// `410 if it is gone for good`, one for each confusion.
pub(super) fn not_when(entry: &Entry) -> impl Iterator<Item = String> {
    entry.not_when.iter().map(|instead| format!("{} if {}", instead.code, instead.test))
}

/// The headers of a level, each once, those that hold without a condition first.
pub(super) fn headers_of<'a>(entry: &'a Entry, level: &str) -> Vec<&'a Header> {
    let mut headers: Vec<&Header> = vec![];
    for header in entry.headers.iter().filter(|header| header.level == level) {
        if !headers.iter().any(|known| known.name == header.name) {
            headers.push(header);
        }
    }
    headers.sort_by_key(|header| header.when.is_some());
    headers
}

/// What stands where other codes have their specification: who owns the number, or how it stands.
pub(super) fn owner(entry: &Entry) -> String {
    match entry.state {
        State::Custom => "declared by this project".to_owned(),
        State::Unassigned => format!("{} · not registered", entry.owners()),
        _ => entry.specification().unwrap_or_default(),
    }
}

/// The sentence as something the server says: its first word loses the capital unless it is a name.
pub(super) fn server_says(sentence: &str) -> String {
    const PLAIN: [&str; 26] = [
        "A",
        "An",
        "By",
        "Client",
        "Drop",
        "Either",
        "Further",
        "Here",
        "Inside",
        "Nothing",
        "No",
        "Officially",
        "Plain",
        "Repeat",
        "Several",
        "Slow",
        "Some",
        "Something",
        "Success",
        "That",
        "The",
        "There",
        "This",
        "You",
        "Your",
        "X",
    ];
    let first = sentence.split([' ', ',', ':', '\'']).next().unwrap_or_default();
    if PLAIN.contains(&first) {
        format!("Server says: {}{}", first.to_lowercase(), &sentence[first.len()..])
    } else {
        format!("Server says: {sentence}")
    }
}

/// The headers that a 206 or 304 must repeat from the 200 share one condition; said once it is enough.
pub(super) const AS_IN_THE_200: &str = "would have been sent in the 200";
