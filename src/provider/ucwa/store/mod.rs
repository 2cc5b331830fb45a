//! What one generation of the application knows: invitations and conversations by their hrefs, with the
//! action links that the server ever gave. Data in, data out: it reads events and resources and says what
//! the program is to be told and what has to be fetched.

pub(super) mod conversation;
pub(super) mod known;
pub(super) mod people;
pub mod read;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use url::Url;

use self::conversation::KnownConversation;
use self::known::{ActionLinks, Asked, Known, PreviousGeneration};
use self::people::{Mentions, People, Role, Waiting};
use crate::invitation::{
    AccountId, Certainty, ConversationId, Decision, Direction, Invitation, InvitationId, Kind, Moment,
    Offers, Outcome, Party, Stage,
};
use crate::provider::ucwa::wire::events::{Change, CompletionStatus, EventKind, Reason};
use crate::provider::ucwa::wire::resource::Resource;
use crate::provider::{Event, Ticket};
use crate::text::DisplayText;

/// An unanswered invitation fails after about this long; from the reference of `participantInvitation`.
pub const RING: Duration = Duration::from_secs(30);

/// How long after its end an invitation may stand without the server's word before we ask.
const GRACE: Duration = Duration::from_secs(4);

/// How soon an invitation that was not found is asked for again.
const MISSED: Duration = Duration::from_secs(1);

/// How soon an invitation is asked for again that could not be had.
const ASK_AGAIN: Duration = Duration::from_secs(15);

/// How long after a lost reply the server may still be carrying out the request.
const EFFECT: Duration = Duration::from_secs(1);

/// The fact that an invitation can't be read.
const UNREAD: &str = "details";

/// How many finished invitations are remembered, so that a late event does not bring one back.
const FINISHED: usize = 8_192;

/// The key of a resource: its href, relative to the application's host where it is there.
pub type Key = Box<str>;

/// Something that has to be got before more is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fetch {
    /// The invitation of that key.
    Invitation(Key),
    /// The person behind that href, whom invitations name.
    Person(Key),
    /// The conversation of that key.
    Conversation(Key),
    /// The messaging modality of that key.
    Messaging(Key),
    /// The participant behind the second key, in the conversation of the first.
    Participant(Key, Key),
}

impl Fetch {
    /// What to get.
    #[must_use]
    pub fn href(&self) -> &str {
        match self {
            Self::Invitation(key) | Self::Conversation(key) | Self::Messaging(key) | Self::Person(key) => key,
            Self::Participant(_, href) => href,
        }
    }
}

/// Why a resource can't be had.
#[derive(Clone, Copy, Debug)]
pub struct Unavailable<'a> {
    /// The words for a person.
    pub what: &'a str,
    /// Whether the same request may well succeed later.
    pub is_passing: bool,
}

/// When an event was seen, and what that tells of its age.
#[derive(Clone, Copy, Debug)]
pub struct Sighting {
    /// The moment.
    pub now: Moment,
    /// Whether what started did so just now, or perhaps some time ago.
    pub certainty: Certainty,
}

impl From<Moment> for Sighting {
    /// Something that happened just now.
    fn from(now: Moment) -> Self {
        Self { now, certainty: Certainty::Exact }
    }
}

/// What follows from an event or a resource.
#[derive(Debug, Default)]
pub struct Effects {
    /// The requests whose replies were lost and that, as now shows, were not carried out.
    pub without_effect: Vec<Ticket>,
    /// The requests that were carried out, as now shows, whatever became of their replies.
    pub carried_out: Vec<Ticket>,
    /// What the program is to be told, in order.
    pub events: Vec<Event>,
    /// The conversations that changed; each is told once, however often it did.
    pub changed: BTreeSet<Key>,
    /// What has to be fetched.
    pub fetches: Vec<Fetch>,
    /// The conversations whose messaging is to be joined (after an accepted meeting).
    pub joins: Vec<Key>,
}

