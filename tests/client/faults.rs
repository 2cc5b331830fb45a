//! One test for each fault that a client of this protocol meets, by its number; each ends with the oracles.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use rsvp::app::{Message, Phase, Progress, State};
use rsvp::invitation::{Outcome, Reason};
use rsvp::provider::exchange::{Exchange, Failure, Incoming, Request};
use rsvp::provider::{Command, Status};
use rsvp::sim::{Ended, Fault, InProcess, Kind, Mishap, Options, Simulator};

use crate::support::{Desk, PASSWORD, both, from, im, of, outcome_of, password, settings, simulator, token};

const FOREVER: u32 = 100_000;

/// The next request of that kind is hit, and the poll that is being held ends, so that another is sent.
fn hit(desk: &Desk, of: &str, mishap: Mishap) {
    desk.sim.fault(Fault::next(of, mishap));
    desk.sim.interrupt_polls();
}

/// So many requests of all kinds are hit.
fn hit_all(desk: &Desk, mishap: &Mishap, times: u32) {
    for of in ["any", "events"] {
        desk.sim.fault(Fault::next(of, mishap.clone()).times(times));
    }
    desk.sim.drop_connections();
}

fn retrying(state: &State) -> bool {
    matches!(state.accounts[0].status, Status::Retrying { .. })
}

fn stopped(state: &State) -> bool {
    matches!(state.accounts[0].status, Status::Stopped(_))
}

fn links(links: &[(&str, &str)]) -> Mishap {
    Mishap::Links(links.iter().map(|(rel, href)| ((*rel).to_owned(), (*href).to_owned())).collect())
}

async fn accepted(desk: &mut Desk) {
    desk.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
}

