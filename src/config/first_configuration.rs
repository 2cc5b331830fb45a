//! The first configuration: the example with the answers of the user filled in.

use secrecy::{ExposeSecret, SecretString};
use toml::Value;

use super::schema::EXAMPLE;

/// The column at which comments behind values start.
const COMMENTS: usize = 47;

/// The place where discovery starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Server {
    /// The sign-in domain.
    Domain(String),
    /// The address of the server.
    Url(url::Url),
}

impl Server {
    /// Reads a domain, an address to sign in with, or the address of a server. Returns `None` if it is none of these.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.contains("://") {
            let url = url::Url::parse(text).ok()?;
            return (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(Self::Url(url));
        }
        let domain = text.rsplit('@').next().unwrap_or(text);
        let is_domain = url::Host::parse(domain).is_ok() && !domain.ends_with('.');
        is_domain.then(|| Self::Domain(domain.to_owned()))
    }
}

/// The way to sign in.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// The login that `rsvp login` keeps.
    Login,
    /// The program that prints a token, and its arguments.
    Command(Vec<String>),
    /// The token.
    Token(SecretString),
}

/// Returns the commented file for an account of Skype for Business.
#[must_use]
pub fn first_configuration(server: &Server, sign_in: &SignIn) -> String {
    let text = |text: &str| Value::from(text).to_string();
    let (tenant, url) = match server {
        Server::Domain(domain) => (Some(text(domain)), None),
        Server::Url(url) => (None, Some(text(url.as_str()))),
    };
    let (token, command) = match sign_in {
        SignIn::Login => (None, None),
        SignIn::Command(words) => (None, Some(Value::from(words.clone()).to_string())),
        SignIn::Token(token) => (Some(text(token.expose_secret())), None),
    };
    let values = [("tenant", tenant), ("url", url), ("token", token), ("token_command", command)];
    values.into_iter().fold(EXAMPLE.to_owned(), |file, (key, value)| with(&file, key, value.as_deref()))
}

/// Returns the file with the value of the first line for the key, or with that line commented out.
fn with(file: &str, key: &str, value: Option<&str>) -> String {
    let mut is_found = false;
    let mut lines = String::with_capacity(file.len());
    for line in file.lines() {
        let example = line.strip_prefix("# ").unwrap_or(line);
        if !is_found && example.strip_prefix(key).is_some_and(|rest| rest.starts_with(" = ")) {
            is_found = true;
            match value {
                Some(value) => lines.push_str(&line_of(key, value, example)),
                None => lines.extend(["# ", example]),
            }
        } else {
            lines.push_str(line);
        }
        lines.push('\n');
    }
    lines
}

/// Returns the line for a value, with the comment of the example.
fn line_of(key: &str, value: &str, example: &str) -> String {
    let line = format!("{key} = {value}");
    match example.split_once("  # ") {
        Some((_, comment)) => format!("{line:<COMMENTS$}# {}", comment.trim_start()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::{Server, SignIn, first_configuration};

    fn table(server: &str, sign_in: &SignIn) -> toml::Table {
        first_configuration(&Server::parse(server).unwrap(), sign_in).parse().unwrap()
    }

    #[test]
    fn the_answers_are_the_only_values_of_the_file() {
        let file = table("fabrikam.com", &SignIn::Login);
        assert_eq!(file.get("tenant").unwrap().as_str(), Some("fabrikam.com"));
        assert!(!file.contains_key("token") && !file.contains_key("token_command"));
        let words = ["get token", "--for=\"me\""].map(str::to_owned).to_vec();
        let file = table("https://pool.fabrikam.com/", &SignIn::Command(words.clone()));
        assert_eq!(file.get("token_command").unwrap(), &toml::Value::from(words));
        assert!(!file.contains_key("tenant") && !file.contains_key("token"));
        let ucwa = file.get("ucwa").unwrap().as_table().unwrap();
        assert_eq!(ucwa.get("url").unwrap().as_str(), Some("https://pool.fabrikam.com/"));
        let file = table("fabrikam.com", &SignIn::Token("cwt=\"x".into()));
        assert_eq!(file.get("token").unwrap().as_str(), Some("cwt=\"x"));
    }

    #[test]
    fn every_other_line_of_the_example_stays() {
        let file = first_configuration(&Server::parse("fabrikam.com").unwrap(), &SignIn::Login);
        let pairs = file.lines().zip(super::EXAMPLE.lines());
        assert_eq!(pairs.filter(|(ours, theirs)| ours != theirs).count(), 2, "{file}");
        assert_eq!(file.lines().count(), super::EXAMPLE.lines().count());
    }

    #[test]
    fn a_domain_an_address_of_a_person_and_one_of_a_server_are_understood() {
        let domain = |name: &str| Some(Server::Domain(name.to_owned()));
        assert_eq!(Server::parse(" contoso.com "), domain("contoso.com"));
        assert_eq!(Server::parse("tosh@contoso.com"), domain("contoso.com"));
        assert_eq!(
            Server::parse("http://127.0.0.1:8099"),
            Some(Server::Url("http://127.0.0.1:8099/".parse().unwrap()))
        );
        for wrong in ["", "  ", "contoso com", "tosh@", "ftp://contoso.com", "https://", "contoso.com."] {
            assert_eq!(Server::parse(wrong), None, "{wrong:?}");
        }
    }
}
