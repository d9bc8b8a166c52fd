//! The one integration-test binary: every further one would link all grammars again.

mod cli;
mod fixtures;
mod grammar;
mod laws;
mod libraries;
mod lsp;
mod pages;
mod registry;
