//! Finding people and starting conversations with them.

use http::StatusCode;
use tokio::time::Instant;

use super::end::SessionEnd;
use super::jobs::operation_id;
use super::session::OnlineSession;
use crate::invitation::Availability;
use crate::provider::exchange::Response;
use crate::provider::ucwa::http::error::RequestError;
use crate::provider::ucwa::search_results::SearchResults;
use crate::provider::ucwa::wire::Document;
use crate::provider::{Event, Problem, Ticket};

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
        self.check_application(result)
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
        self.check_application(result)
    }

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

/// Decodes the answer to a search.
fn results(result: &Result<Response, RequestError>) -> Result<SearchResults, Problem> {
    let response = result.as_ref().map_err(RequestError::problem)?;
    let document = Document::of(response);
    let resource = document.resource().map_err(|error| RequestError::from(error).problem())?;
    Ok(SearchResults::of(&resource))
}
