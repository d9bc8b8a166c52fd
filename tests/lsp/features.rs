//! What an editor gets, feature by feature, with what real clients announce.

use super::client::Client;
use serde_json::{Value, json};

/// What recorded clients say in `initialize`, reduced to what a server can act on.
pub mod announces {
    use serde_json::{Value, json};

    /// Columns in UTF-16 only, asks for diagnostics itself, versioned edits, insertion and replacement.
    pub fn vs_code() -> Value {
        json!({
            "general": { "positionEncodings": ["utf-16"] },
            "workspace": {
                "applyEdit": true, "configuration": true, "workspaceFolders": true,
                "workspaceEdit": { "documentChanges": true, "changeAnnotationSupport": { "groupsOnLabel": true } },
                "didChangeConfiguration": { "dynamicRegistration": true },
                "didChangeWatchedFiles": { "dynamicRegistration": true, "relativePatternSupport": true },
                "diagnostics": { "refreshSupport": true }, "inlayHint": { "refreshSupport": true }
            },
            "textDocument": {
                "publishDiagnostics": { "relatedInformation": true, "versionSupport": false,
                    "tagSupport": { "valueSet": [1, 2] }, "codeDescriptionSupport": true, "dataSupport": true },
                "hover": { "contentFormat": ["markdown", "plaintext"] },
                "completion": { "completionItem": {
                    "snippetSupport": true, "insertReplaceSupport": true, "labelDetailsSupport": true,
                    "documentationFormat": ["markdown", "plaintext"], "tagSupport": { "valueSet": [1] } } },
                "codeAction": { "isPreferredSupport": true, "dataSupport": true,
                    "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["", "quickfix", "refactor", "source"] } } },
                "inlayHint": { "dynamicRegistration": true },
                "diagnostic": { "dynamicRegistration": true, "relatedDocumentSupport": false }
            }
        })
    }
    /// Bytes first, asks for diagnostics only when a text changes, edits without versions, no links.
    pub fn neovim() -> Value {
        json!({
            "general": { "positionEncodings": ["utf-8", "utf-16", "utf-32"] },
            "workspace": { "applyEdit": true, "configuration": true, "workspaceFolders": true,
                "workspaceEdit": { "resourceOperations": ["rename", "create", "delete"] },
                "didChangeConfiguration": { "dynamicRegistration": false },
                "inlayHint": { "refreshSupport": true } },
            "textDocument": {
                "publishDiagnostics": { "relatedInformation": true, "tagSupport": { "valueSet": [1, 2] }, "dataSupport": true },
                "hover": { "contentFormat": ["markdown", "plaintext"] },
                "completion": { "completionItem": { "snippetSupport": true, "labelDetailsSupport": true,
                    "documentationFormat": ["markdown", "plaintext"] } },
                "codeAction": { "isPreferredSupport": true,
                    "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["", "quickfix", "refactor.rewrite", "source"] } } },
                "diagnostic": { "dynamicRegistration": false }
            }
        })
    }
    /// Bytes first, takes what is published.
    pub fn helix() -> Value {
        json!({
            "general": { "positionEncodings": ["utf-8", "utf-32", "utf-16"] },
            "workspace": { "applyEdit": true, "configuration": true, "workspaceFolders": true,
                "workspaceEdit": { "documentChanges": true }, "inlayHint": { "refreshSupport": false } },
            "textDocument": {
                "publishDiagnostics": { "versionSupport": true, "tagSupport": { "valueSet": [1, 2] } },
                "hover": { "contentFormat": ["markdown"] },
                "completion": { "completionItem": { "snippetSupport": true, "insertReplaceSupport": true } },
                "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["", "quickfix"] } } }
            }
        })
    }
    /// Characters first, takes what is published, plain text, no snippets.
    pub fn eglot() -> Value {
        json!({
            "general": { "positionEncodings": ["utf-32", "utf-16"] },
            "workspace": { "applyEdit": true, "configuration": true, "workspaceEdit": { "documentChanges": true } },
            "textDocument": {
                "publishDiagnostics": { "relatedInformation": false, "codeDescriptionSupport": false },
                "hover": { "contentFormat": ["plaintext"] },
                "completion": { "completionItem": { "snippetSupport": false, "documentationFormat": ["plaintext"] } },
                "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } } }
            }
        })
    }
}

const GO: &str =
    "package a\n\nimport \"net/http\"\n\nfunc f(w http.ResponseWriter) {\n\tw.WriteHeader(404)\n}\n";
const GO_URI: &str = "file:///lsp/a.go";

fn greeted(announces: Value) -> Client {
    let mut client = Client::new();
    client.initialize(json!({ "capabilities": announces, "rootUri": null, "workspaceFolders": null }));
    client
}

fn at(uri: &str, line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } })
}

