//! Announcements as objects of JSON, which `docs/watch.schema.json` defines.

use jiff::civil::DateTime;
use jiff::{SignedDuration, Zoned};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::id::{text_of_conversation, text_of_invitation};
use super::words::{state_name, words};
use crate::app::{Announcement, News, Now, Reply};
use crate::history::with_current_offset;
use crate::invitation::{
    Actor, Certainty, ChatMessage, Conversation, ConversationId, Importance, Invitation, Moment, Outcome,
    Party, PastInvitation, Stage,
};
use crate::provider::Status;
use crate::text::DisplayText;

/// The version of the schema. It is raised by changes that programs may notice, other than new properties and new events.
pub const SCHEMA: u8 = 1;

/// An object of JSON: its properties in the order in which they are written. The values are texts, numbers, truth values and
/// lists of texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Object(Vec<(&'static str, Value)>);

impl Object {
    fn new(event: &'static str, at: DateTime) -> Self {
        let at = with_current_offset(at);
        Self(vec![("schema", SCHEMA.into()), ("event", event.into()), ("at", timestamp(&at).into())])
    }

    fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    /// Adds a property unless its text is empty.
    fn with_text(self, name: &'static str, text: &str) -> Self {
        if text.is_empty() { self } else { self.with(name, text) }
    }

    /// Adds the properties of the remote party.
    fn with_party(self, party: &Party) -> Self {
        self.with_text("name", party.name.as_str())
            .with_text("uri", party.uri.as_str())
            .with_text("origin", party.origin.as_str())
    }

    fn with_conversation(self, id: ConversationId) -> Self {
        self.with("conversation", text_of_conversation(id))
    }

    /// Returns the text of a property.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.properties().find(|(known, _)| *known == name).and_then(|(_, value)| value.as_str())
    }

    /// Iterates over the properties in order.
    pub fn properties(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    /// Returns the object in one line.
    #[must_use]
    pub fn to_line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.properties())
    }
}

/// Returns the object of an announcement.
#[must_use]
pub fn announcement(announcement: &Announcement) -> Object {
    let Announcement { at, label, is_bot, news, .. } = announcement;
    let object = Object::new(event(news), at.wall).with_text("account", label.as_str());
    let object = object.with("network", if *is_bot { "microsoft-graph" } else { "skype-for-business" });
    let object = match news {
        News::Connection(status) => connection(object, status, *at),
        News::Invitation(it) | News::InvitationChanged(it) => invitation(object, it, Some(*at)),
        News::Outcome(past) => outcome(object, past),
        News::AcceptedBy { invitation, who } => {
            object.with("id", text_of_invitation(*invitation)).with_party(who)
        }
        News::Conversation(it) | News::ConversationEnded(it) => conversation(object, it),
        News::Message { message, title, .. } => chat_message(object, message, title),
        News::Lobby { conversation, title, waiting } => {
            object.with_conversation(*conversation).with_text("title", title).with_party(&waiting.party)
        }
        News::Admission { conversation, title, is_admitted } => object
            .with_conversation(*conversation)
            .with_text("title", title)
            .with("state", if *is_admitted { "admitted" } else { "waiting" }),
        News::Notice(text) => object.with("notice", text.as_str()),
    };
    object.with("words", words(announcement).as_str())
}

/// Returns the object of the outcome of a command.
#[must_use]
pub fn reply(at: DateTime, number: u64, command: &DisplayText, reply: &Reply) -> Object {
    let (result, words) = match reply {
        Reply::Done(words) => ("done", words),
        Reply::Failed(words) => ("failed", words),
        Reply::Unknown(words) => ("unknown", words),
    };
    Object::new("reply", at)
        .with("number", number)
        .with("command", command.as_str())
        .with("result", result)
        .with("words", words.as_str())
}

/// Returns the object of a notice that belongs to no account.
#[must_use]
pub fn notice(at: DateTime, text: &DisplayText) -> Object {
    Object::new("notice", at).with("notice", text.as_str()).with("words", text.as_str())
}

/// Returns the name of the event.
fn event(news: &News) -> &'static str {
    match news {
        News::Connection(_) => "connection",
        News::Invitation(_) => "invitation",
        News::InvitationChanged(_) => "invitation-changed",
        News::Outcome(_) => "outcome",
        News::AcceptedBy { .. } => "accepted-by",
        News::Conversation(_) => "conversation",
        News::ConversationEnded(_) => "conversation-ended",
        News::Message { .. } => "message",
        News::Lobby { .. } => "lobby",
        News::Admission { .. } => "admission",
        News::Notice(_) => "notice",
    }
}

fn connection(object: Object, status: &Status, now: Now) -> Object {
    let object = object.with("state", state_name(status));
    let object = match status {
        Status::Retrying { problem, .. } | Status::Stopped(problem) => {
            object.with("problem", problem.message.as_str()).with_text("remedy", problem.remedy.as_str())
        }
        _ => object,
    };
    match status {
        Status::Retrying { at, .. } => object.with("retry", timestamp(&later(now, *at))),
        _ => object,
    }
}

