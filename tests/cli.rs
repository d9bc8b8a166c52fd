//! The command line as people see it: transcripts under `cli/`, and what no transcript can show.
//!
//! A transcript is commands (`$ lsp-lint ..`), what they print, and their exit status. Each runs in a fresh copy of
//! `cli/shop/`. `SNAPSHOTS=overwrite cargo test cli` writes them anew.

use snapbox::cmd::{Command, OutputAssert};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli")
}

/// A copy of the shop, with a repository around it.
fn shop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&home().join("shop"), folder.path());
    std::fs::create_dir(folder.path().join(".git")).expect("a folder");
    folder
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir(&target).expect("a folder");
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}

/// The program in a folder, with nothing of the tester's own environment.
fn lsp_lint(folder: &Path, arguments: &[&str]) -> Command {
    Command::new(env!("CARGO_BIN_EXE_lsp-lint")).current_dir(folder).env_clear().args(arguments)
}

fn run(folder: &Path, arguments: &[&str]) -> OutputAssert {
    lsp_lint(folder, arguments).assert()
}

/// Standard output, and the exit status.
fn printed(folder: &Path, arguments: &[&str]) -> (String, i32) {
    let output = run(folder, arguments).get_output().clone();
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    (text, output.status.code().expect("an exit status"))
}

/// Standard error, and the exit status.
fn complaint(folder: &Path, arguments: &[&str]) -> (String, i32) {
    let output = run(folder, arguments).get_output().clone();
    let text = String::from_utf8(output.stderr).expect("UTF-8");
    (text, output.status.code().expect("an exit status"))
}

/// Splits a line as a shell would, quotes included; the file after `<` is standard input.
fn words(line: &str) -> (Vec<String>, Option<String>) {
    let (mut words, mut word, mut quote, mut open) = (vec![], String::new(), None, false);
    for c in line.chars() {
        match (quote, c) {
            (Some(mark), c) if c == mark => quote = None,
            (Some(_), c) => word.push(c),
            (None, '"' | '\'') => (quote, open) = (Some(c), true),
            (None, ' ') if word.is_empty() && !open => {}
            (None, ' ') => {
                words.push(std::mem::take(&mut word));
                open = false;
            }
            (None, c) => word.push(c),
        }
    }
    if !word.is_empty() || open {
        words.push(word);
    }
    match words.iter().position(|word| word == "<") {
        Some(at) => (words[..at].to_vec(), words.get(at + 1).cloned()),
        None => (words, None),
    }
}

/// Runs the commands of a transcript and writes down what they print.
fn replayed(transcript: &str) -> String {
    let folder = shop();
    let mut said = String::new();
    for line in transcript.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let (words, input) = words(line);
        writeln!(said, "$ {line}").expect("a string");
        if words[0] == "write" {
            std::fs::write(folder.path().join(&words[1]), words[2].replace("\\n", "\n")).expect("written");
            continue;
        }
        let arguments: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        let mut command = lsp_lint(folder.path(), &arguments);
        if let Some(input) = input {
            command = command.stdin(std::fs::read(folder.path().join(input)).expect("a file"));
        }
        let output = command.assert().get_output().clone();
        for stream in [&output.stdout, &output.stderr] {
            said.push_str(std::str::from_utf8(stream).expect("UTF-8"));
            if !said.ends_with('\n') {
                said.push('\n');
            }
        }
        writeln!(said, "? {}\n", output.status.code().expect("an exit status")).expect("a string");
    }
    said
}

fn transcript(name: &str) {
    let path = home().join(format!("{name}.transcript"));
    let expected = std::fs::read_to_string(&path).expect("a transcript");
    snapbox::assert_data_eq!(replayed(&expected), snapbox::Data::read_from(&path, None).raw());
}

#[test]
fn help_says_what_there_is() {
    transcript("help");
}

#[test]
fn check_prints_findings_and_its_exit_status_follows_them() {
    transcript("check");
}

