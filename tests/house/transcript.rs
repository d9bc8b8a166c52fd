//! The transcript of the first page, run again in `tests/demo/`, and what must be found there.

use super::files::root;
use super::readme::FIRST_PAGE;
use std::collections::BTreeSet;
use std::process::{Command, Output};
use std::sync::PoisonError;

fn lsp_lint(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lsp-lint"))
        .args(arguments)
        .current_dir(root().join("tests/demo"))
        .env_clear()
        .output()
        .expect("the program starts")
}

/// The page with every `console` fence as it comes out today.
fn replayed(page: &str) -> String {
    let (mut text, mut inside) = (String::new(), false);
    for line in page.split_inclusive('\n') {
        let fence = line.starts_with("```");
        let command = line.strip_prefix("$ lsp-lint").map(str::trim);
        if fence {
            inside = line.trim_end() == "```console";
        }
        match command.filter(|_| inside) {
            None if inside && !fence => {}
            None => text.push_str(line),
            Some(command) => {
                if !text.ends_with("```console\n") && !text.ends_with("\n\n") {
                    text.push('\n');
                }
                text.push_str(line);
                let output = lsp_lint(&command.split_whitespace().collect::<Vec<_>>());
                for stream in [&output.stdout, &output.stderr] {
                    text.push_str(std::str::from_utf8(stream).expect("UTF-8"));
                }
            }
        }
    }
    text
}

#[test]
fn the_first_page_shows_what_the_program_prints() {
    let path = root().join("README.md");
    let _held = FIRST_PAGE.lock().unwrap_or_else(PoisonError::into_inner);
    let page = std::fs::read_to_string(&path).expect("a readable page");
    assert!(page.contains("\n```console\n$ lsp-lint "), "the transcript is gone");
    let fresh = replayed(&page);
    if fresh != page && std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &fresh).expect("a writable page");
    }
    snapbox::assert_data_eq!(page, snapbox::Data::text(fresh).raw());
}

#[test]
fn every_file_of_the_demo_has_a_finding_and_exactly_its_mistakes_are_found() {
    let output = lsp_lint(&["--format", "jsonl"]);
    assert_eq!(output.status.code(), Some(1));
    let findings: Vec<serde_json::Value> = String::from_utf8(output.stdout)
        .expect("UTF-8")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON line"))
        .collect();
    let files: BTreeSet<&str> = findings.iter().filter_map(|finding| finding["path"].as_str()).collect();
    let expected = [
        "api/orders.py",
        "deploy/netlify.toml",
        "deploy/nginx.conf",
        "deploy/openapi.yaml",
        "gateway/main.go",
        "web/client.ts",
        "web/server.js",
        "worker/main.rs",
    ];
    assert_eq!(files.into_iter().collect::<Vec<_>>(), expected);
    // Ports, sizes, time-outs, counts, and a code of the shop's own: decoys that the sources name.
    for finding in &findings {
        for decoy in [300, 460, 3000, 8080] {
            let boundary = finding["rule"] == "status-boundary-slip";
            let named = finding["codes"].as_array().expect("a list").contains(&decoy.into());
            assert!(boundary || !named, "{finding}");
        }
    }
}
