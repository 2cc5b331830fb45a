use std::future::poll_fn;
use std::task::Poll;

use tokio::sync::mpsc;

use crate::invitation::AccountId;
use crate::provider::Event;

/// The event queues of the providers. Each provider has its own, so that a busy one is slowed down itself.
pub(super) struct EventQueues(pub Vec<(AccountId, mpsc::Receiver<Event>)>);

impl EventQueues {
    /// Waits for the next event of any provider. Returns `None` after all providers have ended. Cancel safe.
    pub async fn next(&mut self) -> Option<(AccountId, Event)> {
        poll_fn(|context| {
            let mut open = false;
            for (account, events) in &mut self.0 {
                match events.poll_recv(context) {
                    Poll::Ready(Some(event)) => return Poll::Ready(Some((*account, event))),
                    Poll::Ready(None) => {}
                    Poll::Pending => open = true,
                }
            }
            if open { Poll::Pending } else { Poll::Ready(None) }
        })
        .await
    }

    /// Returns an event that is already queued.
    pub fn try_next(&mut self) -> Option<(AccountId, Event)> {
        self.0.iter_mut().find_map(|(account, events)| Some((*account, events.try_recv().ok()?)))
    }
}
