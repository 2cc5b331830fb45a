//! Meetings in the store of a client, without a connection.

use std::time::Duration;

use rsvp::invitation::{AccountId, Conversation, ConversationId, MeetingRole, Moment, OwnPlace};
use rsvp::provider::Event;
use rsvp::provider::ucwa::store::{Effects, Fetch, Part, Store};
use rsvp::provider::ucwa::wire::json;

use crate::support::POOL;

/// A store and the time, which passes with each event.
struct Timeline {
    store: Store,
    now: Moment,
}

impl Timeline {
    /// Returns a store in which the user is in the meeting `/v/1`.
    fn in_meeting() -> Self {
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
    fn tell(&mut self, sender: &str, event: &str) -> Effects {
        let href = if sender == "conversation" { "/v/1" } else { "/c" };
        let text = format!(
            r#"{{"_links":{{"next":{{"href":"/e?ack=2"}}}},"sender":[{{"rel":"{sender}","href":"{href}","events":[{event}]}}]}}"#
        );
        self.now = self.now.after(Duration::from_secs(1));
        let mut effects = Effects::default();
        for change in &json::batch(&text).unwrap().changes {
            self.store.apply(change, self.now.into(), &mut effects);
        }
        effects
    }

    /// Applies a resource that was requested at `sent_at`.
    fn fetched(&mut self, fetch: &Fetch, body: &str, sent_at: Moment) -> Effects {
        let mut effects = Effects::default();
        self.store.apply_fetched(fetch, &json::resource(body).unwrap(), sent_at, self.now, &mut effects);
        effects
    }

    fn conversation(&self) -> Conversation {
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

fn participant() -> Fetch {
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
    let lobby = Fetch::Part("/v/1".into(), Part::Lobby, "/l".into());
    let listed = format!(
        r#"{{"rel":"lobby","_embedded":{{"participant":[{}]}}}}"#,
        DANA.replacen("\"_links\":{", r#""_links":{"self":{"href":"/p/dana"},"#, 1)
    );
    let effects = timeline.fetched(&lobby, &listed, timeline.now);
    assert_eq!(effects.fetches, [participant()]);
    timeline.fetched(&participant(), DANA, timeline.now);
    assert_eq!(timeline.conversation().lobby().len(), 1);
    // The user is listed among the attendees, but is nobody else.
    let attendees = Fetch::Part("/v/1".into(), Part::Attendees, "/a".into());
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

/// Returns the event of the meeting in a state.
fn meeting(state: &str) -> String {
    format!(
        r#"{{"type":"updated","link":{{"rel":"conversation","href":"/v/1"}},"_embedded":{{"conversation":{{
          "rel":"conversation","state":"{state}","_links":{{"phoneAudio":{{"href":"/phone"}}}}}}}}}}"#
    )
}

#[test]
fn whoever_is_in_the_meeting_no_longer_waits_and_whoever_waits_is_not_in_it() {
    const WAITING: &str = r#"{"type":"added","link":{"rel":"localParticipant","href":"/p/me"},"in":{"rel":"lobby","href":"/l"}}"#;
    let mut timeline = Timeline::in_meeting();
    timeline.tell("conversation", WAITING);
    timeline.tell("communication", &meeting("Conferenced"));
    assert!(timeline.conversation().is_waiting(), "only the lobby tells who has left it");
    timeline.tell("communication", &meeting("InLobby"));
    assert!(timeline.conversation().is_waiting());
    timeline.tell("communication", &meeting("Conferenced"));
    assert!(!timeline.conversation().is_waiting(), "the server let the user in");
}

#[test]
fn the_address_of_a_meeting_follows_its_events() {
    let mut timeline = Timeline::in_meeting();
    let told = |join_url: &str| {
        format!(
            r#"{{"type":"updated","link":{{"rel":"onlineMeeting","href":"/o"}},"_embedded":{{"onlineMeeting":{{
              "rel":"onlineMeeting","onlineMeetingUri":"sip:meet@x"{join_url}}}}}}}"#
        )
    };
    timeline.tell("conversation", &told(r#","joinUrl":"https://x/1""#));
    timeline.tell("conversation", &told(""));
    let known = timeline.conversation().meeting.unwrap();
    assert_eq!((known.uri.as_str(), known.join_url.as_str()), ("sip:meet@x", "https://x/1"));
    let link = |kind: &str| format!(r#"{{"type":"{kind}","link":{{"rel":"onlineMeeting","href":"/o"}}}}"#);
    let part = Fetch::Part("/v/1".into(), Part::OnlineMeeting, "/o".into());
    assert_eq!(timeline.tell("conversation", &link("updated")).fetches, [part]);
    assert_eq!(timeline.tell("conversation", &link("deleted")).fetches, []);
}

#[test]
fn the_phone_is_read_again_only_of_a_call() {
    for (rel, is_read) in [("phoneAudioInvitation", true), ("messagingInvitation", false)] {
        let mut timeline = Timeline::in_meeting();
        let invitation = format!(
            r#"{{"type":"started","link":{{"rel":"{rel}","href":"/i/1"}},"_embedded":{{"{rel}":{{
              "rel":"{rel}","direction":"Incoming","state":"Connecting","_links":{{"conversation":{{"href":"/v/1"}}}}}}}}}}"#
        );
        timeline.tell("communication", &invitation);
        timeline.tell("communication", &meeting("Conferenced"));
        let phone = Fetch::Part("/v/1".into(), Part::PhoneAudio, "/phone".into());
        assert_eq!(timeline.store.fetch_all().contains(&phone), is_read, "{rel}");
    }
}

