//! An exchange that records the hosts of its requests, so that a failed check can name them.

use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::exchange::{Exchange, Request, StreamedResponse, TransportError};
use super::problem::Problem;

/// An exchange that passes requests on to another one, and records their hosts.
pub struct RecordingExchange {
    exchange: Arc<dyn Exchange>,
    requests: Arc<Mutex<Vec<RecordedRequest>>>,
}

#[derive(Clone, Debug)]
struct RecordedRequest {
    origin: String,
    result: RequestResult,
}

#[derive(Clone, Debug)]
enum RequestResult {
    Pending,
    Responded,
    /// The request received no response, for this reason.
    Failed(String),
}

impl RecordingExchange {
    /// Creates an exchange that passes requests on to another one.
    #[must_use]
    pub fn new(exchange: Arc<dyn Exchange>) -> Arc<Self> {
        Arc::new(Self { exchange, requests: Arc::default() })
    }

    /// Clears the record.
    pub fn clear(&self) {
        lock(&self.requests).clear();
    }

    /// Returns the origin of the last request, or an empty string.
    #[must_use]
    pub fn last_host(&self) -> String {
        lock(&self.requests).last().map(|request| request.origin.clone()).unwrap_or_default()
    }

    /// Returns the origin of the last request that received a response.
    #[must_use]
    pub fn last_responding_host(&self) -> Option<String> {
        let requests = lock(&self.requests);
        let mut responded =
            requests.iter().rev().filter(|request| matches!(request.result, RequestResult::Responded));
        responded.next().map(|request| request.origin.clone())
    }

    /// Names in a problem the hosts that it concerns: all that did not respond, each with the reason, if the last host
    /// is among them, and else the last host. If there was no response the remedy is one for the network settings in
    /// `section` of the configuration.
    #[must_use]
    pub fn explain(&self, problem: Problem, section: &str) -> Problem {
        let requests = lock(&self.requests).clone();
        let mut message = String::new();
        let mut last_reason = String::new();
        if requests.last().is_some_and(|last| !matches!(last.result, RequestResult::Responded)) {
            for RecordedRequest { origin, result } in requests {
                last_reason = match result {
                    RequestResult::Responded => continue,
                    RequestResult::Pending => "no answer in time".into(),
                    RequestResult::Failed(reason) => reason,
                };
                let separator = if message.is_empty() { "" } else { ", " };
                let _ = write!(message, "{separator}{origin} ({last_reason})");
            }
            message.insert_str(0, "no answer from ");
        } else if let Some(last) = requests.last() {
            let _ = write!(message, "{}: {}", last.origin, problem.message);
        } else {
            return problem;
        }
        let remedy = if last_reason.is_empty() {
            problem.remedy.to_string()
        } else {
            network_remedy(&last_reason, section)
        };
        Problem { needs_reconnect: problem.needs_reconnect, ..Problem::new(&message, &remedy) }
    }
}

impl Exchange for RecordingExchange {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let origin = request.url.origin().ascii_serialization();
        let index = {
            let mut requests = lock(&self.requests);
            requests.push(RecordedRequest { origin, result: RequestResult::Pending });
            requests.len() - 1
        };
        let (response, requests) = (self.exchange.send(request), self.requests.clone());
        async move {
            let result = response.await;
            if let Some(request) = lock(&requests).get_mut(index) {
                request.result = match &result {
                    Ok(_) => RequestResult::Responded,
                    Err(error) => RequestResult::Failed(error.message.clone()),
                };
            }
            result
        }
        .boxed()
    }

    fn forget_connections(&self) {
        self.exchange.forget_connections();
    }
}

fn lock(requests: &Mutex<Vec<RecordedRequest>>) -> MutexGuard<'_, Vec<RecordedRequest>> {
    requests.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the remedy for a host that cannot be reached, chosen by the message of the system or of TLS.
fn network_remedy(reason: &str, section: &str) -> String {
    let reason = reason.to_lowercase();
    if reason.contains("certificate") {
        format!("if your organization has its own certificate authority, set ca_file under {section}")
    } else if reason.contains("lookup") || reason.contains("resolve") || reason.contains("dns") {
        format!(
            "check the name in the configuration (tenant, or the addresses under {section}), and whether you need a VPN to reach it"
        )
    } else {
        format!("check the network; if it needs a proxy, set proxy under {section}")
    }
}
