//! The keys that notifications are signed with, what is published of them, and how a token is made.

use std::sync::{Mutex, OnceLock, PoisonError};

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use aws_lc_rs::{error::Unspecified, hmac};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// A pair of keys.
pub(super) struct Pair {
    private: KeyPair,
    n: String,
    e: String,
    pem: String,
    /// What was signed last, and the token: the same claims, as of one second, give the same one.
    latest: Mutex<(String, String)>,
}

/// Two that take turns at being published, and one that never is. Making one takes a moment: it is done once
/// in a process, and only where somebody needs it.
static PAIRS: [OnceLock<Option<Pair>>; 3] = [const { OnceLock::new() }; 3];

impl Pair {
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

    /// The public key as PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The modulus as it is published.
    pub fn n(&self) -> &str {
        &self.n
    }

    /// A token signed with this pair.
    pub fn sign(&self, header: &Value, claims: &Value) -> Result<String, String> {
        let message = unsigned(header, claims);
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
impl Pair {
    /// What a bot proves itself with that has this pair.
    pub fn assertion(&self, claims: &Value) -> String {
        let header = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": "of no certificate"});
        let message = unsigned(&header, claims);
        let mut signature = vec![0; self.private.public_modulus_len()];
        let pss = &aws_lc_rs::signature::RSA_PSS_SHA256;
        self.private.sign(pss, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// The part of a token that is signed.
pub(super) fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// A token that is signed with a secret both sides know; of a key that is public, no secret at all.
pub(super) fn signed_with_secret(secret: &str, header: &Value, claims: &Value) -> String {
    let message = unsigned(header, claims);
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes())))
}

/// Which keys hold now.
pub(super) struct Keys {
    kid: String,
    rotations: usize,
}

/// Makes the first pair of keys beside everything else: whoever waits for it waits less.
pub(super) fn make_ready() {
    // Without a thread it is made by whoever needs it first.
    let _ = std::thread::Builder::new().name("keys".into()).spawn(|| Pair::get(0).is_ok());
}

impl Keys {
    pub fn new() -> Self {
        Self { kid: fresh_kid(), rotations: 0 }
    }

    pub fn rotate(&mut self) {
        *self = Self { kid: fresh_kid(), rotations: self.rotations + 1 };
    }

    /// The pair whose public half is published.
    pub fn published(&self) -> Result<&'static Pair, String> {
        Pair::get(self.rotations % 2)
    }

    /// A pair of which nobody was told.
    pub fn unpublished() -> Result<&'static Pair, String> {
        Pair::get(2)
    }

    /// The header of a token that is signed with the published key.
    pub fn header(&self) -> Value {
        json!({"alg": "RS256", "kid": self.kid, "x5t": self.kid, "typ": "JWT"})
    }

    /// What is published: also a key of a kind that nobody knows, which a reader has to pass over.
    pub fn jwks(&self) -> Result<Value, String> {
        let pair = self.published()?;
        Ok(json!({"keys": [
            {"kty": "LATTICE", "use": "sig", "kid": "not-for-this-decade", "matrix": [[1, 2], [3, 4]]},
            {"kty": "RSA", "use": "sig", "kid": self.kid, "x5t": self.kid, "n": pair.n, "e": pair.e,
             "x5c": [], "endorsements": ["msteams", "skype"]},
        ]}))
    }
}

/// The name of a key that there was not before.
pub(super) fn fresh_kid() -> String {
    URL_SAFE_NO_PAD.encode(uuid::Uuid::new_v4().as_bytes())
}

/// What says where the keys are.
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

pub(super) const ISSUER: &str = "https://api.botframework.com";

/// What a genuine notification's token claims.
pub(super) fn claims(audience: &str, tenant: &str) -> Value {
    let now = now();
    json!({"iss": ISSUER, "aud": audience, "iat": now, "nbf": now, "exp": now + 3_600, "tid": tenant})
}

/// The wall clock, in seconds: tokens are dated by it.
pub(super) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
