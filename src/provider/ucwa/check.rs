//! Whether an account's configuration works, step by step.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use secrecy::ExposeSecret;
use tokio::time::timeout;
use url::Url;

use super::application::Application;
use super::http::client::{Body, Client};
use super::http::discovery::discover;
use super::http::error::RequestError;
use super::wire::Document;
use super::{Credentials, Settings, Start};
use crate::provider::exchange::{Exchange, Response};
use crate::provider::oauth::InvalidToken;
use crate::provider::probe::{Witness, secret};
use crate::provider::{CheckStep, Problem};
use crate::secret::Secret;

/// How long one host may take to answer at all.
const KNOCK: Duration = Duration::from_secs(8);

/// A poll that the server has held for so long works.
const HELD: Duration = Duration::from_secs(3);

/// How long the server may hold a poll; the least that it takes.
const POLL: Duration = Duration::from_secs(180);

/// How long signing out may take, and what is in flight when the user has had enough.
const SIGN_OUT_TIMEOUT: Duration = Duration::from_secs(5);

/// What the messages call the part of the configuration that is checked.
const SECTION: &str = "[ucwa]";

/// Something that ends a check early.
pub type Interrupt<'a> = Pin<&'a mut (dyn Future<Output = ()> + Send)>;

/// Reads the secret, finds the server, signs in, becomes available, polls once and signs out; tells what came of
/// each. For that moment the user is available here with the configured presence. Whatever was created is deleted
/// again, after an interrupt as well.
///
/// Returns whether it came to its end.
pub async fn check(
    settings: &Settings,
    exchange: Arc<dyn Exchange>,
    mut interrupt: Interrupt<'_>,
    tell: &mut (dyn FnMut(CheckStep) + Send),
) -> bool {
    let witness = Witness::new(exchange);
    let mut checking = Checking { witness, tell };
    let found = tokio::select! {
        biased;
        () = &mut interrupt => return false,
        found = checking.find(settings) => found,
    };
    let Some(Found { settings, client, applications }) = found else { return true };
    let creating = Application::create(&client, &applications, &settings);
    tokio::pin!(creating);
    let (created, interrupted) = tokio::select! {
        biased;
        created = &mut creating => (Some(created), false),
        () = &mut interrupt => (timeout(SIGN_OUT_TIMEOUT, &mut creating).await.ok(), true),
    };
    let Some(application) = created.and_then(|created| checking.signed_in(created, interrupted)) else {
        return !interrupted;
    };
    let interrupted = interrupted || {
        tokio::select! {
            biased;
            () = &mut interrupt => true,
            () = checking.use_application(&client, &settings, &application) => false,
        }
    };
    checking.sign_out(&client, &application).await;
    !interrupted
}

/// What signing in needs.
struct Found {
    settings: Settings,
    client: Client,
    applications: Url,
}

struct Checking<'a> {
    witness: Arc<Witness>,
    tell: &'a mut (dyn FnMut(CheckStep) + Send),
}

