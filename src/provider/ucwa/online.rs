//! Being online: the event channel, the user's requests, and what has to be fetched or kept alive, all in
//! one task, so that everything happens in one order.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use http::Method;
use serde::Serialize;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use url::Url;

use super::Activity;
use super::application::Application;
use super::client::{Body, Client};
use super::conversation::ConversationLink;
use super::error::{CallError, Refusal};
use super::events::{Batch, Links};
use super::json;
use super::session::{Session, Waits, sign_out};
use super::store::{Effects, Fetch, NoLink, Store};
use crate::invitation::{ConversationId, Decision, InvitationId};
use crate::provider::exchange::Response;
use crate::provider::{Command, Event, Problem, QUEUE, Status, Ticket};

/// The server takes the user for inactive after five minutes; the reference asks for four at most.
const ACTIVITY: Duration = Duration::from_secs(210);

/// How often pending invitations are looked over for ones that should have ended.
const HOUSEKEEPING: Duration = Duration::from_secs(2);

/// The server answers a poll within its timeout; this much later it never will.
const POLL_MARGIN: Duration = Duration::from_secs(15);

/// How long a request in flight is waited for when the user leaves.
const PATIENCE: Duration = Duration::from_secs(3);

/// How often a fetch is tried; each try waits twice as long as the one before.
const FETCH_TRIES: u32 = 5;

/// Refusals of the poll in a row after which discovery is asked again.
const MISFITS: u32 = 3;

/// Why being online ended.
pub(super) enum End {
    /// The user wants to leave.
    SignOut,
    /// The server forgot the application: create it again.
    Forgotten,
    /// The account seems to live elsewhere now: discover again.
    Moved(Problem),
    /// It failed in a way that may pass.
    Failed {
        /// Why.
        problem: Problem,
        /// The least wait that the server asks for.
        at_least: Option<Duration>,
    },
    /// Another client has taken the event channel.
    Replaced,
    /// It failed in a way that the user has to mend.
    Stopped(Problem),
}

/// What a request that was in flight came to.
enum Done {
    Answered(Ticket, InvitationId, Result<Response, CallError>),
    Requested(Ticket, Result<Response, CallError>),
    Fetched(Fetch, Result<Response, CallError>),
    Renewed(Result<Option<Instant>, super::token::TokenError>),
    /// Something whose outcome nobody waits for.
    Aside,
}

/// What happened next.
enum Turn<'a> {
    Command(Option<Command>),
    /// There is room for an event; none if the program no longer listens.
    Room(Option<mpsc::Permit<'a, Event>>),
    Done(Box<Done>),
    Said(Box<Said>),
    Time,
}

/// What the event channel is doing.
type Channel = BoxFuture<'static, Said>;

enum Said {
    /// A poll was answered.
    Answer(Result<Response, CallError>),
    /// After a failure: whether the application is still there.
    Probe(Result<Box<Application>, CallError>),
}

pub(super) struct Online<'a> {
    session: &'a mut Session,
    client: Client,
    application: Application,
    store: Store,
    jobs: FuturesUnordered<BoxFuture<'static, Done>>,
    /// How many of `jobs` carry out something that the user asked for.
    requests: usize,
    outbox: VecDeque<Event>,
    /// The address of the current poll, if the server gave one; getting it again acknowledges nothing new.
    poll: Option<Url>,
    waits: Waits,
    misfits: u32,
    /// Whether the program was told that we are online.
    announced: bool,
    active: bool,
    activity_at: Instant,
    renew_at: Option<Instant>,
    housekeeping_at: Instant,
}

impl<'a> Online<'a> {
    pub(super) fn new(
        session: &'a mut Session,
        client: Client,
        application: Application,
        store: Store,
    ) -> Self {
        let now = Instant::now();
        let poll = Application::with_parameters(application.events.clone(), session.settings.poll_timeout);
        Self {
            session,
            client,
            application,
            store,
            jobs: FuturesUnordered::new(),
            requests: 0,
            outbox: VecDeque::new(),
            poll: Some(poll),
            waits: Waits::new(),
            misfits: 0,
            announced: false,
            active: true,
            activity_at: now + ACTIVITY,
            renew_at: None,
            housekeeping_at: now,
        }
    }

    pub(super) fn next_number(&self) -> u64 {
        self.store.next_number()
    }

