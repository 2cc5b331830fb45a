//! What is, on the server's side, and what each action does to it.

#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;

use super::channel::Application;
use super::fault::Faults;
use super::graph::Graph;
use super::latest::{Latest, LatestByKey};
use super::record::Recorded;
use super::{ConversationTruth, Options, Truth};

/// The number of an invitation here.
pub type SimId = u32;

/// The number of a conversation here.
pub(super) type ConversationNumber = u32;

/// The place of somebody among those who were linked to.
pub(super) type ContactNumber = usize;

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What they are called.
    pub name: String,
    /// Their address.
    pub uri: String,
    /// What they do when the user invites them.
    #[serde(default)]
    pub answers: Answers,
}

impl Person {
    /// Somebody who joins when invited.
    #[must_use]
    pub fn new(name: &str, uri: &str) -> Self {
        Self { name: name.into(), uri: uri.into(), answers: Answers::default() }
    }

    /// Whether this is nobody.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        self.name.is_empty() && self.uri.is_empty()
    }

    /// What somebody is called, else their address.
    pub(super) fn known_as(&self) -> &str {
        if self.name.is_empty() { &self.uri } else { &self.name }
    }
}

/// Somebody of whom only a name is known.
impl From<&str> for Person {
    fn from(name: &str) -> Self {
        Self::new(name, "")
    }
}

/// What somebody does when invited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answers {
    /// Joins after a few seconds.
    Joins,
    /// Declines after a few seconds.
    Declines,
    /// Does nothing.
    #[default]
    Ignores,
}

/// A kind of incoming invitation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An instant message.
    #[default]
    Im,
    /// A phone call.
    Phone,
    /// An online meeting.
    Meeting,
    /// An audio/video call.
    Av,
    /// One that the user sent.
    #[serde(skip)]
    Participant,
}

impl Kind {
    /// Its rel on the wire.
    #[must_use]
    pub fn rel(self) -> &'static str {
        match self {
            Self::Im => "messagingInvitation",
            Self::Phone => "phoneAudioInvitation",
            Self::Meeting => "onlineMeetingInvitation",
            Self::Av => "audioVideoInvitation",
            Self::Participant => "participantInvitation",
        }
    }
}

/// An invitation to the user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// What is asked for.
    pub kind: Kind,
    /// By whom.
    pub from: Person,
    /// What it is about.
    #[serde(default)]
    pub subject: String,
    /// The first message.
    #[serde(default)]
    pub message: String,
    /// `Normal`, `Urgent` or `Emergency`; empty for normal.
    #[serde(default)]
    pub importance: String,
    /// Who forwarded it here last, of a call; as all of these, somebody or nobody.
    #[serde(default)]
    pub forwarded_by: Person,
    /// Who transferred the call.
    #[serde(default)]
    pub transferred_by: Person,
    /// For whom it was received: the user is one of their delegates.
    #[serde(default)]
    pub on_behalf_of: Person,
    /// For whom the caller makes the call.
    #[serde(default)]
    pub delegator: Person,
    /// For whom it was meant at first; nobody for the user.
    #[serde(default)]
    pub to: Person,
    /// Who accepts it when it is [`Ended::AnsweredElsewhere`].
    #[serde(default)]
    pub accepted_by: Person,
    /// The number of the user's phone that rings, such as `tel:+14255552222`; empty for none.
    #[serde(default)]
    pub phone_number: String,
    /// Whether the call came on the user's private line.
    #[serde(default)]
    pub private_line: bool,
    /// How it tells of all these people.
    #[serde(default)]
    pub people: Shown,
    /// Whether it only links to the participant whom it is from.
    #[serde(default)]
    pub linked_from: bool,
    /// Whether events only link to it, so that the client has to get it.
    #[serde(default)]
    pub linked: bool,
}

/// How an invitation tells of the people that had to do with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shown {
    /// By links alone, as the reference shows it: who they are is found behind them.
    #[default]
    Linked,
    /// By links whose titles are the names.
    Titled,
    /// By embedded resources.
    Embedded,
}

