//! A client without a screen: the provider and the reducer against a simulator, under a paused clock, which
//! advances as soon as every task waits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use rsvp::app::key::{Code, Key};
use rsvp::app::{Account, Effect, Entry, Message, Notice, Now, Settings, State, update};
use rsvp::invitation::PastInvitation;
use rsvp::invitation::{AccountId, Decision, Invitation, InvitationId, Moment, Outcome};
use rsvp::provider::exchange::Exchange;
use rsvp::provider::ucwa::{self, Credentials};
use rsvp::provider::{Clock, Command, Event, Handle, SettingsSource, Status, Ticket};
use rsvp::secret::Secret;
use rsvp::sim::{InProcess, Simulator, UcwaOptions};
use tokio::sync::mpsc::error::TrySendError;

use crate::oracles::is_printed_well;

use super::{password, settings, simulator, simulator_with, token};

/// The texts that others have sent, in order, by the number of the simulator's conversation. No text occurs twice.
pub type Said = BTreeMap<u32, Vec<String>>;

pub struct TestClient {
    pub sim: Simulator,
    pub state: State,
    /// Every decision that was sent to the provider.
    pub decisions: Vec<Decision>,
    /// Every status of the connection.
    pub statuses: Vec<Status>,
    /// The text of every notice to the user.
    pub notices: Vec<String>,
    /// Every notice to the user, and when it was shown.
    pub timed_notices: Vec<(Moment, Notice)>,
    /// Every effect of the reducer, and when it was requested.
    pub effects: Vec<(Moment, Effect)>,
    /// The tickets of the answers that were sent for several invitations at once.
    pub bulk_tickets: Vec<BTreeSet<Ticket>>,
    /// The number of times that each invitation was reported to have ended.
    pub end_counts: BTreeMap<InvitationId, u32>,
    /// The invitations that were shown for each address.
    pub rows: BTreeMap<String, BTreeSet<InvitationId>>,
    /// The invitations whose sender was unknown at first.
    anonymous: BTreeSet<InvitationId>,
    /// The invitations that were reported again after their end.
    pub late_events: Vec<InvitationId>,
    /// The entries for the history, in order.
    pub kept: Vec<PastInvitation>,
    /// The messages that others have sent to the user.
    pub said: Said,
    /// The texts for the clipboard.
    pub copied: Vec<String>,
    /// Every command that was sent to the provider, and when.
    pub commands: Vec<(tokio::time::Instant, Command)>,
    pub provider: Handle,
    /// Every event of the provider, and when it was received.
    pub(super) events: Vec<(tokio::time::Instant, Event)>,
    pub(super) clock: Clock,
}

impl TestClient {
    pub async fn online() -> Self {
        Self::online_at(&simulator()).await
    }

    /// Creates another client of the same server with the same endpoint.
    pub async fn online_at(sim: &Simulator) -> Self {
        Self::signed_in(sim, token()).await
    }

    pub async fn with_password(options: UcwaOptions) -> Self {
        Self::signed_in(&simulator_with(options), password()).await
    }

    pub async fn signed_in(sim: &Simulator, credentials: Credentials) -> Self {
        let mut client = Self::start(sim, Arc::new(InProcess::new(sim)), settings(credentials));
        client.until_online().await;
        client
    }

    /// Creates a client of the user of that number, from 0.
    pub async fn of_user(sim: &Simulator, user: usize) -> Self {
        let token = Credentials::Token(Secret::Value(UcwaOptions::default().token_of(user).into()));
        let settings = ucwa::Settings { endpoint_id: format!("endpoint {user}"), ..settings(token) };
        let mut client = Self::start(sim, Arc::new(InProcess::new(sim)), settings);
        client.until_online().await;
        client
    }

    pub fn start(
        sim: &Simulator,
        exchange: Arc<dyn Exchange>,
        settings: impl Into<SettingsSource<ucwa::Settings>>,
    ) -> Self {
        let clock = Clock::start();
        Self::of(sim, ucwa::spawn(settings, exchange, AccountId(0), clock), clock)
    }

