//! Runs the client for a day against the simulator, with calls every second, token renewals, lost events and lost sessions,
//! and prints the memory of the process, which includes the simulator. The day passes in virtual time, within minutes.
//! With `soak`, time is real, and the requests go over sockets; open files and threads are printed, too.
//!
//! `cargo run --release --example day [HOURS]`, by default 24
//! `cargo run --release --example day soak [MINUTES]`, by default 60

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_precision_loss)]

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use rsvp::app::key::Key;
use rsvp::app::{Account, Effect, Message, Now, Settings, State, update};
use rsvp::history::{Database, HistoryWriter, Opened, Retention, open};
use rsvp::invitation::AccountId;
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use rsvp::provider::network::{HttpExchange, Network};
use rsvp::provider::ucwa::{self, Activity, Credentials, Start, Wire};
use rsvp::provider::{Clock, Command, Event, Handle};
use rsvp::secret::Secret;
use rsvp::sim::{
    EndCause, Fault, FaultKind, InProcess, Invite, InviteKind, Options, Person, Simulator, serve,
};
use tokio::time::{Instant, sleep_until};

/// The interval between two calls: 100,000 in a day.
const INTERVAL: Duration = Duration::from_millis(864);
/// The number of entries of each list that the simulator and the history keep.
const KEPT: usize = 1_000;
/// The number of lines of the table.
const LINES: u32 = 12;

fn main() {
    let argument = |index: usize| std::env::args().nth(index);
    let number = |index, default| argument(index).map_or(default, |text| text.parse().unwrap());
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all();
    if argument(1).as_deref() == Some("soak") {
        let time = Duration::from_secs(60 * number(2, 60));
        builder.build().unwrap().block_on(run(time, true));
    } else {
        let time = Duration::from_secs(3_600 * number(1, 24));
        builder.start_paused(true).build().unwrap().block_on(run(time, false));
    }
}

async fn run(time: Duration, over_sockets: bool) {
    let sim = Simulator::new(Options { kept: KEPT, ..Options::default() });
    let (url, exchange): (_, Arc<dyn Exchange>) = if over_sockets {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(serve(sim.clone(), listener));
        let network = Network { loopback_only: true, ..Network::default() };
        (url, Arc::new(HttpExchange::new(network).unwrap()))
    } else {
        ("https://pool.contoso.example/".to_owned(), Arc::new(InProcess::new(&sim)))
    };
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("history.db");
    let mut client = Client::start(&url, exchange, HistoryWriter::start(database.clone(), retention()));
    println!("{:>8} {:>9} {:>10} {:>9} {:>6} {:>8}", "time", "calls", "events", "memory", "files", "threads");
    let (start, mut ringing, mut memory) = (Instant::now(), VecDeque::new(), Vec::new());
    let mut calls: u64 = 0;
    for line in 1..=LINES {
        while start.elapsed() < time * line / LINES {
            calls += 1;
            client.work_until(start + INTERVAL * u32::try_from(calls).unwrap()).await;
            ringing.push_back(call(&sim, calls));
            if ringing.len() > 8 {
                let number = ringing.pop_front().unwrap();
                let causes = [EndCause::CallerGivesUp, EndCause::AnsweredElsewhere, EndCause::TimedOut];
                // The user may have declined meanwhile.
                let _ = sim.ucwa.end(number, causes[usize::try_from(calls).unwrap() % causes.len()]);
            }
            disturb(&sim, calls);
            match calls % 10 {
                5 => client.press("!"),
                6 => client.press("D"),
                _ => {}
            }
        }
        memory.push(of_process("VmRSS:").unwrap_or_default() * 1_024.0);
        println!(
            "{:>7.1?}h {calls:>9} {:>10} {:>6.1} MB {:>6} {:>8}",
            start.elapsed().as_secs_f64() / 3_600.0,
            client.events.load(Ordering::Relaxed),
            memory[memory.len() - 1] / 1e6,
            std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count),
            of_process("Threads:").unwrap_or_default(),
        );
    }
    client.work_until(Instant::now() + Duration::from_secs(120)).await;
    client.finish(&database, calls).await;
    // The first quarter fills the lists that are bounded.
    let quarter = memory.len() / 4;
    let hours = time.as_secs_f64() / 3_600.0 * (memory.len() - 1 - quarter) as f64 / memory.len() as f64;
    println!("memory grows by {:.2} MB an hour", (memory[memory.len() - 1] - memory[quarter]) / 1e6 / hours);
}

fn retention() -> Retention {
    Retention { keep: KEPT, messages: false }
}

fn call(sim: &Simulator, number: u64) -> rsvp::sim::InvitationNumber {
    let kinds = [InviteKind::Im, InviteKind::Phone, InviteKind::Meeting, InviteKind::Av];
    sim.ucwa.invite(Invite {
        kind: kinds[usize::try_from(number).unwrap() % kinds.len()],
        from: Person::new(&format!("Caller {number}"), &format!("sip:c{number}@contoso.example")),
        subject: format!("Subject {number}"),
        message: "Do you have five minutes for the rollout plan?".into(),
        ..Invite::default()
    })
}

