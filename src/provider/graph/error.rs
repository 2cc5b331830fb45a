//! The errors of requests to Microsoft Graph.

use std::time::Duration;

use serde_json::Value;

use super::json::{member, text};
use super::operation::Operation;
use super::token::TokenError;
use crate::provider::Problem;
use crate::provider::exchange::{Delivery, Response, TransportError};
use crate::text::DisplayText;

/// The remedy for a request that is not found although its call exists.
pub const CHECK_CLOUD: &str =
    "check base_url, api and cloud under [graph]: some clouds do not support every request";

/// The error of a request to Microsoft Graph.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GraphError {
    /// The request received no complete response.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Microsoft Graph refused the request.
    #[error("{}", refusal_words(.0))]
    Refused(GraphRefusal),
    /// The response, with this status code, is not from Microsoft Graph.
    #[error("something other than Microsoft Graph answered (status {0})")]
    UnexpectedServer(u16),
    /// No token was issued.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The deadline of the call passed before the request was sent.
    #[error("the time to answer has passed; nothing was sent")]
    TooLate,
    /// The call ended before the request was sent.
    #[error("the call is already over")]
    Over,
}

/// An error response of Microsoft Graph.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphRefusal {
    /// The operation that was refused.
    pub operation: Operation,
    /// The status code.
    pub status: u16,
    /// The `code` of the error, which is a word or a number; may be empty.
    pub code: DisplayText,
    /// The `message` of the error; may be empty.
    pub message: DisplayText,
    /// The delay that Microsoft Graph asks for (`Retry-After`).
    pub retry_after: Option<Duration>,
    /// The id of the request at Microsoft Graph, for its support; may be empty.
    pub request_id: DisplayText,
}

impl GraphError {
    /// Decodes a response whose status is not a success.
    #[must_use]
    pub fn from_response(response: &Response, operation: Operation) -> Self {
        let status = response.status.as_u16();
        let document = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
        let error = document.as_object().and_then(|document| member(document, "error")?.as_object());
        if error.is_none() && !matches!(status, 401 | 429 | 500..) {
            return Self::UnexpectedServer(status);
        }
        let code = match error.and_then(|error| member(error, "code")) {
            Some(Value::String(code)) => DisplayText::new(code),
            Some(Value::Number(code)) => DisplayText::new(&code.to_string()),
            _ => DisplayText::default(),
        };
        let message = error.and_then(|error| text(error, "message")).unwrap_or_default();
        let request_id = error
            .and_then(|error| text(member(error, "innerError")?.as_object()?, "request-id"))
            .or_else(|| response.headers.get("request-id")?.to_str().ok())
            .unwrap_or_default();
        Self::Refused(GraphRefusal {
            operation,
            status,
            code,
            message: DisplayText::new(message),
            retry_after: response.retry_after(),
            request_id: DisplayText::new(request_id),
        })
    }

    /// Returns whether the call no longer exists.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.status == 404,
            Self::Over => true,
            Self::Transport(_) | Self::UnexpectedServer(_) | Self::Token(_) | Self::TooLate => false,
        }
    }

    /// Returns whether the request was certainly not carried out, and may succeed when it is repeated.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Transport(error) => error.delivery == Delivery::NotSent,
            Self::Refused(refusal) => matches!(refusal.status, 429 | 503),
            Self::Token(error) => error.is_transient(),
            Self::UnexpectedServer(_) | Self::TooLate | Self::Over => false,
        }
    }

    /// Returns whether the request may have been carried out.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        match self {
            Self::Transport(error) => error.delivery != Delivery::NotSent,
            Self::Refused(refusal) => matches!(refusal.status, 408 | 500 | 502 | 504),
            Self::UnexpectedServer(status) => !(400..500).contains(status),
            Self::Token(_) | Self::TooLate | Self::Over => false,
        }
    }

    /// Returns the delay that the server asks for.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.retry_after,
            Self::Token(error) => error.retry_after(),
            Self::Transport(_) | Self::UnexpectedServer(_) | Self::TooLate | Self::Over => None,
        }
    }

    /// Describes the error and its remedy for the user.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let remedy = match self {
            Self::Token(error) => return error.problem(),
            Self::Refused(refusal) => refusal_remedy(refusal),
            Self::UnexpectedServer(404) => CHECK_CLOUD,
            Self::UnexpectedServer(_) => "check base_url under [graph]; is there a proxy on this network?",
            Self::Transport(error) => error.remedy(),
            Self::TooLate | Self::Over => "",
        };
        Problem::new(&self.to_string(), remedy)
    }
}

fn refusal_words(refusal: &GraphRefusal) -> String {
    match (refusal.status, refusal.code.as_str()) {
        (404, _) if refusal.operation == Operation::RemoveParticipant => {
            "Microsoft Graph knows nothing of this invitation any more".into()
        }
        (404, _) => "the call is already over".into(),
        (403, "7504") if refusal.operation == Operation::Redirect => {
            "the bot lacks the permission to redirect calls (7504)".into()
        }
        (403, "7504") if refusal.operation == Operation::Transfer => {
            "the bot lacks the permission to transfer calls (7504)".into()
        }
        (403, "7504") if refusal.operation == Operation::Invite => {
            "the bot lacks the permission to invite people to calls (7504)".into()
        }
        (403, "7504") => "Microsoft Graph does not allow the bot to do this (7504)".into(),
        (403, "7505") => "the call belongs to another tenant than the bot's token (7505)".into(),
        (403, _) => "Microsoft Graph does not allow it".into(),
        (_, "2203") => "Microsoft Graph does not understand the request (2203)".into(),
        (401, _) => "Microsoft Graph does not accept the bot's token".into(),
        (429, _) => "too many requests; Microsoft Graph asks rsvp to slow down".into(),
        (500.., _) => format!("Microsoft Graph has a problem (status {})", refusal.status),
        (status, code) => {
            let reason = if refusal.message.is_empty() { code } else { refusal.message.as_str() };
            format!("Microsoft Graph refused ({status}): {reason}")
        }
    }
}

fn refusal_remedy(refusal: &GraphRefusal) -> &'static str {
    match (refusal.status, refusal.code.as_str()) {
        (403, "7504") => match refusal.operation {
            Operation::Redirect | Operation::Transfer => {
                "give the app Calls.Initiate.All and let an administrator consent"
            }
            Operation::Answer => {
                "a one-to-one call needs no permission; a group call needs Calls.JoinGroupCall.All; check the app's permissions and an administrator's consent"
            }
            Operation::Reject => {
                "rejecting needs no permission of its own: check that the call is for the app with this client_id"
            }
            Operation::Invite => "give the app Calls.InitiateGroupCall.All and let an administrator consent",
            Operation::RemoveParticipant => {
                "give the app Calls.JoinGroupCall.All, and let an administrator add it by Set-CsApplicationMeetingConfiguration -AllowRemoveParticipantAppIds"
            }
            Operation::Get | Operation::KeepAlive | Operation::Delete | Operation::ListParticipants => {
                "check the app's permissions and an administrator's consent"
            }
        },
        (403, "7505") => "let an administrator of the call's tenant consent to the app, or check tenant",
        (403, _) => "check the app's permissions and an administrator's consent",
        (_, "2203") => "check api and base_url under [graph]",
        (401, _) => "check cloud and base_url under [graph]",
        (429 | 503, _) => "try again",
        (400..500, _) if refusal.operation == Operation::Transfer => {
            "only calls between Teams users of one tenant are transferred; to a phone number, only by a bot that has one"
        }
        _ => "",
    }
}
