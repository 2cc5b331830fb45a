//! What a user does, from sign-in to sign-out.

use crate::support::{Desk, both, im, of, outcome_of};
use rsvp::app::{Action, KeyMap, Phase};
use rsvp::invitation::{Decision, Outcome, Reason, Stage};
use rsvp::sim::{
    EndCause, Fault, FaultKind, Invite, InviteKind, InviteeBehavior, Person, UcwaOptions, UcwaServer,
};

#[test]
fn an_instant_message_is_shown_and_accepted() {
    both(|| async {
        let mut desk = Desk::online().await;
        let id = desk.sim.ucwa.invite(im());
        let entry = desk.ringing().await;
        assert_eq!(entry.from.full(), "Lene Aaling <sip:lenea@contoso.example>");
        assert_eq!(entry.subject.as_str(), "Strategy");
        assert_eq!(entry.message.as_str(), "Hi Tosh, 1+1?");
        desk.press("a");
        desk.until(|state| !state.conversations.is_empty()).await;
        desk.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        assert!(!desk.sim.ucwa.pending().iter().any(|pending| pending.number == id));
        let posts = desk.posts();
        assert_eq!(posts.len(), 1, "{posts:?}");
        assert!(posts[0].ends_with("/accept "), "{posts:?}");
        desk.end().await;
    });
}

#[test]
fn a_phone_call_is_declined_with_the_chosen_reason_and_cannot_be_accepted() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.invite(of(InviteKind::Phone));
        desk.ringing().await;
        desk.press("a");
        assert!(desk.notice().contains("answered on the phone"), "{}", desk.notice());
        assert!(desk.posts().is_empty());
        desk.press("dglobal\n");
        desk.until(|state| outcome_of(state) == Some(&Outcome::Declined(Reason::Global))).await;
        assert!(desk.posted(0, "/decline", &["reason", "Global"]), "{:?}", desk.posts());
        desk.end().await;
    });
}

#[test]
fn an_audio_video_call_is_taken_on_the_phone_where_the_server_offers_that() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.invite(of(InviteKind::Av));
        desk.ringing().await;
        desk.press("a");
        desk.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        assert!(desk.posts()[0].contains("/acceptWithPhoneAudio "), "{:?}", desk.posts());
        desk.end().await;
    });
}

#[test]
fn an_accepted_meeting_is_joined_by_its_messaging() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.invite(of(InviteKind::Meeting));
        desk.ringing().await;
        desk.press("a");
        desk.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        desk.until(|state| state.conversations.iter().any(|conversation| conversation.can_send)).await;
        assert!(desk.posted(1, "/addMessaging", &["operationId"]), "{:?}", desk.posts());
        desk.end().await;
    });
}

#[test]
fn people_are_invited_into_a_conversation_followed_and_cancelled() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.add_person(Person {
            answers: InviteeBehavior::Joins,
            ..Person::new("Dana Birkby", "sip:dana@contoso.example")
        });
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.press("a");
        desk.until(|state| state.conversations.iter().any(|conversation| conversation.can_invite)).await;
        desk.press("3idana@contoso.example\n");
        desk.until(|state| outcome_of(state) == Some(&Outcome::Joined)).await;
        desk.press("3ijohn@contoso.example\n2");
        desk.until(|state| {
            state.outgoing.iter().any(|entry| entry.phase == Phase::Ringing && entry.invitation.offers.cancel)
        })
        .await;
        desk.press("Gc");
        desk.until(|state| outcome_of(state) == Some(&Outcome::Cancelled)).await;
        assert!(desk.posts().last().unwrap().contains("/cancel "), "{:?}", desk.posts());
        assert!(desk.posted(1, "conversation=", &["to", "sip:dana@contoso.example"]), "{:?}", desk.posts());
        desk.end().await;
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
            let mut desk = Desk::online().await;
            let id = desk.sim.ucwa.invite(im());
            desk.ringing().await;
            desk.sim.ucwa.end(id, how).unwrap();
            desk.until(|state| outcome_of(state) == Some(&outcome)).await;
            desk.end().await;
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
            let mut desk = Desk::online().await;
            desk.sim.ucwa.invite(im());
            desk.ringing().await;
            desk.sim.fault(Fault::next("accept", FaultKind::error(status, subcode)));
            desk.press("a");
            desk.until(|state| state.notice.is_some()).await;
            assert!(desk.notice().contains(words), "{status} {subcode}: {}", desk.notice());
            desk.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
            desk.press("a");
            desk.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
            desk.end().await;
        }
    });
}

