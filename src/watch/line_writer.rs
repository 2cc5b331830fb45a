//! The lines on standard output, which a thread writes: a reader that is slow must not hold up anything else.

use std::io::{self, Write, stdout};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, channel, sync_channel};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::terminal::wait_until_closed;

/// The number of lines that may wait for the reader. More of them end the program.
const QUEUE_CAPACITY: usize = 10_000;

/// The time that the reader has to take the last lines.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// A writer of lines to standard output, which never waits for the reader.
#[derive(Debug)]
pub(super) struct LineWriter {
    /// `None` after the last line.
    queue: Option<SyncSender<String>>,
    /// Ends once all lines are written, or can't be.
    written: Receiver<()>,
}

/// Tells that the reader of standard output is gone.
#[derive(Debug)]
pub(super) struct OutputClosed(mpsc::UnboundedReceiver<()>);

impl OutputClosed {
    /// Waits until the reader is gone; never returns if the system can't tell. Cancel safe.
    pub async fn wait(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

impl LineWriter {
    /// Starts to write lines.
    ///
    /// # Errors
    ///
    /// Returns an error if a thread cannot be started.
    pub fn start() -> io::Result<(Self, OutputClosed)> {
        let (queue, lines) = sync_channel::<String>(QUEUE_CAPACITY);
        let (done, written) = channel();
        let (gone, reader) = mpsc::unbounded_channel();
        let failed = gone.clone();
        thread::Builder::new().name("lines".into()).spawn(move || {
            let _done = done;
            for line in lines {
                let mut out = stdout().lock();
                if out.write_all(line.as_bytes()).and_then(|()| out.flush()).is_err() {
                    let _ = failed.send(());
                    return;
                }
            }
        })?;
        thread::Builder::new().name("reader".into()).spawn(move || {
            if wait_until_closed() {
                let _ = gone.send(());
            }
        })?;
        Ok((Self { queue: Some(queue), written }, OutputClosed(reader)))
    }

    /// Queues a line, to which a line break is added.
    ///
    /// # Errors
    ///
    /// Returns an error if the reader is gone, or has not taken the lines before.
    pub fn write(&mut self, line: String) -> io::Result<()> {
        let Some(queue) = &self.queue else { return Ok(()) };
        queue.try_send(line + "\n").map_err(|error| match error {
            TrySendError::Full(_) => io::Error::other("nothing reads the output"),
            TrySendError::Disconnected(_) => io::ErrorKind::BrokenPipe.into(),
        })
    }

    /// Waits until all lines are written, but not for long.
    pub fn close(&mut self) {
        self.queue = None;
        if let Err(RecvTimeoutError::Timeout) = self.written.recv_timeout(CLOSE_TIMEOUT) {
            tracing::warn!("the last lines were not read");
        }
    }
}
