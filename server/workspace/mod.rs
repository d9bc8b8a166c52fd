//! The only room with a file system: finds configuration, walks, reads, writes.

mod read;
mod walk;

pub use read::{Skip, read, read_bytes};
pub use walk::{File, Walked, is_vendored, walk};
