//! The people whom invitations name, each of whom an application fetches once.

use std::collections::{HashMap, VecDeque};

use super::href::Href;
use crate::invitation::{InvitationId, Party};
use crate::text::DisplayText;

/// The maximum number of people to keep. The oldest are removed, and fetched again when they are named again.
const CAPACITY: usize = 4_096;

/// An invitation that lacks a person who is being fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiter {
    /// A pending invitation.
    Pending(Href),
    /// An accepted invitation, which lacks the person who accepted it.
    Accepted {
        /// The id of the invitation.
        id: InvitationId,
        /// The address of the person who was expected to accept it.
        expected: DisplayText,
    },
}

#[derive(Debug)]
enum Person {
    /// The person is being fetched for these invitations.
    Fetching(Vec<Waiter>),
    /// The person was fetched; the party is empty if they do not exist.
    Fetched(Party),
}

/// The people whom one application has fetched or is fetching, by their hrefs.
#[derive(Debug, Default)]
pub struct NamedPeople {
    people: HashMap<Href, Person>,
    /// The hrefs of `people`, the oldest first.
    order: VecDeque<Href>,
}

impl NamedPeople {
    /// Returns a person, if they were fetched.
    #[must_use]
    pub fn get(&self, href: &str) -> Option<&Party> {
        match self.people.get(href)? {
            Person::Fetched(party) => Some(party),
            Person::Fetching(_) => None,
        }
    }

    /// Adds an invitation that lacks a person. Returns whether the person has to be fetched.
    pub fn request(&mut self, href: &Href, waiter: Waiter) -> bool {
        match self.people.get_mut(href) {
            Some(Person::Fetching(waiters)) => {
                if !waiters.contains(&waiter) {
                    waiters.push(waiter);
                }
                return false;
            }
            Some(Person::Fetched(_)) => return false,
            None => {}
        }
        self.people.insert(href.clone(), Person::Fetching(vec![waiter]));
        self.order.push_back(href.clone());
        if self.order.len() > CAPACITY {
            self.remove_oldest();
        }
        true
    }

    /// Returns the hrefs of the people who are being fetched.
    pub fn fetching(&self) -> impl Iterator<Item = &Href> {
        let is_fetching = |href: &&Href| matches!(self.people.get(*href), Some(Person::Fetching(_)));
        self.order.iter().filter(is_fetching)
    }

    /// Removes a person whose fetch failed for now, so that they are fetched when they are named again.
    pub fn remove(&mut self, href: &Href) {
        self.people.remove(href);
        self.order.retain(|other| other != href);
    }

    /// Sets a fetched person; `None` is one who does not exist. Returns the invitations that lacked the person.
    pub fn resolve(&mut self, href: &Href, party: Option<Party>) -> Vec<Waiter> {
        let fetched = Person::Fetched(party.unwrap_or_default());
        match self.people.get_mut(href).map(|person| std::mem::replace(person, fetched)) {
            Some(Person::Fetching(waiters)) => waiters,
            Some(Person::Fetched(_)) | None => Vec::new(),
        }
    }

    /// Removes the oldest person who is not being fetched.
    fn remove_oldest(&mut self) {
        let is_fetched = |href: &Href| matches!(self.people.get(href), Some(Person::Fetched(_)));
        let oldest = self.order.iter().position(is_fetched).and_then(|place| self.order.remove(place));
        if let Some(oldest) = oldest {
            self.people.remove(&oldest);
        }
    }
}
