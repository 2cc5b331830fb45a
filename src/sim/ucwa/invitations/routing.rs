//! The ways that calls to a user take: forwarding, delegates and team-ringing.

use crate::sim::ucwa::state::people::user::{Routing, UserNumber};
use crate::sim::ucwa::state::talk::invite::{Invite, InviteKind};
use crate::sim::ucwa::state::world::World;

impl World {
    /// Returns the state of the caller's invitation, if it is a special one, and the invitations that a call
    /// to a user becomes.
    pub fn route(&self, invite: Invite) -> (Option<&'static str>, Vec<Invite>) {
        let user = invite.user;
        let routing = self.users.get(user).map(|known| known.routing.clone()).unwrap_or_default();
        let target = self.person(user);
        let at = |other: UserNumber| Invite {
            user: other,
            to: target.clone(),
            phone_number: Self::phone_number_of(other, invite.kind),
            ..invite.clone()
        };
        match routing {
            _ if !invite.kind.is_call() => (None, vec![invite]),
            Routing::Ring => (None, vec![invite]),
            Routing::Forward(other) => {
                (Some("Forwarded"), vec![Invite { forwarded_by: target.clone(), ..at(other) }])
            }
            Routing::Team(members) => {
                let others = members.into_iter().filter(|member| *member != user).map(at);
                (Some("TeamRing"), std::iter::once(invite.clone()).chain(others).collect())
            }
            Routing::Delegates(delegates) => {
                let others = delegates.into_iter().filter(|delegate| *delegate != user);
                let others = others.map(|other| Invite { on_behalf_of: target.clone(), ..at(other) });
                (None, std::iter::once(invite.clone()).chain(others).collect())
            }
        }
    }

    /// Returns the number of the phone on which a call rings at a user; empty if it is no call to a phone.
    pub fn phone_number_of(user: UserNumber, kind: InviteKind) -> String {
        if kind == InviteKind::Phone { format!("tel:+1425555{:04}", 2222 + user) } else { String::new() }
    }
}
