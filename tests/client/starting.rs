//! Conversations that the user starts by an instant message.

use std::time::Duration;

use rsvp::app::{Delivery, Mode, PostKind, State, Tab};
use rsvp::invitation::{Direction, Kind, Outcome};
use rsvp::provider::Event;
use rsvp::sim::{Fault, FaultKind, InviteeBehavior, Person, Simulator, UcwaOptions};

use crate::support::{TestClient, both, outcome_of, simulator, simulator_with};

/// Creates a client of a simulator in whose address book Dana behaves like that.
async fn knowing_dana(answers: InviteeBehavior) -> TestClient {
    let client = TestClient::online_at(&simulator()).await;
    let dana = Person::new("Dana Birkby", "sip:dana@contoso.example");
    client.sim.ucwa.add_person(Person { answers, ..dana });
    client
}

/// Writes to Dana, with the pauses of somebody who looks at the screen.
async fn write(client: &mut TestClient, message: &str) {
    client.press("ndana@contoso.example\n");
    client.wait(1).await;
    client.press(message);
    client.press("\n");
}

fn sent(state: &State) -> Vec<(String, Delivery)> {
    let sent = |kind: &PostKind| match kind {
        PostKind::Sent { text, delivery, .. } => Some((text.one_line(), delivery.clone())),
        _ => None,
    };
    state.threads.values().flat_map(|thread| &thread.posts).filter_map(|post| sent(&post.kind)).collect()
}

/// Returns the number of conversations that the client has asked the server to start.
fn starts(sim: &Simulator) -> usize {
    sim.record().iter().filter(|it| it.target.ends_with("messagingInvitations")).count()
}

