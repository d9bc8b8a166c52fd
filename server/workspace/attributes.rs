//! What `.gitattributes` says about files that people did not write.

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::path::{Path, PathBuf};

/// The lines of one `.gitattributes` that speak of generated or vendored files. Their patterns are those of `.gitignore`.
#[derive(Debug)]
pub struct Attributes {
    folder: PathBuf,
    /// Pattern, and whether the files are somebody else's.
    lines: Vec<(Gitignore, bool)>,
}

impl Attributes {
    /// Reads a file that lies in this folder. `None` when it says nothing about such files.
    pub fn read(folder: &Path, text: &str) -> Option<Attributes> {
        let mut lines = vec![];
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            let mut words = line.split_whitespace();
            let Some(pattern) = words.next() else { continue };
            for word in words {
                let Some(foreign) = means(word) else { continue };
                let mut builder = GitignoreBuilder::new(folder);
                if builder.add_line(None, pattern).is_ok()
                    && let Ok(matcher) = builder.build()
                {
                    lines.push((matcher, foreign));
                }
            }
        }
        (!lines.is_empty()).then(|| Attributes { folder: folder.to_path_buf(), lines })
    }

    /// The file is generated or vendored (`true`), or it is said not to be (`false`). The last line that matches counts.
    pub fn of(&self, path: &Path) -> Option<bool> {
        let below = path.strip_prefix(&self.folder).ok()?;
        let matching =
            |(matcher, _): &&(Gitignore, bool)| matcher.matched_path_or_any_parents(below, false).is_ignore();
        self.lines.iter().rev().find(matching).map(|(_, foreign)| *foreign)
    }
}

fn means(word: &str) -> Option<bool> {
    let (negated, word) = match word.strip_prefix(['-', '!']) {
        Some(rest) => (true, rest),
        None => (false, word),
    };
    let (name, value) = word.split_once('=').unwrap_or((word, "true"));
    matches!(name, "linguist-generated" | "linguist-vendored").then_some(!negated && value != "false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_that_matches_counts() {
        let text = "*.go text\n# ours\n*.pb.go linguist-generated\n/deps/** linguist-vendored=true\ndeps/own.go -linguist-vendored\nx.go linguist-generated=false\n";
        let attributes = Attributes::read(Path::new("/repo"), text).expect("it says something");
        let of = |path: &str| attributes.of(Path::new(path));
        assert_eq!(of("/repo/api/user.pb.go"), Some(true));
        assert_eq!(of("/repo/deps/a/b.py"), Some(true));
        assert_eq!(of("/repo/deps/own.go"), Some(false));
        assert_eq!(of("/repo/x.go"), Some(false));
        assert_eq!(of("/repo/main.go"), None);
        assert_eq!(of("/elsewhere/a.pb.go"), None);
        assert!(Attributes::read(Path::new("/repo"), "* text=auto\n").is_none());
    }
}
