//! What an odd server, a slow line and a changed configuration must not lead to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use rsvp::invitation::{AccountId, Certainty, Moment};
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use rsvp::provider::ucwa::store::{Effects, Fetch, Store};
use rsvp::provider::ucwa::wire::json;
use rsvp::provider::ucwa::{Credentials, Start};
use rsvp::provider::{Command, Event, Reloaded, SettingsSource, Status};
use rsvp::secret::Secret;
use rsvp::sim::{Fault, FaultKind, InProcess, Invite, InviteKind, Person, UcwaOptions};

use crate::support::{Desk, POOL, both, from, im, password, paused, settings, simulator, token};

fn lena() -> Person {
    Person::new("Lena Berg", "sip:lena@contoso.example")
}

fn call(name: &str) -> Invite {
    Invite { kind: InviteKind::Phone, forwarded_by: lena(), ..from(name) }
}

fn routed(desk: &Desk, name: &str) -> bool {
    desk.state
        .incoming
        .iter()
        .any(|it| it.invitation.from.name.as_str() == name && !it.invitation.routes.is_empty())
}

fn shown(state: &rsvp::app::State, name: &str) -> bool {
    state.incoming.iter().any(|it| it.invitation.from.name.as_str() == name)
}

/// A store in which nothing is known yet.
fn store() -> Store {
    let base = POOL.parse::<url::Url>().unwrap().join("/ucwa/1").unwrap();
    Store::new(AccountId(0), base)
}

#[test]
fn a_slow_token_service_holds_up_neither_polls_nor_answers() {
    paused().block_on(async {
        let mut desk = Desk::with_password(UcwaOptions::default()).await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.wait(3).await;
        desk.sim.fault(Fault::next("ticket", FaultKind::Late(15.0)).times(9));
        desk.provider.commands.try_send(Command::Wake).unwrap();
        desk.wait(1).await;
        desk.sim.ucwa.invite(from("second"));
        desk.until(|state| shown(state, "second")).await;
        desk.sim.ucwa.invite(from("third"));
        desk.press("a");
        let since = tokio::time::Instant::now();
        desk.until(|state| shown(state, "third")).await;
        let poll = since.elapsed();
        desk.until(|state| state.history.len() == 1).await;
        let answer = since.elapsed();
        assert!(poll.as_secs() < 2 && answer.as_secs() < 2, "seen after {poll:?}, answered after {answer:?}");
    });
}

#[test]
fn somebody_who_was_being_fetched_when_the_session_ended_is_fetched_again() {
    paused().block_on(async {
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("forwardedBy", FaultKind::Late(15.0)));
        desk.sim.ucwa.invite(call("first"));
        desk.ringing().await;
        desk.wait(1).await;
        let before = desk.sim.ucwa.application_count();
        desk.sim.fault(Fault::next("events", FaultKind::error(403, "")).times(3));
        desk.sim.ucwa.interrupt_polls();
        desk.wait(25).await;
        assert!(desk.status().is_online());
        desk.sim.ucwa.invite(call("second"));
        desk.wait(10).await;
        let asked = desk.sim.record().iter().filter(|it| it.summary.contains("orwardedBy")).count();
        assert!(
            routed(&desk, "second"),
            "generations {before} {}, asked {asked}\n{:?}",
            desk.sim.ucwa.application_count(),
            desk.statuses
        );
    });
}

#[test]
fn a_failure_that_passes_leaves_nobody_nameless_for_ever() {
    paused().block_on(async {
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("forwardedBy", FaultKind::error(503, "")).times(5));
        desk.sim.ucwa.invite(call("first"));
        desk.ringing().await;
        desk.wait(60).await;
        desk.sim.ucwa.invite(call("second"));
        desk.wait(10).await;
        assert!(routed(&desk, "second"));
    });
}

