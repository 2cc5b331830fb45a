//! Being online: the event channel, the user's requests, and what has to be fetched or kept alive, all in
//! one task, so that everything happens in one order. `channel` follows the event channel, `requests` carries
//! out what the user wants, `upkeep` does what has to be done besides, `fetches` knows what is to be fetched next.

mod channel;
mod fetches;
mod requests;
mod upkeep;

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use url::Url;

use super::Settings;
use super::application::Application;
use super::context::{SessionContext, backoff};
use super::http::client::{Body, Client};
use super::http::error::RequestError;
use super::http::in_flight::InFlight;
use super::http::token::TokenError;
use super::store::{Effects, Href, Store};
use crate::invitation::{InvitationId, Moment};
use crate::provider::backoff::Backoff;
use crate::provider::exchange::Response;
use crate::provider::{Command, Event, Problem, QUEUE_CAPACITY, Reloaded, Status, Ticket};
use channel::{Channel, Poll, Replacements, Said, Trouble};
use fetches::{Fetches, Sent};

/// A poll that is held for this long at the start of a generation: nothing rings.
const SETTLING: Duration = Duration::from_secs(2);

/// It takes this long at most to find out what it only linked to.
const UNCLEAR: Duration = Duration::from_secs(8);

/// A poll that has not failed for this long is being held: all is well.
const HELD: Duration = Duration::from_millis(500);

/// How far a generation is in telling what rings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Settling {
    /// It has told nothing yet.
    Waiting,
    /// It has, but not everything is clear.
    Told,
    /// The program knows.
    Done,
}

/// Why being online ended.
pub(super) enum End {
    /// The user wants to leave.
    SignOut,
    /// The server forgot the application: create it again.
    Forgotten,
    /// The application is no use any more: delete it, and create it again.
    Useless(Problem),
    /// The account seems to live elsewhere now: discover again.
    Moved(Problem),
    /// It failed in a way that may pass.
    Failed {
        /// Why.
        problem: Problem,
        /// The least wait that the server asks for.
        at_least: Option<Duration>,
    },
    /// The user has corrected the account's settings: sign in anew.
    Corrected,
    /// Another client has taken the event channel.
    Replaced,
    /// It failed in a way that the user has to mend.
    Stopped(Problem),
}

/// What a request that was in flight came to.
enum Done {
    Answered(Ticket, InvitationId, Result<Response, RequestError>),
    Requested(Ticket, Result<Response, RequestError>),
    /// A resource that was asked for at that moment.
    Fetched(Sent, Moment, Result<Response, RequestError>),
    /// The messaging of the conversation of that key was joined, unless there was a problem.
    Joined(Href, Option<Problem>),
    Renewed(Result<Option<Instant>, TokenError>),
    /// The account's settings were read again.
    SettingsRead(Box<Option<Result<Reloaded<Settings>, Problem>>>),
    /// Something whose outcome nobody waits for.
    Aside,
}

/// What happened next.
enum Turn<'a> {
    Command(Command),
    /// There is room for an event; none if the program no longer listens.
    Room(Option<mpsc::Permit<'a, Event>>),
    Done(Box<Done>),
    Said(Box<Said>),
    Time,
}

pub(super) struct Online<'a> {
    session: &'a mut SessionContext,
    client: Client,
    application: Application,
    store: Store,
    jobs: FuturesUnordered<BoxFuture<'static, Done>>,
    fetches: Fetches,
    /// How many of `jobs` carry out something that the user asked for.
    requests: usize,
    /// Those of them that are about no invitation.
    requested: BTreeSet<Ticket>,
    outbox: VecDeque<Event>,
    /// The address of the current poll, if the server gave one; getting it again acknowledges nothing new.
    poll: Option<Poll>,
    waits: Backoff,
    trouble: Trouble,
    replacements: Replacements,
    /// Whether the program was told that we are online.
    announced: bool,
    /// When to tell, if nothing fails until then.
    announce_at: Option<Instant>,
    /// Whether the program knows what this generation was told of.
    settling: Settling,
    /// When what this generation was not told of is no longer there, if nothing fails until then.
    settle_at: Option<Instant>,
    /// Since when the current poll is with the server.
    poll_flight: InFlight,
    /// Whether an answer to something else than a poll says that the application is gone.
    is_doubted: bool,
    /// When the address of the current poll was polled first.
    first_polled_at: Option<Moment>,
    /// When the latest address was polled first that answered: all that had happened by then is known.
    heard_up_to: Moment,
    activity_at: Instant,
    renew_at: Option<Instant>,
    housekeeping_at: Instant,
}

