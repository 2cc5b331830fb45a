//! Random calls, answers and faults, under a clock that moves by itself. A seed that fails replays exactly:
//! `RSVP_SEED=7 cargo test --test client bot::schedules`. At the end of each: nothing is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rsvp::invitation::{InvitationId, Outcome};
use rsvp::sim::{
    Call, CallEnd, CallOutcome, CallState, CallTruth, Caller, Fault, GraphOptions, Mishap, Recorded,
};

use super::{SECRET, quick, ringing};
use crate::support::Desk;

/// How many schedules an ordinary run tries; `RSVP_SCHEDULES` names another number.
const SEEDS: u64 = 300;

/// How many things happen in one.
const STEPS: u32 = 40;

#[test]
fn whatever_happens_no_call_is_lost_and_none_is_shown_that_is_over() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(seed) = number("RSVP_SEED") {
        quick(schedule(seed));
        return;
    }
    for seed in 0..number("RSVP_SCHEDULES").unwrap_or(SEEDS) {
        let outcome = std::panic::catch_unwind(|| quick(schedule(seed)));
        assert!(outcome.is_ok(), "seed {seed} failed; RSVP_SEED={seed} replays it");
    }
}

fn mishap(rng: &mut fastrand::Rng) -> Mishap {
    match rng.u8(0..9) {
        0 => Mishap::Refused,
        1 => Mishap::Reset,
        2 => Mishap::LostReply,
        3 => Mishap::Delay(rng.f64() * 5.0),
        4 => Mishap::Late(rng.f64() * 5.0),
        5 => Mishap::error(503, "ServiceUnavailable"),
        6 => Mishap::error(429, "TooManyRequests"),
        7 => Mishap::error(500, "1005"),
        _ => Mishap::error(504, ""),
    }
}

/// What happened in the schedule of that seed, in the order of time.
pub fn story(seed: u64) -> String {
    quick(schedule(seed))
}

async fn schedule(seed: u64) -> String {
    let mut rng = fastrand::Rng::with_seed(seed);
    let options = GraphOptions { client_secret: SECRET.into(), ..GraphOptions::default() };
    let mut desk = Desk::bot_with(options).await;
    for step in 0..STEPS {
        match rng.u8(0..20) {
            0..6 => {
                // Each has a name of its own, so that its row can be told from all others.
                desk.sim
                    .call(Call { group: rng.bool(), ..Call::from(Caller::user(&format!("Caller {step}"))) });
            }
            6..9 => desk.press("D"),
            9..11 => desk.press("a"),
            11 => desk.press("f+14255550100\n\u{1b}"),
            12 => desk.press("j"),
            13 => desk.press("3x1"),
            14 => {
                let calls = desk.sim.calls();
                if let Some(call) = rng.choice(&calls) {
                    let end = match (call.state, rng.bool()) {
                        (CallState::Incoming, true) => CallEnd::GivesUp,
                        (CallState::Incoming, false) => CallEnd::AnsweredElsewhere,
                        _ => CallEnd::OtherPartyEnds,
                    };
                    let _ = desk.sim.end_call(call.number, end);
                }
            }
            15..17 => {
                let of = ["reject", "answer", "redirect", "hangUp", "call", "graphToken", "keys"];
                let of = *rng.choice(&of).unwrap();
                desk.sim.fault(Fault::next(of, mishap(&mut rng)).times(rng.u32(1..4)));
            }
            17 => {
                let all = [Mishap::Twice, Mishap::LostReply, Mishap::Reversed, Mishap::Delay(1.0)];
                let mishap = rng.choice(&all).unwrap().clone();
                desk.sim.fault(Fault::next("notify", mishap).times(rng.u32(1..6)));
            }
            18 => desk.sim.tokens_of_graph_expire(),
            _ => desk.sim.rotate_keys(),
        }
        let pause = Duration::from_millis(rng.u64(0..4_000));
        desk.within(pause, |_| false).await;
    }
    desk.sim.heal();
    // The end of an answered call that nobody could tell of is found by the next keep-alive.
    desk.wait(1_000).await;
    nothing_is_lost(&desk);
    desk.sign_out().await;
    // The 15 s count from when the call was heard of, which a fault may have made late.
    let complaints = desk.sim.complaints();
    let others = complaints.iter().filter(|it| it.as_str() != "the time for an answer was up");
    assert_eq!(others.collect::<Vec<_>>(), Vec::<&String>::new());
    format!("{}{:?}", desk.story(), desk.notices)
}

