//! Random schedules: a seed determines a run of 120 steps in virtual time, in which people call, the user
//! answers and requests fail. Then all faults are removed, and the oracles hold.
//!
//! `RSVP_SCHEDULES=100000 cargo test --release --test client schedules -- --nocapture` runs as many;
//! `RSVP_FROM=91700` leaves out the seeds before that one; `RSVP_SEED=17` repeats that run exactly.

mod steps;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rsvp::app::{Phase, Progress};
use rsvp::provider::ucwa::Activity;
use rsvp::provider::{Event, Status};
use rsvp::sim::{Fault, FaultKind, InProcess, InviteeBehavior, Options, Person, Simulator, UcwaOptions};

use crate::support::{PASSWORD, TestClient, from, password, paused, settings, speak, token};
use steps::{invitation, pick, server_event, user_action};

const STEPS: u32 = 120;

/// The statistics of a run.
#[derive(Clone, Copy, Default)]
struct Statistics {
    invitations: u64,
    /// The number of messages that others sent.
    messages: u64,
    answers: u64,
    faults: u64,
    /// The number of answers whose response was lost.
    unknown: u64,
    events: u64,
    recovery: Duration,
}

/// Starts the client of a schedule and waits until it is online.
async fn begin(rng: &mut fastrand::Rng, seed: u64) -> TestClient {
    let ucwa = UcwaOptions { password: PASSWORD.into(), ..UcwaOptions::default() };
    let sim = Simulator::new(Options { ucwa, seed, ..Options::default() });
    for number in 0..STEPS {
        let uri = format!("sip:guest{number}@contoso.example");
        let answers =
            pick(rng, &[InviteeBehavior::Joins, InviteeBehavior::Declines, InviteeBehavior::Ignores]);
        sim.ucwa.add_person(Person { name: String::new(), uri, answers });
    }
    let mut settings = settings(if has_password(seed) { password() } else { token() });
    settings.activity = activity(seed);
    let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), settings);
    client.until_online().await;
    client
}

fn has_password(seed: u64) -> bool {
    !seed.is_multiple_of(3)
}

fn activity(seed: u64) -> Activity {
    if seed.is_multiple_of(5) { Activity::Keys } else { Activity::Always }
}

async fn schedule(seed: u64) -> (Statistics, TestClient) {
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut run = Statistics::default();
    let mut client = begin(&mut rng, seed).await;
    for step in 0..STEPS {
        if rng.u32(..4) == 0 {
            user_action(&mut rng, &mut client, &mut run, step);
        } else {
            server_event(&mut rng, &mut client, &mut run, step);
        }
        let pause = Duration::from_millis(rng.u64(..1_200));
        client.within(pause, |_| false).await;
        if matches!(client.status(), Status::Stopped(_) | Status::Replaced) && rng.bool() {
            client.press("r");
        }
        if step.is_multiple_of(20) {
            client.check();
        }
        if step % 40 == 39 {
            run.recovery = run.recovery.max(quiet(&mut rng, &mut client, step).await);
        }
    }
    steady(&mut client).await;
    leave(&mut rng, &mut client).await;
    finish(&client, seed).await;
    run.messages = client.said.values().map(Vec::len).sum::<usize>() as u64;
    run.events = client.events().count() as u64;
    run.unknown = client.events().filter(|event| matches!(event, Event::Uncertain { .. })).count() as u64;
    (run, client)
}

/// Removes all faults, sends a few more invitations, and returns how long the screen takes to be right.
async fn quiet(rng: &mut fastrand::Rng, client: &mut TestClient, step: u32) -> Duration {
    client.sim.heal();
    if matches!(client.status(), Status::Stopped(_) | Status::Replaced) {
        client.press("r");
    }
    for number in 0..3 {
        let invitation = invitation(rng, &format!("quiet{step}-{number}"));
        client.sim.ucwa.invite(invitation);
    }
    client.nothing_is_lost().await
}

/// Checks that faults before five steady minutes delay nothing afterwards.
async fn steady(client: &mut TestClient) {
    client.wait(300).await;
    client.sim.fault(Fault::next("events", FaultKind::error(503, "")));
    client.sim.ucwa.interrupt_polls();
    client.sim.ucwa.invite(from("steady"));
    let is_shown = |state: &rsvp::app::State| {
        state.incoming.iter().any(|entry| entry.invitation.from.uri.as_str() == "sip:steady@contoso.example")
    };
    assert!(
        client.within(Duration::from_secs(5), is_shown).await,
        "one fault after steady minutes took long"
    );
    client.nothing_is_lost().await;
}

