//! Configuration: from the editor, from `lsp-lint.toml`, at start and later; folders and files without one.

use super::client::{Client, PATIENCE};
use super::features::announces;
use serde_json::{Value, json};
use std::path::Path;

const TEXT: &str =
    "package a\n\nimport \"net/http\"\n\nfunc f(w http.ResponseWriter) {\n\tw.WriteHeader(404)\n}\n";

/// A folder with these files, outside every repository.
pub fn laid_out(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    for (path, content) in files {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, content).expect("written");
    }
    root
}

/// The address of a path.
pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// A client that takes what is published, with these folders open.
fn greeted(folders: &[&Path], options: Value) -> Client {
    let mut client = Client::new();
    let folders: Vec<Value> =
        folders.iter().map(|folder| json!({ "uri": uri(folder), "name": "x" })).collect();
    let folders = if folders.is_empty() { Value::Null } else { json!(folders) };
    client.initialize(json!({
        "capabilities": { "textDocument": { "publishDiagnostics": { "versionSupport": true } } },
        "rootUri": null, "workspaceFolders": folders, "initializationOptions": options
    }));
    client
}

/// The severities of the findings in the next set that is published.
fn severities(client: &mut Client, uri: &str) -> Vec<Value> {
    let published = client.published(uri);
    published["diagnostics"].as_array().expect("a list").iter().map(|one| one["severity"].clone()).collect()
}

fn file_changed(client: &mut Client, path: &Path) {
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri(path), "type": 2 }] }));
}

#[test]
fn the_configuration_file_of_the_folder_counts_and_is_read_again_when_it_changes() {
    let root = laid_out(&[("lsp-lint.toml", "[rules]\nstatus-form = 'warning'\n")]);
    let mut client = greeted(&[root.path()], Value::Null);
    let file = uri(&root.path().join("deep/er/a.go"));
    client.open(&file, "go", TEXT);
    assert_eq!(severities(&mut client, &file), [2]);
    let configuration = root.path().join("lsp-lint.toml");
    std::fs::write(&configuration, "[rules]\nstatus-form = 'error'\n").expect("written");
    file_changed(&mut client, &configuration);
    assert_eq!(severities(&mut client, &file), [1]);
    std::fs::remove_file(&configuration).expect("there");
    file_changed(&mut client, &configuration);
    assert_eq!(severities(&mut client, &file), [0; 0]);
}

/// A document has no finding, `lsp-lint.toml` is written and the client says that it saved it: then it has one.
fn counts_when_it_is_saved(client: &mut Client, root: &Path) {
    let file = uri(&root.join("a.go"));
    client.open(&file, "go", TEXT);
    assert_eq!(severities(client, &file), [0; 0]);
    let configuration = root.join("lsp-lint.toml");
    std::fs::write(&configuration, "[rules]\nstatus-form = 'error'\n").expect("written");
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri(&configuration) } }));
    assert_eq!(severities(client, &file), [1]);
}

#[test]
fn a_client_that_watches_nothing_is_served_when_it_saves_the_file() {
    let root = laid_out(&[("lsp-lint.toml", "")]);
    let mut client = greeted(&[root.path()], Value::Null);
    counts_when_it_is_saved(&mut client, root.path());
}

#[test]
fn a_fault_in_the_file_is_shown_there_and_goes_when_it_is_mended() {
    let root = laid_out(&[("lsp-lint.toml", "\nprofil = 'strict'\n")]);
    let mut client = greeted(&[root.path()], Value::Null);
    let file = uri(&root.path().join("a.go"));
    client.open(&file, "go", TEXT);
    let configuration = root.path().join("lsp-lint.toml");
    let published = client.published(&uri(&configuration));
    let fault = &published["diagnostics"][0];
    assert!(fault["message"].as_str().is_some_and(|message| message.contains("profil")), "{fault}");
    assert_eq!((&fault["severity"], &fault["range"]["start"]["line"]), (&json!(1), &json!(1)));
    client.eventually(|message| message["method"] == "window/showMessage");
    std::fs::write(&configuration, "profile = 'strict'\n").expect("written");
    file_changed(&mut client, &configuration);
    assert_eq!(client.published(&uri(&configuration))["diagnostics"], json!([]));
}

