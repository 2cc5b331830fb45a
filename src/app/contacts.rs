use std::collections::{HashMap, VecDeque};

use crate::invitation::{AccountId, Contact};

/// The maximum number of people of whom more than the name and the address is kept.
const CAPACITY: usize = 512;

/// The contacts of callers and participants, by account and address. The oldest ones are forgotten first.
#[derive(Clone, Debug, Default)]
pub struct Contacts {
    contacts: HashMap<(AccountId, String), Contact>,
    /// The keys of `contacts`, the oldest first.
    order: VecDeque<(AccountId, String)>,
}

impl Contacts {
    /// Returns what is known of the person at an address, which is compared without regard to case.
    #[must_use]
    pub fn get(&self, account: AccountId, address: &str) -> Option<&Contact> {
        if address.is_empty() {
            return None;
        }
        self.contacts.get(&(account, address.to_lowercase()))
    }

    /// Sets what is known of the person at an address.
    pub fn insert(&mut self, account: AccountId, address: &str, contact: Contact) {
        let key = (account, address.to_lowercase());
        if self.contacts.insert(key.clone(), contact).is_some() {
            return;
        }
        self.order.push_back(key);
        if self.order.len() > CAPACITY
            && let Some(oldest) = self.order.pop_front()
        {
            self.contacts.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_by_their_address_in_any_case_and_for_their_account_alone() {
        let mut contacts = Contacts::default();
        let engineer = Contact { title: "Engineer".into(), ..Contact::default() };
        contacts.insert(AccountId(0), "sip:Lene@contoso.example", engineer.clone());
        assert_eq!(contacts.get(AccountId(0), "SIP:lene@contoso.example"), Some(&engineer));
        assert_eq!(contacts.get(AccountId(1), "sip:lene@contoso.example"), None);
        assert_eq!(contacts.get(AccountId(0), ""), None);
    }

    #[test]
    fn the_people_learned_of_first_are_forgotten_first() {
        let mut contacts = Contacts::default();
        for number in 0..=CAPACITY {
            contacts.insert(AccountId(0), &format!("sip:{number}@contoso.example"), Contact::default());
            contacts.insert(AccountId(0), "sip:1@contoso.example", Contact::default());
        }
        assert!(contacts.get(AccountId(0), "sip:0@contoso.example").is_none());
        assert_eq!(contacts.contacts.len(), CAPACITY);
        assert_eq!(contacts.order.len(), CAPACITY);
    }
}
