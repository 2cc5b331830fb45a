//! 12 to 20: what HTTP says, and tokens.

use std::time::Duration;

use rsvp::provider::Status;
use rsvp::sim::{Fault, FaultKind};

use super::retrying;
use super::stopped;
use super::{FOREVER, hit, tickets};
use crate::support::{PASSWORD, TestClient, both, from, im, password, simulator};

#[test]
fn fault_12_bursts_of_errors() {
    both(|| async {
        for status in [500, 503, 504] {
            let mut client = TestClient::online().await;
            client.sim.fault(Fault::next("events", FaultKind::error(status, "")).times(5));
            client.sim.ucwa.interrupt_polls();
            client.until(retrying).await;
            let waited = client.until_online().await;
            assert!(waited >= Duration::from_secs(3), "{waited:?}: the waits grow");
            client.sim.ucwa.invite(im());
            client.ringing().await;
            assert_eq!(client.sim.ucwa.application_count(), 1);
            client.nothing_is_lost().await;
            client.end().await;
        }
    });
}

#[test]
fn fault_13_the_account_moved() {
    both(|| async {
        for kind in [FaultKind::error(403, ""), FaultKind::error(502, ""), FaultKind::page(502)] {
            let mut client = TestClient::online().await;
            client.sim.ucwa.invite(im());
            client.ringing().await;
            let discoveries = client.count("/oauth/user");
            client.sim.fault(Fault::next("events", kind).times(3));
            client.sim.ucwa.interrupt_polls();
            client.wait(30).await;
            assert!(client.count("/oauth/user") > discoveries, "discovery ran again");
            client.nothing_is_lost().await;
        }
    });
}

#[test]
fn fault_14_asked_to_wait() {
    both(|| async {
        for status in [429, 503] {
            let mut client = TestClient::online().await;
            hit(&client, "events", FaultKind::error(status, "").with("retry-after", "17"));
            client.until(retrying).await;
            let Status::Retrying { at, .. } = *client.status() else { unreachable!() };
            let left = at.0.saturating_sub(client.state.now.moment.0);
            assert!((16..=17).contains(&left.as_secs()), "the countdown says {left:?}");
            let before = client.sim.record().len();
            client.wait(15).await;
            assert_eq!(client.sim.record().len(), before, "nothing is asked before");
            client.sim.ucwa.invite(im());
            client.ringing().await;
            client.nothing_is_lost().await;
            client.end().await;
        }
    });
}

#[test]
fn fault_15_odd_ways_to_ask_for_a_wait() {
    both(|| async {
        for value in [
            "-5",
            "0",
            "soon",
            "",
            "999999999",
            "99999999999999999999",
            "1.5",
            "Tue, 01 Jan 1991 00:00:00 GMT",
            "Fri, 99 Zzz 2099",
        ] {
            let mut client = TestClient::online().await;
            hit(&client, "events", FaultKind::error(503, "").with("retry-after", value));
            client.until(retrying).await;
            let Status::Retrying { at, .. } = *client.status() else { unreachable!() };
            let left = at.0.saturating_sub(client.state.now.moment.0);
            assert!(left <= Duration::from_secs(300), "{value}: {left:?}");
            client.sim.ucwa.invite(im());
            client.until(|state| !state.incoming.is_empty()).await;
            client.nothing_is_lost().await;
        }
    });
}

#[test]
fn fault_16_the_token_is_refused_in_each_way() {
    both(|| async {
        for refusal in [
            FaultKind::error(401, ""),
            FaultKind::error(403, "")
                .with("x-ms-diagnostics", "28055;reason=\"The OAuth token is invalid.\""),
            FaultKind::error(500, "").with("x-ms-diagnostics", "28032;reason=\"The web ticket is invalid.\""),
        ] {
            let mut client = TestClient::signed_in(&simulator(), password()).await;
            let before = tickets(&client);
            hit(&client, "events", refusal);
            client.sim.ucwa.invite(im());
            client.ringing().await;
            assert_eq!(tickets(&client), before + 1, "one renewal");
            assert!(client.statuses.iter().all(|status| !matches!(status, Status::Retrying { .. })));
            client.nothing_is_lost().await;
            client.end().await;
        }
    });
}

