//! The check of an account's configuration, step by step.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use secrecy::ExposeSecret;
use tokio::time::timeout;
use url::Url;

use super::application::Application;
use super::http::client::{Body, Client};
use super::http::discovery::{WELL_KNOWN_HOSTS, discover};
use super::http::error::RequestError;
use super::wire::Document;
use super::{Credentials, Settings, Start};
use crate::invitation::PreferredAvailability;
use crate::login_store::LoginStore;
use crate::provider::exchange::{Exchange, Response};
use crate::provider::oauth::InvalidToken;
use crate::provider::recording_exchange::RecordingExchange;
use crate::provider::{CheckStep, Problem, check_secret};
use crate::secret::Secret;

/// The timeout for each host at which discovery begins.
const HOST_TIMEOUT: Duration = Duration::from_secs(8);

/// The time after which a poll that the server holds counts as successful.
const HELD_AFTER: Duration = Duration::from_secs(3);

/// The time for which the server may hold a poll: the minimum of the UCWA reference.
const POLL_TIMEOUT: Duration = Duration::from_secs(180);

/// The timeout for signing out, and for a request in flight when the user interrupts the check.
const SIGN_OUT_TIMEOUT: Duration = Duration::from_secs(5);

/// The name of the section of the configuration in problems.
const SECTION: &str = "[ucwa]";

/// A future whose completion interrupts a check.
pub type Interrupt<'a> = Pin<&'a mut (dyn Future<Output = ()> + Send)>;

/// Checks an account's configuration: reads the secret, discovers the server, signs in, becomes available, polls once
/// and signs out. Emits each step with `emit`.
///
/// During the check, the user is available with the configured presence. The application is deleted at the end, even
/// after an interrupt.
///
/// Returns whether the check was completed.
pub async fn check(
    settings: &Settings,
    exchange: Arc<dyn Exchange>,
    mut interrupt: Interrupt<'_>,
    emit: &mut (dyn FnMut(CheckStep) + Send),
) -> bool {
    let recording = RecordingExchange::new(exchange);
    let mut check = Check { recording, emit };
    let server = tokio::select! {
        biased;
        () = &mut interrupt => return false,
        server = check.discover(settings) => server,
    };
    let Some(Server { settings, client, applications }) = server else { return true };
    let creating = Application::create(&client, &applications, &settings);
    tokio::pin!(creating);
    let (created, interrupted) = tokio::select! {
        biased;
        created = &mut creating => (Some(created), false),
        () = &mut interrupt => (timeout(SIGN_OUT_TIMEOUT, &mut creating).await.ok(), true),
    };
    let Some(application) = created.and_then(|created| check.sign_in(created, interrupted)) else {
        return !interrupted;
    };
    let interrupted = interrupted || {
        tokio::select! {
            biased;
            () = &mut interrupt => true,
            () = check.use_application(&client, &settings, &application) => false,
        }
    };
    check.sign_out(&client, &application).await;
    !interrupted
}

/// A discovered server, and what signing in to it needs.
struct Server {
    settings: Settings,
    client: Client,
    applications: Url,
}

/// A check in progress.
struct Check<'a> {
    recording: Arc<RecordingExchange>,
    emit: &'a mut (dyn FnMut(CheckStep) + Send),
}

