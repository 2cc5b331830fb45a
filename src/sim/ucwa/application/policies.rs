//! The administrator's policies, and the report of the client's network.

use serde_json::{Value, json};

use crate::sim::reply::Reply;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::input::Input;
use crate::sim::ucwa::input::enumerations::CLIENT_NETWORK_TYPE;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::resource::personal::PersonalResource;
use crate::sim::ucwa::state::world::World;

/// The longest identifier of a network (characters).
const LONGEST: usize = 1_000;

impl World {
    /// Returns the resource `policies`: those of an organization that leaves the defaults.
    pub fn policies_document(&mut self, application: &str) -> Value {
        let uri = self.person(self.user_of(application)).uri;
        json!({
            "rel": "policies", "allowDeviceContactsSync": "Disabled", "audioOnlyOnWifi": "Disabled",
            "callLogArchiving": "Enabled", "clientExchangeConnectivity": "Enabled",
            "customerExperienceImprovementProgram": "Disabled", "emergencyDialMask": "555",
            "emergencyDialString": "911", "emergencyNumbers": ["911"], "emergencyServiceDisclaimer": "",
            "emoticons": "Enabled", "encryptAppData": "Disabled", "exchangeUnifiedMessaging": "Disabled",
            "htmlMessaging": "Enabled", "locationRefreshInterval": 4, "locationRequired": "No",
            "logging": "Disabled", "loggingLevel": "Off", "messageArchiving": "Enabled",
            "messagingUrls": "Enabled", "multiViewJoin": "Disabled", "photos": "Enabled",
            "saveCallLogs": "Enabled", "saveCredentials": "Enabled", "saveMessagingHistory": "Enabled",
            "sharingOnlyOnWifi": "Disabled", "softwareQualityMetrics": "Disabled",
            "telephonyMode": "Uc", "useLocationForE911Only": "Disabled", "videoOnlyOnWifi": "Disabled",
            "voicemailUri": format!("{uri};opaque=app:voicemail"),
            "_links": self.links(application, Resource::Personal(PersonalResource::Policies), &[]),
        })
    }
}

/// Handles a POST to `reportMyNetwork`.
///
/// # Errors
/// Returns the refusal if the input is invalid.
pub fn report_network(request: &ParsedRequest) -> Result<Handled, Handled> {
    let mut input = Input::read("reportMyNetwork", request)?;
    if input.member("clientNetworkType", &CLIENT_NETWORK_TYPE).is_none() {
        input.require("clientNetworkType");
    }
    for name in ["chassisID", "ip", "mac", "portID", "rssi", "subnetID", "wapBSSID"] {
        input.text(name, LONGEST);
    }
    input.check()?;
    Ok(Handled::new(Reply::empty(201), "reportMyNetwork"))
}