#[test]
fn the_caller_is_named_in_the_conversation_before_they_are_read_there() {
    let mut timeline = Timeline::in_meeting();
    timeline.tell(
        "communication",
        r#"{"type":"started","link":{"rel":"messagingInvitation","href":"/i/1"},"_embedded":{"messagingInvitation":{
          "rel":"messagingInvitation","direction":"Incoming","state":"Connecting","_links":{"conversation":{"href":"/v/1"}},
          "_embedded":{"from":{"rel":"participant","name":"Dana","uri":"sip:dana@x","_links":{"self":{"href":"/p/dana"}}}}}}}"#,
    );
    let added =
        |name: &str| format!(r#"{{"type":"added","link":{{"rel":"participant","href":"/p/{name}"}}}}"#);
    timeline.tell("conversation", &added("dana"));
    timeline.tell("conversation", &added("kim"));
    let names: Vec<String> =
        timeline.conversation().participants.iter().map(|it| it.name.to_string()).collect();
    assert_eq!(names, ["Dana", ""]);
}

#[test]
fn those_whom_the_server_lists_are_where_it_lists_them() {
    for (part, waits) in [(Part::Lobby, true), (Part::Attendees, false), (Part::Leaders, false)] {
        let mut timeline = Timeline::in_meeting();
        let listed = r#"{"rel":"any","_links":{"participant":[{"href":"/p/dana"},{"href":""}]}}"#;
        let effects = timeline.fetched(&Fetch::Part("/v/1".into(), part, "/l".into()), listed, timeline.now);
        assert_eq!(effects.fetches, [participant()], "{part:?}");
        let conversation = timeline.conversation();
        assert_eq!(
            (conversation.lobby().len(), conversation.participants.len()),
            (waits.into(), (!waits).into())
        );
    }
}

#[test]
fn what_the_user_may_do_is_read_again_when_their_own_part_changes() {
    let own = |kind: &str, embedded: &str| {
        format!(r#"{{"type":"{kind}","link":{{"rel":"localParticipant","href":"/p/me"}}{embedded}}}"#)
    };
    let me = r#","_embedded":{"localParticipant":{"rel":"localParticipant","role":"Leader"}}"#;
    let conversation = Fetch::Conversation("/v/1".into());
    let own_part = Fetch::Participant("/v/1".into(), "/p/me".into());
    for (kind, embedded, reads_all, reads_own) in [
        ("added", me, false, false),
        ("added", "", false, true),
        ("updated", me, true, false),
        ("updated", "", true, true),
        ("deleted", "", false, false),
    ] {
        let mut timeline = Timeline::in_meeting();
        let fetches = timeline.tell("conversation", &own(kind, embedded)).fetches;
        assert_eq!(fetches.contains(&conversation), reads_all, "{kind} {embedded}: {fetches:?}");
        assert_eq!(fetches.contains(&own_part), reads_own, "{kind} {embedded}: {fetches:?}");
    }
}

#[test]
fn a_conversation_that_the_user_is_no_longer_in_has_ended_once() {
    let ends = |effects: &Effects| {
        effects.events.iter().filter(|event| matches!(event, Event::ConversationEnded(_))).count()
    };
    let mut timeline = Timeline::in_meeting();
    let told = ["Conferencing", "Incoming", "Incoming", "Conferenced", "Disconnected", "Incoming"]
        .map(|state| ends(&timeline.tell("communication", &meeting(state))));
    assert_eq!(told, [0, 1, 0, 0, 1, 0]);
}

#[test]
fn an_organizer_who_is_listed_as_a_presenter_stays_the_organizer() {
    const LEADERS: &str = r#"{"type":"added","link":{"rel":"participant","href":"/p/dana"},"in":{"rel":"leaders","href":"/d"}}"#;
    for (organizer, before, after) in [
        ("true", MeetingRole::Organizer, MeetingRole::Organizer),
        ("false", MeetingRole::Attendee, MeetingRole::Presenter),
    ] {
        let mut timeline = Timeline::in_meeting();
        timeline.tell("conversation", r#"{"type":"added","link":{"rel":"participant","href":"/p/dana"}}"#);
        let dana = format!(
            r#"{{"rel":"participant","uri":"sip:dana@x","role":"Attendee","organizer":{organizer}}}"#
        );
        timeline.fetched(&participant(), &dana, timeline.now);
        let roles = |timeline: &Timeline| timeline.conversation().meeting.unwrap().roles;
        assert_eq!(roles(&timeline), [Some(before)]);
        timeline.tell("conversation", LEADERS);
        assert_eq!(roles(&timeline), [Some(after)]);
    }
}

#[test]
fn whoever_enters_a_meeting_reads_those_whose_role_or_place_is_not_known() {
    let mut timeline = Timeline::in_meeting();
    timeline.tell("communication", &meeting("Incoming"));
    let leader = r#"{"type":"added","link":{"rel":"participant","href":"/p/kim"},"in":{"rel":"leaders","href":"/d"},
      "_embedded":{"participant":{"rel":"participant","uri":"sip:kim@x"}}}"#;
    timeline.tell("conversation", leader);
    let unplaced = r#"{"type":"added","link":{"rel":"participant","href":"/p/dana"},
      "_embedded":{"participant":{"rel":"participant","uri":"sip:dana@x"}}}"#;
    timeline.tell("conversation", unplaced);
    let fetches = timeline.tell("communication", &meeting("Conferenced")).fetches;
    let participants: Vec<_> =
        fetches.into_iter().filter(|it| matches!(it, Fetch::Participant(..))).collect();
    assert_eq!(participants, [participant()]);
}
