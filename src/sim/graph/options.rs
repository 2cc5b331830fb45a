use std::fmt;
use std::time::Duration;

/// The configuration of the simulated calling service and of its bot.
#[derive(Clone)]
pub struct GraphOptions {
    /// The application id of the bot.
    pub client_id: String,
    /// The client secret for which the service issues a token.
    pub client_secret: String,
    /// The id of the bot's tenant.
    pub tenant: String,
    /// The lifetime of a token.
    pub token_lifetime: Duration,
    /// Whether the bot has the permission `Calls.Initiate.All`, which a redirect needs.
    pub may_redirect: bool,
    /// The certificate with which the bot may authenticate instead, or its public key alone (PEM, RSA).
    pub certificate_public_pem: Option<String>,
}

impl Default for GraphOptions {
    fn default() -> Self {
        Self {
            client_id: "2891555a-92ff-42e6-80fa-6e1300c6b5c6".into(),
            client_secret: "demo".into(),
            tenant: "1cd119ab-b444-4c16-84b9-8538585d1987".into(),
            token_lifetime: Duration::from_secs(3_599),
            may_redirect: true,
            certificate_public_pem: None,
        }
    }
}

/// Leaves out the client secret.
impl fmt::Debug for GraphOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("GraphOptions")
            .field("client_id", &self.client_id)
            .field("tenant", &self.tenant)
            .field("token_lifetime", &self.token_lifetime)
            .field("may_redirect", &self.may_redirect)
            .finish_non_exhaustive()
    }
}