/// How an invitation ends, other than by the client's doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// The caller gives up.
    CallerGivesUp,
    /// The user answers on another device, or the one answers who is [`Invite::accepted_by`].
    AnsweredElsewhere,
    /// Nobody answers.
    TimedOut,
    /// Somebody we invited joins.
    Joins,
    /// Somebody we invited declines.
    Declines,
}

/// How an invitation ended on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Its number here.
    pub id: SimId,
    /// The other side's address.
    pub uri: String,
    /// `Connected`, `Declined`, `Cancelled` or `Failed`.
    pub state: &'static str,
    /// Why, for one that had no success.
    pub subcode: String,
    /// Whether it was the user's side that ended it.
    pub ours: bool,
}

pub(super) struct Pending {
    pub id: SimId,
    pub invite: Invite,
    pub state: &'static str,
    pub conversation: ConversationNumber,
    pub operation: String,
    /// Who accepted it, once somebody did.
    pub accepted_by: Person,
    /// Whether accept and decline are offered in what is told from now on.
    pub offered: bool,
    /// When it began to ring.
    pub began: Instant,
}

impl Pending {
    fn new(id: SimId, invite: Invite, conversation: ConversationNumber, operation: String) -> Self {
        // The reference describes the other states for outgoing calls alone, also of a call that was forwarded.
        let state = "Connecting";
        let accepted_by = Person::default();
        Self { id, invite, state, conversation, operation, accepted_by, offered: true, began: Instant::now() }
    }
}

pub(super) struct Conversation {
    pub state: &'static str,
    pub subject: String,
    pub messaging: bool,
    /// Those who are or were in it; nobody in the place of somebody who left.
    pub roster: Vec<Option<Person>>,
}

impl Conversation {
    /// Whether the user is in it.
    pub fn is_joined(&self) -> bool {
        matches!(self.state, "Connected" | "Conferenced")
    }
}

/// What an href stands for, within one application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum What {
    Application,
    Events,
    Me,
    MakeMeAvailable,
    ReportMyActivity,
    Communication,
    Invitation(SimId),
    From(SimId),
    Accept(SimId),
    AcceptWithPhoneAudio(SimId),
    Decline(SimId),
    Cancel(SimId),
    Conversation(ConversationNumber),
    AddParticipant(ConversationNumber),
    Participant(ConversationNumber, usize),
    /// The user's own participant.
    LocalParticipant(ConversationNumber),
    /// Somebody, and as which rel they were linked to.
    Contact(ContactNumber, &'static str),
    Messaging(ConversationNumber),
    AddMessaging(ConversationNumber),
    SendMessage(ConversationNumber),
    StopMessaging(ConversationNumber),
    TypingParticipants(ConversationNumber),
}

impl What {
    /// The invitation to which it belongs.
    pub fn invitation(self) -> Option<SimId> {
        match self {
            Self::Invitation(id)
            | Self::From(id)
            | Self::Accept(id)
            | Self::AcceptWithPhoneAudio(id)
            | Self::Decline(id)
            | Self::Cancel(id) => Some(id),
            _ => None,
        }
    }
}

/// What is over.
enum Over {
    Invitation(SimId),
    /// And how many were in it.
    Conversation(ConversationNumber, usize),
}

impl Over {
    /// What hrefs may stand for it, and for what belongs to it.
    fn hrefs(&self) -> Vec<What> {
        match *self {
            Self::Invitation(id) => vec![
                What::Invitation(id),
                What::From(id),
                What::Accept(id),
                What::AcceptWithPhoneAudio(id),
                What::Decline(id),
                What::Cancel(id),
            ],
            Self::Conversation(number, people) => [
                What::Conversation(number),
                What::AddParticipant(number),
                What::LocalParticipant(number),
                What::Messaging(number),
                What::AddMessaging(number),
                What::SendMessage(number),
                What::StopMessaging(number),
                What::TypingParticipants(number),
            ]
            .into_iter()
            .chain((0..people).map(|place| What::Participant(number, place)))
            .collect(),
        }
    }
}

