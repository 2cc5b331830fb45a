//! Bots of national clouds.

use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use rsvp::provider::graph::{self, Cloud, Settings};
use rsvp::sim::{GraphOptions, InProcess, InProcessWebhook, Options, Simulator};

use super::{quick, settings};
use crate::support::TestClient;

/// An exchange that records the scopes of the tokens that are requested.
struct Scopes(InProcess, Mutex<Vec<String>>);

impl Exchange for Scopes {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        if request.url.path().contains("/oauth2/") {
            let scope = url::form_urlencoded::parse(&request.body).find(|(name, _)| name == "scope");
            self.1.lock().unwrap().push(scope.unwrap().1.into_owned());
        }
        self.0.send(request)
    }
}

#[test]
fn the_scope_of_a_token_is_that_of_the_cloud_wherever_calls_are_answered() {
    let gateway = "https://gateway.contoso.example/graph/v1.0";
    for (cloud, base, scope) in [
        (Cloud::Global, "https://graph.microsoft.com/v1.0", "https://graph.microsoft.com/.default"),
        (Cloud::Global, gateway, "https://graph.microsoft.com/.default"),
        (Cloud::UsGovL4, gateway, "https://graph.microsoft.us/.default"),
        (Cloud::UsGovL5, "https://dod-graph.microsoft.us/beta", "https://dod-graph.microsoft.us/.default"),
        (Cloud::China, gateway, "https://microsoftgraph.chinacloudapi.cn/.default"),
    ] {
        quick(async {
            let sim = Simulator::new(Options::default());
            let exchange = Arc::new(Scopes(InProcess::new(&sim), Mutex::default()));
            let bot = Settings { cloud, base: base.parse().unwrap(), ..settings(&GraphOptions::default()) };
            let client = TestClient::behind(&sim, bot, exchange.clone(), InProcessWebhook::default());
            while exchange.1.lock().unwrap().is_empty() {
                tokio::task::yield_now().await;
            }
            assert_eq!(*exchange.1.lock().unwrap(), [scope]);
            drop(client);
        });
    }
}

/// Returns the result of the step `cloud` when these settings are checked.
async fn said_of(settings: &Settings) -> Option<String> {
    let sim = Simulator::new(Options::default());
    let mut said = None;
    graph::check(settings, Arc::new(InProcess::new(&sim)), &InProcessWebhook::default(), &mut |step| {
        if step.name == "cloud" {
            said = Some(step.result.unwrap().to_string());
        }
    })
    .await;
    said
}

#[test]
fn checking_says_what_is_only_assumed_of_a_national_cloud() {
    quick(async {
        let usual = Settings {
            openid_url: graph::OPENID_URL.parse().unwrap(),
            issuers: graph::ISSUERS.map(str::to_owned).to_vec(),
            ..settings(&GraphOptions::default())
        };
        assert_eq!(said_of(&usual).await, None);
        for (cloud, name) in
            [(Cloud::UsGovL4, "us-gov-l4"), (Cloud::UsGovL5, "us-gov-l5"), (Cloud::China, "china")]
        {
            let national = Settings { cloud, ..usual.clone() };
            let said = said_of(&national).await.unwrap();
            assert!(said.starts_with("openid_url and issuers are set as for the global cloud"), "{said}");
            assert!(said.contains(&format!("may be wrong for {name};")), "{said}");
            let own_issuers = Settings { issuers: vec!["https://api.example.us".into()], ..national.clone() };
            assert!(said_of(&own_issuers).await.unwrap().starts_with("openid_url is"));
            let own_keys = Settings { openid_url: "https://keys.example.us/".parse().unwrap(), ..national };
            assert!(said_of(&own_keys).await.unwrap().starts_with("issuers is"));
            let own = Settings { issuers: own_issuers.issuers, ..own_keys };
            assert_eq!(said_of(&own).await, None);
        }
    });
}