#[test]
fn fault_17_many_refused_at_once_renew_once() {
    both(|| async {
        let mut client = TestClient::signed_in(&simulator(), password()).await;
        let before = tickets(&client);
        client.sim.fault(Fault::next("ticket", FaultKind::Late(2.0)));
        // All of them are on their way before the first is refused.
        client.sim.fault(Fault::next("invitation", FaultKind::Late(0.5)).times(8));
        for caller in 0..8 {
            client.sim.ucwa.invite(rsvp::sim::Invite { linked: true, ..from(&format!("caller{caller}")) });
        }
        client.sim.ucwa.expire_tokens();
        client
            .until(|state| {
                state.incoming.iter().filter(|entry| !entry.invitation.from.uri.is_empty()).count() == 8
            })
            .await;
        assert_eq!(tickets(&client), before + 1, "one renewal for all");
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_18_the_password_no_longer_holds() {
    both(|| async {
        let mut client = TestClient::signed_in(&simulator(), password()).await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.ucwa.change_password("another");
        client.sim.ucwa.expire_tokens();
        client.sim.ucwa.interrupt_polls();
        client.until(stopped).await;
        assert!(format!("{:?}", client.status()).contains("check username and password"));
        assert_eq!(client.state.incoming.len(), 1, "what was known is kept");
        let before = client.sim.record().len();
        client.wait(600).await;
        assert_eq!(client.sim.record().len(), before, "nothing is tried without the user");
        client.sim.ucwa.change_password(PASSWORD);
        client.press("r");
        client.until_online().await;
        client.nothing_is_lost().await;
    });
}

#[test]
fn fault_19_refused_right_after_a_renewal() {
    both(|| async {
        let mut client = TestClient::signed_in(&simulator(), password()).await;
        let before = tickets(&client);
        client.sim.fault(Fault::next("events", FaultKind::error(401, "")).times(FOREVER));
        client.sim.ucwa.interrupt_polls();
        client.until(stopped).await;
        client.wait(600).await;
        assert_eq!(tickets(&client), before + 1, "no loop");
        client.sim.heal();
        client.press("r");
        client.nothing_is_lost().await;
    });
}

#[test]
fn fault_20_the_ticket_service_is_slow_or_busy() {
    both(|| async {
        for kind in [
            FaultKind::BlackHole,
            FaultKind::error(429, "").with("retry-after", "3"),
            FaultKind::page(503),
            FaultKind::Reset,
        ] {
            let mut client = TestClient::signed_in(&simulator(), password()).await;
            client.sim.ucwa.invite(im());
            client.ringing().await;
            client.sim.fault(Fault::next("ticket", kind));
            client.sim.ucwa.expire_tokens();
            client.sim.ucwa.interrupt_polls();
            let waited = client.until(retrying).await;
            assert!(waited <= Duration::from_secs(31), "{waited:?}");
            client.press("q");
            client.nothing_is_lost().await;
        }
    });
}

#[test]
fn fault_20_the_ticket_service_asks_for_time() {
    both(|| async {
        let mut client = TestClient::signed_in(&simulator(), password()).await;
        client.sim.fault(Fault::next("ticket", FaultKind::error(429, "").with("retry-after", "20")));
        client.sim.ucwa.expire_tokens();
        client.sim.ucwa.interrupt_polls();
        client.until(retrying).await;
        let asked = client.count("oauthtoken");
        client.wait(18).await;
        assert_eq!(client.count("oauthtoken"), asked, "it gets its time");
        client.nothing_is_lost().await;
        client.end().await;
    });
}
