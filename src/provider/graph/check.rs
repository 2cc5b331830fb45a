//! The check of a bot's configuration, step by step.

use std::fmt::Display;
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
use crate::provider::recording_exchange::RecordingExchange;
use crate::provider::{CheckStep, Problem, check_secret};
use crate::secret::private_text;

/// The section of the configuration that remedies refer to.
const SECTION: &str = "[graph]";

/// The remedy for a public URL that does not lead to the listener.
const PUBLIC_URL_REMEDY: &str = "is the tunnel or the reverse proxy running, and does it lead to `listen`?";

/// The maximum time that a request through the public URL may take to arrive here.
const ROUND_TRIP_TIMEOUT: Duration = Duration::from_secs(10);

/// Checks the secret, the token, the keys, the listener and the public URL, and passes the result of each step to
/// `report`.
pub async fn check(
    settings: &Settings,
    exchange: Arc<dyn Exchange>,
    listener: &dyn Listener,
    report: &mut (dyn FnMut(CheckStep) + Send),
) {
    let recording = RecordingExchange::new(exchange.clone());
    if let Some(credential) = check_credential(&settings.credential, report).await {
        let client = Client::new(&Settings { credential, ..settings.clone() }, recording.clone());
        report(match client.renew_token(&settings.tenant).await {
            Ok(_) => {
                let finding = format!("issued by {} for {}", settings.authority, settings.tenant);
                CheckStep::passed("token", &finding)
            }
            Err(error) => CheckStep::failed("token", recording.explain(error.problem(), SECTION)),
        });
    }
    recording.clear();
    let validator = TokenValidator::new(settings, recording.clone());
    let keys = validator.refresh().await;
    report(match &keys {
        Ok(count) => CheckStep::passed("keys", &format!("{count} found through {}", settings.openid_url)),
        Err(error) => {
            let problem = Problem::new(&error.to_string(), "check openid_url and the network");
            CheckStep::failed("keys", recording.explain(problem, SECTION))
        }
    });
    if let Some(step) = check_national_cloud(settings) {
        report(step);
    }
    let (webhook, mut arrivals) = Webhook::new(settings.public_url.path(), validator);
    let _tasks = match listener.open(settings.listen, webhook).await {
        Ok(tasks) => {
            report(CheckStep::passed("listener", &format!("listens on {}", settings.listen)));
            tasks
        }
        Err(error) => {
            let remedy = "if rsvp is running, quit it first; otherwise choose another `listen`";
            let problem = Problem::new(&format!("{}: {error}", settings.listen), remedy);
            report(CheckStep::failed("listener", problem));
            return report(check_public_url_without_listener(settings, exchange).await);
        }
    };
    let step = check_public_url(settings, exchange.clone(), &mut arrivals).await;
    let is_reachable = step.result.is_ok();
    report(step);
    if is_reachable && keys.is_ok() && is_loopback(&settings.openid_url) {
        report(check_simulated_notification(settings, exchange, &mut arrivals).await);
    }
}

/// Checks that the credential can be read. Returns a credential that holds the secret itself, so that a command is run
/// only once.
async fn check_credential(
    credential: &Credential,
    report: &mut (dyn FnMut(CheckStep) + Send),
) -> Option<Credential> {
    match credential {
        Credential::Secret(source) => {
            let (step, read) = check_secret(source).await;
            report(step);
            read.map(Credential::Secret)
        }
        Credential::Certificate { certificate, key } => {
            let certificate_text = tokio::fs::read_to_string(certificate).await;
            let key_text = private_text(key).await.map(|text| text.expose_secret().to_owned());
            let certificate_result = check_pem(certificate, certificate_text, "CERTIFICATE-----");
            let key_result = check_pem(key, key_text, "PRIVATE KEY-----");
            let is_usable = certificate_result.is_ok() && key_result.is_ok();
            for problem in [certificate_result, key_result].into_iter().filter_map(Result::err) {
                report(CheckStep::failed("certificate", problem));
            }
            if !is_usable {
                return None;
            }
            let finding = format!("{} with the key {}", certificate.display(), key.display());
            report(CheckStep::passed("certificate", &finding));
            Some(credential.clone())
        }
    }
}

