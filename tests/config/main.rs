//! The configuration file and the commands about it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rsvp::app::{Action, KeyMap};
use rsvp::config::{self, Config, ConfigError, Source, ThemeName};
use rsvp::invitation::Reason;
use rsvp::provider::graph;
use rsvp::provider::ucwa::{Activity, Availability, Credentials, Modality, Start};

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configurations").join(folder);
    let files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty());
    files
}

/// Loads a text as the file of somebody who keeps it private.
fn load(text: &str) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, text).unwrap();
    set_mode(&path, 0o600);
    config::load(Some(&path), None)
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) {}

#[test]
fn valid_files_are_taken() {
    for path in files("valid") {
        let result = config::load(Some(&path), None);
        assert!(result.is_ok(), "{}: {}", path.display(), result.unwrap_err());
    }
}

#[test]
fn invalid_files_are_refused_with_place_key_and_remedy() {
    for path in files("invalid") {
        let text = fs::read_to_string(&path).unwrap();
        let expected = text.lines().next().unwrap().trim_start_matches("# ");
        let error = config::load(Some(&path), None).expect_err(&path.display().to_string()).to_string();
        assert!(error.contains(expected), "{}:\n expected {expected}\n      got {error}", path.display());
        assert!(error.contains(&path.display().to_string()), "the file is named: {error}");
    }
}

#[test]
fn the_example_with_all_that_is_commented_out_is_the_default() {
    let examples = [
        "url",
        "ca_file",
        "proxy",
        "phone_number",
        "token_file",
        "token_command",
        "username",
        "password_file",
        "password_command",
        "client_secret",
        "client_secret_command",
        "client_certificate_file",
        "client_key_file",
    ];
    let uncommented: String = config::EXAMPLE
        .lines()
        .map(|line| {
            let meant = |rest: &&str| rest.contains(" = ") || rest.starts_with('[');
            line.strip_prefix("# ").filter(meant).unwrap_or(line)
        })
        .filter(|line| !examples.iter().any(|key| line.starts_with(&format!("{key} = "))))
        .fold(String::new(), |text, line| text + line + "\n");
    let all = load(&uncommented).unwrap_or_else(|error| panic!("{error}\n{uncommented}"));
    let least = load("tenant = \"contoso.com\"\ntoken = \"cwt=…\"\n").unwrap();
    for config in [&all, &least] {
        let ucwa = &config.ucwa.as_ref().unwrap().settings;
        assert_eq!(ucwa.start, Start::Domain("contoso.com".into()));
        assert_eq!(ucwa.modalities, [Modality::Messaging, Modality::PhoneAudio]);
        assert_eq!(ucwa.sign_in_as, Availability::Online);
        assert_eq!(ucwa.culture, "en-US");
        assert_eq!(ucwa.poll_timeout.as_secs(), 180);
        assert_eq!(ucwa.activity, Activity::Always);
        assert_eq!(config.settings.keys, KeyMap::default());
        assert_eq!(config.settings.default_reason, Reason::Local);
        assert!(config.settings.bell);
        assert_eq!(config.settings.history_limit, 1_000);
        assert_eq!((config.theme, config.ascii), (ThemeName::Terminal, false));
    }
    assert!(least.graph.is_none());
    let (written, meant) = (all.graph.unwrap().settings, bot("").settings);
    assert_eq!(
        (written.authority, written.base, written.openid_url, written.issuers, written.listen),
        (meant.authority, meant.base, meant.openid_url, meant.issuers, meant.listen)
    );
    assert_eq!((written.allowed_tenants, meant.allowed_tenants), (Vec::new(), Vec::new()));
    for action in Action::all() {
        assert!(
            uncommented.contains(&format!("\n{} = ", action.name())),
            "{} is not in the example",
            action.name()
        );
    }
}

/// A bot alone, with more lines in its section.
fn bot(lines: &str) -> Source<graph::Settings> {
    let config = load(&format!(
        "[graph]\ntenant = \"contoso.com\"\nclient_id = \"2891555A-92ff-42e6-80fa-6e1300c6b5c6\"\n\
         client_secret_command = [\"pass\"]\npublic_url = \"https://bot.contoso.com/api/calls\"\n{lines}"
    ));
    let config = config.unwrap();
    assert!(config.ucwa.is_none(), "nothing was said of Skype for Business");
    config.graph.unwrap()
}

#[test]
fn each_cloud_has_its_own_hosts_and_each_can_be_replaced() {
    let hosts = |lines: &str| {
        let settings = bot(lines).settings;
        (settings.authority.to_string(), settings.base.to_string())
    };
    for (lines, authority, base) in [
        ("", "https://login.microsoftonline.com/", "https://graph.microsoft.com/v1.0"),
        ("api = \"beta\"", "https://login.microsoftonline.com/", "https://graph.microsoft.com/beta"),
        ("cloud = \"us-gov-l4\"", "https://login.microsoftonline.us/", "https://graph.microsoft.us/v1.0"),
        ("cloud = \"us-gov-l5\"", "https://login.microsoftonline.us/", "https://dod-graph.microsoft.us/v1.0"),
        (
            "cloud = \"china\"",
            "https://login.chinacloudapi.cn/",
            "https://microsoftgraph.chinacloudapi.cn/v1.0",
        ),
        (
            "authority = \"http://127.0.0.1:8099/\"\nbase_url = \"http://[::1]:8099/beta\"",
            "http://127.0.0.1:8099/",
            "http://[::1]:8099/beta",
        ),
    ] {
        assert_eq!(hosts(lines), (authority.to_owned(), base.to_owned()), "{lines}");
    }
    let source = bot("listen = \"0.0.0.0:80\"\nlisten_beyond_loopback = true");
    assert_eq!(source.settings.listen.to_string(), "0.0.0.0:80");
    assert_eq!(source.label.as_str(), "bot 2891555a");
}

