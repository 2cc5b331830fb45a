//! The origins that requests may be sent to: those that discovery named, and hosts that the user trusts.

use std::collections::HashSet;
use std::net::Ipv4Addr;

use url::{Host, Url};

/// The origins that requests and their tokens may be sent to.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    approved: HashSet<url::Origin>,
    trusted_hosts: Vec<String>,
}

/// Why a URL must not be requested.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlRefusal {
    /// The text is not a URL, has an unknown scheme, or contains credentials.
    #[error("the server sent an invalid address")]
    InvalidUrl,
    /// The URL is neither encrypted nor on this machine. Holds the origin.
    #[error("the connection to {0} would not be encrypted")]
    NotEncrypted(String),
    /// Discovery did not name this origin.
    #[error("the server redirected to {0}, which discovery did not list")]
    UnapprovedHost(String),
}

impl Origins {
    /// Creates a set that contains no origin, and the hosts that the user trusts.
    #[must_use]
    pub fn new(trusted_hosts: &[String]) -> Self {
        Self { approved: HashSet::new(), trusted_hosts: trusted_hosts.to_vec() }
    }

    /// Approves the origin of a URL that discovery named.
    ///
    /// # Errors
    /// Returns an error if the URL is neither encrypted nor on this machine.
    pub fn approve(&mut self, url: &Url) -> Result<(), UrlRefusal> {
        encrypted_or_local(url)?;
        self.approved.insert(url.origin());
        Ok(())
    }

    /// Resolves a link relative to `base`. The origin of the returned URL is approved or trusted.
    ///
    /// # Errors
    /// Returns an error if the link is not a URL, or its origin is not secure or not approved.
    pub fn resolve(&self, base: &Url, href: &str) -> Result<Url, UrlRefusal> {
        let url = base.join(href).map_err(|_| UrlRefusal::InvalidUrl)?;
        encrypted_or_local(&url)?;
        if self.trusts(&url) || self.approved.contains(&url.origin()) {
            Ok(url)
        } else {
            Err(UrlRefusal::UnapprovedHost(url.origin().ascii_serialization()))
        }
    }

    /// Returns whether the user trusts the host of a URL.
    #[must_use]
    pub fn trusts(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        self.trusted_hosts.iter().any(|trusted| trusted.eq_ignore_ascii_case(host))
    }
}

/// Checks that a URL is encrypted or on this machine, and contains no credentials.
///
/// # Errors
/// Returns an error if that is not the case.
pub fn encrypted_or_local(url: &Url) -> Result<(), UrlRefusal> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlRefusal::InvalidUrl);
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(url) => Ok(()),
        "http" => Err(UrlRefusal::NotEncrypted(url.origin().ascii_serialization())),
        _ => Err(UrlRefusal::InvalidUrl),
    }
}

/// Returns whether the host is `localhost` or a literal loopback address.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Returns whether a URL leads to this machine, in whatever way it is written. [`is_loopback`] recognizes fewer, because
/// it permits plain HTTP.
#[must_use]
pub fn may_reach_this_machine(url: &Url) -> bool {
    let here = |address: Ipv4Addr| address.is_loopback() || address.is_unspecified();
    match url.host() {
        Some(Host::Ipv4(address)) => here(address),
        Some(Host::Ipv6(address)) => {
            address.is_loopback() || address.is_unspecified() || address.to_ipv4_mapped().is_some_and(here)
        }
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn only_approved_and_trusted_hosts_are_resolved() {
        let mut origins = Origins::new(&["tickets.example".into()]);
        let base = url("https://pool.example/ucwa/v1/applications");
        origins.approve(&base).unwrap();
        let resolved = |href| origins.resolve(&base, href);
        assert_eq!(resolved("/ucwa/1?a=b").unwrap().as_str(), "https://pool.example/ucwa/1?a=b");
        assert_eq!(resolved("https://pool.example:443/x").unwrap().as_str(), "https://pool.example/x");
        assert!(resolved("https://tickets.example/t").is_ok());
        for stranger in ["https://evil.example/x", "https://pool.example:8443/x", "//evil.example/x"] {
            assert!(matches!(resolved(stranger), Err(UrlRefusal::UnapprovedHost(_))), "{stranger}");
        }
        assert!(matches!(resolved("http://pool.example/x"), Err(UrlRefusal::NotEncrypted(_))));
        for nonsense in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://me:pw@pool.example/",
            "https://me@pool.example/",
            "https://:pw@pool.example/",
        ] {
            assert_eq!(resolved(nonsense), Err(UrlRefusal::InvalidUrl), "{nonsense}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine() {
        let mut origins = Origins::default();
        assert!(origins.approve(&url("http://127.0.0.1:8099/")).is_ok());
        assert!(origins.approve(&url("http://[::1]:8099/")).is_ok());
        assert!(origins.approve(&url("http://sample:80/")).is_err());
    }

    #[test]
    fn only_a_host_that_is_certainly_this_machine_may_be_reached_without_encryption() {
        for (here, expected) in [
            ("http://localhost:8099/", true),
            ("http://LOCALHOST/", true),
            ("http://127.0.0.1/", true),
            ("http://127.9.9.9/", true),
            ("http://[::1]/", true),
            ("http://evil-localhost/", false),
            ("http://evil.localhost/", false),
            ("http://localhost.evil.example/", false),
            ("http://localhost./", false),
            ("http://128.0.0.1/", false),
            ("http://0.0.0.0/", false),
            ("http://[::2]/", false),
        ] {
            let is_refused = encrypted_or_local(&url(here)).is_err();
            assert_eq!((is_loopback(&url(here)), is_refused), (expected, !expected), "{here}");
        }
        assert!(Origins::default().approve(&url("http://evil-localhost/")).is_err());
    }

    #[test]
    fn whatever_may_lead_to_this_machine_is_recognized() {
        for (address, expected) in [
            ("https://localhost/", true),
            ("https://localhost./", true),
            ("https://pool.localhost/", true),
            ("https://127.9.9.9/", true),
            ("https://0.0.0.0/", true),
            ("https://[::1]/", true),
            ("https://[::]/", true),
            ("https://[::ffff:127.0.0.1]/", true),
            ("https://[::ffff:0.0.0.0]/", true),
            ("https://evil-localhost/", false),
            ("https://localhost.example/", false),
            ("https://10.0.0.1/", false),
            ("https://[::ffff:10.0.0.1]/", false),
            ("https://[2001:db8::1]/", false),
        ] {
            assert_eq!(may_reach_this_machine(&url(address)), expected, "{address}");
        }
    }
}
