use std::collections::BTreeMap;

use crate::invitation::{InvitationId, Moment};
use crate::rules::{Answer, Rule};
use crate::text::DisplayText;

/// The decision of the user's rules about an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// A fact that decides between the rules, or what the invitation offers, is not known yet.
    Undecided {
        /// Whether a rule may answer: the invitation was certainly new when it was first seen.
        may_answer: bool,
        /// The time from which on the invitation rings as without rules.
        until: Moment,
    },
    /// A rule answers later, unless the user does something before.
    Waiting {
        /// The name of the rule.
        rule: DisplayText,
        /// The answer.
        answer: Answer,
        /// The time of the answer.
        at: Moment,
        /// Whether the session that would carry the answer knows that the invitation still rings.
        is_confirmed: bool,
        /// The time at which the invitation is announced if the rule has not answered; `None` if it was announced.
        announce_at: Option<Moment>,
    },
    /// A rule has answered. It does so once, whatever becomes of the answer.
    Answered {
        /// The name of the rule.
        rule: DisplayText,
    },
    /// A rule has kept the invitation from ringing.
    Silenced {
        /// The name of the rule.
        rule: DisplayText,
    },
}

impl Ruling {
    /// Returns the ruling of a rule that answers. The invitation is announced at once if the user has time to do something
    /// else, and otherwise when the rule could not answer for a while.
    #[must_use]
    pub fn waiting(rule: &Rule, answer: Answer, at: Moment, announce_at: Option<Moment>) -> Self {
        Self::Waiting { rule: rule.name.clone(), answer, at, is_confirmed: true, announce_at }
    }
}

/// The decisions of the user's rules about the invitations that are listed.
#[derive(Clone, Debug, Default)]
pub struct Rulings {
    /// Whether the user has turned the automatic answers off.
    pub are_off: bool,
    /// The rulings that may still lead to something.
    open: BTreeMap<InvitationId, Ruling>,
    /// The rulings that are only shown.
    silenced: BTreeMap<InvitationId, Ruling>,
}

impl Rulings {
    /// Returns the ruling on an invitation; `None` if no rule does anything about it.
    #[must_use]
    pub fn get(&self, id: InvitationId) -> Option<&Ruling> {
        self.open.get(&id).or_else(|| self.silenced.get(&id))
    }

    /// Returns the name of the rule that has answered an invitation.
    #[must_use]
    pub fn answered_by(&self, id: InvitationId) -> Option<&DisplayText> {
        match self.open.get(&id) {
            Some(Ruling::Answered { rule }) => Some(rule),
            _ => None,
        }
    }

    /// Returns the earliest time at which a ruling leads to something without an event.
    #[must_use]
    pub fn due(&self, now: Moment) -> Option<Moment> {
        let times = self.open.values().flat_map(|ruling| match ruling {
            Ruling::Undecided { until, .. } => [Some(*until), None],
            Ruling::Waiting { at, announce_at, .. } => [Some(*at).filter(|at| *at > now), *announce_at],
            Ruling::Answered { .. } | Ruling::Silenced { .. } => [None, None],
        });
        times.flatten().min()
    }

    /// Returns the invitations with rulings that may still lead to something.
    pub(super) fn open(&self) -> Vec<InvitationId> {
        self.open.keys().copied().collect()
    }

    /// Sets the ruling on an invitation.
    pub fn set(&mut self, id: InvitationId, ruling: Ruling) {
        self.remove(id);
        let of_kind =
            if matches!(ruling, Ruling::Silenced { .. }) { &mut self.silenced } else { &mut self.open };
        of_kind.insert(id, ruling);
    }

    /// Removes the ruling on an invitation: it is the user's own.
    pub(super) fn remove(&mut self, id: InvitationId) {
        self.open.remove(&id);
        self.silenced.remove(&id);
    }

    /// Notes whether a session knows that an invitation, or each one that `concerns` returns true for, still rings.
    pub(super) fn confirm(&mut self, is_known: bool, concerns: impl Fn(InvitationId) -> bool) {
        for (_, ruling) in self.open.iter_mut().filter(|(id, _)| concerns(**id)) {
            if let Ruling::Waiting { is_confirmed, .. } = ruling {
                *is_confirmed = is_known;
            }
        }
    }
}