fn nothing_is_lost(desk: &Desk) {
    assert_eq!(ringing(&desk.state), 0, "no call rings for more than 15 s");
    assert!(desk.overs.values().all(|told| *told == 1), "a final state is final: {:?}", desk.overs);
    assert_eq!(desk.ghosts, Vec::new());
    // What the webhook could not take, or not believe yet, is not known here: that a call came, or that another
    // program of the bot answered it.
    let taken = |id: &str, what: &str| {
        let record = desk.sim.record();
        let told = record.iter().find(|request| {
            request.method == "NOTIFY"
                && request.status == 202
                && request.body.contains(what)
                && request.body.contains(id)
        });
        told.map(|request| request.at)
    };
    let came = |id: &str| taken(id, "\"changeType\":\"created\"");
    // What is told when its time is nearly up may be believed too late: reading new keys can take five seconds.
    let told_in_time = |id: &str| {
        let answered = taken(id, "\"state\":\"established\"");
        came(id).zip(answered).is_some_and(|(came, told)| told < came + Duration::from_secs(9))
    };
    let answered_here = |id: &str| {
        let taken = |request: &Recorded| request.status == 202 && request.target.ends_with("/answer");
        desk.sim.record().iter().any(|request| taken(request) && request.target.contains(id))
    };
    let shown: BTreeSet<String> = desk.state.conversations.iter().map(|it| it.subject.to_string()).collect();
    let told = |call: &CallTruth| answered_here(&call.id) || told_in_time(&call.id);
    let calls = desk.sim.calls();
    let (open, untold): (Vec<_>, Vec<_>) = calls
        .into_iter()
        .filter(|call| came(&call.id).is_some())
        .partition(|call| told(call) || shown.contains(&call.who));
    let open: BTreeSet<String> = open.into_iter().map(|call| call.who).collect();
    assert_eq!(shown, open, "the open lines are those of the service");
    // One row each, and what is said of it is true.
    let endings: BTreeMap<String, CallOutcome> = desk
        .sim
        .call_endings()
        .into_iter()
        .filter(|ending| came(&ending.id).is_some())
        .map(|it| (it.who, it.how))
        .collect();
    let mut rows: BTreeMap<String, Vec<InvitationId>> = BTreeMap::new();
    for past in desk.state.history.iter() {
        let who = past.invitation.from.name.to_string();
        rows.entry(who.clone()).or_default().push(past.invitation.id);
        let true_to_it = match (&past.outcome, endings.get(&who)) {
            (Outcome::Rejected(reason), Some(CallOutcome::Rejected { reason: told })) => {
                reason.name() == told
            }
            (Outcome::Rejected(_), _) => false,
            (Outcome::Accepted | Outcome::AnsweredElsewhere, how) => {
                how.is_none_or(|how| matches!(how, CallOutcome::HungUp | CallOutcome::OtherParty))
            }
            (Outcome::Forwarded, how) => how == Some(&CallOutcome::Redirected),
            (Outcome::Expired, None) => untold.iter().any(|call| call.who == who),
            (Outcome::Expired | Outcome::CallerGaveUp, how) => {
                !matches!(how, Some(CallOutcome::Rejected { .. } | CallOutcome::Redirected) | None)
            }
            (_, _) => true,
        };
        assert!(true_to_it, "{who}: {:?} against {:?}", past.outcome, endings.get(&who));
    }
    let all = endings.len() + open.len() + untold.len();
    assert_eq!(rows.len(), all, "each call has its row");
    assert!(rows.values().all(|ids| ids.len() == 1), "{rows:?}");
}
