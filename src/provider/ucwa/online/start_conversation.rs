//! The start of a conversation by an instant message (`startMessaging`).

use serde_json::json;
use url::Url;

use super::jobs::{Completion, Jobs, operation_id};
use super::session::OnlineSession;
use crate::provider::Ticket;
use crate::provider::ucwa::http::client::Body;
use crate::provider::ucwa::http::error_response::Operation;

impl OnlineSession<'_> {
    /// Starts a conversation by an instant message.
    pub(super) fn start_conversation(&mut self, ticket: Ticket, to: &str, subject: &str, message: &str) {
        let Some(url) = self.application.start_messaging.clone() else {
            return self.refuse(ticket, "this account can't start conversations");
        };
        let operation_id = operation_id();
        self.jobs.start_messaging(ticket, url, &operation_id, (to, subject, message));
        self.pending.add(ticket);
        self.store.add_outgoing(operation_id, ticket);
    }
}

impl Jobs {
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
