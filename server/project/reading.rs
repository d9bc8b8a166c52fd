//! Reads `lsp-lint.toml`: every fault has a line, a column and a remedy.
//!
//! Serde alone says "data did not match any variant" about half of them, so the text is first held against the schema of the
//! structs, which knows every key and word.

use super::config::{Config, RuleSetting};
use super::fault::{ConfigFault, nearest, suggestion};
use crate::facts::Role;
use crate::languages;
use crate::status::{CustomCodeError, Registry};
use crate::text::{LineIndex, Unit};
use globset::Glob;
use serde_json::Value;
use std::ops::Range;
use std::sync::OnceLock;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong, where, and what to do.
struct Slip {
    span: Range<usize>,
    message: String,
    remedy: Option<String>,
}

/// Reads a configuration. `file` is how faults name it; `rules` are the ids that `[rules]` may hold.
///
/// # Errors
/// The first fault in the text.
pub fn read(text: &str, file: &str, rules: &[&str]) -> Result<Config, ConfigFault> {
    parse(text, rules).map_err(|slip| {
        let lines = LineIndex::new(text);
        let (line, column) = lines.position(text, slip.span.start as u32, Unit::Scalar);
        ConfigFault {
            file: file.to_string(),
            line: line + 1,
            column: column + 1,
            message: slip.message,
            remedy: slip.remedy,
        }
    })
}

fn parse(text: &str, rules: &[&str]) -> Result<Config, Slip> {
    let of_toml = |fault: &toml::de::Error| Slip {
        span: fault.span().unwrap_or(0..0),
        message: fault.message().replace('\n', ", "),
        remedy: None,
    };
    let document = DeTable::parse(text.strip_prefix('\u{feff}').unwrap_or(text)).map_err(|e| of_toml(&e))?;
    let root = schema();
    table(document.get_ref(), root, root, "")?;
    let config: Config = toml::from_str(text).map_err(|e| of_toml(&e))?;
    meaning(&config, document.get_ref(), rules)?;
    Ok(config)
}

/// The schema of [`Config`] as the structs give it.
pub(super) fn schema() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| schemars::schema_for!(Config).to_value())
}

/// Follows `$ref`.
fn resolved<'s>(node: &'s Value, root: &'s Value) -> &'s Value {
    match node.get("$ref").and_then(Value::as_str) {
        Some(address) => root.pointer(address.trim_start_matches('#')).unwrap_or(node),
        None => node,
    }
}

/// The alternatives that a node leaves open; itself when it leaves none.
fn alternatives<'s>(node: &'s Value, root: &'s Value) -> Vec<&'s Value> {
    let node = resolved(node, root);
    match node.get("anyOf").or_else(|| node.get("oneOf")).and_then(Value::as_array) {
        Some(parts) => parts.iter().flat_map(|part| alternatives(part, root)).collect(),
        None => vec![node],
    }
}

fn table(of: &DeTable, node: &Value, root: &Value, within: &str) -> Result<(), Slip> {
    let properties = node.get("properties").and_then(Value::as_object);
    for (key, value) in of {
        let name: &str = key.get_ref();
        match (properties.and_then(|p| p.get(name)), node.get("additionalProperties")) {
            (Some(inner), _) => check(value, inner, root, name)?,
            (None, Some(open)) if open.is_object() => check(value, open, root, name)?,
            (None, _) => {
                let known: Vec<&str> =
                    properties.into_iter().flatten().map(|(key, _)| key.as_str()).collect();
                let place = if within.is_empty() { String::new() } else { format!(" in `{within}`") };
                return Err(Slip {
                    span: key.span(),
                    message: format!("unknown key `{name}`{place}"),
                    remedy: suggestion(name, &known),
                });
            }
        }
    }
    for required in node.get("required").and_then(Value::as_array).into_iter().flatten() {
        let required = required.as_str().unwrap_or_default();
        if !of.iter().any(|(key, _)| key.get_ref() == required) {
            let span = of.iter().next().map_or(0..0, |(key, _)| key.span());
            return Err(Slip {
                span,
                message: format!("`{within}` lacks the key `{required}`"),
                remedy: None,
            });
        }
    }
    Ok(())
}

