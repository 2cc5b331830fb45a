//! The record of requests: those that the simulator received, and the notifications that it sent.

use std::fmt::{self, Write};

use jiff::Timestamp;
use serde::Serialize;
use tokio::time::Instant;

use super::recent::RecentList;

/// The longest part of a body that [`RecordedRequest`] displays (characters); the summary follows it.
const DISPLAYED_BODY: usize = 400;
/// The longest text that is kept (bytes).
const KEPT_TEXT: usize = 4_000;

/// A request that the simulator received and its response, or a notification that it sent to a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedRequest {
    /// The method; `NOTIFY` for a notification that the simulator sent.
    pub method: String,
    /// The origin to which it was sent, such as `https://pool.contoso.example`.
    pub origin: String,
    /// The path and the query, without secrets.
    pub target: String,
    /// The name of the resource or of the operation, as faults name it; `notify` for a notification.
    pub resource: String,
    /// The number of the invitation, conversation or call that it concerns.
    pub number: Option<u32>,
    /// The name of the application that sent it, after that of its user if there are several; `bot` for a request of a bot, and empty without an application.
    pub client: String,
    /// Whether it had an `Authorization` field, whose value is not kept.
    pub authorized: bool,
    /// The body, without secrets.
    pub body: String,
    /// The status of the response; 0 while there is none.
    pub status: u16,
    /// The effect of the request, such as `accept of messagingInvitation 1 from sip:lene@contoso.example`.
    pub summary: String,
    /// The rule that the client broke, if any.
    pub complaint: Option<String>,
    /// The body of the response, without secrets; empty unless [bodies are kept](super::Simulator::keep_responses).
    pub response: String,
    /// When it arrived.
    pub at: Instant,
    /// When it arrived, by the calendar.
    pub time: Timestamp,
    /// Whether it has fulfilled an expectation of a script.
    pub is_claimed: bool,
}

/// A line of the file that `--record` names.
#[derive(Serialize)]
struct RecordLine<'a> {
    time: Timestamp,
    client: &'a str,
    method: &'a str,
    target: &'a str,
    status: u16,
    resource: &'a str,
    request: &'a str,
    response: &'a str,
    summary: &'a str,
    marks: Vec<Mark<'a>>,
}

/// A rule that the client broke, and the name of the resource whose documentation has the rule.
#[derive(Serialize)]
struct Mark<'a> {
    resource: &'a str,
    rule: &'a str,
}

impl RecordedRequest {
    /// Returns the request as a line of JSON without the line break.
    ///
    /// # Errors
    /// Returns an error if it cannot be encoded.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let marks = self.complaint.iter().map(|rule| Mark { resource: &self.resource, rule });
        serde_json::to_string(&RecordLine {
            time: self.time,
            client: &self.client,
            method: &self.method,
            target: &self.target,
            status: self.status,
            resource: &self.resource,
            request: &self.body,
            response: &self.response,
            summary: &self.summary,
            marks: marks.collect(),
        })
    }
}

/// The latest requests, in the order of arrival and in the order of their responses.
pub(super) struct Record {
    requests: RecentList<RecordedRequest>,
    /// The numbers of the answered requests, in the order of their responses.
    answered: RecentList<usize>,
}

impl Record {
    /// Creates a record of the latest `kept` requests.
    pub fn new(kept: usize) -> Self {
        Self { requests: RecentList::new(kept), answered: RecentList::new(kept) }
    }

    /// Adds a request without a response and returns its number.
    pub fn add(&mut self, request: RecordedRequest) -> usize {
        self.requests.push(RecordedRequest {
            target: truncated(request.target),
            body: truncated(request.body),
            summary: truncated(request.summary),
            ..request
        });
        self.requests.end() - 1
    }

    /// Records the response to the request of that number, unless the request is no longer kept.
    pub fn complete(&mut self, number: usize, status: u16, summary: String, complaint: Option<String>) {
        if let Some(recorded) = self.requests.get_mut(number) {
            recorded.status = status;
            recorded.summary = truncated(summary);
            recorded.complaint = complaint;
            self.answered.push(number);
        }
    }

    /// Sets the body of the response to the request of that number.
    pub fn set_response(&mut self, number: usize, body: String) {
        if let Some(recorded) = self.requests.get_mut(number) {
            recorded.response = truncated(body);
        }
    }

    /// Claims the first answered request that `matches` and that is not claimed yet; returns whether there is one.
    pub fn claim(&mut self, matches: impl Fn(&RecordedRequest) -> bool) -> bool {
        let is_match = |request: &RecordedRequest| !request.is_claimed && matches(request);
        let mut numbers = self.answered.iter().copied();
        let found = numbers.find(|number| self.requests.get(*number).is_some_and(is_match));
        let found = found.and_then(|number| self.requests.get_mut(number));
        found.is_some_and(|request| {
            request.is_claimed = true;
            true
        })
    }

    /// Adds a request together with its response.
    pub fn add_completed(&mut self, request: RecordedRequest) {
        let number = self.add(request);
        self.answered.push(number);
    }

    /// Returns the requests that are kept, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &RecordedRequest> {
        self.requests.iter()
    }

    /// Returns the number of requests that are no longer kept.
    pub fn dropped(&self) -> usize {
        self.requests.dropped()
    }

    /// Returns the answered requests from the given position on, and the position of the next one.
    pub fn answered_from(&self, position: usize) -> (Vec<RecordedRequest>, usize) {
        let answered = self.answered.from(position).filter_map(|number| self.requests.get(*number));
        (answered.cloned().collect(), self.answered.end())
    }
}

/// Cuts `text` to at most [`KEPT_TEXT`] bytes and appends its original length.
fn truncated(mut text: String) -> String {
    if text.len() > KEPT_TEXT {
        let length = text.len();
        let end = (0..=KEPT_TEXT).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        text.truncate(end);
        // Writing to a string does not fail.
        let _ = write!(text, "… ({length} bytes)");
        text.shrink_to_fit();
    }
    text
}

/// Returns whether a character could change the state of a terminal or the order of its text.
fn is_unsafe(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

impl fmt::Display for RecordedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} {}", self.status, self.method, self.target)?;
        if !self.body.is_empty() {
            formatter.write_char(' ')?;
            for c in self.body.chars().take(DISPLAYED_BODY) {
                if is_unsafe(c) {
                    write!(formatter, "{}", c.escape_unicode())?;
                } else {
                    formatter.write_char(c)?;
                }
            }
            if self.body.chars().nth(DISPLAYED_BODY).is_some() {
                formatter.write_char('…')?;
            }
        }
        write!(formatter, "  # {}", self.summary)?;
        if let Some(complaint) = &self.complaint {
            write!(formatter, "  ! {complaint}")?;
        }
        Ok(())
    }
}
