//! Carries out what keys and dialogs ask for.

use super::{lists, meetings, messages, new_conversations, presence, requests, rules, search};
use crate::app::available::{self, conversation};
use crate::app::dialog::{Operation, Step};
use crate::app::{
    Action, Answer, Condition, Confirm, Decline, Details, Effect, FindPerson, Focus, Help, Menu, MenuItem,
    Mode, Palette, PickPurpose, Picker, Prompt, Purpose, Reject, State, Tab, Targets, Tone, copies, lobby,
};
use crate::invitation::{Conversation, ConversationId, InvitationId, Kind};
use crate::provider::Command;

/// Applies the step of the open dialog.
pub(super) fn apply_step(state: &mut State, step: Step, effects: &mut Vec<Effect>) {
    match step {
        Step::Stay => {}
        Step::Filter(text) => lists::set_filter(state, &text),
        Step::Search { account, text } => search::request(state, account, text, effects),
        Step::Close => state.mode = Mode::Lists,
        Step::Write { conversation, text } => {
            messages::keep_draft(state, conversation, &text);
            messages::report_typing(state, conversation, effects);
        }
        Step::Perform(operation) => {
            state.mode = Mode::Lists;
            perform_operation(state, operation, effects);
        }
    }
}

/// Performs an operation that a dialog asked for.
fn perform_operation(state: &mut State, operation: Operation, effects: &mut Vec<Effect>) {
    match operation {
        Operation::Act { action, focus } => perform_action(state, &focus, action, effects),
        Operation::Answer { answer, targets } => begin_answer(state, answer, targets, effects),
        Operation::Decline { targets, reason, calls } => {
            requests::decline(state, effects, &targets, reason);
            if !calls.ids.is_empty() {
                ask_to_reject(state, calls);
            }
        }
        Operation::Reject { targets, reason, callback } => {
            requests::reject(state, effects, &targets, reason, callback.as_ref());
        }
        Operation::Redirect { call, to } => requests::redirect(state, effects, call, &to),
        Operation::Transfer { conversation, to } => {
            requests::transfer(state, effects, conversation, to);
        }
        Operation::Invite { conversation, to } => {
            requests::invite(state, effects, conversation, to);
        }
        Operation::Compose { account, to } => new_conversations::compose(state, account, to),
        Operation::Start(conversation) => new_conversations::start(state, effects, conversation),
        Operation::Keep(conversation) => new_conversations::keep_unsent(state, conversation),
        Operation::Send { conversation, text } => {
            requests::send(state, effects, conversation, &text);
        }
        Operation::AnswerLobby { participants, admission } => {
            meetings::answer_all(state, effects, &participants, admission);
        }
        Operation::Leave(focus) => {
            requests::leave(state, &focus, effects);
        }
        Operation::Copy(text) => copy_text(state, text, effects),
        Operation::SetPresence { account, choice } => {
            presence::set(state, effects, account, choice);
        }
        Operation::Filter(text) => lists::set_filter(state, &text),
    }
}

/// Performs an action on `focus`, whatever is selected now.
pub(super) fn perform_action(state: &mut State, focus: &Focus, action: Action, effects: &mut Vec<Effect>) {
    match action {
        Action::Down => lists::select_by(state, 1),
        Action::Up => lists::select_by(state, -1),
        Action::PageDown => lists::page_down(state),
        Action::PageUp => lists::page_up(state),
        Action::First => lists::select_by(state, isize::MIN),
        Action::Last => lists::select_by(state, isize::MAX),
        Action::MostUrgent => lists::select_most_urgent(state),
        Action::NextTab => lists::switch_tab(state, 1),
        Action::PreviousTab => lists::switch_tab(state, Tab::ALL.len() - 1),
        Action::Incoming => state.tab = Tab::Incoming,
        Action::Outgoing => state.tab = Tab::Outgoing,
        Action::Conversations => state.tab = Tab::Conversations,
        Action::History => state.tab = Tab::History,
        Action::Details => {
            state.details = if state.details.is_full() { Details::Beside } else { Details::FULL };
        }
        Action::Accept | Action::Decline if focus.tab == Tab::Conversations => {
            if let Some(admission) = lobby::admission(action) {
                meetings::answer(state, focus, admission, effects);
            }
        }
        Action::Accept => answer_or_confirm(state, focus, Answer::Accept, effects),
        Action::Decline => answer_or_confirm(state, focus, Answer::Decline, effects),
        Action::DeclineNow => answer_or_confirm(state, focus, Answer::DeclineNow, effects),
        Action::Redirect if focus.tab == Tab::Conversations => ask_to_transfer(state, focus),
        Action::Redirect => ask_to_redirect(state, focus),
        Action::Cancel => requests::cancel(state, focus, effects),
        Action::Invite => ask_whom_to_invite(state, focus),
        Action::NewConversation => new_conversations::ask(state, focus),
        Action::Message => ask_for_message(state, focus),
        Action::HangUp => leave_or_ask(state, focus, effects),
        Action::Presence => presence::ask(state, focus),
        Action::Mark => lists::mark(state, focus),
        Action::Filter => {
            let filter = lists::filter(state).to_owned();
            state.mode = Mode::Prompt(Prompt::new(Purpose::Filter, filter));
        }
        Action::Sort => lists::sort(state),
        Action::Copy => copy(state, focus, effects),
        Action::Rules => rules::toggle(state, effects),
        Action::Reconnect => send_again_or_join_or_reconnect(state, effects),
        Action::Help => state.mode = Mode::Help(Help::default()),
        Action::Palette => {
            let picker = Picker::at(Action::Accept);
            state.mode = Mode::Palette(Palette { picker, focus: focus.clone() });
        }
        Action::Suspend => effects.push(Effect::Suspend),
        Action::Quit => {
            state.quit();
            effects.push(Effect::Quit);
        }
    }
}

