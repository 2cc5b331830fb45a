//! The bodies of the fuzz targets, with the properties that must hold for any input. Ordinary tests run the same bodies
//! over the corpora in `fuzz/corpus`.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use rsvp::app::key::{Code, Key};
use rsvp::app::{Account, Effect, Message, Now, Settings, State, update};
use rsvp::invitation::{
    AccountId, Decision, Direction, Invitation, InvitationId, Kind, Moment, Offers, Outcome, Party,
};
use rsvp::provider::exchange::Response;
use rsvp::provider::graph::calls::Calls;
use rsvp::provider::graph::{RINGING_TIME, notification};
use rsvp::provider::origin::{Origins, is_loopback};
use rsvp::provider::ucwa::http::challenge as challenges;
use rsvp::provider::ucwa::http::error::RequestError;
use rsvp::provider::ucwa::store::decode;
use rsvp::provider::ucwa::store::{Effects, EventTime, Store};
use rsvp::provider::ucwa::wire::Document;
use rsvp::provider::{Clock, Command, Event, Problem, Status, Ticket};
use rsvp::text::DisplayText;
use rsvp::theme::Theme;
use rsvp::ui::{self, Charset, Look};
use url::Url;

const ACCOUNT: AccountId = AccountId(0);

/// The name of a target and its body.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 9] = [
    ("calls", calls),
    ("challenge", challenge),
    ("events", events),
    ("href", href),
    ("message", message),
    ("reducer", reducer),
    ("refusal", refusal),
    ("resource", resource),
    ("text", text),
];

/// Takes each line as the body of a Graph notification. Ended calls stay ended, all texts are harmless, and the id of a
/// call is a single path segment.
pub fn calls(data: &[u8]) {
    let mut calls = Calls::new(ACCOUNT, Clock::start(), "contoso.com".into(), RINGING_TIME);
    let mut over = HashSet::new();
    for body in data.split(|byte| *byte == b'\n').take(64) {
        let notification::NotificationBody::Notifications(notifications, _) = notification::decode(body)
        else {
            continue;
        };
        for notification in notifications {
            let call = notification.call.as_str().to_owned();
            assert!(
                !call.is_empty() && !matches!(call.as_str(), "." | "..") && !call.contains('/'),
                "{call}"
            );
            calls.apply(notification);
        }
        for event in calls.take_events() {
            match event {
                Event::Invitation(invitation) => {
                    assert!(!over.contains(&invitation.id), "an ended call came back");
                    let from = &invitation.from;
                    let texts = [&from.name, &from.uri, &from.origin, &invitation.subject];
                    let facts = invitation.facts.iter().map(|fact| &fact.value);
                    let mut texts = texts.into_iter().chain(&invitation.routes).chain(facts);
                    assert!(texts.all(is_harmless), "{invitation:?}");
                    let ticket = Ticket(invitation.id.number);
                    let _ = calls.answer(invitation.id, &Decision::Accept, ticket);
                }
                Event::Ended { id, .. } => assert!(over.insert(id), "a call ended twice"),
                _ => {}
            }
        }
        calls.take_due_requests();
        assert!(calls.due_at().is_none_or(|at| at.elapsed().is_zero()), "nothing is overdue");
    }
}

/// Returns a response whose body follows the first byte, which selects JSON or XML.
fn document(data: &[u8]) -> Option<Response> {
    let (form, body) = data.split_first()?;
    let kind = if form % 2 == 0 { "application/json; charset=utf-8" } else { "application/xml" };
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))]);
    Some(Response { status: StatusCode::OK, headers, body: Bytes::copy_from_slice(body) })
}

fn store() -> Store {
    Store::new(ACCOUNT, Url::parse("https://pool.example/ucwa/1").expect("an address"))
}