    /// Creates the client of a provider that was started with that clock.
    pub fn of(sim: &Simulator, provider: Handle, clock: Clock) -> Self {
        let account = Account { label: "contoso.example".into(), ..Account::default() };
        let app = Settings { history_limit: 100_000, ..Settings::default() };
        let state = State::new(app, vec![account], now(clock), (80, 24));
        Self {
            sim: sim.clone(),
            state,
            decisions: Vec::new(),
            statuses: Vec::new(),
            notices: Vec::new(),
            timed_notices: Vec::new(),
            effects: Vec::new(),
            bulk_tickets: Vec::new(),
            end_counts: BTreeMap::new(),
            rows: BTreeMap::new(),
            anonymous: BTreeSet::new(),
            late_events: Vec::new(),
            kept: Vec::new(),
            said: Said::new(),
            copied: Vec::new(),
            commands: Vec::new(),
            provider,
            events: Vec::new(),
            clock,
        }
    }

    fn handle(&mut self, message: Message) {
        if let Message::Provider(_, event) = &message {
            self.observe(event);
        }
        if matches!(message, Message::Key(_)) {
            // The user presses a key while the latest frame is on the screen.
            self.state.viewport = rsvp::ui::viewport(&self.state, &rsvp::ui::Look::default());
        }
        let (before, batches) = (self.state.notice.clone(), self.state.batches.len());
        let mut tickets = BTreeSet::new();
        for effect in update(&mut self.state, now(self.clock), message) {
            self.effects.push((self.clock.now(), effect.clone()));
            match effect {
                Effect::Provider(_, command) => {
                    if let Command::Answer { decision, ticket, .. } = &command {
                        self.decisions.push(decision.clone());
                        tickets.insert(*ticket);
                    }
                    self.send(command);
                }
                Effect::StoreHistoryEntry(past) => self.kept.push(*past),
                Effect::Copy(text) => self.copied.push(text),
                Effect::Announce(announcement) => is_printed_well(&announcement),
                Effect::AddMissed { .. }
                | Effect::ReadOlderHistory(_)
                | Effect::SearchHistory { .. }
                | Effect::MarkHistorySeen(_)
                | Effect::Reply { .. }
                | Effect::Notice(_)
                | Effect::Bell
                | Effect::Notify(_)
                | Effect::Suspend
                | Effect::Quit => {}
            }
        }
        if let Some(notice) = self.state.notice.as_ref().filter(|notice| Some(*notice) != before.as_ref()) {
            self.notices.push(notice.text.to_string());
            self.timed_notices.push((self.clock.now(), notice.clone()));
        }
        if self.state.batches.len() > batches {
            self.bulk_tickets.push(tickets);
        }
    }

    /// Sends a command to the provider. One that nobody waits for may come after the provider has ended.
    pub fn send(&mut self, command: Command) {
        self.commands.push((tokio::time::Instant::now(), command.clone()));
        if let Err(error) = self.provider.commands.try_send(command) {
            assert!(
                matches!(&error, TrySendError::Closed(command) if command.ticket().is_none()),
                "{error:?}"
            );
        }
    }

    fn observe(&mut self, event: &Event) {
        self.events.push((tokio::time::Instant::now(), event.clone()));
        match event {
            Event::Status(status) => self.statuses.push(status.clone()),
            Event::Invitation(invitation) => self.observe_row(invitation),
            Event::Snapshot { invitations, .. } => {
                for invitation in invitations {
                    self.observe_row(invitation);
                }
            }
            Event::Ended { id, .. } => *self.end_counts.entry(*id).or_default() += 1,
            _ => {}
        }
    }

    fn observe_row(&mut self, invitation: &Invitation) {
        if self.end_counts.contains_key(&invitation.id) {
            self.late_events.push(invitation.id);
        }
        let uri = invitation.other_side().uri.to_string();
        // An invitation without a sender counts for itself, even if it turns out to be a known one.
        if uri.is_empty() {
            self.anonymous.insert(invitation.id);
        } else if !self.anonymous.contains(&invitation.id) {
            self.rows.entry(uri).or_default().insert(invitation.id);
        }
    }

