//! The keys of a configuration file and their types.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::invitation::{PreferredAvailability, Reason, Rejection};
use crate::provider::graph::{Api, Cloud};
use crate::provider::ucwa::{Activity, Modality, Wire};

/// The commented file that `rsvp config init` writes. It names every key; a test compares it with the schema and the
/// defaults.
pub const EXAMPLE: &str = include_str!("../../config.example.toml");

/// The names of the sections that are written once.
pub(super) const SECTIONS: [&str; 6] = ["ucwa", "graph", "ui", "keys", "history", "hooks"];

/// The name of the rules, `[[rules]]`.
pub(super) const RULES: &str = "rules";

/// The name of the list of accounts, `[[account]]`.
pub(super) const ACCOUNT: &str = "account";

/// The names of the sections of an account: those of `SECTIONS` that can also be written as `[account.…]`.
pub(super) const ACCOUNT_SECTIONS: [&str; 2] = ["ucwa", "graph"];

/// The keys whose values must not appear in any message.
pub(super) const SECRET_KEYS: [&str; 2] = ["token", "client_secret"];

/// An optional value and its position in the file.
pub(super) type Value<T> = Option<Spanned<T>>;

/// The top level of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Root {
    pub tenant: Value<String>,
    pub token: Value<SecretString>,
    pub token_file: Value<PathBuf>,
    pub token_command: Value<Vec<String>>,
    pub username: Value<String>,
    pub password_file: Value<PathBuf>,
    pub password_command: Value<Vec<String>>,
    #[serde(default)]
    pub ucwa: Ucwa,
    pub graph: Option<Graph>,
    #[serde(default)]
    pub account: Vec<Spanned<Account>>,
    #[serde(default)]
    pub ui: Ui,
    #[serde(default)]
    pub keys: BTreeMap<String, Spanned<KeyList>>,
    #[serde(default)]
    pub history: History,
    #[serde(default)]
    pub hooks: Hooks,
    /// The rules, which are read one by one.
    #[serde(skip)]
    pub rules: Vec<RuleSection>,
}

/// A section `[[rules]]`.
#[derive(Debug)]
pub(super) struct RuleSection {
    /// Where the section starts, in bytes.
    pub start: usize,
    /// Whether all keys of the section could be read.
    pub is_whole: bool,
    pub rule: Rule,
}

/// The keys of a section `[[rules]]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub name: Value<String>,
    pub from: Value<Texts>,
    pub kind: Value<Texts>,
    pub network: Value<Texts>,
    pub importance: Value<Texts>,
    pub hours: Value<Texts>,
    pub days: Value<Texts>,
    pub in_contacts: Option<bool>,
    pub tenant: Value<Texts>,
    pub action: Value<String>,
    pub reason: Value<String>,
    pub delay: Value<HumanDuration>,
}

/// The root of a document that has only one rule.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OneRule {
    pub rules: Rule,
}

/// A text or a list of texts.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "write text in quotes, or a list like [\"…\", \"…\"]")]
pub(super) enum Texts {
    One(String),
    Several(Vec<String>),
}

impl Texts {
    pub(super) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Several(texts) => texts,
        }
    }
}

impl Root {
    /// Takes the keys of the account at the top of the file.
    pub(super) fn take_top(&mut self) -> Account {
        Account {
            name: None,
            tenant: self.tenant.take(),
            token: self.token.take(),
            token_file: self.token_file.take(),
            token_command: self.token_command.take(),
            username: self.username.take(),
            password_file: self.password_file.take(),
            password_command: self.password_command.take(),
            ucwa: std::mem::take(&mut self.ucwa),
            graph: self.graph.take(),
        }
    }
}

/// The keys of an account: those of an `[[account]]`, or those at the top of the file, which have no name.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Account {
    pub name: Value<String>,
    pub tenant: Value<String>,
    pub token: Value<SecretString>,
    pub token_file: Value<PathBuf>,
    pub token_command: Value<Vec<String>>,
    pub username: Value<String>,
    pub password_file: Value<PathBuf>,
    pub password_command: Value<Vec<String>>,
    #[serde(default)]
    pub ucwa: Ucwa,
    pub graph: Option<Graph>,
}

