//! Nothing is forgotten: every file is reached from somewhere, and every list that people read says what the folders hold.

use super::files::{House, assert_found, assert_none};
use std::collections::BTreeSet;

/// Rust files that no target reaches.
fn forgotten_modules(house: &House) -> Vec<String> {
    let manifest: toml::Table = house.text("Cargo.toml").parse().expect("Cargo.toml is TOML");
    let mut waiting: Vec<String> = vec![];
    if let Some(build) = manifest["package"].get("build").and_then(toml::Value::as_str) {
        waiting.push(build.into());
    }
    for target in ["lib", "bin", "example", "test", "bench"] {
        let found = match manifest.get(target) {
            Some(toml::Value::Array(many)) => many.clone(),
            Some(one) => vec![one.clone()],
            None => vec![],
        };
        let path = |one: &toml::Value| one.get("path").and_then(toml::Value::as_str).map(String::from);
        let main = (target == "bin").then(|| "server/main.rs".to_string());
        waiting.extend(found.iter().filter_map(path).chain(main));
    }
    let roots: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut reached = BTreeSet::new();
    while let Some(path) = waiting.pop() {
        if reached.insert(path.clone()) {
            waiting.extend(modules(house, &path, roots.contains(&path)));
        }
    }
    ["server/", "tests/"]
        .iter()
        .flat_map(|folder| house.rust(folder))
        .filter(|(path, _)| !["tests/demo/", "tests/vscode/"].iter().any(|shown| path.starts_with(shown)))
        .filter(|(path, _)| !reached.contains(*path))
        .map(|(path, _)| format!("{path}: no module says `mod` of it"))
        .collect()
}

/// The files of the modules that a file declares, by `mod x;` or as a word of the `rules!` list.
fn modules(house: &House, path: &str, root: bool) -> Vec<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let own = if root || path.ends_with("/mod.rs") { folder } else { path.trim_end_matches(".rs") };
    let mut found = vec![];
    let mut given: Option<&str> = None;
    for line in house.text(path).lines().map(str::trim) {
        if let Some(path) = line.strip_prefix("#[path = \"").and_then(|line| line.strip_suffix("\"]")) {
            given = Some(path);
        } else if let Some(name) = module_name(line) {
            let candidates = match given.take() {
                Some(path) => vec![format!("{folder}/{path}")],
                None => vec![format!("{own}/{name}.rs"), format!("{own}/{name}/mod.rs")],
            };
            found.extend(candidates.into_iter().filter(|path| house.files.contains_key(path)));
        }
    }
    found.extend(rule_words(house.text(path)).iter().map(|word| format!("{own}/{word}.rs")));
    found
}

fn module_name(line: &str) -> Option<&str> {
    let visible = ["pub(crate) ", "pub(super) ", "pub "];
    let line = visible.iter().find_map(|word| line.strip_prefix(word)).unwrap_or(line);
    line.strip_prefix("mod ")?.strip_suffix(';')
}

/// The words of the list `rules! { .. }`.
fn rule_words(text: &str) -> Vec<&str> {
    let list = text.split("\nrules! {").nth(1).and_then(|rest| rest.split('}').next());
    list.map_or(vec![], |list| list.split_whitespace().collect())
}

/// Files beside the Rust ones that no Rust file includes.
fn forgotten_data(house: &House) -> Vec<String> {
    let including: String = house.rust("server/").map(|(_, text)| text).collect();
    house
        .below("server/")
        .filter(|(path, _)| !path.ends_with(".rs") && *path != "server/README.md")
        .filter(|(path, _)| !including.contains(path.rsplit('/').next().unwrap_or(path)))
        .map(|(path, _)| format!("{path}: no Rust file includes it"))
        .collect()
}

