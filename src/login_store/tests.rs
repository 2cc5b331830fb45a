use std::collections::BTreeMap;
use std::thread::ThreadId;

use secrecy::ExposeSecret;

use super::*;
use crate::private_files::write_privately;

fn contoso() -> LoginTarget {
    LoginTarget::domain("contoso.com")
}

fn in_file(path: PathBuf, target: LoginTarget) -> LoginStore {
    LoginStore::beside(path, target, None)
}

/// A keyring that lasts as long as the test; a locked one has a reason. It notes which thread reads a secret.
#[derive(Debug, Default)]
struct TestKeyring {
    secrets: Mutex<BTreeMap<String, String>>,
    locked: Mutex<Option<String>>,
    reader: Mutex<Option<ThreadId>>,
}

impl TestKeyring {
    fn usable(&self) -> Result<std::sync::MutexGuard<'_, BTreeMap<String, String>>, String> {
        self.locked.lock().unwrap().clone().map_or(Ok(()), Err)?;
        Ok(self.secrets.lock().unwrap())
    }
}

impl Keyring for TestKeyring {
    fn get(&self, name: &str) -> Result<Option<SecretString>, String> {
        *self.reader.lock().unwrap() = Some(std::thread::current().id());
        Ok(self.usable()?.get(name).cloned().map(SecretString::from))
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<(), String> {
        self.usable()?.insert(name.into(), secret.expose_secret().into());
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), String> {
        self.usable()?.remove(name);
        Ok(())
    }
}

fn password() -> Login {
    Login::Password { username: "lene".into(), password: "hunter2".into() }
}

fn token(refresh_token: &str) -> Login {
    Login::RefreshToken {
        client_id: "app".into(),
        token_endpoint: "https://login.example/token".parse().unwrap(),
        refresh_token: refresh_token.into(),
    }
}

#[test]
fn a_login_is_kept_in_a_private_file_replaced_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let store = in_file(folder.path().join("logins/work.json"), contoso());
    assert!(store.is_empty() && matches!(store.read(), Err(LoginError::Missing)));
    store.write(password()).unwrap();
    store.write(token("second")).unwrap();
    let Login::RefreshToken { refresh_token, .. } = store.read().unwrap() else { panic!() };
    assert_eq!(refresh_token.expose_secret(), "second");
    assert!(store.remove().unwrap() && !store.remove().unwrap());
    let left = std::fs::read_dir(folder.path().join("logins")).unwrap().count();
    assert_eq!(left, 0, "no temporary file is left");
}

#[test]
#[cfg(unix)]
fn a_login_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("work.json");
    let store = in_file(path.clone(), contoso());
    store.write(password()).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(store.read(), Err(LoginError::Exposed(_))));
}

#[test]
fn no_secret_is_shown_for_debugging() {
    assert!(!format!("{:?}", LoginStore::in_memory(Some(password()))).contains("hunter2"));
}

#[test]
fn accounts_and_files_have_places_of_their_own() {
    let place = |file: &str, account| login_path(Path::new(file), account);
    assert_ne!(place("a.toml", "work"), place("b.toml", "work"));
    assert_ne!(place("a.toml", "w-ork"), place("a.toml", "work"));
    // What an earlier version has kept is found.
    assert!(place("a.toml", "work").unwrap().ends_with("logins/work-47860b35.json"));
}

#[test]
fn a_store_is_the_same_as_its_copies_and_as_no_other() {
    let memory = LoginStore::in_memory(None);
    let file = in_file("work.json".into(), contoso());
    assert_eq!((&memory, &file), (&memory.clone(), &file.clone()));
    for other in [LoginStore::in_memory(None), in_file("home.json".into(), contoso())] {
        assert!(memory != other && file != other, "{other}");
    }
    assert_ne!(memory, file);
}

#[test]
fn a_store_and_what_it_keeps_are_named() {
    assert_eq!(in_file("logins/work.json".into(), contoso()).to_string(), "logins/work.json");
    assert_eq!(LoginStore::in_memory(None).to_string(), "memory");
    assert_eq!(password().contents(), "the user name and the password");
    assert_eq!(Login::ClientSecret { client_secret: "s".into() }.contents(), "the client secret");
    assert_eq!(token("first").contents(), "the refresh token");
}

