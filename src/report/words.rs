//! Announcements in words: one line each, made to be read aloud and to be searched.

use super::id::{text_of_conversation, text_of_invitation};
use crate::app::{Announcement, News};
use crate::invitation::{
    Conversation, Direction, Importance, Invitation, Kind, Party, PastInvitation, Stage,
};
use crate::provider::Status;
use crate::text::DisplayText;

/// The limit for a line, in characters: a message and the names around it.
const LINE: usize = DisplayText::MESSAGE + 4 * DisplayText::LINE;

/// Returns what an announcement says, without the time. It begins with a keyword and the id.
#[must_use]
pub fn words(announcement: &Announcement) -> DisplayText {
    let account = announcement.label.as_str();
    let text = match &announcement.news {
        News::Connection(status) => format!("connection {account}: {}", connection_words(status)),
        News::Invitation(it) => format!("invitation {}: {}", text_of_invitation(it.id), described(it)),
        News::InvitationChanged(it) => format!("changed {}: {}", text_of_invitation(it.id), described(it)),
        News::Outcome(past) => outcome(past),
        News::AcceptedBy { invitation, who } => {
            format!("accepted-by {}: {}", text_of_invitation(*invitation), who.full())
        }
        News::Conversation(it) => format!("conversation {}", conversation(it)),
        News::ConversationEnded(it) => format!("conversation-ended {}", conversation(it)),
        News::Message { message, .. } => {
            let id = text_of_conversation(message.conversation);
            format!("message {id}: {}: {}", message.from.full(), message.text.one_line())
        }
        News::Lobby { conversation, title, waiting } => {
            let (id, who) = (text_of_conversation(*conversation), waiting.party.full());
            format!("lobby {id}: {who} waits in the lobby of {title}")
        }
        News::Admission { conversation, title, is_admitted: true } => {
            format!("admission {}: you were admitted to {title}", text_of_conversation(*conversation))
        }
        News::Admission { conversation, title, is_admitted: false } => {
            format!("admission {}: waiting to be admitted to {title}", text_of_conversation(*conversation))
        }
        News::Notice(text) => format!("notice {account}: {text}"),
    };
    DisplayText::bounded(&text, LINE)
}

/// Returns a state of the connection in words.
fn connection_words(status: &Status) -> DisplayText {
    let text = match status {
        Status::Idle => "not connected".into(),
        Status::Connecting(step) => format!("connecting ({step})"),
        Status::Online { .. } => "online".into(),
        Status::Retrying { problem, .. } => format!("offline, trying again: {problem}"),
        Status::Replaced => "offline: another client of yours has taken over".into(),
        Status::Stopped(problem) => format!("stopped: {problem}"),
        Status::SignedOut => "signed out".into(),
    };
    DisplayText::bounded(&text, LINE)
}

/// Returns the name of a state of the connection.
pub(super) fn state_name(status: &Status) -> &'static str {
    match status {
        Status::Idle => "idle",
        Status::Connecting(_) => "connecting",
        Status::Online { .. } => "online",
        Status::Retrying { .. } => "retrying",
        Status::Replaced => "replaced",
        Status::Stopped(_) => "stopped",
        Status::SignedOut => "signed-out",
    }
}

/// Returns the kind of an invitation in words.
fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Message => "instant message",
        Kind::Phone => "phone call",
        Kind::AudioVideo => "audio/video call",
        Kind::Meeting => "meeting",
        Kind::Participant => "invitation to a conversation",
        Kind::Call => "call",
    }
}

/// Returns the person at the other end with the direction, like “from Dana Birkby <sip:dana@contoso.com>”.
fn person(invitation: &Invitation) -> String {
    let preposition = match invitation.direction {
        Direction::Incoming => "from",
        Direction::Outgoing => "to",
    };
    format!("{preposition} {}", invitation.other_side().full())
}

/// Returns what an invitation is, from whom and why. What is urgent comes first.
fn described(invitation: &Invitation) -> String {
    let urgency = match invitation.importance {
        Importance::Normal => "",
        Importance::Urgent => "urgent ",
        Importance::Emergency => "emergency ",
    };
    let mut text = format!("{urgency}{} {}", kind(invitation.kind), person(invitation));
    if let Some(to) = invitation.to.as_ref().filter(|to| *to != invitation.other_side()) {
        text = format!("{text}, for {}", to.full());
    }
    for route in &invitation.routes {
        text = format!("{text}, {route}");
    }
    if invitation.stage == Stage::Connecting {
        text.push_str(", connecting");
    }
    if !invitation.subject.is_empty() {
        text = format!("{text}, “{}”", invitation.subject);
    }
    if !invitation.message.is_empty() {
        text = format!("{text}: {}", invitation.message);
    }
    text
}

fn outcome(past: &PastInvitation) -> String {
    let invitation = &past.invitation;
    let id = match invitation.id {
        id if id.account.is_of_this_run() => format!(" {}", text_of_invitation(id)),
        _ => String::new(),
    };
    let how = past.outcome.words_with(invitation.accepted_by.as_ref());
    format!("outcome{id}: {} {}: {how}", kind(invitation.kind), person(invitation))
}

fn conversation(conversation: &Conversation) -> String {
    let people: Vec<String> = conversation.participants.iter().map(Party::full).collect();
    let subject = match conversation.subject.as_str() {
        "" => String::new(),
        subject => format!("“{subject}” "),
    };
    format!("{}: {subject}with {}", text_of_conversation(conversation.id), people.join(", "))
}
