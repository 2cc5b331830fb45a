//! The event channel (`events` of the UCWA reference) as a state machine. Pure: it decides what to do next from the
//! responses and the time, and leaves the requests to [`super::polling`].

mod failures;
mod target;

use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use self::failures::{Failures, Replacements, is_replaced};
use self::target::Target;
use super::end::SessionEnd;
use crate::invitation::{Certainty, Moment};
use crate::provider::backoff::Backoff;
use crate::provider::ucwa::http::error::RequestError;
use crate::provider::ucwa::http::in_flight::InFlight;
use crate::provider::ucwa::retry_delays::backoff;
use crate::provider::ucwa::wire::DecodeError;
use crate::provider::{Event, Status};
use crate::text::DisplayText;
pub use target::{Continuation, Freshness};

/// The time after which a poll that has not failed counts as held, so that the account is online.
const HELD_AFTER: Duration = Duration::from_millis(500);

/// The longest that an event takes to arrive through a held poll.
const DELIVERED_AFTER: Duration = Duration::from_secs(2);

/// The minimum time for which the server holds a poll of unknown freshness before its response counts as news: a slow
/// connection and a large response take less.
const HELD_LONG_AFTER: Duration = Duration::from_secs(5);

/// The factor by which a response must be slower than the fastest one to count as held by the server.
const HELD_FACTOR: u32 = 3;

/// The wait before a replaced poll is repeated (ms), random so that two clients do not replace each other in step.
const REPLACED_DELAY: std::ops::Range<u64> = 300..1_000;

/// The current time, by both the runtime's clock and the session's clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    pub instant: Instant,
    pub moment: Moment,
}

/// The event channel of one application. A poll is the acknowledgement of the batch before it.
///
/// | state | input | next state | step |
/// |---|---|---|---|
/// | ready | the outbox has room | polling | |
/// | polling | a batch with a new address | ready | poll |
/// | polling | an empty response to a poll that was held | ready | poll the same address |
/// | polling | a batch with the same address or none | probing | probe after a delay |
/// | polling | `resync` or `resume`, the second to the fourth in a row | probing | probe after a delay |
/// | polling | `resync` or `resume`, the fifth in a row | | end: unusable |
/// | polling | `PGetReplaced`, the first and the second within a minute | ready | poll after a short delay |
/// | polling | `PGetReplaced`, the third within a minute | | end: replaced |
/// | polling | 404 with a code | | end: forgotten |
/// | polling | 410, or a refusal of this program | | end: stopped |
/// | polling | 403, 502, or 404 without a code, the third in a row | | end: moved |
/// | polling | an undecodable response | probing | probe after a delay |
/// | polling | an undecodable response, the third in a row | probing, without an address | probe after a delay |
/// | polling | an undecodable response, the sixth in a row | | end: unusable |
/// | polling | no valid credentials, or a forbidden address | | end: stopped |
/// | polling | any other error | probing | probe after a delay |
/// | probing | the application | ready | poll |
/// | probing | an error | as if polling | as if polling |
/// | any | a request says that the application is gone | probing | probe at once |
/// | any | the connections are dead | ready | poll |
/// | probing, without an address | the connections are dead | the same | probe after a delay |
///
/// A delay grows from one failure to the next, up to 1.5 s, and respects `Retry-After`.
#[derive(Debug)]
pub(super) struct EventChannel {
    state: State,
    failures: Failures,
    replacements: Replacements,
    backoff: Backoff,
    connectivity: Connectivity,
    /// When the current address was first polled.
    polled_at: Option<Moment>,
    /// When the last address that returned a new one was first polled. All earlier events have been received.
    known_up_to: Moment,
}

#[derive(Debug)]
enum State {
    /// The next poll may be sent.
    Ready(Target),
    /// A poll is in progress.
    Polling { target: Target, request: InFlight },
    /// The application is being read, which shows at once whether it still exists. Without a target, the next poll
    /// goes to the address in the response.
    Probing(Option<Target>),
}

/// The header's view of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Connectivity {
    /// The account is shown as online.
    Online,
    /// The account is shown as offline. It is online at this time if the poll is being held then.
    Confirming(Instant),
    /// The account is shown as offline.
    Offline,
}

/// The next action of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Polls as soon as the outbox has room.
    Poll,
    /// Polls at this time.
    PollAt(Instant),
    /// Reads the application after a delay.
    Probe(Duration),
    /// Ends the session.
    End(SessionEnd),
}

/// The result of an input: the events to emit and the next step.
#[derive(Debug)]
pub(super) struct Transition {
    pub events: Vec<Event>,
    pub step: Step,
}

