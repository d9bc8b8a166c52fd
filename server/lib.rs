//! lsp-lint: HTTP status codes, understood in the editor and in CI.
//!
//! The rooms in reading order; each may use only those above it. `server/README.md` says what lives where.

pub mod facts;
pub mod languages;
pub mod status;
pub mod text;
