use std::time::Duration;

use super::person::Person;

/// The configuration of the simulated Skype for Business server.
#[derive(Clone, Debug)]
pub struct UcwaOptions {
    /// The user of the server.
    pub user: Person,
    /// A bearer token that is valid from the start.
    pub token: String,
    /// The password for which the server issues a token.
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
    /// The time until an unanswered invitation ends.
    pub ring: Duration,
    /// The time until an application without requests is ended.
    pub idle: Duration,
}

impl Default for UcwaOptions {
    fn default() -> Self {
        Self {
            user: Person::new("Tosh Meston", "sip:tosh@contoso.example"),
            token: "cwt=demo".into(),
            password: "demo".into(),
            token_lifetime: Duration::from_secs(8 * 3_600),
            redirect_to: None,
            homed_at: None,
            empty_titles: false,
            ring: Duration::from_secs(30),
            idle: Duration::from_secs(20 * 60),
        }
    }
}