#[test]
fn a_linked_invitation_in_a_new_session_has_a_row_although_it_cannot_be_read() {
    for kind in [FaultKind::Late(19.0), FaultKind::BlackHole, FaultKind::page(200), FaultKind::page(403)] {
        paused().block_on(async {
            let mut desk = Desk::online().await;
            let first = desk.sim.ucwa.invite(from("first"));
            desk.ringing().await;
            desk.wait(3).await;
            desk.sim.fault(Fault::next("invitation", kind.clone()).times(50));
            desk.sim.ucwa.expire_applications();
            desk.sim.ucwa.end(first, rsvp::sim::EndCause::CallerGivesUp).unwrap();
            desk.sim.ucwa.invite(Invite { linked: true, ..from("second") });
            let new = |state: &rsvp::app::State| {
                state.incoming.iter().any(|it| it.is_pending() && it.invitation.id.number > 0)
            };
            assert!(desk.within(Duration::from_secs(10), new).await, "{kind:?}");
        });
    }
}

#[test]
fn an_invitation_that_was_never_read_leaves_whatever_answers_for_it() {
    for kind in [
        FaultKind::error(403, ""),
        FaultKind::page(403),
        FaultKind::page(200),
        FaultKind::page(404),
        FaultKind::Empty,
    ] {
        paused().block_on(async {
            let mut desk = Desk::online().await;
            desk.sim.fault(Fault::next("invitation", kind.clone()).times(1_000_000));
            let id = desk.sim.ucwa.invite(Invite { linked: true, ..im() });
            desk.wait(5).await;
            desk.sim.ucwa.forget(id);
            desk.wait(3_600).await;
            assert!(desk.state.incoming.is_empty(), "{kind:?}");
            let requests = desk.sim.record().len();
            assert!(requests <= 80, "{kind:?}: {requests} requests");
        });
    }
}

#[test]
fn a_slow_first_answer_promises_no_time() {
    paused().block_on(async {
        let sim = simulator();
        sim.ucwa.invite(from("before"));
        tokio::time::sleep(Duration::from_secs(25)).await;
        sim.fault(Fault::next("events", FaultKind::Late(2.5)));
        let mut desk = Desk::online_at(&sim).await;
        assert_eq!(desk.ringing().await.certainty, Certainty::AtMost);
    });
}

#[test]
fn what_began_while_a_lost_answer_was_asked_for_again_promises_no_time() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.wait(5).await;
        desk.sim.fault(Fault::next("events", FaultKind::LostReply));
        desk.sim.fault(Fault::next("application", FaultKind::Refused).times(3));
        desk.sim.ucwa.interrupt_polls();
        desk.wait(1).await;
        desk.sim.ucwa.invite(from("before"));
        desk.wait(3).await;
        desk.sim.ucwa.invite(from("meanwhile"));
        desk.until(|state| state.incoming.len() == 2).await;
        for entry in desk.state.incoming.iter() {
            assert_eq!(entry.invitation.certainty, Certainty::AtMost, "{}", entry.invitation.from.name);
        }
        desk.end().await;
    });
}

#[test]
fn the_one_who_was_invited_is_not_somebody_else() {
    let mut store = store();
    let mut effects = Effects::default();
    let text = r#"{"_links":{"next":{"href":"/e?ack=2"}},"sender":[{"rel":"communication","href":"/c","events":[
      {"type":"started","link":{"rel":"participantInvitation","href":"/i/1"},"_embedded":{"participantInvitation":{
        "rel":"participantInvitation","direction":"Outgoing","to":"sip:kim@contoso.example","state":"Connecting"}}},
      {"type":"completed","status":"Success","link":{"rel":"participantInvitation","href":"/i/1"},"_embedded":{"participantInvitation":{
        "rel":"participantInvitation","direction":"Outgoing","to":"sip:kim@contoso.example","state":"Connected",
        "_links":{"acceptedByParticipant":[{"href":"/p/kim"}]}}}}]}]}"#;
    let batch = json::batch(text).unwrap();
    for change in &batch.changes {
        store.apply(change, Moment::default().into(), &mut effects);
    }
    let mut effects = Effects::default();
    let kim =
        json::resource(r#"{"rel":"participant","name":"Kim","uri":"sip:kim@contoso.example"}"#).unwrap();
    let fetch = Fetch::Person("/p/kim".into());
    store.apply_fetched(&fetch, &kim, Moment::default(), Moment::default(), &mut effects);
    assert!(effects.events.is_empty(), "{:?}", effects.events);
}

