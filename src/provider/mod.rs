//! The seam between the program and any source of invitations: what a provider says ([`Event`]) and what it
//! is told ([`Command`]). Both travel over bounded channels: a provider that can't hand over its events
//! waits, and so the server holds the rest.

pub mod exchange;
pub mod graph;
pub mod oauth;
pub mod origin;
pub mod probe;
mod source;
mod tls;
pub mod ucwa;

use std::time::Duration;

use tokio::sync::mpsc;

use crate::invitation::{
    AccountId, Conversation, ConversationId, Decision, Invitation, InvitationId, Moment, Outcome, Party,
};
use crate::machine;
use crate::text::DisplayText;
pub use source::{Reread, SettingsSource};

/// How many events may wait for the program, and commands for a provider, before the sender waits.
pub const QUEUE: usize = 1_024;

/// Numbers a request of the user, so that its answer finds the way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// What a provider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The connection's state changed.
    Status(Status),
    /// Who is signed in there.
    SignedIn {
        /// The user's own name and address.
        me: Party,
    },
    /// An invitation is new or changed; this is all that is known of it now.
    Invitation(Box<Invitation>),
    /// An invitation is over. Nothing more is said of it.
    Over {
        /// Which.
        id: InvitationId,
        /// How.
        outcome: Outcome,
    },
    /// The name of whoever accepted an invitation that is over became known.
    AcceptedBy {
        /// Which invitation.
        id: InvitationId,
        /// Who accepted it.
        who: Box<Party>,
    },
    /// A conversation is new or changed.
    Conversation(Box<Conversation>),
    /// We are no longer part of a conversation.
    ConversationOver(ConversationId),
    /// Everything was read anew: what is not named here is no longer there.
    Snapshot {
        /// All that ring now.
        invitations: Vec<Invitation>,
        /// All that we are part of now.
        conversations: Vec<Conversation>,
    },
    /// A request of the user was sent; the outcome follows by [`Event::Over`] or [`Event::Invitation`].
    Done(Ticket),
    /// A request of the user was refused, or never left.
    Refused {
        /// Which request.
        ticket: Ticket,
        /// What happened, for a person.
        problem: Problem,
    },
    /// The reply to a request of the user was lost: whether it was carried out will show.
    Uncertain {
        /// Which request.
        ticket: Ticket,
        /// What happened, for a person.
        problem: Problem,
    },
    /// What became of a request whose reply was lost will never be known: the session that would tell is over.
    Unsettled(Ticket),
    /// Something that the user should be told once.
    Notice(DisplayText),
}

/// What went wrong, in words for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What happened.
    pub what: DisplayText,
    /// What to do next; may be empty.
    pub remedy: DisplayText,
    /// What a running client needs after the remedy.
    pub then: Then,
}

/// What a running client needs once a problem is mended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Then {
    /// Nothing.
    #[default]
    Nothing,
    /// The user has to reconnect. Whoever shows the problem knows the key for that, if there is one.
    Reconnect,
}

impl Problem {
    /// A problem and its remedy; remote text in either is made harmless here.
    #[must_use]
    pub fn new(what: &str, remedy: &str) -> Self {
        Self { what: DisplayText::new(what), remedy: DisplayText::new(remedy), then: Then::Nothing }
    }

    /// The same problem, after whose remedy the user has to reconnect.
    #[must_use]
    pub fn then_reconnect(self) -> Self {
        Self { then: Then::Reconnect, ..self }
    }

    /// Returns the words for a user whose key for reconnecting is `key`.
    #[must_use]
    pub fn with_key(&self, key: Option<&str>) -> String {
        let joint = if self.remedy.is_empty() { "; " } else { ", then " };
        match (self.then, key) {
            (Then::Nothing, _) => self.to_string(),
            (Then::Reconnect, Some(key)) => format!("{self}{joint}press {key}"),
            (Then::Reconnect, None) => format!("{self}{joint}reconnect"),
        }
    }
}

/// Names no key: not everything that shows a problem has keys.
impl std::fmt::Display for Problem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.remedy.is_empty() {
            write!(formatter, "{}", self.what)
        } else {
            write!(formatter, "{}; {}", self.what, self.remedy)
        }
    }
}

