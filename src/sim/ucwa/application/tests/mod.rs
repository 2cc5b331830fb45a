//! Tests of the events that applications are told.

mod channel;
mod gathering;
mod urgency;