/// What one generation of the application knows.
pub struct Store {
    account: AccountId,
    base: Url,
    /// The user's own address.
    me: DisplayText,
    next_number: u64,
    invitations: BTreeMap<Key, Known>,
    keys: BTreeMap<InvitationId, Key>,
    finished: BTreeSet<Key>,
    finished_order: VecDeque<Key>,
    pub(super) conversations: BTreeMap<Key, KnownConversation>,
    /// The conversation that each messaging modality belongs to.
    pub(super) messagings: BTreeMap<Key, Key>,
    former: Vec<PreviousGeneration>,
    /// The people behind links.
    people: People,
    /// Invitations that were only linked to, while they may be ones of an earlier generation.
    held_back: BTreeMap<Key, (Kind, Sighting)>,
    /// Our own invitations whose event has not come yet, by the operation's name.
    expected: BTreeMap<String, Ticket>,
}

impl Store {
    /// An empty store for an application at `base`.
    #[must_use]
    pub fn empty(account: AccountId, base: Url) -> Self {
        Self::new(account, base, 0, Vec::new())
    }

    /// Numbers start at `first_number`, so that no id of an earlier generation comes again for something else.
    fn new(account: AccountId, base: Url, first_number: u64, former: Vec<PreviousGeneration>) -> Self {
        Self {
            account,
            base,
            me: DisplayText::default(),
            next_number: first_number,
            invitations: BTreeMap::new(),
            keys: BTreeMap::new(),
            finished: BTreeSet::new(),
            finished_order: VecDeque::new(),
            conversations: BTreeMap::new(),
            messagings: BTreeMap::new(),
            former,
            people: People::default(),
            held_back: BTreeMap::new(),
            expected: BTreeMap::new(),
        }
    }

    /// The store for the application that is found next. If it is the same one, all is still good; else links
    /// die with the old one, and what the new one tells of again keeps its id.
    ///
    /// Returns that store, and the requests of which nothing more will be heard.
    #[must_use]
    pub fn follow(mut self, base: Url) -> (Self, Vec<Ticket>) {
        if base == self.base {
            return (self, Vec::new());
        }
        let unsettled = std::mem::take(&mut self.expected).into_values().collect();
        (Self::new(self.account, base, self.next_number, self.into_former()), unsettled)
    }

    fn into_former(self) -> Vec<PreviousGeneration> {
        let pending = self.invitations.into_values().map(|known| PreviousGeneration {
            invitation: known.invitation,
            thread: known.thread,
            asked: known.asked,
        });
        self.former.into_iter().chain(pending).collect()
    }

    /// Names the user, who is not to be shown as somebody else.
    pub fn set_me(&mut self, me: &Party) {
        self.me = me.uri.clone();
    }

    /// All that is known now. What an earlier generation knew and this one was not told of is forgotten.
    pub fn settle(&mut self) -> Event {
        self.former.clear();
        // What still can't be read rings all the same.
        for (key, (kind, seen)) in std::mem::take(&mut self.held_back) {
            self.learn(&key, kind, None, "", seen, &mut Effects::default());
        }
        Event::Snapshot {
            invitations: self.invitations.values().map(|known| known.invitation.clone()).collect(),
            conversations: self.joined_conversations(),
        }
    }

    /// Returns the requests whose replies are still awaited; from now on they count as lost.
    pub fn lose_replies(&mut self, now: Moment) -> Vec<Ticket> {
        let asked = self.invitations.values_mut().filter_map(|known| known.asked.as_mut());
        asked
            .filter(|asked| asked.tells_from.is_none())
            .map(|asked| {
                asked.tells_from = Some(now.after(EFFECT));
                asked.ticket
            })
            .collect()
    }

    /// An invitation of ours is on its way; its event may come before the reply, or without one.
    pub fn expect_invitation(&mut self, operation: String, ticket: Ticket) {
        self.expected.insert(operation, ticket);
    }

    /// Forgets an invitation of ours that the server refused to send.
    pub fn expect_no_more(&mut self, ticket: Ticket) {
        self.expected.retain(|_, expected| *expected != ticket);
    }

