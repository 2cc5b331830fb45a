//! The purpose for which the user chooses a person, and what stands in the way of it.

use std::collections::BTreeMap;

use super::{Entry, List, PendingRequest};
use crate::invitation::{AccountId, Conversation, ConversationId, Kind, Party};
use crate::provider::Ticket;

/// The purpose for which a person is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickPurpose {
    /// To invite the person to a conversation.
    Invite(ConversationId),
    /// To start a conversation with the person from an account.
    Start(AccountId),
}

impl PickPurpose {
    /// Returns the account that approaches the person.
    #[must_use]
    pub fn account(self) -> AccountId {
        match self {
            Self::Invite(conversation) => conversation.account,
            Self::Start(account) => account,
        }
    }
}

/// The people who are in conversations or on their way there.
#[derive(Clone, Copy, Debug)]
pub struct PeopleInvolved<'a> {
    /// The user, if the account has signed in.
    pub me: Option<&'a Party>,
    /// The conversations.
    pub conversations: &'a List<Conversation>,
    /// The invitations that the user sent.
    pub outgoing: &'a List<Entry>,
    /// The user's requests that have not been answered yet.
    pub pending_requests: &'a BTreeMap<Ticket, PendingRequest>,
}

/// The reason why a person can't be invited, or a conversation with them can't be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PickObstacle {
    /// The person is in the conversation.
    Present,
    /// An invitation of the person is under way.
    Invited,
    /// The person is the user.
    Yourself,
    /// The address is a phone number, which takes no instant messages.
    Phone,
}

impl PickObstacle {
    /// Returns the mark beside the person's name.
    #[must_use]
    pub fn mark(self) -> &'static str {
        match self {
            Self::Present => "already in it",
            Self::Invited => "already invited",
            Self::Yourself => "you",
            Self::Phone => "phone",
        }
    }

    /// Returns a sentence for the user who has chosen the person nevertheless.
    #[must_use]
    pub fn complaint(self) -> &'static str {
        match self {
            Self::Present => "This person is already in the conversation",
            Self::Invited => "This person is already invited; the list of outgoing invitations has more",
            Self::Yourself => "This is you; choose somebody else",
            Self::Phone => "A phone number takes no instant messages; choose an address like joe@contoso.com",
        }
    }
}

/// Returns the reason why the person at an address can't be approached, if there is one.
#[must_use]
pub fn obstacle(involved: &PeopleInvolved<'_>, purpose: PickPurpose, uri: &str) -> Option<PickObstacle> {
    let is_same = |party: &Party| party.has_address(uri);
    if involved.me.is_some_and(is_same) {
        return Some(PickObstacle::Yourself);
    }
    match purpose {
        PickPurpose::Start(_) if uri.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("tel:")) => {
            Some(PickObstacle::Phone)
        }
        PickPurpose::Start(account) => is_started(involved, account, uri).then_some(PickObstacle::Invited),
        PickPurpose::Invite(id) => {
            let people = involved.conversations.get(id).map(|conversation| &conversation.participants);
            if people.is_some_and(|people| people.iter().any(is_same)) {
                return Some(PickObstacle::Present);
            }
            is_invited(involved, id, uri).then_some(PickObstacle::Invited)
        }
    }
}

/// Returns whether an invitation of that kind that the user sent to an address rings.
fn rings(entry: &Entry, kind: Kind, uri: &str) -> bool {
    let invitation = &entry.invitation;
    let is_to = invitation.to.as_ref().is_some_and(|to| to.has_address(uri));
    is_to && entry.is_pending() && invitation.kind == kind
}

fn is_invited(involved: &PeopleInvolved<'_>, id: ConversationId, uri: &str) -> bool {
    let is_requested = |request: &PendingRequest| match request {
        PendingRequest::Invite { to, conversation, is_lost: false } => {
            *conversation == id && to.has_address(uri)
        }
        _ => false,
    };
    let rings =
        |entry: &Entry| rings(entry, Kind::Participant, uri) && entry.invitation.conversation == Some(id);
    involved.pending_requests.values().any(is_requested) || involved.outgoing.iter().any(rings)
}

fn is_started(involved: &PeopleInvolved<'_>, account: AccountId, uri: &str) -> bool {
    let is_requested = |request: &PendingRequest| match request {
        PendingRequest::Start { account: other, to, is_lost: false } => {
            *other == account && to.has_address(uri)
        }
        _ => false,
    };
    let rings = |entry: &Entry| rings(entry, Kind::Message, uri) && entry.invitation.id.account == account;
    involved.pending_requests.values().any(is_requested) || involved.outgoing.iter().any(rings)
}
