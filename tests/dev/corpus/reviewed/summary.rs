//! The figures that the ledgers amount to, and what they may at most be.

use super::counts::Counts;
use super::entries::{Entry, Finding, Mention};
use super::ledger::Ledger;
use super::packages::Package;
use std::collections::BTreeMap;
use std::fmt::Write;

/// How large something is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    pub files: usize,
    pub lines: usize,
}

/// How large a package is: all its text files, and those in a served language.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sizes {
    pub all: Size,
    pub served: BTreeMap<String, Size>,
}

/// The whole corpus as it stands.
pub struct Standing<'a> {
    /// Packages with their sizes.
    pub packages: &'a [(&'a Package, Sizes)],
    pub findings: &'a Ledger<Finding>,
    pub quiet: &'a Ledger<Mention>,
    pub counts: &'a Counts,
}

/// Of the warnings, so many in a hundred may be false.
const FALSE_WARNINGS: f64 = 3.0;
/// So many mentions in a hundred thousand lines of code without HTTP may be false.
const FALSE_MENTIONS: f64 = 1.0;

/// Findings of one level by verdict.
#[derive(Default)]
struct Level {
    all: usize,
    right: usize,
    debatable: usize,
    wrong: usize,
}

impl Standing<'_> {
    /// Every limit, with what it says when it is exceeded.
    pub fn limits(&self) -> Vec<Result<(), String>> {
        let (errors, warnings) = (self.level("error"), self.level("warning"));
        let loud: Vec<&Finding> = self.findings.entries().filter(|finding| self.is_loud(finding)).collect();
        let limit = |holds: bool, fault: String| if holds { Ok(()) } else { Err(fault) };
        vec![
            limit(errors.wrong == 0, format!("{} false at error: none may be", errors.wrong)),
            limit(
                warnings.share() <= FALSE_WARNINGS,
                format!("{:.1} % false at warning: at most {FALSE_WARNINGS} % may be", warnings.share()),
            ),
            limit(
                loud.is_empty(),
                format!("{} false at warning or above in code without HTTP: none may be", loud.len()),
            ),
            limit(
                self.false_mentions().1 <= FALSE_MENTIONS,
                format!(
                    "{:.2} mentions judged false per 100,000 lines of code without HTTP: at most {FALSE_MENTIONS} may be",
                    self.false_mentions().1
                ),
            ),
        ]
    }

    /// The generated part of the page.
    pub fn page(&self) -> String {
        let mut text = String::new();
        self.write(&mut text).expect("a string");
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let quiet = self.packages.iter().filter(|(package, _)| !package.business).count();
        let all = sum(self.packages.iter().map(|(_, sizes)| sizes.all));
        let served = self.served(|_| true);
        writeln!(text, "| | packages | files | lines |\n|---|---:|---:|---:|")?;
        writeln!(
            text,
            "| all text | {} | {} | {} |",
            self.packages.len(),
            grouped(all.files),
            grouped(all.lines)
        )?;
        let (packages, files, lines) = (self.packages.len(), grouped(served.files), grouped(served.lines));
        writeln!(text, "| in served languages | {packages} | {files} | {lines} |")?;
        let silent = self.served(|package| !package.business);
        writeln!(
            text,
            "| of these without HTTP | {quiet} | {} | {} |",
            grouped(silent.files),
            grouped(silent.lines)
        )?;

        writeln!(
            text,
            "\n| findings | all | true | debatable | false | false in a hundred |\n|---|---:|---:|---:|---:|---:|"
        )?;
        for name in ["error", "warning"] {
            let Level { all, right, debatable, wrong } = self.level(name);
            let share = self.level(name).share();
            writeln!(text, "| {name} | {all} | {right} | {debatable} | {wrong} | {share:.1} |")?;
        }
        let lower: usize =
            self.counts.iter().filter(|(of, _)| of.kind == "finding").map(|(_, count)| count).sum();
        writeln!(text, "\nBelow warning: {}, counted only.", grouped(lower))?;

        let mentions = self.quiet.entries().count();
        let (wrong, rate) = self.false_mentions();
        writeln!(
            text,
            "\nIn code without HTTP {mentions} mentions (prose aside), of which {wrong} are judged false: {rate:.2} per 100,000 lines in served languages."
        )?;

        writeln!(text, "\n| language | files | lines | mentions |\n|---|---:|---:|---:|")?;
        let mut languages: BTreeMap<&str, (Size, usize)> = BTreeMap::new();
        for (language, size) in self.packages.iter().flat_map(|(_, sizes)| &sizes.served) {
            let entry = languages.entry(language).or_default();
            entry.0 = sum([entry.0, *size]);
        }
        for (of, count) in self.counts.iter().filter(|(of, _)| of.kind == "mention") {
            languages.entry(&of.language).or_default().1 += count;
        }
        for (language, (size, mentions)) in languages {
            let (files, lines) = (grouped(size.files), grouped(size.lines));
            writeln!(text, "| {language} | {files} | {lines} | {} |", grouped(mentions))?;
        }
        Ok(())
    }

    fn level(&self, name: &str) -> Level {
        let mut level = Level::default();
        for finding in self.findings.entries().filter(|finding| finding.severity == name) {
            level.all += 1;
            match finding.verdict.as_str() {
                "true" => level.right += 1,
                "debatable" => level.debatable += 1,
                "false" => level.wrong += 1,
                _ => {}
            }
        }
        level
    }

    /// A false finding in code without HTTP.
    fn is_loud(&self, finding: &Finding) -> bool {
        let silent =
            |(package, _): &(&Package, Sizes)| !package.business && package.folder() == finding.package;
        finding.verdict == "false" && self.packages.iter().any(silent)
    }

    /// Mentions in code without HTTP that are judged false, and how many that is per 100,000 lines in served languages.
    fn false_mentions(&self) -> (usize, f64) {
        let wrong = self.quiet.entries().filter(|mention| mention.judged().0 == "false").count();
        let lines = self.served(|package| !package.business).lines;
        (wrong, wrong as f64 * 100_000.0 / lines.max(1) as f64)
    }

    fn served(&self, wanted: impl Fn(&Package) -> bool) -> Size {
        let wanted = self.packages.iter().filter(|(package, _)| wanted(package));
        sum(wanted.flat_map(|(_, sizes)| sizes.served.values().copied()))
    }
}

