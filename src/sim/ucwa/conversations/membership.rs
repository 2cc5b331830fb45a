//! Conversations of users, and the talks that they belong to: who joins and leaves, and how they end.

use std::collections::HashSet;

use crate::sim::ucwa::state::people::person::Person;
use crate::sim::ucwa::state::resource::finished::Finished;
use crate::sim::ucwa::state::talk::conversation::{
    Conversation, ConversationNumber, ConversationSnapshot, ConversationState, ModalityState, Participant,
    PhoneAudioState, Role, TalkNumber,
};
use crate::sim::ucwa::state::world::World;

impl World {
    /// Returns the conversations that users are in and that an application was told of.
    pub fn joined_conversations(&self) -> Vec<ConversationSnapshot> {
        let is_announced = |number: &ConversationNumber| {
            self.applications.values().any(|application| application.conversations.contains(number))
        };
        let joined =
            self.conversations.iter().filter(|(number, known)| known.is_joined() && is_announced(number));
        let snapshot = |(number, conversation): (&ConversationNumber, &Conversation)| ConversationSnapshot {
            number: *number,
            user: conversation.user,
            subject: conversation.subject.clone(),
            people: conversation.participants().map(|(_, it)| it.person.clone()).collect(),
            messaging: conversation.has_messaging(),
        };
        joined.map(snapshot).collect()
    }

    /// Returns the conversations of a talk whose users take part in it.
    pub fn in_talk(&self, talk: TalkNumber) -> Vec<ConversationNumber> {
        let joined = self.conversations.iter().filter(|(_, it)| it.talk == talk && it.is_joined());
        joined.map(|(number, _)| *number).collect()
    }

    /// Returns the conversations of a talk whose users take part in it, other than the given one.
    pub fn others_in_talk(&self, talk: TalkNumber, number: ConversationNumber) -> Vec<ConversationNumber> {
        let mut others = self.in_talk(talk);
        others.retain(|other| *other != number);
        others
    }

    /// Makes the user of a conversation and those of the other conversations of its talk participants of each
    /// other's.
    pub fn enter_talk(&mut self, number: ConversationNumber) {
        let Some(conversation) = self.conversations.get(&number) else { return };
        let (talk, user) = (conversation.talk, conversation.user);
        let role = conversation.role;
        let person = self.person(user);
        for other in self.others_in_talk(talk, number) {
            self.add_to_roster(other, &person, role);
            let Some(known) = self.conversations.get(&other) else { continue };
            let host = Participant { role: known.role, ..Participant::new(self.person(known.user)) };
            let present = known.participants().filter(|(_, it)| !it.is_in_lobby);
            let mut people: Vec<Participant> = present.map(|(_, it)| it.clone()).collect();
            people.retain(|it| it.person.uri != person.uri);
            for participant in std::iter::once(host).chain(people) {
                self.add_to_roster(number, &participant.person, participant.role);
            }
        }
    }

    /// Makes a person, to whom a user's invitation led, a participant of the talk of that user's
    /// conversation, which thereby becomes a conference.
    pub fn join_talk(&mut self, number: ConversationNumber, person: &Person) {
        let Some(conversation) = self.conversations.get(&number) else { return };
        let talk = conversation.talk;
        let host = self.person(conversation.user);
        let uri = self.meeting_uri_of(talk, &host);
        for number in self.in_talk(talk) {
            let Some(known) = self.conversations.get_mut(&number) else { continue };
            let is_own = self.users.get(known.user).is_some_and(|user| user.person.uri == person.uri);
            known.meeting.get_or_insert_with(|| uri.clone());
            known.state = ConversationState::Conferenced;
            if !is_own {
                self.add_to_roster(number, person, Role::Attendee);
            }
            self.send_conversation(number, "updated");
        }
    }

