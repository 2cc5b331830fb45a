//! The request to join the messaging of a conversation.

use http::header::LOCATION;
use serde::Serialize;
use url::Url;

use crate::provider::Ticket;
use crate::provider::exchange::Response;
use crate::provider::ucwa::http::client::{Body, Client};
use crate::provider::ucwa::http::error::RequestError;
use crate::provider::ucwa::store::Href;
use crate::provider::ucwa::wire::Document;
use crate::provider::ucwa::wire::resource::Resource;

/// The request to join the messaging of a conversation.
pub(super) struct JoinRequest {
    pub conversation: Href,
    pub operation_id: String,
    /// The user's request; `None` if it follows from an accepted meeting.
    pub ticket: Option<Ticket>,
}

/// The reply to the request to join the messaging of a conversation.
pub(super) enum JoinReply {
    /// The server will invite the user to the messaging. Holds the invitation's href if it was given.
    Invited(Option<String>),
    /// The messaging is connected, or is being connected.
    Connected,
    /// The server does not offer it.
    NotOffered,
}

impl JoinRequest {
    /// Reads whether the conversation offers `addMessaging` now, and posts to it.
    ///
    /// # Errors
    /// Returns an error if one of the requests fails.
    pub async fn send(&self, client: &Client, base: &Url) -> Result<JoinReply, RequestError> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct AddMessaging<'a> {
            operation_id: &'a str,
        }
        let get = async |href: &str| client.get(client.resolve(base, href)?).await;
        let response = get(&self.conversation).await?;
        let Some(messaging) = read(&response, |conversation| link(conversation, "messaging"))? else {
            return Ok(JoinReply::NotOffered);
        };
        let response = get(&messaging).await?;
        let (state, add_messaging) = read(&response, |messaging| {
            (messaging.text("state").map(str::to_owned), link(messaging, "addMessaging"))
        })?;
        if matches!(state.as_deref(), Some("Connected" | "Connecting")) {
            return Ok(JoinReply::Connected);
        }
        let Some(add_messaging) = add_messaging else { return Ok(JoinReply::NotOffered) };
        let body = Body::input(&AddMessaging { operation_id: &self.operation_id });
        let response = client.post(client.resolve(base, &add_messaging)?, body).await?;
        let location = response.headers.get(LOCATION).and_then(|value| value.to_str().ok());
        Ok(JoinReply::Invited(location.map(str::to_owned)))
    }
}

/// Decodes the resource of a response.
fn read<T>(response: &Response, part: impl FnOnce(&Resource<'_>) -> T) -> Result<T, RequestError> {
    Ok(part(&Document::of(response).resource()?))
}

fn link(resource: &Resource<'_>, rel: &str) -> Option<String> {
    resource.href(rel).map(str::to_owned)
}
