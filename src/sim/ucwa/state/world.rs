use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use super::application::Application;
use super::options::UcwaOptions;
use super::resource::Resource;
use super::resource::finished::Finished;
use super::tickets::WebTickets;
use super::timer::TimedAction;
use crate::recent::RecentSet;
use crate::sim::recent::{RecentList, RecentMap};
use crate::sim::ucwa::state::device_codes::DeviceCodes;
use crate::sim::ucwa::state::people::contacts::Contacts;
use crate::sim::ucwa::state::people::person::Person;
use crate::sim::ucwa::state::people::presence_subscription::PresenceSubscriptions;
use crate::sim::ucwa::state::people::user::{User, UserNumber};
use crate::sim::ucwa::state::talk::conversation::{Conversation, ConversationNumber};
use crate::sim::ucwa::state::talk::invitation::{EndedInvitation, InvitationNumber, PendingInvitation};
use crate::sim::ucwa::state::talk::meeting::Meeting;
use crate::sim::ucwa::state::talk::message::{Message, MessageNumber};

/// The state of the server. The other modules change it.
pub struct World {
    pub options: UcwaOptions,
    /// See [`Options::kept`](crate::sim::Options::kept).
    pub kept: usize,
    pub users: Vec<User>,
    /// The people whose behavior is known when the user invites them.
    pub directory: Vec<Person>,
    pub tickets: WebTickets,
    pub device_codes: DeviceCodes,
    /// The applications by their names.
    pub applications: BTreeMap<String, Application>,
    /// The names of applications that have ended.
    pub ended_applications: RecentSet<String>,
    /// When the first application can have been silent for too long at the earliest.
    pub idle_from: Instant,
    /// The number of applications that were ever created.
    pub application_count: u32,
    /// The resource of each href, and the name of its application.
    pub hrefs: HashMap<String, (String, Resource)>,
    /// The ended invitations and conversations whose hrefs are still known.
    pub finished: RecentList<Finished>,
    pub invitations: BTreeMap<InvitationNumber, PendingInvitation>,
    pub ended: RecentList<EndedInvitation>,
    pub conversations: BTreeMap<ConversationNumber, Conversation>,
    pub contacts: Contacts,
    pub subscriptions: PresenceSubscriptions,
    /// The actions that time will perform, and the times until then.
    pub timers: Vec<(Duration, TimedAction)>,
    /// The calls that users have transferred and nobody has answered, by the invitation, each with the
    /// conversation of the user who transferred it.
    pub transfers: BTreeMap<InvitationNumber, ConversationNumber>,
    /// The meetings by their `onlineMeetingUri`.
    pub meetings: RecentMap<String, Meeting>,
    pub messages: HashMap<MessageNumber, Message>,
    /// The number of messages to come that people who are no users do not receive.
    pub messages_to_lose: u32,
    /// The moment at which the server was created, by two clocks.
    began: (SystemTime, Instant),
    rng: fastrand::Rng,
    /// The latest number of an invitation or a conversation.
    last_number: u32,
}

impl World {
    /// Creates the state of a server that no client has signed in to.
    pub fn new(options: UcwaOptions, kept: usize, seed: u64) -> Self {
        let users: Vec<User> = options.users().cloned().map(User::new).collect();
        Self {
            tickets: WebTickets::new(
                (0..).map(|user| options.token_of(user)).take(users.len()).collect(),
                kept,
            ),
            device_codes: DeviceCodes::new(kept),
            users,
            options,
            kept,
            directory: Vec::new(),
            applications: BTreeMap::new(),
            ended_applications: RecentSet::new(kept),
            idle_from: Instant::now(),
            application_count: 0,
            hrefs: HashMap::new(),
            finished: RecentList::new(kept),
            invitations: BTreeMap::new(),
            ended: RecentList::new(kept),
            conversations: BTreeMap::new(),
            contacts: Contacts::new(kept),
            subscriptions: PresenceSubscriptions::new(kept),
            timers: Vec::new(),
            transfers: BTreeMap::new(),
            meetings: RecentMap::new(kept),
            messages: HashMap::new(),
            messages_to_lose: 0,
            began: (SystemTime::now(), Instant::now()),
            rng: fastrand::Rng::with_seed(seed),
            last_number: 0,
        }
    }

    /// Returns a user as a person.
    pub fn person(&self, user: UserNumber) -> Person {
        self.users.get(user).map(|user| user.person.clone()).unwrap_or_default()
    }

    /// Returns the user with an address, if there is one.
    pub fn user_at(&self, uri: &str) -> Option<UserNumber> {
        self.users.iter().position(|user| user.person.uri.eq_ignore_ascii_case(uri))
    }

    /// Returns the user of an application.
    pub fn user_of(&self, application: &str) -> UserNumber {
        self.applications.get(application).map_or(0, |known| known.user)
    }

    /// Returns the next number of an invitation or a conversation.
    pub fn next_number(&mut self) -> u32 {
        self.last_number += 1;
        self.last_number
    }

    /// Returns the current time in milliseconds since 1970 UTC, as the clock of the runtime keeps it.
    pub fn now_in_milliseconds(&self) -> i64 {
        let now = self.began.0 + self.began.1.elapsed();
        now.duration_since(UNIX_EPOCH).ok().and_then(|it| i64::try_from(it.as_millis()).ok()).unwrap_or(0)
    }

    /// Returns a random string of lowercase letters and digits.
    pub fn random(&mut self, length: usize) -> String {
        (0..length).map(|_| self.rng.alphanumeric().to_ascii_lowercase()).collect()
    }
}