impl<'a> Online<'a> {
    pub(super) fn new(
        session: &'a mut SessionContext,
        client: Client,
        application: Application,
        store: Store,
    ) -> Self {
        let now = Instant::now();
        let poll = Some(Poll::first(application.events.clone()));
        let mut store = store;
        store.set_user(&application.me);
        Self {
            session,
            client,
            application,
            store,
            jobs: FuturesUnordered::new(),
            fetches: Fetches::default(),
            requests: 0,
            requested: BTreeSet::new(),
            outbox: VecDeque::new(),
            poll,
            waits: backoff(),
            trouble: Trouble::default(),
            replacements: Replacements::default(),
            announced: false,
            announce_at: None,
            settling: Settling::Waiting,
            settle_at: None,
            poll_flight: InFlight::default(),
            is_doubted: false,
            first_polled_at: None,
            heard_up_to: Moment::default(),
            activity_at: now + upkeep::ACTIVITY,
            renew_at: None,
            housekeeping_at: now,
        }
    }

    /// What is known, for the session after this one.
    pub(super) fn into_store(self) -> Store {
        self.store
    }

    pub(super) async fn run(&mut self) -> End {
        let events = self.session.port.event_sender();
        self.tell_online();
        self.renew_token(false);
        self.read_all();
        let mut channel = Some(self.polling());
        let end = loop {
            // A program that does not keep up holds back the next acknowledgement, and so the server.
            if channel.is_none() && self.outbox.len() <= QUEUE_CAPACITY {
                channel = Some(self.polling());
            }
            self.send_fetches();
            let wake = self.wake();
            let turn = tokio::select! {
                biased;
                command = self.session.port.next_command() => Turn::Command(command),
                room = events.reserve(), if !self.outbox.is_empty() => Turn::Room(room.ok()),
                // Before the jobs, so that the poll has the connection that is free.
                said = wait_for(&mut channel) => Turn::Said(Box::new(said)),
                Some(done) = self.jobs.next(), if !self.jobs.is_empty() => Turn::Done(Box::new(done)),
                () = sleep_until(wake) => Turn::Time,
            };
            let next = match turn {
                Turn::Command(Command::SignOut) => {
                    self.leave().await;
                    break End::SignOut;
                }
                Turn::Command(command @ (Command::Reconnect | Command::Wake)) => {
                    self.client.forget_connections();
                    if command == Command::Reconnect {
                        // A password may have been corrected: the token is renewed with what is read.
                        let reading = self.session.settings.reload();
                        self.jobs.push(Box::pin(async move { Done::SettingsRead(Box::new(reading.await)) }));
                    } else {
                        self.renew_token(true);
                    }
                    self.fetches.send_again(Instant::now());
                    Ok(None)
                }
                Turn::Command(command) => {
                    self.command(command);
                    Ok(channel.take())
                }
                Turn::Room(None) => break End::SignOut,
                Turn::Room(Some(room)) => {
                    if let Some(event) = self.outbox.pop_front() {
                        room.send(event);
                    }
                    Ok(channel.take())
                }
                Turn::Done(done) => self.done(*done).map(|()| {
                    // The application itself tells at once whether it is still there.
                    let doubted = std::mem::take(&mut self.is_doubted);
                    if doubted { Some(self.probing(Duration::ZERO)) } else { channel.take() }
                }),
                Turn::Said(said) => self.said(*said),
                Turn::Time => {
                    self.timers();
                    Ok(channel.take())
                }
            };
            match next {
                Ok(next) => channel = next,
                Err(end) => break end,
            }
        };
        self.give_up_replies();
        self.flush().await;
        if let End::Useless(_) = end {
            self.application.delete(&self.client).await;
        }
        end
    }

