//! What a client promises for situations that come seldom, and that no fault by its number covers.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rsvp::app::{Phase, State};
use rsvp::invitation::{AccountId, Conversation, Outcome, Reason};
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use rsvp::provider::ucwa::{self, Activity, Credentials, Wire};
use rsvp::provider::{Command, Event, Status};
use rsvp::secret::Secret;
use rsvp::sim::{Answers, Ended, Fault, FaultKind, InProcess, Invite, Kind, Options, Person, Simulator};
use rsvp::text::DisplayText;

use crate::support::{Desk, both, from, im, of, outcome_of, paused, settings, simulator, token, wire};

/// A resource in the form of this run, with nothing in it but a state.
fn found(rel: &str, state: &str) -> FaultKind {
    let (content_type, body) = match wire() {
        Wire::Json => (
            "application/json",
            format!(r#"{{"rel":"{rel}","state":"{state}","_links":{{"self":{{"href":"/found"}}}}}}"#),
        ),
        Wire::Xml => (
            "application/xml",
            format!(
                r#"<resource rel="{rel}" href="/found" xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa"><property name="state">{state}</property></resource>"#
            ),
        ),
    };
    FaultKind::Garbage { content_type: content_type.into(), body }
}

fn is_online(state: &State) -> bool {
    state.accounts[0].status.is_online()
}

fn routes(state: &State) -> Vec<&str> {
    state.incoming.iter().flat_map(|entry| entry.invitation.routes.iter().map(DisplayText::as_str)).collect()
}

/// A desk that takes part in a conversation with Lene Aaling.
async fn in_conversation() -> Desk {
    let mut desk = Desk::online().await;
    converse(&mut desk).await;
    desk
}

async fn converse(desk: &mut Desk) {
    desk.sim.invite(im());
    desk.ringing().await;
    desk.press("a");
    let ready = |conversation: &Conversation| conversation.can_invite && conversation.can_send;
    desk.until(|state| state.conversations.iter().any(ready)).await;
}

fn participants(state: &State) -> Vec<String> {
    let people = |conversation: &Conversation| -> Vec<String> {
        conversation.participants.iter().map(|party| party.label().to_owned()).collect()
    };
    state.conversations.iter().flat_map(people).collect()
}

#[test]
fn text_that_has_to_be_escaped_is_shown_as_it_was_written() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(Invite {
            from: Person::new("Lene <R&D>", "sip:lenea@contoso.example"),
            subject: "R&D: 1 < 2 & \"3\" > '2'; &amp; stays".into(),
            message: "Q&A?".into(),
            forwarded_by: Person::new("\"Kim\" & <Lena>", "sip:kim@contoso.example"),
            people: rsvp::sim::Shown::Titled,
            ..im()
        });
        let entry = desk.ringing().await;
        assert_eq!(entry.from.name.as_str(), "Lene <R&D>");
        assert_eq!(entry.subject.as_str(), "R&D: 1 < 2 & \"3\" > '2'; &amp; stays");
        assert_eq!(entry.message.as_str(), "Q&A?");
        desk.until(|state| routes(state) == ["forwarded by \"Kim\" & <Lena> <sip:kim@contoso.example>"])
            .await;
        desk.end().await;
    });
}

#[test]
fn a_decline_that_was_refused_is_not_ours_when_another_device_declines() {
    both(|| async {
        let mut desk = Desk::online().await;
        let other = ucwa::Settings { endpoint_id: "another device".into(), ..settings(token()) };
        let mut other = Desk::start(&desk.sim, Arc::new(InProcess::new(&desk.sim)), other);
        other.until_online().await;
        desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("decline", FaultKind::error(409, "")));
        desk.press("D");
        desk.until(|state| state.notice.is_some()).await;
        desk.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
        other.ringing().await;
        other.press("D");
        other.until(|state| outcome_of(state) == Some(&Outcome::Declined(Reason::Local))).await;
        desk.until(|state| state.history.len() == 1).await;
        assert_eq!(outcome_of(&desk.state), Some(&Outcome::DeclinedElsewhere));
        desk.check();
    });
}

