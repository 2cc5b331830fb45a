//! The requests in progress besides the event channel.

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use http::{Method, StatusCode};
use serde::Serialize;
use tokio::time::Instant;
use url::Url;

use super::fetches::SentFetch;
use super::join_request::{JoinReply, JoinRequest};
use super::presence_subscription::{MINUTES, SubscriptionLinks, SubscriptionRequest};
use crate::invitation::{InvitationId, Moment, PreferredAvailability};
use crate::provider::exchange::Response;
use crate::provider::ucwa::Settings;
use crate::provider::ucwa::http::client::{Body, Client, REQUEST_TIMEOUT};
use crate::provider::ucwa::http::error::RequestError;
use crate::provider::ucwa::http::error_response::Operation;
use crate::provider::ucwa::http::token::TokenError;
use crate::provider::ucwa::store::{Fetch, Href};
use crate::provider::ucwa::wire::Document;
use crate::provider::{Problem, Reloaded, Ticket};

/// The reloaded settings, or `None` if they cannot be reloaded.
pub(super) type ReloadResult = Option<Result<Reloaded<Settings>, Problem>>;

/// The result of a job.
pub(super) enum Completion {
    /// The server replied to an answer to an invitation.
    Answer { ticket: Ticket, invitation: InvitationId, result: Result<Response, RequestError> },
    /// The server replied to another request of the user.
    Request { ticket: Ticket, result: Result<Response, RequestError> },
    /// The server replied to a search.
    Search { ticket: Ticket, result: Result<Response, RequestError> },
    /// The server replied to a request for the presence of a person with this index, whom a search has found.
    Presence { ticket: Ticket, index: usize, result: Result<Response, RequestError> },
    /// The server replied to a message of the user.
    Message { ticket: Ticket, result: Result<Response, RequestError> },
    /// The server replied to a request to set the user's presence.
    OwnPresence { ticket: Ticket, result: Result<Response, RequestError> },
    /// A resource was fetched by a request that was sent at `sent_at`.
    Fetch { sent: SentFetch, sent_at: Moment, result: Result<Response, RequestError> },
    /// The server replied to the request to join a conversation's messaging.
    MessagingJoined { join: JoinRequest, result: Result<JoinReply, RequestError> },
    /// The server replied to an answer to somebody in a lobby, whom `fetch` reads.
    LobbyAnswered { ticket: Ticket, fetch: Fetch, result: Result<Response, RequestError> },
    /// The token was renewed, if it was due. Holds the time of the next renewal.
    TokenRenewed(Result<Option<Instant>, TokenError>),
    /// The settings were read again.
    SettingsReloaded(Box<ReloadResult>),
    /// The server replied to a request for a presence subscription. Holds the links of a new one.
    Subscription(Result<Option<SubscriptionLinks>, RequestError>),
    /// An attempt to extend or end a presence subscription finished; its result is ignored.
    SubscriptionChanged,
    /// Missed conversations were marked as read, or that failed.
    MissedMarked,
    /// The user's activity was reported.
    ActivityReported,
    /// The others in a conversation were told that the user types.
    TypingReported,
}

/// The requests in progress.
pub(super) struct Jobs {
    client: Client,
    /// The application's address, to which hrefs are relative.
    base: Url,
    running: FuturesUnordered<BoxFuture<'static, Completion>>,
}

impl Jobs {
    pub fn new(client: Client, base: Url) -> Self {
        Self { client, base, running: FuturesUnordered::new() }
    }

    pub fn set_base(&mut self, base: Url) {
        self.base = base;
    }

    /// Returns the next result, or `None` if no request is in progress.
    pub async fn next(&mut self) -> Option<Completion> {
        self.running.next().await
    }

