//! The messages of an application's conversations: which ones were shown, and what became of those that were sent.

use std::collections::VecDeque;

use super::decode;
use super::effects::{Effects, Fetch};
use super::href::Href;
use crate::invitation::{ChatMessage, ConversationId, MessageText, Party};
use crate::provider::ucwa::wire::events::{Change, CompletionStatus, EventKind};
use crate::provider::ucwa::wire::resource::Resource;
use crate::provider::{Event, Problem, Ticket};
use crate::recent::RecentSet;

/// The number of messages that are remembered as shown.
const MAX_SHOWN: usize = 4_096;
/// The number of sent messages whose delivery is awaited, and that of deliveries whose reply is.
const MAX_AWAITED: usize = 256;

/// The messages of one generation of the application (`message` in the UCWA reference).
pub(super) struct Messages {
    /// The incoming messages that were emitted. The server may send each as `started` and as `completed`.
    shown: RecentSet<Href>,
    /// The messages that the user sent and whose delivery is awaited.
    sent: VecDeque<(Href, Ticket)>,
    /// The outcomes that came before the reply to the request. The request is found by its address.
    early: VecDeque<(Href, bool)>,
}

impl Messages {
    /// Creates a collection that knows no message.
    pub fn new() -> Self {
        Self { shown: RecentSet::new(MAX_SHOWN), sent: VecDeque::new(), early: VecDeque::new() }
    }

    /// Notes that the server has accepted a message, which it keeps at `href`.
    pub fn add_sent(&mut self, href: Href, ticket: Ticket, effects: &mut Effects) {
        if let Some(index) = self.early.iter().position(|(other, _)| *other == href)
            && let Some((_, is_delivered)) = self.early.remove(index)
        {
            return effects.events.push(delivery(ticket, is_delivered));
        }
        self.sent.push_back((href, ticket));
        if self.sent.len() > MAX_AWAITED {
            self.sent.pop_front();
        }
    }

    /// Applies an event about a message of `conversation`; `party_at` returns a participant.
    pub fn apply(
        &mut self,
        href: Href,
        change: &Change<'_>,
        (conversation, conversation_href): (ConversationId, &Href),
        party_at: impl Fn(&str) -> Option<Party>,
        effects: &mut Effects,
    ) {
        if change.kind == EventKind::Deleted {
            return;
        }
        if self.settle(&href, change.status, effects) {
            return;
        }
        match &change.resource {
            Some(resource) => {
                self.apply_resource(href, resource, change.status, conversation, party_at, effects);
            }
            None if change.status.is_some() || change.kind == EventKind::Started => {
                effects.fetches.push(Fetch::Message(conversation_href.clone(), href));
            }
            None => {}
        }
    }

    /// Applies a message that is embedded in an event or was fetched.
    pub fn apply_resource(
        &mut self,
        href: Href,
        resource: &Resource<'_>,
        status: Option<CompletionStatus>,
        conversation: ConversationId,
        party_at: impl Fn(&str) -> Option<Party>,
        effects: &mut Effects,
    ) {
        if resource.text("direction") == Some("Outgoing") {
            let is_delivered = match (status, resource.text("status")) {
                (Some(status), _) => status == CompletionStatus::Success,
                (None, Some("Succeeded")) => true,
                (None, Some("Failed")) => false,
                (None, _) => return,
            };
            self.early.push_back((href, is_delivered));
            if self.early.len() > MAX_AWAITED {
                self.early.pop_front();
            }
            return;
        }
        let body = resource.href("plainMessage").or_else(|| resource.href("htmlMessage"));
        let Some(body) = body else { return };
        if !self.shown.insert(href) {
            return;
        }
        let link = resource.link("participant");
        let known = link.and_then(|link| party_at(&link.href));
        let titled = || {
            let title = link.and_then(|link| link.title.as_deref()).unwrap_or_default();
            Party { name: title.into(), ..Party::default() }
        };
        let message = ChatMessage {
            conversation,
            from: known.unwrap_or_else(titled),
            text: MessageText::new(&decode::message_body(body)),
        };
        effects.events.push(Event::Message(Box::new(message)));
    }

    /// Emits what became of a message that the user sent; returns whether the message is such a one.
    fn settle(&mut self, href: &Href, status: Option<CompletionStatus>, effects: &mut Effects) -> bool {
        let Some(index) = self.sent.iter().position(|(other, _)| other == href) else { return false };
        if let Some(status) = status
            && let Some((_, ticket)) = self.sent.remove(index)
        {
            effects.events.push(delivery(ticket, status == CompletionStatus::Success));
        }
        true
    }
}

fn delivery(ticket: Ticket, is_delivered: bool) -> Event {
    if is_delivered {
        Event::Delivered(ticket)
    } else {
        let problem = Problem::new("it did not reach everyone in the conversation", "");
        Event::NotDelivered { ticket, problem }
    }
}
