//! The configuration file: its schema, its defaults, and where the secrets come from.

mod secret;

pub use secret::{Secret, SecretError};