#[test]
fn an_invitation_that_is_found_connected_is_over_though_its_end_was_not_told() {
    both(|| async {
        let mut desk = Desk::online().await;
        let id = desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("invitation", found("messagingInvitation", "Connected")));
        desk.sim.force_resync();
        let over = desk.within(Duration::from_secs(2), |state| state.history.len() == 1).await;
        assert!(over, "{:?}", desk.state.incoming.iter().map(|it| &it.phase).collect::<Vec<_>>());
        assert_eq!(outcome_of(&desk.state), Some(&Outcome::Accepted));
        desk.sim.forget(id);
        desk.wait(40).await;
        assert_eq!(desk.overs.values().copied().collect::<Vec<_>>(), [1]);
        desk.end().await;
    });
}

#[test]
fn what_is_in_flight_when_the_session_ends_is_said_to_be_uncertain() {
    both(|| async {
        for (of, keys, words) in [
            ("sendMessage", "3mHello\n", "Whether the message was sent is not known"),
            (
                "addParticipant",
                "3ijohn@contoso.example\n",
                "Whether sip:john@contoso.example was invited is not known",
            ),
            ("decline", "D", "whether your answer arrived is not known yet"),
        ] {
            let mut desk = in_conversation().await;
            // The row of what is over goes, and then the blink after it.
            desk.wait(6).await;
            desk.wait(1).await;
            desk.sim.invite(from("second"));
            desk.until(|state| state.incoming.iter().any(|entry| entry.invitation.offers.decline)).await;
            desk.sim.fault(Fault::next(of, FaultKind::BlackHole));
            desk.press(keys);
            assert_eq!(desk.state.flights.len(), 1, "{of}: it is on its way");
            desk.wait(1).await;
            desk.sim.expire_application();
            desk.until(|state| !is_online(state)).await;
            assert!(desk.was_told(words), "{of}: {:?}", desk.notices);
            let uncertain = desk.told().filter(|event| matches!(event, Event::Uncertain { .. })).count();
            assert_eq!(uncertain, 1, "{of}");
            desk.until_online().await;
            desk.wait(30).await;
            assert!(desk.state.flights.is_empty(), "{of}: {:?}", desk.state.flights);
        }
    });
}

#[test]
fn waking_up_sends_nothing_where_only_the_user_can_go_on() {
    both(|| async {
        // The channel belongs to another client now.
        let mut desk = Desk::online().await;
        let _other = Desk::beside(&desk.sim).await;
        desk.until(|state| state.accounts[0].status == Status::Replaced).await;
        let before = desk.sim.record().len();
        desk.provider.commands.send(Command::Wake).await.unwrap();
        desk.wait(60).await;
        assert_eq!(desk.sim.record().len(), before, "{}", desk.story());
        assert_eq!(*desk.status(), Status::Replaced);
        // The session is gone for good.
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("events", FaultKind::error(410, "TooManyApplications")));
        desk.sim.interrupt_polls();
        desk.until(|state| matches!(state.accounts[0].status, Status::Stopped(_))).await;
        let before = desk.sim.record().len();
        desk.provider.commands.send(Command::Wake).await.unwrap();
        desk.wait(60).await;
        assert_eq!(desk.sim.record().len(), before);
        assert!(matches!(desk.status(), Status::Stopped(_)));
    });
}

#[test]
fn a_steady_session_makes_up_for_those_that_ended_early() {
    both(|| async {
        let mut desk = Desk::online().await;
        let mut waits = Vec::new();
        for steady in [0, 0, 0, 0, 0, 0, 61, 0] {
            desk.wait(steady).await;
            desk.sim.expire_application();
            desk.until(|state| !is_online(state)).await;
            waits.push(desk.until_online().await);
        }
        let cooled = Duration::from_secs(4);
        assert!(waits[4] >= cooled && waits[5] >= cooled, "too many ended early: {waits:?}");
        let prompt = Duration::from_secs(2);
        assert!(waits[6] < prompt && waits[7] < prompt, "after a minute all is well again: {waits:?}");
        desk.sim.invite(im());
        desk.nothing_is_lost().await;
    });
}

