//! Cargo.toml and Cargo.lock.

use crate::project::{Version, Versions};
use semver::{Op, VersionReq};
use toml::{Table, Value};

const SECTIONS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// Notes the requirements of a package, and those that a workspace hands to its members.
pub(super) fn manifest(text: &str, versions: &mut Versions) -> Option<()> {
    let file: Table = toml::from_str(text).ok()?;
    let targets = file.get("target").and_then(Value::as_table).into_iter().flatten();
    let homes = [Some(&file), file.get("workspace").and_then(Value::as_table)]
        .into_iter()
        .flatten()
        .chain(targets.filter_map(|(_, target)| target.as_table()));
    for home in homes {
        for section in SECTIONS {
            for (name, requirement) in home.get(section).and_then(Value::as_table).into_iter().flatten() {
                let package = requirement.get("package").and_then(Value::as_str).unwrap_or(name);
                let range = requirement.as_str().or_else(|| requirement.get("version")?.as_str());
                if let Some(version) = range.and_then(required) {
                    versions.note("crates", package, version);
                }
            }
        }
    }
    Some(())
}

fn required(range: &str) -> Option<Version> {
    let requirement = VersionReq::parse(range).ok()?;
    let least =
        requirement.comparators.iter().find(|c| !matches!(c.op, Op::Less | Op::LessEq | Op::Wildcard))?;
    let parts = [Some(least.major), least.minor, least.patch];
    let lowest = parts.iter().map_while(|part| part.map(|n| n.to_string())).collect::<Vec<_>>().join(".");
    let exact = least.op == Op::Exact && least.patch.is_some();
    Some(Version { resolved: exact.then(|| lowest.clone()), lowest: Some(lowest) })
}

/// Notes what Cargo has resolved.
pub(super) fn lock(text: &str, versions: &mut Versions) -> Option<()> {
    let file: cargo_lock::Lockfile = text.parse().ok()?;
    // Ascending, so that the lowest counts where nothing decides between several.
    let mut packages: Vec<_> = file.packages.iter().map(|p| (p.name.as_str(), &p.version)).collect();
    packages.sort();
    for (name, version) in packages {
        versions.lock("crates", name, &version.to_string());
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use crate::workspace::manifests::noted;

    #[test]
    fn requirements_are_read_wherever_they_stand() {
        let versions = noted(
            "Cargo.toml",
            "[dependencies]\nhttp = '1.1'\nweb = { package = 'actix-web', version = '=4.5.1' }\nlocal = { path = '.' }\n\
             [target.'cfg(unix)'.dev-dependencies]\nreqwest = '>=0.11, <0.13'\n[workspace.dependencies]\naxum = '^0.8'",
        );
        let lowest = |name: &str| versions.of("crates", name).and_then(|v| v.lowest.clone());
        assert_eq!(lowest("http").as_deref(), Some("1.1"));
        assert_eq!(lowest("reqwest").as_deref(), Some("0.11"));
        assert_eq!(lowest("axum").as_deref(), Some("0.8"));
        assert_eq!(lowest("local"), None);
        let actix = versions.of("crates", "actix-web").expect("renamed");
        assert_eq!(actix.resolved.as_deref(), Some("4.5.1"));
    }

    #[test]
    fn a_lock_file_resolves() {
        let versions = noted(
            "Cargo.lock",
            "version = 4\n\n[[package]]\nname = \"http\"\nversion = \"1.3.1\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n\n\
             [[package]]\nname = \"http\"\nversion = \"0.2.12\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n",
        );
        let http = versions.of("crates", "http").expect("locked");
        assert_eq!(http.resolved.as_deref(), Some("0.2.12"), "the lowest, when nothing decides");
    }
}
