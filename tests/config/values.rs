//! The meaning of the values of valid files.

use std::fs;
use std::path::PathBuf;

use rsvp::app::KeyMap;
use rsvp::config;
use rsvp::invitation::PreferredAvailability;
use rsvp::invitation::{Reason, Rejection};
use rsvp::provider::ucwa::{Credentials, Start};

use crate::support::{BOT, BOT_SECRET, bot, load, user};

#[test]
fn each_cloud_has_its_own_hosts_and_each_can_be_replaced() {
    let hosts = |lines: &str| {
        let settings = bot(lines).0;
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
    let (settings, _) = bot("listen = \"0.0.0.0:80\"\nlisten_beyond_loopback = true");
    assert_eq!(settings.listen.to_string(), "0.0.0.0:80");
}

#[test]
fn a_tenant_is_allowed_however_its_id_is_written() {
    let id = "1cd119ab-b444-4c16-84b9-8538585d1987";
    for written in [id.to_owned(), id.to_uppercase(), format!("{{{id}}}"), id.replace('-', "")] {
        assert_eq!(bot(&format!("allowed_tenants = [\"{written}\"]")).0.allowed_tenants, [id]);
    }
}

#[test]
fn what_is_written_of_the_screen_and_the_history_is_what_holds() {
    let config = load(
        "tenant = \"lenea@contoso.com\"\ntoken = \"x\"\n[ui]\ntheme = \"light\"\nascii = true\n\
         default_decline_reason = \"Global\"\nnotify = []\n[history]\nenabled = false\nkeep = 7\nmessages = true\n\
         [ucwa]\npoll_timeout = \"30m\"\nsign_in_as = \"Away\"\n",
    )
    .unwrap();
    assert_eq!(config.settings.default_reason, Reason::Global);
    assert!(!config.settings.bell && !config.history && config.history_messages && config.ascii);
    assert_eq!((config.theme.name.as_str(), config.settings.history_limit), ("light", 7));
    let ucwa = user(&config);
    assert_eq!(ucwa.start, Start::Domain("contoso.com".into()), "of an address, the domain is meant");
    assert_eq!((ucwa.poll_timeout.as_secs(), ucwa.sign_in_as), (1_800, Some(PreferredAvailability::Away)));
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
    for (line, reason) in [
        ("", Rejection::Busy),
        ("default_reject_reason = \"busy\"", Rejection::Busy),
        ("default_reject_reason = \"none\"", Rejection::None),
        ("default_reject_reason = \"forbidden\"", Rejection::Forbidden),
    ] {
        assert_eq!(
            load(&format!("[graph]\n{BOT}{BOT_SECRET}{line}\n")).unwrap().settings.default_rejection,
            reason,
            "{line}"
        );
    }
}

#[test]
fn a_key_that_is_named_twice_for_one_action_is_no_clash() {
    let text = "tenant = \"contoso.com\"\ntoken_file = \"t\"\n[keys]\naccept = [\"a\", \"a\"]\n";
    assert_eq!(load(text).unwrap().settings.keys, KeyMap::default());
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
        match &user(&config).credentials {
            Credentials::Token(rsvp::secret::Secret::File(found)) => assert_eq!(found, &meant),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_ways_to_announce_are_read_and_those_that_were_not_built_in_are_refused_with_their_feature() {
    let text = "tenant = \"contoso.com\"\ntoken = \"cwt=x\"\n[ui]\nnotify_when = \"unfocused\"\n\
        notify_kinds = [\"call\", \"phone\"]\nnotify_importance = \"urgent\"\n\
        quiet_hours = [\"22:00-07:00\", \"12:00-13:00\"]\n";
    let osc = load(&format!("{text}notify = [\"osc\"]")).unwrap().settings;
    assert!(!osc.bell && osc.alerts.osc && osc.alerts.only_unfocused && !osc.alerts.desktop);
    assert_eq!((osc.alerts.kinds.len(), osc.alerts.quiet_hours.len()), (2, 2));
    let desktop = load(&format!("{text}notify = [\"bell\", \"desktop\"]"));
    match desktop {
        Ok(config) if rsvp::desktop::IS_AVAILABLE => assert!(config.settings.alerts.desktop),
        Ok(_) => panic!("desktop notifications are not available"),
        Err(error) => {
            assert!(error.to_string().contains("line 8: `notify`: this rsvp was built without"), "{error}");
            assert!(error.to_string().contains("--features desktop`, or remove \"desktop\""), "{error}");
        }
    }
}

#[test]
fn a_phone_number_has_at_least_three_digits() {
    let with = |number: &str| {
        load(&format!("tenant = \"a.b\"\ntoken = \"x\"\n[ucwa]\nphone_number = \"tel:+{number}\"\n"))
    };
    assert_eq!(user(&with("112").unwrap()).phone_number.as_deref(), Some("tel:+112"));
    assert!(with("11").is_err());
}

#[test]
fn nothing_that_has_a_mistake_is_taken_up_in_part() {
    let examined = |lines: &str| {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("config.toml");
        fs::write(&path, format!("tenant = \"contoso.com\"\ntoken_file = \"t\"\n{lines}\n")).unwrap();
        config::File::read(Some(&path), None).unwrap().examine()
    };
    let (config, error) = examined("[ucwa]\nculture = 5");
    assert!(config.accounts.is_empty() && error.is_some(), "an account");
    let rule = "[[rules]]\nname = \"known\"\naction = \"ring\"\n";
    assert_eq!(examined(rule).0.settings.rules.iter().count(), 1);
    for condition in [
        "from = \"\"",
        "kind = \"letter\"",
        "network = \"x\"",
        "importance = \"x\"",
        "tenant = \"x\"",
        "hours = \"x\"",
    ] {
        let (config, error) = examined(&format!("{rule}{condition}"));
        assert_eq!(config.settings.rules.iter().count(), 0, "{condition}");
        assert!(error.is_some(), "{condition}");
    }
}

#[test]
fn the_themes_of_the_user_are_beside_the_configuration() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("config.toml");
    fs::write(&path, "tenant = \"contoso.com\"\ntoken_file = \"t\"\n[ui]\ntheme = \"mine\"\n").unwrap();
    let error = config::load(Some(&path), None).unwrap_err().to_string();
    assert!(error.contains("`theme`"), "{error}");
    fs::create_dir(home.path().join("themes")).unwrap();
    let light = config::themes_directory(&path).join("mine.toml");
    fs::write(light, include_str!("../../assets/themes/light.toml")).unwrap();
    assert_eq!(config::load(Some(&path), None).unwrap().theme.name, "mine");
    assert_eq!(config::themes_directory(&path), home.path().join("themes"));
}
