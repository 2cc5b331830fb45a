use std::collections::HashMap;

use super::person::Person;
use crate::sim::recent::RecentList;
use crate::sim::ucwa::state::resource_numbers::ContactNumber;

/// The people that documents have linked to as contacts.
pub struct Contacts {
    people: RecentList<Person>,
    /// The numbers by address and name.
    numbers: HashMap<(String, String), ContactNumber>,
}

impl Contacts {
    /// Creates a list of the latest `kept` contacts.
    pub fn new(kept: usize) -> Self {
        Self { people: RecentList::new(kept), numbers: HashMap::new() }
    }

    /// Returns the contact of that number, if it is kept.
    pub fn get(&self, number: ContactNumber) -> Option<&Person> {
        self.people.get(number)
    }

    /// Returns the contacts that are kept.
    pub fn iter(&self) -> impl Iterator<Item = &Person> {
        self.people.iter()
    }

    /// Returns the number of a person, who becomes a contact if they are none, and the number of the contact
    /// that was dropped for them.
    pub fn number(&mut self, person: &Person) -> (ContactNumber, Option<ContactNumber>) {
        let key = |person: &Person| (person.uri.clone(), person.name.clone());
        if let Some(number) = self.numbers.get(&key(person)) {
            return (*number, None);
        }
        let number = self.people.end();
        self.numbers.insert(key(person), number);
        let dropped = self.people.push(person.clone());
        (number, dropped.and_then(|dropped| self.numbers.remove(&key(&dropped))))
    }
}
