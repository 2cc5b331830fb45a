//! The transfer of a connected call to somebody else: how it goes on, and how it fails.

use std::time::Duration;

use serde_json::json;

use super::call::{CallNumber, CallOutcome, CallState, CallTimer};
use super::calls::NOTIFICATION_DELAY;
use super::documents::updated;
use super::error::OperationError;
use super::operation_bodies::parse_transfer;
use super::state::GraphState;

/// The time for which the call rings at the new party, who then accepts it.
const RING: Duration = Duration::from_secs(2);

/// The time between the acceptance and the end of the bot's part in the call.
const COMPLETION: Duration = Duration::from_millis(300);

impl GraphState {
    /// Begins to transfer a call at the bot's request.
    ///
    /// # Errors
    /// Returns an error if the service would refuse the request.
    pub fn transfer(&mut self, number: CallNumber, body: &str) -> Result<(), OperationError> {
        if !self.options.may_redirect {
            return Err(OperationError::lacks_permission());
        }
        let live = self.live.get_mut(&number).ok_or_else(OperationError::not_found)?;
        parse_transfer(body, live.call.group)?;
        if live.state != CallState::Established {
            return Err(OperationError::bad_body("only a connected call can be transferred"));
        }
        live.state = CallState::Transferring;
        live.transfers += 1;
        let timer = CallTimer::Transfer(number, live.transfers);
        self.notify_state(number, "transferring", NOTIFICATION_DELAY);
        self.timers.push((RING, timer));
        Ok(())
    }

    /// Lets the latest transfer of a call go on: the new party accepts it, then the bot's part ends.
    pub fn advance_transfer(&mut self, number: CallNumber, transfer: u32) {
        let Some(live) = self.live.get_mut(&number).filter(|live| live.transfers == transfer) else { return };
        match live.state {
            CallState::Transferring => {
                live.state = CallState::TransferAccepted;
                self.notify_state(number, "transferAccepted", Duration::ZERO);
                self.timers.push((COMPLETION, CallTimer::Transfer(number, transfer)));
            }
            CallState::TransferAccepted => {
                let result = (0, 7_015, "GracefulTransferCompleted");
                self.finish(number, CallOutcome::Transferred, Some(result));
            }
            CallState::Incoming | CallState::Establishing | CallState::Established => {}
        }
    }

    /// Lets the transfer of a call fail: the call is connected again, and the notification has the reason.
    pub fn fail_transfer(&mut self, number: CallNumber, code: u32, subcode: u32) {
        let Some(live) = self.live.get_mut(&number) else { return };
        live.state = CallState::Established;
        let info = json!({
            "@odata.type": "#microsoft.graph.resultInfo",
            "code": code, "subcode": subcode, "message": "The transfer failed.",
        });
        let failed = updated(&live.id, &json!({"state": "established", "resultInfo": info}));
        self.notify(number, &failed, NOTIFICATION_DELAY, format!("the transfer of call {number} failed"));
    }
}
