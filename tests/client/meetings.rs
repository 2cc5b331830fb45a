//! Meetings of users, each with a client: joining them, waiting in the lobby, deciding about those who wait, leaving.

use rsvp::app::State;
use rsvp::invitation::{Conversation, Meeting, MeetingRole, Outcome, OwnPlace, Reason};
use rsvp::provider::Command;
use rsvp::sim::{EndCause, Fault, FaultKind, Invite, InviteKind, Person, Simulator, UcwaOptions};

use crate::support::{TestClient, both, of, outcome_of, simulator_with};

const LENE: &str = "sip:lenea@contoso.example";

/// Creates a simulator of two users whose meetings have a lobby.
fn with_lobby() -> Simulator {
    let lene = Person::new("Lene Aaling", LENE);
    simulator_with(UcwaOptions { colleagues: vec![lene], lobby: true, ..UcwaOptions::default() })
}

fn meetings(state: &State) -> impl Iterator<Item = (&Conversation, &Meeting)> {
    state.conversations.iter().filter_map(|it| Some((it, it.meeting.as_deref()?)))
}

/// Returns the names of those who wait in a lobby and whom the user can admit.
fn lobby(state: &State) -> Vec<String> {
    let waiting = meetings(state).flat_map(|(_, meeting)| &meeting.lobby);
    waiting.filter(|it| it.can_admit && it.can_reject).map(|it| it.party.label().to_owned()).collect()
}

/// Returns the people of the meetings with their roles.
fn roster(state: &State) -> Vec<(String, Option<MeetingRole>)> {
    let people = meetings(state).flat_map(|(conversation, meeting)| {
        let role = |number: usize| meeting.roles.get(number).copied().flatten();
        let people = conversation.participants.iter().enumerate();
        people.map(move |(number, party)| (party.label().to_owned(), role(number)))
    });
    people.collect()
}

/// Returns whether the message line has these words.
fn told(state: &State, words: &str) -> bool {
    state.notice.as_ref().is_some_and(|notice| notice.text.as_str().contains(words))
}

fn own_place(state: &State) -> Option<OwnPlace> {
    meetings(state).map(|(_, meeting)| meeting.own_place).next()
}

fn waits(state: &State) -> bool {
    own_place(state) == Some(OwnPlace::Lobby)
}

fn is_inside(state: &State) -> bool {
    matches!(own_place(state), Some(OwnPlace::Inside(_)))
}

fn can_send(state: &State) -> bool {
    state.conversations.iter().any(|conversation| conversation.can_send)
}

/// Returns the clients of the organizer of a meeting and of a user who waits in its lobby.
async fn knocking(sim: &Simulator) -> [TestClient; 2] {
    let mut tosh = TestClient::of_user(sim, 0).await;
    let mut lene = TestClient::of_user(sim, 1).await;
    sim.ucwa.start_meeting(0, "Plans").unwrap();
    tosh.until(|state| own_place(state) == Some(OwnPlace::Inside(Some(MeetingRole::Organizer)))).await;
    tosh.press("3i");
    tosh.press("lenea@contoso.example\n");
    lene.ringing().await;
    lene.press("a");
    lene.until(waits).await;
    tosh.until(|state| lobby(state) == ["Lene Aaling"]).await;
    tosh.wait(1).await;
    [tosh, lene]
}

