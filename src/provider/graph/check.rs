//! Whether a bot's configuration works, step by step.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};
use secrecy::ExposeSecret;
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::timeout;
use url::Url;

use super::client::Client;
use super::listener::Listener;
use super::settings::{Cloud, Credential, ISSUERS, OPENID_URL, Settings};
use super::token_validation::{TokenValidator, ValidationError};
use super::webhook::{Arrival, Webhook};
use crate::provider::exchange::{Exchange, Request, Response, fetch};
use crate::provider::origin::is_loopback;
use crate::provider::probe::{Witness, secret};
use crate::provider::{CheckStep, Problem};
use crate::secret::private_text;

/// What the messages call the part of the configuration that is checked.
const SECTION: &str = "[graph]";

/// What to do where the public address does not lead here.
const PUBLIC: &str = "is the tunnel or the reverse proxy running, and does it lead to `listen`?";

/// How long a request of our own may take on its way round.
const ROUND: Duration = Duration::from_secs(10);

/// Tries the secret, the token, the keys, the listener and the way to it, and tells what came of each.
pub async fn check(
    settings: &Settings,
    exchange: Arc<dyn Exchange>,
    listener: &dyn Listener,
    tell: &mut (dyn FnMut(CheckStep) + Send),
) {
    let witness = Witness::new(exchange.clone());
    // What signing in needs is tried first, and signing in only with that.
    if let Some(credential) = credential(&settings.credential, tell).await {
        let client = Client::new(&Settings { credential, ..settings.clone() }, witness.clone());
        tell(match client.sign_in(&settings.tenant).await {
            Ok(_) => CheckStep::passed(
                "token",
                &format!("given by {} for {}", settings.authority, settings.tenant),
            ),
            Err(error) => CheckStep::failed("token", witness.blame(error.problem(), SECTION)),
        });
    }
    witness.start_over();
    let validator = TokenValidator::new(settings, witness.clone());
    let keys = validator.refresh().await;
    tell(match &keys {
        Ok(keys) => CheckStep::passed("keys", &format!("{keys} found by way of {}", settings.openid_url)),
        Err(error) => {
            let problem = Problem::new(&error.to_string(), "check openid_url and the network");
            CheckStep::failed("keys", witness.blame(problem, SECTION))
        }
    });
    if let Some(step) = assumed(settings) {
        tell(step);
    }
    let (webhook, mut arrivals) = Webhook::new(settings.public_url.path(), validator);
    let _open = match listener.open(settings.listen, webhook).await {
        Ok(open) => {
            tell(CheckStep::passed("listener", &format!("listens on {}", settings.listen)));
            open
        }
        Err(error) => {
            let remedy = "if rsvp is running, quit it first; else choose another `listen`";
            tell(CheckStep::failed(
                "listener",
                Problem::new(&format!("{}: {error}", settings.listen), remedy),
            ));
            return tell(knock_blindly(settings, exchange).await);
        }
    };
    let knocked = probe(settings, exchange.clone(), &mut arrivals).await;
    let leads_here = knocked.result.is_ok();
    tell(knocked);
    if leads_here && keys.is_ok() && is_loopback(&settings.openid_url) {
        tell(ring(settings, exchange, &mut arrivals).await);
    }
}

/// Reads what the bot proves itself with, and tells what came of it. A secret is given as it was read, so that a
/// command is run once.
async fn credential(credential: &Credential, tell: &mut (dyn FnMut(CheckStep) + Send)) -> Option<Credential> {
    match credential {
        Credential::Secret(from) => {
            let (step, read) = secret(from).await;
            tell(step);
            read.map(Credential::Secret)
        }
        Credential::Certificate { certificate, key } => {
            let files = [
                holds(certificate, tokio::fs::read_to_string(certificate).await, "CERTIFICATE-----"),
                holds(
                    key,
                    private_text(key).await.map(|text| text.expose_secret().to_owned()),
                    "PRIVATE KEY-----",
                ),
            ];
            let [certificate_fits, key_fits] = files;
            let fits = certificate_fits.is_ok() && key_fits.is_ok();
            let problems = [certificate_fits, key_fits].into_iter().filter_map(Result::err);
            problems.for_each(|problem| tell(CheckStep::failed("certificate", problem)));
            if !fits {
                return None;
            }
            let what = format!("{} with the key {}", certificate.display(), key.display());
            tell(CheckStep::passed("certificate", &what));
            Some(credential.clone())
        }
    }
}

