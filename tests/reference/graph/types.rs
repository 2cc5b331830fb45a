//! The comparison of documents with the types of Microsoft Graph.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use crate::facts::read_table;

const PREFIX: &str = "#microsoft.graph.";

/// The facts about a structured type.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Structure {
    #[expect(dead_code, reason = "for the reader of the file")]
    page: String,
    /// The type that it extends.
    base: Option<String>,
    /// The names and the types of properties.
    #[serde(default)]
    properties: BTreeMap<String, String>,
    /// The same of properties that the page does not have.
    #[serde(default)]
    beyond: BTreeMap<String, String>,
    /// The properties that the simulator leaves out, and why.
    #[serde(default)]
    unsimulated: BTreeMap<String, String>,
}

/// The differences between a service and the documentation, and the properties that the service has shown.
pub struct Comparison {
    structures: BTreeMap<String, Structure>,
    enumerations: BTreeMap<String, BTreeSet<String>>,
    differences: BTreeSet<String>,
    shown: BTreeSet<(String, String)>,
}

impl Comparison {
    pub fn new() -> Self {
        Self {
            structures: read_table("graph/types.toml"),
            enumerations: read_table("graph/enumerations.toml"),
            differences: BTreeSet::new(),
            shown: BTreeSet::new(),
        }
    }

    /// Notes a difference.
    pub fn differs(&mut self, difference: String) {
        self.differences.insert(difference);
    }

    /// Compares a value, which may be null, with a type, which may be a list.
    pub fn value(&mut self, place: &str, kind: &str, value: &Value) {
        if let Some(item) = kind.strip_prefix('[').and_then(|kind| kind.strip_suffix(']')) {
            match value.as_array() {
                Some(items) => items.iter().for_each(|value| self.value(place, item, value)),
                None => self.differs(format!("{place}: {value} is no list")),
            }
            return;
        }
        let is_right = match kind {
            _ if value.is_null() => true,
            "string" => value.is_string(),
            "bool" => value.is_boolean(),
            "number" => value.is_number(),
            "number_or_text" => {
                value.is_number() || value.as_str().is_some_and(|it| it.parse::<u32>().is_ok())
            }
            "entity" if value.is_array() => return self.value(place, "[participant]", value),
            _ => match self.enumerations.get(kind) {
                Some(members) => value.as_str().is_some_and(|text| members.contains(text)),
                None => return self.structure(place, kind, value),
            },
        };
        if !is_right {
            self.differs(format!("{place}: {value} is no {kind}"));
        }
    }

    fn structure(&mut self, place: &str, kind: &str, value: &Value) {
        let Some(properties) = value.as_object() else {
            return self.differs(format!("{place}: {value} is no {kind}"));
        };
        let declared = value["@odata.type"].as_str().map_or(kind, |text| text.trim_start_matches(PREFIX));
        if !self.structures.contains_key(declared) {
            return self.differs(format!("{place}: the type {declared} is not described"));
        }
        if kind != "entity" && !self.lineage(declared).contains(&kind.to_owned()) {
            self.differs(format!("{place}: {declared} is no {kind}"));
        }
        for (name, value) in properties.iter().filter(|(name, _)| !name.starts_with("@odata.")) {
            let lineage = self.lineage(declared);
            let found = lineage.iter().find_map(|kind| {
                let known = &self.structures[kind];
                let of = known.properties.get(name).or_else(|| known.beyond.get(name))?;
                Some((kind.clone(), of.clone()))
            });
            let Some((owner, of)) = found else {
                self.differs(format!("{declared}: property {name} is not documented"));
                continue;
            };
            if !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty()) {
                if self.structures[&owner].unsimulated.contains_key(name) {
                    self.differs(format!("{owner}: property {name} is listed as left out, but occurs"));
                }
                self.shown.insert((owner, name.clone()));
            }
            self.value(&format!("{declared}: property {name}"), &of, value);
        }
    }

    /// Returns a type and those that it extends.
    fn lineage(&self, kind: &str) -> Vec<String> {
        let mut lineage = vec![kind.to_owned()];
        while let Some(base) = lineage.last().and_then(|kind| self.structures.get(kind)?.base.clone()) {
            lineage.push(base);
        }
        lineage
    }

    /// Returns all differences, among them the properties that the service has not shown.
    pub fn result(mut self) -> BTreeSet<String> {
        for (kind, structure) in &self.structures {
            for name in structure.properties.keys().filter(|name| !structure.unsimulated.contains_key(*name))
            {
                if !self.shown.contains(&(kind.clone(), name.clone())) {
                    self.differences.insert(format!("{kind}: property {name} does not occur"));
                }
            }
        }
        self.differences
    }
}