/// Rules without a page, pages without a rule, and rules that the list forgot or that stand in the wrong place of it.
fn rules(house: &House) -> Vec<String> {
    let folder = "server/rules/";
    let mut faults = vec![];
    let words = rule_words(house.text("server/rules/mod.rs"));
    if !words.is_sorted() {
        faults.push("server/rules/mod.rs: the rules are not in alphabetical order".into());
    }
    for (path, text) in house.rust(folder) {
        let name = path[folder.len()..].trim_end_matches(".rs");
        let is_rule = text.contains("static RULE: Rule") || text.contains("const RULE: Rule");
        if is_rule != words.contains(&name) {
            faults.push(format!("{path}: it has a `RULE`: {is_rule}; it stands in the list: {}", !is_rule));
        }
        if is_rule {
            let id = name.replace('_', "-");
            if !text.contains(&format!("\"{id}\"")) {
                faults.push(format!("{path}: the rule is not called {id}"));
            }
            if !house.has(&format!("{folder}{name}.md")) {
                faults.push(format!("{path}: it has no page"));
            }
        }
    }
    for (path, _) in house.below(folder).filter(|(path, _)| path.ends_with(".md")) {
        let rule = path.replace(".md", ".rs");
        if !house.has(&rule) {
            faults.push(format!("{path}: a page without a rule"));
        }
    }
    faults
}

/// Folder and, where it builds on another, that one: the lines of `folders!` in `server/languages/mod.rs`.
fn folder_lines(house: &House) -> Vec<(String, Option<String>)> {
    let text = house.text("server/languages/mod.rs");
    let list = text.split("\nfolders! {").nth(1).and_then(|rest| rest.split("\n}").next()).unwrap_or("");
    list.lines()
        .filter_map(|line| {
            let mut quoted = line.split("=>").next()?.split('"').skip(1).step_by(2);
            Some((quoted.next()?.to_string(), quoted.next().map(String::from)))
        })
        .collect()
}

/// The languages, by their folders.
pub fn languages(house: &House) -> Vec<String> {
    let folders = house.folders("grammar-queries/").into_iter();
    folders.filter(|name| !matches!(*name, "libraries" | "formats")).map(String::from).collect()
}

/// Folders of languages that are not loaded, that lack something, or that say something else than the line that loads them.
fn language_folders(house: &House) -> Vec<String> {
    let mut faults = vec![];
    let lines = folder_lines(house);
    if !lines.is_sorted() {
        faults.push("server/languages/mod.rs: the languages are not in alphabetical order".into());
    }
    let folders = languages(house);
    for (name, _) in lines.iter().filter(|(name, _)| !folders.contains(name)) {
        faults.push(format!("server/languages/mod.rs: grammar-queries/{name} is not there"));
    }
    for name in folders {
        let folder = format!("grammar-queries/{name}");
        let Some((_, base)) = lines.iter().find(|(known, _)| *known == name) else {
            faults.push(format!("{folder}: no line in server/languages/mod.rs"));
            continue;
        };
        let facts: toml::Table = match house.text(&format!("{folder}/language.toml")).parse() {
            Ok(facts) => facts,
            Err(fault) => {
                faults.push(format!("{folder}/language.toml: {fault}"));
                continue;
            }
        };
        let inherits = facts.get("inherits").and_then(toml::Value::as_str);
        if inherits != base.as_deref() {
            faults
                .push(format!("{folder}/language.toml: inherits {inherits:?}, but is loaded like {base:?}"));
        }
        if base.is_some() == house.has(&format!("{folder}/shapes.scm")) {
            faults.push(format!(
                "{folder}: patterns of its own, or those of the language it inherits; one of the two"
            ));
        }
        if house.below(&format!("{folder}/fixtures/")).next().is_none() {
            faults.push(format!("{folder}: no fixtures"));
        }
    }
    faults
}

/// Files among the rows that no build reads.
fn rows(house: &House) -> Vec<String> {
    let mut faults = vec![];
    for (folder, depth) in [("grammar-queries/libraries/", 2), ("grammar-queries/formats/", 1)] {
        for (path, _) in house.below(folder) {
            if !path.ends_with(".toml") || path[folder.len()..].split('/').count() != depth {
                faults.push(format!("{path}: nobody reads it"));
            }
        }
    }
    faults
}

/// The commands with what they do: variants of the `Command` enum and the sentences above them.
pub fn commands(house: &House) -> Vec<(String, String)> {
    let text = house.text("server/cli/mod.rs");
    let list = text.split("enum Command {").nth(1).and_then(|rest| rest.split("\n}").next()).unwrap_or("");
    let mut said = String::new();
    let mut found = vec![];
    for line in list.lines().map(str::trim) {
        match line.strip_prefix("/// ") {
            Some(sentence) => said = sentence.to_string(),
            None => {
                let name: String = line.chars().take_while(|c| c.is_alphanumeric()).collect();
                if !name.is_empty() {
                    found.push((name.to_lowercase(), std::mem::take(&mut said)));
                }
            }
        }
    }
    found
}

