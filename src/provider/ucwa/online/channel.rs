//! The event channel: polls, what their answers mean, and what to do when there is none.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::Method;
use tokio::time::{Instant, sleep, sleep_until};
use url::Url;

use super::{End, HELD, Online, SETTLING, Settling};
use crate::invitation::{Certainty, Moment};
use crate::provider::exchange::{Delivery, Response};
use crate::provider::ucwa::application::Application;
use crate::provider::ucwa::http::client::Body;
use crate::provider::ucwa::http::error::RequestError;
use crate::provider::ucwa::http::error_response::ErrorResponse;
use crate::provider::ucwa::http::in_flight::InFlight;
use crate::provider::ucwa::store::{Effects, EventTime};
use crate::provider::ucwa::wire::events::ChannelLinks;
use crate::provider::ucwa::wire::{DecodeError, Document};
use crate::provider::{Event, Problem, Status};
use crate::text::DisplayText;

/// The server answers a poll within its timeout; this much later it never will.
const POLL_MARGIN: Duration = Duration::from_secs(15);

/// What happens at the server has come through a poll that is being held after this long.
const SILENCE: Duration = Duration::from_secs(2);

/// A first poll, or one after a failure, that takes so long was held back by the server: a slow connection and a
/// large answer take less.
const FIRST_HELD: Duration = Duration::from_secs(5);

/// An answer that takes this many times longer than the fastest one was held back by the server.
const SLOWER: u32 = 3;

/// Refusals of the poll in a row after which discovery is asked again.
const MISFITS: u32 = 3;

/// Unreadable answers in a row after which the channel is started over, and the application created again.
const UNREADABLE: (u32, u32) = (3, 6);

/// Answers in a row that say that the acknowledgement was wrong, after which the application is created again.
const RESYNCS: u32 = 5;

/// So many replacements of the poll within so much time are by another client that wants the channel.
const REPLACED: usize = 3;
const REPLACED_WITHIN: Duration = Duration::from_secs(60);

/// The wait before a poll that was replaced is sent again (ms): two clients must not keep in step.
const REPLACED_WAIT: std::ops::Range<u64> = 300..1_000;

/// What the event channel is doing.
pub(super) type Channel = BoxFuture<'static, Said>;

pub(super) enum Said {
    /// A poll was answered.
    Answer(Result<Response, RequestError>),
    /// After a failure: whether the application is still there.
    Probe(Result<Box<Application>, RequestError>),
}

/// Where to poll next.
pub(super) struct Poll {
    /// As the server gave it.
    address: Url,
    /// Whether the server has yet to be told how it is to answer.
    tells_parameters: bool,
    /// The state of the channel before this poll.
    after: After,
}

/// The state of the channel before a poll, which tells how long the events in its answer may have waited at the server.
#[derive(Clone, Copy)]
enum After {
    /// Unknown: the session begins, something failed, or what was known is void.
    Unknown,
    /// An answer that may have been an old one, given once more. What has happened since is in the next one.
    Doubtful,
    /// An answer that told at this moment all that had happened.
    Current(Instant),
}

impl Poll {
    pub(super) fn first(address: Url) -> Self {
        Self { address, tells_parameters: true, after: After::Unknown }
    }

    fn next(address: Url) -> Self {
        Self { address, tells_parameters: false, after: After::Unknown }
    }

    /// The server's address, unchanged but for parameters that it does not have yet.
    fn url(&self, timeout: Duration) -> Url {
        let mut url = self.address.clone();
        if self.tells_parameters {
            let (address, timeout) = (&self.address, timeout.as_secs().to_string());
            let has = |name: &str| address.query_pairs().any(|(known, _)| known == name);
            for (name, value) in [("low", "5"), ("medium", "5"), ("timeout", &timeout)] {
                if !has(name) {
                    let query = url.query().map(|query| format!("{query}&")).unwrap_or_default();
                    url.set_query(Some(&format!("{query}{name}={value}")));
                }
            }
        }
        url
    }
}

