//! What can go wrong with a request, and what it means for a person.

use std::time::Duration;

use http::StatusCode;

use super::events::Reason;
use super::token::TokenError;
use super::wire::{Document, Nonsense};
use crate::provider::Problem;
use crate::provider::exchange::{Failure, Response, Sent};
use crate::provider::origin::Forbidden;
use crate::text::DisplayText;

/// Why a request had no success.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CallError {
    /// There was no complete answer.
    #[error("{0}")]
    Transport(#[from] Failure),
    /// UCWA refused it.
    #[error("{}", refusal_words(.0))]
    Refused(Refusal),
    /// The answer is not from UCWA: a proxy, a portal or another server stands between.
    #[error("something other than Skype for Business answered (status {0})")]
    Stranger(u16),
    /// UCWA's answer can't be read.
    #[error("the server's answer makes no sense")]
    Nonsense(#[from] Nonsense),
    /// There is no token to be had.
    #[error("{0}")]
    Token(#[from] TokenError),
    /// The address may not be used.
    #[error("{0}")]
    Forbidden(#[from] Forbidden),
}

/// A refusal as UCWA worded it.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The status code.
    pub status: StatusCode,
    /// What the body says, where it says something.
    pub reason: Reason<'static>,
    /// How long the server asks us to wait (`Retry-After`).
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// Whether it says this, by its subcode.
    #[must_use]
    pub fn says(&self, subcode: &str) -> bool {
        self.reason.subcode == subcode
    }
}

impl CallError {
    /// Takes a response that is no success for what it is.
    #[must_use]
    pub fn from_response(response: &Response) -> Self {
        let status = response.status;
        match Document::of(response).reason() {
            Some(reason) => Self::Refused(Refusal {
                status,
                reason: reason.into_owned(),
                retry_after: response.retry_after(),
            }),
            // A refusal without any body can be UCWA's; a page of HTML can't. Neither ends a session.
            None if response.body.is_empty() && status.is_client_error() | status.is_server_error() => {
                Self::Refused(Refusal {
                    status,
                    reason: Reason::default(),
                    retry_after: response.retry_after(),
                })
            }
            None if matches!(status.as_u16(), 429 | 500..) => Self::Refused(Refusal {
                status,
                reason: Reason::default(),
                retry_after: response.retry_after(),
            }),
            None => Self::Stranger(status.as_u16()),
        }
    }

    /// How long the server asks us to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.retry_after,
            Self::Token(TokenError::Refused { retry_after, .. }) => *retry_after,
            _ => None,
        }
    }

    /// Whether the same request may well succeed a little later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Transport(_) | Self::Stranger(_) | Self::Nonsense(_) => true,
            Self::Refused(refusal) => matches!(refusal.status.as_u16(), 408 | 429 | 500..),
            Self::Token(token) => token.is_passing(),
            Self::Forbidden(_) => false,
        }
    }

    /// Whether the server may have carried out the request all the same.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        match self {
            Self::Transport(failure) => failure.sent != Sent::No,
            // The front end answers for a back end whose answer it did not get.
            Self::Refused(refusal) => {
                matches!(refusal.status.as_u16(), 408 | 500 | 502..=504) && refusal.reason.subcode.is_empty()
            }
            // The server may have taken it; only what it said is lost.
            Self::Stranger(_) | Self::Nonsense(_) => true,
            Self::Token(_) | Self::Forbidden(_) => false,
        }
    }

    /// In words for a person: what happened, and what to do about it.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::Token(error) => error.problem(),
            Self::Forbidden(error @ Forbidden::Stranger(_)) => Problem::new(
                &error.to_string(),
                "if that host is right, add it to trusted_hosts under [ucwa] in the configuration",
            ),
            Self::Stranger(_) => {
                Problem::new(&self.to_string(), "is there a proxy or a sign-in page on this network?")
            }
            Self::Refused(refusal) => Problem::new(&refusal_words(refusal), refusal_remedy(refusal)),
            Self::Transport(_) | Self::Nonsense(_) | Self::Forbidden(_) => {
                Problem::new(&self.to_string(), "")
            }
        }
    }
}

/// The words for each refusal that the reference lists for invitations, and for the generic ones.
fn refusal_words(refusal: &Refusal) -> String {
    let reason = &refusal.reason;
    let known = match (refusal.status.as_u16(), reason.subcode.as_ref()) {
        (409, "AlreadyExists") => "the server says that this was done already",
        (409, "TooManyGroups") => "the server says that there are too many groups",
        (409, "AnotherOperationPending") => "the server is still busy with another request for it",
        (409, "MakeMeAvailableRequired") => "the server does not see you as available yet",
        (409, "TooManyApplications") => "too many applications are signed in for this user",
        (409, "") => "the server can't do that with this invitation now",
        (410, "CannotRedirect") => "the call can't be redirected: the server has no backup pool",
        (410, "") => "the server no longer offers this",
        (500, "CallbackChannelError") => "the other side can't be reached by the server",
        (500, "InvalidExchangeServerVersion") => "the mailbox behind it is on an unsupported server version",
        (404, "ApplicationNotFound") => "the server has ended this session",
        (404, _) => "the server no longer has it",
        (403, "") => "the server does not allow it",
        (429, _) => "the server asks for fewer requests",
        (503, _) => "the server is not available now",
        (504 | 408, _) => "the server did not answer in time",
        (_, "ParameterValidationFailure") => "the server does not understand a value that was sent",
        (_, "LimitExceeded") => "a limit of the server is reached",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let status = refusal.status.as_u16();
    let said = [&reason.message, &reason.subcode, &reason.code].into_iter().find(|text| !text.is_empty());
    match said {
        Some(said) => format!("the server refused ({status}): {}", DisplayText::new(said)),
        None => format!("the server refused (status {status})"),
    }
}

fn refusal_remedy(refusal: &Refusal) -> &'static str {
    match (refusal.status.as_u16(), refusal.reason.subcode.as_ref()) {
        (403, "") => {
            "this account needs the permission Conversations.Initiate or Conversations.Receive; ask your administrator"
        }
        (409, "TooManyApplications") => "sign out somewhere else, then press r",
        (410, "CannotRedirect") => "decline it, or answer on another device",
        (500, "CallbackChannelError") => "try again",
        (409, "AnotherOperationPending") => "wait a moment",
        _ => "",
    }
}
