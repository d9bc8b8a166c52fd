//! requirements files, pyproject.toml, poetry.lock and uv.lock.

use super::lowest;
use crate::project::{Version, Versions};
use pep508_rs::pep440_rs::{Operator, VersionSpecifiers};
use pep508_rs::{Requirement, VerbatimUrl, VersionOrUrl};
use std::str::FromStr;
use toml::{Table, Value};

/// Notes the lines of a requirements file; options, addresses and what cannot be read are passed over.
pub(super) fn requirements(text: &str, versions: &mut Versions) -> Option<()> {
    for line in text.replace("\\\r\n", " ").replace("\\\n", " ").lines() {
        let line = line.split(" #").next().unwrap_or(line).trim();
        let line = line.split(" --").next().unwrap_or(line).trim();
        if !line.starts_with(['#', '-']) {
            requirement(line, versions);
        }
    }
    Some(())
}

fn requirement(text: &str, versions: &mut Versions) {
    let Ok(requirement) = Requirement::<VerbatimUrl>::from_str(text) else { return };
    let version = match &requirement.version_or_url {
        Some(VersionOrUrl::VersionSpecifier(specifiers)) => range(specifiers),
        Some(VersionOrUrl::Url(_)) | None => Version::default(),
    };
    versions.note("pypi", requirement.name.as_ref(), version);
}

fn range(specifiers: &VersionSpecifiers) -> Version {
    let mut version = Version::default();
    for specifier in specifiers.iter() {
        let number = specifier.version().to_string();
        match specifier.operator() {
            Operator::Equal | Operator::ExactEqual => {
                version.resolved = Some(number.clone());
                version.lowest = Some(number);
            }
            Operator::EqualStar
            | Operator::TildeEqual
            | Operator::GreaterThan
            | Operator::GreaterThanEqual => version.lowest = Some(number),
            _ => {}
        }
    }
    version
}

/// Notes the dependencies of a project, in the standard's tables and in Poetry's.
pub(super) fn manifest(text: &str, versions: &mut Versions) -> Option<()> {
    let file: Table = toml::from_str(text).ok()?;
    let table = |path: &[&str]| {
        path.iter().try_fold(&file, |table, key| table.get(*key)?.as_table()).into_iter().flatten()
    };
    let project = file.get("project").and_then(Value::as_table);
    let lists = project.and_then(|project| project.get("dependencies")).into_iter();
    let groups = table(&["project", "optional-dependencies"]).chain(table(&["dependency-groups"]));
    for list in lists.chain(groups.map(|(_, list)| list)) {
        for line in list.as_array().into_iter().flatten().filter_map(Value::as_str) {
            requirement(line, versions);
        }
    }
    let python = project.and_then(|project| project.get("requires-python")).and_then(Value::as_str);
    if let Some(specifiers) = python.and_then(|text| VersionSpecifiers::from_str(text).ok()) {
        versions.note("pypi", "python", Version { resolved: None, ..range(&specifiers) });
    }
    let groups = table(&["tool", "poetry", "group"]);
    let grouped = groups.filter_map(|(_, group)| group.get("dependencies")?.as_table()).flatten();
    for (name, asked) in table(&["tool", "poetry", "dependencies"])
        .chain(table(&["tool", "poetry", "dev-dependencies"]))
        .chain(grouped)
    {
        if let Some(text) = asked.as_str().or_else(|| asked.get("version")?.as_str()) {
            let mut version = lowest(text);
            if name == "python" {
                version.resolved = None;
            }
            versions.note("pypi", name, version);
        }
    }
    Some(())
}

/// Notes what Poetry or uv has resolved; their files have the same shape.
pub(super) fn lock(text: &str, versions: &mut Versions) -> Option<()> {
    #[derive(serde::Deserialize)]
    struct File {
        package: Vec<Package>,
    }
    #[derive(serde::Deserialize)]
    struct Package {
        name: String,
        version: Option<String>,
    }
    let file: File = toml::from_str(text).ok()?;
    for package in file.package {
        if let Some(version) = package.version {
            versions.lock("pypi", &package.name, &version);
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use crate::workspace::manifests::noted;

    #[test]
    fn requirements_are_read_with_their_comments_hashes_and_markers() {
        let versions = noted(
            "requirements-dev.txt",
            "# ours\n-r base.txt\nFlask==2.3.3 \\\n    --hash=sha256:abc\nrequests[socks]>=2.28,<3 ; python_version > '3.8'  # http\ndjango~=4.2\nhttpx @ https://example.org/x.whl\n",
        );
        let of = |name: &str| versions.of("pypi", name).expect(name).clone();
        assert_eq!(of("flask").resolved.as_deref(), Some("2.3.3"));
        assert_eq!(of("requests").lowest.as_deref(), Some("2.28"));
        assert_eq!(of("Django").lowest.as_deref(), Some("4.2"));
        assert_eq!(of("httpx").lowest, None);
    }

    #[test]
    fn a_project_file_is_read_in_both_dialects() {
        let versions = noted(
            "pyproject.toml",
            "[project]\nrequires-python = '>=3.10'\ndependencies = ['starlette>=0.37']\n[project.optional-dependencies]\ntest = ['httpx==0.27.0']\n\
             [dependency-groups]\ndev = ['pytest>=8', {include-group = 'x'}]\n[tool.poetry.dependencies]\nfastapi = '^0.110'\nflask = { version = '3.0.0' }\n",
        );
        let of = |name: &str| versions.of("pypi", name).expect(name).clone();
        assert_eq!(of("python").lowest.as_deref(), Some("3.10"));
        assert_eq!(of("starlette").lowest.as_deref(), Some("0.37"));
        assert_eq!(of("httpx").resolved.as_deref(), Some("0.27.0"));
        assert_eq!(of("pytest").lowest.as_deref(), Some("8"));
        assert_eq!(of("fastapi").lowest.as_deref(), Some("0.110"));
        assert_eq!(of("flask").resolved.as_deref(), Some("3.0.0"));
    }

    #[test]
    fn lock_files_of_poetry_and_uv_resolve() {
        let text = "version = 1\n\n[[package]]\nname = \"starlette\"\nversion = \"0.38.2\"\n\n[[package]]\nname = \"shop\"\nsource = { virtual = \".\" }\n";
        for name in ["uv.lock", "poetry.lock"] {
            let versions = noted(name, text);
            assert_eq!(
                versions.of("pypi", "starlette").and_then(|v| v.resolved.clone()).as_deref(),
                Some("0.38.2")
            );
        }
    }
}
