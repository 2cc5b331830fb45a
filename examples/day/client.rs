//! The provider and the reducer, as the program's loop combines them, with the history on the disk.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use rsvp::app::key::Key;
use rsvp::app::{Account, Effect, Message, Now, Settings, State, update};
use rsvp::history::{HistoryWriter, Opened, Selection, open};
use rsvp::invitation::AccountId;
use rsvp::provider::ucwa::{self, Activity, Credentials, Start, Wire};
use rsvp::provider::{Clock, Command, Event, Handle, Status};
use rsvp::secret::Secret;
use rsvp::sim::InProcess;
use tokio::time::{Instant, sleep_until};

use crate::KEPT;
use crate::counting_exchange::CountingExchange;
use crate::oracle::Oracle;

pub struct Client {
    state: State,
    provider: Handle,
    clock: Clock,
    history: HistoryWriter,
    pub oracle: Oracle,
    /// How often the account came online.
    online: usize,
    /// The length of the longest list that the screen has had.
    longest_list: usize,
}

impl Client {
    /// Starts a client whose oracle knows that many callers. `events` counts the events that the server sends.
    pub fn start(sim: InProcess, history: HistoryWriter, callers: usize, events: Arc<AtomicU64>) -> Self {
        let settings = ucwa::Settings {
            start: Start::Url("https://pool.contoso.example/".parse().unwrap()),
            credentials: Credentials::Password {
                username: "day@contoso.example".into(),
                password: Secret::Value("demo".into()),
            },
            trusted_hosts: Vec::new(),
            modalities: Vec::new(),
            phone_number: None,
            sign_in_as: None,
            culture: "en-US".into(),
            poll_timeout: Duration::from_secs(180),
            activity: Activity::Always,
            wire: Wire::Json,
            endpoint_id: "day".into(),
        };
        let clock = Clock::start();
        let exchange = Arc::new(CountingExchange { inner: sim, events });
        let provider = ucwa::spawn(settings, exchange, AccountId(0), clock);
        let settings = Settings { history_limit: KEPT, ..Settings::default() };
        let state = State::new(settings, vec![Account::default()], now(clock), (120, 40));
        Self { state, provider, clock, history, oracle: Oracle::new(callers), online: 0, longest_list: 0 }
    }

    pub async fn work_until(&mut self, until: Instant) {
        loop {
            tokio::select! {
                biased;
                event = self.provider.events.recv() => self.handle(Message::Provider(AccountId(0), event.unwrap())),
                event = self.history.next_event() => {
                    if let Some(event) = event {
                        self.handle(Message::History(event));
                    }
                }
                () = sleep_until(until) => return self.handle(Message::Tick),
            }
        }
    }

    /// Works until the account is online.
    pub async fn sign_in(&mut self) {
        while !self.state.accounts[0].status.is_online() {
            let event = self.provider.events.recv().await.unwrap();
            self.handle(Message::Provider(AccountId(0), event));
        }
    }

    pub fn press(&mut self, key: &str) {
        self.state.viewport = rsvp::ui::viewport(&self.state, &rsvp::ui::Look::default());
        for character in key.chars() {
            self.handle(Message::Key(Key::from(character)));
        }
    }

    fn handle(&mut self, message: Message) {
        if let Message::Provider(_, Event::Status(Status::Online { .. })) = &message {
            self.online += 1;
        }
        for effect in update(&mut self.state, now(self.clock), message) {
            match effect {
                Effect::Provider(_, command) => self.provider.commands.try_send(command).unwrap(),
                Effect::StoreHistoryEntry(past) => {
                    self.oracle.user_was_told(&past);
                    self.history.store(&past);
                }
                Effect::AddMissed { account, label, logs } => {
                    self.oracle.user_missed(&logs);
                    self.history.add_missed(account, &label, &logs);
                }
                Effect::MarkHistorySeen(numbers) => self.history.mark_seen(&numbers),
                Effect::ReadOlderHistory(before) => self.history.read_older(before),
                Effect::SearchHistory { text, before } => self.history.search(text, before),
                _ => {}
            }
        }
        let lists = [self.state.incoming.len(), self.state.conversations.len(), self.state.history.len()];
        self.longest_list = lists.into_iter().fold(self.longest_list, usize::max);
    }

    /// Signs out and closes the history. Prints what became of the invitations; returns whether nothing was lost.
    pub async fn finish(mut self, database: &Path) -> bool {
        let rings = self.state.incoming.iter().filter(|entry| entry.is_pending()).count();
        let _ = self.provider.commands.try_send(Command::SignOut);
        while let Some(event) = self.provider.events.recv().await {
            self.handle(Message::Provider(AccountId(0), event));
        }
        let failure = self.history.finish().await;
        let Opened { database, .. } = open(database).unwrap();
        let stored = database.select(&Selection::default(), usize::MAX).unwrap().len();
        println!(
            "online {} times; at most {} entries in a list, {stored} in the history on the disk, of {KEPT} allowed{}",
            self.online,
            self.longest_list,
            failure.as_ref().map(|why| format!(" ({why})")).unwrap_or_default(),
        );
        let is_bounded = stored <= KEPT && self.longest_list <= KEPT;
        self.oracle.judge(rings) && is_bounded && failure.is_none()
    }
}

fn now(clock: Clock) -> Now {
    Now { moment: clock.now(), wall: jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0) }
}
