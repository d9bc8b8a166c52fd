//! Which versions of which packages a project uses.

use std::collections::HashMap;
use std::sync::Arc;

/// What is known about the version of one package.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Version {
    /// The version that a lock file pins, or that a manifest pins exactly.
    pub resolved: Option<String>,
    /// The lowest version that the manifest allows.
    pub lowest: Option<String>,
}

/// Versions by ecosystem and package, in one folder and those above it: the nearest manifest that names a package is believed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Versions {
    known: HashMap<(String, String), Version>,
    /// What lock files of this folder pin: one package may stand there in several versions.
    locked: HashMap<(String, String), Vec<String>>,
    above: Option<Arc<Versions>>,
}

impl Versions {
    /// Nothing yet, in a folder below one of which this is known.
    pub fn below(above: Arc<Versions>) -> Versions {
        Versions { above: Some(above), ..Versions::default() }
    }
    /// Notes what a manifest says.
    pub fn note(&mut self, ecosystem: &str, package: &str, version: Version) {
        let known = self.known.entry(key(ecosystem, package)).or_default();
        known.resolved = version.resolved.or(known.resolved.take());
        known.lowest = version.lowest.or(known.lowest.take());
    }
    /// Notes a version that a lock file pins. Of several the first one noted counts, unless a manifest asks for another.
    pub fn lock(&mut self, ecosystem: &str, package: &str, version: &str) {
        let pinned = self.locked.entry(key(ecosystem, package)).or_default();
        if !pinned.iter().any(|known| known == version) {
            pinned.push(version.to_string());
        }
    }
    /// Brings manifests and lock files together, when all of this folder are noted.
    pub fn settle(&mut self) {
        let mut asked: Vec<(String, String)> = self.known.keys().chain(self.locked.keys()).cloned().collect();
        asked.sort();
        asked.dedup();
        for key in asked {
            let above = self.above.as_ref().and_then(|above| above.of(&key.0, &key.1)).cloned();
            let pinned = self.pinned(&key).cloned().unwrap_or_default();
            let known = self.known.entry(key).or_default();
            known.lowest = known.lowest.take().or_else(|| above.and_then(|above| above.lowest));
            let fits =
                |version: &&String| known.lowest.as_ref().is_none_or(|lowest| is_compatible(version, lowest));
            if let Some(version) = pinned.iter().find(fits) {
                known.resolved = Some(version.clone());
            }
        }
    }
    /// What the nearest lock file pins.
    fn pinned(&self, key: &(String, String)) -> Option<&Vec<String>> {
        self.locked.get(key).or_else(|| self.above.as_ref()?.pinned(key))
    }
    /// What is known about a package.
    pub fn of(&self, ecosystem: &str, package: &str) -> Option<&Version> {
        self.of_key(&key(ecosystem, package))
    }
    fn of_key(&self, key: &(String, String)) -> Option<&Version> {
        self.known.get(key).or_else(|| self.above.as_ref()?.of_key(key))
    }
}

/// Names of Python packages are compared without case, and with one kind of hyphen (PEP 503).
fn key(ecosystem: &str, package: &str) -> (String, String) {
    let package = match ecosystem {
        "pypi" => package.to_lowercase().replace(['_', '.'], "-"),
        _ => package.to_string(),
    };
    (ecosystem.to_string(), package)
}

/// At least the lowest version, and not of another major one.
fn is_compatible(version: &str, lowest: &str) -> bool {
    let numbers = |version: &str| -> Vec<u64> {
        version.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect()
    };
    let (version, lowest) = (numbers(version), numbers(lowest));
    version >= lowest && version.first() == lowest.first()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowest(version: &str) -> Version {
        Version { lowest: Some(version.into()), resolved: None }
    }

    #[test]
    fn the_nearest_manifest_is_believed_and_the_lock_above_it_completes_it() {
        let mut root = Versions::default();
        root.lock("crates", "http", "0.2.12");
        root.lock("crates", "http", "1.3.1");
        root.note("crates", "axum", lowest("0.7"));
        root.settle();
        let mut member = Versions::below(Arc::new(root));
        member.note("crates", "http", lowest("1"));
        member.settle();
        let http = member.of("crates", "http").expect("noted");
        assert_eq!((http.resolved.as_deref(), http.lowest.as_deref()), (Some("1.3.1"), Some("1")));
        assert_eq!(member.of("crates", "axum"), Some(&lowest("0.7")));
        assert_eq!(member.of("npm", "axum"), None);
    }

    #[test]
    fn a_lock_that_does_not_fit_the_manifest_is_not_believed() {
        let mut root = Versions::default();
        root.lock("npm", "express", "5.1.0");
        root.settle();
        let mut package = Versions::below(Arc::new(root));
        package.note("npm", "express", lowest("4.18.0"));
        package.settle();
        assert_eq!(package.of("npm", "express"), Some(&lowest("4.18.0")));
    }

    #[test]
    fn names_of_python_packages_are_compared_as_python_does() {
        let mut versions = Versions::default();
        versions.lock("pypi", "Flask_RESTful", "0.3.10");
        versions.settle();
        assert!(versions.of("pypi", "flask-restful").is_some());
    }
}
