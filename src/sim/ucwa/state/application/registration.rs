use serde_json::{Value, json};

use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::input::Input;

/// The longest text of a registration (characters).
const LONGEST: usize = 100;

/// The input of `applications`: how a client registered.
#[derive(Clone, Default)]
pub struct Registration {
    pub culture: String,
    pub endpoint_id: String,
    pub instance_id: Option<String>,
    pub user_agent: String,
}

impl Registration {
    /// Returns the metadata of the requests that create an application, as OPTIONS shows them.
    pub fn metadata() -> Value {
        let names = ["culture", "endpointId", "instanceId", "userAgent"];
        let parameters = names.map(|name| json!({"name": name, "supportedValues": []}));
        json!({"metadata": [{"httpMethod": "POST", "parameters": parameters}]})
    }

    /// Reads the registration from a request.
    ///
    /// # Errors
    /// Returns the refusal if the input is invalid.
    pub fn read(request: &ParsedRequest) -> Result<Self, Handled> {
        let mut input = Input::read("applications", request)?;
        let registration = Self {
            culture: input.required_text("culture", LONGEST),
            endpoint_id: input.required_text("endpointId", LONGEST),
            instance_id: input.text("instanceId", LONGEST),
            user_agent: input.required_text("userAgent", LONGEST),
        };
        input.check().map(|()| registration)
    }
}