#[test]
fn a_file_that_can_not_be_read_or_removed_does_not_count_as_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("work.json");
    std::fs::create_dir(&path).unwrap();
    let store = in_file(path.clone(), contoso());
    assert!(matches!(store.read(), Err(LoginError::File { path: at, .. }) if at == path));
    assert!(matches!(store.remove(), Err(LoginError::File { path: at, .. }) if at == path));
    assert!(!store.is_empty());
}

#[test]
fn a_login_that_was_tried_at_another_server_counts_as_none() {
    let folder = tempfile::tempdir().unwrap();
    let at = |target| in_file(folder.path().join("work.json"), target);
    let url = |text: &str| LoginTarget::url(&text.parse().unwrap());
    let bot = |authority: &str, client_id: &str| LoginTarget::bot(&authority.parse().unwrap(), client_id);
    let targets = [
        contoso(),
        LoginTarget::domain("fabrikam.com"),
        url("https://contoso.com/"),
        url("https://lync.contoso.com/"),
        bot("https://login.example/", "one"),
        bot("https://login.example/", "two"),
        bot("https://other.example/", "one"),
    ];
    for tried_at in &targets {
        at(tried_at.clone()).write(password()).unwrap();
        for target in &targets {
            let store = at(target.clone());
            assert_eq!(store.read().is_ok(), tried_at == target, "{tried_at:?}, {target:?}");
            assert_eq!(store.is_empty(), tried_at != target, "{tried_at:?}, {target:?}");
            assert_eq!(store == at(tried_at.clone()), tried_at == target, "{tried_at:?}, {target:?}");
        }
    }
    assert!(at(contoso()).remove().unwrap(), "signing out removes it for whatever server it is");
}

#[test]
fn a_login_of_a_version_that_kept_no_server_counts_as_none() {
    let folder = tempfile::tempdir().unwrap();
    let store = in_file(folder.path().join("work.json"), contoso());
    store.write(password()).unwrap();
    let older = br#"{ "kind": "password", "username": "lene", "password": "hunter2" }"#;
    write_privately(&folder.path().join("work.json"), older).unwrap();
    assert!(store.is_empty() && matches!(store.read(), Err(LoginError::Missing)));
}

#[test]
fn the_case_of_a_domain_does_not_matter() {
    assert_eq!(LoginTarget::domain("Contoso.COM"), contoso());
}

#[tokio::test]
async fn a_refresh_token_replaces_only_the_one_that_was_used_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let keyring = Arc::new(TestKeyring::default());
    for store in [
        in_file(path("work.json"), contoso()),
        LoginStore::beside(path("home.json"), contoso(), Some(keyring)),
        LoginStore::in_memory(None),
    ] {
        let kept = || match store.read() {
            Ok(Login::RefreshToken { refresh_token, .. }) => refresh_token.expose_secret().to_owned(),
            other => format!("{other:?}"),
        };
        let replace =
            || async { store.replace_refresh_token("first".into(), "second".into()).await.unwrap() };
        replace().await;
        assert!(store.is_empty(), "signing out lasts");
        store.write(token("first")).unwrap();
        replace().await;
        assert_eq!(kept(), "second");
        store.write(token("another user's")).unwrap();
        replace().await;
        assert_eq!(kept(), "another user's");
        store.write(password()).unwrap();
        replace().await;
        assert!(matches!(store.load().await, Ok(Login::Password { .. })), "{}", kept());
    }
}

