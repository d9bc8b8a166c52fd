//! What names say: whether a word means "HTTP status", and what for.

use crate::facts::Role;

/// The words of an identifier, lower-cased: `expectedStatusCode` and `EXPECTED_STATUS_CODE` are the same three.
pub fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = vec![String::new()];
    let mut previous = ' ';
    let chars: Vec<char> = name.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        let ends_acronym = previous.is_ascii_uppercase()
            && c.is_ascii_uppercase()
            && chars.get(i + 1).is_some_and(char::is_ascii_lowercase);
        let starts = (previous.is_ascii_lowercase() || previous.is_ascii_digit()) && c.is_ascii_uppercase()
            || ends_acronym;
        if !c.is_ascii_alphanumeric() || starts {
            out.push(String::new());
        }
        if c.is_ascii_alphanumeric() {
            out.last_mut().expect("never empty").push(c.to_ascii_lowercase());
        }
        previous = c;
    }
    out.retain(|word| !word.is_empty());
    out
}

/// Keys of a phrase that the protocol itself carries.
pub const PHRASE_KEYS: &[&str] = &[
    "statusText",
    "status_text",
    "statusMessage",
    "status_message",
    "reason",
    "reasonPhrase",
    "reason_phrase",
    "StatusText",
    "reason-phrase",
];

/// Words that make a status something else than an HTTP status.
const OTHERS: &[&str] = &[
    "exit",
    "order",
    "payment",
    "job",
    "task",
    "process",
    "proc",
    "grpc",
    "close",
    "closing",
    "ws",
    "websocket",
    "child",
    "git",
    "smtp",
    "ftp",
    "sip",
    "rtsp",
    "exitcode",
    "signal",
    "battery",
    "device",
    "build",
    "line",
    "lines",
    "bar",
    "width",
    "height",
    "size",
    "length",
    "font",
    "color",
    "colour",
    "timeout",
    "delay",
    "interval",
    "duration",
    "ms",
    "count",
    "limit",
    "max",
    "min",
    "page",
    "port",
    "year",
    "id",
    "ids",
    "weight",
    "z",
    "index",
    "offset",
];

/// Things that have a status of their own. Beside `code`, `http` or `response` they say nothing.
const OWNERS: &[&str] = &[
    "account",
    "member",
    "subscription",
    "shipping",
    "shipment",
    "delivery",
    "invoice",
    "ticket",
    "transaction",
    "trade",
    "player",
    "machine",
    "playback",
    "printer",
    "motor",
    "sensor",
    "modem",
    "mqtt",
    "modbus",
    "sql",
    "db",
    "disk",
    "thread",
];

/// The name says what is measured or counted; no code is kept under it.
pub fn says_measure(name: &str) -> bool {
    let words = words(name);
    words.iter().any(|word| OTHERS.contains(&word.as_str()))
        && !words.iter().any(|word| word.starts_with("status") || word.starts_with("code"))
}

/// `errorCode` may count errors of any kind: only a code that is an error says that it is one of HTTP.
pub fn says_error_only(name: &str) -> bool {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&["error"])
        && !has(&[
            "status", "statuses", "http", "response", "resp", "reply", "want", "wanted", "expected",
            "redirect",
        ])
        && !words.iter().any(|word| word.contains("status") || word.contains("http"))
}

/// A call of this name writes or makes an answer: `writeResponse(w, 404)`, `respond_error(400)`.
pub fn makes_a_response(name: &str) -> bool {
    let words = words(name);
    let (Some(last), true) = (words.last(), words.len() > 1) else { return false };
    let made = |word: &String| {
        matches!(
            word.as_str(),
            "write"
                | "send"
                | "make"
                | "build"
                | "create"
                | "gen"
                | "generate"
                | "new"
                | "mock"
                | "fake"
                | "stub"
                | "respond"
                | "render"
        )
    };
    matches!(last.as_str(), "response" | "resp" | "respond") && words.iter().any(made)
        || words[0] == "respond"
        || last == "error"
            && words.iter().any(|word| matches!(word.as_str(), "respond" | "response" | "http"))
}

