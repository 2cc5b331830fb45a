use std::collections::{BTreeMap, BTreeSet};

use crate::invitation::AccountId;
use crate::text::DisplayText;

/// The addresses in the users' contact lists, by account.
#[derive(Clone, Debug, Default)]
pub struct ContactLists(BTreeMap<AccountId, BTreeSet<String>>);

impl ContactLists {
    /// Sets the addresses in the contact list of an account's user.
    pub fn set(&mut self, account: AccountId, addresses: &[DisplayText]) {
        let addresses = addresses.iter().map(|address| address.as_str().to_lowercase());
        self.0.insert(account, addresses.collect());
    }

    /// Returns whether an address is in the contact list of an account's user; `None` if the list is not known.
    #[must_use]
    pub fn contain(&self, account: AccountId, address: &str) -> Option<bool> {
        self.0.get(&account).map(|addresses| addresses.contains(&address.to_lowercase()))
    }
}
