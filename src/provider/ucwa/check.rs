//! Whether an account's configuration works, step by step.

use std::sync::Arc;

use super::Settings;
use super::application::Application;
use super::client::Client;
use super::discovery::discover;
use super::session::sign_out;
use crate::provider::Step;
use crate::provider::exchange::Exchange;

/// Finds the server, signs in, becomes an application and leaves again; tells what came of each. Nobody
/// becomes reachable by it.
pub async fn check(settings: &Settings, exchange: Arc<dyn Exchange>, tell: &mut (dyn FnMut(Step) + Send)) {
    let client = Client::new(settings, exchange);
    let applications = match discover(&client, &settings.start).await {
        Ok(url) => {
            tell(Step::fine("discovery", &format!("the server takes the sign-in: {url}")));
            url
        }
        Err(error) => return tell(Step::failed("discovery", error.problem())),
    };
    match Application::create(&client, &applications, settings).await {
        Ok(application) => {
            tell(Step::fine("application", &format!("signed in as {}", application.me.full())));
            sign_out(&client, &application).await;
        }
        Err(error) => tell(Step::failed("application", error.problem())),
    }
}
