//! Runs the client for a day of virtual time against the simulator, with a call every 0.864 seconds, token renewals, lost
//! events, lost replies and lost sessions. Prints the memory of the process, which includes the simulator, and what became of
//! each invitation. Fails if one was lost, told twice or told wrongly, if a list grew beyond its bound, or if the memory grew.
//!
//! `cargo run --release --example day [HOURS]`, by default 24

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_precision_loss)]

mod client;
mod counting_exchange;
#[path = "../growth/mod.rs"]
mod growth;
mod oracle;

use std::collections::{BTreeSet, VecDeque};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rsvp::history::{HistoryWriter, Retention};
use rsvp::sim::{
    EndCause, Fault, FaultKind, InProcess, Invite, InviteKind, MessageBody, MessageFormat, Options,
    Simulator, UcwaOptions,
};
use tokio::time::Instant;

use crate::client::Client;
use crate::growth::{slope, status};
use crate::oracle::Oracle;

/// The interval between two calls: 100,000 in a day.
const INTERVAL: Duration = Duration::from_millis(864);
/// The number of entries of each list that the simulator and the history keep.
const KEPT: usize = 1_000;
/// The number of calls that ring at the same time.
const RINGING: usize = 8;
/// The number of samples of the memory, of which every twelfth is printed.
const SAMPLES: u32 = 144;
/// The most that the memory may grow, in bytes an hour.
const ALLOWED: f64 = 16_384.0;