/// Whether a file could be read and holds PEM of a kind.
fn holds<E: std::fmt::Display>(path: &Path, text: Result<String, E>, kind: &str) -> Result<(), Problem> {
    match text {
        Ok(text) if text.contains(kind) => Ok(()),
        Ok(_) => {
            let what = format!("{} holds no -----BEGIN {kind}", path.display());
            Err(Problem::new(&what, "export it as PEM"))
        }
        Err(error) => {
            let why = error.to_string();
            let path = path.display().to_string();
            let what = if why.contains(&path) { why } else { format!("can't read {path}: {why}") };
            Err(Problem::new(&what, "check client_certificate_file and client_key_file under [graph]"))
        }
    }
}

/// A request through the public address without a listener of our own: it tells at least whether anybody answers.
async fn knock_blindly(settings: &Settings, exchange: Arc<dyn Exchange>) -> CheckStep {
    let url = &settings.public_url;
    match post(exchange, url.clone(), Bytes::from_static(b"{}")).await {
        Ok(response) => {
            let status = response.status.as_u16();
            let what = format!(
                "{url} answers (status {status}); whether it leads here, only the listener could tell"
            );
            CheckStep::passed("public_url", &what)
        }
        Err(error) => CheckStep::failed("public_url", Problem::new(&format!("{url}: {error}"), PUBLIC)),
    }
}

/// What is only assumed of a national cloud: that its notifications are signed as those of the global one.
fn assumed(settings: &Settings) -> Option<CheckStep> {
    let (cloud, openid_url) = (settings.cloud, settings.openid_url.as_str() == OPENID_URL);
    let keys = match (openid_url, settings.issuers == ISSUERS) {
        _ if cloud == Cloud::Global => return None,
        (false, false) => return None,
        (true, true) => "openid_url and issuers are",
        (true, false) => "openid_url is",
        (false, true) => "issuers is",
    };
    let what = format!(
        "{keys} as in the global cloud and may differ in {}; if notifications are refused, ask its operator",
        cloud.name()
    );
    Some(CheckStep::passed("cloud", &what))
}

/// A request without a token through the public address: it leads here if the webhook turns it away.
async fn probe(
    settings: &Settings,
    exchange: Arc<dyn Exchange>,
    arrivals: &mut mpsc::Receiver<Arrival>,
) -> CheckStep {
    let failed = |what: &str| {
        CheckStep::failed("public_url", Problem::new(&format!("{}: {what}", settings.public_url), PUBLIC))
    };
    let response = match post(exchange, settings.public_url.clone(), Bytes::from_static(b"{}")).await {
        Ok(response) => response,
        Err(error) => return failed(&error),
    };
    let ours = async {
        // Calls may come in between.
        while let Some(arrival) = arrivals.recv().await {
            if matches!(arrival, Arrival::Distrusted(ValidationError::NoToken)) {
                return true;
            }
        }
        false
    };
    if timeout(ROUND, ours).await == Ok(true) {
        CheckStep::passed("public_url", &format!("{} leads here", settings.public_url))
    } else {
        failed(&format!("it leads elsewhere (status {})", response.status.as_u16()))
    }
}

/// A notification that a simulator signs and sends through the public address.
async fn ring(
    settings: &Settings,
    exchange: Arc<dyn Exchange>,
    arrivals: &mut mpsc::Receiver<Arrival>,
) -> CheckStep {
    let failed =
        |what: &str| CheckStep::failed("notification", Problem::new(what, "check client_id and issuers"));
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
            CheckStep::passed("notification", "a signed one came through and is believed")
        }
        Ok(Some(Arrival::Distrusted(why))) => failed(&format!("a signed one came through, but {why}")),
        Ok(None) | Err(_) => failed("the simulator sent one, but it did not arrive"),
    }
}

async fn post(exchange: Arc<dyn Exchange>, url: Url, body: Bytes) -> Result<Response, String> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let request = Request { method: Method::POST, url, headers, body, timeout: ROUND };
    fetch(exchange, request).await.map_err(|failure| failure.to_string())
}
