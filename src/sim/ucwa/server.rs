use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::Method;
use http::header::CACHE_CONTROL;
use tokio::time::Instant;

use super::super::reply::Reply;
use super::super::request::{Handled, ParsedRequest};
use super::super::shared::Shared;
use super::access::Access;
use super::conversation::{ConversationNumber, ConversationSnapshot};
use super::event_channel::{ForcedReply, PollParameters};
use super::invitation::{
    EndCause, EndedInvitation, InvitationNumber, InvitationSnapshot, Invite, InviteKind,
};
use super::message::MessageBody;
use super::options::UcwaOptions;
use super::outgoing::Start;
use super::person::Person;
use super::resource::Resource;
use super::timer::TimedAction;
use super::user::Routing;
use super::world::World;

/// A handle to the simulated Skype for Business server; clones refer to the same one.
#[derive(Clone)]
pub struct UcwaServer {
    world: Arc<Mutex<World>>,
    shared: Shared,
}

impl UcwaServer {
    pub(in super::super) fn new(options: UcwaOptions, kept: usize, seed: u64, shared: Shared) -> Self {
        Self { world: Arc::new(Mutex::new(World::new(options, kept, seed))), shared }
    }

    /// Sends an invitation to the user, which rings until it is answered or ended, or [`UcwaOptions::ring`]
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

    /// Returns the ended invitations in order; of more than [`Options::kept`](super::super::Options::kept),
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

    /// Makes the event channel reply with a link `resume`, as after a long silence.
    pub fn force_resume(&self) {
        self.with(|world| world.force_polls(ForcedReply::Resume));
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
            if !known.is_some_and(super::conversation::Conversation::has_messaging) {
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

    /// Makes the other side end the messaging of a conversation, which goes on.
    pub fn stop_messaging(&self, conversation: ConversationNumber) {
        self.with(|world| world.stop_messaging(conversation));
    }

    /// Adds a person to the directory, which tells how they answer invitations of the user.
    pub fn add_person(&self, person: Person) {
        self.with(|world| world.directory.push(person));
    }

    /// Handles a request, and holds it if it is a poll.
    pub(in super::super) async fn handle(&self, request: &Arc<ParsedRequest>) -> Handled {
        let Handled { reply, summary, complaint } = self.answer(request).await;
        Handled { reply: reply.with_default(CACHE_CONTROL, "no-cache"), summary, complaint }
    }

    async fn answer(&self, request: &Arc<ParsedRequest>) -> Handled {
        match self.with(|world| world.access(request)) {
            Access::Granted(application, Resource::Events) if request.method == Method::GET => {
                self.poll(&application, request).await
            }
            Access::Granted(application, resource) => {
                self.with(|world| world.handle(&application, resource, request))
            }
            Access::Answered(handled) => handled,
        }
    }

    /// Returns the name of the request for faults, and the invitation to which it belongs.
    pub(in super::super) fn fault_target(
        &self,
        request: &ParsedRequest,
    ) -> (&'static str, Option<InvitationNumber>) {
        self.lock().fault_target(request)
    }

    /// Ends the applications whose clients have been silent for too long.
    pub(in super::super) fn expire_idle_applications(&self) {
        self.with(World::end_idle_applications);
    }

    /// Takes the requests of the polls that are held.
    pub(in super::super) fn take_held_polls(&self) -> Vec<Arc<ParsedRequest>> {
        self.with(|world| world.applications.values_mut().filter_map(|it| it.channel.take_held()).collect())
    }

    /// Handles a poll: holds it until there are events, it times out, or another one replaces it.
    async fn poll(&self, application: &str, request: &Arc<ParsedRequest>) -> Handled {
        let parameters = request.parameters();
        let number = |name: &str| parameters.get(name).and_then(|text| text.parse::<u64>().ok());
        let parameters = PollParameters {
            ack: number("ack").and_then(|ack| u32::try_from(ack).ok()),
            priority: parameters.get("priority").and_then(|text| text.parse().ok()).unwrap_or_default(),
            timeout: number("timeout"),
        };
        let begun = self.with(|world| {
            let known = world.applications.get_mut(application)?;
            Some(known.channel.begin(&parameters, request))
        });
        let Some(mut poll) = begun else {
            return Handled::new(Reply::error(404, "ApplicationNotFound"), "events");
        };
        let _held = HeldPoll { server: self, application, number: poll.number };
        let complaint =
            (!poll.is_valid).then(|| "events: the acknowledgement is not the one that was given".to_owned());
        let deadline = Instant::now() + poll.timeout;
        loop {
            let is_timed_out = Instant::now() >= deadline;
            let reply = self.lock().poll_reply(application, poll.number, is_timed_out);
            if let Some(reply) = reply {
                // The delivery of a message may be news for its sender.
                self.shared.notify();
                return Handled { reply, summary: "events".into(), complaint };
            }
            tokio::select! {
                biased;
                _ = poll.changes.changed() => {}
                () = tokio::time::sleep_until(deadline) => {}
            }
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls `action` with the state, wakes every task that waits for a change, and starts the timers that
    /// were set.
    fn with<T>(&self, action: impl FnOnce(&mut World) -> T) -> T {
        let (result, timers) = {
            let mut world = self.lock();
            (action(&mut world), std::mem::take(&mut world.timers))
        };
        self.shared.notify();
        self.start(timers);
        result
    }

    fn start(&self, timers: Vec<(Duration, TimedAction)>) {
        for (wait, action) in timers {
            let server = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(wait).await;
                server.with(|world| world.perform(action));
            });
        }
    }
}

/// A poll whose client waits for the reply; the end of the connection releases it.
struct HeldPoll<'a> {
    server: &'a UcwaServer,
    application: &'a str,
    number: u64,
}

impl Drop for HeldPoll<'_> {
    fn drop(&mut self) {
        if let Some(known) = self.server.lock().applications.get_mut(self.application) {
            known.channel.release(self.number);
        }
    }
}

impl World {
    /// Performs an action whose time has come.
    pub fn perform(&mut self, action: TimedAction) {
        match action {
            TimedAction::End(number, cause) => self.end(number, cause),
            TimedAction::LoseMessage(number) => self.lose_message(number),
            TimedAction::StopTyping(number, index) => self.stop_typing(number, index),
            TimedAction::CheckSubscriptions => self.check_subscriptions(),
        }
    }

    /// Returns the reply to a poll, or `None` while it is held.
    fn poll_reply(&mut self, application: &str, poll: u64, is_timed_out: bool) -> Option<Reply> {
        if !self.applications.contains_key(application) {
            return Some(Reply::error(404, "ApplicationNotFound"));
        }
        let href = self.href(application, Resource::Events);
        let known = self.applications.get_mut(application)?;
        known.last_active = Instant::now();
        let reply = known.channel.reply(poll, &href, is_timed_out);
        let delivered = known.channel.take_delivered();
        self.deliver_messages(delivered);
        reply
    }
}
