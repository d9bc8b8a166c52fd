//! The commands as `editors/README.md` describes them: what they take, what they answer, what they tell on the way.

use super::client::Client;
use super::features::announces;
use super::settings::{laid_out, uri};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

const GO: &str =
    "package a\n\nimport \"net/http\"\n\nfunc f(w http.ResponseWriter) {\n\tw.WriteHeader(404)\n}\n";

/// A number that `status-form` wants as a constant, which is a safe fix.
const PYTHON: &str = "from fastapi import FastAPI, HTTPException\n\napp = FastAPI()\n\n\n@app.get('/')\ndef f():\n    raise HTTPException(status_code=404)\n";

const STRICT: &str = "[rules]\nstatus-form = 'warning'\n";

fn run(command: &str, arguments: Value) -> Value {
    json!({ "command": format!("lsp-lint.{command}"), "arguments": arguments })
}

/// A client with these folders open.
fn greeted(announces: Value, folders: &[&Path]) -> Client {
    let mut client = Client::new();
    let folders: Vec<Value> = folders.iter().map(|path| json!({ "uri": uri(path), "name": "x" })).collect();
    client.initialize(json!({ "capabilities": announces, "rootUri": null, "workspaceFolders": folders }));
    client
}

/// The capabilities of a client with others laid over them, as `[path, value]`.
fn with(mut announces: Value, changes: &[(&str, Value)]) -> Value {
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        announces.pointer_mut(parent).expect("there")[name] = value.clone();
    }
    announces
}

fn ask(client: &mut Client, command: &str, arguments: Value) -> Value {
    client.ask("workspace/executeCommand", run(command, arguments))
}

/// The error that a command is refused with.
fn refusal(client: &mut Client, command: &str, arguments: Value) -> (i64, String) {
    let id = client.start("workspace/executeCommand", run(command, arguments));
    let error = client.answer(id)["error"].clone();
    let code = error["code"].as_i64().expect("refused");
    (code, error["message"].as_str().expect("said").to_string())
}

fn paths(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|one| one["path"].as_str().expect("a path")).collect()
}

// ---- inventory

#[test]
fn the_inventory_of_everything_is_what_the_command_line_prints_with_address_and_range() {
    let root = laid_out(&[
        ("a.go", GO),
        ("deep/b.py", PYTHON),
        (".gitignore", "ignored/\n"),
        ("ignored/c.go", GO),
        ("node_modules/d/d.js", "const r = await fetch(u);\nif (r.status === 404) {}\n"),
        ("nothing.md", "404\n"),
    ]);
    let mut client = greeted(announces::neovim(), &[root.path()]);
    let list = ask(&mut client, "inventory", json!([]));
    let printed = std::process::Command::new(env!("CARGO_BIN_EXE_lsp-lint"))
        .args(["inventory", "--format", "jsonl"])
        .current_dir(root.path())
        .output()
        .expect("the binary runs");
    let printed: Vec<Value> = String::from_utf8(printed.stdout)
        .expect("UTF-8")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(paths(&list), ["a.go", "deep/b.py", "node_modules/d/d.js"]);
    let mut plain = list.clone();
    for one in plain.as_array_mut().expect("a list") {
        let fields = one.as_object_mut().expect("an object");
        let path = fields["path"].as_str().expect("a path").to_string();
        assert_eq!(fields.remove("uri"), Some(json!(uri(&root.path().join(path)))));
        assert!(fields.remove("range").is_some_and(|range| range["end"]["line"].is_u64()));
    }
    assert_eq!(plain, json!(printed));
    assert_eq!(
        list[0]["range"],
        json!({ "start": { "line": 5, "character": 15 }, "end": { "line": 5, "character": 18 } })
    );
}

