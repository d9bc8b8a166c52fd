//! What a status code is: sets of codes, and what the registry says about one. Knows nobody.
//!
//! `codes.toml` holds the facts and the sentences; everything here only finds and shows them.

mod codes;
mod entry;
pub mod explain;
pub mod hover;
mod names;
mod registry;
mod wording;

pub use codes::Codes;
pub use entry::{
    Cache, Class, Comparison, Content, CustomCode, Entry, Former, Header, Instead, Lifecycle, Note, Redirect,
    Retry, State, Topic, Trouble, Vendor,
};
pub use registry::{CustomCodeError, IANA_URL, PhraseKind, Registry};