#[test]
fn every_format_says_the_same() {
    transcript("formats");
}

#[test]
fn fixes_are_shown_then_applied() {
    transcript("fix");
}

#[test]
fn the_inventory_lists_what_is_found() {
    transcript("inventory");
}

#[test]
fn a_place_is_explained_with_evidence_and_rules() {
    transcript("place");
}

#[test]
fn bad_input_gets_a_message_with_the_nearest_known_word() {
    transcript("errors");
}

#[test]
fn a_project_configures_and_starts_from_a_template() {
    transcript("configuration");
}

#[test]
fn every_transcript_is_replayed() {
    let tests = include_str!("cli.rs");
    for entry in std::fs::read_dir(home()).expect("a folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(stem) = name.strip_suffix(".transcript") {
            assert!(tests.contains(&format!("transcript(\"{stem}\")")), "{name} is replayed by no test");
        }
    }
}

#[test]
fn sarif_output_is_valid() {
    let mut schema: serde_json::Value =
        serde_json::from_str(include_str!("cli/sarif-schema-2.1.0.json")).expect("JSON");
    // As published, this pattern is no regular expression.
    schema["definitions"]["run"]["properties"]["language"]["pattern"] = "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$".into();
    schema["definitions"]["toolComponent"]["properties"]["language"]["pattern"] =
        "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$".into();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for arguments in [&["--format", "sarif", "--level", "hint"][..], &["--format", "sarif", ".hidden"]] {
        let (text, _) = printed(shop().path(), arguments);
        let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let faults: Vec<String> = validator.iter_errors(&document).map(|fault| fault.to_string()).collect();
        assert_eq!(faults, Vec::<String>::new());
        let run = &document["runs"][0];
        for result in run["results"].as_array().expect("results") {
            let rule =
                &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().expect("an index") as usize];
            assert_eq!(rule["id"], result["ruleId"]);
            assert!(rule["help"]["markdown"].as_str().is_some_and(|page| page.contains("## Fix")));
        }
    }
}

#[test]
fn json_wraps_what_jsonl_prints_and_counts_it() {
    let shop = shop();
    let (lines, _) = printed(shop.path(), &["--format", "jsonl"]);
    let (whole, code) = printed(shop.path(), &["--format", "json"]);
    let whole: serde_json::Value = serde_json::from_str(&whole).expect("JSON");
    let lines: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(whole["findings"].as_array(), Some(&lines));
    assert_eq!((whole["schema"].as_u64(), code), (Some(1), 1));
    let keys: Vec<&str> =
        whole["summary"].as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(keys.len(), 6);
    for key in ["files", "error", "warning", "info", "hint", "skipped"] {
        assert!(keys.contains(&key), "{key}");
    }
}

#[test]
fn columns_count_scalar_values_and_bytes_are_those_of_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "\u{feff}x = '\u{1F600}e\u{301}'; y = r.status_code == 404\r\n";
    std::fs::write(folder.path().join("a.py"), text).expect("written");
    let (line, _) = printed(folder.path(), &["inventory", "--format", "jsonl"]);
    let found: serde_json::Value = serde_json::from_str(&line).expect("one line");
    let start = text.find("404").expect("there");
    assert_eq!(
        (found["byte_start"].as_u64(), found["byte_end"].as_u64()),
        (Some(start as u64), Some(start as u64 + 3))
    );
    let column = text[3..start].chars().count() as u64 + 1;
    assert_eq!((found["column"].as_u64(), found["end_column"].as_u64()), (Some(column), Some(column + 3)));
    assert_eq!((found["line"].as_u64(), found["path"].as_str()), (Some(1), Some("a.py")));
}

