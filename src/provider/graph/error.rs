//! What can go wrong with a request about a call, and what it means for a person.

use std::time::Duration;

use serde_json::Value;

use super::notification::{get, text};
use super::token::TokenError;
use crate::provider::Problem;
use crate::provider::exchange::{Delivery, Response, TransportError};
use crate::text::DisplayText;

/// What to do where a request is not found although there is a call that it is about.
pub const NOT_EVERYWHERE: &str =
    "check base_url, api and cloud under [graph]: not every cloud has every request";

/// Why a request had no success.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CallError {
    /// There was no complete answer.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Microsoft Graph refused it.
    #[error("{}", refusal_words(.0))]
    Refused(Refusal),
    /// The answer is not from Microsoft Graph.
    #[error("something other than Microsoft Graph answered (status {0})")]
    UnexpectedServer(u16),
    /// There is no token to be had.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The call's time was up before the request could be sent.
    #[error("its 15 s were up, nothing was sent")]
    TooLate,
    /// The call was known to be over before the request could be sent.
    #[error("the call is over already")]
    Over,
}

/// A refusal as Microsoft Graph worded it.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The status code.
    pub status: u16,
    /// The error's `code`: a word, or a number.
    pub code: DisplayText,
    /// The error's `message`, for a person only.
    pub message: DisplayText,
    /// How long Graph asks us to wait.
    pub retry_after: Option<Duration>,
    /// Graph's name for the request, for whoever has to look for it.
    pub request_id: DisplayText,
    /// What was refused.
    pub operation: Operation,
}

/// What a request about a call was to do, on which it depends which permission it needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Operation {
    /// Reading a call, keeping it alive or hanging up.
    #[default]
    Other,
    /// `answer`
    Answer,
    /// `reject`
    Reject,
    /// `redirect`
    Redirect,
}

impl Operation {
    /// Returns the operation with that last segment of its address.
    #[must_use]
    pub fn of(segment: Option<&str>) -> Self {
        match segment {
            Some("answer") => Self::Answer,
            Some("reject") => Self::Reject,
            Some("redirect") => Self::Redirect,
            _ => Self::Other,
        }
    }
}

impl CallError {
    /// Takes a response that is no success for what it is.
    #[must_use]
    pub fn from_response(response: &Response) -> Self {
        let status = response.status.as_u16();
        let document = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
        // What is odd about the rest of an error must not hide that it is Graph's.
        let Some(error) = document.as_object().and_then(|all| get(all, "error")?.as_object()) else {
            return if matches!(status, 401 | 429 | 500..) {
                Self::Refused(Refusal {
                    status,
                    code: DisplayText::default(),
                    message: DisplayText::default(),
                    retry_after: response.retry_after(),
                    request_id: header(response),
                    operation: Operation::default(),
                })
            } else {
                Self::UnexpectedServer(status)
            };
        };
        let code = match get(error, "code") {
            Some(Value::String(code)) => DisplayText::new(code),
            Some(Value::Number(code)) => DisplayText::new(&code.to_string()),
            _ => DisplayText::default(),
        };
        let inner = get(error, "innerError").and_then(Value::as_object);
        let request_id = inner.and_then(|inner| text(inner, "request-id"));
        let request_id = request_id.map_or_else(|| header(response), DisplayText::new);
        Self::Refused(Refusal {
            status,
            code,
            message: DisplayText::new(text(error, "message").unwrap_or_default()),
            retry_after: response.retry_after(),
            request_id,
            operation: Operation::default(),
        })
    }

    /// The same error, of a request that was to do this.
    #[must_use]
    pub fn during(self, operation: Operation) -> Self {
        match self {
            Self::Refused(refusal) => Self::Refused(Refusal { operation, ..refusal }),
            other => other,
        }
    }

    /// Whether there is no such call (any more).
    #[must_use]
    pub fn is_gone(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.status == 404,
            Self::Over => true,
            Self::Transport(_) | Self::UnexpectedServer(_) | Self::Token(_) | Self::TooLate => false,
        }
    }

    /// Whether the request was certainly not carried out, and may be sent again soon.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Transport(failure) => failure.delivery == Delivery::NotSent,
            Self::Refused(refusal) => matches!(refusal.status, 429 | 503),
            Self::Token(token) => token.is_passing(),
            Self::UnexpectedServer(_) | Self::TooLate | Self::Over => false,
        }
    }

    /// Whether Graph may have carried out the request all the same.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        match self {
            Self::Transport(failure) => failure.delivery != Delivery::NotSent,
            Self::Refused(refusal) => matches!(refusal.status, 408 | 500 | 502 | 504),
            Self::UnexpectedServer(status) => !(400..500).contains(status),
            Self::Token(_) | Self::TooLate | Self::Over => false,
        }
    }

    /// How long Graph asks us to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.retry_after,
            Self::Token(TokenError::Refused { retry_after, .. }) => *retry_after,
            _ => None,
        }
    }

    /// In words for a person: what happened, and what to do about it.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let remedy = match self {
            Self::Token(error) => return error.problem(),
            Self::Refused(refusal) => refusal_remedy(refusal),
            Self::UnexpectedServer(404) => NOT_EVERYWHERE,
            Self::UnexpectedServer(_) => "check base_url under [graph]; is there a proxy on this network?",
            Self::Transport(_) | Self::TooLate | Self::Over => "",
        };
        Problem::new(&self.to_string(), remedy)
    }
}

fn header(response: &Response) -> DisplayText {
    let value = response.headers.get("request-id").and_then(|value| value.to_str().ok());
    DisplayText::new(value.unwrap_or_default())
}

fn refusal_words(refusal: &Refusal) -> String {
    match (refusal.status, refusal.code.as_str()) {
        (404, _) => "the call is over already".into(),
        (403, "7504") => match refusal.operation {
            Operation::Redirect => "the bot lacks the permission to redirect calls (7504)".into(),
            Operation::Answer | Operation::Reject | Operation::Other => {
                "Microsoft Graph does not let the bot do this with the call (7504)".into()
            }
        },
        (403, "7505") => "the call belongs to another tenant than the bot's token (7505)".into(),
        (403, _) => "Microsoft Graph does not allow it".into(),
        (_, "2203") => "Microsoft Graph does not understand the request (2203)".into(),
        (401, _) => "Microsoft Graph does not take the bot's token".into(),
        (429, _) => "Microsoft Graph asks for fewer requests".into(),
        (500.., _) => format!("Microsoft Graph has a problem (status {})", refusal.status),
        (status, code) => {
            let said = if refusal.message.is_empty() { code } else { refusal.message.as_str() };
            format!("Microsoft Graph refused ({status}): {said}")
        }
    }
}

fn refusal_remedy(refusal: &Refusal) -> &'static str {
    match (refusal.status, refusal.code.as_str()) {
        (403, "7504") => match refusal.operation {
            Operation::Redirect => "give the app Calls.Initiate.All and let an administrator consent",
            Operation::Answer => {
                "a call between two needs no permission, a group call Calls.JoinGroupCall.All; check the app's permissions and an administrator's consent"
            }
            Operation::Reject => {
                "rejecting needs no permission of its own: check that the call is for the app with this client_id"
            }
            Operation::Other => "check the app's permissions and an administrator's consent",
        },
        (403, "7505") => "let an administrator of the call's tenant consent to the app, or check tenant",
        (403, _) => "check the app's permissions and an administrator's consent",
        (_, "2203") => "check api and base_url under [graph]",
        (401, _) => "check cloud and base_url under [graph]",
        (429 | 503, _) => "try again",
        _ => "",
    }
}
