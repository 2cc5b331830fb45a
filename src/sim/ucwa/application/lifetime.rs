//! The lifetime of applications.

use tokio::time::Instant;

use crate::sim::ucwa::state::application::Application;
use crate::sim::ucwa::state::application::event_channel::ForcedReply;
use crate::sim::ucwa::state::people::user::UserNumber;
use crate::sim::ucwa::state::resource::personal::PersonalResource;
use crate::sim::ucwa::state::talk::conversation::{Conversation, ConversationNumber};
use crate::sim::ucwa::state::world::World;

impl World {
    /// Returns the name of the application of a user's client, and whether it is new.
    pub fn create_application(&mut self, user: UserNumber, endpoint: String) -> (String, bool) {
        let is_known = |it: &Application| it.user == user && it.endpoint == endpoint;
        let known = self.applications.iter().find(|(_, application)| is_known(application));
        if let Some((name, _)) = known {
            return (name.clone(), false);
        }
        self.application_count += 1;
        let name = self.random(12);
        self.applications.insert(name.clone(), Application::new(user, endpoint));
        (name, true)
    }

    /// Makes the held or next poll of every application get this reply.
    pub fn force_polls(&mut self, reply: ForcedReply) {
        self.applications.values_mut().for_each(|application| application.channel.force(reply));
    }

    /// Ends all applications.
    pub fn end_all_applications(&mut self) {
        self.end_applications(|_| true);
    }

    /// Ends the applications whose clients have been silent for [`idle`](crate::sim::ucwa::UcwaOptions::idle).
    pub fn end_idle_applications(&mut self) {
        let (now, idle) = (Instant::now(), self.options.idle);
        // With many applications, looking at each of them costs more than a request.
        if now < self.idle_from {
            return;
        }
        self.end_applications(|application| now.duration_since(application.last_active) >= idle);
        let oldest = self.applications.values().map(|application| application.last_active).min();
        self.idle_from = oldest.unwrap_or(now) + idle;
    }

    fn end_applications(&mut self, has_ended: impl Fn(&Application) -> bool) {
        let ended = self.applications.iter().filter(|(_, application)| has_ended(application));
        let names: Vec<String> = ended.map(|(name, _)| name.clone()).collect();
        for name in names {
            self.end_application(&name);
        }
    }

    /// Ends an application; its hrefs are no longer known.
    pub fn end_application(&mut self, name: &str) {
        let Some(application) = self.applications.remove(name) else { return };
        for href in application.hrefs.values() {
            self.hrefs.remove(href);
        }
        self.ended_applications.insert(name.to_owned());
        let is_its_own = |conversation: &Conversation| conversation.application.as_deref() == Some(name);
        let its_own = self.conversations.iter().filter(|(_, conversation)| is_its_own(conversation));
        let its_own: Vec<ConversationNumber> = its_own.map(|(number, _)| *number).collect();
        for number in its_own {
            self.end_conversation(number);
        }
        if application.is_available {
            self.send_seen(application.user, PersonalResource::Presence);
        }
    }
}
