//! Tests of the view. Screens are compared with snapshots.

mod advice;
mod calls;
mod details;
mod dialogs;
mod footer;
mod header;
mod lists;
mod meetings;
mod names;
mod people;
mod presence;
mod rules;
mod scenes;
mod sizes;
mod urgency;

use proptest::prelude::*;

use ratatui::style::{Color, Modifier, Style};

use tui_input::Input;

use super::fixtures::*;

use super::{Charset, Look, viewport};
use crate::theme::Theme;

use crate::app::key::Key;

use crate::app::{
    Account, Action, Answer, Compose, Condition, Confirm, Decline, Details, Field, FindPerson, Found, Help,
    KeyMap, Line, Mode, NewConversation, Notice, Palette, Phase, PickPurpose, Picker, Progress, Prompt,
    Purpose, Reject, Search, Sort, State, Tab, Targets, Tone,
};

use crate::invitation::PastInvitation;

use crate::invitation::{
    AccountId, Availability, CallbackUri, Certainty, Conversation, Decision, Destination, Direction,
    FoundPerson, Invitation, InvitationId, Kind, Moment, Offers, Outcome, Party, Reason, Rejection, Stage,
};

use crate::provider::{Problem, Status, Ticket};

use people::{composing, finding};

const SIZES: [(u16, u16); 3] = [(40, 12), (80, 24), (160, 50)];

fn plain() -> Look {
    Look { theme: Theme::NONE, charset: Charset::Unicode }
}

/// Compares a text with the snapshot of that name. All snapshots are taken here, so that their files are in one place.
fn assert_snapshot(name: impl AsRef<str>, text: impl AsRef<str>) {
    insta::assert_snapshot!(name.as_ref(), text.as_ref());
}

/// Compares the screen at each size with its snapshot.
fn snapshot(name: &str, state: &State) {
    for size in SIZES {
        assert_snapshot(format!("{name}-{}x{}", size.0, size.1), screen(state, &plain(), size));
    }
}

fn picker<T>(choices: Vec<T>, typed: &str) -> Picker<T> {
    Picker { input: Input::new(typed.into()), choices, highlighted: 0 }
}

fn decline(choices: Vec<Reason>, typed: &str) -> Decline {
    Decline { picker: picker(choices, typed), targets: vec![id(1)].into(), calls: Targets::default() }
}

fn palette(state: &State) -> Mode {
    Mode::Palette(Palette { picker: picker(Action::all().collect(), ""), focus: state.focus() })
}

fn prompt(purpose: Purpose, typed: &str, complaint: Option<&'static str>) -> Mode {
    let line = Line { input: Input::new(typed.into()), complaint };
    Mode::Prompt(Prompt { purpose, line, former: String::new() })
}

/// Returns a rejection in which the callback address is edited.
fn callback(typed: &str) -> Mode {
    Mode::Reject(Reject { editor: Some(Line::new(typed.into())), ..reject("", None) })
}

fn with_status(status: Status) -> State {
    let mut state = busy();
    state.accounts = vec![account(status)];
    state
}

fn on(tab: Tab) -> State {
    let mut state = busy();
    state.tab = tab;
    state
}

fn retrying() -> Status {
    let problem = Problem::new("connection refused by pool.contoso.com", "check the network");
    Status::Retrying { at: in_seconds(4), problem }
}

fn stopped() -> Status {
    Status::Stopped(Problem::new("the token was refused", "get a new one with `rsvp login`"))
}

/// Returns the id of a call of [`with_bot`].
fn call_id(number: u64) -> InvitationId {
    InvitationId { account: AccountId(1), number }
}

fn reject(typed: &str, callback: Option<&str>) -> Reject {
    let callback = callback.and_then(CallbackUri::parse);
    Reject {
        picker: picker(Rejection::ALL.to_vec(), typed),
        targets: vec![call_id(1)].into(),
        callback,
        editor: None,
    }
}

fn strange_names() -> State {
    let mut state = quiet();
    let names = [
        (
            "A name that goes on and on and on and on and on",
            "sip:a.name.that.goes.on.and.on@contoso.com.example",
        ),
        ("山田太郎と申しますどうぞよろしくお願いいたします", "sip:yamada@contoso.com"),
        ("🎉🎉🎉 Party 🎉🎉🎉 planning 🎉🎉🎉", "sip:party@contoso.com"),
        ("p\u{0430}ypal", "sip:paypal@evil.example"),
        ("Zoe\u{308}\u{301}", ""),
        ("", ""),
    ];
    for (number, (name, uri)) in (1..).zip(names) {
        let mut invitation = invitation(number, Kind::Meeting, party(name, uri));
        invitation.subject = "會議 about everything 🎉 that there is to talk about".into();
        state.incoming.upsert(entry(invitation, Phase::Ringing));
    }
    state.incoming.select_at(3);
    state
}

fn confirm(answer: Answer, targets: &[u64], unseen: &[u64]) -> Confirm {
    let ids = |numbers: &[u64]| numbers.iter().map(|number| id(*number)).collect::<Vec<_>>();
    Confirm { answer, targets: ids(targets).into(), unseen: ids(unseen), scrolled: 0 }
}

/// Returns a state with 100 incoming invitations from N0, N1 and so on.
fn many() -> State {
    let mut state = quiet();
    for number in 0..100 {
        let who = party(&format!("N{number}."), &format!("sip:n{number}@contoso.com"));
        state.incoming.upsert(entry(invitation(number, Kind::Message, who), Phase::Ringing));
    }
    state
}

/// Returns a state with an incoming invitation that `change` has changed, and one where it has ended.
fn ringing_and_past(change: impl Fn(&mut Invitation), outcome: Outcome) -> [State; 2] {
    let mut one = invitation(1, Kind::Phone, party("Lene Aaling", "sip:lenea@contoso.com"));
    change(&mut one);
    let (mut ringing, mut past) = (quiet(), quiet());
    past.tab = Tab::History;
    let at = past.now.wall;
    past.history.upsert(PastInvitation::new(1, one.clone(), outcome.clone(), at));
    let phase = if one.accepted_by.is_some() { over(outcome) } else { Phase::Ringing };
    ringing.incoming.upsert(entry(one, phase));
    [ringing, past]
}
