//! Meetings in the store of a client, without a connection.

use std::time::Duration;

use rsvp::invitation::{AccountId, Conversation, ConversationId, Moment, OwnPlace};
use rsvp::provider::Event;
use rsvp::provider::ucwa::store::{ConversationPart, Effects, EventTime, Fetch, Store};
use rsvp::provider::ucwa::wire::json;

use crate::support::POOL;

/// A store and the time, which passes with each event.
pub struct Timeline {
    pub store: Store,
    pub now: Moment,
}

impl Timeline {
    /// Returns a store in which the user is in the meeting `/v/1`.
    pub fn in_meeting() -> Self {
        let base = POOL.parse::<url::Url>().unwrap().join("/ucwa/1").unwrap();
        let mut timeline = Self { store: Store::new(AccountId(0), base), now: Moment::default() };
        timeline.tell(
            "communication",
            r#"{"type":"added","link":{"rel":"conversation","href":"/v/1"},"_embedded":{"conversation":{
              "rel":"conversation","state":"Conferenced","subject":"Plans","_links":{"messaging":{"href":"/m/1"}}}}}"#,
        );
        timeline
    }

    /// Applies an event of a sender.
    pub fn tell(&mut self, sender: &str, event: &str) -> Effects {
        let href = if sender == "conversation" { "/v/1" } else { "/c" };
        let text = format!(
            r#"{{"_links":{{"next":{{"href":"/e?ack=2"}}}},"sender":[{{"rel":"{sender}","href":"{href}","events":[{event}]}}]}}"#
        );
        self.now = self.now.after(Duration::from_secs(1));
        let mut effects = Effects::default();
        for change in &json::batch(&text).unwrap().changes {
            self.store.apply(change, EventTime::exact(self.now), &mut effects);
        }
        effects
    }

    /// Applies a resource that was requested at `sent_at`.
    pub fn fetched(&mut self, fetch: &Fetch, body: &str, sent_at: Moment) -> Effects {
        let mut effects = Effects::default();
        self.store.apply_fetched(fetch, &json::resource(body).unwrap(), sent_at, self.now, &mut effects);
        effects
    }

    pub fn conversation(&self) -> Conversation {
        match self.store.conversation_event(&"/v/1".into()) {
            Some(Event::Conversation(conversation)) => *conversation,
            other => panic!("{other:?}"),
        }
    }
}

const ID: ConversationId = ConversationId { account: AccountId(0), number: 0 };

const IN_LOBBY: &str =
    r#"{"type":"added","link":{"rel":"participant","href":"/p/dana"},"in":{"rel":"lobby","href":"/l"}}"#;

const DANA: &str = r#"{"rel":"participant","name":"Dana","uri":"sip:dana@x","inLobby":true,"role":"Attendee",
  "_links":{"admit":{"href":"/p/dana/admit"},"reject":{"href":"/p/dana/reject"}}}"#;

pub fn participant() -> Fetch {
    Fetch::Participant("/v/1".into(), "/p/dana".into())
}

#[test]
fn a_participant_who_was_read_before_they_left_the_lobby_is_not_back_in_it() {
    let mut timeline = Timeline::in_meeting();
    assert_eq!(timeline.tell("conversation", IN_LOBBY).fetches, [participant()]);
    let sent_at = timeline.now;
    let left = r#"{"type":"deleted","link":{"rel":"participant","href":"/p/dana"},"in":{"rel":"lobby","href":"/l"}}"#;
    timeline.tell("conversation", left);
    let effects = timeline.fetched(&participant(), DANA, sent_at);
    assert_eq!(timeline.conversation().lobby(), []);
    assert_eq!(effects.fetches, [participant()], "they are read again");
    assert_eq!(timeline.conversation().participants, [], "who left the lobby may have been rejected");
    let admitted = r#"{"type":"added","link":{"rel":"participant","href":"/p/dana"},"in":{"rel":"attendees","href":"/a"}}"#;
    timeline.tell("conversation", admitted);
    assert_eq!(timeline.conversation().participants.len(), 1);
}

