//! The hub `people`: search, contacts and groups.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::input::Input;
use crate::sim::ucwa::state::people::person::Person;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::resource::personal::PersonalResource;
use crate::sim::ucwa::state::resource_numbers::ContactNumber;
use crate::sim::ucwa::state::world::World;

/// The longest query of a search (characters).
const LONGEST_QUERY: usize = 256;
/// The id of the only group.
const DEFAULT_GROUP: &str = "1";
/// The longest id of a group (characters).
const LONGEST_GROUP: usize = 256;
/// The greatest number of results of a search.
const MOST_RESULTS: u64 = 100;

impl World {
    /// Returns the resource `people`.
    pub fn people_document(&mut self, application: &str) -> Value {
        let links = [
            PersonalResource::MyContacts,
            PersonalResource::MyGroupMemberships,
            PersonalResource::MyGroups,
            PersonalResource::PresenceSubscriptionMemberships,
            PersonalResource::PresenceSubscriptions,
            PersonalResource::Search,
            PersonalResource::SubscribedContacts,
        ];
        let own = Resource::Personal(PersonalResource::People);
        json!({"rel": "people", "_links": self.links(application, own, &links)})
    }

    /// Returns everyone in the address book: the users, the directory, and the people of the organization
    /// whom documents have linked to. The same address may come repeatedly; the first entry counts.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        let others = self.directory.iter().chain(self.contacts.iter());
        let others = others.filter(|person| person.uri.starts_with("sip:"));
        self.users.iter().map(|user| &user.person).chain(others)
    }

    /// Returns the results of a search by name, mail address, URI and phone number.
    ///
    /// # Errors
    /// Returns the refusal if the query or the limit is invalid.
    pub fn search(&mut self, application: &str, request: &ParsedRequest) -> Result<Value, Handled> {
        let mut input = Input::read("search", request)?;
        let query = input.required_text("query", LONGEST_QUERY);
        let limit = input.number("limit", 1..=MOST_RESULTS).unwrap_or(MOST_RESULTS);
        input.check()?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let own = Resource::Personal(PersonalResource::Search);
        let links = self.links(application, own, &[]);
        let (mut found, mut is_more) = (Vec::new(), false);
        let mut addresses = HashSet::new();
        let people: Vec<Person> = self
            .people()
            .filter(|person| addresses.insert(person.uri.to_ascii_lowercase()))
            .cloned()
            .collect();
        for person in people {
            let contact = self.embedded_contact(application, &person);
            if is_match(&contact, query.trim()) {
                is_more = found.len() == limit;
                if is_more {
                    break;
                }
                found.push(contact);
            }
        }
        let mut results = json!({"rel": "search", "moreResultsAvailable": is_more, "_links": links});
        if !found.is_empty() {
            results["_embedded"] = json!({ "contact": found });
        }
        Ok(results)
    }

    /// Returns `myContacts`, `groupContacts` or `subscribedContacts`.
    ///
    /// # Errors
    /// Returns the refusal if the input is invalid.
    pub fn contacts_document(
        &mut self,
        application: &str,
        resource: PersonalResource,
        request: &ParsedRequest,
    ) -> Result<Value, Handled> {
        let is_subscribed = resource == PersonalResource::SubscribedContacts;
        let is_expanded = is_expanded(resource, request)? && !is_subscribed;
        let mut links = self.links(application, Resource::Personal(resource), &[]);
        if is_expanded {
            let people = self.contacts_of(application);
            let contacts: Vec<Value> =
                people.iter().map(|person| self.embedded_contact(application, person)).collect();
            return Ok(json!({"rel": resource.rel(), "_links": links, "_embedded": {"contact": contacts}}));
        }
        let numbers = if is_subscribed {
            self.subscriptions.contacts_of(application)
        } else {
            self.contacts_of(application).iter().map(|person| self.contact_number(person)).collect()
        };
        let hrefs =
            numbers.into_iter().map(|number| self.href(application, Resource::Contact(number, "contact")));
        links["contact"] = hrefs.map(|href| json!({ "href": href })).collect();
        Ok(json!({"rel": resource.rel(), "_links": links}))
    }

    /// Returns the resource `myGroups`: the default group alone.
    ///
    /// # Errors
    /// Returns the refusal if the input is invalid.
    pub fn groups_document(&mut self, application: &str, request: &ParsedRequest) -> Result<Value, Handled> {
        let own = Resource::Personal(PersonalResource::MyGroups);
        if is_expanded(PersonalResource::MyGroups, request)? {
            let group = self.group_document(application);
            let links = self.links(application, own, &[]);
            return Ok(json!({"rel": "myGroups", "_links": links, "_embedded": {"defaultGroup": group}}));
        }
        let links = self.links(application, own, &[PersonalResource::DefaultGroup]);
        Ok(json!({"rel": "myGroups", "_links": links}))
    }

    /// Returns the resource `defaultGroup`, which has every contact of the user.
    pub fn group_document(&mut self, application: &str) -> Value {
        let links = [PersonalResource::GroupContacts, PersonalResource::SubscribeToGroupPresence];
        let own = Resource::Personal(PersonalResource::DefaultGroup);
        json!({
            "rel": "defaultGroup", "id": DEFAULT_GROUP, "name": "Other Contacts",
            "_links": self.links(application, own, &links),
        })
    }

    /// Returns the resource `myGroupMemberships`: a link for each contact in the group that the request names, or
    /// in any group.
    ///
    /// # Errors
    /// Returns the refusal if the input is invalid.
    pub fn group_memberships_document(
        &mut self,
        application: &str,
        request: &ParsedRequest,
    ) -> Result<Value, Handled> {
        let own = PersonalResource::MyGroupMemberships;
        let mut input = Input::read(own.rel(), request)?;
        let group = input.text("groupId", LONGEST_GROUP);
        input.check()?;
        let is_meant = group.is_none_or(|group| group == DEFAULT_GROUP);
        let contacts = if is_meant { self.contacts_of(application) } else { Vec::new() };
        let mut links = self.links(application, Resource::Personal(own), &[]);
        links["myGroupMembership"] = contacts
            .iter()
            .map(|person| {
                let membership = PersonalResource::MyGroupMembership(self.contact_number(person));
                self.link(application, Resource::Personal(membership))
            })
            .collect();
        Ok(json!({"rel": own.rel(), "_links": links}))
    }

    /// Returns the membership of a contact in the default group; `Null` if the contact is no longer kept.
    pub fn group_membership_document(&mut self, application: &str, contact: ContactNumber) -> Value {
        if self.contacts.get(contact).is_none() {
            return Value::Null;
        }
        let own = PersonalResource::MyGroupMembership(contact);
        let mut links = self.links(application, Resource::Personal(own), &[PersonalResource::DefaultGroup]);
        links["contact"] = self.link(application, Resource::Contact(contact, "contact"));
        json!({"rel": own.rel(), "_links": links})
    }

    /// Returns the people in the contact list of the application's user: the other users and the directory.
    pub fn contacts_of(&self, application: &str) -> Vec<Person> {
        let me = self.person(self.user_of(application));
        let users = self.users.iter().map(|user| &user.person);
        users.chain(&self.directory).filter(|person| person.uri != me.uri).cloned().collect()
    }
}

/// Returns whether the members of a collection are to be embedded, which is the default.
fn is_expanded(resource: PersonalResource, request: &ParsedRequest) -> Result<bool, Handled> {
    let mut input = Input::read(resource.rel(), request)?;
    let expand = input.flag("expand");
    input.check().map(|()| expand.unwrap_or(true))
}

/// Returns whether a query is part of a searched property of a contact.
fn is_match(contact: &Value, query: &str) -> bool {
    let query = query.to_lowercase();
    let contains = |text: &str| text.to_lowercase().contains(&query);
    let text = |name: &str| contact[name].as_str().unwrap_or_default();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_number = query.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c));
    let number = digits(&query);
    let is_called = |name: &str| is_number && !number.is_empty() && digits(text(name)).contains(&number);
    contains(text("name"))
        || contains(text("uri"))
        || contact["emailAddresses"].as_array().into_iter().flatten().filter_map(Value::as_str).any(contains)
        || ["workPhoneNumber", "mobilePhoneNumber", "homePhoneNumber", "otherPhoneNumber"]
            .into_iter()
            .any(is_called)
}
