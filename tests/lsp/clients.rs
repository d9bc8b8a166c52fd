//! What editors send, replayed against the real server. `clients/<name>.json` holds the `initialize` request of each and
//! the messages that followed it while a person fixed one file, as they were recorded (or written, where a file says so).
//! What is answered must be what this client can take, and stand where it counts.

use super::client::Client;
use super::settings::{laid_out, uri};
use serde_json::{Value, json};
use std::path::Path;

/// The file that is fixed: an emoji stands before the codes, so that every encoding counts the columns otherwise.
const TEXT: &str = "import requests\n\nr = requests.get(\"u\")\nif \"\u{1F389}\" in r.text or r.status_code == 200 or 201:\n    pass\n";
const FIXED: &str = "import requests\n\nr = requests.get(\"u\")\nif \"\u{1F389}\" in r.text or r.status_code in (200, 201):\n    pass\n";

/// How a client counts columns, and how it comes by diagnostics: it asks only where it can be told to ask anew.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Manner {
    name: &'static str,
    encoding: &'static str,
    pulls: bool,
}

/// Every client with what is agreed with it: bytes where it can count them.
const CLIENTS: &[Manner] = &[
    Manner { name: "ale", encoding: "utf-16", pulls: false },
    Manner { name: "emacs", encoding: "utf-8", pulls: false },
    Manner { name: "helix", encoding: "utf-8", pulls: false },
    Manner { name: "kak-lsp", encoding: "utf-8", pulls: false },
    Manner { name: "neovim", encoding: "utf-8", pulls: false },
    Manner { name: "vscode-1.100.3", encoding: "utf-16", pulls: true },
    Manner { name: "vscode-1.139.1", encoding: "utf-16", pulls: true },
];

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lsp/clients")
}

/// The record of a client, its places set to this folder.
fn record(name: &str, root: &Path) -> Value {
    let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).expect("a record");
    let text = text
        .replace("\"${pid}\"", &std::process::id().to_string())
        .replace("${uri}", &uri(root))
        .replace("${folder}", &root.display().to_string());
    serde_json::from_str(&text).expect("JSON")
}

/// The column of a byte of a line.
fn column(line: &str, byte: usize, encoding: &str) -> usize {
    let before = &line[..byte];
    match encoding {
        "utf-8" => before.len(),
        "utf-16" => before.encode_utf16().count(),
        "utf-32" => before.chars().count(),
        other => panic!("{other} is no encoding"),
    }
}

/// The range of a text within the fourth line of the file.
fn range(within: &str, encoding: &str) -> Value {
    let line = TEXT.lines().nth(3).expect("four lines");
    let start = line.rfind(within).expect("there");
    let place = |byte| json!({ "line": 3, "character": column(line, byte, encoding) });
    json!({ "start": place(start), "end": place(start + within.len()) })
}

/// The text with edits made as a client that counts so makes them.
fn edited(edits: &Value, encoding: &str) -> String {
    let offset = |position: &Value| {
        let (row, wanted) =
            (position["line"].as_u64().expect("a line"), position["character"].as_u64().expect("a column"));
        let lines: Vec<&str> = TEXT.split_inclusive('\n').collect();
        let line = lines[row as usize];
        let byte = (0..=line.len())
            .find(|byte| line.is_char_boundary(*byte) && column(line, *byte, encoding) == wanted as usize);
        lines[..row as usize].iter().map(|line| line.len()).sum::<usize>()
            + byte.expect("a column of the line")
    };
    let mut all: Vec<(usize, usize, &str)> = edits
        .as_array()
        .expect("a list")
        .iter()
        .map(|edit| {
            let new = edit["newText"].as_str().expect("a text");
            (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]), new)
        })
        .collect();
    all.sort_unstable();
    let mut text = TEXT.to_string();
    for (start, end, new) in all.into_iter().rev() {
        text.replace_range(start..end, new);
    }
    text
}

