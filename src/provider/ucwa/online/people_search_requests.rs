//! The search for people and the presence of those found: the requests and their results. [`super::people_search`] decides when they
//! are sent.

use std::time::Duration;

use http::{Method, StatusCode};
use tokio::time::Instant;
use url::Url;

use super::end::SessionEnd;
use super::jobs::{Completion, Jobs};
use super::session::OnlineSession;
use crate::invitation::Availability;
use crate::provider::exchange::Response;
use crate::provider::ucwa::http::client::Body;
use crate::provider::ucwa::http::error::RequestError;
use crate::provider::ucwa::http::error_response::Operation;
use crate::provider::ucwa::search_results::{MAX_RESULTS, SearchResults};
use crate::provider::ucwa::wire::Document;
use crate::provider::{Event, Problem, Ticket};

/// The timeout of a search: a text that was typed meanwhile waits for it.
const SEARCH_TIMEOUT: Duration = Duration::from_secs(8);

impl OnlineSession<'_> {
    /// Begins a search for people.
    pub(super) fn search_for(&mut self, ticket: Ticket, text: String) {
        if self.application.search.is_some() {
            self.search.begin(ticket, text, Instant::now());
        } else {
            self.search.end();
            self.refuse(ticket, "this account can't search for people");
        }
    }

    /// Sends the search that is due.
    pub(super) fn send_search(&mut self, now: Instant) {
        let Some(url) = self.application.search.clone() else { return };
        if let Some((ticket, text)) = self.search.take_due(now) {
            self.jobs.search(ticket, url, &text);
        }
    }

    /// Requests the presence of people who were found, within the rate limit.
    pub(super) fn send_presence_requests(&mut self, now: Instant) {
        while self.context.fetch_limiter.next_at(now) <= now {
            let Some((ticket, index, href)) = self.search.take_presence() else { return };
            self.context.fetch_limiter.reserve(now);
            self.jobs.presence(ticket, index, href);
        }
    }

    /// Emits the people whom a search has found, unless its answer is no longer wanted.
    pub(super) fn handle_found(
        &mut self,
        ticket: Ticket,
        result: &Result<Response, RequestError>,
    ) -> Result<(), SessionEnd> {
        if self.search.complete(ticket) {
            match results(result) {
                Ok(SearchResults { people, is_complete }) => {
                    let (people, hrefs): (Vec<_>, Vec<_>) = people.into_iter().unzip();
                    let hrefs = hrefs.into_iter().enumerate();
                    self.search.add_presence(hrefs.filter_map(|(index, href)| Some((index, href?))));
                    self.outbox.push_back(Event::Found { ticket, people, is_complete });
                }
                Err(problem) => self.outbox.push_back(Event::Refused { ticket, problem }),
            }
        }
        self.probe_if_application_gone(result)
    }

    /// Emits the presence of a person who was found. A failure is of no consequence, except that a refusal (403) is for
    /// all of them.
    pub(super) fn handle_presence(
        &mut self,
        ticket: Ticket,
        index: usize,
        result: &Result<Response, RequestError>,
    ) -> Result<(), SessionEnd> {
        if self.search.complete_presence(ticket) {
            match result {
                Ok(response) => {
                    let document = Document::of(response);
                    let availability = document
                        .resource()
                        .ok()
                        .and_then(|resource| resource.text("availability").and_then(Availability::parse));
                    let event =
                        availability.map(|availability| Event::PresenceFound { ticket, index, availability });
                    self.outbox.extend(event);
                }
                Err(RequestError::Refused(refusal)) if refusal.status == StatusCode::FORBIDDEN => {
                    self.search.drop_presence();
                }
                Err(error) => tracing::debug!(%error, "the presence of a person is not known"),
            }
        }
        self.probe_if_application_gone(result)
    }
}

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
}

/// Decodes the answer to a search.
fn results(result: &Result<Response, RequestError>) -> Result<SearchResults, Problem> {
    let response = result.as_ref().map_err(RequestError::problem)?;
    let document = Document::of(response);
    let resource = document.resource().map_err(|error| RequestError::from(error).problem())?;
    Ok(SearchResults::of(&resource))
}
