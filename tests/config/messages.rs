//! Refused files: the messages with place, key and remedy.

use std::fs;
use std::path::Path;

use rsvp::config::{self, ConfigError};

use crate::support::{BOT, BOT_SECRET, diagnostics, files, load};

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
            // The path has a random part, which may be any word.
            let error = match error {
                ConfigError::Invalid { diagnostics, .. } => {
                    let path = Path::new("config.toml");
                    diagnostics.iter().map(|it| it.with_path(path)).collect::<Vec<_>>().join("\n")
                }
                other => other.to_string(),
            };
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
        ("[ucwa]\npoll_timeout = 0", "4: `poll_timeout`: write a length of time"),
        ("[ucwa]\npoll_timeout = 3.5", "4: `poll_timeout`: write a length of time"),
        ("[ucwa]\npoll_timeout = 3m", "4: `poll_timeout`: write text in quotes"),
        ("[history]\nkeep = \"500\"", "4: `keep`: write 500, without quotes"),
        ("[history]\nkeep = \"many\"", "4: `keep`: write a whole number"),
        ("[history]\nkeep = \"\"", "4: `keep`: write a whole number"),
        ("[ui]\ntheme = [\"dark\"]", "4: `theme`: write one text in quotes, not a list"),
        ("[ui]\ntheme = 0x5", "4: `theme`: write text in quotes"),
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
        (
            "[ucwa]\nurl = \"https://me@pool.contoso.com\"",
            "4: `url` must not contain a user name or a password",
        ),
        ("[ucwa]\nproxy = \"ftp://proxy.contoso.com\"", "4: `proxy` must be the address of an HTTP proxy"),
        ("[ucwa]\ntrusted_hosts = [\"https://a.b/\"]", "4: `trusted_hosts` must be names"),
        ("[keys]\naccept = \"d\"", "4: `accept` uses `d`, the default key of `decline`"),
        ("[ui]\ntheme =", "4: `theme`: the value after = is missing"),
        ("[ui]\nnotify = [{ bell = true }]", "4: `notify`: "),
        ("[ucwa.url]\nhost = \"pool.contoso.com\"", "3: `url`: write text in quotes"),
        ("[ucwa.hosts]\nfirst = \"pool.contoso.com\"", "3: unknown key `hosts`"),
        ("[[rules]]\nname = \"night\"\naction = 5", "5: `action`: "),
    ] {
        // The lines of the account stay above the sections.
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
        ("token = 12345", "2: `token`: write text in quotes"),
        ("token_command = [{ run = \"pass\" }]", "2: `token_command`: "),
        ("token \"x\"", "2: the = is missing"),
        ("token_file \"t\"", "2: the = is missing"),
        (
            "username = \"lenea\"\npassword_file = \"p\"\npassword_command = [\"p\"]",
            "use only one of `password_file`",
        ),
        ("[ucva]\nurl = \"https://a.b/\"\n[ui]\ntoken_file = \"t\"", "2: unknown section [ucva]"),
    ] {
        let messages = diagnostics(&format!("{domain}{lines}\n"));
        let alone = messages.len() == 1 || lines.starts_with("[ucva]");
        assert!(alone && messages[0].starts_with(expected), "{lines}\n{messages:#?}");
    }
}

#[test]
fn a_bot_with_a_fault_in_its_settings_is_told_what_it_is() {
    for (lines, expected) in [
        (format!("{BOT_SECRET}listen = 3978"), "6: `listen`: write an address and a port"),
        (format!("{BOT_SECRET}issuers = []"), "6: `issuers` is empty"),
        (format!("{BOT_SECRET}client_secret_file = \"s\""), "[graph] has several ways to sign in"),
        ("client_certificate_file = \"c\"\nclient_key_file = 5".into(), "6: `client_key_file`: write \"5\""),
        (
            "client_certificate_file = 5\nclient_key_file = \"k\"".into(),
            "5: `client_certificate_file`: write \"5\"",
        ),
    ] {
        let messages = diagnostics(&format!("[graph]\n{BOT}{lines}\n"));
        assert!(messages.len() == 1 && messages[0].starts_with(expected), "{lines}\n{messages:#?}");
    }
}

#[test]
fn an_unknown_key_is_taken_neither_for_a_section_nor_is_one_advised() {
    let messages = diagnostics("tenant = \"contoso.com\"\ntoken = \"x\"\nhistori = 5\n");
    assert_eq!(messages.len(), 1, "{messages:#?}");
    let (_, advised) = messages[0].split_once("unknown key `histori`; use one of ").expect(&messages[0]);
    let advised: Vec<&str> = advised.split(", ").collect();
    assert!(advised.contains(&"tenant") && !advised.contains(&"history") && !advised.contains(&"account"));
}

#[test]
fn a_value_is_repeated_in_a_message_if_it_is_short() {
    for (length, is_repeated) in [(39, true), (40, false)] {
        let text = "x".repeat(length);
        let messages =
            diagnostics(&format!("tenant = \"contoso.com\"\ntoken = \"x\"\n[ui]\nnotify = \"{text}\"\n"));
        assert_eq!(messages[0].contains(&text), is_repeated, "{messages:#?}");
        assert!(messages[0].starts_with("4: `notify`: write a list"), "{messages:#?}");
    }
}

#[test]
fn one_key_of_an_account_beside_a_bot_is_enough_to_tell_what_the_account_lacks() {
    let bot = format!("[graph]\n{BOT}{BOT_SECRET}");
    load(&bot).unwrap();
    for (lines, expected) in [
        ("tenant = \"contoso.com\"", "no way to sign in"),
        ("token = \"x\"", "`tenant`"),
        ("[ucwa]\nurl = \"https://pool.contoso.com/\"", "no way to sign in"),
    ] {
        let messages = diagnostics(&format!("{lines}\n{bot}"));
        assert!(messages.len() == 1 && messages[0].contains(expected), "{lines}\n{messages:#?}");
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
fn one_mistake_stands_in_the_line_of_the_file_and_several_below_their_number() {
    let error =
        |text: &str| load(&format!("tenant = \"a.b\"\ntoken = \"x\"\n{text}")).unwrap_err().to_string();
    let one = error("tokn = 5\n");
    assert_eq!(one.lines().count(), 1, "{one}");
    assert!(one.contains("config.toml, line 3: unknown key `tokn`"), "{one}");
    let two = error("tokn = 5\ncultur = 5\n");
    assert!(two.starts_with("the configuration has 2 errors:\n"), "{two}");
}
