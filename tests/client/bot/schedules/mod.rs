//! Random calls, answers, keys, faults and pauses, under a clock that moves by itself. Between them are quiet
//! moments: all is well again, nothing is under way, and everything that is shown, was said and was sent is compared
//! with what the service did. A seed that fails replays exactly: `RSVP_SEED=7 cargo test --test client
//! bot::schedules`.

mod cases;
mod leaving;
mod moves;
mod oracles;
mod requests;
mod tap;
mod words;

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use rsvp::app::{Flight, Mode, Phase, State};
use rsvp::invitation::{AccountId, HangUp, Stage};
use rsvp::provider::graph::{self, Settings};
use rsvp::provider::{Clock, Command, Status};
use rsvp::sim::{GraphOptions, InProcess, InProcessWebhook, Options, Simulator};

use super::{SECRET, quick, settings};
use crate::support::Desk;
use tap::Tap;

/// How many schedules an ordinary run tries; `RSVP_SCHEDULES` names another number.
const SEEDS: u64 = 60;

/// How many things happen in one.
const STEPS: u32 = 40;

/// The bot's other tenant, which is allowed, too.
const BRANCH: &str = "5b1d2c9e-7f0a-4b57-9a54-3c8f0d4c7e11";

/// A tenant whose calls are none of the bot's business.
const STRANGERS: &str = "ffffffff-0000-4000-8000-00000000dead";

/// The longest that the connection takes to be there again once all is well.
const ONLINE: Duration = Duration::from_secs(12);

/// The longest until nothing is under way any more.
const AT_REST: Duration = Duration::from_secs(25);

thread_local! {
    /// How long this thread's machine has slept.
    static ASLEEP: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

#[test]
fn whatever_happens_all_that_is_shown_said_and_sent_is_right() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(seed) = number("RSVP_SEED") {
        story(seed);
        return;
    }
    for seed in 0..number("RSVP_SCHEDULES").unwrap_or(SEEDS) {
        let outcome = std::panic::catch_unwind(|| story(seed));
        assert!(outcome.is_ok(), "seed {seed} failed; RSVP_SEED={seed} replays it");
    }
}

#[test]
fn a_story_replays_exactly() {
    for seed in 0..3 {
        let (first, second) = (story(seed), story(seed));
        let differs = first.lines().zip(second.lines()).find(|(one, other)| one != other);
        assert_eq!(differs, None, "seed {seed}");
    }
}

/// What happened in the schedule of that seed, in the order of time.
pub fn story(seed: u64) -> String {
    // The jitter of the client's waits comes from there.
    fastrand::seed(seed);
    ASLEEP.set(Duration::ZERO);
    quick(schedule(seed))
}

/// The directory, the service and who publishes the keys are three hosts, so that each gets only what is its own.
fn hosts(options: &GraphOptions) -> Settings {
    Settings {
        authority: "https://login.example/".parse().unwrap(),
        openid_url: "https://keys.example/v1/.well-known/OpenIdConfiguration".parse().unwrap(),
        allowed_tenants: vec![options.tenant.clone(), BRANCH.into()],
        ..settings(options)
    }
}

async fn schedule(seed: u64) -> String {
    let graph = GraphOptions { client_secret: SECRET.into(), ..GraphOptions::default() };
    let sim = Simulator::new(Options { graph: graph.clone(), seed, ..Options::default() });
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut told = Vec::new();
    // Now and then somebody leaves in the middle, and another client takes over.
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
        // Long enough to keep alive twice what is on the line, and to find what nobody told of.
        run.pass(Duration::from_secs(2_000)).await;
        run.rest().await;
        run.check();
        run.leave().await;
        calls = run.calls;
        rng = run.rng.fork();
        told.push(format!("{}{:?}", run.desk.story(), run.desk.notices));
    }
    let complaints = sim.complaints();
    // The 15 s count from when the call was heard of, which a fault may have made late.
    let others = complaints.iter().filter(|it| it.as_str() != "the time to answer was over");
    assert_eq!(others.collect::<Vec<_>>(), Vec::<&String>::new());
    told.join("\n")
}

/// One client and all that can be seen of it.
struct Run {
    desk: Desk,
    sim: Simulator,
    tap: Tap,
    rng: fastrand::Rng,
    /// How many calls there were.
    calls: u32,
    /// How often there was cause for new tokens without the user's doing.
    expiries: usize,
    started: tokio::time::Instant,
}

impl Run {
    fn start(sim: &Simulator, graph: &GraphOptions, rng: &mut fastrand::Rng, calls: u32) -> Self {
        let (tap, door, settings) = (Tap::default(), InProcessWebhook::default(), hosts(graph));
        sim.graph.set_webhook(tap.incoming(door.clone()), settings.public_url.clone());
        let clock = Clock::on_machine(|| ASLEEP.get());
        let exchange = tap.outgoing(InProcess::new(sim));
        let provider = graph::spawn(settings, exchange, Arc::new(door), AccountId(0), clock);
        let started = tokio::time::Instant::now();
        let desk = Desk::of(sim, provider, clock);
        Self { desk, sim: sim.clone(), tap, rng: rng.fork(), calls, expiries: 0, started }
    }

    /// All is well again and nothing is under way: all must be right. A few calls ring, and it must be so still.
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

    /// Lets so much time pass, and what goes with it go.
    async fn pass(&mut self, time: Duration) {
        self.desk.within(time, |_| false).await;
        self.desk.wait(0).await;
        self.doubts_are_current();
    }

    /// Heals what is broken, and waits until nothing is under way.
    async fn rest(&mut self) {
        self.desk.press("\u{1b}\u{1b}\u{1b}\u{1b}1\u{1b}\u{1b}3\u{1b}4\u{1b}1");
        assert!(matches!(self.desk.state.mode, Mode::Lists), "escape leaves everything");
        self.sim.heal();
        if matches!(self.desk.status(), Status::Stopped(_)) {
            self.desk.press("r");
        }
        let since = tokio::time::Instant::now();
        let mut online = None;
        // What was hung up, and nobody told its end, is asked about after 5 s.
        while since.elapsed() < Duration::from_secs(7) || !self.is_at_rest() {
            self.pass(Duration::from_millis(200)).await;
            let is_online = self.desk.status().is_online();
            online = online.filter(|_| is_online).or(is_online.then(|| since.elapsed()));
            assert!(is_online || since.elapsed() < ONLINE, "{:?}", self.desk.status());
            assert!(since.elapsed() < AT_REST, "under way: {:?}", self.desk.state.flights);
        }
    }

    fn is_at_rest(&self) -> bool {
        let state = &self.desk.state;
        let waits = |flight: &Flight| !matches!(flight, Flight::HangUp { lost: true, .. });
        state.accounts[0].status.is_online()
            && !self.sim.graph.is_delivering()
            && !state.flights.values().any(waits)
            && state.bulks.is_empty()
            && !is_answering(state)
            && !state.conversations.iter().any(|line| line.hang_up == HangUp::Done)
    }

    /// The machine sleeps and wakes up; how old the tokens are was not counted meanwhile.
    fn sleep(&mut self, time: Duration) {
        self.expiries += 1;
        ASLEEP.set(ASLEEP.get() + time);
        self.command(Command::Wake);
    }

    fn command(&mut self, command: Command) {
        self.desk.provider.commands.try_send(command).unwrap();
    }
}

/// Whether something becomes of an invitation.
fn is_answering(state: &State) -> bool {
    state.incoming.iter().any(|entry| {
        matches!(entry.phase, Phase::Answering { .. })
            || (entry.is_pending() && entry.invitation.stage == Stage::Connecting)
    })
}
