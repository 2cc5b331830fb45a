//! Random calls, answers, keys, faults and pauses under a virtual clock. At quiet moments all faults are
//! removed, and when no request is in flight, the screen, the notices and the requests are compared with what
//! the service did. A seed that fails replays exactly: `RSVP_SEED=7 cargo test --test client bot::schedules`.

mod cases;
mod notices;
mod oracles;
mod requests;
mod sign_out;
mod steps;
mod tap;

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use rsvp::app::{Mode, PendingRequest, Phase, State};
use rsvp::invitation::{AccountId, HangUp, Stage};
use rsvp::provider::graph::{self, RINGING_TIME, Settings};
use rsvp::provider::{Clock, Command, Status};
use rsvp::sim::{GraphOptions, InProcess, InProcessWebhook, Options, Simulator};

use super::{SECRET, quick, settings};
use crate::support::TestClient;
use tap::Tap;

/// The number of schedules of an ordinary run; `RSVP_SCHEDULES` sets another, `RSVP_FROM` the first seed.
const SEEDS: u64 = 60;

/// The number of steps of a schedule.
const STEPS: u32 = 40;

/// The other tenant that the bot serves.
const OTHER_TENANT: &str = "5b1d2c9e-7f0a-4b57-9a54-3c8f0d4c7e11";

/// A tenant that the bot does not serve.
const FOREIGN_TENANT: &str = "ffffffff-0000-4000-8000-00000000dead";

/// The longest time until the client is online after all faults are removed.
const ONLINE: Duration = Duration::from_secs(12);

/// The longest time until no request is in flight.
const AT_REST: Duration = Duration::from_secs(25);

thread_local! {
    /// The time for which the machine of this thread has slept.
    static ASLEEP: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

#[test]
fn whatever_happens_all_that_is_shown_said_and_sent_is_right() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(seed) = number("RSVP_SEED") {
        transcript(seed);
        return;
    }
    for seed in number("RSVP_FROM").unwrap_or(0)..number("RSVP_SCHEDULES").unwrap_or(SEEDS) {
        let outcome = std::panic::catch_unwind(|| transcript(seed));
        assert!(outcome.is_ok(), "seed {seed} failed; RSVP_SEED={seed} replays it");
    }
}

#[test]
fn a_story_replays_exactly() {
    for seed in 0..3 {
        let (first, second) = (transcript(seed), transcript(seed));
        let differs = first.lines().zip(second.lines()).find(|(one, other)| one != other);
        assert_eq!(differs, None, "seed {seed}");
    }
}

/// Returns the transcript of the schedule of a seed.
pub fn transcript(seed: u64) -> String {
    // The jitter of the client's delays uses this generator.
    fastrand::seed(seed);
    ASLEEP.set(Duration::ZERO);
    quick(schedule(seed))
}

/// Returns settings with three hosts for tokens, calls and keys, so that each can be checked to get only its
/// own.
fn hosts(options: &GraphOptions) -> Settings {
    Settings {
        authority: "https://login.example/".parse().unwrap(),
        openid_url: "https://keys.example/v1/.well-known/OpenIdConfiguration".parse().unwrap(),
        ringing_time: RINGING_TIME,
        allowed_tenants: vec![options.tenant.clone(), OTHER_TENANT.into()],
        ..settings(options)
    }
}

async fn schedule(seed: u64) -> String {
    let graph = GraphOptions { client_secret: SECRET.into(), ..GraphOptions::default() };
    let sim = Simulator::new(Options { graph: graph.clone(), seed, ..Options::default() });
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut told = Vec::new();
    // In some schedules, one client signs out in the middle and another takes over.
    let shifts = if rng.u8(0..4) == 0 { 2 } else { 1 };
    let mut calls = 0;
    for _ in 0..shifts {
        let mut run = Run::start(&sim, &graph, &mut rng, calls);
        for _ in 0..STEPS / shifts {
            run.step().await;
        }
        run.quiet_moment().await;
        if run.rng.bool() {
            run.steady_minutes().await;
        }
        // Long enough to keep open calls alive twice, and to find the ends that no notification reported.
        run.pass(Duration::from_secs(2_000)).await;
        run.rest().await;
        run.check();
        run.leave().await;
        calls = run.calls;
        rng = run.rng.fork();
        told.push(format!("{}{:?}", run.client.transcript(), run.client.notices));
    }
    let complaints = sim.complaints();
    // The 15 s count from the notification, which a fault may have delayed.
    let others = complaints.iter().filter(|it| !it.starts_with("the time to answer was over"));
    assert_eq!(others.collect::<Vec<_>>(), Vec::<&String>::new());
    told.join("\n")
}

