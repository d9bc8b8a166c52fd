//! Edits and questions are served in the order in which they were sent, however many are on their way.

use super::client::Client;
use serde_json::json;
use std::collections::HashMap;

const URI: &str = "file:///order/a.go";
const TEXT: &str =
    "package a\n\nimport \"net/http\"\n\nfunc f(w http.ResponseWriter) {\n\tw.WriteHeader(404)\n}\n";
/// The place of the code.
const LINE: u32 = 5;
const AT: u32 = 15;

#[test]
fn ten_thousand_edits_and_hovers_sent_at_once_are_answered_as_if_one_by_one() {
    let mut client = Client::new();
    client.initialize(json!({ "capabilities": { "textDocument": { "diagnostic": {} } } }));
    client.open(URI, "go", TEXT);
    let place = json!({ "textDocument": { "uri": URI }, "position": { "line": LINE, "character": AT + 1 } });
    client.ask("textDocument/hover", place.clone());
    let codes = [200, 204, 301, 404, 418, 429, 500, 503];
    let mut expected = HashMap::new();
    for step in 0..7_500 {
        let code = codes[step * 7 % codes.len()];
        client.edit(URI, step as i32 + 2, [LINE, AT, LINE, AT + 3], &code.to_string());
        if step % 3 == 0 {
            expected.insert(client.start("textDocument/hover", place.clone()), code);
        }
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
    client.open(URI, "go", TEXT);
    for version in 2..500 {
        client.edit(URI, version, [0, 0, 0, 0], if version % 3 == 0 { "\n" } else { "// x\n" });
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
    client.open(URI, "go", TEXT);
    client.published(URI);
    let one = |version: i32| {
        json!({ "jsonrpc": "2.0", "method": "textDocument/didChange", "params": {
            "textDocument": { "uri": URI, "version": version },
            "contentChanges": [{ "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } }, "text": "// x\n" }] } })
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

/// A file too large to be read whole at every key.
fn many_handlers() -> String {
    let handler = |i: usize| {
        format!(
            "func H{i}(w http.ResponseWriter, r *http.Request) {{\n\tresp, err := http.Get(\"u\")\n\tif err != nil || resp.StatusCode != 200 {{\n\t\tw.WriteHeader(502)\n\t\treturn\n\t}}\n}}\n\n"
        )
    };
    let body: String = (0..700).map(handler).collect();
    format!("package a\n\nimport \"net/http\"\n\n{body}")
}

#[test]
fn an_edit_in_a_large_file_shows_its_findings_and_keeps_those_of_the_rest() {
    let text = many_handlers();
    let mut client = Client::new();
    client.initialize(json!({ "capabilities": {} }));
    client.open(URI, "go", &text);
    // The lines of the findings of a version. A reading that ran out of time, as on a busy machine, is asked for again.
    let read = |client: &mut Client, version: i32| -> Vec<u64> {
        loop {
            let published = client.published(URI);
            if published["version"] != version {
                continue;
            }
            let found = published["diagnostics"].as_array().expect("a list").clone();
            if found.iter().all(|one| one["code"].is_string()) {
                return found.iter().map(|d| d["range"]["start"]["line"].as_u64().expect("a line")).collect();
            }
            client.notify("textDocument/didSave", json!({ "textDocument": { "uri": URI } }));
        }
    };
    assert_eq!(read(&mut client, 1), [] as [u64; 0]);
    let shown = |client: &mut Client, version: i32, range: [u32; 4], new: &str| -> Vec<u64> {
        client.edit(URI, version, range, new);
        read(client, version)
    };
    // The status of the third handler, of the five-hundredth, and a line before both.
    let (third, late) = (4 + 8 * 2 + 3, 4 + 8 * 499 + 3);
    assert_eq!(shown(&mut client, 2, [third, 16, third, 19], "299"), [u64::from(third)]);
    assert_eq!(shown(&mut client, 3, [late, 16, late, 19], "299"), [u64::from(third), u64::from(late)]);
    assert_eq!(shown(&mut client, 4, [0, 0, 0, 0], "// x\n"), [u64::from(third) + 1, u64::from(late) + 1]);
    assert_eq!(shown(&mut client, 5, [third + 1, 16, third + 1, 19], "502"), [u64::from(late) + 1]);
    assert_eq!(shown(&mut client, 6, [late + 1, 16, late + 1, 19], "502"), [] as [u64; 0]);
}

#[test]
fn what_was_begun_and_not_ended_hides_nothing_behind_it() {
    let handler = |i: usize| {
        format!(
            "def fetch_{i}(address):\n    response = requests.get(address)\n    if response.status_code == 404:\n        return None\n    return response\n\n\n"
        )
    };
    let half = |range: std::ops::Range<usize>| range.map(handler).collect::<String>();
    let text = format!("import requests\n\n\n{}half = call(\n{}", half(0..250), half(250..500));
    let mut client = Client::new();
    client.initialize(json!({ "capabilities": {} }));
    client.open(URI, "python", &text);
    let lines = |client: &mut Client, version: i32| -> Vec<u64> {
        let published = client.eventually(|message| {
            message["method"] == "textDocument/publishDiagnostics" && message["params"]["version"] == version
        });
        let found = published["params"]["diagnostics"].as_array().expect("a list");
        found.iter().map(|one| one["range"]["start"]["line"].as_u64().expect("a line")).collect()
    };
    assert_eq!(lines(&mut client, 1), [] as [u64; 0]);
    // The code of the four-hundredth function: at once, and when all was read.
    let late = 3 + 7 * 400 + 1 + 2;
    client.edit(URI, 2, [late, 34, late, 34], " or 500");
    let place = json!({ "textDocument": { "uri": URI }, "position": { "line": late, "character": 32 } });
    let at_once = client.ask("textDocument/hover", place.clone());
    assert!(at_once["contents"].to_string().contains("404"), "{at_once}");
    assert_eq!(lines(&mut client, 2), [u64::from(late)]);
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": URI } }));
    assert_eq!(client.ask("textDocument/hover", place), at_once);
    client.edit(URI, 3, [0, 0, 0, 0], "# x\n");
    assert_eq!(lines(&mut client, 3), [u64::from(late) + 1]);
}