#[test]
fn a_name_a_message_and_two_enters_start_a_conversation_that_opens_when_it_is_joined() {
    both(|| async {
        let mut client = knowing_dana(InviteeBehavior::Joins).await;
        client.press("nbirk");
        client.wait(2).await;
        client.press("\n");
        client.wait(1).await;
        client.press("1 + 1 = 2? \u{fc}\n");
        client.until(|state| state.outgoing.iter().any(|entry| entry.invitation.offers.cancel)).await;
        let entry = client.state.outgoing.selected().unwrap().clone();
        assert_eq!((entry.invitation.kind, entry.invitation.direction), (Kind::Message, Direction::Outgoing));
        assert!(client.state.incoming.is_empty());
        client.until(|state| outcome_of(state) == Some(&Outcome::Joined)).await;
        client.until(|state| state.tab == Tab::Conversations).await;
        assert_eq!(sent(&client.state), [("1 + 1 = 2? \u{fc}".into(), Delivery::Delivered)]);
        assert!(client.was_notified("Dana Birkby accepted your message"), "{:?}", client.notices);
        client.until(|state| state.conversations.iter().all(|it| it.can_send)).await;
        assert_eq!(client.state.conversations.selected().unwrap().title(), "Dana Birkby");
        client.press("mMore\n");
        client.until(|state| sent(state).len() == 2 && sent(state)[1].1 == Delivery::Delivered).await;
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn a_subject_is_sent_if_there_is_one() {
    both(|| async {
        for subject in ["", "Lunch"] {
            let mut client = knowing_dana(InviteeBehavior::Ignores).await;
            client.press("ndana@contoso.example\n");
            client.wait(1).await;
            client.press(&format!("Hi\t{subject}\n"));
            client.until(|state| state.outgoing.iter().any(|entry| entry.invitation.offers.cancel)).await;
            let record = client.sim.record();
            let start = record.iter().find(|it| it.target.ends_with("messagingInvitations")).unwrap();
            assert_eq!(start.body.contains("subject"), !subject.is_empty(), "{}", start.body);
            assert!(start.body.contains(subject), "{}", start.body);
            assert_eq!(client.state.outgoing.selected().unwrap().invitation.subject.as_str(), subject);
            client.end().await;
        }
    });
}

#[test]
fn while_it_rings_it_can_be_cancelled() {
    both(|| async {
        let mut client = knowing_dana(InviteeBehavior::Ignores).await;
        write(&mut client, "Hi").await;
        client.until(|state| state.outgoing.iter().any(|entry| entry.invitation.offers.cancel)).await;
        client.wait(1).await;
        client.press("c");
        client.until(|state| outcome_of(state) == Some(&Outcome::Cancelled)).await;
        assert!(client.was_notified("The invitation to Dana Birkby was cancelled"), "{:?}", client.notices);
        client.wait(10).await;
        assert!(client.state.conversations.is_empty());
        assert!(client.state.started.unanswered.is_empty());
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn every_answer_is_told_wherever_the_user_is() {
    both(|| async {
        for (answers, outcome, words) in [
            (InviteeBehavior::Declines, Outcome::DeclinedByThem, "Dana Birkby declined your invitation"),
            (InviteeBehavior::Ignores, Outcome::NoAnswer, "Dana Birkby did not answer your invitation"),
        ] {
            let mut client = knowing_dana(answers).await;
            write(&mut client, "Hi").await;
            client.press("1");
            client.until(|state| outcome_of(state) == Some(&outcome)).await;
            assert!(client.was_notified(words), "{:?}", client.notices);
            assert_eq!(client.state.tab, Tab::Incoming);
            client.nothing_is_lost().await;
            client.end().await;
        }
    });
}

#[test]
fn the_reply_may_be_lost_late_or_come_after_the_event() {
    both(|| async {
        for fault in [FaultKind::LostReply, FaultKind::Late(3.0), FaultKind::error(504, "")] {
            let mut client = knowing_dana(InviteeBehavior::Joins).await;
            client.sim.fault(Fault::next("startMessaging", fault.clone()));
            write(&mut client, "Hi").await;
            if client.within(Duration::from_secs(30), |state| state.tab == Tab::Conversations).await {
                assert_eq!(sent(&client.state).len(), 1, "{fault:?}");
                assert!(client.state.pending_requests.is_empty(), "{fault:?}");
            } else {
                assert!(client.was_notified("is not confirmed yet"), "{fault:?}: {:?}", client.notices);
            }
            assert_eq!(starts(&client.sim), 1, "{fault:?}: nothing is sent twice");
            client.wait(10).await;
            client.end().await;
        }
    });
}

#[test]
fn events_that_come_twice_in_reverse_or_among_nonsense_start_one_conversation() {
    both(|| async {
        for fault in [FaultKind::Twice, FaultKind::Reversed, FaultKind::Strange] {
            let mut client = knowing_dana(InviteeBehavior::Joins).await;
            client.sim.fault(Fault::next("events", fault.clone()).times(4));
            client.sim.ucwa.interrupt_polls();
            write(&mut client, "Hi").await;
            client.until(|state| state.tab == Tab::Conversations).await;
            assert_eq!(sent(&client.state).len(), 1, "{fault:?}");
            let rung = client.events().any(|event| match event {
                Event::Invitation(invitation) => invitation.direction == Direction::Incoming,
                _ => false,
            });
            assert!(!rung, "{fault:?}: nobody called");
            client.wait(10).await;
            assert_eq!(client.state.conversations.len(), 1, "{fault:?}");
            client.nothing_is_lost().await;
            client.end().await;
        }
    });
}

#[test]
fn after_events_were_lost_it_is_known_all_the_same() {
    both(|| async {
        let mut client = knowing_dana(InviteeBehavior::Joins).await;
        write(&mut client, "Hi").await;
        client.until(|state| !state.outgoing.is_empty()).await;
        client.sim.ucwa.force_resync();
        client.until(|state| outcome_of(state).is_some()).await;
        assert_eq!(outcome_of(&client.state), Some(&Outcome::Joined));
        client.until(|state| state.conversations.len() == 1).await;
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn what_was_refused_is_there_to_be_sent_again() {
    both(|| async {
        let mut client = knowing_dana(InviteeBehavior::Joins).await;
        client.sim.fault(Fault::next("startMessaging", FaultKind::error(403, "")));
        write(&mut client, "Hi").await;
        client.until(|state| state.notice.is_some()).await;
        assert!(client.was_notified("was started: the server does not allow it"), "{:?}", client.notices);
        assert!(client.was_notified("Conversations.Initiate"), "{:?}", client.notices);
        client.press("ndana@contoso.example\n");
        client.wait(1).await;
        let Mode::Compose(compose) = &client.state.mode else { panic!() };
        assert_eq!(compose.message.text(), "Hi");
        client.press("\n");
        client.until(|state| state.tab == Tab::Conversations).await;
        client.end().await;
    });
}

#[test]
fn two_users_meet_in_a_conversation_that_one_has_started() {
    both(|| async {
        let dana = Person::new("Dana Birkby", "sip:dana@contoso.example");
        let sim = simulator_with(UcwaOptions { colleagues: vec![dana], ..UcwaOptions::default() });
        let mut tosh = TestClient::of_user(&sim, 0).await;
        let mut dana = TestClient::of_user(&sim, 1).await;
        write(&mut tosh, "Are you there?").await;
        let ringing = dana.ringing().await;
        assert_eq!(ringing.message.as_str(), "Are you there?");
        dana.press("a");
        dana.until(|state| state.conversations.iter().any(|it| it.can_send)).await;
        tosh.until(|state| state.tab == Tab::Conversations).await;
        assert_eq!(sent(&tosh.state), [("Are you there?".into(), Delivery::Delivered)]);
        dana.press("3mYes\n");
        tosh.until(|state| state.threads.values().any(|thread| thread.posts.len() == 2)).await;
        assert_eq!(sim.complaints(), Vec::<String>::new());
    });
}
