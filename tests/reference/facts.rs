//! The facts of the reference, as `README.md` in this folder describes their format.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The facts about all resources.
pub struct Facts {
    pub resources: BTreeMap<String, Resource>,
    /// The members of each enumeration.
    pub enumerations: BTreeMap<String, BTreeSet<String>>,
    /// The relations that are described as another resource.
    relations: BTreeMap<String, String>,
    pub errors: Errors,
}

/// The facts about a resource, or about a link that a client posts to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// The page of the reference.
    pub page: String,
    #[serde(default)]
    pub links: BTreeSet<String>,
    #[serde(default)]
    pub embedded: BTreeSet<String>,
    #[serde(default)]
    pub properties: BTreeMap<String, Type>,
    #[serde(default)]
    pub events: Vec<Event>,
    #[serde(rename = "GET")]
    pub get: Option<Operation>,
    #[serde(rename = "POST")]
    pub post: Option<Operation>,
    #[serde(rename = "PUT")]
    pub put: Option<Operation>,
    #[serde(rename = "DELETE")]
    pub delete: Option<Operation>,
    /// The facts beyond the page: of the other pages and the samples of the reference, and of practice.
    #[serde(default)]
    pub beyond: Vec<Exception>,
    /// The facts of the page that the simulator leaves out on purpose.
    #[serde(default)]
    pub unsimulated: Vec<Exception>,
}

/// An event about a resource.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    #[serde(rename = "type")]
    pub kind: String,
    /// The relation in the event's link, if it is not that of the resource, which then stands after `in`.
    pub resource: Option<String>,
    pub sender: String,
    pub priority: String,
}

/// A method of a resource.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// The statuses of success.
    pub answers: Vec<u16>,
    /// The resource that the `Location` of the answer leads to.
    pub creates: Option<String>,
    /// The specific errors, each a status that a subcode may follow.
    #[serde(default)]
    pub errors: BTreeSet<String>,
    #[serde(default)]
    pub query: BTreeMap<String, Parameter>,
    #[serde(default)]
    pub input: BTreeMap<String, Parameter>,
}

/// A property of the input, or a parameter of the query.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    #[serde(rename = "type")]
    pub of: Type,
    #[serde(default)]
    pub required: bool,
    /// Whether clients leave a required parameter out in practice, and servers accept that.
    #[serde(default)]
    pub optional_in_practice: bool,
    /// The maximum length in characters.
    pub maximum: Option<usize>,
}

/// Facts about which the simulator or practice differs from the page, and why.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    pub reason: String,
    /// Whether the resource as a whole is meant.
    #[serde(default)]
    pub all: bool,
    #[serde(default)]
    properties: Vec<String>,
    /// The relations of links and of embedded resources.
    #[serde(default)]
    links: Vec<String>,
    /// The types of events.
    #[serde(default)]
    events: Vec<String>,
    #[serde(default)]
    methods: Vec<String>,
}

/// The errors that any request can meet.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Errors {
    #[expect(dead_code, reason = "for the reader of the file")]
    pages: Vec<String>,
    /// The `code` of each status.
    pub codes: BTreeMap<String, String>,
    /// Each a status that a subcode may follow.
    pub generic: BTreeSet<String>,
    /// The properties of the body that its page does not list.
    pub properties: BTreeSet<String>,
}

/// The type of a property.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub enum Type {
    String,
    Bool,
    Number,
    Date,
    /// Content in a `data:` URI, which is a link.
    Data,
    Enumeration(String),
    List(Box<Type>),
}

impl From<String> for Type {
    fn from(text: String) -> Self {
        if let Some(item) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return Self::List(Box::new(Self::from(item.to_owned())));
        }
        match text.as_str() {
            "string" => Self::String,
            "bool" => Self::Bool,
            "number" => Self::Number,
            "date" => Self::Date,
            "data" => Self::Data,
            _ => Self::Enumeration(text),
        }
    }
}

/// A single fact about a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    Property(String),
    /// A link or an embedded resource.
    Link(String),
    Event(String),
    Method(String),
}

impl std::fmt::Display for Fact {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Property(name) => write!(formatter, "property {name}"),
            Self::Link(name) => write!(formatter, "link {name}"),
            Self::Event(name) => write!(formatter, "event {name}"),
            Self::Method(name) => write!(formatter, "method {name}"),
        }
    }
}

