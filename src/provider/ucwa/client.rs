//! One request to UCWA: the right host, the right token, one more try after a refused token.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use secrecy::ExposeSecret;
use serde::Serialize;
use serde_json::Value;
use tokio::time::{Instant, sleep_until};
use url::Url;

use super::Settings;
use super::challenge::web_ticket;
use super::error::CallError;
use super::token::{Token, TokenError, Tokens};
use super::wire::Wire;
use crate::provider::exchange::{Exchange, Request, Response, fetch};
use crate::provider::origin::{Forbidden, Origins};

/// The longest that any request but a poll may take.
pub const DEADLINE: Duration = Duration::from_secs(20);

const DIAGNOSTICS: HeaderName = HeaderName::from_static("x-ms-diagnostics");

/// Sends requests for one account.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    exchange: Arc<dyn Exchange>,
    origins: RwLock<Origins>,
    tokens: Tokens,
    wire: Wire,
    pace: Pace,
}

/// A request's body.
pub enum Body {
    /// None.
    None,
    /// An input, in whatever form the client speaks.
    Input(Value),
    /// Plain text.
    Text(String),
}

impl Body {
    /// An input; what is sent is made here of plain types, so that this can't fail.
    pub fn input(input: &impl Serialize) -> Self {
        serde_json::to_value(input).map_or(Self::None, Self::Input)
    }
}

impl Client {
    /// A client for an account: with no token yet, and no approved host but those that the user trusts.
    pub fn new(settings: &Settings, exchange: Arc<dyn Exchange>) -> Self {
        let origins = RwLock::new(Origins::new(&settings.trusted_hosts));
        let tokens = Tokens::new(settings.credentials.clone());
        Self(Arc::new(Inner { exchange, origins, tokens, wire: settings.wire, pace: Pace::default() }))
    }

    /// Approves the host of an address that discovery named.
    ///
    /// # Errors
    /// When it is not encrypted and not on this machine.
    pub fn approve(&self, url: &Url) -> Result<(), Forbidden> {
        self.0.origins.write().unwrap_or_else(PoisonError::into_inner).approve(url)
    }

    /// The address that `href` means, seen from `base`.
    ///
    /// # Errors
    /// When its host is not approved.
    pub fn resolve(&self, base: &Url, href: &str) -> Result<Url, Forbidden> {
        self.0.origins.read().unwrap_or_else(PoisonError::into_inner).resolve(base, href)
    }

    /// Gets a resource.
    ///
    /// # Errors
    /// Whatever keeps it from being had.
    pub async fn get(&self, url: Url) -> Result<Response, CallError> {
        self.call(Method::GET, url, Body::None, DEADLINE).await
    }

    /// Posts to a link.
    ///
    /// # Errors
    /// Whatever keeps it from being done.
    pub async fn post(&self, url: Url, body: Body) -> Result<Response, CallError> {
        self.call(Method::POST, url, body, DEADLINE).await
    }

    /// Sends a request, with the token of its host. A refused token is renewed, once, and the request sent
    /// once more: a request that was refused for its token had no effect.
    ///
    /// # Errors
    /// When the answer is not a success of UCWA's.
    pub async fn call(
        &self,
        method: Method,
        url: Url,
        body: Body,
        deadline: Duration,
    ) -> Result<Response, CallError> {
        self.call_with(method, url, body, deadline, &Flight::default()).await
    }

