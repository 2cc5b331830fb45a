//! Invitations that were missed before signing in.

use std::collections::BTreeSet;
use std::time::Duration;

use rsvp::app::Effect;
use rsvp::history::{self, Record};
use rsvp::invitation::{AccountId, Kind, MissedLog, Outcome};
use rsvp::provider::{Command, Event};
use rsvp::sim::{EndCause, Fault, FaultKind, InviteKind, Simulator};

use crate::support::{TestClient, both, from, im, of, simulator};

/// Has the user miss that many instant messages and a call while nobody is signed in.
fn miss(sim: &Simulator, messages: usize) {
    let mut numbers: Vec<_> =
        (0..messages).map(|number| sim.ucwa.invite(from(&format!("caller{number}")))).collect();
    numbers.push(sim.ucwa.invite(of(InviteKind::Av)));
    for number in numbers {
        sim.ucwa.end(number, EndCause::TimedOut).unwrap();
    }
}

/// Returns what the reducer was told of as missed.
fn told(client: &TestClient) -> Vec<MissedLog> {
    let logs = |effect: &Effect| match effect {
        Effect::AddMissed { logs, .. } => Some(logs.clone()),
        _ => None,
    };
    client.effects.iter().filter_map(|(_, effect)| logs(effect)).flatten().collect()
}

#[test]
fn what_was_missed_is_told_at_sign_in_and_goes_into_the_history_once() {
    both(|| async {
        let sim = simulator();
        miss(&sim, 2);
        let home = tempfile::tempdir().unwrap();
        let mut database = history::open(&home.path().join("history.db")).unwrap().database;
        for run in 0..2 {
            let mut client = TestClient::online_at(&sim).await;
            client.wait(5).await;
            let logs = told(&client);
            assert_eq!(logs.len(), 3, "{}", client.transcript());
            assert_eq!(logs.iter().filter(|log| log.kind == Kind::AudioVideo).count(), 1);
            assert!(logs.iter().any(|log| log.from.uri.as_str() == "sip:caller1@contoso.example"));
            assert!(logs.iter().all(|log| !log.thread.is_empty()));
            let label = client.state.accounts[0].label.clone();
            let entries: Vec<(u64, Record)> =
                logs.iter().map(|log| (log.number, Record::of_missed(log, &label))).collect();
            let new = database.store_missed(&entries).unwrap();
            assert_eq!(new.len(), if run == 0 { 3 } else { 0 }, "each once, across runs");
            client.sign_out().await;
        }
        let stored = database.page(None, 100).unwrap();
        assert!(stored.iter().all(|record| record.outcome == Outcome::MissedWhileAway && !record.seen));
        database.purge(None).unwrap();
        let mut client = TestClient::online_at(&sim).await;
        client.wait(5).await;
        let again: Vec<(u64, Record)> = told(&client)
            .iter()
            .map(|log| (log.number, Record::of_missed(log, &"contoso.example".into())))
            .collect();
        assert_eq!(database.store_missed(&again).unwrap(), [], "what was purged does not come back");
        client.end().await;
    });
}

#[test]
fn what_this_program_has_in_its_history_is_not_told_again() {
    both(|| async {
        let sim = simulator();
        let mut client = TestClient::online_at(&sim).await;
        let number = sim.ucwa.invite(im());
        client.ringing().await;
        sim.ucwa.end(number, EndCause::TimedOut).unwrap();
        client.until(|state| state.history.len() == 1).await;
        let home = tempfile::tempdir().unwrap();
        let mut database = history::open(&home.path().join("history.db")).unwrap().database;
        let own = client.kept[0].clone();
        client.sign_out().await;
        let mut client = TestClient::online_at(&sim).await;
        client.wait(5).await;
        let logs = told(&client);
        assert_eq!(logs.len(), 1);
        let id = history::EntryId::of_line(b"own", 0);
        let at = jiff::Zoned::new(logs[0].at, jiff::tz::TimeZone::UTC);
        database.store([&Record { at, ..Record::new(&own, id) }]).unwrap();
        let entry = (0, Record::of_missed(&logs[0], &"contoso.example".into()));
        assert_eq!(database.store_missed(&[entry]).unwrap(), []);
        client.end().await;
    });
}

#[test]
fn nothing_missed_costs_one_request() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.wait(5).await;
        assert_eq!((client.count("/missedItems"), client.count("/conversationLogs")), (1, 0));
        client.end().await;
    });
}

#[test]
fn a_server_without_logs_is_silent_and_delays_nothing() {
    both(|| async {
        for kind in
            [FaultKind::error(404, ""), FaultKind::error(403, ""), FaultKind::Noise, FaultKind::BlackHole]
        {
            for what in ["missedItems", "conversationLogs", "conversationLog"] {
                let sim = simulator();
                miss(&sim, 2);
                sim.fault(Fault::next(what, kind.clone()).times(100));
                let mut client = TestClient::online_at(&sim).await;
                assert!(
                    client.until(|state| state.accounts[0].status.is_online()).await < Duration::from_secs(1)
                );
                sim.ucwa.invite(im());
                assert!(client.until(|state| state.incoming.len() == 1).await < Duration::from_secs(2));
                client.wait(5).await;
                assert_eq!(client.notices, Vec::<String>::new(), "{what} {kind:?}");
                sim.heal();
                client.sign_out().await;
            }
        }
    });
}

#[test]
fn the_latest_logs_are_read_and_no_more() {
    both(|| async {
        let sim = simulator();
        miss(&sim, 120);
        let mut client = TestClient::online_at(&sim).await;
        client.wait(60).await;
        let read = sim
            .record()
            .iter()
            .filter(|it| it.summary.starts_with("conversationLog") && !it.target.contains("limit="))
            .count();
        assert_eq!((told(&client).len(), read), (100, 100));
        client.requests_are_in_bounds();
        client.end().await;
    });
}

#[test]
fn a_log_is_marked_as_read_once_the_user_has_looked() {
    both(|| async {
        let sim = simulator();
        miss(&sim, 1);
        let mut client = TestClient::online_at(&sim).await;
        client.wait(5).await;
        assert_eq!(client.count("/markAsRead"), 0);
        let numbers: Vec<u64> = told(&client).iter().map(|log| log.number).collect();
        client.send(Command::MissedSeen(numbers.clone()));
        client.send(Command::MissedSeen(numbers));
        client.wait(5).await;
        assert_eq!(client.count("/markAsRead"), 2, "each once");
        assert!(!client.events().any(|event| matches!(event, Event::Notice(_))));
        client.sign_out().await;
        let mut client = TestClient::online_at(&sim).await;
        client.wait(5).await;
        assert_eq!(told(&client), [], "the server counts none as unread");
        assert_eq!(client.provider.account, AccountId(0));
        client.end().await;
    });
}

#[test]
fn the_numbers_of_logs_are_not_used_again_by_the_next_session() {
    both(|| async {
        let sim = simulator();
        miss(&sim, 1);
        let mut client = TestClient::online_at(&sim).await;
        client.wait(5).await;
        let first: Vec<u64> = told(&client).iter().map(|log| log.number).collect();
        sim.ucwa.expire_applications();
        client.wait(60).await;
        let all: BTreeSet<u64> = told(&client).iter().map(|log| log.number).collect();
        assert_eq!((first.len(), all.len()), (2, 4), "{}", client.transcript());
        client.send(Command::MissedSeen(first));
        client.wait(5).await;
        assert_eq!(client.count("/markAsRead"), 0, "its links are those of the earlier session");
        client.end().await;
    });
}
