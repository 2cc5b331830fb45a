//! The bot's own token, and the secret or certificate that it gets it with.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use base64::Engine;
use rsvp::invitation::{Outcome, Rejection};
use rsvp::login_store::{Login, LoginStore};
use rsvp::provider::graph::{self, Credential};
use rsvp::provider::{CheckStep, Status};
use rsvp::secret::Secret;
use rsvp::sim::{
    Call, CallEvent, Fault, FaultKind, GraphOptions, InProcess, InProcessWebhook, Options, Simulator,
};

use super::{john, quick, ringing, settings};
use crate::support::{TestClient, set_mode};

const ELSEWHERE: &str = "0fd7b1b3-9d1f-4ac7-a6f0-3a8f2ad3a2f5";

/// Creates a bot that takes the calls of every tenant.
fn of_any_tenant() -> TestClient {
    let options = GraphOptions::default();
    let own = graph::Settings { allowed_tenants: Vec::new(), ..settings(&options) };
    let sim = Simulator::new(Options { graph: options, ..Options::default() });
    TestClient::bot_of(&sim, own)
}

#[test]
fn a_token_is_there_before_a_call_is_and_is_renewed_before_it_ends() {
    quick(async {
        let mut client = TestClient::bot().await;
        assert_eq!(client.count("/oauth2/"), 1);
        client.wait(10 * 3_600).await;
        let renewals = client.count("/oauth2/") - 1;
        assert!((10..=11).contains(&renewals), "{renewals}");
        client.called(john()).await;
        client.press("D");
        assert_eq!(client.over().await, Outcome::Rejected(Rejection::Busy));
        assert_eq!(client.count("/oauth2/") - 1, renewals, "answering took no time to fetch one");
        client.end().await;
    });
}

#[test]
fn a_refused_token_is_replaced_once_for_all_who_were_refused() {
    quick(async {
        let mut client = TestClient::bot().await;
        for _ in 0..5 {
            client.sim.graph.call(john());
        }
        client.until(|state| ringing(state) == 5).await;
        client.sim.graph.expire_tokens();
        client.press("     D");
        client.until(|state| ringing(state) == 0).await;
        assert_eq!(client.count("/oauth2/"), 2);
        assert_eq!(client.sim.graph.ended().len(), 5);
        client.end().await;
    });
}

#[test]
fn a_call_of_another_tenant_is_answered_with_a_token_of_that_tenant() {
    quick(async {
        let mut client = of_any_tenant();
        client.until_online().await;
        client.called(Call { tenant: Some(ELSEWHERE.into()), ..john() }).await;
        client.wait(1).await;
        assert_eq!(client.count(&format!("/{ELSEWHERE}/oauth2/")), 1, "it is there before the answer is");
        client.press("D");
        assert_eq!(client.over().await, Outcome::Rejected(Rejection::Busy));
        assert_eq!(client.count(&format!("/{ELSEWHERE}/oauth2/")), 1);
        client.end().await;
    });
}

#[test]
fn a_call_of_a_tenant_that_is_not_allowed_does_not_get_in() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.sim.graph.call(Call { tenant: Some(ELSEWHERE.into()), ..john() });
        client.wait(20).await;
        assert!(client.was_notified("not among allowed_tenants"), "{:?}", client.notices);
        assert_eq!(ringing(&client.state) + client.state.history.len(), 0);
        client.sign_out().await;
    });
}

#[test]
fn the_tokens_of_so_many_tenants_are_held_and_no_more() {
    quick(async {
        let mut client = of_any_tenant();
        client.until_online().await;
        let tenant = |number: usize| format!("0fd7b1b3-9d1f-4ac7-a6f0-{number:012}");
        let calls_from = |client: &TestClient, numbers: std::ops::RangeInclusive<usize>| {
            for number in numbers {
                client.sim.graph.call(Call { tenant: Some(tenant(number)), ..john() });
            }
        };
        // The bot's own is the first of 256.
        for round in ["each tenant is new", "each tenant is known"] {
            calls_from(&client, 1..=255);
            client.wait(60).await;
            assert_eq!(client.count("/oauth2/"), 256, "{round}");
        }
        calls_from(&client, 256..=256);
        client.wait(60).await;
        calls_from(&client, 1..=1);
        client.wait(60).await;
        assert_eq!(client.count(&format!("/{}/oauth2/", tenant(1))), 2, "there was no room for it");
        client.sign_out().await;
    });
}

