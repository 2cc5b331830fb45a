//! One account's task: signs in, keeps the event channel open, carries out what the user wants, starts
//! anew when the server has forgotten us, and ends when it is told to.

use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use url::Url;

use super::Settings;
use super::application::Application;
use super::http::client::Client;
use super::http::discovery::discover;
use super::http::error::RequestError;
use super::http::rate_limit::RateLimiter;
use super::online::{End, Online};
use super::store::Store;
use crate::invitation::AccountId;
use crate::provider::exchange::Exchange;
use crate::provider::{Clock, Command, Event, Handle, Problem, QUEUE, SettingsSource, Status};
use crate::text::DisplayText;

/// How long signing out may take at the very end.
const SIGN_OUT_TIMEOUT: Duration = Duration::from_millis(900);

/// A session that lasted this long was a good one: the next failure starts with short waits again.
const STEADY: Duration = Duration::from_secs(60);

/// So many sessions in a row may end early before there is a longer wait for the next.
const SHORT_LIVED: u32 = 4;
/// That wait at first, and at most: it doubles each time.
const COOLING: (Duration, Duration) = (Duration::from_secs(4), Duration::from_secs(20));

const ENDED: &str = "the server ended the session";

/// Starts the task of an account.
#[must_use]
pub fn spawn(
    settings: impl Into<SettingsSource<Settings>>,
    exchange: Arc<dyn Exchange>,
    account: AccountId,
    clock: Clock,
) -> Handle {
    let (events, events_out) = mpsc::channel(QUEUE);
    let (commands_in, commands) = mpsc::channel(QUEUE);
    let settings = settings.into();
    let (polls, upkeep) = (RateLimiter::new(), RateLimiter::new());
    let session =
        Session { settings, exchange, account, clock, events, commands, polls, upkeep, active: true };
    tokio::spawn(session.run());
    Handle { account, commands: commands_in, events: events_out }
}

/// What the task has for all of its life.
pub(super) struct Session {
    pub(super) settings: SettingsSource<Settings>,
    exchange: Arc<dyn Exchange>,
    pub(super) account: AccountId,
    pub(super) clock: Clock,
    pub(super) events: mpsc::Sender<Event>,
    pub(super) commands: mpsc::Receiver<Command>,
    /// The budget of the event channel, and of all else that follows from what the server says.
    pub(super) polls: RateLimiter,
    pub(super) upkeep: RateLimiter,
    /// Whether the user was there since the server was told so. Whoever starts the program is there.
    pub(super) active: bool,
}

/// Why something that was awaited is awaited no longer.
enum Interrupted {
    /// The user wants to leave, or the program is gone.
    SignOut,
    /// The machine slept, or its network changed: what was open is dead.
    Woken,
    /// The user wants to begin anew, perhaps after a correction of the configuration.
    ByUser,
}

impl Session {
    async fn run(mut self) {
        let mut waits = Backoff::new();
        let mut known: Option<Store> = None;
        let mut generation = 0_u32;
        let mut short_lived = 0;
        let mut client = self.client();
        let mut applications: Option<Url> = None;
        loop {
            self.status(Status::Connecting(if generation == 0 { "signing in" } else { "signing in again" }))
                .await;
            let signing_in = sign_in(client.clone(), self.settings.clone(), applications.clone());
            let end = match self.meanwhile(signing_in).await {
                Ok(Ok((found, application))) => {
                    applications = Some(found);
                    let url = application.url.clone();
                    let (store, unsettled) = match known.take() {
                        Some(store) => store.next_generation(url),
                        None => (Store::new(self.account, url), Vec::new()),
                    };
                    for ticket in unsettled {
                        self.event(Event::Unsettled(ticket)).await;
                    }
                    let since = Instant::now();
                    self.event(Event::SignedIn { me: application.me.clone() }).await;
                    let mut online = Online::new(&mut self, client.clone(), application, store);
                    let end = online.run().await;
                    known = Some(online.into_store());
                    generation += 1;
                    short_lived += 1;
                    if since.elapsed() > STEADY {
                        waits = Backoff::new();
                        short_lived = 0;
                    }
                    Ok(end)
                }
                Ok(Err(error)) => {
                    applications = None;
                    Ok(verdict_on_sign_in(&error))
                }
                Err(interrupted) => Err(interrupted),
            };
            let go_on = match end {
                Err(interrupted) => Err(interrupted),
                Ok(End::SignOut) => break,
                Ok(End::Forgotten) => {
                    self.notice("The server ended the session; a new one is being started.").await;
                    self.wait(breaker(short_lived, &mut waits), Problem::new(ENDED, "")).await
                }
                Ok(End::Useless(problem)) => {
                    self.notice(&format!("A new session is being started: {}", problem.what)).await;
                    self.wait(breaker(short_lived, &mut waits), problem).await
                }
                Ok(End::Moved(problem)) => {
                    applications = None;
                    client = self.client();
                    self.wait(waits.next(), problem).await
                }
                Ok(End::Failed { problem, at_least }) => {
                    self.wait(waits.next().max(at_least.unwrap_or_default()), problem).await
                }
                Ok(End::Corrected) => {
                    client.forget_connections();
                    client = self.client();
                    applications = None;
                    waits = Backoff::new();
                    Ok(())
                }
                Ok(End::Replaced) => self.wait_for_user(Status::Replaced).await,
                Ok(End::Stopped(problem)) => self.wait_for_user(Status::Stopped(problem)).await,
            };
            match go_on {
                Ok(()) => {}
                Err(Interrupted::SignOut) => break,
                Err(Interrupted::Woken) => {
                    client.forget_connections();
                    waits = Backoff::new();
                }
                Err(Interrupted::ByUser) => {
                    // What was corrected may be the token or the password: nothing old is kept.
                    if let Err(Interrupted::SignOut) = self.read_settings_again().await {
                        break;
                    }
                    client.forget_connections();
                    client = self.client();
                    applications = None;
                    waits = Backoff::new();
                }
            }
        }
        self.status(Status::SignedOut).await;
    }

