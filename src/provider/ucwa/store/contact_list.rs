//! The user's contact list (`myContacts`), which is read once the program asks for it.

use super::effects::{Effects, Fetch};
use super::href::Href;
use crate::provider::Event;
use crate::provider::ucwa::wire::events::Change;
use crate::provider::ucwa::wire::resource::Resource;
use crate::text::DisplayText;

/// The maximum number of addresses that are kept.
const MAX_ADDRESSES: usize = 20_000;

/// The properties of a `contact` that are addresses.
const ADDRESSES: [&str; 5] =
    ["uri", "workPhoneNumber", "mobilePhoneNumber", "homePhoneNumber", "otherPhoneNumber"];

/// The user's contact list.
#[derive(Debug, Default)]
pub(super) struct ContactList {
    link: Option<Href>,
    is_wanted: bool,
}

impl ContactList {
    /// Sets the link that the application names.
    pub fn set_link(&mut self, link: Option<Href>) {
        self.link = link;
    }

    /// Has the list read from now on.
    pub fn want(&mut self, effects: &mut Effects) {
        self.is_wanted = true;
        match self.fetch() {
            Some(fetch) => effects.fresh_fetches.push(fetch),
            None => Self::apply_failure(effects),
        }
    }

    /// Returns the fetch for the list, if it is wanted and the server offers it.
    pub fn fetch(&self) -> Option<Fetch> {
        self.link.clone().filter(|_| self.is_wanted).map(Fetch::ContactList)
    }

    /// Applies an event about a contact.
    pub fn apply(&self, change: &Change<'_>, effects: &mut Effects) {
        if change.within.as_deref() == Some("myContacts") {
            effects.fresh_fetches.extend(self.fetch());
        }
    }

    /// Applies the list that was read.
    pub fn apply_fetched(resource: &Resource<'_>, effects: &mut Effects) {
        let contacts: Vec<_> = resource.embedded.iter().filter(|(rel, _)| rel == "contact").collect();
        // A list of links alone does not say who it is.
        if contacts.is_empty() && resource.href("contact").is_some() {
            return Self::apply_failure(effects);
        }
        let addresses = contacts.iter().flat_map(|(_, contact)| ADDRESSES.map(|name| contact.text(name)));
        let addresses = addresses.flatten().filter(|address| !address.is_empty());
        effects
            .events
            .push(Event::ContactList(addresses.take(MAX_ADDRESSES).map(DisplayText::new).collect()));
    }

    /// Tells the user that the list can't be read.
    pub fn apply_failure(effects: &mut Effects) {
        let text = "Your contact list can't be read; rules with in_contacts let every invitation ring";
        effects.events.push(Event::Notice(text.into()));
    }
}
