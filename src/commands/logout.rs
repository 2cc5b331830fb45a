use anyhow::bail;

use super::login::choose;
use super::output::print_line;
use crate::cli::{self, Global};
use crate::config::{AccountConfig, Service};
use crate::provider::graph::Credential;
use crate::provider::ucwa::Credentials;
use crate::secret::Secret;

/// Removes what `rsvp login` keeps for an account.
pub(super) fn run(arguments: &cli::Logout, global: &Global) -> anyhow::Result<()> {
    let AccountConfig { section, label, service, .. } = choose(&arguments.account, global)?;
    let store = match service {
        Service::Ucwa(settings) => match settings.credentials {
            Credentials::Login(store) => Some(store),
            Credentials::Token(_) | Credentials::Password { .. } => None,
        },
        Service::Graph(settings) => match settings.credential {
            Credential::Secret(Secret::Login(store)) => Some(store),
            Credential::Secret(_) | Credential::Certificate { .. } => None,
        },
    };
    let Some(store) = store else {
        bail!("{section} signs in by its keys in the configuration, which `rsvp logout` does not change");
    };
    let contents = store.read().map_or("what was", |login| login.contents());
    if store.remove()? {
        print_line(&format!("Signed out of {label}: removed {contents} from {store}."))
    } else {
        print_line(&format!("Nothing was kept for {label}."))
    }
}
