use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use tokio::time::Instant;

use super::super::recent::{RecentList, RecentMap};
use super::call::{CallNumber, CallTimer, EndedCall, FinishedCall, LiveCall};
use super::keys::SigningKeys;
use super::notification::{DeliveryQueue, OutgoingNotification, Webhook};
use super::options::GraphOptions;
use crate::recent::RecentSet;

/// The state of the calling service. The other modules change it.
pub(super) struct GraphState {
    pub options: GraphOptions,
    pub keys: SigningKeys,
    pub webhook: Option<Webhook>,
    pub live: BTreeMap<CallNumber, LiveCall>,
    /// The ended calls by their ids in lower case.
    pub finished: RecentMap<String, FinishedCall>,
    pub ended: RecentList<EndedCall>,
    /// The ids in lower case of every tenant that a call was for.
    pub tenants: HashSet<String>,
    /// The issued tokens, each with its tenant and when it expires.
    pub tokens: RecentMap<String, (String, Instant)>,
    /// The ids of the client assertions that were used.
    pub assertions: RecentSet<String>,
    /// The hash of the request that each `client-request-id` was used for.
    pub request_ids: RecentMap<String, u64>,
    /// The notifications that are not in the queue of their call yet.
    pub outbox: Vec<OutgoingNotification>,
    /// The timers to start.
    pub timers: Vec<(Duration, CallTimer)>,
    /// The queues of notifications by the ids of the calls.
    pub queues: HashMap<String, DeliveryQueue>,
    /// The number of notifications with a result that were sent.
    pub results: u32,
    pub last_number: CallNumber,
    /// Whether a bot has sent a request.
    pub has_bot: bool,
    rng: fastrand::Rng,
}

impl GraphState {
    /// Creates the state of a service without calls. At most `kept` entries are kept in each list that would
    /// grow.
    pub fn new(options: GraphOptions, kept: usize, seed: u64) -> Self {
        Self {
            tenants: HashSet::from([options.tenant.to_ascii_lowercase()]),
            options,
            keys: SigningKeys::new(),
            webhook: None,
            live: BTreeMap::new(),
            finished: RecentMap::new(kept),
            ended: RecentList::new(kept),
            tokens: RecentMap::new(kept),
            assertions: RecentSet::new(kept),
            request_ids: RecentMap::new(kept),
            outbox: Vec::new(),
            timers: Vec::new(),
            queues: HashMap::new(),
            results: 0,
            last_number: 0,
            has_bot: false,
            rng: fastrand::Rng::with_seed(seed),
        }
    }

    /// Returns a new id, which depends on the seed only.
    pub fn seeded_guid(&mut self) -> String {
        uuid::Builder::from_random_bytes(self.rng.u128(..).to_be_bytes()).into_uuid().to_string()
    }
}
