use super::*;
use crate::provider::ucwa::wire::json;

#[test]
fn a_message_is_read_in_every_form_that_servers_send() {
    let cases = [
        ("data:text/plain;charset=utf-8,Hi+Tosh%0d%0a", "Hi Tosh"),
        ("data:text/plain;base64,SGkgVG9zaA==", "Hi Tosh"),
        ("data:text/plain,1%2B1", "1+1"),
        ("data:text/html;charset=utf-8,%3Cb%3EHi%3C%2Fb%3E+Tosh", "Hi Tosh"),
        ("plain words", "plain words"),
        ("data:text/plain;base64,!!!", ""),
        ("data:", ""),
    ];
    for (uri, text) in cases {
        assert_eq!(message_text(uri).as_str(), text, "{uri}");
    }
}

#[test]
fn a_stage_and_a_direction_are_those_that_the_server_names() {
    let stages = ["Connecting", "Alerting", "TeamRing", "Forwarded", "Connected", "Declined", ""].map(stage);
    let [ringing, connecting] = [Stage::Ringing, Stage::Connecting].map(Some);
    let [team, forwarded] = [Stage::TeamRing, Stage::Forwarded].map(Some);
    assert_eq!(stages, [ringing, ringing, team, forwarded, connecting, None, None]);
    let id = InvitationId { account: crate::invitation::AccountId(0), number: 0 };
    let mut invitation = new_invitation(id, Kind::Message, Moment::default(), Moment::default());
    for (named, direction) in [
        ("Outgoing", Direction::Outgoing),
        ("Sideways", Direction::Outgoing),
        ("Incoming", Direction::Incoming),
    ] {
        let body = format!(r#"{{"direction":"{named}"}}"#);
        merge_invitation(&mut invitation, &json::resource(&body).unwrap());
        assert_eq!(invitation.direction, direction, "{named}");
    }
}

#[test]
fn a_fact_is_replaced_where_it_stands_and_removed_alone() {
    let id = InvitationId { account: crate::invitation::AccountId(0), number: 0 };
    let mut invitation = new_invitation(id, Kind::Phone, Moment::default(), Moment::default());
    let facts = |invitation: &Invitation| {
        let facts = invitation.facts.iter().map(|fact| format!("{} {}", fact.label, fact.value));
        facts.collect::<Vec<_>>()
    };
    for (label, value) in [("a", Some("1")), ("b", Some("2")), ("a", Some("3"))] {
        set_fact(&mut invitation, label, value);
    }
    assert_eq!(facts(&invitation), ["a 3", "b 2"]);
    set_fact(&mut invitation, "a", None);
    assert_eq!(facts(&invitation), ["b 2"]);
}

#[test]
fn a_role_is_told_by_its_name_or_by_being_the_organizer() {
    for (body, role) in [
        (r#"{"role":"Attendee"}"#, Some(MeetingRole::Attendee)),
        (r#"{"role":"Leader"}"#, Some(MeetingRole::Presenter)),
        (r#"{"role":"Leader","organizer":true}"#, Some(MeetingRole::Organizer)),
        (r#"{"role":"Attendee","organizer":false}"#, Some(MeetingRole::Attendee)),
        (r#"{"role":"Unknown"}"#, None),
        ("{}", None),
    ] {
        assert_eq!(meeting_role(&json::resource(body).unwrap()), role, "{body}");
    }
}
