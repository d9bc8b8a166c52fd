//! Which project a document belongs to, and what the editor's settings add to it.

use super::reading::Surroundings;
use crate::languages::Language;
use crate::project::{Config, ConfigFault};
use crate::text::{LineIndex, Span, Unit};
use crate::workspace::{CONFIGURATION, Choice, Workspace, is_manifest, is_vendored, read};
use serde::Deserialize;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A change of this file changes what a project is.
pub fn is_telling(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    CONFIGURATION.contains(&&*name) || is_manifest(&name) || name == ".gitattributes"
}

/// What an editor may set besides the keys of `lsp-lint.toml`.
#[derive(Default, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct OfEditors {
    /// The phrases behind bare numbers.
    inlay_hints: InlayHints,
}

/// The phrases behind bare numbers.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(default)]
struct InlayHints {
    /// Show the phrase of a bare status code behind it: `404` *Not Found*.
    enable: bool,
}

impl Default for InlayHints {
    fn default() -> InlayHints {
        InlayHints { enable: true }
    }
}

/// What the editor's settings say: section `lsp-lint`, or the same shape in `initializationOptions`.
#[derive(Clone, Debug, PartialEq)]
pub struct EditorSettings {
    /// Inlay hints are shown.
    pub hints: bool,
    /// The keys of `lsp-lint.toml`, for projects whose file does not set them.
    pub configuration: toml::Table,
}

impl Default for EditorSettings {
    fn default() -> EditorSettings {
        EditorSettings { hints: true, configuration: toml::Table::new() }
    }
}

impl EditorSettings {
    /// Reads settings; `None` when they say nothing at all (a client without such a section answers null).
    pub fn read(value: &Value) -> Option<EditorSettings> {
        let section = value.get("lsp-lint").unwrap_or(value).as_object()?;
        let mut settings = EditorSettings::default();
        for (key, value) in section {
            match key.as_str() {
                "inlayHints" => {
                    let hints = InlayHints::deserialize(value).unwrap_or_default();
                    settings.hints = hints.enable;
                }
                "inlayHints.enable" => settings.hints = value.as_bool().unwrap_or(true),
                // What the client keeps for itself.
                "path" | "trace" | "trace.server" => {}
                _ => {
                    if let Some(value) = as_toml(value).filter(|value| !is_default(key, value)) {
                        settings.configuration.insert(key.clone(), value);
                    }
                }
            }
        }
        Some(settings)
    }
}

/// The value says what would hold without it. Some editors send every setting that there is.
fn is_default(key: &str, value: &toml::Value) -> bool {
    let alone = toml::Table::from_iter([(key.to_string(), value.clone())]);
    Config::deserialize(alone).is_ok_and(|config| config == Config::default())
}

/// The same value in TOML; nulls, which TOML has not, are left out.
fn as_toml(value: &Value) -> Option<toml::Value> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(value) => toml::Value::Boolean(*value),
        Value::Number(value) => match value.as_i64() {
            Some(whole) => toml::Value::Integer(whole),
            None => toml::Value::Float(value.as_f64()?),
        },
        Value::String(value) => toml::Value::String(value.clone()),
        Value::Array(values) => toml::Value::Array(values.iter().filter_map(as_toml).collect()),
        Value::Object(entries) => toml::Value::Table(
            entries.iter().filter_map(|(key, value)| Some((key.clone(), as_toml(value)?))).collect(),
        ),
    })
}

/// Something wrong in a configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The file and its text, if it is one; else the editor's settings are meant.
    pub file: Option<(PathBuf, String)>,
    /// The bytes of the file that are meant: to the end of the line where nothing more is known.
    pub span: Span,
    /// What is wrong, and what to do about it.
    pub message: String,
}

/// What holds in one folder, as it was found.
pub struct Loaded {
    /// Configuration, versions and attributes. The defaults where they could not be read.
    pub workspace: Workspace,
    /// What was wrong on the way.
    pub problems: Vec<Problem>,
}