#[test]
fn paths_are_printed_as_they_were_given() {
    let shop = shop();
    let paths = |arguments: &[&str]| -> Vec<String> {
        let (text, _) = printed(shop.path(), arguments);
        let of = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["path"].clone();
        let mut paths: Vec<String> =
            text.lines().map(|line| of(line).as_str().expect("a path").into()).collect();
        paths.dedup();
        paths
    };
    assert_eq!(
        paths(&["inventory", "--format", "jsonl"]),
        [".hidden/login.py", "api.py", "vendor/dep.py", "web.js"]
    );
    assert_eq!(paths(&["inventory", "--format", "jsonl", "./web.js"]), ["./web.js"]);
    assert_eq!(paths(&["inventory", "--format", "jsonl", "vendor"]), ["vendor/dep.py"]);
    let absolute = shop.path().join("vendor").display().to_string();
    assert_eq!(paths(&["inventory", "--format", "jsonl", &absolute]), [format!("{absolute}/dep.py")]);
}

#[test]
fn ignored_files_are_left_out_unless_they_are_named() {
    let shop = shop();
    std::fs::write(shop.path().join(".gitignore"), "api.py\nweb.js\n").expect("written");
    assert_eq!(printed(shop.path(), &["--format", "jsonl"]), (String::new(), 0));
    assert_eq!(printed(shop.path(), &["--format", "jsonl", "api.py"]).1, 1);
}

#[test]
fn attributes_of_the_repository_say_what_is_not_judged() {
    let shop = shop();
    std::fs::write(
        shop.path().join(".gitattributes"),
        "api.py linguist-generated\nvendor/** -linguist-vendored\n",
    )
    .expect("written");
    let (text, _) = printed(shop.path(), &["--format", "jsonl"]);
    assert!(!text.contains("\"api.py\"") && text.contains("\"vendor/dep.py\""), "{text}");
}

#[test]
fn files_that_cannot_be_read_are_counted_listed_and_fail_when_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("latin.py"), b"x = '\xe9' # status 404\n").expect("written");
    std::fs::write(folder.path().join("nul.py"), b"status = 404\0\n").expect("written");
    std::fs::write(folder.path().join("fine.py"), b"x = 1\n").expect("written");
    let (text, code) = printed(folder.path(), &[]);
    assert_eq!((text.as_str(), code), ("1 file: 0 errors, 0 warnings; 2 files skipped\n", 0));
    let (listed, _) = complaint(folder.path(), &["--verbose"]);
    assert_eq!(listed, "skipped latin.py: not UTF-8\nskipped nul.py: binary file\n");
    let (message, code) = complaint(folder.path(), &["--strict-files"]);
    assert_eq!((message.as_str(), code), ("error: cannot read `latin.py`: not UTF-8\n", 2));
    let (message, code) = complaint(folder.path(), &["nul.py"]);
    assert_eq!((message.as_str(), code), ("error: cannot read `nul.py`: binary file\n", 2));
}

#[test]
fn a_broken_configuration_below_stops_the_run_before_anything_is_printed() {
    let shop = shop();
    std::fs::write(shop.path().join("lsp-lint.toml"), "nested = true\n").expect("written");
    std::fs::write(shop.path().join(".hidden/.lsp-lint.toml"), "[rules]\nobsolete-status = 1\n")
        .expect("written");
    assert_eq!(printed(shop.path(), &["--format", "json"]), (String::new(), 2));
    let (message, _) = complaint(shop.path(), &[]);
    assert!(message.starts_with("error: .hidden/.lsp-lint.toml:2:19: `obsolete-status` takes"), "{message}");
    assert_eq!(printed(shop.path(), &["--no-config", "--format", "json"]).1, 1);
}

#[test]
fn paths_in_a_configuration_that_is_named_are_those_of_the_working_directory() {
    let shop = shop();
    std::fs::create_dir(shop.path().join("ci")).expect("a folder");
    let config = "[[overrides]]\npaths = ['api.py', 'vendor/**']\nrules = { bare-status-operand = 'off' }\n";
    std::fs::write(shop.path().join("ci/strict.toml"), config).expect("written");
    let (text, code) =
        printed(shop.path(), &["--config", "ci/strict.toml", "--format", "jsonl", ".", "vendor"]);
    assert!(!text.contains("bare-status-operand") && text.contains("./web.js") && code == 1, "{text}");
}

