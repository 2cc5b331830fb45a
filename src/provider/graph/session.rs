//! One bot's task: opens the webhook, keeps the list of calls, carries out what the user wants, and ends when
//! it is told to.

mod work;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};
use url::Url;

use super::calls::Calls;
use super::client::Client;
use super::error::CallError;
use super::listener::Listener;
use super::settings::Settings;
use super::token_validation::TokenValidator;
use super::webhook::{Arrival, Webhook};
use crate::invitation::AccountId;
use crate::provider::exchange::Exchange;
use crate::provider::{Clock, Command, Event, Handle, Problem, QUEUE, SettingsSource, Status, Ticket};
use work::{Jobs, Refused, happening};

/// How long requests in flight are waited for when the user leaves.
const PATIENCE: Duration = Duration::from_secs(3);

/// Starts the task of a bot.
#[must_use]
pub fn spawn(
    settings: impl Into<SettingsSource<Settings>>,
    exchange: Arc<dyn Exchange>,
    listener: Arc<dyn Listener>,
    account: AccountId,
    clock: Clock,
) -> Handle {
    let settings = settings.into();
    let (events, events_out) = mpsc::channel(QUEUE);
    let (commands_in, commands) = mpsc::channel(QUEUE);
    let validator = TokenValidator::new(&settings, exchange.clone());
    let (webhook, arrivals) = Webhook::new(settings.public_url.path(), validator.clone());
    let session = Session {
        calls: Calls::new(account, clock, settings.tenant.clone()),
        client: Client::new(&settings, exchange.clone()),
        validator,
        webhook,
        arrivals,
        open: None,
        settings,
        exchange,
        listener,
        clock,
        events,
        commands,
        jobs: FuturesUnordered::new(),
        beginnings: 0,
        requests: 0,
        renew_at: None,
        without_token: false,
        refused: Refused::default(),
    };
    tokio::spawn(session.run());
    Handle { account, commands: commands_in, events: events_out }
}

struct Session {
    settings: SettingsSource<Settings>,
    exchange: Arc<dyn Exchange>,
    listener: Arc<dyn Listener>,
    clock: Clock,
    events: mpsc::Sender<Event>,
    commands: mpsc::Receiver<Command>,
    calls: Calls,
    client: Client,
    validator: Arc<TokenValidator>,
    webhook: Webhook,
    /// Outlives each opening of the webhook: what the service was told is taken must not be lost.
    arrivals: mpsc::Receiver<Arrival>,
    /// The open way to the webhook. It stays open, whatever is begun anew: what comes while it is closed may never
    /// come again.
    open: Option<JoinSet<()>>,
    jobs: Jobs,
    /// How often this was begun anew: what an earlier beginning asked for says nothing of how it is now.
    beginnings: u64,
    /// How many of the jobs the user asked for.
    requests: usize,
    /// When the next token is to be fetched, unless one is being fetched.
    renew_at: Option<Instant>,
    /// Whether the directory has refused to give a token.
    without_token: bool,
    refused: Refused,
}

/// What came of trying to get ready.
enum Ready {
    Yes,
    Failed { problem: Problem, at_least: Option<Duration> },
    Stopped(Problem),
}

/// What follows.
enum Next {
    Leave,
    /// A wait is over.
    TryAgain,
    /// The user or the machine has changed something.
    BeginAnew,
}

/// What the webhook is made of: if it changes, there has to be another one.
#[derive(PartialEq, Eq)]
struct Reception {
    listen: SocketAddr,
    public_url: Url,
    client_id: String,
    openid_url: Url,
    issuers: Vec<String>,
    allowed_tenants: Vec<String>,
}

impl Reception {
    fn of(settings: &Settings) -> Self {
        Self {
            listen: settings.listen,
            public_url: settings.public_url.clone(),
            client_id: settings.client_id.clone(),
            openid_url: settings.openid_url.clone(),
            issuers: settings.issuers.clone(),
            allowed_tenants: settings.allowed_tenants.clone(),
        }
    }
}