    /// Presses the keys that these characters stand for.
    pub fn press(&mut self, keys: &str) {
        for character in keys.chars() {
            let key = match character {
                '\n' => Key::plain(Code::Enter),
                '\t' => Key::plain(Code::Tab),
                '\u{1b}' => Key::plain(Code::Esc),
                '\u{4}' => Key::ctrl('d'),
                '\u{15}' => Key::ctrl('u'),
                character => Key::from(character),
            };
            self.handle(Message::Key(key));
        }
    }

    /// Handles events until the state satisfies `expected`, and returns how long that took.
    pub async fn until(&mut self, expected: impl Fn(&State) -> bool) -> Duration {
        let (since, longest) = (tokio::time::Instant::now(), Duration::from_secs(900));
        let is_satisfied = self.within(longest, expected).await;
        assert!(
            is_satisfied,
            "the state was never as expected; notice {:?}, status {:?}",
            self.notice(),
            self.status()
        );
        since.elapsed()
    }

    /// Handles events for at most `longest` and returns whether the state came to satisfy `expected`.
    pub async fn within(&mut self, longest: Duration, expected: impl Fn(&State) -> bool) -> bool {
        let timeout = tokio::time::sleep(longest);
        tokio::pin!(timeout);
        while !expected(&self.state) {
            let due = self.state.rulings.due(self.state.now.moment).map(|at| self.clock.instant(at));
            tokio::select! {
                biased;
                event = self.provider.events.recv() => {
                    let event = event.expect("the provider is running");
                    self.handle(Message::Provider(AccountId(0), event));
                }
                () = rsvp::timer::sleep_until(due) => self.handle(Message::Tick),
                () = &mut timeout => return false,
            }
        }
        true
    }

    /// Like [`within`](Self::within), but checks the state only when no event waits: for expensive checks.
    pub async fn within_at_rest(&mut self, longest: Duration, expected: impl Fn(&State) -> bool) -> bool {
        let until = tokio::time::Instant::now() + longest;
        loop {
            while let Ok(event) = self.provider.events.try_recv() {
                self.handle(Message::Provider(AccountId(0), event));
            }
            if expected(&self.state) {
                return true;
            }
            match tokio::time::timeout_at(until, self.provider.events.recv()).await {
                Ok(event) => {
                    let event = event.expect("the provider is running");
                    self.handle(Message::Provider(AccountId(0), event));
                }
                Err(_) => return false,
            }
        }
    }

    pub async fn until_online(&mut self) -> Duration {
        self.until(|state| state.accounts[0].status.is_online()).await
    }

    /// Handles events for that many seconds.
    pub async fn wait(&mut self, seconds: u64) {
        self.within(Duration::from_secs(seconds), |_| false).await;
        self.handle(Message::Tick);
    }

    /// Waits for an invitation that can be answered.
    pub async fn ringing(&mut self) -> Invitation {
        let rings = |entry: &&Entry| {
            entry.is_pending() && (entry.invitation.offers.decline || entry.invitation.offers.reject)
        };
        self.until(|state| state.incoming.iter().any(|entry| rings(&entry))).await;
        Invitation::clone(&self.state.incoming.page(0).find(rings).unwrap().invitation)
    }

    pub async fn sign_out(&mut self) {
        self.send(Command::SignOut);
        while let Some(event) = self.provider.events.recv().await {
            self.handle(Message::Provider(AccountId(0), event));
        }
    }

    /// Signs out and asserts that the server has no complaint.
    pub async fn end(mut self) {
        self.sign_out().await;
        assert_eq!(self.sim.complaints(), Vec::<String>::new());
    }
}

/// Returns the outcome of the latest entry of the history.
pub fn outcome_of(state: &State) -> Option<&Outcome> {
    state.history.page(0).next().map(|past| &past.outcome)
}

fn now(clock: Clock) -> Now {
    Now { moment: clock.now(), wall: jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0) }
}