/// Lets the server lose events, sessions and connections now and then.
fn disturb(sim: &Simulator, calls: u64) {
    let every = |minutes: u64| calls.is_multiple_of(minutes * 60_000 / 864);
    if every(7) {
        sim.ucwa.force_resume();
    }
    if every(13) {
        sim.ucwa.drop_connections();
    }
    if every(20) {
        sim.ucwa.force_resync();
    }
    if every(60) {
        sim.ucwa.expire_applications();
    }
    if every(360) {
        sim.ucwa.expire_tokens();
    }
    if calls.is_multiple_of(97) {
        sim.fault(Fault::next("events", FaultKind::LostReply));
    }
    if calls.is_multiple_of(101) {
        sim.fault(Fault::next("decline", FaultKind::LostReply));
    }
}

/// The provider and the reducer, as the program's loop combines them.
struct Client {
    state: State,
    provider: Handle,
    clock: Clock,
    history: HistoryWriter,
    /// The number of events that the server has sent.
    events: Arc<AtomicU64>,
    /// How often the end of each invitation was told, by its number.
    ended: Vec<u8>,
    missed: usize,
}

impl Client {
    fn start(url: &str, exchange: Arc<dyn Exchange>, history: HistoryWriter) -> Self {
        let events = Arc::new(AtomicU64::new(0));
        let settings = ucwa::Settings {
            start: Start::Url(url.parse().unwrap()),
            credentials: Credentials::Token(Secret::Value("cwt=demo".into())),
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
        let exchange = Arc::new(Counter(exchange, events.clone()));
        let provider = ucwa::spawn(settings, exchange, AccountId(0), clock);
        let settings = Settings { history_limit: KEPT, ..Settings::default() };
        let state = State::new(settings, vec![Account::default()], now(clock), (120, 40));
        Self { state, provider, clock, history, events, ended: vec![0; 500_000], missed: 0 }
    }

    async fn work_until(&mut self, until: Instant) {
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

    fn press(&mut self, key: &str) {
        self.state.viewport = rsvp::ui::viewport(&self.state, &rsvp::ui::Look::default());
        for character in key.chars() {
            self.handle(Message::Key(Key::from(character)));
        }
    }

    fn handle(&mut self, message: Message) {
        if let Message::Provider(_, Event::Ended { id, .. }) = &message {
            self.ended[usize::try_from(id.number).unwrap()] += 1;
        }
        for effect in update(&mut self.state, now(self.clock), message) {
            match effect {
                Effect::Provider(_, command) => self.provider.commands.try_send(command).unwrap(),
                Effect::StoreHistoryEntry(past) => self.history.store(&past),
                Effect::AddMissed { account, label, logs } => {
                    self.missed += logs.len();
                    self.history.add_missed(account, &label, &logs);
                }
                Effect::MarkHistorySeen(numbers) => self.history.mark_seen(&numbers),
                Effect::ReadOlderHistory(before) => self.history.read_older(before),
                Effect::SearchHistory { text, before } => self.history.search(text, before),
                _ => {}
            }
        }
    }

    /// Signs out, and prints what was told and stored.
    async fn finish(mut self, database: &std::path::Path, calls: u64) {
        let _ = self.provider.commands.try_send(Command::SignOut);
        while let Some(event) = self.provider.events.recv().await {
            self.handle(Message::Provider(AccountId(0), event));
        }
        let rings = self.state.incoming.iter().filter(|entry| entry.is_pending()).count();
        let told = self.ended.iter().filter(|count| **count > 0).count();
        let repeated = self.ended.iter().filter(|count| **count > 1).count();
        let failure = self.history.finish().await;
        let Opened { database, .. } = open(database).unwrap();
        let stored = stored(&database);
        println!(
            "{calls} calls; {told} ends told, {repeated} of them twice; {} missed while signed out; {rings} still ring; \
             {stored} in the history{}",
            self.missed,
            failure.map(|why| format!(" ({why})")).unwrap_or_default(),
        );
    }
}

fn stored(database: &Database) -> usize {
    database.select(&rsvp::history::Selection::default(), usize::MAX).map_or(0, |entries| entries.len())
}

fn now(clock: Clock) -> Now {
    Now { moment: clock.now(), wall: jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0) }
}

/// An exchange that counts the events in the responses of polls.
struct Counter(Arc<dyn Exchange>, Arc<AtomicU64>);

impl Exchange for Counter {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let is_poll = request.url.path().ends_with("/events");
        let (response, count) = (self.0.send(request), self.1.clone());
        async move {
            let response = response.await?;
            let body = response.body.inspect(move |piece| {
                if let (true, Ok(piece)) = (is_poll, piece) {
                    let events = piece.windows(8).filter(|it| it == b"\"type\":\"").count() as u64;
                    count.fetch_add(events, Ordering::Relaxed);
                }
            });
            Ok(StreamedResponse { body: body.boxed(), ..response })
        }
        .boxed()
    }
}

/// Returns a number of the process; `None` where `/proc` does not tell.
fn of_process(name: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
