//! The bot's own token, and the keys by which notifications are believed.

use std::time::Duration;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use base64::Engine;
use rsvp::invitation::{Outcome, Rejection};
use rsvp::provider::Status;
use rsvp::provider::graph::Credential;
use rsvp::sim::{Call, Fault, FaultKind, GraphOptions, InvalidToken, Options, Simulator};

use super::{john, quick, ringing, settings};
use crate::support::Desk;

const ELSEWHERE: &str = "0fd7b1b3-9d1f-4ac7-a6f0-3a8f2ad3a2f5";

#[test]
fn a_token_is_there_before_a_call_is_and_is_renewed_before_it_ends() {
    quick(async {
        let mut desk = Desk::bot().await;
        assert_eq!(desk.count("/oauth2/"), 1);
        desk.wait(10 * 3_600).await;
        let renewals = desk.count("/oauth2/") - 1;
        assert!((10..=11).contains(&renewals), "{renewals}");
        desk.called(john()).await;
        desk.press("D");
        assert_eq!(desk.over().await, Outcome::Rejected(Rejection::Busy));
        assert_eq!(desk.count("/oauth2/") - 1, renewals, "answering took no time to fetch one");
        desk.end().await;
    });
}

#[test]
fn a_refused_token_is_replaced_once_for_all_who_were_refused() {
    quick(async {
        let mut desk = Desk::bot().await;
        for _ in 0..5 {
            desk.sim.call(john());
        }
        desk.until(|state| ringing(state) == 5).await;
        desk.sim.tokens_of_graph_expire();
        desk.press("     D");
        desk.until(|state| ringing(state) == 0).await;
        assert_eq!(desk.count("/oauth2/"), 2);
        assert_eq!(desk.sim.call_endings().len(), 5);
        desk.end().await;
    });
}

#[test]
fn a_call_of_another_tenant_is_answered_with_a_token_of_that_tenant() {
    quick(async {
        let options = GraphOptions::default();
        let mut own = settings(&options);
        own.allowed_tenants = Vec::new();
        let sim = Simulator::new(Options { graph: options, ..Options::default() });
        let mut desk = Desk::bot_of(&sim, own);
        desk.until_online().await;
        desk.called(Call { tenant: Some(ELSEWHERE.into()), ..john() }).await;
        desk.press("D");
        assert_eq!(desk.over().await, Outcome::Rejected(Rejection::Busy));
        assert_eq!(desk.count(&format!("/{ELSEWHERE}/oauth2/")), 1);
        desk.end().await;
    });
}

#[test]
fn a_call_of_a_tenant_that_is_not_allowed_does_not_get_in() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.sim.call(Call { tenant: Some(ELSEWHERE.into()), ..john() });
        desk.wait(20).await;
        assert!(desk.was_told("not among allowed_tenants"), "{:?}", desk.notices);
        assert_eq!(ringing(&desk.state) + desk.state.history.len(), 0);
        desk.sign_out().await;
    });
}

#[test]
fn a_wrong_secret_stops_and_says_what_to_check() {
    quick(async {
        let options = GraphOptions::default();
        let mut wrong = settings(&options);
        wrong.credential = Credential::Secret(rsvp::secret::Secret::Value("not-it".into()));
        let sim = Simulator::new(Options { graph: options, ..Options::default() });
        let mut desk = Desk::bot_of(&sim, wrong);
        desk.until(|state| matches!(state.accounts[0].status, Status::Stopped(_))).await;
        let Status::Stopped(problem) = desk.status() else { unreachable!() };
        assert!(problem.message.as_str().contains("AADSTS7000215"), "{problem}");
        assert!(problem.remedy.as_str().contains("client secret"), "{problem}");
        desk.wait(3_600).await;
        assert_eq!(desk.count("/oauth2/"), 1, "it is not tried again and again");
        desk.sign_out().await;
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
            let mut desk = Desk::bot_of(&sim, settings(&GraphOptions::default()));
            let took = desk.until_online().await;
            assert!(took < Duration::from_secs(20), "{kind:?}: {took:?}");
            desk.called(john()).await;
            desk.end().await;
        });
    }
}

#[test]
fn a_token_that_can_not_be_renewed_keeps_no_call_from_the_list() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.sim.fault(Fault::next("graphToken", FaultKind::error(503, "")).times(100_000));
        desk.wait(2 * 3_600).await;
        desk.called(john()).await;
        desk.sim.heal();
        desk.press("D");
        assert_eq!(desk.over().await, Outcome::Rejected(Rejection::Busy));
        desk.end().await;
    });
}

