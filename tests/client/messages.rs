//! Messages between users, each with a client: read, written, typed, lost and left.

use std::time::Duration;

use rsvp::app::{Delivery, PostKind, State};
use rsvp::sim::{Fault, FaultKind, MessageBody, MessageFormat, Person, Simulator, UcwaOptions};

use crate::conversations::in_conversation;
use crate::support::{TestClient, both, im, simulator_with};

const LENE: &str = "sip:lenea@contoso.example";

/// Returns the texts of the only conversation, each with a sign of what it is.
fn texts(state: &State) -> Vec<String> {
    let words = |kind: &PostKind| match kind {
        PostKind::Preview(from, text) => format!("({}: {})", from.label(), text.one_line()),
        PostKind::Received(from, text) => format!("{}: {}", from.label(), text.one_line()),
        PostKind::Sent { text, delivery: Delivery::Delivered, .. } => format!("You: {}", text.one_line()),
        PostKind::Sent { text, delivery, .. } => format!("You: {} {delivery:?}", text.one_line()),
        PostKind::Gap => "gap".into(),
    };
    state.threads.values().flat_map(|thread| &thread.posts).map(|post| words(&post.kind)).collect()
}

/// Sends a message of Lene to the user.
fn say(sim: &Simulator, text: &str) {
    let number = sim.ucwa.conversations()[0].number;
    sim.ucwa.say(number, LENE, MessageBody::plain(text)).unwrap();
}

#[test]
fn the_message_of_the_invitation_and_those_after_it_are_read_once_and_in_order() {
    both(|| async {
        let mut client = in_conversation().await;
        client.until(|state| texts(state) == ["Lene Aaling: Hi Tosh, 1+1?"]).await;
        client.sim.fault(Fault::next("events", FaultKind::Twice));
        client.sim.ucwa.interrupt_polls();
        for text in ["one & two", "three\nfour", "<five> %2B +"] {
            say(&client.sim, text);
        }
        let all = [
            "Lene Aaling: Hi Tosh, 1+1?",
            "Lene Aaling: one & two",
            "Lene Aaling: three four",
            "Lene Aaling: <five> %2B +",
        ];
        client.until(|state| texts(state) == all).await;
        let html = "<p>A <b>bold</b> word &amp; <a href=\"https://contoso.example/x\">a link</a></p>";
        let body = MessageBody { text: html.into(), format: MessageFormat::Html };
        client.sim.ucwa.say(client.sim.ucwa.conversations()[0].number, LENE, body).unwrap();
        client.until(|state| texts(state).len() == 5).await;
        assert!(texts(&client.state)[4].contains("A bold word & "), "{:?}", texts(&client.state));
        client.wait(60).await;
        assert_eq!(texts(&client.state).len(), 5);
        client.end().await;
    });
}

#[test]
fn a_server_that_announces_messages_and_one_that_does_not_are_read_alike() {
    both(|| async {
        let sim = simulator_with(UcwaOptions { announces_messages: true, ..UcwaOptions::default() });
        let mut client = TestClient::online_at(&sim).await;
        crate::conversations::converse(&mut client).await;
        say(&sim, "Once");
        client.until(|state| texts(state).len() == 2).await;
        client.wait(5).await;
        assert_eq!(texts(&client.state), ["Lene Aaling: Hi Tosh, 1+1?", "Lene Aaling: Once"]);
        client.end().await;
    });
}

#[test]
fn after_events_were_lost_while_an_answer_was_on_its_way_the_first_place_is_marked() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.fault(Fault::next("events", FaultKind::error(403, "")).times(20));
        client.sim.ucwa.interrupt_polls();
        client.wait(1).await;
        client.press("a");
        client.wait(1).await;
        say(&client.sim, "Lost");
        client.sim.ucwa.lose_waiting_messages();
        client.sim.heal();
        client.until(|state| texts(state) == ["(Lene Aaling: Hi Tosh, 1+1?)", "gap"]).await;
        say(&client.sim, "Found");
        client.until(|state| texts(state).len() == 3).await;
        client.end().await;
    });
}