fn is_harmless(text: &DisplayText) -> bool {
    let text = text.as_str();
    text.chars().count() <= DisplayText::MESSAGE
        && !text.chars().any(|it| {
            it.is_control()
                || matches!(it, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
}

fn check(invitation: &Invitation) {
    for text in [
        &invitation.from.name,
        &invitation.from.uri,
        &invitation.from.origin,
        &invitation.subject,
        &invitation.message,
    ] {
        assert!(is_harmless(text), "{text:?}");
    }
}

/// Applies a body of the event channel twice. Each end is reported once, and ended invitations do not come back.
pub fn events(data: &[u8]) {
    let Some(response) = document(data) else { return };
    let document = Document::of(&response);
    let Ok(batch) = document.batch() else { return };
    let (mut store, mut over) = (store(), HashSet::new());
    for _ in 0..2 {
        let mut effects = Effects::default();
        for change in &batch.changes {
            store.apply(change, EventTime::exact(Moment::default()), &mut effects);
        }
        for event in effects.events {
            match event {
                Event::Ended { id, .. } => assert!(over.insert(id), "an end was reported twice"),
                Event::Invitation(invitation) => {
                    check(&invitation);
                    assert!(!over.contains(&invitation.id), "an ended invitation came back");
                }
                _ => {}
            }
        }
    }
}

/// Takes a resource as the response to each fetch that an event can cause. All texts are harmless.
pub fn resource(data: &[u8]) {
    let Some(response) = document(data) else { return };
    let document = Document::of(&response);
    let Ok(resource) = document.resource() else { return };
    let party = decode::party(&resource);
    assert!(is_harmless(&party.name) && is_harmless(&party.uri));
    let mut store = store();
    let linked = br#"{"_links":{"next":{"href":"/e"}},"sender":[{"rel":"communication","href":"/c","events":[
        {"type":"started","link":{"rel":"messagingInvitation","href":"/i"}},
        {"type":"added","link":{"rel":"conversation","href":"/v"}},
        {"type":"added","link":{"rel":"messaging","href":"/m"}}]}]}"#;
    let linked = self::document(&[b"\0", linked.as_slice()].concat()).expect("a document");
    let linked = Document::of(&linked);
    let mut effects = Effects::default();
    for change in &linked.batch().expect("a batch").changes {
        store.apply(change, EventTime::exact(Moment::default()), &mut effects);
    }
    for fetch in std::mem::take(&mut effects.fetches) {
        store.apply_fetched(&fetch, &resource, Moment::default(), Moment::default(), &mut effects);
    }
    for event in effects.events {
        if let Event::Invitation(invitation) = event {
            check(&invitation);
        }
    }
}

/// Parses a `WWW-Authenticate` field. The names of parameters are in lower case, and an address is not empty.
pub fn challenge(data: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(data) else { return };
    if let Ok(text) = value.to_str() {
        for challenge in challenges::parse(text) {
            assert!(challenge.parameters.iter().all(|(name, _)| *name == name.to_lowercase()));
        }
    }
    let headers = HeaderMap::from_iter([(WWW_AUTHENTICATE, value)]);
    if let Some(ticket) = challenges::web_ticket(&headers) {
        assert!(!ticket.href.is_empty());
    }
}

/// Takes a `Retry-After` field, up to the first line feed, and the body of an error. The wait is limited, and the message
/// is harmless.
pub fn refusal(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (field, body) = data.split_at(end);
    let Some(mut response) = document(body.get(1..).unwrap_or_default()) else { return };
    let Ok(value) = HeaderValue::from_bytes(field) else { return };
    response.headers.insert(RETRY_AFTER, value);
    response.status = StatusCode::SERVICE_UNAVAILABLE;
    let error = RequestError::from_response(&response);
    assert!(is_harmless(&error.problem().message));
    if let RequestError::Refused(refusal) = error {
        assert!(refusal.retry_after.is_none_or(|wait| wait <= Duration::from_secs(3_600)));
    }
}

/// Resolves an href. The result has an approved host and is encrypted, unless it is a loopback address.
pub fn href(data: &[u8]) {
    let Ok(href) = std::str::from_utf8(data) else { return };
    let base = Url::parse("https://pool.example/ucwa/v1/applications/1?key=a").expect("an address");
    let mut origins = Origins::new(&["tickets.example".into()]);
    origins.approve(&base).expect("it is encrypted");
    if let Ok(url) = origins.resolve(&base, href) {
        assert!(matches!(url.host_str(), Some("pool.example" | "tickets.example")), "{url}");
        assert!(url.scheme() == "https" || is_loopback(&url), "{url}");
        assert!(url.username().is_empty() && url.password().is_none(), "{url}");
    }
}

/// Reads the text of a message, as a `data:` URI or as plain text. The result is harmless.
pub fn message(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        assert!(is_harmless(&decode::message_text(text)));
    }
}

