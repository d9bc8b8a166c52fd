//! What an editor may ask about a file, in our own types: bytes, edits and sentences. It knows no protocol and reads no file.

mod actions;
mod completion;
mod hints;
mod hover;

pub use actions::{Action, ActionKind, actions, fix_all};
pub use completion::{Completion, Cursor, completion, documentation};
pub use hints::{Hint, hints};
pub use hover::{Hover, hover, plain};
