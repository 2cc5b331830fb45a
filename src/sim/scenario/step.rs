use serde::Deserialize;

use super::super::console;
use super::super::fault::Fault;
use super::super::graph::{CallEvent, CallModality, CallerKind};
use super::super::ucwa::{EndCause, InviteKind, PeopleFormat};

/// One thing that happens in a scenario: an invitation, a call, a disruption or a fault.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the keys of a step are independent")]
pub struct Step {
    /// When it happens (seconds after the user came online).
    pub(super) at: f64,
    /// The kind of an invitation to the user.
    #[serde(default)]
    pub(super) invite: Option<InviteKind>,
    /// The sender or the caller: a key of [`Scenario::people`](super::Scenario::people).
    #[serde(default)]
    pub(super) from: Option<String>,
    #[serde(default)]
    pub(super) subject: String,
    #[serde(default)]
    pub(super) message: String,
    #[serde(default)]
    pub(super) importance: String,
    /// The person who forwarded the invitation: a key of [`Scenario::people`](super::Scenario::people), or a name.
    #[serde(default)]
    pub(super) forwarded_by: Option<String>,
    /// The person who transferred the call: a key of [`Scenario::people`](super::Scenario::people), or a name.
    #[serde(default)]
    pub(super) transferred_by: Option<String>,
    /// The person on whose behalf the sender invites: a key of [`Scenario::people`](super::Scenario::people), or a name.
    #[serde(default)]
    pub(super) on_behalf_of: Option<String>,
    /// The person for whom the user answers as a delegate: a key of [`Scenario::people`](super::Scenario::people), or a name.
    #[serde(default)]
    pub(super) delegator: Option<String>,
    /// The person who is invited: a key of [`Scenario::people`](super::Scenario::people), or a name.
    #[serde(default)]
    pub(super) to: Option<String>,
    /// The person who accepts the invitation: a key of [`Scenario::people`](super::Scenario::people), or a name.
    #[serde(default)]
    pub(super) accepted_by: Option<String>,
    /// How the invitation refers to these people: `linked`, `titled` or `embedded`.
    #[serde(default)]
    pub(super) people: PeopleFormat,
    /// The number of the user's phone that rings.
    #[serde(default)]
    pub(super) phone_number: String,
    #[serde(default)]
    pub(super) private_line: bool,
    #[serde(default)]
    pub(super) linked_from: bool,
    #[serde(default)]
    pub(super) linked: bool,
    /// The kind of the caller of a call to the bot; skipped if there is no bot.
    #[serde(default)]
    pub(super) call: Option<CallerKind>,
    /// Whether the bot is invited to a group call.
    #[serde(default)]
    pub(super) group: bool,
    /// The modalities of the call; audio if empty.
    #[serde(default)]
    pub(super) modalities: Vec<CallModality>,
    /// The person who forwarded the call: a name, or the number of a phone.
    #[serde(default)]
    pub(super) forwarded_from: Option<String>,
    /// How the invitation or the call ends by itself.
    #[serde(default)]
    pub(super) then: Option<Ending>,
    /// When the invitation or call ends, in seconds after it began.
    #[serde(default)]
    pub(super) after: f64,
    /// A disruption of the server or the network.
    #[serde(default)]
    pub(super) trouble: Option<Disruption>,
    /// A command of the console, such as `leaves 2`.
    #[serde(default)]
    pub(super) run: Option<String>,
    /// A fault that is added.
    #[serde(default)]
    pub(super) fault: Option<Fault>,
}

impl Step {
    /// Returns what is wrong with the step itself, if anything.
    pub(super) fn mistake(&self) -> Option<String> {
        let at = self.at;
        let kinds = [
            self.invite.is_some(),
            self.call.is_some(),
            self.trouble.is_some(),
            self.run.is_some(),
            self.fault.is_some(),
        ];
        if kinds.into_iter().filter(|is_given| *is_given).count() != 1 {
            return Some(format!("the step at {at} needs exactly one of invite, call, trouble, run, fault"));
        }
        if let Some(Err(why)) = self.run.as_deref().map(check_command) {
            return Some(format!("`run` of the step at {at}: {why}"));
        }
        if let Some(key) = self.misplaced_key() {
            return Some(format!("the step at {at} has {key}, which does not belong to it"));
        }
        let is_possible = |ending: Ending| {
            (self.invite.is_some() && ending.of_invitation().is_some())
                || (self.call.is_some() && ending.of_call().is_some())
        };
        (!self.then.is_none_or(is_possible)).then(|| format!("the step at {at} can't end by its `then`"))
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
            ("group", self.group, is_call_to_bot),
            ("modalities", !self.modalities.is_empty(), is_call_to_bot),
            ("forwarded_from", self.forwarded_from.is_some(), is_call_to_bot),
        ]
        .into_iter()
        .find_map(|(key, is_given, belongs)| (is_given && !belongs).then_some(key))
    }
}

/// Checks a command that a step can run: one that is executed at once.
fn check_command(command: &str) -> Result<(), String> {
    match command.split_whitespace().next() {
        Some(name @ ("wait" | "expect" | "assert" | "quit" | "exit")) => {
            Err(format!("`{name}` belongs into a file of commands"))
        }
        Some(_) => console::check(command),
        None => Err("the command is missing".into()),
    }
}

/// The end of an invitation or a call to which the user contributes nothing.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Ending {
    CallerGivesUp,
    AnsweredElsewhere,
    TimedOut,
    Joins,
    Declines,
    /// The other party of an answered call hangs up.
    OtherPartyEnds,
}

impl Ending {
    /// Converts to the cause that ends an invitation, if there is one.
    pub fn of_invitation(self) -> Option<EndCause> {
        match self {
            Self::CallerGivesUp => Some(EndCause::CallerGivesUp),
            Self::AnsweredElsewhere => Some(EndCause::AnsweredElsewhere),
            Self::TimedOut => Some(EndCause::TimedOut),
            Self::Joins => Some(EndCause::Joins),
            Self::Declines => Some(EndCause::Declines),
            Self::OtherPartyEnds => None,
        }
    }

    /// Converts to the event that ends a call, if there is one.
    pub fn of_call(self) -> Option<CallEvent> {
        match self {
            Self::CallerGivesUp => Some(CallEvent::CallerGivesUp),
            Self::AnsweredElsewhere => Some(CallEvent::AnsweredElsewhere),
            Self::OtherPartyEnds => Some(CallEvent::OtherPartyHangsUp),
            Self::TimedOut | Self::Joins | Self::Declines => None,
        }
    }
}

/// A disruption of the server or the network.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Disruption {
    /// The held poll is answered, and the next one gets the status 503.
    Unavailable,
    /// The event channel replies with a link `resync`.
    Resync,
    /// The event channel replies with a link `resume`.
    Resume,
    /// The application ends.
    Expire,
    /// All tokens become invalid.
    Tokens,
    /// The next accept is refused.
    Refuse,
    /// The connections of held polls break.
    Drop,
}

impl Disruption {
    /// Returns the command of the console that has the same effect.
    pub fn command(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::Resync => "resync",
            Self::Resume => "resume",
            Self::Expire => "expire",
            Self::Tokens => "tokens",
            Self::Refuse => "refuse accept 500 CallbackChannelError",
            Self::Drop => "drop",
        }
    }
}