#[test]
fn statistics_go_to_standard_error() {
    let shop = shop();
    let (text, code) = complaint(shop.path(), &["--stats", "--format", "json"]);
    assert!(text.starts_with("4 files (") && code == 1, "{text}");
    let (whole, parts) = text.split_once(" s of processor time: ").expect("the sum, then its parts");
    let whole: f64 = whole.rsplit(' ').next().and_then(|sum| sum.parse().ok()).expect("seconds");
    let mut sum = 0.0;
    for (part, name) in parts
        .trim_end()
        .split(", ")
        .zip(["walk", "read", "scan", "parse", "shapes", "meaning", "rules", "report", "other"])
    {
        let seconds = part.strip_prefix(name).and_then(|rest| rest.trim_start().strip_suffix(" s"));
        sum += seconds
            .and_then(|seconds| seconds.parse::<f64>().ok())
            .unwrap_or_else(|| panic!("{name}: {text}"));
    }
    // Each of nine parts is rounded to a hundredth of a second.
    assert!((sum - whole).abs() < 0.06, "{text}");
}

#[test]
fn a_reader_that_has_read_enough_is_no_failure() {
    use std::io::Read;
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.py"), "r.status_code == 404\n".repeat(20_000)).expect("written");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_lsp-lint"))
        .args(["inventory", "--format", "jsonl"])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("started");
    let mut first = [0; 10];
    child.stdout.take().expect("a pipe").read_exact(&mut first).expect("read");
    let output = child.wait_with_output().expect("ended");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn colours_and_links_are_for_terminals() {
    let shop = shop();
    assert!(!printed(shop.path(), &[]).0.contains('\u{1b}'));
    let (coloured, _) = printed(shop.path(), &["--color", "always"]);
    assert!(
        coloured.contains("\u{1b}[") && !coloured.contains("\u{1b}]8"),
        "colours, but no links in a pipe"
    );
}

#[test]
fn a_folder_called_like_a_command_is_written_with_a_dot() {
    let shop = shop();
    std::fs::create_dir(shop.path().join("rules")).expect("a folder");
    std::fs::rename(shop.path().join("api.py"), shop.path().join("rules/api.py")).expect("moved");
    assert_eq!(printed(shop.path(), &["./rules"]).1, 1);
    let (rules, code) = printed(shop.path(), &["rules"]);
    assert!(rules.contains("bare-status-operand") && code == 0);
}

#[test]
fn everything_that_can_be_explained_is() {
    let shop = shop();
    let asked: &[(&[&str], &str)] = &[
        (&["404"], "code"),
        (&["299"], "code"),
        (&["999"], "code"),
        (&["422", "400"], "codes"),
        (&["5xx"], "class"),
        (&["not found"], "code"),
        (&["http.StatusNotFound"], "code"),
        (&["HTTP_404_NOT_FOUND"], "code"),
        (&["obsolete-status"], "rule"),
        (&["api.py:10:33"], "place"),
    ];
    for (words, kind) in asked {
        let arguments: Vec<&str> = ["explain", "--json"].iter().chain(*words).copied().collect();
        let (text, code) = printed(shop.path(), &arguments);
        let record: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!((record["kind"].as_str(), code), (Some(*kind), 0), "{words:?}");
        let arguments: Vec<&str> = ["explain"].iter().chain(*words).copied().collect();
        let (page, code) = printed(shop.path(), &arguments);
        assert!(page.len() > 40 && code == 0, "{words:?}: {page}");
    }
    for nothing in ["99", "1000", "nonsense", "-1"] {
        assert_eq!(complaint(shop.path(), &["explain", "--", nothing]).1, 2, "{nothing}");
    }
}

