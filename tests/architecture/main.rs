//! Checks of the structure of the source code: no files or folders import each other, imports follow the layers of
//! `ARCHITECTURE.md`, and the paths that the documents name exist.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod examples;
mod layers;
mod modules;
mod source;

use std::path::{Path, PathBuf};

use layers::Layers;
use modules::{Modules, cycles_of_files, cycles_of_folders, describe};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const ARCHITECTURE: &str = include_str!("../../ARCHITECTURE.md");
const CONTRIBUTING: &str = include_str!("../../CONTRIBUTING.md");

#[test]
fn no_files_import_each_other() {
    let cycles = cycles_of_files(&Modules::read(&Path::new(ROOT).join("src")).imports());
    assert!(cycles.is_empty(), "these files import each other:{}", cycles.join("\n"));
}

#[test]
fn no_folders_import_each_other() {
    let cycles = cycles_of_folders(&Modules::read(&Path::new(ROOT).join("src")).imports());
    assert!(cycles.is_empty(), "these modules import each other:{}", cycles.join("\n"));
}

#[test]
fn imports_lead_to_lower_layers() {
    let (modules, layers) = (Modules::read(&Path::new(ROOT).join("src")), Layers::parse(ARCHITECTURE));
    let differences = layers.differences(&modules.paths());
    assert!(differences.is_empty(), "the layers in ARCHITECTURE.md: {differences:#?}");
    let mut imports = modules.imports();
    imports.retain(|(from, to), _| !layers.allow(from, to));
    let upwards: String = imports.iter().map(|((from, to), paths)| describe(from, to, paths)).collect();
    assert!(upwards.is_empty(), "against the layers in ARCHITECTURE.md:{upwards}");
}

#[test]
fn the_paths_that_documents_name_exist() {
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches", "examples", "fuzz", "docs", "assets"] {
        list(&Path::new(ROOT).join(folder), &mut files);
    }
    let exists = |name: &str| {
        let is_found = |end: &str| {
            Path::new(ROOT).join(end).exists()
                || files.iter().any(|file| file.ancestors().any(|it| it.ends_with(end)))
        };
        is_found(name.trim_end_matches('/')) || is_found(&format!("{name}.rs"))
    };
    for (document, text) in [("ARCHITECTURE.md", ARCHITECTURE), ("CONTRIBUTING.md", CONTRIBUTING)] {
        let missing: Vec<&str> = paths_in(text).filter(|name| !exists(name)).collect();
        assert!(missing.is_empty(), "{document} names paths that do not exist: {missing:?}");
    }
}

/// Returns the inline code of a document that looks like a path.
fn paths_in(document: &str) -> impl Iterator<Item = &str> {
    let prose = document.split("```").step_by(2);
    prose.flat_map(|prose| prose.split('`').skip(1).step_by(2)).filter(|code| {
        let has_extension = [".rs", ".toml", ".md"].iter().any(|extension| code.ends_with(extension));
        (has_extension || code.contains('/'))
            && code.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c))
    })
}

/// Adds the files in `folder`, and in the folders there, to `files`.
fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(&path, files);
        } else {
            files.push(path);
        }
    }
}
