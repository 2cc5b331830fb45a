//! The enumerations of the reference whose members a client may send.

use crate::sim::ucwa::input::Enumeration;

pub const PREFERRED_AVAILABILITY: Enumeration = Enumeration {
    name: "PreferredAvailability",
    members: &["Online", "Busy", "DoNotDisturb", "BeRightBack", "Away", "Offwork"],
};
pub const AUDIO_PREFERENCE: Enumeration =
    Enumeration { name: "AudioPreference", members: &["PhoneAudio", "VoipAudio"] };
pub const GENERIC_POLICY: Enumeration =
    Enumeration { name: "GenericPolicy", members: &["None", "Disabled", "Enabled"] };
pub const LIS_QUERY_RESULT: Enumeration =
    Enumeration { name: "LisQueryResultEnum", members: &["Succeeded", "Failed"] };
pub const MESSAGE_FORMAT: Enumeration = Enumeration { name: "MessageFormat", members: &["Plain", "Html"] };
pub const MODALITY_TYPE: Enumeration = Enumeration {
    name: "ModalityType",
    members: &[
        "Audio",
        "Video",
        "PhoneAudio",
        "ApplicationSharing",
        "Messaging",
        "DataCollaboration",
        "PanoramicVideo",
    ],
};
pub const CALL_DECLINE_REASON: Enumeration = Enumeration {
    name: "CallDeclineReason",
    members: &[
        "Unknown",
        "Local",
        "Global",
        "MediaAllocationFailure",
        "EncryptionMismatch",
        "IPv6NotSupported",
        "MediaConnectivityFailure",
        "CodecMismatch",
        "UnsupportedMedia",
        "InvalidMediaOffer",
        "InsufficientBandwidth",
        "InsufficientBandwidthRerouteOverPstn",
    ],
};
pub const ACTIVE_PERIOD: Enumeration =
    Enumeration { name: "ActivePeriod", members: &["Always", "Workhours"] };
pub const CALL_FORWARDING_STATE: Enumeration =
    Enumeration { name: "CallForwardingState", members: &["None", "ImmediateForward", "SimultaneousRing"] };
pub const UNANSWERED_CALL_HANDLING: Enumeration =
    Enumeration { name: "UnansweredCallHandling", members: &["Enabled", "Disabled"] };
pub const CLIENT_NETWORK_TYPE: Enumeration =
    Enumeration { name: "ClientNetworkType", members: &["External", "Internal"] };
pub const IMPORTANCE: Enumeration =
    Enumeration { name: "Importance", members: &["Normal", "Urgent", "Emergency"] };
