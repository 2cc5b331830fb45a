//! Checks of the section `[graph]`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use secrecy::ExposeSecret;
use toml::Spanned;
use url::Url;

use super::error::{Diagnostics, Invalid};
use super::schema::Graph;
use super::section::Section;
use super::settings::AccountSection;
use super::value::is_domain;
use crate::login_store::LoginTarget;
use crate::provider::graph::{
    Credential, ISSUERS, OPENID_URL, RECORDING_RINGING_TIME, RINGING_TIME, Settings,
};
use crate::provider::network::Network;
use crate::secret::Secret;

/// The default address of the webhook; 3978 is the customary port of bots.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3978);

/// The keys for signing in.
const CREDENTIAL_KEYS: [&str; 5] = [
    "graph.client_secret",
    "graph.client_secret_file",
    "graph.client_secret_command",
    "graph.client_certificate_file",
    "graph.client_key_file",
];

impl Section<'_> {
    /// Checks the bot. Returns nothing if the section is missing or has a mistake.
    pub(super) fn graph(
        &self,
        section: &AccountSection,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Settings, Network)> {
        let graph = self.keys.graph.as_ref()?;
        let client_id = diagnostics.ok(self.client_id(graph));
        let tenant = diagnostics.ok(self.directory(graph));
        let authority = self.url_or(graph.authority.as_ref(), "authority", graph.cloud.login_url());
        let authority = diagnostics.ok(authority);
        let target = authority.as_ref().zip(client_id.as_ref()).map(|(url, id)| LoginTarget::bot(url, id));
        let credential = self.credential(graph, section, target, diagnostics);
        let base = diagnostics.ok(self.base(graph));
        let openid_url = diagnostics.ok(self.url_or(graph.openid_url.as_ref(), "openid_url", OPENID_URL));
        let issuers = diagnostics.ok(self.issuers(graph));
        let allowed_tenants = diagnostics.ok(self.allowed_tenants(graph));
        let public_url = diagnostics.ok(self.public_url(graph));
        let listen = diagnostics.ok(self.listen(graph));
        let network = self.file.network(diagnostics, graph.ca_file.as_ref(), graph.proxy.as_ref());
        if self.unreadable().any(|key| key.starts_with("graph")) {
            return None;
        }
        let settings = Settings {
            tenant: tenant?,
            client_id: client_id?,
            credential: credential?,
            cloud: graph.cloud,
            authority: authority?,
            base: base?,
            openid_url: openid_url?,
            issuers: issuers?,
            allowed_tenants: allowed_tenants?,
            public_url: public_url?,
            listen: listen?,
            ringing_time: ringing_time(graph),
        };
        Some((settings, network?))
    }

    fn client_id(&self, graph: &Graph) -> Result<String, Invalid> {
        let Some(value) = &graph.client_id else {
            return Err(self.missing(
                &["graph.client_id"],
                format!("{} requires `client_id`, the bot's application (client) id", self.heading("graph")),
            ));
        };
        match uuid::Uuid::parse_str(value.get_ref().trim()) {
            Ok(id) => Ok(id.to_string()),
            Err(_) => Err(self.file.invalid(
                value,
                "`client_id` must be an id like \"2891555a-92ff-42e6-80fa-6e1300c6b5c6\", not a name",
            )),
        }
    }

    fn directory(&self, graph: &Graph) -> Result<String, Invalid> {
        let Some(value) = &graph.tenant else {
            return Err(self.missing(
                &["graph.tenant"],
                format!(
                    "{} requires `tenant`, the id or domain of the bot's directory (tenant)",
                    self.heading("graph")
                ),
            ));
        };
        let text = value.get_ref().trim();
        match uuid::Uuid::parse_str(text) {
            // Calls name their tenant in this form, and tokens are kept by it.
            Ok(id) => Ok(id.to_string()),
            Err(_) if is_domain(text) => Ok(text.to_owned()),
            Err(_) => Err(self.file.invalid(
                value,
                format!(
                    "`tenant` must be an id or a domain like \"contoso.onmicrosoft.com\", not \"{text}\""
                ),
            )),
        }
    }

    fn credential(
        &self,
        graph: &Graph,
        section: &AccountSection,
        target: Option<LoginTarget>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Credential> {
        let text = graph.client_secret.as_ref().map_or("", |secret| secret.get_ref().expose_secret());
        let filled_in = [
            self.file.filled_in("client_secret", graph.client_secret.as_ref(), text),
            self.file.path_filled_in("client_secret_file", graph.client_secret_file.as_ref()),
            self.file.command_filled_in("client_secret_command", graph.client_secret_command.as_ref()),
            self.file.path_filled_in("client_certificate_file", graph.client_certificate_file.as_ref()),
            self.file.path_filled_in("client_key_file", graph.client_key_file.as_ref()),
        ];
        let filled_in = filled_in.map(|result| diagnostics.ok(result)).iter().all(Option::is_some);
        let credential = diagnostics.ok(self.bot_credential(graph, section, target));
        credential.filter(|_| filled_in)
    }

    fn bot_credential(
        &self,
        graph: &Graph,
        section: &AccountSection,
        target: Option<LoginTarget>,
    ) -> Result<Credential, Invalid> {
        let secrets = [
            graph.client_secret.as_ref().map(|value| Secret::Value(value.get_ref().clone())),
            graph.client_secret_file.as_ref().map(|value| Secret::File(self.file.resolve(value.get_ref()))),
            graph.client_secret_command.as_ref().map(|value| Secret::Command(value.get_ref().clone())),
        ];
        let mut secrets: Vec<Secret> = secrets.into_iter().flatten().collect();
        let certificate = graph.client_certificate_file.as_ref();
        let key = graph.client_key_file.as_ref();
        match (secrets.pop(), certificate, key) {
            (Some(secret), None, None) if secrets.is_empty() => Ok(Credential::Secret(secret)),
            (None, Some(certificate), Some(key)) => Ok(Credential::Certificate {
                certificate: self.file.resolve(certificate.get_ref()),
                key: self.file.resolve(key.get_ref()),
            }),
            (None, Some(_), None) | (None, None, Some(_)) if CREDENTIAL_KEYS.iter().any(|key| self.is_unreadable(key)) => {
                Err(Invalid::AlreadyReported)
            }
            (None, Some(certificate), None) => {
                Err(self.file.invalid(certificate, "`client_certificate_file` requires `client_key_file`"))
            }
            (None, None, Some(key)) => {
                Err(self.file.invalid(key, "`client_key_file` requires `client_certificate_file`"))
            }
            (None, None, None) => {
                let is_unreadable = CREDENTIAL_KEYS.iter().any(|key| self.is_unreadable(key));
                let login = self.file.login(section, target)?.filter(|_| !is_unreadable);
                login.map(|store| Credential::Secret(Secret::Login(store))).ok_or_else(|| {
                    let remedy = "add `client_secret_file` or `client_secret_command`, or \
                                  `client_certificate_file` with `client_key_file`, or run `rsvp login`";
                    let message = format!("{} has no way to sign in; {remedy}", self.heading("graph"));
                    self.missing(&CREDENTIAL_KEYS, message)
                })
            }
            (Some(_), _, _) => Err(self.mistake(format!("{} has several ways to sign in; keep one of `client_secret`, `client_secret_file`, `client_secret_command` and the certificate", self.heading("graph")))),
        }
    }

    fn url_or(&self, value: Option<&Spanned<String>>, key: &str, default: &str) -> Result<Url, Invalid> {
        match value {
            Some(value) => self.file.url(value, key),
            None => Url::parse(default).map_err(|error| self.mistake(error.to_string())),
        }
    }

    fn base(&self, graph: &Graph) -> Result<Url, Invalid> {
        let default = format!("{}{}", graph.cloud.graph_url(), graph.api.segment());
        self.url_or(graph.base_url.as_ref(), "base_url", &default)
    }

    fn issuers(&self, graph: &Graph) -> Result<Vec<String>, Invalid> {
        match &graph.issuers {
            None => Ok(ISSUERS.map(str::to_owned).to_vec()),
            Some(value) if value.get_ref().is_empty() => {
                Err(self.file.invalid(value, "`issuers` is empty; no notification would ever be accepted"))
            }
            Some(value) => Ok(value.get_ref().clone()),
        }
    }

    fn allowed_tenants(&self, graph: &Graph) -> Result<Vec<String>, Invalid> {
        let Some(value) = &graph.allowed_tenants else { return Ok(Vec::new()) };
        let id = |text: &String| match uuid::Uuid::parse_str(text.trim()) {
            Ok(id) => Ok(id.to_string()),
            Err(_) => Err(self.file.invalid(
                value,
                format!(
                    "`allowed_tenants` must be ids (a notification names its tenant by id), not \"{text}\""
                ),
            )),
        };
        value.get_ref().iter().map(id).collect()
    }

    fn public_url(&self, graph: &Graph) -> Result<Url, Invalid> {
        match &graph.public_url {
            Some(value) => self.file.url(value, "public_url"),
            None => Err(self.missing(
                &["graph.public_url"],
                format!("{} requires `public_url`, the calling webhook that the bot is registered with, like \"https://bot.contoso.com/api/calls\"", self.heading("graph")),
            )),
        }
    }

    pub(super) fn listen(&self, graph: &Graph) -> Result<SocketAddr, Invalid> {
        let Some(value) = &graph.listen else { return Ok(LISTEN) };
        let address = *value.get_ref();
        if address.ip().is_loopback() || graph.listen_beyond_loopback {
            Ok(address)
        } else {
            Err(self.file.invalid(
                value,
                "`listen` is not a loopback address, and rsvp serves plain HTTP; let a tunnel or a reverse proxy on this machine terminate TLS, or write `listen_beyond_loopback = true` if another machine does",
            ))
        }
    }
}

/// Returns the time for which the calls of a bot ring.
pub(super) fn ringing_time(graph: &Graph) -> Duration {
    if graph.policy_recording { RECORDING_RINGING_TIME } else { RINGING_TIME }
}
