//! The only room with a file system: finds configuration, walks, reads, writes.

mod attributes;
mod folders;
mod manifests;
mod read;
mod walk;
mod write;

pub use folders::{CONFIGURATION, Choice, Surroundings, Workspace, repository_of};
pub use manifests::is_manifest;
pub use read::{Skip, read, read_bytes};
pub use walk::{File, Walk, Walked, is_vendored, names_in, slashed, walk};
pub use write::{write, write_new};
