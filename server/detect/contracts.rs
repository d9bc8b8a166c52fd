//! OpenAPI and Swagger documents: which answers an operation documents.

use super::documents::Reading;
use super::outline::{Style, Value};
use super::written::{Written, one};
use crate::facts::{Certainty, Contract, Entry, Evidence, Facts, Form, Near, NearKind, Role, Route, Site};
use crate::status::Codes;
use crate::text::Span;
use std::ops::Range;

const METHODS: &[&str] =
    &["get", "put", "post", "delete", "options", "head", "patch", "trace", "query", "x-query"];

/// What holds operations.
const HOLDERS: &[&str] = &["paths", "webhooks", "x-webhooks", "callbacks", "pathItems"];

/// What holds data, in which `responses` is a word like any other.
const DATA: &[&str] =
    &["example", "examples", "schema", "schemas", "properties", "default", "enum", "const", "definitions"];

/// Reads every operation of a document: its contract, and a mention for each of its keys that speaks of a code.
pub(super) fn read(reading: &mut Reading, entries: Range<u32>, facts: &mut Facts) {
    let root = entries.start;
    let Some((name, version)) = dialect(reading, root) else { return };
    let ranges = name == "openapi";
    let on_document = ignored(reading, root);
    for id in entries {
        if reading.key_of(id) != Some("responses") || !matches!(reading.outline.at(id).value, Value::Map) {
            continue;
        }
        let operation = reading.outline.at(id).parent;
        if !is_operation(reading, operation) {
            continue;
        }
        let mut contract = Contract {
            operation: text_of(reading, operation, "operationId").map(|text| text.0),
            route: Some(route(reading, operation)),
            entries: vec![],
            version: version.clone(),
            ranges,
            ignored: on_document.iter().cloned().chain(ignored(reading, operation)).collect(),
        };
        let answers: Vec<u32> = reading.outline.children(id).collect();
        for answer in answers {
            answer_of(reading, answer, name, ranges, &mut contract, facts);
        }
        facts.contracts.push(contract);
    }
}

fn dialect(reading: &Reading, root: u32) -> Option<(&'static str, String)> {
    ["openapi", "swagger"].into_iter().find_map(|name| {
        let (version, _) = text_of(reading, root, name)?;
        let short = version.split('.').take(2).collect::<Vec<_>>().join(".");
        Some((name, format!("{name} {short}")))
    })
}

/// The scalar of a key in a map, with its place.
fn text_of(reading: &Reading, map: u32, key: &str) -> Option<(String, Span)> {
    let text = reading.outline.scalar(reading.outline.child(reading.text, map, key)?)?;
    Some((reading.text[text.span.range()].to_string(), text.span))
}

fn is_operation(reading: &Reading, id: u32) -> bool {
    reading.key_of(id).is_some_and(|key| METHODS.contains(&key)) && {
        let above: Vec<&str> = reading.outline.above(id).filter_map(|at| reading.key_of(at)).collect();
        // The path itself may be called anything, and so may a callback's name: `/schema` is a path, `schema` is not.
        above.iter().any(|key| HOLDERS.contains(key)) && !above.iter().any(|key| DATA.contains(key))
    }
}

fn route(reading: &Reading, operation: u32) -> Route {
    let method = reading.key_of(operation).unwrap_or_default().trim_start_matches("x-").to_ascii_uppercase();
    let path = reading.key_of(reading.outline.at(operation).parent).map(str::to_string);
    Route { methods: vec![method], path }
}

/// Rules named by `x-lsp-lint-ignore`, a list or a single name.
fn ignored(reading: &Reading, map: u32) -> Vec<(String, Span)> {
    let outline = reading.outline;
    let Some(id) = outline.child(reading.text, map, "x-lsp-lint-ignore") else { return vec![] };
    let named =
        |id: u32| outline.scalar(id).map(|text| (reading.text[text.span.range()].to_string(), text.span));
    std::iter::once(id).chain(outline.children(id)).filter_map(named).collect()
}

fn answer_of(
    reading: &mut Reading,
    id: u32,
    name: &str,
    ranges: bool,
    contract: &mut Contract,
    facts: &mut Facts,
) {
    let outline = reading.outline;
    let Some(key) = outline.at(id).key else { return };
    let text = &reading.text[key.span.range()];
    if text.starts_with("x-") || text.starts_with('$') || text.contains("{{") {
        return;
    }
    let codes = match one(text) {
        Some((codes, Form::Number)) if !codes.intersection(Codes::valid()).is_empty() => Some(codes),
        Some((codes, Form::Wildcard)) if ranges && text.ends_with("XX") => Some(codes),
        _ => None,
    };
    let description = text_of(reading, id, "description");
    let content = ["content", "schema"]
        .into_iter()
        .find_map(|key| outline.child(reading.text, id, key))
        .filter(|content| {
            // An empty `content` declares that there is none.
            !matches!(outline.at(*content).value, Value::Map | Value::Nothing)
                || outline.children(*content).next().is_some()
        });
    let headers = outline.child(reading.text, id, "headers").map(|headers| {
        outline.children(headers).filter_map(|id| reading.key_of(id)).map(str::to_ascii_lowercase).collect()
    });
    contract.entries.push(Entry {
        key: text.to_string(),
        span: key.span,
        codes,
        description: description.clone(),
        content: content.map(|content| outline.at(content).span),
        headers,
        ignored: ignored(reading, id),
    });
    // A key that is wrong still speaks of a code: `4xx`, `204 NO_CONTENT`.
    let spoken = codes
        .or_else(|| one(text).filter(|read| read.1 == Form::Wildcard).map(|read| read.0))
        .or_else(|| {
            let (codes, form) = one(text.get(..3)?)?;
            (form == Form::Number
                && codes.is_subset(Codes::valid())
                && text[3..].starts_with([' ', '_', '-']))
            .then_some(codes)
        });
    reading.done.insert(id);
    let Some(spoken) = spoken else { return };
    let form = match (text.len(), spoken.single()) {
        (3, None) => Form::Wildcard,
        (3, _) if key.style == Style::Quoted => Form::Quoted,
        (3, _) => Form::Number,
        _ => Form::Phrase,
    };
    let written = Written { span: key.span, codes: spoken, number: None, form };
    let because = Evidence::Row {
        library: name.to_string(),
        name: "responses".to_string(),
        proof: format!("the document says `{name}`"),
    };
    let certainty = if codes.is_some() { Certainty::Proven } else { Certainty::Named };
    let mut mention = reading.mention(written, key.outer, Site::Key, Role::Declared, certainty, because);
    mention.library = Some("openapi".to_string());
    mention.helper = Some("responses".to_string());
    if let Some((text, span)) = description {
        mention.near.push(Near { kind: NearKind::Description, text, span });
    }
    facts.mentions.push(mention);
}
