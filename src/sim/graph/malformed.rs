//! Malformed notifications with a valid token, which a webhook must survive; some of them announce calls
//! nevertheless.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use super::caller::{Call, Caller};
use super::documents::{deleted, envelope, notification, updated};
use super::notification::WebhookRequest;
use super::service::CallingService;
use super::state::GraphState;

/// The malformed part of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Malformed {
    /// The body is not JSON.
    NotJson,
    /// The body ends in the middle.
    Truncated,
    /// The body has the format of the predecessor of Graph.
    Legacy,
    /// The list of notifications is empty.
    EmptyValue,
    /// A new call has no `resourceData`; the call exists.
    NoResourceData,
    /// The `resourceData` is a list: the participants of a call.
    ArrayResourceData,
    /// The resource is an operation within a call.
    SubResource,
    /// An unknown call changes and ends.
    UnknownCall,
    /// The body is nested ten thousand levels deep.
    Deep,
    /// The body is longer than 300 kB.
    Huge,
    /// One body announces three calls and a change to one of them; the calls exist.
    ManyInOne,
    /// The words are in another case than usual; the call exists.
    MixedCase,
    /// The body has unknown members; the call exists.
    UnknownFields,
    /// The ids would lead a careless client to another path or host.
    EvilId,
    /// The name of the caller has control characters and is very long; the call exists.
    HostileText,
    /// Numbers stand where strings are expected and the other way round; the call exists.
    NumbersAsStrings,
    /// Every property of a new call is `null`; the call exists.
    NullEverywhere,
}

impl Malformed {
    /// All kinds.
    pub const ALL: [Self; 17] = [
        Self::NotJson,
        Self::Truncated,
        Self::Legacy,
        Self::EmptyValue,
        Self::NoResourceData,
        Self::ArrayResourceData,
        Self::SubResource,
        Self::UnknownCall,
        Self::Deep,
        Self::Huge,
        Self::ManyInOne,
        Self::MixedCase,
        Self::UnknownFields,
        Self::EvilId,
        Self::HostileText,
        Self::NumbersAsStrings,
        Self::NullEverywhere,
    ];

    /// Returns the name in the console and in the record.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotJson => "not-json",
            Self::Truncated => "truncated",
            Self::Legacy => "legacy",
            Self::EmptyValue => "empty-value",
            Self::NoResourceData => "no-resource-data",
            Self::ArrayResourceData => "array-resource-data",
            Self::SubResource => "sub-resource",
            Self::UnknownCall => "unknown-call",
            Self::Deep => "deep",
            Self::Huge => "huge",
            Self::ManyInOne => "many-in-one",
            Self::MixedCase => "mixed-case",
            Self::UnknownFields => "unknown-fields",
            Self::EvilId => "evil-id",
            Self::HostileText => "hostile-text",
            Self::NumbersAsStrings => "numbers-as-strings",
            Self::NullEverywhere => "null-everywhere",
        }
    }

    /// Returns the number of calls that exist because of it: they ring and can be answered.
    #[must_use]
    pub fn calls(self) -> usize {
        match self {
            Self::ManyInOne => 3,
            Self::NoResourceData
            | Self::MixedCase
            | Self::UnknownFields
            | Self::HostileText
            | Self::NumbersAsStrings
            | Self::NullEverywhere => 1,
            _ => 0,
        }
    }
}

/// The depth of [`Malformed::Deep`].
const DEPTH: usize = 10_000;
/// The length of the subject of [`Malformed::Huge`] (bytes).
const HUGE: usize = 300 * 1024;
/// The length of the name of [`Malformed::HostileText`] (characters).
const LONG_NAME: usize = 10_000;

impl GraphState {
    /// Adds a call and returns its notification.
    fn announced(&mut self, name: &str) -> Value {
        let number = self.add_call(Call::from(Caller::user(name)));
        self.created_notification(number).unwrap_or_default()
    }

    /// Returns the notification of a call that does not exist.
    fn fictitious(&self, name: &str) -> Value {
        let call = self.unlisted_call(0, Call::from(Caller::user(name)));
        call.created_notification(&self.options.client_id, None)
    }

