//! Printing to a terminal that may accept no output.

use std::io::{self, Write};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// The time that a stream has to accept the text.
const PRINT_TIMEOUT: Duration = Duration::from_millis(500);

/// Prints a text to a standard stream and waits half a second at most: a stalled stream must not keep the program
/// from ending.
///
/// # Errors
///
/// Returns an error if the text cannot be written, or not in time.
pub fn print(mut to: impl Write + Send + 'static, text: String) -> io::Result<()> {
    let (done, result) = channel();
    thread::Builder::new().name("print".into()).spawn(move || {
        let _ = done.send(to.write_all(text.as_bytes()).and_then(|()| to.flush()));
    })?;
    result.recv_timeout(PRINT_TIMEOUT).unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_stream_that_takes_nothing_is_waited_for_only_a_moment() {
        let (_reader, writer) = io::pipe().unwrap();
        let error = print(writer, "x".repeat(1_000_000)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        let (mut reader, writer) = io::pipe().unwrap();
        print(writer, "last words".into()).unwrap();
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "last words");
    }
}
