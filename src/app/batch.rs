use std::collections::BTreeSet;

use super::Tone;
use crate::invitation::{InvitationId, Outcome};

/// One answer to several invitations, which is reported in one sentence when all of them are settled.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The answer as a participle: “Accepted”.
    verb: &'static str,
    total: usize,
    waiting: BTreeSet<InvitationId>,
    succeeded: usize,
    ended: usize,
    unknown: usize,
    /// The reason for each failure, with the name of the remote party.
    failed: Vec<String>,
}

impl Batch {
    /// Creates a batch for `total` invitations, of which `ended` had ended before they could be answered.
    #[must_use]
    pub fn new(verb: &'static str, total: usize, ended: usize) -> Self {
        Self { verb, total, waiting: BTreeSet::new(), succeeded: 0, ended, unknown: 0, failed: Vec::new() }
    }

    /// Adds an invitation whose answer was sent.
    pub fn wait_for(&mut self, id: InvitationId) {
        self.waiting.insert(id);
    }

    /// Adds an invitation whose answer was not sent.
    pub fn fail(&mut self, reason: String) {
        self.failed.push(reason);
    }

    /// Returns the reason of the first failure.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.failed.first().map(String::as_str)
    }

    /// Returns whether the batch waits for this invitation.
    #[must_use]
    pub fn waits_for(&self, id: InvitationId) -> bool {
        self.waiting.contains(&id)
    }

    /// Returns whether all invitations are settled.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Records that an invitation of `who` has ended, with the outcome that was asked for or with another.
    pub fn record_outcome(&mut self, id: InvitationId, who: &str, outcome: &Outcome, as_asked: bool) {
        self.waiting.remove(&id);
        match outcome {
            _ if as_asked => self.succeeded += 1,
            Outcome::Lost => self.unknown += 1,
            Outcome::Failed(_) => self.fail(format!("{who}: {}", outcome.words())),
            _ => self.ended += 1,
        }
    }

    /// Records that an answer was refused.
    pub fn record_refusal(&mut self, id: InvitationId, reason: &str) {
        self.waiting.remove(&id);
        self.fail(reason.to_owned());
    }

    /// Returns the sentence that reports the outcome of all invitations.
    #[must_use]
    pub fn summary(&self) -> (String, Tone) {
        let Self { verb, total, succeeded, .. } = self;
        if succeeded == total {
            return (format!("{verb} all {total}"), Tone::Info);
        }
        let count = if *succeeded == 0 { "none".to_owned() } else { succeeded.to_string() };
        let ended = (self.ended > 0).then(|| format!("{} had already ended", self.ended));
        let unknown = (self.unknown > 0).then(|| format!("{} ended, outcome unknown", self.unknown));
        let failed = match self.failed.as_slice() {
            [] => None,
            [one] => Some(format!("1 failed ({one})")),
            [first, rest @ ..] => Some(format!("{} failed ({first}; …)", rest.len() + 1)),
        };
        let parts = [Some(format!("{verb} {count} of {total}")), ended, unknown, failed];
        (parts.into_iter().flatten().collect::<Vec<_>>().join(", "), Tone::Problem)
    }
}
