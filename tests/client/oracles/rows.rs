//! Checks of the rows on the screen against the state of the server.

use std::time::Duration;

use rsvp::app::{Entry, Phase, State};
use rsvp::invitation::{Certainty, Conversation, Importance, Kind, Offers, Party, Stage};
use rsvp::sim::{self, ConversationSnapshot, InvitationSnapshot, Invite, Person, Simulator};
use rsvp::text::DisplayText;

use crate::support::TestClient;

/// The longest time between the true deadline and one that is shown as exact.
const LATE: Duration = Duration::from_secs(5);

/// The invitations and conversations of the client or of the server, in the same form.
#[derive(Debug, PartialEq, Eq)]
pub struct View {
    rows: Vec<InvitationRow>,
    conversations: Vec<ConversationRow>,
}

/// An invitation that waits for an answer.
#[derive(Debug, PartialEq, Eq)]
struct InvitationRow {
    who: ShownPerson,
    kind: Kind,
    /// The original recipient, if it is not the user.
    to: Option<ShownPerson>,
    routes: Vec<String>,
    facts: Vec<(&'static str, String)>,
    subject: String,
    message: String,
    importance: Importance,
    stage: Stage,
    offers: Offers,
    phase: Phase,
}

/// A conversation that the user is in.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct ConversationRow {
    subject: String,
    people: Vec<ShownPerson>,
    can_invite: bool,
    can_send: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct ShownPerson {
    uri: String,
    name: String,
}

impl From<&Party> for ShownPerson {
    fn from(party: &Party) -> Self {
        Self { uri: party.uri.to_string(), name: party.name.to_string() }
    }
}

impl From<&Person> for ShownPerson {
    fn from(person: &Person) -> Self {
        Self { uri: person.uri.clone(), name: person.name.clone() }
    }
}

impl View {
    pub fn shown(state: &State) -> Self {
        let rows = state.incoming.iter().chain(state.outgoing.iter()).filter(|entry| entry.is_pending());
        Self::new(rows.map(shown_row).collect(), state.conversations.iter().map(shown_conversation).collect())
    }

    pub fn expected(sim: &Simulator) -> Self {
        let rows = sim.ucwa.pending().iter().map(expected_row).collect();
        Self::new(rows, sim.ucwa.conversations().iter().map(expected_conversation).collect())
    }

    /// Returns what is in this view and not in the other, for the message of a failure.
    pub fn difference(&self, other: &Self) -> String {
        let rows: Vec<&InvitationRow> = self.rows.iter().filter(|row| !other.rows.contains(row)).collect();
        let conversations: Vec<&ConversationRow> = self
            .conversations
            .iter()
            .filter(|conversation| !other.conversations.contains(conversation))
            .collect();
        format!("{rows:?} {conversations:?}")
    }

