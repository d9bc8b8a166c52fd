//! Habits of the house: rules are blind to languages, nothing is left half done, and no file knows the machine it was written on.

use super::files::{House, assert_found, assert_none, code, uncommented};
use super::listed::languages;

/// Rules that ask which language they are in, and other rooms that choose by a language's name.
fn choices_by_language(house: &House) -> Vec<String> {
    // Some products are both a language and a vendor profile, and a rule may ask for the profile.
    let vendors = house.text("server/project/vendors.toml");
    let names: Vec<String> = languages(house).iter().map(|name| format!("\"{name}\"")).collect();
    let mut faults = vec![];
    for (path, text) in house.rust("server/").filter(|(path, _)| !path.starts_with("server/languages/")) {
        for (line, said) in code(text) {
            let named = names.iter().find(|name| {
                let chosen = said.contains(&format!("{name} =>")) || said.contains(&format!("{name} |"));
                said.contains(*name)
                    && (chosen || path.starts_with("server/rules/") && !vendors.contains(*name))
            });
            let asked = [
                "language.id ==",
                "language.id !=",
                "language.name ==",
                "language.name !=",
                "match language.",
            ]
            .iter()
            .find(|question| said.contains(**question));
            if named.is_some() || asked.is_some() {
                faults.push(format!("{path}:{line}: chooses by language: {}", said.trim()));
            }
        }
    }
    faults
}

/// Work that says of itself that it is not done, and modules that say nothing.
fn unfinished(house: &House) -> Vec<String> {
    // Put together here, or this file would be at fault itself.
    let words: Vec<String> = [["#[ig", "nore"], ["to", "do!("], ["unimple", "mented!("], ["db", "g!("]]
        .map(|word| word.concat())
        .into();
    let vague = ["utils", "util", "common", "helpers", "manager", "misc", "core"];
    let mut faults = vec![];
    for (path, text) in ["server/", "tests/"].iter().flat_map(|folder| house.rust(folder)) {
        let name = path.trim_end_matches("/mod.rs").trim_end_matches(".rs").rsplit('/').next().unwrap_or("");
        if vague.contains(&name) {
            faults.push(format!("{path}: a name that says nothing"));
        }
        for (line, said) in uncommented(text) {
            if let Some(word) = words.iter().find(|word| said.contains(word.as_str())) {
                faults.push(format!("{path}:{line}: `{word}`"));
            }
        }
    }
    faults
}

/// Files that name where packages come from, or a folder of somebody's machine.
fn machine_words(house: &House) -> Vec<String> {
    let words: Vec<String> = [
        ["registry.npm", "js.org"],
        ["static.crates", ".io"],
        ["index.crates", ".io"],
        ["files.python", "hosted.org"],
        ["pypi", ".org/simple"],
        ["proxy.go", "lang.org"],
        ["deb.deb", "ian.org"],
        ["/wo", "rk/main"],
        ["/wo", "rk/wt"],
        ["/wo", "rk/shared"],
        ["/ro", "ot/"],
        ["/Us", "ers/"],
    ]
    .map(|word| word.concat())
    .into();
    let mut faults = vec![];
    for (path, text) in &house.files {
        for word in words.iter().filter(|word| text.contains(word.as_str())) {
            let line = text.lines().position(|line| line.contains(word.as_str())).map_or(0, |i| i + 1);
            faults.push(format!("{path}:{line}: names `{word}`"));
        }
    }
    faults
}

#[test]
fn no_rule_asks_for_a_language_and_no_other_room_chooses_by_one() {
    let house = House::real();
    assert_none(&choices_by_language(&house));
    let rule = house.with("server/rules/x.rs", "if name == \"python\" {}");
    assert_found(&choices_by_language(&rule), "server/rules/x.rs:1");
    let asks = house.with("server/ide/x.rs", "if env.language.id == other {}");
    assert_found(&choices_by_language(&asks), "server/ide/x.rs:1");
    assert_found(&choices_by_language(&house.with("server/cli/x.rs", "\"go\" => 1,")), "server/cli/x.rs:1");
}

#[test]
fn nothing_is_left_half_done() {
    let house = House::real();
    assert_none(&unfinished(&house));
    let later = ["fn x() { to", "do!() }"].concat();
    assert_found(&unfinished(&house.with("server/ide/x.rs", &later)), "server/ide/x.rs:1");
    assert_found(&unfinished(&house.with("server/lsp/utils.rs", "")), "says nothing");
    let skipped = ["#[ig", "nore]\nfn x() {}"].concat();
    assert_found(&unfinished(&house.with("tests/x.rs", &skipped)), "tests/x.rs:1");
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let house = House::real();
    assert_none(&machine_words(&house));
    let host = ["https://registry.npm", "js.org/express"].concat();
    assert_found(&machine_words(&house.with("tests/corpus/fetch", &host)), "tests/corpus/fetch:1");
}
