//! Conversations: who takes part, and what they do there.

mod documents;
mod logs;
pub mod meetings;
mod membership;
mod messages;
mod participant_documents;
mod requests;
#[cfg(test)]
mod tests;