/// A step of checking a configuration, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What was tried.
    pub name: &'static str,
    /// What was found, or what went wrong.
    pub result: Result<DisplayText, Problem>,
}

impl Step {
    /// It works.
    #[must_use]
    pub fn fine(name: &'static str, what: &str) -> Self {
        Self { name, result: Ok(DisplayText::new(what)) }
    }

    /// It does not.
    #[must_use]
    pub fn failed(name: &'static str, problem: Problem) -> Self {
        Self { name, result: Err(problem) }
    }
}

/// The state of a provider's connection: what the header tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Not started yet.
    #[default]
    Idle,
    /// On the way to being online; the step in words (“discovering”, “signing in”).
    Connecting(&'static str),
    /// The event channel is open.
    Online {
        /// Since when this session has been online.
        since: Moment,
    },
    /// Something failed; tried again by itself.
    Retrying {
        /// When the next try starts.
        at: Moment,
        /// Why.
        problem: Problem,
    },
    /// Another client took over the event channel; waits for the user.
    Replaced,
    /// Given up; waits for the user.
    Stopped(Problem),
    /// Signed out.
    SignedOut,
}

impl Status {
    /// Whether what is shown of this account is as the server has it.
    #[must_use]
    pub fn is_online(&self) -> bool {
        matches!(self, Self::Online { .. })
    }
}

/// What a provider is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Answer an invitation.
    Answer {
        /// The request's number.
        ticket: Ticket,
        /// Which invitation.
        invitation: InvitationId,
        /// What to do with it.
        decision: Decision,
    },
    /// Invite somebody into a conversation (`addParticipant`).
    Invite {
        /// The request's number.
        ticket: Ticket,
        /// Into which.
        conversation: ConversationId,
        /// Whom: a SIP or tel URI.
        uri: String,
    },
    /// Send a message into a conversation (`sendMessage`).
    Send {
        /// The request's number.
        ticket: Ticket,
        /// Into which.
        conversation: ConversationId,
        /// What, as plain text.
        text: String,
    },
    /// Leave a conversation (`call: delete` in Microsoft Graph).
    HangUp {
        /// The request's number.
        ticket: Ticket,
        /// Which.
        conversation: ConversationId,
    },
    /// The user is there (a key was pressed).
    Active,
    /// Try again at once, or take the event channel back.
    Reconnect,
    /// The machine slept, or its network changed: what was open is dead.
    Wake,
    /// Finish what is in flight, sign out and end.
    SignOut,
}

impl Command {
    /// The number of the request, if it is one that is answered.
    #[must_use]
    pub fn ticket(&self) -> Option<Ticket> {
        match self {
            Self::Answer { ticket, .. }
            | Self::Invite { ticket, .. }
            | Self::Send { ticket, .. }
            | Self::HangUp { ticket, .. } => Some(*ticket),
            Self::Active | Self::Reconnect | Self::Wake | Self::SignOut => None,
        }
    }
}

/// The clock that a provider stamps its events with. It stands still while the machine sleeps, and tells for how
/// long that was.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: tokio::time::Instant,
    asleep: fn() -> Duration,
}

impl Clock {
    /// A clock that starts now.
    #[must_use]
    pub fn start() -> Self {
        Self::on_machine(machine::time_asleep)
    }

    /// A clock that starts now, on a machine that has slept as long as `asleep` says.
    #[must_use]
    pub fn on_machine(asleep: fn() -> Duration) -> Self {
        Self { start: tokio::time::Instant::now(), asleep }
    }

    /// The time since its start.
    #[must_use]
    pub fn now(&self) -> Moment {
        Moment(self.start.elapsed())
    }

    /// Returns how long the machine has slept in all, as far as that is known.
    #[must_use]
    pub fn asleep(&self) -> Duration {
        (self.asleep)()
    }

    /// The runtime's instant for a moment.
    #[must_use]
    pub fn instant(&self, moment: Moment) -> tokio::time::Instant {
        self.start.checked_add(moment.0).unwrap_or_else(|| self.start + Duration::from_secs(86_400 * 365))
    }
}

/// What the program holds of a running provider.
#[derive(Debug)]
pub struct Handle {
    /// Which account it serves.
    pub account: AccountId,
    /// Its ear.
    pub commands: mpsc::Sender<Command>,
    /// Its mouth.
    pub events: mpsc::Receiver<Event>,
}
