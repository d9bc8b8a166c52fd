//! What editors are given: their lists and settings are made from what the server serves and takes.

use super::files::{House, root};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const PACKAGE: &str = "editors/vscode/package.json";
const NEOVIM: &str = "editors/neovim/lsp/lsp_lint.lua";

/// The title of the part of VS Code's settings that is made here; the other parts are the extension's own.
const SECTION: &str = "Status Codes";

/// The names by which an editor calls a language that is served.
fn editor_ids() -> BTreeSet<&'static str> {
    let all = lsp_lint::languages::all();
    all.flat_map(|language| language.editor_ids.iter().map(String::as_str)).collect()
}

// ---- the settings of VS Code

/// The schema without references: those that VS Code takes from an extension may have none.
fn whole(schema: &Value, definitions: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let mut fields = fields.clone();
            fields.shift_remove("format");
            share(&mut fields);
            be_there(&mut fields);
            if let Some(name) = fields.shift_remove("$ref") {
                let name = name.as_str().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
                let mut named = whole(&definitions[name], definitions);
                // What stands beside a reference is said about this place, and closer to the point.
                for (key, value) in fields {
                    named[key] = value;
                }
                return named;
            }
            let kept = fields.iter().filter(|(key, value)| *key != "default" || !value.is_null());
            Value::Object(kept.map(|(key, value)| (key.clone(), whole(value, definitions))).collect())
        }
        Value::Array(values) => values.iter().map(|value| whole(value, definitions)).collect(),
        plain => plain.clone(),
    }
}

/// A setting that says nothing is left out, never null.
fn be_there(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(kinds)) = schema.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [kind] = kinds.as_slice() {
            schema["type"] = kind.clone();
        }
    }
    if let Some(Value::Array(cases)) = schema.get_mut("anyOf") {
        cases.retain(|case| case["type"] != "null");
        if let [Value::Object(case)] = cases.as_slice() {
            let case = case.clone();
            schema.shift_remove("anyOf");
            schema.extend(case);
        }
    }
}

/// Fields that all take the same are told what that is in one place.
fn share(schema: &mut Map<String, Value>) {
    let Some(fields) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    let mut taken = fields.values().map(|field| field.get("$ref").cloned());
    let Some(Some(first)) = taken.next() else { return };
    if fields.len() < 3 || taken.any(|other| other.as_ref() != Some(&first)) {
        return;
    }
    let names: Vec<&str> = fields.keys().map(String::as_str).collect();
    let pattern = format!("^({})$", names.join("|"));
    for field in fields.values_mut().filter_map(Value::as_object_mut) {
        field.shift_remove("$ref");
    }
    schema.insert("patternProperties".into(), json!({ pattern: { "$ref": first } }));
}

/// A choice of words as VS Code shows it: a list, and beside it what each means.
fn choice(schema: &Value) -> Option<Map<String, Value>> {
    let cases = schema.get("oneOf")?.as_array()?;
    let column = |key: &str| cases.iter().map(|case| case.get(key).cloned()).collect::<Option<Vec<Value>>>();
    let (words, meanings) = (column("const")?, column("description")?);
    let mut fields = schema.as_object()?.clone();
    fields.shift_remove("oneOf");
    fields.insert("type".into(), json!("string"));
    fields.insert("enum".into(), words.into());
    fields.insert("markdownEnumDescriptions".into(), meanings.into());
    Some(fields)
}

/// The settings under a name: one, or one for each field where these are plain.
fn settings(name: &str, schema: &Value, into: &mut Vec<(String, Map<String, Value>)>) {
    let plain = |field: &Value| matches!(field["type"].as_str(), Some("boolean" | "string" | "integer"));
    if let Some(fields) = schema["properties"].as_object().filter(|fields| fields.values().all(plain)) {
        for (field, schema) in fields {
            settings(&format!("{name}.{field}"), schema, into);
        }
        return;
    }
    let mut fields = choice(schema).unwrap_or_else(|| schema.as_object().cloned().unwrap_or_default());
    if let Some(said) = fields.shift_remove("description") {
        fields.insert("markdownDescription".into(), said);
    }
    fields.insert("scope".into(), json!("window"));
    into.push((name.to_string(), fields));
}

/// Every setting that the server takes: what only editors have, then the keys of `lsp-lint.toml`.
fn server_settings() -> Vec<(String, Map<String, Value>)> {
    let rules = lsp_lint::lint::all_rules();
    let rules: Vec<(&str, &str)> = rules.iter().map(|rule| (rule.id, rule.summary())).collect();
    let file: Value = serde_json::from_str(&lsp_lint::project::schema(&rules)).expect("JSON");
    let mut all = vec![];
    for schema in [lsp_lint::lsp::settings_schema(), file] {
        for (key, property) in schema["properties"].as_object().expect("an object") {
            settings(&format!("lsp-lint.{key}"), &whole(property, &schema["$defs"]), &mut all);
        }
    }
    for (order, (_, fields)) in all.iter_mut().enumerate() {
        fields.insert("order".into(), json!(order + 1));
    }
    all
}