#[test]
fn a_message_that_does_not_arrive_is_marked_and_sent_again() {
    both(|| async {
        let mut client = in_conversation().await;
        client.until(|state| texts(state).len() == 1).await;
        client.sim.ucwa.lose_next_messages(1);
        client.press("3mHello\n");
        client.until(|state| texts(state).last().is_some_and(|text| text.contains("Failed"))).await;
        client.press("r");
        client.until(|state| texts(state).last().is_some_and(|text| text == "You: Hello")).await;
        assert_eq!(texts(&client.state).len(), 2);
        client.sim.fault(Fault::next("sendMessage", FaultKind::error(403, "")));
        client.press("mNo\n");
        client
            .until(|state| texts(state).last().is_some_and(|text| text.starts_with("You: No Failed")))
            .await;
        client.end().await;
    });
}

#[test]
fn after_events_were_lost_the_place_is_marked() {
    both(|| async {
        let mut client = in_conversation().await;
        client.until(|state| texts(state).len() == 1).await;
        client.sim.ucwa.force_resync();
        client.until(|state| texts(state).last().is_some_and(|text| text == "gap")).await;
        say(&client.sim, "After");
        client.until(|state| texts(state).last().is_some_and(|text| text.contains("After"))).await;
        say(&client.sim, "Lost");
        client.sim.ucwa.lose_waiting_messages();
        say(&client.sim, "Found");
        let all = ["Lene Aaling: Hi Tosh, 1+1?", "gap", "Lene Aaling: After", "gap", "Lene Aaling: Found"];
        client.until(|state| texts(state) == all).await;
        client.end().await;
    });
}

#[test]
fn what_is_said_where_the_user_no_longer_is_opens_nothing() {
    both(|| async {
        let mut client = in_conversation().await;
        client.until(|state| texts(state).len() == 1).await;
        // The events arrive in reverse: the message comes after the end of its conversation.
        client.sim.fault(Fault::next("events", FaultKind::Reversed));
        client.sim.ucwa.interrupt_polls();
        client.wait(1).await;
        say(&client.sim, "Late");
        client.sim.ucwa.leave(client.sim.ucwa.conversations()[0].number, LENE);
        client.until(|state| state.conversations.is_empty()).await;
        client.wait(5).await;
        assert!(client.state.threads.is_empty(), "{:?}", texts(&client.state));
        client.end().await;
    });
}

#[test]
fn two_users_talk_see_each_other_type_and_leave() {
    both(|| async {
        let lene = Person::new("Lene Aaling", LENE);
        let sim = simulator_with(UcwaOptions { colleagues: vec![lene], ..UcwaOptions::default() });
        let mut tosh = TestClient::of_user(&sim, 0).await;
        let mut lene = TestClient::of_user(&sim, 1).await;
        sim.ucwa.call(0, LENE, "Hi Lene").unwrap();
        lene.ringing().await;
        lene.press("a");
        let ready = |state: &State| state.conversations.iter().any(|conversation| conversation.can_send);
        lene.until(ready).await;
        tosh.until(ready).await;
        lene.until(|state| texts(state) == ["Tosh Meston: Hi Lene"]).await;
        tosh.press("3mHow are");
        lene.until(|state| state.threads.values().any(|thread| thread.typing.len() == 1)).await;
        tosh.press(" you?\n");
        lene.until(|state| texts(state).len() == 2).await;
        assert!(lene.state.threads.values().all(|thread| thread.typing.is_empty()));
        tosh.until(|state| texts(state) == ["You: How are you?"]).await;
        lene.press("3mFine\n");
        tosh.until(|state| texts(state) == ["You: How are you?", "Lene Aaling: Fine"]).await;
        tosh.press("x");
        tosh.until(|state| state.conversations.is_empty()).await;
        assert!(lene.within(Duration::from_secs(2), |state| state.conversations.is_empty()).await);
        assert_eq!(sim.complaints(), Vec::<String>::new());
    });
}

#[test]
fn a_message_that_arrived_before_the_reply_to_it_is_shown_as_delivered() {
    both(|| async {
        let mut client = in_conversation().await;
        client.until(|state| texts(state).len() == 1).await;
        client.sim.fault(Fault::next("sendMessage", FaultKind::Late(1.0)));
        client.press("3mHello\n");
        client.until(|state| state.pending_requests.is_empty()).await;
        client.until(|state| texts(state).last().is_some_and(|text| text == "You: Hello")).await;
        client.wait(5).await;
        assert_eq!(texts(&client.state).last().map(String::as_str), Some("You: Hello"));
        client.end().await;
    });
}