/// What a name that says status is for, where no row says so.
pub fn role_said(name: &str) -> Option<Role> {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if has(&["assert", "expect", "expects", "expected", "want", "wanted", "should", "verify", "check"]) {
        Some(Role::Expected)
    // What plays an error raises none.
    } else if has(&["mock", "stub", "fake", "fixture"]) {
        Some(Role::Stubbed)
    } else if has(&[
        "retry",
        "retryable",
        "retriable",
        "retries",
        "allow",
        "allowed",
        "accept",
        "accepted",
        "acceptable",
        "valid",
        "ok",
        "ignore",
        "ignored",
        "success",
        "successful",
        "forcelist",
        "handle",
        "handled",
        "codes",
        "statuses",
        "default",
        "cacheable",
    ]) {
        Some(Role::Configured)
    } else if has(&["error", "exception", "err", "throw", "raise", "fail", "abort"]) {
        Some(Role::Raised)
    } else if has(&["log", "logger", "logging"]) {
        Some(Role::Logged)
    } else if has(&["response", "respond", "reply", "json", "send", "resp", "write"]) {
        Some(Role::Sent)
    } else {
        None
    }
}

/// A map of this name is keyed by codes.
pub fn keyed_by_status(name: &str) -> bool {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    // `httpClients` is a list of clients.
    has(&["responses", "reasons", "reason", "phrases"])
        // `response_types_map`: what a generated client makes of each answer
        || has(&["response"]) && has(&["types"]) && has(&["map"])
        || has(&["http"])
            && (words.len() == 1
                || has(&[
                    "error",
                    "errors",
                    "code",
                    "codes",
                    "message",
                    "messages",
                    "text",
                    "texts",
                    "name",
                    "names",
                    "exception",
                    "exceptions",
                    "answers",
                    "results",
                    "pages",
                    "map",
                    "table",
                ]))
}

/// Does this name say "HTTP status"? A bare `code` does not.
pub fn says_status(name: &str) -> bool {
    if name.len() < 4 || name.len() > 80 {
        return false;
    }
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let waited = words.windows(2).any(|pair| pair[0] == "wait" && pair[1] == "status");
    if waited || has(OTHERS) || has(OWNERS) && !has(&["code", "codes", "http", "response"]) {
        return false;
    }
    has(&[
        "status",
        "statuses",
        "statuscode",
        "statuscodes",
        "httpstatus",
        "httpcode",
        "httpstatuscode",
        "responsecode",
        "respcode",
        "resultstatus",
    ]) || has(&["code", "codes"])
        && has(&[
            "http",
            "response",
            "resp",
            "error",
            "want",
            "wanted",
            "expected",
            "redirect",
            "retry",
            "retryable",
            "reply",
            "ok",
        ])
}

/// The name alone says HTTP, so that even a guess about its owner may stand: `StatusCode`, `HttpStatus`.
pub fn says_http_status(name: &str) -> bool {
    let squeezed: String = words(name).concat();
    matches!(
        squeezed.as_str(),
        "statuscode"
            | "statuscodes"
            | "httpstatus"
            | "httpstatuscode"
            | "httpstatuscodes"
            | "httpcode"
            | "httpcodes"
            | "httpresponsecode"
            | "httperrorcode"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_split_into_words() {
        assert_eq!(words("expectedStatusCode"), ["expected", "status", "code"]);
        assert_eq!(words("EXPECTED_STATUS_CODE"), ["expected", "status", "code"]);
        assert_eq!(words("HTTPStatus"), ["http", "status"]);
        assert_eq!(words("getHTTPCode2"), ["get", "http", "code2"]);
    }

    #[test]
    fn a_map_is_keyed_by_codes_when_its_name_says_so() {
        for name in
            ["_response_types_map", "responses", "HTTP_ERRORS", "httpMessages", "reason_phrases", "http"]
        {
            assert!(keyed_by_status(name), "{name}");
        }
        for name in ["httpClients", "http_requests", "themes", "codes"] {
            assert!(!keyed_by_status(name), "{name}");
        }
    }

    #[test]
    fn what_counts_errors_or_measures_is_told_from_a_status() {
        assert!(says_error_only("ErrorCodeTestFailed") && !says_error_only("httpErrorCode"));
        assert!(says_measure("max_ranges") && !says_measure("timeout_status"));
        assert!(makes_a_response("writeResponse") && makes_a_response("respond_error"));
        assert!(makes_a_response("respond_with_json") && !makes_a_response("responder_pool"));
        assert!(!makes_a_response("read_response") && !makes_a_response("newResponseCache"));
    }

    #[test]
    fn a_name_says_status_or_it_does_not() {
        for name in [
            "status",
            "statusCode",
            "HTTP_STATUS",
            "wantCode",
            "http_code",
            "expectedStatus",
            "response_code",
            "wait_and_assert_status_code",
            "OkCodes",
        ] {
            assert!(says_status(name), "{name}");
        }
        for name in [
            "code",
            "exitStatus",
            "order_status",
            "account_status",
            "wait_status",
            "grpcStatusCode",
            "close_code",
            "status_line_width",
            "state",
        ] {
            assert!(!says_status(name), "{name}");
        }
    }
}
