//! What the user does.

use super::{confirm, dialog, picker, prompt, requests};
use crate::app::available::{self, conversation};
use crate::app::key::{Code, Key};
use crate::app::{
    Action, Answer, Details, Effect, Focus, Item, List, Mode, Palette, Phase, Picker, Purpose, State,
    Subject, Tab, Tone, Until, Viewport,
};
use crate::invitation::{Direction, Invitation, InvitationId, Party};
use crate::provider::Command;

pub(super) fn press(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    // Whatever the keys mean and whatever is open: this one leaves.
    if key == Key::ctrl('c') {
        return act(state, Action::Quit, effects);
    }
    let action = state.settings.keys.action(key);
    if state.quitting {
        // Who leaves can only hurry, or stop the program meanwhile.
        if let Some(action @ (Action::Quit | Action::Suspend)) = action {
            act(state, action, effects);
        }
        return;
    }
    // So does this one, unless it is written with.
    if action == Some(Action::Suspend) && !is_written(key) {
        return act(state, Action::Suspend, effects);
    }
    if dialog::takes_late(state) {
        return;
    }
    match &mut state.mode {
        Mode::Lists => match action {
            Some(action) => act(state, action, effects),
            None if key.code == Code::Esc => leave_something(state),
            None => {}
        },
        Mode::Help(scrolled) => match scroll(*scrolled, key, &state.viewport) {
            Some(to) => *scrolled = to,
            None => state.mode = Mode::Lists,
        },
        Mode::Decline(_) => picker::press_reasons(state, key, effects),
        Mode::Reject(_) => picker::press_rejections(state, key, effects),
        Mode::Palette(_) => picker::press_actions(state, key, effects),
        Mode::Confirm(_) => confirm::press(state, key, effects),
        Mode::Prompt(_) => prompt::press(state, key, effects),
    }
}

/// Whether a dialog takes the key for something that is typed.
fn is_written(key: Key) -> bool {
    matches!(key.code, Code::Char(_)) && !key.ctrl && !key.alt
}

/// Where a key scrolls to, if it is one that scrolls. Never further than there is something to see.
pub(super) fn scroll(scrolled: u16, key: Key, viewport: &Viewport) -> Option<u16> {
    let end = viewport.scrollable;
    let page = viewport.lines.saturating_sub(1).max(1);
    let from = scrolled.min(end);
    let to = match key.code {
        Code::Down | Code::Char('j') => from.saturating_add(1),
        Code::Up | Code::Char('k') => from.saturating_sub(1),
        Code::PageDown | Code::Char(' ') => from.saturating_add(page),
        Code::PageUp => from.saturating_sub(page),
        Code::Home | Code::Char('g') => 0,
        Code::End | Code::Char('G') => end,
        _ => return None,
    };
    Some(to.min(end))
}

/// Does what an action means for what is selected and marked now.
fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    if depends_on_sight(action) && state.viewport.behind {
        return state.tell("The screen was not up to date; press again", Tone::Info);
    }
    if depends_on_selection(action) && just_moved(state) {
        return state.tell("The selection just moved by itself; press again", Tone::Info);
    }
    perform(state, &state.focus(), action, effects);
}

/// Whether a key for this action is ignored when it may have been meant for what was selected before.
fn depends_on_selection(action: Action) -> bool {
    matches!(
        action,
        Action::Accept
            | Action::Decline
            | Action::DeclineNow
            | Action::Redirect
            | Action::Cancel
            | Action::HangUp
            | Action::Mark
    )
}

/// Whether a key for this action is ignored when the user may not have seen yet what it would act on.
fn depends_on_sight(action: Action) -> bool {
    depends_on_selection(action) || matches!(action, Action::Invite | Action::Message | Action::Palette)
}

