//! The contact of a caller and of a conversation's participants, with presence, note and location.

use std::time::Duration;

use rsvp::app::State;
use rsvp::invitation::{AccountId, Availability, Contact};
use rsvp::sim::{Fault, FaultKind, Invite, Person, Simulator, UcwaOptions};

use crate::conversations::in_conversation;
use crate::support::{TestClient, both, from, im, simulator_with};

const LENE: &str = "sip:lenea@contoso.example";

fn contact<'a>(state: &'a State, address: &str) -> Option<&'a Contact> {
    state.contacts.get(AccountId(0), address)
}

fn availability(state: &State, address: &str) -> Option<Availability> {
    contact(state, address).and_then(|contact| contact.presence.availability)
}

/// Returns the number of requests of a method whose description starts with `what`.
fn sent(sim: &Simulator, method: &str, what: &str) -> usize {
    sim.record().iter().filter(|it| it.method == method && it.summary.starts_with(what)).count()
}

#[test]
fn the_caller_is_described_after_the_row_appeared() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        client.until(|state| contact(state, LENE).is_some_and(|it| it.presence.availability.is_some())).await;
        let known = contact(&client.state, LENE).unwrap();
        assert!(!known.title.is_empty() && !known.department.is_empty(), "{known:?}");
        assert_eq!(known.company.as_str(), "Contoso Corp.");
        assert_eq!(known.origin.as_str(), "your organization");
        client.nothing_is_lost().await;
        assert_eq!(
            sent(&client.sim, "GET", "contact Lene"),
            1,
            "a selection does not read again what is fresh"
        );
        client.end().await;
    });
}

#[test]
fn a_slow_contact_delays_no_row_and_no_answer() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("contact", FaultKind::Delay(15.0)).times(100));
        let number = client.sim.ucwa.invite(im());
        let took = client.until(|state| state.incoming.len() == 1).await;
        assert!(took < Duration::from_secs(1), "{took:?}");
        for caller in ["a", "b", "c", "d", "e", "f", "g"] {
            client.sim.ucwa.invite(from(caller));
        }
        assert!(client.until(|state| state.incoming.len() == 8).await < Duration::from_secs(1));
        client.press("a");
        let took = client.until(|state| state.history.len() == 1).await;
        assert!(took < Duration::from_secs(1), "{took:?}");
        assert!(client.sim.ucwa.pending().iter().all(|it| it.number != number));
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn a_contact_that_can_not_be_read_is_no_error_for_the_user() {
    both(|| async {
        let kinds = [
            FaultKind::error(404, ""),
            FaultKind::error(403, ""),
            FaultKind::error(500, "InvalidExchangeServerVersion"),
            FaultKind::Noise,
            FaultKind::Reset,
            FaultKind::Cut(40),
            FaultKind::page(200),
            FaultKind::Garbage {
                content_type: "application/json".into(),
                body: r#"{"title":[1],"_links":7}"#.into(),
            },
        ];
        for kind in kinds {
            let mut client = TestClient::online().await;
            for name in
                ["contact", "contactPresence", "contactNote", "contactLocation", "presenceSubscriptions"]
            {
                client.sim.fault(Fault::next(name, kind.clone()).times(100));
            }
            client.sim.ucwa.invite(im());
            let ringing = client.ringing().await;
            assert_eq!(ringing.from.label(), "Lene Aaling");
            client.wait(10).await;
            assert_eq!(client.notices, Vec::<String>::new(), "{kind:?}");
            let asked = sent(&client.sim, "GET", "contact Lene");
            assert!(asked <= 6, "asked {asked} times after {kind:?}");
            client.nothing_is_lost().await;
            client.sign_out().await;
        }
    });
}

