//! The HTTP seam: a request goes in, a response with a body to read comes out. One implementation is
//! [`reqwest`]; the other calls a simulator's router in process, so that the whole client runs under a
//! paused clock.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, Method, StatusCode};
use tokio::time::timeout;
use url::Url;

/// Everything larger is refused, after decompression (bytes).
pub const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// Once an answer has begun, all of it has to be there by then: what is held back is held before the head.
const BODY_DEADLINE: Duration = Duration::from_secs(20);

/// A request as it goes out.
#[derive(Clone)]
pub struct Request {
    /// The verb.
    pub method: Method,
    /// Where to; its origin was approved before this was made.
    pub url: Url,
    /// The header fields; `Authorization` among them is marked sensitive.
    pub headers: HeaderMap,
    /// The body; empty for none.
    pub body: Bytes,
    /// The longest wait for the response's head and all of its body.
    pub deadline: Duration,
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Bodies can hold passwords, queries can hold keys: neither is for a log.
        write!(formatter, "{} {}{}", self.method, self.url.origin().ascii_serialization(), self.url.path())
    }
}

/// A response whose body has arrived whole.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// The longest that a server may make us wait; more is taken for a mistake.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

impl Response {
    /// The media type without its parameters, in lower case.
    #[must_use]
    pub fn content_type(&self) -> Option<String> {
        let value = self.headers.get(CONTENT_TYPE)?.to_str().ok()?;
        Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }

    /// `Retry-After` (RFC 9110, 10.2.3) in either form, within sense.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let value = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        let wait = if let Ok(seconds) = value.parse::<u64>() {
            Duration::from_secs(seconds)
        } else {
            let at = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
            Duration::try_from(at.duration_since(jiff::Timestamp::now())).ok()?
        };
        Some(wait.min(LONGEST_WAIT))
    }
}

/// A response whose head has arrived.
pub struct Incoming {
    /// The status code.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body, piece by piece, after decompression.
    pub body: BoxStream<'static, Result<Bytes, Failure>>,
}

/// What kept a request from being answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Failure {
    /// Whether the server can have seen the request.
    pub sent: Sent,
    /// What happened, in words; names no path and no secret.
    pub what: String,
}

/// Whether a failed request can have reached the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// Certainly not: no connection came about.
    No,
    /// It may have.
    Perhaps,
    /// It has: the answer was larger than [`BODY_LIMIT`].
    AnsweredTooMuch,
}

impl Failure {
    /// A failure after which nobody knows whether the request arrived.
    #[must_use]
    pub fn perhaps(what: impl Into<String>) -> Self {
        Self { sent: Sent::Perhaps, what: what.into() }
    }

    /// A failure before anything was sent.
    #[must_use]
    pub fn unsent(what: impl Into<String>) -> Self {
        Self { sent: Sent::No, what: what.into() }
    }
}

/// Sends a request and gives the response's head.
pub trait Exchange: Send + Sync + 'static {
    /// Sends `request` once; never follows a redirect, never repeats.
    fn send(&self, request: Request) -> BoxFuture<'static, Result<Incoming, Failure>>;

    /// Lets go of connections that are kept for later: after a suspend or a change of network they are dead.
    fn forget_connections(&self) {}
}

/// Sends `request` and reads the whole response within the request's deadline and [`BODY_LIMIT`].
///
/// # Errors
/// When there is no connection, no complete answer in time, or one that is too large.
pub async fn fetch(exchange: Arc<dyn Exchange>, request: Request) -> Result<Response, Failure> {
    let deadline = request.deadline;
    let name = format!("{request:?}");
    let late = |wait: Duration| Failure::perhaps(format!("no complete answer within {} s", wait.as_secs()));
    let whole = async {
        let incoming = exchange.send(request).await?;
        timeout(BODY_DEADLINE, read(incoming)).await.unwrap_or_else(|_| Err(late(BODY_DEADLINE)))
    };
    let result = timeout(deadline, whole).await.unwrap_or_else(|_| Err(late(deadline)));
    match &result {
        Ok(response) => tracing::debug!(request = name, status = response.status.as_u16(), "answered"),
        Err(failure) => tracing::debug!(request = name, failure = failure.what, "failed"),
    }
    result
}

async fn read(mut incoming: Incoming) -> Result<Response, Failure> {
    let mut body = BytesMut::new();
    while let Some(piece) = incoming.body.next().await {
        let piece = piece?;
        if body.len() + piece.len() > BODY_LIMIT {
            return Err(Failure { sent: Sent::AnsweredTooMuch, what: "the answer is too large".into() });
        }
        body.extend_from_slice(&piece);
    }
    let length = incoming.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: usize| length != body.len()) {
        return Err(Failure::perhaps("the answer ended too early"));
    }
    Ok(Response { status: incoming.status, headers: incoming.headers, body: body.freeze() })
}

