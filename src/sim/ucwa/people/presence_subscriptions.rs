//! Presence subscriptions: how they begin, are extended and end, and what their applications are told.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::sim::ucwa::state::people::presence_subscription::{NOTICE, PresenceSubscription, Stage};
use crate::sim::ucwa::state::people::user::UserNumber;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::resource::personal::PersonalResource;
use crate::sim::ucwa::state::resource_numbers::{ContactNumber, SubscriptionNumber};
use crate::sim::ucwa::state::timer::TimedAction;
use crate::sim::ucwa::state::world::World;

impl World {
    /// Subscribes an application to the presence of people.
    pub fn subscribe(
        &mut self,
        application: &str,
        contacts: Vec<ContactNumber>,
        duration: Duration,
    ) -> SubscriptionNumber {
        let number = self.next_number();
        let subscription = PresenceSubscription {
            application: application.to_owned(),
            id: self.random(8),
            contacts: Vec::new(),
            expires: Instant::now() + duration,
            stage: Stage::Running,
        };
        self.subscriptions.active.insert(number, subscription);
        self.schedule_checks(number);
        let resource = Resource::Personal(PersonalResource::PresenceSubscription(number));
        let event = self.event(application, "added", resource.rel(), resource, None);
        self.queue_event(application, Resource::Personal(PersonalResource::People), event);
        self.add_to_subscription(number, contacts);
        number
    }

    /// Has a subscription checked when it is about to expire, and when it expires.
    pub fn schedule_checks(&mut self, number: SubscriptionNumber) {
        let checks = self.subscriptions.checks(number);
        self.timers.extend(checks.into_iter().map(|wait| (wait, TimedAction::CheckSubscriptions)));
    }

    /// Adds people to a subscription, and returns those who were not in it.
    pub fn add_to_subscription(
        &mut self,
        number: SubscriptionNumber,
        contacts: Vec<ContactNumber>,
    ) -> Vec<ContactNumber> {
        let mut added = Vec::new();
        for contact in contacts {
            let Some(subscription) = self.subscriptions.active.get_mut(&number) else { break };
            if !subscription.contacts.contains(&contact) {
                subscription.contacts.push(contact);
                let application = subscription.application.clone();
                added.push(contact);
                self.send_subscribed(&application, contact, "added");
                for part in PersonalResource::of_contact(contact).into_iter().take(3) {
                    self.send_contact_part(&application, contact, part);
                }
            }
        }
        added
    }

    /// Removes a person from a subscription.
    pub fn remove_from_subscription(&mut self, number: SubscriptionNumber, contact: ContactNumber) {
        let Some(subscription) = self.subscriptions.active.get_mut(&number) else { return };
        subscription.contacts.retain(|known| *known != contact);
        let application = subscription.application.clone();
        if !self.subscriptions.contacts_of(&application).contains(&contact) {
            self.send_subscribed(&application, contact, "deleted");
        }
        let membership = PersonalResource::PresenceSubscriptionMembership(number, contact);
        self.remove_hrefs([Resource::Personal(membership)]);
    }

    /// Ends a subscription.
    pub fn unsubscribe(&mut self, number: SubscriptionNumber) {
        let Some(ended) = self.subscriptions.active.remove(&number) else { return };
        let remaining = self.subscriptions.contacts_of(&ended.application);
        let resource = Resource::Personal(PersonalResource::PresenceSubscription(number));
        let event = self.event(&ended.application, "deleted", resource.rel(), resource, None);
        self.queue_event(&ended.application, Resource::Personal(PersonalResource::People), event);
        for contact in ended.contacts.iter().filter(|contact| !remaining.contains(contact)) {
            self.send_subscribed(&ended.application, *contact, "deleted");
        }
        if let Some((oldest, contacts)) = self.subscriptions.ended.push((number, ended.contacts)) {
            let own = [
                PersonalResource::PresenceSubscription(oldest),
                PersonalResource::AddToPresenceSubscription(oldest),
                PersonalResource::Memberships(oldest),
            ];
            let memberships = contacts
                .into_iter()
                .map(|contact| PersonalResource::PresenceSubscriptionMembership(oldest, contact));
            self.remove_hrefs(own.into_iter().chain(memberships).map(Resource::Personal));
        }
    }

    /// Ends the subscriptions that have expired, and announces the end of those that are about to.
    pub fn check_subscriptions(&mut self) {
        let now = Instant::now();
        let numbers: Vec<SubscriptionNumber> = self.subscriptions.active.keys().copied().collect();
        for number in numbers {
            let Some(subscription) = self.subscriptions.active.get_mut(&number) else { continue };
            let application = subscription.application.clone();
            if subscription.expires <= now || !self.applications.contains_key(&application) {
                self.unsubscribe(number);
            } else if subscription.expires <= now + NOTICE && subscription.stage == Stage::Running {
                subscription.stage = Stage::Expiring;
                let resource = Resource::Personal(PersonalResource::PresenceSubscription(number));
                let document = Some(self.subscription_document(&application, number));
                let event = self.event(&application, "updated", resource.rel(), resource, document);
                self.queue_event(&application, Resource::Personal(PersonalResource::People), event);
            }
        }
    }

    /// Tells the subscribers that what a user publishes has changed.
    pub fn send_seen(&mut self, user: UserNumber, published: PersonalResource) {
        let person = self.person(user);
        let applications: Vec<String> = self.applications.keys().cloned().collect();
        for application in applications {
            for contact in self.subscriptions.contacts_of(&application) {
                if self.contacts.get(contact).is_some_and(|known| known.uri == person.uri) {
                    let part = match published {
                        PersonalResource::Note => PersonalResource::ContactNote(contact),
                        PersonalResource::Location => PersonalResource::ContactLocation(contact),
                        _ => PersonalResource::ContactPresence(contact),
                    };
                    self.send_contact_part(&application, contact, part);
                }
            }
        }
    }

    /// Returns a presence subscription; `Null` if it has ended.
    pub fn subscription_document(&mut self, application: &str, number: SubscriptionNumber) -> Value {
        let Some(subscription) = self.subscriptions.active.get(&number) else { return Value::Null };
        let id = subscription.id.clone();
        let links =
            [PersonalResource::AddToPresenceSubscription(number), PersonalResource::Memberships(number)];
        let own = Resource::Personal(PersonalResource::PresenceSubscription(number));
        json!({"rel": "presenceSubscription", "id": id, "_links": self.links(application, own, &links)})
    }

    /// Tells an application that a contact has been added to or deleted from `subscribedContacts`.
    fn send_subscribed(&mut self, application: &str, contact: ContactNumber, kind: &str) {
        let resource = Resource::Contact(contact, "contact");
        let mut event = self.event(application, kind, "contact", resource, None);
        let within = Resource::Personal(PersonalResource::SubscribedContacts);
        event["in"] = json!({"rel": within.rel(), "href": self.href(application, within)});
        self.queue_event(application, Resource::Personal(PersonalResource::People), event);
    }

    /// Tells an application that a part of a contact has changed.
    fn send_contact_part(&mut self, application: &str, contact: ContactNumber, part: PersonalResource) {
        let mut event = self.event(application, "updated", part.rel(), Resource::Personal(part), None);
        let href = self.href(application, Resource::Contact(contact, "contact"));
        event["in"] = json!({"rel": "contact", "href": href});
        self.queue_event(application, Resource::Personal(PersonalResource::People), event);
    }
}
