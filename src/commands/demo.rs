use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use super::client::{Accounts, Client};
use super::look::look;
use crate::app::Settings;
use crate::cli::{Demo, Global};
use crate::config::{self, AccountConfig, AccountSection, ScreenConfig, Service};
use crate::hooks;
use crate::provider::graph::{self, Cloud, Credential, ISSUERS, RINGING_TIME};
use crate::provider::network::{HttpExchange, Network};
use crate::provider::ucwa::{self, Activity, Credentials, Modality, Start, Wire};
use crate::secret::Secret;
use crate::sim::scenario::Scenario;
use crate::sim::{Options, Simulator, serve};

/// Runs the client against a simulator on loopback ports. The screen and the keys are those of the configuration, and so
/// are the rules if the user asks for them; the rest of the file is ignored.
pub(super) async fn run(arguments: &Demo, global: &Global) -> anyhow::Result<()> {
    let load = if arguments.rules { config::load_rules } else { config::load_screen };
    let screen = load(global.config.as_deref(), global.profile.as_deref())?;
    let (show, client) = Show::begin(&arguments.scenario, screen).await?;
    let result = client.run_on_screen().await;
    show.end();
    result
}

/// A simulator that plays a scenario.
pub(super) struct Show {
    server: JoinHandle<std::io::Result<()>>,
    story: JoinHandle<()>,
}

impl Show {
    /// Starts the simulator. Also returns a client for it, which keeps no history and runs no hooks.
    pub async fn begin(scenario: &str, screen: ScreenConfig) -> anyhow::Result<(Self, Client)> {
        let ScreenConfig { settings, theme, ascii } = screen;
        let scenario = Scenario::load(scenario)?;
        let options = scenario.options();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let server: Url = format!("http://{}/", listener.local_addr()?).parse()?;
        let network = Network { loopback_only: true, ..Network::default() };
        let user = user_settings(&options, server.clone());
        let ucwa = AccountConfig {
            section: AccountSection::Ucwa,
            label: "demo".into(),
            service: Service::Ucwa(Box::new(user)),
            network: network.clone(),
        };
        let bot = bot_settings(&options, &server).await?;
        let webhook = bot.public_url.clone();
        let graph = AccountConfig {
            section: AccountSection::Graph,
            label: "bot".into(),
            service: Service::Graph(Box::new(bot)),
            network: network.clone(),
        };
        let sim = Simulator::new(options);
        sim.graph.set_webhook(Arc::new(HttpExchange::new(network)?), webhook);
        let server = tokio::spawn(serve(sim.clone(), listener));
        let story = tokio::spawn(scenario.play(sim));
        let client = Client {
            accounts: Accounts { accounts: vec![ucwa, graph], reloader: None },
            settings: Settings { demo: true, ..settings },
            look: look(&theme, ascii),
            hooks: hooks::Settings::default(),
            history: None,
        };
        Ok((Self { server, story }, client))
    }

    /// Ends the simulator.
    pub fn end(self) {
        self.story.abort();
        self.server.abort();
    }
}

fn user_settings(options: &Options, server: Url) -> ucwa::Settings {
    ucwa::Settings {
        start: Start::Url(server),
        credentials: Credentials::Password {
            username: options.ucwa.user.uri.clone(),
            password: Secret::Value(options.ucwa.password.clone().into()),
        },
        trusted_hosts: Vec::new(),
        modalities: vec![Modality::Messaging, Modality::PhoneAudio, Modality::Audio, Modality::Video],
        phone_number: Some("tel:+14255550199".into()),
        sign_in_as: None,
        culture: "en-US".into(),
        poll_timeout: Duration::from_secs(180),
        activity: Activity::Always,
        wire: Wire::Json,
        endpoint_id: uuid::Uuid::new_v4().to_string(),
    }
}

async fn bot_settings(options: &Options, server: &Url) -> anyhow::Result<graph::Settings> {
    let listen = free_port().await?;
    Ok(graph::Settings {
        tenant: options.graph.tenant.clone(),
        client_id: options.graph.client_id.clone(),
        credential: Credential::Secret(Secret::Value(options.graph.client_secret.clone().into())),
        cloud: Cloud::Global,
        authority: server.clone(),
        base: server.join("v1.0")?,
        openid_url: server.join("v1/.well-known/OpenIdConfiguration")?,
        issuers: ISSUERS.map(str::to_owned).to_vec(),
        ringing_time: RINGING_TIME,
        allowed_tenants: vec![options.graph.tenant.clone()],
        public_url: format!("http://{listen}/api/calls").parse()?,
        listen,
    })
}

/// Returns a free port for the webhook.
async fn free_port() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0").await?.local_addr()?)
}
