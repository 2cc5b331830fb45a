//! Requests to answer a call, and what came of them.

use super::deadline::Deadline;
use super::error::GraphError;
use super::operation::{CallRef, CallRequest};
use crate::provider::{Event, Ticket};

/// A request to answer a call that is to be sent.
#[derive(Debug)]
pub struct AnswerJob {
    /// The call.
    pub target: CallRef,
    /// The request.
    pub request: CallRequest,
    /// The deadline after which the request is not sent.
    pub deadline: Deadline,
}

/// A request to answer a call, and its state.
pub struct PendingAnswer {
    /// The number of the user's request.
    pub ticket: Ticket,
    /// The request.
    pub request: CallRequest,
    /// The state of the request.
    pub state: AnswerState,
}

/// The state of a request to answer a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AnswerState {
    /// The request has received no response yet.
    Sending,
    /// Microsoft Graph accepted the request.
    Accepted,
    /// The response was lost, or an earlier attempt may have been carried out.
    Unknown,
    /// Microsoft Graph did not find the call, so the request had no effect.
    NotFound,
}

/// The result of a request to answer a call.
pub struct AnswerResult {
    /// The result of the last attempt.
    pub result: Result<(), GraphError>,
    /// Whether an earlier attempt may have been carried out.
    pub is_repeated: bool,
}

impl AnswerResult {
    /// Returns whether the call no longer exists.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.result.as_ref().is_err_and(GraphError::is_gone)
    }

    /// Returns the state that the request is in now, or `None` if the request had no effect.
    #[must_use]
    pub fn state(&self) -> Option<AnswerState> {
        match &self.result {
            Ok(()) => Some(AnswerState::Accepted),
            Err(error) if error.is_gone() => {
                Some(if self.is_repeated { AnswerState::Unknown } else { AnswerState::NotFound })
            }
            Err(error) if self.is_repeated || error.is_uncertain() => Some(AnswerState::Unknown),
            Err(_) => None,
        }
    }

    /// Returns the event that reports the result, unless a lookup of the call has to tell it.
    #[must_use]
    pub fn event(&self, ticket: Ticket) -> Option<Event> {
        match &self.result {
            Ok(()) => Some(Event::Completed(ticket)),
            Err(error) if error.is_gone() => None,
            Err(error) if self.is_repeated || error.is_uncertain() => {
                Some(Event::Uncertain { ticket, problem: error.problem() })
            }
            Err(error) => Some(Event::Refused { ticket, problem: error.problem() }),
        }
    }
}
