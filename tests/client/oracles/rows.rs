//! What is shown against what is true.

use std::time::Duration;

use rsvp::app::{Entry, Phase, State};
use rsvp::invitation::{Certainty, Conversation, Importance, Kind, Offers, Party, Stage};
use rsvp::sim::{self, ConversationSnapshot, InvitationSnapshot, Invite, Person, Simulator};

use crate::support::Desk;

/// How much later than it began an invitation may be taken to have begun, where that is said to be known.
const LATE: Duration = Duration::from_secs(5);

/// All that is to be seen of the server.
#[derive(Debug, PartialEq, Eq)]
pub struct View {
    rows: Vec<Row>,
    lines: Vec<Line>,
}

/// An invitation that waits for an answer.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    who: Somebody,
    kind: Kind,
    /// Whom it was meant for, other than the user.
    to: Option<Somebody>,
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
struct Line {
    subject: String,
    people: Vec<Somebody>,
    can_invite: bool,
    can_send: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Somebody {
    uri: String,
    name: String,
}

impl From<&Party> for Somebody {
    fn from(party: &Party) -> Self {
        Self { uri: party.uri.to_string(), name: party.name.to_string() }
    }
}

impl From<&Person> for Somebody {
    fn from(person: &Person) -> Self {
        Self { uri: person.uri.clone(), name: person.name.clone() }
    }
}

impl View {
    pub fn shown(state: &State) -> Self {
        let rows = state.incoming.iter().chain(state.outgoing.iter()).filter(|entry| entry.is_pending());
        Self::new(rows.map(shown_row).collect(), state.conversations.iter().map(shown_line).collect())
    }

    pub fn true_of(sim: &Simulator) -> Self {
        let rows = sim.ucwa.pending().iter().map(true_row).collect();
        Self::new(rows, sim.ucwa.conversations().iter().map(true_line).collect())
    }

    /// What is in this one and not in the other, for a test that fails.
    pub fn beyond(&self, other: &Self) -> String {
        let rows: Vec<&Row> = self.rows.iter().filter(|row| !other.rows.contains(row)).collect();
        let lines: Vec<&Line> = self.lines.iter().filter(|line| !other.lines.contains(line)).collect();
        format!("{rows:?} {lines:?}")
    }

    fn new(mut rows: Vec<Row>, mut lines: Vec<Line>) -> Self {
        rows.sort_by(|a, b| (&a.who, a.kind).cmp(&(&b.who, b.kind)));
        lines.sort();
        Self { rows, lines }
    }
}

fn shown_row(entry: &Entry) -> Row {
    let invitation = &entry.invitation;
    let outgoing = invitation.kind == Kind::Participant;
    Row {
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

fn true_row(truth: &InvitationSnapshot) -> Row {
    let Invite { from, subject, message, .. } = &truth.invite;
    Row {
        who: from.into(),
        kind: kind(truth.invite.kind),
        to: Some(&truth.invite.to).filter(|to| !to.is_nobody()).map(Into::into),
        routes: routes(&truth.invite),
        facts: facts(&truth.invite),
        subject: subject.clone(),
        message: message.clone(),
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

fn shown_line(conversation: &Conversation) -> Line {
    let mut people: Vec<Somebody> = conversation.participants.iter().map(Into::into).collect();
    people.sort();
    Line {
        subject: conversation.subject.to_string(),
        people,
        can_invite: conversation.can_invite,
        can_send: conversation.can_send,
    }
}

fn true_line(truth: &ConversationSnapshot) -> Line {
    let mut people: Vec<Somebody> = truth.people.iter().map(Into::into).collect();
    people.sort();
    Line { subject: truth.subject.clone(), people, can_invite: true, can_send: truth.messaging }
}

impl Desk {
    /// What is promised of the time that is left is so.
    pub fn deadlines_are_true(&self) {
        let ring = sim::UcwaOptions::default().ring;
        let truth = self.sim.ucwa.pending();
        // Which of two calls of the same person a row shows can't be told from here.
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
