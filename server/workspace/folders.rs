//! Which configuration, versions and attributes hold in a folder. Each folder is looked at once.

use super::attributes::Attributes;
use super::manifests;
use super::read::read;
use super::walk::{is_vendored, slashed};
use crate::lint;
use crate::project::{ConfigFault, Project, Versions, vendor_beside};
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The names of a project's configuration file; the first one found in a folder counts.
pub const CONFIGURATION: [&str; 2] = ["lsp-lint.toml", ".lsp-lint.toml"];

/// Where the configuration comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Choice {
    /// Looked for upward, to the root of the repository.
    #[default]
    Search,
    /// This file and no other.
    File(PathBuf),
    /// None at all.
    Nothing,
}

/// Everything around the files of one working directory or workspace folder.
pub struct Workspace {
    base: PathBuf,
    choice: Choice,
    defaults: toml::Table,
    /// Folders that were named: where nothing is known above, a search upward ends there.
    named: Vec<PathBuf>,
    folders: Mutex<HashMap<PathBuf, Arc<Folder>>>,
}

/// What holds in one folder.
struct Folder {
    /// The folder's configuration.
    home: Arc<Home>,
    attributes: Vec<Arc<Attributes>>,
    above: Option<Arc<Folder>>,
    /// Manifests and lock files.
    manifests: Vec<PathBuf>,
    /// Vendor profiles switched on here or above.
    vendors: Vec<String>,
    placed: OnceLock<(Arc<Versions>, Arc<Project>)>,
}

/// One configuration and the folder that its paths are relative to.
struct Home {
    root: PathBuf,
    project: Project,
    /// The file, if there is one.
    file: Option<PathBuf>,
}

/// What holds for one file.
pub struct Surroundings {
    folder: Arc<Folder>,
    /// The path relative to the configuration's folder (or the repository, or the folder that was named), with forward
    /// slashes: what overrides match, and what tests and formats are recognised by.
    pub relative: String,
    /// Attributes say that the file is generated or vendored, or that it is not.
    pub foreign: Option<bool>,
}

impl Surroundings {
    /// The configuration with its rows and codes, without the versions of libraries: nothing is read for it.
    pub fn rows(&self) -> &Project {
        &self.folder.home.project
    }
    /// The same with versions and the vendor profiles that they switch on. Manifests are read when they are first asked for.
    pub fn project(&self) -> Arc<Project> {
        self.folder.placed().1.clone()
    }
}

impl Workspace {
    /// Reads the configuration that holds in a folder. `defaults` are keys that hold where the file does not set them.
    ///
    /// # Errors
    /// What is wrong in the configuration, or why a named one cannot be read.
    pub fn open(folder: &Path, choice: Choice, defaults: toml::Table) -> Result<Workspace, ConfigFault> {
        let base = plain(folder);
        let workspace =
            Workspace { named: vec![base.clone()], base, choice, defaults, folders: Mutex::default() };
        workspace.folder(&workspace.base)?;
        Ok(workspace)
    }

    /// A path that a user named: a search upward that leaves no repository ends there.
    pub fn name(&mut self, path: &Path) {
        let path = plain(path);
        let folder = if path.is_dir() { path } else { path.parent().map_or(path.clone(), Path::to_path_buf) };
        if !folder.starts_with(&self.base) {
            self.named.push(folder);
        }
    }

    /// The configuration of the working directory.
    pub fn project(&self) -> Project {
        self.folder(&self.base).map(|folder| folder.home.project.clone()).unwrap_or_default()
    }

    /// The configuration file of the working directory, if there is one.
    pub fn configuration(&self) -> Option<PathBuf> {
        self.folder(&self.base).ok()?.home.file.clone()
    }

    /// Everything that holds for a file.
    ///
    /// # Errors
    /// What is wrong in the configuration of a deeper folder.
    pub fn around(&self, file: &Path) -> Result<Surroundings, ConfigFault> {
        let path = plain(file);
        let folder = self.folder(&folder_of(&path))?;
        let roots = std::iter::once(&folder.home.root).chain(self.named.iter().rev());
        let relative = slashed(roots.flat_map(|root| path.strip_prefix(root)).next().unwrap_or(&path));
        let foreign = folder.attributes.iter().rev().find_map(|attributes| attributes.of(&path));
        Ok(Surroundings { folder, relative, foreign })
    }

    /// The file is generated or other people's, as far as its place and the attributes of the repository say.
    pub fn is_foreign(&self, file: &Path) -> bool {
        let path = plain(file);
        let said = self.around(file).ok().and_then(|around| around.foreign);
        said.unwrap_or_else(|| is_vendored(&slashed(path.strip_prefix(&self.base).unwrap_or(&path))))
    }