fn check(value: &Spanned<DeValue>, node: &Value, root: &Value, key: &str) -> Result<(), Slip> {
    let all = alternatives(node, root);
    let fitting = |kind: &str| all.iter().copied().find(|node| allows(node, kind));
    let wrong =
        || Slip { span: value.span(), message: format!("`{key}` takes {}", described(&all)), remedy: None };
    match value.get_ref() {
        DeValue::Table(inner) => {
            let node =
                all.iter().copied().find(|node| node.get("properties").is_some() || allows(node, "object"));
            table(inner, node.ok_or_else(wrong)?, root, key)
        }
        DeValue::Array(items) => {
            let node = fitting("array").ok_or_else(wrong)?;
            let inner = node.get("items");
            match (inner, node.get("prefixItems").and_then(Value::as_array)) {
                (Some(inner), _) => items.iter().try_for_each(|item| check(item, inner, root, key)),
                (None, Some(parts)) => {
                    items.iter().zip(parts).try_for_each(|(item, part)| check(item, part, root, key))
                }
                (None, None) => Ok(()),
            }
        }
        DeValue::String(word) => {
            let words: Vec<&str> = all.iter().copied().flat_map(words_of).collect();
            let free = all.iter().any(|node| allows(node, "string") && words_of(node).is_empty());
            match (free || words.contains(&word.as_ref()), words.is_empty()) {
                (true, _) => Ok(()),
                (false, true) => Err(wrong()),
                (false, false) => Err(Slip {
                    span: value.span(),
                    message: format!("`{key}` cannot be `{word}`: it takes {}", described(&all)),
                    remedy: nearest(word, words).map(|near| format!("did you mean `{near}`?")),
                }),
            }
        }
        DeValue::Boolean(_) => fitting("boolean").map(drop).ok_or_else(wrong),
        DeValue::Integer(_) => fitting("integer").map(drop).ok_or_else(wrong),
        DeValue::Float(_) | DeValue::Datetime(_) => Err(wrong()),
    }
}

fn allows(node: &Value, kind: &str) -> bool {
    match node.get("type") {
        Some(Value::String(only)) => only == kind,
        Some(Value::Array(kinds)) => kinds.iter().any(|one| one == kind),
        _ => kind == "string" && !words_of(node).is_empty(),
    }
}

/// The words of an enumeration.
fn words_of(node: &Value) -> Vec<&str> {
    let listed = node.get("enum").and_then(Value::as_array).into_iter().flatten();
    listed.chain(node.get("const")).filter_map(Value::as_str).collect()
}