#[test]
fn a_shorter_time_for_polls_is_taken_up_when_the_user_reconnects() {
    paused().block_on(async {
        let sim = simulator();
        let mut long = settings(token());
        long.poll_timeout = Duration::from_secs(600);
        let short = settings(token());
        let source =
            SettingsSource::new(long, move || Ok(Reloaded { settings: short.clone(), left_out: None }));
        let mut desk = Desk::start(&sim, Arc::new(InProcess::new(&sim)), source);
        desk.until_online().await;
        desk.sim.ucwa.invite(im());
        desk.wait(50).await;
        desk.press("r");
        desk.wait(2_000).await;
        let failed = desk.statuses.iter().filter(|it| matches!(it, Status::Retrying { .. })).count();
        assert_eq!(failed, 0);
    });
}

struct Tap {
    server: InProcess,
    sent: Mutex<Vec<String>>,
}

impl Exchange for Tap {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let line = format!("{} {}", request.url, String::from_utf8_lossy(&request.body));
        self.sent.lock().unwrap().push(line);
        self.server.send(request)
    }
}

#[test]
fn a_corrected_password_never_goes_to_the_former_server() {
    paused().block_on(async {
        let sim = simulator();
        let old = settings(password());
        let mut new = settings(Credentials::Password {
            username: "tosh@fabrikam.example".into(),
            password: Secret::Value("fabrikam-secret".into()),
        });
        new.start = Start::Url("https://pool.fabrikam.example/".parse().unwrap());
        let source = SettingsSource::new(old, move || Ok(Reloaded { settings: new.clone(), left_out: None }));
        let tap = Arc::new(Tap { server: InProcess::new(&sim), sent: Mutex::default() });
        let mut desk = Desk::start(&sim, tap.clone(), source);
        desk.until_online().await;
        desk.wait(5).await;
        desk.press("r");
        desk.wait(20).await;
        let sent = tap.sent.lock().unwrap();
        let leaked: Vec<_> = sent.iter().filter(|it| it.contains("fabrikam")).collect();
        assert!(
            leaked.iter().all(|it| it.starts_with("https://pool.fabrikam.example/")),
            "{leaked:?}, {:?}",
            desk.status()
        );
        assert!(!leaked.is_empty(), "the new server is never asked");
    });
}

#[test]
fn thousands_of_participants_are_told_once() {
    let mut store = store();
    let added = |number| {
        format!(
            r#",{{"type":"added","link":{{"rel":"participant","href":"/p/{number}","title":"Somebody {number}"}}}}"#
        )
    };
    let events = (0..3_000).map(added).collect::<Vec<_>>().concat();
    let text = format!(
        r#"{{"_links":{{"next":{{"href":"/e?ack=2"}}}},"sender":[{{"rel":"conversation","href":"/v/1","events":[
      {{"type":"added","link":{{"rel":"conversation","href":"/v/1"}},"_embedded":{{"conversation":{{"rel":"conversation","state":"Conferenced"}}}}}}{events}]}}]}}"#
    );
    let batch = json::batch(&text).unwrap();
    let mut effects = Effects::default();
    for change in &batch.changes {
        store.apply(change, Moment::default().into(), &mut effects);
    }
    let parties: usize = effects
        .events
        .iter()
        .map(|event| match event {
            Event::Conversation(it) => it.participants.len(),
            _ => 0,
        })
        .sum();
    assert!(parties < 100_000, "{parties}");
    assert_eq!(effects.changed_conversations.len(), 1);
    assert!(
        matches!(store.conversation_event(&"/v/1".into()), Some(Event::Conversation(it)) if it.participants.len() == 3_000)
    );
}

