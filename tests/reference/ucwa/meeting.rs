//! A meeting with a lobby.

use serde_json::{Value, json};

use super::{LENE, SAMANTHA, TOSH, leave};
use crate::walk::Walk;

pub async fn meet(walk: &mut Walk) {
    walk.begins("a meeting");
    let input = json!({
        "operationId": "op-7", "subject": "Planning", "importance": "Normal", "threadId": "thread-c",
    });
    walk.post(TOSH, "communication", "startOnlineMeeting", input).await;
    let Some(meeting) = walk.href(TOSH, "onlineMeeting", "self") else { return };
    let meeting = walk.get(TOSH, "onlineMeeting", &meeting).await["onlineMeetingUri"].clone();
    let join = walk.href(LENE, "communication", "joinOnlineMeeting").unwrap();
    let unknown = json!({"onlineMeetingUri": "sip:nobody@contoso.example;gruu;opaque=app:conf:focus:id:0"});
    let refusal = ("404 DestinationNotFound", "an unknown meeting");
    walk.is_refused(LENE, "joinOnlineMeeting", &join, &unknown, refusal).await;
    for user in [LENE, SAMANTHA] {
        let input = json!({"onlineMeetingUri": meeting, "operationId": "op-8"});
        walk.post(user, "communication", "joinOnlineMeeting", input).await;
    }
    walk.post(TOSH, "participant", "reject", Value::Null).await;
    walk.post(TOSH, "participant", "admit", Value::Null).await;
    walk.post(TOSH, "messaging", "addMessaging", json!({"operationId": "op-9"})).await;
    for link in ["promote", "demote", "eject"] {
        walk.post(TOSH, "participant", link, Value::Null).await;
    }
    leave(walk).await;
}