#[test]
fn the_editors_settings_hold_where_the_file_is_silent() {
    let options = json!({ "rules": { "status-form": "error" } });
    for (content, expected) in [("", vec![1]), ("[rules]\nstatus-form = 'warning'\n", vec![2])] {
        let root = laid_out(&[("lsp-lint.toml", content)]);
        let mut client = greeted(&[root.path()], options.clone());
        let file = uri(&root.path().join("a.go"));
        client.open(&file, "go", TEXT);
        assert_eq!(severities(&mut client, &file), expected, "{content:?}");
    }
}

#[test]
fn a_fault_in_the_editors_settings_is_said() {
    let mut client = greeted(&[], json!({ "rules": { "no-such-rule": "error" } }));
    client.open("untitled:a", "go", TEXT);
    let said = client.eventually(|message| message["method"] == "window/showMessage");
    assert!(said["params"]["message"].as_str().is_some_and(|text| text.contains("no-such-rule")), "{said}");
    assert_eq!(severities(&mut client, "untitled:a"), [0; 0]);
}

#[test]
fn settings_that_a_client_pushes_are_taken() {
    let mut client = greeted(&[], Value::Null);
    client.open("untitled:a", "go", TEXT);
    assert_eq!(severities(&mut client, "untitled:a"), [0; 0]);
    let settings = json!({ "lsp-lint": { "rules": { "status-form": "error" } } });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
    assert_eq!(severities(&mut client, "untitled:a"), [1]);
}

#[test]
fn settings_are_asked_for_where_the_client_answers_and_watchers_are_registered() {
    let mut client = Client::new();
    client.settings = json!({ "rules": { "status-form": "error" } });
    client.initialize(json!({ "capabilities": announces::vs_code() }));
    let registered = client.eventually(|message| message["method"] == "client/registerCapability");
    let registered = registered["params"]["registrations"].to_string();
    assert!(
        registered.contains("didChangeWatchedFiles") && registered.contains("lsp-lint.toml"),
        "{registered}"
    );
    client.open("untitled:a", "go", TEXT);
    let pull = json!({ "textDocument": { "uri": "untitled:a" } });
    // The settings may arrive after the first answer; the client is told to ask again then.
    let mut report = client.ask("textDocument/diagnostic", pull.clone());
    while report["items"][0]["severity"] != 1 {
        client.wait(|message| message["method"] == "workspace/diagnostic/refresh");
        report = client.ask("textDocument/diagnostic", pull.clone());
    }
}

#[test]
fn no_star_stands_within_the_braces_of_a_pattern() {
    // Eglot refuses the whole registration otherwise, and the configuration would never be read again.
    let mut client = Client::new();
    client.initialize(json!({ "capabilities": announces::vs_code() }));
    let registered = client.eventually(|message| message["method"] == "client/registerCapability");
    let all = registered["params"]["registrations"].as_array().expect("a list").clone();
    let files = all.iter().find(|one| one["method"] == "workspace/didChangeWatchedFiles").expect("watched");
    let watchers = files["registerOptions"]["watchers"].as_array().expect("a list");
    let patterns: Vec<&str> = watchers.iter().filter_map(|one| one["globPattern"].as_str()).collect();
    assert_eq!(patterns.len(), watchers.len());
    for pattern in &patterns {
        let within = pattern.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        assert!(within.into_iter().all(|within| !within.contains('*')), "{pattern}");
    }
    for name in ["lsp-lint.toml", "package.json", "requirements*.txt"] {
        assert!(patterns.iter().any(|pattern| pattern.contains(name)), "{name}: {patterns:?}");
    }
}