/// Leaves the conversation of `focus`, or hangs up its call; asks first if the user has not seen all of its messages.
fn leave_or_ask(state: &mut State, focus: &Focus, effects: &mut Vec<Effect>) {
    let chosen = conversation(state, focus, Action::HangUp);
    let chosen = chosen.and_then(|id| state.conversations.get(id)).filter(|chosen| chosen.can_leave);
    let unread = chosen.and_then(|chosen| state.threads.get(&chosen.id)).map_or(0, |thread| thread.unread);
    let Some(chosen) = chosen.filter(|_| unread > 0) else {
        requests::leave(state, focus, effects);
        return;
    };
    let count =
        if unread == 1 { "1 message is unread".into() } else { format!("{unread} messages are unread") };
    let item = |name: &str, text: String, operation| MenuItem { name: name.into(), text, operation };
    let read = Operation::Act { action: Action::Details, focus: focus.clone() };
    state.mode = Mode::Menu(Menu {
        title: format!("Leave {}?", chosen.described()),
        verb: "choose",
        needs: Some((chosen.id, "there is nothing left to leave")),
        items: vec![
            item("read first", count, read),
            item("leave", String::new(), Operation::Leave(focus.clone())),
        ],
        highlighted: 0,
    });
}

/// Gives an answer to the invitations of `focus`; asks for a confirmation first if some of them are not visible.
fn answer_or_confirm(state: &mut State, focus: &Focus, answer: Answer, effects: &mut Vec<Effect>) {
    let Some(targets) = requests::targets(state, focus, answer.action()) else { return };
    // The selected row is visible wherever a row fits.
    let unseen: Vec<InvitationId> = match targets.as_slice() {
        [one] if focus.invitation() == Some(*one) => Vec::new(),
        all => all.iter().copied().filter(|id| !state.viewport.invitations.contains(id)).collect(),
    };
    let targets = Targets::from(targets);
    if unseen.is_empty() {
        begin_answer(state, answer, targets, effects);
    } else {
        state.mode = Mode::Confirm(Confirm { answer, targets, unseen, scrolled: 0 });
    }
}

/// Gives an answer, or asks for its reason first.
fn begin_answer(state: &mut State, answer: Answer, targets: Targets, effects: &mut Vec<Effect>) {
    match answer {
        Answer::Accept => requests::accept(state, effects, &targets),
        Answer::Decline => ask_for_reason(state, targets),
        Answer::DeclineNow => requests::decline_now(state, effects, &targets),
    }
}

/// Asks for the reason to decline: first for invitations, then for calls to a bot, which take other reasons.
fn ask_for_reason(state: &mut State, targets: Targets) {
    let is_call =
        |id: &InvitationId| state.entry(*id).is_some_and(|entry| entry.invitation.kind == Kind::Call);
    let ended = targets.ended;
    let (calls, ids): (Vec<_>, Vec<_>) = targets.ids.into_iter().partition(is_call);
    if ids.is_empty() {
        ask_to_reject(state, Targets { ids: calls, ended });
    } else {
        let picker = Picker::at(state.settings.default_reason);
        state.mode = Mode::Decline(Decline { picker, targets: Targets { ids, ended }, calls: calls.into() });
    }
}

