//! The shape of `codes.toml`: one struct for each kind of entry, named as the file names them.

use serde::{Deserialize, Serialize};

/// What the IANA registry says about a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Registered, with a meaning.
    Assigned,
    /// Registered for a limited time, while its draft is being finished.
    Temporary,
    /// Held back by the registry as "(Unused)".
    Unused,
    /// Registered and marked as obsolete.
    Obsoleted,
    /// Not in the registry; a vendor may use it all the same.
    Unassigned,
    /// Not in the registry, or unused there, and declared by the project's own configuration.
    Custom,
}

impl State {
    /// The registry has a line for the number, whatever it says.
    pub fn is_registered(self) -> bool {
        !matches!(self, State::Unassigned | State::Custom)
    }

    /// The word used in JSON.
    pub fn word(self) -> &'static str {
        match self {
            State::Assigned => "assigned",
            State::Temporary => "temporary",
            State::Unused => "unused",
            State::Obsoleted => "obsoleted",
            State::Unassigned => "unassigned",
            State::Custom => "custom",
        }
    }
}

/// What the registry's state does not tell about an assigned code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lifecycle {
    /// Its own specification says not to use it.
    Deprecated,
    /// WebDAV, which introduced it, has taken it out again.
    RemovedFromWebdav,
}

/// Whether the body is allowed, demanded or ruled out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// There may be one.
    #[default]
    Allowed,
    /// It should explain the error.
    Expected,
    /// The meaning stands in the body.
    Required,
    /// There must be none.
    Forbidden,
}

/// What a cache may do without being told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cache {
    /// Only what explicit caching headers allow.
    #[default]
    WhenTold,
    /// May be stored for a time the cache guesses (RFC 9110 section 15.1).
    Heuristic,
    /// Must not be stored at all.
    Forbidden,
    /// Is not stored itself, but makes the stored answer fresh again.
    Freshens,
}

/// Whether repeating the request makes sense.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Retry {
    /// Not as it was sent.
    No,
    /// As it was sent, whatever the method.
    Repeat,
    /// As it was sent, when its method is idempotent.
    Idempotent,
    /// After the delay that `Retry-After` names, or a backoff.
    AfterDelay,
    /// After the change that the entry names.
    AfterChange,
    /// On another connection, whatever the method.
    NewConnection,
    /// When the TLS handshake is complete.
    AfterHandshake,
}

/// A code to send instead, and the test that decides.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instead {
    /// The other code.
    pub code: u16,
    /// Completes "… if …".
    pub test: String,
}

/// What a redirect asks of the client.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redirect {
    /// The new address replaces the old one.
    pub permanent: bool,
    /// What becomes of the request method.
    pub method: String,
}

/// A response header and how strongly it is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// As it is usually written: `Retry-After`.
    pub name: String,
    /// MUST, MUST NOT, SHOULD, SHOULD NOT, MAY or typical.
    pub level: String,
    /// The condition under which the level holds; none: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// The section that says so.
    pub source: String,
}

/// A phrase that an earlier document gave to the code.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Former {
    /// The phrase.
    pub phrase: String,
    /// The documents that had it.
    pub spec: String,
}

/// What one vendor means by the number.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Vendor {
    /// Who uses it.
    pub vendor: String,
    /// The vendor profile (`nginx`, `cloudflare`, ...) that makes the code known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The vendor's name for it.
    pub name: String,
    /// The name is a phrase that people also use for other codes.
    #[serde(default, skip_serializing)]
    pub everyday: bool,
    /// One sentence: what the vendor says with it.
    pub says: String,
    /// What a client really sees, where that is not the code.
    #[serde(default, skip_serializing_if = "Option::is_none", rename(serialize = "on_wire"))]
    pub on_wire: Option<String>,
    /// `legacy`, `retired`, ...; none: in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The vendor's own page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// One number and everything said about it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Entry {
    /// 0 to 999.
    pub code: u16,
    /// The phrase of RFC 9110 or the registry; the vendor's or the customary one where they have none.
    pub name: String,
    /// What the registry writes where it does not write the name.
    pub registry_phrase: Option<String>,
    /// What the registry says about the number.
    pub state: State,
    /// What the registry's state leaves out.
    pub lifecycle: Option<Lifecycle>,
    /// The dates of a temporary registration.
    pub registration: Option<String>,
    /// The document that defines it.
    pub spec: Option<String>,
    /// The section there.
    pub section: Option<String>,
    /// Documents that defined it before.
    #[serde(default)]
    pub earlier: Vec<String>,
    /// One sentence: what the sender says.
    pub says: String,
    /// Two more sentences.
    pub meaning: String,
    /// Completes "Send when …", or begins with "never".
    pub send_when: String,
    /// Codes that fit better, and when.
    #[serde(default)]
    pub not_when: Vec<Instead>,
    /// Where it occurs in practice.
    #[serde(default, rename = "use")]
    pub uses: Vec<String>,
    /// Whether a body may follow.
    #[serde(default)]
    pub content: Content,
    /// Whether it may be stored.
    #[serde(default)]
    pub cache: Cache,
    /// Whether the request may be repeated; none: there is nothing to repeat.
    pub retry: Option<Retry>,
    /// What has to change first.
    pub change: Option<String>,
    /// Clients and proxies that repeat the request.
    #[serde(default)]
    pub retried_by: Vec<String>,
    /// Request methods it belongs with; none: any.
    #[serde(default)]
    pub methods: Vec<String>,
    /// Request headers it belongs with.
    #[serde(default)]
    pub request_headers: Vec<String>,
    /// For the redirects.
    pub redirect: Option<Redirect>,
    /// Response headers.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// Headers of a minimal valid response.
    #[serde(default)]
    pub example: Vec<String>,
    /// Earlier phrases.
    #[serde(default)]
    pub former: Vec<Former>,
    /// Phrases that software sends beside the right one.
    #[serde(default)]
    pub variants: Vec<String>,
    /// Further names that libraries give to constants, as words.
    #[serde(default)]
    pub constants: Vec<String>,
    /// Standard codes to send in place of this one.
    #[serde(default)]
    pub instead: Vec<u16>,
    /// What clients do with it.
    #[serde(default)]
    pub clients: Vec<String>,
    /// What is different in HTTP/2 and HTTP/3.
    #[serde(default)]
    pub http_versions: Vec<String>,
    /// Meanings of single vendors.
    #[serde(default)]
    pub vendors: Vec<Vendor>,
    /// For a custom code: the roles it was declared for; empty: all.
    #[serde(skip)]
    pub roles: Vec<String>,
    /// For a custom code: the page that documents it.
    #[serde(skip)]
    pub docs: Option<String>,
}

