//! What is said on standard output.

use std::io::Write;

/// Prints a line. Whoever reads may stop doing so, as `head` does: then the rest is said to nobody.
pub fn line(words: std::fmt::Arguments) {
    // A closed pipe is the one fault that may happen here, and it is none of ours.
    _ = writeln!(std::io::stdout(), "{words}");
}

/// Like `println!`, but for what may be read in part.
macro_rules! say {
    ($($words:tt)*) => { $crate::screen::line(format_args!($($words)*)) };
}
pub(crate) use say;
