//! The texts of an item that can be copied.

use super::{State, Subject};
use crate::invitation::{Conversation, Direction, Invitation, Party};

/// A text that can be copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Copyable {
    /// The name of the text, such as “meeting address”.
    pub name: String,
    /// The text.
    pub text: String,
}

/// Returns what can be copied of an item, the remote party's address first.
pub(super) fn copyable(state: &State, subject: Subject) -> Vec<Copyable> {
    let mut found = match subject {
        Subject::Invitation(id) => state.entry(id).map(|entry| of_invitation(&entry.invitation)),
        Subject::Conversation(id) => state.conversations.get(id).map(of_conversation),
        Subject::Past(id) => state.history.get(id).map(|past| of_invitation(&past.invitation)),
    }
    .unwrap_or_default();
    let mut seen = std::collections::HashSet::new();
    found.retain(|it| !it.text.is_empty() && seen.insert(it.text.clone()));
    found
}

fn of_invitation(invitation: &Invitation) -> Vec<Copyable> {
    // If the user invited somebody unknown, there is only the user's own address.
    let is_known = invitation.direction == Direction::Incoming || invitation.to.is_some();
    let party = is_known.then(|| address("address", invitation.other_side()));
    party.into_iter().chain([named("meeting address", invitation.meeting.as_str())]).collect()
}

fn of_conversation(conversation: &Conversation) -> Vec<Copyable> {
    let mut people: Vec<Copyable> =
        conversation.participants.iter().map(|party| address(party.label(), party)).collect();
    people.extend(conversation.lobby().iter().map(|waiting| address(waiting.party.label(), &waiting.party)));
    if let Some(meeting) = &conversation.meeting {
        people.push(named("meeting address", meeting.uri.as_str()));
        people.push(named("link to join", meeting.join_url.as_str()));
    }
    people
}

fn address(name: &str, party: &Party) -> Copyable {
    named(name, party.uri.as_str())
}

fn named(name: &str, text: &str) -> Copyable {
    Copyable { name: name.to_owned(), text: text.to_owned() }
}