/// One conversation, played again.
struct Replay {
    client: Client,
    manner: Manner,
    /// The text document capabilities of the client.
    can: Value,
    /// Those of its workspace.
    workspace: Value,
    /// The address of the file.
    uri: String,
    /// What the server announced.
    announced: Value,
    /// Every request with its parameters and its result, in order.
    answers: Vec<(String, Value, Value)>,
    root: tempfile::TempDir,
}

impl Replay {
    /// Greets the server as the client does, after `change`.
    fn greet(manner: Manner, change: impl FnOnce(&mut Value)) -> (Replay, Vec<Value>) {
        let root = laid_out(&[("shop.py", TEXT), ("a.py", TEXT), (".git/HEAD", "")]);
        let mut record = record(manner.name, root.path());
        change(&mut record["initialize"]);
        let mut client = Client::process();
        client.settings = record["configuration"][0].clone();
        let announced = client.ask("initialize", record["initialize"].clone())["capabilities"].clone();
        let messages = record["messages"].as_array().expect("a list").clone();
        let opened = messages.iter().find(|message| message["notify"] == "textDocument/didOpen");
        let uri =
            opened.expect("opened")["params"]["textDocument"]["uri"].as_str().expect("a uri").to_string();
        let can = record["initialize"]["capabilities"].clone();
        let (text, workspace) = (can["textDocument"].clone(), can["workspace"].clone());
        let answers = vec![];
        (Replay { client, manner, can: text, workspace, uri, announced, answers, root }, messages)
    }
    /// The whole conversation, with the regular end.
    fn whole(manner: Manner) -> Replay {
        let (mut replay, messages) = Replay::greet(manner, |_| {});
        for message in messages {
            let params = message["params"].clone();
            match message["request"].as_str() {
                Some(method) => {
                    let result = replay.client.ask(method, params.clone());
                    replay.answers.push((method.to_string(), params, result));
                }
                None => replay.client.notify(message["notify"].as_str().expect("a method"), params),
            }
        }
        replay
    }
    /// The results of a kind of request.
    fn results(&self, method: &str) -> Vec<&Value> {
        self.answers.iter().filter(|(known, ..)| known == method).map(|(.., result)| result).collect()
    }
    /// The findings of the file as it is now, asked for or waited for as the client does.
    fn diagnostics(&mut self) -> Value {
        if self.manner.pulls {
            let document = json!({ "textDocument": { "uri": self.uri } });
            return self.client.ask("textDocument/diagnostic", document)["items"].clone();
        }
        let uri = self.uri.clone();
        let published = |message: &Value| {
            message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri
        };
        self.client.eventually(published)["params"]["diagnostics"].clone()
    }
    /// Holds the findings of the file, as it was opened, against what this client can take.
    fn check_findings(&self, found: &Value) {
        let encoding = self.manner.encoding;
        let [finding] = found.as_array().expect("a list").as_slice() else { panic!("{found}") };
        let condition = "\"\u{1F389}\" in r.text or r.status_code == 200 or 201";
        assert_eq!(finding["range"], range(condition, encoding), "{encoding}");
        assert_eq!((&finding["code"], &finding["severity"]), (&json!("bare-status-operand"), &json!(1)));
        assert_eq!(finding["source"], "lsp-lint");
        assert!(
            finding["message"].as_str().is_some_and(|text| text.starts_with("201 is compared with nothing"))
        );
        let published = &self.can["publishDiagnostics"];
        let says = |word: &str| published[word] == true || self.can["diagnostic"][word] == true;
        let related = json!([{
            "location": { "uri": self.uri, "range": range("201", encoding) },
            "message": "not compared with `r.status_code`"
        }]);
        let expected = if says("relatedInformation") { related } else { Value::Null };
        assert_eq!(finding["relatedInformation"], expected);
        assert_eq!(finding["codeDescription"].is_object(), says("codeDescriptionSupport"));
    }
    /// Holds a hover on the 200 against what this client can take.
    fn check_hover(&self, hover: &Value) {
        let kinds = &self.can["hover"]["contentFormat"];
        let markdown = kinds.as_array().is_some_and(|kinds| kinds.contains(&json!("markdown")));
        let (kind, start) = if markdown { ("markdown", "**200 OK**") } else { ("plaintext", "200 OK") };
        assert_eq!(hover["contents"]["kind"], kind, "{}", self.manner.name);
        let text = hover["contents"]["value"].as_str().expect("a text");
        assert!(text.starts_with(start), "{text}");
        assert!(
            markdown || ["**", "`", "](", "\\", "  \n"].iter().all(|mark| !text.contains(mark)),
            "{text}"
        );
        assert_eq!(hover["range"], range("200", self.manner.encoding));
    }
    /// Holds an edit of the file against the shape that this client can take; returns the edits.
    fn edits<'a>(&self, edit: &'a Value, version: &Value) -> &'a Value {
        assert!(edit["changeAnnotations"].is_null(), "{edit}");
        if self.workspace["workspaceEdit"]["documentChanges"] == true {
            assert!(edit["changes"].is_null(), "{edit}");
            let change = &edit["documentChanges"][0];
            assert_eq!(change["textDocument"], json!({ "uri": self.uri, "version": version }));
            assert!(
                change["edits"].as_array().expect("a list").iter().all(|edit| edit["annotationId"].is_null())
            );
            return &change["edits"];
        }
        assert!(edit["documentChanges"].is_null(), "{edit}");
        &edit["changes"][&self.uri]
    }
}