/// What contacts call themselves.
const CONTACT_RELS: [&str; 5] = ["contact", "forwardedBy", "transferredBy", "onBehalfOf", "delegator"];

/// Those who were linked to as people.
pub(super) struct Contacts {
    people: Latest<Person>,
    /// By address and name.
    numbers: HashMap<(String, String), ContactNumber>,
}

impl Contacts {
    fn new(kept: usize) -> Self {
        Self { people: Latest::new(kept), numbers: HashMap::new() }
    }

    /// The contact of that number.
    pub fn of(&self, number: ContactNumber) -> Option<&Person> {
        self.people.get(number)
    }

    /// The number of somebody, and of the one who is forgotten for a new one.
    fn number(&mut self, person: &Person) -> (ContactNumber, Option<ContactNumber>) {
        let key = |person: &Person| (person.uri.clone(), person.name.clone());
        if let Some(number) = self.numbers.get(&key(person)) {
            return (*number, None);
        }
        let number = self.people.end();
        self.numbers.insert(key(person), number);
        let forgotten = self.people.push(person.clone());
        (number, forgotten.and_then(|forgotten| self.numbers.remove(&key(&forgotten))))
    }
}

/// What the server is to do after a while.
pub(super) enum Later {
    Ring(SimId),
    Answer(SimId, Ended),
}

/// A web ticket.
pub(super) struct Ticket {
    /// The address of the server that gave it.
    origin: String,
    until: Instant,
}

pub(super) struct World {
    pub options: Options,
    pub people: Vec<Person>,
    /// The requests, in the order of arrival, and again in the order of the answers.
    pub record: Latest<Recorded>,
    /// Their numbers in the record.
    pub answered: Latest<usize>,
    pub faults: Faults,
    /// How often all faults were lifted.
    pub healed: u32,
    pub applications: BTreeMap<String, Application>,
    pub pending: BTreeMap<SimId, Pending>,
    pub conversations: BTreeMap<ConversationNumber, Conversation>,
    pub contacts: Contacts,
    pub tokens: LatestByKey<String, Ticket>,
    /// Whether the configured token is worth nothing any more.
    withdrawn: bool,
    pub hrefs: HashMap<String, (String, What)>,
    pub later: Vec<(Duration, Later)>,
    pub endings: Latest<Ending>,
    /// The names of applications that are gone.
    pub gone: LatestByKey<String, ()>,
    /// The invitations and conversations that are over, and whose hrefs still tell so.
    over: Latest<Over>,
    /// How many applications there have been.
    pub generations: u32,
    /// The calling service beside it.
    pub graph: Graph,
    rng: fastrand::Rng,
    next_id: u32,
}

impl World {
    pub fn new(options: Options) -> Self {
        Self {
            rng: fastrand::Rng::with_seed(options.seed),
            people: Vec::new(),
            record: Latest::new(options.kept),
            answered: Latest::new(options.kept),
            faults: Faults::default(),
            healed: 0,
            applications: BTreeMap::new(),
            pending: BTreeMap::new(),
            conversations: BTreeMap::new(),
            contacts: Contacts::new(options.kept),
            tokens: LatestByKey::new(options.kept),
            withdrawn: false,
            gone: LatestByKey::new(options.kept),
            over: Latest::new(options.kept),
            hrefs: HashMap::new(),
            later: Vec::new(),
            endings: Latest::new(options.kept),
            generations: 0,
            graph: Graph::new(options.graph.clone(), options.kept, options.seed),
            next_id: 0,
            options,
        }
    }

    // ---- tokens ----

    pub fn takes(&self, token: &str) -> bool {
        let given = self.tokens.get(token).is_some_and(|ticket| ticket.until > Instant::now());
        given || (token == self.options.token && !self.withdrawn)
    }

