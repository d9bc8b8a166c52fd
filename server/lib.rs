//! lsp-lint: HTTP status codes, understood in the editor and in CI.
//!
//! The rooms in reading order; each may use only those above it. `server/README.md` says what lives where.

pub mod text;

pub mod status;

pub mod facts;

pub mod languages;

pub mod project;

pub mod detect;

pub mod rules;

pub mod lint;

pub mod report;

pub mod ide;

#[cfg(feature = "workspace")]
pub mod workspace;

#[cfg(feature = "cli")]
pub mod cli;

#[cfg(feature = "lsp")]
pub mod lsp;
