//! Online meetings: how they begin, who joins them, and who waits in the lobby.

use crate::sim::ucwa::state::people::person::Person;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::talk::conversation::{
    Conversation, ConversationNumber, ConversationState, Participant, Role, TalkNumber,
};
use crate::sim::ucwa::state::talk::invitation::{EndCause, InvitationNumber, PendingInvitation};
use crate::sim::ucwa::state::talk::invite::{Invite, InviteKind};
use crate::sim::ucwa::state::talk::meeting::Meeting;
use crate::sim::ucwa::state::world::World;

/// The request of an application for a meeting: `startOnlineMeeting` or `joinOnlineMeeting`.
pub struct MeetingStart {
    /// The `operationId`, which may be empty.
    pub operation: String,
    pub subject: String,
    pub importance: String,
}

impl World {
    /// Starts a meeting at the request of an application, whose user leads it.
    pub fn start_meeting(&mut self, application: &str, start: MeetingStart) -> InvitationNumber {
        let organizer = self.person(self.user_of(application));
        let (number, conversation) = (self.next_number(), self.next_number());
        let uri = self.new_meeting_uri(&organizer);
        let meeting = Meeting {
            subject: start.subject.clone(),
            organizer,
            talk: conversation,
            has_lobby: self.options.lobby,
        };
        self.meetings.insert(uri.clone(), meeting);
        self.attend(application, number, conversation, &uri, start);
        number
    }

    /// Joins a meeting at the request of an application, or waits in its lobby; `None` if there is no such
    /// meeting.
    pub fn join_meeting(
        &mut self,
        application: &str,
        uri: &str,
        start: MeetingStart,
    ) -> Option<InvitationNumber> {
        self.meetings.get(uri)?;
        let (number, conversation) = (self.next_number(), self.next_number());
        self.attend(application, number, conversation, uri, start);
        Some(number)
    }

    /// Adds the conversation and the outgoing invitation by which a user attends a meeting.
    fn attend(
        &mut self,
        application: &str,
        number: InvitationNumber,
        conversation: ConversationNumber,
        uri: &str,
        start: MeetingStart,
    ) {
        let Some(meeting) = self.meetings.get(uri) else { return };
        let user = self.user_of(application);
        let organizer = meeting.organizer.clone();
        let is_organizer = organizer.uri == self.person(user).uri;
        let must_wait = meeting.has_lobby && !is_organizer;
        let subject = if start.subject.is_empty() { meeting.subject.clone() } else { start.subject };
        let attending = Conversation {
            application: Some(application.to_owned()),
            subject: subject.clone(),
            importance: start.importance.clone(),
            meeting: Some(uri.to_owned()),
            role: if is_organizer { Role::Leader } else { Role::Attendee },
            created: self.now_in_milliseconds(),
            ..Conversation::new(user, meeting.talk, ConversationState::Connecting)
        };
        self.limit_conversations();
        self.conversations.insert(conversation, attending);
        let invite = Invite {
            user,
            kind: InviteKind::Meeting,
            from: organizer,
            subject,
            importance: start.importance,
            ..Invite::default()
        };
        self.add_outgoing(number, application, invite, conversation, start.operation);
        let audience = [application.to_owned()];
        self.send_conversation_to(&audience, conversation, "added");
        self.send_local_participant(&audience, conversation);
        if must_wait {
            self.wait_in_lobby(conversation);
        } else {
            self.enter_meeting(number, conversation);
        }
    }

    /// Lets a user into a meeting that they joined, and completes their invitation.
    fn enter_meeting(&mut self, number: InvitationNumber, conversation: ConversationNumber) {
        self.enter_conference(conversation);
        self.complete(number, "Connected", None);
    }

    /// Lets the user of a conversation into the meeting, from its lobby or at once.
    pub fn enter_conference(&mut self, conversation: ConversationNumber) {
        let known = self.conversations.get_mut(&conversation);
        let before = known.map(|known| std::mem::replace(&mut known.state, ConversationState::Conferenced));
        self.send_conversation(conversation, "updated");
        if before == Some(ConversationState::InLobby) {
            self.send_local_participant_within(conversation, "deleted", Resource::Lobby(conversation));
            self.send_local_participant_within(conversation, "added", Resource::Attendees(conversation));
        }
        self.send_online_meeting(conversation);
        self.send_messaging(conversation);
        self.enter_talk(conversation);
    }

    /// Returns whether a user who accepts an invitation to a meeting waits in its lobby.
    pub fn must_wait(&self, pending: &PendingInvitation) -> bool {
        let conversation = self.conversations.get(&pending.conversation);
        let uri = conversation.and_then(|known| known.meeting.as_ref());
        let meeting = uri.and_then(|uri| self.meetings.get(uri));
        let user = self.person(pending.user);
        pending.invite.lobby
            || meeting.is_some_and(|meeting| meeting.has_lobby && meeting.organizer.uri != user.uri)
    }

    /// Makes the user of a conversation wait in the lobby, of which the leaders are told.
    pub fn wait_in_lobby(&mut self, conversation: ConversationNumber) {
        let Some(waiting) = self.conversations.get_mut(&conversation) else { return };
        waiting.state = ConversationState::InLobby;
        let (user, talk) = (waiting.user, waiting.talk);
        self.send_conversation(conversation, "updated");
        self.send_local_participant_within(conversation, "added", Resource::Lobby(conversation));
        let person = self.person(user);
        for other in self.others_in_talk(talk, conversation) {
            self.add_to_lobby(other, person.clone());
        }
    }

