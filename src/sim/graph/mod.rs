//! The calling service of Microsoft Graph: calls for one bot, told to its webhook, and the requests by which it
//! answers them.
//!
//! `calls` holds the state and the effects of each action, `requests` says what each request means and
//! `shapes` what its body is, `tokens` gives the bot its tokens, `notify` delivers, `keys` signs, `resources` says how everything looks on the
//! wire. `invalid_token` and `malformed` make what no webhook may fall for, or fall over.

mod caller;
mod calls;
mod check;
pub(super) mod console;
mod invalid_token;
mod keys;
mod malformed;
mod notify;
mod requests;
mod resources;
mod shapes;
#[cfg(test)]
mod tests;
mod tokens;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::Simulator;
use super::latest::{Latest, LatestByKey};
use super::world::World;
use crate::provider::exchange::Exchange;
use calls::{Live, Over};
use keys::Keys;
use notify::{Lane, Notice, Webhook};

pub use caller::{Call, CallModality, Caller, CallerKind};
pub use calls::{Answerer, CallEnd, CallEnding, CallNumber, CallOutcome, CallState, CallTruth};
pub use invalid_token::InvalidToken;
pub use malformed::Malformed;
pub(super) use requests::{Route, refused};

/// What the calling service is like, and its one bot.
#[derive(Clone)]
pub struct GraphOptions {
    /// The bot's application id.
    pub client_id: String,
    /// The secret for which it gets a token.
    pub client_secret: String,
    /// The bot's tenant.
    pub tenant: String,
    /// How long a token lasts.
    pub token_lifetime: Duration,
    /// Whether the bot has the permission Calls.Initiate.All.
    pub may_redirect: bool,
    /// The certificate, or its public key alone (PEM, RSA), with which the bot may prove itself instead.
    pub certificate_public_pem: Option<String>,
}

impl Default for GraphOptions {
    fn default() -> Self {
        Self {
            client_id: "2891555a-92ff-42e6-80fa-6e1300c6b5c6".into(),
            client_secret: "demo".into(),
            tenant: "1cd119ab-b444-4c16-84b9-8538585d1987".into(),
            token_lifetime: Duration::from_secs(3_599),
            may_redirect: true,
            certificate_public_pem: None,
        }
    }
}

impl fmt::Debug for GraphOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("GraphOptions")
            .field("client_id", &self.client_id)
            .field("tenant", &self.tenant)
            .field("token_lifetime", &self.token_lifetime)
            .field("may_redirect", &self.may_redirect)
            .finish_non_exhaustive()
    }
}

/// What happens after a while.
#[derive(Clone, Copy)]
pub(super) enum Then {
    RingsOut(CallNumber),
    Connects(CallNumber),
    WasItKeptAlive(CallNumber),
}

/// The calling service's part of the world.
pub(super) struct Graph {
    options: GraphOptions,
    keys: Keys,
    webhook: Option<Webhook>,
    live: BTreeMap<CallNumber, Live>,
    /// The calls that are over, by id in lower case.
    over: LatestByKey<String, Over>,
    endings: Latest<CallEnding>,
    /// Every tenant that a call was for, in lower case.
    tenants: HashSet<String>,
    /// Tokens that were given: for which tenant, and until when.
    tokens: LatestByKey<String, (String, Instant)>,
    /// Assertions that were used, by their id.
    assertions: LatestByKey<String, ()>,
    /// What each request id was used for: the hash of the request.
    request_ids: LatestByKey<String, u64>,
    outbox: Vec<Notice>,
    later: Vec<(Duration, Then)>,
    lanes: HashMap<String, Lane>,
    /// How often it was told how a call ended.
    deletions: u32,
    last: CallNumber,
    /// Whether a bot asked for anything yet.
    in_use: bool,
    /// Where ids come from.
    rng: fastrand::Rng,
}

