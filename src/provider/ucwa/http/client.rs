//! Authenticated requests to UCWA: each goes to an approved host with that host's token, and once more after a
//! refused token was renewed.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde::Serialize;
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::challenge::{SignInOffer, web_ticket};
use super::error::RequestError;
use super::in_flight::InFlight;
use super::token::{HostChallenge, Token, TokenError, Tokens};
use crate::provider::exchange::{Exchange, Request, Response, fetch};
use crate::provider::oauth::bearer;
use crate::provider::origin::{Origins, UrlRefusal};
use crate::provider::ucwa::Settings;
use crate::provider::ucwa::wire::Wire;

/// The timeout of all requests but polls.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

const DIAGNOSTICS: HeaderName = HeaderName::from_static("x-ms-diagnostics");

/// A cloneable client that sends the requests of one account.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    exchange: Arc<dyn Exchange>,
    origins: RwLock<Origins>,
    tokens: Tokens,
    format: Wire,
    /// The shortest time in which the server has answered a request.
    fastest_response: Mutex<Option<Duration>>,
}

/// The body of a request.
pub enum Body {
    /// No body.
    None,
    /// An input object, encoded in the account's format.
    Input(Value),
    /// An input object with links, encoded in JSON whatever the account's format: the UCWA reference has no form of it
    /// in XML.
    LinkedInput(Value),
    /// Plain text.
    Text(String),
}

impl Body {
    /// Creates an input from a struct of plain types, whose serialization does not fail.
    pub fn input(input: &impl Serialize) -> Self {
        serde_json::to_value(input).map_or(Self::None, Self::Input)
    }
}

impl Client {
    /// Creates a client that has no token and approves only the hosts that the user trusts.
    pub fn new(settings: &Settings, exchange: Arc<dyn Exchange>) -> Self {
        let origins = RwLock::new(Origins::new(&settings.trusted_hosts));
        let tokens = Tokens::new(settings.credentials.clone());
        let fastest_response = Mutex::default();
        Self(Arc::new(Inner { exchange, origins, tokens, format: settings.wire, fastest_response }))
    }

    /// Approves the host of an address that discovery named.
    ///
    /// # Errors
    /// Returns an error if the address is neither encrypted nor on this machine.
    pub fn approve(&self, url: &Url) -> Result<(), UrlRefusal> {
        self.0.origins.write().unwrap_or_else(PoisonError::into_inner).approve(url)
    }

    /// Returns whether the user trusts the host of an address.
    #[must_use]
    pub fn trusts(&self, url: &Url) -> bool {
        self.0.origins.read().unwrap_or_else(PoisonError::into_inner).trusts(url)
    }

    /// Resolves `href` relative to `base`.
    ///
    /// # Errors
    /// Returns an error if the address is invalid or its host is not approved.
    pub fn resolve(&self, base: &Url, href: &str) -> Result<Url, UrlRefusal> {
        self.0.origins.read().unwrap_or_else(PoisonError::into_inner).resolve(base, href)
    }

    /// Allows the user's own token to be sent to the host of an address before that host asks for it.
    pub fn allow_token(&self, url: &Url) {
        self.0.tokens.allow(&url.origin());
    }

    /// Gets a resource.
    ///
    /// # Errors
    /// See [`Client::request`].
    pub async fn get(&self, url: Url) -> Result<Response, RequestError> {
        self.request(Method::GET, url, Body::None, REQUEST_TIMEOUT).await
    }

    /// Gets a resource unless it still has an entity tag; the response has the status 304 (Not Modified) then.
    ///
    /// # Errors
    /// See [`Client::request`].
    pub async fn get_if_changed(&self, url: Url, tag: Option<&str>) -> Result<Response, RequestError> {
        let tag = tag.and_then(|tag| HeaderValue::from_str(tag).ok());
        let request = Outgoing { method: Method::GET, url, body: Body::None, timeout: REQUEST_TIMEOUT, tag };
        self.send(request, TokenUse::Always, &InFlight::default()).await
    }

