//! The applications of clients: how they begin and end, what their users publish by them, and which events they
//! are told.

mod audience;
mod availability;
mod communication;
mod document;
mod events;
mod lifetime;
pub mod policies;
#[cfg(test)]
mod tests;