    /// Whether the token was given by a server at another address, and this one can't read it.
    pub fn is_of_another_pool(&self, token: &str, base: &str) -> bool {
        self.tokens.get(token).is_some_and(|ticket| ticket.origin != base)
    }

    /// A token for the server at that address.
    pub fn give_token(&mut self, origin: &str) -> String {
        let token = format!("cwt=AAEB{}", self.random(24));
        let until = Instant::now() + self.options.token_lifetime;
        self.tokens.insert(token.clone(), Ticket { origin: origin.to_owned(), until });
        token
    }

    pub fn expire_tokens(&mut self) {
        let now = Instant::now();
        self.tokens.values_mut().for_each(|ticket| ticket.until = now);
        self.withdrawn = true;
    }

    // ---- applications ----

    pub fn random(&mut self, length: usize) -> String {
        (0..length).map(|_| self.rng.alphanumeric().to_ascii_lowercase()).collect()
    }

    pub fn is_available(&self) -> bool {
        self.applications.values().any(|application| application.available)
    }

    pub fn each_application(&mut self, action: impl FnMut(&mut Application)) {
        self.applications.values_mut().for_each(action);
    }

    pub fn expire_applications(&mut self) {
        self.end_applications(|_| true);
    }

    pub fn expire_idle(&mut self) {
        let (now, idle) = (Instant::now(), self.options.idle);
        self.end_applications(|application| now.duration_since(application.heard) >= idle);
    }

    fn end_applications(&mut self, are_over: impl Fn(&Application) -> bool) {
        let over = self.applications.iter().filter(|(_, application)| are_over(application));
        let names: Vec<String> = over.map(|(name, _)| name.clone()).collect();
        for name in names {
            self.end_application(&name);
        }
    }

    /// All hrefs die with their application.
    pub fn end_application(&mut self, name: &str) {
        let Some(application) = self.applications.remove(name) else { return };
        for href in application.hrefs.values() {
            self.hrefs.remove(href);
        }
        self.gone.insert(name.to_owned(), ());
        if !self.is_available() {
            self.leave_all();
        }
    }

    /// The user leaves all conversations, with nobody there to take part in them.
    fn leave_all(&mut self) {
        let joined = self.conversations.iter().filter(|(_, known)| known.is_joined());
        let joined: Vec<ConversationNumber> = joined.map(|(number, _)| *number).collect();
        for number in joined {
            self.drop_conversation(number);
        }
    }

    /// From now on these lead nowhere, in any application.
    fn end_hrefs(&mut self, ended: impl IntoIterator<Item = What>) {
        for what in ended {
            for application in self.applications.values_mut() {
                if let Some(href) = application.hrefs.remove(&what) {
                    self.hrefs.remove(&href);
                }
            }
        }
    }

    /// Something is over. Its hrefs tell so for as long as it is remembered.
    fn is_over(&mut self, over: Over) {
        if let Some(oldest) = self.over.push(over) {
            self.end_hrefs(oldest.hrefs());
        }
    }

