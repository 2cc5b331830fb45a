//! The request to transfer a call.

use serde_json::{Map, Value, json};

use super::call_resource;
use super::operation::{CallRef, invitation_target};
use crate::invitation::Destination;

/// The party that is transferred (`transferee`).
#[derive(Clone, Debug)]
pub enum Transferee {
    /// The only other party of a call between two, which the request does not name.
    Implied,
    /// The caller of a group call, as a `participantInfo`.
    Caller(Value),
    /// The caller of a group call, of whom no id is known.
    Unknown,
}

impl Transferee {
    /// Returns the party that a transfer of a `call` would transfer.
    #[must_use]
    pub fn of(data: &Map<String, Value>) -> Self {
        if !call_resource::is_group(data) {
            return Self::Implied;
        }
        call_resource::caller_info(data).map_or(Self::Unknown, Self::Caller)
    }
}

/// A request to transfer a call that is to be sent.
#[derive(Debug)]
pub struct TransferJob {
    /// The call.
    pub target: CallRef,
    /// The body of the request.
    pub body: Value,
}

impl TransferJob {
    /// Creates the request to transfer a call.
    ///
    /// # Errors
    /// Returns an error if the transferee is not known, with the reason.
    pub fn new(target: CallRef, to: &Destination, transferee: &Transferee) -> Result<Self, &'static str> {
        let mut transfer_target = invitation_target(to);
        if let Some(target) = transfer_target.as_object_mut() {
            target.insert("endpointType".into(), "default".into());
        }
        let body = match transferee {
            Transferee::Implied => json!({ "transferTarget": transfer_target }),
            Transferee::Caller(info) => json!({ "transferTarget": transfer_target, "transferee": info }),
            Transferee::Unknown => {
                return Err("it is a group call, and who called is not known; nothing was sent");
            }
        };
        Ok(Self { target, body })
    }
}
