//! Meetings: who waits in a lobby, the user's answers to them, and the user's own part.

use crate::app::dialog::{Menu, MenuItem, Operation};
use crate::app::key::STRAY_KEY_GUARD;
use crate::app::{
    Action, Condition, Effect, Focus, Mode, News, PendingRequest, State, Tab, Tone, available, lobby,
};
use crate::invitation::{Admission, Conversation, ConversationId, ParticipantId, Waiting};
use crate::provider::Command;

use super::announcements;
use super::requests::request;

/// The state of a meeting before an event changed it.
#[derive(Default)]
pub(super) struct Before {
    waiting: Vec<ParticipantId>,
    announced: Vec<ParticipantId>,
    was_waiting: bool,
}

impl Before {
    /// Returns what the conversation is like now.
    pub fn of(state: &State, id: ConversationId) -> Self {
        let Some(conversation) = state.conversations.get(id) else { return Self::default() };
        let announced = conversation.lobby().iter().filter(|waiting| user_can_answer(waiting));
        Self {
            waiting: conversation.lobby().iter().map(|waiting| waiting.id).collect(),
            announced: announced.map(|waiting| waiting.id).collect(),
            was_waiting: conversation.is_waiting(),
        }
    }
}

/// Returns whether the user can admit or reject somebody in a lobby.
fn user_can_answer(waiting: &Waiting) -> bool {
    waiting.can_admit || waiting.can_reject
}

/// Tells the user who has entered a lobby that they control, and when they are admitted themselves.
pub(super) fn announce(state: &mut State, id: ConversationId, before: &Before, effects: &mut Vec<Effect>) {
    let Some(conversation) = state.conversations.get(id) else { return };
    let title = conversation.described();
    let is_waiting = conversation.is_waiting();
    let waiting: Vec<ParticipantId> = conversation.lobby().iter().map(|waiting| waiting.id).collect();
    let news =
        conversation.lobby().iter().rfind(|it| user_can_answer(it) && !before.announced.contains(&it.id));
    let news = news.cloned();
    if waiting != before.waiting {
        state.lobby_changed = Some((id, state.now.moment));
    }
    if is_waiting && !before.was_waiting {
        let text = format!("Waiting to be admitted to {title}");
        state.notify_while(&text, Tone::Info, Condition::Conversation(id));
    }
    let is_admitted = before.was_waiting && !is_waiting;
    if is_admitted {
        state.notify(&format!("You were admitted to {title}"), Tone::Info);
    }
    if is_waiting != before.was_waiting {
        let news = News::Admission { conversation: id, title: title.clone(), is_admitted };
        announcements::announce(state, id.account, news, effects);
    }
    if let Some(waiting) = news {
        let text = format!("{} waits in the lobby of {title}{}", waiting.party.label(), hint(state, id));
        state.notify_while(&text, Tone::Info, Condition::Waiting(waiting.id));
        let news = News::Lobby { conversation: id, title, waiting };
        announcements::announce(state, id.account, news, effects);
    }
}

/// Returns the keys that answer somebody in a lobby, or show the conversation, in brackets.
fn hint(state: &State, id: ConversationId) -> String {
    let key = |action| state.settings.keys.preferred(action).map(|key| key.to_string());
    let is_current = state.tab == Tab::Conversations
        && state.conversations.selected().is_some_and(|selected| selected.id == id);
    match (is_current, key(Action::Accept), key(Action::Decline), key(Action::Conversations)) {
        (true, Some(admit), Some(reject), _) => format!(" ({admit} admits, {reject} rejects)"),
        (false, _, _, Some(key)) if state.tab != Tab::Conversations => format!(" ({key} shows it)"),
        _ => String::new(),
    }
}

/// Answers those who wait in the lobby of the selected conversation: asks who is meant if several wait.
pub(super) fn answer(state: &mut State, focus: &Focus, admission: Admission, effects: &mut Vec<Effect>) {
    let action = match admission {
        Admission::Admit => Action::Accept,
        Admission::Reject => Action::Decline,
    };
    let waiting: Vec<(ParticipantId, String, String)> = lobby::waiting(state, focus, admission)
        .into_iter()
        .map(|it| (it.id, it.party.label().to_owned(), it.party.uri.to_string()))
        .collect();
    let Some(conversation) = lobby::conversation(state, focus).filter(|_| !waiting.is_empty()) else {
        return state.notify(&available::why_not(state, focus, action), Tone::Info);
    };
    let (id, title) = (conversation.id, conversation.described());
    let now = state.now.moment;
    if state.lobby_changed.is_some_and(|(other, at)| other == id && now < at.after(STRAY_KEY_GUARD)) {
        return state.notify("The lobby has just changed; press again", Tone::Info);
    }
    if let [(only, ..)] = waiting.as_slice() {
        return send(state, effects, *only, admission);
    }
    let everyone = waiting.iter().map(|(participant, ..)| *participant).collect();
    let item = |name: String, text, participants| {
        let operation = Operation::AnswerLobby { participants, admission };
        MenuItem { name, text, operation }
    };
    let count = waiting.len();
    let mut items: Vec<MenuItem> =
        waiting.into_iter().map(|(participant, name, uri)| item(name, uri, vec![participant])).collect();
    items.push(item(format!("all {count}"), String::new(), everyone));
    let (title, verb, consequence) = match admission {
        Admission::Admit => (format!("Admit whom to {title}?"), "admit", "nobody was admitted"),
        Admission::Reject => (format!("Reject whom from {title}?"), "reject", "nobody was rejected"),
    };
    state.mode = Mode::Menu(Menu { title, verb, items, highlighted: 0, needs: Some((id, consequence)) });
}

/// Answers people who wait, as far as they still do.
pub(super) fn answer_all(
    state: &mut State,
    effects: &mut Vec<Effect>,
    participants: &[ParticipantId],
    admission: Admission,
) {
    for participant in participants {
        send(state, effects, *participant, admission);
    }
}

/// Answers somebody who waits, unless an answer is under way.
fn send(state: &mut State, effects: &mut Vec<Effect>, participant: ParticipantId, admission: Admission) {
    let conversation = state.conversations.get(participant.conversation);
    let waiting = conversation.and_then(|it| it.meeting.as_ref()).and_then(|it| it.waiting(participant));
    let Some(who) = waiting.map(|waiting| waiting.party.label().to_owned()) else { return };
    let is_same = |pending: &PendingRequest| matches!(pending, PendingRequest::Lobby { participant: other, .. } if *other == participant);
    if state.pending_requests.values().any(is_same) {
        return state.notify(&format!("{who}: already answered; waiting for the server"), Tone::Info);
    }
    let pending = PendingRequest::Lobby { participant, who, admission };
    request(state, effects, participant.conversation.account, pending, |ticket| Command::AnswerLobby {
        ticket,
        participant,
        admission,
    });
}

/// Joins the messages of the current conversation, if it offers that. Returns whether it does.
pub(super) fn join_messages(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    let Some(conversation) = state.joinable() else { return false };
    let title = state.conversations.get(conversation).map(Conversation::described).unwrap_or_default();
    let pending = PendingRequest::Join { conversation, title };
    if !state.pending_requests.values().any(|other| *other == pending) {
        request(state, effects, conversation.account, pending, |ticket| Command::JoinMessages {
            ticket,
            conversation,
        });
    }
    true
}