/// The section `[ucwa]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ucwa {
    pub url: Value<String>,
    pub ca_file: Value<PathBuf>,
    pub proxy: Value<String>,
    pub trusted_hosts: Value<Vec<String>>,
    pub modalities: Value<Vec<Modality>>,
    pub phone_number: Value<String>,
    pub sign_in_as: Option<PreferredAvailability>,
    pub culture: Value<String>,
    pub poll_timeout: Value<HumanDuration>,
    #[serde(default)]
    pub activity: Activity,
    #[serde(default)]
    pub wire: Wire,
}

/// The section `[graph]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Graph {
    pub tenant: Value<String>,
    pub client_id: Value<String>,
    pub client_secret: Value<SecretString>,
    pub client_secret_file: Value<PathBuf>,
    pub client_secret_command: Value<Vec<String>>,
    pub client_certificate_file: Value<PathBuf>,
    pub client_key_file: Value<PathBuf>,
    #[serde(default)]
    pub cloud: Cloud,
    #[serde(default)]
    pub api: Api,
    pub listen: Value<SocketAddr>,
    #[serde(default)]
    pub listen_beyond_loopback: bool,
    pub public_url: Value<String>,
    #[serde(default)]
    pub policy_recording: bool,
    pub allowed_tenants: Value<Vec<String>>,
    pub authority: Value<String>,
    pub base_url: Value<String>,
    pub openid_url: Value<String>,
    pub issuers: Value<Vec<String>>,
    pub default_reject_reason: Value<Rejection>,
    pub ca_file: Value<PathBuf>,
    pub proxy: Value<String>,
}

/// The section `[ui]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ui {
    pub theme: Value<String>,
    #[serde(default)]
    pub ascii: bool,
    #[serde(default)]
    pub mouse: bool,
    pub animation: Option<bool>,
    #[serde(default)]
    pub default_decline_reason: Reason,
    pub notify: Value<Vec<NotifyMethod>>,
    #[serde(default)]
    pub notify_when: NotifyWhen,
    pub notify_kinds: Value<Texts>,
    pub notify_importance: Value<String>,
    pub quiet_hours: Value<Texts>,
}

/// The section `[history]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct History {
    pub enabled: bool,
    pub keep: Value<usize>,
    pub messages: bool,
}

impl Default for History {
    fn default() -> Self {
        Self { enabled: true, keep: None, messages: false }
    }
}

/// The section `[hooks]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hooks {
    pub on_invitation: Value<Vec<String>>,
    pub on_outcome: Value<Vec<String>>,
    pub on_message: Value<Vec<String>>,
    pub on_connection: Value<Vec<String>>,
    pub timeout: Value<HumanDuration>,
}

/// The keys of an action in `[keys]`: a key or a list of keys.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a key like \"a\", or several like [\"a\", \"F5\"]")]
pub(super) enum KeyList {
    One(String),
    Several(Vec<String>),
}

/// A way to announce a new invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum NotifyMethod {
    /// The terminal's bell.
    Bell,
    /// A notification of the terminal.
    Osc,
    /// A notification of the desktop.
    Desktop,
}

/// When new invitations are announced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum NotifyWhen {
    /// Always.
    #[default]
    Always,
    /// While the terminal does not have the focus.
    Unfocused,
}

/// A duration with a unit, like `3m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HumanDuration(pub Duration);

impl<'de> Deserialize<'de> for HumanDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DurationVisitor;
        const ADVICE: &str = "write a length of time, like \"3m\"";
        impl Visitor<'_> for DurationVisitor {
            type Value = HumanDuration;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a length of time")
            }
            fn visit_i64<E: Error>(self, seconds: i64) -> Result<HumanDuration, E> {
                Err(E::custom(if seconds > 0 && seconds % 60 == 0 {
                    format!("write \"{}m\"", seconds / 60)
                } else if seconds > 0 {
                    format!("write \"{seconds}s\"")
                } else {
                    ADVICE.to_owned()
                }))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<HumanDuration, E> {
                let duration: Option<jiff::SignedDuration> = text.parse().ok();
                let duration = duration.and_then(|duration| Duration::try_from(duration).ok());
                duration.map(HumanDuration).ok_or_else(|| E::custom(ADVICE))
            }
        }
        deserializer.deserialize_any(DurationVisitor)
    }
}
