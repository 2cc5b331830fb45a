//! One bot's work, whether or not its session is online: applies notifications and responses to the calls, and sends
//! the requests that follow from them.
//!
//! Nothing here waits for the program: events are collected for [`Bot::take_events`].

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::answer::AnswerResult;
use super::calls::Calls;
use super::client::Client;
use super::error::GraphError;
use super::first_notification::FirstNotification;
use super::notification::CallId;
use super::settings::Settings;
use super::token::TokenError;
use super::token_validation::{TokenValidator, ValidationError};
use super::tracked_call::DueRequest;
use super::verification_keys::KeyFetchError;
use super::webhook::{Arrival, Webhook};
use crate::invitation::AccountId;
use crate::provider::exchange::Exchange;
use crate::provider::{Clock, Event, Problem, Reloaded, SettingsSource, Status, Ticket};
use crate::text::DisplayText;
use crate::timer::sleep_until;

/// The minimum time between two messages to the user about refused notifications.
const REFUSAL_NOTICE_INTERVAL: Duration = Duration::from_secs(60);

/// The delay before a failed renewal of the token is retried.
const RENEWAL_RETRY_DELAY: Duration = Duration::from_secs(10);

/// The work of one bot. Its methods do not wait, except for [`Bot::next_step`].
pub(super) struct Bot {
    pub settings: SettingsSource<Settings>,
    exchange: Arc<dyn Exchange>,
    clock: Clock,
    pub client: Client,
    pub validator: Arc<TokenValidator>,
    pub webhook: Webhook,
    /// Outlasts the listener: notifications that were acknowledged must not be lost.
    arrivals: mpsc::Receiver<Arrival>,
    pub calls: Calls,
    /// The requests in flight.
    jobs: FuturesUnordered<BoxFuture<'static, Completion>>,
    /// Counts the calls of [`Bot::replace_client`] and [`Bot::wake`]: the result of a renewal that was started
    /// before is out of date.
    generation: u64,
    /// The number of jobs that carry out a request of the user.
    pub user_requests: usize,
    /// When the token is renewed next, unless a renewal is running.
    pub renew_at: Option<Instant>,
    /// Whether the last renewal failed for good, so that the user was told that the session is stopped.
    is_stopped: bool,
    refusals: Refusals,
    first_notification: FirstNotification,
    /// The events that [`Bot::take_events`] takes, besides those of the calls.
    pub events: Vec<Event>,
}

/// The notifications that failed validation.
#[derive(Default)]
struct Refusals {
    count: u64,
    last_notice: Option<Instant>,
}

/// A request that was carried out or failed.
pub(super) enum Completion {
    Answered(CallId, Ticket, AnswerResult),
    HungUp(CallId, Ticket, Result<(), GraphError>),
    Transferred(CallId, Ticket, Result<(), GraphError>),
    Invited(CallId, Ticket, Result<Value, GraphError>),
    Withdrawn(CallId, Ticket, Result<(), GraphError>),
    RosterRead(CallId, Result<Vec<Value>, GraphError>),
    LookedUp(CallId, Result<Value, GraphError>),
    KeptAlive(CallId, Result<(), GraphError>),
    /// The bot's own token was renewed, in the generation of that number.
    Renewed(u64, Result<Instant, TokenError>),
    /// The signing keys were read, in the generation of that number.
    KeysRead(u64, Result<usize, KeyFetchError>),
    /// A token for the tenant of a new call was fetched. An error shows when the call is answered.
    TokenPrefetched,
}

/// A step of the bot's work.
pub(super) enum Step {
    Completed(Completion),
    Arrived(Arrival),
    /// A deadline or a request of a call is due.
    Due,
    /// No notification has arrived for as long as it takes to try a call.
    Silent,
}

impl Bot {
    /// Creates a bot without calls.
    pub fn new(
        settings: SettingsSource<Settings>,
        exchange: Arc<dyn Exchange>,
        account: AccountId,
        clock: Clock,
    ) -> Self {
        let validator = TokenValidator::new(&settings, exchange.clone());
        let (webhook, arrivals) = Webhook::new(settings.public_url.path(), validator.clone());
        Self {
            calls: Calls::new(account, clock, settings.tenant.clone(), settings.ringing_time),
            client: Client::new(&settings, exchange.clone()),
            validator,
            webhook,
            arrivals,
            settings,
            exchange,
            clock,
            jobs: FuturesUnordered::new(),
            generation: 0,
            user_requests: 0,
            renew_at: None,
            is_stopped: false,
            refusals: Refusals::default(),
            first_notification: FirstNotification::NotStarted,
            events: Vec::new(),
        }
    }

