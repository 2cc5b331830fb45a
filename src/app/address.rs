//! Addresses as people write them.
//!
//! Each function returns the address, or a complaint for the user.

use crate::invitation::{CallbackUri, Destination};

/// Parses the SIP or tel URI of a person; the scheme may be missing.
///
/// # Errors
/// Returns a complaint if the text is not such an address.
pub fn person(text: &str) -> Result<String, &'static str> {
    const EXPECTED: &str = "Enter an address like joe@contoso.com or a number like +14255550100";
    let (scheme, rest) = match text.split_once(':') {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None if text.starts_with('+') => ("tel".to_owned(), text),
        None => ("sip".to_owned(), text),
    };
    let valid = match scheme.as_str() {
        "sip" => rest.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty()
                && !user.contains(['@', '<', '>', '"'])
                && !host.is_empty()
                && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        }),
        "tel" => {
            let digits = rest.strip_prefix('+').unwrap_or(rest);
            let allowed = |c: char| c.is_ascii_digit() || matches!(c, '-' | '.' | '(' | ')' | ' ');
            digits.chars().filter(char::is_ascii_digit).count() >= 3 && digits.chars().all(allowed)
        }
        _ => return Err(EXPECTED),
    };
    if !valid || rest.contains(char::is_control) {
        return Err(EXPECTED);
    }
    let rest: String = rest.chars().filter(|c| !c.is_whitespace()).collect();
    Ok(format!("{scheme}:{rest}"))
}

/// Parses the destination of a redirected call.
pub(super) fn destination(text: &str) -> Result<Destination, &'static str> {
    Destination::parse(text).ok_or_else(|| {
        if text.is_empty() {
            "Enter a user's ID or a phone number, or press Esc"
        } else if text.contains('@') {
            "A SIP address does not work here; enter the user's directory ID (a GUID) or a phone number"
        } else if text.chars().all(|c| c.is_ascii_digit() || " -.()".contains(c)) {
            "A phone number starts with + and the country code: +14255550100"
        } else {
            "Enter a user's ID like 112f7296-5fa4-42ca-bae8-6a692b15d4b8 or a number like +14255550100"
        }
    })
}

/// Parses a callback address; an empty text stands for the bot's usual one.
pub(super) fn callback(text: &str) -> Result<Option<CallbackUri>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    CallbackUri::parse(text)
        .map(Some)
        .ok_or("Enter an address that starts with https:// and contains no password, or leave it empty")
}

#[cfg(test)]
mod tests {
    use crate::app::address::person;

    #[test]
    fn addresses_are_taken_as_people_write_them() {
        for (text, uri) in [
            ("joe@contoso.com", "sip:joe@contoso.com"),
            ("SIP:joe@contoso.com", "sip:joe@contoso.com"),
            ("+1 425 555 0100", "tel:+14255550100"),
            ("tel:+14255550100", "tel:+14255550100"),
            ("tel:112", "tel:112"),
        ] {
            assert_eq!(person(text).as_deref(), Ok(uri), "{text}");
        }
        for text in
            ["", "joe", "joe@", "@contoso.com", "http://contoso.com", "tel:12", "sip:a@b@c", "a b@c\u{7}"]
        {
            assert!(person(text).is_err(), "{text}");
        }
    }
}
