//! A Skype for Business server with a few users, as the reference of UCWA describes it.
//!
//! [`UcwaServer`] is the handle to it. `World` is its state, which the other modules change: `access` answers
//! discovery, tokens and whatever needs no application; `requests` and the files named `…_requests` answer the
//! requests for the resources of an application, after `input` has checked what they carry; `documents` and the
//! files named `…_document(s)` make the resources as a client reads them.
//!
//! `invitations` and `outgoing` hold the effects of each action on both sides of an invitation, `conversations`,
//! `messages` and `meetings` what follows in the talk that users have; `audience` tells which applications hear of
//! it, `events` queues what they are told, and `event_channel` delivers it. `me`, `people` and their like are the
//! rest of the reference.

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
mod console_conversation;
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
