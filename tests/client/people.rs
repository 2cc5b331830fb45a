//! Who is calling, for whom, and by whose doing: people whom the server names only by links.

use std::time::Duration;

use rsvp::app::Phase;
use rsvp::invitation::{Certainty, Invitation, Outcome, Party};
use rsvp::sim::{Fault, FaultKind, Invite, InviteKind, PeopleFormat, Person};
use rsvp::text::DisplayText;

use crate::support::{Desk, both, from, im, outcome_of};

fn lena() -> Person {
    Person::new("Lena Berg", "sip:lena@contoso.example")
}

fn dana() -> Person {
    Person::new("Dana Birkby", "sip:dana@contoso.example")
}

fn kim() -> Person {
    Person::new("Kim Akers", "sip:kim@contoso.example")
}

fn call() -> Invite {
    Invite {
        kind: InviteKind::Phone,
        from: Person::new("Joe Smith", "tel:+14255550100"),
        phone_number: "tel:+14255552222".into(),
        ..Invite::default()
    }
}

fn fact<'a>(invitation: &'a Invitation, label: &str) -> Option<&'a str> {
    invitation.facts.iter().find(|fact| fact.label == label).map(|fact| fact.value.as_str())
}

fn routes(invitation: &Invitation) -> Vec<&str> {
    invitation.routes.iter().map(DisplayText::as_str).collect()
}

/// How often the address of somebody was asked for.
fn asked_for(desk: &Desk, what: &str) -> usize {
    desk.sim.record().iter().filter(|it| it.method == "GET" && it.summary.starts_with(what)).count()
}

#[test]
fn fault_79_the_number_of_the_phone_that_rings_is_not_the_callers() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.invite(Invite { linked_from: true, private_line: true, ..call() });
        let ringing = desk.ringing().await;
        assert_eq!(ringing.from.uri.as_str(), "", "the caller is not known yet");
        assert_eq!(fact(&ringing, "phone"), Some("tel:+14255552222"));
        assert_eq!(fact(&ringing, "line"), Some("your private line"));
        let joe = |state: &rsvp::app::State| {
            state.incoming.iter().any(|it| it.invitation.from.full() == "Joe Smith <tel:+14255550100>")
        };
        assert!(desk.within(Duration::from_secs(2), joe).await, "the caller is behind the link");
        desk.press("y");
        assert!(desk.notice().contains("+14255550100"), "{}", desk.notice());
        desk.press("dglobal\n");
        desk.until(|state| state.history.len() == 1).await;
        assert_eq!(desk.state.history.page(0).next().unwrap().other_side().uri.as_str(), "tel:+14255550100");
        desk.end().await;
    });
}

#[test]
fn people_behind_links_are_named() {
    both(|| async {
        for shown in [PeopleFormat::Linked, PeopleFormat::Titled, PeopleFormat::Embedded] {
            let mut desk = Desk::online().await;
            desk.sim.ucwa.invite(Invite {
                forwarded_by: lena(),
                transferred_by: kim(),
                on_behalf_of: dana(),
                people: shown,
                ..call()
            });
            desk.until(|state| {
                state.incoming.iter().any(|entry| {
                    routes(&entry.invitation)
                        == [
                            "forwarded by Lena Berg <sip:lena@contoso.example>",
                            "transferred by Kim Akers <sip:kim@contoso.example>",
                            "for Dana Birkby <sip:dana@contoso.example> (you are their delegate)",
                        ]
                })
            })
            .await;
            desk.end().await;
        }
    });
}

#[test]
fn a_call_made_for_somebody_else_says_for_whom() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.invite(Invite { delegator: dana(), ..call() });
        let named = ["on behalf of Dana Birkby <sip:dana@contoso.example>"];
        desk.until(|state| state.incoming.iter().any(|it| routes(&it.invitation) == named)).await;
        desk.end().await;
    });
}

#[test]
fn the_original_target_is_shown_unless_it_is_the_user() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.invite(Invite { to: dana(), ..call() });
        desk.until(|state| {
            let to = |entry: &rsvp::app::Entry| entry.invitation.to.as_ref().map(Party::full);
            state
                .incoming
                .iter()
                .any(|it| to(it).as_deref() == Some("Dana Birkby <sip:dana@contoso.example>"))
        })
        .await;
        desk.sim.ucwa.invite(from("second"));
        desk.wait(3).await;
        let second = desk.state.incoming.iter().find(|it| it.invitation.from.name.as_str() == "second");
        assert_eq!(second.unwrap().invitation.to, None);
        desk.end().await;
    });
}

