//! A client without a screen: the provider and the reducer against a simulator, under a clock that is
//! paused and so moves on as soon as everybody waits.

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
use rsvp::sim::{InProcess, Invite, Kind, Options, Person, Simulator};

pub const PASSWORD: &str = "hunter2-canary";

pub struct Desk {
    pub sim: Simulator,
    pub state: State,
    /// Every decision that was sent.
    pub decisions: Vec<Decision>,
    /// Every state of the connection that was told.
    pub statuses: Vec<Status>,
    /// Everything that was said to the user.
    pub notices: Vec<String>,
    /// The same, with when and how.
    pub said: Vec<(Moment, Notice)>,
    /// Everything that was wanted done outside, and when.
    pub effects: Vec<(Moment, Effect)>,
    /// The answers that were given to several invitations at once.
    pub together: Vec<BTreeSet<Ticket>>,
    /// How often each invitation was said to be over.
    pub overs: BTreeMap<InvitationId, u32>,
    /// The rows that each caller ever had.
    pub rows: BTreeMap<String, BTreeSet<InvitationId>>,
    /// Those of whom nobody could say who they were from at first.
    nameless: BTreeSet<InvitationId>,
    /// What was said of an invitation after it was over.
    pub ghosts: Vec<InvitationId>,
    /// What was to be kept in the history, in order.
    pub kept: Vec<PastInvitation>,
    /// What was put into the clipboard.
    pub copied: Vec<String>,
    /// Every command that was sent, and when.
    pub commands: Vec<(tokio::time::Instant, Command)>,
    pub provider: Handle,
    /// Everything that the provider told, for the story of a test that fails.
    told: Vec<(tokio::time::Instant, Event)>,
    clock: Clock,
}

/// How the latest invitation that is over ended.
pub fn outcome_of(state: &State) -> Option<&Outcome> {
    state.history.page(0).next().map(|past| &past.outcome)
}

/// The address at which a simulator in process is reached.
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

/// The form that this run speaks: the same tests hold for both.
pub fn wire() -> Wire {
    WIRE.with(std::cell::Cell::get)
}

thread_local! {
    static WIRE: std::cell::Cell<Wire> = const { std::cell::Cell::new(Wire::Json) };
}

/// Runs a test once in each form, under a clock of its own.
pub fn both<T: Future<Output = ()>>(test: impl Fn() -> T) {
    for wire in [Wire::Json, Wire::Xml] {
        speak(wire);
        paused().block_on(test());
    }
}

/// From now on this thread's clients speak that form.
pub fn speak(wire: Wire) {
    WIRE.with(|cell| cell.set(wire));
}

/// A runtime whose clock moves on as soon as everybody waits.
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
    Simulator::new(Options { password: PASSWORD.into(), ..Options::default() })
}

pub fn im() -> Invite {
    Invite {
        kind: Kind::Im,
        from: Person::new("Lene Aaling", "sip:lenea@contoso.example"),
        subject: "Strategy".into(),
        message: "Hi Tosh, 1+1?".into(),
        ..Invite::default()
    }
}

pub fn of(kind: Kind) -> Invite {
    Invite { kind, from: Person::new("Joe Smith", "sip:joe@contoso.example"), ..Invite::default() }
}

/// An instant message from somebody who never calls twice.
pub fn from(caller: &str) -> Invite {
    Invite { from: Person::new(caller, &format!("sip:{caller}@contoso.example")), ..im() }
}

impl Desk {
    pub async fn online() -> Self {
        Self::beside(&simulator()).await
    }

    /// One more client at the same server, with the same endpoint.
    pub async fn beside(sim: &Simulator) -> Self {
        Self::signed_in(sim, token()).await
    }

