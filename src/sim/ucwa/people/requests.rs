//! The requests for the resources of the user and of people.

use http::Method;
use serde_json::Value;

use crate::sim::broken_rule::BrokenRule;
use crate::sim::reply::Reply;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::application::policies::report_network;
use crate::sim::ucwa::cache;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::resource::personal::PersonalResource;
use crate::sim::ucwa::state::world::World;

impl World {
    /// Handles a request whose method the resource supports.
    pub fn handle_personal(
        &mut self,
        application: &str,
        resource: PersonalResource,
        request: &ParsedRequest,
    ) -> Handled {
        let handled = match request.method {
            Method::GET => self.get_personal(application, resource, request),
            Method::PUT => self.put_call_forwarding(application, request),
            Method::DELETE => self.delete_personal(application, resource),
            _ => self.post_personal(application, resource, request),
        };
        handled.unwrap_or_else(|refusal| refusal)
    }

    fn get_personal(
        &mut self,
        application: &str,
        resource: PersonalResource,
        request: &ParsedRequest,
    ) -> Result<Handled, Handled> {
        use PersonalResource as It;
        let summary = Resource::Personal(resource).description();
        let document = match resource {
            It::Presence | It::Note | It::Location => self.published_document(application, resource)?,
            It::Phones => self.phones_document(application),
            It::Phone(kind) => self.phone_document(application, kind),
            It::CallForwardingSettings => self.call_forwarding_document(application),
            It::Photo | It::ContactPhoto(_) => return self.get_photo(application, resource, request),
            It::People => self.people_document(application),
            It::Search => self.search(application, request)?,
            It::MyContacts | It::GroupContacts | It::SubscribedContacts => {
                self.contacts_document(application, resource, request)?
            }
            It::MyGroups => self.groups_document(application, request)?,
            It::DefaultGroup => self.group_document(application),
            It::MyGroupMemberships => self.group_memberships_document(application, request)?,
            It::MyGroupMembership(contact) => self.group_membership_document(application, contact),
            It::ContactPresence(_)
            | It::ContactNote(_)
            | It::ContactLocation(_)
            | It::ContactSupportedModalities(_) => self.contact_part_document(application, resource),
            It::PresenceSubscriptions => self.subscriptions_document(application),
            It::PresenceSubscription(number) => match self.subscription_document(application, number) {
                Value::Null => return Err(Handled::new(Reply::error(404, "ApplicationNotFound"), summary)),
                document => document,
            },
            It::PresenceSubscriptionMemberships | It::Memberships(_) => {
                self.memberships_document(application, resource)
            }
            It::PresenceSubscriptionMembership(number, contact) => {
                self.membership_document(application, number, contact)
            }
            It::ConversationLogs => self.logs_document(application, request)?,
            It::ConversationLog(number) => self.log_document(application, number),
            It::ConversationLogRecipient(number, contact) => {
                self.recipient_document(application, number, contact)
            }
            It::MissedItems => self.missed_items_document(application),
            It::OnlineMeetings => self.online_meetings_document(application),
            It::Policies => self.policies_document(application),
            _ => Value::Null,
        };
        Ok(if document.is_null() {
            Handled::new(Reply::error(404, ""), summary)
        } else if matches!(resource, It::Phone(_) | It::CallForwardingSettings) {
            Handled::new(cache::reply(request, document), summary)
        } else {
            Handled::new(Reply::document(200, document), summary)
        })
    }

    fn post_personal(
        &mut self,
        application: &str,
        resource: PersonalResource,
        request: &ParsedRequest,
    ) -> Result<Handled, Handled> {
        use PersonalResource as It;
        match resource {
            It::Presence | It::Note | It::Location => self.publish(application, resource, request),
            It::ChangeNumber(kind) | It::ChangeVisibility(kind) => {
                self.change_phone(application, kind, resource, request)
            }
            It::TurnOffCallForwarding => Ok(self.turn_off_call_forwarding(application)),
            It::PresenceSubscriptions | It::SubscribeToGroupPresence => {
                self.post_subscription(application, resource, request)
            }
            It::PresenceSubscription(number) => self.extend_subscription(application, number, request),
            It::AddToPresenceSubscription(_) | It::Memberships(_) | It::PresenceSubscriptionMemberships => {
                self.add_members(application, resource, request)
            }
            It::MarkAsRead(_) => Ok(self.settle_log(application, resource)),
            It::Batch => self.post_batch(request),
            It::ReportMyNetwork => report_network(request),
            _ => Ok(Handled::new(Reply::error(404, ""), resource.rel())),
        }
    }

    fn delete_personal(&mut self, application: &str, resource: PersonalResource) -> Result<Handled, Handled> {
        match resource {
            PersonalResource::PresenceSubscription(number) => self.delete_subscription(number),
            PersonalResource::PresenceSubscriptionMembership(number, contact) => {
                self.remove_from_subscription(number, contact);
                Ok(Handled::new(Reply::empty(204), resource.rel()))
            }
            _ => Ok(self.settle_log(application, resource)),
        }
    }
}

/// Refuses a request that needs `makeMeAvailable` first.
pub fn make_me_available_required(resource: PersonalResource) -> Handled {
    let broken = BrokenRule::new(resource.rel(), "makeMeAvailable comes first");
    Handled::breaking_rule(Reply::error(409, "MakeMeAvailableRequired"), resource.rel(), broken)
}
