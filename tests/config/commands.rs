//! The commands that concern the configuration, the history and the usage.

use std::fs;
use std::path::Path;

use rsvp::app::Action;
use rsvp::config;

use crate::support::{err, out, rsvp, set_mode};

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
    assert_eq!((look.theme.name.as_str(), look.ascii), ("dark", true));
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
        let mut command = crate::support::command(home.path());
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
    set_mode(&path, 0o600);
    let shown = rsvp(home.path(), &["--config", path.to_str().unwrap(), "config", "show"]);
    let out = out(&shown);
    assert!(out.contains("wire           xml") && out.contains("only until you quit"), "{out}");
    assert!(out.contains("http://me:***@proxy.example:3128/"), "{out}");
    assert!(!out.contains("secret"), "{out}");
}