/// The place of a mark in a text, counted in UTF-16, and the text without it.
fn marked(text: &str) -> (String, u32, u32) {
    let (before, after) = text.split_once('|').expect("a mark");
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or("").encode_utf16().count();
    (format!("{before}{after}"), line as u32, column as u32)
}

/// What is offered at the mark.
fn offered(client: &mut Client, uri: &str, language: &str, text: &str) -> Vec<Value> {
    let (text, line, column) = marked(text);
    client.open(uri, language, &text);
    let list = client.ask("textDocument/completion", at(uri, line, column));
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    list["items"].as_array().expect("a list").clone()
}

fn labels(items: &[Value]) -> Vec<&str> {
    items.iter().filter_map(|item| item["label"].as_str()).collect()
}

#[test]
fn a_hover_explains_the_code_in_the_words_of_its_place() {
    let mut client = greeted(announces::vs_code());
    client.open(GO_URI, "go", GO);
    let hover = client.ask("textDocument/hover", at(GO_URI, 5, 16));
    assert_eq!(hover["contents"]["kind"], "markdown");
    let text = hover["contents"]["value"].as_str().expect("a text");
    assert!(text.starts_with("**404 Not Found**"), "{text}");
    assert!(text.contains("`http.StatusNotFound`"), "{text}");
    assert_eq!(hover["range"]["start"], json!({ "line": 5, "character": 15 }));
    assert_eq!(hover["range"]["end"], json!({ "line": 5, "character": 18 }));
    assert_eq!(client.ask("textDocument/hover", at(GO_URI, 0, 1)), Value::Null);
}

#[test]
fn a_client_without_markdown_hovers_in_plain_text() {
    let mut client = greeted(announces::eglot());
    client.open(GO_URI, "go", GO);
    let hover = client.ask("textDocument/hover", at(GO_URI, 5, 16));
    assert_eq!(hover["contents"]["kind"], "plaintext");
    let text = hover["contents"]["value"].as_str().expect("a text");
    assert!(text.starts_with("404 Not Found") && !text.contains("**") && !text.contains('`'), "{text}");
}

#[test]
fn a_hover_on_a_condition_says_what_it_lets_through() {
    let mut client = greeted(announces::vs_code());
    let uri = "file:///lsp/a.py";
    client.open(
        uri,
        "python",
        "import requests\nr = requests.get(u)\nif 200 <= r.status_code <= 300:\n    pass\n",
    );
    let hover = client.ask("textDocument/hover", at(uri, 2, 16));
    let text = hover["contents"]["value"].as_str().expect("a text");
    assert!(text.contains("200–300") && text.contains("300 Multiple Choices"), "{text}");
}

#[test]
fn a_number_in_a_status_position_is_completed_as_the_library_spells_it() {
    let mut client = greeted(announces::vs_code());
    let items = offered(&mut client, GO_URI, "go", &GO.replace("404", "40|"));
    assert!(labels(&items).contains(&"http.StatusNotFound"), "{:?}", labels(&items));
    let item = items.iter().find(|item| item["label"] == "http.StatusNotFound").expect("offered");
    assert_eq!(item["labelDetails"]["description"], "404 Not Found");
    assert_eq!(item["textEdit"]["newText"], "http.StatusNotFound");
    assert_eq!(item["textEdit"]["insert"]["start"]["character"], 15);
    assert!(items.iter().all(|item| item["filterText"].as_str().expect("a text").starts_with("40")));
}

