//! The participants of one conversation: who is in it, who waits in its lobby, and what may be done with them.

use super::decode;
use super::effects::Fetch;
use super::href::Href;
use crate::invitation::{Admission, ConversationId, MeetingRole, Moment, ParticipantId, Party, Waiting};
use crate::provider::ucwa::wire::resource::Resource;

/// The participants of one conversation other than the user, in the order in which they came.
#[derive(Default)]
pub(super) struct Roster {
    members: Vec<Member>,
    next_number: u64,
}

/// A participant.
pub(super) struct Member {
    pub href: Href,
    number: u64,
    pub party: Party,
    role: Option<MeetingRole>,
    place: Place,
    admit: Option<Href>,
    reject: Option<Href>,
    /// When the latest event about the participant arrived: the response to an earlier request may be older.
    changed_at: Moment,
}

/// The place of a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the conversation.
    Inside,
    /// In the lobby of the meeting.
    Lobby,
    /// Out of the lobby: admitted, rejected or gone, as a later event or the participant itself shows.
    LeftLobby,
}

impl Roster {
    /// Returns the participant at an href.
    pub fn get(&self, href: &str) -> Option<&Member> {
        self.members.iter().find(|member| *member.href == *href)
    }

    /// Returns the participants who are in the conversation.
    pub fn inside(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.place == Place::Inside)
    }

    /// Returns the fetches for all participants of the conversation at `conversation`.
    pub fn fetches(&self, conversation: &Href) -> impl Iterator<Item = Fetch> {
        self.members.iter().map(|member| Fetch::Participant(conversation.clone(), member.href.clone()))
    }

    /// Returns the fetches for the participants whose address is not known, and in a meeting for those whose role is not
    /// known or who wait in the lobby.
    pub fn incomplete(&self, conversation: &Href, is_meeting: bool) -> impl Iterator<Item = Fetch> {
        let incomplete = self.members.iter().filter(move |member| {
            let is_placed = member.place == Place::Inside && member.role.is_some();
            member.party.uri.is_empty() || (is_meeting && !is_placed)
        });
        incomplete.map(|member| Fetch::Participant(conversation.clone(), member.href.clone()))
    }

    /// Returns the people who wait in the lobby.
    pub fn lobby(&self, conversation: ConversationId) -> Vec<Waiting> {
        let waiting = self.members.iter().filter(|member| member.place == Place::Lobby);
        let waiting = waiting.map(|member| Waiting {
            id: ParticipantId { conversation, number: member.number },
            party: member.party.clone(),
            can_admit: member.admit.is_some(),
            can_reject: member.reject.is_some(),
        });
        waiting.collect()
    }

    /// Returns the href of somebody in the lobby and the link for an answer, if that is offered now.
    pub fn admission(&self, number: u64, admission: Admission) -> Option<(&Href, &Href)> {
        let member = self.members.iter().find(|member| member.number == number)?;
        let link = match admission {
            Admission::Admit => &member.admit,
            Admission::Reject => &member.reject,
        };
        Some((&member.href, link.as_ref().filter(|_| member.place == Place::Lobby)?))
    }

    /// Removes a participant.
    pub fn remove(&mut self, href: &Href) {
        self.members.retain(|member| member.href != *href);
    }

    /// Returns whether nobody is in the conversation.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Adds a participant whom an event of this time mentions, or updates one. A mere link, which may not even have a
    /// title, does not overwrite what is known. `change` is called with the participant.
    pub fn upsert(&mut self, href: &Href, party: Party, now: Moment, change: impl FnOnce(&mut Member)) {
        if self.get(href).is_none() {
            self.members.push(Member::new(href.clone(), self.next_number));
            self.next_number += 1;
        }
        if let Some(member) = self.get_mut(href) {
            member.name(party);
            member.changed_at = now;
            change(member);
        }
    }

    /// Names the participant at an href, if that is known and has no address.
    pub fn complete(&mut self, href: &Href, party: &Party) {
        if let Some(member) = self.get_mut(href).filter(|member| member.party.uri.is_empty()) {
            member.party.clone_from(party);
        }
    }

    /// Returns the participant at an href for changes.
    pub fn get_mut(&mut self, href: &str) -> Option<&mut Member> {
        self.members.iter_mut().find(|member| *member.href == *href)
    }
}

impl Member {
    fn new(href: Href, number: u64) -> Self {
        Self {
            href,
            number,
            party: Party::default(),
            role: None,
            place: Place::Inside,
            admit: None,
            reject: None,
            changed_at: Moment::default(),
        }
    }

    /// Returns the role in the meeting, if it is known.
    pub fn role(&self) -> Option<MeetingRole> {
        self.role
    }

    /// Returns whether an event has changed the participant after `sent_at`.
    pub fn has_changed_since(&self, sent_at: Moment) -> bool {
        self.changed_at > sent_at
    }

    /// Moves the participant. What may be done in the lobby may not be done elsewhere.
    pub fn move_to(&mut self, place: Place) {
        self.place = place;
        if place != Place::Lobby {
            (self.admit, self.reject) = (None, None);
        }
    }

    /// Notes that the participant left the lobby at a time, unless they are known to be elsewhere.
    pub fn leave_lobby(&mut self, now: Moment) {
        if self.place == Place::Lobby {
            self.move_to(Place::LeftLobby);
        }
        self.changed_at = now;
    }

    /// Sets the role. An event says only presenter or attendee, so a known organizer stays one.
    pub fn set_role(&mut self, role: MeetingRole) {
        if (self.role, role) != (Some(MeetingRole::Organizer), MeetingRole::Presenter) {
            self.role = Some(role);
        }
    }

    /// Applies the resource of the participant.
    pub fn apply(&mut self, resource: &Resource<'_>) {
        self.name(decode::party(resource));
        self.role = decode::meeting_role(resource).or(self.role);
        match resource.flag("inLobby") {
            Some(true) => self.place = Place::Lobby,
            Some(false) => self.move_to(Place::Inside),
            None => {}
        }
        if self.place == Place::Lobby {
            self.admit = resource.href("admit").map(Href::from);
            self.reject = resource.href("reject").map(Href::from);
        }
    }

    fn name(&mut self, party: Party) {
        if !party.uri.is_empty() || (self.party.uri.is_empty() && !party.name.is_empty()) {
            self.party = party;
        }
    }
}