fn each(check: impl Fn(Manner)) {
    for manner in CLIENTS {
        check(*manner);
    }
}

#[test]
fn every_record_is_replayed_and_says_what_it_is() {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .expect("a folder")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().replace(".json", ""))
        .collect();
    names.sort();
    assert_eq!(names, CLIENTS.iter().map(|manner| manner.name).collect::<Vec<_>>());
    each(|manner| {
        let record = record(manner.name, Path::new("/place"));
        for key in ["client", "version", "how"] {
            assert!(record[key].as_str().is_some_and(|said| !said.is_empty()), "{}: {key}", manner.name);
        }
        let expected = if manner.name == "kak-lsp" { "written" } else { "recorded" };
        assert_eq!(record["obtained"], expected, "{}", manner.name);
        let opened = record["messages"]
            .as_array()
            .expect("a list")
            .iter()
            .find(|m| m["notify"] == "textDocument/didOpen");
        assert_eq!(opened.expect("opened")["params"]["textDocument"]["text"], TEXT, "{}", manner.name);
    });
}

#[test]
fn the_encoding_and_the_way_of_diagnostics_are_agreed_with_each_client() {
    each(|manner| {
        let (replay, _) = Replay::greet(manner, |_| {});
        assert_eq!(replay.announced["positionEncoding"], manner.encoding, "{}", manner.name);
        assert_eq!(replay.announced["diagnosticProvider"].is_object(), manner.pulls, "{}", manner.name);
        let asks = replay.can["diagnostic"].is_object();
        let asks_anew = replay.workspace["diagnostics"]["refreshSupport"] == true;
        assert_eq!(asks && asks_anew, manner.pulls, "{}", manner.name);
    });
}

#[test]
fn each_client_gets_the_finding_where_it_stands_and_none_when_it_is_mended() {
    each(|manner| {
        let mut replay = Replay::whole(manner);
        let pushed = |replay: &Replay| {
            let sets = replay.client.log.iter().filter(|m| m["method"] == "textDocument/publishDiagnostics");
            sets.map(|message| message["params"].clone()).collect::<Vec<_>>()
        };
        if manner.pulls {
            let reports = replay.results("textDocument/diagnostic");
            replay.check_findings(&reports[0]["items"]);
            assert_eq!(reports.last().expect("asked")["items"], json!([]), "{}", manner.name);
            assert_eq!(
                pushed(&replay),
                [Value::Null; 0],
                "{}: a client that pulls is pushed nothing",
                manner.name
            );
        } else {
            let found = replay.diagnostics();
            replay.check_findings(&found);
            // ALE's record ends before it makes the edit.
            if manner.name != "ale" {
                let uri = replay.uri.clone();
                let mended = |message: &Value| {
                    message["method"] == "textDocument/publishDiagnostics"
                        && message["params"]["uri"] == uri
                        && message["params"]["diagnostics"] == json!([])
                };
                replay.client.eventually(mended);
            }
            let versions = replay.can["publishDiagnostics"]["versionSupport"] == true;
            assert!(!versions || pushed(&replay)[0]["version"].is_i64(), "{}", manner.name);
        }
        assert_eq!(replay.client.finish(), 0, "{}", manner.name);
    });
}

