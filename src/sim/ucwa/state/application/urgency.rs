use serde_json::Value;

/// The urgency of an event (its priority in the reference), which decides how long it may wait for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// The event is delivered at once, after the events that have been gathered.
    High,
    /// The event waits for the time that the parameter `medium` of a poll names.
    Medium,
    /// The event waits for the time that the parameter `low` of a poll names.
    Low,
}

impl Urgency {
    /// Returns the urgency of an event, as the page of its resource in the reference has it.
    pub fn of(event: &Value) -> Self {
        match (rel(event, "link"), rel(event, "in")) {
            ("contact", "delegatesGroup" | "delegatorsGroup")
            | ("defaultGroup" | "myOrganizationGroup" | "pinnedGroup", "myGroups") => Self::Low,
            ("contact", "subscribedContacts")
            | (
                "communication"
                | "contactLocation"
                | "contactNote"
                | "contactPresence"
                | "contactPrivacyRelationship"
                | "contactSupportedModalities"
                | "location"
                | "me"
                | "myContactsAndGroupsSubscription"
                | "note"
                | "policies"
                | "presence"
                | "presenceSubscription",
                _,
            ) => Self::Medium,
            _ => Self::High,
        }
    }
}

/// Returns the relation of a part of an event; empty for none.
fn rel<'a>(event: &'a Value, part: &str) -> &'a str {
    event.get(part).and_then(|it| it.get("rel")?.as_str()).unwrap_or_default()
}
