//! The servers' side, for the demonstration, the sandbox and the tests: a Skype for Business server with one
//! user, and the calling service of Microsoft Graph with one bot (`graph`); faithful to what is documented and
//! to what practice shows, and watchful of their client.
//!
//! [`Simulator`] is the handle: things are made to happen through it, and it tells what is true and what
//! was asked of it. `router` takes HTTP in, `requests` says what each request means, `reply` answers, `world` holds the state and the effects of each action, `channel`
//! is the event channel, `resources` says how everything looks on the wire. `latest` bounds what is remembered,
//! `redact` keeps secrets out of the record.

mod channel;
pub mod console;
mod fault;
mod graph;
mod in_process;
mod latest;
mod record;
mod redact;
mod reply;
mod requests;
mod resources;
mod router;
pub mod scenario;
mod serve;
#[cfg(test)]
mod tests;
mod wire;
mod world;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use channel::Instead;
pub use fault::{Fault, FaultKind};
pub use graph::{
    Answerer, Call, CallEnd, CallEnding, CallModality, CallNumber, CallOutcome, CallState, CallTruth, Caller,
    CallerKind, GraphOptions, InvalidToken, Malformed,
};
pub use in_process::{Doorway, InProcess};
pub use record::Recorded;
pub use serve::serve;
use world::World;
pub use world::{Answers, Ended, Ending, Invite, Kind, Person, Shown, SimId};

/// What the simulated server is like.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its user.
    pub user: Person,
    /// The bearer token that it takes from the start.
    pub token: String,
    /// The password for which it gives a token.
    pub password: String,
    /// How long a token lasts that was given for a password.
    pub token_lifetime: Duration,
    /// Where discovery leads to another server first, if it does: what a `redirect` at any other server links to.
    pub redirect_to: Option<String>,
    /// Where its user is at home, if not everywhere: what a `redirect` of `user` at any other server links to.
    pub homed_at: Option<String>,
    /// Whether links to the other participant of two are titled with nothing, as practice shows it.
    pub empty_titles: bool,
    /// How long an invitation rings.
    pub ring: Duration,
    /// How long an application lasts that nobody asks for anything.
    pub idle: Duration,
    /// How much is remembered: so many of the latest requests, endings, tokens, people, and invitations and
    /// conversations that are over. Of more conversations the oldest ends, and an application that leaves more
    /// events where they are is given up.
    pub kept: usize,
    /// Where the unguessable parts of hrefs come from.
    pub seed: u64,
    /// What the calling service beside it is like.
    pub graph: GraphOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            user: Person::new("Tosh Meston", "sip:tosh@contoso.example"),
            token: "cwt=demo".into(),
            password: "demo".into(),
            token_lifetime: Duration::from_secs(8 * 3_600),
            redirect_to: None,
            homed_at: None,
            empty_titles: false,
            ring: Duration::from_secs(30),
            idle: Duration::from_secs(20 * 60),
            kept: 100_000,
            seed: 1,
            graph: GraphOptions::default(),
        }
    }
}

/// A running simulator; clones are the same one.
#[derive(Clone)]
pub struct Simulator {
    world: Arc<Mutex<World>>,
    changed: watch::Sender<u64>,
}

/// An invitation as the server has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// Its number here.
    pub id: SimId,
    /// What is asked for, by whom, and all that is told of that. Of one that the user sent, whom it went to.
    pub invite: Invite,
    /// When it began to ring.
    pub began: tokio::time::Instant,
    /// Whether it can be answered.
    pub is_offered: bool,
}

/// A conversation that the user is in, as the server has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationTruth {
    /// Its number here.
    pub number: u32,
    /// What it is about.
    pub subject: String,
    /// The other people in it.
    pub people: Vec<Person>,
    /// Whether messages can be sent.
    pub messaging: bool,
}

