use super::call_forwarding::CallForwarding;
use super::history::History;
use super::phone::Phones;

/// The settings that a user publishes or keeps on the server.
#[derive(Default)]
pub struct Profile {
    /// The member of `PreferredAvailability` that the user has set, if any.
    pub availability: Option<&'static str>,
    /// The personal note; empty for none.
    pub note: String,
    /// The location; empty for none.
    pub location: String,
    pub phones: Phones,
    pub call_forwarding: CallForwarding,
    pub history: History,
}

/// A published presence.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    /// A member of `Availability`.
    pub availability: &'static str,
    /// The activity in words, if there is one.
    pub activity: Option<&'static str>,
}

impl Presence {
    /// The presence of a user whom no application makes available.
    pub const OFFLINE: Self = Self { availability: "Offline", activity: None };

    /// Returns the presence that a member of `PreferredAvailability` publishes.
    pub fn of_preference(preferred: &'static str) -> Self {
        let (availability, activity) = match preferred {
            "Busy" => ("Busy", "Busy"),
            "DoNotDisturb" => ("DoNotDisturb", "Do Not Disturb"),
            "BeRightBack" => ("BeRightBack", "Be Right Back"),
            "Away" => ("Away", "Away"),
            "Offwork" => ("Away", "Off Work"),
            _ => ("Online", "Available"),
        };
        Self { availability, activity: Some(activity) }
    }
}
