use std::time::{Duration, Instant};

use rsvp::app::{Announcement, News, Now};
use rsvp::hooks::{Hooks, Settings};
use rsvp::invitation::{
    AccountId, ChatMessage, ConversationId, Direction, Invitation, InvitationId, Kind, MessageText, Moment,
    Outcome, Party, PastInvitation,
};
use rsvp::provider::Status;
use rustix::fs::{Mode, OFlags};
use rustix::process::Signal;
use serde_json::Value;

use crate::schema::complaint;
use crate::support::{World, from, text_of, until};

#[test]
fn a_hook_gets_the_event_and_no_secrets() {
    let script = "cat >event.json; env >variables; echo lit";
    let world = World::with(
        "token_command = [\"sh\", \"-c\", \"echo $WORK_TOKEN\"]",
        &format!("[hooks]\non_invitation = [\"sh\", \"-c\", \"{script}\"]"),
    );
    let mut command = world.command(env!("CARGO_BIN_EXE_rsvp"));
    command
        .args(["watch", "--config", "config.toml"])
        .env("WORK_TOKEN", "cwt=demo")
        .env("RSVP_OUTCOME", "old");
    let mut watch = crate::support::Watch::start(command);
    watch.online();
    world.invite(from("Lene"));
    watch.wait_for("invitation");
    let log = world.path(".local/state/rsvp/rsvp.log");
    until("the output is in the log", || text_of(&log).contains("on_invitation: lit"));
    let event: Value = serde_json::from_str(&text_of(&world.path("event.json"))).unwrap();
    assert_eq!(complaint(&event), None);
    let variables = text_of(&world.path("variables"));
    for line in [
        "RSVP_EVENT=invitation",
        "RSVP_ID=i1.0",
        "RSVP_NAME=Lene",
        "RSVP_URI=sip:lene@contoso.example",
        "RSVP_SUBJECT=Strategy",
        "RSVP_KIND=message",
    ] {
        assert!(variables.lines().any(|it| it == line), "{line}: {variables}");
    }
    assert!(!variables.contains("cwt=demo") && !variables.contains("RSVP_OUTCOME"), "{variables}");
}

#[test]
fn a_hook_that_takes_too_long_is_killed_with_its_children_and_told_once() {
    let world = World::with(
        "token = \"cwt=demo\"",
        "[hooks]\ntimeout = \"300ms\"\non_invitation = [\"sh\", \"-c\", \"sleep 600 & echo $! >>children; wait\"]",
    );
    let mut watch = world.watch(&[]);
    watch.online();
    world.invite(from("Lene"));
    let line = watch.wait_for("notice");
    assert!(
        line.contains("The hook on_invitation failed: sh took longer than 0.3 s and was killed"),
        "{line}"
    );
    world.invite(from("Joe"));
    watch.wait_for("invitation i1.1");
    let log = world.path(".local/state/rsvp/rsvp.log");
    until("the second is killed, too", || text_of(&log).matches("was killed").count() == 2);
    let children = text_of(&world.path("children"));
    assert_eq!(children.lines().count(), 2);
    for child in children.lines() {
        until("the child is gone", || !is_running(child));
    }
    watch.signal(Signal::TERM);
    let (status, _, lines) = watch.end();
    assert!(status.success());
    assert_eq!(lines.iter().filter(|line| line.contains("The hook")).count(), 1, "{lines:#?}");
}

/// Returns whether a process runs, and is no zombie that nobody has waited for.
fn is_running(process: &str) -> bool {
    let state = text_of(format!("/proc/{process}/stat").as_ref());
    state.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

#[test]
fn a_program_that_is_missing_is_told_and_the_client_goes_on() {
    let world = World::with("token = \"cwt=demo\"", "[hooks]\non_connection = [\"no-such-program\"]");
    let mut watch = world.watch(&[]);
    let line = watch.wait_for("notice");
    assert!(line.contains("The hook on_connection failed: no-such-program can't be started"), "{line}");
    world.until("online nevertheless", |sim| sim.ucwa.is_available());
}

fn announcement() -> Announcement {
    Announcement {
        at: Now { moment: Moment::default(), wall: jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0) },
        account: AccountId(0),
        label: "work".into(),
        is_bot: false,
        news: News::Connection(Status::SignedOut),
    }
}

fn hooks(script: &str, folder: &std::path::Path) -> Hooks {
    let command = ["sh", "-c", script, "hook"].map(str::to_owned).into_iter();
    let on_connection = command.chain([folder.to_string_lossy().into_owned()]).collect();
    Hooks::start(Settings { on_connection, timeout: Duration::from_secs(20), ..Settings::default() })
}

/// Waits until a file has that many lines.
async fn lines(path: &std::path::Path, count: usize, meanwhile: impl Fn()) {
    let has_lines = async {
        while text_of(path).lines().count() < count {
            meanwhile();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), has_lines).await.expect("the programs run");
}

#[tokio::test]
async fn at_most_four_programs_run_at_once() {
    let home = tempfile::tempdir().unwrap();
    let mut hooks = hooks("echo + >>$1/log; : <$1/gate; echo - >>$1/log", home.path());
    let (log, gate) = (home.path().join("log"), home.path().join("gate"));
    assert!(std::process::Command::new("mkfifo").arg(&gate).status().unwrap().success());
    for _ in 0..9 {
        hooks.announce(&announcement());
    }
    lines(&log, 4, || {}).await;
    // Opening the gate lets those through that wait; it fails while nobody does.
    let open = || drop(rustix::fs::open(&gate, OFlags::WRONLY | OFlags::NONBLOCK, Mode::empty()));
    lines(&log, 18, open).await;
    let mut running = 0_usize;
    for line in text_of(&log).lines() {
        running = if line == "+" { running + 1 } else { running - 1 };
        assert!(running <= 4, "{running} at once");
    }
    hooks.finish().await;
}