/// Sanitizes a text. The result is harmless and limited, and sanitizing it again changes nothing.
pub fn text(data: &[u8]) {
    let raw = String::from_utf8_lossy(data);
    let text = DisplayText::new(&raw);
    assert!(is_harmless(&text), "{text:?}");
    assert!(text.as_str().chars().count() <= DisplayText::LINE);
    assert_eq!(DisplayText::new(text.as_str()), text, "sanitizing is idempotent");
    let _ = text.mixes_scripts();
}

fn invitation(number: u8) -> Invitation {
    let kind = [Kind::Message, Kind::Phone, Kind::Meeting, Kind::AudioVideo, Kind::Participant, Kind::Call]
        [usize::from(number) % 6];
    let outgoing = kind == Kind::Participant;
    let direction = if outgoing { Direction::Outgoing } else { Direction::Incoming };
    let (id, deadline) =
        (InvitationId { account: ACCOUNT, number: number.into() }, Moment(Duration::from_secs(30)));
    Invitation {
        from: Party { name: format!("Caller {number}").as_str().into(), ..Party::default() },
        to: outgoing.then(Party::default),
        subject: "日本語 and مرحبا".into(),
        offers: Offers {
            accept: number.is_multiple_of(2),
            accept_with_phone: number.is_multiple_of(3),
            decline: !outgoing && kind != Kind::Call,
            cancel: outgoing,
            reject: kind == Kind::Call,
            redirect: kind == Kind::Call,
        },
        ..Invitation::new(id, kind, direction, Moment::default(), deadline)
    }
}

fn key(byte: u8) -> Key {
    match byte {
        0..=31 => [Code::Enter, Code::Esc, Code::Tab, Code::Backspace, Code::Up, Code::Down]
            .get(usize::from(byte))
            .map_or(Key::from('a'), |code| Key::plain(*code)),
        byte => Key::from(char::from(byte & 0x7f)),
    }
}

/// Runs a session of the reducer in which each pair of bytes is a message. Ended invitations are not answered, and the
/// screen can be drawn at any size.
pub fn reducer(data: &[u8]) {
    let now = |at: u64| Now {
        moment: Moment(Duration::from_millis(at)),
        wall: jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0),
    };
    let settings = Settings { history_limit: 3, ..Settings::default() };
    let mut state = State::new(settings, vec![Account::default()], now(0), (80, 24));
    let (mut at, mut over, mut size) = (0_u64, HashSet::new(), (80, 24));
    for pair in data.chunks_exact(2).take(400) {
        let (selector, value) = (pair[0], pair[1]);
        let id = InvitationId { account: ACCOUNT, number: value.into() };
        let problem = || Problem::new("lost", "");
        let provider = |event: Event| Message::Provider(ACCOUNT, event);
        let ticket = Ticket(value.into());
        let message = match selector % 12 {
            0..4 => Message::Key(key(value)),
            4 if over.contains(&id) => Message::Tick,
            4 => provider(Event::Invitation(Arc::new(invitation(value)))),
            5 => {
                over.insert(id);
                provider(Event::Ended { id, outcome: Outcome::Missed })
            }
            6 => provider(Event::Completed(ticket)),
            7 => provider(Event::Refused { ticket, problem: problem() }),
            8 => provider(Event::Uncertain { ticket, problem: problem() }),
            9 => {
                at += u64::from(value) * 50;
                Message::Tick
            }
            10 => {
                size = (u16::from(value), u16::from(selector));
                Message::Resize(size.0, size.1)
            }
            _ if value % 2 == 0 => provider(Event::Status(Status::Online { since: Moment::default() })),
            _ => Message::Paste(String::from_utf8_lossy(&[value, b'x', selector]).into_owned()),
        };
        for effect in update(&mut state, now(at), message) {
            if let Effect::Provider(_, Command::Answer { invitation, .. }) = effect {
                assert!(!over.contains(&invitation), "answered an ended invitation");
            }
        }
    }
    let mut terminal =
        Terminal::new(TestBackend::new(size.0.clamp(1, 200), size.1.clamp(1, 60))).expect("no I/O");
    let charset = [Charset::Unicode, Charset::AsciiSigns, Charset::Ascii][data.len() % 3];
    let look = Look { theme: Theme::default(), charset };
    terminal
        .draw(|frame| {
            ui::draw(frame.buffer_mut(), &state, &look);
        })
        .expect("no I/O");
}
