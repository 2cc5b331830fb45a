//! The applications that hear of an invitation or a conversation.

use serde_json::Value;

use crate::sim::ucwa::state::people::user::UserNumber;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::talk::conversation::ConversationNumber;
use crate::sim::ucwa::state::talk::invitation::PendingInvitation;
use crate::sim::ucwa::state::world::World;

impl World {
    /// Returns whether any user can be reached by invitations.
    pub fn is_available(&self) -> bool {
        self.applications.values().any(|application| application.is_available)
    }

    /// Returns the names of the applications in which invitations reach a user.
    pub fn available_applications(&self, user: UserNumber) -> Vec<String> {
        let available = self.applications.iter().filter(|(_, it)| it.user == user && it.is_available);
        available.map(|(name, _)| name.clone()).collect()
    }

    /// Returns the names of the applications that hear of an invitation: the one that sent or accepted it, or
    /// all in which it rings.
    pub fn audience_of_invitation(&self, pending: &PendingInvitation) -> Vec<String> {
        if let Some(name) = pending.application.as_ref().filter(|name| self.applications.contains_key(*name))
        {
            return vec![name.clone()];
        }
        let mut names = self.available_applications(pending.user);
        names.retain(|name| self.rings_in(pending, name));
        names
    }

    /// Returns whether an invitation rings in an application of its user.
    pub fn rings_in(&self, pending: &PendingInvitation, application: &str) -> bool {
        let known = self.applications.get(application);
        let is_supported = known.is_some_and(|known| known.modalities.include(pending.invite.kind));
        is_supported && !pending.declined_in.contains(application)
    }

    /// Returns the names of the applications that hear of a conversation: the one that takes part, or all in
    /// which the invitation to it rings.
    pub fn audience_of_conversation(&self, number: ConversationNumber) -> Vec<String> {
        let Some(conversation) = self.conversations.get(&number) else { return Vec::new() };
        match &conversation.application {
            Some(name) => vec![name.clone()],
            None => match self.invitation_to(number) {
                Some(pending) => self.audience_of_invitation(pending),
                None => self.available_applications(conversation.user),
            },
        }
    }

    /// Returns the pending invitation that brought a conversation about.
    fn invitation_to(&self, number: ConversationNumber) -> Option<&PendingInvitation> {
        self.invitations.values().find(|pending| pending.conversation == number)
    }

    /// Queues an event of `sender` for each of the applications, as `event` makes it for one.
    pub fn tell(
        &mut self,
        audience: &[String],
        sender: Resource,
        event: impl Fn(&mut Self, &str) -> Option<Value>,
    ) {
        for application in audience {
            if let Some(event) = event(self, application) {
                self.queue_event(application, sender, event);
            }
        }
    }
}
