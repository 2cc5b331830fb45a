//! Checks of the settings for Skype for Business: the top level of the file and `[ucwa]`.

use std::ops::RangeInclusive;
use std::time::Duration;

use secrecy::ExposeSecret;

use super::error::{Diagnostics, Invalid};
use super::section::Section;
use super::settings::AccountSection;
use super::value::{PLACEHOLDER, is_domain};
use crate::provider::network::Network;
use crate::provider::ucwa::{Credentials, Modality, Settings, Start};
use crate::secret::Secret;

/// The values in seconds that the UCWA reference allows for the `timeout` of the event channel.
const POLL_TIMEOUT: RangeInclusive<u64> = 180..=1_800;

/// The maximum length of `culture` according to the UCWA reference.
const MAX_CULTURE_LENGTH: usize = 100;

/// The value of `tenant` in the example.
const EXAMPLE_TENANT: &str = "contoso.com";

/// The keys for signing in.
const CREDENTIAL_KEYS: [&str; 6] =
    ["token", "token_file", "token_command", "username", "password_file", "password_command"];

/// The keys for the password.
const PASSWORD_KEYS: [&str; 2] = ["password_file", "password_command"];

/// The keys that configure an account of Skype for Business. Each of them is enough to require the others.
const ACCOUNT_KEYS: [&str; 8] = [
    "tenant",
    "token",
    "token_file",
    "token_command",
    "username",
    "password_file",
    "password_command",
    "ucwa.url",
];

