use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::sim::recent::RecentList;
use crate::sim::ucwa::state::resource_numbers::{ContactNumber, SubscriptionNumber};

/// The longest time for which a subscription lasts.
pub const LONGEST: Duration = Duration::from_secs(30 * 60);
/// The time before its end at which the application is told that a subscription is about to expire.
pub const NOTICE: Duration = Duration::from_secs(60);

/// A subscription of an application to the presence of people.
pub struct PresenceSubscription {
    /// The name of the application.
    pub application: String,
    /// The identifier in documents.
    pub id: String,
    pub contacts: Vec<ContactNumber>,
    pub expires: Instant,
    pub stage: Stage,
}

/// The stage of a subscription.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Running,
    /// The application has been told that the subscription is about to expire.
    Expiring,
}

impl PresenceSubscription {
    /// Adds a time to what remains, up to [`LONGEST`].
    pub fn extend(&mut self, duration: Duration) {
        let now = Instant::now();
        self.expires = (self.expires + duration).min(now + LONGEST);
        self.stage = Stage::Running;
    }
}

/// The presence subscriptions of all applications.
pub struct PresenceSubscriptions {
    pub active: BTreeMap<SubscriptionNumber, PresenceSubscription>,
    /// The ended subscriptions whose hrefs are still known, with their contacts.
    pub ended: RecentList<(SubscriptionNumber, Vec<ContactNumber>)>,
}

impl PresenceSubscriptions {
    /// Creates no subscriptions; the latest `kept` ended ones stay known.
    pub fn new(kept: usize) -> Self {
        Self { active: BTreeMap::new(), ended: RecentList::new(kept) }
    }

    /// Returns the times until a subscription is about to expire, and until it expires.
    pub fn checks(&self, number: SubscriptionNumber) -> Vec<Duration> {
        let Some(subscription) = self.active.get(&number) else { return Vec::new() };
        let remaining = subscription.expires.saturating_duration_since(Instant::now());
        vec![remaining.saturating_sub(NOTICE), remaining]
    }

    /// Returns the contacts to whom an application has subscribed, each once.
    pub fn contacts_of(&self, application: &str) -> Vec<ContactNumber> {
        let own = self.active.values().filter(|subscription| subscription.application == application);
        let mut contacts: Vec<ContactNumber> =
            own.flat_map(|subscription| subscription.contacts.iter().copied()).collect();
        contacts.sort_unstable();
        contacts.dedup();
        contacts
    }
}
