//! Guards of the house. Each is a function over the files of the repository, held against the real ones and, beside that,
//! against the same with a fault seeded into them, so that a guard that sees nothing is seen itself.

mod claims;
mod editors;
mod extension;
mod files;
mod listed;
mod manners;
mod readme;
mod rooms;
mod transcript;
