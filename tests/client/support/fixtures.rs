//! Settings, simulators, invitations and answers that many tests use.

use std::time::Duration;

use rsvp::app::State;
use rsvp::provider::ucwa::{self, Activity, Credentials, Modality, Start, Wire};
use rsvp::secret::Secret;
use rsvp::sim::{FaultKind, Invite, InviteKind, Options, Person, Simulator, UcwaOptions};

pub const PASSWORD: &str = "hunter2-canary";

/// The address of a simulator in the same process.
pub const POOL: &str = "https://pool.contoso.example/";

pub fn settings(credentials: Credentials) -> ucwa::Settings {
    ucwa::Settings {
        start: Start::Url(POOL.parse().unwrap()),
        credentials,
        trusted_hosts: Vec::new(),
        modalities: vec![Modality::Messaging, Modality::PhoneAudio, Modality::Audio, Modality::Video],
        phone_number: None,
        sign_in_as: None,
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

/// Returns an answer of the server: a resource with a state and nothing else.
pub fn found(rel: &str, state: &str) -> FaultKind {
    let (content_type, body) = match wire() {
        Wire::Json => (
            "application/json",
            format!(r#"{{"rel":"{rel}","state":"{state}","_links":{{"self":{{"href":"/found"}}}}}}"#),
        ),
        Wire::Xml => (
            "application/xml",
            format!(
                r#"<resource rel="{rel}" href="/found" xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa"><property name="state">{state}</property></resource>"#
            ),
        ),
    };
    FaultKind::Garbage { content_type: content_type.into(), body }
}

pub fn is_online(state: &State) -> bool {
    state.accounts[0].status.is_online()
}