#[test]
fn fault_01_no_connection() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        desk.ringing().await;
        hit_all(&desk, &Mishap::Refused, 4);
        desk.until(retrying).await;
        assert_eq!(desk.state.incoming.len(), 1, "what was known is kept");
        desk.sim.invite(from("second"));
        desk.until(|state| state.incoming.len() == 2).await;
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_02_reset_before_the_answer() {
    both(|| async {
        let mut desk = Desk::online().await;
        hit(&desk, "events", Mishap::Reset);
        desk.until(retrying).await;
        desk.sim.invite(im());
        desk.ringing().await;
        let polls: Vec<_> =
            desk.sim.record().into_iter().filter(|it| it.target.contains("/events")).collect();
        let hit = polls.iter().position(|poll| poll.what.contains("fault")).unwrap();
        assert_eq!(polls[hit].target, polls[hit + 1].target, "the same address again");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_04_a_clean_end_that_is_too_early() {
    both(|| async {
        let mut desk = Desk::online().await;
        for length in [0, 1, 40, 300] {
            desk.sim.fault(Fault::next("events", Mishap::Short(length)));
            desk.sim.invite(from(&format!("caller{length}")));
            desk.nothing_is_lost().await;
        }
        assert_eq!(desk.state.incoming.len(), 4);
    });
}

#[test]
fn fault_05_no_answer_ever() {
    both(|| async {
        let mut desk = Desk::online().await;
        hit(&desk, "events", Mishap::BlackHole);
        desk.wait(1).await;
        desk.sim.invite(im());
        let waited = desk.until(retrying).await;
        assert!(waited <= Duration::from_secs(196), "{waited:?}");
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_07_one_byte_a_second() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("events", Mishap::Trickle(1.0)));
        desk.sim.invite(im());
        let waited = desk.until(|state| !state.incoming.is_empty()).await;
        assert!(waited <= Duration::from_secs(24), "{waited:?}");
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_08_a_dead_connection_gets_again_but_posts_only_if_unsent() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("accept", Mishap::Reset));
        desk.press("a");
        desk.until(|state| state.notice.is_some()).await;
        assert!(desk.was_told("not known yet"), "{:?}", desk.notices);
        desk.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
        assert!(desk.was_told("did not reach the server"), "{:?}", desk.notices);
        assert_eq!(desk.posts().len(), 1, "nothing is sent twice by itself");
        desk.press("a");
        accepted(&mut desk).await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_09_the_network_changed() {
    both(|| async {
        let mut desk = Desk::online().await;
        let polls = desk.count("/events");
        desk.provider.commands.send(Command::Wake).await.unwrap();
        desk.wait(5).await;
        assert!(desk.count("/events") > polls, "polling again within five seconds");
        assert!(desk.status().is_online());
        desk.sim.invite(im());
        desk.ringing().await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_10_a_captive_portal() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        desk.ringing().await;
        hit_all(&desk, &Mishap::page(200), 5);
        desk.until(|state| format!("{:?}", state.accounts[0].status).contains("sign-in page")).await;
        desk.nothing_is_lost().await;
        assert_eq!(desk.sim.generations(), 1, "the session is the same");
        desk.end().await;
    });
}

/// Writes down which hosts are asked, and what for.
struct Watch(InProcess, Arc<Mutex<Vec<(String, bool)>>>);

impl Exchange for Watch {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<Incoming, Failure>> {
        let host = request.url.host_str().unwrap_or_default().to_owned();
        let secret = request.headers.contains_key("authorization") || !request.body.is_empty();
        self.1.lock().unwrap().push((host, secret));
        self.0.send(request)
    }
}

#[test]
fn fault_11_sent_to_a_stranger() {
    both(|| async {
        for mishap in [
            Mishap::error(302, "").with("location", "https://evil.example/events"),
            Mishap::error(307, "").with("location", "https://evil.example/events"),
            links(&[("next", "https://evil.example/ucwa/events?ack=2")]),
            links(&[("resume", "//evil.example/ucwa/events?ack=2")]),
        ] {
            let sim = simulator();
            let log = Arc::new(Mutex::new(Vec::new()));
            let exchange = Arc::new(Watch(InProcess::new(&sim), log.clone()));
            let mut desk = Desk::start(&sim, exchange, settings(token()));
            desk.until_online().await;
            hit(&desk, "events", mishap);
            desk.until(|state| retrying(state) || stopped(state)).await;
            desk.sim.heal();
            if stopped(&desk.state) {
                assert!(format!("{:?}", desk.status()).contains("evil.example"), "{:?}", desk.status());
                desk.press("r");
            }
            desk.until_online().await;
            assert!(log.lock().unwrap().iter().all(|(host, _)| host == "pool.contoso.example"));
            desk.sim.invite(im());
            desk.ringing().await;
            desk.nothing_is_lost().await;
        }
    });
}

#[test]
fn fault_12_bursts_of_errors() {
    both(|| async {
        for status in [500, 503, 504] {
            let mut desk = Desk::online().await;
            desk.sim.fault(Fault::next("events", Mishap::error(status, "")).times(5));
            desk.sim.interrupt_polls();
            desk.wait(2).await;
            desk.sim.invite(im());
            desk.ringing().await;
            assert_eq!(desk.sim.generations(), 1);
            desk.nothing_is_lost().await;
            desk.end().await;
        }
    });
}

#[test]
fn fault_13_the_account_moved() {
    both(|| async {
        for mishap in [Mishap::error(403, ""), Mishap::error(502, ""), Mishap::page(502)] {
            let mut desk = Desk::online().await;
            desk.sim.invite(im());
            desk.ringing().await;
            let discoveries = desk.count("/oauth/user");
            desk.sim.fault(Fault::next("events", mishap).times(3));
            desk.sim.interrupt_polls();
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
            hit(&desk, "events", Mishap::error(status, "").with("retry-after", "17"));
            desk.until(retrying).await;
            let Status::Retrying { at, .. } = *desk.status() else { unreachable!() };
            let left = at.0.saturating_sub(desk.state.now.moment.0);
            assert!((16..=17).contains(&left.as_secs()), "the countdown says {left:?}");
            let before = desk.sim.record().len();
            desk.wait(15).await;
            assert_eq!(desk.sim.record().len(), before, "nothing is asked before");
            desk.sim.invite(im());
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
            hit(&desk, "events", Mishap::error(503, "").with("retry-after", value));
            desk.until(retrying).await;
            let Status::Retrying { at, .. } = *desk.status() else { unreachable!() };
            let left = at.0.saturating_sub(desk.state.now.moment.0);
            assert!(left <= Duration::from_secs(300), "{value}: {left:?}");
            desk.sim.invite(im());
            desk.until(|state| !state.incoming.is_empty()).await;
            desk.nothing_is_lost().await;
        }
    });
}

fn tickets(desk: &Desk) -> usize {
    desk.count("/WebTicket/oauthtoken")
}

#[test]
fn fault_16_the_token_is_refused_in_each_way() {
    both(|| async {
        for refusal in [
            Mishap::error(401, ""),
            Mishap::error(403, "").with("x-ms-diagnostics", "28055;reason=\"The OAuth token is invalid.\""),
            Mishap::error(500, "").with("x-ms-diagnostics", "28032;reason=\"The web ticket is invalid.\""),
        ] {
            let mut desk = Desk::signed_in(&simulator(), password()).await;
            let before = tickets(&desk);
            hit(&desk, "events", refusal);
            desk.sim.invite(im());
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
        desk.sim.fault(Fault::next("ticket", Mishap::Late(2.0)));
        for caller in 0..8 {
            desk.sim.invite(rsvp::sim::Invite { linked: true, ..from(&format!("caller{caller}")) });
        }
        desk.sim.expire_tokens();
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
        desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.change_password("another");
        desk.sim.expire_tokens();
        desk.sim.interrupt_polls();
        desk.until(stopped).await;
        assert!(format!("{:?}", desk.status()).contains("check username and password"));
        assert_eq!(desk.state.incoming.len(), 1, "what was known is kept");
        let before = desk.sim.record().len();
        desk.wait(600).await;
        assert_eq!(desk.sim.record().len(), before, "nothing is tried without the user");
        desk.sim.change_password(PASSWORD);
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
        desk.sim.fault(Fault::next("events", Mishap::error(401, "")).times(FOREVER));
        desk.sim.interrupt_polls();
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
        for mishap in [
            Mishap::BlackHole,
            Mishap::error(429, "").with("retry-after", "3"),
            Mishap::page(503),
            Mishap::Reset,
        ] {
            let mut desk = Desk::signed_in(&simulator(), password()).await;
            desk.sim.invite(im());
            desk.ringing().await;
            desk.sim.fault(Fault::next("ticket", mishap));
            desk.sim.expire_tokens();
            desk.sim.interrupt_polls();
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
        desk.sim.fault(Fault::next("ticket", Mishap::error(429, "").with("retry-after", "20")));
        desk.sim.expire_tokens();
        desk.sim.interrupt_polls();
        desk.until(retrying).await;
        let asked = desk.count("oauthtoken");
        desk.wait(18).await;
        assert_eq!(desk.count("oauthtoken"), asked, "it gets its time");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_21_the_application_is_forgotten() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        let row = desk.ringing().await.id;
        desk.sim.expire_application();
        desk.until(|state| !state.accounts[0].status.is_online()).await;
        assert!(desk.was_told("ended the session"), "{:?}", desk.notices);
        desk.sim.invite(from("second"));
        desk.nothing_is_lost().await;
        assert_eq!(desk.sim.generations(), 2);
        assert!(desk.state.incoming.get(row).is_some(), "the row is the same one");
        assert_eq!(desk.state.history.len(), 0, "and was never said to be over");
        desk.press("a");
        accepted(&mut desk).await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_22_a_page_that_says_404() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("events", Mishap::page(404)).times(4));
        desk.sim.interrupt_polls();
        desk.wait(1).await;
        desk.sim.invite(im());
        desk.ringing().await;
        let created = desk.sim.record().iter().filter(|it| it.what == "application").count();
        assert_eq!(created, 1, "the session is the same");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_23_one_invitation_is_not_found() {
    both(|| async {
        let mut desk = Desk::online().await;
        let gone = desk.sim.invite(from("first"));
        desk.sim.invite(from("second"));
        desk.until(|state| state.incoming.len() == 2).await;
        desk.sim.forget(gone);
        desk.press("a");
        desk.until(|state| state.history.len() == 1).await;
        assert_eq!(outcome_of(&desk.state), Some(&Outcome::Lost));
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_24_gone_for_good() {
    both(|| async {
        for subcode in ["InactiveApplicationExpired", "TooManyApplications", "UserAgentNotAllowed"] {
            let mut desk = Desk::online().await;
            desk.sim.invite(im());
            desk.ringing().await;
            hit(&desk, "events", Mishap::error(410, subcode));
            desk.until(stopped).await;
            assert!(format!("{:?}", desk.status()).contains("press r"), "{:?}", desk.status());
            let before = desk.sim.record().len();
            desk.wait(20).await;
            assert_eq!(desk.sim.record().len(), before, "nothing is tried without the user");
            desk.press("r");
            desk.nothing_is_lost().await;
        }
    });
}

#[test]
fn fault_25_the_application_is_forgotten_for_ever() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("events", Mishap::error(404, "ApplicationNotFound")).times(FOREVER));
        desk.sim.interrupt_polls();
        let before = desk.sim.record().len();
        desk.wait(600).await;
        let asked = desk.sim.record().len() - before;
        assert!(asked <= 200, "{asked} requests in ten minutes");
        desk.sim.heal();
        desk.sim.invite(im());
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_26_the_reply_to_creating_the_application_is_lost() {
    both(|| async {
        let sim = simulator();
        sim.fault(Fault::next("applications", Mishap::LostReply));
        let mut desk = Desk::beside(&sim).await;
        assert_eq!(sim.generations(), 1, "one application, found again");
        sim.invite(im());
        desk.ringing().await;
        desk.nothing_is_lost().await;
        assert!(desk.statuses.iter().all(|status| *status != Status::Replaced));
        desk.end().await;
    });
}

#[test]
fn fault_27_resync() {
    both(|| async {
        let mut desk = Desk::online().await;
        let known = desk.sim.invite(from("known"));
        desk.ringing().await;
        desk.sim.forget(known);
        desk.sim.force_resync();
        desk.sim.invite(from("new"));
        desk.until(|state| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == "new")).await;
        desk.nothing_is_lost().await;
        assert_eq!(outcome_of(&desk.state), Some(&Outcome::Lost), "the known one was asked for");
        desk.end().await;
    });
}

#[test]
fn fault_28_resync_again_and_again() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("events", links(&[("resync", "next")])).times(FOREVER));
        desk.sim.interrupt_polls();
        let created = desk.sim.generations();
        for _ in 0..30 {
            desk.sim.interrupt_polls();
            desk.wait(1).await;
        }
        assert!(desk.sim.generations() > created, "the application was created again");
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_29_resume() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(from("known"));
        desk.ringing().await;
        desk.sim.force_resume();
        desk.sim.invite(from("new"));
        desk.until(|state| state.incoming.len() == 2).await;
        desk.wait(1).await;
        let polls: Vec<_> =
            desk.sim.record().into_iter().filter(|it| it.target.contains("/events")).collect();
        assert!(polls.last().unwrap().target.contains("timeout=180"), "the parameters are sent again");
        assert!(
            desk.sim.record().iter().any(|it| it.what.starts_with("Invitation")),
            "known hrefs are read again"
        );
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_30_next_and_resync_together() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        desk.ringing().await;
        hit(&desk, "events", links(&[("next", "next"), ("resync", "next")]));
        desk.wait(2).await;
        desk.sim.interrupt_polls();
        desk.wait(2).await;
        assert!(desk.sim.record().iter().any(|it| it.what.starts_with("Invitation")), "resync wins");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_31_no_link_at_all() {
    both(|| async {
        let mut desk = Desk::online().await;
        hit(&desk, "events", links(&[]));
        desk.wait(1).await;
        desk.sim.invite(im());
        desk.ringing().await;
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_32_next_is_where_we_are() {
    both(|| async {
        let mut desk = Desk::online().await;
        let before = desk.sim.record().len();
        desk.sim.fault(Fault::next("events", links(&[("next", "self")])).times(50));
        desk.sim.interrupt_polls();
        for _ in 0..20 {
            desk.sim.interrupt_polls();
            desk.wait(1).await;
        }
        let asked = desk.sim.record().len() - before;
        assert!(asked < 60, "{asked} requests in 20 s");
        desk.sim.heal();
        desk.sim.invite(im());
        desk.ringing().await;
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_33_replaced_by_ourselves() {
    both(|| async {
        let mut desk = Desk::online().await;
        for _ in 0..5 {
            desk.press("r");
            desk.wait(1).await;
        }
        assert!(desk.statuses.iter().all(|status| *status != Status::Replaced));
        desk.sim.invite(im());
        desk.ringing().await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_34_replaced_by_another() {
    both(|| async {
        let mut desk = Desk::online().await;
        let mut other = Desk::beside(&desk.sim).await;
        desk.until(|state| state.accounts[0].status == Status::Replaced).await;
        let before = desk.sim.record().len();
        desk.wait(150).await;
        assert_eq!(desk.sim.record().len(), before, "the one that was replaced is silent");
        desk.sim.invite(im());
        other.ringing().await;
        desk.press("r");
        other.until(|state| state.accounts[0].status == Status::Replaced).await;
        desk.sim.invite(from("second"));
        desk.until(|state| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == "second"))
            .await;
    });
}

#[test]
fn fault_35_a_late_answer_of_an_old_generation() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("invitation", Mishap::Late(5.0)));
        let old = desk.sim.invite(rsvp::sim::Invite { linked: true, ..from("old") });
        desk.wait(1).await;
        desk.sim.end(old, Ended::CallerGivesUp).unwrap();
        desk.sim.expire_application();
        desk.wait(20).await;
        assert!(desk.state.incoming.iter().all(|entry| !entry.is_pending()));
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_36_every_batch_twice() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("events", Mishap::Twice).times(FOREVER));
        desk.sim.interrupt_polls();
        let first = desk.sim.invite(from("first"));
        desk.ringing().await;
        desk.press("a");
        accepted(&mut desk).await;
        let second = desk.sim.invite(from("second"));
        desk.until(|state| state.incoming.iter().any(rsvp::app::Entry::is_pending)).await;
        desk.sim.end(second, Ended::CallerGivesUp).unwrap();
        desk.until(|state| state.history.len() == 2).await;
        assert_ne!(first, second);
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_37_answers_that_come_late_are_applied_in_order() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("events", Mishap::Late(6.0)));
        desk.sim.interrupt_polls();
        let id = desk.sim.invite(im());
        desk.wait(2).await;
        desk.sim.end(id, Ended::AnsweredElsewhere).unwrap();
        desk.until(|state| outcome_of(state) == Some(&Outcome::AnsweredElsewhere)).await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

/// Lets something happen while the client can't hear of it, so that it is told in one batch.
async fn unheard(desk: &mut Desk, mishap: Mishap, what: impl FnOnce(&Simulator)) {
    desk.sim.fault(Fault::next("events", Mishap::error(503, "")));
    desk.sim.fault(Fault::next("events", mishap));
    desk.sim.interrupt_polls();
    desk.until(retrying).await;
    what(&desk.sim);
}

#[test]
fn fault_38_the_end_before_the_beginning() {
    both(|| async {
        let mut desk = Desk::online().await;
        unheard(&mut desk, Mishap::Reversed, |sim| {
            let id = sim.invite(im());
            sim.end(id, Ended::CallerGivesUp).unwrap();
        })
        .await;
        desk.until(|state| state.history.len() == 1).await;
        desk.wait(40).await;
        assert!(desk.state.incoming.is_empty(), "no ghost");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_39_only_the_end() {
    both(|| async {
        let mut desk = Desk::online().await;
        unheard(&mut desk, Mishap::OnlyEnds, |sim| {
            let id = sim.invite(im());
            sim.end(id, Ended::CallerGivesUp).unwrap();
        })
        .await;
        desk.until(|state| outcome_of(state) == Some(&Outcome::CallerGaveUp)).await;
        desk.wait(10).await;
        assert!(desk.state.incoming.is_empty(), "no ghost");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

async fn in_conversation(desk: &mut Desk) {
    desk.sim.invite(im());
    desk.ringing().await;
    desk.press("a");
    desk.until(|state| state.conversations.iter().any(|conversation| conversation.can_invite)).await;
}

#[test]
fn fault_40_the_event_before_the_reply() {
    both(|| async {
        for mishap in [Mishap::Late(3.0), Mishap::LostReply] {
            let lost = mishap == Mishap::LostReply;
            let mut desk = Desk::online().await;
            in_conversation(&mut desk).await;
            desk.sim.fault(Fault::next("addParticipant", mishap));
            desk.press("3ijohn@contoso.example\n");
            desk.until(|state| state.outgoing.iter().any(|entry| entry.invitation.offers.cancel)).await;
            desk.wait(5).await;
            assert!(desk.was_told("was invited"), "{:?}", desk.notices);
            assert_eq!(desk.was_told("not known"), lost, "{:?}", desk.notices);
            assert_eq!(desk.state.outgoing.len(), 1);
            desk.nothing_is_lost().await;
            desk.end().await;
        }
    });
}

#[test]
fn fault_41_what_is_only_linked_and_can_not_be_had() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("invitation", Mishap::error(500, "")).times(3));
        desk.sim.invite(rsvp::sim::Invite { linked: true, ..from("linked") });
        desk.sim.invite(from("embedded"));
        desk.until(|state| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == "embedded"))
            .await;
        desk.until(|state| state.incoming.iter().all(|it| it.invitation.offers.accept)).await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_41_what_is_only_linked_and_the_session_ends() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(rsvp::sim::Invite { linked: true, ..from("linked") });
        desk.until(|state| state.incoming.iter().any(|it| it.invitation.offers.accept)).await;
        // The next session can't read it, and ends before it could.
        desk.sim.fault(Fault::next("invitation", Mishap::error(500, "")).times(FOREVER));
        desk.sim.expire_application();
        let sim = desk.sim.clone();
        desk.until(|_| sim.generations() == 2).await;
        desk.until_online().await;
        desk.sim.fault(Fault::next("events", Mishap::error(403, "")).times(3));
        desk.sim.drop_connections();
        let signed_in = desk.count("/user");
        desk.until(|_| sim.record().iter().filter(|it| it.target.contains("/user")).count() > signed_in)
            .await;
        desk.sim.heal();
        desk.until_online().await;
        desk.wait(4).await;
        desk.press("a");
        let taken =
            desk.within(Duration::from_secs(5), |state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        assert!(taken, "it was asked for again, and can be answered: {}", desk.notice());
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_42_and_43_events_that_are_unknown_or_make_no_sense() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("events", Mishap::Strange).times(FOREVER));
        desk.sim.interrupt_polls();
        desk.sim.invite(im());
        desk.ringing().await;
        desk.press("a");
        accepted(&mut desk).await;
        assert_eq!(desk.state.history.len(), 1);
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_44_nothing_can_be_read() {
    both(|| async {
        for (times, generations) in [(4, 1), (9, 2)] {
            let mut desk = Desk::online().await;
            desk.sim.invite(from("known"));
            desk.ringing().await;
            desk.sim.fault(Fault::next("events", Mishap::Noise).times(times));
            desk.sim.interrupt_polls();
            desk.wait(1).await;
            desk.sim.invite(from("new"));
            desk.wait(20).await;
            assert!(desk.was_told("can't be read"), "{:?}", desk.notices);
            desk.nothing_is_lost().await;
            assert_eq!(desk.sim.generations(), generations);
        }
    });
}

#[test]
fn fault_45_far_too_much() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(rsvp::sim::Invite { subject: "x".repeat(1 << 20), ..from("long") });
        desk.ringing().await;
        let subject = &desk.state.incoming.page(0).next().unwrap().invitation.subject;
        assert!(subject.as_str().chars().count() <= 256);
        hit(&desk, "events", Mishap::Huge(64 << 20));
        desk.sim.invite(im());
        desk.until(|state| state.incoming.len() == 2).await;
        unheard(&mut desk, Mishap::Twice, |sim| {
            for number in 0..3_000 {
                let id = sim.invite(from(&format!("caller{number}")));
                if number % 2 == 0 {
                    sim.end(id, Ended::CallerGivesUp).unwrap();
                }
            }
        })
        .await;
        desk.until(|state| state.incoming.len() >= 1_502).await;
        desk.nothing_is_lost().await;
    });
}

fn nonsense() -> Vec<Mishap> {
    let deep = |open: &str, close: &str| open.repeat(10_000) + &close.repeat(10_000);
    let garbage =
        |content_type: &str, body: String| Mishap::Garbage { content_type: content_type.into(), body };
    vec![
        garbage("application/json", deep("[", "]")),
        garbage("application/json", format!("{{\"_links\":{}}}", deep("{\"a\":[", "]}"))),
        garbage("application/xml", deep("<a>", "</a>")),
        garbage(
            "application/xml",
            "<!DOCTYPE e [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><events>&b;</events>".into(),
        ),
        garbage("application/json", r#"{"_links":{"next":{"href":"\ud800"}},"sender":[]}"#.into()),
        garbage(
            "application/json",
            r#"{"_links":{"next":{"href":1e999}},"sender":-99999999999999999999999}"#.into(),
        ),
        garbage("application/json", r#"{"sender":[],"sender":[],"_links":{},"_links":null}"#.into()),
        garbage("text/plain", "hello".into()),
        garbage("application/json", String::new()),
        Mishap::Noise,
    ]
}

#[test]
fn fault_46_and_47_nesting_and_nonsense() {
    both(|| async {
        for mishap in nonsense() {
            let mut desk = Desk::online().await;
            desk.sim.fault(Fault::next("events", mishap));
            desk.sim.invite(im());
            desk.until(|state| !state.incoming.is_empty()).await;
            desk.nothing_is_lost().await;
        }
    });
}

#[test]
fn fault_47_what_is_hidden_in_a_batch_harms_only_itself() {
    let body = r#"{"_links":{"next":{"href":"/next"}},"sender":[{"rel":"communication","href":"/c","events":[
        {"type":"started","link":{"rel":"messagingInvitation","href":"/1","title":"\ud800"}},
        {"type":"started","link":{"rel":"messagingInvitation","href":"/2"},"_embedded":{"messagingInvitation":{"a":1e999}}},
        {"type":"started","link":{"rel":"messagingInvitation","href":"/3"}}]}]}"#;
    let batch = rsvp::provider::ucwa::json::batch(body).unwrap();
    assert_eq!((batch.malformed, batch.changes.len()), (2, 1));
    assert_eq!(batch.links.next.as_deref(), Some("/next"));
}

#[test]
fn fault_48_more_than_the_view_takes() {
    both(|| async {
        let mut desk = Desk::online().await;
        // Nobody listens while all of this happens.
        for number in 0..4_000 {
            desk.sim.invite(from(&format!("caller{number}")));
            if number % 100 == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        desk.until(|state| state.incoming.len() == 4_000).await;
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_49_an_update_without_links() {
    both(|| async {
        let mut desk = Desk::online().await;
        let id = desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.mention(id);
        desk.wait(1).await;
        desk.press("a");
        accepted(&mut desk).await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_50_an_answer_that_never_left() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("accept", Mishap::Refused));
        desk.press("a");
        desk.until(|state| state.notice.is_some()).await;
        assert!(desk.was_told("refused"), "{:?}", desk.notices);
        assert!(desk.state.incoming.iter().all(|entry| entry.phase == Phase::Ringing));
        desk.press("a");
        accepted(&mut desk).await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_51_an_answer_whose_reply_is_lost() {
    both(|| async {
        for keys in ["a", "D"] {
            let mut desk = Desk::online().await;
            desk.sim.invite(im());
            desk.ringing().await;
            for action in ["accept", "decline"] {
                desk.sim.fault(Fault::next(action, Mishap::LostReply));
            }
            desk.sim.fault(Fault::next("events", Mishap::Late(4.0)));
            desk.press(keys);
            let unknown =
                |phase: &Phase| matches!(phase, Phase::Answering { progress: Progress::Unknown, .. });
            desk.until(|state| state.incoming.iter().any(|entry| unknown(&entry.phase))).await;
            desk.until(|state| state.history.len() == 1).await;
            let expected = if keys == "a" { Outcome::Accepted } else { Outcome::Declined(Reason::Local) };
            assert_eq!(outcome_of(&desk.state), Some(&expected));
            assert_eq!(desk.posts().len(), 1, "no blind repeat");
            desk.nothing_is_lost().await;
            desk.end().await;
        }
    });
}

#[test]
fn fault_52_the_first_answer_arrives_after_the_second() {
    both(|| async {
        let sim = Simulator::new(Options { ring: Duration::from_secs(90), ..Options::default() });
        let mut desk = Desk::beside(&sim).await;
        desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("accept", Mishap::Delay(30.0)));
        desk.press("a");
        desk.until(|state| state.notice.is_some()).await;
        desk.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
        desk.press("a");
        accepted(&mut desk).await;
        desk.wait(40).await;
        assert_eq!(desk.state.history.len(), 1);
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_53_an_error_of_the_server_in_reply_to_an_answer() {
    both(|| async {
        for mishap in [Mishap::error(503, ""), Mishap::error(500, ""), Mishap::page(502), Mishap::page(504)] {
            let mut desk = Desk::online().await;
            desk.sim.invite(im());
            desk.ringing().await;
            desk.sim.fault(Fault::next("accept", mishap));
            desk.press("a");
            desk.until(|state| state.notice.is_some()).await;
            assert!(desk.was_told("not known yet"), "{:?}", desk.notices);
            desk.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
            assert_eq!(desk.posts().len(), 1, "no blind repeat");
            desk.press("a");
            accepted(&mut desk).await;
            desk.nothing_is_lost().await;
            desk.end().await;
        }
    });
}

#[test]
fn fault_54_an_answer_with_an_old_token() {
    both(|| async {
        let mut desk = Desk::signed_in(&simulator(), password()).await;
        desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.expire_tokens();
        desk.press("a");
        accepted(&mut desk).await;
        assert_eq!(desk.posts().len(), 2, "refused, renewed, sent once more");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_55_the_caller_is_faster() {
    both(|| async {
        let mut desk = Desk::online().await;
        let id = desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("accept", Mishap::Delay(1.0)));
        desk.press("a");
        desk.sim.end(id, Ended::CallerGivesUp).unwrap();
        desk.until(|state| state.history.len() == 1).await;
        desk.wait(5).await;
        assert_eq!(outcome_of(&desk.state), Some(&Outcome::CallerGaveUp));
        assert!(desk.was_told("before your answer took effect"), "{:?}", desk.notices);
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_56_answered_on_another_device() {
    both(|| async {
        let mut desk = Desk::online().await;
        let id = desk.sim.invite(of(Kind::Phone));
        desk.ringing().await;
        desk.sim.end(id, Ended::AnsweredElsewhere).unwrap();
        desk.until(|state| outcome_of(state) == Some(&Outcome::AnsweredElsewhere)).await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_57_accept_and_decline_together() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("accept", Mishap::Late(2.0)));
        desk.press("aDDa");
        desk.until(|state| state.history.len() == 1).await;
        assert_eq!(desk.posts().len(), 1, "one flight for each invitation");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_58_an_href_of_an_old_generation() {
    both(|| async {
        let mut desk = Desk::online().await;
        let id = desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.forget(id);
        desk.sim.expire_application();
        // The new session is there, but what it is not told of is not yet taken off the list.
        desk.until(|state| !state.accounts[0].status.is_online()).await;
        desk.until_online().await;
        desk.press("a");
        desk.until(|state| state.notice.as_ref().is_some_and(|it| it.text.as_str().contains("earlier")))
            .await;
        assert_eq!(desk.posts().len(), 0, "nothing was sent to an address of the old session");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_60_the_machine_slept() {
    both(|| async {
        let mut desk = Desk::signed_in(&simulator(), password()).await;
        let before = (tickets(&desk), desk.count("/events"));
        desk.sim.expire_tokens();
        desk.provider.commands.send(Command::Wake).await.unwrap();
        desk.wait(5).await;
        assert!(tickets(&desk) > before.0, "the token was renewed");
        assert!(desk.count("/events") > before.1, "polling again");
        desk.sim.invite(im());
        desk.ringing().await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_61_the_wall_clock_jumps() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        desk.ringing().await;
        let before = desk.state.clone();
        for day in [-1, 1] {
            let wall = before.now.wall.saturating_add(jiff::Span::new().days(day));
            let now = rsvp::app::Now { wall, ..desk.state.now };
            assert!(rsvp::app::update(&mut desk.state, now, Message::Tick).is_empty());
            assert_eq!(desk.state.incoming.len(), 1);
            assert_eq!(desk.state.now.moment, before.now.moment, "the countdown goes on as before");
        }
        desk.press("a");
        accepted(&mut desk).await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_62_quit_at_any_moment() {
    both(|| async {
        // While a poll is held, and the server does not answer the farewell either.
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("any", Mishap::BlackHole).times(FOREVER));
        let since = tokio::time::Instant::now();
        desk.sign_out().await;
        assert!(since.elapsed() <= Duration::from_secs(1), "{:?}", since.elapsed());
        // While signing in.
        let sim = simulator();
        sim.fault(Fault::next("ticket", Mishap::BlackHole));
        let mut desk = Desk::start(&sim, Arc::new(InProcess::new(&sim)), settings(password()));
        desk.wait(2).await;
        let since = tokio::time::Instant::now();
        desk.sign_out().await;
        assert!(since.elapsed() <= Duration::from_secs(1), "{:?}", since.elapsed());
        // While an answer is in flight: it gets three seconds, and what came of it is told.
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("accept", Mishap::Late(2.0)));
        desk.press("a");
        let since = tokio::time::Instant::now();
        desk.sign_out().await;
        assert!(since.elapsed() <= Duration::from_secs(4), "{:?}", since.elapsed());
        let sent = |phase: &Phase| !matches!(phase, Phase::Answering { progress: Progress::Sending, .. });
        assert!(desk.state.incoming.iter().all(|entry| sent(&entry.phase)));
    });
}
