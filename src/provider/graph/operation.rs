//! The operations on a call in Microsoft Graph.

use http::Method;
use serde_json::{Value, json};
use url::Url;

use super::notification::CallId;
use crate::invitation::{CallbackUri, Decision, Destination, Rejection};

/// A reference to a call.
#[derive(Clone, Debug)]
pub struct CallRef {
    /// The call's id.
    pub call: CallId,
    /// The tenant that the call belongs to, and that a token is requested for.
    pub tenant: String,
}

/// An operation on a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `Get call`
    Get,
    /// `call: answer`
    Answer,
    /// `call: reject`
    Reject,
    /// `call: redirect`
    Redirect,
    /// `call: keepAlive`
    KeepAlive,
    /// `call: transfer`
    Transfer,
    /// `participant: invite`
    Invite,
    /// `List participants`
    ListParticipants,
    /// `Delete participant`, which withdraws an invitation.
    RemoveParticipant,
    /// `Delete call`, which hangs up.
    Delete,
}

impl Operation {
    /// Returns the method of the request.
    #[must_use]
    pub fn method(self) -> Method {
        match self {
            Self::Get | Self::ListParticipants => Method::GET,
            Self::Answer
            | Self::Reject
            | Self::Redirect
            | Self::KeepAlive
            | Self::Transfer
            | Self::Invite => Method::POST,
            Self::Delete | Self::RemoveParticipant => Method::DELETE,
        }
    }

    /// Returns the segments of the request's path after that of the call, without the id of a participant.
    #[must_use]
    pub fn segments(self) -> &'static [&'static str] {
        match self {
            Self::Get | Self::Delete => &[],
            Self::Answer => &["answer"],
            Self::Reject => &["reject"],
            Self::Redirect => &["redirect"],
            Self::KeepAlive => &["keepAlive"],
            Self::Transfer => &["transfer"],
            Self::Invite => &["participants", "invite"],
            Self::ListParticipants | Self::RemoveParticipant => &["participants"],
        }
    }
}

/// A request that answers an incoming call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallRequest {
    /// `call: answer`
    Answer,
    /// `call: reject`
    Reject {
        /// The reason to give.
        reason: Rejection,
        /// The URI for later notifications of the call, if not the bot's usual one.
        callback: Option<CallbackUri>,
    },
    /// `call: redirect`
    Redirect(Destination),
}

impl CallRequest {
    /// Returns the request that carries out a decision, or `None` if the decision does not apply to calls.
    #[must_use]
    pub fn from_decision(decision: &Decision) -> Option<Self> {
        match decision {
            Decision::Accept => Some(Self::Answer),
            Decision::Reject { reason, callback } => {
                Some(Self::Reject { reason: *reason, callback: callback.clone() })
            }
            Decision::Redirect(to) => Some(Self::Redirect(to.clone())),
            Decision::AcceptWithPhone | Decision::Decline(_) | Decision::Cancel => None,
        }
    }

    /// Returns the operation that the request is for.
    #[must_use]
    pub fn operation(&self) -> Operation {
        match self {
            Self::Answer => Operation::Answer,
            Self::Reject { .. } => Operation::Reject,
            Self::Redirect(_) => Operation::Redirect,
        }
    }

    /// Returns the body of the request. `callback` is the URI for the notifications of an answered call.
    #[must_use]
    pub fn body(&self, callback: &Url) -> Value {
        match self {
            Self::Answer => json!({
                "callbackUri": callback.as_str(),
                "acceptedModalities": ["audio"],
                "mediaConfig": {
                    "@odata.type": "#microsoft.graph.serviceHostedMediaConfig",
                    "preFetchMedia": [],
                },
            }),
            Self::Reject { reason, callback: None } => json!({ "reason": reason }),
            Self::Reject { reason, callback: Some(callback) } => {
                json!({ "reason": reason, "callbackUri": callback.as_str() })
            }
            Self::Redirect(to) => json!({ "targets": [invitation_target(to)] }),
        }
    }
}

/// Returns the `invitationParticipantInfo` of a destination.
#[must_use]
pub fn invitation_target(to: &Destination) -> Value {
    let identity = match to {
        Destination::User(id) => json!({
            "user": { "@odata.type": "#microsoft.graph.identity", "id": id.to_string() },
            "@odata.type": "#microsoft.graph.identitySet",
        }),
        Destination::Phone(number) => json!({
            "phone": { "@odata.type": "#microsoft.graph.identity", "id": number },
            "@odata.type": "#microsoft.graph.identitySet",
        }),
    };
    json!({ "@odata.type": "#microsoft.graph.invitationParticipantInfo", "identity": identity })
}