#[test]
fn each_client_learns_of_a_saved_configuration_without_an_edit() {
    each(|manner| {
        let (mut replay, messages) = Replay::greet(manner, |_| {});
        replay.client.notify("initialized", json!({}));
        let opened = messages.iter().find(|message| message["notify"] == "textDocument/didOpen");
        replay.client.notify("textDocument/didOpen", opened.expect("opened")["params"].clone());
        let found = replay.diagnostics();
        replay.check_findings(&found);
        let configuration = replay.root.path().join("lsp-lint.toml");
        std::fs::write(&configuration, "[rules]\nbare-status-operand = 'off'\n").expect("written");
        let configuration = uri(&configuration);
        if replay.workspace["didChangeWatchedFiles"]["dynamicRegistration"] == true {
            let changes = json!([{ "uri": configuration, "type": 1 }]);
            replay.client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
        } else {
            let document = json!({ "textDocument": { "uri": configuration } });
            replay.client.notify("textDocument/didSave", document);
        }
        let published = |message: &Value| message["method"] == "textDocument/publishDiagnostics";
        if manner.pulls {
            replay.client.wait(|message| message["method"] == "workspace/diagnostic/refresh");
            assert_eq!(replay.diagnostics(), json!([]), "{}", manner.name);
            assert!(
                !replay.client.log.iter().any(published),
                "{}: pulls, and is pushed nothing",
                manner.name
            );
        } else {
            let file = replay.uri.clone();
            assert_eq!(replay.client.published(&file)["diagnostics"], json!([]), "{}", manner.name);
        }
    });
}

#[test]
fn each_client_hovers_in_the_words_it_can_draw() {
    each(|manner| {
        let replay = Replay::whole(manner);
        let hovers = replay.results("textDocument/hover");
        replay.check_hover(hovers.first().expect("asked"));
    });
}

#[test]
fn each_client_completes_without_snippets_and_in_its_own_ranges() {
    each(|manner| {
        let mut replay = Replay::whole(manner);
        let lists = replay.results("textDocument/completion");
        let items = lists.first().expect("asked")["items"].as_array().expect("a list").clone();
        let named = items
            .iter()
            .find(|item| item["label"] == "requests.codes.ok")
            .unwrap_or_else(|| panic!("{}: {items:#?}", manner.name));
        assert!(items.iter().all(|item| item["insertTextFormat"].is_null() && item["insertText"].is_null()));
        assert!(items.iter().all(|item| !item.to_string().contains("${")), "no snippet");
        let (edit, encoding) = (&named["textEdit"], manner.encoding);
        assert_eq!(edit["newText"], "requests.codes.ok");
        if replay.can["completion"]["completionItem"]["insertReplaceSupport"] == true {
            assert_eq!(edit["replace"], range("200", encoding), "{}", manner.name);
            assert_eq!(edit["insert"]["start"], range("200", encoding)["start"], "{}", manner.name);
        } else {
            assert_eq!(edit["range"], range("200", encoding), "{}", manner.name);
        }
        let formats = replay.can["completion"]["completionItem"]["documentationFormat"].clone();
        let named = named.clone();
        let details = replay.can["completion"]["completionItem"]["labelDetailsSupport"] == true;
        assert_eq!(named["labelDetails"].is_object(), details, "{}", manner.name);
        let page = replay.client.ask("completionItem/resolve", named)["documentation"].clone();
        let (text, start) = match formats.as_array() {
            None => (&page, "200 OK"),
            Some(kinds) if kinds.contains(&json!("markdown")) => (&page["value"], "**200 OK**"),
            Some(_) => (&page["value"], "200 OK"),
        };
        let text = text.as_str().unwrap_or_else(|| panic!("{}: {page}", manner.name));
        assert!(text.starts_with(start), "{}: {text}", manner.name);
        assert!(
            start.starts_with("**") || ["**", "`", "]("].iter().all(|mark| !text.contains(mark)),
            "{text}"
        );
    });
}