    /// Adds a request in progress, made of the client and the application's address.
    pub fn push<F: Future<Output = Completion> + Send + 'static>(
        &self,
        request: impl FnOnce(Client, Url) -> F,
    ) {
        self.running.push(Box::pin(request(self.client.clone(), self.base.clone())));
    }

    /// Answers an invitation.
    pub fn answer(
        &self,
        ticket: Ticket,
        invitation: InvitationId,
        href: Href,
        body: Body,
        operation: Operation,
    ) {
        self.push(|client, base| async move {
            let result = post(&client, &base, &href, body).await;
            let result = result.map_err(|error| error.during(operation));
            Completion::Answer { ticket, invitation, result }
        });
    }

    /// Invites somebody into a conversation.
    pub fn add_participant(&self, ticket: Ticket, href: Href, operation_id: &str, uri: &str) {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct AddParticipant<'a> {
            operation_id: &'a str,
            to: &'a str,
        }
        let body = Body::input(&AddParticipant { operation_id, to: uri });
        self.push(|client, base| async move {
            let result = post(&client, &base, &href, body).await;
            let result = result.map_err(|error| error.during(Operation::AddParticipant));
            Completion::Request { ticket, result }
        });
    }

    /// Sends a message into a conversation.
    pub fn send_message(&self, ticket: Ticket, href: Href, text: String) {
        self.push(|client, base| async move {
            let result = send_message(&client, &base, &href, text).await;
            let result = result.map_err(|error| error.during(Operation::SendMessage));
            Completion::Message { ticket, result }
        });
    }

    /// Tells the others in a conversation that the user types. A failure is of no consequence.
    pub fn report_typing(&self, href: Href) {
        self.push(|client, base| async move {
            if let Err(error) = post(&client, &base, &href, Body::None).await {
                tracing::debug!(problem = %error.problem(), "the others were not told that the user types");
            }
            Completion::TypingReported
        });
    }

    /// Sets the user's presence, or resets it by a request without a body.
    pub fn set_presence(&self, ticket: Ticket, href: Href, presence: Option<PreferredAvailability>) {
        #[derive(Serialize)]
        struct Presence {
            availability: &'static str,
        }
        let body =
            presence.map_or(Body::None, |presence| Body::input(&Presence { availability: presence.name() }));
        self.push(|client, base| async move {
            let result = post(&client, &base, &href, body).await;
            let result = result.map_err(|error| error.during(Operation::SetPresence));
            Completion::OwnPresence { ticket, result }
        });
    }

    /// Sends a request for a presence subscription. New ones are created by the link `collection`.
    pub fn subscribe(&self, request: SubscriptionRequest, collection: Href) {
        #[derive(Serialize)]
        struct Create {
            duration: u32,
            uris: Vec<String>,
        }
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Add {
            contact_uris: Vec<String>,
        }
        self.push(|client, base| async move {
            match request {
                SubscriptionRequest::Create(uris) => {
                    let body = Body::input(&Create { duration: MINUTES, uris });
                    let created = post(&client, &base, &collection, body).await;
                    Completion::Subscription(created.map(|response| subscription_links(&response)))
                }
                SubscriptionRequest::Add(href, contact_uris) => {
                    let added = post(&client, &base, &href, Body::input(&Add { contact_uris })).await;
                    Completion::Subscription(added.map(|_| None))
                }
                SubscriptionRequest::Extend(href) => {
                    let extended = extend_subscription(&client, &base, &href).await;
                    tracing::debug!(is_extended = extended.is_ok(), "a presence subscription");
                    Completion::SubscriptionChanged
                }
                SubscriptionRequest::End(href) => {
                    let ended = delete(&client, &base, &href).await;
                    tracing::debug!(is_ended = ended.is_ok(), "a presence subscription");
                    Completion::SubscriptionChanged
                }
            }
        });
    }

    /// Marks logs of missed conversations as read, one after the other. A failure is of no consequence.
    pub fn mark_read(&self, hrefs: Vec<Href>) {
        self.push(|client, base| async move {
            for href in hrefs {
                if let Err(error) = post(&client, &base, &href, Body::None).await {
                    tracing::debug!(problem = %error.problem(), "a missed conversation was not marked as read");
                }
            }
            Completion::MissedMarked
        });
    }

    /// Leaves a conversation. One that the server no longer has was left before.
    pub fn leave(&self, ticket: Ticket, href: Href) {
        self.push(|client, base| async move {
            let result = match delete(&client, &base, &href).await {
                Err(RequestError::Refused(response)) if response.is_gone() => {
                    Ok(Response::empty(response.status))
                }
                result => result.map_err(|error| error.during(Operation::Leave)),
            };
            Completion::Request { ticket, result }
        });
    }

    /// Fetches a resource, unless it still has an entity tag.
    pub fn fetch(&self, sent: SentFetch, sent_at: Moment, tag: Option<String>) {
        self.push(|client, base| async move {
            let result = get_resource(&client, &base, sent.fetch.href(), tag.as_deref()).await;
            Completion::Fetch { sent, sent_at, result }
        });
    }

    /// Joins the messaging of a conversation.
    pub fn join_messaging(&self, join: JoinRequest) {
        self.push(|client, base| async move {
            let result = join.send(&client, &base).await;
            let result = result.map_err(|error| error.during(Operation::AddMessaging));
            Completion::MessagingJoined { join, result }
        });
    }

    /// Answers somebody who waits in the lobby of a meeting.
    pub fn answer_lobby(&self, ticket: Ticket, href: Href, fetch: Fetch) {
        self.push(|client, base| async move {
            let result = post(&client, &base, &href, Body::None).await;
            let result = result.map_err(|error| error.during(Operation::AnswerLobby));
            Completion::LobbyAnswered { ticket, fetch, result }
        });
    }

    /// Renews the token if it is due, or in any case if `force` is set.
    pub fn renew_token(&self, force: bool) {
        self.push(
            |client, base| async move { Completion::TokenRenewed(client.renew_token(&base, force).await) },
        );
    }

    /// Reads the settings again.
    pub fn reload_settings(&self, reloading: impl Future<Output = ReloadResult> + Send + 'static) {
        self.push(|_, _| async move { Completion::SettingsReloaded(Box::new(reloading.await)) });
    }

    /// Reports the user's activity.
    pub fn report_activity(&self, url: Url) {
        self.push(|client, _| async move {
            if let Err(error) = client.post(url, Body::None).await {
                let problem = error.during(Operation::ReportActivity).problem();
                tracing::warn!(%problem, "the server could not be told that the user is active");
            }
            Completion::ActivityReported
        });
    }
}

