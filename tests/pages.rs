//! The pages of the rules are their tests: every fence of code on a page is linted and must raise what its lines say.
//!
//! A fence begins with the language's editor id, and perhaps more words:
//!
//! * nothing more: the code raises, line by line, exactly the rules that the trailing comments name
//!   (`# raises constant-status-test`, `// raises a-rule, another-rule`); all rules are compared, not only the page's own.
//!   The comments are taken out before the code is read, so they cannot disturb it;
//! * in a language without comments, lines of their own above the fence say it: ``raises `a-rule` at 3``;
//! * `path=openapi.yaml`: the file is called so; without it `app/page.<suffix>`;
//! * `fixed`: the text after the first fix of every finding of the page's rule in the fence before it. `fixed=2`: after the
//!   second fix. What is fixed must parse and raise nothing of the rule;
//! * `toml config`: an `lsp-lint.toml` for the fences up to the next heading or bullet;
//! * `toml versions`: likewise what the project's manifests and lock files say, a table for each ecosystem:
//!   `[pypi]` and `starlette = { resolved = "0.48.0", lowest = "0.47.0" }`.
//!
//! Fences in other languages (`text`, `sh`) are only read by people. The page's own rule is switched on, and otherwise the
//! recommended profile holds.

use lsp_lint::detect::{Detection, Source, detect};
use lsp_lint::languages::{self, Language};
use lsp_lint::lint::{all_rules, apply, lint};
use lsp_lint::project::{LevelSetting, Profile, Project, Version, Versions};
use lsp_lint::rules::{Env, Finding, Rule, Safety};
use lsp_lint::text::{LineIndex, Unit};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// The headings of every page, in this order.
const HEADINGS: [&str; 8] = [
    "What it finds",
    "Why it matters",
    "Bad / Good",
    "When it stays silent",
    "Fix",
    "Options",
    "Suppress",
    "Related",
];

/// A piece of a page.
#[derive(Debug)]
enum Piece<'p> {
    Heading(&'p str),
    Bullet(&'p str),
    Line(&'p str),
    Fence { words: Vec<&'p str>, text: String, line: usize },
}

/// Splits a page; `line` of a fence is the 1-based line of the page on which its text begins.
fn pieces(page: &str) -> Vec<Piece<'_>> {
    let mut pieces = vec![];
    let mut lines = page.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let trimmed = line.trim_start();
        if let Some(info) = trimmed.strip_prefix("```") {
            let indent = line.len() - trimmed.len();
            let mut text = String::new();
            for (_, inner) in lines.by_ref().take_while(|(_, inner)| inner.trim_start() != "```") {
                text.push_str(inner.get(indent.min(inner.len())..).unwrap_or(""));
                text.push('\n');
            }
            pieces.push(Piece::Fence { words: info.split_whitespace().collect(), text, line: at + 2 });
        } else if let Some(heading) = line.strip_prefix("## ") {
            pieces.push(Piece::Heading(heading));
        } else if let Some(bullet) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
            pieces.push(Piece::Bullet(bullet));
        } else {
            pieces.push(Piece::Line(line));
        }
    }
    pieces
}

/// What a line raises, by 1-based line.
type Raised = BTreeSet<(usize, String)>;

/// The code without its `raises` comments, and what they say.
fn without_expectations(text: &str, language: &Language) -> (String, Raised) {
    let marks: Vec<&str> = language
        .line_comment
        .as_deref()
        .into_iter()
        .chain(language.block_comment.as_ref().map(|(open, _)| open.as_str()))
        .chain(["{/*"])
        .collect();
    let (mut code, mut raised) = (String::new(), Raised::new());
    for (at, line) in text.lines().enumerate() {
        let comment = marks
            .iter()
            .filter_map(|mark| line.rfind(&format!("{mark} raises ")).map(|start| (start, mark.len())))
            .min();
        match comment {
            Some((start, mark)) => {
                raised.extend(rules_in(&line[start + mark..]).map(|rule| (at + 1, rule)));
                code.push_str(line[..start].trim_end());
            }
            None => code.push_str(line),
        }
        code.push('\n');
    }
    (code, raised)
}

/// The names of rules after `raises`.
fn rules_in(text: &str) -> impl Iterator<Item = String> {
    text.split([' ', ',', '`']).filter(|word| word.contains('-') && !word.starts_with('-')).map(String::from)
}

/// ``raises `a-rule` at 3``: a line above a fence.
fn expectation(line: &str) -> Option<(usize, String)> {
    let (rule, at) = line.trim().strip_prefix("raises ")?.rsplit_once(" at ")?;
    Some((at.trim_end_matches('.').parse().ok()?, rules_in(rule).next()?))
}

