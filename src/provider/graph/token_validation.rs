//! Whether a notification is to be believed: its token, by the keys that the service publishes. Whatever is
//! missing or in doubt, it is not.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderMap, HeaderValue, Method};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use url::Url;

use super::settings::Settings;
use crate::provider::exchange::{Exchange, Request, fetch};
use crate::provider::origin::{encrypted_or_local, leads_here};

/// What a clock may be wrong by (seconds).
const SKEW: u64 = 5 * 60;

/// Keys that are older than this are read anew in the background.
const FRESH: Duration = Duration::from_secs(3_600);

/// Keys that are older than this are no longer believed.
const STALE: Duration = Duration::from_secs(24 * 3_600);

/// Unknown keys make us look for new ones at most this often.
const PAUSE: Duration = Duration::from_secs(10);
/// And so often while they can't be had: the service, which is asked to come again after a second, is to find that
/// they were looked for once more.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// The longest that the keys may take: a call rings for 15 s.
const DEADLINE: Duration = Duration::from_secs(5);

/// More keys than any service has.
const KEYS: usize = 256;

/// Why a notification is not believed. The sender is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValidationError {
    /// There is no bearer token.
    NoToken,
    /// The token is no JSON web token.
    DecodeError,
    /// It is signed by a method other than RSA, or not at all.
    Algorithm,
    /// It is signed by a key that the service does not publish.
    UnknownKey,
    /// The signature is wrong.
    Signature,
    /// It is for somebody else (`aud`).
    Audience,
    /// It is by somebody else (`iss`).
    Issuer,
    /// It is from a directory that is not allowed (`tid`), or from none.
    Tenant,
    /// Its time is over, or has not come (`exp`, `nbf`).
    Time,
    /// There are no keys to check it with.
    NoKeys,
}

impl fmt::Display for ValidationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NoToken => "it has no token",
            Self::DecodeError => "its token makes no sense",
            Self::Algorithm => "its token is not signed with RSA",
            Self::UnknownKey => "its token is signed with an unknown key",
            Self::Signature => "its token's signature is wrong",
            Self::Audience => "its token is for another app; is client_id right?",
            Self::Issuer => "its token is by another issuer",
            Self::Tenant => "it is from a tenant that is not among allowed_tenants",
            Self::Time => "its token has ended or not begun; is this machine's clock right?",
            Self::NoKeys => "the keys to check it with could not be had",
        })
    }
}

/// Why there are no keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {why}")]
pub struct NoKeys {
    what: &'static str,
    why: String,
}

/// Decides what is believed.
pub struct TokenValidator {
    exchange: Arc<dyn Exchange>,
    openid_url: Url,
    validation: Validation,
    allowed_tenants: Vec<String>,
    keys: RwLock<Keys>,
    /// When the keys were last asked for, and whether they came; whoever holds it asks.
    asked: RwLock<Arc<Mutex<Asked>>>,
}

type Asked = Option<(Instant, bool)>;

/// Whether the keys came the last time, if that is too short ago to ask again.
fn answered(asked: &Asked) -> Option<bool> {
    let (at, came) = (*asked)?;
    let pause = if came { PAUSE } else { PAUSE_AFTER_FAILURE };
    (at.elapsed() < pause).then_some(came)
}

#[derive(Default)]
struct Keys {
    by_id: HashMap<String, DecodingKey>,
    read: Option<Instant>,
}

impl Keys {
    fn are(&self, at_most: Duration) -> bool {
        self.read.is_some_and(|read| read.elapsed() <= at_most)
    }
}

#[derive(Deserialize)]
struct Claims {
    tid: String,
}