#[test]
fn whoever_accepts_a_meeting_waits_in_the_lobby_is_admitted_by_key_and_leaves() {
    both(|| async {
        let sim = with_lobby();
        let [mut tosh, mut lene] = knocking(&sim).await;
        assert!(tosh.was_notified("Lene Aaling waits in the lobby of “Plans”"), "{:?}", tosh.notices);
        assert!(lene.was_notified("Waiting to be admitted to “Plans”"), "{:?}", lene.notices);
        // Nobody is in a hurry: what was accepted does not end for want of an answer.
        lene.wait(60).await;
        assert!(waits(&lene.state) && lene.state.history.is_empty());
        tosh.press("a");
        tosh.until(|state| lobby(state).is_empty() && !roster(state).is_empty()).await;
        lene.until(is_inside).await;
        lene.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        lene.until(can_send).await;
        assert!(lene.was_notified("You were admitted to “Plans”"), "{:?}", lene.notices);
        tosh.until(|state| roster(state) == [("Lene Aaling".to_owned(), Some(MeetingRole::Attendee))]).await;
        lene.until(|state| roster(state) == [("Tosh Meston".to_owned(), Some(MeetingRole::Organizer))]).await;
        lene.press("3x");
        lene.until(|state| state.conversations.is_empty()).await;
        assert!(lene.was_notified("the meeting goes on without you"), "{:?}", lene.notices);
        tosh.until(|state| roster(state).is_empty()).await;
        assert_eq!(sim.complaints(), Vec::<String>::new());
    });
}

#[test]
fn whoever_is_rejected_learns_of_it_and_leaves_no_trace() {
    both(|| async {
        let sim = with_lobby();
        let [mut tosh, mut lene] = knocking(&sim).await;
        tosh.press("d");
        lene.until(|state| state.conversations.is_empty()).await;
        lene.until(|state| matches!(outcome_of(state), Some(Outcome::Failed(why)) if why.as_str().contains("not admitted"))).await;
        tosh.until(|state| meetings(state).all(|(_, meeting)| meeting.lobby.is_empty())).await;
        tosh.wait(5).await;
        assert_eq!(roster(&tosh.state), []);
        assert_eq!(tosh.state.conversations.len(), 1);
        assert_eq!(sim.complaints(), Vec::<String>::new());
    });
}

#[test]
fn whoever_gives_up_waiting_is_no_longer_in_the_lobby() {
    both(|| async {
        let sim = with_lobby();
        let [mut tosh, mut lene] = knocking(&sim).await;
        lene.press("x");
        lene.until(|state| state.conversations.is_empty()).await;
        lene.until(|state| outcome_of(state) == Some(&Outcome::Declined(Reason::Local))).await;
        tosh.until(|state| meetings(state).all(|(_, meeting)| meeting.lobby.is_empty())).await;
        tosh.wait(5).await;
        assert_eq!(roster(&tosh.state), []);
        tosh.press("a");
        assert!(tosh.notice().contains("Nobody waits"), "{}", tosh.notice());
        assert_eq!(sim.complaints(), Vec::<String>::new());
    });
}

#[test]
fn of_several_who_wait_the_chosen_one_is_admitted() {
    both(|| async {
        let sim = with_lobby();
        let mut tosh = TestClient::of_user(&sim, 0).await;
        sim.ucwa.start_meeting(0, "Plans").unwrap();
        tosh.until(is_inside).await;
        let number = sim.ucwa.conversations()[0].number;
        for name in ["Kim", "Joe", "Dana"] {
            let address = format!("sip:{}@contoso.example", name.to_lowercase());
            sim.ucwa.knock(number, Person::new(name, &address));
        }
        tosh.until(|state| lobby(state) == ["Kim", "Joe", "Dana"]).await;
        tosh.wait(1).await;
        tosh.press("3a");
        sim.ucwa.leave(number, "sip:kim@contoso.example");
        tosh.until(|state| lobby(state) == ["Joe", "Dana"]).await;
        // The first has left, and nobody took the place under the cursor.
        tosh.press("\nj\n");
        tosh.until(|state| roster(state) == [("Joe".to_owned(), Some(MeetingRole::Attendee))]).await;
        assert_eq!(lobby(&tosh.state), ["Dana"]);
        tosh.wait(1).await;
        tosh.press("d");
        tosh.until(|state| lobby(state).is_empty()).await;
        assert_eq!(sim.complaints(), Vec::<String>::new());
    });
}