fn versions(text: &str) -> Versions {
    let tables: BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>> =
        toml::from_str(text).expect("a table of packages for each ecosystem");
    let mut versions = Versions::default();
    for (ecosystem, packages) in tables {
        for (package, known) in packages {
            let version =
                Version { resolved: known.get("resolved").cloned(), lowest: known.get("lowest").cloned() };
            versions.note(&ecosystem, &package, version);
        }
    }
    versions
}

/// What a page says about the project of the fences that follow.
#[derive(Default)]
struct Around {
    config: String,
    versions: Versions,
    raised: Raised,
}

/// One text under the eyes of all rules.
fn look(
    rule: &Rule,
    around: &Around,
    language: &Language,
    path: &str,
    text: &str,
) -> (Detection, Vec<Finding>) {
    let ids: Vec<&str> = all_rules().iter().map(|rule| rule.id).collect();
    let project = Project::read(&around.config, "lsp-lint.toml", &ids, &toml::Table::new())
        .unwrap_or_else(|fault| panic!("{}: {fault}", rule.id))
        .within(Arc::new(around.versions.clone()), vec![]);
    let mut settings = project.settings(path);
    if rule.profile.is_none_or(|profile| profile > Profile::Recommended) {
        let level = match rule.level {
            lsp_lint::project::Level::Hint => LevelSetting::Hint,
            lsp_lint::project::Level::Info => LevelSetting::Info,
            lsp_lint::project::Level::Warning => LevelSetting::Warning,
            lsp_lint::project::Level::Error => LevelSetting::Error,
        };
        settings.levels.entry(rule.id.to_string()).or_insert(level);
    }
    let vocabulary = project.vocabulary(language);
    let source =
        Source { path, text: text.into(), language, vocabulary: &vocabulary, registry: project.registry() };
    let detection = detect(&source, None);
    let env = Env {
        registry: project.registry(),
        vocabulary: &vocabulary,
        language,
        project: &project,
        settings: &settings,
    };
    let found = lint(&detection.facts, &env);
    (detection, found)
}

fn raised(text: &str, found: &[Finding]) -> Raised {
    let index = LineIndex::new(text);
    found
        .iter()
        .map(|finding| {
            (index.position(text, finding.span.start, Unit::Utf8).0 as usize + 1, finding.rule.to_string())
        })
        .collect()
}

/// Everything that is wrong with the code on a page, in sentences.
fn faults_of_code(rule: &Rule) -> Vec<String> {
    let mut faults = vec![];
    let mut around = Around::default();
    let mut section = "";
    let mut before: Option<(String, Vec<Finding>, &Language, String)> = None;
    for piece in pieces(rule.page) {
        let (words, text, line) = match piece {
            Piece::Heading(heading) => {
                (section, around) = (heading, Around::default());
                continue;
            }
            Piece::Bullet(_) => {
                around = Around::default();
                continue;
            }
            Piece::Line(line) => {
                around.raised.extend(expectation(line));
                continue;
            }
            Piece::Fence { words, text, line } => (words, text, line),
        };
        let place = format!("{}.md:{line}", rule.id.replace('-', "_"));
        if words.contains(&"config") {
            around.config = text;
            continue;
        }
        if words.contains(&"versions") {
            around.versions = versions(&text);
            continue;
        }
        let Some(language) = words.first().and_then(|id| languages::by_editor_id(id)) else { continue };
        if let Some(word) = words.iter().find(|word| word.starts_with("fixed")) {
            let number: usize = word.strip_prefix("fixed=").map_or(1, |n| n.parse().expect("a number"));
            let Some((code, found, language, path)) = &before else {
                faults.push(format!("{place}: nothing stands before this fixed text"));
                continue;
            };
            let mine = found.iter().filter(|finding| finding.rule == rule.id);
            let fixed = apply(code, mine.filter_map(|finding| finding.fixes.get(number - 1)));
            if fixed != text {
                faults.push(format!("{place}: the fix gives\n{fixed}"));
                continue;
            }
            let (detection, found) = look(rule, &around, language, path, &fixed);
            if raised(&fixed, &found).iter().any(|(_, raised)| raised == rule.id) {
                faults.push(format!("{place}: the fixed text still raises {}", rule.id));
            }
            if detection.tree.is_some_and(|tree| tree.root_node().has_error()) {
                faults.push(format!("{place}: the fixed text does not parse"));
            }
            continue;
        }
        let (code, mut expected) = without_expectations(&text, language);
        expected.append(&mut around.raised);
        let path = match words.iter().find_map(|word| word.strip_prefix("path=")) {
            Some(path) => path.to_string(),
            None => format!("app/page.{}", language.suffixes.first().map_or("txt", String::as_str)),
        };
        let (detection, found) = look(rule, &around, language, &path, &code);
        let got = raised(&code, &found);
        if got != expected {
            let mut fault = format!("{place} ({}): expected {expected:?}, got {got:?}", language.id);
            for mention in &detection.facts.mentions {
                let _ = write!(
                    fault,
                    "\n    mention {:?}: {:?} {:?} {:?} {:?}",
                    detection.facts.at(mention.span),
                    mention.role,
                    mention.certainty,
                    mention.site,
                    mention.near
                );
            }
            faults.push(fault);
        }
        if section == "When it stays silent" && expected.iter().any(|(_, raised)| raised == rule.id) {
            faults.push(format!("{place}: a guard's code raises the rule"));
        }
        if detection.tree.is_some_and(|tree| tree.root_node().has_error()) {
            faults.push(format!("{place}: the code does not parse"));
        }
        before = Some((code, found, language, path));
    }
    faults
}

