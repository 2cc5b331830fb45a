//! The deeds of other people and the failures that a console, a scenario or a test commands.

use super::UcwaServer;
use crate::sim::ucwa::conversations::meetings::MeetingStart;
use crate::sim::ucwa::invitations::outgoing::Start;
use crate::sim::ucwa::state::application::event_channel::ForcedReply;
use crate::sim::ucwa::state::people::person::Person;
use crate::sim::ucwa::state::people::user::Routing;
use crate::sim::ucwa::state::talk::conversation::{Conversation, ConversationNumber, ConversationSnapshot};
use crate::sim::ucwa::state::talk::invitation::{
    EndCause, EndedInvitation, InvitationNumber, InvitationSnapshot,
};
use crate::sim::ucwa::state::talk::invite::{Invite, InviteKind};
use crate::sim::ucwa::state::talk::message::MessageBody;
use crate::sim::ucwa::state::world::World;

impl UcwaServer {
    /// Sends an invitation to the user, which rings until it is answered or ended, or [`UcwaOptions::ring`](crate::sim::UcwaOptions::ring)
    /// is over.
    ///
    /// Must be called within a tokio runtime, which keeps the time.
    #[expect(clippy::must_use_candidate, reason = "the invitation matters, its number may not")]
    pub fn invite(&self, invite: Invite) -> InvitationNumber {
        self.with(|world| world.invite(invite))
    }

    /// Ends an invitation other than by a request of the client.
    ///
    /// # Errors
    /// Returns an error if no invitation of that number is pending.
    pub fn end(&self, number: InvitationNumber, cause: EndCause) -> Result<(), String> {
        self.with(|world| {
            if !world.invitations.contains_key(&number) {
                return Err(format!("no invitation {number} is pending"));
            }
            world.end(number, cause);
            Ok(())
        })
    }

    /// Makes another person, such as a delegate or a member of the team, accept an invitation to the user.
    ///
    /// # Errors
    /// Returns an error if no invitation to the user with that number is pending.
    pub fn accept_elsewhere(&self, number: InvitationNumber, person: Person) -> Result<(), String> {
        self.with(|world| {
            let pending = world.invitations.get_mut(&number);
            let pending = pending.filter(|pending| !pending.is_outgoing());
            let pending = pending.ok_or_else(|| format!("no invitation {number} to the user is pending"))?;
            pending.invite.accepted_by = person;
            world.end(number, EndCause::AnsweredElsewhere);
            Ok(())
        })
    }

    /// Removes an invitation without an event; its hrefs lead to 404.
    pub fn forget(&self, number: InvitationNumber) {
        self.with(|world| world.forget(number));
    }

    /// Returns the pending invitations in the order in which they began.
    #[must_use]
    pub fn pending(&self) -> Vec<InvitationSnapshot> {
        self.lock().pending()
    }

    /// Returns the conversations that the user is in and that a client was told of.
    #[must_use]
    pub fn conversations(&self) -> Vec<ConversationSnapshot> {
        self.lock().joined_conversations()
    }

    /// Returns the ended invitations in order; of more than [`Options::kept`](crate::sim::Options::kept),
    /// the latest.
    #[must_use]
    pub fn ended(&self) -> Vec<EndedInvitation> {
        self.lock().ended.iter().cloned().collect()
    }

    /// Returns the number of applications that were ever created. With each new one, events of the one before
    /// may be lost.
    #[must_use]
    pub fn application_count(&self) -> u32 {
        self.lock().application_count
    }

    /// Returns the number of users.
    #[must_use]
    pub fn user_count(&self) -> usize {
        self.lock().users.len()
    }

    /// Returns the name of the user of that number, from 0.
    #[must_use]
    pub fn label(&self, user: usize) -> String {
        self.lock().person(user).label().to_owned()
    }

    /// Returns whether a client is signed in and can be reached by invitations.
    #[must_use]
    pub fn is_available(&self) -> bool {
        self.lock().is_available()
    }

    /// Ends all applications, as after a long silence.
    pub fn expire_applications(&self) {
        self.with(World::end_all_applications);
    }

    /// Makes the event channel reply with a link `resync`, as after a wrong acknowledgement.
    pub fn force_resync(&self) {
        self.with(|world| world.force_polls(ForcedReply::Resync));
    }

    /// Loses the messages to the user that wait in the event channel, which replies with a link `resume`.
    pub fn lose_waiting_messages(&self) {
        self.with(|world| {
            world.applications.values_mut().for_each(|application| application.channel.lose_messages());
        });
    }

    /// Makes the event channel reply with a link `resume`, as after a long silence.
    pub fn force_resume(&self) {
        self.with(|world| {
            world.applications.values_mut().for_each(|application| application.channel.resume());
        });
    }

    /// Ends the polls that are held, even without events.
    pub fn interrupt_polls(&self) {
        self.with(|world| world.force_polls(ForcedReply::Immediate));
    }

    /// Breaks the connections of the polls that are held, in the middle of a response.
    pub fn drop_connections(&self) {
        self.with(|world| world.force_polls(ForcedReply::Break));
    }

    /// Makes all tokens invalid.
    pub fn expire_tokens(&self) {
        self.with(|world| world.tickets.expire());
    }

