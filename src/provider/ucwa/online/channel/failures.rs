//! The failures of the event channel, and the point at which they end the session.

use std::collections::VecDeque;
use std::time::Duration;

use http::StatusCode;
use tokio::time::Instant;

use crate::provider::Problem;
use crate::provider::exchange::Delivery;
use crate::provider::ucwa::http::error::RequestError;
use crate::provider::ucwa::http::error_response::ErrorResponse;
use crate::provider::ucwa::online::end::SessionEnd;

/// The number of misdirected polls in a row after which discovery is repeated.
const MAX_MISDIRECTED: u32 = 3;

/// The number of undecodable responses in a row after which the channel starts over.
const RESTART_AFTER_UNDECODABLE: u32 = 3;

/// The number of undecodable responses in a row after which the application is created again.
const MAX_UNDECODABLE: u32 = 6;

/// The number of `resync` and `resume` links in a row after which the channel waits before it polls.
const PAUSE_AFTER_RESYNCS: u32 = 2;

/// The number of `resync` and `resume` links in a row after which the application is created again.
const MAX_RESYNCS: u32 = 5;

/// The number of replaced polls within [`REPLACED_WITHIN`] that only another client can cause.
const MAX_REPLACED: usize = 3;

/// The period over which replaced polls are counted.
const REPLACED_WITHIN: Duration = Duration::from_secs(60);

/// The failures since the last decoded batch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Failures {
    /// The number of refusals that suggest another server.
    misdirected: u32,
    /// The number of responses that could not be decoded.
    undecodable: u32,
    /// The number of batches in a row with a `resync` or `resume` link.
    resyncs: u32,
}

/// The times of the latest replaced polls.
#[derive(Debug, Default)]
pub struct Replacements(VecDeque<Instant>);

impl Failures {
    /// Records a decoded batch. `requires_full_reload` is whether it had a `resync` or `resume` link.
    pub fn batch_decoded(&mut self, requires_full_reload: bool) {
        *self = Self { resyncs: if requires_full_reload { self.resyncs + 1 } else { 0 }, ..Self::default() };
    }

    /// Returns whether there were so many resyncs in a row that the next poll must wait.
    pub fn need_pause(&self) -> bool {
        self.resyncs >= PAUSE_AFTER_RESYNCS
    }

    /// Returns the end of the session after too many resyncs.
    pub fn end_after_resyncs(&self) -> Option<SessionEnd> {
        let problem = || Problem::new("the event channel keeps starting over", "");
        (self.resyncs >= MAX_RESYNCS).then(|| SessionEnd::Unusable(problem()))
    }

    /// Returns whether the channel has to start over after the latest error.
    pub fn need_restart(&self, error: &RequestError) -> bool {
        is_undecodable(error) && self.undecodable == RESTART_AFTER_UNDECODABLE
    }

    /// Records an error. Returns how the session ends if this error ends it.
    pub fn record_error(&mut self, error: &RequestError, problem: &Problem) -> Option<SessionEnd> {
        match error {
            RequestError::Refused(response) => end_after_refusal(response, problem)
                .or_else(|| self.count_misdirected(response.status.as_u16(), problem)),
            RequestError::UnexpectedServer(status @ (403 | 502)) => self.count_misdirected(*status, problem),
            RequestError::Token(token) if !token.is_transient() => Some(SessionEnd::Stopped(problem.clone())),
            RequestError::Forbidden(_) => Some(SessionEnd::Stopped(problem.clone())),
            error if is_undecodable(error) => {
                // The server repeats a batch that is not acknowledged, and one that can't be decoded must not be.
                self.undecodable += 1;
                (self.undecodable >= MAX_UNDECODABLE).then(|| SessionEnd::Unusable(problem.clone()))
            }
            _ => None,
        }
    }

    fn count_misdirected(&mut self, status: u16, problem: &Problem) -> Option<SessionEnd> {
        if !matches!(status, 403 | 404 | 502) {
            return None;
        }
        self.misdirected += 1;
        (self.misdirected >= MAX_MISDIRECTED).then(|| SessionEnd::Moved(problem.clone()))
    }
}

impl Replacements {
    /// Records a replaced poll. Returns whether there are so many that another client must have taken the channel over.
    pub fn record_and_check_takeover(&mut self, now: Instant) -> bool {
        self.0.retain(|at| now.duration_since(*at) < REPLACED_WITHIN);
        self.0.push_back(now);
        self.0.len() >= MAX_REPLACED
    }
}

/// Returns whether an error means that another poll has replaced this one.
pub fn is_replaced(error: &RequestError) -> bool {
    matches!(error, RequestError::Refused(response)
        if response.status == StatusCode::CONFLICT && response.has_subcode("PGetReplaced"))
}

/// Returns whether an error is a response that can't be decoded: the server would repeat it.
fn is_undecodable(error: &RequestError) -> bool {
    match error {
        RequestError::DecodeError(_) => true,
        RequestError::Transport(error) => error.delivery == Delivery::ResponseTooLarge,
        _ => false,
    }
}

/// Returns how the session ends if this refusal ends it.
fn end_after_refusal(response: &ErrorResponse, problem: &Problem) -> Option<SessionEnd> {
    match (response.status.as_u16(), response.reason.subcode.as_ref()) {
        (404, _) if !response.reason.code.is_empty() => Some(SessionEnd::Forgotten),
        (410, _)
        | (_, "TooManyApplications" | "UserAgentNotAllowed" | "MobileApplicationNoLongerAllowed") => {
            Some(SessionEnd::Stopped(problem.clone().then_reconnect()))
        }
        _ => None,
    }
}
