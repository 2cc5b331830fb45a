use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::input::Input;
use crate::sim::ucwa::input::enumerations::{ACTIVE_PERIOD, CALL_FORWARDING_STATE, UNANSWERED_CALL_HANDLING};

/// The rules of `callForwardingSettings`. Calls do not follow them.
#[derive(Clone, Copy)]
pub struct CallForwarding {
    pub active_period: &'static str,
    pub active_setting: &'static str,
    pub unanswered_call_handling: &'static str,
}

/// The rules of a user whose calls are not forwarded.
impl Default for CallForwarding {
    fn default() -> Self {
        Self { active_period: "Always", active_setting: "None", unanswered_call_handling: "Disabled" }
    }
}

impl CallForwarding {
    /// Reads the rules from the input of a PUT, which keeps what it leaves out.
    ///
    /// # Errors
    /// Returns the refusal if the input is invalid.
    pub fn read(self, request: &ParsedRequest) -> Result<Self, Handled> {
        let mut input = Input::read("callForwardingSettings", request)?;
        let period = input.member("activePeriod", &ACTIVE_PERIOD);
        let setting = input.member("activeSetting", &CALL_FORWARDING_STATE);
        let unanswered = input.member("unansweredCallHandling", &UNANSWERED_CALL_HANDLING);
        input.check().map(|()| Self {
            active_period: period.unwrap_or(self.active_period),
            active_setting: setting.unwrap_or(self.active_setting),
            unanswered_call_handling: unanswered.unwrap_or(self.unanswered_call_handling),
        })
    }
}