#[test]
fn the_rules_are_listed_with_what_each_is() {
    let (text, _) = printed(shop().path(), &["rules", "--json"]);
    let list: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    for rule in list["rules"].as_array().expect("a list") {
        for key in ["rule", "group", "level", "summary", "help_url", "since"] {
            assert!(rule[key].as_str().is_some_and(|text| !text.is_empty()), "{key} of {rule}");
        }
        assert!(rule["help_url"].as_str().is_some_and(|url| url.starts_with("https://")));
    }
}

#[test]
fn completions_and_the_manual_name_every_command() {
    let shop = shop();
    let (man, _) = printed(shop.path(), &["man"]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (script, code) = printed(shop.path(), &["completions", shell]);
        assert_eq!(code, 0);
        for command in ["check", "inventory", "explain", "rules", "server", "init", "completions"] {
            assert!(script.contains(command), "{shell}: {command}");
            assert!(man.contains(&format!(".SH COMMAND {}", command.to_uppercase())), "{command}");
        }
    }
}

#[test]
fn a_fix_keeps_permissions_line_ends_and_everything_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.py");
    std::fs::write(&path, "\u{feff}# caf\u{e9}\r\nif r.status_code == 200 or 201:\r\n    pass\r\n")
        .expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o750)).expect("set");
    }
    let (_, code) = printed(folder.path(), &["--fix", "--unsafe-fixes"]);
    let after = std::fs::read_to_string(&path).expect("read");
    assert_eq!(after, "\u{feff}# caf\u{e9}\r\nif r.status_code in (200, 201):\r\n    pass\r\n");
    assert_eq!(code, 0, "what is fixed is no finding any more");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o750);
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left behind");
}

#[test]
fn output_has_the_order_of_paths_however_many_threads_there_are() {
    let folder = tempfile::tempdir().expect("a folder");
    for number in 0..300 {
        let lines = if number % 7 == 0 { 400 } else { 1 };
        let text = "r.status_code == 404\n".repeat(lines);
        std::fs::write(folder.path().join(format!("f{number:03}.py")), text).expect("written");
    }
    let (text, _) = printed(folder.path(), &["inventory", "--format", "csv"]);
    let paths: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(paths.len(), 43 * 400 + 257);
    assert!(paths.is_sorted());
}

#[test]
fn the_schema_of_the_configuration_is_current() {
    let rules: Vec<(&str, &str)> =
        lsp_lint::lint::all_rules().iter().map(|rule| (rule.id, rule.summary())).collect();
    let fresh = lsp_lint::project::schema(&rules);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("editors/lsp-lint.schema.json");
    if std::fs::read_to_string(&path).is_ok_and(|known| known == fresh) {
        return;
    }
    std::fs::write(&path, fresh).expect("written");
    panic!("editors/lsp-lint.schema.json was stale and has been written anew; run the tests again");
}

#[test]
fn the_schema_of_the_configuration_accepts_what_the_program_accepts() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("editors/lsp-lint.schema.json"));
    let schema: serde_json::Value = serde_json::from_str(&text.expect("a schema")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let valid = |text: &str| {
        let value: toml::Value = toml::from_str(text).expect("TOML");
        validator.is_valid(&serde_json::to_value(value).expect("JSON"))
    };
    assert!(valid("profile = 'strict'\nvendor = ['auto', 'nginx']\n[rules]\nobsolete-status = 'off'"));
    assert!(valid("[rules]\nstatus-form = { level = 'hint', form = 'number' }"));
    assert!(valid("[[codes]]\ncode = 460\nname = 'Ours'\n[[helpers]]\ncall = ['fail']\nlanguage = 'python'"));
    assert!(!valid("profil = 'strict'"));
    assert!(!valid("[rules]\nno-such-rule = 'off'"));
    assert!(!valid("[[helpers]]\ncal = 'fail'"));
}
