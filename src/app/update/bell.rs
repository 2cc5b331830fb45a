use crate::app::State;
use crate::invitation::AccountId;

/// Returns whether what arrives for an account rings the bell.
pub(super) fn rings(state: &State, account: AccountId) -> bool {
    let is_silent = state.account(account).is_some_and(|account| account.presence.is_do_not_disturb());
    state.settings.bell && !is_silent
}
