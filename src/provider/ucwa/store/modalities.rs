//! The modalities of a conversation: its messaging, its phone, and its meeting.

use super::conversation_part::ConversationPart;
use super::conversation_state::{ConversationState, Join};
use super::conversations::Conversations;
use super::effects::{Effects, Fetch};
use super::href::Href;
use crate::invitation::ConversationId;
use crate::provider::Event;
use crate::provider::ucwa::wire::events::{Change, EventKind};
use crate::provider::ucwa::wire::resource::Resource;
use crate::text::DisplayText;

impl Conversations {
    /// Applies an event about a part of a conversation, which sends it.
    pub fn apply_part(&mut self, part: ConversationPart, change: &Change<'_>, effects: &mut Effects) {
        let conversation = Href::from(self.key(&change.sender));
        if change.kind == EventKind::Deleted {
            return;
        }
        match &change.resource {
            Some(resource) => self.apply_fetched_part(&conversation, part, resource, effects),
            None if self.states.get(&conversation).is_some_and(ConversationState::is_shown) => {
                let href = Href::from(self.key(&change.link.href));
                effects.fetches.push(Fetch::Part(conversation, part, href));
            }
            None => {}
        }
    }

    /// Applies the resource of a meeting.
    pub(super) fn set_meeting(
        &mut self,
        conversation: &Href,
        resource: &Resource<'_>,
        effects: &mut Effects,
    ) {
        let Some(state) = self.states.get_mut(conversation) else { return };
        let meeting = state.meeting();
        for (slot, name) in [(&mut meeting.uri, "onlineMeetingUri"), (&mut meeting.join_url, "joinUrl")] {
            if let Some(text) = resource.text(name) {
                *slot = DisplayText::new(text);
            }
        }
        effects.changed_conversations.insert(conversation.clone());
    }

    /// Applies the resource of the phone.
    pub(super) fn set_phone_audio(
        &mut self,
        conversation: &Href,
        resource: &Resource<'_>,
        effects: &mut Effects,
    ) {
        let Some(state) = self.states.get_mut(conversation) else { return };
        state.conversation.is_on_phone = resource.text("state") == Some("Connected");
        effects.changed_conversations.insert(conversation.clone());
    }

    /// Returns the href of a conversation whose messaging the user can join now.
    pub fn joinable(&self, id: ConversationId) -> Option<Href> {
        let state = self.states.iter().find(|(_, state)| state.conversation.id == id);
        state.filter(|(_, state)| state.conversation().can_join).map(|(href, _)| href.clone())
    }

    /// Notes that the messaging of a conversation is being joined.
    pub fn begin_join(&mut self, href: &Href, effects: &mut Effects) {
        if let Some(state) = self.states.get_mut(href) {
            state.messaging.join = Join::Pending;
            effects.changed_conversations.insert(href.clone());
        }
    }

    /// Applies the result of joining the messaging of a conversation: a problem in words for the user, which is shown
    /// with the conversation.
    pub fn finish_join(&mut self, href: &Href, problem: Option<&str>, effects: &mut Effects) {
        let Some(state) = self.states.get_mut(href) else { return };
        state.messaging.finish_join(problem.map(DisplayText::new));
        effects.changed_conversations.insert(href.clone());
        // The modality itself tells whether it is offered again.
        if problem.is_some() {
            effects.fetches.extend(state.messaging.href.clone().map(Fetch::Messaging));
        }
    }

    /// Tells the user why the messaging of a conversation was not joined, if they are still in it and it was not.
    pub fn report_failed_join(&self, href: &Href, problem: &str, effects: &mut Effects) {
        let is_missing =
            |state: &ConversationState| state.is_joined() && state.messaging.send_message.is_none();
        if self.states.get(href).is_some_and(is_missing) {
            let text = format!("You are in the meeting, but rsvp could not join the chat: {problem}");
            effects.events.push(Event::Notice(DisplayText::new(&text)));
        }
    }
}