/// Looks around from a folder; the editor's settings hold where the configuration is silent. Without a folder there is
/// nothing but the settings. `None`: not even the defaults can be had, which only a broken build does.
pub fn load(home: Option<&Path>, settings: &EditorSettings) -> Option<Loaded> {
    let folder = home.unwrap_or(Path::new("."));
    let choice = if home.is_some() { Choice::Search } else { Choice::Nothing };
    let mut problems = vec![];
    let mut open = |choice: Choice, defaults: toml::Table| {
        Workspace::open(folder, choice, defaults).map_err(|fault| problems.push(problem(folder, &fault))).ok()
    };
    let workspace = open(choice.clone(), settings.configuration.clone())
        // A broken file leaves the settings, broken settings leave the file, and else the defaults remain.
        .or_else(|| Workspace::open(folder, Choice::Nothing, settings.configuration.clone()).ok())
        .or_else(|| Workspace::open(folder, choice, toml::Table::new()).ok())
        .or_else(|| Workspace::open(folder, Choice::Nothing, toml::Table::new()).ok())?;
    Some(Loaded { workspace, problems })
}

/// A fault of the configuration where an editor can show it.
fn problem(folder: &Path, fault: &ConfigFault) -> Problem {
    let path = folder.join(&fault.file);
    let message = match &fault.remedy {
        Some(remedy) => format!("{} ({remedy})", fault.message),
        None => fault.message.clone(),
    };
    let Ok(text) = read(&path) else {
        return Problem { file: None, span: Span::default(), message };
    };
    let lines = LineIndex::new(&text);
    let line = fault.line.saturating_sub(1);
    let start = lines.byte(&text, line, fault.column.saturating_sub(1), Unit::Scalar);
    let span = Span { start, end: lines.line_span(&text, line as usize).end.max(start) };
    Problem { file: Some((path, text.to_string())), span, message }
}

/// The folder that a document's project is looked for from: its workspace folder, or its own folder when it lies in none.
/// `None`: a document without a path, outside every folder.
pub fn home(path: Option<&Path>, roots: &[PathBuf]) -> Option<PathBuf> {
    let Some(path) = path else { return roots.first().cloned() };
    roots
        .iter()
        .filter(|root| path.starts_with(root))
        .max_by_key(|root| root.components().count())
        .cloned()
        .or_else(|| path.parent().map(Path::to_path_buf))
}

/// Everything a document is read with. What its project, language and libraries say is read here, on the thread that
/// reads the document.
pub fn surround(
    path: Option<&Path>,
    name: String,
    language: &'static Language,
    workspace: &Workspace,
    in_root: bool,
) -> Surroundings {
    let around = path.and_then(|path| workspace.around(path).ok());
    let foreign = path.is_some_and(|path| {
        workspace.is_foreign(path) || !in_root && is_vendored(&path.to_string_lossy().replace('\\', "/"))
    });
    let (path, project) = match around {
        Some(around) => (around.relative.clone(), around.project()),
        None => (name, Arc::new(workspace.project())),
    };
    Surroundings {
        settings: project.settings(&path),
        vocabulary: project.vocabulary(language),
        registry: project.registry().clone(),
        path,
        language,
        project,
        foreign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_are_read_with_and_without_their_section() {
        let bare =
            json!({ "profile": "strict", "inlayHints": { "enable": false }, "path": "/x", "vendor": null });
        let settings = EditorSettings::read(&bare).expect("an object");
        assert!(!settings.hints);
        assert_eq!(settings.configuration.to_string(), "profile = \"strict\"\n");
        assert_eq!(EditorSettings::read(&json!({ "lsp-lint": bare })), Some(settings));
        assert_eq!(EditorSettings::read(&Value::Null), None);
        assert_eq!(EditorSettings::read(&json!({})), Some(EditorSettings::default()));
        let untouched = json!({
            "profile": "recommended", "fail-on": "warning", "vendor": ["auto"], "nested": false,
            "suppressions": { "require-reason": false }, "rules": {}, "overrides": [], "codes": [],
            "helpers": [], "constants": [], "accessors": [], "inlayHints": { "enable": true }
        });
        assert_eq!(EditorSettings::read(&untouched), Some(EditorSettings::default()));
        let unknown = EditorSettings::read(&json!({ "profil": "recommended" })).expect("an object");
        assert_eq!(unknown.configuration.len(), 1, "a slip is kept, to be told");
    }

    #[test]
    fn a_document_belongs_to_the_innermost_folder() {
        let roots = [PathBuf::from("/a"), PathBuf::from("/a/b"), PathBuf::from("/c")];
        assert_eq!(home(Some(Path::new("/a/b/x.py")), &roots), Some("/a/b".into()));
        assert_eq!(home(Some(Path::new("/a/bb/x.py")), &roots), Some("/a".into()));
        assert_eq!(home(Some(Path::new("/d/x.py")), &roots), Some("/d".into()));
        assert_eq!(home(None, &roots), Some("/a".into()));
        assert_eq!(home(None, &[]), None);
    }
}
