//! The configuration file and the commands that concern it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rsvp::app::{Action, KeyMap};
use rsvp::config::{self, AccountConfig, Config, ConfigError, Diagnostic, ThemeName};
use rsvp::invitation::{Reason, Rejection};
use rsvp::provider::graph;
use rsvp::provider::ucwa::{Activity, Availability, Credentials, Modality, Start};

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configurations").join(folder);
    let files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty());
    files
}

/// Loads a text as a file that only its owner can read.
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
fn invalid_files_are_refused_with_place_key_and_remedy_of_all_that_is_wrong() {
    for path in files("invalid") {
        let text = fs::read_to_string(&path).unwrap();
        let expected: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("# ")).collect();
        let error = config::load(Some(&path), None).expect_err(&path.display().to_string());
        let ConfigError::Invalid { diagnostics, .. } = &error else { panic!("{error}") };
        let error = error.to_string();
        assert_eq!(diagnostics.len(), expected.len(), "{error}");
        for expected in expected {
            assert!(error.contains(expected), "{}:\n expected {expected}\n      got {error}", path.display());
        }
        assert!(error.contains(&path.display().to_string()), "the file is named: {error}");
    }
}

/// Returns the mistakes of a text, without the path of the file.
fn diagnostics(text: &str) -> Vec<String> {
    match load(text).unwrap_err() {
        ConfigError::Invalid { diagnostics, .. } => {
            let line = |line: Option<usize>| line.map_or_else(String::new, |line| format!("{line}: "));
            let text = |diagnostic: &Diagnostic| line(diagnostic.line) + &diagnostic.message;
            diagnostics.iter().map(text).collect()
        }
        other => panic!("{other}"),
    }
}

#[test]
fn a_value_of_any_wrong_type_is_refused_in_plain_words() {
    let mut section = String::new();
    let mut tried = 0;
    for line in config::EXAMPLE.lines() {
        let line = line.strip_prefix("# ").unwrap_or(line);
        if line.starts_with('[') {
            line.clone_into(&mut section);
        }
        let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| !key.contains(' ')) else { continue };
        for value in
            ["5", "-1", "1.5", "true", "\"\"", "\"?\"", "[]", "[5]", "{ a = 1 }", "1979-05-27", "?", ""]
        {
            let text = format!("{section}\n{key} = {value}\n");
            let Err(error) = load(&text) else { continue };
            let error = error.to_string();
            tried += usize::from(error.contains("line 2: "));
            let jargon = [
                "invalid type",
                "expected",
                "sequence",
                "boolean",
                "integer",
                "variant",
                "struct",
                "socket",
                "field",
                "string",
                "map",
                "usize",
                "visit",
            ];
            let found = jargon.into_iter().find(|word| error.contains(word));
            assert_eq!(found, None, "{text}{error}");
        }
    }
    assert!(tried > 300, "{tried}");
}

#[test]
fn the_right_form_of_a_value_is_named() {
    let account = "tenant = \"contoso.com\"\ntoken_file = \"t\"\n";
    for (lines, expected) in [
        ("[ui]\nnotify = \"bell\"", "4: `notify`: write a list: [\"bell\"]"),
        (
            "token_command = \"pass show sfb\"",
            "3: `token_command`: write a list: [\"pass\", \"show\", \"sfb\"]",
        ),
        ("[ucwa]\npoll_timeout = 180", "4: `poll_timeout`: write \"3m\""),
        ("[ucwa]\npoll_timeout = 200", "4: `poll_timeout`: write \"200s\""),
        ("[ucwa]\npoll_timeout = 3.5", "4: `poll_timeout`: write a length of time"),
        ("[ucwa]\npoll_timeout = 3m", "4: `poll_timeout`: write text in quotes"),
        ("[history]\nkeep = \"500\"", "4: `keep`: write 500, without quotes"),
        ("[history]\nenabled = \"yes\"", "4: `enabled`: write true or false, without quotes"),
        ("[history]\nenabled = yes", "4: `enabled`: write true or false, without quotes"),
        ("[ucwa]\nculture = 5", "4: `culture`: write \"5\", in quotes"),
        ("[keys]\naccept = 5", "4: `accept`: write a key like"),
        ("[ui]\ntheme = 5", "4: `theme`: write \"5\", in quotes"),
        ("[ui]\nascii = true\n[keys]\n[ui]\ntheme = \"dark\"", "6: [ui] appears twice, first in line 3"),
        ("[[ui]]\nascii = true", "3: `ui` is a section; write [ui]"),
        ("ui = \"dark\"", "3: `ui` is a section; write [ui]"),
        ("[ui]\nascii = true\nascii = false", "5: `ascii` appears twice"),
        ("[ui]\ntheme = “dark”", "4: `theme`: use straight quotes"),
        ("[ui]\ntheme = \"dark", "4: `theme`: the closing quote is missing"),
        ("[ui]\ntheme \"dark\"", "4: the = is missing"),
        ("[ui]\npoll_timeout = \"3m\"", "4: `poll_timeout` belongs under [ucwa]"),
        ("[ucwa]\nproxy = \"proxy.contoso.com:8080\"", "4: `proxy` must be the address of an HTTP proxy"),
        ("[ucwa]\nproxy = \"socks5://127.0.0.1:1080\"", "4: `proxy`: SOCKS is not supported"),
        ("[ucwa]\nurl = \"pool.contoso.com\"", "4: `url` must be a URL like \"https://pool.contoso.com\""),
        (
            "[ucwa]\nurl = \"https://me:pw@pool.contoso.com\"",
            "4: `url` must not contain a user name or a password",
        ),
        ("[ucwa]\ntrusted_hosts = [\"https://a.b/\"]", "4: `trusted_hosts` must be names"),
        ("[keys]\naccept = \"d\"", "4: `accept` uses `d`, the default key of `decline`"),
    ] {
        // Something before the sections stays before them.
        let text = format!("{account}{lines}\n");
        let messages = diagnostics(&text);
        let alone = messages.len() == 1 || lines.starts_with("token_command");
        assert!(alone && messages[0].starts_with(expected), "{lines}\n{messages:#?}");
    }
}

