//! The language server as a client sees it: transcripts over a pipe, and the protocol's rules.

// Parameters are written where they are used, as `json!(..)`: a reference mark before each would say nothing.
#![allow(clippy::needless_pass_by_value)]

mod client;
mod clients;
mod commands;
mod features;
mod order;
mod probes;
mod process;
mod settings;