/// Signs out while answers are in flight, and checks that the outcome of each is reported.
async fn leave(rng: &mut fastrand::Rng, client: &mut TestClient) {
    for number in 0..3 {
        client.sim.ucwa.invite(from(&format!("late{number}")));
    }
    client.nothing_is_lost().await;
    for of in ["accept", "decline"] {
        let faults = [
            FaultKind::Delay(1.0),
            FaultKind::Late(1.0),
            FaultKind::LostReply,
            FaultKind::Refused,
            FaultKind::error(500, ""),
        ];
        if rng.bool() {
            client.sim.fault(Fault::next(of, pick(rng, &faults)));
        }
    }
    client.press("1ga");
    client.press(pick(rng, &["gjD", "jD", "ga"]));
    client.sign_out().await;
    let over = client.sim.ucwa.ended();
    for entry in client.state.incoming.iter() {
        let who = entry.invitation.from.uri.as_str();
        let is_over = over.iter().any(|ending| ending.uri == who);
        match &entry.phase {
            Phase::Answering { progress: Progress::Sending, .. } => {
                panic!("what became of {who} was not told")
            }
            Phase::Ringing => assert!(!is_over, "{who} is said to ring"),
            Phase::Answering { .. } | Phase::Over { .. } => {}
        }
    }
    client.check();
}

/// Checks what holds for a run as a whole.
async fn finish(client: &TestClient, seed: u64) {
    client.requests_are_allowed();
    client.messages_of_the_user_are_true();
    if !has_password(seed) {
        client.no_password_was_sent();
    }
    if activity(seed) == Activity::Keys {
        client.activity_was_reported_for_keys_alone();
    }
    if seed.is_multiple_of(16) {
        client.the_next_run_knows_it_all().await;
    }
}

fn run(seed: u64) -> (Statistics, TestClient) {
    // The jitter of the delays uses this generator, too.
    fastrand::seed(seed);
    speak(if seed.is_multiple_of(2) {
        rsvp::provider::ucwa::Wire::Json
    } else {
        rsvp::provider::ucwa::Wire::Xml
    });
    paused().block_on(schedule(seed))
}

/// Returns the transcript of a run.
pub fn transcript(seed: u64) -> String {
    let (_, client) = run(seed);
    format!("{}{:?}", client.transcript(), client.notices)
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn nothing_is_lost_whatever_the_schedule() {
    if let Some(seed) = number("RSVP_SEED") {
        run(seed);
        return;
    }
    let seeds = number("RSVP_SCHEDULES").unwrap_or(60);
    let first = number("RSVP_FROM").unwrap_or(0);
    let (next, runs, failed) = (AtomicU64::new(first), Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let since = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds || !failed.lock().unwrap().is_empty() {
                        break;
                    }
                    match std::panic::catch_unwind(|| run(seed)) {
                        Ok((run, _)) => runs.lock().unwrap().push(run),
                        Err(_) => failed.lock().unwrap().push(seed),
                    }
                }
            });
        }
    });
    let (runs, failed) = (runs.into_inner().unwrap(), failed.into_inner().unwrap());
    let sum = |of: fn(&Statistics) -> u64| runs.iter().map(of).sum::<u64>();
    let mut recoveries: Vec<Duration> = runs.iter().map(|run| run.recovery).collect();
    recoveries.sort_unstable();
    let at = |share: usize| {
        let place = (recoveries.len() * share / 1_000).min(recoveries.len().saturating_sub(1));
        recoveries.get(place).copied().unwrap_or_default()
    };
    eprintln!(
        "{} schedules: {} invitations, {} messages, {} events, {} answers of which {} with an unknown outcome, {} faults; \
         recovered within {:.1?} (median), {:.1?} (99 %), {:.1?} (all); {:.0?}",
        runs.len(),
        sum(|run| run.invitations),
        sum(|run| run.messages),
        sum(|run| run.events),
        sum(|run| run.answers),
        sum(|run| run.unknown),
        sum(|run| run.faults),
        at(500),
        at(990),
        at(1_000),
        since.elapsed(),
    );
    assert!(failed.is_empty(), "failing seeds: {failed:?}; RSVP_SEED={} runs one of them again", failed[0]);
}
