//! From what is written to what is meant.

use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::ExposeSecret;
use toml::Spanned;
use url::Url;

use super::error::{Complaint, Fault, Faults};
use super::file::{File, Keys, Notify};
use super::graph::is_domain;
use super::read::nearest;
use super::{Config, ConfigError, Endpoint, Source};
use crate::app::key::Key;
use crate::app::{self, Action, KeyMap};
use crate::provider::network::Network;
use crate::provider::origin::is_loopback;
use crate::provider::ucwa::{self, Credentials, Modality, Start};
use crate::secret::Secret;
use crate::text::DisplayText;

/// What the reference allows for the `timeout` of the event channel.
const POLL_TIMEOUT: std::ops::RangeInclusive<u64> = 180..=1_800;

/// What the reference allows for `culture`, in characters.
const CULTURE: usize = 100;

/// What stands in the example for what only the user knows.
const PLACEHOLDER: char = '…';

/// The sign-in domain of the example.
const EXAMPLE_TENANT: &str = "contoso.com";

/// The keys that tell how to sign in.
const UCWA_CREDENTIALS: [&str; 6] =
    ["token", "token_file", "token_command", "username", "password_file", "password_command"];

/// Those of them that lead to a password.
const PASSWORD_KEYS: [&str; 2] = ["password_file", "password_command"];

/// The keys of which one is enough to mean Skype for Business.
const UCWA_KEYS: [&str; 8] = [
    "tenant",
    "token",
    "token_file",
    "token_command",
    "username",
    "password_file",
    "password_command",
    "ucwa.url",
];

/// How many entries the history keeps if nothing else is said.
const KEEP: usize = 1_000;