/// Commands without a file of their own.
fn command_files(house: &House) -> Vec<String> {
    let missing = |(name, _): &(String, String)| !house.has(&format!("server/cli/{name}.rs"));
    let missing = commands(house).into_iter().filter(missing);
    missing.map(|(name, _)| format!("server/cli/{name}.rs: the command has no file")).collect()
}

/// Editors without a page, or without a line in the list of editors.
fn editors(house: &House) -> Vec<String> {
    let mut faults = vec![];
    for name in house.folders("editors/") {
        if !house.has(&format!("editors/{name}/README.md")) {
            faults.push(format!("editors/{name}: no README.md"));
        }
        if !house.text("editors/README.md").contains(&format!("{name}/")) {
            faults.push(format!("editors/README.md: says nothing of {name}"));
        }
    }
    faults
}

#[test]
fn every_module_is_reached() {
    let house = House::real();
    assert_none(&forgotten_modules(&house));
    assert_found(&forgotten_modules(&house.with("server/detect/attic.rs", "")), "server/detect/attic.rs");
    assert_found(&forgotten_modules(&house.with("tests/attic.rs", "")), "tests/attic.rs");
}

#[test]
fn every_data_file_is_included() {
    let house = House::real();
    assert_none(&forgotten_data(&house));
    assert_found(&forgotten_data(&house.with("server/status/attic.toml", "")), "attic.toml");
}

#[test]
fn every_rule_has_a_page_and_a_word_in_the_list() {
    let house = House::real();
    assert!(rule_words(house.text("server/rules/mod.rs")).len() > 10, "the list was not found");
    assert_none(&rules(&house));
    let word = rule_words(house.text("server/rules/mod.rs"))[0];
    assert_found(&rules(&house.without(&format!("server/rules/{word}.md"))), "no page");
    assert_found(&rules(&house.with("server/rules/attic.md", "")), "page without a rule");
    let text = house.text(&format!("server/rules/{word}.rs"));
    assert_found(&rules(&house.with("server/rules/attic.rs", text)), "server/rules/attic.rs");
    assert_found(&rules(&house.with(&format!("server/rules/{word}.rs"), "")), "it has a `RULE`: false");
}

#[test]
fn every_language_is_loaded_and_has_fixtures() {
    let house = House::real();
    assert_none(&language_folders(&house));
    assert_found(&language_folders(&house.with("grammar-queries/attic/language.toml", "")), "no line");
    assert_found(&language_folders(&house.without("grammar-queries/go/shapes.scm")), "patterns of its own");
    assert_found(&language_folders(&house.with("grammar-queries/tsx/language.toml", "")), "inherits None");
    let mut bare = house.clone();
    bare.files.retain(|path, _| !path.starts_with("grammar-queries/yaml/fixtures/"));
    assert_found(&language_folders(&bare), "no fixtures");
    bare.files.retain(|path, _| !path.starts_with("grammar-queries/yaml/"));
    assert_found(&language_folders(&bare), "is not there");
}

#[test]
fn every_file_of_rows_is_read() {
    let house = House::real();
    assert_none(&rows(&house));
    assert_found(&rows(&house.with("grammar-queries/libraries/npm/express.tml", "")), "express.tml");
    assert_found(&rows(&house.with("grammar-queries/libraries/npm/x/y.toml", "")), "y.toml");
}

#[test]
fn every_command_has_a_file() {
    let house = House::real();
    assert!(commands(&house).len() >= 8, "{:?}", commands(&house));
    assert_none(&command_files(&house));
    assert_found(&command_files(&house.without("server/cli/check.rs")), "check.rs");
}

#[test]
fn every_editor_has_a_page() {
    let house = House::real();
    assert_none(&editors(&house));
    assert_found(&editors(&house.with("editors/ed/ed.toml", "")), "editors/ed: no README.md");
}
