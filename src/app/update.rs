//! Taking in what happened. `keys` is what the user does, `provider_events` what the providers say, `prompt`, `picker` and
//! `confirm` what is being written, chosen or confirmed, `dialog` what becomes of those when their targets end,
//! `requests` what the user wants done.

mod confirm;
mod dialog;
mod history;
mod keys;
mod picker;
mod prompt;
mod provider_events;
mod requests;
#[cfg(test)]
mod tests;

use super::{Details, Effect, Message, Now, State, Tone};

/// Takes in what happened: changes the state and says what is to be done outside.
pub fn update(state: &mut State, now: Now, message: Message) -> Vec<Effect> {
    state.now = now;
    let notice_before = state.notice.clone();
    let mut effects = Vec::new();
    match message {
        Message::Key(key) => {
            keys::press(state, key, &mut effects);
            state.follow_with_details();
        }
        Message::Paste(text) => prompt::paste(state, &text),
        Message::Resize(columns, rows) => state.size = (columns, rows),
        Message::Tick => {}
        Message::History(news) => history::take(state, news),
        Message::Provider(account, event) => provider_events::take(state, account, event, &mut effects),
    }
    let has_new_notice = state.notice != notice_before;
    pass_time(state);
    if state.details == Details::FULL {
        state.follow_with_details();
    }
    if !state.details_still_stand() {
        state.details = Details::Beside;
        if !has_new_notice {
            state.tell("What was open is gone from the list", Tone::Info);
        }
    }
    effects
}

/// What goes by itself: a notice that was read or is no longer true, and the rows of what has been over for a while.
fn pass_time(state: &mut State) {
    let now = state.now.moment;
    if state.notice.as_ref().is_some_and(|notice| notice.until <= now || !notice.holds.is_so(state)) {
        state.notice = None;
    }
    while let Some((until, id)) = state.lingering.front().copied().filter(|(until, _)| *until <= now) {
        debug_assert!(until <= now, "rows leave in the order in which they ended");
        state.lingering.pop_front();
        for list in [&mut state.incoming, &mut state.outgoing] {
            list.change_by_itself(now, |list| list.remove(id));
        }
    }
}
