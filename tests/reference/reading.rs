//! Reading everything to which links lead.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use serde_json::Value;

use super::comparison::one_or_more;
use super::facts::Fact;
use super::walk::Walk;

/// The resources that rarely change.
const LASTING: [&str; 23] = [
    "applicationSharing",
    "audioVideo",
    "callForwardingSettings",
    "contact",
    "contactLocation",
    "contactNote",
    "contactPhoto",
    "contactPresence",
    "contactSupportedModalities",
    "conversationLog",
    "conversationLogRecipient",
    "dataCollaboration",
    "defaultGroup",
    "groupContacts",
    "missedItems",
    "myContacts",
    "myGroups",
    "onlineMeetings",
    "people",
    "phone",
    "phones",
    "photo",
    "policies",
];

impl Walk {
    /// Reads everything to which links lead from the application and from the events.
    pub async fn read_everything(&mut self, user: usize) {
        let application = self.users[user].application.clone();
        self.users[user].documents.clear();
        let mut read = BTreeSet::new();
        let mut waiting = BTreeMap::from([(application, Found::at("application", None))]);
        for (rel, href) in std::mem::take(&mut self.users[user].told) {
            waiting.entry(href).or_insert(Found { rel, on: None, exists: false });
        }
        while let Some((href, found)) = waiting.pop_first() {
            if !read.insert(href.clone()) {
                continue;
            }
            let Some(document) = self.read_or_recall(user, &found, &href).await else { continue };
            if !found.exists {
                self.users[user].told.push((found.rel.clone(), href));
            }
            self.keep(user, &found.rel, &document, &mut waiting);
        }
    }

    /// Keeps a document and those that it embeds, and adds the hrefs of their links.
    fn keep(&mut self, user: usize, rel: &str, document: &Value, waiting: &mut BTreeMap<String, Found>) {
        for (link, links) in document["_links"].as_object().into_iter().flatten() {
            if ["self", "events", "next", "redirect", "xframe"].contains(&link.as_str()) {
                continue;
            }
            for href in one_or_more(links).iter().filter_map(|link| link["href"].as_str()) {
                if !href.starts_with("data:") {
                    waiting.entry(href.to_owned()).or_insert(Found::at(link, Some(rel)));
                }
            }
        }
        for (rel, documents) in document["_embedded"].as_object().into_iter().flatten() {
            for document in one_or_more(documents) {
                if let Some(href) = document["_links"]["self"]["href"].as_str() {
                    waiting.entry(href.to_owned()).or_insert(Found::at(rel, Some(rel)));
                }
                self.keep(user, rel, document, waiting);
            }
        }
        let resource = self.comparison.facts.described(rel).to_owned();
        self.users[user].documents.push((resource, document.clone()));
    }

    /// Reads a resource, or returns what was read of it before if it rarely changes.
    async fn read_or_recall(&mut self, user: usize, found: &Found, href: &str) -> Option<Value> {
        if !LASTING.contains(&self.comparison.facts.described(&found.rel)) {
            return self.read(user, found, href).await;
        }
        if let Some(document) = self.users[user].lasting.get(href) {
            return Some(document.clone()).filter(Value::is_object);
        }
        let document = self.read(user, found, href).await;
        self.users[user].lasting.insert(href.to_owned(), document.clone().unwrap_or_default());
        document
    }

    /// Reads a resource, if the reference lets it be read; `None` if there is no document.
    async fn read(&mut self, user: usize, found: &Found, href: &str) -> Option<Value> {
        let rel = found.rel.as_str();
        let facts = &self.comparison.facts;
        let Some(resource) = facts.resources.get(facts.described(rel)) else {
            self.comparison.differs(format!("{rel}: the resource is not described"));
            return None;
        };
        let needs_query = resource.get.as_ref().is_some_and(|get| get.query.values().any(|it| it.required));
        let is_readable = resource.get.is_some() || resource.has_beyond(&Fact::Method("GET".to_owned()));
        if needs_query || !is_readable && !self.tried.insert(rel.to_owned()) {
            return None;
        }
        let answer = self.send(user, Method::GET, rel, href, None).await;
        self.comparison.answer(rel, "GET", answer.status, &answer.body);
        // Not everyone has a photo.
        let must_exist = found.exists && is_readable && !rel.ends_with("hoto");
        if must_exist && answer.status != 200 {
            let (on, step) = (found.on.as_deref().unwrap_or_default(), self.step);
            self.comparison.differs(format!("{on}: link {rel} leads to {} in {step}", answer.status));
        }
        let is_document = answer.status == 200 && is_readable && answer.body.is_object();
        if is_document {
            self.comparison.document(rel, &answer.body);
        }
        is_document.then_some(answer.body)
    }
}

/// A link that was found.
struct Found {
    rel: String,
    /// The resource that it stands on; `None` if an event gave it.
    on: Option<String>,
    /// Whether the resource must exist. What an event told of may be over.
    exists: bool,
}

impl Found {
    fn at(rel: &str, on: Option<&str>) -> Self {
        Self { rel: rel.to_owned(), on: on.map(str::to_owned), exists: true }
    }
}
