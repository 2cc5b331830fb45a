use std::time::Duration;

use tokio::time::Instant;

use super::super::recent::RecentMap;

/// The web tickets: the bearer tokens that the server accepts.
pub(super) struct WebTickets {
    /// The token of the configuration; `None` once it has expired.
    configured: Option<String>,
    issued: RecentMap<String, Ticket>,
}

/// An issued web ticket.
struct Ticket {
    /// The origin of the server that issued it.
    origin: String,
    expires: Instant,
}

impl WebTickets {
    /// Creates the tickets of a server that accepts the token `configured` and keeps the latest `kept` issued
    /// ones.
    pub fn new(configured: String, kept: usize) -> Self {
        Self { configured: Some(configured), issued: RecentMap::new(kept) }
    }

    /// Returns whether a token is valid.
    pub fn accepts(&self, token: &str) -> bool {
        let issued = self.issued.get(token).is_some_and(|ticket| ticket.expires > Instant::now());
        issued || self.configured.as_deref() == Some(token)
    }

    /// Returns whether a server at another origin than `base` issued the token.
    pub fn is_of_other_pool(&self, token: &str, base: &str) -> bool {
        self.issued.get(token).is_some_and(|ticket| ticket.origin != base)
    }

    /// Adds a token that the server at `origin` issues.
    pub fn issue(&mut self, token: String, origin: &str, lifetime: Duration) {
        let ticket = Ticket { origin: origin.to_owned(), expires: Instant::now() + lifetime };
        self.issued.insert(token, ticket);
    }

    /// Makes all tokens invalid.
    pub fn expire(&mut self) {
        let now = Instant::now();
        self.issued.values_mut().for_each(|ticket| ticket.expires = now);
        self.configured = None;
    }
}
