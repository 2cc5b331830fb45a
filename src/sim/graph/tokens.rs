//! The token endpoint of Entra: client credentials with a secret, or with an assertion that is signed by a
//! certificate.

use std::collections::HashMap;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::io::Positive;
use aws_lc_rs::rsa::PublicKey;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::CONTENT_TYPE;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, SubjectPublicKeyInfoDer};
use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;
use webpki::EndEntityCert;

use super::super::reply::Reply;
use super::super::request::{Handled, ParsedRequest};
use super::keys::now;
use super::state::GraphState;

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The longest lifetime of an assertion (seconds).
const MAX_ASSERTION_LIFETIME: i64 = 600;

/// The reason why no token is issued.
struct TokenRefusal {
    status: u16,
    error: &'static str,
    /// The number of the error (`AADSTS…`).
    number: u32,
    message: String,
}

impl TokenRefusal {
    fn new(status: u16, error: &'static str, number: u32, message: impl Into<String>) -> Self {
        Self { status, error, number, message: message.into() }
    }

    fn reply(&self) -> Reply {
        let trace = uuid::Uuid::new_v4().to_string();
        let body = json!({
            "error": self.error,
            "error_description": format!("AADSTS{}: {} Trace ID: {trace}", self.number, self.message),
            "error_codes": [self.number],
            "timestamp": jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
            "trace_id": trace, "correlation_id": uuid::Uuid::new_v4().to_string(),
        });
        Reply::json(self.status, body)
    }
}

#[derive(Deserialize)]
struct Claims {
    exp: i64,
    jti: String,
}

impl GraphState {
    /// Handles a request for a token.
    pub fn issue_token(&mut self, tenant: &str, request: &ParsedRequest) -> Handled {
        let form = request.form();
        let is_form = request
            .header(CONTENT_TYPE.as_str())
            .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded"));
        let complaint =
            (!is_form).then(|| "the Content-Type is not that of a form (token endpoint)".to_owned());
        match self.check_credentials(tenant, request, &form) {
            Ok(()) => {
                let token = format!("simulated.{}", uuid::Uuid::new_v4().simple());
                let until = Instant::now() + self.options.token_lifetime;
                self.tokens.insert(token.clone(), (tenant.to_owned(), until));
                let seconds = self.options.token_lifetime.as_secs();
                let body = json!({
                    "token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds,
                    "access_token": token,
                });
                Handled { reply: Reply::json(200, body), summary: "token".into(), complaint }
            }
            Err(refusal) => {
                let summary = format!("token refused: {} AADSTS{}", refusal.error, refusal.number);
                Handled { reply: refusal.reply(), summary, complaint }
            }
        }
    }

    /// Returns the reason to refuse a token, if there is any.
    fn check_credentials(
        &mut self,
        tenant: &str,
        request: &ParsedRequest,
        form: &HashMap<String, String>,
    ) -> Result<(), TokenRefusal> {
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if field("grant_type") != "client_credentials" {
            return Err(TokenRefusal::new(
                400,
                "unsupported_grant_type",
                70_003,
                "The grant type is not supported.",
            ));
        }
        if !self.tenants.contains(&tenant.to_ascii_lowercase()) {
            let words = format!("Tenant '{tenant}' not found.");
            return Err(TokenRefusal::new(400, "invalid_request", 90_002, words));
        }
        if !field("client_id").eq_ignore_ascii_case(&self.options.client_id) {
            let words = "The application was not found in the directory.";
            return Err(TokenRefusal::new(400, "unauthorized_client", 700_016, words));
        }
        if field("client_assertion_type") == ASSERTION {
            self.check_assertion(field("client_assertion"), &format!("{}{}", request.base, request.path))?;
        } else if field("client_secret").is_empty() {
            let words = "The request body must contain 'client_assertion' or 'client_secret'.";
            return Err(TokenRefusal::new(401, "invalid_client", 7_000_218, words));
        } else if field("client_secret") != self.options.client_secret {
            return Err(TokenRefusal::new(
                401,
                "invalid_client",
                7_000_215,
                "Invalid client secret provided.",
            ));
        }
        let own = format!("{}/.default", request.base);
        if !["https://graph.microsoft.com/.default", &own].contains(&field("scope")) {
            return Err(TokenRefusal::new(
                400,
                "invalid_scope",
                70_011,
                "The provided value for 'scope' is not valid.",
            ));
        }
        Ok(())
    }

    /// Checks a client assertion (RFC 7523) for a token endpoint.
    fn check_assertion(&mut self, assertion: &str, audience: &str) -> Result<(), TokenRefusal> {
        let bad = |words: &str| TokenRefusal::new(401, "invalid_client", 700_027, words);
        let pem = self.options.certificate_public_pem.as_deref();
        let pem = pem.ok_or_else(|| bad("The certificate is not registered on the application."))?;
        let key = public_key(pem).ok_or_else(|| bad("The certificate is unusable."))?;
        let header =
            jsonwebtoken::decode_header(assertion).map_err(|_| bad("The assertion cannot be decoded."))?;
        let named = header.x5t_s256.ok_or_else(|| bad("The header names no x5t#S256."))?;
        if thumbprint(pem).is_some_and(|thumbprint| thumbprint != named) {
            return Err(bad("The key was not found by its thumbprint."));
        }
        let id = &self.options.client_id;
        let mut validation = Validation::new(Algorithm::PS256);
        validation.set_audience(&[audience]);
        validation.set_issuer(&[id]);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        validation.sub = Some(id.clone());
        validation.validate_nbf = true;
        let claims = jsonwebtoken::decode::<Claims>(assertion, &key, &validation)
            .map_err(|error| bad(&format!("The assertion is not valid: {error}.")))?
            .claims;
        if claims.exp - now() > MAX_ASSERTION_LIFETIME {
            return Err(bad("The assertion is valid for too long."));
        }
        if claims.jti.is_empty() || !self.assertions.insert(claims.jti) {
            return Err(bad("The assertion was used before."));
        }
        Ok(())
    }
}

/// Returns the public key of a certificate, or a public key alone.
fn public_key(pem: &str) -> Option<DecodingKey> {
    let key = match certificate(pem) {
        Some(certificate) => EndEntityCert::try_from(&certificate).ok()?.subject_public_key_info(),
        None => SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes()).ok()?,
    };
    let key = PublicKey::from_der(&key).ok()?;
    let part = |part: Positive<'_>| URL_SAFE_NO_PAD.encode(part.big_endian_without_leading_zero());
    DecodingKey::from_rsa_components(&part(key.modulus()), &part(key.exponent())).ok()
}

/// Returns the SHA-256 thumbprint of a certificate (base64url), or `None` for a public key alone.
fn thumbprint(pem: &str) -> Option<String> {
    Some(URL_SAFE_NO_PAD.encode(digest(&SHA256, &certificate(pem)?)))
}

fn certificate(pem: &str) -> Option<CertificateDer<'static>> {
    CertificateDer::from_pem_slice(pem.as_bytes()).ok()
}
