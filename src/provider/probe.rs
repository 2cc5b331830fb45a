//! What the checks of all providers have in common: who was asked, where a secret comes from, and what to do about
//! a network that leads nowhere.

use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::exchange::{Exchange, Request, StreamedResponse, TransportError};
use super::{CheckStep, Problem};
use crate::secret::{Secret, SecretError};
use crate::shell::quoted;

/// An exchange that notes whom it asks.
pub struct Witness {
    exchange: Arc<dyn Exchange>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A host that was asked.
#[derive(Clone, Debug)]
struct Asked {
    origin: String,
    outcome: Outcome,
}

#[derive(Clone, Debug)]
enum Outcome {
    Pending,
    Answered,
    Failed(String),
}

impl Witness {
    /// An exchange that sends by way of another.
    #[must_use]
    pub fn new(exchange: Arc<dyn Exchange>) -> Arc<Self> {
        Arc::new(Self { exchange, asked: Arc::default() })
    }

    /// Forgets whom it asked so far.
    pub fn start_over(&self) {
        lock(&self.asked).clear();
    }

    /// Returns the host that was asked last.
    #[must_use]
    pub fn last(&self) -> String {
        lock(&self.asked).last().map(|asked| asked.origin.clone()).unwrap_or_default()
    }

    /// Returns the host that answered last, if one did.
    #[must_use]
    pub fn answered(&self) -> Option<String> {
        let asked = lock(&self.asked);
        let mut answered = asked.iter().rev().filter(|asked| matches!(asked.outcome, Outcome::Answered));
        answered.next().map(|asked| asked.origin.clone())
    }

    /// Returns a problem with the hosts that it is about: all that gave no answer, each with what came of it, or
    /// else the one that was asked last. Where nothing is advised, the network is what to look at.
    #[must_use]
    pub fn blame(&self, problem: Problem, section: &str) -> Problem {
        let asked = lock(&self.asked).clone();
        let mut silent = String::new();
        let mut why = String::new();
        if asked.last().is_some_and(|asked| !matches!(asked.outcome, Outcome::Answered)) {
            for Asked { origin, outcome } in asked {
                why = match outcome {
                    Outcome::Answered => continue,
                    Outcome::Pending => "no answer in time".into(),
                    Outcome::Failed(why) => why,
                };
                let joint = if silent.is_empty() { "" } else { ", " };
                let _ = write!(silent, "{joint}{origin} ({why})");
            }
            silent.insert_str(0, "no answer from ");
        } else if let Some(last) = asked.last() {
            let _ = write!(silent, "{}: {}", last.origin, problem.message);
        } else {
            return problem;
        }
        let remedy = if problem.remedy.is_empty() && !why.is_empty() {
            network_remedy(&why, section)
        } else {
            problem.remedy.to_string()
        };
        Problem { needs_reconnect: problem.needs_reconnect, ..Problem::new(&silent, &remedy) }
    }
}

impl Exchange for Witness {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let origin = request.url.origin().ascii_serialization();
        let number = {
            let mut asked = lock(&self.asked);
            asked.push(Asked { origin, outcome: Outcome::Pending });
            asked.len() - 1
        };
        let (sent, asked) = (self.exchange.send(request), self.asked.clone());
        async move {
            let result = sent.await;
            if let Some(asked) = lock(&asked).get_mut(number) {
                asked.outcome = match &result {
                    Ok(_) => Outcome::Answered,
                    Err(failure) => Outcome::Failed(failure.message.clone()),
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

fn lock(asked: &Mutex<Vec<Asked>>) -> std::sync::MutexGuard<'_, Vec<Asked>> {
    asked.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns what to do about a host that can't be reached, from the words of the system or of TLS for why.
fn network_remedy(why: &str, section: &str) -> String {
    let why = why.to_lowercase();
    if why.contains("certificate") {
        format!(
            "if your organization signs its own certificates, name its authority in ca_file under {section}"
        )
    } else if why.contains("lookup") || why.contains("resolve") || why.contains("dns") {
        format!(
            "check the name in the configuration (tenant, or the addresses under {section}), and whether it is known in this network only by way of a VPN"
        )
    } else {
        format!("check the network, and whether a proxy is needed: proxy under {section}")
    }
}

/// Reads a secret, and says what came of it. Gives it as it was read, so that a command is not run again.
pub async fn secret(secret: &Secret) -> (CheckStep, Option<Secret>) {
    let origin = match secret {
        Secret::Value(_) => "in the configuration".to_owned(),
        Secret::File(path) => format!("in {}, which nobody else can read", path.display()),
        Secret::Command(words) => format!("printed by {}", words.join(" ")),
    };
    match secret.read().await {
        Ok(value) => (CheckStep::passed("secret", &origin), Some(Secret::Value(value))),
        Err(error) => {
            let remedy = match (&error, secret) {
                (SecretError::Command { .. }, Secret::Command(words)) => {
                    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
                    format!("run it by hand: {}", words.join(" "))
                }
                (SecretError::File { .. }, _) => "write the secret there, or name another file".into(),
                (SecretError::Empty(_), Secret::Command(_)) => "its first line has to be the secret".into(),
                (SecretError::Empty(_), _) => "write the secret into its first line".into(),
                _ => String::new(),
            };
            (CheckStep::failed("secret", Problem::new(&error.to_string(), &remedy)), None)
        }
    }
}