#[test]
fn a_phrase_is_completed_too() {
    let mut client = greeted(announces::vs_code());
    let items = offered(&mut client, GO_URI, "go", &GO.replace("404", "teap|"));
    assert!(items.is_empty(), "{:?}", labels(&items));
    let items = offered(&mut client, GO_URI, "go", &GO.replace("404", "notf|"));
    assert_eq!(labels(&items)[0], "http.StatusNotFound");
}

#[test]
fn a_missing_import_comes_with_the_name() {
    let mut client = greeted(announces::vs_code());
    let text = "from fastapi import FastAPI, HTTPException\n\napp = FastAPI()\n\n\ndef f():\n    raise HTTPException(status_code=40|)\n";
    let items = offered(&mut client, "file:///lsp/a.py", "python", text);
    let named = items.iter().find(|item| item["data"]["code"] == 404).expect("404 is offered");
    assert!(named["label"].as_str().expect("a text").contains("NOT_FOUND"), "{named}");
    let import = &named["additionalTextEdits"][0];
    assert!(import["newText"].as_str().is_some_and(|text| text.contains("import")), "{named}");
}

#[test]
fn where_only_numbers_fit_numbers_are_offered_with_their_phrase() {
    let mut client = greeted(announces::vs_code());
    let text = "const express = require('express');\nconst app = express();\napp.get('/', (req, res) => {\n  res.status(4|);\n});\n";
    let items = offered(&mut client, "file:///lsp/a.js", "javascript", text);
    let item = items.iter().find(|item| item["label"] == "404").expect("404 is offered");
    assert_eq!(item["labelDetails"]["detail"], " Not Found");
    assert!(items.iter().all(|item| item["label"].as_str().expect("a text").starts_with('4')));
}

#[test]
fn a_holder_of_constants_offers_its_names_below_those_of_the_language() {
    let mut client = greeted(announces::vs_code());
    let items = offered(&mut client, GO_URI, "go", &GO.replace("404", "http.StatusNot|"));
    assert!(labels(&items).contains(&"StatusNotFound"), "{:?}", labels(&items));
    assert!(items.iter().all(|item| item["sortText"].as_str().expect("a text").starts_with('~')));
}

#[test]
fn elsewhere_nothing_is_offered() {
    let mut client = greeted(announces::vs_code());
    for text in [
        "package a\n\nvar port = 40|\n",
        "package a\n\nimport \"net/http\"\n\nfunc f() { g(40|) }\n",
        "package a\n\nimport \"net/http\"\n\nfunc f() { http.Ser| }\n",
        "package a\n\nimport \"net/http\"\n\n// 40|\n",
        "pack|\n",
    ] {
        assert_eq!(labels(&offered(&mut client, GO_URI, "go", text)), [""; 0], "{text}");
    }
}

#[test]
fn the_item_that_is_looked_at_gets_its_page() {
    let mut client = greeted(announces::vs_code());
    client.open(GO_URI, "go", GO);
    let list = client.ask("textDocument/completion", at(GO_URI, 5, 18));
    let item = list["items"][0].clone();
    assert_eq!(item["documentation"], Value::Null);
    let resolved = client.ask("completionItem/resolve", item);
    let page = resolved["documentation"]["value"].as_str().expect("a page");
    assert!(page.starts_with("**404 Not Found**"), "{page}");
}

#[test]
fn a_client_that_cannot_tell_replacing_from_inserting_gets_one_range() {
    let mut client = greeted(announces::eglot());
    client.open(GO_URI, "go", GO);
    let list = client.ask("textDocument/completion", at(GO_URI, 5, 16));
    let edit = &list["items"][0]["textEdit"];
    assert_eq!(edit["range"]["end"]["character"], 18, "{list}");
    assert_eq!(list["items"][0]["labelDetails"], Value::Null);
}

/// A file with one finding that has a safe fix, and one that has only unsafe ones.
const FAULTY: &str = "import requests\nfrom http import HTTPStatus\n\nr = requests.get(u)\nif r.status_code == 200 or 201:\n    x = HTTPStatus.REQUEST_ENTITY_TOO_LARGE\n";