#[test]
fn unsaved_text_wins_over_the_disk_and_files_that_were_never_saved_count() {
    let root = laid_out(&[("a.go", GO), ("b.go", GO), ("plain.txt", GO)]);
    let mut client = greeted(announces::vs_code(), &[root.path()]);
    let codes = |list: &Value| -> Vec<(String, u64)> {
        let one = |one: &Value| {
            (one["path"].as_str().expect("a path").to_string(), one["codes"][0].as_u64().expect("a code"))
        };
        list.as_array().expect("a list").iter().map(one).collect()
    };
    client.open(&uri(&root.path().join("b.go")), "go", &GO.replace("404", "503"));
    // The language that the editor names beats the suffix.
    client.open(&uri(&root.path().join("plain.txt")), "go", &GO.replace("404", "410"));
    client.open(&uri(&root.path().join("new.go")), "go", &GO.replace("404", "418"));
    client.open("untitled:Untitled-1", "go", &GO.replace("404", "429"));
    let mut found = codes(&ask(&mut client, "inventory", json!([])));
    found.sort();
    let expected = [("Untitled-1", 429), ("a.go", 404), ("b.go", 503), ("new.go", 418), ("plain.txt", 410)];
    assert_eq!(found, expected.map(|(path, code)| (path.to_string(), code)));
    client.edit(&uri(&root.path().join("b.go")), 2, [5, 15, 5, 18], "500");
    let found = codes(&ask(&mut client, "inventory", json!([])));
    assert!(found.contains(&("b.go".into(), 500)), "{found:?}");
}

#[test]
fn the_inventory_of_a_folder_a_closed_file_and_an_open_document() {
    let root = laid_out(&[("a.go", GO), ("deep/b.go", GO), ("deep/er/c.go", GO)]);
    let mut client = greeted(announces::vs_code(), &[root.path()]);
    let at = |path: &str| json!([uri(&root.path().join(path))]);
    assert_eq!(paths(&ask(&mut client, "inventory", at("deep"))), ["deep/b.go", "deep/er/c.go"]);
    assert_eq!(paths(&ask(&mut client, "inventory", at("deep/b.go"))), ["deep/b.go"]);
    let object = json!([{ "uri": uri(&root.path().join("deep/b.go")) }]);
    assert_eq!(paths(&ask(&mut client, "inventory", object)), ["deep/b.go"]);
    let document = uri(&root.path().join("a.go"));
    client.open(&document, "go", &format!("// \u{1F600}\n{GO}"));
    let list = ask(&mut client, "inventory", json!([document]));
    assert_eq!(
        (paths(&list), &list[0]["uri"], &list[0]["line"]),
        (vec!["a.go"], &json!(document), &json!(7))
    );
    assert_eq!(list[0]["range"]["start"], json!({ "line": 6, "character": 15 }));
    let (code, said) = refusal(&mut client, "inventory", at("nowhere.go"));
    assert!(code == -32602 && said.contains("nowhere.go is not open"), "{code} {said}");
    assert_eq!(refusal(&mut client, "inventory", json!([7])).0, -32602);
}

#[test]
fn every_workspace_folder_is_listed_once_and_without_one_the_open_documents_are() {
    let (one, two) = (laid_out(&[("a.go", GO), ("inner/b.go", GO)]), laid_out(&[("c.go", GO)]));
    let inner = one.path().join("inner");
    let mut client = greeted(announces::vs_code(), &[one.path(), &inner, two.path()]);
    let list = ask(&mut client, "inventory", json!([]));
    assert_eq!(paths(&list), ["a.go", "b.go", "c.go"]);
    let mut client = greeted(announces::vs_code(), &[]);
    assert_eq!(ask(&mut client, "inventory", json!([])), json!([]));
    client.open("file:///lsp/lone.go", "go", GO);
    assert_eq!(ask(&mut client, "inventory", json!([]))[0]["uri"], "file:///lsp/lone.go");
}

#[test]
fn ranges_are_counted_as_the_client_counts() {
    let text = GO.replace("\tw.WriteHeader(404)", "\tlog(\"\u{1F600}\u{1F600}\"); w.WriteHeader(404)");
    let root = laid_out(&[("a.go", &text)]);
    for (kind, column) in [("utf-8", 32), ("utf-16", 28), ("utf-32", 26)] {
        let can = json!({ "general": { "positionEncodings": [kind] } });
        let mut client = greeted(can, &[root.path()]);
        let list = ask(&mut client, "inventory", json!([]));
        assert_eq!(list[0]["range"]["start"], json!({ "line": 5, "character": column }), "{kind}");
    }
}

// ---- progress and cancellation

/// What was told under a token.
fn told(client: &Client, token: &Value) -> Vec<Value> {
    let about = client.log.iter().filter(|m| m["method"] == "$/progress" && m["params"]["token"] == *token);
    about.map(|message| message["params"]["value"].clone()).collect()
}

