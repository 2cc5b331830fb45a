//! The session of one bot: opens the webhook, fetches keys and a token, stays online, and ends on
//! [`Command::SignOut`].

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;
use url::Url;

use super::bot::Bot;
use super::listener::Listener;
use super::settings::Settings;
use crate::invitation::AccountId;
use crate::provider::backoff::Backoff;
use crate::provider::exchange::Exchange;
use crate::provider::port::{Interruption, Port};
use crate::provider::{Clock, Command, Handle, Problem, SettingsSource, Status};
use crate::timer::sleep_until;

/// The maximum time that [`Session::finish`] waits for the user's requests.
const FINISH_TIMEOUT: Duration = Duration::from_secs(3);

/// The delay before the first attempt to start again.
const MIN_DELAY: Duration = Duration::from_millis(500);

/// The maximum delay between attempts to start. A call rings for 15 s: a longer delay could miss one.
const MAX_DELAY: Duration = Duration::from_secs(5);

/// The upper limit of a delay that the directory asks for. Notifications are refused meanwhile.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(15);

/// Starts the session of a bot.
#[must_use]
pub fn spawn(
    settings: impl Into<SettingsSource<Settings>>,
    exchange: Arc<dyn Exchange>,
    listener: Arc<dyn Listener>,
    account: AccountId,
    clock: Clock,
) -> Handle {
    let (port, handle) = Port::open(account, clock);
    let bot = Bot::new(settings.into(), exchange, account, clock);
    tokio::spawn(Session { port, bot, listener, open_listener: None }.run());
    handle
}

struct Session {
    port: Port,
    bot: Bot,
    listener: Arc<dyn Listener>,
    /// The tasks of the open listener. It stays open while the session starts again: a notification that finds it
    /// closed may never be repeated.
    open_listener: Option<JoinSet<()>>,
}

/// Why a session is not online.
enum StartError {
    Interrupted(Interruption),
    /// A later attempt may succeed.
    Transient {
        problem: Problem,
        /// The minimum delay, as the directory asked for.
        retry_after: Option<Duration>,
    },
    /// The user has to correct the configuration.
    Permanent(Problem),
}

/// The next action of a session.
enum Next {
    SignOut,
    /// Starts again after a delay.
    Retry,
    /// Starts again at once, with the shortest delays if that fails.
    Restart,
}

/// The settings that the webhook depends on.
#[derive(PartialEq, Eq)]
struct WebhookSettings {
    listen: SocketAddr,
    public_url: Url,
    client_id: String,
    openid_url: Url,
    issuers: Vec<String>,
    allowed_tenants: Vec<String>,
}