/// Checks that a file could be read and contains a PEM block with a label.
fn check_pem<E: Display>(path: &Path, text: Result<String, E>, label: &str) -> Result<(), Problem> {
    match text {
        Ok(text) if text.contains(label) => Ok(()),
        Ok(_) => {
            let message = format!("{} contains no -----BEGIN {label}", path.display());
            Err(Problem::new(&message, "export it as PEM"))
        }
        Err(error) => {
            let error = error.to_string();
            let path = path.display().to_string();
            let message = if error.contains(&path) { error } else { format!("can't read {path}: {error}") };
            Err(Problem::new(&message, "check client_certificate_file and client_key_file under [graph]"))
        }
    }
}

/// Names the settings of a national cloud that are assumed to be those of the global one.
fn check_national_cloud(settings: &Settings) -> Option<CheckStep> {
    let is_global_url = settings.openid_url.as_str() == OPENID_URL;
    let subject = match (is_global_url, settings.issuers == ISSUERS) {
        _ if settings.cloud == Cloud::Global => return None,
        (false, false) => return None,
        (true, true) => "openid_url and issuers are",
        (true, false) => "openid_url is",
        (false, true) => "issuers is",
    };
    let finding = format!(
        "{subject} set as for the global cloud, which may be wrong for {}; if notifications are refused, ask its operator",
        settings.cloud.name()
    );
    Some(CheckStep::passed("cloud", &finding))
}

/// Sends a request to the public URL without a listener. A response shows only that something answers there.
async fn check_public_url_without_listener(settings: &Settings, exchange: Arc<dyn Exchange>) -> CheckStep {
    let url = &settings.public_url;
    match post(exchange, url.clone(), Bytes::from_static(b"{}")).await {
        Ok(response) => {
            let status = response.status.as_u16();
            let finding = format!(
                "{url} responds (status {status}); rsvp can't tell whether it reaches this machine, because it is not listening"
            );
            CheckStep::passed("public_url", &finding)
        }
        Err(error) => {
            CheckStep::failed("public_url", Problem::new(&format!("{url}: {error}"), PUBLIC_URL_REMEDY))
        }
    }
}

/// Sends a request without a token to the public URL, and checks that the webhook rejects it.
async fn check_public_url(
    settings: &Settings,
    exchange: Arc<dyn Exchange>,
    arrivals: &mut mpsc::Receiver<Arrival>,
) -> CheckStep {
    let failed = |reason: &str| {
        let problem = Problem::new(&format!("{}: {reason}", settings.public_url), PUBLIC_URL_REMEDY);
        CheckStep::failed("public_url", problem)
    };
    let response = match post(exchange, settings.public_url.clone(), Bytes::from_static(b"{}")).await {
        Ok(response) => response,
        Err(error) => return failed(&error),
    };
    let rejected = async {
        // Notifications of calls may arrive before.
        while let Some(arrival) = arrivals.recv().await {
            if matches!(arrival, Arrival::Rejected(ValidationError::NoToken)) {
                return true;
            }
        }
        false
    };
    if timeout(ROUND_TRIP_TIMEOUT, rejected).await == Ok(true) {
        CheckStep::passed("public_url", &format!("{} reaches rsvp", settings.public_url))
    } else {
        failed(&format!("another server responded (status {})", response.status.as_u16()))
    }
}

/// Has the simulator send a signed notification to the public URL, and checks that the webhook accepts it.
async fn check_simulated_notification(
    settings: &Settings,
    exchange: Arc<dyn Exchange>,
    arrivals: &mut mpsc::Receiver<Arrival>,
) -> CheckStep {
    let failed = |message: &str| {
        CheckStep::failed("notification", Problem::new(message, "check client_id and issuers"))
    };
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
    match timeout(ROUND_TRIP_TIMEOUT, arrivals.recv()).await {
        Ok(Some(Arrival::Notifications(..))) => {
            CheckStep::passed("notification", "a signed one arrived and was accepted")
        }
        Ok(Some(Arrival::Rejected(error))) => failed(&format!("a signed one arrived, but {error}")),
        Ok(None) | Err(_) => failed("the simulator sent one, but it did not arrive"),
    }
}

async fn post(exchange: Arc<dyn Exchange>, url: Url, body: Bytes) -> Result<Response, String> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let request = Request { method: Method::POST, url, headers, body, timeout: ROUND_TRIP_TIMEOUT };
    fetch(exchange, request).await.map_err(|error| error.to_string())
}