#[test]
fn whoever_comes_through_the_lobby_keeps_their_id_in_whatever_order_the_events_come() {
    let mut timeline = Timeline::in_meeting();
    timeline.tell("conversation", IN_LOBBY);
    timeline.fetched(&participant(), DANA, timeline.now);
    let before = timeline.conversation().lobby().to_vec();
    assert!(before[0].can_admit && before[0].can_reject);
    // The same again, and that they joined without saying where.
    timeline.tell("conversation", IN_LOBBY);
    timeline.tell(
        "conversation",
        r#"{"type":"added","link":{"rel":"participant","href":"/p/dana","title":"Dana"}}"#,
    );
    assert_eq!(timeline.conversation().lobby(), before);
    timeline.tell("conversation", r#"{"type":"deleted","link":{"rel":"participant","href":"/p/dana"}}"#);
    assert_eq!(timeline.conversation().lobby(), []);
}

#[test]
fn what_is_known_of_a_lobby_is_what_the_server_lists() {
    let mut timeline = Timeline::in_meeting();
    let lobby = Fetch::Part("/v/1".into(), ConversationPart::Lobby, "/l".into());
    let listed = format!(
        r#"{{"rel":"lobby","_embedded":{{"participant":[{}]}}}}"#,
        DANA.replacen("\"_links\":{", r#""_links":{"self":{"href":"/p/dana"},"#, 1)
    );
    let effects = timeline.fetched(&lobby, &listed, timeline.now);
    assert_eq!(effects.fetches, [participant()]);
    timeline.fetched(&participant(), DANA, timeline.now);
    assert_eq!(timeline.conversation().lobby().len(), 1);
    // The user is listed among the attendees, but is nobody else.
    let attendees = Fetch::Part("/v/1".into(), ConversationPart::Attendees, "/a".into());
    let listed = r#"{"rel":"attendees","_links":{"participant":[{"href":"/p/me"}]}}"#;
    timeline.fetched(&attendees, listed, timeline.now);
    let me = Fetch::Participant("/v/1".into(), "/p/me".into());
    timeline.fetched(
        &me,
        r#"{"rel":"participant","local":true,"name":"Me","uri":"sip:me@x","role":"Leader"}"#,
        timeline.now,
    );
    assert_eq!(timeline.conversation().participants, []);
}

#[test]
fn the_user_waits_where_the_server_says_so_of_them_alone() {
    let mut timeline = Timeline::in_meeting();
    let own = |kind: &str, within: &str| {
        format!(r#"{{"type":"{kind}","link":{{"rel":"localParticipant","href":"/p/me"}}{within}}}"#)
    };
    let lobby = r#","in":{"rel":"lobby","href":"/l"}"#;
    timeline.tell("conversation", &own("added", lobby));
    assert!(timeline.conversation().is_waiting());
    timeline.tell("conversation", &own("deleted", lobby));
    timeline.tell("conversation", &own("added", r#","in":{"rel":"leaders","href":"/d"}"#));
    let place = timeline.conversation().meeting.unwrap().own_place;
    assert!(matches!(place, OwnPlace::Inside(Some(_))), "{place:?}");
}

#[test]
fn a_join_whose_invitation_fails_is_told_with_its_reason() {
    // The invitation is embedded, or only linked to and known by the location of the reply.
    for is_linked in [false, true] {
        let mut timeline = Timeline::in_meeting();
        timeline.store.begin_join(&"/v/1".into(), "op".into(), &mut Effects::default());
        assert!(!timeline.conversation().can_join && timeline.store.joinable(ID).is_none());
        if is_linked {
            timeline.store.add_join_invitation("op", "/i/1");
        }
        timeline.store.finish_join(&"/v/1".into(), None, &mut Effects::default());
        let embedded = r#","_embedded":{"messagingInvitation":{"rel":"messagingInvitation","direction":"Outgoing","operationId":"op","state":"Failed"}}"#;
        let event = |kind: &str| {
            let embedded = if is_linked { "" } else { embedded };
            format!(
                r#"{{"type":"{kind}","status":"Failure","reason":{{"code":"RemoteFailure","subcode":"NotAllowed"}},"link":{{"rel":"messagingInvitation","href":"/i/1"}}{embedded}}}"#
            )
        };
        let started = timeline.tell("communication", &event("started").replace(r#""status":"Failure","#, ""));
        let ended = timeline.tell("communication", &event("completed"));
        let shown = started.events.iter().chain(&ended.events);
        let invitations = shown.clone().filter(|it| matches!(it, Event::Invitation(_) | Event::Ended { .. }));
        assert_eq!(invitations.count(), 0, "it is no invitation that the user sent");
        assert!(
            shown
                .clone()
                .any(|it| matches!(it, Event::Notice(text) if text.as_str().contains("not allowed")))
        );
        assert!(timeline.conversation().note.as_str().contains("not allowed"));
        assert_eq!(timeline.store.joinable(ID), Some("/v/1".into()));
    }
}
