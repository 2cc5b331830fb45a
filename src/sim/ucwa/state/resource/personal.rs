use crate::sim::ucwa::state::people::phone::PhoneType;
use crate::sim::ucwa::state::resource_numbers::{ContactNumber, LogNumber, SubscriptionNumber};

/// A resource of the user, of the people the user knows, or of what the user missed, none of which belongs to
/// an ongoing conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PersonalResource {
    Presence,
    Note,
    Location,
    Phones,
    Phone(PhoneType),
    ChangeNumber(PhoneType),
    ChangeVisibility(PhoneType),
    Photo,
    CallForwardingSettings,
    TurnOffCallForwarding,
    People,
    Search,
    MyContacts,
    MyGroups,
    DefaultGroup,
    MyGroupMemberships,
    MyGroupMembership(ContactNumber),
    GroupContacts,
    SubscribeToGroupPresence,
    SubscribedContacts,
    PresenceSubscriptions,
    PresenceSubscription(SubscriptionNumber),
    AddToPresenceSubscription(SubscriptionNumber),
    PresenceSubscriptionMemberships,
    /// The memberships of one subscription.
    Memberships(SubscriptionNumber),
    PresenceSubscriptionMembership(SubscriptionNumber, ContactNumber),
    ContactPresence(ContactNumber),
    ContactNote(ContactNumber),
    ContactLocation(ContactNumber),
    ContactPhoto(ContactNumber),
    ContactSupportedModalities(ContactNumber),
    ConversationLogs,
    ConversationLog(LogNumber),
    ConversationLogRecipient(LogNumber, ContactNumber),
    MarkAsRead(LogNumber),
    MissedItems,
    OnlineMeetings,
    Policies,
    ReportMyNetwork,
    Batch,
}

