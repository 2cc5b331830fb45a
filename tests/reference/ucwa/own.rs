//! The user's own resources, the people whom the user knows, and what happened before.

use serde_json::{Value, json};

use super::{LENE, TOSH};
use crate::walk::Walk;

pub async fn change_own_settings(walk: &mut Walk) {
    walk.begins("changing the user's own settings");
    walk.post(LENE, "me", "presence", json!({"availability": "Busy"})).await;
    walk.post(LENE, "me", "presence", Value::Null).await;
    walk.post(LENE, "me", "note", json!({"message": "At lunch"})).await;
    walk.post(LENE, "me", "location", json!({"location": "Room 7"})).await;
    let network = json!({"clientNetworkType": "Internal", "ip": "192.0.2.1"});
    walk.post(LENE, "application", "reportMyNetwork", network).await;
    walk.put(LENE, "callForwardingSettings", &["activePeriod", "activeSetting", "unansweredCallHandling"])
        .await;
    let kept = [
        "audioPreference",
        "conversationHistory",
        "publishEndpointLocation",
        "supportedMessageFormats",
        "supportedModalities",
        "videoBasedScreenSharing",
    ];
    walk.put(LENE, "communication", &kept).await;
    walk.post(LENE, "callForwardingSettings", "turnOffCallForwarding", Value::Null).await;
    walk.post(LENE, "phone", "changeNumber", json!({"number": "tel:+14255550111"})).await;
    walk.post(LENE, "phone", "changeVisibility", json!({"includeInContactCard": true})).await;
    walk.batch(LENE).await;
}

pub async fn watch_people(walk: &mut Walk) {
    walk.begins("watching people");
    for query in ["lene", "nobody at all"] {
        walk.search(TOSH, query).await;
    }
    let input = json!({"duration": 10, "uris": ["sip:lene@contoso.example"]});
    walk.post(TOSH, "people", "presenceSubscriptions", input).await;
    walk.post(LENE, "me", "presence", json!({"availability": "Away"})).await;
    walk.post(LENE, "me", "note", json!({"message": "Back at four"})).await;
    walk.post(LENE, "me", "location", json!({"location": "Room 8"})).await;
    let more = json!({"contactUris": ["sip:samantha@contoso.example"]});
    walk.post(TOSH, "presenceSubscription", "addToPresenceSubscription", more.clone()).await;
    walk.post(TOSH, "presenceSubscription", "memberships", more).await;
    walk.delete(TOSH, "presenceSubscriptionMembership").await;
    walk.post(TOSH, "presenceSubscription", "self", json!({"duration": 10})).await;
    walk.post(TOSH, "defaultGroup", "subscribeToGroupPresence", json!({"duration": 10, "groupId": "1"}))
        .await;
    walk.pass(9 * 60 + 30).await;
    walk.delete(TOSH, "presenceSubscription").await;
}

pub async fn read_logs(walk: &mut Walk) {
    walk.begins("reading the logs");
    walk.post(LENE, "conversationLog", "markAsRead", Value::Null).await;
    walk.delete(LENE, "conversationLog").await;
}

pub async fn recover(walk: &mut Walk) {
    walk.begins("recovering the event channel");
    walk.sim.ucwa.force_resync();
    walk.poll(TOSH).await;
    walk.sim.ucwa.force_resume();
    walk.poll(TOSH).await;
    walk.settle().await;
}
