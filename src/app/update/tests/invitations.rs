//! The arrival and the end of invitations.

use super::*;

#[test]
fn a_new_invitation_rings_the_bell_once_and_leaves_the_selection() {
    let mut desk = Desk::new();
    desk.see(invitation(1, Kind::Message));
    desk.see(invitation(2, Kind::Phone));
    desk.see(invitation(2, Kind::Phone));
    assert_eq!(desk.effects, [Effect::Bell, Effect::Bell]);
    assert_eq!(desk.state.incoming.selected().unwrap().invitation.id, id(1));
}

#[test]
fn a_late_word_brings_nothing_back() {
    let mut desk = Desk::new();
    desk.over(1, Outcome::Missed);
    desk.see(invitation(1, Kind::Message));
    assert!(desk.state.incoming.is_empty(), "over before it was seen");
    desk.see(invitation(2, Kind::Message));
    desk.over(2, Outcome::Missed);
    desk.see(invitation(2, Kind::Message));
    assert!(!desk.entry(2).is_pending());
    desk.pass(Duration::from_secs(6));
    desk.see(invitation(2, Kind::Message));
    assert!(desk.state.incoming.is_empty());
    assert_eq!(desk.outcomes(), [Outcome::Missed]);
}

#[test]
fn what_is_over_stays_for_a_moment_and_keys_rest_for_a_blink_after_it_left() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Message]);
    desk.over(1, Outcome::Missed);
    desk.pass(Duration::from_secs(4));
    assert_eq!(desk.state.incoming.len(), 2);
    desk.press("a");
    assert!(desk.notice().contains("Already over: missed"), "{}", desk.notice());
    desk.pass(Duration::from_secs(1));
    assert_eq!(desk.state.incoming.len(), 1);
    desk.press("a");
    assert!(desk.answers().is_empty(), "that key was meant for the one before");
    desk.pass(Duration::from_millis(400));
    desk.press("a");
    assert_eq!(desk.answers(), [(2, Decision::Accept)]);
}

#[test]
fn a_snapshot_is_swapped_in_and_leaves_other_accounts_alone() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Message]);
    let other =
        Invitation { id: InvitationId { account: AccountId(1), number: 7 }, ..invitation(7, Kind::Message) };
    desk.take(Message::Provider(AccountId(1), Event::Invitation(Box::new(other))));
    desk.event(Event::Conversation(Box::new(conversation(1))));
    let others = ConversationId { account: AccountId(1), number: 9 };
    let other = Event::Conversation(Box::new(Conversation::new(others)));
    desk.take(Message::Provider(AccountId(1), other));
    desk.event(Event::Snapshot {
        invitations: vec![invitation(2, Kind::Message), invitation(3, Kind::Message)],
        conversations: vec![conversation(2)],
    });
    let mut pending: Vec<u64> = desk
        .state
        .incoming
        .iter()
        .filter(|entry| entry.is_pending())
        .map(|entry| entry.invitation.id.number)
        .collect();
    pending.sort_unstable();
    assert_eq!(pending, [2, 3, 7]);
    assert_eq!(desk.state.conversations.page(0).map(|it| it.id.number).collect::<Vec<_>>(), [2, 9]);
}

#[test]
fn the_history_is_bounded_and_the_latest_comes_first() {
    let mut desk = Desk::ringing(&[Kind::Message; 5]);
    for (number, outcome) in [
        (1, Outcome::Missed),
        (2, Outcome::Forwarded),
        (3, Outcome::Lost),
        (4, Outcome::Joined),
        (5, Outcome::Accepted),
    ] {
        desk.over(number, outcome);
    }
    assert_eq!(desk.outcomes(), [Outcome::Accepted, Outcome::Joined, Outcome::Lost]);
}

#[test]
fn a_tick_is_wanted_only_while_something_depends_on_it() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    assert!(desk.state.needs_tick());
    desk.press("4");
    assert!(!desk.state.needs_tick());
    desk.over(1, Outcome::Missed);
    assert!(desk.state.needs_tick(), "a row has to leave");
    desk.pass(Duration::from_secs(6));
    assert!(!desk.state.needs_tick());
    let problem = Problem::new("the line broke", "");
    desk.event(Event::Status(Status::Retrying { at: desk.moment.after(Duration::from_secs(9)), problem }));
    assert!(desk.state.needs_tick(), "the header counts down");
    desk.event(Event::Status(Status::Replaced));
    assert!(!desk.state.needs_tick());
    desk.see(invitation(2, Kind::Participant));
    assert!(!desk.state.needs_tick(), "it counts down in another list");
    desk.press("2");
    assert!(desk.state.needs_tick());
}
