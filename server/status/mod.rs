//! What a status code is: sets of codes, and what the registry says about one. Knows nobody.

mod codes;
pub use codes::Codes;

/// What the registry knows.
#[derive(Clone, Debug, Default)]
pub struct Registry;
