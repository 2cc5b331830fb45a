//! The calls that there are, and what each action does to them.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use url::Url;

use super::caller::{Call, CallModality};
use super::notify::Notice;
use super::resources::{deleted, envelope, terminated, updated};
use super::{Graph, Then};

/// The number of a call here.
pub type CallNumber = u32;

/// How long a call rings.
pub(super) const RING: Duration = Duration::from_secs(15);
/// How long an answered call lasts without a sign of life from its bot.
const KEEP_ALIVE: Duration = Duration::from_secs(45 * 60);
/// How long the service takes to tell of what was done.
const SOON: Duration = Duration::from_millis(20);
/// How long it takes to connect.
const CONNECTING: Duration = Duration::from_millis(300);

/// How far a call is that is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallState {
    /// It rings.
    Incoming,
    /// It was answered.
    Establishing,
    /// It is connected.
    Established,
}

impl CallState {
    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Incoming => "incoming",
            Self::Establishing => "establishing",
            Self::Established => "established",
        }
    }
}

/// A call as the service has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallTruth {
    /// Its number here.
    pub number: CallNumber,
    /// Its id on the wire.
    pub id: String,
    /// How far it is.
    pub state: CallState,
    /// Who calls.
    pub who: String,
    /// The call as it came.
    pub call: Call,
    /// Who answered it, if somebody did.
    pub answered: Option<Answerer>,
}

/// Who answered a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answerer {
    /// The bot, by its request.
    Bot,
    /// Another instance of the bot.
    Another,
}

/// What happens to a call without the bot's doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallEnd {
    /// The caller gives up.
    GivesUp,
    /// The other party of an answered call hangs up.
    OtherPartyEnds,
    /// Another instance of the bot answers; the call goes on.
    AnsweredElsewhere,
    /// The service ends it, for this reason.
    Fails {
        /// The class, much as a status of HTTP.
        code: u32,
        /// The reason.
        subcode: u32,
    },
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    /// The bot rejected it.
    Rejected {
        /// The reason, in lower case.
        reason: String,
    },
    /// The caller gave up.
    GivenUp,
    /// Nobody answered.
    TimedOut,
    /// The bot hung up.
    HungUp,
    /// The other party hung up.
    OtherParty,
    /// The bot sent it on.
    Redirected,
    /// The service ended it.
    Failed {
        /// The class.
        code: u32,
        /// The reason.
        subcode: u32,
    },
}

/// A call that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallEnding {
    /// Its number here.
    pub number: CallNumber,
    /// Its id on the wire.
    pub id: String,
    /// Who called.
    pub who: String,
    /// The call as it came.
    pub call: Call,
    /// Who had answered it, if somebody had.
    pub answered: Option<Answerer>,
    /// How it ended.
    pub how: CallOutcome,
}

/// A call that is not over.
pub(super) struct Live {
    pub number: CallNumber,
    pub id: String,
    pub call: Call,
    pub tenant: String,
    pub state: CallState,
    pub answered: Option<Answerer>,
    /// When the bot gave its last sign of life.
    pub heard: Instant,
    /// Where the bot wants to be told about it, if not at its usual address.
    pub callback: Option<Url>,
    pub accepted: Vec<CallModality>,
    pub scenario: String,
    pub chain: String,
}

fn guid() -> String {
    uuid::Uuid::new_v4().to_string()
}

impl Graph {
    /// An id that nothing else has: the same ones come again with the same seed.
    fn guid(&mut self) -> String {
        uuid::Builder::from_random_bytes(self.rng.u128(..).to_be_bytes()).into_uuid().to_string()
    }

    /// What a call would be that nobody has heard of yet.
    pub(super) fn imagined(&self, number: CallNumber, call: Call) -> Live {
        Live {
            number,
            id: guid(),
            tenant: call.tenant.clone().unwrap_or_else(|| self.options.tenant.clone()),
            call,
            state: CallState::Incoming,
            answered: None,
            heard: Instant::now(),
            callback: None,
            accepted: Vec::new(),
            scenario: guid(),
            chain: guid(),
        }
    }

