//! Whether a bot's configuration works, step by step.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::timeout;
use url::Url;

use super::client::Client;
use super::entrance::Entrance;
use super::settings::Settings;
use super::trust::{Distrust, Trust};
use super::webhook::{Arrival, Webhook};
use crate::provider::exchange::{Exchange, Request, Response, fetch};
use crate::provider::origin::is_loopback;
use crate::provider::{Problem, Step};

/// How long a request of our own may take on its way round.
const ROUND: Duration = Duration::from_secs(10);

/// Tries the token, the keys, the listener and the way to it, and tells what came of each.
pub async fn check(
    settings: &Settings,
    exchange: Arc<dyn Exchange>,
    entrance: &dyn Entrance,
    tell: &mut (dyn FnMut(Step) + Send),
) {
    let client = Client::new(settings, exchange.clone());
    tell(match client.sign_in(&settings.tenant).await {
        Ok(_) => Step::fine("token", &format!("given by {} for {}", settings.authority, settings.tenant)),
        Err(error) => Step::failed("token", error.problem()),
    });
    let trust = Trust::new(settings, exchange.clone());
    let keys = trust.refresh().await;
    tell(match &keys {
        Ok(keys) => Step::fine("keys", &format!("{keys} found by way of {}", settings.openid_url)),
        Err(error) => {
            Step::failed("keys", Problem::new(&error.to_string(), "check openid_url and the network"))
        }
    });
    let (webhook, mut arrivals) = Webhook::new(settings.public_url.path(), trust);
    let _open = match entrance.open(settings.listen, webhook).await {
        Ok(open) => {
            tell(Step::fine("listener", &format!("listens on {}", settings.listen)));
            open
        }
        Err(error) => {
            let remedy = "if rsvp is running, quit it first; else choose another `listen`";
            tell(Step::failed("listener", Problem::new(&format!("{}: {error}", settings.listen), remedy)));
            return;
        }
    };
    let knocked = knock(settings, exchange.clone(), &mut arrivals).await;
    let leads_here = knocked.result.is_ok();
    tell(knocked);
    if leads_here && keys.is_ok() && is_loopback(&settings.openid_url) {
        tell(ring(settings, exchange, &mut arrivals).await);
    }
}

/// A request without a token through the public address: it leads here if the webhook turns it away.
async fn knock(
    settings: &Settings,
    exchange: Arc<dyn Exchange>,
    arrivals: &mut mpsc::Receiver<Arrival>,
) -> Step {
    const REMEDY: &str = "is the tunnel or the reverse proxy running, and does it lead to `listen`?";
    let failed = |what: &str| {
        Step::failed("public_url", Problem::new(&format!("{}: {what}", settings.public_url), REMEDY))
    };
    let response = match post(exchange, settings.public_url.clone(), Bytes::from_static(b"{}")).await {
        Ok(response) => response,
        Err(error) => return failed(&error),
    };
    let ours = async {
        // Calls may come in between.
        while let Some(arrival) = arrivals.recv().await {
            if matches!(arrival, Arrival::Distrusted(Distrust::NoToken)) {
                return true;
            }
        }
        false
    };
    if timeout(ROUND, ours).await == Ok(true) {
        Step::fine("public_url", &format!("{} leads here", settings.public_url))
    } else {
        failed(&format!("it leads elsewhere (status {})", response.status.as_u16()))
    }
}

/// A notification that a simulator signs and sends through the public address.
async fn ring(
    settings: &Settings,
    exchange: Arc<dyn Exchange>,
    arrivals: &mut mpsc::Receiver<Arrival>,
) -> Step {
    let failed = |what: &str| Step::failed("notification", Problem::new(what, "check client_id and issuers"));
    let mut url = settings.openid_url.clone();
    url.set_path("/simulator/notify");
    let body = Bytes::from(json!({ "url": settings.public_url.as_str() }).to_string());
    match post(exchange, url, body).await {
        Ok(response) if response.status.is_success() => {}
        Ok(response) => {
            return failed(&format!("the simulator sends none (status {})", response.status.as_u16()));
        }
        Err(error) => return failed(&error),
    }
    match timeout(ROUND, arrivals.recv()).await {
        Ok(Some(Arrival::Notifications(..))) => {
            Step::fine("notification", "a signed one came through and is believed")
        }
        Ok(Some(Arrival::Distrusted(why))) => failed(&format!("a signed one came through, but {why}")),
        Ok(None) | Err(_) => failed("the simulator sent one, but it did not arrive"),
    }
}

async fn post(exchange: Arc<dyn Exchange>, url: Url, body: Bytes) -> Result<Response, String> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let request = Request { method: Method::POST, url, headers, body, deadline: ROUND };
    fetch(exchange, request).await.map_err(|failure| failure.to_string())
}
