//! What the pages for people say: paths that are there, tables that are current, words that are all explained.

use super::files::{House, assert_found, assert_none, root};
use super::listed::{commands, languages};
use globset::GlobBuilder;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

/// Held by whoever reads and rewrites `README.md`.
pub static FIRST_PAGE: Mutex<()> = Mutex::new(());

/// The pages for people, with their texts.
fn pages(house: &House) -> impl Iterator<Item = (&str, &str)> {
    let is_page = |path: &str| path == "CHANGELOG.md" || path.ends_with("README.md");
    house
        .files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .filter(move |(path, _)| is_page(path))
}

/// The text without fenced code.
fn prose(text: &str) -> String {
    text.split("\n```").step_by(2).collect::<Vec<_>>().join("\n")
}

/// What a page names in code spans and links.
fn named(text: &str) -> Vec<String> {
    let text = prose(text);
    let spans = text.split('`').skip(1).step_by(2).map(String::from);
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).map(String::from);
    spans.chain(links).filter(|name| !name.contains([' ', '\n', '$', ':', '{', '(', '='])).collect()
}

/// Paths that pages name and that are not there. A placeholder `<rule>` and a star stand for any name.
fn missing_paths(house: &House) -> Vec<String> {
    let mut known: BTreeSet<String> = house.files.keys().cloned().collect();
    for path in house.files.keys() {
        known.extend(path.match_indices('/').map(|(at, _)| path[..at].to_string()));
    }
    let first = |folder: &str, name: &str| {
        let first = name.split('/').next().unwrap_or(name);
        house.has(&format!("{folder}{first}")) || name.ends_with(".md")
    };
    let mut faults = vec![];
    for (page, text) in pages(house) {
        let folder = page.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        for name in named(text) {
            let is_path = name.contains('/') || name.ends_with(".md") || name.ends_with(".rs");
            let placed = first("", &name) || first(&folder, &name) || name.starts_with("../");
            if !is_path || !placed || name.starts_with('/') || name.starts_with('<') {
                continue;
            }
            let found = ["", folder.as_str()].iter().any(|folder| {
                let pattern = flat(&format!("{folder}{}", name.trim_end_matches('/')));
                let Some(glob) = GlobBuilder::new(&pattern).literal_separator(true).build().ok() else {
                    return false;
                };
                let glob = glob.compile_matcher();
                known.contains(&pattern) || known.iter().any(|path| glob.is_match(path))
            });
            if !found {
                faults.push(format!("{page}: `{name}` is not there"));
            }
        }
    }
    faults
}

/// A path without `..`, placeholders as stars.
fn flat(path: &str) -> String {
    let mut parts: Vec<String> = vec![];
    for part in path.split('/') {
        match part.split_once('<').zip(part.split_once('>')) {
            _ if part == ".." => _ = parts.pop(),
            Some(((before, _), (_, after))) => parts.push(format!("{before}*{after}")),
            None => parts.push(part.to_string()),
        }
    }
    parts.join("/")
}

/// The generated parts of the first page, by their marks.
fn generated(house: &House) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("commands", command_table(house)),
        ("languages", language_table(house)),
        ("formats", format_list(house)),
        ("rules", rule_list()),
    ])
}

fn command_table(house: &House) -> String {
    let mut table = String::from("| command | what it does |\n|---|---|\n");
    for (name, said) in commands(house) {
        let said =
            said.replace("FILE:LINE:COL", "`FILE:LINE:COL`").replace("lsp-lint.toml", "`lsp-lint.toml`");
        writeln!(table, "| `lsp-lint {name}` | {said} |").expect("a string");
    }
    table
}

fn language_table(house: &House) -> String {
    let mut rows: BTreeMap<&str, (Vec<String>, BTreeSet<&str>)> = BTreeMap::new();
    for language in lsp_lint::languages::all() {
        let row = rows.entry(&language.name).or_default();
        row.0.extend(language.suffixes.iter().map(|suffix| format!("`.{suffix}`")));
        row.1.extend(Some(language.ecosystem.as_str()).filter(|ecosystem| !ecosystem.is_empty()));
    }
    let mut table = String::from("| language | files | what is known |\n|---|---|---|\n");
    for (name, (suffixes, ecosystems)) in rows {
        let known: Vec<String> = ecosystems
            .iter()
            .map(|ecosystem| {
                let folder = format!("grammar-queries/libraries/{ecosystem}/");
                format!("{} libraries of [{ecosystem}]({folder})", house.below(&folder).count())
            })
            .collect();
        let known = if known.is_empty() { "formats, below".to_string() } else { known.join(", ") };
        writeln!(table, "| {name} | {} | {known} |", suffixes.join(" ")).expect("a string");
    }
    table
}

