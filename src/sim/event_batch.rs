//! A batch of events, which is encoded without copying the events.

use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// The document with which a poll is answered.
#[derive(Serialize)]
pub(super) struct EventBatch {
    #[serde(rename = "_links")]
    pub links: Value,
    pub sender: Vec<Sender>,
}

/// Consecutive events of the same sender.
#[derive(Serialize)]
pub(super) struct Sender {
    pub rel: &'static str,
    pub href: String,
    pub events: Vec<SharedEvent>,
}

/// An event that is kept until the client has acknowledged it.
#[derive(Clone)]
pub(super) struct SharedEvent(Arc<Value>);

impl SharedEvent {
    pub fn new(event: Value) -> Self {
        Self(Arc::new(event))
    }

    pub fn get(&self) -> &Value {
        &self.0
    }
}

impl Serialize for SharedEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl EventBatch {
    /// Returns the batch in JSON.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Returns a copy of the batch that can be changed.
    pub fn to_document(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}
