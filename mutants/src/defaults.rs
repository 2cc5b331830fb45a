//! The values that replace the bodies of functions.

use std::collections::BTreeSet;

use syn::{GenericArgument, Item, PathArguments, ReturnType, Type, TypePath};

/// The types of the standard library whose default is a value worth returning.
const STANDARD: [&str; 16] = [
    "String",
    "Vec",
    "VecDeque",
    "HashMap",
    "HashSet",
    "BTreeMap",
    "BTreeSet",
    "Duration",
    "PathBuf",
    "OsString",
    "Cow",
    "BinaryHeap",
    "Bytes",
    "HeaderMap",
    "Map",
    "Table",
];

/// The types that have a default.
#[derive(Default)]
pub struct Defaults(BTreeSet<String>);

impl Defaults {
    /// Adds the types of a file that derive or implement `Default`.
    pub fn add(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Struct(item) if derives(&item.attrs) => drop(self.0.insert(item.ident.to_string())),
                Item::Enum(item) if derives(&item.attrs) => drop(self.0.insert(item.ident.to_string())),
                Item::Impl(item) => {
                    let is_default =
                        item.trait_.as_ref().is_some_and(|(_, path, _)| path.is_ident("Default"));
                    if let (true, Some(name)) = (is_default, name_of(&item.self_ty)) {
                        self.0.insert(name);
                    }
                }
                _ => {}
            }
        }
    }

    /// Returns the expressions that a function with this return type can return at once. `this` is the name of `Self`.
    pub fn of(&self, output: &ReturnType, this: Option<&str>) -> Vec<String> {
        match output {
            ReturnType::Default => vec!["()".to_owned()],
            ReturnType::Type(_, of) => self.of_type(of, this),
        }
    }

    fn of_type(&self, of: &Type, this: Option<&str>) -> Vec<String> {
        match of {
            Type::Tuple(tuple) if tuple.elems.is_empty() => vec!["()".to_owned()],
            Type::Tuple(tuple) => {
                let parts: Option<Vec<String>> =
                    tuple.elems.iter().map(|part| self.of_type(part, this).into_iter().next()).collect();
                parts.map(|parts| format!("({},)", parts.join(", "))).into_iter().collect()
            }
            Type::Reference(reference) if reference.mutability.is_none() => match &*reference.elem {
                Type::Slice(_) => vec!["&[]".to_owned()],
                Type::Path(path) if path.path.is_ident("str") => {
                    vec!["\"\"".to_owned(), "\"xyzzy\"".to_owned()]
                }
                _ => Vec::new(),
            },
            Type::Path(path) => self.of_path(path, this),
            _ => Vec::new(),
        }
    }

    fn of_path(&self, path: &TypePath, this: Option<&str>) -> Vec<String> {
        let Some(last) = path.path.segments.last() else { return Vec::new() };
        let name =
            if last.ident == "Self" { this.unwrap_or("Self").to_owned() } else { last.ident.to_string() };
        let inner = || {
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return Vec::new() };
            let first = arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(of) => Some(of),
                _ => None,
            });
            first.map(|of| self.of_type(of, this)).unwrap_or_default()
        };
        let wrapped = |with: &str| inner().iter().map(|value| format!("{with}({value})")).collect::<Vec<_>>();
        match &*name {
            "bool" => vec!["true".to_owned(), "false".to_owned()],
            "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128"
            | "isize" => {
                vec!["0".to_owned(), "1".to_owned()]
            }
            "f32" | "f64" => vec!["0.0".to_owned(), "1.0".to_owned()],
            "String" => vec!["String::new()".to_owned(), "String::from(\"xyzzy\")".to_owned()],
            "Option" => std::iter::once("None".to_owned()).chain(wrapped("Some")).collect(),
            "Result" if matches!(last.arguments, PathArguments::None) => vec!["Ok(())".to_owned()],
            "Result" => wrapped("Ok"),
            "Box" => match inner() {
                values if values.is_empty() => Vec::new(),
                _ => wrapped("Box::new"),
            },
            "Arc" | "Rc" => {
                wrapped(&format!("std::{}::{name}::new", if name == "Arc" { "sync" } else { "rc" }))
            }
            _ if STANDARD.contains(&&*name) || self.0.contains(&name) => {
                vec!["Default::default()".to_owned()]
            }
            _ => Vec::new(),
        }
    }
}

/// Returns the last segment of the path of a type.
pub fn name_of(of: &Type) -> Option<String> {
    match of {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        Type::Reference(reference) => name_of(&reference.elem),
        _ => None,
    }
}

fn derives(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("derive")).any(|attribute| {
        let mut found = false;
        let _ = attribute.parse_nested_meta(|meta| {
            found |= meta.path.is_ident("Default");
            Ok(())
        });
        found
    })
}
