//! UCWA's error responses, and their wording for a user.

use std::time::Duration;

use http::StatusCode;

use crate::invitation::Decision;
use crate::provider::ucwa::wire::events::Reason;
use crate::text::DisplayText;

/// An error response of UCWA's.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorResponse {
    /// The status code.
    pub status: StatusCode,
    /// The reason in the body; its parts are empty if the body has none.
    pub reason: Reason<'static>,
    /// The wait that the server asks for (`Retry-After`).
    pub retry_after: Option<Duration>,
    /// The operation that was refused.
    pub operation: Operation,
}

/// The operation that a request performs, which decides what its refusal means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Operation {
    /// Discovery, reading a resource or polling.
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
    /// `search`
    Search,
    /// `startMessaging`
    StartMessaging,
    /// `addMessaging`
    AddMessaging,
    /// `sendMessage`
    SendMessage,
    /// `admit` or `reject` of a participant
    AnswerLobby,
    /// DELETE of a `conversation`
    Leave,
    /// POST to `presence`
    SetPresence,
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
            // Only calls to a bot are redirected, by another provider.
            Decision::Redirect(_) => Self::Read,
        }
    }

    /// Returns the message for an operation that the server can't perform, without the adverb of time at its end.
    fn impossible(self) -> &'static str {
        match self {
            Self::Read => "the server can't handle this request",
            Self::CreateApplication => "the server can't sign you in",
            Self::MakeAvailable => "the server can't make you available",
            Self::ReportActivity => "the server can't record your activity",
            Self::Accept | Self::AcceptWithPhone => "this can't be accepted",
            Self::Decline => "this can't be declined",
            Self::Cancel => "this can't be cancelled",
            Self::AddParticipant => "no one can be invited there",
            Self::Search => "the server can't search for people",
            Self::StartMessaging => "no conversation can be started",
            Self::AddMessaging => "this conversation does not accept messages",
            Self::AnswerLobby => "nobody can be admitted or rejected there",
            Self::SendMessage => "the message can't be sent",
            Self::Leave => "this conversation can't be left",
            Self::SetPresence => "the presence can't be set",
        }
    }

    /// Returns the remedy for a missing permission. The UCWA reference names the scopes of each operation.
    fn permission(self) -> &'static str {
        match self {
            Self::Read => "ask your administrator which permission this account lacks",
            Self::CreateApplication => {
                "ask your administrator whether this account may sign in with this kind of application"
            }
            Self::MakeAvailable => {
                "this account needs the permission User.ReadWrite or Conversations.Receive; ask your administrator. Some servers allow no other `modalities` than Messaging and PhoneAudio"
            }
            Self::ReportActivity | Self::SetPresence => {
                "this account needs the permission User.ReadWrite; ask your administrator"
            }
            Self::Search => "this account needs the permission Contacts.ReadWrite; ask your administrator",
            Self::AcceptWithPhone => {
                "this account needs the permission Conversations.Initiate; ask your administrator"
            }
            Self::Accept
            | Self::Decline
            | Self::Cancel
            | Self::AddParticipant
            | Self::StartMessaging
            | Self::AddMessaging
            | Self::SendMessage
            | Self::AnswerLobby
            | Self::Leave => {
                "this account needs the permission Conversations.Initiate or Conversations.Receive; ask your administrator"
            }
        }
    }
}

impl ErrorResponse {
    /// Returns whether the response has a subcode.
    #[must_use]
    pub fn has_subcode(&self, subcode: &str) -> bool {
        self.reason.subcode == subcode
    }

    /// Returns whether the server no longer has the resource, although it still has the application.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.status == StatusCode::NOT_FOUND && !self.has_subcode("ApplicationNotFound")
    }

    /// Returns a description of the error. The UCWA reference lists the subcodes of invitations and the generic ones.
    #[must_use]
    pub fn message(&self) -> String {
        let reason = &self.reason;
        let operation = self.operation;
        let known = match (self.status.as_u16(), reason.subcode.as_ref()) {
            (409, "AlreadyExists") => "the server says that this was done already",
            (409, "TooManyGroups") => "the server says that there are too many groups",
            (409, "AnotherOperationPending") => "the server is still busy with another request for it",
            (409, "MakeMeAvailableRequired") => "the server does not see you as available yet",
            (_, "TooManyApplications") => "too many applications are signed in for this user",
            (409, "") => return format!("{} now", operation.impossible()),
            (410, "CannotRedirect") => "the server would have to redirect it to a backup pool, and has none",
            (410, "InactiveApplicationExpired") => {
                "the server ended the session, which was idle for too long"
            }
            (_, "UserAgentNotAllowed" | "MobileApplicationNoLongerAllowed") => {
                "the server does not allow this program any more"
            }
            (410, "") if operation == Operation::Read => "the server has ended this session",
            (410, "") => return format!("{} any more", operation.impossible()),
            (500, "CallbackChannelError") => "the other side can't be reached by the server",
            (500, "InvalidExchangeServerVersion") => {
                "the mailbox behind it is on an unsupported server version"
            }
            (404, "ApplicationNotFound") => "the server has ended this session",
            (_, "DestinationNotFound") => "there is no such address",
            (_, "NormalizationFailed") => "the server does not know how to call this number",
            (_, "TooManyConversations") => "you have too many conversations at once",
            (404, _) => "the server no longer has it",
            (403, "") => "the server does not allow it",
            (403, "AnonymousNotAllowed") => "the server does not allow it to guests",
            (429, _) => "too many requests; the server asks rsvp to slow down",
            (503, _) => "the server is not available now",
            (504 | 408, _) => "the server did not answer in time",
            (_, "ParameterValidationFailure") => "the server does not understand a value that was sent",
            (_, "LimitExceeded") => "a server limit has been reached",
            _ => "",
        };
        if !known.is_empty() {
            return known.to_owned();
        }
        let status = self.status.as_u16();
        let text = [&reason.message, &reason.subcode, &reason.code].into_iter().find(|text| !text.is_empty());
        match text {
            Some(text) => format!("the server refused ({status}): {}", DisplayText::new(text)),
            None => format!("the server refused (status {status})"),
        }
    }

    /// Returns the remedy for the error, or an empty string if there is none.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match (self.status.as_u16(), self.reason.subcode.as_ref()) {
            (_, "TooManyApplications") => "sign out on another device",
            (_, "UserAgentNotAllowed" | "MobileApplicationNoLongerAllowed") => {
                "ask your administrator to allow it"
            }
            (403, _) => self.operation.permission(),
            (410, "CannotRedirect") => match self.operation {
                Operation::Accept | Operation::AcceptWithPhone => "decline it, or answer on another device",
                Operation::Decline => "let it ring, or decline it on another device",
                Operation::Cancel => "it ends by itself when no one answers",
                _ => "ask your administrator",
            },
            (500, "CallbackChannelError") => "try again",
            (409, "AnotherOperationPending") => "wait a moment",
            _ => "",
        }
    }
}
