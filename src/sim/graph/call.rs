use std::fmt;

use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::caller::{Call, CallModality};
use super::leg::BotLeg;

/// The number of a call in the simulator.
pub type CallNumber = u32;

/// The state of a call that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallState {
    /// The call rings.
    Incoming,
    /// The bot has answered; the call is being connected.
    Establishing,
    /// The call is connected.
    Established,
    /// The call rings at somebody else, whom the bot transfers it to.
    Transferring,
    /// The new party has accepted the call.
    TransferAccepted,
}

impl CallState {
    /// Returns the name in the documentation of Graph.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Incoming => "incoming",
            Self::Establishing => "establishing",
            Self::Established => "established",
            Self::Transferring => "transferring",
            Self::TransferAccepted => "transferAccepted",
        }
    }
}

/// A call that has not ended, as the service knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallSnapshot {
    /// The number.
    pub number: CallNumber,
    /// The id in notifications and addresses.
    pub id: String,
    /// The state.
    pub state: CallState,
    /// The name of the caller.
    pub caller: String,
    /// The call as it was made.
    pub call: Call,
    /// The instance that answered the call, if one did.
    pub answered_by: Option<Answerer>,
}

/// The instance of the bot that answered a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answerer {
    /// The bot, by a request.
    Bot,
    /// Another instance of the bot.
    OtherInstance,
}

/// An event that changes a call other than by a request of the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallEvent {
    /// The caller gives up.
    CallerGivesUp,
    /// The other party of an answered call hangs up.
    OtherPartyHangsUp,
    /// Another instance of the bot answers; the call goes on.
    AnsweredElsewhere,
    /// The other party of an answered call presses this key of the dial pad: a digit, `*`, `#`, or `A` to `D`.
    PressesKey(char),
    /// The transfer of the call fails, and the call is connected again.
    TransferFails {
        /// The code, which resembles an HTTP status.
        code: u32,
        /// The subcode.
        subcode: u32,
    },
    /// The service ends the call.
    Fails {
        /// The code, which resembles an HTTP status.
        code: u32,
        /// The subcode.
        subcode: u32,
    },
}

/// The end of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    /// The bot rejected it.
    Rejected {
        /// The reason, in lower case.
        reason: String,
    },
    /// The caller gave up.
    CallerGaveUp,
    /// Nobody answered in time.
    TimedOut,
    /// The bot hung up.
    HungUp,
    /// The other party hung up.
    OtherPartyHungUp,
    /// The bot redirected it.
    Redirected,
    /// The bot transferred it.
    Transferred,
    /// The service ended it.
    Failed {
        /// The code.
        code: u32,
        /// The subcode.
        subcode: u32,
    },
}

impl fmt::Display for CallOutcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected { reason } => write!(formatter, "rejected ({reason})"),
            Self::CallerGaveUp => formatter.write_str("the caller gave up"),
            Self::TimedOut => formatter.write_str("nobody answered"),
            Self::HungUp => formatter.write_str("the bot hung up"),
            Self::OtherPartyHungUp => formatter.write_str("the other party hung up"),
            Self::Redirected => formatter.write_str("redirected"),
            Self::Transferred => formatter.write_str("transferred"),
            Self::Failed { code, subcode } => write!(formatter, "failed ({code}/{subcode})"),
        }
    }
}

/// A call that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedCall {
    /// The number.
    pub number: CallNumber,
    /// The id in notifications and addresses.
    pub id: String,
    /// The name of the caller.
    pub caller: String,
    /// The call as it was made.
    pub call: Call,
    /// The instance that answered the call, if one did.
    pub answered_by: Option<Answerer>,
    /// The end.
    pub outcome: CallOutcome,
}

/// A call that has not ended.
pub(super) struct LiveCall {
    pub number: CallNumber,
    pub id: String,
    pub call: Call,
    /// The id of the tenant that the call is for.
    pub tenant: String,
    pub state: CallState,
    pub answered_by: Option<Answerer>,
    /// When the bot last answered the call or kept it alive.
    pub last_active: Instant,
    /// The `callbackUri`, if the bot named one.
    pub callback: Option<Url>,
    /// The modalities that the bot accepted.
    pub accepted: Vec<CallModality>,
    /// The number of transfers that have begun.
    pub transfers: u32,
    /// The bot's part in the call, once the bot has answered it.
    pub leg: Option<BotLeg>,
    /// The request of the bot that made the call; `None` for a call to the bot.
    pub outgoing: Option<Outgoing>,
    /// The value of `Scenario-Id` in the notifications.
    pub scenario: String,
    /// The value of `X-Microsoft-Skype-Chain-ID` in the notifications.
    pub chain: String,
}

/// The parts of a call that only the bot that makes it determines.
pub(super) struct Outgoing {
    /// The `targets`; empty for a meeting.
    pub targets: Vec<Value>,
    /// The `chatInfo`.
    pub chat: Option<Value>,
    /// The `meetingInfo`.
    pub meeting: Option<Value>,
}

/// The part of an ended call that the service keeps, to answer later requests for it.
pub(super) struct FinishedCall {
    pub tenant: String,
    pub outcome: CallOutcome,
    pub ended_at: Instant,
}

/// A timer of a call.
#[derive(Clone, Copy)]
pub(super) enum CallTimer {
    /// The time to answer is over.
    Ring(CallNumber),
    /// The connection is made.
    Connect(CallNumber),
    /// The time to keep the call alive is over, unless the bot did so meanwhile.
    KeepAlive(CallNumber),
    /// The transfer of that number goes on.
    Transfer(CallNumber, u32),
    /// The operation of that number is complete.
    Operation(CallNumber, usize),
}