/// How the real network is reached.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// Certificates (PEM) to trust besides the system's.
    pub authorities: Vec<u8>,
    /// The proxy's URL; without one the system's settings hold.
    pub proxy: Option<Url>,
    /// Only loopback is to be reached: neither the system's proxy nor its certificates are needed.
    pub loopback_only: bool,
}

/// A proxy's address can hold a password.
impl fmt::Debug for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Network")
            .field("proxy", &self.proxy.as_ref().map(|url| url.origin().ascii_serialization()))
            .field("loopback_only", &self.loopback_only)
            .finish_non_exhaustive()
    }
}

/// The real network.
#[derive(Debug)]
pub struct Real(RwLock<Connected>);

#[derive(Debug)]
struct Connected {
    network: Network,
    client: reqwest::Client,
}

impl Real {
    /// A client for the real network.
    ///
    /// # Errors
    /// When a certificate or the proxy can't be used, or the system has no certificates at all.
    pub fn new(network: Network) -> Result<Self, reqwest::Error> {
        let client = Self::client(&network)?;
        Ok(Self(RwLock::new(Connected { network, client })))
    }

    /// Reaches the network another way from now on; if nothing about it is new, the connections stay.
    ///
    /// # Errors
    /// When a certificate or the proxy can't be used; then all stays as it was.
    pub fn reach_by(&self, network: Network) -> Result<(), reqwest::Error> {
        if self.0.read().unwrap_or_else(PoisonError::into_inner).network != network {
            let client = Self::client(&network)?;
            *self.0.write().unwrap_or_else(PoisonError::into_inner) = Connected { network, client };
        }
        Ok(())
    }

    fn client(network: &Network) -> Result<reqwest::Client, reqwest::Error> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(Duration::from_secs(10))
            // Three probes, each 10 s apart, after 15 s of silence: a dead connection is found within 45 s
            // although a poll may be silent for minutes.
            .tcp_keepalive(Duration::from_secs(15))
            .tcp_keepalive_interval(Duration::from_secs(10))
            .tcp_keepalive_retries(3)
            .pool_idle_timeout(Duration::from_secs(50))
            .tcp_nodelay(true);
        #[cfg(feature = "native-tls")]
        {
            builder = builder.tls_backend_native();
        }
        #[cfg(target_os = "linux")]
        {
            builder = builder.tcp_user_timeout(Duration::from_secs(40));
        }
        if network.loopback_only {
            // With no certificate store on the machine a client could not even be built.
            builder = builder.tls_certs_only([]).no_proxy();
        }
        if !network.authorities.is_empty() {
            builder = builder.tls_certs_merge(reqwest::Certificate::from_pem_bundle(&network.authorities)?);
        }
        if let Some(proxy) = &network.proxy {
            builder = builder.proxy(reqwest::Proxy::all(proxy.clone())?);
        }
        builder.build()
    }
}

impl Exchange for Real {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<Incoming, Failure>> {
        let client = self.0.read().unwrap_or_else(PoisonError::into_inner).client.clone();
        let mut outgoing = client.request(request.method.clone(), request.url).headers(request.headers);
        if !request.body.is_empty() {
            outgoing = outgoing.body(request.body);
        } else if request.method == Method::POST {
            outgoing = outgoing.header(CONTENT_LENGTH, 0);
        }
        Box::pin(async move {
            let response = outgoing.send().await.map_err(|error| describe(&error))?;
            Ok(Incoming {
                status: response.status(),
                headers: response.headers().clone(),
                body: response.bytes_stream().map(|piece| piece.map_err(|error| describe(&error))).boxed(),
            })
        })
    }

    fn forget_connections(&self) {
        // The pool can't be emptied, only left behind.
        let mut connected = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match Self::client(&connected.network) {
            Ok(fresh) => connected.client = fresh,
            Err(error) => tracing::warn!(%error, "the old connections are kept"),
        }
    }
}

/// A handshake's failure needs more words than it has. Else the innermost cause is the one that tells a person something; the outer ones only repeat the URL.
fn describe(error: &reqwest::Error) -> Failure {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let what = if error.is_connect() { super::tls::explain(error) } else { None };
    let what = what.map_or_else(|| cause.to_string(), str::to_owned);
    let sent = if error.is_connect() || error.is_builder() { Sent::No } else { Sent::Perhaps };
    Failure { sent, what }
}
