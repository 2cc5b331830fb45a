//! The requests that find people and start conversations with them.

use std::time::Duration;

use http::Method;
use serde_json::json;
use url::Url;

use super::jobs::{Completion, Jobs};
use crate::provider::Ticket;
use crate::provider::ucwa::http::client::Body;
use crate::provider::ucwa::http::error::RequestError;
use crate::provider::ucwa::http::error_response::Operation;
use crate::provider::ucwa::search_results::MAX_RESULTS;

/// The timeout of a search: a text that was typed meanwhile waits for it.
const SEARCH_TIMEOUT: Duration = Duration::from_secs(8);

impl Jobs {
    /// Searches for people.
    pub fn search(&self, ticket: Ticket, mut url: Url, text: &str) {
        url.query_pairs_mut().append_pair("query", text).append_pair("limit", &MAX_RESULTS.to_string());
        self.push(|client, _| async move {
            let result = client.request(Method::GET, url, Body::None, SEARCH_TIMEOUT).await;
            Completion::Search { ticket, result: result.map_err(|error| error.during(Operation::Search)) }
        });
    }

    /// Gets the presence of a person whom a search has found (`contactPresence`).
    pub fn presence(&self, ticket: Ticket, index: usize, href: String) {
        self.push(move |client, base| async move {
            let result = match client.resolve(&base, &href) {
                Ok(url) => client.get(url).await,
                Err(refusal) => Err(RequestError::from(refusal)),
            };
            Completion::Presence { ticket, index, result }
        });
    }

    /// Starts a conversation by an instant message; the subject and the message may be empty.
    pub fn start_messaging(
        &self,
        ticket: Ticket,
        url: Url,
        operation_id: &str,
        (to, subject, message): (&str, &str, &str),
    ) {
        let mut input = serde_json::Map::new();
        input.insert("operationId".into(), operation_id.into());
        input.insert("to".into(), to.into());
        if !subject.is_empty() {
            input.insert("subject".into(), subject.into());
        }
        if !message.is_empty() {
            input.insert("_links".into(), json!({"message": {"href": data_uri(message)}}));
        }
        self.push(|client, _| async move {
            let result = client.post(url, Body::LinkedInput(input.into())).await;
            let result = result.map_err(|error| error.during(Operation::StartMessaging));
            Completion::Request { ticket, result }
        });
    }
}

/// Returns the `data:` URI of a text (RFC 2397), with a space as `%20`: a literal plus sign is `%2B`, so that a server
/// that takes `+` for a space reads the same.
fn data_uri(text: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    format!("data:text/plain;charset=utf-8,{}", encoded.replace('+', "%20"))
}

#[cfg(test)]
mod tests {
    use super::data_uri;

    #[test]
    fn a_message_is_read_alike_by_servers_that_take_a_plus_for_a_space_and_those_that_do_not() {
        assert_eq!(data_uri("1 + 1 = ü\n"), "data:text/plain;charset=utf-8,1%20%2B%201%20%3D%20%C3%BC%0A");
    }
}
