//! What can go wrong with a request, and what it means for a person.

use std::time::Duration;

use http::StatusCode;

use super::token::TokenError;
use crate::invitation::Decision;
use crate::provider::Problem;
use crate::provider::exchange::{Delivery, Response, TransportError};
use crate::provider::origin::Forbidden;
use crate::provider::ucwa::wire::events::Reason;
use crate::provider::ucwa::wire::{DecodeError, Document};
use crate::text::DisplayText;

/// Why a request had no success.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CallError {
    /// There was no complete answer.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// UCWA refused it.
    #[error("{}", refusal_words(.0))]
    Refused(Refusal),
    /// The answer is not from UCWA: a proxy, a portal or another server stands between.
    #[error("something other than Skype for Business answered (status {0})")]
    UnexpectedServer(u16),
    /// UCWA's answer can't be read.
    #[error("the server's answer makes no sense")]
    DecodeError(#[from] DecodeError),
    /// There is no token to be had.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The address may not be used.
    #[error(transparent)]
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
    /// What was refused.
    pub operation: Operation,
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
                operation: Operation::default(),
            }),
            // A refusal without any body can be UCWA's; a page of HTML can't. Neither ends a session.
            None if response.body.is_empty() && status.is_client_error() | status.is_server_error() => {
                Self::Refused(Refusal {
                    status,
                    reason: Reason::default(),
                    retry_after: response.retry_after(),
                    operation: Operation::default(),
                })
            }
            None if matches!(status.as_u16(), 429 | 500..) => Self::Refused(Refusal {
                status,
                reason: Reason::default(),
                retry_after: response.retry_after(),
                operation: Operation::default(),
            }),
            None => Self::UnexpectedServer(status.as_u16()),
        }
    }

    /// The same error, of a request that was to do this.
    #[must_use]
    pub fn during(self, operation: Operation) -> Self {
        match self {
            Self::Refused(refusal) => Self::Refused(Refusal { operation, ..refusal }),
            other => other,
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
            Self::Transport(_) | Self::UnexpectedServer(_) | Self::DecodeError(_) => true,
            Self::Refused(refusal) => matches!(refusal.status.as_u16(), 408 | 429 | 500..),
            Self::Token(token) => token.is_passing(),
            Self::Forbidden(_) => false,
        }
    }

    /// Whether the server may have carried out the request all the same.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        match self {
            Self::Transport(failure) => failure.delivery != Delivery::NotSent,
            // The front end answers for a back end whose answer it did not get.
            Self::Refused(refusal) => {
                matches!(refusal.status.as_u16(), 408 | 500 | 502..=504) && refusal.reason.subcode.is_empty()
            }
            // The server may have taken it; only what it said is lost.
            Self::UnexpectedServer(_) | Self::DecodeError(_) => true,
            Self::Token(_) | Self::Forbidden(_) => false,
        }
    }

    /// In words for a person: what happened, and what to do about it.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::Token(error) => error.problem(),
            Self::Forbidden(error @ Forbidden::UnexpectedServer(_)) => Problem::new(
                &error.to_string(),
                "if that host is right, add it to trusted_hosts under [ucwa] in the configuration",
            ),
            Self::UnexpectedServer(_) => {
                Problem::new(&self.to_string(), "is there a proxy or a sign-in page on this network?")
            }
            Self::Refused(refusal) => {
                let problem = Problem::new(&refusal_words(refusal), refusal_remedy(refusal));
                match refusal.reason.subcode.as_ref() {
                    "TooManyApplications" => problem.then_reconnect(),
                    _ => problem,
                }
            }
            Self::Transport(_) | Self::DecodeError(_) | Self::Forbidden(_) => {
                Problem::new(&self.to_string(), "")
            }
        }
    }
}

/// What a request was to do, on which it depends what a refusal means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Operation {
    /// Finding the server, reading a resource or polling.
    #[default]
    Read,
    /// Creating the application.
    CreateApplication,
    /// `makeMeAvailable`
    MakeAvailable,
    /// `reportMyActivity`
    ReportActivity,
    /// `accept`
    Accept,
    /// `acceptWithPhoneAudio`
    AcceptWithPhone,
    /// `decline`
    Decline,
    /// `cancel`
    Cancel,
    /// `addParticipant`
    AddParticipant,
    /// `addMessaging`
    AddMessaging,
    /// `sendMessage`
    SendMessage,
}

impl Operation {
    /// Returns the operation that carries out a decision about an invitation.
    #[must_use]
    pub fn of(decision: &Decision) -> Self {
        match decision {
            Decision::Accept => Self::Accept,
            Decision::AcceptWithPhone => Self::AcceptWithPhone,
            Decision::Decline(_) | Decision::Reject { .. } => Self::Decline,
            Decision::Cancel => Self::Cancel,
            // Bots alone redirect; their server is another.
            Decision::Redirect(_) => Self::Read,
        }
    }