impl Size {
    /// One more file, if it is text: then with so many lines.
    pub fn add(&mut self, lines: Option<usize>) {
        self.files += usize::from(lines.is_some());
        self.lines += lines.unwrap_or(0);
    }
}

impl Level {
    /// How many in a hundred are false.
    fn share(&self) -> f64 {
        self.wrong as f64 * 100.0 / self.all.max(1) as f64
    }
}

fn sum(sizes: impl IntoIterator<Item = Size>) -> Size {
    let add = |a: Size, b: Size| Size { files: a.files + b.files, lines: a.lines + b.lines };
    sizes.into_iter().fold(Size::default(), add)
}

/// A number with commas between thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::counts::Counted;
    use super::super::packages::read_packages;
    use super::*;

    fn finding(package: &str, severity: &str, verdict: &str, line: u32) -> Finding {
        let line = format!(
            r#"{{"package":"{package}","path":"a.go","line":{line},"rule":"r","severity":"{severity}","message":"m","fingerprint":"{line}","verdict":"{verdict}","why":"w"}}"#
        );
        serde_json::from_str(&line).expect("a finding")
    }

    fn mention(line: u32, verdict: &str) -> Mention {
        let (package, text) = ("quiet-1".into(), "404".into());
        let (path, role, verdict, why) = ("a.go".into(), "sent".into(), verdict.into(), "w".into());
        Mention { package, path, line, column: 1, text, role, verdict, why }
    }

    /// A Go file of so many lines, an empty one, a text of as many lines, and a picture.
    fn sizes(lines: usize) -> Sizes {
        let mut sizes = Sizes::default();
        let go = sizes.served.entry("go".into()).or_default();
        for lines in [Some(lines), Some(0)] {
            go.add(lines);
            sizes.all.add(lines);
        }
        sizes.all.add(Some(lines));
        sizes.all.add(None);
        sizes
    }

    /// Two packages of so many lines each, the second without HTTP.
    fn standing<T>(
        lines: usize,
        findings: impl IntoIterator<Item = Finding>,
        quiet: impl IntoIterator<Item = Mention>,
        told: impl Fn(&Standing) -> T,
    ) -> T {
        let packages = read_packages("npm\tloud\t1\t\thttp\nnpm\tquiet\t1\t\tnone\n").expect("two packages");
        let mut counts = Counts::default();
        for (kind, of, count) in [("mention", "sent", 1234), ("finding", "status-form", 3)] {
            let [kind, of, package, language] = [kind, of, "loud-1", "go"].map(String::from);
            counts.add(Counted { package, kind, language, of }, count);
        }
        told(&Standing {
            packages: &packages.iter().map(|package| (package, sizes(lines))).collect::<Vec<_>>(),
            findings: &Ledger::of(findings),
            quiet: &Ledger::of(quiet),
            counts: &counts,
        })
    }

    fn exceeded(standing: &Standing) -> Vec<String> {
        standing.limits().into_iter().filter_map(Result::err).collect()
    }

    fn page(standing: &Standing) -> String {
        standing.page()
    }

    #[test]
    fn a_true_and_a_debatable_finding_are_within_the_limits() {
        let findings = [finding("loud-1", "error", "true", 1), finding("quiet-1", "warning", "debatable", 2)];
        assert_eq!(standing(100, findings, [], exceeded), [""; 0]);
    }

    #[test]
    fn no_error_may_be_false_and_three_warnings_in_a_hundred() {
        let false_error = standing(100, [finding("loud-1", "error", "false", 1)], [], exceeded);
        assert_eq!(false_error, ["1 false at error: none may be"]);
        let warnings = |wrong: u32| {
            let verdict = move |i| if i < wrong { "false" } else { "true" };
            standing(100, (0..100).map(|i| finding("loud-1", "warning", verdict(i), i)), [], exceeded)
        };
        assert_eq!(warnings(3), [""; 0]);
        assert_eq!(warnings(4), ["4.0 % false at warning: at most 3 % may be"]);
    }

    #[test]
    fn code_without_http_takes_no_false_finding_and_one_false_mention_in_a_hundred_thousand_lines() {
        let mut findings: Vec<Finding> = (0..100).map(|i| finding("loud-1", "warning", "true", i)).collect();
        findings.push(finding("quiet-1", "warning", "false", 1));
        let loud = standing(100, findings, [], exceeded);
        assert_eq!(loud, ["1 false at warning or above in code without HTTP: none may be"]);
        let mentions = || [mention(1, "false"), mention(2, "false"), mention(3, "true")];
        assert_eq!(standing(200_000, [], mentions(), exceeded), [""; 0]);
        assert!(standing(199_000, [], mentions(), exceeded)[0].starts_with("1.01 mentions judged false"));
    }

    #[test]
    fn the_page_says_how_large_the_corpus_is_and_how_the_verdicts_fell() {
        let findings = [finding("loud-1", "warning", "true", 1), finding("loud-1", "warning", "false", 2)];
        let page = standing(1_500_000, findings, [mention(1, "false")], page);
        for line in [
            "| all text | 2 | 6 | 6,000,000 |",
            "| in served languages | 2 | 4 | 3,000,000 |",
            "| of these without HTTP | 1 | 2 | 1,500,000 |",
            "| error | 0 | 0 | 0 | 0 | 0.0 |",
            "| warning | 2 | 1 | 0 | 1 | 50.0 |",
            "Below warning: 3, counted only.",
            "1 mentions (prose aside), of which 1 are judged false: 0.07 per",
            "| go | 4 | 3,000,000 | 1,234 |",
        ] {
            assert!(page.contains(line), "{line}\n{page}");
        }
    }
}
