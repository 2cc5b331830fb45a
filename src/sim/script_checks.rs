//! Expectations and assertions of a script: `wait`, `expect` and `assert` of the console.

use std::time::Duration;

use super::record::RecordedRequest;
use super::simulator::Simulator;
use crate::nearest::nearest;

/// The requests that a script can expect, by the names that faults use, too.
pub const ACTIONS: [&str; 25] = [
    "makeMeAvailable",
    "reportMyActivity",
    "accept",
    "acceptWithAnonymousName",
    "acceptWithPhoneAudio",
    "decline",
    "cancel",
    "addParticipant",
    "addMessaging",
    "sendMessage",
    "stopMessaging",
    "setIsTyping",
    "startMessaging",
    "startOnlineMeeting",
    "joinOnlineMeeting",
    "startPhoneAudio",
    "terminate",
    "admit",
    "reject",
    "answer",
    "redirect",
    "keepAlive",
    "transfer",
    "hangUp",
    "eject",
];

/// An event that a script waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    event: ExpectedEvent,
    within: Duration,
    /// The words of the command.
    text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum ExpectedEvent {
    Online,
    Offline,
    Request(ExpectedRequest),
}

/// A request that succeeds.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ExpectedRequest {
    action: &'static str,
    /// The number of its invitation, conversation or call; `None` for any.
    number: Option<u32>,
    /// A part of its body or its query; may be empty.
    part: String,
}

impl Expectation {
    /// Parses the words after `expect`.
    ///
    /// # Errors
    /// Returns an error in words.
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let [event @ .., "within", time] = words else {
            return Err("`expect` needs a time limit at its end, such as `within 10s`".into());
        };
        let within = parse_duration(time)?;
        let parsed = match event {
            [] => return Err("`expect` needs online, offline, or the name of an action".into()),
            ["online"] => ExpectedEvent::Online,
            ["offline"] => ExpectedEvent::Offline,
            [action, rest @ ..] => ExpectedEvent::Request(parse_request(action, rest)?),
        };
        Ok(Self { event: parsed, within, text: event.join(" ") })
    }

    /// Waits until it is fulfilled. A request that was sent before counts, unless it has fulfilled another expectation.
    ///
    /// # Errors
    /// Returns an error in words if the time is over.
    pub async fn fulfil(self, sim: Simulator) -> Result<(), String> {
        let fulfilled = async {
            match &self.event {
                ExpectedEvent::Online => sim.until(is_online).await,
                ExpectedEvent::Offline => sim.until(|sim| !is_online(sim)).await,
                ExpectedEvent::Request(request) => sim.until(|sim| sim.claim(|it| request.matches(it))).await,
            }
        };
        let in_time = tokio::time::timeout(self.within, fulfilled).await;
        in_time.map_err(|_| format!("`{}` did not happen within {} s", self.text, self.within.as_secs_f64()))
    }
}

impl ExpectedRequest {
    fn matches(&self, request: &RecordedRequest) -> bool {
        request.resource == self.action
            && request.method != "GET"
            && (200..300).contains(&request.status)
            && (self.number.is_none() || self.number == request.number)
            && (request.body.contains(&self.part) || request.target.contains(&self.part))
    }
}

fn parse_request(action: &str, rest: &[&str]) -> Result<ExpectedRequest, String> {
    let known = ACTIONS.into_iter().find(|known| *known == action).ok_or_else(|| {
        let hint = nearest(action, &ACTIONS).map_or_else(
            || format!("the actions are {}", ACTIONS.join(", ")),
            |name| format!("did you mean `{name}`?"),
        );
        format!("`{action}` is not an action; {hint}")
    })?;
    let number = rest.first().and_then(|word| word.parse().ok());
    let part = rest.iter().skip(usize::from(number.is_some())).copied().collect::<Vec<_>>().join(" ");
    Ok(ExpectedRequest { action: known, number, part })
}

/// A statement of a script that holds now or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Assertion {
    NoMarks,
    Online,
    Offline,
    Pending(usize),
}

impl Assertion {
    /// Parses the words after `assert`.
    ///
    /// # Errors
    /// Returns an error in words.
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        match words {
            ["no-marks"] => Ok(Self::NoMarks),
            ["online"] => Ok(Self::Online),
            ["offline"] => Ok(Self::Offline),
            ["pending", count] => {
                count.parse().map(Self::Pending).map_err(|_| format!("`{count}` is not a number"))
            }
            _ => Err("`assert` is followed by no-marks, online, offline, or pending and a number".into()),
        }
    }

    /// Checks whether it holds.
    ///
    /// # Errors
    /// Returns an error in words if it does not.
    pub fn check(&self, sim: &Simulator) -> Result<(), String> {
        let require = |holds: bool, otherwise: &str| if holds { Ok(()) } else { Err(otherwise.to_owned()) };
        match self {
            Self::NoMarks => {
                let marks = sim.complaints();
                require(marks.is_empty(), &format!("there are {} marks: {}", marks.len(), marks.join("; ")))
            }
            Self::Online => require(is_online(sim), "no client is online"),
            Self::Offline => require(!is_online(sim), "a client is online"),
            Self::Pending(expected) => {
                let count = sim.ucwa.pending().len() + sim.graph.calls().len();
                let otherwise = format!("{count} invitations and calls are pending, not {expected}");
                require(count == *expected, &otherwise)
            }
        }
    }
}

fn is_online(sim: &Simulator) -> bool {
    sim.ucwa.is_available() || sim.graph.has_bot()
}

/// Parses a duration such as `500ms`, `2s`, `1.5s` or `1m`.
///
/// # Errors
/// Returns an error in words.
pub(super) fn parse_duration(text: &str) -> Result<Duration, String> {
    let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0)];
    let parsed = units.into_iter().find_map(|(unit, seconds)| {
        let number: f64 = text.strip_suffix(unit)?.parse().ok()?;
        Duration::try_from_secs_f64(number * seconds).ok()
    });
    parsed.ok_or_else(|| format!("`{text}` is not a duration, such as 500ms, 2s or 1m"))
}
