use http::Method;

use super::super::request::ParsedRequest;

/// The title of the page that documents the creation of a call.
pub(super) const CREATE_PAGE: &str = "Create call";

/// An operation on a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum CallOperation {
    Reject,
    Answer,
    Redirect,
    KeepAlive,
    Transfer,
    HangUp,
    Get,
    Mute,
    Unmute,
    PlayPrompt,
    SubscribeToTone,
    CancelMediaProcessing,
    Invite,
    ListParticipants,
    /// Operations on the participant of that id.
    GetParticipant(String),
    MuteParticipant(String),
    RemoveParticipant(String),
    ListOperations,
    /// Reads the `commsOperation` of that id.
    GetOperation(String),
}

impl CallOperation {
    /// Returns the operation that a method performs on the rest of a call's path.
    fn of(method: &Method, rest: &[&str]) -> Option<Self> {
        let id = |id: &str| id.to_owned();
        Some(match (method.as_str(), rest) {
            ("GET", []) => Self::Get,
            ("DELETE", []) => Self::HangUp,
            ("GET", ["participants"]) => Self::ListParticipants,
            ("GET", ["participants", participant]) => Self::GetParticipant(id(participant)),
            ("DELETE", ["participants", participant]) => Self::RemoveParticipant(id(participant)),
            ("POST", ["participants", participant, action]) if unqualified(action) == "mute" => {
                Self::MuteParticipant(id(participant))
            }
            ("POST", ["participants", action]) if unqualified(action) == "invite" => Self::Invite,
            ("GET", ["operations"]) => Self::ListOperations,
            ("GET", ["operations", operation]) => Self::GetOperation(id(operation)),
            ("POST", [action]) => match unqualified(action) {
                "reject" => Self::Reject,
                "answer" => Self::Answer,
                "redirect" => Self::Redirect,
                "keepAlive" => Self::KeepAlive,
                "transfer" => Self::Transfer,
                "mute" => Self::Mute,
                "unmute" => Self::Unmute,
                "playPrompt" => Self::PlayPrompt,
                "subscribeToTone" => Self::SubscribeToTone,
                "cancelMediaProcessing" => Self::CancelMediaProcessing,
                _ => return None,
            },
            _ => return None,
        })
    }

    /// Returns the name for faults and the record.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Reject => "reject",
            Self::Answer => "answer",
            Self::Redirect => "redirect",
            Self::KeepAlive => "keepAlive",
            Self::Transfer => "transfer",
            Self::HangUp => "hangUp",
            Self::Get => "call",
            Self::Mute => "mute",
            Self::Unmute => "unmute",
            Self::PlayPrompt => "playPrompt",
            Self::SubscribeToTone => "subscribeToTone",
            Self::CancelMediaProcessing => "cancelMediaProcessing",
            Self::Invite => "invite",
            Self::ListParticipants => "participants",
            Self::GetParticipant(_) => "participant",
            Self::MuteParticipant(_) => "muteParticipant",
            Self::RemoveParticipant(_) => "removeParticipant",
            Self::ListOperations => "operations",
            Self::GetOperation(_) => "operation",
        }
    }

    /// Returns the title of the page that documents the operation.
    pub fn page(&self) -> &'static str {
        match self {
            Self::Reject => "call: reject",
            Self::Answer => "call: answer",
            Self::Redirect => "call: redirect",
            Self::KeepAlive => "call: keepAlive",
            Self::Transfer => "call: transfer",
            Self::HangUp => "Delete call",
            Self::Get => "Get call",
            Self::Mute => "call: mute",
            Self::Unmute => "call: unmute",
            Self::PlayPrompt => "call: playPrompt",
            Self::SubscribeToTone => "call: subscribeToTone",
            Self::CancelMediaProcessing => "call: cancelMediaProcessing",
            Self::Invite => "participant: invite",
            Self::ListParticipants => "List participants",
            Self::GetParticipant(_) => "Get participant",
            Self::MuteParticipant(_) => "participant: mute",
            Self::RemoveParticipant(_) => "Delete participant",
            Self::ListOperations | Self::GetOperation(_) => "commsOperation",
        }
    }

    /// Returns whether the operation is possible only while the call rings.
    pub fn needs_ringing(&self) -> bool {
        matches!(self, Self::Reject | Self::Answer | Self::Redirect)
    }
}

/// The reason why a path of Microsoft Graph has no operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Unsupported {
    /// There is no such segment.
    Segment(String),
    /// The resource exists, but not with this method; the page of that title documents it.
    Method(&'static str),
    /// The documentation describes the operation, which is not simulated.
    Feature,
}