#[test]
fn an_account_with_a_fault_in_its_credentials_is_told_what_it_is() {
    let domain = "tenant = \"contoso.com\"\n";
    for (lines, expected) in [
        ("token = \"\"", "2: `token` is empty"),
        ("token = \"  \"", "2: `token` is empty"),
        ("token = abc", "2: `token`: write text in quotes"),
        ("token_file = \"\"", "2: `token_file` is empty"),
        ("token_command = []", "2: `token_command` is empty"),
        ("username = \"CONTOSO\\lenea\"\npassword_file = \"p\"", "2: `username`: a backslash"),
        ("username = \"\"\npassword_file = \"p\"", "2: `username` is empty"),
        ("username = \"lenea\"\npassword_file = 5", "3: `password_file`: write \"5\", in quotes"),
        ("[history]\ntoken = \"x\"", "3: `token` belongs at the top of the file, above the first [section]"),
        ("tokn = \"x\"", "2: unknown key `tokn`; did you mean `token`?"),
        ("[ucva]\nurl = \"https://a.b/\"\n[ui]\ntoken_file = \"t\"", "2: unknown section [ucva]"),
    ] {
        let messages = diagnostics(&format!("{domain}{lines}\n"));
        let alone = messages.len() == 1 || lines.starts_with("[ucva]");
        assert!(alone && messages[0].starts_with(expected), "{lines}\n{messages:#?}");
    }
}

#[test]
fn no_message_repeats_a_secret() {
    for secret in [
        "token = canary",
        "token = \"canary",
        "token = [\"canary\"]",
        "token = \"\\canary\"",
        "[ui]\ntoken = \"canary\"",
        "[graph]\nclient_secret = canary",
        "[graph]\nclient_secret = [\"canary\"]",
        "[ui]\nclient_secret = \"canary\"",
        "token = \"canary\"\ntoken = \"canary\"",
        "[ucwa]\nproxy = \"canary:canary@proxy\"",
        "[ucwa]\nproxy = \"http://me:canary\"",
        "token canary",
        "token = 5canary 6canary",
    ] {
        let error = load(secret).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    }
}

