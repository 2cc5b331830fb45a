//! How calls and what is told of them look on the wire.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use super::caller::{CallModality, guid_of};
use super::calls::Live;

/// A whole notification.
pub(super) fn envelope(value: &[Value]) -> Value {
    json!({"@odata.type": "#microsoft.graph.commsNotifications", "value": value})
}

/// Something about a call; its own id is left out where the documentation leaves it out.
pub(super) fn told(change: &str, id: &str, data: &Value) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.commsNotification", "changeType": change,
        "resourceUrl": format!("/communications/calls/{id}"), "resourceData": data,
    })
}

/// That a call changed, with nothing but what changed.
pub(super) fn updated(id: &str, changes: &Value) -> Value {
    let mut notification = told("updated", id, &with(id, changes));
    notification["resource"] = format!("/app/calls/{id}").into();
    notification["resourceData"]["id"] = id.into();
    notification
}

/// That a call is over.
pub(super) fn deleted(id: &str, changes: &Value) -> Value {
    told("deleted", id, &with(id, changes))
}

/// How a call that was answered ended. Codes come as numbers and as strings.
pub(super) fn terminated(code: u32, subcode: u32, message: &str, as_text: bool) -> Value {
    let number = |number: u32| if as_text { Value::from(number.to_string()) } else { Value::from(number) };
    json!({"state": "terminated", "resultInfo": {
        "@odata.type": "#microsoft.graph.resultInfo",
        "code": number(code), "subcode": number(subcode), "message": message,
    }})
}

fn with(id: &str, changes: &Value) -> Value {
    let mut data =
        json!({"@odata.type": "#microsoft.graph.call", "@odata.id": format!("/communications/calls/{id}")});
    for (name, value) in changes.as_object().into_iter().flatten() {
        data[name] = value.clone();
    }
    data
}

impl Live {
    /// The call as it is told of when it comes, and as it is got.
    pub fn resource(&self, bot: &str, callback: Option<&str>) -> Value {
        let call = &self.call;
        let modalities: Vec<&str> = call.modalities.iter().map(|it| it.name()).collect();
        let subject = if call.subject.is_empty() { Value::Null } else { call.subject.clone().into() };
        let mut data = json!({
            "@odata.etag": format!("W/\"{}\"", 5_444 + self.number), "state": self.state.name(),
            "direction": "incoming", "subject": subject, "callbackUri": callback,
            "source": {
                "@odata.type": "#microsoft.graph.participantInfo",
                "identity": call.caller.identity(&self.tenant),
                "endpointType": "default", "region": "amer", "languageId": "en-us",
            },
            "targets": [{
                "@odata.type": "#microsoft.graph.invitationParticipantInfo",
                "identity": {"@odata.type": "#microsoft.graph.identitySet", "application": {
                    "@odata.type": "#microsoft.graph.identity", "id": bot, "displayName": "Bot",
                }},
            }],
            "requestedModalities": modalities,
            "callRoutes": [], "tenantId": self.tenant, "myParticipantId": guid_of(&self.chain),
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
        with(&self.id, &data)
    }

    /// That the call comes. Half of them don't name the id but in the address.
    pub fn created(&self, bot: &str, callback: Option<&str>) -> Value {
        let mut notification = told("created", &self.id, &self.resource(bot, callback));
        if self.number.is_multiple_of(2) {
            notification["resource"] = format!("/app/calls/{}", self.id).into();
            notification["resourceData"]["id"] = self.id.clone().into();
        }
        notification
    }
}
