//! The language server as a client sees it: transcripts over a pipe, and the protocol's rules.

mod client;
mod features;
mod order;
mod probes;
mod process;
mod settings;
