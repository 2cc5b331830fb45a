//! The requests to join the messaging of conversations. Each creates an invitation of the user's, which is not
//! shown, and which may fail after the request succeeded.

use std::collections::VecDeque;

use super::href::Href;

/// The number of requests that are remembered.
const MAX_JOINS: usize = 256;

/// The latest requests to join the messaging of conversations.
#[derive(Default)]
pub(super) struct Joins {
    joins: VecDeque<RequestedJoin>,
}

/// A request to join the messaging of a conversation.
struct RequestedJoin {
    /// The `operationId`.
    operation_id: String,
    conversation: Href,
    /// The invitation that the request has created, once it is known.
    invitation: Option<Href>,
}

impl Joins {
    /// Adds a request.
    pub fn add(&mut self, operation_id: String, conversation: Href) {
        self.joins.push_back(RequestedJoin { operation_id, conversation, invitation: None });
        if self.joins.len() > MAX_JOINS {
            self.joins.pop_front();
        }
    }

    /// Binds an invitation to the request that it results from, if there is one, and returns the request's conversation.
    /// `operation_id` is that of the invitation, if it is known.
    pub fn claim(&mut self, invitation: &str, operation_id: Option<&str>) -> Option<Href> {
        let is_meant = |join: &&mut RequestedJoin| {
            join.invitation.as_deref() == Some(invitation) || operation_id == Some(&join.operation_id)
        };
        let join = self.joins.iter_mut().find(is_meant)?;
        join.invitation = Some(invitation.into());
        Some(join.conversation.clone())
    }

    /// Notes the invitation that a request has created.
    pub fn set_invitation(&mut self, operation_id: &str, invitation: Href) {
        if let Some(join) = self.joins.iter_mut().find(|join| join.operation_id == operation_id) {
            join.invitation = Some(invitation);
        }
    }
}
