//! What holds for every text: shown on the code of all rule pages, and on broken copies of it.

use lsp_lint::detect::{
    Source, detect, detect_by_items, detect_once, detect_to_judge, glance, has_syntax_error,
};
use lsp_lint::facts::{Certainty, Facts, Role};
use lsp_lint::languages::{self, Language};
use lsp_lint::lint::{all_rules, apply, concerns, is_on, lint, lint_traced, suppress_here};
use lsp_lint::project::{LevelSetting, Profile, Project, Settings};
use lsp_lint::rules::{Env, Finding, Fix, RULES, Rule};
use lsp_lint::text::Span;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A piece of code from a page.
struct Snippet {
    language: &'static Language,
    path: String,
    text: String,
}

/// Every fence of every page in a language that is served.
fn snippets() -> Vec<Snippet> {
    let mut all = vec![];
    for rule in all_rules() {
        let mut lines = rule.page.lines();
        while let Some(line) = lines.next() {
            let trimmed = line.trim_start();
            let Some(words) = trimmed.strip_prefix("```") else { continue };
            let indent = line.len() - trimmed.len();
            let body = lines.by_ref().take_while(|inner| inner.trim_start() != "```");
            let text: String =
                body.map(|inner| format!("{}\n", inner.get(indent..).unwrap_or_default())).collect();
            let mut words = words.split_whitespace();
            let Some(language) = words.next().and_then(languages::by_editor_id) else { continue };
            let suffix = language.suffixes.first().map_or("conf", String::as_str);
            let named = words.find_map(|word| word.strip_prefix("path=")).map(String::from);
            let path = named.unwrap_or_else(|| format!("app/page.{suffix}"));
            all.push(Snippet { language, path, text });
        }
    }
    assert!(all.len() > 50, "only {} pieces of code on the pages", all.len());
    all
}

/// A text under the eyes of every rule, whatever its profile.
struct Look {
    found: Vec<Finding>,
    suppressed_here: Vec<Option<Fix>>,
}

fn look(snippet: &Snippet, text: &str) -> Look {
    let project = Project::default();
    let settings = Settings { profile: Profile::All, ..project.settings(&snippet.path) };
    let (language, vocabulary) = (snippet.language, project.vocabulary(snippet.language));
    let registry = project.registry();
    let source =
        Source { path: &snippet.path, text: text.into(), language, vocabulary: &vocabulary, registry };
    let detection = detect(&source, None);
    let env = Env { registry, vocabulary: &vocabulary, language, project: &project, settings: &settings };
    let (found, _) = lint_traced(&detection.facts, &env);
    let suppressed_here =
        found.iter().map(|finding| suppress_here(&detection.facts, &env, finding)).collect();
    Look { found, suppressed_here }
}

impl Look {
    fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        self.found.iter().for_each(|finding| *counts.entry(finding.rule).or_default() += 1);
        counts
    }
}

