//! Passwords, tickets and tokens: when they are read, renewed and refused.

use std::time::Duration;

use rsvp::app::{Action, KeyMap};
use rsvp::provider::Command;
use rsvp::provider::ucwa::Credentials;
use rsvp::secret::Secret;
use rsvp::sim::{Fault, FaultKind, UcwaOptions};

use crate::support::{TestClient, both, from, im, paused, set_mode, simulator};

#[test]
fn a_refused_token_is_told_with_the_key_that_reconnects() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.state.settings.keys =
            KeyMap::with_overrides(&[(Action::Reconnect, vec!["F9".parse().unwrap()])]).unwrap();
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.fault(Fault::next("accept", FaultKind::error(401, "")).times(3));
        client.press("a");
        client.until(|state| state.notice.is_some()).await;
        assert!(client.notice().contains("then press F9"), "{}", client.notice());
    });
}

#[test]
fn a_password_gets_a_ticket_and_the_ticket_is_renewed_before_it_ends() {
    both(|| async {
        let options = UcwaOptions { token_lifetime: Duration::from_secs(600), ..UcwaOptions::default() };
        let mut client = TestClient::with_password(options).await;
        client.wait(4 * 600).await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        let tickets =
            client.sim.record().iter().filter(|request| request.target == "/WebTicket/oauthtoken").count();
        assert!((4..=6).contains(&tickets), "{tickets} tickets in 40 minutes of 10 minutes each");
        assert!(client.sim.record().iter().all(|request| !request.body.contains("hunter2")));
        client.end().await;
    });
}

#[test]
fn a_token_that_lives_for_minutes_is_renewed_when_a_tenth_of_that_is_left() {
    paused().block_on(async {
        let options = UcwaOptions { token_lifetime: Duration::from_secs(300), ..UcwaOptions::default() };
        let mut client = TestClient::with_password(options).await;
        client.wait(3_000).await;
        let tickets = client.count("oauthtoken");
        assert!((10..=12).contains(&tickets), "{tickets} tickets in 50 minutes");
        client.end().await;
    });
}

#[test]
fn a_renewal_that_failed_is_tried_again_before_the_ticket_ends() {
    both(|| async {
        for kind in [FaultKind::error(503, ""), FaultKind::Reset] {
            let options = UcwaOptions { token_lifetime: Duration::from_secs(600), ..UcwaOptions::default() };
            let mut client = TestClient::with_password(options).await;
            for _ in 0..3 {
                client.sim.fault(Fault::next("ticket", kind.clone()));
                client.wait(590).await;
            }
            let record = client.sim.record();
            let failed = record.iter().filter(|it| it.summary.contains("hit by")).count();
            assert_eq!(failed, 3, "{kind:?}: one renewal failed each time");
            let refused = record.iter().filter(|it| it.status == 401).count();
            assert_eq!(refused, 1, "{kind:?}: no request but the first was without a good ticket");
            client.end().await;
        }
    });
}

fn shown(state: &rsvp::app::State, name: &str) -> bool {
    state.incoming.iter().any(|it| it.invitation.from.name.as_str() == name)
}

#[test]
fn a_slow_token_service_holds_up_neither_polls_nor_answers() {
    paused().block_on(async {
        let mut client = TestClient::with_password(UcwaOptions::default()).await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.wait(3).await;
        client.sim.fault(Fault::next("ticket", FaultKind::Late(15.0)).times(9));
        client.provider.commands.try_send(Command::Wake).unwrap();
        client.wait(1).await;
        client.sim.ucwa.invite(from("second"));
        client.until(|state| shown(state, "second")).await;
        client.sim.ucwa.invite(from("third"));
        client.press("a");
        let since = tokio::time::Instant::now();
        client.until(|state| shown(state, "third")).await;
        let poll = since.elapsed();
        client.until(|state| state.history.len() == 1).await;
        let answer = since.elapsed();
        assert!(poll.as_secs() < 2 && answer.as_secs() < 2, "seen after {poll:?}, answered after {answer:?}");
    });
}

#[cfg(unix)]
#[test]
fn a_token_and_a_password_that_the_group_can_read_are_refused() {
    use std::sync::Arc;

    use rsvp::provider::Status;
    use rsvp::sim::InProcess;

    use crate::support::settings;

    both(|| async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        for (text, credentials) in [
            ("cwt=demo\n", Credentials::Token(Secret::File(path.clone()))),
            (
                crate::support::PASSWORD,
                Credentials::Password {
                    username: "tosh@contoso.example".into(),
                    password: Secret::File(path.clone()),
                },
            ),
        ] {
            std::fs::write(&path, text).unwrap();
            for mode in [0o640, 0o604, 0o660] {
                set_mode(&path, mode);
                let sim = simulator();
                let mut client =
                    TestClient::start(&sim, Arc::new(InProcess::new(&sim)), settings(credentials.clone()));
                client.until(|state| matches!(state.accounts[0].status, Status::Stopped(_))).await;
                assert!(
                    format!("{:?}", client.status()).contains("chmod 600"),
                    "{mode:o}: {:?}",
                    client.status()
                );
                assert_eq!(client.count("/WebTicket/"), 0, "{mode:o}");
                assert!(sim.record().iter().all(|it| !it.authorized), "{mode:o}: nothing was sent with it");
                set_mode(&path, 0o600);
                client.press("r");
                client.until_online().await;
            }
        }
    });
}

#[test]
fn a_password_that_cannot_be_read_for_a_moment_ends_no_good_session() {
    paused().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        std::fs::write(&path, crate::support::PASSWORD).unwrap();
        set_mode(&path, 0o600);
        let credentials = Credentials::Password {
            username: "tosh@contoso.example".into(),
            password: Secret::File(path.clone()),
        };
        let mut client = TestClient::signed_in(&simulator(), credentials).await;
        client.wait(5).await;
        std::fs::rename(&path, folder.path().join("away")).unwrap();
        client.provider.commands.try_send(Command::Wake).unwrap();
        client.wait(5).await;
        std::fs::rename(folder.path().join("away"), &path).unwrap();
        client.provider.commands.try_send(Command::Wake).unwrap();
        client.wait(60).await;
        assert!(client.status().is_online(), "the token is good for hours: {:?}", client.status());
    });
}
