use super::facts::Facts;
use super::glob::Glob;
use super::network::Network;
use super::schedule::Schedule;
use crate::invitation::{Importance, Kind};
use crate::text::DisplayText;

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// The condition holds.
    Yes,
    /// The condition does not hold.
    No,
    /// A fact that the condition asks for is not known.
    Unknown,
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// A condition of a rule. All conditions of a rule must hold; of several values, one is enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The name, the address or the domain of the sender matches a pattern.
    From(Vec<Glob>),
    /// The kind of the invitation.
    Kind(Vec<Kind>),
    /// The network of the sender.
    Network(Vec<Network>),
    /// The importance.
    Importance(Vec<Importance>),
    /// The time of the arrival.
    Time(Schedule),
    /// Whether the sender is in the user's contact list.
    InContacts(bool),
    /// The id of the directory that a call belongs to, in lower case.
    Tenant(Vec<String>),
}

impl Condition {
    /// Returns whether the condition holds.
    #[must_use]
    pub fn holds(&self, facts: &Facts) -> Truth {
        match self {
            Self::From(patterns) => from(patterns, facts),
            Self::Kind(kinds) => known(facts.kind, |kind| kinds.contains(&kind)),
            Self::Network(networks) => {
                known(facts.network.as_ref(), |origin| networks.iter().any(|it| it.is_in(origin)))
            }
            Self::Importance(some) => known(facts.importance, |importance| some.contains(&importance)),
            Self::Time(schedule) => schedule.contains(facts.at).into(),
            Self::InContacts(wanted) => known(facts.in_contacts, |is| is == *wanted),
            Self::Tenant(ids) => known(facts.tenant.as_ref(), |tenant| {
                ids.iter().any(|id| tenant.as_str().eq_ignore_ascii_case(id))
            }),
        }
    }

    /// Returns whether the condition holds whenever `other` does, as far as that is plain.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::From(all), Self::From(some)) => some.iter().all(|it| all.contains(it)),
            (Self::Kind(all), Self::Kind(some)) => some.iter().all(|it| all.contains(it)),
            (Self::Network(all), Self::Network(some)) => some.iter().all(|it| all.contains(it)),
            (Self::Importance(all), Self::Importance(some)) => some.iter().all(|it| all.contains(it)),
            (Self::Time(all), Self::Time(some)) => all.covers(some),
            (Self::InContacts(one), Self::InContacts(other)) => one == other,
            (Self::Tenant(all), Self::Tenant(some)) => some.iter().all(|it| all.contains(it)),
            _ => false,
        }
    }

    /// Returns whether the condition holds for every sender, known or not.
    #[must_use]
    pub fn is_everybody(&self) -> bool {
        matches!(self, Self::From(patterns) if patterns.iter().any(Glob::is_anything))
    }

    /// Returns the condition as a key and a value: “kind message, phone”.
    #[must_use]
    pub fn described(&self) -> String {
        match self {
            Self::From(patterns) => format!("from {}", list(patterns.iter().map(Glob::as_str))),
            Self::Kind(kinds) => format!("kind {}", list(kinds.iter().map(|kind| kind.name()))),
            Self::Network(some) => format!("network {}", list(some.iter().map(|it| it.name()))),
            Self::Importance(some) => format!("importance {}", list(some.iter().map(|it| it.name()))),
            Self::Time(schedule) => format!("time {schedule}"),
            Self::InContacts(wanted) => format!("in_contacts {wanted}"),
            Self::Tenant(ids) => format!("tenant {}", list(ids.iter().map(String::as_str))),
        }
    }

    /// Returns the fact that the condition asks for, in words; “unknown” if it is not known.
    #[must_use]
    pub fn fact(&self, facts: &Facts) -> String {
        let unknown = || "unknown".to_owned();
        match self {
            Self::From(_) if facts.from.is_empty() => {
                if facts.is_from_partial {
                    unknown()
                } else {
                    "not given".into()
                }
            }
            Self::From(_) => facts.from.full(),
            Self::Kind(_) => facts.kind.map_or_else(unknown, |kind| kind.name().into()),
            Self::Network(_) => facts.network.as_ref().map_or_else(unknown, or_none),
            Self::Importance(_) => facts.importance.map_or_else(unknown, |it| it.name().into()),
            Self::Time(_) => facts.at.strftime("%a %H:%M").to_string(),
            Self::InContacts(_) => facts.in_contacts.map_or_else(unknown, |is| is.to_string()),
            Self::Tenant(_) => facts.tenant.as_ref().map_or_else(unknown, or_none),
        }
    }
}

fn known<T>(fact: Option<T>, holds: impl FnOnce(T) -> bool) -> Truth {
    fact.map_or(Truth::Unknown, |fact| holds(fact).into())
}

/// Returns whether the sender matches. As long as the name or the address is not known, a pattern that does not match may
/// still do so, unless it is one for addresses and the address is known.
fn from(patterns: &[Glob], facts: &Facts) -> Truth {
    if patterns.iter().any(|pattern| pattern.is_anything() || pattern.matches_party(&facts.from)) {
        return Truth::Yes;
    }
    let has_address = !facts.from.uri.is_empty();
    let is_open = |pattern: &Glob| facts.is_from_partial && !(has_address && pattern.is_of_address());
    if patterns.iter().any(is_open) { Truth::Unknown } else { Truth::No }
}

fn or_none(text: &DisplayText) -> String {
    if text.is_empty() { "none".into() } else { text.to_string() }
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}
