//! The `application` resource of the UCWA reference: created, made available and deleted.

use std::time::Duration;

use http::Method;
use serde::Serialize;
use tokio::time::timeout;
use url::Url;

use super::http::client::{Body, Client};
use super::http::error::RequestError;
use super::http::error_response::Operation;
use super::store::ApplicationLinks;
use super::wire::resource::Resource;
use super::wire::{DecodeError, Document};
use super::{Modality, Settings};
use crate::invitation::{Party, PreferredAvailability};
use crate::provider::exchange::Response;
use crate::text::DisplayText;

/// The maximum time that deleting the application may take when the program ends.
const DELETE_TIMEOUT: Duration = Duration::from_millis(900);

/// A created application. Its links are not valid for the next one.
#[derive(Clone, Debug)]
pub struct Application {
    /// The application's own address, to which the other hrefs are relative.
    pub url: Url,
    /// The address of the event channel.
    pub events: Url,
    /// The link that makes the user reachable; absent once they are.
    pub make_me_available: Option<Url>,
    /// The link that keeps the user's presence active; absent until the user is reachable.
    pub report_my_activity: Option<Url>,
    /// Whether this program made the user reachable. Then the event channel has nothing from before.
    pub became_available: bool,
    /// The link that searches the address book (`search` of `people`); absent if the user may not.
    pub search: Option<Url>,
    /// The link that starts conversations by instant messages (`startMessaging` of `communication`); absent if the
    /// user may not.
    pub start_messaging: Option<Url>,
    /// The signed-in user.
    pub me: Party,
    /// The links to what the user and the server keep besides conversations.
    pub links: ApplicationLinks,
}

/// The input of `applications`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CreateApplication<'a> {
    user_agent: &'a str,
    endpoint_id: &'a str,
    culture: &'a str,
}

/// The input of `makeMeAvailable`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MakeMeAvailable<'a> {
    supported_modalities: &'a [Modality],
    supported_message_formats: [&'static str; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    sign_in_as: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audio_preference: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<&'a str>,
}

impl Application {
    /// Creates the application, or finds the existing one with the same `endpointId`.
    ///
    /// # Errors
    /// Returns an error if the request fails, or its response is not an application.
    pub async fn create(
        client: &Client,
        applications: &Url,
        settings: &Settings,
    ) -> Result<Self, RequestError> {
        let input = CreateApplication {
            user_agent: concat!("rsvp/", env!("CARGO_PKG_VERSION")),
            endpoint_id: &settings.endpoint_id,
            culture: &settings.culture,
        };
        let response = client.post(applications.clone(), Body::input(&input)).await;
        let response = response.map_err(|error| error.during(Operation::CreateApplication))?;
        Self::decode(client, applications, &response)
    }

    /// Reads the application again, because its links depend on its state.
    ///
    /// # Errors
    /// Returns an error if the request fails, as with `ApplicationNotFound`, or its response is not an application.
    pub async fn read(&self, client: &Client) -> Result<Self, RequestError> {
        let response = client.get(self.url.clone()).await?;
        Self::decode(client, &self.url, &response)
    }

    /// Makes the user reachable, unless they are already, and reads the application again.
    ///
    /// # Errors
    /// Returns an error if a request fails, unless the server says that the user is reachable already.
    pub async fn make_available(self, client: &Client, settings: &Settings) -> Result<Self, RequestError> {
        let Some(url) = &self.make_me_available else { return Ok(self) };
        let input = MakeMeAvailable {
            supported_modalities: &settings.modalities,
            supported_message_formats: ["Plain", "Html"],
            sign_in_as: settings.sign_in_as.map(PreferredAvailability::name),
            audio_preference: settings.phone_number.as_ref().map(|_| "PhoneAudio"),
            phone_number: settings.phone_number.as_deref(),
        };
        let became_available = match client.post(url.clone(), Body::input(&input)).await {
            Ok(_) => true,
            Err(RequestError::Refused(response)) if response.has_subcode("AlreadyExists") => false,
            Err(error) => return Err(error.during(Operation::MakeAvailable)),
        };
        Ok(Self { became_available, ..self.read(client).await? })
    }

    /// Deletes the application, which signs the user out. Gives up after a short time: the server deletes an
    /// application that is not polled.
    pub async fn delete(&self, client: &Client) {
        let delete = client.request(Method::DELETE, self.url.clone(), Body::None, DELETE_TIMEOUT);
        if !matches!(timeout(DELETE_TIMEOUT, delete).await, Ok(Ok(_))) {
            tracing::info!("signing out was not confirmed; the server forgets the session by itself");
        }
    }

    fn decode(client: &Client, base: &Url, response: &Response) -> Result<Self, RequestError> {
        let not_an_application = || DecodeError("it is not an application".into());
        let document = Document::of(response);
        let application = document.resource()?;
        let url = client.resolve(base, application.href("self").ok_or_else(not_an_application)?)?;
        let events = client.resolve(&url, application.href("events").ok_or_else(not_an_application)?)?;
        let absent = Resource::default();
        let me = application.embedded("me").unwrap_or(&absent);
        let link = |rel| me.href(rel).map(|href| client.resolve(&url, href)).transpose();
        // A link that can't be followed takes away what it is for, and nothing else.
        let optional = |hub: &str, rel: &str| {
            let href = application.embedded(hub).and_then(|hub| hub.href(rel))?;
            client.resolve(&url, href).inspect_err(|error| tracing::warn!(%error, "{rel} can't be used")).ok()
        };
        Ok(Self {
            search: optional("people", "search"),
            start_messaging: optional("communication", "startMessaging"),
            make_me_available: link("makeMeAvailable")?,
            report_my_activity: link("reportMyActivity")?,
            me: Party {
                name: DisplayText::new(me.text("name").unwrap_or_default()),
                uri: DisplayText::new(me.text("uri").unwrap_or_default()),
                origin: DisplayText::default(),
            },
            links: ApplicationLinks::of(&application),
            url,
            events,
            became_available: false,
        })
    }
}
