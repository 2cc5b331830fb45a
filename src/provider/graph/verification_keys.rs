//! The keys that the tokens of notifications are verified with, as the service publishes them (RFC 7517).

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use bytes::Bytes;
use http::header::ACCEPT;
use http::{HeaderMap, HeaderValue, Method};
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use url::Url;

use crate::provider::exchange::{Exchange, Request, fetch};
use crate::provider::origin::{encrypted_or_local, may_reach_this_machine};

/// The age from which keys are refreshed in the background.
const REFRESH_AGE: Duration = Duration::from_secs(3_600);

/// The maximum age of keys that are used.
const MAX_AGE: Duration = Duration::from_secs(24 * 3_600);

/// The minimum time between two refreshes because of unknown keys.
const REFRESH_INTERVAL: Duration = Duration::from_secs(10);

/// The minimum time between two refreshes after a failure. The service, which is asked to repeat its notification after
/// a second, then meets another attempt.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// The maximum time that each request for keys may take. A call rings for 15 s.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The maximum number of keys.
const MAX_KEYS: usize = 256;

/// The error of a request for keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{resource}: {reason}")]
pub struct KeyFetchError {
    /// The document that could not be fetched.
    resource: &'static str,
    reason: String,
}

/// The error of a key that is not available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// The service does not publish the key.
    Unknown,
    /// The published keys could not be fetched, so the key may exist.
    Unavailable,
}

/// The published keys, which are cached.
pub struct VerificationKeys {
    exchange: Arc<dyn Exchange>,
    openid_url: Url,
    cache: RwLock<Cache>,
    /// The latest attempt to refresh the cache. Locked during an attempt, so that concurrent callers share its result.
    attempt: RwLock<Arc<Mutex<Option<Attempt>>>>,
}

#[derive(Clone, Copy)]
struct Attempt {
    at: Instant,
    is_success: bool,
}

impl Attempt {
    /// Returns whether it is too early for another attempt.
    fn is_recent(self) -> bool {
        self.at.elapsed() < if self.is_success { REFRESH_INTERVAL } else { RETRY_INTERVAL }
    }
}

#[derive(Default)]
struct Cache {
    by_id: HashMap<String, DecodingKey>,
    fetched_at: Option<Instant>,
}

impl Cache {
    fn is_younger_than(&self, age: Duration) -> bool {
        self.fetched_at.is_some_and(|at| at.elapsed() <= age)
    }
}

/// The `OpenID` metadata.
#[derive(Deserialize)]
struct Metadata {
    jwks_uri: String,
}

