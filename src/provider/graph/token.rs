//! Our own token: client credentials, one token for each tenant, fetched once for all who wait. A token that is
//! being renewed is used as long as it holds.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use tokio::time::Instant;
use url::Url;

use super::settings::{Credential, Settings};
use crate::provider::Problem;
use crate::provider::exchange::{Exchange, TransportError};
use crate::provider::oauth::{self, TokenRequestError};
use crate::secret::{Secret, private_text};
use crate::text::DisplayText;

/// How long the proof by a certificate is good (seconds).
const ASSERTION: i64 = 5 * 60;

/// Tokens for more tenants than this are not kept.
const TENANTS: usize = 256;

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TokenError {
    /// The secret or the certificate could not be read.
    #[error("{0}")]
    Secret(String),
    /// The directory refused, with its word for why.
    #[error("the directory gave no token: {why}")]
    Refused {
        /// Its `error`: “`invalid_client`”.
        error: DisplayText,
        /// Its explanation, the first sentence.
        why: DisplayText,
        /// Whether a later try may succeed.
        passing: bool,
        /// How long it asks us to wait.
        retry_after: Option<Duration>,
    },
    /// There was no answer.
    #[error("the directory did not answer: {0}")]
    Unreachable(TransportError),
}

impl TokenError {
    /// Whether trying again without the user makes sense.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Secret(_) => false,
            Self::Refused { passing, .. } => *passing,
            Self::Unreachable(_) => true,
        }
    }

    /// In words for a person.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let remedy = match self {
            Self::Refused { error, passing: false, .. } => match error.as_str() {
                "invalid_client" => "check client_id and the client secret or certificate",
                "unauthorized_client" => "check client_id and tenant: the app is not known in that directory",
                "invalid_scope" => "check base_url and cloud under [graph]",
                _ => "check tenant, client_id and the secret under [graph]",
            },
            Self::Secret(_) | Self::Refused { .. } | Self::Unreachable(_) => "",
        };
        Problem::new(&self.to_string(), remedy)
    }
}

/// A token with its number, so that the one who was refused can say which.
#[derive(Clone, Debug)]
pub struct Token {
    /// Counts up with each renewal for its tenant.
    pub number: u64,
    /// What goes behind `Bearer`.
    pub secret: SecretString,
    renew_at: Instant,
    ends_at: Instant,
}

/// What is held for one tenant.
#[derive(Default)]
struct Held {
    token: Mutex<Option<Token>>,
    /// Whoever holds it fetches; who comes second finds what the first one got.
    fetching: tokio::sync::Mutex<()>,
}

impl Held {
    fn token(&self) -> Option<Token> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The token, unless it has ended or is the one that was `refused`.
    fn usable(&self, refused: Option<u64>) -> Option<Token> {
        self.token().filter(|token| Some(token.number) > refused && token.ends_at > Instant::now())
    }
}

/// The tokens that we hold, and how to get more.
pub struct Tokens {
    exchange: Arc<dyn Exchange>,
    authority: Url,
    client_id: String,
    credential: Credential,
    scope: String,
    tenants: Mutex<HashMap<String, Arc<Held>>>,
}

impl Tokens {
    /// No tokens yet.
    #[must_use]
    pub fn new(settings: &Settings, exchange: Arc<dyn Exchange>) -> Self {
        Self {
            exchange,
            authority: settings.authority.clone(),
            client_id: settings.client_id.clone(),
            credential: settings.credential.clone(),
            // The service's own name, also where calls are answered by way of a gateway.
            scope: format!("{}.default", settings.cloud.graph()),
            tenants: Mutex::default(),
        }
    }

    /// A token for a tenant: the one that is held, or a new one if there is none, it has ended, or it is the one
    /// that was `refused`. One that is only to be renewed is given at once: a call does not wait.
    ///
    /// # Errors
    /// When there is none to be had.
    pub async fn get(&self, tenant: &str, refused: Option<u64>) -> Result<Token, TokenError> {
        let held = self.tenant(tenant);
        if let Some(token) = held.usable(refused) {
            return Ok(token);
        }
        let _fetching = held.fetching.lock().await;
        match held.usable(refused) {
            Some(token) => Ok(token),
            None => self.fetch_for(&held, tenant).await,
        }
    }

    /// Fetches the token of a tenant if there is none, or it is to be renewed; says when it next is.
    ///
    /// # Errors
    /// When there is none to be had; one that is held stays.
    pub async fn renew(&self, tenant: &str) -> Result<Instant, TokenError> {
        let held = self.tenant(tenant);
        let _fetching = held.fetching.lock().await;
        match held.token().filter(|token| token.renew_at > Instant::now()) {
            Some(token) => Ok(token.renew_at),
            None => Ok(self.fetch_for(&held, tenant).await?.renew_at),
        }
    }

    /// Fetches each token anew when it is next wanted, however old it seems: the runtime's clock stands still while
    /// the machine sleeps. Nobody waits for a request that is on its way; the tokens serve until others are there.
    pub fn begin_anew(&self) {
        for held in self.tenants.lock().unwrap_or_else(PoisonError::into_inner).values_mut() {
            let token = held.token().map(|token| Token { renew_at: Instant::now(), ..token });
            *held = Arc::new(Held { token: Mutex::new(token), ..Held::default() });
        }
    }

