//! Versions of packages, out of manifests and lock files. One file here per ecosystem; a file that cannot be understood says nothing.

mod crates;
mod go;
mod npm;
mod pypi;

use crate::project::{Version, Versions};

/// One kind of manifest or lock file.
struct Manifest {
    /// Its name; with `*` where names vary.
    name: &'static str,
    /// Notes what it says. `None`: it cannot be understood.
    read: fn(&str, &mut Versions) -> Option<()>,
}

const MANIFESTS: &[Manifest] = &[
    Manifest { name: "Cargo.toml", read: crates::manifest },
    Manifest { name: "Cargo.lock", read: crates::lock },
    Manifest { name: "package.json", read: npm::manifest },
    Manifest { name: "package-lock.json", read: npm::package_lock },
    Manifest { name: "npm-shrinkwrap.json", read: npm::package_lock },
    Manifest { name: "pnpm-lock.yaml", read: npm::pnpm_lock },
    Manifest { name: "yarn.lock", read: npm::yarn_lock },
    Manifest { name: "go.mod", read: go::manifest },
    Manifest { name: "pyproject.toml", read: pypi::manifest },
    Manifest { name: "poetry.lock", read: pypi::lock },
    Manifest { name: "uv.lock", read: pypi::lock },
    Manifest { name: "requirements*.txt", read: pypi::requirements },
    Manifest { name: "composer.json", read: composer },
];

fn of_name(name: &str) -> Option<&'static Manifest> {
    MANIFESTS.iter().find(|manifest| match manifest.name.split_once('*') {
        Some((start, end)) => name.starts_with(start) && name.ends_with(end),
        None => name == manifest.name,
    })
}

/// A file of this name says which versions a project uses.
pub fn is_manifest(name: &str) -> bool {
    of_name(name).is_some()
}

/// Notes what a manifest or lock file says.
pub fn note(name: &str, text: &str, versions: &mut Versions) {
    if let Some(manifest) = of_name(name) {
        // A half-written file must not stop a run; without it the versions are merely unknown.
        let _ = (manifest.read)(text, versions);
    }
}

/// The requirements of PHP, which only switch a vendor profile on.
fn composer(text: &str, versions: &mut Versions) -> Option<()> {
    #[derive(serde::Deserialize)]
    struct File {
        #[serde(default)]
        require: std::collections::BTreeMap<String, String>,
    }
    let file: File = serde_json::from_str(text).ok()?;
    for (package, range) in file.require {
        versions.note("composer", &package, lowest(&range));
    }
    Some(())
}

/// Reads the lower end of a range: `^4.18.0`, `~> 1.2`, `>=1.0 <2`, `4.x`. A version alone is pinned exactly in the ecosystems
/// that call this; those where it is not say so themselves.
fn lowest(range: &str) -> Version {
    let first = range.split("||").next().unwrap_or(range).trim();
    let bare = first.trim_start_matches(['^', '~', '>', '=', 'v', ' ']);
    let version: String =
        bare.chars().take_while(|c| c.is_ascii_alphanumeric() || ".-+".contains(*c)).collect();
    let version = version.trim_end_matches(['x', 'X', '.']).to_string();
    if first.starts_with('<') || !version.starts_with(|c: char| c.is_ascii_digit()) {
        return Version::default();
    }
    let exact = bare.len() == first.trim_start_matches(['=', 'v']).len()
        && bare == version
        && version.split('.').count() >= 3;
    Version { resolved: exact.then(|| version.clone()), lowest: Some(version) }
}

#[cfg(test)]
pub(super) fn noted(name: &str, text: &str) -> Versions {
    let mut versions = Versions::default();
    note(name, text, &mut versions);
    versions.settle();
    versions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_end_of_a_range_is_read() {
        let read = |range: &str| {
            let version = lowest(range);
            (version.lowest.unwrap_or_default(), version.resolved.is_some())
        };
        assert_eq!(read("^4.18.0"), ("4.18.0".into(), false));
        assert_eq!(read("~1.2"), ("1.2".into(), false));
        assert_eq!(read(">=1.0 <2"), ("1.0".into(), false));
        assert_eq!(read("4.x"), ("4".into(), false));
        assert_eq!(read("4.18.2"), ("4.18.2".into(), true));
        assert_eq!(read("^1 || ^2"), ("1".into(), false));
        for open in ["*", "latest", "workspace:*", "<2", "git+ssh://x", ""] {
            assert_eq!(read(open), (String::new(), false), "{open}");
        }
    }

    #[test]
    fn a_requirement_of_php_is_seen() {
        let versions =
            noted("composer.json", r#"{"require": {"php": "^8.2", "laravel/framework": "^11.0"}}"#);
        assert!(versions.of("composer", "laravel/framework").is_some());
    }

    #[test]
    fn broken_files_say_nothing() {
        for name in
            ["Cargo.toml", "Cargo.lock", "package.json", "pnpm-lock.yaml", "yarn.lock", "go.mod", "uv.lock"]
        {
            assert_eq!(noted(name, "{[ \u{0}<<<<<<< HEAD"), Versions::default(), "{name}");
        }
        assert!(is_manifest("requirements-dev.txt") && !is_manifest("Cargo.toml.orig"));
    }
}
