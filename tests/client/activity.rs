//! Reports of activity: when the server is told that the user is there.

use std::sync::Arc;

use rsvp::invitation::AccountId;
use rsvp::provider::ucwa::{self, Activity};
use rsvp::provider::{Command, Event};
use rsvp::sim::{Fault, FaultKind, InProcess};

use crate::support::{TestClient, both, settings, simulator, token};

/// Starts a client that reports activity only after keys.
async fn where_only_keys_count() -> TestClient {
    let sim = simulator();
    let settings = ucwa::Settings { activity: Activity::Keys, ..settings(token()) };
    let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), settings);
    client.until_online().await;
    client
}

#[test]
fn the_user_stays_active_and_signs_out_at_the_end() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.wait(3_600).await;
        let record = client.sim.record();
        let active = record.iter().filter(|request| request.summary == "reportMyActivity").count();
        assert!(active >= 15, "{active} times in an hour");
        let sim = client.sim.clone();
        client.end().await;
        assert_eq!(sim.record().last().unwrap().summary, "signing out");
        assert!(!sim.ucwa.is_available());
    });
}

#[test]
fn one_key_is_one_report_of_activity_where_only_keys_count() {
    both(|| async {
        let mut client = where_only_keys_count().await;
        let sim = client.sim.clone();
        let reports = || sim.record().iter().filter(|request| request.summary == "reportMyActivity").count();
        client.wait(3_600).await;
        assert_eq!(reports(), 1, "whoever starts the program is there");
        for keys in [1, 3] {
            let before = reports();
            for _ in 0..keys {
                client.provider.commands.send(Command::Active).await.unwrap();
            }
            client.wait(210).await;
            assert_eq!(
                reports(),
                before + 1,
                "within the time after which the server takes one for inactive"
            );
            client.wait(3_600).await;
            assert_eq!(reports(), before + 1, "no key, no report");
        }
        let before = reports();
        client.sim.ucwa.expire_applications();
        client.until(|state| !state.accounts[0].status.is_online()).await;
        client.until_online().await;
        client.wait(600).await;
        assert_eq!(
            reports(),
            before,
            "that a new session began by itself does not say that anybody is there"
        );
        client.end().await;
    });
}

#[test]
fn that_the_user_was_there_while_there_was_no_session_is_told_to_the_next_one() {
    both(|| async {
        let mut client = where_only_keys_count().await;
        let sim = client.sim.clone();
        let reports = || sim.record().iter().filter(|request| request.summary == "reportMyActivity").count();
        client.wait(300).await;
        assert_eq!(reports(), 1, "whoever starts the program is there");
        sim.fault(Fault::next("applications", FaultKind::error(503, "")).times(3));
        sim.ucwa.expire_applications();
        client.until(|state| !state.accounts[0].status.is_online()).await;
        client.wait(1).await;
        client.send(Command::Active);
        // A command that is refused meanwhile does not hide the activity.
        let conversation = rsvp::invitation::ConversationId { account: AccountId(0), number: 1 };
        client.send(Command::HangUp { ticket: rsvp::provider::Ticket(7), conversation });
        client.until_online().await;
        client.wait(300).await;
        assert_eq!(reports(), 2);
        assert!(
            client.events().any(|event| matches!(event, Event::Refused { .. })),
            "nor is it left without a word"
        );
        client.end().await;
    });
}