#[test]
fn without_keys_nothing_is_believed_until_they_are_there() {
    for of in ["metadata", "keys"] {
        quick(async {
            let sim = Simulator::new(Options::default());
            sim.fault(Fault::next(of, FaultKind::error(503, "")).times(4));
            let mut desk = Desk::bot_of(&sim, settings(&GraphOptions::default()));
            desk.until(|state| matches!(state.accounts[0].status, Status::Retrying { .. })).await;
            assert!(desk.sim.forge(InvalidToken::UnknownKey).await.is_err() || ringing(&desk.state) == 0);
            desk.until_online().await;
            desk.called(john()).await;
            desk.end().await;
        });
    }
}

#[test]
fn fault_68_known_keys_hold_while_the_service_of_keys_is_down() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.sim.fault(Fault::next("keys", FaultKind::error(503, "")).times(100_000));
        desk.wait(5 * 3_600).await;
        desk.called(john()).await;
        desk.press("D");
        assert_eq!(desk.over().await, Outcome::Rejected(Rejection::Busy));
        // For a day; then they are no longer believed.
        desk.wait(20 * 3_600).await;
        desk.sim.call(john());
        desk.wait(20).await;
        assert!(
            desk.was_told(&rsvp::provider::graph::ValidationError::NoKeys.to_string()),
            "{:?}",
            desk.notices
        );
        assert_eq!(desk.state.history.len(), 1);
        desk.sign_out().await;
    });
}

#[test]
fn fault_68_a_new_key_is_found_and_an_unknown_one_costs_no_more_than_a_look_now_and_then() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.wait(120).await;
        let before = desk.count("/v1/keys");
        // With so many keys nobody gets further than to be looked for once.
        for _ in 0..1_000 {
            assert_eq!(desk.sim.forge(InvalidToken::UnknownKey).await, Ok(401));
        }
        assert_eq!(desk.count("/v1/keys"), before + 1, "a thousand unknown keys, one look");
        // Those who come with a known key meanwhile are believed.
        let number = desk.called(john()).await;
        desk.sim.end_call(number, rsvp::sim::CallEnd::GivesUp).unwrap();
        desk.over().await;
        desk.wait(60).await;
        desk.sim.rotate_keys();
        desk.called(john()).await;
        assert_eq!(desk.count("/v1/keys"), before + 2);
        desk.end().await;
    });
}

#[test]
fn keys_are_read_anew_before_they_grow_old() {
    quick(async {
        let mut desk = Desk::bot().await;
        for _ in 0..24 {
            desk.wait(2 * 3_600).await;
            let number = desk.called(john()).await;
            desk.sim.end_call(number, rsvp::sim::CallEnd::GivesUp).unwrap();
            desk.over().await;
        }
        let read = desk.count("/v1/keys");
        assert!((20..=26).contains(&read), "{read}");
        desk.end().await;
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
                std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
            }
        };
        write(&pem, &key);
        let mut own = settings(&options);
        let [certificate_file, key_file] = files.clone();
        own.credential = Credential::Certificate { certificate: certificate_file, key: key_file };
        let sim = Simulator::new(Options { graph: options, ..Options::default() });
        let mut desk = Desk::bot_of(&sim, own);
        desk.until_online().await;
        desk.called(john()).await;
        desk.press("D");
        assert_eq!(desk.over().await, Outcome::Rejected(Rejection::Busy));
        // Another one, of which the directory knows nothing; and files that are not what they should be.
        let (stranger, strange_key) = certificate();
        for (certificate, key, words) in [
            (stranger.as_str(), strange_key.as_str(), "AADSTS"),
            ("nothing", key.as_str(), "no PEM certificate"),
            (pem.as_str(), "nothing", "no RSA private key"),
        ] {
            write(certificate, key);
            desk.press("r");
            desk.until(|state| format!("{:?}", state.accounts[0].status).contains(words)).await;
        }
        std::fs::set_permissions(&files[1], std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        desk.press("r");
        desk.until(|state| format!("{:?}", state.accounts[0].status).contains("chmod 600")).await;
        write(&pem, &key);
        desk.press("r");
        desk.until_online().await;
        // Each assertion begins with its header, which is an object.
        let record = sim.record();
        assert!(record.iter().any(|request| request.body.contains("client_assertion=[left out]")));
        assert!(record.iter().all(|request| !request.body.contains("eyJ")));
        desk.sign_out().await;
    });
}