#[test]
fn each_client_gets_the_fix_as_an_edit_that_it_can_make() {
    each(|manner| {
        let replay = Replay::whole(manner);
        let offers = replay.results("textDocument/codeAction");
        let action = offers
            .iter()
            .flat_map(|offer| offer.as_array().expect("a list"))
            .find(|action| action["title"] == "Compare with 200, 201")
            .unwrap_or_else(|| panic!("{}: {offers:?}", manner.name));
        assert_eq!((&action["kind"], &action["isPreferred"]), (&json!("quickfix"), &json!(true)));
        let opened = if manner.name == "emacs" || manner.name == "helix" { 0 } else { 1 };
        let edits = replay.edits(&action["edit"], &json!(opened));
        assert_eq!(edited(edits, manner.encoding), FIXED, "{}", manner.name);
    });
}

#[test]
fn hints_stand_behind_the_codes_where_they_are_asked_for() {
    let mut asked = 0;
    each(|manner| {
        let replay = Replay::whole(manner);
        let hints = replay.results("textDocument/inlayHint");
        let Some(hints) = hints.first() else { return };
        let behind = |code: &str| range(code, manner.encoding)["end"].clone();
        let shown: Vec<(&Value, &Value)> = hints
            .as_array()
            .expect("a list")
            .iter()
            .map(|hint| (&hint["position"], &hint["label"]))
            .collect();
        let expected = [(behind("200"), json!("OK")), (behind("201"), json!("Created"))];
        assert_eq!(
            shown,
            expected.iter().map(|(at, label)| (at, label)).collect::<Vec<_>>(),
            "{}",
            manner.name
        );
    });
    for manner in CLIENTS {
        let record = record(manner.name, Path::new("/place"));
        asked += usize::from(record["messages"].to_string().contains("textDocument/inlayHint"));
    }
    assert!(asked >= 3, "Neovim and VS Code ask for hints");
}

/// Asks for everything anew, at places counted in the encoding that is agreed, and holds it against the text.
fn check_in_own_columns(mut replay: Replay, messages: &[Value]) {
    let encoding = replay.announced["positionEncoding"].as_str().expect("agreed").to_string();
    let encoding = ["utf-8", "utf-16", "utf-32"].into_iter().find(|known| *known == encoding).expect("known");
    replay.manner.encoding = encoding;
    replay.client.notify("initialized", json!({}));
    let opened = messages.iter().find(|message| message["notify"] == "textDocument/didOpen").expect("opened");
    replay.client.notify("textDocument/didOpen", opened["params"].clone());
    let version = opened["params"]["textDocument"]["version"].clone();
    let found = replay.diagnostics();
    replay.check_findings(&found);
    let document = json!({ "uri": replay.uri });
    let at = range("200", encoding);
    let hover =
        replay.client.ask("textDocument/hover", json!({ "textDocument": document, "position": at["end"] }));
    replay.check_hover(&hover);
    let context = json!({ "diagnostics": [], "only": ["quickfix"] });
    let params = json!({ "textDocument": document, "range": at, "context": context });
    let actions = replay.client.ask("textDocument/codeAction", params);
    let fix =
        actions.as_array().expect("a list").iter().find(|action| action["title"] == "Compare with 200, 201");
    let edits = replay.edits(&fix.expect("offered")["edit"], &version);
    assert_eq!(edited(edits, encoding), FIXED, "{}: {encoding}", replay.manner.name);
    // What the client edits is understood in the same columns.
    let change = json!([{ "range": range("== 200 or 201", encoding), "text": "in (200, 201)" }]);
    let next = json!({ "uri": replay.uri, "version": version.as_i64().expect("a number") + 1 });
    replay.client.notify("textDocument/didChange", json!({ "textDocument": next, "contentChanges": change }));
    if replay.manner.pulls {
        assert_eq!(replay.diagnostics(), json!([]), "{}: {encoding}", replay.manner.name);
    } else {
        let uri = replay.uri.clone();
        assert_eq!(
            replay.client.published(&uri)["diagnostics"],
            json!([]),
            "{}: {encoding}",
            replay.manner.name
        );
    }
}