/// How often, within [`REPLACED_WITHIN`], a poll was replaced by one that is not ours.
#[derive(Default)]
pub(super) struct Replacements(VecDeque<Instant>);

impl Replacements {
    /// Takes in one more. Returns whether another client must be the reason, as opposed to a proxy that
    /// repeated the request.
    fn are_by_another(&mut self, now: Instant) -> bool {
        self.0.retain(|at| now.duration_since(*at) < REPLACED_WITHIN);
        self.0.push_back(now);
        self.0.len() >= REPLACED
    }
}

/// What has gone wrong how often since the last good answer.
#[derive(Default)]
pub(super) struct Trouble {
    /// The server refused as if this were the wrong place.
    misfits: u32,
    /// The answer could not be read.
    unreadable: u32,
    /// The server called the acknowledgement wrong, or the silence too long.
    resyncs: u32,
}

impl Online<'_> {
    /// Polls; where the server gave no address for that, asks for the application, which has one.
    pub(super) fn polling(&mut self) -> Channel {
        self.polling_from(Instant::now())
    }

    /// Polls at that moment or, where the budget has no room, later.
    fn polling_from(&mut self, at: Instant) -> Channel {
        let Some(url) = self.poll.as_ref().map(|poll| poll.url(self.session.settings.poll_timeout)) else {
            let wait = self.waits.next_delay();
            return self.probing(wait);
        };
        if !self.announced {
            self.announce_at = Some(Instant::now() + HELD);
        }
        self.first_polled_at.get_or_insert(self.session.port.now());
        if self.settling == Settling::Waiting {
            self.settle_in(Some(SETTLING));
        }
        let client = self.client.clone();
        let deadline = self.session.settings.poll_timeout + POLL_MARGIN;
        let flight = InFlight::default();
        self.poll_flight = flight.clone();
        let at = self.session.polls.reserve(at);
        Box::pin(async move {
            sleep_until(at).await;
            Said::Answer(client.request_tracked(Method::GET, url, Body::None, deadline, &flight).await)
        })
    }

    /// Up to when all that happened at the server is known here. A poll that is being held would have been
    /// answered by now if anything had happened a little while ago.
    pub(super) fn heard_up_to(&self) -> Moment {
        if self.held_for(SILENCE).is_ok() {
            Moment(self.session.port.now().0.saturating_sub(SILENCE))
        } else {
            self.heard_up_to
        }
    }

    /// Whether the poll has been with the server for so long; if not, when to look again.
    pub(super) fn held_for(&self, time: Duration) -> Result<(), Instant> {
        let now = Instant::now();
        match self.poll_flight.sent_at() {
            Some(since) if since + time <= now => Ok(()),
            since => Err(since.unwrap_or(now) + time),
        }
    }

    /// After a failure: waits, then asks for the application, which answers at once whether all is well.
    pub(super) fn probing(&mut self, wait: Duration) -> Channel {
        // What rings can't be told meanwhile.
        if self.settling == Settling::Waiting {
            self.settle_in(None);
        }
        let (client, application) = (self.client.clone(), self.application.clone());
        Box::pin(async move {
            sleep(wait).await;
            Said::Probe(application.read(&client).await.map(Box::new))
        })
    }

    pub(super) fn said(&mut self, said: Said) -> Result<Option<Channel>, End> {
        match said {
            Said::Answer(Ok(response)) if response.body.is_empty() => self.empty_answer(),
            Said::Answer(Ok(response)) => match self.batch(&response) {
                Ok(true) => {
                    self.tell_online();
                    self.waits.reset();
                    Ok(None)
                }
                Ok(false) => {
                    self.tell_online();
                    if self.trouble.resyncs >= RESYNCS {
                        return Err(End::Useless(Problem::new("the event channel keeps starting over", "")));
                    }
                    // The same address over and over must not become a storm of requests.
                    let wait = self.waits.next_delay();
                    Ok(Some(self.probing(wait)))
                }
                Err(error) => self.failed(&error).map(Some),
            },
            Said::Probe(Ok(application)) => {
                if self.poll.is_none() {
                    self.poll = Some(Poll::first(application.events.clone()));
                }
                self.application = *application;
                Ok(None)
            }
            Said::Answer(Err(error)) | Said::Probe(Err(error)) => self.failed(&error).map(Some),
        }
    }

    /// Goes on after an answer without a body, which acknowledges nothing and leads nowhere: the same address is
    /// polled again. After a while it is how a server says that nothing has happened.
    fn empty_answer(&mut self) -> Result<Option<Channel>, End> {
        if self.poll_flight.elapsed() < SILENCE {
            return self
                .failed(&RequestError::DecodeError(DecodeError("the answer is empty".into())))
                .map(Some);
        }
        self.tell_online();
        self.waits.reset();
        if let Some(poll) = &mut self.poll {
            poll.after = After::Current(Instant::now());
        }
        Ok(None)
    }

    /// Whether what has started according to the latest answer did so just now. An answer tells at once what
    /// there is to tell: it is news if it was held back for a while, or if the poll came right after an answer that
    /// was current.
    fn certainty(&self) -> Certainty {
        let after = self.poll.as_ref().map_or(After::Unknown, |poll| poll.after);
        let was_held = |least: Duration| {
            self.poll_flight.elapsed() >= least.max(self.client.fastest_response() * SLOWER)
        };
        let is_news = match after {
            After::Current(at) => at.elapsed() <= SILENCE || was_held(HELD),
            After::Doubtful | After::Unknown => was_held(FIRST_HELD),
        };
        if is_news { Certainty::Exact } else { Certainty::AtMost }
    }

    /// Decodes a batch and queues what follows from it; only then does `poll` move on, and with it the
    /// acknowledgement. Says whether it moved as it should.
    fn batch(&mut self, response: &Response) -> Result<bool, RequestError> {
        let document = Document::of(response);
        let batch = document.batch()?;
        if batch.malformed > 0 {
            tracing::warn!(events = batch.malformed, "events that make no sense were left out");
        }
        let (next, void) = self.continuation(&batch.links)?;
        let seen = EventTime { now: self.session.port.now(), certainty: self.certainty() };
        let mut effects = Effects::default();
        for change in &batch.changes {
            self.store.apply(change, seen, &mut effects);
        }
        self.take(effects);
        if void {
            tracing::info!("transient state is void; reading it again");
            self.read_all();
        } else {
            self.settle();
        }
        let resynced = batch.links.resync.is_some();
        // The same address gives the same answer, which knows nothing of what happened since.
        let moved =
            next.as_ref().zip(self.poll.as_ref()).is_none_or(|(next, poll)| next.address != poll.address);
        if moved
            && let Some(polled_at) = self.first_polled_at.take()
            && !resynced
        {
            self.heard_up_to = polled_at;
        }
        self.trouble =
            Trouble { resyncs: if void { self.trouble.resyncs + 1 } else { 0 }, ..Trouble::default() };
        let goes_on = next.is_some() && moved && self.trouble.resyncs < 2;
        let after = match (self.poll.as_ref().map(|poll| poll.after), seen.certainty) {
            _ if void || !moved => After::Unknown,
            (None | Some(After::Unknown), Certainty::AtMost) => After::Doubtful,
            _ => After::Current(Instant::now()),
        };
        self.poll = next.map(|next| Poll { after, ..next });
        Ok(goes_on)
    }

    /// Where the event channel goes on, if the server says so, and whether what we know is void.
    fn continuation(&self, links: &ChannelLinks<'_>) -> Result<(Option<Poll>, bool), RequestError> {
        let resolve = |href: &str| self.client.resolve(&self.application.url, href).map(Poll::next);
        Ok(match links {
            ChannelLinks { resync: Some(href), .. } => (Some(resolve(href)?), true),
            ChannelLinks { resume: Some(href), .. } => {
                (Some(Poll { tells_parameters: true, ..resolve(href)? }), true)
            }
            ChannelLinks { next: Some(href), .. } => (Some(resolve(href)?), false),
            _ => (None, false),
        })
    }

    fn failed(&mut self, error: &RequestError) -> Result<Channel, End> {
        let problem = error.problem();
        match error {
            RequestError::Refused(refusal) if is_replaced(refusal) => return self.replaced(),
            RequestError::Refused(refusal) => {
                if let Some(end) = end_of_session(refusal, &problem) {
                    return Err(end);
                }
                self.misfit(refusal.status.as_u16(), &problem)?;
            }
            RequestError::UnexpectedServer(status @ (403 | 502)) => self.misfit(*status, &problem)?,
            RequestError::DecodeError(_) => self.unreadable(&problem)?,
            RequestError::Transport(failure) if failure.delivery == Delivery::ResponseTooLarge => {
                self.unreadable(&problem)?;
            }
            RequestError::Token(token) if !token.is_transient() => return Err(End::Stopped(problem)),
            RequestError::Forbidden(_) => return Err(End::Stopped(problem)),
            RequestError::Token(_) | RequestError::Transport(_) | RequestError::UnexpectedServer(_) => {}
        }
        if let Some(poll) = &mut self.poll {
            poll.after = After::Unknown;
        }
        let wait = self.waits.next_delay().max(error.retry_after().unwrap_or_default());
        self.announced = false;
        self.announce_at = None;
        let at = self.session.port.now().after(wait);
        self.outbox.push_back(Event::Status(Status::Retrying { at, problem }));
        Ok(self.probing(wait))
    }

    /// Polls again after a poll was replaced: a proxy that repeats a request replaces it as well as another
    /// client does. Where it is another client, this one yields.
    fn replaced(&mut self) -> Result<Channel, End> {
        let now = Instant::now();
        if self.replacements.are_by_another(now) {
            return Err(End::Replaced);
        }
        if let Some(poll) = &mut self.poll {
            poll.after = After::Unknown;
        }
        Ok(self.polling_from(now + Duration::from_millis(fastrand::u64(REPLACED_WAIT))))
    }

    /// The server answers as if the account lived elsewhere: after a few times, ask where.
    fn misfit(&mut self, status: u16, problem: &Problem) -> Result<(), End> {
        if matches!(status, 403 | 404 | 502) {
            self.trouble.misfits += 1;
            if self.trouble.misfits >= MISFITS {
                return Err(End::Moved(problem.clone()));
            }
        }
        Ok(())
    }

    /// The server sends the same again until it is acknowledged, and what can't be read must not be: start the
    /// channel over, and if that does not help, the session.
    fn unreadable(&mut self, problem: &Problem) -> Result<(), End> {
        self.trouble.unreadable += 1;
        if self.trouble.unreadable == UNREADABLE.0 {
            self.poll = None;
            let text = "What the server says can't be read; reading everything anew";
            self.outbox.push_back(Event::Notice(DisplayText::new(text)));
        }
        if self.trouble.unreadable >= UNREADABLE.1 {
            return Err(End::Useless(problem.clone()));
        }
        Ok(())
    }
}

/// Whether a refusal says that another poll has taken this one's place.
fn is_replaced(refusal: &ErrorResponse) -> bool {
    refusal.status == http::StatusCode::CONFLICT && refusal.has_subcode("PGetReplaced")
}

/// Whether a refusal of the poll ends the session.
fn end_of_session(refusal: &ErrorResponse, problem: &Problem) -> Option<End> {
    match (refusal.status.as_u16(), refusal.reason.subcode.as_ref()) {
        (404, _) if !refusal.reason.code.is_empty() => Some(End::Forgotten),
        (410, _)
        | (_, "TooManyApplications" | "UserAgentNotAllowed" | "MobileApplicationNoLongerAllowed") => {
            Some(End::Stopped(problem.clone().then_reconnect()))
        }
        _ => None,
    }
}