fn main() -> ExitCode {
    let hours: u64 = std::env::args().nth(1).map_or(24, |text| text.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    let is_well = runtime.unwrap().block_on(run(Duration::from_secs(3_600 * hours)));
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn run(time: Duration) -> bool {
    let ucwa = UcwaOptions { token_lifetime: Duration::from_secs(3_600), ..UcwaOptions::default() };
    let sim = Simulator::new(Options { kept: KEPT, ucwa, ..Options::default() });
    let (folder, events) = (tempfile::tempdir().unwrap(), Arc::new(AtomicU64::new(0)));
    let database = folder.path().join("history.db");
    let history = HistoryWriter::start(database.clone(), Retention { keep: KEPT, messages: false });
    let callers = usize::try_from(time.as_millis() / INTERVAL.as_millis()).unwrap();
    let mut client = Client::start(InProcess::new(&sim), history, callers, events.clone());
    client.sign_in().await;
    println!("{:>8} {:>9} {:>10} {:>9}", "time", "calls", "events", "memory");
    let (start, mut ringing, mut memory) = (Instant::now(), VecDeque::new(), Vec::new());
    let mut marks = BTreeSet::new();
    for number in 1..=callers as u64 {
        client.work_until(start + INTERVAL * u32::try_from(number).unwrap()).await;
        ringing.push_back(call(&sim, number));
        if ringing.len() > RINGING {
            end(&sim, ringing.pop_front().unwrap(), number);
        }
        disturb(&sim, number);
        act(&mut client, &sim, number);
        // The simulator's lists hold the ends of 1,000 calls and the marks of 1,000 requests.
        if number.is_multiple_of(50) {
            client.oracle.server_knows(&sim.ucwa.ended());
            marks.extend(rules_broken(&sim));
        }
        let due = (memory.len() as u64 + 1) * callers as u64 / u64::from(SAMPLES);
        if number == due {
            let hours = start.elapsed().as_secs_f64() / 3_600.0;
            memory.push((hours, status("self", "VmRSS:").unwrap_or_default() * 1_024.0));
            if memory.len().is_multiple_of(12) {
                let events = events.load(Ordering::Relaxed);
                println!(
                    "{hours:>7.1}h {number:>9} {events:>10} {:>6.1} MB",
                    memory[memory.len() - 1].1 / 1e6
                );
            }
        }
    }
    for number in ringing {
        end(&sim, number, 0);
    }
    sim.heal();
    client.work_until(Instant::now() + Duration::from_secs(120)).await;
    client.oracle.server_knows(&sim.ucwa.ended());
    marks.extend(rules_broken(&sim));
    println!(
        "{} events, {} applications; rules that requests broke: {marks:?}",
        events.load(Ordering::Relaxed),
        sim.ucwa.application_count()
    );
    let is_whole = client.finish(&database).await;
    is_flat(&memory) && is_whole && marks.is_empty()
}

/// Returns the rules that requests broke lately. A request that is on its way when the session ends may use an href of it.
fn rules_broken(sim: &Simulator) -> impl Iterator<Item = String> {
    sim.complaints().into_iter().filter(|mark| !mark.ends_with("is no longer known"))
}

/// Prints how fast the memory grew after the first quarter, which fills the lists that are bounded.
fn is_flat(memory: &[(f64, f64)]) -> bool {
    let later = &memory[memory.len() / 4..];
    let sizes = || later.iter().map(|sample| sample.1);
    let (least, most) = (sizes().fold(f64::INFINITY, f64::min), sizes().fold(0.0, f64::max));
    let slope = slope(later);
    println!(
        "after {:.1} hours, the memory is between {:.2} MB and {:.2} MB and changes by {slope:+.0} bytes an hour",
        later[0].0,
        least / 1e6,
        most / 1e6
    );
    slope <= ALLOWED
}

fn call(sim: &Simulator, number: u64) -> rsvp::sim::InvitationNumber {
    let kinds = [InviteKind::Im, InviteKind::Phone, InviteKind::Meeting, InviteKind::Av];
    sim.ucwa.invite(Invite {
        kind: kinds[usize::try_from(number).unwrap() % kinds.len()],
        from: Oracle::caller(number),
        subject: format!("Subject {number}"),
        message: "Do you have five minutes for the rollout plan?".into(),
        ..Invite::default()
    })
}

fn end(sim: &Simulator, invitation: rsvp::sim::InvitationNumber, number: u64) {
    let causes = [EndCause::CallerGivesUp, EndCause::AnsweredElsewhere, EndCause::TimedOut];
    // The user may have answered meanwhile.
    let _ = sim.ucwa.end(invitation, causes[usize::try_from(number).unwrap() % causes.len()]);
}

/// Lets the user answer some calls, and the other side talk and leave.
fn act(client: &mut Client, sim: &Simulator, number: u64) {
    match number % 50 {
        5 | 15 | 25 | 35 | 45 => client.press("!"),
        6 | 26 | 36 | 46 => client.press("D"),
        16 => client.press("a"),
        20 => each_participant(sim, |conversation, uri| {
            let body = MessageBody { text: "Are you there?".into(), format: MessageFormat::Plain };
            // A conversation may have no messaging.
            let _ = sim.ucwa.say(conversation, uri, body);
        }),
        30 => each_participant(sim, |conversation, uri| sim.ucwa.leave(conversation, uri)),
        _ => {}
    }
}

fn each_participant(sim: &Simulator, work: impl Fn(rsvp::sim::ConversationNumber, &str)) {
    for conversation in sim.ucwa.conversations() {
        for person in &conversation.people {
            work(conversation.number, &person.uri);
        }
    }
}

/// Lets the server lose events, sessions and connections now and then.
fn disturb(sim: &Simulator, calls: u64) {
    let every = |minutes: u64| calls.is_multiple_of(minutes * 60_000 / 864);
    if every(7) {
        sim.ucwa.force_resume();
    }
    if every(13) {
        sim.ucwa.drop_connections();
    }
    if every(20) {
        sim.ucwa.force_resync();
    }
    if every(60) {
        sim.ucwa.expire_applications();
    }
    if every(360) {
        sim.ucwa.expire_tokens();
    }
    if calls.is_multiple_of(97) {
        sim.fault(Fault::next("events", FaultKind::LostReply));
    }
    if calls.is_multiple_of(101) {
        sim.fault(Fault::next("decline", FaultKind::LostReply));
    }
}
