//! The steps of a configuration check.

use super::problem::Problem;
use crate::secret::{Secret, SecretError};
use crate::shell::quoted;
use crate::text::DisplayText;

/// A step of a configuration check with its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckStep {
    /// The name of the step.
    pub name: &'static str,
    /// The finding, or the problem that ended the step.
    pub result: Result<DisplayText, Problem>,
}

impl CheckStep {
    /// Creates a step that succeeded.
    #[must_use]
    pub fn passed(name: &'static str, finding: &str) -> Self {
        Self { name, result: Ok(DisplayText::new(finding)) }
    }

    /// Creates a step that failed.
    #[must_use]
    pub fn failed(name: &'static str, problem: Problem) -> Self {
        Self { name, result: Err(problem) }
    }
}

/// Checks that a secret can be read. Returns the step, and the secret as a value, so that a command is run only once. A
/// secret that `rsvp login` has kept stays one, because that decides about the remedy if it is refused.
pub async fn check_secret(secret: &Secret) -> (CheckStep, Option<Secret>) {
    let source = match secret {
        Secret::Value(_) => "in the configuration".to_owned(),
        Secret::File(path) => format!("in {}, which no one else can read", path.display()),
        Secret::Command(words) => format!("printed by {}", words.join(" ")),
        Secret::Login(store) => format!("kept by `rsvp login` in {store}"),
    };
    match secret.read().await {
        Ok(value) => {
            let read = match secret {
                Secret::Login(_) => secret.clone(),
                Secret::Value(_) | Secret::File(_) | Secret::Command(_) => Secret::Value(value),
            };
            (CheckStep::passed("secret", &source), Some(read))
        }
        Err(error) => {
            let remedy = match (&error, secret) {
                (SecretError::Command { .. }, Secret::Command(words)) => {
                    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
                    format!("run it by hand: {}", words.join(" "))
                }
                (SecretError::File { .. }, _) => "write the secret there, or name another file".into(),
                (SecretError::Login(_), Secret::Login(store)) => format!("run `{}`", store.command()),
                (SecretError::Empty(_), Secret::Command(_)) => "its first line has to be the secret".into(),
                (SecretError::Empty(_), _) => "write the secret into its first line".into(),
                _ => String::new(),
            };
            (CheckStep::failed("secret", Problem::new(&error.to_string(), &remedy)), None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::login_store::LoginStore;

    #[tokio::test]
    async fn a_secret_that_can_not_be_read_is_told_with_what_to_do() {
        let home = tempfile::tempdir().unwrap();
        let empty = home.path().join("empty");
        crate::private_files::write_privately(&empty, b"").unwrap();
        let command = |words: &[&str]| Secret::Command(words.iter().map(|word| (*word).to_owned()).collect());
        for (secret, remedy) in [
            (Secret::File(home.path().join("absent")), "write the secret there, or name another file"),
            (Secret::File(empty), "write the secret into its first line"),
            (command(&["true"]), "its first line has to be the secret"),
            (command(&["false", "a b"]), "run it by hand: false 'a b'"),
            (
                Secret::Login(LoginStore::in_memory(None).chosen_by("--account work")),
                "run `rsvp login --account work`",
            ),
        ] {
            let (step, value) = check_secret(&secret).await;
            let problem = step.result.unwrap_err();
            assert_eq!((problem.remedy.as_str(), value), (remedy, None), "{secret:?}");
        }
    }
}
