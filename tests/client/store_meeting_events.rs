//! What the events of a meeting change in the store: its address, its phone, who is where, and what is read again.

use rsvp::invitation::MeetingRole;
use rsvp::provider::Event;
use rsvp::provider::ucwa::store::{ConversationPart, Effects, Fetch};

use crate::store_meetings::{Timeline, participant};

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
    let part = Fetch::Part("/v/1".into(), ConversationPart::OnlineMeeting, "/o".into());
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
        let phone = Fetch::Part("/v/1".into(), ConversationPart::PhoneAudio, "/phone".into());
        assert_eq!(timeline.store.begin_full_reload().contains(&phone), is_read, "{rel}");
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
    for (part, waits) in [
        (ConversationPart::Lobby, true),
        (ConversationPart::Attendees, false),
        (ConversationPart::Leaders, false),
    ] {
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