fn ask_to_reject(state: &mut State, targets: Targets) {
    let picker = Picker::at(state.settings.default_rejection);
    state.mode = Mode::Reject(Reject { picker, targets, callback: None, editor: None });
}

fn ask_to_redirect(state: &mut State, focus: &Focus) {
    let Some(targets) = requests::targets(state, focus, Action::Redirect) else { return };
    if let Some(id) = targets.first() {
        state.mode = Mode::Prompt(Prompt::new(Purpose::Redirect(*id), String::new()));
    }
}

fn ask_to_transfer(state: &mut State, focus: &Focus) {
    if let Some(id) = conversation_for(state, focus, Action::Redirect) {
        state.mode = Mode::Prompt(Prompt::new(Purpose::Transfer(id), String::new()));
    }
}

/// Asks whom to invite to the conversation of `focus`.
fn ask_whom_to_invite(state: &mut State, focus: &Focus) {
    if let Some(id) = conversation_for(state, focus, Action::Invite) {
        // A bot has no directory to search.
        if state.conversations.get(id).is_some_and(Conversation::can_hang_up) {
            state.mode = Mode::Prompt(Prompt::new(Purpose::InviteToCall(id), String::new()));
            return;
        }
        let me = state.account(id.account).and_then(|account| account.me.clone());
        state.mode = Mode::FindPerson(FindPerson::new(PickPurpose::Invite(id), me));
    }
}

/// Asks for a message to the conversation of `focus`.
fn ask_for_message(state: &mut State, focus: &Focus) {
    if let Some(id) = conversation_for(state, focus, Action::Message) {
        let draft = state.threads.get(&id).map(|thread| thread.draft.clone()).unwrap_or_default();
        state.mode = Mode::Prompt(Prompt::new(Purpose::Message(id), draft));
    }
}

/// Returns the conversation of `focus`, or notifies the user why an action is not available there.
fn conversation_for(state: &mut State, focus: &Focus, action: Action) -> Option<ConversationId> {
    let found = conversation(state, focus, action);
    if found.is_none() {
        state.notify(&available::why_not(state, focus, action), Tone::Info);
    }
    found
}

/// Copies what there is to copy of the selected item: asks which if there are several things.
fn copy(state: &mut State, focus: &Focus, effects: &mut Vec<Effect>) {
    let found = focus.selected.map(|selected| copies::copyable(state, selected)).unwrap_or_default();
    match found.as_slice() {
        [] => state.notify("Nothing is selected", Tone::Info),
        [only] => copy_text(state, only.text.clone(), effects),
        _ => {
            let item = |it: copies::Copyable| MenuItem {
                name: it.name,
                text: if it.text.contains('\n') { line_count(&it.text) } else { it.text.clone() },
                operation: Operation::Copy(it.text),
            };
            let items = found.into_iter().map(item).collect();
            let title = "Copy what?".to_owned();
            state.mode = Mode::Menu(Menu { title, verb: "copy", items, highlighted: 0, needs: None });
        }
    }
}

fn copy_text(state: &mut State, text: String, effects: &mut Vec<Effect>) {
    let what = if text.contains('\n') { line_count(&text) } else { text.clone() };
    state.notify(&format!("Copied {what}"), Tone::Info);
    effects.push(Effect::Copy(text));
}

/// Returns the number of lines of a text in words.
fn line_count(text: &str) -> String {
    format!("{} lines", text.lines().count())
}

/// Sends the message that failed in the open conversation again, or else joins its messages, or else reconnects.
fn send_again_or_join_or_reconnect(state: &mut State, effects: &mut Vec<Effect>) {
    if !requests::send_again(state, effects) && !meetings::join_messages(state, effects) {
        reconnect(state, effects);
    }
}

/// Reconnects the accounts that are offline, or all accounts if none is.
fn reconnect(state: &mut State, effects: &mut Vec<Effect>) {
    let offline = state.accounts.iter().any(|account| !account.status.is_online());
    for (id, account) in state.numbered_accounts() {
        if !offline || !account.status.is_online() {
            effects.push(Effect::Provider(id, Command::Reconnect));
        }
    }
    let before = state.accounts.iter().map(|account| account.status.clone()).collect();
    state.notify_while("Reconnecting…", Tone::Info, Condition::Reconnecting(before));
}