#[test]
fn an_answer_that_waits_for_a_token_is_not_sent_once_its_call_is_over() {
    quick(async {
        let mut client = of_any_tenant();
        client.until_online().await;
        client.sim.fault(Fault::next("graphToken", FaultKind::Late(3.0)));
        let number = client.called(Call { tenant: Some(ELSEWHERE.into()), ..john() }).await;
        client.press("D");
        client.wait(1).await;
        client.sim.graph.trigger(number, CallEvent::CallerGivesUp).unwrap();
        client.over().await;
        client.wait(10).await;
        assert_eq!(client.count(&format!("/{ELSEWHERE}/oauth2/")), 1);
        assert_eq!(client.sent(), Vec::<String>::new());
        client.end().await;
    });
}

#[test]
fn a_wrong_secret_stops_and_says_what_to_check() {
    quick(async {
        let options = GraphOptions::default();
        let mut wrong = settings(&options);
        wrong.credential = Credential::Secret(Secret::Value("not-it".into()));
        let sim = Simulator::new(Options { graph: options, ..Options::default() });
        let mut client = TestClient::bot_of(&sim, wrong);
        client.until(|state| matches!(state.accounts[0].status, Status::Stopped(_))).await;
        let Status::Stopped(problem) = client.status() else { unreachable!() };
        assert!(problem.message.as_str().contains("AADSTS7000215"), "{problem}");
        assert!(problem.remedy.as_str().contains("client secret"), "{problem}");
        client.wait(3_600).await;
        assert_eq!(client.count("/oauth2/"), 1, "it is not tried again and again");
        client.sign_out().await;
    });
}

#[test]
fn a_credential_is_tried_before_it_is_kept() {
    quick(async {
        let options = GraphOptions::default();
        for (secret, problem) in [
            (options.client_secret.as_str(), None),
            ("not-it", Some("check client_id and the client secret")),
        ] {
            let credential = Credential::Secret(Secret::Value(secret.into()));
            let settings = graph::Settings { credential, ..settings(&options) };
            let sim = Simulator::new(Options { graph: options.clone(), ..Options::default() });
            let tried = graph::try_credential(&settings, Arc::new(InProcess::new(&sim))).await;
            let is_right = match (&tried, problem) {
                (Ok(()), None) => true,
                (Err(found), Some(remedy)) => found.remedy.as_str().contains(remedy),
                _ => false,
            };
            assert!(is_right, "{tried:?}");
        }
    });
}

#[test]
fn a_kept_secret_that_was_changed_is_told_with_the_command_that_replaces_it() {
    quick(async {
        let options = GraphOptions::default();
        let kept = Login::ClientSecret { client_secret: "former".into() };
        let store = LoginStore::in_memory(Some(kept)).chosen_by("--graph");
        let settings =
            graph::Settings { credential: Credential::Secret(Secret::Login(store)), ..settings(&options) };
        let sim = Simulator::new(Options { graph: options, ..Options::default() });
        let remedy = "check client_id, or run `rsvp login --graph` again";
        let mut told = false;
        let mut report = |step: CheckStep| {
            told |= step.result.is_err_and(|problem| problem.remedy.as_str() == remedy);
        };
        graph::check(&settings, Arc::new(InProcess::new(&sim)), &InProcessWebhook::default(), &mut report)
            .await;
        assert!(told, "`rsvp check` tells the same");
        let mut client = TestClient::bot_of(&sim, settings);
        client.until(|state| matches!(state.accounts[0].status, Status::Stopped(_))).await;
        let Status::Stopped(problem) = client.status() else { unreachable!() };
        assert_eq!(problem.remedy.as_str(), remedy);
        client.sign_out().await;
    });
}

#[test]
fn a_token_endpoint_that_is_busy_or_silent_is_waited_for() {
    for kind in
        [FaultKind::error(503, ""), FaultKind::error(429, "").with("retry-after", "3"), FaultKind::Reset]
    {
        quick(async {
            let sim = Simulator::new(Options::default());
            sim.fault(Fault::next("graphToken", kind.clone()).times(3));
            let mut client = TestClient::bot_of(&sim, settings(&GraphOptions::default()));
            let took = client.until_online().await;
            assert!(took < Duration::from_secs(20), "{kind:?}: {took:?}");
            client.called(john()).await;
            client.end().await;
        });
    }
}

#[test]
fn a_directory_that_asks_for_minutes_is_asked_again_before_a_call_could_be_missed() {
    quick(async {
        let sim = Simulator::new(Options::default());
        sim.fault(Fault::next("graphToken", FaultKind::error(429, "").with("retry-after", "300")));
        let mut client = TestClient::bot_of(&sim, settings(&GraphOptions::default()));
        let took = client.until_online().await;
        assert!(took < Duration::from_secs(20), "{took:?}");
        client.called(john()).await;
        client.end().await;
    });
}

