//! Files that may hold secrets, and commands that print them, on Unix.

use std::fs;

use rsvp::config;
use rsvp::login_store::{LoginStore, LoginTarget};
use rsvp::secret::Secret;

use crate::support::{BOT, set_mode};

#[test]
fn a_token_that_others_can_read_is_refused_with_the_command_that_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, "tenant = \"contoso.com\"\ntoken = \"cwt=x\"\n").unwrap();
    set_mode(&path, 0o644);
    let error = config::load(Some(&path), None).unwrap_err().to_string();
    assert!(error.contains(&format!("chmod 600 {}", path.display())), "{error}");
}

#[test]
fn a_secret_that_the_group_can_read_is_refused_wherever_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    for (text, refused) in [
        ("tenant = \"contoso.com\"\ntoken = \"cwt=x\"\n".to_owned(), true),
        (format!("[graph]\n{BOT}client_secret = \"x\"\n"), true),
        ("tenant = \"contoso.com\"\ntoken_file = \"t\"\n".to_owned(), false),
        (format!("[graph]\n{BOT}client_secret_file = \"x\"\n"), false),
    ] {
        fs::write(&path, &text).unwrap();
        for mode in [0o640, 0o620, 0o604, 0o601] {
            set_mode(&path, mode);
            let loaded = config::load(Some(&path), None);
            assert_eq!(loaded.is_err(), refused, "{mode:o}\n{text}");
            let message = loaded.err().map(|error| error.to_string()).unwrap_or_default();
            assert!(!refused || message.contains("chmod 600"), "{message}");
        }
        for mode in [0o600, 0o400] {
            set_mode(&path, mode);
            assert!(config::load(Some(&path), None).is_ok(), "{mode:o}\n{text}");
        }
    }
}

#[tokio::test]
async fn a_file_with_a_secret_is_read_only_if_nobody_else_can_read_it() {
    use secrecy::ExposeSecret;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    fs::write(&path, "  cwt=x \nsecond line\n").unwrap();
    let secret = Secret::File(path.clone());
    for mode in [0o640, 0o604, 0o620] {
        set_mode(&path, mode);
        let error = secret.read().await.unwrap_err().to_string();
        assert!(error.contains("chmod 600"), "{mode:o}: {error}");
    }
    set_mode(&path, 0o600);
    assert_eq!(secret.read().await.unwrap().expose_secret(), "cwt=x");
    fs::write(&path, "\n").unwrap();
    assert!(secret.read().await.unwrap_err().to_string().contains("is empty"));
}

#[tokio::test]
async fn a_command_gives_its_first_line_and_only_if_it_succeeds() {
    use secrecy::ExposeSecret;
    let command = |script: &str| Secret::Command(["sh", "-c", script].map(str::to_owned).to_vec());
    assert_eq!(command("echo one; echo two").read().await.unwrap().expose_secret(), "one");
    for (script, why) in [("echo canary; exit 3", "it exited with"), ("true", "is empty")] {
        let error = command(script).read().await.unwrap_err().to_string();
        assert!(error.contains(why) && !error.contains("canary"), "{error}");
    }
}

#[test]
fn a_secret_is_the_same_while_it_comes_from_the_same_source() {
    let sources = || {
        let command = |word: &str| Secret::Command(vec!["pass".into(), word.into()]);
        let login =
            |path: &str| Secret::Login(LoginStore::at(path.into(), LoginTarget::domain("contoso.example")));
        vec![
            Secret::Value("one".into()),
            Secret::Value("two".into()),
            Secret::File("/one".into()),
            Secret::File("/two".into()),
            command("one"),
            command("two"),
            login("/one"),
            login("/two"),
        ]
    };
    for (place, secret) in sources().iter().enumerate() {
        for (other_place, other) in sources().iter().enumerate() {
            assert_eq!(secret == other, place == other_place, "{secret} and {other}");
        }
    }
}

#[test]
fn a_secret_is_shown_by_its_source_and_never_by_itself() {
    assert_eq!(Secret::Value("hidden".into()).to_string(), "(in the configuration; not shown)");
    assert_eq!(Secret::File("/one".into()).to_string(), "from the file /one");
}