fn just_moved(state: &State) -> bool {
    let now = state.now.moment;
    match state.tab {
        Tab::Incoming => state.incoming.just_moved(now),
        Tab::Outgoing => state.outgoing.just_moved(now),
        Tab::Conversations => state.conversations.just_moved(now),
        Tab::History => state.history.just_moved(now),
    }
}

/// Does what an action means for `focus`, whatever is selected now.
pub(super) fn perform(state: &mut State, focus: &Focus, action: Action, effects: &mut Vec<Effect>) {
    match action {
        Action::Down => select_by(state, 1),
        Action::Up => select_by(state, -1),
        Action::PageDown => page(state, 1),
        Action::PageUp => page(state, -1),
        Action::First => select_by(state, isize::MIN),
        Action::Last => select_by(state, isize::MAX),
        Action::NextTab => turn(state, 1),
        Action::PreviousTab => turn(state, Tab::ALL.len() - 1),
        Action::Incoming => state.tab = Tab::Incoming,
        Action::Outgoing => state.tab = Tab::Outgoing,
        Action::Conversations => state.tab = Tab::Conversations,
        Action::History => state.tab = Tab::History,
        Action::Details => {
            state.details = if state.details.is_full() { Details::Beside } else { Details::FULL };
        }
        Action::Accept => confirm::answer(state, focus, Answer::Accept, effects),
        Action::Decline => confirm::answer(state, focus, Answer::Decline, effects),
        Action::DeclineNow => confirm::answer(state, focus, Answer::DeclineNow, effects),
        Action::Redirect => redirect(state, focus),
        Action::Cancel => requests::cancel(state, focus, effects),
        Action::Invite | Action::Message => talk(state, focus, action),
        Action::HangUp => requests::hang_up(state, focus, effects),
        Action::Mark => mark(state, focus),
        Action::Filter => {
            let former = filter_of(state).to_owned();
            state.mode = Mode::Prompt(prompt::open(Purpose::Filter, former));
        }
        Action::Sort => sort(state),
        Action::Copy => copy(state, focus, effects),
        Action::Reconnect => reconnect(state, effects),
        Action::Help => state.mode = Mode::Help(0),
        Action::Palette => {
            let picker = Picker::at(Action::Accept);
            state.mode = Mode::Palette(Palette { picker, focus: focus.clone() });
        }
        Action::Suspend => effects.push(Effect::Suspend),
        Action::Quit => {
            state.leave();
            effects.push(Effect::Quit);
        }
    }
}

/// Runs the same on whichever list is in front.
macro_rules! with_list {
    ($state:expr, $list:ident => $body:expr) => {
        match $state.tab {
            Tab::Incoming => {
                let $list = &mut $state.incoming;
                $body
            }
            Tab::Outgoing => {
                let $list = &mut $state.outgoing;
                $body
            }
            Tab::Conversations => {
                let $list = &mut $state.conversations;
                $body
            }
            Tab::History => {
                let $list = &mut $state.history;
                $body
            }
        }
    };
}

/// Moves by a page: what is read of the details where they take the whole screen, else the selection.
fn page(state: &mut State, direction: isize) {
    if state.details.is_full() && state.selected().is_some() {
        let key = Key::plain(if direction < 0 { Code::PageUp } else { Code::PageDown });
        let scrolled = scroll(state.details_scrolled(), key, &state.viewport).unwrap_or(0);
        state.details = Details::Full { of: state.selected(), scrolled };
    } else {
        select_by(state, state.viewport.page() * direction);
    }
}

fn select_by(state: &mut State, step: isize) {
    with_list!(state, list => list.select_by(step));
}

pub(super) fn set_filter(state: &mut State, filter: &str) {
    with_list!(state, list => list.set_filter(filter));
}

fn filter_of(state: &State) -> &str {
    match state.tab {
        Tab::Incoming => state.incoming.filter(),
        Tab::Outgoing => state.outgoing.filter(),
        Tab::Conversations => state.conversations.filter(),
        Tab::History => state.history.filter(),
    }
}

