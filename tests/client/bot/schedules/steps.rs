//! The steps of a schedule: calls, keys, faults and the passing of time.

use std::time::Duration;

use rsvp::sim::{Call, CallEvent, CallModality, CallNumber, CallState, Caller, CallerKind, Fault, FaultKind};

use super::super::ringing;
use super::{FOREIGN_TENANT, OTHER_TENANT, Run};

/// Keys that answer no call.
const LOOKING: [&str; 20] = [
    "j",
    "k",
    "g",
    "G",
    "s",
    "y",
    "l",
    "\u{1b}",
    "1",
    "2",
    "3",
    "4",
    "4\u{4}\u{4}",
    "4G\u{15}y",
    "/Ann\n",
    "/nobody\n",
    "3/Ann\n",
    "?\u{1b}",
    "4s",
    "d\u{1b}",
];

/// Keys that answer the selected call, or all that are marked.
const ANSWERING: [&str; 14] = [
    "D",
    "D",
    "D",
    "a",
    "a",
    "dbusy\n",
    "dnone\n",
    "dforb\n",
    "f+14255550100\n",
    "ff3b2c9e0-7f0a-4b57-9a54-3c8f0d4c7e11\n",
    "g  D",
    "g  a\n",
    "g   d\n",
    " j D\n",
];

/// The requests of the bot, by their names for faults.
const REQUESTS: [&str; 9] =
    ["reject", "answer", "redirect", "hangUp", "call", "keepAlive", "graphToken", "keys", "metadata"];

fn random_kind(rng: &mut fastrand::Rng) -> FaultKind {
    match rng.u8(0..12) {
        0 => FaultKind::Refused,
        1 => FaultKind::Reset,
        2 => FaultKind::LostReply,
        3 => FaultKind::Delay(rng.f64() * 5.0),
        4 => FaultKind::Late(rng.f64() * 5.0),
        5 => FaultKind::error(503, "ServiceUnavailable"),
        6 => FaultKind::error(429, "TooManyRequests"),
        7 => FaultKind::error(429, "TooManyRequests").with("retry-after", "2"),
        8 => FaultKind::error(500, "1005"),
        9 => FaultKind::BlackHole,
        10 => FaultKind::Cut(1),
        _ => FaultKind::error(504, ""),
    }
}

/// Creates a call that differs from every other in its caller or its subject.
fn somebody(rng: &mut fastrand::Rng, number: u32) -> Call {
    let caller = match rng.u8(0..10) {
        0 => Caller::phone(&format!("+1425555{number:04}")),
        1 => Caller::new(CallerKind::Application, &format!("Bot {number:03}")),
        2 => Caller::new(CallerKind::Guest, &format!("Guest {number:03}")),
        3 => Caller::encrypted(),
        _ => Caller::user(&format!("Ann {number:03}")),
    };
    let says = caller.kind == CallerKind::Encrypted || rng.u8(0..3) == 0;
    let more = [CallModality::Video, CallModality::VideoBasedScreenSharing];
    Call {
        modalities: [CallModality::Audio]
            .into_iter()
            .chain(more.into_iter().filter(|_| rng.bool()))
            .collect(),
        group: rng.bool(),
        forwarded_from: match rng.u8(0..6) {
            0 => Some("Dana Birkby".into()),
            1 => Some("+14258828080".into()),
            _ => None,
        },
        subject: if says { format!("Matter {number:03}") } else { String::new() },
        tenant: match rng.u8(0..16) {
            0..3 => Some(OTHER_TENANT.into()),
            3 => Some(FOREIGN_TENANT.into()),
            _ => None,
        },
        ..Call::from(caller)
    }
}

impl Run {
    /// Calls the bot.
    pub fn call(&mut self) -> CallNumber {
        self.calls += 1;
        let call = somebody(&mut self.rng, self.calls);
        self.sim.graph.call(call)
    }

    fn press_one(&mut self, of: &[&str]) {
        let keys = *self.rng.choice(of).unwrap();
        self.client.press(keys);
    }

    pub fn answer(&mut self) {
        self.client.press("\u{1b}1");
        self.press_one(&ANSWERING);
        self.client.press("\u{1b}");
    }

