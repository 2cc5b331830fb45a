//! Request errors and their presentation to the user.

use std::time::Duration;

use super::error_response::{ErrorResponse, Operation};
use super::token::TokenError;
use crate::provider::Problem;
use crate::provider::exchange::{Delivery, Response, TransportError};
use crate::provider::origin::UrlRefusal;
use crate::provider::ucwa::wire::events::Reason;
use crate::provider::ucwa::wire::{DecodeError, Document};

/// The error of a request.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RequestError {
    /// No complete response arrived.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// UCWA refused the request.
    #[error("{}", .0.message())]
    Refused(ErrorResponse),
    /// The response is not from UCWA, but from a proxy, a portal or another server.
    #[error("something other than Skype for Business answered (status {0})")]
    UnexpectedServer(u16),
    /// UCWA's response can't be decoded.
    #[error("the server's response can't be read")]
    DecodeError(#[from] DecodeError),
    /// No token is available.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The address is not allowed.
    #[error(transparent)]
    Forbidden(#[from] UrlRefusal),
}

impl RequestError {
    /// Creates the error for a response whose status is not a success.
    #[must_use]
    pub fn from_response(response: &Response) -> Self {
        let status = response.status;
        let reason = match Document::of(response).reason() {
            Some(reason) => reason.into_owned(),
            // A response without any body can be UCWA's; a page of HTML can't. Neither ends a session.
            None if response.body.is_empty() && status.is_client_error() | status.is_server_error() => {
                Reason::default()
            }
            None if matches!(status.as_u16(), 429 | 500..) => Reason::default(),
            None => return Self::UnexpectedServer(status.as_u16()),
        };
        let retry_after = response.retry_after();
        Self::Refused(ErrorResponse { status, reason, retry_after, operation: Operation::default() })
    }

    /// Returns the error with its operation replaced.
    #[must_use]
    pub fn during(self, operation: Operation) -> Self {
        match self {
            Self::Refused(response) => Self::Refused(ErrorResponse { operation, ..response }),
            other => other,
        }
    }

    /// Returns the wait that the server asks for (`Retry-After`).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(response) => response.retry_after,
            Self::Token(error) => error.retry_after(),
            _ => None,
        }
    }

    /// Returns whether the same request may succeed a little later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Transport(_) | Self::UnexpectedServer(_) | Self::DecodeError(_) => true,
            Self::Refused(response) => matches!(response.status.as_u16(), 408 | 429 | 500..),
            Self::Token(token) => token.is_transient(),
            Self::Forbidden(_) => false,
        }
    }

    /// Returns whether the server may have carried out the request nevertheless.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        match self {
            Self::Transport(error) => error.delivery != Delivery::NotSent,
            // The front end answers for a back end that did not.
            Self::Refused(response) => {
                matches!(response.status.as_u16(), 408 | 500 | 502..=504)
                    && response.reason.subcode.is_empty()
            }
            // The server may have accepted the request; only its response is lost.
            Self::UnexpectedServer(_) | Self::DecodeError(_) => true,
            Self::Token(_) | Self::Forbidden(_) => false,
        }
    }

    /// Returns the problem to show: what happened, and the remedy.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::Token(error) => error.problem(),
            Self::Forbidden(error @ UrlRefusal::UnapprovedHost(_)) => Problem::new(
                &error.to_string(),
                "if that host is right, add it to trusted_hosts under [ucwa] in the configuration",
            ),
            Self::UnexpectedServer(_) => {
                Problem::new(&self.to_string(), "is there a proxy or a sign-in page on this network?")
            }
            Self::Refused(response) => {
                let problem = Problem::new(&response.message(), response.remedy());
                if response.has_subcode("TooManyApplications") { problem.then_reconnect() } else { problem }
            }
            Self::Transport(error) => Problem::new(&self.to_string(), error.remedy()),
            Self::DecodeError(_) | Self::Forbidden(_) => Problem::new(&self.to_string(), ""),
        }
    }
}

#[cfg(test)]
mod tests;