impl EventChannel {
    /// Creates a channel that first polls `events`.
    pub fn new(events: Url, freshness: Freshness) -> Self {
        Self {
            state: State::Ready(Target::first(events, freshness)),
            failures: Failures::default(),
            replacements: Replacements::default(),
            backoff: backoff(),
            connectivity: Connectivity::Offline,
            polled_at: None,
            known_up_to: Moment::default(),
        }
    }

    pub fn is_ready(&self) -> bool {
        matches!(self.state, State::Ready(_))
    }

    /// Starts a poll if the channel is ready for one. Returns its address and the progress that the client has to
    /// update.
    pub fn start_poll(&mut self, poll_timeout: Duration, now: Now) -> Option<(Url, InFlight)> {
        let State::Ready(target) = &self.state else { return None };
        let (target, request) = (target.clone(), InFlight::default());
        let url = target.url(poll_timeout);
        if self.connectivity != Connectivity::Online {
            self.connectivity = Connectivity::Confirming(now.instant + HELD_AFTER);
        }
        self.polled_at.get_or_insert(now.moment);
        self.state = State::Polling { target, request: request.clone() };
        Some((url, request))
    }

    /// Abandons the request in progress, whose connection is dead.
    pub fn abandon_request(&mut self) -> Step {
        match self.take_target() {
            Some(target) => self.ready(target),
            None => self.probe_after_backoff(None),
        }
    }

    /// Abandons the request in progress to find out whether the application still exists.
    pub fn verify_application(&mut self) -> Step {
        self.state = State::Probing(self.take_target());
        Step::Probe(Duration::ZERO)
    }

    /// Resumes polling after a probe found that the application still exists. `events` is the address of its channel.
    pub fn on_application(&mut self, events: &Url) -> Step {
        let target = self.take_target().unwrap_or_else(|| Target::first(events.clone(), Freshness::Unknown));
        self.ready(target)
    }

    /// Applies a batch. `certainty` is what [`EventChannel::certainty`] returned for it. After `resync` or `resume` the session
    /// reads everything again (`reload_after_resync` in [`super::reload`]); the channel only pauses, or ends the session.
    pub fn on_batch(&mut self, continuation: Continuation, certainty: Certainty, now: Now) -> Transition {
        let before = self.take_target();
        let requires_full_reload = continuation.requires_full_reload();
        let is_resync = matches!(continuation, Continuation::Resync(_));
        let next = continuation.into_target();
        // The same address gives the same batch, without the events since.
        let is_repeated =
            next.as_ref().zip(before.as_ref()).is_some_and(|(next, before)| next.url == before.url);
        if !is_repeated
            && let Some(polled_at) = self.polled_at.take()
            && !is_resync
        {
            self.known_up_to = polled_at;
        }
        self.failures.batch_decoded(requires_full_reload);
        let freshness = match (before.map(|target| target.freshness), certainty) {
            _ if requires_full_reload || is_repeated => Freshness::Unknown,
            (None | Some(Freshness::Unknown), Certainty::AtMost) => Freshness::PossiblyRepeated,
            _ => Freshness::Current(now.instant),
        };
        let next = next.map(|next| next.with_freshness(freshness));
        let events = Vec::from_iter(self.go_online(now.moment));
        let step = match next {
            Some(next) if !is_repeated && !self.failures.need_pause() => {
                self.backoff.reset();
                self.ready(next)
            }
            // Without a delay, the same address would be polled over and over.
            next => match self.failures.end_after_resyncs() {
                Some(end) => Step::End(end),
                None => self.probe_after_backoff(next),
            },
        };
        Transition { events, step }
    }

    /// Applies a response without a body. After a while, it means that nothing has happened; at once, it is an error.
    /// The probe acknowledges nothing, so that the same address is polled again.
    pub fn on_empty_response(&mut self, now: Now) -> Transition {
        let State::Polling { target, request } = &self.state else { return Transition::poll() };
        if request.elapsed() < DELIVERED_AFTER {
            return self.on_error(&DecodeError("the answer is empty".into()).into(), now);
        }
        let target = target.clone().with_freshness(Freshness::Current(now.instant));
        self.backoff.reset();
        let events = Vec::from_iter(self.go_online(now.moment));
        Transition { events, step: self.ready(target) }
    }

