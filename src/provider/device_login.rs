//! Signing in by a device code (RFC 8628): the user opens a page on any device and types a short code.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::time::{Instant, sleep};
use url::Url;

use super::exchange::{Exchange, TransportError};
use super::oauth::{AccessToken, TokenRequestError, post_form, refusal, request_token};
use super::origin::{UrlRefusal, encrypted_or_local};
use crate::text::DisplayText;

/// The grant type of requests for the token (section 3.4).
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// The interval between requests if the authority names none, and by which `slow_down` prolongs it (sections 3.2 and 3.5).
const INTERVAL: Duration = Duration::from_secs(5);

/// The upper limit of the lifetime of a code. A longer one is taken for a mistake, and could overflow an instant.
const MAX_LIFETIME: Duration = Duration::from_secs(3_600);

/// An authority at which users sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// The device authorization endpoint.
    pub device_endpoint: Url,
    /// The token endpoint.
    pub token_endpoint: Url,
}

impl Authority {
    /// Returns the authority of an authorization endpoint, as a challenge names it (`authorization_uri`): those of Microsoft
    /// Entra end with `oauth2/authorize` or `oauth2/v2.0/authorize`, that of AD FS with `adfs/oauth2/authorize`. RFC 8628 is
    /// spoken by version 2.0 of the former and by the latter.
    ///
    /// # Errors
    /// Returns an error if the address is not secure, or is not one of an authorization endpoint.
    pub fn of(authorization_uri: &str) -> Result<Self, UrlRefusal> {
        let url = Url::parse(authorization_uri).map_err(|_| UrlRefusal::InvalidUrl)?;
        encrypted_or_local(&url)?;
        let segments: Vec<&str> = url.path_segments().into_iter().flatten().collect();
        let base = match segments.as_slice() {
            ["adfs", "oauth2", "authorize"] => vec!["adfs", "oauth2"],
            [tenant, "oauth2", "authorize"] | [tenant, "oauth2", "v2.0", "authorize"] => {
                vec![*tenant, "oauth2", "v2.0"]
            }
            _ => return Err(UrlRefusal::InvalidUrl),
        };
        let endpoint = |last: &str| {
            let mut endpoint = url.clone();
            endpoint.set_query(None);
            endpoint.set_fragment(None);
            endpoint.set_path(&format!("/{}/{last}", base.join("/")));
            endpoint
        };
        Ok(Self { device_endpoint: endpoint("devicecode"), token_endpoint: endpoint("token") })
    }

    /// Returns the origin, which the user has to confirm before anything is sent there.
    #[must_use]
    pub fn origin(&self) -> String {
        self.token_endpoint.origin().ascii_serialization()
    }
}

/// Returns the scope for an origin: what its service grants to the application by default, and a refresh token.
#[must_use]
pub fn scope_of(origin: &url::Origin) -> String {
    format!("{}/.default offline_access", origin.ascii_serialization())
}

/// A code that waits for the user (section 3.2).
#[derive(Debug)]
pub struct DeviceCode {
    /// The page that the user opens.
    pub verification_uri: DisplayText,
    /// The code that the user types there.
    pub user_code: DisplayText,
    /// The `device_code`, by which the token is requested.
    secret: SecretString,
    expires_at: Instant,
    interval: Duration,
}

/// Why signing in by a device code failed.
#[derive(Debug, thiserror::Error)]
pub enum DeviceLoginError {
    /// The authority did not respond.
    #[error("the authority did not respond: {0}")]
    Unreachable(TransportError),
    /// The response is not one of RFC 8628.
    #[error("the authority's response is malformed")]
    DecodeError,
    /// The user refused (`access_denied`).
    #[error("the sign-in was declined")]
    Denied,
    /// The code expired before the user typed it (`expired_token`).
    #[error("the code expired before anybody used it")]
    Expired,
    /// The authority refused for another reason.
    #[error("the authority refused: {0}")]
    Refused(DisplayText),
}

#[derive(Deserialize)]
struct DeviceResponse {
    device_code: SecretString,
    user_code: String,
    /// AD FS calls it `verification_url`, as early drafts did.
    #[serde(alias = "verification_url")]
    verification_uri: String,
    expires_in: u64,
    #[serde(default)]
    interval: Option<u64>,
}