#[derive(Deserialize)]
struct Metadata {
    jwks_uri: String,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl TokenValidator {
    /// Believes nothing until the keys are there.
    #[must_use]
    pub fn new(settings: &Settings, exchange: Arc<dyn Exchange>) -> Arc<Self> {
        // The one algorithm of each token is its header's, which must be of this family.
        let mut validation = Validation::new(Algorithm::RS256);
        validation.algorithms = vec![Algorithm::RS256, Algorithm::RS384, Algorithm::RS512];
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud"]);
        validation.set_audience(&[&settings.client_id]);
        validation.set_issuer(&settings.issuers);
        validation.validate_nbf = true;
        validation.leeway = SKEW;
        Arc::new(Self {
            exchange,
            openid_url: settings.openid_url.clone(),
            validation,
            allowed_tenants: settings.allowed_tenants.clone(),
            keys: RwLock::default(),
            asked: RwLock::default(),
        })
    }

    /// Checks the token of a notification by its header fields.
    ///
    /// # Errors
    /// When anything about it is missing or wrong.
    pub async fn check(self: &Arc<Self>, headers: &HeaderMap) -> Result<(), ValidationError> {
        let token = bearer(headers)?;
        let header = decode_header(token).map_err(|error| match error.kind() {
            // `none`, and whatever else has no name here.
            ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName | ErrorKind::Json(_) => {
                ValidationError::Algorithm
            }
            _ => ValidationError::DecodeError,
        })?;
        if !self.validation.algorithms.contains(&header.alg) {
            return Err(ValidationError::Algorithm);
        }
        let key = self.key(&header.kid.ok_or(ValidationError::UnknownKey)?).await?;
        let claims = decode::<Claims>(token, &key, &self.validation).map_err(|error| match error.kind() {
            ErrorKind::InvalidSignature => ValidationError::Signature,
            ErrorKind::InvalidAlgorithm => ValidationError::Algorithm,
            ErrorKind::InvalidAudience => ValidationError::Audience,
            ErrorKind::InvalidIssuer => ValidationError::Issuer,
            ErrorKind::ExpiredSignature | ErrorKind::ImmatureSignature => ValidationError::Time,
            ErrorKind::MissingRequiredClaim(name) => match name.as_str() {
                "aud" => ValidationError::Audience,
                "iss" => ValidationError::Issuer,
                _ => ValidationError::Time,
            },
            // The one claim that is left to be missing or something else.
            ErrorKind::Json(_) => ValidationError::Tenant,
            _ => ValidationError::DecodeError,
        })?;
        let tenant = claims.claims.tid;
        let allowed = self.allowed_tenants.is_empty()
            || self.allowed_tenants.iter().any(|allowed| allowed.eq_ignore_ascii_case(&tenant));
        if allowed && !tenant.is_empty() { Ok(()) } else { Err(ValidationError::Tenant) }
    }

    /// The key of that name. A key that is known never waits for the network.
    async fn key(self: &Arc<Self>, id: &str) -> Result<DecodingKey, ValidationError> {
        let (known, fresh) = {
            let keys = self.keys();
            let known = if keys.are(STALE) { keys.by_id.get(id).cloned() } else { None };
            (known, keys.are(FRESH))
        };
        if let Some(key) = known {
            // Unless somebody is asking already: one is enough.
            if !fresh && let Ok(asked) = self.asked().try_lock_owned() {
                drop(self.ask(asked));
            }
            return Ok(key);
        }
        let came = self.look_again().await;
        let keys = self.keys();
        if !keys.are(STALE) {
            return Err(ValidationError::NoKeys);
        }
        // It may be a new one: as long as that can't be told, the service is to try again.
        let unknown = if came { ValidationError::UnknownKey } else { ValidationError::NoKeys };
        keys.by_id.get(id).cloned().ok_or(unknown)
    }

    /// Reads the keys, unless that was tried a moment ago; those who come meanwhile wait for the same answer.
    /// Says whether they came the last time.
    async fn look_again(self: &Arc<Self>) -> bool {
        let asked = self.asked().lock_owned().await;
        match self.ask(asked) {
            Ok(came) => came,
            Err(reading) => reading.await.unwrap_or(false),
        }
    }

    /// Begins to read the keys, unless that was tried a moment ago: then says whether they came. It goes on by
    /// itself: whoever sent the token may leave, or be made to, and all others wait for the keys, too.
    fn ask(self: &Arc<Self>, mut asked: OwnedMutexGuard<Asked>) -> Result<bool, JoinHandle<bool>> {
        if let Some(came) = answered(&asked) {
            return Ok(came);
        }
        let validator = self.clone();
        Err(tokio::spawn(async move { validator.read_and_note(&mut asked).await.is_ok() }))
    }

    /// Reads the metadata and the keys; says how many there are.
    ///
    /// # Errors
    /// When they can't be had or make no sense; the keys that are known stay.
    pub async fn refresh(&self) -> Result<usize, NoKeys> {
        self.read_and_note(&mut *self.asked().lock().await).await
    }

    /// Lets go of what is being read: nobody who comes now waits for it. The keys that are known stay.
    pub fn begin_anew(&self) {
        *self.asked.write().unwrap_or_else(PoisonError::into_inner) = Arc::default();
    }

    fn asked(&self) -> Arc<Mutex<Asked>> {
        self.asked.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn read_and_note(&self, asked: &mut Asked) -> Result<usize, NoKeys> {
        // Before, so that whoever is dropped while waiting has asked all the same.
        *asked = Some((Instant::now(), false));
        let result = self.read().await;
        *asked = Some((Instant::now(), result.is_ok()));
        if let Err(error) = &result {
            tracing::warn!(%error, "the keys of notifications could not be read");
        }
        result
    }

    async fn read(&self) -> Result<usize, NoKeys> {
        let metadata: Metadata = self.get("the OpenID metadata", self.openid_url.clone()).await?;
        let wrong = |why: String| NoKeys { what: "the address of the keys", why };
        let address = Url::parse(&metadata.jwks_uri).map_err(|error| wrong(error.to_string()))?;
        encrypted_or_local(&address).map_err(|error| wrong(error.to_string()))?;
        if leads_here(&address) != leads_here(&self.openid_url) {
            return Err(wrong("it leads from the network to this machine, or the other way round".into()));
        }
        let set: KeySet = self.get("the keys", address).await?;
        let by_id: HashMap<String, DecodingKey> =
            set.keys.into_iter().take(KEYS).filter_map(usable).collect();
        if by_id.is_empty() {
            return Err(NoKeys { what: "the keys", why: "there is none that can be used".into() });
        }
        let count = by_id.len();
        tracing::debug!(count, "read the keys of notifications");
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) =
            Keys { by_id, read: Some(Instant::now()) };
        Ok(count)
    }

    async fn get<T: serde::de::DeserializeOwned>(&self, what: &'static str, url: Url) -> Result<T, NoKeys> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let wrong = |why: String| NoKeys { what, why };
        let request = Request { method: Method::GET, url, headers, body: Bytes::new(), timeout: DEADLINE };
        let response =
            fetch(self.exchange.clone(), request).await.map_err(|failure| wrong(failure.to_string()))?;
        if !response.status.is_success() {
            return Err(wrong(format!("status {}", response.status.as_u16())));
        }
        serde_json::from_slice(&response.body).map_err(|_| wrong("they make no sense".into()))
    }

    fn keys(&self) -> std::sync::RwLockReadGuard<'_, Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The token behind `Bearer`, if there is exactly one.
fn bearer(headers: &HeaderMap) -> Result<&str, ValidationError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(ValidationError::NoToken) };
    let (scheme, token) =
        value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or(ValidationError::NoToken)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(ValidationError::NoToken) }
}

/// A key for RSA signatures with its name; others are passed over.
fn usable(key: Value) -> Option<(String, DecodingKey)> {
    let key: Jwk = serde_json::from_value(key).ok()?;
    let common = &key.common;
    let to_encrypt = matches!(
        common.key_algorithm,
        Some(KeyAlgorithm::RSA1_5 | KeyAlgorithm::RSA_OAEP | KeyAlgorithm::RSA_OAEP_256)
    );
    // Each of the three may be left out; what is there must allow it.
    let for_signatures = matches!(common.public_key_use, None | Some(PublicKeyUse::Signature))
        && common.key_operations.as_ref().is_none_or(|all| all.contains(&KeyOperations::Verify))
        && !to_encrypt;
    let AlgorithmParameters::RSA(rsa) = &key.algorithm else { return None };
    let decoding = DecodingKey::from_rsa_components(&rsa.n, &rsa.e).ok()?;
    key.common.key_id.filter(|_| for_signatures).map(|id| (id, decoding))
}
