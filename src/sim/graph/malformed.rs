//! Notifications that are genuine, and odd: what no webhook may fall over, and some that are calls all the same.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use super::super::Simulator;
use super::Graph;
use super::caller::{Call, Caller};
use super::notify::Parcel;
use super::resources::{deleted, envelope, told, updated};

/// What is odd about a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Malformed {
    /// It is no JSON.
    NotJson,
    /// It ends in the middle.
    Truncated,
    /// It is JSON, and of the format before Graph's.
    Legacy,
    /// It tells nothing.
    EmptyValue,
    /// Of a call, that it was created, and nothing else: it is one.
    NoResourceData,
    /// It tells of the people in a call, and so holds a list.
    ArrayResourceData,
    /// It is about an operation within a call.
    SubResource,
    /// It tells that a call changed, and that it is over, of which nobody heard.
    UnknownCall,
    /// It is nested ten thousand deep.
    Deep,
    /// It is very long.
    Huge,
    /// It tells of three calls at once, and of a change to one of them: they are calls.
    ManyInOne,
    /// Its words are in another case than usual: it is a call.
    MixedCase,
    /// It holds much that nobody knows: it is a call.
    UnknownFields,
    /// Its ids lead elsewhere: up, into another path, to another host.
    EvilId,
    /// Its caller's name is made to spoil a screen: it is a call.
    HostileText,
    /// Its numbers are strings, and its strings numbers: it is a call.
    NumbersAsStrings,
    /// Nothing is said of it but that it was created: it is a call.
    NullEverywhere,
}

impl Malformed {
    /// All of them.
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

    /// Its name in the console.
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

    /// How many calls come of it: they ring, and can be answered.
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

/// How deep [`Malformed::Deep`] is.
const DEPTH: usize = 10_000;
/// How long [`Malformed::Huge`] is (bytes).
const HUGE: usize = 300 * 1024;
/// How long a hostile name is (characters).
const LONG_NAME: usize = 10_000;

impl Graph {
    /// That somebody calls, who does.
    fn comes(&mut self, name: &str) -> Value {
        let number = self.admit(Call::from(Caller::user(name)));
        self.created(number).unwrap_or_default()
    }

    /// That somebody calls, who doesn't.
    fn would_come(&self, name: &str) -> Value {
        self.imagined(0, Call::from(Caller::user(name))).created(&self.options.client_id, None)
    }

    /// The id of a call that there is, else of none.
    fn some_id(&self) -> String {
        let live = self.live.values().next();
        live.map_or_else(|| uuid::Uuid::new_v4().to_string(), |live| live.id.clone())
    }

    fn odd(&mut self, malformed: Malformed) -> String {
        let one = |notification: Value| envelope(&[notification]).to_string();
        match malformed {
            Malformed::NotJson => "created: somebody calls".into(),
            Malformed::Truncated => {
                let whole = one(self.would_come("Half"));
                whole.get(..whole.len() / 2).unwrap_or_default().to_owned()
            }
            Malformed::Legacy => json!({"activity": {"type": "conversation", "state": "incoming"}, "id": 1,
                "links": {"conversationEnd": "https://calling.example/end"}})
            .to_string(),
            Malformed::EmptyValue => envelope(&[]).to_string(),
            Malformed::NoResourceData => {
                let mut created = self.comes("Nobody in particular");
                created.as_object_mut().map(|created| created.remove("resourceData"));
                one(created)
            }
            Malformed::ArrayResourceData => {
                let id = format!("{}/participants", self.some_id());
                one(told(
                    "updated",
                    &id,
                    &json!([
                        {"@odata.type": "#microsoft.graph.participant", "id": "p1", "isMuted": false,
                         "info": {"identity": Caller::user("Lene Aaling").identity(&self.options.tenant)}},
                        {"@odata.type": "#microsoft.graph.participant", "id": "p2", "isInLobby": true},
                    ]),
                ))
            }
            Malformed::SubResource => {
                let id = format!("{}/operations/0fe0623f-d628-42ed-b4bd-8ac290072cc5", self.some_id());
                one(told(
                    "updated",
                    &id,
                    &json!({"@odata.type": "#microsoft.graph.playPromptOperation", "status": "completed"}),
                ))
            }
            Malformed::UnknownCall => {
                let id = uuid::Uuid::new_v4().to_string();
                let over = json!({"state": "terminated", "resultInfo": {"code": 200, "subcode": 4_521}});
                envelope(&[updated(&id, &json!({"state": "established"})), deleted(&id, &over)]).to_string()
            }
            Malformed::Deep => {
                let whole = one(self.would_come("Deep"));
                let nested = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
                whole.replacen("\"callRoutes\":[]", &format!("\"callRoutes\":{nested}"), 1)
            }
            Malformed::Huge => {
                let mut created = self.would_come("Huge");
                created["resourceData"]["subject"] = "x".repeat(HUGE).into();
                one(created)
            }
            Malformed::ManyInOne => {
                let mut all: Vec<Value> =
                    ["One of three", "Two of three", "Three of three"].map(|name| self.comes(name)).into();
                let first = self.live.get(&self.last.saturating_sub(2)).map(|live| live.id.clone());
                all.push(updated(&first.unwrap_or_default(), &json!({"subject": "Three at once"})));
                envelope(&all).to_string()
            }
            Malformed::MixedCase => {
                let mut created = self.comes("mIxEd cAsE");
                created["changeType"] = "Created".into();
                let data = &mut created["resourceData"];
                data["state"] = "InComing".into();
                data["direction"] = "INCOMING".into();
                data["requestedModalities"] = json!(["Audio", "VIDEO"]);
                one(created)
            }
            Malformed::UnknownFields => {
                let all = [json!({"changeType": "replaced"}), news(self.comes("Full of news")), json!(5)];
                let mut all = envelope(&all);
                all["validationTokens"] = json!(["x"]);
                all.to_string()
            }
            Malformed::EvilId => envelope(&self.evil()).to_string(),
            Malformed::HostileText => one(hostile(self.comes("Hostile"))),
            Malformed::NumbersAsStrings => one(numbers(self.comes("Numbers"))),
            Malformed::NullEverywhere => {
                let mut created = self.comes("Null");
                if let Some(data) = created["resourceData"].as_object_mut() {
                    data.values_mut().for_each(|value| *value = Value::Null);
                }
                created["@odata.type"] = Value::Null;
                one(created)
            }
        }
    }

