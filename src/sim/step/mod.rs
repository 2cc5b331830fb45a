//! Invitations, calls, disruptions and faults, as scenarios and the console order them.
//!
//! [`Step`] has every key; `words` reads the ones of an invitation or a call from a line of the console.

mod ending;
mod perform;
mod words;

use serde::Deserialize;

pub(super) use self::ending::{Disruption, Ending};
use super::fault::Fault;
use super::graph::{CallModality, CallerKind};
use super::ucwa::{InviteKind, MessageFormat, PeopleFormat};
use crate::nearest::nearest;

/// One thing that happens in a scenario: an invitation, a call, a disruption or a fault.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the keys of a step are independent")]
pub struct Step {
    /// When it happens (seconds after the user came online).
    pub(in crate::sim) at: f64,
    /// The kind of an invitation to the user.
    #[serde(default)]
    pub(in crate::sim) invite: Option<InviteKind>,
    /// The sender or the caller: a key of [`Scenario::people`](super::scenario::Scenario::people).
    #[serde(default)]
    pub(in crate::sim) from: Option<String>,
    #[serde(default)]
    pub(in crate::sim) subject: String,
    #[serde(default)]
    pub(in crate::sim) message: String,
    #[serde(default)]
    pub(in crate::sim) importance: String,
    /// The person who forwarded the invitation: a key of [`Scenario::people`](super::scenario::Scenario::people), or a name.
    #[serde(default)]
    pub(in crate::sim) forwarded_by: Option<String>,
    /// The person who transferred the call: a key of [`Scenario::people`](super::scenario::Scenario::people), or a name.
    #[serde(default)]
    pub(in crate::sim) transferred_by: Option<String>,
    /// The person on whose behalf the sender invites: a key of [`Scenario::people`](super::scenario::Scenario::people), or a name.
    #[serde(default)]
    pub(in crate::sim) on_behalf_of: Option<String>,
    /// The person for whom the user answers as a delegate: a key of [`Scenario::people`](super::scenario::Scenario::people), or a name.
    #[serde(default)]
    pub(in crate::sim) delegator: Option<String>,
    /// The person who is invited: a key of [`Scenario::people`](super::scenario::Scenario::people), or a name.
    #[serde(default)]
    pub(in crate::sim) to: Option<String>,
    /// The person who accepts the invitation: a key of [`Scenario::people`](super::scenario::Scenario::people), or a name.
    #[serde(default)]
    pub(in crate::sim) accepted_by: Option<String>,
    /// The form in which the invitation names these people: `linked`, `titled` or `embedded`.
    #[serde(default)]
    pub(in crate::sim) people: PeopleFormat,
    /// The number of the user's phone that rings.
    #[serde(default)]
    pub(in crate::sim) phone_number: String,
    #[serde(default)]
    pub(in crate::sim) private_line: bool,
    #[serde(default)]
    pub(in crate::sim) linked_from: bool,
    #[serde(default)]
    pub(in crate::sim) linked: bool,
    /// The format of the first message: `plain` or `html`.
    #[serde(default)]
    pub(in crate::sim) format: MessageFormat,
    /// Whether the user who accepts the invitation to a meeting waits in its lobby.
    #[serde(default)]
    pub(in crate::sim) lobby: bool,
    /// The number of the user whom the invitation reaches, from 1; the first user by default.
    #[serde(default)]
    pub(in crate::sim) user: Option<usize>,
    /// The kind of the caller of a call to the bot; skipped if there is no bot.
    #[serde(default)]
    pub(in crate::sim) call: Option<CallerKind>,
    /// Whether the bot is invited to a group call.
    #[serde(default)]
    pub(in crate::sim) group: bool,
    /// The modalities of the call; audio if empty.
    #[serde(default)]
    pub(in crate::sim) modalities: Vec<CallModality>,
    /// The person who forwarded the call: a name, or the number of a phone.
    #[serde(default)]
    pub(in crate::sim) forwarded_from: Option<String>,
    /// The way in which the invitation or the call ends by itself.
    #[serde(default)]
    pub(in crate::sim) then: Option<Ending>,
    /// When the invitation or call ends, in seconds after it began.
    #[serde(default)]
    pub(in crate::sim) after: f64,
    /// A disruption of the server or the network.
    #[serde(default)]
    pub(in crate::sim) trouble: Option<Disruption>,
    /// A command of the console, such as `leaves 2`.
    #[serde(default)]
    pub(in crate::sim) run: Option<String>,
    /// A fault that is added.
    #[serde(default)]
    pub(in crate::sim) fault: Option<Fault>,
}

impl Step {
    /// Returns what is wrong with the step itself, if anything, in words that follow a subject.
    pub(in crate::sim) fn mistake(&self) -> Option<String> {
        let kinds = [
            self.invite.is_some(),
            self.call.is_some(),
            self.trouble.is_some(),
            self.run.is_some(),
            self.fault.is_some(),
        ];
        if kinds.into_iter().filter(|is_given| *is_given).count() != 1 {
            return Some("needs exactly one of invite, call, trouble, run, fault".into());
        }
        if let Some(key) = self.misplaced_key() {
            return Some(format!("has {key}, which does not belong to it"));
        }
        if self.user == Some(0) {
            return Some("has the user 0; users are numbered from 1".into());
        }
        let is_possible = |ending: Ending| {
            (self.invite.is_some() && ending.of_invitation().is_some())
                || (self.call.is_some() && ending.of_call().is_some())
        };
        (!self.then.is_none_or(is_possible)).then(|| "can't end by its `then`".into())
    }

    /// Returns the first key that a step of this kind does not have.
    fn misplaced_key(&self) -> Option<&'static str> {
        let is_call_to_user = self.invite.is_some_and(InviteKind::is_call);
        let (is_invitation, is_call_to_bot) = (self.invite.is_some(), self.call.is_some());
        [
            ("forwarded_by", self.forwarded_by.is_some(), is_call_to_user),
            ("transferred_by", self.transferred_by.is_some(), is_call_to_user),
            ("delegator", self.delegator.is_some(), is_call_to_user),
            ("private_line", self.private_line, is_call_to_user),
            ("phone_number", !self.phone_number.is_empty(), self.invite == Some(InviteKind::Phone)),
            ("on_behalf_of", self.on_behalf_of.is_some(), is_invitation),
            ("to", self.to.is_some(), is_invitation),
            ("accepted_by", self.accepted_by.is_some(), is_invitation),
            ("people", self.people != PeopleFormat::default(), is_invitation),
            ("linked_from", self.linked_from, is_invitation),
            ("linked", self.linked, is_invitation),
            ("format", self.format != MessageFormat::default(), is_invitation),
            ("lobby", self.lobby, self.invite == Some(InviteKind::Meeting)),
            ("user", self.user.is_some(), is_invitation),
            ("group", self.group, is_call_to_bot),
            ("modalities", !self.modalities.is_empty(), is_call_to_bot),
            ("forwarded_from", self.forwarded_from.is_some(), is_call_to_bot),
        ]
        .into_iter()
        .find_map(|(key, is_given, belongs)| (is_given && !belongs).then_some(key))
    }
}

/// Returns the message of an error of TOML, with a suggestion for a misspelled name.
pub(super) fn in_words(error: &toml::de::Error) -> String {
    let message = error.message().trim();
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match names.as_slice() {
        [wrong, known @ ..] if message.starts_with("unknown") => match nearest(wrong, known) {
            Some(name) => format!("`{wrong}` is not known; did you mean `{name}`?"),
            None => format!("`{wrong}` is not known; use one of `{}`", known.join("`, `")),
        },
        _ => message.to_owned(),
    }
}