    /// Posts a body to a link.
    ///
    /// # Errors
    /// See [`Client::request`].
    pub async fn post(&self, url: Url, body: Body) -> Result<Response, RequestError> {
        self.request(Method::POST, url, body, REQUEST_TIMEOUT).await
    }

    /// Gets a discovery document without a token, unless the host asks for one: most of these documents are public,
    /// and their hosts need not see the user's token.
    ///
    /// # Errors
    /// See [`Client::request`].
    pub async fn get_public(&self, url: Url) -> Result<Response, RequestError> {
        let request =
            Outgoing { method: Method::GET, url, body: Body::None, timeout: REQUEST_TIMEOUT, tag: None };
        self.send(request, TokenUse::AfterChallenge, &InFlight::default()).await
    }

    /// Sends a request with its host's token. A refused token is renewed, and the request sent once more: a request
    /// that was refused for its token had no effect.
    ///
    /// # Errors
    /// Returns an error if no token is available, no complete response arrives within `timeout`, or the response is
    /// not a success of UCWA's.
    pub async fn request(
        &self,
        method: Method,
        url: Url,
        body: Body,
        timeout: Duration,
    ) -> Result<Response, RequestError> {
        self.request_tracked(method, url, body, timeout, &InFlight::default()).await
    }

    /// Sends a request like [`Client::request`] and keeps `in_flight` up to date.
    ///
    /// # Errors
    /// See [`Client::request`].
    pub async fn request_tracked(
        &self,
        method: Method,
        url: Url,
        body: Body,
        timeout: Duration,
        in_flight: &InFlight,
    ) -> Result<Response, RequestError> {
        self.send(Outgoing { method, url, body, timeout, tag: None }, TokenUse::Always, in_flight).await
    }

