//! The configuration is corrected while the program runs, and read again with `r`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use rsvp::app::State;
use rsvp::config::{AccountConfig, Config, Reloader};
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use rsvp::provider::ucwa::{Credentials, Start};
use rsvp::provider::{Command, Problem, Reloaded, SettingsSource, Status};
use rsvp::secret::Secret;
use rsvp::sim::InProcess;
use rsvp::text::DisplayText;

use crate::support::{POOL, TestClient, im, password, paused, set_mode, settings, simulator, token};

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
        set_mode(&path, 0o600);
    }

    /// The settings of one account, as the program reads them.
    pub fn source<T>(&self, of: fn(&AccountConfig) -> Option<&T>) -> SettingsSource<T>
    where
        T: Clone + Send + 'static,
    {
        let settings = move |config: &Config| config.accounts.iter().find_map(of).cloned();
        let path = self.folder.path().join("config.toml");
        let (config, reloader) = Reloader::load(Some(&path), None).unwrap();
        SettingsSource::new(settings(&config).unwrap(), move || {
            let (config, parts) = reloader.reload().map_err(|error| Problem::new(&error.to_string(), ""))?;
            let left_out = (!parts.is_empty()).then(|| DisplayText::new(&parts.join(", ")));
            let settings = settings(&config).ok_or_else(|| Problem::new("it is gone", ""))?;
            Ok(Reloaded { settings, left_out })
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
async fn stopped_client(file: &Written) -> TestClient {
    let sim = simulator();
    let settings = file.source(AccountConfig::ucwa);
    let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), settings);
    client.until(stopped).await;
    client
}

#[test]
fn a_corrected_token_is_read_when_the_user_reconnects() {
    paused().block_on(async {
        let file = Written::new(&account("cwt=typo"));
        let mut client = stopped_client(&file).await;
        file.now_says(&account("cwt=demo"));
        client.press("r");
        client.until_online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.end().await;
    });
}

#[test]
fn another_way_to_sign_in_is_taken_up_too() {
    paused().block_on(async {
        let file = Written::new(&account("cwt=typo"));
        let mut client = stopped_client(&file).await;
        file.beside("password", crate::support::PASSWORD);
        let name = "username = \"tosh@contoso.example\"\npassword_file = \"password\"\n";
        file.now_says(&format!("{name}[ucwa]\nurl = \"{POOL}\"\n"));
        client.press("r");
        client.until_online().await;
        assert_eq!(client.count("oauthtoken"), 1, "{}", client.transcript());
        client.end().await;
    });
}

#[test]
fn the_server_sees_the_same_device_after_a_correction() {
    paused().block_on(async {
        let file = Written::new(&account("cwt=demo"));
        let sim = simulator();
        let settings = file.source(AccountConfig::ucwa);
        let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), settings);
        client.until_online().await;
        for _ in 0..2 {
            sim.ucwa.expire_applications();
            client.press("r");
            client.wait(5).await;
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
        let mut client = stopped_client(&file).await;
        file.now_says(&account("cwt=demo").replace("url", "urk"));
        client.press("r");
        client
            .until(|state| state.notice.as_ref().is_some_and(|it| it.text.as_str().contains("line 3")))
            .await;
        let told = client.notice();
        assert!(told.starts_with("Keeping the old settings: ") && told.contains("config.toml"), "{told}");
        client.until(stopped).await;
        file.now_says(&account("cwt=demo"));
        client.press("r");
        client.until_online().await;
        client.end().await;
    });
}

#[test]
fn what_can_not_change_while_the_program_runs_is_named() {
    paused().block_on(async {
        let file = Written::new(&account("cwt=typo"));
        let mut client = stopped_client(&file).await;
        let rest = "[keys]\naccept = \"z\"\n[ui]\nascii = true\n[history]\nenabled = false\n";
        file.now_says(&(account("cwt=demo") + rest));
        client.press("r");
        client.until_online().await;
        assert!(client.was_notified("[ui], [keys], [history]"), "{:?}", client.notices);
        client.end().await;
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
        let settings = file.source(AccountConfig::ucwa);
        let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), settings);
        client.until_online().await;
        sim.ucwa.change_password("another");
        says("another");
        client.press("r");
        client.wait(1).await;
        sim.ucwa.expire_tokens();
        sim.ucwa.interrupt_polls();
        client.wait(5).await;
        assert!(client.status().is_online(), "{:?}", client.status());
        assert_eq!(sim.ucwa.application_count(), 1);
        client.end().await;
    });
}

#[test]
fn a_shorter_time_for_polls_is_taken_up_when_the_user_reconnects() {
    paused().block_on(async {
        let sim = simulator();
        let mut long = settings(token());
        long.poll_timeout = Duration::from_secs(600);
        let short = settings(token());
        let source =
            SettingsSource::new(long, move || Ok(Reloaded { settings: short.clone(), left_out: None }));
        let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), source);
        client.until_online().await;
        client.sim.ucwa.invite(im());
        client.wait(50).await;
        client.press("r");
        client.wait(2_000).await;
        let failed = client.statuses.iter().filter(|it| matches!(it, Status::Retrying { .. })).count();
        assert_eq!(failed, 0);
    });
}

struct Tap {
    server: InProcess,
    sent: Mutex<Vec<String>>,
}

impl Exchange for Tap {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let line = format!("{} {}", request.url, String::from_utf8_lossy(&request.body));
        self.sent.lock().unwrap().push(line);
        self.server.send(request)
    }
}

#[test]
fn a_corrected_password_never_goes_to_the_former_server() {
    paused().block_on(async {
        let sim = simulator();
        let old = settings(password());
        let mut new = settings(Credentials::Password {
            username: "tosh@fabrikam.example".into(),
            password: Secret::Value("fabrikam-secret".into()),
        });
        new.start = Start::Url("https://pool.fabrikam.example/".parse().unwrap());
        let source = SettingsSource::new(old, move || Ok(Reloaded { settings: new.clone(), left_out: None }));
        let tap = Arc::new(Tap { server: InProcess::new(&sim), sent: Mutex::default() });
        let mut client = TestClient::start(&sim, tap.clone(), source);
        client.until_online().await;
        client.wait(5).await;
        client.press("r");
        client.wait(20).await;
        let sent = tap.sent.lock().unwrap();
        let leaked: Vec<_> = sent.iter().filter(|it| it.contains("fabrikam")).collect();
        assert!(
            leaked.iter().all(|it| it.starts_with("https://pool.fabrikam.example/")),
            "{leaked:?}, {:?}",
            client.status()
        );
        assert!(!leaked.is_empty(), "the new server is never asked");
    });
}

#[test]
fn reading_the_settings_holds_up_nobody_who_leaves() {
    paused().block_on(async {
        let sim = simulator();
        let same = settings(token());
        // The disk hangs until the test is over.
        let (_disk, hangs) = std::sync::mpsc::channel::<()>();
        let hangs = Mutex::new(hangs);
        let source = SettingsSource::new(settings(token()), move || {
            let _ = hangs.lock().unwrap().recv();
            Ok(Reloaded { settings: same.clone(), left_out: None })
        });
        let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), source);
        client.until_online().await;
        let since = std::time::Instant::now();
        client.provider.commands.try_send(Command::Reconnect).unwrap();
        client.provider.commands.try_send(Command::SignOut).unwrap();
        while client.provider.events.recv().await.is_some() {}
        assert!(since.elapsed() < Duration::from_secs(1), "{:?}", since.elapsed());
    });
}
