//! Entries as a whole: read, written, held against what is found now.

use super::entries::Entry;
use std::collections::BTreeMap;

/// Entries by what they are recognised by.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger<E>(BTreeMap<String, E>);

/// How what is found differs from what was recorded.
pub struct Difference<E> {
    pub added: Vec<E>,
    pub gone: Vec<E>,
    /// Recognised, and something else is said of it: before and now.
    pub changed: Vec<(E, E)>,
    /// As it was recorded, and without a verdict that there is, or without a reason.
    pub unjudged: Vec<E>,
    /// As it was recorded and judged.
    pub kept: usize,
}

impl<E: Entry> Ledger<E> {
    pub fn of(entries: impl IntoIterator<Item = E>) -> Ledger<E> {
        Ledger(entries.into_iter().map(|entry| (entry.identity(), entry)).collect())
    }

    /// Reads one JSON object a line. `name` is the file's.
    ///
    /// # Errors
    /// A line that is not understood, or the second about one place, by the file's name and line.
    pub fn read(text: &str, name: &str) -> Result<Ledger<E>, String> {
        let mut entries = BTreeMap::new();
        for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let entry: E =
                serde_json::from_str(line).map_err(|fault| format!("{name}:{}: {fault}", i + 1))?;
            if entries.insert(entry.identity(), entry).is_some() {
                return Err(format!("{name}:{}: a second line about the same place: keep one", i + 1));
            }
        }
        Ok(Ledger(entries))
    }

    /// One JSON object a line, by package, path and line.
    pub fn written(&self) -> String {
        let entries = sorted(self.entries().cloned().collect()).into_iter();
        entries.map(|entry| serde_json::to_string(&entry).expect("plain fields") + "\n").collect()
    }

    pub fn entries(&self) -> impl Iterator<Item = &E> {
        self.0.values()
    }

    /// What is recorded of some packages.
    pub fn of_packages(&self, asked: impl Fn(&str) -> bool) -> Ledger<E> {
        Ledger::of(self.entries().filter(|entry| asked(entry.place().0)).cloned())
    }

    /// Holds what is found now against this.
    pub fn difference(&self, found: &Ledger<E>) -> Difference<E> {
        let mut difference =
            Difference { added: vec![], gone: vec![], changed: vec![], unjudged: vec![], kept: 0 };
        for (identity, now) in &found.0 {
            match self.0.get(identity) {
                None => difference.added.push(now.clone()),
                Some(before) if before.said() != now.said() => {
                    difference.changed.push((before.clone(), now.clone()));
                }
                Some(before) if before.is_judged() => difference.kept += 1,
                Some(before) => difference.unjudged.push(before.clone()),
            }
        }
        let gone = self.0.iter().filter(|(identity, _)| !found.0.contains_key(*identity));
        let gone = gone.map(|(_, entry)| entry.clone()).collect();
        let Difference { added, unjudged, .. } = difference;
        Difference { added: sorted(added), gone: sorted(gone), unjudged: sorted(unjudged), ..difference }
    }

    /// This and what is new, which has no verdict yet.
    pub fn drafted(&self, found: &Ledger<E>) -> Ledger<E> {
        let mut all = found.0.clone();
        all.extend(self.0.clone());
        Ledger(all)
    }

    /// What is found, with the verdicts recorded here.
    ///
    /// # Errors
    /// The entries without a verdict that there is, or without a reason.
    pub fn blessed(&self, found: &Ledger<E>) -> Result<Ledger<E>, Vec<E>> {
        let judged = found.0.iter().map(|(identity, now)| match self.0.get(identity).map(Entry::judged) {
            Some((verdict, why)) => now.clone().judge(verdict, why),
            None => now.clone(),
        });
        let (judged, open): (Vec<E>, Vec<E>) = judged.partition(Entry::is_judged);
        if open.is_empty() { Ok(Ledger::of(judged)) } else { Err(sorted(open)) }
    }
}

/// By package, path and line.
fn sorted<E: Entry>(mut entries: Vec<E>) -> Vec<E> {
    entries.sort_by(|a, b| (a.place(), a.identity()).cmp(&(b.place(), b.identity())));
    entries
}

impl<E> Difference<E> {
    /// How many entries need a look.
    pub fn count(&self) -> usize {
        self.added.len() + self.gone.len() + self.changed.len() + self.unjudged.len()
    }
}

#[cfg(test)]
mod tests {
    use super::super::entries::{Finding, Mention};
    use super::*;

    fn finding(path: &str, line: u32, message: &str, verdict: &str) -> Finding {
        Finding {
            package: "shop-1.0.0".into(),
            path: path.into(),
            line,
            rule: "obsolete-status".into(),
            severity: "warning".into(),
            message: message.into(),
            fingerprint: "00ff".into(),
            verdict: verdict.into(),
            why: if verdict.is_empty() { "" } else { "Read." }.into(),
        }
    }

    fn mention(line: u32, role: &str) -> Mention {
        Mention {
            package: "maths-2.0.0".into(),
            path: "a.py".into(),
            line,
            column: 5,
            text: "404".into(),
            role: role.into(),
            verdict: String::new(),
            why: String::new(),
        }
    }

