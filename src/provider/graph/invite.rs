//! The requests to invite somebody to a call, and to withdraw that.

use serde_json::Value;
use uuid::Uuid;

use super::operation::CallRef;

/// A request to invite somebody to a call that is to be sent.
#[derive(Debug)]
pub struct InviteJob {
    /// The call.
    pub target: CallRef,
    /// The body of the request.
    pub body: Value,
}

/// A request to withdraw an invitation that is to be sent.
#[derive(Debug)]
pub struct WithdrawJob {
    /// The call.
    pub target: CallRef,
    /// The id of the participant who was invited.
    pub participant: Uuid,
}
