//! Tokens for the bot, as Entra gives them: for its secret, or for what only its certificate can have signed.

use std::collections::HashMap;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::header::CONTENT_TYPE;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;

use super::super::reply::Reply;
use super::super::requests::{Asked, Handled};
use super::Graph;
use super::keys::now;

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The longest life of an assertion (seconds).
const LONGEST: i64 = 600;

/// Why there is no token: status, error, number, and in words.
type Refusal = (u16, &'static str, u32, String);

fn no(status: u16, error: &'static str, number: u32, words: &str) -> Refusal {
    (status, error, number, words.to_owned())
}

#[derive(Deserialize)]
struct Claims {
    exp: i64,
    jti: String,
}

impl Graph {
    /// The request for a token. Nothing of what it holds goes into the record.
    pub fn token(&mut self, tenant: &str, asked: &Asked) -> Handled {
        let form: HashMap<String, String> =
            url::form_urlencoded::parse(asked.body.as_bytes()).into_owned().collect();
        let is_form = asked
            .header(CONTENT_TYPE.as_str())
            .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded"));
        let complaint = (!is_form).then(|| "the Content-Type is not that of a form".to_owned());
        match self.check(tenant, asked, &form) {
            Ok(()) => {
                let token = format!("simulated.{}", uuid::Uuid::new_v4().simple());
                let until = Instant::now() + self.options.token_lifetime;
                self.tokens.insert(token.clone(), (tenant.to_owned(), until));
                let seconds = self.options.token_lifetime.as_secs();
                let body = json!({
                    "token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds,
                    "access_token": token,
                });
                Handled { reply: Reply::json(200, body), what: "token".into(), complaint }
            }
            Err((status, error, number, words)) => {
                let trace = uuid::Uuid::new_v4().to_string();
                let body = json!({
                    "error": error,
                    "error_description": format!("AADSTS{number}: {words} Trace ID: {trace}"),
                    "error_codes": [number],
                    "timestamp": jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
                    "trace_id": trace, "correlation_id": uuid::Uuid::new_v4().to_string(),
                });
                let what = format!("token refused: {error} AADSTS{number}");
                Handled { reply: Reply::json(status, body), what, complaint }
            }
        }
    }

    fn check(&mut self, tenant: &str, asked: &Asked, form: &HashMap<String, String>) -> Result<(), Refusal> {
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if field("grant_type") != "client_credentials" {
            return Err(no(400, "unsupported_grant_type", 70_003, "The grant type is not supported."));
        }
        if !self.tenants.contains(&tenant.to_ascii_lowercase()) {
            let words = format!("Tenant '{tenant}' not found.");
            return Err((400, "invalid_request", 90_002, words));
        }
        if !field("client_id").eq_ignore_ascii_case(&self.options.client_id) {
            let words = "The application was not found in the directory.";
            return Err(no(400, "unauthorized_client", 700_016, words));
        }
        if field("client_assertion_type") == ASSERTION {
            self.check_assertion(field("client_assertion"), &format!("{}{}", asked.base, asked.path))?;
        } else if field("client_secret").is_empty() {
            let words = "The request body must contain 'client_assertion' or 'client_secret'.";
            return Err(no(401, "invalid_client", 7_000_218, words));
        } else if field("client_secret") != self.options.client_secret {
            return Err(no(401, "invalid_client", 7_000_215, "Invalid client secret provided."));
        }
        let own = format!("{}/.default", asked.base);
        if !["https://graph.microsoft.com/.default", &own].contains(&field("scope")) {
            return Err(no(400, "invalid_scope", 70_011, "The provided value for 'scope' is not valid."));
        }
        Ok(())
    }

    fn check_assertion(&mut self, assertion: &str, audience: &str) -> Result<(), Refusal> {
        let bad = |words: &str| no(401, "invalid_client", 700_027, words);
        let pem = self.options.certificate_public_pem.as_deref();
        let pem = pem.ok_or_else(|| bad("The certificate is not registered on the application."))?;
        let key =
            DecodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| bad("The certificate is unusable."))?;
        let header =
            jsonwebtoken::decode_header(assertion).map_err(|_| bad("The assertion makes no sense."))?;
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
        if claims.exp - now() > LONGEST {
            return Err(bad("The assertion is valid for too long."));
        }
        if claims.jti.is_empty() || !self.assertions.insert(claims.jti, ()) {
            return Err(bad("The assertion was used before."));
        }
        Ok(())
    }
}

/// The thumbprint of a certificate; a bare key has none.
fn thumbprint(pem: &str) -> Option<String> {
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let body: String = body.split_whitespace().collect();
    Some(URL_SAFE_NO_PAD.encode(digest(&SHA256, &STANDARD.decode(body).ok()?)))
}
