//! Sends the fetches that are queued in [`super::fetches`], within the rate limit.

use tokio::time::Instant;

use super::fetches::SentFetch;
use super::session::OnlineSession;

impl OnlineSession<'_> {
    /// Sends the fetches that are due, within the rate limit.
    pub(super) fn send_fetches(&mut self) {
        let now = Instant::now();
        while self.context.fetch_limiter.next_at(now) <= now {
            let Some(sent) = self.fetches.pop(now) else { break };
            self.send_fetch(sent, now);
        }
        self.send_presence_requests(now);
        while self.context.fetch_limiter.spare_at(now) <= now {
            if self.fetches.wants_details()
                && let Some(fetch) = self.store.next_detail(self.context.port.now())
            {
                self.fetches.enqueue(fetch, now);
            }
            let Some(sent) = self.fetches.pop_details(now) else { break };
            self.send_fetch(sent, now);
        }
    }

    fn send_fetch(&mut self, sent: SentFetch, now: Instant) {
        self.context.fetch_limiter.reserve(now);
        let tag = self.store.tag(&sent.fetch).map(str::to_owned);
        self.jobs.fetch(sent, self.context.port.stamp(), tag);
    }
}