    fn paths(entries: &[Finding]) -> Vec<&str> {
        entries.iter().map(|entry| entry.path.as_str()).collect()
    }

    #[test]
    fn what_is_new_gone_and_reworded_is_told_apart() {
        let known = Ledger::of([
            finding("gone.py", 1, "old", "true"),
            finding("same.py", 2, "old", "false"),
            finding("moved.py", 3, "old", "true"),
            finding("reworded.py", 4, "old", "true"),
            finding("open.py", 5, "old", ""),
        ]);
        let found = Ledger::of([
            finding("new.py", 1, "old", ""),
            finding("same.py", 2, "old", ""),
            finding("moved.py", 30, "old", ""),
            finding("reworded.py", 4, "new", ""),
            finding("open.py", 5, "old", ""),
        ]);
        let difference = known.difference(&found);
        assert_eq!(paths(&difference.added), ["new.py"]);
        assert_eq!(paths(&difference.gone), ["gone.py"]);
        assert_eq!(paths(&difference.unjudged), ["open.py"]);
        assert_eq!(
            (difference.changed[0].0.message.as_str(), difference.changed[0].1.message.as_str()),
            ("old", "new")
        );
        assert_eq!((difference.kept, difference.count()), (2, 4));
        assert_eq!(known.difference(&known.of_packages(|package| package == "other")).count(), 5);
    }

    #[test]
    fn a_mention_is_its_place_and_its_role_may_not_change_unseen() {
        let known = Ledger::of([mention(1, "sent"), mention(2, "sent")]);
        let difference = known.difference(&Ledger::of([mention(1, "observed"), mention(3, "sent")]));
        assert_eq!((difference.added.len(), difference.gone.len(), difference.changed.len()), (1, 1, 1));
    }

    #[test]
    fn a_draft_adds_what_is_new_and_keeps_every_verdict() {
        let known = Ledger::of([finding("a.py", 1, "old", "true"), finding("gone.py", 1, "old", "false")]);
        let drafted =
            known.drafted(&Ledger::of([finding("a.py", 9, "new", ""), finding("b.py", 1, "old", "")]));
        let text = drafted.written();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(
            lines[0].contains("\"a.py\"") && lines[0].contains("\"old\"") && lines[0].contains("\"true\"")
        );
        assert!(lines[1].contains("\"b.py\"") && lines[1].ends_with("\"verdict\":\"\",\"why\":\"\"}"));
        assert!(lines[2].contains("\"gone.py\""));
    }

    #[test]
    fn blessing_drops_what_is_gone_and_keeps_verdicts_for_what_is_said_now() {
        let known =
            Ledger::of([finding("a.py", 1, "old", "debatable"), finding("gone.py", 1, "old", "true")]);
        let blessed = known.blessed(&Ledger::of([finding("a.py", 2, "new", "")])).expect("all are judged");
        assert_eq!(blessed, Ledger::of([finding("a.py", 2, "new", "debatable")]));
    }

    #[test]
    fn blessing_refuses_what_has_no_verdict_an_unknown_one_or_no_reason() {
        let reasonless = Finding { why: " ".into(), ..finding("reasonless.py", 1, "old", "true") };
        let known = Ledger::of([
            finding("open.py", 1, "old", ""),
            finding("odd.py", 1, "old", "perhaps"),
            finding("judged.py", 1, "old", "true"),
            reasonless,
        ]);
        let found = known.drafted(&Ledger::of([finding("new.py", 1, "old", "")]));
        let open = known.blessed(&found).expect_err("four are open");
        assert_eq!(paths(&open), ["new.py", "odd.py", "open.py", "reasonless.py"]);
        let quiet = Ledger::of([mention(1, "sent").judge("debatable", "A mention is right or it is not.")]);
        assert_eq!(quiet.blessed(&quiet).expect_err("one is open").len(), 1);
    }

    #[test]
    fn a_ledger_is_written_in_one_order_and_read_back() {
        let ledger = Ledger::of([
            finding("b.py", 1, "old", "true"),
            finding("a.py", 20, "old", "true"),
            Finding { fingerprint: "0000".into(), ..finding("a.py", 3, "old", "") },
        ]);
        let text = ledger.written();
        let lines: Vec<u32> =
            text.lines().map(|line| serde_json::from_str::<Finding>(line).expect("an entry").line).collect();
        assert_eq!(lines, [3, 20, 1]);
        assert_eq!(Ledger::read(&text, "ledger.jsonl"), Ok(ledger));
    }

    #[test]
    fn a_bad_line_is_named() {
        let good = Ledger::of([mention(1, "sent")]).written();
        let fault =
            |text: &str| Ledger::<Mention>::read(text, "quiet.jsonl").expect_err("it is not well formed");
        assert!(fault(&format!("{good}{{\n")).starts_with("quiet.jsonl:2: "));
        assert!(fault(&format!("{good}\n{good}")).starts_with("quiet.jsonl:3: a second line"));
    }
}
