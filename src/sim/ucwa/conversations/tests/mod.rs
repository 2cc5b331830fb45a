//! Tests of conversations.

mod logs;
mod meetings;
mod trace;
