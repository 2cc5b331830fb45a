//! The bot's part in a call that it has answered or made: its media, the other participants, and its
//! operations.

use serde_json::Value;
use tokio::time::Instant;

use super::super::recent::RecentList;
use super::caller::guid_of;

/// The number of operations that are remembered for each call.
const KEPT_OPERATIONS: usize = 100;

/// The bot's part in a call.
pub(super) struct BotLeg {
    pub media: MediaConfig,
    pub is_muted: bool,
    /// The number of tones that the bot was told; `None` if it has not subscribed to them.
    pub tones: Option<u32>,
    /// The participants besides the bot.
    pub others: Vec<Participant>,
    pub operations: RecentList<CommsOperation>,
    /// When the last prompt of the queue ends.
    pub prompts_end: Instant,
}

impl BotLeg {
    /// Creates the part of a bot that is connected to `others`.
    pub fn new(media: MediaConfig, others: Vec<Participant>) -> Self {
        Self {
            media,
            is_muted: false,
            tones: None,
            others,
            operations: RecentList::new(KEPT_OPERATIONS),
            prompts_end: Instant::now(),
        }
    }
}

/// Where the media of a call is processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MediaHost {
    /// By the service, which plays prompts and recognizes tones.
    Service,
    /// By the bot.
    Application,
}

/// A `mediaConfig`.
pub(super) struct MediaConfig {
    pub host: MediaHost,
    /// The configuration as the bot sent it.
    pub document: Value,
}

impl MediaConfig {
    /// Parses a `serviceHostedMediaConfig`, or an `appHostedMediaConfig` with its blob.
    pub fn parse(document: &Value) -> Option<Self> {
        let kind = document.get("@odata.type")?.as_str()?;
        let host = match kind.trim_start_matches('#') {
            "microsoft.graph.serviceHostedMediaConfig" => MediaHost::Service,
            "microsoft.graph.appHostedMediaConfig" if document.get("blob")?.is_string() => {
                MediaHost::Application
            }
            _ => return None,
        };
        Some(Self { host, document: document.clone() })
    }
}

/// A participant of a call other than the bot.
#[derive(Clone)]
pub(super) struct Participant {
    pub id: String,
    /// The `identitySet`.
    pub identity: Value,
    pub is_muted: bool,
}

impl Participant {
    /// Creates the participant that an `invitationParticipantInfo` describes.
    pub fn invited(info: &Value) -> Self {
        let identity = info.get("identity").cloned().unwrap_or_default();
        let id = info.get("participantId").and_then(Value::as_str).map(str::to_owned);
        Self { id: id.unwrap_or_else(|| guid_of(&identity.to_string())), identity, is_muted: false }
    }
}

/// The work of a `commsOperation`.
pub(super) enum OperationKind {
    PlayPrompt,
    SubscribeToTone,
    CancelMediaProcessing,
    Mute,
    Unmute,
    /// Invites these participants.
    Invite(Vec<Participant>),
}

impl OperationKind {
    /// Returns the name of the type in the documentation of Graph.
    pub fn name(&self) -> &'static str {
        match self {
            Self::PlayPrompt => "playPromptOperation",
            Self::SubscribeToTone => "subscribeToToneOperation",
            Self::CancelMediaProcessing => "cancelMediaProcessingOperation",
            Self::Mute => "muteParticipantOperation",
            Self::Unmute => "unmuteParticipantOperation",
            Self::Invite(_) => "inviteParticipantsOperation",
        }
    }
}

/// The status of a `commsOperation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OperationStatus {
    /// The operation waits for those before it.
    NotStarted,
    Running,
    Completed,
    /// The operation was canceled.
    Failed,
}

impl OperationStatus {
    /// Returns the name in the documentation of Graph.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotStarted => "notStarted",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// Returns whether the operation has not ended.
    pub fn is_pending(self) -> bool {
        matches!(self, Self::NotStarted | Self::Running)
    }
}

/// A `commsOperation`.
pub(super) struct CommsOperation {
    pub id: String,
    pub kind: OperationKind,
    pub status: OperationStatus,
    pub client_context: Option<String>,
}