#[test]
fn a_client_that_refuses_to_watch_is_served_when_it_saves_the_file() {
    let root = laid_out(&[("lsp-lint.toml", "")]);
    let mut client = Client::new();
    client.mute = true;
    let mut announces = announces::helix();
    announces["workspace"]["configuration"] = json!(false);
    announces["workspace"]["didChangeWatchedFiles"] = json!({ "dynamicRegistration": true });
    let folders = json!([{ "uri": uri(root.path()), "name": "x" }]);
    client.initialize(json!({ "capabilities": announces, "workspaceFolders": folders }));
    let asked = client.eventually(|message| message["method"] == "client/registerCapability");
    let refusal = json!({ "code": -32603, "message": "Internal error" });
    client.send(&json!({ "jsonrpc": "2.0", "id": asked["id"], "error": refusal }));
    counts_when_it_is_saved(&mut client, root.path());
}

#[test]
fn the_first_reading_under_untouched_settings_makes_no_client_ask_anew() {
    let mut client = Client::new();
    client.settings = json!({ "profile": "recommended", "vendor": ["auto"], "rules": {}, "nested": false });
    client.initialize(json!({ "capabilities": announces::vs_code() }));
    client.open("untitled:a", "go", TEXT);
    client.eventually(|message| message["method"] == "workspace/configuration");
    // Neither do they make the client ask anew, nor does the first reading of a document.
    for _ in 0..2 {
        client.ask("textDocument/diagnostic", json!({ "textDocument": { "uri": "untitled:a" } }));
    }
    client.ask("shutdown", Value::Null);
    assert!(client.log.iter().all(|message| message["method"] != "workspace/diagnostic/refresh"));
}

/// How often the client was told to ask anew for diagnostics, and for hints.
fn told(client: &Client) -> [usize; 2] {
    ["workspace/diagnostic/refresh", "workspace/inlayHint/refresh"]
        .map(|kind| client.log.iter().filter(|message| message["method"] == kind).count())
}

/// The client is told to ask anew for the `time`th time, and gets findings of these severities then.
fn asks_anew(client: &mut Client, time: usize, file: &str, expected: &Value) {
    while told(client).iter().any(|count| *count < time) {
        client.next(PATIENCE).expect("the client is told");
    }
    let report = client.ask("textDocument/diagnostic", json!({ "textDocument": { "uri": file } }));
    let severities: Vec<&Value> =
        report["items"].as_array().expect("a list").iter().map(|one| &one["severity"]).collect();
    assert_eq!(json!(severities), *expected);
}

#[test]
fn a_client_is_made_to_ask_anew_once_for_each_change() {
    let (one, two) = (laid_out(&[("package.json", "{}")]), laid_out(&[("x", "")]));
    let mut client = Client::new();
    client.settings = json!({ "inlayHints": { "enable": true } });
    let folders: Vec<Value> =
        [&one, &two].iter().map(|root| json!({ "uri": uri(root.path()), "name": "x" })).collect();
    client.initialize(json!({ "capabilities": announces::vs_code(), "workspaceFolders": folders }));
    let file = uri(&one.path().join("a.go"));
    for root in [&one, &two] {
        let file = uri(&root.path().join("a.go"));
        client.open(&file, "go", TEXT);
        client.ask("textDocument/diagnostic", json!({ "textDocument": { "uri": file } }));
    }
    // Several files of a project at once.
    std::fs::write(one.path().join("lsp-lint.toml"), "[rules]\nstatus-form = 'error'\n").expect("written");
    let changes: Vec<Value> = ["package.json", "lsp-lint.toml", "package-lock.json"]
        .iter()
        .map(|name| json!({ "uri": uri(&one.path().join(name)), "type": 2 }))
        .collect();
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    asks_anew(&mut client, 1, &file, &json!([1]));
    // Settings of every project, and the hints with them.
    client.settings = json!({ "inlayHints": { "enable": false }, "rules": { "status-form": "warning" } });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    let other = uri(&two.path().join("a.go"));
    asks_anew(&mut client, 2, &other, &json!([2]));
    // A file once more.
    let changed = json!({ "changes": [{ "uri": uri(&one.path().join("lsp-lint.toml")), "type": 2 }] });
    std::fs::write(one.path().join("lsp-lint.toml"), "[rules]\nstatus-form = 'hint'\n").expect("written");
    client.notify("workspace/didChangeWatchedFiles", changed);
    asks_anew(&mut client, 3, &file, &json!([4]));
    client.ask("shutdown", Value::Null);
    assert_eq!(told(&client), [3, 3]);
}

