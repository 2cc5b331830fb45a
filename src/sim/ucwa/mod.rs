//! A Skype for Business server with one user, as the reference of UCWA describes it.
//!
//! [`UcwaServer`] is the handle to it. `World` is its state, which the other modules change: `access` answers
//! discovery, tokens and whatever needs no application, `requests` the resources of an application,
//! `applications`, `hrefs`, `invitations` and `conversations` hold the effects of each action, `events`
//! queues what the applications are told, and `event_channel` delivers it. `documents` makes the resources as
//! the client reads them.

mod access;
mod application;
mod application_document;
mod applications;
mod audience;
mod availability;
mod batch;
mod business_card;
mod cache;
mod call_forwarding;
mod communication_settings;
pub(super) mod console;
mod contact;
mod contacts;
mod conversation;
mod conversation_documents;
mod conversation_logs;
mod conversation_requests;
mod conversations;
mod documents;
mod enumerations;
mod event_channel;
mod events;
mod history;
mod hrefs;
mod input;
mod invitation;
mod invitation_documents;
mod invitations;
mod jpeg;
mod me;
mod meeting;
mod meetings;
mod message;
mod messages;
mod methods;
mod options;
mod outgoing;
mod participant_documents;
mod people;
mod person;
mod personal;
mod personal_requests;
mod phone;
mod phones;
mod policies;
mod presence_subscription;
mod presence_subscriptions;
mod profile;
mod registration;
mod requests;
mod resource;
mod resource_numbers;
mod routing;
mod server;
mod subscription_requests;
#[cfg(test)]
mod tests;
mod tickets;
mod timer;
mod user;
mod world;
mod xframe;

pub use conversation::{ConversationNumber, ConversationSnapshot};
pub use invitation::{
    EndCause, EndedInvitation, InvitationNumber, InvitationSnapshot, Invite, InviteKind, PeopleFormat,
};
pub use message::{MessageBody, MessageFormat};
pub use options::UcwaOptions;
pub use person::{InviteeBehavior, Person};
pub use server::UcwaServer;
pub use user::Routing;
