//! The requests for presence subscriptions and their memberships.

use std::time::Duration;

use serde_json::{Value, json};

use crate::sim::broken_rule::BrokenRule;
use crate::sim::reply::Reply;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::input::Input;
use crate::sim::ucwa::state::people::presence_subscription::LONGEST;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::resource::personal::PersonalResource;
use crate::sim::ucwa::state::resource_numbers::{ContactNumber, SubscriptionNumber};
use crate::sim::ucwa::state::world::World;

/// The greatest number of subscriptions of an application.
const MOST_SUBSCRIPTIONS: usize = 50;
/// The greatest number of people in a request.
const MOST_PEOPLE: usize = 1_000;

impl World {
    /// Returns the resource `presenceSubscriptions`.
    pub fn subscriptions_document(&mut self, application: &str) -> Value {
        let numbers = self.subscriptions_of(application);
        let subscriptions: Vec<Value> =
            numbers.into_iter().map(|number| self.subscription_document(application, number)).collect();
        let own = Resource::Personal(PersonalResource::PresenceSubscriptions);
        collection(&self.links(application, own, &[]), "presenceSubscription", &subscriptions)
    }

    /// Returns `presenceSubscriptionMemberships`: all of an application, or those of one subscription.
    pub fn memberships_document(&mut self, application: &str, resource: PersonalResource) -> Value {
        let numbers = match resource {
            PersonalResource::Memberships(number) => vec![number],
            _ => self.subscriptions_of(application),
        };
        let mut memberships = Vec::new();
        for number in numbers {
            let subscription = self.subscriptions.active.get(&number);
            let contacts = subscription.map(|it| it.contacts.clone()).unwrap_or_default();
            memberships.extend(
                contacts.iter().map(|contact| self.membership_document(application, number, *contact)),
            );
        }
        let links = self.links(application, Resource::Personal(resource), &[]);
        collection(&links, "presenceSubscriptionMembership", &memberships)
    }

    /// Returns a `presenceSubscriptionMembership`; `Null` if it has ended.
    pub fn membership_document(
        &mut self,
        application: &str,
        number: SubscriptionNumber,
        contact: ContactNumber,
    ) -> Value {
        let subscription = self.subscriptions.active.get(&number);
        if !subscription.is_some_and(|subscription| subscription.contacts.contains(&contact)) {
            return Value::Null;
        }
        let own = Resource::Personal(PersonalResource::PresenceSubscriptionMembership(number, contact));
        let mut links = self.links(application, own, &[PersonalResource::PresenceSubscription(number)]);
        let href = self.href(application, Resource::Contact(contact, "contact"));
        if let Some(links) = links.as_object_mut() {
            links.insert("contact".into(), json!({ "href": href }));
        }
        json!({"rel": "presenceSubscriptionMembership", "_links": links})
    }

    /// Handles a POST to `presenceSubscriptions` or `subscribeToGroupPresence`.
    ///
    /// # Errors
    /// Returns the refusal if the input is invalid, or there are too many subscriptions.
    pub fn post_subscription(
        &mut self,
        application: &str,
        resource: PersonalResource,
        request: &ParsedRequest,
    ) -> Result<Handled, Handled> {
        let is_group = resource == PersonalResource::SubscribeToGroupPresence;
        let mut input = Input::read(resource.rel(), request)?;
        let duration = minutes(input.required_number("duration", 10..=30));
        let uris = if is_group { Vec::new() } else { input.required_texts("uris") };
        check_uris(&mut input, "uris", &uris);
        input.check()?;
        if self.subscriptions_of(application).len() >= MOST_SUBSCRIPTIONS {
            return Err(limit_exceeded(resource));
        }
        let contacts = if is_group {
            self.contacts_of(application).iter().map(|person| self.contact_number(person)).collect()
        } else {
            uris.iter().map(|uri| self.contact_at(uri)).collect()
        };
        let number = self.subscribe(application, contacts, duration);
        let document = self.subscription_document(application, number);
        Ok(Handled::new(Reply::document(201, document), resource.rel()))
    }

