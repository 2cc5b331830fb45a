use std::sync::Arc;

use anyhow::Context;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use url::Url;

use super::say;
use crate::cli::Simulate;
use crate::provider::network::{HttpExchange, Network};
use crate::provider::origin::{encrypted_or_local, is_loopback};
use crate::sim::console::{self, Answer};
use crate::sim::scenario::Scenario;
use crate::sim::{GraphOptions, Options, Simulator, serve};

/// How many of the latest requests the simulator remembers, and of everything else that is over.
const KEPT: usize = 5_000;

/// Runs the simulator alone: prints how to reach it, every request, and what is said to each line typed.
pub(super) async fn run(arguments: &Simulate) -> anyhow::Result<()> {
    let scenario = arguments.scenario.as_deref().map(Scenario::load).transpose()?;
    let options = scenario.as_ref().map_or_else(Options::default, Scenario::options);
    // It may run for weeks.
    let options = Options { kept: KEPT, ..options };
    anyhow::ensure!(
        arguments.listen.ip().is_loopback(),
        "{} is not on this machine's loopback; the simulator listens on loopback only",
        arguments.listen
    );
    let listener = TcpListener::bind(arguments.listen)
        .await
        .with_context(|| format!("can't listen on {}; choose another with --listen", arguments.listen))?;
    encrypted_or_local(&arguments.notify)
        .with_context(|| format!("can't send notifications to {}", arguments.notify))?;
    let network = Network { loopback_only: is_loopback(&arguments.notify), ..Network::default() };
    let exchange = Arc::new(HttpExchange::new(network).context("can't send notifications")?);
    let url = format!("http://{}/", listener.local_addr()?);
    say(&format!(
        "A Skype for Business server and a Microsoft Graph calling service for development listen on {url}\n"
    ))?;
    say("A configuration for the one:\n")?;
    say(&format!("    token = \"{}\"\n    [ucwa]\n    url = \"{url}\"\n", options.token))?;
    say(&format!("or, with a password, any username and the password `{}`.", options.password))?;
    say("\nA configuration for the other:\n")?;
    say(&graph_section(&options.graph, &url, &arguments.notify))?;
    say("Type help for what can be made to happen.")?;

    let sim = Simulator::new(options);
    sim.notify(exchange, arguments.notify.clone());
    let server = tokio::spawn(serve(sim.clone(), listener));
    if let Some(scenario) = scenario {
        say(&format!("Playing: {}", scenario.title))?;
        tokio::spawn(scenario.play(sim.clone()));
    }
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut open = true;
    let mut seen = 0;
    loop {
        tokio::select! {
            line = lines.next_line(), if open => match line? {
                None => open = false,
                Some(line) => match console::obey(&sim, &line) {
                    Ok(Answer::Quit) => break,
                    Ok(Answer::Say(text)) if text.is_empty() => {}
                    Ok(Answer::Say(text)) => say(&text)?,
                    Err(complaint) => say(&format!("? {complaint}"))?,
                },
            },
            (answered, next) = sim.answered_from(seen) => {
                for request in &answered {
                    say(&request.to_string())?;
                }
                seen = next;
            }
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    server.abort();
    Ok(())
}

/// The configuration of a bot for the calling service at `url`, which sends its notifications to `notify`.
fn graph_section(options: &GraphOptions, url: &str, notify: &Url) -> String {
    let address = (is_loopback(notify).then(|| notify.host_str()).flatten(), notify.port_or_known_default());
    let listen = match address {
        (Some("localhost"), Some(port)) => format!("127.0.0.1:{port}"),
        (Some(host), Some(port)) => format!("{host}:{port}"),
        _ => "127.0.0.1:3978".into(),
    };
    format!(
        "    [graph]
    tenant = \"{}\"
    client_id = \"{}\"
    client_secret = \"{}\"
    listen = \"{listen}\"
    public_url = \"{notify}\"
    authority = \"{url}\"
    base_url = \"{url}v1.0\"
    openid_url = \"{url}v1/.well-known/OpenIdConfiguration\"
",
        options.tenant, options.client_id, options.client_secret
    )
}
