//! The configuration file: its schema, its checks and the settings that result from it.

mod accounts;
mod alerts;
mod check;
mod endpoint;
mod error;
mod explain;
mod file;
mod first_configuration;
mod graph;
mod hooks;
mod keys;
mod load;
mod location;
mod parse;
mod reload;
mod rules;
mod schema;
mod section;
mod settings;
mod syntax;
mod ucwa;
mod value;

pub use endpoint::Endpoint;
pub use error::{ConfigError, Diagnostic};
pub use file::File;
pub use first_configuration::{Server, SignIn, first_configuration};
pub use load::{load, load_rules, load_screen};
pub use location::{command_line, file_path, themes_directory};
pub use reload::Reloader;
pub use schema::EXAMPLE;
pub use settings::{AccountConfig, AccountSection, Config, ScreenConfig, Service};
