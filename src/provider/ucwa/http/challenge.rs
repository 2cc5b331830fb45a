//! Authentication challenges (`WWW-Authenticate`, RFC 9110, section 11.6.1) as Skype for Business sends them: in one
//! header field or several, and with unquoted parameter values that the RFC wants quoted.

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;

/// An authentication challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// The authentication scheme, like `Bearer` or `MsRtcOAuth`.
    pub scheme: String,
    /// The parameters, with their names in lower case.
    pub parameters: Vec<(String, String)>,
}

impl Challenge {
    /// Returns the value of a parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The challenge that leads to a web ticket (`MsRtcOAuth`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebTicket {
    /// The address of the ticket service.
    pub href: String,
    /// The grant types that the ticket service accepts.
    pub grants: Vec<String>,
}

/// The ways of signing in that a host offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInOffer {
    /// The grant types of its ticket service.
    pub grants: Vec<String>,
    /// The authorization endpoint of an authority whose tokens it accepts (`authorization_uri`), if it names one.
    pub authorization_uri: Option<String>,
}

impl SignInOffer {
    /// Reads the offer from the challenges of a response.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let bearer = challenges(headers).find(|challenge| challenge.scheme.eq_ignore_ascii_case("Bearer"));
        let uri = bearer.and_then(|bearer| bearer.parameter("authorization_uri").map(str::to_owned));
        Self {
            grants: web_ticket(headers).map(|ticket| ticket.grants).unwrap_or_default(),
            authorization_uri: uri.filter(|uri| !uri.is_empty()),
        }
    }

    /// Returns whether a user name and a password are accepted.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.grants.iter().any(|grant| grant == "password")
    }
}

fn challenges(headers: &HeaderMap) -> impl Iterator<Item = Challenge> {
    let fields = headers.get_all(WWW_AUTHENTICATE).into_iter().filter_map(|value| value.to_str().ok());
    fields.flat_map(parse)
}

/// Returns the web-ticket challenge of a response, if it has one.
#[must_use]
pub fn web_ticket(headers: &HeaderMap) -> Option<WebTicket> {
    challenges(headers).find(|challenge| challenge.scheme.eq_ignore_ascii_case("MsRtcOAuth")).and_then(
        |challenge| {
            let grants = challenge.parameter("grant_type").unwrap_or_default();
            Some(WebTicket {
                href: challenge.parameter("href").filter(|href| !href.is_empty())?.to_owned(),
                grants: grants.split(',').map(|grant| grant.trim().to_owned()).collect(),
            })
        },
    )
}

/// Parses the challenges of one header field.
#[must_use]
pub fn parse(field: &str) -> Vec<Challenge> {
    let mut challenges: Vec<Challenge> = Vec::new();
    for item in split_outside_quotes(field) {
        let item = item.trim();
        // "Scheme name=value" starts a challenge; "name=value" belongs to the one before it.
        let before_value = item.split('=').next().unwrap_or_default().trim_end();
        let (scheme, parameter) = match before_value.split_once(char::is_whitespace) {
            Some((scheme, _)) => (Some(scheme), item.get(scheme.len()..).unwrap_or_default().trim_start()),
            None if !item.contains('=') => (Some(item), ""),
            None => (None, item),
        };
        if let Some(scheme) = scheme.filter(|scheme| !scheme.is_empty()) {
            challenges.push(Challenge { scheme: scheme.to_owned(), parameters: Vec::new() });
        }
        if let (Some(challenge), Some((name, value))) = (challenges.last_mut(), parameter.split_once('=')) {
            challenge.parameters.push((name.trim().to_ascii_lowercase(), unquote(value.trim())));
        }
    }
    challenges
}

fn split_outside_quotes(field: &str) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    field
        .split(|character| {
            match character {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                _ => return character == ',' && !quoted,
            }
            false
        })
        .collect()
}

fn unquote(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else { return value.to_owned() };
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut escaped = false;
    inner
        .chars()
        .filter(|character| {
            escaped = *character == '\\' && !escaped;
            !escaped
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    const TICKET: &str = "https://pool.contoso.com/WebTicket/oauthtoken";

    fn ticket(fields: &[&str]) -> Option<WebTicket> {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_str(field).unwrap());
        }
        web_ticket(&headers)
    }

    #[test]
    fn the_web_ticket_is_found_in_every_form_that_servers_send() {
        let quoted = format!(r#"MsRtcOAuth href="{TICKET}",grant_type="urn:microsoft.rtc:windows,password""#);
        let bare = format!(r#"MsRtcOAuth href={TICKET},grant_type="urn:microsoft.rtc:windows,password""#);
        let bearer = r#"Bearer trusted_issuers="a@*,b", client_id="00000004""#;
        let together = format!("{bearer}, {quoted}");
        for fields in [vec![quoted.as_str()], vec![&bare], vec![bearer, &quoted], vec![&together]] {
            let found = ticket(&fields).unwrap();
            assert_eq!(found.href, TICKET, "{fields:?}");
            assert_eq!(found.grants, ["urn:microsoft.rtc:windows", "password"], "{fields:?}");
        }
        assert_eq!(ticket(&[bearer, "Negotiate", "NTLM"]), None);
        assert_eq!(ticket(&["MsRtcOAuth grant_type=\"password\""]), None);
    }

    #[test]
    fn the_offer_names_the_grants_and_the_authority() {
        let mut headers = HeaderMap::new();
        let bearer = r#"Bearer trusted_issuers="", client_id="00000004-0000-0ff1-ce00-000000000000", authorization_uri="https://login.windows.net/common/oauth2/authorize""#;
        let ticket = format!(r#"MsRtcOAuth href="{TICKET}",grant_type="urn:microsoft.rtc:windows,password""#);
        headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(bearer));
        headers.append(WWW_AUTHENTICATE, HeaderValue::from_str(&ticket).unwrap());
        let offer = SignInOffer::of(&headers);
        assert!(offer.has_password());
        assert_eq!(
            offer.authorization_uri.as_deref(),
            Some("https://login.windows.net/common/oauth2/authorize")
        );
        assert_eq!(SignInOffer::of(&HeaderMap::new()), SignInOffer::default());
    }

    #[test]
    fn a_quoted_value_may_hold_quotes_backslashes_and_commas() {
        let challenges = parse(r#"X a="1\", 2\\", b="3\4", c=5\, Y"#);
        let [challenge, other] = challenges.as_slice() else { panic!("{challenges:?}") };
        let values = ["a", "b", "c"].map(|name| challenge.parameter(name));
        assert_eq!(values, [Some(r#"1", 2\"#), Some("34"), Some(r"5\")]);
        assert_eq!(other.scheme, "Y");
    }

    proptest! {
        #[test]
        fn no_field_is_too_strange(field in "\\PC*") {
            let _ = parse(&field);
        }
    }
}
