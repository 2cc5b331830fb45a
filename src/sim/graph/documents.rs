//! The calls and the notifications as the bot reads them, as the documentation of Graph describes them.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use super::call::{LiveCall, Outgoing};
use super::caller::{CallModality, guid_of};
use super::leg_documents::bot_identity;

/// Returns the body of a request to the webhook: a `commsNotifications` with these notifications.
pub(super) fn envelope(value: &[Value]) -> Value {
    json!({"@odata.type": "#microsoft.graph.commsNotifications", "value": value})
}

/// Returns a `commsNotification` of a call, without the properties `resource` and `id`, which the service
/// often leaves out.
pub(super) fn notification(change: &str, id: &str, data: &Value) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.commsNotification", "changeType": change,
        "resourceUrl": format!("/communications/calls/{id}"), "resourceData": data,
    })
}

/// Returns the notification that a call changed, with only the changed properties.
pub(super) fn updated(id: &str, changes: &Value) -> Value {
    let mut updated = notification("updated", id, &call_with(id, changes));
    updated["resource"] = format!("/app/calls/{id}").into();
    updated["resourceData"]["id"] = id.into();
    updated
}

/// Returns the notification that a call ended.
pub(super) fn deleted(id: &str, changes: &Value) -> Value {
    notification("deleted", id, &call_with(id, changes))
}

/// Returns the properties of an answered call that ended. The codes are strings if `as_text` is set.
pub(super) fn terminated(code: u32, subcode: u32, message: &str, as_text: bool) -> Value {
    let number = |number: u32| if as_text { Value::from(number.to_string()) } else { Value::from(number) };
    json!({"state": "terminated", "resultInfo": {
        "@odata.type": "#microsoft.graph.resultInfo",
        "code": number(code), "subcode": number(subcode), "message": message,
    }})
}

/// Returns a `call` with its address and the given properties.
fn call_with(id: &str, properties: &Value) -> Value {
    let mut data =
        json!({"@odata.type": "#microsoft.graph.call", "@odata.id": format!("/communications/calls/{id}")});
    for (name, value) in properties.as_object().into_iter().flatten() {
        data[name] = value.clone();
    }
    data
}

impl Outgoing {
    /// Sets the properties of a call that differ if the bot made it.
    fn describe(&self, bot: &str, call: &mut Value) {
        call["direction"] = "outgoing".into();
        call["source"] = json!({
            "@odata.type": "#microsoft.graph.participantInfo", "identity": bot_identity(bot),
            "countryCode": null, "endpointType": null, "region": null, "languageId": null,
        });
        call["targets"] = self.targets.clone().into();
        call["incomingContext"] = Value::Null;
        for (name, info) in [("chatInfo", &self.chat), ("meetingInfo", &self.meeting)] {
            if let Some(info) = info {
                call[name] = info.clone();
            }
        }
    }
}

impl LiveCall {
    /// Returns the `call` with the properties that the notification of a new call has. `callback` is the address
    /// of the webhook.
    pub fn document(&self, bot: &str, callback: Option<&str>) -> Value {
        let call = &self.call;
        let modalities: Vec<&str> = call.modalities.iter().map(|it| it.name()).collect();
        let subject = if call.subject.is_empty() { Value::Null } else { call.subject.clone().into() };
        let callback = self.callback.as_ref().map(url::Url::as_str).or(callback);
        let mut data = json!({
            "@odata.etag": format!("W/\"{}\"", 5_444 + self.number), "state": self.state.name(),
            "direction": "incoming", "subject": subject, "callbackUri": callback,
            "source": {
                "@odata.type": "#microsoft.graph.participantInfo",
                "identity": call.caller.identity(&self.tenant),
                "endpointType": "default", "region": "amer", "languageId": "en-us",
            },
            "targets": [{
                "@odata.type": "#microsoft.graph.invitationParticipantInfo", "identity": bot_identity(bot),
            }],
            "requestedModalities": modalities,
            "callRoutes": [], "tenantId": self.tenant, "myParticipantId": self.bot_participant(),
            "incomingContext": {
                "@odata.type": "#microsoft.graph.incomingContext",
                "sourceParticipantId": guid_of(&self.id), "observedParticipantId": guid_of(&self.id),
            },
        });
        if let Some(from) = &call.forwarded_from {
            let original = if from.starts_with('+') {
                json!({"phone": {"id": from}})
            } else {
                json!({"user": {"id": guid_of(from), "displayName": from, "tenantId": self.tenant}})
            };
            data["callRoutes"] = json!([{
                "@odata.type": "#microsoft.graph.callRoute", "routingType": "forwarded",
                "original": original, "final": {"application": {"id": bot}},
            }]);
        }
        if call.group {
            data["chatInfo"] = json!({
                "@odata.type": "#microsoft.graph.chatInfo",
                "threadId": format!("19:meeting_{}@thread.v2", self.chain), "messageId": "0",
            });
            data["meetingInfo"] = json!({
                "@odata.type": "#microsoft.graph.organizerMeetingInfo",
                "organizer": {"user": {"id": guid_of(&self.scenario), "tenantId": self.tenant}},
            });
        }
        if !self.accepted.is_empty() {
            let media = |it: &CallModality| json!({"modality": it.name(), "direction": "sendReceive"});
            data["mediaState"] = json!({"audio": "active"});
            data["activeModalities"] = self.accepted.iter().map(media).collect();
        }
        if let Some(outgoing) = &self.outgoing {
            outgoing.describe(bot, &mut data);
        }
        call_with(&self.id, &data)
    }

    /// Returns the notification of the new call. Half of the calls have their id in the address only.
    pub fn created_notification(&self, bot: &str, callback: Option<&str>) -> Value {
        let mut created = notification("created", &self.id, &self.document(bot, callback));
        if self.number.is_multiple_of(2) {
            created["resource"] = format!("/app/calls/{}", self.id).into();
            created["resourceData"]["id"] = self.id.clone().into();
        }
        created
    }
}
