//! Whether the service's notifications arrive: one is sent for the asking.

use serde_json::json;

use super::super::Simulator;
use super::super::reply::Reply;
use super::super::requests::{Asked, Handled};
use super::notify::Parcel;
use super::resources::{envelope, updated};
use crate::provider::origin::encrypted_or_local;

impl Simulator {
    /// Sends a genuine notification about a call that nobody knows, through the address that is asked for, and
    /// says how it was answered: 0 if not at all.
    pub(in super::super) async fn check(&self, asked: &Asked) -> Handled {
        let wrong = |status, why: &str| {
            Handled::fine(Reply::json(status, json!({ "error": why })), "a check of the webhook, refused")
        };
        let url = serde_json::from_str::<serde_json::Value>(&asked.body)
            .ok()
            .and_then(|body| url::Url::parse(body.get("url")?.as_str()?).ok())
            .filter(|url| encrypted_or_local(url).is_ok());
        let Some(url) = url else { return wrong(400, "`url` is neither encrypted nor on this machine") };
        let call = uuid::Uuid::new_v4().to_string();
        let authorization = {
            let world = self.lock();
            if world.graph.webhook.is_none() {
                return wrong(409, "the simulator was given no way to a webhook");
            }
            world.graph.genuine(&world.graph.options.tenant)
        };
        let authorization = match authorization {
            Ok(authorization) => authorization,
            Err(why) => return wrong(500, &why),
        };
        let parcel = Parcel {
            url,
            authorization: Some(authorization),
            scenario: uuid::Uuid::new_v4().to_string(),
            chain: uuid::Uuid::new_v4().to_string(),
            message: uuid::Uuid::new_v4().to_string(),
            body: envelope(&[updated(&call, &json!({"state": "established"}))]).to_string().into(),
            what: "a check of the webhook".into(),
            last_try: false,
        };
        let answer = match self.post(parcel).await {
            Ok(status) => json!({"call": call, "status": status}),
            Err(why) => json!({"call": call, "status": 0, "error": why}),
        };
        Handled::fine(Reply::json(200, answer), "a check of the webhook")
    }
}
