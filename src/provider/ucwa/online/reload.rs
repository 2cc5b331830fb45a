//! Reading everything again after events may have been lost.

use tokio::time::Instant;

use super::session::OnlineSession;

impl OnlineSession<'_> {
    /// Reads everything again, because `resync` or `resume` means that events may have been lost. The channel counts these
    /// links and pauses or gives up after several in a row; see [`super::channel::EventChannel::on_batch`].
    pub(super) fn reload_after_resync(&mut self) {
        tracing::info!("events may have been lost; reloading everything");
        self.subscription.forget();
        self.update_subscription_soon();
        self.fetch_all();
    }

    /// Fetches everything that is known again, because events may have been lost.
    pub(super) fn fetch_all(&mut self) {
        let now = Instant::now();
        for fetch in self.store.begin_full_reload() {
            self.fetches.enqueue_fresh(fetch, now);
        }
    }
}
