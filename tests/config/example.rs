//! The example configuration.

use rsvp::app::{Action, KeyMap};
use rsvp::config::{self, Config};
use rsvp::invitation::{PreferredAvailability, Reason};
use rsvp::provider::ucwa::{Activity, Modality, Start};

use crate::support::{bot, diagnostics, load, user};

#[test]
fn the_example_as_it_is_asks_for_what_only_the_user_knows() {
    let messages = diagnostics(config::EXAMPLE);
    assert_eq!(messages.len(), 2, "{messages:#?}");
    assert!(messages[0].contains("`tenant` is still the placeholder from the example"), "{messages:#?}");
    assert!(messages[1].contains("`token` is still the placeholder from the example"), "{messages:#?}");
}

/// The keys whose example is not the default.
const EXAMPLES: [&str; 16] = [
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
    "on_invitation",
    "on_outcome",
    "quiet_hours",
];

#[test]
fn the_example_with_all_that_is_commented_out_is_the_default() {
    let uncommented: String = config::EXAMPLE
        .lines()
        .map(|line| {
            let meant = |rest: &&str| rest.contains(" = ") || rest.starts_with('[');
            line.strip_prefix("# ").filter(meant).unwrap_or(line)
        })
        .filter(|line| !EXAMPLES.iter().any(|key| line.starts_with(&format!("{key} = "))))
        .fold(String::new(), |text, line| text + line + "\n")
        .replace("cwt=…", "cwt=x");
    let all = load(&uncommented).unwrap_or_else(|error| panic!("{error}\n{uncommented}"));
    let least = load("tenant = \"contoso.com\"\ntoken = \"cwt=x\"\n").unwrap();
    for config in [&all, &least] {
        let ucwa = user(config);
        assert_eq!(ucwa.start, Start::Domain("contoso.com".into()));
        assert_eq!(ucwa.modalities, [Modality::Messaging, Modality::PhoneAudio]);
        assert_eq!(ucwa.culture, "en-US");
        assert_eq!(ucwa.poll_timeout.as_secs(), 180);
        assert_eq!(ucwa.activity, Activity::Always);
        assert_eq!(config.settings.keys, KeyMap::default());
        assert_eq!(config.settings.default_reason, Reason::Local);
        assert!(config.settings.bell);
        assert!(!config.settings.mouse && !config.settings.still);
        assert_eq!(config.settings.history_limit, 10_000);
        assert_eq!(config.hooks, rsvp::hooks::Settings::default());
        assert_eq!((config.theme.name.as_str(), config.ascii), ("terminal", false));
    }
    let signed_in_as = |config: &Config| user(config).sign_in_as;
    assert_eq!(signed_in_as(&all), Some(PreferredAvailability::Online));
    assert_eq!(signed_in_as(&least), None, "a presence that was set elsewhere stays");
    assert!(least.accounts.iter().all(|account| account.graph().is_none()));
    let written = all.accounts.iter().find_map(|account| account.graph().cloned()).unwrap();
    let (meant, _) = bot("");
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
