//! `packages.tsv`: which packages, pinned to a version and to the sum of the archive that they come out of.

use std::collections::BTreeSet;
use std::fmt::Write;

const HEADER: &str = "registry\tname\tversion\tsha256\tbusiness\tleave";

/// Where a package comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Registry {
    Crates,
    Debian,
    Npm,
    Pypi,
}

impl Registry {
    const ALL: [(&'static str, Registry); 4] = [
        ("crates", Registry::Crates),
        ("debian", Registry::Debian),
        ("npm", Registry::Npm),
        ("pypi", Registry::Pypi),
    ];
    fn word(self) -> &'static str {
        Registry::ALL.iter().find(|(_, registry)| *registry == self).map_or("", |(word, _)| word)
    }
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    pub registry: Registry,
    pub name: String,
    pub version: String,
    /// The sum of the archive in hexadecimal digits; empty as long as nobody has pinned it.
    pub sha256: String,
    /// It has to do with HTTP. On the others silence is the goal.
    pub business: bool,
    /// Paths inside it, as globs, that are left out.
    pub leave: Vec<String>,
}

impl Package {
    /// The name of its folder in the cache, and of the package in the ledgers.
    pub fn folder(&self) -> String {
        format!("{}-{}", self.name.replace('/', "+"), self.version.replace(':', "_"))
    }
}

/// Reads the list.
///
/// # Errors
/// A line that is not understood, with its number and what to write instead.
pub fn read_packages(text: &str) -> Result<Vec<Package>, String> {
    let mut packages = vec![];
    let mut folders = BTreeSet::new();
    for (i, line) in text.lines().enumerate().filter(|(_, line)| *line != HEADER && !line.is_empty()) {
        let package = package(line).map_err(|fault| format!("packages.tsv:{}: {fault}", i + 1))?;
        if !folders.insert(package.folder()) {
            return Err(format!("packages.tsv:{}: {} is listed twice", i + 1, package.folder()));
        }
        packages.push(package);
    }
    Ok(packages)
}

fn package(line: &str) -> Result<Package, String> {
    let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
    let [registry, name, version, rest @ ..] = columns.as_slice() else {
        return Err(format!("give at least registry, name and version, parted by tabs, not `{line}`"));
    };
    let Some((_, registry)) = Registry::ALL.into_iter().find(|(word, _)| word == registry) else {
        let words = Registry::ALL.map(|(word, _)| word).join(", ");
        return Err(format!("`{registry}` is no registry: take one of {words}"));
    };
    let column = |i: usize| rest.get(i).copied().unwrap_or("");
    let business = match column(1) {
        "http" | "" => true,
        "none" => false,
        other => return Err(format!("`{other}` is no business: take http or none")),
    };
    let leave = column(2).split(',').filter(|path| !path.is_empty()).map(String::from).collect();
    let (name, version, sha256) = (name.to_string(), version.to_string(), column(0).to_string());
    Ok(Package { registry, name, version, sha256, business, leave })
}

/// The list as it is written: by business, registry and name.
pub fn written_packages(packages: &[Package]) -> String {
    let mut sorted: Vec<&Package> = packages.iter().collect();
    sorted
        .sort_by_key(|package| (!package.business, package.registry.word(), &package.name, &package.version));
    let mut text = format!("{HEADER}\n");
    for package in sorted {
        let Package { registry, name, version, sha256, business, leave } = package;
        let (registry, business) = (registry.word(), if *business { "http" } else { "none" });
        writeln!(text, "{registry}\t{name}\t{version}\t{sha256}\t{business}\t{}", leave.join(","))
            .expect("a string");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_written_as_it_was_read() {
        let text = format!(
            "{HEADER}\ncrates\taxum\t0.8.9\tab12\thttp\t\nnpm\t@a/b\t1.0.0\t\thttp\t\n\
             debian\tgo-src\t1:2-3\tcd\tnone\tusr/share/*/test,usr/share/doc\n"
        );
        let packages = read_packages(&text).expect("it is well formed");
        assert_eq!(written_packages(&packages), text);
        let folders: Vec<String> = packages.iter().map(Package::folder).collect();
        assert_eq!(folders, ["axum-0.8.9", "@a+b-1.0.0", "go-src-1_2-3"]);
        assert_eq!(packages[2].leave, ["usr/share/*/test", "usr/share/doc"]);
        assert!(packages[0].business && !packages[2].business);
    }

    #[test]
    fn a_new_line_needs_registry_name_and_version_only() {
        let packages = read_packages("pypi\tflask\t3.1.3\n").expect("it is well formed");
        assert_eq!((packages[0].sha256.as_str(), packages[0].business), ("", true));
    }

    #[test]
    fn a_bad_line_is_named_with_what_to_write_instead() {
        let fault = |text: &str| read_packages(text).expect_err("it is not well formed");
        assert!(
            fault("npm\ta\t1\n\nruby\track\t3\n")
                .contains("packages.tsv:3: `ruby` is no registry: take one of")
        );
        assert!(fault("npm a 1\n").contains("parted by tabs"));
        assert!(fault("npm\ta\t1\t\tmaybe\n").contains("take http or none"));
        assert!(fault("npm\ta\t1\npypi\ta\t1\n").contains("packages.tsv:2: a-1 is listed twice"));
    }
}