    /// Returns the id of a live call, or a random one if there is none.
    fn some_id(&self) -> String {
        let live = self.live.values().next();
        live.map_or_else(|| uuid::Uuid::new_v4().to_string(), |live| live.id.clone())
    }

    /// Returns the body of a malformed notification, and adds the calls that it announces.
    fn malformed_body(&mut self, kind: Malformed) -> String {
        let one = |notification: Value| envelope(&[notification]).to_string();
        match kind {
            Malformed::NotJson => "created: somebody calls".into(),
            Malformed::Truncated => {
                let whole = one(self.fictitious("Half"));
                whole.get(..whole.len() / 2).unwrap_or_default().to_owned()
            }
            Malformed::Legacy => json!({"activity": {"type": "conversation", "state": "incoming"}, "id": 1,
                "links": {"conversationEnd": "https://calling.example/end"}})
            .to_string(),
            Malformed::EmptyValue => envelope(&[]).to_string(),
            Malformed::NoResourceData => {
                let mut created = self.announced("Nobody in particular");
                created.as_object_mut().map(|created| created.remove("resourceData"));
                one(created)
            }
            Malformed::ArrayResourceData => one(self.participants()),
            Malformed::SubResource => one(self.completed_operation()),
            Malformed::UnknownCall => {
                let id = uuid::Uuid::new_v4().to_string();
                let result = json!({"state": "terminated", "resultInfo": {"code": 200, "subcode": 4_521}});
                envelope(&[updated(&id, &json!({"state": "established"})), deleted(&id, &result)]).to_string()
            }
            Malformed::Deep => {
                let whole = one(self.fictitious("Deep"));
                let nested = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
                whole.replacen("\"callRoutes\":[]", &format!("\"callRoutes\":{nested}"), 1)
            }
            Malformed::Huge => {
                let mut created = self.fictitious("Huge");
                created["resourceData"]["subject"] = "x".repeat(HUGE).into();
                one(created)
            }
            Malformed::ManyInOne => self.three_calls(),
            Malformed::MixedCase => one(with_mixed_case(self.announced("mIxEd cAsE"))),
            Malformed::UnknownFields => {
                let created = with_unknown_members(self.announced("Full of news"));
                let mut all = envelope(&[json!({"changeType": "replaced"}), created, json!(5)]);
                all["validationTokens"] = json!(["x"]);
                all.to_string()
            }
            Malformed::EvilId => envelope(&self.evil_ids()).to_string(),
            Malformed::HostileText => one(with_hostile_text(self.announced("Hostile"))),
            Malformed::NumbersAsStrings => one(with_numbers_as_strings(self.announced("Numbers"))),
            Malformed::NullEverywhere => {
                let mut created = self.announced("Null");
                if let Some(data) = created["resourceData"].as_object_mut() {
                    data.values_mut().for_each(|value| *value = Value::Null);
                }
                created["@odata.type"] = Value::Null;
                one(created)
            }
        }
    }

    fn participants(&self) -> Value {
        let id = format!("{}/participants", self.some_id());
        let data = json!([
            {"@odata.type": "#microsoft.graph.participant", "id": "p1", "isMuted": false,
             "info": {"identity": Caller::user("Lene Aaling").identity(&self.options.tenant)}},
            {"@odata.type": "#microsoft.graph.participant", "id": "p2", "isInLobby": true},
        ]);
        notification("updated", &id, &data)
    }

    fn completed_operation(&self) -> Value {
        let id = format!("{}/operations/0fe0623f-d628-42ed-b4bd-8ac290072cc5", self.some_id());
        let data = json!({"@odata.type": "#microsoft.graph.playPromptOperation", "status": "completed"});
        notification("updated", &id, &data)
    }

    /// Returns one body that announces three calls and a change to the first of them.
    fn three_calls(&mut self) -> String {
        let names = ["One of three", "Two of three", "Three of three"];
        let mut all: Vec<Value> = names.map(|name| self.announced(name)).into();
        let first = self.live.get(&self.last_number.saturating_sub(2)).map(|live| live.id.clone());
        all.push(updated(&first.unwrap_or_default(), &json!({"subject": "Three at once"})));
        envelope(&all).to_string()
    }