#[test]
fn progress_is_told_under_the_clients_token() {
    let root = laid_out(&[("a.go", GO)]);
    let mut client = greeted(announces::helix(), &[root.path()]);
    let mut params = run("inventory", json!([]));
    params["workDoneToken"] = json!("mine");
    assert_eq!(paths(&client.ask("workspace/executeCommand", params)), ["a.go"]);
    let told = told(&client, &json!("mine"));
    assert_eq!((&told[0]["kind"], &told[0]["title"]), (&json!("begin"), &json!("Listing status codes")));
    assert_eq!(told.last().expect("told")["kind"], "end");
    assert!(client.log.iter().all(|message| message["method"] != "window/workDoneProgress/create"));
}

#[test]
fn progress_is_created_for_a_client_that_shows_it_and_for_no_other() {
    let root = laid_out(&[("a.go", GO)]);
    let can = with(announces::vs_code(), &[("/window", json!({ "workDoneProgress": true }))]);
    let mut client = greeted(can, &[root.path()]);
    assert_eq!(paths(&ask(&mut client, "inventory", json!([]))), ["a.go"]);
    let created = client.eventually(|message| message["method"] == "window/workDoneProgress/create");
    let kinds: Vec<Value> =
        told(&client, &created["params"]["token"]).iter().map(|told| told["kind"].clone()).collect();
    assert_eq!((&kinds[0], kinds.last()), (&json!("begin"), Some(&json!("end"))));
    let mut client = greeted(announces::vs_code(), &[root.path()]);
    ask(&mut client, "inventory", json!([]));
    assert!(client.log.iter().all(|message| message["method"] != "$/progress"));
}

/// A folder that takes a while.
fn large() -> tempfile::TempDir {
    let body: String = (0..200)
        .map(|i| GO.split_once("func").expect("there").1.replacen(" f(", &format!("func f{i}("), 1))
        .collect();
    let text = format!("package a\n\nimport \"net/http\"\n\n{body}");
    let names: Vec<String> = (0..60).map(|i| format!("{i}.go")).collect();
    laid_out(&names.iter().map(|name| (name.as_str(), &*text)).collect::<Vec<_>>())
}

#[test]
fn a_sweep_is_called_off_by_the_request_and_by_its_progress_and_blocks_nothing() {
    let root = large();
    let can = with(announces::vs_code(), &[("/window", json!({ "workDoneProgress": true }))]);
    let mut client = greeted(can, &[root.path()]);
    client.open("untitled:a", "go", GO);
    let place =
        json!({ "textDocument": { "uri": "untitled:a" }, "position": { "line": 5, "character": 16 } });
    client.ask("textDocument/hover", place.clone());

    let id = client.start("workspace/executeCommand", run("inventory", json!([])));
    // Answered while the sweep runs, or else the sweep's answer would be read first.
    assert!(client.ask("textDocument/hover", place).is_object());
    assert!(!client.log.iter().any(|message| message["id"] == id && message.get("method").is_none()));
    client.notify("$/cancelRequest", json!({ "id": id }));
    assert_eq!(client.answer(id)["error"]["code"], -32800);

    let id = client.start("workspace/executeCommand", run("inventory", json!([])));
    let begun =
        |message: &Value| message["method"] == "$/progress" && message["params"]["value"]["kind"] == "begin";
    let token = client.wait(begun)["params"]["token"].clone();
    client.notify("window/workDoneProgress/cancel", json!({ "token": token }));
    // The token may be that of the sweep that was called off before; then the next one is ours.
    let answer = loop {
        let message =
            client.wait(|message| begun(message) || message["id"] == id && message.get("method").is_none());
        if message.get("method").is_none() {
            break message;
        }
        client.notify("window/workDoneProgress/cancel", json!({ "token": message["params"]["token"] }));
    };
    assert_eq!(answer["error"]["code"], -32800, "{answer}");
}

// ---- fixing everything

/// The edits of a proposal, as path and number of edits.
fn edited(edit: &Value) -> BTreeSet<(String, usize)> {
    let name = |uri: &str| uri.rsplit('/').next().unwrap_or(uri).to_string();
    match edit["documentChanges"].as_array() {
        Some(changes) => changes
            .iter()
            .map(|change| {
                let edits = change["edits"].as_array().expect("a list").len();
                (name(change["textDocument"]["uri"].as_str().expect("a uri")), edits)
            })
            .collect(),
        None => edit["changes"]
            .as_object()
            .expect("an object")
            .iter()
            .map(|(uri, edits)| (name(uri), edits.as_array().expect("a list").len()))
            .collect(),
    }
}

/// What the person is told in the end.
fn said(client: &mut Client) -> String {
    let message = client.wait(|message| message["method"] == "window/showMessage");
    message["params"]["message"].as_str().expect("a text").to_string()
}

