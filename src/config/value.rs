//! Checks that several sections share.

use std::path::PathBuf;

use toml::Spanned;
use url::Url;

use super::error::{Diagnostics, Invalid};
use super::file::File;
use super::schema::Texts;
use crate::nearest::nearest;
use crate::provider::network::Network;
use crate::provider::origin::is_loopback;

/// The character in the example that stands for a part of the user's own value.
pub(super) const PLACEHOLDER: char = '…';

impl File {
    /// Checks the address of a server: HTTPS, or HTTP on a loopback address.
    pub(super) fn url(&self, value: &Spanned<String>, key: &str) -> Result<Url, Invalid> {
        let text = value.get_ref().trim();
        let Ok(url) = Url::parse(text) else {
            let https = format!("https://{text}");
            let example =
                if is_domain(text.split('/').next().unwrap_or_default()) { &https } else { "https://…" };
            return Err(self.invalid(value, format!("`{key}` must be a URL like \"{example}\"")));
        };
        if !url.username().is_empty() || url.password().is_some() {
            Err(self.invalid(value, format!("`{key}` must not contain a user name or a password")))
        } else if url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url)) {
            Ok(url)
        } else {
            Err(self.invalid(
                value,
                format!("`{key}` must start with https:// (http:// is only for servers on this machine)"),
            ))
        }
    }

    /// Checks the settings of the network connections of a section.
    pub(super) fn network(
        &self,
        diagnostics: &mut Diagnostics,
        ca_file: Option<&Spanned<PathBuf>>,
        proxy: Option<&Spanned<String>>,
    ) -> Option<Network> {
        let authorities = ca_file.map_or(Ok(Vec::new()), |value| self.authorities(value));
        let authorities = diagnostics.ok(authorities);
        let proxy = diagnostics.ok(proxy.map(|value| self.proxy(value)).transpose());
        Some(Network { authorities: authorities?, proxy: proxy?, loopback_only: false })
    }

    fn authorities(&self, value: &Spanned<PathBuf>) -> Result<Vec<u8>, Invalid> {
        let path = self.resolve(value.get_ref());
        let pem = std::fs::read(&path).map_err(|error| {
            self.invalid(value, format!("`ca_file`: can't read {}: {error}", path.display()))
        })?;
        if String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
            Ok(pem)
        } else {
            Err(self.invalid(value, format!("`ca_file`: no PEM certificate in {}", path.display())))
        }
    }

    /// Checks the address of a proxy. Plain HTTP is fine, because the tunnelled connections are encrypted.
    fn proxy(&self, value: &Spanned<String>) -> Result<Url, Invalid> {
        let text = value.get_ref().trim();
        let url = Url::parse(text).ok().filter(Url::has_host);
        match url.as_ref().map(Url::scheme) {
            Some("http" | "https") => url.ok_or(Invalid::AlreadyReported),
            Some(scheme) if scheme.starts_with("socks") => {
                Err(self.invalid(value, "`proxy`: SOCKS is not supported; use an HTTP proxy"))
            }
            _ => Err(self.invalid(
                value,
                "`proxy` must be the address of an HTTP proxy, like \"http://proxy.contoso.com:8080\"",
            )),
        }
    }

    /// Checks that a text is neither empty nor the example's.
    pub(super) fn filled_in<T>(
        &self,
        key: &str,
        value: Option<&Spanned<T>>,
        text: &str,
    ) -> Result<(), Invalid> {
        match value {
            Some(value) if text.trim().is_empty() => {
                Err(self
                    .invalid(value, format!("`{key}` is empty; write a value, or put a # before the line")))
            }
            Some(value) if text.contains(PLACEHOLDER) => {
                Err(self
                    .invalid(value, format!("`{key}` is still the placeholder from the example; replace it")))
            }
            _ => Ok(()),
        }
    }

    /// Reads the values of a key; `None` without the key.
    pub(super) fn list<T>(
        &self,
        key: &str,
        value: Option<&Spanned<Texts>>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<Vec<T>>, Invalid> {
        let Some(value) = value else { return Ok(None) };
        let texts = value.get_ref().as_slice();
        if texts.is_empty() {
            let message = format!("`{key}` is empty, so it never applies; write a value, or remove the key");
            return Err(self.invalid(value, message));
        }
        let read: Result<Vec<T>, String> = texts.iter().map(|text| read(text)).collect();
        read.map(Some).map_err(|why| self.invalid(value, format!("`{key}`: {why}")))
    }

    /// Checks that a path is neither empty nor the example's.
    pub(super) fn path_filled_in(&self, key: &str, value: Option<&Spanned<PathBuf>>) -> Result<(), Invalid> {
        let text = value.map(|value| value.get_ref().to_string_lossy().into_owned());
        self.filled_in(key, value, &text.unwrap_or_default())
    }

    /// Checks that a command names a program.
    pub(super) fn command_filled_in(
        &self,
        key: &str,
        value: Option<&Spanned<Vec<String>>>,
    ) -> Result<(), Invalid> {
        match value {
            Some(command) if command.get_ref().first().is_none_or(|word| word.trim().is_empty()) => Err(self
                .invalid(
                    command,
                    format!("`{key}` is empty; write a command like [\"pass\", \"show\", \"work\"]"),
                )),
            _ => Ok(()),
        }
    }
}

/// Returns whether a text is a domain name with at least two labels.
pub(super) fn is_domain(text: &str) -> bool {
    text.contains('.')
        && text.split('.').all(|label| !label.is_empty())
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
}

/// Returns the value with a name, or what to write instead.
pub(super) fn one_of<T>(text: &str, names: &[&str], parse: impl Fn(&str) -> Option<T>) -> Result<T, String> {
    parse(text.trim()).ok_or_else(|| unknown(text, names))
}

/// Returns what to write instead of an unknown value.
pub(super) fn unknown(text: &str, names: &[&str]) -> String {
    let hint = match nearest(text, names) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("use one of {}", names.join(", ")),
    };
    format!("unknown value `{text}`; {hint}")
}
