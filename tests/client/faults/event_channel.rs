//! 27 to 34, 75 and 76: the event channel.

use std::time::Duration;

use rsvp::app::State;
use rsvp::invitation::Outcome;
use rsvp::provider::Status;
use rsvp::sim::{Fault, FaultKind, Simulator};

use super::{FOREVER, hit, links};
use crate::support::{TestClient, both, from, im, outcome_of};

#[test]
fn fault_27_resync() {
    both(|| async {
        let mut client = TestClient::online().await;
        let known = client.sim.ucwa.invite(from("known"));
        client.ringing().await;
        client.sim.ucwa.forget(known);
        client.sim.ucwa.force_resync();
        client.sim.ucwa.invite(from("new"));
        client.until(|state| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == "new")).await;
        client.nothing_is_lost().await;
        assert_eq!(outcome_of(&client.state), Some(&Outcome::Lost), "the known one was asked for");
        client.end().await;
    });
}

#[test]
fn fault_28_resync_again_and_again() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.fault(Fault::next("events", links(&[("resync", "next")])).times(FOREVER));
        client.sim.ucwa.interrupt_polls();
        let created = client.sim.ucwa.application_count();
        for _ in 0..30 {
            client.sim.ucwa.interrupt_polls();
            client.wait(1).await;
        }
        assert!(client.sim.ucwa.application_count() > created, "the application was created again");
        client.nothing_is_lost().await;
    });
}

#[test]
fn fault_29_resume() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(from("known"));
        client.ringing().await;
        client.sim.ucwa.force_resume();
        client.sim.ucwa.invite(from("new"));
        client.until(|state| state.incoming.len() == 2).await;
        client.wait(1).await;
        let polls: Vec<_> =
            client.sim.record().into_iter().filter(|it| it.target.contains("/events")).collect();
        assert!(polls.last().unwrap().target.contains("timeout=180"), "the parameters are sent again");
        assert!(
            client.sim.record().iter().any(|it| it.summary.starts_with("invitation ")),
            "known hrefs are read again"
        );
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_30_next_and_resync_together() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        hit(&client, "events", links(&[("next", "next"), ("resync", "next")]));
        client.wait(2).await;
        client.sim.ucwa.interrupt_polls();
        client.wait(2).await;
        assert!(client.sim.record().iter().any(|it| it.summary.starts_with("invitation ")), "resync wins");
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_31_no_link_at_all() {
    both(|| async {
        let mut client = TestClient::online().await;
        hit(&client, "events", links(&[]));
        client.wait(1).await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.nothing_is_lost().await;
    });
}

#[test]
fn fault_32_next_is_where_we_are() {
    both(|| async {
        let mut client = TestClient::online().await;
        let before = client.sim.record().len();
        client.sim.fault(Fault::next("events", links(&[("next", "self")])).times(50));
        client.sim.ucwa.interrupt_polls();
        for _ in 0..20 {
            client.sim.ucwa.interrupt_polls();
            client.wait(1).await;
        }
        let asked = client.sim.record().len() - before;
        assert!(asked < 60, "{asked} requests in 20 s");
        client.sim.heal();
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.nothing_is_lost().await;
    });
}

#[test]
fn fault_33_replaced_by_ourselves() {
    both(|| async {
        let mut client = TestClient::online().await;
        for _ in 0..5 {
            client.press("r");
            client.wait(1).await;
        }
        assert!(client.statuses.iter().all(|status| *status != Status::Replaced));
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_34_replaced_by_another() {
    both(|| async {
        let mut client = TestClient::online().await;
        let mut other = TestClient::online_at(&client.sim).await;
        client.until(|state| state.accounts[0].status == Status::Replaced).await;
        // The other one is told what the server has gathered since the sign-in.
        client.wait(10).await;
        let before = client.sim.record().len();
        client.wait(150).await;
        assert_eq!(client.sim.record().len(), before, "the one that was replaced is silent");
        client.sim.ucwa.invite(im());
        other.ringing().await;
        client.press("r");
        other.until(|state| state.accounts[0].status == Status::Replaced).await;
        client.sim.ucwa.invite(from("second"));
        client
            .until(|state| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == "second"))
            .await;
    });
}

#[test]
fn fault_34_a_proxy_that_repeats_polls_is_not_another_client() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.wait(70).await;
        for _ in 0..2 {
            hit(&client, "events", FaultKind::Repeated);
            client.wait(5).await;
            assert!(client.status().is_online(), "{:?}", client.status());
            client.sim.ucwa.invite(im());
            client.ringing().await;
        }
        assert!(client.statuses.iter().all(|status| *status != Status::Replaced));
        client.nothing_is_lost().await;
        // A long day: twice a minute is not another client, either.
        for _ in 0..10 {
            client.wait(61).await;
            hit(&client, "events", FaultKind::Repeated);
        }
        client.wait(5).await;
        assert!(client.statuses.iter().all(|status| *status != Status::Replaced));
        client.end().await;
    });
}

