use super::person::Person;

/// The number of a user: the position in [`UcwaOptions::users`](super::UcwaOptions::users).
pub(super) type UserNumber = usize;

/// A person who can sign in.
pub(super) struct User {
    pub person: Person,
}

impl User {
    /// Creates a user who has not signed in.
    pub fn new(person: Person) -> Self {
        Self { person }
    }

    /// Returns whether a user name, such as `tosh@contoso.example` or `CONTOSO\tosh`, is the user's.
    pub fn is_named(&self, username: &str) -> bool {
        let address = self.person.uri.strip_prefix("sip:").unwrap_or(&self.person.uri);
        let local = address.split('@').next().unwrap_or_default();
        let account = username.rsplit('\\').next().unwrap_or_default();
        address.eq_ignore_ascii_case(username) || local.eq_ignore_ascii_case(account)
    }
}