/// A client that tells of activity only after keys.
async fn where_only_keys_count() -> Desk {
    let sim = simulator();
    let settings = ucwa::Settings { activity: Activity::Keys, ..settings(token()) };
    let mut desk = Desk::start(&sim, Arc::new(InProcess::new(&sim)), settings);
    desk.until_online().await;
    desk
}

#[test]
fn one_key_is_one_report_of_activity_where_only_keys_count() {
    both(|| async {
        let mut desk = where_only_keys_count().await;
        let sim = desk.sim.clone();
        let reports = || sim.record().iter().filter(|request| request.what == "reportMyActivity").count();
        desk.wait(3_600).await;
        assert_eq!(reports(), 1, "whoever starts the program is there");
        for keys in [1, 3] {
            let before = reports();
            for _ in 0..keys {
                desk.provider.commands.send(Command::Active).await.unwrap();
            }
            desk.wait(210).await;
            assert_eq!(
                reports(),
                before + 1,
                "within the time after which the server takes one for inactive"
            );
            desk.wait(3_600).await;
            assert_eq!(reports(), before + 1, "no key, no report");
        }
        let before = reports();
        desk.sim.expire_application();
        desk.until(|state| !state.accounts[0].status.is_online()).await;
        desk.until_online().await;
        desk.wait(600).await;
        assert_eq!(
            reports(),
            before,
            "that a new session began by itself does not say that anybody is there"
        );
        desk.end().await;
    });
}

