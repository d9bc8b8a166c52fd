//! Labels held against mentions: what was found, what was missed, what is a false alarm, and the tables of it. No file is read
//! here.

pub mod labels;
pub mod tables;
pub mod tally;
