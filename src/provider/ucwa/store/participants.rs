//! The changes of participants: who joins and leaves, who waits in the lobby and who leaves it, and with which role.

use super::conversation_part::ConversationPart;
use super::conversation_state::ConversationState;
use super::conversations::Conversations;
use super::decode;
use super::effects::{Effects, Fetch};
use super::href::Href;
use super::roster::Place;
use crate::invitation::{Admission, MeetingRole, Moment, ParticipantId, Party};
use crate::provider::ucwa::wire::events::{Change, EventKind};
use crate::provider::ucwa::wire::resource::Resource;

impl Conversations {
    /// Returns the participant of a conversation at an href, if known.
    pub fn party(&self, conversation: &Href, href: &str) -> Option<Party> {
        self.states.get(conversation)?.party(&Href::from(self.key(href)))
    }

    /// Returns the fetch for somebody in the lobby and the link for an answer, if that is offered now.
    pub fn admission(&self, id: ParticipantId, admission: Admission) -> Option<(Fetch, Href)> {
        let mut states = self.states.iter();
        let (conversation, state) = states.find(|(_, state)| state.conversation.id == id.conversation)?;
        let (participant, link) = state.roster.admission(id.number, admission)?;
        Some((Fetch::Participant(conversation.clone(), participant.clone()), link.clone()))
    }

    /// Applies an event about a participant.
    pub fn apply_participant(&mut self, change: &Change<'_>, now: Moment, effects: &mut Effects) {
        let conversation = Href::from(self.key(&change.sender));
        let href = Href::from(self.key(&change.link.href));
        let Some(state) = self.states.get_mut(&conversation) else { return };
        let is_deleted = change.kind == EventKind::Deleted;
        let event = ParticipantEvent { conversation: &conversation, href: &href, change, now };
        // Somebody who types, leaves the lobby or gets another role has neither joined nor left.
        match change.within.as_deref() {
            None | Some("conversation") if is_deleted => {
                self.remove_participant(&conversation, &href, effects);
            }
            None | Some("conversation") => state.upsert_participant(&event, effects),
            Some("typingParticipants") => state.note_typing(&href, change, effects),
            Some("lobby") if is_deleted => state.leave_lobby(&event, effects),
            Some("lobby") => state.move_participant(&event, None, effects),
            Some("attendees" | "leaders") if is_deleted => {}
            Some("attendees") => state.move_participant(&event, Some(MeetingRole::Attendee), effects),
            Some("leaders") => state.move_participant(&event, Some(MeetingRole::Presenter), effects),
            Some(_) => {}
        }
    }

    /// Applies an event about the user as a participant.
    pub fn apply_own_participant(&mut self, change: &Change<'_>, effects: &mut Effects) {
        let conversation = Href::from(self.key(&change.sender));
        let href = Href::from(self.key(&change.link.href));
        let Some(state) = self.states.get_mut(&conversation) else { return };
        let is_deleted = change.kind == EventKind::Deleted;
        match (change.within.as_deref(), is_deleted) {
            (Some("lobby"), _) => state.own.is_in_lobby = !is_deleted,
            (Some("attendees"), false) => state.own.enter(MeetingRole::Attendee),
            (Some("leaders"), false) => state.own.enter(MeetingRole::Presenter),
            (None | Some("conversation"), false) => {
                // What the user may do with the others may have changed as well.
                if change.kind == EventKind::Updated {
                    effects.fetches.push(Fetch::Conversation(conversation.clone()));
                    effects.fetches.extend(state.fetches(&conversation));
                }
                if change.resource.is_none() && state.is_shown() {
                    effects.fetches.push(Fetch::Participant(conversation.clone(), href.clone()));
                }
            }
            _ => {}
        }
        if let Some(resource) = &change.resource {
            state.apply_own(resource);
        }
        state.own.href = Some(href);
        effects.changed_conversations.insert(conversation);
    }

    /// Applies a fetched participant, unless they left since the request was sent.
    pub fn apply_fetched_participant(
        &mut self,
        conversation: &Href,
        href: &Href,
        resource: &Resource<'_>,
        sent_at: Moment,
        effects: &mut Effects,
    ) {
        let Some(state) = self.states.get_mut(conversation) else { return };
        if resource.flag("local") == Some(true) || state.own.href.as_ref() == Some(href) {
            state.roster.remove(href);
            state.apply_own(resource);
            state.own.href = Some(href.clone());
        } else {
            let Some(member) = state.roster.get_mut(href) else { return };
            if member.has_changed_since(sent_at) {
                // The response may be older than the event.
                return effects.fetches.push(Fetch::Participant(conversation.clone(), href.clone()));
            }
            member.apply(resource);
        }
        effects.changed_conversations.insert(conversation.clone());
    }