#[tokio::test]
async fn more_events_than_can_wait_are_left_out_and_told() {
    let home = tempfile::tempdir().unwrap();
    let mut hooks = hooks("exit 0", home.path());
    for _ in 0..200 {
        hooks.announce(&announcement());
    }
    let told = tokio::time::timeout(Duration::from_secs(20), hooks.next_failure()).await.unwrap();
    assert!(told.as_str().contains("too many programs run already"), "{told}");
}

#[tokio::test]
async fn the_end_kills_a_program_that_goes_on_for_longer_than_a_second() {
    let home = tempfile::tempdir().unwrap();
    let mut hooks = hooks("sleep 600 & echo $! >$1/child; wait", home.path());
    hooks.announce(&announcement());
    let child = home.path().join("child");
    lines(&child, 1, || {}).await;
    let since = Instant::now();
    hooks.finish().await;
    assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
    until("what it started is killed, too", || !is_running(text_of(&child).trim()));
}

#[tokio::test]
async fn the_end_waits_for_programs_that_are_done_soon() {
    let home = tempfile::tempdir().unwrap();
    let mut hooks = hooks("read event; echo begun >>$1/log; : <$1/gate; echo done >>$1/log", home.path());
    let (log, gate) = (home.path().join("log"), home.path().join("gate"));
    assert!(std::process::Command::new("mkfifo").arg(&gate).status().unwrap().success());
    hooks.announce(&announcement());
    lines(&log, 1, || {}).await;
    let open = || drop(rustix::fs::open(&gate, OFlags::WRONLY | OFlags::NONBLOCK, Mode::empty()));
    tokio::join!(hooks.finish(), lines(&log, 2, open));
    assert_eq!(text_of(&log), "begun\ndone\n");
}

#[tokio::test]
async fn a_failure_of_each_hook_is_told_once() {
    let command = |script: &str| ["sh", "-c", script].map(str::to_owned).to_vec();
    let mut hooks = Hooks::start(Settings {
        on_connection: command("exit 3"),
        on_invitation: command("exit 4"),
        timeout: Duration::from_secs(20),
        ..Settings::default()
    });
    let call = || of(News::Invitation(std::sync::Arc::new(invitation(Direction::Incoming))));
    for news in [announcement(), announcement(), call(), announcement(), call()] {
        hooks.announce(&news);
    }
    let mut told = Vec::new();
    for _ in 0..2 {
        let failure = tokio::time::timeout(Duration::from_secs(20), hooks.next_failure()).await.unwrap();
        told.push(failure.to_string());
    }
    told.sort();
    assert!(told[0].contains("The hook on_connection failed: sh ended with exit status: 3"), "{told:?}");
    assert!(told[1].contains("The hook on_invitation failed: sh ended with exit status: 4"), "{told:?}");
    hooks.finish().await;
    let more = futures_util::FutureExt::now_or_never(hooks.next_failure());
    assert_eq!(more, None, "the rest is in the log");
}

fn of(news: News) -> Announcement {
    Announcement { news, ..announcement() }
}

fn invitation(direction: Direction) -> Invitation {
    let id = InvitationId { account: AccountId(0), number: 1 };
    Invitation::new(id, Kind::Message, direction, Moment::default(), Moment::default())
}

fn message() -> News {
    let message = ChatMessage {
        conversation: ConversationId { account: AccountId(0), number: 1 },
        from: Party::default(),
        text: MessageText::new("Hi"),
    };
    News::Message { message: Box::new(message), title: "Lene".into(), is_visible: false }
}

fn past() -> PastInvitation {
    let at = jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0);
    PastInvitation::new(1, invitation(Direction::Incoming), Outcome::Expired, at)
}

#[tokio::test]
async fn an_event_runs_the_program_for_its_kind_or_none() {
    let home = tempfile::tempdir().unwrap();
    let log = home.path().join("log");
    let command = |name: &str| {
        let script = format!("echo {name} $RSVP_EVENT >>$1");
        ["sh", "-c", &script, "hook", &log.to_string_lossy()].map(str::to_owned).to_vec()
    };
    for (settings, expected) in [
        (Settings { on_invitation: command("i"), ..Settings::default() }, "i invitation\n"),
        (Settings { on_connection: command("c"), ..Settings::default() }, "c connection\n"),
        (Settings { on_message: command("m"), ..Settings::default() }, "m message\n"),
        (Settings { on_outcome: command("o"), ..Settings::default() }, "o outcome\n"),
        (Settings::default(), ""),
    ] {
        std::fs::write(&log, "").unwrap();
        let mut hooks = Hooks::start(Settings { timeout: Duration::from_secs(20), ..settings.clone() });
        hooks.announce(&of(News::Notice("a notice".into())));
        hooks.announce(&of(News::Invitation(std::sync::Arc::new(invitation(Direction::Outgoing)))));
        hooks.announce(&of(News::Invitation(std::sync::Arc::new(invitation(Direction::Incoming)))));
        hooks.announce(&of(message()));
        hooks.announce(&of(News::Outcome(Box::new(past()))));
        hooks.announce(&announcement());
        if !expected.is_empty() {
            lines(&log, 1, || {}).await;
        }
        hooks.finish().await;
        assert_eq!(text_of(&log), expected, "{settings:?}");
        let failure = futures_util::FutureExt::now_or_never(hooks.next_failure());
        assert_eq!(failure, None, "{settings:?}");
    }
}
