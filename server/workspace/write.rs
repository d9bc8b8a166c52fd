//! Writes a file whole or not at all.

use std::io::{Result, Write};
use std::path::Path;

/// Replaces the content of a file. The old content stays until the new one is complete; permissions are kept, and a symbolic
/// link still points where it did.
///
/// # Errors
/// Whatever the system says; the file is then as it was.
pub fn write(path: &Path, content: &str) -> Result<()> {
    let target = std::fs::canonicalize(path)?;
    if std::fs::metadata(&target)?.permissions().readonly() {
        // Renaming over it would work, and is not what whoever protected it wants.
        return Err(std::io::Error::new(std::io::ErrorKind::PermissionDenied, "the file is read-only"));
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut fresh = tempfile::Builder::new().prefix(".lsp-lint-").tempfile_in(folder)?;
    fresh.write_all(content.as_bytes())?;
    fresh.as_file().set_permissions(std::fs::metadata(&target)?.permissions())?;
    fresh.as_file().sync_all()?;
    fresh.persist(&target).map_err(|fault| fault.error)?;
    Ok(())
}

/// Writes a file that must not exist yet.
///
/// # Errors
/// `AlreadyExists` when it does; else whatever the system says.
pub fn write_new(path: &Path, content: &str) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut fresh = tempfile::Builder::new().prefix(".lsp-lint-").tempfile_in(folder)?;
    fresh.write_all(content.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fresh.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    fresh.persist_noclobber(path).map_err(|fault| fault.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_with_its_permissions_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("run.sh");
        std::fs::write(&path, "old").expect("written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("set");
        }
        write(&path, "new").expect("written");
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "new");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o755);
        }
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn a_read_only_file_stays_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.py");
        std::fs::write(&path, "old").expect("written");
        let mut permissions = std::fs::metadata(&path).expect("there").permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&path, permissions).expect("set");
        assert_eq!(write(&path, "new").expect_err("refused").kind(), std::io::ErrorKind::PermissionDenied);
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "old");
    }

    #[test]
    fn a_new_file_never_replaces_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lsp-lint.toml");
        write_new(&path, "first").expect("written");
        let fault = write_new(&path, "second").expect_err("it is there");
        assert_eq!(fault.kind(), std::io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "first");
    }
}