impl Exception {
    pub fn facts(&self) -> impl Iterator<Item = Fact> {
        let of =
            |names: &[String], fact: fn(String) -> Fact| names.iter().cloned().map(fact).collect::<Vec<_>>();
        of(&self.properties, Fact::Property)
            .into_iter()
            .chain(of(&self.links, Fact::Link))
            .chain(of(&self.events, Fact::Event))
            .chain(of(&self.methods, Fact::Method))
    }
}

impl Resource {
    pub fn operation(&self, method: &str) -> Option<&Operation> {
        match method {
            "GET" => self.get.as_ref(),
            "POST" => self.post.as_ref(),
            "PUT" => self.put.as_ref(),
            _ => self.delete.as_ref(),
        }
    }

    /// Returns the facts of the page.
    pub fn facts(&self) -> BTreeSet<Fact> {
        let methods = ["GET", "POST", "PUT", "DELETE"].into_iter();
        let methods = methods.filter(|method| self.operation(method).is_some());
        self.properties
            .keys()
            .cloned()
            .map(Fact::Property)
            .chain(self.links.iter().chain(&self.embedded).cloned().map(Fact::Link))
            .chain(self.events.iter().map(|event| Fact::Event(event.kind.clone())))
            .chain(methods.map(|method| Fact::Method(method.to_owned())))
            .collect()
    }

    pub fn has_beyond(&self, fact: &Fact) -> bool {
        self.beyond.iter().flat_map(Exception::facts).any(|known| known == *fact)
    }

    pub fn leaves_out(&self, fact: &Fact) -> bool {
        self.unsimulated.iter().any(|left| left.all || left.facts().any(|known| known == *fact))
    }
}

impl Facts {
    /// Reads the files below a folder.
    pub fn read(folder: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/tables").join(folder);
        let mut resources = BTreeMap::new();
        for entry in std::fs::read_dir(folder.join("resources")).unwrap() {
            let part: BTreeMap<String, Resource> = parse(&entry.unwrap().path());
            for (name, resource) in part {
                assert!(resources.insert(name.clone(), resource).is_none(), "{name} is described twice");
            }
        }
        Self {
            resources,
            enumerations: parse(&folder.join("enumerations.toml")),
            relations: parse(&folder.join("relations.toml")),
            errors: parse(&folder.join("errors.toml")),
        }
    }

    /// Returns the name of the resource to which a relation leads.
    pub fn described<'a>(&'a self, rel: &'a str) -> &'a str {
        self.relations.get(rel).map_or(rel, String::as_str)
    }

    /// Returns what is wrong with the files themselves.
    pub fn contradictions(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (rel, resource) in &self.resources {
            let operations = ["GET", "POST", "PUT", "DELETE"].map(|method| resource.operation(method));
            let parameters =
                operations.into_iter().flatten().flat_map(|it| it.query.values().chain(it.input.values()));
            for of in resource.properties.values().chain(parameters.map(|parameter| &parameter.of)) {
                let of = if let Type::List(item) = of { item } else { of };
                if let Type::Enumeration(name) = of
                    && !self.enumerations.contains_key(name)
                {
                    wrong.push(format!("{rel}: there is no type {name}"));
                }
            }
            for event in &resource.events {
                if !self.resources.contains_key(self.described(&event.sender)) {
                    wrong.push(format!("{rel}: there is no sender {}", event.sender));
                }
                if !["High", "Medium", "Low"].contains(&event.priority.as_str()) {
                    wrong.push(format!("{rel}: there is no priority {}", event.priority));
                }
            }
            let facts = resource.facts();
            for fact in
                resource.unsimulated.iter().flat_map(Exception::facts).filter(|it| !facts.contains(it))
            {
                wrong.push(format!("{rel}: {fact} is left out, but is not on {}", resource.page));
            }
            for fact in resource.beyond.iter().flat_map(Exception::facts).filter(|it| facts.contains(it)) {
                wrong
                    .push(format!("{rel}: {fact} is listed as beyond the page, but is on {}", resource.page));
            }
            for exception in
                resource.unsimulated.iter().chain(&resource.beyond).filter(|it| it.reason.is_empty())
            {
                let facts: Vec<Fact> = exception.facts().collect();
                wrong.push(format!("{rel}: there is no reason for {facts:?}"));
            }
        }
        for (rel, resource) in &self.relations {
            if !self.resources.contains_key(resource) {
                wrong.push(format!("{rel} is described as {resource}, which is not described"));
            }
        }
        wrong
    }
}

/// Reads a file of `tables`.
pub fn read_table<T: DeserializeOwned>(path: &str) -> T {
    parse(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/tables").join(path))
}

fn parse<T: DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap();
    toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