fn format_list(house: &House) -> String {
    let names: Vec<&str> = house
        .below("grammar-queries/formats/")
        .filter_map(|(path, _)| path.rsplit('/').next()?.strip_suffix(".toml"))
        .collect();
    format!("Formats: {}.\n", names.join(", "))
}

fn rule_list() -> String {
    let rules = lsp_lint::lint::all_rules();
    let links = rules.iter().map(|rule| {
        let name = rule.id.replace('-', "_");
        let page = [format!("server/rules/{name}.md"), format!("server/lint/{}.md", rule.id)];
        let page = page.into_iter().find(|page| root().join(page).exists()).unwrap_or_default();
        format!("[{}]({page})", rule.id)
    });
    format!("Rules: {}. `lsp-lint explain RULE` prints a page.\n", links.collect::<Vec<_>>().join(", "))
}

/// The page with its generated parts as they should be. A mark that is not there is a fault.
fn refreshed(page: &str, parts: &BTreeMap<&str, String>) -> Result<String, String> {
    let mut text = page.to_string();
    for (mark, fresh) in parts {
        let (open, close) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
        let start = text.find(&open).ok_or_else(|| format!("README.md: no {open}"))? + open.len();
        let end = start + text[start..].find(&close).ok_or_else(|| format!("README.md: no {close}"))?;
        text.replace_range(start..end, fresh);
    }
    Ok(text)
}

/// Words of the capture vocabulary and of every kind of row that the guide leaves out.
fn unexplained(house: &House) -> Vec<String> {
    let guide = house.text("grammar-queries/README.md");
    let spans: BTreeSet<&str> =
        guide.split('`').skip(1).step_by(2).flat_map(|span| span.split([' ', ',', '{', '[', ']'])).collect();
    let shapes = house.text("server/languages/shapes.rs");
    let folder = house.text("server/languages/folder.rs");
    let rows = house.text("server/languages/rows.rs");
    let formats = house.text("server/languages/formats.rs");
    let mut wanted: Vec<(&str, String)> = vec![];
    for list in shapes.split("\ncaptures!(").skip(1).filter_map(|rest| rest.split(");").next()) {
        wanted.extend(list.split('"').skip(1).step_by(2).map(|word| ("capture", format!("@{word}"))));
    }
    let kinds = folder.split("\nkinds! {").nth(1).and_then(|rest| rest.split("\n}").next()).unwrap_or("");
    wanted.extend(kinds.split('"').skip(1).step_by(2).map(|word| ("kind set", word.to_string())));
    let signs = folder.split("fn sign(").nth(1).and_then(|rest| rest.split("\n}").next()).unwrap_or("");
    wanted.extend(signs.split('"').skip(1).step_by(2).map(|word| ("operator", word.to_string())));
    for (text, name) in [
        (folder, "LanguageFile"),
        (folder, "Traits"),
        (rows, "Helper"),
        (rows, "Accessor"),
        (rows, "Symbol"),
        (rows, "Constants"),
        (rows, "RouteRow"),
        (rows, "Place"),
        (formats, "FormatFile"),
        (formats, "KeyRow"),
        (formats, "DirectiveRow"),
    ] {
        let fields = fields(text, name);
        if fields.is_empty() {
            wanted.push(("type that is gone", name.into()));
        }
        wanted.extend(fields.into_iter().map(|field| ("key", field)));
    }
    let missing = wanted.into_iter().filter(|(_, word)| !spans.contains(word.as_str()));
    missing
        .map(|(what, word)| format!("grammar-queries/README.md: does not explain the {what} `{word}`"))
        .collect()
}

