//! What the rows about libraries make of ordinary code. In `tests/libraries/`, a comment that begins with `=` at the end of a
//! line says everything that is believed about that line: `404 raised flask`, several parted by `;`, and `-` for a library
//! that is not named. A line without one must stay silent.

use lsp_lint::detect::{Source, detect};
use lsp_lint::facts::Certainty;
use lsp_lint::languages;
use lsp_lint::project::Project;
use std::path::Path;

/// What was found on each line, as the comments write it; lines are 0-based.
fn believed(name: &str, text: &str) -> Vec<Vec<String>> {
    let language = languages::by_path(name).unwrap_or_else(|| panic!("{name} has no language"));
    let project = Project::default();
    let vocabulary = project.vocabulary(language);
    let registry = project.registry();
    let source = Source { path: name, text: text.into(), language, vocabulary: &vocabulary, registry };
    let mut lines = vec![vec![]; text.lines().count()];
    for mention in detect(&source, None).facts.mentions {
        if mention.certainty == Certainty::Shaped || mention.codes.single().is_none() {
            continue;
        }
        let line = text[..mention.span.start as usize].matches('\n').count();
        let role = format!("{:?}", mention.role).to_lowercase();
        let library = mention.library.as_deref().unwrap_or("-");
        let code = mention.codes.single().expect("one code");
        if role != "prose" {
            lines[line].push(format!("{code} {role} {library}"));
        }
    }
    lines
}

#[test]
fn ordinary_code_is_understood_line_by_line() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/libraries");
    let mut files = 0;
    let mut wrong = vec![];
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("a readable entry").path();
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a readable file");
        files += 1;
        for (number, (line, mut found)) in text.lines().zip(believed(&name, &text)).enumerate() {
            let said =
                line.rsplit_once("#= ").or_else(|| line.rsplit_once("//= ")).map_or("", |(_, said)| said);
            let mut said: Vec<&str> =
                said.split(';').map(str::trim).filter(|part| !part.is_empty()).collect();
            said.sort_unstable();
            found.sort();
            if said != found {
                wrong.push(format!("{name}:{}: {said:?} is written, {found:?} was found", number + 1));
            }
        }
    }
    assert!(files >= 10, "only {files} files");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
