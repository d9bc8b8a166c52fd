//! What a language, a library and a format is: folders of data in `grammar-queries/`, loaded when a file needs them.

mod directives;
mod folder;
pub mod formats;
pub mod rows;
pub mod shapes;
mod vocabulary;

pub use folder::{ArmLists, Items, Kind, Language, MembershipCall, Notation, RangeCall, Sign, Traits};
pub use vocabulary::{Constant, Library, Spelling, Vocabulary, last_word};

use std::sync::OnceLock;

/// One folder of `grammar-queries/`, and the grammar that reads it.
struct Folder {
    /// The folder's name, which is the language's identity.
    id: &'static str,
    facts: &'static str,
    shapes: &'static str,
    /// The folder whose facts and patterns hold where its own say nothing.
    base: Option<&'static str>,
    grammar: fn() -> tree_sitter::Language,
    loaded: &'static OnceLock<Language>,
}

/// A new language is its folder, one line here, and one dependency.
macro_rules! folders {
    (@patterns $id:literal) => { include_str!(concat!("../../grammar-queries/", $id, "/shapes.scm")) };
    (@patterns $id:literal $base:literal) => { include_str!(concat!("../../grammar-queries/", $base, "/shapes.scm")) };
    (@base) => { None };
    (@base $base:literal) => { Some(include_str!(concat!("../../grammar-queries/", $base, "/language.toml"))) };
    ($($id:literal $(like $base:literal)? => $grammar:expr;)*) => {
        static FOLDERS: &[Folder] = &[$(Folder {
            id: $id,
            facts: include_str!(concat!("../../grammar-queries/", $id, "/language.toml")),
            shapes: folders!(@patterns $id $($base)?),
            base: folders!(@base $($base)?),
            grammar: || $grammar.into(),
            loaded: { static LOADED: OnceLock<Language> = OnceLock::new(); &LOADED },
        }),*];
    };
}

folders! {
    "go" => tree_sitter_go::LANGUAGE;
    "javascript" => tree_sitter_javascript::LANGUAGE;
    "json" => tree_sitter_json::LANGUAGE;
    "nginx" => directives::LANGUAGE;
    "python" => tree_sitter_python::LANGUAGE;
    "rust" => tree_sitter_rust::LANGUAGE;
    "toml" => tree_sitter_toml_ng::LANGUAGE;
    "tsx" like "typescript" => tree_sitter_typescript::LANGUAGE_TSX;
    "typescript" => tree_sitter_typescript::LANGUAGE_TYPESCRIPT;
    "yaml" => tree_sitter_yaml::LANGUAGE;
}

/// Every language that is served, in alphabetical order of their folders.
pub fn all() -> impl Iterator<Item = &'static Language> {
    FOLDERS.iter().map(load)
}

/// The language of a path, by its file name or its suffix. `None`: not served.
pub fn by_path(path: &str) -> Option<&'static Language> {
    all().find(|language| language.claims(path))
}

/// The language that an editor calls by this identifier (`typescriptreact`).
pub fn by_editor_id(id: &str) -> Option<&'static Language> {
    all().find(|language| language.editor_ids.iter().any(|known| known == id))
}

fn load(folder: &'static Folder) -> &'static Language {
    folder.loaded.get_or_init(|| {
        Language::load(folder.id, folder.facts, folder.base, folder.shapes, folder.grammar)
            .unwrap_or_else(|fault| panic!("{fault}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_loads_and_its_patterns_compile() {
        for language in all() {
            let patterns = language.shapes().patterns;
            let needed = language.traits.data.is_none();
            assert_eq!(needed, patterns > 0, "{} has {patterns} patterns", language.id);
        }
    }
}
