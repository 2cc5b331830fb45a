//! The comparison of what a server sends with the facts of the reference.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::facts::{Fact, Facts, Type};
use super::wire::Wire;

/// The differences between a server and the reference, and the facts that the server has shown so far.
pub struct Comparison {
    pub facts: Facts,
    wire: Wire,
    differences: BTreeSet<String>,
    shown: BTreeSet<(String, Fact)>,
}

impl Comparison {
    pub fn new(facts: Facts, wire: Wire) -> Self {
        Self { facts, wire, differences: BTreeSet::new(), shown: BTreeSet::new() }
    }

    /// Notes a difference.
    pub fn differs(&mut self, difference: String) {
        self.differences.insert(difference);
    }

    fn show(&mut self, resource: &str, fact: Fact) {
        let known = &self.facts.resources[resource];
        if known.leaves_out(&fact) {
            self.differs(format!("{resource}: {fact} is listed as left out, but occurs"));
        }
        self.shown.insert((resource.to_owned(), fact));
    }

    /// Compares a document to which a link or an embedded resource of the relation `rel` led.
    pub fn document(&mut self, rel: &str, document: &Value) {
        let resource = self.facts.described(rel).to_owned();
        if !self.facts.resources.contains_key(&resource) {
            self.differs(format!("{rel}: the resource is not described"));
            return;
        }
        let own = document["rel"].as_str().unwrap_or_default();
        // A participant's contact may have the name of the link; see the pages of `to` and `forwardedBy`.
        let is_own = self.facts.described(own) == resource
            || own == "participant" && resource == "localParticipant"
            || self.facts.resources[&resource].has_beyond(&Fact::Property("rel".to_owned()));
        if !is_own {
            self.differs(format!("{rel}: the document calls itself {own:?}"));
        }
        for (name, value) in document.as_object().into_iter().flatten() {
            match name.as_str() {
                "rel" => {}
                "_links" => self.links(&resource, value),
                "_embedded" => self.embedded(&resource, value),
                _ => self.property(&resource, name, value),
            }
        }
    }

    fn property(&mut self, resource: &str, name: &str, value: &Value) {
        let fact = Fact::Property(name.to_owned());
        let known = &self.facts.resources[resource];
        if known.has_beyond(&fact) {
            return;
        }
        let Some(of) = known.properties.get(name).cloned() else {
            self.differs(format!("{resource}: property {name} is not documented"));
            return;
        };
        if let Some(wrong) = self.mismatch(&of, value) {
            self.differs(format!("{resource}: property {name}: {wrong}"));
        }
        self.show(resource, fact);
    }

    /// Returns what is wrong with a value of a type.
    pub fn mismatch(&self, of: &Type, value: &Value) -> Option<String> {
        let is_right = match of {
            Type::List(item) => {
                let Some(items) = value.as_array() else { return Some(format!("{value} is no list")) };
                return items.iter().find_map(|value| self.mismatch(item, value));
            }
            Type::Enumeration(name) => {
                let members = &self.facts.enumerations[name];
                value.as_str().is_some_and(|text| members.contains(text))
            }
            Type::String => value.is_string(),
            Type::Data => false,
            of => self.wire.is_of_type(of, value),
        };
        (!is_right).then(|| format!("{value} is no {of:?}"))
    }

    /// Compares the links of a resource.
    pub fn links(&mut self, resource: &str, links: &Value) {
        for (name, links) in links.as_object().into_iter().flatten() {
            let known = &self.facts.resources[resource];
            let is_data = known.properties.get(name) == Some(&Type::Data);
            if is_data {
                self.show(resource, Fact::Property(name.clone()));
            } else if known.links.contains(name) {
                self.show(resource, Fact::Link(name.clone()));
            } else if name != "self" && !known.has_beyond(&Fact::Link(name.clone())) {
                self.differs(format!("{resource}: link {name} is not documented"));
            }
            for link in one_or_more(links) {
                let href = link["href"].as_str().unwrap_or_default();
                if href.is_empty() || is_data != href.starts_with("data:") {
                    self.differs(format!("{resource}: link {name}: the href is {:?}", link["href"]));
                }
                for attribute in link.as_object().into_iter().flatten().map(|(attribute, _)| attribute) {
                    if !["href", "title", "revision"].contains(&attribute.as_str()) {
                        self.differs(format!("{resource}: link {name} has an attribute {attribute}"));
                    }
                }
            }
        }
    }

    fn embedded(&mut self, resource: &str, embedded: &Value) {
        for (name, documents) in embedded.as_object().into_iter().flatten() {
            let fact = Fact::Link(name.clone());
            let known = &self.facts.resources[resource];
            if known.embedded.contains(name) {
                self.show(resource, fact);
            } else if !known.has_beyond(&fact) {
                self.differs(format!("{resource}: embedded {name} is not documented"));
            }
            for document in one_or_more(documents) {
                self.document(name, document);
            }
        }
    }

