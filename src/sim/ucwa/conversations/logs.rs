//! Conversation logs: what becomes of conversations that have ended, and of invitations that were missed.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use crate::sim::reply::Reply;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::input::Input;
use crate::sim::ucwa::state::people::history::{ConversationLog, History, LogStatus};
use crate::sim::ucwa::state::people::person::Person;
use crate::sim::ucwa::state::people::user::UserNumber;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::resource::personal::PersonalResource;
use crate::sim::ucwa::state::resource_numbers::{ContactNumber, LogNumber};
use crate::sim::ucwa::state::talk::conversation::Conversation;
use crate::sim::ucwa::state::talk::invitation::PendingInvitation;
use crate::sim::ucwa::state::talk::invite::InviteKind;
use crate::sim::ucwa::state::world::World;

impl World {
    /// Adds a conversation in which its user took part to the logs.
    /// `had_phone` is whether it was a phone call.
    pub fn log_conversation(&mut self, conversation: &Conversation, had_phone: bool) {
        let recipients = conversation.roster.iter().flatten().map(|it| it.person.clone()).collect();
        let (kind, modality) = match &conversation.meeting {
            Some(_) => ("ConferenceLog", "Messaging"),
            None if had_phone => ("AudioLog", "Audio"),
            None => ("MessageLog", "Messaging"),
        };
        let log = ConversationLog {
            created: self.now_in_milliseconds(),
            is_outgoing: false,
            importance: conversation.importance.clone(),
            modalities: vec![modality],
            online_meeting_uri: conversation.meeting.clone(),
            preview: String::new(),
            status: LogStatus::Archived,
            subject: conversation.subject.clone(),
            thread: format!("thread-{}", conversation.talk),
            kind,
            recipients,
        };
        self.add_log(conversation.user, log);
    }

    /// Adds an invitation that its user missed to the logs.
    pub fn log_missed(&mut self, pending: &PendingInvitation) {
        let (kind, modality) = match pending.invite.kind {
            InviteKind::Im => ("MessageLog", "Messaging"),
            InviteKind::Meeting => ("ConferenceLog", "Messaging"),
            InviteKind::Phone | InviteKind::Av => ("AudioLog", "Audio"),
            InviteKind::Participant => return,
        };
        let log = ConversationLog {
            created: self.now_in_milliseconds(),
            is_outgoing: false,
            importance: pending.invite.importance.clone(),
            modalities: vec![modality],
            online_meeting_uri: None,
            preview: pending.invite.message.chars().take(100).collect(),
            status: LogStatus::Missed,
            subject: pending.invite.subject.clone(),
            thread: self.thread_of(pending.conversation),
            kind,
            recipients: vec![pending.invite.from.clone()],
        };
        self.add_log(pending.user, log);
    }

    fn add_log(&mut self, user: UserNumber, log: ConversationLog) {
        let number = self.next_number();
        let Some(known) = self.users.get_mut(user) else { return };
        if let Some((oldest, log)) = known.profile.history.add(number, log) {
            self.forget_log(oldest, &log);
        }
        self.send_missed_items(user);
    }

    /// Tells the applications of a user that `missedItems` has changed.
    fn send_missed_items(&mut self, user: UserNumber) {
        let audience = self.available_applications(user);
        let resource = Resource::Personal(PersonalResource::MissedItems);
        self.tell(&audience, Resource::Communication, |world, application| {
            Some(world.event(application, "updated", resource.rel(), resource, None))
        });
    }

    fn forget_log(&mut self, number: LogNumber, log: &ConversationLog) {
        let recipients: Vec<ContactNumber> =
            log.recipients.iter().map(|person| self.contact_number(person)).collect();
        let recipients =
            recipients.into_iter().map(|contact| PersonalResource::ConversationLogRecipient(number, contact));
        let own = [PersonalResource::ConversationLog(number), PersonalResource::MarkAsRead(number)];
        self.remove_hrefs(own.into_iter().chain(recipients).map(Resource::Personal));
    }

    /// Returns the resource `missedItems`. There is no voicemail.
    pub fn missed_items_document(&mut self, application: &str) -> Value {
        let own = Resource::Personal(PersonalResource::MissedItems);
        let links = self.links(application, own, &[]);
        let Some(history) = self.history_of(application) else { return Value::Null };
        let unread = history.count(LogStatus::Missed);
        json!({
            "rel": "missedItems", "conversationLogsCount": history.len(),
            "conversationLogsNotifications": "Enabled",
            "missedConversationsCount": unread + history.count(LogStatus::MissedAndRead),
            "unreadMissedConversationsCount": unread, "unreadVoicemailsCount": 0, "voiceMailsCount": 0,
            "_links": links,
        })
    }