#[test]
fn somebody_is_fetched_once_for_all_invitations_that_name_them() {
    both(|| async {
        let mut desk = Desk::online().await;
        for _ in 0..5 {
            desk.sim.ucwa.invite(Invite { forwarded_by: lena(), ..call() });
        }
        let named = |state: &rsvp::app::State| {
            state.incoming.len() == 5 && state.incoming.iter().all(|it| !it.invitation.routes.is_empty())
        };
        desk.until(named).await;
        assert_eq!(desk.sim.record().iter().filter(|it| it.summary.contains("orwardedBy")).count(), 1);
        desk.end().await;
    });
}

#[test]
fn fault_78_a_person_who_is_slow_refused_or_gone_does_not_hold_up_the_row() {
    both(|| async {
        for kind in [
            FaultKind::Late(15.0),
            FaultKind::error(403, ""),
            FaultKind::error(404, ""),
            FaultKind::error(500, ""),
        ] {
            let mut desk = Desk::online().await;
            desk.sim.fault(Fault::next("participant", kind.clone()).times(50));
            desk.sim.fault(Fault::next("contact", kind).times(50));
            desk.sim.ucwa.invite(Invite { linked_from: true, forwarded_by: lena(), ..im() });
            let rings = |state: &rsvp::app::State| !state.incoming.is_empty();
            assert!(desk.within(Duration::from_millis(100), rings).await, "the row comes first");
            desk.press("a");
            desk.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
            desk.sim.ucwa.invite(from("second"));
            desk.until(|state| state.incoming.len() == 2 || state.history.len() == 2).await;
            desk.end().await;
        }
    });
}

#[test]
fn the_one_who_answered_elsewhere_is_named() {
    both(|| async {
        let mut desk = Desk::online().await;
        let id = desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.sim.ucwa.accept_elsewhere(id, kim()).unwrap();
        desk.until(|state| {
            state.history.iter().any(|past| {
                past.outcome.words_with(past.invitation.accepted_by.as_ref()) == "answered by Kim Akers"
            })
        })
        .await;
        desk.end().await;
    });
}

#[test]
fn an_invitation_that_the_server_does_not_show_says_so_and_leaves_when_its_time_is_up() {
    both(|| async {
        for (status, subcode) in
            [(400, ""), (403, ""), (409, "TooManyGroups"), (410, ""), (500, "InvalidExchangeServerVersion")]
        {
            let mut desk = Desk::online().await;
            desk.sim.fault(Fault::next("invitation", FaultKind::error(status, subcode)).times(1_000));
            desk.sim.ucwa.invite(Invite { linked: true, ..im() });
            let says_so = |state: &rsvp::app::State| {
                let unread =
                    |it: &Invitation| fact(it, "details").is_some_and(|it| it.starts_with("can't be read"));
                state.incoming.iter().any(|entry| unread(&entry.invitation))
            };
            assert!(desk.within(Duration::from_secs(1), says_so).await, "{status} {subcode}");
            desk.wait(26).await;
            assert!(desk.state.incoming.iter().any(|it| it.phase == Phase::Ringing), "{status} {subcode}");
            desk.wait(13).await;
            assert!(desk.state.incoming.is_empty(), "{status} {subcode}");
            let asked = asked_for(&desk, "invitation ");
            assert!(asked <= 12, "{status} {subcode}: asked for {asked} times");
            desk.end().await;
        }
    });
}

#[test]
fn an_invitation_that_was_ringing_already_promises_no_time() {
    both(|| async {
        let sim = crate::support::simulator();
        sim.ucwa.invite(from("before"));
        let mut desk = Desk::online_at(&sim).await;
        assert_eq!(desk.ringing().await.certainty, Certainty::AtMost);
        desk.wait(5).await;
        desk.sim.ucwa.invite(from("after"));
        desk.until(|state| state.incoming.len() == 2).await;
        let certainty = |desk: &Desk, name: &str| {
            let entry = desk.state.incoming.iter().find(|it| it.invitation.from.name.as_str() == name);
            entry.unwrap().invitation.certainty
        };
        assert_eq!(certainty(&desk, "after"), Certainty::Exact, "one that rings now has its full time");
        // Events may have waited at the server while the line was down.
        desk.sim.fault(Fault::next("events", FaultKind::Refused).times(6));
        desk.sim.ucwa.drop_connections();
        desk.sim.ucwa.invite(from("late"));
        desk.until(|state| state.incoming.len() == 3).await;
        assert_eq!(certainty(&desk, "late"), Certainty::AtMost);
        desk.sim.ucwa.force_resync();
        desk.sim.ucwa.invite(from("resynced"));
        desk.until(|state| state.incoming.len() == 4).await;
        assert_eq!(certainty(&desk, "resynced"), Certainty::AtMost);
        desk.wait(5).await;
        desk.sim.ucwa.invite(from("last"));
        desk.until(|state| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == "last")).await;
        assert_eq!(certainty(&desk, "last"), Certainty::Exact);
        desk.end().await;
    });
}

