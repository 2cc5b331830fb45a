//! Invitations and conversations, independent of protocols and of the screen.

mod actor;
mod availability;
mod contact;
mod conversation;
mod decision;
mod destination;
mod found_person;
mod id;
mod kind;
mod meeting;
mod message;
mod missed_log;
mod moment;
mod outcome;
mod party;
mod past;
mod pending;
mod reason;
mod rejection;
#[cfg(test)]
mod tests;

pub use actor::Actor;
pub use availability::{Availability, PreferredAvailability, Presence};
pub use contact::Contact;
pub use conversation::{Conversation, HangUp};
pub use decision::Decision;
pub use destination::{CallbackUri, Destination};
pub use found_person::FoundPerson;
pub use id::{AccountId, ConversationId, InvitationId};
pub use kind::{Direction, Importance, Kind, Stage};
pub use meeting::{Admission, Meeting, MeetingRole, OwnPlace, ParticipantId, Waiting};
pub use message::{ChatMessage, MessageText};
pub use missed_log::MissedLog;
pub use moment::Moment;
pub use outcome::Outcome;
pub use party::Party;
pub use past::PastInvitation;
pub use pending::{Certainty, Fact, Invitation, Offers};
pub use reason::Reason;
pub use rejection::Rejection;