fn sort(state: &mut State) {
    fn next<T: Item>(list: &mut List<T>) -> &'static str {
        list.set_sort(list.sort().next());
        list.sort().name()
    }
    let name = with_list!(state, list => next(list));
    state.tell(&format!("Sorted by {name}"), Tone::Info);
}

fn turn(state: &mut State, step: usize) {
    let place = Tab::ALL.iter().position(|tab| *tab == state.tab).unwrap_or(0);
    if let Some(tab) = Tab::ALL.get((place + step) % Tab::ALL.len()) {
        state.tab = *tab;
    }
}

/// Escape in the lists: closes the details, else drops the marks, else the filter.
fn leave_something(state: &mut State) {
    if state.details.is_full() {
        state.details = Details::Beside;
    } else if !state.marked.is_empty() {
        state.marked.clear();
    } else {
        set_filter(state, "");
    }
}

fn mark(state: &mut State, focus: &Focus) {
    if focus.tab != Tab::Incoming {
        return state.tell("Marks are for incoming invitations; press 1", Tone::Info);
    }
    let ringing = |id: &InvitationId| state.entry(*id).is_some_and(|entry| entry.phase == Phase::Ringing);
    let Some(id) = focus.invitation().filter(ringing) else {
        let why_not = available::why_not(state, focus, Action::Mark);
        state.tell(&why_not, Tone::Info);
        return select_by(state, 1);
    };
    if !state.marked.remove(&id) {
        state.marked.insert(id);
    }
    if focus.selected == state.selected() {
        select_by(state, 1);
    }
}

fn talk(state: &mut State, focus: &Focus, action: Action) {
    let purpose = if action == Action::Invite { Purpose::Invite } else { Purpose::Message };
    match conversation(state, focus, action).map(purpose) {
        Some(purpose) => state.mode = Mode::Prompt(prompt::open(purpose, String::new())),
        None => state.tell(&available::why_not(state, focus, action), Tone::Info),
    }
}

fn redirect(state: &mut State, focus: &Focus) {
    let Some(targets) = requests::targets(state, focus, Action::Redirect) else { return };
    if let Some(id) = targets.first() {
        state.mode = Mode::Prompt(prompt::open(Purpose::Redirect(*id), String::new()));
    }
}

/// The one at the other end. Where it is not known whom the user invited, that is nobody, not the user.
fn other_side(invitation: &Invitation) -> Option<&Party> {
    match invitation.direction {
        Direction::Incoming => Some(&invitation.from),
        Direction::Outgoing => invitation.to.as_ref(),
    }
}

fn copy(state: &mut State, focus: &Focus, effects: &mut Vec<Effect>) {
    let party = focus.selected.and_then(|selected| match selected {
        Subject::Invitation(id) => state.entry(id).and_then(|entry| other_side(&entry.invitation)),
        Subject::Conversation(id) => state.conversations.get(id).and_then(|it| it.participants.first()),
        Subject::Past(id) => state.history.get(id).and_then(|past| other_side(&past.invitation)),
    });
    match party.map(|party| party.uri.as_str().to_owned()).filter(|uri| !uri.is_empty()) {
        Some(uri) => {
            state.tell(&format!("Copied {uri}"), Tone::Info);
            effects.push(Effect::Copy(uri));
        }
        None => state.tell("There is no address to copy", Tone::Info),
    }
}

fn reconnect(state: &mut State, effects: &mut Vec<Effect>) {
    let offline = state.accounts.iter().any(|account| !account.status.is_online());
    for (number, account) in state.accounts.iter().enumerate() {
        if !offline || !account.status.is_online() {
            let id = crate::invitation::AccountId(u8::try_from(number).unwrap_or(u8::MAX));
            effects.push(Effect::Provider(id, Command::Reconnect));
        }
    }
    let before = state.accounts.iter().map(|account| account.status.clone()).collect();
    state.tell_until("Reconnecting", Tone::Info, Until::Reconnected(before));
}
