//! Deadlines: an invitation has its full time only if the start of the ringing was observed.

use std::time::Duration;

use rsvp::invitation::Certainty;
use rsvp::sim::{Fault, FaultKind};

use crate::support::{TestClient, both, from, paused, simulator};

#[test]
fn an_invitation_that_was_ringing_already_promises_no_time() {
    both(|| async {
        let sim = simulator();
        sim.ucwa.invite(from("before"));
        let mut client = TestClient::online_at(&sim).await;
        assert_eq!(client.ringing().await.certainty, Certainty::AtMost);
        client.wait(5).await;
        client.sim.ucwa.invite(from("after"));
        client.until(|state| state.incoming.len() == 2).await;
        let certainty = |client: &TestClient, name: &str| {
            let entry = client.state.incoming.iter().find(|it| it.invitation.from.name.as_str() == name);
            entry.unwrap().invitation.certainty
        };
        assert_eq!(certainty(&client, "after"), Certainty::Exact, "one that rings now has its full time");
        // Events may have waited at the server while the line was down.
        client.sim.fault(Fault::next("events", FaultKind::Refused).times(6));
        client.sim.ucwa.drop_connections();
        client.sim.ucwa.invite(from("late"));
        client.until(|state| state.incoming.len() == 3).await;
        assert_eq!(certainty(&client, "late"), Certainty::AtMost);
        client.sim.ucwa.force_resync();
        client.sim.ucwa.invite(from("resynced"));
        client.until(|state| state.incoming.len() == 4).await;
        assert_eq!(certainty(&client, "resynced"), Certainty::AtMost);
        client.wait(5).await;
        client.sim.ucwa.invite(from("last"));
        client
            .until(|state| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == "last"))
            .await;
        assert_eq!(certainty(&client, "last"), Certainty::Exact);
        client.end().await;
    });
}

#[test]
fn the_first_call_after_signing_in_has_its_full_time() {
    both(|| async {
        let mut client = TestClient::online().await;
        // The first answer has what the server has gathered since the sign-in.
        client.wait(6).await;
        client.sim.ucwa.invite(from("first"));
        assert_eq!(client.ringing().await.certainty, Certainty::Exact);
        client.end().await;
    });
}

#[test]
fn a_call_right_after_what_was_ringing_at_the_sign_in_has_its_full_time() {
    both(|| async {
        let sim = simulator();
        sim.ucwa.invite(from("before"));
        let mut client = TestClient::online_at(&sim).await;
        assert_eq!(client.ringing().await.certainty, Certainty::AtMost);
        sim.ucwa.invite(from("after"));
        client.until(|state| state.incoming.len() == 2).await;
        let latest = client.state.incoming.iter().max_by_key(|entry| entry.invitation.arrived).unwrap();
        assert_eq!(latest.invitation.certainty, Certainty::Exact);
        client.end().await;
    });
}

#[test]
fn a_slow_line_does_not_make_what_was_ringing_already_look_new() {
    both(|| async {
        let sim = simulator();
        sim.ucwa.invite(from("before"));
        for of in ["any", "events"] {
            sim.fault(Fault::next(of, FaultKind::Late(0.8)).times(50));
        }
        let mut client = TestClient::online_at(&sim).await;
        assert_eq!(client.ringing().await.certainty, Certainty::AtMost);
        client.sim.heal();
        client.end().await;
    });
}

#[test]
fn a_slow_first_answer_promises_no_time() {
    paused().block_on(async {
        let sim = simulator();
        sim.ucwa.invite(from("before"));
        tokio::time::sleep(Duration::from_secs(25)).await;
        sim.fault(Fault::next("events", FaultKind::Late(2.5)));
        let mut client = TestClient::online_at(&sim).await;
        assert_eq!(client.ringing().await.certainty, Certainty::AtMost);
    });
}

#[test]
fn what_began_while_a_lost_answer_was_asked_for_again_promises_no_time() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.wait(5).await;
        client.sim.fault(Fault::next("events", FaultKind::LostReply));
        client.sim.fault(Fault::next("application", FaultKind::Refused).times(3));
        client.sim.ucwa.interrupt_polls();
        client.wait(1).await;
        client.sim.ucwa.invite(from("before"));
        client.wait(3).await;
        client.sim.ucwa.invite(from("meanwhile"));
        client.until(|state| state.incoming.len() == 2).await;
        for entry in client.state.incoming.iter() {
            assert_eq!(entry.invitation.certainty, Certainty::AtMost, "{}", entry.invitation.from.name);
        }
        client.end().await;
    });
}
