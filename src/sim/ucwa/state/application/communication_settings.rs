use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::input::Input;
use crate::sim::ucwa::input::enumerations::{
    AUDIO_PREFERENCE, MESSAGE_FORMAT, MODALITY_TYPE, PREFERRED_AVAILABILITY,
};
use crate::sim::ucwa::state::talk::message::MessageFormat;

/// The way in which the user of an application wants to be called.
#[derive(Clone)]
pub struct CommunicationSettings {
    /// A member of `AudioPreference`.
    pub audio_preference: &'static str,
    /// The phone to ring, if any, as a `tel:` URI.
    pub phone_number: Option<String>,
}

/// The settings of an application that has not become available.
impl Default for CommunicationSettings {
    fn default() -> Self {
        Self { audio_preference: "VoipAudio", phone_number: None }
    }
}

/// The input of `makeMeAvailable`.
pub struct Reachability {
    pub settings: CommunicationSettings,
    pub formats: Vec<MessageFormat>,
    /// The members of `ModalityType`.
    pub modalities: Vec<String>,
    /// The member of `PreferredAvailability` to sign in as, if any.
    pub sign_in_as: Option<&'static str>,
}

impl Reachability {
    /// Reads the input of a request for the relation `resource`.
    ///
    /// # Errors
    /// Returns the refusal if the input is invalid.
    pub fn read(resource: &'static str, request: &ParsedRequest) -> Result<Self, Handled> {
        let mut input = Input::read(resource, request)?;
        let default = CommunicationSettings::default();
        let settings = CommunicationSettings {
            audio_preference: input
                .member("audioPreference", &AUDIO_PREFERENCE)
                .unwrap_or(default.audio_preference),
            phone_number: input.text("phoneNumber", 100).map(|number| telephone_uri(&number)),
        };
        let formats = input.members("supportedMessageFormats", &MESSAGE_FORMAT).unwrap_or_default();
        let format = |name: &str| if name == "Html" { MessageFormat::Html } else { MessageFormat::Plain };
        let modalities = input.members("supportedModalities", &MODALITY_TYPE).unwrap_or_default();
        input.time_span("inactiveTimeout");
        input.time_span("voipFallbackToPhoneAudioTimeOut");
        let sign_in_as = input.member("signInAs", &PREFERRED_AVAILABILITY);
        input.check().map(|()| Self {
            settings,
            formats: formats.into_iter().map(format).collect(),
            modalities: modalities.into_iter().map(str::to_owned).collect(),
            sign_in_as,
        })
    }
}

/// Normalizes a phone number to a `tel:` URI.
pub fn telephone_uri(number: &str) -> String {
    let number = number.trim();
    if number.is_empty() || number.starts_with("tel:") { number.to_owned() } else { format!("tel:{number}") }
}