#[test]
fn each_encoding_that_a_client_offers_is_understood_when_it_is_the_only_one() {
    let mut seen = std::collections::BTreeSet::new();
    each(|manner| {
        let offered = record(manner.name, Path::new("/place"));
        let offered = offered["initialize"]["capabilities"]["general"]["positionEncodings"].clone();
        for encoding in offered.as_array().unwrap_or(&vec![]) {
            let only = |initialize: &mut Value| {
                initialize["capabilities"]["general"]["positionEncodings"] = json!([encoding]);
            };
            let (replay, messages) = Replay::greet(manner, only);
            assert_eq!(replay.announced["positionEncoding"], *encoding, "{}", manner.name);
            check_in_own_columns(replay, &messages);
        }
    });
    for manner in CLIENTS {
        let record = record(manner.name, Path::new("/place"));
        let offered = &record["initialize"]["capabilities"]["general"]["positionEncodings"];
        seen.extend(offered.as_array().into_iter().flatten().map(ToString::to_string));
    }
    assert_eq!(seen.len(), 3, "utf-8, utf-16 and utf-32 are all offered by somebody: {seen:?}");
}

#[test]
fn a_lone_file_without_root_and_folders_is_served_to_each_client() {
    each(|manner| {
        let rootless = |initialize: &mut Value| {
            for key in ["rootUri", "rootPath", "workspaceFolders"] {
                initialize[key] = Value::Null;
            }
        };
        let (replay, messages) = Replay::greet(manner, rootless);
        check_in_own_columns(replay, &messages);
    });
}

#[test]
fn only_a_client_that_knows_annotations_is_sent_them() {
    each(|manner| {
        let (mut replay, messages) = Replay::greet(manner, |_| {});
        // A number that is written as a name is the safe fix here.
        let safe = json!({ "rules": { "status-form": "warning", "bare-status-operand": "off" } });
        replay.client.settings = safe.clone();
        replay.client.notify("initialized", json!({}));
        replay.client.notify("workspace/didChangeConfiguration", json!({ "settings": { "lsp-lint": safe } }));
        let opened =
            messages.iter().find(|message| message["notify"] == "textDocument/didOpen").expect("opened");
        replay.client.notify("textDocument/didOpen", opened["params"].clone());
        let form = |found: &Value| found.to_string().contains("status-form");
        while !form(&replay.diagnostics()) {
            let uri = replay.uri.clone();
            replay.client.wait(|message| {
                message["method"] == "workspace/diagnostic/refresh"
                    || message["method"] == "workspace/configuration"
                    || message["method"] == "textDocument/publishDiagnostics"
                        && message["params"]["uri"] == uri
                        && form(&message["params"]["diagnostics"])
            });
            if !replay.manner.pulls {
                break;
            }
        }
        let folder = replay.uri.rsplit_once('/').expect("a folder").0.to_string();
        let command = json!({ "command": "lsp-lint.fixAll", "arguments": [folder] });
        let answer = replay.client.ask("workspace/executeCommand", command);
        let edit = match replay.workspace["applyEdit"] == true {
            true => {
                let asked = replay.client.eventually(|message| message["method"] == "workspace/applyEdit");
                asked["params"]["edit"].clone()
            }
            false => answer,
        };
        let support = &replay.workspace["workspaceEdit"];
        let annotated = support["changeAnnotationSupport"].is_object();
        assert_eq!(edit["changeAnnotations"].is_object(), annotated, "{}: {edit}", manner.name);
        assert_eq!(edit["documentChanges"].is_array(), support["documentChanges"] == true, "{}", manner.name);
        assert_eq!(edit.to_string().contains("annotationId"), annotated, "{}", manner.name);
    });
}