#[test]
fn findings_are_published_with_rule_link_and_version() {
    let mut client = greeted(announces::helix());
    let uri = "file:///lsp/faulty.py";
    client.open(uri, "python", FAULTY);
    let published = client.published(uri);
    assert_eq!(published["version"], 1);
    let found = published["diagnostics"].as_array().expect("a list");
    let finding = found.iter().find(|one| one["code"] == "bare-status-operand").expect("found");
    assert_eq!(finding["source"], "lsp-lint");
    assert_eq!(finding["data"]["rule"], "bare-status-operand");
    assert_eq!(finding["codeDescription"], Value::Null, "helix does not say that it draws links");
    assert_eq!(finding["range"]["start"]["line"], 4);
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(client.published(uri)["diagnostics"], json!([]));
}

#[test]
fn findings_are_pulled_by_name_and_never_pushed_to_a_client_that_pulls() {
    let mut client = greeted(announces::vs_code());
    let uri = "file:///lsp/faulty.py";
    client.open(uri, "python", FAULTY);
    let pull = |previous: Value| json!({ "textDocument": { "uri": uri }, "previousResultId": previous });
    let report = client.ask("textDocument/diagnostic", pull(Value::Null));
    assert_eq!(report["kind"], "full");
    let finding =
        report["items"].as_array().expect("a list").iter().find(|one| one["code"] == "bare-status-operand");
    let link = finding.expect("found")["codeDescription"]["href"].as_str().expect("a link");
    assert!(link.starts_with("https://"), "{link}");
    let again = client.ask("textDocument/diagnostic", pull(report["resultId"].clone()));
    assert_eq!(again["kind"], "unchanged");
    client.edit(uri, 2, [4, 0, 6, 0], "");
    let after = client.ask("textDocument/diagnostic", pull(report["resultId"].clone()));
    assert_eq!((&after["kind"], &after["items"]), (&json!("full"), &json!([])));
    assert!(client.log.iter().all(|message| message["method"] != "textDocument/publishDiagnostics"));
}

/// Where a code is typed, key by key.
const UNTYPED: &str =
    "package a\n\nimport \"net/http\"\n\nfunc f(w http.ResponseWriter) {\n\tw.WriteHeader()\n}\n";

/// The rules that found something in the document as it is now: asked for, or published next.
fn rules(client: &mut Client, uri: &str, pulls: bool) -> Vec<String> {
    let found = if pulls {
        client.ask("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }))["items"].clone()
    } else {
        client.published(uri)["diagnostics"].clone()
    };
    let all = found.as_array().expect("a list");
    all.iter().map(|one| one["code"].as_str().expect("a rule").to_string()).collect()
}

/// Opens a document in which a code is missing, and sees that nothing is found.
fn untyped(announces: Value, uri: &str, pulls: bool) -> Client {
    let mut client = greeted(announces);
    client.open(uri, "go", UNTYPED);
    assert_eq!(rules(&mut client, uri, pulls), [""; 0]);
    client
}

#[test]
fn a_code_is_not_judged_before_it_is_typed() {
    for (pulls, announces) in [(true, announces::vs_code()), (false, announces::helix())] {
        let uri = "file:///lsp/typed.go";
        let mut client = untyped(announces, uri, pulls);
        let keys = [(15, "4"), (16, "0"), (17, "4")];
        for (version, (column, key)) in (2..).zip(keys) {
            client.edit(uri, version, [5, column, 5, column], key);
            assert_eq!(rules(&mut client, uri, pulls), [""; 0], "after {key} at {column}");
        }
        // Back to 40, and on with something else: then it is meant.
        client.edit(uri, 5, [5, 17, 5, 18], "");
        assert_eq!(rules(&mut client, uri, pulls), [""; 0]);
        client.edit(uri, 6, [5, 18, 5, 18], " ");
        assert_eq!(rules(&mut client, uri, pulls), ["status-out-of-range"]);
    }
}

#[test]
fn a_code_that_was_left_half_typed_is_judged_when_the_file_is_saved() {
    for (pulls, announces) in [(true, announces::vs_code()), (false, announces::helix())] {
        let uri = "file:///lsp/typed.go";
        let mut client = untyped(announces, uri, pulls);
        client.edit(uri, 2, [5, 15, 5, 15], "4");
        assert_eq!(rules(&mut client, uri, pulls), [""; 0]);
        client.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri } }));
        if pulls {
            client.wait(|message| message["method"] == "workspace/diagnostic/refresh");
        }
        assert_eq!(rules(&mut client, uri, pulls), ["status-out-of-range"]);
    }
}

