//! Labels held against mentions.

use super::labels::Label;
use std::collections::{BTreeMap, HashMap};

/// A mention as it matters here.
#[derive(Clone, Debug)]
pub struct Mention {
    /// Its file, below the root.
    pub path: String,
    /// 1-based.
    pub line: usize,
    /// The first byte, 0-based, and the one after the last.
    pub bytes: (usize, usize),
    pub text: String,
}

/// A label, the first byte of what it is about, and what was found there.
pub struct Judged {
    pub label: Label,
    pub byte: usize,
    pub found: Option<String>,
}

/// Holds every label against the mentions: one hits where the two overlap on the line. Returns also the mentions that
/// overlap no label, about which nothing is known.
pub fn judged(labels: Vec<(Label, usize)>, mentions: Vec<Mention>) -> (Vec<Judged>, Vec<Mention>) {
    let mut judged: Vec<Judged> =
        labels.into_iter().map(|(label, byte)| Judged { label, byte, found: None }).collect();
    let mut at: HashMap<(String, usize), Vec<usize>> = HashMap::new();
    for (i, one) in judged.iter().enumerate() {
        at.entry((one.label.file(), one.label.line)).or_default().push(i);
    }
    let mut outside = vec![];
    for mention in mentions {
        let (start, end) = mention.bytes;
        let here = at.get(&(mention.path.clone(), mention.line)).into_iter().flatten();
        let overlaps =
            |one: &Judged| start < one.byte + one.label.text.len() && one.byte < end.max(start + 1);
        let hit: Vec<usize> = here.copied().filter(|i| overlaps(&judged[*i])).collect();
        hit.iter().for_each(|i| judged[*i].found = Some(mention.text.clone()));
        if hit.is_empty() {
            outside.push(mention);
        }
    }
    (judged, outside)
}

/// Counts, plain and weighted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    pub labels: usize,
    pub right: Sum,
    pub missed: Sum,
    pub wrong: Sum,
    pub neutral: usize,
    pub neutral_found: usize,
}

/// How many, and how much they weigh together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    pub count: usize,
    pub weight: f64,
}

impl Sum {
    fn add(&mut self, weight: f64) {
        self.count += 1;
        self.weight += weight;
    }
}

impl Tally {
    /// The labels that `key` puts together, each with at most the weight `cap`.
    pub fn by(
        judged: &[Judged],
        cap: Option<f64>,
        key: impl Fn(&Label) -> String,
    ) -> BTreeMap<String, Tally> {
        let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
        for one in judged {
            tallies.entry(key(&one.label)).or_default().add(one, cap);
        }
        tallies
    }

    fn add(&mut self, one: &Judged, cap: Option<f64>) {
        let weight = cap.map_or(one.label.weight, |cap| one.label.weight.min(cap));
        self.labels += 1;
        match (one.label.wanted(), one.found.is_some()) {
            (Some(true), true) => self.right.add(weight),
            (Some(true), false) => self.missed.add(weight),
            (Some(false), true) => self.wrong.add(weight),
            (Some(false), false) => {}
            (None, found) => {
                self.neutral += 1;
                self.neutral_found += usize::from(found);
            }
        }
    }

    /// In a hundred, plain and weighted; none where nothing was found.
    pub fn precision(&self) -> (Option<f64>, Option<f64>) {
        shares(self.right, self.wrong)
    }

    /// In a hundred, plain and weighted; none where there is nothing to find.
    pub fn recall(&self) -> (Option<f64>, Option<f64>) {
        shares(self.right, self.missed)
    }
}

fn shares(good: Sum, bad: Sum) -> (Option<f64>, Option<f64>) {
    let share = |good: f64, bad: f64| (good + bad > 0.0).then(|| 100.0 * good / (good + bad));
    (share(good.count as f64, bad.count as f64), share(good.weight, bad.weight))
}

#[cfg(test)]
pub mod tests {
    use super::super::labels::{Verdict, tests::label};
    use super::*;

