//! Contacts that are read again by their entity tags, from servers that answer oddly.

use std::time::Duration;

use rsvp::app::State;
use rsvp::invitation::AccountId;
use rsvp::sim::{EndCause, Fault, FaultKind};

use crate::support::{TestClient, both, from};

const ADDRESS: &str = "sip:lena@contoso.example";

fn is_described(state: &State) -> bool {
    state.contacts.get(AccountId(0), ADDRESS).is_some_and(|contact| !contact.title.is_empty())
}

#[test]
fn a_contact_that_has_not_changed_is_read_again_with_each_later_call() {
    both(|| async {
        let mut client = TestClient::online().await;
        for round in 1..=3 {
            let number = client.sim.ucwa.invite(from("lena"));
            client.until(is_described).await;
            client.wait(5).await;
            client.sim.ucwa.end(number, EndCause::CallerGivesUp).unwrap();
            let record = client.sim.record();
            let reads =
                record.iter().filter(|it| it.method == "GET" && it.summary.starts_with("contact lena"));
            let statuses: Vec<u16> = reads.map(|it| it.status).collect();
            assert_eq!(statuses, [200, 304, 304][..round]);
            client.wait(400).await;
        }
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn a_refusal_in_place_of_not_modified_takes_nothing_away() {
    both(|| async {
        for status in [403, 404, 500, 503] {
            let mut client = TestClient::online().await;
            let number = client.sim.ucwa.invite(from("lena"));
            client.until(is_described).await;
            client.sim.ucwa.end(number, EndCause::CallerGivesUp).unwrap();
            client.wait(600).await;
            client.sim.fault(Fault::next("contact", FaultKind::error(status, "")).times(100));
            client.sim.ucwa.invite(from("lena"));
            client.ringing().await;
            client.wait(5).await;
            assert!(is_described(&client.state), "{status}");
            client.nothing_is_lost().await;
            client.end().await;
        }
    });
}

#[test]
fn not_modified_as_the_first_answer_is_no_answer() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("contact", FaultKind::page(304)).times(2));
        client.sim.ucwa.invite(from("lena"));
        assert!(client.within(Duration::from_secs(3), is_described).await, "{}", client.transcript());
        client.nothing_is_lost().await;
        client.end().await;
    });
}
