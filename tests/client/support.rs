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
use rsvp::provider::ucwa::{self, Activity, Availability, Credentials, Modality, Start, Wire};
use rsvp::provider::{Clock, Command, Event, Handle, SettingsSource, Status, Ticket};
use rsvp::secret::Secret;
use rsvp::sim::{InProcess, Invite, InviteKind, Options, Person, Simulator, UcwaOptions};

pub const PASSWORD: &str = "hunter2-canary";

pub struct Desk {
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
    /// How often each invitation was reported to have ended.
    pub end_counts: BTreeMap<InvitationId, u32>,
    /// The invitations that were shown for each address.
    pub rows: BTreeMap<String, BTreeSet<InvitationId>>,
    /// The invitations whose sender was unknown at first.
    anonymous: BTreeSet<InvitationId>,
    /// The invitations that were reported again after their end.
    pub late_events: Vec<InvitationId>,
    /// The entries for the history, in order.
    pub kept: Vec<PastInvitation>,
    /// The texts for the clipboard.
    pub copied: Vec<String>,
    /// Every command that was sent to the provider, and when.
    pub commands: Vec<(tokio::time::Instant, Command)>,
    pub provider: Handle,
    /// Every event of the provider, and when it was received.
    events: Vec<(tokio::time::Instant, Event)>,
    clock: Clock,
}

/// Returns the outcome of the latest entry of the history.
pub fn outcome_of(state: &State) -> Option<&Outcome> {
    state.history.page(0).next().map(|past| &past.outcome)
}

/// The address of a simulator in the same process.
pub const POOL: &str = "https://pool.contoso.example/";

pub fn settings(credentials: Credentials) -> ucwa::Settings {
    ucwa::Settings {
        start: Start::Url(POOL.parse().unwrap()),
        credentials,
        trusted_hosts: Vec::new(),
        modalities: vec![Modality::Messaging, Modality::PhoneAudio],
        phone_number: None,
        sign_in_as: Availability::Online,
        culture: "en-US".into(),
        poll_timeout: Duration::from_secs(180),
        activity: Activity::Always,
        wire: wire(),
        endpoint_id: "c0ffee".into(),
    }
}

/// Returns the format that the clients of this thread use.
pub fn wire() -> Wire {
    WIRE.with(std::cell::Cell::get)
}

thread_local! {
    static WIRE: std::cell::Cell<Wire> = const { std::cell::Cell::new(Wire::Json) };
}

/// Runs a test in each format, under a paused clock of its own.
pub fn both<T: Future<Output = ()>>(test: impl Fn() -> T) {
    for wire in [Wire::Json, Wire::Xml] {
        speak(wire);
        paused().block_on(test());
    }
}

/// Sets the format that the clients of this thread use.
pub fn speak(wire: Wire) {
    WIRE.with(|cell| cell.set(wire));
}

/// Creates a runtime whose clock is paused and advances as soon as every task waits.
pub fn paused() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

pub fn token() -> Credentials {
    Credentials::Token(Secret::Value("cwt=demo".into()))
}

pub fn password() -> Credentials {
    let password = Secret::Value(PASSWORD.into());
    Credentials::Password { username: "tosh@contoso.example".into(), password }
}

pub fn simulator() -> Simulator {
    simulator_with(UcwaOptions::default())
}

/// Creates a simulator with the password [`PASSWORD`] and otherwise these options.
pub fn simulator_with(options: UcwaOptions) -> Simulator {
    let ucwa = UcwaOptions { password: PASSWORD.into(), ..options };
    Simulator::new(Options { ucwa, ..Options::default() })
}

pub fn im() -> Invite {
    Invite {
        kind: InviteKind::Im,
        from: Person::new("Lene Aaling", "sip:lenea@contoso.example"),
        subject: "Strategy".into(),
        message: "Hi Tosh, 1+1?".into(),
        ..Invite::default()
    }
}

pub fn of(kind: InviteKind) -> Invite {
    Invite { kind, from: Person::new("Joe Smith", "sip:joe@contoso.example"), ..Invite::default() }
}

