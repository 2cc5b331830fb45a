//! The user's own presence: shown as the server tells it, set here and elsewhere.

use std::sync::Arc;
use std::time::Duration;

use rsvp::app::{OwnPresence, State};
use rsvp::invitation::{Availability, PreferredAvailability};
use rsvp::provider::ucwa;
use rsvp::sim::{Fault, FaultKind, InProcess, Simulator};

use crate::support::{TestClient, both, settings, simulator, token};

fn availability(state: &State) -> Option<Availability> {
    match &state.accounts[0].presence {
        OwnPresence::Known(presence) => presence.availability,
        OwnPresence::Unknown => None,
    }
}

/// Creates a client on another device of the same user.
async fn elsewhere(sim: &Simulator, sign_in_as: Option<PreferredAvailability>) -> TestClient {
    let settings = ucwa::Settings { endpoint_id: "elsewhere".into(), sign_in_as, ..settings(token()) };
    let mut client = TestClient::start(sim, Arc::new(InProcess::new(sim)), settings);
    client.until_online().await;
    client
}

#[test]
fn the_presence_is_read_and_follows_what_is_set_here_and_elsewhere() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.until(|state| availability(state) == Some(Availability::Online)).await;
        client.press("pbusy\n");
        client.until(|state| availability(state) == Some(Availability::Busy)).await;
        assert!(client.was_notified("Your presence was set to “Busy”"), "{:?}", client.notices);
        let mut other = elsewhere(&client.sim.clone(), None).await;
        other.until(|state| availability(state) == Some(Availability::Busy)).await;
        other.press("pdo not\n");
        other.until(|state| availability(state) == Some(Availability::DoNotDisturb)).await;
        client.until(|state| availability(state) == Some(Availability::DoNotDisturb)).await;
        client.press("preset\n");
        client.until(|state| availability(state) == Some(Availability::Online)).await;
        assert!(client.was_notified("Your presence was reset"), "{:?}", client.notices);
        other.until(|state| availability(state) == Some(Availability::Online)).await;
        other.end().await;
        client.end().await;
    });
}

#[test]
fn signing_in_leaves_a_presence_alone_unless_one_is_configured() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.press("pbe right\n");
        client.until(|state| availability(state) == Some(Availability::BeRightBack)).await;
        let mut other = elsewhere(&client.sim.clone(), None).await;
        other.until(|state| availability(state) == Some(Availability::BeRightBack)).await;
        other.end().await;
        let mut other = elsewhere(&client.sim.clone(), Some(PreferredAvailability::Busy)).await;
        other.until(|state| availability(state) == Some(Availability::Busy)).await;
        client.until(|state| availability(state) == Some(Availability::Busy)).await;
        other.end().await;
        client.end().await;
    });
}

#[test]
fn a_refused_and_a_lost_request_are_told_and_the_screen_shows_what_is_true() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.until(|state| availability(state) == Some(Availability::Online)).await;
        client.sim.fault(Fault::next("presence", FaultKind::error(403, "")));
        client.press("pbusy\n");
        client.until(|state| state.pending_requests.is_empty()).await;
        assert!(client.was_notified("Your presence was not set to “Busy”"), "{:?}", client.notices);
        assert!(client.was_notified("User.ReadWrite"), "{:?}", client.notices);
        assert_eq!(availability(&client.state), Some(Availability::Online));
        client.sim.fault(Fault::next("presence", FaultKind::LostReply));
        client.press("paway\n");
        client.until(|state| availability(state) == Some(Availability::Away)).await;
        assert!(client.was_notified("is not confirmed"), "{:?}", client.notices);
        let set = client
            .sim
            .record()
            .iter()
            .filter(|it| it.method == "POST" && it.target.ends_with("/me/presence"))
            .count();
        assert_eq!(set, 2, "no request is sent twice");
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn what_the_user_has_set_is_shown_although_the_event_that_tells_of_it_is_lost() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.until(|state| availability(state) == Some(Availability::Online)).await;
        client.sim.fault(Fault::next("events", FaultKind::OnlyEnds).times(100));
        client.sim.ucwa.interrupt_polls();
        client.wait(1).await;
        client.press("pbusy\n");
        client.until(|state| availability(state) == Some(Availability::Busy)).await;
        client.end().await;
    });
}

#[test]
fn a_server_that_does_not_tell_the_presence_is_no_error() {
    both(|| async {
        let kinds = [
            FaultKind::error(404, ""),
            FaultKind::error(403, ""),
            FaultKind::Noise,
            FaultKind::Garbage { content_type: "application/json".into(), body: "[1]".into() },
            FaultKind::Reset,
        ];
        for kind in kinds {
            let sim = simulator();
            sim.fault(Fault::next("presence", kind).times(1_000));
            let mut client = TestClient::online_at(&sim).await;
            client.wait(30).await;
            assert_eq!(availability(&client.state), None);
            assert_eq!(client.notices, Vec::<String>::new());
            client.nothing_is_lost().await;
            client.sim.fault(Fault::next("presence", FaultKind::Reset).times(0));
            client.sign_out().await;
        }
    });
}

#[test]
fn a_presence_that_is_not_understood_is_not_shown() {
    both(|| async {
        let sim = simulator();
        let body =
            r#"{"rel":"presence","availability":{"odd":1},"activity":7,"_links":{"self":{"href":"/x"}}}"#;
        let kind = FaultKind::Garbage { content_type: "application/json".into(), body: body.into() };
        sim.fault(Fault::next("presence", kind).times(1_000));
        let mut client = TestClient::online_at(&sim).await;
        client.within(Duration::from_secs(20), |_| false).await;
        assert_eq!(availability(&client.state), None);
        client.sign_out().await;
    });
}

#[test]
fn a_request_without_a_connection_is_refused_in_words() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("any", FaultKind::Refused).times(1_000));
        client.sim.fault(Fault::next("events", FaultKind::Refused).times(1_000));
        client.sim.ucwa.expire_applications();
        client.sim.ucwa.interrupt_polls();
        client.until(|state| !state.accounts[0].status.is_online()).await;
        client.press("pbusy\n");
        client.until(|state| state.pending_requests.is_empty()).await;
        assert!(client.was_notified("not connected; nothing was sent"), "{:?}", client.notices);
        client.nothing_is_lost().await;
        client.end().await;
    });
}
