//! The one integration-test binary: every further one would link all grammars again.

mod cli;
#[path = "dev/bench/figures.rs"]
mod dev_figures;
#[path = "dev/page.rs"]
mod dev_page;
#[path = "dev/printed.rs"]
mod dev_printed;
#[path = "dev/corpus/reviewed/mod.rs"]
mod dev_reviewed;
#[path = "dev/score/scoring/mod.rs"]
mod dev_scoring;
#[path = "dev/bench/texts.rs"]
mod dev_texts;
mod fixtures;
mod grammar;
mod house;
mod laws;
mod libraries;
mod lsp;
mod pages;
mod registry;
