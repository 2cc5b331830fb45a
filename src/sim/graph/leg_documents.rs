//! The participants and the operations of a call as the bot reads them, as the documentation of Graph
//! describes them.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use super::call::LiveCall;
use super::caller::guid_of;
use super::leg::{CommsOperation, OperationKind, OperationStatus, Participant};

impl LiveCall {
    /// Returns the id of the bot's own participant.
    pub fn bot_participant(&self) -> String {
        guid_of(&self.chain)
    }

    /// Returns the caller as a participant.
    pub fn caller_as_participant(&self) -> Participant {
        let identity = self.call.caller.identity(&self.tenant);
        Participant { id: guid_of(&self.id), identity, is_muted: false }
    }

    /// Returns the targets of a call that the bot made as participants.
    pub fn called(&self) -> Vec<Participant> {
        let targets = self.outgoing.as_ref().map(|outgoing| outgoing.targets.as_slice());
        targets.unwrap_or_default().iter().map(Participant::invited).collect()
    }

    /// Returns the participants, the bot first; none before the bot has answered.
    pub fn roster(&self, bot: &str) -> Vec<Value> {
        let Some(leg) = &self.leg else { return Vec::new() };
        let bot =
            Participant { id: self.bot_participant(), identity: bot_identity(bot), is_muted: leg.is_muted };
        let all = std::iter::once(&bot).chain(&leg.others);
        all.enumerate().map(|(index, participant)| participant.document(index + 1)).collect()
    }
}

/// Returns the `identitySet` of the bot.
pub(super) fn bot_identity(bot: &str) -> Value {
    json!({"@odata.type": "#microsoft.graph.identitySet", "application": {
        "@odata.type": "#microsoft.graph.identity", "id": bot, "displayName": "Bot",
    }})
}

impl Participant {
    /// Returns the `participant`, whose media come from the source of that number.
    fn document(&self, source: usize) -> Value {
        json!({
            "@odata.type": "#microsoft.graph.participant", "id": self.id,
            "info": {
                "@odata.type": "#microsoft.graph.participantInfo", "identity": self.identity,
                "endpointType": "default", "region": "amer", "languageId": "en-us",
            },
            "mediaStreams": [{
                "@odata.type": "#microsoft.graph.mediaStream", "mediaType": "audio", "label": "main-audio",
                "sourceId": source.to_string(), "direction": "sendReceive", "serverMuted": self.is_muted,
            }],
            "isMuted": self.is_muted, "isInLobby": false, "metadata": null,
        })
    }

    /// Returns the `invitationParticipantInfo`.
    fn invitation(&self) -> Value {
        json!({
            "@odata.type": "#microsoft.graph.invitationParticipantInfo", "identity": self.identity,
            "endpointType": null, "participantId": self.id, "replacesCallId": null,
        })
    }
}

impl CommsOperation {
    /// Returns the `commsOperation`.
    pub fn document(&self) -> Value {
        let mut document = json!({
            "@odata.type": format!("#microsoft.graph.{}", self.kind.name()), "id": self.id,
            "status": self.status.name(), "clientContext": self.client_context,
            "resultInfo": self.result(),
        });
        if let OperationKind::Invite(invited) = &self.kind {
            document["participants"] = invited.iter().map(Participant::invitation).collect();
        }
        document
    }

    /// Returns the `commsOperation` in the notification of its end.
    pub fn ended(&self, call: &str) -> Value {
        let mut document = self.document();
        document["@odata.id"] = format!("/communications/calls/{call}/operations/{}", self.id).into();
        document
    }

    /// Returns the `resultInfo` of an operation that takes time and has ended.
    fn result(&self) -> Value {
        let (code, subcode, message) = match self.status {
            OperationStatus::NotStarted | OperationStatus::Running => return Value::Null,
            OperationStatus::Completed => (200, 0, "Action completed successfully."),
            OperationStatus::Failed => (400, 8_508, "The operation was canceled."),
        };
        json!({
            "@odata.type": "#microsoft.graph.resultInfo",
            "code": code, "subcode": subcode, "message": message,
        })
    }
}