/// Adds the properties of an invitation: those of one that rings if the current time is given.
fn invitation(object: Object, invitation: &Invitation, now: Option<Now>) -> Object {
    let object = match invitation.id {
        id if id.account.is_of_this_run() => object.with("id", text_of_invitation(id)),
        _ => object,
    };
    let object = object
        .with("kind", invitation.kind.name())
        .with("direction", invitation.direction.name())
        .with_party(invitation.other_side());
    let object = match &invitation.to {
        Some(to) if to != invitation.other_side() => {
            object.with_text("to_name", to.name.as_str()).with_text("to_uri", to.uri.as_str())
        }
        _ => object,
    };
    let object = object
        .with_text("subject", invitation.subject.as_str())
        .with_text("message", invitation.message.as_str())
        .with_text("meeting", invitation.meeting.as_str())
        .with("importance", importance(invitation.importance));
    let routes: Vec<&str> = invitation.routes.iter().map(DisplayText::as_str).collect();
    let object = if routes.is_empty() { object } else { object.with("routes", routes) };
    let object = match invitation.conversation {
        Some(id) => object.with_conversation(id),
        None => object,
    };
    let Some(now) = now else { return object };
    object
        .with("state", stage(invitation.stage))
        .with("offers", offers(invitation))
        .with("deadline", timestamp(&later(now, invitation.deadline)))
        .with("deadline_is_exact", invitation.certainty == Certainty::Exact)
}

fn outcome(object: Object, past: &PastInvitation) -> Object {
    let object = invitation(object, &past.invitation, None).with("outcome", past.outcome.name());
    let detail = match &past.outcome {
        Outcome::Declined(reason) => reason.name(),
        Outcome::Rejected(reason) => reason.name(),
        Outcome::Failed(why) => why.as_str(),
        _ => "",
    };
    let accepted_by = past.invitation.accepted_by.as_ref();
    let object = object
        .with_text("detail", detail)
        .with("outcome_words", past.outcome.words_with(accepted_by))
        .with("by", Actor::of(past).name())
        .with_text("decision", past.decision.as_str())
        .with_text("rule", past.rule.as_str())
        .with_text("accepted_by", accepted_by.map_or("", |party| party.label()));
    match past.rang.map(|rang| u64::try_from(rang.as_millis()).unwrap_or(u64::MAX)) {
        Some(rang) => object.with("rang_ms", rang),
        None => object,
    }
}

fn conversation(object: Object, conversation: &Conversation) -> Object {
    let people: Vec<String> = conversation.participants.iter().map(Party::full).collect();
    object
        .with("id", text_of_conversation(conversation.id))
        .with_text("subject", conversation.subject.as_str())
        .with("participants", people)
        .with("is_meeting", conversation.meeting.is_some())
}

fn chat_message(object: Object, message: &ChatMessage, title: &str) -> Object {
    let lines: Vec<&str> = message.text.lines().collect();
    object
        .with("id", text_of_conversation(message.conversation))
        .with_text("title", title)
        .with_party(&message.from)
        .with("message", lines.join("\n"))
}

fn importance(importance: Importance) -> &'static str {
    match importance {
        Importance::Normal => "normal",
        Importance::Urgent => "urgent",
        Importance::Emergency => "emergency",
    }
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Ringing => "ringing",
        Stage::TeamRing => "team-ring",
        Stage::Forwarded => "forwarded",
        Stage::Connecting => "connecting",
    }
}

/// Returns the commands that an invitation takes now.
fn offers(invitation: &Invitation) -> Vec<&'static str> {
    let offers = invitation.offers;
    let all = [
        ("accept", offers.accept || offers.accept_with_phone),
        ("decline", offers.decline),
        ("cancel", offers.cancel),
        ("reject", offers.reject),
        ("redirect", offers.redirect),
    ];
    all.into_iter().filter_map(|(name, is_offered)| is_offered.then_some(name)).collect()
}

/// Returns the wall-clock time of a later moment.
fn later(now: Now, moment: Moment) -> Zoned {
    let left = SignedDuration::try_from(moment.left(now.moment)).unwrap_or_default();
    let at = with_current_offset(now.wall);
    at.checked_add(left).unwrap_or(at)
}

/// Returns a time as in RFC 3339, to the millisecond.
fn timestamp(at: &Zoned) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invitation::{AccountId, Direction, InvitationId, Kind, Offers};

    #[test]
    fn an_invitation_names_the_commands_that_it_takes() {
        let none = Offers::default();
        for (given, expected) in [
            (none, vec![]),
            (Offers { accept: true, decline: true, ..none }, vec!["accept", "decline"]),
            (Offers { accept_with_phone: true, decline: true, ..none }, vec!["accept", "decline"]),
            (Offers { cancel: true, ..none }, vec!["cancel"]),
            (
                Offers { accept: true, reject: true, redirect: true, ..none },
                vec!["accept", "reject", "redirect"],
            ),
        ] {
            let id = InvitationId { account: AccountId(0), number: 1 };
            let start = Moment::default();
            let mut invitation = Invitation::new(id, Kind::Phone, Direction::Incoming, start, start);
            invitation.offers = given;
            assert_eq!(offers(&invitation), expected);
        }
    }
}