    pub(super) async fn run(&mut self) -> End {
        let events = self.session.events.clone();
        self.tell_online();
        self.renew_when_due();
        let mut channel = Some(self.polling());
        loop {
            // A program that does not keep up holds back the next acknowledgement, and so the server.
            if channel.is_none() && self.outbox.len() <= QUEUE {
                channel = Some(self.polling());
            }
            let wake = self.wake();
            let turn = tokio::select! {
                biased;
                command = self.session.commands.recv() => Turn::Command(command),
                room = events.reserve(), if !self.outbox.is_empty() => Turn::Room(room.ok()),
                Some(done) = self.jobs.next(), if !self.jobs.is_empty() => Turn::Done(Box::new(done)),
                said = wait_for(&mut channel) => Turn::Said(Box::new(said)),
                () = sleep_until(wake) => Turn::Time,
            };
            let next = match turn {
                Turn::Command(None | Some(Command::SignOut)) => {
                    self.leave().await;
                    Err(End::SignOut)
                }
                Turn::Command(Some(Command::Reconnect)) => Ok(Some(self.polling())),
                Turn::Command(Some(command)) => {
                    self.command(command);
                    Ok(channel.take())
                }
                Turn::Room(None) => Err(End::SignOut),
                Turn::Room(Some(room)) => {
                    if let Some(event) = self.outbox.pop_front() {
                        room.send(event);
                    }
                    Ok(channel.take())
                }
                Turn::Done(done) => self.done(*done).map(|()| channel.take()),
                Turn::Said(said) => self.said(*said),
                Turn::Time => {
                    self.timers();
                    Ok(channel.take())
                }
            };
            match next {
                Ok(next) => channel = next,
                Err(end) => {
                    self.flush().await;
                    return end;
                }
            }
        }
    }

    // ---- the event channel ----

    /// Polls; where the server gave no address for that, asks for the application, which has one.
    fn polling(&mut self) -> Channel {
        let Some(url) = self.poll.clone() else {
            let wait = self.waits.next();
            return self.probing(wait);
        };
        let client = self.client.clone();
        let deadline = self.session.settings.poll_timeout + POLL_MARGIN;
        Box::pin(async move { Said::Answer(client.call(Method::GET, url, Body::None, deadline).await) })
    }

    /// After a failure: waits, then asks for the application, which answers at once whether all is well.
    fn probing(&self, wait: Duration) -> Channel {
        let (client, application) = (self.client.clone(), self.application.clone());
        Box::pin(async move {
            sleep(wait).await;
            Said::Probe(application.read(&client).await.map(Box::new))
        })
    }

    fn said(&mut self, said: Said) -> Result<Option<Channel>, End> {
        match said {
            Said::Answer(Ok(response)) => match self.batch(&response) {
                Ok(moved) => {
                    self.misfits = 0;
                    self.tell_online();
                    if moved {
                        self.waits = Waits::new();
                        Ok(None)
                    } else {
                        // The same address over and over must not become a storm of requests.
                        let wait = self.waits.next();
                        Ok(Some(self.probing(wait)))
                    }
                }
                Err(error) => self.failed(&error).map(Some),
            },
            Said::Probe(Ok(application)) => {
                if self.poll.is_none() {
                    self.poll = Some(self.with_parameters(application.events.clone()));
                }
                self.application = *application;
                self.tell_online();
                Ok(None)
            }
            Said::Answer(Err(error)) | Said::Probe(Err(error)) => self.failed(&error).map(Some),
        }
    }