#[test]
fn a_conversation_that_was_never_joined_leaves_no_row() {
    let mut store = store();
    let mut effects = Effects::default();
    let text = r#"{"_links":{"next":{"href":"/e?ack=2"}},"sender":[{"rel":"communication","href":"/c","events":[
      {"type":"added","link":{"rel":"conversation","href":"/v/1"},"_embedded":{"conversation":{"rel":"conversation","state":"InLobby"}}},
      {"type":"completed","status":"Success","link":{"rel":"onlineMeetingInvitation","href":"/i/1"},"_embedded":{"onlineMeetingInvitation":{
        "rel":"onlineMeetingInvitation","direction":"Incoming","_links":{"conversation":{"href":"/v/1"}}}}}]}]}"#;
    for change in &json::batch(text).unwrap().changes {
        store.apply(change, Moment::default().into(), &mut effects);
    }
    assert_eq!(effects.joins.len(), 1);
    let mut effects = Effects::default();
    store.apply_messaging_joined(&"/v/1".into(), None, &mut effects);
    let row = effects.events.iter().any(|it| matches!(it, Event::Conversation(_)));
    let mut effects = Effects::default();
    let text = r#"{"_links":{"next":{"href":"/e?ack=3"}},"sender":[{"rel":"communication","href":"/c","events":[
      {"type":"deleted","link":{"rel":"conversation","href":"/v/1"}}]}]}"#;
    for change in &json::batch(text).unwrap().changes {
        store.apply(change, Moment::default().into(), &mut effects);
    }
    let gone = effects.events.iter().any(|it| matches!(it, Event::ConversationEnded(_)));
    assert_eq!(row, gone, "a row that came goes");
}

#[test]
fn another_link_is_another_person() {
    let mut store = store();
    let mut effects = Effects::default();
    let text = r#"{"_links":{"next":{"href":"/e?ack=2"}},"sender":[{"rel":"communication","href":"/c","events":[
      {"type":"started","link":{"rel":"phoneAudioInvitation","href":"/i/1"},"_embedded":{"phoneAudioInvitation":{
        "rel":"phoneAudioInvitation","direction":"Incoming","state":"Connecting",
        "_embedded":{"forwardedBy":{"rel":"contact","name":"Lena","uri":"sip:lena@x","_links":{"self":{"href":"/p/lena"}}}}}}},
      {"type":"updated","link":{"rel":"phoneAudioInvitation","href":"/i/1"},"_embedded":{"phoneAudioInvitation":{
        "rel":"phoneAudioInvitation","direction":"Incoming","state":"Connecting",
        "_links":{"forwardedBy":{"href":"/p/kim"}}}}}]}]}"#;
    for change in &json::batch(text).unwrap().changes {
        store.apply(change, Moment::default().into(), &mut effects);
    }
    assert!(
        effects.fetches.contains(&Fetch::Person("/p/kim".into())),
        "{:?} {:?}",
        effects.fetches,
        effects.events.last()
    );
}

#[test]
fn an_invitation_that_was_held_back_is_told_when_it_cannot_be_had() {
    let base = |number| POOL.parse::<url::Url>().unwrap().join(&format!("/ucwa/{number}")).unwrap();
    let mut store = Store::new(AccountId(0), base(1));
    let mut effects = Effects::default();
    let event = |href: &str, embedded: &str| {
        format!(
            r#"{{"_links":{{"next":{{"href":"/e?ack=2"}}}},"sender":[{{"rel":"communication","href":"/c","events":[
      {{"type":"started","link":{{"rel":"messagingInvitation","href":"{href}"}}{embedded}}}]}}]}}"#
        )
    };
    let old = event(
        "/1/i",
        r#","_embedded":{"messagingInvitation":{"rel":"messagingInvitation","state":"Connecting"}}"#,
    );
    for change in &json::batch(&old).unwrap().changes {
        store.apply(change, Moment::default().into(), &mut effects);
    }
    let (mut store, _) = store.next_generation(base(2));
    for change in &json::batch(&event("/2/i", "")).unwrap().changes {
        store.apply(change, Moment::default().into(), &mut effects);
    }
    let Event::Snapshot { invitations, .. } = store.snapshot() else { panic!() };
    assert_eq!(invitations.len(), 1, "it rings, whatever it is");
    let mut effects = Effects::default();
    store.apply_failure(
        &Fetch::Invitation("/2/i".into()),
        rsvp::provider::ucwa::store::FetchFailure { message: "refused", is_transient: false },
        Moment::default(),
        &mut effects,
    );
    assert!(store.has_pending(), "it has a row now");
    assert!(!effects.events.is_empty(), "and that is told");
}