    fn folder(&self, path: &Path) -> Result<Arc<Folder>, ConfigFault> {
        let known = self.folders.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        if let Some(folder) = known {
            return Ok(folder);
        }
        let listed = list(path);
        let above = match path.parent() {
            Some(parent) if !listed.repository && !self.ends_at(path) => Some(self.folder(parent)?),
            _ => None,
        };
        let folder = Arc::new(Folder::new(self.home(path, above.as_deref())?, path, listed, above));
        self.folders
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(path.to_path_buf(), folder.clone());
        Ok(folder)
    }

    /// Without a repository around it, a named folder is the outermost one.
    fn ends_at(&self, path: &Path) -> bool {
        self.named.iter().any(|named| named == path) && repository_of(path).is_none()
    }

    /// The configuration that holds in a folder, whose parent may have one already. On the way up from where a search began
    /// the deepest file counts; below, a file counts only where the one above it says so.
    fn home(&self, path: &Path, above: Option<&Folder>) -> Result<Arc<Home>, ConfigFault> {
        let found = match &self.choice {
            Choice::Search => {
                let nested = above.is_some_and(|above| above.home.project.config.nested);
                let allowed = nested || self.named.iter().any(|named| named.starts_with(path));
                CONFIGURATION.iter().map(|name| path.join(name)).find(|file| allowed && file.is_file())
            }
            Choice::File(file) if above.is_none() => Some(file.clone()),
            Choice::File(_) | Choice::Nothing => None,
        };
        match (found, above) {
            (Some(file), _) => {
                // The paths in a file that is named on the command line are those of the working directory.
                let root = match self.choice {
                    Choice::File(_) => self.base.clone(),
                    Choice::Search | Choice::Nothing => path.to_path_buf(),
                };
                Ok(Arc::new(Home { root, project: self.parsed(&file)?, file: Some(file) }))
            }
            (None, Some(above)) => Ok(above.home.clone()),
            (None, None) => Ok(Arc::new(Home { root: path.into(), project: self.plainly()?, file: None })),
        }
    }

    fn parsed(&self, file: &Path) -> Result<Project, ConfigFault> {
        let shown = slashed(file.strip_prefix(&self.base).unwrap_or(file));
        let text = read(file).map_err(|skip| ConfigFault {
            file: shown.clone(),
            line: 1,
            column: 1,
            message: format!("the configuration cannot be read: {skip}"),
            remedy: None,
        })?;
        Project::read(&text, &shown, &rule_ids(), &self.defaults)
    }

    fn plainly(&self) -> Result<Project, ConfigFault> {
        Project::read("", "settings", &rule_ids(), &self.defaults)
    }
}

/// The ids that a configuration may name.
fn rule_ids() -> Vec<&'static str> {
    lint::all_rules().iter().map(|rule| rule.id).collect()
}

/// What a folder holds that matters here.
#[derive(Default)]
struct Listed {
    repository: bool,
    attributes: bool,
    manifests: Vec<PathBuf>,
    vendors: Vec<String>,
}

fn list(path: &Path) -> Listed {
    let mut listed = Listed::default();
    let Ok(entries) = std::fs::read_dir(path) else { return listed };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        match name {
            ".git" => listed.repository = true,
            ".gitattributes" => listed.attributes = true,
            _ => {}
        }
        if manifests::is_manifest(name) {
            listed.manifests.push(entry.path());
        }
        listed.vendors.extend(vendor_beside(name).map(String::from));
    }
    listed.manifests.sort();
    listed
}

impl Folder {
    fn new(home: Arc<Home>, path: &Path, listed: Listed, above: Option<Arc<Folder>>) -> Folder {
        let mut attributes = above.as_ref().map(|above| above.attributes.clone()).unwrap_or_default();
        let own = listed.attributes.then(|| read(&path.join(".gitattributes")).ok()).flatten();
        attributes.extend(own.and_then(|text| Attributes::read(path, &text)).map(Arc::new));
        let mut vendors = above.as_ref().map(|above| above.vendors.clone()).unwrap_or_default();
        vendors.extend(listed.vendors);
        Folder { home, attributes, above, manifests: listed.manifests, vendors, placed: OnceLock::new() }
    }

    /// The versions that hold here, and the project with them. Manifests are read when they are first asked for.
    fn placed(&self) -> &(Arc<Versions>, Arc<Project>) {
        self.placed.get_or_init(|| {
            let above = self.above.as_ref().map(|above| above.placed());
            if self.manifests.is_empty()
                && let (Some((versions, project)), Some(folder)) = (above, &self.above)
                && Arc::ptr_eq(&folder.home, &self.home)
                && folder.vendors == self.vendors
            {
                return (versions.clone(), project.clone());
            }
            let above = above.map(|(versions, _)| versions.clone()).unwrap_or_default();
            let versions = if self.manifests.is_empty() {
                above
            } else {
                let mut versions = Versions::below(above);
                for file in &self.manifests {
                    let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
                    if let Ok(text) = read(file) {
                        manifests::note(&name, &text, &mut versions);
                    }
                }
                versions.settle();
                Arc::new(versions)
            };
            let project = self.home.project.within(versions.clone(), self.vendors.clone());
            (versions, Arc::new(project))
        })
    }
}

