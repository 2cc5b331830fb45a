//! The calls of a bot, against the simulator's calling service.

mod anew;
mod attacks;
mod calls;
mod checking;
mod clouds;
mod ends;
mod faults;
mod inquiries;
mod invitee_ends;
mod invitees;
mod keys;
mod leaving;
mod lookups;
mod lost_notifications;
mod notifications;
mod posting;
mod refusals;
mod reloading;
mod results;
mod rules;
pub mod schedules;
mod sleeping;
mod sockets;
mod token_lifetimes;
mod tokens;
mod transfers;
mod webhook;

use std::future::Future;
use std::sync::Arc;

use rsvp::app::{Entry, Phase, State};
use rsvp::invitation::{AccountId, Outcome};
use rsvp::provider::exchange::Exchange;
use rsvp::provider::graph::{self, Cloud, Credential, ISSUERS, RINGING_TIME};
use rsvp::provider::{Clock, SettingsSource};
use rsvp::secret::Secret;
use rsvp::sim::{
    Call, Caller, GraphOptions, InProcess, InProcessWebhook, Options, RecordedRequest, Simulator,
};

use crate::support::{TestClient, paused};

/// The address of the simulator's calling service in process.
const SERVICE: &str = "https://graph.example/";

/// A secret that is to be found nowhere.
pub const SECRET: &str = "hunter2-canary-bot";

/// Runs a test under a clock that moves on as soon as everybody waits.
fn quick<T>(test: impl Future<Output = T>) -> T {
    paused().block_on(test)
}

/// Returns the settings of a bot of that service.
fn settings(options: &GraphOptions) -> graph::Settings {
    graph::Settings {
        tenant: options.tenant.clone(),
        client_id: options.client_id.clone(),
        credential: Credential::Secret(Secret::Value(options.client_secret.clone().into())),
        cloud: Cloud::Global,
        authority: SERVICE.parse().unwrap(),
        base: format!("{SERVICE}v1.0").parse().unwrap(),
        openid_url: format!("{SERVICE}v1/.well-known/OpenIdConfiguration").parse().unwrap(),
        issuers: ISSUERS.map(str::to_owned).to_vec(),
        ringing_time: RINGING_TIME,
        allowed_tenants: vec![options.tenant.clone()],
        public_url: "https://bot.example/api/calls".parse().unwrap(),
        listen: "127.0.0.1:0".parse().unwrap(),
    }
}

impl TestClient {
    /// Starts a bot and waits until it is ready for calls.
    async fn bot() -> Self {
        Self::bot_with(GraphOptions::default()).await
    }

    async fn bot_with(options: GraphOptions) -> Self {
        let settings = settings(&options);
        let sim = Simulator::new(Options { graph: options, ..Options::default() });
        let mut client = Self::bot_of(&sim, settings);
        client.until_online().await;
        client
    }

    /// Starts a bot without waiting until it is ready.
    fn bot_of(sim: &Simulator, settings: impl Into<SettingsSource<graph::Settings>>) -> Self {
        let settings = settings.into();
        let webhook = InProcessWebhook::default();
        sim.graph.set_webhook(Arc::new(webhook.clone()), settings.public_url.clone());
        Self::behind(sim, settings, Arc::new(InProcess::new(sim)), webhook)
    }

    fn behind(
        sim: &Simulator,
        settings: impl Into<SettingsSource<graph::Settings>>,
        exchange: Arc<dyn Exchange>,
        webhook: impl graph::Listener,
    ) -> Self {
        let clock = Clock::start();
        let provider = graph::spawn(settings, exchange, Arc::new(webhook), AccountId(0), clock);
        Self::of(sim, provider, clock)
    }

    /// Returns the requests about calls: method, path and body.
    fn sent(&self) -> Vec<String> {
        let about_calls = |request: &RecordedRequest| request.target.contains("/communications/calls/");
        self.sim
            .record()
            .into_iter()
            .filter(|request| about_calls(request) && request.method != "NOTIFY")
            .map(|request| format!("{} {} {}", request.method, request.target, request.body))
            .collect()
    }

    /// Waits until a call rings here; returns its place among the simulator's.
    async fn called(&mut self, call: Call) -> u32 {
        let number = self.sim.graph.call(call);
        self.ringing().await;
        number
    }

    /// Waits until the rows of ended calls are gone, and for the blink after that.
    async fn rest(&mut self) {
        self.wait(6).await;
        self.wait(1).await;
    }

    /// Waits until the latest call has ended; returns its outcome.
    async fn over(&mut self) -> Outcome {
        self.until(|state| !state.history.is_empty() && ringing(state) == 0).await;
        crate::support::outcome_of(&self.state).unwrap().clone()
    }
}

fn john() -> Call {
    Call::from(Caller::user("John"))
}

/// Returns the number of calls that wait for an answer or for its outcome.
fn ringing(state: &State) -> usize {
    state.incoming.iter().filter(|entry| entry.is_pending()).count()
}

fn phase(state: &State) -> &Phase {
    let entry: &Entry = state.incoming.selected().expect("a call is selected");
    &entry.phase
}