impl WebhookSettings {
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
        let mut backoff = Backoff::new(MIN_DELAY, MAX_DELAY);
        loop {
            self.port.set_status(Status::Connecting("fetching keys and a token")).await;
            let next = match self.start().await {
                Ok(()) => self.serve().await,
                Err(StartError::Interrupted(interruption)) => self.after(interruption).await,
                Err(StartError::Transient { problem, retry_after }) => {
                    let retry_after = retry_after.unwrap_or_default().min(MAX_RETRY_AFTER);
                    match self.wait_to_retry(backoff.next_delay().max(retry_after), problem).await {
                        Ok(()) => Next::Retry,
                        Err(interruption) => self.after(interruption).await,
                    }
                }
                Err(StartError::Permanent(problem)) => {
                    let interruption = self.wait_for_user(problem).await;
                    self.after(interruption).await
                }
            };
            match next {
                Next::SignOut => break,
                Next::Retry => {}
                Next::Restart => backoff.reset(),
            }
            self.bot.replace_client();
        }
        self.finish().await;
    }

    /// Opens the listener and fetches what the session needs online: the keys of notifications and a token.
    async fn start(&mut self) -> Result<(), StartError> {
        if self.open_listener.is_none() {
            let address = self.bot.settings.listen;
            match self.listener.open(address, self.bot.webhook.clone()).await {
                Ok(tasks) => self.open_listener = Some(tasks),
                Err(error) => {
                    let message = format!("can't listen for notifications on {address}: {error}");
                    let remedy = "quit any other rsvp, or choose another `listen` under [graph]";
                    return Err(StartError::Permanent(Problem::new(&message, remedy)));
                }
            }
        }
        let (validator, client) = (self.bot.validator.clone(), self.bot.client.clone());
        let tenant = self.bot.settings.tenant.clone();
        let fetching = async move {
            // The webhook refuses notifications until the keys are known, and asks for their repetition.
            if let Err(error) = validator.refresh().await {
                let problem =
                    Problem::new(&error.to_string(), "notifications can't be verified without them");
                return Err(StartError::Transient { problem, retry_after: None });
            }
            match client.renew_token(&tenant).await {
                Ok(_) => Ok(()),
                Err(error) if error.is_transient() => {
                    let (problem, retry_after) = (error.problem(), error.retry_after());
                    Err(StartError::Transient { problem, retry_after })
                }
                Err(error) => Err(StartError::Permanent(error.problem())),
            }
        };
        self.while_offline(fetching)
            .await
            .unwrap_or_else(|interruption| Err(StartError::Interrupted(interruption)))
    }

    /// Handles commands and the bot's work until the session has to start again or to end.
    async fn serve(&mut self) -> Next {
        self.port.set_status(Status::Online { since: self.port.now() }).await;
        self.bot.note_online();
        self.bot.renew_token();
        loop {
            self.emit_events().await;
            tokio::select! {
                biased;
                command = self.port.next_command() => match command {
                    Command::SignOut => return Next::SignOut,
                    Command::Reconnect => {
                        let is_webhook_replaced = self.reload_settings().await;
                        if is_webhook_replaced {
                            return Next::Restart;
                        }
                        self.bot.replace_client();
                        self.bot.read_keys();
                        self.bot.renew_token();
                    }
                    Command::Wake => self.bot.wake(),
                    command => self.bot.command(command),
                },
                () = sleep_until(self.bot.renew_at) => self.bot.renew_token(),
                step = self.bot.next_step() => self.bot.handle(step),
            }
        }
    }

    /// Prepares what follows an interruption.
    async fn after(&mut self, interruption: Interruption) -> Next {
        match interruption {
            Interruption::SignOut => Next::SignOut,
            Interruption::Wake => Next::Restart,
            Interruption::Reconnect => {
                self.reload_settings().await;
                Next::Restart
            }
        }
    }

    /// Reads the settings again, and replaces the webhook if its own settings changed. Returns whether they did.
    async fn reload_settings(&mut self) -> bool {
        let before = WebhookSettings::of(&self.bot.settings);
        let result = self.bot.settings.reload().await;
        self.bot.apply_settings(result);
        if before == WebhookSettings::of(&self.bot.settings) {
            return false;
        }
        if let Some(mut tasks) = self.open_listener.take() {
            tasks.shutdown().await;
        }
        self.bot.replace_webhook();
        true
    }

    /// Awaits a future while the bot's work goes on. Commands that need a connection are refused.
    async fn while_offline<T>(&mut self, future: impl Future<Output = T>) -> Result<T, Interruption> {
        tokio::pin!(future);
        loop {
            self.emit_events().await;
            tokio::select! {
                biased;
                interruption = self.port.interruption() => return Err(interruption),
                output = &mut future => return Ok(output),
                step = self.bot.next_step() => self.bot.handle(step),
            }
        }
    }

    async fn wait_to_retry(&mut self, delay: Duration, problem: Problem) -> Result<(), Interruption> {
        let at = self.port.announce_retry(delay, problem).await;
        self.while_offline(sleep_until(Some(at))).await
    }

    async fn wait_for_user(&mut self, problem: Problem) -> Interruption {
        self.port.set_status(Status::Stopped(problem)).await;
        loop {
            let Err(interruption) = self.while_offline(std::future::pending::<Infallible>()).await;
            // Waking up corrects no secret.
            if interruption != Interruption::Wake {
                return interruption;
            }
        }
    }

    async fn emit_events(&mut self) {
        for event in self.bot.take_events() {
            self.port.emit(event).await;
        }
    }

    /// Waits for the outcome of the user's requests, and ends. Calls that were answered go on without the bot.
    async fn finish(&mut self) {
        let finishing = async {
            while self.bot.has_user_requests() {
                let step = self.bot.next_step().await;
                self.bot.handle(step);
                self.emit_events().await;
            }
        };
        let _ = timeout(FINISH_TIMEOUT, finishing).await;
        self.emit_events().await;
        self.port.set_status(Status::SignedOut).await;
    }
}