#[test]
fn all_safe_fixes_of_the_workspace_are_one_edit_that_a_person_confirms() {
    let root =
        laid_out(&[("lsp-lint.toml", STRICT), ("a.go", GO), ("b.py", PYTHON), ("node_modules/c.go", GO)]);
    let mut client = greeted(announces::vs_code(), &[root.path()]);
    let open = uri(&root.path().join("b.py"));
    client.open(&open, "python", PYTHON);
    assert_eq!(ask(&mut client, "fixAll", json!([])), Value::Null);
    let proposed = client.eventually(|message| message["method"] == "workspace/applyEdit");
    let edit = &proposed["params"]["edit"];
    assert_eq!(edited(edit), BTreeSet::from([("a.go".into(), 1), ("b.py".into(), 2)]));
    for change in edit["documentChanges"].as_array().expect("a list") {
        let version = if change["textDocument"]["uri"] == open { json!(1) } else { Value::Null };
        assert_eq!(change["textDocument"]["version"], version);
        for one in change["edits"].as_array().expect("a list") {
            let annotation = &edit["changeAnnotations"][one["annotationId"].as_str().expect("annotated")];
            assert_eq!(annotation["needsConfirmation"], true, "{annotation}");
        }
    }
    assert_eq!(said(&mut client), "lsp-lint: 2 fixes in 2 files");
}

#[test]
fn a_client_without_document_changes_gets_plain_ones_and_one_that_applies_nothing_gets_the_edit() {
    let root = laid_out(&[("lsp-lint.toml", STRICT), ("a.go", GO)]);
    let mut client = greeted(announces::neovim(), &[root.path()]);
    ask(&mut client, "fixAll", json!([]));
    let proposed = client.eventually(|message| message["method"] == "workspace/applyEdit");
    let edit = &proposed["params"]["edit"];
    let change = &edit["changes"][uri(&root.path().join("a.go"))][0];
    assert_eq!(change["newText"], "http.StatusNotFound");
    assert!(edit["documentChanges"].is_null() && edit["changeAnnotations"].is_null(), "{edit}");
    assert_eq!(said(&mut client), "lsp-lint: 1 fix in 1 file");

    let can = with(announces::eglot(), &[("/workspace/applyEdit", json!(false))]);
    let mut client = greeted(can, &[root.path()]);
    let edit = ask(&mut client, "fixAll", json!([]));
    assert_eq!(edited(&edit), BTreeSet::from([("a.go".into(), 1)]));
    assert!(
        edit["changeAnnotations"].is_null()
            && edit["documentChanges"][0]["edits"][0]["annotationId"].is_null()
    );
}

#[test]
fn where_nothing_is_to_fix_it_is_said() {
    let root = laid_out(&[("a.go", GO)]);
    let mut client = greeted(announces::vs_code(), &[root.path()]);
    assert_eq!(ask(&mut client, "fixAll", json!([])), Value::Null);
    let said = client.eventually(|message| message["method"] == "window/showMessage");
    assert_eq!(said["params"]["message"], "lsp-lint: nothing to fix");
    assert!(client.log.iter().all(|message| message["method"] != "workspace/applyEdit"));
}

#[test]
fn a_person_who_declines_is_told_that_nothing_changed() {
    let root = laid_out(&[("lsp-lint.toml", STRICT), ("a.go", GO)]);
    let mut client = greeted(announces::vs_code(), &[root.path()]);
    client.mute = true;
    ask(&mut client, "fixAll", json!([]));
    let proposed = client.eventually(|message| message["method"] == "workspace/applyEdit");
    client.send(&json!({ "jsonrpc": "2.0", "id": proposed["id"], "result": { "applied": false } }));
    assert_eq!(said(&mut client), "lsp-lint: the fixes were not applied");
}

/// The text after edits in UTF-16 columns, all of which are plain ASCII here.
fn applied(text: &str, edits: &Value) -> String {
    let offset = |position: &Value| {
        let (line, column) =
            (position["line"].as_u64().expect("a line"), position["character"].as_u64().expect("a column"));
        text.split_inclusive('\n').take(line as usize).map(str::len).sum::<usize>() + column as usize
    };
    let mut all: Vec<(usize, usize, &str)> = edits
        .as_array()
        .expect("a list")
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (offset(&range["start"]), offset(&range["end"]), edit["newText"].as_str().expect("a text"))
        })
        .collect();
    all.sort_unstable();
    let mut out = text.to_string();
    for (start, end, new) in all.into_iter().rev() {
        out.replace_range(start..end, new);
    }
    out
}

