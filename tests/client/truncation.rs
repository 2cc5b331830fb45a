//! Every answer of a session cut at every byte: nothing of it is believed, and nothing is lost.
//!
//! A run of the suite takes a sample of the places; `RSVP_EVERY_BYTE=1` takes them all.

use rsvp::invitation::Outcome;
use rsvp::sim::{Fault, FaultKind};

use crate::support::{TestClient, both, im, outcome_of, password, simulator};

/// A session with a bit of everything, in which the answer to the request of that number is cut.
async fn session(of: &str, number: u32, kind: Option<FaultKind>) -> bool {
    let sim = simulator();
    if let Some(kind) = kind {
        sim.fault(Fault::next(of, kind).after(number));
    }
    let mut client = TestClient::signed_in(&sim, password()).await;
    sim.ucwa.invite(rsvp::sim::Invite { linked: number.is_multiple_of(2), ..im() });
    client.until(|state| state.incoming.iter().any(|entry| entry.invitation.offers.accept)).await;
    client.wait(1).await;
    client.press("a");
    client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
    client.until(|state| state.conversations.iter().any(|conversation| conversation.can_send)).await;
    client.nothing_is_lost().await;
    true
}

#[test]
fn fault_03_an_answer_cut_at_any_byte() {
    let all = std::env::var_os("RSVP_EVERY_BYTE").is_some();
    both(|| async {
        // Numbers beyond the answers of a session and the bytes of an answer do no harm.
        for of in ["any", "events"] {
            for number in 0..if of == "any" { 9 } else { 5 } {
                let step = if all { 1 } else { 61 };
                for byte in (0..1_800).step_by(step).chain([1, 2, 3]) {
                    assert!(session(of, number, Some(FaultKind::Cut(byte))).await, "{of} {number} at {byte}");
                }
            }
        }
    });
}

#[test]
fn every_batch_twice_is_the_same_as_once() {
    both(|| async {
        for number in 0..6 {
            assert!(session("events", number, Some(FaultKind::Twice)).await, "batch {number}");
        }
        assert!(session("events", 0, None).await);
    });
}