    async fn fetch_for(&self, held: &Held, tenant: &str) -> Result<Token, TokenError> {
        let number = held.token().map_or(1, |token| token.number + 1);
        let token = self.fetch(tenant, number).await?;
        *held.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
        Ok(token)
    }

    fn tenant(&self, tenant: &str) -> Arc<Held> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if tenants.len() >= TENANTS && !tenants.contains_key(tenant) {
            tenants.clear();
        }
        tenants.entry(tenant.to_owned()).or_default().clone()
    }

    fn endpoint(&self, tenant: &str) -> Url {
        let mut endpoint = self.authority.clone();
        if let Ok(mut path) = endpoint.path_segments_mut() {
            path.pop_if_empty().extend([tenant, "oauth2", "v2.0", "token"]);
        }
        endpoint
    }

    async fn fetch(&self, tenant: &str, number: u64) -> Result<Token, TokenError> {
        let endpoint = self.endpoint(tenant);
        let mut form = vec![
            ("client_id", self.client_id.as_str()),
            ("scope", self.scope.as_str()),
            ("grant_type", "client_credentials"),
        ];
        let proof = match &self.credential {
            Credential::Secret(secret) => self.secret(secret).await?,
            Credential::Certificate { certificate, key } => {
                form.push((
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ));
                self.assertion(certificate, key, &endpoint).await?
            }
        };
        let name = match &self.credential {
            Credential::Secret(_) => "client_secret",
            Credential::Certificate { .. } => "client_assertion",
        };
        form.push((name, proof.expose_secret()));
        match oauth::request_token(&self.exchange, endpoint, &form).await {
            Ok(granted) => Ok(Token {
                number,
                secret: granted.secret,
                renew_at: granted.renew_at,
                ends_at: granted.expires_at,
            }),
            Err(error) => Err(refused(error)),
        }
    }

    async fn secret(&self, secret: &Secret) -> Result<SecretString, TokenError> {
        secret.read().await.map_err(|error| TokenError::Secret(error.to_string()))
    }

    /// A proof that we have the certificate's key (RFC 7523), signed as the directory asks for it.
    async fn assertion(
        &self,
        certificate: &Path,
        key: &Path,
        endpoint: &Url,
    ) -> Result<SecretString, TokenError> {
        #[derive(Serialize)]
        struct Claims<'a> {
            iss: &'a str,
            sub: &'a str,
            aud: &'a str,
            jti: String,
            nbf: i64,
            iat: i64,
            exp: i64,
        }
        let unreadable = |path: &Path, why: &dyn std::fmt::Display| {
            TokenError::Secret(format!("can't use {}: {why}", path.display()))
        };
        let pem = tokio::fs::read(certificate).await.map_err(|error| unreadable(certificate, &error))?;
        let der = CertificateDer::from_pem_slice(&pem)
            .map_err(|_| unreadable(certificate, &"there is no PEM certificate in it"))?;
        let pem = private_text(key).await.map_err(|error| TokenError::Secret(error.to_string()))?;
        let signing = EncodingKey::from_rsa_pem(pem.expose_secret().as_bytes())
            .map_err(|_| unreadable(key, &"there is no RSA private key in PEM in it"))?;
        let mut header = Header::new(Algorithm::PS256);
        header.x5t_s256 = Some(URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &der)));
        let now = jiff::Timestamp::now().as_second();
        let claims = Claims {
            iss: &self.client_id,
            sub: &self.client_id,
            aud: endpoint.as_str(),
            jti: uuid::Uuid::new_v4().to_string(),
            nbf: now,
            iat: now,
            exp: now + ASSERTION,
        };
        let signed = jsonwebtoken::encode(&header, &claims, &signing)
            .map_err(|_| unreadable(key, &"nothing can be signed with it"))?;
        Ok(signed.into())
    }
}

fn refused(error: TokenRequestError) -> TokenError {
    match error {
        TokenRequestError::Transport(failure) => TokenError::Unreachable(failure),
        TokenRequestError::DecodeError => TokenError::Refused {
            error: DisplayText::default(),
            why: "its answer makes no sense".into(),
            passing: true,
            retry_after: None,
        },
        TokenRequestError::Refused { status, error, description, retry_after } => {
            // The first sentence says it; trace ids and times follow.
            let first = description.lines().next().unwrap_or_default();
            let first = first.split(" Trace ID").next().unwrap_or_default();
            let why = match (first, error.as_str()) {
                ("", "") => format!("status {status}"),
                ("", error) => error.to_owned(),
                (first, _) => first.to_owned(),
            };
            let passing = error.is_empty()
                || matches!(error.as_str(), "temporarily_unavailable" | "server_error")
                || status == 429
                || status >= 500;
            TokenError::Refused {
                error: DisplayText::new(&error),
                why: DisplayText::new(&why),
                passing,
                retry_after,
            }
        }
    }
}
