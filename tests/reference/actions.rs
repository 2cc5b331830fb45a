//! The actions of the users of a walk: requests that must succeed, and those that must be refused.

use http::Method;
use http::header::{ETAG, IF_MATCH, LOCATION};
use serde_json::Value;
use url::Url;

use super::refusals;
use super::walk::{Answer, SERVER, Walk};

impl Walk {
    /// Posts to a link of a resource, with an input that the reference allows, after the inputs that it does
    /// not allow; then lets everyone hear of it.
    pub async fn post(&mut self, user: usize, resource: &str, link: &str, input: Value) {
        let Some(href) = self.href(user, resource, link) else { return };
        let rel = if link == "self" { resource } else { link };
        if !input.is_null() {
            self.refuses_wrong_inputs(user, rel, &href, &input).await;
        }
        let input = (!input.is_null()).then_some(&input);
        let answer = self.send(user, Method::POST, rel, &href, input).await;
        self.succeeded(user, rel, "POST", &answer);
        self.settle().await;
    }

    /// Sends a message.
    pub async fn say(&mut self, user: usize, media_type: &'static str, text: &str) {
        let rel = "sendMessage";
        let Some(href) = self.href(user, "messaging", rel) else { return };
        let mut url = Url::parse(SERVER).unwrap().join(&href).unwrap();
        url.query_pairs_mut().append_pair("operationId", "message-1");
        let body = text.as_bytes().to_vec();
        let answer = self.send_body(user, Method::POST, rel, url.as_str(), media_type, body).await;
        self.succeeded(user, rel, "POST", &answer);
        self.settle().await;
    }

    pub async fn delete(&mut self, user: usize, rel: &str) {
        let Some(href) = self.href(user, rel, "self") else { return };
        let answer = self.send(user, Method::DELETE, rel, &href, None).await;
        self.succeeded(user, rel, "DELETE", &answer);
        self.settle().await;
    }

    /// Writes properties of a resource back as they were read.
    pub async fn put(&mut self, user: usize, rel: &str, properties: &[&str]) {
        let Some(document) = self.document(user, rel) else { return };
        let input = properties.iter().map(|name| ((*name).to_owned(), document[*name].clone())).collect();
        self.put_input(user, rel, &document, &input).await;
    }

    async fn put_input(&mut self, user: usize, rel: &str, document: &Value, input: &Value) {
        let href = document["_links"]["self"]["href"].as_str().unwrap().to_owned();
        let etag = self.send(user, Method::GET, rel, &href, None).await.headers.get(ETAG).cloned();
        let mut request =
            self.request(user, Method::PUT, &href, self.wire.media_type(), self.wire.encode(input));
        if let Some(etag) = etag {
            request.headers.insert(IF_MATCH, etag);
        }
        let answer = self.exchange(rel, request).await;
        self.succeeded(user, rel, "PUT", &answer);
        if answer.status < 400 && answer.body.is_object() {
            self.comparison.document(rel, &answer.body);
        }
        self.settle().await;
    }

    /// Returns the document of a resource that was read last.
    fn document(&mut self, user: usize, rel: &str) -> Option<Value> {
        let document = self.users[user].documents.iter().rev().find(|(known, _)| known == rel);
        let document = document.map(|(_, document)| document.clone());
        if document.is_none() {
            self.comparison.differs(format!("{rel}: there is none where {} needs it", self.step));
        }
        document
    }

    pub async fn search(&mut self, user: usize, query: &str) {
        let Some(href) = self.href(user, "people", "search") else { return };
        let mut url = Url::parse(SERVER).unwrap().join(&href).unwrap();
        url.query_pairs_mut().append_pair("query", query).append_pair("limit", "10");
        self.get(user, "search", url.as_str()).await;
        let answer = self.send(user, Method::GET, "search", &href, None).await;
        self.comparison.answer("search", "GET", answer.status, &answer.body);
        if answer.status != 400 {
            self.comparison.differs(format!("search: GET without a query answers {}", answer.status));
        }
    }

    /// Posts a batch of two requests, whose answers are no document.
    pub async fn batch(&mut self, user: usize) {
        let Some(href) = self.href(user, "application", "batch") else { return };
        let me = self.href(user, "me", "self").unwrap();
        let part = format!(
            "--b\r\nContent-Type: application/http; msgtype=request\r\n\r\nGET {me} HTTP/1.1\r\n\r\n\r\n"
        );
        let body = format!("{part}{part}--b--\r\n").into_bytes();
        let request = self.request(user, Method::POST, &href, "multipart/batching; boundary=b", body);
        let answer = self.exchange("batch", request).await;
        self.succeeded(user, "batch", "POST", &answer);
    }

    pub async fn sign_out(&mut self, user: usize) {
        let application = self.users[user].application.clone();
        let answer = self.send(user, Method::DELETE, "application", &application, None).await;
        self.succeeded(user, "application", "DELETE", &answer);
        let answer = self.send(user, Method::GET, "application", &application, None).await;
        self.comparison.answer("application", "GET", answer.status, &answer.body);
        if answer.status != 404 {
            self.comparison.differs(format!("application: GET answers {} after DELETE", answer.status));
        }
    }

    /// Compares the answer to a request that must succeed, and reads what it created.
    pub fn succeeded(&mut self, user: usize, rel: &str, method: &str, answer: &Answer) {
        self.users[user].is_out_of_date = true;
        self.comparison.answer(rel, method, answer.status, &answer.body);
        if answer.status >= 400 {
            let body = &answer.body;
            self.comparison.differs(format!("{rel}: {method} is refused: {} {body}", answer.status));
            return;
        }
        let facts = &self.comparison.facts;
        let resource = facts.resources.get(facts.described(rel));
        let creates = resource.and_then(|it| it.operation(method)).and_then(|it| it.creates.clone());
        let Some(creates) = creates else { return };
        if !answer.body.is_null() {
            self.comparison.document(&creates, &answer.body);
        } else if let Some(location) = answer.headers.get(LOCATION) {
            let location = location.to_str().unwrap().to_owned();
            self.users[user].told.push((creates, location));
        } else {
            self.comparison.differs(format!("{rel}: {method} tells no location of the {creates}"));
        }
    }

    /// Sends a request that must be refused with a status, which a subcode may follow.
    pub async fn is_refused(
        &mut self,
        user: usize,
        rel: &str,
        href: &str,
        input: &Value,
        refusal: (&str, &str),
    ) {
        let (error, why) = refusal;
        let answer = self.send(user, Method::POST, rel, href, Some(input)).await;
        self.comparison.answer(rel, "POST", answer.status, &answer.body);
        let subcode = answer.body["subcode"].as_str();
        let given = subcode.map_or_else(|| answer.status.to_string(), |it| format!("{} {it}", answer.status));
        if given != error {
            self.comparison.differs(format!("{rel}: POST answers {given} instead of {error} to {why}"));
        }
    }

    pub async fn refuses_wrong_inputs(&mut self, user: usize, rel: &str, href: &str, right: &Value) {
        if !self.refused.insert(rel.to_owned()) {
            return;
        }
        let facts = &self.comparison.facts;
        let known = facts.resources.get(facts.described(rel)).and_then(|known| known.post.as_ref());
        let Some(operation) = known else { return };
        for (why, wrong) in refusals::wrong_inputs(operation, right, self.wire) {
            self.is_refused(user, rel, href, &wrong, ("400 ParameterValidationFailure", &why)).await;
        }
    }
}