fn described(all: &[&Value]) -> String {
    let mut parts: Vec<String> = vec![];
    for node in all {
        parts.extend(words_of(node).iter().map(|word| format!("`{word}`")));
        if words_of(node).is_empty() {
            let kinds = [
                ("string", "a text"),
                ("integer", "a whole number"),
                ("boolean", "`true` or `false`"),
                ("array", "a list"),
                ("object", "a table"),
            ];
            parts.extend(
                kinds.iter().filter(|(kind, _)| allows(node, kind)).map(|(_, said)| (*said).to_string()),
            );
        }
    }
    match parts.split_last() {
        None => "something else".into(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// What the schema cannot say: names that must exist, globs, codes that are taken.
fn meaning(config: &Config, document: &DeTable, rules: &[&str]) -> Result<(), Slip> {
    let root = Finder { document };
    let registry = Registry::builtin();
    vendors(&config.vendor, &registry, &|at| root.span(&["vendor"], Some(at)))?;
    rule_names(&config.rules, rules, document.get("rules").map(Spanned::get_ref))?;
    for (at, part) in config.overrides.iter().enumerate() {
        let place = root.row("overrides", at);
        let span =
            |key: &str, index| place.map_or(0..0, |table| Finder { document: table }.span(&[key], index));
        for (index, glob) in part.paths.iter().enumerate() {
            Glob::new(glob).map_err(|fault| Slip {
                span: span("paths", Some(index)),
                message: format!("`{glob}` is no glob: {}", fault.kind()),
                remedy: None,
            })?;
        }
        vendors(part.vendor.as_deref().unwrap_or_default(), &registry, &|index| span("vendor", Some(index)))?;
        rule_names(&part.rules, rules, place.and_then(|table| table.get("rules")).map(Spanned::get_ref))?;
    }
    for (at, code) in config.codes.iter().enumerate() {
        let place = root.row("codes", at);
        let span =
            |key: &str, index| place.map_or(0..0, |table| Finder { document: table }.span(&[key], index));
        if let Some(twin) = config.codes[..at].iter().find(|other| other.code == code.code) {
            return Err(Slip {
                span: span("code", None),
                message: format!("{} is declared twice; it is `{}` already", code.code, twin.name),
                remedy: Some("keep one of the two".into()),
            });
        }
        registry.with_custom(vec![code.clone()]).map_err(|fault| Slip {
            span: span("code", None),
            message: fault.to_string(),
            remedy: Some(match fault {
                CustomCodeError::Assigned { .. } => {
                    "take a number that the registry leaves free; `lsp-lint explain 4xx` lists those in use"
                        .into()
                }
                CustomCodeError::OutOfRange { .. } => "take a number from 100 to 999".into(),
            }),
        })?;
        for (index, role) in code.roles.iter().enumerate() {
            if serde_json::from_value::<Role>(Value::from(role.as_str())).is_err() {
                return Err(Slip {
                    span: span("roles", Some(index)),
                    message: format!("`{role}` is no role"),
                    remedy: suggestion(role, ROLES),
                });
            }
        }
    }
    let homes = (config.helpers.iter().map(|own| &own.home).enumerate().map(|row| ("helpers", row)))
        .chain(config.constants.iter().map(|own| &own.home).enumerate().map(|row| ("constants", row)))
        .chain(config.accessors.iter().map(|own| &own.home).enumerate().map(|row| ("accessors", row)));
    for (key, (at, home)) in homes {
        for name in home.language.iter().flat_map(|words| words.iter()) {
            let known: Vec<&str> = languages::all().map(|language| language.name.as_str()).collect();
            if !known.contains(&name.as_str()) {
                let span =
                    root.row(key, at).map(|table| Finder { document: table }.span(&["language"], None));
                return Err(Slip {
                    span: span.unwrap_or(0..0),
                    message: format!("`{name}` is no language that is read here"),
                    remedy: suggestion(name, &known),
                });
            }
        }
    }
    for (at, own) in config.helpers.iter().enumerate() {
        if own.row.legal.is_some() && own.row.legal_codes().is_none() {
            let span = root.row("helpers", at).map(|table| Finder { document: table }.span(&["legal"], None));
            return Err(Slip {
                span: span.unwrap_or(0..0),
                message: "`legal` lists codes and ranges".into(),
                remedy: Some("write it like \"200-299,404\"".into()),
            });
        }
    }
    Ok(())
}

/// The roles by name; the words of [`Role`].
const ROLES: &[&str] = &[
    "sent",
    "redirected",
    "raised",
    "observed",
    "expected",
    "stubbed",
    "declared",
    "defined",
    "configured",
    "carried",
    "logged",
    "prose",
];

fn vendors(names: &[String], registry: &Registry, span: &dyn Fn(usize) -> Range<usize>) -> Result<(), Slip> {
    for (at, name) in names.iter().enumerate() {
        if name != "auto" && registry.profile(name).is_none() {
            let known: Vec<&str> = std::iter::once("auto").chain(registry.profiles()).collect();
            return Err(Slip {
                span: span(at),
                message: format!("unknown vendor profile `{name}`"),
                remedy: suggestion(name, &known),
            });
        }
    }
    Ok(())
}

fn rule_names(
    named: &std::collections::BTreeMap<String, RuleSetting>,
    rules: &[&str],
    place: Option<&DeValue>,
) -> Result<(), Slip> {
    let table = place.and_then(DeValue::as_table);
    if let Some(name) = named.keys().find(|name| !rules.contains(&name.as_str())) {
        return Err(Slip {
            span: key_in(table, name),
            message: format!("unknown rule `{name}`"),
            remedy: Some(match nearest(name, rules.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`lsp-lint rules` lists the rules".into(),
            }),
        });
    }
    for (name, setting) in named {
        let RuleSetting::Table(options) = setting else { continue };
        if let Some(option) = options.values().into_keys().find(|option| !takes(name, option)) {
            let value = table.and_then(|table| table.get(name.as_str()));
            return Err(Slip {
                span: key_in(value.and_then(|value| value.get_ref().as_table()), &option),
                message: format!("`{name}` has no option `{option}`"),
                remedy: Some(format!("`lsp-lint explain {name}` says which options it has")),
            });
        }
    }
    Ok(())
}

/// Where a key of a table stands.
fn key_in(table: Option<&DeTable>, name: &str) -> Range<usize> {
    let key = table.and_then(|table| table.iter().map(|(key, _)| key).find(|key| *key.get_ref() == name));
    key.map_or(0..0, Spanned::span)
}

/// The rule has this option. Every rule may be kept to some codes.
fn takes(rule: &str, option: &str) -> bool {
    match option {
        "form" | "ignore" => rule == "status-form",
        "phrases" => rule == "deprecated-status-name",
        _ => true,
    }
}

/// Finds the bytes of a value by its keys.
struct Finder<'d, 'i> {
    document: &'d DeTable<'i>,
}

impl<'d, 'i> Finder<'d, 'i> {
    /// The value under these keys, or one item of it; the whole value when it is no list.
    fn span(&self, keys: &[&str], item: Option<usize>) -> Range<usize> {
        let mut table = Some(self.document);
        let mut found = None;
        for key in keys {
            found = table.and_then(|table| table.get(*key));
            table = found.and_then(|value| value.get_ref().as_table());
        }
        let list = found.and_then(|value| value.get_ref().as_array());
        let inner = item.and_then(|at| list.and_then(|list| list.get(at)));
        inner.or(found).map_or(0..0, Spanned::span)
    }
    /// One row of an array of tables.
    fn row(&self, key: &str, at: usize) -> Option<&'d DeTable<'i>> {
        self.document.get(key)?.get_ref().as_array()?.get(at)?.get_ref().as_table()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &[&str] = &["nonstandard-status", "status-form", "obsolete-status"];

    /// `line:column: message; remedy`
    fn fault(text: &str) -> String {
        let fault = read(text, "lsp-lint.toml", RULES).expect_err(text);
        let remedy = fault.remedy.map_or(String::new(), |remedy| format!("; {remedy}"));
        format!("{}:{}: {}{remedy}", fault.line, fault.column, fault.message)
    }

    #[test]
    fn everything_that_can_be_said_is_read() {
        let text = r#"
profile = "strict"
fail-on = "never"
vendor = ["auto", "nginx"]
nested = true

[suppressions]
require-reason = true

[rules]
nonstandard-status = "error"
status-form = { level = "hint", form = "number", ignore = [200], codes = [404] }

[[codes]]
code = 460
name = "Checkout Expired"
constants = ["CHECKOUT_EXPIRED"]
description = "The lock on the cart has lapsed."
retry = "no"
docs = "https://example.org/460"
roles = ["sent", "declared"]

[[overrides]]
paths = ["deploy/**"]
vendor = ["nginx"]
profile = "minimal"
[overrides.rules]
nonstandard-status = "off"

[[helpers]]
language = "python"
imports = ["acme.web"]
call = "fail"
on = ["ctx"]
status = [{ arg = 0, if = "int" }, { else = 400 }]
compared = [1, "receiver.0"]
act = "send"

[[constants]]
language = ["go", "javascript"]
holder = "Codes"
symbols = [{ s = "GONE", c = 410 }]

[[accessors]]
name = "httpCode"
on = ["reply"]
"#;
        let config = read(text, "lsp-lint.toml", RULES).expect("all keys are known");
        assert_eq!(config.fail_on, crate::project::FailOn::Never);
        assert_eq!(
            config.rows(&["python".into()]).len(),
            3,
            "the helper, the accessor and the code's constant"
        );
        assert_eq!(config.rows(&["go".into()]).len(), 3, "the constants in place of the helper");
    }

    #[test]
    fn a_slip_names_its_place_and_the_nearest_known_word() {
        assert_eq!(fault("profil = \"all\""), "1:1: unknown key `profil`; did you mean `profile`?");
        assert_eq!(
            fault("[rules]\nobsolete-statos = \"off\""),
            "2:1: unknown rule `obsolete-statos`; did you mean `obsolete-status`?"
        );
        assert_eq!(
            fault("profile = \"strickt\""),
            "1:11: `profile` cannot be `strickt`: it takes `minimal`, `recommended`, `strict` or `all`; did you mean `strict`?"
        );
        assert_eq!(
            fault("vendor = [\"auto\", \"ngnix\"]"),
            "1:19: unknown vendor profile `ngnix`; did you mean `nginx`?"
        );
        assert_eq!(fault("nested = 1"), "1:10: `nested` takes `true` or `false`");
        assert_eq!(
            fault("[rules]\nobsolete-status = \"warn\""),
            "2:19: `obsolete-status` cannot be `warn`: it takes `off`, `hint`, `info`, `warning`, `error` or a table; did you mean `warning`?"
        );
        assert_eq!(
            fault("[rules]\nstatus-form = { from = \"number\" }"),
            "2:17: unknown key `from` in `status-form`; did you mean `form`?"
        );
        assert_eq!(
            fault("[rules]\nobsolete-status = { level = \"info\", form = \"number\" }"),
            "2:37: `obsolete-status` has no option `form`; `lsp-lint explain obsolete-status` says which options it has"
        );
        assert_eq!(
            fault("[[helpers]]\ncal = \"x\""),
            "2:1: unknown key `cal` in `helpers`; did you mean `call`?"
        );
        assert_eq!(
            fault("[[helpers]]\ncall = \"x\"\nlanguage = \"pyton\""),
            "3:12: `pyton` is no language that is read here; did you mean `python`?"
        );
        assert_eq!(
            fault("[[codes]]\ncode = 460\nname = \"Ours\"\nroles = [\"send\"]"),
            "4:10: `send` is no role; did you mean `sent`?"
        );
    }

    #[test]
    fn what_comes_later_is_unknown_until_then() {
        for key in ["extends = \"x\"", "openapi = \"api.yaml\"", "baseline = \"x\""] {
            assert!(fault(key).contains("unknown key"), "{key}");
        }
    }

    #[test]
    fn a_code_of_the_registry_cannot_be_claimed_but_an_unused_one_can() {
        let code = |number: u16| format!("profile = \"all\"\n[[codes]]\nname = \"Ours\"\ncode = {number}");
        assert!(fault(&code(404)).starts_with("4:8: 404 is registered as \"Not Found\""));
        assert!(fault(&code(1404)).starts_with("4:8: 1404 is no status code"));
        for unused in [306, 418, 460] {
            assert!(read(&code(unused), "x", RULES).is_ok(), "{unused}");
        }
        let twice = "[[codes]]\ncode = 460\nname = \"A\"\n[[codes]]\ncode = 460\nname = \"B\"";
        assert!(fault(twice).starts_with("5:8: 460 is declared twice"));
    }

    #[test]
    fn broken_toml_and_broken_globs_have_a_place_too() {
        assert!(fault("profile = \n").starts_with("1:"));
        assert!(fault("[[overrides]]\npaths = [\"a\", \"[\"]").starts_with("2:15: `[` is no glob"));
        assert!(
            fault("[[overrides]]\nprofile = \"all\"").starts_with("2:1: `overrides` lacks the key `paths`")
        );
    }
}
