//! The presence of people, and the one that the user prefers.

use serde::{Deserialize, Serialize};

use crate::text::DisplayText;

/// The availability of a person: the members of `Availability` of the UCWA reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Availability {
    /// Available.
    Online,
    /// Available, but inactive on their device for a while.
    IdleOnline,
    /// Busy.
    Busy,
    /// Busy, and inactive on their device for a while.
    IdleBusy,
    /// Not to be disturbed.
    DoNotDisturb,
    /// Away for a short time.
    BeRightBack,
    /// Away.
    Away,
    /// Offline.
    Offline,
}

impl Availability {
    /// All members, from the most available to the least.
    pub const ALL: [Self; 8] = [
        Self::Online,
        Self::IdleOnline,
        Self::Busy,
        Self::IdleBusy,
        Self::DoNotDisturb,
        Self::BeRightBack,
        Self::Away,
        Self::Offline,
    ];

    /// Returns the name of the member on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Online => "Online",
            Self::IdleOnline => "IdleOnline",
            Self::Busy => "Busy",
            Self::IdleBusy => "IdleBusy",
            Self::DoNotDisturb => "DoNotDisturb",
            Self::BeRightBack => "BeRightBack",
            Self::Away => "Away",
            Self::Offline => "Offline",
        }
    }

    /// Returns the member with a name, which is compared without regard to case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|availability| availability.name().eq_ignore_ascii_case(name))
    }

    /// Returns the words for the user, like “do not disturb”.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Online => "available",
            Self::IdleOnline => "available, inactive",
            Self::Busy => "busy",
            Self::IdleBusy => "busy, inactive",
            Self::DoNotDisturb => "do not disturb",
            Self::BeRightBack => "be right back",
            Self::Away => "away",
            Self::Offline => "offline",
        }
    }
}

/// The presence of a person, as they publish it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// The availability, if the server names one that is known.
    pub availability: Option<Availability>,
    /// The activity of the person: words in the language of the account, or a token like `in-a-meeting`. May be empty.
    pub activity: DisplayText,
}

impl Presence {
    /// Returns the words for the user, like “away · off work”; empty if nothing is known.
    #[must_use]
    pub fn words(&self) -> String {
        let availability = self.availability.map_or("", Availability::words);
        let activity = self.activity.as_str().replace('-', " ");
        if activity.eq_ignore_ascii_case(availability) {
            return availability.to_owned();
        }
        [availability, &activity].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    /// Returns whether the person asks not to be disturbed.
    #[must_use]
    pub fn is_do_not_disturb(&self) -> bool {
        self.availability == Some(Availability::DoNotDisturb)
    }
}

/// The presence that the user sets: the members of `PreferredAvailability` of the UCWA reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PreferredAvailability {
    /// Available.
    Online,
    /// Busy.
    Busy,
    /// Not to be disturbed.
    DoNotDisturb,
    /// Away for a short time.
    BeRightBack,
    /// Seemingly away.
    Away,
    /// Off work.
    Offwork,
}

impl PreferredAvailability {
    /// All members in the order in which the user is offered them.
    pub const ALL: [Self; 6] =
        [Self::Online, Self::Busy, Self::DoNotDisturb, Self::BeRightBack, Self::Away, Self::Offwork];

    /// Returns the name of the member in requests and in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Online => "Online",
            Self::Busy => "Busy",
            Self::DoNotDisturb => "DoNotDisturb",
            Self::BeRightBack => "BeRightBack",
            Self::Away => "Away",
            Self::Offwork => "Offwork",
        }
    }

    /// Returns the words for the user, like “Do not disturb”.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Online => "Online",
            Self::Busy => "Busy",
            Self::DoNotDisturb => "Do not disturb",
            Self::BeRightBack => "Be right back",
            Self::Away => "Appear away",
            Self::Offwork => "Off work",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_availability_is_found_by_its_name_in_any_case() {
        for availability in Availability::ALL {
            let name = availability.name();
            for name in [name.to_owned(), name.to_lowercase(), name.to_uppercase()] {
                assert_eq!(Availability::parse(&name), Some(availability), "{name}");
            }
        }
        assert_eq!(Availability::parse("Offwork"), None, "a person is off work by their activity");
        assert_eq!(Availability::parse(""), None);
    }

    #[test]
    fn an_activity_is_told_unless_it_only_repeats_the_availability() {
        let words =
            |availability, activity: &str| Presence { availability, activity: activity.into() }.words();
        assert_eq!(words(Some(Availability::Busy), "Busy"), "busy");
        assert_eq!(words(Some(Availability::DoNotDisturb), "do-not-disturb"), "do not disturb");
        assert_eq!(words(Some(Availability::Busy), "in-a-meeting"), "busy · in a meeting");
        assert_eq!(words(Some(Availability::Away), ""), "away");
        assert_eq!(words(None, "Off Work"), "Off Work", "an availability that is not known is left out");
        assert_eq!(words(None, ""), "");
    }

    #[test]
    fn a_preferred_availability_is_configured_by_the_name_that_is_sent() {
        for preferred in PreferredAvailability::ALL {
            let encoded = serde_json::to_value(preferred).expect("a member is a string");
            assert_eq!(encoded, preferred.name());
        }
    }
}
