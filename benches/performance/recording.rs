//! Decoding and reducing a recorded event stream, compared with parsing the same bytes as `serde_json::Value`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use rsvp::app::{Account, Message, Now, Settings, State, update};
use rsvp::invitation::{AccountId, Moment};
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use rsvp::provider::ucwa::store::{Effects, EventTime, Store};
use rsvp::provider::ucwa::{
    self, Activity, Credentials, Start, Wire,
    wire::{events::Batch, json},
};
use rsvp::provider::{Clock, Command, Event, Status};
use rsvp::secret::Secret;
use rsvp::sim::{EndCause, InProcess, Invite, InviteKind, Options, Person, Simulator};

use crate::report::{Row, seconds};
use crate::statistics::{medians, time};

const INVITATIONS: u32 = 400;

/// An exchange that records the bodies of the event channel's responses.
struct Recorder(InProcess, Arc<Mutex<Vec<String>>>);

impl Exchange for Recorder {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let is_poll = request.url.path().ends_with("/events");
        let (response, record) = (self.0.send(request), self.1.clone());
        async move {
            let mut incoming = response.await?;
            let mut body = Vec::new();
            while let Some(piece) = incoming.body.next().await {
                body.extend_from_slice(&piece?);
            }
            if is_poll {
                record.lock().unwrap().push(String::from_utf8(body.clone()).unwrap());
            }
            Ok(StreamedResponse { body: stream::once(async { Ok(body.into()) }).boxed(), ..incoming })
        }
        .boxed()
    }
}

pub fn bench(rows: &mut Vec<Row>) {
    let bodies = recorded();
    let bytes: usize = bodies.iter().map(String::len).sum();
    let parse = || bodies.iter().flat_map(|body| serde_json::from_str::<serde_json::Value>(body)).count();
    let times = medians(41, || time(|| reduce(&bodies)), || time(parse));
    let what = format!("decode and reduce {} responses of {bytes} bytes", bodies.len());
    rows.push(Row::ratio(&what, times, "`serde_json::Value` of them", 0.8, seconds));
}

/// Decodes the responses and applies them to the state of the screen.
pub fn reduce(bodies: &[String]) -> State {
    let (mut state, mut store) = (state(), store());
    for body in bodies {
        apply(events(&mut store, &decoded(body)), &mut state);
    }
    assert_eq!(state.history.len(), INVITATIONS as usize);
    state
}

/// Decodes a response.
pub fn decoded(body: &str) -> Batch<'_> {
    json::batch(body).unwrap()
}

/// Returns what the provider tells of a response.
pub fn events(store: &mut Store, batch: &Batch<'_>) -> Vec<Event> {
    let mut effects = Effects::default();
    for change in &batch.changes {
        store.apply(change, EventTime::exact(now().moment), &mut effects);
    }
    effects.events
}

/// Applies events to the state of the screen.
pub fn apply(events: Vec<Event>, state: &mut State) {
    for event in events {
        update(state, now(), Message::Provider(AccountId(0), event));
    }
}

/// Returns the state of the screen before the first response.
pub fn state() -> State {
    let settings = Settings { history_limit: 1_000, ..Settings::default() };
    State::new(settings, vec![Account::default()], now(), (80, 24))
}

/// Returns the provider's store before the first response.
pub fn store() -> Store {
    Store::new(AccountId(0), "https://pool.contoso.example/ucwa".parse().unwrap())
}

fn now() -> Now {
    Now { moment: Moment::default(), wall: jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0) }
}

/// Returns a recording, which takes no time of the clock.
pub fn recorded() -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.unwrap().block_on(record())
}

/// Returns the bodies of the event channel's responses while many invitations come and go.
async fn record() -> Vec<String> {
    let sim = Simulator::new(Options::default());
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let settings = ucwa::Settings {
        start: Start::Url("https://pool.contoso.example/".parse().unwrap()),
        credentials: Credentials::Token(Secret::Value("cwt=demo".into())),
        trusted_hosts: Vec::new(),
        modalities: Vec::new(),
        phone_number: None,
        sign_in_as: None,
        culture: "en-US".into(),
        poll_timeout: Duration::from_secs(180),
        activity: Activity::Always,
        wire: Wire::Json,
        endpoint_id: "recorder".into(),
    };
    let exchange = Arc::new(Recorder(InProcess::new(&sim), bodies.clone()));
    let mut client = ucwa::spawn(settings, exchange, AccountId(0), Clock::start());
    while !matches!(client.events.recv().await, Some(Event::Status(Status::Online { .. }))) {}
    let kinds = [InviteKind::Im, InviteKind::Phone, InviteKind::Meeting, InviteKind::Av];
    let mut over = 0;
    for number in 0..INVITATIONS {
        let id = sim.ucwa.invite(Invite {
            kind: kinds[number as usize % kinds.len()],
            from: Person::new("Lene Aaling", &format!("sip:lenea{number}@contoso.example")),
            subject: "Strategy for next quarter".into(),
            message: "Do you have five minutes for the rollout plan?".into(),
            ..Invite::default()
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        sim.ucwa.end(id, EndCause::CallerGivesUp).unwrap();
    }
    while over < INVITATIONS {
        if let Some(Event::Ended { .. }) = client.events.recv().await {
            over += 1;
        }
    }
    client.commands.send(Command::SignOut).await.unwrap();
    while client.events.recv().await.is_some() {}
    Arc::try_unwrap(bodies)
        .map_or_else(|shared| shared.lock().unwrap().clone(), |own| own.into_inner().unwrap())
}