impl Graph {
    /// Of what is over, so much is kept.
    pub fn new(options: GraphOptions, kept: usize, seed: u64) -> Self {
        Self {
            tenants: HashSet::from([options.tenant.to_ascii_lowercase()]),
            options,
            keys: Keys::new(),
            webhook: None,
            live: BTreeMap::new(),
            over: LatestByKey::new(kept),
            endings: Latest::new(kept),
            tokens: LatestByKey::new(kept),
            assertions: LatestByKey::new(kept),
            request_ids: LatestByKey::new(kept),
            outbox: Vec::new(),
            later: Vec::new(),
            lanes: HashMap::new(),
            deletions: 0,
            last: 0,
            in_use: false,
            rng: fastrand::Rng::with_seed(seed),
        }
    }
}

impl Simulator {
    /// Sets where the bot's notifications go, and the way there.
    pub fn notify(&self, exchange: Arc<dyn Exchange>, url: Url) {
        keys::make_ready();
        self.with(|world| world.graph.webhook = Some(Webhook { exchange, url }));
    }

    /// Whether there is anybody to tell of calls.
    #[must_use]
    pub fn has_webhook(&self) -> bool {
        self.lock().graph.webhook.is_some()
    }

    /// Whether a bot has asked the calling service for anything yet.
    #[must_use]
    pub fn has_bot(&self) -> bool {
        self.lock().graph.in_use
    }

    /// Somebody calls the bot. It rings for 15 s.
    ///
    /// Must be called within a tokio runtime: time passes there.
    #[expect(clippy::must_use_candidate, reason = "that it rings is what counts")]
    pub fn call(&self, call: Call) -> CallNumber {
        self.graph(|world| world.graph.call(call))
    }

    /// Something happens to a call without the bot's doing.
    ///
    /// # Errors
    /// When there is no such call, or that can't happen to it.
    pub fn end_call(&self, number: CallNumber, end: CallEnd) -> Result<(), String> {
        self.graph(|world| world.graph.end(number, end))
    }

    /// The calls that are not over.
    #[must_use]
    pub fn calls(&self) -> Vec<CallTruth> {
        self.lock().graph.truth()
    }

    /// How each call ended that is over, in order; of very many the latest.
    #[must_use]
    pub fn call_endings(&self) -> Vec<CallEnding> {
        self.lock().graph.endings.iter().cloned().collect()
    }

    /// Whether a notification is still on its way, or waits for its turn.
    #[must_use]
    pub fn is_telling(&self) -> bool {
        self.lock().graph.lanes.values().any(Lane::is_busy)
    }

    /// What a genuine notification has in its `Authorization`.
    ///
    /// # Errors
    /// When nothing can be signed.
    pub fn authorization(&self) -> Result<String, String> {
        self.graph(|world| world.graph.genuine(&world.graph.options.tenant))
    }

    /// Publishes another key; the one before is worth nothing any more.
    pub fn rotate_keys(&self) {
        self.with(|world| world.graph.keys.rotate());
    }

    /// Makes all of the bot's tokens worthless.
    pub fn tokens_of_graph_expire(&self) {
        self.with(|world| world.graph.tokens.values_mut().for_each(|(_, until)| *until = Instant::now()));
    }

    /// Does something to the calling service, and sets going what follows from it.
    pub(super) fn graph<T>(&self, action: impl FnOnce(&mut World) -> T) -> T {
        let (result, idle, later) = self.with(|world| {
            let result = action(world);
            (result, world.graph.line_up(), std::mem::take(&mut world.graph.later))
        });
        self.set_going(idle, later);
        result
    }

    fn set_going(&self, idle: Vec<String>, later: Vec<(Duration, Then)>) {
        for lane in idle {
            let sim = self.clone();
            tokio::spawn(async move { sim.drive(&lane).await });
        }
        for (wait, then) in later {
            let sim = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(wait).await;
                sim.graph(|world| world.graph.happen(then));
            });
        }
    }
}
