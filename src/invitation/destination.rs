use std::fmt;

use url::Url;

/// Whom a call is redirected to (`call: redirect` in Microsoft Graph).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Destination {
    /// A user, by the object id in the directory.
    User(uuid::Uuid),
    /// A phone, by its number in E.164: `+14255550100`.
    Phone(String),
}

impl Destination {
    /// The destination that a person wrote; nothing if it is neither a user's id nor a phone number.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // As it is copied from a caller.
        if let Ok(id) = uuid::Uuid::parse_str(text.strip_prefix("user:").unwrap_or(text)) {
            return Some(Self::User(id));
        }
        let number = text.strip_prefix("tel:").unwrap_or(text).strip_prefix('+')?;
        let written = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')');
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let fine = number.chars().all(written) && (3..=15).contains(&digits.len());
        fine.then(|| Self::Phone(format!("+{digits}")))
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

/// Where the later notifications of one call go (`callbackUri` in Microsoft Graph); always encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CallbackUri(Url);

impl CallbackUri {
    /// The address that a person wrote; nothing if it is not one over HTTPS.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text.trim()).ok()?;
        let fine = url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
        fine.then_some(Self(url))
    }

    /// The address.
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
