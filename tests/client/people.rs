//! Callers, recipients and forwarders whom the server names only by links.

use std::time::Duration;

use rsvp::app::Phase;
use rsvp::invitation::{Invitation, Outcome, Party};
use rsvp::sim::{Fault, FaultKind, Invite, InviteKind, PeopleFormat, Person};
use rsvp::text::DisplayText;

use crate::support::{TestClient, both, from, im, outcome_of};

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

/// Returns the number of GET requests whose description starts with `what`.
fn asked_for(client: &TestClient, what: &str) -> usize {
    client.sim.record().iter().filter(|it| it.method == "GET" && it.summary.starts_with(what)).count()
}

#[test]
fn fault_79_the_number_of_the_phone_that_rings_is_not_the_callers() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(Invite { linked_from: true, private_line: true, ..call() });
        let ringing = client.ringing().await;
        assert_eq!(ringing.from.uri.as_str(), "", "the caller is not known yet");
        assert_eq!(fact(&ringing, "phone"), Some("tel:+14255552222"));
        assert_eq!(fact(&ringing, "line"), Some("your private line"));
        let joe = |state: &rsvp::app::State| {
            state.incoming.iter().any(|it| it.invitation.from.full() == "Joe Smith <tel:+14255550100>")
        };
        assert!(client.within(Duration::from_secs(2), joe).await, "the caller is behind the link");
        client.press("y\n");
        assert!(client.notice().contains("+14255550100"), "{}", client.notice());
        client.press("dglobal\n");
        client.until(|state| state.history.len() == 1).await;
        assert_eq!(
            client.state.history.page(0).next().unwrap().other_side().uri.as_str(),
            "tel:+14255550100"
        );
        client.end().await;
    });
}

#[test]
fn people_behind_links_are_named() {
    both(|| async {
        for shown in [PeopleFormat::Linked, PeopleFormat::Titled, PeopleFormat::Embedded] {
            let mut client = TestClient::online().await;
            client.sim.ucwa.invite(Invite {
                forwarded_by: lena(),
                transferred_by: kim(),
                on_behalf_of: dana(),
                people: shown,
                ..call()
            });
            client
                .until(|state| {
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
            client.end().await;
        }
    });
}

#[test]
fn a_call_made_for_somebody_else_says_for_whom() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(Invite { delegator: dana(), ..call() });
        let named = ["on behalf of Dana Birkby <sip:dana@contoso.example>"];
        client.until(|state| state.incoming.iter().any(|it| routes(&it.invitation) == named)).await;
        client.end().await;
    });
}

#[test]
fn the_original_target_is_shown_unless_it_is_the_user() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(Invite { to: dana(), ..call() });
        client
            .until(|state| {
                let to = |entry: &rsvp::app::Entry| entry.invitation.to.as_ref().map(Party::full);
                state
                    .incoming
                    .iter()
                    .any(|it| to(it).as_deref() == Some("Dana Birkby <sip:dana@contoso.example>"))
            })
            .await;
        client.sim.ucwa.invite(from("second"));
        client.wait(3).await;
        let second = client.state.incoming.iter().find(|it| it.invitation.from.name.as_str() == "second");
        assert_eq!(second.unwrap().invitation.to, None);
        client.end().await;
    });
}

#[test]
fn somebody_is_fetched_once_for_all_invitations_that_name_them() {
    both(|| async {
        let mut client = TestClient::online().await;
        for _ in 0..5 {
            client.sim.ucwa.invite(Invite { forwarded_by: lena(), ..call() });
        }
        let named = |state: &rsvp::app::State| {
            state.incoming.len() == 5 && state.incoming.iter().all(|it| !it.invitation.routes.is_empty())
        };
        client.until(named).await;
        assert_eq!(client.sim.record().iter().filter(|it| it.summary.contains("orwardedBy")).count(), 1);
        client.end().await;
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
            let mut client = TestClient::online().await;
            client.sim.fault(Fault::next("participant", kind.clone()).times(50));
            client.sim.fault(Fault::next("contact", kind).times(50));
            client.sim.ucwa.invite(Invite { linked_from: true, forwarded_by: lena(), ..im() });
            let rings = |state: &rsvp::app::State| !state.incoming.is_empty();
            assert!(client.within(Duration::from_millis(100), rings).await, "the row comes first");
            client.press("a");
            client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
            client.sim.ucwa.invite(from("second"));
            client.until(|state| state.incoming.len() == 2 || state.history.len() == 2).await;
            client.end().await;
        }
    });
}

#[test]
fn the_one_who_answered_elsewhere_is_named() {
    both(|| async {
        let mut client = TestClient::online().await;
        let id = client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.ucwa.accept_elsewhere(id, kim()).unwrap();
        client
            .until(|state| {
                state.history.iter().any(|past| {
                    past.outcome.words_with(past.invitation.accepted_by.as_ref()) == "answered by Kim Akers"
                })
            })
            .await;
        client.end().await;
    });
}

#[test]
fn an_invitation_that_the_server_does_not_show_says_so_and_leaves_when_its_time_is_up() {
    both(|| async {
        for (status, subcode) in
            [(400, ""), (403, ""), (409, "TooManyGroups"), (410, ""), (500, "InvalidExchangeServerVersion")]
        {
            let mut client = TestClient::online().await;
            client.sim.fault(Fault::next("invitation", FaultKind::error(status, subcode)).times(1_000));
            client.sim.ucwa.invite(Invite { linked: true, ..im() });
            let says_so = |state: &rsvp::app::State| {
                let unread =
                    |it: &Invitation| fact(it, "details").is_some_and(|it| it.starts_with("can't be read"));
                state.incoming.iter().any(|entry| unread(&entry.invitation))
            };
            assert!(client.within(Duration::from_secs(1), says_so).await, "{status} {subcode}");
            client.wait(26).await;
            assert!(client.state.incoming.iter().any(|it| it.phase == Phase::Ringing), "{status} {subcode}");
            client.wait(13).await;
            assert!(client.state.incoming.is_empty(), "{status} {subcode}");
            let asked = asked_for(&client, "invitation ");
            assert!(asked <= 12, "{status} {subcode}: asked for {asked} times");
            client.end().await;
        }
    });
}