    /// Handles a POST to a subscription, which extends it.
    ///
    /// # Errors
    /// Returns the refusal if the input is invalid, or the subscription has ended.
    pub fn extend_subscription(
        &mut self,
        application: &str,
        number: SubscriptionNumber,
        request: &ParsedRequest,
    ) -> Result<Handled, Handled> {
        let rel = PersonalResource::PresenceSubscription(number).rel();
        let mut input = Input::read(rel, request)?;
        let duration = minutes(input.required_number("duration", 1..=LONGEST.as_secs() / 60));
        input.check()?;
        let subscription = self.subscriptions.active.get_mut(&number);
        subscription.ok_or_else(|| expired(rel))?.extend(duration);
        self.schedule_checks(number);
        let document = self.subscription_document(application, number);
        Ok(Handled::new(Reply::document(200, document), rel))
    }

    /// Handles a POST that adds people to a subscription.
    ///
    /// # Errors
    /// Returns the refusal if the input is invalid, or the subscription has ended.
    pub fn add_members(
        &mut self,
        application: &str,
        resource: PersonalResource,
        request: &ParsedRequest,
    ) -> Result<Handled, Handled> {
        let mut input = Input::read(resource.rel(), request)?;
        let uris = input.required_texts("contactUris");
        check_uris(&mut input, "contactUris", &uris);
        let number = match resource {
            PersonalResource::AddToPresenceSubscription(number) | PersonalResource::Memberships(number) => {
                Some(number)
            }
            _ => {
                let id = input.required_text("presenceSubscriptionId", 100);
                let mut active = self.subscriptions.active.iter();
                let known = active.find(|(_, known)| known.application == application && known.id == id);
                known.map(|(number, _)| *number)
            }
        };
        input.check()?;
        let number = number.filter(|number| self.subscriptions.active.contains_key(number));
        let number = number.ok_or_else(|| expired(resource.rel()))?;
        let contacts = uris.iter().map(|uri| self.contact_at(uri)).collect();
        let added = self.add_to_subscription(number, contacts);
        let memberships: Vec<Value> =
            added.into_iter().map(|contact| self.membership_document(application, number, contact)).collect();
        let own = Resource::Personal(PersonalResource::Memberships(number));
        let document =
            collection(&self.links(application, own, &[]), "presenceSubscriptionMembership", &memberships);
        Ok(Handled::new(Reply::document(201, document), resource.rel()))
    }

    /// Handles a DELETE of a subscription.
    ///
    /// # Errors
    /// Returns the refusal if the subscription has ended.
    pub fn delete_subscription(&mut self, number: SubscriptionNumber) -> Result<Handled, Handled> {
        let rel = PersonalResource::PresenceSubscription(number).rel();
        if !self.subscriptions.active.contains_key(&number) {
            return Err(expired(rel));
        }
        self.unsubscribe(number);
        Ok(Handled::new(Reply::empty(204), rel))
    }

    fn subscriptions_of(&self, application: &str) -> Vec<SubscriptionNumber> {
        let active = self.subscriptions.active.iter();
        active.filter(|(_, known)| known.application == application).map(|(number, _)| *number).collect()
    }
}

/// Creates a collection of embedded resources.
fn collection(links: &Value, rel: &str, items: &[Value]) -> Value {
    let mut document = json!({"rel": format!("{rel}s"), "_links": links});
    if let (Some(document), false) = (document.as_object_mut(), items.is_empty()) {
        document.insert("_embedded".into(), json!({ rel: items }));
    }
    document
}

fn minutes(number: u64) -> Duration {
    Duration::from_secs(60 * number)
}

/// Refuses people without an address, and too many of them.
fn check_uris(input: &mut Input, name: &str, uris: &[String]) {
    if uris.len() > MOST_PEOPLE {
        input.refuse::<()>(name, format!("of more than {MOST_PEOPLE} people"));
    } else if uris.iter().any(|uri| !uri.contains(':')) {
        input.refuse::<()>(name, "has an item that is not a URI");
    }
}

/// Refuses a request for a subscription that has ended, as the reference shows it.
fn expired(rel: &'static str) -> Handled {
    Handled::new(Reply::error(404, "ApplicationNotFound"), rel)
}

fn limit_exceeded(resource: PersonalResource) -> Handled {
    let broken = BrokenRule::new(resource.rel(), "too many subscriptions");
    Handled::breaking_rule(Reply::error(403, "LimitExceeded"), resource.rel(), broken)
}
