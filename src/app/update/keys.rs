//! What the user does.

use super::{picker, prompt, requests};
use crate::app::available::{self, conversation};
use crate::app::key::{Code, Key};
use crate::app::mode::{Mode, Picker, Purpose};
use crate::app::{Action, Effect, Item, List, Phase, State, Tab, Tone};
use crate::provider::Command;

/// Half a page, for those who page: the reducer does not know how many rows the screen shows.
const PAGE: isize = 10;

pub(super) fn press(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    // Whatever the keys mean and whatever is open: this one leaves.
    if key == Key::ctrl('c') {
        return perform(state, Action::Quit, effects);
    }
    match &mut state.mode {
        Mode::Lists => match state.settings.keys.action(key) {
            Some(action) => perform(state, action, effects),
            None if key.code == Code::Esc => leave_something(state),
            None => {}
        },
        Mode::Help(scroll) => match key.code {
            Code::Down | Code::Char('j') => *scroll = scroll.saturating_add(1),
            Code::Up | Code::Char('k') => *scroll = scroll.saturating_sub(1),
            Code::PageDown | Code::Char(' ') => *scroll = scroll.saturating_add(10),
            Code::PageUp => *scroll = scroll.saturating_sub(10),
            Code::Home | Code::Char('g') => *scroll = 0,
            _ => state.mode = Mode::Lists,
        },
        Mode::Decline(_) => picker::press_reasons(state, key, effects),
        Mode::Reject(_) => picker::press_rejections(state, key, effects),
        Mode::Palette(_) => picker::press_actions(state, key, effects),
        Mode::Prompt(_) => prompt::press(state, key, effects),
    }
}

pub(super) fn perform(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    match action {
        Action::Down => select_by(state, 1),
        Action::Up => select_by(state, -1),
        Action::PageDown => select_by(state, PAGE),
        Action::PageUp => select_by(state, -PAGE),
        Action::First => select_by(state, isize::MIN),
        Action::Last => select_by(state, isize::MAX),
        Action::NextTab => turn(state, 1),
        Action::PreviousTab => turn(state, Tab::ALL.len() - 1),
        Action::Incoming => show(state, Tab::Incoming),
        Action::Outgoing => show(state, Tab::Outgoing),
        Action::Conversations => show(state, Tab::Conversations),
        Action::History => show(state, Tab::History),
        Action::Details => state.details = !state.details,
        Action::Accept => requests::accept(state, effects),
        Action::Decline => picker::decline(state),
        Action::DeclineNow => requests::decline_now(state, effects),
        Action::Redirect => redirect(state),
        Action::Cancel => requests::cancel(state, effects),
        Action::Invite | Action::Message => talk(state, action),
        Action::HangUp => requests::hang_up(state, effects),
        Action::Mark => mark(state),
        Action::Filter => {
            let former = filter_of(state).to_owned();
            state.mode = Mode::Prompt(prompt::open(Purpose::Filter, former));
        }
        Action::Sort => sort(state),
        Action::Copy => copy(state, effects),
        Action::Reconnect => reconnect(state, effects),
        Action::Help => state.mode = Mode::Help(0),
        Action::Palette => state.mode = Mode::Palette(Picker::at(Action::Accept)),
        Action::Suspend => effects.push(Effect::Suspend),
        Action::Quit => {
            state.quitting = true;
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

fn select_by(state: &mut State, step: isize) {
    state.moved = None;
    with_list!(state, list => list.select_by(step));
}

pub(super) fn set_filter(state: &mut State, filter: &str) {
    state.moved = None;
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
    state.moved = None;
    let name = with_list!(state, list => next(list));
    state.tell(&format!("Sorted by {name}"), Tone::Info);
}

fn show(state: &mut State, tab: Tab) {
    state.tab = tab;
    state.moved = None;
}

fn turn(state: &mut State, step: usize) {
    let place = Tab::ALL.iter().position(|tab| *tab == state.tab).unwrap_or(0);
    if let Some(tab) = Tab::ALL.get((place + step) % Tab::ALL.len()) {
        show(state, *tab);
    }
}

/// Escape in the lists: closes the details, else drops the marks, else the filter.
fn leave_something(state: &mut State) {
    if state.details {
        state.details = false;
    } else if state.incoming.iter().any(|entry| entry.marked) {
        requests::clear_marks(state);
    } else {
        set_filter(state, "");
    }
}

fn mark(state: &mut State) {
    if state.tab != Tab::Incoming {
        return state.tell("Marks are for incoming invitations; press 1", Tone::Info);
    }
    let Some(id) = state.incoming.selected().filter(|entry| entry.phase == Phase::Ringing).map(Item::id)
    else {
        return;
    };
    state.incoming.change(id, |entry| entry.marked = !entry.marked);
    select_by(state, 1);
}

fn talk(state: &mut State, action: Action) {
    let purpose = if action == Action::Invite { Purpose::Invite } else { Purpose::Message };
    let conversation = conversation(state, action).map(purpose);
    match conversation {
        Some(purpose) => state.mode = Mode::Prompt(prompt::open(purpose, String::new())),
        None => state.tell(&available::why_not(state, action), Tone::Info),
    }
}

fn redirect(state: &mut State) {
    let Some(targets) = requests::targets(state, Action::Redirect) else { return };
    if let Some(id) = targets.first() {
        state.mode = Mode::Prompt(prompt::open(Purpose::Redirect(*id), String::new()));
    }
}

fn copy(state: &mut State, effects: &mut Vec<Effect>) {
    let party = match state.tab {
        Tab::Incoming => state.incoming.selected().map(|entry| &entry.invitation.from),
        Tab::Outgoing => state.outgoing.selected().and_then(|entry| entry.invitation.to.as_ref()),
        Tab::Conversations => state.conversations.selected().and_then(|it| it.participants.first()),
        Tab::History => state.history.selected().map(crate::app::Past::who),
    };
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
    state.tell("Reconnecting", Tone::Info);
}