#[test]
fn a_decline_that_is_refused_is_not_answered_with_the_advice_to_decline() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("decline", FaultKind::error(410, "CannotRedirect")));
        desk.press("D");
        desk.until(|state| state.notice.is_some()).await;
        assert!(desk.notice().contains("let it ring"), "{}", desk.notice());
        assert!(!desk.notice().contains("decline it, or"), "{}", desk.notice());
        desk.end().await;
    });
}

#[test]
fn a_refused_token_is_told_with_the_key_that_reconnects() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.state.settings.keys =
            KeyMap::with_overrides(&[(Action::Reconnect, vec!["F9".parse().unwrap()])]).unwrap();
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("accept", FaultKind::error(401, "")).times(3));
        desk.press("a");
        desk.until(|state| state.notice.is_some()).await;
        assert!(desk.notice().contains("then press F9"), "{}", desk.notice());
    });
}

#[test]
fn an_answer_to_what_is_no_longer_there_takes_the_row_away() {
    both(|| async {
        let mut desk = Desk::online().await;
        let id = desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.sim.ucwa.forget(id);
        desk.press("a");
        desk.until(|state| state.history.len() == 1).await;
        assert!(desk.notice().contains("no longer has it"), "{}", desk.notice());
        desk.end().await;
    });
}

#[test]
fn a_password_gets_a_ticket_and_the_ticket_is_renewed_before_it_ends() {
    both(|| async {
        let options =
            UcwaOptions { token_lifetime: std::time::Duration::from_secs(600), ..UcwaOptions::default() };
        let mut desk = Desk::with_password(options).await;
        desk.wait(4 * 600).await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        let tickets =
            desk.sim.record().iter().filter(|request| request.target == "/WebTicket/oauthtoken").count();
        assert!((4..=6).contains(&tickets), "{tickets} tickets in 40 minutes of 10 minutes each");
        assert!(desk.sim.record().iter().all(|request| !request.body.contains("hunter2")));
        desk.end().await;
    });
}

#[test]
fn the_session_is_begun_anew_after_the_server_forgot_it() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.expire_applications();
        desk.wait(200).await;
        desk.until(|state| state.accounts[0].status.is_online()).await;
        desk.sim.until(|sim| sim.ucwa.is_available()).await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.press("a");
        desk.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        desk.end().await;
    });
}

#[test]
fn resync_and_resume_lose_nothing() {
    both(|| async {
        for force in [UcwaServer::force_resync, UcwaServer::force_resume] {
            let mut desk = Desk::online().await;
            desk.sim.ucwa.invite(im());
            desk.ringing().await;
            force(&desk.sim.ucwa);
            desk.sim.ucwa.invite(of(InviteKind::Phone));
            desk.until(|state| state.incoming.len() == 2).await;
            desk.press("a");
            desk.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
            desk.end().await;
        }
    });
}

#[test]
fn a_merely_linked_invitation_is_fetched_with_its_sender() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.invite(Invite { linked: true, ..im() });
        desk.until(|state| state.incoming.iter().any(|entry| entry.invitation.from.label() == "Lene Aaling"))
            .await;
        desk.until(|state| state.incoming.iter().any(|entry| entry.invitation.offers.accept)).await;
        desk.end().await;
    });
}