#[test]
fn the_example_as_it_is_asks_for_what_only_the_user_knows() {
    let messages = diagnostics(config::EXAMPLE);
    assert_eq!(messages.len(), 2, "{messages:#?}");
    assert!(messages[0].contains("`tenant` is still the placeholder from the example"), "{messages:#?}");
    assert!(messages[1].contains("`token` is still the placeholder from the example"), "{messages:#?}");
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
        .fold(String::new(), |text, line| text + line + "\n")
        .replace("cwt=…", "cwt=x");
    let all = load(&uncommented).unwrap_or_else(|error| panic!("{error}\n{uncommented}"));
    let least = load("tenant = \"contoso.com\"\ntoken = \"cwt=x\"\n").unwrap();
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

/// Returns the settings of a bot with additional lines in its section, and without any other account.
fn bot(lines: &str) -> AccountConfig<graph::Settings> {
    let config = load(&format!(
        "[graph]\ntenant = \"contoso.com\"\nclient_id = \"2891555A-92ff-42e6-80fa-6e1300c6b5c6\"\n\
         client_secret_command = [\"pass\"]\npublic_url = \"https://bot.contoso.com/api/calls\"\n{lines}"
    ));
    let config = config.unwrap();
    assert!(config.ucwa.is_none(), "no account of Skype for Business is configured");
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
#[cfg(unix)]
fn a_secret_that_the_group_can_read_is_refused_wherever_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let bot = "[graph]\ntenant = \"contoso.com\"\nclient_id = \"2891555A-92ff-42e6-80fa-6e1300c6b5c6\"\n\
        public_url = \"https://bot.contoso.com/api/calls\"\n";
    for (text, refused) in [
        ("tenant = \"contoso.com\"\ntoken = \"cwt=x\"\n".to_owned(), true),
        (format!("{bot}client_secret = \"x\"\n"), true),
        ("tenant = \"contoso.com\"\ntoken_file = \"t\"\n".to_owned(), false),
        (format!("{bot}client_secret_file = \"x\"\n"), false),
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
#[cfg(unix)]
async fn a_file_with_a_secret_is_read_only_if_nobody_else_can_read_it() {
    use secrecy::ExposeSecret;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    fs::write(&path, "  cwt=x \nsecond line\n").unwrap();
    let secret = rsvp::secret::Secret::File(path.clone());
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
#[cfg(unix)]
async fn a_command_gives_its_first_line_and_only_if_it_succeeds() {
    use secrecy::ExposeSecret;
    let command =
        |script: &str| rsvp::secret::Secret::Command(["sh", "-c", script].map(str::to_owned).to_vec());
    assert_eq!(command("echo one; echo two").read().await.unwrap().expose_secret(), "one");
    for (script, why) in [("echo canary; exit 3", "it exited with"), ("true", "is empty")] {
        let error = command(script).read().await.unwrap_err().to_string();
        assert!(error.contains(why) && !error.contains("canary"), "{error}");
    }
}

#[test]
fn what_is_written_of_the_screen_and_the_history_is_what_holds() {
    let config = load(
        "tenant = \"lenea@contoso.com\"\ntoken = \"x\"\n[ui]\ntheme = \"light\"\nascii = true\n\
         default_decline_reason = \"Global\"\nnotify = []\n[history]\nenabled = false\nkeep = 7\n\
         [ucwa]\npoll_timeout = \"30m\"\nsign_in_as = \"Away\"\n",
    )
    .unwrap();
    assert_eq!(config.settings.default_reason, Reason::Global);
    assert!(!config.settings.bell && !config.history && config.ascii);
    assert_eq!((config.theme, config.settings.history_limit), (ThemeName::Light, 7));
    let ucwa = config.ucwa.unwrap().settings;
    assert_eq!(ucwa.start, Start::Domain("contoso.com".into()), "of an address, the domain is meant");
    assert_eq!((ucwa.poll_timeout.as_secs(), ucwa.sign_in_as), (1_800, Availability::Away));
}

#[test]
fn a_culture_is_refused_when_it_is_empty_or_too_long_for_the_server() {
    let with = |culture: &str| {
        load(&format!("tenant = \"contoso.com\"\ntoken = \"x\"\n[ucwa]\nculture = \"{culture}\"\n"))
    };
    for (culture, fine) in [("", false), ("de-AT", true), (&"x".repeat(100), true), (&"x".repeat(101), false)]
    {
        assert_eq!(with(culture).is_ok(), fine, "{culture}");
    }
}

#[test]
fn calls_are_rejected_at_once_with_the_reason_that_is_written() {
    let bot = "[graph]\ntenant = \"contoso.com\"\nclient_id = \"2891555A-92ff-42e6-80fa-6e1300c6b5c6\"\n\
        client_secret_command = [\"pass\"]\npublic_url = \"https://bot.contoso.com/api/calls\"\n";
    for (line, reason) in [
        ("", Rejection::Busy),
        ("default_reject_reason = \"busy\"", Rejection::Busy),
        ("default_reject_reason = \"none\"", Rejection::None),
        ("default_reject_reason = \"forbidden\"", Rejection::Forbidden),
    ] {
        assert_eq!(load(&format!("{bot}{line}\n")).unwrap().settings.default_rejection, reason, "{line}");
    }
}

#[test]
fn a_key_that_is_named_twice_for_one_action_is_no_clash() {
    let text = "tenant = \"contoso.com\"\ntoken_file = \"t\"\n[keys]\naccept = [\"a\", \"a\"]\n";
    assert_eq!(load(text).unwrap().settings.keys, KeyMap::default());
}

#[test]
fn what_a_running_program_does_not_take_up_is_named_when_the_file_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let write = |text: &str| {
        fs::write(&path, text).unwrap();
        set_mode(&path, 0o600);
    };
    let bot = |tenant: &str, rest: &str| {
        format!(
            "tenant = \"contoso.com\"\ntoken = \"x\"\n[graph]\ntenant = \"{tenant}\"\n\
             client_id = \"2891555A-92ff-42e6-80fa-6e1300c6b5c6\"\nclient_secret_command = [\"pass\"]\n\
             public_url = \"https://bot.contoso.com/api/calls\"\n{rest}"
        )
    };
    write(&bot("contoso.com", ""));
    let (_, reloader) = config::Reloader::load(Some(&path), None).unwrap();
    for (text, parts) in [
        (bot("contoso.com", ""), vec![]),
        (bot("fabrikam.com", "cloud = \"china\""), vec![]),
        (bot("contoso.com", "default_reject_reason = \"none\""), vec!["default_reject_reason"]),
        (bot("contoso.com", "[ui]\ntheme = \"dark\""), vec!["[ui]"]),
        (bot("contoso.com", "[ui]\nnotify = []"), vec!["[ui]"]),
        (bot("contoso.com", "[ui]\ndefault_decline_reason = \"Global\""), vec!["[ui]"]),
        (bot("contoso.com", "[keys]\naccept = \"F5\"\n[history]\nkeep = 5"), vec!["[keys]", "[history]"]),
        (bot("contoso.com", "[history]\nenabled = false"), vec!["[history]"]),
        (bot("contoso.com", "").replacen("contoso", "fabrikam", 1), vec!["the account's name on the screen"]),
        ("tenant = \"contoso.com\"\ntoken = \"y\"\n".to_owned(), vec!["[graph]"]),
        (bot("contoso.com", "").split_off(35), vec!["Skype for Business"]),
    ] {
        write(&text);
        let parts_now = reloader.reload().map(|(_, parts)| parts);
        assert_eq!(parts_now.unwrap_or_else(|error| panic!("{error}\n{text}")), parts, "{text}");
    }
}

#[test]
fn a_file_is_looked_for_beside_the_configuration_unless_its_place_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let home = directories::BaseDirs::new().unwrap().home_dir().join("secrets/t");
    for (written, meant) in [
        ("secrets/t", folder.path().join("secrets/t")),
        ("/secrets/t", PathBuf::from("/secrets/t")),
        ("~/secrets/t", home),
    ] {
        fs::write(&path, format!("tenant = \"contoso.com\"\ntoken_file = \"{written}\"\n")).unwrap();
        let config = config::load(Some(&path), None).unwrap();
        match config.ucwa.unwrap().settings.credentials {
            Credentials::Token(rsvp::secret::Secret::File(found)) => assert_eq!(found, meant),
            other => panic!("{other:?}"),
        }
    }
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

fn command(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsvp"));
    for variable in ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
        command.env_remove(variable);
    }
    command.env("HOME", home);
    command
}

fn rsvp(home: &Path, arguments: &[&str]) -> Output {
    command(home).args(arguments).output().unwrap()
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
    let unedited = rsvp(home.path(), &[]);
    assert_eq!(unedited.status.code(), Some(2), "{}", err(&unedited));
    assert!(
        err(&unedited).contains("`token` is still the placeholder from the example"),
        "{}",
        err(&unedited)
    );
    fs::write(&path, config::EXAMPLE.replace("cwt=…", "cwt=secret")).unwrap();
    let shown = rsvp(home.path(), &["config", "show"]);
    assert!(out(&shown).contains("contoso.com"), "{}", err(&shown));
    assert!(!out(&shown).contains("cwt="), "the token is masked");
}

#[test]
fn the_command_that_is_advised_makes_the_file_that_is_missing() {
    let home = tempfile::tempdir().unwrap();
    let odd = home.path().join("my file.toml");
    for (arguments, advised) in [
        (vec![], "`rsvp config init`".to_owned()),
        (vec!["--profile", "work"], "`rsvp --profile work config init`".to_owned()),
        (vec!["--config", odd.to_str().unwrap()], format!("`rsvp --config '{}' config init`", odd.display())),
    ] {
        let missing = rsvp(home.path(), &arguments);
        assert_eq!(missing.status.code(), Some(2));
        assert!(err(&missing).contains(&advised), "{}", err(&missing));
        let made = rsvp(home.path(), &[&arguments[..], &["config", "init"]].concat());
        assert!(made.status.success(), "{}", err(&made));
        assert!(!err(&rsvp(home.path(), &arguments)).contains("no configuration file"));
    }
}

#[test]
fn a_profile_is_a_file_beside_the_usual_one_and_never_elsewhere() {
    let usual = config::file_path(None, None).unwrap();
    assert_eq!(config::file_path(None, Some("work-2_b")).unwrap(), usual.with_file_name("work-2_b.toml"));
    for name in ["", "../work", "a/b", "a.b", "a b", "~"] {
        let refused = config::file_path(None, Some(name)).unwrap_err().to_string();
        assert!(refused.contains("use letters, digits, - and _"), "{name}: {refused}");
    }
    let named = Path::new("elsewhere.toml");
    assert_eq!(config::file_path(Some(named), Some("work")).unwrap(), named);
}

#[test]
fn no_message_says_its_cause_twice() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().to_str().unwrap();
    let unreadable = rsvp(home.path(), &["--config", path]);
    assert_eq!(unreadable.status.code(), Some(2));
    assert_eq!(err(&unreadable).matches("directory").count(), 1, "{}", err(&unreadable));
    let unwritable = rsvp(home.path(), &["--config", "/dev/null/c.toml", "config", "init"]);
    assert_eq!(err(&unwritable).matches("os error").count(), 1, "{}", err(&unwritable));
    fs::write(home.path().join("c.toml"), b"tenant = \"\xff\"").unwrap();
    let binary = rsvp(home.path(), &["--config", home.path().join("c.toml").to_str().unwrap()]);
    assert!(err(&binary).contains("it is not UTF-8 text"), "{}", err(&binary));
}

#[test]
fn the_demo_looks_and_obeys_as_configured_whatever_the_rest_of_the_file_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let mut text = config::EXAMPLE.replace("# theme = \"terminal\"", "theme = \"dark\"");
    text = text.replace("# ascii = false", "ascii = true").replace("# accept = \"a\"", "accept = \"F5\"");
    fs::write(&path, &text).unwrap();
    let look = config::load_screen(Some(&path), None).unwrap();
    assert_eq!((look.theme, look.ascii), (ThemeName::Dark, true));
    assert_eq!(look.settings.keys.keys(Action::Accept), ["F5".parse().unwrap()]);
    fs::write(&path, text.replace("accept = \"F5\"", "accept = \"d\"")).unwrap();
    let error = config::load_screen(Some(&path), None).unwrap_err().to_string();
    assert!(error.contains("the default key of `decline`"), "{error}");
    let home = tempfile::tempdir().unwrap();
    let refused = rsvp(home.path(), &["--config", path.to_str().unwrap(), "demo"]);
    assert_eq!(refused.status.code(), Some(2), "{}", err(&refused));
    assert!(config::load_screen(Some(&folder.path().join("none.toml")), None).is_err());
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
    assert_eq!(err(&unknown).matches("os error").count(), 1, "{}", err(&unknown));
}

