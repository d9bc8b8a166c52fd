//! go.mod. The versions it requires are the versions that are built (minimal version selection), unless another module asks for more.

use crate::project::{Version, Versions};
use gomod_parser::GoMod;
use std::str::FromStr;

/// Notes the modules and the version of Go itself.
pub(super) fn manifest(text: &str, versions: &mut Versions) -> Option<()> {
    let file = GoMod::from_str(text).ok()?;
    for dependency in file.require {
        versions.note("go", &dependency.module.module_path, selected(&dependency.module.version));
    }
    if let Some(version) = file.go {
        versions.note("go", "go", Version { lowest: Some(version), resolved: None });
    }
    Some(())
}

fn selected(version: &str) -> Version {
    let version = version.trim_start_matches('v').trim_end_matches("+incompatible").to_string();
    Version { resolved: Some(version.clone()), lowest: Some(version) }
}

#[cfg(test)]
mod tests {
    use crate::workspace::manifests::noted;

    #[test]
    fn required_modules_are_read_in_blocks_and_alone() {
        let versions = noted(
            "go.mod",
            "module example.org/shop\n\ngo 1.22\n\nrequire github.com/gin-gonic/gin v1.10.0\n\nrequire (\n\tgithub.com/labstack/echo/v4 v4.12.0\n\tgolang.org/x/net v0.20.0 // indirect\n)\n",
        );
        let resolved = |name: &str| versions.of("go", name).and_then(|v| v.resolved.clone());
        assert_eq!(resolved("github.com/gin-gonic/gin").as_deref(), Some("1.10.0"));
        assert_eq!(resolved("github.com/labstack/echo/v4").as_deref(), Some("4.12.0"));
        let go = versions.of("go", "go").expect("the language itself");
        assert_eq!((go.lowest.as_deref(), go.resolved.as_deref()), (Some("1.22"), None));
    }
}
