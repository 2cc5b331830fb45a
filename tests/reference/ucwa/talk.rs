//! Conversations by text: how they begin, what is said, and how invitations to them end.

use rsvp::sim::{InviteeBehavior, MessageBody, Person};
use serde_json::{Value, json};

use super::{LENE, SAMANTHA, TOSH, leave};
use crate::walk::Walk;
use crate::wire::Wire;

fn text_to(uri: &str, wire: Wire) -> Value {
    let mut input = json!({
        "to": uri, "operationId": "op-1", "subject": "Lunch", "importance": "Urgent", "threadId": "thread-a",
    });
    if wire == Wire::Json {
        input["_links"] = json!({"message": {"href": "data:text/plain;charset=utf-8,Hello"}});
    }
    input
}

pub async fn exchange_messages(walk: &mut Walk) {
    walk.begins("an exchange of messages");
    invite_lene(walk).await;
    walk.post(LENE, "messagingInvitation", "accept", Value::Null).await;
    walk.say(TOSH, "text/plain", "Are you there?").await;
    walk.post(LENE, "messaging", "setIsTyping", Value::Null).await;
    walk.say(LENE, "text/html", "<b>Yes</b>").await;
    walk.post(TOSH, "messaging", "setIsTyping", Value::Null).await;
    walk.pass(15).await;
    walk.post(TOSH, "messaging", "stopMessaging", Value::Null).await;
    walk.pass(5).await;
    leave(walk).await;
}

async fn invite_lene(walk: &mut Walk) {
    let input = text_to("sip:lene@contoso.example", walk.wire);
    walk.post(TOSH, "communication", "startMessaging", input).await;
}

pub async fn invite_a_third(walk: &mut Walk) {
    walk.begins("a conversation of three");
    invite_lene(walk).await;
    walk.post(LENE, "messagingInvitation", "accept", Value::Null).await;
    let input = json!({"to": "sip:samantha@contoso.example", "operationId": "op-3"});
    walk.post(TOSH, "conversation", "addParticipant", input).await;
    walk.post(SAMANTHA, "onlineMeetingInvitation", "accept", Value::Null).await;
    if walk.find(TOSH, "participant", "admit").is_some() {
        walk.post(TOSH, "participant", "admit", Value::Null).await;
    }
    walk.post(SAMANTHA, "messaging", "addMessaging", json!({"operationId": "op-4"})).await;
    walk.say(SAMANTHA, "text/plain", "Hello both").await;
    leave(walk).await;
}

pub async fn answer_in_other_ways(walk: &mut Walk) {
    walk.begins("declining");
    for reason in [json!({"reason": "Local"}), json!({"reason": "Global"}), Value::Null] {
        invite_lene(walk).await;
        walk.post(LENE, "messagingInvitation", "decline", reason).await;
        walk.pass(40).await;
    }
    walk.begins("cancelling");
    invite_lene(walk).await;
    walk.post(TOSH, "messagingInvitation", "cancel", Value::Null).await;
    invite_lene(walk).await;
    walk.pass(40).await;
    leave(walk).await;
}

pub async fn talk_to_strangers(walk: &mut Walk) {
    walk.begins("talking to people who are no users");
    for (answers, name) in [
        (InviteeBehavior::Joins, "jo"),
        (InviteeBehavior::Declines, "dan"),
        (InviteeBehavior::Ignores, "ian"),
    ] {
        let uri = format!("sip:{name}@fabrikam.example");
        walk.sim.ucwa.add_person(Person { answers, ..Person::new(name, &uri) });
        let input = text_to(&uri, walk.wire);
        walk.post(TOSH, "communication", "startMessaging", input).await;
        walk.pass(40).await;
        if answers == InviteeBehavior::Joins {
            walk.sim.ucwa.lose_next_messages(1);
            walk.say(TOSH, "text/plain", "Are you there?").await;
            let known = walk.sim.ucwa.conversations();
            let known = known.last().expect("the person has joined");
            walk.sim.ucwa.type_in(known.number, &uri);
            walk.sim.ucwa.say(known.number, &uri, MessageBody::plain("Yes")).unwrap();
            walk.settle().await;
            walk.sim.ucwa.stop_messaging(known.number);
            walk.settle().await;
        }
        leave(walk).await;
    }
}
