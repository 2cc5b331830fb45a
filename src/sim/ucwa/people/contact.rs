//! A contact, and what can be read of it.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use crate::sim::ucwa::cache::entity_tag;
use crate::sim::ucwa::state::people::business_card::{BusinessCard, seed_of};
use crate::sim::ucwa::state::people::person::Person;
use crate::sim::ucwa::state::people::phone::{PhoneType, Phones};
use crate::sim::ucwa::state::people::profile::Presence;
use crate::sim::ucwa::state::people::user::UserNumber;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::resource::personal::PersonalResource;
use crate::sim::ucwa::state::resource_numbers::ContactNumber;
use crate::sim::ucwa::state::world::World;

impl World {
    /// Returns a contact as the address book has it; `Null` if it is no longer kept.
    pub fn contact_document(&mut self, application: &str, resource: Resource) -> Value {
        let Resource::Contact(number, rel) = resource else { return Value::Null };
        let Some(person) = self.contacts.get(number).cloned() else { return Value::Null };
        let is_phone = person.uri.starts_with("tel:");
        let parts = PersonalResource::of_contact(number);
        let parts = if person.uri.starts_with("sip:") { &parts[..] } else { &[] };
        let mut contact = json!({
            "rel": rel, "type": if is_phone { "Phone" } else { "User" },
            "sourceNetwork": if is_phone { "Everyone" } else { "SameEnterprise" },
            "_links": self.links(application, resource, parts),
        });
        for (name, value) in [("name", &person.name), ("uri", &person.uri)] {
            if !value.is_empty() {
                contact[name] = value.clone().into();
            }
        }
        if is_phone {
            contact["workPhoneNumber"] = person.uri.clone().into();
        } else if person.uri.starts_with("sip:") {
            self.add_card(&person, &mut contact);
        }
        contact
    }

    /// Returns a contact as collections embed it.
    pub fn embedded_contact(&mut self, application: &str, person: &Person) -> Value {
        let number = self.contact_number(person);
        let mut contact = self.contact_document(application, Resource::Contact(number, "contact"));
        contact["etag"] = entity_tag(&contact).into();
        contact
    }

    /// Returns the presence, the note, the location or the modalities of a contact; `Null` if the contact is
    /// no longer kept.
    pub fn contact_part_document(&mut self, application: &str, resource: PersonalResource) -> Value {
        let (PersonalResource::ContactPresence(number)
        | PersonalResource::ContactNote(number)
        | PersonalResource::ContactLocation(number)
        | PersonalResource::ContactSupportedModalities(number)) = resource
        else {
            return Value::Null;
        };
        let Some(person) = self.contacts.get(number).cloned() else { return Value::Null };
        let user = self.user_at(&person.uri);
        let profile = user.and_then(|user| self.users.get(user)).map(|user| &user.profile);
        let mut document = match resource {
            PersonalResource::ContactNote(_) => {
                json!({"message": profile.map_or("", |profile| &profile.note), "type": "Personal"})
            }
            PersonalResource::ContactLocation(_) => {
                json!({"location": profile.map_or("", |profile| &profile.location)})
            }
            PersonalResource::ContactSupportedModalities(_) => {
                json!({"modalities": self.modalities_of(user)})
            }
            _ => self.contact_presence(&person, user),
        };
        document["rel"] = resource.rel().into();
        document["_links"] = self.links(application, Resource::Personal(resource), &[]);
        document
    }

    /// Returns the number of a contact at an address, who becomes one.
    pub fn contact_at(&mut self, uri: &str) -> ContactNumber {
        let known = self.people().find(|person| person.uri.eq_ignore_ascii_case(uri)).cloned();
        self.contact_number(&known.unwrap_or_else(|| Person::new("", uri)))
    }

    /// Returns the properties of a presence: that of a user, or an invented one that is always the same.
    fn contact_presence(&self, person: &Person, user: Option<UserNumber>) -> Value {
        let invented = || match seed_of(person) % 4 {
            0 => Presence::of_preference("Online"),
            1 => Presence::of_preference("Busy"),
            2 => Presence::of_preference("Away"),
            _ => Presence::of_preference("BeRightBack"),
        };
        let presence = user.map_or_else(invented, |user| self.presence_of(user));
        let is_offline = presence == Presence::OFFLINE;
        let mut document = json!({
            "availability": presence.availability, "lastActive": format!("/Date({})/", self.now_in_milliseconds()),
            "deviceType": if is_offline { "Unknown" } else { "PC" },
        });
        if let Some(activity) = presence.activity {
            document["activity"] = activity.into();
        }
        document
    }

    /// Returns the modalities in which a user, or another person, can be reached.
    fn modalities_of(&self, user: Option<UserNumber>) -> Vec<String> {
        let Some(user) = user else { return vec!["Messaging".into(), "PhoneAudio".into()] };
        let applications =
            self.applications.values().filter(|known| known.user == user && known.is_available);
        let mut modalities: Vec<String> = applications.flat_map(|known| known.modalities.names()).collect();
        modalities.sort_unstable();
        modalities.dedup();
        modalities
    }

    /// Adds what the address book says of a person of the organization.
    fn add_card(&self, person: &Person, contact: &mut Value) {
        let card = BusinessCard::of(person);
        let user = self.user_at(&person.uri).and_then(|user| self.users.get(user));
        let phones = user.map_or_else(|| Phones::of_card(&card), |user| user.profile.phones.clone());
        contact["emailAddresses"] = json!([card.mail]);
        contact["title"] = card.title.into();
        contact["department"] = card.department.into();
        contact["company"] = card.company.into();
        contact["office"] = card.office_phone.into();
        contact["sourceNetworkIconUrl"] = "https://images.contoso.example/logo_16x16.png".into();
        for kind in PhoneType::ALL {
            let phone = phones.get(kind);
            if phone.is_visible && !phone.number.is_empty() {
                contact[format!("{}PhoneNumber", kind.name())] = phone.number.clone().into();
            }
        }
    }
}
