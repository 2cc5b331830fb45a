//! The last line: the keys that do something now, as the active key map has them.

use std::borrow::Cow;

use ratatui::style::Style;
use ratatui::text::Line;

use super::fit::{Cells, width};
use super::{Look, list, words};
use crate::app::{Action, Mode, Phase, Purpose, State, Tab};
use crate::invitation::{ConversationId, Reason};
use crate::provider::Status;

/// What can be done now, the most wanted first; what can always be done is not named.
pub(super) fn actions(state: &State) -> Vec<Action> {
    let mut actions = Vec::new();
    let waits =
        |status: &Status| matches!(status, Status::Retrying { .. } | Status::Replaced | Status::Stopped(_));
    if state.accounts.iter().any(|account| waits(&account.status)) {
        actions.push(Action::Reconnect);
    }
    let conversation = match state.tab {
        Tab::Incoming | Tab::Outgoing => {
            state.selected_entry().and_then(|entry| entry.invitation.conversation)
        }
        Tab::Conversations => state.conversations.selected().map(|conversation| conversation.id),
        Tab::History => None,
    };
    if let Some(entry) = state.selected_entry().filter(|entry| entry.phase == Phase::Ringing) {
        let offers = entry.invitation.offers;
        if state.tab == Tab::Outgoing {
            actions.extend(offers.cancel.then_some(Action::Cancel));
        } else {
            let accept = offers.accept || offers.accept_with_phone;
            actions.extend(accept.then_some(Action::Accept));
            actions.extend(
                offers.decline.then_some([Action::Decline, Action::DeclineNow]).into_iter().flatten(),
            );
        }
    }
    actions.extend(conversation.map(|id| of_conversation(state, id)).into_iter().flatten());
    if state.tab == Tab::Incoming && state.incoming.shown() > 1 {
        actions.push(Action::Mark);
    }
    actions
}

fn of_conversation(state: &State, id: ConversationId) -> impl Iterator<Item = Action> {
    let conversation = state.conversations.get(id);
    let offers = |offer: bool, action| offer.then_some(action);
    conversation.into_iter().flat_map(move |conversation| {
        [offers(conversation.can_invite, Action::Invite), offers(conversation.can_send, Action::Message)]
            .into_iter()
            .flatten()
    })
}

fn label(action: Action, default: Reason) -> Cow<'static, str> {
    match action {
        Action::Decline => "decline…".into(),
        Action::DeclineNow => words::decline_now(default).into(),
        Action::Reconnect => "reconnect".into(),
        Action::Palette => "all actions".into(),
        other => other.name().into(),
    }
}

type Hint = (String, Cow<'static, str>);

fn hint(action: Action, state: &State) -> Option<Hint> {
    let key = state.settings.keys.keys(action).first()?;
    Some((key.to_string(), label(action, state.settings.default_reason)))
}

/// The footer: what fits of the actions, and always help and quit.
pub(super) fn line<'a>(state: &State, look: &Look, room: usize) -> Line<'a> {
    match &state.mode {
        Mode::Lists => lists(state, look, room),
        Mode::Picker(_) => fixed(&[("Enter", "decline"), ("Esc", "back"), ("type", "to filter")], look, room),
        Mode::Palette(_) => fixed(&[("Enter", "do it"), ("Esc", "back"), ("type", "to filter")], look, room),
        Mode::Help(_) => fixed(&[("Esc", "back"), ("Down/Up", "scroll")], look, room),
        Mode::Prompt(prompt) => {
            let enter = match prompt.purpose {
                Purpose::Filter => "keep",
                Purpose::Invite(_) => "invite",
                Purpose::Message(_) => "send",
            };
            fixed(&[("Enter", enter), ("Esc", "back")], look, room)
        }
    }
}

fn fixed<'a>(hints: &[(&str, &'static str)], look: &Look, room: usize) -> Line<'a> {
    let hints: Vec<Hint> = hints.iter().map(|(key, label)| ((*key).to_owned(), (*label).into())).collect();
    let mut cells = Cells::default();
    fill(&mut cells, &hints, look, room);
    cells.line(None)
}

fn lists<'a>(state: &State, look: &Look, room: usize) -> Line<'a> {
    let hints =
        |actions: &[Action]| actions.iter().filter_map(|action| hint(*action, state)).collect::<Vec<_>>();
    let always = hints(&[Action::Help, Action::Quit]);
    let reserved = always.iter().map(needed).sum::<usize>();
    let mut wanted = hints(&actions(state));
    if list::wanted(state, 0) > 0 {
        wanted.extend(hints(&[Action::Filter, Action::Details]));
    }
    wanted.extend(hints(&[Action::Palette]));
    let mut cells = Cells::default();
    fill(&mut cells, &wanted, look, room.saturating_sub(reserved));
    cells.up_to(room.saturating_sub(reserved));
    fill(&mut cells, &always, look, room);
    cells.line(None)
}

/// The columns of a hint with the gap before it.
fn needed((key, label): &Hint) -> usize {
    width(key) + 1 + width(label) + 2
}

fn fill(cells: &mut Cells<'_>, hints: &[Hint], look: &Look, room: usize) {
    for (key, label) in hints {
        let gap = if cells.used() == 0 { 1 } else { 2 };
        if cells.used() + gap + width(key) + 1 + width(label) > room {
            continue;
        }
        cells.gap(gap);
        cells.text(key.clone(), look.theme.key);
        cells.gap(1);
        cells.text(label.clone(), Style::new());
    }
}