    /// Performs a random step, after which a little time passes.
    pub async fn step(&mut self) {
        match self.rng.u8(0..40) {
            0..9 => {
                self.call();
            }
            9..19 => self.answer(),
            19..21 => self.client.press("\u{1b}3x\u{1b}1"),
            21..24 => self.press_one(&LOOKING),
            24..27 => self.end_one(),
            27..31 => {
                let (of, times) = (*self.rng.choice(&REQUESTS).unwrap(), self.rng.u32(1..4));
                self.sim.fault(Fault::next(of, random_kind(&mut self.rng)).times(times));
            }
            31 => {
                let all = [
                    FaultKind::Twice,
                    FaultKind::LostReply,
                    FaultKind::Reversed,
                    FaultKind::Delay(1.0),
                    FaultKind::Refused,
                ];
                let kind = self.rng.choice(&all).unwrap().clone();
                self.sim.fault(Fault::next("notify", kind).times(self.rng.u32(1..6)));
            }
            32 => {
                self.expiries += 1;
                self.sim.graph.expire_tokens();
            }
            33 => self.sim.graph.rotate_keys(),
            34 => {
                let time = Duration::from_millis(self.rng.u64(0..20_000));
                self.sleep(time);
            }
            35 => self.client.press("\u{1b}r"),
            36 => {
                let fault = Fault::next("graphToken", FaultKind::error(401, "invalid_client"));
                self.sim.fault(fault);
            }
            37 => {
                let minutes = Duration::from_secs(self.rng.u64(30..1_200));
                self.pass(minutes).await;
            }
            38 => self.race().await,
            _ => self.quiet_moment().await,
        }
        let pause = Duration::from_millis(self.rng.u64(0..4_000));
        self.pass(pause).await;
    }

    /// Ends a call, or answers it elsewhere.
    fn end_one(&mut self) {
        let calls = self.sim.graph.calls();
        let Some(call) = self.rng.choice(&calls) else { return };
        let (code, subcode) =
            *self.rng.choice(&[(500, 1_005), (480, 10_037), (410, 301_005), (408, 1_106)]).unwrap();
        let end = match (call.state, self.rng.u8(0..5)) {
            (_, 0) => CallEvent::Fails { code, subcode },
            (CallState::Incoming, 1..3) => CallEvent::CallerGivesUp,
            (CallState::Incoming, _) => CallEvent::AnsweredElsewhere,
            _ => CallEvent::OtherPartyHangsUp,
        };
        let _ = self.sim.graph.trigger(call.number, end);
    }

    /// Ends a call or answers it elsewhere while the service refuses the bot's answer to it.
    async fn race(&mut self) {
        let of = *self.rng.choice(&["answer", "reject"]).unwrap();
        self.sim.fault(Fault::next(of, FaultKind::error(503, "ServiceUnavailable")).times(4));
        let number = self.call();
        self.pass(Duration::from_millis(500)).await;
        self.client.press(if of == "answer" { "\u{1b}1Ga" } else { "\u{1b}1GD" });
        self.pass(Duration::from_millis(400)).await;
        let end = if self.rng.bool() { CallEvent::AnsweredElsewhere } else { CallEvent::CallerGivesUp };
        let _ = self.sim.graph.trigger(number, end);
    }

    /// Checks that after five steady minutes a single fault is retried at once, whatever failed before.
    pub async fn steady_minutes(&mut self) {
        self.client.press("1");
        self.pass(Duration::from_secs(300)).await;
        assert_eq!(ringing(&self.client.state), 0);
        let passing = [
            FaultKind::Refused,
            FaultKind::error(503, "ServiceUnavailable"),
            FaultKind::error(429, "TooManyRequests"),
        ];
        let kind = self.rng.choice(&passing).unwrap().clone();
        let of = *self.rng.choice(&["reject", "graphToken", "keys", "metadata"]).unwrap();
        match of {
            "graphToken" => {
                self.expiries += 1;
                self.sim.graph.expire_tokens();
            }
            "keys" | "metadata" => self.sim.graph.rotate_keys(),
            _ => {}
        }
        self.sim.fault(Fault::next(of, kind));
        self.calls += 1;
        let known = Call::from(Caller::user(&format!("Ann {:03}", self.calls)));
        self.sim.graph.call(known);
        let rings = self.client.within(Duration::from_secs(3), |state| ringing(state) == 1).await;
        assert!(rings, "a call is heard of at once although {of} failed once");
        self.pass(Duration::from_millis(500)).await;
        self.client.press("D");
        let over = self.client.within(Duration::from_secs(2), |state| ringing(state) == 0).await;
        assert!(over, "a call is rejected at once although {of} failed once");
        self.rest().await;
        self.check();
    }
}