#[test]
fn a_fix_removes_its_finding_adds_none_and_breaks_no_syntax() {
    let mut faults = vec![];
    let mut fixes = 0;
    for snippet in snippets() {
        let before = look(&snippet, &snippet.text);
        for finding in &before.found {
            for fix in &finding.fixes {
                fixes += 1;
                let text = apply(&snippet.text, [fix]);
                let after = look(&snippet, &text);
                let (old, new) = (before.counts(), after.counts());
                let mut fault =
                    |what: &str| faults.push(format!("{}: \"{}\" {what}:\n{text}", finding.rule, fix.title));
                if new.get(finding.rule) >= old.get(finding.rule) {
                    fault("does not remove its finding");
                }
                if let Some((rule, _)) = new.iter().find(|(rule, count)| old.get(*rule).unwrap_or(&0) < count)
                {
                    fault(&format!("adds {rule}"));
                }
                if has_syntax_error(&text, snippet.language)
                    && !has_syntax_error(&snippet.text, snippet.language)
                {
                    fault("breaks the syntax");
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
    assert!(fixes > 20, "only {fixes} fixes were tried");
}

#[test]
fn fixing_what_is_fixed_changes_nothing() {
    for snippet in snippets() {
        let mut text = snippet.text.clone();
        let mut rounds = 0;
        loop {
            let found = look(&snippet, &text).found;
            let next = apply(&text, found.iter().filter_map(|finding| finding.fixes.first()));
            if next == text {
                break;
            }
            rounds += 1;
            assert!(rounds < 10, "fixing goes round in circles:\n{next}");
            text = next;
        }
        let again = look(&snippet, &text).found;
        let fixes = again.iter().filter_map(|finding| finding.fixes.first());
        assert_eq!(apply(&text, fixes), text);
    }
}

#[test]
fn a_finding_that_is_suppressed_here_is_gone_and_its_suppression_is_used() {
    let mut faults = vec![];
    for snippet in snippets() {
        let before = look(&snippet, &snippet.text);
        for (finding, fix) in before.found.iter().zip(&before.suppressed_here) {
            let Some(fix) = fix else { continue };
            let text = apply(&snippet.text, [fix]);
            let after = look(&snippet, &text);
            let (old, new) = (before.counts(), after.counts());
            if new.get(finding.rule) >= old.get(finding.rule)
                || new.get("unused-suppression") > old.get("unused-suppression")
            {
                faults.push(format!("{} in {}:\n{text}", finding.rule, snippet.language.id));
            }
            if has_syntax_error(&text, snippet.language) && !has_syntax_error(&snippet.text, snippet.language)
            {
                faults
                    .push(format!("{} in {}: breaks the syntax:\n{text}", finding.rule, snippet.language.id));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

/// A small generator whose numbers are the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n.max(1)
    }
}

/// Pieces that have made parsers and readers stumble.
const STONES: &[&str] = &[
    "\0",
    "\r",
    "\r\n",
    "\"",
    "'",
    "`",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    ";",
    "\\",
    "\u{feff}",
    "\u{1F600}",
    "e\u{301}",
    "404",
    "4xx",
    "0",
    "99999999999",
    "-1",
    "status",
    "http",
    "== 200 or 201",
    "# lsp-lint: ignore",
    "// lsp-lint: off[",
    "/* lsp-lint: ignore[x] -- */",
    "${",
    "{{",
    "\t",
    "    ",
    "\n\n",
];

fn broken(text: &str, dice: &mut Dice) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=dice.below(3) {
        let (a, b) = (dice.below(bytes.len() + 1), dice.below(bytes.len() + 1));
        let (a, b) = (a.min(b), a.max(b));
        match dice.below(5) {
            0 => drop(bytes.drain(a..b.min(a + 12))),
            1 => drop(bytes.splice(a..a, STONES[dice.below(STONES.len())].bytes())),
            2 => bytes.truncate(b),
            3 => {
                let copy = bytes[a..b.min(a + 40)].to_vec();
                bytes.splice(a..a, copy);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(a) {
                    *byte = dice.below(256) as u8;
                }
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Asks every rule about every candidate of a text, which is made long enough for it.
fn ask(snippet: &Snippet, text: &str) {
    let project = Project::default();
    let settings = project.settings(&snippet.path);
    let (language, vocabulary) = (snippet.language, project.vocabulary(snippet.language));
    let (registry, text) = (project.registry(), format!("{text}\n{}", "é\n".repeat(1000)));
    let source =
        Source { path: &snippet.path, text: text.into(), language, vocabulary: &vocabulary, registry };
    let env = Env { registry, vocabulary: &vocabulary, language, project: &project, settings: &settings };
    detect_to_judge(&source, false, &|spot| {
        RULES.iter().filter(|rule| (rule.concerns)(spot, &env)).count() > RULES.len()
    });
}

#[test]
fn no_text_makes_detection_or_a_rule_panic() {
    let mut dice = Dice(42);
    for snippet in snippets() {
        for _ in 0..8 {
            let text = broken(&snippet.text, &mut dice);
            let seen = std::panic::catch_unwind(|| {
                ask(&snippet, &text);
                look(&snippet, &text)
            });
            let Ok(seen) = seen else { panic!("{} of {}:\n{text:?}", snippet.path, snippet.language.id) };
            for fix in seen
                .found
                .iter()
                .flat_map(|finding| &finding.fixes)
                .chain(seen.suppressed_here.iter().flatten())
            {
                for edit in &fix.edits {
                    let (start, end) = (edit.span.start as usize, edit.span.end as usize);
                    assert!(
                        start <= end && text.is_char_boundary(start) && text.is_char_boundary(end),
                        "{text:?}"
                    );
                }
            }
        }
    }
}

/// Per language, all pieces of code and all fixtures in files of many items, and copies of them that are broken.
fn long_files() -> Vec<Snippet> {
    let mut files: Vec<Snippet> = vec![];
    let mut pieces = snippets();
    pieces.extend(fixtures());
    for piece in pieces {
        let last = files.iter_mut().rev().find(|file| file.language.id == piece.language.id);
        match last.filter(|file| file.text.len() < 8000) {
            Some(file) => file.text += &piece.text,
            None => files.push(piece),
        }
    }
    files
}

/// The files that people keep under `fixtures/` of each language.
fn fixtures() -> Vec<Snippet> {
    let mut all = vec![];
    for language in languages::all() {
        let folder = format!("{}/grammar-queries/{}/fixtures", env!("CARGO_MANIFEST_DIR"), language.id);
        for name in lsp_lint::workspace::names_in(folder.as_ref()) {
            let text = std::fs::read_to_string(format!("{folder}/{name}")).expect("a fixture is a text");
            all.push(Snippet { language, path: name, text });
        }
    }
    assert!(all.len() > 20, "only {} fixtures", all.len());
    all
}

#[test]
fn reading_item_by_item_finds_what_a_whole_parse_finds() {
    let mut dice = Dice(7);
    let project = Project::default();
    let (mut cut, mut faults) = (0, vec![]);
    for file in long_files() {
        for round in 0..6 {
            let text = if round == 0 { file.text.clone() } else { broken(&file.text, &mut dice) };
            let vocabulary = project.vocabulary(file.language);
            let source = Source {
                path: &file.path,
                text: text.into(),
                language: file.language,
                vocabulary: &vocabulary,
                registry: project.registry(),
            };
            let whole = detect(&source, None);
            let sound = whole.tree.as_ref().is_some_and(|tree| !tree.root_node().has_error());
            for other in [detect_once(&source), detect_by_items(&source)] {
                cut += usize::from(other.parsed > 0 && other.tree.is_none());
                // Two readings of a broken file may repair it in two ways.
                if sound && format!("{:#?}", other.facts) != format!("{:#?}", whole.facts) {
                    faults.push(format!("{} in {}:\n{}", file.path, file.language.id, source.text));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} files differ\n{}", faults.len(), faults[0]);
    assert!(cut >= 10, "only {cut} readings were item by item");
}

/// Settings under which this rule alone speaks.
fn only(rule: &Rule, project: &Project, path: &str) -> Settings {
    let others = RULES.iter().filter(|other| other.id != rule.id);
    let mut settings = Settings { profile: Profile::All, ..project.settings(path) };
    settings.levels.extend(others.map(|other| (other.id.to_string(), LevelSetting::Off)));
    settings
}

#[test]
fn each_rule_finds_in_what_concerns_it_what_it_finds_in_all() {
    let project = Project::default();
    let mut found: BTreeMap<&str, usize> = RULES.iter().map(|rule| (rule.id, 0)).collect();
    let (mut spared, mut faults) = (0, vec![]);
    for file in snippets().into_iter().chain(fixtures()).chain(long_files()) {
        let (language, vocabulary) = (file.language, project.vocabulary(file.language));
        // Nobody is asked about small files.
        let Some(comment) = language.comment(&"x".repeat(100)) else { continue };
        let text = format!("{}\n{}", file.text, format!("{comment}\n").repeat(40));
        let (path, registry) = (&*file.path, project.registry());
        let source = Source { path, text: text.into(), language, vocabulary: &vocabulary, registry };
        let whole = detect(&source, None).facts;
        for rule in RULES {
            let settings = only(rule, &project, path);
            let env =
                Env { registry, vocabulary: &vocabulary, language, project: &project, settings: &settings };
            let judged = detect_to_judge(&source, false, &|spot| (rule.concerns)(spot, &env)).facts;
            let (all, concerned) = (lint(&whole, &env), lint(&judged, &env));
            spared += usize::from(whole.parsed && !judged.parsed);
            *found.entry(rule.id).or_default() += all.len();
            if format!("{all:?}") != format!("{concerned:?}") {
                faults.push(format!("{} in {path}:\n{all:#?}\n{}", rule.id, file.text));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
    assert!(found.values().all(|count| *count > 0), "{found:?}");
    assert!(spared > 200, "only {spared} readings were spared");
}

/// What a large text brings that is judged as `check` does.
struct Judged {
    /// The findings of a whole parse.
    all: Vec<Finding>,
    /// Those of what concerns a rule.
    concerned: Vec<Finding>,
    /// The rules that something concerns.
    asking: Vec<&'static str>,
    /// Something had to be parsed.
    parsed: bool,
}

/// `~` makes a text large enough to be asked about; without one its end does.
fn judged(path: &str, text: &str) -> Judged {
    let project = Project::default();
    let language = languages::by_path(path).expect("it is served");
    let comment = language.comment(&"x".repeat(100)).expect("it has comments");
    let filler = format!("{comment}\n").repeat(40);
    let text = if text.contains('~') { text.replace('~', &filler) } else { format!("{text}\n{filler}") };
    let (vocabulary, settings) = (project.vocabulary(language), project.settings(path));
    let (registry, project) = (project.registry(), &project);
    let source = Source { path, text: text.as_str().into(), language, vocabulary: &vocabulary, registry };
    let env = Env { registry, vocabulary: &vocabulary, language, project, settings: &settings };
    let asking = RefCell::new(vec![]);
    let judged = detect_to_judge(&source, false, &|spot| {
        let rules = RULES.iter().filter(|rule| is_on(rule, &settings) && (rule.concerns)(spot, &env));
        asking.borrow_mut().extend(rules.map(|rule| rule.id));
        concerns(spot, &env)
    });
    let whole = detect(&source, None);
    assert!(whole.facts.parsed, "{path}: {text}");
    Judged {
        all: lint(&whole.facts, &env),
        concerned: lint(&judged.facts, &env),
        asking: asking.into_inner(),
        parsed: judged.facts.parsed,
    }
}

/// One thing is wrong in each of these: conditions of two numbers of which one may be no status, and codes that are sent from places
/// where little or nothing on their line says so.
const WRONG: &[(&str, &str)] = &[
    ("a.js", "~\nif ([200, 201].includes(res.status) || 202) go();\n"),
    ("a.js", "~\nif (res.status >= 500 || res.status < 600) go();\n"),
    ("a.js", "if (!(res.status >= 200) && res.status === 204) go();\n"),
    ("a.py", "import requests\n~\ndef f(response):\n    return 700 <= response.status_code < 300\n"),
    (
        "a.py",
        "from flask import jsonify, make_response\n\ndef f(e):\n    return make_response(\n        jsonify(\n            error='no',\n            detail=str(e),\n        ),\n        420,\n    )\n",
    ),
    (
        "a.py",
        "from flask import Flask, jsonify\n\napp = Flask(__name__)\n\n@app.route('/')\ndef f():\n    return (\n        jsonify(done=True),\n        205,\n    )\n",
    ),
    (
        "a.py",
        "from fastapi import FastAPI, HTTPException\n\napp = FastAPI()\n\n@app.get('/')\ndef f(e):\n    status, detail = (\n        420 if e.teapot\n        else 400\n    ), 'no'\n    raise HTTPException(status, detail)\n",
    ),
    (
        "a.py",
        "from fastapi import FastAPI\n\napp = FastAPI()\n\n@app.get('/', responses={\n    **ERRORS,\n    499: {'model': Error},\n})\ndef f():\n    return {}\n",
    ),
    (
        "a.js",
        "const express = require('express');\nconst app = express();\nconst teapot = 306;\napp.get('/', (req, res) => { res.status(teapot).end(); });\n",
    ),
    (
        "a.js",
        "const app = require('express')();\napp.get('/', (req, res) => {\n  res\n    .status(\n      req.query.brew\n        ? 306\n        : 200\n    )\n    .end();\n});\n",
    ),
    (
        "a.js",
        "const app = require('express')();\nfunction fail(res, code) { res.status(code).end(); }\napp.get('/', (req, res) => { fail(res, 306); });\n",
    ),
    (
        "a.js",
        "const app = require('express')();\napp.get('/', (req, res) => {\n  if (!req.user) {\n    res.status(401).json({});\n  }\n  res.json({});\n});\n",
    ),
    (
        "a.js",
        "const app = require('express')();\napp.get('/', (req, res) => {\n  return res\n    .sendStatus(404)\n    .json({});\n});\n",
    ),
    (
        "a.js",
        "const app = require('express')();\napp.get('/', (req, res) => {\n  res.status(404).send('Forbidden');\n});\n",
    ),
    (
        "a.js",
        "const NAMES = {\n  400: 'Bad Request',\n  401: 'Unauthorized',\n  403: 'Not Found',\n  409: 'Conflict',\n};\n",
    ),
    (
        "a.go",
        "package a\n\nimport \"net/http\"\n\nfunc f(w http.ResponseWriter, r *http.Request) {\n\thttp.Redirect(\n\t\tw, r, \"/login\",\n\t\thttp.StatusOK,\n\t)\n}\n",
    ),
    (
        "a.go",
        "package a\n\nimport \"net/http\"\n\nfunc f(w http.ResponseWriter, r *http.Request) {\n\tif r.Body == nil {\n\t\thttp.Error(w, \"no\", 400)\n\t}\n\thttp.Error(w, \"no\", 404)\n}\n",
    ),
    (
        "a.rs",
        "use axum::Json;\nuse axum::http::StatusCode;\nuse axum::response::IntoResponse;\n\nasync fn f() -> impl IntoResponse {\n    (StatusCode::NO_CONTENT, Json(1))\n}\n",
    ),
];

#[test]
fn what_is_wrong_is_found_however_it_is_written() {
    let mut faults = vec![];
    for (path, text) in WRONG {
        let Judged { all, concerned, .. } = judged(path, text);
        let messages =
            |findings: &[Finding]| findings.iter().map(|finding| finding.message.clone()).collect::<Vec<_>>();
        if all.len() != 1 || format!("{concerned:#?}") != format!("{all:#?}") {
            faults.push(format!("{path}: {text}\n{:#?}\nand {:#?}", messages(&all), messages(&concerned)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn ordinary_codes_concern_no_rule_and_cost_no_parse() {
    let mut faults = vec![];
    for (path, line) in [
        ("a.py", "if response.status_code == 404: pass"),
        ("a.py", "if response.status_code == 200 or response.status_code == 201: pass"),
        ("a.py", "if response.status_code == 304 or 200 <= response.status_code < 300: pass"),
        ("a.py", "ok = 200 <= response.status_code < 300"),
        ("a.py", "raise HTTPException(404, 'No such order')"),
        ("a.py", "NOT_FOUND_STATUS = 404  # Not Found"),
        ("a.py", "STATUSES = {100: 'Continue', 204: 'No Content', 401: 'Unauthorized', 404: 'Not Found'}"),
        ("a.py", "raise HTTPException(400, f'no more than 255 items of {response.status} may be sent')"),
        ("a.py", "response = session.get(url, limit=100, statuses=response.statuses[:100])"),
        ("a.py", "def f():\n    \"\"\"Answers 204, or 418 for teapots: status 200 or 201.\"\"\"\n"),
        ("a.js", "if (res.status >= 200 && res.status < 300) go()"),
        ("a.js", "if (res.status >= 400 && res.status < 500 && res.status !== 404) go()"),
        ("a.js", "if (is('401', res.status)) { throw new Failure(res.status, 'Not Found') }"),
        ("a.js", "const alpha = 255 * response.alpha, share = response.statusCode / 100"),
        ("a.js", "// res.status(204).json({}): status 404 Forbidden"),
        ("a.js", "return res.status(404).json({ error: 'Not Found' })"),
        ("a.js", "if (!user) { return res.status(404).json({}); }\nres.status(200).json(user)"),
        (
            "a.js",
            "const app = require('express')()\napp.get('/a', (req, res) => res.json({}))\napp.get('/b', (req, res) => res.status(200).json([]))",
        ),
        (
            "a.go",
            "package a\n\nimport \"net/http\"\n\nfunc f(w http.ResponseWriter) { http.Error(w, \"no\", http.StatusNotFound) }",
        ),
        (
            "a.go",
            "package a\n\nimport \"net/http\"\n\nfunc f(w http.ResponseWriter, e error) {\n\tif e != nil {\n\t\thttp.Error(w, \"no\", 500)\n\t\treturn\n\t}\n\tw.WriteHeader(http.StatusOK)\n}",
        ),
        (
            "a.rs",
            "use http::StatusCode;\nfn f() -> StatusCode { if res.status() == 404 { StatusCode::OK } else { StatusCode::CREATED } }",
        ),
        (
            "a.rs",
            "use http::StatusCode;\n#[cfg(test)]\nmod tests {\n    fn f() { assert_eq!(status(700), StatusCode::from_u16(306)); }\n}",
        ),
    ] {
        let Judged { all, asking, parsed, .. } = judged(path, line);
        if parsed || !all.is_empty() {
            faults.push(format!("{path}: {line}\nconcerns {asking:?}: {all:#?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Classes whose first function has a code, and another without one, called `fail`, that `{call}` may lead into.
const CLASSES: &[(&str, &str, &str)] = &[
    (
        "a.py",
        "import logging\n\nclass A:\n    def f(self, response):\n        if response.status_code == 404:\n            return {call}\n\n    def fail(self, code):\n        response = self.response_of_this_request\n        response.status_code = code\n        return response\n",
        "self.fail(418)",
    ),
    (
        "a.js",
        "import x from 'x';\n\nexport class A {\n  f(res) {\n    if (res.statusCode === 404) return {call};\n  }\n\n  fail(code) {\n    const response = this.responseOfThisRequest;\n    response.statusCode = code;\n    return response;\n  }\n}\n",
        "this.fail(418)",
    ),
    (
        "a.ts",
        "import x from 'x';\n\nexport abstract class A {\n  f(res: R) {\n    if (res.statusCode === 404) return {call};\n  }\n\n  fail(code: number) {\n    const response = this.responseOfThisRequest;\n    response.statusCode = code;\n    return response;\n  }\n}\n",
        "this.fail(418)",
    ),
    (
        "a.rs",
        "use x::X;\n\nimpl A {\n    fn f(&self, res: &R) -> R {\n        if res.status_code == 404 { return {call}; }\n        R::default()\n    }\n\n    fn fail(&self, code: u16) -> R {\n        let mut response = self.response_of_this_request();\n        response.status_code = code;\n        response\n    }\n}\n",
        "self.fail(418)",
    ),
];

#[test]
fn bodies_without_a_code_are_parsed_only_where_a_name_leads_into_them() {
    let project = Project::default();
    for (path, class, call) in CLASSES {
        let language = languages::by_path(path).expect("it is served");
        let vocabulary = project.vocabulary(language);
        for (call, leads) in [("null", false), (call, true)] {
            let text: Arc<str> = class.replace("{call}", call).into();
            let registry = project.registry();
            let source = Source { path, text: text.clone(), language, vocabulary: &vocabulary, registry };
            let (whole, cut) = (detect(&source, None), detect_by_items(&source));
            assert_eq!(format!("{:#?}", cut.facts), format!("{:#?}", whole.facts), "{text}");
            assert_eq!(cut.parsed < whole.parsed, !leads, "{path}: {} of {}", cut.parsed, whole.parsed);
            assert_eq!(whole.facts.mentions.len(), if leads { 2 } else { 1 }, "{text}");
        }
    }
}

#[test]
fn a_glance_at_a_broken_item_sees_what_the_others_do() {
    let text = "package a\n\nimport \"net/http\"\n\nfunc g(w http.ResponseWriter) {\n\tfail(w, 404)\n\tx := (\n}\n\nfunc fail(w http.ResponseWriter, status int) {\n\tw.WriteHeader(status)\n}\n";
    let (project, language) = (Project::default(), languages::by_path("a.go").expect("Go is served"));
    let vocabulary = project.vocabulary(language);
    let read = |text: &str| Source {
        path: "a.go",
        text: text.into(),
        language,
        vocabulary: &vocabulary,
        registry: project.registry(),
    };
    let place = text.find("404").expect("it is there");
    let (broken, sound) = (read(text), read(&text.replace("x := (", "x := 1")));
    let tree = detect(&broken, None).tree.expect("it is parsed");
    assert!(tree.root_node().has_error());
    let glance = glance(&broken, &tree, Span::new(place, place)).expect("it has items");
    assert!(glance.tree.is_none() && glance.part.len() < text.len(), "the item was parsed by itself");
    let mention = |facts: &Facts| facts.mentions_at(place as u32).next().map(|m| (m.role, m.certainty));
    assert_eq!(mention(&glance.facts), Some((Role::Sent, Certainty::Proven)));
    assert_eq!(mention(&glance.facts), mention(&detect(&sound, None).facts));
}
