//! The listener that passes HTTP requests to the webhook.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::webhook::Webhook;
use crate::provider::body;

/// The maximum time that receiving the head of a request may take.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// The maximum duration of a connection, which carries one request.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(15);

/// The maximum number of open connections. A further connection closes the oldest one: the connections of the service
/// end within milliseconds, so the oldest one is idle or slow.
const MAX_CONNECTIONS: usize = 256;

/// The maximum size of the head of a request, in bytes.
const HEAD_LIMIT: usize = 32 * 1024;

/// A source of requests to a webhook: a socket, or a simulator in the same process.
pub trait Listener: Send + Sync + 'static {
    /// Passes the requests to `address` to a webhook, by tasks that end when the returned set is dropped.
    ///
    /// # Errors
    /// Returns an error if the address cannot be bound, for example because another program uses it.
    fn open(&self, address: SocketAddr, webhook: Webhook) -> BoxFuture<'static, io::Result<JoinSet<()>>>;
}

/// A listener for plain HTTP on a socket. TLS ends at a tunnel or a reverse proxy in front of it.
#[derive(Clone, Copy, Debug)]
pub struct HttpListener;

impl Listener for HttpListener {
    fn open(&self, address: SocketAddr, webhook: Webhook) -> BoxFuture<'static, io::Result<JoinSet<()>>> {
        async move {
            let listener = TcpListener::bind(address).await?;
            let mut tasks = JoinSet::new();
            tasks.spawn(accept(listener, webhook));
            Ok(tasks)
        }
        .boxed()
    }
}

/// Accepts connections. Dropping the future closes them.
async fn accept(listener: TcpListener, webhook: Webhook) {
    let mut connections = JoinSet::new();
    let mut by_age: VecDeque<AbortHandle> = VecDeque::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // The connection was aborted, or too many files are open. A later one may succeed.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        by_age.retain(|connection| !connection.is_finished());
        if by_age.len() >= MAX_CONNECTIONS
            && let Some(oldest) = by_age.pop_front()
        {
            oldest.abort();
        }
        by_age.push_back(connections.spawn(serve(stream, webhook.clone())));
    }
}

async fn serve(stream: TcpStream, webhook: Webhook) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let webhook = webhook.clone();
        async move { Ok::<_, Infallible>(webhook.handle(request.map(body::incoming)).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_LIMIT)
        // An idle connection could not be told from one that only occupies a place.
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    // The client may close the connection at any time.
    let _ = timeout(CONNECTION_TIMEOUT, connection).await;
}
