use std::io;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::reply::Broken;
use super::simulator::Simulator;
use crate::provider::body::{self, Body};

/// Serves the simulator on a listener until the future is dropped, which also closes its connections.
///
/// # Errors
/// Returns an error if the listener is not on the loopback interface.
pub async fn serve(sim: Simulator, listener: TcpListener) -> io::Result<()> {
    if !listener.local_addr()?.ip().is_loopback() {
        return Err(io::Error::other("the simulator listens on loopback only"));
    }
    let mut connections = JoinSet::new();
    loop {
        // The connection failed before it was accepted, or the process has too many: the next attempt may
        // succeed.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let sim = sim.clone();
        connections.spawn(async move {
            let service = service_fn(move |request| respond(sim.clone(), request));
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service);
            // A connection that ends with an error needs no handling: the client sees it.
            let _ = connection.await;
        });
        while connections.try_join_next().is_some() {}
    }
}

/// Returns the response, or an error that ends the connection without one because of a fault.
async fn respond(sim: Simulator, request: Request<Incoming>) -> Result<Response<Body>, io::Error> {
    let response = sim.respond(request.map(body::incoming)).await;
    match response.extensions().get::<Broken>() {
        Some(_) => Err(io::Error::from(io::ErrorKind::ConnectionReset)),
        None => Ok(response),
    }
}