#[test]
fn reading_the_settings_holds_up_nobody_who_leaves() {
    paused().block_on(async {
        let sim = simulator();
        let same = settings(token());
        // The disk hangs until the test is over.
        let (_disk, hangs) = std::sync::mpsc::channel::<()>();
        let hangs = Mutex::new(hangs);
        let source = SettingsSource::new(settings(token()), move || {
            let _ = hangs.lock().unwrap().recv();
            Ok(Reloaded { settings: same.clone(), left_out: None })
        });
        let mut desk = Desk::start(&sim, Arc::new(InProcess::new(&sim)), source);
        desk.until_online().await;
        let since = std::time::Instant::now();
        desk.provider.commands.try_send(Command::Reconnect).unwrap();
        desk.provider.commands.try_send(Command::SignOut).unwrap();
        while desk.provider.events.recv().await.is_some() {}
        assert!(since.elapsed() < Duration::from_secs(1), "{:?}", since.elapsed());
    });
}

#[test]
fn a_password_that_cannot_be_read_for_a_moment_ends_no_good_session() {
    paused().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        std::fs::write(&path, crate::support::PASSWORD).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let credentials = Credentials::Password {
            username: "tosh@contoso.example".into(),
            password: Secret::File(path.clone()),
        };
        let mut desk = Desk::signed_in(&simulator(), credentials).await;
        desk.wait(5).await;
        std::fs::rename(&path, folder.path().join("away")).unwrap();
        desk.provider.commands.try_send(Command::Wake).unwrap();
        desk.wait(5).await;
        std::fs::rename(folder.path().join("away"), &path).unwrap();
        desk.provider.commands.try_send(Command::Wake).unwrap();
        desk.wait(60).await;
        assert!(desk.status().is_online(), "the token is good for hours: {:?}", desk.status());
    });
}

#[test]
fn a_server_that_forgot_the_application_may_say_so_to_any_request() {
    paused().block_on(async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.wait(3).await;
        for of in ["accept", "invitation", "any"] {
            desk.sim.fault(Fault::next(of, FaultKind::error(404, "ApplicationNotFound")).times(1_000));
        }
        let before = desk.sim.record().len();
        desk.press("a");
        desk.wait(60).await;
        let asked =
            desk.sim.record().iter().skip(before).filter(|it| it.target.ends_with("/applications")).count();
        assert!(asked > 0, "status {:?}, notice {}", desk.status(), desk.notice());
    });
}

