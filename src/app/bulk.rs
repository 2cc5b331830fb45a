use std::collections::BTreeSet;

use super::{State, Tone};
use crate::invitation::{InvitationId, Outcome};

/// One answer to several invitations, of which the user is told in one sentence when all are settled.
#[derive(Clone, Debug)]
pub struct Bulk {
    done: &'static str,
    total: usize,
    waiting: BTreeSet<InvitationId>,
    succeeded: usize,
    ended: usize,
    unknown: usize,
    /// Why others were not answered, each with whose it is.
    failed: Vec<String>,
}

impl Bulk {
    /// An answer to so many invitations, of which `ended` were over before it could be given; `done` says what is
    /// done to them.
    #[must_use]
    pub fn new(done: &'static str, total: usize, ended: usize) -> Self {
        Self { done, total, waiting: BTreeSet::new(), succeeded: 0, ended, unknown: 0, failed: Vec::new() }
    }

    /// Adds an invitation to which the answer was sent.
    pub fn wait_for(&mut self, id: InvitationId) {
        self.waiting.insert(id);
    }

    /// Adds an invitation that was not answered.
    pub fn fail(&mut self, why: String) {
        self.failed.push(why);
    }

    /// Why the first of those was not answered that were not.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.failed.first().map(String::as_str)
    }

    /// Whether nothing is waited for any more.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.waiting.is_empty()
    }

    /// What became of each.
    #[must_use]
    pub fn summary(&self) -> (String, Tone) {
        let Self { done, total, succeeded, .. } = self;
        if succeeded == total {
            return (format!("{done} all {total}"), Tone::Info);
        }
        let count = if *succeeded == 0 { "none".to_owned() } else { succeeded.to_string() };
        let ended = (self.ended > 0).then(|| format!("{} had already ended", self.ended));
        let unknown = (self.unknown > 0).then(|| format!("{} ended, how is not known", self.unknown));
        let failed = match self.failed.as_slice() {
            [] => None,
            [one] => Some(format!("1 failed ({one})")),
            [first, rest @ ..] => Some(format!("{} failed ({first}; …)", rest.len() + 1)),
        };
        let parts = [Some(format!("{done} {count} of {total}")), ended, unknown, failed];
        (parts.into_iter().flatten().collect::<Vec<_>>().join(", "), Tone::Problem)
    }
}

impl State {
    /// Keeps an answer to several until all are settled, or tells what became of them if they are already.
    pub(super) fn start_bulk(&mut self, bulk: Bulk) {
        self.bulks.push(bulk);
        self.finish_bulks();
    }

    /// Notes that an invitation is over; false if it was not answered together with others.
    pub(super) fn settle_over(
        &mut self,
        id: InvitationId,
        who: &str,
        outcome: &Outcome,
        as_asked: bool,
    ) -> bool {
        self.settle(id, |bulk| match outcome {
            _ if as_asked => bulk.succeeded += 1,
            Outcome::Lost => bulk.unknown += 1,
            Outcome::Failed(_) => bulk.fail(format!("{who}: {}", outcome.words())),
            _ => bulk.ended += 1,
        })
    }

    /// Notes that an answer was refused; false if it was not given together with others.
    pub(super) fn settle_refused(&mut self, id: InvitationId, why: &str) -> bool {
        self.settle(id, |bulk| bulk.fail(why.to_owned()))
    }

    fn settle(&mut self, id: InvitationId, note: impl FnOnce(&mut Bulk)) -> bool {
        let Some(bulk) = self.bulks.iter_mut().find(|bulk| bulk.waiting.contains(&id)) else { return false };
        bulk.waiting.remove(&id);
        note(bulk);
        self.finish_bulks();
        true
    }

    fn finish_bulks(&mut self) {
        for bulk in self.bulks.extract_if(.., |bulk| bulk.is_settled()).collect::<Vec<_>>() {
            let (text, tone) = bulk.summary();
            self.tell(&text, tone);
        }
    }
}
