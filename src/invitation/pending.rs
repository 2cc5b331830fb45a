use super::{ConversationId, Direction, Importance, InvitationId, Kind, Moment, Party, Stage};
use crate::text::DisplayText;

/// The operations that an invitation offers now: the action links that the server gave with it, or the operations that
/// Microsoft Graph accepts for a call that still rings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each is one link that is present or absent")]
pub struct Offers {
    /// `accept`
    pub accept: bool,
    /// `acceptWithPhoneAudio`: the server calls the user's phone.
    pub accept_with_phone: bool,
    /// `decline`
    pub decline: bool,
    /// `cancel`
    pub cancel: bool,
    /// `call: reject`, with a [`Rejection`](super::Rejection).
    pub reject: bool,
    /// `call: redirect`
    pub redirect: bool,
}

/// The current state of an invitation. Links are not part of it; they stay with the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The id of the invitation.
    pub id: InvitationId,
    /// The kind of the invitation.
    pub kind: Kind,
    /// Whether the user received or sent the invitation.
    pub direction: Direction,
    /// The sender: the caller, or the user for an outgoing invitation.
    pub from: Party,
    /// The recipient, unless that is the user.
    pub to: Option<Party>,
    /// The people because of whom the invitation rings here, in words like “forwarded by Dana Birkby”.
    pub routes: Vec<DisplayText>,
    /// The subject; may be empty.
    pub subject: DisplayText,
    /// The first message of an instant-message invitation; may be empty.
    pub message: DisplayText,
    /// The address of the meeting (`onlineMeetingUri`); empty unless it is one.
    pub meeting: DisplayText,
    /// Further details.
    pub facts: Vec<Fact>,
    /// The importance.
    pub importance: Importance,
    /// The progress since the invitation arrived.
    pub stage: Stage,
    /// The operations that are possible now.
    pub offers: Offers,
    /// The conversation that the invitation belongs to, if the provider knows it.
    pub conversation: Option<ConversationId>,
    /// When the invitation arrived.
    pub arrived: Moment,
    /// When the ringing is expected to end. Only the server's evidence ends it.
    pub deadline: Moment,
    /// The accuracy of `deadline`.
    pub certainty: Certainty,
    /// The person who accepted in place of the recipient.
    pub accepted_by: Option<Party>,
}

/// The accuracy of a deadline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Certainty {
    /// The start of the ringing was observed.
    #[default]
    Exact,
    /// The invitation rang before it was first seen, so the deadline is the latest possible one.
    AtMost,
}

impl Invitation {
    /// The label of the fact that holds the number of the user's phone that rings.
    pub const PHONE: &'static str = "phone";
    /// The label of the fact that the call came on the user's private line.
    pub const LINE: &'static str = "line";
    /// The label of the fact that holds the id of the directory that a call to a bot belongs to.
    pub const TENANT: &'static str = "tenant";

    /// Creates a ringing invitation without any details.
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
            meeting: DisplayText::default(),
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

    /// Returns the remote party: the sender of an incoming invitation, the recipient of an outgoing one.
    #[must_use]
    pub fn other_side(&self) -> &Party {
        match (self.direction, &self.to) {
            (Direction::Outgoing, Some(to)) => to,
            _ => &self.from,
        }
    }

    /// Returns the number of the user's phone that rings, if the server tells.
    #[must_use]
    pub fn phone_number(&self) -> Option<&DisplayText> {
        self.facts.iter().find(|fact| fact.label == Self::PHONE).map(|fact| &fact.value)
    }

    /// Returns whether the call came on the user's private line.
    #[must_use]
    pub fn is_on_private_line(&self) -> bool {
        self.facts.iter().any(|fact| fact.label == Self::LINE)
    }

    /// Returns whether any visible text contains `needle`, which is in lower case.
    #[must_use]
    pub fn matches(&self, needle: &str) -> bool {
        let people = [Some(self.other_side()), self.to.as_ref(), self.accepted_by.as_ref()];
        let people = people.into_iter().flatten().flat_map(|party| [&party.name, &party.uri, &party.origin]);
        let words = [Some(self.kind.word()), self.importance.word(), self.stage.words()];
        [&self.subject, &self.message]
            .into_iter()
            .chain(people)
            .chain(&self.routes)
            .chain(self.facts.iter().map(|fact| &fact.value))
            .map(DisplayText::as_str)
            .chain(words.into_iter().flatten())
            .any(|text| needle.is_empty() || text.to_lowercase().contains(needle))
    }
}

/// A detail of an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The name of the detail, like “media”.
    pub label: &'static str,
    /// The value, like “audio, video”.
    pub value: DisplayText,
}
