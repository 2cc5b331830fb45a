//! The domain: what an invitation is, whatever wire it came over and whatever screen shows it.

mod destination;
mod moment;
mod outcome;
mod party;
mod past;
mod reason;
mod rejection;

pub use destination::{CallbackUri, Destination};
pub use moment::Moment;
pub use outcome::Outcome;
pub use party::Party;
pub use past::PastInvitation;
pub use reason::Reason;
pub use rejection::Rejection;

use serde::{Deserialize, Serialize};

use crate::text::DisplayText;

/// Names one configured account; the index into the accounts that the program was started with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub u8);

/// Names an invitation for as long as the program runs.
///
/// A provider gives each invitation that it meets a number of its own and never uses one twice, so an id
/// from before a new session can't be mistaken for one of the new session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InvitationId {
    /// The account that it came to.
    pub account: AccountId,
    /// The provider's number for it, in order of arrival.
    pub number: u64,
}

/// Names a conversation for as long as the program runs; numbered like [`InvitationId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConversationId {
    /// The account that it belongs to.
    pub account: AccountId,
    /// The provider's number for it.
    pub number: u64,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An instant message (`messagingInvitation`).
    Message,
    /// A phone call (`phoneAudioInvitation`).
    Phone,
    /// An audio or video call (`audioVideoInvitation`).
    AudioVideo,
    /// An online meeting (`onlineMeetingInvitation`).
    Meeting,
    /// Somebody we asked to join a conversation (`participantInvitation`); always outgoing.
    Participant,
    /// A call to a bot (`call` in Microsoft Graph).
    Call,
}

impl Kind {
    /// What a person calls it, where there is little room.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Message => "IM",
            Self::Phone => "Phone",
            Self::AudioVideo => "A/V",
            Self::Meeting => "Meeting",
            Self::Participant => "Invite",
            Self::Call => "Call",
        }
    }
}

/// Who started it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Somebody invites us.
    Incoming,
    /// We invite somebody.
    Outgoing,
}

/// How pressing the sender says it is (`importance`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Importance {
    /// Nothing special.
    #[default]
    Normal,
    /// Marked urgent.
    Urgent,
    /// An emergency call.
    Emergency,
}

/// What stands between ringing and over, where the server tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stage {
    /// It rings.
    #[default]
    Ringing,
    /// It rings for a whole team (`TeamRing`).
    TeamRing,
    /// It was forwarded and rings elsewhere too (`Forwarded`).
    Forwarded,
    /// It is being connected; in a meeting's lobby this can take a while (`Connecting`).
    Connecting,
}

/// What can be done with an invitation now: exactly the action links that the server gave with
/// it; of a call to a bot, what Microsoft Graph takes before its time is up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each is one link that is there or not")]
pub struct Offers {
    /// `accept`
    pub accept: bool,
    /// `acceptWithPhoneAudio`: the server calls the user's phone.
    pub accept_with_phone: bool,
    /// `decline`
    pub decline: bool,
    /// `cancel`
    pub cancel: bool,
    /// `call: reject`, with a [`Rejection`].
    pub reject: bool,
    /// `call: redirect`
    pub redirect: bool,
}

/// One invitation as the provider knows it now. It holds no link: links stay with the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its name in this program.
    pub id: InvitationId,
    /// What is asked for.
    pub kind: Kind,
    /// Who started it.
    pub direction: Direction,
    /// Who invites: the caller of an incoming one, ourselves for an outgoing one.
    pub from: Party,
    /// Who is invited, where that is not simply us.
    pub to: Option<Party>,
    /// The people whose doing it is that it rings here, in words: “forwarded by Dana Birkby”.
    pub routes: Vec<DisplayText>,
    /// What it is about.
    pub subject: DisplayText,
    /// The first message of an instant-message invitation.
    pub message: DisplayText,
    /// What else is known, each with a word for what it is: “media”, “audio, video”.
    pub facts: Vec<Fact>,
    /// How pressing it is.
    pub importance: Importance,
    /// What stands between ringing and over.
    pub stage: Stage,
    /// What can be done now.
    pub offers: Offers,
    /// The conversation that it belongs to, where the provider knows it.
    pub conversation: Option<ConversationId>,
    /// When it arrived here.
    pub arrived: Moment,
    /// When nobody will answer any more, as far as we can tell: the server has the last word.
    pub deadline: Moment,
    /// How well the deadline is known.
    pub certainty: Certainty,
    /// The one who accepted it in the user's stead, or in the stead of the person that the user invited.
    pub accepted_by: Option<Party>,
}