/// Everything that is wrong with the form of a page.
fn faults_of_form(rule: &Rule) -> Vec<String> {
    let mut faults = vec![];
    let mut fault = |text: String| faults.push(format!("{}: {text}", rule.id));
    if rule.page.lines().next() != Some(&format!("# {}", rule.id)) {
        fault("the page begins with its id as the title".into());
    }
    let level = format!("{:?}", rule.level).to_lowercase();
    let fix = match rule.fix {
        Some(Safety::Safe) => "safe",
        Some(Safety::Unsafe) => "unsafe",
        None => "none",
    };
    let rows: Vec<Vec<&str>> = rule
        .page
        .lines()
        .filter(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let profiles = match rule.profile {
        Some(Profile::Minimal) => "minimal, recommended, strict, all",
        Some(Profile::Recommended) => "recommended, strict, all",
        Some(Profile::Strict) => "strict, all",
        Some(Profile::All) => "all",
        None => "off",
    };
    let columns = ["group", "category", "default", "fix", "since", "profiles"];
    match rows.as_slice() {
        [names, _, facts, ..] if *names == columns && facts.len() == columns.len() => {
            let expected = [rule.group, facts[1], &level, fix, rule.since, profiles];
            // A page may add when the rule speaks besides.
            if facts[..5] != expected[..5] || !facts[5].starts_with(profiles) {
                fault(format!("the facts should be {expected:?} and are {facts:?}"));
            }
        }
        _ => fault("the table of facts is missing".into()),
    }
    if rule.group == "meta" {
        return faults; // its subject is comments, whatever the code around them
    }
    let pieces = pieces(rule.page);
    let headings: Vec<&str> = pieces
        .iter()
        .filter_map(|piece| if let Piece::Heading(h) = piece { Some(*h) } else { None })
        .collect();
    if headings != HEADINGS {
        fault(format!("the headings are {headings:?}"));
    }
    let silent = pieces
        .iter()
        .skip_while(|piece| !matches!(piece, Piece::Heading("When it stays silent")))
        .skip(1)
        .take_while(|piece| !matches!(piece, Piece::Heading(_)));
    let mut waiting: Option<&str> = None;
    for piece in silent.chain([&Piece::Bullet("")]) {
        match piece {
            Piece::Bullet(bullet) => {
                if let Some(untested) = waiting.replace(bullet) {
                    fault(format!("no code shows the guard \"{untested}\""));
                }
            }
            Piece::Fence { words, .. }
                if words.first().is_some_and(|id| languages::by_editor_id(id).is_some())
                    && !words.contains(&"config")
                    && !words.contains(&"versions") =>
            {
                waiting = None;
            }
            _ => {}
        }
    }
    faults
}

fn report(faults: Vec<Vec<String>>) {
    let faults: Vec<String> = faults.into_iter().flatten().collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

/// `PAGE=status-form` in the environment looks at one page only.
fn pages() -> Vec<&'static Rule> {
    let only = std::env::var("PAGE").ok();
    all_rules().into_iter().filter(|rule| only.as_deref().is_none_or(|only| only == rule.id)).collect()
}

#[test]
fn the_code_on_the_pages_raises_what_the_pages_say() {
    report(pages().into_iter().map(faults_of_code).collect());
}

#[test]
fn the_pages_follow_the_template_and_state_the_facts_of_their_rules() {
    report(pages().into_iter().map(faults_of_form).collect());
}

#[test]
fn expectations_are_read_from_comments_and_from_lines_above() {
    let python = languages::by_editor_id("python").expect("python is served");
    let (code, raised) = without_expectations("a = 1  # raises x-y, z-w\nb # raises hands\n", python);
    assert_eq!(code, "a = 1\nb\n");
    assert_eq!(raised.len(), 2);
    assert!(raised.contains(&(1, "z-w".into())));
    assert_eq!(expectation("raises `openapi-response-key` at 7"), Some((7, "openapi-response-key".into())));
    assert_eq!(expectation("It raises the level at 7"), None);
}
