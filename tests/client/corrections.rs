//! The configuration is corrected while the program runs, and read again with `r`.

use std::sync::Arc;

use rsvp::app::State;
use rsvp::config::{AccountConfig, Config, Reloader};
use rsvp::provider::{Problem, Reloaded, SettingsSource, Status};
use rsvp::sim::InProcess;
use rsvp::text::DisplayText;

use crate::support::{Desk, POOL, im, paused, simulator};

/// A configuration file that only its owner can read.
pub struct Written {
    folder: tempfile::TempDir,
}

impl Written {
    pub fn new(text: &str) -> Self {
        let written = Self { folder: tempfile::tempdir().unwrap() };
        written.now_says(text);
        written
    }

    pub fn now_says(&self, text: &str) {
        self.beside("config.toml", text);
    }

    /// Writes another file into the same folder.
    pub fn beside(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }

    /// The settings of one account, as the program reads them.
    pub fn source<T: Send + 'static>(&self, of: fn(Config) -> Option<AccountConfig<T>>) -> SettingsSource<T> {
        let path = self.folder.path().join("config.toml");
        let (config, reloader) = Reloader::load(Some(&path), None).unwrap();
        SettingsSource::new(of(config).unwrap().settings, move || {
            let (config, parts) = reloader.reload().map_err(|error| Problem::new(&error.to_string(), ""))?;
            let left_out = (!parts.is_empty()).then(|| DisplayText::new(&parts.join(", ")));
            let account = of(config).ok_or_else(|| Problem::new("it is gone", ""))?;
            Ok(Reloaded { settings: account.settings, left_out })
        })
    }
}

pub fn stopped(state: &State) -> bool {
    matches!(state.accounts[0].status, Status::Stopped(_))
}

fn account(token: &str) -> String {
    format!("token = \"{token}\"\n[ucwa]\nurl = \"{POOL}\"\n")
}

/// A client that was stopped because its file has the wrong token.
async fn stopped_desk(file: &Written) -> Desk {
    let sim = simulator();
    let settings = file.source(|config| config.ucwa);
    let mut desk = Desk::start(&sim, Arc::new(InProcess::new(&sim)), settings);
    desk.until(stopped).await;
    desk
}

#[test]
fn a_corrected_token_is_read_when_the_user_reconnects() {
    paused().block_on(async {
        let file = Written::new(&account("cwt=typo"));
        let mut desk = stopped_desk(&file).await;
        file.now_says(&account("cwt=demo"));
        desk.press("r");
        desk.until_online().await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.end().await;
    });
}

#[test]
fn another_way_to_sign_in_is_taken_up_too() {
    paused().block_on(async {
        let file = Written::new(&account("cwt=typo"));
        let mut desk = stopped_desk(&file).await;
        file.beside("password", crate::support::PASSWORD);
        let name = "username = \"tosh@contoso.example\"\npassword_file = \"password\"\n";
        file.now_says(&format!("{name}[ucwa]\nurl = \"{POOL}\"\n"));
        desk.press("r");
        desk.until_online().await;
        assert_eq!(desk.count("oauthtoken"), 1, "{}", desk.transcript());
        desk.end().await;
    });
}

#[test]
fn the_server_sees_the_same_device_after_a_correction() {
    paused().block_on(async {
        let file = Written::new(&account("cwt=demo"));
        let sim = simulator();
        let settings = file.source(|config| config.ucwa);
        let mut desk = Desk::start(&sim, Arc::new(InProcess::new(&sim)), settings);
        desk.until_online().await;
        for _ in 0..2 {
            sim.ucwa.expire_applications();
            desk.press("r");
            desk.wait(5).await;
        }
        let posts = sim.record();
        let made =
            |it: &&rsvp::sim::RecordedRequest| it.method == "POST" && it.target.ends_with("/applications");
        let devices: Vec<&str> = posts.iter().filter(made).map(|it| it.body.as_str()).collect();
        assert!(devices.len() >= 2 && devices.iter().all(|it| *it == devices[0]), "{devices:?}");
    });
}

#[test]
fn a_file_that_is_broken_now_is_told_with_its_line_and_the_old_settings_stay() {
    paused().block_on(async {
        let file = Written::new(&account("cwt=typo"));
        let mut desk = stopped_desk(&file).await;
        file.now_says(&account("cwt=demo").replace("url", "urk"));
        desk.press("r");
        desk.until(|state| state.notice.as_ref().is_some_and(|it| it.text.as_str().contains("line 3"))).await;
        let told = desk.notice();
        assert!(told.starts_with("Keeping the old settings: ") && told.contains("config.toml"), "{told}");
        desk.until(stopped).await;
        file.now_says(&account("cwt=demo"));
        desk.press("r");
        desk.until_online().await;
        desk.end().await;
    });
}

#[test]
fn what_can_not_change_while_the_program_runs_is_named() {
    paused().block_on(async {
        let file = Written::new(&account("cwt=typo"));
        let mut desk = stopped_desk(&file).await;
        let rest = "[keys]\naccept = \"z\"\n[ui]\nascii = true\n[history]\nenabled = false\n";
        file.now_says(&(account("cwt=demo") + rest));
        desk.press("r");
        desk.until_online().await;
        assert!(desk.was_notified("[ui], [keys], [history]"), "{:?}", desk.notices);
        desk.end().await;
    });
}

#[test]
fn a_password_that_was_changed_while_online_is_taken_up() {
    paused().block_on(async {
        let file = Written::new("");
        let says = |password: &str| {
            file.beside(password, password);
            let name = "username = \"tosh@contoso.example\"";
            file.now_says(&format!("{name}\npassword_file = \"{password}\"\n[ucwa]\nurl = \"{POOL}\"\n"));
        };
        says(crate::support::PASSWORD);
        let sim = simulator();
        let settings = file.source(|config| config.ucwa);
        let mut desk = Desk::start(&sim, Arc::new(InProcess::new(&sim)), settings);
        desk.until_online().await;
        sim.ucwa.change_password("another");
        says("another");
        desk.press("r");
        desk.wait(1).await;
        sim.ucwa.expire_tokens();
        sim.ucwa.interrupt_polls();
        desk.wait(5).await;
        assert!(desk.status().is_online(), "{:?}", desk.status());
        assert_eq!(sim.ucwa.application_count(), 1);
        desk.end().await;
    });
}
