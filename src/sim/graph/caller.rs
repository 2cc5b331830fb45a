//! Who calls the bot, and how the service names them.

use aws_lc_rs::digest::{SHA256, digest};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What kind of caller somebody is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallerKind {
    /// Somebody in a directory.
    #[default]
    User,
    /// A telephone.
    Phone,
    /// Another bot.
    Application,
    /// Somebody without an account.
    Guest,
    /// Somebody of whom the service says nothing, for want of a permission.
    Encrypted,
}

impl CallerKind {
    /// Its name in an identity set, in scenarios and in the console.
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

    /// All of them.
    pub const ALL: [Self; 5] = [Self::User, Self::Phone, Self::Application, Self::Guest, Self::Encrypted];
}

/// Somebody who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// What kind.
    pub kind: CallerKind,
    /// The id: a GUID, or the number of a phone.
    pub id: String,
    /// What they are called; empty where nothing is said.
    pub name: String,
}

impl Caller {
    /// A caller of that name; the same name is the same person. The name of a phone may be its number.
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

    /// Somebody in the directory.
    #[must_use]
    pub fn user(name: &str) -> Self {
        Self::new(CallerKind::User, name)
    }

    /// A telephone.
    #[must_use]
    pub fn phone(number: &str) -> Self {
        Self::new(CallerKind::Phone, number)
    }

    /// Whoever it is.
    #[must_use]
    pub fn encrypted() -> Self {
        Self::new(CallerKind::Encrypted, "")
    }

    /// The name, else the id; of an encrypted one, that it is.
    #[must_use]
    pub fn label(&self) -> &str {
        match self.kind {
            CallerKind::Encrypted => "somebody encrypted",
            _ if self.name.is_empty() => &self.id,
            _ => &self.name,
        }
    }

    /// The identity set.
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

/// The id that a name stands for.
pub(super) fn guid_of(name: &str) -> String {
    let digest = digest(&SHA256, name.as_bytes());
    let mut bytes = [0; 16];
    for (byte, from) in bytes.iter_mut().zip(digest.as_ref()) {
        *byte = *from;
    }
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// A kind of media that a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CallModality {
    /// Sound.
    Audio,
    /// Pictures.
    Video,
    /// A shared screen.
    VideoBasedScreenSharing,
    /// Anything else.
    Data,
}

impl CallModality {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Audio, Self::Video, Self::VideoBasedScreenSharing, Self::Data];

    /// Its name on the wire.
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
    /// Who calls.
    pub caller: Caller,
    /// What for.
    pub modalities: Vec<CallModality>,
    /// Whether the bot is asked into a group call.
    pub group: bool,
    /// Who forwarded it here: a name, or a phone's number.
    pub forwarded_from: Option<String>,
    /// What it is about; empty for nothing.
    pub subject: String,
    /// The caller's tenant, if not the bot's own.
    pub tenant: Option<String>,
}

impl Call {
    /// A call for audio, between two.
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
