//! The modules of a crate and what they import of one another.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::source::{Source, Use};

/// The path of a module from the crate's root, like `["app", "list"]`.
pub type ModulePath = Vec<String>;

/// The paths by which the first module of a pair imports definitions of the second.
pub type Imports = BTreeMap<(ModulePath, ModulePath), BTreeSet<String>>;

/// The modules of a crate, each of which is a file.
pub struct Modules(BTreeMap<ModulePath, Source>);

impl Modules {
    /// Reads the files in `folder`, except those that are compiled only for tests.
    pub fn read(folder: &Path) -> Self {
        let mut files = Vec::new();
        crate::list(folder, &mut files);
        let name = |file: &Path| file.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
        let sources = files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
        Self::parse(sources.map(|file| (name(file), std::fs::read_to_string(file).unwrap())))
    }

    /// Parses files, which are given by their paths from the crate's root and their texts.
    pub fn parse(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut modules = BTreeMap::new();
        for (file, text) in files {
            let mut path: ModulePath = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
            path.pop_if(|last| last == "mod" || file == "lib.rs");
            modules.insert(path, Source::parse(&text));
        }
        let tests: Vec<ModulePath> = modules
            .iter()
            .flat_map(|(path, source)| source.test_modules.iter().map(|name| child(path, name)))
            .collect();
        modules.retain(|path, _| !tests.iter().any(|tests| path.starts_with(tests)));
        Self(modules)
    }

    pub fn paths(&self) -> Vec<&ModulePath> {
        self.0.keys().collect()
    }

    /// Returns the imports between files: those of `use` declarations and those of paths in the code. A re-export
    /// of something that is defined in a child module counts only if its name is used besides.
    pub fn imports(&self) -> Imports {
        let mut imports = Imports::new();
        for (from, source) in &self.0 {
            let uses = source.uses.iter().filter(|import| !self.is_mere_reexport(from, source, import));
            let uses = uses.map(|import| (&import.path, import.name == "*"));
            for (path, is_glob) in uses.chain(source.paths.iter().map(|path| (path, false))) {
                let Some(absolute) = self.absolute(from, path) else { continue };
                // The name of a module alone imports nothing; the paths that begin with it do.
                if is_glob || !self.0.contains_key(&absolute) {
                    let to = self.definition(&absolute);
                    if to != *from && !to.is_empty() {
                        imports.entry((from.clone(), to)).or_default().insert(path.join("::"));
                    }
                }
            }
        }
        imports
    }

    fn is_mere_reexport(&self, module: &[String], source: &Source, import: &Use) -> bool {
        let is_below = self.absolute(module, &import.path).is_some_and(|path| path.starts_with(module));
        import.is_public && is_below && !source.names.contains(&import.name)
    }

    /// Returns a path from the crate's root, or nothing for one that leads to another crate or to a local name.
    fn absolute(&self, module: &[String], path: &[String]) -> Option<ModulePath> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" | "rsvp" => Some(rest.to_vec()),
            "self" => Some([module, rest].concat()),
            "super" => {
                let supers = path.iter().take_while(|name| *name == "super").count();
                Some([&module[..module.len().checked_sub(supers)?], &path[supers..]].concat())
            }
            _ if self.0.contains_key(&child(module, first)) => Some([module, path].concat()),
            _ => {
                let mut uses = self.0.get(module)?.uses.iter();
                let import = uses.find(|import| import.name == *first && import.path[0] != *first)?;
                Some([self.absolute(module, &import.path)?, rest.to_vec()].concat())
            }
        }
    }

    /// Returns the module with the definition that an absolute path leads to.
    fn definition(&self, path: &[String]) -> ModulePath {
        let mut path = path.to_vec();
        loop {
            let length = (0..=path.len()).rev().find(|length| self.0.contains_key(&path[..*length]));
            let rest = path.split_off(length.unwrap_or_default());
            match self.reexport(&path, &rest) {
                Some(further) => path = further,
                None => return path,
            }
        }
    }

    /// Returns the path that the first name of `path` stands for in `module`, unless the module defines the name.
    fn reexport(&self, module: &[String], path: &[String]) -> Option<ModulePath> {
        let (name, rest) = path.split_first()?;
        let source = self.0.get(module).filter(|source| !source.definitions.contains(name))?;
        let import = source.uses.iter().find(|import| import.name == *name)?;
        Some([&self.absolute(module, &import.path)?, rest].concat())
    }
}

fn child(module: &[String], name: &str) -> ModulePath {
    [module, &[name.to_owned()]].concat()
}

/// Describes the cycles of imports between files.
pub fn cycles_of_files(imports: &Imports) -> Vec<String> {
    cycles(imports, |from, to| Some((from.join("::"), to.join("::"))))
}

/// Describes the cycles of imports between modules of the same folder, each with its child modules.
pub fn cycles_of_folders(imports: &Imports) -> Vec<String> {
    let folders: BTreeSet<&[String]> =
        imports.keys().flat_map(|(from, _)| (0..from.len()).map(|length| &from[..length])).collect();
    let between = |folder: &[String], from: &ModulePath, to: &ModulePath| {
        let names = (from.strip_prefix(folder)?.first()?, to.strip_prefix(folder)?.first()?);
        (names.0 != names.1).then(|| (names.0.clone(), names.1.clone()))
    };
    folders.iter().flat_map(|folder| cycles(imports, |from, to| between(folder, from, to))).collect()
}

/// Describes the cycles of the graph with the edges that `edge` makes of the imports.
fn cycles(
    imports: &Imports,
    edge: impl Fn(&ModulePath, &ModulePath) -> Option<(String, String)>,
) -> Vec<String> {
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (from, to) in imports.keys().filter_map(|(from, to)| edge(from, to)) {
        edges.entry(from).or_default().insert(to);
    }
    for middle in edges.keys().cloned().collect::<Vec<_>>() {
        let further = edges[&middle].clone();
        for nodes in edges.values_mut().filter(|nodes| nodes.contains(&middle)) {
            nodes.extend(further.iter().cloned());
        }
    }
    let reaches = |from: &str, to: &str| edges.get(from).is_some_and(|nodes| nodes.contains(to));
    let cycle_of = |node| edges.keys().filter(|it| reaches(node, it) && reaches(it, node)).collect();
    let cycles: BTreeSet<Vec<&String>> =
        edges.keys().filter(|node| reaches(node, node)).map(|node| cycle_of(node)).collect();
    let describe = |nodes: Vec<&String>| {
        let inside = imports.iter().filter(|((from, to), _)| {
            edge(from, to).is_some_and(|(from, to)| nodes.contains(&&from) && nodes.contains(&&to))
        });
        inside.map(|((from, to), paths)| describe(from, to, paths)).collect()
    };
    cycles.into_iter().map(describe).collect()
}

/// Describes an import on a line of its own.
pub fn describe(from: &ModulePath, to: &ModulePath, paths: &BTreeSet<String>) -> String {
    format!("\n  {} imports from {}: {paths:?}", from.join("::"), to.join("::"))
}
