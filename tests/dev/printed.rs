//! What the program printed about folders: records, and the files that it left out, with the reason.

use serde::Deserialize;

#[derive(Default)]
pub struct Printed {
    records: Vec<String>,
    skipped: Vec<String>,
}

/// How often a folder is looked at in which a file is given up: on a busy machine one may take too long that does not on a
/// quiet one.
const TRIES: usize = 8;

impl Printed {
    /// Takes apart what stood on standard output, and on standard error with `--verbose`.
    pub fn read(records: &str, notes: &str) -> Printed {
        let skipped = notes.lines().filter_map(|note| note.strip_prefix("skipped "));
        let [records, skipped] = [records.lines().collect(), skipped.collect::<Vec<&str>>()]
            .map(|lines: Vec<&str>| lines.into_iter().map(String::from).collect());
        Printed { records, skipped }
    }

    /// Runs the program over folders, and again over those in which a file is given up, a few times.
    ///
    /// # Errors
    /// What a run says, or that it printed what is no record.
    pub fn patiently(
        folders: &[&str],
        run: impl Fn(&[&str]) -> Result<Printed, String>,
    ) -> Result<Printed, String> {
        let mut all = Printed::default();
        let mut open = folders.to_vec();
        for tries in 1.. {
            let now = run(&open)?;
            let gives_up = |folder: &&str| now.given_up().any(|note| is_below(note, folder));
            let again: Vec<&str> =
                open.into_iter().filter(|folder| tries < TRIES && gives_up(folder)).collect();
            let settled = |path: &str| !again.iter().any(|folder| is_below(path, folder));
            all.skipped.extend(now.skipped.iter().filter(|note| settled(note)).cloned());
            for record in now.records {
                if again.is_empty() || settled(&path_of(&record)?) {
                    all.records.push(record);
                }
            }
            if again.is_empty() {
                break;
            }
            open = again;
        }
        Ok(all)
    }

    /// Each record, of the fields that matter.
    ///
    /// # Errors
    /// One is no record, or lacks a field.
    pub fn records<T: for<'a> Deserialize<'a>>(&self) -> Result<Vec<T>, String> {
        self.records.iter().map(|record| parsed(record)).collect()
    }

    /// Files that were given up; what is no text, or larger than any source, is left out rightly.
    pub fn given_up(&self) -> impl Iterator<Item = &str> {
        let rightly = [": binary file", ": not UTF-8", ": larger than 16 MiB"];
        let given_up = move |note: &&String| !rightly.iter().any(|reason| note.ends_with(reason));
        self.skipped.iter().filter(given_up).map(String::as_str)
    }
}

fn parsed<'a, T: Deserialize<'a>>(record: &'a str) -> Result<T, String> {
    serde_json::from_str(record)
        .map_err(|fault| format!("the program prints what is no record: {fault}: {record}"))
}

fn path_of(record: &str) -> Result<String, String> {
    #[derive(Deserialize)]
    struct Pathed {
        path: String,
    }
    parsed::<Pathed>(record).map(|record| record.path)
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[derive(Deserialize, Debug, PartialEq)]
    struct Found {
        path: String,
        run: usize,
    }

    /// Runs over two folders; the second gives a file up as long as `slow` says so. Returns what came of it, and what each
    /// run was over.
    fn runs(slow: impl Fn(usize) -> bool) -> (Printed, Vec<Vec<String>>) {
        let asked = RefCell::new(vec![]);
        let run = |open: &[&str]| {
            asked.borrow_mut().push(open.iter().map(ToString::to_string).collect());
            let run = asked.borrow().len();
            let found = |folder: &&str| format!("{{\"path\":\"{folder}/a.go\",\"run\":{run},\"more\":0}}\n");
            let records: String = open.iter().map(found).collect();
            let note = if slow(run) { "skipped b/b.go: too slow to parse\n" } else { "" };
            Ok(Printed::read(&records, &format!("2 files\nskipped b/c.bin: binary file\n{note}")))
        };
        (Printed::patiently(&["a", "b"], run).expect("records"), asked.into_inner())
    }

    #[test]
    fn a_folder_with_a_file_that_took_too_long_is_looked_at_again_and_no_other() {
        let (printed, asked) = runs(|run| run < 3);
        assert_eq!(asked, [vec!["a", "b"], vec!["b"], vec!["b"]]);
        let found = |path: &str, run| Found { path: path.into(), run };
        assert_eq!(printed.records(), Ok(vec![found("a/a.go", 1), found("b/a.go", 3)]));
        assert_eq!(printed.given_up().next(), None);
        assert_eq!(printed.skipped, ["b/c.bin: binary file"]);
    }

    #[test]
    fn a_file_that_is_always_given_up_is_told_in_the_end() {
        let (printed, asked) = runs(|_| true);
        assert_eq!(asked.len(), TRIES);
        assert_eq!(printed.given_up().collect::<Vec<_>>(), ["b/b.go: too slow to parse"]);
        assert_eq!(printed.records::<Found>().expect("records").len(), 2);
    }

    #[test]
    fn what_is_no_record_is_told() {
        let printed = Printed::read("{\"path\":\"a/a.go\"}\n", "");
        assert!(printed.records::<Found>().is_err_and(|fault| fault.contains("missing field `run`")));
    }
}