    /// Adds a person to the participants of a conversation, unless they are one already; someone in the lobby
    /// leaves it.
    pub fn add_to_roster(&mut self, number: ConversationNumber, person: &Person, role: Role) {
        let Some(conversation) = self.conversations.get_mut(&number) else { return };
        if let Some(index) = conversation.index_of(&person.uri) {
            if conversation.participant(index).is_some_and(|it| it.is_in_lobby) {
                self.move_from_lobby(number, index);
            }
            return;
        }
        conversation.roster.push(Some(Participant { role, ..Participant::new(person.clone()) }));
        let index = conversation.roster.len() - 1;
        self.send_participant_added(number, index);
    }

    /// Removes a person from the talk of a conversation; a user thereby leaves their own conversation.
    pub fn leave_talk(&mut self, number: ConversationNumber, uri: &str) {
        let Some(talk) = self.conversations.get(&number).map(|known| known.talk) else { return };
        let user = self.user_at(uri);
        let joined = self.in_talk(talk);
        let own = joined
            .iter()
            .find(|number| user.is_some() && self.conversations.get(number).map(|known| known.user) == user);
        match own.copied() {
            Some(own) => self.end_conversation(own),
            None => joined.into_iter().for_each(|number| self.leave_conversation(number, uri)),
        }
    }

    /// Removes a person from a conversation, which ends when nobody is left unless its user leads the meeting.
    pub fn leave_conversation(&mut self, number: ConversationNumber, uri: &str) {
        let Some(conversation) = self.conversations.get_mut(&number) else { return };
        let Some(index) = conversation.index_of(uri) else { return };
        let is_in_lobby = conversation.participant(index).is_some_and(|it| it.is_in_lobby);
        if let Some(place) = conversation.roster.get_mut(index) {
            *place = None;
        }
        let is_over = conversation.role != Role::Leader && conversation.participants().next().is_none();
        if is_in_lobby {
            self.send_participant_within(number, index, "deleted", "lobby");
        }
        self.send_participant_deleted(number, index);
        if is_over {
            self.end_conversation(number);
        }
    }

    /// Ends the messaging of a conversation, which goes on.
    pub fn stop_messaging(&mut self, number: ConversationNumber) {
        if let Some(conversation) = self.conversations.get_mut(&number) {
            conversation.messaging = ModalityState::Disconnected;
            self.send_messaging(number);
        }
    }

    /// Ends the oldest conversation without a pending invitation if the maximum number is reached.
    pub fn limit_conversations(&mut self) {
        if self.conversations.len() < self.kept {
            return;
        }
        let busy: HashSet<ConversationNumber> = self.invitations.values().map(|it| it.conversation).collect();
        let oldest = self.conversations.keys().find(|number| !busy.contains(number));
        if let Some(oldest) = oldest.copied() {
            self.end_conversation(oldest);
        }
    }

    /// Ends a conversation: its user leaves the talk.
    pub fn end_conversation(&mut self, number: ConversationNumber) {
        let audience = self.audience_of_conversation(number);
        let Some(conversation) = self.conversations.get_mut(&number) else { return };
        let was_joined = conversation.is_joined();
        let (talk, user) = (conversation.talk, conversation.user);
        let had_messaging = conversation.has_messaging();
        let had_phone = conversation.phone_audio != PhoneAudioState::Disconnected;
        conversation.state = ConversationState::Disconnected;
        conversation.messaging = ModalityState::Disconnected;
        conversation.phone_audio = PhoneAudioState::Disconnected;
        if was_joined {
            if had_messaging {
                self.send_messaging(number);
            }
            self.send_conversation(number, "updated");
        }
        self.send_conversation_deleted(&audience, number);
        let Some(conversation) = self.conversations.remove(&number) else { return };
        if was_joined {
            self.log_conversation(&conversation, had_phone);
        }
        self.finish(Finished::Conversation(number, conversation.roster.len()));
        self.abandon_transfer(number);
        let person = self.person(user);
        let waiting_or_joined: Vec<ConversationNumber> =
            self.conversations.iter().filter(|(_, it)| it.talk == talk).map(|(number, _)| *number).collect();
        for other in waiting_or_joined {
            self.leave_conversation(other, &person.uri);
        }
    }
}
