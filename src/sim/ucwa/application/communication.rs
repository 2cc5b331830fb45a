//! Changes of the resource `communication`.

use crate::sim::broken_rule::BrokenRule;
use crate::sim::reply::Reply;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::cache;
use crate::sim::ucwa::state::application::Modalities;
use crate::sim::ucwa::state::application::communication_settings::CommunicationChange;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::world::World;

impl World {
    /// Handles a PUT of `communication`.
    ///
    /// # Errors
    /// Returns the refusal if the precondition is not met, or the input is invalid.
    pub fn put_communication(
        &mut self,
        application: &str,
        request: &ParsedRequest,
    ) -> Result<Handled, Handled> {
        let rel = Resource::Communication.rel();
        let document = self.communication_document(application);
        if let Some((reply, rule)) = cache::refuse_change(request, &document) {
            return Err(Handled::breaking_rule(reply, rel, BrokenRule::new(rel, rule)));
        }
        if let Some(known) = self.applications.get_mut(application) {
            let change = CommunicationChange::read(known.settings.clone(), request)?;
            known.settings = change.settings;
            if let Some(formats) = change.formats {
                known.formats = formats.into_iter().collect();
            }
            if let Some(modalities) = change.modalities {
                known.modalities = Modalities::new(modalities);
            }
        }
        self.send_communication(application);
        Ok(Handled::new(Reply::empty(200), rel))
    }

    /// Tells an application that its `communication` has changed.
    pub fn send_communication(&mut self, application: &str) {
        let document = Some(self.communication_document(application));
        let event = self.event(application, "updated", "communication", Resource::Communication, document);
        self.queue_event(application, Resource::Communication, event);
    }
}
