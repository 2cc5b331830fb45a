use super::href::Href;
use crate::provider::ucwa::wire::resource::Resource;

/// The links of the resources that an application embeds, as the server sends them. Each is absent if the server does not
/// offer the resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApplicationLinks {
    /// The user's own presence (`presence` of `me`); absent until the user is reachable.
    pub presence: Option<Href>,
    /// The subscriptions to the presence of others (`presenceSubscriptions` of `people`).
    pub presence_subscriptions: Option<Href>,
    /// The user's contact list (`myContacts` of `people`).
    pub my_contacts: Option<Href>,
    /// The numbers of what was missed (`missedItems` of `communication`).
    pub missed_items: Option<Href>,
    /// The logs of past conversations (`conversationLogs` of `communication`).
    pub conversation_logs: Option<Href>,
}

impl ApplicationLinks {
    /// Decodes the links of an `application`.
    #[must_use]
    pub fn of(application: &Resource<'_>) -> Self {
        let link = |hub, rel| application.embedded(hub)?.href(rel).map(Href::from);
        Self {
            presence: link("me", "presence"),
            presence_subscriptions: link("people", "presenceSubscriptions"),
            my_contacts: link("people", "myContacts"),
            missed_items: link("communication", "missedItems"),
            conversation_logs: link("communication", "conversationLogs"),
        }
    }
}
