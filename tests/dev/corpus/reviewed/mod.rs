//! The reviewed outcome on real packages: what is pinned, what was found and judged, and how a new outcome differs. Texts in,
//! texts out: no file is read here, so that all of it is tested on made-up packages.

pub mod counts;
pub mod entries;
pub mod ledger;
pub mod packages;
pub mod summary;