    /// The href of something within an application: made at first mention, not to be guessed from others.
    pub fn href(&mut self, application: &str, what: What) -> String {
        let known = self.applications.get(application).and_then(|known| known.hrefs.get(&what).cloned());
        if let Some(href) = known {
            return href;
        }
        let (base, secret) = (format!("/ucwa/oauth/v1/applications/{application}"), self.random(8));
        let href = match what {
            What::Application => base,
            What::Events => format!("{base}/events?key={secret}"),
            What::Me => format!("{base}/me"),
            What::MakeMeAvailable => format!("{base}/me/makeMeAvailable"),
            What::ReportMyActivity => format!("{base}/reportMyActivity"),
            What::Communication => format!("{base}/communication"),
            What::Invitation(_) => format!("{base}/communication/invitations/{secret}"),
            What::Accept(_) => format!("{base}/communication/invitations/{secret}/accept"),
            What::AcceptWithPhoneAudio(_) => {
                format!("{base}/communication/invitations/{secret}/acceptWithPhoneAudio")
            }
            What::Decline(_) => format!("{base}/communication/invitations/{secret}/decline"),
            What::Cancel(_) => format!("{base}/communication/invitations/{secret}/cancel"),
            What::Conversation(_) => format!("{base}/communication/conversations/{secret}"),
            What::AddParticipant(_) => {
                format!("{base}/communication/conversations/participants?conversation={secret}")
            }
            What::Participant(..) | What::LocalParticipant(_) | What::From(_) => {
                format!("{base}/communication/participants/{secret}")
            }
            What::Contact(..) => format!("{base}/people/{secret}"),
            What::Messaging(_) => format!("{base}/communication/messaging/{secret}"),
            What::AddMessaging(_) => format!("{base}/communication/messaging/{secret}/addMessaging"),
            What::SendMessage(_) => {
                format!("{base}/communication/messaging/messages?sessionContext={secret}")
            }
            What::StopMessaging(_) => format!("{base}/communication/messaging/{secret}/terminate"),
            What::TypingParticipants(_) => {
                format!("{base}/communication/messaging/{secret}/typingParticipants")
            }
        };
        if let Some(known) = self.applications.get_mut(application) {
            known.hrefs.insert(what, href.clone());
            self.hrefs.insert(href.clone(), (application.to_owned(), what));
        }
        href
    }

    // ---- invitations ----

    fn number(&mut self) -> u32 {
        self.next_id += 1;
        self.next_id
    }

    pub fn invite(&mut self, invite: Invite) -> SimId {
        // Where nobody asks for anything, what happens may not pile up.
        self.expire_idle();
        self.end_oldest_conversation();
        let id = self.number();
        let conversation = self.number();
        self.conversations.insert(
            conversation,
            Conversation {
                state: "Incoming",
                subject: invite.subject.clone(),
                messaging: false,
                roster: vec![Some(invite.from.clone())],
            },
        );
        let pending = Pending::new(id, invite, conversation, String::new());
        self.pending.insert(id, pending);
        self.tell_invitation(id, "started");
        self.tell_conversation(conversation, "added");
        id
    }

    /// Forgets an invitation, as if it had never been.
    pub fn forget(&mut self, id: SimId) {
        if self.pending.remove(&id).is_some() {
            self.is_over(Over::Invitation(id));
        }
    }

    pub fn is_pending(&self, id: SimId) -> bool {
        self.pending.contains_key(&id)
    }

    pub fn truth(&self) -> Vec<Truth> {
        self.pending
            .values()
            .map(|pending| Truth {
                id: pending.id,
                invite: pending.invite.clone(),
                began: pending.began,
                is_offered: pending.offered,
            })
            .collect()
    }

    /// The conversations that the user is in, and that one of the applications was told of.
    pub fn joined(&self) -> Vec<ConversationTruth> {
        let is_told = |number: &ConversationNumber| {
            self.applications.values().any(|application| application.conversations.contains(number))
        };
        let joined = self.conversations.iter().filter(|(number, known)| known.is_joined() && is_told(number));
        let truth = |(number, known): (&ConversationNumber, &Conversation)| ConversationTruth {
            number: *number,
            subject: known.subject.clone(),
            people: known.roster.iter().flatten().cloned().collect(),
            messaging: known.messaging,
        };
        joined.map(truth).collect()
    }

    /// Somebody leaves a conversation. The last one leaves nobody to talk to.
    pub fn leave(&mut self, number: ConversationNumber, uri: &str) {
        let Some(place) = self.place_in(number, uri) else { return };
        let Some(known) = self.conversations.get_mut(&number) else { return };
        known.roster[place] = None;
        let is_empty = known.roster.iter().all(Option::is_none);
        self.tell_left(number, place);
        if is_empty {
            self.drop_conversation(number);
        }
    }

