//! What an editor may ask about a file, in our own types: bytes, edits and sentences. It knows no protocol and reads no file.

mod actions;
mod completion;
mod explain;
mod hints;
mod hover;

pub use actions::{Action, ActionKind, actions};
pub use completion::{Completion, Cursor, completion, documentation};
pub use explain::{Known, Libraries, Standing, explain, standing};
pub use hints::{Hint, hints};
pub use hover::{Hover, hover, plain};