    /// Returns the resource `conversationLogs`: links to the logs, the latest first.
    ///
    /// # Errors
    /// Returns the refusal if the limit is invalid.
    pub fn logs_document(&mut self, application: &str, request: &ParsedRequest) -> Result<Value, Handled> {
        let mut input = Input::read("conversationLogs", request)?;
        let limit = input.number("limit", 1..=1_000).and_then(|limit| usize::try_from(limit).ok());
        input.check()?;
        let history = self.history_of(application);
        let numbers: Vec<LogNumber> = history.into_iter().flat_map(History::numbers).collect();
        let own = Resource::Personal(PersonalResource::ConversationLogs);
        let mut links = self.links(application, own, &[]);
        let logs = numbers.into_iter().take(limit.unwrap_or(usize::MAX));
        let hrefs = logs.map(|number| {
            let log = Resource::Personal(PersonalResource::ConversationLog(number));
            json!({"href": self.href(application, log)})
        });
        links["conversationLog"] = hrefs.collect();
        Ok(json!({"rel": "conversationLogs", "_links": links}))
    }

    /// Returns a conversation log; `Null` if there is none.
    pub fn log_document(&mut self, application: &str, number: LogNumber) -> Value {
        let log = self.history_of(application).and_then(|history| history.get(number)).cloned();
        let Some(log) = log else { return Value::Null };
        let own = Resource::Personal(PersonalResource::ConversationLog(number));
        let recipients: Vec<Value> =
            log.recipients.iter().map(|person| self.recipient(application, number, person)).collect();
        let importance = if log.importance.is_empty() { "Normal" } else { &log.importance };
        let mut document = json!({
            "rel": "conversationLog", "creationTime": format!("/Date({})/", log.created),
            "direction": if log.is_outgoing { "Outgoing" } else { "Incoming" }, "importance": importance,
            "modalities": log.modalities, "previewMessage": log.preview,
            "status": if log.status == LogStatus::Archived { "Archived" } else { "Missed" },
            "subject": log.subject, "threadId": log.thread, "totalRecipientsCount": recipients.len(),
            "type": log.kind, "_links": self.links(application, own, &[PersonalResource::MarkAsRead(number)]),
            "_embedded": {"conversationLogRecipient": recipients},
        });
        if let Some(uri) = log.online_meeting_uri {
            document["onlineMeetingUri"] = uri.into();
        }
        document
    }

    /// Returns a recipient of a conversation log; `Null` if there is none.
    pub fn recipient_document(
        &mut self,
        application: &str,
        number: LogNumber,
        contact: ContactNumber,
    ) -> Value {
        let is_kept = self.history_of(application).is_some_and(|history| history.get(number).is_some());
        let person = self.contacts.get(contact).filter(|_| is_kept).cloned();
        person.map_or(Value::Null, |person| self.recipient(application, number, &person))
    }

    fn recipient(&mut self, application: &str, number: LogNumber, person: &Person) -> Value {
        let contact = self.contact_number(person);
        let own = Resource::Personal(PersonalResource::ConversationLogRecipient(number, contact));
        let others = [PersonalResource::ContactPhoto(contact), PersonalResource::ContactPresence(contact)];
        let mut links = self.links(application, own, &others);
        links["contact"] = self.link(application, Resource::Contact(contact, "contact"));
        json!({
            "rel": "conversationLogRecipient", "displayName": person.name, "sipUri": person.uri, "_links": links,
        })
    }

    /// Handles a POST to `markAsRead` or the DELETE of a log.
    pub fn settle_log(&mut self, application: &str, resource: PersonalResource) -> Handled {
        let user = self.user_of(application);
        let Some(known) = self.users.get_mut(user) else {
            return Handled::new(Reply::error(404, ""), resource.rel());
        };
        let is_known = match resource {
            PersonalResource::MarkAsRead(number) => known.profile.history.mark_as_read(number),
            PersonalResource::ConversationLog(number) => {
                let removed = known.profile.history.remove(number);
                if let Some(log) = &removed {
                    self.forget_log(number, log);
                }
                removed.is_some()
            }
            _ => false,
        };
        if !is_known {
            return Handled::new(Reply::error(404, ""), resource.rel());
        }
        self.send_missed_items(user);
        Handled::new(Reply::empty(204), resource.rel())
    }

    fn history_of(&self, application: &str) -> Option<&History> {
        self.users.get(self.user_of(application)).map(|user| &user.profile.history)
    }
}
