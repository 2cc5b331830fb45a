//! Conversations: what they offer, their messages and their end.

use rsvp::invitation::Conversation;
use rsvp::sim::{Fault, FaultKind};

use crate::support::{TestClient, both, found, im};

/// Returns a client that takes part in a conversation with Lene Aaling.
pub async fn in_conversation() -> TestClient {
    let mut client = TestClient::online().await;
    converse(&mut client).await;
    client
}

pub async fn converse(client: &mut TestClient) {
    client.sim.ucwa.invite(im());
    client.ringing().await;
    client.press("a");
    let ready = |conversation: &Conversation| conversation.can_invite && conversation.can_send;
    client.until(|state| state.conversations.iter().any(ready)).await;
}

#[test]
fn what_a_conversation_offers_and_that_it_is_over_is_as_the_server_tells_it_last() {
    both(|| async {
        let mut client = in_conversation().await;
        client.sim.fault(Fault::next("conversation", found("conversation", "Connected")));
        client.sim.ucwa.force_resync();
        let invites = |conversation: &Conversation| conversation.can_invite;
        client.until(|state| !state.conversations.iter().any(invites)).await;
        assert_eq!(client.state.conversations.len(), 1);
        client.sim.fault(Fault::next("conversation", found("conversation", "Disconnected")));
        client.sim.ucwa.force_resync();
        client.until(|state| state.conversations.is_empty()).await;
        client.end().await;
    });
}

#[test]
fn a_message_is_sent_once_as_plain_text_with_the_name_of_its_operation() {
    both(|| async {
        let mut client = in_conversation().await;
        client.press("3mHello & good day\n");
        client.until(|state| state.pending_requests.is_empty()).await;
        let messages: Vec<_> =
            client.sim.record().into_iter().filter(|request| request.summary == "sendMessage").collect();
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].body, "Hello & good day");
        let operation = messages[0].target.split_once("operationId=").map(|(_, name)| name.to_owned());
        assert!(operation.is_some_and(|name| (1..=50).contains(&name.len())), "{}", messages[0].target);
        client.end().await;
    });
}

#[test]
fn a_conversation_that_could_not_be_left_stays_and_says_so() {
    both(|| async {
        for (status, subcode) in [(403, ""), (409, ""), (500, ""), (404, "ApplicationNotFound")] {
            let mut client = in_conversation().await;
            client.sim.fault(Fault::next("conversation", FaultKind::error(status, subcode)));
            client.press("3x");
            client.until(|state| state.pending_requests.is_empty()).await;
            assert!(!client.was_notified("You left"), "{status}: {:?}", client.notices);
            client.wait(10).await;
            assert_eq!(client.state.conversations.len(), 1, "{status}");
            client.nothing_is_lost().await;
            client.end().await;
        }
    });
}
