//! Skype for Business: the Unified Communications Web API 2.0.

mod settings;

pub use settings::{Activity, Availability, Credentials, Modality, Settings, Start};
