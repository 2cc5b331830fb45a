//! Invitations that end although no event says so, because it was lost or because none will come: what a fetch of an invitation
//! shows decides.

use std::time::Duration;

use super::deadline;
use super::effects::{Effects, FetchFailure};
use super::href::Href;
use super::invitations::{Invitations, Update, emit};
use crate::invitation::{Moment, Outcome};
use crate::provider::ucwa::wire::resource::Resource;

/// The wait before an invitation that was not found is read again.
const READ_MISSING_AGAIN: Duration = Duration::from_secs(1);

/// The wait before an invitation whose fetch failed is read again.
const READ_FAILED_AGAIN: Duration = Duration::from_secs(15);

impl Invitations {
    /// Ends a fetched invitation that is connected: the batch with its completion may have been lost, and this state leads
    /// nowhere else.
    pub fn end_if_connected(&mut self, href: &Href, resource: &Resource<'_>, effects: &mut Effects) {
        if resource.text("state") == Some("Connected") {
            self.end(href, Outcome::Accepted, effects);
        }
    }

    /// Handles a 404 for an invitation. The event with its outcome is most likely on the way: the invitation ends
    /// without one only if all events are known up to a time after it was first missing.
    pub fn end_if_missing(&mut self, href: &Href, now: Moment, known_up_to: Moment, effects: &mut Effects) {
        self.previous.remove_link(href);
        let Some(pending) = self.pending.get_mut(href) else { return };
        if *pending.missing_since.get_or_insert(now) < known_up_to {
            self.end(href, Outcome::Lost, effects);
        } else {
            pending.next_read_at = now.after(READ_MISSING_AGAIN);
        }
    }

    /// Handles the fetch of an invitation that failed permanently. One that was never read ends at its deadline,
    /// because no event will end it.
    pub fn apply_failure(
        &mut self,
        href: &Href,
        failure: FetchFailure<'_>,
        now: Moment,
        effects: &mut Effects,
    ) {
        if let Some((kind, time)) = self.previous.remove_link(href) {
            self.merge(href, Update::link(kind, time), effects);
        }
        let Some(pending) = self.pending.get_mut(href) else { return };
        let ends_at = deadline::next_read(pending.invitation.deadline);
        pending.next_read_at = ends_at.max(now.after(READ_FAILED_AGAIN));
        if pending.was_read {
            return;
        }
        if ends_at <= now {
            return self.end(href, Outcome::Lost, effects);
        }
        pending.set_unreadable(failure.message);
        emit(pending, effects);
    }
}
