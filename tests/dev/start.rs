//! What a new rule, language or library starts from.

use std::path::PathBuf;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Writes a file that must not be there yet.
fn write_new(path: &str, text: &str) -> Result<(), String> {
    let full = root().join(path);
    if full.exists() {
        return Err(format!("{path} is there already"));
    }
    let folder = full.parent().ok_or("a file without a folder")?;
    std::fs::create_dir_all(folder).map_err(|fault| format!("{}: {fault}", folder.display()))?;
    std::fs::write(&full, text).map_err(|fault| format!("{path}: {fault}"))?;
    println!("wrote {path}");
    Ok(())
}

/// Puts a line into the alphabetical list that begins with `opening` and ends with a lone `}`.
fn insert_sorted(path: &str, opening: &str, line: &str) -> Result<(), String> {
    let full = root().join(path);
    let text = std::fs::read_to_string(&full).map_err(|fault| format!("{path}: {fault}"))?;
    let text = with_line(&text, opening, line).ok_or_else(|| format!("{path}: no list `{opening}`"))?;
    std::fs::write(&full, text).map_err(|fault| format!("{path}: {fault}"))?;
    println!("added a line to {path}");
    Ok(())
}

fn with_line(text: &str, opening: &str, line: &str) -> Option<String> {
    let start = text.find(&format!("\n{opening}\n"))? + opening.len() + 2;
    let end = start + text[start..].find("}")?;
    let mut lines: Vec<&str> = text[start..end].lines().collect();
    lines.push(line);
    lines.sort_unstable();
    Some(format!("{}{}\n{}", &text[..start], lines.join("\n"), &text[end..]))
}

fn is_kebab(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(plain)
}

pub fn rule(id: &str) -> Result<(), String> {
    if !is_kebab(id) {
        return Err(format!("`{id}`: a rule is called in small letters, with hyphens between words"));
    }
    let module = id.replace('-', "_");
    write_new(&format!("server/rules/{module}.rs"), &RULE.replace("{id}", id).replace("{module}", &module))?;
    write_new(&format!("server/rules/{module}.md"), &PAGE.replace("{id}", id))?;
    insert_sorted("server/rules/mod.rs", "rules! {", &format!("    {module}"))?;
    println!("next: `cargo test pages` fails until the rule speaks where its page says so");
    Ok(())
}

const RULE: &str = r#"//! What is wrong, in one sentence.

use super::{Env, Findings, Level, Profile, Rule};
use crate::detect::Spot;
use crate::facts::{Certainty, Facts};

/// See the page.
pub const RULE: Rule = Rule {
    id: "{id}",
    group: "names",
    level: Level::Warning,
    profile: Some(Profile::All),
    since: "0.1.0",
    fix: None,
    page: include_str!("{module}.md"),
    help_url: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15",
    concerns,
    check,
};

/// Every code. Say by the bytes around it when the rule certainly has nothing to say: what concerns no rule is not parsed.
fn concerns(_: &Spot, _: &Env) -> bool {
    true
}

fn check(facts: &Facts, env: &Env, findings: &mut Findings) {
    for mention in facts.mentions.iter().filter(|mention| mention.certainty >= Certainty::Named) {
        let Some(code) = mention.code().filter(|code| env.registry.phrase(*code).is_none()) else { continue };
        findings.silent(&RULE, mention.span, || format!("{code}: say which guard held it back"));
    }
}
"#;

const PAGE: &str = r#"# {id}
What is wrong, in one sentence.

| group | category | default | fix | since | profiles |
|---|---|---|---|---|---|
| names | names | warning | none | 0.1.0 | all |

## What it finds
Where it speaks.

## Why it matters
What happens to whom.

## Bad / Good
```python
from flask import abort

abort(404)  # raises {id}
```

## When it stays silent
- The guard, as a sentence.
  ```python
  width = 404
  ```

## Fix
None.

## Options
None.

## Suppress
`lsp-lint: ignore[{id}] -- reason`

## Related
None.
"#;

pub fn language(name: &str) -> Result<(), String> {
    if !is_kebab(name) {
        return Err(format!("`{name}`: a language's folder is called in small letters"));
    }
    let folder = format!("grammar-queries/{name}");
    let fill = |text: &str| text.replace("{name}", name);
    write_new(&format!("{folder}/language.toml"), &fill(LANGUAGE))?;
    write_new(&format!("{folder}/shapes.scm"), SHAPES)?;
    write_new(&format!("{folder}/fixtures/places.{name}"), "status = 404\n")?;
    let grammar = format!("tree_sitter_{}::LANGUAGE", name.replace('-', "_"));
    insert_sorted("server/languages/mod.rs", "folders! {", &format!("    \"{name}\" => {grammar};"))?;
    println!("next: add `tree-sitter-{name}` to [dependencies], then grammar-queries/README.md, step 2");
    Ok(())
}

const LANGUAGE: &str = r##"name = "{name}"
suffixes = ["{name}"]
editor-ids = ["{name}"]
line-comment = "#"
ecosystem = "{name}"                       # the folder of ../libraries/ whose rows hold here
test-files = ["/tests/", "/test/"]

[kinds]                                   # kinds of nodes by `cargo dev tree FILE`
number = []
string = []
comment = []
name = []

[operators]
"==" = "equal"
"!=" = "unequal"

[traits]
quotes = ['"', "'"]
separator = "."
"##;

const SHAPES: &str = "\
; Every pattern names its construct with its last capture; the other captures are its parts. For example:
; (call function: (_) @callee arguments: (_) @arguments) @call
";

pub fn library(ecosystem: &str, name: &str) -> Result<(), String> {
    let folder = format!("grammar-queries/libraries/{ecosystem}");
    let known = root().join("grammar-queries/libraries");
    if !known.join(ecosystem).is_dir() {
        let mut names: Vec<String> = std::fs::read_dir(&known)
            .map_err(|fault| format!("{}: {fault}", known.display()))?
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .collect();
        names.sort();
        return Err(format!("no ecosystem `{ecosystem}`; there are {}", names.join(", ")));
    }
    write_new(&format!("{folder}/{name}.toml"), &LIBRARY.replace("{name}", name))?;
    println!("next: replace the example by what the library's source says, and give that place in `source`");
    Ok(())
}

const LIBRARY: &str = r#"library = "{name}"
imports = ["{name}"]

[[helper]]
call = "status"
on = ["res", "response"]
status = [{ arg = 0 }]
act = "set"
source = "{name} 1.0.0"
"#;
