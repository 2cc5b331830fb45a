//! Client assertions (RFC 7523), which a bot with a certificate signs in with.

use std::fmt::Display;
use std::path::Path;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use url::Url;

use crate::secret::private_text;

/// The lifetime of an assertion, in seconds.
const LIFETIME: i64 = 5 * 60;

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
    let signing_key = EncodingKey::from_rsa_pem(pem.expose_secret().as_bytes())
        .map_err(|_| unusable(key, &"it contains no RSA private key in PEM"))?;
    let mut header = Header::new(Algorithm::PS256);
    header.x5t_s256 = Some(URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &der)));
    let now = jiff::Timestamp::now().as_second();
    let claims = Claims {
        iss: client_id,
        sub: client_id,
        aud: endpoint.as_str(),
        jti: uuid::Uuid::new_v4().to_string(),
        nbf: now,
        iat: now,
        exp: now + LIFETIME,
    };
    let assertion = jsonwebtoken::encode(&header, &claims, &signing_key)
        .map_err(|_| unusable(key, &"signing with it failed"))?;
    Ok(assertion.into())
}