#[test]
fn a_client_that_asks_only_after_edits_is_told_of_every_other_change() {
    let root = laid_out(&[("lsp-lint.toml", "[rules]\nstatus-form = 'warning'\n")]);
    let mut client = Client::new();
    let folders = json!([{ "uri": uri(root.path()), "name": "x" }]);
    let neovim = json!({ "name": "Neovim", "version": "0.11.4" });
    let announced = client.initialize(
        json!({ "clientInfo": neovim, "capabilities": announces::neovim(), "workspaceFolders": folders }),
    );
    assert!(announced["diagnosticProvider"].is_null(), "it would show what it asks for and what it is told");
    let file = uri(&root.path().join("a.go"));
    client.open(&file, "go", TEXT);
    assert_eq!(severities(&mut client, &file), [2]);
    let configuration = root.path().join("lsp-lint.toml");
    std::fs::write(&configuration, "").expect("written");
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri(&configuration) } }));
    assert_eq!(severities(&mut client, &file), [0; 0]);
    client.settings = json!({ "rules": { "status-form": "error" } });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    assert_eq!(severities(&mut client, &file), [1]);
}

#[test]
fn every_folder_has_its_own_configuration() {
    let (one, two) = (
        laid_out(&[("lsp-lint.toml", "[rules]\nstatus-form = 'error'\n")]),
        laid_out(&[("lsp-lint.toml", "[rules]\nstatus-form = 'warning'\n")]),
    );
    let mut client = greeted(&[one.path()], Value::Null);
    client.notify(
        "workspace/didChangeWorkspaceFolders",
        json!({ "event": { "added": [{ "uri": uri(two.path()), "name": "two" }], "removed": [] } }),
    );
    for (root, expected) in [(&one, 1), (&two, 2)] {
        let file = uri(&root.path().join("a.go"));
        client.open(&file, "go", TEXT);
        assert_eq!(severities(&mut client, &file), [expected]);
    }
}

#[test]
fn a_lone_file_finds_the_configuration_of_its_repository() {
    let root =
        laid_out(&[(".git/HEAD", ""), ("lsp-lint.toml", "[rules]\nstatus-form = 'error'\n"), ("deep/x", "")]);
    let mut client = greeted(&[], Value::Null);
    let file = uri(&root.path().join("deep/a.go"));
    client.open(&file, "go", TEXT);
    assert_eq!(severities(&mut client, &file), [1]);
}

#[test]
fn the_working_directory_of_a_client_without_folders_is_no_folder() {
    let root = laid_out(&[("shop/lsp-lint.toml", "[rules]\nstatus-form = 'error'\n")]);
    let mut client = Client::new();
    let path = root.path().display().to_string();
    let lone = json!({ "capabilities": announces::helix(), "rootUri": null, "rootPath": path, "workspaceFolders": [] });
    client.initialize(lone);
    let file = uri(&root.path().join("shop/a.go"));
    client.open(&file, "go", TEXT);
    assert_eq!(severities(&mut client, &file), [1]);
    // A client that knows no folders at all has nothing but the path to say it with.
    let mut client = Client::new();
    client.initialize(json!({ "capabilities": {}, "rootPath": path }));
    client.open(&file, "go", TEXT);
    assert_eq!(severities(&mut client, &file), [0; 0]);
}

#[test]
fn generated_files_are_understood_and_not_judged() {
    let root = laid_out(&[(".gitattributes", "*.pb.go linguist-generated\n")]);
    let mut client = greeted(&[root.path()], json!({ "rules": { "status-form": "error" } }));
    for (name, expected) in [("a.pb.go", vec![]), ("a.go", vec![1])] {
        let file = uri(&root.path().join(name));
        client.open(&file, "go", TEXT);
        assert_eq!(severities(&mut client, &file), expected, "{name}");
    }
}
