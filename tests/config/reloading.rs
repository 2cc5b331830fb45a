//! The file is read again while the program runs.

use std::fs;

use rsvp::config;

use crate::support::set_mode;

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
        (bot("contoso.com", "[ui]\nnotify_when = \"unfocused\""), vec!["[ui]"]),
        (bot("contoso.com", "[ui]\nquiet_hours = \"22:00-07:00\""), vec!["[ui]"]),
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
