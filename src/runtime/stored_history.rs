use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};

use crate::history::{HistoryEvent, HistoryWriter};
use crate::invitation::PastInvitation;

/// The maximum time that a frame waits for the history to store the outcomes it shows, so that a program that is killed has stored what it
/// has shown. That takes less than a millisecond. A disk that hangs is waited for once.
const STORE_TIMEOUT: Duration = Duration::from_millis(500);

/// The time that the last entries have to be written.
const FINISH_TIMEOUT: Duration = Duration::from_millis(500);

/// The history writer, and the rule that no frame shows an outcome before it is stored.
pub(super) struct StoredHistory {
    /// `None` if no history is kept.
    writer: Option<HistoryWriter>,
    /// The time until which no frame is drawn unless the latest entries are stored.
    held_until: Option<Instant>,
}

impl StoredHistory {
    pub(super) fn new(writer: Option<HistoryWriter>) -> Self {
        Self { writer, held_until: None }
    }

    /// Stores an entry. The next frame waits for it, unless the disk is slow already.
    pub(super) fn store(&mut self, past: &PastInvitation) {
        if let Some(writer) = &mut self.writer {
            let is_fast = writer.is_settled();
            writer.store(past);
            if is_fast {
                self.held_until = Some(Instant::now() + STORE_TIMEOUT);
            }
        }
    }

    /// Makes a request, if a history is kept.
    pub(super) fn request(&self, request: impl FnOnce(&HistoryWriter)) {
        if let Some(writer) = &self.writer {
            request(writer);
        }
    }

    /// Waits until a frame that has to wait may be drawn; never returns if none has to.
    pub(super) fn until_may_draw(&self) -> impl Future<Output = ()> + use<> {
        let stored = self.writer.as_ref().map(HistoryWriter::settled).zip(self.held_until);
        async move {
            match stored {
                Some((settled, until)) => drop(timeout_at(until, settled).await),
                None => std::future::pending().await,
            }
        }
    }

    /// Returns whether the ends that the next frame shows are stored, or were waited for long enough.
    pub(super) fn may_draw(&mut self) -> bool {
        let is_settled = self.writer.as_ref().is_none_or(HistoryWriter::is_settled);
        if is_settled || self.held_until.is_some_and(|until| until <= Instant::now()) {
            self.held_until = None;
        }
        self.held_until.is_none()
    }

    /// Waits for the next event; never returns if there will be none.
    pub(super) async fn next_event(&mut self) -> HistoryEvent {
        if let Some(writer) = &mut self.writer
            && let Some(event) = writer.next_event().await
        {
            return event;
        }
        std::future::pending().await
    }

    /// Waits until all entries are written, but not for long. Returns the reason if that failed and was not reported
    /// before.
    pub(super) async fn finish(&mut self) -> Option<String> {
        let writer = self.writer.take()?;
        timeout(FINISH_TIMEOUT, writer.finish()).await.ok().flatten()
    }
}
