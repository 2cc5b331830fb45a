//! Signing in: what the server may refuse, which refusals the user has to correct, and which pass.

use std::sync::Arc;

use rsvp::app::State;
use rsvp::provider::Status;
use rsvp::provider::ucwa;
use rsvp::sim::{Fault, FaultKind, InProcess, Simulator};

use crate::support::{TestClient, both, settings, simulator, token};

fn signing_in(sim: &Simulator, settings: ucwa::Settings) -> TestClient {
    TestClient::start(sim, Arc::new(InProcess::new(sim)), settings)
}

/// Returns a response without a body, as a front end sends it.
fn nothing(status: u16) -> FaultKind {
    FaultKind::Answer {
        status,
        subcode: String::new(),
        content_type: "text/plain".into(),
        body: String::new(),
        headers: Vec::new(),
    }
}

#[test]
fn a_user_whom_another_program_has_just_made_available_is_signed_in() {
    both(|| async {
        let sim = simulator();
        sim.fault(Fault::next("makeMeAvailable", FaultKind::error(409, "AlreadyExists")));
        let mut client = signing_in(&sim, settings(token()));
        client.until_online().await;
        assert_eq!(client.statuses.len(), 2, "{:?}", client.statuses);
    });
}

#[test]
fn a_refused_sign_in_waits_for_the_user_only_if_they_have_to_correct_something() {
    both(|| async {
        for of in ["applications", "makeMeAvailable"] {
            for (kind, waits) in [
                (FaultKind::error(400, "ParameterValidationFailure"), true),
                (FaultKind::error(403, ""), true),
                (FaultKind::error(409, "MakeMeAvailableRequired"), true),
                (FaultKind::error(410, "UserAgentNotAllowed"), true),
                (FaultKind::error(404, ""), false),
                (FaultKind::error(429, ""), false),
                (FaultKind::error(500, ""), false),
                (FaultKind::error(503, ""), false),
                (FaultKind::page(403), false),
                (nothing(403), false),
                (FaultKind::page(200), false),
                (FaultKind::Reset, false),
            ] {
                let sim = simulator();
                sim.fault(Fault::next(of, kind.clone()));
                let mut client = signing_in(&sim, settings(token()));
                let is_decided = |state: &State| {
                    matches!(state.accounts[0].status, Status::Stopped(_) | Status::Retrying { .. })
                };
                client.until(is_decided).await;
                assert_eq!(
                    matches!(client.status(), Status::Stopped(_)),
                    waits,
                    "{of} {kind:?}: {:?}",
                    client.status()
                );
                if waits {
                    let before = sim.record().len();
                    client.wait(600).await;
                    assert_eq!(
                        sim.record().len(),
                        before,
                        "{of} {kind:?}: nothing is tried without the user"
                    );
                    client.press("r");
                }
                client.until_online().await;
            }
        }
    });
}

#[test]
fn the_phone_of_the_settings_is_the_one_that_rings() {
    both(|| async {
        for phone_number in [None, Some("tel:+14255550199")] {
            let sim = simulator();
            let with_phone =
                ucwa::Settings { phone_number: phone_number.map(str::to_owned), ..settings(token()) };
            let mut client = signing_in(&sim, with_phone);
            client.until_online().await;
            let record = sim.record();
            let available = record.iter().find(|it| it.resource == "makeMeAvailable").unwrap();
            for word in ["PhoneAudio", "audioPreference", "phoneNumber", "+14255550199"] {
                let is_told = available.body.contains(word);
                assert_eq!(
                    is_told,
                    phone_number.is_some() || word == "PhoneAudio",
                    "{word}: {}",
                    available.body
                );
            }
        }
    });
}
