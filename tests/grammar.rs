//! The parser of the grammar that is our own is the one its `grammar.json` makes, and that is what `grammar.js` says where
//! node is at hand.

use std::path::{Path, PathBuf};
use std::process::Command;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar-queries/nginx/grammar")
}

/// Rewrites a generated file that is stale; the test fails once.
fn healed(path: &Path, fresh: &str) -> bool {
    let current = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    if current == fresh {
        return true;
    }
    std::fs::write(path, fresh).expect("a writable file");
    false
}

#[test]
fn the_parser_is_what_its_grammar_makes() {
    let folder = folder();
    let grammar = std::fs::read_to_string(folder.join("grammar.json")).expect("a readable grammar");
    let (name, parser) = tree_sitter_generate::generate_parser_for_grammar(
        &grammar,
        None,
        tree_sitter_generate::OptLevel::default(),
        &mut vec![],
    )
    .expect("a grammar without conflicts");
    assert_eq!(name, "directives");
    assert!(healed(&folder.join("parser.c"), &parser), "parser.c was stale: it is rewritten, build again");
    let header = folder.join("tree_sitter/parser.h");
    assert!(healed(&header, tree_sitter_generate::PARSER_HEADER), "parser.h was stale: it is rewritten");
}

#[test]
fn the_grammar_that_people_edit_is_the_one_that_is_compiled() {
    // `grammar.js` only builds plain objects, so that this much of the grammar language evaluates it.
    let script = r#"
        const rule = r => r instanceof RegExp ? { type: 'PATTERN', value: r.source } : typeof r === 'string' ? { type: 'STRING', value: r } : r;
        const names = new Proxy({}, { get: (_, name) => ({ type: 'SYMBOL', name }) });
        globalThis.seq = (...m) => ({ type: 'SEQ', members: m.map(rule) });
        globalThis.choice = (...m) => ({ type: 'CHOICE', members: m.map(rule) });
        globalThis.repeat = r => ({ type: 'REPEAT', content: rule(r) });
        globalThis.field = (name, r) => ({ type: 'FIELD', name, content: rule(r) });
        globalThis.token = r => ({ type: 'TOKEN', content: rule(r) });
        globalThis.prec = (value, r) => ({ type: 'PREC', value, content: rule(r) });
        globalThis.prec.right = r => ({ type: 'PREC_RIGHT', value: 0, content: rule(r) });
        globalThis.grammar = g => ({
            name: g.name, word: g.word(names).name,
            rules: Object.fromEntries(Object.entries(g.rules).map(([k, f]) => [k, rule(f(names))])),
            extras: g.extras(names).map(rule),
        });
        process.stdout.write(JSON.stringify(require(process.argv[1])));
    "#;
    let run = Command::new("node").args(["-e", script]).arg(folder().join("grammar.js")).output();
    let Ok(output) = run else { return }; // no node here: the machine that runs every test has it
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let text = std::fs::read_to_string(folder().join("grammar.json")).expect("a readable grammar");
    let compiled: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    for part in ["name", "word", "rules", "extras"] {
        assert_eq!(said[part], compiled[part], "`{part}` of grammar.json is not what grammar.js says");
    }
}
