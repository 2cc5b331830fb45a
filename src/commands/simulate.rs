use std::sync::Arc;

use anyhow::Context;
use tokio::net::TcpListener;
use url::Url;

use super::output::print_line;
use super::simulation::{Recorder, Script, Simulation};
use crate::cli::Simulate;
use crate::provider::network::{HttpExchange, Network};
use crate::provider::origin::{encrypted_or_local, is_loopback};
use crate::sim::scenario::Scenario;
use crate::sim::{GraphOptions, Options, Person, Simulator, UcwaOptions, serve};

/// The number of recent requests, ended calls and the like that the simulator remembers.
const KEPT: usize = 5_000;

/// Runs the simulator alone. Prints how to configure a client for it, every request, and the response to every
/// command.
pub(super) async fn run(arguments: &Simulate) -> anyhow::Result<()> {
    let scenario = arguments.scenario.as_deref().map(Scenario::load).transpose()?;
    let script = arguments.commands.as_deref().map(Script::load).transpose()?;
    let reads_stdin = script.is_none() || arguments.stdin;
    let recorder = arguments.record.as_deref().map(Recorder::create).transpose()?;
    let options = scenario.as_ref().map_or_else(Options::default, Scenario::options);
    // A simulator may run for weeks.
    let ucwa = UcwaOptions {
        lobby: arguments.lobby,
        device_login: arguments.device_login,
        ..options.ucwa.with_users(arguments.users)
    };
    let options = Options { kept: KEPT, ucwa, ..options };
    anyhow::ensure!(
        arguments.listen.ip().is_loopback(),
        "{} is not a loopback address; the simulator listens only on this machine",
        arguments.listen
    );
    let listener = TcpListener::bind(arguments.listen).await.with_context(|| {
        format!("can't listen on {}; choose another address with --listen", arguments.listen)
    })?;
    encrypted_or_local(&arguments.notify)
        .with_context(|| format!("can't send notifications to {}", arguments.notify))?;
    let network = Network { loopback_only: is_loopback(&arguments.notify), ..Network::default() };
    let exchange = Arc::new(HttpExchange::new(network).context("can't send notifications")?);
    let url = format!("http://{}/", listener.local_addr()?);
    print_line(&instructions(&options, &url, &arguments.notify))?;

    let sim = Simulator::new(options);
    if recorder.is_some() {
        sim.keep_responses();
    }
    sim.graph.set_webhook(exchange, arguments.notify.clone());
    let server = tokio::spawn(serve(sim.clone(), listener));
    if let Some(scenario) = scenario {
        print_line(&format!("Playing: {}", scenario.title))?;
        tokio::spawn(scenario.play(sim.clone()));
    }
    let result = Simulation::new(sim, recorder, arguments.keep_going).run(script, reads_stdin).await;
    server.abort();
    result
}

fn instructions(options: &Options, url: &str, notify: &Url) -> String {
    format!(
        "A Skype for Business server and a Microsoft Graph calling service for development listen on {url}

Configuration of a client for Skype for Business:

    token = \"{}\"
    [ucwa]
    url = \"{url}\"

{}

Configuration of a bot:

{}
Type help for a list of commands.",
        options.ucwa.token,
        users(&options.ucwa),
        graph_section(&options.graph, url, notify),
    )
}

/// Returns the users with their tokens, and how to sign in with the password.
fn users(options: &UcwaOptions) -> String {
    if options.colleagues.is_empty() {
        return format!("Any user name with the password `{}` works too.", options.password);
    }
    let line = |(number, user): (usize, &Person)| {
        let (name, uri) = (&user.name, &user.uri);
        format!("    {}  {name} <{uri}>  token = \"{}\"", number + 1, options.token_of(number))
    };
    let users: Vec<String> = options.users().enumerate().map(line).collect();
    format!(
        "Users, each of whom can sign in with the password `{}` as well:\n\n{}",
        options.password,
        users.join("\n")
    )
}

/// Returns the configuration of a bot for the calling service at `url`, which sends its notifications to `notify`.
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