    /// A call rings; nobody is told yet.
    pub fn admit(&mut self, call: Call) -> CallNumber {
        self.last += 1;
        let number = self.last;
        let ids = (self.guid(), self.guid(), self.guid());
        let mut live = self.imagined(number, call);
        (live.id, live.scenario, live.chain) = ids;
        self.tenants.insert(live.tenant.to_ascii_lowercase());
        self.live.insert(number, live);
        self.later.push((RING, Then::RingsOut(number)));
        number
    }

    pub fn call(&mut self, call: Call) -> CallNumber {
        let number = self.admit(call);
        if let Some(created) = self.created(number) {
            let who = self.live.get(&number).map(|live| live.call.caller.label().to_owned());
            let what = format!("call {number} from {} is created", who.unwrap_or_default());
            self.tell(number, &created, Duration::ZERO, what);
        }
        number
    }

    /// What is told of a call when it comes.
    pub fn created(&self, number: CallNumber) -> Option<Value> {
        let callback = self.webhook.as_ref().map(|webhook| webhook.url.as_str());
        Some(self.live.get(&number)?.created(&self.options.client_id, callback))
    }

    pub fn number_of(&self, id: &str) -> Option<CallNumber> {
        self.live.values().find(|live| live.id.eq_ignore_ascii_case(id)).map(|live| live.number)
    }

    pub fn truth(&self) -> Vec<CallTruth> {
        let truth = |live: &Live| CallTruth {
            number: live.number,
            id: live.id.clone(),
            state: live.state,
            who: live.call.caller.label().to_owned(),
            call: live.call.clone(),
            answered: live.answered,
        };
        self.live.values().map(truth).collect()
    }

    fn tell(&mut self, number: CallNumber, notification: &Value, wait: Duration, what: String) {
        let message = self.guid();
        if let Some(live) = self.live.get(&number) {
            let body = envelope(std::slice::from_ref(notification)).to_string();
            self.outbox.push(Notice {
                url: live.callback.clone(),
                tenant: live.tenant.clone(),
                lane: live.id.clone(),
                scenario: live.scenario.clone(),
                chain: live.chain.clone(),
                message,
                last: notification.get("changeType").is_some_and(|change| change == "deleted"),
                body,
                wait,
                what,
            });
        }
    }

    fn change(&mut self, number: CallNumber, state: &str, wait: Duration) {
        let Some(live) = self.live.get(&number) else { return };
        let notification = updated(&live.id, &json!({ "state": state }));
        self.tell(number, &notification, wait, format!("call {number} is {state}"));
    }

    /// The call is over. Its bot is told soon, with the reason where the call had been answered.
    fn finish(&mut self, number: CallNumber, how: CallOutcome, info: Option<(u32, u32, &str)>) {
        let Some(live) = self.live.get(&number) else { return };
        let info = info.map_or(json!({}), |(code, subcode, message)| {
            self.deletions += 1;
            terminated(code, subcode, message, self.deletions.is_multiple_of(2))
        });
        let notification = deleted(&live.id, &info);
        self.tell(number, &notification, SOON, format!("call {number} is deleted: {how:?}"));
        if let Some(live) = self.live.remove(&number) {
            let over = Over { tenant: live.tenant, how: how.clone(), at: Instant::now() };
            self.over.insert(live.id.to_ascii_lowercase(), over);
            let who = live.call.caller.label().to_owned();
            let (id, call, answered) = (live.id, live.call, live.answered);
            self.endings.push(CallEnding { number, id, who, call, answered, how });
        }
    }

