//! What `rsvp check` finds about the configuration of a bot, step by step.

use std::path::Path;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use rsvp::provider::graph::{self, Credential, Settings};
use rsvp::sim::{Fault, FaultKind, GraphOptions, InProcess, InProcessWebhook, Options, Simulator};

use super::{quick, settings};
use crate::support::set_mode;

/// An exchange with the service, and with the webhook at its public URL.
struct Both(InProcess, InProcessWebhook);

impl Exchange for Both {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        match request.url.host_str() {
            Some("bot.example") => self.1.send(request),
            _ => self.0.send(request),
        }
    }
}

/// Returns the settings of a bot at a simulator on this machine.
fn local() -> Settings {
    let openid_url = "http://localhost/v1/.well-known/OpenIdConfiguration".parse().unwrap();
    Settings { openid_url, ..settings(&GraphOptions::default()) }
}

/// Checks settings. Returns the steps in words, each with what was found or what is wrong.
async fn steps(settings: &Settings, exchange: Arc<dyn Exchange>, webhook: &InProcessWebhook) -> Vec<String> {
    let mut steps = Vec::new();
    graph::check(settings, exchange, webhook, &mut |step| {
        steps.push(match step.result {
            Ok(finding) => format!("{}: {finding}", step.name),
            Err(problem) => format!("{} FAILED: {problem}", step.name),
        });
    })
    .await;
    steps
}

/// Checks settings of a bot whose webhook the simulator knows and reaches.
async fn found(sim: &Simulator, settings: &Settings) -> Vec<String> {
    let webhook = InProcessWebhook::default();
    sim.graph.set_webhook(Arc::new(webhook.clone()), settings.public_url.clone());
    let exchange = Arc::new(Both(InProcess::new(sim), webhook.clone()));
    steps(settings, exchange, &webhook).await
}

fn names(steps: &[String]) -> Vec<&str> {
    steps.iter().map(|step| step.split_once(':').unwrap().0).collect()
}

#[test]
fn a_bot_at_the_simulator_is_checked_up_to_a_notification() {
    quick(async {
        let steps = found(&Simulator::new(Options::default()), &local()).await;
        assert_eq!(
            names(&steps),
            ["secret", "token", "keys", "listener", "public_url", "notification"],
            "{steps:#?}"
        );
        assert!(steps[4].ends_with("reaches rsvp"), "{steps:#?}");
    });
}

#[test]
fn only_a_simulator_on_this_machine_is_asked_for_a_notification() {
    quick(async {
        let steps = found(&Simulator::new(Options::default()), &settings(&GraphOptions::default())).await;
        assert_eq!(names(&steps), ["secret", "token", "keys", "listener", "public_url"], "{steps:#?}");
    });
}

#[test]
fn without_keys_no_notification_is_asked_for() {
    quick(async {
        let sim = Simulator::new(Options::default());
        sim.fault(Fault::next("keys", FaultKind::error(503, "")).times(100));
        let steps = found(&sim, &local()).await;
        assert_eq!(names(&steps), ["secret", "token", "keys FAILED", "listener", "public_url"], "{steps:#?}");
    });
}

#[test]
fn another_server_at_the_public_url_is_told_from_the_webhook() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let webhook = InProcessWebhook::default();
        // The service itself responds there.
        let steps = steps(&local(), Arc::new(InProcess::new(&sim)), &webhook).await;
        assert_eq!(names(&steps), ["secret", "token", "keys", "listener", "public_url FAILED"], "{steps:#?}");
        assert!(steps[4].contains("another server responded (status 401)"), "{steps:#?}");
    });
}

#[test]
fn a_simulator_that_sends_no_notification_says_why() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let webhook = InProcessWebhook::default();
        let exchange = Arc::new(Both(InProcess::new(&sim), webhook.clone()));
        let steps = steps(&local(), exchange, &webhook).await;
        assert!(
            steps[5].starts_with("notification FAILED: the simulator sends none (status 409)"),
            "{steps:#?}"
        );
    });
}

#[test]
fn a_certificate_is_looked_at_before_a_token_is_asked_for() {
    quick(async {
        let folder = tempfile::tempdir().unwrap();
        let [certificate, key] = ["bot.pem", "bot-key.pem"].map(|name| folder.path().join(name));
        let write = |path: &Path, text: &str| {
            std::fs::write(path, text).unwrap();
            set_mode(path, 0o600);
        };
        let credential = Credential::Certificate { certificate: certificate.clone(), key: key.clone() };
        let settings = Settings { credential, ..local() };
        let good = ["-----BEGIN CERTIFICATE-----\n", "-----BEGIN PRIVATE KEY-----\n"];
        for (texts, expected) in [
            (good, "certificate: "),
            ([good[0], "nothing"], "bot-key.pem contains no -----BEGIN PRIVATE KEY-----"),
            (["nothing", good[1]], "bot.pem contains no -----BEGIN CERTIFICATE-----"),
        ] {
            write(&certificate, texts[0]);
            write(&key, texts[1]);
            let steps = found(&Simulator::new(Options::default()), &settings).await;
            assert!(steps[0].contains(expected), "{texts:?}: {steps:#?}");
            let is_good = texts == good;
            assert_eq!(steps[0].starts_with("certificate FAILED"), !is_good, "{texts:?}: {steps:#?}");
            assert_eq!(steps[1].starts_with("token"), is_good, "{texts:?}: {steps:#?}");
        }
        std::fs::remove_file(&certificate).unwrap();
        let steps = found(&Simulator::new(Options::default()), &settings).await;
        assert!(steps[0].starts_with("certificate FAILED: can't read "), "{steps:#?}");
        assert!(steps[1].starts_with("keys"), "{steps:#?}");
    });
}
