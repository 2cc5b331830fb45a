//! The arrival and the end of invitations.

use std::sync::Arc;

use super::*;

#[test]
fn a_new_invitation_rings_the_bell_once_and_leaves_the_selection() {
    let mut app = TestApp::new();
    app.see(invitation(1, Kind::Message));
    app.see(invitation(2, Kind::Phone));
    app.see(invitation(2, Kind::Phone));
    assert_eq!(app.effects, [Effect::Bell, Effect::Bell]);
    assert_eq!(app.state.incoming.selected().unwrap().invitation.id, id(1));
}

#[test]
fn a_late_word_brings_nothing_back() {
    let mut app = TestApp::new();
    app.over(1, Outcome::Missed);
    app.see(invitation(1, Kind::Message));
    assert!(app.state.incoming.is_empty(), "over before it was seen");
    app.see(invitation(2, Kind::Message));
    app.over(2, Outcome::Missed);
    app.see(invitation(2, Kind::Message));
    assert!(!app.entry(2).is_pending());
    app.pass(Duration::from_secs(6));
    app.see(invitation(2, Kind::Message));
    assert!(app.state.incoming.is_empty());
    assert_eq!(app.outcomes(), [Outcome::Missed]);
}

#[test]
fn what_is_over_stays_for_a_moment_and_keys_rest_for_a_blink_after_it_left() {
    let mut app = TestApp::ringing(&[Kind::Message, Kind::Message]);
    app.over(1, Outcome::Missed);
    app.pass(Duration::from_secs(4));
    assert_eq!(app.state.incoming.len(), 2);
    app.press("a");
    assert!(app.notice().contains("Already over: missed"), "{}", app.notice());
    app.pass(Duration::from_secs(1));
    assert_eq!(app.state.incoming.len(), 1);
    app.press("a");
    assert!(app.answers().is_empty(), "that key was meant for the one before");
    app.pass(Duration::from_millis(400));
    app.press("a");
    assert_eq!(app.answers(), [(2, Decision::Accept)]);
}

#[test]
fn a_snapshot_is_swapped_in_and_leaves_other_accounts_alone() {
    let mut app = TestApp::ringing(&[Kind::Message, Kind::Message]);
    let other =
        Invitation { id: InvitationId { account: AccountId(1), number: 7 }, ..invitation(7, Kind::Message) };
    app.take(Message::Provider(AccountId(1), Event::Invitation(Arc::new(other))));
    app.event(Event::Conversation(Box::new(conversation(1))));
    let others = ConversationId { account: AccountId(1), number: 9 };
    let other = Event::Conversation(Box::new(Conversation::new(others)));
    app.take(Message::Provider(AccountId(1), other));
    app.event(Event::Snapshot {
        invitations: vec![invitation(2, Kind::Message).into(), invitation(3, Kind::Message).into()],
        conversations: vec![conversation(2)],
    });
    let mut pending: Vec<u64> = app
        .state
        .incoming
        .iter()
        .filter(|entry| entry.is_pending())
        .map(|entry| entry.invitation.id.number)
        .collect();
    pending.sort_unstable();
    assert_eq!(pending, [2, 3, 7]);
    assert_eq!(app.state.conversations.page(0).map(|it| it.id.number).collect::<Vec<_>>(), [2, 9]);
}

#[test]
fn the_history_is_bounded_and_the_latest_comes_first() {
    let mut app = TestApp::ringing(&[Kind::Message; 5]);
    for (number, outcome) in [
        (1, Outcome::Missed),
        (2, Outcome::Forwarded),
        (3, Outcome::Lost),
        (4, Outcome::Joined),
        (5, Outcome::Accepted),
    ] {
        app.over(number, outcome);
    }
    assert_eq!(app.outcomes(), [Outcome::Accepted, Outcome::Joined, Outcome::Lost]);
}

#[test]
fn a_tick_is_wanted_only_while_something_depends_on_it() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    assert!(app.state.needs_tick());
    app.press("4");
    assert!(!app.state.needs_tick());
    app.over(1, Outcome::Missed);
    assert!(app.state.needs_tick(), "a row has to leave");
    app.pass(Duration::from_secs(6));
    assert!(!app.state.needs_tick());
    let problem = Problem::new("the line broke", "");
    app.event(Event::Status(Status::Retrying { at: app.moment.after(Duration::from_secs(9)), problem }));
    assert!(app.state.needs_tick(), "the header counts down");
    app.event(Event::Status(Status::Replaced));
    assert!(!app.state.needs_tick());
    app.see(invitation(2, Kind::Participant));
    assert!(!app.state.needs_tick(), "it counts down in another list");
    app.press("2");
    assert!(app.state.needs_tick());
}
