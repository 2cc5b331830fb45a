//! From what is written to what is meant.

use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Spanned;
use url::Url;

use super::file::{File, Keys, Notify, Value};
use super::graph::is_domain;
use super::{Config, ConfigError, Endpoint, Secret, Source};
use crate::app::key::Key;
use crate::app::{self, Action, KeyMap};
use crate::provider::exchange::Network;
use crate::provider::origin::is_loopback;
use crate::provider::ucwa::{self, Credentials, Modality, Start};
use crate::text::DisplayText;

/// What the reference allows for the `timeout` of the event channel.
const POLL_TIMEOUT: std::ops::RangeInclusive<u64> = 180..=1_800;

/// What the reference allows for `culture`, in characters.
const CULTURE: usize = 100;

/// How many entries the history keeps if nothing else is said.
const KEEP: usize = 1_000;

impl File {
    /// Checks all that the parser could not.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(self) -> Result<Config, ConfigError> {
        self.check_as(None)
    }

    /// Checks the file for a copy of the program that may have its endpoint already.
    pub(super) fn check_as(self, endpoint: Option<Endpoint>) -> Result<Config, ConfigError> {
        let ui = &self.root.ui;
        let graph = self.graph()?;
        let endpoint = (graph.is_none() || self.has_ucwa()).then(|| endpoint.unwrap_or_else(Endpoint::take));
        let ucwa = endpoint.as_ref().map(|endpoint| self.ucwa(endpoint)).transpose()?;
        Ok(Config {
            ucwa,
            graph,
            settings: app::Settings {
                keys: self.keys()?,
                default_reason: ui.default_decline_reason,
                default_rejection: self
                    .root
                    .graph
                    .as_ref()
                    .map_or_else(Default::default, |it| it.default_reject_reason),
                bell: ui.notify.as_ref().is_none_or(|ways| ways.contains(&Notify::Bell)),
                demo: false,
                history_limit: self.keep()?,
            },
            history: self.root.history.enabled,
            theme: ui.theme,
            ascii: ui.ascii,
            endpoint,
        })
    }

    /// Whether something is said of Skype for Business; without a bot it is always meant.
    fn has_ucwa(&self) -> bool {
        let root = &self.root;
        root.tenant.is_some()
            || root.ucwa.url.is_some()
            || root.token.is_some()
            || root.token_file.is_some()
            || root.token_command.is_some()
            || root.username.is_some()
            || root.password_file.is_some()
            || root.password_command.is_some()
    }

    fn ucwa(&self, endpoint: &Endpoint) -> Result<Source<ucwa::Settings>, ConfigError> {
        let start = self.start()?;
        let label = match &start {
            Start::Domain(domain) => domain.clone(),
            Start::Url(url) => url.host_str().unwrap_or("rsvp").to_owned(),
        };
        let ucwa = &self.root.ucwa;
        let settings = ucwa::Settings {
            start,
            credentials: self.credentials()?,
            trusted_hosts: ucwa.trusted_hosts.clone(),
            modalities: self.modalities()?,
            phone_number: self.phone_number()?,
            sign_in_as: ucwa.sign_in_as,
            culture: self.culture()?,
            poll_timeout: self.poll_timeout()?,
            activity: ucwa.activity,
            wire: ucwa.wire,
            endpoint_id: endpoint.id().to_owned(),
        };
        let network = self.network(ucwa.ca_file.as_ref(), ucwa.proxy.as_ref())?;
        Ok(Source { label: DisplayText::new(&label), settings, network })
    }

    fn start(&self) -> Result<Start, ConfigError> {
        if let Some(url) = &self.root.ucwa.url {
            return Ok(Start::Url(self.url(url, "url")?));
        }
        let Some(tenant) = &self.root.tenant else {
            return Err(self.lacking(
                "either `tenant` (your sign-in domain, like \"contoso.com\") or `url` under [ucwa] is needed",
            ));
        };
        // People know their sign-in address better than its domain.
        let text = tenant.get_ref().trim();
        let domain = text.rsplit('@').next().unwrap_or_default();
        if is_domain(domain) {
            Ok(Start::Domain(domain.to_owned()))
        } else {
            Err(self.wrong(
                tenant,
                format!("`tenant` is a domain like \"contoso.com\", not \"{text}\"; an address goes into `url` under [ucwa]"),
            ))
        }
    }

    pub(super) fn url(&self, value: &Spanned<String>, key: &str) -> Result<Url, ConfigError> {
        let url = Url::parse(value.get_ref())
            .map_err(|error| self.wrong(value, format!("`{key}` is no address: {error}; write https://…")))?;
        let secure = url.scheme() == "https"
            || (matches!(url.scheme(), "http") && (is_loopback(&url) || key == "proxy"));
        if secure {
            Ok(url)
        } else {
            Err(self
                .wrong(value, format!("`{key}` must start with https:// (http:// is for this machine only)")))
        }
    }

    fn credentials(&self) -> Result<Credentials, ConfigError> {
        let root = &self.root;
        let token = [
            root.token.as_ref().map(|value| Secret::Value(value.get_ref().clone())),
            root.token_file.as_ref().map(|value| Secret::File(self.path_of(value.get_ref()))),
            root.token_command.as_ref().map(|value| Secret::Command(value.get_ref().clone())),
        ];
        let password = [
            root.password_file.as_ref().map(|value| Secret::File(self.path_of(value.get_ref()))),
            root.password_command.as_ref().map(|value| Secret::Command(value.get_ref().clone())),
        ];
        for command in [&root.token_command, &root.password_command].into_iter().flatten() {
            if command.get_ref().first().is_none_or(String::is_empty) {
                return Err(self.wrong(command, "a command needs words, like [\"pass\", \"show\", \"work\"]"));
            }
        }
        let mut tokens: Vec<Secret> = token.into_iter().flatten().collect();
        let mut passwords: Vec<Secret> = password.into_iter().flatten().collect();
        match (tokens.pop(), &root.username, passwords.pop()) {
            (Some(_), _, _) if !tokens.is_empty() => {
                Err(self.lacking("only one of `token`, `token_file` and `token_command` can be there"))
            }
            (Some(token), None, None) => Ok(Credentials::Token(token)),
            (Some(_), _, _) => Err(self.lacking("sign in either with a token or with `username` and a password, not both")),
            (None, Some(_), Some(_)) if !passwords.is_empty() => {
                Err(self.lacking("only one of `password_file` and `password_command` can be there"))
            }
            (None, Some(username), Some(password)) => {
                Ok(Credentials::Password { username: username.get_ref().clone(), password })
            }
            (None, Some(username), None) => {
                Err(self.wrong(username, "`username` needs `password_file` or `password_command` beside it"))
            }
            (None, None, Some(_)) => Err(self.lacking("a password needs `username` beside it")),
            (None, None, None) => Err(self.lacking(
                "no way to sign in: add `token`, `token_file` or `token_command`, or `username` with `password_file` or `password_command`",
            )),
        }
    }

    pub(super) fn network(
        &self,
        ca_file: Option<&Spanned<PathBuf>>,
        proxy: Option<&Spanned<String>>,
    ) -> Result<Network, ConfigError> {
        let authorities = match ca_file {
            None => Vec::new(),
            Some(value) => {
                let path = self.path_of(value.get_ref());
                let pem = std::fs::read(&path).map_err(|error| {
                    self.wrong(value, format!("`ca_file`: can't read {}: {error}", path.display()))
                })?;
                if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
                    let what = format!("`ca_file`: there is no PEM certificate in {}", path.display());
                    return Err(self.wrong(value, what));
                }
                pem
            }
        };
        let proxy = proxy.map(|value| self.url(value, "proxy")).transpose()?;
        Ok(Network { authorities, proxy, loopback_only: false })
    }

    fn modalities(&self) -> Result<Vec<Modality>, ConfigError> {
        match &self.root.ucwa.modalities {
            None => Ok(vec![Modality::Messaging, Modality::PhoneAudio]),
            Some(value) if value.get_ref().is_empty() => {
                Err(self.wrong(value, "`modalities` is empty: no invitation would ever arrive"))
            }
            Some(value) => Ok(value.get_ref().clone()),
        }
    }

    fn phone_number(&self) -> Result<Option<String>, ConfigError> {
        let Some(value) = &self.root.ucwa.phone_number else { return Ok(None) };
        let number = value.get_ref();
        let digits = number.strip_prefix("tel:+").unwrap_or_default();
        if digits.len() >= 3
            && digits
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, ';' | '=' | '-') || c.is_ascii_alphabetic())
        {
            Ok(Some(number.clone()))
        } else {
            Err(self.wrong(
                value,
                format!("`phone_number` is written like \"tel:+14255550100\", not \"{number}\""),
            ))
        }
    }

    fn culture(&self) -> Result<String, ConfigError> {
        match &self.root.ucwa.culture {
            None => Ok("en-US".into()),
            Some(value) if value.get_ref().is_empty() || value.get_ref().len() > CULTURE => {
                Err(self.wrong(value, "`culture` is a language like \"en-US\""))
            }
            Some(value) => Ok(value.get_ref().clone()),
        }
    }

    fn poll_timeout(&self) -> Result<Duration, ConfigError> {
        let Some(value) = &self.root.ucwa.poll_timeout else {
            return Ok(Duration::from_secs(*POLL_TIMEOUT.start()));
        };
        let seconds = u64::try_from(value.get_ref().as_secs()).unwrap_or(0);
        if POLL_TIMEOUT.contains(&seconds) {
            Ok(Duration::from_secs(seconds))
        } else {
            Err(self.wrong(value, "`poll_timeout` can be from \"3m\" to \"30m\""))
        }
    }

    fn keep(&self) -> Result<usize, ConfigError> {
        match &self.root.history.keep {
            None => Ok(KEEP),
            Some(value) if (1..=100_000).contains(value.get_ref()) => Ok(*value.get_ref()),
            Some(value) => Err(self.wrong(value, "`keep` can be from 1 to 100000 entries")),
        }
    }

    fn keys(&self) -> Result<KeyMap, ConfigError> {
        let mut changes = Vec::new();
        let mut last: Value<()> = None;
        for (name, value) in &self.root.keys {
            let action = Action::parse(name).ok_or_else(|| {
                let nearest = Action::all()
                    .map(|action| (strsim::jaro_winkler(name, action.name()), action.name()))
                    .max_by(|a, b| a.0.total_cmp(&b.0));
                let hint = nearest.map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"));
                self.wrong(value, format!("there is no action `{name}`{hint}"))
            })?;
            let texts = match value.get_ref() {
                Keys::One(text) => std::slice::from_ref(text),
                Keys::Several(texts) => texts,
            };
            let keys: Result<Vec<Key>, _> = texts.iter().map(|text| text.parse()).collect();
            changes.push((action, keys.map_err(|error| self.wrong(value, format!("`{name}`: {error}")))?));
            last = Some(Spanned::new(value.span(), ()));
        }
        KeyMap::patched(&changes).map_err(|clash| {
            let place = self.root.keys.get(clash.second.name()).map(Spanned::span);
            let byte = place.or(last.map(|value| value.span())).map_or(0, |span| span.start);
            ConfigError::at(&self.path, &self.text, byte, format!("{clash}; give one of them another"))
        })
    }

    /// A path as it is meant: `~/` is the home directory, a relative one is seen from the file.
    pub(super) fn path_of(&self, path: &Path) -> PathBuf {
        if let Ok(rest) = path.strip_prefix("~")
            && let Some(home) = directories::BaseDirs::new()
        {
            return home.home_dir().join(rest);
        }
        self.path.parent().map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }
}