#[test]
fn a_short_number_that_comes_in_one_piece_is_judged_at_once() {
    let mut client = greeted(announces::helix());
    let uri = "file:///lsp/typed.go";
    client.open(uri, "go", UNTYPED);
    assert_eq!(rules(&mut client, uri, false), [""; 0]);
    client.edit(uri, 2, [5, 15, 5, 15], "40");
    assert_eq!(rules(&mut client, uri, false), ["status-out-of-range"]);
}

/// The actions in a range of one line.
fn actions(client: &mut Client, uri: &str, line: u32, characters: [u32; 2], only: Value) -> Vec<Value> {
    let mut context = json!({ "diagnostics": [] });
    if !only.is_null() {
        context["only"] = only;
    }
    let params = json!({
        "textDocument": { "uri": uri },
        "range": { "start": { "line": line, "character": characters[0] }, "end": { "line": line, "character": characters[1] } },
        "context": context
    });
    client.ask("textDocument/codeAction", params).as_array().expect("a list").clone()
}

#[test]
fn fixes_come_first_then_the_other_spelling_then_the_suppression() {
    let mut client = greeted(announces::vs_code());
    let uri = "file:///lsp/faulty.py";
    client.open(uri, "python", FAULTY);
    let all = actions(&mut client, uri, 4, [27, 27], Value::Null);
    let first = &all[0];
    assert_eq!((&first["kind"], &first["isPreferred"]), (&json!("quickfix"), &json!(true)), "{all:#?}");
    assert_eq!(first["diagnostics"][0]["code"], "bare-status-operand");
    let change = &first["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": uri, "version": 1 }));
    let suppress =
        all.iter().find(|one| one["title"].as_str().is_some_and(|title| title.starts_with("Suppress")));
    assert_eq!(suppress.expect("offered")["kind"], "quickfix");
}

#[test]
fn a_number_can_always_be_written_as_a_constant_and_back() {
    let mut client = greeted(announces::neovim());
    client.open(GO_URI, "go", GO);
    let all = actions(&mut client, GO_URI, 5, [15, 18], json!(["refactor"]));
    assert_eq!(all.len(), 1, "{all:#?}");
    assert_eq!(all[0]["kind"], "refactor.rewrite");
    assert_eq!(all[0]["edit"]["changes"][GO_URI][0]["newText"], "http.StatusNotFound");
    assert_eq!(all[0]["edit"]["documentChanges"], Value::Null, "neovim does not take them");
    client.edit(GO_URI, 2, [5, 15, 5, 18], "http.StatusNotFound");
    let back = actions(&mut client, GO_URI, 5, [20, 20], json!(["refactor.rewrite"]));
    assert_eq!(back[0]["edit"]["changes"][GO_URI][0]["newText"], "404", "{back:#?}");
}

#[test]
fn a_hover_names_a_constant_once_that_two_libraries_share() {
    let mut client = greeted(announces::vs_code());
    let uri = "file:///lsp/shared.py";
    let text = "from fastapi import HTTPException, status\nfrom fastapi.responses import Response\n\n\ndef f():\n    raise HTTPException(410)\n";
    client.open(uri, "python", text);
    let place = json!({ "textDocument": { "uri": uri }, "position": { "line": 5, "character": 25 } });
    let hover = client.ask("textDocument/hover", place);
    let said = hover["contents"]["value"].as_str().expect("a text");
    assert_eq!(said.matches("status.HTTP_410_GONE").count(), 1, "{said}");
}