    pub async fn with_password(options: Options) -> Self {
        Self::signed_in(&Simulator::new(Options { password: PASSWORD.into(), ..options }), password()).await
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

    /// The desk of a provider that was started with that clock.
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
            said: Vec::new(),
            effects: Vec::new(),
            together: Vec::new(),
            overs: BTreeMap::new(),
            rows: BTreeMap::new(),
            nameless: BTreeSet::new(),
            ghosts: Vec::new(),
            kept: Vec::new(),
            copied: Vec::new(),
            commands: Vec::new(),
            provider,
            told: Vec::new(),
            clock,
        }
    }

    fn take(&mut self, message: Message) {
        if let Message::Provider(_, event) = &message {
            self.note(event);
        }
        if matches!(message, Message::Key(_)) {
            // The user sees the latest frame.
            self.state.viewport = rsvp::ui::viewport(&self.state, &rsvp::ui::Look::default());
        }
        let (before, bulks) = (self.state.notice.clone(), self.state.bulks.len());
        let mut tickets = BTreeSet::new();
        for effect in update(&mut self.state, now(self.clock), message) {
            self.effects.push((self.clock.now(), effect.clone()));
            match effect {
                Effect::Provider(_, command) => {
                    if let Command::Answer { decision, ticket, .. } = &command {
                        self.decisions.push(decision.clone());
                        tickets.insert(*ticket);
                    }
                    self.command(command);
                }
                Effect::Keep(past) => self.kept.push(*past),
                Effect::Copy(text) => self.copied.push(text),
                Effect::Bell | Effect::Suspend | Effect::Quit => {}
            }
        }
        if let Some(notice) = self.state.notice.as_ref().filter(|notice| Some(*notice) != before.as_ref()) {
            self.notices.push(notice.text.to_string());
            self.said.push((self.clock.now(), notice.clone()));
        }
        if self.state.bulks.len() > bulks {
            self.together.push(tickets);
        }
    }

    /// Tells the provider something.
    pub fn command(&mut self, command: Command) {
        self.commands.push((tokio::time::Instant::now(), command.clone()));
        self.provider.commands.try_send(command).unwrap();
    }

    fn note(&mut self, event: &Event) {
        self.told.push((tokio::time::Instant::now(), event.clone()));
        match event {
            Event::Status(status) => self.statuses.push(status.clone()),
            Event::Invitation(invitation) => self.note_row(invitation),
            Event::Snapshot { invitations, .. } => {
                for invitation in invitations {
                    self.note_row(invitation);
                }
            }
            Event::Ended { id, .. } => *self.overs.entry(*id).or_default() += 1,
            _ => {}
        }
    }

    fn note_row(&mut self, invitation: &Invitation) {
        if self.overs.contains_key(&invitation.id) {
            self.ghosts.push(invitation.id);
        }
        let uri = invitation.other_side().uri.to_string();
        // What could not be read in time stands for itself, also if it turns out to be one that was known.
        if uri.is_empty() {
            self.nameless.insert(invitation.id);
        } else if !self.nameless.contains(&invitation.id) {
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
            self.take(Message::Key(key));
        }
    }

    /// Lets events in until the state is as expected; says how long it took.
    pub async fn until(&mut self, expected: impl Fn(&State) -> bool) -> Duration {
        let (since, longest) = (tokio::time::Instant::now(), Duration::from_secs(900));
        let came_about = self.within(longest, expected).await;
        assert!(came_about, "never came about; notice {:?}, status {:?}", self.notice(), self.status());
        since.elapsed()
    }

    /// Lets events in for at most so long; whether the state came to be as expected.
    pub async fn within(&mut self, longest: Duration, expected: impl Fn(&State) -> bool) -> bool {
        let patience = tokio::time::sleep(longest);
        tokio::pin!(patience);
        while !expected(&self.state) {
            tokio::select! {
                biased;
                event = self.provider.events.recv() => {
                    let event = event.expect("the provider is running");
                    self.take(Message::Provider(AccountId(0), event));
                }
                () = &mut patience => return false,
            }
        }
        true
    }

    /// The same, but looks only when nothing more is waiting to be let in: for what is dear to look at.
    pub async fn within_at_rest(&mut self, longest: Duration, expected: impl Fn(&State) -> bool) -> bool {
        let until = tokio::time::Instant::now() + longest;
        loop {
            while let Ok(event) = self.provider.events.try_recv() {
                self.take(Message::Provider(AccountId(0), event));
            }
            if expected(&self.state) {
                return true;
            }
            match tokio::time::timeout_at(until, self.provider.events.recv()).await {
                Ok(event) => {
                    let event = event.expect("the provider is running");
                    self.take(Message::Provider(AccountId(0), event));
                }
                Err(_) => return false,
            }
        }
    }

    pub async fn until_online(&mut self) -> Duration {
        self.until(|state| state.accounts[0].status.is_online()).await
    }

    /// Lets so many seconds pass.
    pub async fn wait(&mut self, seconds: u64) {
        self.within(Duration::from_secs(seconds), |_| false).await;
        self.take(Message::Tick);
    }

    /// Backoff for an invitation that can be answered.
    pub async fn ringing(&mut self) -> Invitation {
        let rings = |entry: &&Entry| {
            entry.is_pending() && (entry.invitation.offers.decline || entry.invitation.offers.reject)
        };
        self.until(|state| state.incoming.iter().any(|entry| rings(&entry))).await;
        self.state.incoming.page(0).find(rings).unwrap().invitation.clone()
    }

    /// What time it is.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Everything that the provider told, and when.
    pub fn told_at(&self) -> impl Iterator<Item = (Moment, &Event)> {
        let start = self.clock.instant(Moment::default());
        self.told.iter().map(move |(at, event)| (Moment(at.duration_since(start)), event))
    }

    /// Everything that the provider told.
    pub fn told(&self) -> impl Iterator<Item = &Event> {
        self.told.iter().map(|(_, event)| event)
    }

    /// The states of the connection that were told, and when.
    pub fn statuses_at(&self) -> impl Iterator<Item = (tokio::time::Instant, &Status)> {
        self.told.iter().filter_map(|(at, event)| match event {
            Event::Status(status) => Some((*at, status)),
            _ => None,
        })
    }

    /// That moment of the client on the clock of the test.
    pub fn instant(&self, moment: Moment) -> tokio::time::Instant {
        self.clock.instant(moment)
    }

    pub fn status(&self) -> &Status {
        &self.state.accounts[0].status
    }

    pub fn notice(&self) -> String {
        self.state.notice.as_ref().map(|notice| notice.text.to_string()).unwrap_or_default()
    }

    /// Whether the user was ever told something with these words.
    pub fn was_told(&self, words: &str) -> bool {
        self.notices.iter().any(|notice| notice.contains(words))
    }

    /// How many requests of that name came.
    pub fn count(&self, what: &str) -> usize {
        self.sim.record().iter().filter(|request| request.target.contains(what)).count()
    }

    /// What was posted to links of invitations and conversations: the target and the body.
    pub fn posts(&self) -> Vec<String> {
        self.sim
            .record()
            .into_iter()
            .filter(|request| request.method == "POST" && request.target.contains("/communication/"))
            .map(|request| format!("{} {}", request.target, request.body))
            .collect()
    }

    /// Whether the POST of that number went to such a target, with these words in its body.
    pub fn posted(&self, number: usize, target: &str, words: &[&str]) -> bool {
        let posts = self.posts();
        let (to, body) = posts[number].split_once(' ').unwrap();
        to.contains(target) && words.iter().all(|word| body.contains(&word_in(word)))
    }

    pub async fn sign_out(&mut self) {
        self.command(Command::SignOut);
        while let Some(event) = self.provider.events.recv().await {
            self.take(Message::Provider(AccountId(0), event));
        }
    }

    /// Signs out, and looks once more at what the server thinks of us.
    pub async fn end(mut self) {
        self.sign_out().await;
        assert_eq!(self.sim.complaints(), Vec::<String>::new());
    }
}

impl Desk {
    /// The requests and what was told, in the order of time.
    pub fn story(&self) -> String {
        let requests = self.sim.record();
        let requests = requests.iter().map(|request| (request.at, request.to_string()));
        let told = self.told.iter().map(|(at, event)| (*at, format!("    {event:?}")));
        let mut story: Vec<(tokio::time::Instant, String)> = requests.chain(told).collect();
        story.sort_by_key(|(at, _)| *at);
        let start = self.clock.instant(Moment::default());
        let line = |(at, line): (tokio::time::Instant, String)| {
            format!("{:>10.3} {line}\n", at.duration_since(start).as_secs_f64())
        };
        story.into_iter().map(line).collect()
    }
}

/// A test that fails tells its story.
impl Drop for Desk {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.story());
        }
    }
}

/// Words stand in quotes or between tags.
fn word_in(word: &str) -> String {
    match wire() {
        Wire::Json => format!("\"{word}\""),
        Wire::Xml => word.to_owned(),
    }
}

pub fn now(clock: Clock) -> Now {
    Now { moment: clock.now(), wall: jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0) }
}
