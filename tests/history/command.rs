//! `rsvp history`.

use std::fs;

use rsvp::history::Record;
use rsvp::invitation::{Direction, Kind, Outcome, Party, Reason};

use super::support::{database, err, history, out, record, store};

fn from(name: &str, uri: &str) -> Party {
    Party { name: name.into(), uri: uri.into(), ..Party::default() }
}

/// Returns a home directory with a history of five invitations on three days.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let records = [
        Record { outcome: Outcome::Accepted, decision: "accept".into(), ..record(4, 5) },
        Record { from: from("Zoë Ärlig", "sip:zoe@fabrikam.example"), kind: Kind::Message, ..record(2, 5) },
        Record {
            outcome: Outcome::Declined(Reason::Global),
            decision: "decline".into(),
            rule: "night".into(),
            ..record(3, 6)
        },
        Record {
            kind: Kind::Participant,
            direction: Direction::Outgoing,
            to: Some(from("=Kim, \"K\"", "sip:kim@contoso.com")),
            outcome: Outcome::NoAnswer,
            ..record(6, 6)
        },
        Record { outcome: Outcome::CallerGaveUp, subject: "Last".into(), ..record(5, 7) },
    ];
    store(home.path(), &records);
    home
}

#[test]
fn the_oldest_comes_first_and_the_options_select() {
    let home = home();
    let all = out(&history(home.path(), &[]));
    let lines: Vec<&str> = all.lines().collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[0], "2026-01-05 09:00  Phone    Lene <tel:1>  accepted");
    assert_eq!(lines[2], "2026-01-06 09:00  Phone    Lene <tel:1>  declined everywhere by rule “night”");
    assert_eq!(lines[4], "2026-01-07 09:00  Phone    Lene <tel:1>  the caller gave up  “Last”");
    let cases: [(&[&str], &[usize]); 12] = [
        (&["--since", "2026-01-06"], &[2, 3, 4]),
        (&["--until", "2026-01-06"], &[0, 1, 2, 3]),
        (&["--since", "2026-01-05T09:30", "--until", "2026-01-07T09:00"], &[2, 3]),
        (&["--kind", "message,participant"], &[1, 3]),
        (&["--kind", "message", "--kind", "phone", "--limit", "2"], &[2, 4]),
        (&["--outcome", "accepted", "--outcome", "declined"], &[0, 2]),
        (&["--missed"], &[1, 4]),
        (&["--who", "äRLIG"], &[1]),
        (&["--who", "kim@"], &[3]),
        (&["--limit", "1"], &[4]),
        (&["--since", "1d"], &[]),
        (&["--who", "100%_"], &[]),
    ];
    for (options, expected) in cases {
        let expected: Vec<&str> = expected.iter().map(|position| lines[*position]).collect();
        let output = history(home.path(), options);
        assert_eq!(out(&output).lines().collect::<Vec<_>>(), expected, "{options:?}");
        assert_eq!(err(&output).contains("No invitation matches."), expected.is_empty(), "{options:?}");
    }
}

#[test]
fn a_mistake_in_an_option_is_explained() {
    let home = home();
    let cases: [(&[&str], &str); 6] = [
        (&["--since", "soon"], "write a day like 2026-01-31"),
        (&["--kind", "fax"], "possible values: message, phone"),
        (&["--outcome", "lots"], "possible values: accepted, declined"),
        (&["--limit", "0"], "--limit"),
        (&["--json", "--csv"], "cannot be used with"),
        (&["--json", "purge"], "--json"),
    ];
    for (options, words) in cases {
        let output = history(home.path(), options);
        assert_eq!(output.status.code(), Some(2), "{options:?}");
        assert!(err(&output).contains(words), "{options:?}: {}", err(&output));
    }
    assert_eq!(out(&history(home.path(), &[])).lines().count(), 5, "nothing was deleted");
}

#[test]
fn json_and_csv_have_every_column() {
    let home = home();
    let json = out(&history(home.path(), &["--json", "--outcome", "declined"]));
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let expected = serde_json::json!({
        "id": value["id"], "at": "2026-01-06T09:00:00+00:00", "rang_ms": 3_000, "account": "contoso.com", "kind": "phone",
        "direction": "incoming", "from": {"name": "Lene", "uri": "tel:1", "origin": ""}, "importance": "normal",
        "decision": "decline", "rule": "night", "outcome": "declined", "detail": "Global", "seen": false
    });
    assert_eq!(value, expected);
    let csv = out(&history(home.path(), &["--csv", "--outcome", "no-answer"]));
    assert_eq!(
        csv,
        "at,account,kind,direction,name,uri,origin,subject,message,rang_seconds,decision,outcome,description,\
         accepted_by,seen,rule\n2026-01-06T09:00:00+00:00,contoso.com,participant,outgoing,\"'=Kim, \"\"K\"\"\",\
         sip:kim@contoso.com,,,,6.0,,no-answer,no answer,,false,\n"
    );
}

#[test]
fn the_statistics_are_plain_where_the_output_is_no_terminal() {
    let home = home();
    let text = out(&history(home.path(), &["--stats"]));
    assert!(text.contains("Incoming               4\nOutgoing               1\n"), "{text}");
    assert!(text.contains("Missed                 2 (50% of incoming)"), "{text}");
    assert!(text.contains("Median time to answer  4.0 s (1 accepted here)"), "{text}");
    assert!(text.contains("  2026-01-05      1 of 2      50%\n"), "{text}");
    assert!(!text.contains('#'), "{text}");
    let json = out(&history(home.path(), &["--stats", "--json", "--since", "2026-01-07"]));
    assert_eq!(
        json,
        "{\"incoming\":1,\"outgoing\":0,\"outcomes\":{\"caller-gave-up\":1},\"missed\":1,\"answered\":0,\
         \"median_time_to_answer_ms\":null,\"days\":[{\"date\":\"2026-01-07\",\"incoming\":1,\"missed\":1}]}\n"
    );
}

#[test]
fn purging_deletes_what_ended_before_or_everything() {
    let home = home();
    let imported = database(home.path()).with_file_name("history.jsonl.imported");
    fs::write(&imported, "").unwrap();
    assert_eq!(out(&history(home.path(), &["purge", "--before", "2026-01-06"])), "Deleted 2 entries.\n");
    assert!(!imported.exists(), "that had the same entries");
    assert_eq!(out(&history(home.path(), &[])).lines().count(), 3);
    assert_eq!(out(&history(home.path(), &["purge"])), "Deleted 3 entries.\n");
    let output = history(home.path(), &[]);
    assert_eq!((out(&output).as_str(), err(&output).as_str()), ("", "The history is empty.\n"));
}

#[test]
fn without_a_history_there_is_none_and_none_is_begun() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [&[][..], &["--csv"], &["--stats"], &["purge"]] {
        assert!(history(home.path(), arguments).status.success(), "{arguments:?}");
    }
    assert!(!database(home.path()).exists());
}
