//! 12 to 20: what HTTP says, and tokens.

use std::time::Duration;

use rsvp::provider::Status;
use rsvp::sim::{Fault, FaultKind};

use super::retrying;
use super::stopped;
use super::{FOREVER, hit, tickets};
use crate::support::{Desk, PASSWORD, both, from, im, password, simulator};

#[test]
fn fault_12_bursts_of_errors() {
    both(|| async {
        for status in [500, 503, 504] {
            let mut desk = Desk::online().await;
            desk.sim.fault(Fault::next("events", FaultKind::error(status, "")).times(5));
            desk.sim.ucwa.interrupt_polls();
            desk.until(retrying).await;
            let waited = desk.until_online().await;
            assert!(waited >= Duration::from_secs(3), "{waited:?}: the waits grow");
            desk.sim.ucwa.invite(im());
            desk.ringing().await;
            assert_eq!(desk.sim.ucwa.application_count(), 1);
            desk.nothing_is_lost().await;
            desk.end().await;
        }
    });
}

#[test]
fn fault_13_the_account_moved() {
    both(|| async {
        for kind in [FaultKind::error(403, ""), FaultKind::error(502, ""), FaultKind::page(502)] {
            let mut desk = Desk::online().await;
            desk.sim.ucwa.invite(im());
            desk.ringing().await;
            let discoveries = desk.count("/oauth/user");
            desk.sim.fault(Fault::next("events", kind).times(3));
            desk.sim.ucwa.interrupt_polls();
            desk.wait(30).await;
            assert!(desk.count("/oauth/user") > discoveries, "discovery ran again");
            desk.nothing_is_lost().await;
        }
    });
}

#[test]
fn fault_14_asked_to_wait() {
    both(|| async {
        for status in [429, 503] {
            let mut desk = Desk::online().await;
            hit(&desk, "events", FaultKind::error(status, "").with("retry-after", "17"));
            desk.until(retrying).await;
            let Status::Retrying { at, .. } = *desk.status() else { unreachable!() };
            let left = at.0.saturating_sub(desk.state.now.moment.0);
            assert!((16..=17).contains(&left.as_secs()), "the countdown says {left:?}");
            let before = desk.sim.record().len();
            desk.wait(15).await;
            assert_eq!(desk.sim.record().len(), before, "nothing is asked before");
            desk.sim.ucwa.invite(im());
            desk.ringing().await;
            desk.nothing_is_lost().await;
            desk.end().await;
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
            let mut desk = Desk::online().await;
            hit(&desk, "events", FaultKind::error(503, "").with("retry-after", value));
            desk.until(retrying).await;
            let Status::Retrying { at, .. } = *desk.status() else { unreachable!() };
            let left = at.0.saturating_sub(desk.state.now.moment.0);
            assert!(left <= Duration::from_secs(300), "{value}: {left:?}");
            desk.sim.ucwa.invite(im());
            desk.until(|state| !state.incoming.is_empty()).await;
            desk.nothing_is_lost().await;
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
            let mut desk = Desk::signed_in(&simulator(), password()).await;
            let before = tickets(&desk);
            hit(&desk, "events", refusal);
            desk.sim.ucwa.invite(im());
            desk.ringing().await;
            assert_eq!(tickets(&desk), before + 1, "one renewal");
            assert!(desk.statuses.iter().all(|status| !matches!(status, Status::Retrying { .. })));
            desk.nothing_is_lost().await;
            desk.end().await;
        }
    });
}

#[test]
fn fault_17_many_refused_at_once_renew_once() {
    both(|| async {
        let mut desk = Desk::signed_in(&simulator(), password()).await;
        let before = tickets(&desk);
        desk.sim.fault(Fault::next("ticket", FaultKind::Late(2.0)));
        // All of them are on their way before the first is refused.
        desk.sim.fault(Fault::next("invitation", FaultKind::Late(0.5)).times(8));
        for caller in 0..8 {
            desk.sim.ucwa.invite(rsvp::sim::Invite { linked: true, ..from(&format!("caller{caller}")) });
        }
        desk.sim.ucwa.expire_tokens();
        desk.until(|state| {
            state.incoming.iter().filter(|entry| !entry.invitation.from.uri.is_empty()).count() == 8
        })
        .await;
        assert_eq!(tickets(&desk), before + 1, "one renewal for all");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_18_the_password_no_longer_holds() {
    both(|| async {
        let mut desk = Desk::signed_in(&simulator(), password()).await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.sim.ucwa.change_password("another");
        desk.sim.ucwa.expire_tokens();
        desk.sim.ucwa.interrupt_polls();
        desk.until(stopped).await;
        assert!(format!("{:?}", desk.status()).contains("check username and password"));
        assert_eq!(desk.state.incoming.len(), 1, "what was known is kept");
        let before = desk.sim.record().len();
        desk.wait(600).await;
        assert_eq!(desk.sim.record().len(), before, "nothing is tried without the user");
        desk.sim.ucwa.change_password(PASSWORD);
        desk.press("r");
        desk.until_online().await;
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_19_refused_right_after_a_renewal() {
    both(|| async {
        let mut desk = Desk::signed_in(&simulator(), password()).await;
        let before = tickets(&desk);
        desk.sim.fault(Fault::next("events", FaultKind::error(401, "")).times(FOREVER));
        desk.sim.ucwa.interrupt_polls();
        desk.until(stopped).await;
        desk.wait(600).await;
        assert_eq!(tickets(&desk), before + 1, "no loop");
        desk.sim.heal();
        desk.press("r");
        desk.nothing_is_lost().await;
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
            let mut desk = Desk::signed_in(&simulator(), password()).await;
            desk.sim.ucwa.invite(im());
            desk.ringing().await;
            desk.sim.fault(Fault::next("ticket", kind));
            desk.sim.ucwa.expire_tokens();
            desk.sim.ucwa.interrupt_polls();
            let waited = desk.until(retrying).await;
            assert!(waited <= Duration::from_secs(31), "{waited:?}");
            desk.press("q");
            desk.nothing_is_lost().await;
        }
    });
}

#[test]
fn fault_20_the_ticket_service_asks_for_time() {
    both(|| async {
        let mut desk = Desk::signed_in(&simulator(), password()).await;
        desk.sim.fault(Fault::next("ticket", FaultKind::error(429, "").with("retry-after", "20")));
        desk.sim.ucwa.expire_tokens();
        desk.sim.ucwa.interrupt_polls();
        desk.until(retrying).await;
        let asked = desk.count("oauthtoken");
        desk.wait(18).await;
        assert_eq!(desk.count("oauthtoken"), asked, "it gets its time");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}
