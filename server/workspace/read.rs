//! Reads one file, or says why it was left out.

use std::fmt;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Larger files are left out: nobody writes them, and one alone would take more memory than a whole run may.
const LARGEST: u64 = 16 << 20;

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
    let mut bytes = Vec::with_capacity(length as usize + 1);
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    read_bytes(bytes)
}

/// The text in these bytes, with the same limits as a file.
pub fn read_bytes(bytes: Vec<u8>) -> Result<Arc<str>, Skip> {
    if bytes.len() as u64 > LARGEST {
        return Err(Skip::TooLarge);
    }
    match String::from_utf8(bytes) {
        Ok(text) if memchr::memchr(0, text.as_bytes()).is_some() => Err(Skip::Binary),
        Ok(text) => Ok(text.into()),
        Err(fault) if memchr::memchr(0, fault.as_bytes()).is_some() => Err(Skip::Binary),
        Err(_) => Err(Skip::Encoding),
    }
}