    /// Like [`Client::call`], while `flight` tells since when the request is with the server.
    ///
    /// # Errors
    /// When the answer is not a success of UCWA's.
    pub async fn call_with(
        &self,
        method: Method,
        url: Url,
        body: Body,
        deadline: Duration,
        flight: &Flight,
    ) -> Result<Response, CallError> {
        let origin = url.origin();
        let mut headers = HeaderMap::new();
        let media_type = HeaderValue::from_static(self.0.wire.media_type());
        headers.insert(ACCEPT, media_type.clone());
        let body = match body {
            Body::None => Bytes::new(),
            Body::Input(input) => {
                headers.insert(CONTENT_TYPE, media_type);
                self.0.wire.encode(&input)
            }
            Body::Text(text) => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain;charset=utf-8"));
                text.into()
            }
        };
        let send = async |token: Option<&Token>| -> Result<Response, CallError> {
            let mut headers = headers.clone();
            if let Some(token) = token {
                headers.insert(AUTHORIZATION, bearer(token)?);
            }
            let (method, url, body) = (method.clone(), url.clone(), body.clone());
            flight.set(Some(Instant::now()));
            let request = Request { method, url, headers, body, deadline };
            let response = fetch(self.0.exchange.clone(), request).await;
            flight.set(None);
            Ok(response?)
        };
        if method == Method::GET {
            self.0.pace.wait().await;
        }
        let token = self.0.tokens.current(&origin).await?;
        let response = send(token.as_ref()).await?;
        if !wants_token(&response) {
            return check(response);
        }
        let ticket = web_ticket(&response.headers);
        let challenge = match &ticket {
            Some(ticket) => Some((ticket, self.resolve(&url, &ticket.href)?)),
            None => None,
        };
        let refused = token.map(|token| token.number);
        let token = self.0.tokens.renew(&self.0.exchange, &origin, refused, challenge).await?;
        let response = send(Some(&token)).await?;
        if wants_token(&response) {
            return Err(TokenError::TokenRefused.into());
        }
        check(response)
    }

    /// Sends a request without any token and without a second try, as the start of discovery needs.
    ///
    /// # Errors
    /// When there is no complete answer.
    pub async fn knock(&self, url: Url, deadline: Duration) -> Result<Response, CallError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(self.0.wire.media_type()));
        let request = Request { method: Method::GET, url, headers, body: Bytes::new(), deadline };
        Ok(fetch(self.0.exchange.clone(), request).await?)
    }

    /// Renews the token of a host if it is due, or `now`, and says when it is due next.
    ///
    /// # Errors
    /// When it was due and there is none to be had.
    pub async fn renew(&self, url: &Url, now: bool) -> Result<Option<Instant>, TokenError> {
        let origin = url.origin();
        let Some((due, _, number)) = self.0.tokens.renewal(&origin).await else { return Ok(None) };
        if !now && due > Instant::now() {
            return Ok(Some(due));
        }
        let fresh = self.0.tokens.renew(&self.0.exchange, &origin, Some(number), None).await?;
        Ok(fresh.renew_at)
    }

    /// Lets go of kept connections: after a suspend or a change of network they are dead.
    pub fn forget_connections(&self) {
        self.0.exchange.forget_connections();
    }
}

/// Since when a request is with the server, for whoever waits for the answer.
#[derive(Clone, Debug, Default)]
pub struct Flight(Arc<Mutex<Option<Instant>>>);

impl Flight {
    /// Nothing while it has not been sent, as for want of a token, or is over.
    #[must_use]
    pub fn since(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, since: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }
}

/// Keeps the requests that follow from what the server says within a budget: [`Pace::BURST`] at once, and one
/// each [`Pace::STEP`] in the long run. What the user does never waits.
#[derive(Debug)]
struct Pace(Mutex<Instant>);

impl Pace {
    const STEP: Duration = Duration::from_millis(50);
    const BURST: u32 = 200;

    async fn wait(&self) {
        let from = {
            let mut full_again = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *full_again = (*full_again).max(Instant::now()) + Self::STEP;
            *full_again - Self::STEP * Self::BURST
        };
        sleep_until(from).await;
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self(Mutex::new(Instant::now()))
    }
}

fn bearer(token: &Token) -> Result<HeaderValue, TokenError> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.secret.expose_secret()))
        .map_err(|_| TokenError::Secret("the token has characters that no token has".into()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Whether the server wants another token: by the book (401), or as pools do it for expired (28055) and
/// for other pools' tickets (28032).
fn wants_token(response: &Response) -> bool {
    let diagnosed = |number: &str| {
        response
            .headers
            .get(DIAGNOSTICS)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.trim_start().starts_with(number))
    };
    match response.status.as_u16() {
        401 => true,
        403 => diagnosed("28055"),
        500 => diagnosed("28032"),
        _ => false,
    }
}

fn check(response: Response) -> Result<Response, CallError> {
    let by_ucwa = response.body.is_empty()
        || response.content_type().is_some_and(|kind| kind.ends_with("json") || kind.ends_with("xml"));
    if response.status.is_success() && (by_ucwa || response.status == StatusCode::NO_CONTENT) {
        Ok(response)
    } else if response.status.is_success() {
        Err(CallError::Stranger(response.status.as_u16()))
    } else {
        Err(CallError::from_response(&response))
    }
}