    /// Somebody in a conversation types a few words, and thinks better of it.
    pub fn types(&mut self, number: ConversationNumber, uri: &str) {
        if let Some(place) = self.place_in(number, uri) {
            self.tell_typing(number, place);
        }
    }

    fn place_in(&self, number: ConversationNumber, uri: &str) -> Option<usize> {
        let is_them = |person: &Option<Person>| person.as_ref().is_some_and(|person| person.uri == uri);
        self.conversations.get(&number)?.roster.iter().position(is_them)
    }

    /// The other side ends the instant messages of a conversation, which goes on.
    pub fn stop_messaging(&mut self, number: ConversationNumber) {
        if let Some(known) = self.conversations.get_mut(&number) {
            known.messaging = false;
            self.tell_messaging(number);
        }
    }

    /// Tells of an invitation as an update without action links.
    pub fn mention(&mut self, id: SimId) {
        for offered in [false, true] {
            if let Some(pending) = self.pending.get_mut(&id) {
                pending.offered = offered;
            }
            if !offered {
                self.tell_invitation(id, "updated");
            }
        }
    }

    /// Ends an invitation without the client's doing.
    pub fn end(&mut self, id: SimId, how: Ended) {
        let Some(pending) = self.pending.get_mut(&id) else { return };
        let (outgoing, conversation) = (pending.invite.kind == Kind::Participant, pending.conversation);
        match how {
            Ended::Joins if outgoing => {
                let person = pending.invite.from.clone();
                pending.accepted_by = person.clone();
                self.join(conversation, person);
                self.complete(id, "Connected", None);
            }
            Ended::Joins => {}
            Ended::Declines => self.complete(id, "Declined", Some(("RemoteFailure", "Declined"))),
            Ended::CallerGivesUp => self.complete(id, "Cancelled", Some(("RemoteFailure", "Canceled"))),
            Ended::AnsweredElsewhere => {
                pending.accepted_by = pending.invite.accepted_by.clone();
                self.complete(id, "Failed", Some(("LocalFailure", "ConnectedElsewhere")));
            }
            Ended::TimedOut => {
                let subcode = if outgoing { "Timeout" } else { "Missed" };
                self.complete(id, "Failed", Some(("LocalFailure", subcode)));
            }
        }
        if !outgoing && how != Ended::Joins {
            self.drop_conversation(conversation);
        }
    }

    pub fn accept(&mut self, id: SimId) {
        let Some(pending) = self.pending.get_mut(&id) else { return };
        pending.offered = false;
        let (kind, conversation) = (pending.invite.kind, pending.conversation);
        self.tell_invitation(id, "updated");
        if let Some(known) = self.conversations.get_mut(&conversation) {
            known.state = if kind == Kind::Meeting { "Conferenced" } else { "Connected" };
            known.messaging = kind == Kind::Im;
        }
        if kind == Kind::Im {
            self.tell_messaging(conversation);
        }
        self.tell_conversation(conversation, "updated");
        let people = self.conversations.get(&conversation).map_or(0, |known| known.roster.len());
        for place in 0..people {
            self.tell_participant(conversation, place);
        }
        self.complete(id, "Connected", None);
    }

    pub fn decline(&mut self, id: SimId) {
        let conversation = self.pending.get(&id).map(|pending| pending.conversation);
        self.complete(id, "Declined", Some(("LocalFailure", "Declined")));
        if let Some(conversation) = conversation {
            self.drop_conversation(conversation);
        }
    }

    pub fn cancel(&mut self, id: SimId) {
        self.complete(id, "Cancelled", Some(("LocalFailure", "Canceled")));
    }

