//! The participants of a conversation: who is in it, who joins and who leaves.

use rsvp::app::{Phase, State};
use rsvp::invitation::{Conversation, Outcome};
use rsvp::sim::{Fault, FaultKind, InviteeBehavior, Person};

use crate::conversations::converse;
use crate::support::{TestClient, both, im, outcome_of};

/// Starts a client that is in a conversation with Lene and Dana.
async fn talking() -> TestClient {
    let mut client = TestClient::online().await;
    client.sim.ucwa.add_person(Person {
        answers: InviteeBehavior::Joins,
        ..Person::new("Dana Birkby", "sip:dana@contoso.example")
    });
    client.sim.ucwa.invite(im());
    client.ringing().await;
    client.press("a");
    client.until(|state| state.conversations.iter().any(|it| it.can_invite && it.can_send)).await;
    client.press("3idana@contoso.example\n");
    client.until(|state| people(state) == ["sip:dana@contoso.example", "sip:lenea@contoso.example"]).await;
    client
}

/// The addresses of those in the conversation.
fn people(state: &State) -> Vec<String> {
    let people = state.conversations.iter().flat_map(|it| &it.participants);
    let mut people: Vec<String> = people.map(|party| party.uri.to_string()).collect();
    people.sort();
    people
}

fn participants(state: &State) -> Vec<String> {
    let people = |conversation: &Conversation| -> Vec<String> {
        conversation.participants.iter().map(|party| party.label().to_owned()).collect()
    };
    state.conversations.iter().flat_map(people).collect()
}

#[test]
fn people_are_invited_into_a_conversation_followed_and_cancelled() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.add_person(Person {
            answers: InviteeBehavior::Joins,
            ..Person::new("Dana Birkby", "sip:dana@contoso.example")
        });
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.press("a");
        client.until(|state| state.conversations.iter().any(|conversation| conversation.can_invite)).await;
        client.press("3idana@contoso.example\n");
        client.until(|state| outcome_of(state) == Some(&Outcome::Joined)).await;
        client.press("3ijohn@contoso.example\n2");
        client
            .until(|state| {
                state
                    .outgoing
                    .iter()
                    .any(|entry| entry.phase == Phase::Ringing && entry.invitation.offers.cancel)
            })
            .await;
        client.press("Gc");
        client.until(|state| outcome_of(state) == Some(&Outcome::Cancelled)).await;
        assert!(client.posts().last().unwrap().contains("/cancel "), "{:?}", client.posts());
        assert!(
            client.posted(1, "conversation=", &["to", "sip:dana@contoso.example"]),
            "{:?}",
            client.posts()
        );
        client.end().await;
    });
}

#[test]
fn whoever_leaves_a_conversation_is_not_in_it_any_more_and_the_last_one_ends_it() {
    both(|| async {
        let mut client = talking().await;
        let number = client.sim.ucwa.conversations()[0].number;
        client.sim.ucwa.leave(number, "sip:dana@contoso.example");
        client.until(|state| people(state) == ["sip:lenea@contoso.example"]).await;
        client.sim.ucwa.leave(number, "sip:lenea@contoso.example");
        client.until(|state| state.conversations.is_empty()).await;
        client.end().await;
    });
}

#[test]
fn whoever_stops_typing_has_not_left() {
    both(|| async {
        let mut client = talking().await;
        let number = client.sim.ucwa.conversations()[0].number;
        client.sim.ucwa.type_briefly(number, "sip:dana@contoso.example");
        client.wait(3).await;
        assert_eq!(people(&client.state), ["sip:dana@contoso.example", "sip:lenea@contoso.example"]);
        client.end().await;
    });
}

#[test]
fn nothing_can_be_sent_any_more_when_the_other_side_ends_the_messages() {
    both(|| async {
        let mut client = talking().await;
        client.sim.ucwa.stop_messaging(client.sim.ucwa.conversations()[0].number);
        client.until(|state| state.conversations.iter().all(|it| it.can_invite && !it.can_send)).await;
        client.end().await;
    });
}