#[test]
fn a_slow_line_does_not_make_what_was_ringing_already_look_new() {
    both(|| async {
        let sim = crate::support::simulator();
        sim.ucwa.invite(from("before"));
        for of in ["any", "events"] {
            sim.fault(Fault::next(of, FaultKind::Late(0.8)).times(50));
        }
        let mut desk = Desk::online_at(&sim).await;
        assert_eq!(desk.ringing().await.certainty, Certainty::AtMost);
        desk.sim.heal();
        desk.end().await;
    });
}

/// A conversation with Lene and Dana, in which the user is.
async fn talking() -> Desk {
    let mut desk = Desk::online().await;
    desk.sim.ucwa.add_person(Person { answers: rsvp::sim::InviteeBehavior::Joins, ..dana() });
    desk.sim.ucwa.invite(im());
    desk.ringing().await;
    desk.press("a");
    desk.until(|state| state.conversations.iter().any(|it| it.can_invite && it.can_send)).await;
    desk.press("3idana@contoso.example\n");
    desk.until(|state| people(state) == ["sip:dana@contoso.example", "sip:lenea@contoso.example"]).await;
    desk
}

/// The addresses of those in the conversation.
fn people(state: &rsvp::app::State) -> Vec<String> {
    let people = state.conversations.iter().flat_map(|it| &it.participants);
    let mut people: Vec<String> = people.map(|party| party.uri.to_string()).collect();
    people.sort();
    people
}

#[test]
fn whoever_leaves_a_conversation_is_not_in_it_any_more_and_the_last_one_ends_it() {
    both(|| async {
        let mut desk = talking().await;
        let number = desk.sim.ucwa.conversations()[0].number;
        desk.sim.ucwa.leave(number, "sip:dana@contoso.example");
        desk.until(|state| people(state) == ["sip:lenea@contoso.example"]).await;
        desk.sim.ucwa.leave(number, "sip:lenea@contoso.example");
        desk.until(|state| state.conversations.is_empty()).await;
        desk.end().await;
    });
}

#[test]
fn whoever_stops_typing_has_not_left() {
    both(|| async {
        let mut desk = talking().await;
        let number = desk.sim.ucwa.conversations()[0].number;
        desk.sim.ucwa.type_briefly(number, "sip:dana@contoso.example");
        desk.wait(3).await;
        assert_eq!(people(&desk.state), ["sip:dana@contoso.example", "sip:lenea@contoso.example"]);
        desk.end().await;
    });
}

#[test]
fn nothing_can_be_sent_any_more_when_the_other_side_ends_the_messages() {
    both(|| async {
        let mut desk = talking().await;
        desk.sim.ucwa.stop_messaging(desk.sim.ucwa.conversations()[0].number);
        desk.until(|state| state.conversations.iter().all(|it| it.can_invite && !it.can_send)).await;
        desk.end().await;
    });
}

#[test]
fn whoever_left_while_they_were_asked_for_stays_away() {
    both(|| async {
        let mut desk = talking().await;
        desk.sim.fault(Fault::next("participant", FaultKind::Late(2.0)).times(2));
        desk.sim.ucwa.send_participant_updates();
        desk.wait(1).await;
        desk.sim.ucwa.leave(desk.sim.ucwa.conversations()[0].number, "sip:dana@contoso.example");
        desk.wait(5).await;
        assert_eq!(people(&desk.state), ["sip:lenea@contoso.example"]);
        desk.end().await;
    });
}

#[test]
fn who_is_in_a_conversation_is_read_again_after_events_were_lost() {
    both(|| async {
        let mut desk = talking().await;
        let number = desk.sim.ucwa.conversations()[0].number;
        // That somebody left is told in an answer that nobody reads.
        desk.sim.fault(Fault::next("events", FaultKind::Links(vec![("resync".into(), "next".into())])));
        desk.sim.ucwa.interrupt_polls();
        desk.wait(1).await;
        desk.sim.ucwa.leave(number, "sip:dana@contoso.example");
        desk.until(|state| people(state) == ["sip:lenea@contoso.example"]).await;
        // What is being asked for goes down with the connection.
        desk.sim.fault(Fault::next("participant", FaultKind::BlackHole));
        desk.sim.ucwa.send_participant_updates();
        desk.wait(1).await;
        desk.send(rsvp::provider::Command::Wake);
        desk.until_online().await;
        desk.wait(10).await;
        assert_eq!(people(&desk.state), ["sip:lenea@contoso.example"]);
        desk.end().await;
    });
}

#[test]
fn who_is_in_a_conversation_is_asked_for_until_the_server_tells() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("participant", FaultKind::error(503, "")).times(8));
        desk.press("a");
        let took = desk.until(|state| people(state) == ["sip:lenea@contoso.example"]).await;
        assert!((30..120).contains(&took.as_secs()), "{took:?}");
        desk.end().await;
    });
}