    /// Compares an event that a resource of the relation `sender` sent.
    pub fn event(&mut self, sender: &str, event: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (kind, rel) = (text(&event["type"]), text(&event["link"]["rel"]));
        let within = text(&event["in"]["rel"]);
        let resource = self.facts.described(&rel).to_owned();
        // The events of `participant` in `typingParticipants` are described on the page of the latter.
        let place = [&within, &rel, &resource].into_iter().find(|place| {
            let known = self.facts.resources.get(place.as_str());
            known.is_some_and(|known| {
                known.has_beyond(&Fact::Event(kind.clone()))
                    || known.events.iter().any(|it| {
                        let about = it.resource.as_deref().unwrap_or(place);
                        it.kind == kind && it.sender == sender && about == rel
                    })
            })
        });
        match place.cloned() {
            None if within.is_empty() => {
                self.differs(format!("{rel}: event {kind} of {sender} is not documented"));
            }
            None => {
                self.differs(format!("{rel}: event {kind} in {within} of {sender} is not documented"));
            }
            Some(place) => self.show_event(&place, kind.clone()),
        }
        self.outcome(&rel, &kind, event);
        for (name, document) in event["_embedded"].as_object().into_iter().flatten() {
            if *name != rel {
                self.differs(format!("{rel}: event {kind} embeds {name}"));
            }
            self.document(name, document);
        }
    }

    fn show_event(&mut self, place: &str, kind: String) {
        let fact = Fact::Event(kind);
        if !self.facts.resources[place].has_beyond(&fact) {
            self.show(place, fact);
        }
    }

    /// Compares the status and the reason of an event, and the names of its parts.
    fn outcome(&mut self, rel: &str, kind: &str, event: &Value) {
        for name in event.as_object().into_iter().flatten().map(|(name, _)| name) {
            if !["type", "link", "in", "status", "reason", "_embedded"].contains(&name.as_str()) {
                self.differs(format!("{rel}: event {kind} has a part {name}"));
            }
        }
        let status = event["status"].as_str();
        if (kind == "completed") != matches!(status, Some("Success" | "Failure")) {
            self.differs(format!("{rel}: event {kind} has the status {}", event["status"]));
        }
        if status == Some("Failure") && event["reason"].is_null() {
            self.differs(format!("{rel}: event {kind} is a failure without a reason"));
        }
        if !event["reason"].is_null() {
            self.reason(&format!("{rel}: event {kind}"), &event["reason"]);
        }
    }

    /// Compares the body of an error, or the reason in an event.
    fn reason(&mut self, place: &str, reason: &Value) {
        if reason["code"].is_null() {
            self.differs(format!("{place}: a reason without a code"));
        }
        for (name, value) in reason.as_object().into_iter().flatten() {
            let of = self.facts.resources["reason"].properties.get(name).cloned();
            if let Some(of) = of {
                if let Some(wrong) = self.mismatch(&of, value) {
                    self.differs(format!("{place}: {name} of the reason: {wrong}"));
                }
                self.show("reason", Fact::Property(name.clone()));
            } else if !self.facts.errors.properties.contains(name) {
                self.differs(format!("{place}: property {name} of the reason is not documented"));
            }
        }
    }

    /// Compares the answer to a request other than a GET of a document that still exists.
    pub fn answer(&mut self, rel: &str, method: &str, status: u16, body: &Value) {
        let resource = self.facts.described(rel).to_owned();
        let Some(known) = self.facts.resources.get(&resource) else {
            self.differs(format!("{rel}: the resource is not described"));
            return;
        };
        let operation = known.operation(method);
        let is_beyond = known.has_beyond(&Fact::Method(method.to_owned()));
        if status < 400 {
            let answers = operation.is_some_and(|operation| operation.answers.contains(&status));
            if answers {
                self.show(&resource, Fact::Method(method.to_owned()));
            } else if !is_beyond {
                self.differs(format!("{rel}: {method} answers {status}"));
            }
            return;
        }
        let subcode = body["subcode"].as_str();
        let error = subcode.map_or_else(|| status.to_string(), |subcode| format!("{status} {subcode}"));
        let specific = operation.is_some_and(|operation| operation.errors.contains(&error));
        if !specific && !self.facts.errors.generic.contains(&error) {
            self.differs(format!("{rel}: {method} answers {error}, which is not documented"));
        }
        let code = self.facts.errors.codes.get(&status.to_string());
        if code.map(String::as_str) != body["code"].as_str() {
            self.differs(format!("{rel}: {method} answers {status} with the code {}", body["code"]));
        }
        self.reason(&format!("{rel}: {method}"), body);
    }

    /// Returns all differences, among them the facts that the server has not shown.
    pub fn result(mut self) -> BTreeSet<String> {
        let mut missing = BTreeMap::new();
        for (name, resource) in &self.facts.resources {
            let facts = resource.facts().into_iter().filter(|fact| !resource.leaves_out(fact));
            let facts: Vec<Fact> =
                facts.filter(|it| !self.shown.contains(&(name.clone(), it.clone()))).collect();
            missing.insert(name.clone(), facts);
        }
        for (name, facts) in missing {
            for fact in facts {
                self.differs(format!("{name}: {fact} does not occur"));
            }
        }
        self.differences
    }
}

/// Returns the items of a list, or the only one.
pub fn one_or_more(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}
