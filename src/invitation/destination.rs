use std::fmt;

use url::Url;

/// The target of a redirected call (`call: redirect` in Microsoft Graph).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Destination {
    /// A user's object id in the directory.
    User(uuid::Uuid),
    /// A phone number in E.164, like `+14255550100`.
    Phone(String),
}

impl Destination {
    /// Parses a user's id, with or without `user:`, or a phone number with spaces, hyphens, points and parentheses, with
    /// or without `tel:`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(id) = uuid::Uuid::parse_str(text.strip_prefix("user:").unwrap_or(text)) {
            return Some(Self::User(id));
        }
        let number = text.strip_prefix("tel:").unwrap_or(text).strip_prefix('+')?;
        let is_allowed = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')');
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let is_valid = number.chars().all(is_allowed) && (3..=15).contains(&digits.len());
        is_valid.then(|| Self::Phone(format!("+{digits}")))
    }

    /// Returns the destination as a URI, as parties of calls have it: `user:…` or `tel:+…`.
    #[must_use]
    pub fn uri(&self) -> String {
        match self {
            Self::User(id) => format!("user:{id}"),
            Self::Phone(number) => format!("tel:{number}"),
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => id.fmt(formatter),
            Self::Phone(number) => number.fmt(formatter),
        }
    }
}

/// An HTTPS address for the further notifications about a call (`callbackUri` in Microsoft Graph).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CallbackUri(Url);

impl CallbackUri {
    /// Parses an HTTPS address without a user name and a password.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text.trim()).ok()?;
        let is_valid = url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
        is_valid.then_some(Self(url))
    }

    /// Returns the address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_taken_as_people_write_them() {
        for (text, read) in [
            ("+1 (425) 555-0100", Some("+14255550100")),
            ("tel:+14255550100", Some("+14255550100")),
            ("112F7296-5fa4-42ca-bae8-6a692b15d4b8", Some("112f7296-5fa4-42ca-bae8-6a692b15d4b8")),
            ("user:112f7296-5fa4-42ca-bae8-6a692b15d4b8", Some("112f7296-5fa4-42ca-bae8-6a692b15d4b8")),
            ("4255550100", None),
            ("+1", None),
            ("+1425x", None),
            ("john@contoso.com", None),
            ("", None),
        ] {
            let destination = Destination::parse(text).map(|destination| destination.to_string());
            assert_eq!(destination.as_deref(), read, "{text}");
        }
    }

    #[test]
    fn a_callback_address_is_encrypted() {
        assert!(CallbackUri::parse("https://bot.contoso.com/calls").is_some());
        for text in ["http://bot.contoso.com/", "https://a:b@bot.contoso.com/", "bot.contoso.com", "ftp://x/"]
        {
            assert_eq!(CallbackUri::parse(text), None, "{text}");
        }
    }
}