impl File {
    /// Checks all that the parser could not.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn check(self) -> Result<Config, ConfigError> {
        self.check_as(None)
    }

    /// Checks the file for a copy of the program that may have its endpoint already.
    pub(super) fn check_as(self, endpoint: Option<Endpoint>) -> Result<Config, ConfigError> {
        match self.examine_as(endpoint) {
            (config, None) => Ok(config),
            (_, Some(error)) => Err(error),
        }
    }

    /// Returns what can be used of the file, and all that is wrong with it. What has a fault is left out, or as if
    /// nothing were said of it.
    #[must_use]
    pub fn examine(self) -> (Config, Option<ConfigError>) {
        self.examine_as(None)
    }

    fn examine_as(mut self, endpoint: Option<Endpoint>) -> (Config, Option<ConfigError>) {
        let mut faults = std::mem::take(&mut self.faults);
        let graph = self.graph(&mut faults);
        let has_graph = self.root.graph.is_some() || self.spoiled.contains("graph");
        let ucwa = if !has_graph || self.has_ucwa() { self.ucwa(&mut faults) } else { None };
        let endpoint = ucwa.is_some().then(|| endpoint.unwrap_or_else(Endpoint::take));
        let ucwa = ucwa.zip(endpoint.as_ref()).map(|(mut source, endpoint)| {
            endpoint.id().clone_into(&mut source.settings.endpoint_id);
            source
        });
        let limit = faults.keep(self.keep()).unwrap_or(KEEP);
        let screen = self.screen(&mut faults);
        let config = Config {
            ucwa,
            graph,
            settings: app::Settings { history_limit: limit, ..screen.settings },
            history: self.root.history.enabled,
            theme: screen.theme,
            ascii: screen.ascii,
            endpoint,
        };
        (config, faults.into_error(&self.path))
    }

    /// Checks what is said of the screen and the keys.
    pub(super) fn look(mut self) -> Result<super::Look, ConfigError> {
        let mut faults = std::mem::take(&mut self.faults);
        let look = self.screen(&mut faults);
        faults.into_error(&self.path).map_or(Ok(look), Err)
    }

    /// What the screen and the keys are like.
    fn screen(&self, faults: &mut Faults) -> super::Look {
        let ui = &self.root.ui;
        super::Look {
            settings: app::Settings {
                keys: self.keys(faults),
                default_reason: ui.default_decline_reason,
                default_rejection: self
                    .root
                    .graph
                    .as_ref()
                    .map_or_else(Default::default, |it| it.default_reject_reason),
                bell: ui.notify.as_ref().is_none_or(|ways| ways.contains(&Notify::Bell)),
                demo: false,
                history_limit: KEEP,
            },
            theme: ui.theme,
            ascii: ui.ascii,
        }
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
            || UCWA_KEYS.iter().any(|key| self.is_spoiled(key))
    }

    fn ucwa(&self, faults: &mut Faults) -> Option<Source<ucwa::Settings>> {
        let ucwa = &self.root.ucwa;
        let start = faults.keep(self.start());
        let credentials = self.credentials(faults);
        let trusted_hosts = faults.keep(self.trusted_hosts());
        let modalities = faults.keep(self.modalities());
        let phone_number = faults.keep(self.phone_number());
        let culture = faults.keep(self.culture());
        let poll_timeout = faults.keep(self.poll_timeout());
        let network = self.network(faults, ucwa.ca_file.as_ref(), ucwa.proxy.as_ref());
        if self.spoiled.iter().any(|key| key.starts_with("ucwa") || UCWA_KEYS.contains(&key.as_str())) {
            return None;
        }
        let start = start?;
        let label = match &start {
            Start::Domain(domain) => domain.clone(),
            Start::Url(url) => url.host_str().unwrap_or("rsvp").to_owned(),
        };
        let settings = ucwa::Settings {
            start,
            credentials: credentials?,
            trusted_hosts: trusted_hosts?,
            modalities: modalities?,
            phone_number: phone_number?,
            sign_in_as: ucwa.sign_in_as,
            culture: culture?,
            poll_timeout: poll_timeout?,
            activity: ucwa.activity,
            wire: ucwa.wire,
            endpoint_id: String::new(),
        };
        Some(Source { label: DisplayText::new(&label), settings, network: network? })
    }

    fn start(&self) -> Result<Start, Complaint> {
        if let Some(url) = &self.root.ucwa.url {
            return Ok(Start::Url(self.url(url, "url")?));
        }
        let Some(tenant) = &self.root.tenant else {
            return Err(self.lacking(
                &["tenant", "ucwa.url"],
                "either `tenant` (your sign-in domain, like \"contoso.com\") or `url` under [ucwa] is needed",
            ));
        };
        // People know their sign-in address better than its domain.
        let text = tenant.get_ref().trim();
        let domain = text.rsplit('@').next().unwrap_or_default();
        if text == EXAMPLE_TENANT && self.has_example_token() {
            Err(self.wrong(tenant, "`tenant` is still the example's: write your own sign-in domain"))
        } else if is_domain(domain) {
            Ok(Start::Domain(domain.to_owned()))
        } else {
            Err(self.wrong(
                tenant,
                format!("`tenant` is a domain like \"contoso.com\", not \"{text}\"; an address goes into `url` under [ucwa]"),
            ))
        }
    }

    pub(super) fn url(&self, value: &Spanned<String>, key: &str) -> Result<Url, Complaint> {
        let text = value.get_ref().trim();
        let Ok(url) = Url::parse(text) else {
            let https = format!("https://{text}");
            let like =
                if is_domain(text.split('/').next().unwrap_or_default()) { &https } else { "https://…" };
            return Err(self.wrong(value, format!("`{key}` is no address; write it like \"{like}\"")));
        };
        if !url.username().is_empty() || url.password().is_some() {
            Err(self.wrong(value, format!("`{key}` must hold no name and no password")))
        } else if url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url)) {
            Ok(url)
        } else {
            Err(self
                .wrong(value, format!("`{key}` must start with https:// (http:// is for this machine only)")))
        }
    }

    /// The address of a proxy; what is said to it is encrypted all the same.
    fn proxy(&self, value: &Spanned<String>) -> Result<Url, Complaint> {
        let text = value.get_ref().trim();
        let url = Url::parse(text).ok().filter(Url::has_host);
        match url.as_ref().map(Url::scheme) {
            Some("http" | "https") => url.ok_or(Complaint::Reported),
            Some(scheme) if scheme.starts_with("socks") => {
                Err(self.wrong(value, "`proxy`: a SOCKS proxy can't be used, only one that speaks HTTP"))
            }
            _ => Err(self.wrong(
                value,
                "`proxy` is the address of an HTTP proxy, like \"http://proxy.contoso.com:8080\"",
            )),
        }
    }

    /// A complaint about a text that is empty, or still the example's.
    pub(super) fn meant<T>(
        &self,
        key: &str,
        value: Option<&Spanned<T>>,
        text: &str,
    ) -> Result<(), Complaint> {
        match value {
            Some(value) if text.trim().is_empty() => {
                Err(self.wrong(value, format!("`{key}` is empty; write a value, or put a # before the line")))
            }
            Some(value) if text.contains(PLACEHOLDER) => {
                Err(self.wrong(value, format!("`{key}` is still the example's: write your own")))
            }
            _ => Ok(()),
        }
    }

    /// The same for the name of a file.
    pub(super) fn meant_file(&self, key: &str, value: Option<&Spanned<PathBuf>>) -> Result<(), Complaint> {
        let text = value.map(|value| value.get_ref().to_string_lossy().into_owned());
        self.meant(key, value, &text.unwrap_or_default())
    }

    /// The same for a command.
    pub(super) fn meant_command(
        &self,
        key: &str,
        value: Option<&Spanned<Vec<String>>>,
    ) -> Result<(), Complaint> {
        match value {
            Some(command) if command.get_ref().first().is_none_or(|word| word.trim().is_empty()) => Err(self
                .wrong(
                    command,
                    format!("`{key}`: a command needs words, like [\"pass\", \"show\", \"work\"]"),
                )),
            _ => Ok(()),
        }
    }

    fn has_example_token(&self) -> bool {
        self.root.token.as_ref().is_some_and(|token| token.get_ref().expose_secret().contains(PLACEHOLDER))
    }

    fn credentials(&self, faults: &mut Faults) -> Option<Credentials> {
        let root = &self.root;
        let text = root.token.as_ref().map_or("", |token| token.get_ref().expose_secret());
        let username = root.username.as_ref().map_or("", |name| name.get_ref());
        let meant = [
            self.meant("token", root.token.as_ref(), text),
            self.meant_file("token_file", root.token_file.as_ref()),
            self.meant_command("token_command", root.token_command.as_ref()),
            self.meant("username", root.username.as_ref(), username),
            self.meant_file("password_file", root.password_file.as_ref()),
            self.meant_command("password_command", root.password_command.as_ref()),
        ];
        let meant = meant.map(|result| faults.keep(result)).iter().all(Option::is_some);
        let credentials = faults.keep(self.way_to_sign_in());
        credentials.filter(|_| meant)
    }

    fn way_to_sign_in(&self) -> Result<Credentials, Complaint> {
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
        let mut tokens: Vec<Secret> = token.into_iter().flatten().collect();
        let mut passwords: Vec<Secret> = password.into_iter().flatten().collect();
        match (tokens.pop(), &root.username, passwords.pop()) {
            (Some(_), _, _) if !tokens.is_empty() => {
                Err(self.lacking(&[], "only one of `token`, `token_file` and `token_command` can be there"))
            }
            (Some(token), None, None) => Ok(Credentials::Token(token)),
            (Some(_), _, _) => Err(self
                .lacking(&[], "sign in either with a token or with `username` and a password, not both")),
            (None, Some(_), Some(_)) if !passwords.is_empty() => {
                Err(self.lacking(&[], "only one of `password_file` and `password_command` can be there"))
            }
            (None, Some(username), Some(password)) => {
                Ok(Credentials::Password { username: username.get_ref().trim().to_owned(), password })
            }
            (None, Some(_), None) if PASSWORD_KEYS.iter().any(|key| self.is_spoiled(key)) => {
                Err(Complaint::Reported)
            }
            (None, Some(username), None) => {
                Err(self.wrong(username, "`username` needs `password_file` or `password_command` beside it"))
            }
            (None, None, Some(_)) => {
                Err(self.lacking(&["username"], "a password needs `username` beside it"))
            }
            (None, None, None) => Err(self.lacking(
                &UCWA_CREDENTIALS,
                "no way to sign in: add `token`, `token_file` or `token_command`, or `username` with `password_file` or `password_command`",
            )),
        }
    }

    pub(super) fn network(
        &self,
        faults: &mut Faults,
        ca_file: Option<&Spanned<PathBuf>>,
        proxy: Option<&Spanned<String>>,
    ) -> Option<Network> {
        let authorities = ca_file.map_or(Ok(Vec::new()), |value| self.authorities(value));
        let authorities = faults.keep(authorities);
        let proxy = faults.keep(proxy.map(|value| self.proxy(value)).transpose());
        Some(Network { authorities: authorities?, proxy: proxy?, loopback_only: false })
    }

    fn authorities(&self, value: &Spanned<PathBuf>) -> Result<Vec<u8>, Complaint> {
        let path = self.path_of(value.get_ref());
        let pem = std::fs::read(&path).map_err(|error| {
            self.wrong(value, format!("`ca_file`: can't read {}: {error}", path.display()))
        })?;
        if String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
            Ok(pem)
        } else {
            let what = format!("`ca_file`: there is no PEM certificate in {}", path.display());
            Err(self.wrong(value, what))
        }
    }

    /// The hosts, as they are compared: by name alone.
    fn trusted_hosts(&self) -> Result<Vec<String>, Complaint> {
        let Some(value) = &self.root.ucwa.trusted_hosts else { return Ok(Vec::new()) };
        let is_host = |host: &&String| url::Host::parse(host).is_ok();
        match value.get_ref().iter().find(|host| !is_host(host)) {
            None => Ok(value.get_ref().clone()),
            Some(_) => Err(self.wrong(
                value,
                "`trusted_hosts` are names like \"tickets.contoso.com\", without https:// and port",
            )),
        }
    }

    fn modalities(&self) -> Result<Vec<Modality>, Complaint> {
        match &self.root.ucwa.modalities {
            None => Ok(vec![Modality::Messaging, Modality::PhoneAudio]),
            Some(value) if value.get_ref().is_empty() => {
                Err(self.wrong(value, "`modalities` is empty: no invitation would ever arrive"))
            }
            Some(value) => Ok(value.get_ref().clone()),
        }
    }

    fn phone_number(&self) -> Result<Option<String>, Complaint> {
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

    fn culture(&self) -> Result<String, Complaint> {
        match &self.root.ucwa.culture {
            None => Ok("en-US".into()),
            Some(value) if value.get_ref().is_empty() || value.get_ref().len() > CULTURE => {
                Err(self.wrong(value, "`culture` is a language like \"en-US\""))
            }
            Some(value) => Ok(value.get_ref().clone()),
        }
    }

    fn poll_timeout(&self) -> Result<Duration, Complaint> {
        let Some(value) = &self.root.ucwa.poll_timeout else {
            return Ok(Duration::from_secs(*POLL_TIMEOUT.start()));
        };
        let seconds = value.get_ref().0.as_secs();
        if POLL_TIMEOUT.contains(&seconds) {
            Ok(Duration::from_secs(seconds))
        } else {
            Err(self.wrong(value, "`poll_timeout` can be from \"3m\" to \"30m\""))
        }
    }

    fn keep(&self) -> Result<usize, Complaint> {
        match &self.root.history.keep {
            None => Ok(KEEP),
            Some(value) if (1..=100_000).contains(value.get_ref()) => Ok(*value.get_ref()),
            Some(value) => Err(self.wrong(value, "`keep` can be from 1 to 100000 entries")),
        }
    }

    fn keys(&self, faults: &mut Faults) -> KeyMap {
        let mut changes = Vec::new();
        for (name, value) in &self.root.keys {
            let Some(action) = faults.keep(self.action(name, value)) else { continue };
            let texts = match value.get_ref() {
                Keys::One(text) => std::slice::from_ref(text),
                Keys::Several(texts) => texts,
            };
            let keys: Result<Vec<Key>, _> = texts.iter().map(|text| text.parse()).collect();
            match keys {
                Ok(keys) => changes.push((action, keys)),
                Err(error) => {
                    faults.keep::<()>(Err(self.wrong(value, format!("`{name}`: {error}"))));
                }
            }
        }
        KeyMap::patched(&changes).unwrap_or_else(|clashes| {
            for clash in clashes {
                let place = self.root.keys.get(clash.action.name()).map_or(0, |value| value.span().start);
                faults.push(Fault::at(&self.text, place, clash.to_string()));
            }
            KeyMap::default()
        })
    }

    fn action(&self, name: &str, value: &Spanned<Keys>) -> Result<Action, Complaint> {
        Action::parse(name).ok_or_else(|| {
            let names: Vec<&str> = Action::all().map(Action::name).collect();
            let hint = nearest(name, &names).map_or_else(
                || format!("; there are {}", names.join(", ")),
                |name| format!("; did you mean `{name}`?"),
            );
            self.wrong(value, format!("there is no action `{name}`{hint}"))
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