    /// Applies the failure of a poll, or of reading the application.
    pub fn on_error(&mut self, error: &RequestError, now: Now) -> Transition {
        let problem = error.problem();
        if is_replaced(error) {
            return self.on_replaced(now.instant);
        }
        if let Some(end) = self.failures.record_error(error, &problem) {
            return Transition { events: Vec::new(), step: Step::End(end) };
        }
        let mut target = self.take_target();
        let mut events = Vec::new();
        if self.failures.need_restart(error) {
            target = None;
            let text = "The server's responses can't be read; loading everything again";
            events.push(Event::Notice(DisplayText::new(text)));
        }
        let target = target.map(|target| target.with_freshness(Freshness::Unknown));
        let delay = self.backoff.next_delay().max(error.retry_after().unwrap_or_default());
        self.connectivity = Connectivity::Offline;
        self.state = State::Probing(target);
        events.push(Event::Status(Status::Retrying { at: now.moment.after(delay), problem }));
        Transition { events, step: Step::Probe(delay) }
    }

    /// Returns when to call [`EventChannel::confirm`], if at all.
    pub fn confirm_at(&self) -> Option<Instant> {
        match self.connectivity {
            Connectivity::Confirming(at) => Some(at),
            Connectivity::Online | Connectivity::Offline => None,
        }
    }

    /// Confirms that the account is online if the poll is being held. Returns the event to emit.
    pub fn confirm(&mut self, now: Now) -> Option<Event> {
        let Connectivity::Confirming(at) = self.connectivity else { return None };
        if at > now.instant {
            return None;
        }
        match self.held_for(HELD_AFTER, now.instant) {
            Ok(()) => self.go_online(now.moment),
            Err(later) => {
                self.connectivity = Connectivity::Confirming(later);
                None
            }
        }
    }

    /// Shows the account as online. Returns the event to emit, if the account was not shown so before.
    pub fn go_online(&mut self, now: Moment) -> Option<Event> {
        let before = std::mem::replace(&mut self.connectivity, Connectivity::Online);
        (before != Connectivity::Online).then_some(Event::Status(Status::Online { since: now }))
    }

    /// Returns `Ok` if the server has held the poll for `duration`, and otherwise `Err` with the time to check again.
    pub fn held_for(&self, duration: Duration, now: Instant) -> Result<(), Instant> {
        let sent_at = match &self.state {
            State::Polling { request, .. } => request.sent_at(),
            State::Ready(_) | State::Probing(_) => None,
        };
        match sent_at {
            Some(sent_at) if sent_at + duration <= now => Ok(()),
            sent_at => Err(sent_at.unwrap_or(now) + duration),
        }
    }

    /// Returns the time up to which all events are known. A poll that is being held would have returned earlier ones.
    pub fn known_up_to(&self, now: Now) -> Moment {
        match self.held_for(DELIVERED_AFTER, now.instant) {
            Ok(()) => Moment(now.moment.0.saturating_sub(DELIVERED_AFTER)),
            Err(_) => self.known_up_to,
        }
    }

    /// Returns how precisely the times of the latest response's events are known. The server returns waiting events
    /// at once, so they are news if the poll was held for a while, or if it followed a current response at once.
    /// `fastest` is the shortest time of any response.
    pub fn certainty(&self, fastest: Duration, now: Instant) -> Certainty {
        let State::Polling { target, request } = &self.state else { return Certainty::AtMost };
        let was_held = |least: Duration| request.elapsed() >= least.max(fastest * HELD_FACTOR);
        let is_news = match target.freshness {
            Freshness::Current(at) => now.duration_since(at) <= DELIVERED_AFTER || was_held(HELD_AFTER),
            Freshness::NewChannel | Freshness::PossiblyRepeated | Freshness::Unknown => {
                was_held(HELD_LONG_AFTER)
            }
        };
        if is_news { Certainty::Exact } else { Certainty::AtMost }
    }

    /// Handles the replacement of this poll, by another client or by a copy that a proxy sent.
    fn on_replaced(&mut self, now: Instant) -> Transition {
        let step = if self.replacements.record_and_check_takeover(now) {
            Step::End(SessionEnd::Replaced)
        } else if let Some(target) = self.take_target() {
            self.ready(target.with_freshness(Freshness::Unknown));
            Step::PollAt(now + Duration::from_millis(fastrand::u64(REPLACED_DELAY)))
        } else {
            self.probe_after_backoff(None)
        };
        Transition { events: Vec::new(), step }
    }

    fn ready(&mut self, target: Target) -> Step {
        self.state = State::Ready(target);
        Step::Poll
    }

    fn probe_after_backoff(&mut self, target: Option<Target>) -> Step {
        self.state = State::Probing(target);
        Step::Probe(self.backoff.next_delay())
    }

    fn take_target(&mut self) -> Option<Target> {
        match std::mem::replace(&mut self.state, State::Probing(None)) {
            State::Ready(target) | State::Polling { target, .. } => Some(target),
            State::Probing(target) => target,
        }
    }
}

impl Transition {
    fn poll() -> Self {
        Self { events: Vec::new(), step: Step::Poll }
    }
}

#[cfg(test)]
mod tests;
