//! The server beside others, on the same files over a pipe: what an editor waits for.

use super::figures::{megabytes, milliseconds, number, quantile, table};
use super::machine::{load, machine};
use super::peer::Peer;
use super::texts::{LINES, Text, all};
use super::tools::{Tool, servers};
use super::{ServerOptions, root};
use crate::program::Program;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// Keys of one word: so many letters, then as many taken back.
const LETTERS: &str = "other";

/// Between two keys, and before a word.
const RHYTHM: Duration = Duration::from_millis(50);
const REST: Duration = Duration::from_millis(250);

/// One server, ours or another.
struct Server {
    name: String,
    path: PathBuf,
    arguments: Vec<String>,
    /// Folders of the languages that it serves; `*` is every one.
    serves: Vec<&'static str>,
}

/// What one server made of one file.
struct Row {
    language: &'static str,
    state: &'static str,
    server: String,
    start: f64,
    first: f64,
    keys: Vec<f64>,
    hovers: Option<Vec<f64>>,
    completions: Option<Vec<f64>>,
    memory: Option<u64>,
}

/// Runs everything and returns the part of the page, how many conversations came to an end, and which did not.
pub fn bench(options: &ServerOptions) -> Result<(String, usize, Vec<String>), String> {
    let servers = all_servers()?;
    let before = load();
    let (texts, missing) = all(&root().join("tests/bench/texts"))?;
    let mut rows = vec![];
    let mut faults: Vec<String> =
        missing.iter().map(|language| format!("tests/bench/texts has no file in {language}")).collect();
    let asked = |text: &&Text| options.only.as_ref().is_none_or(|part| text.name.contains(part));
    for text in texts.iter().filter(asked) {
        eprintln!("{}", text.name);
        for (state, text) in [("clean", text), ("broken", &text.broken())] {
            for server in servers.iter().filter(|server| server.serves(text)) {
                match server.talk(text, state, if options.short { 2 } else { 12 }) {
                    Ok(row) => rows.push(row),
                    Err(fault) => faults.push(format!("{}, {} {state}: {fault}", server.name, text.name)),
                }
            }
        }
    }
    let names: Vec<&str> = servers.iter().map(|server| server.name.as_str()).collect();
    let page = format!(
        "{}. Load {before} before, {} after. Files of {LINES} lines. Milliseconds; p50 and p99 of {} keys, hovers and completions.\n\n{}\n{}\n{}",
        machine(),
        load(),
        rows.first().map_or(0, |row| row.keys.len()),
        beside(&rows, &names),
        verdicts(&rows, &names),
        everything(&rows),
    );
    Ok((page, rows.len(), faults))
}

fn all_servers() -> Result<Vec<Server>, String> {
    let program = Program::ready()?;
    let rules = root().join("tests/bench/sgconfig.yml").display().to_string();
    let ours = Server {
        name: "lsp-lint".into(),
        path: program.path().into(),
        arguments: vec!["server".into(), "--stdio".into()],
        serves: vec!["*"],
    };
    let other = |tool: Tool| Server {
        name: format!("{} {}", tool.program, tool.version),
        path: tool.path,
        arguments: tool.server.split_whitespace().map(|word| word.replace("RULES", &rules)).collect(),
        serves: tool.serves.split_whitespace().collect(),
    };
    Ok(std::iter::once(ours).chain(servers()?.into_iter().map(other)).collect())
}

impl Server {
    fn serves(&self, text: &Text) -> bool {
        self.serves.iter().any(|language| ["*", text.language.id].contains(language))
    }