#[test]
fn a_token_that_can_not_be_renewed_keeps_no_call_from_the_list() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.sim.fault(Fault::next("graphToken", FaultKind::error(503, "")).times(100_000));
        client.wait(2 * 3_600).await;
        client.called(john()).await;
        client.sim.heal();
        client.press("D");
        assert_eq!(client.over().await, Outcome::Rejected(Rejection::Busy));
        client.end().await;
    });
}

/// A key for RSA and a certificate of it, both in PEM.
fn certificate() -> (String, String) {
    let pair = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    let body = base64::engine::general_purpose::STANDARD.encode(der.as_ref());
    let key = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    let signer = rcgen::KeyPair::from_pkcs8_pem_and_sign_algo(&key, &rcgen::PKCS_RSA_SHA256).unwrap();
    let certificate =
        rcgen::CertificateParams::new(["bot.example".to_owned()]).unwrap().self_signed(&signer).unwrap();
    (certificate.pem(), key)
}

/// Returns a key of 2,048 bits in PKCS #1 instead of PKCS #8.
fn traditional(key: &str) -> String {
    let body: String = key.lines().filter(|line| !line.starts_with('-')).collect();
    let base64 = base64::engine::general_purpose::STANDARD;
    let der = base64.decode(body).unwrap();
    // The version, the algorithm and the headers of both take 26 bytes.
    format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n", base64.encode(&der[26..]))
}

#[test]
fn a_certificate_proves_who_the_bot_is_as_well_as_a_secret() {
    quick(async {
        let folder = tempfile::tempdir().unwrap();
        let (pem, key) = certificate();
        let options = GraphOptions { certificate_public_pem: Some(pem.clone()), ..GraphOptions::default() };
        let files = [folder.path().join("bot.pem"), folder.path().join("bot-key.pem")];
        let write = |certificate: &str, key: &str| {
            for (path, text) in files.iter().zip([certificate, key]) {
                std::fs::write(path, text).unwrap();
                set_mode(path, 0o600);
            }
        };
        write(&pem, &key);
        let mut own = settings(&options);
        let [certificate_file, key_file] = files.clone();
        own.credential = Credential::Certificate { certificate: certificate_file, key: key_file };
        let sim = Simulator::new(Options { graph: options, ..Options::default() });
        let mut client = TestClient::bot_of(&sim, own);
        client.until_online().await;
        client.called(john()).await;
        client.press("D");
        assert_eq!(client.over().await, Outcome::Rejected(Rejection::Busy));
        // A certificate that the directory does not know, and files with other content.
        let (stranger, strange_key) = certificate();
        for (certificate, key, words) in [
            (stranger.as_str(), strange_key.as_str(), "AADSTS"),
            ("nothing", key.as_str(), "no PEM certificate"),
            (pem.as_str(), "nothing", "no RSA private key"),
        ] {
            write(certificate, key);
            client.press("r");
            client.until(|state| format!("{:?}", state.accounts[0].status).contains(words)).await;
        }
        if cfg!(unix) {
            set_mode(&files[1], 0o644);
            client.press("r");
            client.until(|state| format!("{:?}", state.accounts[0].status).contains("chmod 600")).await;
        }
        for key in [&key, &traditional(&key)] {
            write(&pem, key);
            let before = client.count("/oauth2/");
            client.press("r");
            client.wait(2).await;
            assert!(
                client.count("/oauth2/") > before && client.status().is_online(),
                "{:?}",
                client.status()
            );
        }
        // Each assertion begins with its header, which is an object.
        let record = sim.record();
        assert!(record.iter().any(|request| request.body.contains("client_assertion=[left out]")));
        assert!(record.iter().all(|request| !request.body.contains("eyJ")));
        client.sign_out().await;
    });
}

#[cfg(unix)]
#[test]
fn a_client_secret_that_the_group_can_read_is_refused() {
    quick(async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let options = GraphOptions::default();
        std::fs::write(&path, &options.client_secret).unwrap();
        let own = graph::Settings {
            credential: Credential::Secret(Secret::File(path.clone())),
            ..settings(&options)
        };
        for mode in [0o640, 0o604, 0o660] {
            set_mode(&path, mode);
            let sim = Simulator::new(Options { graph: options.clone(), ..Options::default() });
            let mut client = TestClient::bot_of(&sim, own.clone());
            client.until(|state| matches!(state.accounts[0].status, Status::Stopped(_))).await;
            assert!(
                format!("{:?}", client.status()).contains("chmod 600"),
                "{mode:o}: {:?}",
                client.status()
            );
            assert_eq!(client.count("/oauth2/"), 0, "{mode:o}: it was not sent");
            set_mode(&path, 0o600);
            client.press("r");
            client.until_online().await;
            client.sign_out().await;
        }
    });
}
