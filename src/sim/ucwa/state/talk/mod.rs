//! Invitations, and the conversations, messages and meetings that follow from them.

pub mod conversation;
pub mod invitation;
pub mod invite;
pub mod meeting;
pub mod message;