    fn new(mut rows: Vec<InvitationRow>, mut conversations: Vec<ConversationRow>) -> Self {
        rows.sort_by(|a, b| (&a.who, a.kind).cmp(&(&b.who, b.kind)));
        conversations.sort();
        Self { rows, conversations }
    }
}

fn shown_row(entry: &Entry) -> InvitationRow {
    let invitation = &entry.invitation;
    let outgoing = invitation.kind == Kind::Participant;
    InvitationRow {
        who: invitation.other_side().into(),
        kind: invitation.kind,
        to: invitation.to.as_ref().filter(|_| !outgoing).map(Into::into),
        routes: invitation.routes.iter().map(ToString::to_string).collect(),
        facts: invitation.facts.iter().map(|fact| (fact.label, fact.value.to_string())).collect(),
        subject: invitation.subject.to_string(),
        message: invitation.message.to_string(),
        importance: invitation.importance,
        stage: invitation.stage,
        offers: invitation.offers,
        phase: entry.phase.clone(),
    }
}

fn expected_row(truth: &InvitationSnapshot) -> InvitationRow {
    let Invite { from, subject, message, .. } = &truth.invite;
    InvitationRow {
        who: from.into(),
        kind: kind(truth.invite.kind),
        to: Some(&truth.invite.to).filter(|to| !to.is_nobody()).map(Into::into),
        routes: routes(&truth.invite),
        facts: facts(&truth.invite),
        subject: DisplayText::new(subject).to_string(),
        message: DisplayText::bounded(message, DisplayText::MESSAGE).to_string(),
        importance: match truth.invite.importance.as_str() {
            "Urgent" => Importance::Urgent,
            "Emergency" => Importance::Emergency,
            _ => Importance::Normal,
        },
        stage: Stage::Ringing,
        offers: offers(truth),
        phase: Phase::Ringing,
    }
}

fn kind(kind: sim::InviteKind) -> Kind {
    match kind {
        sim::InviteKind::Im => Kind::Message,
        sim::InviteKind::Phone => Kind::Phone,
        sim::InviteKind::Meeting => Kind::Meeting,
        sim::InviteKind::Av => Kind::AudioVideo,
        sim::InviteKind::Participant => Kind::Participant,
    }
}

fn routes(invite: &Invite) -> Vec<String> {
    let full = |person: &Person| format!("{} <{}>", person.name, person.uri);
    [
        ("forwarded by ", &invite.forwarded_by, ""),
        ("transferred by ", &invite.transferred_by, ""),
        ("for ", &invite.on_behalf_of, " (you are their delegate)"),
        ("on behalf of ", &invite.delegator, ""),
    ]
    .into_iter()
    .filter(|(_, person, _)| !person.is_nobody())
    .map(|(before, person, after)| format!("{before}{}{after}", full(person)))
    .collect()
}

fn facts(invite: &Invite) -> Vec<(&'static str, String)> {
    let of_call = matches!(invite.kind, sim::InviteKind::Phone | sim::InviteKind::Av);
    let mut facts = Vec::new();
    if !invite.phone_number.is_empty() {
        facts.push(("phone", invite.phone_number.clone()));
    }
    if of_call && invite.private_line {
        facts.push(("line", "your private line".to_owned()));
    }
    facts
}

fn offers(truth: &InvitationSnapshot) -> Offers {
    let none = Offers::default();
    match truth.invite.kind {
        _ if !truth.is_offered => none,
        sim::InviteKind::Im | sim::InviteKind::Meeting => Offers { accept: true, decline: true, ..none },
        sim::InviteKind::Phone => Offers { decline: true, ..none },
        sim::InviteKind::Av => Offers { accept_with_phone: true, decline: true, ..none },
        sim::InviteKind::Participant => Offers { cancel: true, ..none },
    }
}

fn shown_conversation(conversation: &Conversation) -> ConversationRow {
    let mut people: Vec<ShownPerson> = conversation.participants.iter().map(Into::into).collect();
    people.sort();
    ConversationRow {
        subject: conversation.subject.to_string(),
        people,
        can_invite: conversation.can_invite,
        can_send: conversation.can_send,
    }
}

fn expected_conversation(truth: &ConversationSnapshot) -> ConversationRow {
    let mut people: Vec<ShownPerson> = truth.people.iter().map(Into::into).collect();
    people.sort();
    ConversationRow { subject: truth.subject.clone(), people, can_invite: true, can_send: truth.messaging }
}

impl TestClient {
    /// Checks the deadlines on the screen.
    pub fn deadlines_are_true(&self) {
        let ring = sim::UcwaOptions::default().ring;
        let truth = self.sim.ucwa.pending();
        // Which of two invitations of the same person a row shows is unknown here.
        let is_only = |one: &&InvitationSnapshot| {
            truth.iter().filter(|other| other.invite.from.uri == one.invite.from.uri).count() == 1
        };
        for truth in truth.iter().filter(is_only) {
            let rows = self.state.incoming.iter().chain(self.state.outgoing.iter());
            let rows = rows.filter(|entry| entry.is_pending());
            for entry in rows.filter(|it| it.invitation.other_side().uri.as_str() == truth.invite.from.uri) {
                let (shown, true_one) = (self.instant(entry.invitation.deadline), truth.began + ring);
                let late = shown.checked_duration_since(true_one);
                let is_so = match entry.invitation.certainty {
                    Certainty::Exact => late.is_some_and(|late| late <= LATE),
                    Certainty::AtMost => late.is_some(),
                };
                assert!(is_so, "the deadline of {entry:?} is off by {late:?}");
            }
        }
    }
}
