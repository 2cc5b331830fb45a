//! Fault 74 for a bot: the user or the machine asks to begin anew, whatever it waits for just then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rsvp::invitation::{Outcome, Rejection};
use rsvp::provider::Command;
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use rsvp::sim::{Fault, FaultKind, GraphOptions, InProcess, InProcessWebhook, Options, Simulator};

use super::{john, quick, settings};
use crate::support::TestClient;

/// The requests that getting ready is made of: a part of the path of each.
const STEPS: [&str; 3] = ["/OpenIdConfiguration", "/v1/keys", "/oauth2/"];

/// An exchange whose connections die with a certain request and stay dead until they are dropped.
struct Dying {
    inner: InProcess,
    /// The request that kills the connections: a part of its path, and how many such requests pass before it.
    at: (&'static str, usize),
    passed: AtomicUsize,
    dead: AtomicBool,
    let_go: AtomicUsize,
}

impl Dying {
    fn at(sim: &Simulator, step: &'static str, passes: usize) -> Arc<Self> {
        Arc::new(Self {
            inner: InProcess::new(sim),
            at: (step, passes),
            passed: AtomicUsize::new(0),
            dead: AtomicBool::new(false),
            let_go: AtomicUsize::new(0),
        })
    }
}

impl Exchange for Dying {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let (step, passes) = self.at;
        if request.url.path().contains(step) && self.passed.fetch_add(1, Ordering::Relaxed) == passes {
            self.dead.store(true, Ordering::Relaxed);
        }
        if self.dead.load(Ordering::Relaxed) {
            return std::future::pending().boxed();
        }
        self.inner.send(request)
    }

    fn forget_connections(&self) {
        self.let_go.fetch_add(1, Ordering::Relaxed);
        self.dead.store(false, Ordering::Relaxed);
    }
}

fn bot_over(sim: &Simulator, exchange: Arc<dyn Exchange>) -> TestClient {
    let (settings, webhook) = (settings(&GraphOptions::default()), InProcessWebhook::default());
    sim.graph.set_webhook(Arc::new(webhook.clone()), settings.public_url.clone());
    TestClient::behind(sim, settings, exchange, webhook)
}

async fn tell(client: &TestClient, command: Command) {
    client.provider.commands.send(command).await.unwrap();
}

#[test]
fn fault_74_getting_ready_begins_anew_at_once_and_on_new_connections() {
    for step in STEPS {
        for command in [Command::Reconnect, Command::Wake] {
            quick(async {
                let sim = Simulator::new(Options::default());
                let exchange = Dying::at(&sim, step, 0);
                let mut client = bot_over(&sim, exchange.clone());
                client.wait(2).await;
                assert!(!client.status().is_online(), "{step}: it hangs");
                assert_eq!(exchange.let_go.load(Ordering::Relaxed), 0, "{step}");
                tell(&client, command.clone()).await;
                let took = client.until_online().await;
                assert!(took < Duration::from_millis(100), "{step}, {command:?}: only after {took:?}");
                client.called(john()).await;
                client.press("D");
                assert_eq!(client.over().await, Outcome::Rejected(Rejection::Busy));
                client.end().await;
            });
        }
    }
}

#[test]
fn fault_74_a_wait_for_the_next_try_ends_at_once_and_on_new_connections() {
    for command in [Command::Reconnect, Command::Wake] {
        quick(async {
            let sim = Simulator::new(Options::default());
            sim.fault(Fault::next("graphToken", FaultKind::error(429, "").with("retry-after", "15")));
            let exchange = Dying::at(&sim, "nowhere", 0);
            let mut client = bot_over(&sim, exchange.clone());
            client.wait(2).await;
            assert!(format!("{:?}", client.status()).contains("Retrying"), "{:?}", client.status());
            tell(&client, command.clone()).await;
            let took = client.until_online().await;
            assert!(took < Duration::from_millis(100), "{command:?}: only after {took:?}");
            assert_eq!(exchange.let_go.load(Ordering::Relaxed), 1);
            client.end().await;
        });
    }
}

#[test]
fn fault_74_a_call_that_comes_while_the_bot_gets_ready_anew_is_taken() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let mut client = bot_over(&sim, Dying::at(&sim, "/oauth2/", 0));
        client.wait(2).await;
        // The keys are there; only the token is not.
        client.called(john()).await;
        for _ in 0..3 {
            tell(&client, Command::Reconnect).await;
        }
        client.until_online().await;
        client.press("D");
        assert_eq!(client.over().await, Outcome::Rejected(Rejection::Busy));
        client.end().await;
    });
}

#[test]
fn fault_74_a_token_that_is_being_renewed_on_a_dead_connection_keeps_no_answer_waiting() {
    for command in [Command::Reconnect, Command::Wake] {
        quick(async {
            let sim = Simulator::new(Options::default());
            let mut client = bot_over(&sim, Dying::at(&sim, "/oauth2/", 1));
            client.until_online().await;
            // An hour later the token is renewed, and that hangs.
            client.wait(3_600 - 300 + 1).await;
            sim.graph.expire_tokens();
            tell(&client, command.clone()).await;
            client.called(john()).await;
            client.press("D");
            let took = client.until(|state| super::ringing(state) == 0).await;
            assert!(took < Duration::from_secs(1), "{command:?}: only after {took:?}");
            client.end().await;
        });
    }
}

#[test]
fn fault_74_keys_that_are_read_on_a_dead_connection_keep_no_call_waiting() {
    for command in [Command::Reconnect, Command::Wake] {
        quick(async {
            let sim = Simulator::new(Options::default());
            let mut client = bot_over(&sim, Dying::at(&sim, "/OpenIdConfiguration", 1));
            client.until_online().await;
            client.wait(60).await;
            sim.graph.rotate_keys();
            let before = sim.record().len();
            sim.graph.call(john());
            // The notification's key is unknown, and the request for the keys hangs.
            client.wait(1).await;
            assert_eq!(super::ringing(&client.state), 0, "{:?}", &sim.record()[before..]);
            tell(&client, command.clone()).await;
            sim.graph.call(john());
            let took = client.until(|state| super::ringing(state) > 0).await;
            assert!(took < Duration::from_secs(1), "{command:?}: only after {took:?}");
            client.sign_out().await;
        });
    }
}

#[test]
fn a_server_that_is_not_available_is_asked_again_over_another_connection() {
    for (status, times) in [(503, 1), (429, 0)] {
        quick(async {
            let sim = Simulator::new(Options::default());
            let exchange = Dying::at(&sim, "nowhere", 0);
            let mut client = bot_over(&sim, exchange.clone());
            client.until_online().await;
            client.called(john()).await;
            sim.fault(Fault::next("reject", FaultKind::error(status, "")));
            client.press("D");
            assert_eq!(client.over().await, Outcome::Rejected(Rejection::Busy));
            assert_eq!(exchange.let_go.load(Ordering::Relaxed), times, "{status}");
            client.end().await;
        });
    }
}
