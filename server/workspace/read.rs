//! Reads one file, or says why it was left out.

use std::cell::RefCell;
use std::fmt;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Larger files are left out: nobody writes them, and one alone would take more memory than a whole run may.
const LARGEST: u64 = 16 << 20;

/// How much of the memory that files are read into is kept from one to the next.
const KEPT: usize = 1 << 20;

/// Why a file was left out.
#[derive(Clone, Debug, PartialEq)]
pub enum Skip {
    /// The system did not let us; its own words.
    Unreadable(String),
    /// It holds NUL bytes.
    Binary,
    /// It is no UTF-8.
    Encoding,
    /// It is larger than 16 MiB.
    TooLarge,
    /// Parsing or reading it took too long, or it nests too deep.
    OverBudget,
    /// Reading it failed inside.
    Failed,
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Skip::Unreadable(fault) => f.write_str(fault),
            Skip::Binary => f.write_str("binary file"),
            Skip::Encoding => f.write_str("not UTF-8"),
            Skip::TooLarge => f.write_str("larger than 16 MiB"),
            Skip::OverBudget => f.write_str("too large, too deep or too slow to parse"),
            Skip::Failed => f.write_str("could not be understood (a fault of lsp-lint)"),
        }
    }
}

/// The text of a file. A byte order mark stays, so that spans are spans of the file.
pub fn read(path: &Path) -> Result<Arc<str>, Skip> {
    let unreadable = |fault: std::io::Error| Skip::Unreadable(fault.to_string());
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    if length > LARGEST {
        return Err(Skip::TooLarge);
    }
    // A text is copied once to where it stays: the memory it is read into serves the next file too.
    thread_local!(static BUFFER: RefCell<Vec<u8>> = RefCell::default());
    BUFFER.with_borrow_mut(|bytes| {
        bytes.clear();
        bytes.reserve(length as usize + 1);
        file.take(LARGEST + 1).read_to_end(bytes).map_err(unreadable)?;
        let text = read_bytes(bytes);
        bytes.clear();
        bytes.shrink_to(KEPT);
        text
    })
}

/// The text in these bytes, with the same limits as a file.
pub fn read_bytes(bytes: &[u8]) -> Result<Arc<str>, Skip> {
    if bytes.len() as u64 > LARGEST {
        return Err(Skip::TooLarge);
    }
    match std::str::from_utf8(bytes) {
        _ if memchr::memchr(0, bytes).is_some() => Err(Skip::Binary),
        Ok(text) => Ok(text.into()),
        Err(_) => Err(Skip::Encoding),
    }
}