impl Session {
    async fn run(mut self) {
        let mut waits = waits();
        loop {
            self.status(Status::Connecting("fetching keys and a token")).await;
            let next = match self.get_ready().await {
                Err(next) => next,
                Ok(Ready::Yes) => self.serve().await,
                Ok(Ready::Failed { problem, at_least }) => {
                    let asked_for = at_least.unwrap_or_default().min(LONGEST_ASKED_FOR);
                    let wait = waits.next().unwrap_or(LONGEST).max(asked_for);
                    let at = self.clock.now().after(wait);
                    self.status(Status::Retrying { at, problem }).await;
                    self.wait_until(Some(self.clock.instant(at))).await
                }
                Ok(Ready::Stopped(problem)) => {
                    self.status(Status::Stopped(problem)).await;
                    self.wait_until(None).await
                }
            };
            match next {
                Next::Leave => break,
                Next::TryAgain => {}
                Next::BeginAnew => waits = self::waits(),
            }
            self.begin_anew();
        }
        self.leave().await;
    }

    /// Opens the webhook and fetches all that it needs: the keys of notifications, and a token for the answers.
    async fn get_ready(&mut self) -> Result<Ready, Next> {
        if self.open.is_none() {
            match self.listener.open(self.settings.listen, self.webhook.clone()).await {
                Ok(open) => self.open = Some(open),
                Err(error) => {
                    let what = format!("can't listen for notifications on {}: {error}", self.settings.listen);
                    let remedy = "is another rsvp running? else choose another `listen` under [graph]";
                    return Ok(Ready::Stopped(Problem::new(&what, remedy)));
                }
            }
        }
        let (validator, client, tenant) =
            (self.validator.clone(), self.client.clone(), self.settings.tenant.clone());
        self.meanwhile(async move {
            // Nothing can be believed before the keys are there; what comes until then is asked to come again.
            if let Err(error) = validator.refresh().await {
                let problem = Problem::new(&error.to_string(), "notifications can't be believed without");
                return Ready::Failed { problem, at_least: None };
            }
            match client.sign_in(&tenant).await {
                Ok(_) => Ready::Yes,
                Err(error) if error.is_passing() => {
                    let at_least = CallError::from(error.clone()).retry_after();
                    Ready::Failed { problem: error.problem(), at_least }
                }
                Err(error) => Ready::Stopped(error.problem()),
            }
        })
        .await
    }

    /// Lets go of all that waits for an old connection. What the user has corrected may be the secret: no old token
    /// is kept.
    fn begin_anew(&mut self) {
        self.beginnings += 1;
        self.calls.wake();
        self.client.forget_connections();
        self.client = Client::new(&self.settings, self.exchange.clone());
        self.validator.begin_anew();
    }

    /// Takes up what the user has corrected in the configuration. Says whether the webhook can stay as it is.
    async fn read_settings_again(&mut self) -> bool {
        let before = Reception::of(&self.settings);
        if let Some(notice) = {
            let read = self.settings.read().await;
            self.settings.take(read)
        } {
            self.event(Event::Notice(notice)).await;
        }
        self.calls.belong_to(&self.settings.tenant);
        if before == Reception::of(&self.settings) {
            return true;
        }
        if let Some(mut open) = self.open.take() {
            open.shutdown().await;
        }
        // The service was told that these are taken.
        while let Ok(arrival) = self.arrivals.try_recv() {
            self.arrived(arrival).await;
        }
        self.validator = TokenValidator::new(&self.settings, self.exchange.clone());
        (self.webhook, self.arrivals) = Webhook::new(self.settings.public_url.path(), self.validator.clone());
        false
    }

