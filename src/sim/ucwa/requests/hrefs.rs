//! The hrefs of resources: unguessable, made when a document first links to the resource, and different in
//! each application.

use crate::sim::request::ParsedRequest;
use crate::sim::ucwa::state::people::person::Person;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::resource::finished::Finished;
use crate::sim::ucwa::state::resource::personal::PersonalResource;
use crate::sim::ucwa::state::resource_numbers::ContactNumber;
use crate::sim::ucwa::state::world::World;

/// The relations by which contacts are linked to.
const CONTACT_RELS: [&str; 5] = ["contact", "forwardedBy", "transferredBy", "onBehalfOf", "delegator"];

/// The number of hrefs for which there is room for each thing that is kept: those of one conversation.
const HREFS_OF_ONE: usize = 50;
/// The number of ended things whose hrefs are known in any case.
const LEAST_FINISHED: usize = 4;

impl World {
    /// Returns the href of a resource within an application.
    pub fn href(&mut self, application: &str, resource: Resource) -> String {
        let known = self.applications.get(application).and_then(|known| known.hrefs.get(&resource).cloned());
        if let Some(href) = known {
            return href;
        }
        let href = resource.href(application, &self.random(8));
        if let Some(known) = self.applications.get_mut(application) {
            known.hrefs.insert(resource, href.clone());
            self.hrefs.insert(href.clone(), (application.to_owned(), resource));
        }
        href
    }

    /// Returns the application and the resource that a request is for. The client may have appended
    /// parameters to the query of the href.
    pub fn resource_of(&self, request: &ParsedRequest) -> Option<&(String, Resource)> {
        let target = request.target();
        let ends = target.match_indices('&').rev().chain(target.match_indices('?'));
        let prefixes = ends.filter_map(|(end, _)| target.get(..end));
        std::iter::once(target.as_str()).chain(prefixes).find_map(|href| self.hrefs.get(href))
    }

    /// Returns the number of a person as a contact: the same one for the same person.
    pub fn contact_number(&mut self, person: &Person) -> ContactNumber {
        let (number, dropped) = self.contacts.number(person);
        if let Some(dropped) = dropped {
            self.remove_hrefs(CONTACT_RELS.map(|rel| Resource::Contact(dropped, rel)));
            let membership = PersonalResource::MyGroupMembership(dropped);
            let parts = PersonalResource::of_contact(dropped).into_iter().chain([membership]);
            self.remove_hrefs(parts.map(Resource::Personal));
        }
        number
    }

    /// Adds an invitation or a conversation to those whose hrefs are still known although they have ended.
    pub fn finish(&mut self, finished: Finished) {
        if let Some(oldest) = self.finished.push(finished) {
            self.forget_finished(&oldest);
        }
        // With many applications, each of which has hrefs of its own, there is room for fewer.
        while self.hrefs.len() > HREFS_OF_ONE * self.kept
            && let Some(oldest) = self.finished.pop_beyond(LEAST_FINISHED)
        {
            self.forget_finished(&oldest);
        }
    }

    fn forget_finished(&mut self, oldest: &Finished) {
        if let Finished::Message(number) = oldest {
            self.messages.remove(number);
        }
        self.remove_hrefs(oldest.resources());
    }

    pub fn remove_hrefs(&mut self, resources: impl IntoIterator<Item = Resource>) {
        for resource in resources {
            for application in self.applications.values_mut() {
                if let Some(href) = application.hrefs.remove(&resource) {
                    self.hrefs.remove(&href);
                }
            }
        }
    }
}
