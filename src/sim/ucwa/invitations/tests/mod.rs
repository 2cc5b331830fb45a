//! Tests of invitations.

mod endpoints;
mod people;
mod ringing;
mod transfers;
