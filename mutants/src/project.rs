//! The project, its copy, and the source files that get mutants.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use syn::{File, Item};

use crate::conditions::is_kept;

/// The places of the project and of what is made from it.
pub struct Project {
    /// The root of the project.
    pub root: PathBuf,
    /// The copy with the mutants.
    pub copy: PathBuf,
    /// The folder of the copy, of its build, of the traces and of the results.
    pub folder: PathBuf,
}

/// A source file of the library.
pub struct Source {
    /// The path from the root, with slashes.
    pub path: String,
    /// The text.
    pub text: String,
    /// The parsed text.
    pub file: File,
}

impl Project {
    /// Returns the project in whose folder this crate is.
    pub fn find() -> Result<Self> {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("this crate has no folder above it")?;
        let folder = root.join("target/mutants");
        fs::create_dir_all(&folder)?;
        Ok(Self { root: root.to_owned(), copy: folder.join("copy"), folder })
    }

    /// Makes the copy equal to the files that git knows or could add, except for `left_out`, which the caller writes.
    /// Unchanged files keep their modification times.
    pub fn mirror(&self, left_out: &[String]) -> Result<()> {
        let wanted: Vec<String> =
            self.listed()?.into_iter().filter(|path| !path.starts_with("mutants/")).collect();
        for path in wanted.iter().filter(|path| !left_out.contains(path)) {
            let bytes = fs::read(self.root.join(path)).with_context(|| path.clone())?;
            let bytes = if path == "Cargo.toml" {
                without_lints(&String::from_utf8(bytes)?).into_bytes()
            } else {
                bytes
            };
            self.write(path, &bytes)?;
        }
        let mut found = Vec::new();
        files_below(&self.copy, &mut found)?;
        for path in found {
            let name = path.strip_prefix(&self.copy)?.to_string_lossy().into_owned();
            if !wanted.contains(&name) && !left_out.contains(&name) {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// Writes a file of the copy, unless it has these bytes already.
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let path = self.copy.join(path);
        if fs::read(&path).is_ok_and(|old| old == bytes) {
            return Ok(());
        }
        fs::create_dir_all(path.parent().context("a file has a folder")?)?;
        fs::write(&path, bytes).with_context(|| path.display().to_string())
    }

    /// Reads the files of the library, from its root along its modules. Modules that are only compiled for tests or other
    /// systems are left out.
    pub fn sources(&self) -> Result<Vec<Source>> {
        let mut sources = Vec::new();
        self.read(Path::new("src/lib.rs"), Path::new("src"), &mut sources)?;
        Ok(sources)
    }

    fn read(&self, path: &Path, children: &Path, sources: &mut Vec<Source>) -> Result<()> {
        let text = fs::read_to_string(self.root.join(path)).with_context(|| path.display().to_string())?;
        let file = syn::parse_file(&text).with_context(|| path.display().to_string())?;
        let modules: Vec<String> = file
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Mod(module) if module.content.is_none() && is_kept(&module.attrs) => {
                    Some(module.ident.to_string())
                }
                _ => None,
            })
            .collect();
        sources.push(Source { path: path.to_string_lossy().replace('\\', "/"), text, file });
        for module in modules {
            let (flat, folder) = (children.join(format!("{module}.rs")), children.join(&module));
            let path = if self.root.join(&flat).exists() { flat } else { folder.join("mod.rs") };
            self.read(&path, &folder, sources)?;
        }
        Ok(())
    }

    fn listed(&self) -> Result<Vec<String>> {
        let output = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(&self.root)
            .output()
            .context("git can't be run")?;
        ensure!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
        let names = String::from_utf8(output.stdout)?;
        let exists = |name: &&str| !name.is_empty() && self.root.join(name).exists();
        Ok(names.split('\0').filter(exists).map(str::to_owned).collect())
    }
}

/// Removes the sections of lints: what is generated is not pretty.
fn without_lints(manifest: &str) -> String {
    let mut in_lints = false;
    let kept = manifest.lines().filter(|line| {
        if line.starts_with('[') {
            in_lints = line.starts_with("[lints");
        }
        !in_lints
    });
    kept.map(|line| format!("{line}\n")).collect()
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { files_below(&path, found)? } else { found.push(path) }
    }
    Ok(())
}