impl Section<'_> {
    /// Returns whether the file has any of the keys of an account of Skype for Business.
    pub(super) fn has_ucwa(&self) -> bool {
        let root = self.keys;
        root.tenant.is_some()
            || root.ucwa.url.is_some()
            || root.token.is_some()
            || root.token_file.is_some()
            || root.token_command.is_some()
            || root.username.is_some()
            || root.password_file.is_some()
            || root.password_command.is_some()
            || ACCOUNT_KEYS.iter().any(|key| self.is_unreadable(key))
    }

    /// Checks the account. Returns nothing if it has a mistake.
    pub(super) fn ucwa(
        &self,
        section: &AccountSection,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Settings, Network)> {
        let ucwa = &self.keys.ucwa;
        let start = diagnostics.ok(self.start());
        let credentials = self.credentials(section, start.as_ref(), diagnostics);
        let trusted_hosts = diagnostics.ok(self.trusted_hosts());
        let modalities = diagnostics.ok(self.modalities());
        let phone_number = diagnostics.ok(self.phone_number());
        let culture = diagnostics.ok(self.culture());
        let poll_timeout = diagnostics.ok(self.poll_timeout());
        let network = self.file.network(diagnostics, ucwa.ca_file.as_ref(), ucwa.proxy.as_ref());
        if self.unreadable().any(|key| key.starts_with("ucwa") || ACCOUNT_KEYS.contains(&key)) {
            return None;
        }
        let start = start?;
        let settings = Settings {
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
        Some((settings, network?))
    }

    fn start(&self) -> Result<Start, Invalid> {
        if let Some(url) = &self.keys.ucwa.url {
            return Ok(Start::Url(self.file.url(url, "url")?));
        }
        let Some(tenant) = &self.keys.tenant else {
            return Err(self.missing(
                &["tenant", "ucwa.url"],
                format!(
                    "add `tenant` (your sign-in domain, like \"contoso.com\"), or `url` under {}",
                    self.heading("ucwa")
                ),
            ));
        };
        // People know their sign-in address better than its domain.
        let text = tenant.get_ref().trim();
        let domain = text.rsplit('@').next().unwrap_or_default();
        if text == EXAMPLE_TENANT && self.has_example_token() {
            Err(self.file.invalid(
                tenant,
                "`tenant` is still the placeholder from the example; replace it with your own sign-in domain",
            ))
        } else if is_domain(domain) {
            Ok(Start::Domain(domain.to_owned()))
        } else {
            Err(self.file.invalid(
                tenant,
                format!("`tenant` must be a domain like \"contoso.com\", not \"{text}\"; the address of a server belongs in `url` under {}", self.heading("ucwa")),
            ))
        }
    }

    fn has_example_token(&self) -> bool {
        self.keys.token.as_ref().is_some_and(|token| token.get_ref().expose_secret().contains(PLACEHOLDER))
    }

    fn credentials(
        &self,
        section: &AccountSection,
        start: Option<&Start>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Credentials> {
        let root = self.keys;
        let text = root.token.as_ref().map_or("", |token| token.get_ref().expose_secret());
        let username = root.username.as_ref().map_or("", |name| name.get_ref());
        let filled_in = [
            self.file.filled_in("token", root.token.as_ref(), text),
            self.file.path_filled_in("token_file", root.token_file.as_ref()),
            self.file.command_filled_in("token_command", root.token_command.as_ref()),
            self.file.filled_in("username", root.username.as_ref(), username),
            self.file.path_filled_in("password_file", root.password_file.as_ref()),
            self.file.command_filled_in("password_command", root.password_command.as_ref()),
        ];
        let filled_in = filled_in.map(|result| diagnostics.ok(result)).iter().all(Option::is_some);
        let credentials = diagnostics.ok(self.sign_in_method(section, start));
        credentials.filter(|_| filled_in)
    }

    fn sign_in_method(
        &self,
        section: &AccountSection,
        start: Option<&Start>,
    ) -> Result<Credentials, Invalid> {
        let root = self.keys;
        let token = [
            root.token.as_ref().map(|value| Secret::Value(value.get_ref().clone())),
            root.token_file.as_ref().map(|value| Secret::File(self.file.resolve(value.get_ref()))),
            root.token_command.as_ref().map(|value| Secret::Command(value.get_ref().clone())),
        ];
        let password = [
            root.password_file.as_ref().map(|value| Secret::File(self.file.resolve(value.get_ref()))),
            root.password_command.as_ref().map(|value| Secret::Command(value.get_ref().clone())),
        ];
        let mut tokens: Vec<Secret> = token.into_iter().flatten().collect();
        let mut passwords: Vec<Secret> = password.into_iter().flatten().collect();
        match (tokens.pop(), &root.username, passwords.pop()) {
            (Some(_), _, _) if !tokens.is_empty() => {
                Err(self.mistake("use only one of `token`, `token_file` and `token_command`"))
            }
            (Some(token), None, None) => Ok(Credentials::Token(token)),
            (Some(_), _, _) => Err(self
                .missing(&[], "use either a token or `username` with a password, not both")),
            (None, Some(_), Some(_)) if !passwords.is_empty() => {
                Err(self.mistake("use only one of `password_file` and `password_command`"))
            }
            (None, Some(username), Some(password)) => {
                Ok(Credentials::Password { username: username.get_ref().trim().to_owned(), password })
            }
            (None, Some(_), None) if PASSWORD_KEYS.iter().any(|key| self.is_unreadable(key)) => {
                Err(Invalid::AlreadyReported)
            }
            (None, Some(username), None) => {
                let message = "`username` requires `password_file` or `password_command`; or remove it and run `rsvp login`";
                Err(self.file.invalid(username, message))
            }
            (None, None, Some(_)) => {
                Err(self.missing(&["username"], "a password requires `username`"))
            }
            (None, None, None) => self.login(section, start)?.ok_or_else(|| self.missing(
                &CREDENTIAL_KEYS,
                "no way to sign in; add `token`, `token_file` or `token_command`, or `username` with `password_file` or `password_command`, or run `rsvp login`",
            )),
        }
    }

    /// Returns what `rsvp login` keeps for the account, unless a key that would go first could not be read.
    fn login(&self, section: &AccountSection, start: Option<&Start>) -> Result<Option<Credentials>, Invalid> {
        let is_unreadable = CREDENTIAL_KEYS.iter().any(|key| self.is_unreadable(key));
        let store = self.file.login(section, start.map(Start::login_target))?;
        Ok(store.filter(|_| !is_unreadable).map(Credentials::Login))
    }

    fn trusted_hosts(&self) -> Result<Vec<String>, Invalid> {
        let Some(value) = &self.keys.ucwa.trusted_hosts else { return Ok(Vec::new()) };
        let is_host = |host: &&String| url::Host::parse(host).is_ok();
        match value.get_ref().iter().find(|host| !is_host(host)) {
            None => Ok(value.get_ref().clone()),
            Some(_) => Err(self.file.invalid(
                value,
                "`trusted_hosts` must be names like \"tickets.contoso.com\", without https:// or a port",
            )),
        }
    }

    fn modalities(&self) -> Result<Vec<Modality>, Invalid> {
        match &self.keys.ucwa.modalities {
            None => Ok(vec![Modality::Messaging, Modality::PhoneAudio]),
            Some(value) if value.get_ref().is_empty() => {
                Err(self.file.invalid(value, "`modalities` is empty; no invitation would ever arrive"))
            }
            Some(value) => Ok(value.get_ref().clone()),
        }
    }

    fn phone_number(&self) -> Result<Option<String>, Invalid> {
        let Some(value) = &self.keys.ucwa.phone_number else { return Ok(None) };
        let number = value.get_ref();
        let digits = number.strip_prefix("tel:+").unwrap_or_default();
        if digits.len() >= 3
            && digits
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, ';' | '=' | '-') || c.is_ascii_alphabetic())
        {
            Ok(Some(number.clone()))
        } else {
            Err(self.file.invalid(
                value,
                format!("`phone_number` must look like \"tel:+14255550100\", not \"{number}\""),
            ))
        }
    }

    fn culture(&self) -> Result<String, Invalid> {
        match &self.keys.ucwa.culture {
            None => Ok("en-US".into()),
            Some(value) if value.get_ref().is_empty() || value.get_ref().len() > MAX_CULTURE_LENGTH => {
                Err(self.file.invalid(value, "`culture` must be a language like \"en-US\""))
            }
            Some(value) => Ok(value.get_ref().clone()),
        }
    }

    fn poll_timeout(&self) -> Result<Duration, Invalid> {
        let Some(value) = &self.keys.ucwa.poll_timeout else {
            return Ok(Duration::from_secs(*POLL_TIMEOUT.start()));
        };
        let seconds = value.get_ref().0.as_secs();
        if POLL_TIMEOUT.contains(&seconds) {
            Ok(Duration::from_secs(seconds))
        } else {
            Err(self.file.invalid(value, "`poll_timeout` must be between \"3m\" and \"30m\""))
        }
    }
}
