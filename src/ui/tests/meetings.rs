//! Meetings and phone calls on the screen.

use super::*;
use crate::invitation::{Fact, Meeting, MeetingRole, OwnPlace, ParticipantId, Waiting};

fn waiting(number: u64, name: &str, is_ours: bool) -> Waiting {
    Waiting {
        id: ParticipantId { conversation: conversation_id(1), number },
        party: party(name, &format!("sip:{}@contoso.com", name.to_lowercase())),
        can_admit: is_ours,
        can_reject: is_ours,
    }
}

/// Returns a state that shows this conversation alone.
fn showing(conversation: Conversation) -> State {
    let mut state = quiet();
    state.tab = Tab::Conversations;
    state.conversations.upsert(conversation);
    state
}

fn led(lobby: Vec<Waiting>) -> Conversation {
    let meeting = Meeting {
        uri: "sip:tosh@contoso.com;gruu;opaque=app:conf:focus:id:TDNLPCYJ".into(),
        join_url: "https://meet.contoso.com/TDNLPCYJ".into(),
        own_place: OwnPlace::Inside(Some(MeetingRole::Organizer)),
        roles: vec![Some(MeetingRole::Presenter), Some(MeetingRole::Attendee), None],
        lobby,
    };
    let people =
        ["Lene", "Joe", "Kim"].map(|name| party(name, &format!("sip:{}@contoso.com", name.to_lowercase())));
    Conversation {
        subject: "Plans".into(),
        participants: people.to_vec(),
        can_invite: true,
        can_send: true,
        can_leave: true,
        meeting: Some(Box::new(meeting)),
        ..Conversation::new(conversation_id(1))
    }
}

#[test]
fn a_meeting_shows_roles_and_who_waits_in_its_lobby() {
    let mut state = showing(led(vec![waiting(1, "Dana", true)]));
    snapshot("meeting", &state);
    state.details = Details::FULL;
    assert_snapshot("meeting-details-40x12", screen(&state, &plain(), (40, 12)));
    let state = showing(led(vec![waiting(1, "Dana", false), waiting(2, "Ivan", false)]));
    let text = screen(&state, &plain(), (80, 24));
    assert!(text.contains("2 wait") && text.contains("a presenter decides"), "{text}");
    assert!(!text.contains("a admit") && !text.contains("d reject"), "{text}");
}

#[test]
fn the_user_who_waits_sees_that_everywhere() {
    let mut waits = led(Vec::new());
    let meeting = Meeting { own_place: OwnPlace::Lobby, ..Meeting::default() };
    waits = Conversation { can_send: false, can_invite: false, meeting: Some(Box::new(meeting)), ..waits };
    let mut state = showing(waits);
    assert_snapshot("meeting-waiting-80x24", screen(&state, &plain(), (80, 24)));
    let mut invitation = invitation(3, Kind::Meeting, party("Joe Smith", "sip:joe@contoso.com"));
    invitation.conversation = Some(conversation_id(1));
    invitation.stage = Stage::Connecting;
    state.incoming.upsert(entry(invitation, answering(Decision::Accept, Progress::Sent)));
    state.tab = Tab::Incoming;
    let text = screen(&state, &plain(), (80, 24));
    assert!(text.contains("accepted; waiting to be admitted"), "{text}");
    assert!(!text.contains("connecting"), "{text}");
}

#[test]
fn messages_that_were_not_joined_are_offered_with_the_reason() {
    let failed = Conversation {
        can_send: false,
        can_join: true,
        note: "messages unavailable: too many groups".into(),
        ..led(Vec::new())
    };
    let text = screen(&showing(failed), &plain(), (80, 24));
    for words in ["too many groups", "press r to try again", "r join messages", "not joined"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn a_menu_numbers_its_items() {
    use crate::app::{Effect, Message, Now, update};
    let mut state = showing(led(vec![waiting(1, "Dana", true), waiting(2, "Ivan", true)]));
    let press = |state: &mut State, key: char| -> Vec<Effect> {
        let now = Now { moment: NOW, wall: state.now.wall };
        update(state, now, Message::Key(Key::from(key)))
    };
    press(&mut state, 'y');
    snapshot("copying", &state);
    state.mode = Mode::Lists;
    press(&mut state, 'a');
    let text = screen(&state, &plain(), (80, 24));
    assert!(text.contains("Admit whom to “Plans”?") && text.contains("3 all 2"), "{text}");
    state.conversations.upsert(led(vec![waiting(2, "Ivan", true)]));
    assert!(screen(&state, &plain(), (80, 24)).contains("no longer waits"));
}

#[test]
fn a_call_tells_why_it_rings_here_in_its_row_and_which_phone_in_its_details() {
    let mut state = quiet();
    let fact = |label, value: &str| Fact { label, value: value.into() };
    let mut forwarded = invitation(1, Kind::Phone, party("Elif", "tel:+14255550100"));
    forwarded.subject = "Access".into();
    forwarded.routes = vec!["forwarded by Dana Birkby <sip:dana@contoso.com>".into()];
    forwarded.facts =
        vec![fact(Invitation::PHONE, "tel:+14255552222"), fact(Invitation::LINE, "your private line")];
    forwarded.offers.accept = false;
    let mut team = invitation(2, Kind::Phone, party("Ivan", "tel:+14255550101"));
    team.to = Some(party("Lene", "sip:lene@contoso.com"));
    team.stage = Stage::TeamRing;
    let mut plain_call = invitation(3, Kind::Phone, party("Kim", "tel:+14255550102"));
    plain_call.facts = vec![fact(Invitation::PHONE, "tel:+14255552222")];
    let mut video = invitation(4, Kind::AudioVideo, party("Joe", "sip:joe@contoso.com"));
    video.offers = Offers { accept_with_phone: true, decline: true, ..Offers::default() };
    for invitation in [forwarded, team, plain_call, video] {
        state.incoming.upsert(entry(invitation, Phase::Ringing));
    }
    snapshot("phones", &state);
    state.incoming.select_at(3);
    let text = screen(&state, &plain(), (80, 24));
    assert!(
        text.contains("a answer on your phone") && text.contains("the server calls your phone"),
        "{text}"
    );
    state.incoming.change(id(3), |it| it.phase = over(Outcome::Accepted));
    assert!(screen(&state, &plain(), (120, 24)).contains("answered on the phone"));
}
