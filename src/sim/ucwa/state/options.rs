use std::time::Duration;

use crate::sim::ucwa::state::people::person::Person;

/// The configuration of the simulated Skype for Business server.
#[derive(Clone, Debug)]
pub struct UcwaOptions {
    /// The first user of the server, whom the invitations of scenarios and of the console reach by default.
    pub user: Person,
    /// The other users.
    pub colleagues: Vec<Person>,
    /// A bearer token of the first user that is valid from the start; see [`token_of`](Self::token_of).
    pub token: String,
    /// The password for which the server issues a token to any user.
    pub password: String,
    /// The lifetime of an issued token.
    pub token_lifetime: Duration,
    /// The href of the link `redirect` in the discovery document of every other origin.
    pub redirect_to: Option<String>,
    /// The href of the link `redirect` in the resource `user` of every other origin: the user's home pool.
    pub homed_at: Option<String>,
    /// Whether the link to the other participant of a conversation of two has an empty title, as some servers
    /// send it.
    pub empty_titles: bool,
    /// Whether a message is announced as `started` before it is `completed`, as the event table of the
    /// reference has it; its traces show `completed` alone.
    pub announces_messages: bool,
    /// Whether the challenge offers an authority at which users sign in by a device code, and the number of requests for
    /// the token after which the first user approves; with 0, only the console approves.
    pub device_login: Option<u32>,
    /// The grant that the ticket service offers.
    pub ticket_grant: TicketGrant,
    /// Whether those who join a meeting of another user wait in its lobby.
    pub lobby: bool,
    /// The time until an unanswered invitation ends.
    pub ring: Duration,
    /// The time until an application without requests is ended.
    pub idle: Duration,
}

/// The colleagues of the first user, by their names and addresses.
const COLLEAGUES: [(&str, &str); 8] = [
    ("Lene Aaling", "sip:lene.aaling@contoso.example"),
    ("Dana Birkby", "sip:dana.birkby@contoso.example"),
    ("Magnus Moreau", "sip:magnus.moreau@contoso.example"),
    ("Olga Haddad", "sip:olga.haddad@contoso.example"),
    ("Elif Kaya", "sip:elif.kaya@contoso.example"),
    ("Ivan Petrov", "sip:ivan.petrov@contoso.example"),
    ("Mei Tanaka", "sip:mei.tanaka@contoso.example"),
    ("Joe Smith", "sip:joe.smith@contoso.example"),
];

/// A grant that the ticket service offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketGrant {
    /// A user name and a password.
    Password,
    /// Integrated Windows authentication, which is not simulated: nobody gets a ticket.
    Windows,
}

impl TicketGrant {
    /// Returns the grant type in the challenge.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Windows => "urn:microsoft.rtc:windows",
        }
    }
}

impl UcwaOptions {
    /// The maximum number of users for [`with_users`](Self::with_users).
    pub const MAX_USERS: u8 = 9;

    /// Adds colleagues until there are as many users.
    #[must_use]
    pub fn with_users(mut self, users: u8) -> Self {
        let missing = usize::from(users).saturating_sub(1 + self.colleagues.len());
        self.colleagues.extend(COLLEAGUES.iter().map(|(name, uri)| Person::new(name, uri)).take(missing));
        self
    }

    /// Returns the users in the order of their numbers.
    pub fn users(&self) -> impl Iterator<Item = &Person> {
        std::iter::once(&self.user).chain(&self.colleagues)
    }

    /// Returns the bearer token of the user of that number (from 0) that is valid from the start: that of the
    /// second user is [`token`](Self::token) with `-2` at its end.
    #[must_use]
    pub fn token_of(&self, user: usize) -> String {
        if user == 0 { self.token.clone() } else { format!("{}-{}", self.token, user + 1) }
    }
}

impl Default for UcwaOptions {
    fn default() -> Self {
        Self {
            user: Person::new("Tosh Meston", "sip:tosh@contoso.example"),
            colleagues: Vec::new(),
            token: "cwt=demo".into(),
            password: "demo".into(),
            token_lifetime: Duration::from_secs(8 * 3_600),
            redirect_to: None,
            homed_at: None,
            empty_titles: false,
            announces_messages: false,
            device_login: None,
            ticket_grant: TicketGrant::Password,
            lobby: false,
            ring: Duration::from_secs(30),
            idle: Duration::from_secs(20 * 60),
        }
    }
}