    /// Returns what the server says when it will not do it, up to an adverb of time.
    fn impossible(self) -> &'static str {
        match self {
            Self::Read => "the server can't answer that",
            Self::CreateApplication => "the server can't sign you in",
            Self::MakeAvailable => "the server can't make you available",
            Self::ReportActivity => "the server can't take note of your activity",
            Self::Accept | Self::AcceptWithPhone => "this can't be accepted",
            Self::Decline => "this can't be declined",
            Self::Cancel => "this can't be cancelled",
            Self::AddParticipant => "nobody can be invited there",
            Self::AddMessaging => "the conversation can't take messages",
            Self::SendMessage => "the message can't be sent",
        }
    }

    /// Returns what to do about a missing permission. The reference names the scopes of each operation.
    fn permission(self) -> &'static str {
        match self {
            Self::Read => "ask your administrator which permission this account lacks",
            Self::CreateApplication => {
                "ask your administrator whether this account may sign in with this kind of application"
            }
            Self::MakeAvailable => {
                "this account needs the permission User.ReadWrite or Conversations.Receive; ask your administrator. Some servers allow no other `modalities` than Messaging and PhoneAudio"
            }
            Self::ReportActivity => {
                "this account needs the permission User.ReadWrite; ask your administrator"
            }
            Self::AcceptWithPhone => {
                "this account needs the permission Conversations.Initiate; ask your administrator"
            }
            Self::Accept
            | Self::Decline
            | Self::Cancel
            | Self::AddParticipant
            | Self::AddMessaging
            | Self::SendMessage => {
                "this account needs the permission Conversations.Initiate or Conversations.Receive; ask your administrator"
            }
        }
    }
}

/// The words for each refusal that the reference lists for invitations, and for the generic ones.
fn refusal_words(refusal: &Refusal) -> String {
    let reason = &refusal.reason;
    let operation = refusal.operation;
    let known = match (refusal.status.as_u16(), reason.subcode.as_ref()) {
        (409, "AlreadyExists") => "the server says that this was done already",
        (409, "TooManyGroups") => "the server says that there are too many groups",
        (409, "AnotherOperationPending") => "the server is still busy with another request for it",
        (409, "MakeMeAvailableRequired") => "the server does not see you as available yet",
        (_, "TooManyApplications") => "too many applications are signed in for this user",
        (409, "") => return format!("{} now", operation.impossible()),
        (410, "CannotRedirect") => "the server would have to redirect it to a backup pool, and has none",
        (410, "InactiveApplicationExpired") => "the server ended the session, which was idle for too long",
        (_, "UserAgentNotAllowed" | "MobileApplicationNoLongerAllowed") => {
            "the server does not allow this program any more"
        }
        (410, "") if operation == Operation::Read => "the server has ended this session",
        (410, "") => return format!("{} any more", operation.impossible()),
        (500, "CallbackChannelError") => "the other side can't be reached by the server",
        (500, "InvalidExchangeServerVersion") => "the mailbox behind it is on an unsupported server version",
        (404, "ApplicationNotFound") => "the server has ended this session",
        (404, _) => "the server no longer has it",
        (403, "") => "the server does not allow it",
        (403, "AnonymousNotAllowed") => "the server does not allow it to guests",
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
        (_, "TooManyApplications") => "sign out somewhere else",
        (_, "UserAgentNotAllowed" | "MobileApplicationNoLongerAllowed") => {
            "ask your administrator to allow it"
        }
        (403, _) => refusal.operation.permission(),
        (410, "CannotRedirect") => match refusal.operation {
            Operation::Accept | Operation::AcceptWithPhone => "decline it, or answer on another device",
            Operation::Decline => "let it ring, or decline it on another device",
            Operation::Cancel => "it ends by itself when nobody answers",
            _ => "ask your administrator",
        },
        (500, "CallbackChannelError") => "try again",
        (409, "AnotherOperationPending") => "wait a moment",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(operation: Operation, status: u16, subcode: &str) -> Problem {
        let reason = Reason { code: "Some".into(), subcode: subcode.to_owned().into(), ..Reason::default() };
        let status = StatusCode::from_u16(status).unwrap();
        let refusal = Refusal { status, reason, retry_after: None, operation: Operation::default() };
        CallError::Refused(refusal).during(operation).problem()
    }

    #[test]
    fn a_forbidden_request_names_its_own_scopes_whatever_the_subcode() {
        use Operation::{
            Accept, AcceptWithPhone, AddParticipant, Cancel, Decline, MakeAvailable, ReportActivity,
        };
        const BOTH: &str = "Conversations.Initiate or Conversations.Receive";
        for (operation, scopes) in [
            (Accept, BOTH),
            (Decline, BOTH),
            (Cancel, BOTH),
            (AddParticipant, BOTH),
            (AcceptWithPhone, "permission Conversations.Initiate;"),
            (MakeAvailable, "User.ReadWrite or Conversations.Receive"),
            (ReportActivity, "permission User.ReadWrite;"),
        ] {
            for subcode in ["", "AnonymousNotAllowed", "NeverHeardOf"] {
                let problem = refused(operation, 403, subcode);
                assert!(problem.remedy.as_str().contains(scopes), "{operation:?} {subcode}: {problem}");
            }
        }
    }

    #[test]
    fn a_refusal_speaks_of_what_was_asked_for() {
        assert_eq!(refused(Operation::Accept, 409, "").to_string(), "this can't be accepted now");
        assert_eq!(refused(Operation::Decline, 409, "").to_string(), "this can't be declined now");
        assert_eq!(refused(Operation::Cancel, 410, "").to_string(), "this can't be cancelled any more");
        assert_eq!(refused(Operation::Read, 410, "").to_string(), "the server has ended this session");
        for operation in [Operation::Decline, Operation::Cancel, Operation::AddParticipant] {
            let problem = refused(operation, 410, "CannotRedirect").to_string();
            assert!(problem.contains("backup pool") && !problem.contains("decline it,"), "{problem}");
        }
        let problem = refused(Operation::Accept, 410, "CannotRedirect");
        assert_eq!(problem.remedy.as_str(), "decline it, or answer on another device");
    }
}
