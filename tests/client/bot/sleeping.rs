//! A machine that sleeps: a call's time passes meanwhile, and no answer is sent once it is over.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use rsvp::invitation::{AccountId, Outcome, Rejection};
use rsvp::provider::graph::{self, Credential};
use rsvp::provider::{Clock, Command, Status};
use rsvp::secret::Secret;
use rsvp::sim::{Fault, FaultKind, GraphOptions, InProcess, InProcessWebhook, Options, Simulator};

use super::{john, quick, ringing, settings};
use crate::support::{TestClient, outcome_of};

thread_local! {
    pub(super) static ASLEEP: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Starts a bot on a machine that sleeps for as long as `ASLEEP` says.
pub(super) async fn sleepy(sim: &Simulator) -> TestClient {
    ASLEEP.set(Duration::ZERO);
    let (settings, webhook) = (settings(&GraphOptions::default()), InProcessWebhook::default());
    sim.graph.set_webhook(Arc::new(webhook.clone()), settings.public_url.clone());
    let clock = Clock::on_machine(|| ASLEEP.get());
    let exchange = Arc::new(InProcess::new(sim));
    let provider = graph::spawn(settings, exchange, Arc::new(webhook), AccountId(0), clock);
    let mut client = TestClient::of(sim, provider, clock);
    client.until_online().await;
    client
}

#[test]
fn a_machine_that_slept_beyond_a_calls_time_sends_nothing_for_it() {
    for key in ["a", "D"] {
        quick(async {
            let sim = Simulator::new(Options::default());
            let mut client = sleepy(&sim).await;
            client.called(john()).await;
            ASLEEP.set(Duration::from_secs(16));
            client.press(key);
            assert_eq!(client.over().await, Outcome::Expired);
            client.wait(60).await;
            assert!(client.sent().iter().all(|sent| sent.starts_with("GET")), "{key}: {:?}", client.sent());
            // A call that arrives after the sleep has its full time.
            client.called(john()).await;
            client.wait(10).await;
            client.press("D");
            client.until(|state| state.history.len() == 2).await;
            assert_eq!(outcome_of(&client.state), Some(&Outcome::Rejected(Rejection::Busy)));
            client.end().await;
        });
    }
}

#[test]
fn a_machine_that_wakes_up_shows_no_call_whose_time_is_over_and_reads_the_keys_anew() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let mut client = sleepy(&sim).await;
        client.called(john()).await;
        let keys = client.count("/v1/keys");
        ASLEEP.set(Duration::from_secs(16));
        client.provider.commands.send(Command::Wake).await.unwrap();
        assert!(client.within(Duration::from_millis(100), |state| ringing(state) == 0).await);
        assert_eq!(outcome_of(&client.state), Some(&Outcome::Expired));
        client.wait(1).await;
        assert_eq!(client.count("/v1/keys"), keys + 1, "how old they are was not counted meanwhile");
        client.end().await;
    });
}

#[test]
fn a_machine_that_slept_for_part_of_a_calls_time_shows_what_is_left_of_it() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let mut client = sleepy(&sim).await;
        client.called(john()).await;
        let arrived = client.ringing().await.arrived;
        ASLEEP.set(Duration::from_secs(5));
        client.provider.commands.send(Command::Wake).await.unwrap();
        client.wait(1).await;
        assert_eq!(client.ringing().await.deadline.left(arrived), Duration::from_secs(10));
        assert!(client.within(Duration::from_millis(10_100), |state| ringing(state) == 0).await);
        assert_eq!(outcome_of(&client.state), Some(&Outcome::Expired));
        client.end().await;
    });
}

#[test]
fn a_machine_that_slept_while_an_answer_waited_for_its_token_does_not_send_it() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let mut client = sleepy(&sim).await;
        client.called(john()).await;
        sim.graph.expire_tokens();
        sim.fault(Fault::next("graphToken", FaultKind::Late(2.0)));
        client.press("D");
        client.wait(1).await;
        let sent = client.sent().len();
        ASLEEP.set(Duration::from_secs(16));
        client.wait(60).await;
        let rejections = client.sent().iter().skip(sent).filter(|sent| sent.starts_with("POST")).count();
        assert_eq!(rejections, 0, "{:?}", client.sent());
        assert_eq!(ringing(&client.state), 0);
        client.sign_out().await;
    });
}

#[test]
fn waking_up_sends_nothing_where_only_the_user_can_go_on() {
    quick(async {
        let options = GraphOptions::default();
        let wrong = graph::Settings {
            credential: Credential::Secret(Secret::Value("not-it".into())),
            ..settings(&options)
        };
        let sim = Simulator::new(Options { graph: options, ..Options::default() });
        let mut client = TestClient::bot_of(&sim, wrong);
        client.until(|state| matches!(state.accounts[0].status, Status::Stopped(_))).await;
        let before = sim.record().len();
        client.provider.commands.send(Command::Wake).await.unwrap();
        client.wait(60).await;
        assert_eq!(sim.record().len(), before, "waking up mends no secret");
        client.sign_out().await;
    });
}
