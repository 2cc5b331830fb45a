//! `rsvp rules explain`.

use std::fs;

use crate::support::{err, load, out, rsvp};

/// Returns what `rsvp rules explain` prints for a configuration and a described invitation.
fn explained(text: &str, arguments: &[&str]) -> String {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("config.toml");
    fs::write(&path, text).unwrap();
    let command = ["--config", path.to_str().unwrap(), "rules", "explain"];
    let output = rsvp(home.path(), &[&command[..], arguments].concat());
    assert!(output.status.success(), "{}", err(&output));
    out(&output)
}

#[test]
fn the_reason_for_rejecting_calls_is_also_that_of_a_bot_among_the_accounts() {
    let rule = "[[rules]]\nname = \"busy\"\nkind = \"call\"\naction = \"decline\"\n";
    let graph = "default_reject_reason = \"forbidden\"\n";
    for bot in
        [format!("[[account]]\nname = \"desk\"\n[account.graph]\n{graph}"), format!("[graph]\n{graph}")]
    {
        let text = explained(&format!("{bot}{rule}"), &["--who", "Lene", "--kind", "call"]);
        assert!(text.contains("rejected (forbidden)"), "{text}");
    }
}

#[test]
fn a_caller_is_described_by_an_address_as_people_write_it() {
    let rule = |from: &str| format!("[[rules]]\nname = \"known\"\nfrom = \"{from}\"\naction = \"silence\"\n");
    for (who, from) in [
        ("+14255550100", "+14255550100"),
        ("+1 425 555 0100", "+14255550100"),
        ("Lene <tel:+1 425 555 0100>", "+14255550100"),
        ("Lene <sip:lene@contoso.com>", "lene@contoso.com"),
        ("SIP:lene@contoso.com", "sip:lene@contoso.com"),
    ] {
        let text = explained(&rule(from), &["--who", who, "--kind", "phone"]);
        assert!(text.contains("Rule “known”"), "{who}: {text}");
    }
}

#[test]
fn the_name_of_a_rule_has_at_most_24_characters_and_its_delay_at_most_60_seconds() {
    for (length, delay, is_valid) in [(24, "60s", true), (25, "60s", false), (24, "61s", false)] {
        let name = "x".repeat(length);
        let rule = format!("[[rules]]\nname = \"{name}\"\naction = \"decline\"\ndelay = \"{delay}\"\n");
        let config = load(&format!("tenant = \"a.b\"\ntoken = \"x\"\n{rule}"));
        assert_eq!(config.is_ok(), is_valid, "{length} {delay}");
    }
}

#[test]
fn a_rule_lets_ring_or_silences_as_it_is_written() {
    for (action, words) in [("ring", "it rings"), ("silence", "without bell and banner")] {
        let text = explained(
            &format!("[[rules]]\nname = \"known\"\naction = \"{action}\"\n"),
            &["--who", "Lene", "--kind", "phone"],
        );
        assert!(text.contains(words), "{action}: {text}");
    }
}
