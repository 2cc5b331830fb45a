//! Finding out how an account can sign in, and trying it.

use std::sync::Arc;

use url::Url;

use super::http::challenge::SignInOffer;
use super::http::client::Client;
use super::http::discovery::discover;
use super::http::error::RequestError;
use super::http::token::TokenError;
use super::{Credentials, Settings};
use crate::login_store::LoginStore;
use crate::provider::Problem;
use crate::provider::exchange::Exchange;
use crate::provider::recording_exchange::RecordingExchange;

/// The host of an account's server that asks for a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The origin of the host.
    pub origin: String,
    /// The ways of signing in that the host offers.
    pub offer: SignInOffer,
}

/// Discovers the server of an account up to the host that asks for a token.
///
/// # Errors
/// Returns an error if no server is found, or if none asks for a token.
pub async fn find_host(settings: &Settings, exchange: Arc<dyn Exchange>) -> Result<Host, Problem> {
    let recording = RecordingExchange::new(exchange);
    let nobody =
        Settings { credentials: Credentials::Login(LoginStore::in_memory(None)), ..settings.clone() };
    let client = Client::new(&nobody, recording.clone());
    match discover(&client, &settings.start).await {
        Err(RequestError::Token(TokenError::NotSignedIn { offer, .. })) => {
            Ok(Host { origin: recording.last_responding_host().unwrap_or_default(), offer })
        }
        Err(error) => Err(error.problem()),
        Ok(url) => {
            let host = url.origin().ascii_serialization();
            Err(Problem::new(&format!("{host} does not ask anybody to sign in"), ""))
        }
    }
}

/// Tries a login: discovers the server with its token.
///
/// # Errors
/// Returns an error if the server or the authority refuses it.
pub async fn try_login(
    settings: &Settings,
    store: &LoginStore,
    exchange: Arc<dyn Exchange>,
) -> Result<Url, TryError> {
    let settings = Settings { credentials: Credentials::Login(store.clone()), ..settings.clone() };
    let client = Client::new(&settings, exchange);
    match discover(&client, &settings.start).await {
        Ok(applications) => Ok(applications),
        Err(RequestError::Token(TokenError::KeptPasswordRefused(_))) => Err(TryError::PasswordRefused),
        Err(error) => Err(TryError::Failed(error.problem())),
    }
}

/// Why a login is of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TryError {
    /// The server refused the user name or the password.
    PasswordRefused,
    /// Something else went wrong.
    Failed(Problem),
}

/// Returns what is to be done where a server offers no way to sign in that rsvp has.
#[must_use]
pub fn way_around(host: &Host) -> Problem {
    let has = |grant: &str| host.offer.grants.iter().any(|offered| offered == grant);
    let by_hand = "get a token by another program and use `token_command`";
    let (offered, remedy) = if has("urn:microsoft.rtc:passive") {
        ("only signing in on a page of AD FS (passive authentication)", by_hand.to_owned())
    } else if has("urn:microsoft.rtc:windows") {
        let remedy = format!("{by_hand}, or ask an administrator to allow passwords for the web services");
        ("only integrated Windows authentication (Kerberos or NTLM)", remedy)
    } else {
        ("no way of signing in that rsvp knows", by_hand.to_owned())
    };
    Problem::new(&format!("{} offers {offered}", host.origin), &remedy)
}
