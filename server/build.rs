//! Lists the library and format files of `grammar-queries/`, so that a new file is a new row and nothing else; and compiles
//! the parser of the grammar that is our own.

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets it"));
    let queries = root.join("grammar-queries");
    let mut libraries = String::from("const LIBRARIES: &[(&str, &str, &str)] = &[\n");
    for ecosystem in sorted(&queries.join("libraries")).iter().filter(|path| path.is_dir()) {
        for file in sorted(ecosystem).iter().filter(|path| path.extension().is_some_and(|e| e == "toml")) {
            let line = (name(ecosystem), name(file), file.display().to_string());
            writeln!(libraries, "    ({:?}, {:?}, include_str!({:?})),", line.0, line.1, line.2)
                .expect("a string");
        }
    }
    libraries.push_str("];\n");
    std::fs::write(out.join("libraries.rs"), libraries).expect("OUT_DIR is writable");
    let mut formats = String::from("const FORMATS: &[(&str, &str)] = &[\n");
    for file in
        sorted(&queries.join("formats")).iter().filter(|path| path.extension().is_some_and(|e| e == "toml"))
    {
        writeln!(formats, "    ({:?}, include_str!({:?})),", name(file), file.display().to_string())
            .expect("a string");
    }
    formats.push_str("];\n");
    std::fs::write(out.join("formats.rs"), formats).expect("OUT_DIR is writable");
    grammar(&queries.join("nginx/grammar"));
    println!("cargo::rerun-if-changed=server/build.rs");
}

/// Compiles the parser of a grammar of our own.
fn grammar(folder: &Path) {
    println!("cargo::rerun-if-changed={}", folder.display());
    cc::Build::new()
        .std("c11")
        .include(folder)
        .file(folder.join("parser.c"))
        .warnings(false)
        .compile("directives");
}

/// The entries of a folder by name; the folder itself is watched, so that a new file is seen.
fn sorted(folder: &Path) -> Vec<PathBuf> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries = std::fs::read_dir(folder).unwrap_or_else(|fault| panic!("{}: {fault}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().expect("a file").to_string_lossy().into_owned()
}
