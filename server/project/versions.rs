//! Which versions of which packages a project uses.

use std::collections::HashMap;

/// What is known about the version of one package.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Version {
    /// The version that a lock file pins, or that a manifest pins exactly.
    pub resolved: Option<String>,
    /// The lowest version that the manifest allows.
    pub lowest: Option<String>,
}

/// Versions by ecosystem and package.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Versions {
    known: HashMap<(String, String), Version>,
}

impl Versions {
    /// Notes what a manifest or lock file says.
    pub fn note(&mut self, ecosystem: &str, package: &str, version: Version) {
        self.known.insert((ecosystem.to_string(), package.to_string()), version);
    }
    /// What is known about a package.
    pub fn of(&self, ecosystem: &str, package: &str) -> Option<&Version> {
        self.known.get(&(ecosystem.to_string(), package.to_string()))
    }
}
