//! The session of one account: signs in, stays online, signs in again when a connection or an application is lost,
//! and ends on [`Command::SignOut`].
//!
//! [`Command::SignOut`]: crate::provider::Command::SignOut

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::Settings;
use super::application::Application;
use super::context::SessionContext;
use super::http::client::Client;
use super::http::discovery::discover;
use super::http::error::RequestError;
use super::http::rate_limit::RateLimiter;
use super::online::{OnlineSession, SessionEnd};
use super::retry_delays::{backoff, delay_after};
use super::store::Store;
use crate::invitation::AccountId;
use crate::provider::backoff::Backoff;
use crate::provider::exchange::Exchange;
use crate::provider::port::{Interruption, Port};
use crate::provider::{Clock, Event, Handle, Problem, SettingsSource, Status};

/// The minimum duration of an application after which the delays start over.
const STABLE_AFTER: Duration = Duration::from_secs(60);

/// Starts the session of an account.
#[must_use]
pub fn spawn(
    settings: impl Into<SettingsSource<Settings>>,
    exchange: Arc<dyn Exchange>,
    account: AccountId,
    clock: Clock,
) -> Handle {
    let settings = settings.into();
    let (port, handle) = Port::open(account, clock);
    let client = Client::new(&settings, exchange.clone());
    let (poll_limiter, fetch_limiter) = (RateLimiter::default(), RateLimiter::default());
    let session = Session {
        context: SessionContext { port, settings, poll_limiter, fetch_limiter },
        account,
        exchange,
        client,
        applications: None,
        store: None,
        backoff: backoff(),
        short_lived: 0,
    };
    tokio::spawn(session.run());
    handle
}

struct Session {
    context: SessionContext,
    account: AccountId,
    exchange: Arc<dyn Exchange>,
    client: Client,
    /// The URL of the `applications` resource, unless discovery has to be repeated.
    applications: Option<Url>,
    /// The store of the last application.
    store: Option<Store>,
    backoff: Backoff,
    /// The number of applications in a row that ended within [`STABLE_AFTER`].
    short_lived: u32,
}

impl Session {
    async fn run(mut self) {
        loop {
            let result = match self.sign_in().await {
                Ok(Ok(application)) => {
                    let end = self.stay_online(application).await;
                    self.prepare_next(end).await
                }
                Ok(Err(error)) => {
                    self.applications = None;
                    self.prepare_retry(&error).await
                }
                Err(interruption) => Err(interruption),
            };
            match result {
                Ok(()) => {}
                Err(Interruption::SignOut) => break,
                Err(Interruption::Wake) => {
                    self.client.forget_connections();
                    self.backoff.reset();
                }
                Err(Interruption::Reconnect) => {
                    if self.reload_settings().await == Err(Interruption::SignOut) {
                        break;
                    }
                    self.start_over();
                }
            }
        }
        self.context.port.set_status(Status::SignedOut).await;
    }

    /// Finds the server, unless its address is known, and creates an application.
    async fn sign_in(&mut self) -> Result<Result<Application, RequestError>, Interruption> {
        let step = if self.store.is_none() { "signing in" } else { "signing in again" };
        self.context.port.set_status(Status::Connecting(step)).await;
        let signing_in =
            sign_in(self.client.clone(), self.context.settings.clone(), self.applications.clone());
        let result = self.context.port.while_offline(signing_in).await?;
        Ok(result.map(|(applications, application)| {
            self.applications = Some(applications);
            application
        }))
    }

    /// Follows an application until it ends.
    async fn stay_online(&mut self, application: Application) -> SessionEnd {
        let url = application.url.clone();
        let (store, unsettled) = match self.store.take() {
            Some(store) => store.next_generation(url),
            None => (Store::new(self.account, url), Vec::new()),
        };
        for ticket in unsettled {
            self.context.port.emit(Event::Unsettled(ticket)).await;
        }
        let since = Instant::now();
        self.context.port.emit(Event::SignedIn { me: application.me.clone() }).await;
        let mut online = OnlineSession::new(&mut self.context, self.client.clone(), application, store);
        let end = online.run().await;
        self.store = Some(online.into_store());
        self.short_lived += 1;
        if since.elapsed() > STABLE_AFTER {
            self.backoff.reset();
            self.short_lived = 0;
        }
        end
    }

    /// Tells the user why an application ended, and waits until the next attempt to sign in.
    async fn prepare_next(&mut self, end: SessionEnd) -> Result<(), Interruption> {
        let port = &mut self.context.port;
        match end {
            SessionEnd::SignOut => Err(Interruption::SignOut),
            SessionEnd::Forgotten => {
                port.notify("The server ended the session; a new one is being started.").await;
                let problem = Problem::new("the server ended the session", "");
                port.wait_to_retry(delay_after(self.short_lived, &mut self.backoff), problem).await
            }
            SessionEnd::Unusable(problem) => {
                port.notify(&format!("A new session is being started: {}", problem.message)).await;
                port.wait_to_retry(delay_after(self.short_lived, &mut self.backoff), problem).await
            }
            SessionEnd::Moved(problem) => {
                self.applications = None;
                self.client = Client::new(&self.context.settings, self.exchange.clone());
                port.wait_to_retry(self.backoff.next_delay(), problem).await
            }
            SessionEnd::SettingsChanged => {
                self.start_over();
                Ok(())
            }
            SessionEnd::Replaced => Err(port.wait_for_user(Status::Replaced).await),
            SessionEnd::Stopped(problem) => Err(port.wait_for_user(Status::Stopped(problem)).await),
        }
    }

    /// Tells the user why signing in failed, and waits until the next attempt.
    async fn prepare_retry(&mut self, error: &RequestError) -> Result<(), Interruption> {
        let (port, problem) = (&mut self.context.port, error.problem());
        if needs_user(error) {
            return Err(port.wait_for_user(Status::Stopped(problem)).await);
        }
        let delay = self.backoff.next_delay().max(error.retry_after().unwrap_or_default());
        port.wait_to_retry(delay, problem).await
    }

    /// Reads the settings again.
    async fn reload_settings(&mut self) -> Result<(), Interruption> {
        let reloading = self.context.settings.reload();
        let result = self.context.port.while_offline(reloading).await?;
        if let Some(notice) = self.context.settings.apply(result) {
            self.context.port.emit(Event::Notice(notice)).await;
        }
        Ok(())
    }

    /// Drops the connections, the tokens and the discovered address, because the settings may have changed.
    fn start_over(&mut self) {
        self.client.forget_connections();
        self.client = Client::new(&self.context.settings, self.exchange.clone());
        self.applications = None;
        self.backoff.reset();
    }
}

async fn sign_in(
    client: Client,
    settings: Settings,
    applications: Option<Url>,
) -> Result<(Url, Application), RequestError> {
    let applications = match applications {
        Some(known) => known,
        None => discover(&client, &settings.start).await?,
    };
    let application = Application::create(&client, &applications, &settings).await?;
    let application = application.make_available(&client, &settings).await?;
    Ok((applications, application))
}

/// Returns whether signing in failed in a way that the user has to correct.
fn needs_user(error: &RequestError) -> bool {
    match error {
        RequestError::Token(token) => !token.is_transient(),
        RequestError::Forbidden(_) => true,
        RequestError::Refused(response) => {
            matches!(response.status.as_u16(), 400 | 403 | 409 | 410) && !response.reason.code.is_empty()
        }
        _ => false,
    }
}
