use rsvp::sim::{EndCause, Fault, FaultKind};

use crate::support::{World, from};

#[test]
fn a_conversation_is_led_by_commands() {
    let world = World::new();
    let mut watch = world.watch(&["--json", "--commands"]);
    watch.online();
    world.invite(from("Lene"));
    let id = watch.event("invitation")["id"].as_str().unwrap().to_owned();
    watch.tell(&format!("accept {id}"));
    let outcome = watch.event("outcome");
    assert_eq!((&outcome["outcome"], &outcome["by"]), (&"accepted".into(), &"user".into()));
    let conversation = outcome["conversation"].as_str().unwrap().to_owned();
    watch.wait_for("\"event\":\"reply\"");
    let last = watch.read.last().unwrap();
    assert!(
        last.contains("\"command\":\"accept i1.0\",\"result\":\"done\",\"words\":\"accepted\""),
        "{last}"
    );
    // The invitation stands for the conversation that it led to.
    for place in [&conversation, &id] {
        let reply = watch.ask(&format!("send {place} Two, I think"));
        assert_eq!(reply["result"], "done", "{reply}");
        assert_eq!(reply["command"], format!("send {place}"), "the text is not repeated");
    }
    let reply = watch.ask(&format!("invite {conversation} joe@contoso.example"));
    assert_eq!(reply["result"], "done", "{reply}");
    let reply = watch.ask("presence Busy");
    assert_eq!(reply["result"], "done", "{reply}");
    let reply = watch.ask(&format!("leave {conversation}"));
    assert_eq!(reply["result"], "done", "{reply}");
    watch.close_input();
    let (status, errors, _) = watch.end();
    // The end of the invitation may come while the run signs out.
    let late = "The invitation to sip:joe@contoso.example was cancelled\n";
    assert_eq!((status.code(), errors.replace(late, "").as_str()), (Some(0), ""));
}

#[test]
fn what_can_not_be_done_is_answered_with_what_is_wrong() {
    let world = World::new();
    let mut watch = world.watch(&["--json", "--commands"]);
    watch.online();
    let number = world.invite(from("Lene"));
    watch.event("invitation");
    for (command, words) in [
        ("frobnicate", "unknown command `frobnicate`; use one of accept, decline"),
        ("accept 7", "`7` is not an id; usage: accept ID"),
        ("accept i1.7", "there is no such invitation, or it ended a while ago"),
        ("accept i9.0", "there is no such invitation, or it ended a while ago"),
        ("cancel i1.0", "the server does not allow cancelling it now"),
        ("reject i1.0 busy", "it can't be rejected now"),
        ("send c1.9 Hello", "there is no such conversation, or it has ended"),
        ("send i1.0 Hello", "there is no such conversation, or it has ended"),
        ("presence Busy nobody", "no account with a presence is named nobody"),
    ] {
        let reply = watch.ask(command);
        assert_eq!(reply["result"], "failed", "{reply}");
        assert!(reply["words"].as_str().unwrap().starts_with(words), "{reply}");
    }
    world.end(number, EndCause::CallerGivesUp);
    watch.event("outcome");
    assert_eq!(watch.ask("decline i1.0 Global")["words"], "already over: the caller gave up");
    watch.close_input();
    let (status, errors, _) = watch.end();
    assert_eq!((status.code(), errors.as_str()), (Some(1), "rsvp: 10 commands failed\n"));
}

#[test]
fn the_end_of_the_commands_waits_for_their_outcomes() {
    let world = World::new();
    let mut watch = world.watch(&["--commands"]);
    watch.online();
    world.invite(from("Lene"));
    watch.wait_for("invitation i1.0");
    world.sim.fault(Fault::next("decline", FaultKind::Delay(0.3)));
    watch.tell("# a comment, and an empty line\n\ndecline i1.0 Global");
    watch.close_input();
    let (status, errors, lines) = watch.end();
    assert_eq!((status.code(), errors.as_str()), (Some(0), ""), "{lines:#?}");
    let reply = lines.iter().find(|line| line.contains(" reply ")).unwrap();
    assert!(reply.ends_with("reply decline i1.0: done: declined everywhere"), "{reply}");
    assert_eq!(world.sim.ucwa.ended()[0].state, "Declined");
}

#[test]
fn an_answer_that_the_server_refuses_fails_and_can_be_given_again() {
    let world = World::new();
    let mut watch = world.watch(&["--json", "--commands"]);
    watch.online();
    world.invite(from("Lene"));
    watch.event("invitation");
    world.sim.fault(Fault::next("decline", FaultKind::Refused));
    let reply = watch.ask("decline i1.0");
    assert_eq!(reply["result"], "failed", "{reply}");
    let reply = watch.ask("decline i1.0");
    assert_eq!((&reply["result"], &reply["words"]), (&"done".into(), &"declined here".into()));
}
