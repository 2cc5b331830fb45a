use tokio::time::sleep;

use super::{Ending, Step};
use crate::sim::graph::{Call, CallNumber, Caller, CallerKind};
use crate::sim::simulator::Simulator;
use crate::sim::time::seconds;
use crate::sim::ucwa::{InvitationNumber, Invite, InviteKind, Person};

impl Step {
    /// Sends the invitation of the step. `person` returns the person whom a key names.
    ///
    /// # Errors
    /// Returns an error if the server has no such user; in words.
    pub(in crate::sim) fn invite(
        &self,
        kind: InviteKind,
        sim: &Simulator,
        person: impl Fn(&str) -> Person,
    ) -> Result<InvitationNumber, String> {
        let user = self.user.unwrap_or(1);
        if user > sim.ucwa.user_count() {
            return Err(format!("there is no user {user}; see --users"));
        }
        let someone = |name: &Option<String>| name.as_deref().map(&person).unwrap_or_default();
        let number = sim.ucwa.invite(Invite {
            user: user.saturating_sub(1),
            kind,
            from: someone(&self.from),
            subject: self.subject.clone(),
            message: self.message.clone(),
            format: self.format,
            importance: self.importance.clone(),
            forwarded_by: someone(&self.forwarded_by),
            transferred_by: someone(&self.transferred_by),
            on_behalf_of: someone(&self.on_behalf_of),
            delegator: someone(&self.delegator),
            to: someone(&self.to),
            accepted_by: someone(&self.accepted_by),
            phone_number: self.phone_number.clone(),
            private_line: self.private_line,
            lobby: self.lobby,
            people: self.people,
            linked_from: self.linked_from,
            linked: self.linked,
        });
        if let Some(cause) = self.then.and_then(Ending::of_invitation) {
            let (ucwa, after) = (sim.ucwa.clone(), seconds(self.after));
            tokio::spawn(async move {
                sleep(after).await;
                // The user may have answered before.
                let _ = ucwa.end(number, cause);
            });
        }
        Ok(number)
    }

    /// Makes the call of the step to the bot. `person` returns the person whom a key names.
    ///
    /// # Errors
    /// Returns an error if there is no bot to notify; in words.
    pub(in crate::sim) fn call(
        &self,
        kind: CallerKind,
        sim: &Simulator,
        person: impl Fn(&str) -> Person,
    ) -> Result<CallNumber, String> {
        if !sim.graph.has_webhook() {
            return Err("there is no webhook to notify".into());
        }
        let caller = self.from.as_deref().map(person).unwrap_or_default();
        let name = match caller.uri.strip_prefix("tel:") {
            Some(number) if kind == CallerKind::Phone => number,
            _ => &caller.name,
        };
        let mut call = Call::from(Caller::new(kind, name));
        if !self.modalities.is_empty() {
            call.modalities.clone_from(&self.modalities);
        }
        call.group = self.group;
        call.forwarded_from.clone_from(&self.forwarded_from);
        call.subject.clone_from(&self.subject);
        let number = sim.graph.call(call);
        if let Some(event) = self.then.and_then(Ending::of_call) {
            let (graph, after) = (sim.graph.clone(), seconds(self.after));
            tokio::spawn(async move {
                sleep(after).await;
                // The bot may have answered before.
                let _ = graph.trigger(number, event);
            });
        }
        Ok(number)
    }
}
