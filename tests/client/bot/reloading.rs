//! The bot's section of the configuration is corrected while the program runs.

use std::sync::Arc;

use rsvp::config::AccountConfig;
use rsvp::invitation::{Outcome, Rejection};
use rsvp::sim::{Call, Fault, FaultKind, GraphOptions, InProcess, InProcessWebhook, Options, Simulator};

use super::{SERVICE, john, quick, ringing};
use crate::reloading::{Written, stopped};
use crate::support::TestClient;

const WEBHOOK: &str = "https://bot.example/api/calls";

const ELSEWHERE: &str = "0fd7b1b3-9d1f-4ac7-a6f0-3a8f2ad3a2f5";

/// A configuration of a bot at that service.
pub fn file(service: &str, public_url: &str, secret: &str) -> String {
    let GraphOptions { tenant, client_id, .. } = GraphOptions::default();
    format!(
        "[graph]\ntenant = \"{tenant}\"\nclient_id = \"{client_id}\"\nclient_secret = \"{secret}\"\n\
         public_url = \"{public_url}\"\nauthority = \"{service}\"\nbase_url = \"{service}v1.0\"\n\
         openid_url = \"{service}v1/.well-known/OpenIdConfiguration\"\n"
    )
}

fn with_secret(secret: &str) -> String {
    file(SERVICE, WEBHOOK, secret)
}

fn right() -> String {
    with_secret(&GraphOptions::default().client_secret)
}

fn bot(file: &Written) -> TestClient {
    let settings = file.source(AccountConfig::graph);
    let sim = Simulator::new(Options::default());
    let webhook = InProcessWebhook::default();
    sim.graph.set_webhook(Arc::new(webhook.clone()), settings.public_url.clone());
    TestClient::behind(&sim, settings, Arc::new(InProcess::new(&sim)), webhook)
}

#[test]
fn a_corrected_secret_is_read_when_the_user_reconnects() {
    quick(async {
        let file = Written::new(&with_secret("typo"));
        let mut client = bot(&file);
        client.until(stopped).await;
        file.now_says(&right());
        client.press("r");
        client.until_online().await;
        client.called(john()).await;
        client.press("D");
        assert_eq!(client.over().await, Outcome::Rejected(Rejection::Busy));
        client.end().await;
    });
}

#[test]
fn a_corrected_client_id_is_taken_up_by_the_webhook_too() {
    quick(async {
        let id = GraphOptions::default().client_id;
        let file = Written::new(&right().replace(&id, "00000000-0000-4000-8000-000000000000"));
        let mut client = bot(&file);
        client.until(stopped).await;
        file.now_says(&right());
        client.press("r");
        client.until_online().await;
        client.called(john()).await;
        client.end().await;
    });
}

#[test]
fn a_bot_that_starts_anew_after_it_was_stopped_comes_online_once() {
    quick(async {
        let own = GraphOptions::default().tenant;
        let file = Written::new(&right());
        let mut client = bot(&file);
        client.until_online().await;
        file.now_says(&with_secret("typo"));
        client.press("r");
        client.until(stopped).await;
        file.now_says(&(right() + &format!("allowed_tenants = [\"{own}\"]\n")));
        client.press("r");
        client.until_online().await;
        let status = client.status().clone();
        client.wait(10).await;
        assert_eq!(*client.status(), status);
        client.end().await;
    });
}

#[test]
fn a_broken_section_is_told_with_its_line_and_the_old_one_stays_in_use() {
    quick(async {
        let file = Written::new(&right());
        let mut client = bot(&file);
        client.until_online().await;
        file.now_says(&right().replace("client_secret", "client_sekret"));
        client.press("r");
        client
            .until(|state| state.notice.as_ref().is_some_and(|it| it.text.as_str().contains("line 4")))
            .await;
        assert!(client.notice().contains("did you mean `client_secret`"), "{}", client.notice());
        client.called(john()).await;
        client.press("D");
        assert_eq!(client.over().await, Outcome::Rejected(Rejection::Busy));
        // The file has no section for the bot any more.
        file.now_says("tenant = \"contoso.com\"\ntoken = \"cwt=x\"\n");
        client.press("r");
        client.until(|state| state.notice.as_ref().is_some_and(|it| it.text.as_str().contains("gone"))).await;
        assert!(client.status().is_online());
        client.rest().await;
        client.called(john()).await;
        client.end().await;
    });
}

#[test]
fn another_tenant_is_believed_once_the_file_allows_it_and_what_rings_goes_on_ringing() {
    quick(async {
        let own = GraphOptions::default().tenant;
        let file = Written::new(&(right() + &format!("allowed_tenants = [\"{own}\"]\n")));
        let mut client = bot(&file);
        client.until_online().await;
        client.sim.graph.call(Call { tenant: Some(ELSEWHERE.into()), ..john() });
        client.within(std::time::Duration::from_millis(100), |_| false).await;
        assert_eq!(ringing(&client.state), 0);
        client.called(john()).await;
        file.now_says(&(right() + &format!("allowed_tenants = [\"{own}\", \"{ELSEWHERE}\"]\n")));
        client.press("r");
        client.until(|state| !state.accounts[0].status.is_online()).await;
        client.until_online().await;
        client.sim.graph.call(Call { tenant: Some(ELSEWHERE.into()), ..john() });
        client.until(|state| ringing(state) == 2).await;
        client.press("  D");
        client.until(|state| ringing(state) == 0).await;
        assert_eq!(client.sim.graph.ended().len(), 2, "{:?}", client.sim.graph.ended());
        client.end().await;
    });
}

#[test]
fn a_call_that_was_taken_in_while_the_webhook_is_replaced_rings() {
    quick(async {
        let own = GraphOptions::default().tenant;
        let file = Written::new(&right());
        let mut client = bot(&file);
        client.until_online().await;
        file.now_says(&(right() + &format!("allowed_tenants = [\"{own}\", \"{ELSEWHERE}\"]\n")));
        client.press("r");
        client.sim.graph.call(john());
        client.until(|state| ringing(state) == 1).await;
        client.end().await;
    });
}

#[test]
fn a_secret_that_is_refused_after_it_was_corrected_stops_nothing() {
    quick(async {
        let file = Written::new(&right());
        let mut client = bot(&file);
        client.until_online().await;
        client.sim.fault(Fault::next("graphToken", FaultKind::Late(5.0)));
        file.now_says(&with_secret("typo"));
        client.press("r");
        client.wait(1).await;
        file.now_says(&right());
        client.press("r");
        client.wait(10).await;
        assert!(client.status().is_online(), "{:?}", client.status());
        assert!(!stopped(&client.state), "{}", client.transcript());
        client.called(john()).await;
        client.end().await;
    });
}