/// Creates an instant message from a person who sends no other.
pub fn from(caller: &str) -> Invite {
    Invite { from: Person::new(caller, &format!("sip:{caller}@contoso.example")), ..im() }
}

impl Desk {
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
        let mut desk = Self::start(sim, Arc::new(InProcess::new(sim)), settings(credentials));
        desk.until_online().await;
        desk
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
                Effect::Bell | Effect::Suspend | Effect::Quit => {}
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

    /// Sends a command to the provider.
    pub fn send(&mut self, command: Command) {
        self.commands.push((tokio::time::Instant::now(), command.clone()));
        self.provider.commands.try_send(command).unwrap();
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
            tokio::select! {
                biased;
                event = self.provider.events.recv() => {
                    let event = event.expect("the provider is running");
                    self.handle(Message::Provider(AccountId(0), event));
                }
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
        self.state.incoming.page(0).find(rings).unwrap().invitation.clone()
    }

    /// Returns the time of the client.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Returns every event of the provider, and when it was received.
    pub fn timed_events(&self) -> impl Iterator<Item = (Moment, &Event)> {
        let start = self.clock.instant(Moment::default());
        self.events.iter().map(move |(at, event)| (Moment(at.duration_since(start)), event))
    }

    /// Returns every event of the provider.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().map(|(_, event)| event)
    }

    /// Returns every status of the connection, and when it was received.
    pub fn timed_statuses(&self) -> impl Iterator<Item = (tokio::time::Instant, &Status)> {
        self.events.iter().filter_map(|(at, event)| match event {
            Event::Status(status) => Some((*at, status)),
            _ => None,
        })
    }

    /// Converts a time of the client to one of the test.
    pub fn instant(&self, moment: Moment) -> tokio::time::Instant {
        self.clock.instant(moment)
    }

    pub fn status(&self) -> &Status {
        &self.state.accounts[0].status
    }

    pub fn notice(&self) -> String {
        self.state.notice.as_ref().map(|notice| notice.text.to_string()).unwrap_or_default()
    }

    /// Returns whether a notice to the user contained these words.
    pub fn was_notified(&self, words: &str) -> bool {
        self.notices.iter().any(|notice| notice.contains(words))
    }

    /// Returns the number of requests whose target contains `what`.
    pub fn count(&self, what: &str) -> usize {
        self.sim.record().iter().filter(|request| request.target.contains(what)).count()
    }

    /// Returns the requests that were posted to links of invitations and conversations: the target and the
    /// body.
    pub fn posts(&self) -> Vec<String> {
        self.sim
            .record()
            .into_iter()
            .filter(|request| request.method == "POST" && request.target.contains("/communication/"))
            .map(|request| format!("{} {}", request.target, request.body))
            .collect()
    }

    /// Returns whether the POST of that number went to such a target and has these words in its body.
    pub fn posted(&self, number: usize, target: &str, words: &[&str]) -> bool {
        let posts = self.posts();
        let (to, body) = posts[number].split_once(' ').unwrap();
        to.contains(target) && words.iter().all(|word| body.contains(&word_in(word)))
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

impl Desk {
    /// Returns the requests and the events in the order of time.
    pub fn transcript(&self) -> String {
        let requests = self.sim.record();
        let requests = requests.iter().map(|request| (request.at, request.to_string()));
        let events = self.events.iter().map(|(at, event)| (*at, format!("    {event:?}")));
        let mut transcript: Vec<(tokio::time::Instant, String)> = requests.chain(events).collect();
        transcript.sort_by_key(|(at, _)| *at);
        let start = self.clock.instant(Moment::default());
        let line = |(at, line): (tokio::time::Instant, String)| {
            format!("{:>10.3} {line}\n", at.duration_since(start).as_secs_f64())
        };
        transcript.into_iter().map(line).collect()
    }
}

/// Prints the transcript of a test that fails.
impl Drop for Desk {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.transcript());
        }
    }
}

/// Returns a word as it stands in a body: in quotes or between tags.
fn word_in(word: &str) -> String {
    match wire() {
        Wire::Json => format!("\"{word}\""),
        Wire::Xml => word.to_owned(),
    }
}

pub fn now(clock: Clock) -> Now {
    Now { moment: clock.now(), wall: jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0) }
}
