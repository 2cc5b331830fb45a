//! The state of the server, which the other modules change: [`World`](world::World) and what it is made of.

pub mod application;
pub mod device_codes;
pub mod options;
pub mod people;
pub mod resource;
pub mod resource_numbers;
pub mod talk;
pub mod tickets;
pub mod timer;
pub mod world;
