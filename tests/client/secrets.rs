//! Passwords and tokens appear in no log, message or record.

use std::io::Write;
use std::sync::{Arc, Mutex};

use crate::support::PASSWORD;
use crate::{bot, schedules};

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

/// Runs `work` and returns the log of it and its result.
fn overheard(work: impl FnOnce() -> String) -> (String, String) {
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
    let said = tracing::subscriber::with_default(subscriber, work);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("received a response"), "there is a log");
    (log, said)
}

#[test]
fn no_log_no_message_and_no_record_holds_a_password_or_a_token() {
    // Whole sessions in which everything goes wrong; an even number signs in with either credential.
    let (log, said) = overheard(|| (1..9).map(schedules::transcript).collect());
    assert!(said.contains("makeMeAvailable"), "there is a story");
    for (what, text) in [("the log", &log), ("what was said", &said)] {
        assert!(!text.contains(PASSWORD), "{what} holds the password");
        assert!(!text.contains("cwt="), "{what} holds a token");
    }
}

#[test]
fn no_log_no_message_and_no_record_holds_a_bots_secret_or_a_token_of_either_side() {
    let (log, said) = overheard(|| (1..9).map(bot::schedules::transcript).collect());
    assert!(said.contains("/reject"), "there is a story");
    for (what, text) in [("the log", &log), ("what was said", &said)] {
        assert!(!text.contains(bot::SECRET), "{what} holds the secret");
        assert!(!text.contains("simulated."), "{what} holds a token of ours");
        assert!(!text.contains("eyJ"), "{what} holds a token of a notification");
    }
    assert!(log.contains("Microsoft Graph refused") && log.contains("request_id="), "whom to ask about it");
}