#[test]
fn an_update_that_names_nobody_keeps_who_forwarded_the_call() {
    both(|| async {
        let forwarded = ["forwarded by Lena Berg <sip:lena@contoso.example>"];
        let mut desk = Desk::online().await;
        desk.sim.invite(Invite {
            forwarded_by: Person::new("Lena Berg", "sip:lena@contoso.example"),
            ..of(Kind::Phone)
        });
        desk.until(|state| routes(state) == forwarded).await;
        desk.sim.fault(Fault::next("invitation", found("phoneAudioInvitation", "Connecting")));
        desk.sim.force_resync();
        desk.wait(2).await;
        assert!(desk.sim.record().iter().any(|it| it.what.starts_with("Invitation")), "it was read again");
        assert_eq!(routes(&desk.state), forwarded);
        // Nor does a session that can't find out who that is.
        desk.sim.fault(Fault::next("contact", FaultKind::error(403, "")).times(100));
        desk.sim.expire_application();
        desk.until(|state| !is_online(state)).await;
        desk.until_online().await;
        desk.wait(5).await;
        assert_eq!(routes(&desk.state), forwarded);
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn a_mere_mention_does_not_take_away_a_participants_name() {
    both(|| async {
        // What their link tells is had, or is not.
        for refused in [0, 100] {
            let mut desk = Desk::online().await;
            desk.sim.fault(Fault::next("participant", FaultKind::error(403, "")).times(refused));
            converse(&mut desk).await;
            desk.wait(1).await;
            assert_eq!(participants(&desk.state), ["Lene Aaling"]);
            desk.sim.fault(Fault::next("participant", FaultKind::error(403, "")).times(100));
            desk.sim.mention_people();
            desk.wait(1).await;
            assert_eq!(participants(&desk.state), ["Lene Aaling"], "{refused}");
            desk.end().await;
        }
    });
}

#[test]
fn participants_beside_events_that_make_no_sense_are_taken_in() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.know(Person {
            answers: Answers::Joins,
            ..Person::new("Dana Birkby", "sip:dana@contoso.example")
        });
        desk.sim.fault(Fault::next("events", FaultKind::Strange).times(100));
        desk.sim.interrupt_polls();
        converse(&mut desk).await;
        desk.press("3idana@contoso.example\n");
        desk.until(|state| participants(state) == ["Lene Aaling", "Dana Birkby"]).await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn good_answers_between_unreadable_ones_begin_the_count_anew() {
    both(|| async {
        let mut desk = Desk::online().await;
        for round in 0..5 {
            desk.sim.fault(Fault::next("events", FaultKind::Noise).times(2));
            desk.sim.interrupt_polls();
            desk.wait(1).await;
            let caller = format!("caller{round}");
            desk.sim.invite(from(&caller));
            desk.until(|state| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == caller))
                .await;
            desk.wait(3).await;
        }
        assert!(!desk.was_told("can't be read"), "{:?}", desk.notices);
        assert_eq!(desk.sim.generations(), 1);
        assert!(desk.sim.record().iter().filter(|it| it.what.contains("hit by")).count() >= 10);
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn good_answers_between_refusals_begin_the_count_anew() {
    both(|| async {
        let mut desk = Desk::online().await;
        let discoveries = desk.count("/oauth/user");
        for _ in 0..5 {
            desk.sim.fault(Fault::next("events", FaultKind::error(403, "")).times(2));
            desk.sim.interrupt_polls();
            desk.until(|state| !is_online(state)).await;
            desk.until_online().await;
            desk.wait(5).await;
        }
        assert_eq!(desk.count("/oauth/user"), discoveries, "the account is where it was");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn an_invitation_that_was_seen_again_is_not_missed_since_long_ago() {
    both(|| async {
        let mut desk = Desk::online().await;
        let id = desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("invitation", FaultKind::error(404, "")));
        desk.sim.force_resync();
        desk.wait(5).await;
        let read = desk.sim.record().iter().filter(|it| it.what.starts_with("Invitation")).count();
        assert_eq!((read, desk.state.incoming.len()), (1, 1), "it was found at the second look");
        desk.wait(5).await;
        // That it is over is told a little later than it is found to be gone.
        desk.sim.fault(Fault::next("events", FaultKind::Late(1.5)));
        desk.sim.interrupt_polls();
        desk.wait(1).await;
        desk.sim.end(id, Ended::CallerGivesUp).unwrap();
        desk.press("D");
        desk.until(|state| state.history.len() == 1).await;
        assert_eq!(outcome_of(&desk.state), Some(&Outcome::CallerGaveUp));
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn that_the_user_was_there_while_there_was_no_session_is_told_to_the_next_one() {
    both(|| async {
        let mut desk = where_only_keys_count().await;
        let sim = desk.sim.clone();
        let reports = || sim.record().iter().filter(|request| request.what == "reportMyActivity").count();
        desk.wait(300).await;
        assert_eq!(reports(), 1, "whoever starts the program is there");
        sim.fault(Fault::next("applications", FaultKind::error(503, "")).times(3));
        sim.expire_application();
        desk.until(|state| !state.accounts[0].status.is_online()).await;
        desk.wait(1).await;
        desk.command(Command::Active);
        // What can't be done now changes nothing of that.
        let conversation = rsvp::invitation::ConversationId { account: AccountId(0), number: 1 };
        desk.command(Command::HangUp { ticket: rsvp::provider::Ticket(7), conversation });
        desk.until_online().await;
        desk.wait(300).await;
        assert_eq!(reports(), 2);
        assert!(
            desk.told().any(|event| matches!(event, Event::Refused { .. })),
            "nor is it left without a word"
        );
        desk.end().await;
    });
}

#[test]
fn a_token_that_lives_for_minutes_is_renewed_when_a_tenth_of_that_is_left() {
    paused().block_on(async {
        let options = Options { token_lifetime: Duration::from_secs(300), ..Options::default() };
        let mut desk = Desk::with_password(options).await;
        desk.wait(3_000).await;
        let tickets = desk.count("oauthtoken");
        assert!((10..=12).contains(&tickets), "{tickets} tickets in 50 minutes");
        desk.end().await;
    });
}

#[test]
fn an_invitation_keeps_its_row_over_two_sessions_that_end_one_after_the_other() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(Invite { linked: true, ..from("caller") });
        let before = desk.ringing().await;
        // The second session ends before it can tell which one rings.
        desk.sim.fault(Fault::next("invitation", FaultKind::BlackHole));
        desk.sim.expire_application();
        desk.until(|state| !state.accounts[0].status.is_online()).await;
        desk.until_online().await;
        desk.wait(1).await;
        desk.sim.heal();
        desk.sim.expire_application();
        desk.until(|state| !state.accounts[0].status.is_online()).await;
        desk.until_online().await;
        desk.wait(2).await;
        let rows: Vec<_> = desk.state.incoming.iter().filter(|entry| entry.is_pending()).collect();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].invitation.id, before.id);
        desk.nothing_is_lost().await;
    });
}

#[test]
fn waking_up_leaves_room_for_the_people_who_are_asked_for_afterwards() {
    paused().block_on(async {
        let mut desk = Desk::online().await;
        let by =
            |number: u32| Person::new(&format!("By {number}"), &format!("sip:by{number}@contoso.example"));
        desk.sim.fault(Fault::next("forwardedBy", FaultKind::BlackHole).times(8));
        for number in 0..8 {
            desk.sim.invite(Invite { forwarded_by: by(number), ..from(&format!("caller{number}")) });
        }
        desk.wait(1).await;
        desk.command(Command::Wake);
        desk.until_online().await;
        desk.sim.invite(Invite { forwarded_by: by(9), ..from("last") });
        let named = |state: &State| {
            let mut routes = state.incoming.iter().flat_map(|entry| &entry.invitation.routes);
            routes.any(|route| route.as_str().contains("By 9"))
        };
        assert!(desk.within(Duration::from_secs(5), named).await);
        desk.sign_out().await;
    });
}

#[test]
fn a_renewal_that_failed_is_tried_again_before_the_ticket_ends() {
    both(|| async {
        for kind in [FaultKind::error(503, ""), FaultKind::Reset] {
            let options = Options { token_lifetime: Duration::from_secs(600), ..Options::default() };
            let mut desk = Desk::with_password(options).await;
            for _ in 0..3 {
                desk.sim.fault(Fault::next("ticket", kind.clone()));
                desk.wait(590).await;
            }
            let record = desk.sim.record();
            let failed = record.iter().filter(|it| it.what == "hit by a fault").count();
            assert_eq!(failed, 3, "{kind:?}: one renewal failed each time");
            let refused = record.iter().filter(|it| it.status == 401).count();
            assert_eq!(refused, 1, "{kind:?}: no request but the first was without a good ticket");
            desk.end().await;
        }
    });
}

#[cfg(unix)]
#[test]
fn a_token_and_a_password_that_the_group_can_read_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    both(|| async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        for (text, credentials) in [
            ("cwt=demo\n", Credentials::Token(Secret::File(path.clone()))),
            (
                crate::support::PASSWORD,
                Credentials::Password {
                    username: "tosh@contoso.example".into(),
                    password: Secret::File(path.clone()),
                },
            ),
        ] {
            std::fs::write(&path, text).unwrap();
            for mode in [0o640, 0o604, 0o660] {
                std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
                let sim = Simulator::new(Options {
                    password: crate::support::PASSWORD.into(),
                    ..Options::default()
                });
                let mut desk =
                    Desk::start(&sim, Arc::new(InProcess::new(&sim)), settings(credentials.clone()));
                desk.until(|state| matches!(state.accounts[0].status, Status::Stopped(_))).await;
                assert!(
                    format!("{:?}", desk.status()).contains("chmod 600"),
                    "{mode:o}: {:?}",
                    desk.status()
                );
                assert_eq!(desk.count("/WebTicket/"), 0, "{mode:o}");
                assert!(sim.record().iter().all(|it| !it.authorized), "{mode:o}: nothing was sent with it");
                std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
                desk.press("r");
                desk.until_online().await;
            }
        }
    });
}

/// A line on which the reply to an acceptance is lost at once, while the server takes half a second to carry it out.
struct Tardy(InProcess);

impl Exchange for Tardy {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let accepts = request.url.path().ends_with("/accept");
        let answer = self.0.send(request);
        if !accepts {
            return answer;
        }
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(500)).await;
            answer.await.map(drop)
        });
        async { Err(TransportError::uncertain("the connection was reset")) }.boxed()
    }
}

