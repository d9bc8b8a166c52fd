//! A label: somebody read this number in its context and says what it is.

use serde::{Deserialize, Serialize};

/// One line of a file of labels. Keys that do not matter here are let go.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Label {
    /// `owner/name`.
    pub repo: String,
    pub path: String,
    #[serde(default)]
    pub commit: String,
    /// The language, in the words of whoever labelled: also `openapi_yaml`.
    pub lang: String,
    /// 1-based.
    pub line: usize,
    /// 1-based, in bytes.
    pub column: usize,
    /// What stands there.
    pub text: String,
    pub label: Verdict,
    /// What kind of place it is.
    pub kind: String,
    /// How many numbers of the repositories it stands for.
    pub weight: f64,
    /// `nohttp`: its repository has nothing to do with HTTP.
    #[serde(default)]
    pub category: String,
}

/// What a number is.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Status,
    /// The edge of a range of status codes.
    StatusBound,
    /// Prose: neither a hit nor a false alarm.
    StatusInCommentOrString,
    OtherProtocolStatus,
    NotStatus,
}

/// A label and the line of the file that it comes from, for what has to be said about it.
#[derive(Clone, Debug)]
pub struct Placed {
    pub label: Label,
    pub from: String,
}

impl Label {
    /// Where the file lies below the root.
    pub fn file(&self) -> String {
        format!("{}/{}", self.repo.replace('/', "+"), self.path)
    }

    /// It should be found, it should not, or it does not matter.
    pub fn wanted(&self) -> Option<bool> {
        match self.label {
            Verdict::Status | Verdict::StatusBound => Some(true),
            Verdict::StatusInCommentOrString => None,
            Verdict::OtherProtocolStatus | Verdict::NotStatus => Some(false),
        }
    }

    /// The verdict with the kind of place, as tables name them.
    pub fn kind(&self) -> String {
        let verdict = serde_json::to_value(self.label).expect("a word");
        format!("{}/{}", verdict.as_str().unwrap_or_default(), self.kind)
    }

    /// The language is one of these, whatever it is mixed with, as in `openapi_yaml`.
    pub fn is_in(&self, names: &[&str]) -> bool {
        self.lang.split('_').any(|word| names.contains(&word))
    }

    /// The first byte of what is labelled.
    ///
    /// # Errors
    /// Something else stands there: the file is not the one that was labelled.
    pub fn byte(&self, text: &[u8]) -> Result<usize, String> {
        let line_start: usize =
            text.split_inclusive(|byte| *byte == b'\n').take(self.line - 1).map(<[u8]>::len).sum();
        let start = line_start + self.column - 1;
        match text.get(start..start + self.text.len()) {
            Some(there) if there == self.text.as_bytes() => Ok(start),
            _ => Err(format!(
                "`{}` does not stand at {}:{}:{}: this is not the text that was labelled",
                self.text,
                self.file(),
                self.line,
                self.column
            )),
        }
    }
}

/// Reads one label a line. `name` is the file's.
///
/// # Errors
/// A line that is no label, by the file's name and the line.
pub fn read_labels(text: &str, name: &str) -> Result<Vec<Placed>, String> {
    let mut labels = vec![];
    for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let from = format!("{name}:{}", i + 1);
        let label: Label = serde_json::from_str(line).map_err(|fault| {
            format!(
                "{from}: no label: {fault}\n  help: a label is a JSON object on one line with repo, path, lang, line, column, \
                 text, label, kind and weight"
            )
        })?;
        if label.line == 0 || label.column == 0 || label.text.is_empty() {
            return Err(format!(
                "{from}: no label: line and column count from 1, and text is what stands there"
            ));
        }
        labels.push(Placed { label, from });
    }
    Ok(labels)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A label of what stands in a made-up file, in order of appearance.
    pub fn label(lang: &str, line: usize, column: usize, verdict: Verdict, weight: f64) -> Label {
        Label {
            repo: "owner/shop".into(),
            path: "a.py".into(),
            commit: String::new(),
            lang: lang.into(),
            line,
            column,
            text: "404".into(),
            label: verdict,
            kind: "comparison".into(),
            weight,
            category: String::new(),
        }
    }

    #[test]
    fn a_label_is_read_with_keys_that_do_not_matter() {
        let line = r#"{"id":3,"repo":"a/b","path":"c/d.go","lang":"openapi_yaml","line":2,"column":5,"column_char":4,"text":"404","label":"status_bound","kind":"range","weight":2.5,"split":"dev"}"#;
        let labels = read_labels(&format!("\n{line}\n"), "labels.jsonl").expect("it is well formed");
        let Placed { label, from } = &labels[0];
        assert_eq!((from.as_str(), label.file().as_str()), ("labels.jsonl:2", "a+b/c/d.go"));
        assert_eq!((label.kind().as_str(), label.wanted()), ("status_bound/range", Some(true)));
        assert!(label.is_in(&["yaml"]) && !label.is_in(&["openapi_json", "go"]));
    }

    #[test]
    fn prose_is_neutral_and_other_protocols_are_no_status() {
        let wanted = |verdict| label("go", 1, 1, verdict, 1.0).wanted();
        assert_eq!(wanted(Verdict::StatusInCommentOrString), None);
        assert_eq!(wanted(Verdict::OtherProtocolStatus), Some(false));
        assert_eq!(wanted(Verdict::NotStatus), Some(false));
        assert_eq!(wanted(Verdict::Status), Some(true));
    }

    #[test]
    fn a_line_that_is_no_label_is_named() {
        let fault =
            |line: &str| read_labels(&format!("\n{line}\n"), "l.jsonl").expect_err("it is not well formed");
        assert!(fault("{").starts_with("l.jsonl:2: no label: "));
        assert!(fault(r#"{"repo":"a/b"}"#).contains("missing field `path`"));
        let good = serde_json::to_string(&label("go", 1, 1, Verdict::Status, 1.0)).expect("plain fields");
        assert!(fault(&good.replace("\"status\"", "\"perhaps\"")).contains("unknown variant `perhaps`"));
        assert!(fault(&good.replace("\"line\":1", "\"line\":0")).contains("count from 1"));
    }

    #[test]
    fn a_place_is_counted_in_bytes_and_must_hold_what_was_labelled() {
        let text = "a\n\u{e9}\u{1f980} 404\r\n404".as_bytes();
        assert_eq!(label("go", 2, 8, Verdict::Status, 1.0).byte(text), Ok(9));
        assert_eq!(label("go", 3, 1, Verdict::Status, 1.0).byte(text), Ok(14));
        for (line, column) in [(2, 7), (3, 2), (9, 1)] {
            let fault =
                label("go", line, column, Verdict::Status, 1.0).byte(text).expect_err("it is not there");
            assert!(
                fault.starts_with(&format!("`404` does not stand at owner+shop/a.py:{line}:{column}")),
                "{fault}"
            );
        }
    }
}