#[test]
fn a_part_that_can_not_be_read_is_left_out() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("contactPresence", FaultKind::error(403, "")).times(100));
        client.sim.ucwa.invite(im());
        client.until(|state| contact(state, LENE).is_some_and(|it| !it.title.is_empty())).await;
        client.wait(5).await;
        assert_eq!(availability(&client.state, LENE), None);
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn an_anonymous_caller_and_a_phone_have_what_the_server_tells_and_no_more() {
    both(|| async {
        let mut client = TestClient::online().await;
        let phone = Person::new("", "tel:+14255550100");
        client.sim.ucwa.invite(Invite {
            kind: rsvp::sim::InviteKind::Phone,
            from: phone,
            ..Invite::default()
        });
        client.ringing().await;
        client.wait(5).await;
        assert_eq!(contact(&client.state, "tel:+14255550100").map(Contact::job), Some(String::new()));
        assert_eq!(client.notices, Vec::<String>::new());
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn a_changed_presence_is_shown_while_it_rings_and_in_the_conversation() {
    both(|| async {
        let lene = Person::new("Lene Aaling", LENE);
        let sim = simulator_with(UcwaOptions { colleagues: vec![lene], ..UcwaOptions::default() });
        let (mut tosh, mut lene) = (TestClient::of_user(&sim, 0).await, TestClient::of_user(&sim, 1).await);
        sim.ucwa.call(1, "sip:tosh@contoso.example", "Hi").unwrap();
        tosh.until(|state| availability(state, LENE) == Some(Availability::Online)).await;
        assert_eq!(sent(&sim, "POST", "presenceSubscriptions"), 0, "not in the first second");
        tosh.wait(3).await;
        assert_eq!(sent(&sim, "POST", "presenceSubscriptions"), 1, "{}", tosh.transcript());
        lene.press("pdo not\n");
        lene.until(|state| state.pending_requests.is_empty()).await;
        tosh.until(|state| availability(state, LENE) == Some(Availability::DoNotDisturb)).await;
        tosh.press("a");
        tosh.until(|state| state.conversations.len() == 1).await;
        lene.press("paway\n");
        lene.until(|state| state.pending_requests.is_empty()).await;
        tosh.until(|state| availability(state, LENE) == Some(Availability::Away)).await;
        let to_lene = |request: &rsvp::sim::RecordedRequest| {
            request.resource == "presenceSubscriptions"
                && request.method == "POST"
                && request.body.contains(LENE)
        };
        assert_eq!(
            sim.record().iter().filter(|it| to_lene(it)).count(),
            1,
            "one subscription serves for both"
        );
        tosh.sign_out().await;
        lene.sign_out().await;
        assert_eq!(sim.complaints(), Vec::<String>::new());
    });
}

#[test]
fn a_subscription_is_extended_while_one_talks_and_ends_after_that() {
    both(|| async {
        let mut client = in_conversation().await;
        client.wait(10).await;
        assert_eq!(sent(&client.sim, "POST", "presenceSubscriptions"), 1);
        client.wait(40 * 60).await;
        assert!(sent(&client.sim, "POST", "presenceSubscription") >= 2, "{}", client.transcript());
        assert_eq!(sent(&client.sim, "POST", "presenceSubscriptions"), 1, "it is extended, not made anew");
        let number = client.sim.ucwa.conversations()[0].number;
        client.sim.ucwa.leave(number, LENE);
        client.wait(120).await;
        assert_eq!(sent(&client.sim, "DELETE", "presenceSubscription"), 1, "{}", client.transcript());
        client.end().await;
    });
}

#[test]
fn after_a_lost_event_channel_the_people_are_followed_again() {
    both(|| async {
        let mut client = in_conversation().await;
        client.wait(10).await;
        client.sim.ucwa.force_resume();
        client.wait(10).await;
        assert_eq!(sent(&client.sim, "POST", "presenceSubscriptions"), 2);
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn a_refused_subscription_is_not_asked_for_again_and_again() {
    both(|| async {
        let mut client = TestClient::online().await;
        client
            .sim
            .fault(Fault::next("presenceSubscriptions", FaultKind::error(403, "LimitExceeded")).times(100));
        for caller in ["a", "b", "c"] {
            client.sim.ucwa.invite(from(caller));
            client.wait(4).await;
        }
        assert_eq!(client.count("/presenceSubscriptions"), 1, "{}", client.transcript());
        assert_eq!(client.notices, Vec::<String>::new());
        client.end().await;
    });
}

#[test]
fn what_is_known_is_revalidated_by_its_entity_tag() {
    both(|| async {
        let mut client = TestClient::online().await;
        let number = client.sim.ucwa.invite(im());
        client.until(|state| contact(state, LENE).is_some_and(|it| !it.title.is_empty())).await;
        client.sim.ucwa.end(number, rsvp::sim::EndCause::CallerGivesUp).unwrap();
        client.wait(600).await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.wait(5).await;
        let statuses: Vec<u16> = client
            .sim
            .record()
            .iter()
            .filter(|it| it.method == "GET" && it.summary.starts_with("contact Lene"))
            .map(|it| it.status)
            .collect();
        assert_eq!(statuses, [200, 304]);
        assert!(contact(&client.state, LENE).is_some_and(|it| !it.title.is_empty()));
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn many_callers_are_described_within_the_budget_and_the_selected_one_first() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("contact", FaultKind::Late(0.2)).times(1_000));
        for number in 0..150 {
            client.sim.ucwa.invite(from(&format!("caller{number}")));
        }
        client.until(|state| state.incoming.len() == 150).await;
        client.press("G");
        let last = client.state.incoming.selected().unwrap().invitation.from.uri.to_string();
        let took = client.until(|state| contact(state, &last).is_some()).await;
        assert!(took < Duration::from_secs(2), "{took:?}");
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn the_callers_of_a_busy_account_are_followed_while_more_and_more_call() {
    both(|| async {
        let mut client = TestClient::online().await;
        for number in 0..8 {
            client.sim.ucwa.invite(from(&format!("caller{number}")));
            client.within(Duration::from_millis(500), |_| false).await;
        }
        let made = sent(&client.sim, "POST", "presenceSubscriptions");
        assert_eq!(made, 1, "somebody has called every half second: {}", client.transcript());
        client.wait(3).await;
        for number in 0..8 {
            let address = format!("sip:caller{number}@contoso.example");
            let is_followed = |it: &rsvp::sim::RecordedRequest| {
                it.target.contains("/presenceSubscriptions") && it.body.contains(&address)
            };
            assert!(client.sim.record().iter().any(is_followed), "{address}: {}", client.transcript());
        }
        client.end().await;
    });
}