impl Entry {
    /// `RFC 9110 §15.5.5`, or `None` for a code that no document defines.
    pub fn specification(&self) -> Option<String> {
        let spec = self.spec.as_deref()?;
        Some(match &self.section {
            Some(section) => format!("{spec} §{section}"),
            None => spec.to_owned(),
        })
    }

    /// One or two words on how the code stands: `registered`, `deprecated`, `not registered`, ...
    pub fn standing(&self) -> &'static str {
        match (self.state, self.lifecycle) {
            (_, Some(Lifecycle::Deprecated)) => "registered, deprecated",
            (_, Some(Lifecycle::RemovedFromWebdav)) => "registered, deprecated: removed from WebDAV",
            (State::Assigned, None) => "registered",
            (State::Temporary, None) => "registered temporarily",
            (State::Unused, None) => "reserved as (Unused) in the registry",
            (State::Obsoleted, None) => "registered, obsoleted",
            (State::Unassigned, None) => "not registered",
            (State::Custom, None) => "declared by this project",
        }
    }

    /// It should not be sent any more, or never should have been.
    pub fn is_discouraged(&self) -> bool {
        self.lifecycle.is_some() || matches!(self.state, State::Unused | State::Obsoleted)
    }

    /// Names of vendors, each once, as a list in words; empty for a code without vendor meaning.
    pub fn owners(&self) -> String {
        let mut names: Vec<&str> = vec![];
        for vendor in &self.vendors {
            if !names.contains(&vendor.vendor.as_str()) {
                names.push(&vendor.vendor);
            }
        }
        names.join(", ")
    }
}

/// A test that tells several codes apart.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The codes it tells apart.
    pub codes: Vec<u16>,
    /// The test, as sentences.
    pub test: String,
}

/// Where to look when a code turns up.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trouble {
    /// The codes it is about.
    #[serde(skip_serializing)]
    pub codes: Vec<u16>,
    /// The server software, or `any`.
    pub server: String,
    /// What one sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symptom: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Directives and settings to look at.
    pub look: String,
}

/// A note of a topic.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// The codes it holds for; none: all.
    pub codes: Vec<u16>,
    /// One sentence.
    pub says: String,
}

/// What is true of many codes at once.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Its title.
    pub name: String,
    /// Words that ask for it.
    pub words: Vec<String>,
    /// What there is to say.
    pub notes: Vec<Note>,
}

/// One of the five classes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// 1 to 5.
    pub digit: u16,
    /// The section of RFC 9110 on it.
    pub section: String,
    /// The word used in JSON: `client-error`.
    pub name: String,
    /// For people: `client error`.
    pub title: String,
    /// One sentence.
    pub says: String,
}

/// Which state of the registry the file follows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// The date of its last change that is taken in, `YYYY-MM-DD`.
    pub updated: String,
}

/// The whole of `codes.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Which state of the registry it follows.
    pub registry: Edition,
    /// The codes, ascending.
    #[serde(rename = "code")]
    pub codes: Vec<Entry>,
    /// How codes are told apart.
    #[serde(rename = "comparison")]
    pub comparisons: Vec<Comparison>,
    /// Where to look.
    pub troubleshooting: Vec<Trouble>,
    /// What is true of many codes.
    #[serde(rename = "topic")]
    pub topics: Vec<Topic>,
    /// The five classes.
    #[serde(rename = "class")]
    pub classes: Vec<Class>,
}

/// A code of the project's own, as `[[codes]]` in `lsp-lint.toml` declares it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CustomCode {
    /// The number, 0 to 999; not one that the registry has assigned.
    pub code: u16,
    /// Its phrase.
    pub name: String,
    /// Names of constants that stand for it.
    #[serde(default)]
    pub constants: Vec<String>,
    /// One sentence on what it says.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether the request may be repeated.
    #[serde(default)]
    pub retry: Option<Retry>,
    /// The address of the page that documents it.
    #[serde(default)]
    pub docs: Option<String>,
    /// Roles in which it is allowed, such as `sent` and `declared`; none: all.
    #[serde(default)]
    pub roles: Vec<String>,
}