    /// Decodes a batch and queues what follows from it; only then does `poll` move on, and with it the
    /// acknowledgement. Says whether it moved.
    fn batch(&mut self, response: &Response) -> Result<bool, CallError> {
        let body = String::from_utf8_lossy(&response.body);
        let nonsense = || CallError::Stranger(response.status.as_u16());
        let batch =
            if body.is_empty() { Batch::default() } else { json::batch(&body).map_err(|_| nonsense())? };
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
            for fetch in self.store.fetch_all() {
                self.fetch(fetch, Duration::ZERO);
            }
        }
        let moved = next.is_some() && next != self.poll;
        self.poll = next;
        Ok(moved)
    }

    /// Where the event channel goes on, if the server says so, and whether what we know is void.
    fn continuation(&self, links: &Links<'_>) -> Result<(Option<Url>, bool), CallError> {
        let resolve = |href: &str| self.client.resolve(&self.application.url, href);
        Ok(match links {
            Links { resync: Some(href), .. } => (Some(resolve(href)?), true),
            Links { resume: Some(href), .. } => (Some(self.with_parameters(resolve(href)?)), true),
            Links { next: Some(href), .. } => (Some(resolve(href)?), false),
            _ => (None, false),
        })
    }

    fn with_parameters(&self, url: Url) -> Url {
        Application::with_parameters(url, self.session.settings.poll_timeout)
    }

    fn failed(&mut self, error: &CallError) -> Result<Channel, End> {
        let problem = error.problem();
        let mut at_least = Duration::ZERO;
        match error {
            CallError::Refused(refusal) => {
                if let Some(end) = end_of_session(refusal, &problem) {
                    return Err(end);
                }
                if matches!(refusal.status.as_u16(), 403 | 404 | 502) {
                    self.misfits += 1;
                    if self.misfits >= MISFITS {
                        return Err(End::Moved(problem));
                    }
                }
                at_least = refusal.retry_after.unwrap_or_default();
            }
            CallError::Token(token) if !token.is_passing() => return Err(End::Stopped(problem)),
            CallError::Forbidden(_) => return Err(End::Stopped(problem)),
            CallError::Token(_) | CallError::Transport(_) | CallError::Stranger(_) => {}
        }
        let wait = self.waits.next().max(at_least);
        self.announced = false;
        let at = self.session.clock.now().after(wait);
        self.outbox.push_back(Event::Status(Status::Retrying { at, problem }));
        Ok(self.probing(wait))
    }

    fn tell_online(&mut self) {
        if !self.announced {
            self.announced = true;
            let since = self.session.clock.now();
            self.outbox.push_back(Event::Status(Status::Online { since }));
        }
    }

    // ---- what follows from events ----

    fn take(&mut self, effects: Effects) {
        self.outbox.extend(effects.events);
        for fetch in effects.fetches {
            self.fetch(fetch, Duration::ZERO);
        }
        for conversation in effects.joins {
            self.join_messaging(&conversation);
        }
    }

    /// Gets a resource, after a wait; a failure of the network is tried again, anything else is final.
    fn fetch(&mut self, fetch: Fetch, wait: Duration) {
        let (client, base) = (self.client.clone(), self.application.url.clone());
        self.jobs.push(Box::pin(async move {
            sleep(wait).await;
            let mut pause = Duration::from_millis(500);
            for _ in 1..FETCH_TRIES {
                match get(&client, &base, fetch.href()).await {
                    Err(CallError::Transport(_) | CallError::Stranger(_)) => sleep(pause).await,
                    result => return Done::Fetched(fetch, result),
                }
                pause *= 2;
            }
            let result = get(&client, &base, fetch.href()).await;
            Done::Fetched(fetch, result)
        }));
    }

    /// An accepted meeting is only joined once we take part in one of its modalities.
    fn join_messaging(&mut self, conversation: &str) {
        let (client, base) = (self.client.clone(), self.application.url.clone());
        let conversation = conversation.to_owned();
        self.jobs.push(Box::pin(async move {
            if let Err(error) = join_messaging(&client, &base, &conversation).await {
                tracing::warn!(%error, "the meeting's messaging could not be joined");
            }
            Done::Aside
        }));
    }

    fn done(&mut self, done: Done) -> Result<(), End> {
        match done {
            Done::Answered(ticket, id, result) => {
                self.requests -= 1;
                let uncertain = result.as_ref().is_err_and(CallError::is_uncertain);
                if result.is_err() {
                    if !uncertain {
                        self.store.asked(id, None);
                    }
                    // Whatever was refused or lost: the server knows how the invitation stands.
                    let wait = if uncertain { Duration::from_secs(1) } else { Duration::ZERO };
                    if let Some(fetch) = self.store.fetch_invitation(id) {
                        self.fetch(fetch, wait);
                    }
                }
                self.report(ticket, result);
                Ok(())
            }
            Done::Requested(ticket, result) => {
                self.requests -= 1;
                self.report(ticket, result);
                Ok(())
            }
            Done::Fetched(fetch, result) => {
                self.fetched(&fetch, result);
                Ok(())
            }
            Done::Renewed(Ok(next)) => {
                self.renew_at = next;
                Ok(())
            }
            Done::Renewed(Err(error)) if error.is_passing() => {
                self.renew_at = Some(Instant::now() + Duration::from_secs(15));
                Ok(())
            }
            Done::Renewed(Err(error)) => Err(End::Stopped(error.problem())),
            Done::Aside => Ok(()),
        }
    }

    fn report(&mut self, ticket: Ticket, result: Result<Response, CallError>) {
        let event = match result {
            Ok(_) => Event::Done(ticket),
            Err(error) if error.is_uncertain() => Event::Uncertain { ticket, problem: error.problem() },
            Err(error) => Event::Refused { ticket, problem: error.problem() },
        };
        self.outbox.push_back(event);
    }

    fn fetched(&mut self, fetch: &Fetch, result: Result<Response, CallError>) {
        let mut effects = Effects::default();
        match result {
            Ok(response) => {
                let body = String::from_utf8_lossy(&response.body);
                match json::resource(&body) {
                    Ok(resource) => {
                        self.store.fetched(fetch, &resource, self.session.clock.now(), &mut effects);
                    }
                    Err(error) => tracing::warn!(%error, "a resource makes no sense and was left out"),
                }
            }
            Err(CallError::Refused(refusal)) if refusal.status == http::StatusCode::NOT_FOUND => {
                if !refusal.says("ApplicationNotFound") {
                    self.store.gone(fetch, &mut effects);
                }
            }
            Err(error) => tracing::warn!(%error, "a resource could not be fetched"),
        }
        self.take(effects);
    }

    // ---- what the user wants ----

    fn command(&mut self, command: Command) {
        match command {
            Command::Answer { ticket, invitation, decision } => self.answer(ticket, invitation, decision),
            Command::Invite { ticket, conversation, uri } => self.invite(ticket, conversation, &uri),
            Command::Send { ticket, conversation, text } => self.send(ticket, conversation, text),
            Command::Active => self.active = true,
            Command::Reconnect | Command::SignOut => {}
        }
    }

    fn answer(&mut self, ticket: Ticket, id: InvitationId, decision: Decision) {
        #[derive(Serialize)]
        struct Decline {
            reason: crate::invitation::Reason,
        }
        let href = match self.store.link(id, &decision) {
            Ok(href) => href,
            Err(NoLink::NotPending) => {
                return self.refuse(ticket, "it is over already, or of an earlier session");
            }
            Err(NoLink::NotOffered) => return self.refuse(ticket, "the server does not offer this now"),
        };
        let body = match &decision {
            Decision::Decline(reason) => Body::json(&Decline { reason: *reason }),
            Decision::Accept | Decision::AcceptWithPhone | Decision::Cancel => Body::None,
        };
        self.store.asked(id, Some(decision));
        let (client, base) = (self.client.clone(), self.application.url.clone());
        self.requests += 1;
        self.jobs.push(Box::pin(async move {
            Done::Answered(ticket, id, post(&client, &base, &href, body).await)
        }));
    }

    fn invite(&mut self, ticket: Ticket, conversation: ConversationId, uri: &str) {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct AddParticipant<'a> {
            operation_id: String,
            to: &'a str,
        }
        let Some(href) = self.store.conversation_link(conversation, ConversationLink::AddParticipant) else {
            return self.refuse(ticket, "nobody can be invited into this conversation now");
        };
        let body = Body::json(&AddParticipant { operation_id: operation_id(), to: uri });
        let (client, base) = (self.client.clone(), self.application.url.clone());
        self.requests += 1;
        self.jobs
            .push(Box::pin(async move { Done::Requested(ticket, post(&client, &base, &href, body).await) }));
    }

    fn send(&mut self, ticket: Ticket, conversation: ConversationId, text: String) {
        let Some(href) = self.store.conversation_link(conversation, ConversationLink::SendMessage) else {
            return self.refuse(ticket, "no message can be sent into this conversation now");
        };
        let (client, base) = (self.client.clone(), self.application.url.clone());
        self.requests += 1;
        self.jobs.push(Box::pin(async move {
            let result = async {
                let mut url = client.resolve(&base, &href)?;
                url.query_pairs_mut().append_pair("operationId", &operation_id());
                client.post(url, Body::Text(text)).await
            };
            Done::Requested(ticket, result.await)
        }));
    }

    fn refuse(&mut self, ticket: Ticket, why: &str) {
        self.outbox.push_back(Event::Refused { ticket, problem: Problem::new(why, "") });
    }

    /// Waits a little for what the user asked for, then signs out.
    async fn leave(&mut self) {
        let finish = async {
            while self.requests > 0 {
                let Some(done) = self.jobs.next().await else { break };
                if self.done(done).is_err() {
                    break;
                }
            }
        };
        let _ = timeout(PATIENCE, finish).await;
        self.flush().await;
        sign_out(&self.client, &self.application).await;
    }

    async fn flush(&mut self) {
        for event in std::mem::take(&mut self.outbox) {
            self.session.event(event).await;
        }
    }

    // ---- what time brings ----

    fn wake(&self) -> Instant {
        let mut wake = self.activity_at;
        if let Some(renew_at) = self.renew_at {
            wake = wake.min(renew_at);
        }
        if !self.store.is_empty() {
            wake = wake.min(self.housekeeping_at);
        }
        wake
    }

    fn timers(&mut self) {
        let now = Instant::now();
        if self.activity_at <= now {
            self.activity_at = now + ACTIVITY;
            self.report_activity();
        }
        if self.renew_at.is_some_and(|at| at <= now) {
            self.renew_at = None;
            self.renew_when_due();
        }
        if self.housekeeping_at <= now {
            self.housekeeping_at = now + HOUSEKEEPING;
            for fetch in self.store.overdue(self.session.clock.now()) {
                self.fetch(fetch, Duration::ZERO);
            }
        }
    }

    fn report_activity(&mut self) {
        let wanted = match self.session.settings.activity {
            Activity::Always => true,
            Activity::Keys => std::mem::take(&mut self.active),
        };
        let Some(url) = self.application.report_my_activity.clone().filter(|_| wanted) else { return };
        let client = self.client.clone();
        self.jobs.push(Box::pin(async move {
            if let Err(error) = client.post(url, Body::None).await {
                tracing::warn!(%error, "the server could not be told that the user is active");
            }
            Done::Aside
        }));
    }

    fn renew_when_due(&mut self) {
        let (client, url) = (self.client.clone(), self.application.url.clone());
        self.jobs.push(Box::pin(async move { Done::Renewed(client.renew_if_due(&url).await) }));
    }
}