/// The root of the repository around a folder, that folder included.
pub fn repository_of(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf)
}

fn folder_of(file: &Path) -> PathBuf {
    file.parent().map_or_else(|| file.to_path_buf(), Path::to_path_buf)
}

/// An absolute path without `.` and `..`. Symbolic links stay as they are written, so that paths compare as users see them.
pub(super) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            _ => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Profile;

    fn laid_out(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a folder");
        for (path, content) in files {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, content).expect("written");
        }
        root
    }

    fn open(root: &tempfile::TempDir, below: &str) -> Workspace {
        Workspace::open(&root.path().join(below), Choice::Search, toml::Table::new())
            .expect("a sound configuration")
    }

    #[test]
    fn the_configuration_is_found_upward_to_the_root_of_the_repository() {
        let root = laid_out(&[
            ("lsp-lint.toml", "profile = 'minimal'"),
            ("repo/.git/HEAD", ""),
            ("repo/a/b/x.py", ""),
            ("other/.git/HEAD", ""),
            ("other/.lsp-lint.toml", "profile = 'strict'"),
            ("other/a/b/x.py", ""),
        ]);
        assert_eq!(open(&root, "repo/a").project().config.profile, Profile::Recommended);
        let other = open(&root, "other/a/b");
        assert_eq!(other.project().config.profile, Profile::Strict);
        assert_eq!(other.around(&root.path().join("other/a/b/x.py")).expect("sound").relative, "a/b/x.py");
    }

    #[test]
    fn deeper_files_count_only_where_the_outer_one_says_so() {
        for (outer, expected) in [("", Profile::Recommended), ("nested = true", Profile::Minimal)] {
            let root = laid_out(&[
                ("repo/.git/HEAD", ""),
                ("repo/lsp-lint.toml", outer),
                ("repo/deps/lsp-lint.toml", "profile = 'minimal'"),
                ("repo/deps/src/x.py", ""),
            ]);
            let around = open(&root, "repo").around(&root.path().join("repo/deps/src/x.py")).expect("sound");
            assert_eq!(around.rows().config.profile, expected);
        }
        let root = laid_out(&[("repo/deps/lsp-lint.toml", "profile = 'minimal'"), ("repo/deps/x.py", "")]);
        let around = open(&root, "repo").around(&root.path().join("repo/deps/x.py")).expect("sound");
        assert_eq!(around.rows().config.profile, Profile::Recommended, "no outer file says nested either");
    }

    #[test]
    fn a_broken_configuration_is_a_fault_with_a_place() {
        let root = laid_out(&[("lsp-lint.toml", "\nprofil = 'x'")]);
        let fault = Workspace::open(root.path(), Choice::Search, toml::Table::new()).err().expect("a fault");
        assert_eq!((fault.file.as_str(), fault.line), ("lsp-lint.toml", 2));
        assert!(Workspace::open(root.path(), Choice::Nothing, toml::Table::new()).is_ok());
        let missing = Choice::File(root.path().join("none.toml"));
        assert!(Workspace::open(root.path(), missing, toml::Table::new()).is_err());
    }

    #[test]
    fn settings_of_an_editor_hold_where_the_file_is_silent() {
        let root = laid_out(&[("lsp-lint.toml", "profile = 'minimal'")]);
        let defaults: toml::Table = toml::from_str("profile = 'all'\nvendor = ['nginx']").expect("toml");
        let workspace = Workspace::open(root.path(), Choice::Search, defaults).expect("sound");
        assert_eq!(workspace.project().config.profile, Profile::Minimal);
        assert_eq!(workspace.project().config.vendor, ["nginx"]);
    }

    #[test]
    fn the_nearest_manifest_wins_and_attributes_add_up() {
        let root = laid_out(&[
            (".git/HEAD", ""),
            (".gitattributes", "*.pb.go linguist-generated"),
            ("package.json", r#"{"dependencies": {"express": "^4.0.0", "koa": "^2.0.0"}}"#),
            ("wrangler.toml", ""),
            ("api/package.json", r#"{"dependencies": {"express": "^5.0.0"}}"#),
            ("api/src/x.js", ""),
        ]);
        let workspace = open(&root, "");
        let around = workspace.around(&root.path().join("api/src/x.js")).expect("sound");
        let project = around.project();
        let lowest = |name| project.versions.of("npm", name).and_then(|v| v.lowest.clone());
        assert_eq!(lowest("express").as_deref(), Some("5.0.0"));
        assert_eq!(lowest("koa").as_deref(), Some("2.0.0"));
        assert_eq!(around.project().settings("api/src/x.js").vendors, ["cloudflare"]);
        assert_eq!(around.foreign, None);
        assert!(workspace.is_foreign(&root.path().join("api/x.pb.go")));
        assert!(workspace.is_foreign(&root.path().join("vendor/x.go")));
        assert!(!workspace.is_foreign(&root.path().join("api/x.go")));
    }
}
