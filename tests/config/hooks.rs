use std::time::Duration;

use crate::support::{diagnostics, load};

const ACCOUNT: &str = "tenant = \"contoso.com\"\ntoken = \"cwt=x\"\n[hooks]\n";

#[test]
fn a_hook_is_a_list_of_words() {
    let config =
        load(&format!("{ACCOUNT}on_message = [\"logger\", \"a b\"]\ntimeout = \"1m30s\"\n")).unwrap();
    assert_eq!(config.hooks.on_message, ["logger", "a b"]);
    assert_eq!(config.hooks.timeout, Duration::from_secs(90));
    assert!(config.hooks.on_invitation.is_empty() && config.hooks.on_outcome.is_empty());
    let config = load(&format!("{ACCOUNT}on_message = []\n")).unwrap();
    assert!(config.hooks.is_empty());
}

#[test]
fn a_mistake_in_a_hook_is_told_with_its_line_and_what_to_write() {
    for (line, message) in [
        ("on_message = \"logger call\"", "4: `on_message`: write a list: [\"logger call\"]"),
        (
            "on_message = [\"logger call\"]",
            "4: `on_message`: no shell splits this; write a list of words: [\"logger\", \"call\"]",
        ),
        (
            "on_message = [\"\"]",
            "4: `on_message` names no program; write one like [\"/usr/bin/logger\", \"call\"], or [] for none",
        ),
        ("on_message = [\"/no/such/program\"]", "4: `on_message`: there is no program /no/such/program"),
        ("timeout = 5", "4: `timeout`: write \"5s\""),
        ("timeout = \"1h\"", "4: `timeout` must be between \"100ms\" and \"10m\""),
        ("on_mesage = []", "4: unknown key `on_mesage`; did you mean `on_message`?"),
    ] {
        assert_eq!(diagnostics(&format!("{ACCOUNT}{line}\n")), [message], "{line}");
    }
}
