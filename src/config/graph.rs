//! The `[graph]` section: from what is written to what is meant.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use secrecy::SecretString;
use serde::Deserialize;
use toml::Spanned;
use url::Url;

use super::file::{File, Value};
use super::{ConfigError, Secret, Source};
use crate::invitation::Rejection;
use crate::provider::graph::{Api, Cloud, Credential, ISSUERS, OPENID_URL, Settings};
use crate::text::DisplayText;

/// Where notifications are listened for if nothing else is said: the port that bots have by custom.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 3978);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Graph {
    pub tenant: Value<String>,
    pub client_id: Value<String>,
    pub client_secret: Value<SecretString>,
    pub client_secret_file: Value<PathBuf>,
    pub client_secret_command: Value<Vec<String>>,
    pub client_certificate_file: Value<PathBuf>,
    pub client_key_file: Value<PathBuf>,
    #[serde(default)]
    pub cloud: Cloud,
    #[serde(default)]
    pub api: Api,
    pub listen: Value<SocketAddr>,
    #[serde(default)]
    pub listen_beyond_loopback: bool,
    pub public_url: Value<String>,
    pub allowed_tenants: Value<Vec<String>>,
    pub authority: Value<String>,
    pub base_url: Value<String>,
    pub openid_url: Value<String>,
    pub issuers: Value<Vec<String>>,
    #[serde(default)]
    pub default_reject_reason: Rejection,
    pub ca_file: Value<PathBuf>,
    pub proxy: Value<String>,
}

