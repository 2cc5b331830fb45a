//! Accepting and declining invitations: what is sent, and what the screen says of it.

use std::sync::Arc;
use std::time::Duration;

use rsvp::app::Phase;
use rsvp::invitation::{Decision, Outcome, Reason};
use rsvp::provider::{Status, ucwa};
use rsvp::sim::{EndCause, Fault, FaultKind, InProcess, InviteKind};

use crate::support::{TestClient, both, im, of, outcome_of, settings, token};

#[test]
fn an_instant_message_is_shown_and_accepted() {
    both(|| async {
        let mut client = TestClient::online().await;
        let id = client.sim.ucwa.invite(im());
        let entry = client.ringing().await;
        assert_eq!(entry.from.full(), "Lene Aaling <sip:lenea@contoso.example>");
        assert_eq!(entry.subject.as_str(), "Strategy");
        assert_eq!(entry.message.as_str(), "Hi Tosh, 1+1?");
        client.press("a");
        client.until(|state| !state.conversations.is_empty()).await;
        client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        assert!(!client.sim.ucwa.pending().iter().any(|pending| pending.number == id));
        let posts = client.posts();
        assert_eq!(posts.len(), 1, "{posts:?}");
        assert!(posts[0].ends_with("/accept "), "{posts:?}");
        client.end().await;
    });
}

#[test]
fn a_phone_call_is_declined_with_the_chosen_reason_and_cannot_be_accepted() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(of(InviteKind::Phone));
        client.ringing().await;
        client.press("a");
        assert!(client.notice().contains("answered on the phone"), "{}", client.notice());
        assert!(client.posts().is_empty());
        client.press("dglobal\n");
        client.until(|state| outcome_of(state) == Some(&Outcome::Declined(Reason::Global))).await;
        assert!(client.posted(0, "/decline", &["reason", "Global"]), "{:?}", client.posts());
        client.end().await;
    });
}

#[test]
fn an_audio_video_call_is_taken_on_the_phone_where_the_server_offers_that() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(of(InviteKind::Av));
        client.ringing().await;
        client.press("a");
        client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        assert!(client.posts()[0].contains("/acceptWithPhoneAudio "), "{:?}", client.posts());
        client.end().await;
    });
}

#[test]
fn an_accepted_meeting_is_joined_by_its_messaging() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(of(InviteKind::Meeting));
        client.ringing().await;
        client.press("a");
        client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        client.until(|state| state.conversations.iter().any(|conversation| conversation.can_send)).await;
        assert!(client.posted(1, "/addMessaging", &["operationId"]), "{:?}", client.posts());
        client.end().await;
    });
}

#[test]
fn accept_and_decline_pressed_together_send_one_request() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.press("aDaa");
        client.until(|state| state.history.len() == 1).await;
        assert_eq!(client.posts().len(), 1, "{:?}", client.posts());
        assert_eq!(client.decisions, [Decision::Accept]);
        client.end().await;
    });
}

#[test]
fn what_ends_without_us_is_told_as_what_it_was() {
    both(|| async {
        for (how, outcome) in [
            (EndCause::CallerGivesUp, Outcome::CallerGaveUp),
            (EndCause::AnsweredElsewhere, Outcome::AnsweredElsewhere),
            (EndCause::TimedOut, Outcome::Missed),
        ] {
            let mut client = TestClient::online().await;
            let id = client.sim.ucwa.invite(im());
            client.ringing().await;
            client.sim.ucwa.end(id, how).unwrap();
            client.until(|state| outcome_of(state) == Some(&outcome)).await;
            client.end().await;
        }
    });
}

#[test]
fn a_refused_answer_is_told_in_words_and_nothing_is_lost() {
    both(|| async {
        for (status, subcode, words) in [
            (409, "AlreadyExists", "was done already"),
            (409, "TooManyGroups", "too many groups"),
            (409, "", "this can't be accepted now"),
            (409, "None", "this can't be accepted now"),
            (410, "CannotRedirect", "decline it, or answer on another device"),
            (500, "CallbackChannelError", "can't be reached"),
            (403, "", "Conversations.Initiate or Conversations.Receive"),
            (403, "NeverHeardOf", "Conversations.Initiate or Conversations.Receive"),
        ] {
            let mut client = TestClient::online().await;
            client.sim.ucwa.invite(im());
            client.ringing().await;
            client.sim.fault(Fault::next("accept", FaultKind::error(status, subcode)));
            client.press("a");
            client.until(|state| state.notice.is_some()).await;
            assert!(client.notice().contains(words), "{status} {subcode}: {}", client.notice());
            client.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
            client.press("a");
            client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
            client.end().await;
        }
    });
}

#[test]
fn a_decline_that_is_refused_is_not_answered_with_the_advice_to_decline() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.fault(Fault::next("decline", FaultKind::error(410, "CannotRedirect")));
        client.press("D");
        client.until(|state| state.notice.is_some()).await;
        assert!(client.notice().contains("let it ring"), "{}", client.notice());
        assert!(!client.notice().contains("decline it, or"), "{}", client.notice());
        client.end().await;
    });
}

#[test]
fn a_decline_that_was_refused_is_not_ours_when_another_device_declines() {
    both(|| async {
        let mut client = TestClient::online().await;
        let other = ucwa::Settings { endpoint_id: "another device".into(), ..settings(token()) };
        let mut other = TestClient::start(&client.sim, Arc::new(InProcess::new(&client.sim)), other);
        other.until_online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.fault(Fault::next("decline", FaultKind::error(409, "")));
        client.press("D");
        client.until(|state| state.notice.is_some()).await;
        client.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
        other.ringing().await;
        other.press("dglobal\n");
        other.until(|state| outcome_of(state) == Some(&Outcome::Declined(Reason::Global))).await;
        client.until(|state| state.history.len() == 1).await;
        assert_eq!(outcome_of(&client.state), Some(&Outcome::DeclinedElsewhere));
        client.check();
    });
}

#[test]
fn an_answer_to_what_is_no_longer_there_takes_the_row_away() {
    both(|| async {
        let mut client = TestClient::online().await;
        let id = client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.ucwa.forget(id);
        client.press("a");
        client.until(|state| state.history.len() == 1).await;
        assert!(client.notice().contains("no longer has it"), "{}", client.notice());
        client.end().await;
    });
}

#[test]
fn a_meeting_whose_messages_cannot_be_joined_says_so_and_why() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("addMessaging", FaultKind::error(409, "TooManyGroups")));
        client.sim.ucwa.invite(of(InviteKind::Meeting));
        client.ringing().await;
        client.press("a");
        client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        let noted = |state: &rsvp::app::State| {
            state.conversations.iter().any(|it| it.note.as_str().contains("too many groups"))
        };
        client.until(noted).await;
        let told = |state: &rsvp::app::State| {
            state.notice.as_ref().is_some_and(|it| it.text.as_str().contains("could not join the chat"))
        };
        client.until(told).await;
        client.end().await;
    });
}

#[test]
fn what_is_wanted_while_signing_in_is_refused_aloud() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.fault(Fault::next("applications", FaultKind::Late(3.0)));
        client.sim.ucwa.expire_applications();
        client.until(|state| matches!(state.accounts[0].status, Status::Connecting(_))).await;
        client.press("a");
        assert!(client.within(Duration::from_secs(1), |state| state.pending_requests.is_empty()).await);
        assert!(client.was_notified("nothing was sent"), "{:?}", client.notices);
        client.until_online().await;
        assert_eq!(client.posts(), Vec::<String>::new());
        client.nothing_is_lost().await;
    });
}
