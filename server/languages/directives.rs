//! The grammar of `grammar-queries/nginx/grammar/`, which the build script compiles.
//! The one place in the crate that says `unsafe`: a function of C has to be believed.
#![allow(unsafe_code)]

use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_directives() -> *const ();
}

/// Directives: words and strings up to a line end, a semicolon or a block.
// SAFETY: the generated parser returns a pointer to tables that live as long as the program, which is all that is asked.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_directives) };
