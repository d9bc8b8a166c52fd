//! A line of `ledger.jsonl` or `quiet.jsonl`: what was found, with a verdict and its reason.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A finding at warning or above.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Finding {
    pub package: String,
    pub path: String,
    pub line: u32,
    pub rule: String,
    pub severity: String,
    pub message: String,
    pub fingerprint: String,
    #[serde(default)]
    pub verdict: String,
    #[serde(default)]
    pub why: String,
}

/// A mention in a package that has nothing to do with HTTP.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Mention {
    pub package: String,
    pub path: String,
    pub line: u32,
    pub column: u32,
    pub text: String,
    pub role: String,
    #[serde(default)]
    pub verdict: String,
    #[serde(default)]
    pub why: String,
}

/// What both have.
pub trait Entry: Serialize + DeserializeOwned + Clone {
    /// The verdicts that it may have.
    const VERDICTS: &'static [&'static str];

    /// What it is recognised by.
    fn identity(&self) -> String;
    /// Package, path and line, 1-based.
    fn place(&self) -> (&str, &str, u32);
    /// What is said of the place, in a few words and in a sentence, if there is one: what may not change unseen.
    fn said(&self) -> (String, &str);
    /// Verdict and reason.
    fn judged(&self) -> (&str, &str);
    /// The same with this verdict and reason.
    fn judge(self, verdict: &str, why: &str) -> Self;

    /// It has a verdict that there is, and a reason.
    fn is_judged(&self) -> bool {
        let (verdict, why) = self.judged();
        Self::VERDICTS.contains(&verdict) && !why.trim().is_empty()
    }
}

impl Entry for Finding {
    const VERDICTS: &'static [&'static str] = &["true", "debatable", "false"];

    fn identity(&self) -> String {
        [&*self.package, &self.path, &self.rule, &self.fingerprint].join("\n")
    }
    fn place(&self) -> (&str, &str, u32) {
        (&self.package, &self.path, self.line)
    }
    fn said(&self) -> (String, &str) {
        (format!("{}[{}]", self.severity, self.rule), &self.message)
    }
    fn judged(&self) -> (&str, &str) {
        (&self.verdict, &self.why)
    }
    fn judge(self, verdict: &str, why: &str) -> Finding {
        Finding { verdict: verdict.into(), why: why.into(), ..self }
    }
}

impl Entry for Mention {
    const VERDICTS: &'static [&'static str] = &["true", "false"];

    fn identity(&self) -> String {
        [&*self.package, &self.path, &format!("{}:{}", self.line, self.column), &self.text].join("\n")
    }
    fn place(&self) -> (&str, &str, u32) {
        (&self.package, &self.path, self.line)
    }
    fn said(&self) -> (String, &str) {
        (format!("mention[{}] `{}`", self.role, self.text), "")
    }
    fn judged(&self) -> (&str, &str) {
        (&self.verdict, &self.why)
    }
    fn judge(self, verdict: &str, why: &str) -> Mention {
        Mention { verdict: verdict.into(), why: why.into(), ..self }
    }
}
