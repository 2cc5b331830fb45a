//! The event channel: polls, what their answers mean, and what to do when there is none.

use std::time::Duration;

use futures_util::future::BoxFuture;
use http::Method;
use tokio::time::{Instant, sleep};
use url::Url;

use super::{End, HELD, Online, SETTLING, Settling};
use crate::invitation::Moment;
use crate::provider::exchange::{Response, Sent};
use crate::provider::ucwa::application::Application;
use crate::provider::ucwa::client::{Body, Flight};
use crate::provider::ucwa::error::{CallError, Refusal};
use crate::provider::ucwa::events::Links;
use crate::provider::ucwa::session::Waits;
use crate::provider::ucwa::store::Effects;
use crate::provider::ucwa::wire::Document;
use crate::provider::{Event, Problem, Status};
use crate::text::DisplayText;

/// The server answers a poll within its timeout; this much later it never will.
const POLL_MARGIN: Duration = Duration::from_secs(15);

/// What happens at the server has come through a poll that is being held after this long.
const SILENCE: Duration = Duration::from_secs(2);

/// Refusals of the poll in a row after which discovery is asked again.
const MISFITS: u32 = 3;

/// Unreadable answers in a row after which the channel is started over, and the application created again.
const UNREADABLE: (u32, u32) = (3, 6);

/// Answers in a row that say that the acknowledgement was wrong, after which the application is created again.
const RESYNCS: u32 = 5;

/// What the event channel is doing.
pub(super) type Channel = BoxFuture<'static, Said>;

pub(super) enum Said {
    /// A poll was answered.
    Answer(Result<Response, CallError>),
    /// After a failure: whether the application is still there.
    Probe(Result<Box<Application>, CallError>),
}

/// Where to poll next.
pub(super) struct Poll {
    /// As the server gave it.
    address: Url,
    /// Whether the server has yet to be told how it is to answer.
    tells_parameters: bool,
}

impl Poll {
    pub(super) fn first(address: Url) -> Self {
        Self { address, tells_parameters: true }
    }

