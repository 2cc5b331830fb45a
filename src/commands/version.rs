//! The version, in one line or with what a report of a defect needs.

use std::env::consts::{ARCH, FAMILY, OS};

use super::output::print_line;

/// Prints the version.
pub(super) fn run(is_verbose: bool) -> anyhow::Result<()> {
    let lines = if is_verbose { verbose() } else { vec![line()] };
    print_line(&lines.join("\n"))
}

/// Returns the name and the version.
fn line() -> String {
    format!("rsvp {}", env!("CARGO_PKG_VERSION"))
}

/// Returns the version, the platform that it was built for, and the parts that vary between builds.
pub(super) fn verbose() -> Vec<String> {
    let build = if cfg!(debug_assertions) { "debug" } else { "release" };
    let tls = if cfg!(feature = "native-tls") { "the system's" } else { "rustls" };
    let optional = [("desktop", cfg!(feature = "desktop")), ("keyring", cfg!(feature = "keyring"))];
    let features: Vec<&str> = optional.iter().filter(|(_, has)| *has).map(|(name, _)| *name).collect();
    let features = if features.is_empty() { "none".to_owned() } else { features.join(", ") };
    vec![
        line(),
        format!("platform  {ARCH} {OS} ({FAMILY})"),
        format!("build     {build}"),
        format!("TLS       {tls}"),
        format!("features  {features}"),
        format!("SQLite    {}", rusqlite::version()),
    ]
}
