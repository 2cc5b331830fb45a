//! The resource `application` and the resources that are embedded in it.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use crate::sim::ucwa::state::people::business_card::BusinessCard;
use crate::sim::ucwa::state::people::phone::PhoneType;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::resource::personal::PersonalResource;
use crate::sim::ucwa::state::world::World;

impl World {
    /// Returns the resource `application`.
    pub fn application_document(&mut self, application: &str) -> Value {
        let registration =
            self.applications.get(application).map(|known| known.registration.clone()).unwrap_or_default();
        // The channel begins here: a client that comes back later is sent on by a resync.
        let events = format!("{}&ack=1", self.href(application, Resource::Events));
        if let Some(known) = self.applications.get_mut(application) {
            known.channel.name_start();
        }
        let links = [PersonalResource::Batch, PersonalResource::Policies, PersonalResource::ReportMyNetwork];
        let mut document = json!({
            "rel": "application", "type": "Browser", "culture": registration.culture,
            "endpointId": registration.endpoint_id, "id": application, "userAgent": registration.user_agent,
            "_links": self.links(application, Resource::Application, &links),
            "_embedded": {
                "communication": self.communication_document(application),
                "me": self.me_document(application),
                "onlineMeetings": self.online_meetings_document(application),
                "people": self.people_document(application),
            },
        });
        document["_links"]["events"] = json!({ "href": events });
        if let Some(instance) = registration.instance_id {
            document["instanceId"] = instance.into();
        }
        document
    }

    /// Returns the resource `me`. What needs `makeMeAvailable` is linked to once that has been posted.
    pub fn me_document(&mut self, application: &str) -> Value {
        let user = self.user_of(application);
        let is_available = self.applications.get(application).is_some_and(|known| known.is_available);
        let person = self.person(user);
        let card = BusinessCard::of(&person);
        let mut links =
            vec![PersonalResource::CallForwardingSettings, PersonalResource::Phones, PersonalResource::Photo];
        if is_available {
            links.extend([PersonalResource::Location, PersonalResource::Note, PersonalResource::Presence]);
        }
        let mut me = json!({
            "rel": "me", "name": person.name, "uri": person.uri, "company": card.company,
            "department": card.department, "title": card.title, "officeLocation": card.office,
            "endpointUri": format!("{};opaque=user:epid:{application};gruu", person.uri),
            "_links": self.links(application, Resource::Me, &links),
        });
        if !card.mail.is_empty() {
            me["emailAddresses"] = json!([card.mail]);
        }
        for kind in PhoneType::ALL {
            let phone = self.users.get(user).map(|user| user.profile.phones.get(kind).number.clone());
            if let Some(number) = phone.filter(|number| !number.is_empty()) {
                me[format!("{}PhoneNumber", kind.name())] = number.into();
            }
        }
        let action = if is_available { Resource::ReportMyActivity } else { Resource::MakeMeAvailable };
        me["_links"][action.rel()] = json!({"href": self.href(application, action)});
        me
    }

    /// Returns the resource `onlineMeetings`, which links to nothing: meetings cannot be scheduled.
    pub fn online_meetings_document(&mut self, application: &str) -> Value {
        let resource = Resource::Personal(PersonalResource::OnlineMeetings);
        json!({"rel": "onlineMeetings", "_links": self.links(application, resource, &[])})
    }

    /// Returns the link `self` of a resource and links to others.
    pub fn links(&mut self, application: &str, own: Resource, others: &[PersonalResource]) -> Value {
        let mut links = json!({"self": {"href": self.href(application, own)}});
        for other in others {
            links[other.rel()] = json!({"href": self.href(application, Resource::Personal(*other))});
        }
        links
    }
}