/// A client and everything that can be observed of it.
struct Run {
    client: TestClient,
    sim: Simulator,
    tap: Tap,
    rng: fastrand::Rng,
    /// The number of calls.
    calls: u32,
    /// The number of times that tokens had to be renewed other than by the user.
    expiries: usize,
    started: tokio::time::Instant,
}

impl Run {
    fn start(sim: &Simulator, graph: &GraphOptions, rng: &mut fastrand::Rng, calls: u32) -> Self {
        let (tap, webhook, settings) = (Tap::default(), InProcessWebhook::default(), hosts(graph));
        sim.graph.set_webhook(tap.incoming(webhook.clone()), settings.public_url.clone());
        let clock = Clock::on_machine(|| ASLEEP.get());
        let exchange = tap.outgoing(InProcess::new(sim));
        let provider = graph::spawn(settings, exchange, Arc::new(webhook), AccountId(0), clock);
        let started = tokio::time::Instant::now();
        let client = TestClient::of(sim, provider, clock);
        Self { client, sim: sim.clone(), tap, rng: rng.fork(), calls, expiries: 0, started }
    }

    /// Removes all faults and checks everything, and once more with a few calls that ring.
    async fn quiet_moment(&mut self) {
        self.rest().await;
        self.check();
        for _ in 0..self.rng.u8(0..3) {
            self.call();
        }
        let pause = Duration::from_millis(self.rng.u64(100..3_000));
        self.pass(pause).await;
        if self.rng.u8(0..4) == 0 {
            let nap = Duration::from_millis(self.rng.u64(0..9_000));
            self.sleep(nap);
            self.pass(Duration::from_millis(100)).await;
        }
        self.check();
    }

    /// Lets time pass and checks that the notice on the screen is current.
    async fn pass(&mut self, time: Duration) {
        self.client.within(time, |_| false).await;
        self.client.wait(0).await;
        self.notice_is_current();
    }

    /// Removes all faults and waits until no request is in flight.
    async fn rest(&mut self) {
        self.client.press("\u{1b}\u{1b}\u{1b}\u{1b}1\u{1b}\u{1b}3\u{1b}4\u{1b}1");
        assert!(matches!(self.client.state.mode, Mode::Lists), "escape leaves everything");
        self.sim.heal();
        if matches!(self.client.status(), Status::Stopped(_)) {
            self.client.press("r");
        }
        let since = tokio::time::Instant::now();
        let mut online = None;
        // After 5 s the client reads a call that it hung up and whose end no notification reported.
        while since.elapsed() < Duration::from_secs(7) || !self.is_at_rest() {
            self.pass(Duration::from_millis(200)).await;
            let is_online = self.client.status().is_online();
            online = online.filter(|_| is_online).or(is_online.then(|| since.elapsed()));
            assert!(is_online || since.elapsed() < ONLINE, "{:?}", self.client.status());
            assert!(since.elapsed() < AT_REST, "under way: {:?}", self.client.state.pending_requests);
        }
    }

    fn is_at_rest(&self) -> bool {
        let state = &self.client.state;
        let waits =
            |request: &PendingRequest| !matches!(request, PendingRequest::HangUp { is_lost: true, .. });
        state.accounts[0].status.is_online()
            && !self.sim.graph.is_delivering()
            && !state.pending_requests.values().any(waits)
            && state.batches.is_empty()
            && !is_answering(state)
            && !state.conversations.iter().any(|line| line.hang_up == HangUp::Requested)
    }

    /// Makes the machine sleep and wake up; the age of the tokens does not grow meanwhile.
    fn sleep(&mut self, time: Duration) {
        self.expiries += 1;
        ASLEEP.set(ASLEEP.get() + time);
        self.send(Command::Wake);
    }

    fn send(&mut self, command: Command) {
        self.client.provider.commands.try_send(command).unwrap();
    }
}

/// Returns whether the answer to an invitation is in flight or its call is being connected.
fn is_answering(state: &State) -> bool {
    state.incoming.iter().any(|entry| {
        matches!(entry.phase, Phase::Answering { .. })
            || (entry.is_pending() && entry.invitation.stage == Stage::Connecting)
    })
}