    /// Calls that there are not, with ids that would make a careless client ask somebody else.
    fn evil(&self) -> Vec<Value> {
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
            let mut created = self.would_come("Evil");
            created["resourceUrl"] = path.into();
            created["resource"] = path.into();
            created["resourceData"]["@odata.id"] = path.into();
            created["resourceData"].as_object_mut().map(|data| data.remove("id"));
            created
        };
        let mut all: Vec<Value> = paths.into_iter().map(evil).collect();
        for id in ["..", "a/b", "https://evil.example/"] {
            let mut created = self.would_come("Evil");
            created["resourceUrl"] = format!("/communications/calls/{id}").into();
            created["resourceData"]["id"] = id.into();
            all.push(created);
        }
        all
    }
}

fn news(mut created: Value) -> Value {
    created["resourceData"]["hologram"] = json!({"depth": [1, 2.5e300, null], "state": "over"});
    created["resourceData"]["source"]["identity"]["martian"] = json!({"id": 7});
    created["resourceData"]["requestedModalities"] = json!(["audio", "smell"]);
    created["priority"] = json!({"why": ["not", {"so": true}]});
    created
}

fn hostile(mut created: Value) -> Value {
    let spoiler = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}live\u{2066}\u{200b}\u{9b}31m\r\n\u{0}";
    let name = format!("{spoiler}{}", "W".repeat(LONG_NAME));
    created["resourceData"]["subject"] = spoiler.repeat(3).into();
    created["resourceData"]["source"]["identity"]["user"]["displayName"] = name.into();
    created
}

fn numbers(mut created: Value) -> Value {
    let data = &mut created["resourceData"];
    data["subject"] = 42.into();
    data["chatInfo"] = json!({"threadId": 19, "messageId": 0});
    data["source"]["languageId"] = 1_033.into();
    data["source"]["identity"]["user"]["displayName"] = 1_234_567.into();
    data["isVideo"] = "true".into();
    created
}

impl Simulator {
    /// Sends something odd to the webhook, with a good token; gives the status that it is answered with.
    ///
    /// # Errors
    /// When there is no webhook, or it can't be reached.
    pub async fn malformed(&self, malformed: Malformed) -> Result<u16, String> {
        let guid = || uuid::Uuid::new_v4().to_string();
        let parcel = self.graph(|world| {
            let graph = &mut world.graph;
            let url = graph.webhook.as_ref().ok_or("no webhook is set")?.url.clone();
            let authorization = graph.genuine(&graph.options.tenant)?;
            Ok::<_, String>(Parcel {
                url,
                authorization: Some(authorization),
                scenario: guid(),
                chain: guid(),
                message: guid(),
                body: graph.odd(malformed).into(),
                what: format!("an malformed: {}", malformed.name()),
                last_try: false,
            })
        })?;
        self.post(parcel).await
    }
}