#[test]
fn a_tenant_is_allowed_however_its_id_is_written() {
    let id = "1cd119ab-b444-4c16-84b9-8538585d1987";
    for written in [id.to_owned(), id.to_uppercase(), format!("{{{id}}}"), id.replace('-', "")] {
        assert_eq!(bot(&format!("allowed_tenants = [\"{written}\"]")).settings.allowed_tenants, [id]);
    }
}

#[test]
#[cfg(unix)]
fn a_token_that_others_can_read_is_refused_with_the_command_that_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, "tenant = \"contoso.com\"\ntoken = \"cwt=x\"\n").unwrap();
    set_mode(&path, 0o644);
    let error = config::load(Some(&path), None).unwrap_err().to_string();
    assert!(error.contains(&format!("chmod 600 {}", path.display())), "{error}");
}

#[test]
fn a_secret_is_in_no_debug_output() {
    let config = load("tenant = \"contoso.com\"\ntoken = \"cwt=canary\"\n").unwrap();
    assert!(matches!(config.ucwa.as_ref().unwrap().settings.credentials, Credentials::Token(_)));
    assert!(!format!("{config:?}").contains("canary"));
    let proxy = "proxy = \"http://me:canary@proxy.example:3128\"";
    let all = load(&format!(
        "tenant = \"contoso.com\"\ntoken = \"x\"\n[ucwa]\n{proxy}\n[graph]\ntenant = \"contoso.com\"\n\
         client_id = \"2891555a-92ff-42e6-80fa-6e1300c6b5c6\"\nclient_secret = \"canary\"\n\
         public_url = \"https://bot.contoso.com/api/calls\"\n{proxy}\n"
    ));
    let all = format!("{:?}", all.unwrap());
    assert!(all.contains("proxy.example") && !all.contains("canary"), "{all}");
}

fn rsvp(home: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsvp"));
    for variable in ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
        command.env_remove(variable);
    }
    command.env("HOME", home).args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn without_a_configuration_the_way_to_one_is_told() {
    let home = tempfile::tempdir().unwrap();
    let output = rsvp(home.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("rsvp config init"), "{}", err(&output));
    assert!(err(&output).contains("rsvp demo"), "{}", err(&output));
}

#[test]
fn a_configuration_is_begun_found_shown_and_never_overwritten() {
    let home = tempfile::tempdir().unwrap();
    let begun = rsvp(home.path(), &["config", "init"]);
    assert!(begun.status.success(), "{}", err(&begun));
    let path = out(&rsvp(home.path(), &["config", "path"])).trim().to_owned();
    assert_eq!(fs::read_to_string(&path).unwrap(), config::EXAMPLE);
    let again = rsvp(home.path(), &["config", "init"]);
    assert_eq!(again.status.code(), Some(2), "{}", err(&again));
    let shown = rsvp(home.path(), &["config", "show"]);
    assert!(out(&shown).contains("contoso.com"), "{}", err(&shown));
    assert!(!out(&shown).contains("cwt="), "the token is masked");
}

#[test]
fn usage_errors_end_with_2_and_other_texts_are_there() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(rsvp(home.path(), &["--no-such-flag"]).status.code(), Some(2));
    for shell in ["bash", "zsh", "fish"] {
        assert!(out(&rsvp(home.path(), &["completions", shell])).contains("simulate"), "{shell}");
    }
    assert!(out(&rsvp(home.path(), &["man"])).contains(".TH rsvp"));
    assert!(out(&rsvp(home.path(), &["--help"])).contains("rsvp demo"));
    let unknown = rsvp(home.path(), &["demo", "no-such-scenario"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(err(&unknown).contains("quiet-morning, help-desk, bad-network"), "{}", err(&unknown));
}

#[test]
fn what_is_shown_is_written_as_in_the_file_and_holds_no_secret() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("c.toml");
    let text = "tenant = \"contoso.com\"\ntoken = \"cwt=secret\"\n[ucwa]\nwire = \"xml\"\n\
        proxy = \"http://me:secret@proxy.example:3128\"\n[history]\nenabled = false\n";
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let shown = rsvp(home.path(), &["--config", path.to_str().unwrap(), "config", "show"]);
    let out = out(&shown);
    assert!(out.contains("wire           xml") && out.contains("only until you quit"), "{out}");
    assert!(out.contains("http://me:***@proxy.example:3128/"), "{out}");
    assert!(!out.contains("secret"), "{out}");
}