#[test]
#[cfg(unix)]
fn the_history_in_json_has_offsets_even_where_an_earlier_version_wrote_none() {
    let home = tempfile::tempdir().unwrap();
    let state = home.path().join(".local/state/rsvp");
    fs::create_dir_all(&state).unwrap();
    let line = |at: &str| {
        format!(
            r#"{{"at":"{at}","kind":"phone","direction":"incoming","from":{{"name":"Lene","uri":"tel:1"}},"outcome":"missed"}}"#
        )
    };
    let lines = ["2026-01-05T09:00:00", "2026-07-05T09:00:00.5+09:00"].map(line).join("\n");
    fs::write(state.join("history.jsonl"), lines).unwrap();
    let shown = |arguments: &[&str]| {
        let mut command = command(home.path());
        let output = command.env("TZ", "CET-1CEST,M3.5.0,M10.5.0/3").args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", err(&output));
        out(&output)
    };
    let json = shown(&["history", "--json"]);
    assert!(json.contains("2026-01-05T09:00:00+01:00"), "{json}");
    assert!(json.contains("2026-07-05T09:00:00.5+09:00"), "{json}");
    let text = shown(&["history"]);
    assert!(text.contains("2026-01-05 09:00") && text.contains("2026-07-05 02:00"), "{text}");
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