#[test]
fn a_number_is_offered_each_name_in_one_spelling() {
    let mut client = greeted(announces::vs_code());
    let uri = "file:///lsp/names.py";
    client.open(uri, "python", "import requests\n\nr = requests.get(u)\nok = r.status_code == 404\n");
    let titles = |client: &mut Client| -> Vec<String> {
        let all = actions(client, uri, 3, [22, 22], json!(["refactor.rewrite"]));
        all.iter().map(|one| one["title"].as_str().expect("a title").to_string()).collect()
    };
    let [small, standard] =
        ["Replace 404 with requests.codes.not_found", "Replace 404 with HTTPStatus.NOT_FOUND"];
    assert_eq!(titles(&mut client), [small, standard]);
    client.edit(uri, 2, [4, 0, 4, 0], "gone = r.status_code == requests.codes.GONE\n");
    let capitals = "Replace 404 with requests.codes.NOT_FOUND";
    assert_eq!(titles(&mut client), [capitals, standard]);
}

#[test]
fn all_safe_fixes_are_one_action_and_one_command() {
    let mut client = Client::new();
    client.settings = json!({ "rules": { "status-form": "warning" } });
    let options = json!({ "lsp-lint": client.settings });
    client.initialize(json!({ "capabilities": announces::vs_code(), "initializationOptions": options }));
    let uri = GO_URI;
    client.open(uri, "go", GO);
    let report = client.ask("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(report["items"][0]["code"], "status-form", "{report}");
    assert_eq!(report["items"][0]["severity"], 2, "{report}");
    for only in ["source", "source.fixAll", "source.fixAll.lsp-lint"] {
        let all = actions(&mut client, uri, 0, [0, 0], json!([only]));
        assert_eq!(all.len(), 1, "{only}: {all:#?}");
        assert_eq!(all[0]["kind"], "source.fixAll.lsp-lint");
    }
    assert!(actions(&mut client, uri, 0, [0, 0], json!(["source.organizeImports"])).is_empty());
    client.ask("workspace/executeCommand", json!({ "command": "lsp-lint.fixAll", "arguments": [uri] }));
    let applied = client.eventually(|message| message["method"] == "workspace/applyEdit");
    let edit = &applied["params"]["edit"];
    assert_eq!(edit["documentChanges"][0]["textDocument"]["uri"], uri);
}

#[test]
fn a_bare_number_shows_its_phrase_until_hints_are_switched_off() {
    let mut client = greeted(announces::vs_code());
    client.open(GO_URI, "go", GO);
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let ask = json!({ "textDocument": { "uri": GO_URI }, "range": range });
    let hints = client.ask("textDocument/inlayHint", ask.clone());
    assert_eq!(hints[0]["label"], "Not Found", "{hints}");
    assert_eq!(hints[0]["paddingLeft"], true);
    assert_eq!(hints[0]["position"], json!({ "line": 5, "character": 18 }));
    client.settings = json!({ "inlayHints": { "enable": false } });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    // The first refresh may still be that of the start.
    let off = (0..20).any(|_| {
        client.wait(|message| message["method"] == "workspace/inlayHint/refresh");
        client.ask("textDocument/inlayHint", ask.clone()) == json!([])
    });
    assert!(off, "hints stay on");
}

#[test]
fn commands_explain_and_list() {
    let mut client = greeted(announces::vs_code());
    client.open(GO_URI, "go", GO);
    let run = |command: &str, argument: Value| json!({ "command": command, "arguments": [argument] });
    let page = client.ask("workspace/executeCommand", run("lsp-lint.explain", json!(404)));
    assert!(page.as_str().is_some_and(|page| page.contains("Not Found")), "{page}");
    let page = client.ask("workspace/executeCommand", run("lsp-lint.explain", json!("status-sent-twice")));
    assert!(page.as_str().is_some_and(|page| page.starts_with("# status-sent-twice")), "{page}");
    let list = client.ask("workspace/executeCommand", run("lsp-lint.inventory", json!(GO_URI)));
    assert_eq!(list[0]["codes"], json!([404]));
    assert_eq!(
        client.refused("workspace/executeCommand", run("lsp-lint.explain", json!("no such thing"))),
        -32602
    );
    assert_eq!(client.refused("workspace/executeCommand", run("other.command", Value::Null)), -32602);
}

#[test]
fn every_encoding_finds_the_same_place_behind_emoji_and_combining_marks() {
    let line = "x = \"\u{1F600}e\u{301}\"; r = requests.get(u); assert r.status_code == 404";
    let text = format!("import requests\r\n{line}\r\n");
    let before = &line[..line.find("404").expect("there")];
    let counted = [
        (json!(["utf-8"]), before.len()),
        (json!(["utf-16"]), before.encode_utf16().count()),
        (json!(["utf-32"]), before.chars().count()),
    ];
    for (kinds, column) in counted {
        let mut client = Client::new();
        let can = client.initialize(json!({ "capabilities": { "general": { "positionEncodings": kinds } } }));
        assert_eq!(can["positionEncoding"], kinds[0]);
        let uri = "file:///lsp/a.py";
        client.open(uri, "python", &text);
        let hover = client.ask("textDocument/hover", at(uri, 1, column as u32 + 1));
        assert_eq!(hover["range"]["start"], json!({ "line": 1, "character": column }), "{kinds}");
        // Typed over, letter by letter, and asked again.
        client.edit(uri, 2, [1, column as u32, 1, column as u32 + 3], "5");
        client.edit(uri, 3, [1, column as u32 + 1, 1, column as u32 + 1], "00");
        let hover = client.ask("textDocument/hover", at(uri, 1, column as u32));
        assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.starts_with("**500")), "{hover}");
    }
}

