//! The sign of an account in rows, which is shown only if there are several accounts.

use std::borrow::Cow;

use super::fit::fit;
use crate::app::State;
use crate::invitation::AccountId;

/// The width of the longest sign.
const LONGEST: usize = 10;

/// Returns the sign of an account: the first word of its name, or the whole name if another account has the same first
/// word.
pub(super) fn sign(id: AccountId, state: &State) -> Option<Cow<'_, str>> {
    state.account(id).and_then(|account| sign_of_label(account.label.as_str(), state))
}

/// Returns the sign of the account with this name, which may be one of an earlier run.
pub(super) fn sign_of_label<'a>(label: &'a str, state: &State) -> Option<Cow<'a, str>> {
    if state.accounts.len() < 2 || label.is_empty() {
        return None;
    }
    let word = first_word(label);
    let same = state.accounts.iter().map(|account| account.label.as_str());
    let is_ambiguous = same.filter(|other| *other != label).any(|other| first_word(other) == word);
    Some(fit(if is_ambiguous { label } else { word }, LONGEST))
}

/// Returns a name up to its first blank or dot: “bot” of “bot 2891555a”, “contoso” of “contoso.com”.
fn first_word(label: &str) -> &str {
    label.split([' ', '.']).find(|word| !word.is_empty()).unwrap_or(label)
}
