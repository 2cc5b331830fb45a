//! Secrets stay where they are.

use std::io::Write;
use std::sync::{Arc, Mutex};

use crate::schedules;
use crate::support::PASSWORD;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_log_no_message_and_no_record_holds_a_password_or_a_token() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // With one subscriber alone, a place in the code that another test's thread comes by first counts as
    // wanted by nobody.
    let _second = tracing::Dispatch::new(
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(std::io::sink).finish(),
    );
    let mut said = String::new();
    tracing::subscriber::with_default(subscriber, || {
        // Whole sessions in which everything goes wrong; an even number signs in with either credential.
        for seed in 1..9 {
            said.push_str(&schedules::story(seed));
        }
    });
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("answered"), "there is a log");
    assert!(said.contains("makeMeAvailable"), "there is a story");
    for (what, text) in [("the log", &log), ("what was said", &said)] {
        assert!(!text.contains(PASSWORD), "{what} holds the password");
        assert!(!text.contains("cwt="), "{what} holds a token");
    }
}
