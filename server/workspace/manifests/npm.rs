//! package.json and the lock files of npm, pnpm and yarn.

use super::lowest;
use crate::project::{Version, Versions};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct PackageJson {
    dependencies: BTreeMap<String, String>,
    dev_dependencies: BTreeMap<String, String>,
    peer_dependencies: BTreeMap<String, String>,
    optional_dependencies: BTreeMap<String, String>,
    engines: BTreeMap<String, String>,
}

/// Notes the ranges that a package asks for.
pub(super) fn manifest(text: &str, versions: &mut Versions) -> Option<()> {
    let file: PackageJson = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    // Peers first: what the package installs for itself says more.
    for (package, range) in file
        .peer_dependencies
        .iter()
        .chain(&file.optional_dependencies)
        .chain(&file.dev_dependencies)
        .chain(&file.dependencies)
    {
        versions.note("npm", package, lowest(range));
    }
    if let Some(range) = file.engines.get("node") {
        versions.note("npm", "node", Version { resolved: None, ..lowest(range) });
    }
    Some(())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PackageLock {
    /// Since npm 7: by the path of the installed folder.
    packages: BTreeMap<String, LockedPackage>,
    /// Before: by name.
    dependencies: BTreeMap<String, LockedPackage>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct LockedPackage {
    version: Option<String>,
}

/// Notes what npm has installed; what lies at the top first.
pub(super) fn package_lock(text: &str, versions: &mut Versions) -> Option<()> {
    let file: PackageLock = serde_json::from_str(text).ok()?;
    let mut installed: Vec<(&String, &LockedPackage)> = file.packages.iter().collect();
    installed.sort_by_key(|(path, _)| path.matches("node_modules/").count());
    for (path, package) in installed {
        if let (Some((_, name)), Some(version)) = (path.rsplit_once("node_modules/"), &package.version) {
            versions.lock("npm", name, version);
        }
    }
    for (name, package) in &file.dependencies {
        if let Some(version) = &package.version {
            versions.lock("npm", name, version);
        }
    }
    Some(())
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct PnpmLock {
    importers: BTreeMap<String, PnpmImporter>,
    dependencies: BTreeMap<String, PnpmDependency>,
    dev_dependencies: BTreeMap<String, PnpmDependency>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct PnpmImporter {
    dependencies: BTreeMap<String, PnpmDependency>,
    dev_dependencies: BTreeMap<String, PnpmDependency>,
}

/// Since version 6 of the format a table, before that the version alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum PnpmDependency {
    Table { version: String },
    Version(String),
}

/// Notes what pnpm has installed for the packages of a workspace, the root first.
pub(super) fn pnpm_lock(text: &str, versions: &mut Versions) -> Option<()> {
    let file: PnpmLock = serde_saphyr::from_str(text).ok()?;
    let importers = file.importers.values().flat_map(|i| i.dependencies.iter().chain(&i.dev_dependencies));
    for (name, dependency) in file.dependencies.iter().chain(&file.dev_dependencies).chain(importers) {
        let (PnpmDependency::Table { version } | PnpmDependency::Version(version)) = dependency;
        // `4.18.2(supports-color@9.0.0)` and, earlier, `4.18.2_supports-color@9.0.0` name the peers too.
        let version = version.split(['(', '_']).next().unwrap_or(version);
        if version.starts_with(|c: char| c.is_ascii_digit()) {
            versions.lock("npm", name, version);
        }
    }
    Some(())
}

/// Notes what yarn has installed. Since version 2 its lock file is YAML; before, it has a syntax of its own.
pub(super) fn yarn_lock(text: &str, versions: &mut Versions) -> Option<()> {
    if text.contains("__metadata:") {
        let file: BTreeMap<String, BerryEntry> = serde_saphyr::from_str(text).ok()?;
        for (descriptors, entry) in &file {
            let name = descriptors.split(", ").next().and_then(|first| first.rsplit_once('@'));
            if let (Some((name, _)), Some(version)) = (name, entry.version.as_ref().and_then(Value::as_str)) {
                versions.lock("npm", name.split("@npm:").next().unwrap_or(name), version);
            }
        }
        return Some(());
    }
    // The parser wants the two lines that yarn itself writes; people's tools leave them out or add to them.
    let body = text.lines().skip_while(|line| line.starts_with('#') || line.trim().is_empty());
    let body: Vec<&str> = body.collect();
    let whole = format!("{YARN_HEADER}{}\n", body.join("\n"));
    for entry in yarn_lock_parser::parse_str(&whole).ok()?.entries {
        versions.lock("npm", entry.name, entry.version);
    }
    Some(())
}

const YARN_HEADER: &str =
    "# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.\n# yarn lockfile v1\n\n\n";

#[derive(Deserialize, Default)]
#[serde(default)]
struct BerryEntry {
    /// A text, but a number in the entry about the file itself.
    version: Option<Value>,
}

#[cfg(test)]
mod tests {
    use crate::workspace::manifests::noted;

    fn resolved(name: &str, text: &str, package: &str) -> Option<String> {
        noted(name, text).of("npm", package).and_then(|version| version.resolved.clone())
    }

    #[test]
    fn ranges_of_a_package_are_read() {
        let versions = noted(
            "package.json",
            r#"{"dependencies": {"express": "^4.18.0", "koa": "2.15.3"}, "peerDependencies": {"express": ">=4"}, "engines": {"node": ">=20"}}"#,
        );
        let of = |name: &str| versions.of("npm", name).expect(name).clone();
        assert_eq!(of("express").lowest.as_deref(), Some("4.18.0"));
        assert_eq!(of("koa").resolved.as_deref(), Some("2.15.3"));
        assert_eq!(of("node").lowest.as_deref(), Some("20"));
    }

    #[test]
    fn npm_locks_of_both_shapes_resolve() {
        let new = r#"{"lockfileVersion": 3, "packages": {"": {"version": "1.0.0"}, "node_modules/a/node_modules/express": {"version": "3.0.0"}, "node_modules/express": {"version": "4.19.2"}, "node_modules/@hapi/boom": {"version": "10.0.1"}}}"#;
        assert_eq!(resolved("package-lock.json", new, "express").as_deref(), Some("4.19.2"));
        assert_eq!(resolved("package-lock.json", new, "@hapi/boom").as_deref(), Some("10.0.1"));
        let old = r#"{"lockfileVersion": 1, "dependencies": {"express": {"version": "4.17.1"}}}"#;
        assert_eq!(resolved("package-lock.json", old, "express").as_deref(), Some("4.17.1"));
    }

    #[test]
    fn pnpm_locks_of_three_shapes_resolve() {
        let nine = "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      express:\n        specifier: ^4.18.0\n        version: 4.19.2(supports-color@9.0.0)\n      local:\n        specifier: workspace:*\n        version: link:../local\n";
        assert_eq!(resolved("pnpm-lock.yaml", nine, "express").as_deref(), Some("4.19.2"));
        assert_eq!(resolved("pnpm-lock.yaml", nine, "local"), None);
        let six =
            "lockfileVersion: '6.0'\ndevDependencies:\n  express:\n    specifier: ^4\n    version: 4.18.2\n";
        assert_eq!(resolved("pnpm-lock.yaml", six, "express").as_deref(), Some("4.18.2"));
        let five =
            "lockfileVersion: 5.4\nspecifiers:\n  express: ^4\ndependencies:\n  express: 4.17.3_x@1.0.0\n";
        assert_eq!(resolved("pnpm-lock.yaml", five, "express").as_deref(), Some("4.17.3"));
    }

    #[test]
    fn yarn_locks_of_both_generations_resolve() {
        let one = "# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.\n# yarn lockfile v1\n\n\nexpress@^4.18.0:\n  version \"4.18.2\"\n  resolved \"https://example.org/express-4.18.2.tgz#3fabe08296e930c796c19e3c516979386ba9fd59\"\n  integrity sha512-5/PsL6iGPdfQ/lKM1UuielYgv3BUoJfz1aUwU9vHZ+J7gyvwdQXFEBIEIaxeGf0GIcreATNyBExtalisDbuMqQ==\n";
        assert_eq!(resolved("yarn.lock", one, "express").as_deref(), Some("4.18.2"));
        let bare = one.split_once("\n\n\n").expect("a header").1;
        assert_eq!(resolved("yarn.lock", bare, "express").as_deref(), Some("4.18.2"));
        let berry = "__metadata:\n  version: 8\n  cacheKey: 10\n\n\"express@npm:^4.18.0\":\n  version: 4.19.2\n  resolution: \"express@npm:4.19.2\"\n  checksum: 10/abc\n  languageName: node\n  linkType: hard\n";
        assert_eq!(resolved("yarn.lock", berry, "express").as_deref(), Some("4.19.2"));
    }
}
