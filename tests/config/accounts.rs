//! Several accounts in one file.

use std::fs;

use rsvp::config::{self, AccountConfig, AccountSection};
use rsvp::invitation::Rejection;
use rsvp::login_store::LoginTarget;
use rsvp::provider::ucwa::Start;

use crate::support::{BOT, BOT_SECRET, diagnostics, err, load, out, rsvp, set_mode};

fn user(name: &str, lines: &str) -> String {
    format!("[[account]]\nname = \"{name}\"\ntenant = \"{name}.example\"\ntoken = \"x\"\n{lines}\n")
}

fn bot(name: &str, lines: &str) -> String {
    format!("[[account]]\nname = \"{name}\"\n[account.graph]\n{BOT}{BOT_SECRET}{lines}\n")
}

fn labels(accounts: &[AccountConfig]) -> Vec<&str> {
    accounts.iter().map(|account| account.label.as_str()).collect()
}

#[test]
fn what_an_account_is_is_said_in_words() {
    assert_eq!(AccountSection::Ucwa.contents(), "an account of Skype for Business");
    assert_eq!(AccountSection::Graph.contents(), "a bot");
    let named = AccountSection::Named("work".into());
    assert_eq!(named.contents(), format!("{named}, or it is of another kind"));
}

#[test]
fn bots_that_differ_in_the_reason_for_rejecting_calls_are_refused() {
    let bot = |name: &str, port: u16, reason: &str| {
        bot(name, &format!("listen = \"127.0.0.1:{port}\"\ndefault_reject_reason = \"{reason}\""))
    };
    let two = |other: &str| load(&(bot("one", 3_001, "busy") + &bot("other", 3_002, other)));
    two("busy").unwrap();
    let error = two("none").unwrap_err().to_string();
    assert!(error.contains("`default_reject_reason` differs from that of another bot"), "{error}");
}

#[test]
fn the_command_that_replaces_a_kept_login_names_the_account() {
    let file = std::path::Path::new("config.toml");
    for (section, command) in [
        (AccountSection::Ucwa, "rsvp login"),
        (AccountSection::Graph, "rsvp login --graph"),
        (AccountSection::Named("work".into()), "rsvp login --account work"),
        (AccountSection::Named("my desk".into()), "rsvp login --account 'my desk'"),
    ] {
        let store = section.login_store(file, LoginTarget::domain("contoso.com")).unwrap();
        assert_eq!(store.command(), command);
    }
}

