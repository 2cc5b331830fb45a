//! The user's own presence (`presence` below `me`).

use super::decode;
use super::effects::{Effects, Fetch};
use super::href::Href;
use crate::provider::Event;
use crate::provider::ucwa::wire::events::EventKind;
use crate::provider::ucwa::wire::resource::Resource;

/// The user's own presence: its link, which is absent until the user is reachable.
#[derive(Debug, Default)]
pub(super) struct OwnPresence {
    link: Option<Href>,
}

impl OwnPresence {
    /// Sets the link that the application names.
    pub fn set_link(&mut self, link: Option<Href>) {
        self.link = link;
    }

    /// Returns the link, if the server offers the resource now.
    pub fn link(&self) -> Option<&Href> {
        self.link.as_ref()
    }

    /// Returns the fetch for the presence, if the server offers it.
    pub fn fetch(&self) -> Option<Fetch> {
        self.link.clone().map(Fetch::OwnPresence)
    }

    /// Applies an event, which holds only the link.
    pub fn apply(&mut self, href: Href, kind: EventKind, effects: &mut Effects) {
        if kind == EventKind::Deleted {
            self.link = None;
            return effects.events.push(Event::Presence(None));
        }
        self.link = Some(href);
        effects.fresh_fetches.extend(self.fetch());
    }

    /// Applies the fetched presence; `None` if the server does not return it.
    pub fn apply_fetched(resource: Option<&Resource<'_>>, effects: &mut Effects) {
        effects.events.push(Event::Presence(resource.map(decode::presence)));
    }
}
