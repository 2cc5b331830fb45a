use anyhow::Context;

use super::login::choose;
use super::output::print_line;
use crate::cli::{self, Global};
use crate::config::{self, AccountConfig};

/// Removes what `rsvp login` keeps for an account, whether or not the configuration has another way to sign in by now.
pub(super) fn run(arguments: &cli::Logout, global: &Global) -> anyhow::Result<()> {
    let AccountConfig { section, label, service, .. } = choose(&arguments.account, global)?;
    let path = config::file_path(global.config.as_deref(), global.profile.as_deref())?;
    let store = section
        .login_store(&path, service.login_target())
        .context("no state directory on this system; nothing can be kept there")?;
    let contents = store.read().map_or("what was there", |login| login.contents());
    let place = store.to_string();
    if store.remove()? {
        print_line(&format!("Signed out of {label}: removed {contents} from {place}."))
    } else {
        print_line(&format!("Nothing was kept for {label}."))
    }
}