/// Served languages that VS Code does not know by itself. What is unknown starts no extension, so the one that is served
/// says what it is; another extension that does the same adds to it.
const UNKNOWN_TO_VS_CODE: &[&str] = &["json5", "nginx", "toml"];

/// Suffixes that VS Code gives to a language of its own: of their files, ours is the one that bears our name.
const TAKEN_BY_VS_CODE: &[&str] = &["conf", "har", "json", "jsonc", "webmanifest"];

/// What VS Code has to be told about the files of languages that it does not know.
fn unknown_languages() -> Value {
    let of = |id: &&str| {
        let language = lsp_lint::languages::by_editor_id(id).expect("served");
        let (taken, free): (Vec<&String>, Vec<&String>) =
            language.suffixes.iter().partition(|suffix| TAKEN_BY_VS_CODE.contains(&suffix.as_str()));
        let own = format!("{id}.");
        let names = taken.iter().filter(|_| language.name == *id).map(|suffix| format!("{own}{suffix}"));
        let patterns = language.file_names.iter().filter(|name| name.starts_with(&own));
        let suffixes = free.iter().map(|suffix| json!(format!(".{suffix}")));
        let mut told = json!({ "id": id, "extensions": suffixes.collect::<Vec<Value>>() });
        for (key, list) in
            [("filenames", names.collect::<Vec<_>>()), ("filenamePatterns", patterns.cloned().collect())]
        {
            if !list.is_empty() {
                told[key] = json!(list);
            }
        }
        told
    };
    UNKNOWN_TO_VS_CODE.iter().map(of).collect()
}

/// The manifest with the generated parts made anew.
fn healed_package(text: &str) -> String {
    let mut package: Value = serde_json::from_str(text).expect("JSON");
    let served = editor_ids().into_iter().map(|id| json!(format!("onLanguage:{id}")));
    package["activationEvents"] = served.collect();
    package["contributes"]["languages"] = unknown_languages();
    let properties: Map<String, Value> =
        server_settings().into_iter().map(|(name, fields)| (name, Value::Object(fields))).collect();
    let section = json!({ "title": SECTION, "properties": properties });
    let sections = package["contributes"]["configuration"].as_array_mut().expect("parts with titles");
    sections.retain(|part| part["title"] != SECTION);
    sections.push(section);
    let mut text = serde_json::to_string_pretty(&package).expect("JSON");
    text.push('\n');
    text
}

// ---- the file types of Neovim

/// Names that other editors have for a language; to Neovim they mean nothing.
const NOT_OF_NEOVIM: &[&str] = &["NGINX", "dockercompose", "github-actions-workflow"];

/// The pairs of a table of texts in Lua, `a = 'b'` or `['a'] = 'b'`, one on each line.
fn pairs<'a>(text: &'a str, name: &str) -> Vec<(&'a str, &'a str)> {
    let body = text.split(&format!("{name} = {{\n")).nth(1).and_then(|rest| rest.split("\n}").next());
    let lines = body.unwrap_or_default().lines();
    let pair = |line: &'a str| {
        let (key, value) = line.split_once('=')?;
        Some((key.trim().trim_matches(['[', ']', '\'']), value.trim().trim_matches([',', '\''])))
    };
    lines.filter_map(pair).collect()
}

/// The file types that the server is started for: every name for a served language that Neovim has, the protocol's or its own.
fn healed_neovim(text: &str) -> String {
    let ids = editor_ids();
    let of_neovim = ids.iter().copied().filter(|id| !NOT_OF_NEOVIM.contains(id));
    // A name that stands for itself is decided by the path.
    let mapped = pairs(text, "local languages");
    let mapped = mapped.iter().filter(|(own, id)| ids.contains(id) || own == id).map(|(own, _)| *own);
    let all: BTreeSet<&str> = of_neovim.chain(mapped).collect();
    let open = "  filetypes = {\n";
    let start = text.find(open).expect("a list of file types") + open.len();
    let end = start + text[start..].find("  },\n").expect("its end");
    let list: String = all.iter().map(|name| format!("    '{name}',\n")).collect();
    format!("{}{list}{}", &text[..start], &text[end..])
}

