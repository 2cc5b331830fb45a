use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use tokio::sync::Notify;

use crate::invitation::AccountId;
use crate::text::DisplayText;

/// The reason why a run ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// All that was asked for has been done.
    Complete,
    /// The time was up before an invitation came that was waited for.
    NoInvitation,
    /// No account can be signed in.
    NoAccount,
}

/// The progress of a run, which the printed events and the commands change.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The commands that were not answered yet, by their numbers.
    unanswered: RefCell<BTreeMap<u64, DisplayText>>,
    /// The number of commands that failed, or whose outcome is unknown.
    failures: Cell<usize>,
    /// The accounts that have stopped for good.
    stopped: RefCell<BTreeSet<AccountId>>,
    ending: RefCell<Option<Ending>>,
    changed: Notify,
}

impl Progress {
    /// Notes a command to which a reply is expected.
    pub fn expect_reply(&self, number: u64, command: DisplayText) {
        self.unanswered.borrow_mut().insert(number, command);
    }

    /// Notes the reply to a command and returns the command.
    pub fn record_reply(&self, number: u64, is_done: bool) -> DisplayText {
        self.failures.set(self.failures.get() + usize::from(!is_done));
        self.changed.notify_one();
        self.unanswered.borrow_mut().remove(&number).unwrap_or_default()
    }

    /// Returns the commands that were not answered.
    pub fn unanswered(&self) -> Vec<u64> {
        self.unanswered.borrow().keys().copied().collect()
    }

    /// Returns the number of commands that were not carried out for certain.
    pub fn failures(&self) -> usize {
        self.failures.get()
    }

    /// Notes whether an account has stopped for good; the run ends when all accounts have.
    pub fn set_stopped(&self, account: AccountId, is_stopped: bool, accounts: usize) {
        let mut stopped = self.stopped.borrow_mut();
        if is_stopped {
            stopped.insert(account);
        } else {
            stopped.remove(&account);
        }
        if stopped.len() == accounts {
            self.end(Ending::NoAccount);
        }
    }

    /// Ends the run, unless it ends already.
    pub fn end(&self, ending: Ending) {
        self.ending.borrow_mut().get_or_insert(ending);
        self.changed.notify_one();
    }

    /// Returns why the run ends, if it does.
    pub fn ending(&self) -> Option<Ending> {
        self.ending.borrow().clone()
    }

    /// Waits until something has changed since the last call. Cancel safe.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_that_has_come_back_does_not_count_as_stopped() {
        let (first, second) = (AccountId(0), AccountId(1));
        let progress = Progress::default();
        progress.set_stopped(first, true, 2);
        progress.set_stopped(first, false, 2);
        progress.set_stopped(second, true, 2);
        assert_eq!(progress.ending(), None, "the first one is online");
        progress.set_stopped(first, true, 2);
        assert_eq!(progress.ending(), Some(Ending::NoAccount));
    }
}