#[test]
fn another_client_that_takes_the_channel_is_told_and_left_alone() {
    both(|| async {
        let mut desk = Desk::online().await;
        let mut other = Desk::online_at(&desk.sim).await;
        desk.until(|state| state.accounts[0].status == rsvp::provider::Status::Replaced).await;
        let before = desk.sim.record().len();
        desk.wait(60).await;
        assert_eq!(desk.sim.record().len(), before, "the one that was replaced is silent");
        desk.press("r");
        other.until(|state| state.accounts[0].status == rsvp::provider::Status::Replaced).await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
    });
}

#[test]
fn the_user_stays_active_and_signs_out_at_the_end() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.wait(3_600).await;
        let record = desk.sim.record();
        let active = record.iter().filter(|request| request.summary == "reportMyActivity").count();
        assert!(active >= 15, "{active} times in an hour");
        let sim = desk.sim.clone();
        desk.end().await;
        assert_eq!(sim.record().last().unwrap().summary, "signing out");
        assert!(!sim.ucwa.is_available());
    });
}

#[test]
fn accept_and_decline_pressed_together_send_one_request() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.press("aDaa");
        desk.until(|state| state.history.len() == 1).await;
        assert_eq!(desk.posts().len(), 1, "{:?}", desk.posts());
        assert_eq!(desk.decisions, [Decision::Accept]);
        desk.end().await;
    });
}

#[test]
fn a_meeting_whose_messages_cannot_be_joined_says_so_and_why() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("addMessaging", FaultKind::error(409, "TooManyGroups")));
        desk.sim.ucwa.invite(of(InviteKind::Meeting));
        desk.ringing().await;
        desk.press("a");
        desk.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        let noted = |state: &rsvp::app::State| {
            state.conversations.iter().any(|it| it.note.as_str().contains("too many groups"))
        };
        desk.until(noted).await;
        let told = |state: &rsvp::app::State| {
            state.notice.as_ref().is_some_and(|it| it.text.as_str().contains("could not join the chat"))
        };
        desk.until(told).await;
        desk.end().await;
    });
}

#[test]
fn an_answer_that_was_not_carried_out_leaves_the_row_ringing() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("accept", FaultKind::Reset));
        desk.press("a");
        desk.until(|state| state.notice.is_some()).await;
        desk.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
        let stages: Vec<_> = desk.state.incoming.iter().map(|entry| entry.invitation.stage).collect();
        assert_eq!(stages, [Stage::Ringing], "nothing is being connected");
        desk.press("a");
        desk.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        desk.end().await;
    });
}

#[test]
fn a_request_that_is_carried_out_after_its_reply_was_lost_is_not_called_lost() {
    both(|| async {
        let mut desk = Desk::online().await;
        let id = desk.sim.ucwa.invite(im());
        desk.ringing().await;
        // The invitation is being asked for already when the answer goes wrong.
        desk.sim.fault(Fault::next("invitation", FaultKind::Late(0.4)));
        desk.sim.ucwa.send_update_without_links(id);
        desk.sim.fault(Fault::next("accept", FaultKind::error(504, "")));
        desk.press("a");
        desk.wait(1).await;
        assert!(!desk.was_notified("did not reach the server"), "{:?}", desk.notices);
        desk.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
        assert!(desk.was_notified("did not reach the server"), "{:?}", desk.notices);
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn what_became_of_our_invitation_is_settled_when_its_session_ends() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.press("a");
        desk.until(|state| state.conversations.iter().any(|conversation| conversation.can_invite)).await;
        desk.sim.fault(Fault::next("addParticipant", FaultKind::Reset));
        desk.press("3ijohn@contoso.example\n");
        desk.until(|state| state.notice.is_some()).await;
        assert_eq!(desk.state.pending_requests.len(), 1, "it may have been sent");
        desk.sim.ucwa.expire_applications();
        desk.until(|state| state.pending_requests.is_empty()).await;
        assert!(desk.was_notified("was never confirmed"), "{:?}", desk.notices);
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}
