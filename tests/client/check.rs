//! `rsvp check`: what it tries of an account, what it says of each step, and what it leaves behind.

use std::sync::Arc;
use std::time::Duration;

use rsvp::provider::CheckStep;
use rsvp::provider::ucwa::{self, Credentials, Start};
use rsvp::secret::Secret;
use rsvp::sim::{Fault, FaultKind, InProcess, Simulator};

use crate::support::{both, password, settings, simulator, token};

/// Checks an account, until it is done or for that long, and gives what was said: a line for each step.
async fn checked(sim: &Simulator, settings: ucwa::Settings, patience: Duration) -> (bool, Vec<String>) {
    let mut lines = Vec::new();
    let mut tell = |step: CheckStep| {
        lines.push(match step.result {
            Ok(what) => format!("ok {}: {what}", step.name),
            Err(problem) => {
                assert!(!problem.to_string().contains("press"), "{problem}");
                let then = if problem.needs_reconnect { " (then reconnect)" } else { "" };
                format!("FAILED {}: {problem}{then}", step.name)
            }
        });
    };
    let mut interrupt = std::pin::pin!(tokio::time::sleep(patience));
    let exchange = Arc::new(InProcess::new(sim));
    let finished = ucwa::check(&settings, exchange, interrupt.as_mut(), &mut tell).await;
    (finished, lines)
}

const LONG: Duration = Duration::from_secs(600);

fn names(lines: &[String]) -> Vec<&str> {
    lines.iter().map(|line| line.split(':').next().unwrap()).collect()
}

fn signed_out(sim: &Simulator) -> bool {
    let record = sim.record();
    let created =
        record.iter().filter(|it| it.method == "POST" && it.target.ends_with("/applications")).count();
    let deleted = record.iter().filter(|it| it.method == "DELETE" && it.status == 204).count();
    created == 1 && deleted == 1 && record.iter().all(|it| it.complaint.is_none())
}

#[test]
fn each_step_of_signing_in_is_tried_and_nothing_is_left_behind() {
    both(|| async {
        for credentials in [token(), password()] {
            let sim = simulator();
            let (finished, lines) = checked(&sim, settings(credentials), LONG).await;
            let steps = ["secret", "discovery", "token", "application", "available", "events", "sign-out"];
            assert_eq!(names(&lines), steps.map(|step| format!("ok {step}")), "{lines:#?}");
            assert!(finished && signed_out(&sim), "{:#?}", sim.record());
            assert!(lines[2].contains("https://pool.contoso.example"), "{lines:#?}");
        }
    });
}

#[test]
fn a_host_that_leads_to_another_one_is_told_with_it() {
    both(|| async {
        let sim = simulator();
        let body = r#"{"_links":{"self":{"href":"/"},"applications":{"href":"https://pool2.contoso.example/ucwa/oauth/v1/applications"}}}"#;
        let document = FaultKind::Garbage { content_type: "application/json".into(), body: body.into() };
        for (fault, told) in [
            (None, "ok discovery: https://pool.contoso.example answers"),
            (
                Some(document),
                "ok discovery: https://pool.contoso.example redirects to https://pool2.contoso.example",
            ),
        ] {
            if let Some(kind) = fault {
                sim.fault(Fault::next("discovery", kind));
            }
            let (_, lines) = checked(&sim, settings(token()), LONG).await;
            assert_eq!(lines[1], told, "{lines:#?}");
        }
    });
}

#[test]
fn what_fails_keeps_no_later_step_from_being_tried() {
    both(|| async {
        let sim = simulator();
        sim.fault(Fault::next("makeMeAvailable", FaultKind::error(403, "Whatever")));
        sim.fault(Fault::next("events", FaultKind::error(500, "")));
        let (finished, lines) = checked(&sim, settings(token()), LONG).await;
        assert!(lines[4].starts_with("FAILED available: https://pool.contoso.example"), "{lines:#?}");
        assert!(lines[4].contains("User.ReadWrite or Conversations.Receive"), "{lines:#?}");
        assert!(lines[5].starts_with("FAILED events: https://pool.contoso.example"), "{lines:#?}");
        assert!(lines[6].starts_with("ok sign-out"), "{lines:#?}");
        assert!(finished && signed_out(&sim));
    });
}

#[test]
fn a_refused_password_is_told_with_the_host_that_refused_it_and_without_a_key() {
    both(|| async {
        let sim = simulator();
        let wrong = Credentials::Password { username: "tosh".into(), password: Secret::Value("no".into()) };
        let (_, lines) = checked(&sim, settings(wrong), LONG).await;
        assert_eq!(names(&lines), ["ok secret", "ok discovery", "FAILED token"], "{lines:#?}");
        assert!(lines[2].contains("https://pool.contoso.example: the server refused"), "{lines:#?}");
        assert!(lines[2].ends_with("check username and password in the configuration (then reconnect)"));
    });
}

#[test]
fn without_a_secret_the_server_is_looked_for_all_the_same() {
    both(|| async {
        let sim = simulator();
        let command = Credentials::Token(Secret::Command(vec!["false".into()]));
        let (_, lines) = checked(&sim, settings(command), LONG).await;
        assert_eq!(names(&lines), ["FAILED secret", "ok discovery"], "{lines:#?}");
        assert!(lines[0].contains("run it by hand: false"), "{lines:#?}");
        assert_eq!(sim.record().len(), 1, "nobody is asked for what needs the secret");
    });
}

#[test]
fn a_server_that_does_not_answer_is_named_with_what_to_look_at() {
    both(|| async {
        let sim = simulator();
        sim.fault(Fault::next("any", FaultKind::Refused).times(100));
        let domain = Start::Domain("contoso.example".into());
        let (_, lines) = checked(&sim, ucwa::Settings { start: domain, ..settings(token()) }, LONG).await;
        assert_eq!(names(&lines), ["ok secret", "FAILED discovery"], "{lines:#?}");
        for words in [
            "https://lyncdiscoverinternal.contoso.example (",
            "https://lyncdiscover.contoso.example (",
            "[ucwa]",
        ] {
            assert!(lines[1].contains(words), "{words}: {lines:#?}");
        }
    });
}

#[test]
fn an_interrupt_at_any_time_leaves_no_application_behind() {
    both(|| async {
        for tenths in 0..60 {
            let sim = simulator();
            sim.fault(Fault::next("applications", FaultKind::Delay(1.0)));
            sim.fault(Fault::next("makeMeAvailable", FaultKind::Delay(1.0)));
            let (finished, lines) =
                checked(&sim, settings(token()), Duration::from_millis(tenths * 100 + 50)).await;
            let record = sim.record();
            let created = record.iter().any(|it| it.method == "POST" && it.target.ends_with("/applications"));
            assert!(!created || signed_out(&sim), "{tenths}: {record:#?}");
            // The poll is held, since the server has nothing urgent to tell, and counts as accepted after 3 s.
            assert_eq!(finished, tenths >= 50, "{tenths}: {lines:#?}");
        }
    });
}
