//! What `rsvp login` keeps, for accounts whose configuration names no way to sign in.

use std::fs;
use std::path::PathBuf;

use rsvp::login_store::{Login, LoginStore, LoginTarget, login_path};
use tempfile::TempDir;

use crate::support::{BOT, err, out, rsvp};

const MISSING: &str = "no way to sign in";

/// A home directory with a configuration.
struct Home {
    directory: TempDir,
    config: PathBuf,
}

impl Home {
    fn new(text: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let config = directory.path().join("config.toml");
        fs::write(&config, text).unwrap();
        Self { directory, config }
    }

    /// Keeps a password as `rsvp login` does for an account of the configuration.
    fn keep(&self, account: &str, target: LoginTarget) {
        let path = login_path(&self.config, account).unwrap();
        let directory = self.directory.path().join(".local/state/rsvp/logins");
        let store = LoginStore::at(directory.join(path.file_name().unwrap()), target);
        store.write(Login::Password { username: "lene".into(), password: "hunter2".into() }).unwrap();
    }

    /// Runs a command. Returns what it reports as an error, or else what it prints.
    fn run(&self, command: &[&str]) -> Result<String, String> {
        let arguments = [&["--config", self.config.to_str().unwrap()], command].concat();
        let output = rsvp(self.directory.path(), &arguments);
        if output.status.success() { Ok(out(&output)) } else { Err(err(&output)) }
    }
}

#[test]
fn what_is_kept_for_the_server_of_the_account_is_used() {
    let home = Home::new("tenant = \"contoso.com\"\n");
    let shown = || home.run(&["config", "show"]);
    assert!(shown().unwrap_err().contains(MISSING));
    home.keep("ucwa", LoginTarget::domain("fabrikam.com"));
    assert!(shown().unwrap_err().contains(MISSING), "it is for another server");
    home.keep("ucwa", LoginTarget::domain("contoso.com"));
    shown().unwrap();
}

#[test]
fn what_is_kept_for_a_bot_is_used() {
    let home = Home::new(&format!("[graph]\n{BOT}"));
    let authority = "https://login.microsoftonline.com/".parse().unwrap();
    let target = LoginTarget::bot(&authority, "2891555a-92ff-42e6-80fa-6e1300c6b5c6");
    assert!(home.run(&["config", "show"]).unwrap_err().contains("[graph] has no way to sign in"));
    home.keep("graph", target);
    home.run(&["config", "show"]).unwrap();
}

#[test]
fn an_account_whose_server_has_a_mistake_lacks_no_way_to_sign_in_if_one_is_kept() {
    let home = Home::new("[ucwa]\nurl = \"pool\"\n");
    let error = home.run(&["config", "show"]).unwrap_err();
    assert!(error.contains("`url`") && error.contains(MISSING), "{error}");
    let error = home.run(&["login"]).unwrap_err();
    assert!(error.contains("`url`") && !error.contains(MISSING), "{error}");
    home.keep("ucwa", LoginTarget::domain("contoso.com"));
    let error = home.run(&["config", "show"]).unwrap_err();
    assert!(error.contains("`url`") && !error.contains(MISSING), "{error}");
}

#[test]
fn signing_in_needs_no_way_to_sign_in() {
    // Nobody listens at the port for discarding (RFC 863).
    let home = Home::new("[ucwa]\nurl = \"http://127.0.0.1:9/\"\n");
    let error = home.run(&["login"]).unwrap_err();
    assert!(error.contains("127.0.0.1") && !error.contains(MISSING), "{error}");
}
