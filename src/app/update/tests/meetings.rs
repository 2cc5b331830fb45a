//! Meetings: those who wait in a lobby, the user's own part, and what can be copied.

use super::*;
use crate::app::key::STRAY_KEY_GUARD;
use crate::invitation::{Admission, Meeting, OwnPlace, ParticipantId, Waiting};

/// Returns the id of a participant of the conversation with the number 1.
fn participant(number: u64) -> ParticipantId {
    ParticipantId { conversation: conversation_id(1), number }
}

fn waiting(number: u64, name: &str, is_ours: bool) -> Waiting {
    let (can_admit, can_reject) = (is_ours, is_ours);
    Waiting { id: participant(number), party: somebody(name), can_admit, can_reject }
}

/// Returns a meeting in whose lobby these people wait.
fn meeting(lobby: Vec<Waiting>) -> Conversation {
    let meeting = Meeting { lobby, ..Meeting::default() };
    Conversation {
        can_leave: true,
        participants: Vec::new(),
        meeting: Some(Box::new(meeting)),
        ..conversation(1)
    }
}

/// Returns the current meeting, with these people in its lobby for a while.
fn with_lobby(lobby: Vec<Waiting>) -> TestApp {
    let mut app = TestApp::new();
    app.press("3");
    app.event(Event::Conversation(Box::new(meeting(lobby))));
    app.pass(STRAY_KEY_GUARD);
    app.effects.clear();
    app
}

/// Returns the answers to those who wait that were sent.
fn answers(app: &TestApp) -> Vec<(u64, Admission)> {
    let answer = |effect: &Effect| match effect {
        Effect::Provider(_, Command::AnswerLobby { participant, admission, .. }) => {
            Some((participant.number, *admission))
        }
        _ => None,
    };
    app.effects.iter().filter_map(answer).collect()
}

#[test]
fn whoever_comes_into_our_lobby_is_announced_once_with_the_bell() {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(meeting(Vec::new()))));
    // Who may decide about them is known later than that they wait.
    app.event(Event::Conversation(Box::new(meeting(vec![waiting(1, "Dana", false)]))));
    assert_eq!((app.notice().as_str(), app.effects.len()), ("", 0));
    for _ in 0..2 {
        app.event(Event::Conversation(Box::new(meeting(vec![waiting(1, "Dana", true)]))));
    }
    assert_eq!(app.notice(), "Dana waits in the lobby of “Talk” (3 shows it)");
    assert_eq!(app.effects, [Effect::Bell]);
    app.event(Event::Conversation(Box::new(meeting(Vec::new()))));
    assert_eq!(app.notice(), "", "nobody waits any more");
}

#[test]
fn a_key_admits_or_rejects_the_only_one_who_waits() {
    for (key, admission, done) in
        [("a", Admission::Admit, "Admitted Dana"), ("d", Admission::Reject, "Rejected Dana")]
    {
        let mut app = with_lobby(vec![waiting(7, "Dana", true)]);
        app.press(key);
        app.press(key);
        assert_eq!(answers(&app), [(7, admission)], "one request at a time");
        app.event(Event::Completed(Ticket(0)));
        assert_eq!(app.notice(), done);
    }
}

#[test]
fn a_key_that_was_meant_for_another_lobby_answers_nobody() {
    let mut app = with_lobby(vec![waiting(7, "Dana", true)]);
    app.event(Event::Conversation(Box::new(meeting(vec![waiting(8, "Joe", true)]))));
    app.press("a");
    assert_eq!(answers(&app), []);
    assert_eq!(app.notice(), "The lobby has just changed; press again");
    app.pass(STRAY_KEY_GUARD);
    app.press("a");
    assert_eq!(answers(&app), [(8, Admission::Admit)]);
}

#[test]
fn the_dialog_keeps_those_for_whom_it_was_opened() {
    let all = || vec![waiting(1, "Dana", true), waiting(2, "Joe", true)];
    let mut app = with_lobby(all());
    app.press("a");
    let with_kim = vec![waiting(2, "Joe", true), waiting(3, "Kim", true)];
    app.event(Event::Conversation(Box::new(meeting(with_kim))));
    app.press("\n");
    assert_eq!(answers(&app), [], "Dana has left");
    app.press("3");
    assert_eq!(answers(&app), [(2, Admission::Admit)], "Kim was not among all");
    let mut app = with_lobby(all());
    app.press("d2");
    assert_eq!(answers(&app), [(2, Admission::Reject)]);
    let mut app = with_lobby(all());
    app.press("a");
    app.event(Event::ConversationEnded(conversation_id(1)));
    assert!(app.is_idle());
    assert!(app.notice().contains("nobody was admitted"), "{}", app.notice());
}

#[test]
fn whoever_may_not_decide_is_told() {
    let mut app = with_lobby(vec![waiting(1, "Dana", false)]);
    app.press("a");
    assert_eq!(app.notice(), "Only a presenter of the meeting decides about its lobby");
    assert!(!available(&app.state).contains(&Action::Accept));
    let mut app = with_lobby(Vec::new());
    app.press("d");
    assert!(app.notice().contains("Nobody waits"), "{}", app.notice());
    assert_eq!(answers(&app), []);
}

