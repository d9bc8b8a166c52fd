//! The one integration-test binary: every further one would link all grammars again.

mod cli;
mod fixtures;
mod grammar;
mod house;
mod laws;
mod libraries;
mod lsp;
mod pages;
mod registry;
