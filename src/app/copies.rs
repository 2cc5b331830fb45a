//! The texts of an item that can be copied.

use std::collections::HashSet;

use super::links::links;
use super::{Post, PostKind, State, Subject};
use crate::invitation::{Conversation, Direction, Invitation, MessageText, Party, PastInvitation};

/// The scheme of telephone numbers.
const TEL: &str = "tel:";

/// The maximum number of links that are offered, the latest ones.
const MAX_LINKS: usize = 30;

/// A text that can be copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Copyable {
    /// The name of the text, such as “meeting address”.
    pub name: String,
    /// The text.
    pub text: String,
}

/// Returns what can be copied of an item, the remote party's address first and the whole item last.
pub(super) fn copyable(state: &State, subject: Subject) -> Vec<Copyable> {
    let mut found = match subject {
        Subject::Invitation(id) => state.entry(id).map(|entry| of_invitation(&entry.invitation, None)),
        Subject::Conversation(id) => state.conversations.get(id).map(|it| of_conversation(it, state)),
        Subject::Past(id) => state.history.get(id).map(|past| of_invitation(&past.invitation, Some(past))),
    }
    .unwrap_or_default();
    let mut seen = HashSet::new();
    found.retain(|it| !it.text.is_empty() && seen.insert(it.text.clone()));
    found
}

fn of_invitation(invitation: &Invitation, past: Option<&PastInvitation>) -> Vec<Copyable> {
    // If the user invited somebody unknown, there is only the user's own address.
    let party = known_party(invitation);
    let mut found: Vec<Copyable> = party.map(|party| address("address", party)).into_iter().collect();
    found.extend(party.and_then(|party| number(party.uri.as_str())));
    found.extend(invitation.phone_number().map(|number| named("phone that rings", number.as_str())));
    found.push(named("meeting address", invitation.meeting.as_str()));
    found.extend(links_of(invitation.message.as_str(), "link"));
    found.push(named("whole entry", &whole_invitation(invitation, past)));
    found
}

/// Returns the remote party, unless the user invited somebody unknown.
fn known_party(invitation: &Invitation) -> Option<&Party> {
    let is_known = invitation.direction == Direction::Incoming || invitation.to.is_some();
    is_known.then(|| invitation.other_side())
}

fn of_conversation(conversation: &Conversation, state: &State) -> Vec<Copyable> {
    let mut found: Vec<Copyable> =
        conversation.participants.iter().map(|party| address(party.label(), party)).collect();
    found.extend(conversation.lobby().iter().map(|waiting| address(waiting.party.label(), &waiting.party)));
    if let Some(meeting) = &conversation.meeting {
        found.push(named("meeting address", meeting.uri.as_str()));
        found.push(named("link to join", meeting.join_url.as_str()));
    }
    let posts = state.threads.get(&conversation.id).map(|thread| &thread.posts);
    let latest_first = posts.into_iter().flatten().rev();
    let links = latest_first.filter_map(said).flat_map(|(who, text)| {
        text.lines().flat_map(|line| links_of(line, &format!("link from {who}"))).collect::<Vec<_>>()
    });
    found.extend(links.take(MAX_LINKS));
    found.push(named("whole conversation", &whole_conversation(conversation, state)));
    found
}

/// Returns who said a message, and its text.
fn said(post: &Post) -> Option<(&str, &MessageText)> {
    match &post.kind {
        PostKind::Preview(from, text) | PostKind::Received(from, text) => Some((from.label(), text)),
        PostKind::Sent { text, .. } => Some(("you", text)),
        PostKind::Gap => None,
    }
}

fn links_of(text: &str, name: &str) -> Vec<Copyable> {
    links(text).into_iter().map(|link| named(name, link)).collect()
}

/// Returns the number of a telephone, without what comes after it in the address.
fn number(uri: &str) -> Option<Copyable> {
    let number = uri.strip_prefix(TEL)?.split(';').next()?;
    Some(named("number", number))
}

/// Returns an invitation in lines, each with a label.
fn whole_invitation(invitation: &Invitation, past: Option<&PastInvitation>) -> String {
    let mut lines = vec![("Kind", invitation.kind.word().to_owned())];
    let label = if invitation.direction == Direction::Incoming { "From" } else { "To" };
    lines.extend(known_party(invitation).map(|party| (label, party.full())));
    lines.extend(invitation.routes.iter().map(|route| ("Via", route.to_string())));
    lines.extend(invitation.importance.word().map(|word| ("Importance", word.to_owned())));
    lines.push(("Subject", invitation.subject.to_string()));
    lines.push(("Message", invitation.message.to_string()));
    lines.extend(invitation.facts.iter().map(|fact| (fact.label, fact.value.to_string())));
    lines.push(("Meeting", invitation.meeting.to_string()));
    if let Some(past) = past {
        lines
            .push(("Ended", format!("{} · {}", past.at.strftime("%Y-%m-%d %H:%M:%S"), past.outcome.words())));
        lines.push(("Account", past.account.to_string()));
    }
    labelled(lines)
}

/// Returns a conversation in lines: the people, and each message with its time and its sender.
fn whole_conversation(conversation: &Conversation, state: &State) -> String {
    let mut lines = vec![("Subject", conversation.subject.to_string())];
    lines.extend(conversation.participants.iter().map(|party| ("With", party.full())));
    if let Some(meeting) = &conversation.meeting {
        lines.push(("Meeting", meeting.uri.to_string()));
        lines.push(("Link", meeting.join_url.to_string()));
    }
    let mut text = labelled(lines);
    let posts = state.threads.get(&conversation.id).map(|thread| &thread.posts);
    for post in posts.into_iter().flatten() {
        let at = post.at.strftime("%H:%M:%S");
        let line = match said(post) {
            Some((who, said)) => format!("\n{at} {who}: {}", said.lines().collect::<Vec<_>>().join("\n    ")),
            None => "\n(messages may be missing here)".to_owned(),
        };
        text.push_str(&line);
    }
    text
}

/// Returns the lines whose values are known.
fn labelled(lines: Vec<(&str, String)>) -> String {
    let known = lines.into_iter().filter(|(_, value)| !value.is_empty());
    known.map(|(label, value)| format!("{label}: {value}")).collect::<Vec<_>>().join("\n")
}

fn address(name: &str, party: &Party) -> Copyable {
    named(name, party.uri.as_str())
}

fn named(name: &str, text: &str) -> Copyable {
    Copyable { name: name.to_owned(), text: text.to_owned() }
}
