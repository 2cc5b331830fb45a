use super::client::Client;
use super::demo::Show;
use crate::cli::{Global, Watch};
use crate::config;
use crate::watch::Options;

/// Prints the events of the configured accounts, or of a simulator, as lines.
pub(super) async fn run(arguments: &Watch, global: &Global) -> anyhow::Result<()> {
    let Watch { json, commands, once, limit, .. } = *arguments;
    let options = Options { json, commands, once, limit };
    match &arguments.demo {
        None => Client::load(global)?.watch(options).await,
        Some(scenario) => {
            let screen = config::load_screen(global.config.as_deref(), global.profile.as_deref())?;
            let (show, client) = Show::begin(scenario, screen).await?;
            let result = client.watch(options).await;
            show.end();
            result
        }
    }
}