    fn next(address: Url) -> Self {
        Self { address, tells_parameters: false }
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

/// What has gone wrong how often since the last good answer.
#[derive(Default)]
pub(super) struct Trouble {
    /// The server refused as if this were the wrong place.
    misfits: u32,
    /// The answer could not be read.
    unreadable: u32,
    /// The server called the acknowledgement wrong.
    resyncs: u32,
}

impl Online<'_> {
    /// Polls; where the server gave no address for that, asks for the application, which has one.
    pub(super) fn polling(&mut self) -> Channel {
        let Some(url) = self.poll.as_ref().map(|poll| poll.url(self.session.settings.poll_timeout)) else {
            let wait = self.waits.next();
            return self.probing(wait);
        };
        if !self.announced {
            self.announce_at = Some(Instant::now() + HELD);
        }
        self.first_polled_at.get_or_insert(self.session.clock.now());
        if self.settling == Settling::Waiting {
            self.settle_in(Some(SETTLING));
        }
        let client = self.client.clone();
        let deadline = self.session.settings.poll_timeout + POLL_MARGIN;
        let flight = Flight::default();
        self.poll_flight = flight.clone();
        Box::pin(async move {
            Said::Answer(client.call_with(Method::GET, url, Body::None, deadline, &flight).await)
        })
    }

    /// Up to when all that happened at the server is known here. A poll that is being held would have been
    /// answered by now if anything had happened a little while ago.
    pub(super) fn heard_up_to(&self) -> Moment {
        if self.held_for(SILENCE).is_ok() {
            Moment(self.session.clock.now().0.saturating_sub(SILENCE))
        } else {
            self.heard_up_to
        }
    }

    /// Whether the poll has been with the server for so long; if not, when to look again.
    pub(super) fn held_for(&self, time: Duration) -> Result<(), Instant> {
        let now = Instant::now();
        match self.poll_flight.since() {
            Some(since) if since + time <= now => Ok(()),
            since => Err(since.unwrap_or(now) + time),
        }
    }

    /// After a failure: waits, then asks for the application, which answers at once whether all is well.
    fn probing(&mut self, wait: Duration) -> Channel {
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
            Said::Answer(Ok(response)) => match self.batch(&response) {
                Ok(true) => {
                    self.tell_online();
                    self.waits = Waits::new();
                    Ok(None)
                }
                Ok(false) => {
                    self.tell_online();
                    if self.trouble.resyncs >= RESYNCS {
                        return Err(End::Useless(Problem::new("the event channel keeps starting over", "")));
                    }
                    // The same address over and over must not become a storm of requests.
                    let wait = self.waits.next();
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

    /// Decodes a batch and queues what follows from it; only then does `poll` move on, and with it the
    /// acknowledgement. Says whether it moved as it should.
    fn batch(&mut self, response: &Response) -> Result<bool, CallError> {
        let document = Document::of(response);
        let batch = document.batch()?;
        if batch.malformed > 0 {
            tracing::warn!(events = batch.malformed, "events that make no sense were left out");
        }
        let (next, void) = self.continuation(&batch.links)?;
        let now = self.session.clock.now();
        let mut effects = Effects::default();
        for change in &batch.changes {
            self.store.apply(change, now, &mut effects);
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
            Trouble { resyncs: if resynced { self.trouble.resyncs + 1 } else { 0 }, ..Trouble::default() };
        let goes_on = next.is_some() && moved && self.trouble.resyncs < 2;
        self.poll = next;
        Ok(goes_on)
    }

    /// Where the event channel goes on, if the server says so, and whether what we know is void.
    fn continuation(&self, links: &Links<'_>) -> Result<(Option<Poll>, bool), CallError> {
        let resolve = |href: &str| self.client.resolve(&self.application.url, href).map(Poll::next);
        Ok(match links {
            Links { resync: Some(href), .. } => (Some(resolve(href)?), true),
            Links { resume: Some(href), .. } => {
                (Some(Poll { tells_parameters: true, ..resolve(href)? }), true)
            }
            Links { next: Some(href), .. } => (Some(resolve(href)?), false),
            _ => (None, false),
        })
    }

    fn failed(&mut self, error: &CallError) -> Result<Channel, End> {
        let problem = error.problem();
        match error {
            CallError::Refused(refusal) => {
                if let Some(end) = end_of_session(refusal, &problem) {
                    return Err(end);
                }
                self.misfit(refusal.status.as_u16(), &problem)?;
            }
            CallError::Stranger(status @ (403 | 502)) => self.misfit(*status, &problem)?,
            CallError::Nonsense(_) => self.unreadable(&problem)?,
            CallError::Transport(failure) if failure.sent == Sent::AnsweredTooMuch => {
                self.unreadable(&problem)?;
            }
            CallError::Token(token) if !token.is_passing() => return Err(End::Stopped(problem)),
            CallError::Forbidden(_) => return Err(End::Stopped(problem)),
            CallError::Token(_) | CallError::Transport(_) | CallError::Stranger(_) => {}
        }
        let wait = self.waits.next().max(error.retry_after().unwrap_or_default());
        self.announced = false;
        self.announce_at = None;
        let at = self.session.clock.now().after(wait);
        self.outbox.push_back(Event::Status(Status::Retrying { at, problem }));
        Ok(self.probing(wait))
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

/// Whether a refusal of the poll ends the session.
fn end_of_session(refusal: &Refusal, problem: &Problem) -> Option<End> {
    match (refusal.status.as_u16(), refusal.reason.subcode.as_ref()) {
        (404, _) if !refusal.reason.code.is_empty() => Some(End::Forgotten),
        (409, "PGetReplaced") => Some(End::Replaced),
        (410, _)
        | (_, "TooManyApplications" | "UserAgentNotAllowed" | "MobileApplicationNoLongerAllowed") => {
            Some(End::Stopped(Problem::new(problem.what.as_str(), "press r to sign in again")))
        }
        _ => None,
    }
}