/// Creates an `operationId`, which identifies a request in later events. The UCWA reference allows 50 characters.
pub(super) fn operation_id() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

async fn post(client: &Client, base: &Url, href: &str, body: Body) -> Result<Response, RequestError> {
    client.post(client.resolve(base, href)?, body).await
}

/// Sends a message. Its `operationId` is a parameter of the query.
async fn send_message(
    client: &Client,
    base: &Url,
    href: &str,
    text: String,
) -> Result<Response, RequestError> {
    let mut url = client.resolve(base, href)?;
    url.query_pairs_mut().append_pair("operationId", &operation_id());
    client.post(url, Body::Text(text)).await
}

async fn delete(client: &Client, base: &Url, href: &str) -> Result<Response, RequestError> {
    client.request(Method::DELETE, client.resolve(base, href)?, Body::None, REQUEST_TIMEOUT).await
}

async fn extend_subscription(client: &Client, base: &Url, href: &str) -> Result<Response, RequestError> {
    let mut url = client.resolve(base, href)?;
    url.query_pairs_mut().append_pair("duration", &MINUTES.to_string());
    client.post(url, Body::None).await
}

/// Returns the links of a presence subscription that was created.
fn subscription_links(response: &Response) -> Option<SubscriptionLinks> {
    let document = Document::of(response);
    let subscription = document.resource().ok()?;
    let own = Href::from(subscription.href("self")?);
    Some(SubscriptionLinks { own, add: subscription.href("addToPresenceSubscription").map(Href::from) })
}

/// Gets a resource unless it still has an entity tag, and fails if the response can't be decoded as one.
async fn get_resource(
    client: &Client,
    base: &Url,
    href: &str,
    tag: Option<&str>,
) -> Result<Response, RequestError> {
    let response = client.get_if_changed(client.resolve(base, href)?, tag).await?;
    if response.status != StatusCode::NOT_MODIFIED {
        Document::of(&response).resource()?;
    }
    Ok(response)
}