#[test]
fn positions_past_the_end_are_answered() {
    let mut client = greeted(announces::vs_code());
    client.open(GO_URI, "go", GO);
    for place in [at(GO_URI, 5, 9999), at(GO_URI, 9999, 0), at(GO_URI, u32::MAX >> 1, 7)] {
        assert_eq!(client.ask("textDocument/hover", place.clone()), Value::Null);
        assert_eq!(client.ask("textDocument/completion", place)["items"], json!([]));
    }
}

#[test]
fn a_document_that_is_not_open_is_refused() {
    let mut client = greeted(announces::vs_code());
    assert_eq!(client.refused("textDocument/hover", at("file:///nowhere.go", 0, 0)), -32602);
    client.edit("file:///nowhere.go", 2, [0, 0, 0, 0], "x");
    client.open(GO_URI, "go", GO);
    assert!(client.ask("textDocument/hover", at(GO_URI, 5, 16)).is_object());
}

#[test]
fn the_language_that_the_editor_names_beats_the_suffix() {
    let mut client = greeted(announces::helix());
    let text = "import requests\nrequests.get(u).status_code == 404\n";
    client.open("file:///lsp/a.txt", "python", text);
    assert!(client.ask("textDocument/hover", at("file:///lsp/a.txt", 1, 33)).is_object());
    client.open("file:///lsp/b.py", "go", text);
    assert_eq!(client.ask("textDocument/hover", at("file:///lsp/b.py", 1, 33)), Value::Null);
    client.open("file:///lsp/c.py", "nobody-knows", text);
    assert!(client.ask("textDocument/hover", at("file:///lsp/c.py", 1, 33)).is_object());
    client.open("file:///lsp/d.unknown", "nobody-knows", text);
    assert_eq!(client.ask("textDocument/hover", at("file:///lsp/d.unknown", 1, 33)), Value::Null);
}

#[test]
fn untitled_documents_are_served_and_those_that_nobody_can_edit_stay_quiet() {
    let mut client = greeted(announces::helix());
    client.open("untitled:Untitled-1", "python", FAULTY);
    assert!(!client.published("untitled:Untitled-1")["diagnostics"].as_array().expect("a list").is_empty());
    for uri in ["git:/lsp/faulty.py?HEAD", "file:///lsp/node_modules/x/faulty.py"] {
        client.open(uri, "python", FAULTY);
        assert_eq!(client.published(uri)["diagnostics"], json!([]), "{uri}");
        assert!(client.ask("textDocument/hover", at(uri, 4, 21)).is_object(), "{uri}: still explained");
    }
}
