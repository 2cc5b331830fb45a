//! The keys that sign the tokens of notifications, their publication (JWKS), and the tokens (JWT, RFC 7519).

use std::sync::{Mutex, OnceLock, PoisonError};

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use aws_lc_rs::{error::Unspecified, hmac};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// An RSA key pair.
pub(super) struct RsaKeyPair {
    private: KeyPair,
    /// The modulus (base64url).
    n: String,
    /// The exponent (base64url).
    e: String,
    /// The public key.
    pem: String,
    /// The message that was signed last, and its token: notifications of the same second share one.
    latest: Mutex<(String, String)>,
}

/// Two key pairs that are published alternately, and one that never is. Generating one is slow, so each is
/// generated once in a process, when it is needed first.
static PAIRS: [OnceLock<Option<RsaKeyPair>>; 3] = [const { OnceLock::new() }; 3];

impl RsaKeyPair {
    fn generate() -> Result<Self, Unspecified> {
        let private = KeyPair::generate(KeySize::Rsa2048)?;
        let public = PublicKeyComponents::<Vec<u8>>::from(private.public_key());
        let der: PublicKeyX509Der<'_> = private.public_key().as_der()?;
        let lines: Vec<String> = STANDARD
            .encode(der.as_ref())
            .as_bytes()
            .chunks(64)
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"));
        let (n, e) = (URL_SAFE_NO_PAD.encode(&public.n), URL_SAFE_NO_PAD.encode(&public.e));
        Ok(Self { n, e, pem, private, latest: Mutex::default() })
    }

    fn get(which: usize) -> Result<&'static Self, String> {
        let pair = PAIRS.get(which).and_then(|slot| slot.get_or_init(|| Self::generate().ok()).as_ref());
        pair.ok_or_else(|| "no key pair could be made".to_owned())
    }

    /// Returns the public key (PEM).
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Returns the modulus (base64url).
    pub fn n(&self) -> &str {
        &self.n
    }

    /// Returns a token signed with RS256.
    ///
    /// # Errors
    /// Returns an error if signing fails.
    pub fn sign(&self, header: &Value, claims: &Value) -> Result<String, String> {
        let message = unsigned_token(header, claims);
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if latest.0 == message {
            return Ok(latest.1.clone());
        }
        let mut signature = vec![0; self.private.public_modulus_len()];
        self.private
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .map_err(|_| "nothing could be signed".to_owned())?;
        let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
        *latest = (message, token.clone());
        Ok(token)
    }
}

#[cfg(test)]
impl RsaKeyPair {
    /// Returns a client assertion that is signed with this pair.
    pub fn assertion(&self, claims: &Value) -> String {
        let header = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": "of no certificate"});
        let message = unsigned_token(&header, claims);
        let mut signature = vec![0; self.private.public_modulus_len()];
        let pss = &aws_lc_rs::signature::RSA_PSS_SHA256;
        self.private.sign(pss, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// Returns the part of a token that is signed: the header and the claims.
pub(super) fn unsigned_token(header: &Value, claims: &Value) -> String {
    let part = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// Returns a token signed with HS256 and that secret.
pub(super) fn hmac_token(secret: &str, header: &Value, claims: &Value) -> String {
    let message = unsigned_token(header, claims);
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes())))
}

/// The keys that are valid now.
pub(super) struct SigningKeys {
    /// The id of the published key.
    kid: String,
    rotations: usize,
}

/// Generates the first key pair on a thread of its own, so that the first notification need not wait for it.
pub(super) fn prepare() {
    // Without a thread, the first notification generates it.
    let _ = std::thread::Builder::new().name("keys".into()).spawn(|| RsaKeyPair::get(0).is_ok());
}

impl SigningKeys {
    /// Publishes the first key pair.
    pub fn new() -> Self {
        Self { kid: new_kid(), rotations: 0 }
    }

    /// Publishes the other key pair under a new id.
    pub fn rotate(&mut self) {
        *self = Self { kid: new_kid(), rotations: self.rotations + 1 };
    }

    /// Returns the published key pair.
    ///
    /// # Errors
    /// Returns an error if it cannot be generated.
    pub fn published(&self) -> Result<&'static RsaKeyPair, String> {
        RsaKeyPair::get(self.rotations % 2)
    }

    /// Returns the key pair that is never published.
    ///
    /// # Errors
    /// Returns an error if it cannot be generated.
    pub fn unpublished() -> Result<&'static RsaKeyPair, String> {
        RsaKeyPair::get(2)
    }

    /// Returns the header of a token that is signed with the published key.
    pub fn header(&self) -> Value {
        json!({"alg": "RS256", "kid": self.kid, "x5t": self.kid, "typ": "JWT"})
    }

    /// Returns the published keys (JWKS), with one of an unknown type, which a client has to skip.
    ///
    /// # Errors
    /// Returns an error if the key pair cannot be generated.
    pub fn jwks(&self) -> Result<Value, String> {
        let pair = self.published()?;
        Ok(json!({"keys": [
            {"kty": "LATTICE", "use": "sig", "kid": "not-for-this-decade", "matrix": [[1, 2], [3, 4]]},
            {"kty": "RSA", "use": "sig", "kid": self.kid, "x5t": self.kid, "n": pair.n, "e": pair.e,
             "x5c": [], "endorsements": ["msteams", "skype"]},
        ]}))
    }
}

/// Returns a new key id.
pub(super) fn new_kid() -> String {
    URL_SAFE_NO_PAD.encode(uuid::Uuid::new_v4().as_bytes())
}

/// Returns the `OpenID` metadata of a service at the origin `base`.
pub(super) fn metadata(base: &str) -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://invalid.botframework.com",
        "jwks_uri": format!("{base}/v1/keys"),
        "id_token_signing_alg_values_supported": ["RSA-SHA256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "simulator_notify": format!("{base}/simulator/notify"),
    })
}

/// The issuer of the tokens of notifications.
pub(super) const ISSUER: &str = "https://api.botframework.com";

/// Returns the claims of a valid token of a notification.
pub(super) fn claims(audience: &str, tenant: &str) -> Value {
    let now = now();
    json!({"iss": ISSUER, "aud": audience, "iat": now, "nbf": now, "exp": now + 3_600, "tid": tenant})
}

/// Returns the time since the Unix epoch (seconds), which dates the claims of tokens.
pub(super) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