#[test]
fn an_answer_to_the_lobby_that_fails_is_told_and_can_be_repeated() {
    both(|| async {
        for (status, subcode, words) in [
            (409, "AlreadyExists", "was done already"),
            (409, "TooManyGroups", "too many groups"),
            (409, "", "nobody can be admitted or rejected there now"),
            (410, "CannotRedirect", "backup pool"),
            (500, "CallbackChannelError", "can't be reached"),
        ] {
            let sim = with_lobby();
            let [mut tosh, mut lene] = knocking(&sim).await;
            tosh.sim.fault(Fault::next("admit", FaultKind::error(status, subcode)));
            tosh.press("a");
            tosh.until(|state| told(state, words)).await;
            tosh.press("a");
            lene.until(is_inside).await;
        }
    });
}

#[test]
fn who_waits_is_known_again_after_events_were_lost_and_repeated_events_change_nothing() {
    both(|| async {
        let sim = with_lobby();
        let mut tosh = TestClient::of_user(&sim, 0).await;
        sim.ucwa.start_meeting(0, "Plans").unwrap();
        tosh.until(is_inside).await;
        let number = sim.ucwa.conversations()[0].number;
        // The event that somebody came is lost.
        sim.fault(Fault::next("events", FaultKind::OnlyEnds));
        sim.ucwa.interrupt_polls();
        tosh.wait(1).await;
        sim.ucwa.knock(number, Person::new("Kim", "sip:kim@contoso.example"));
        tosh.wait(1).await;
        assert!(lobby(&tosh.state).is_empty());
        sim.ucwa.force_resync();
        tosh.until(|state| lobby(state) == ["Kim"]).await;
        sim.fault(Fault::next("events", FaultKind::Twice).times(100));
        sim.ucwa.interrupt_polls();
        tosh.wait(1).await;
        sim.ucwa.knock(number, Person::new("Joe", "sip:joe@contoso.example"));
        tosh.until(|state| lobby(state) == ["Kim", "Joe"]).await;
        tosh.wait(5).await;
        assert_eq!(lobby(&tosh.state), ["Kim", "Joe"]);
        let told = tosh.notices.iter().filter(|notice| notice.starts_with("Joe waits")).count();
        assert_eq!(told, 1, "{:?}", tosh.notices);
        tosh.send(Command::Wake);
        tosh.until_online().await;
        tosh.wait(5).await;
        tosh.press("3a\n");
        tosh.until(|state| lobby(state) == ["Joe"]).await;
        assert_eq!(sim.complaints(), Vec::<String>::new());
    });
}

#[test]
fn a_meeting_is_not_there_any_more_after_its_session_was_lost() {
    both(|| async {
        let sim = with_lobby();
        let [mut tosh, mut lene] = knocking(&sim).await;
        sim.ucwa.expire_applications();
        for client in [&mut tosh, &mut lene] {
            client.until(|state| state.conversations.is_empty() && crate::support::is_online(state)).await;
            client.wait(30).await;
            assert!(client.state.conversations.is_empty());
        }
        assert_eq!(outcome_of(&lene.state), Some(&Outcome::Lost));
    });
}

/// Returns a client whose user has accepted a meeting but could not join its messages.
async fn without_messages(fault: FaultKind) -> TestClient {
    let mut client = TestClient::online().await;
    client.sim.fault(Fault::next("addMessaging", fault));
    client.sim.ucwa.invite(of(InviteKind::Meeting));
    client.ringing().await;
    client.press("a");
    client.until(|state| state.conversations.iter().any(|it| it.can_join && !it.note.is_empty())).await;
    client
}

