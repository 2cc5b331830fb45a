//! The `update` function: `key_press` handles the user's keys and `perform` what they and the dialogs ask for;
//! `provider_events` handles the events of the providers, `history` those of the history.

mod alerts;
mod announcements;
mod batches;
mod dialogs;
mod ended_rows;
mod history;
mod instructions;
mod invitations;
mod key_press;
mod lists;
mod lobby_words;
mod meetings;
mod messages;
mod missed_while_away;
mod mouse;
mod new_conversations;
mod perform;
mod presence;
mod provider_events;
mod requests;
mod responses;
mod rules;
mod search;
mod selected_person;
mod selection_after_answer;
#[cfg(test)]
mod tests;

use super::advice::next_step;
use super::{Details, Effect, Message, Now, State, Tone};

/// Applies a message to the state, and returns the side effects to carry out in order.
pub fn update(state: &mut State, now: Now, message: Message) -> Vec<Effect> {
    state.now = now;
    let notice_before = state.notice.clone();
    let tab_before = state.tab;
    let mut effects = Vec::new();
    if matches!(message, Message::Key(_) | Message::Mouse(_) | Message::Paste(_)) {
        state.left_behind = None;
    }
    match message {
        Message::Key(key) => {
            key_press::press(state, key, &mut effects);
            state.follow_with_details();
        }
        Message::Mouse(input) => {
            mouse::handle(state, input, &mut effects);
            state.follow_with_details();
        }
        Message::Paste(text) => key_press::paste(state, &text, &mut effects),
        Message::Resize(columns, rows) => state.size = (columns, rows),
        Message::Focus(has_focus) => state.has_focus = Some(has_focus),
        Message::Chosen(id, choice) => requests::choose(state, id, choice, &mut effects),
        Message::Seen | Message::Tick => {}
        Message::Instruct { number, instruction } => {
            instructions::carry_out(state, number, instruction, &mut effects);
        }
        Message::Problem(text) => {
            state.notify(text.as_str(), Tone::Problem);
            effects.push(Effect::Notice(text));
        }
        Message::History(event) => history::apply(state, event, &mut effects),
        Message::Provider(account, event) => provider_events::apply(state, account, event, &mut effects),
    }
    rules::after_update(state, &mut effects);
    new_conversations::open(state);
    search::end_abandoned_search(state, &mut effects);
    messages::mark_shown_as_read(state);
    history::after_update(state, tab_before, &mut effects);
    selection_after_answer::leave_answered(state);
    selected_person::describe_selected_person(state, &mut effects);
    invitations::forget_seen_newcomers(state);
    state.walkthrough = next_step(state);
    let has_new_notice = state.notice != notice_before;
    expire_notice(state);
    ended_rows::remove_rows(state);
    if state.details == Details::FULL {
        state.follow_with_details();
    }
    if !state.details_match_selection() {
        state.details = Details::Beside;
        if !has_new_notice {
            state.notify("The entry you were viewing has left the list", Tone::Info);
        }
    }
    effects
}

/// Removes the notice if it was read or is no longer true.
fn expire_notice(state: &mut State) {
    let now = state.now.moment;
    if state.notice.as_ref().is_some_and(|notice| notice.until <= now || !state.holds(&notice.valid_while)) {
        state.notice = None;
    }
}
