use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::super::recent::RecentList;
use super::application::Application;
use super::contacts::Contacts;
use super::conversation::{Conversation, ConversationNumber};
use super::invitation::{EndCause, EndedInvitation, InvitationNumber, PendingInvitation};
use super::options::UcwaOptions;
use super::person::Person;
use super::resource::{Finished, Resource};
use super::tickets::WebTickets;
use super::user::{User, UserNumber};
use crate::recent::RecentSet;

/// The state of the server. The other modules change it.
pub(super) struct World {
    pub options: UcwaOptions,
    /// See [`Options::kept`](super::super::Options::kept).
    pub kept: usize,
    pub users: Vec<User>,
    /// The people whose behavior is known when the user invites them.
    pub directory: Vec<Person>,
    pub tickets: WebTickets,
    /// The applications by their names.
    pub applications: BTreeMap<String, Application>,
    /// The names of applications that have ended.
    pub ended_applications: RecentSet<String>,
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
    /// The causes by which invitations end after a while unless they have ended before.
    pub timers: Vec<(Duration, InvitationNumber, EndCause)>,
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
            users,
            options,
            kept,
            directory: Vec::new(),
            applications: BTreeMap::new(),
            ended_applications: RecentSet::new(kept),
            application_count: 0,
            hrefs: HashMap::new(),
            finished: RecentList::new(kept),
            invitations: BTreeMap::new(),
            ended: RecentList::new(kept),
            conversations: BTreeMap::new(),
            contacts: Contacts::new(kept),
            timers: Vec::new(),
            rng: fastrand::Rng::with_seed(seed),
            last_number: 0,
        }
    }

    /// Returns a user as a person.
    pub fn person(&self, user: UserNumber) -> Person {
        self.users.get(user).map(|user| user.person.clone()).unwrap_or_default()
    }

    /// Returns the next number of an invitation or a conversation.
    pub fn next_number(&mut self) -> u32 {
        self.last_number += 1;
        self.last_number
    }

    /// Returns a random string of lowercase letters and digits.
    pub fn random(&mut self, length: usize) -> String {
        (0..length).map(|_| self.rng.alphanumeric().to_ascii_lowercase()).collect()
    }
}
