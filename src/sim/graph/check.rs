//! The simulator's own endpoint for `rsvp check`: it sends a test notification to the webhook.

use serde_json::json;

use super::super::reply::Reply;
use super::super::request::{Handled, ParsedRequest};
use super::documents::{envelope, updated};
use super::notification::WebhookRequest;
use super::service::CallingService;
use crate::provider::origin::encrypted_or_local;

/// The summary of a check in the record.
const SUMMARY: &str = "check of the webhook";

impl CallingService {
    /// Sends a valid notification of an unknown call to the address in the request, and responds with the
    /// status of the webhook's response; 0 if there was none.
    pub(super) async fn check(&self, request: &ParsedRequest) -> Handled {
        let refused = |status, why: &str| {
            Handled::new(Reply::json(status, json!({ "error": why })), format!("{SUMMARY}, refused"))
        };
        let url = serde_json::from_str::<serde_json::Value>(&request.body)
            .ok()
            .and_then(|body| url::Url::parse(body.get("url")?.as_str()?).ok())
            .filter(|url| encrypted_or_local(url).is_ok());
        let Some(url) = url else { return refused(400, "`url` is neither encrypted nor on this machine") };
        if !self.has_webhook() {
            return refused(409, "the simulator has no connection to a webhook");
        }
        let authorization = match self.authorization() {
            Ok(authorization) => authorization,
            Err(why) => return refused(500, &why),
        };
        let call = uuid::Uuid::new_v4().to_string();
        let sending = self.send(WebhookRequest {
            url,
            authorization: Some(authorization),
            scenario: uuid::Uuid::new_v4().to_string(),
            chain: uuid::Uuid::new_v4().to_string(),
            message: uuid::Uuid::new_v4().to_string(),
            body: envelope(&[updated(&call, &json!({"state": "established"}))]).to_string().into(),
            summary: SUMMARY.into(),
            forgery: None,
            is_last_attempt: false,
        });
        let result = match sending.await {
            Ok(status) => json!({"call": call, "status": status}),
            Err(why) => json!({"call": call, "status": 0, "error": why}),
        };
        Handled::new(Reply::json(200, result), SUMMARY)
    }
}