    /// One conversation: greeting, opening, so many words typed and taken back, questions.
    fn talk(&self, text: &Text, state: &'static str, words: usize) -> Result<Row, String> {
        let folder = tempfile::tempdir().map_err(|fault| fault.to_string())?;
        fs::write(folder.path().join(&text.name), &text.text).map_err(|fault| fault.to_string())?;
        let (mut peer, start) = Peer::start(&self.path, &self.arguments, folder.path(), &text.name)?;
        let editor_id = text.language.editor_ids.first().map_or(text.language.id, String::as_str);
        let first = peer.open(editor_id, &text.text)?;
        let mut keys = vec![];
        for (line, column) in text.words(words) {
            std::thread::sleep(REST);
            for (at, letter) in LETTERS.char_indices() {
                keys.push(peer.type_over(line, column + at..column + at, &letter.to_string())?);
                std::thread::sleep(RHYTHM);
            }
            for at in (0..LETTERS.len()).rev() {
                keys.push(peer.type_over(line, column + at..column + at + 1, "")?);
                std::thread::sleep(RHYTHM);
            }
        }
        std::thread::sleep(REST);
        let mut asked = |ability: &str, method: &str| -> Result<Option<Vec<f64>>, String> {
            if !peer.can(ability) {
                return Ok(None);
            }
            let places = text.numbers(words * 10);
            let answers = places.iter().map(|(line, column)| peer.at(method, (*line, column - 1)));
            let answers = answers.collect::<Result<Vec<_>, _>>()?;
            Ok(Some(answers.iter().map(|answer| milliseconds(answer.took)).collect()))
        };
        Ok(Row {
            language: text.language.id,
            state,
            server: self.name.clone(),
            start: milliseconds(start),
            first: milliseconds(first),
            hovers: asked("hoverProvider", "textDocument/hover")?,
            completions: asked("completionProvider", "textDocument/completion")?,
            keys: keys.into_iter().map(milliseconds).collect(),
            memory: peer.memory(),
        })
    }
}

fn half(values: &[f64]) -> f64 {
    quantile(values.iter().copied(), 0.5)
}

fn nearly_all(values: &[f64]) -> f64 {
    quantile(values.iter().copied(), 0.99)
}

/// A key to its diagnostics, p50, all servers beside each other.
fn beside(rows: &[Row], names: &[&str]) -> String {
    let mut lines: Vec<Vec<String>> = vec![];
    for row in rows.iter().filter(|row| row.server == names[0]) {
        let of = |name: &&str| {
            let row = rows.iter().find(|one| one.server == **name && one.same_file(row));
            row.map_or("not served".into(), |row| number(half(&row.keys)))
        };
        lines.push(std::iter::once(row.file()).chain(names.iter().map(of)).collect());
    }
    let head: Vec<&str> = std::iter::once("key to diagnostics, p50").chain(names.iter().copied()).collect();
    table(&head, &lines)
}

/// Where ours is slower than another, and by how much.
fn verdicts(rows: &[Row], names: &[&str]) -> String {
    let mut said = String::new();
    for name in &names[1..] {
        let pairs = rows.iter().filter(|row| row.server == *name).filter_map(|row| {
            let ours = rows.iter().find(|one| one.server == names[0] && one.same_file(row))?;
            Some((ours.file(), half(&ours.keys), half(&row.keys)))
        });
        let pairs: Vec<(String, f64, f64)> = pairs.collect();
        let slower: Vec<String> = pairs
            .iter()
            .filter(|(_, ours, theirs)| ours >= theirs)
            .map(|(file, ours, theirs)| format!("{file} ({} against {})", number(*ours), number(*theirs)))
            .collect();
        let faster = pairs.len() - slower.len();
        said += &format!("- Faster than {name} from key to diagnostics on {faster} of {} files", pairs.len());
        said += &if slower.is_empty() { ".\n".into() } else { format!("; not on {}.\n", slower.join(", ")) };
    }
    said
}

/// Everything that was measured.
fn everything(rows: &[Row]) -> String {
    let pair = |values: Option<&Vec<f64>>| match values {
        Some(values) => [number(half(values)), number(nearly_all(values))],
        None => ["none".into(), "none".into()],
    };
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let memory = row.memory.map_or("–".into(), |bytes| number(megabytes(bytes)));
            let alone = [row.file(), row.server.clone(), number(row.start), number(row.first)];
            let pairs = [pair(Some(&row.keys)), pair(row.hovers.as_ref()), pair(row.completions.as_ref())];
            alone.into_iter().chain(pairs.into_iter().flatten()).chain([memory]).collect()
        })
        .collect();
    let head = [
        "file",
        "server",
        "start",
        "first diagnostics",
        "key p50",
        "p99",
        "hover p50",
        "p99",
        "completion p50",
        "p99",
        "peak memory, MB",
    ];
    table(&head, &lines)
}

impl Row {
    fn file(&self) -> String {
        format!("{}, {}", self.language, self.state)
    }
    fn same_file(&self, other: &Row) -> bool {
        (self.language, self.state) == (other.language, other.state)
    }
}