    /// The user invites somebody. The event may be out before the reply is.
    pub fn add_participant(
        &mut self,
        conversation: ConversationNumber,
        operation: String,
        to: String,
    ) -> SimId {
        let id = self.number();
        let from = self
            .people
            .iter()
            .find(|person| person.uri == to)
            .cloned()
            .unwrap_or_else(|| Person { uri: to, ..Person::default() });
        let answer = match from.answers {
            Answers::Joins => Some(Ended::Joins),
            Answers::Declines => Some(Ended::Declines),
            Answers::Ignores => None,
        };
        let invite = Invite { kind: Kind::Participant, from, ..Invite::default() };
        let pending = Pending::new(id, invite, conversation, operation);
        self.pending.insert(id, pending);
        self.tell_invitation(id, "started");
        self.later.push((self.options.ring, Later::Ring(id)));
        self.later.extend(answer.map(|how| (Duration::from_secs(4), Later::Answer(id, how))));
        id
    }

    fn join(&mut self, conversation: ConversationNumber, person: Person) {
        let Some(known) = self.conversations.get_mut(&conversation) else { return };
        known.roster.push(Some(person));
        known.state = "Conferenced";
        let place = known.roster.len() - 1;
        self.tell_participant(conversation, place);
        self.tell_conversation(conversation, "updated");
    }

    fn complete(&mut self, id: SimId, state: &'static str, failure: Option<(&str, &str)>) {
        let Some(pending) = self.pending.get_mut(&id) else { return };
        pending.state = state;
        pending.offered = false;
        let rel = pending.invite.kind.rel();
        let (status, reason) = match failure {
            None => ("Success", None),
            Some((code, subcode)) => {
                let message = "Simulated.";
                ("Failure", Some(json!({"code": code, "subcode": subcode, "message": message})))
            }
        };
        for application in self.available_applications() {
            let resource = self.invitation_resource(&application, id);
            let mut event = self.event(&application, "completed", rel, What::Invitation(id), Some(resource));
            event["status"] = status.into();
            if let Some(reason) = &reason {
                event["reason"] = reason.clone();
            }
            self.push(&application, What::Communication, "communication", event);
        }
        if let Some(pending) = self.pending.remove(&id) {
            let (code, subcode) = failure.unwrap_or_default();
            let ours = code == "LocalFailure";
            self.endings.push(Ending {
                id,
                uri: pending.invite.from.uri,
                state,
                subcode: subcode.into(),
                ours,
            });
            self.is_over(Over::Invitation(id));
        }
    }

    /// Ends the oldest conversation in which nobody is invited, if there are too many.
    fn end_oldest_conversation(&mut self) {
        if self.conversations.len() < self.options.kept {
            return;
        }
        let busy: HashSet<ConversationNumber> = self.pending.values().map(|it| it.conversation).collect();
        let oldest = self.conversations.keys().find(|number| !busy.contains(number));
        if let Some(oldest) = oldest.copied() {
            self.drop_conversation(oldest);
        }
    }

    fn drop_conversation(&mut self, conversation: ConversationNumber) {
        if let Some(dropped) = self.conversations.remove(&conversation) {
            for application in self.available_applications() {
                if let Some(known) = self.applications.get_mut(&application) {
                    known.conversations.remove(&conversation);
                }
                let event = self.event(
                    &application,
                    "deleted",
                    "conversation",
                    What::Conversation(conversation),
                    None,
                );
                self.push(&application, What::Communication, "communication", event);
            }
            self.is_over(Over::Conversation(conversation, dropped.roster.len()));
        }
    }

    /// The number of somebody as a contact: the same one for the same person.
    pub fn contact(&mut self, person: &Person) -> ContactNumber {
        let (number, forgotten) = self.contacts.number(person);
        if let Some(forgotten) = forgotten {
            self.end_hrefs(CONTACT_RELS.map(|rel| What::Contact(forgotten, rel)));
        }
        number
    }

    /// Applications that invitations reach.
    pub fn available_applications(&self) -> Vec<String> {
        let available = self.applications.iter().filter(|(_, application)| application.available);
        available.map(|(name, _)| name.clone()).collect()
    }
}
