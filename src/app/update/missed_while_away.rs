//! Invitations that were missed before signing in.

use super::announcements::announce;
use crate::app::{Action, Effect, News, State, Tab, Tone};
use crate::history::Record;
use crate::invitation::{AccountId, MissedLog};
use crate::provider::Command;

/// Asks the history which of the server's logs of missed conversations are new.
pub(super) fn find_new(state: &State, account: AccountId, logs: Vec<MissedLog>, effects: &mut Vec<Effect>) {
    let label = state.account(account).map(|account| account.label.clone()).unwrap_or_default();
    effects.push(Effect::AddMissed { account, label, logs });
}

/// Adds new entries, and notifies the user of all of them at once.
pub(super) fn add(
    state: &mut State,
    account: AccountId,
    entries: Vec<(u64, Record)>,
    effects: &mut Vec<Effect>,
) {
    let count = entries.len();
    for (log, record) in entries {
        state.missed_logs.insert(record.number, (account, log));
        let past = record.into_past_invitation();
        state.unseen.insert(past.number);
        announce(state, account, News::Outcome(Box::new(past.clone())), effects);
        state.history.change_unasked(state.now.moment, |list| list.upsert(past));
    }
    let key = state.settings.keys.preferred(Action::History).map(|key| key.to_string());
    let hint = key.filter(|_| state.tab != Tab::History).map(|key| format!(" ({key} shows them)"));
    let text = format!("{count} missed while you were away{}", hint.unwrap_or_default());
    state.notify(&text, Tone::Info);
}

/// Tells the servers which of their logs the user has seen.
pub(super) fn report_seen(state: &mut State, seen: &[u64], effects: &mut Vec<Effect>) {
    let logs: Vec<(AccountId, u64)> =
        seen.iter().filter_map(|number| state.missed_logs.remove(number)).collect();
    let accounts: std::collections::BTreeSet<AccountId> = logs.iter().map(|(account, _)| *account).collect();
    for account in accounts {
        let numbers = logs.iter().filter(|(other, _)| *other == account).map(|(_, number)| *number).collect();
        effects.push(Effect::Provider(account, Command::MissedSeen(numbers)));
    }
}
