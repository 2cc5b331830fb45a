//! The presence, the note and the location that a user publishes.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use super::requests::make_me_available_required;
use crate::sim::reply::Reply;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::input::Input;
use crate::sim::ucwa::input::enumerations::PREFERRED_AVAILABILITY;
use crate::sim::ucwa::state::people::profile::{Presence, Profile};
use crate::sim::ucwa::state::people::user::UserNumber;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::resource::personal::PersonalResource;
use crate::sim::ucwa::state::world::World;

/// The longest note (characters).
const LONGEST_NOTE: usize = 1_000;
/// The longest location (characters).
const LONGEST_LOCATION: usize = 60;
/// The resources that a user publishes, in the order in which an application is told of it.
const PUBLISHED: [PersonalResource; 3] =
    [PersonalResource::Presence, PersonalResource::Note, PersonalResource::Location];

impl World {
    /// Returns the presence of a user: the sum of all endpoints.
    pub fn presence_of(&self, user: UserNumber) -> Presence {
        let mut applications = self.applications.values();
        if !applications.any(|known| known.user == user && known.is_available) {
            return Presence::OFFLINE;
        }
        let preferred = self.users.get(user).and_then(|user| user.profile.availability);
        Presence::of_preference(preferred.unwrap_or("Online"))
    }

    /// Returns the presence, the note or the location of the application's user.
    ///
    /// # Errors
    /// Returns the refusal if the application is not available.
    pub fn published_document(
        &mut self,
        application: &str,
        resource: PersonalResource,
    ) -> Result<Value, Handled> {
        let user = self.user_of(application);
        if !self.applications.get(application).is_some_and(|known| known.is_available) {
            return Err(make_me_available_required(resource));
        }
        let presence = self.presence_of(user);
        let mut document = json!({
            "rel": resource.rel(), "_links": self.links(application, Resource::Personal(resource), &[]),
        });
        let Some(user) = self.users.get(user) else { return Ok(Value::Null) };
        match resource {
            PersonalResource::Note => {
                document["message"] = user.profile.note.clone().into();
                document["type"] = "Personal".into();
            }
            PersonalResource::Location => document["location"] = user.profile.location.clone().into(),
            _ => {
                document["availability"] = presence.availability.into();
                if let Some(activity) = presence.activity {
                    document["activity"] = activity.into();
                }
            }
        }
        Ok(document)
    }

    /// Handles a POST to the presence, the note or the location, which tells who sees it.
    ///
    /// # Errors
    /// Returns the refusal if the application is not available, or the input is invalid.
    pub fn publish(
        &mut self,
        application: &str,
        resource: PersonalResource,
        request: &ParsedRequest,
    ) -> Result<Handled, Handled> {
        if !self.applications.get(application).is_some_and(|known| known.is_available) {
            return Err(make_me_available_required(resource));
        }
        let mut input = Input::read(resource.rel(), request)?;
        let change: Box<dyn FnOnce(&mut Profile)> = match resource {
            PersonalResource::Note => {
                let message = input.text("message", LONGEST_NOTE).unwrap_or_default();
                Box::new(move |profile| message.trim().clone_into(&mut profile.note))
            }
            PersonalResource::Location => {
                let location = input.text("location", LONGEST_LOCATION).unwrap_or_default();
                Box::new(move |profile| profile.location = location)
            }
            _ => {
                let availability = input.member("availability", &PREFERRED_AVAILABILITY);
                Box::new(move |profile| profile.availability = availability)
            }
        };
        input.check()?;
        let user = self.user_of(application);
        if let Some(user) = self.users.get_mut(user) {
            change(&mut user.profile);
        }
        self.send_published(user, resource);
        Ok(Handled::new(Reply::empty(204), resource.rel()))
    }

    /// Sends the events by which an application learns that it has become available.
    pub fn send_availability(&mut self, application: &str) {
        let me = self.event(application, "updated", "me", Resource::Me, None);
        self.queue_event(application, Resource::Me, me);
        for resource in PUBLISHED {
            let event = self.event(application, "added", resource.rel(), Resource::Personal(resource), None);
            self.queue_event(application, Resource::Me, event);
        }
        self.send_communication(application);
    }

    /// Tells the applications of a user that the presence, the note or the location has changed.
    pub fn send_published(&mut self, user: UserNumber, resource: PersonalResource) {
        let audience = self.available_applications(user);
        self.tell(&audience, Resource::Me, |world, application| {
            Some(world.event(application, "updated", resource.rel(), Resource::Personal(resource), None))
        });
        self.send_seen(user, resource);
    }
}