    /// What follows from events and resources.
    fn take(&mut self, effects: Effects) {
        self.outbox.extend(effects.events);
        self.outbox.extend(
            effects.changed_conversations.iter().filter_map(|key| self.store.conversation_event(key)),
        );
        for ticket in effects.carried_out {
            self.requested.remove(&ticket);
            self.outbox.push_back(Event::Completed(ticket));
        }
        for ticket in effects.not_carried_out {
            let problem = Problem::new("the answer did not reach the server, it still rings", "press again");
            self.outbox.push_back(Event::Refused { ticket, problem });
        }
        let now = Instant::now();
        for fetch in effects.fetches {
            self.fetches.want(fetch, now);
        }
        for conversation in effects.joins {
            self.join_messaging(&conversation);
        }
    }

    fn done(&mut self, done: Done) -> Result<(), End> {
        match done {
            Done::Answered(ticket, id, result) => {
                self.doubt(&result);
                self.answered(ticket, id, result);
            }
            Done::Requested(ticket, result) => {
                self.doubt(&result);
                self.requests -= 1;
                if result.as_ref().is_err_and(|error| !error.is_uncertain()) {
                    self.store.remove_outgoing(ticket);
                }
                // Its event may have told already.
                if self.requested.remove(&ticket) {
                    self.report(ticket, result);
                }
            }
            Done::Fetched(sent, sent_at, result) => self.fetched(&sent, sent_at, result),
            Done::Joined(conversation, problem) => self.joined(&conversation, problem.as_ref()),
            Done::Renewed(Ok(next)) => self.renew_at = next,
            // A secret that can't be read now may be there again before the token ends.
            Done::Renewed(Err(error)) if error.is_transient() || matches!(error, TokenError::Secret(_)) => {
                tracing::warn!(%error, "the token could not be renewed; trying again");
                self.renew_at = Some(Instant::now() + upkeep::RENEW_AGAIN);
            }
            Done::Renewed(Err(error)) => return Err(End::Stopped(error.problem())),
            Done::SettingsRead(read) => {
                let before = self.session.settings.clone();
                let notice = self.session.settings.apply(*read);
                self.outbox.extend(notice.map(Event::Notice));
                if *self.session.settings != before {
                    return Err(End::Corrected);
                }
                self.renew_token(true);
            }
            Done::Aside => {}
        }
        Ok(())
    }

    /// Has the application looked for if a request was answered as if it were gone.
    fn doubt(&mut self, result: &Result<Response, RequestError>) {
        self.is_doubted |=
            matches!(result, Err(RequestError::Refused(it)) if it.has_subcode("ApplicationNotFound"));
    }

    fn tell_online(&mut self) {
        self.announce_at = None;
        if !self.announced {
            self.announced = true;
            let since = self.session.port.now();
            self.outbox.push_back(Event::Status(Status::Online { since }));
        }
    }

    /// The program is to replace what it shows by what is known then, at once.
    fn settle_in(&mut self, wait: Option<Duration>) {
        if self.settling != Settling::Done {
            self.settle_at = wait.map(|wait| Instant::now() + wait);
        }
    }

    /// The server said what rings, or what it only linked to.
    fn settle(&mut self) {
        if !self.store.is_unclear() {
            self.settle_in(Some(Duration::ZERO));
        } else if self.settling == Settling::Waiting {
            self.settle_in(Some(UNCLEAR));
        }
        if self.settling == Settling::Waiting {
            self.settling = Settling::Told;
        }
    }

    async fn flush(&mut self) {
        for event in std::mem::take(&mut self.outbox) {
            self.session.port.emit(event).await;
        }
    }
}

async fn wait_for(channel: &mut Option<Channel>) -> Said {
    match channel {
        Some(channel) => channel.await,
        None => std::future::pending().await,
    }
}

async fn get(client: &Client, base: &Url, href: &str) -> Result<Response, RequestError> {
    client.get(client.resolve(base, href)?).await
}

async fn post(client: &Client, base: &Url, href: &str, body: Body) -> Result<Response, RequestError> {
    client.post(client.resolve(base, href)?, body).await
}

/// Names a request of ours; the reference allows 50 characters.
fn operation_id() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}