impl Check<'_> {
    fn passed(&mut self, name: &'static str, finding: &str) {
        (self.emit)(CheckStep::passed(name, finding));
    }

    fn failed(&mut self, name: &'static str, problem: Problem) {
        (self.emit)(CheckStep::failed(name, self.recording.explain(problem, SECTION)));
    }

    /// Reads the secret and discovers the server. Without a secret, only checks whether a server answers.
    async fn discover(&mut self, settings: &Settings) -> Option<Server> {
        let credentials = self.read_credentials(&settings.credentials).await;
        let can_sign_in = credentials.is_some();
        let settings = Settings {
            credentials: credentials.unwrap_or_else(|| settings.credentials.clone()),
            ..settings.clone()
        };
        let client = Client::new(&settings, self.recording.clone());
        if !can_sign_in {
            self.find_host(&client, &settings.start).await;
            return None;
        }
        match discover(&client, &settings.start).await {
            Ok(applications) => {
                let host = applications.origin().ascii_serialization();
                let finding = match self.recording.last_responding_host() {
                    Some(answered) if answered != host => format!("{answered} redirects to {host}"),
                    _ => format!("{host} answers"),
                };
                self.passed("discovery", &finding);
                Some(Server { settings, client, applications })
            }
            Err(error @ RequestError::Token(_)) => {
                let host = self.recording.last_responding_host().unwrap_or_default();
                self.passed("discovery", &format!("{host} answers"));
                self.failed("token", error.problem());
                None
            }
            Err(error) => {
                self.failed("discovery", error.problem());
                None
            }
        }
    }

    /// Reads the secret. Returns the credentials with its value, so that a command is run only once.
    async fn read_credentials(&mut self, credentials: &Credentials) -> Option<Credentials> {
        let source = match credentials {
            Credentials::Token(source) | Credentials::Password { password: source, .. } => source,
            Credentials::Login(store) => return self.read_login(store).then(|| credentials.clone()),
        };
        let (step, value) = check_secret(source).await;
        let is_token = matches!(credentials, Credentials::Token(_));
        let has_invalid_characters = matches!(&value, Some(Secret::Value(value))
            if !value.expose_secret().bytes().all(|byte| byte.is_ascii_graphic()));
        if is_token && has_invalid_characters {
            let problem = Problem::new(&InvalidToken.to_string(), "copy it again, without spaces and quotes");
            (self.emit)(CheckStep::failed("secret", problem));
            return None;
        }
        (self.emit)(step);
        Some(match credentials {
            Credentials::Token(_) => Credentials::Token(value?),
            Credentials::Password { username, .. } => {
                Credentials::Password { username: username.clone(), password: value? }
            }
            Credentials::Login(store) => Credentials::Login(store.clone()),
        })
    }

    /// Checks whether `rsvp login` has kept something.
    fn read_login(&mut self, store: &LoginStore) -> bool {
        match store.read() {
            Ok(login) => {
                let finding = format!("{}, kept by `rsvp login` in {store}", login.contents());
                (self.emit)(CheckStep::passed("secret", &finding));
                true
            }
            Err(error) => {
                let problem = Problem::new(&error.to_string(), &format!("run `{}`", store.command()));
                (self.emit)(CheckStep::failed("secret", problem));
                false
            }
        }
    }

    /// Checks whether a host at which discovery begins answers.
    async fn find_host(&mut self, client: &Client, start: &Start) {
        let urls = match start {
            Start::Url(url) => vec![url.clone()],
            Start::Domain(domain) => WELL_KNOWN_HOSTS
                .iter()
                .filter_map(|host| Url::parse(&format!("https://{host}.{domain}/")).ok())
                .collect(),
        };
        let mut problem = Problem::new("there is no host to ask", "");
        for url in urls {
            match client.get_unauthenticated(url, HOST_TIMEOUT).await {
                Ok(_) => {
                    let host = self.recording.last_host();
                    return self
                        .passed("discovery", &format!("{host} answers; the next steps need the secret"));
                }
                Err(error) => problem = error.problem(),
            }
        }
        self.failed("discovery", problem);
    }

    /// Emits the steps of signing in. Returns the application, if it was created.
    fn sign_in(
        &mut self,
        created: Result<Application, RequestError>,
        interrupted: bool,
    ) -> Option<Application> {
        let host = self.recording.last_host();
        match created {
            Ok(application) => {
                if !interrupted {
                    self.passed("token", &format!("{host} accepts it"));
                    self.passed("application", &format!("signed in as {}", application.me.full()));
                }
                Some(application)
            }
            Err(error @ RequestError::Token(_)) => {
                self.failed("token", error.problem());
                None
            }
            Err(error) => {
                if matches!(error, RequestError::Refused(_)) {
                    self.passed("token", &format!("{host} accepts it"));
                }
                self.failed("application", error.problem());
                None
            }
        }
    }

    /// Becomes available, and polls whether or not that succeeded.
    async fn use_application(&mut self, client: &Client, settings: &Settings, application: &Application) {
        self.recording.clear();
        match application.clone().make_available(client, settings).await {
            Ok(_) => {
                let modalities: Vec<String> =
                    settings.modalities.iter().map(|modality| format!("{modality:?}")).collect();
                let presence = settings.sign_in_as.map_or("presence unchanged", PreferredAvailability::words);
                let finding = format!("{presence}, for {}", modalities.join(", "));
                self.passed("available", &finding);
            }
            Err(error) => self.failed("available", error.problem()),
        }
        self.recording.clear();
        let url = poll_url(&application.events);
        let poll = client.request(Method::GET, url, Body::None, POLL_TIMEOUT + HOST_TIMEOUT);
        match timeout(HELD_AFTER, poll).await {
            Err(_) if self.recording.last_host().is_empty() => {
                self.failed("events", Problem::new("the poll could not be sent", "try again"));
            }
            Err(_) => {
                let host = self.recording.last_host();
                self.passed("events", &format!("{host} accepted the poll and waits for events"));
            }
            Ok(Ok(response)) => match decode_batch(&response) {
                Ok(()) => {
                    let host = self.recording.last_host();
                    self.passed("events", &format!("{host} answers the poll"));
                }
                Err(error) => self.failed("events", error.problem()),
            },
            Ok(Err(error)) => self.failed("events", error.problem()),
        }
    }

    async fn sign_out(&mut self, client: &Client, application: &Application) {
        self.recording.clear();
        match client.request(Method::DELETE, application.url.clone(), Body::None, SIGN_OUT_TIMEOUT).await {
            Ok(_) => self.passed("sign-out", "signed out again"),
            Err(error) => {
                let Problem { message, .. } = error.problem();
                let remedy = "the server will end the session within a few minutes";
                self.failed("sign-out", Problem::new(message.as_str(), remedy));
            }
        }
    }
}

/// Returns the address of the first poll, with a timeout if the server's address has none.
fn poll_url(events: &Url) -> Url {
    let mut url = events.clone();
    if !url.query_pairs().any(|(name, _)| name == "timeout") {
        url.query_pairs_mut().append_pair("timeout", &POLL_TIMEOUT.as_secs().to_string());
    }
    url
}

fn decode_batch(response: &Response) -> Result<(), RequestError> {
    Document::of(response).batch()?;
    Ok(())
}
