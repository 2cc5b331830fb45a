pub mod communication_settings;
pub mod event_channel;
mod event_queue;
pub mod registration;
pub mod urgency;

use std::collections::{HashMap, HashSet};

use tokio::time::Instant;

use super::resource::Resource;
use crate::sim::ucwa::state::people::user::UserNumber;
use crate::sim::ucwa::state::talk::conversation::ConversationNumber;
use crate::sim::ucwa::state::talk::invite::InviteKind;
use crate::sim::ucwa::state::talk::message::MessageFormat;
use communication_settings::CommunicationSettings;
use event_channel::EventChannel;
use registration::Registration;

/// An application: the session of one client.
pub struct Application {
    pub user: UserNumber,
    /// The `endpointId` of the client; a client that creates the application again gets the same one.
    pub endpoint: String,
    pub registration: Registration,
    /// Whether the client has posted to `makeMeAvailable`, after which invitations reach it.
    pub is_available: bool,
    /// The modalities that the client has asked for.
    pub modalities: Modalities,
    /// The formats in which the client accepts messages.
    pub formats: HashSet<MessageFormat>,
    pub settings: CommunicationSettings,
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
            registration: Registration::default(),
            is_available: false,
            modalities: Modalities::default(),
            formats: HashSet::from([MessageFormat::Plain]),
            settings: CommunicationSettings::default(),
            last_active: Instant::now(),
            hrefs: HashMap::new(),
            conversations: HashSet::new(),
            channel: EventChannel::new(),
        }
    }
}

/// The modalities (`supportedModalities`) in which a client accepts invitations; all unless it names some.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Modalities(Vec<String>);

impl Modalities {
    /// Creates the set of the named modalities, or of all if there is no name.
    pub fn new(names: Vec<String>) -> Self {
        Self(names)
    }

    /// Returns the names; empty for all.
    pub fn names(&self) -> Vec<String> {
        self.0.clone()
    }

    /// Returns whether invitations of a kind ring. An invitation to a meeting does in any case.
    pub fn include(&self, kind: InviteKind) -> bool {
        let has = |name: &str| self.0.iter().any(|known| known.eq_ignore_ascii_case(name));
        self.0.is_empty()
            || match kind {
                InviteKind::Im => has("Messaging"),
                InviteKind::Phone => has("PhoneAudio"),
                InviteKind::Av => has("Audio") || has("Video"),
                InviteKind::Meeting | InviteKind::Participant => true,
            }
    }
}