    /// Applies a fetched part of a conversation.
    pub fn apply_fetched_part(
        &mut self,
        conversation: &Href,
        part: ConversationPart,
        resource: &Resource<'_>,
        effects: &mut Effects,
    ) {
        match part {
            ConversationPart::OnlineMeeting => self.set_meeting(conversation, resource, effects),
            ConversationPart::PhoneAudio => self.set_phone_audio(conversation, resource, effects),
            ConversationPart::Lobby | ConversationPart::Attendees | ConversationPart::Leaders => {
                self.add_listed(conversation, part, resource, effects);
            }
        }
    }

    /// Adds the participants whom a part of a conversation lists and who are not known. They are read as well, because
    /// they may have left since.
    fn add_listed(
        &mut self,
        conversation: &Href,
        part: ConversationPart,
        resource: &Resource<'_>,
        effects: &mut Effects,
    ) {
        let linked = resource.links.iter().filter(|link| link.rel == "participant" && !link.href.is_empty());
        let linked = linked.map(|link| link.href.as_ref());
        let embedded = resource.embedded.iter().filter(|(rel, _)| rel == "participant");
        let embedded = embedded.filter_map(|(_, participant)| participant.href("self"));
        let listed: Vec<Href> = linked.chain(embedded).map(|href| Href::from(self.key(href))).collect();
        let Some(state) = self.states.get_mut(conversation) else { return };
        let place = if part == ConversationPart::Lobby { Place::Lobby } else { Place::Inside };
        for href in listed {
            if state.roster.get(&href).is_none() && state.own.href.as_ref() != Some(&href) {
                state.roster.upsert(&href, Party::default(), Moment::default(), |it| it.move_to(place));
                effects.fetches.push(Fetch::Participant(conversation.clone(), href));
            }
        }
    }

    /// Removes a participant from a conversation.
    pub fn remove_participant(&mut self, conversation: &Href, href: &Href, effects: &mut Effects) {
        let Some(state) = self.states.get_mut(conversation) else { return };
        state.roster.remove(href);
        if state.roster.is_empty() {
            // The caller stood in for participants who were not known.
            state.conversation.participants.clear();
        }
        effects.changed_conversations.insert(conversation.clone());
    }
}

/// An event about a participant.
struct ParticipantEvent<'a> {
    conversation: &'a Href,
    href: &'a Href,
    change: &'a Change<'a>,
    now: Moment,
}

impl ParticipantEvent<'_> {
    /// Returns the person as the title of the link names them.
    fn titled(&self) -> Party {
        let title = self.change.link.title.as_deref().unwrap_or_default();
        Party { name: title.into(), ..Party::default() }
    }

    fn fetch(&self) -> Fetch {
        Fetch::Participant(self.conversation.clone(), self.href.clone())
    }
}

impl ConversationState {
    /// Adds or updates a participant.
    fn upsert_participant(&mut self, event: &ParticipantEvent<'_>, effects: &mut Effects) {
        let resource = event.change.resource.as_ref();
        let is_news = event.change.kind != EventKind::Added;
        let party = match (resource, &self.sender) {
            (Some(resource), _) => decode::party(resource),
            (None, Some((sender, party))) if sender == event.href && !is_news => party.clone(),
            (None, _) => event.titled(),
        };
        let is_meeting = self.conversation.meeting.is_some();
        // The people of a conversation that the user is not in are of no concern yet.
        let is_wanted = self.is_joined() && (party.uri.is_empty() || (is_meeting && resource.is_none()));
        self.roster.upsert(event.href, party, event.now, |member| {
            if let Some(resource) = resource {
                member.apply(resource);
            }
        });
        effects.changed_conversations.insert(event.conversation.clone());
        effects.fetches.extend(is_wanted.then(|| event.fetch()));
    }

    /// Moves a participant into the meeting with a role, or into the lobby without one.
    fn move_participant(
        &mut self,
        event: &ParticipantEvent<'_>,
        role: Option<MeetingRole>,
        effects: &mut Effects,
    ) {
        let resource = event.change.resource.as_ref();
        let party = resource.map_or_else(|| event.titled(), decode::party);
        self.roster.upsert(event.href, party, event.now, |member| {
            member.move_to(if role.is_some() { Place::Inside } else { Place::Lobby });
            if let Some(resource) = resource {
                member.apply(resource);
            }
            if let Some(role) = role {
                member.set_role(role);
            }
        });
        effects.changed_conversations.insert(event.conversation.clone());
        effects.fetches.extend(self.is_shown().then(|| event.fetch()));
    }

    /// Notes that somebody left the lobby: admitted, rejected or by themselves.
    fn leave_lobby(&mut self, event: &ParticipantEvent<'_>, effects: &mut Effects) {
        let Some(member) = self.roster.get_mut(event.href) else { return };
        member.leave_lobby(event.now);
        effects.changed_conversations.insert(event.conversation.clone());
        effects.fetches.push(event.fetch());
    }
}