impl PersonalResource {
    /// Returns the relation, which faults name.
    pub fn rel(self) -> &'static str {
        match self {
            Self::Presence => "presence",
            Self::Note => "note",
            Self::Location => "location",
            Self::Phones => "phones",
            Self::Phone(_) => "phone",
            Self::ChangeNumber(_) => "changeNumber",
            Self::ChangeVisibility(_) => "changeVisibility",
            Self::Photo => "photo",
            Self::CallForwardingSettings => "callForwardingSettings",
            Self::TurnOffCallForwarding => "turnOffCallForwarding",
            Self::People => "people",
            Self::Search => "search",
            Self::MyContacts => "myContacts",
            Self::MyGroups => "myGroups",
            Self::DefaultGroup => "defaultGroup",
            Self::MyGroupMemberships => "myGroupMemberships",
            Self::MyGroupMembership(_) => "myGroupMembership",
            Self::GroupContacts => "groupContacts",
            Self::SubscribeToGroupPresence => "subscribeToGroupPresence",
            Self::SubscribedContacts => "subscribedContacts",
            Self::PresenceSubscriptions => "presenceSubscriptions",
            Self::PresenceSubscription(_) => "presenceSubscription",
            Self::AddToPresenceSubscription(_) => "addToPresenceSubscription",
            Self::PresenceSubscriptionMemberships => "presenceSubscriptionMemberships",
            Self::Memberships(_) => "memberships",
            Self::PresenceSubscriptionMembership(..) => "presenceSubscriptionMembership",
            Self::ContactPresence(_) => "contactPresence",
            Self::ContactNote(_) => "contactNote",
            Self::ContactLocation(_) => "contactLocation",
            Self::ContactPhoto(_) => "contactPhoto",
            Self::ContactSupportedModalities(_) => "contactSupportedModalities",
            Self::ConversationLogs => "conversationLogs",
            Self::ConversationLog(_) => "conversationLog",
            Self::ConversationLogRecipient(..) => "conversationLogRecipient",
            Self::MarkAsRead(_) => "markAsRead",
            Self::MissedItems => "missedItems",
            Self::OnlineMeetings => "onlineMeetings",
            Self::Policies => "policies",
            Self::ReportMyNetwork => "reportMyNetwork",
            Self::Batch => "batch",
        }
    }

    /// Returns the methods that the resource supports, as `Allow` lists them.
    pub fn methods(self) -> &'static str {
        match self {
            Self::ChangeNumber(_)
            | Self::ChangeVisibility(_)
            | Self::TurnOffCallForwarding
            | Self::SubscribeToGroupPresence
            | Self::AddToPresenceSubscription(_)
            | Self::MarkAsRead(_)
            | Self::ReportMyNetwork
            | Self::Batch => "POST",
            Self::Presence
            | Self::Note
            | Self::Location
            | Self::PresenceSubscriptions
            | Self::Memberships(_)
            | Self::PresenceSubscriptionMemberships => "GET, POST",
            Self::CallForwardingSettings => "GET, PUT",
            Self::PresenceSubscription(_) => "GET, POST, DELETE",
            Self::PresenceSubscriptionMembership(..) | Self::ConversationLog(_) => "GET, DELETE",
            _ => "GET",
        }
    }

    /// Returns the part of an href after that of the application, which `secret` makes unguessable where the
    /// resource is one of several.
    pub fn tail(self, secret: &str) -> String {
        match self {
            Self::Presence | Self::Note | Self::Location | Self::Phones | Self::CallForwardingSettings => {
                format!("me/{}", self.rel())
            }
            Self::Phone(kind) => format!("me/phones/{}", kind.name()),
            Self::ChangeNumber(kind) | Self::ChangeVisibility(kind) => {
                format!("me/phones/{}/{}", kind.name(), self.rel())
            }
            Self::TurnOffCallForwarding => format!("me/callForwardingSettings/{}", self.rel()),
            Self::Photo | Self::ContactPhoto(_) => format!("photos/{secret}"),
            Self::MyContacts => "people/contacts".to_owned(),
            Self::MyGroups => "people/groups".to_owned(),
            Self::DefaultGroup => format!("people/groups/{secret}"),
            Self::MyGroupMemberships => "people/groupMemberships".to_owned(),
            Self::MyGroupMembership(_) => format!("people/groupMemberships/{secret}"),
            Self::GroupContacts => format!("people/contacts?groupId={secret}"),
            Self::SubscribeToGroupPresence => {
                format!("people/groups/subscribeToGroupPresence?groupId={secret}")
            }
            Self::Search
            | Self::SubscribedContacts
            | Self::PresenceSubscriptions
            | Self::PresenceSubscriptionMemberships => format!("people/{}", self.rel()),
            Self::PresenceSubscription(_) => format!("people/presenceSubscriptions/{secret}"),
            Self::AddToPresenceSubscription(_) => {
                format!("people/presenceSubscriptions/{secret}/{}", self.rel())
            }
            Self::Memberships(_) => {
                format!("people/presenceSubscriptionMemberships?presenceSubscriptionId={secret}")
            }
            Self::PresenceSubscriptionMembership(..) => {
                format!("people/presenceSubscriptionMemberships/{secret}")
            }
            Self::ContactPresence(_) => format!("people/{secret}/presence"),
            Self::ContactNote(_) => format!("people/{secret}/note"),
            Self::ContactLocation(_) => format!("people/{secret}/location"),
            Self::ContactSupportedModalities(_) => format!("people/{secret}/supportedMedia"),
            Self::ConversationLogs | Self::MissedItems => format!("communication/{}", self.rel()),
            Self::ConversationLog(_) => format!("communication/conversationLogs/{secret}"),
            Self::ConversationLogRecipient(..) => {
                format!("communication/conversationLogs/recipients/{secret}")
            }
            Self::MarkAsRead(_) => format!("communication/conversationLogs/{secret}/markAsRead"),
            Self::People | Self::OnlineMeetings | Self::Policies | Self::ReportMyNetwork | Self::Batch => {
                self.rel().to_owned()
            }
        }
    }

    /// Returns the resources that belong to a contact.
    pub fn of_contact(number: ContactNumber) -> [Self; 5] {
        [
            Self::ContactPresence(number),
            Self::ContactNote(number),
            Self::ContactLocation(number),
            Self::ContactPhoto(number),
            Self::ContactSupportedModalities(number),
        ]
    }
}