impl Simulator {
    /// A server to which nobody has signed in yet.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { world: Arc::new(Mutex::new(World::new(options))), changed: watch::Sender::new(0) }
    }

    /// Somebody invites the user. It rings until it is answered, taken back, or nobody answers.
    ///
    /// Must be called within a tokio runtime: time passes there.
    #[expect(clippy::must_use_candidate, reason = "that it rings is what counts")]
    pub fn invite(&self, invite: Invite) -> SimId {
        let (id, ring) = self.with(|world| (world.invite(invite), world.options.ring));
        self.later(ring, move |world| world.end(id, Ended::TimedOut));
        id
    }

    /// The caller gives up, or another device answers, or somebody we invited answers.
    ///
    /// # Errors
    /// When there is no such invitation pending, or that can't happen to it.
    pub fn end(&self, id: SimId, how: Ended) -> Result<(), String> {
        self.with(|world| {
            if !world.is_pending(id) {
                return Err(format!("no invitation {id} is pending"));
            }
            world.end(id, how);
            Ok(())
        })
    }

    /// Somebody else accepts an invitation to the user: a delegate, or a member of the team.
    ///
    /// # Errors
    /// When there is no such invitation pending.
    pub fn accepted_by(&self, id: SimId, person: Person) -> Result<(), String> {
        self.with(|world| {
            let pending = world.pending.get_mut(&id).filter(|it| it.invite.kind != Kind::Participant);
            let pending = pending.ok_or_else(|| format!("no invitation {id} to the user is pending"))?;
            pending.invite.accepted_by = person;
            world.end(id, Ended::AnsweredElsewhere);
            Ok(())
        })
    }

    /// Forgets an invitation without a word, so that its hrefs lead nowhere.
    pub fn forget(&self, id: SimId) {
        self.with(|world| world.forget(id));
    }

    /// What is pending now.
    #[must_use]
    pub fn truth(&self) -> Vec<Truth> {
        self.lock().truth()
    }

    /// The conversations that the user is in now, as far as they were told of.
    #[must_use]
    pub fn conversations(&self) -> Vec<ConversationTruth> {
        self.lock().joined()
    }

    /// How each invitation ended that is no longer pending, in order; of very many the latest.
    #[must_use]
    pub fn endings(&self) -> Vec<Ending> {
        self.lock().endings.iter().cloned().collect()
    }

    /// How many applications there have been: with each new one, events of the one before may be lost.
    #[must_use]
    pub fn generations(&self) -> u32 {
        self.lock().generations
    }

    /// Every request so far; of more than [`Options::kept`] the latest.
    #[must_use]
    pub fn record(&self) -> Vec<Recorded> {
        self.lock().record.iter().cloned().collect()
    }

    /// How many requests fell out of the record.
    #[must_use]
    pub fn forgotten(&self) -> usize {
        self.lock().record.gone()
    }

    /// What the client did that no client should, as far as the record reaches.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        self.lock().record.iter().filter_map(|recorded| recorded.complaint.clone()).collect()
    }

    /// The answered requests, in the order of their answers, from the one of that number on, as far as the
    /// record reaches; and the number of the next one. Backoff until there is one.
    pub async fn answered_from(&self, number: usize) -> (Vec<Recorded>, usize) {
        let mut changed = self.changed.subscribe();
        loop {
            let (news, end) = self.lock().answered_from(number);
            if end > number || changed.changed().await.is_err() {
                return (news, end);
            }
        }
    }

    /// Backoff until the server's state satisfies `condition`.
    pub async fn until(&self, condition: impl Fn(&Self) -> bool) {
        let mut changed = self.changed.subscribe();
        while !condition(self) {
            if changed.changed().await.is_err() {
                return;
            }
        }
    }

    /// Whether a client is signed in and reachable.
    #[must_use]
    pub fn is_available(&self) -> bool {
        self.lock().is_available()
    }

    /// Lets something go wrong.
    pub fn fault(&self, fault: Fault) {
        self.with(|world| world.faults.add(fault));
    }

    /// Nothing goes wrong any more.
    pub fn heal(&self) {
        self.with(|world| {
            world.faults.clear();
            world.healed += 1;
        });
    }

    /// Forgets the application, as after a long silence.
    pub fn expire_application(&self) {
        self.with(World::expire_applications);
    }

    /// Makes the event channel say that the client's acknowledgement was wrong.
    pub fn force_resync(&self) {
        self.with(|world| world.each_application(|application| application.instead = Some(Instead::Resync)));
    }

    /// Makes the event channel say that the client was silent for too long.
    pub fn force_resume(&self) {
        self.with(|world| world.each_application(|application| application.instead = Some(Instead::Resume)));
    }

    /// Ends the polls that are being held, without any event.
    pub fn interrupt_polls(&self) {
        self.with(|world| world.each_application(|application| application.instead = Some(Instead::Nothing)));
    }

    /// Breaks the connections of the polls that are being held, in the middle of an answer.
    pub fn drop_connections(&self) {
        self.with(|world| world.each_application(|application| application.instead = Some(Instead::Break)));
    }

    /// Makes all tokens worthless.
    pub fn expire_tokens(&self) {
        self.with(World::expire_tokens);
    }

    /// Changes the password for which tokens are given.
    pub fn change_password(&self, password: &str) {
        self.with(|world| password.clone_into(&mut world.options.password));
    }

    /// Says of an invitation that it changed, without its action links, as servers do.
    pub fn mention(&self, id: SimId) {
        self.with(|world| world.mention(id));
    }

    /// Says of everybody in a conversation that they changed, by links without titles, as servers do.
    pub fn mention_people(&self) {
        self.with(World::mention_people);
    }

    /// Somebody leaves a conversation, which is over when nobody is left.
    pub fn leave(&self, conversation: u32, uri: &str) {
        self.with(|world| world.leave(conversation, uri));
    }

    /// Somebody in a conversation begins to type, and stops.
    pub fn types(&self, conversation: u32, uri: &str) {
        self.with(|world| world.types(conversation, uri));
    }

    /// The other side ends the instant messages of a conversation, which goes on.
    pub fn stop_messaging(&self, conversation: u32) {
        self.with(|world| world.stop_messaging(conversation));
    }

    /// Makes somebody known, with a way of answering our invitations.
    pub fn know(&self, person: Person) {
        self.with(|world| world.people.push(person));
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to the world and lets everybody look who waits for a change.
    fn with<T>(&self, action: impl FnOnce(&mut World) -> T) -> T {
        let result = action(&mut self.lock());
        self.changed.send_modify(|version| *version += 1);
        result
    }

    fn later(&self, wait: Duration, action: impl FnOnce(&mut World) + Send + 'static) {
        let sim = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            sim.with(action);
        });
    }
}

fn seconds(number: f64) -> Duration {
    Duration::try_from_secs_f64(number).unwrap_or_default()
}