#[test]
fn a_resource_that_was_asked_for_before_an_event_told_of_it_is_older_than_the_event() {
    let mut store = store();
    let second = |seconds| Moment(Duration::from_secs(seconds));
    let told = |store: &mut Store, at: Moment, event: &str| {
        let text = format!(
            r#"{{"_links":{{"next":{{"href":"/e?ack=2"}}}},"sender":[{{"rel":"communication","href":"/c","events":[{event}]}}]}}"#
        );
        let batch = json::batch(&text).unwrap();
        store.apply(&batch.changes[0], at.into(), &mut Effects::default());
    };
    let conversation = |state: &str| {
        format!(r#"{{"rel":"conversation","state":"{state}","_links":{{"messaging":{{"href":"/m/1"}}}}}}"#)
    };
    let silent = r#"{"rel":"messaging","state":"Connecting","_links":{"conversation":{"href":"/k/1"}}}"#;
    let open = r#"{"rel":"messaging","state":"Connected","_links":{"conversation":{"href":"/k/1"},"sendMessage":{"href":"/s"}}}"#;
    let event = |rel: &str, href: &str, kind: &str, resource: &str| {
        format!(
            r#"{{"type":"{kind}","link":{{"rel":"{rel}","href":"{href}"}},"_embedded":{{"{rel}":{resource}}}}}"#
        )
    };
    told(&mut store, second(1), &event("conversation", "/k/1", "added", &conversation("Connected")));
    told(&mut store, second(3), &event("messaging", "/m/1", "updated", open));
    let key = "/k/1".into();
    let can_send = |store: &Store| match store.conversation_event(&key) {
        Some(Event::Conversation(conversation)) => conversation.can_send,
        other => panic!("{other:?}"),
    };
    let fetched = |store: &mut Store, fetch: Fetch, text: &str, sent_at: Moment| {
        let resource = json::resource(text).unwrap();
        store.apply_fetched(&fetch, &resource, sent_at, second(9), &mut Effects::default());
    };
    fetched(&mut store, Fetch::Messaging("/m/1".into()), silent, second(2));
    assert!(can_send(&store), "the event is newer");
    fetched(&mut store, Fetch::Messaging("/m/1".into()), silent, second(4));
    assert!(!can_send(&store), "the answer is newer");
    told(&mut store, second(4), &event("conversation", "/k/1", "updated", &conversation("Conferencing")));
    assert!(store.conversation_event(&key).is_some(), "it is being made a conference, and goes on");
    fetched(&mut store, Fetch::Conversation("/k/1".into()), &conversation("Incoming"), second(0));
    assert!(store.conversation_event(&key).is_some(), "the event is newer");
    told(&mut store, second(5), r#"{"type":"deleted","link":{"rel":"conversation","href":"/k/1"}}"#);
    fetched(&mut store, Fetch::Conversation("/k/1".into()), &conversation("Connected"), second(6));
    assert!(store.conversation_event(&key).is_none(), "what is over does not come back");
}

#[test]
fn a_caller_who_left_does_not_stand_in_for_those_who_are_not_known() {
    let mut store = store();
    let text = r#"{"_links":{"next":{"href":"/e?ack=2"}},"sender":[{"rel":"communication","href":"/c","events":[
      {"type":"started","link":{"rel":"messagingInvitation","href":"/i/1"},"_embedded":{"messagingInvitation":{
        "rel":"messagingInvitation","direction":"Incoming","state":"Connecting","_links":{"conversation":{"href":"/k/1"}},
        "_embedded":{"from":{"rel":"participant","name":"Lene","uri":"sip:lene@x"}}}}},
      {"type":"added","link":{"rel":"conversation","href":"/k/1"},"_embedded":{"conversation":{"rel":"conversation","state":"Connected"}}}]},
     {"rel":"conversation","href":"/k/1","events":[
      {"type":"added","link":{"rel":"participant","href":"/p/lene","title":"Lene"}},
      {"type":"deleted","link":{"rel":"participant","href":"/p/lene"}}]}]}"#;
    let batch = json::batch(text).unwrap();
    let key = "/k/1".into();
    let people = |store: &Store| match store.conversation_event(&key) {
        Some(Event::Conversation(conversation)) => conversation.participants.len(),
        other => panic!("{other:?}"),
    };
    for (change, expected) in batch.changes.iter().zip([None, Some(1), Some(1), Some(0)]) {
        store.apply(change, Moment::default().into(), &mut Effects::default());
        if let Some(expected) = expected {
            assert_eq!(people(&store), expected, "after {:?} of {}", change.kind, change.link.rel);
        }
    }
}