    fn client(&self) -> Client {
        Client::new(&self.settings, self.exchange.clone())
    }

    /// Reads the settings again, which the user may have corrected.
    async fn read_settings_again(&mut self) -> Result<(), Interrupted> {
        let read = self.meanwhile(self.settings.read()).await?;
        if let Some(notice) = self.settings.take(read) {
            self.event(Event::Notice(notice)).await;
        }
        Ok(())
    }

    /// Tells the program something. If it no longer listens, its commands have ended too.
    pub(super) async fn event(&self, event: Event) {
        let _ = self.events.send(event).await;
    }

    pub(super) async fn status(&self, status: Status) {
        self.event(Event::Status(status)).await;
    }

    async fn notice(&self, text: &str) {
        self.event(Event::Notice(DisplayText::new(text))).await;
    }

    /// Awaits something while refusing what can only be done online, unless it is to be begun anew.
    async fn meanwhile<T>(&mut self, future: impl Future<Output = T>) -> Result<T, Interrupted> {
        tokio::pin!(future);
        loop {
            tokio::select! {
                biased;
                command = self.commands.recv() => match command {
                    None | Some(Command::SignOut) => return Err(Interrupted::SignOut),
                    Some(Command::Wake) => return Err(Interrupted::Woken),
                    Some(Command::Reconnect) => return Err(Interrupted::ByUser),
                    Some(command) => self.while_offline(&command).await,
                },
                result = &mut future => return Ok(result),
            }
        }
    }

    async fn wait(&mut self, wait: Duration, problem: Problem) -> Result<(), Interrupted> {
        let at = self.clock.now().after(wait);
        self.wait_until(Some(self.clock.instant(at)), Status::Retrying { at, problem }).await
    }

    async fn wait_for_user(&mut self, status: Status) -> Result<(), Interrupted> {
        self.wait_until(None, status).await
    }

    /// Backoff for a moment, or for ever, or until the user wants to go on.
    async fn wait_until(&mut self, at: Option<Instant>, status: Status) -> Result<(), Interrupted> {
        self.status(status).await;
        loop {
            let due = async {
                match at {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                command = self.commands.recv() => match command {
                    None | Some(Command::SignOut) => return Err(Interrupted::SignOut),
                    Some(Command::Reconnect) => return Err(Interrupted::ByUser),
                    // Waking up mends no password and takes no channel back.
                    Some(Command::Wake) if at.is_some() => return Err(Interrupted::Woken),
                    Some(command) => self.while_offline(&command).await,
                },
                () = due => return Ok(()),
            }
        }
    }

    /// Takes in that the user is there, and refuses what can only be done online.
    async fn while_offline(&mut self, command: &Command) {
        self.active |= *command == Command::Active;
        let Some(ticket) = command.ticket() else { return };
        let problem =
            Problem::new("there is no connection now, nothing was sent", "try again when it is back");
        self.event(Event::Refused { ticket, problem }).await;
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

/// Deletes the application, if there is time.
pub(super) async fn sign_out(client: &Client, application: &Application) {
    let delete = client.request(
        http::Method::DELETE,
        application.url.clone(),
        super::http::client::Body::None,
        SIGN_OUT_TIMEOUT,
    );
    if !matches!(timeout(SIGN_OUT_TIMEOUT, delete).await, Ok(Ok(_))) {
        tracing::info!("signing out was not confirmed; the server forgets the session by itself");
    }
}

/// What a failed sign-in means.
fn verdict_on_sign_in(error: &RequestError) -> End {
    let problem = error.problem();
    match error {
        RequestError::Token(token) if !token.is_transient() => End::Stopped(problem),
        RequestError::Forbidden(_) => End::Stopped(problem),
        RequestError::Refused(refusal)
            if matches!(refusal.status.as_u16(), 400 | 403 | 409 | 410)
                && !refusal.reason.code.is_empty() =>
        {
            End::Stopped(problem)
        }
        error => End::Failed { problem, at_least: error.retry_after() },
    }
}

/// Backoff between tries: doubling, jittered, bounded.
pub(super) struct Backoff(ExponentialBackoff);

/// An invitation rings for half a minute: longer waits than this would miss it.
const LONGEST: Duration = Duration::from_millis(1_500);

/// The wait before another session: when they end again and again, long enough to be no burden.
fn breaker(short_lived: u32, waits: &mut Backoff) -> Duration {
    match short_lived.checked_sub(SHORT_LIVED + 1) {
        Some(doublings) => COOLING.1.min(COOLING.0 * 2_u32.saturating_pow(doublings.min(8))),
        None => waits.next(),
    }
}

impl Backoff {
    pub(super) fn new() -> Self {
        Self(
            ExponentialBuilder::default()
                .with_min_delay(Duration::from_millis(500))
                .with_max_delay(LONGEST)
                .with_jitter()
                .without_max_times()
                .build(),
        )
    }

    pub(super) fn next(&mut self) -> Duration {
        self.0.next().unwrap_or(LONGEST)
    }
}
