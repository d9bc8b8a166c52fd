//! The one integration-test binary: every further one would link all grammars again.

mod lsp;
mod registry;
