//! The user's own presence.

use super::requests::request;
use crate::app::{
    Effect, Focus, Mode, OwnPresence, PendingRequest, Picker, PresenceChoice, PresenceDialog, State, Subject,
    Tone,
};
use crate::invitation::{AccountId, Availability, PreferredAvailability, Presence};
use crate::provider::{Command, Problem, Ticket};

/// Records the presence that the server reported.
pub(super) fn record(state: &mut State, account: AccountId, presence: Option<Presence>) {
    let Some(account) = state.accounts.get_mut(usize::from(account.0)) else { return };
    if !account.is_bot {
        account.presence = presence.map_or(OwnPresence::Unknown, OwnPresence::Known);
    }
}

/// Asks for the presence to set: that of the account of `focus`, or else of an account that the user chooses.
pub(super) fn ask(state: &mut State, focus: &Focus) {
    let has_presence = |id: &AccountId| state.account(*id).is_some_and(|account| !account.is_bot);
    let accounts = match account_of(focus).filter(has_presence) {
        Some(account) => vec![account],
        None => state.user_accounts().map(|(id, _)| id).collect(),
    };
    let Some(current) = accounts.first().and_then(|id| state.account(*id)) else {
        return state.notify("A bot’s account has no presence", Tone::Info);
    };
    let picker = Picker::at(PresenceChoice::Set(current_choice(&current.presence)));
    let asks_for_account = accounts.len() > 1;
    state.mode = Mode::Presence(PresenceDialog { accounts, highlighted: 0, asks_for_account, picker });
}

/// Returns the account of the selected item.
fn account_of(focus: &Focus) -> Option<AccountId> {
    match focus.selected? {
        Subject::Invitation(id) => Some(id.account),
        Subject::Conversation(id) => Some(id.account),
        Subject::Past(_) => None,
    }
}

/// Returns the choice that is like a presence.
fn current_choice(presence: &OwnPresence) -> PreferredAvailability {
    let OwnPresence::Known(presence) = presence else { return PreferredAvailability::Online };
    match presence.availability {
        Some(Availability::Busy | Availability::IdleBusy) => PreferredAvailability::Busy,
        Some(Availability::DoNotDisturb) => PreferredAvailability::DoNotDisturb,
        Some(Availability::BeRightBack) => PreferredAvailability::BeRightBack,
        Some(Availability::Away) => PreferredAvailability::Away,
        Some(Availability::Online | Availability::IdleOnline | Availability::Offline) | None => {
            PreferredAvailability::Online
        }
    }
}

/// Sets a presence. Returns the ticket of the request.
pub(super) fn set(
    state: &mut State,
    effects: &mut Vec<Effect>,
    account: AccountId,
    choice: PresenceChoice,
) -> Ticket {
    let presence = match choice {
        PresenceChoice::Set(presence) => Some(presence),
        PresenceChoice::Reset => None,
    };
    let pending = PendingRequest::Presence(choice);
    request(state, effects, account, pending, |ticket| Command::SetPresence { ticket, presence })
}

/// Reports that a presence was set. The server reports the resulting presence.
pub(super) fn report_set(state: &mut State, choice: PresenceChoice) {
    let text = match choice {
        PresenceChoice::Set(presence) => format!("Your presence was set to “{}”", presence.words()),
        PresenceChoice::Reset => "Your presence was reset".to_owned(),
    };
    state.notify(&text, Tone::Info);
}

/// Reports that a presence was refused.
pub(super) fn report_refused(state: &mut State, choice: PresenceChoice, problem: &str) {
    let text = match choice {
        PresenceChoice::Set(presence) => {
            format!("Your presence was not set to “{}”: {problem}", presence.words())
        }
        PresenceChoice::Reset => format!("Your presence was not reset: {problem}"),
    };
    state.notify(&text, Tone::Problem);
}

/// Reports that the reply to a request for a presence was lost.
pub(super) fn report_uncertain(state: &mut State, choice: PresenceChoice, problem: &Problem) {
    let reason = &problem.message;
    let what = match choice {
        PresenceChoice::Set(presence) => format!("Your presence “{}”", presence.words()),
        PresenceChoice::Reset => "The reset of your presence".to_owned(),
    };
    state.notify(
        &format!("{what} is not confirmed ({reason}); the top line shows what is true"),
        Tone::Problem,
    );
}
