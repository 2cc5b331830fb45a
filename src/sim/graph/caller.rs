//! The callers of the bot, and their identities as the documentation of Graph describes them.

use aws_lc_rs::digest::{SHA256, digest};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The kind of a caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallerKind {
    /// A user in a directory.
    #[default]
    User,
    /// A telephone.
    Phone,
    /// Another bot.
    Application,
    /// A guest without an account.
    Guest,
    /// A caller whose identity is encrypted, because the bot lacks the permission to read it.
    Encrypted,
}

impl CallerKind {
    /// Returns the name in an `identitySet`, in scenarios and in the console.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Phone => "phone",
            Self::Application => "application",
            Self::Guest => "guest",
            Self::Encrypted => "encrypted",
        }
    }

    /// All kinds.
    pub const ALL: [Self; 5] = [Self::User, Self::Phone, Self::Application, Self::Guest, Self::Encrypted];
}

/// A caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The kind.
    pub kind: CallerKind,
    /// The id: a GUID, or the number of a phone (E.164).
    pub id: String,
    /// The display name; empty if the service does not tell it.
    pub name: String,
}

impl Caller {
    /// Creates a caller; the same name always gives the same id. The name of a phone may be its number.
    #[must_use]
    pub fn new(kind: CallerKind, name: &str) -> Self {
        let (id, name) = match kind {
            CallerKind::Phone if name.starts_with('+') => (name.to_owned(), ""),
            CallerKind::Phone => ("+14255550199".to_owned(), name),
            CallerKind::Encrypted => (guid_of(name), ""),
            _ => (guid_of(name), name),
        };
        Self { kind, id, name: name.to_owned() }
    }

    /// Creates a user.
    #[must_use]
    pub fn user(name: &str) -> Self {
        Self::new(CallerKind::User, name)
    }

    /// Creates a telephone.
    #[must_use]
    pub fn phone(number: &str) -> Self {
        Self::new(CallerKind::Phone, number)
    }

    /// Creates an encrypted caller.
    #[must_use]
    pub fn encrypted() -> Self {
        Self::new(CallerKind::Encrypted, "")
    }

    /// Returns the name, or the id if there is no name.
    #[must_use]
    pub fn label(&self) -> &str {
        match self.kind {
            CallerKind::Encrypted => "encrypted caller",
            _ if self.name.is_empty() => &self.id,
            _ => &self.name,
        }
    }

    /// Returns the `identitySet`.
    pub(super) fn identity(&self, tenant: &str) -> Value {
        let mut identity = Map::new();
        if self.kind != CallerKind::Encrypted {
            identity.insert("@odata.type".into(), "#microsoft.graph.identity".into());
        }
        identity.insert("id".into(), self.id.clone().into());
        if !self.name.is_empty() {
            identity.insert("displayName".into(), self.name.clone().into());
        }
        if matches!(self.kind, CallerKind::User | CallerKind::Application | CallerKind::Guest) {
            identity.insert("tenantId".into(), tenant.into());
        }
        if self.kind == CallerKind::Encrypted {
            json!({ "encrypted": identity })
        } else {
            json!({"@odata.type": "#microsoft.graph.identitySet", self.kind.name(): identity})
        }
    }
}

/// Returns the id that belongs to a name.
pub(super) fn guid_of(name: &str) -> String {
    let digest = digest(&SHA256, name.as_bytes());
    let mut bytes = [0; 16];
    for (byte, from) in bytes.iter_mut().zip(digest.as_ref()) {
        *byte = *from;
    }
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// A modality of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CallModality {
    /// Audio.
    Audio,
    /// Video.
    Video,
    /// Screen sharing.
    VideoBasedScreenSharing,
    /// Data.
    Data,
}

impl CallModality {
    /// All modalities.
    pub const ALL: [Self; 4] = [Self::Audio, Self::Video, Self::VideoBasedScreenSharing, Self::Data];

    /// Returns the name in the documentation of Graph.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Video => "video",
            Self::VideoBasedScreenSharing => "videoBasedScreenSharing",
            Self::Data => "data",
        }
    }
}

/// A call to the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The caller.
    pub caller: Caller,
    /// The requested modalities.
    pub modalities: Vec<CallModality>,
    /// Whether the bot is invited to a group call.
    pub group: bool,
    /// The person who forwarded it: a name, or the number of a phone.
    pub forwarded_from: Option<String>,
    /// The subject; may be empty.
    pub subject: String,
    /// The id of the tenant that the call is for; `None` for the bot's own.
    pub tenant: Option<String>,
}

impl Call {
    /// Creates an audio call with two parties.
    #[must_use]
    pub fn from(caller: Caller) -> Self {
        Self {
            caller,
            modalities: vec![CallModality::Audio],
            group: false,
            forwarded_from: None,
            subject: String::new(),
            tenant: None,
        }
    }
}
