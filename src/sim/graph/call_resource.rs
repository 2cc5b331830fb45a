//! The responses that read a call, its participants and its operations.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Map, Value, json};

use super::super::request::ParsedRequest;
use super::call::LiveCall;
use super::error::OperationError;

/// The address of a call in responses.
pub(super) struct CallAddress<'a> {
    /// The address of the service with the version, such as `https://graph.microsoft.com/v1.0`.
    root: String,
    id: &'a str,
}

impl<'a> CallAddress<'a> {
    /// Returns the address of the call with that id, at the service that received the request.
    pub fn new(request: &ParsedRequest, id: &'a str) -> Self {
        let version = if request.path.starts_with("/beta/") { "beta" } else { "v1.0" };
        Self { root: format!("{}/{version}", request.base), id }
    }

    /// Returns the address of the call.
    pub fn call(&self) -> String {
        format!("{}/communications/calls/{}", self.root, self.id)
    }

    /// Returns the address of an operation.
    pub fn operation(&self, id: &str) -> String {
        format!("{}/operations/{id}", self.call())
    }

    /// Returns the `@odata.context` of a resource.
    fn context(&self, resource: &str) -> Value {
        format!("{}/$metadata#{resource}", self.root).into()
    }

    /// Returns a collection below the call.
    pub fn collection(&self, name: &str, value: &[Value]) -> Value {
        let context = self.context(&format!("communications/calls('{}')/{name}", self.id));
        json!({"@odata.context": context, "value": value})
    }

    /// Returns an item of a collection below the call.
    pub fn item(&self, collection: &str, item: Value) -> Value {
        let resource = format!("communications/calls('{}')/{collection}/$entity", self.id);
        self.with_context(&resource, item)
    }

    /// Returns an operation in the response to the request that started it.
    pub fn started(&self, operation: Value) -> Value {
        let kind = operation["@odata.type"].as_str().unwrap_or_default();
        let resource = kind.trim_start_matches("#microsoft.graph.").to_owned();
        self.with_context(&resource, operation)
    }

    fn with_context(&self, resource: &str, mut document: Value) -> Value {
        document["@odata.context"] = self.context(resource);
        document
    }

    /// Returns the whole `call`.
    pub fn whole(&self, call: Value) -> Value {
        self.with_context("communications/calls/$entity", call)
    }

    /// Returns the `call` with the properties that the query selects.
    ///
    /// # Errors
    /// Returns an error if the query names a property that calls do not have.
    pub fn selected(&self, call: Value, request: &ParsedRequest) -> Result<Value, OperationError> {
        let selected = request.parameters().remove("$select");
        let selected = selected.unwrap_or_default();
        let names: Vec<&str> = selected.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        if names.is_empty() || names.contains(&"*") {
            return Ok(self.whole(call));
        }
        if let Some(unknown) = names.iter().find(|name| call.get(**name).is_none()) {
            return Err(OperationError::no_property(unknown, "call"));
        }
        let is_selected = |name: &str| name.starts_with("@odata.") || names.contains(&name);
        let members = call.as_object().into_iter().flatten();
        let properties: Map<String, Value> = members
            .filter(|(name, _)| is_selected(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let resource = format!("communications/calls({})/$entity", names.join(","));
        Ok(self.with_context(&resource, properties.into()))
    }
}

impl LiveCall {
    /// Returns the `call` with the properties that only a response has.
    pub fn resource(&self, bot: &str, callback: Option<&str>) -> Value {
        let mut call = self.document(bot, callback);
        call["id"] = self.id.clone().into();
        call["callChainId"] = self.chain.clone().into();
        call["mediaConfig"] = self.leg.as_ref().map(|leg| leg.media.document.clone()).into();
        let others = [
            "answeredBy",
            "callOptions",
            "chatInfo",
            "incomingContext",
            "mediaState",
            "meetingInfo",
            "resultInfo",
            "ringingTimeoutInSeconds",
            "toneInfo",
            "transcription",
        ];
        for name in others {
            if call.get(name).is_none() {
                call[name] = Value::Null;
            }
        }
        call
    }
}
