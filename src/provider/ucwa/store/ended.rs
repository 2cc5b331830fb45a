//! The invitations that ended, so that a late event does not bring them back.

use std::collections::{BTreeSet, VecDeque};

use super::href::Href;

/// The maximum number of ended invitations to remember.
const CAPACITY: usize = 8_192;

/// The latest invitations that ended.
#[derive(Default)]
pub(super) struct EndedInvitations {
    hrefs: BTreeSet<Href>,
    /// The same hrefs, the oldest first.
    order: VecDeque<Href>,
}

impl EndedInvitations {
    pub fn contains(&self, href: &str) -> bool {
        self.hrefs.contains(href)
    }

    /// Adds an invitation, and removes the oldest if there are too many.
    pub fn insert(&mut self, href: &Href) {
        if self.hrefs.insert(href.clone()) {
            self.order.push_back(href.clone());
            if self.order.len() > CAPACITY
                && let Some(oldest) = self.order.pop_front()
            {
                self.hrefs.remove(&oldest);
            }
        }
    }
}
