//! Addresses of documents and the paths behind them.

use std::path::{Path, PathBuf};
use tower_lsp::gen_lsp_types::Uri;

/// Addresses under which people edit their own text. Everything else (`git:`, `output:`, the other side of a
/// comparison) shows text that nobody can change, and stays quiet.
const EDITABLE: &[&str] = &["file", "untitled", "vscode-notebook-cell", "vscode-remote", "vscode-vfs"];

/// The part before the colon. A text without one is taken for a path.
fn scheme(uri: &str) -> &str {
    uri.split_once(':').map_or("file", |(scheme, _)| scheme)
}

/// Findings and hints are shown in a document of this address.
pub fn is_editable(uri: &Uri) -> bool {
    EDITABLE.iter().any(|known| scheme(uri.as_ref()).eq_ignore_ascii_case(known))
}

/// The path of a `file:` address; `None` for any other.
pub fn path_of(uri: &Uri) -> Option<PathBuf> {
    let text: &str = uri.as_ref();
    let rest = match text.split_once(':') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("file") => rest,
        _ => return None,
    };
    let rest = match rest.strip_prefix("//") {
        // An authority names a machine: a share on Windows, nothing elsewhere.
        Some(rest) if !rest.starts_with('/') && cfg!(windows) => {
            return Some(format!("//{}", decoded(rest)).into());
        }
        Some(rest) => &rest[rest.find('/').unwrap_or(rest.len())..],
        None => rest,
    };
    let path = decoded(rest.split(['?', '#']).next().unwrap_or(rest));
    let drive = path.strip_prefix('/').filter(|p| p.as_bytes().get(1) == Some(&b':'));
    Some(PathBuf::from(drive.unwrap_or(&path)))
}

/// What to recognise a document by when it has no path: its address without the scheme.
pub fn name_of(uri: &Uri) -> String {
    let text: &str = uri.as_ref();
    let rest = text.split_once(':').map_or(text, |(_, rest)| rest);
    decoded(rest.split(['?', '#']).next().unwrap_or(rest)).trim_start_matches('/').to_string()
}

/// The address of a path.
pub fn uri_of(path: &Path) -> Uri {
    let mut text = String::from("file://");
    let path = path.to_string_lossy().replace('\\', "/");
    if !path.starts_with('/') {
        text.push('/');
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' | b':' => {
                text.push(byte as char);
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    Uri::from(text)
}

/// Percent escapes taken out; an escape that is none stays as it is.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok()))
            .flatten();
        out.push(escaped.unwrap_or(bytes[at]));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_survives_the_way_to_an_address_and_back() {
        for path in ["/a b/c.py", "/app/[id]/page.tsx", "/\u{e9}\u{1F600}/x%41.go", "/plain"] {
            assert_eq!(path_of(&uri_of(Path::new(path))), Some(PathBuf::from(path)), "{path}");
        }
    }

    #[test]
    fn drives_hosts_and_escapes_are_understood() {
        assert_eq!(path_of(&Uri::from("file:///c%3A/x/y.rs")), Some(PathBuf::from("c:/x/y.rs")));
        assert_eq!(path_of(&Uri::from("FILE://localhost/x.rs")), Some(PathBuf::from("/x.rs")));
        assert_eq!(path_of(&Uri::from("untitled:Untitled-1")), None);
        assert_eq!(name_of(&Uri::from("untitled:Untitled-1")), "Untitled-1");
        assert_eq!(path_of(&Uri::from("file:///50%")), Some(PathBuf::from("/50%")));
    }

    #[test]
    fn what_nobody_can_edit_stays_quiet() {
        assert!(is_editable(&Uri::from("file:///x.py")) && is_editable(&Uri::from("untitled:x")));
        assert!(!is_editable(&Uri::from("git:/x.py?ref")) && !is_editable(&Uri::from("output:x")));
    }
}