/// The endpoint of the calling service that a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Route {
    /// The `OpenID` metadata of the Bot Framework.
    Metadata,
    /// The keys that sign notifications.
    Keys,
    /// The token endpoint of that tenant.
    Token(String),
    /// The simulator's own endpoint that sends a test notification.
    Check,
    /// The creation of a call by the bot.
    Create {
        /// Whether the path is `/app/calls`, which is deprecated.
        is_deprecated: bool,
    },
    /// An operation on a call.
    Call {
        id: String,
        operation: CallOperation,
        /// Whether the path begins with `/app/calls`, which is deprecated.
        is_deprecated: bool,
    },
    /// A path of Microsoft Graph without an operation.
    Unsupported(Unsupported),
    /// A path of the service without an endpoint.
    Unknown,
}

impl Route {
    /// Returns the endpoint of a request, or `None` if the request is not for the calling service.
    pub fn of(request: &ParsedRequest) -> Option<Self> {
        let path: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
        let (is_get, is_post) = (request.method == Method::GET, request.method == Method::POST);
        Some(match path.as_slice() {
            ["v1", ".well-known", "OpenIdConfiguration"] if is_get => Self::Metadata,
            ["v1", "keys"] if is_get => Self::Keys,
            [tenant, "oauth2", "v2.0", "token"] if is_post => Self::Token((*tenant).to_owned()),
            ["simulator", "notify"] if is_post => Self::Check,
            ["v1.0" | "beta", rest @ ..] => Self::of_graph(&request.method, rest),
            // The authority of the Skype for Business server.
            ["adfs", "oauth2", ..] => return None,
            ["v1" | "simulator", ..] | [_, "oauth2", ..] => Self::Unknown,
            _ => return None,
        })
    }

    /// Returns the endpoint of a path of Microsoft Graph, without its version.
    fn of_graph(method: &Method, path: &[&str]) -> Self {
        match path {
            [root @ ("communications" | "app"), "calls"]
            | [root @ ("communications" | "app"), "calls", ""] => {
                if method == Method::POST {
                    Self::Create { is_deprecated: *root == "app" }
                } else {
                    Self::Unsupported(Unsupported::Method(CREATE_PAGE))
                }
            }
            [root @ ("communications" | "app"), "calls", id, rest @ ..] => {
                match CallOperation::of(method, rest) {
                    Some(operation) => {
                        Self::Call { id: (*id).to_owned(), operation, is_deprecated: *root == "app" }
                    }
                    None => Self::Unsupported(Unsupported::of_call(rest)),
                }
            }
            ["communications", "onlineMeetings" | "callRecords" | "presences", ..] => {
                Self::Unsupported(Unsupported::Feature)
            }
            [root, ..] if ELSEWHERE.contains(root) => Self::Unsupported(Unsupported::Feature),
            ["communications" | "app", segment, ..] | [segment, ..] => {
                Self::Unsupported(Unsupported::Segment((*segment).to_owned()))
            }
            [] => Self::Unknown,
        }
    }

    /// Returns the name of the request for faults.
    pub fn fault_target(&self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Keys => "keys",
            Self::Token(_) => "graphToken",
            Self::Check => "check",
            Self::Create { .. } => "createCall",
            Self::Call { operation, .. } => operation.name(),
            Self::Unsupported(_) | Self::Unknown => "nothing",
        }
    }
}

impl Unsupported {
    /// Returns the reason why the rest of a call's path has no operation.
    fn of_call(rest: &[&str]) -> Self {
        let methods = [Method::GET, Method::POST, Method::DELETE];
        if let Some(operation) = methods.iter().find_map(|method| CallOperation::of(method, rest)) {
            return Self::Method(operation.page());
        }
        let segments = match rest {
            ["participants", _, rest @ ..] if !rest.is_empty() => rest,
            ["participants", rest @ ..] | rest => rest,
        };
        let segment = segments.first().copied().unwrap_or_default();
        if DOCUMENTED.contains(&unqualified(segment)) {
            Self::Feature
        } else {
            Self::Segment(segment.to_owned())
        }
    }
}

/// The documented segments below a call, or below a participant, that are not simulated.
const DOCUMENTED: [&str; 12] = [
    "addLargeGalleryView",
    "audioRoutingGroups",
    "changeScreenSharingRole",
    "contentSharingSessions",
    "logTeleconferenceDeviceQuality",
    "muteAll",
    "record",
    "recordResponse",
    "sendDtmfTones",
    "startHoldMusic",
    "stopHoldMusic",
    "updateRecordingStatus",
];

/// The documented resources outside of cloud communications.
const ELSEWHERE: [&str; 24] = [
    "$batch",
    "$metadata",
    "appCatalogs",
    "applications",
    "auditLogs",
    "chats",
    "contacts",
    "devices",
    "directoryObjects",
    "domains",
    "drives",
    "groups",
    "identity",
    "me",
    "organization",
    "places",
    "policies",
    "reports",
    "servicePrincipals",
    "sites",
    "subscriptions",
    "teams",
    "teamwork",
    "users",
];

/// Returns the name of an action without its namespace.
fn unqualified(action: &str) -> &str {
    let namespace = "microsoft.graph.";
    match action.split_at_checked(namespace.len()) {
        Some((start, name)) if start.eq_ignore_ascii_case(namespace) => name,
        _ => action,
    }
}