#[test]
fn listed_accounts_come_after_those_at_the_top_and_have_their_names_and_their_own_settings() {
    let text = format!(
        "tenant = \"contoso.com\"\ntoken = \"x\"\n[graph]\n{BOT}{BOT_SECRET}\n{}{}{}[ui]\nascii = true\n",
        user("work", "[account.ucwa]\nculture = \"de-AT\""),
        user("home", ""),
        bot("desk", "listen = \"127.0.0.1:4000\"\ndefault_reject_reason = \"none\""),
    );
    let config = load(&text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(labels(&config.accounts), ["contoso.com", "bot 2891555a", "work", "home", "desk"]);
    let [_, _, work, home, desk] = &config.accounts[..] else { panic!() };
    assert_eq!(work.section, AccountSection::Named("work".into()));
    assert_eq!(
        (work.ucwa().unwrap().culture.as_str(), home.ucwa().unwrap().culture.as_str()),
        ("de-AT", "en-US")
    );
    assert_eq!(home.ucwa().unwrap().start, Start::Domain("home.example".into()));
    assert_eq!(desk.graph().unwrap().listen, "127.0.0.1:4000".parse().unwrap());
    assert_eq!(config.settings.default_rejection, Rejection::None);
    assert!(config.ascii);
    let endpoints: std::collections::BTreeSet<_> =
        config.accounts.iter().filter_map(AccountConfig::ucwa).map(|ucwa| &ucwa.endpoint_id).collect();
    assert_eq!(endpoints.len(), 3, "each account has an endpoint of its own");
}

#[test]
fn the_list_alone_is_enough() {
    let config = load(&user("work", "")).unwrap();
    assert_eq!(labels(&config.accounts), ["work"]);
}

#[test]
fn a_mistake_in_a_listed_account_is_told_with_its_line_and_remedy() {
    let good = user("work", "");
    for (text, expected) in [
        ("[[account]]\ntenant = \"a.b\"\ntoken = \"x\"\n".to_owned(), "6: an [[account]] requires `name`"),
        (
            "[[account]]\nname = \"\"\ntenant = \"a.b\"\ntoken = \"x\"\n".to_owned(),
            "7: `name` must have 1 to 24",
        ),
        (user(&"x".repeat(25), ""), "7: `name` must have 1 to 24"),
        (user("Work", ""), "7: another account is called `Work`"),
        ("[[account]]\nname = \"b\"\n".to_owned() + "token = \"x\"\n", "6: add `tenant`"),
        ("[[account]]\nname = \"b\"\ntenant = \"a.b\"\n".to_owned(), "6: no way to sign in"),
        (user("b", "username = \"lenea\""), "6: use either a token or `username`"),
        (user("b", "[account.ucwa]\npoll_timeout = \"1m\""), "11: `poll_timeout` must be between"),
        (
            user("b", "[account.ucva]\nculture = \"de\""),
            "10: unknown section [account.ucva]; did you mean [account.ucwa]?",
        ),
        (user("b", "culture = \"de\""), "10: `culture` belongs under [account.ucwa]"),
        (user("b", "theme = \"dark\""), "10: `theme` belongs under [ui]"),
        (user("b", "tokn = \"x\""), "10: unknown key `tokn`; did you mean `token`?"),
        (user("b", "token_command = 5"), "10: `token_command`: write a list"),
        (
            user("b", &format!("[account.graph]\n{BOT}{BOT_SECRET}")),
            "6: an account is either of Skype for Business or a bot",
        ),
        (bot("b", "") + &bot("c", ""), "14: two bots listen on 127.0.0.1:3978"),
        (
            "[[account]]\nname = \"b\"\n[account.graph]\ntenant = \"a.b\"\n".to_owned(),
            "6: [account.graph] requires `client_id`",
        ),
        ("[account]\nname = \"b\"\n".to_owned(), "6: "),
        ("[[acount]]\nname = \"b\"\n".to_owned(), "6: unknown section [acount]; did you mean [[account]]?"),
    ] {
        let messages = diagnostics(&format!("{good}{text}"));
        assert!(messages.iter().any(|message| message.starts_with(expected)), "{text}\n{messages:#?}");
    }
    let messages = diagnostics("[account]\nname = \"b\"\n");
    assert_eq!(messages, ["1: `account` is a list; write [[account]], once for each account"]);
}

#[test]
fn no_mistake_of_one_account_hides_another_one_and_the_check_goes_on_with_the_rest() {
    let text = user("work", "culture = 5") + &user("home", "[account.ucwa]\nurl = \"ftp://a.b/\"");
    let messages = diagnostics(&text);
    assert!(messages.len() == 2 && messages[1].starts_with("11: `url`"), "{messages:#?}");
}

#[test]
#[cfg(unix)]
fn a_file_with_a_listed_secret_that_others_can_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, user("work", "")).unwrap();
    set_mode(&path, 0o644);
    assert!(config::load(Some(&path), None).unwrap_err().to_string().contains("chmod 600"));
}

#[test]
fn a_running_program_reads_its_own_account_again_and_is_told_of_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let write = |text: &str| {
        fs::write(&path, text).unwrap();
        set_mode(&path, 0o600);
    };
    let both = user("work", "") + &user("home", "");
    write(&both);
    let (config, reloader) = config::Reloader::load(Some(&path), None).unwrap();
    for (text, parts) in [
        (user("home", "") + &user("work", "[account.ucwa]\nculture = \"de\""), vec![]),
        (both.clone() + &bot("desk", ""), vec!["the account “desk”"]),
        (user("work", ""), vec!["the account “home”"]),
    ] {
        write(&text);
        let (again, told) = reloader.reload().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(told, parts, "{text}");
        let work =
            again.accounts.iter().find(|account| account.section == config.accounts[0].section).unwrap();
        let endpoint = |account: &AccountConfig| account.ucwa().unwrap().endpoint_id.clone();
        assert_eq!(endpoint(work), endpoint(&config.accounts[0]), "the device stays the same one");
    }
}

#[test]
fn each_account_is_shown_under_its_name() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("rsvp.toml");
    fs::write(&path, user("work", "") + &bot("desk", "")).unwrap();
    set_mode(&path, 0o600);
    let shown = rsvp(home.path(), &["--config", path.to_str().unwrap(), "config", "show"]);
    let text = out(&shown);
    assert!(shown.status.success(), "{}", err(&shown));
    assert!(text.contains("\naccount work\n  tenant         work.example\n  token "), "{text}");
    assert!(text.contains("\naccount desk\n  tenant         contoso.com\n  client_id "), "{text}");
}

#[test]
fn a_name_has_at_most_24_characters() {
    for (length, is_valid) in [(24, true), (25, false)] {
        assert_eq!(load(&user(&"x".repeat(length), "")).is_ok(), is_valid, "{length}");
    }
}

#[test]
fn all_bots_have_the_same_reason_for_rejecting_calls() {
    for (other, is_valid) in [("none", true), ("busy", false)] {
        let lines =
            |port, reason| format!("listen = \"127.0.0.1:{port}\"\ndefault_reject_reason = \"{reason}\"");
        let config = load(&(bot("b", &lines(4000, "none")) + &bot("c", &lines(4001, other))));
        assert_eq!(config.is_ok(), is_valid, "{other}");
    }
}
