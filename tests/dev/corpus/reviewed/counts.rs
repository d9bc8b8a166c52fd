//! `counts.tsv`: how many findings below warning and how many mentions there are, by package, language and rule or role.

use std::collections::BTreeMap;
use std::fmt::Write;

const HEADER: &str = "package\tkind\tlanguage\tof\tcount";

/// What is counted together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    pub package: String,
    /// `finding` or `mention`.
    pub kind: String,
    pub language: String,
    /// The rule of a finding, the role of a mention.
    pub of: String,
}

/// Numbers of what is not judged one by one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts(BTreeMap<Counted, usize>);

impl Counts {
    /// Reads the table.
    ///
    /// # Errors
    /// A line that is not understood, by its number.
    pub fn read(text: &str) -> Result<Counts, String> {
        let mut counts = Counts::default();
        for (i, line) in text.lines().enumerate().filter(|(_, line)| *line != HEADER && !line.is_empty()) {
            let columns: Vec<&str> = line.split('\t').collect();
            let (&[package, kind, language, of, _], Some(Ok(count))) =
                (&columns[..], columns.last().map(|count| count.parse()))
            else {
                return Err(format!("counts.tsv:{}: not a line of the table: `{line}`", i + 1));
            };
            let [package, kind, language, of] = [package, kind, language, of].map(String::from);
            counts.add(Counted { package, kind, language, of }, count);
        }
        Ok(counts)
    }

    pub fn written(&self) -> String {
        let mut text = format!("{HEADER}\n");
        for (Counted { package, kind, language, of }, count) in &self.0 {
            writeln!(text, "{package}\t{kind}\t{language}\t{of}\t{count}").expect("a string");
        }
        text
    }

    pub fn add(&mut self, counted: Counted, count: usize) {
        *self.0.entry(counted).or_default() += count;
    }

    /// Those of some packages.
    pub fn of_packages(&self, asked: impl Fn(&str) -> bool) -> Counts {
        let these = self.iter().filter(|(of, _)| asked(&of.package));
        Counts(these.map(|(of, count)| (of.clone(), count)).collect())
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Counted, usize)> {
        self.0.iter().map(|(counted, count)| (counted, *count))
    }

    /// What has another count now, with both; and how many counts are the same.
    pub fn difference<'a>(&'a self, now: &'a Counts) -> (Vec<(&'a Counted, usize, usize)>, usize) {
        let both: BTreeMap<&Counted, ()> =
            self.0.keys().chain(now.0.keys()).map(|counted| (counted, ())).collect();
        let count = |counts: &Counts, of: &Counted| counts.0.get(of).copied().unwrap_or(0);
        let pairs = both.into_keys().map(|of| (of, count(self, of), count(now, of)));
        let (changed, same): (Vec<_>, Vec<_>) = pairs.partition(|(_, before, now)| before != now);
        (changed, same.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(rows: &[(&str, &str, usize)]) -> Counts {
        let mut counts = Counts::default();
        for (package, of, count) in rows {
            let [package, of, kind, language] = [package, of, "mention", "go"].map(ToString::to_string);
            counts.add(Counted { package, kind, language, of }, *count);
        }
        counts
    }

    #[test]
    fn counts_add_up_and_are_written_in_one_order() {
        let counts = counts(&[("b", "sent", 1), ("a", "sent", 2), ("a", "observed", 1), ("b", "sent", 4)]);
        let text = counts.written();
        let rows = "a\tmention\tgo\tobserved\t1\na\tmention\tgo\tsent\t2\nb\tmention\tgo\tsent\t5\n";
        assert_eq!(text, format!("{HEADER}\n{rows}"));
        assert_eq!(Counts::read(&text), Ok(counts));
        assert!(
            Counts::read("a\tmention\tgo\tsent\tmany\n")
                .expect_err("no number")
                .starts_with("counts.tsv:1: ")
        );
    }

    #[test]
    fn a_changed_count_is_told_with_both_numbers_and_none_is_nought() {
        let before = counts(&[("a", "sent", 2), ("a", "logged", 1), ("b", "sent", 7)]);
        let now = counts(&[("a", "sent", 3), ("a", "observed", 1), ("b", "sent", 7)]);
        let (changed, same) = before.difference(&now);
        let changed: Vec<_> =
            changed.iter().map(|(of, before, now)| (of.of.as_str(), *before, *now)).collect();
        assert_eq!(changed, [("logged", 1, 0), ("observed", 0, 1), ("sent", 2, 3)]);
        assert_eq!(same, 1);
        assert_eq!(
            before
                .of_packages(|package| package == "b")
                .difference(&now.of_packages(|package| package == "b")),
            (vec![], 1)
        );
    }
}
