use std::convert::Infallible;
use std::io;

use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower_service::Service;

use super::Simulator;
use super::reply::Broken;

/// Serves the simulator until the task is dropped; its connections end with it.
///
/// # Errors
/// When the listener is not on this machine's loopback.
pub async fn serve(sim: Simulator, listener: TcpListener) -> io::Result<()> {
    if !listener.local_addr()?.ip().is_loopback() {
        return Err(io::Error::other("the simulator listens on loopback only"));
    }
    let mut connections = JoinSet::new();
    loop {
        // A connection that failed before it was one, or too many of them: the next may be better.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let sim = sim.clone();
        connections.spawn(async move {
            let service = service_fn(move |request| answer(sim.clone(), request));
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service);
            // How a client leaves is its own business.
            let _ = connection.await;
        });
        while connections.try_join_next().is_some() {}
    }
}

/// An error ends the connection without an answer: a fault may ask for just that.
async fn answer(sim: Simulator, request: Request<Incoming>) -> Result<Response<Body>, io::Error> {
    let answered: Result<_, Infallible> = sim.router().call(request.map(Body::new)).await;
    let Ok(response) = answered;
    match response.extensions().get::<Broken>() {
        Some(_) => Err(io::Error::from(io::ErrorKind::ConnectionReset)),
        None => Ok(response),
    }
}