#[test]
fn a_login_is_kept_in_the_keyring_and_the_file_beside_it_has_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("work.json");
    let keyring = Arc::new(TestKeyring::default());
    let store = |target| LoginStore::beside(path.clone(), target, Some(keyring.clone()));
    assert_eq!(store(contoso()).write(password()).unwrap(), KeptIn::Keyring);
    assert_eq!(store(contoso()).to_string(), "the system's keyring");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("hunter2") && !text.contains("lene"), "{text}");
    assert!(matches!(store(contoso()).read(), Ok(Login::Password { .. })));
    let elsewhere = store(LoginTarget::domain("evil.example"));
    assert!(elsewhere.is_empty() && matches!(elsewhere.read(), Err(LoginError::Missing)));
    assert!(matches!(in_file(path.clone(), contoso()).read(), Err(LoginError::NoKeyring)));
    assert!(store(contoso()).remove().unwrap() && keyring.secrets.lock().unwrap().is_empty());
    assert!(!path.exists());
}

#[test]
fn a_keyring_that_cannot_be_used_is_replaced_by_the_file_and_not_forgotten_when_signing_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("work.json");
    let keyring = Arc::new(TestKeyring::default());
    let store = LoginStore::beside(path.clone(), contoso(), Some(keyring.clone()));
    let lock = |reason: Option<&str>| *keyring.locked.lock().unwrap() = reason.map(str::to_owned);
    lock(Some("no D-Bus"));
    assert_eq!(store.write(password()).unwrap(), KeptIn::StoreInstead("no D-Bus".into()));
    assert!(matches!(store.read(), Ok(Login::Password { .. })));
    lock(None);
    assert_eq!(store.write(password()).unwrap(), KeptIn::Keyring);
    lock(Some("locked"));
    assert!(!store.is_empty(), "the keyring is not asked for that");
    assert_eq!(store.read().unwrap_err().to_string(), "can't use the system's keyring: locked");
    assert!(
        store.remove().is_err() && path.exists(),
        "a secret that could not be removed is not lost sight of"
    );
}

#[test]
fn no_secret_is_left_in_the_keyring_of_which_no_file_tells() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Arc::new(TestKeyring::default());
    let secrets = || keyring.secrets.lock().unwrap().len();
    // The file cannot be written where another one is taken for its directory.
    std::fs::write(folder.path().join("taken"), "").unwrap();
    let store = LoginStore::beside(folder.path().join("taken/work.json"), contoso(), Some(keyring.clone()));
    assert!(store.write(password()).is_err());
    assert_eq!(secrets(), 0);
    let store = LoginStore::beside(folder.path().join("work.json"), contoso(), Some(keyring.clone()));
    assert_eq!(store.write(password()).unwrap(), KeptIn::Keyring);
    *keyring.locked.lock().unwrap() = Some("locked".into());
    assert_eq!(store.write(password()).unwrap(), KeptIn::StoreInstead("locked".into()));
    *keyring.locked.lock().unwrap() = None;
    assert_eq!(secrets(), 1);
    assert!(store.remove().unwrap());
    assert_eq!(secrets(), 0);
}

#[test]
fn a_secret_that_a_file_tells_of_stays_in_the_keyring_if_the_file_can_not_be_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Arc::new(TestKeyring::default());
    let store = |path: &Path| LoginStore::beside(path.into(), contoso(), Some(keyring.clone()));
    let path = folder.path().join("work.json");
    store(&path).write(password()).unwrap();
    // A new file is written beside the old one, under a longer name, for which there is no room here.
    let full = folder.path().join("w".repeat(250));
    std::fs::rename(&path, &full).unwrap();
    assert!(matches!(store(&full).write(token("first")), Err(LoginError::File { .. })));
    assert!(matches!(store(&full).read(), Ok(Login::RefreshToken { .. })));
}

#[tokio::test]
async fn the_keyring_does_not_block_the_thread_and_has_a_secret_for_each_account() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Arc::new(TestKeyring::default());
    let store = |name: &str| LoginStore::beside(folder.path().join(name), contoso(), Some(keyring.clone()));
    let (work, home) = (store("work.json"), store("home.json"));
    work.write(password()).unwrap();
    home.write(token("first")).unwrap();
    assert_eq!(keyring.secrets.lock().unwrap().keys().collect::<Vec<_>>(), ["home", "work"]);
    assert!(matches!(work.load().await, Ok(Login::Password { .. })));
    let reader = keyring.reader.lock().unwrap().unwrap();
    assert_ne!(reader, std::thread::current().id());
}
