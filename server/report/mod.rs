//! What a reader of findings and mentions gets: records with lines and columns, one file per output format.
//!
//! Lines and columns are 1-based and count Unicode scalar values; bytes are 0-based and end-exclusive.

mod records;

pub use records::{EditRecord, FindingRecord, FixRecord, MentionRecord, Place, RelatedRecord, Summary};

use serde::Serialize;

/// One object as one line of JSON, with its line end.
pub fn json_line(record: &impl Serialize) -> String {
    let mut line = serde_json::to_string(record).expect("records hold nothing that JSON cannot say");
    line.push('\n');
    line
}