    /// Whether anything is pending.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.invitations.is_empty()
    }

    /// Takes in an event.
    pub fn apply(&mut self, change: &Change<'_>, seen: Sighting, effects: &mut Effects) {
        let resource = change.resource.as_ref();
        if let Some(kind) = read::kind(&change.link.rel) {
            let key = self.key(&change.link.href);
            if self.finished.contains(key.as_ref()) {
                return;
            }
            let key: Key = key.into();
            match change.kind {
                // Which of the former ones it is, if it is one, only the resource tells.
                EventKind::Started | EventKind::Updated | EventKind::Added
                    if resource.is_none()
                        && !self.former.is_empty()
                        && !self.invitations.contains_key(&key) =>
                {
                    if self.held_back.insert(key.clone(), (kind, seen)).is_none() {
                        effects.fetches.push(Fetch::Invitation(key));
                    }
                }
                EventKind::Started | EventKind::Updated | EventKind::Added => {
                    let title = change.link.title.as_deref().unwrap_or_default();
                    self.see(&key, kind, resource, title, seen, effects);
                }
                EventKind::Completed | EventKind::Deleted => {
                    self.complete(&key, kind, change, seen, effects);
                }
            }
            return;
        }
        match change.link.rel.as_ref() {
            "conversation" => self.conversation_changed(change, seen.now, effects),
            "messaging" => self.messaging_changed(change, seen.now, effects),
            "participant" => self.participant_changed(change, effects),
            _ => {}
        }
    }

    /// Takes in a resource that was fetched by a request that was sent at `sent_at`.
    pub fn fetched(
        &mut self,
        fetch: &Fetch,
        resource: &Resource<'_>,
        sent_at: Moment,
        now: Moment,
        effects: &mut Effects,
    ) {
        match fetch {
            Fetch::Invitation(key) => {
                let known = self.invitations.get(key).map(|known| (known.invitation.kind, now.into()));
                let Some((kind, seen)) = known
                    .or(self.held_back.remove(key))
                    .or_else(|| Some((resource.text("rel").and_then(read::kind)?, now.into())))
                    .filter(|_| !self.finished.contains(key))
                else {
                    return;
                };
                self.see(key, kind, Some(resource), "", seen, effects);
                self.look_for_effect(key, resource, sent_at, effects);
                // Its completion may have been told in a batch that is lost; this state has no other way out.
                if resource.text("state") == Some("Connected") {
                    self.finish(key, Outcome::Accepted, effects);
                }
            }
            Fetch::Person(href) => self.person(href, Some(read::person(resource)), effects),
            Fetch::Conversation(key) => self.conversation_fetched(key, resource, sent_at, effects),
            Fetch::Messaging(key) => self.messaging_fetched(key, resource, sent_at, effects),
            Fetch::Participant(conversation, href) => {
                self.participant_fetched(conversation, href, read::person(resource), effects);
            }
        }
    }

    /// Takes in that a resource is no longer there (404). How an invitation ended is most likely on its way: it
    /// is over without a word only if the event channel was heard up to a moment after it was first missed.
    pub fn gone(&mut self, fetch: &Fetch, now: Moment, heard_up_to: Moment, effects: &mut Effects) {
        match fetch {
            Fetch::Invitation(key) => {
                self.held_back.remove(key);
                let Some(known) = self.invitations.get_mut(key) else { return };
                if *known.missed.get_or_insert(now) < heard_up_to {
                    self.finish(key, Outcome::Lost, effects);
                } else {
                    known.ask_at = now.after(MISSED);
                }
            }
            Fetch::Conversation(key) => self.drop_conversation(key, effects),
            Fetch::Participant(conversation, href) => self.participant_left(conversation, href, effects),
            Fetch::Person(href) => self.person(href, None, effects),
            Fetch::Messaging(_) => {}
        }
    }

    /// Takes in that a resource can't be had: what is known of it has to do. An invitation that was never read is
    /// over when its time is: nothing else will tell.
    pub fn unavailable(&mut self, fetch: &Fetch, why: Unavailable<'_>, now: Moment, effects: &mut Effects) {
        let key = match fetch {
            Fetch::Invitation(key) => key,
            Fetch::Person(href) if why.is_passing => return self.people.forget(href),
            Fetch::Person(href) => return self.person(href, None, effects),
            Fetch::Conversation(_) | Fetch::Messaging(_) | Fetch::Participant(..) => return,
        };
        if let Some((kind, seen)) = self.held_back.remove(key) {
            self.learn(key, kind, None, "", seen, effects);
        }
        let Some(known) = self.invitations.get_mut(key) else { return };
        let time_is_up = known.invitation.deadline.after(GRACE);
        known.ask_at = time_is_up.max(now.after(ASK_AGAIN));
        if known.was_read {
            return;
        }
        if time_is_up <= now {
            return self.finish(key, Outcome::Lost, effects);
        }
        tell_unread(known, why.what, effects);
    }

    /// Takes in that a resource can't be had, and will be asked for again.
    pub fn unavailable_for_now(&mut self, fetch: &Fetch, why: Unavailable<'_>, effects: &mut Effects) {
        if let Fetch::Invitation(key) = fetch
            && let Some(known) = self.invitations.get_mut(key).filter(|known| !known.was_read)
        {
            tell_unread(known, why.what, effects);
        }
    }

    /// Completes the invitations that name the person behind a link.
    fn person(&mut self, href: &Key, party: Option<Party>, effects: &mut Effects) {
        for waiting in self.people.fetched(href, party) {
            match waiting {
                Waiting::Invitation(key) => {
                    let Some(known) = self.invitations.get_mut(&key) else { continue };
                    let before = known.invitation.clone();
                    read::people(&mut known.invitation, &known.mentions, &self.people, &self.me);
                    if known.invitation == before {
                        continue;
                    }
                    let (invitation, conversation) = (known.invitation.clone(), known.conversation.clone());
                    effects.events.push(Event::Invitation(Box::new(invitation)));
                    if let Some(conversation) = conversation {
                        self.name_conversation(&conversation, &key);
                    }
                }
                Waiting::Accepted { id, expected } => {
                    let other = |who: &&Party| !who.is_empty() && !read::same_address(&who.uri, &expected);
                    let who = self.people.get(href).filter(other);
                    effects
                        .events
                        .extend(who.map(|who| Event::AcceptedBy { id, who: Box::new(who.clone()) }));
                }
            }
        }
    }

    /// Whether it is not clear yet which of the former ones are still there.
    #[must_use]
    pub fn is_unclear(&self) -> bool {
        !self.held_back.is_empty()
    }

    /// The link for a decision, or why there is none.
    ///
    /// # Errors
    /// When the invitation is not pending here, or does not offer this.
    pub fn link(&self, id: InvitationId, decision: &Decision) -> Result<Key, NoLink> {
        let known = self.known(id).ok_or(NoLink::NotPending)?;
        known.links.get(decision).map(Key::from).ok_or(NoLink::NotOffered)
    }

    /// Remembers what was asked for, to tell our own doing from others' when the outcome comes.
    pub fn asked(&mut self, id: InvitationId, decision: Decision, ticket: Ticket) {
        if let Some(known) = self.known_mut(id) {
            known.asked = Some(Asked { decision, ticket, tells_from: None });
        }
    }

    /// Forgets what was asked for: the server refused.
    pub fn refused(&mut self, id: InvitationId, effects: &mut Effects) {
        if let Some(known) = self.known_mut(id) {
            known.asked = None;
            known.set_stage();
            effects.events.push(Event::Invitation(Box::new(known.invitation.clone())));
        }
    }

    /// Takes in that the reply to what was asked for is lost. Returns when the invitation's state tells.
    pub fn lost(&mut self, id: InvitationId, now: Moment) -> Moment {
        let tells_from = now.after(EFFECT);
        if let Some(asked) = self.known_mut(id).and_then(|known| known.asked.as_mut()) {
            asked.tells_from = Some(tells_from);
        }
        tells_from
    }

    /// The fetch that tells how an invitation stands, if it is pending.
    #[must_use]
    pub fn fetch_invitation(&self, id: InvitationId) -> Option<Fetch> {
        self.keys.get(&id).cloned().map(Fetch::Invitation)
    }

    /// Fetches for all that is known: what is to be done when events may have been lost.
    #[must_use]
    pub fn fetch_all(&self) -> Vec<Fetch> {
        let invitations =
            self.invitations.keys().chain(self.held_back.keys()).cloned().map(Fetch::Invitation);
        let people = self.people.fetching().cloned().map(Fetch::Person);
        invitations.chain(self.conversation_fetches()).chain(people).collect()
    }

    /// Fetches for the invitations that should be over by now, each at most once in a while.
    pub fn overdue(&mut self, now: Moment) -> Vec<Fetch> {
        self.invitations
            .iter_mut()
            .filter(|(_, known)| known.ask_at <= now)
            .map(|(key, known)| {
                known.ask_at = now.after(GRACE);
                Fetch::Invitation(key.clone())
            })
            .collect()
    }

    fn known(&self, id: InvitationId) -> Option<&Known> {
        self.keys.get(&id).and_then(|key| self.invitations.get(key))
    }

    fn known_mut(&mut self, id: InvitationId) -> Option<&mut Known> {
        self.keys.get(&id).and_then(|key| self.invitations.get_mut(key))
    }

    /// Looks whether an invitation still offers what was asked for after the reply to that was lost: then
    /// nothing came of the request. `as_of` is when the server was asked.
    fn look_for_effect(&mut self, key: &Key, resource: &Resource<'_>, as_of: Moment, effects: &mut Effects) {
        let Some(known) = self.invitations.get_mut(key) else { return };
        let Some(Asked { decision, ticket, tells_from: Some(tells_from) }) = &known.asked else { return };
        let (ticket, tells_from) = (*ticket, *tells_from);
        let mut offered = ActionLinks::default();
        offered.merge(resource);
        if offered.get(decision).is_none() {
            return;
        }
        if as_of < tells_from {
            // The request may still be carried out.
            known.ask_at = known.ask_at.min(tells_from);
            return;
        }
        known.asked = None;
        known.set_stage();
        effects.without_effect.push(ticket);
        effects.events.push(Event::Invitation(Box::new(known.invitation.clone())));
    }

    fn see(
        &mut self,
        key: &Key,
        kind: Kind,
        resource: Option<&Resource<'_>>,
        title: &str,
        seen: Sighting,
        effects: &mut Effects,
    ) {
        self.learn(key, kind, resource, title, seen, effects);
        self.ask_for_people(key, effects);
        let Some(known) = self.invitations.get(key) else { return };
        let (invitation, conversation) = (known.invitation.clone(), known.conversation.clone());
        if resource.is_none() {
            effects.fetches.push(Fetch::Invitation(key.clone()));
        }
        let state = resource.and_then(|resource| resource.text("state")).unwrap_or_default();
        effects.events.push(Event::Invitation(Box::new(invitation)));
        if let Some(conversation) = conversation {
            self.name_conversation(&conversation, key);
        }
        if let Some(outcome) = self.outcome_of_state(key, state) {
            self.finish(key, outcome, effects);
        }
    }

    /// Has the people fetched whom an invitation names and nobody knows yet.
    fn ask_for_people(&mut self, key: &Key, effects: &mut Effects) {
        let Some(known) = self.invitations.get(key) else { return };
        let outgoing = known.invitation.direction == Direction::Outgoing;
        for (role, href) in known.mentions.unknown() {
            // Whoever sends our own invitations is the user.
            let of_interest = !(outgoing && role == Role::From);
            if of_interest && self.people.wait(href, Waiting::Invitation(key.clone())) {
                effects.fetches.push(Fetch::Person(href.clone()));
            }
        }
    }

    /// Merges what is told of an invitation into what is known of it; a mere link tells nothing but a title.
    fn learn(
        &mut self,
        key: &Key,
        kind: Kind,
        told: Option<&Resource<'_>>,
        title: &str,
        seen: Sighting,
        effects: &mut Effects,
    ) {
        let nothing = Resource::default();
        let resource = told.unwrap_or(&nothing);
        let conversation_key = resource.href("conversation").map(|href| Key::from(self.key(href)));
        let conversation = conversation_key.as_ref().map(|key| self.conversation_id(key));
        if let Some(ticket) = resource.text("operationId").and_then(|name| self.expected.remove(name)) {
            effects.carried_out.push(ticket);
        }
        let told_again = !self.invitations.contains_key(key) && self.meet(key, kind, resource, title, seen);
        let base = &self.base;
        let Some(known) = self.invitations.get_mut(key) else { return };
        known.links.merge(resource);
        known.mentions.merge(resource, |href| key_of(base, href).into());
        known.missed = None;
        if let Some(thread) = resource.text("threadId") {
            known.thread = thread.into();
        }
        if told.is_some() {
            known.was_read = true;
            read::set_fact(&mut known.invitation, UNREAD, None);
        }
        read::merge(&mut known.invitation, resource);
        read::people(&mut known.invitation, &known.mentions, &self.people, &self.me);
        known.invitation.offers = known.links.offers();
        known.conversation = conversation_key.or(known.conversation.take());
        known.invitation.conversation = conversation.or(known.invitation.conversation);
        known.stage = resource.text("state").and_then(read::stage).unwrap_or(known.stage);
        known.set_stage();
        if told_again {
            self.look_for_effect(key, resource, seen.now, effects);
        }
    }

    /// Gives a new invitation its row, or the one that it had in an earlier generation. Returns whether it had
    /// one.
    fn meet(&mut self, key: &Key, kind: Kind, resource: &Resource<'_>, title: &str, seen: Sighting) -> bool {
        let former = self.former.iter().position(|former| former.is(kind, resource, &self.me));
        let former = former.map(|place| self.former.swap_remove(place));
        let told_again = former.is_some();
        let mut mentions = Mentions::default();
        mentions.call_sender(title);
        let (invitation, asked) = if let Some(former) = former {
            (Invitation { offers: Offers::default(), ..former.invitation }, former.asked)
        } else {
            let id = InvitationId { account: self.account, number: self.take_number() };
            let invitation = read::invitation(id, kind, seen.now, seen.now.after(RING));
            (Invitation { certainty: seen.certainty, ..invitation }, None)
        };
        self.keys.insert(invitation.id, key.clone());
        let known = Known {
            ask_at: invitation.deadline.max(seen.now).after(GRACE),
            invitation,
            links: ActionLinks::default(),
            mentions,
            stage: Stage::default(),
            conversation: None,
            thread: Box::default(),
            asked,
            was_read: false,
            missed: None,
        };
        self.invitations.insert(key.clone(), known);
        told_again
    }

    fn complete(
        &mut self,
        key: &Key,
        kind: Kind,
        change: &Change<'_>,
        seen: Sighting,
        effects: &mut Effects,
    ) {
        self.held_back.remove(key);
        let was_known = self.invitations.contains_key(key);
        if let Some(resource) = &change.resource {
            self.learn(key, kind, Some(resource), "", seen, effects);
            // A quick one shows itself only when it is over; it still belongs into the history.
            let told = |known: &&Known| !was_known || known.invitation.accepted_by.is_some();
            if let Some(known) = self.invitations.get(key).filter(told) {
                effects.events.push(Event::Invitation(Box::new(known.invitation.clone())));
            }
        }
        let state = change.resource.as_ref().and_then(|resource| resource.text("state")).unwrap_or_default();
        let outcome = match (change.kind, change.status) {
            (EventKind::Deleted, _) => Outcome::Lost,
            (_, Some(CompletionStatus::Success)) => Outcome::Accepted,
            (_, Some(CompletionStatus::Failure)) => self.outcome_of_failure(key, change.reason.as_ref()),
            (_, None) if state == "Connected" => Outcome::Accepted,
            (_, None) => match self.outcome_of_state(key, state) {
                Some(outcome) => outcome,
                None => self.outcome_of_failure(key, change.reason.as_ref()),
            },
        };
        self.finish(key, outcome, effects);
    }

    fn finish(&mut self, key: &Key, outcome: Outcome, effects: &mut Effects) {
        if self.finished.insert(key.clone()) {
            self.finished_order.push_back(key.clone());
            if self.finished_order.len() > FINISHED
                && let Some(oldest) = self.finished_order.pop_front()
            {
                self.finished.remove(&oldest);
            }
        }
        let Some(known) = self.invitations.remove(key) else { return };
        let invitation = known.invitation;
        self.keys.remove(&invitation.id);
        let outcome = match (outcome, invitation.direction) {
            (Outcome::Accepted, Direction::Outgoing) => Outcome::Joined,
            (outcome, _) => outcome,
        };
        if invitation.kind == Kind::Meeting && outcome == Outcome::Accepted {
            effects.joins.extend(known.conversation);
        }
        let accepted = matches!(outcome, Outcome::Accepted | Outcome::Joined | Outcome::AnsweredElsewhere);
        effects.events.push(Event::Over { id: invitation.id, outcome });
        if !accepted {
            return;
        }
        for (_, href) in known.mentions.unknown().filter(|(role, _)| *role == Role::AcceptedBy) {
            let outgoing = invitation.direction == Direction::Outgoing;
            let expected = invitation.to.as_ref().filter(|_| outgoing).map_or(&self.me, |to| &to.uri).clone();
            if self.people.wait(href, Waiting::Accepted { id: invitation.id, expected }) {
                effects.fetches.push(Fetch::Person(href.clone()));
            }
        }
    }

    fn outcome_of_state(&self, key: &Key, state: &str) -> Option<Outcome> {
        let subcode = match state {
            "Cancelled" => "Canceled",
            "Declined" => "Declined",
            "Failed" => "",
            _ => return None,
        };
        let reason = Reason { subcode: Cow::Borrowed(subcode), ..Reason::default() };
        Some(self.outcome_of_failure(key, Some(&reason)))
    }

    fn outcome_of_failure(&self, key: &Key, reason: Option<&Reason<'_>>) -> Outcome {
        let known = self.invitations.get(key);
        let direction = known.map_or(Direction::Incoming, |known| known.invitation.direction);
        read::outcome(reason, direction, known.and_then(|known| Some(&known.asked.as_ref()?.decision)))
    }

    pub(super) fn take_number(&mut self) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        number
    }

    /// What the sender or the target of an invitation is called, to name its conversation by.
    pub(super) fn other_side(&self, invitation: &Key) -> Option<&Invitation> {
        self.invitations.get(invitation).map(|known| &known.invitation)
    }

    /// The key for an href: hrefs come relative and absolute for the same resource.
    pub(super) fn key<'a>(&self, href: &'a str) -> Cow<'a, str> {
        key_of(&self.base, href)
    }
}

/// Tells on an invitation's row that the server does not show it.
fn tell_unread(known: &mut Known, refusal: &str, effects: &mut Effects) {
    read::set_fact(&mut known.invitation, UNREAD, Some(&format!("can't be read: {refusal}")));
    effects.events.push(Event::Invitation(Box::new(known.invitation.clone())));
}

fn key_of<'a>(base: &Url, href: &'a str) -> Cow<'a, str> {
    if href.starts_with('/') && !href.starts_with("//") {
        return Cow::Borrowed(href);
    }
    match base.join(href) {
        Ok(url) if url.origin() == base.origin() => Cow::Owned(url[url::Position::BeforePath..].to_owned()),
        _ => Cow::Borrowed(href),
    }
}

/// Why a decision can't be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoLink {
    /// The invitation is over, or of an earlier session.
    NotPending,
    /// The server does not offer this.
    NotOffered,
}

impl Store {
    /// A conversation's id; its first mention gives it one.
    pub(super) fn conversation_id(&mut self, key: &Key) -> ConversationId {
        if let Some(known) = self.conversations.get(key) {
            return known.id();
        }
        let id = ConversationId { account: self.account, number: self.take_number() };
        self.conversations.insert(key.clone(), KnownConversation::new(id));
        id
    }
}
