use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::input::Input;
use crate::sim::ucwa::input::enumerations::{
    AUDIO_PREFERENCE, GENERIC_POLICY, LIS_QUERY_RESULT, MESSAGE_FORMAT, MODALITY_TYPE, PREFERRED_AVAILABILITY,
};
use crate::sim::ucwa::state::talk::message::MessageFormat;

/// The longest phone number (characters).
const LONGEST_NUMBER: usize = 100;
/// The longest location (characters); the reference names no maximum.
const LONGEST_LOCATION: usize = 4_096;

/// The way in which the user of an application wants to be called.
#[derive(Clone)]
pub struct CommunicationSettings {
    /// A member of `AudioPreference`.
    pub audio_preference: &'static str,
    /// The phone to ring, if any, as a `tel:` URI.
    pub phone_number: Option<String>,
    /// A member of `GenericPolicy`.
    pub conversation_history: &'static str,
    pub publish_endpoint_location: bool,
    /// A member of `GenericPolicy`.
    pub video_based_screen_sharing: &'static str,
}

/// The settings of an application that has not become available.
impl Default for CommunicationSettings {
    fn default() -> Self {
        Self {
            audio_preference: "VoipAudio",
            phone_number: None,
            conversation_history: "Disabled",
            publish_endpoint_location: false,
            video_based_screen_sharing: "Disabled",
        }
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
            phone_number: phone_number(&mut input),
            ..default
        };
        let formats = formats(&mut input).unwrap_or_default();
        let modalities = input.members("supportedModalities", &MODALITY_TYPE).unwrap_or_default();
        input.time_span("inactiveTimeout");
        input.time_span("voipFallbackToPhoneAudioTimeOut");
        let sign_in_as = input.member("signInAs", &PREFERRED_AVAILABILITY);
        input.check().map(|()| Self {
            settings,
            formats,
            modalities: modalities.into_iter().map(str::to_owned).collect(),
            sign_in_as,
        })
    }
}

/// The input of a PUT of `communication`, which keeps what it leaves out.
pub struct CommunicationChange {
    pub settings: CommunicationSettings,
    pub formats: Option<Vec<MessageFormat>>,
    /// The members of `ModalityType`.
    pub modalities: Option<Vec<String>>,
}

impl CommunicationChange {
    /// Reads the input of a request that changes `before`.
    ///
    /// # Errors
    /// Returns the refusal if the input is invalid.
    pub fn read(before: CommunicationSettings, request: &ParsedRequest) -> Result<Self, Handled> {
        let mut input = Input::read("communication", request)?;
        let settings = CommunicationSettings {
            audio_preference: input
                .member("audioPreference", &AUDIO_PREFERENCE)
                .unwrap_or(before.audio_preference),
            phone_number: phone_number(&mut input).or(before.phone_number),
            conversation_history: input
                .member("conversationHistory", &GENERIC_POLICY)
                .unwrap_or(before.conversation_history),
            publish_endpoint_location: input
                .flag("publishEndpointLocation")
                .unwrap_or(before.publish_endpoint_location),
            video_based_screen_sharing: input
                .member("videoBasedScreenSharing", &GENERIC_POLICY)
                .unwrap_or(before.video_based_screen_sharing),
        };
        let formats = formats(&mut input);
        let modalities = input.members("supportedModalities", &MODALITY_TYPE);
        // Emergency calls, for which these are, are not simulated.
        input.text("lisLocation", LONGEST_LOCATION);
        input.member("lisQueryResult", &LIS_QUERY_RESULT);
        input.check().map(|()| Self {
            settings,
            formats,
            modalities: modalities.map(|names| names.into_iter().map(str::to_owned).collect()),
        })
    }
}

fn phone_number(input: &mut Input) -> Option<String> {
    input.text("phoneNumber", LONGEST_NUMBER).map(|number| telephone_uri(&number))
}

fn formats(input: &mut Input) -> Option<Vec<MessageFormat>> {
    let names = input.members("supportedMessageFormats", &MESSAGE_FORMAT)?;
    let format = |name: &str| if name == "Html" { MessageFormat::Html } else { MessageFormat::Plain };
    Some(names.into_iter().map(format).collect())
}

/// Normalizes a phone number to a `tel:` URI.
pub fn telephone_uri(number: &str) -> String {
    let number = number.trim();
    if number.is_empty() || number.starts_with("tel:") { number.to_owned() } else { format!("tel:{number}") }
}
