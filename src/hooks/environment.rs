//! The environment of a hook: that of the program without secrets, and the properties of the event.

use serde_json::Value;

use crate::report::Object;

/// The prefix of the variables that describe the event.
const PREFIX: &str = "RSVP_";

/// The parts of the names of variables that hold secrets.
const SECRET_PARTS: [&str; 8] =
    ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "PRIVATE_KEY", "API_KEY"];

/// Returns whether a hook must not inherit a variable: it may hold a secret, or be taken for a property of the event.
pub(super) fn is_withheld(name: &str, value: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let is_proxy_with_password = name.ends_with("_PROXY") && value.contains('@');
    name.starts_with(PREFIX) || is_proxy_with_password || SECRET_PARTS.iter().any(|part| name.contains(part))
}

/// Returns the variables that describe an event: `RSVP_` and the name of a property in capitals. The items of a list are on
/// lines of their own.
pub(super) fn variables(object: &Object) -> Vec<(String, String)> {
    object
        .properties()
        .map(|(name, value)| (format!("{PREFIX}{}", name.to_uppercase()), text(value)))
        .collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_items_of_a_list_are_on_lines_of_their_own() {
        for (value, expected) in [
            (json!("Budget"), "Budget"),
            (json!(5), "5"),
            (json!(["Lene", "Joe"]), "Lene\nJoe"),
            (json!([]), ""),
        ] {
            assert_eq!(text(&value), expected);
        }
    }

    #[test]
    fn what_may_be_a_secret_is_withheld() {
        for (name, value) in [
            ("VAULT_TOKEN", "x"),
            ("aws_secret_access_key", "x"),
            ("PGPASSWORD", "x"),
            ("RSVP_SUBJECT", "of another event"),
            ("https_proxy", "http://me:pass@proxy.contoso.com:8080"),
        ] {
            assert!(is_withheld(name, value), "{name}");
        }
        for (name, value) in [
            ("PATH", "/bin"),
            ("HOME", "/home/joe@contoso.com"),
            ("SSH_AUTH_SOCK", "/run/agent"),
            ("https_proxy", "http://proxy.contoso.com:8080"),
        ] {
            assert!(!is_withheld(name, value), "{name}");
        }
    }
}
