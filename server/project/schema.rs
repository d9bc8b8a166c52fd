//! The JSON schema of `lsp-lint.toml`, for editors: the structs say what there is, the rules and vendors lend their names.

use super::reading;
use crate::status::Registry;
use serde_json::{Value, json};

/// The schema as text. `rules`: id and one line about each.
pub fn schema(rules: &[(&str, &str)]) -> String {
    let mut schema = reading::schema().clone();
    let named: serde_json::Map<String, Value> = rules
        .iter()
        .map(|(id, line)| ((*id).to_string(), json!({"$ref": "#/$defs/RuleSetting", "description": line})))
        .collect();
    let registry = Registry::builtin();
    let vendors: Vec<&str> = std::iter::once("auto").chain(registry.profiles()).collect();
    for place in ["/properties", "/$defs/Override/properties"] {
        let Some(properties) = schema.pointer_mut(place).and_then(Value::as_object_mut) else { continue };
        if let Some(table) = properties.get_mut("rules").and_then(Value::as_object_mut) {
            table.insert("properties".into(), Value::Object(named.clone()));
            table.insert("additionalProperties".into(), Value::Bool(false));
        }
        if let Some(list) = properties.get_mut("vendor").and_then(Value::as_object_mut) {
            list.insert("items".into(), json!({"type": "string", "enum": vendors}));
        }
    }
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    text
}