/// Rewrites a file that is not what it should be, and fails then.
fn heal(path: &str, known: &str, fresh: &str) {
    if known != fresh {
        std::fs::write(root().join(path), fresh).expect("a writable file");
        panic!("{path} was stale and has been written anew; run the tests again");
    }
}

#[test]
fn the_settings_and_languages_of_vs_code_are_those_of_the_server() {
    let house = House::real();
    let text = house.text(PACKAGE);
    let fresh = healed_package(text);
    let package: Value = serde_json::from_str(&fresh).expect("JSON");
    let mut stale = package.clone();
    stale["activationEvents"] = json!(["onLanguage:cobol"]);
    stale["contributes"]["languages"] = json!([{ "id": "cobol" }]);
    stale["contributes"]["configuration"].as_array_mut().expect("parts").pop();
    assert_eq!(healed_package(&stale.to_string()), fresh, "what is missing is put back");
    let languages = package["contributes"]["languages"].as_array().expect("a list");
    let of = |id: &str| languages.iter().find(|language| language["id"] == id).expect("told").clone();
    assert_eq!(of("toml"), json!({ "id": "toml", "extensions": [".toml"] }));
    assert_eq!(of("json5"), json!({ "id": "json5", "extensions": [".json5"] }));
    assert_eq!(
        of("nginx"),
        json!({
            "id": "nginx", "extensions": [".nginx", ".nginxconf", ".vhost"],
            "filenames": ["nginx.conf"], "filenamePatterns": ["nginx.conf.*"]
        })
    );
    let properties = &package["contributes"]["configuration"]
        .as_array()
        .expect("parts")
        .last()
        .expect("ours")["properties"];
    let profile = &properties["lsp-lint.profile"];
    assert_eq!(profile["enum"], json!(["minimal", "recommended", "strict", "all"]));
    assert_eq!((&profile["default"], &profile["scope"]), (&json!("recommended"), &json!("window")));
    assert_eq!(properties["lsp-lint.inlayHints.enable"]["default"], true);
    assert_eq!(properties["lsp-lint.suppressions.require-reason"]["type"], "boolean");
    let rules = properties["lsp-lint.rules"]["properties"].as_object().expect("rules");
    assert_eq!(rules.len(), lsp_lint::lint::all_rules().len());
    for (name, fields) in properties.as_object().expect("an object") {
        assert!(fields["markdownDescription"].as_str().is_some_and(|said| said.ends_with('.')), "{name}");
        assert!(!fields.to_string().contains("$ref"), "{name}");
    }
    heal(PACKAGE, text, &fresh);
}

/// What VS Code sends when nobody has set anything: for a setting without a default, an empty one of its type.
fn untouched() -> Value {
    let mut section = json!({});
    for (name, fields) in server_settings() {
        let kind = fields.get("type").and_then(Value::as_str).expect("one type");
        let empty = || match kind {
            "boolean" => json!(false),
            "array" => json!([]),
            "object" => json!({}),
            other => panic!("{name}: a {other} needs a default"),
        };
        let value = fields.get("default").cloned().unwrap_or_else(empty);
        let mut place = &mut section;
        for part in name.split('.').skip(1) {
            place = &mut place[part];
        }
        *place = value;
    }
    section
}

#[test]
fn settings_that_nobody_touched_mean_the_same_as_none() {
    let table: toml::Table = toml::Value::try_from({
        let mut section = untouched();
        section.as_object_mut().expect("an object").remove("inlayHints");
        section
    })
    .expect("TOML has all of these")
    .try_into()
    .expect("a table");
    let rules: Vec<&str> = lsp_lint::lint::all_rules().iter().map(|rule| rule.id).collect();
    let read = |defaults: &toml::Table| lsp_lint::project::Project::read("", "settings", &rules, defaults);
    let (with, without) = (read(&table).expect("no fault"), read(&toml::Table::new()).expect("no fault"));
    assert_eq!(with.config, without.config);
}

#[test]
fn neovim_is_started_for_every_served_language() {
    let house = House::real();
    let text = house.text(NEOVIM);
    let fresh = healed_neovim(text);
    let cobol = fresh.replace("    'go',\n", "    'cobol',\n");
    assert_eq!(healed_neovim(&cobol), fresh, "what is missing is put back, what is not served goes");
    let mapped =
        format!("local languages = {{\n  helm = 'yaml',\n  ['a.b'] = 'html',\n  conf = 'conf',\n}}\n{fresh}");
    let healed = healed_neovim(&mapped);
    assert!(
        healed.contains("    'helm',\n")
            && healed.contains("    'conf',\n")
            && !healed.contains("    'a.b',\n")
    );
    heal(NEOVIM, text, &fresh);
}
