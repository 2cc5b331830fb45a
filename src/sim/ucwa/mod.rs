//! A Skype for Business server with a few users, as the reference of UCWA describes it.
//!
//! [`UcwaServer`] is the handle to it. `state` holds `World`, which the other modules change: `access` answers
//! discovery, tokens and whatever needs no application; `requests` and the files of that name in other folders
//! answer the requests for the resources of an application, after `input` has checked what they carry; the files
//! named `document(s)` make the resources as a client reads them.
//!
//! `invitations` holds the effects of each action on both sides of an invitation, `conversations` what follows in
//! the talk that users have; `application` tells which applications hear of it and queues the events, which
//! `state::application::event_channel` delivers. `people` is the user and everybody else.

mod access;
mod application;
mod cache;
pub(super) mod console;
mod conversations;
mod input;
mod invitations;
mod people;
mod requests;
mod server;
mod state;
#[cfg(test)]
mod tests;

pub use server::UcwaServer;
pub use state::options::{TicketGrant, UcwaOptions};
pub(super) use state::people::person::complete_address;
pub use state::people::person::{InviteeBehavior, Person};
pub use state::people::user::Routing;
pub use state::talk::conversation::{ConversationNumber, ConversationSnapshot};
pub use state::talk::invitation::{EndCause, EndedInvitation, InvitationNumber, InvitationSnapshot};
pub use state::talk::invite::{Invite, InviteKind, PeopleFormat};
pub use state::talk::message::{MessageBody, MessageFormat};
