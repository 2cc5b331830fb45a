//! People are asked for again after a failure, after the end of a session and after sleep.

use std::time::Duration;

use rsvp::app::State;
use rsvp::provider::Command;
use rsvp::sim::{Fault, FaultKind, Invite, InviteKind, Person};

use crate::support::{TestClient, from, paused};

fn lena() -> Person {
    Person::new("Lena Berg", "sip:lena@contoso.example")
}

fn call(name: &str) -> Invite {
    Invite { kind: InviteKind::Phone, forwarded_by: lena(), ..from(name) }
}

fn routed(client: &TestClient, name: &str) -> bool {
    client
        .state
        .incoming
        .iter()
        .any(|it| it.invitation.from.name.as_str() == name && !it.invitation.routes.is_empty())
}

#[test]
fn somebody_who_was_being_fetched_when_the_session_ended_is_fetched_again() {
    paused().block_on(async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("forwardedBy", FaultKind::Late(15.0)));
        client.sim.ucwa.invite(call("first"));
        client.ringing().await;
        client.wait(1).await;
        let before = client.sim.ucwa.application_count();
        client.sim.fault(Fault::next("events", FaultKind::error(403, "")).times(3));
        client.sim.ucwa.interrupt_polls();
        client.wait(25).await;
        assert!(client.status().is_online());
        client.sim.ucwa.invite(call("second"));
        client.wait(10).await;
        let asked = client.sim.record().iter().filter(|it| it.summary.contains("orwardedBy")).count();
        assert!(
            routed(&client, "second"),
            "generations {before} {}, asked {asked}\n{:?}",
            client.sim.ucwa.application_count(),
            client.statuses
        );
    });
}

#[test]
fn a_failure_that_passes_leaves_nobody_nameless_for_ever() {
    paused().block_on(async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("forwardedBy", FaultKind::error(503, "")).times(5));
        client.sim.ucwa.invite(call("first"));
        client.ringing().await;
        client.wait(60).await;
        client.sim.ucwa.invite(call("second"));
        client.wait(10).await;
        assert!(routed(&client, "second"));
    });
}

#[test]
fn waking_up_leaves_room_for_the_people_who_are_asked_for_afterwards() {
    paused().block_on(async {
        let mut client = TestClient::online().await;
        let by =
            |number: u32| Person::new(&format!("By {number}"), &format!("sip:by{number}@contoso.example"));
        client.sim.fault(Fault::next("forwardedBy", FaultKind::BlackHole).times(8));
        for number in 0..8 {
            client.sim.ucwa.invite(Invite { forwarded_by: by(number), ..from(&format!("caller{number}")) });
        }
        client.wait(1).await;
        client.send(Command::Wake);
        client.until_online().await;
        client.sim.ucwa.invite(Invite { forwarded_by: by(9), ..from("last") });
        let named = |state: &State| {
            let mut routes = state.incoming.iter().flat_map(|entry| &entry.invitation.routes);
            routes.any(|route| route.as_str().contains("By 9"))
        };
        assert!(client.within(Duration::from_secs(5), named).await);
        client.sign_out().await;
    });
}