    /// Adds a person to those who wait in the lobby, as the user of a conversation sees them who leads the
    /// meeting.
    pub fn add_to_lobby(&mut self, conversation: ConversationNumber, person: Person) {
        let Some(known) = self.conversations.get_mut(&conversation) else { return };
        if known.role != Role::Leader {
            return;
        }
        known.roster.push(Some(Participant { is_in_lobby: true, ..Participant::new(person) }));
        let index = known.roster.len() - 1;
        self.send_participant_within(conversation, index, "added", "lobby");
    }

    /// Admits a participant who waits in the lobby, at the request of a leader.
    pub fn admit(&mut self, conversation: ConversationNumber, index: usize) {
        let Some(participant) = self.participant_of(conversation, index) else { return };
        match self.waiting_conversation(conversation, &participant.person.uri) {
            Some(waiting) => match self.invitation_of(waiting) {
                Some(pending) if pending.is_outgoing() => self.enter_meeting(pending.number, waiting),
                Some(pending) => self.end(pending.number, EndCause::Admitted),
                None => {}
            },
            None => self.move_from_lobby(conversation, index),
        }
    }

    /// Makes a participant leave the lobby for the meeting.
    pub fn move_from_lobby(&mut self, conversation: ConversationNumber, index: usize) {
        let known = self.conversations.get_mut(&conversation);
        let Some(participant) = known.and_then(|known| known.participant_mut(index)) else { return };
        participant.is_in_lobby = false;
        self.send_participant_within(conversation, index, "deleted", "lobby");
        self.send_participant_within(conversation, index, "added", "attendees");
        self.send_participant_updated(conversation, index);
    }

    /// Rejects a participant who waits in the lobby, at the request of a leader.
    pub fn reject(&mut self, conversation: ConversationNumber, index: usize) {
        let Some(participant) = self.participant_of(conversation, index) else { return };
        let waiting = self.waiting_conversation(conversation, &participant.person.uri);
        match waiting.and_then(|waiting| self.invitation_of(waiting)) {
            Some(pending) if pending.is_outgoing() => {
                self.fail(&pending, "Failed", ("RemoteFailure", "Denied"));
            }
            Some(pending) => self.end(pending.number, EndCause::Denied),
            None => self.leave_conversation(conversation, &participant.person.uri),
        }
    }

    /// Removes a participant from the meeting, at the request of a leader.
    pub fn eject(&mut self, conversation: ConversationNumber, index: usize) {
        if let Some(participant) = self.participant_of(conversation, index) {
            self.leave_talk(conversation, &participant.person.uri);
        }
    }

    /// Changes the role of a participant, at the request of a leader.
    pub fn change_role(&mut self, conversation: ConversationNumber, index: usize, role: Role) {
        let Some(participant) = self.participant_of(conversation, index) else { return };
        let uri = participant.person.uri;
        let (from, to) = match role {
            Role::Leader => ("attendees", "leaders"),
            Role::Attendee => ("leaders", "attendees"),
        };
        let Some(talk) = self.conversations.get(&conversation).map(|known| known.talk) else { return };
        for number in self.in_talk(talk) {
            let own = self.conversations.get(&number).map(|known| self.person(known.user).uri);
            let Some(known) = self.conversations.get_mut(&number) else { continue };
            if own.as_deref() == Some(uri.as_str()) {
                known.role = role;
                let audience = self.audience_of_conversation(number);
                self.send_local_participant_updated(&audience, number);
            } else if let Some(index) = known.index_of(&uri) {
                if let Some(participant) = known.participant_mut(index) {
                    participant.role = role;
                }
                self.send_participant_within(number, index, "deleted", from);
                self.send_participant_within(number, index, "added", to);
                self.send_participant_updated(number, index);
            }
        }
    }

    /// Returns the `onlineMeetingUri` of a talk, or that of a new meeting of a person.
    pub fn meeting_uri_of(&mut self, talk: TalkNumber, organizer: &Person) -> String {
        let mut known = self.conversations.values().filter(|it| it.talk == talk);
        let uri = known.find_map(|it| it.meeting.clone());
        uri.unwrap_or_else(|| self.new_meeting_uri(organizer))
    }

    fn new_meeting_uri(&mut self, organizer: &Person) -> String {
        let id = self.random(8).to_uppercase();
        format!("{};gruu;opaque=app:conf:focus:id:{id}", organizer.uri)
    }

    /// Returns the conversation of a user who waits in the lobby of the same meeting.
    fn waiting_conversation(
        &self,
        conversation: ConversationNumber,
        uri: &str,
    ) -> Option<ConversationNumber> {
        let user = self.user_at(uri)?;
        let talk = self.conversations.get(&conversation)?.talk;
        let is_waiting =
            |it: &Conversation| it.talk == talk && it.user == user && it.state == ConversationState::InLobby;
        self.conversations.iter().find(|(_, it)| is_waiting(it)).map(|(number, _)| *number)
    }

    fn participant_of(&self, conversation: ConversationNumber, index: usize) -> Option<Participant> {
        self.conversations.get(&conversation)?.participant(index).cloned()
    }

    fn invitation_of(&self, conversation: ConversationNumber) -> Option<PendingInvitation> {
        self.invitations.values().find(|pending| pending.conversation == conversation).cloned()
    }
}
