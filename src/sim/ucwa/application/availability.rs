//! The actions by which a user becomes and stays available.

use crate::sim::broken_rule::BrokenRule;
use crate::sim::reply::Reply;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::state::application::Modalities;
use crate::sim::ucwa::state::application::communication_settings::Reachability;
use crate::sim::ucwa::state::people::user::UserNumber;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::resource::personal::PersonalResource;
use crate::sim::ucwa::state::talk::invitation::InvitationNumber;
use crate::sim::ucwa::state::world::World;

impl World {
    /// Handles a POST to `makeMeAvailable`.
    ///
    /// # Errors
    /// Returns the refusal if the input is invalid, or the application is available already.
    pub fn make_available(&mut self, application: &str, request: &ParsedRequest) -> Result<Handled, Handled> {
        let reach = Reachability::read("makeMeAvailable", request)?;
        let known = self.applications.get_mut(application);
        let Some(known) = known.filter(|known| !known.is_available) else {
            let broken = BrokenRule::new("makeMeAvailable", "the application is available already");
            return Err(Handled::breaking_rule(
                Reply::error(409, "AlreadyExists"),
                "makeMeAvailable",
                broken,
            ));
        };
        known.is_available = true;
        known.modalities = Modalities::new(reach.modalities);
        known.formats.extend(reach.formats);
        known.settings = reach.settings;
        let user = known.user;
        if let (Some(user), Some(availability)) = (self.users.get_mut(user), reach.sign_in_as) {
            user.profile.availability = Some(availability);
        }
        self.send_availability(application);
        if reach.sign_in_as.is_some() {
            self.send_presence_to_others(user, application);
        }
        self.send_seen(user, PersonalResource::Presence);
        // The client is told of what rings already; nothing in the event tells since when.
        let pending = self.invitations.values();
        let ringing =
            pending.filter(|it| self.audience_of_invitation(it).iter().any(|name| name == application));
        let ringing: Vec<InvitationNumber> = ringing.map(|pending| pending.number).collect();
        for number in ringing {
            self.announce(application, number);
        }
        Ok(Handled::new(Reply::empty(204), "makeMeAvailable"))
    }

    /// Tells the other applications of a user that the presence has changed.
    fn send_presence_to_others(&mut self, user: UserNumber, application: &str) {
        let mut others = self.available_applications(user);
        others.retain(|other| other != application);
        let presence = PersonalResource::Presence;
        self.tell(&others, Resource::Me, |world, other| {
            Some(world.event(other, "updated", presence.rel(), Resource::Personal(presence), None))
        });
    }

    /// Handles a POST to `reportMyActivity`.
    pub fn report_activity(&self, application: &str) -> Handled {
        if self.applications.get(application).is_some_and(|known| known.is_available) {
            return Handled::new(Reply::empty(204), "reportMyActivity");
        }
        let broken = BrokenRule::new("reportMyActivity", "makeMeAvailable comes first");
        Handled::breaking_rule(Reply::error(409, "MakeMeAvailableRequired"), "reportMyActivity", broken)
    }
}