impl File {
    /// What the section means, if there is one.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub(super) fn graph(&self) -> Result<Option<Source<Settings>>, ConfigError> {
        let Some(graph) = &self.root.graph else { return Ok(None) };
        let client_id = self.client_id(graph)?;
        let label = format!("bot {}", client_id.split('-').next().unwrap_or_default());
        let settings = Settings {
            tenant: self.directory(graph)?,
            client_id,
            credential: self.credential(graph)?,
            authority: self.address(graph.authority.as_ref(), "authority", graph.cloud.login())?,
            base: self.base(graph)?,
            openid_url: self.address(graph.openid_url.as_ref(), "openid_url", OPENID_URL)?,
            issuers: self.issuers(graph)?,
            allowed_tenants: self.allowed_tenants(graph)?,
            public_url: self.public_url(graph)?,
            listen: self.listen(graph)?,
        };
        let network = self.network(graph.ca_file.as_ref(), graph.proxy.as_ref())?;
        Ok(Some(Source { label: DisplayText::new(&label), settings, network }))
    }

    fn client_id(&self, graph: &Graph) -> Result<String, ConfigError> {
        let Some(value) = &graph.client_id else {
            return Err(self.lacking("[graph] needs `client_id`: the bot's application (client) id"));
        };
        match uuid::Uuid::parse_str(value.get_ref().trim()) {
            Ok(id) => Ok(id.to_string()),
            Err(_) => Err(self.wrong(
                value,
                "`client_id` is an id like \"2891555a-92ff-42e6-80fa-6e1300c6b5c6\", not a name",
            )),
        }
    }

    fn directory(&self, graph: &Graph) -> Result<String, ConfigError> {
        let Some(value) = &graph.tenant else {
            return Err(
                self.lacking("[graph] needs `tenant`: the directory (tenant) id or domain of the bot")
            );
        };
        let text = value.get_ref().trim();
        match uuid::Uuid::parse_str(text) {
            // As a call names it, so that the token that is there for it is the call's.
            Ok(id) => Ok(id.to_string()),
            Err(_) if is_domain(text) => Ok(text.to_owned()),
            Err(_) => Err(self.wrong(
                value,
                format!("`tenant` is an id or a domain like \"contoso.onmicrosoft.com\", not \"{text}\""),
            )),
        }
    }

    fn credential(&self, graph: &Graph) -> Result<Credential, ConfigError> {
        if let Some(command) = &graph.client_secret_command
            && command.get_ref().first().is_none_or(String::is_empty)
        {
            return Err(self.wrong(command, "a command needs words, like [\"pass\", \"show\", \"bot\"]"));
        }
        let secrets = [
            graph.client_secret.as_ref().map(|value| Secret::Value(value.get_ref().clone())),
            graph.client_secret_file.as_ref().map(|value| Secret::File(self.path_of(value.get_ref()))),
            graph.client_secret_command.as_ref().map(|value| Secret::Command(value.get_ref().clone())),
        ];
        let mut secrets: Vec<Secret> = secrets.into_iter().flatten().collect();
        let certificate = graph.client_certificate_file.as_ref();
        let key = graph.client_key_file.as_ref();
        match (secrets.pop(), certificate, key) {
            (Some(secret), None, None) if secrets.is_empty() => Ok(Credential::Secret(secret)),
            (None, Some(certificate), Some(key)) => Ok(Credential::Certificate {
                certificate: self.path_of(certificate.get_ref()),
                key: self.path_of(key.get_ref()),
            }),
            (None, Some(certificate), None) => {
                Err(self.wrong(certificate, "`client_certificate_file` needs `client_key_file` beside it"))
            }
            (None, None, Some(key)) => {
                Err(self.wrong(key, "`client_key_file` needs `client_certificate_file` beside it"))
            }
            (None, None, None) => Err(self.lacking(
                "[graph] has no way to sign in: add `client_secret_file` or `client_secret_command`, or `client_certificate_file` with `client_key_file`",
            )),
            (Some(_), _, _) => Err(self.lacking(
                "[graph] has several ways to sign in; keep one of `client_secret`, `client_secret_file`, `client_secret_command` and the certificate",
            )),
        }
    }

    fn address(&self, value: Option<&Spanned<String>>, key: &str, usual: &str) -> Result<Url, ConfigError> {
        match value {
            Some(value) => self.url(value, key),
            None => Url::parse(usual).map_err(|error| self.lacking(&error.to_string())),
        }
    }

    fn base(&self, graph: &Graph) -> Result<Url, ConfigError> {
        let usual = format!("{}{}", graph.cloud.graph(), graph.api.segment());
        self.address(graph.base_url.as_ref(), "base_url", &usual)
    }

    fn issuers(&self, graph: &Graph) -> Result<Vec<String>, ConfigError> {
        match &graph.issuers {
            None => Ok(ISSUERS.map(str::to_owned).to_vec()),
            Some(value) if value.get_ref().is_empty() => {
                Err(self.wrong(value, "`issuers` is empty: no notification would ever be believed"))
            }
            Some(value) => Ok(value.get_ref().clone()),
        }
    }

    fn allowed_tenants(&self, graph: &Graph) -> Result<Vec<String>, ConfigError> {
        let Some(value) = &graph.allowed_tenants else { return Ok(Vec::new()) };
        let id = |text: &String| match uuid::Uuid::parse_str(text.trim()) {
            Ok(id) => Ok(id.to_string()),
            Err(_) => Err(self.wrong(
                value,
                format!("`allowed_tenants` are ids (a notification names its tenant by id), not \"{text}\""),
            )),
        };
        value.get_ref().iter().map(id).collect()
    }

    fn public_url(&self, graph: &Graph) -> Result<Url, ConfigError> {
        match &graph.public_url {
            Some(value) => self.url(value, "public_url"),
            None => Err(self.lacking(
                "[graph] needs `public_url`: the calling webhook that the bot is registered with, like \"https://bot.contoso.com/api/calls\"",
            )),
        }
    }

    fn listen(&self, graph: &Graph) -> Result<SocketAddr, ConfigError> {
        let Some(value) = &graph.listen else { return Ok(LISTEN) };
        let address = *value.get_ref();
        if address.ip().is_loopback() || graph.listen_beyond_loopback {
            Ok(address)
        } else {
            Err(self.wrong(
                value,
                "`listen` is not on this machine's loopback, and rsvp speaks plain HTTP: let a tunnel or a reverse proxy on this machine end TLS, or write `listen_beyond_loopback = true` if one elsewhere does",
            ))
        }
    }
}

/// Whether a text is a domain with a dot in it.
pub(super) fn is_domain(text: &str) -> bool {
    text.contains('.')
        && text.split('.').all(|label| !label.is_empty())
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
}
