//! The requests of the user that await replies.

use std::collections::BTreeSet;

use crate::provider::Ticket;

/// The requests of the user that await replies.
#[derive(Debug, Default)]
pub(super) struct PendingRequests {
    /// The number of all requests.
    count: usize,
    /// The requests that are not answers to invitations; the store keeps those.
    tickets: BTreeSet<Ticket>,
}

impl PendingRequests {
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds an answer to an invitation.
    pub fn add_answer(&mut self) {
        self.count += 1;
    }

    /// Adds another request.
    pub fn add(&mut self, ticket: Ticket) {
        self.count += 1;
        self.tickets.insert(ticket);
    }

    /// Removes an answer that was replied to.
    pub fn remove_answer(&mut self) {
        self.count -= 1;
    }

    /// Removes another request that was replied to. Returns whether no event has settled it yet.
    pub fn remove(&mut self, ticket: Ticket) -> bool {
        self.count -= 1;
        self.tickets.remove(&ticket)
    }

    /// Notes that an event has settled a request before its reply.
    pub fn settle(&mut self, ticket: Ticket) {
        self.tickets.remove(&ticket);
    }

    /// Removes and returns the requests whose results are unknown, except answers.
    pub fn take_unsettled(&mut self) -> BTreeSet<Ticket> {
        std::mem::take(&mut self.tickets)
    }
}