    pub fn end(&mut self, number: CallNumber, end: CallEnd) -> Result<(), String> {
        let state = self.live.get(&number).map(|live| live.state);
        let Some(state) = state else { return Err(format!("there is no call {number}")) };
        let rings = state == CallState::Incoming;
        match end {
            CallEnd::GivesUp if rings => self.finish(number, CallOutcome::GivenUp, None),
            CallEnd::OtherPartyEnds if !rings => {
                self.finish(number, CallOutcome::OtherParty, Some((200, 4_521, "The other party ended it.")));
            }
            CallEnd::AnsweredElsewhere if rings => {
                // Whoever answered keeps it alive.
                self.answered_by(number, Answerer::Another);
                self.set_state(number, CallState::Established);
                self.change(number, "established", SOON);
            }
            CallEnd::Fails { code, subcode } => {
                let info = Some((code, subcode, "The call failed."));
                self.finish(number, CallOutcome::Failed { code, subcode }, info);
            }
            CallEnd::GivesUp | CallEnd::AnsweredElsewhere => {
                return Err(format!("call {number} is answered"));
            }
            CallEnd::OtherPartyEnds => return Err(format!("call {number} rings: its caller gives up")),
        }
        Ok(())
    }

    fn set_state(&mut self, number: CallNumber, state: CallState) {
        if let Some(live) = self.live.get_mut(&number) {
            live.state = state;
            live.heard = Instant::now();
        }
    }

    fn answered_by(&mut self, number: CallNumber, who: Answerer) {
        if let Some(live) = self.live.get_mut(&number) {
            live.answered = Some(who);
        }
    }

    // ---- what the bot does ----

    pub fn reject(&mut self, number: CallNumber, reason: &str, callback: Option<Url>) {
        self.tell_at(number, callback);
        self.finish(number, CallOutcome::Rejected { reason: reason.to_owned() }, None);
    }

    pub fn answer(&mut self, number: CallNumber, callback: Option<Url>, accepted: Vec<CallModality>) {
        self.tell_at(number, callback);
        self.answered_by(number, Answerer::Bot);
        self.set_state(number, CallState::Establishing);
        if let Some(live) = self.live.get_mut(&number) {
            live.accepted = accepted;
        }
        self.change(number, "establishing", SOON);
        self.later.push((CONNECTING, Then::Connects(number)));
    }

    pub fn redirect(&mut self, number: CallNumber, callback: Option<Url>) {
        self.tell_at(number, callback);
        self.change(number, "redirecting", SOON);
        self.finish(number, CallOutcome::Redirected, Some((200, 7_015, "The call was transferred.")));
    }

    pub fn hang_up(&mut self, number: CallNumber) {
        self.change(number, "terminating", SOON);
        self.finish(number, CallOutcome::HungUp, Some((200, 7_000, "The bot ended the call.")));
    }

    pub fn keep_alive(&mut self, number: CallNumber) {
        if let Some(live) = self.live.get_mut(&number) {
            live.heard = Instant::now();
        }
    }

    fn tell_at(&mut self, number: CallNumber, callback: Option<Url>) {
        if let Some(live) = self.live.get_mut(&number) {
            live.callback = callback.or(live.callback.take());
        }
    }

    // ---- what time does ----

    pub fn happen(&mut self, then: Then) {
        match then {
            Then::RingsOut(number) => {
                if self.live.get(&number).is_some_and(|live| live.state == CallState::Incoming) {
                    self.finish(number, CallOutcome::TimedOut, None);
                }
            }
            Then::Connects(number) => {
                if self.live.get(&number).is_some_and(|live| live.state == CallState::Establishing) {
                    self.set_state(number, CallState::Established);
                    self.change(number, "established", Duration::ZERO);
                    self.later.push((KEEP_ALIVE, Then::WasItKeptAlive(number)));
                }
            }
            Then::WasItKeptAlive(number) => {
                let Some(live) = self.live.get(&number) else { return };
                let silent = live.heard.elapsed();
                if silent >= KEEP_ALIVE {
                    let how = CallOutcome::Failed { code: 408, subcode: 8_537 };
                    self.finish(number, how, Some((408, 8_537, "There was no keep-alive.")));
                } else {
                    self.later.push((KEEP_ALIVE.saturating_sub(silent), Then::WasItKeptAlive(number)));
                }
            }
        }
    }
}

/// What is remembered of a call that is over.
pub(super) struct Over {
    pub tenant: String,
    pub how: CallOutcome,
    pub at: Instant,
}
