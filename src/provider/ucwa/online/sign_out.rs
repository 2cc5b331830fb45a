//! The last steps of an online session: what becomes of the requests in progress, and of the application.

use std::time::Duration;

use tokio::time::timeout;

use super::session::OnlineSession;
use crate::provider::{Event, Problem};

/// The maximum time for which replies are awaited when the user signs out.
const REPLY_TIMEOUT: Duration = Duration::from_secs(3);

impl OnlineSession<'_> {
    /// Marks the replies that have not arrived as lost, because the session ends.
    pub(super) fn abandon_requests(&mut self) {
        let now = self.context.port.now();
        let lost = self.store.mark_all_replies_lost(now).into_iter().chain(self.pending.take_unsettled());
        for ticket in lost {
            let problem = Problem::new("the session ended before the reply", "");
            self.outbox.push_back(Event::Uncertain { ticket, problem });
        }
        if let Some(ticket) = self.search.abandon() {
            self.refuse(ticket, "the session ended before the answer");
        }
    }

    /// Awaits the replies to the user's requests for a short time, and deletes the application.
    pub(super) async fn sign_out(&mut self) {
        let replies = async {
            while !self.pending.is_empty() {
                let Some(completion) = self.jobs.next().await else { break };
                if self.handle_completion(completion).is_err() {
                    break;
                }
            }
        };
        let _ = timeout(REPLY_TIMEOUT, replies).await;
        self.flush().await;
        self.application.delete(&self.client).await;
    }
}