/// A JWK set (RFC 7517, section 5).
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl VerificationKeys {
    /// Creates an empty cache of the keys that the `OpenID` metadata at a URL names.
    #[must_use]
    pub fn new(openid_url: Url, exchange: Arc<dyn Exchange>) -> Arc<Self> {
        let (cache, attempt) = (RwLock::default(), RwLock::default());
        Arc::new(Self { exchange, openid_url, cache, attempt })
    }

    /// Returns the key with an id. A cached key is returned without waiting for the network.
    ///
    /// # Errors
    /// Returns an error if the key is neither cached nor published.
    pub async fn get(self: &Arc<Self>, id: &str) -> Result<DecodingKey, KeyError> {
        let (cached, is_fresh) = {
            let cache = self.cache();
            let cached = if cache.is_younger_than(MAX_AGE) { cache.by_id.get(id).cloned() } else { None };
            (cached, cache.is_younger_than(REFRESH_AGE))
        };
        if let Some(key) = cached {
            if !is_fresh && let Ok(attempt) = self.attempt().try_lock_owned() {
                drop(self.start_refresh(attempt));
            }
            return Ok(key);
        }
        let is_refreshed = self.refresh_if_due().await;
        let cache = self.cache();
        if !cache.is_younger_than(MAX_AGE) {
            return Err(KeyError::Unavailable);
        }
        let error = if is_refreshed { KeyError::Unknown } else { KeyError::Unavailable };
        cache.by_id.get(id).cloned().ok_or(error)
    }

    /// Refreshes the cache. Returns the number of keys.
    ///
    /// # Errors
    /// Returns an error if the keys cannot be fetched or decoded; the cached keys stay in use then.
    pub async fn refresh(&self) -> Result<usize, KeyFetchError> {
        self.refresh_locked(&mut *self.attempt().lock().await).await
    }

    /// Abandons an attempt in progress, whose connection may be dead: later callers do not wait for it.
    pub fn abandon_attempt(&self) {
        *self.attempt.write().unwrap_or_else(PoisonError::into_inner) = Arc::default();
    }

    /// Refreshes the cache, unless the latest attempt is recent. Returns whether the latest attempt succeeded.
    async fn refresh_if_due(self: &Arc<Self>) -> bool {
        let attempt = self.attempt().lock_owned().await;
        match self.start_refresh(attempt) {
            Ok(is_success) => is_success,
            Err(task) => task.await.unwrap_or(false),
        }
    }

    /// Starts a task that refreshes the cache. If the latest attempt is recent, returns whether that attempt succeeded.
    ///
    /// The task does not depend on its caller, because the sender of a notification may disconnect while others wait
    /// for the keys.
    fn start_refresh(
        self: &Arc<Self>,
        mut attempt: OwnedMutexGuard<Option<Attempt>>,
    ) -> Result<bool, JoinHandle<bool>> {
        if let Some(latest) = attempt.filter(|attempt| attempt.is_recent()) {
            return Ok(latest.is_success);
        }
        let keys = self.clone();
        Err(tokio::spawn(async move { keys.refresh_locked(&mut attempt).await.is_ok() }))
    }

    async fn refresh_locked(&self, attempt: &mut Option<Attempt>) -> Result<usize, KeyFetchError> {
        // Recorded at the start too, because the future may be dropped while it waits.
        *attempt = Some(Attempt { at: Instant::now(), is_success: false });
        let result = self.fetch_keys().await;
        *attempt = Some(Attempt { at: Instant::now(), is_success: result.is_ok() });
        if let Err(error) = &result {
            tracing::warn!(%error, "the keys of notifications could not be read");
        }
        result
    }

    async fn fetch_keys(&self) -> Result<usize, KeyFetchError> {
        let metadata: Metadata = self.fetch("the OpenID metadata", self.openid_url.clone()).await?;
        let invalid = |reason: String| KeyFetchError { resource: "the address of the keys", reason };
        let url = Url::parse(&metadata.jwks_uri).map_err(|error| invalid(error.to_string()))?;
        encrypted_or_local(&url).map_err(|error| invalid(error.to_string()))?;
        if may_reach_this_machine(&url) != may_reach_this_machine(&self.openid_url) {
            return Err(invalid(
                "it is on this machine and openid_url is not, or the other way round".into(),
            ));
        }
        let set: KeySet = self.fetch("the keys", url).await?;
        let by_id: HashMap<String, DecodingKey> =
            set.keys.into_iter().take(MAX_KEYS).filter_map(decode_key).collect();
        if by_id.is_empty() {
            let reason = "none is usable".into();
            return Err(KeyFetchError { resource: "the keys", reason });
        }
        let count = by_id.len();
        tracing::debug!(count, "read the keys of notifications");
        let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
        *cache = Cache { by_id, fetched_at: Some(Instant::now()) };
        Ok(count)
    }

    async fn fetch<T: DeserializeOwned>(&self, resource: &'static str, url: Url) -> Result<T, KeyFetchError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let failed = |reason: String| KeyFetchError { resource, reason };
        let request = Request { method: Method::GET, url, headers, body: Bytes::new(), timeout: TIMEOUT };
        let response =
            fetch(self.exchange.clone(), request).await.map_err(|error| failed(error.to_string()))?;
        if !response.status.is_success() {
            return Err(failed(format!("status {}", response.status.as_u16())));
        }
        serde_json::from_slice(&response.body).map_err(|_| failed("malformed".into()))
    }

    fn attempt(&self) -> Arc<Mutex<Option<Attempt>>> {
        self.attempt.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn cache(&self) -> RwLockReadGuard<'_, Cache> {
        self.cache.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Decodes a JWK (RFC 7517, section 4) and returns its `kid`, if it is an RSA key that may verify signatures.
fn decode_key(key: Value) -> Option<(String, DecodingKey)> {
    let key: Jwk = serde_json::from_value(key).ok()?;
    let common = &key.common;
    let is_for_encryption = matches!(
        common.key_algorithm,
        Some(KeyAlgorithm::RSA1_5 | KeyAlgorithm::RSA_OAEP | KeyAlgorithm::RSA_OAEP_256)
    );
    // `use`, `key_ops` and `alg` are optional.
    let may_verify = matches!(common.public_key_use, None | Some(PublicKeyUse::Signature))
        && common.key_operations.as_ref().is_none_or(|all| all.contains(&KeyOperations::Verify))
        && !is_for_encryption;
    let AlgorithmParameters::RSA(rsa) = &key.algorithm else { return None };
    let decoding = DecodingKey::from_rsa_components(&rsa.n, &rsa.e).ok()?;
    key.common.key_id.filter(|_| may_verify).map(|id| (id, decoding))
}