/// Requests a code (section 3.1).
///
/// # Errors
/// Returns an error if the authority issues none.
pub async fn request_code(
    exchange: &Arc<dyn Exchange>,
    authority: &Authority,
    client_id: &str,
    scope: &str,
) -> Result<DeviceCode, DeviceLoginError> {
    let form = [("client_id", client_id), ("scope", scope)];
    let requested_at = Instant::now();
    let response = post_form(exchange, authority.device_endpoint.clone(), &form)
        .await
        .map_err(DeviceLoginError::Unreachable)?;
    if !response.status.is_success() {
        return Err(refused(&refusal(&response)));
    }
    let issued: DeviceResponse =
        serde_json::from_slice(&response.body).map_err(|_| DeviceLoginError::DecodeError)?;
    Ok(DeviceCode {
        verification_uri: DisplayText::new(&issued.verification_uri),
        user_code: DisplayText::new(&issued.user_code),
        secret: issued.device_code,
        expires_at: requested_at + Duration::from_secs(issued.expires_in).min(MAX_LIFETIME),
        interval: issued.interval.map_or(INTERVAL, Duration::from_secs).clamp(INTERVAL / 5, MAX_LIFETIME),
    })
}

/// Waits until the user has typed the code, and returns the token (sections 3.4 and 3.5).
///
/// # Errors
/// Returns an error if the user declines or the code expires.
pub async fn wait_for_token(
    exchange: &Arc<dyn Exchange>,
    authority: &Authority,
    client_id: &str,
    code: &DeviceCode,
) -> Result<AccessToken, DeviceLoginError> {
    let form =
        [("grant_type", GRANT), ("client_id", client_id), ("device_code", code.secret.expose_secret())];
    let mut interval = code.interval;
    loop {
        if Instant::now() + interval > code.expires_at {
            return Err(DeviceLoginError::Expired);
        }
        sleep(interval).await;
        let error = match request_token(exchange, authority.token_endpoint.clone(), &form).await {
            Ok(token) => return Ok(token),
            Err(error) => error,
        };
        match &error {
            TokenRequestError::Refused { error, .. } if error == "authorization_pending" => {}
            TokenRequestError::Refused { error, .. } if error == "slow_down" => interval += INTERVAL,
            // Section 3.5 asks for longer intervals after a timeout.
            TokenRequestError::Transport(_) => interval *= 2,
            _ => return Err(refused(&error)),
        }
    }
}