/// How well a deadline is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Certainty {
    /// The start of the ringing was seen.
    #[default]
    Exact,
    /// It was ringing already when it was first seen: the deadline is the latest possible one.
    AtMost,
}

impl Invitation {
    /// An invitation of which nothing is known yet but that it is there.
    #[must_use]
    pub fn new(
        id: InvitationId,
        kind: Kind,
        direction: Direction,
        arrived: Moment,
        deadline: Moment,
    ) -> Self {
        Self {
            id,
            kind,
            direction,
            from: Party::default(),
            to: None,
            routes: Vec::new(),
            subject: DisplayText::default(),
            message: DisplayText::default(),
            facts: Vec::new(),
            importance: Importance::default(),
            stage: Stage::default(),
            offers: Offers::default(),
            conversation: None,
            arrived,
            deadline,
            certainty: Certainty::default(),
            accepted_by: None,
        }
    }

    /// Returns who is at the other end: whom we invited, else who calls, whoever else they may have called.
    #[must_use]
    pub fn other_side(&self) -> &Party {
        match (self.direction, &self.to) {
            (Direction::Outgoing, Some(to)) => to,
            _ => &self.from,
        }
    }
}

/// Something that is known of an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is, in a word.
    pub label: &'static str,
    /// What is known.
    pub value: DisplayText,
}

/// What the user wants done with an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Take it (`accept`).
    Accept,
    /// Take it on the user's phone (`acceptWithPhoneAudio`).
    AcceptWithPhone,
    /// Refuse it (`decline`), saying why; without a reason the server's own default holds.
    Decline(Reason),
    /// Take our own invitation back (`cancel`).
    Cancel,
    /// Refuse a call to a bot (`call: reject`).
    Reject {
        /// Why.
        reason: Rejection,
        /// Where its later notifications go, if not to the bot's usual address.
        callback: Option<CallbackUri>,
    },
    /// Send a call to a bot on to somebody else (`call: redirect`).
    Redirect(Destination),
}

/// Whether our side can leave a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HangUp {
    /// It can't.
    #[default]
    Impossible,
    /// It can.
    Possible,
    /// It did, and the end is only to be heard of. Doing it again is harmless.
    Done,
}

/// A conversation that we are part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Its name in this program.
    pub id: ConversationId,
    /// What it is about, or who is in it.
    pub subject: DisplayText,
    /// The other people in it.
    pub participants: Vec<Party>,
    /// Whether somebody can be invited into it now (the `addParticipant` link).
    pub can_invite: bool,
    /// Whether a message can be sent into it now (the `sendMessage` link).
    pub can_send: bool,
    /// Whether our side can leave it now (`call: delete` in Microsoft Graph).
    pub hang_up: HangUp,
    /// What there is to know about being in it: “the bot is on the line, not you”. May be empty.
    pub note: DisplayText,
}

impl Conversation {
    /// A conversation of which nothing is known yet but that we are part of it.
    #[must_use]
    pub fn new(id: ConversationId) -> Self {
        Self {
            id,
            subject: DisplayText::default(),
            participants: Vec::new(),
            can_invite: false,
            can_send: false,
            hang_up: HangUp::Impossible,
            note: DisplayText::default(),
        }
    }

    /// Returns what it is about, or who is in it where that is not said.
    #[must_use]
    pub fn title(&self) -> &str {
        match self.participants.first() {
            Some(party) if self.subject.is_empty() => party.label(),
            _ => self.subject.as_str(),
        }
    }

    /// Returns whether our side can leave it now.
    #[must_use]
    pub fn can_hang_up(&self) -> bool {
        self.hang_up != HangUp::Impossible
    }
}