async fn wait_for(channel: &mut Option<Channel>) -> Said {
    match channel {
        Some(channel) => channel.await,
        None => std::future::pending().await,
    }
}

/// Whether a refusal of the poll ends the session.
fn end_of_session(refusal: &Refusal, problem: &Problem) -> Option<End> {
    match (refusal.status.as_u16(), refusal.reason.subcode.as_ref()) {
        (404, _) if !refusal.reason.code.is_empty() => Some(End::Forgotten),
        (409, "PGetReplaced") => Some(End::Replaced),
        (410, _) | (_, "UserAgentNotAllowed" | "MobileApplicationNoLongerAllowed") => {
            Some(End::Stopped(Problem::new(problem.what.as_str(), "press r to sign in again")))
        }
        _ => None,
    }
}

async fn get(client: &Client, base: &Url, href: &str) -> Result<Response, CallError> {
    client.get(client.resolve(base, href)?).await
}

async fn post(client: &Client, base: &Url, href: &str, body: Body) -> Result<Response, CallError> {
    client.post(client.resolve(base, href)?, body).await
}

async fn join_messaging(client: &Client, base: &Url, conversation: &str) -> Result<(), CallError> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct AddMessaging {
        operation_id: String,
    }
    let response = get(client, base, conversation).await?;
    let Some(messaging) = link_in(&response, "messaging") else { return Ok(()) };
    let response = get(client, base, &messaging).await?;
    let Some(add_messaging) = link_in(&response, "addMessaging") else { return Ok(()) };
    post(client, base, &add_messaging, Body::json(&AddMessaging { operation_id: operation_id() })).await?;
    Ok(())
}

fn link_in(response: &Response, rel: &str) -> Option<String> {
    let body = String::from_utf8_lossy(&response.body);
    json::resource(&body).ok()?.href(rel).map(str::to_owned)
}

/// Names a request of ours; the reference allows 50 characters.
fn operation_id() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}