#[test]
fn an_answer_that_is_carried_out_half_a_second_after_its_reply_was_lost_is_not_called_lost() {
    both(|| async {
        let sim = simulator();
        let mut desk = Desk::start(&sim, Arc::new(Tardy(InProcess::new(&sim))), settings(token()));
        desk.until_online().await;
        let id = sim.invite(Invite { linked: true, ..im() });
        desk.ringing().await;
        // The invitation is being asked for when the reply is lost, and is told as it was until then.
        sim.fault(Fault::next("invitation", FaultKind::Late(0.2)));
        sim.mention(id);
        let asked = || sim.record().iter().filter(|it| it.what.starts_with("Invitation")).count();
        let before = asked();
        desk.within(Duration::from_millis(100), |_| false).await;
        assert_eq!(asked(), before + 1, "it is on its way");
        desk.press("a");
        desk.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        assert!(desk.was_told("not known yet"), "{:?}", desk.notices);
        assert!(!desk.was_told("did not reach the server"), "{:?}", desk.notices);
        assert_eq!(desk.posts().len(), 1, "{:?}", desk.posts());
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn what_a_conversation_offers_and_that_it_is_over_is_as_the_server_tells_it_last() {
    both(|| async {
        let mut desk = in_conversation().await;
        desk.sim.fault(Fault::next("conversation", found("conversation", "Connected")));
        desk.sim.force_resync();
        let invites = |conversation: &Conversation| conversation.can_invite;
        desk.until(|state| !state.conversations.iter().any(invites)).await;
        assert_eq!(desk.state.conversations.len(), 1);
        desk.sim.fault(Fault::next("conversation", found("conversation", "Disconnected")));
        desk.sim.force_resync();
        desk.until(|state| state.conversations.is_empty()).await;
        desk.end().await;
    });
}

#[test]
fn that_the_session_is_gone_does_not_end_what_rings() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        let row = desk.ringing().await.id;
        desk.wait(5).await;
        desk.sim.fault(Fault::next("invitation", FaultKind::error(404, "ApplicationNotFound")).times(100));
        desk.sim.force_resync();
        desk.wait(15).await;
        assert!(desk.sim.record().iter().any(|it| it.status == 404), "it was asked for");
        assert!(desk.state.incoming.get(row).is_some_and(rsvp::app::Entry::is_pending));
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn a_failed_sign_in_looks_for_the_server_anew() {
    both(|| async {
        let mut desk = Desk::online().await;
        let discoveries = desk.count("/oauth/user");
        desk.sim.fault(Fault::next("applications", FaultKind::page(404)));
        desk.sim.expire_application();
        desk.until(|state| !is_online(state)).await;
        desk.until_online().await;
        assert!(desk.count("/oauth/user") > discoveries, "it may live elsewhere now");
        desk.sim.invite(im());
        desk.nothing_is_lost().await;
    });
}

#[test]
fn what_is_wanted_while_signing_in_is_refused_aloud() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("applications", FaultKind::Late(3.0)));
        desk.sim.expire_application();
        desk.until(|state| matches!(state.accounts[0].status, Status::Connecting(_))).await;
        desk.press("a");
        assert!(desk.within(Duration::from_secs(1), |state| state.flights.is_empty()).await);
        assert!(desk.was_told("nothing was sent"), "{:?}", desk.notices);
        desk.until_online().await;
        assert_eq!(desk.posts(), Vec::<String>::new());
        desk.nothing_is_lost().await;
    });
}

#[test]
fn a_message_is_sent_once_as_plain_text_with_the_name_of_its_operation() {
    both(|| async {
        let mut desk = in_conversation().await;
        desk.press("3mHello & good day\n");
        desk.until(|state| state.flights.is_empty()).await;
        let messages: Vec<_> =
            desk.sim.record().into_iter().filter(|request| request.what == "sendMessage").collect();
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].body, "Hello & good day");
        let operation = messages[0].target.split_once("operationId=").map(|(_, name)| name.to_owned());
        assert!(operation.is_some_and(|name| (1..=50).contains(&name.len())), "{}", messages[0].target);
        desk.end().await;
    });
}

#[test]
fn what_is_asked_for_on_a_dead_connection_is_asked_for_again_when_the_machine_wakes_up() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("invitation", FaultKind::BlackHole));
        desk.sim.invite(Invite { linked: true, ..im() });
        desk.until(|state| !state.incoming.is_empty()).await;
        desk.wait(1).await;
        desk.provider.commands.send(Command::Wake).await.unwrap();
        let read = |state: &State| state.incoming.iter().any(|entry| entry.invitation.offers.accept);
        assert!(desk.within(Duration::from_secs(1), read).await, "it waits for a connection that is dead");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}
