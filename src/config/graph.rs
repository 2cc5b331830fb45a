//! The `[graph]` section: from what is written to what is meant.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use toml::Spanned;
use url::Url;

use super::Source;
use super::error::{Complaint, Faults};
use super::file::{File, Value};
use crate::invitation::Rejection;
use crate::provider::graph::{Api, Cloud, Credential, ISSUERS, OPENID_URL, Settings};
use crate::secret::Secret;
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
    /// What the section means, if there is one and it has no fault.
    pub(super) fn graph(&self, faults: &mut Faults) -> Option<Source<Settings>> {
        let graph = self.root.graph.as_ref()?;
        let client_id = faults.keep(self.client_id(graph));
        let tenant = faults.keep(self.directory(graph));
        let credential = self.credential(graph, faults);
        let authority =
            faults.keep(self.address(graph.authority.as_ref(), "authority", graph.cloud.login_url()));
        let base = faults.keep(self.base(graph));
        let openid_url = faults.keep(self.address(graph.openid_url.as_ref(), "openid_url", OPENID_URL));
        let issuers = faults.keep(self.issuers(graph));
        let allowed_tenants = faults.keep(self.allowed_tenants(graph));
        let public_url = faults.keep(self.public_url(graph));
        let listen = faults.keep(self.listen(graph));
        let network = self.network(faults, graph.ca_file.as_ref(), graph.proxy.as_ref());
        if self.spoiled.iter().any(|key| key.starts_with("graph")) {
            return None;
        }
        let client_id = client_id?;
        let label = format!("bot {}", client_id.split('-').next().unwrap_or_default());
        let settings = Settings {
            tenant: tenant?,
            client_id,
            credential: credential?,
            cloud: graph.cloud,
            authority: authority?,
            base: base?,
            openid_url: openid_url?,
            issuers: issuers?,
            allowed_tenants: allowed_tenants?,
            public_url: public_url?,
            listen: listen?,
        };
        Some(Source { label: DisplayText::new(&label), settings, network: network? })
    }

    fn client_id(&self, graph: &Graph) -> Result<String, Complaint> {
        let Some(value) = &graph.client_id else {
            return Err(self.lacking(
                &["graph.client_id"],
                "[graph] needs `client_id`: the bot's application (client) id",
            ));
        };
        match uuid::Uuid::parse_str(value.get_ref().trim()) {
            Ok(id) => Ok(id.to_string()),
            Err(_) => Err(self.wrong(
                value,
                "`client_id` is an id like \"2891555a-92ff-42e6-80fa-6e1300c6b5c6\", not a name",
            )),
        }
    }

    fn directory(&self, graph: &Graph) -> Result<String, Complaint> {
        let Some(value) = &graph.tenant else {
            return Err(self.lacking(
                &["graph.tenant"],
                "[graph] needs `tenant`: the directory (tenant) id or domain of the bot",
            ));
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

    fn credential(&self, graph: &Graph, faults: &mut Faults) -> Option<Credential> {
        let text = graph.client_secret.as_ref().map_or("", |secret| secret.get_ref().expose_secret());
        let meant = [
            self.meant("client_secret", graph.client_secret.as_ref(), text),
            self.meant_file("client_secret_file", graph.client_secret_file.as_ref()),
            self.meant_command("client_secret_command", graph.client_secret_command.as_ref()),
            self.meant_file("client_certificate_file", graph.client_certificate_file.as_ref()),
            self.meant_file("client_key_file", graph.client_key_file.as_ref()),
        ];
        let meant = meant.map(|result| faults.keep(result)).iter().all(Option::is_some);
        let credential = faults.keep(self.way_of_the_bot(graph));
        credential.filter(|_| meant)
    }

    fn way_of_the_bot(&self, graph: &Graph) -> Result<Credential, Complaint> {
        const KEYS: [&str; 5] = [
            "graph.client_secret",
            "graph.client_secret_file",
            "graph.client_secret_command",
            "graph.client_certificate_file",
            "graph.client_key_file",
        ];
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
            (None, Some(_), None) | (None, None, Some(_)) if KEYS.iter().any(|key| self.is_spoiled(key)) => {
                Err(Complaint::Reported)
            }
            (None, Some(certificate), None) => {
                Err(self.wrong(certificate, "`client_certificate_file` needs `client_key_file` beside it"))
            }
            (None, None, Some(key)) => {
                Err(self.wrong(key, "`client_key_file` needs `client_certificate_file` beside it"))
            }
            (None, None, None) => Err(self.lacking(
                &KEYS,
                "[graph] has no way to sign in: add `client_secret_file` or `client_secret_command`, or `client_certificate_file` with `client_key_file`",
            )),
            (Some(_), _, _) => Err(self.lacking(
                &[],
                "[graph] has several ways to sign in; keep one of `client_secret`, `client_secret_file`, `client_secret_command` and the certificate",
            )),
        }
    }

    fn address(&self, value: Option<&Spanned<String>>, key: &str, usual: &str) -> Result<Url, Complaint> {
        match value {
            Some(value) => self.url(value, key),
            None => Url::parse(usual).map_err(|error| self.lacking(&[], &error.to_string())),
        }
    }

    fn base(&self, graph: &Graph) -> Result<Url, Complaint> {
        let usual = format!("{}{}", graph.cloud.graph_url(), graph.api.segment());
        self.address(graph.base_url.as_ref(), "base_url", &usual)
    }

    fn issuers(&self, graph: &Graph) -> Result<Vec<String>, Complaint> {
        match &graph.issuers {
            None => Ok(ISSUERS.map(str::to_owned).to_vec()),
            Some(value) if value.get_ref().is_empty() => {
                Err(self.wrong(value, "`issuers` is empty: no notification would ever be believed"))
            }
            Some(value) => Ok(value.get_ref().clone()),
        }
    }

    fn allowed_tenants(&self, graph: &Graph) -> Result<Vec<String>, Complaint> {
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

    fn public_url(&self, graph: &Graph) -> Result<Url, Complaint> {
        match &graph.public_url {
            Some(value) => self.url(value, "public_url"),
            None => Err(self.lacking(
                &["graph.public_url"],
                "[graph] needs `public_url`: the calling webhook that the bot is registered with, like \"https://bot.contoso.com/api/calls\"",
            )),
        }
    }

    fn listen(&self, graph: &Graph) -> Result<SocketAddr, Complaint> {
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
