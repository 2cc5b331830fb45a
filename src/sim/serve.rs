use std::io;

use tokio::net::TcpListener;

use super::Simulator;

/// Serves the simulator until the task is dropped.
///
/// # Errors
/// When the listener is not on this machine's loopback, or breaks.
pub async fn serve(sim: Simulator, listener: TcpListener) -> io::Result<()> {
    if !listener.local_addr()?.ip().is_loopback() {
        return Err(io::Error::other("the simulator listens on loopback only"));
    }
    axum::serve(listener, sim.router()).await
}