    /// Changes the password for which tokens are issued.
    pub fn change_password(&self, password: &str) {
        self.with(|world| password.clone_into(&mut world.options.password));
    }

    /// Sends an update of an invitation without the links to answer it, as some servers do.
    pub fn send_update_without_links(&self, number: InvitationNumber) {
        self.with(|world| world.send_update_without_links(number));
    }

    /// Sends an update of every participant of every conversation by a link without a title, as some servers
    /// do.
    pub fn send_participant_updates(&self) {
        self.with(World::send_participant_updates);
    }

    /// Makes a participant leave the talk of a conversation, which ends when nobody is left.
    pub fn leave(&self, conversation: ConversationNumber, uri: &str) {
        self.with(|world| world.leave_talk(conversation, uri));
    }

    /// Makes a participant of a conversation start and stop typing.
    pub fn type_briefly(&self, conversation: ConversationNumber, uri: &str) {
        self.with(|world| {
            world.type_in_conversation(conversation, uri);
            let index = world.conversations.get(&conversation).and_then(|known| known.index_of(uri));
            if let Some(index) = index {
                world.stop_typing_now(conversation, index);
            }
        });
    }

    /// Makes a participant of a conversation type for a while, or until their next message.
    pub fn type_in(&self, conversation: ConversationNumber, uri: &str) {
        self.with(|world| world.type_in_conversation(conversation, uri));
    }

    /// Sends a message of a participant to the user of a conversation.
    ///
    /// # Errors
    /// Returns an error if there is no such participant, or no messages can be sent; in words.
    pub fn say(&self, conversation: ConversationNumber, uri: &str, body: MessageBody) -> Result<(), String> {
        self.with(|world| {
            let known = world.conversations.get(&conversation);
            if !known.is_some_and(Conversation::has_messaging) {
                return Err(format!("conversation {conversation} has no messaging"));
            }
            let sent = world.receive_message(conversation, uri, body, None);
            sent.map(|_| ()).ok_or_else(|| format!("{uri} is not in conversation {conversation}"))
        })
    }

    /// Makes a user, without a request of a client, start a conversation by a message.
    ///
    /// # Errors
    /// Returns an error if no application of the user is available; in words.
    pub fn call(&self, user: usize, to: &str, text: &str) -> Result<InvitationNumber, String> {
        self.with(|world| {
            let application = world.available_applications(user).into_iter().next();
            let application = application.ok_or("the user is not signed in")?;
            let start = Start {
                kind: InviteKind::Im,
                to: to.to_owned(),
                operation: String::new(),
                subject: String::new(),
                importance: String::new(),
                message: Some(MessageBody::plain(text)),
                phone_number: String::new(),
            };
            Ok(world.start_conversation(&application, start))
        })
    }

    /// Makes a user, without a request of a client, call another one by phone.
    ///
    /// # Errors
    /// Returns an error if no application of the user is available; in words.
    pub fn call_by_phone(&self, user: usize, to: &str) -> Result<InvitationNumber, String> {
        self.with(|world| {
            let application = world.available_applications(user).into_iter().next();
            let application = application.ok_or("the user is not signed in")?;
            let start = Start {
                kind: InviteKind::Phone,
                to: to.to_owned(),
                operation: String::new(),
                subject: String::new(),
                importance: String::new(),
                message: None,
                phone_number: String::new(),
            };
            Ok(world.start_conversation(&application, start))
        })
    }

    /// Makes a user, without a request of a client, start a meeting.
    ///
    /// # Errors
    /// Returns an error if no application of the user is available; in words.
    pub fn start_meeting(&self, user: usize, subject: &str) -> Result<InvitationNumber, String> {
        self.with(|world| {
            let application = world.available_applications(user).into_iter().next();
            let application = application.ok_or("the user is not signed in")?;
            let start = MeetingStart {
                operation: String::new(),
                subject: subject.to_owned(),
                importance: String::new(),
            };
            Ok(world.start_meeting(&application, start))
        })
    }

    /// Makes the next messages to people who are no users fail to reach them.
    pub fn lose_next_messages(&self, count: u32) {
        self.with(|world| world.messages_to_lose += count);
    }

    /// Adds a person to the lobby of a meeting that the user of the conversation leads.
    pub fn knock(&self, conversation: ConversationNumber, person: Person) {
        self.with(|world| world.add_to_lobby(conversation, person));
    }

    /// Sets the rule by which calls to the user of that number are routed.
    pub fn set_routing(&self, user: usize, routing: Routing) {
        self.with(|world| {
            if let Some(user) = world.users.get_mut(user) {
                user.routing = routing;
            }
        });
    }

    /// Makes the user of a conversation transfer its call to the user of that number, from 0.
    ///
    /// # Errors
    /// Returns an error if it is no call of two people, or that user takes part in it or cannot be reached; in
    /// words.
    pub fn transfer(&self, conversation: ConversationNumber, to: usize) -> Result<InvitationNumber, String> {
        self.with(|world| world.transfer(conversation, to))
    }

    /// Makes the other side end the messaging of a conversation, which goes on.
    pub fn stop_messaging(&self, conversation: ConversationNumber) {
        self.with(|world| world.stop_messaging(conversation));
    }

    /// Adds a person to the directory, which tells how they answer invitations of the user.
    pub fn add_person(&self, person: Person) {
        self.with(|world| world.directory.push(person));
    }
}
