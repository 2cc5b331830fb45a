//! `rsvp config show`: the effective values.

use std::fs;

use crate::support::{BOT, BOT_SECRET, err, out, rsvp, set_mode};

/// Returns what `rsvp config show` prints for a text, and asserts that the file is valid.
fn shown(text: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("config.toml");
    fs::write(&path, text).unwrap();
    set_mode(&path, 0o600);
    let output = rsvp(home.path(), &["--config", path.to_str().unwrap(), "config", "show"]);
    assert!(output.status.success(), "{}", err(&output));
    out(&output)
}

fn assert_lines(shown: &str, lines: &[&str]) {
    for line in lines {
        assert!(shown.lines().any(|it| it == *line), "{line}\nis not in\n{shown}");
    }
}

const USER: &str = "tenant = \"contoso.com\"\ntoken_command = [\"true\"]\n";

#[test]
fn the_defaults_of_alerts_and_of_the_screen_are_shown() {
    let shown = shown(USER);
    assert_lines(
        &shown,
        &[
            "notify         bell",
            "notify_when    always",
            "notify_kinds   all",
            "importance     normal or higher",
            "quiet_hours    none",
            "mouse          false",
            "animation      true",
            "rules          none",
        ],
    );
    assert!(!shown.contains("accounts"), "one account needs no list: {shown}");
}

#[test]
fn each_way_to_alert_and_what_limits_it_are_shown() {
    let shown = shown(&format!(
        "{USER}[ui]\nnotify = [\"osc\"]\nnotify_when = \"unfocused\"\nnotify_kinds = [\"message\", \"phone\"]\n\
         notify_importance = \"urgent\"\nquiet_hours = [\"22:00-07:00\", \"12:00-13:00\"]\nmouse = true\nanimation = false\n\
         [hooks]\non_message = [\"beep\"]\ntimeout = \"3s\"\n\
         [[rules]]\nname = \"night\"\naction = \"silence\"\nhours = \"18:00-08:00\"\n\
         [[rules]]\nname = \"boss\"\naction = \"ring\"\nfrom = \"boss@*\"\n"
    ));
    assert_lines(
        &shown,
        &[
            "notify         osc",
            "notify_when    unfocused",
            "notify_kinds   message, phone",
            "importance     urgent or higher",
            "quiet_hours    22:00-07:00, 12:00-13:00",
            "mouse          true",
            "animation      false",
            "rules          night, boss",
            "hook timeout   3 s",
        ],
    );
    let both = self::shown(&format!("{USER}[ui]\nnotify = [\"bell\", \"osc\"]\n"));
    assert_lines(&both, &["notify         bell, osc"]);
    let nothing = self::shown(&format!("{USER}[ui]\nnotify = []\n"));
    assert_lines(&nothing, &["notify         nothing"]);
}

#[test]
fn the_names_of_several_accounts_are_those_that_rsvp_login_takes() {
    let shown = shown(&format!(
        "{USER}[graph]\n{BOT}{BOT_SECRET}\
         [[account]]\nname = \"home\"\ntenant = \"fabrikam.com\"\ntoken_command = [\"true\"]\n"
    ));
    assert_lines(&shown, &["accounts       contoso.com, bot 2891555a, home", "account home"]);
}