    /// Takes the events that were collected since the last call.
    pub fn take_events(&mut self) -> Vec<Event> {
        let mut events = std::mem::take(&mut self.events);
        events.extend(self.calls.take_events());
        events
    }

    /// Waits for the next step. Cancel safe.
    pub async fn next_step(&mut self) -> Step {
        tokio::select! {
            biased;
            // First, so that a sender of endless notifications does not keep a call beyond its time.
            () = sleep_until(self.calls.due_at()) => Step::Due,
            Some(completion) = self.jobs.next(), if !self.jobs.is_empty() => Step::Completed(completion),
            Some(arrival) = self.arrivals.recv() => Step::Arrived(arrival),
            () = sleep_until(self.first_notification.told_at()) => Step::Silent,
        }
    }

    /// Handles a step.
    pub fn handle(&mut self, step: Step) {
        match step {
            Step::Completed(completion) => self.complete(completion),
            Step::Arrived(arrival) => self.receive(arrival),
            Step::Due => self.advance_calls(),
            Step::Silent => {
                let problem = self.first_notification.report(&self.settings);
                self.events.push(Event::Unheard(Some(problem)));
            }
        }
    }

    /// Notes that the bot is online, so that notifications can reach it. Some may have been refused before.
    pub fn note_online(&mut self) {
        self.is_stopped = false;
        self.calls.look_up_after_gap();
        self.first_notification.begin();
    }

    /// Returns whether a request of the user is in flight, or its effect on a call is not known yet.
    pub fn has_user_requests(&self) -> bool {
        self.user_requests > 0 || self.calls.has_pending_answers()
    }

    /// Replaces the client by one without connections and tokens: the secret may be what the user corrected in the settings.
    pub fn replace_client(&mut self) {
        self.generation += 1;
        self.calls.subtract_sleep();
        self.client.forget_connections();
        self.client = Client::new(&self.settings, self.exchange.clone());
        self.validator.reset_connections();
    }

    /// Drops connections after the machine was asleep or its network changed, and renews what may be out of date.
    pub fn wake(&mut self) {
        self.generation += 1;
        self.client.forget_connections();
        self.client.mark_tokens_due();
        self.validator.reset_connections();
        self.calls.look_up_after_gap();
        // The age of keys and token does not include the time asleep.
        self.read_keys();
        self.renew_token();
    }

    /// Applies settings that were read again.
    pub fn apply_settings(&mut self, result: Option<Result<Reloaded<Settings>, Problem>>) {
        self.events.extend(self.settings.apply(result).map(Event::Notice));
        self.calls.apply_settings(&self.settings);
    }

    /// Replaces the webhook and its validator by new ones with the current settings.
    pub fn replace_webhook(&mut self) {
        // The notifications in the queue were acknowledged.
        while let Ok(arrival) = self.arrivals.try_recv() {
            self.receive(arrival);
        }
        // None has reached the new address yet.
        self.set_first_notification(FirstNotification::NotStarted);
        self.validator = TokenValidator::new(&self.settings, self.exchange.clone());
        (self.webhook, self.arrivals) = Webhook::new(self.settings.public_url.path(), self.validator.clone());
    }

    /// Starts a renewal of the bot's own token, so that a call need not wait for one.
    pub fn renew_token(&mut self) {
        self.renew_at = None;
        let (client, tenant) = (self.client.clone(), self.settings.tenant.clone());
        let generation = self.generation;
        self.start(async move { Completion::Renewed(generation, client.renew_token(&tenant).await) });
    }

    /// Starts to read the keys that notifications are signed with.
    pub fn read_keys(&mut self) {
        let (validator, generation) = (self.validator.clone(), self.generation);
        self.start(async move { Completion::KeysRead(generation, validator.refresh().await) });
    }

    /// Replaces what is known of the first notification, and withdraws what the user was told about it.
    fn set_first_notification(&mut self, next: FirstNotification) {
        if std::mem::replace(&mut self.first_notification, next) == FirstNotification::Told {
            self.events.push(Event::Unheard(None));
        }
    }

