//! The extension for VS Code stays small, says why it needs what it needs, and has the version of the server.

use super::files::{House, assert_found, assert_none, uncommented};
use serde_json::Value;
use std::collections::BTreeSet;

/// How many lines of code may do what the language client does not: its client already does the rest.
const MOST_LINES: usize = 300;

fn manifest(house: &House) -> Value {
    serde_json::from_str(house.text("editors/vscode/package.json")).expect("package.json is JSON")
}

/// Too many lines of TypeScript: comments and empty lines are free, and so is the tree view.
fn too_large(house: &House) -> Vec<String> {
    let folder = "editors/vscode/source/";
    let files = house.below(folder).filter(|(path, _)| !path.ends_with("/view.ts"));
    let in_comment = |line: &str| line.starts_with("/*") || line.starts_with('*');
    let is_code = |(_, line): &(usize, &str)| !line.trim().is_empty() && !in_comment(line.trim());
    let lines: usize = files.map(|(_, text)| uncommented(text).filter(is_code).count()).sum();
    let fault = format!("{folder}: {lines} lines of code, and only {MOST_LINES} may be");
    (lines == 0 || lines >= MOST_LINES).then_some(fault).into_iter().collect()
}

/// Packages without a reason on the page of the extension.
fn unreasoned_packages(house: &House) -> Vec<String> {
    let (manifest, page) = (manifest(house), house.text("editors/vscode/README.md"));
    let lists = ["dependencies", "devDependencies"].map(|list| manifest[list].as_object().expect("a list"));
    let names = lists.into_iter().flat_map(|list| list.keys());
    let reasonless = names.filter(|name| !page.contains(&format!("| `{name}` |")));
    reasonless.map(|name| format!("editors/vscode/README.md: why is `{name}` here?")).collect()
}

/// Pictures that the page shows and that are not there, in one theme or the other, and pictures that nobody shows.
fn pictures(house: &House) -> Vec<String> {
    let (folder, page) = ("editors/vscode/", house.text("editors/vscode/README.md"));
    let quoted = page.split('"').skip(1).step_by(2).filter(|word| word.starts_with("pictures/"));
    let shown: BTreeSet<String> = quoted.map(String::from).collect();
    let there: BTreeSet<String> = house
        .below(&format!("{folder}pictures/"))
        .map(|(path, _)| path[folder.len()..].to_string())
        .collect();
    let both = |name: &String| {
        let other = name.replace("-light.", "-dark.");
        *name == other || shown.contains(&other)
    };
    let mut faults = vec![];
    faults.extend(shown.difference(&there).map(|name| format!("{folder}README.md: {name} is not there")));
    faults.extend(there.difference(&shown).map(|name| format!("{folder}{name}: the page does not show it")));
    faults
        .extend(shown.iter().filter(|name| !both(name)).map(|name| format!("{name}: no dark one is shown")));
    faults
}

/// Versions that should be the same and are not.
fn versions_apart(house: &House) -> Vec<String> {
    let extension = manifest(house);
    let cargo: toml::Table = house.text("Cargo.toml").parse().expect("Cargo.toml is TOML");
    let mut faults = vec![];
    if extension["version"].as_str() != cargo["package"]["version"].as_str() {
        faults.push("editors/vscode/package.json: the version is not that of the server".into());
    }
    let (types, engine) = (&extension["devDependencies"]["@types/vscode"], &extension["engines"]["vscode"]);
    if types.as_str() != engine.as_str().and_then(|engine| engine.strip_prefix('^')) {
        faults.push("editors/vscode/package.json: the types are not those of the oldest editor".into());
    }
    faults
}

#[test]
fn the_extension_has_little_code_of_its_own() {
    let house = House::real();
    assert_none(&too_large(&house));
    let long = |path: &str| house.with(path, &"work();\n".repeat(MOST_LINES));
    assert_found(&too_large(&long("editors/vscode/source/more.ts")), "lines of code");
    assert_none(&too_large(&long("editors/vscode/source/view.ts")));
    let said = "// Why.\n/** Doc.\n * More.\n */\n\n".repeat(MOST_LINES);
    assert_none(&too_large(&house.with("editors/vscode/source/more.ts", &said)));
    assert_found(&too_large(&House::default()), "0 lines");
}

#[test]
fn every_package_of_the_extension_has_a_reason() {
    let house = House::real();
    assert_none(&unreasoned_packages(&house));
    let text = house.text("editors/vscode/package.json");
    let more = text.replace("\"dependencies\": {", "\"dependencies\": {\n\"attic\": \"1.0.0\",");
    assert_found(&unreasoned_packages(&house.with("editors/vscode/package.json", &more)), "`attic`");
}

#[test]
fn the_page_of_the_extension_shows_every_picture_in_both_themes() {
    let house = House::real();
    assert_none(&pictures(&house));
    assert!(house.has("editors/vscode/pictures/hover-dark.png"), "there are pictures");
    assert_found(&pictures(&house.without("editors/vscode/pictures/hover-dark.png")), "is not there");
    assert_found(&pictures(&house.with("editors/vscode/pictures/attic.png", "")), "does not show it");
    let page = house.text("editors/vscode/README.md").replace("pictures/hover-dark", "pictures/fix-dark");
    assert_found(&pictures(&house.with("editors/vscode/README.md", &page)), "no dark one");
}

#[test]
fn the_extension_has_the_version_of_the_server_and_the_types_of_the_oldest_editor() {
    let house = House::real();
    assert_none(&versions_apart(&house));
    let text = house.text("editors/vscode/package.json");
    let seeded = |from: &str, to: &str| house.with("editors/vscode/package.json", &text.replace(from, to));
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    assert_found(&versions_apart(&seeded(&version, "\"version\": \"9.9.9\"")), "not that of the server");
    assert_found(&versions_apart(&seeded("\"vscode\": \"^1.", "\"vscode\": \"^2.")), "oldest editor");
}
