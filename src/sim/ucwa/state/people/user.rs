use super::business_card::BusinessCard;
use super::person::Person;
use super::phone::Phones;
use super::profile::Profile;

/// The number of a user: the position in [`UcwaOptions::users`](crate::sim::ucwa::UcwaOptions::users).
pub type UserNumber = usize;

/// A person who can sign in.
pub struct User {
    pub person: Person,
    /// The rule by which calls to the user are routed.
    pub routing: Routing,
    pub profile: Profile,
}

/// The rule by which calls to a user are routed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Routing {
    /// Calls ring at the user.
    #[default]
    Ring,
    /// Calls ring at another user only.
    Forward(usize),
    /// Calls ring at the user and at the other members of the team.
    Team(Vec<usize>),
    /// Calls ring at the user and at the delegates, who answer on behalf of the user.
    Delegates(Vec<usize>),
}

impl User {
    /// Creates a user who has not signed in.
    pub fn new(person: Person) -> Self {
        let phones = Phones::of_card(&BusinessCard::of(&person));
        Self { person, routing: Routing::default(), profile: Profile { phones, ..Profile::default() } }
    }

    /// Returns whether a user name, such as `tosh@contoso.example` or `CONTOSO\tosh`, is the user's.
    pub fn is_named(&self, username: &str) -> bool {
        let address = self.person.uri.strip_prefix("sip:").unwrap_or(&self.person.uri);
        let local = address.split('@').next().unwrap_or_default();
        let account = username.rsplit('\\').next().unwrap_or_default();
        address.eq_ignore_ascii_case(username) || local.eq_ignore_ascii_case(account)
    }
}