    fn receive(&mut self, arrival: Arrival) {
        self.set_first_notification(FirstNotification::Over);
        match arrival {
            Arrival::Notifications(notifications, _permit) => {
                for notification in notifications {
                    self.calls.apply(notification);
                }
                for tenant in self.calls.take_new_tenants() {
                    let client = self.client.clone();
                    self.start(async move {
                        let _ = client.renew_token(&tenant).await;
                        Completion::TokenPrefetched
                    });
                }
            }
            Arrival::Rejected(error) => self.count_refusal(error),
        }
    }

    fn count_refusal(&mut self, error: ValidationError) {
        self.refusals.count += 1;
        if self.refusals.last_notice.is_none_or(|at| at.elapsed() >= REFUSAL_NOTICE_INTERVAL) {
            self.refusals.last_notice = Some(Instant::now());
            tracing::warn!(%error, so_far = self.refusals.count, "a notification was refused");
            let text = format!("A notification was refused: {error} ({} so far)", self.refusals.count);
            self.events.push(Event::Notice(DisplayText::new(&text)));
        }
    }

    fn advance_calls(&mut self) {
        self.calls.look_up_expired();
        for request in self.calls.take_due_requests() {
            let client = self.client.clone();
            self.start(async move {
                match request {
                    DueRequest::LookUp(target) => {
                        let result = client.get(&target).await;
                        Completion::LookedUp(target.call, result)
                    }
                    DueRequest::ReadRoster(target) => {
                        let result = client.participants(&target).await;
                        Completion::RosterRead(target.call, result)
                    }
                    DueRequest::KeepAlive(target) => {
                        let result = client.keep_alive(&target).await;
                        Completion::KeptAlive(target.call, result)
                    }
                }
            });
        }
    }

    fn complete(&mut self, completion: Completion) {
        match completion {
            Completion::Answered(call, ticket, result) => {
                self.user_requests -= 1;
                self.calls.answered(&call, ticket, &result);
            }
            Completion::HungUp(call, ticket, result) => {
                self.user_requests -= 1;
                self.calls.hung_up(&call, ticket, result);
            }
            Completion::Transferred(call, ticket, result) => {
                self.user_requests -= 1;
                self.calls.transferred(&call, ticket, &result);
            }
            Completion::Invited(call, ticket, result) => {
                self.user_requests -= 1;
                self.calls.invited(&call, ticket, &result);
            }
            Completion::Withdrawn(call, ticket, result) => {
                self.user_requests -= 1;
                self.calls.withdrawn(&call, ticket, &result);
            }
            Completion::RosterRead(call, result) => self.calls.roster_read(&call, &result),
            Completion::LookedUp(call, result) => self.calls.looked_up(&call, &result),
            Completion::KeptAlive(call, result) => self.calls.kept_alive(&call, &result),
            Completion::Renewed(generation, _) | Completion::KeysRead(generation, _)
                if generation != self.generation => {}
            Completion::Renewed(_, result) => self.token_renewed(result),
            Completion::KeysRead(_, Ok(_)) | Completion::TokenPrefetched => {}
            Completion::KeysRead(_, Err(error)) => {
                self.events.push(Event::Notice(DisplayText::new(&error.to_string())));
            }
        }
    }

    fn token_renewed(&mut self, result: Result<Instant, TokenError>) {
        match result {
            Ok(at) => {
                self.renew_at = Some(at);
                if std::mem::take(&mut self.is_stopped) {
                    self.events.push(Event::Status(Status::Online { since: self.clock.now() }));
                }
            }
            Err(error) if error.is_transient() => {
                tracing::warn!(%error, "the token could not be renewed");
                self.renew_at = Some(Instant::now() + RENEWAL_RETRY_DELAY);
            }
            // Calls are still shown, but cannot be answered until the user has corrected the settings.
            Err(error) => {
                self.is_stopped = true;
                self.events.push(Event::Status(Status::Stopped(error.problem())));
            }
        }
    }

    /// Starts a job, whose result [`Bot::next_step`] returns.
    pub fn start(&mut self, job: impl Future<Output = Completion> + Send + 'static) {
        self.jobs.push(Box::pin(job));
    }
}