#[test]
fn an_answer_to_the_lobby_that_fails_is_explained() {
    let mut app = with_lobby(vec![waiting(1, "Dana", true)]);
    app.press("a");
    app.event(Event::Refused { ticket: Ticket(0), problem: Problem::new("the server is busy", "") });
    assert_eq!(app.notice(), "Dana was not admitted: the server is busy");
    app.press("d");
    app.event(Event::Uncertain { ticket: Ticket(1), problem: Problem::new("the connection broke", "") });
    assert!(app.notice().contains("if they still wait, reject them again"), "{}", app.notice());
    app.press("d");
    assert_eq!(answers(&app).len(), 3);
}

#[test]
fn the_user_is_told_of_waiting_and_of_being_admitted() {
    let mut app = TestApp::new();
    let place = |own_place| {
        let meeting = Meeting { own_place, ..Meeting::default() };
        Conversation { meeting: Some(Box::new(meeting)), ..conversation(1) }
    };
    for _ in 0..2 {
        app.event(Event::Conversation(Box::new(place(OwnPlace::Lobby))));
    }
    assert_eq!(app.notice(), "Waiting to be admitted to “Talk”");
    assert_eq!(app.effects, []);
    app.event(Event::Conversation(Box::new(place(OwnPlace::Inside(None)))));
    assert_eq!(app.notice(), "You were admitted to “Talk”");
    assert_eq!(app.effects, [Effect::Bell]);
}

#[test]
fn messages_that_were_not_joined_are_joined_by_the_key_that_repeats() {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(Conversation {
        can_send: false,
        can_join: true,
        note: "messages unavailable: too many groups".into(),
        ..conversation(1)
    })));
    app.press("r");
    assert!(app.effects.contains(&Effect::Provider(ACCOUNT, Command::Reconnect)), "it is not in front");
    app.effects.clear();
    app.press("3rr");
    let conversation = conversation_id(1);
    let join = Command::JoinMessages { ticket: Ticket(0), conversation };
    assert_eq!(app.effects, [Effect::Provider(ACCOUNT, join)], "one request at a time");
    app.event(Event::Refused { ticket: Ticket(0), problem: Problem::new("too many groups", "") });
    assert_eq!(app.notice(), "The messages of “Talk” were not joined: too many groups");
}

#[test]
fn one_of_several_addresses_is_chosen() {
    let mut app = TestApp::new();
    let mut talk = meeting(vec![waiting(1, "Dana", true)]);
    talk.participants = vec![somebody("Lene")];
    if let Some(meeting) = &mut talk.meeting {
        meeting.uri = "sip:focus".into();
    }
    app.event(Event::Conversation(Box::new(talk)));
    for (keys, text) in [("3y\n", "sip:lene@x.example"), ("y2", "sip:dana@x.example"), ("yjj\n", "sip:focus")]
    {
        app.effects.clear();
        app.press(keys);
        assert_eq!(app.effects, [Effect::Copy(text.into())]);
        assert_eq!(app.notice(), format!("Copied {text}"));
    }
}

#[test]
fn whoever_declines_or_leaves_a_meeting_hears_that_it_goes_on() {
    let mut app = TestApp::ringing(&[Kind::Meeting]);
    app.press("D");
    app.over(1, Outcome::Declined(Reason::Local));
    assert_eq!(app.notice(), "Caller 1: declined; the meeting goes on without you");
    let mut app = with_lobby(Vec::new());
    app.press("x");
    app.event(Event::Completed(Ticket(0)));
    assert_eq!(app.notice(), "You left “Talk”; the meeting goes on without you");
}

#[test]
fn a_phone_call_names_the_phone_to_pick_up() {
    let mut app = TestApp::new();
    let mut call = invitation(1, Kind::Phone);
    call.facts = vec![crate::invitation::Fact { label: Invitation::PHONE, value: "tel:+14255552222".into() }];
    app.see(call.clone());
    app.press("a");
    assert!(app.notice().starts_with("Pick up tel:+14255552222"), "{}", app.notice());
    assert_eq!(app.effects.iter().filter(|it| matches!(it, Effect::Provider(..))).count(), 0);
    // A server that does offer it is believed.
    call.offers.accept = true;
    app.see(call);
    app.press("a");
    let sent =
        |it: &Effect| matches!(it, Effect::Provider(_, Command::Answer { decision: Decision::Accept, .. }));
    assert!(app.effects.iter().any(sent));
}

#[test]
fn whoever_can_only_be_admitted_or_only_be_rejected_is_announced() {
    for (can_admit, can_reject) in [(true, false), (false, true)] {
        let mut app = TestApp::new();
        let waiting = Waiting { can_admit, can_reject, ..waiting(1, "Dana", true) };
        app.event(Event::Conversation(Box::new(meeting(vec![waiting]))));
        assert!(app.notice().contains("Dana waits in the lobby"), "{}", app.notice());
    }
}

#[test]
fn the_keys_for_a_lobby_are_named_only_where_they_work() {
    let enter = |app: &mut TestApp| {
        app.event(Event::Conversation(Box::new(meeting(vec![waiting(1, "Dana", true)]))));
        app.notice()
    };
    let mut app = with_lobby(Vec::new());
    assert_eq!(enter(&mut app), "Dana waits in the lobby of “Talk” (a admits, d rejects)");
    let mut app = with_lobby(Vec::new());
    app.event(Event::Conversation(Box::new(conversation(3))));
    app.press("G");
    assert_eq!(enter(&mut app), "Dana waits in the lobby of “Talk”", "another conversation is selected");
}
