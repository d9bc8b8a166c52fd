//! The score in tables, for a terminal and for a page.

use super::labels::Label;
use super::tally::{Judged, Tally};
use std::fmt::Write;

const COLUMNS: [&str; 9] =
    ["labels", "codes", "found", "recall", "weighted", "wrong", "precision", "weighted", "prose found"];

/// Everything about a score that is told.
pub struct Score<'a> {
    pub judged: &'a [Judged],
    /// The most that a label may weigh.
    pub cap: Option<f64>,
    /// Mentions that overlap no label; and those among them in repositories without HTTP business.
    pub outside: (usize, usize),
}

impl Score<'_> {
    fn all(&self) -> Tally {
        Tally::by(self.judged, self.cap, |_| String::new()).remove("").unwrap_or_default()
    }

    /// One heading and its rows.
    fn tables(&self) -> [(&'static str, Vec<(String, Tally)>); 3] {
        let by = |key: fn(&Label) -> String| Tally::by(self.judged, self.cap, key).into_iter().collect();
        [
            ("", vec![("all".into(), self.all())]),
            ("language", by(|label| label.lang.clone())),
            ("kind", by(Label::kind)),
        ]
    }

    fn weighing(&self) -> String {
        self.cap.map_or(String::new(), |cap| format!(", at most {cap} a label"))
    }

    /// What a terminal shows.
    pub fn printed(&self) -> String {
        let mut text = String::new();
        for (heading, rows) in self.tables() {
            let columns: String = COLUMNS.iter().map(|column| format!("{column:>12}")).collect();
            writeln!(text, "{heading:36}{columns}").expect("a string");
            for (name, tally) in rows {
                let cells: String = cells(&tally).iter().map(|cell| format!("{cell:>12}")).collect();
                writeln!(text, "{name:36}{cells}").expect("a string");
            }
            text.push('\n');
        }
        text + &self.words()
    }

    /// The part of a page.
    pub fn page(&self) -> String {
        let mut text = self.words();
        for (heading, rows) in self.tables() {
            let dashes = "---:|".repeat(COLUMNS.len());
            writeln!(text, "\n| {heading} | {} |\n|---|{dashes}", COLUMNS.join(" | ")).expect("a string");
            for (name, tally) in rows {
                writeln!(text, "| {name} | {} |", cells(&tally).join(" | ")).expect("a string");
            }
        }
        text
    }

    fn words(&self) -> String {
        let all = self.all();
        let share = |share: Option<f64>| share.map_or("-".into(), |share| format!("{share:.1} %"));
        let (precision, recall) = (all.precision(), all.recall());
        let quiet: Vec<&Judged> = self.judged.iter().filter(|one| one.label.category == "nohttp").collect();
        let alarms =
            quiet.iter().filter(|one| one.label.wanted() == Some(false) && one.found.is_some()).count();
        format!(
            "Precision {} ({} right, {} wrong), weighted{} {}. Recall {} ({} found, {} missed), weighted {}. In repositories \
             without HTTP {alarms} false alarms among {} labels, and {} mentions outside the labels; elsewhere {} outside, of \
             which nothing is known.\n",
            share(precision.0),
            all.right.count,
            all.wrong.count,
            self.weighing(),
            share(precision.1),
            share(recall.0),
            all.right.count,
            all.missed.count,
            share(recall.1),
            quiet.len(),
            self.outside.1,
            self.outside.0 - self.outside.1,
        )
    }
}

fn cells(tally: &Tally) -> [String; COLUMNS.len()] {
    let share = |share: Option<f64>| share.map_or("-".into(), |share| format!("{share:.1} %"));
    let (precision, recall) = (tally.precision(), tally.recall());
    [
        tally.labels.to_string(),
        (tally.right.count + tally.missed.count).to_string(),
        tally.right.count.to_string(),
        share(recall.0),
        share(recall.1),
        tally.wrong.count.to_string(),
        share(precision.0),
        share(precision.1),
        format!("{} of {}", tally.neutral_found, tally.neutral),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::tally::tests::shop;
    use super::*;

    #[test]
    fn the_page_has_a_row_for_every_language_and_kind() {
        let (mut judged, _) = shop();
        judged[3].label.category = "nohttp".into();
        let score = Score { judged: &judged, cap: Some(100.0), outside: (7, 2) };
        let page = score.page();
        for line in [
            "Precision 66.7 % (2 right, 1 wrong), weighted, at most 100 a label 73.3 %.",
            "1 false alarms among 1 labels, and 2 mentions outside the labels; elsewhere 5 outside",
            "| all | 6 | 3 | 2 | 66.7 % | 78.6 % | 1 | 66.7 % | 73.3 % | 1 of 1 |",
            "| language | labels |",
            "| go | 4 | 1 | 0 | 0.0 % | 0.0 % | 1 | 0.0 % | 0.0 % | 1 of 1 |",
            "| status/comparison | 2 | 2 | 1 | 50.0 % | 25.0 % | 0 | 100.0 % | 100.0 % | 0 of 0 |",
            "| other_protocol_status/comparison | 1 | 0 | 0 | - | - | 0 | - | - | 0 of 0 |",
        ] {
            assert!(page.contains(line), "{line}\n{page}");
        }
        let printed = Score { cap: None, ..score }.printed();
        assert!(printed.contains("weighted 92.7 %") && printed.lines().count() > 12, "{printed}");
    }
}
