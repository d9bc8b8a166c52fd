//! What can be wrong: one constant, one page and one plain function a rule. A rule sees facts, never a syntax node,
//! and never asks which language it is in.

use crate::detect::Spot;
use crate::facts::Facts;
use crate::languages::{Language, Vocabulary};
use crate::project::{Level, Profile, Project, Settings};
use crate::status::Registry;
use crate::text::Span;

/// One word a rule: the module `<rule>.rs`, which holds its `RULE`, with its page `<rule>.md` beside it.
macro_rules! rules {
    ($($rule:ident)*) => {
        $(mod $rule;)*
        /// The rules, in alphabetical order.
        pub const RULES: &[&Rule] = &[$(&$rule::RULE),*];
    };
}

rules! {
    bare_status_operand
    body_on_bodyless_status
    config_status_not_allowed
    constant_status_test
    constant_value_mismatch
    deprecated_status_name
    description_status_mismatch
    nonstandard_status
    obsolete_status
    openapi_response_key
    reason_phrase_mismatch
    redirect_with_wrong_status
    status_boundary_slip
    status_form
    status_out_of_range
    status_sent_twice
}

mod vendors;

pub use status_form::{Name, in_the_same_form, names_at_hand, rewrites};

/// Everything a rule may look up.
#[derive(Clone, Copy)]
pub struct Env<'a> {
    /// What codes are, the project's own included.
    pub registry: &'a Registry,
    /// What the libraries of the file's ecosystem say, the project's own rows included.
    pub vocabulary: &'a Vocabulary,
    /// Operators, templates and traits of the file's language.
    pub language: &'a Language,
    /// Versions and configuration.
    pub project: &'a Project,
    /// The configuration as it holds for this file.
    pub settings: &'a Settings,
}

/// One thing that can be wrong.
pub struct Rule {
    /// Kebab-case, a noun phrase that names the defect.
    pub id: &'static str,
    /// `conditions`, `responses`, `names`, `contract`, `config`, `headers`, `style`, `meta`.
    pub group: &'static str,
    /// The level of its findings where they do not say otherwise.
    pub level: Level,
    /// The smallest profile that switches it on; `None`: off until it is asked for.
    pub profile: Option<Profile>,
    /// The version that brought it.
    pub since: &'static str,
    /// The best fix it offers.
    pub fix: Option<Safety>,
    /// Its page: documentation, `explain` text, SARIF help and test in one.
    pub page: &'static str,
    /// The section of a public text that it rests on.
    pub help_url: &'static str,
    /// Tells by the bytes around a candidate whether the rule could have a say about it. Where no rule could, nothing is parsed; so
    /// every doubt is a yes.
    pub concerns: fn(&Spot, &Env) -> bool,
    /// Looks at one file.
    pub check: fn(&Facts, &Env, &mut Findings),
}

/// What an edit may change.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Safety {
    /// The program behaves the same, or the old text was always refused.
    Safe,
    /// Almost certainly what was meant, but behaviour changes.
    Unsafe,
}

/// A replacement in the file at hand.
#[derive(Clone, PartialEq, Debug)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub text: String,
}

/// An offered change.
#[derive(Clone, PartialEq, Debug)]
pub struct Fix {
    /// In the imperative: "Replace 420 with 429".
    pub title: String,
    /// What it may change.
    pub safety: Safety,
    /// The one to take when several are offered.
    pub preferred: bool,
    /// Not overlapping, in any order.
    pub edits: Vec<Edit>,
}

/// Another place that belongs to a finding, in the same file.
#[derive(Clone, PartialEq, Debug)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// What it has to do with it.
    pub message: String,
}

/// How an editor should draw a finding besides its level.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tag {
    /// Struck through.
    Deprecated,
    /// Faded.
    Unnecessary,
}

/// One place where a rule found something.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// As the rule set it; `lint` applies the configuration.
    pub level: Level,
    /// Where it stands.
    pub span: Span,
    /// One line: what is wrong and what to do.
    pub message: String,
    /// The codes it is about.
    pub codes: Vec<u32>,
    /// The other ends.
    pub related: Vec<Related>,
    /// What can be done at a key press, preferred first.
    pub fixes: Vec<Fix>,
    /// How to draw it.
    pub tags: Vec<Tag>,
    /// Stays the same when lines move (catalogue: rule, mention text, scope name, ordinal). Filled in by `lint`.
    pub fingerprint: String,
}

/// Why a rule that looked at a place kept silent.
#[derive(Clone, PartialEq, Debug)]
pub struct Silence {
    /// The rule's id.
    pub rule: &'static str,
    /// What it looked at.
    pub span: Span,
    /// The guard that held it back, as a clause: "the helper is a mock".
    pub why: String,
}

/// What the rules say about one file.
#[derive(Default)]
pub struct Findings {
    /// What was found.
    pub found: Vec<Finding>,
    /// What was looked at and let go; kept only when somebody asks (`explain FILE:LINE:COL`).
    pub silences: Option<Vec<Silence>>,
}

impl Findings {
    /// Collects findings, and silences too when `explain` asks.
    pub fn new(keep_silences: bool) -> Findings {
        Findings { found: vec![], silences: keep_silences.then(Vec::new) }
    }
    /// Something is wrong.
    pub fn push(&mut self, finding: Finding) {
        self.found.push(finding);
    }
    /// Nothing is wrong here, because of a guard. Costs nothing when nobody asks.
    pub fn silent(&mut self, rule: &Rule, span: Span, why: impl FnOnce() -> String) {
        if let Some(silences) = &mut self.silences {
            silences.push(Silence { rule: rule.id, span, why: why() });
        }
    }
}

impl Rule {
    /// What it is about, in one line: the claim under the title of its page.
    pub fn summary(&self) -> &'static str {
        self.page.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or(self.id)
    }
    /// A finding of this rule at its own level, to be completed with struct update syntax.
    pub fn at(&self, span: Span, message: impl Into<String>) -> Finding {
        Finding {
            rule: self.id,
            level: self.level,
            span,
            message: message.into(),
            codes: vec![],
            related: vec![],
            fixes: vec![],
            tags: vec![],
            fingerprint: String::new(),
        }
    }
}

/// The rule of this id.
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id).copied()
}