impl Checking<'_> {
    fn fine(&mut self, name: &'static str, what: &str) {
        (self.tell)(CheckStep::passed(name, what));
    }

    fn failed(&mut self, name: &'static str, problem: Problem) {
        (self.tell)(CheckStep::failed(name, self.witness.blame(problem, SECTION)));
    }

    /// Reads the secret and finds the server. Without a secret, only whether a server answers can be told.
    async fn find(&mut self, settings: &Settings) -> Option<Found> {
        let credentials = self.credentials(&settings.credentials).await;
        let can_sign_in = credentials.is_some();
        let settings = Settings {
            credentials: credentials.unwrap_or_else(|| settings.credentials.clone()),
            ..settings.clone()
        };
        let client = Client::new(&settings, self.witness.clone());
        if !can_sign_in {
            self.probe(&client, &settings.start).await;
            return None;
        }
        match discover(&client, &settings.start).await {
            Ok(applications) => {
                let place = applications.origin().ascii_serialization();
                let what = match self.witness.answered() {
                    Some(answered) if answered != place => format!("{answered} leads to {place}"),
                    _ => format!("{place} answers"),
                };
                self.fine("discovery", &what);
                Some(Found { settings, client, applications })
            }
            Err(error @ RequestError::Token(_)) => {
                let place = self.witness.answered().unwrap_or_default();
                self.fine("discovery", &format!("{place} answers"));
                self.failed("token", error.problem());
                None
            }
            Err(error) => {
                self.failed("discovery", error.problem());
                None
            }
        }
    }

    /// The credentials with their secret as it was read, so that a command is run once.
    async fn credentials(&mut self, credentials: &Credentials) -> Option<Credentials> {
        let (Credentials::Token(from) | Credentials::Password { password: from, .. }) = credentials;
        let (step, read) = secret(from).await;
        let is_token = matches!(credentials, Credentials::Token(_));
        let has_odd_characters = matches!(&read, Some(Secret::Value(value))
            if !value.expose_secret().bytes().all(|byte| byte.is_ascii_graphic()));
        if is_token && has_odd_characters {
            (self.tell)(CheckStep::failed(
                "secret",
                Problem::new(&InvalidToken.to_string(), "copy it again, without spaces and quotes"),
            ));
            return None;
        }
        (self.tell)(step);
        Some(match credentials {
            Credentials::Token(_) => Credentials::Token(read?),
            Credentials::Password { username, .. } => {
                Credentials::Password { username: username.clone(), password: read? }
            }
        })
    }

    /// Whether anybody answers where discovery begins.
    async fn probe(&mut self, client: &Client, start: &Start) {
        let starts = match start {
            Start::Url(url) => vec![url.clone()],
            Start::Domain(domain) => ["lyncdiscoverinternal", "lyncdiscover"]
                .iter()
                .filter_map(|host| Url::parse(&format!("https://{host}.{domain}/")).ok())
                .collect(),
        };
        let mut problem = Problem::new("there is nobody to ask", "");
        for url in starts {
            match client.get_unauthenticated(url, KNOCK).await {
                Ok(_) => {
                    let place = self.witness.last();
                    return self
                        .fine("discovery", &format!("{place} answers; what follows needs the secret"));
                }
                Err(error) => problem = error.problem(),
            }
        }
        self.failed("discovery", problem);
    }

    /// Tells of the token and the application.
    fn signed_in(
        &mut self,
        created: Result<Application, RequestError>,
        interrupted: bool,
    ) -> Option<Application> {
        let place = self.witness.last();
        match created {
            Ok(application) => {
                if !interrupted {
                    self.fine("token", &format!("{place} takes it"));
                    self.fine("application", &format!("signed in as {}", application.me.full()));
                }
                Some(application)
            }
            Err(error @ RequestError::Token(_)) => {
                self.failed("token", error.problem());
                None
            }
            Err(error) => {
                if matches!(error, RequestError::Refused(_)) {
                    self.fine("token", &format!("{place} takes it"));
                }
                self.failed("application", error.problem());
                None
            }
        }
    }

    /// Becomes available and polls; the second does not need the first.
    async fn use_application(&mut self, client: &Client, settings: &Settings, application: &Application) {
        self.witness.start_over();
        match application.clone().make_available(client, settings).await {
            Ok(_) => {
                let modalities: Vec<String> =
                    settings.modalities.iter().map(|modality| format!("{modality:?}")).collect();
                let what = format!("{:?}, for {}", settings.sign_in_as, modalities.join(", "));
                self.fine("available", &what);
            }
            Err(error) => self.failed("available", error.problem()),
        }
        self.witness.start_over();
        let url = poll_address(&application.events);
        let poll = client.request(Method::GET, url, Body::None, POLL + KNOCK);
        match timeout(HELD, poll).await {
            Err(_) if self.witness.last().is_empty() => {
                self.failed("events", Problem::new("the poll could not be sent", "try again"));
            }
            // It is held as long as nothing happens.
            Err(_) => {
                let place = self.witness.last();
                self.fine("events", &format!("{place} holds the poll"));
            }
            Ok(Ok(response)) => match readable(&response) {
                Ok(()) => {
                    let place = self.witness.last();
                    self.fine("events", &format!("{place} answers the poll"));
                }
                Err(error) => self.failed("events", error.problem()),
            },
            Ok(Err(error)) => self.failed("events", error.problem()),
        }
    }

    async fn sign_out(&mut self, client: &Client, application: &Application) {
        self.witness.start_over();
        match client.request(Method::DELETE, application.url.clone(), Body::None, SIGN_OUT_TIMEOUT).await {
            Ok(_) => self.fine("sign-out", "signed out again"),
            Err(error) => {
                let Problem { message: what, .. } = error.problem();
                let remedy = "the server forgets the session by itself within some minutes";
                self.failed("sign-out", Problem::new(what.as_str(), remedy));
            }
        }
    }
}

/// The first poll's address, with the time for which it may be held if the server did not give one.
fn poll_address(events: &Url) -> Url {
    let mut url = events.clone();
    if !url.query_pairs().any(|(name, _)| name == "timeout") {
        url.query_pairs_mut().append_pair("timeout", &POLL.as_secs().to_string());
    }
    url
}

fn readable(response: &Response) -> Result<(), RequestError> {
    Document::of(response).batch()?;
    Ok(())
}