fn refused(error: &TokenRequestError) -> DeviceLoginError {
    match error {
        TokenRequestError::Transport(error) => DeviceLoginError::Unreachable(error.clone()),
        TokenRequestError::DecodeError => DeviceLoginError::DecodeError,
        TokenRequestError::Refused { status, error, description, .. } => match error.as_str() {
            "access_denied" | "authorization_declined" => DeviceLoginError::Denied,
            "expired_token" => DeviceLoginError::Expired,
            _ => {
                let words = description.lines().find(|line| !line.is_empty()).unwrap_or(error);
                let status = format!("status {status}");
                DeviceLoginError::Refused(DisplayText::new(if words.is_empty() { &status } else { words }))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;

    use bytes::Bytes;
    use futures_util::future::BoxFuture;
    use futures_util::{FutureExt, StreamExt, stream};
    use http::{HeaderMap, StatusCode};

    use super::*;
    use crate::provider::exchange::{Request, StreamedResponse};

    #[test]
    fn the_origin_is_shown_to_the_user_and_the_scope_is_that_of_the_service() {
        let authority = Authority::of("https://login.example:8443/common/oauth2/authorize?x=1").unwrap();
        assert_eq!(authority.origin(), "https://login.example:8443");
        let pool = Url::parse("https://pool.contoso.com/ucwa/").unwrap();
        assert_eq!(scope_of(&pool.origin()), "https://pool.contoso.com/.default offline_access");
    }

    #[test]
    fn the_endpoints_follow_from_the_authorization_endpoint() {
        for (uri, token) in [
            (
                "https://login.windows.net/common/oauth2/authorize",
                "https://login.windows.net/common/oauth2/v2.0/token",
            ),
            (
                "https://login.example/t/oauth2/v2.0/authorize?x=1",
                "https://login.example/t/oauth2/v2.0/token",
            ),
            ("https://sts.contoso.com/adfs/oauth2/authorize", "https://sts.contoso.com/adfs/oauth2/token"),
        ] {
            assert_eq!(Authority::of(uri).unwrap().token_endpoint.as_str(), token);
        }
        for uri in ["http://login.example/common/oauth2/authorize", "https://login.example/", "nonsense"] {
            assert!(Authority::of(uri).is_err(), "{uri}");
        }
    }

    /// An authority with scripted responses, each a status and a body; without one, a response is lost.
    struct Script {
        responses: Mutex<VecDeque<Option<(u16, &'static str)>>>,
        asked_at: Mutex<Vec<Instant>>,
    }

    impl Exchange for Script {
        fn send(&self, _: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
            self.asked_at.lock().unwrap().push(Instant::now());
            let response = self.responses.lock().unwrap().pop_front().expect("one request too many");
            let answer = response.ok_or_else(|| TransportError::uncertain("lost")).map(|(status, body)| {
                let body = stream::iter([Ok(Bytes::from_static(body.as_bytes()))]).boxed();
                StreamedResponse {
                    status: StatusCode::from_u16(status).unwrap(),
                    headers: HeaderMap::new(),
                    body,
                }
            });
            async { answer }.boxed()
        }
    }

    const PENDING: Option<(u16, &str)> = Some((400, r#"{"error":"authorization_pending"}"#));
    const TOKEN: Option<(u16, &str)> =
        Some((200, r#"{"access_token":"t","token_type":"Bearer","expires_in":3600}"#));

    /// Signs in with a code that is valid for 40 seconds. Returns the seconds at which the authority was asked for the token,
    /// and the error.
    async fn sign_in(responses: &[Option<(u16, &'static str)>]) -> (Vec<u64>, String) {
        let code =
            r#"{"device_code":"s","user_code":"AB","verification_uri":"https://x.example","expires_in":40}"#;
        let responses = std::iter::once(Some((200, code))).chain(responses.iter().copied()).collect();
        let script = Arc::new(Script { responses: Mutex::new(responses), asked_at: Mutex::default() });
        let exchange: Arc<dyn Exchange> = Arc::clone(&script) as _;
        let authority = Authority::of("https://login.example/t/oauth2/v2.0/authorize").unwrap();
        let code = request_code(&exchange, &authority, "app", "scope").await.unwrap();
        let token = wait_for_token(&exchange, &authority, "app", &code).await;
        let asked_at = script.asked_at.lock().unwrap();
        let seconds = asked_at.iter().skip(1).map(|at| at.duration_since(asked_at[0]).as_secs()).collect();
        (seconds, token.err().map(|error| error.to_string()).unwrap_or_default())
    }

    #[tokio::test(start_paused = true)]
    async fn the_authority_is_asked_at_its_interval_and_less_often_after_a_lost_response() {
        assert_eq!(sign_in(&[PENDING, PENDING, TOKEN]).await, (vec![5, 10, 15], String::new()));
        assert_eq!(sign_in(&[None, None, TOKEN]).await, (vec![5, 15, 35], String::new()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_code_that_has_expired_is_not_asked_for() {
        let expired = "the code expired before anybody used it".to_owned();
        let (asked, error) = sign_in(&[PENDING; 8]).await;
        assert_eq!((asked.len(), asked.last(), error), (8, Some(&40), expired));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_is_told_in_the_words_of_the_authority() {
        for (body, told) in [
            (r#"{"error":"expired_token"}"#, "the code expired before anybody used it"),
            (r#"{"error":"authorization_declined"}"#, "the sign-in was declined"),
            (
                r#"{"error":"other","error_description":"\nIn words\nTrace"}"#,
                "the authority refused: In words",
            ),
            (r#"{"error":"other"}"#, "the authority refused: other"),
        ] {
            assert_eq!(sign_in(&[Some((400, body))]).await.1, told, "{body}");
        }
    }
}
