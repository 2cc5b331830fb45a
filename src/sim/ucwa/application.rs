use std::collections::{HashMap, HashSet};

use tokio::time::Instant;

use super::conversation::ConversationNumber;
use super::event_channel::EventChannel;
use super::resource::Resource;
use super::user::UserNumber;

/// An application: the session of one client.
pub(super) struct Application {
    pub user: UserNumber,
    /// The `endpointId` of the client; a client that creates the application again gets the same one.
    pub endpoint: String,
    /// Whether the client has posted to `makeMeAvailable`, after which invitations reach it.
    pub is_available: bool,
    /// When the client last sent a request or was waiting for events.
    pub last_active: Instant,
    pub hrefs: HashMap<Resource, String>,
    /// The conversations that the client was told of.
    pub conversations: HashSet<ConversationNumber>,
    pub channel: EventChannel,
}

impl Application {
    /// Creates the application of a user's client with that `endpointId`.
    pub fn new(user: UserNumber, endpoint: String) -> Self {
        Self {
            user,
            endpoint,
            is_available: false,
            last_active: Instant::now(),
            hrefs: HashMap::new(),
            conversations: HashSet::new(),
            channel: EventChannel::new(),
        }
    }
}