#[test]
fn fault_34_two_clients_do_not_take_the_channel_from_each_other_for_ever() {
    both(|| async {
        let mut client = TestClient::online().await;
        let mut other = TestClient::online_at(&client.sim).await;
        client.wait(60).await;
        other.wait(60).await;
        let replaced = [&client, &other].map(|one| *one.status() == Status::Replaced);
        assert_eq!(replaced.iter().filter(|it| **it).count(), 1, "one has yielded, and one is online");
        let polls = client.count("/events");
        assert!(polls <= 14, "{polls} polls");
        client.wait(120).await;
        assert!(client.count("/events") <= polls + 2, "nobody takes it back unasked");
    });
}

#[test]
fn fault_75_a_thousand_resources_to_read_again_hold_up_no_poll_and_no_answer() {
    both(|| async {
        let mut client = TestClient::online().await;
        for number in 0..1_000 {
            client.sim.ucwa.invite(from(&format!("caller{number}")));
        }
        client.until(|state| state.incoming.len() == 1_000).await;
        client.sim.ucwa.force_resync();
        client.sim.ucwa.invite(from("during"));
        let shown =
            |state: &State| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == "during");
        assert!(
            client.within(Duration::from_secs(1), shown).await,
            "the poll after the resync went out at once"
        );
        let id = client.sim.ucwa.invite(from("after"));
        let shown =
            |state: &State| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == "after");
        assert!(client.within(Duration::from_millis(40), shown).await, "and so did the one after that");
        client.press("/after\na");
        let answered = |sim: &Simulator| !sim.ucwa.pending().iter().any(|pending| pending.number == id);
        let since = tokio::time::Instant::now();
        client.sim.until(answered).await;
        assert!(since.elapsed() < Duration::from_millis(200), "{:?}", since.elapsed());
        client.press("/\u{15}\n");
        // The client reads twenty resources a second.
        client.nothing_is_lost_after(Duration::from_secs(120)).await;
    });
}

#[test]
fn fault_75_what_is_overdue_is_not_asked_for_again_while_it_is_being_asked_for() {
    both(|| async {
        let mut client = TestClient::online().await;
        let id = client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.ucwa.forget(id);
        client.sim.fault(Fault::next("invitation", FaultKind::Late(15.0)));
        client.wait(45).await;
        let asked = client.sim.record().iter().filter(|it| it.summary.starts_with("invitation ")).count();
        assert!(asked <= 1, "asked {asked} times while the first request was on its way");
        client.nothing_is_lost().await;
    });
}

#[test]
fn fault_76_an_empty_answer_to_a_poll_moves_no_acknowledgement() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(from("first"));
        client.ringing().await;
        client.wait(3).await;
        let after_empty = |client: &TestClient| {
            let record = client.sim.record();
            let polls: Vec<_> = record.iter().filter(|it| it.target.contains("/events")).collect();
            let empty = polls.iter().rposition(|it| it.summary.contains("empty")).unwrap();
            [polls[empty].target.clone(), polls[empty + 1].target.clone()]
        };
        // The empty answer comes at once, and after the poll was held for a while.
        for held in [1, 5] {
            hit(&client, "events", FaultKind::Empty);
            client.wait(held).await;
            client.sim.ucwa.interrupt_polls();
            client.wait(2).await;
            let [empty, next] = after_empty(&client);
            assert_eq!(empty, next, "the same address again");
            assert!(client.status().is_online(), "{:?}", client.status());
        }
        client.sim.fault(Fault::next("events", FaultKind::Empty));
        client.wait(400).await;
        client.sim.ucwa.invite(from("second"));
        client
            .until(|state| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == "second"))
            .await;
        let resynced = client.sim.record().iter().filter(|it| it.target.contains("ack=1&")).count();
        assert_eq!(resynced, 1, "the channel was not started over");
        client.nothing_is_lost().await;
        client.end().await;
    });
}
