//! One request to UCWA: the right host, the right token, one more try after a refused token.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde::Serialize;
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::challenge::web_ticket;
use super::error::CallError;
use super::token::{Token, TokenError, Tokens};
use crate::provider::exchange::{Exchange, Request, Response, fetch};
use crate::provider::oauth::bearer;
use crate::provider::origin::{Forbidden, Origins};
use crate::provider::ucwa::Settings;
use crate::provider::ucwa::wire::Wire;

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
    /// The shortest time in which the server has answered anything.
    fastest: Mutex<Option<Duration>>,
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
        Self(Arc::new(Inner { exchange, origins, tokens, wire: settings.wire, fastest: Mutex::default() }))
    }

    /// Approves the host of an address that discovery named.
    ///
    /// # Errors
    /// When it is not encrypted and not on this machine.
    pub fn approve(&self, url: &Url) -> Result<(), Forbidden> {
        self.0.origins.write().unwrap_or_else(PoisonError::into_inner).approve(url)
    }

    /// Whether the user trusts the host of an address.
    #[must_use]
    pub fn trusts(&self, url: &Url) -> bool {
        self.0.origins.read().unwrap_or_else(PoisonError::into_inner).trusts(url)
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

    /// Gets a discovery document: without a token, unless the server asks for one. Anybody may read most of
    /// these documents, and their hosts need not know the user's token.
    ///
    /// # Errors
    /// Whatever keeps it from being had.
    pub async fn get_public(&self, url: Url) -> Result<Response, CallError> {
        let request = Outgoing { method: Method::GET, url, body: Body::None, deadline: DEADLINE };
        self.send(request, FirstToken::AfterChallenge, &Flight::default()).await
    }

    /// Lets the user's own token go to the host of an address: discovery found the application service there.
    pub fn open(&self, url: &Url) {
        self.0.tokens.open(&url.origin());
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
        self.send(Outgoing { method, url, body, deadline }, FirstToken::AtOnce, flight).await
    }

    async fn send(
        &self,
        outgoing: Outgoing,
        first_token: FirstToken,
        flight: &Flight,
    ) -> Result<Response, CallError> {
        let Outgoing { method, url, body, deadline } = outgoing;
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
                headers.insert(
                    AUTHORIZATION,
                    bearer(&token.secret).map_err(|error| TokenError::Secret(error.to_string()))?,
                );
            }
            let (method, url, body) = (method.clone(), url.clone(), body.clone());
            flight.start();
            let request = Request { method, url, headers, body, timeout: deadline };
            let response = fetch(self.0.exchange.clone(), request).await;
            self.note_answer_after(flight.end());
            Ok(response?)
        };
        let mut token = match first_token {
            FirstToken::AtOnce => self.0.tokens.current(&origin).await?,
            FirstToken::AfterChallenge => None,
        };
        let mut is_new = false;
        loop {
            let response = send(token.as_ref()).await?;
            if !wants_token(&response) {
                return check(response);
            }
            if is_new {
                return Err(TokenError::TokenRefused.into());
            }
            let ticket = web_ticket(&response.headers);
            let challenge = match &ticket {
                Some(ticket) => Some((ticket, self.resolve(&url, &ticket.href)?)),
                None => None,
            };
            let refused = token.map(|token| token.number);
            let next = self.0.tokens.renew(&self.0.exchange, &origin, refused, challenge).await?;
            // A token from before this request may have ended; one that was got for it has not.
            is_new = refused.is_some() || next.is_new;
            token = Some(next.token);
        }
    }

    /// Sends a request without any token and without a second try, as the start of discovery needs.
    ///
    /// # Errors
    /// When there is no complete answer.
    pub async fn probe(&self, url: Url, deadline: Duration) -> Result<Response, CallError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(self.0.wire.media_type()));
        let request = Request { method: Method::GET, url, headers, body: Bytes::new(), timeout: deadline };
        Ok(fetch(self.0.exchange.clone(), request).await?)
    }

    /// Renews the token of a host if it is due, or `now`, and says when it is due next.
    ///
    /// # Errors
    /// When it was due and there is none to be had.
    pub async fn renew(&self, url: &Url, now: bool) -> Result<Option<Instant>, TokenError> {
        let origin = url.origin();
        let Some((due, number)) = self.0.tokens.renewal(&origin) else { return Ok(None) };
        if !now && due > Instant::now() {
            return Ok(Some(due));
        }
        let fresh = self.0.tokens.renew(&self.0.exchange, &origin, Some(number), None).await?;
        Ok(fresh.token.renew_at)
    }

    /// Returns the shortest time in which the server has answered anything: about what a line to it takes.
    #[must_use]
    pub fn fastest_answer(&self) -> Duration {
        self.0.fastest.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or_default()
    }

    fn note_answer_after(&self, took: Duration) {
        let mut fastest = self.0.fastest.lock().unwrap_or_else(PoisonError::into_inner);
        *fastest = Some(fastest.map_or(took, |fastest| fastest.min(took)));
    }

    /// Lets go of kept connections: after a suspend or a change of network they are dead.
    pub fn forget_connections(&self) {
        self.0.exchange.forget_connections();
    }
}

/// A request before it has a token and its header fields.
struct Outgoing {
    method: Method,
    url: Url,
    body: Body,
    deadline: Duration,
}

/// When a request may carry the token of its host.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FirstToken {
    /// As soon as there is one.
    AtOnce,
    /// After the server has asked for it.
    AfterChallenge,
}

/// How long a request is or was with the server, for whoever waits for the answer.
#[derive(Clone, Debug, Default)]
pub struct Flight(Arc<Mutex<Phase>>);

#[derive(Clone, Copy, Debug, Default)]
enum Phase {
    /// It has not been sent yet, as for want of a token.
    #[default]
    Waiting,
    /// It is with the server since then.
    Sent(Instant),
    /// It was with the server for so long.
    Over(Duration),
}

impl Flight {
    /// Returns since when the request is with the server; nothing before and after that.
    #[must_use]
    pub fn since(&self) -> Option<Instant> {
        match self.phase() {
            Phase::Sent(since) => Some(since),
            Phase::Waiting | Phase::Over(_) => None,
        }
    }

    /// Returns how long the request was with the server; zero before it is over.
    #[must_use]
    pub fn took(&self) -> Duration {
        match self.phase() {
            Phase::Over(took) => took,
            Phase::Waiting | Phase::Sent(_) => Duration::ZERO,
        }
    }

    fn phase(&self) -> Phase {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Phase::Sent(Instant::now());
    }

    fn end(&self) -> Duration {
        let took = self.since().map_or(Duration::ZERO, |since| since.elapsed());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Phase::Over(took);
        took
    }
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
        Err(CallError::UnexpectedServer(response.status.as_u16()))
    } else {
        Err(CallError::from_response(&response))
    }
}
