use rsvp::sim::{EndCause, Person};
use rustix::process::Signal;
use serde_json::Value;

use crate::support::{World, from};

#[test]
fn an_invitation_and_its_end_are_a_line_each_as_the_history_has_them() {
    let world = World::new();
    let mut watch = world.watch(&[]);
    watch.online();
    // Without --commands, standard input ends nothing.
    watch.close_input();
    let number = world.invite(from("Lene"));
    let line = watch.wait_for("invitation");
    let words = "instant message from Lene <sip:lene@contoso.example>, “Strategy”: 1+1?";
    assert!(line.ends_with(&format!(" invitation i1.0: {words}")), "{line}");
    world.end(number, EndCause::CallerGivesUp);
    let line = watch.wait_for("outcome");
    let words = "outcome i1.0: instant message from Lene <sip:lene@contoso.example>: the caller gave up";
    assert!(line.ends_with(words), "{line}");
    // What was printed is stored.
    watch.signal(Signal::KILL);
    drop(watch);
    let history: Value = serde_json::from_str(&world.rsvp(&["history", "--json"])).unwrap();
    assert_eq!((&history["outcome"], &history["from"]["name"]), (&"caller-gave-up".into(), &"Lene".into()));
}

#[test]
fn no_text_of_others_gets_out_of_its_line() {
    let world = World::new();
    let mut watch = world.watch(&[]);
    watch.online();
    let mut invite = from("Mallory");
    invite.from = Person::new("Mal\u{1b}[2J\nlory \u{202e}", "sip:mallory@contoso.example");
    invite.subject = "a\r\n2026-01-01 00:00:00 outcome i1.0: forged".into();
    world.invite(invite);
    let line = watch.wait_for("invitation");
    assert!(line.contains("Mal[2J lory <sip:mallory@contoso.example>"), "{line}");
    assert!(line.contains("“a 2026-01-01 00:00:00 outcome i1.0: forged”"), "{line}");
    assert!(!line.contains(|c: char| c.is_control() || c == '\u{202e}'), "{line:?}");
}

#[test]
fn the_objects_of_a_run_are_as_the_schema_says() {
    let world = World::new();
    let mut watch = world.watch(&["--json"]);
    assert_eq!(watch.event("connection")["state"], "connecting");
    assert_eq!(watch.event("connection")["state"], "online");
    let mut invite = from("Lene");
    invite.importance = "Urgent".into();
    let number = world.invite(invite);
    let invitation = watch.event("invitation");
    assert_eq!(invitation["id"], "i1.0");
    assert_eq!((&invitation["importance"], &invitation["direction"]), (&"urgent".into(), &"incoming".into()));
    assert_eq!(invitation["offers"], serde_json::json!(["accept", "decline"]));
    let time = |name: &str| invitation[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert!(time("deadline") > time("at"));
    world.end(number, EndCause::AnsweredElsewhere);
    let outcome = watch.event("outcome");
    assert_eq!((&outcome["outcome"], &outcome["id"]), (&"answered-elsewhere".into(), &"i1.0".into()));
    assert_eq!(outcome["by"], "other-device");
    watch.signal(Signal::TERM);
    let (status, errors, lines) = watch.end();
    assert!(status.success() && errors.is_empty(), "{status} {errors}");
    assert!(lines.last().unwrap().contains("\"state\":\"signed-out\""), "{lines:#?}");
}