    /// Gets an address without a token and without a second try, as discovery begins.
    ///
    /// # Errors
    /// Returns an error if there is no complete response within `timeout`.
    pub async fn get_unauthenticated(&self, url: Url, timeout: Duration) -> Result<Response, RequestError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(self.0.format.media_type()));
        let request = Request { method: Method::GET, url, headers, body: Bytes::new(), timeout };
        Ok(fetch(self.0.exchange.clone(), request).await?)
    }

    /// Renews the token of an address's host if it is due, or in any case if `force` is set. Returns when the next
    /// renewal is due.
    ///
    /// # Errors
    /// Returns an error if the renewal fails.
    pub async fn renew_token(&self, url: &Url, force: bool) -> Result<Option<Instant>, TokenError> {
        let origin = url.origin();
        let Some((due, number)) = self.0.tokens.next_renewal(&origin) else { return Ok(None) };
        if !force && due > Instant::now() {
            return Ok(Some(due));
        }
        let renewed = self.0.tokens.renew(&self.0.exchange, &origin, Some(number), None).await?;
        Ok(renewed.token.renew_at)
    }

    /// Returns the shortest time in which the server has answered a request, which is about the connection's latency.
    #[must_use]
    pub fn fastest_response(&self) -> Duration {
        self.0.fastest_response.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or_default()
    }

    /// Abandons pooled connections, which are dead after a suspend or a change of network.
    pub fn forget_connections(&self) {
        self.0.exchange.forget_connections();
    }

    async fn send(
        &self,
        request: Outgoing,
        token_use: TokenUse,
        in_flight: &InFlight,
    ) -> Result<Response, RequestError> {
        let (url, origin) = (request.url.clone(), request.url.origin());
        let request = self.encode(request);
        let mut token = match token_use {
            TokenUse::Always => self.0.tokens.current(&origin).await?,
            TokenUse::AfterChallenge => None,
        };
        let mut is_new = false;
        loop {
            let response = self.send_once(&request, token.as_ref(), in_flight).await?;
            if !refuses_token(&response) {
                let is_unchanged = response.status == StatusCode::NOT_MODIFIED;
                let was_asked = request.headers.contains_key(IF_NONE_MATCH);
                return if is_unchanged && was_asked { Ok(response) } else { check(response) };
            }
            if is_new {
                return Err(TokenError::TokenRefused.into());
            }
            let ticket = web_ticket(&response.headers);
            let service = ticket.map(|ticket| self.resolve(&url, &ticket.href)).transpose()?;
            let challenge = HostChallenge { offer: SignInOffer::of(&response.headers), service };
            let refused = token.map(|token| token.number);
            let next = self.0.tokens.renew(&self.0.exchange, &origin, refused, Some(challenge)).await?;
            // A token from before this request may have expired; one that was got for it has not.
            is_new = refused.is_some() || next.is_new;
            token = Some(next.token);
        }
    }

    async fn send_once(
        &self,
        request: &Request,
        token: Option<&Token>,
        in_flight: &InFlight,
    ) -> Result<Response, RequestError> {
        let mut request = request.clone();
        if let Some(token) = token {
            let value = bearer(&token.secret).map_err(|error| TokenError::Secret(error.to_string()))?;
            request.headers.insert(AUTHORIZATION, value);
        }
        in_flight.start();
        let response = fetch(self.0.exchange.clone(), request).await;
        in_flight.complete();
        let elapsed = in_flight.elapsed();
        let mut fastest = self.0.fastest_response.lock().unwrap_or_else(PoisonError::into_inner);
        *fastest = Some(fastest.map_or(elapsed, |fastest| fastest.min(elapsed)));
        Ok(response?)
    }

    /// Encodes a request's body and adds all header fields but the token.
    fn encode(&self, request: Outgoing) -> Request {
        let Outgoing { method, url, body, timeout, tag } = request;
        let mut headers = HeaderMap::new();
        if let Some(tag) = tag {
            headers.insert(IF_NONE_MATCH, tag);
        }
        let media_type = HeaderValue::from_static(self.0.format.media_type());
        headers.insert(ACCEPT, media_type.clone());
        let body = match body {
            Body::None => Bytes::new(),
            Body::Input(input) => {
                headers.insert(CONTENT_TYPE, media_type);
                self.0.format.encode(&input)
            }
            Body::LinkedInput(input) => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(Wire::Json.media_type()));
                Wire::Json.encode(&input)
            }
            Body::Text(text) => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain;charset=utf-8"));
                text.into()
            }
        };
        Request { method, url, headers, body, timeout }
    }
}

/// A request before it is encoded.
struct Outgoing {
    method: Method,
    url: Url,
    body: Body,
    timeout: Duration,
    /// The entity tag of the version that is known (`If-None-Match`).
    tag: Option<HeaderValue>,
}

/// When a request carries the token of its host.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TokenUse {
    /// As soon as a token is available.
    Always,
    /// Only after the host has asked for a token.
    AfterChallenge,
}

/// Returns whether a response asks for another token: by its status (401), or by the diagnostics that pools send for
/// an expired ticket (28055) and for another pool's ticket (28032).
fn refuses_token(response: &Response) -> bool {
    let has_diagnostics = |number: &str| {
        response
            .headers
            .get(DIAGNOSTICS)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.trim_start().starts_with(number))
    };
    match response.status.as_u16() {
        401 => true,
        403 => has_diagnostics("28055"),
        500 => has_diagnostics("28032"),
        _ => false,
    }
}

fn check(response: Response) -> Result<Response, RequestError> {
    let is_document = response.body.is_empty()
        || response.content_type().is_some_and(|kind| kind.ends_with("json") || kind.ends_with("xml"));
    if response.status.is_success() && (is_document || response.status == StatusCode::NO_CONTENT) {
        Ok(response)
    } else if response.status.is_success() {
        Err(RequestError::UnexpectedServer(response.status.as_u16()))
    } else {
        Err(RequestError::from_response(&response))
    }
}