    /// Returns notifications of calls that do not exist, with ids that would make a careless client request
    /// something else.
    fn evil_ids(&self) -> Vec<Value> {
        let paths = [
            "/communications/calls/..",
            "/communications/calls/../../me",
            "/communications/calls/%2e%2e%2fme",
            "/communications/calls/a%2Fb?x=1#y",
            "/communications/calls/a\\b c\u{e9}",
            "/communications/calls/",
            "https://evil.example/v1.0/communications/calls/57dab8b1-894c-409a-b240-bd8beae78896",
            "//evil.example/communications/calls/57dab8b1-894c-409a-b240-bd8beae78897",
            "/communications/calls/@evil.example",
        ];
        let evil = |path: &str| {
            let mut created = self.fictitious("Evil");
            created["resourceUrl"] = path.into();
            created["resource"] = path.into();
            created["resourceData"]["@odata.id"] = path.into();
            created["resourceData"].as_object_mut().map(|data| data.remove("id"));
            created
        };
        let mut all: Vec<Value> = paths.into_iter().map(evil).collect();
        for id in ["..", "a/b", "https://evil.example/"] {
            let mut created = self.fictitious("Evil");
            created["resourceUrl"] = format!("/communications/calls/{id}").into();
            created["resourceData"]["id"] = id.into();
            all.push(created);
        }
        all
    }
}

/// Changes the case of the words in the notification of a new call.
fn with_mixed_case(mut created: Value) -> Value {
    created["changeType"] = "Created".into();
    let data = &mut created["resourceData"];
    data["state"] = "InComing".into();
    data["direction"] = "INCOMING".into();
    data["requestedModalities"] = json!(["Audio", "VIDEO"]);
    created
}

/// Adds unknown members to the notification of a new call.
fn with_unknown_members(mut created: Value) -> Value {
    created["resourceData"]["hologram"] = json!({"depth": [1, 2.5e300, null], "state": "over"});
    created["resourceData"]["source"]["identity"]["martian"] = json!({"id": 7});
    created["resourceData"]["requestedModalities"] = json!(["audio", "smell"]);
    created["priority"] = json!({"why": ["not", {"so": true}]});
    created
}

/// Gives a new call a subject and a caller that would disturb a terminal.
fn with_hostile_text(mut created: Value) -> Value {
    let hostile = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}live\u{2066}\u{200b}\u{9b}31m\r\n\u{0}";
    let name = format!("{hostile}{}", "W".repeat(LONG_NAME));
    created["resourceData"]["subject"] = hostile.repeat(3).into();
    created["resourceData"]["source"]["identity"]["user"]["displayName"] = name.into();
    created
}

/// Swaps numbers and strings in the notification of a new call.
fn with_numbers_as_strings(mut created: Value) -> Value {
    let data = &mut created["resourceData"];
    data["subject"] = 42.into();
    data["chatInfo"] = json!({"threadId": 19, "messageId": 0});
    data["source"]["languageId"] = 1_033.into();
    data["source"]["identity"]["user"]["displayName"] = 1_234_567.into();
    data["isVideo"] = "true".into();
    created
}

impl CallingService {
    /// Sends a malformed notification with a valid token, and returns the status of the response.
    ///
    /// # Errors
    /// Returns an error if no webhook is set, or the request fails.
    pub async fn send_malformed(&self, kind: Malformed) -> Result<u16, String> {
        let guid = || uuid::Uuid::new_v4().to_string();
        let request = self.with(|state| {
            let url = state.webhook.as_ref().ok_or("no webhook is set")?.url.clone();
            let authorization = state.authorization(&state.options.tenant)?;
            Ok::<_, String>(WebhookRequest {
                url,
                authorization: Some(authorization),
                scenario: guid(),
                chain: guid(),
                message: guid(),
                body: state.malformed_body(kind).into(),
                summary: format!("malformed notification: {}", kind.name()),
                forgery: None,
                is_last_attempt: false,
            })
        })?;
        self.send(request).await
    }
}
