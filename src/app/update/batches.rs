//! Answers to several invitations at once: what becomes of each, and the report when all are settled.

use crate::app::{Batch, State};
use crate::invitation::{InvitationId, Outcome};

impl State {
    /// Adds a batch, or reports its outcome if it is settled already.
    pub(super) fn start_batch(&mut self, batch: Batch) {
        self.batches.push(batch);
        self.report_settled_batches();
    }

    /// Records that an invitation of `who` has ended. Returns false if no batch waits for it.
    pub(super) fn record_outcome(
        &mut self,
        id: InvitationId,
        who: &str,
        outcome: &Outcome,
        as_asked: bool,
    ) -> bool {
        self.change_batch(id, |batch| batch.record_outcome(id, who, outcome, as_asked))
    }

    /// Records that an answer was refused. Returns false if no batch waits for it.
    pub(super) fn record_refusal(&mut self, id: InvitationId, reason: &str) -> bool {
        self.change_batch(id, |batch| batch.record_refusal(id, reason))
    }

    fn change_batch(&mut self, id: InvitationId, change: impl FnOnce(&mut Batch)) -> bool {
        let Some(batch) = self.batches.iter_mut().find(|batch| batch.waits_for(id)) else { return false };
        change(batch);
        self.report_settled_batches();
        true
    }

    fn report_settled_batches(&mut self) {
        for batch in self.batches.extract_if(.., |batch| batch.is_settled()).collect::<Vec<_>>() {
            let (text, tone) = batch.summary();
            self.notify(&text, tone);
        }
    }
}
