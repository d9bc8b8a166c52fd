//! What switches vendor profiles on by itself.

use super::{Versions, globs};
use globset::GlobSet;
use serde::Deserialize;
use std::sync::OnceLock;

/// What switches one vendor profile on.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct VendorRow {
    /// The profile; its codes are in the registry.
    pub name: String,
    /// Formats of files that switch it on for themselves.
    #[serde(default)]
    pub formats: Vec<String>,
    /// Names of files that switch it on for themselves; `*` stands for anything.
    #[serde(default)]
    pub files: Vec<String>,
    /// Names of files that switch it on for everything below their folder.
    #[serde(default)]
    pub beside: Vec<String>,
    /// Dependencies that do the same.
    #[serde(default)]
    pub packages: Vec<VendorPackage>,
}

/// A dependency that switches a vendor profile on.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct VendorPackage {
    /// Where it comes from.
    pub ecosystem: String,
    /// Its name there.
    pub package: String,
}

/// Every vendor profile.
pub fn vendors() -> &'static [VendorRow] {
    #[derive(Deserialize)]
    struct File {
        vendor: Vec<VendorRow>,
    }
    static ROWS: OnceLock<Vec<VendorRow>> = OnceLock::new();
    ROWS.get_or_init(|| {
        let file: File = toml::from_str(include_str!("vendors.toml")).expect("vendors.toml is tested");
        file.vendor
    })
}

/// The profiles that a path switches on for itself by its file name.
pub fn vendors_of_path(path: &str) -> impl Iterator<Item = &'static str> {
    let name = path.rsplit('/').next().unwrap_or(path).to_string();
    let rows = vendors().iter().zip(names_of_files());
    rows.filter(move |(_, names)| names.is_match(&name)).map(|(row, _)| row.name.as_str())
}

/// The file names of each profile, ready to be held against names.
fn names_of_files() -> &'static [GlobSet] {
    static NAMES: OnceLock<Vec<GlobSet>> = OnceLock::new();
    NAMES.get_or_init(|| vendors().iter().map(|row| globs(&row.files)).collect())
}

/// The profiles that a format switches on for its files.
pub fn vendors_of_format(format: &str) -> impl Iterator<Item = &'static str> {
    vendors().iter().filter(move |row| row.formats.iter().any(|f| f == format)).map(|row| row.name.as_str())
}

/// The profiles that the dependencies of a project switch on.
pub fn vendors_of_packages(versions: &Versions) -> impl Iterator<Item = &'static str> {
    let uses = |row: &&VendorRow| {
        row.packages.iter().any(|package| versions.of(&package.ecosystem, &package.package).is_some())
    };
    vendors().iter().filter(uses).map(|row| row.name.as_str())
}

/// The profile that a file of this name switches on for everything below its folder.
pub fn vendor_beside(file: &str) -> Option<&'static str> {
    vendors().iter().find(|row| row.beside.iter().any(|f| f == file)).map(|row| row.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::Registry;

    #[test]
    fn every_profile_of_the_registry_has_a_row_and_no_other_has() {
        let registry = Registry::builtin();
        let mut known: Vec<&str> = registry.profiles().collect();
        let mut rows: Vec<&str> = vendors().iter().map(|row| row.name.as_str()).collect();
        known.sort_unstable();
        rows.sort_unstable();
        assert_eq!(rows, known);
    }

    #[test]
    fn a_file_name_switches_a_profile_on() {
        assert_eq!(vendors_of_path("deploy/nginx.conf").collect::<Vec<_>>(), ["nginx"]);
        assert_eq!(vendors_of_path("site/web.config").collect::<Vec<_>>(), ["iis"]);
        assert_eq!(vendors_of_path("src/app.ts").count(), 0);
        assert_eq!(vendor_beside("wrangler.jsonc"), Some("cloudflare"));
    }

    #[test]
    fn a_dependency_switches_a_profile_on() {
        let mut versions = Versions::default();
        assert_eq!(vendors_of_packages(&versions).count(), 0);
        versions.note("composer", "laravel/framework", crate::project::Version::default());
        assert_eq!(vendors_of_packages(&versions).collect::<Vec<_>>(), ["laravel"]);
    }
}
