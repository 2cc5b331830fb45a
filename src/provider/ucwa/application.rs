//! The `application` resource: created, made available, kept alive, deleted.

use serde::Serialize;

use url::Url;

use super::http::client::{Body, Client};
use super::http::error::RequestError;
use super::wire::resource::Resource;
use super::wire::{DecodeError, Document};
use super::{Modality, Settings};
use crate::invitation::Party;
use crate::provider::exchange::Response;
use crate::provider::ucwa::http::error_response::Operation;
use crate::text::DisplayText;

/// A created application: one generation. Its addresses mean nothing to the next one.
#[derive(Clone, Debug)]
pub struct Application {
    /// The application itself; other hrefs are relative to it.
    pub url: Url,
    /// The event channel.
    pub events: Url,
    /// Where the user becomes reachable; gone once she is.
    pub make_me_available: Option<Url>,
    /// Where the user's presence is kept fresh; there once she is reachable.
    pub report_my_activity: Option<Url>,
    /// Who is signed in.
    pub me: Party,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Creation<'a> {
    user_agent: &'a str,
    endpoint_id: &'a str,
    culture: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Availability<'a> {
    supported_modalities: &'a [Modality],
    supported_message_formats: [&'static str; 2],
    sign_in_as: super::Availability,
    #[serde(skip_serializing_if = "Option::is_none")]
    audio_preference: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<&'a str>,
}

impl Application {
    /// Creates the application (or finds the one of this endpoint).
    ///
    /// # Errors
    /// When the server refuses or makes no sense.
    pub async fn create(
        client: &Client,
        applications: &Url,
        settings: &Settings,
    ) -> Result<Self, RequestError> {
        let creation = Creation {
            user_agent: concat!("rsvp/", env!("CARGO_PKG_VERSION")),
            endpoint_id: &settings.endpoint_id,
            culture: &settings.culture,
        };
        let response = client.post(applications.clone(), Body::input(&creation)).await;
        let response = response.map_err(|error| error.during(Operation::CreateApplication))?;
        Self::decode(client, applications, &response)
    }

    /// Reads the application again: links come and go with its state.
    ///
    /// # Errors
    /// When it can't be had; `ApplicationNotFound` among the reasons.
    pub async fn read(&self, client: &Client) -> Result<Self, RequestError> {
        let response = client.get(self.url.clone()).await?;
        Self::decode(client, &self.url, &response)
    }

    /// Becomes reachable, unless this application is already.
    ///
    /// # Errors
    /// When the server refuses for another reason than that it was done before.
    pub async fn make_available(self, client: &Client, settings: &Settings) -> Result<Self, RequestError> {
        let Some(url) = &self.make_me_available else { return Ok(self) };
        let availability = Availability {
            supported_modalities: &settings.modalities,
            supported_message_formats: ["Plain", "Html"],
            sign_in_as: settings.sign_in_as,
            audio_preference: settings.phone_number.as_ref().map(|_| "PhoneAudio"),
            phone_number: settings.phone_number.as_deref(),
        };
        match client.post(url.clone(), Body::input(&availability)).await {
            Ok(_) => {}
            Err(RequestError::Refused(refusal)) if refusal.has_subcode("AlreadyExists") => {}
            Err(error) => return Err(error.during(Operation::MakeAvailable)),
        }
        self.read(client).await
    }

    fn decode(client: &Client, base: &Url, response: &Response) -> Result<Self, RequestError> {
        let nonsense = || DecodeError("it is no application".into());
        let document = Document::of(response);
        let application = document.resource()?;
        let url = client.resolve(base, application.href("self").ok_or_else(nonsense)?)?;
        let events = client.resolve(&url, application.href("events").ok_or_else(nonsense)?)?;
        let nobody = Resource::default();
        let me = application.embedded("me").unwrap_or(&nobody);
        let link = |rel| me.href(rel).map(|href| client.resolve(&url, href)).transpose();
        Ok(Self {
            make_me_available: link("makeMeAvailable")?,
            report_my_activity: link("reportMyActivity")?,
            me: Party {
                name: DisplayText::new(me.text("name").unwrap_or_default()),
                uri: DisplayText::new(me.text("uri").unwrap_or_default()),
                origin: DisplayText::default(),
            },
            url,
            events,
        })
    }
}