/// The keys of a type, as they are written in rows.
fn fields(text: &str, name: &str) -> Vec<String> {
    let Some(body) =
        text.split(&format!("struct {name} {{\n")).nth(1).and_then(|rest| rest.split("\n}").next())
    else {
        return vec![];
    };
    let mut found = vec![];
    let mut renamed: Option<String> = None;
    for line in body.lines().map(str::trim) {
        if let Some(name) = line.split("rename = \"").nth(1).and_then(|rest| rest.split('"').next()) {
            renamed = Some(name.to_string());
        } else if let Some((name, _)) =
            line.trim_start_matches("pub ").split_once(": ").filter(|_| !line.starts_with(['/', '#']))
        {
            found.push(renamed.take().unwrap_or_else(|| name.replace('_', "-")));
        }
    }
    found
}

/// Dependencies without a reason.
fn unreasoned(house: &House) -> Vec<String> {
    let manifest: toml::Table = house.text("Cargo.toml").parse().expect("Cargo.toml is TOML");
    let page = house.text("server/README.md");
    let mut faults = vec![];
    for list in ["dependencies", "build-dependencies", "dev-dependencies"] {
        let names =
            manifest.get(list).and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
        let reasonless = names.filter(|name| !page.contains(&format!("`{name}`")));
        faults.extend(reasonless.map(|name| format!("server/README.md: why is `{name}` here?")));
    }
    faults
}

#[test]
fn every_path_that_a_page_names_is_there() {
    let house = House::real();
    assert_none(&missing_paths(&house));
    assert!(named(house.text("README.md")).contains(&"tests/README.md".to_string()), "links are read");
    let page = |text: &str| house.with("server/README.md", text);
    assert_found(&missing_paths(&page("see `detect/attic.rs`")), "detect/attic.rs");
    assert_found(&missing_paths(&page("see [here](../tests/attic.md)")), "../tests/attic.md");
    assert_found(&missing_paths(&page("see `rules/<rule>.txt`")), "rules/<rule>.txt");
    assert_none(&missing_paths(&House::of(&[("README.md", "`a/<b>.rs`"), ("a/x.rs", "")])));
}

#[test]
fn tables_of_the_first_page_are_current() {
    let house = House::real();
    let parts = generated(&house);
    // The transcript on the same page is renewed by another test.
    let _held = FIRST_PAGE.lock().unwrap_or_else(PoisonError::into_inner);
    let page = std::fs::read_to_string(root().join("README.md")).expect("a readable page");
    let fresh = refreshed(&page, &parts).expect("every mark is there");
    assert_eq!(
        refreshed(&page.replace("| `lsp-lint check`", "| `lsp-lint chekc`"), &parts),
        Ok(fresh.clone())
    );
    assert!(refreshed("no marks", &parts).is_err());
    if fresh != page {
        std::fs::write(root().join("README.md"), &fresh).expect("a writable page");
        panic!("README.md was stale and has been written anew; run the tests again");
    }
}

#[test]
fn the_first_page_names_every_rule_language_and_command() {
    let house = House::real();
    let parts = generated(&house);
    for rule in lsp_lint::rules::RULES {
        assert!(parts["rules"].contains(&format!("[{}](server/rules/", rule.id)), "{}", rule.id);
    }
    for language in languages(&house) {
        let name = &lsp_lint::languages::all().find(|known| known.id == language).expect("loaded").name;
        assert!(parts["languages"].contains(&format!("| {name} |")), "{language}");
    }
    for (name, said) in commands(&house) {
        assert!(parts["commands"].contains(&format!("`lsp-lint {name}` | ")) && !said.is_empty(), "{name}");
    }
}

#[test]
fn the_guide_explains_every_word_that_rows_and_patterns_may_use() {
    let house = House::real();
    assert_none(&unexplained(&house));
    let guide = house.text("grammar-queries/README.md");
    for word in ["@sequence", "range-inclusive", "early-return", "on-call", "prefix"] {
        let without = house.with("grammar-queries/README.md", &guide.replace(&format!("`{word}`"), ""));
        let without = without
            .with("grammar-queries/README.md", &without.text("grammar-queries/README.md").replace(word, ""));
        assert_found(&unexplained(&without), &format!("`{word}`"));
    }
}

#[test]
fn every_dependency_has_a_reason() {
    let house = House::real();
    assert_none(&unreasoned(&house));
    let more = house.text("Cargo.toml").replace("\n[dependencies]\n", "\n[dependencies]\nattic = \"1\"\n");
    assert_found(&unreasoned(&house.with("Cargo.toml", &more)), "`attic`");
}