    /// Takes in notifications, commands and replies, until the user leaves or wants another webhook.
    async fn serve(&mut self) -> Next {
        self.status(Status::Online { since: self.clock.now() }).await;
        self.renew_token();
        loop {
            self.tell().await;
            tokio::select! {
                biased;
                command = self.commands.recv() => match command {
                    None | Some(Command::SignOut) => return Next::Leave,
                    Some(Command::Reconnect) => {
                        if !self.read_settings_again().await {
                            return Next::BeginAnew;
                        }
                        self.begin_anew();
                        self.read_keys();
                        self.renew_token();
                    }
                    Some(Command::Wake) => {
                        self.beginnings += 1;
                        self.client.begin_anew();
                        self.validator.begin_anew();
                        self.calls.wake();
                        // How old they are was not counted while the machine slept.
                        self.read_keys();
                        self.renew_token();
                    }
                    Some(command) => self.command(command).await,
                },
                () = until(self.renew_at) => self.renew_token(),
                happened = happening(&mut self.jobs, &mut self.arrivals, self.calls.next()) => {
                    self.happened(happened).await;
                }
            }
        }
    }

    /// Awaits something while refusing what can only be done online, unless it is to be begun anew.
    async fn meanwhile<T>(&mut self, future: impl Future<Output = T>) -> Result<T, Next> {
        tokio::pin!(future);
        loop {
            self.tell().await;
            tokio::select! {
                biased;
                command = self.commands.recv() => match command {
                    None | Some(Command::SignOut) => return Err(Next::Leave),
                    Some(Command::Reconnect) => {
                        self.read_settings_again().await;
                        return Err(Next::BeginAnew);
                    }
                    Some(Command::Wake) => return Err(Next::BeginAnew),
                    Some(command) => self.offline(&command).await,
                },
                result = &mut future => return Ok(result),
                happened = happening(&mut self.jobs, &mut self.arrivals, self.calls.next()) => {
                    self.happened(happened).await;
                }
            }
        }
    }

    /// Backoff for a moment, or for ever, or until the user wants to go on.
    async fn wait_until(&mut self, at: Option<Instant>) -> Next {
        loop {
            self.tell().await;
            tokio::select! {
                biased;
                command = self.commands.recv() => match command {
                    None | Some(Command::SignOut) => return Next::Leave,
                    Some(Command::Reconnect) => {
                        self.read_settings_again().await;
                        return Next::BeginAnew;
                    }
                    // Waking up mends no secret.
                    Some(Command::Wake) if at.is_some() => return Next::BeginAnew,
                    Some(command) => self.offline(&command).await,
                },
                () = until(at) => return Next::TryAgain,
                happened = happening(&mut self.jobs, &mut self.arrivals, self.calls.next()) => {
                    self.happened(happened).await;
                }
            }
        }
    }

    async fn tell(&mut self) {
        for event in self.calls.events() {
            self.event(event).await;
        }
    }

    async fn offline(&mut self, command: &Command) {
        if let Some(ticket) = command.ticket() {
            let problem =
                Problem::new("there is no connection now, nothing was sent", "try again when it is back");
            self.event(Event::Refused { ticket, problem }).await;
        }
    }

    async fn refuse(&mut self, ticket: Ticket, why: &str) {
        self.event(Event::Refused { ticket, problem: Problem::new(why, "") }).await;
    }

    async fn status(&mut self, status: Status) {
        self.event(Event::Status(status)).await;
    }

    /// Tells the program something. If it no longer listens, its commands have ended too.
    async fn event(&mut self, event: Event) {
        let _ = self.events.send(event).await;
    }

    /// Backoff a little for what comes of what the user asked for. Calls that were answered go on without us.
    async fn leave(&mut self) {
        let finish = async {
            while self.requests > 0 || self.calls.are_being_answered() {
                let happened = happening(&mut self.jobs, &mut self.arrivals, self.calls.next()).await;
                self.happened(happened).await;
                self.tell().await;
            }
        };
        let _ = timeout(PATIENCE, finish).await;
        self.tell().await;
        self.status(Status::SignedOut).await;
    }
}

/// Nobody is told of calls meanwhile, whatever the directory asks for.
const LONGEST_ASKED_FOR: Duration = Duration::from_secs(15);

/// A call rings for 15 s: longer waits than this would miss it.
const LONGEST: Duration = Duration::from_secs(5);

fn waits() -> backon::ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(500))
        .with_max_delay(LONGEST)
        .with_jitter()
        .without_max_times()
        .build()
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}
