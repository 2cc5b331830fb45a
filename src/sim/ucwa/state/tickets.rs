use std::time::Duration;

use tokio::time::Instant;

use crate::sim::recent::RecentMap;
use crate::sim::ucwa::state::people::user::UserNumber;

/// The web tickets: the bearer tokens that the server accepts.
pub struct WebTickets {
    /// The users' tokens of the configuration; empty once they have expired.
    configured: Vec<String>,
    issued: RecentMap<String, Ticket>,
}

/// An issued web ticket.
struct Ticket {
    user: UserNumber,
    /// The origin of the server that issued it.
    origin: String,
    expires: Instant,
}

impl WebTickets {
    /// Creates the tickets of a server that accepts the tokens `configured`, one for each user, and keeps the
    /// latest `kept` issued ones.
    pub fn new(configured: Vec<String>, kept: usize) -> Self {
        Self { configured, issued: RecentMap::new(kept) }
    }

    /// Returns the user to whom a token was issued, if it is valid.
    pub fn user_of(&self, token: &str) -> Option<UserNumber> {
        let issued = self.issued.get(token).filter(|ticket| ticket.expires > Instant::now());
        let configured = || self.configured.iter().position(|known| known == token);
        issued.map(|ticket| ticket.user).or_else(configured)
    }

    /// Returns whether a server at another origin than `base` issued the token.
    pub fn is_of_other_pool(&self, token: &str, base: &str) -> bool {
        self.issued.get(token).is_some_and(|ticket| ticket.origin != base)
    }

    /// Adds a token that the server at `origin` issues to a user.
    pub fn issue(&mut self, token: String, user: UserNumber, origin: &str, lifetime: Duration) {
        let ticket = Ticket { user, origin: origin.to_owned(), expires: Instant::now() + lifetime };
        self.issued.insert(token, ticket);
    }

    /// Makes all tokens invalid.
    pub fn expire(&mut self) {
        let now = Instant::now();
        self.issued.values_mut().for_each(|ticket| ticket.expires = now);
        self.configured.clear();
    }
}