    /// A mention of so many bytes in the made-up file.
    fn mention(line: usize, start: usize, text: &str) -> Mention {
        Mention {
            path: "owner+shop/a.py".into(),
            line,
            bytes: (start, start + text.len()),
            text: text.into(),
        }
    }

    /// Two of three codes found, one of two other numbers taken for one, and prose found.
    pub fn shop() -> (Vec<Judged>, Vec<Mention>) {
        let labels = vec![
            (label("python", 1, 1, Verdict::Status, 10.0), 0),
            (label("python", 2, 1, Verdict::StatusBound, 500.0), 10),
            (label("go", 3, 1, Verdict::Status, 30.0), 20),
            (label("go", 4, 1, Verdict::NotStatus, 40.0), 30),
            (label("go", 5, 1, Verdict::OtherProtocolStatus, 1.0), 40),
            (label("go", 6, 1, Verdict::StatusInCommentOrString, 1.0), 50),
        ];
        let mentions = vec![
            mention(1, 0, "404 Not Found"),
            mention(2, 9, "\"404\""),
            mention(4, 30, "404"),
            mention(6, 50, "404"),
            mention(7, 60, "200"),
        ];
        judged(labels, mentions)
    }

    #[test]
    fn a_mention_hits_what_it_overlaps_on_the_same_line() {
        let (judged, outside) = shop();
        let found: Vec<Option<&str>> = judged.iter().map(|one| one.found.as_deref()).collect();
        assert_eq!(found, [Some("404 Not Found"), Some("\"404\""), None, Some("404"), None, Some("404")]);
        assert_eq!(outside.iter().map(|mention| mention.line).collect::<Vec<_>>(), [7]);
    }

    #[test]
    fn touching_is_no_overlap_and_neither_is_another_line_or_file() {
        let here = || vec![(label("go", 3, 5, Verdict::Status, 1.0), 20)];
        let other = Mention { path: "owner+shop/b.py".into(), ..mention(3, 20, "404") };
        for missing in [mention(3, 17, "404"), mention(3, 23, "404"), mention(2, 15, "404\n404"), other] {
            let (judged, outside) = judged(here(), vec![missing]);
            assert_eq!((judged[0].found.clone(), outside.len()), (None, 1));
        }
        assert!(judged(here(), vec![mention(3, 22, "4")]).0[0].found.is_some());
    }

    #[test]
    fn precision_and_recall_are_plain_and_weighted_and_prose_counts_for_neither() {
        let (judged, _) = shop();
        let tally = &Tally::by(&judged, None, |_| "all".into())["all"];
        assert_eq!((tally.labels, tally.right.count, tally.missed.count, tally.wrong.count), (6, 2, 1, 1));
        assert_eq!((tally.neutral, tally.neutral_found), (1, 1));
        assert_eq!(tally.recall(), (Some(200.0 / 3.0), Some(51_000.0 / 540.0)));
        assert_eq!(tally.precision(), (Some(200.0 / 3.0), Some(51_000.0 / 550.0)));
    }

    #[test]
    fn a_cap_trims_a_single_heavy_label() {
        let (judged, _) = shop();
        let tally = &Tally::by(&judged, Some(100.0), |_| "all".into())["all"];
        assert_eq!(tally.recall().1, Some(11_000.0 / 140.0));
    }

    #[test]
    fn labels_are_put_together_by_language_and_by_kind() {
        let (judged, _) = shop();
        let by_language = Tally::by(&judged, None, |label| label.lang.clone());
        assert_eq!(
            (by_language["python"].recall().0, by_language["python"].precision().0),
            (Some(100.0), Some(100.0))
        );
        assert_eq!((by_language["go"].recall().0, by_language["go"].precision().0), (Some(0.0), Some(0.0)));
        let by_kind = Tally::by(&judged, None, Label::kind);
        assert_eq!(by_kind["status/comparison"].recall().0, Some(50.0));
        assert_eq!(by_kind["other_protocol_status/comparison"].precision().0, None);
    }
}