#[test]
fn messages_that_could_not_be_joined_are_joined_by_a_key() {
    both(|| async {
        for (status, subcode, words) in [
            (409, "AlreadyExists", "was done already"),
            (409, "TooManyGroups", "too many groups"),
            (409, "", "does not accept messages now"),
            (410, "CannotRedirect", "backup pool"),
            (403, "", "Conversations.Initiate"),
            (500, "CallbackChannelError", "can't be reached"),
            (503, "", "not available now"),
        ] {
            let mut client = without_messages(FaultKind::error(status, subcode)).await;
            let noted = client.state.conversations.iter().any(|it| it.note.as_str().contains(words));
            assert!(noted, "{status} {subcode}: {:?}", client.state.conversations.iter().next());
            client.press("3");
            client.wait(10).await;
            client.sim.fault(Fault::next("addMessaging", FaultKind::error(status, subcode)));
            client.press("r");
            client.until(|state| told(state, "not joined") || told(state, "not confirmed")).await;
            client.press("r");
            client.until(can_send).await;
            client
                .until(|state| state.conversations.iter().all(|it| it.note.is_empty() && !it.can_join))
                .await;
            client.end().await;
        }
    });
}

#[test]
fn messages_whose_joining_was_not_confirmed_are_joined_by_what_the_server_says() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("addMessaging", FaultKind::LostReply));
        client.sim.ucwa.invite(of(InviteKind::Meeting));
        client.ringing().await;
        client.press("a");
        client.until(can_send).await;
        client.wait(5).await;
        assert!(client.state.conversations.iter().all(|it| it.note.is_empty()));
        assert_eq!(client.count("addMessaging"), 1);
        client.end().await;
    });
}

#[test]
fn whoever_leaves_the_meeting_at_once_is_not_told_of_its_messages() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("addMessaging", FaultKind::Late(5.0)));
        client.sim.ucwa.invite(of(InviteKind::Meeting));
        client.ringing().await;
        client.press("a");
        client.until(is_inside).await;
        client.press("3x");
        client.until(|state| state.conversations.is_empty()).await;
        client.wait(30).await;
        assert!(!client.was_notified("could not join"), "{:?}", client.notices);
        client.end().await;
    });
}

#[test]
fn a_conversation_that_the_server_no_longer_has_was_left_before() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(of(InviteKind::Im));
        client.ringing().await;
        client.press("a");
        client.until(can_send).await;
        client.sim.fault(Fault::next("conversation", FaultKind::error(404, "")));
        client.press("3x");
        client.until(|state| told(state, "You left")).await;
        client.end().await;
    });
}

#[test]
fn whoever_declines_a_meeting_leaves_the_others_alone() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(of(InviteKind::Meeting));
        client.ringing().await;
        client.press("D");
        client.until(|state| matches!(outcome_of(state), Some(Outcome::Declined(_)))).await;
        assert!(client.was_notified("the meeting goes on without you"), "{:?}", client.notices);
        client.end().await;
    });
}

#[test]
fn somebody_elses_lobby_lets_the_user_in() {
    both(|| async {
        for (cause, is_let_in) in [(EndCause::Admitted, true), (EndCause::Denied, false)] {
            let mut client = TestClient::online().await;
            let invite = Invite { lobby: true, ..of(InviteKind::Meeting) };
            let number = client.sim.ucwa.invite(invite);
            client.ringing().await;
            client.press("a");
            client.until(waits).await;
            client.sim.ucwa.force_resync();
            client.wait(5).await;
            assert!(waits(&client.state));
            client.sim.ucwa.end(number, cause).unwrap();
            client.until(|state| state.history.len() == 1).await;
            client.wait(2).await;
            assert_eq!(is_inside(&client.state), is_let_in);
            assert_eq!(client.state.conversations.len(), usize::from(is_let_in));
            client.end().await;
        }
    });
}

#[test]
fn the_address_of_a_meeting_is_copied() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(of(InviteKind::Meeting));
        client.ringing().await;
        client.press("y2");
        assert!(client.copied[0].contains(";gruu;opaque=app:conf:focus:id:"), "{:?}", client.copied);
        client.press("a");
        let known = |state: &State| meetings(state).any(|(_, meeting)| !meeting.join_url.is_empty());
        client.until(known).await;
        client.press("3y3");
        assert!(client.copied[1].starts_with("https://meet.contoso.example/"), "{:?}", client.copied);
        client.end().await;
    });
}
