use std::time::Duration;

use tokio::net::TcpListener;

use super::client::Sources;
use crate::app::Settings;
use crate::cli::Demo;
use crate::config::{Secret, Source, ThemeName};
use crate::provider::exchange::Network;
use crate::provider::ucwa::{self, Activity, Availability, Credentials, Modality, Start, Wire};
use crate::sim::scenario::Scenario;
use crate::sim::{Simulator, serve};

/// Runs the client against a simulator on a loopback port: the client knows nothing of it but the address.
pub(super) async fn run(arguments: &Demo) -> anyhow::Result<()> {
    let scenario = Scenario::load(&arguments.scenario)?;
    let options = scenario.options();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?).parse()?;
    let settings = ucwa::Settings {
        start: Start::Url(url),
        credentials: Credentials::Password {
            username: options.user.uri.clone(),
            password: Secret::Value(options.password.clone().into()),
        },
        trusted_hosts: Vec::new(),
        modalities: vec![Modality::Messaging, Modality::PhoneAudio, Modality::Audio, Modality::Video],
        phone_number: Some("tel:+14255550199".into()),
        sign_in_as: Availability::Online,
        culture: "en-US".into(),
        poll_timeout: Duration::from_secs(180),
        activity: Activity::Always,
        wire: Wire::Json,
        endpoint_id: uuid::Uuid::new_v4().to_string(),
    };
    let sim = Simulator::new(options);
    let server = tokio::spawn(serve(sim.clone(), listener));
    let story = tokio::spawn(scenario.play(sim));
    let screen = Settings { demo: true, bell: true, history_limit: 1_000, ..Settings::default() };
    let network = Network { loopback_only: true, ..Network::default() };
    let ucwa = Source { label: "demo".into(), settings, network };
    let look = super::client::look(ThemeName::default(), false);
    let result = super::client::show(Sources { ucwa: Some(ucwa), graph: None }, screen, look, None).await;
    story.abort();
    server.abort();
    result
}
