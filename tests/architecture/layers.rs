//! The order of the layers, as `ARCHITECTURE.md` has it.

use crate::modules::ModulePath;

/// The lines of the block: names of modules, or `module -> modules`.
#[derive(Debug, Default)]
pub struct Layers {
    /// The modules and the numbers of their lines.
    lines: Vec<(ModulePath, usize)>,
    /// The modules that import only some of those on earlier lines, and these.
    limits: Vec<(ModulePath, Vec<ModulePath>)>,
}

impl Layers {
    /// Reads the fenced block `layers` of a document.
    pub fn parse(document: &str) -> Self {
        let (_, block) = document.split_once("```layers\n").expect("a block of layers");
        let path = |text: &str| text.split('/').map(str::to_owned).collect::<ModulePath>();
        let mut layers = Self::default();
        for (number, line) in block.lines().take_while(|line| *line != "```").enumerate() {
            if let Some((module, allowed)) = line.split_once(" -> ") {
                layers.limits.push((path(module), allowed.split(' ').map(path).collect()));
            } else {
                layers.lines.extend(line.split(' ').map(|module| (path(module), number)));
            }
        }
        layers
    }

    /// Describes the modules that have no layer, and the names that no module has.
    pub fn differences(&self, modules: &[&ModulePath]) -> Vec<String> {
        let limits = self.limits.iter().flat_map(|(module, allowed)| allowed.iter().chain([module]));
        let names = self.lines.iter().map(|(module, _)| module).chain(limits);
        let missing = names.filter(|name| !modules.contains(name));
        let unknown = modules.iter().filter(|module| !module.is_empty() && self.layer_of(module).is_none());
        missing
            .map(|name| format!("{} does not exist", name.join("/")))
            .chain(unknown.map(|module| format!("{} has no layer", module.join("/"))))
            .collect()
    }

    fn layer_of(&self, module: &[String]) -> Option<&(ModulePath, usize)> {
        let around = self.lines.iter().filter(|(layer, _)| module.starts_with(layer));
        around.max_by_key(|(layer, _)| layer.len())
    }

    /// Returns whether an import stays in its layer, or leads to an earlier line within the limits of `from`.
    pub fn allow(&self, from: &[String], to: &[String]) -> bool {
        let (Some((layer, line)), Some((target, earlier))) = (self.layer_of(from), self.layer_of(to)) else {
            return false;
        };
        let mut limits = self.limits.iter().filter(|(module, _)| from.starts_with(module));
        let names = |name: &ModulePath| name == target || name.len() > target.len() && to.starts_with(name);
        layer == target || earlier < line && limits.all(|(_, allowed)| allowed.iter().any(names))
    }
}
