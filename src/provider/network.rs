//! The [`Exchange`] over the network, implemented with [`reqwest`].

use std::error::Error;
use std::fmt;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use http::Method;
use http::header::CONTENT_LENGTH;
use url::Url;

use super::exchange::{Delivery, Exchange, Request, StreamedResponse, TransportError};
use super::tls;

/// The settings of the network.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// The certificates (PEM) to trust besides those of the system.
    pub authorities: Vec<u8>,
    /// The URL of the proxy. `None` means the system's settings.
    pub proxy: Option<Url>,
    /// Whether only loopback is used, which needs neither the system's proxy nor its certificates.
    pub loopback_only: bool,
}

/// Formats the proxy's origin only: its URL may hold a password.
impl fmt::Debug for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Network")
            .field("proxy", &self.proxy.as_ref().map(|url| url.origin().ascii_serialization()))
            .field("loopback_only", &self.loopback_only)
            .finish_non_exhaustive()
    }
}

/// An HTTP client for the network.
#[derive(Debug)]
pub struct HttpExchange(RwLock<Connection>);

/// An HTTP client and the settings that it was built from.
#[derive(Debug)]
struct Connection {
    network: Network,
    client: reqwest::Client,
}

impl HttpExchange {
    /// Creates a client.
    ///
    /// # Errors
    /// Returns an error if a certificate or the proxy cannot be used, or if the system has no certificates.
    pub fn new(network: Network) -> Result<Self, reqwest::Error> {
        let client = Self::client(&network)?;
        Ok(Self(RwLock::new(Connection { network, client })))
    }

    /// Replaces the settings of the network. Open connections are kept if the settings are the same.
    ///
    /// # Errors
    /// Returns an error if a certificate or the proxy cannot be used; the former settings stay in use then.
    pub fn set_network(&self, network: Network) -> Result<(), reqwest::Error> {
        if self.0.read().unwrap_or_else(PoisonError::into_inner).network != network {
            let client = Self::client(&network)?;
            *self.0.write().unwrap_or_else(PoisonError::into_inner) = Connection { network, client };
        }
        Ok(())
    }

    fn client(network: &Network) -> Result<reqwest::Client, reqwest::Error> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(Duration::from_secs(10))
            // Three probes at intervals of 10 s after 15 s of silence: a dead connection is detected within 45 s,
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
            // Without a certificate store on the machine the client could not be built.
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

impl Exchange for HttpExchange {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let client = self.0.read().unwrap_or_else(PoisonError::into_inner).client.clone();
        let mut outgoing = client.request(request.method.clone(), request.url).headers(request.headers);
        if !request.body.is_empty() {
            outgoing = outgoing.body(request.body);
        } else if request.method == Method::POST {
            outgoing = outgoing.header(CONTENT_LENGTH, 0);
        }
        Box::pin(async move {
            let response = outgoing.send().await.map_err(|error| transport_error(&error))?;
            Ok(StreamedResponse {
                status: response.status(),
                headers: response.headers().clone(),
                body: response
                    .bytes_stream()
                    .map(|chunk| chunk.map_err(|error| transport_error(&error)))
                    .boxed(),
            })
        })
    }

    fn forget_connections(&self) {
        // A pool of connections cannot be emptied, only replaced along with its client.
        let mut connection = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match Self::client(&connection.network) {
            Ok(client) => connection.client = client,
            Err(error) => tracing::warn!(%error, "the old connections are kept"),
        }
    }
}

/// Converts an error. The message is that of the innermost source, because the outer errors only repeat the URL; the
/// failure of a TLS handshake is explained.
fn transport_error(error: &reqwest::Error) -> TransportError {
    let mut source: &dyn Error = error;
    while let Some(inner) = source.source() {
        source = inner;
    }
    let explanation = if error.is_connect() { tls::explain(error) } else { None };
    let message = explanation.map_or_else(|| source.to_string(), str::to_owned);
    let is_unsent = error.is_connect() || error.is_builder();
    let delivery = if is_unsent { Delivery::NotSent } else { Delivery::Unknown };
    TransportError { host: None, delivery, message }
}