#[test]
fn whoever_left_while_they_were_asked_for_stays_away() {
    both(|| async {
        let mut client = talking().await;
        client.sim.fault(Fault::next("participant", FaultKind::Late(2.0)).times(2));
        client.sim.ucwa.send_participant_updates();
        client.wait(1).await;
        client.sim.ucwa.leave(client.sim.ucwa.conversations()[0].number, "sip:dana@contoso.example");
        client.wait(5).await;
        assert_eq!(people(&client.state), ["sip:lenea@contoso.example"]);
        client.end().await;
    });
}

#[test]
fn who_is_in_a_conversation_is_read_again_after_events_were_lost() {
    both(|| async {
        let mut client = talking().await;
        let number = client.sim.ucwa.conversations()[0].number;
        // The event that a participant left comes with the news that others were lost.
        client.sim.fault(Fault::next("events", FaultKind::Links(vec![("resync".into(), "next".into())])));
        client.sim.ucwa.interrupt_polls();
        client.wait(1).await;
        client.sim.ucwa.leave(number, "sip:dana@contoso.example");
        client.until(|state| people(state) == ["sip:lenea@contoso.example"]).await;
        // The request in flight is lost with its connection.
        client.sim.fault(Fault::next("participant", FaultKind::BlackHole));
        client.sim.ucwa.send_participant_updates();
        client.wait(1).await;
        client.send(rsvp::provider::Command::Wake);
        client.until_online().await;
        client.wait(10).await;
        assert_eq!(people(&client.state), ["sip:lenea@contoso.example"]);
        client.end().await;
    });
}

#[test]
fn who_is_in_a_conversation_is_asked_for_until_the_server_tells() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.add_person(Person {
            answers: InviteeBehavior::Joins,
            ..Person::new("Dana Birkby", "sip:dana@contoso.example")
        });
        converse(&mut client).await;
        client.sim.fault(Fault::next("participant", FaultKind::error(503, "")).times(8));
        client.press("3idana@contoso.example\n");
        let both_known =
            |state: &State| people(state) == ["sip:dana@contoso.example", "sip:lenea@contoso.example"];
        let took = client.until(both_known).await;
        assert!((30..120).contains(&took.as_secs()), "{took:?}");
        client.end().await;
    });
}

#[test]
fn a_mere_mention_does_not_take_away_a_participants_name() {
    both(|| async {
        // The participant can be read the first time, or never.
        for refused in [0, 100] {
            let mut client = TestClient::online().await;
            client.sim.ucwa.add_person(Person {
                answers: InviteeBehavior::Joins,
                ..Person::new("Dana Birkby", "sip:dana@contoso.example")
            });
            client.sim.fault(Fault::next("participant", FaultKind::error(403, "")).times(refused));
            converse(&mut client).await;
            client.press("3idana@contoso.example\n");
            client.until(|state| participants(state) == ["Lene Aaling", "Dana Birkby"]).await;
            client.sim.fault(Fault::next("participant", FaultKind::error(403, "")).times(100));
            client.sim.ucwa.send_participant_updates();
            client.wait(1).await;
            assert_eq!(participants(&client.state), ["Lene Aaling", "Dana Birkby"], "{refused}");
            client.end().await;
        }
    });
}

#[test]
fn participants_beside_events_that_make_no_sense_are_taken_in() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.add_person(Person {
            answers: InviteeBehavior::Joins,
            ..Person::new("Dana Birkby", "sip:dana@contoso.example")
        });
        client.sim.fault(Fault::next("events", FaultKind::Strange).times(100));
        client.sim.ucwa.interrupt_polls();
        converse(&mut client).await;
        client.press("3idana@contoso.example\n");
        client.until(|state| participants(state) == ["Lene Aaling", "Dana Birkby"]).await;
        client.nothing_is_lost().await;
        client.end().await;
    });
}