#[test]
fn what_fix_all_leaves_has_nothing_to_fix() {
    let text = "from http import HTTPStatus\nimport requests\n\nr = requests.get(u)\nif r.status_code == 404 or r.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:\n    pass\nif r.status_code == 413:\n    pass\n";
    let root = laid_out(&[("lsp-lint.toml", STRICT)]);
    let mut client = greeted(announces::vs_code(), &[root.path()]);
    let document = uri(&root.path().join("a.py"));
    client.open(&document, "python", text);
    ask(&mut client, "fixAll", json!([document]));
    let proposed = client.eventually(|message| message["method"] == "workspace/applyEdit");
    let change = &proposed["params"]["edit"]["documentChanges"][0];
    assert!(change["edits"][0]["annotationId"].is_null(), "one document is fixed at once");
    let fixed = applied(text, &change["edits"]);
    assert_ne!(fixed, text);
    let action = |client: &mut Client, uri: &str| {
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
        let context = json!({ "diagnostics": [], "only": ["source.fixAll"] });
        let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": context });
        client.ask("textDocument/codeAction", params)
    };
    let offered = action(&mut client, &document);
    assert_eq!(
        applied(text, &offered[0]["edit"]["documentChanges"][0]["edits"]),
        fixed,
        "the action does the same"
    );
    client.edit(&document, 2, [0, 0, 99, 0], &fixed);
    assert_eq!(action(&mut client, &document), json!([]));
    assert_eq!(ask(&mut client, "fixAll", json!([document])), Value::Null);
}

// ---- explaining

#[test]
fn words_are_explained_in_markdown() {
    let root = laid_out(&[("lsp-lint.toml", "[[codes]]\ncode = 490\nname = 'Out Of Tea'\n")]);
    let mut client = greeted(announces::vs_code(), &[root.path()]);
    for (word, start) in [
        (json!(404), "# 404 Not Found\n"),
        (json!("Not Found"), "# 404 Not Found\n"),
        (json!("5xx"), "# 5xx server error\n"),
        (json!("status-sent-twice"), "# status-sent-twice\n"),
        (json!("http.StatusTeapot"), "`http.StatusTeapot` of net/http stands for 418."),
        (json!(490), "# 490 Out Of Tea\n"),
    ] {
        let page = ask(&mut client, "explain", json!([word]));
        assert!(page.as_str().is_some_and(|page| page.starts_with(start)), "{word}: {page}");
    }
    let page = ask(&mut client, "explain", json!([404]));
    assert!(
        page.as_str().is_some_and(|page| page.contains("\n- **Constants:**\n  - go: http.StatusNotFound"))
    );
    let (code, said) = refusal(&mut client, "explain", json!(["no such thing"]));
    assert!(code == -32602 && said.contains("no code, class, phrase, constant or rule"), "{code} {said}");
}

#[test]
fn what_stands_at_a_place_is_explained_codes_first() {
    let mut client = greeted(announces::vs_code(), &[]);
    let text = "import requests\n\nr = requests.get(u)\nif r.status_code == 200 or 201:\n    pass\n";
    let document = "file:///lsp/a.py";
    client.open(document, "python", text);
    let at = |line: u32, character: u32| json!({ "line": line, "character": character });
    let both = ask(&mut client, "explain", json!([document, at(3, 28)]));
    let both = both.as_str().expect("a page");
    assert!(both.starts_with("# 201 Created\n"), "{both}");
    assert!(both.contains("\n---\n\n# bare-status-operand\n"), "{both}");
    for shape in [
        json!([{ "uri": document, "position": at(3, 21) }]),
        json!([{ "textDocument": { "uri": document }, "position": at(3, 21) }]),
    ] {
        let page = ask(&mut client, "explain", shape);
        assert!(page.as_str().is_some_and(|page| page.starts_with("# 200 OK\n")), "{page}");
    }
    let (code, said) = refusal(&mut client, "explain", json!([document, at(0, 3)]));
    assert_eq!(code, -32602);
    assert_eq!(said, "no status code and no finding of lsp-lint stands at line 1, column 4");
    assert!(
        refusal(&mut client, "explain", json!(["file:///nowhere.py", at(0, 0)])).1.contains("is not open")
    );
    assert!(refusal(&mut client, "explain", json!([])).1.contains("takes [word]"));
}
