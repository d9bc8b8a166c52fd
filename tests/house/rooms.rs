//! Which room may know which, and what only one room may know.

use super::files::{House, assert_found, assert_none, code, uncommented};

/// The rooms of `server/` in their order. A room may use those on lines above its own.
const ORDER: &[&[&str]] = &[
    &["text", "status"],
    &["facts"],
    &["languages"],
    &["project"],
    &["detect"],
    &["rules"],
    &["lint"],
    &["report", "ide"],
    &["workspace"],
    &["cli", "lsp"],
];

/// The one arrow between neighbours: `lsp-lint server` is a command, and what it starts is the protocol's room.
const DOOR: (&str, &str) = ("server/cli/server.rs", "lsp");

/// A word, and the rooms that may say it. Tests at the end of a file may say anything.
const KEPT: &[(&str, &[&str], &str)] = &[
    // `ide` and `lsp` hold a tree between two edits; they never look into it: see `LOOKING`.
    ("tree_sitter", &["languages", "detect", "ide", "lsp"], "knows grammars"),
    ("tower_lsp", &["lsp"], "has heard of the protocol"),
    ("tokio", &["lsp"], "waits"),
    ("clap", &["cli"], "reads arguments"),
    ("std::fs", &["workspace"], "has a file system"),
    ("std::net", &[], "talks to a network"),
    ("process::Command", &[], "starts a process"),
];

/// What it takes to look into a tree, and the only room that does. `languages` compiles the patterns it is asked with.
const LOOKING: &[&str] = &["TreeCursor", "QueryCursor", ".root_node(", ".child(", ".named_child("];

fn room(path: &str) -> &str {
    path["server/".len()..].split('/').next().map_or("", |name| name.trim_end_matches(".rs"))
}

fn rank(room: &str) -> Option<usize> {
    ORDER.iter().position(|rooms| rooms.contains(&room))
}

/// The modules of the crate's root that a line, or the lines of one `use`, names after `crate::`.
fn named(text: &str) -> Vec<(usize, String)> {
    let mut names = vec![];
    let lines: Vec<(usize, &str)> = uncommented(text).collect();
    for (i, (number, line)) in lines.iter().enumerate() {
        for (at, mark) in line.match_indices("crate::") {
            let rest = &line[at + mark.len()..];
            let inner = match rest.strip_prefix('{') {
                None => vec![rest.to_string()],
                Some(first) => {
                    let more = lines[i + 1..].iter().map(|(_, line)| *line);
                    let all: String = std::iter::once(first).chain(more).collect::<Vec<_>>().join(" ");
                    outermost(&all)
                }
            };
            for path in inner {
                let name: String =
                    path.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if !name.is_empty() {
                    names.push((*number, name));
                }
            }
        }
    }
    names
}

/// The items of a braced list, up to its closing brace; what stands in inner braces is left out.
fn outermost(list: &str) -> Vec<String> {
    let (mut items, mut depth) = (vec![String::new()], 0);
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => items.push(String::new()),
            _ if depth == 0 => items.last_mut().expect("one at least").push(c),
            _ => {}
        }
    }
    items
}

/// Arrows that point the wrong way.
fn arrows(house: &House) -> Vec<String> {
    let mut faults = vec![];
    for (path, text) in house.rust("server/") {
        let own = room(path);
        if matches!(own, "lib" | "main" | "build") {
            continue;
        }
        let Some(rank_of_own) = rank(own) else {
            faults.push(format!("{path}: `{own}` has no place in the order of rooms"));
            continue;
        };
        for (line, other) in named(text) {
            let Some(rank_of_other) = rank(&other) else {
                faults.push(format!("{path}:{line}: `{other}` is no room"));
                continue;
            };
            if other != own && rank_of_other >= rank_of_own && (path, other.as_str()) != DOOR {
                faults.push(format!("{path}:{line}: `{own}` may not use `{other}`"));
            }
        }
        let top =
            path.ends_with("/mod.rs") && path.matches('/').count() == 2 || path.matches('/').count() == 1;
        for (line, said) in code(text).filter(|(_, said)| top && said.contains("super::")) {
            faults.push(format!("{path}:{line}: a room names another through `crate::`: {}", said.trim()));
        }
    }
    faults
}

/// Words that a room says and may not.
fn kept(house: &House) -> Vec<String> {
    let mut faults = vec![];
    for (path, text) in house.rust("server/").filter(|(path, _)| room(path) != "build") {
        for (line, said) in code(text) {
            for (word, rooms, meaning) in KEPT {
                if said.contains(word) && !rooms.contains(&room(path)) {
                    faults.push(format!("{path}:{line}: says `{word}`; only {rooms:?} {meaning}"));
                }
            }
            let looks = LOOKING.iter().find(|word| said.contains(**word));
            if let Some(word) = looks.filter(|_| room(path) != "detect") {
                faults.push(format!("{path}:{line}: says `{word}`; only `detect` walks a tree"));
            }
        }
    }
    faults
}

/// A table of contents and a door are short.
fn doors(house: &House) -> Vec<String> {
    let lines = house.text("server/main.rs").lines().count();
    if (1..30).contains(&lines) { vec![] } else { vec![format!("server/main.rs has {lines} lines")] }
}

#[test]
fn arrows_point_one_way() {
    let house = House::real();
    assert_none(&arrows(&house));
    assert_found(
        &arrows(&house.with("server/text.rs", "use crate::lint::lint;")),
        "`text` may not use `lint`",
    );
    assert_found(
        &arrows(&house.with("server/ide/x.rs", "use crate::{\n    text,\n    report::x};")),
        "`report`",
    );
    assert_found(&arrows(&house.with("server/cli/x.rs", "fn x() { crate::lsp::run() }")), "`lsp`");
    assert_found(&arrows(&house.with("server/facts.rs", "use super::detect::detect;")), "through `crate::`");
    assert_found(&arrows(&house.with("server/attic/mod.rs", "")), "`attic` has no place");
    assert_none(&arrows(&House::of(&[("server/lint/x.rs", "use crate::{text::{Span, Unit}, rules};")])));
}

#[test]
fn every_room_of_the_order_is_there_and_in_the_table_of_contents() {
    let house = House::real();
    for room in ORDER.iter().copied().flatten() {
        assert!(house.has(&format!("server/{room}")) || house.has(&format!("server/{room}.rs")), "{room}");
        assert!(house.text("server/lib.rs").contains(&format!("pub mod {room};")), "{room}");
    }
}

#[test]
fn what_one_room_knows_no_other_says() {
    let house = House::real();
    assert_none(&kept(&house));
    assert_found(&kept(&house.with("server/rules/x.rs", "use tree_sitter::Node;")), "knows grammars");
    assert_found(&kept(&house.with("server/detect/x.rs", "std::fs::read(path)")), "has a file system");
    assert_found(&kept(&house.with("server/ide/x.rs", "tree.root_node()")), "only `detect`");
    assert_found(&kept(&house.with("server/cli/x.rs", "std::process::Command::new(x)")), "starts a process");
    assert_none(&kept(&House::of(&[("server/lint/x.rs", "// std::fs\n#[cfg(test)]\nmod t { std::fs }")])));
}

#[test]
fn the_door_is_short() {
    let house = House::real();
    assert_none(&doors(&house));
    assert_found(&doors(&house.with("server/main.rs", &"x\n".repeat(30))), "30 lines");
}
