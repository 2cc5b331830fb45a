//! The user's own presence, and the dialog that sets it.

use super::*;
use crate::app::{OwnPresence, Picker, PresenceChoice, PresenceDialog};
use crate::invitation::{Availability, Contact, PreferredAvailability, Presence};

fn known(availability: Availability, activity: &str) -> OwnPresence {
    OwnPresence::Known(Presence { availability: Some(availability), activity: activity.into() })
}

fn header(state: &State, size: (u16, u16)) -> String {
    screen(state, &plain(), size)
        .lines()
        .take_while(|line| !line.starts_with(['─', '┌']))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_header_shows_the_presence_in_words_after_a_sign() {
    let mut state = quiet();
    let mut headers = Vec::new();
    for (availability, activity) in [
        (Availability::Online, "Available"),
        (Availability::IdleOnline, ""),
        (Availability::Busy, "in-a-meeting"),
        (Availability::DoNotDisturb, ""),
        (Availability::BeRightBack, ""),
        (Availability::Away, "Off Work"),
        (Availability::Offline, ""),
    ] {
        state.accounts[0].presence = known(availability, activity);
        state.settings.bell = true;
        headers.extend([(120, 40), (80, 24), (40, 12)].map(|size| header(&state, size)));
    }
    state.settings.demo = true;
    state.accounts[0].presence = known(Availability::DoNotDisturb, "Do Not Disturb");
    headers.extend([(80, 24), (40, 12), (30, 12)].map(|size| header(&state, size)));
    assert_snapshot("presence-headers", headers.join("\n"));
}

#[test]
fn with_several_accounts_each_name_has_its_presence() {
    let mut state = with_bot();
    state.accounts[0].presence = known(Availability::DoNotDisturb, "");
    state.settings.bell = true;
    let headers = [(120, 40), (80, 24), (40, 12)].map(|size| header(&state, size));
    assert_snapshot("presence-headers-two", headers.join("\n"));
}

#[test]
fn a_presence_is_chosen_from_a_list_and_an_account_before_it() {
    let mut state = with_bot();
    let dialog = PresenceDialog {
        accounts: vec![AccountId(0)],
        highlighted: 0,
        asks_for_account: false,
        picker: Picker::at(PresenceChoice::Set(PreferredAvailability::Online)),
    };
    state.mode = Mode::Presence(dialog.clone());
    snapshot("presence", &state);
    let accounts = vec![AccountId(0), AccountId(1)];
    state.mode =
        Mode::Presence(PresenceDialog { accounts, highlighted: 1, asks_for_account: true, ..dialog });
    assert_snapshot("presence-accounts-80x24", screen(&state, &plain(), (80, 24)));
}

#[test]
fn presences_are_told_apart_without_colour_and_in_ascii() {
    let look = Look { charset: Charset::Ascii, ..plain() };
    for availability in Availability::ALL {
        let mut state = quiet();
        state.accounts[0].presence = known(availability, "");
        let text = screen(&state, &look, (80, 24));
        assert!(text.is_ascii(), "{text}");
        assert!(text.contains(availability.words()), "{text}");
    }
}

#[test]
fn the_details_tell_who_calls_as_far_as_it_is_known() {
    let mut state = busy();
    let contact = Contact {
        title: "Engineer 2".into(),
        department: "Printing".into(),
        presence: Presence { availability: Some(Availability::Busy), activity: "in-a-meeting".into() },
        note: "Back on Monday".into(),
        is_absent: true,
        location: "Building 7".into(),
        ..Contact::default()
    };
    state.contacts.insert(AccountId(0), "SIP:lenea@contoso.com", contact.clone());
    state.incoming.select_at(1);
    state.details = Details::Full { of: state.selected(), scrolled: None };
    snapshot("who", &state);
    state.contacts.insert(
        AccountId(0),
        "sip:lenea@contoso.com",
        Contact { title: "Engineer 2".into(), ..Contact::default() },
    );
    let text = screen(&state, &plain(), (80, 24));
    assert!(
        text.contains("works as  Engineer 2") && !text.contains("presence") && !text.contains("absent"),
        "{text}"
    );
    let mut state = on(Tab::Conversations);
    state.contacts.insert(AccountId(0), "sip:lenea@contoso.com", contact);
    state.details = Details::FULL;
    let text = screen(&state, &plain(), (80, 24));
    assert!(text.contains("presence  ■ busy · in a meeting"), "{text}");
}

#[test]
fn the_account_its_presence_and_its_connection_share_the_header_at_each_width() {
    let mut state = quiet();
    state.accounts[0].presence = known(Availability::Busy, "in-a-conference-call");
    let mut headers = Vec::new();
    for status in [online(), Status::Connecting("waiting for the relay")] {
        state.accounts[0].status = status;
        headers.extend((24..=100).map(|width| header(&state, (width, 24))));
    }
    let mut two = with_bot();
    two.accounts[0].presence = known(Availability::Away, "");
    headers.extend((24..=100).map(|width| header(&two, (width, 24))));
    assert_snapshot("presence-header-at-each-width", headers.join("\n"));
}
