//! Edits and questions are served in the order in which they were sent, however many are on their way.

use super::client::Client;
use serde_json::json;
use std::collections::HashMap;

const URI: &str = "file:///order/a.py";
const TEXT: &str = "import requests\nassert requests.get(u).status_code == 404\n";
/// The column of the code.
const AT: u32 = 38;

#[test]
fn ten_thousand_edits_and_hovers_sent_at_once_are_answered_as_if_one_by_one() {
    let mut client = Client::new();
    client.initialize(json!({ "capabilities": { "textDocument": { "diagnostic": {} } } }));
    client.open(URI, "python", TEXT);
    let place = json!({ "textDocument": { "uri": URI }, "position": { "line": 1, "character": AT + 1 } });
    client.ask("textDocument/hover", place.clone());
    let codes = [200, 204, 301, 404, 418, 429, 500, 503];
    let mut expected = HashMap::new();
    for step in 0..5_000 {
        let code = codes[step * 7 % codes.len()];
        client.edit(URI, step as i32 + 2, [1, AT, 1, AT + 3], &code.to_string());
        expected.insert(client.start("textDocument/hover", place.clone()), code);
    }
    while !expected.is_empty() {
        let answer = client.wait(|message| message.get("method").is_none());
        let code = answer["id"].as_i64().and_then(|id| expected.remove(&id)).expect("an answer to a hover");
        let text = answer["result"]["contents"]["value"].as_str().unwrap_or_default();
        assert!(text.starts_with(&format!("**{code} ")), "after {code} was typed: {answer}");
    }
}

#[test]
fn what_is_published_never_goes_back() {
    let mut client = Client::new();
    client.initialize(
        json!({ "capabilities": { "textDocument": { "publishDiagnostics": { "versionSupport": true } } } }),
    );
    client.open(URI, "python", TEXT);
    for version in 2..500 {
        client.edit(URI, version, [0, 0, 0, 0], if version % 3 == 0 { "x\n" } else { "y = 1\n" });
    }
    let mut last = 0;
    while last < 499 {
        let version = client.published(URI)["version"].as_i64().expect("a version");
        assert!(version > last, "{version} after {last}");
        last = version;
    }
}

#[test]
fn a_burst_of_edits_is_read_once() {
    let mut client = Client::new();
    client.initialize(
        json!({ "capabilities": { "textDocument": { "publishDiagnostics": { "versionSupport": true } } } }),
    );
    client.open(URI, "python", TEXT);
    client.published(URI);
    let one = |version: i32| {
        json!({ "jsonrpc": "2.0", "method": "textDocument/didChange", "params": {
            "textDocument": { "uri": URI, "version": version },
            "contentChanges": [{ "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } }, "text": "x = 1\n" }] } })
    };
    let bytes: Vec<u8> =
        (2..2_000).flat_map(|version| super::client::frame(one(version).to_string())).collect();
    client.raw(&bytes);
    let mut published = 0;
    while client.published(URI)["version"] != 1_999 {
        published += 1;
    }
    assert!(published < 1_000, "{published} of 1998 states were read");
}
