//! Client assertions (RFC 7523), which a bot with a certificate signs in with.

use std::fmt::Display;
use std::path::Path;

use aws_lc_rs::digest;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PSS_SHA256;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;

use crate::secret::private_text;

/// The lifetime of an assertion, in seconds.
const LIFETIME: i64 = 5 * 60;

/// Signs an assertion for a token endpoint with PS256, as Microsoft Entra ID requires.
///
/// # Errors
/// Returns an error if the certificate or the key cannot be used, with a message for the user.
pub async fn client_assertion(
    client_id: &str,
    certificate: &Path,
    key: &Path,
    endpoint: &Url,
) -> Result<SecretString, String> {
    let unusable = |path: &Path, reason: &dyn Display| format!("can't use {}: {reason}", path.display());
    let pem = tokio::fs::read(certificate).await.map_err(|error| unusable(certificate, &error))?;
    let der = CertificateDer::from_pem_slice(&pem)
        .map_err(|_| unusable(certificate, &"it contains no PEM certificate"))?;
    let pem = private_text(key).await.map_err(|error| error.to_string())?;
    let key_pair = rsa_key_pair(pem.expose_secret())
        .ok_or_else(|| unusable(key, &"it contains no RSA private key in PEM"))?;
    let thumbprint = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &der));
    let now = jiff::Timestamp::now().as_second();
    let header = json!({"typ": "JWT", "alg": "PS256", "x5t#S256": thumbprint});
    let claims = json!({
        "iss": client_id,
        "sub": client_id,
        "aud": endpoint.as_str(),
        "jti": uuid::Uuid::new_v4().to_string(),
        "nbf": now,
        "iat": now,
        "exp": now + LIFETIME,
    });
    sign(&header, &claims, &key_pair).map_err(|_| unusable(key, &"signing with it failed"))
}

/// Returns the key pair of a private key in PEM (PKCS #1 or PKCS #8), or `None` if there is none for RSA.
fn rsa_key_pair(pem: &str) -> Option<KeyPair> {
    match PrivateKeyDer::from_pem_slice(pem.as_bytes()).ok()? {
        PrivateKeyDer::Pkcs1(der) => KeyPair::from_der(der.secret_pkcs1_der()).ok(),
        PrivateKeyDer::Pkcs8(der) => KeyPair::from_pkcs8(der.secret_pkcs8_der()).ok(),
        _ => None,
    }
}

/// Returns a token (JWT, RFC 7519) that is signed with PS256.
fn sign(header: &Value, claims: &Value, key_pair: &KeyPair) -> Result<SecretString, Unspecified> {
    let part = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let mut signature = vec![0; key_pair.public_modulus_len()];
    key_pair.sign(&RSA_PSS_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)?;
    Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)).into())
}
