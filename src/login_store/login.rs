use secrecy::{ExposeSecret, SecretString};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::json;
use url::Url;

use super::target::LoginTarget;

/// A way to sign in that `rsvp login` has tried.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Login {
    /// A user name and a password.
    Password {
        /// The user name.
        username: String,
        /// The password.
        password: SecretString,
    },
    /// The client secret of a bot.
    ClientSecret {
        /// The secret.
        client_secret: SecretString,
    },
    /// A refresh token (RFC 6749, section 6), which the user has obtained by a device code.
    RefreshToken {
        /// The id of the application that the token was issued to.
        client_id: String,
        /// The token endpoint that the user has confirmed.
        #[serde(deserialize_with = "url")]
        token_endpoint: Url,
        /// The latest refresh token.
        refresh_token: SecretString,
    },
}

impl Login {
    /// Returns what the login consists of, in words.
    #[must_use]
    pub fn contents(&self) -> &'static str {
        match self {
            Self::Password { .. } => "the user name and the password",
            Self::ClientSecret { .. } => "the client secret",
            Self::RefreshToken { .. } => "the refresh token",
        }
    }

    /// Returns the login with the refresh token `new` in place of `used`; `None` if it has another one.
    #[must_use]
    pub fn with_refresh_token(&self, used: &SecretString, new: &SecretString) -> Option<Self> {
        match self {
            Self::RefreshToken { client_id, token_endpoint, refresh_token }
                if refresh_token.expose_secret() == used.expose_secret() =>
            {
                let (client_id, token_endpoint) = (client_id.clone(), token_endpoint.clone());
                Some(Self::RefreshToken { client_id, token_endpoint, refresh_token: new.clone() })
            }
            _ => None,
        }
    }
}

fn url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
    Url::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// Returns the document of a login that was tried at a server.
pub(super) fn encoded(login: &Login, target: &LoginTarget) -> SecretString {
    let document = match login {
        Login::Password { username, password } => {
            json!({ "kind": "password", "tried_at": target, "username": username, "password": password.expose_secret() })
        }
        Login::ClientSecret { client_secret } => {
            json!({ "kind": "client_secret", "tried_at": target, "client_secret": client_secret.expose_secret() })
        }
        Login::RefreshToken { client_id, token_endpoint, refresh_token } => json!({
            "kind": "refresh_token", "tried_at": target, "client_id": client_id, "token_endpoint": token_endpoint.as_str(),
            "refresh_token": refresh_token.expose_secret(),
        }),
    };
    document.to_string().into()
}
