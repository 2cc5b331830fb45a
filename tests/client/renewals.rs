//! Tokens that the server refuses and tokens that run out: what is read and requested again, when, and how often.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rsvp::app::State;
use rsvp::provider::exchange::Exchange;
use rsvp::provider::oauth;
use rsvp::provider::ucwa::Credentials;
use rsvp::provider::{Command, Status};
use rsvp::secret::Secret;
use rsvp::sim::{Fault, FaultKind, InProcess, Simulator, UcwaOptions};
use secrecy::ExposeSecret;

use crate::reloading::stopped;
use crate::support::{PASSWORD, POOL, TestClient, both, im, password, settings, simulator};

/// Has the server issue a token, as to another program of the user.
async fn issued(sim: &Simulator) -> String {
    let exchange: Arc<dyn Exchange> = Arc::new(InProcess::new(sim));
    let service = format!("{POOL}WebTicket/oauthtoken").parse().unwrap();
    let form = [("grant_type", "password"), ("username", "tosh@contoso.example"), ("password", PASSWORD)];
    let granted = oauth::request_token(&exchange, service, &form).await.unwrap();
    granted.secret.expose_secret().to_owned()
}

/// Writes a file that only its owner can read.
fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

/// Returns the number of requests that were refused for their token.
fn refused(client: &TestClient) -> usize {
    client.sim.record().iter().filter(|it| it.status == 401 && it.authorized).count()
}

#[test]
fn a_configured_token_that_expired_is_read_again_and_used_if_it_is_another_one() {
    both(|| async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        write(&path, "cwt=demo");
        let sim = simulator();
        let mut client = TestClient::signed_in(&sim, Credentials::Token(Secret::File(path.clone()))).await;
        sim.ucwa.expire_tokens();
        write(&path, &issued(&sim).await);
        sim.ucwa.invite(im());
        client.ringing().await;
        client.press("a");
        client.until(|state| state.history.len() == 1).await;
        assert!(client.statuses.iter().all(|status| !matches!(status, Status::Stopped(_))));
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn a_configured_token_that_expired_and_is_still_the_same_is_not_sent_again() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.expire_tokens();
        client.sim.ucwa.interrupt_polls();
        client.until(stopped).await;
        client.wait(600).await;
        assert_eq!(refused(&client), 1, "{}", client.transcript());
    });
}

#[test]
fn a_password_that_is_refused_when_the_token_is_renewed_is_not_sent_again() {
    both(|| async {
        let mut client = TestClient::signed_in(&simulator(), password()).await;
        client.sim.ucwa.change_password("another");
        client.send(Command::Wake);
        client.until(stopped).await;
        assert!(format!("{:?}", client.status()).contains("check username and password"));
        client.wait(600).await;
        assert_eq!(client.count("oauthtoken"), 2, "the account may be locked after a few more");
    });
}

#[test]
fn a_token_service_that_asks_for_time_when_a_token_is_renewed_is_given_it() {
    both(|| async {
        let options = UcwaOptions { token_lifetime: Duration::from_secs(600), ..UcwaOptions::default() };
        let mut client = TestClient::with_password(options).await;
        let busy = FaultKind::error(503, "").with("retry-after", "40");
        client.sim.fault(Fault::next("ticket", busy));
        client.wait(595).await;
        let record = client.sim.record();
        let asked: Vec<_> = record.iter().filter(|it| it.resource == "ticket").map(|it| it.at).collect();
        let [_, refused, again] = asked[..] else { panic!("{}", client.transcript()) };
        assert!(again - refused >= Duration::from_secs(40), "{:?}", again - refused);
        assert!(client.status().is_online());
        client.end().await;
    });
}

#[test]
fn a_token_service_that_asks_for_time_while_the_user_signs_in_is_given_it() {
    both(|| async {
        let sim = simulator();
        sim.fault(Fault::next("ticket", FaultKind::error(503, "").with("retry-after", "40")));
        let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), settings(password()));
        let retries = |state: &State| matches!(state.accounts[0].status, Status::Retrying { .. });
        client.until(retries).await;
        let status = format!("{:?}", client.status());
        assert!(status.contains("the sign-in service refused: status 503"), "{status}");
        let before = sim.record().len();
        client.wait(39).await;
        assert_eq!(sim.record().len(), before, "nothing is asked before");
        client.until_online().await;
        client.end().await;
    });
}
